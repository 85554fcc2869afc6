"""The one result record: a header, chunks of vectors, then a summary that merges."""

from actcli.results.meter import Meter
from actcli.results.record import Answer, Chunk, Field, Header, Result, Sights, Summary, View, joined_chunks
from actcli.results.tallies import ZONE_NAMES, Tally, Units, ZoneCodes, zone_codes
from actcli.results.vectors import Faults, Vectors, joined

__all__ = [
    "ZONE_NAMES",
    "Answer",
    "Chunk",
    "Faults",
    "Field",
    "Header",
    "Meter",
    "Result",
    "Sights",
    "Summary",
    "Tally",
    "Units",
    "Vectors",
    "View",
    "ZoneCodes",
    "joined",
    "joined_chunks",
    "zone_codes",
]

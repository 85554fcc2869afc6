"""The one result record: a header, chunks of vectors with their answers, and accumulators of what they come to."""

from actcli.results.accumulators import ZONE_NAMES, Accumulator, ZoneCodes, ZoneCounts, zone_codes
from actcli.results.record import Answer, Chunk, Field, Header, Landmarks, Layout, Result, View, joined_chunks
from actcli.results.vectors import Faults, Meter, Vectors, joined

__all__ = [
    "ZONE_NAMES",
    "Accumulator",
    "Answer",
    "Chunk",
    "Faults",
    "Field",
    "Header",
    "Landmarks",
    "Layout",
    "Meter",
    "Result",
    "Vectors",
    "View",
    "ZoneCodes",
    "ZoneCounts",
    "joined",
    "joined_chunks",
    "zone_codes",
]

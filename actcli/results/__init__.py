"""The one result record: a header, chunks of vectors with their answers, and accumulators of what they come to."""

from actcli.results.accumulators import Accumulator, Doubts, ZoneCounts
from actcli.results.chunks import ZONE_NAMES, Answer, Chunk, Field, ZoneCodes, joined_chunks, zone_codes
from actcli.results.record import Header, Landmarks, Layout, Reference, Result, SizeName, View
from actcli.results.vectors import Faults, Layer, LeftOut, Meter, Vectors, joined, layer_names

__all__ = [
    "ZONE_NAMES",
    "Accumulator",
    "Answer",
    "Chunk",
    "Doubts",
    "Faults",
    "Field",
    "Header",
    "Landmarks",
    "Layer",
    "Layout",
    "LeftOut",
    "Meter",
    "Reference",
    "Result",
    "SizeName",
    "Vectors",
    "View",
    "ZoneCodes",
    "ZoneCounts",
    "joined",
    "joined_chunks",
    "layer_names",
    "zone_codes",
]

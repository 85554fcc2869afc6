"""CSV and TSV: tidy rows under a line of column names, one row a value; a property table as it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from actcli.arrays import Integers
from actcli.errors import printable
from actcli.render.cells import property_rows
from actcli.render.numbers import each
from actcli.render.presentation import Layout, Presentation
from actcli.results import ZONE_NAMES, Answer, Chunk, Header, Result
from actcli.terminal import Terminal

_ZONE_CELLS = [(kind or "").encode() for kind in ZONE_NAMES]


def csv(result: Result, presentation: Presentation, terminal: Terminal) -> Iterator[bytes]:
    """Tidy rows separated by commas; vectors and the values in them are counted from 0."""
    return _separated(result, presentation, ",")


def tsv(result: Result, presentation: Presentation, terminal: Terminal) -> Iterator[bytes]:
    """Tidy rows separated by tabs; vectors and the values in them are counted from 0."""
    return _separated(result, presentation, "\t")


def _separated(result: Result, presentation: Presentation, separator: str) -> Iterator[bytes]:
    header = result.header
    if not header.fields:
        table = (
            [[row.key for row in header.properties], *property_rows(header, presentation.digits)]
            if header.properties
            else []
        )
        return iter([_record(cells, separator) for cells in table])
    layout = Layout.of(header)
    layout.require_one_answer("TSV" if separator == "\t" else "CSV")
    return _tidy(result, layout, presentation.digits, separator)


def _tidy(result: Result, layout: Layout, digits: int | None, separator: str) -> Iterator[bytes]:
    header = result.header
    titles = _titles(header, layout)
    yield _record(titles, separator)
    names = [_quoted(name, separator).encode("utf-8", "backslashreplace") for name in header.names]
    for chunk in result.chunks():
        parts = [_cells(chunk, *pair, layout, digits) for pair in zip(chunk.answers, names, strict=True)]
        lines = [line for part in parts for line in part.lines(titles, separator.encode())]
        if len(parts) > 1:  # rows of one input stand together, whatever function they come from
            vector, place = (np.concatenate(keys) for keys in zip(*(part.keys for part in parts), strict=True))
            lines = [lines[row] for row in np.lexsort((place, vector)).tolist()]
        yield b"".join(lines)


def _titles(header: Header, layout: Layout) -> list[str]:
    if layout.value:
        return ["vector", "index", "function", *["x"] * layout.has_x, *layout.vector, *layout.value, "zone"]
    # Rows of values always name their function; others only where that tells them apart.
    function = ["function"] if len(set(header.names)) > 1 else []
    return ["vector", *function, *(["row", "column"] if layout.pair else []), *layout.vector, *layout.pair]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Text of one function's rows, column by column, and the numbers (vector, place in it) that order rows."""

    keys: tuple[Integers, Integers]
    columns: Mapping[str, list[bytes]]

    def lines(self, titles: Sequence[str], separator: bytes) -> list[bytes]:
        columns = [self.columns[title] for title in titles]
        return [separator.join(cells) + b"\n" for cells in zip(*columns, strict=True)]


def _cells(chunk: Chunk, answer: Answer, name: bytes, layout: Layout, digits: int | None) -> _Cells:
    if layout.pair:
        counts = answer.lengths**2
    else:
        counts = answer.lengths if layout.value else (chunk.vectors.lengths > 0).astype(np.int64)
    vector = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(vector)) - np.repeat(np.cumsum(counts) - counts, counts)
    columns = {"vector": each(chunk.first + vector), "function": [name] * len(vector)}
    for field in layout.vector:
        tokens = each(answer.columns[field], digits)
        columns[field] = [tokens[row] for row in vector.tolist()]
    for field in layout.value + layout.pair:
        columns[field] = each(answer.columns[field], digits)
    if layout.pair:
        side = np.repeat(answer.lengths, counts)
        columns |= {"row": each(place // side), "column": each(place % side)}
    if layout.value:
        columns |= {
            "index": each(chunk.indices(answer)),
            "x": each(chunk.inputs(answer)),
            "zone": _zone_cells(answer, len(vector)),
        }
    return _Cells((vector, place), columns)


def _zone_cells(answer: Answer, count: int) -> list[bytes]:
    if answer.zones is None:
        return [b""] * count
    return [_ZONE_CELLS[code] for code in answer.zones.tolist()]


def _record(cells: Sequence[str], separator: str) -> bytes:
    return (separator.join(_quoted(cell, separator) for cell in cells) + "\n").encode("utf-8", "backslashreplace")


def _quoted(cell: str, separator: str) -> str:
    """Write a cell as CSV does (RFC 4180); control characters are escaped before, so that a line stays a line."""
    shown = printable(cell)
    if separator in shown or '"' in shown:
        return '"' + shown.replace('"', '""') + '"'
    return shown

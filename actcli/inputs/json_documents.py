"""JSON documents to vectors: held whole, an array of numbers, or arrays and objects of any depth."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from actcli.inputs.arrival import LINE_LIMIT, Pieces, whole
from actcli.inputs.faults import Parsed, Row, vectors
from actcli.inputs.json_text import NoJsonError, decoded
from actcli.inputs.json_values import Values
from actcli.inputs.met import Met
from actcli.inputs.reading import Reading
from actcli.results import Vectors

_BLOCK_ROWS = 1 << 12
_STRUCTURE = np.frombuffer(b"[]{},", np.uint8)
_DEPTH = np.zeros(256, np.int8)
_DEPTH[list(b"[{")], _DEPTH[list(b"]}")] = 1, -1


def read_json(pieces: Pieces, name: str, reading: Reading, met: Met) -> Iterator[Vectors]:
    """Read a document: an array of numbers is a vector, and so is each object; deeper arrays are taken apart.

    Raises DataError with line and column, after the vectors that stand whole before that.
    """
    data = bytes(whole(pieces, name, LINE_LIMIT, "JSON lines, a vector a line, may be of any size"))
    text = data.removeprefix(b"\xef\xbb\xbf")
    if not text.strip():
        return
    fault = None
    try:
        rows = _rows(decoded(text, name))
    except NoJsonError as error:
        rows, fault = _before(error.position, text), error
    values = Values(name, reading, met)
    first = 0
    while block := list(islice(rows, _BLOCK_ROWS)):
        yield from vectors([_Batch(block, first, values, name, text)], reading.on_error)
        first += len(block)
    if fault:
        raise fault


def _rows(document: Any) -> Iterator[Any]:
    """The innermost arrays of a document, and its objects; an array that mixes numbers with others is one of these."""
    waiting = [iter([document])]
    while waiting:
        for entry in waiting[-1]:
            if isinstance(entry, list) and entry and all(isinstance(each, list | dict) for each in entry):
                waiting.append(iter(entry))
                break
            yield entry
        else:
            waiting.pop()


def _before(position: int, text: bytes) -> Iterator[Any]:
    """The vectors that stand whole before a fault, in an array of arrays or objects that is damaged or cut short."""
    codes = np.frombuffer(text[:position], np.uint8)  # characters are bytes or more: it lies no further on
    places = np.flatnonzero(np.isin(codes, _STRUCTURE))
    depths = np.cumsum(_DEPTH[codes[places]], dtype=np.int64)
    ends = places[(codes[places] == ord(",")) & (depths == 1)]
    try:
        entries = decoded(text[: ends[-1]] + b"]", "") if len(ends) else []
    except NoJsonError:  # a bracket or comma within text has led astray
        return
    if all(isinstance(entry, list | dict) for entry in entries):
        for entry in entries:
            yield from _rows(entry)


class _Batch(NamedTuple):
    entries: Sequence[Any]
    first: int
    values: Values
    name: str
    text: bytes

    @property
    def numbers(self) -> None:
        return None

    @property
    def records(self) -> int:
        return len(self.entries)

    def parse(self) -> Parsed | None:
        return self.values.parse(self.entries)

    def rows(self) -> Iterator[Row]:
        for place, entry in enumerate(self.entries, self.first):
            # Which of several objects a text belongs to, a search would not tell.
            text = b"" if isinstance(entry, dict) else self.text
            yield self.values.row(entry, f"{self.name}, vector {place}", text)

    def halves(self) -> "tuple[_Batch, _Batch]":
        middle = self.records // 2
        return (
            self._replace(entries=self.entries[:middle]),
            self._replace(entries=self.entries[middle:], first=self.first + middle),
        )

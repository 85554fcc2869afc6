"""Text to vectors, one a line: numbers split by blanks, commas or semicolons; errors with line and column."""

import re
from collections.abc import Iterator

from actcli.arrays import Integers
from actcli.errors import DataError, Place
from actcli.inputs.arrival import Pieces, text_only, whole_lines
from actcli.inputs.bulk import parse
from actcli.inputs.faults import Parsed, Row
from actcli.inputs.lines import line_ends, no_text, read_lines, uncommented
from actcli.inputs.met import Met
from actcli.inputs.reading import Reading
from actcli.inputs.tokens import MINUS_SIGN, not_a_number, number
from actcli.results import Vectors

_FIELD = re.compile(r"[,;]|[^ \t\r\v\f,;]+")
_MINUS = MINUS_SIGN.encode()
_HEADER_HINT = "--from csv takes a first line of names for a header"


def read_text(pieces: Pieces, name: str, reading: Reading, met: Met) -> Iterator[Vectors]:
    """Read one vector a line; comments after `#` are skipped, a blank line is an empty vector.

    Blocks come as soon as whole lines have arrived. Raises DataError with line and column, after a block that holds
    everything before that line.
    """
    lines = uncommented(text_only(whole_lines(pieces, name), name), _comment)
    return read_lines(lines, _Text(met), name, reading.on_error)


def _comment(line: bytes) -> int:
    return line.find(b"#")


class _Text:
    """The grammar of a line of numbers."""

    def __init__(self, met: Met) -> None:
        self._met = met

    def parse(self, lines: bytes, /) -> Parsed | None:
        """Read whole lines; None if anything is not a number, or a field between commas is empty."""
        parsed = parse(lines.replace(_MINUS, b"-"))
        if parsed is None:
            return None
        self._met.look(lines)
        return Parsed(*parsed)

    def row(self, line: bytes, name: str, number_of_line: int, /) -> Row:
        """Read one line; a bad token and an empty field are None."""
        where = f"{name}, line {number_of_line}"
        if fault := no_text(line, where):
            return Row([None], fault)
        text = line.decode()
        tokens = list(_tokens(text))
        values = [number(token) for _, token in tokens]
        bad = next((index for index, value in enumerate(values) if value is None), None)
        if bad is None:
            return Row(values)
        column, token = tokens[bad]
        told = not_a_number(token) if token else "a number is missing"
        hint = _HEADER_HINT if number_of_line == 1 and token[:1].isalpha() else None
        return Row(
            values, DataError(f"{where}, column {column + 1}: {told}", hint, Place(text, column, len(token) or 1))
        )

    def ends(self, lines: bytes, /) -> Integers:
        """Where each line ends."""
        return line_ends(lines)


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    """The tokens of a line and where they begin; an empty one stands for an empty field."""
    delimited, any_delimiter = True, False  # another comma, or the end of the line, would leave a field empty
    for field in _FIELD.finditer(text):
        if field[0] not in (",", ";"):
            delimited = False
            yield field.start(), field[0]
            continue
        if delimited:
            yield field.start(), ""
        delimited = any_delimiter = True
    if delimited and any_delimiter:
        yield len(text.rstrip()), ""

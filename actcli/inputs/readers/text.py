"""Text to vectors, one a line: numbers split by blanks, commas or semicolons; errors with line and column."""

import re
from collections.abc import Iterator
from io import BufferedReader

from actcli.arrays import Integers
from actcli.errors import DataError, Place
from actcli.inputs.formats import InputInfo
from actcli.inputs.number import not_a_number, number
from actcli.inputs.options import InputOptions
from actcli.inputs.readers import bulk
from actcli.inputs.readers.records import Parsed, Row, no_text, text_vectors
from actcli.inputs.streams import line_ends, pieces, uncommented, whole_lines
from actcli.results import Vectors

_FIELD = re.compile(r"[,;]|[^ \t\r\v\f,;]+")
_HEADER_HINT = "--from csv takes a first line of names for a header"


def read_text(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read one vector a line; comments after `#` are skipped, a blank line is an empty vector.

    Blocks come as soon as whole lines have arrived. Raises DataError with line and column, after a block that holds
    everything before that line.
    """
    lines = uncommented(whole_lines(pieces(stream), name), lambda line: line.find(b"#"))
    return text_vectors(lines, _Text(info), name, options.on_error)


class _Text:
    """The grammar of a line of numbers."""

    def __init__(self, info: InputInfo) -> None:
        self._info = info

    def parse(self, lines: bytes, /) -> Parsed | None:
        """Read whole lines; None if anything is not a number, or a field between commas is empty."""
        parsed = bulk.parse(lines)
        if parsed is None:
            return None
        self._info.find_delimiter(lines)
        return Parsed(*parsed)

    def row(self, line: bytes, name: str, number_of_line: int, /) -> Row:
        """Read one line; a bad token and an empty field are None."""
        where = f"{name}, line {number_of_line}"
        if problem := no_text(line, where):
            return Row([None], problem)
        text = line.decode()
        tokens = list(_tokens(text))
        values = [number(token) for _, token in tokens]
        bad = next((index for index, value in enumerate(values) if value is None), None)
        if bad is None:
            return Row(values)
        column, token = tokens[bad]
        message = not_a_number(token) if token else "a number is missing"
        hint = _HEADER_HINT if number_of_line == 1 and token[:1].isalpha() else None
        place = Place(text, column, len(token) or 1)
        return Row(values, DataError(f"{where}, column {column + 1}: {message}", hint, place))

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

"""Text to vectors, one a line: numbers split by blanks, commas or semicolons; errors with line and column."""

import re
from collections.abc import Iterator
from io import BufferedReader

import numpy as np

from actcli.arrays import Floats, Integers
from actcli.errors import DataError, Place
from actcli.inputs.formats import InputInfo
from actcli.inputs.number import not_a_number, number, plain
from actcli.inputs.options import InputOptions
from actcli.inputs.readers import bulk
from actcli.inputs.readers.records import Parsed, Row, no_text, text_vectors, uncommented
from actcli.inputs.readings import cure_of, two_readings
from actcli.inputs.streams import line_ends, pieces, whole_lines
from actcli.results import Vectors

_FIELD = re.compile(r"[,;]|[^ \t\v\f,;]+")
_FIELD_OF_DECIMALS = re.compile(r";|[^ \t\v\f;]+")
_DIVIDING_COMMA = re.compile(r",(?=[ \t])")  # where others are decimal signs
_THOUSANDS = re.compile(rb"^[ \t]*[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]*[ \t]*$", re.MULTILINE)


def read_text(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read one vector a line; comments after `#` are left out and counted, a blank line is an empty vector.

    Blocks come as soon as whole lines have arrived. Raises DataError with line and column, after a block that holds
    everything before that line.
    """
    grammar = _Text(info, decimal_comma=options.decimal_comma)
    for block in text_vectors(uncommented(whole_lines(pieces(stream), name)), grammar, name, options.on_error):
        yield from grammar.delimited(block)


class _Text:
    """The grammar of a line of numbers."""

    def __init__(self, info: InputInfo, *, decimal_comma: bool) -> None:
        self._info = info
        self._decimal_comma = decimal_comma
        self._is_delimited = bool(info.delimiter)

    def parse(self, lines: bytes, /) -> Parsed | None:
        """Read whole lines; None if anything is not a number, has two readings, or a field between commas is empty."""
        parsed = bulk.parse(lines, decimal_comma=self._decimal_comma)
        if parsed is None or self._has_two_readings(lines, *parsed):
            return None
        self._info.find_delimiter(lines, decimal_comma=self._decimal_comma)
        return Parsed(*parsed)

    def row(self, line: bytes, name: str, number_of_line: int, /) -> Row:
        """Read one line; a bad token and an empty field are None, and so is a line that has two readings."""
        where = f"{name}, line {number_of_line}"
        if problem := no_text(line, where):
            return Row([None], problem)
        text = line.decode()
        if found := two_readings(text, decimal_comma=self._decimal_comma):
            message = f"{where}, column {found.place.column + 1}: {found.message}"
            return Row([None], DataError(message, found.hint, found.place))
        tokens = list(_tokens(text, decimal_comma=self._decimal_comma))
        values = [number(token, decimal_comma=self._decimal_comma) for _, token in tokens]
        bad = next((index for index, value in enumerate(values) if value is None), None)
        if bad is None:
            self._info.find_delimiter(line + b"\n", decimal_comma=self._decimal_comma)
            return Row(values)
        column, token = tokens[bad]
        message = not_a_number(token) if token else "a number is missing"
        hint = cure_of(token, decimal_comma=self._decimal_comma, is_first=number_of_line == 1)
        place = Place(text, column, len(token) or 1)
        return Row(values, DataError(f"{where}, column {column + 1}: {message}", hint, place))

    def ends(self, lines: bytes, /) -> Integers:
        """Where each line ends."""
        return line_ends(lines)

    def delimited(self, block: Vectors) -> Iterator[Vectors]:
        """The block with its delimiter; cut before the first vector that has one, for what came before had none.

        So it does not matter what other lines arrive together with one.
        """
        if not self._is_delimited and self._info.delimiter:
            self._is_delimited = True
            replaced = np.zeros(block.values.size, np.bool_) if block.replaced is None else block.replaced
            bad = np.diff(np.append(0, np.cumsum(replaced))[block.starts()])
            whole = np.flatnonzero((block.lengths > 1) & (bad == 0))
            if len(whole) and whole[0]:
                before, block = block.split(int(whole[0]))
                yield before._replace(delimiter=" ")
        yield block._replace(delimiter=self._info.delimiter if self._is_delimited else " ")

    def _has_two_readings(self, lines: bytes, values: Floats, lengths: Integers) -> bool:
        """Whether any line has, at a cost that only lines which might have need pay."""
        if b"\t\t" in lines:
            return self._any_two(lines)
        blanks = lines.count(b" ") + lines.count(b"\t")
        if b";" in lines and (b"," in lines or blanks != lines.count(b"; ")):
            return self._any_two(lines)
        if self._decimal_comma or b"," not in lines:
            return not lines.isascii() and self._any_two(lines)
        if blanks and lines.count(b",") != lines.count(b", "):
            return self._any_two(lines)
        # All that is left is `1,234.5`: whole numbers first, last one below 1000 with a point.
        ends, lengths = np.cumsum(lengths)[lengths > 1], lengths[lengths > 1]
        first, second, last = values[ends - lengths], values[ends - lengths + 1], values[ends - 1]
        is_whole = (first == np.trunc(first)) & ((lengths == 2) | (second == np.trunc(second)))
        might = is_whole & (abs(first) < 1_000) & (last >= 0) & (last < 1_000)
        return bool(might.any()) and _THOUSANDS.search(lines) is not None

    def _any_two(self, lines: bytes) -> bool:
        return any(two_readings(line, decimal_comma=self._decimal_comma) for line in lines.decode().split("\n"))


def _tokens(text: str, *, decimal_comma: bool) -> Iterator[tuple[int, str]]:
    """The tokens of a line and where they begin; an empty one stands for an empty field."""
    delimited, any_delimiter = True, False  # another comma, or the end of the line, would leave a field empty
    typed = plain(text)
    if decimal_comma:
        typed = _DIVIDING_COMMA.sub(";", typed)
    for field in (_FIELD_OF_DECIMALS if decimal_comma else _FIELD).finditer(typed):
        if field[0] not in (",", ";"):
            delimited = False
            yield field.start(), text[field.start() : field.end()]
            continue
        if delimited:
            yield field.start(), ""
        delimited = any_delimiter = True
    if delimited and any_delimiter:
        yield len(text.rstrip()), ""

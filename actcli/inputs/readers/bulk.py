"""Whole lines of text to numbers, many at a time: all that a line holds, or columns cut out of a table."""

import re
import struct
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers
from actcli.inputs.number import plain
from actcli.inputs.streams import count_lines, line_ends

_ORJSON_BYTES = 24  # at most for a character of text: `[],` is a list and its place in another
_DIGITS = b"0123456789+-.eE"
_LETTERS = b"iInNfFaAtTyY"  # of inf, infinity and nan
_BLANKS = b" \t\v\f"
_DELIMITERS = (b",", b";", b"\t", b" ")
_ALL_BUT = {mark: bytes(set(range(256)) - set(mark + b"\n")) for mark in _DELIMITERS}
_NEWLINE, _BLANK, _QUOTE, _COMMA = b'\n ",'

# orjson reads `-0` as the integer 0.
INTEGER_MINUS_ZERO = re.compile(rb"-0(?![.0-9eE])")
_EMPTY_FIELD = re.compile(rb"[,;][ \t\v\f]*[,;\n]|^[ \t\v\f]*[,;]", re.MULTILINE)
_DIVIDING_COMMA = re.compile(rb",(?=[ \t])")  # where others are decimal signs
_UNFINISHED_DECIMAL = re.compile(rb",(?![0-9])")
_OTHER_DIVIDERS = re.compile("[，；、\N{IDEOGRAPHIC SPACE}]")
_COMMAS, _SPACES = re.compile(b","), re.compile(rb"\s")
_PIECE_BYTES = 1 << 22
_SPACED = bytes.maketrans(b",;", b"  ")

Bytes = NDArray[np.uint8]
Bits = NDArray[np.bool_]
Numbers = tuple[Floats, Integers]


def parse(lines: bytes, /, delimiter: bytes = b"", *, decimal_comma: bool = False) -> Numbers | None:
    """Read lines that each end in a newline to values, and how many of them stand on each line.

    None if anything is not a number by the grammar of `number`, or a field between commas is empty; with a delimiter,
    also if a field that it ends is empty or holds several numbers. Blank lines hold none.
    """
    text = lines if lines.isascii() else _plain(lines, delimiter)
    if text is None or b"\r" in text:
        return None
    if decimal_comma:
        if not delimiter:
            text = _DIVIDING_COMMA.sub(b";", text)
        if b"." in text or _UNFINISHED_DECIMAL.search(text):
            return None
        text = text.replace(b",", b".")
    parsed = _by_json(text) or _by_splitting(text)
    if parsed is None or not delimiter:
        return parsed
    fields = _count_fields(text, delimiter)
    is_blank = (parsed[1] == 0) & (fields == 1)
    return parsed if ((parsed[1] == fields) | is_blank).all() else None


def _plain(lines: bytes, delimiter: bytes) -> bytes | None:
    """Lines in ASCII as `plain` has them; None if they are no text, or divided by what is not the delimiter."""
    try:
        text = lines.decode()
    except UnicodeDecodeError:
        return None
    return None if delimiter and _OTHER_DIVIDERS.search(text) else plain(text).encode()


def loads(text: bytes) -> Any:
    """What orjson reads; raises MemoryError where there is no room for it, at which orjson would end the process."""
    np.empty(len(text) * _ORJSON_BYTES, np.uint8)  # is not touched, hence costs nothing
    return orjson.loads(text)


def _by_json(lines: bytes) -> Numbers | None:
    """Let orjson read the numbers, three to five times faster than splitting; None where it might not."""
    delimiter = next((mark for mark in _DELIMITERS if mark in lines), b",")
    text = lines if delimiter == b"," else lines.replace(delimiter, b",")
    parts = []
    try:
        for piece in _cut(text[:-1].replace(b"\n", b","), _COMMAS):
            numbers = loads(b"[%b]" % piece)
            part = np.empty(len(numbers))
            # Half the time of np.array; refuses all else that JSON has, but for true and false.
            struct.pack_into(f"{len(numbers)}d", part.data, 0, *numbers)
            parts.append(part)
    except (orjson.JSONDecodeError, struct.error):
        return None
    values = parts[0] if len(parts) == 1 else np.concatenate(parts)
    lengths = _count_fields(lines, delimiter)
    if lengths.sum() != len(values) or b"u" in lines or b"l" in lines:
        return None
    if b"-0" in lines and not values.all() and INTEGER_MINUS_ZERO.search(lines):
        return None
    return values, lengths


def _cut(text: bytes, mark: re.Pattern[bytes]) -> Iterator[bytes]:
    """A text in pieces cut at a mark: numbers as objects take ten times the memory of their text."""
    start = 0
    while (found := mark.search(text, start + _PIECE_BYTES)) is not None:
        yield text[start : found.start()]
        start = found.end()
    yield text[start:]


def _count_fields(lines: bytes, delimiter: bytes) -> Integers:
    """Count the fields of each line: each delimiter ends one, and so does the newline."""
    if delimiter not in lines:
        return np.ones(count_lines(lines), np.int64)
    marks = np.frombuffer(lines.translate(None, _ALL_BUT[delimiter]), np.uint8)
    return np.diff(np.flatnonzero(marks == _NEWLINE), prepend=-1)


def _by_splitting(lines: bytes) -> Numbers | None:
    """Read whatever the grammar allows. Within its alphabet, float() takes just what the grammar does."""
    if lines.translate(None, _DIGITS + _LETTERS + _BLANKS + b",;\n"):
        return None
    if (b"," in lines or b";" in lines) and _EMPTY_FIELD.search(lines):
        return None
    spaced = lines.translate(_SPACED)
    try:
        pieces = [np.fromiter(map(float, piece.split()), np.float64) for piece in _cut(spaced, _SPACES)]
        values = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
    except ValueError:
        return None
    return values, _count_words(spaced)


def _count_words(spaced: bytes) -> Integers:
    """Count the words of each line; whatever is not above a space is one."""
    codes = np.frombuffer(spaced, np.uint8)
    blank = codes <= ord(" ")
    begins = ~blank
    begins[1:] &= blank[:-1]
    ends = np.flatnonzero(codes == _NEWLINE)
    before = np.searchsorted(np.flatnonzero(begins), ends)
    return np.diff(before, prepend=0).astype(np.int64, copy=False)


class Fields(NamedTuple):
    """The fields of many records of a table, all of which have as many."""

    text: bytes
    """What all fields are slices of."""
    starts: Integers
    """Where each field begins, a row a record."""
    ends: Integers
    """Where each field ends: at its delimiter, its newline, or its closing quote."""

    @property
    def width(self) -> int:
        """How many fields a record has."""
        return int(self.starts.shape[1])

    def columns(self, places: Sequence[int], *, decimal_comma: bool = False, mark: bytes = b",") -> bytes | None:
        """The text of the columns at these rising places (from 0), a line a record, with a mark between them.

        Decimal commas become points; None where one is not followed by a digit, and where there are points already.
        """
        codes = np.frombuffer(self.text, np.uint8)
        steps = np.zeros(len(codes) + 1, np.int8)
        steps[self.starts[:, places]] += 1
        steps[self.ends[:, places] + 1] -= 1
        is_kept = np.cumsum(steps[:-1], dtype=np.int8).view(np.bool_)
        kept = codes.copy()
        if decimal_comma:
            chosen = codes[is_kept]
            if b"." in (text := chosen.tobytes()) or _UNFINISHED_DECIMAL.search(text):
                return None
            kept[kept == _COMMA] = ord(".")
        kept[self.ends[:, places]] = mark[0]
        kept[self.ends[:, places[-1]]] = _NEWLINE
        return kept[is_kept].tobytes()


def fields(text: bytes, delimiter: bytes) -> Fields | None:
    """Find the fields of records that each end in a newline, split by a delimiter, or by runs of blanks if it is empty.

    None unless all have as many, and their quotes stand as CSV has them: around a field, and doubled within it.
    """
    if not delimiter:
        return None if b"\r" in text else _words(text, np.frombuffer(text, np.uint8))
    if b"\r" in text and b"\r" in re.sub(rb'"[^"]*"', b"", text):
        return None  # it may end a line
    if delimiter + b' "' in text:
        text = _without_gaps(text, delimiter)
    codes = np.frombuffer(text, np.uint8)
    is_mark = (codes == delimiter[0]) | (codes == _NEWLINE)  # each of which ends a field
    if b'"' in text:
        is_quote = codes == _QUOTE
        if not _are_quotes_regular(np.flatnonzero(is_quote), is_mark):
            return None
        is_mark &= ~np.logical_xor.accumulate(is_quote)
    marks = np.flatnonzero(is_mark)
    is_end = codes[marks] == _NEWLINE
    records = int(np.count_nonzero(is_end))
    if not records or len(marks) % records or not is_end.reshape(records, -1)[:, -1].all():
        return None
    ends = marks.reshape(records, -1)
    starts = np.concatenate(([0], marks[:-1] + 1)).reshape(ends.shape)
    if b'"' in text:
        is_quoted = codes[starts] == _QUOTE
        starts, ends = starts + is_quoted, ends - is_quoted
    return Fields(text, starts, ends)


def _without_gaps(text: bytes, delimiter: bytes) -> bytes:
    """Take out the blank that may stand between a delimiter and the quote that opens a field."""
    codes = np.frombuffer(text, np.uint8)
    gaps = np.flatnonzero(codes == _QUOTE)[::2] - 1  # every second quote opens one
    gaps = gaps[gaps > 0]
    return np.delete(codes, gaps[(codes[gaps] == _BLANK) & (codes[gaps - 1] == delimiter[0])]).tobytes()


def _are_quotes_regular(quotes: Integers, is_mark: Bits) -> bool:
    """Whether quotes open at the start of a field and close at its end, those aside that are doubled within one."""
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    is_doubled = closing[:-1] + 1 == opening[1:]
    is_start = np.concatenate(([opening[0] == 0 or is_mark[opening[0] - 1]], is_doubled | is_mark[opening[1:] - 1]))
    is_end = np.concatenate((is_doubled | is_mark[closing[:-1] + 1], [is_mark[closing[-1] + 1]]))
    return bool(is_start.all() and is_end.all())


def _words(text: bytes, codes: Bytes) -> Fields | None:
    is_blank = np.isin(codes, np.frombuffer(_BLANKS + b"\n", np.uint8))
    turns = np.flatnonzero(np.diff(is_blank, prepend=True))  # blanks end, and begin again
    newlines = line_ends(text) - 1
    if b'"' in text and np.logical_xor.accumulate(codes == _QUOTE)[newlines].any():
        return None  # a record spans lines
    if not len(turns) or len(turns) % (2 * len(newlines)):
        return None
    words = turns.reshape(len(newlines), -1, 2)
    starts, ends = words[..., 0], words[..., 1]
    if (ends[:, -1] > newlines).any() or (starts[1:, 0] < newlines[:-1]).any():
        return None
    return Fields(text, starts, ends)

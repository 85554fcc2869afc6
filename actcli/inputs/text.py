"""Text streams to vectors, one a line, as the text arrives; errors with line and column."""

import io
import re
import select
from bisect import bisect_left
from collections.abc import Iterator

import numpy as np

from actcli.errors import DataError, Place
from actcli.inputs.bulk import parse
from actcli.inputs.tokens import MINUS_SIGN, not_a_number, number
from actcli.results import Integers, Vectors
from actcli.terminal import ByteSource

BLOCK_BYTES = 1 << 18
LINE_LIMIT = 1 << 28

# Between two numbers: a comma or semicolon with blanks around it, or a run of blanks.
_DELIMITER = re.compile(rb"(?<=[^\s,;])(?:[ \t\r\v\f]*([,;])|([ \t\r\v\f]+)(?=[^\s,;]))")
_FIELD = re.compile(r"[,;]|[^ \t\r\v\f,;]+")


class Delimiter:
    """The first delimiter met in the input: a comma, semicolon, tab or space, empty until there is one."""

    met = ""

    def look(self, lines: bytes) -> None:
        """Search some clean lines, unless it is known already."""
        if self.met or not any(mark in lines for mark in (b",", b";", b"\t", b" ")):
            return
        if found := _DELIMITER.search(lines):
            mark, blanks = found.groups()
            self.met = mark.decode() if mark else "\t" if blanks == b"\t" else " "


def read_text(source: ByteSource, name: str, delimiter: Delimiter) -> Iterator[Vectors]:
    """Read numbers split by blanks, commas or semicolons, one vector a line.

    Comments after `#` are skipped, a blank line is an empty vector. Blocks come as soon as whole lines have
    arrived; memory holds one block and one line. Raises DataError with line and column, after a block that holds
    everything before that line.
    """
    for first_line, lines in _whole_lines(source, name):
        text = _text_only(lines, name) if first_line == 1 else lines
        clean, numbers = _uncommented(text.replace(b"\r\n", b"\n"), first_line)
        yield from _vectors(clean.replace(MINUS_SIGN.encode(), b"-"), numbers, name, delimiter)


def _vectors(lines: bytes, numbers: Integers, name: str, delimiter: Delimiter) -> Iterator[Vectors]:
    """Parse lines without comments; on a bad one hand over those before it, then raise."""
    parsed = parse(lines)
    if parsed is None:
        good, bad = _up_to_fault(lines)
        before = good.count(b"\n")
        yield from _vectors(good, numbers[:before], name, delimiter)
        raise _fault(bad, name, int(numbers[before]))
    delimiter.look(lines)
    if len(numbers):
        yield Vectors(*parsed, numbers)


def _whole_lines(source: ByteSource, name: str) -> Iterator[tuple[int, bytes]]:
    """Cut a stream at line ends: the number of the first line, and lines that each end in a newline."""
    line, rest, held = 1, list[bytes](), 0
    while data := _read(source, name):
        cut = data.rfind(b"\n") + 1
        if cut:
            lines = b"".join((*rest, data[:cut]))
            yield line, lines
            line += lines.count(b"\n")
            rest, held = [], 0
        rest.append(data[cut:])
        held += len(data) - cut
        if held > LINE_LIMIT:
            raise DataError(
                f"{name}, line {line}: longer than {LINE_LIMIT >> 20} MiB", "a vector stands on a line of its own"
            )
    if held:
        yield line, b"".join((*rest, b"\n"))


def _read(source: ByteSource, name: str) -> bytes:
    while True:
        try:
            data = source.read(BLOCK_BYTES)
        except OSError as error:
            raise DataError(f"{name}: {error.strerror}") from error
        if data is not None or not isinstance(source, io.RawIOBase):
            return data or b""
        # A descriptor that someone made non-blocking has nothing yet: that is not its end.
        select.select([source], [], [])


def _text_only(start: bytes, name: str) -> bytes:
    """Take the byte-order mark off the start of a stream; refuse what begins as something else than text."""
    if start.startswith(b"\x93NUMPY"):
        raise DataError(f"{name}: a NumPy array, not text", "give it as a file: --input FILE.npy")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{name}: UTF-16, not UTF-8 text", "convert it: iconv -f UTF-16 -t UTF-8")
    return start.removeprefix(b"\xef\xbb\xbf")


def _uncommented(lines: bytes, first_line: int) -> tuple[bytes, Integers]:
    """Cut comments off; lines that hold nothing else vanish. Returns the lines left and their numbers."""
    if b"#" not in lines:
        return lines, np.arange(first_line, first_line + lines.count(b"\n"))
    kept, numbers = [], []
    for line, text in enumerate(lines.split(b"\n")[:-1], first_line):
        body, mark, _ = text.partition(b"#")
        if not mark or body.strip():
            kept.append(body + b"\n")
            numbers.append(line)
    return b"".join(kept), np.array(numbers, np.int64)


def _up_to_fault(lines: bytes) -> tuple[bytes, bytes]:
    """Cut off the first bad line, found by halving, since parsing many lines is fast."""
    ends = np.flatnonzero(np.frombuffer(lines, np.uint8) == ord("\n")) + 1
    bad = bisect_left(ends, 1, key=lambda end: parse(lines[:end]) is None)
    start = int(ends[bad - 1]) if bad else 0
    return lines[:start], lines[start : int(ends[bad]) - 1]


def _fault(line: bytes, name: str, number_of_line: int) -> DataError:
    """Say what is wrong with a line that does not parse."""
    where = f"{name}, line {number_of_line}"
    if b"\0" in line:
        return DataError(f"{where}: binary data, not text")
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        return DataError(f"{where}, byte {error.start + 1}: not UTF-8 text", "convert it: iconv -t UTF-8")
    column, token = _bad_token(text)
    told = not_a_number(token) if token else "a number is missing"
    place = Place(text, column, len(token) or 1)
    return DataError(f"{where}, column {column + 1}: {told}", place=place)


def _bad_token(text: str) -> tuple[int, str]:
    """Find the first token that is no number; an empty one stands for an empty field."""
    delimited = True  # another comma, or the end of the line, would leave a field empty
    for field in _FIELD.finditer(text):
        if field[0] not in (",", ";"):
            delimited = False
            if number(field[0]) is None:
                return field.start(), field[0]
        elif delimited:
            return field.start(), ""
        else:
            delimited = True
    return len(text.rstrip()), ""

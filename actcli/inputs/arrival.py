"""Bytes as they arrive: pieces of a stream, a look ahead, whole lines, and what has to be held whole."""

import io
import select
from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np

from actcli.errors import DataError
from actcli.terminal import ByteSource

BLOCK_BYTES = 1 << 18
LINE_LIMIT = 1 << 28  # of a line, a quoted record, a JSON document
HELD_LIMIT = 1 << 30  # of an array that comes through a pipe

_NEWLINE = ord("\n")

Pieces = Iterator[bytes]
Lines = tuple[int, bytes]  # the number of the first line, and lines that each end in a newline


def arriving(source: ByteSource, name: str) -> Pieces:
    """Hand over what is there as soon as it is there; raises DataError where reading fails."""
    while True:
        try:
            data = source.read(BLOCK_BYTES)
        except OSError as error:
            raise DataError(f"{name}: {error.strerror or error}") from error
        if data:
            yield data
        elif data is None and isinstance(source, io.RawIOBase):
            # A descriptor that someone made non-blocking has nothing yet: that is not its end.
            select.select([source], [], [])
        else:
            return


def ahead(pieces: Pieces, is_enough: Callable[[bytearray, int], bool]) -> tuple[bytes, Pieces]:
    """Read until the start of a stream is enough to judge it by, or ends: that start, and the whole stream still.

    `is_enough` is given the start so far, and where in it the last piece begins.
    """
    start = bytearray()
    for piece in pieces:
        start += piece
        if is_enough(start, len(start) - len(piece)):
            break
    return bytes(start), chain((bytes(start),), pieces) if start else pieces


def whole_lines(pieces: Pieces, name: str) -> Iterator[Lines]:
    """Cut a stream at line ends; memory holds one block and one line. Raises DataError for a line without end."""
    line, rest, held = 1, list[bytes](), 0
    for data in pieces:
        cut = data.rfind(b"\n") + 1
        if cut:
            lines = b"".join((*rest, data[:cut])) if rest else data[:cut]
            yield line, lines
            line += count_lines(lines)
            rest, held = [], 0
        if cut < len(data):
            rest.append(data[cut:])
            held += len(data) - cut
        if held > LINE_LIMIT:
            hint = "a vector stands on a line of its own"
            raise DataError(f"{name}, line {line}: longer than {LINE_LIMIT >> 20} MiB", hint)
    if held:
        yield line, b"".join((*rest, b"\n"))


def count_lines(text: bytes) -> int:
    """How many lines end in a text. Where lines are short, bytes.count takes ten times as long."""
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == _NEWLINE))


def whole(pieces: Pieces, name: str, limit: int, hint: str) -> bytearray:
    """Hold a stream whole; raises DataError where it is larger than the limit."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) > limit:
            raise DataError(f"{name}: larger than {limit >> 20:,} MiB, which is the most that is held", hint)
    return held


def text_only(lines: Iterator[Lines], name: str) -> Iterator[Lines]:
    """Take the byte-order mark off the start of text, and Windows' line ends; refuse what begins as something else."""
    for number, text in lines:
        clean = text
        if number == 1:
            if text.startswith(b"\x93NUMPY"):
                raise DataError(f"{name}: a NumPy array, not text", "leave out --from, or say --from npy")
            if text.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise DataError(f"{name}: UTF-16, not UTF-8 text", "convert it: iconv -f UTF-16 -t UTF-8")
            clean = text.removeprefix(b"\xef\xbb\xbf")
        yield number, clean.replace(b"\r\n", b"\n") if b"\r" in clean else clean

"""Bytes as they arrive: streams that can be peeked into, gzip, whole lines, and what has to be held whole."""

import select
import zlib
from collections.abc import Callable, Iterable, Iterator
from io import BufferedIOBase, BufferedReader, RawIOBase
from typing import TYPE_CHECKING

import numpy as np

from actcli.arrays import Integers
from actcli.errors import DataError
from actcli.terminal import ByteSource

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK_BYTES = 1 << 18
LINE_LIMIT = 1 << 28  # of a line, a quoted record, a JSON document
HELD_LIMIT = 1 << 30  # of an array that comes through a pipe

_NEWLINE = ord("\n")
_GZIP_HINT = "pack it again, or unpack what is whole: gzip -dc FILE.gz > FILE"
_GZIP_WINDOW = 31  # of zlib: the largest, and a header and checksum as gzip has them

IsEnough = Callable[[bytes], bool]
Lines = tuple[int, bytes]  # the number of the first line, and lines that each end in a newline


class _Raw(RawIOBase):
    """A raw stream whose first read lasts until its start is enough to judge it by, or ends.

    So one look into the buffer above it shows that start, however its bytes arrive; each further read hands over what
    is there.
    """

    def __init__(self, is_enough: IsEnough) -> None:
        self._is_enough = is_enough
        self._is_begun = self._is_ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        into = memoryview(buffer).cast("B")
        size = self._fill(into)
        if not self._is_begun:
            self._is_begun = True
            while (
                0 < size < len(into) and not self._is_enough(bytes(into[:size])) and (more := self._fill(into[size:]))
            ):
                size += more
        return size

    def _fill(self, into: memoryview) -> int:
        if self._is_ended:  # a terminal would ask for more
            return 0
        data = self._more(len(into))
        self._is_ended = not data
        into[: len(data)] = data
        return len(data)

    def _more(self, size: int) -> bytes:
        """What is there, up to so many bytes; empty at the end."""
        raise NotImplementedError


class _Source(_Raw):
    """The bytes of stdin or a file."""

    def __init__(self, source: ByteSource, name: str, is_enough: IsEnough) -> None:
        super().__init__(is_enough)
        self._source = source
        self._name = name

    def _more(self, size: int) -> bytes:
        while True:
            try:
                data = self._source.read(size)
            except OSError as error:
                raise DataError(f"{self._name}: {error.strerror or error}") from error
            if data is not None or not isinstance(self._source, RawIOBase):
                return data or b""
            # A descriptor that someone made non-blocking has nothing yet: that is not its end.
            select.select([self._source], [], [])


class _Gzip(_Raw):
    """Gzip, unpacked as it arrives, a block at a time whatever it unpacks to: member after member, and zero padding."""

    def __init__(self, packed: BufferedReader, name: str, is_enough: IsEnough) -> None:
        super().__init__(is_enough)
        self._packed = packed
        self._name = name
        self._unread = b""  # of what has come out of `packed`
        self._member = zlib.decompressobj(_GZIP_WINDOW)
        self._is_within = False  # a member
        self._is_full = False  # so that more may come out of the member without more going in
        self._has_ended = self._has_begun = False  # a member, and the one that is unpacked
        self._failure: zlib.error | None = None  # to be raised once all that stands before it is handed over

    def _more(self, size: int) -> bytes:
        try:
            while self._unread or self._is_full or self._read():
                if not self._is_within:
                    self._unread = self._unread.lstrip(b"\0")
                    self._member = zlib.decompressobj(_GZIP_WINDOW)
                    self._is_within, self._has_begun = bool(self._unread), False
                    continue
                if data := self._unpacked(size):
                    return data
        except zlib.error as error:
            is_behind = self._has_ended and not self._has_begun
            problem = "what stands behind its gzip data is none" if is_behind else "damaged gzip data"
            raise DataError(f"{self._name}: {problem}", _GZIP_HINT) from error
        if self._is_within:
            raise DataError(f"{self._name}: cut short: its gzip data ends too early", _GZIP_HINT)
        return b""

    def _unpacked(self, size: int) -> bytes:
        """Unpack some of what is there; what stands before damage comes out first, as it would byte by byte."""
        if self._failure is not None:
            raise self._failure
        before = self._member.copy()
        try:
            data = self._member.decompress(self._unread, size)
        except zlib.error as error:
            self._failure = error
            data = _before_damage(before, self._unread)
            self._has_begun = self._has_begun or bool(data)
            return data
        self._unread = self._member.unconsumed_tail or self._member.unused_data
        self._is_within = not self._member.eof
        self._is_full = self._is_within and len(data) == size
        self._has_begun = self._has_begun or bool(data)
        self._has_ended = self._has_ended or self._member.eof
        return data

    def _read(self) -> bool:
        self._unread = self._packed.read1(BLOCK_BYTES)
        return bool(self._unread)


def _before_damage(member: "zlib._Decompress", packed: bytes) -> bytes:
    """What comes out of damaged data, as far as it goes."""
    data = bytearray()
    for place in range(len(packed)):
        try:
            data += member.decompress(packed[place : place + 1])
        except zlib.error:
            break
    return bytes(data)


def buffered(source: ByteSource, name: str, is_enough: IsEnough) -> BufferedReader:
    """A stream that can be peeked into, and hands over what is there as soon as it is there.

    A peek shows at least as much as `is_enough` asks for. Reading raises DataError where the source fails.
    """
    return BufferedReader(_Source(source, name, is_enough), BLOCK_BYTES)


def unpacked(packed: BufferedReader, name: str, is_enough: IsEnough) -> BufferedReader:
    """The same for what a stream of gzip unpacks to.

    Reading raises DataError where it is damaged, or cut short after all that came out.
    """
    return BufferedReader(_Gzip(packed, name, is_enough), BLOCK_BYTES)


def pieces(stream: BufferedIOBase) -> Iterator[bytes]:
    """The bytes of a stream as they arrive."""
    while data := stream.read1(BLOCK_BYTES):
        yield data


def held(pieces: Iterable[bytes], name: str, limit: int, hint: str) -> bytearray:
    """Hold a stream whole; raises DataError where it is larger than the limit."""
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > limit:
            raise DataError(f"{name}: larger than {limit >> 20:,} MiB, which is the most that is held", hint)
    return data


def whole_lines(pieces: Iterable[bytes], name: str) -> Iterator[Lines]:
    """Cut text at line ends: UTF-8 without its byte-order mark, Windows' line ends made plain ones.

    Memory holds one piece and one line. Raises DataError for a line without end, and for what begins as no text does.
    """
    line, rest, size = 1, list[bytes](), 0
    for data in pieces:
        cut = data.rfind(b"\n") + 1
        if cut:
            lines = b"".join((*rest, data[:cut])) if rest else data[:cut]
            yield line, _plain(lines, line, name)
            line += count_lines(lines)
            rest, size = [], 0
        if cut < len(data):
            rest.append(data[cut:])
            size += len(data) - cut
        if size > LINE_LIMIT:
            hint = "a vector stands on a line of its own"
            raise DataError(f"{name}, line {line}: longer than {LINE_LIMIT >> 20} MiB", hint)
    if size:
        yield line, _plain(b"".join((*rest, b"\n")), line, name)


def _plain(lines: bytes, first: int, name: str) -> bytes:
    if first == 1:
        if lines.startswith(b"\x93NUMPY"):
            raise DataError(f"{name}: a NumPy array, not text", "leave out --from, or say --from npy")
        if lines.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise DataError(f"{name}: UTF-16, not UTF-8 text", "convert it: iconv -f UTF-16 -t UTF-8")
        lines = lines.removeprefix(b"\xef\xbb\xbf")
    return lines.replace(b"\r\n", b"\n") if b"\r" in lines else lines


def count_lines(text: bytes) -> int:
    """How many lines end in a text. Where lines are short, bytes.count takes ten times as long."""
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == _NEWLINE))


def line_ends(text: bytes) -> Integers:
    """Where each line ends, its newline included."""
    return np.flatnonzero(np.frombuffer(text, np.uint8) == _NEWLINE) + 1

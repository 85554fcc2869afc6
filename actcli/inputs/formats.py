"""Which format a stream is in: what was said, its first bytes, its suffix, or its first line."""

import re

from actcli.inputs.arrival import Pieces, ahead
from actcli.inputs.header import delimiter_of, names_of
from actcli.inputs.reading import FormatName, Reading

GZIP = b"\x1f\x8b"
_MAGICS: dict[bytes, FormatName] = {b"\x93NUMPY": "npy", b"PK\x03\x04": "npz", b"PK\x05\x06": "npz"}
# A .json file may hold a document or lines: its first line tells.
_SUFFIXES: dict[str, FormatName] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".npy": "npy",
    ".npz": "npz",
}
_FIRST_LINE_BYTES = 1 << 16  # a first line of text that is longer is judged by its start

_BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t\r\v\f]*+(?:#[^\n]*+)?+\n)*+[ \t\r\v\f]*+")
_ARRAY_OF_ARRAYS = re.compile(rb"\[\s*[\[{]")


def is_gzip(pieces: Pieces) -> tuple[bool, Pieces]:
    """Whether a stream is packed, and the stream."""
    start, pieces = ahead(pieces, lambda start, _: len(start) >= len(GZIP))
    return start.startswith(GZIP), pieces


def detected(pieces: Pieces, suffix: str, reading: Reading) -> tuple[FormatName, Pieces]:
    """The format of an unpacked stream, and the stream."""
    if reading.format:
        return reading.format, pieces
    start, pieces = ahead(pieces, lambda start, _: not any(magic.startswith(start) for magic in _MAGICS))
    known = next((each for magic, each in _MAGICS.items() if start.startswith(magic)), _SUFFIXES.get(suffix))
    return (known, pieces) if known else _by_first_line(pieces, reading)


def _by_first_line(pieces: Pieces, reading: Reading) -> tuple[FormatName, Pieces]:
    start, pieces = ahead(pieces, _has_first_line)
    begin = _begin(start)
    if start[begin : begin + 1] not in (b"[", b"{"):
        line = start[begin:].partition(b"\n")[0]
        return _of_text(line, reading), pieces
    if _ARRAY_OF_ARRAYS.match(start, begin):
        return "json", pieces
    # A vector that is an array or object by itself, however long its line: the whole document, or one of many lines.
    start, pieces = ahead(pieces, lambda start, last: start.find(b"\n", max(begin, last)) >= 0)
    line = start[begin:].partition(b"\n")[0].rstrip()
    return "jsonl" if line.endswith((b"]", b"}")) else "json", pieces


def _of_text(line: bytes, reading: Reading) -> FormatName:
    delimiter = delimiter_of(line)
    if delimiter not in (b",", b"\t"):
        return "text"
    has_names = reading.has_header and names_of(line, line.decode(errors="replace").split(delimiter.decode()))
    if has_names or b'"' in line:
        return "csv" if delimiter == b"," else "tsv"
    return "text"


def _begin(start: bytes | bytearray) -> int:
    """Where the first line that is neither blank nor a comment begins, the blanks before it aside."""
    before = _BEFORE.match(start)
    return before.end() if before else 0


def _has_first_line(start: bytearray, _: int) -> bool:
    return len(start) >= _FIRST_LINE_BYTES or b"\n" in start[_begin(start) :]

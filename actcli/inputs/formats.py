"""What the start of an input tells: its format, its delimiter, and whether its first line names columns."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from actcli.inputs.foreign import MAGICS
from actcli.inputs.number import number
from actcli.results import Meter
from actcli.results.messages import Message

FormatName = Literal["text", "csv", "tsv", "json", "jsonl", "json-seq", "npy", "npz"]


class Format(NamedTuple):
    """How a format is recognised and read.

    Readers are named, not imported: most inputs are of one format, and should not pay for the others. They take what
    they read, what to call it, the options and an InputInfo to fill in, and return an iterator of Vectors.
    """

    reader: str
    """The module and the function that read it from a stream."""
    file_reader: str | None = None
    """The same for files that can be read at any place, so that none need be held."""
    suffixes: tuple[str, ...] = ()
    """Of files that are in this format, whatever their first line looks like."""
    magics: tuple[bytes, ...] = ()
    """What a stream in this format begins with."""


FORMATS: Mapping[FormatName, Format] = {
    "text": Format("actcli.inputs.readers.text:read_text"),
    "csv": Format("actcli.inputs.readers.tables:read_csv", suffixes=(".csv",)),
    "tsv": Format("actcli.inputs.readers.tables:read_tsv", suffixes=(".tsv",)),
    # A .json file may hold a document or lines: its first line decides.
    "json": Format("actcli.inputs.readers.json:read_json"),
    "jsonl": Format("actcli.inputs.readers.json:read_json_lines", suffixes=(".jsonl", ".ndjson")),
    "json-seq": Format("actcli.inputs.readers.json:read_json_sequence", suffixes=(".json-seq",), magics=(b"\x1e",)),
    "npy": Format(
        "actcli.inputs.readers.npy:read_npy",
        "actcli.inputs.readers.npy:read_npy_file",
        suffixes=(".npy",),
        magics=(b"\x93NUMPY",),
    ),
    "npz": Format(
        "actcli.inputs.readers.npy:read_npz",
        "actcli.inputs.readers.npy:read_npz_file",
        suffixes=(".npz",),
        magics=(b"PK\x03\x04", b"PK\x05\x06"),
    ),
}
# Text whose columns are asked for.
COLUMNS_READER = "actcli.inputs.readers.tables:read_columns"

GZIP = b"\x1f\x8b"
_MAGICS = (GZIP, *MAGICS, *(magic for each in FORMATS.values() for magic in each.magics))

_START_BYTES = 1 << 16  # a first line that is longer is judged by its start
# Patterns are compiled where they are used: typed values use none.
_BEFORE = rb"(?:\xef\xbb\xbf)?(?:[ \t\r\v\f]*+(?:#[^\n]*+)?+\n)*+[ \t\r\v\f]*+"
# Between two numbers: a comma or semicolon with blanks around it, or a run of blanks.
_DELIMITER = rb"(?<=[^\s,;])(?:[ \t\r\v\f]*([,;])|([ \t\r\v\f]+)(?=[^\s,;]))"


class InputInfo:
    """What the start of the input tells of all of it; readers fill it in before they hand over the first block."""

    def __init__(self) -> None:
        self.delimiter = ""
        """The first one between two values; empty until there is one."""
        self.labels: tuple[str, ...] = ()
        """The names of a vector's entries."""
        self.messages: tuple[Message, ...] = ()
        """How the input was taken."""
        self.shape: tuple[int, ...] | None = None
        """That of the array that is all of a file."""
        self.axis: int | None = None
        """The axis of it that vectors lie along, where that is not the last one."""
        self.meter = Meter()
        """How much of all files has been read."""

    def find_delimiter(self, lines: bytes) -> None:
        """Search some lines of numbers for comma, semicolon, tab or space, unless the delimiter is known already."""
        if self.delimiter or not any(mark in lines for mark in (b",", b";", b"\t", b" ")):
            return
        if found := re.search(_DELIMITER, lines):
            mark, blanks = found.groups()
            self.delimiter = mark.decode() if mark else "\t" if blanks == b"\t" else " "

    def name(self, labels: Sequence[str], note: Message | None = None) -> None:
        """Take the names of the first table that has some, with a note on where they are from."""
        if not self.labels:
            self.labels = tuple(labels)
            self.messages += () if note is None else (note,)


def is_enough(start: bytes) -> bool:
    """Whether the start of a stream tells its format: a magic number, a whole first line, or much of one."""
    if any(len(magic) > len(start) and magic.startswith(start) for magic in _MAGICS):
        return False
    return start.startswith(_MAGICS) or len(start) >= _START_BYTES or b"\n" in start[first_line_at(start) :]


def detected(start: bytes, suffix: str, *, has_header: bool) -> FormatName:
    """The format of a stream from its start, which `is_enough`, and the suffix of its file."""
    start = start[:_START_BYTES]  # more of it than is needed may have arrived
    for name, each in FORMATS.items():
        if start.startswith(each.magics):
            return name
    for name, each in FORMATS.items():
        if suffix in each.suffixes:
            return name
    line = start[first_line_at(start) :].partition(b"\n")[0]
    if line.startswith((b"[", b"{")):
        return "jsonl" if is_json_line(line) else "json"
    delimiter = delimiter_of(line)
    if delimiter not in (b",", b"\t"):
        return "text"
    is_header = has_header and names_of(line, line.decode(errors="replace").split(delimiter.decode()))
    if not is_header and b'"' not in line:
        return "text"
    return "csv" if delimiter == b"," else "tsv"


def first_line_at(start: bytes | bytearray) -> int:
    """Where the first line that is neither blank nor a comment begins, the blanks before it aside."""
    before = re.match(_BEFORE, start)
    return before.end() if before else 0


def is_json_line(line: bytes) -> bool:
    """Whether a first line of JSON is a vector by itself, so that each further line is one: an array or an object."""
    return line.rstrip().endswith((b"]", b"}")) and not re.match(rb"\[\s*[\[{]", line)


def delimiter_of(line: bytes, otherwise: bytes = b"") -> bytes:
    """The comma, semicolon or tab that a line has first outside of quotes."""
    found = re.search(rb"[,;\t]", re.sub(rb'"[^"]*"', b"", line) if b'"' in line else line)
    return found[0] if found else otherwise


def names_of(line: bytes, fields: Sequence[str]) -> Sequence[str]:
    """The fields of a first line where they are names, none of them a number and some of them text; else none."""
    try:
        is_text = b"\0" not in line and bool(line.decode())
    except UnicodeDecodeError:
        is_text = False
    names = [field.strip() for field in fields]
    return names if is_text and any(names) and all(number(name) is None for name in names) else ()

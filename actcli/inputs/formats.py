"""What the start of an input tells: its format, its delimiter, and whether its first line names columns."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from actcli.dtypes import RAW_TYPES, RawName
from actcli.errors import UsageError, listed
from actcli.inputs.brackets import is_print
from actcli.inputs.foreign import MAGICS
from actcli.inputs.number import listed_names, number, plain
from actcli.results import Meter
from actcli.results.messages import Message

FormatName = Literal[
    "text", "csv", "tsv", "json", "jsonl", "json-seq", "npy", "npz", "safetensors", "pt", RawName
]  # fmt: skip


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
    other_suffixes: tuple[str, ...] = ()
    """Of files that are usually in this format, but tell by how they begin."""
    magics: tuple[bytes, ...] = ()
    """What a stream in this format begins with."""
    is_binary: bool = False
    """Whether its bytes are no text, and may begin as a file of any other program."""
    has_names: bool = False
    """Whether it holds arrays by name, for --array to choose from."""
    has_axes: bool = False
    """Whether its arrays may have any number of axes, for --axis to choose from."""
    value_type: str = ""
    """What its bytes are where they are nothing but values."""


class Packer(NamedTuple):
    """A way to pack bytes."""

    name: str
    """The program that unpacks them."""
    suffix: str
    """What it adds to the name of a file."""
    magic: bytes
    """How packed bytes begin."""


def _raw(value_type: str, suffix: str) -> Format:
    return Format("actcli.inputs.readers.raw:read_raw", suffixes=(suffix,), is_binary=True, value_type=value_type)


FORMATS: Mapping[FormatName, Format] = {
    "text": Format("actcli.inputs.readers.text:read_text", other_suffixes=(".txt",)),
    "csv": Format("actcli.inputs.readers.tables:read_csv", suffixes=(".csv",)),
    "tsv": Format("actcli.inputs.readers.tables:read_tsv", suffixes=(".tsv",)),
    # A .json file may hold a document or lines: its first line decides.
    "json": Format("actcli.inputs.readers.json:read_json", other_suffixes=(".json",)),
    "jsonl": Format("actcli.inputs.readers.json:read_json_lines", suffixes=(".jsonl", ".ndjson")),
    "json-seq": Format("actcli.inputs.readers.json:read_json_sequence", suffixes=(".json-seq",), magics=(b"\x1e",)),
    "npy": Format(
        "actcli.inputs.readers.npy:read_npy",
        "actcli.inputs.readers.npy:read_npy_file",
        suffixes=(".npy",),
        magics=(b"\x93NUMPY",),
        is_binary=True,
        has_axes=True,
    ),
    "npz": Format(
        "actcli.inputs.readers.npy:read_npz",
        "actcli.inputs.readers.npy:read_npz_file",
        suffixes=(".npz",),
        magics=(b"PK\x03\x04", b"PK\x05\x06"),
        is_binary=True,
        has_names=True,
        has_axes=True,
    ),
    "safetensors": Format(
        "actcli.inputs.readers.tensors:read_safetensors",
        "actcli.inputs.readers.tensors:read_safetensors_file",
        suffixes=(".safetensors",),
        is_binary=True,
        has_names=True,
        has_axes=True,
    ),
    # Archives as .npz are: the members tell which they are.
    "pt": Format(
        "actcli.inputs.readers.npy:read_npz",
        "actcli.inputs.readers.npy:read_npz_file",
        other_suffixes=(".pt", ".pth", ".ckpt"),
        is_binary=True,
        has_names=True,
        has_axes=True,
    ),
    **{name: _raw(value_type, f".{name}") for name, value_type in RAW_TYPES.items()},
}
# Text whose columns are asked for, and arrays that were pasted.
COLUMNS_READER = "actcli.inputs.readers.tables:read_columns"
ARRAYS_READER = "actcli.inputs.readers.arrays:read_arrays"

PACKERS = (Packer("gzip", ".gz", b"\x1f\x8b"), Packer("zstd", ".zst", b"\x28\xb5\x2f\xfd"))
_MAGICS = (
    *(packer.magic for packer in PACKERS),
    *MAGICS,
    *(magic for each in FORMATS.values() for magic in each.magics),
)

_START_BYTES = 1 << 16  # a first line that is longer is judged by its start
# Patterns are compiled where they are used: typed values use none.
_BEFORE = rb"(?:\xef\xbb\xbf)?(?:[ \t\r\v\f]*+(?:#[^\n]*+)?+\n)*+[ \t\r\v\f]*+"
_BEFORE_HASH = rb"(?:\xef\xbb\xbf)?(?:[ \t\r\v\f]*+(?:#(?=[#\s])[^\n]*+)?+\n)*+(#[^#\s][^\n]*+)\n"
# A number as people write it, with signs of decimals and thousands: no name.
_NUMERALS = r"(?=[^0-9]*+[0-9])[-+\u2212]?[0-9.,'\s]++(?:[eE][-+]?[0-9]++)?[%€$£]?"
# Between two numbers: a comma or semicolon with blanks around it, or a run of blanks.
_DELIMITER = rb"(?<=[^\s,;])(?:[ \t\v\f]*([,;])|([ \t\v\f]+)(?=[^\s,;]))"
_DELIMITER_OF_DECIMALS = rb"(?<=[^\s;])(?:[ \t\v\f]*(;|,(?=[ \t]))|([ \t\v\f]+)(?=[^\s;]))"


class InputInfo:
    """What the start of the input tells of all of it; readers fill it in before they hand over the first block."""

    def __init__(self) -> None:
        self.delimiter = ""
        """The first one between two values; empty until there is one."""
        self.labels: tuple[str, ...] = ()
        """The names of a vector's entries."""
        self.kept: tuple[str, ...] = ()
        """The names of the columns that go along with a vector."""
        self.messages: tuple[Message, ...] = ()
        """How the input was taken."""
        self.shape: tuple[int, ...] | None = None
        """That of the array that is all of a file."""
        self.axis: int | None = None
        """The axis of it that vectors lie along, where that is not the last one."""
        self.value_type = ""
        """What bytes are where they are nothing but values."""
        self.meter = Meter()
        """How much of all files has been read."""

    def find_delimiter(self, lines: bytes, *, decimal_comma: bool = False) -> None:
        """Search some lines of numbers for comma, semicolon, tab or space, unless the delimiter is known already."""
        if self.delimiter:
            return
        if not lines.isascii():
            lines = plain(lines.decode()).encode()
        marks = (b";", b"\t", b" ") if decimal_comma else (b",", b";", b"\t", b" ")
        if any(mark in lines for mark in marks) and (
            found := re.search(_DELIMITER_OF_DECIMALS if decimal_comma else _DELIMITER, lines)
        ):
            mark, blanks = found.groups()
            self.delimiter = mark.decode() if mark else "\t" if blanks == b"\t" else " "

    def name(self, labels: Sequence[str], *notes: Message) -> None:
        """Take the names of the first table that has some, with notes on where they are from."""
        if not self.labels:
            self.labels = tuple(labels)
            self.messages += notes

    def keep(self, names: Sequence[str], places: Sequence[int], source: str) -> None:
        """Take the names of the columns of --keep, of one without a name its place; raises UsageError if they change.

        A further input may call them otherwise, as long as there are as many.
        """
        known = tuple(name or f"column_{place + 1}" for name, place in zip(names, places, strict=True))
        if self.kept and known and len(known) != len(self.kept):
            message = f"--keep stands for {listed(known)} in {source}, and for {listed(self.kept)} before"
            raise UsageError(message, "name each column, without a pattern")
        self.kept = self.kept or known


def is_enough(start: bytes) -> bool:
    """Whether the start of a stream tells its format: a magic number, a whole first line, or much of one.

    A first line that begins `#id,x` needs a second one: a header has as many fields as what follows.
    """
    if any(len(magic) > len(start) and magic.startswith(start) for magic in _MAGICS):
        return False
    if start.startswith(_MAGICS) or len(start) >= _START_BYTES:
        return True
    end = start.find(b"\n", first_line_at(start))
    return end >= 0 and (_hash_names_at(start) is None or b"\n" in start[first_line_at(start) :])


def detected(start: bytes, suffix: str, *, has_header: bool | None, columns: Sequence[str] = ()) -> FormatName:
    """The format of a stream from its start, which `is_enough`, and the suffix of its file.

    `columns` are the names and numbers of columns that are asked for.
    """
    start = start[:_START_BYTES]  # more of it than is needed may have arrived
    for name, each in FORMATS.items():
        if start.startswith(each.magics):
            return name
    if begins_safetensors(start):
        return "safetensors"
    for name, each in FORMATS.items():
        if suffix in each.suffixes:
            return name
    begin = header_at(start)
    line = start[begin:].partition(b"\n")[0]
    if line.startswith((b"[", b"{")) and not is_print(line.decode(errors="replace")):
        return "jsonl" if is_json_line(line) else "json"
    if line.lstrip().startswith(b'"') and not re.search(rb'"[ \t]+"', line):
        return "tsv" if delimiter_of(line) == b"\t" else "csv"
    if has_header is not False and wide_names(line):
        return "csv"
    delimiter = delimiter_of(line)
    fields = line.decode(errors="replace").split(delimiter.decode() or None)
    is_header = has_header is not False and (has_header or names_of(line, fields, columns))
    if not delimiter or not (is_header or b'"' in line):
        return "text"
    return "tsv" if delimiter == b"\t" else "csv"


def is_suffix_of_format(path: str) -> bool:
    """Whether the suffix of a file, packed or not, is that of a format, so that it need not be said."""
    name = path.lower()
    for packer in PACKERS:
        name = name.removesuffix(packer.suffix)
    return any(name.endswith(each.suffixes + each.other_suffixes) for each in FORMATS.values())


def begins_safetensors(start: bytes) -> bool:
    """Whether a stream begins with the size of a header, in 8 bytes of which no text has the last ones, and a brace."""
    return start[4:9] == b"\0\0\0\0{"


def begins_array(start: bytes) -> bool:
    """Whether a text begins with an array that was pasted."""
    return is_print(start[first_line_at(start) :].partition(b"\n")[0].decode(errors="replace"))


def first_line_at(start: bytes | bytearray) -> int:
    """Where the first line that is neither blank nor a comment begins, the blanks before it aside."""
    before = re.match(_BEFORE, start)
    return before.end() if before else 0


def header_at(start: bytes) -> int:
    """Where the first line begins; names that begin with a # are one if the next line has as many fields."""
    begin = _hash_names_at(start)
    if begin is not None:
        line, after = (start[at:].partition(b"\n")[0] for at in (begin, first_line_at(start)))
        if names_of(line, [line.decode(errors="replace")]) and delimiter_of(line) == delimiter_of(after):
            delimiter = delimiter_of(line)
            if line.count(delimiter) == after.count(delimiter):
                return begin
    return first_line_at(start)


def _hash_names_at(start: bytes) -> int | None:
    """Where a line as `#id,x` is, if the last comment before the first line could be a header."""
    found = re.match(_BEFORE_HASH, start)
    return found.start(1) if found and delimiter_of(found[1]) else None


def is_json_line(line: bytes) -> bool:
    """Whether a first line of JSON is a vector by itself, so that each further line is one: an array or an object."""
    return line.rstrip().endswith((b"]", b"}")) and not re.match(rb"\[\s*[\[{]", line)


def delimiter_of(line: bytes, *, decimal_comma: bool = False) -> bytes:
    """The comma, semicolon or tab that a line has most outside of quotes, the first of as many; empty if it has none.

    Commas between digits count only where there is no other: they may be decimal signs.
    """
    bare = re.sub(rb'"[^"]*"', b'""', line) if b'"' in line else line
    others = [mark for mark in (b";", b"\t") if mark in bare]
    if others and re.search(rb"[0-9],[0-9]", bare):
        bare = re.sub(rb"(?<=[0-9]),(?=[0-9])", b"", bare)
    if decimal_comma and (others or b'""' not in bare):  # else quotes hold the decimals, and commas may divide them
        bare = bare.replace(b",", b"")
    marks = [mark for mark in (b",", b";", b"\t") if mark in bare]
    return max(marks, key=lambda mark: (bare.count(mark), -bare.index(mark)), default=b"")


def wide_names(line: bytes) -> list[str]:
    """The names of a first line that only the commas of Chinese and Japanese keyboards divide; none of any other."""
    pieces = listed_names(line.decode(errors="replace"))
    is_divided = len(pieces) > 1 and not delimiter_of(line)
    return pieces if is_divided and names_of(line, pieces) else []


def names_of(line: bytes, fields: Sequence[str], columns: Sequence[str] = ()) -> Sequence[str]:
    """The fields of a first line where they are names, else none.

    Names are text, none of them a number, without brackets around numbers; or one of them is asked for as a column;
    or they are those that pandas gives: nothing for the index, and 0, 1, 2 and so on.
    """
    try:
        is_text = b"\0" not in line and bool(line.decode())
    except UnicodeDecodeError:
        is_text = False
    names = [field.strip().strip('"') for field in fields]
    if not is_text or not any(names):
        return ()
    if not set(names).isdisjoint(columns):
        return names
    if len(names) > 1 and names == ["", *map(str, range(len(names) - 1))]:
        return names
    if re.search(rb"[\[\](){}]", line) and re.search(rb"[0-9]", line):
        return ()
    return names if all(number(name) is None and not re.fullmatch(_NUMERALS, plain(name)) for name in names) else ()

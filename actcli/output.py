"""How an answer is shown, settled before anything is computed: format, digits, file, totals and gate."""

import stat
from pathlib import Path, PurePath
from typing import Literal, NamedTuple

from actcli.dtypes import RAW_FLOATS, RAW_TYPES, FloatType, NumberType, RawName
from actcli.errors import UsageError, printable
from actcli.terminal import Terminal

FormatName = Literal["table", "plain", "csv", "tsv", "json", "jsonl", "npy", RawName, "svg", "html", "png", "pdf"]
"""What --format names, and the suffix of a file."""

Answers = Literal["vectors", "values", "properties", "picture", "totals"]
"""What a command answers: one row for each vector or for each value, properties of functions, a picture, or totals."""

FLOAT_DIGITS = 17
"""More than this identifies a float64: any further digit is one of the exact value."""

PICTURES = ("table", "svg", "html", "png", "pdf")  # formats that draw
NUMBERS = ("npy", *RAW_TYPES)  # formats that hold numbers and no text
_ROWS = ("plain", "csv", "tsv", *NUMBERS)  # formats that hold an answer without its details
_BINARY = (*NUMBERS, "png", "pdf")  # formats that a terminal cannot show
_TOTALS = ("table", "csv", "tsv", "jsonl", "json")  # formats that name their numbers
_IN_A_PIPE: dict[Answers, FormatName] = {
    "vectors": "plain",
    "values": "tsv",
    "properties": "tsv",
    "picture": "table",
    "totals": "tsv",
}
# What a file is called says what is in it; None is text as a pipe gets it, of a picture its drawing without colours.
_SUFFIXES: dict[str, FormatName | None] = {
    ".txt": None,
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".npy": "npy",
    **{f".{name}": name for name in RAW_TYPES},
    ".svg": "svg",
    ".html": "html",
    ".htm": "html",
    ".png": "png",
    ".pdf": "pdf",
}
_STDOUT = ("-", "/dev/stdout", "/dev/fd/1")
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")


class Gate:
    """The most that a user lets pass: a share of saturated inputs and of dead units, or an error in ulp.

    No tuple, which Typer would take for an option of two words.
    """

    def __init__(self, most: float, *, is_ulp: bool = False) -> None:
        self.most = most
        self.is_ulp = is_ulp


class OutputFile(NamedTuple):
    """A file for the answer, and how it is drawn in it, whatever the terminal can show."""

    path: str
    """As it was typed."""
    colour: bool = False
    """Whether it has escape sequences."""
    unicode: bool = True
    """Whether it is drawn with more than ASCII."""
    is_regular: bool = True
    """Whether it is a regular file or not there yet: the name of a device or a pipe says nothing of a format."""


class Output(NamedTuple):
    """How an answer is shown: nothing of it is decided later."""

    terminal: Terminal
    """The streams, and what the terminal can show."""
    format: FormatName
    """The one that was asked for, or the usual one."""
    answers: Answers = "vectors"
    """What kind of answer is shown."""
    digits: int | None = None
    """Significant digits of answers; None for the shortest text that reads back."""
    is_certified: bool = False
    """Whether every digit is to be proven."""
    file: OutputFile | None = None
    """The file to write; None for stdout."""
    is_totals: bool = False
    """Whether totals take the place of rows."""
    gate: Gate | None = None
    """What ends the run with status 3."""
    is_quiet: bool = False
    """Whether notes and warnings are left out."""

    @property
    def is_drawn(self) -> bool:
        """Whether the format draws, and rows are not replaced by totals."""
        return self.format in PICTURES and not self.is_totals

    @property
    def is_saved_picture(self) -> bool:
        """Whether the format is that of a picture for a file, drawn with shapes and not with text."""
        return self.format in PICTURES and self.format != "table"

    @property
    def is_monitor(self) -> bool:
        """Whether somebody relies on what all inputs come to, so that no inputs at all are worth a warning."""
        return self.is_totals or self.gate is not None

    @property
    def has_properties(self) -> bool:
        """Whether the format holds properties of functions beside their values."""
        return self.is_drawn or self.format == "json"

    @property
    def has_details(self) -> bool:
        """Whether the format holds the fields that are details: they need not be computed for any other."""
        return self.format not in _ROWS and not self.is_totals

    @property
    def is_tidy(self) -> bool:
        """Whether the format has a row a value, and a name for each column."""
        return self.format in ("csv", "tsv") and not self.is_totals

    @property
    def raw_type(self) -> FloatType | None:
        """The type that answers are rounded to because it is all that the format holds."""
        return RAW_FLOATS.get(self.format)

    @property
    def screen(self) -> Terminal:
        """What the answer is drawn for: the terminal, or the file."""
        return self.terminal if self.file is None else self.terminal.of_file(self.file.colour, self.file.unicode)


class OutputOptions(NamedTuple):
    """What the command line says of the output."""

    terminal: Terminal
    """With colour and signs as they are asked for."""
    format: FormatName | None = None
    """None where what is answered, and where it goes, decides."""
    digits: int | None = None
    """Significant digits of answers."""
    file: OutputFile | None = None
    """The file to write; None for stdout."""
    summary: bool = False
    """Whether totals take the place of rows."""
    gate: Gate | None = None
    """What ends the run with status 3."""
    quiet: bool = False
    """Whether notes and warnings are left out."""

    def settle(
        self,
        answers: Answers,
        *,
        has_values: bool = True,
        can_certify: bool = False,
        exact: bool = False,
        dtype: NumberType | None = None,
    ) -> Output:
        """Decide how an answer is shown.

        The format is the one asked for, else a table on a terminal, else that of the file's suffix, else what a pipe
        wants. Digits are certified where `exact` asks for it, or more of them than float64 holds. Raises UsageError
        where the suffix is that of no format, where totals or a gate are asked for and there are no values, where the
        format has no names for totals or no digits, where digits cannot be certified, and where certified digits would
        be rounded to a number type, or answers to two.
        """
        if not has_values and (self.summary or self.gate):
            asked = "--summary totals" if self.summary else "--fail-over judges"
            raise UsageError(f"{asked} values, and none are given", "type values, pipe them in, or --input FILE")
        has_many_digits = (self.digits or 0) > FLOAT_DIGITS
        if has_many_digits and not can_certify:
            raise UsageError(f"this command shows at most {FLOAT_DIGITS} digits", "eval, grad and softmax certify more")
        certified = exact or has_many_digits
        if certified and self.digits and dtype:
            message = f"certified digits are those of the truth, and --dtype {dtype.name} rounds it"
            raise UsageError(message, "leave out one of them")
        is_totals = self.summary or answers == "totals"
        name = self.format or self._usual("totals" if is_totals else answers)
        if name in NUMBERS and self.digits:
            raise UsageError(f"{name} holds numbers in full, and --digits is for text", "leave out one of them")
        _require_one_rounding(name, dtype)
        if is_totals and name not in _TOTALS:
            cure = f"--format {'|'.join(_TOTALS)}"
            raise UsageError(f"{name} cannot hold totals, which are several numbers with names", cure)
        if name in _BINARY and self.file is None and self.terminal.stdout_is_tty:
            raise UsageError(f"{name} is not for a terminal", f"--output FILE.{name}, or pipe it")
        return Output(self.terminal, name, answers, self.digits, certified, self.file, is_totals, self.gate, self.quiet)

    def _usual(self, answers: Answers) -> FormatName:
        if self.terminal.stdout_is_tty and self.file is None:
            return "table"
        named = _by_suffix(self.file.path) if self.file and self.file.is_regular else None
        return named or _IN_A_PIPE[answers]


def _require_one_rounding(name: FormatName, dtype: NumberType | None) -> None:
    """Raise UsageError where the values of a raw format would be rounded a second time, from the type of --dtype."""
    kind = RAW_FLOATS.get(name)
    if dtype is not None and kind is not None and not kind.holds(dtype):
        message = f"--dtype {dtype.name} rounds answers, and {name} would round them once more, to {kind.name}"
        raise UsageError(message, f"--dtype {kind.name}, or leave out one of them")


def _by_suffix(path: str) -> FormatName | None:
    suffix = PurePath(path).suffix
    if suffix.lower() not in _SUFFIXES:
        message = f"'{printable(suffix)}' is the suffix of no format" if suffix else "no suffix says which format"
        cure = f"one of {' '.join(_SUFFIXES)}, or say --format"
        raise UsageError(f"--output {printable(path)}: {message}", cure)
    return _SUFFIXES[suffix.lower()]


def output_file(path: str | None, *, colour: bool, unicode: bool) -> OutputFile | None:
    """The file that --output names, if it names one; raises UsageError where its name asks for what is not written.

    A file is no screen: it gets colours only where they are asked for, and is UTF-8 in every locale.
    """
    if path is None or path in _STDOUT:
        return None
    if not path:
        raise UsageError("--output needs a file name", "--output answer.csv, or - for stdout")
    if path.endswith("/"):
        raise UsageError(
            f"--output {printable(path)} names a folder", f"name a file in it: {printable(path)}answer.csv"
        )
    if path.lower().endswith(_PACKED):
        message = f"--output packs nothing, and {printable(path)} asks for it"
        raise UsageError(message, "leave --output out, and pipe: ... --format csv | gzip > FILE.csv.gz")
    return OutputFile(path, colour, unicode, is_regular=_is_regular(path))


def _is_regular(path: str) -> bool:
    try:
        return stat.S_ISREG(Path(path).stat().st_mode)
    except OSError:  # whoever opens it will say what is amiss
        return True

"""How an answer is to be shown: what the user asked for, and which fields of an answer share a row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import NamedTuple, TypeVar

from actcli.errors import ActcliError, DataError, UsageError
from actcli.results import Header

HELD_BYTES = 1 << 30  # formats that are held until the end (JSON, npy) refuse to hold more

Piece = TypeVar("Piece")


@dataclass(frozen=True, slots=True)
class Gate:
    """The most that a user lets pass: a share of saturated inputs, and of dead units, or an error in ulp."""

    most: float
    is_ulp: bool = False


class Destination(NamedTuple):
    """A file for the answer, and how it is drawn in it, whatever the terminal can show."""

    path: str
    colour: bool = False
    unicode: bool = True


class Presentation(NamedTuple):
    """How the answer is to be told.

    `format` is None where the suffix of `output`, or what stdout is, decides; `digits` are significant ones of answers
    (None: round trip); `quiet` silences stderr; `output` is the file to write; `summary` asks for totals in place of
    rows; `gate` ends the run with status 3 where it is crossed.
    """

    format: str | None = None
    digits: int | None = None
    quiet: bool = False
    output: Destination | None = None
    summary: bool = False
    gate: Gate | None = None

    @property
    def is_picture(self) -> bool:
        """Whether a result that has a view is drawn, by what is asked for in words."""
        named = self.format or _named_by_suffix(self.output)
        return not self.summary and (named is None or named in PICTURES)

    def require_values(self) -> None:
        """Raise UsageError, for an answer without values, where their totals or a gate are asked for."""
        if self.summary or self.gate:
            asked = "--summary totals" if self.summary else "--fail-over judges"
            raise UsageError(f"{asked} values, and none are given", "type values, pipe them in, or --input FILE")


class Layout(NamedTuple):
    """The names of an answer's fields by what they belong to."""

    vector: tuple[str, ...]
    value: tuple[str, ...]
    pair: tuple[str, ...]
    has_x: bool

    @classmethod
    def of(cls, header: Header, *, with_details: bool = False) -> "Layout":
        """Sort the fields of a header; details are for tables and JSON, a row of values holds one answer."""
        shown = [field for field in header.fields if with_details or not field.detail]
        return cls(
            vector=tuple(field.name for field in shown if field.per == "vector"),
            value=tuple(field.name for field in shown if field.per == "value"),
            pair=tuple(field.name for field in shown if field.per == "pair"),
            has_x=all(field.has_x for field in shown if field.per == "value"),
        )

    @property
    def shares_a_row(self) -> bool:
        """Whether the fields are one answer: a Jacobian by itself, or no vector field beside two per value."""
        if self.pair:
            return len(self.pair) == 1 and not self.vector and not self.value
        return len(self.value) <= 1 or not self.vector

    @property
    def is_like_input(self) -> bool:
        """Whether there is one number for each of the input's, in its place."""
        return self.has_x and len(self.value) == 1 and not self.vector and not self.pair

    def require_one_answer(self, name: str) -> None:
        """Raise UsageError where the format `name`, made of rows, cannot hold all fields."""
        if not self.shares_a_row:
            asked = ", ".join(self.vector + self.value + self.pair)
            raise UsageError(
                f"{name} holds one answer, and this gives several: {asked}", "--format json holds them all"
            )

    def require_one_number(self, name: str, header: Header) -> None:
        """Raise UsageError where the format `name`, which has no column names, would mix unlike numbers."""
        self.require_one_answer(name)
        if len(header.cards) > 1:
            raise UsageError(f"{name} holds the answer of one function, and here are {len(header.cards)}", _USE_TSV)
        if len(self.value) > 1:
            raise UsageError(f"{name} holds one number a value, and here are {' and '.join(self.value)}", _USE_TSV)


_USE_TSV = "--format tsv has a column for each"


PICTURES = ("table", "svg", "html", "png")  # formats that draw

# What a file is called says what is in it; a picture as text is a table without colours.
SUFFIXES = {
    **{f".{name}": name for name in ("csv", "tsv", "json", "jsonl", "npy", "svg", "html", "png")},
    ".ndjson": "jsonl",
    ".htm": "html",
}


_OF_ROWS = ("plain", "csv", "tsv", "npy")


def tells_details(presentation: Presentation, stdout_is_tty: bool) -> bool:
    """Whether the format holds the fields that are details: a command need not compute them for any other."""
    named = presentation.format or _for_file_or_eyes(presentation, stdout_is_tty)
    return not presentation.summary and named is not None and named not in _OF_ROWS


def _named_by_suffix(output: Destination | None) -> str | None:
    return SUFFIXES.get(PurePath(output.path).suffix.lower()) if output else None


def _for_file_or_eyes(presentation: Presentation, stdout_is_tty: bool) -> str | None:
    if stdout_is_tty and not presentation.output:
        return "table"
    return _named_by_suffix(presentation.output)


def default_format(header: Header, presentation: Presentation, stdout_is_tty: bool) -> str:
    """Choose by the suffix of the file; a table or picture for eyes; else plain lines, or TSV where they do not do."""
    named = _for_file_or_eyes(presentation, stdout_is_tty)
    if named:
        return named
    if presentation.summary or header.is_total:
        return "tsv"
    if header.view is not None:
        return "table"
    layout = Layout.of(header)
    is_ranked = any(field.is_ranked for field in header.fields)  # numbers that say nothing without their index
    told_by_a_row = len(header.cards) == 1 and not layout.pair and len(layout.value) <= 1 and not is_ranked
    return "plain" if header.fields and told_by_a_row else "tsv"


def gather(pieces: Iterable[Piece], size: Callable[[Piece], int], name: str) -> tuple[list[Piece], ActcliError | None]:
    """Hold all pieces, or those before a fault, which is handed back to be raised once they are written."""
    held: list[Piece] = []
    total = 0
    try:
        for piece in pieces:
            total += size(piece)
            if total > HELD_BYTES:
                raise DataError(f"{name} is held in memory, and this answer outgrew 1 GiB", "--format jsonl streams")
            held.append(piece)
    except ActcliError as fault:
        return held, fault
    return held, None

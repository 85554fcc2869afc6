"""Aligned columns as rich lines, and rich lines as text for a terminal: what every table is drawn with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from actcli.arrays import Numbers
from actcli.errors import printable
from actcli.render.floats import each
from actcli.terminal import Terminal

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

GAP = "  "


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs that are no plain text; `bar` goes from an empty cell to a full one."""

    bar: str
    rest: str
    mark: str
    ellipsis: str
    total: str


_UNICODE = Signs(bar=" ▏▎▍▌▋▊▉█", rest="·", mark="◀", ellipsis="…", total="Σ")
_ASCII = Signs(bar=" #", rest=".", mark="<", ellipsis="...", total="sum")


def signs(terminal: Terminal) -> Signs:
    """Choose signs that the terminal can show."""
    return _UNICODE if terminal.unicode else _ASCII


def shown(text: str, terminal: Terminal) -> str:
    """Escape what would steer the terminal, and what it cannot write."""
    return printable(text) if terminal.unicode else printable(text).encode("ascii", "backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class Column:
    """A title over cells of text; `style` holds for all cells, `styles` for each."""

    title: str
    cells: Sequence[str | Text]
    style: str = ""
    styles: Sequence[str] = ()
    left: bool = False

    @property
    def width(self) -> int:
        """Cells of the terminal that the widest entry takes."""
        return max(map(_width, [self.title, *self.cells]))

    def entries(self) -> list[Text]:
        """Give the title and all cells, filled up to one width, each in its style."""
        width = self.width
        styles = ["dim", *(self.styles or [self.style] * len(self.cells))]
        filled = []
        for cell, style in zip([self.title, *self.cells], styles, strict=True):
            blank = " " * (width - _width(cell))
            filled.append(Text.assemble(cell, blank) if self.left else Text.assemble(blank, cell))
            filled[-1].stylize_before(style)
        return filled


def width_of(columns: Sequence[Column]) -> int:
    """Width of the columns side by side."""
    return sum(column.width for column in columns) + len(GAP) * max(0, len(columns) - 1)


def lines(columns: Sequence[Column]) -> list[Text]:
    """Put columns side by side: a line of titles, then a line a row, none of them ever wrapped."""
    rows = zip(*(column.entries() for column in columns), strict=True)
    return [Text(GAP, no_wrap=True).join(entries) for entries in rows]


def left_out(told: str, terminal: Terminal) -> Text:
    """Make the line that stands for what is not shown."""
    return Text(f"{signs(terminal).ellipsis} {told}", "dim", no_wrap=True)


def pages(leading: Sequence[Column], columns: Sequence[Column], width: int) -> list[list[Column]]:
    """Split columns that do not fit side by side into pages that do, each with the leading columns before it."""
    split: list[list[Column]] = [[*leading]]
    for column in columns:
        if len(split[-1]) > len(leading) and width_of([*split[-1], column]) > width:
            split.append([*leading])
        split[-1].append(column)
    return split


def aligned(values: Numbers, digits: int | None = None) -> list[str]:
    """Text of numbers with the decimal points under each other; a whole number has no `.0`."""
    texts = [token.decode().removesuffix(".0") for token in each(values, digits)]
    points = [_point(number) for number in texts]
    left = max(points, default=0)
    padded = [" " * (left - point) + number for point, number in zip(points, texts, strict=True)]
    right = max(map(len, padded), default=0)
    return [number.ljust(right) for number in padded]


def _width(cell: str | Text) -> int:
    return cell.cell_len if isinstance(cell, Text) else cell_len(cell)


def _point(number: str) -> int:
    """How many characters stand before the point, or the exponent, or the end."""
    return min((place for place in (number.find("."), number.find("e")) if place > 0), default=len(number))


def drawn(parts: Iterable["RenderableType"], terminal: Terminal) -> bytes:
    """Turn lines and tables into the bytes that the terminal is sent."""
    depth = None
    if terminal.colour:
        depth = ColorSystem.TRUECOLOR if terminal.truecolour else ColorSystem.EIGHT_BIT
    lines = (
        "".join(style.render(text, color_system=depth) if style else text for text, style, _ in line)
        for line in styled(parts, terminal)
    )
    return "".join(line.rstrip(" ") + "\n" for line in lines).encode()


def styled(parts: Iterable["RenderableType"], terminal: Terminal) -> Iterator[list[Segment]]:
    """Lay out lines and tables in the width of the terminal, as lines of text in one style each."""
    console = None
    for part in parts:
        if isinstance(part, Text) and (part.no_wrap or part.cell_len <= terminal.width):
            yield list(Text().join([part]).render(_STYLES))
            continue
        console = console or _console(terminal)
        segments = console.render(part)
        yield from Segment.split_and_crop_lines(segments, terminal.width, pad=False, include_new_lines=False)


class _Styles:
    """All that a line asks a console for: styles by name. A real console, 20 ms to import, is for what it lays out."""

    @staticmethod
    def get_style(style: str | Style, *, default: Style) -> Style:
        """Return a style, or the one of this name."""
        return style if isinstance(style, Style) else Style.parse(style)


_STYLES = cast("Console", _Styles())


def _console(terminal: Terminal) -> "Console":
    from rich.console import Console

    # rich reads FORCE_COLOR, COLUMNS and more by rules of its own: all of it is decided here.
    return Console(
        file=StringIO(),
        width=terminal.width,
        height=terminal.height,
        color_system=None,
        force_terminal=terminal.colour,
        no_color=not terminal.colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )

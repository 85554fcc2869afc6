"""What every table is drawn with: columns of text, ladder of digits, pages, excerpts, signs; and lines as bytes."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import takewhile
from operator import eq
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from actcli.arrays import Numbers
from actcli.errors import printable
from actcli.render.numbers import each_padded
from actcli.terminal import Terminal

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.measure import Measurement

GAP = "  "

DIGITS = 6  # significant digits of every number in a table, unless the user asks for others
LADDER = (DIGITS, 4, 3)  # a table takes the first that fits its room

ENDS = 30  # rows at each end of a long table: two ends are what a person reads, and rich takes 0.1 ms a row

Item = TypeVar("Item")


# Signs.


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs that are not ASCII where the terminal can show others."""

    bar: str
    """From an empty cell to a full one."""
    rest: str
    """A cell that a bar leaves empty."""
    mark: str
    """Stands on the largest of several numbers."""
    goal: str
    """Stands in a bar where its end should be."""
    ellipsis: str
    """Stands for what is left out."""
    total: str
    """Stands before a sum."""


_UNICODE = Signs(bar=" ▏▎▍▌▋▊▉█", rest="·", mark="◀", goal="┃", ellipsis="…", total="Σ")
_ASCII = Signs(bar=" #", rest=".", mark="<", goal="|", ellipsis="...", total="sum")


def signs(terminal: Terminal) -> Signs:
    """Choose signs that the terminal can show."""
    return _UNICODE if terminal.unicode else _ASCII


def shown(text: str, terminal: Terminal) -> str:
    """Escape what would steer the terminal, and what it cannot write."""
    return printable(text) if terminal.unicode else printable(text).encode("ascii", "backslashreplace").decode()


def common_start(names: Sequence[str]) -> str:
    """What all of the names begin with."""
    first, last = min(names), max(names)
    return first[: sum(takewhile(bool, map(eq, first, last)))]


def left_out(what: str, terminal: Terminal) -> Text:
    """Make the line that stands for what is not shown."""
    return Text(f"{signs(terminal).ellipsis} {what}", "dim", no_wrap=True)


# Words.


_FIXED = "\N{NO-BREAK SPACE}"
_SIGNS = frozenset(" =<>≤≥|○◇●^%@")
_BETWEEN_PHRASES = re.compile("(?<=[,;:]) ")
# Blanks beside a relation or a bar by itself, and behind the mark of a landmark, which in ASCII is a letter.
_BESIDE_SIGN = re.compile(r" (?=[=<>≤≥%]|\| )|(?<=[=<>≤≥○◇●]) |(?<= \|) |(?<=[v^%@]) (?=min|max|kink)")


def words_of(text: str) -> list[str]:
    """The words of a text; a sign and what stands beside it are one."""
    return [word.replace(_FIXED, " ") for word in _BESIDE_SIGN.sub(_FIXED, text).split(" ")]


def broken(text: str, fits: Callable[[str], bool], *, keeps_phrases: bool = True) -> Iterator[str]:
    """Break a text into lines that fit: between its phrases, and a phrase too long for a line between its words.

    Where phrases need not be kept, between words alone. No break stands beside a sign; what is too long without any
    blank is cut.
    """
    line = ""
    for phrase in _BETWEEN_PHRASES.split(text) if keeps_phrases else [text]:
        parts = [phrase]
        if not fits(phrase):
            parts = words_of(phrase)
            if line:
                yield line
            line = ""
        for part in parts:
            longer = f"{line} {part}".lstrip()
            if fits(longer):
                line = longer
                continue
            if line:
                yield line
            line = part
            while len(line) > 1 and not fits(line):
                most = next((count for count in range(len(line) - 1, 1, -1) if fits(line[:count])), 1)
                most = next((at for at in range(most, 0, -1) if not _SIGNS & {line[at - 1], line[at]}), most)
                yield line[:most]
                line = line[most:]
    if line:
        yield line


@dataclass(frozen=True, slots=True)
class Words:
    """A cell of a table whose lines are broken between words, and never beside a sign."""

    text: str
    """May have lines of its own."""
    style: str = ""
    """Of all of it."""
    label: int = 0
    """How many characters at its begin are a dim label."""

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> Iterator[Text]:
        """Yield the lines."""
        for line in self.text.split("\n"):
            parts = broken(line, lambda part: cell_len(part) <= options.max_width, keeps_phrases=False)
            text = Text("\n".join(parts), self.style)
            text.stylize("dim", 0, self.label)
            yield text

    def __rich_measure__(self, console: "Console", options: "ConsoleOptions") -> "Measurement":
        """From the longest word to the longest line."""
        return Text(self.text).__rich_measure__(console, options)


# Columns.


@dataclass(frozen=True, slots=True)
class Column:
    """A title over cells of text."""

    title: str
    """Stands above the cells."""
    cells: Sequence[str | Text]
    """From top to bottom."""
    style: str = ""
    """Holds for all cells."""
    styles: Sequence[str] = ()
    """One for each cell, in place of `style`."""
    left: bool = False
    """Whether cells begin at the left edge, and not end at the right one."""

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


def _width(cell: str | Text) -> int:
    return cell.cell_len if isinstance(cell, Text) else cell_len(cell)


def width_of(columns: Sequence[Column]) -> int:
    """Width of the columns side by side."""
    return sum(column.width for column in columns) + len(GAP) * max(0, len(columns) - 1)


def lines(columns: Sequence[Column]) -> list[Text]:
    """Put columns side by side: a line of titles, then a line a row, none of them ever wrapped."""
    rows = zip(*(column.entries() for column in columns), strict=True)
    return [Text(GAP, no_wrap=True).join(entries) for entries in rows]


def aligned(values: Numbers, digits: int | None = None) -> list[str]:
    """Text of numbers with the decimal points under each other.

    A whole number has no `.0`, and one that only rounds to it has zeros: 1 and 1.00000 are not the same.
    """
    texts = [number.removesuffix(".0") for number in each_padded(values, digits)]
    points = [_point(number) for number in texts]
    left = max(points, default=0)
    indented = [" " * (left - point) + number for point, number in zip(points, texts, strict=True)]
    right = max(map(len, indented), default=0)
    return [number.ljust(right) for number in indented]


def _point(number: str) -> int:
    """How many characters stand before the point, or the exponent, or the end."""
    return min((place for place in (number.find("."), number.find("e")) if place > 0), default=len(number))


# Room: how many digits, how many columns, how many rows.


def fitting(
    draw: Callable[[int | None], Item], fits: Callable[[Item], bool], digits: int | None, *, whole: bool = False
) -> Item:
    """Draw with the most digits of the ladder that fit; the fewest where none do.

    Where the user asks for so many `digits`, these are the ladder. Where `whole`, it begins with None: all digits that
    a number has.
    """
    *more, fewest = (digits,) if digits else (None, *LADDER) if whole else LADDER
    for step in more:
        drawing = draw(step)
        if fits(drawing):
            return drawing
    return draw(fewest)


def paged(widths: Sequence[int], room: int, gap: int = len(GAP), *, even: bool = False) -> list[slice]:
    """Split columns of these widths into pages no wider than the room, in order, at least one column a page.

    There are as few pages as it takes. Each is filled before the next begins; where `even`, all are about as wide.
    """
    pages = _filled(widths, room, gap)
    # Each narrower room that takes no more pages leaves less to the last of them.
    for narrower in range(room - 1, max(widths, default=0) - 1, -1) if even else ():
        narrow = _filled(widths, narrower, gap)
        if len(narrow) > len(pages):
            break
        pages = narrow
    return pages


def _filled(widths: Sequence[int], room: int, gap: int) -> list[slice]:
    starts, used = [0], 0
    for place, width in enumerate(widths):
        if place > starts[-1] and used + width > room:
            starts.append(place)
            used = 0
        used += width + gap
    return [slice(start, stop) for start, stop in zip(starts, [*starts[1:], len(widths)], strict=True)]


def pages(leading: Sequence[Column], columns: Sequence[Column], width: int) -> list[list[Column]]:
    """Split columns that do not fit side by side into pages that do, each with the leading columns before it."""
    room = width - sum(column.width + len(GAP) for column in leading)
    return [[*leading, *columns[page]] for page in paged([column.width for column in columns], room)]


class Excerpt(Generic[Item]):
    """The first and the last items of a stream of any length, and how many there were."""

    def __init__(self, first: int = ENDS, last: int = ENDS) -> None:
        self.count = 0
        self._room = first
        self._first: list[Item] = []
        self._last: deque[Item] = deque(maxlen=last)

    def add(self, count: int, item: Callable[[int], Item]) -> None:
        """Take `count` more items; `item` gives the one at an index, and is called for those that are kept.

        It has to copy: a view of a few rows would keep their whole chunk in memory.
        """
        first = min(count, max(0, self._room - self.count))
        self._first += map(item, range(first))
        self._last.extend(map(item, range(max(first, count - (self._last.maxlen or 0)), count)))
        self.count += count

    @property
    def items(self) -> list[Item]:
        """All that were kept."""
        return [*self._first, *self._last]

    @property
    def left_out(self) -> int:
        """How many are missing after the first ones."""
        return self.count - len(self._first) - len(self._last)


def ends(count: int, room: int) -> list[int]:
    """List the indices of the first and the last of `count` things, as many as there is room for."""
    if count <= room:
        return list(range(count))
    return [*range((room + 1) // 2), *range(count - room // 2, count)]


# The terminal.


def drawn(parts: Iterable["RenderableType"], terminal: Terminal) -> bytes:
    """Turn lines and tables into the bytes that the terminal is sent."""
    depth = None
    if terminal.colour:
        depth = ColorSystem.TRUECOLOR if terminal.truecolour else ColorSystem.EIGHT_BIT
    lines = (
        "".join(style.render(text, color_system=depth) if style else text for text, style, _ in line)
        for line in styled(parts, terminal)
    )
    return "".join(line.rstrip(" ") + "\n" for line in lines).encode("utf-8", "backslashreplace")


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
        """A style, or the one of this name."""
        return style if isinstance(style, Style) else Style.parse(style)


_STYLES = cast("Console", _Styles())


def _console(terminal: Terminal) -> "Console":
    from rich.console import Console

    # rich reads FORCE_COLOR, COLUMNS and more by rules of its own: all of it is decided in `Terminal`.
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

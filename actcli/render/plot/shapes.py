"""Cells of text as shapes: braille, blocks and boxes become discs, areas and strokes; only words need a font."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

# A cell in units: the two by four dots of braille make one even raster in it, and in nearly every monospaced font
# letters of 15 units are 9 wide.
CELL_WIDTH, CELL_HEIGHT, FONT_SIZE = 9.0, 18.0, 15.0
PAPER, INK = "#ffffff", "#24292f"
_MARGIN = 2  # cells left and right, and half as many lines above and below
_BASELINE = 13.5
_DOT, _DISC, _RING = 1.6, 3.8, 3.6  # radii of a dot of braille, of a mark, and of a mark that is an outline
_FAINT = 0.6  # how much of its colour dim output keeps
# What the sixteen colours of a terminal are on paper: legible, the bright ones too.
_PALETTE = (
    *("#24292f", "#c4272e", "#2f7d32", "#8a6100", "#0b62c4", "#8250df", "#0e7f87", "#6e7781"),
    *("#57606a", "#d7343b", "#3b8f41", "#a87000", "#2077d8", "#9a63ee", "#2b8999", "#57606a"),
)

Point = tuple[float, float]

_DOTS = tuple(
    (0.25 + 0.5 * column, 0.125 + 0.25 * row)
    for row, column in ((0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1))
)  # fmt: skip - in the order of their bits
_SHADES = {"▓": 0.7, "▒": 0.45, "░": 0.15}
# Boxes by the edges of the cell that they reach from its middle; a heavy one is drawn like a light one.
_BOXES = {
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu", "├": "udr", "┤": "udl", "┬": "lrd", "┴": "lru",
    "┼": "lrud", "╴": "l", "╶": "r", "╵": "u", "╷": "d", "╭": "rd", "╮": "ld", "╰": "ru", "╯": "lu", "━": "lr",
    "┃": "ud", "╸": "l", "╺": "r", "═": "lr", "║": "ud",
}  # fmt: skip
_DRAWN = "".join(_BOXES) + "╱●○◇▁-▇▉-▏⠀-⣿"
# Several equal shades make one area, since two that meet would show a seam; letters make words, blanks inside them.
_PIECES = re.compile(rf"([█▓▒░─])\1*|[{_DRAWN}]|[^\s█▓▒░{_DRAWN}]+(?: [^\s█▓▒░{_DRAWN}]+)*")


class Paint(NamedTuple):
    """A colour as #rrggbb, and how much of it covers what is behind."""

    colour: str
    """In sRGB."""
    opacity: float = 1.0
    """From 0 to 1."""


class Disc(NamedTuple):
    """A filled circle about x, y."""

    paint: Paint
    """How it is filled."""
    x: float
    """Of its centre."""
    y: float
    """Of its centre."""
    radius: float
    """In units of the sheet."""


class Area(NamedTuple):
    """A filled rectangle, x and y its upper left corner."""

    paint: Paint
    """How it is filled."""
    x: float
    """The left edge."""
    y: float
    """The upper edge."""
    width: float
    """In units of the sheet."""
    height: float
    """In units of the sheet."""


class Stroke(NamedTuple):
    """A line one unit wide through points."""

    paint: Paint
    """How it is drawn."""
    points: tuple[Point, ...]
    """Joined by straight lines."""


class Word(NamedTuple):
    """Letters that take `width` cells' worth of units, y their baseline."""

    paint: Paint
    """How it is drawn."""
    x: float
    """The left edge."""
    y: float
    """The baseline."""
    width: float
    """In units of the sheet."""
    text: str
    """On one line."""
    is_bold: bool
    """Whether in bold letters."""


Shape = Disc | Area | Stroke | Word


class Sheet(NamedTuple):
    """Shapes in the order in which they are drawn, on paper of this size."""

    width: float
    """In units: a cell has CELL_WIDTH by CELL_HEIGHT."""
    height: float
    """In the same units."""
    shapes: tuple[Shape, ...]
    """The first lies at the bottom."""


def sheet(lines: Iterable[Iterable[Segment]]) -> Sheet:
    """Lay out lines of text, each piece in one style, on paper with a margin."""
    rows = [_without_seams(line) for line in lines] or [[]]
    columns = max(sum(cell_len(segment.text) for segment in row) for row in rows)
    shapes = [shape for number, row in enumerate(rows) for shape in _row(row, (number + _MARGIN / 2) * CELL_HEIGHT)]
    shapes.sort(key=lambda shape: not isinstance(shape, Area))  # what is filled lies behind dots and words
    return Sheet((columns + 2 * _MARGIN) * CELL_WIDTH, (len(rows) + _MARGIN) * CELL_HEIGHT, tuple(shapes))


def _without_seams(line: Iterable[Segment]) -> list[Segment]:
    """Join neighbours without a style, so that words stay whole, and cut the blanks that end a line."""
    joined: list[Segment] = []
    for segment in line:
        if joined and not joined[-1].style and not segment.style:
            joined[-1] = Segment(joined[-1].text + segment.text)
        else:
            joined.append(segment)
    if joined and not joined[-1].style:
        joined[-1] = Segment(joined[-1].text.rstrip(" "))
    return joined


def _row(line: Iterable[Segment], top: float) -> Iterator[Shape]:
    left = _MARGIN * CELL_WIDTH
    for text, known_style, _ in line:
        style = known_style or Style()
        width = cell_len(text) * CELL_WIDTH
        if style.bgcolor is not None and not style.bgcolor.is_default:
            yield Area(Paint(_hex(style.bgcolor, PAPER)), left, top, width, CELL_HEIGHT)
        paint = Paint(_hex(style.color, INK), _FAINT if style.dim else 1.0)
        for piece in _PIECES.finditer(text):
            at = left + cell_len(text[: piece.start()]) * CELL_WIDTH
            yield from _drawn(piece[0], at, top, paint, is_bold=bool(style.bold))
        left += width


def _drawn(piece: str, left: float, top: float, paint: Paint, *, is_bold: bool) -> Iterator[Shape]:
    """The shapes of one glyph or several equal ones, or a word."""
    glyph = piece[0]
    x, y = left + CELL_WIDTH / 2, top + CELL_HEIGHT / 2
    if glyph == "█" or glyph in _SHADES:
        # Of a dim shade nothing would be left on paper.
        shade = paint._replace(opacity=_SHADES.get(glyph, paint.opacity))
        yield Area(shade, left, top, len(piece) * CELL_WIDTH, CELL_HEIGHT)
    elif _is_block(glyph):
        yield _block(glyph, left, top, paint)
    elif "⠀" <= glyph <= "⣿":
        yield from _braille(glyph, left, top, paint)
    elif glyph == "●":
        yield Disc(paint, x, y, _DISC)
    elif glyph == "─":
        yield Stroke(paint, ((left, y), (left + len(piece) * CELL_WIDTH, y)))
    elif glyph in _OUTLINES:
        yield from (Stroke(paint, tuple((x + dx, y + dy) for dx, dy in line)) for line in _OUTLINES[glyph])
    else:
        yield Word(paint, left, top + _BASELINE, cell_len(piece) * CELL_WIDTH, piece, is_bold)


def _is_block(glyph: str) -> bool:
    return "▁" <= glyph <= "▇" or "▉" <= glyph <= "▏"


def _block(glyph: str, left: float, top: float, paint: Paint) -> Area:
    """Some eighths of a cell: ▁ to ▇ from below, ▉ to ▏ from the left."""
    if glyph <= "▇":
        height = CELL_HEIGHT * (ord(glyph) - 0x2580) / 8
        return Area(paint, left, top + CELL_HEIGHT - height, CELL_WIDTH, height)
    return Area(paint, left, top, CELL_WIDTH * (0x2590 - ord(glyph)) / 8, CELL_HEIGHT)


def _braille(glyph: str, left: float, top: float, paint: Paint) -> Iterator[Disc]:
    for bit, (across, down) in enumerate(_DOTS):
        if (ord(glyph) - 0x2800) >> bit & 1:
            yield Disc(paint, left + across * CELL_WIDTH, top + down * CELL_HEIGHT, _DOT)


def _ring(corners: int, radius: float) -> tuple[Point, ...]:
    turns = (2 * math.pi * corner / corners for corner in range(corners + 1))
    return tuple((round(radius * math.cos(turn), 2), round(radius * math.sin(turn), 2)) for turn in turns)


_LEFT, _RIGHT, _UP, _DOWN = (
    (-CELL_WIDTH / 2, 0.0),
    (CELL_WIDTH / 2, 0.0),
    (0.0, -CELL_HEIGHT / 2),
    (0.0, CELL_HEIGHT / 2),
)
_EDGES = {"l": _LEFT, "r": _RIGHT, "u": _UP, "d": _DOWN}
# Signs that are lines through points about the middle of a cell.
_OUTLINES: Mapping[str, tuple[tuple[Point, ...], ...]] = {
    **{box: tuple(((0.0, 0.0), _EDGES[edge]) for edge in edges) for box, edges in _BOXES.items()},
    "╱": (((_LEFT[0], _DOWN[1]), (_RIGHT[0], _UP[1])),),
    "○": (_ring(24, _RING),),
    "◇": (_ring(4, _RING + 0.8),),
}


def _hex(colour: Color | None, otherwise: str) -> str:
    if colour is None or colour.is_default:
        return otherwise
    if colour.number is not None and colour.number < len(_PALETTE):
        return _PALETTE[colour.number]
    return colour.get_truecolor().hex

"""Tables as shapes: blocks and boxes become areas and strokes in the raster of their cells; only words need a font."""

import re
from collections.abc import Iterable, Iterator, Mapping

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from actcli.render.plot.sheet import Area, Paint, Point, Shape, Sheet, Stroke, Word
from actcli.render.plot.theme import PALETTES
from actcli.terminal import Ground

# A cell in units.
CELL_WIDTH, CELL_HEIGHT = 9.0, 18.0
_MARGIN = 2  # cells left and right, and half as many lines above and below
_BASELINE = 13.5
_FAINT = 0.6  # how much of its colour dim output keeps
# What the sixteen colours of a terminal are on paper: legible, the bright ones too.
_SIXTEEN: Mapping[Ground, tuple[str, ...]] = {
    "light": (
        *("#24292f", "#c4272e", "#2f7d32", "#8a6100", "#0b62c4", "#8250df", "#0e7f87", "#6e7781"),
        *("#57606a", "#d7343b", "#3b8f41", "#a87000", "#2077d8", "#9a63ee", "#2b8999", "#57606a"),
    ),
    "dark": (
        *("#8b949e", "#e5666b", "#8bc34a", "#e5c07b", "#5aa7f0", "#c678dd", "#4fc1c9", "#d6d9df"),
        *("#8b949e", "#ff7b81", "#a5e06a", "#ffd580", "#7cc4ff", "#e29cff", "#74e0e8", "#ffffff"),
    ),
}

_SHADES = {"▓": 0.7, "▒": 0.45, "░": 0.15}
# Boxes by the edges of the cell that they reach from its middle; a heavy one is drawn like a light one.
_BOXES = {
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu", "├": "udr", "┤": "udl", "┬": "lrd", "┴": "lru",
    "┼": "lrud", "╴": "l", "╶": "r", "╵": "u", "╷": "d", "╭": "rd", "╮": "ld", "╰": "ru", "╯": "lu", "━": "lr",
    "┃": "ud", "╸": "l", "╺": "r", "═": "lr", "║": "ud",
}  # fmt: skip
_DRAWN = "".join(_BOXES) + "▁-▇▉-▏"
# Several equal shades make one area, since two that meet would show a seam; letters make words, blanks inside them.
_PIECES = re.compile(rf"([█▓▒░─])\1*|[{_DRAWN}]|[^\s█▓▒░{_DRAWN}]+(?: [^\s█▓▒░{_DRAWN}]+)*")


def sheet(lines: Iterable[Iterable[Segment]], ground: Ground = "light") -> Sheet:
    """Lay out lines of text, each piece in one style, on paper with a margin."""
    rows = [_without_seams(line) for line in lines] or [[]]
    columns = max(sum(cell_len(segment.text) for segment in row) for row in rows)
    shapes = [
        shape for number, row in enumerate(rows) for shape in _row(row, (number + _MARGIN / 2) * CELL_HEIGHT, ground)
    ]
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


def _row(line: Iterable[Segment], top: float, ground: Ground) -> Iterator[Shape]:
    palette = PALETTES[ground]
    left = _MARGIN * CELL_WIDTH
    for text, known_style, _ in line:
        style = known_style or Style()
        width = cell_len(text) * CELL_WIDTH
        if style.bgcolor is not None and not style.bgcolor.is_default:
            yield Area(Paint(_hex(style.bgcolor, palette.paper, ground)), left, top, width, CELL_HEIGHT)
        paint = Paint(_hex(style.color, palette.ink, ground), _FAINT if style.dim else 1.0)
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
    elif glyph == "─":
        yield Stroke(paint, ((left, y), (left + len(piece) * CELL_WIDTH, y)))
    elif glyph in _OUTLINES:
        yield from (Stroke(paint, tuple((x + dx, y + dy) for dx, dy in line)) for line in _OUTLINES[glyph])
    else:
        yield Word(paint, left, top + _BASELINE, piece, is_bold=is_bold, width=cell_len(piece) * CELL_WIDTH)


def _is_block(glyph: str) -> bool:
    return "▁" <= glyph <= "▇" or "▉" <= glyph <= "▏"


def _block(glyph: str, left: float, top: float, paint: Paint) -> Area:
    """Some eighths of a cell: ▁ to ▇ from below, ▉ to ▏ from the left."""
    if glyph <= "▇":
        height = CELL_HEIGHT * (ord(glyph) - 0x2580) / 8
        return Area(paint, left, top + CELL_HEIGHT - height, CELL_WIDTH, height)
    return Area(paint, left, top, CELL_WIDTH * (0x2590 - ord(glyph)) / 8, CELL_HEIGHT)


_LEFT, _RIGHT, _UP, _DOWN = (
    (-CELL_WIDTH / 2, 0.0),
    (CELL_WIDTH / 2, 0.0),
    (0.0, -CELL_HEIGHT / 2),
    (0.0, CELL_HEIGHT / 2),
)
_EDGES = {"l": _LEFT, "r": _RIGHT, "u": _UP, "d": _DOWN}
# Signs that are lines through points about the middle of a cell.
_OUTLINES: Mapping[str, tuple[tuple[Point, ...], ...]] = {
    box: tuple(((0.0, 0.0), _EDGES[edge]) for edge in edges) for box, edges in _BOXES.items()
}


def _hex(colour: Color | None, otherwise: str, ground: Ground) -> str:
    if colour is None or colour.is_default:
        return otherwise
    if colour.number is not None and colour.number < len(_SIXTEEN[ground]):
        return _SIXTEEN[ground][colour.number]
    return colour.get_truecolor().hex

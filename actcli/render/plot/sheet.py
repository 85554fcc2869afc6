"""A sheet of paper with shapes on it: what every saved picture is made of, whatever file it becomes."""

from collections.abc import Iterable
from typing import NamedTuple

# An image has so many pixels, and a page 1/96 inch, for a unit. In nearly every monospaced font letters of 15 units
# are 9 wide, which is the width of a cell of text.
FONT_SIZE = 15.0

Point = tuple[float, float]

# Advance of the letters from blank to tilde in DejaVu Sans, in hundredths of their size. Few fonts without serifs are
# wider, so that words keep the room they were given.
_ADVANCES = (
    *(32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34),
    *(84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99),
    *(69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52),
    *(39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84),
)
_OTHER_ADVANCE = 84  # of the mathematical signs; Greek letters are narrower
_RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹′″·"
_RAISED_ADVANCE = 40
_BOLD = 1.12  # times as wide


class Paint(NamedTuple):
    """A colour as #rrggbb, and how much of it covers what is behind."""

    colour: str
    """In sRGB."""
    opacity: float = 1.0
    """From 0 to 1."""


class Box(NamedTuple):
    """A rectangle, x and y its upper left corner."""

    x: float
    """The left edge."""
    y: float
    """The upper edge."""
    width: float
    """In units of the sheet."""
    height: float
    """In units of the sheet."""

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    def meets(self, other: "Box") -> bool:
        """Whether the two have more than an edge in common."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


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
    """A line through points."""

    paint: Paint
    """How it is drawn."""
    points: tuple[Point, ...]
    """Joined by straight lines."""
    width: float = 1.0
    """In units of the sheet."""
    dash: tuple[float, ...] = ()
    """Lengths of dash and gap in turn; empty for a whole line."""
    frame: Box | None = None
    """What lies outside of it is cut off; None: nothing is."""


class Patch(NamedTuple):
    """A filled polygon."""

    paint: Paint
    """How it is filled."""
    points: tuple[Point, ...]
    """Its corners in turn."""


class Word(NamedTuple):
    """Letters on one line, y their baseline."""

    paint: Paint
    """How it is drawn."""
    x: float
    """Where the letters start, have their middle, or end."""
    y: float
    """The baseline."""
    text: str
    """On one line."""
    size: float = FONT_SIZE
    """The height of a line without lead, as in any program for text."""
    is_bold: bool = False
    """Whether in bold letters."""
    anchor: str = "start"
    """start, middle or end: what of the letters x tells."""
    width: float | None = None
    """That of cells of text, which letters of one width fill; None: letters have the width of their own."""
    is_upright: bool = False
    """Whether it is read from below."""


Shape = Disc | Area | Stroke | Patch | Word


class Sheet(NamedTuple):
    """Shapes in the order in which they are drawn, on paper of this size."""

    width: float
    """In units: a cell of text has 9 by 18."""
    height: float
    """In the same units."""
    shapes: tuple[Shape, ...]
    """The first lies at the bottom."""
    scale: float = 1.0
    """The size of a unit on a screen, in pixels of CSS, of which 96 are an inch."""


def stacked(sheets: Iterable[Sheet]) -> Sheet:
    """Join sheets into one, each below the one before."""
    shapes: list[Shape] = []
    width = top = 0.0
    for each in sheets:
        shapes += (moved(shape, 0.0, top) for shape in each.shapes)
        width, top = max(width, each.width), top + each.height
    return Sheet(width, top, tuple(shapes))


def moved(shape: Shape, right: float, down: float) -> Shape:
    """The same shape in another place."""
    match shape:
        case Stroke():
            frame = shape.frame and shape.frame._replace(x=shape.frame.x + right, y=shape.frame.y + down)
            return shape._replace(points=tuple((x + right, y + down) for x, y in shape.points), frame=frame)
        case Patch():
            return shape._replace(points=tuple((x + right, y + down) for x, y in shape.points))
        case _:
            return shape._replace(x=shape.x + right, y=shape.y + down)


def width_of(text: str, size: float, *, is_bold: bool = False) -> float:
    """About how wide letters are, rather too wide than too narrow."""
    hundredths = sum(_advance(letter) for letter in text)
    return hundredths * size / 100 * (_BOLD if is_bold else 1.0)


def _advance(letter: str) -> int:
    if " " <= letter <= "~":
        return _ADVANCES[ord(letter) - ord(" ")]
    if letter in _RAISED:
        return _RAISED_ADVANCE
    return 100 if letter > "⺀" else _OTHER_ADVANCE

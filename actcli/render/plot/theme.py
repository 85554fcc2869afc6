"""How a terminal or a file shows a picture: colours, the patterns of zones, marks, and how words are spelt."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.color import Color, ColorSystem
from rich.style import Style

from actcli.render.grid import words_of
from actcli.render.plot.canvas import MARKS, line_sample
from actcli.render.plot.figure import MarkKind, ShadeKind
from actcli.terminal import Ground, Terminal

# After Okabe and Ito (jfly.uni-koeln.de/color), told apart by colour-blind readers. A terminal does not say whether its
# background is dark or light: all have one middle lightness, with a contrast of 4.5:1 on black and on white.
CURVE_COLOURS = ((0, 111, 238), (198, 79, 0), (0, 134, 85), (194, 49, 194), (142, 113, 0), (234, 0, 60))
# Those of the 256 colours that come nearest to them: 4.4:1 at the least.
CURVE_NUMBERS = (63, 130, 29, 163, 98, 131)
# For the same reason a zone is a pattern in grey and not a background. Its kind shows in the pattern, not in colour.
_GREY = (118, 118, 118)


class Palette(NamedTuple):
    """The colours of a background that is known: of a saved picture, or of a terminal that was named."""

    paper: str
    """The background; all of them as #rrggbb."""
    ink: str
    """Title, and labels of axes."""
    words: str
    """All other words."""
    frame: str
    """Axes and ticks."""
    grid: str
    """Lines across the picture at the ticks."""
    context: str
    """Curves that stand behind."""
    bars: str
    """A histogram."""
    zones: Mapping[ShadeKind, str]
    """Behind everything else."""
    curves: tuple[str, ...]
    """A contrast of 4.5:1 with the paper each."""


PALETTES: Mapping[Ground, Palette] = {
    "light": Palette(
        paper="#ffffff",
        ink="#24292f",
        words="#57606a",
        frame="#6e7781",
        grid="#e8eaee",
        context="#afb8c1",
        bars="#8fa3bf",
        zones={"saturated": "#eceef1", "dead": "#dfe2e8", "underflow": "#d3d8e0", "alternate": "#f3f4f6"},
        curves=("#1f6fcb", "#c0530d", "#14825c", "#a23ab8", "#856a00", "#d0204f"),
    ),
    "dark": Palette(
        paper="#16181d",
        ink="#e6e8ec",
        words="#a8b0bb",
        frame="#7d8590",
        grid="#282c34",
        context="#545d68",
        bars="#4a6285",
        zones={"saturated": "#23262e", "dead": "#2e323c", "underflow": "#3a3f4b", "alternate": "#1d2026"},
        curves=("#5aa7f0", "#f0883e", "#3fbf8f", "#d58be8", "#d0b040", "#ff7a9c"),
    ),
}

_ASCII_SPELLING = str.maketrans({
    "≤": "<=", "≥": ">=", "≠": "!=", "−": "-", "–": "-", "—": "-", "·": "*", "×": "x", "′": "'", "″": "''",
    "σ": "sigma", "Φ": "Phi", "φ": "phi", "α": "alpha", "β": "beta", "λ": "lambda", "π": "pi", "√": "sqrt",
    "∞": "inf", "…": "...", "±": "+-", "→": "->", "’": "'", "“": '"', "”": '"', "\u00a0": " ",
})  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Theme(NamedTuple):
    """The signs and styles of one terminal, or of a file on white paper."""

    unicode: bool
    """Whether signs beyond ASCII can be drawn."""
    depth: ColorSystem | None
    """How many colours there are; None: none at all."""
    ground: Ground | None = None
    """The background, where it is known."""

    @classmethod
    def of(cls, terminal: Terminal) -> "Theme":
        """Choose what a terminal can show."""
        depth = ColorSystem.TRUECOLOR if terminal.truecolour else ColorSystem.EIGHT_BIT
        return cls(terminal.unicode, depth if terminal.colour else None, terminal.ground)

    @classmethod
    def of_paper(cls, ground: Ground) -> "Theme":
        """That of a saved picture."""
        return cls(True, ColorSystem.TRUECOLOR, ground)

    @property
    def has_colour(self) -> bool:
        """Whether curves are told apart by colour."""
        return self.depth is not None

    @property
    def has_dashes(self) -> bool:
        """Whether curves are told apart by the dots they leave out."""
        return self.unicode and not self.has_colour

    @property
    def marks(self) -> Mapping[MarkKind, str]:
        """The sign of each kind of mark."""
        return {kind: signs[0 if self.unicode else 1] for kind, signs in MARKS.items()}

    @property
    def palette(self) -> Palette | None:
        """The colours for the background; None where it is not known."""
        return PALETTES[self.ground] if self.ground else None

    def curve(self, style: int, *, bold: bool | None = None) -> Style:
        """How curves of this style, and their names, are coloured."""
        place = style % len(CURVE_COLOURS)
        if self.palette:
            return self._coloured(Color.parse(self.palette.curves[place]), bold=bold)
        if self.depth is ColorSystem.EIGHT_BIT:
            return Style(color=Color.from_ansi(CURVE_NUMBERS[place]), bold=bold)
        return self._coloured(Color.from_rgb(*CURVE_COLOURS[place]), bold=bold)

    def grey(self, zone: ShadeKind | None = None, *, dim: bool | None = None) -> Style:
        """How everything but curves looks; in a zone, what lies behind it too: a known background can be shaded."""
        if self.palette:
            colour = Color.parse(self.palette.frame if dim else self.palette.words)
            return self._coloured(colour) + self.background(zone)
        return self._coloured(Color.from_rgb(*_GREY), dim=dim)

    def background(self, zone: ShadeKind | None) -> Style:
        """What a zone adds to the style of all its cells."""
        if self.palette and self.has_colour and zone:
            return Style(bgcolor=self._downgraded(Color.parse(self.palette.zones[zone])))
        return Style.null()

    def _coloured(self, colour: Color, *, bold: bool | None = None, dim: bool | None = None) -> Style:
        return Style(color=self._downgraded(colour), bold=bold, dim=dim)

    def _downgraded(self, colour: Color) -> Color:
        # Here and not at the end: a Style remembers the codes of the first depth it was written in.
        return colour.downgrade(self.depth) if self.depth else colour

    def line_sample(self, style: int) -> str:
        """three cells of a curve's line for the legend."""
        return line_sample(style, unicode=self.unicode, dashed=self.has_dashes)

    @property
    def faint_sample(self) -> str:
        """Three cells of a line that stands behind the curves, for the legend."""
        return "⠄⠄⠄" if self.unicode else ".  "

    def pattern(self, zone: ShadeKind, row: int, column: int) -> str:
        """What fills an empty cell of a zone: a shade or dots, denser for underflow; diagonals where dead."""
        if self.palette and self.has_colour:
            return " "  # shaded by its background
        if zone == "dead":
            return ("╱" if self.unicode else "/") if (row + column) % 4 == 0 else " "
        is_dense = zone == "underflow"
        step = 1 if is_dense else 2 if self.unicode and self.has_colour else 4
        return ("·" if self.unicode else ":") if (column + step // 2 * (row % 2)) % step == 0 else " "

    def spelled(self, text: str) -> str:
        """Spell a text of the user's: control characters escaped, and in ASCII nothing else."""
        text = _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
        return text if self.unicode else text.translate(_ASCII_SPELLING).encode("ascii", "replace").decode()

    def shortened(self, text: str, width: int) -> str:
        """A text of the user's in a width; where it has no room its last words give way to dots."""
        spelled = self.spelled(text)
        if cell_len(spelled) <= width:
            return spelled
        dots = self.spelled("…")
        if width <= len(dots):
            return ""
        *whole, last = words_of(set_cell_size(spelled, width - len(dots)))
        return (" ".join(whole).strip() or last).rstrip() + dots

"""How a terminal or a file shows a picture: colours, the patterns of zones, marks, and how words are spelt."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.color import Color, ColorSystem
from rich.style import Style

from actcli.analysis import ZoneKind
from actcli.render.plot.canvas import MARKS, line_sample
from actcli.render.plot.figure import MarkKind
from actcli.terminal import Terminal

# After Okabe and Ito (jfly.uni-koeln.de/color), told apart by colour-blind readers; set to a middle lightness,
# since a terminal does not say whether its background is dark or light: contrast at least 4.5:1 on both.
CURVE_COLOURS = ((39, 120, 196), (185, 91, 17), (0, 134, 98), (169, 89, 155), (139, 116, 0), (108, 118, 133))
# For the same reason a zone is a pattern in grey and not a background. Its kind shows in the pattern, not in colour.
_GREY = (117, 117, 117)
# Of the 256 colours six alone keep that contrast, each for the one it is most like.
OF_256 = dict(zip((*CURVE_COLOURS, _GREY), (63, 131, 29, 163, 98, 243, 243), strict=True))
_PAPER_GREY, _PAPER_SHADE = (92, 100, 110), (232, 235, 243)  # of words, and behind saturated zones

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
    is_paper: bool = False
    """Whether the background is white."""

    @classmethod
    def of(cls, terminal: Terminal) -> "Theme":
        """Choose what a terminal can show."""
        depth = ColorSystem.TRUECOLOR if terminal.truecolour else ColorSystem.EIGHT_BIT
        return cls(terminal.unicode, depth if terminal.colour else None, terminal.is_paper)

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

    def curve(self, style: int, *, bold: bool | None = None) -> Style:
        """How curves of this style, and their names, are coloured."""
        return self._coloured(CURVE_COLOURS[style % len(CURVE_COLOURS)], bold=bold)

    def grey(self, zone: ZoneKind | None = None, *, dim: bool | None = None) -> Style:
        """How everything but curves looks; in a zone, what lies behind it too: white paper can be shaded."""
        style = self._coloured(_PAPER_GREY if self.is_paper else _GREY, dim=dim)
        return style + self.background(zone)

    def background(self, zone: ZoneKind | None) -> Style:
        """What a zone adds to the style of all its cells."""
        if self.is_paper and zone == "saturated":
            return Style(bgcolor=Color.from_rgb(*_PAPER_SHADE))
        return Style.null()

    def _coloured(self, rgb: tuple[int, int, int], *, bold: bool | None = None, dim: bool | None = None) -> Style:
        # Downgraded here and not at the end: a Style remembers the codes of the first depth it was written in.
        colour = Color.from_rgb(*rgb)
        if self.depth is ColorSystem.EIGHT_BIT:
            number = OF_256.get(rgb)
            colour = colour.downgrade(self.depth) if number is None else Color.from_ansi(number)
        return Style(color=colour, bold=bold, dim=dim)

    def line_sample(self, style: int) -> str:
        """three cells of a curve's line for the legend."""
        return line_sample(style, unicode=self.unicode, dashed=self.has_dashes)

    @property
    def faint_sample(self) -> str:
        """Three cells of a line that stands behind the curves, for the legend."""
        return "⠄⠄⠄" if self.unicode else ".  "

    def pattern(self, zone: ZoneKind, row: int, column: int) -> str:
        """What fills an empty cell of a zone: a shade or dots, denser for underflow; diagonals where dead."""
        if zone == "dead":
            return ("╱" if self.unicode else "/") if (row + column) % 4 == 0 else " "
        if self.is_paper and zone == "saturated":
            return " "  # shaded by its background
        is_dense = zone == "underflow"
        if self.unicode and self.has_colour:
            return "▒" if is_dense else "░"
        step = 2 if is_dense else 4
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
        kept = set_cell_size(spelled, width - len(dots))
        return (kept.rsplit(" ", 1)[0] if " " in kept.strip() else kept).rstrip() + dots

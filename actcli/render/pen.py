"""What a terminal can show of a picture: its colours, and how signs are spelt; lines as runs of one style."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.color import Color, ColorSystem
from rich.style import Style

from actcli.landmarks import ZoneKind
from actcli.render.figure import MarkKind
from actcli.render.plot import MARKS, swatch
from actcli.terminal import Terminal

# After Okabe and Ito (jfly.uni-koeln.de/color), told apart by colour-blind readers; set to a middle lightness,
# since a terminal does not say whether its background is dark or light: contrast at least 3:1 on both.
INKS = ((44, 134, 219), (213, 105, 20), (0, 150, 110), (190, 100, 175), (150, 125, 0), (110, 120, 135))
GREY = (128, 128, 128)
_DARK_GREY, _SHADE = (92, 100, 110), (232, 235, 243)  # on paper: of words, and behind saturated zones
# For the same reason a zone is a pattern in grey and not a background. Its kind is told by the pattern, not by colour.

_ASCII_SPELLING = str.maketrans({
    "≤": "<=", "≥": ">=", "≠": "!=", "−": "-", "–": "-", "—": "-", "·": "*", "×": "x", "′": "'", "″": "''",
    "σ": "sigma", "Φ": "Phi", "φ": "phi", "α": "alpha", "β": "beta", "λ": "lambda", "π": "pi", "√": "sqrt",
    "∞": "inf", "…": "...", "±": "+-", "→": "->", "’": "'", "“": '"', "”": '"', "\u00a0": " ",
})  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Run(NamedTuple):
    """A piece of a line in one style; a line is a list of them."""

    text: str
    style: Style


Line = list[Run]


@dataclass(frozen=True, slots=True)
class Pen:
    """The styles that a terminal has, and its spelling."""

    unicode: bool
    system: ColorSystem | None
    is_paper: bool = False

    @classmethod
    def of(cls, terminal: Terminal) -> "Pen":
        depth = ColorSystem.TRUECOLOR if terminal.truecolour else ColorSystem.EIGHT_BIT
        return cls(terminal.unicode, depth if terminal.colour else None, terminal.is_paper)

    @property
    def colour(self) -> bool:
        return self.system is not None

    @property
    def dashed(self) -> bool:
        return self.unicode and not self.colour

    @property
    def plain(self) -> Style:
        return Style()

    @property
    def marks(self) -> Mapping[MarkKind, str]:
        return {kind: signs[0 if self.unicode else 1] for kind, signs in MARKS.items()}

    def style(self, rgb: tuple[int, int, int], *, bold: bool | None = None, dim: bool | None = None) -> Style:
        # Downgraded here and not at the end: a Style remembers the codes of the first depth it was written in.
        colour = Color.from_rgb(*rgb)
        return Style(color=colour.downgrade(self.system) if self.system else colour, bold=bold, dim=dim)

    def grey(self, *, dim: bool | None = None) -> Style:
        return self.style(_DARK_GREY if self.is_paper else GREY, dim=dim)

    def ink(self, curve: int, *, bold: bool | None = None) -> Style:
        return self.style(INKS[curve % len(INKS)], bold=bold)

    def text(self, text: str) -> str:
        """Spell a text of the user's: control characters escaped, and in ASCII nothing else."""
        text = _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
        return text if self.unicode else text.translate(_ASCII_SPELLING).encode("ascii", "replace").decode()

    def swatch(self, curve: int) -> str:
        return swatch(curve, unicode=self.unicode, dashed=self.dashed)

    def hatch(self, kind: ZoneKind, row: int, column: int) -> str:
        """Return what stands in an empty cell of a zone: a shade or dots, denser for underflow; diagonals for dead."""
        if kind == "dead":
            return ("╱" if self.unicode else "/") if (row + column) % 4 == 0 else " "
        if self.is_paper and kind == "saturated":
            return " "  # shaded by its background
        is_dense = kind == "underflow"
        if self.unicode and self.colour:
            return "▒" if is_dense else "░"
        step = 2 if is_dense else 4
        return ("·" if self.unicode else ":") if (column + step // 2 * (row % 2)) % step == 0 else " "

    def behind(self, kind: ZoneKind | None) -> Style:
        """Return what a zone adds to the style of all its cells: a background, where it is known to be white else."""
        if self.is_paper and kind == "saturated":
            return Style(bgcolor=Color.from_rgb(*_SHADE))
        return Style()

    def shortened(self, text: str, width: int) -> str:
        """Return a text of the user's in a width; where it has no room its last words give way to dots."""
        spelt = self.text(text)
        if cell_len(spelt) <= width:
            return spelt
        dots = self.text("…")
        if width <= len(dots):
            return ""
        kept = set_cell_size(spelt, width - len(dots))
        return (kept.rsplit(" ", 1)[0] if " " in kept.strip() else kept).rstrip() + dots

    def write(self, line: Line, width: int) -> str:
        """Return a line cut to a width, with its codes and without blanks at its end."""
        pieces = (style.render(text, color_system=self.system) for text, style in cut(line, width))
        return "".join(pieces).rstrip(" ")


def cut(line: Line, width: int) -> Line:
    """Return what of a line fits into a width."""
    kept = []
    for text, style in line:
        piece = text if cell_len(text) <= width else set_cell_size(text, width)
        width -= cell_len(piece)
        kept.append(Run(piece, style))
    return kept


def width_of(line: Iterable[Run]) -> int:
    """Cells that a line takes."""
    return sum(cell_len(run.text) for run in line)

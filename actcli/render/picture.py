"""A figure as finished terminal text: colours, shaded zones, labels at the ends of the lines, legend and captions."""

import math
import re
import textwrap
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.color import Color, ColorSystem
from rich.style import Style

from actcli.landmarks import ZoneKind
from actcli.render.figure import Figure
from actcli.render.plot import Panel, plot, swatch
from actcli.terminal import Terminal

# After Okabe and Ito (jfly.uni-koeln.de/color), told apart by colour-blind readers; set to a middle lightness,
# since a terminal does not say whether its background is dark or light: contrast at least 3:1 on both.
INKS = ((44, 134, 219), (213, 105, 20), (0, 150, 110), (190, 100, 175), (150, 125, 0), (110, 120, 135))
GREY = (128, 128, 128)
# For the same reason a zone is a pattern in grey and not a background. Its kind is told by the pattern, not by colour.

INDENT = 8  # words stand under the canvas, but no further in than this
LEAST_PANEL = 7  # lines the curves keep before anything else gets one

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


def default_size(terminal: Terminal) -> tuple[int, int]:
    """Return columns and lines of a picture of pleasant proportions that fits the terminal with its prompt."""
    width = min(terminal.width, 100)
    height = terminal.height - 1 if terminal.stdout_is_tty else terminal.height
    return width, max(min(max(round(0.3 * width) + 4, 18), height), 1)


def draw(figure: Figure, terminal: Terminal) -> str:
    """Return a figure as lines that end in newlines, with colours if the terminal has them.

    No line is wider than `figure.width`, and there are at most `figure.height` of them: where it is low, captions
    and then the legend give way to the curves.
    """
    pen = _Pen.of(terminal)
    labels = _end_labels(figure, pen)
    footer = _footer(figure, pen, with_curves=not labels)
    spare = max(figure.height - 1 - LEAST_PANEL, 0)
    footer = [[], *footer] if footer and len(footer) < spare else footer[:spare]
    label_width = max((_width(label) for label in labels), default=-1) + 1
    height, width = figure.height - 1 - len(footer), figure.width - label_width
    panel = plot(figure, width=width, height=height, unicode=pen.unicode, dashed=pen.dashed)
    indent = Run(" " * min(panel.left, INDENT), pen.plain)
    picture = _picture(figure, panel, pen, _dodged(panel, labels))
    lines = [[indent, *_title(figure, pen)], *picture, *([indent, *line] if line else [] for line in footer)]
    return "".join(pen.write(line, figure.width) + "\n" for line in lines[: figure.height])


@dataclass(frozen=True, slots=True)
class _Pen:
    """What a terminal can show: the styles that it has, and how its signs are spelt."""

    unicode: bool
    system: ColorSystem | None

    @classmethod
    def of(cls, terminal: Terminal) -> "_Pen":
        depth = ColorSystem.TRUECOLOR if terminal.truecolour else ColorSystem.EIGHT_BIT
        return cls(terminal.unicode, depth if terminal.colour else None)

    @property
    def colour(self) -> bool:
        return self.system is not None

    @property
    def dashed(self) -> bool:
        return self.unicode and not self.colour

    @property
    def plain(self) -> Style:
        return Style()

    def style(self, rgb: tuple[int, int, int], *, bold: bool | None = None, dim: bool | None = None) -> Style:
        # Downgraded here and not at the end: a Style remembers the codes of the first depth it was written in.
        colour = Color.from_rgb(*rgb)
        return Style(color=colour.downgrade(self.system) if self.system else colour, bold=bold, dim=dim)

    def ink(self, curve: int, *, bold: bool | None = None) -> Style:
        return self.style(INKS[curve % len(INKS)], bold=bold)

    def text(self, text: str) -> str:
        """Spell a text of the user's: control characters escaped, and in ASCII nothing else."""
        text = _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
        return text if self.unicode else text.translate(_ASCII_SPELLING).encode("ascii", "replace").decode()

    def swatch(self, curve: int) -> str:
        return swatch(curve, unicode=self.unicode, dashed=self.dashed)

    def hatch(self, kind: ZoneKind, row: int, column: int) -> str:
        """Return what stands in an empty cell of a zone: a shade or dots for saturated, diagonals for dead."""
        if kind == "dead":
            return ("╱" if self.unicode else "/") if (row + column) % 4 == 0 else " "
        if self.unicode and self.colour:
            return "░"
        return ("·" if self.unicode else ":") if (column + 2 * (row % 2)) % 4 == 0 else " "

    def write(self, line: Line, width: int) -> str:
        """Return a line cut to a width, with its codes and without blanks at its end."""
        pieces = []
        for text, style in line:
            kept = text if cell_len(text) <= width else set_cell_size(text, width)
            width -= cell_len(kept)
            pieces.append(style.render(kept, color_system=self.system))
        return "".join(pieces).rstrip(" ")


def _title(figure: Figure, pen: _Pen) -> Line:
    single = len(figure.curves) == 1 and pen.colour
    title = Run(pen.text(figure.title), pen.ink(0, bold=True) if single else Style(bold=True))
    return [title, Run("   " + pen.text(figure.subtitle), pen.style(GREY))] if figure.subtitle else [title]


def _picture(figure: Figure, panel: Panel, pen: _Pen, labels: dict[int, Line]) -> list[Line]:
    """Return the panel with its zones shaded behind the curves and the labels at its right."""
    frame, words = pen.style(GREY, dim=True), pen.style(GREY)
    rows, columns = panel.owners.shape
    zones: list[ZoneKind | None] = [None] * columns
    for zone in figure.zones:
        for column in panel.columns(zone.low, zone.high):
            zones[column] = zone.kind
    lines: list[Line] = []
    for number, text in enumerate(panel.lines):
        row, right = number - panel.top, panel.left + columns
        if not 0 <= row < rows:
            lines.append([Run(text, words if number == len(panel.lines) - 1 else frame)])
            continue
        line = [Run(text[: panel.left - 1], words), Run(text[panel.left - 1 : panel.left], frame)]
        line += _cells(text[panel.left : right], panel.owners[row].tolist(), zones, row, pen)
        line.append(Run(text[right:], frame))
        lines.append([*line, Run(" ", pen.plain), *labels[row]] if row in labels else line)
    return lines


def _cells(glyphs: str, owners: list[int], zones: list[ZoneKind | None], row: int, pen: _Pen) -> Line:
    """Return one row of the canvas; hatches go into cells that no curve has."""
    cells = []
    for column, (glyph, owner, zone) in enumerate(zip(glyphs, owners, zones, strict=True)):
        empty = owner < 0 and zone is not None
        cells.append((pen.hatch(zone, row, column) if empty and zone else glyph, owner if not empty else -2))
    styles = {owner: pen.ink(owner) for owner in set(owners) if owner >= 0} | {
        -1: pen.plain,
        -2: pen.style(GREY, dim=True),
    }
    return [
        Run("".join(glyph for glyph, _ in run), styles[owner])
        for owner, run in groupby(cells, key=lambda cell: cell[1])
    ]


def _end_labels(figure: Figure, pen: _Pen) -> list[Line]:
    """Return a label for each curve, to stand at the end of its line; none where they are too many or too long."""
    if len(figure.curves) < 2:
        return []
    labels = []
    for i, curve in enumerate(figure.curves):
        mark = "" if pen.colour and pen.unicode else pen.swatch(i) + " "
        labels.append([Run(mark, pen.ink(i)), Run(pen.text(curve.label), pen.ink(i, bold=True))])
    fits = max(map(_width, labels)) < figure.width / 4 and len(labels) <= figure.height - LEAST_PANEL
    return labels if fits else []


def _dodged(panel: Panel, labels: list[Line]) -> dict[int, Line]:
    """Return each label by the row it goes to: next to the end of its curve, or as near as the others let it."""
    last = panel.owners.shape[0] - 1
    ends = [last if math.isnan(end) else end for end in panel.ends]
    order = sorted(range(len(labels)), key=ends.__getitem__)
    rows: list[int] = []
    for i in order:
        rows.append(max(round(ends[i]), rows[-1] + 1 if rows else 0))
    for place in range(len(rows) - 1, -1, -1):
        rows[place] = min(rows[place], last - (len(rows) - 1 - place))
    return {row: labels[i] for row, i in zip(rows, order, strict=True)}


def _footer(figure: Figure, pen: _Pen, *, with_curves: bool) -> list[Line]:
    """Return the legend, broken between its items, and the captions, broken between words."""
    room = max(figure.width - INDENT, 1)
    items: list[Line] = []
    if with_curves:
        for i, curve in enumerate(figure.curves):
            items.append([Run(pen.swatch(i), pen.ink(i)), Run(" " + pen.text(curve.label), pen.plain)])
    for kind, label in dict.fromkeys((zone.kind, zone.label) for zone in figure.zones):
        sample = "".join(pen.hatch(kind, 0, column) for column in range(3)).strip()
        items.append(
            [Run(sample, pen.style(GREY, dim=True)), Run(pen.text(f" {kind} {label}".rstrip()), pen.style(GREY))]
        )
    lines: list[Line] = []
    for item in items:
        if lines and _width(lines[-1]) + 3 + _width(item) <= room:
            lines[-1] += [Run("   ", pen.plain), *item]
        else:
            lines.append(item)
    for caption in figure.captions:
        lines += [[Run(text, pen.style(GREY))] for text in textwrap.wrap(pen.text(caption), room)]
    return lines


def _width(line: Line) -> int:
    return sum(cell_len(run.text) for run in line)

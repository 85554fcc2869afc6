"""A figure as lines of runs: colours, shaded zones, labels at the ends of the lines, legend, captions, strip."""

import math
import textwrap
from itertools import groupby

from rich.style import Style

from actcli.landmarks import ZoneKind
from actcli.render.figure import Figure
from actcli.render.pen import Line, Pen, Run, width_of
from actcli.render.plot import GHOST, Panel, plot
from actcli.render.strip import strip
from actcli.terminal import Terminal

INDENT = 8  # words stand under the canvas, but no further in than this
LEAST_PANEL = 7  # lines the curves keep before anything else gets one
_STRIP_ROWS, _LOW_STRIP_ROWS = 4, 2
_NARROW = 50  # columns up to which words stand close
_AIRY = 12  # lines from which on a blank one sets the legend apart
_TALL = 20  # lines from which on a strip is high


def default_size(terminal: Terminal) -> tuple[int, int]:
    """Return columns and lines of a picture of pleasant proportions that fits the terminal with its prompt."""
    width = min(terminal.width, 100)
    height = terminal.height - 1 if terminal.stdout_is_tty else terminal.height
    return width, max(min(max(round(0.3 * width) + 4, 18), height), 1)


def draw(figure: Figure, terminal: Terminal) -> str:
    """Return a figure as text: lines that end in newlines, with colours if the terminal has them."""
    pen = Pen.of(terminal)
    return "".join(pen.write(line, figure.width) + "\n" for line in picture(figure, pen))


def footer_height(figure: Figure, pen: Pen) -> int:
    """How many lines a figure has under its frame."""
    return len(_footer(figure, pen, with_curves=not _end_labels(figure, pen)))


def picture(figure: Figure, pen: Pen, least_footer: int = 0) -> list[Line]:
    """Return a figure as lines, none wider than `figure.width`, at most `figure.height` of them.

    Where it is low, captions, then the legend, then the strip give way to the curves. The footer is filled up to
    `least_footer` lines, so that frames side by side end at one height.
    """
    labels = _end_labels(figure, pen)
    footer = _footer(figure, pen, with_curves=not labels)
    footer += [[]] * (least_footer - len(footer))
    spare = max(figure.height - 1 - LEAST_PANEL, 0)
    strip_rows = 0 if figure.histogram is None else _STRIP_ROWS if figure.height >= _TALL else _LOW_STRIP_ROWS
    strip_rows = min(strip_rows, spare)
    spare -= strip_rows
    is_airy = footer and len(footer) < spare and figure.height >= _AIRY
    footer = [[], *footer] if is_airy else footer[:spare]
    label_width = max((width_of(label) for label in labels), default=-1) + 1
    height, width = figure.height - 1 - len(footer) - strip_rows, figure.width - label_width
    panel = plot(figure, width=width, height=height, unicode=pen.unicode, dashed=pen.dashed)
    indent = Run(" " * min(panel.left, INDENT), pen.plain)
    lines = [
        [indent, *_title(figure, pen, figure.width - len(indent.text))],
        *_panel(figure, panel, pen, _dodged(panel, labels)),
    ]
    if figure.histogram is not None and strip_rows:
        lines += strip(figure.histogram, panel, strip_rows, pen, _zones(figure, panel))
    lines += [[indent, *line] if line else [] for line in footer]
    return lines[: figure.height]


def _title(figure: Figure, pen: Pen, room: int) -> Line:
    single = len(figure.curves) == 1 and pen.colour
    style = pen.ink(figure.styles[0], bold=True) if single else Style(bold=True)
    title = Run(pen.shortened(figure.title, room), style)
    gap = "   " if figure.width > _NARROW else "  "
    subtitle = pen.shortened(figure.subtitle, room - width_of([title]) - len(gap))
    return [title, Run(gap + subtitle, pen.grey())] if subtitle else [title]


def _panel(figure: Figure, panel: Panel, pen: Pen, labels: dict[int, Line]) -> list[Line]:
    """Return the panel with its zones shaded behind the curves and the labels at its right."""
    frame, words = pen.grey(dim=True), pen.grey()
    rows, columns = panel.owners.shape
    zones = _zones(figure, panel)
    styles = {place: pen.ink(style) for place, style in enumerate(figure.styles)}
    lines: list[Line] = []
    for number, text in enumerate(panel.lines):
        row, right = number - panel.top, panel.left + columns
        if not 0 <= row < rows:
            lines.append([Run(text, words if number == len(panel.lines) - 1 else frame)])
            continue
        line = [Run(text[: panel.left - 1], words), Run(text[panel.left - 1 : panel.left], frame)]
        line += _cells(text[panel.left : right], panel.owners[row].tolist(), zones, row, pen, styles)
        line.append(Run(text[right:], frame))
        lines.append([*line, Run(" ", pen.plain), *labels[row]] if row in labels else line)
    return lines


def _zones(figure: Figure, panel: Panel) -> list[ZoneKind | None]:
    """Return the kind of zone, if any, that each column of the canvas lies in."""
    kinds: list[ZoneKind | None] = [None] * panel.x.cells
    for zone in figure.zones:
        for column in panel.columns(zone.low, zone.high):
            kinds[column] = zone.kind
    return kinds


def _cells(
    glyphs: str, owners: list[int], zones: list[ZoneKind | None], row: int, pen: Pen, curves: dict[int, Style]
) -> Line:
    """Return one row of the canvas; hatches go into cells that no curve has."""
    cells: list[tuple[str, int, ZoneKind | None]] = []
    for column, (glyph, owner, zone) in enumerate(zip(glyphs, owners, zones, strict=True)):
        if owner == -1 and zone is not None:
            cells.append((pen.hatch(zone, row, column), GHOST, zone))
        else:
            cells.append((glyph, owner, zone))
    styles = {**curves, -1: pen.plain, GHOST: pen.grey(dim=True)}
    return [
        Run("".join(glyph for glyph, _, _ in run), styles[owner] + pen.behind(zone))
        for (owner, zone), run in groupby(cells, key=lambda cell: cell[1:])
    ]


def _end_labels(figure: Figure, pen: Pen) -> list[Line]:
    """Return a label for each curve, to stand at the end of its line; none where they are too many or too long."""
    if len(figure.curves) < 2:
        return []
    labels = []
    for style, curve in zip(figure.styles, figure.curves, strict=True):
        mark = "" if pen.colour and pen.unicode else pen.swatch(style) + " "
        labels.append([Run(mark, pen.ink(style)), Run(pen.text(curve.label), pen.ink(style, bold=True))])
    fits = max(map(width_of, labels)) < figure.width / 4 and len(labels) <= figure.height - LEAST_PANEL
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


def _footer(figure: Figure, pen: Pen, *, with_curves: bool) -> list[Line]:
    """Return the legend, broken between its items, and the captions, broken between words."""
    room = max(figure.width - INDENT, 1)
    lines: list[Line] = []
    # The title alone tells of a single curve.
    curves = _curve_items(figure, pen) if with_curves and len(figure.curves) > 1 else []
    for item in [*curves, *_zone_items(figure, pen)]:
        if lines and width_of(lines[-1]) + 3 + width_of(item) <= room:
            lines[-1] += [Run("   ", pen.plain), *item]
        else:
            lines.append(item)
    for caption in figure.captions:
        lines += [[Run(text, pen.grey())] for text in textwrap.wrap(pen.text(caption), room)]
    return lines


def _curve_items(figure: Figure, pen: Pen) -> list[Line]:
    return [
        [Run(pen.swatch(style), pen.ink(style)), Run(" " + pen.text(curve.label), pen.plain)]
        for style, curve in zip(figure.styles, figure.curves, strict=True)
    ]


def _zone_items(figure: Figure, pen: Pen) -> list[Line]:
    items: list[Line] = []
    for kind, label in dict.fromkeys((zone.kind, zone.label) for zone in figure.zones):
        sample = "".join(pen.hatch(kind, 0, column) for column in range(3)).rstrip() or "   "
        told = pen.text(f" {kind} {label}".rstrip())
        items.append([Run(sample, pen.grey(dim=True) + pen.behind(kind)), Run(told, pen.grey())])
    return items

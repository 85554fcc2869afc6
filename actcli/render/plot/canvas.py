"""Curves as glyphs in cells: dots of our own raster, framed and ticked by plotext, which no other file knows."""

import math
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import plotext
from numpy.typing import NDArray

from actcli.arrays import Floats
from actcli.render.plot.axes import Axis, x_axis, y_axis
from actcli.render.plot.figure import Curve, Figure, MarkKind, Rule

Dots = NDArray[np.intp]

# Without colour, curves differ by the dots they leave out (Unicode) or by their letter (ASCII).
DASHES = ("1", "110", "10", "11110010", "111000", "1000")
LETTERS = "-ox*+#"
# A mark for values of the user's, and for landmarks of the function: in Unicode, and in ASCII.
MARKS: Mapping[MarkKind, tuple[str, str]] = {
    "value": ("●", "@"),
    "minimum": ("○", "v"),
    "maximum": ("○", "^"),
    "kink": ("◇", "%"),
}
CONTEXT = -3  # who owns cells of context curves
_TURN = 3  # cells of one colour where coincident curves take turns
_BRAILLE = np.array([[1, 8], [2, 16], [4, 32], [64, 128]])  # Unicode's weights of a cell's 4 x 2 dots
_TO_ASCII = str.maketrans("│┤├└┘┌┐┬─", "|++++++" + "+-")
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


class Canvas(NamedTuple):
    """A drawn figure without colours and words, but for the labels of its ticks."""

    lines: tuple[str, ...]
    """Frame, ticks, labels and, inside the frame, the glyphs of curves and points."""
    left: int
    """How many columns stand before the first one inside the frame."""
    top: int
    """How many lines stand above the first one inside the frame."""
    owners: NDArray[np.intp]
    """The curve that owns each cell inside the frame (rows from above, columns), -1 for none, or CONTEXT."""
    ends: tuple[float, ...]
    """The row in which each curve ends on the right, as a fraction; NaN where it has none."""
    x: Axis
    """The scale of x, inside the frame."""
    y: Axis
    """The scale of y, inside the frame."""

    def columns(self, low: float, high: float) -> range:
        """The canvas columns whose middle lies in [low, high]; at least one if any of it is in sight."""
        ends = self.x.position(np.clip(np.array([low, high]), -1.7e308, 1.7e308))
        start, stop = ends.clip(0, self.x.cells - 1)
        if not ends[0] <= ends[1] or (start == stop and start not in ends):
            return range(0)
        first, last = math.ceil(start - 1e-6), math.floor(stop + 1e-6)
        return range(first, last + 1) if first <= last else range(round(start), round(start) + 1)

    def shows(self, curve: Curve) -> bool:
        """Whether any of a curve lies inside the frame."""
        across, up = self.x.position(curve.x), _dots_up(curve.y, self.y)
        return bool(
            np.any((across > -0.5) & (across < self.x.cells - 0.5) & (up > -0.5) & (up < 4 * self.y.cells - 0.5))
        )


def draw_canvas(figure: Figure, *, width: int, height: int, unicode: bool, dashed: bool) -> Canvas:
    """Draw the curves and points of a figure with frame and ticks, `height` lines and `width` columns at most."""
    lines_around = 3 if unicode else 2  # the frame's lower side, the labels under it, and above it the upper side
    y = y_axis(figure, max(height - lines_around, 2), unicode=unicode)
    margin = max((len(label) for _, label in y.ticks), default=0) + 1
    if width - margin < 10:
        y, margin = y._replace(ticks=()), 0
    x = x_axis(figure, max(width - margin - (2 if unicode else 1), 2), unicode=unicode)
    rasters = [
        _raster(_trace(curve, x, y), _dashes(style, dashed), x, y)
        for style, curve in zip(figure.styles, figure.curves, strict=True)
    ]
    glyphs, owners = _merged(rasters, figure.styles, x, y, unicode)
    for curve in (*figure.context, *(_line(rule, x, y) for rule in figure.rules), *figure.asymptotes):
        _add_context(glyphs, owners, _raster(_trace(curve, x, y), "10", x, y), unicode)
    if reason := figure.emptiness():
        _write(glyphs, owners, reason)
    for points in figure.points:
        columns = np.floor(np.floor(2 * x.position(points.x) + 0.5) / 2)  # the cell of the curve's own dot
        rows = y.cells - 1 - np.floor(np.floor(_dots_up(points.y, y) + 0.5) / 4)
        low, high = figure.y_limits or (-math.inf, math.inf)
        seen = (
            (points.y >= low)
            & (points.y <= high)
            & (columns >= 0)
            & (columns < x.cells)
            & (rows >= 0)
            & (rows < y.cells)
        )
        at = rows[seen].astype(np.intp), columns[seen].astype(np.intp)
        glyphs[at], owners[at] = MARKS[points.kind][0 if unicode else 1], points.curve
    ends = tuple(_end(curve.in_sight(figure.x_limits), y) for curve in figure.curves)
    return Canvas(_framed(glyphs, x, y, margin, unicode), margin + 1, int(unicode), owners, ends, x, y)


def _write(glyphs: NDArray[np.str_], owners: Dots, words: str) -> None:
    """Put words in the middle of the frame, as many as there is room for."""
    rows, columns = glyphs.shape
    shown = textwrap.wrap(words, max(columns - 2, 1))[:rows]
    for row, line in enumerate(shown, (rows - len(shown)) // 2):
        cells = slice((columns - len(line)) // 2, (columns - len(line)) // 2 + len(line))
        glyphs[row, cells], owners[row, cells] = list(line), CONTEXT


def line_sample(style: int, *, unicode: bool, dashed: bool) -> str:
    """For a legend, the three cells of the line that is drawn for curves of this style."""
    if not unicode:
        return ".-'" if style == 0 else LETTERS[style % len(LETTERS)]
    dots = _dashes(style, dashed) * 6
    return "".join({"11": "⠤", "10": "⠄", "01": "⠠", "00": " "}[dots[i : i + 2]] for i in (0, 2, 4))


def _line(rule: Rule, x: Axis, y: Axis) -> Curve:
    """A rule as a curve from edge to edge."""
    along = (y if rule.axis == "x" else x).edges()
    across = np.full(along.size, rule.value)
    return Curve(rule.label, across, along) if rule.axis == "x" else Curve(rule.label, along, across)


def _dots_up(values: Floats, y: Axis) -> Floats:
    """How many dots from below values lie: the middle of a row is the second of its four."""
    return np.asarray(4 * y.position(values) + 1)


def _trace(curve: Curve, x: Axis, y: Axis) -> Dots:
    """The dots of a curve in path order, without repeats: columns from the left, rows from below."""
    path = np.stack(_thinned(2 * x.position(curve.x), _dots_up(curve.y, y), 64 * x.cells))
    path = np.where(np.isfinite(path), np.clip(path, -1e7, 1e7), np.nan)  # nearer, so that strokes keep their place
    known = np.isfinite(path).all(0)
    whole = joined(path[0], path[1], 4 * y.cells, has_jumps=not curve.is_measured)
    alone = known & ~np.append(whole, False)[: known.size] & ~np.insert(whole, 0, False)[: known.size]
    first = np.sort(np.concatenate([np.flatnonzero(whole), np.flatnonzero(alone)]))
    start = path[:, first]
    along = path[:, first + ~alone[first]] - start
    # The part of each stroke that lies on the grid, as shares of its length (Liang and Barsky's clipping).
    grid = np.array([[2 * x.cells], [4 * y.cells]])
    with np.errstate(all="ignore"):
        one, other = (-0.49 - start) / along, (grid - 0.51 - start) / along
        enter, leave = np.minimum(one, other).max(0).clip(0), np.maximum(one, other).min(0).clip(None, 1)
        count = np.where(enter <= leave, np.ceil(np.abs(along).max(0) * (leave - enter)) + 1, 0).astype(np.intp)
    stroke = np.repeat(np.arange(count.size), count)
    index = np.arange(stroke.size) - np.repeat(np.cumsum(count) - count, count)
    share = enter[stroke] + (leave - enter)[stroke] * index / np.maximum(count - 1, 1)[stroke]
    dots = np.floor(start[:, stroke] + along[:, stroke] * share + 0.5).astype(np.intp)
    fresh = np.append(True, np.diff(dots).any(0))[: dots.shape[1]]
    return np.asarray(dots[:, fresh].clip(0, grid - 1))


def joined(across: Floats, up: Floats, dots: int, *, has_jumps: bool = True) -> NDArray[np.bool_]:
    """Which neighbours are joined by a stroke, by places in dots: steep curves are, gaps, poles and jumps are not.

    A pole passes the whole picture within one sample. A jump is one that its neighbours give no hint of: they
    are flat, or lead the other way, as in floor(x) or x - floor(x).
    """
    rise = np.diff(up)
    if not has_jumps:
        return np.asarray(np.isfinite(rise))
    below, above = up < 0, up > dots
    pole = (below[:-1] & above[1:]) | (above[:-1] & below[1:])
    before, after = np.insert(rise, 0, np.nan)[:-1], np.append(rise, np.nan)[1:]
    abrupt = (np.abs(rise) > 2) & (np.abs(rise) > 8 * np.fmax(np.abs(before), np.abs(after)))
    jump = abrupt & ~(before * rise > 0) & ~(after * rise > 0) & (np.diff(across) <= 2)
    return np.asarray(np.isfinite(rise) & ~pole & ~jump)


def _thinned(across: Floats, up: Floats, most: int) -> tuple[Floats, Floats]:
    """at most about so many samples: of each bucket its least and its largest, or a gap."""
    if across.size <= most:
        return across, up
    size = -(-2 * across.size // most)
    whole = across.size // size * size
    buckets = up[:whole].reshape(-1, size)
    picked = np.sort(np.stack([buckets.argmin(1), buckets.argmax(1)], 1), 1) + np.arange(0, whole, size)[:, None]
    index = np.append(picked, np.arange(whole, across.size))
    return across[index], up[index]


def _raster(trace: Dots, dashes: str, x: Axis, y: Axis) -> Dots:
    """The dots of each cell as braille bits, row 0 on top."""
    inked = np.resize(np.array([dash == "1" for dash in dashes]), trace.shape[1])
    columns, rows = trace[:, inked]
    rows = 4 * y.cells - 1 - rows
    dots = np.zeros((y.cells, 4, x.cells, 2), np.intp)
    dots[rows // 4, rows % 4, columns // 2, columns % 2] = 1
    return np.asarray(np.einsum("rick,ik->rc", dots, _BRAILLE))


def _dashes(style: int, dashed: bool) -> str:
    return DASHES[style % len(DASHES)] if dashed else "1"


def _add_context(glyphs: NDArray[np.str_], owners: Dots, dots: Dots, unicode: bool) -> None:
    """Put the dots of a context curve into cells that no curve has."""
    free = (owners < 0) & (dots > 0)
    if not unicode:  # spaced, since dots are a part of the first curve's line
        free[:, np.arange(free.shape[1]) % 3 > 0] = False
    glyphs[free] = _BRAILLE_GLYPHS[dots[free]] if unicode else "."
    owners[free] = CONTEXT


def _merged(bits: list[Dots], styles: Sequence[int], x: Axis, y: Axis, unicode: bool) -> tuple[NDArray[np.str_], Dots]:
    """glyph and owner of each cell; curves that share cells merge their dots and take turns in owning them."""
    stack = np.stack(bits or [np.zeros((y.cells, x.cells), np.intp)])
    present = stack > 0
    dots = _DOTS[stack]
    equal = present & (dots == dots.max(0))  # who has most dots owns the cell
    turn = np.arange(x.cells) // _TURN % np.maximum(equal.sum(0), 1)
    owners = np.where(present.any(0), (equal & (equal.cumsum(0) == turn + 1)).argmax(0), -1)
    union = np.bitwise_or.reduce(stack, 0)
    if unicode:
        return np.where(union > 0, _BRAILLE_GLYPHS[union], " "), owners
    style = np.array([*styles, 0])[owners]  # the last for cells without an owner
    letters = np.array(list(LETTERS))[style % len(LETTERS)]
    shaped = _ASCII_GLYPHS[np.take_along_axis(stack, owners.clip(0)[None], 0)[0]]
    return np.where(union > 0, np.where(style == 0, shaped, letters), " "), owners


def _ascii_glyph(bits: int) -> str:
    rows = [row for row, weights in enumerate(_BRAILLE.tolist()) if bits & sum(weights)]
    middle = sum(rows) / max(len(rows), 1)
    return " " if not rows else "'" if middle < 1 else "-" if middle <= 2 else "."


_DOTS = np.array([bits.bit_count() for bits in range(256)])
_BRAILLE_GLYPHS = np.array([chr(0x2800 + bits) for bits in range(256)])
_ASCII_GLYPHS = np.array([_ascii_glyph(bits) for bits in range(256)])


def _end(seen: Floats, y: Axis) -> float:
    row = float(y.position(seen[-1:])[0]) if seen.size else math.nan
    return y.cells - 1 - min(max(row, 0.0), y.cells - 1.0)


def _framed(glyphs: NDArray[np.str_], x: Axis, y: Axis, margin: int, unicode: bool) -> tuple[str, ...]:
    """The glyphs in plotext's frame, with ticks and labels, as plain lines.

    plotext draws the frame alone, and its coordinates are cells: 1e308, NaN and a span of 1e-12 stay on our side.
    """
    plotext.clear_figure()  # its figure is global, and clearing switches the size limit back on: this order
    plotext.limit_size(False, False)
    plotext.plot_size(margin + x.cells + (2 if unicode else 1), y.cells + (3 if unicode else 2))
    plotext.theme("clear")
    plotext.xaxes(True, unicode)
    plotext.yaxes(True, unicode)
    plotext.xlim(0, x.cells - 1)
    plotext.ylim(0, y.cells - 1)
    plotext.scatter([0], [0], marker=" ")  # an axis without data shows no ticks
    # Labels of one width, or plotext's canvas shrinks; blank ones if there is no room.
    plotext.yticks([row for row, _ in y.ticks] or [0], [f"{label:>{margin - 1}} " for _, label in y.ticks] or [""])
    # Which crowded x labels plotext keeps depends on PYTHONHASHSEED: it sets the marks, we write the labels.
    plotext.xticks([column for column, _ in x.ticks] or [0], [""] * max(len(x.ticks), 1))
    lines = _ESCAPES.sub("", plotext.build()).rstrip("\n").split("\n")
    if not unicode:
        lines = [line.translate(_TO_ASCII) for line in lines]
    left, top = margin + 1, int(unicode)
    for row, cells in enumerate(glyphs.tolist(), top):
        lines[row] = lines[row][:left] + "".join(cells) + lines[row][left + x.cells :]
    lines[-1] = _tick_line(x, left, len(lines[0]))
    return tuple(lines)


def _tick_line(x: Axis, left: int, width: int) -> str:
    """The x labels, their digits (not their signs) centred under the ticks; one without room is left out."""
    line, taken = [" "] * width, -1
    for column, label in x.ticks:
        digits = label.lstrip("-")
        start = left + column - (len(digits) - 1) // 2 - (len(label) - len(digits))
        start = max(min(start, width - len(label)), 0)
        if start > taken and start + len(label) <= width:
            line[start : start + len(label)] = label
            taken = start + len(label)
    return "".join(line).rstrip()

"""A figure as a saved picture: smooth curves on axes, zones to their exact limits, marks on the curves, words beside.

It is drawn with shapes of our own and not by matplotlib: an SVG or a page then takes no package and a tenth of a
second, every kind of file shows the same picture, and the layout knows zones, marks and labels at lines. matplotlib
(the extra `png`) only turns the shapes into pixels and pages of PDF.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from actcli.arrays import Floats
from actcli.render.grid import broken
from actcli.render.plot.axes import Axis, drawable_limits, free_limits, round_ticks
from actcli.render.plot.canvas import joined
from actcli.render.plot.figure import Curve, Figure, Histogram, Points, ShadeKind
from actcli.render.plot.sheet import Area, Box, Disc, Paint, Patch, Point, Shape, Sheet, Stroke, Word, moved, width_of
from actcli.render.plot.theme import Palette

_MARGIN = 14.0
_TITLE, _NAME, _WORDS, _NOTE = 15.0, 12.5, 12.0, 11.5  # sizes of letters
_LINE = 16.0  # from a baseline to the next
_GAP = 6.0
_TICK = 4.0
_USUAL_TICKS = 12
_STRIP = 44.0  # the height of a histogram
_BAR = 3.0  # the width of its columns
_PAD = 0.06  # free room above and below the curves, as a share of their height
_BELOW = 48.0  # room for words below a minimum, about: the frame is only a part of the sheet
_CURVE, _CONTEXT = 2.2, 1.4  # widths of lines
_DOTTED = (1.5, 3.0)
_RADIUS = 4.2  # of a mark
_MOST_NOTES = 8  # more marks are told of below the picture
_FLAT = 0.03  # how far a line may leave the samples, in units
_FAR = 1e5  # units: what lies farther off leads out of the picture just the same
_LEAST_FACET = (230.0, 170.0)
_FACET_FRAME, _LEAST_FACET_FRAME = 90.0, 64.0  # heights of its frame: for one the sheet grows, for one words give way
_LEAST_FRAME = (60.0, 50.0)
_SIGNS = ((re.compile(r"(?<![\w.)])-(?=[\d.]|inf)"), "−"), (re.compile("<="), "≤"), (re.compile(">="), "≥"))


def figures_sheet(
    figures: Sequence[Figure], palette: Palette, size: tuple[float, float], title: str = "", *, may_grow: bool = True
) -> Sheet:
    """Draw one figure, or several as facets under a title, on a sheet about as large as `size`, in units.

    It grows for the words below facets, or where it may not, words without room are left out.
    """
    if len(figures) == 1:
        return figure_sheet(figures[0], palette, size)
    width, height = size
    head = 26.0 if title else 0.0
    columns = max(1, min(int(width / _LEAST_FACET[0]), 2 if len(figures) < 5 else 3, len(figures)))
    rows = -(-len(figures) // columns)
    own = width / columns, max((height - head) / rows, _LEAST_FACET[1])
    drawings = [_drawing(figure, palette, own) for figure in figures]
    footer = max(len(drawing.rows) for drawing in drawings)  # frames side by side are of one height
    if may_grow:
        least = own
        for _ in range(2):  # grown frames may have room for words that stood below the first ones
            own = least[0], max(least[1], *(drawing.height_for(footer, _FACET_FRAME) for drawing in drawings))
            drawings = [_drawing(figure, palette, own, footer) for figure in figures]
            footer = max(len(drawing.rows) for drawing in drawings)
    else:
        room = own[1] - max(drawing.height_for(0, _LEAST_FACET_FRAME) for drawing in drawings)
        footer = min(footer, max(int(room / _LINE), 0))
    drawings = [_drawing(figure, palette, own, footer) for figure in figures]
    shapes: list[Shape] = []
    if title:
        shapes.append(Word(Paint(palette.ink), _MARGIN, _MARGIN + _TITLE, title, _TITLE, True))
    for place, drawing in enumerate(drawings):
        row, column = divmod(place, columns)
        shapes += (moved(shape, column * own[0], head + row * own[1]) for shape in drawing.shapes)
    return Sheet(width, head + rows * own[1], tuple(shapes))


def figure_sheet(figure: Figure, palette: Palette, size: tuple[float, float]) -> Sheet:
    """Draw one figure."""
    return Sheet(*size, tuple(_drawing(figure, palette, size).shapes))


def _drawing(figure: Figure, palette: Palette, size: tuple[float, float], footer: int | None = None) -> "_Drawing":
    """Draw a figure, with so many lines below it if they are given.

    Where no room is left beside a mark, its words stand there.
    """
    drawing = _Drawing(figure, palette, size, footer)
    if not drawing.has_lost_notes:
        return drawing
    points = tuple(points._replace(notes=()) for points in figure.points)
    figure = figure._replace(points=points, captions=(*figure.landmarks, *figure.captions))
    return _Drawing(figure, palette, size, footer)


class _Span(NamedTuple):
    """A zone as far as it is in sight."""

    start: float
    """The left end, as a share of the width."""
    stop: float
    """The right end."""
    kind: ShadeKind
    """Chooses the colour."""
    label: str
    """Where all stretches of the kind lie."""
    note: str
    """Where this one lies."""

    @property
    def words(self) -> list[str]:
        """Its name, and below it where it lies."""
        return [self.kind, *[_pretty(self.note)] * bool(self.note)]


class _Item(NamedTuple):
    """An item of the legend: a sample of what is drawn, and its words."""

    text: str
    """What it is called."""
    colour: str
    """Of the sample; empty where the item goes on from the line above."""
    is_area: bool = False
    """Whether the sample is a filled one."""
    dash: tuple[float, ...] = ()
    """How its line is broken."""

    @property
    def width(self) -> float:
        """Sample and words."""
        return 26.0 + width_of(self.text, _WORDS)

    def parts(self, room: float) -> list["_Item"]:
        """The item in lines that fit, the sample before the first one."""
        texts = [*broken(self.text, lambda line: 26.0 + width_of(line, _WORDS) <= room)] or [""]
        return [self._replace(text=text, colour="" if place else self.colour) for place, text in enumerate(texts)]


class _Drawing:
    """One figure on its way to shapes: what is drawn so far, and where no words may stand any more."""

    def __init__(self, figure: Figure, palette: Palette, size: tuple[float, float], footer: int | None = None) -> None:
        self.figure = figure = figure._replace(x_limits=drawable_limits(*figure.x_limits))
        self.palette = palette
        self.size = size
        self.footer = footer
        self.shapes: list[Shape] = []
        self.taken: list[Box] = []
        self.has_lost_notes = False
        has_words_below = any(points.kind == "minimum" and points.notes for points in figure.points)
        below = max(_PAD, _BELOW / size[1]) if has_words_below else _PAD
        low, high = drawable_limits(*(figure.y_limits or free_limits(figure, _PAD, below)))
        self.colours = [palette.curves[style % len(palette.curves)] for style in figure.styles]
        self.x, self.y = (Axis(2, limits, (0, 1)) for limits in (figure.x_limits, (low, high)))
        self.labels = self._labels()
        self.frame = self._frame()
        self._ticks()
        self.paths = [self._path(curve) for curve in figure.curves]
        self.ink = np.concatenate([np.empty((2, 0)), *(_dense(path) for path in self.paths)], axis=1)
        self._zones()
        self._grid()
        if figure.histogram is not None:
            self._strip(figure.histogram)
        self._lines()
        self._marks()
        self._zone_names()
        self._ends()
        self._heading()
        self._footer()

    # Where things go.

    def _labels(self) -> list[str]:
        """The names at the ends of the lines; none where they are one, or take too much room."""
        labels = [_pretty(curve.label) for curve in self.figure.curves]
        widest = max((width_of(label, _NAME, is_bold=True) for label in labels), default=0.0)
        has_room = widest < 0.25 * self.size[0] and len(labels) * _LINE < 0.6 * self.size[1]
        return labels if len(labels) > 1 and has_room else []

    def _frame(self) -> Box:
        """The inside of the axes, for which everything around leaves room."""
        figure, (width, height) = self.figure, self.size
        top = _MARGIN + (_TITLE + _GAP if figure.title or figure.subtitle else 0.0)
        lower = _TICK + _LINE + (_LINE if figure.x_title else 0.0) + _MARGIN - 2
        lower += _STRIP + _GAP if figure.histogram is not None else 0.0
        most = max(int((height - top - lower) / 34), 2)
        self.y_ticks = round_ticks(*self.y.values, most, is_log=figure.y_is_log)
        left = _MARGIN + _TICK + 3 + max((width_of(_pretty(label), _WORDS) for _, label in self.y_ticks), default=0.0)
        left += _LINE if figure.y_title else 0.0
        right = _MARGIN + max((width_of(label, _NAME, is_bold=True) + _GAP for label in self.labels), default=_GAP)
        x_labels = (label for _, label in round_ticks(*self.x.values, _USUAL_TICKS, is_log=figure.x_is_log))
        right = max([right, *(_GAP + width_of(_pretty(label), _WORDS) / 2 for label in x_labels)])
        inner = max(width - left - right, _LEAST_FRAME[0])
        self.zones_inside = self._zones_with_room(inner)
        self.rows = self._rows(width - left - _MARGIN)
        if self.footer is not None and len(self.rows) > self.footer:  # captions give way to the legend
            self.rows = [row for row in self.rows if isinstance(row[0], _Item)][: self.footer]
        footer = len(self.rows) if self.footer is None else self.footer
        lower += footer * _LINE + (_GAP if footer else 0.0)
        self.around = top + lower
        return Box(left, top, inner, max(height - top - lower, _LEAST_FRAME[1]))

    def height_for(self, footer: int, frame: float) -> float:
        """The height of a facet with so many lines below a frame so high."""
        own = len(self.rows) if self.footer is None else self.footer
        return self.around + (footer - own) * _LINE + frame

    def _across(self, x: Floats) -> Floats:
        return np.asarray(self.frame.x + np.clip(self.x.position(x) * self.frame.width, -_FAR, _FAR))

    def _down(self, y: Floats) -> Floats:
        return np.asarray(self.frame.bottom - np.clip(self.y.position(y) * self.frame.height, -_FAR, _FAR))

    def _path(self, curve: Curve) -> list[Floats]:
        """The strokes of a curve in units, without the samples that a straight line passes anyway."""
        across, down = self._across(curve.x), self._down(curve.y)
        # Of a braille dot each, for which the rule that tells jumps from steep curves is made.
        whole = joined(
            across / 4.5,
            (self.frame.bottom - down) / 4.5,
            round(self.frame.height / 4.5),
            has_jumps=not curve.is_measured,
        )
        known = np.isfinite(across) & np.isfinite(down)
        strokes = []
        for part in np.split(np.arange(across.size), np.flatnonzero(~whole) + 1):
            inside = part[known[part]]
            if inside.size:
                strokes.append(_simplified(np.stack([across[inside], down[inside]])))
        return strokes

    # What is drawn.

    def _words(
        self, x: float, y: float, text: str, size: float = _WORDS, colour: str = "", anchor: str = "start"
    ) -> None:
        self.shapes.append(Word(Paint(colour or self.palette.words), x, y, text, size, False, anchor))

    def _spans(self) -> Iterator[_Span]:
        """Each zone in sight."""
        for zone in self.figure.zones:
            low, high = self.figure.x_limits
            if zone.high > low and zone.low < high:
                ends = np.array([max(zone.low, low), min(zone.high, high)])
                start, stop = (self.x.position(ends)).tolist()
                yield _Span(start, stop, zone.kind, zone.label, zone.note or zone.label)

    def _zones(self) -> None:
        for start, stop, kind, _, _ in self._spans():
            paint = Paint(self.palette.zones[kind])
            left, width = self.frame.x + start * self.frame.width, (stop - start) * self.frame.width
            self.shapes.append(Area(paint, left, self.frame.y, width, self.frame.height))
            if self.figure.histogram is not None:
                self.shapes.append(Area(paint, left, self.frame.bottom + _GAP, width, _STRIP))

    def _zones_with_room(self, width: float) -> list[_Span]:
        """Zones that are wide enough to hold their name."""
        return [
            span
            for span in self._spans()
            if span.kind != "alternate"
            and (span.stop - span.start) * width > max(width_of(word, _NOTE) for word in span.words) + 2 * _GAP
        ]

    def _zone_names(self) -> None:
        """The name of each zone in it, where no curve passes."""
        for span in self.zones_inside:
            words = span.words
            middle = self.frame.x + (span.start + span.stop) / 2 * self.frame.width
            width = max(width_of(word, _NOTE) for word in words)
            height = len(words) * _LINE
            box = self._freest(middle - width / 2, width, height)
            self.taken.append(box)
            for number, word in enumerate(words):
                self._words(middle, box.y + 12 + number * _LINE, word, _NOTE, self.palette.ink, "middle")

    def _freest(self, left: float, width: float, height: float) -> Box:
        """The place above or below with most room to the curves, near the middle where there is a choice."""
        tops = np.linspace(self.frame.y + _GAP, self.frame.bottom - height - _GAP, 25).tolist()
        centre = self.frame.y + 0.42 * self.frame.height

        def merit(top: float) -> tuple[bool, bool, float]:
            box = Box(left, top, width, height)
            room, is_legible = self._room(box), not any(box.meets(other) for other in self.taken)
            is_free = is_legible and room > _GAP
            return is_legible, is_free, -abs(top + height / 2 - centre) if is_free else room

        return Box(left, max(tops, key=merit), width, height)

    def _room(self, box: Box) -> float:
        """How far the curves stay away from a box; 0 where one passes through it."""
        if not self.ink.size:
            return math.inf
        across = np.maximum(np.maximum(box.x - self.ink[0], self.ink[0] - box.right), 0)
        down = np.maximum(np.maximum(box.y - self.ink[1], self.ink[1] - box.bottom), 0)
        return float(np.hypot(across, down).min())

    def _ticks(self) -> None:
        """Ticks and labels of both axes; those of x as close as their words allow."""
        frame, paint = self.frame, Paint(self.palette.frame)
        foot = frame.bottom + (_STRIP + _GAP if self.figure.histogram is not None else 0.0)
        for most in range(max(int(frame.width / 45), 2), 0, -1):
            self.x_ticks = round_ticks(*self.x.values, most, is_log=self.figure.x_is_log)
            places = self._across(np.array([value for value, _ in self.x_ticks])).tolist()
            labels = [_pretty(label) for _, label in self.x_ticks]
            halves = [width_of(label, _WORDS) / 2 for label in labels]
            spaces = zip(pairwise(places), pairwise(halves), strict=True)
            if all(there - here > one + other + _GAP for (here, there), (one, other) in spaces):
                break
        self.shapes += (Stroke(paint, ((place, foot), (place, foot + _TICK))) for place in places)
        for place, label in zip(places, labels, strict=True):
            self._words(place, foot + _TICK + 12, label, _WORDS, self.palette.ink, "middle")
        heights = self._down(np.array([value for value, _ in self.y_ticks])).tolist()
        self.shapes += (Stroke(paint, ((frame.x - _TICK, down), (frame.x, down))) for down in heights)
        for down, (_, label) in zip(heights, self.y_ticks, strict=True):
            self._words(frame.x - _TICK - 3, down + 4, _pretty(label), _WORDS, self.palette.ink, "end")
        self.grid = places, heights
        if self.figure.x_title:
            middle = frame.x + frame.width / 2
            self._words(middle, foot + _TICK + _LINE + 12, self.figure.x_title, _WORDS, self.palette.ink, "middle")
        if self.figure.y_title:
            middle = frame.y + frame.height / 2
            title = Word(Paint(self.palette.ink), _MARGIN + 8, middle, self.figure.y_title, _WORDS, False, "middle")
            self.shapes.append(title._replace(is_upright=True))

    def _grid(self) -> None:
        frame, faint = self.frame, Paint(self.palette.grid)
        across, down = self.grid
        self.shapes += (Stroke(faint, ((x, frame.y), (x, frame.bottom))) for x in across)
        self.shapes += (Stroke(faint, ((frame.x, y), (frame.right, y))) for y in down)

    def _strip(self, histogram: Histogram) -> None:
        """A histogram under the frame, on the same axis."""
        columns = max(int(self.frame.width / _BAR), 1)
        share = np.linspace(0, 1, columns + 1)
        low, high = self.figure.x_limits
        counts = histogram.between(low * (1 - share) + high * share)
        heights = counts / max(float(counts.max()), 1.0) * (_STRIP - 4)
        foot = self.frame.bottom + _GAP + _STRIP
        edges = self.frame.x + share * self.frame.width
        outline = np.stack([np.repeat(edges, 2)[1:-1], foot - np.repeat(heights, 2)], 1).tolist()
        corners = ((self.frame.x, foot), *((x, y) for x, y in outline), (self.frame.right, foot))
        self.shapes.append(Patch(Paint(self.palette.bars), corners))
        self.shapes.append(Stroke(Paint(self.palette.frame), ((self.frame.x, foot), (self.frame.right, foot))))

    def _lines(self) -> None:
        """Axes, rules, asymptotes, curves that stand behind, and over them the curves."""
        frame, edge = self.frame, Paint(self.palette.frame)
        corners = (frame.x, frame.y), (frame.x, frame.bottom), (frame.right, frame.bottom)
        self.shapes.append(Stroke(edge, corners))
        for rule in self.figure.rules:
            self._rule(rule.axis == "x", rule.value, rule.label)
        for line in self.figure.asymptotes:
            self._stroke(self._path(line), self.palette.words, 1.1, _DOTTED)
        for curve in self.figure.context:
            self._stroke(self._path(curve), self.palette.context, _CONTEXT)
        for path, colour in reversed(list(zip(self.paths, self.colours, strict=True))):
            self._stroke(path, colour, _CURVE)
        if reason := self.figure.emptiness():
            middle = frame.x + frame.width / 2, frame.y + frame.height / 2
            self._words(*middle, _pretty(reason), _WORDS, self.palette.words, "middle")

    def _rule(self, is_upright: bool, value: float, label: str) -> None:
        frame = self.frame
        at = float((self._across if is_upright else self._down)(np.array([value]))[0])
        is_seen = frame.x <= at <= frame.right if is_upright else frame.y <= at <= frame.bottom
        if not is_seen:
            return
        ends = ((at, frame.y), (at, frame.bottom)) if is_upright else ((frame.x, at), (frame.right, at))
        self.shapes.append(Stroke(Paint(self.palette.words), ends, 1.1, _DOTTED))
        if not label:
            return
        width = width_of(label, _NOTE)
        if is_upright:
            corners = [(left, top) for top in (frame.y + 2, frame.bottom - _LINE) for left in (at + 5, at - 5 - width)]
        else:
            middle, right = frame.x + (frame.width - width) / 2, frame.right - _GAP - width
            corners = [(left, top) for left in (frame.x + _GAP, right, middle) for top in (at - _LINE, at + 3)]
        boxes = [Box(left, top, width, _LINE - 3) for left, top in corners]
        box = next(filter(self._is_free, boxes), boxes[0])
        self.taken.append(box)
        self._words(box.x, box.y + 12, _pretty(label), _NOTE)

    def _stroke(self, path: Iterable[Floats], colour: str, width: float, dash: tuple[float, ...] = ()) -> None:
        frame = self.frame._replace(y=self.frame.y - width / 2, height=self.frame.height + width)
        for part in path:
            points = tuple((round(x, 2), round(y, 2)) for x, y in part.T.tolist())
            if len(points) == 1:
                self.shapes += [Disc(Paint(colour), *points[0], width / 2)] * _is_inside(points[0], frame)
            else:
                self.shapes.append(Stroke(Paint(colour), points, width, dash, frame))

    def _marks(self) -> None:
        noted = sum(len(points.notes) for points in self.figure.points)
        for points in self.figure.points:
            colour = self.colours[points.curve]
            for place, at in enumerate(
                zip(self._across(points.x).tolist(), self._down(points.y).tolist(), strict=True)
            ):
                if _is_inside(at, self.frame._replace(x=self.frame.x - 1, width=self.frame.width + 2)):
                    self.shapes += _mark(points.kind, at, colour, self.palette.paper)
                    self.taken.append(Box(at[0] - _RADIUS, at[1] - _RADIUS, 2 * _RADIUS, 2 * _RADIUS))
                    if points.notes:
                        self.has_lost_notes |= noted > _MOST_NOTES or not self._note(points, place, at, colour)

    def _note(self, points: Points, place: int, at: Point, colour: str) -> bool:
        """Write what a mark stands for beside it, where no curve and no words are; False: there is no room."""
        text = _pretty(points.notes[place])
        width, (x, y) = width_of(text, _NOTE), at
        above = points.kind != "minimum"
        for distance in (8.0, 14.0, 22.0, 32.0, 44.0):
            up, down = y - distance - 12, y + distance
            beside = [(x - width / 2, up), (x + distance, up + 6), (x - distance - width, up + 6)]
            below = [(x - width / 2, down), (x + distance, down - 6), (x - distance - width, down - 6)]
            for left, top in (*beside, *below) if above else (*below, *beside):
                box = Box(left, top, width, 13.0)
                if self._is_free(box):
                    self.taken.append(box)
                    self._words(left, top + 11, text, _NOTE, colour)
                    return True
        return False

    def _is_free(self, box: Box) -> bool:
        is_inside = self.frame.x + 2 <= box.x and box.right <= self.frame.right - 2
        is_inside &= self.frame.y <= box.y and box.bottom <= self.frame.bottom - 2
        return is_inside and self._room(box) > 3 and not any(box.meets(other) for other in self.taken)

    def _ends(self) -> None:
        """The names of the curves at the ends of their lines, as near as the others let them."""
        if not self.labels:
            return
        first, last = self.frame.y + 4, self.frame.bottom
        ends = []
        for curve in self.figure.curves:
            seen = curve.in_sight(self.figure.x_limits)
            down = float(self._down(seen[-1:])[0]) if seen.size else last
            ends.append(min(max(down, first), last))
        order = sorted(range(len(ends)), key=ends.__getitem__)
        for place, down in zip(order, _spread([ends[place] for place in order], first, last), strict=True):
            word = Word(Paint(self.colours[place]), self.frame.right + _GAP, down + 4, self.labels[place], _NAME, True)
            self.shapes.append(word)

    def _heading(self) -> None:
        title, room = _pretty(self.figure.title), self.size[0] - self.frame.x - _MARGIN
        top, width = _MARGIN + 11, width_of(title, _TITLE, is_bold=True)
        size = _TITLE * min(1.0, room / max(width, 1.0))
        self.shapes.append(Word(Paint(self.palette.ink), self.frame.x, top, title, size, True))
        subtitle, left = _pretty(self.figure.subtitle), room - width - 14
        if subtitle and width_of(subtitle, _NAME) <= left:
            self._words(self.frame.x + width + 14, top, subtitle, _NAME)
        elif subtitle and left > 80:
            while subtitle and width_of(subtitle + " …", _NAME) > left:
                subtitle = subtitle[:-1].rstrip()
            self._words(self.frame.x + width + 14, top, subtitle + " …", _NAME)

    # The legend and the captions, under the picture.

    def _items(self) -> Iterator[_Item]:
        palette = self.palette
        if len(self.figure.curves) > 1 and not self.labels:
            for curve, colour in zip(self.figure.curves, self.colours, strict=True):
                yield _Item(_pretty(curve.label), colour)
        for kind, label in dict.fromkeys((span.kind, span.label) for span in self._spans()):
            if kind not in {span.kind for span in self.zones_inside}:
                yield _Item(_pretty(f"{kind} {label}".rstrip()), palette.zones[kind], is_area=True)
        if others := self.figure.names_behind():
            yield _Item(others, palette.context)
        lines = list(dict.fromkeys(line.label for line in self.figure.asymptotes if self._sees(line)))
        if lines:
            word = "asymptotes" if len(lines) > 1 else "asymptote"
            yield _Item(_pretty(f"{word} {', '.join(lines)}"), palette.words, dash=_DOTTED)

    def _sees(self, line: Curve) -> bool:
        places = self.y.position(line.y)
        return bool(np.any((places >= 0) & (places <= 1)))

    def _rows(self, room: float) -> list[list[_Item | str]]:
        """Items side by side while they fit, and each caption in as many lines as it takes."""
        rows: list[list[_Item | str]] = []
        left = 0.0
        for whole in self._items():
            item, *more = whole.parts(room)
            if rows and not more and item.width + 18 <= left:
                rows[-1].append(item)
                left -= item.width + 18
            else:
                rows += ([part] for part in (item, *more))
                left = room - (more or [item])[-1].width
        for caption in (*self.figure.stated, *self.figure.captions):
            rows += ([line] for line in broken(_pretty(caption), lambda line: width_of(line, _WORDS) <= room))
        return rows

    def _footer(self) -> None:
        top = self.size[1] - _MARGIN - ((len(self.rows) if self.footer is None else self.footer) - 1) * _LINE
        for number, row in enumerate(self.rows):
            left, line = self.frame.x, top + number * _LINE
            for item in row:
                if isinstance(item, str):
                    self._words(left, line, item)
                    continue
                if item.is_area and item.colour:
                    self.shapes.append(Area(Paint(item.colour), left, line - 10, 20, 12))
                elif item.colour:
                    sample = (left, line - 4), (left + 20, line - 4)
                    self.shapes.append(Stroke(Paint(item.colour), sample, 1.1 if item.dash else _CURVE, item.dash))
                self._words(left + 26, line, item.text)
                left += item.width + 18


def _pretty(text: str) -> str:
    """Words as a book prints them, with the signs of mathematics."""
    for pattern, sign in _SIGNS:
        text = pattern.sub(sign, text)
    return text


def _is_inside(at: Point, box: Box) -> bool:
    return box.x <= at[0] <= box.right and box.y - 1 <= at[1] <= box.bottom + 1


def _mark(kind: str, at: Point, colour: str, paper: str) -> Iterator[Shape]:
    """A disc for a value, a ring for a turn, a diamond for a kink; the middle is exactly on the curve."""
    x, y = at
    inner = _RADIUS - 2.0
    if kind == "kink":
        for radius, paint in ((_RADIUS + 1.2, colour), (inner + 0.8, paper)):
            yield Patch(Paint(paint), ((x - radius, y), (x, y - radius), (x + radius, y), (x, y + radius)))
        return
    yield Disc(Paint(colour if kind != "value" else paper), x, y, _RADIUS)
    yield Disc(Paint(paper if kind != "value" else colour), x, y, inner if kind != "value" else _RADIUS - 0.8)


def _spread(places: Sequence[float], first: float, last: float) -> list[float]:
    """Ascending places moved apart by a line at least, from `first` to `last`."""
    apart: list[float] = []
    for place in places:
        apart.append(max(place, apart[-1] + _LINE if apart else first))
    for number in range(len(apart) - 1, -1, -1):
        apart[number] = min(apart[number], last - (len(apart) - 1 - number) * _LINE)
    return apart


def _simplified(path: Floats) -> Floats:
    """A path without the points that lie on the line between those that are kept (Ramer, Douglas and Peucker)."""
    count = path.shape[1]
    kept = np.zeros(count, np.bool_)
    kept[[0, -1]] = True
    waiting = [(0, count - 1)]
    while waiting:
        start, stop = waiting.pop()
        if stop - start < 2:
            continue
        along = path[:, stop] - path[:, start]
        between = path[:, start + 1 : stop] - path[:, [start]]
        length = math.hypot(*along.tolist())
        off = np.abs(along[0] * between[1] - along[1] * between[0]) / length if length else np.hypot(*between)
        farthest = int(off.argmax())
        if off[farthest] > _FLAT:
            middle = start + 1 + farthest
            kept[middle] = True
            waiting += [(start, middle), (middle, stop)]
    return path[:, kept]


def _dense(strokes: Iterable[Floats]) -> Floats:
    """Points every two units along strokes, as far as they are near the picture."""
    points = [np.empty((2, 0))]
    for path in strokes:
        inside = np.clip(path, -1e4, 1e4)
        lengths = np.append(0, np.cumsum(np.hypot(*np.diff(inside, axis=1))))
        along = np.linspace(0, lengths[-1], min(int(lengths[-1] / 2) + 1, 20_000))
        points.append(np.stack([np.interp(along, lengths, inside[0]), np.interp(along, lengths, inside[1])]))
    return np.concatenate(points, axis=1)

"""From the chunks of a result to figures: sampled curves, the user's values, landmarks, and captions in words."""

import math
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from actcli.analysis import Kink
from actcli.analysis.shape import Extremum, Peak
from actcli.analysis.view import Asymptote
from actcli.arrays import Floats
from actcli.errors import ActcliError, printable
from actcli.render.intervals import describe
from actcli.render.numbers import padded, percent, text, trimmed
from actcli.render.plot.figure import Curve, Figure, Histogram, MarkKind, Points, Rule, Shade
from actcli.render.plot.theme import Theme
from actcli.results import Chunk, Landmarks, Result, View

# Samples this close, as a share of the picture, straddle a kink; a step between them is a jump of the function.
_STRADDLING = 1e-9
_FEW = 40  # values that are marked on the curve; more are a histogram
_MOST_SEGMENTS = 24  # of which every second one is shaded
_PRIMES = {"value": "", "slope": "′", "curvature": "″"}
_MOST = 4  # landmarks of one function that a caption lists
_A_COLUMN = 1 / 80  # of a picture's width, about
_NEARLY_ZERO = 1e-9  # as a share of the picture's width
# An asymptote is shown to be approached where a curve ends so close to it and was so far away, as shares of the height.
_CLOSE, _APART = 0.055, 0.01


class Scene:
    """The sampled curves of a result and the user's values, of which a few are kept, and the figures they give."""

    def __init__(self, result: Result, view: View) -> None:
        self.header = result.header
        self.result = result
        self.view = view
        self.samples: Chunk | None = None
        self.points: list[Chunk] = []  # the user's values, while they are few
        self.histogram = Histogram(is_log=view.x_is_log)  # of all of them

    @classmethod
    def of(cls, result: Result) -> tuple["Scene", ActcliError | None]:
        """Gather all chunks, or those before an error, which is handed back to be raised once they are drawn.

        Raises ValueError where the result is not to be drawn.
        """
        if result.header.view is None:
            raise ValueError("a picture of a result without a view")
        scene = cls(result, result.header.view)
        try:
            for chunk in result.chunks():
                scene.add(chunk)
        except ActcliError as error:
            return scene, error
        return scene, None

    def add(self, chunk: Chunk) -> None:
        """Take one more chunk: the curves, or some of the user's values."""
        if chunk.is_sampled:
            self.samples = chunk
            return
        self.histogram.add(chunk.vectors.values)
        if self.histogram.values <= _FEW:
            self.points.append(chunk)
        else:
            self.points.clear()

    @property
    def functions(self) -> range:
        """The places of all functions."""
        return range(len(self.header.descriptions))

    @property
    def has_many_values(self) -> bool:
        """Whether the user's values are a histogram, and not marks on the curves."""
        return self.histogram.values > _FEW

    @property
    def orders(self) -> list[str]:
        """What is drawn of each function: value, slope, curvature."""
        return [field.name for field in self.header.fields]

    @property
    def x(self) -> Floats:
        """Where the curves are sampled; raises ValueError where no curve has come."""
        return self._sampled.vectors.values

    @property
    def x_limits(self) -> tuple[float, float]:
        """The ends of the curves."""
        return float(self.x[0]), float(self.x[-1])

    @property
    def _ends(self) -> tuple[float, float]:
        """The ends of the curves as the figure has them."""
        low, high = self._across(np.array(self.x_limits)).tolist()
        return low, high

    def y(self, function: int, order: str) -> Floats:
        """A function at the samples, in float64: limits and axes are no numbers of the type it was rounded to."""
        return np.asarray(self._sampled.answers[function].columns[order], np.float64)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What the curves are called: of a sweep by the parameter alone, of differences by the second function."""
        names = [printable(name) for name in self.header.names]
        first = f" - {printable(self.view.first)}" if self.view.first else ""
        if len(names) == 1:
            return tuple(names)
        if first:
            return tuple(name.removesuffix(first) for name in names)
        if self._swept:
            return tuple(name.partition(":")[2].replace(".0,", ",").removesuffix(".0") for name in names)
        return tuple(names)

    @property
    def _swept(self) -> str:
        """The function whose parameter is swept; empty where the functions are not one."""
        names = [printable(name).partition(":") for name in self.header.names]
        is_swept = len(names) > 1 and len({name for name, _, _ in names}) == 1 and all(given for _, _, given in names)
        return names[0][0] if is_swept else ""

    def overlay(self, theme: Theme, size: tuple[int, int]) -> Figure:
        """All functions in one frame, with all captions under it."""
        return self._figure(self.functions, size)._replace(
            landmarks=tuple(self._landmark_captions(self.functions, theme)),
            captions=(
                *map(printable, self.view.notes),
                *self._sign_captions(self.functions),
                *self._value_captions(self.functions),
            ),
            stated=tuple(self._stated(self.functions)),
        )

    def facet(self, function: int, theme: Theme, size: tuple[int, int]) -> Figure:
        """A function by itself: its landmarks beside its name, the others as context, where it has a single meaning."""
        name = f"{self._swept}:{self.labels[function]}" if self._swept else printable(self.header.names[function])
        alone = self._figure([function], size)
        # Of several quantities a function without its others would be one that nobody could tell.
        is_plain = len(self.orders) == 1 or self.orders[0] in _PRIMES
        others = (other for other in self.functions if other != function and is_plain)
        if len(alone.curves) > 1 or not theme.has_colour:  # the title names the function: lines and letters the orders
            letters = zip(alone.curves, self.orders, strict=True)
            curves = (
                curve._replace(label=self._called("f", order) if order in _PRIMES else order, style=n)
                for n, (curve, order) in enumerate(letters)
            )
            alone = alone._replace(curves=tuple(curves))
        return alone._replace(
            title=self._called(name, self.orders[0]) if self.orders[0] in _PRIMES else name,
            landmarks=tuple(self._landmark_captions([function], theme)),
            context=tuple(self._curve(other, self.orders[0]) for other in others),
            asymptotes=(),
            captions=(*self._sign_captions([function]), *self._value_captions([function])),
            stated=tuple(self._stated([function])),
        )

    @property
    def _sampled(self) -> Chunk:
        if self.samples is None:
            raise ValueError("a view without sampled curves")
        return self.samples

    def _figure(self, functions: Sequence[int], size: tuple[int, int]) -> Figure:
        """Some functions in one frame; where it is one, its formula and its zones too."""
        first = self.orders[0]
        is_single = len(functions) == 1
        stated = self._formula(functions[0], first) if is_single or self._swept else ""
        formula = [stated] if stated else []
        y_limits = self.view.y_limits
        if self.view.y_is_log and y_limits is not None:
            low, high = np.log10(np.maximum(y_limits, 1e-300)).tolist()
            y_limits = low, high
        return Figure(
            title=self.view.title or self._title(functions),
            subtitle="" if self.view.title else printable(", ".join(filter(None, [*formula, *self._scales()]))),
            curves=tuple(self._curve(function, order) for order in self.orders for function in functions),
            # The zones of several functions in one frame would overlap and say nothing.
            zones=(*(self._shades(functions[0]) if is_single else ()), *self._segments()),
            points=(
                *self._landmark_points(functions),
                *self._farthest_points(functions),
                *self._value_points(functions),
            ),
            asymptotes=tuple(self._asymptotes(functions)),
            histogram=self.histogram if self.has_many_values and self.histogram.finite else None,
            rules=tuple(self._rules()),
            x_title=self.header.headings.get("x", "x"),
            y_reach=(0.0,) if self.view.first and not self.view.y_is_log else (),
            x_limits=self._ends,
            y_limits=y_limits,
            x_is_log=self.view.x_is_log,
            y_is_log=self.view.y_is_log,
            width=size[0],
            height=size[1],
        )

    def _curve(self, function: int, order: str) -> Curve:
        """The curve of a function, in a style that no other has, with a gap wherever it jumps."""
        x, y = self._across(self.x), self._scaled(self.y(function, order))
        with np.errstate(invalid="ignore", over="ignore"):
            step = np.nan_to_num(np.abs(np.diff(y)), posinf=0.0)
            # Halved: the ends may lie farther apart than the largest float64.
            is_straddled = np.diff(x / 2) < _STRADDLING * (x[-1] / 2 - x[0] / 2)
            jumps = np.flatnonzero(is_straddled & (step > _STRADDLING * step.max()))
        style = function + self.orders.index(order) * len(self.header.descriptions)
        return Curve(
            self._name(function, order),
            np.insert(x, jumps + 1, x[jumps]),
            np.insert(y, jumps + 1, np.nan),
            style,
            is_measured=order == "error",
        )

    def _name(self, function: int, order: str) -> str:
        """What a curve is called: the function's name, primes for derivatives, bars for what is a magnitude."""
        return self._called(self.labels[function], order)

    def _called(self, name: str, order: str) -> str:
        if order == "error":  # a magnitude already
            return name
        if order not in _PRIMES:  # a quantity by its own name
            return f"{name} {order}"
        name = f"({name})" if order != "value" and " " in name else name  # a difference
        return f"|{name}{_PRIMES[order]}|" if self.view.y_is_log else name + _PRIMES[order]

    def _title(self, functions: Sequence[int]) -> str:
        """The names of the functions, or what they have in common."""
        first = self.orders[0]
        if len(functions) > 1 and self.view.first:
            return self._called(f"difference from {printable(self.view.first)}", first)
        if len(functions) > 1 and self._swept:
            return self._called(self._swept, first)
        names = self.labels if len(functions) > 1 else [printable(name) for name in self.header.names]
        return ", ".join(self._called(names[function], first) for function in functions)

    def _rules(self) -> Iterator[Rule]:
        """The lines that curves are read against: of differences the function that they are from."""
        for axis, value, label in self.view.references:
            scaled = self._across(value) if axis == "x" else self._scaled(np.array(value))
            yield Rule(axis, float(scaled), label)
        if self.view.first and not self.view.y_is_log:
            yield Rule("y", 0.0, printable(self.view.first))

    def _formula(self, function: int, order: str) -> str:
        """What is stated of an order that is drawn; nothing where nothing is, or where it is what the user typed."""
        described = self.header.descriptions[function]
        key = "formula" if order == "value" else f"{order}_formula"
        name, formula = self.header.names[function], str(described.get(key) or "")
        typed = "".join(name.split())
        return "" if "".join(formula.split()) in (typed, f"{typed}(x)") else formula

    def _scales(self) -> Iterator[str]:
        if self.view.y_is_log:
            yield "logarithmic"

    def _scaled(self, y: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray(np.log10(np.abs(y))) if self.view.y_is_log else y

    def _across(self, x: Floats | float) -> Floats:
        """Values of x as the figure has them; NaN for those that have no logarithm."""
        with np.errstate(all="ignore"):
            return np.asarray(np.log10(x) if self.view.x_is_log else x, np.float64)

    def _shades(self, function: int) -> Iterator[Shade]:
        """The zones of a function that the x axis has a place for.

        Where a function saturates its slope is small; the logarithm of its values may well go on falling there.
        """
        zones = self.header.zones[function] if self.header.zones else ()
        if self.view.y_is_log and "value" in self.orders:
            zones = tuple(zone for zone in zones if zone.kind != "saturated")
        for zone in zones:
            low, high = self._across(np.maximum((zone.low, zone.high), 0.0 if self.view.x_is_log else -np.inf)).tolist()
            if low < high:
                label = describe([each for each in zones if each.kind == zone.kind])
                yield Shade(low, high, zone.kind, label, describe([zone]))

    def _segments(self) -> Iterator[Shade]:
        """Every second stretch between powers of 2, or of 4, 16 and so on where there are many, on a scale of logs."""
        if not self.view.has_segments:
            return
        x = self._sampled.vectors.values
        low, high = np.log2([x.min(), x.max()]).tolist()
        binades = 1
        while high - low > _MOST_SEGMENTS * binades:
            binades *= 2
        width = binades * math.log10(2)
        first, last = math.floor(low / binades), math.ceil(high / binades)
        for place in range(first + first % 2, last, 2):
            yield Shade(place * width, (place + 1) * width, "alternate", f"powers of {2**binades}")

    def _landmarks(self, function: int) -> Landmarks:
        """The landmarks of a function; none where its values are not drawn."""
        return self.view.landmarks[function] if self.view.landmarks and "value" in self.orders else Landmarks()

    def _landmark_points(self, functions: Sequence[int]) -> Iterator[Points]:
        """Marks on the curves of values, where the functions turn and break."""
        for place, function in enumerate(functions):
            landmarks = self._landmarks(function)
            yield from self._turning_points(place, landmarks.extrema)
            if landmarks.steepest:
                yield from self._turning_points(place + len(functions) * self.orders.index("slope"), landmarks.steepest)
            corners = np.array([kink.x for kink in landmarks.kinks if not kink.is_jump])
            at = np.isin(self.x, corners)  # every kink within the limits is among the samples
            if at.any():
                notes = tuple(f"kink at {padded(corner)}" for corner in self.x[at].tolist())
                y = self._scaled(self.y(function, "value")[at])
                yield Points(place, self._across(self.x[at]), y, "kink", notes)

    def _turning_points(self, place: int, extrema: Sequence[Extremum]) -> Iterator[Points]:
        """Marks on the curve in this place."""
        for kind in ("minimum", "maximum"):
            turns = [turn for turn in extrema if turn.kind == kind and turn.low == turn.high]
            x, y = np.array([turn.low for turn in turns]), np.array([turn.value for turn in turns])
            notes = tuple(f"{kind[:3]} {padded(turn.value)} at {padded(turn.low)}" for turn in turns)
            yield Points(place, self._across(x), self._scaled(y), kind, notes)

    def _farthest_points(self, functions: Sequence[int]) -> Iterator[Points]:
        """Marks where differences are largest."""
        for place, function in enumerate(functions):
            peak = self._landmarks(function).farthest
            for each in peak.places if peak else ():
                at = self.x == each.low  # among the samples, if in sight
                y = self.y(function, "value")[at]
                kind: MarkKind = "minimum" if (y < 0).any() else "maximum"
                notes = tuple(f"{padded(value)} at {padded(each.low)}" for value in y.tolist())
                yield Points(place, self._across(self.x[at]), self._scaled(y), kind, notes)

    def _value_points(self, functions: Sequence[int]) -> Iterator[Points]:
        for chunk in self.points:
            for place, function in enumerate(functions):
                y = chunk.answers[function].columns[self.orders[0]]
                yield Points(place, self._across(chunk.vectors.values), self._scaled(np.asarray(y, np.float64)))

    def _asymptotes(self, functions: Sequence[int]) -> Iterator[Curve]:
        """The lines that functions are seen to approach, from the middle of the picture to the end where they do."""
        if self.view.y_is_log:
            return
        across = self._across(self.x)
        middle = across[0] / 2 + across[-1] / 2
        ends = [end for function in functions for end in self._curve(function, "value").extent(self._ends)]
        height = max(ends, default=0.0) - min(ends, default=0.0)
        found: dict[Asymptote, None] = {}
        for function in functions:
            for line in self._landmarks(function).asymptotes:
                half = across <= middle if line.side < 0 else across >= middle
                x, y = self.x[half], self.y(function, "value")[half]
                if line not in found and _is_approached(line, x, y, height):
                    found[line] = None
                    with np.errstate(over="ignore"):
                        yield Curve(_line_in_words(line), across[half], line.slope * x + line.intercept)

    def _stated(self, functions: Sequence[int]) -> Iterator[str]:
        """The formulas of slopes and curvatures that are drawn beside a value."""
        for function in functions:
            for order in self.orders[1:]:
                if self._formula(function, order):
                    yield printable(f"{self._name(function, order)} = {self._formula(function, order)}")

    def _landmark_captions(self, functions: Sequence[int], theme: Theme) -> Iterator[str]:
        """A line for each function with landmarks in sight, behind their marks; named where there are several."""
        low, high = self.x_limits
        for function in functions:
            landmarks = self._landmarks(function)
            named = [(turn, "") for turn in landmarks.extrema] + [(turn, "slope ") for turn in landmarks.steepest]
            turns = [(turn, name) for turn, name in named if low <= turn.low and turn.high <= high]
            turns = [(turn, name) for turn, name in turns if self._is_in_sight(turn.value)]
            phrases = [_turn(turn, name, theme.marks[turn.kind]) for turn, name in turns]
            corners = (
                kink for kink in landmarks.kinks if low <= kink.x <= high and self._kink_is_in_sight(function, kink)
            )
            phrases += [_corner(kink, theme.marks["kink"]) for kink in corners]
            if landmarks.farthest:
                phrases.append(_farthest(landmarks.farthest, theme.marks["maximum"]))
            if phrases:
                more = [f"and {len(phrases) - _MOST} more"] if len(phrases) > _MOST else []
                yield self._named(function, functions) + ", ".join([*phrases[:_MOST], *more])

    def _is_in_sight(self, y: float) -> bool:
        """Whether limits that were asked for hold a value."""
        low, high = self.view.y_limits or (-np.inf, np.inf)
        return low <= (abs(y) if self.view.y_is_log else y) <= high

    def _kink_is_in_sight(self, function: int, kink: Kink) -> bool:
        """The same for a kink, which is among the samples; a jump is seen where either of its sides is."""
        at = int(np.searchsorted(self.x, kink.x))
        return any(map(self._is_in_sight, self.y(function, self.orders[0])[max(at - 1, 0) : at + 2].tolist()))

    def _sign_captions(self, functions: Sequence[int]) -> Iterator[str]:
        """Where what is drawn as a magnitude is negative."""
        for function in functions if self.view.y_is_log else ():
            for order in self.orders:
                stretches = list(_negative(self.x, self.y(function, order)))
                more = [f"{len(stretches) - _MOST} more"] if len(stretches) > _MOST else []
                if stretches:
                    name = self._name(function, order).strip("|")
                    yield f"{name} < 0 for {' and '.join([*stretches[:_MOST], *more])}"

    def _value_captions(self, functions: Sequence[int]) -> Iterator[str]:
        """How many values there are, how far they reach, how many lie in zones, and what is not drawn."""
        histogram = self.histogram
        if not histogram.values:
            return
        caption = f"{histogram.values:,} value" + ("s" if histogram.values > 1 else "")
        if histogram.finite and histogram.low == histogram.high:
            caption += (
                f", all {trimmed(histogram.low, 6)}" if histogram.finite > 1 else f": {trimmed(histogram.low, 6)}"
            )
        elif histogram.finite:
            caption += f" from {text(histogram.low, 4)} to {text(histogram.high, 4)}{self._spike()}"
        missing = [
            (histogram.infinite, "infinite"),
            (histogram.undefined, "NaN"),
            (histogram.unplaced, "without a logarithm"),
        ]
        absent = " and ".join(f"{count:,} {word}" for count, word in missing if count)
        caption += f"; not drawn: {absent}" if absent else ""
        shares = [", ".join(self._zone_shares(function)) for function in functions]
        if len(functions) == 1:
            yield "; ".join(filter(None, [caption, *shares]))
            return
        yield caption
        for function, share in zip(functions, shares, strict=True):
            if share:
                yield self._named(function, functions) + share

    def _zone_shares(self, function: int) -> Iterator[str]:
        """How many of the values lie in each kind of zone."""
        for kind in dict.fromkeys(zone.kind for zone in self.header.zones[function]):
            totals = self.result.totals(function)
            yield percent(totals.get(kind, 0) / max(totals.get("inputs", 0), 1)) + f" {kind}"

    def _spike(self) -> str:
        """A spike that a histogram shows as one column, and what it holds of many values."""
        low, high = self.x_limits
        peak = self.histogram.peak((high / 2 - low / 2) * 2 * _A_COLUMN) if self.has_many_values else None
        if peak is None:
            return ""
        start, stop, share = peak
        if share == 1:
            return ", all in one spike"
        return f", {100 * share:.1f} % of them in a spike from {text(start, 4)} to {text(stop, 4)}"

    def _named(self, function: int, functions: Sequence[int]) -> str:
        return f"{self.labels[function]}: " if len(functions) > 1 else ""


def _is_approached(line: Asymptote, x: Floats, y: Floats, height: float) -> bool:
    """Whether a picture so high shows that y comes close to a line towards its end, from farther away."""
    with np.errstate(all="ignore"):
        distance = np.abs(y - (line.slope * x + line.intercept))
    nearest, farthest = distance[0 if line.side < 0 else -1], np.max(distance, initial=0.0, where=np.isfinite(distance))
    return bool(nearest < _CLOSE * height < np.inf and farthest > max(_APART * height, 2 * nearest))


def _line_in_words(line: Asymptote) -> str:
    if line.slope == 0:
        return f"y = {trimmed(line.intercept, 4)}"
    factor = {1.0: "", -1.0: "-"}.get(line.slope, trimmed(line.slope, 4))
    shift = f" {'-' if line.intercept < 0 else '+'} {trimmed(abs(line.intercept), 4)}"
    return f"y = {factor}x{shift if line.intercept else ''}"


def _turn(turn: Extremum, name: str, mark: str) -> str:
    phrase = f"{turn.kind[:3]} {name}{padded(turn.value)} at"
    if turn.low == turn.high:
        return f"{mark} {phrase} x = {padded(turn.low)}"
    return f"{phrase} {padded(turn.low)} <= x <= {padded(turn.high)}"


def _farthest(peak: Peak, mark: str) -> str:
    """The largest difference from another function, and where it is."""
    if not peak.places:
        return "no difference"
    if np.isinf(peak.size):
        return "the difference grows without bound"
    low, high = peak.places[0].low, peak.places[-1].low
    place = f"±{padded(high)}" if low == -high != 0 else padded(low)
    return f"{mark} largest difference {padded(peak.size)} at x = {place}"


def _corner(kink: Kink, mark: str) -> str:
    if kink.is_jump:
        return f"jump at x = {padded(kink.x)}"
    return f"{mark} kink at x = {padded(kink.x)} (slope {padded(kink.left_slope)} | {padded(kink.right_slope)})"


def _negative(x: Floats, y: Floats) -> Iterator[str]:
    """Find the stretches between the ends of x on which y is negative, as conditions."""
    edges = np.diff(np.concatenate([[0], (y < 0).astype(np.int8), [0]]))
    for start, stop in zip(np.flatnonzero(edges > 0).tolist(), np.flatnonzero(edges < 0).tolist(), strict=True):
        ends = [_crossing(x, y, start - 1) if start else None, _crossing(x, y, stop - 1) if stop < x.size else None]
        match ends:
            case None, None:
                yield "all x"
            case None, high:
                yield f"x < {high}"
            case low, None:
                yield f"x > {low}"
            case low, high:
                yield f"{low} < x < {high}"


def _crossing(x: Floats, y: Floats, before: int) -> str:
    """Where y changes its sign between a sample and the next: along a straight line, or at a pole."""
    (left, right), (here, there) = x[before : before + 2].tolist(), y[before : before + 2].tolist()
    share = here / (here - there) if np.isfinite(here - there) else float(np.isfinite(here))
    place = left * (1 - share) + right * share
    is_zero = abs(place) < _NEARLY_ZERO * (x[-1] / 2 - x[0] / 2)
    return text(0.0 if is_zero else place, 4)

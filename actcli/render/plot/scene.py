"""From the chunks of a result to figures: sampled curves, the user's values, landmarks, and captions in words."""

from collections.abc import Iterator, Sequence

import numpy as np

from actcli.analysis import Kink
from actcli.analysis.shape import Extremum
from actcli.analysis.view import Asymptote
from actcli.arrays import Floats
from actcli.errors import ActcliError, printable
from actcli.render.intervals import describe
from actcli.render.numbers import padded, percent, text
from actcli.render.plot.figure import Curve, Figure, Histogram, Points, Shade
from actcli.render.plot.theme import Theme
from actcli.results import Chunk, Header, Landmarks, Result, View

# Samples this close, as a share of the picture, straddle a kink; a step between them is a jump of the function.
_STRADDLING = 1e-9
_FEW = 40  # values that are marked on the curve; more are a histogram
_PRIMES = {"value": "", "slope": "′", "curvature": "″"}
_MOST = 4  # landmarks of one function that a caption lists
_A_COLUMN = 1 / 80  # of a picture's width, about
_NEARLY_ZERO = 1e-9  # as a share of the picture's width


class Scene:
    """The sampled curves of a result and the user's values, of which a few are kept, and the figures they give."""

    def __init__(self, result: Result, view: View) -> None:
        self.header = result.header
        self.result = result
        self.view = view
        self.samples: Chunk | None = None
        self.points: list[Chunk] = []  # the user's values, while they are few
        self.histogram = Histogram()  # of all of them

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

    def y(self, function: int, order: str) -> Floats:
        """A function at the samples."""
        return np.asarray(self._sampled.answers[function].columns[order])

    def overlay(self, theme: Theme, size: tuple[int, int]) -> Figure:
        """All functions in one frame, with all captions under it."""
        captions = (
            *self._stated_captions(self.functions),
            *self._landmark_captions(self.functions, theme),
            *self._sign_captions(self.functions),
            *self._value_captions(self.functions),
        )
        return self._figure(self.functions, size)._replace(captions=captions)

    def facet(self, function: int, theme: Theme, size: tuple[int, int]) -> Figure:
        """A function by itself: its landmarks beside its name, the others as context."""
        alone = self._figure([function], size)
        others = (other for other in self.functions if other != function)
        if len(alone.curves) > 1 or not theme.has_colour:  # the title names the function: lines and letters the orders
            letters = zip(alone.curves, self.orders, strict=True)
            curves = (
                curve._replace(label=self._called("f", order), style=n) for n, (curve, order) in enumerate(letters)
            )
            alone = alone._replace(curves=tuple(curves))
        return alone._replace(
            subtitle=next(self._landmark_captions([function], theme), alone.subtitle),
            context=tuple(self._curve(other, self.orders[0]) for other in others),
            captions=(
                *self._stated_captions([function]),
                *self._sign_captions([function]),
                *self._value_captions([function]),
            ),
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
        formula = [text for text in [self._formula(functions[0], first)] if is_single and text]
        y_limits = self.view.y_limits
        if self.view.is_log and y_limits is not None:
            low, high = np.log10(np.maximum(y_limits, 1e-300)).tolist()
            y_limits = low, high
        return Figure(
            title=", ".join(self._name(function, first) for function in functions),
            subtitle=printable(", ".join([*formula, *["logarithmic"] * self.view.is_log])),
            curves=tuple(self._curve(function, order) for order in self.orders for function in functions),
            # The zones of several functions in one frame would overlap and say nothing.
            zones=tuple(_shades(self.header, functions[0])) if is_single else (),
            points=(*self._landmark_points(functions), *self._value_points(functions)),
            context=tuple(self._asymptotes(functions)),
            histogram=self.histogram if self.has_many_values else None,
            x_limits=self.x_limits,
            y_limits=y_limits,
            is_log=self.view.is_log,
            width=size[0],
            height=size[1],
        )

    def _formula(self, function: int, order: str) -> str:
        """What is stated of an order that is drawn; nothing where nothing is."""
        described = self.header.descriptions[function]
        return str(described.get("formula" if order == "value" else f"{order}_formula") or "")

    def _curve(self, function: int, order: str) -> Curve:
        """The curve of a function, in a style that no other has, with a gap wherever it jumps."""
        x, y = self.x, self._scaled(self.y(function, order))
        with np.errstate(invalid="ignore", over="ignore"):
            step = np.nan_to_num(np.abs(np.diff(y)), posinf=0.0)
            # Halved: the ends may lie farther apart than the largest float64.
            is_straddled = np.diff(x / 2) < _STRADDLING * (x[-1] / 2 - x[0] / 2)
            jumps = np.flatnonzero(is_straddled & (step > _STRADDLING * step.max()))
        style = function + self.orders.index(order) * len(self.header.descriptions)
        return Curve(
            self._name(function, order), np.insert(x, jumps + 1, x[jumps]), np.insert(y, jumps + 1, np.nan), style
        )

    def _name(self, function: int, order: str) -> str:
        """What a curve is called: the function's name, primes for derivatives, bars for what is a magnitude."""
        return self._called(printable(self.header.names[function]), order)

    def _called(self, name: str, order: str) -> str:
        return f"|{name}{_PRIMES[order]}|" if self.view.is_log else name + _PRIMES[order]

    def _scaled(self, y: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray(np.log10(np.abs(y))) if self.view.is_log else y

    def _landmarks(self, function: int) -> Landmarks:
        """The landmarks of a function; none where its values are not drawn."""
        return self.view.landmarks[function] if self.view.landmarks and "value" in self.orders else Landmarks()

    def _landmark_points(self, functions: Sequence[int]) -> Iterator[Points]:
        """Marks on the curves of values, where the functions turn and break."""
        for place, function in enumerate(functions):
            landmarks = self._landmarks(function)
            for kind in ("minimum", "maximum"):
                turns = [turn for turn in landmarks.extrema if turn.kind == kind and turn.low == turn.high]
                y = np.array([turn.value for turn in turns])
                yield Points(place, np.array([turn.low for turn in turns]), self._scaled(y), kind)
            corners = np.array([kink.x for kink in landmarks.kinks if not kink.is_jump])
            at = np.isin(self.x, corners)  # every kink within the limits is among the samples
            if at.any():
                yield Points(place, self.x[at], self._scaled(self.y(function, "value")[at]), "kink")

    def _value_points(self, functions: Sequence[int]) -> Iterator[Points]:
        for chunk in self.points:
            for place, function in enumerate(functions):
                y = chunk.answers[function].columns[self.orders[0]]
                yield Points(place, chunk.vectors.values, self._scaled(np.asarray(y)))

    def _asymptotes(self, functions: Sequence[int]) -> Iterator[Curve]:
        """The lines that functions approach, from the middle of the picture to the end where they do."""
        if self.view.is_log:
            return
        low, high = self.x_limits
        middle = low / 2 + high / 2
        found: dict[Asymptote, None] = dict.fromkeys(
            line for function in functions for line in self._landmarks(function).asymptotes
        )
        for line in found:
            share = np.linspace(0, 1, 401)
            start, stop = (low, middle) if line.side < 0 else (middle, high)
            x = start * (1 - share) + stop * share  # the ends may lie farther apart than the largest float64
            with np.errstate(over="ignore"):
                yield Curve("", x, line.slope * x + line.intercept)

    def _stated_captions(self, functions: Sequence[int]) -> Iterator[str]:
        """The formulas of the curves that the title does not give: slopes and curvatures beside a value."""
        for function in functions:
            for order in self.orders[1:]:
                if self._formula(function, order):
                    yield printable(f"{self._name(function, order)} = {self._formula(function, order)}")

    def _landmark_captions(self, functions: Sequence[int], theme: Theme) -> Iterator[str]:
        """A line for each function with landmarks in sight, behind their marks; named where there are several."""
        low, high = self.x_limits
        for function in functions:
            landmarks = self._landmarks(function)
            turns = (turn for turn in landmarks.extrema if low <= turn.low and turn.high <= high)
            phrases = [_turn(turn, theme.marks[turn.kind]) for turn in turns]
            phrases += [_corner(kink, theme.marks["kink"]) for kink in landmarks.kinks if low <= kink.x <= high]
            if phrases:
                more = [f"and {len(phrases) - _MOST} more"] if len(phrases) > _MOST else []
                yield self._named(function, functions) + ", ".join([*phrases[:_MOST], *more])

    def _sign_captions(self, functions: Sequence[int]) -> Iterator[str]:
        """Where what is drawn as a magnitude is negative."""
        for function in functions if self.view.is_log else ():
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
        if histogram.finite:
            caption += f" from {text(histogram.low, 4)} to {text(histogram.high, 4)}{self._spike()}"
        missing = [(histogram.infinite, "infinite"), (histogram.undefined, "NaN")]
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
        return f"{printable(self.header.names[function])}: " if len(functions) > 1 else ""


def _shades(header: Header, function: int) -> Iterator[Shade]:
    """The zones of a function."""
    zones = header.zones[function]
    for zone in zones:
        yield Shade(zone.low, zone.high, zone.kind, describe([each for each in zones if each.kind == zone.kind]))


def _turn(turn: Extremum, mark: str) -> str:
    phrase = f"{turn.kind[:3]} {padded(turn.value)} at"
    if turn.low == turn.high:
        return f"{mark} {phrase} x = {padded(turn.low)}"
    return f"{phrase} {padded(turn.low)} <= x <= {padded(turn.high)}"


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

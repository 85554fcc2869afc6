"""What a picture is made of, gathered from the chunks of a result, and the figures it gives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from actcli.arrays import Floats
from actcli.errors import printable
from actcli.landmarks.asymptotes import Asymptote
from actcli.render.figure import Curve, Figure, Points, Shade
from actcli.render.histogram import Histogram
from actcli.render.remarks import describe
from actcli.results import Chunk, Header, Result, Sights, View

# Samples this close, as a share of the picture, straddle a kink; a step between them is a jump of the function.
_STRADDLING = 1e-9
_FEW = 40  # values that are marked on the curve; more are a strip
_PRIMES = {"value": "", "slope": "′", "curvature": "″"}


@dataclass
class Scene:
    """The sampled curves of a result, and the user's values, of which a few are kept."""

    header: Header
    result: Result
    view: View
    samples: Chunk | None = None
    points: list[Chunk] = field(default_factory=list)
    histogram: Histogram = field(default_factory=Histogram)

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
    def has_many_values(self) -> bool:
        """Whether the user's values are a strip, and not marks on the curves."""
        return self.histogram.values > _FEW

    @property
    def orders(self) -> list[str]:
        """What is drawn of each function: value, slope, curvature."""
        return [each.name for each in self.header.fields]

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

    def name(self, function: int, order: str) -> str:
        """What a curve is called: the function's name, primes for derivatives, bars for what is a magnitude."""
        return self._called(printable(self.header.names[function]), order)

    def letter(self, order: str) -> str:
        """The same where the function has been named."""
        return self._called("f", order)

    def _called(self, name: str, order: str) -> str:
        return f"|{name}{_PRIMES[order]}|" if self.view.is_log else name + _PRIMES[order]

    def sights(self, function: int) -> Sights:
        """The landmarks of a function; none where its values are not drawn."""
        return self.view.sights[function] if self.view.sights and "value" in self.orders else Sights()

    def figure(self, functions: Sequence[int], size: tuple[int, int]) -> Figure:
        """Some functions in one frame; where it is one, its formula and its zones too."""
        first = self.orders[0]
        is_single = len(functions) == 1
        told = [str(self.header.cards[functions[0]]["formula"])] if is_single and first == "value" else []
        return Figure(
            title=", ".join(self.name(function, first) for function in functions),
            subtitle=printable(", ".join([*told, *["logarithmic"] * self.view.is_log])),
            curves=tuple(self.curve(function, order) for order in self.orders for function in functions),
            zones=tuple(_shades(self.header, functions[0])) if is_single else (),
            points=(*self._landmarks(functions), *self._values(functions)),
            ghosts=tuple(self._asymptotes(functions)),
            histogram=self.histogram if self.has_many_values else None,
            x_limits=self.x_limits,
            y_limits=_logarithms(self.view.y_limits) if self.view.is_log else self.view.y_limits,
            is_log=self.view.is_log,
            width=size[0],
            height=size[1],
        )

    def curve(self, function: int, order: str) -> Curve:
        """The curve of a function, in a style that no other has, with a gap wherever it jumps."""
        x, y = self.x, self._scaled(self.y(function, order))
        with np.errstate(invalid="ignore", over="ignore"):
            step = np.nan_to_num(np.abs(np.diff(y)), posinf=0.0)
            # Halved: the ends may lie farther apart than the largest float64.
            is_straddled = np.diff(x / 2) < _STRADDLING * (x[-1] / 2 - x[0] / 2)
            jumps = np.flatnonzero(is_straddled & (step > _STRADDLING * step.max()))
        style = function + self.orders.index(order) * len(self.header.cards)
        return Curve(
            self.name(function, order), np.insert(x, jumps + 1, x[jumps]), np.insert(y, jumps + 1, np.nan), style
        )

    @property
    def _sampled(self) -> Chunk:
        if self.samples is None:
            raise ValueError("a view without sampled curves")
        return self.samples

    def _scaled(self, y: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray(np.log10(np.abs(y))) if self.view.is_log else y

    def _landmarks(self, functions: Sequence[int]) -> Iterator[Points]:
        """Marks on the curves of values, where the functions turn and break."""
        for place, function in enumerate(functions):
            seen = self.sights(function)
            for kind in ("minimum", "maximum"):
                turns = [turn for turn in seen.extrema if turn.kind == kind and turn.low == turn.high]
                y = np.array([turn.value for turn in turns])
                yield Points(place, np.array([turn.low for turn in turns]), self._scaled(y), kind)
            corners = np.array([kink.x for kink in seen.kinks if not kink.is_jump])
            at = np.isin(self.x, corners)  # every kink within the limits is among the samples
            if at.any():
                yield Points(place, self.x[at], self._scaled(self.y(function, "value")[at]), "kink")

    def _values(self, functions: Sequence[int]) -> Iterator[Points]:
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
            line for function in functions for line in self.sights(function).asymptotes
        )
        for line in found:
            share = np.linspace(0, 1, 401)
            start, stop = (low, middle) if line.side < 0 else (middle, high)
            x = start * (1 - share) + stop * share  # the ends may lie farther apart than the largest float64
            with np.errstate(over="ignore"):
                yield Curve("", x, line.slope * x + line.intercept)


def _logarithms(limits: tuple[float, float] | None) -> tuple[float, float] | None:
    if limits is None:
        return None
    low, high = np.log10(np.maximum(limits, 1e-300)).tolist()
    return low, high


def _shades(header: Header, function: int) -> Iterator[Shade]:
    """The zones of a function; those of several in one frame would overlap and tell nothing."""
    zones = header.zones[function]
    for zone in zones:
        yield Shade(zone.low, zone.high, zone.kind, describe([each for each in zones if each.kind == zone.kind]))

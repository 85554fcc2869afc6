"""Holds a function against its own formula: where to look, what is true there, and how far off an answer is."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from actcli.catalog import FUNCTIONS
from tests.oracle.formulas import Formula

Floats = NDArray[np.float64]
Choices = tuple[float, ...]

ORDERS = ("value", "slope", "curvature")
EXTREMES = [0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, -2.2250738585072014e-308, 1.7976931348623157e308]

FREQUENCIES = {"frequency", "b"}
"""What the formulas of waves call how fast they go."""

# What `name@library` stands for, as the documentation of the library has it.
OF_LIBRARIES = {
    "leaky-relu@keras": "leaky-relu:negative_slope=0.2",
    "hard-sigmoid@onnx": "hard-sigmoid:slope=0.2,offset=0.5",
    "weighted-tanh@echo": "weighted-tanh:weight=1",
}


class Truth:
    """A formula with its parameters in place, and all that has been asked of it so far."""

    def __init__(
        self,
        formula: Formula,
        waves: Sequence[tuple[bool, bool]] = ((False, False),) * 3,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        self.formula = formula
        self.parameters = parameters or {}
        """As texts."""
        self.waves = waves
        """For value, slope and curvature: whether it goes on waving towards -inf, and towards inf."""
        frequency = next((float(value) for name, value in self.parameters.items() if name in FREQUENCIES), 1.0)
        self.waves_from = 0.25 / max(abs(frequency), 1e-300)
        """A wave has a root within about |x|/2 of every x beyond this; that of an x up to it is below twice as much."""
        self.known: dict[float, tuple[tuple[float, float, float], Choices]] = {}

    def at(self, x: Floats) -> Floats:
        """The float64 nearest to value, slope and curvature: a row for every x."""
        return np.array([self._followed(each)[0] for each in x.tolist()])

    def order(self, order: int, x: Floats) -> Floats:
        """The same for one order alone."""
        return self.at(x)[:, order]

    def seams(self, x: Floats) -> list[float]:
        """Both sides of every place between the given x where a comparison in the formula falls differently."""
        found: set[float] = set()
        for left, right in pairwise(np.unique(x).tolist()):
            self._close_in(left, right, found)
        return sorted(found)

    def roots(self, order: int) -> list[float]:
        """Where the order changes sign between the x known so far, except at 0 and at jumps."""
        line = np.array(sorted(self.known))
        if any(map(any, self.waves)):
            # Where the order itself waves, `units` has no need of roots beyond those of x up to `waves_from`.
            line = line[np.abs(line) < (2 * self.waves_from if all(self.waves[order]) else 4 * np.pi)]
        signs = np.sign(np.nan_to_num(self.order(order, line)))
        through = np.flatnonzero((signs[1:-1] == 0) & (signs[2:] * signs[:-2] < 0)) + 1
        found = [float(line[at]) for at in through if line[at] != 0.0]
        for at in np.flatnonzero(signs[1:] * signs[:-1] < 0):
            root = self._root(order, float(line[at]), float(line[at + 1]), float(signs[at]))
            outside = np.abs(self.order(order, root * np.array([1 - 1e-3, 1 + 1e-3])))
            if root != 0.0 and abs(self.order(order, np.array([root]))[0]) <= 1e-6 * outside.max():
                found.append(root)
        return found

    def _followed(self, x: float) -> tuple[tuple[float, float, float], Choices]:
        if x not in self.known:
            self.known[x] = self.formula.followed(x)
        return self.known[x]

    def _close_in(self, left: float, right: float, found: set[float]) -> None:
        if self._followed(left)[1] == self._followed(right)[1]:
            return
        middle = between(left, right)
        if middle in (left, right):
            found.update((left, right))
            return
        self._close_in(left, middle, found)
        self._close_in(middle, right, found)

    def _root(self, order: int, left: float, right: float, sign: float) -> float:
        while True:
            middle = between(left, right)
            if middle in (left, right):
                return left
            here = np.sign(self._followed(middle)[0][order])
            if here == 0:
                return middle
            left, right = (middle, right) if here == sign else (left, middle)


def between(left: float, right: float) -> float:
    """A float64 half way from one to the other, counted in float64; one of them where they are neighbours."""
    if left < 0 < right:
        return 0.0
    bits = np.abs([left, right]).view(np.int64)
    middle = float((bits[0] + (bits[1] - bits[0]) // 2).view(np.float64))
    return -middle if left < 0 else middle


def truth_of(spec: str) -> Truth:
    """The truth of a function of the catalogue, "name" or "name:value,..." or "name:parameter=value,...".

    A number that is typed is the nearest float64; one of the catalogue or of a library is exact, typed or not.
    """
    name, _, given = OF_LIBRARIES.get(spec, spec).partition(":")
    entry = next(each for each in FUNCTIONS if each.name == name.replace("-", "_"))
    parameters: dict[str, str] = {each.name: each.default for each in entry.parameters}
    for place, value in enumerate(given.split(",") if given else ()):
        parameter, named, text = value.rpartition("=")
        name = parameter if named else list(parameters)[place]
        if spec in OF_LIBRARIES:
            parameters[name] = text
        elif repr(float(text)) != parameters[name]:
            parameters[name] = str(Decimal(float(text)))

    def waves(limit: str) -> bool:
        return math.isnan(Formula(limit, parameters).nearest(0.0)[0])

    both = [(waves(low), waves(high)) for low, high in map(entry.limits.of, range(3))]
    return Truth(Formula(entry.formula, parameters), both, parameters)


def points(truth: Truth, density: int = 1, thin: int = 1) -> Floats:
    """At least 4,000 points: both signs of every magnitude, dense near zero, straddling seams and likely ones.

    Of all but those beside seams, `thin` = 3 takes every third.
    """
    rng = np.random.default_rng(20240229)
    sizes = 10.0 ** rng.uniform(-307.6, 308.25, 500 * density)
    subnormal = rng.uniform(0, 2.2e-308, 100 * density)
    near = rng.uniform(-50, 50, 1200 * density)
    tails = rng.uniform(-800, 800, 600 * density)
    small = 10.0 ** rng.uniform(-20, 1, 400 * density)
    around = [np.array([*EXTREMES, *(-value for value in EXTREMES)])]
    corners = [sign * value for value in truth.formula.constants() for sign in (-1, 1) if abs(value) < 1e300]
    around += [beside(corner) for corner in (*corners, *(quarters / 4 for quarters in range(-160, 161)))]
    x = np.concatenate([sizes, -sizes, subnormal, -subnormal, near, tails, small, -small, *around])[::thin]
    return np.concatenate([x, *(beside(seam) for seam in truth.seams(x))])


def beside(x: float) -> Floats:
    """A number and its two neighbours."""
    return np.array([x, np.nextafter(x, -np.inf), np.nextafter(x, np.inf)])


@dataclass(frozen=True)
class Judgement:
    """The points at which a function is judged."""

    truth: Truth
    x: Floats

    @cached_property
    def wanted(self) -> Floats:
        """The float64 nearest to value, slope and curvature: a row for every x."""
        return self.truth.at(self.x)

    @cached_property
    def _units(self) -> dict[int, Floats]:
        return {}

    def units(self, order: int) -> Floats:
        """What counts as one ulp of value (0), slope (1) or curvature (2) at each x."""
        if order not in self._units:
            self._units[order] = units(self.truth, order, self.x, self.wanted[:, order])
        return self._units[order]


@lru_cache(maxsize=4)
def judgement(spec: str, density: int = 1, thin: int = 1) -> Judgement:
    """The points, the truth there and its units; kept for the three orders of a function."""
    truth = truth_of(spec)
    return Judgement(truth, points(truth, density, thin))


@dataclass(frozen=True)
class Bad:
    """A point at which an answer is off by more than the bound."""

    x: float
    got: float
    wanted: float
    ulp: float

    def __str__(self) -> str:
        return f"x = {self.x!r}: got {self.got!r}, wanted {self.wanted!r}, off by {self.ulp:.3g} ulp"


def bad_points(judged: Judgement, order: int, got: Floats, bound: float) -> list[Bad]:
    """Every point at which an answer is farther from the truth than `bound` ulp; a bound of 1 is not to be reached."""
    wanted, unit = judged.wanted[:, order], judged.units(order)
    ulp = distance(got, wanted, unit)
    bad = []
    # The truth is rounded itself, by half an ulp: what may be beyond the bound is looked at again.
    for at in np.flatnonzero(~(ulp < bound - 0.5)):
        if np.isfinite(ulp[at]) and ulp[at] < bound + 1:
            ulp[at] = judged.truth.formula.distance(order, *(float(each[at]) for each in (judged.x, got, unit)))
        if not ulp[at] < bound:
            bad.append(Bad(*(float(each[at]) for each in (judged.x, got, wanted, ulp))))
    return bad


def errors(judged: Judgement, order: int, got: Floats) -> Floats:
    """How many ulp each answer is off the truth, itself not rounded; infinitely many where an answer is lost."""
    unit = judged.units(order)
    found = distance(got, judged.wanted[:, order], unit)
    for at in np.flatnonzero(np.isfinite(found) & np.isfinite(got) & (found < 1e6)):
        found[at] = judged.truth.formula.distance(order, *(float(each[at]) for each in (judged.x, got, unit)))
    return found


def hunted(spec: str, order: int, answer: Callable[[Floats], Floats], points: int) -> Bad:
    """The worst of so many points: some of those of `judgement`, then ever closer around the worst so far."""
    known, rng = judgement(spec), np.random.default_rng(7)
    share = points // 4
    x, worst = rng.choice(known.x, share), Bad(0.0, 0.0, 0.0, 0.0)
    for turn in range(4):
        judged = Judgement(known.truth, x)
        got = answer(x)
        off = errors(judged, order, got)
        best = np.argsort(-off)[: max(1, share // 12)]
        found = Bad(*(float(each[best[0]]) for each in (x, got, judged.wanted[:, order], off)))
        worst = max(worst, found, key=lambda bad: bad.ulp)
        near = np.repeat(x[best], 12)
        with np.errstate(over="ignore"):
            near = near * (1.0 + 10.0 ** (-2.0 - 1.5 * turn) * rng.uniform(-1.0, 1.0, near.size))
        x = near[np.isfinite(near)]
    return worst


def distance(got: Floats, wanted: Floats, unit: Floats) -> Floats:
    """How many units lie between two answers; infinitely many where one of them is lost."""
    with np.errstate(all="ignore"):
        apart = np.abs(got - wanted) / unit
    same = (got == wanted) | (np.isnan(got) & np.isnan(wanted))
    return np.where(same, 0.0, np.where(np.isfinite(apart), apart, np.inf))


def units(truth: Truth, order: int, x: Floats, wanted: Floats) -> Floats:
    """An ulp of the truth; within |r|/2 of a root r other than 0 an ulp of the largest magnitude around there."""
    size = np.abs(wanted)
    for root in truth.roots(order):
        half = abs(root) / 2
        largest = np.abs(truth.order(order, np.linspace(root - half, root + half, 65))).max()
        size = np.where(np.abs(x / 2 - root / 2) <= half / 2, np.maximum(size, largest), size)
    for waves, side in zip(truth.waves[order], (-1.0, 1.0), strict=True):
        if waves:
            # A wave, but for x near 0, has a root within about |x|/2 of x.
            here = side * x > truth.waves_from
            size[here] = np.maximum(size[here], _largest_around(truth, order, side, np.abs(x[here])))
    return np.maximum(np.spacing(np.minimum(size, 1.7e308)), 5e-324)


def _largest_around(truth: Truth, order: int, side: float, x: Floats) -> Floats:
    """The largest magnitude within |x|/2 of x among the points themselves and some between them."""
    line = np.unique(np.concatenate([x, np.geomspace(0.1, 1e308, 3_000)]))
    sizes = np.nan_to_num(np.abs(truth.order(order, side * line)), posinf=0.0)
    starts = np.searchsorted(line, x / 2, "left")
    stops = np.searchsorted(line / 1.5, x, "right")
    return np.array([sizes[start:stop].max() for start, stop in zip(starts, stops, strict=True)])

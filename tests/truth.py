"""Holds a function against its own formula: where to look, what is true there, and how far off an answer is."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from actcli.catalog import Activation
from actcli.formula.digits import NotSettledError

Floats = NDArray[np.float64]

ORDERS = ("value", "slope", "curvature")
# Dense where activations live, a point an octave to the ends of float64.
_FAR, _NEAR = 2.0 ** np.arange(-40.0, 1024.0), 2.0 ** np.arange(5.0, 16.0, 1 / 16)
LINE = np.unique(np.concatenate([-_FAR, -_NEAR, np.linspace(-48.0, 48.0, 3073), _NEAR, _FAR]))
EXTREMES = [0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, -2.2250738585072014e-308, 1.7976931348623157e308]


@dataclass(frozen=True)
class Bad:
    """A point at which an answer is off by more than the bound."""

    x: float
    got: float
    wanted: float
    ulp: float

    def __str__(self) -> str:
        return f"x = {self.x!r}: got {self.got!r}, wanted {self.wanted!r}, off by {self.ulp:.3g} ulp"


def points(activation: Activation, density: int = 1) -> Floats:
    """At least 4,000 points: both signs of every magnitude, dense near zero, straddling kinks and likely seams."""
    rng = np.random.default_rng(20240229)
    sizes = 10.0 ** rng.uniform(-307.6, 308.25, 500 * density)
    subnormal = rng.uniform(0, 2.2e-308, 100 * density)
    near = rng.uniform(-50, 50, 1200 * density)
    tails = rng.uniform(-800, 800, 600 * density)
    small = 10.0 ** rng.uniform(-20, 1, 400 * density)
    around = [np.array([*EXTREMES, *(-value for value in EXTREMES)])]
    corners = [sign * value for _, value in activation.parameters for sign in (-1, 1) if abs(value) < 1e300]
    corners += [k / 4 for k in range(-160, 161)]
    around += [np.array([corner, np.nextafter(corner, -np.inf), np.nextafter(corner, np.inf)]) for corner in corners]
    return np.concatenate([sizes, -sizes, subnormal, -subnormal, near, tails, small, -small, *around])


def bad_points(activation: Activation, order: int, x: Floats, bound: float) -> list[Bad]:
    """Every point at which value, slope or curvature is farther from the truth than `bound` ulp allows."""
    got = activation.order(order, x)
    wanted = np.array([certified(activation, order, float(each)) for each in x])
    ulp = distance(got, wanted, unit_of(activation, order, x, wanted))
    return [
        Bad(*map(float, row))
        for row in zip(x, got, wanted, ulp, strict=True)
        # The truth is rounded itself, by half an ulp.
        if not row[3] <= bound - 0.5
    ]


def certified(activation: Activation, order: int, x: float) -> float:
    """The float64 nearest to the truth, or, next to a tie between two of them, either."""
    try:
        return activation.certified(order, x)
    except NotSettledError:
        # At 11/8 * x * sigmoid(x), say, no precision decides between the two; many digits still settle.
        return float(activation.digits(order, x, 40))


def distance(got: Floats, wanted: Floats, unit: Floats) -> Floats:
    with np.errstate(all="ignore"):
        apart = np.abs(got - wanted) / unit
    same = (got == wanted) | (np.isnan(got) & np.isnan(wanted))
    return np.where(same, 0.0, np.where(np.isfinite(apart), apart, np.inf))


def unit_of(activation: Activation, order: int, x: Floats, wanted: Floats) -> Floats:
    """An ulp of the truth; within |r|/2 of a root r other than 0 an ulp of the largest magnitude around there."""
    size = np.abs(wanted)
    waving = np.isnan([activation.limit(order, end) for end in (-np.inf, np.inf)])
    line = np.unique(LINE[np.abs(LINE) < 4 * np.pi] if waving.any() else LINE)
    for root in roots(activation, order, line):
        half = abs(root) / 2
        largest = np.abs(activation.order(order, np.linspace(root - half, root + half, 201))).max()
        size = np.where(np.abs(x - root) <= half, np.maximum(size, largest), size)
    if waving.any():
        size = np.maximum(size, _wave_size(activation, order, x) * np.where(x < 0, waving[0], waving[1]))
    return np.maximum(np.spacing(np.minimum(size, 1.7e308)), 5e-324)


def _wave_size(activation: Activation, order: int, x: Floats) -> Floats:
    """A wave, but for x near 0, has a root within about |x|/2 of x: its largest magnitude there."""
    with np.errstate(all="ignore"):
        around = np.abs([activation.order(order, x * share) for share in np.linspace(0.5, 1.5, 129)])
    return np.where(np.abs(x) > 0.25, np.where(np.isfinite(around), around, 0.0).max(axis=0), 0.0)


def closed_in(sign: Callable[[Floats], Floats], left: float, right: float) -> tuple[float, float]:
    """Two neighbouring float64 between which a sign leaves its value at the left, by halving the numbers between."""
    held = sign(np.array([left]))[0]
    low, high = place(left), place(right)
    while high - low > 1:
        middle = (low + high) // 2
        if sign(np.array([number(middle)]))[0] == held:
            low = middle
        else:
            high = middle
    return number(low), number(high)


def place(x: float) -> int:
    """Which float64 this is, counted from 0 up and down."""
    bits = int(struct.unpack("<q", struct.pack("<d", abs(x)))[0])
    return bits if x >= 0 else -bits


def number(place: int) -> float:
    size = float(struct.unpack("<d", struct.pack("<q", abs(place)))[0])
    return size if place >= 0 else -size


def roots(activation: Activation, order: int, line: Floats) -> list[float]:
    """Where value, slope or curvature changes sign along a line of numbers, except at 0 and at jumps."""

    def sign(x: Floats) -> Floats:
        return np.sign(np.nan_to_num(activation.order(order, x)))

    signs = sign(line)
    through = np.flatnonzero((signs[1:-1] == 0) & (signs[2:] * signs[:-2] < 0)) + 1
    found = [float(line[at]) for at in through if line[at] != 0.0]
    for at in np.flatnonzero(signs[1:] * signs[:-1] < 0):
        left, right = closed_in(sign, float(line[at]), float(line[at + 1]))
        around = np.abs(activation.order(order, np.array([left, right, line[at], line[at + 1]])))
        if around[:2].max() <= 1e-6 * around[2:].max() and left != 0.0:
            found.append(left)
    return found

"""What a picture of a function has to show: the range of x, and the lines that it approaches."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from actcli.analysis.pieces import kinks
from actcli.analysis.shape import extrema, limits
from actcli.analysis.zones import zones
from actcli.catalog import Activation

_LEAST_HALF = 4.0
# Landmarks that lie no farther than this from zero are shown together with it.
_NEAR = 64.0
# The outer share of a picture that shows what the function does beyond its last landmark.
_MARGIN = 1.5
# A wave turns without end: the turns nearest to zero show all there is to see.
_TURNS = 4
# Functions side by side are shown as far out as they are apart by this share of the most.
APART = 0.6
_LEAST_SHARED_HALF = 3.0
_POINTS = 1_601
_LARGEST = float(np.finfo(np.float64).max)
_LEAST_STEP = 1e-300
_ROUND_NUMBERS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def default_limits(activations: Sequence[Activation], apart: float = APART) -> tuple[float, float]:
    """Limits of x around the zones, kinks and extrema of all functions, about zero unless they lie far from it.

    Of several functions only as far out as they are `apart` by this share of the most, kinks and extrema kept.
    """
    turns = [kink.x for activation in activations for kink in kinks(activation)]
    for activation in activations:
        turns += sorted((turn.low for turn in extrema(activation)), key=abs)[:_TURNS]
    ends = [end for each in activations for zone in zones(each) for end in (zone.low, zone.high)]
    low, high = _around([*turns, *(end for end in ends if math.isfinite(end))])
    reach = _reach_of_differences(activations, high, apart) if low == -high else None
    if reach is None:
        return low, high
    half = _rounded_up(max(_LEAST_SHARED_HALF, reach, _MARGIN * max(map(abs, turns), default=0.0)))
    return max(low, -half), min(high, half)


def _around(landmarks: Sequence[float]) -> tuple[float, float]:
    if not landmarks:
        return -_LEAST_HALF, _LEAST_HALF
    middle = (min(landmarks) + max(landmarks)) / 2
    half_span = max(landmarks) - middle
    if abs(middle) <= 2 * half_span + _NEAR:
        middle, half_span = 0.0, max(map(abs, landmarks))
    half = _rounded_up(max(_LEAST_HALF, _MARGIN * half_span))
    return middle - half, middle + half


def _reach_of_differences(activations: Sequence[Activation], half: float, apart: float) -> float | None:
    """How far from zero functions are apart by this share of the most between -half and half.

    None where they are nowhere apart, as a single function is.
    """
    x = np.linspace(-half, half, _POINTS)
    with np.errstate(all="ignore"):
        values = np.stack([activation.value(x) for activation in activations])
        distance = values.max(0) - values.min(0)
    known = np.isfinite(distance)
    most = float(distance[known].max(initial=0.0))
    return float(np.abs(x[known & (distance >= apart * most)]).max()) if most > 0 else None


def widened(limits: tuple[float, float], least: float, largest: float) -> tuple[float, float]:
    """Limits that hold values from `least` to `largest` too; a side that they widen ends at a round number."""
    low, high = min(limits[0], least), max(limits[1], largest)
    step = _rounded_up(max(high / 8 - low / 8, _LEAST_STEP))
    low = low if low == limits[0] else step * math.floor(low / step)
    high = high if high == limits[1] else step * math.ceil(high / step)
    return max(low, -_LARGEST), min(high, _LARGEST)


def _rounded_up(size: float) -> float:
    unit = 10.0 ** math.floor(math.log10(size))
    return next(number * unit for number in _ROUND_NUMBERS if number * unit >= size * (1 - 1e-9))


# Where a function has come as close to its line as float64 can tell, without losing the line's intercept.
_FAR = 2.0**24
_ROUNDING = 1e-7


class Asymptote(NamedTuple):
    """The line slope * x + intercept, approached towards -inf (side -1) or +inf (side 1)."""

    side: int
    """-1 or 1."""
    slope: float
    """0 where it is horizontal."""
    intercept: float
    """Its value at x = 0."""


@lru_cache(maxsize=256)
def asymptotes(activation: Activation) -> tuple[Asymptote, ...]:
    """The asymptotes at -inf and +inf, those that there are: horizontal where the value has a limit, else slanted."""
    ends = zip((-1, 1), limits(activation, 0), limits(activation, 1), strict=True)
    found = (_at_end(activation, side, value, slope) for side, value, slope in ends)
    return tuple(line for line in found if line is not None)


def _at_end(activation: Activation, side: int, value: float, slope: float) -> Asymptote | None:
    if np.isfinite(value):
        return Asymptote(side, 0.0, value)
    if not np.isfinite(slope) or slope == 0:
        return None
    with np.errstate(all="ignore"):
        x = side * _FAR * np.array([1.0, 2.0])
        near, far = (activation.value(x) - slope * x).tolist()
    # Such as x + log(x): its slope has a limit, and yet no line stays beside it.
    if not abs(far - near) <= _ROUNDING * (1 + abs(near)):
        return None
    return Asymptote(side, float(slope), round(far, 6) + 0.0)

"""Straight lines that a function comes close to at its ends."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from actcli.catalog import Activation
from actcli.landmarks.shape import limits

# Where a function has come as close to its line as float64 can tell, without losing the line's intercept.
_FAR = 2.0**24
_ROUNDING = 1e-7


class Asymptote(NamedTuple):
    """The line slope * x + intercept, approached towards -inf (side -1) or +inf (side 1)."""

    side: int
    slope: float
    intercept: float


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

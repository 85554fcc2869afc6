"""The variance map: what layers with random weights make of a variance, and where it comes to rest."""

import math
from functools import lru_cache
from itertools import pairwise

import numpy as np

from actcli.catalog import Activation
from actcli.statistics.normal import DIGITS, Estimate, mean_square
from actcli.statistics.quadrature import Integral

# Variances at which the map is looked at: between two of them it crosses q at most once.
_VARIANCES = tuple(float(f"{10.0**exponent:.6g}") for exponent in np.arange(-6.0, 9.0))
_SAME = 1e-11
_MOST_STEPS = 100


@lru_cache(maxsize=256)
def fixed_point(activation: Activation) -> Estimate | None:
    """The variance q that the map q -> E f(sqrt(q) z)**2, z standard normal, comes to rest at from nearby.

    That is what a deep network with weights of variance 1/width and no biases tends to (Poole et al. 2016, Schoenholz
    et al. 2017; for SELU it is 1, Klambauer et al. 2017): 0 where the signal fades away. NaN where every variance
    stays as it is; None where none attracts, or where the map is not settled.
    """
    ratios = [_ratio(activation, variance) for variance in _VARIANCES]
    if not all(ratio.error <= _SAME * abs(ratio.value) for ratio in ratios if not math.isinf(ratio.value)):
        return None
    signs = [_side(ratio) for ratio in ratios]
    if not any(signs):
        return Estimate(math.nan)
    for place, (sign, following) in enumerate(pairwise(signs)):
        if sign > 0 and following == 0:
            return Estimate(_VARIANCES[place + 1])
        if sign > 0 > following:
            return _crossing(activation, _VARIANCES[place], _VARIANCES[place + 1])
    fades = signs[0] < 0 and activation.value(np.zeros(1))[0] == 0
    return Estimate(0.0) if fades else None


def _ratio(activation: Activation, variance: float) -> Integral:
    """The map at a variance, as a multiple of it."""
    square = mean_square(activation, variance)
    return Integral(square.value / variance, square.error / variance)


def _side(ratio: Integral) -> int:
    """Whether the map raises a variance (1), lowers it (-1) or keeps it as far as can be told."""
    return 0 if abs(ratio.value - 1) <= _SAME else 1 if ratio.value > 1 else -1


def _crossing(activation: Activation, low: float, high: float) -> Estimate:
    """Where the map crosses q, by bisection and secants of the logarithm between two variances."""
    at_low, at_high = (_distance(activation, variance) for variance in (low, high))
    steepness = 1.0
    for step in range(_MOST_STEPS):
        weight = at_low / (at_low - at_high) if step % 3 else 0.5
        between = low * (high / low) ** min(max(weight, 1e-3), 1 - 1e-3)
        if not low < between < high or high / low - 1 < 1e-14:
            break
        steepness = abs(at_high - at_low) / math.log(high / low)
        distance = _distance(activation, between)
        if distance == 0:
            low = high = between
            break
        if distance > 0:
            low, at_low = between, distance
        else:
            high, at_high = between, distance
    # What the map is off by moves the crossing by more, the more nearly the two run side by side.
    variance = math.sqrt(low * high)
    error = _ratio(activation, variance).error / max(steepness, 1e-300) + abs(high / low - 1)
    digits = min(DIGITS, math.floor(-math.log10(error))) if error < 1e-3 else 0
    return Estimate(float(f"{variance:.{digits}g}"), digits) if digits else Estimate(None, 0)


def _distance(activation: Activation, variance: float) -> float:
    return math.log(_ratio(activation, variance).value)

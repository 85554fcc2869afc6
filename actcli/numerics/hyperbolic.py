"""Made of tanh: scaled, weighted, capped, penalized and shrunk tanh, LiSHT and log-cosh."""

import math

import numpy as np

from .frame import FloatArray, patch
from .logistic import tanh, tanh_slope
from .two_parts import REACH, Pair, cube_of_one_plus, divided, exp_parts, fold, scaled, square_of_one_plus, weighted_exp

INF = float("inf")
Low = FloatArray | float
TINY = 1e-9  # below, tanh z is z to the last digit
# LeCun's constants, exact in two parts: 1.7159 and 2/3.
HEIGHT, HEIGHT_REST = 1.7159, 1.9184653865522706e-17
RATE, RATE_REST = 2 / 3, 3.700743415417188e-17
STEEPNESS, BEND = 1.1439333333333332, 0.7626222222222222  # 1.7159·2/3 and 1.7159·4/9
# Echo's weight, exact where the caller gives the double nearest to it.
WEIGHT, WEIGHT_REST = 1.7145, 8.704148513061228e-17
THIRD = Pair(1 / 3, 1.850371707708594e-17)
LOG_TWO, LOG_TWO_REST = 0.6931471805599453, 2.3190468138462996e-17


def _tanh(high: FloatArray, low: Low) -> FloatArray:
    """Return tanh(high + low)."""
    t: FloatArray = np.tanh(high)
    return t + low * (1.0 - t * t)


def _slope(high: FloatArray, low: Low, factor: float) -> FloatArray:
    """Return factor·sech²(high + low)."""
    a, b = fold(2.0 * high, 2.0 * low)
    return weighted_exp(4.0 * factor / square_of_one_plus(exp_parts(a, b)), a, b)


def _curvature(x: FloatArray, high: FloatArray, low: Low, rate: float, factor: float) -> FloatArray:
    """Return -2·factor·tanh·sech² at high + low = rate·x; near 0 from x, which may be subnormal."""
    a, b = fold(2.0 * high, 2.0 * low)
    e = exp_parts(a, b)
    weight = np.copysign(8.0, high) * factor * (np.expm1(a) + b * e) / cube_of_one_plus(e)
    return patch(weighted_exp(weight, a, b), x, np.abs(high) < TINY, lambda x: (-2.0 * factor * x) * rate)


def lecun_tanh(x: FloatArray) -> FloatArray:
    """Return 1.7159·tanh(2x/3), constants exact."""
    t = _tanh(*scaled(x, RATE, RATE_REST))
    return HEIGHT * t + HEIGHT_REST * t


def lecun_tanh_slope(x: FloatArray) -> FloatArray:
    """Return 1.7159·2/3·sech²(2x/3)."""
    return _slope(*scaled(x, RATE, RATE_REST), STEEPNESS)


def lecun_tanh_curvature(x: FloatArray) -> FloatArray:
    """Return the curvature of `lecun_tanh`."""
    return _curvature(x, *scaled(x, RATE, RATE_REST), RATE, BEND)


def _weight_rest(weight: float) -> float:
    return WEIGHT_REST if weight == WEIGHT else 0.0


def weighted_tanh(x: FloatArray, *, weight: float) -> FloatArray:
    """Return tanh(w·x), w·x in two parts."""
    return _tanh(*scaled(x, weight, _weight_rest(weight)))


def weighted_tanh_slope(x: FloatArray, *, weight: float) -> FloatArray:
    """Return w·sech²(w·x)."""
    return _slope(*scaled(x, weight, _weight_rest(weight)), weight)


def weighted_tanh_curvature(x: FloatArray, *, weight: float) -> FloatArray:
    """Return -2w²·tanh·sech² at w·x."""
    return _curvature(x, *scaled(x, weight, _weight_rest(weight)), weight, weight * weight)


def _capped(x: FloatArray, cap: float) -> tuple[FloatArray, Low]:
    return divided(x, cap)


def softcap(x: FloatArray, *, cap: float) -> FloatArray:
    """Return c·tanh(x/c), x/c in two parts."""
    high, low = _capped(x, cap)
    return patch(cap * _tanh(high, low), x, np.abs(high) < TINY, lambda x: x)


def softcap_slope(x: FloatArray, *, cap: float) -> FloatArray:
    """Return sech²(x/c)."""
    return _slope(*_capped(x, cap), 1.0)


def softcap_curvature(x: FloatArray, *, cap: float) -> FloatArray:
    """Return -2/c·tanh·sech² at x/c."""
    return _curvature(x, *_capped(x, cap), 1.0 / cap, 1.0 / cap)


def penalized_tanh(x: FloatArray, *, a: float) -> FloatArray:
    """Return tanh x where x > 0 and a·tanh x elsewhere."""
    t = np.tanh(x)
    return np.maximum(t, 0.0) + a * np.minimum(t, 0.0)


def penalized_tanh_slope(x: FloatArray, *, a: float) -> FloatArray:
    """Return sech² x where x > 0 and a·sech² x elsewhere; a at the kink."""
    return np.where(x > 0, _slope(x, 0.0, 1.0), _slope(x, 0.0, a))


def penalized_tanh_curvature(x: FloatArray, *, a: float) -> FloatArray:
    """Return the curvature of tanh, a times it where x <= 0."""
    return np.where(x > 0, _curvature(x, x, 0.0, 1.0, 1.0), _curvature(x, x, 0.0, 1.0, a))


def tanh_shrink(x: FloatArray) -> FloatArray:
    """Return x - tanh x.

    For |x| < 2, where the two cancel, as (x·cosh x - sinh x)/cosh x, whose numerator is the series of positive terms
    Σ 2k/(2k+1)!·x^(2k+1).
    """
    inside = np.clip(x, -2.0, 2.0)
    u = inside * inside
    y = np.zeros_like(x)
    for k in range(14, 1, -1):
        y = y * u + 2.0 * k / math.factorial(2 * k + 1)
    numerator = Pair(inside) * inside * (THIRD + u * y) * inside
    near = numerator.rounded() / np.cosh(inside)
    return np.where(np.abs(x) < 2.0, near, x - np.tanh(x))


def tanh_shrink_slope(x: FloatArray) -> FloatArray:
    """Return tanh² x."""
    t = np.tanh(x)
    return t * t


def lisht(x: FloatArray) -> FloatArray:
    """Return x·tanh x."""
    return x * np.tanh(x)


def lisht_slope(x: FloatArray) -> FloatArray:
    """Return tanh x + x·sech² x."""
    return np.tanh(x) + np.clip(x, -REACH, REACH) * _slope(x, 0.0, 1.0)


def lisht_curvature(x: FloatArray) -> FloatArray:
    """Return 2·sech² x·(1 - x·tanh x)."""
    a, _ = fold(2.0 * x, 0.0)
    e = np.exp(a)
    bracket = (1.0 + 0.5 * a) + e * (1.0 - 0.5 * a)
    return weighted_exp(8.0 * bracket / cube_of_one_plus(e), a, 0.0)


def logcosh(x: FloatArray) -> FloatArray:
    """Return log cosh x.

    Near 0 as log1p(m²/(2 + 2m)), m = e^|x| - 1; elsewhere as |x| - log 2 + log1p(e^-2|x|).
    """
    a = np.abs(x)
    m = np.expm1(np.minimum(a, 4.0))
    near = np.log1p(m * (m / (2.0 + 2.0 * m)))
    far = (a - LOG_TWO) + (np.log1p(np.exp(-2.0 * a)) - LOG_TWO_REST)
    return np.where(a < 4.0, near, far)


logcosh_slope = tanh
logcosh_curvature = tanh_slope

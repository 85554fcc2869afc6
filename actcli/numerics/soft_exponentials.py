"""Soft exponential: a logarithm for α < 0, the identity at 0, an exponential for α > 0."""

import math
from typing import NamedTuple

import numpy as np

from .frame import FloatArray, patch
from .pair_functions import exp, expm1
from .two_parts import Pair, scaled, two_product, two_sum, weighted_exp

INF, NAN = float("inf"), float("nan")
TINY = 1e-9  # below, (e^z - 1)/z is 1 + z/2
FAR = 1e290  # beyond, the argument of the logarithm is -αx to the last digit, and may overflow
REACH = 700.0


class _Argument(NamedTuple):
    """For a = -α > 0: d = x - a, w = a·d, and 1 + w, the argument of the logarithm, right where it is near 0."""

    d: FloatArray
    w: FloatArray
    whole: FloatArray


def _argument(x: FloatArray, a: float) -> _Argument:
    factor = np.full_like(x, a)
    d, d_rest = two_sum(x, -a)
    high, low = two_product(d, factor)
    more, rest = two_product(d_rest, factor)
    total, lost = two_sum(high, 1.0)
    total, second = two_sum(total, low)
    total, third = two_sum(total, more)
    whole = total + (lost + second + third + rest)
    # NaN among the parts comes from an overflow, which is far from 0.
    return _Argument(d, high, np.where(np.isnan(whole), high, whole))


def _logarithm(x: FloatArray, a: float) -> FloatArray:
    """Return log(1 + a(x - a))/a."""
    d, w, whole = _argument(x, a)
    y = np.log(whole) / a
    near = np.abs(w) < 0.5
    y = np.where(near, d * np.where(w == 0, 1.0, np.log1p(w) / w), y)
    return patch(y, x, w > FAR, lambda x: (np.log(x - a) + math.log(a)) / a)


def _exponential(x: FloatArray, alpha: float) -> FloatArray:
    """Return (e^(αx) - 1)/α + α, on the left as e^(αx)/α + (α - 1/α): at α = 1 nothing else is left there."""
    z = Pair(*scaled(x, alpha))
    high, low = np.asarray(z.high), np.broadcast_to(z.low, x.shape)
    held = np.clip(high, -REACH, REACH)
    z = Pair(held, np.where(high == held, low, 0.0))
    level = alpha - 1.0 / Pair(np.full(1, alpha))
    y = np.where(high < -0.5, (exp(z) / alpha + level).rounded(), (expm1(z) / alpha + alpha).rounded())
    y = np.where(np.isnan(y) & (high > 0), INF, y)  # a pair that overflows is NaN
    total, rest = two_sum(x, alpha)
    y = np.where(np.abs(high) < TINY, total + (rest + 0.5 * x * high), y)
    beyond = high != held
    if beyond.any():
        far, weight = high[beyond], np.full(np.count_nonzero(beyond), 1.0 / alpha)
        y[beyond] = weighted_exp(weight, far, low[beyond]) + np.where(far > 0, alpha, level.rounded())
    return y


def soft_exponential(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return expm1(αx)/α + α for α > 0, -log(1 - α(x + α))/α for α < 0 and x for α = 0.

    NaN where the logarithm has none.
    """
    if alpha == 0:
        return x
    return _exponential(x, alpha) if alpha > 0 else _logarithm(x, -alpha)


def soft_exponential_slope(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return e^(αx) for α >= 0 and 1/(1 - α(x + α)) for α < 0."""
    if alpha >= 0:
        return weighted_exp(np.ones_like(x), *scaled(x, alpha))
    _, w, whole = _argument(x, -alpha)
    y = np.where(whole >= 0, 1.0 / np.abs(whole), np.nan)
    return patch(y, x, w > FAR, lambda x: -1.0 / alpha / (x + alpha))


def soft_exponential_curvature(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return α·e^(αx) for α >= 0 and α/(1 - α(x + α))² for α < 0."""
    if alpha == 0:
        return 0.0 * np.sign(x)
    if alpha > 0:
        return weighted_exp(np.full_like(x, alpha), *scaled(x, alpha))
    whole = _argument(x, -alpha).whole
    return np.where(whole >= 0, alpha / np.abs(whole) / np.abs(whole), np.nan)

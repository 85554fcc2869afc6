"""Soft clipping, whose formula loses more digits than double-double has: exponential and logarithm of pairs for it."""

import math
from decimal import Decimal, localcontext
from functools import cache

import numpy as np

from .frame import FloatArray
from .two_parts import FAINT, REACH, Pair, Parts, exp_parts, fold, two_sum, weighted_exp

NOTHING = 1e-17  # below, log(1 + r) is r
STEPS = 32  # of a power of 2
# (log 2)/32: leading bits, whose product with a whole number is exact, and the rest.
STEP, STEP_REST = 0.02166084938653512, 5.9631716539705866e-12


@cache
def _powers() -> Parts:
    """Return 2^(k/32) for k from 0 to 31, in two parts."""
    with localcontext() as context:
        context.prec = 60
        exact = [Decimal(2) ** (Decimal(k) / STEPS) for k in range(STEPS)]
        high = np.array([float(power) for power in exact])
        return high, np.array([float(power - Decimal(float(power))) for power in exact])


def _reduced(x: Pair) -> tuple[FloatArray, Pair]:
    """Return whole numbers k and r = x - k·(log 2)/32, |r| < 0.011 (Tang 1989)."""
    k = np.rint(np.asarray(x.high) * (1.0 / STEP))
    high, low = two_sum(x.high - k * STEP, -k * STEP_REST)
    return k, Pair(high, low + x.low)


def _expm1_small(r: Pair) -> Pair:
    """Return e^r - 1 for |r| < 0.011: r in full, and the series from r²/2 on."""
    h = np.asarray(r.high)
    series = h * h * (0.5 + h * (1 / 6 + h * (1 / 24 + h * (1 / 120 + h * (1 / 720 + h * (1 / 5040 + h / 40320))))))
    high, low = two_sum(h, series)
    return Pair(high, low + r.low * (1.0 + h + series))


def _exp(x: Pair) -> Pair:
    """Return e^x; x between -700 and 700."""
    k, r = _reduced(x)
    whole = k.astype(np.int64)
    cell = whole % STEPS
    high, low = _powers()
    power = Pair(high.take(cell), low.take(cell))
    y = power * _expm1_small(r) + power
    exponent = (whole // STEPS).astype(np.int32)
    return Pair(np.ldexp(y.high, exponent), np.ldexp(y.low, exponent))


def _expm1(x: Pair) -> Pair:
    """Return e^x - 1, with all digits near 0; x between -700 and 700."""
    k, r = _reduced(x)
    near = _expm1_small(r)
    far = _exp(x) - 1.0
    return Pair(np.where(k == 0, near.high, far.high), np.where(k == 0, near.low, far.low))


def _log1p(x: Pair) -> Pair:
    """Return log(1 + x), x >= 0 and below e^700, by one step of Newton's method from NumPy's."""
    y = np.log1p(np.asarray(x.high))
    off = x - _expm1(Pair(y))
    high, low = two_sum(y, off.rounded() / (1.0 + np.asarray(x.high)))
    return Pair(high, low)


def _lower_half(x: FloatArray, alpha: float) -> tuple[FloatArray, Pair, Pair]:
    """Return the side of 1/2 as a sign, v = x or, on the right, 1 - x, and z = αv."""
    bound = REACH / alpha + 1.0
    x = np.clip(x, -bound, bound)
    right = x > 0.5
    high, low = two_sum(-x, 1.0)
    v = Pair(np.where(right, high, x), np.where(right, low, 0.0))
    return np.where(right, 1.0, -1.0), v, v * alpha


def _exponentials(z: Pair, alpha: float) -> tuple[FloatArray, Parts]:
    """Return (1 + e^-|z|)(1 + e^(z - α)) - 1, and min(z, 0) in two parts, the exponent of the slope."""
    high, low = np.asarray(z.high), np.asarray(z.low)
    first, second = exp_parts(*fold(high, low)), np.exp((z - alpha).rounded())
    exponent = np.minimum(high, 0.0), np.where(high < 0, low, 0.0)
    return first + second * (1.0 + first), exponent


def _share(alpha: float) -> Pair:
    """Return 1 - e^-α."""
    return -_expm1(Pair(np.full(1, -min(alpha, -FAINT))))


def _not_faint(z: Pair) -> Pair:
    held = np.maximum(z.high, FAINT)
    return Pair(held, np.where(held == z.high, z.low, 0.0))


def soft_clipping(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return log((1 + e^(αx))/(1 + e^(α(x-1))))/α.

    Point-symmetric about 1/2, so the left half serves both.
    """
    side, _, z = _lower_half(x, alpha)
    high, low = np.asarray(z.high), np.asarray(z.low)
    held = np.clip(high, FAINT, 30.0)
    below = Pair(held, np.where(high == held, low, 0.0))
    share = -math.expm1(-alpha)
    ratio = _exp(below) * _share(alpha) / (_exp(_not_faint(z - alpha)) + 1.0)
    y = (_log1p(ratio) / alpha).rounded()
    far = high > 30.0  # e^-30 is still seen, e^-60 no longer
    second = 1.0 + np.exp((z - alpha).rounded())
    y = np.where(far, (high + np.exp(-np.abs(high)) - np.log(second)) / alpha, y)
    faint = np.asarray(ratio.high) < NOTHING
    if faint.any():
        y[faint] = weighted_exp(share / alpha / second[faint], high[faint], low[faint])
    return np.where(side > 0, 1.0 - y, y)


def soft_clipping_slope(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return σ(αx) - σ(α(x - 1)), without the difference."""
    _, _, z = _lower_half(x, alpha)
    beyond_one, exponent = _exponentials(z, alpha)
    return weighted_exp(-math.expm1(-alpha) / (1.0 + beyond_one), *exponent)


def soft_clipping_curvature(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return α(σ′(αx) - σ′(α(x - 1))), without the difference."""
    side, v, z = _lower_half(x, alpha)
    first = _exp(_not_faint(Pair(*fold(np.asarray(z.high), np.asarray(z.low)))))
    root = (first + 1.0) * (_exp(_not_faint(z - alpha)) + 1.0)
    rise = np.expm1(((v.scaled(2.0) - 1.0) * alpha).rounded())
    weight = side * (alpha * _share(alpha).rounded()) * rise / (root * root).rounded()
    return weighted_exp(weight, *fold(np.asarray(z.high), np.asarray(z.low)))

"""Exponential, logarithm and root of pairs, to about 2^-63 of the result: guard digits for composed functions."""

import numpy as np

from .exponential_table import POWERS, POWERS_REST, STEP, STEP_REST, STEPS
from .frame import BoolArray, FloatArray
from .two_parts import Pair, two_sum


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


def exp(x: Pair) -> Pair:
    """Return e^x; x between -700 and 700."""
    k, r = _reduced(x)
    whole = k.astype(np.int64)
    cell = whole % STEPS
    power = Pair(POWERS.take(cell), POWERS_REST.take(cell))
    y = power * _expm1_small(r) + power
    exponent = (whole // STEPS).astype(np.int32)
    return Pair(np.ldexp(y.high, exponent), np.ldexp(y.low, exponent))


def expm1(x: Pair) -> Pair:
    """Return e^x - 1, with all digits near 0; x between -700 and 700."""
    k, r = _reduced(x)
    near = _expm1_small(r)
    far = exp(x) - 1.0
    return Pair(np.where(k == 0, near.high, far.high), np.where(k == 0, near.low, far.low))


def log1p(x: Pair) -> Pair:
    """Return log(1 + x), x >= 0 and below e^700, by one step of Newton's method from NumPy's."""
    y = np.log1p(np.asarray(x.high))
    off = x - expm1(Pair(y))
    high, low = two_sum(y, off.rounded() / (1.0 + np.asarray(x.high)))
    return Pair(high, low)


def sqrt(x: Pair) -> Pair:
    """Return the root of x > 0, by one step of Newton's method from NumPy's."""
    y = np.sqrt(np.asarray(x.high))
    off = x - Pair(y) * y
    high, low = two_sum(y, off.rounded() / (2.0 * y))
    return Pair(high, low)


def where(condition: BoolArray, a: Pair, b: Pair) -> Pair:
    """Return a where the condition holds, b elsewhere."""
    return Pair(np.where(condition, a.high, b.high), np.where(condition, a.low, b.low))

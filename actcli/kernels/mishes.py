"""Mish and Mila: x·tanh(softplus(x + β)), rational in u = e^(x + β)."""

import numpy as np

from .blocks import FloatArray, kernel, patch
from .exponentials import FAINT, REACH, exp_parts, two_sum, weighted_exp
from .pairs import Pair

INF = float("inf")
FLAT = 40.0  # from here tanh(softplus) is 1, and u⁴ is far from overflow


def _value(x: FloatArray, high: FloatArray, low: FloatArray | float) -> FloatArray:
    """Return x·T, T = tanh(softplus(s)) = n/(n + 2), n = u(u + 2), s = high + low."""
    s = np.minimum(high, FLAT)
    u = exp_parts(s, low)
    q = u * (u + 2.0) + 2.0
    # (u + 2)/q; on the left as 1 less a small term, whose rounding errors count for less than those of u + 2 and q.
    d = np.where(s < 0, 1.0 - u * (u + 1.0) / q, (u + 2.0) / q)
    y = x * (u * d)
    faint = high < FAINT
    if faint.any():
        y[faint] = weighted_exp((x * d)[faint], s[faint], low if isinstance(low, float) else low[faint])
    return patch(y, x, high > FLAT, lambda x: x)


def _slope(x: FloatArray, high: FloatArray, low: FloatArray | float) -> FloatArray:
    """Return T + xT′, T′ = 4u(u + 1)/q², q = n + 2."""
    s = np.minimum(high, FLAT)
    u = exp_parts(s, low)
    pair = (Pair(u) + 2.0) * u + 2.0
    q = np.asarray(pair.high)
    x = np.clip(x, -REACH, REACH)
    # (u + 2)q + 4x(u + 1) in powers of u: the first term, which decides on the left, is then all but exact.
    bracket = 4.0 * (x + 1.0) + u * ((6.0 + 4.0 * x) + u * (4.0 + u))
    lost = pair.low / q  # the rounding error of q would count twice
    weight = bracket / (q * q)
    left = weighted_exp(weight - weight * (2.0 * lost), s, low)
    right = 1.0 + (4.0 * x * (u * (u + 1.0)) - 2.0 * q) / (q * q)
    return patch(np.where(high > 0, right, left), x, high > FLAT, np.ones_like)


def _curvature(x: FloatArray, high: FloatArray, low: FloatArray | float) -> FloatArray:
    """Return 2T′ + xT″ = 4u(2(u + 1)q + x(2 + 2u - 3u² - 2u³))/q³, q = u² + 2u + 2.

    The bracket is a cubic in u on the left; on the right its coefficients run backwards, in powers of 1/u.
    """
    right = 0.5 + 0.5 * np.copysign(1.0, high)
    left = 1.0 - right
    a, b = -np.abs(high), (left - right) * low
    e = exp_parts(a, b)
    pair = (Pair(e) * (1.0 + right) + 2.0) * e + (1.0 + left)
    q = np.asarray(pair.high)
    lost = pair.low / q  # the rounding error of q would count three times
    x = np.clip(x, -REACH, REACH)
    t = (left - right) * x
    ends = (4.0 * left + 2.0 * right) + 2.0 * t
    inner = (8.0 * left + 6.0 * right) + (2.0 * left + 3.0 * right) * t
    outer = (6.0 * left + 8.0 * right) - (3.0 * left + 2.0 * right) * t
    last = (2.0 * left + 4.0 * right) - 2.0 * t
    weight = 4.0 * (ends + e * (inner + e * (outer + e * last))) / (q * q * q)
    return weighted_exp(weight - weight * (3.0 * lost), a * (1.0 + right), b * (1.0 + right))


@kernel(limits=(0.0, INF))
def mish(x: FloatArray) -> FloatArray:
    """Return x·tanh(softplus(x)) of an array of any shape; 0 at -inf. Within 4 ulp.

    Source: Misra 2019, arXiv 1908.08681.
    """
    return _value(x, x, 0.0)


@kernel(limits=(0.0, 1.0))
def mish_slope(x: FloatArray) -> FloatArray:
    """Return the slope of mish of an array of any shape. Within 4 ulp; near its root -1.192 of its size around it."""
    return _slope(x, x, 0.0)


@kernel(limits=(0.0, 0.0))
def mish_curvature(x: FloatArray) -> FloatArray:
    """Return the curvature of mish of an array of any shape. Within 5 ulp; near its roots of its size around them."""
    return _curvature(x, x, 0.0)


@kernel(limits=(0.0, INF))
def mila(x: FloatArray, *, beta: float = -0.25) -> FloatArray:
    """Return x·tanh(softplus(β + x)) of an array of any shape, β + x in two parts; 0 at -inf. Within 4 ulp."""
    return _value(x, *two_sum(x, beta))


@kernel(limits=(0.0, 1.0))
def mila_slope(x: FloatArray, *, beta: float = -0.25) -> FloatArray:
    """Return the slope of mila of an array of any shape. Within 4 ulp; near its root of its size around it."""
    return _slope(x, *two_sum(x, beta))


@kernel(limits=(0.0, 0.0))
def mila_curvature(x: FloatArray, *, beta: float = -0.25) -> FloatArray:
    """Return the curvature of mila of an array of any shape. Within 5 ulp; near its roots of its size around them."""
    return _curvature(x, *two_sum(x, beta))

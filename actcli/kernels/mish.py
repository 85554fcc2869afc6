"""Mish and Mila: x·tanh(softplus(x + β)), rational in u = e^(x + β)."""

import numpy as np

from .blocks import FloatArray, kernel, patch
from .exponentials import exp_parts, two_sum, weighted_exp

INF = float("inf")
REACH = 4000.0  # beyond this e^x is 0 or inf, and so may every factor be
FLAT = 40.0  # from here tanh(softplus) is 1, and u⁴ is far from overflow


def _value(x: FloatArray, high: FloatArray, low: FloatArray | float) -> FloatArray:
    """Return x·T, T = tanh(softplus(s)) = n/(n + 2), n = u(u + 2), s = high + low."""
    s = np.minimum(high, FLAT)
    u = exp_parts(s, low)
    d = (u + 2.0) / (u * (u + 2.0) + 2.0)
    return patch(weighted_exp(x * d, s, low), x, high > FLAT, lambda x: x)


def _slope(x: FloatArray, high: FloatArray, low: FloatArray | float) -> FloatArray:
    """Return T + xT′, T′ = 4u(u + 1)/(n + 2)²."""
    s = np.minimum(high, FLAT)
    u = exp_parts(s, low)
    q = u * (u + 2.0) + 2.0
    x = np.clip(x, -REACH, REACH)
    y = weighted_exp(((u + 2.0) * q + 4.0 * x * (u + 1.0)) / (q * q), s, low)
    return patch(y, x, high > FLAT, np.ones_like)


def _curvature(x: FloatArray, high: FloatArray, low: FloatArray | float) -> FloatArray:
    """Return 2T′ + xT″ = 4u(2(u + 1)q + x(2 + 2u - 3u² - 2u³))/q³, q = u² + 2u + 2; on the right in powers of 1/u."""
    sign = np.copysign(1.0, high)
    a, b = -np.abs(high), -sign * low
    e = exp_parts(a, b)
    right = 0.5 + 0.5 * sign
    # The coefficients of each polynomial in e, taken forwards on the left and backwards on the right.
    q = (2.0 - right) + e * (2.0 + e * (1.0 + right))
    first = 2.0 * (1.0 + e) * q
    third = -2.0 * sign + e * ((2.0 - 5.0 * right) + e * ((5.0 * right - 3.0) + e * (2.0 * sign)))
    x = np.clip(x, -REACH, REACH)
    weight = 4.0 * (first + x * third) / (q * q * q)
    return weighted_exp(weight, a * (1.0 + right), b * (1.0 + right))


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

"""x·σ(βx): SiLU, swish and their like."""

import numpy as np

from .blocks import FloatArray, Limits, kernel
from .exponentials import (
    FAINT,
    REACH,
    cube_of_one_plus,
    exp_parts,
    fold,
    mirrored,
    numerator,
    scaled,
    square_of_one_plus,
    weighted_exp,
)

INF = float("inf")


def gated(x: FloatArray, high: FloatArray, low: FloatArray | float) -> FloatArray:
    """Return x·σ(high + low)."""
    a, b = fold(high, low)
    e = exp_parts(a, b)
    bright = x / (1.0 + e)
    y = bright * numerator(e, high)
    faint = high < FAINT
    if faint.any():
        y[faint] = weighted_exp(bright[faint], a[faint], b if isinstance(b, float) else b[faint])
    return y


def silu_slope_at(high: FloatArray, low: FloatArray | float, factor: float = 1.0) -> FloatArray:
    """Return factor·silu′(z) = σ(1 + zσ(-z)), z = high + low.

    With e = e^-|z| the negative side is s = e(1 + e - |z|)/(1 + e)², the positive side 1 - s.
    """
    a, b = fold(high, low)
    e = exp_parts(a, b)
    s = weighted_exp(factor * (((1.0 + a) + b) + e) / square_of_one_plus(e), a, b)
    return mirrored(s, high, factor)


def silu_curvature_at(high: FloatArray, low: FloatArray | float, factor: float = 1.0) -> FloatArray:
    """Return factor·silu″(z), z = high + low; silu″ = σ′(2 - z·tanh(z/2)) is even."""
    a, b = fold(high, low)
    e = exp_parts(a, b)
    bracket = ((2.0 + a) + b) + e * (2.0 - a)
    return weighted_exp(factor * bracket / cube_of_one_plus(e), a, b)


@kernel(limits=(0.0, INF))
def silu(x: FloatArray) -> FloatArray:
    """Return x·σ(x) of an array of any shape; 0 at -inf. Within 3 ulp.

    Source: Elfwing, Uchibe and Doya 2017, arXiv 1702.03118.
    """
    return gated(x, x, 0.0)


@kernel(limits=(0.0, 1.0))
def silu_slope(x: FloatArray) -> FloatArray:
    """Return σ(x)(1 + xσ(-x)) of an array of any shape. Within 4 ulp, near the root -1.278 of its size around it."""
    return silu_slope_at(x, 0.0)


@kernel(limits=(0.0, 0.0))
def silu_curvature(x: FloatArray) -> FloatArray:
    """Return σ′(x)(2 - x·tanh(x/2)) of an array of any shape. Within 5 ulp, near the roots ±2.399 of its size there."""
    return silu_curvature_at(x, 0.0)


def _swish_limits(*, beta: float = 1.0) -> Limits:
    if beta == 0:
        return -INF, INF
    return (0.0, INF) if beta > 0 else (-INF, 0.0)


def _swish_slope_limits(*, beta: float = 1.0) -> Limits:
    if beta == 0:
        return 0.5, 0.5
    return (0.0, 1.0) if beta > 0 else (1.0, 0.0)


@kernel(limits=_swish_limits)
def swish(x: FloatArray, *, beta: float = 1.0) -> FloatArray:
    """Return x·σ(βx) of an array of any shape, βx in two parts. Within 4 ulp.

    Source: Ramachandran, Zoph and Le 2017, arXiv 1710.05941.
    """
    return gated(x, *scaled(x, beta))


@kernel(limits=_swish_slope_limits)
def swish_slope(x: FloatArray, *, beta: float = 1.0) -> FloatArray:
    """Return silu′(βx) of an array of any shape, βx in two parts. Within 4 ulp."""
    return silu_slope_at(*scaled(x, beta))


@kernel(limits=(0.0, 0.0))
def swish_curvature(x: FloatArray, *, beta: float = 1.0) -> FloatArray:
    """Return β·silu″(βx) of an array of any shape, βx in two parts. Within 5 ulp."""
    return silu_curvature_at(*scaled(x, beta), factor=beta)


QUICK, QUICK_REST = 1.702, 4.263256414560601e-17


@kernel(limits=(0.0, INF))
def quick_gelu(x: FloatArray) -> FloatArray:
    """Return x·σ(1.702x) of an array of any shape, 1.702 exact; 0 at -inf. Within 4 ulp.

    Source: Hendrycks and Gimpel 2016, arXiv 1606.08415, section 2.
    """
    return gated(x, *scaled(x, QUICK, QUICK_REST))


@kernel(limits=(0.0, 1.0))
def quick_gelu_slope(x: FloatArray) -> FloatArray:
    """Return silu′(1.702x) of an array of any shape. Within 4 ulp; near its root of its size around it."""
    return silu_slope_at(*scaled(x, QUICK, QUICK_REST))


@kernel(limits=(0.0, 0.0))
def quick_gelu_curvature(x: FloatArray) -> FloatArray:
    """Return 1.702·silu″(1.702x) of an array of any shape. Within 5 ulp; near its roots of its size around them."""
    return silu_curvature_at(*scaled(x, QUICK, QUICK_REST), factor=QUICK)


@kernel(limits=lambda beta=1.375: (0.0 * beta, INF * beta))
def eswish(x: FloatArray, *, beta: float = 1.375) -> FloatArray:
    """Return β·x·σ(x) of an array of any shape. Within 4 ulp. Source: Alcaide 2018, arXiv 1801.07145."""
    return gated(beta * np.maximum(x, -REACH), x, 0.0)


@kernel(limits=lambda beta=1.375: (0.0, beta))
def eswish_slope(x: FloatArray, *, beta: float = 1.375) -> FloatArray:
    """Return β·silu′(x) of an array of any shape. Within 4 ulp; near its root of its size around it."""
    return silu_slope_at(x, 0.0, factor=beta)


@kernel(limits=(0.0, 0.0))
def eswish_curvature(x: FloatArray, *, beta: float = 1.375) -> FloatArray:
    """Return β·silu″(x) of an array of any shape. Within 5 ulp; near its roots of its size around them."""
    return silu_curvature_at(x, 0.0, factor=beta)


dsilu = silu_slope
dsilu_slope = silu_curvature


@kernel(limits=(0.0, 0.0))
def dsilu_curvature(x: FloatArray) -> FloatArray:
    """Return silu‴(x) = σ′(x)(x(3t² - 1)/2 - 3t), t = tanh(x/2), of an array of any shape.

    Within 5 ulp; near its roots of its size around them.
    """
    a, _ = fold(x, 0.0)
    e = np.exp(a)
    m = np.expm1(a)
    # (1 + e)²(x(3t² - 1) - 6t)/2 in powers of e, and near 0, where these cancel, of e - 1.
    far = (-a - 3.0) + e * (4.0 * a + e * (3.0 - a))
    near = 3.0 * m * (2.0 + m) - a * (m * (m - 2.0) - 2.0)
    d = 1.0 + e
    lost = 4.0 * (e - (d - 1.0)) / d  # the rounding error of d would count four times
    weight = np.sign(x) * np.where(a < -1.0, far, near) / ((d * d) * (d * d))
    return weighted_exp(weight - weight * lost, a, 0.0)

"""The logistic family: sigmoid, tanh and softplus; x·σ(βx), as SiLU and swish; x·tanh(softplus(x)), as Mish."""

import numpy as np

from .frame import FloatArray, patch
from .two_parts import (
    FAINT,
    REACH,
    Pair,
    cube_of_one_plus,
    exp_parts,
    fold,
    mirrored,
    numerator,
    scaled,
    square_of_one_plus,
    two_sum,
    weighted_exp,
)

INF = float("inf")


def sigmoid(x: FloatArray) -> FloatArray:
    """Return 1/(1 + e^-x), each side by the exponential that cannot overflow (Blanchard, Higham and Higham 2021)."""
    e = np.exp(-np.abs(x))
    return numerator(e, x) / (1.0 + e)


def sigmoid_slope(x: FloatArray) -> FloatArray:
    """Return σ(x)σ(-x) = e/(1 + e)², e = e^-|x|; never σ(1 - σ), which cancels."""
    e = np.exp(-np.abs(x))
    return e / square_of_one_plus(e)


def sigmoid_curvature(x: FloatArray) -> FloatArray:
    """Return -σ′(x)·tanh(x/2), with 1 - e taken by expm1."""
    a = -np.abs(x)
    e = np.exp(a)
    curvature: FloatArray = np.copysign(e * np.expm1(a), -x) / cube_of_one_plus(e)
    return curvature


def log_sigmoid(x: FloatArray) -> FloatArray:
    """Return log σ(x) = -softplus(-x)."""
    return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))


def log_sigmoid_slope(x: FloatArray) -> FloatArray:
    """Return σ(-x)."""
    e = np.exp(-np.abs(x))
    return numerator(e, -x) / (1.0 + e)


def log_sigmoid_curvature(x: FloatArray) -> FloatArray:
    """Return -σ(x)σ(-x)."""
    e = np.exp(-np.abs(x))
    return -e / square_of_one_plus(e)


def tanh(x: FloatArray) -> FloatArray:
    """Return the hyperbolic tangent, by NumPy."""
    return np.tanh(x)


def tanh_slope(x: FloatArray) -> FloatArray:
    """Return sech² x = 4e/(1 + e)², e = e^-2|x|; never 1 - tanh², which cancels."""
    e = np.exp(-2.0 * np.abs(x))
    return 4.0 * e / square_of_one_plus(e)


def tanh_curvature(x: FloatArray) -> FloatArray:
    """Return -2·tanh x·sech² x, with 1 - e taken by expm1."""
    a = -2.0 * np.abs(x)
    weight = np.copysign(8.0, x) * np.expm1(a) / cube_of_one_plus(np.exp(a))
    return weighted_exp(weight, a, 0.0)


def _softplus_parts(x: FloatArray, beta: float) -> tuple[FloatArray, FloatArray | float]:
    return (x, 0.0) if beta == 1.0 else scaled(x, beta)


def softplus(x: FloatArray, *, beta: float) -> FloatArray:
    """Return log(1 + e^(βx))/β.

    max(βx, 0)/β is x itself where βx > 0, to which log1p(e^-|βx|)/β is added; βx is taken in two parts.
    """
    high, low = _softplus_parts(x, beta)
    a, b = fold(high, low)
    rest = np.log1p(exp_parts(a, b))
    if beta != 1.0:
        rest /= beta
    faint = a < FAINT
    if faint.any():  # there log1p(e) is e, which has too few digits to be divided by a small beta
        weight = np.full(np.count_nonzero(faint), 1.0 / beta)
        rest[faint] = weighted_exp(weight, a[faint], b if isinstance(b, float) else b[faint])
    return (np.maximum(x, 0.0) if beta > 0 else np.minimum(x, 0.0)) + rest


def softplus_slope(x: FloatArray, *, beta: float) -> FloatArray:
    """Return σ(βx), βx in two parts."""
    high, low = _softplus_parts(x, beta)
    e = exp_parts(*fold(high, low))
    return numerator(e, high) / (1.0 + e)


def softplus_curvature(x: FloatArray, *, beta: float) -> FloatArray:
    """Return β·σ(βx)σ(-βx), βx in two parts."""
    a, b = fold(*_softplus_parts(x, beta))
    return weighted_exp(beta / square_of_one_plus(exp_parts(a, b)), a, b)


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


def silu(x: FloatArray) -> FloatArray:
    """Return x·σ(x)."""
    return gated(x, x, 0.0)


def silu_slope(x: FloatArray) -> FloatArray:
    """Return σ(x)(1 + xσ(-x))."""
    return silu_slope_at(x, 0.0)


def silu_curvature(x: FloatArray) -> FloatArray:
    """Return σ′(x)(2 - x·tanh(x/2))."""
    return silu_curvature_at(x, 0.0)


def swish(x: FloatArray, *, beta: float) -> FloatArray:
    """Return x·σ(βx), βx in two parts."""
    return gated(x, *scaled(x, beta))


def swish_slope(x: FloatArray, *, beta: float) -> FloatArray:
    """Return silu′(βx), βx in two parts."""
    return silu_slope_at(*scaled(x, beta))


def swish_curvature(x: FloatArray, *, beta: float) -> FloatArray:
    """Return β·silu″(βx), βx in two parts."""
    return silu_curvature_at(*scaled(x, beta), factor=beta)


QUICK, QUICK_REST = 1.702, 4.263256414560601e-17  # the decimal, exactly: the double and what it lacks


def quick_gelu(x: FloatArray) -> FloatArray:
    """Return x·σ(1.702x), 1.702 exact."""
    return gated(x, *scaled(x, QUICK, QUICK_REST))


def quick_gelu_slope(x: FloatArray) -> FloatArray:
    """Return silu′(1.702x)."""
    return silu_slope_at(*scaled(x, QUICK, QUICK_REST))


def quick_gelu_curvature(x: FloatArray) -> FloatArray:
    """Return 1.702·silu″(1.702x)."""
    return silu_curvature_at(*scaled(x, QUICK, QUICK_REST), factor=QUICK)


def eswish(x: FloatArray, *, beta: float) -> FloatArray:
    """Return β·x·σ(x)."""
    return gated(beta * np.maximum(x, -REACH), x, 0.0)


def eswish_slope(x: FloatArray, *, beta: float) -> FloatArray:
    """Return β·silu′(x)."""
    return silu_slope_at(x, 0.0, factor=beta)


def eswish_curvature(x: FloatArray, *, beta: float) -> FloatArray:
    """Return β·silu″(x)."""
    return silu_curvature_at(x, 0.0, factor=beta)


dsilu = silu_slope
dsilu_slope = silu_curvature


def dsilu_curvature(x: FloatArray) -> FloatArray:
    """Return silu‴(x) = σ′(x)(x(3t² - 1)/2 - 3t), t = tanh(x/2)."""
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


FLAT = 40.0  # from here tanh(softplus) is 1, and u⁴ is far from overflow


def _mish_value(x: FloatArray, high: FloatArray, low: FloatArray | float) -> FloatArray:
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


def _mish_slope(x: FloatArray, high: FloatArray, low: FloatArray | float) -> FloatArray:
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


def _mish_curvature(x: FloatArray, high: FloatArray, low: FloatArray | float) -> FloatArray:
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


def mish(x: FloatArray) -> FloatArray:
    """Return x·tanh(softplus(x))."""
    return _mish_value(x, x, 0.0)


def mish_slope(x: FloatArray) -> FloatArray:
    """Return the slope of mish."""
    return _mish_slope(x, x, 0.0)


def mish_curvature(x: FloatArray) -> FloatArray:
    """Return the curvature of mish."""
    return _mish_curvature(x, x, 0.0)


def mila(x: FloatArray, *, beta: float) -> FloatArray:
    """Return x·tanh(softplus(β + x)), β + x in two parts."""
    return _mish_value(x, *two_sum(x, beta))


def mila_slope(x: FloatArray, *, beta: float) -> FloatArray:
    """Return the slope of mila."""
    return _mish_slope(x, *two_sum(x, beta))


def mila_curvature(x: FloatArray, *, beta: float) -> FloatArray:
    """Return the curvature of mila."""
    return _mish_curvature(x, *two_sum(x, beta))

"""The logistic family: sigmoid, log-sigmoid, tanh and softplus."""

import numpy as np

from .blocks import FloatArray, Limits, kernel
from .exponentials import FAINT, cube_of_one_plus, exp_parts, fold, numerator, scaled, square_of_one_plus, weighted_exp

INF = float("inf")


@kernel(limits=(0.0, 1.0))
def sigmoid(x: FloatArray) -> FloatArray:
    """Return the logistic function 1/(1 + e^-x) of an array of any shape.

    0 at -inf, 1 at +inf. Each side uses the exponential that cannot overflow (Higham, Accuracy and Stability, 2.7 of
    Blanchard, Higham and Higham 2021); within 3 ulp.
    """
    e = np.exp(-np.abs(x))
    return numerator(e, x) / (1.0 + e)


@kernel(limits=(0.0, 0.0))
def sigmoid_slope(x: FloatArray) -> FloatArray:
    """Return σ(x)σ(-x) = e/(1 + e)², e = e^-|x|, of an array of any shape. Within 3 ulp.

    Never σ(1 - σ), which cancels.
    """
    e = np.exp(-np.abs(x))
    return e / square_of_one_plus(e)


@kernel(limits=(0.0, 0.0))
def sigmoid_curvature(x: FloatArray) -> FloatArray:
    """Return -σ′(x)·tanh(x/2) of an array of any shape, with 1 - e taken by expm1. Within 4 ulp."""
    a = -np.abs(x)
    e = np.exp(a)
    curvature: FloatArray = np.copysign(e * np.expm1(a), -x) / cube_of_one_plus(e)
    return curvature


@kernel(limits=(-INF, 0.0))
def log_sigmoid(x: FloatArray) -> FloatArray:
    """Return log σ(x) = -softplus(-x) of an array of any shape; -inf at -inf, 0 at +inf. Within 2 ulp."""
    return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))


@kernel(limits=(1.0, 0.0))
def log_sigmoid_slope(x: FloatArray) -> FloatArray:
    """Return σ(-x) of an array of any shape. Within 3 ulp."""
    e = np.exp(-np.abs(x))
    return numerator(e, -x) / (1.0 + e)


@kernel(limits=(0.0, 0.0))
def log_sigmoid_curvature(x: FloatArray) -> FloatArray:
    """Return -σ(x)σ(-x) of an array of any shape. Within 3 ulp."""
    e = np.exp(-np.abs(x))
    return -e / square_of_one_plus(e)


@kernel(limits=(-1.0, 1.0))
def tanh(x: FloatArray) -> FloatArray:
    """Return the hyperbolic tangent of an array of any shape, by NumPy. Within 2 ulp."""
    return np.tanh(x)


@kernel(limits=(0.0, 0.0))
def tanh_slope(x: FloatArray) -> FloatArray:
    """Return sech² x = 4e/(1 + e)², e = e^-2|x|, of an array of any shape. Within 3 ulp.

    Never 1 - tanh², which cancels.
    """
    e = np.exp(-2.0 * np.abs(x))
    return 4.0 * e / square_of_one_plus(e)


@kernel(limits=(0.0, 0.0))
def tanh_curvature(x: FloatArray) -> FloatArray:
    """Return -2·tanh x·sech² x of an array of any shape, with 1 - e taken by expm1. Within 4 ulp."""
    a = -2.0 * np.abs(x)
    weight = np.copysign(8.0, x) * np.expm1(a) / cube_of_one_plus(np.exp(a))
    return weighted_exp(weight, a, 0.0)


def _softplus_parts(x: FloatArray, beta: float) -> tuple[FloatArray, FloatArray | float]:
    if not np.isfinite(beta) or beta == 0:
        raise ValueError(f"beta must be finite and not 0, got {beta}")
    return (x, 0.0) if beta == 1.0 else scaled(x, beta)


def _softplus_limits(*, beta: float = 1.0) -> Limits:
    return (0.0, INF) if beta > 0 else (-INF, 0.0)


def _softplus_slope_limits(*, beta: float = 1.0) -> Limits:
    return (0.0, 1.0) if beta > 0 else (1.0, 0.0)


@kernel(limits=_softplus_limits)
def softplus(x: FloatArray, *, beta: float = 1.0) -> FloatArray:
    """Return log(1 + e^(βx))/β of an array of any shape.

    0 and +inf at the infinities (β > 0). max(βx, 0)/β is x itself where βx > 0, to which log1p(e^-|βx|)/β is added;
    βx is taken in two parts. No threshold: PyTorch's is a speed trick. Within 3 ulp.
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


@kernel(limits=_softplus_slope_limits)
def softplus_slope(x: FloatArray, *, beta: float = 1.0) -> FloatArray:
    """Return σ(βx) of an array of any shape, βx in two parts. Within 3 ulp."""
    high, low = _softplus_parts(x, beta)
    e = exp_parts(*fold(high, low))
    return numerator(e, high) / (1.0 + e)


@kernel(limits=(0.0, 0.0))
def softplus_curvature(x: FloatArray, *, beta: float = 1.0) -> FloatArray:
    """Return β·σ(βx)σ(-βx) of an array of any shape, βx in two parts. Within 4 ulp."""
    a, b = fold(*_softplus_parts(x, beta))
    return weighted_exp(beta / square_of_one_plus(exp_parts(a, b)), a, b)

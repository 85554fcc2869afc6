"""Jacobians of gated linear units: two diagonals side by side, the slopes in a and those in b."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray
from .exponentials import exp_parts, fold, square_of_one_plus, weighted_exp
from .logistic import sigmoid
from .normal import gelu, gelu_slope
from .softmaxes import as_vectors
from .swishes import silu, silu_slope

Slopes = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]


def _beside(x: ArrayLike, slopes: Slopes) -> FloatArray:
    array = as_vectors(x)
    if array.shape[-1] % 2:
        raise ValueError(f"a vector of {array.shape[-1]} does not fall into two halves")
    half = array.shape[-1] // 2
    out = np.zeros((*array.shape[:-1], half, 2 * half))
    at = np.arange(half)
    with np.errstate(all="ignore"):
        out[..., at, at], out[..., at, half + at] = slopes(array[..., :half], array[..., half:])
    return out


def _scaled_sigmoid_slope(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return a·σ′(b)."""
    high, low = fold(b, 0.0)
    return weighted_exp(a / square_of_one_plus(exp_parts(high, low)), high, low)


def glu_jacobian(x: ArrayLike, /) -> FloatArray:
    """Return the Jacobian of `glu`, σ(b) and a·σ′(b): shape (..., 2n) to (..., n, 2n). Within 4 ulp.

    Raises:
        ValueError: the length is odd, or `x` is a single number.
    """
    return _beside(x, lambda a, b: (sigmoid(b), _scaled_sigmoid_slope(a, b)))


def swiglu_jacobian(x: ArrayLike, /) -> FloatArray:
    """Return the Jacobian of `swiglu`, silu′(a)·b and silu(a): shape (..., 2n) to (..., n, 2n).

    Within 5 ulp where silu′(a) is normal.

    Raises:
        ValueError: the length is odd, or `x` is a single number.
    """
    return _beside(x, lambda a, b: (silu_slope(a) * b, silu(a)))


def geglu_jacobian(x: ArrayLike, /) -> FloatArray:
    """Return the Jacobian of `geglu`, gelu′(a)·b and gelu(a): shape (..., 2n) to (..., n, 2n).

    Within 5 ulp where gelu′(a) is normal.

    Raises:
        ValueError: the length is odd, or `x` is a single number.
    """
    return _beside(x, lambda a, b: (gelu_slope(a) * b, gelu(a)))


def reglu_jacobian(x: ArrayLike, /) -> FloatArray:
    """Return the Jacobian of `reglu`, b where a > 0, and max(a, 0): shape (..., 2n) to (..., n, 2n). Exact.

    Raises:
        ValueError: the length is odd, or `x` is a single number.
    """
    return _beside(x, lambda a, b: (np.where(np.isnan(a), a, np.where(a > 0, b, 0.0 * b)), np.maximum(a, 0.0)))


def bilinear_jacobian(x: ArrayLike, /) -> FloatArray:
    """Return the Jacobian of `bilinear`, b and a: shape (..., 2n) to (..., n, 2n). Exact.

    Raises:
        ValueError: the length is odd, or `x` is a single number.
    """
    return _beside(x, lambda a, b: (b, a))

"""Gated linear units: the last axis falls into two halves a and b, and one gates the other.

`glu` gates with the second half, as PyTorch, JAX, Keras and MLX do; in Shazeer's variants the activation
is on the first.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray
from .normal import gelu
from .softmaxes import as_vectors, by_rows
from .swishes import gated, silu

Gate = Callable[[FloatArray, FloatArray], FloatArray]


def _gate(x: ArrayLike, gate: Gate) -> FloatArray:
    array = as_vectors(x)
    if array.shape[-1] % 2:
        raise ValueError(f"a vector of {array.shape[-1]} does not fall into two halves")
    half = array.shape[-1] // 2
    out = np.empty((*array.shape[:-1], half))

    def work(rows: FloatArray, result: FloatArray) -> None:
        result[:] = gate(rows[:, :half], rows[:, half:])

    if array.size:
        by_rows(array, out, work)
    return out


def _silu_gate(a: FloatArray, b: FloatArray) -> FloatArray:
    product = a * b
    return np.where(np.isfinite(product), gated(product, a, 0.0), silu(a) * b)


def glu(x: ArrayLike, /) -> FloatArray:
    """Return a·σ(b) along the last axis, shape (..., 2n) to (..., n). Within 4 ulp.

    Source: Dauphin et al. 2016, arXiv 1612.08083.

    Raises:
        ValueError: the length is odd, or `x` is a single number.
    """
    return _gate(x, lambda a, b: gated(a, b, 0.0))


def swiglu(x: ArrayLike, /) -> FloatArray:
    """Return silu(a)·b along the last axis, shape (..., 2n) to (..., n). Within 4 ulp.

    Source: Shazeer 2020, arXiv 2002.05202.

    Raises:
        ValueError: the length is odd, or `x` is a single number.
    """
    return _gate(x, _silu_gate)


def geglu(x: ArrayLike, /) -> FloatArray:
    """Return gelu(a)·b along the last axis, shape (..., 2n) to (..., n). Within 4 ulp where gelu(a) is normal.

    Source: Shazeer 2020, arXiv 2002.05202.

    Raises:
        ValueError: the length is odd, or `x` is a single number.
    """
    return _gate(x, lambda a, b: gelu(a) * b)


def reglu(x: ArrayLike, /) -> FloatArray:
    """Return max(a, 0)·b along the last axis, shape (..., 2n) to (..., n). Within 1 ulp.

    Source: Shazeer 2020, arXiv 2002.05202.

    Raises:
        ValueError: the length is odd, or `x` is a single number.
    """
    return _gate(x, lambda a, b: np.maximum(a, 0.0) * b)


def bilinear(x: ArrayLike, /) -> FloatArray:
    """Return a·b along the last axis, shape (..., 2n) to (..., n). Within 1 ulp.

    Source: Shazeer 2020, arXiv 2002.05202.

    Raises:
        ValueError: the length is odd, or `x` is a single number.
    """
    return _gate(x, lambda a, b: a * b)

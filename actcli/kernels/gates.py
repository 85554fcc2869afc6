"""Gated linear units: the last axis falls into two halves a and b, and one gates the other.

`glu` gates with the second half, as PyTorch, JAX, Keras and MLX do; in Shazeer's variants the activation
is on the first; `gpt_oss_swiglu` takes its pairs from neighbours.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray
from .exponentials import FAINT, LARGEST, REACH, scaled, weighted_exp
from .normal import gelu, log_density, mills
from .softmaxes import as_vectors, by_rows
from .swishes import QUICK, QUICK_REST, gated

_GONE = 4096.0

Gate = Callable[[FloatArray, FloatArray], FloatArray]


def _gate(x: ArrayLike, gate: Gate, *, interleaved: bool = False) -> FloatArray:
    array = as_vectors(x)
    if array.shape[-1] % 2:
        raise ValueError(f"a vector of {array.shape[-1]} does not fall into two halves")
    half = array.shape[-1] // 2
    out = np.empty((*array.shape[:-1], half))

    def work(rows: FloatArray, result: FloatArray) -> None:
        result[:] = gate(rows[:, ::2], rows[:, 1::2]) if interleaved else gate(rows[:, :half], rows[:, half:])

    if array.size:
        by_rows(array, out, work)
    return out


def _silu_gate(a: FloatArray, b: FloatArray) -> FloatArray:
    product = a * b
    y = gated(product, a, 0.0)
    beyond = ~np.isfinite(product)
    if beyond.any():
        y[beyond] = _silu_gate_beyond(a[beyond], b[beyond])
    return y


def _silu_gate_beyond(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return silu(a)·b where a·b leaves the range of float64, which the exponential may bring it back to."""
    near = np.maximum(a, -_GONE)  # e^-4096 leaves nothing of any b
    product = near * (b / _GONE)
    root = np.exp(0.5 * near)
    y = np.where(near < FAINT, product * root * _GONE * root, gated(product, near, 0.0) * _GONE)
    return _at_infinite(b, a, y)


def _gelu_gate(a: FloatArray, b: FloatArray) -> FloatArray:
    # gelu(a) of a tiny a is subnormal; Φ(a) is then ½ to the last digit.
    y = np.where(np.abs(a) < 1e-290, a * b * 0.5, gelu(a) * b)
    # There gelu(a) is subnormal or 0, and b may lift it again: the exponential comes last.
    faint = a < -37.0
    if faint.any():
        size = np.minimum(-a[faint], REACH)
        weight = np.clip(-size * mills(size)[0] * b[faint], -LARGEST, LARGEST)
        y[faint] = weighted_exp(weight, *log_density(size))
    return _at_infinite(b, a, y)


def _at_infinite(b: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    """Put an infinity of b in with the sign of a, which silu(a) and gelu(a) have too, but 0 at -inf."""
    return np.where(np.isinf(b), np.where(a == -np.inf, np.nan, np.sign(a) * b), y)


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
    """Return gelu(a)·b along the last axis, shape (..., 2n) to (..., n). Within 4 ulp.

    Source: Shazeer 2020, arXiv 2002.05202.

    Raises:
        ValueError: the length is odd, or `x` is a single number.
    """
    return _gate(x, _gelu_gate)


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


def gpt_oss_swiglu(x: ArrayLike, /, *, alpha: float = QUICK, limit: float = 7.0) -> FloatArray:
    """Return a·σ(αa)·(b + 1) along the last axis, a even entries held to the limit, b odd ones to both sides of it.

    Shape (..., 2n) to (..., n). The default of α is the exact decimal 1.702. Within 4 ulp. Source: OpenAI 2025.

    Raises:
        ValueError: the length is odd, or `x` is a single number.
    """
    rest = QUICK_REST if alpha == QUICK else 0.0

    def gate(a: FloatArray, b: FloatArray) -> FloatArray:
        a = np.clip(a, -LARGEST / (2.0 + limit), limit)  # so far down the exponential leaves nothing of any product
        return gated(a * (np.clip(b, -limit, limit) + 1.0), *scaled(a, alpha, rest))

    return _gate(x, gate, interleaved=True)

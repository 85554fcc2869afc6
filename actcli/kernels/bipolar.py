"""Bipolar ReLU: neighbours rectify opposite sides, so that a layer keeps its mean."""

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray
from .softmaxes import as_vectors


def brelu(x: ArrayLike, /) -> FloatArray:
    """Return max(x_i, 0) at even places of the last axis and min(x_i, 0) at odd ones, in the shape of `x`. Exact.

    Source: Eidnes and Nøkland 2017, arXiv 1709.04054.

    Raises:
        ValueError: `x` is a single number.
    """
    x = as_vectors(x)
    out = np.empty(x.shape)
    with np.errstate(all="ignore"):
        np.maximum(x[..., ::2], 0.0, out=out[..., ::2])
        np.minimum(x[..., 1::2], 0.0, out=out[..., 1::2])
    return out + 0.0


def brelu_jacobian(x: ArrayLike, /) -> FloatArray:
    """Return the Jacobian of `brelu`, 1 on the diagonal where an entry passes: shape (..., n) to (..., n, n). Exact.

    0 where an entry is 0.

    Raises:
        ValueError: `x` is a single number.
    """
    x = as_vectors(x)
    out = np.zeros((*x.shape, x.shape[-1]))
    at = np.arange(x.shape[-1])
    out[..., at, at] = np.where(np.isnan(x), np.nan, brelu(x) != 0.0)
    return out

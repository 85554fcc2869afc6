"""Concatenated ReLU: what a rectifier keeps of x, then what it keeps of -x."""

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray
from .softmaxes import as_vectors


def crelu(x: ArrayLike, /) -> FloatArray:
    """Return max(x, 0) and max(-x, 0) end to end along the last axis: shape (..., n) to (..., 2n). Exact.

    Source: Shang et al. 2016, arXiv 1603.05201.

    Raises:
        ValueError: `x` is a single number.
    """
    x = as_vectors(x)
    with np.errstate(all="ignore"):
        return np.concatenate([np.maximum(x, 0.0), np.maximum(-x, 0.0)], axis=-1) + 0.0

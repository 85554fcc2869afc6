"""The one-hot vector of the largest logit: what softmax tends to as its temperature falls to 0."""

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray
from .softmax import as_vectors


def hardmax(x: ArrayLike, /) -> FloatArray:
    """Return 1 at the first largest entry of each vector along the last axis and 0 elsewhere, in the shape of `x`.

    A vector that holds a NaN, or nothing but -inf, gives NaN throughout, as softmax does. Source: ONNX Hardmax.

    Raises:
        ValueError: `x` is a single number.
    """
    x = as_vectors(x)
    out = np.zeros(x.shape)
    if x.shape[-1]:
        np.put_along_axis(out, x.argmax(axis=-1, keepdims=True), 1.0, axis=-1)
        top = x.max(axis=-1, keepdims=True)
        out[np.broadcast_to(np.isnan(top) | (top == -np.inf), x.shape)] = np.nan
    return out

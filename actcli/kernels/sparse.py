"""Softmax's relatives with exact zeros: sparsemax with its Jacobian, and hardmax; all along the last axis."""

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray
from .exponentials import LARGEST, two_sum
from .jacobians import matrix_by_matrix
from .softmaxes import FIXED_POINT, as_vectors, by_rows, without_infinities


def _below_top(x: FloatArray, top: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return x - top, not below -2, as a multiple of 2^-26 and the rest: cumulative sums of the first are exact."""
    high, low = two_sum(np.maximum(x, -LARGEST), -top)
    low = np.where(high > -2.0, low, 0.0)
    high = np.maximum(high, -2.0)
    coarse = (high + FIXED_POINT) - FIXED_POINT
    return coarse, (high - coarse) + low


def sparsemax(x: ArrayLike, /) -> FloatArray:
    """Return the point of the probability simplex nearest to x, along the last axis, in the shape of `x`.

    p_i = (1 - Σ(x_j - x_i))/k over the k entries of the support, with the differences in two parts. Entries at +inf
    share 1 equally; a vector of -inf alone, or with a NaN, is NaN. Within 4 ulp.
    Source: Martins and Astudillo 2016, arXiv 1602.02068.

    Raises:
        ValueError: `x` is a single number.
    """
    x = as_vectors(x)
    out = np.empty(x.shape)

    def work(rows: FloatArray, result: FloatArray) -> None:
        rows, top = without_infinities(rows)
        coarse, fine = _below_top(rows, top)
        order = np.argsort(-(coarse + fine), axis=-1, kind="stable")
        sorted_coarse = np.take_along_axis(coarse, order, axis=-1)
        sorted_fine = np.take_along_axis(fine, order, axis=-1)
        coarse_sums, fine_sums = sorted_coarse.cumsum(axis=-1), sorted_fine.cumsum(axis=-1)
        rank = np.arange(1.0, rows.shape[-1] + 1.0)
        inside = (1.0 + rank * sorted_coarse - coarse_sums) + (rank * sorted_fine - fine_sums) > 0
        size = np.maximum(inside.sum(axis=-1, keepdims=True), 1)
        coarse_sum = np.take_along_axis(coarse_sums, size - 1, axis=-1)
        fine_sum = np.take_along_axis(fine_sums, size - 1, axis=-1)
        share = ((1.0 + size * coarse - coarse_sum) + (size * fine - fine_sum)) / size
        result[:] = np.maximum(share, 0.0) + 0.0 * top

    if x.size:
        by_rows(x, out, work)
    return out


def sparsemax_jacobian(x: ArrayLike, /) -> FloatArray:
    """Return δ_ij - 1/k where both p_i and p_j of `sparsemax` are above 0, k of them, and 0 elsewhere.

    Shape (..., n) to (..., n, n). Within 1 ulp.

    Raises:
        ValueError: `x` is a single number.
    """
    return matrix_by_matrix(x, lambda row: shared_jacobian(np.where(np.isnan(p := sparsemax(row)), p, np.sign(p))))


def shared_jacobian(s: FloatArray) -> FloatArray:
    """Return s_i(δ_ij - s_j/Σs) for s >= 0 of shape (1, n); the largest s from the sum of the others."""
    largest = int(s.argmax())
    others = s.copy()
    others[0, largest] = 0.0
    rest = others.sum()
    total = rest + s[0, largest]
    jacobian: FloatArray = -np.minimum(s, s.T) * (np.maximum(s, s.T) / total)
    complement = total - s[0]
    complement[largest] = rest
    diagonal = np.arange(s.size)
    jacobian[diagonal, diagonal] = s[0] * (complement / total)
    jacobian += 0.0  # no zero keeps its minus
    return jacobian


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

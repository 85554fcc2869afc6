"""Softmax's relatives with exact zeros: sparsemax and α-entmax; all along the last axis."""

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray
from .exponentials import LARGEST, two_sum
from .softmaxes import as_vectors, by_rows, softmax, without_infinities

INF = float("inf")
FIXED_POINT = 1.5 * 2.0**26
BISECTIONS = 80  # every step settles a bit: more than the 53 of τ and those that an exponent of 1/(α - 1) takes away


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


def entmax(x: ArrayLike, /, *, alpha: float = 1.5) -> FloatArray:
    """Return α-entmax along the last axis, in the shape of `x`: softmax at α = 1, sparsemax at α = 2.

    p_i = max((α - 1)x_i - τ, 0)^(1/(α - 1)) with τ by bisection, then divided by the sum. Edges as in `softmax`.
    Within 1e-14 of the largest probability. Source: Peters, Niculae and Martins 2019, arXiv 1905.05702.

    Raises:
        ValueError: alpha is below 1 or not finite, or `x` is a single number.
    """
    if not 1 <= alpha < INF:
        raise ValueError(f"alpha must be at least 1 and finite, got {alpha}")
    if alpha in (1.0, 2.0):
        return softmax(x) if alpha == 1.0 else sparsemax(x)
    x = as_vectors(x)
    out = np.empty(x.shape)

    def work(rows: FloatArray, result: FloatArray) -> None:
        rows, top = without_infinities(rows)
        z = (alpha - 1.0) * (rows - top)
        low, high = np.full_like(top, -1.0), np.zeros_like(top)
        for _ in range(BISECTIONS):
            middle = 0.5 * (low + high)
            heavy = (np.maximum(z - middle, 0.0) ** (1.0 / (alpha - 1.0))).sum(axis=-1, keepdims=True) >= 1.0
            low, high = np.where(heavy, middle, low), np.where(heavy, high, middle)
        p = np.maximum(z - low, 0.0) ** (1.0 / (alpha - 1.0))
        result[:] = p / p.sum(axis=-1, keepdims=True) + 0.0 * top

    if x.size:
        by_rows(x, out, work)
    return out


def entmax15(x: ArrayLike, /) -> FloatArray:
    """Return 1.5-entmax along the last axis, in the shape of `x`, exactly by sorting: p_i = max(x_i/2 - τ, 0)².

    Edges as in `softmax`. Within 1e-14 of the largest probability. Source: Peters, Niculae and Martins 2019,
    arXiv 1905.05702, algorithm 2.

    Raises:
        ValueError: `x` is a single number.
    """
    x = as_vectors(x)
    out = np.empty(x.shape)

    def work(rows: FloatArray, result: FloatArray) -> None:
        rows, top = without_infinities(rows)
        z = np.maximum(0.5 * rows - 0.5 * top, -1.0)
        ordered = -np.sort(-z, axis=-1)
        rank = np.arange(1.0, rows.shape[-1] + 1.0)
        mean = ordered.cumsum(axis=-1) / rank
        spread = (ordered * ordered).cumsum(axis=-1) - rank * mean * mean
        tau = mean - np.sqrt(np.maximum((1.0 - spread) / rank, 0.0))
        size = np.maximum((tau <= ordered).sum(axis=-1, keepdims=True), 1)
        above = np.maximum(z - np.take_along_axis(tau, size - 1, axis=-1), 0.0)
        p = above * above
        result[:] = p / p.sum(axis=-1, keepdims=True) + 0.0 * top

    if x.size:
        by_rows(x, out, work)
    return out


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

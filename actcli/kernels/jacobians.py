"""Jacobians of softmax's relatives: the slope of every component in every input, shape (..., n) to (..., m, n)."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray
from .exponentials import LARGEST, Parts, weighted_exp
from .softmaxes import (
    VANISHING,
    as_vectors,
    by_rows,
    check_temperature,
    exponentials,
    logits,
    runners_up,
    softmax,
    softmax_jacobian,
    without_infinities,
)


def matrix_by_matrix(x: ArrayLike, of_row: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Return a square matrix for each vector along the last axis, `of_row` being given shape (1, n)."""
    x = as_vectors(x)
    out = np.empty((*x.shape, x.shape[-1]))

    def work(rows: FloatArray, result: FloatArray) -> None:
        for row, matrix in zip(rows, result, strict=True):
            matrix[:] = of_row(row[None, :]).reshape(-1)

    if x.size:
        by_rows(x, out, work)
    return out


def _others(row: FloatArray, top: FloatArray, temperature: float) -> tuple[FloatArray, Parts, FloatArray]:
    """Return 1 - p_i as a factor and the two parts of an exponent, and the sum of exponentials, for one vector."""
    e = np.empty_like(row)
    upper, lower = exponentials(row, top, temperature, e)
    beyond = upper + lower
    total = 1.0 + beyond
    high, low = np.zeros_like(row), np.zeros_like(row)
    factor = np.where(e == 1.0, beyond / total, 1.0 - e / total)
    if beyond[0, 0] < VANISHING:
        winner = int(row.argmax())
        weight, exponent, rest = runners_up(row, top, temperature)
        factor[0, winner], high[0, winner], low[0, winner] = weight[0, 0], exponent[0, 0], rest[0, 0]
    return factor, (high, low), total


def log_softmax_jacobian(x: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return ∂log_softmax_i/∂x_j = (δ_ij - p_j)/T, of shape (..., n, n) for `x` of shape (..., n).

    On the diagonal 1 - p_i is the sum of the others where p_i is above one half. Within 4 ulp for T above 1e-307.

    Raises:
        ValueError: the temperature is not positive and finite, or `x` is a single number.
    """
    check_temperature(temperature)

    def of_row(row: FloatArray) -> FloatArray:
        row, top = without_infinities(row)
        factor, (own, own_rest), total = _others(row, top, temperature)
        high, low = logits(row, top, temperature)
        n = row.size
        weight = np.repeat(-1.0 / total / temperature, n, axis=1).repeat(n, axis=0)
        exponent, rest = high.repeat(n, axis=0), np.broadcast_to(low, high.shape).repeat(n, axis=0)
        diagonal = np.arange(n)
        weight[diagonal, diagonal] = factor[0] / temperature
        exponent[diagonal, diagonal], rest[diagonal, diagonal] = own[0], own_rest[0]
        return weighted_exp(np.clip(weight, -LARGEST, LARGEST), exponent, rest) + 0.0

    return matrix_by_matrix(x, of_row)


def softmin_jacobian(x: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return ∂softmin_i/∂x_j = p_i(p_j - δ_ij)/T, of shape (..., n, n) for `x` of shape (..., n); see softmax's.

    Raises:
        ValueError: the temperature is not positive and finite, or `x` is a single number.
    """
    return -softmax_jacobian(-as_vectors(x), temperature=temperature)


def sink_softmax_jacobian(x: ArrayLike, /, *, sink: float = 0.0) -> FloatArray:
    """Return ∂sink_softmax_i/∂x_j = p_i(δ_ij - p_j), of shape (..., n, n) for `x` of shape (..., n). Within 5 ulp.

    It is softmax's with the sink as one more entry, whose own row and column are left out.

    Raises:
        ValueError: `x` is a single number.
    """
    x = as_vectors(x)
    with_sink = np.concatenate([x, np.full((*x.shape[:-1], 1), sink)], axis=-1)
    return np.ascontiguousarray(softmax_jacobian(with_sink)[..., :-1, :-1])


def softmax1_jacobian(x: ArrayLike, /) -> FloatArray:
    """Return the Jacobian of `softmax1`, of shape (..., n, n) for `x` of shape (..., n). Within 5 ulp.

    Raises:
        ValueError: `x` is a single number.
    """
    return sink_softmax_jacobian(x, sink=0.0)


def logsumexp_jacobian(x: ArrayLike, /) -> FloatArray:
    """Return ∂logsumexp/∂x_j = p_j, one row: shape (..., 1, n) for `x` of shape (..., n). Within 4 ulp.

    Raises:
        ValueError: `x` is a single number.
    """
    return softmax(x)[..., None, :]


# A mean is a sum but for a constant factor, whose logarithm has no slope.
logmeanexp_jacobian = logsumexp_jacobian


def maxout_jacobian(x: ArrayLike, /, *, groups: int = 2) -> FloatArray:
    """Return 1 where x_j is the one largest of the i-th group and 0 elsewhere, of shape (..., n/groups, n). Exact.

    Where two share the maximum, neither has a slope: that of smaller magnitude, as at every max. A group with a NaN
    is NaN.

    Raises:
        ValueError: the length is no multiple of `groups`, or `x` is a single number.
    """
    x = as_vectors(x)
    if groups < 1 or x.shape[-1] % groups:
        raise ValueError(f"a vector of {x.shape[-1]} does not divide into groups of {groups}")
    grouped = x.reshape(*x.shape[:-1], x.shape[-1] // groups, groups)
    top = grouped.max(axis=-1, keepdims=True)
    largest = grouped == top
    chosen = np.where(np.isnan(top), np.nan, largest & (largest.sum(axis=-1, keepdims=True) == 1))
    own = np.arange(x.shape[-1]) // groups == np.arange(x.shape[-1] // groups)[:, None]
    return np.where(own, chosen.reshape(*x.shape[:-1], 1, x.shape[-1]), 0.0)

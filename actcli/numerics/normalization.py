"""Standardize, the heart of layer normalization, and its Jacobian."""

import numpy as np
from numpy.typing import ArrayLike

from .frame import FloatArray, as_vectors, by_rows, matrix_by_matrix
from .two_parts import Pair, two_sum


def standardize(x: ArrayLike, /, *, epsilon: float) -> FloatArray:
    """Return (x - mean)/√(variance + ε) along the last axis, in the shape of `x`.

    Deviations are taken before they are squared, and the mean is corrected by theirs, so that a common offset costs
    no digits; powers of two are taken out first, so that nothing overflows. NaN for a vector with NaN or ±inf.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.empty(x.shape)

    def work(rows: FloatArray, result: FloatArray) -> None:
        _, exponent = np.frexp(np.abs(rows).max(axis=-1, keepdims=True))
        unit = np.ldexp(rows, -exponent)
        high, low = two_sum(unit, -unit.mean(axis=-1, keepdims=True))
        high += low - (high + low).mean(axis=-1, keepdims=True)
        spread = np.abs(high).max(axis=-1, keepdims=True)
        shape = np.where(spread == 0, 0.0, high / spread)
        floor = np.sqrt(epsilon) / np.ldexp(spread, exponent)
        deviation = np.sqrt((shape * shape).mean(axis=-1, keepdims=True))
        answer = np.where(spread == 0, 0.0 * unit, shape / np.hypot(deviation, floor))
        # Deviations so small beside √ε that their quotient overflows: the variance is nothing to ε.
        result[:] = np.where(np.isinf(floor) & (spread > 0), np.ldexp(high / np.sqrt(epsilon), exponent), answer)

    if x.size:
        by_rows(x, out, work)
    return out


def _total(x: Pair) -> Pair:
    """Return the sum along the last axis, by halves."""
    high, low = np.asarray(x.high), np.broadcast_to(x.low, np.shape(x.high))
    while high.shape[-1] > 1:
        if high.shape[-1] % 2:
            high, low = (np.concatenate([part, np.zeros_like(part[..., :1])], axis=-1) for part in (high, low))
        halves = Pair(high[..., ::2], low[..., ::2]) + Pair(high[..., 1::2], low[..., 1::2])
        high, low = np.asarray(halves.high), np.asarray(halves.low)
    return Pair(high, low)


def _spread_of_others(x: FloatArray) -> FloatArray:
    """Return Σ(x_k - mean)² over all entries but the i-th, the mean being theirs, for each i."""
    n = x.shape[-1]
    others = np.broadcast_to(x[0], (n, n))[~np.eye(n, dtype=bool)].reshape(n, n - 1)
    if n == 1:
        return np.zeros(1)
    high, low = two_sum(others, -others[:, :1])
    away, rest = two_sum(high, -(high + low).mean(axis=-1, keepdims=True))
    rest = rest + low
    away = away + (rest - (away + rest).mean(axis=-1, keepdims=True))
    squares: FloatArray = (away * away).sum(axis=-1)
    return squares


def standardize_jacobian(x: ArrayLike, /, *, epsilon: float) -> FloatArray:
    """Return (δ_ij - 1/n - y_i·y_j/n)/√(variance + ε), y = standardize(x): shape (..., n) to (..., n, n).

    Within 8 ulp, the entries beside the diagonal of the size of 1/n/√(variance + ε) around their roots. The diagonal
    is the spread of the others about their own mean, which has no terms that cancel. NaN for a vector with NaN or
    ±inf, and for a constant one if ε is 0.

    Raises ValueError where `x` is a single number.
    """

    def of_row(row: FloatArray) -> FloatArray:
        n = row.size
        largest = np.frexp(np.abs(row).max())[1]
        row = np.ldexp(row, -largest - 1)
        deviation = Pair(row) - _total(Pair(row)) / float(n)
        # A power of two brings the larger of the deviations and √ε near 1: no square or cube leaves the range.
        scale = max(np.frexp(np.abs(deviation.high).max())[1], np.frexp(np.sqrt(epsilon))[1] - largest - 1)
        unit, floor = np.ldexp(row, -scale), np.ldexp(np.sqrt(epsilon), -scale - largest - 1)
        d = Pair(np.ldexp(deviation.high, -scale), np.ldexp(deviation.low, -scale))
        square = _total(d * d) / float(n) + Pair(floor) * floor
        column = Pair(np.asarray(d.high).T, np.asarray(d.low).T)
        slopes = -(column * d + square).rounded()
        own = (n - 1.0) / n * _spread_of_others(unit) + (n - 1.0) * floor**2
        slopes[np.arange(n), np.arange(n)] = own
        variance = np.asarray(square.rounded())
        return np.asarray(np.ldexp(slopes / n / variance / np.sqrt(variance), -scale - largest - 1))

    return matrix_by_matrix(x, of_row)

"""Softmax and its relatives along the last axis: probabilities, logarithms, sums of exponentials, and Jacobians.

Differences from the largest logit and their quotients by the temperature are carried in two parts, so that a
probability of e^-700 has all its digits. Sums are split at a fixed point of 2^-26: the upper parts add up without
rounding, the lower ones are too small for their rounding to matter.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from .frame import BLOCK, FloatArray, as_vectors, by_rows, columns, matrix_by_matrix
from .two_parts import LARGEST, Parts, exp_parts, split, split_constant, two_sum, weighted_exp

INF = float("inf")
FIXED_POINT = 1.5 * 2.0**26  # adding and subtracting it rounds to multiples of 2^-26
GRID = 3072.0  # adding and subtracting it rounds what is at most 1,024 in magnitude to multiples of 2^-41
VANISHING = 1e-280  # where even a million exponentials are each above the subnormal numbers, or do not matter


def without_infinities(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the vectors and their largest entries, with the limit put in where an entry is +inf.

    Entries at +inf share everything: they become 0 and all others -inf. Vectors of -inf alone have no largest entry
    to compare with, and become NaN, as those that hold a NaN.
    """
    top = x.max(axis=-1, keepdims=True)
    endless = top == INF
    if endless.any():
        x = np.where(endless, np.where(x == INF, 0.0, -INF), x)
        top = np.where(endless, 0.0, top)
    return x, np.where(top == -INF, np.nan, top)


def logits(x: FloatArray, top: FloatArray, temperature: float) -> Parts:
    """Return (x - top)/temperature in two parts."""
    mantissa, exponent = math.frexp(temperature)
    if not np.isfinite(x.min(axis=-1, keepdims=True) - top).all():  # -inf, or an overflow that the quotient may undo
        x, top, exponent = np.maximum(x, -LARGEST) * 0.25, top * 0.25, exponent - 2
    high, low = two_sum(x, -top)
    if (mantissa, exponent) == (0.5, 1):
        return high, low
    if mantissa == 0.5:
        scaled = np.ldexp(low, 1 - exponent)
        return np.ldexp(high, 1 - exponent), np.where(np.isfinite(scaled), scaled, 0.0)
    high, low = np.ldexp(high, -exponent), np.ldexp(low, -exponent)
    quotient = high / mantissa
    qh, ql = split(quotient)
    mh, ml = split_constant(mantissa)
    rest = ((((high - qh * mh) - qh * ml) - ql * mh) - ql * ml + low) / mantissa
    return quotient, np.where(np.isfinite(rest), rest, 0.0)


def shifted_exponentials(x: FloatArray, top: FloatArray, out: FloatArray, room: FloatArray) -> FloatArray:
    """Write e^(x - c) to `out`, c within 2^-42 of the largest logit; return the sums, NaN where a logit is infinite.

    Takes half the time of `exponentials`, for largest logits of at most 1,024 in magnitude: c is a multiple of the
    spacing of every x that counts, so that x - ((x - c) + c) is what the difference loses (Dekker 1971, with no need
    to know the larger of the two); and no array is made, since `room` has two blocks.
    """
    c = (top + GRID) - GRID
    total, rest = np.zeros_like(top), np.zeros_like(top)
    for piece in columns(x.shape[-1]):
        e = out[:, piece]
        lost, upper = room[:, : e.size].reshape(2, *e.shape)
        np.copyto(upper, c)  # two operations on whole rows are faster than on a column
        np.subtract(x[:, piece], upper, out=e)
        np.add(e, upper, out=lost)
        np.subtract(x[:, piece], lost, out=lost)
        np.exp(e, out=e)
        lost *= e
        e += lost
        np.add(e, FIXED_POINT, out=upper)
        upper -= FIXED_POINT
        np.subtract(e, upper, out=lost)
        total += upper.sum(axis=-1, keepdims=True)
        rest += lost.sum(axis=-1, keepdims=True)
    total += rest
    return total


def sum_beyond_one(e: FloatArray) -> Parts:
    """Return the sums of exponentials, of which the largest is 1, less 1: an exact part and a small one."""
    upper = (e + FIXED_POINT) - FIXED_POINT
    return upper.sum(axis=-1, keepdims=True) - 1.0, (e - upper).sum(axis=-1, keepdims=True)


def exponentials(x: FloatArray, top: FloatArray, temperature: float, out: FloatArray) -> Parts:
    """Write e^((x - top)/temperature) to `out`; return the sums less 1, each in two parts."""
    upper = np.full_like(top, -1.0)
    lower = np.zeros_like(top)
    for piece in columns(x.shape[-1]):
        e = exp_parts(*logits(x[:, piece], top, temperature))
        out[:, piece] = e
        more, rest = sum_beyond_one(e)
        upper, error = two_sum(upper, more + 1.0)
        lower = lower + (rest + error)
    return upper, lower


def runners_up(x: FloatArray, top: FloatArray, temperature: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the sums of all exponentials but the first largest, as a factor and the two parts of an exponent.

    For vectors whose winner leaves the others so little that their exponentials are subnormal or 0.
    """
    others = x.copy()
    np.put_along_axis(others, x.argmax(axis=-1, keepdims=True), -INF, axis=-1)
    second = others.max(axis=-1, keepdims=True)
    upper, lower = exponentials(others, second, temperature, np.empty_like(x))
    high, low = logits(second, top, temperature)
    return np.where(second == -INF, 0.0, 1.0 + (upper + lower)), high, low


def log_sum(x: FloatArray, top: FloatArray, temperature: float, scratch: FloatArray) -> FloatArray:
    """Return log Σ e^((x - top)/temperature), with all its digits also where one entry outweighs all others."""
    upper, lower = exponentials(x, top, temperature, scratch)
    others = upper + lower
    result = np.log1p(others)
    faint = (others < VANISHING)[:, 0]
    if faint.any():
        result[faint] = weighted_exp(*runners_up(x[faint], top[faint], temperature))
    return result


def softmax(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """Return e^(x_i/T)/Σe^(x_j/T) along the last axis, in the shape of `x`.

    Entries at +inf share 1 equally, all others are then 0; a vector of -inf alone, or with a NaN, is NaN. Within 4 ulp.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.empty(x.shape)
    room = np.empty((2, min(x.size, BLOCK)))

    def work(rows: FloatArray, result: FloatArray) -> None:
        if temperature != 1.0:
            _softmax(rows, temperature, result)
            return
        top = rows.max(axis=-1, keepdims=True)
        total = shifted_exponentials(rows, top, result, room)
        result /= total
        others = ~((np.abs(top) <= 1024.0) & (total > 0.0))[:, 0]
        if others.any():
            rest = np.empty((np.count_nonzero(others), rows.shape[1]))
            _softmax(rows[others], temperature, rest)
            result[others] = rest

    if x.size:
        by_rows(x, out, work)
    return out


def _softmax(x: FloatArray, temperature: float, out: FloatArray) -> None:
    x, top = without_infinities(x)
    upper, lower = exponentials(x, top, temperature, out)
    out /= 1.0 + (upper + lower)


def log_softmax(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """Return log softmax(x/T) along the last axis, in the shape of `x`, with the edges of `softmax`.

    -(top - x_i)/T - log1p(Σ of the others): both terms have one sign, nothing cancels, and the winner is never 0 while
    others are above 0. Within 4 ulp.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.empty(x.shape)

    def work(rows: FloatArray, result: FloatArray) -> None:
        finite, top = without_infinities(rows)
        rest = log_sum(finite, top, temperature, result)
        for piece in columns(finite.shape[-1]):
            high, low = logits(finite[:, piece], top, temperature)
            result[:, piece] = np.where(finite[:, piece] == -INF, -INF + 0.0 * top, high + (low - rest))

    if x.size:
        by_rows(x, out, work)
    return out


def softmax_jacobian(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """Return ∂softmax_i/∂x_j = p_i(δ_ij - p_j)/T, of shape (..., n, n) for `x` of shape (..., n).

    On the diagonal 1 - p_i is the sum of the others where p_i is above one half. Within 5 ulp for T
    above 1e-307.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    width = x.shape[-1]
    out = np.empty((*x.shape, width))

    def work(rows: FloatArray, result: FloatArray) -> None:
        for row, matrix in zip(rows, result, strict=True):
            matrix[:] = _jacobian(row[None, :], temperature).reshape(-1)

    if x.size:
        by_rows(x, out, work)
    return out


def _jacobian(row: FloatArray, temperature: float) -> FloatArray:
    """Return the Jacobian for one vector of shape (1, n)."""
    row, top = without_infinities(row)
    p = np.empty_like(row)
    upper, lower = exponentials(row, top, temperature, p)
    total = 1.0 + (upper + lower)
    p /= total
    high, low = logits(row, top, temperature)
    # The smaller of two probabilities may be too faint to be divided by the temperature: its exponential comes last.
    smaller = high >= high.T
    weight = np.where(smaller, p, p.T) / total / temperature
    exponent, rest = np.where(smaller, high.T, high), np.where(smaller, low.T, low)
    diagonal = np.arange(row.size)
    others = upper + lower
    complement = np.where(high == 0, others / total, 1.0 - p)
    weight[diagonal, diagonal] = -(complement / total / temperature)[0]
    if others[0, 0] < VANISHING:
        winner = int(row.argmax())
        factor, high, low = runners_up(row, top, temperature)
        weight[winner, winner] = -factor[0, 0] / temperature
        exponent[winner, winner], rest[winner, winner] = high[0, 0], low[0, 0]
    return -weighted_exp(np.clip(weight, -LARGEST, LARGEST), exponent, rest)


def logsumexp(x: ArrayLike, /) -> FloatArray:
    """Return log Σe^(x_i) along the last axis, of the shape of `x` without it.

    -inf for a vector of -inf alone and for an empty one, +inf where an entry is. Within 2 ulp of the larger of the
    result and the largest entry.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.full(x.shape[:-1], -INF)

    def work(rows: FloatArray, result: FloatArray) -> None:
        finite, top = without_infinities(rows)
        total = top + log_sum(finite, top, 1.0, np.empty_like(finite))
        largest = rows.max(axis=-1, keepdims=True)
        result[:] = np.where(np.isinf(largest), largest, total)

    if x.size:
        by_rows(x, out, work)
    return out


def softmin(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """Return softmax(-x/T) along the last axis, with its bound and its edges.

    Raises ValueError where `x` is a single number.
    """
    return softmax(-as_vectors(x), temperature=temperature)


def sink_softmax(x: ArrayLike, /, *, sink: float) -> FloatArray:
    """Return e^x_i/(e^c + Σe^x_j) along the last axis, c the logit of the sink that takes the rest. Within 4 ulp.

    0 for a vector of -inf alone.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    with_sink = np.concatenate([x, np.full((*x.shape[:-1], 1), sink)], axis=-1)
    return np.ascontiguousarray(softmax(with_sink, temperature=1.0)[..., :-1])


def softmax1(x: ArrayLike, /) -> FloatArray:
    """Return e^x_i/(1 + Σe^x_j) along the last axis: `sink_softmax` with a sink of 0. Within 4 ulp.

    Raises ValueError where `x` is a single number.
    """
    return sink_softmax(x, sink=0.0)


def logmeanexp(x: ArrayLike, /) -> FloatArray:
    """Return log(Σe^x_i/n) along the last axis, of the shape of `x` without it; edges as in `logsumexp`, NaN if empty.

    As max + log1p of the mean of e^(x_i - max) - 1, which keeps its digits where all entries are close. Within 2 ulp
    of the larger of the result and the largest entry.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.full(x.shape[:-1], np.nan)

    def work(rows: FloatArray, result: FloatArray) -> None:
        finite, top = without_infinities(rows)
        width = finite.shape[-1]
        upper, lower = exponentials(finite, top, 1.0, np.empty_like(finite))
        share = (1.0 + (upper + lower)) / width
        deficit = np.zeros_like(top)
        for piece in columns(width):
            high, low = logits(finite[:, piece], top, 1.0)
            deficit += (np.expm1(high) + low * np.exp(high)).sum(axis=-1, keepdims=True)
        total = top + np.where(share < 0.5, np.log(share), np.log1p(deficit / width))
        largest = rows.max(axis=-1, keepdims=True)
        result[:] = np.where(np.isinf(largest), largest, total)

    if x.size:
        by_rows(x, out, work)
    return out


def gumbel_softmax(x: ArrayLike, /, *, temperature: float, hard: bool, seed: int | np.random.Generator) -> FloatArray:
    """Return softmax((x + g)/T) along the last axis, g from the standard Gumbel distribution; one-hot where `hard`.

    The same seed gives the same draw; a generator goes on where it is.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    y = softmax(x + np.random.default_rng(seed).gumbel(size=x.shape), temperature=temperature)
    if not hard or not y.size:
        return y
    chosen = np.where(np.isnan(y), np.nan, 0.0)
    winner = y.argmax(axis=-1, keepdims=True)
    np.put_along_axis(chosen, winner, np.where(np.isnan(np.take_along_axis(y, winner, -1)), np.nan, 1.0), axis=-1)
    return chosen


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


def log_softmax_jacobian(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """Return ∂log_softmax_i/∂x_j = (δ_ij - p_j)/T, of shape (..., n, n) for `x` of shape (..., n).

    On the diagonal 1 - p_i is the sum of the others where p_i is above one half. Within 4 ulp for T above 1e-307.

    Raises ValueError where `x` is a single number.
    """

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


def softmin_jacobian(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """Return ∂softmin_i/∂x_j = p_i(p_j - δ_ij)/T, of shape (..., n, n) for `x` of shape (..., n); see softmax's.

    Raises ValueError where `x` is a single number.
    """
    return -softmax_jacobian(-as_vectors(x), temperature=temperature)


def sink_softmax_jacobian(x: ArrayLike, /, *, sink: float) -> FloatArray:
    """Return ∂sink_softmax_i/∂x_j = p_i(δ_ij - p_j), of shape (..., n, n) for `x` of shape (..., n). Within 5 ulp.

    It is softmax's with the sink as one more entry, whose own row and column are left out.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    with_sink = np.concatenate([x, np.full((*x.shape[:-1], 1), sink)], axis=-1)
    return np.ascontiguousarray(softmax_jacobian(with_sink, temperature=1.0)[..., :-1, :-1])


def softmax1_jacobian(x: ArrayLike, /) -> FloatArray:
    """Return the Jacobian of `softmax1`, of shape (..., n, n) for `x` of shape (..., n). Within 5 ulp.

    Raises ValueError where `x` is a single number.
    """
    return sink_softmax_jacobian(x, sink=0.0)


def logsumexp_jacobian(x: ArrayLike, /) -> FloatArray:
    """Return ∂logsumexp/∂x_j = p_j, one row: shape (..., 1, n) for `x` of shape (..., n). Within 4 ulp.

    Raises ValueError where `x` is a single number.
    """
    return softmax(x, temperature=1.0)[..., None, :]


# A mean is a sum but for a constant factor, whose logarithm has no slope.
logmeanexp_jacobian = logsumexp_jacobian


def hardmax(x: ArrayLike, /) -> FloatArray:
    """Return 1 at the first largest entry of each vector along the last axis and 0 elsewhere, in the shape of `x`.

    A vector that holds a NaN, or nothing but -inf, gives NaN throughout, as softmax does.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.zeros(x.shape)
    if x.shape[-1]:
        np.put_along_axis(out, x.argmax(axis=-1, keepdims=True), 1.0, axis=-1)
        top = x.max(axis=-1, keepdims=True)
        out[np.broadcast_to(np.isnan(top) | (top == -np.inf), x.shape)] = np.nan
    return out

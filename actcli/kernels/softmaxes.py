"""Softmax and its kin along the last axis: probabilities, their logarithms, the Jacobian, logsumexp.

Differences from the largest logit and their quotients by the temperature are carried in two parts, so that a
probability of e^-700 has all its digits. Sums are split at a fixed point of 2^-26: the upper parts add up without
rounding, the lower ones are too small for their rounding to matter.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from .blocks import BLOCK, FloatArray, as_float64
from .exponentials import LARGEST, Parts, exp_parts, split, split_constant, two_sum, weighted_exp

INF = float("inf")
FIXED_POINT = 1.5 * 2.0**26  # adding and subtracting it rounds to multiples of 2^-26
GRID = 3072.0  # adding and subtracting it rounds what is at most 1,024 in magnitude to multiples of 2^-41
VANISHING = 1e-280  # where even a million exponentials are each above the subnormal numbers, or do not matter


def check_temperature(temperature: float) -> None:
    """Raise ValueError unless the temperature is a positive, finite number."""
    if not 0 < temperature < INF:
        raise ValueError(f"temperature must be positive and finite, got {temperature}")


def as_vectors(x: ArrayLike) -> FloatArray:
    """Return `x` as float64 with at least one axis.

    Raises:
        ValueError: `x` is a single number, or not made of real numbers.
    """
    array = as_float64(x)
    if array.ndim == 0:
        raise ValueError("expected a vector, got a single number")
    return array


def by_rows(x: FloatArray, out: FloatArray, work: Callable[[FloatArray, FloatArray], None]) -> None:
    """Call `work(rows, out rows)` on cache-sized groups of vectors; a long vector is a group of its own."""
    rows = x.reshape(-1, x.shape[-1])
    results = out.reshape(rows.shape[0], -1)
    step = max(1, BLOCK // rows.shape[1])
    with np.errstate(all="ignore"):
        for start in range(0, rows.shape[0], step):
            work(rows[start : start + step], results[start : start + step])


def columns(width: int) -> Iterator[slice]:
    """Yield the cache-sized pieces of a long vector."""
    return (slice(start, start + BLOCK) for start in range(0, width, BLOCK))


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


def softmax(x: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return e^(x_i/T)/Σe^(x_j/T) along the last axis, in the shape of `x`.

    Entries at +inf share 1 equally, all others are then 0; a vector of -inf alone, or with a NaN, is NaN. Within 4 ulp.

    Raises:
        ValueError: the temperature is not positive and finite, or `x` is a single number.
    """
    check_temperature(temperature)
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


def log_softmax(x: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return log softmax(x/T) along the last axis, in the shape of `x`, with the edges of `softmax`.

    -(top - x_i)/T - log1p(Σ of the others): both terms have one sign, nothing cancels, and the winner is never 0 while
    others are above 0. Within 4 ulp.

    Raises:
        ValueError: the temperature is not positive and finite, or `x` is a single number.
    """
    check_temperature(temperature)
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


def softmax_jacobian(x: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return ∂softmax_i/∂x_j = p_i(δ_ij - p_j)/T, of shape (..., n, n) for `x` of shape (..., n).

    On the diagonal 1 - p_i is the sum of the others where p_i is above one half. Within 5 ulp for T
    above 1e-307.

    Raises:
        ValueError: the temperature is not positive and finite, or `x` is a single number.
    """
    check_temperature(temperature)
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

    Raises:
        ValueError: `x` is a single number.
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


def maxout(x: ArrayLike, /, *, groups: int = 2) -> FloatArray:
    """Return the largest of every `groups` neighbours along the last axis: shape (..., n) to (..., n/groups).

    Source: Goodfellow et al. 2013, arXiv 1302.4389. Exact.

    Raises:
        ValueError: the length is no multiple of `groups`, or `x` is a single number.
    """
    x = as_vectors(x)
    if groups < 1 or x.shape[-1] % groups:
        raise ValueError(f"a vector of {x.shape[-1]} does not divide into groups of {groups}")
    with np.errstate(all="ignore"):
        largest: FloatArray = x.reshape(*x.shape[:-1], -1, groups).max(axis=-1)
    return largest

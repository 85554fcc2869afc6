"""Softmax and its relatives along the last axis: probabilities, logarithms, sums of exponentials, and Jacobians.

Differences from the largest logit and their quotients by the temperature are carried in two parts, and so are the
exponentials, their sums and logarithms (see `exponentials`): a probability of e^-700 has all its digits, and the
others have them to the last.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actcli.numerics.exponentials import (
    FIXED_POINT,
    MAGIC,
    PER_STEP,
    STEP_BITS,
    STEP_HEAD,
    STEP_REST,
    Exponential,
    expm1,
    exponential,
    log,
    log1p,
    powers_of_two,
)
from actcli.numerics.frame import BLOCK, FloatArray, as_vectors, by_rows, columns, matrix_by_matrix
from actcli.numerics.two_parts import Pair, Parts, split, split_constant, two_sum

INF = float("inf")
# Logits up to it are so many steps that these times STEP_HEAD are exact; below FAINT an exponential may be subnormal.
SHORT, FAINT = 1024.0, -700.0
_MODERATE = 1000  # powers of two up to it are normal numbers


class Logarithms(NamedTuple):
    """Logits that are the logarithms of shares; none of their digits is rounded away."""

    of: ArrayLike
    """The shares, from 0 on, vectors along the last axis; what they sum up to makes no difference."""


def without_infinities(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The vectors and their largest entries, with the limit put in where an entry is +inf.

    Entries at +inf share everything: they become 0 and all others -inf. Vectors of -inf alone have no largest entry
    to compare with, and become NaN, as those that hold a NaN.
    """
    top = x.max(axis=-1, keepdims=True)
    endless = top == INF
    if endless.any():
        x = np.where(endless, np.where(x == INF, 0.0, -INF), x)
        top = np.where(endless, 0.0, top)
    return x, np.where(top == -INF, np.nan, top)


def logits(x: FloatArray, top: FloatArray, temperature: float) -> Pair:
    """(x - top)/temperature."""
    mantissa, exponent = math.frexp(temperature)
    if abs(exponent) < _MODERATE and np.isfinite(x.min(axis=-1, keepdims=True) - top).all():
        high, low = two_sum(x, -top)
        if temperature == 1.0:
            return Pair(high, low)
        power = math.ldexp(1.0, -exponent)
        high *= power
        low *= power
    else:
        high, low = _scaled_gaps(x, top, -exponent)
    return over_mantissa(high, low, mantissa)


def over_mantissa(high: FloatArray, low: FloatArray, mantissa: float) -> Pair:
    """(high + low)/mantissa, of a mantissa from 0.5 to 1."""
    quotient = high / mantissa
    qh, ql = split(quotient)
    mh, ml = split_constant(mantissa)
    rest = ((((high - qh * mh) - qh * ml) - ql * mh) - ql * ml + low) / mantissa
    return Pair(quotient, rest if np.isfinite(rest).all() else np.where(np.isfinite(rest), rest, 0.0))


def _scaled_gaps(x: FloatArray, top: FloatArray, down: int) -> Parts:
    """(x - top)·2^down in two parts, of entries at -inf and of overflows that the power may undo: by quarters."""
    lowest = np.where(x == -INF, top, x).min(axis=-1, keepdims=True)
    quarter = np.where(np.isfinite(lowest - top), 1.0, 0.25)
    high, low = two_sum(x * quarter, -top * quarter)
    shift = down + np.where(quarter < 1.0, 2, 0)
    return np.ldexp(high, shift), np.ldexp(np.where(np.isfinite(low), low, 0.0), shift)


class Total(NamedTuple):
    """The sums of e^((x - top)/T), row by row: 1 for a largest entry, and the sum of the others."""

    winner: NDArray[np.intp]
    """The place of the first largest entry."""

    others: Exponential
    """The sum of all exponentials but that one, with all its digits however faint it is."""

    @property
    def whole(self) -> Pair:
        """The sum of all."""
        return self.others.pair() + 1.0

    @property
    def log(self) -> Pair:
        """The logarithm of the sum, with all its digits also where one entry outweighs all others."""
        return log1p(self.others.pair())


def sum_of_others(e: Exponential, winner: NDArray[np.intp]) -> Exponential:
    """The sum of each row but for one entry, a place from 0; a place elsewhere leaves nothing out."""
    rows = np.flatnonzero((winner >= 0) & (winner < e.head.shape[-1]))
    own = rows, winner[rows, 0]
    kept = e.head[own], e.rest[own]
    e.head[own] = e.rest[own] = 0.0
    others = e.sum()
    e.head[own], e.rest[own] = kept
    return others


def total(x: FloatArray, top: FloatArray, temperature: float) -> Total:
    """Add up the exponentials of each row."""
    winner = x.argmax(axis=-1, keepdims=True)
    parts = [
        sum_of_others(exponential(logits(x[:, piece], top, temperature)), winner - piece.start)
        for piece in columns(x.shape[-1])
    ]
    return Total(winner, Exponential.joined(parts).sum() if len(parts) > 1 else parts[0])


def _steps_of(x: FloatArray) -> FloatArray:
    """The steps of 2^(1/2^STEP_BITS) to e^x, rounded, in the last bits of doubles."""
    steps = x * PER_STEP
    steps += MAGIC
    return steps


def _short_softmax(x: FloatArray, top: FloatArray, out: FloatArray, room: tuple[FloatArray, FloatArray]) -> None:
    """Write softmax to `out`, of logits of at most SHORT in magnitude; what is below FAINT beside the largest is 0.

    As `exponential` has it, but with the largest logit taken out of the powers alone, and next to no array made:
    `room` is one array of the size of `x`, and three blocks.
    """
    rests, blocks = room[0][: x.size].reshape(x.shape), room[1]
    highest = (_steps_of(top).view(np.int64) >> STEP_BITS) - 1023
    upper, lower = np.zeros_like(top), np.zeros_like(top)
    heads_table, rests_table = powers_of_two()
    for piece in columns(x.shape[-1]):
        head, rest = out[:, piece], rests[:, piece]
        steps, r, s = blocks[:, : head.size].reshape(3, *head.shape)
        bits, index = steps.view(np.int64), s.view(np.int64)
        np.multiply(x[:, piece], PER_STEP, out=steps)
        steps += MAGIC
        np.subtract(steps, MAGIC, out=s)
        np.multiply(s, STEP_HEAD, out=r)
        np.subtract(x[:, piece], r, out=r)
        s *= STEP_REST
        r -= s
        np.bitwise_and(bits, (1 << STEP_BITS) - 1, out=index)
        heads_table.take(index, out=head, mode="wrap")
        rests_table.take(index, out=rest, mode="wrap")
        # The exponential is head + rest + (head + rest)·s, s = r + r²/2 + r³/6 + r⁴/24.
        np.multiply(r, 1 / 24, out=s)
        s += 1 / 6
        s *= r
        s += 0.5
        s *= r
        s *= r
        s += r
        np.add(head, rest, out=r)
        s *= r
        rest += s
        bits >>= STEP_BITS
        bits -= highest
        np.maximum(bits, 0, out=bits)
        bits <<= 52
        head *= steps
        rest *= steps
        np.add(head, FIXED_POINT, out=r)
        r -= FIXED_POINT
        upper += r.sum(axis=-1, keepdims=True)
        np.subtract(head, r, out=r)
        r += rest
        lower += r.sum(axis=-1, keepdims=True)
    weight = Exponential.of(1.0 / Pair(*two_sum(upper, lower)))
    power = weight.power.astype(np.int32)
    head_weight, rest_weight = np.ldexp(weight.head, power), np.ldexp(weight.rest, power)
    whole = head_weight + rest_weight
    for piece in columns(x.shape[-1]):
        head, rest = out[:, piece], rests[:, piece]
        r = blocks[0, : head.size].reshape(head.shape)
        np.multiply(head, rest_weight, out=r)
        rest *= whole
        rest += r
        head *= head_weight
        head += rest


def exponentials(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """e^((x_i - max x)/T) along the last axis, in the shape of `x`: what softmax divides by its sum. Within 1 ulp.

    With the edges of `softmax`: where entries are at +inf these are 1 and all others 0.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.empty(x.shape)

    def work(rows: FloatArray, result: FloatArray) -> None:
        finite, top = without_infinities(rows)
        for piece in columns(finite.shape[-1]):
            result[:, piece] = exponential(logits(finite[:, piece], top, temperature)).rounded() + 0.0 * top

    if x.size:
        by_rows(x, out, work)
    return out


def softmax(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """e^(x_i/T)/Σe^(x_j/T) along the last axis, in the shape of `x`.

    Entries at +inf share 1 equally, all others are then 0; a vector of -inf alone, or with a NaN, is NaN. Within 1 ulp.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.empty(x.shape)
    room = np.empty(max(x.shape[-1], min(x.size, BLOCK))), np.empty((3, min(x.size, BLOCK)))

    def work(rows: FloatArray, result: FloatArray) -> None:
        if temperature != 1.0:
            result[:] = _softmax(rows, temperature)
            return
        top, low = rows.max(axis=-1, keepdims=True), rows.min(axis=-1, keepdims=True)
        _short_softmax(rows if (low >= -SHORT).all() else np.maximum(rows, -SHORT), top, result, room)
        if not (low - top > FAINT).all():
            faint = rows < top + FAINT
            result[faint] = 0.0
            faint &= rows > -INF
            if faint.any():
                others = faint.any(axis=-1)
                result[faint] = _softmax(rows[others], temperature)[faint[others]]
        others = ~(np.abs(top) <= SHORT)[:, 0]
        if others.any():
            result[others] = _softmax(rows[others], temperature)

    if x.size:
        by_rows(x, out, work)
    return out


def _softmax(x: FloatArray, temperature: float) -> FloatArray:
    x, top = without_infinities(x)
    pieces, sums = list(columns(x.shape[-1])), []
    for piece in pieces:
        e = exponential(logits(x[:, piece], top, temperature))
        sums.append(e.sum())
    weight = Exponential.of(1.0 / Exponential.joined(sums).sum().pair())
    if len(pieces) == 1:
        return e.times(weight)
    out = np.empty_like(x)
    for piece in pieces:
        out[:, piece] = exponential(logits(x[:, piece], top, temperature)).times(weight)
    return out


def log_softmax(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """log softmax(x/T) along the last axis, in the shape of `x`, with the edges of `softmax`.

    -(top - x_i)/T - log1p(Σ of the others): both terms have one sign, nothing cancels, and the winner is never 0 while
    others are above 0. Within 1 ulp.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.empty(x.shape)

    def work(rows: FloatArray, result: FloatArray) -> None:
        finite, top = without_infinities(rows)
        log_total = total(finite, top, temperature).log
        for piece in columns(finite.shape[-1]):
            z = logits(finite[:, piece], top, temperature)
            log_p, rest = two_sum(np.asarray(z.high), -np.asarray(log_total.high))
            rest += z.low
            rest -= log_total.low
            gone = np.isinf(z.high)
            np.add(log_p, rest, out=result[:, piece])
            if gone.any():
                result[:, piece][gone] = np.broadcast_to(-INF + 0.0 * top, gone.shape)[gone]

    if x.size:
        by_rows(x, out, work)
    return out


def rounded(x: Pair) -> FloatArray:
    """The nearest double, infinite where the first part is."""
    high = np.asarray(x.high)
    return np.where(np.isfinite(high), high + x.low, high)


def divided(x: Exponential, divisor: float) -> Exponential:
    """The quotient by a number of any size."""
    mantissa, exponent = math.frexp(divisor)
    if mantissa == 0.5:
        return Exponential(x.head, x.rest, x.power + (1 - exponent))
    return x * Exponential.of(1.0 / Pair(mantissa), -exponent)


def probabilities(x: FloatArray, top: FloatArray, temperature: float) -> tuple[Exponential, Exponential]:
    """p and 1 - p, row by row: at the winner the share of the others, which is all that is left of p = 1."""
    sums = total(x, top, temperature)
    weight = Exponential.of(1.0 / sums.whole)
    p = exponential(logits(x, top, temperature)) * weight
    own = np.arange(x.shape[-1]) == sums.winner
    return p, (sums.others * weight).where(own, Exponential.of(1.0 - p.pair()))


def softmax_jacobian(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """∂softmax_i/∂x_j = p_i(δ_ij - p_j)/T, of shape (..., n, n) for `x` of shape (..., n).

    On the diagonal 1 - p_i is the sum of the others where p_i is above one half. Within 1 ulp.

    Raises ValueError where `x` is a single number.
    """

    def of_row(row: FloatArray) -> FloatArray:
        row, top = without_infinities(row)
        return jacobian_of(*probabilities(row, top, temperature), temperature).rounded() + 0.0

    return matrix_by_matrix(x, of_row)


def jacobian_of(p: Exponential, complement: Exponential, temperature: float) -> Exponential:
    """The Jacobian of the softmax of one vector, p and 1 - p of shape (1, n)."""
    products = divided(p.mapped(np.transpose) * p, temperature)
    return divided(p * complement, temperature).where(np.eye(p.head.size, dtype=np.bool_), -products)


def logsumexp(x: ArrayLike, /) -> FloatArray:
    """log Σe^(x_i) along the last axis, of the shape of `x` without it.

    -inf for a vector of -inf alone and for an empty one, +inf where an entry is. Within 1 ulp of the larger of the
    result and the largest entry.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.full(x.shape[:-1], -INF)

    def work(rows: FloatArray, result: FloatArray) -> None:
        finite, top = without_infinities(rows)
        largest = rows.max(axis=-1, keepdims=True)
        log_sum = rounded(total(finite, top, 1.0).log + top)
        result[:] = np.where(np.isinf(largest), largest, log_sum)

    if x.size:
        by_rows(x, out, work)
    return out


def softmin(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """softmax(-x/T) along the last axis, with its bound and its edges.

    Raises ValueError where `x` is a single number.
    """
    return softmax(-as_vectors(x), temperature=temperature)


def sink_softmax(x: ArrayLike, /, *, sink: float) -> FloatArray:
    """e^x_i/(e^c + Σe^x_j) along the last axis, c the logit of the sink that takes the rest. Within 1 ulp.

    0 for a vector of -inf alone.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    with_sink = np.concatenate([x, np.full((*x.shape[:-1], 1), sink)], axis=-1)
    return np.ascontiguousarray(softmax(with_sink, temperature=1.0)[..., :-1])


def softmax1(x: ArrayLike, /) -> FloatArray:
    """e^x_i/(1 + Σe^x_j) along the last axis: `sink_softmax` with a sink of 0. Within 1 ulp.

    Raises ValueError where `x` is a single number.
    """
    return sink_softmax(x, sink=0.0)


def logmeanexp(x: ArrayLike, /) -> FloatArray:
    """log(Σe^x_i/n) along the last axis, of the shape of `x` without it; edges as in `logsumexp`, NaN if empty.

    As max + log1p of the mean of e^(x_i - max) - 1, which keeps its digits where all entries are close. Within 1 ulp
    of the larger of the result and the largest entry.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.full(x.shape[:-1], np.nan)

    def work(rows: FloatArray, result: FloatArray) -> None:
        finite, top = without_infinities(rows)
        width = float(finite.shape[-1])
        sums = total(finite, top, 1.0)
        parts = [Exponential.of(expm1(logits(finite[:, piece], top, 1.0))).sum() for piece in columns(finite.shape[-1])]
        deficit = Exponential.joined(parts).sum().pair()
        share, close = sums.whole / width, log1p(deficit / width)
        far = log(share)
        is_far = np.asarray(share.high) < 0.5
        mean = Pair(np.where(is_far, far.high, close.high), np.where(is_far, far.low, close.low))
        largest = rows.max(axis=-1, keepdims=True)
        result[:] = np.where(np.isinf(largest), largest, rounded(mean + top))

    if x.size:
        by_rows(x, out, work)
    return out


def gumbel_softmax(x: ArrayLike, /, *, temperature: float, hard: bool, seed: int | np.random.Generator) -> FloatArray:
    """softmax((x + g)/T) along the last axis, g from the standard Gumbel distribution; one-hot where `hard`.

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


def log_softmax_jacobian(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """∂log_softmax_i/∂x_j = (δ_ij - p_j)/T, of shape (..., n, n) for `x` of shape (..., n).

    On the diagonal 1 - p_i is the sum of the others where p_i is above one half. Within 1 ulp.

    Raises ValueError where `x` is a single number.
    """

    def of_row(row: FloatArray) -> FloatArray:
        row, top = without_infinities(row)
        p, complement = probabilities(row, top, temperature)
        jacobian = np.repeat(-divided(p, temperature).rounded(), row.size, axis=0)
        np.fill_diagonal(jacobian, divided(complement, temperature).rounded()[0])
        return jacobian + 0.0

    return matrix_by_matrix(x, of_row)


def softmin_jacobian(x: ArrayLike, /, *, temperature: float) -> FloatArray:
    """∂softmin_i/∂x_j = p_i(p_j - δ_ij)/T, of shape (..., n, n) for `x` of shape (..., n); see softmax's.

    Raises ValueError where `x` is a single number.
    """
    return -softmax_jacobian(-as_vectors(x), temperature=temperature)


def sink_softmax_jacobian(x: ArrayLike, /, *, sink: float) -> FloatArray:
    """∂sink_softmax_i/∂x_j = p_i(δ_ij - p_j), of shape (..., n, n) for `x` of shape (..., n). Within 1 ulp.

    It is softmax's with the sink as one more entry, whose own row and column are left out.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    with_sink = np.concatenate([x, np.full((*x.shape[:-1], 1), sink)], axis=-1)
    return np.ascontiguousarray(softmax_jacobian(with_sink, temperature=1.0)[..., :-1, :-1])


def softmax1_jacobian(x: ArrayLike, /) -> FloatArray:
    """The Jacobian of `softmax1`, of shape (..., n, n) for `x` of shape (..., n). Within 1 ulp.

    Raises ValueError where `x` is a single number.
    """
    return sink_softmax_jacobian(x, sink=0.0)


def logsumexp_jacobian(x: ArrayLike, /) -> FloatArray:
    """∂logsumexp/∂x_j = p_j, one row: shape (..., 1, n) for `x` of shape (..., n). Within 1 ulp.

    Raises ValueError where `x` is a single number.
    """
    return softmax(x, temperature=1.0)[..., None, :]


# A mean is a sum but for a constant factor, whose logarithm has no slope.
logmeanexp_jacobian = logsumexp_jacobian


def hardmax(x: ArrayLike, /) -> FloatArray:
    """1 at the first largest entry of each vector along the last axis and 0 elsewhere, in the shape of `x`.

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

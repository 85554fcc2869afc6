"""Softmax's relatives with exact zeros, sparsemax and α-entmax, and their Jacobians; along the last axis.

α-entmax is p_i = u_i^q, u_i = max((α - 1)(x_i - top) - τ, 0), q = 1/(α - 1). The threshold τ is found in float64 and
then corrected in pairs, so that an entry barely above it keeps its digits.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from actcli.numerics.exponentials import FIXED_POINT, Exponential, log
from actcli.numerics.frame import FloatArray, as_vectors, by_rows, matrix_by_matrix
from actcli.numerics.softmaxes import softmax, softmax_jacobian, without_infinities
from actcli.numerics.two_parts import LARGEST, Pair, two_sum


def _below_top(x: FloatArray, top: FloatArray) -> tuple[FloatArray, FloatArray]:
    """x - top, not below -2, as a multiple of 2^-26 and the rest: cumulative sums of the first are exact."""
    high, low = two_sum(np.maximum(x, -LARGEST), -top)
    low = np.where(high > -2.0, low, 0.0)
    high = np.maximum(high, -2.0)
    coarse = (high + FIXED_POINT) - FIXED_POINT
    return coarse, (high - coarse) + low


def sparsemax(x: ArrayLike, /) -> FloatArray:
    """The point of the probability simplex nearest to x, along the last axis, in the shape of `x`.

    p_i = (1 - Σ(x_j - x_i))/k over the k entries of the support, with the differences in two parts. Entries at +inf
    share 1 equally; a vector of -inf alone, or with a NaN, is NaN. Within 4 ulp.
    Raises ValueError where `x` is a single number.
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
    """δ_ij - 1/k where both p_i and p_j of `sparsemax` are above 0, k of them, and 0 elsewhere.

    Shape (..., n) to (..., n, n). Within 1 ulp.

    Raises ValueError where `x` is a single number.
    """
    return matrix_by_matrix(x, lambda row: shared_jacobian(Pair(np.sign(sparsemax(row)))))


def shared_jacobian(s: Pair) -> FloatArray:
    """s_i(δ_ij - s_j/Σs) for s >= 0 of shape (1, n); the largest s from the sum of the others."""
    e = Exponential.of(s)
    weight = Exponential.of(1.0 / e.sum().pair())
    is_largest = np.arange(e.head.shape[-1]) == np.asarray(s.high).argmax()
    others = e.only(~is_largest).sum()
    complement = (others * weight).where(is_largest[None, :], Exponential.of(1.0 - (e * weight).pair()))
    beside = -(e.mapped(np.transpose) * e) * weight
    # No zero keeps its minus.
    return (e * complement).where(np.eye(is_largest.size, dtype=np.bool_), beside).rounded() + 0.0


INF = float("inf")
BISECTIONS = 80  # every step settles a bit: more than the 53 of τ and those that an exponent of 1/(α - 1) takes away
CORRECTIONS = 3
NEAR = 1e-3  # a correction that moves the largest u by more is none: there the bisection had not arrived
# Sums of the largest entries, less 1, as an exact part and a small one, and what each entry adds to the slope.
Shares = Callable[[Pair], tuple[Pair, FloatArray]]


def _scores(x: FloatArray, top: FloatArray, factor: Pair) -> Pair:
    """factor·(x - top), held to -2, where nothing is above the threshold."""
    high, low = two_sum(np.maximum(x, -LARGEST), -top)
    near = high > -2.0 / np.asarray(factor.high)
    z = Pair(np.where(near, high, 0.0), np.where(near, low, 0.0)) * factor
    return Pair(np.where(near, z.high, -2.0), np.where(near, z.low, 0.0))


def _corrected(z: Pair, tau: FloatArray, shares: Shares) -> Pair:
    """u = max(z - τ, 0), after some steps of Newton's method towards Σp = 1."""
    threshold = Pair(tau)
    for _ in range(CORRECTIONS):
        u = _above(z, threshold)
        p, slopes = shares(u)
        upper = (np.asarray(p.high) + FIXED_POINT) - FIXED_POINT
        rest = np.asarray((p.high - upper) + p.low)
        beyond = (upper.sum(axis=-1, keepdims=True) - 1.0) + rest.sum(axis=-1, keepdims=True)
        step = beyond / slopes.sum(axis=-1, keepdims=True)
        largest = np.asarray(u.high).max(axis=-1, keepdims=True)
        threshold += np.where(np.abs(step) < NEAR * largest, step, 0.0)
    return _above(z, threshold)


def _above(z: Pair, threshold: Pair) -> Pair:
    u = z - threshold
    inside = np.asarray(u.high) > 0
    return Pair(np.where(inside, u.high, 0.0), np.where(inside, u.low, 0.0))


def _squares(u: Pair) -> tuple[Pair, FloatArray]:
    return u * u, 2.0 * np.asarray(u.high)


def _root(x: FloatArray, top: FloatArray) -> Pair:
    """u of 1.5-entmax, whose squares sum to 1: τ by sorting (Peters, Niculae and Martins 2019, algorithm 2)."""
    z = _scores(x, top, Pair(0.5))
    ordered = -np.sort(-np.maximum(z.rounded(), -1.0), axis=-1)
    rank = np.arange(1.0, x.shape[-1] + 1.0)
    mean = ordered.cumsum(axis=-1) / rank
    spread = (ordered * ordered).cumsum(axis=-1) - rank * mean * mean
    tau = mean - np.sqrt(np.maximum((1.0 - spread) / rank, 0.0))
    size = np.maximum((tau <= ordered).sum(axis=-1, keepdims=True), 1)
    return _corrected(z, np.take_along_axis(tau, size - 1, axis=-1), _squares)


def _powers(u: Pair, exponent: Pair) -> FloatArray:
    """u^exponent, 0 at 0, the last places of both included."""
    high = np.asarray(u.high)
    power = high ** float(exponent.high)
    lost = exponent.high * (u.low / high) + exponent.low * log(Pair(high)).high
    return np.where(high > 0, power + power * lost, 0.0)


def _last_inside(x: FloatArray, factor: float, exponent: float) -> tuple[FloatArray, FloatArray]:
    """The last entry of the support and how many are in it: with τ at that entry the sum is still below 1."""
    ordered = -np.sort(-x, axis=-1)
    inside, outside = np.zeros((x.shape[0], 1), np.int64), np.full((x.shape[0], 1), x.shape[-1])
    while (outside - inside > 1).any():
        middle = (inside + outside) // 2
        last = np.take_along_axis(ordered, middle, axis=-1)
        powers = np.where(x > last, factor * (x - last), 0.0) ** exponent
        light = (powers.sum(axis=-1, keepdims=True) < 1.0) & (last > -INF)
        inside, outside = np.where(light, middle, inside), np.where(light, outside, middle)
    return np.asarray(np.take_along_axis(ordered, inside, axis=-1)), np.asarray(inside + 1.0)


def _from_last(x: FloatArray, top: FloatArray, factor: Pair, q: Pair) -> Pair:
    """u of α-entmax, α > 2, by bisection for the p of the last entry of the support.

    There a u of 1e-90 may be worth a hundredth: seen from the last entry it has all its digits.
    """
    power, exponent = float(factor.high), float(q.high)
    last, size = _last_inside(x + 0.0 * top, power, exponent)
    z = _scores(x, last, factor)
    z = Pair(np.where(x >= last, z.high, -2.0), np.where(x >= last, z.low, 0.0))
    score = z.rounded()
    below, above = np.zeros_like(last), 1.0 / size
    for _ in range(BISECTIONS):
        middle = 0.5 * (below + above)
        heavy = (np.maximum(score + middle**power, 0.0) ** exponent).sum(axis=-1, keepdims=True) >= 1.0
        below, above = np.where(heavy, below, middle), np.where(heavy, middle, above)
    return _above(z, Pair(-(above**power)))


def _from_top(x: FloatArray, top: FloatArray, factor: Pair, q: Pair) -> Pair:
    """u of α-entmax, α < 2, by bisection for τ."""
    z = _scores(x, top, factor)
    score, exponent = z.rounded(), float(q.high)
    below, above = np.full_like(top, -1.0), np.zeros_like(top)
    for _ in range(BISECTIONS):
        middle = 0.5 * (below + above)
        heavy = (np.maximum(score - middle, 0.0) ** exponent).sum(axis=-1, keepdims=True) >= 1.0
        below, above = np.where(heavy, middle, below), np.where(heavy, above, middle)

    def shares(u: Pair) -> tuple[Pair, FloatArray]:
        p = _powers(u, q)
        return Pair(p), np.where(p > 0, exponent * p / u.high, 0.0)

    return _corrected(z, below, shares)


def _general(x: FloatArray, top: FloatArray, alpha: float) -> tuple[Pair, Pair]:
    """u and the exponent q of α-entmax."""
    factor = Pair(*two_sum(alpha, -1.0))
    q = 1.0 / factor
    return (_from_top if alpha < 2 else _from_last)(x, top, factor, q), q


def _shares(p: FloatArray, x: FloatArray, top: FloatArray) -> FloatArray:
    """p, or where a high power has made 0 of all of it equal shares of the largest entries."""
    return np.where((p == 0.0).all(axis=-1, keepdims=True), x == top, p)


def entmax(x: ArrayLike, /, *, alpha: float) -> FloatArray:
    """α-entmax along the last axis, in the shape of `x`: softmax at α = 1, sparsemax at α = 2.

    Edges as in `softmax`. At α = 1.5 as `entmax15`; elsewhere within 1e-14 of the largest probability.

    Raises ValueError where `x` is a single number.
    """
    if alpha == 1.0:
        return softmax(x, temperature=1.0)
    if alpha in (1.5, 2.0):
        return entmax15(x) if alpha == 1.5 else sparsemax(x)
    x = as_vectors(x)
    out = np.empty(x.shape)

    def work(rows: FloatArray, result: FloatArray) -> None:
        rows, top = without_infinities(rows)
        p = _shares(_powers(*_general(rows, top, alpha)), rows, top)
        result[:] = p / p.sum(axis=-1, keepdims=True) + 0.0 * top

    if x.size:
        by_rows(x, out, work)
    return out


def entmax15(x: ArrayLike, /) -> FloatArray:
    """1.5-entmax along the last axis, in the shape of `x`: p_i = max(x_i/2 - τ, 0)². Within 2 ulp.

    Edges as in `softmax`.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.empty(x.shape)

    def work(rows: FloatArray, result: FloatArray) -> None:
        rows, top = without_infinities(rows)
        u = _root(rows, top)
        result[:] = (u * u).rounded() + 0.0 * top

    if x.size:
        by_rows(x, out, work)
    return out


def entmax_jacobian(x: ArrayLike, /, *, alpha: float) -> FloatArray:
    """s_i(δ_ij - s_j/Σs), s = p^(2 - α) on the support and 0 elsewhere: shape (..., n) to (..., n, n).

    Raises ValueError where `x` is a single number.
    """
    if alpha == 1.0:
        return softmax_jacobian(x, temperature=1.0)
    if alpha in (1.5, 2.0):
        return entmax15_jacobian(x) if alpha == 1.5 else sparsemax_jacobian(x)

    def of_row(row: FloatArray) -> FloatArray:
        row, top = without_infinities(row)
        u, q = _general(row, top, alpha)
        return shared_jacobian(Pair(_shares(_powers(u, q - 1.0), row, top) + 0.0 * top))

    return matrix_by_matrix(x, of_row)


def entmax15_jacobian(x: ArrayLike, /) -> FloatArray:
    """s_i(δ_ij - s_j/Σs), s = √p, the Jacobian of `entmax15`: shape (..., n) to (..., n, n). Within 1 ulp.

    Raises ValueError where `x` is a single number.
    """

    def of_row(row: FloatArray) -> FloatArray:
        row, top = without_infinities(row)
        return shared_jacobian(_root(row, top) + 0.0 * top)

    return matrix_by_matrix(x, of_row)

"""Losses of softmax against a class or a distribution, their gradients and terms; entropy and margin of a softmax."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .frame import FloatArray, as_float64, as_vectors, by_rows
from .softmaxes import (
    VANISHING,
    exponentials,
    log_softmax,
    log_sum,
    logits,
    runners_up,
    softmax,
    softmax_jacobian,
    without_infinities,
)
from .two_parts import LARGEST, weighted_exp

INF = float("inf")


def _check(temperature: float) -> None:
    """Raise ValueError unless the temperature is a positive, finite number."""
    if not 0 < temperature < INF:
        raise ValueError(f"temperature must be positive and finite, got {temperature}")


class Rows(NamedTuple):
    """The softmax of some vectors, a row each, in the parts that a loss needs.

    p_i = e^(high_i + low_i)/total; `complement` is 1 - p, which keeps its digits where p is all but 1.
    """

    x: FloatArray
    """The logits."""
    top: FloatArray
    """The largest of each row."""
    p: FloatArray
    """The probabilities."""
    total: FloatArray
    """The sum of exponentials of each row, the largest of them 1."""
    high: FloatArray
    """The leading part of (x - top)/temperature."""
    low: FloatArray
    """What that part lacks."""
    complement: FloatArray
    """1 - p."""


def softmax_rows(x: FloatArray, temperature: float) -> Rows:
    """Return the parts of the softmax of a matrix, row by row; `top` is NaN where a row's softmax is."""
    x, top = without_infinities(x)
    p = np.empty_like(x)
    upper, lower = exponentials(x, top, temperature, p)
    rest = upper + lower
    total = 1.0 + rest
    p /= total
    complement = 1.0 - p
    np.put_along_axis(complement, x.argmax(axis=-1, keepdims=True), rest / total, axis=-1)
    return Rows(x, top, p, total, *logits(x, top, temperature), complement)


def distances(rows: Rows, y: FloatArray) -> FloatArray:
    """Return p - y; where both are above one half as the difference of their complements, which are exact or nearly."""
    return np.where((rows.p > 0.5) & (y >= 0.5), (1.0 - y) - rows.complement, rows.p - y)


def cross_entropy(
    x: ArrayLike, target: int | ArrayLike, /, *, temperature: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Return the cross-entropy of softmax(x/T) against `target`, and its gradient in the logits x.

    (..., n) gives (...) and (..., n). The target is a class, or a distribution y of n entries. The loss is
    -Σ y_i log p_i, for a class -log p_target, in nats; the gradient is (p - y)/T, in which p - 1 is the negative sum of
    the other probabilities. Vectors that make softmax NaN give NaN. Within 4 ulp against a class; against a
    distribution the gradient is within 4 ulp of the larger of p and y, over T.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    _check(temperature)
    log_p = log_softmax(x, temperature=temperature)
    if np.ndim(target):
        y = as_float64(target)
        loss = weighted_information(y, log_p).sum(axis=-1)
        return loss, _by_rows(x, temperature, lambda rows: _gradient_to_distribution(rows, y, temperature))
    index = int(target)  # type: ignore[arg-type]
    loss = 0.0 - log_p[..., index]
    return loss, _by_rows(x, temperature, lambda rows: _cross_entropy_gradient(rows, index, temperature))


def kl_divergence(
    x: ArrayLike, target: int | ArrayLike, /, *, temperature: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Return KL(y || softmax(x/T)) = Σ y_i log(y_i/p_i) in nats, and its gradient in the logits x: (p - y)/T.

    Shapes, targets and edges as in `cross_entropy`, which it equals against a class; an entry y_i = 0 adds nothing.
    Summed as y log(y/p) + p - y, of which no term is negative. Within 4 ulp of Σ y|log(y/p)|, or of 1e-16 where that
    is less. Source: Kullback and Leibler 1951.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    _check(temperature)
    if not np.ndim(target):
        return cross_entropy(x, target, temperature=temperature)
    y = as_float64(target)
    log_p = log_softmax(x, temperature=temperature)
    loss = _by_rows(x, temperature, lambda rows: _divergence(rows, y, log_p.reshape(rows.p.shape)))[..., 0]
    return loss, _by_rows(x, temperature, lambda rows: _gradient_to_distribution(rows, y, temperature))


def squared_error(
    x: ArrayLike, target: int | ArrayLike, /, *, temperature: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Return half the squared distance of softmax(x/T) from `target`, and its gradient in the logits x.

    (..., n) gives (...) and (..., n). The target is a class, or a distribution y of n entries. The gradient goes
    through the Jacobian of softmax: with d = p - y it is p_k (d_k - sum of p_j d_j)/T. Against a class it is written
    out, with q = 1 - p_t, S = sum of the other p², b_k = 1 - p_k/p_w for the likeliest other class w and V = sum of
    p_k b_k: -p_t (q² + S)/T at the target, p_k [p_t (p_k + q) + p_w (V - (1 - p_t) b_k)]/T elsewhere, in which nothing
    cancels but what does so in truth. Vectors that make softmax NaN give NaN.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    _check(temperature)
    if np.ndim(target):
        y = as_float64(target)
        loss = _by_rows(x, temperature, lambda rows: _half_square(distances(rows, y)))[..., 0]
        return loss, _by_rows(x, temperature, lambda rows: _squared_gradient_to(rows, y, temperature))
    index = int(target)  # type: ignore[arg-type]
    loss = _by_rows(x, temperature, lambda rows: _half_square(distances(rows, np.eye(rows.p.shape[-1])[index])))[..., 0]
    return loss, _by_rows(x, temperature, lambda rows: _squared_gradient(rows, index, temperature))


def weighted_information(weight: FloatArray, log_p: FloatArray) -> FloatArray:
    """Return weight · -log p, 0 where the weight is, also beside an infinite logarithm; NaN stays NaN."""
    with np.errstate(all="ignore"):
        return np.where((weight == 0) & ~np.isnan(log_p), 0.0, weight * (0.0 - log_p))


def log_ratio(y: FloatArray, p: FloatArray, log_p: FloatArray) -> FloatArray:
    """Return log(y/p), of close numbers by their difference; infinite or NaN where one of them is 0."""
    with np.errstate(all="ignore"):
        apart = (p - y) / y
        return np.where(np.abs(apart) < 0.5, -np.log1p(apart), np.log(y) - log_p)


def _by_rows(x: ArrayLike, temperature: float, work: Callable[[Rows], FloatArray]) -> FloatArray:
    array = as_vectors(x)
    with np.errstate(all="ignore"):
        rows = softmax_rows(array.reshape(-1, array.shape[-1]), temperature)
        answer: FloatArray = work(rows) + 0.0 * rows.top
    return answer.reshape(*array.shape[:-1], -1)


def _gradient_to_distribution(rows: Rows, y: FloatArray, temperature: float) -> FloatArray:
    alone = _scaled(1.0 / rows.total, temperature, rows.high, rows.low)
    return np.where(y == 0, alone, distances(rows, y) / temperature)


def _divergence(rows: Rows, y: FloatArray, log_p: FloatArray) -> FloatArray:
    terms = np.where(y == 0, 0.0, y * log_ratio(y, rows.p, log_p))
    total: FloatArray = (terms + (rows.p - y)).sum(axis=-1, keepdims=True)
    return total


def _cross_entropy_gradient(rows: Rows, target: int, temperature: float) -> FloatArray:
    gradient = _scaled(1.0 / rows.total, temperature, rows.high, rows.low)
    missing = rows.complement[:, target, None]
    factor, high, low = missing.copy(), np.zeros_like(rows.top), np.zeros_like(rows.top)
    faint = missing[:, 0] < VANISHING
    if faint.any():  # the others are subnormal or 0 until they are divided by the temperature
        factor[faint], high[faint], low[faint] = runners_up(rows.x[faint], rows.top[faint], temperature)
    gradient[:, target] = -_scaled(factor, temperature, high, low)[:, 0]
    return gradient


def _half_square(apart: FloatArray) -> FloatArray:
    square: FloatArray = (apart**2).sum(axis=-1, keepdims=True)
    return 0.5 * square


def _squared_gradient_to(rows: Rows, y: FloatArray, temperature: float) -> FloatArray:
    apart = distances(rows, y)
    weight = apart - (rows.p * apart).sum(axis=-1, keepdims=True)
    return _scaled(weight / rows.total, temperature, rows.high, rows.low)


def _squared_gradient(rows: Rows, target: int, temperature: float) -> FloatArray:
    p, q = np.delete(rows.p, target, axis=-1), rows.complement[:, target, None]
    square = (p * p).sum(axis=-1, keepdims=True)
    own = slice(target, target + 1)
    gradient = np.empty_like(rows.p)
    gradient[:, own] = -_scaled((q * q + square) / rows.total, temperature, rows.high[:, own], rows.low[:, own])
    if not p.shape[-1]:
        return gradient
    x = np.delete(rows.x, target, axis=-1)
    high, low = logits(x, x.max(axis=-1, keepdims=True), temperature)
    behind = np.where(x == -INF, 1.0, -(np.expm1(high) + low * np.exp(high)))
    lag = (p * behind).sum(axis=-1, keepdims=True) - p.sum(axis=-1, keepdims=True) * behind
    weight = rows.p[:, own] * (p + q) + p.max(axis=-1, keepdims=True) * lag
    others = np.arange(rows.p.shape[-1]) != target
    gradient[:, others] = _scaled(weight / rows.total, temperature, rows.high[:, others], rows.low[:, others])
    return gradient


def _scaled(weight: FloatArray, temperature: float, high: FloatArray, low: FloatArray) -> FloatArray:
    """Return weight/T · e^(high + low), the exponential last, since either factor may leave the range of float64."""
    return weighted_exp(np.clip(weight / temperature, -LARGEST, LARGEST) + np.zeros_like(high), high, low)


def cross_entropy_terms(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return -y_i log p_i of p = softmax(x/T) in nats, in the shape of `x`; they sum to the cross-entropy.

    y has the shape of `x` or of its last axis. 0 where y_i is, also beside p_i = 0; NaN where softmax is. Within 4 ulp.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    _check(temperature)
    return weighted_information(as_float64(y), log_softmax(x, temperature=temperature))


def kl_terms(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return y_i log(y_i/p_i) of p = softmax(x/T) in nats, in the shape of `x`; they sum to KL(y || p).

    Shapes and edges as in `cross_entropy_terms`. Within 4 ulp of y_i(|log y_i| + |log p_i|).

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    _check(temperature)
    y = as_float64(y)
    log_p, p = log_softmax(x, temperature=temperature), softmax(x, temperature=temperature)
    with np.errstate(all="ignore"):
        return np.where((y == 0) & ~np.isnan(p), 0.0, 0.0 + y * log_ratio(y, p, log_p))


def squared_error_terms(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return ½(p_i - y_i)² of p = softmax(x/T), in the shape of `x`; they sum to the squared error.

    Shapes and edges as in `cross_entropy_terms`.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    return 0.5 * _distances(x, y, temperature) ** 2


def squared_error_gradient_terms(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return (p_i - y_i) · ∂p_i/∂x_j of p = softmax(x/T), of shape (..., n, n): column j sums to the gradient in x_j.

    Shapes of y and edges as in `cross_entropy_terms`.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    _check(temperature)
    slopes = softmax_jacobian(x, temperature=temperature)
    return _distances(x, y, temperature)[..., None] * slopes


def swapped_cross_entropy(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return -Σ p_i log y_i of p = softmax(x/T) in nats, of the shape of `x` without its last axis.

    Infinite where y_i is 0 and the logit is above -inf, however faint its p_i: what y calls impossible is believed.
    Shapes of y and NaN as in `cross_entropy_terms`. Within 4 ulp.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    _check(temperature)
    y = as_float64(y)
    with np.errstate(all="ignore"):
        terms = softmax(x, temperature=temperature) * (0.0 - np.log(y))
    return _of_believed(x, y, terms)


def swapped_kl_divergence(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return KL(p || y) = Σ p_i log(p_i/y_i) of p = softmax(x/T) in nats, of the shape of `x` without its last axis.

    Edges and shapes as in `swapped_cross_entropy`. Summed as p log(p/y) + y - p, of which no term is negative. Within
    4 ulp of Σ p|log(p/y)|, or of 1e-16 where that is less.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    _check(temperature)
    y = as_float64(y)
    p, log_p = softmax(x, temperature=temperature), log_softmax(x, temperature=temperature)
    with np.errstate(all="ignore"):
        terms = np.where((p == 0) & (y > 0), 0.0, -p * log_ratio(y, p, log_p)) + (y - p)
    return _of_believed(x, y, terms)


def _of_believed(x: ArrayLike, y: FloatArray, terms: FloatArray) -> FloatArray:
    """Sum the terms; what y rules out is infinite where a logit does not, and 0 where both do."""
    array = as_vectors(x)
    top = array.max(axis=-1, initial=-INF)
    endless = (top == INF)[..., None]
    is_believed = np.where(endless, array == INF, array > -INF)
    total: FloatArray = np.where(y == 0, np.where(is_believed, INF, 0.0), terms).sum(axis=-1)
    return np.where(top > -INF, total, np.nan)


def _distances(x: ArrayLike, y: ArrayLike, temperature: float) -> FloatArray:
    _check(temperature)
    array, wanted = as_vectors(x), as_float64(y)
    with np.errstate(all="ignore"):
        rows = softmax_rows(array.reshape(-1, array.shape[-1]), temperature)
        flat = np.broadcast_to(wanted, array.shape).reshape(rows.p.shape)
        answer: FloatArray = distances(rows, flat) + 0.0 * rows.top
    return answer.reshape(array.shape)


def entropy(x: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return -Σ p_i log p_i of p = softmax(x/T) in nats, of the shape of `x` without its last axis.

    Between 0 and log n; an entry of 0 adds nothing; NaN where softmax is, and for an empty vector. No term is negative,
    each is multiplied by its exponential last, so that an entropy of 1e-300 has all its digits. Within 6 ulp. Source:
    Shannon 1948.

    Raises ValueError where the temperature is not positive and finite, or `x` is a single number.
    """
    _check(temperature)
    array = as_vectors(x)
    out = np.full(array.shape[:-1], np.nan)

    def work(rows: FloatArray, result: FloatArray) -> None:
        finite, top = without_infinities(rows)
        scratch = np.empty_like(finite)
        rest = log_sum(finite, top, temperature, scratch)
        high, low = logits(finite, top, temperature)
        information = rest - high - low
        total = scratch.sum(axis=-1, keepdims=True)
        terms = np.where(np.isfinite(information), weighted_exp(information / total, high, low), 0.0 * top)
        result[:] = terms.sum(axis=-1, keepdims=True)

    if array.size:
        by_rows(array, out, work)
    return out


def margin(x: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return how far the largest entry of softmax(x/T) is above the next, of the shape of `x` without its last axis.

    p_1 - p_2 = (1 - e^((x_2 - x_1)/T)) p_1, in which nothing cancels; 0 for a tie, 1 for a class without a rival, NaN
    where softmax is, and for an empty vector. Within 4 ulp.

    Raises ValueError where the temperature is not positive and finite, or `x` is a single number.
    """
    _check(temperature)
    array = as_vectors(x)
    out = np.full(array.shape[:-1], np.nan)

    def work(rows: FloatArray, result: FloatArray) -> None:
        finite, top = without_infinities(rows)
        upper, lower = exponentials(finite, top, temperature, np.empty_like(finite))
        others = finite.copy()
        np.put_along_axis(others, finite.argmax(axis=-1, keepdims=True), -INF, axis=-1)
        high, low = logits(others.max(axis=-1, keepdims=True), top, temperature)
        result[:] = (0.0 - (np.expm1(high) + low * np.exp(high))) / (1.0 + (upper + lower))

    if array.size:
        by_rows(array, out, work)
    return out

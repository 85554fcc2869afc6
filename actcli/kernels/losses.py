"""Losses of softmax against a class, with their gradients in the logits."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray
from .exponentials import LARGEST, weighted_exp
from .softmaxes import (
    INF,
    VANISHING,
    as_vectors,
    check_temperature,
    exponentials,
    log_softmax,
    logits,
    runners_up,
    without_infinities,
)


class _Rows(NamedTuple):
    """The softmax of some vectors, a row each, in the parts that a gradient needs.

    p_i = e^(high_i + low_i)/total; `missing` is 1 - p of the target, which keeps its digits where p is all but 1.
    """

    x: FloatArray
    top: FloatArray
    p: FloatArray
    total: FloatArray
    high: FloatArray
    low: FloatArray
    missing: FloatArray


def cross_entropy(x: ArrayLike, target: int, /, *, temperature: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Return the cross-entropy of softmax(x/T) against the class `target`, and its gradient in the logits x.

    (..., n) gives (...) and (..., n). The loss is -log p_target, the gradient (p - y)/T with y one-hot; p - 1 at the
    target is the negative sum of the other probabilities. Vectors that make softmax NaN give NaN.

    Raises:
        ValueError: the temperature is not above 0 and finite, or `x` is a single number.
    """
    loss: FloatArray = 0.0 - log_softmax(x, temperature=temperature)[..., target]
    return loss, _by_rows(x, temperature, target, lambda rows: _cross_entropy_gradient(rows, target, temperature))


def squared_error(x: ArrayLike, target: int, /, *, temperature: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Return half the squared distance of softmax(x/T) from the one-hot class, and its gradient in the logits x.

    (..., n) gives (...) and (..., n). The gradient goes through the Jacobian of softmax; written out, with
    q = 1 - p_t, S = sum of the other p², b_k = 1 - p_k/p_w for the likeliest other class w and V = sum of p_k b_k:
    -p_t (q² + S)/T at the target, p_k [p_t (p_k + q) + p_w (V - (1 - p_t) b_k)]/T elsewhere, in which nothing cancels
    but what does so in truth. Vectors that make softmax NaN give NaN.

    Raises:
        ValueError: the temperature is not above 0 and finite, or `x` is a single number.
    """
    loss = _by_rows(x, temperature, target, lambda rows: _half_square(rows, target))[..., 0]
    return loss, _by_rows(x, temperature, target, lambda rows: _squared_gradient(rows, target, temperature))


def _by_rows(x: ArrayLike, temperature: float, target: int, work: Callable[[_Rows], FloatArray]) -> FloatArray:
    check_temperature(temperature)
    array = as_vectors(x)
    with np.errstate(all="ignore"):
        rows = _parts(array.reshape(-1, array.shape[-1]), target, temperature)
        answer: FloatArray = work(rows) + 0.0 * rows.top
    return answer.reshape(*array.shape[:-1], -1)


def _parts(x: FloatArray, target: int, temperature: float) -> _Rows:
    x, top = without_infinities(x)
    p = np.empty_like(x)
    upper, lower = exponentials(x, top, temperature, p)
    rest = upper + lower
    total = 1.0 + rest
    p /= total
    wins = (x.argmax(axis=-1) == target)[:, None]
    missing = np.where(wins, rest / total, 1.0 - p[:, target, None])
    return _Rows(x, top, p, total, *logits(x, top, temperature), missing)


def _cross_entropy_gradient(rows: _Rows, target: int, temperature: float) -> FloatArray:
    gradient = _scaled(1.0 / rows.total, temperature, rows.high, rows.low)
    factor, high, low = rows.missing.copy(), np.zeros_like(rows.top), np.zeros_like(rows.top)
    faint = rows.missing[:, 0] < VANISHING
    if faint.any():  # the others are subnormal or 0 until they are divided by the temperature
        factor[faint], high[faint], low[faint] = runners_up(rows.x[faint], rows.top[faint], temperature)
    gradient[:, target] = -_scaled(factor, temperature, high, low)[:, 0]
    return gradient


def _half_square(rows: _Rows, target: int) -> FloatArray:
    others = np.delete(rows.p, target, axis=-1)
    square: FloatArray = (others**2).sum(axis=-1, keepdims=True)
    return 0.5 * (rows.missing**2 + square)


def _squared_gradient(rows: _Rows, target: int, temperature: float) -> FloatArray:
    p, q = np.delete(rows.p, target, axis=-1), rows.missing
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

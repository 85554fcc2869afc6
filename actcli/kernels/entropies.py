"""How sure a softmax is of itself: its entropy, and the margin between its two best; along the last axis."""

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray
from .exponentials import weighted_exp
from .softmaxes import INF, as_vectors, by_rows, check_temperature, exponentials, log_sum, logits, without_infinities


def entropy(x: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return -Σ p_i log p_i of p = softmax(x/T) in nats, of the shape of `x` without its last axis.

    Between 0 and log n; an entry of 0 adds nothing; NaN where softmax is, and for an empty vector. No term is negative,
    each is multiplied by its exponential last, so that an entropy of 1e-300 has all its digits. Within 6 ulp. Source:
    Shannon 1948.

    Raises:
        ValueError: the temperature is not positive and finite, or `x` is a single number.
    """
    check_temperature(temperature)
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

    Raises:
        ValueError: the temperature is not positive and finite, or `x` is a single number.
    """
    check_temperature(temperature)
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

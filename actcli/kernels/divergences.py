"""What the losses of softmax are made of, class by class, and what they are with the two distributions swapped."""

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray, as_float64
from .losses import distances, log_ratio, softmax_rows, weighted_information
from .softmaxes import INF, as_vectors, check_temperature, log_softmax, softmax, softmax_jacobian


def cross_entropy_terms(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return -y_i log p_i of p = softmax(x/T) in nats, in the shape of `x`; they sum to the cross-entropy.

    y has the shape of `x` or of its last axis. 0 where y_i is, also beside p_i = 0; NaN where softmax is. Within 4 ulp.

    Raises:
        ValueError: the temperature is not above 0 and finite, or `x` is a single number.
    """
    return weighted_information(as_float64(y), log_softmax(x, temperature=temperature))


def kl_terms(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return y_i log(y_i/p_i) of p = softmax(x/T) in nats, in the shape of `x`; they sum to KL(y || p).

    Shapes and edges as in `cross_entropy_terms`. Within 4 ulp of y_i(|log y_i| + |log p_i|).

    Raises:
        ValueError: the temperature is not above 0 and finite, or `x` is a single number.
    """
    y = as_float64(y)
    log_p, p = log_softmax(x, temperature=temperature), softmax(x, temperature=temperature)
    with np.errstate(all="ignore"):
        return np.where((y == 0) & ~np.isnan(p), 0.0, 0.0 + y * log_ratio(y, p, log_p))


def squared_error_terms(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return ½(p_i - y_i)² of p = softmax(x/T), in the shape of `x`; they sum to the squared error.

    Shapes and edges as in `cross_entropy_terms`.

    Raises:
        ValueError: the temperature is not above 0 and finite, or `x` is a single number.
    """
    return 0.5 * _distances(x, y, temperature) ** 2


def squared_error_gradient_terms(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return (p_i - y_i) · ∂p_i/∂x_j of p = softmax(x/T), of shape (..., n, n): column j sums to the gradient in x_j.

    Shapes of y and edges as in `cross_entropy_terms`.

    Raises:
        ValueError: the temperature is not above 0 and finite, or `x` is a single number.
    """
    slopes = softmax_jacobian(x, temperature=temperature)
    return _distances(x, y, temperature)[..., None] * slopes


def swapped_cross_entropy(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return -Σ p_i log y_i of p = softmax(x/T) in nats, of the shape of `x` without its last axis.

    Infinite where y_i is 0 and the logit is above -inf, however faint its p_i: what y calls impossible is believed.
    Shapes of y and NaN as in `cross_entropy_terms`. Within 4 ulp.

    Raises:
        ValueError: the temperature is not above 0 and finite, or `x` is a single number.
    """
    y = as_float64(y)
    with np.errstate(all="ignore"):
        terms = softmax(x, temperature=temperature) * (0.0 - np.log(y))
    return _of_believed(x, y, terms)


def swapped_kl_divergence(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return KL(p || y) = Σ p_i log(p_i/y_i) of p = softmax(x/T) in nats, of the shape of `x` without its last axis.

    Edges and shapes as in `swapped_cross_entropy`. Summed as p log(p/y) + y - p, of which no term is negative. Within
    4 ulp of Σ p|log(p/y)|, or of 1e-16 where that is less.

    Raises:
        ValueError: the temperature is not above 0 and finite, or `x` is a single number.
    """
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
    check_temperature(temperature)
    array, wanted = as_vectors(x), as_float64(y)
    with np.errstate(all="ignore"):
        rows = softmax_rows(array.reshape(-1, array.shape[-1]), temperature)
        flat = np.broadcast_to(wanted, array.shape).reshape(rows.p.shape)
        answer: FloatArray = distances(rows, flat) + 0.0 * rows.top
    return answer.reshape(array.shape)

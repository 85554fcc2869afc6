"""Softmax with a sign, a sink or noise, and logmeanexp; all along the last axis."""

import numpy as np
from numpy.typing import ArrayLike

from .blocks import FloatArray
from .exponentials import two_sum
from .softmaxes import as_vectors, by_rows, columns, exponentials, logits, softmax, without_infinities

INF = float("inf")


def softmin(x: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """Return softmax(-x/T) along the last axis, with its bound and its edges.

    Raises:
        ValueError: the temperature is not positive and finite, or `x` is a single number.
    """
    return softmax(-as_vectors(x), temperature=temperature)


def sink_softmax(x: ArrayLike, /, *, sink: float = 0.0) -> FloatArray:
    """Return e^x_i/(e^c + Σe^x_j) along the last axis, c the logit of the sink that takes the rest. Within 4 ulp.

    0 for a vector of -inf alone. Source: Xiao et al. 2023, arXiv 2309.17453.

    Raises:
        ValueError: `x` is a single number.
    """
    x = as_vectors(x)
    with_sink = np.concatenate([x, np.full((*x.shape[:-1], 1), sink)], axis=-1)
    return np.ascontiguousarray(softmax(with_sink)[..., :-1])


def softmax1(x: ArrayLike, /) -> FloatArray:
    """Return e^x_i/(1 + Σe^x_j) along the last axis: `sink_softmax` with a sink of 0. Within 4 ulp.

    Source: Miller 2023, Attention Is Off By One.

    Raises:
        ValueError: `x` is a single number.
    """
    return sink_softmax(x, sink=0.0)


def logmeanexp(x: ArrayLike, /) -> FloatArray:
    """Return log(Σe^x_i/n) along the last axis, of the shape of `x` without it; edges as in `logsumexp`, NaN if empty.

    As max + log1p of the mean of e^(x_i - max) - 1, which keeps its digits where all entries are close. Within 2 ulp
    of the larger of the result and the largest entry.

    Raises:
        ValueError: `x` is a single number.
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


def gumbel_softmax(
    x: ArrayLike, /, *, temperature: float = 1.0, hard: bool = False, seed: int | np.random.Generator | None = None
) -> FloatArray:
    """Return softmax((x + g)/T) along the last axis, g from the standard Gumbel distribution; one-hot where `hard`.

    The same seed gives the same draw; a generator goes on where it is.
    Source: Jang, Gu and Poole 2016, arXiv 1611.01144.

    Raises:
        ValueError: the temperature is not positive and finite, or `x` is a single number.
    """
    x = as_vectors(x)
    y = softmax(x + np.random.default_rng(seed).gumbel(size=x.shape), temperature=temperature)
    if not hard or not y.size:
        return y
    chosen = np.where(np.isnan(y), np.nan, 0.0)
    winner = y.argmax(axis=-1, keepdims=True)
    np.put_along_axis(chosen, winner, np.where(np.isnan(np.take_along_axis(y, winner, -1)), np.nan, 1.0), axis=-1)
    return chosen


def standardize(x: ArrayLike, /, *, epsilon: float = 1e-5) -> FloatArray:
    """Return (x - mean)/√(variance + ε) along the last axis, in the shape of `x`.

    Deviations are taken before they are squared, and the mean is corrected by theirs, so that a common offset costs
    no digits; powers of two are taken out first, so that nothing overflows. NaN for a vector with NaN or ±inf.

    Raises:
        ValueError: epsilon is negative, or `x` is a single number.
    """
    if not epsilon >= 0:
        raise ValueError(f"epsilon must not be negative, got {epsilon}")
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

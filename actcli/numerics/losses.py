"""Losses of softmax against a class or a distribution, their gradients and terms; entropy and margin of a softmax."""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from actcli.numerics.exponentials import Exponential, expm1, log, log1p
from actcli.numerics.frame import BLOCK, BoolArray, FloatArray, as_float64, as_vectors, by_rows
from actcli.numerics.softmaxes import divided, jacobian_of, logits, probabilities, rounded, total, without_infinities
from actcli.numerics.two_parts import Pair

INF = float("inf")


def _check(temperature: float) -> None:
    """Raise ValueError unless the temperature is a positive, finite number."""
    if not 0 < temperature < INF:
        raise ValueError(f"temperature must be positive and finite, got {temperature}")


class Rows(NamedTuple):
    """The softmax of some vectors, a row each, in the parts that a loss needs."""

    x: FloatArray
    """The logits, without +inf."""

    top: FloatArray
    """The largest of each row, NaN where its softmax is."""

    temperature: float
    """What divides the logits."""

    p: Exponential
    """The probabilities."""

    complement: Exponential
    """1 - p, with all its digits where p is all but 1."""

    @property
    def information(self) -> Pair:
        """-log p, infinite where the logit is -inf or the quotient by the temperature overflows."""
        log_total = total(self.x, self.top, self.temperature).log
        z = logits(self.x, self.top, self.temperature)
        return _where(np.asarray(z.high) == -INF, Pair(INF), log_total - z)

    def weighted_information(self, y: FloatArray) -> Pair:
        """y · -log p, 0 where y is, also beside an infinite logarithm; finite where the product is."""
        information = self.information
        endless = np.isinf(np.asarray(information.high))
        terms = _where(y == 0, Pair(0.0), _where(endless, Pair(INF), information * y))
        beyond = endless & (self.x > -INF) & (y != 0)
        if beyond.any():
            mantissa, exponent = math.frexp(self.temperature)  # a temperature of 4 to 8 keeps all quotients in range
            quotient = np.asarray(logits(self.x, self.top, math.ldexp(mantissa, 3)).high)
            terms = _where(beyond, Pair(np.ldexp(-quotient * y, 3 - exponent)), terms)
        return terms


def _of_rows(
    x: ArrayLike, y: ArrayLike | None, temperature: float, work: Callable[[Rows, FloatArray], FloatArray]
) -> FloatArray:
    """What is worked out of the softmax of each vector, and of the distribution y, NaN where the softmax is.

    y has the shape of `x` or of its last axis. The answer has the shape of `x` but for its last axis.
    """
    _check(temperature)
    array = as_vectors(x)
    if not array.shape[-1]:
        return np.full((*array.shape[:-1], 1), np.nan)
    vectors = array.reshape(-1, array.shape[-1])
    wanted = np.broadcast_to(0.0 if y is None else as_float64(y), array.shape).reshape(vectors.shape)
    step = max(1, BLOCK // max(1, array.shape[-1]))
    answers = []
    with np.errstate(all="ignore"):
        for start in range(0, max(1, len(vectors)), step):
            group = slice(start, start + step)
            finite, top = without_infinities(vectors[group])
            rows = Rows(finite, top, temperature, *probabilities(finite, top, temperature))
            answers.append(work(rows, wanted[group]) + 0.0 * top)
    return np.concatenate(answers).reshape(*array.shape[:-1], answers[0].shape[-1])


def _where(condition: BoolArray, yes: Pair, no: Pair) -> Pair:
    return Pair(np.where(condition, yes.high, no.high), np.where(condition, yes.low, no.low))


def _sum(terms: Pair) -> Pair:
    """The sum along the last axis, which is kept; infinite or NaN where a term is."""
    high = np.asarray(terms.high)
    odd = ~np.isfinite(high)
    finite = Exponential.of(_where(odd, Pair(0.0), terms)).sum().pair()
    if not odd.any():
        return finite
    beyond = np.where(odd, high, 0.0).sum(axis=-1, keepdims=True)
    return _where(beyond == 0.0, finite, Pair(beyond))


def _distances(rows: Rows, y: FloatArray) -> Pair:
    """p - y; where both are above one half as the difference of their complements."""
    p = rows.p.pair()
    return _where((np.asarray(p.high) > 0.5) & (y >= 0.5), (Pair(1.0) - y) - rows.complement.pair(), p - y)


def _loss_and_gradient(
    x: ArrayLike,
    target: int | ArrayLike,
    temperature: float,
    of_class: Callable[[Rows, int], tuple[FloatArray, FloatArray]],
    of_distribution: Callable[[Rows, FloatArray], tuple[FloatArray, FloatArray]],
) -> tuple[FloatArray, FloatArray]:
    """A loss of shape (...) and its gradient of shape (..., n), against a class or a distribution."""

    def work(rows: Rows, y: FloatArray) -> FloatArray:
        parts = of_distribution(rows, y) if np.ndim(target) else of_class(rows, int(target))  # type: ignore[arg-type]
        return np.concatenate(parts, axis=-1)

    both = _of_rows(x, target if np.ndim(target) else None, temperature, work)
    return both[..., 0], both[..., 1:]


def cross_entropy(
    x: ArrayLike, target: int | ArrayLike, /, *, temperature: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """The cross-entropy of softmax(x/T) against `target`, and its gradient in the logits x.

    (..., n) gives (...) and (..., n). The target is a class, or a distribution y of n entries. The loss is
    -Σ y_i log p_i, for a class -log p_target, in nats; the gradient is (p - y)/T, in which p - 1 is the negative sum of
    the other probabilities. Vectors that make softmax NaN give NaN. Within 1 ulp against a class; against a
    distribution the gradient is within 1 ulp of the larger of p and y, over T.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    return _loss_and_gradient(x, target, temperature, _against_class, _against_distribution)


def _against_class(rows: Rows, target: int) -> tuple[FloatArray, FloatArray]:
    gradient = divided(rows.p, rows.temperature).rounded()
    gradient[:, target] = -divided(rows.complement, rows.temperature).rounded()[:, target]
    return rounded(rows.information)[:, target, None], gradient


def _against_distribution(rows: Rows, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    return rounded(_sum(rows.weighted_information(y))), _gradient_to_distribution(rows, y)


def _gradient_to_distribution(rows: Rows, y: FloatArray) -> FloatArray:
    alone = divided(rows.p, rows.temperature).rounded()
    apart = divided(Exponential.of(_distances(rows, y)), rows.temperature).rounded()
    return np.where(y == 0, alone, apart)


def kl_divergence(
    x: ArrayLike, target: int | ArrayLike, /, *, temperature: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """KL(y || softmax(x/T)) = Σ y_i log(y_i/p_i) in nats, and its gradient in the logits x: (p - y)/T.

    Shapes, targets and edges as in `cross_entropy`, which it equals against a class; an entry y_i = 0 adds nothing.
    Summed as y log(y/p) + p - y, of which no term is negative. Within 1 ulp of Σ y|log(y/p)|, or of 1e-16 where that
    is less. Source: Kullback and Leibler 1951.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    return _loss_and_gradient(x, target, temperature, _against_class, _divergence)


def _divergence(rows: Rows, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    p = rows.p.pair()
    u = _relative(p, y)
    close = np.abs(u.high) < 0.5
    inside = _where(close, u, Pair(0.0))
    near = _where(np.abs(u.high) < 2.0**-4, _series(inside, _EXCESS), inside - log1p(inside)) * y
    terms = _where(y == 0, p, _where(close, near, _weighted_ratio(rows, y, p - y)))
    return rounded(_sum(terms)), _gradient_to_distribution(rows, y)


def _weighted_ratio(rows: Rows, y: FloatArray, more: Pair) -> Pair:
    """y log(y/p) and something more; infinite where p is 0."""
    information = rows.weighted_information(y)
    endless = np.isinf(np.asarray(information.high))
    finite = _where(endless, Pair(0.0), information)
    return _where(endless, Pair(INF), (finite + log(Pair(y)) * y) + more)


def _relative(p: Pair, y: FloatArray) -> Pair:
    """u = p/y - 1."""
    u = (p - y) / y
    return _where(y == 0, Pair(INF), u)


# u - log(1 + u) and (1 + u) log(1 + u) - u by powers of u from the second on: neither is ever below 0.
_EXCESS = tuple((-1.0) ** n / n for n in range(2, 18))
_SWAPPED_EXCESS = tuple((-1.0) ** n / (n * (n - 1)) for n in range(2, 18))


def _series(u: Pair, coefficients: tuple[float, ...]) -> Pair:
    high = np.asarray(u.high)
    y = np.full_like(high, coefficients[-1])
    for c in coefficients[-2::-1]:
        y = y * high + c
    return Pair(y * high * high)


def squared_error(
    x: ArrayLike, target: int | ArrayLike, /, *, temperature: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Half the squared distance of softmax(x/T) from `target`, and its gradient in the logits x.

    (..., n) gives (...) and (..., n). The target is a class, or a distribution y of n entries. The gradient goes
    through the Jacobian of softmax: with d = p - y it is p_k (d_k - sum of p_j d_j)/T. Against a class it is written
    out, with q = 1 - p_t, S = sum of the other p², b_k = 1 - p_k/p_w for the likeliest other class w and V = sum of
    p_k b_k: -p_t (q² + S)/T at the target, p_k [p_t (p_k + q) + p_w (V - (1 - p_t) b_k)]/T elsewhere, in which nothing
    cancels but what does so in truth. Vectors that make softmax NaN give NaN.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    return _loss_and_gradient(x, target, temperature, _squared_to_class, _squared_to_distribution)


def _half_square(apart: Pair) -> FloatArray:
    return rounded(_sum(apart * apart).scaled(0.5))


def _squared_to_distribution(rows: Rows, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    apart = _distances(rows, y)
    weight = apart - _sum(rows.p.pair() * apart)
    return _half_square(apart), divided(rows.p * Exponential.of(weight), rows.temperature).rounded()


def _squared_to_class(rows: Rows, target: int) -> tuple[FloatArray, FloatArray]:
    own = np.arange(rows.x.shape[-1]) == target
    p, missing = rows.p.pair(), rows.complement.pair()
    own_p, q = (Pair(*(np.asarray(part)[:, target, None] for part in (pair.high, pair.low))) for pair in (p, missing))
    others = _where(own, Pair(0.0), p)
    weight = -(q * q + _sum(others * others))
    if rows.x.shape[-1] > 1:
        x = np.where(own, -INF, rows.x)
        leader = x.argmax(axis=-1, keepdims=True)
        top = np.take_along_axis(x, leader, axis=-1)
        behind = _where(x == -INF, Pair(1.0), -expm1(logits(x, np.where(top == -INF, np.nan, top), rows.temperature)))
        behind = _where(np.isnan(top), Pair(1.0), behind)
        led = Pair(*(np.take_along_axis(np.asarray(part), leader, axis=-1) for part in (others.high, others.low)))
        weight = _where(own, weight, own_p * (p + q) + led * (_sum(others * behind) - q * behind))
    gradient = divided(rows.p * Exponential.of(weight), rows.temperature).rounded()
    return _half_square(_distances(rows, own.astype(np.float64))), gradient


def cross_entropy_terms(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """-y_i log p_i of p = softmax(x/T) in nats, in the shape of `x`; they sum to the cross-entropy.

    y has the shape of `x` or of its last axis. 0 where y_i is, also beside p_i = 0; NaN where softmax is. Within 1 ulp.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    return _of_rows(x, y, temperature, lambda rows, y: rounded(rows.weighted_information(y)))


def kl_terms(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """y_i log(y_i/p_i) of p = softmax(x/T) in nats, in the shape of `x`; they sum to KL(y || p).

    Shapes and edges as in `cross_entropy_terms`. Within 1 ulp of y_i(|log y_i| + |log p_i|).

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """

    def work(rows: Rows, y: FloatArray) -> FloatArray:
        u = _relative(rows.p.pair(), y)
        close = np.abs(u.high) < 0.5
        near = -log1p(_where(close, u, Pair(0.0))) * y
        return rounded(_where(y == 0, Pair(0.0), _where(close, near, _weighted_ratio(rows, y, Pair(0.0)))))

    return _of_rows(x, y, temperature, work)


def squared_error_terms(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """½(p_i - y_i)² of p = softmax(x/T), in the shape of `x`; they sum to the squared error.

    Shapes and edges as in `cross_entropy_terms`.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """

    def work(rows: Rows, y: FloatArray) -> FloatArray:
        apart = _distances(rows, y)
        return rounded((apart * apart).scaled(0.5))

    return _of_rows(x, y, temperature, work)


def squared_error_gradient_terms(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """(p_i - y_i) · ∂p_i/∂x_j of p = softmax(x/T), of shape (..., n, n): column j sums to the gradient in x_j.

    Shapes of y and edges as in `cross_entropy_terms`.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """

    def work(rows: Rows, y: FloatArray) -> FloatArray:
        apart = Exponential.of(_distances(rows, y))
        matrices = []
        for row in range(len(y)):
            one = partial(np.take, indices=[row], axis=0)
            p, complement, own = (each.mapped(one) for each in (rows.p, rows.complement, apart))
            matrix = own.mapped(np.transpose) * jacobian_of(p, complement, temperature)
            matrices.append(matrix.rounded().reshape(-1))
        return np.array(matrices)

    n = as_vectors(x).shape[-1]
    return _of_rows(x, y, temperature, work).reshape(*np.shape(x), n)


def swapped_cross_entropy(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """-Σ p_i log y_i of p = softmax(x/T) in nats, of the shape of `x` without its last axis.

    Infinite where y_i is 0 and the logit is above -inf, however faint its p_i: what y calls impossible is believed.
    Shapes of y and NaN as in `cross_entropy_terms`. Within 1 ulp.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """

    def work(rows: Rows, y: FloatArray) -> FloatArray:
        return _of_believed(rows, y, rows.p * Exponential.of(_where(y == 0, Pair(0.0), -log(Pair(y)))))

    return _of_rows(x, y, temperature, work)[..., 0]


def swapped_kl_divergence(x: ArrayLike, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """KL(p || y) = Σ p_i log(p_i/y_i) of p = softmax(x/T) in nats, of the shape of `x` without its last axis.

    Edges and shapes as in `swapped_cross_entropy`. Summed as p log(p/y) + y - p, of which no term is negative. Within
    1 ulp of Σ p|log(p/y)|, or of 1e-16 where that is less.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """

    def work(rows: Rows, y: FloatArray) -> FloatArray:
        p = rows.p.pair()
        u = _relative(p, y)
        close = np.abs(u.high) < 0.5
        inside = _where(close, u, Pair(0.0))
        whole = (inside + 1.0) * log1p(inside) - inside
        near = _where(np.abs(u.high) < 2.0**-4, _series(inside, _SWAPPED_EXCESS), whole) * y
        far = _where(np.asarray(p.high) == 0, Pair(y), (p * -(rows.information + log(Pair(y))) + y) - p)
        return _of_believed(rows, y, Exponential.of(_where(close, near, far)))

    return _of_rows(x, y, temperature, work)[..., 0]


def _of_believed(rows: Rows, y: FloatArray, terms: Exponential) -> FloatArray:
    """Sum the terms; what y rules out is infinite where a logit does not, and 0 where both do."""
    is_denied = ((y == 0) & (rows.x > -INF)).any(axis=-1, keepdims=True)
    return np.where(is_denied, INF, terms.only(y != 0).sum().rounded())


def entropy(x: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """-Σ p_i log p_i of p = softmax(x/T) in nats, of the shape of `x` without its last axis.

    Between 0 and log n; an entry of 0 adds nothing; NaN where softmax is, and for an empty vector. No term is negative,
    each is multiplied by its exponential last, so that an entropy of 1e-300 has all its digits. Within 1 ulp. Source:
    Shannon 1948.

    Raises ValueError where the temperature is not positive and finite, or `x` is a single number.
    """

    def work(rows: Rows, _: FloatArray) -> FloatArray:
        information = rows.information
        is_there = np.isfinite(np.asarray(information.high)) & (rows.p.head > 0.0)
        terms = Exponential.of(_where(is_there, information, Pair(0.0))) * rows.p
        return terms.only(is_there).sum().rounded()

    return _of_rows(x, None, temperature, work)[..., 0]


def margin(x: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """How far the largest entry of softmax(x/T) is above the next, of the shape of `x` without its last axis.

    p_1 - p_2 = (1 - e^((x_2 - x_1)/T)) p_1, in which nothing cancels; 0 for a tie, 1 for a class without a rival, NaN
    where softmax is, and for an empty vector. Within 1 ulp.

    Raises ValueError where the temperature is not positive and finite, or `x` is a single number.
    """
    _check(temperature)
    array = as_vectors(x)
    out = np.full(array.shape[:-1], np.nan)

    def work(rows: FloatArray, result: FloatArray) -> None:
        finite, top = without_infinities(rows)
        whole = total(finite, top, temperature).whole
        others = finite.copy()
        np.put_along_axis(others, finite.argmax(axis=-1, keepdims=True), -INF, axis=-1)
        gap = expm1(logits(others.max(axis=-1, keepdims=True), top, temperature))
        result[:] = rounded(-gap / whole) + 0.0

    if array.size:
        by_rows(array, out, work)
    return out

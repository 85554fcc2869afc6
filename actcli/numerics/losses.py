"""Losses of softmax against a class or a distribution, their gradients and terms; entropy and margin of a softmax.

Logits are numbers or the logarithms of shares, such as probabilities that are given another temperature.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from operator import index
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actcli.numerics.exponentials import (
    FIXED_POINT,
    Exponential,
    expm1,
    exponential,
    log,
    log1p,
    sum_of,
)
from actcli.numerics.frame import BLOCK, BoolArray, FloatArray, as_float64, as_vectors
from actcli.numerics.softmaxes import (
    Logarithms,
    divided,
    jacobian_of,
    logits,
    over_mantissa,
    rounded,
    sum_of_others,
    without_infinities,
)
from actcli.numerics.two_parts import Pair, split, two_sum

INF = float("inf")

Logits = ArrayLike | Logarithms
_MIDDLE = 2.0**-900, 2.0**900  # largest terms between them are summed as they are
_DEEP = 600  # 2^600 times a product of two probabilities has all its digits, or comes to nothing
_LEAST_SUM = 1100  # no sum of exponentials above 0 is below 2^-1100


def _check(temperature: float) -> None:
    """Raise ValueError unless the temperature is a positive, finite number."""
    if not 0 < temperature < INF:
        raise ValueError(f"temperature must be positive and finite, got {temperature}")


@dataclass(frozen=True)
class Rows:
    """The softmax of some vectors, a row each, in the parts that a loss needs, each worked out once."""

    x: FloatArray
    """The logits, without +inf."""

    top: FloatArray
    """The largest of each row, NaN where its softmax is."""

    temperature: float
    """What divides the logits."""

    @property
    def order(self) -> FloatArray:
        """What is largest where x is, and tells apart what x does not."""
        return self.x

    def behind(self, place: NDArray[np.intp]) -> Pair:
        """(x - that of one entry of each row)/temperature; NaN where that is -inf."""
        from_ = np.take_along_axis(self.x, place, axis=-1)
        return logits(self.x, np.where(from_ == -INF, np.nan, from_), self.temperature)

    @cached_property
    def z(self) -> Pair:
        """(x - top)/temperature."""
        return logits(self.x, self.top, self.temperature)

    @cached_property
    def e(self) -> Exponential:
        """The exponentials of z."""
        return exponential(self.z)

    @cached_property
    def winner(self) -> NDArray[np.intp]:
        """The place of the first largest entry."""
        winner: NDArray[np.intp] = self.order.argmax(axis=-1, keepdims=True)
        return winner

    @cached_property
    def others(self) -> Exponential:
        """The sum of all exponentials but the winner's, which is 1."""
        return sum_of_others(self.e, self.winner)

    @cached_property
    def weight(self) -> Exponential:
        """What makes probabilities of exponentials."""
        return Exponential.of(1.0 / (self.others.pair() + 1.0))

    @cached_property
    def p(self) -> Exponential:
        """The probabilities."""
        return self.e * self.weight

    @cached_property
    def complement(self) -> Exponential:
        """1 - p, with all its digits where p is all but 1: at the winner it is the share of the others."""
        own = np.arange(self.x.shape[-1]) == self.winner
        return (self.others * self.weight).where(own, Exponential.of(1.0 - self.p.pair()))

    @cached_property
    def log_total(self) -> Pair:
        """The logarithm of the sum of the exponentials."""
        return log1p(self.others.pair())

    @cached_property
    def information(self) -> Pair:
        """-log p, infinite where the logit is -inf or the quotient by the temperature overflows."""
        difference = self.log_total - self.z
        endless = np.asarray(self.z.high) == -INF
        return _where(endless, Pair(INF), difference) if endless.any() else difference

    def weighted_information(self, y: FloatArray) -> Pair:
        """y · -log p, 0 where y is, also beside an infinite logarithm; finite where the product is."""
        information = self.information
        terms, nothing = information * y, y == 0
        endless = np.isinf(np.asarray(information.high))
        if endless.any():
            terms = _where(endless, Pair(INF), terms)
            beyond = endless & (self.x > -INF)
            if beyond.any():
                mantissa, exponent = math.frexp(self.temperature)  # one of 4 to 8 keeps all quotients in range
                quotient = np.asarray(logits(self.x, self.top, math.ldexp(mantissa, 3)).high)
                terms = _where(beyond, Pair(np.ldexp(-quotient * y, 3 - exponent)), terms)
        return _where(nothing, Pair(0.0), terms) if nothing.any() else terms

    def distances(self, y: FloatArray) -> Pair:
        """p - y; where both are above one half as the difference of their complements."""
        p = self.p.pair()
        high, low = two_sum(np.asarray(p.high), -y)
        low += p.low
        both = (np.asarray(p.high) > 0.5) & (y >= 0.5)
        if both.any():
            complement = self.complement.mapped(lambda part: part[both]).pair()
            apart = (Pair(1.0) - np.broadcast_to(y, both.shape)[both]) - complement
            high[both], low[both] = apart.high, apart.low
        total = high + low
        low -= total - high
        return Pair(total, low)

    def over_temperature(self, x: Exponential) -> Exponential:
        """The quotient by the temperature."""
        return divided(x, self.temperature)


@dataclass(frozen=True)
class _RowsOfShares(Rows):
    """The same where x holds the logarithms of shares, of which more digits are known."""

    shares: FloatArray
    """From 0 on."""

    @property
    def order(self) -> FloatArray:
        return self.shares

    def behind(self, place: NDArray[np.intp]) -> Pair:
        """log(share/that of one entry of each row)/temperature: of close ones from their difference, which is exact."""
        share = np.take_along_axis(self.shares, place, axis=-1)
        u = Pair(*two_sum(self.shares, -share)) / share
        near = np.abs(u.high) < 0.5
        apart = self.shares > 0
        far = log(Pair(np.where(apart, self.shares, share))) - log(Pair(share))
        z = _where(near, log1p(_where(near, u, Pair(0.0))), far)
        mantissa, exponent = math.frexp(self.temperature)
        high, low = (np.ldexp(part, -exponent) for part in (np.asarray(z.high), np.broadcast_to(z.low, near.shape)))
        return _where(apart, over_mantissa(high, low, mantissa), _where(share > 0, Pair(-INF), Pair(np.nan)))

    @cached_property
    def z(self) -> Pair:
        return self.behind(self.winner)


def _rows(group: FloatArray, temperature: float, *, are_shares: bool) -> Rows:
    if not are_shares:
        return Rows(*without_infinities(group), temperature)
    return _RowsOfShares(*without_infinities(np.log(group)), temperature, group)


def _array(x: Logits) -> FloatArray:
    return as_vectors(x.of if isinstance(x, Logarithms) else x)


def _column(x: Exponential, place: int) -> Exponential:
    """One number of each row, as a column."""
    return x.mapped(lambda part: part[:, place, None])


def _of_rows(
    x: Logits, y: ArrayLike | None, temperature: float, work: Callable[[Rows, FloatArray], FloatArray]
) -> FloatArray:
    """What is worked out of the softmax of each vector, and of the distribution y, NaN where the softmax is.

    y has the shape of `x` or of its last axis. The answer has the shape of `x` but for its last axis.
    """
    _check(temperature)
    array = _array(x)
    if not array.shape[-1]:
        return np.full((*array.shape[:-1], 1), np.nan)
    vectors = array.reshape(-1, array.shape[-1])
    wanted = np.zeros(array.shape[-1]) if y is None else as_float64(y)
    # One distribution for all vectors stays one row: what is worked out of it alone is worked out once a group.
    is_shared = wanted.ndim <= 1
    wanted = np.broadcast_to(wanted, array.shape[-1:] if is_shared else array.shape).reshape(-1, array.shape[-1])
    step = max(1, BLOCK // max(1, array.shape[-1]))
    answers = []
    with np.errstate(all="ignore"):
        for start in range(0, max(1, len(vectors)), step):
            group = slice(start, start + step)
            rows = _rows(vectors[group], temperature, are_shares=isinstance(x, Logarithms))
            answers.append(work(rows, wanted if is_shared else wanted[group]) + 0.0 * rows.top)
    return np.concatenate(answers).reshape(*array.shape[:-1], answers[0].shape[-1])


def _where(condition: BoolArray, yes: Pair, no: Pair) -> Pair:
    return Pair(np.where(condition, yes.high, no.high), np.where(condition, yes.low, no.low))


def _sum(terms: Pair) -> Pair:
    """The sum along the last axis, which is kept; infinite or NaN where a term is."""
    high = np.asarray(terms.high)
    largest = np.abs(high).max(axis=-1, keepdims=True)
    if (((largest > _MIDDLE[0]) & (largest < _MIDDLE[1])) | (largest == 0.0)).all():
        scale = np.ldexp(FIXED_POINT, np.frexp(largest)[1])
        return sum_of(high, np.broadcast_to(terms.low, high.shape), scale)
    odd = ~np.isfinite(high)
    finite = Exponential.of(_where(odd, Pair(0.0), terms)).sum().pair()
    if not odd.any():
        return finite
    beyond = np.where(odd, high, 0.0).sum(axis=-1, keepdims=True)
    return _where(beyond == 0.0, finite, Pair(beyond))


def _loss_and_gradient(
    x: Logits,
    target: int | ArrayLike,
    temperature: float,
    of_class: Callable[[Rows, int], tuple[FloatArray, FloatArray]],
    of_distribution: Callable[[Rows, FloatArray], tuple[FloatArray, FloatArray]],
) -> tuple[FloatArray, FloatArray]:
    """A loss of shape (...) and its gradient of shape (..., n), against a class or a distribution."""
    number = None if np.ndim(target) else _class(target, _array(x).shape[-1])

    def work(rows: Rows, y: FloatArray) -> FloatArray:
        parts = of_distribution(rows, y) if number is None else of_class(rows, number)
        return np.concatenate(parts, axis=-1)

    both = _of_rows(x, target if number is None else None, temperature, work)
    return both[..., 0], both[..., 1:]


def _class(target: Any, size: int) -> int:
    """The class of that number, from 0; raises ValueError where it is none of so many."""
    try:
        number = index(target)
    except TypeError:
        raise ValueError(f"{target!r} is no class, which is a whole number") from None
    if isinstance(target, bool | np.bool_) or not 0 <= number < size:
        raise ValueError(f"{target!r} is none of the {size} classes, which are counted from 0")
    return number


def cross_entropy(x: Logits, target: int | ArrayLike, /, *, temperature: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """The cross-entropy of softmax(x/T) against `target`, and its gradient in the logits x.

    (..., n) gives (...) and (..., n). The target is a class, or a distribution y of n entries. The loss is
    -Σ y_i log p_i, for a class -log p_target, in nats; the gradient is (p - y)/T, in which p - 1 is the negative sum of
    the other probabilities. Vectors that make softmax NaN give NaN. Within 1 ulp against a class; against a
    distribution the gradient is within 1 ulp of the larger of p and y, over T.

    Raises ValueError where the temperature is not above 0 and finite, `x` is a single number, or the target is none of
    the classes.
    """
    return _loss_and_gradient(x, target, temperature, _against_class, _against_distribution)


def _against_class(rows: Rows, target: int) -> tuple[FloatArray, FloatArray]:
    gradient = rows.e.times(rows.over_temperature(rows.weight))
    missing = _missing(rows, target)
    gradient[:, target] = -rows.over_temperature(missing).rounded()[:, 0]
    z = Pair(*(np.asarray(part)[:, target, None] for part in (rows.z.high, rows.z.low)))
    return rounded(_where(np.asarray(z.high) == -INF, Pair(INF), rows.log_total - z)), gradient


def _missing(rows: Rows, target: int) -> Exponential:
    """1 - p of one class."""
    own = np.arange(rows.x.shape[-1])[target] == rows.winner
    return (rows.others * rows.weight).where(own, Exponential.of(1.0 - _column(rows.p, target).pair()))


def _against_distribution(rows: Rows, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    return rounded(_sum(rows.weighted_information(y))), _gradient_to_distribution(rows, y)


def _gradient_to_distribution(rows: Rows, y: FloatArray) -> FloatArray:
    """(p - y)/T."""
    apart, nothing = rows.distances(y), y == 0
    if rows.temperature == 1.0:
        return apart.rounded()
    gradient = rows.over_temperature(Exponential.of(apart)).rounded()
    return np.where(nothing, rows.over_temperature(rows.p).rounded(), gradient) if nothing.any() else gradient


def kl_divergence(x: Logits, target: int | ArrayLike, /, *, temperature: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """KL(y || softmax(x/T)) = Σ y_i log(y_i/p_i) in nats, and its gradient in the logits x: (p - y)/T.

    Shapes, targets and edges as in `cross_entropy`, which it equals against a class; an entry y_i = 0 adds nothing.
    Summed as y log(y/p) + p - y, of which no term is negative. Within 1 ulp of Σ y|log(y/p)|, or of 1e-16 where that
    is less. Source: Kullback and Leibler 1951.

    Raises ValueError where the temperature is not above 0 and finite, `x` is a single number, or the target is none of
    the classes.
    """
    return _loss_and_gradient(x, target, temperature, _against_class, _divergence)


def _divergence(rows: Rows, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    p = rows.p.pair()

    def near(u: Pair) -> Pair:
        return _where(np.abs(u.high) < 2.0**-4, _series(u, _EXCESS), u - log1p(u))

    terms = _where_close(p, y, near, _weighted_ratio(rows, y, p - y))
    nothing = y == 0
    terms = _where(nothing, p, terms) if nothing.any() else terms
    return rounded(_sum(terms)), _gradient_to_distribution(rows, y)


def _where_close(p: Pair, y: FloatArray, of_u: Callable[[Pair], Pair], far: Pair) -> Pair:
    """y·of_u(u), u = p/y - 1, where u is below ½ in magnitude, and what is given elsewhere."""
    close = np.abs(np.asarray(p.high) - y) < 0.5 * y
    if not close.any():
        return far
    p, y = Pair(np.asarray(p.high)[close], np.asarray(p.low)[close]), np.broadcast_to(y, close.shape)[close]
    inside = of_u((p - y) / y) * y
    high, low = (np.array(np.broadcast_to(part, close.shape)) for part in (far.high, far.low))
    high[close], low[close] = inside.high, inside.low
    return Pair(high, low)


def _weighted_ratio(rows: Rows, y: FloatArray, more: Pair | float) -> Pair:
    """y log(y/p) and something more; infinite where p is 0."""
    information = rows.weighted_information(y)
    endless = np.isinf(np.asarray(information.high))
    total = (information + log(Pair(y)) * y) + more
    return _where(endless, Pair(INF), total) if endless.any() else total


# u - log(1 + u) and (1 + u) log(1 + u) - u by powers of u from the second on: neither is ever below 0.
_EXCESS = tuple((-1.0) ** n / n for n in range(2, 18))
_SWAPPED_EXCESS = tuple((-1.0) ** n / (n * (n - 1)) for n in range(2, 18))


def _series(u: Pair, coefficients: tuple[float, ...]) -> Pair:
    high = np.asarray(u.high)
    y = np.full_like(high, coefficients[-1])
    for c in coefficients[-2::-1]:
        y = y * high + c
    return Pair(y * high * high)


def squared_error(x: Logits, target: int | ArrayLike, /, *, temperature: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Half the squared distance of softmax(x/T) from `target`, and its gradient in the logits x.

    (..., n) gives (...) and (..., n). The target is a class, or a distribution y of n entries. The gradient goes
    through the Jacobian of softmax: with d = p - y it is p_k (d_k - sum of p_j d_j)/T. Against a class it is written
    out, with q = 1 - p_t, S = sum of the other p², b_k = 1 - p_k/p_w for the likeliest other class w and V = sum of
    p_k b_k: -p_t (q² + S)/T at the target, p_k [p_t (p_k + q) + p_w (V - (1 - p_t) b_k)]/T elsewhere, in which nothing
    cancels but what does so in truth. Vectors that make softmax NaN give NaN.

    Raises ValueError where the temperature is not above 0 and finite, `x` is a single number, or the target is none of
    the classes.
    """
    return _loss_and_gradient(x, target, temperature, _squared_to_class, _squared_to_distribution)


def _half_square(apart: Pair) -> FloatArray:
    return rounded(_sum(apart * apart).scaled(0.5))


def _squared_to_distribution(rows: Rows, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    apart = rows.distances(y)
    weight = apart - _sum(rows.p.pair() * apart)
    return _half_square(apart), rows.p.times(rows.over_temperature(Exponential.of(weight)))


def _squared_to_class(rows: Rows, target: int) -> tuple[FloatArray, FloatArray]:
    own = np.arange(rows.x.shape[-1]) == np.arange(rows.x.shape[-1])[target]
    missing = _missing(rows, target)
    p, q = rows.p.pair(), missing.pair()
    # One factor of each product times a power of two: what is subnormal in the end has all its digits until then.
    deep_p, deep_own, deep_q = (each.pair(_DEEP) for each in (rows.p, _column(rows.p, target), missing))
    others, deep_others = _where(own, Pair(0.0), p), _where(own, Pair(0.0), deep_p)
    weight = -(deep_q * q + _sum(deep_others * others))
    if rows.x.shape[-1] > 1:
        leader = np.where(own, -INF, rows.order).argmax(axis=-1, keepdims=True)
        gap = rows.behind(leader)
        behind = _where(own | ~(np.asarray(gap.high) > -INF), Pair(1.0), -expm1(gap))
        led = Pair(*(np.take_along_axis(np.asarray(part), leader, axis=-1) for part in (others.high, others.low)))
        weight = _where(own, weight, deep_own * (p + q) + led * (_sum(deep_others * behind) - deep_q * behind))
    gradient = rows.p.times(rows.over_temperature(Exponential.of(weight, -_DEEP)))
    return _half_square(rows.distances(own.astype(np.float64))), gradient


def cross_entropy_terms(x: Logits, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """-y_i log p_i of p = softmax(x/T) in nats, in the shape of `x`; they sum to the cross-entropy.

    y has the shape of `x` or of its last axis. 0 where y_i is, also beside p_i = 0; NaN where softmax is. Within 1 ulp.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """
    return _of_rows(x, y, temperature, lambda rows, y: rounded(rows.weighted_information(y)))


def kl_terms(x: Logits, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """y_i log(y_i/p_i) of p = softmax(x/T) in nats, in the shape of `x`; they sum to KL(y || p).

    Shapes and edges as in `cross_entropy_terms`. Within 1 ulp of y_i(|log y_i| + |log p_i|).

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """

    def work(rows: Rows, y: FloatArray) -> FloatArray:
        terms = _where_close(rows.p.pair(), y, lambda u: -log1p(u), _weighted_ratio(rows, y, 0.0))
        return rounded(_where(y == 0, Pair(0.0), terms))

    return _of_rows(x, y, temperature, work)


def squared_error_terms(x: Logits, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """½(p_i - y_i)² of p = softmax(x/T), in the shape of `x`; they sum to the squared error.

    Shapes and edges as in `cross_entropy_terms`.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """

    def work(rows: Rows, y: FloatArray) -> FloatArray:
        apart = rows.distances(y)
        return rounded((apart * apart).scaled(0.5))

    return _of_rows(x, y, temperature, work)


def squared_error_gradient_terms(x: Logits, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """(p_i - y_i) · ∂p_i/∂x_j of p = softmax(x/T), of shape (..., n, n): column j sums to the gradient in x_j.

    Shapes of y and edges as in `cross_entropy_terms`.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """

    def work(rows: Rows, y: FloatArray) -> FloatArray:
        apart = Exponential.of(rows.distances(y))
        matrices = []
        for row in range(len(rows.x)):
            one = partial(np.take, indices=[row], axis=0)
            p, complement, own = (each.mapped(one) for each in (rows.p, rows.complement, apart))
            matrix = own.mapped(np.transpose) * jacobian_of(p, complement, temperature)
            matrices.append(matrix.rounded().reshape(-1))
        return np.array(matrices)

    shape = _array(x).shape
    return _of_rows(x, y, temperature, work).reshape(*shape, shape[-1])


def swapped_cross_entropy(x: Logits, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """-Σ p_i log y_i of p = softmax(x/T) in nats, of the shape of `x` without its last axis.

    Infinite where y_i is 0 and the logit is above -inf, however faint its p_i: what y calls impossible is believed.
    Shapes of y and NaN as in `cross_entropy_terms`. Within 1 ulp.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """

    def work(rows: Rows, y: FloatArray) -> FloatArray:
        return _of_believed(rows, y, rows.p * Exponential.of(_where(y == 0, Pair(0.0), -log(Pair(y)))))

    return _of_rows(x, y, temperature, work)[..., 0]


def swapped_kl_divergence(x: Logits, y: ArrayLike, /, *, temperature: float = 1.0) -> FloatArray:
    """KL(p || y) = Σ p_i log(p_i/y_i) of p = softmax(x/T) in nats, of the shape of `x` without its last axis.

    Edges and shapes as in `swapped_cross_entropy`. Summed as p log(p/y) + y - p, of which no term is negative. Within
    1 ulp of Σ p|log(p/y)|, or of 1e-16 where that is less.

    Raises ValueError where the temperature is not above 0 and finite, or `x` is a single number.
    """

    def work(rows: Rows, y: FloatArray) -> FloatArray:
        p = rows.p.pair()
        far = _where(np.asarray(p.high) == 0, Pair(y), (p * -(rows.information + log(Pair(y))) + y) - p)

        def near(u: Pair) -> Pair:
            return _where(np.abs(u.high) < 2.0**-4, _series(u, _SWAPPED_EXCESS), (u + 1.0) * log1p(u) - u)

        return _of_believed(rows, y, Exponential.of(_where_close(p, y, near, far)))

    return _of_rows(x, y, temperature, work)[..., 0]


def _of_believed(rows: Rows, y: FloatArray, terms: Exponential) -> FloatArray:
    """Sum the terms; what y rules out is infinite where a logit does not, and 0 where both do."""
    is_denied = ((y == 0) & (rows.x > -INF)).any(axis=-1, keepdims=True)
    return np.where(is_denied, INF, terms.only(y != 0).sum().rounded())


def entropy(x: Logits, /, *, temperature: float = 1.0) -> FloatArray:
    """-Σ p_i log p_i of p = softmax(x/T) in nats, of the shape of `x` without its last axis.

    Between 0 and log n; an entry of 0 adds nothing; NaN where softmax is, and for an empty vector. No term is negative,
    each is multiplied by its exponential last, so that an entropy of 1e-300 has all its digits. Within 1 ulp. Source:
    Shannon 1948.

    Raises ValueError where the temperature is not positive and finite, or `x` is a single number.
    """

    def work(rows: Rows, _: FloatArray) -> FloatArray:
        information, e = rows.information, rows.e
        is_there = np.isfinite(np.asarray(information.high)) & (e.head > 0.0)
        if not is_there.all():
            information, e = _where(is_there, information, Pair(0.0)), e.only(is_there)
        # Beside the largest of the others all keep their digits: the winner's information is no larger than their sum.
        top = np.maximum(rows.others.power, -_LEAST_SUM)
        whole, rest = split(np.asarray(information.high))
        rest += information.low
        share = Exponential(e.head * whole, e.head * rest + e.rest * (whole + rest), e.power - top).pair()
        return (Exponential.of(_sum(share), top) * rows.weight).rounded()

    return _of_rows(x, None, temperature, work)[..., 0]


def margin(x: Logits, /, *, temperature: float = 1.0) -> FloatArray:
    """How far the largest entry of softmax(x/T) is above the next, of the shape of `x` without its last axis.

    p_1 - p_2 = (1 - e^((x_2 - x_1)/T)) p_1, in which nothing cancels; 0 for a tie, 1 for a class without a rival, NaN
    where softmax is, and for an empty vector. Within 1 ulp.

    Raises ValueError where the temperature is not positive and finite, or `x` is a single number.
    """

    def work(rows: Rows, _: FloatArray) -> FloatArray:
        own = np.arange(rows.x.shape[-1]) == rows.winner
        second = np.where(own, -INF, rows.order).argmax(axis=-1, keepdims=True)
        high, low = (np.take_along_axis(np.asarray(part), second, axis=-1) for part in (rows.z.high, rows.z.low))
        has_rival = second != rows.winner  # else the others are at -inf, or there are none
        gap = expm1(Pair(np.where(has_rival, high, -INF), np.where(has_rival, low, 0.0)))
        return rounded(-gap / (rows.others.pair() + 1.0)) + 0.0

    return _of_rows(x, None, temperature, work)[..., 0]


def tempered(x: Logarithms, /, *, temperature: float) -> FloatArray:
    """Softmax of the logarithms of shares: share^(1/T) over their sum, in the shape of the shares.

    A share of 0 stays one. Within 1 ulp for temperatures from 0.01 on.

    Raises ValueError where the temperature is not above 0 and finite, or the shares are a single number.
    """
    return _of_rows(x, None, temperature, lambda rows, _: rows.p.rounded())


def log_tempered(x: Logarithms, /, *, temperature: float) -> FloatArray:
    """The logarithm of `tempered`, with all its digits beside a share of all but 1.

    Raises ValueError where the temperature is not above 0 and finite, or the shares are a single number.
    """
    return _of_rows(x, None, temperature, lambda rows, _: rounded(-rows.information))

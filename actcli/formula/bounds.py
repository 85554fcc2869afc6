"""How far a formula in pairs may be off: a bound beside each number, which tells where cancellation ate the digits.

Pairs hold some 100 bits, and a difference of nearly equal numbers loses as many as the two share. `with_doubt` works
out a formula as `pairs.in_pairs` does and says for each value whether what is left still makes the nearest double. Two
bounds share the work: `_WatchfulPairs` multiplies what every sum may lose, one factor a value, and `BoundedPairs` keeps
a bound for each number, of those values that may have lost too much.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats
from actcli.formula import pairs, wide
from actcli.formula.double_double import Pair
from actcli.formula.identities import joined
from actcli.formula.pairs import BLOCK, MixedError, NarrowPairs, PairJets, WidePairs
from actcli.formula.tree import Node, evaluate
from actcli.formula.wide import UNIT, Wide

Doubts = NDArray[np.bool_]

# Relative: what one operation of a pair loses, with room to spare, and what leaves the nearest double within 1 ulp.
_LOSS, _ENOUGH = 2.0**-94, 2.0**-55
# What sums may lose together, and still a thousand operations leave enough.
_MOST_LOST = 2.0**28
# A bound below 1 leaves the sign: where no more is known of a number, it has this one.
_SIGN_ALONE = 0.9
_LIKE_EXP_OF = 1024.0  # the exponent of e that a power in plain pairs may come to
_FAR = 2.0**40  # what is as large, and known to be, is at the limits of what levels off
_BEYOND = _FAR * UNIT  # an exponent that no double has, however little of it is known


def with_doubt(tree: Node, order: int, x: Floats) -> tuple[Floats, Doubts]:
    """Value (0), slope (1) or curvature (2) of a formula as by `in_pairs`, and where its digits may be wrong.

    Takes float64 of any shape, infinities among them.
    """
    flat = np.ascontiguousarray(x, dtype=np.float64).reshape(-1)
    out, doubts = np.empty_like(flat), np.zeros(flat.shape, np.bool_)
    with_digits = joined(tree)
    with np.errstate(all="ignore"):
        for start in range(0, flat.size, BLOCK):
            block = slice(start, start + BLOCK)
            out[block], doubts[block] = _block(with_digits, order, flat[block])
    return out.reshape(np.shape(x)), doubts.reshape(np.shape(x))


def signs(tree: Node, x: Floats) -> tuple[Floats, Doubts]:
    """The sign of a formula at each of some x (1-D), NaN where it is undefined, and where that sign may be wrong.

    Nothing overflows or underflows: x**2 is positive at 1e-200, and exp(x) at -1000.
    """
    bounded = BoundedPairs()
    try:
        with np.errstate(all="ignore"):
            found = evaluate(joined(tree), bounded, bounded.variable(x))
    except MixedError as mixed:
        out, doubts = np.empty_like(x), np.empty(x.shape, np.bool_)
        for there in mixed.groups():
            out[there], doubts[there] = signs(tree, x[there])
        return out, doubts
    own = np.broadcast_to(np.sign(found.number.high), x.shape)
    return own, np.broadcast_to(bounded.doubts | ~(found.loss < 1.0), x.shape)


def _block(tree: Node, order: int, x: Floats) -> tuple[Floats, Doubts]:
    narrow = _WatchfulPairs(x.size)
    part = pairs.of_order(tree, narrow, order, narrow.variable(x))
    out = np.array(np.broadcast_to(0.0 if part is None else part.high, x.shape))
    doubts = np.zeros(x.shape, np.bool_)
    outside = np.flatnonzero(narrow.outside | (x == 0.0) | ~(narrow.lost <= _MOST_LOST))
    if outside.size:
        out[outside], doubts[outside] = _wide(tree, order, x[outside])
    return out, doubts & ~np.isnan(x)


def _wide(tree: Node, order: int, x: Floats) -> tuple[Floats, Doubts]:
    """The same with a bound for each number; values that choose alike are worked out together."""
    bounded = BoundedPairs()
    try:
        variable = bounded.variable(x)
        if order == 0:
            found, value = evaluate(tree, bounded, variable), None
        else:
            jets = PairJets(bounded, order)
            jet = evaluate(tree, jets, jets.variable(variable))
            found, value = jet[order], jet.value
    except MixedError as mixed:
        out, doubts = np.empty_like(x), np.empty(x.shape, np.bool_)
        for there in mixed.groups():
            out[there], doubts[there] = _wide(tree, order, x[there])
        return out, doubts
    answer = np.broadcast_to(0.0 if found is None else wide.rounded(found.number), x.shape)
    doubts = np.broadcast_to(bounded.doubts | (False if found is None else found.is_doubtful), x.shape)
    if value is not None:  # where the value is undefined, so are its derivatives
        answer = np.where(np.isnan(value.number.high), np.nan, answer)
    return np.where(np.isnan(x) | np.isnan(answer), np.nan, answer), doubts


class _WatchfulPairs(NarrowPairs):
    """Plain double-double that multiplies, value by value, what sums, functions and powers may lose."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.lost: Any = np.ones(size)

    def operate(self, name: str, *arguments: Pair) -> Pair:
        """Apply one operation of the formula language."""
        result = super().operate(name, *arguments)
        first = arguments[0].high
        if name in ("+", "-"):
            second = arguments[1]
            if arguments[0].low is not None or second.low is not None:  # else the sum holds all
                self._lose(np.maximum(np.abs(first), np.abs(second.high)) / result.high)
        elif name in ("log", "log1p"):
            self._lose(1.0 / result.high)
        elif name in ("sin", "cos", "tan"):
            self._lose(first / result.high)
        elif name in _GROWING:
            self._lose(first if name in _LIKE_EXP else 2.0 * first * first)
        elif name == "**":
            power = arguments[1].high
            is_product = np.ndim(power) == 0 and power % 1.0 == 0.0
            self._lose(power if is_product else _LIKE_EXP_OF)
        return result

    def compare(self, sign: str, left: Pair, right: Pair) -> Any:
        """Where it holds; two that are close may be the other way round."""
        if left.low is not None or right.low is not None:
            self._lose(left.high / (left.high - right.high))
        return super().compare(sign, left, right)

    def _lose(self, factor: Any) -> None:
        self.lost = self.lost * np.fmax(np.abs(factor), 1.0)  # the NaN of 0/0 loses nothing


class Bounded(NamedTuple):
    """A number and how far it may be off."""

    number: Wide
    """In pairs with an exponent."""
    loss: Any
    """The most that it may be off by, relative to itself: below 1 its sign is known, infinite where nothing is."""

    @property
    def is_doubtful(self) -> Any:
        """Whether the double nearest to it may be more than 1 ulp off."""
        is_beyond = (self.loss < 1.0) & (np.abs(wide.reach(self.number)) >= _BEYOND) & (self.number.high != 0.0)
        return ~((self.loss <= _ENOUGH) | is_beyond)


class BoundedPairs(WidePairs):
    """Pairs with exponents that carry a bound each; `doubts` marks the values of which a choice may be wrong."""

    def __init__(self) -> None:
        self.doubts: Any = np.False_

    def variable(self, x: Floats) -> Any:
        """x itself."""
        return Bounded(super().variable(x), 0.0)

    def number(self, exact: int | Fraction) -> Any:
        """A literal."""
        denominator = exact.denominator
        is_short = denominator & (denominator - 1) == 0 and abs(exact.numerator).bit_length() <= 53
        return Bounded(super().number(exact), 0.0 if is_short else _LOSS)

    def constant(self, name: str) -> Any:
        """A constant of the language by name."""
        return Bounded(super().constant(name), _LOSS if name in ("pi", "e") else 0.0)

    def vanishes(self, number: Any) -> bool:
        """Whether this is the single number zero."""
        return super().vanishes(number.number)

    def compare(self, sign: str, left: Any, right: Any) -> Any:
        """1 where it holds, 0 where it does not, NaN beside a NaN."""
        losses = [0.0 if np.ndim(each.number.high) == 0 else each.loss for each in (left, right)]
        self.doubts = self.doubts | ~_apart(left.number, right.number, *losses)
        return super().compare(sign, left.number, right.number)

    def select(self, condition: Any, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
        """The branch that all values take; raises MixedError where they differ."""
        found: Any = super().select(condition, yes, no)
        return found if isinstance(found, Bounded) else Bounded(found, 0.0)  # of a NaN neither branch

    def defined(self, number: Any, beside: Any) -> Any:
        """The number, NaN where another one is."""
        return Bounded(super().defined(number.number, beside.number), number.loss)

    def end_of(self, number: Any) -> float | None:
        """Which infinity all of these are; raises MixedError where they differ."""
        return super().end_of(number.number)

    def operate(self, name: str, *arguments: Any) -> Any:
        """Apply one operation of the formula language."""
        if name == "clip":
            u, low, high = arguments
            return self.operate("min", self.operate("max", u, low), high)
        result = super().operate(name, *(each.number for each in arguments))
        if name in ("+", "-"):
            loss = _of_sum(result, *arguments)
        elif name in ("*", "/"):
            loss = _of_product(result, *arguments, is_product=name == "*")
        elif name in ("max", "min"):
            loss = _of_extreme(result, *arguments)
        elif name == "**":
            loss = _of_power(result, *arguments)
        else:
            loss = _of_function(name, result, *arguments)
        return Bounded(result, loss)


def _times(factor: Any, loss: Any) -> Any:
    """A factor of a loss; of none there is none, and what cannot be told is infinite."""
    product = np.where(loss == 0.0, 0.0, factor * loss)
    return np.where(np.isnan(product), np.inf, product)[()]


def _ratio(u: Wide, v: Wide) -> Any:
    """|u / v|, infinite where v is 0."""
    return np.abs(u.high / v.high) * np.exp2(np.clip(wide.places(u, v), -1000.0, 1000.0))


def _size(u: Wide) -> Any:
    """|u| as a double."""
    return np.abs(wide.rounded(u))


def _apart(u: Wide, v: Wide, u_loss: Any, v_loss: Any) -> Any:
    """Whether it is known which of two numbers is larger, or that they are equal."""
    total = WidePairs().operate("-", u, v)
    gap = _times(_ratio(u, total), u_loss) + _times(_ratio(v, total), v_loss)
    is_odd = ~(np.isfinite(u.high) & np.isfinite(v.high))
    return ((u_loss == 0.0) & (v_loss == 0.0)) | np.where(is_odd, (u_loss < 1.0) & (v_loss < 1.0), gap < 1.0)


def _of_sum(result: Wide, u: Bounded, v: Bounded) -> Any:
    loss = _times(_ratio(u.number, result), u.loss) + _times(_ratio(v.number, result), v.loss) + _LOSS
    loss = loss + _of_powers(u.number, v.number, result)
    return np.where(np.isfinite(result.high), loss, np.maximum(u.loss, v.loss))[()]


def _of_product(result: Wide, u: Bounded, v: Bounded, *, is_product: bool) -> Any:
    has_sign = (u.loss < 1.0) & (v.loss < 1.0)
    # A pair holds the product of two doubles, and 0 times whatever is known.
    is_exact = (u.loss == 0.0) & (v.loss == 0.0) & (u.number.low == 0.0) & (v.number.low == 0.0) & is_product
    is_exact |= ((u.number.high == 0.0) & (u.loss == 0.0)) | ((v.number.high == 0.0) & (v.loss == 0.0) & is_product)
    loss = np.where(is_exact & np.isfinite(result.high), 0.0, u.loss + v.loss + _LOSS)
    loss = loss + _of_powers(u.number, v.number, result)
    return np.where(has_sign, np.minimum(loss, _SIGN_ALONE), loss)[()]


def _of_powers(*numbers: Wide) -> Any:
    """What numbers lose by their powers of e, which are pairs that may hold no more than their first bits."""
    total: Any = 0.0
    for each in numbers:
        if np.any(each.power):
            rounding = np.where(each.power_low != 0.0, np.abs(each.power) * (2.0**-100 / UNIT), 0.0)
            total = total + np.where(each.power != 0.0, 4.0 * _LOSS + rounding, 0.0)
    return total


def _of_extreme(result: Wide, u: Bounded, v: Bounded) -> Any:
    either = _times(_ratio(u.number, result), u.loss) + _times(_ratio(v.number, result), v.loss)
    is_first = wide.is_same(result, u.number)
    chosen = np.where(is_first, u.loss, v.loss)
    return np.where(_apart(u.number, v.number, u.loss, v.loss), chosen, either)[()]


def _of_power(result: Wide, u: Bounded, v: Bounded) -> Any:
    power = _size(v.number)
    # No less than |log u|.
    height = np.abs(u.number.exponent / UNIT + wide.HEIGHT) + np.abs(u.number.power) / UNIT + 1.0
    is_edge = ~np.isfinite(height)  # a base of 0, infinity or NaN
    loss = _times(power, u.loss) + np.where(is_edge, 0.0, _times(power * height, v.loss + _LOSS)) + _LOSS
    is_simple = is_edge | ((np.abs(np.frexp(u.number.high)[0]) == 0.5) & (u.number.low == 0.0) & (power % 1.0 == 0.0))
    loss = np.where(is_simple & (u.loss == 0.0) & (v.loss == 0.0), 0.0, loss)
    return _with_sign(loss, u.loss + v.loss)


def _with_sign(loss: Any, of_argument: Any) -> Any:
    """What is positive keeps its sign, where anything is known of its argument."""
    return np.where((loss >= _SIGN_ALONE) & (of_argument < 1.0), _SIGN_ALONE, loss)[()]


# How much a relative error of u grows in a function of it, at most, from |u| and |f(u)|.
_GROWTH: dict[str, Callable[[Any, Any], Any]] = {
    "neg": lambda u, f: 1.0,
    "abs": lambda u, f: 1.0,
    "sqrt": lambda u, f: 1.0,
    "exp": lambda u, f: u,
    "log": lambda u, f: 1.0 / f,
    "log1p": lambda u, f: np.where(u < 0.5, 2.0 * u, 2.0 * (u + 1.0)) / f,
    "sin": lambda u, f: u / f,
    "cos": lambda u, f: u / f,
    "tan": lambda u, f: u * (1.0 / f + f),
    "atan": lambda u, f: 1.0,
    "tanh": lambda u, f: 1.0,
    "erf": lambda u, f: 1.0,
    "normal_pdf": lambda u, f: u * u,
    **dict.fromkeys(("expm1", "sinh", "cosh", "softplus", "sigmoid"), lambda u, f: u + 1.0),
    **dict.fromkeys(("erfc", "normal_cdf"), lambda u, f: 2.0 * u * u + 2.0),
}
_LIKE_EXP = ("exp", "expm1", "sinh", "cosh", "softplus", "sigmoid")
_GROWING = (*_LIKE_EXP, "erfc", "normal_cdf", "normal_pdf")
_EXACT = ("neg", "abs")
_POSITIVE = ("exp", "cosh", "softplus", "sigmoid", "erfc", "normal_cdf", "normal_pdf", "sqrt")
_LEVELLING = ("tanh", "erf", "atan", "sigmoid", "erfc", "normal_cdf")


def _of_function(name: str, result: Wide, u: Bounded) -> Any:
    if name == "sign":
        return np.where(u.loss < 1.0, 0.0, np.inf)[()]
    size, value = _size(u.number), _size(result)
    if name == "log1p":
        # log(1 + u) near u = -1 is that of a difference.
        near = WidePairs().operate("+", u.number, wide.one())
        loss = _times(_ratio(u.number, near) / value, u.loss)
    else:
        loss = _times(_GROWTH[name](size, value), u.loss)
    loss = loss + (0.0 if name in _EXACT else _LOSS)
    is_far = (size > _FAR) & (u.loss < 1.0)
    if name in _LEVELLING:
        loss = np.where(is_far & (value > 0.5), _LOSS, loss)
    if name in _POSITIVE:
        loss = _with_sign(loss, u.loss)
    if name in ("sin", "cos", "tan"):
        loss = np.where(np.isfinite(u.number.high) & np.isnan(result.high), np.inf, loss)
    return loss[()]

"""The formula language in double-double, rounded once: what a typed expression, and an entry without kernel, comes to.

Two arithmetics share the work. `NarrowPairs` does plain double-double and marks every value one of whose intermediates
comes near the ends of the range, or to an edge such as 0/0. `WidePairs` does those again, with an exponent beside
each number, so that nothing underflows, and with the edge rules of the language. Which of them answers is settled for
each value by itself, so an answer never depends on its neighbours.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from actcli.arrays import Floats
from actcli.formula import double_double as dd
from actcli.formula import pieces
from actcli.formula.double_double import Pair
from actcli.formula.floats import COMPARISONS
from actcli.formula.identities import joined
from actcli.formula.jets import Jet, LimitJets
from actcli.formula.tree import Bound, Node, evaluate
from actcli.formula.wide import (
    HEIGHT,
    UNIT,
    Wide,
    as_pair,
    finite_or,
    held,
    in_integers,
    is_same,
    literal,
    nearest,
    normal,
    nothing,
    one,
    or_else,
    picked,
    places,
    power_of_e,
    raised,
    reach,
    rounded,
    shifted,
    size_of,
    where,
    without_power,
)
from actcli.numerics import constants
from actcli.numerics.frame import LONG_BLOCK, Writer, written

BLOCK = 16_384
"""128 KiB a temporary: the dozens that an expression needs come and go in the second-level cache."""

_TOP, _BOTTOM = 2.0**900, 2.0**-900  # between them no error of a product underflows
_NO_PART = 2_000.0  # so many binary places below the larger summand, a summand has no part in the sum
_MOST_MULTIPLIED = 64  # whole powers up to this one are products

_ZERO = Pair(np.float64(0.0))
_TWO = Pair(np.float64(2.0))


class Evaluator(NamedTuple):
    """What takes blocks to value, slope or curvature of a formula, rounded once."""

    write: Writer
    """Writes the answers to a block, which are those of `in_pairs`, into an array of its size."""

    holds_at_ends: bool
    """Whether they are the answers at infinities, too."""

    block: int = BLOCK
    """How many values are best written at a time."""


@lru_cache(maxsize=256)
def evaluator(tree: Node, order: int, *, at_ends: bool) -> Evaluator:
    """The cheapest way to value (0), slope (1) or curvature (2).

    Asked for `at_ends` it is right at infinities for any formula; else a step function has its outer levels there.
    """
    found = pieces.straight(tree, order, lambda x: in_pairs(tree, order, x))
    if found is None:
        return Evaluator(written(lambda x: in_pairs(tree, order, x)), at_ends)
    zeros, got = np.array([-0.0, 0.0]), np.empty(2)
    wanted = in_pairs(tree, order, zeros)
    with np.errstate(all="ignore"):
        found.write(zeros, got)
    unsure = wanted[0] == 0.0 and (found.through_zero or bool((np.signbit(got) != np.signbit(wanted)).any()))

    def put_right(x: Floats, y: Floats) -> None:
        found.write(x, y)
        outside = np.zeros(x.shape, np.bool_)
        if unsure:
            outside |= x == 0.0
        if not found.everywhere:
            size = np.abs(x)
            outside |= ~((size > pieces.LEAST) & (size < pieces.LARGEST))
        if at_ends:
            outside |= ~np.isfinite(x)
        if outside.any():
            y[outside] = in_pairs(tree, order, x[outside])

    def with_plain_zeros(x: Floats, y: Floats) -> None:
        found.write(x, y)
        y += 0.0  # -0 + 0 is 0

    if unsure and not np.signbit(wanted).any() and found.everywhere and not at_ends:
        return Evaluator(with_plain_zeros, holds_at_ends=False)
    if unsure or at_ends or not found.everywhere:
        return Evaluator(put_right, at_ends)
    return Evaluator(found.write, found.is_step, LONG_BLOCK if found.is_step else BLOCK)


def in_pairs(tree: Node, order: int, x: Floats) -> Floats:
    """Value (0), slope (1) or curvature (2) of a formula in x, worked out in pairs and rounded once.

    Takes float64 of any shape. Where the value is undefined, so are slope and curvature, and NaN stays NaN.
    """
    flat = np.ascontiguousarray(x, dtype=np.float64).reshape(-1)
    out = np.empty_like(flat)
    with_digits = joined(tree)
    with np.errstate(all="ignore"):
        for start in range(0, flat.size, BLOCK):
            out[start : start + BLOCK] = _block(with_digits, order, flat[start : start + BLOCK])
    return out.reshape(np.shape(x))


def value_and_slope(tree: Node, x: Floats) -> tuple[Floats, Floats]:
    """Value and slope of a formula as by `in_pairs`, at float64 in one dimension: the one is worked out on the way."""
    value, slope = np.empty_like(x), np.empty_like(x)
    with_digits = joined(tree)
    with np.errstate(all="ignore"):
        for start in range(0, x.size, BLOCK):
            block = slice(start, start + BLOCK)
            narrow = NarrowPairs(x[block].size)
            jets = PairJets(narrow, 1)
            jet = evaluate(with_digits, jets, jets.variable(narrow.variable(x[block])))
            value[block] = jet.value.high
            slope[block] = 0.0 if jet.slope is None else jet.slope.high
            outside = start + np.flatnonzero(narrow.outside | (x[block] == 0.0))
            if outside.size:
                value[outside], slope[outside] = (_wide(with_digits, order, x[outside]) for order in (0, 1))
    return value, slope


def in_pairs_to_odd(tree: Node, order: int, x: Floats) -> Floats:
    """The same for some values that are to be rounded again, to a narrower type: by `double_double.odd`."""
    with np.errstate(all="ignore"):
        return _wide(joined(tree), order, x, lambda number: dd.odd(rounded(number), number.low / number.high))


def excess_in_pairs(tree: Node, x: Floats, y: Floats) -> Floats:
    """By how much a formula in x exceeds y, each x with its own, worked out in pairs and rounded once.

    Takes float64 in one dimension.
    """
    out, with_digits = np.empty_like(x), joined(tree)
    with np.errstate(all="ignore"):
        for start in range(0, x.size, BLOCK):
            block = slice(start, start + BLOCK)
            narrow = NarrowPairs(x[block].size)
            value = evaluate(with_digits, narrow, narrow.variable(x[block]))
            out[block] = narrow.operate("-", value, narrow.variable(y[block])).high
            outside = start + np.flatnonzero(narrow.outside | (x[block] == 0.0))
            if outside.size:
                out[outside] = _wide_excess(with_digits, x[outside], y[outside])
    return out


def _wide_excess(tree: Node, x: Floats, y: Floats) -> Floats:
    wide = WidePairs()
    try:
        answer = rounded(wide.operate("-", evaluate(tree, wide, wide.variable(x)), wide.variable(y)))
    except MixedError as mixed:
        out = np.empty_like(x)
        for there in mixed.groups():
            out[there] = _wide_excess(tree, x[there], y[there])
        return out
    return np.where(np.isnan(x), np.nan, answer)


def _block(tree: Node, order: int, x: Floats) -> Floats:
    narrow = NarrowPairs(x.size)
    part = of_order(tree, narrow, order, narrow.variable(x))
    answer = np.broadcast_to(0.0 if part is None else part.high, x.shape)
    zero = x == 0.0
    outside = np.flatnonzero(narrow.outside & ~zero)
    if outside.size or zero.any():
        answer = np.array(answer)
        if outside.size:
            answer[outside] = _wide(tree, order, x[outside])
        answer[zero] = np.where(np.signbit(x[zero]), *_at_zeros(tree, order))
    return answer


@lru_cache(maxsize=256)
def _at_zeros(tree: Node, order: int) -> tuple[float, float]:
    """The answers at -0.0 and 0.0; zeros are frequent in data, and their sign is for `WidePairs` to keep."""
    low, high = (float(_wide(tree, order, np.array([zero]))[0]) for zero in (-0.0, 0.0))
    return low, high


def of_order(tree: Node, arithmetic: Any, order: int, x: Any) -> Any:
    """Value, slope or curvature as a number of the arithmetic; None for a derivative that is 0 by structure."""
    if order == 0:
        return evaluate(tree, arithmetic, x)
    jets = PairJets(arithmetic, order)
    return evaluate(tree, jets, jets.variable(x))[order]


def _wide(tree: Node, order: int, x: Floats, finished: "Callable[[Wide], Floats] | None" = None) -> Floats:
    """The same with exponents of their own; values that choose alike are worked out together, branch by branch."""
    wide, finished = WidePairs(), finished or rounded
    try:
        if order == 0:
            answer = finished(evaluate(tree, wide, wide.variable(x)))
        else:
            jets = PairJets(wide, order)
            jet: Jet[Wide] = evaluate(tree, jets, jets.variable(wide.variable(x)))
            part = jet[order]
            # Where the value is undefined, so is its slope, even if the branches of a choice would give one.
            answer = np.where(np.isnan(jet.value.high), np.nan, 0.0 if part is None else finished(part))
        return np.where(np.isnan(x) | np.isnan(answer), np.nan, answer)  # every NaN with the same bits
    except MixedError as mixed:
        out = np.empty_like(x)
        for there in mixed.groups():
            out[there] = _wide(tree, order, x[there], finished)
        return out


class PairJets(LimitJets[Any]):
    """Value, slope and curvature over pairs of either kind, over what knows no infinity as they do, or such jets."""

    def __init__(self, base: Any, highest: int) -> None:
        super().__init__(base, highest)

    def jets(self) -> "PairJets":
        """Jets over these jets."""
        return PairJets(self, 1)

    def apply(self, function: Any, argument: Jet[Any], by_formula: Callable[[Jet[Any]], Jet[Any]]) -> Jet[Any]:
        """A function of the catalogue by the formula that keeps its digits; at an infinity by its limits."""

        def with_digits(argument: Jet[Any]) -> Jet[Any]:
            forms = [function.form(order) for order in range(self.highest + 1)]
            if forms[0] is None:
                return evaluate(joined(function.tree), self, argument)
            parts = [evaluate(joined(form), self.base, argument.value) for form in forms]
            value, slope, curvature = parts[0], parts[1], parts[-1]
            return Jet(value) if argument.slope is None else self.compose(argument, value, slope, curvature)

        return super().apply(function, argument, with_digits)


def _is_single(number: Any) -> bool:
    return bool(np.ndim(number.high) == 0)


@lru_cache(maxsize=1024)
def _literal(exact: int | Fraction) -> Pair:
    """A rational number of moderate size in two parts."""
    try:
        high = exact.numerator / exact.denominator
    except OverflowError:
        return Pair(np.float64(np.inf))
    low = float(Fraction(exact) - Fraction(high))
    return Pair(np.float64(high), np.float64(low) if low else None)


class NarrowPairs:
    """Plain double-double; `outside` marks the values whose intermediates leave its range or come to an edge."""

    def __init__(self, size: int) -> None:
        self.outside = np.zeros(size, np.bool_)

    def variable(self, x: Floats) -> Pair:
        """x itself."""
        self._watch(x, x)
        return Pair(x)

    def number(self, exact: int | Fraction) -> Pair:
        """A literal, to 106 bits."""
        found = _literal(exact)
        self._watch(found.high, found.high)
        return found

    def constant(self, name: str) -> Pair:
        """A constant of the language by name."""
        found = {"pi": dd.PI, "e": dd.EULER}.get(name)
        if found is None:
            self.outside[:] = True
        return found or dd.UNIT

    def vanishes(self, number: Pair) -> bool:
        """Whether this is the single number zero."""
        return _is_single(number) and bool(number.high == 0.0)

    def compare(self, sign: str, left: Pair, right: Pair) -> Any:
        """Where it holds; what does not depend on x enters as the double nearest to it, as x does."""
        left, right = (Pair(each.high) if _is_single(each) else each for each in (left, right))
        return _compared(sign, left, right)

    def select(self, condition: Any, yes: Callable[[], Pair], no: Callable[[], Pair]) -> Pair:
        """Each place its branch."""
        if np.ndim(condition) == 0:
            return yes() if condition else no()
        return dd.chosen(condition, yes(), no())

    def end_of(self, number: Pair) -> None:
        """Which infinity this is: none, for those are outside."""

    def jets(self) -> PairJets:
        """Value and slope over these pairs."""
        return PairJets(self, 1)

    def defined(self, number: Pair, beside: Pair) -> Pair:
        """The number: where another one is NaN, it is outside."""
        return number

    def apply(self, function: Bound, argument: Pair, by_formula: Callable[[Pair], Pair]) -> Pair:
        """A function of the catalogue by its formula, or where that loses digits by another."""
        return evaluate(joined(function.form(0) or function.tree), self, argument)

    def operate(self, name: str, *arguments: Pair) -> Pair:
        """Apply one operation of the formula language."""
        if not all(map(_is_single, arguments)):
            return self.operation(name, *arguments)
        found, is_outside = _of_constants(name, *arguments)
        if is_outside:
            self.outside[:] = True
        return found

    def operation(self, name: str, *arguments: Pair) -> Pair:
        """The same without a memory of what came of constants."""
        operation: Callable[..., Pair] = getattr(self, "_" + _METHODS.get(name, name))
        return operation(*arguments)

    # Marks.

    def _watch(self, result: Any, *factors: Any) -> bool:
        """Mark the values whose result is not in the middle of the range; 0 is, where one of the factors is 0.

        Tells whether there was anything to look at.
        """
        size = np.abs(result)
        if size.min() > _BOTTOM and size.max() < _TOP:
            return False
        bad = ~((size > _BOTTOM) & (size < _TOP))
        nonzero = size != 0.0
        for factor in factors:
            bad &= nonzero | (factor != 0.0)
        self.outside |= bad
        return True

    def _mark(self, bad: Any) -> None:
        self.outside |= bad

    def _bounded(self, u: Pair, bound: float) -> None:
        size = np.abs(u.high)
        if not size.max() <= bound:
            self._mark(~(size <= bound))

    # Operations.

    def _plus(self, u: Pair, v: Pair) -> Pair:
        return dd.add(u, v)

    def _minus(self, u: Pair, v: Pair) -> Pair:
        return dd.subtract(u, v)

    def _neg(self, u: Pair) -> Pair:
        return dd.negative(u)

    def _times(self, u: Pair, v: Pair) -> Pair:
        product = dd.square(u) if u is v else dd.multiply(u, v)
        if self._watch(product.high, u.high, v.high):
            return _zeros_kept(product, u.high * v.high)
        return product

    def _over(self, u: Pair, v: Pair) -> Pair:
        quotient = dd.divide(u, v)
        if self._watch(quotient.high, u.high):
            return _zeros_kept(quotient, u.high / v.high)
        return quotient

    def _max(self, u: Pair, v: Pair) -> Pair:
        if u.low is None and v.low is None:
            return Pair(np.maximum(u.high, v.high))
        return dd.chosen(_compared(">", u, v), u, v)

    def _min(self, u: Pair, v: Pair) -> Pair:
        if u.low is None and v.low is None:
            return Pair(np.minimum(u.high, v.high))
        return dd.chosen(_compared("<", u, v), u, v)

    def _clip(self, u: Pair, low: Pair, high: Pair) -> Pair:
        return self._min(self._max(u, low), high)

    def _abs(self, u: Pair) -> Pair:
        return Pair(np.abs(u.high)) if u.low is None else dd.scaled(u, np.copysign(1.0, u.high))

    def _sign(self, u: Pair) -> Pair:
        return Pair(np.sign(u.high))

    def _power(self, u: Pair, v: Pair) -> Pair:
        n = v.high
        if _is_single(v) and not v.low and n == np.floor(n) and abs(n) <= _MOST_MULTIPLIED:
            return self._whole_power(u, int(n))
        self._mark(~(u.high > 0.0))
        return self._exp(self._times(v, self._log(u)))

    def _whole_power(self, u: Pair, n: int) -> Pair:
        if n < 0:
            return self._over(dd.UNIT, self._whole_power(u, -n))
        result, base = dd.UNIT, u
        while n:
            if n % 2:
                result = base if result is dd.UNIT else self._times(result, base)
            n //= 2
            base = self._times(base, base) if n else base
        return result

    def _exp(self, u: Pair) -> Pair:
        self._bounded(u, dd.LARGEST_EXPONENT)
        return dd.exp(u)

    def _expm1(self, u: Pair) -> Pair:
        self._bounded(u, dd.LARGEST_EXPONENT)
        return dd.expm1(u)

    def _log(self, u: Pair) -> Pair:
        self._mark(~(u.high > 0.0))
        return dd.log(u)

    def _log1p(self, u: Pair) -> Pair:
        near = dd.log1p(u)
        low = ~(u.high > -0.5)
        if not low.any():
            return near
        self._mark(~(u.high > -1.0))
        return dd.chosen(low, dd.log(dd.add(dd.UNIT, u)), near)

    def _softplus(self, u: Pair) -> Pair:
        size = self._abs(u)
        return dd.add(self._max(u, _ZERO), dd.log1p(self._exp(dd.negative(size))))

    def _sigmoid(self, u: Pair) -> Pair:
        return dd.divide(dd.UNIT, dd.add(self._exp(dd.negative(u)), dd.UNIT))

    def _sqrt(self, u: Pair) -> Pair:
        self._mark(~(u.high >= 0.0))
        return dd.sqrt(u)

    def _sin(self, u: Pair) -> Pair:
        return self._turned(u)[0]

    def _cos(self, u: Pair) -> Pair:
        return self._turned(u)[1]

    def _tan(self, u: Pair) -> Pair:
        return self._over(*self._turned(u))

    def _turned(self, u: Pair) -> tuple[Pair, Pair]:
        self._mark(~np.isfinite(u.high))
        return dd.sine_and_cosine(*_quarter_turns(u))

    def _atan(self, u: Pair) -> Pair:
        return dd.atan(u)

    def _tanh(self, u: Pair) -> Pair:
        m = self._expm1(dd.scaled(u, -2.0 * np.copysign(1.0, u.high)))
        return _signed(dd.divide(dd.negative(m), dd.add(m, _TWO)), u)

    def _sinh(self, u: Pair) -> Pair:
        m = self._expm1(self._abs(u))
        return _signed(dd.scaled(dd.add(m, dd.divide(m, dd.add(m, dd.UNIT))), 0.5), u)

    def _cosh(self, u: Pair) -> Pair:
        # 1 + m²/(2 (m + 1)), m = e^|u| - 1: near 0 the square stays whole in the low part.
        m = self._expm1(self._abs(u))
        return dd.add(dd.scaled(dd.divide(dd.square(m), dd.add(m, dd.UNIT)), 0.5), dd.UNIT)

    def _normal_pdf(self, u: Pair) -> Pair:
        return self._exp(dd.negative(dd.add(dd.scaled(dd.square(u), 0.5), dd.LOG_ROOT_TAU)))

    def _tail(self, a: Pair) -> Pair:
        """Φ(-a) for a from 0."""
        return dd.multiply(self._normal_pdf(a), dd.mills(a))

    def _normal_cdf(self, u: Pair) -> Pair:
        tail = self._tail(self._abs(u))
        far = dd.chosen(u.high < 0.0, tail, dd.subtract(dd.UNIT, tail))

        def near(u: Pair) -> Pair:
            half = dd.scaled(dd.erf_near_zero(dd.divide(u, dd.ROOT_TWO)), 0.5)
            return dd.add(Pair(np.float64(0.5)), half)

        return _patched(far, u, 0.35, near)

    def _erf(self, u: Pair) -> Pair:
        tail = self._tail(dd.multiply(self._abs(u), dd.ROOT_TWO))
        far = _signed(dd.subtract(dd.UNIT, dd.scaled(tail, 2.0)), u)
        return _patched(far, u, dd.ERF_EDGE, dd.erf_near_zero)

    def _erfc(self, u: Pair) -> Pair:
        tail = dd.scaled(self._tail(dd.multiply(self._abs(u), dd.ROOT_TWO)), 2.0)
        far = dd.chosen(u.high < 0.0, dd.subtract(_TWO, tail), tail)
        return _patched(far, u, dd.ERF_EDGE, lambda u: dd.subtract(dd.UNIT, dd.erf_near_zero(u)))


@lru_cache(maxsize=1024)
def _of_constants(name: str, *arguments: Pair) -> tuple[Pair, bool]:
    alone = NarrowPairs(1)
    return alone.operation(name, *arguments), bool(alone.outside[0])


_METHODS = {"+": "plus", "-": "minus", "*": "times", "/": "over", "**": "power"}


def _compared(sign: str, left: Pair, right: Pair) -> Any:
    if left.low is None and right.low is None:
        return COMPARISONS[sign](left.high, right.high)
    first, second = (0.0 if each.low is None else each.low for each in (left, right))
    same = left.high == right.high
    if sign in ("==", "!="):
        equal = same & (first == second)
        return equal if sign == "==" else ~equal
    strictly = COMPARISONS[sign[0]]
    return strictly(left.high, right.high) | (same & COMPARISONS[sign](first, second))


def _signed(size: Pair, by: Pair) -> Pair:
    """A number not below 0 with the sign of another; 0 has it, too."""
    sign = np.copysign(1.0, by.high)
    return Pair(np.copysign(size.high, sign), size.low * sign)


def _zeros_kept(result: Pair, plain: Any) -> Pair:
    """The same, each zero with the sign that float64 gives it."""
    return result._replace(high=np.where(result.high == 0.0, plain, result.high)[()])


def _patched(far: Pair, u: Pair, edge: float, near: Callable[[Pair], Pair]) -> Pair:
    """The one result, and within the edge around 0 the other, worked out where it is needed alone."""
    inside = np.abs(u.high) < edge
    if np.ndim(inside) == 0:
        return near(u) if inside else far
    there = np.flatnonzero(inside)
    if there.size:
        patch = near(Pair(u.high[there], None if u.low is None else np.broadcast_to(u.low, u.high.shape)[there]))
        far.high[there], far.low[there] = patch.high, patch.low
    return far


class MixedError(Exception):
    """Not all values choose alike; holds what each of them chooses."""

    def __init__(self, condition: Floats) -> None:
        super().__init__("the values choose differently")
        self.condition = condition

    def groups(self) -> Iterator[Any]:
        """Where the values choose alike, group by group."""
        for group in np.unique(self.condition):
            yield np.isnan(self.condition) if np.isnan(group) else self.condition == group


class WidePairs:
    """Pairs with exponents, and the edge rules of the language; values that choose alike are taken together."""

    def variable(self, x: Floats) -> Wide:
        """x itself."""
        return normal(Pair(x))

    def number(self, exact: int | Fraction) -> Wide:
        """A literal, to 106 bits."""
        return literal(exact)

    def constant(self, name: str) -> Wide:
        """A constant of the language by name."""
        found = {"pi": dd.PI, "e": dd.EULER}.get(name)
        return normal(found or Pair(np.float64(name)))

    def vanishes(self, number: Wide) -> bool:
        """Whether this is the single number zero."""
        return _is_single(number) and bool(number.high == 0.0)

    def compare(self, sign: str, left: Wide, right: Wide) -> Any:
        """1 where it holds, 0 where it does not, NaN beside a NaN; a constant enters as the double nearest to it."""
        left, right = (nearest(each) if _is_single(each) else each for each in (left, right))
        return self._compared(sign, left, right)

    def _compared(self, sign: str, left: Wide, right: Wide) -> Any:
        difference = self._plus(left, self._neg(right)).high
        alike = is_same(left, right)
        holds = COMPARISONS[sign](where(alike, 0.0, difference), 0.0)
        return where(np.isnan(left.high) | np.isnan(right.high), np.nan, np.float64(holds))

    def select(self, condition: Any, yes: Callable[[], Wide], no: Callable[[], Wide]) -> Wide:
        """The branch that all values take; raises MixedError where they differ."""
        first = np.ravel(condition)[0]
        if not np.all((condition == first) | (np.isnan(condition) & np.isnan(first))):
            raise MixedError(condition)
        if np.isnan(first):
            return normal(Pair(np.full(np.shape(condition), np.nan)[()]))
        return yes() if first == 1.0 else no()

    def jets(self) -> PairJets:
        """Value and slope over these pairs."""
        return PairJets(self, 1)

    def defined(self, number: Wide, beside: Wide) -> Wide:
        """The number, NaN where another one is."""
        return picked(np.isnan(beside.high), beside, number)

    def end_of(self, number: Wide) -> float | None:
        """Which infinity all of these are; raises MixedError where they differ."""
        infinite = np.isinf(number.high)
        if not np.any(infinite):
            return None
        end = np.where(infinite, number.high, 0.0)
        first = np.ravel(end)[0]
        if not np.all(end == first):
            raise MixedError(end)
        return float(first)

    def apply(self, function: Bound, argument: Wide, by_formula: Callable[[Wide], Wide]) -> Wide:
        """A function of the catalogue by its formula, or another where that loses digits; at infinity its limit."""
        end = self.end_of(argument)
        limit: Wide | None = None if end is None else function.at_infinity(self, 0, end)
        return evaluate(joined(function.form(0) or function.tree), self, argument) if limit is None else limit

    def operate(self, name: str, *arguments: Wide) -> Wide:
        """Apply one operation of the formula language."""
        operation: Callable[..., Wide] = getattr(self, "_" + _METHODS.get(name, name))
        return operation(*arguments)

    # The four operations.

    def _plus(self, u: Wide, v: Wide) -> Wide:
        if np.any(u.power) or np.any(v.power):
            return self._far_sum(u, v)
        top = np.maximum(u.exponent, v.exponent)
        first, second = shifted(u, u.exponent - top), shifted(v, v.exponent - top)
        total = dd.add(first, second)
        plain = first.high + second.high
        return normal(or_else(total, np.isfinite(plain) & (total.high != 0.0), plain), top)

    def _far_sum(self, u: Wide, v: Wide) -> Wide:
        """The sum of numbers with powers of e: that of the larger is put outside the brackets."""
        apart = places(u, v)
        odd = ~(np.isfinite(u.high) & np.isfinite(v.high))
        outer = picked(apart >= 0.0, u, v)
        power = held(Pair(outer.power, outer.power_low), ~odd, 0.0)

        def inside(a: Wide, is_small: Any) -> Wide:
            own = dd.subtract(Pair(a.power, a.power_low), power)
            factor = power_of_e(dd.scaled(held(own, ~(is_small | odd), 0.0), 1.0 / UNIT))
            a = self._times(without_power(a), factor)
            return picked(is_small & ~odd, normal(Pair(0.0 * a.high)), a)

        total = self._plus(inside(u, apart < -_NO_PART), inside(v, apart > _NO_PART))
        return raised(total, power)

    def _minus(self, u: Wide, v: Wide) -> Wide:
        return self._plus(u, self._neg(v))

    def _neg(self, u: Wide) -> Wide:
        return u._replace(high=-u.high, low=-u.low)

    def _times(self, u: Wide, v: Wide) -> Wide:
        product = dd.multiply(Pair(u.high, u.low), Pair(v.high, v.low))
        found = normal(finite_or(product, u.high * v.high), u.exponent + v.exponent)
        return raised(found, self._powers(dd.add, u, v, u.power + v.power))

    def _over(self, u: Wide, v: Wide) -> Wide:
        quotient = dd.divide(Pair(u.high, u.low), Pair(v.high, v.low))
        # Zero has no sign in this language: c/-0 is c/0.
        found = normal(finite_or(quotient, u.high / (v.high + 0.0)), u.exponent - v.exponent)
        return raised(found, self._powers(dd.subtract, u, v, u.power - v.power))

    def _powers(self, combined: Callable[[Pair, Pair], Pair], u: Wide, v: Wide, plain: Any) -> Pair:
        """The sum or difference of two powers of e; beyond the doubles an infinity, where a pair makes NaN of it."""
        if not (np.any(u.power) or np.any(v.power)):
            return _ZERO
        found = combined(Pair(u.power, u.power_low), Pair(v.power, v.power_low))
        return or_else(found, np.isfinite(plain), plain)

    def _halved(self, u: Wide) -> Wide:
        return u._replace(exponent=u.exponent - UNIT)

    def _doubled(self, u: Wide) -> Wide:
        return u._replace(exponent=u.exponent + UNIT)

    # Choices.

    def _max(self, u: Wide, v: Wide) -> Wide:
        return self._extreme(">", u, v)

    def _min(self, u: Wide, v: Wide) -> Wide:
        return self._extreme("<", u, v)

    def _extreme(self, sign: str, u: Wide, v: Wide) -> Wide:
        # Of 0 and -0 the second, as NumPy has it: max(x, 0) is 0 at -0.
        holds = self._compared(sign, u, v)
        nan = normal(Pair(np.float64(np.nan)))
        return picked(np.isnan(holds), nan, picked(holds == 1.0, u, v))

    def _clip(self, u: Wide, low: Wide, high: Wide) -> Wide:
        return self._min(self._max(u, low), high)

    def _abs(self, u: Wide) -> Wide:
        sign = np.copysign(1.0, u.high)
        return u._replace(high=sign * u.high, low=sign * u.low)

    def _signed(self, u: Wide, by: Wide) -> Wide:
        sign = np.copysign(1.0, by.high)
        return u._replace(high=sign * u.high, low=sign * u.low)

    def _sign(self, u: Wide) -> Wide:
        return normal(Pair(np.sign(u.high)))

    # Powers.

    def _power(self, u: Wide, v: Wide) -> Wide:
        n = np.asarray(rounded(v))[()]
        whole = (n == np.floor(n)) & (rounded(self._minus(v, normal(Pair(n)))) == 0.0)
        if _is_single(v) and whole and abs(n) <= _MOST_MULTIPLIED:
            result = self._whole_power(u, int(n))
        else:
            size = self._exp(self._times(v, self._log(self._abs(u))))
            odd = whole & (np.abs(np.fmod(n, 2.0)) == 1.0)
            result = picked((u.high < 0.0) & odd, self._neg(size), size)
        undefined = np.isnan(u.high) | np.isnan(v.high) | ((u.high < 0.0) & ~whole & np.isfinite(v.high))
        # At 0, 1, an infinity: as C has it, by a number with the sign of the base on its side of 1.
        edge = (u.high == 0.0) | np.isinf(u.high) | (v.high == 0.0) | np.isinf(v.high)
        side = np.asarray(rounded(self._minus(self._abs(u), one())))
        middle = np.where(np.isfinite(u.high) & (u.high != 0.0), np.copysign(2.0 ** np.sign(side), u.high), u.high)
        at_edge = np.power(middle + 0.0, n)
        result = picked(edge, normal(Pair(at_edge[()])), result)
        return picked(undefined, normal(Pair(np.float64(np.nan))), result)

    def _whole_power(self, u: Wide, n: int) -> Wide:
        if n < 0:
            return self._over(one(), self._whole_power(u, -n))
        result, base = one(), u
        while n:
            result = self._times(result, base) if n % 2 else result
            n //= 2
            base = self._times(base, base) if n else base
        return result

    def _sqrt(self, u: Wide) -> Wide:
        ok = (u.high > 0.0) & np.isfinite(u.high)
        odd = where(ok, u.exponent % (2.0 * UNIT), 0.0)
        root = dd.sqrt(held(shifted(u, odd), ok))
        found = normal(or_else(root, ok, np.sqrt(u.high)), where(ok, (u.exponent - odd) / 2.0, 0.0))
        return raised(found, Pair(u.power / 2.0, u.power_low / 2.0))

    # Exponentials and logarithms.

    def _exp(self, u: Wide) -> Wide:
        ok = size_of(u) <= 20
        near = power_of_e(held(as_pair(u), ok, 0.0))
        if np.all(ok):
            return near
        power = held(shifted(u, reach(u) - 8.0 * UNIT), ~ok & np.isfinite(u.high), 0.0)
        far = raised(normal(Pair(np.ones_like(u.high), np.zeros_like(u.high))), power)
        return picked(ok, near, picked(np.isfinite(u.high), far, normal(Pair(np.exp(u.high)))))

    def _expm1(self, u: Wide) -> Wide:
        size = size_of(u)
        ok = (size <= 8) & (size > -500)
        near = normal(dd.expm1(held(as_pair(u), ok)))
        return picked(size <= -500, u, picked(ok, near, self._minus(self._exp(u), one())))

    def _log(self, u: Wide) -> Wide:
        size = size_of(u)
        ok = (u.high > 0.0) & np.isfinite(u.high)
        moderate = ok & (np.abs(size) < 800)
        near = normal(or_else(dd.log(held(as_pair(u), moderate)), ok, np.log(u.high)))  # log 0 is -inf
        mantissa = dd.log(held(shifted(u, -HEIGHT * UNIT), ok))
        powers = normal(dd.multiply(Pair(where(ok, u.exponent + HEIGHT * UNIT, 0.0)), dd.LOG_TWO), 8.0 * UNIT)
        far = self._plus(powers, normal(mantissa))
        if np.any(u.power):
            far = self._plus(normal(Pair(u.power, u.power_low), 8.0 * UNIT), far)
        return picked(ok & ~moderate, far, near)

    def _log1p(self, u: Wide) -> Wide:
        size = size_of(u)
        ok = (size > -500) & (size < 800) & (u.high > 0.0)
        plain = as_pair(u)
        ok |= (size > -500) & (size < 800) & (plain.high > -0.5)
        near = normal(dd.log1p(held(plain, ok)))
        return picked(size <= -500, u, picked(ok, near, self._log(self._plus(one(), u))))

    def _softplus(self, u: Wide) -> Wide:
        return self._plus(self._max(u, nothing()), self._log1p(self._exp(self._neg(self._abs(u)))))

    def _sigmoid(self, u: Wide) -> Wide:
        return self._over(one(), self._plus(self._exp(self._neg(u)), one()))

    def _tanh(self, u: Wide) -> Wide:
        m = self._expm1(self._doubled(self._neg(self._abs(u))))
        t = self._neg(self._over(m, self._plus(m, self._doubled(one()))))
        return picked(size_of(u) <= -500, u, self._signed(t, u))

    def _sinh(self, u: Wide) -> Wide:
        m = self._expm1(self._abs(u))
        less = self._over(m, self._plus(m, one()))
        total = self._plus(m, picked(np.isinf(m.high), one(), less))
        return picked(size_of(u) <= -500, u, self._signed(self._halved(total), u))

    def _cosh(self, u: Wide) -> Wide:
        m = self._expm1(self._abs(u))
        more = self._halved(self._over(self._times(m, m), self._plus(m, one())))
        return self._plus(picked(np.isinf(m.high), m, more), one())

    # Waves.

    def _sin(self, u: Wide) -> Wide:
        return picked(size_of(u) <= -500, u, self._turned(u)[0])

    def _cos(self, u: Wide) -> Wide:
        return self._turned(u)[1]

    def _tan(self, u: Wide) -> Wide:
        return picked(size_of(u) <= -500, u, self._over(*self._turned(u)))

    def _turned(self, u: Wide) -> tuple[Wide, Wide]:
        size = size_of(u)
        # Angles beyond the doubles are doubled ones of those within; a pair much farther out may be any angle.
        known = size <= 1024 + _MOST_DOUBLINGS
        doublings = np.where(known, np.maximum(size - 1024, 0), 0)
        plain = held(as_pair(u._replace(exponent=u.exponent - UNIT * doublings)), known, 0.0)
        sine, cosine = dd.sine_and_cosine(*_quarter_turns(plain))
        for doubled in range(int(np.max(doublings))):
            product, difference = dd.multiply(sine, cosine), dd.subtract(dd.square(cosine), dd.square(sine))
            sine = dd.chosen(doublings > doubled, dd.scaled(product, 2.0), sine)
            cosine = dd.chosen(doublings > doubled, difference, cosine)
        unknown = ~known
        return tuple(normal(or_else(each, ~unknown, np.float64(np.nan))) for each in (sine, cosine))  # type: ignore[return-value]

    def _atan(self, u: Wide) -> Wide:
        size = size_of(u)
        ok = (size > -500) & (size < 900)
        near = dd.atan(held(as_pair(u), ok))
        end = np.copysign(1.0, u.high)
        far = picked(np.isnan(u.high), u, normal(dd.scaled(dd.HALF_PI, end)))
        return picked(size <= -500, u, picked(ok, normal(near), far))

    # The normal distribution.

    def _normal_pdf(self, u: Wide) -> Wide:
        half = self._halved(self._times(u, u))
        return self._exp(self._neg(self._plus(half, normal(dd.LOG_ROOT_TAU))))

    def _tail(self, a: Wide) -> Wide:
        """Φ(-a) for a from 0."""
        ok = size_of(a) < 100
        plain = held(as_pair(a), ok)
        cells = dd.mills(held(plain, plain.high <= dd.MILLS_END))
        far = plain.high > dd.MILLS_END
        inverse = dd.divide(dd.UNIT, held(plain, far, 64.0))
        series = dd.multiply(inverse, dd.polynomial(dd.square(inverse), _MILLS_FAR, np.float64(0.0)))
        ratio = picked(ok, normal(dd.chosen(far, series, cells)), self._over(one(), a))
        return self._times(self._normal_pdf(a), ratio)

    def _normal_cdf(self, u: Wide) -> Wide:
        tail = self._tail(self._abs(u))
        far = picked(u.high < 0.0, tail, self._minus(one(), tail))
        half = self._halved(one())
        near = self._plus(half, self._halved(self._near_zero(self._over(u, normal(dd.ROOT_TWO)))))
        return picked(size_of(u) <= -2, near, far)

    def _near_zero(self, u: Wide) -> Wide:
        size = size_of(u)
        ok = (size <= -2) & (size > -400)
        near = normal(dd.erf_near_zero(held(as_pair(u), ok, 0.125)))
        return picked(ok, near, self._times(u, normal(dd.TWO_OVER_ROOT_PI)))

    def _erf(self, u: Wide) -> Wide:
        tail = self._tail(self._times(self._abs(u), normal(dd.ROOT_TWO)))
        far = self._signed(self._minus(one(), self._doubled(tail)), u)
        return picked(size_of(u) <= -2, self._near_zero(u), far)

    def _erfc(self, u: Wide) -> Wide:
        tail = self._doubled(self._tail(self._times(self._abs(u), normal(dd.ROOT_TWO))))
        far = picked(u.high < 0.0, self._minus(self._doubled(one()), tail), tail)
        return picked(size_of(u) <= -2, self._minus(one(), self._near_zero(u)), far)


_ANGLE_BITS = 1500
_MOST_DOUBLINGS = 16  # each loses a bit of a hundred


def _double_factorial(n: int) -> float:
    return 1.0 if n <= 1 else n * _double_factorial(n - 2)


# 1 - z + 3 z² - 15 z³ + … with z = a⁻².
_MILLS_FAR = tuple(Pair(np.float64((-1.0) ** k * _double_factorial(2 * k - 1)), np.float64(0.0)) for k in range(16))


@cache
def _half_pi_for_large_angles() -> int:
    return constants.pi_to(_ANGLE_BITS) >> 1


def _quarter_turns(u: Pair) -> tuple[Any, Pair]:
    """How many quarter turns, modulo 4, are nearest to u, and what is left, for angles of any size; NaN for others."""
    n, r = dd.quarter_turns(u)
    large = np.abs(u.high) > dd.LARGEST_ANGLE
    if not np.any(large):
        return n, r
    shape, large = np.shape(large), np.atleast_1d(large)
    high, low, turns, rest, lower = (
        np.array(np.broadcast_to(0.0 if each is None else each, large.shape)) for each in (*u, n, *r)
    )
    turns[large], (rest[large], lower[large]) = _of_large_angles(Pair(high[large], low[large]))
    turns, rest, lower = (each.reshape(shape)[()] for each in (turns, rest, lower))
    return turns, Pair(rest, lower)


def _of_large_angles(u: Pair) -> tuple[Floats, Pair]:
    """The same for an array of angles that are all large."""
    first, rest = dd.large_quarter_turns(u.high)
    small = np.abs(u.low) <= dd.LARGEST_ANGLE
    second, other = dd.quarter_turns(Pair(np.where(small, u.low, 0.0)))
    if not small.all():
        third, another = dd.large_quarter_turns(np.where(small, dd.LARGEST_ANGLE, u.low))
        second, other = np.where(small, second, third), dd.chosen(small, other, another)
    total = dd.add(rest, other)
    more = np.rint(total.high * (1.0 / dd.HALF_PI.high))
    total = dd.subtract(total, dd.multiply(dd.HALF_PI, Pair(more)))
    turns = np.fmod(first + np.fmod(second, 4.0) + more, 4.0)
    # What is left is known to 2^-100: next to a whole number of quarter turns it needs more digits.
    near = np.abs(total.high) < 2.0**-36
    return in_integers(near, u, turns, total, _half_pi_for_large_angles(), _ANGLE_BITS)

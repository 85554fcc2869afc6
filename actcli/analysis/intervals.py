"""A formula in plain float64 between two bounds: cheap, and sure of most signs and of a dozen digits, but not of all.

Searches ask for thousands of signs, which pairs would know to 30 digits. Where the bounds leave a sign or a size open,
pairs are asked; they decide nothing else, so that claims are the same on every processor.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats
from actcli.catalog import Activation
from actcli.formula.double_double import two_sum
from actcli.formula.floats import COMPARISONS
from actcli.formula.identities import joined
from actcli.formula.pairs import PairJets
from actcli.formula.tree import Bound, Node, evaluate

Known = NDArray[np.bool_]

# Relative: what an operation loses, and what a function of NumPy or of the C library may, with room to spare.
_LOSS, _LOSS_OF_FUNCTION = 2.0**-52, 2.0**-48
_LARGEST, _LEAST = float(np.finfo(np.float64).max), 2.0**-1074
# e to this power is 0 times any number that a double holds, and times a hundred of them.
_NOTHING = -1e5
_NOTHING_OF_ERFC = 320.0  # below e to that
_MOST_MULTIPLIED = 64
# So far between the bounds, relative to the number, it is known; what rounds to nothing but the least numbers is 0.
_CLOSE, _FAINT = 2.0**-42, 2.0**-1060


class Interval(NamedTuple):
    """Two bounds of a number, which may be one; NaN where nothing is known."""

    low: Any
    """No larger than it."""
    high: Any
    """No smaller."""


def signs(activation: Activation, order: int, x: Floats) -> Floats:
    """The signs of value (0), slope (1) or curvature (2) at float64 of any shape; NaN where it has none.

    0 stands for what rounds to 0, and for some of the least numbers.
    """
    if _has_kernel(activation, order):
        return np.sign(activation.order(order, x))
    low, high = _bounds(*_formula(activation, order), x)
    is_faint = _is_faint(low, high)
    found, is_known = np.where(is_faint, 0.0, np.sign(low)), is_faint | _has_sign(low, high)
    if not is_known.all():
        found[~is_known] = np.sign(activation.order(order, x[~is_known]))
    return found


def sizes(activation: Activation, order: int, x: Floats) -> Floats:
    """Value (0), slope (1) or curvature (2) at float64 of any shape, to 2e-13 of itself."""
    if _has_kernel(activation, order):
        return activation.order(order, x)
    low, high = _bounds(*_formula(activation, order), x)
    with np.errstate(all="ignore"):
        middle, is_faint = low / 2 + high / 2, _is_faint(low, high)
        is_known = is_faint | ((high - low <= _CLOSE * np.abs(middle)) & np.isfinite(middle))
    found: Floats = np.where(is_faint, 0.0, middle)
    if not is_known.all():
        found[~is_known] = activation.order(order, x[~is_known])
    return found


def known_signs(tree: Node, order: int, x: Floats) -> tuple[Floats, Known]:
    """The signs of a formula, and where they are known: also those of the least numbers, which a choice may turn on."""
    low, high = _bounds(tree, order, x)
    return np.sign(low), _has_sign(low, high)


def _has_kernel(activation: Activation, order: int) -> bool:
    return bool(activation.entry and activation.entry.kernels.of(order))


def _formula(activation: Activation, order: int) -> tuple[Node, int]:
    """What pairs work an order out by, and which derivative of it that is."""
    form = activation.form(order)
    return (activation.tree, order) if form is None else (form, 0)


def _has_sign(low: Floats, high: Floats) -> Known:
    return np.asarray((low > 0.0) | (high < 0.0) | ((low == 0.0) & (high == 0.0)))


def _is_faint(low: Floats, high: Floats) -> Known:
    return np.asarray(np.maximum(np.abs(low), np.abs(high)) <= _FAINT)


def _bounds(tree: Node, order: int, x: Floats) -> Interval:
    """NaN also at 0, whose sign is for pairs to keep."""
    with np.errstate(all="ignore"):
        arithmetic, variable = Intervals(), Interval(x, x)
        part: Interval | None
        if order == 0:
            value = part = evaluate(joined(tree), arithmetic, variable)
        else:
            jets = PairJets(arithmetic, order)
            jet = evaluate(joined(tree), jets, jets.variable(variable))
            value, part = jet.value, jet[order]
        part = arithmetic.number(0) if part is None else part
        is_open = np.isnan(value.low) | np.isnan(value.high) | (x == 0.0) | np.isinf(x)
        return Interval(*(np.where(is_open, np.nan, end) for end in part))


def _widened(low: Any, high: Any, loss: float, least: Any = 0.0) -> Interval:
    """Bounds moved apart by what rounding may have moved them, and by a least number where something underflows."""
    down, up = low - loss * np.abs(low) - least, high + loss * np.abs(high) + least
    # What overflows is beyond the doubles, but not infinite.
    return Interval(np.where(low == np.inf, _LARGEST, down)[()], np.where(high == -np.inf, -_LARGEST, up)[()])


def _is_single(number: Interval) -> bool:
    return np.ndim(number.low) == 0


def _is_point(number: Interval) -> bool:
    """Whether this is a single number, known exactly."""
    return _is_single(number) and bool(number.low == number.high)


def _is_zero(number: Interval) -> Any:
    return (number.low == 0.0) & (number.high == 0.0)


class Intervals:
    """Arithmetic of such bounds; the caller silences floating point errors (`np.errstate`)."""

    def number(self, exact: "int | Fraction") -> Interval:
        """A literal."""
        try:
            nearest = np.float64(exact.numerator / exact.denominator)
        except OverflowError:
            return Interval(np.float64(np.nan), np.float64(np.nan))
        if Fraction(float(nearest)) == exact:
            return Interval(nearest, nearest)
        return _widened(nearest, nearest, _LOSS, _LEAST)

    def constant(self, name: str) -> Interval:
        """A constant of the language by name; of inf nothing is known."""
        nearest = {"pi": np.float64(math.pi), "e": np.float64(math.e)}.get(name, np.float64(np.nan))
        return _widened(nearest, nearest, _LOSS)

    def vanishes(self, number: Interval) -> bool:
        """Whether this is the single number zero."""
        return _is_single(number) and bool(_is_zero(number))

    def compare(self, sign: str, left: Interval, right: Interval) -> Any:
        """1 where it holds, 0 where it does not, 0.5 where either may be, NaN beside a NaN."""
        holds = COMPARISONS[sign]
        found = [holds(one, other) for one in left for other in right]
        always, never = reduce(np.logical_and, found), ~reduce(np.logical_or, found)
        if sign in ("==", "!="):  # of two that overlap, the ends tell nothing
            is_apart = (left.low > right.high) | (left.high < right.low)
            is_one = (left.low == left.high) & (right.low == right.high)
            always, never = always & (is_apart | is_one), never & (is_apart | is_one)
        either = np.where(always, 1.0, np.where(never, 0.0, 0.5))
        return np.where(np.isnan(left.low) | np.isnan(right.low), np.nan, either)

    def select(self, condition: Any, yes: Callable[[], Interval], no: Callable[[], Interval]) -> Interval:
        """Each place its branch, where either may hold from the lower to the higher of both."""
        if np.all(condition == 1.0):
            return yes()
        if np.all(condition == 0.0):
            return no()
        (low, high), (other_low, other_high) = yes(), no()
        is_yes, is_no = condition == 1.0, condition == 0.0
        low = np.where(is_yes, low, np.where(is_no, other_low, np.minimum(low, other_low)))
        high = np.where(is_yes, high, np.where(is_no, other_high, np.maximum(high, other_high)))
        is_open = np.isnan(condition)
        return Interval(np.where(is_open, np.nan, low), np.where(is_open, np.nan, high))

    def end_of(self, number: Interval) -> None:
        """Which infinity this is: none is known to be one."""

    def jets(self) -> PairJets:
        """Value and slope over intervals."""
        return PairJets(self, 1)

    def defined(self, number: Interval, beside: Interval) -> Interval:
        """The number, NaN where another one is."""
        is_open = np.isnan(beside.low) | np.isnan(beside.high)
        return Interval(*(np.where(is_open, np.nan, end)[()] for end in number))

    def apply(self, function: Bound, argument: Interval, by_formula: Callable[[Interval], Interval]) -> Interval:
        """A function of the catalogue by its formula, or where that loses digits by another."""
        return evaluate(joined(function.form(0) or function.tree), self, argument)

    def operate(self, name: str, *arguments: Interval) -> Interval:
        """Apply one operation of the formula language."""
        if name in _RISING:
            (u,) = arguments
            return _rising(_RISING[name], u, is_gone=name in _GOING and u.high < _NOTHING)
        operation: Callable[..., Interval] = getattr(self, "_" + _METHODS.get(name, name))
        return operation(*arguments)

    def _plus(self, u: Interval, v: Interval) -> Interval:
        if _is_point(u) and _is_point(v):
            total, lost = two_sum(u.low, v.low)
            if lost == 0.0:  # a power less one is to stay whole
                return Interval(total, total)
        return _widened(u.low + v.low, u.high + v.high, _LOSS)

    def _minus(self, u: Interval, v: Interval) -> Interval:
        return self._plus(u, self._neg(v))

    def _neg(self, u: Interval) -> Interval:
        return Interval(-u.high, -u.low)

    def _times(self, u: Interval, v: Interval) -> Interval:
        if u is v:
            size = self._abs(u)
            ends: list[Any] = [size.low * size.low, size.high * size.high]
        else:
            ends = [one * other for one in u for other in v]
        return self._from_ends(ends, _is_zero(u) | _is_zero(v))

    def _over(self, u: Interval, v: Interval) -> Interval:
        low, high = self._from_ends([one / other for one in u for other in v], _is_zero(u))
        is_open = ~((v.low > 0.0) | (v.high < 0.0))
        return Interval(np.where(is_open, np.nan, low)[()], np.where(is_open, np.nan, high)[()])

    def _from_ends(self, ends: list[Any], is_zero: Any) -> Interval:
        low, high = ends[0], ends[0]
        for end in ends[1:]:
            low, high = np.minimum(low, end), np.maximum(high, end)
        return _widened(low, high, _LOSS, np.where(is_zero, 0.0, _LEAST))

    def _max(self, u: Interval, v: Interval) -> Interval:
        return Interval(np.maximum(u.low, v.low), np.maximum(u.high, v.high))

    def _min(self, u: Interval, v: Interval) -> Interval:
        return Interval(np.minimum(u.low, v.low), np.minimum(u.high, v.high))

    def _clip(self, u: Interval, low: Interval, high: Interval) -> Interval:
        return self._min(self._max(u, low), high)

    def _abs(self, u: Interval) -> Interval:
        one, other = np.abs(u.low), np.abs(u.high)
        is_across = (u.low < 0.0) & (u.high > 0.0)
        return Interval(np.where(is_across, 0.0, np.minimum(one, other))[()], np.maximum(one, other))

    def _sign(self, u: Interval) -> Interval:
        return Interval(np.sign(u.low), np.sign(u.high))

    def _power(self, u: Interval, v: Interval) -> Interval:
        n = v.low
        if _is_point(v) and n == np.floor(n) and abs(n) <= _MOST_MULTIPLIED:
            if n < 0:
                return self._over(self.number(1), self._power(u, self._neg(v)))
            base = self._abs(u) if n % 2 == 0 else u
            return _widened(base.low**n, base.high**n, _LOSS_OF_FUNCTION, np.where(_is_zero(u), 0.0, _LEAST))
        return self.operate("exp", self._times(v, self.operate("log", u)))

    def _sqrt(self, u: Interval) -> Interval:
        return _known_above_zero(_rising(np.sqrt, u), u)

    def _log(self, u: Interval) -> Interval:
        return _known_above_zero(_rising(np.log, u), u)

    def _log1p(self, u: Interval) -> Interval:
        return _known_above_zero(_rising(np.log1p, u), self._plus(u, self.number(1)))

    def _sin(self, u: Interval) -> Interval:
        return self._turned(np.sin(u.low), u)

    def _cos(self, u: Interval) -> Interval:
        return self._turned(np.cos(u.low), u)

    def _turned(self, at: Any, u: Interval) -> Interval:
        room = (u.high - u.low) * (1.0 + _LOSS) + _LOSS_OF_FUNCTION * np.abs(at)
        return Interval(np.maximum(at - room, -1.0), np.minimum(at + room, 1.0))

    def _tan(self, u: Interval) -> Interval:
        return self._over(self._sin(u), self._cos(u))

    def _cosh(self, u: Interval) -> Interval:
        return _rising(np.cosh, self._abs(u))

    def _erfc(self, u: Interval) -> Interval:
        return _rising(_erfc, self._neg(u), is_gone=u.low > _NOTHING_OF_ERFC)

    def _normal_cdf(self, u: Interval) -> Interval:
        root = self._sqrt(self.number(2))
        return self._over(self._erfc(self._over(self._neg(u), root)), self.number(2))

    def _normal_pdf(self, u: Interval) -> Interval:
        half = self._over(self._times(u, u), self.number(2))
        root = self._sqrt(self._times(self.number(2), self.constant("pi")))
        return self._over(self.operate("exp", self._neg(half)), root)


_METHODS = {"+": "plus", "-": "minus", "*": "times", "/": "over", "**": "power"}


def _rising(function: Callable[[Any], Any], u: Interval, *, is_gone: Any = False) -> Interval:
    """A function that rises; 0 where it is known to have gone there."""
    low = function(u.low)
    high = low if u.low is u.high else function(u.high)
    widened = _widened(low, high, _LOSS_OF_FUNCTION, _LEAST)
    return Interval(*(np.where(is_gone, 0.0, end)[()] for end in widened)) if np.any(is_gone) else widened


def _known_above_zero(number: Interval, u: Interval) -> Interval:
    """The number where u is above 0; beside it nothing is known, since what has gone to 0 may be any small number."""
    return Interval(*(np.where(u.low > 0.0, end, np.nan)[()] for end in number))


def _erfc(u: Any) -> Any:
    """erfc(-u), from the C library."""
    return np.asarray(_ERFC(-np.asarray(u)), dtype=np.float64)[()]


_ERFC = np.frompyfunc(math.erfc, 1, 1)
_ERF = np.frompyfunc(math.erf, 1, 1)

_RISING: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp,
    "expm1": np.expm1,
    "sinh": np.sinh,
    "tanh": np.tanh,
    "atan": np.arctan,
    "sigmoid": lambda u: np.exp(np.minimum(u, 0.0)) / (1.0 + np.exp(-np.abs(u))),
    "softplus": lambda u: np.maximum(u, 0.0) + np.log1p(np.exp(-np.abs(u))),
    "erf": lambda u: np.asarray(_ERF(u), dtype=np.float64)[()],
}
_GOING = ("exp", "sigmoid", "softplus")

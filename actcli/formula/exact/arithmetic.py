"""The formula language over functions written out: fractions of polynomials in x, exponentials, logarithms and roots.

Hyperbolic and logistic functions are fractions of powers of e^x, sines and cosines of powers of e^(ix), powers those of
e times a logarithm. Two formulas that come to one fraction are one function, wherever both are defined. That holds on a
stretch between two rational numbers, or at one; a formula that chooses within it asks for the stretch to be cut.
"""

import cmath
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from actcli.formula.exact.polynomials import (
    ONE,
    Monomial,
    Polynomial,
    TooLargeError,
    added,
    coefficients,
    content,
    multiplied,
    number,
    power_of,
    quantities,
    root,
    scaled,
    to_power,
    together,
    without,
)
from actcli.formula.exact.roots import HIGHEST_DEGREE, Coefficients, Sturm, rational_roots, value_at
from actcli.formula.jets import JetArithmetic

_X, _I, _PI = 0, 1, 2
_HIGHEST_POWER = 64
_POWERS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1))
_LARGEST_FACTOR = 10_000
# What float64 makes of a number without x is right to much more than this.
_SURE = 1e-9


class UndecidedError(Exception):
    """The formula has parts that are not written out here."""


class SingularError(Exception):
    """A division by what is 0 throughout, or a logarithm of it."""


class CutError(Exception):
    """The formula changes its form within the stretch."""

    def __init__(self, at: Fraction) -> None:
        super().__init__(at)
        self.at = at


class Quotient(NamedTuple):
    """A function, or a number, as a fraction of polynomials."""

    over: Polynomial
    """The numerator."""
    under: Polynomial
    """The denominator; {} where the function is undefined."""


class Quantity(NamedTuple):
    """What polynomials are made of."""

    kind: str
    """x, i, pi, prime, exp, log, root, or a function of the language that nothing here takes apart."""
    argument: Quotient | None
    """What it is the function of."""
    value: complex | None
    """Its value, where it does not depend on x."""


class Condition(NamedTuple):
    """What has to hold for a formula to be defined."""

    kind: str
    """nonzero, positive or nonnegative."""
    of: Quotient
    """What it holds of."""


# What is no number has 0 below the line.
UNDEFINED = Quotient({}, {})
_INFINITE = Quotient(ONE, {})
_NOTHING, _ONE = Quotient({}, ONE), Quotient(ONE, ONE)


class ExactArithmetic:
    """Fractions of polynomials on the open stretch from `low` to `high`, None infinitely far; a point where equal.

    Operations raise CutError, SingularError, UndecidedError and TooLargeError.
    """

    def __init__(self, low: Fraction | None, high: Fraction | None) -> None:
        self._low, self._high = low, high
        self._quantities = [
            Quantity("x", None, None),
            Quantity("i", None, 1j),
            Quantity("pi", None, math.pi),
        ]
        self.conditions: list[Condition] = []

    @property
    def variable(self) -> Quotient:
        """x itself."""
        at_point = self._low is not None and self._low == self._high
        return self.number(self._low) if at_point and self._low is not None else Quotient(power_of(_X), ONE)

    # What evaluation asks for.

    def number(self, exact: int | Fraction) -> Quotient:
        """A literal."""
        return Quotient(number(Fraction(exact)), ONE)

    def constant(self, name: str) -> Quotient:
        """A constant of the language."""
        if name == "e":
            return self._exp(_ONE)
        return {"pi": Quotient(power_of(_PI), ONE), "inf": _INFINITE, "nan": UNDEFINED}[name]

    def vanishes(self, number: Quotient) -> bool:
        """Whether this is 0 throughout."""
        return bool(number.under) and not number.over

    def jets(self) -> "JetArithmetic[Quotient]":
        """Value and slope."""
        return JetArithmetic(self, 1)

    def defined(self, number: Quotient, beside: Quotient) -> Quotient:
        """The number, undefined where another one is."""
        return UNDEFINED if beside is UNDEFINED else number

    def apply(self, _function: Any, argument: Quotient, by_formula: Callable[[Quotient], Quotient]) -> Quotient:
        """A function of the catalogue, by its formula."""
        return by_formula(argument)

    def compare(self, sign: str, left: Quotient, right: Quotient) -> bool | None:
        """Whether it holds throughout; None where a side is undefined."""
        if left is UNDEFINED or right is UNDEFINED:
            return None
        if left.under and right.under:
            side = self.sign(self.difference(left, right))
        else:
            side = (not left.under) - (not right.under)
        if side is None:
            raise UndecidedError
        return {">": side > 0, "<": side < 0, ">=": side >= 0, "<=": side <= 0, "==": side == 0, "!=": side != 0}[sign]

    def select(self, condition: bool | None, yes: Callable[[], Quotient], no: Callable[[], Quotient]) -> Quotient:
        """The branch taken; undefined where the condition is."""
        return UNDEFINED if condition is None else yes() if condition else no()

    def operate(self, name: str, *arguments: Quotient) -> Quotient:
        """Apply one operation of the formula language."""
        if any(argument is UNDEFINED for argument in arguments):
            return UNDEFINED
        if not all(argument.under for argument in arguments):
            return self._bounded(name, *arguments)
        rules: Mapping[str, Callable[..., Quotient]] = {
            "+": self._add,
            "-": lambda u, v: self._add(u, v, Fraction(-1)),
            "*": self._times,
            "/": self._over,
            "**": self._to,
            "neg": self._negative,
            "abs": self._absolute,
            "sign": self._signum,
            "max": lambda u, v: self._extreme(u, v, Fraction(1)),
            "min": lambda u, v: self._extreme(u, v, Fraction(-1)),
            "clip": lambda u, low, high: self.operate("min", self.operate("max", u, low), high),
            "exp": self._exp,
            "expm1": lambda u: self._less_one(self._exp(u)),
            "log": self._log,
            "log1p": lambda u: self._log(self._add(u, _ONE)),
            "softplus": lambda u: self._log(self._add(self._exp(u), _ONE)),
            "sqrt": lambda u: self._power(u, Fraction(1, 2)),
            "sigmoid": lambda u: self._made(ONE, self._add(self._exp(self._negative(u)), _ONE)),
            "sinh": lambda u: self._exponentials(u, Fraction(-1)),
            "cosh": lambda u: self._exponentials(u, Fraction(1)),
            "tanh": self._tanh,
            "sin": lambda u: self._times(
                self._exponentials(self._turned(u), Fraction(-1)), self._turned(self.number(-1))
            ),
            "cos": lambda u: self._exponentials(self._turned(u), Fraction(1)),
            "tan": lambda u: self._over(self.operate("sin", u), self.operate("cos", u)),
            "atan": lambda u: self._odd("atan", u),
            "erf": lambda u: self._odd("erf", u),
            "erfc": lambda u: self._add(_ONE, self._odd("erf", u), Fraction(-1)),
            "normal_cdf": self._normal_cdf,
            "normal_pdf": self._normal_pdf,
        }
        return rules[name](*arguments)

    def _bounded(self, name: str, *arguments: Quotient) -> Quotient:
        """The larger or smaller one of something and infinity, which is where infinity stands in formulas."""
        finite = [argument for argument in arguments if argument.under]
        if name not in ("max", "min"):
            raise UndecidedError
        return finite[0] if finite and name == "min" else _INFINITE

    # Fractions.

    def in_x(self, u: Polynomial) -> Coefficients | None:
        """The coefficients of a polynomial in x, from the power 0 on; None where another quantity or power stands."""
        powers = [dict(monomial).get(_X, Fraction(0)) for monomial in u]
        if quantities(u) - {_X} or any(power < 0 or power.denominator > 1 for power in powers):
            return None
        if powers and max(powers) > _HIGHEST_POWER:
            return None
        found = [Fraction(0)] * (int(max(powers)) + 1 if powers else 0)
        for power, coefficient in zip(powers, u.values(), strict=True):
            found[int(power)] = coefficient
        return found

    def is_free_of_x(self, u: Quotient) -> bool:
        """Whether nothing in it depends on x."""
        return all(self._quantities[each].value is not None for each in quantities(u.over) | quantities(u.under))

    def difference(self, u: Quotient, v: Quotient) -> Quotient:
        """u - v."""
        return self._add(u, v, Fraction(-1))

    def _made(self, over: Polynomial | Quotient, under: Polynomial | Quotient) -> Quotient:
        """A fraction, powers of i and of roots folded, in its normal form."""
        u = over if isinstance(over, Quotient) else self._folded(over)
        v = under if isinstance(under, Quotient) else self._folded(under)
        if u.under != ONE or v.under != ONE:
            return self._made(multiplied(u.over, v.under), multiplied(u.under, v.over))
        if not v.over:
            raise SingularError
        if not u.over:
            return _NOTHING
        # A sum is left its powers of i and of roots, which would have to be folded again.
        divisible = quantities(v.over)
        if len(v.over) > 1:
            divisible = frozenset(each for each in divisible if each != _I and not self._is_root(each))
        coefficient, monomial = content(v.over, divisible)
        divisor, dividend = (without(each.over, coefficient, monomial) for each in (v, u))
        if divisor == ONE:
            # Powers below 0 of what is folded, as i**-1, come to be by this division.
            return self._folded(dividend)
        (own, its), (other, others) = (content(each, quantities(each)) for each in (dividend, divisor))
        if without(dividend, own, its) == without(divisor, other, others):
            return self._folded({together(its, to_power(others, Fraction(-1))): own / other})
        return Quotient(dividend, divisor)

    def _folded(self, u: Polynomial) -> Quotient:
        """A polynomial with i² = -1, and whole powers of roots multiplied out."""
        plain: dict[Monomial, Fraction] = {}
        total = _NOTHING
        for monomial, coefficient in u.items():
            term, own = _turned_back(monomial, coefficient)
            whole = [(each, math.floor(power)) for each, power in term if self._is_root(each) and not 0 <= power < 1]
            if not whole:
                plain[term] = plain.get(term, Fraction(0)) + own
                continue
            rest = together(term, tuple((each, Fraction(-times)) for each, times in whole))
            part = Quotient({rest: own}, ONE)
            for each, times in whole:
                part = self._times(part, self._whole_power(self._factor(each), times))
            total = self._add(total, part)
        of_plain = Quotient({monomial: each for monomial, each in plain.items() if each}, ONE)
        return of_plain if not total.over else self._add(of_plain, total)

    def _is_root(self, quantity: int) -> bool:
        return self._quantities[quantity].kind == "root"

    def _add(self, u: Quotient, v: Quotient, factor: Fraction = Fraction(1)) -> Quotient:
        if u.under == v.under:
            return self._made(added(u.over, v.over, factor), u.under)
        over = added(multiplied(u.over, v.under), multiplied(v.over, u.under), factor)
        return self._made(over, multiplied(u.under, v.under))

    def _times(self, u: Quotient, v: Quotient) -> Quotient:
        return self._made(multiplied(u.over, v.over), multiplied(u.under, v.under))

    def _negative(self, u: Quotient) -> Quotient:
        return Quotient(scaled(u.over, Fraction(-1)), u.under)

    def _over(self, u: Quotient, v: Quotient) -> Quotient:
        self._require_nonzero(v)
        return self._times(u, self._made(v.under, v.over))

    def _whole_power(self, u: Quotient, power: int) -> Quotient:
        if abs(power) > _HIGHEST_POWER:
            raise TooLargeError
        base = u if power >= 0 else self._made(u.under, u.over)
        total = _ONE
        for _ in range(abs(power)):
            total = self._times(total, base)
        return total

    def are_alike(self, conditions: list[Condition], others: list[Condition]) -> bool:
        """Whether two formulas are defined at the same places, as far as can be told."""
        return all(
            any(self._is_alike(one, other) for other in those)
            for these, those in ((conditions, others), (others, conditions))
            for one in these
        )

    def _is_alike(self, one: Condition, other: Condition) -> bool:
        """Whether two conditions are one: what is positive has the sign of the other, what is nonzero its zeros."""
        if one.kind != other.kind:
            return False
        if one.kind != "nonzero":
            return self._ratio_sign(one.of, other.of) == 1
        # Powers have the zeros of their base.
        return any(
            self._ratio_sign(self._whole_power(one.of, power), self._whole_power(other.of, other_power)) is not None
            for power, other_power in _POWERS
        )

    def _ratio_sign(self, u: Quotient, v: Quotient) -> int | None:
        return self.sign(self._made(multiplied(u.over, v.under), multiplied(u.under, v.over)))

    # Functions.

    def _exp(self, u: Quotient) -> Quotient:
        if u.under != ONE:
            return self._odd_power("exp", u)
        total = _ONE
        for monomial, coefficient in u.over.items():
            total = self._times(total, self._exp_of_term(monomial, coefficient))
        return total

    def _exp_of_term(self, monomial: Monomial, coefficient: Fraction) -> Quotient:
        """e to a rational multiple of a product of powers."""
        if len(monomial) == 1 and monomial[0][1] == 1:
            quantity = self._quantities[monomial[0][0]]
            if quantity.kind == "log" and quantity.argument is not None:
                return self._power(quantity.argument, coefficient)
        quarter_turns = 2 * coefficient
        if monomial == ((_I, Fraction(1)), (_PI, Fraction(1))) and quarter_turns.denominator == 1:
            return self._made(power_of(_I, Fraction(quarter_turns.numerator % 4)), ONE)
        return Quotient(power_of(self._named("exp", Quotient({monomial: Fraction(1)}, ONE)), coefficient), ONE)

    def _exponentials(self, u: Quotient, sign: Fraction) -> Quotient:
        """(e^u ± e^-u)/2."""
        total = self._add(self._exp(u), self._exp(self._negative(u)), sign)
        return self._times(total, self.number(Fraction(1, 2)))

    def _tanh(self, u: Quotient) -> Quotient:
        square = self._exp(self._add(u, u))
        return self._times(self._less_one(square), self._made(ONE, self._add(square, _ONE)))

    def _less_one(self, u: Quotient) -> Quotient:
        return self._add(u, _ONE, Fraction(-1))

    def _turned(self, u: Quotient) -> Quotient:
        return self._times(u, Quotient(power_of(_I), ONE))

    def _normal_cdf(self, u: Quotient) -> Quotient:
        argument = self._times(u, self._power(self.number(2), Fraction(-1, 2)))
        return self._times(self._add(_ONE, self._odd("erf", argument)), self.number(Fraction(1, 2)))

    def _normal_pdf(self, u: Quotient) -> Quotient:
        bell = self._exp(self._times(self._times(u, u), self.number(Fraction(-1, 2))))
        twice_pi = Quotient({((_PI, Fraction(1)),): Fraction(2)}, ONE)
        return self._times(bell, self._power(twice_pi, Fraction(-1, 2)))

    def _log(self, u: Quotient) -> Quotient:
        if not self._is_positive(u, "positive"):
            return UNDEFINED
        total = _NOTHING
        for factor, power in self._factors(u):
            total = self._add(total, self._times(self._log_of_factor(factor), self.number(power)))
        return total

    def _log_of_factor(self, factor: Quotient) -> Quotient:
        if factor.under == ONE and len(factor.over) == 1:
            ((monomial, coefficient),) = factor.over.items()
            if len(monomial) == 1 and coefficient == 1:
                kind, argument, _ = self._quantities[monomial[0][0]]
                if kind == "exp" and argument is not None:
                    return self._times(argument, self.number(monomial[0][1]))
        return Quotient(power_of(self._named("log", factor)), ONE)

    def _to(self, u: Quotient, v: Quotient) -> Quotient:
        if v.under == ONE and set(v.over) <= {()}:
            return self._power(u, v.over.get((), Fraction(0)))
        logarithm = self._log(u)
        return UNDEFINED if logarithm is UNDEFINED else self._exp(self._times(v, logarithm))

    def _power(self, u: Quotient, power: Fraction) -> Quotient:
        """A rational power, of what is positive where it is no whole one."""
        if power.denominator == 1:
            if power < 0:
                self._require_nonzero(u)
            return self._whole_power(u, power.numerator)
        if not u.over and power > 0:
            return _NOTHING
        if not self._is_positive(u, "nonnegative" if power > 0 else "positive"):
            return UNDEFINED
        total = _ONE
        for factor, times in self._factors(u):
            total = self._times(total, self._power_of_factor(factor, times * power))
        return total

    def _power_of_factor(self, factor: Quotient, power: Fraction) -> Quotient:
        if power.denominator == 1:
            return self._whole_power(factor, power.numerator)
        if factor.under == ONE and len(factor.over) == 1:
            ((monomial, coefficient),) = factor.over.items()
            if len(monomial) == 1 and coefficient == 1:
                return self._made({to_power(monomial, power): Fraction(1)}, ONE)
        return self._made(power_of(self._named("root", factor), power), ONE)

    def _factors(self, u: Quotient) -> list[tuple[Quotient, Fraction]]:
        """What multiplies to a positive function: primes, powers of quantities that are positive, and the rest."""
        found: list[tuple[Quotient, Fraction]] = []
        rests: list[tuple[Polynomial, Fraction]] = []
        is_apart = self._sign_of(u.over) is not None
        positive = frozenset(
            quantity for quantity in quantities(u.over) | quantities(u.under) if self._quantity_sign(quantity) == 1
        )
        for polynomial, side in ((u.over, Fraction(1)), (u.under, Fraction(-1))):
            coefficient, monomial = content(polynomial, positive)
            found += [(self.number(prime), side * times) for prime, times in _primes(abs(coefficient))]
            found += [(self._factor(quantity), side * power) for quantity, power in monomial]
            rests.append((without(polynomial, abs(coefficient), monomial), side))
        if not is_apart:
            return [*found, (self._made(rests[0][0], rests[1][0]), Fraction(1))]
        for polynomial, side in rests:
            rest, times = polynomial, side
            while True:
                rest = scaled(rest, Fraction(-1)) if self._sign_of(rest) == -1 else rest
                smaller = root(rest) if rest != ONE else None
                if smaller is None or self._sign_of(smaller) is None:
                    break
                rest, times = smaller, 2 * times
            if rest != ONE:
                found.append((Quotient(rest, ONE), times))
        return found

    def _factor(self, quantity: int) -> Quotient:
        kind, argument, _ = self._quantities[quantity]
        return argument if kind == "root" and argument is not None else Quotient(power_of(quantity), ONE)

    def _absolute(self, u: Quotient) -> Quotient:
        sign = self.sign(u)
        if sign is not None:
            return self._negative(u) if sign < 0 else u
        return Quotient(power_of(self._named("root", self._times(u, u)), Fraction(1, 2)), ONE)

    def _signum(self, u: Quotient) -> Quotient:
        sign = self.sign(u)
        return self._odd("sign", u) if sign is None else self.number(sign)

    def _extreme(self, u: Quotient, v: Quotient, side: Fraction) -> Quotient:
        """The larger one or, with side -1, the smaller one: (u + v ± |u - v|)/2."""
        total = self._add(self._add(u, v), self._absolute(self.difference(u, v)), side)
        return self._times(total, self.number(Fraction(1, 2)))

    def _odd(self, kind: str, u: Quotient) -> Quotient:
        """An odd function of u that nothing takes apart."""
        if not u.over:
            return _NOTHING
        for sign in (1, -1):
            known = self._known(kind, u if sign > 0 else self._negative(u))
            if known is not None:
                return Quotient({((known, Fraction(1)),): Fraction(sign)}, ONE)
        return Quotient(power_of(self._named(kind, u)), ONE)

    def _odd_power(self, kind: str, u: Quotient) -> Quotient:
        """A function that turns a sign into a reciprocal, such as the exponential."""
        for sign in (1, -1):
            known = self._known(kind, u if sign > 0 else self._negative(u))
            if known is not None:
                return Quotient(power_of(known, Fraction(sign)), ONE)
        return Quotient(power_of(self._named(kind, u)), ONE)

    def _known(self, kind: str, argument: Quotient) -> int | None:
        for quantity, known in enumerate(self._quantities):
            if known.kind == kind and known.argument is not None and self._are_equal(known.argument, argument):
                return quantity
        return None

    def _named(self, kind: str, argument: Quotient) -> int:
        """The number of a function of something, a new one where there is none yet."""
        known = self._known(kind, argument)
        if known is not None:
            return known
        self._quantities.append(Quantity(kind, argument, self._constant_value(kind, argument)))
        return len(self._quantities) - 1

    def _are_equal(self, u: Quotient, v: Quotient) -> bool:
        return u == v or not self.difference(u, v).over

    # Signs.

    def sign(self, u: Quotient) -> int | None:
        """The sign on the whole stretch, where there is one; raises CutError where it changes at a rational number."""
        over = self._sign_of(u.over)
        if over is None or over == 0:
            return over
        under = self._sign_of(u.under)
        return None if under is None else over * under

    def _is_positive(self, u: Quotient, kind: str) -> bool:
        """Whether it is, or has to be; raises SingularError where it is 0."""
        sign = self.sign(u)
        if sign == 0:
            raise SingularError
        if sign is None:
            self.conditions.append(Condition(kind, u))
        return sign != -1

    def _require_nonzero(self, u: Quotient) -> None:
        if not u.over:
            raise SingularError
        if self._sign_of(u.over) is not None:
            return
        rest = u.over
        while (smaller := root(rest)) is not None:  # a square is 0 where its root is
            rest = smaller
        self.conditions.append(Condition("nonzero", Quotient(rest, ONE)))

    def _sign_of(self, u: Polynomial) -> int | None:
        if not u:
            return 0
        signs = {self._term_sign(monomial, coefficient) for monomial, coefficient in u.items()}
        if signs in ({1}, {-1}):
            return signs.pop()
        names = quantities(u)
        if not names or all(self._quantities[name].value is not None for name in names):
            return self._constant_sign(u)
        if len(names) == 1:
            return self._single_sign(u, min(names))
        # Powers of what is positive may be divided out.
        positive = frozenset(name for name in names if self._quantity_sign(name) == 1)
        _, monomial = content(u, positive)
        return self._sign_of(without(u, Fraction(1), monomial)) if monomial else None

    def _term_sign(self, monomial: Monomial, coefficient: Fraction) -> int | None:
        sign = 1 if coefficient > 0 else -1
        for quantity, power in monomial:
            own = self._quantity_sign(quantity)
            if own is None:
                return None
            sign *= own if power.denominator == 1 and power.numerator % 2 else 1
        return sign

    def _quantity_sign(self, quantity: int) -> int | None:
        kind, argument, value = self._quantities[quantity]
        if kind == "x":
            return (
                1
                if self._low is not None and self._low >= 0
                else -1
                if self._high is not None and self._high <= 0
                else None
            )
        if kind == "i":
            return None
        if value is not None:
            return None if abs(value.imag) > 0 else 1 if value.real > _SURE else -1 if value.real < -_SURE else None
        if argument is None or not self._is_real(argument):
            return None
        if kind == "exp":
            return 1
        if kind == "log":
            return self.sign(self._less_one(argument))
        sign = self.sign(argument) if kind in ("root", "erf", "atan") else None
        return None if kind == "root" and sign != 1 else sign  # a root may be 0 where what is below it may be

    def _is_real(self, u: Quotient) -> bool:
        """Whether no i stands in it, nor in what it is made of."""
        names = quantities(u.over) | quantities(u.under)
        arguments = [self._quantities[name].argument for name in names]
        return _I not in names and all(argument is None or self._is_real(argument) for argument in arguments)

    def _constant_sign(self, u: Polynomial) -> int | None:
        """Of a number that is no fraction: by float64, where it is far enough from 0."""
        value, size = self._numeric(u)
        if abs(value) <= _SURE * size or abs(value.imag) > _SURE * size:
            return None
        return 1 if value.real > 0 else -1

    def _numeric(self, u: Polynomial) -> tuple[complex, float]:
        """A number without x, and the sum of the sizes of its terms."""
        total, size = 0j, 0.0
        try:
            for monomial, coefficient in u.items():
                term = complex(coefficient)
                for quantity, power in monomial:
                    term *= (self._quantities[quantity].value or 0.0) ** float(power)
                total, size = total + term, size + abs(term)
        except (OverflowError, ZeroDivisionError):
            return 0j, math.inf
        return total, size

    def _constant_value(self, kind: str, argument: Quotient) -> complex | None:
        names = quantities(argument.over) | quantities(argument.under)
        if any(self._quantities[name].value is None for name in names):
            return None
        (over, over_size), (under, under_size) = self._numeric(argument.over), self._numeric(argument.under)
        if not (abs(over) > _SURE * over_size and abs(under) > _SURE * under_size):
            raise UndecidedError
        try:
            return _FUNCTIONS[kind](over / under)
        except (KeyError, OverflowError, ValueError, TypeError) as error:
            raise UndecidedError from error

    def _single_sign(self, u: Polynomial, quantity: int) -> int | None:
        """Of a polynomial in one quantity that varies with x, by Sturm's theorem."""
        is_x = quantity == _X
        if not is_x and self._quantity_sign(quantity) != 1:
            return None
        found = coefficients(u, quantity)
        if found is None or (is_x and found[1] != 1 and self._quantity_sign(_X) != 1):
            return None
        powers, parts = found
        if len(powers) > HIGHEST_DEGREE + 1:
            return None
        least = min(dict(monomial).get(quantity, Fraction(0)) for monomial in u)
        low, high = (self._low, self._high) if is_x and parts == 1 else (Fraction(0), None)
        if is_x and least and self._quantity_sign(_X) is None:
            raise CutError(Fraction(0))
        sturm = Sturm(powers)
        if not sturm.count(low, high):
            inner = _within(low, high)
            sign = 1 if value_at(powers, inner) > 0 else -1
            odd = least.denominator == 1 and least.numerator % 2 == 1
            return sign * (self._quantity_sign(quantity) or 1 if odd else 1)
        if is_x and parts == 1:
            roots = rational_roots(powers)
            inside = [each for each in roots or () if (low is None or each > low) and (high is None or each < high)]
            if inside:
                raise CutError(inside[0])
            return None
        # e to a multiple of x is 1 at 0.
        if self._quantities[quantity].argument != Quotient(power_of(_X), ONE):
            return None
        side = self._quantity_sign(_X)
        if side is None:
            if value_at(powers, Fraction(1)) == 0:
                raise CutError(Fraction(0))
            return None
        ends = (Fraction(1), None) if side > 0 else (Fraction(0), Fraction(1))
        if sturm.count(*ends):
            return None
        return 1 if value_at(powers, _within(*ends)) > 0 else -1


def _turned_back(monomial: Monomial, coefficient: Fraction) -> tuple[Monomial, Fraction]:
    """A term with i² = -1."""
    turns = dict(monomial).get(_I)
    if turns is None or turns in (0, 1):
        return monomial, coefficient
    left, sign = turns.numerator % 2, -1 if turns.numerator % 4 in (2, 3) else 1
    return together(monomial, ((_I, left - turns),)), sign * coefficient


def _within(low: Fraction | None, high: Fraction | None) -> Fraction:
    if low is None:
        return Fraction(0) if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2


def _primes(value: Fraction) -> list[tuple[int, int]]:
    """A positive rational number as powers of primes; what is left after the small ones as it is."""
    found = []
    for whole, side in ((value.numerator, 1), (value.denominator, -1)):
        rest, prime = whole, 2
        while rest > 1 and prime < _LARGEST_FACTOR:
            times = 0
            while rest % prime == 0:
                rest, times = rest // prime, times + 1
            if times:
                found.append((prime, side * times))
            prime += 1 if prime == 2 else 2
            if prime * prime > rest > 1:
                break
        if rest > 1:
            found.append((rest, side))
    return found


_FUNCTIONS: Mapping[str, Callable[[complex], complex]] = {
    "exp": cmath.exp,
    "log": cmath.log,
    "root": lambda u: u,
    "erf": lambda u: math.erf(u.real),
    "atan": cmath.atan,
}

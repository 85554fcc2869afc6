"""The formula language over balls: real numbers known to lie in an interval, and exactly where rational."""

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from actcli.errors import ActcliError
from actcli.formula.jets import LimitJets

if TYPE_CHECKING:
    from flint import arb, fmpq


# A rational longer than this is given up; comparisons then fall back on the ball.
_RATIONAL_BITS = 65_536
# A rest so small decides nothing but ties.
_LITTLE = 2.0**-100

# What a comparison says: NaN beside a NaN, None where two numbers are too close for the balls, UNKNOWN where one of
# the two may be no number at all.
UNKNOWN = "unknown"
Condition = bool | float | str | None


class Ball(NamedTuple):
    """A real number known to lie in a ball, and exactly where it is rational.

    One that may be any number, or none, is a non-finite `ball` with `special` None: what is done with it is unknown.
    """

    ball: "arb"
    """Holds the number."""
    rational: "fmpq | None" = None
    """The number itself, where it is known to be rational."""
    special: float | None = None
    """NaN or an infinity where the edge rules of the formula language give one for certain."""
    beside: "tuple[fmpq, arb] | None" = None
    """A rational and a rest, of which the number is the sum; the rest says on which side of a tie it lies."""

    @property
    def is_unknown(self) -> bool:
        """Whether it may be any number, or none."""
        return self.special is None and not self.ball.is_finite()

    @property
    def is_nan(self) -> bool:
        """Whether this is NaN for certain."""
        return self.special is not None and math.isnan(self.special)


class BallArithmetic:
    """The formula language over balls, at the working precision of the moment (see `settled`)."""

    def __init__(self) -> None:
        self._flint = flint_module()

    @property
    def bits(self) -> int:
        """The working precision."""
        return int(self._flint.ctx.prec)

    def number(self, exact: int | Fraction) -> Ball:
        """A rational number, exactly."""
        return self._of_rational(self._flint.fmpq(exact.numerator, exact.denominator))

    def double(self, x: float) -> Ball:
        """A float64, exactly."""
        return self.number(Fraction(x)) if math.isfinite(x) else self._special(x)

    def constant(self, name: str) -> Ball:
        """A constant of the language by name."""
        if name in ("inf", "nan"):
            return self._special(float(name))
        return Ball(self._flint.arb.pi() if name == "pi" else self._flint.arb.const_e())

    def apply(self, function: Any, argument: Ball, by_formula: Callable[[Ball], Ball]) -> Ball:
        """A function of the catalogue, by its formula, at an infinity by its limit; kernels have no say here."""
        end = self.end_of(argument)
        limit: Ball | None = None if end is None else function.at_infinity(self, 0, end)
        return by_formula(argument) if limit is None else limit

    def jets(self) -> "LimitJets[Ball]":
        """Value and slope over balls."""
        return BallJets(self, 1)

    def defined(self, number: Ball, beside: Ball) -> Ball:
        """The number; what is beside it where that is NaN, or may be: then nothing is known."""
        return beside if beside.is_nan or beside.is_unknown else number

    def end_of(self, number: Ball) -> float | None:
        """Which infinity this is; None where it is none."""
        return None if number.special is None or number.is_nan else number.special

    def vanishes(self, number: Ball) -> bool:
        """Whether this is exactly zero."""
        return number.rational is not None and number.rational == 0

    def compare(self, sign: str, left: Ball, right: Ball) -> Condition:
        """Decide a comparison; rationals are compared exactly, since balls never settle a tie."""
        if left.is_nan or right.is_nan:
            return math.nan
        if left.is_unknown or right.is_unknown:
            return UNKNOWN
        compared = _COMPARISONS[sign]
        if left.special is not None or right.special is not None:
            return compared(_end(left), _end(right))
        if left.rational is not None and right.rational is not None:
            return compared(left.rational, right.rational)
        if left.ball.overlaps(right.ball):
            return None
        return compared(bool(left.ball > right.ball), bool(left.ball < right.ball))

    def select(self, condition: Condition, yes: Callable[[], Ball], no: Callable[[], Ball]) -> Ball:
        """The branch taken; where that is not known the hull of both, which rounds only if they agree."""
        if isinstance(condition, float):
            return self._special(condition)
        if condition == UNKNOWN:
            return self._unknown()
        if condition is not None:
            return yes() if condition else no()
        one, other = yes(), no()
        if one.is_unknown or other.is_unknown or one.special is not None or other.special is not None:
            return self._unknown()
        return Ball(one.ball.union(other.ball))

    def operate(self, name: str, *arguments: Ball) -> Ball:
        """Apply one operation of the formula language."""
        if any(argument.is_nan for argument in arguments):
            return self._special(math.nan)
        if any(argument.is_unknown for argument in arguments):
            return self._unknown()
        if name in ("max", "min"):
            return self._extreme(name, *arguments)
        if name == "clip":
            u, low, high = arguments
            return self._extreme("min", self._extreme("max", u, low), high)
        if any(argument.special is not None for argument in arguments):
            return self._at_infinity(name, *arguments)
        return self._at_edge(name, *arguments) or self._finite(name, *arguments)

    def _finite(self, name: str, *arguments: Ball) -> Ball:
        rationals = [argument.rational for argument in arguments]
        if all(rational is not None for rational in rationals):
            exact = _rational_operation(name, *rationals)
            if exact is not None and exact.height_bits() <= _RATIONAL_BITS:
                return self._of_rational(exact)
        found = _BALL_OPERATIONS[name](*(argument.ball for argument in arguments))
        if found.is_zero():  # such as 0 times a number that is not rational
            return self._of_rational(self._flint.fmpq(0))
        return Ball(found, beside=self._beside(name, *arguments))

    def _beside(self, name: str, *arguments: Ball) -> "tuple[fmpq, arb] | None":
        """The result as a rational and a rest, where that is what it comes to: tanh beside 1, and sums with it."""
        if name in _BESIDE:
            (u,) = arguments
            near = _BESIDE[name](u.ball)
            return None if near is None else self._with_rest(self._flint.fmpq(near[0]), near[1])
        if name == "neg" and arguments[0].beside:
            rational, rest = arguments[0].beside
            return -rational, -rest
        if name == "sqrt" and arguments[0].beside:
            rational, rest = arguments[0].beside
            root = _rational_root(rational)
            return None if not root else self._with_rest(root, rest / (root + arguments[0].ball.sqrt()))
        if name not in ("+", "-", "*", "/"):
            return None
        (p, r), (q, s) = (self._in_parts(argument) for argument in arguments)
        if p is None or q is None or (name == "/" and q == 0):
            return None
        if name in ("+", "-"):
            return self._with_rest(*((p + q, r + s) if name == "+" else (p - q, r - s)))
        if name == "*":
            return self._with_rest(p * q, p * s + q * r + r * s)
        return self._with_rest(p / q, (r - p / q * s) / (q + s))

    def _in_parts(self, number: Ball) -> "tuple[fmpq | None, arb]":
        """A number as a rational and a rest: what is next to nothing is all rest; None where it has no such parts."""
        if number.rational is not None:
            return number.rational, self._flint.arb(0)
        if number.beside:
            return number.beside
        return (self._flint.fmpq(0) if abs(number.ball) < _LITTLE else None), number.ball

    def _with_rest(self, rational: "fmpq", rest: "arb") -> "tuple[fmpq, arb] | None":
        is_short = rational != 0 and rational.height_bits() <= _RATIONAL_BITS
        is_beside = is_short and abs(rest) < _LITTLE and abs(rest) < _LITTLE * self._flint.arb(abs(rational))
        return (rational, rest) if is_beside else None

    def _extreme(self, name: str, left: Ball, right: Ball) -> Ball:
        first = self.compare(">" if name == "max" else "<", left, right)
        if first is None and left.special is None and right.special is None:
            return Ball(getattr(left.ball, name)(right.ball))
        return self.select(first, lambda: left, lambda: right)

    def _at_edge(self, name: str, u: Ball, v: Ball | None = None) -> Ball | None:
        """The edge rules: c/0, 0/0, log(0), a negative base with a fractional power, a root of what is below 0."""
        if v is not None:
            return self._divided_by_zero(u) if name == "/" and v.rational == 0 else self._power_edge(name, u, v)
        bound = {"log": 0, "log1p": -1, "sqrt": 0}.get(name)
        if bound is None:
            return None
        if u.ball < bound:
            return self._special(math.nan)
        return self._special(-math.inf) if name != "sqrt" and u.rational == bound else None

    def _divided_by_zero(self, u: Ball) -> Ball:
        if u.rational == 0:
            return self._special(math.nan)
        if u.ball > 0 or u.ball < 0:
            return self._special(math.inf if u.ball > 0 else -math.inf)
        return self._unknown()

    def _power_edge(self, name: str, base: Ball, exponent: Ball) -> Ball | None:
        if name != "**":
            return None
        if base.rational == 0 and exponent.ball < 0:
            return self._special(math.inf)
        whole = exponent.rational is not None and exponent.rational.q == 1
        if whole or not base.ball < 0:
            return None
        # Only a rational is known to be no integer; another ball that holds an integer decides nothing.
        fractional = exponent.rational is not None or not exponent.ball.contains_integer()
        return self._special(math.nan) if fractional else self._unknown()

    def _at_infinity(self, name: str, *arguments: Ball) -> Ball:
        """The limit of an operation on an infinity; what a sign decides needs that sign to be known."""
        if name == "atan":
            half_turn = self._flint.arb.pi() / 2
            return Ball(half_turn if arguments[0].special == math.inf else -half_turn)
        if name == "**" and arguments[0].special == -math.inf and arguments[1].special is None:
            return self._power_of_minus_infinity(arguments[1])
        stand_in = _end if name in ("+", "-") else _stand_in
        doubles = [np.float64(stand_in(argument)) for argument in arguments]
        if any(np.isnan(stand_in) for stand_in in doubles):
            return self._unknown()
        with np.errstate(all="ignore"):
            return self.double(float(_AT_INFINITY[name](*doubles)))

    def _power_of_minus_infinity(self, exponent: Ball) -> Ball:
        """Plus or minus the power of inf by whether the exponent is odd; NaN where it is no integer."""
        if exponent.rational is None:
            return self._unknown() if exponent.ball.contains_integer() else self._special(math.nan)
        if exponent.rational.q != 1:
            return self._special(math.nan)
        power = self.operate("**", self._special(math.inf), exponent)
        return self.operate("neg", power) if exponent.rational.p % 2 else power

    def _of_rational(self, rational: "fmpq") -> Ball:
        return Ball(self._flint.arb(rational), rational)

    def _special(self, value: float) -> Ball:
        return Ball(self._flint.arb.nan(), None, value)

    def _unknown(self) -> Ball:
        return Ball(self._flint.arb.nan())


class BallJets(LimitJets[Ball]):
    """Value, slope and curvature over balls."""

    def jets(self) -> Any:
        """Jets over these jets."""
        return BallJets(self, 1)  # type: ignore[arg-type]


def flint_module() -> Any:
    """Import python-flint; raises an error that names the extra where it is missing."""
    try:
        import flint
    except ModuleNotFoundError as missing:
        raise ActcliError("certified digits need python-flint", "pip install 'actcli[exact]'") from missing
    return flint


def _end(number: Ball) -> float:
    """An infinity itself, 0 for anything finite: all that a sum or a comparison with infinity asks."""
    return 0.0 if number.special is None else number.special


def _stand_in(number: Ball) -> float:
    """An infinity itself; of a finite ball its sign and its side of 1, all that a limit asks; NaN if unknown."""
    if number.special is not None:
        return number.special
    if number.rational == 0:
        return 0.0
    if number.rational is not None and abs(number.rational) == 1:
        return float(int(number.rational.p))
    for stand_in, low, high in ((2.0, 1, None), (0.5, 0, 1), (-0.5, -1, 0), (-2.0, None, -1)):
        if (low is None or number.ball > low) and (high is None or number.ball < high):
            return stand_in
    return math.nan


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


def _sigmoid(u: "arb") -> "arb":
    if u > 0:
        return 1 / (1 + (-u).exp())
    e = u.exp()
    return e / (1 + e)


def _normal_cdf(u: "arb") -> "arb":
    return (-u / type(u)(2).sqrt()).erfc() / 2


def _normal_pdf(u: "arb") -> "arb":
    return (-u * u / 2).exp() / (2 * type(u).pi()).sqrt()


_ELEMENTARY = ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "atan", "sinh", "cosh", "tanh")

_BALL_OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "neg": operator.neg,
    "abs": abs,
    "sign": operator.methodcaller("sgn"),
    "sigmoid": _sigmoid,
    "normal_cdf": _normal_cdf,
    "normal_pdf": _normal_pdf,
    **{name: operator.methodcaller(name) for name in (*_ELEMENTARY, "erf", "erfc")},
}


def _of_odd(rest: Callable[["arb"], "arb"]) -> Callable[["arb"], "tuple[int, arb] | None"]:
    """-1 or 1, and how far an odd function is from it, by the distance at |u|."""

    def parts(u: "arb") -> "tuple[int, arb] | None":
        side = 1 if u > 0 else -1
        return (side, -side * rest(abs(u))) if u > 0 or u < 0 else None

    return parts


def _beyond(side: int, end: int, rest: Callable[["arb"], "arb"]) -> Callable[["arb"], "tuple[int, arb] | None"]:
    """A whole number that a function comes to on one side of 0, and what it lacks there."""
    return lambda u: (end, rest(u)) if side * u > 0 else None


# What functions come to where no precision tells them apart from it: a whole number, and a rest that has its digits.
_BESIDE: dict[str, Callable[["arb"], "tuple[int, arb] | None"]] = {
    "tanh": _of_odd(lambda u: 2 / ((2 * u).exp() + 1)),
    "erf": _of_odd(lambda u: u.erfc()),
    "expm1": _beyond(-1, -1, lambda u: u.exp()),
    "erfc": _beyond(-1, 2, lambda u: -(-u).erfc()),
    "sigmoid": _beyond(1, 1, lambda u: -1 / (1 + u.exp())),
    "normal_cdf": _beyond(1, 1, lambda u: -_normal_cdf(-u)),
    "exp": lambda u: (1, u.expm1()),
    "cosh": lambda u: (1, 2 * (u / 2).sinh() ** 2),
}

# Limits at the infinities, on float64: every one that can come out is exact.
_AT_INFINITY: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": lambda u, v: np.divide(u, np.add(v, 0.0)),
    "**": np.power,
    "neg": np.negative,
    "abs": np.abs,
    "sign": np.sign,
    "sigmoid": lambda u: float(u > 0),
    "normal_cdf": lambda u: float(u > 0),
    "normal_pdf": lambda _u: 0.0,
    "erf": np.sign,
    "erfc": lambda u: 1.0 - np.sign(u),
    **{name: getattr(np, name if name != "atan" else "arctan") for name in _ELEMENTARY},
}

# What is rational at 0, so that a tie there is known as one: exp(0) against 1.
_AT_ZERO = {
    **dict.fromkeys(("exp", "cos", "cosh", "erfc"), 1),
    **dict.fromkeys(("expm1", "log1p", "sqrt", "sin", "tan", "atan", "sinh", "tanh", "erf"), 0),
}
_AT_ONE = {"log": 0, "sqrt": 1}


def _rational_operation(name: str, *arguments: Any) -> Any:
    """The operation on rationals where it gives a rational again, else None."""
    if name == "**":
        base, exponent = arguments
        if base == 1 or (base == 0 and exponent > 0):
            return base
        if exponent.q == 2:
            base = _rational_root(base)
        short = base is not None and abs(int(exponent.p)) * base.height_bits() <= _RATIONAL_BITS
        return base ** int(exponent.p) if short and exponent.q <= 2 else None
    if name in ("+", "-", "*", "/", "neg", "abs"):
        return _BALL_OPERATIONS[name](*arguments)
    (u,) = arguments
    if name == "sign":
        return type(u)(int(u > 0) - int(u < 0))
    if name == "sqrt":
        return _rational_root(u)
    if u == 0 and name in _AT_ZERO:
        return type(u)(_AT_ZERO[name])
    return type(u)(_AT_ONE[name]) if u == 1 and name in _AT_ONE else None


def _rational_root(u: Any) -> Any:
    """The root of a rational that is a square, else None."""
    if u < 0:
        return None
    top, bottom = math.isqrt(int(u.p)), math.isqrt(int(u.q))
    return type(u)(top, bottom) if top * top == u.p and bottom * bottom == u.q else None

"""An independent oracle: value, slope and curvature of a formula, from its text alone, in python-flint's balls.

It shares nothing with actcli but the texts that it reads: formulas of the catalogue, their parameters and defaults.
Parsing (Python's `ast`), derivatives, ties, edges and rounding are its own, so that what it judges cannot bring its
mistakes along.

Ties and edges are those of the formula language: at a tie of max, min and clip the slope of smaller magnitude holds
(0 where they are opposite; where they are equal the curvature of a max is the larger, of a min the smaller), abs has
the slope 0 at 0, where takes a branch; c/0 is an infinity by the sign of c, 0/0 NaN, log(0) -inf.
"""

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from flint import arb, ctx, fmpq

from actcli.catalog import FUNCTIONS

NAN, INF = math.nan, math.inf

# A ball (arb), a rational number (fmpq) where all of a computation is rational, or a float: NaN or an infinity, known
# for certain, while a ball that is not finite is merely unknown.
Number = Any

FIRST_BITS, MOST_BITS = 192, 40_000


class UndecidedError(Exception):
    """The balls are too wide to tell: more bits are needed."""


class IrrationalError(Exception):
    """Exact computation has met a number that is not rational."""


class Jet(NamedTuple):
    """A quantity and its derivatives in x; None is a derivative that is 0 whatever x is."""

    value: Number
    slope: Number | None = None
    curvature: Number | None = None


UNDEFINED = Jet(NAN, NAN, NAN)


class Scope:
    """What the names of a formula stand for, in balls or in rational numbers.

    `exactly` gives the same scope in rational numbers; `choices` collects how every comparison falls.
    """

    def __init__(
        self, names: Mapping[str, Jet], choices: list[float], exactly: "Callable[[], Scope] | None" = None
    ) -> None:
        self.names = names
        self.choices = choices
        self.exactly = exactly


Part = Callable[[Scope], Jet]


# Numbers.


def direction(a: Number) -> float:
    """The sign of a finite number; an infinity or NaN as it is."""
    if type(a) is float:
        return a
    if a > 0:
        return 1.0
    if a < 0:
        return -1.0
    if a == 0:
        return 0.0
    raise UndecidedError


def total(*terms: Number | None) -> Number | None:
    result = None
    for term in terms:
        if result is None or term is None:
            result = term if result is None else result
        elif type(result) is float or type(term) is float:
            result = sum(each if type(each) is float else 0.0 for each in (result, term))
        else:
            result = result + term
    return result


def product(*factors: Number | None) -> Number | None:
    result: Number = 1
    for factor in factors:
        if factor is None:
            return None
        both_finite = type(result) is not float and type(factor) is not float
        result = result * factor if both_finite else direction(result) * direction(factor)
    return result


def negative(a: Number | None) -> Number | None:
    return None if a is None else -a


def quotient(a: Number | None, b: Number) -> Number | None:
    if a is None:
        return None
    side = direction(b)
    if side == 0:
        return direction(a) * INF
    if math.isfinite(side):
        return a * side if type(a) is float else a / b
    return NAN if math.isnan(side) or type(a) is float else a * 0


def compared(a: Number, b: Number) -> float:
    """-1, 0 or 1 as a is smaller than b, equal or larger; NaN beside NaN."""
    if type(a) is float or type(b) is float:
        a, b = (each if type(each) is float else 0.0 for each in (a, b))
        return NAN if math.isnan(a) or math.isnan(b) else float((a > b) - (a < b))
    if a > b:
        return 1.0
    if a < b:
        return -1.0
    if a == b:
        return 0.0
    raise UndecidedError


# Functions of one argument: g(u), then g'(u) and g''(u) by u and g.

Derivatives = Callable[[Number, Number], tuple[Number, Number]]


def _tanh(u: arb, g: arb) -> tuple[arb, arb]:
    e = (-2 * abs(u)).exp()
    slope = 4 * e / (1 + e) ** 2
    return slope, -2 * g * slope


def _bell(u: arb, factor: int) -> tuple[arb, arb]:
    slope = factor * (-u * u).exp() / arb.pi().sqrt()
    return slope, -2 * u * slope


def _density(u: arb) -> arb:
    return (-u * u / 2).exp() / (2 * arb.pi()).sqrt()


ELEMENTARY: Mapping[str, tuple[Callable[[Number], Number], Derivatives]] = {
    "exp": (arb.exp, lambda _u, g: (g, g)),
    "expm1": (arb.expm1, lambda u, _g: (u.exp(), u.exp())),
    "log": (arb.log, lambda u, _g: (quotient(1, u), negative(quotient(1, u * u)))),
    "log1p": (arb.log1p, lambda u, _g: (quotient(1, 1 + u), negative(quotient(1, (1 + u) ** 2)))),
    "sqrt": (arb.sqrt, lambda u, g: (quotient(1, 2 * g), negative(quotient(1, 4 * g * u)))),
    "sin": (arb.sin, lambda u, g: (u.cos(), -g)),
    "cos": (arb.cos, lambda u, g: (-u.sin(), -g)),
    "tan": (arb.tan, lambda _u, g: (1 + g * g, 2 * g * (1 + g * g))),
    "atan": (arb.atan, lambda u, _g: (1 / (1 + u * u), -2 * u / (1 + u * u) ** 2)),
    "sinh": (arb.sinh, lambda u, g: (u.cosh(), g)),
    "cosh": (arb.cosh, lambda u, g: (u.sinh(), g)),
    "tanh": (arb.tanh, _tanh),
    "erf": (arb.erf, lambda u, _g: _bell(u, 2)),
    "erfc": (arb.erfc, lambda u, _g: _bell(u, -2)),
    "normal_cdf": (lambda u: (-u / arb(2).sqrt()).erfc() / 2, lambda u, _g: (_density(u), -u * _density(u))),
    "normal_pdf": (_density, lambda u, g: (-u * g, (u * u - 1) * g)),
}
# Where a domain begins, and the value there.
DOMAINS = {"log": (0, -INF), "log1p": (-1, -INF), "sqrt": (0, arb(0))}
# Values at -inf and inf; the derivatives there are not needed.
AT_INFINITY: Mapping[str, tuple[Number, Number]] = {
    "exp": (arb(0), INF),
    "expm1": (arb(-1), INF),
    "log": (NAN, INF),
    "log1p": (NAN, INF),
    "sqrt": (NAN, INF),
    "sinh": (-INF, INF),
    "cosh": (INF, INF),
    "tanh": (arb(-1), arb(1)),
    "erf": (arb(-1), arb(1)),
    "erfc": (arb(2), arb(0)),
    "normal_cdf": (arb(0), arb(1)),
    "normal_pdf": (arb(0), arb(0)),
}


def chained(u: Jet, value: Number, first: Number | None, second: Number | None) -> Jet:
    """The jet of g(u) from g, g' and g'' at u."""
    curvature = total(product(second, u.slope, u.slope), product(first, u.curvature))
    return Jet(value, product(first, u.slope), curvature)


# From text to parts.

SIGNS: Mapping[type[ast.cmpop], Callable[[float], bool]] = {
    ast.Gt: lambda order: order > 0,
    ast.Lt: lambda order: order < 0,
    ast.GtE: lambda order: order >= 0,
    ast.LtE: lambda order: order <= 0,
    ast.Eq: lambda order: order == 0,
    ast.NotEq: lambda order: order != 0,
}
CONSTANTS: Mapping[str, Callable[[], Number]] = {
    "pi": arb.pi,
    "e": arb.const_e,
    "inf": lambda: INF,
    "nan": lambda: NAN,
}


class Definition(NamedTuple):
    """A function of the catalogue: nothing but texts."""

    formula: str
    defaults: Mapping[str, str]


DEFINITIONS: dict[str, Definition] = {}
for _function in FUNCTIONS:
    _definition = Definition(_function.formula, {each.name: each.default for each in _function.parameters})
    DEFINITIONS |= dict.fromkeys((_function.name, *_function.aliases), _definition)


@cache
def read(text: str) -> Part:
    """The formula as a function from what its names stand for to its jet."""
    return Reader(text).part(ast.parse(text.strip(), mode="eval").body)


class Reader:
    """Turns one text into parts."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()

    def part(self, node: ast.expr) -> Part:
        part = self.made(node)
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        # What has numbers alone is computed once for every precision.
        is_constant = not isinstance(node, ast.Name) and names <= {*ELEMENTARY, "pi", "e"}
        return once(part) if is_constant else part

    def made(self, node: ast.expr) -> Part:
        match node:
            case ast.Constant():
                return literal(Fraction(self.text[node.col_offset : node.end_col_offset]))
            case ast.Name(id=name):
                return named(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return opposite(self.part(operand))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.part(operand)
            case ast.BinOp(left=left, op=operator, right=right):
                return BINARY[type(operator)](self.part(left), self.part(right))
            case ast.Call(func=ast.Name(id="where"), args=[ast.Compare() as test, yes, no]):
                holds = SIGNS[type(test.ops[0])]
                return choice(holds, *map(self.part, (test.left, test.comparators[0], yes, no)))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                given = {str(keyword.arg): self.part(keyword.value) for keyword in keywords}
                return called(name, [*map(self.part, arguments)], given)
        raise ValueError(f"the oracle does not know {ast.dump(node)}")


def once(part: Part) -> Part:
    kept: dict[int, Jet] = {}

    def constant(scope: Scope) -> Jet:
        if scope.exactly is None:
            return part(scope)
        if ctx.prec not in kept:
            kept[ctx.prec] = part(scope)
        return kept[ctx.prec]

    return constant


def literal(exact: Fraction) -> Part:
    rational = fmpq(exact.numerator, exact.denominator)
    return lambda scope: Jet(rational if scope.exactly is None else arb(rational))


def named(name: str) -> Part:
    def value(scope: Scope) -> Jet:
        if name in scope.names:
            return scope.names[name]
        if scope.exactly is None and name not in ("inf", "nan"):
            raise IrrationalError
        return Jet(CONSTANTS[name]())

    return value


def rational(part: Part, scope: Scope) -> Jet:
    """The part in rational numbers; raises UndecidedError where it is not rational."""
    if scope.exactly is None:
        raise UndecidedError
    try:
        return part(scope.exactly())
    except IrrationalError:
        raise UndecidedError from None


def order_of(scope: Scope, left: Part, right: Part, u: Number, v: Number) -> float:
    """How two parts compare: by their balls, or exactly where these overlap."""
    try:
        order = compared(u, v)
    except UndecidedError:
        order = compared(rational(left, scope).value, rational(right, scope).value)
    scope.choices.append(order)
    return order


def pinned(scope: Scope, part: Part, u: Jet, at: int = 0) -> Jet:
    """The jet, its value a point where it is exactly `at`: wide balls would leave that open for ever."""
    try:
        compared(u.value, at)
    except UndecidedError:
        if rational(part, scope).value != at:
            raise
        return u._replace(value=arb(at))
    return u


def opposite(part: Part) -> Part:
    return lambda scope: Jet(*map(negative, part(scope)))


def added(left: Part, right: Part) -> Part:
    return lambda scope: Jet(*map(total, left(scope), right(scope)))


def subtracted(left: Part, right: Part) -> Part:
    return added(left, opposite(right))


def multiplied(left: Part, right: Part) -> Part:
    return lambda scope: times(left(scope), right(scope))


def times(u: Jet, v: Jet) -> Jet:
    """Leibniz' rule; where one factor is 0 and its slope finite, the other one may have any slope."""
    first, second = product(u.slope, v.value), product(u.value, v.slope)
    if is_plain_zero(u):
        second = fmpq(0)
    if is_plain_zero(v):
        first = fmpq(0)
    twice = product(u.slope, v.slope)
    curvature = total(product(u.curvature, v.value), twice, twice, product(u.value, v.curvature))
    return Jet(product(u.value, v.value), total(first, second), curvature)


def is_plain_zero(u: Jet) -> bool:
    """Whether a value is exactly 0 with a finite slope that is not 0 whatever x is."""
    if u.slope is None or type(u.slope) is float or type(u.value) is float:
        return False
    return bool(u.value == 0) and (isinstance(u.slope, fmpq) or bool(u.slope.is_finite()))


def divided(left: Part, right: Part) -> Part:
    def jet(scope: Scope) -> Jet:
        u, v = left(scope), pinned(scope, right, right(scope))
        value = quotient(u.value, v.value)
        slope = quotient(total(u.slope, negative(product(value, v.slope))), v.value)
        bend = total(u.curvature, negative(product(2, slope, v.slope)), negative(product(value, v.curvature)))
        return Jet(value, slope, quotient(bend, v.value))

    return jet


def raised(left: Part, right: Part) -> Part:
    def jet(scope: Scope) -> Jet:
        u, v = left(scope), right(scope)
        if v.slope is not None:
            if scope.exactly is None:
                raise IrrationalError
            return elementary("exp", times(v, elementary("log", u)))
        u = pinned(scope, left, u)
        try:
            exact = rational(right, scope).value if scope.exactly else v.value
        except UndecidedError:
            return elementary("exp", times(v, elementary("log", u)))
        first = product(exact, power(u.value, exact - 1)) if exact else None
        second = product(exact * (exact - 1), power(u.value, exact - 2)) if exact * (exact - 1) else None
        value = power(u.value, exact)
        if scope.exactly is not None and isinstance(value, fmpq):  # such as log(0)**0: only balls have an exponential
            value = arb(value)
        return chained(u, value, first, second)

    return jet


def power(u: Number, exponent: fmpq) -> Number:
    """The power of a number with a rational exponent."""
    if type(u) is float:
        at_end = float(u) ** float(Fraction(int(exponent.p), int(exponent.q)))
        return fmpq(int(at_end)) if math.isfinite(at_end) else at_end
    if exponent.q == 1:
        whole = int(exponent.p)
        return quotient(1, u**-whole) if whole < 0 else u**whole
    if isinstance(u, fmpq):
        raise IrrationalError
    side = direction(u)
    if side > 0:
        return (u.log() * arb(exponent)).exp()
    if side < 0:
        return NAN
    return arb(0) if exponent > 0 else INF


BINARY: Mapping[type[ast.operator], Callable[[Part, Part], Part]] = {
    ast.Add: added,
    ast.Sub: subtracted,
    ast.Mult: multiplied,
    ast.Div: divided,
    ast.Pow: raised,
}


def choice(holds: Callable[[float], bool], left: Part, right: Part, yes: Part, no: Part) -> Part:
    def jet(scope: Scope) -> Jet:
        order = order_of(scope, left, right, left(scope).value, right(scope).value)
        if math.isnan(order):
            return UNDEFINED
        return yes(scope) if holds(order) else no(scope)

    return jet


def called(name: str, arguments: Sequence[Part], keywords: Mapping[str, Part]) -> Part:
    if name in ("max", "min"):
        result = arguments[0]
        for argument in arguments[1:]:
            result = extreme(1.0 if name == "max" else -1.0, result, argument)
        return result
    if name == "clip":
        return extreme(-1.0, extreme(1.0, arguments[0], arguments[1]), arguments[2])
    if name in ("abs", "sign"):
        return turned(name, arguments[0])
    if name in ELEMENTARY:
        return lambda scope: elementary(name, argument_of(name, arguments[0], scope))
    return applied(DEFINITIONS[name], arguments, keywords)


def extreme(wanted: float, left: Part, right: Part) -> Part:
    """The larger of two parts (wanted = 1) or the smaller one (-1)."""

    def jet(scope: Scope) -> Jet:
        u, v = left(scope), right(scope)
        order = order_of(scope, left, right, u.value, v.value)
        if math.isnan(order):
            return UNDEFINED
        if order == 0:
            return tied(scope, wanted, (left, u), (right, v))
        return u if order == wanted else v

    return jet


def tied(scope: Scope, wanted: float, one: tuple[Part, Jet], other: tuple[Part, Jet]) -> Jet:
    """What holds at a tie: the flatter of two; 0 where the slopes are opposite.

    Where they are equal, a max bends like the one that bends up more, a min like the other.
    """
    exact = []
    for part, jet in (one, other):
        try:
            exact.append(rational(part, scope))
        except UndecidedError:
            exact.append(jet)
    here, there = (fmpq(0) if jet.slope is None else jet.slope for jet in exact)
    if compared(here, there) == 0:
        if one[1].curvature is None and other[1].curvature is None:
            return one[1]
        first, second = (fmpq(0) if jet.curvature is None else jet.curvature for jet in exact)
        try:
            order = compared(first, second)
        except UndecidedError:  # equal perhaps: a ball that holds both
            return one[1]._replace(curvature=arb(first).union(arb(second)))
        bend = NAN if math.isnan(order) else first if order in (0, wanted) else second
        return one[1]._replace(curvature=bend)
    flatter = compared(abs(here), abs(there))
    if flatter == 0:
        return one[1]._replace(slope=None, curvature=None)
    return one[1] if flatter < 0 else other[1]


def turned(name: str, part: Part) -> Part:
    """Abs and sign."""

    def jet(scope: Scope) -> Jet:
        u = pinned(scope, part, part(scope))
        side = direction(u.value)
        scope.choices.append(side)
        if math.isnan(side):
            return UNDEFINED
        side = float((side > 0) - (side < 0))
        exact = fmpq(int(side)) if scope.exactly is None else arb(side)
        return Jet(exact) if name == "sign" else Jet(*(product(exact, each) for each in u))

    return jet


def argument_of(name: str, part: Part, scope: Scope) -> Jet:
    if scope.exactly is None:
        raise IrrationalError
    u = part(scope)
    return pinned(scope, part, u, DOMAINS[name][0]) if name in DOMAINS else u


def elementary(name: str, u: Jet) -> Jet:
    """The jet of a function of one argument, in balls."""
    if type(u.value) is float:
        if name == "atan" and math.isinf(u.value):
            quarter = arb.pi() / 2 if u.value > 0 else -arb.pi() / 2
            return Jet(quarter) if u.slope is None else Jet(quarter, NAN, NAN)
        if math.isnan(u.value) or name not in AT_INFINITY:
            return UNDEFINED
        value = AT_INFINITY[name][u.value > 0]
        return Jet(value) if u.slope is None else Jet(value, NAN, NAN)
    value, derivatives = ELEMENTARY[name]
    g = None
    if name in DOMAINS:
        start, g = DOMAINS[name]
        side = compared(u.value, start)
        if side < 0:
            return UNDEFINED
        g = g if side == 0 else None
    if name == "sqrt" and g is not None and u.slope is not None:
        with suppress(UndecidedError):
            # At the end of its domain what is under the root goes through 0: it bends down without bound.
            if direction(u.slope) in (-1.0, 1.0):
                return Jet(arb(0), product(INF, u.slope), -INF)
    g = value(u.value) if g is None else g
    return Jet(g) if u.slope is None else chained(u, g, *derivatives(u.value, g))


def applied(definition: Definition, arguments: Sequence[Part], keywords: Mapping[str, Part]) -> Part:
    """A function of the catalogue at its arguments."""
    positional = dict(zip(("x", *definition.defaults), arguments, strict=False))
    defaults = {name: read(default) for name, default in definition.defaults.items()}
    parts = {**defaults, **positional, **keywords}

    def jet(scope: Scope) -> Jet:
        names = {name: part(scope) for name, part in parts.items()}

        def exactly() -> Scope:
            outer = Scope({}, []) if scope.exactly is None else scope.exactly()
            known: dict[str, Jet] = {}
            for name, part in parts.items():
                with suppress(IrrationalError, UndecidedError):  # asked for, it is found missing
                    known[name] = part(outer)
            return Scope(known, [])

        inner = Scope(names, scope.choices, None if scope.exactly is None else exactly)
        return read(definition.formula)(inner)

    return jet


# From balls to float64.


def rounded(number: Number, *, settle: bool = False) -> float | None:
    """The one float64 that all of a number rounds to, half to even; None where there are several.

    `settle` takes the even one for a ball of a thousand bits: the truth lies at a tie of two float64, or as good as.
    """
    if isinstance(number, float):
        return number
    if isinstance(number, Fraction | int | fmpq):
        return quotient_of(int(number.numerator), int(number.denominator))
    if not number.is_finite():
        return None
    low, high = nearest_to(number.lower()), nearest_to(number.upper())
    if low == high:
        return low + 0.0
    if not settle or number.rel_accuracy_bits() <= 1000:
        return None
    return low if (low / math.ulp(low)) % 2 == 0 else high


def nearest_to(point: arb) -> float:
    mantissa, exponent = (int(part) for part in point.man_exp())
    # Far from float64 on either side nothing is shifted: the exponents have no bounds.
    size = mantissa.bit_length() + exponent
    if mantissa == 0 or size < -1100:
        return 0.0
    if size > 1100:
        return INF if mantissa > 0 else -INF
    return quotient_of(mantissa << max(exponent, 0), 1 << max(-exponent, 0))


def quotient_of(numerator: int, denominator: int) -> float:
    try:
        return numerator / denominator  # Python rounds the quotient of two integers once
    except OverflowError:
        return INF if numerator > 0 else -INF


class Formula:
    """A formula in x, the parameters in it given as texts."""

    def __init__(self, text: str, parameters: Mapping[str, str] | None = None) -> None:
        self.text = text
        self.parameters = {name: read(value) for name, value in (parameters or {}).items()}
        self.part = read(text)

    def jet(self, x: float | arb, choices: list[float] | None = None) -> Jet:
        """The jet at a float64 or a ball, at the precision of the moment; choices made on the way are appended."""
        constants = Scope({}, [], lambda: Scope({}, []))
        names = {name: part(constants) for name, part in self.parameters.items()}

        def exactly() -> Scope:
            if not isinstance(x, float):
                raise IrrationalError
            outer = Scope({}, [])
            known = {name: part(outer) for name, part in self.parameters.items()}
            return Scope({**known, "x": Jet(fmpq(*x.as_integer_ratio()), fmpq(1))}, [])

        names["x"] = Jet(arb(x), arb(1))
        return self.part(Scope(names, [] if choices is None else choices, exactly))

    def constants(self) -> list[float]:
        """The parameters as float64."""
        with ctx.workprec(FIRST_BITS):
            jets = [part(Scope({}, [], lambda: Scope({}, []))) for part in self.parameters.values()]
            return [float(jet.value) for jet in jets]

    def nearest(self, x: float) -> tuple[float, float, float]:
        """The float64 nearest to value, slope and curvature at a finite x; beside a tie of two either."""
        return self.followed(x)[0]

    def distance(self, order: int, x: float, answer: float, unit: float) -> float:
        """How many units an answer is off value (0), slope (1) or curvature (2), not rounded, at a finite x."""
        bits = FIRST_BITS + abs(math.frexp(x)[1])
        while bits <= MOST_BITS:
            with suppress(UndecidedError), ctx.workprec(bits):
                part = self.jet(x)[order]
                apart = abs(arb(answer) - (0 if part is None else part)) / arb(unit)
                if apart.rad() < 1e-6:
                    return float(apart.mid())
            bits *= 3
        raise AssertionError(f"{self.text} is not settled at {x!r} with {MOST_BITS} bits")

    def followed(self, x: float) -> tuple[tuple[float, float, float], tuple[float, ...]]:
        """The nearest float64, and how every comparison on the way has fallen."""
        answers: list[float | None] = [None, None, None]
        # An exponential of x needs the bits before the point of x, a difference those behind it.
        bits = FIRST_BITS + abs(math.frexp(x)[1])
        while bits <= MOST_BITS:
            choices: list[float] = []
            try:
                with ctx.workprec(bits):
                    jet = self.jet(x, choices)
                    if type(jet.value) is float and math.isnan(jet.value):
                        return (NAN, NAN, NAN), tuple(choices)
                    for order, part in enumerate(jet):
                        if answers[order] is None:
                            answers[order] = 0.0 if part is None else rounded(part, settle=bits > 4000)
            except UndecidedError:
                pass
            else:
                value, slope, curvature = answers
                if value is not None and slope is not None and curvature is not None:
                    return (value, slope, curvature), tuple(choices)
            bits *= 3
        raise AssertionError(f"{self.text} is not settled at {x!r} with {MOST_BITS} bits")

"""An oracle of its own: formulas as text, read by Python's `ast`, in power series of balls; it shares no other code."""

import ast
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import arb, arb_series, ctx, fmpq

from actcli.catalog import FUNCTIONS

BITS = (128, 512, 2048, 8192)
TERMS = 3  # of a series: value, slope and half the curvature

# The text of every entry; parameters at their defaults unless they are given.
TEXTS = {entry.name: entry for entry in FUNCTIONS}


class UnknownError(Exception):
    """At this precision a comparison is not decided, or the answer not rounded."""


def nearest(formula: str, parameters: Mapping[str, str], order: int, x: float) -> float | None:
    """The float64 nearest to a formula's value (0), slope (1) or curvature (2) at a finite x; None: not settled."""
    for bits in BITS:
        with ctx.workprec(bits):
            before, ctx.cap = ctx.cap, TERMS
            try:
                placed = {name: read(text, {}) for name, text in parameters.items()}
                series = read(formula, placed | {"x": arb_series([arb(x), 1])})
                return rounded(coefficient(series, order) * math.factorial(order))
            except (UnknownError, ArithmeticError, ValueError):  # a denominator may hold 0 at these bits
                continue
            finally:
                ctx.cap = before
    return None


def read(text: str, names: Mapping[str, Any]) -> Any:
    """The value of a formula, numbers and names being series."""
    return evaluated(ast.parse(text, mode="eval").body, names)


def evaluated(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value):
            exact = Fraction(repr(value))
            return arb_series([arb(fmpq(exact.numerator, exact.denominator))])
        case ast.Name(name):
            return names[name] if name in names else arb_series([CONSTANTS[name]()])
        case ast.UnaryOp(ast.USub(), operand):
            return -evaluated(operand, names)
        case ast.BinOp(left, ast.Pow(), right):
            return power(evaluated(left, names), evaluated(right, names))
        case ast.BinOp(left, operator, right):
            return OPERATORS[type(operator)](evaluated(left, names), evaluated(right, names))
        case ast.Call(ast.Name("where"), [ast.Compare(left, [sign], [right]), yes, no]):
            holds = COMPARISONS[type(sign)](compared(evaluated(left, names), evaluated(right, names)))
            return evaluated(yes if holds else no, names)
        case ast.Call(ast.Name(name), arguments, keywords):
            given = [evaluated(argument, names) for argument in arguments]
            if name in PRIMITIVES:
                return PRIMITIVES[name](*given)
            entry, (u, *positional) = TEXTS[name], given
            placed = {parameter.name: read(parameter.default, {}) for parameter in entry.parameters}
            placed |= dict(zip(placed, positional, strict=False))
            placed |= {str(keyword.arg): evaluated(keyword.value, names) for keyword in keywords}
            return read(entry.formula, placed | {"x": u})
    raise NotImplementedError(ast.dump(node))


def coefficient(series: Any, place: int) -> Any:
    coefficients = series.coeffs() if isinstance(series, arb_series) else [arb(series)]
    return coefficients[place] if place < len(coefficients) else arb(0)


def compared(u: Any, v: Any) -> int:
    """-1, 0 or 1 as u is below, at or above v."""
    difference = coefficient(u, 0) - coefficient(v, 0)
    if difference == 0:
        return 0
    if not (difference > 0 or difference < 0):
        raise UnknownError
    return 1 if difference > 0 else -1


def power(u: Any, v: Any) -> Any:
    """u**v, v without x: a product where v is a whole number."""
    exponent = coefficient(v, 0)
    if exponent.is_integer() and abs(exponent) < 64:
        return u ** int(float(exponent))
    return (v * u.log()).exp()


def largest(u: Any, v: Any) -> Any:
    """The larger one; of a tie the one whose slope is of smaller magnitude."""
    sign = compared(u, v)
    if sign == 0:
        sign = 1 if compared(arb_series([abs(coefficient(u, 1))]), arb_series([abs(coefficient(v, 1))])) < 0 else -1
    return u if sign > 0 else v


def smallest(u: Any, v: Any) -> Any:
    return -largest(-u, -v)


def absolute(u: Any) -> Any:
    return (0 * u, u, -u)[compared(u, arb_series([arb(0)]))]


def half() -> Any:
    return arb(1) / 2


OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda u, v: u + v,
    ast.Sub: lambda u, v: u - v,
    ast.Mult: lambda u, v: u * v,
    ast.Div: lambda u, v: u / v,
}
COMPARISONS: Mapping[type, Callable[[int], bool]] = {
    ast.Gt: lambda sign: sign > 0,
    ast.Lt: lambda sign: sign < 0,
    ast.GtE: lambda sign: sign >= 0,
    ast.LtE: lambda sign: sign <= 0,
    ast.Eq: lambda sign: sign == 0,
}
CONSTANTS: Mapping[str, Callable[[], Any]] = {"pi": arb.pi, "e": arb.const_e, "inf": lambda: arb("inf")}
PRIMITIVES: Mapping[str, Callable[..., Any]] = {
    "exp": lambda u: u.exp(),
    "expm1": lambda u: u.exp() - 1,
    "log": lambda u: u.log(),
    "log1p": lambda u: (1 + u).log(),
    "sqrt": lambda u: u.sqrt(),
    "sin": lambda u: u.sin(),
    "cos": lambda u: u.cos(),
    "atan": lambda u: u.atan(),
    "erf": lambda u: u.erf(),
    "erfc": lambda u: u.erfc(),
    "tanh": lambda u: 1 - 2 / ((2 * u).exp() + 1),
    "cosh": lambda u: (u.exp() + (-u).exp()) / 2,
    "normal_cdf": lambda u: (-u * half().sqrt()).erfc() / 2,
    "normal_pdf": lambda u: (-u * u / 2).exp() / (2 * arb.pi()).sqrt(),
    "abs": absolute,
    "max": largest,
    "min": smallest,
    "clip": lambda u, low, high: smallest(largest(u, low), high),
}


def rounded(ball: Any) -> float:
    """The float64 nearest to every number of a ball."""
    if not ball.is_finite():
        raise UnknownError
    low, high = (double(*map(int, end.mid().man_exp())) for end in (ball.lower(), ball.upper()))
    if low != high:
        raise UnknownError
    return low


def double(mantissa: int, exponent: int) -> float:
    """The float64 nearest to mantissa * 2**exponent, whose digits may be millions."""
    size = mantissa.bit_length() + exponent  # below 2**size, and at least half of it
    if size < -1100 or size > 1100:
        return 0.0 if size < 0 else math.copysign(math.inf, 1 if mantissa > 0 else -1)
    try:
        return float(mantissa * Fraction(2) ** exponent)
    except OverflowError:
        return math.copysign(math.inf, 1 if mantissa > 0 else -1)

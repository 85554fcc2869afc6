"""A normal form of formulas: those equal when written out, whatever the order of terms and factors, look equal."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from actcli.formula.tree import Application, Choice, Constant, Node, Number, Operation, Variable, parts

# A number, ("+", constant, terms), ("*", coefficient, factors), ("**", base, exponent), or a name and its arguments.
Form = tuple[object, ...]

# Functions of functions written out grow without bound; no formula of the catalogue comes near.
_LARGEST = 200
_MIRRORED = {"<": ">", "<=": ">="}
_X: Form = ("x",)


def canonical(node: Node) -> Form | None:
    """The formula with its functions written out, its numbers worked out, and its terms and factors in one order.

    None where that would be larger than any formula of the catalogue. Nothing is cancelled: equal forms have equal
    values everywhere, undefined places included.
    """
    return _form(node, _X) if _size(node, 1) <= _LARGEST else None


def _size(node: Node, of_x: int) -> int:
    """How many parts the formula has when written out, up to a little more than too many."""
    if isinstance(node, Application):
        return _size(node.bound().tree, _size(node.argument, of_x))
    if isinstance(node, Variable):
        return of_x
    total = 1
    for part in parts(node):
        total += _size(part, of_x)
        if total > _LARGEST:
            break
    return min(total, _LARGEST + 1)


def _form(node: Node, x: Form) -> Form:
    match node:
        case Variable():
            return x
        case Number(value):
            return _number(Fraction(value))
        case Constant(name):
            return (name,)
        case Application(_, argument):
            return _form(node.bound().tree, _form(argument, x))
        case Choice(sign, left, right, yes, no):
            ends = (_form(left, x), _form(right, x))
            sign, ends = (_MIRRORED[sign], ends[::-1]) if sign in _MIRRORED else (sign, ends)
            return ("where", sign, *ends, _form(yes, x), _form(no, x))
        case Operation(name, arguments):
            forms = [_form(argument, x) for argument in arguments]
            return _RULES[name](*forms) if name in _RULES else (name, *forms)
    raise ValueError(f"{node} has no value")


def _number(value: Fraction) -> Form:
    return ("number", value)


def _sum(*forms: Form) -> Form:
    constant, terms = Fraction(0), list[Form]()
    for form in forms:
        number, rest = _parted(form, "+", Fraction(0))
        constant += number
        terms += rest
    if not terms:
        return _number(constant)
    if constant == 0 and len(terms) == 1:
        return terms[0]
    return ("+", constant, tuple(sorted(terms, key=repr)))


def _product(*forms: Form) -> Form:
    coefficient, factors = Fraction(1), list[Form]()
    for form in forms:
        number, rest = _parted(form, "*", Fraction(1))
        coefficient *= number
        factors += rest
    if not factors:
        return _number(coefficient)
    if coefficient == 1 and len(factors) == 1:
        return factors[0]
    return ("*", coefficient, tuple(sorted(factors, key=repr)))


def _parted(form: Form, name: str, neutral: Fraction) -> tuple[Fraction, tuple[Form, ...]]:
    """The number in a sum or product and what stands beside it; anything else stands beside the neutral number."""
    match form:
        case ("number", Fraction() as value):
            return value, ()
        case (head, Fraction() as number, tuple(rest)) if head == name:
            return number, rest
    return neutral, (form,)


def _negative(form: Form) -> Form:
    return _product(_number(Fraction(-1)), form)


def _inverse(form: Form) -> Form:
    number, factors = _parted(form, "*", Fraction(1))
    if number == 0:
        return _power(form, _number(Fraction(-1)))
    return _product(_number(1 / number), *(_power(factor, _number(Fraction(-1))) for factor in factors))


def _power(base: Form, exponent: Form) -> Form:
    match base, exponent:
        case _, ("number", Fraction(numerator=1 | 2 | 3 as times, denominator=1)):
            return _product(*[base] * times)
        case ("number", Fraction() as value), ("number", Fraction(numerator=-1, denominator=1)) if value:
            return _number(1 / value)
    return ("**", base, exponent)


def _extreme(name: str, *forms: Form) -> Form:
    return (name, *sorted(forms, key=repr))


_RULES: dict[str, Callable[..., Form]] = {
    "+": _sum,
    "-": lambda u, v: _sum(u, _negative(v)),
    "neg": _negative,
    "*": _product,
    "/": lambda u, v: _product(u, _inverse(v)),
    "**": _power,
    "max": partial(_extreme, "max"),
    "min": partial(_extreme, "min"),
    "clip": lambda u, low, high: _extreme("min", _extreme("max", u, low), high),
}

"""A normal form of formulas: those equal when written out, whatever the order of terms and factors, look equal."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from actcli.formula.parser import CONSTANTS, PRIMITIVES, parse
from actcli.formula.tree import Application, Choice, Constant, Node, Number, Operation, Slope, Variable, parts

# A number, ("+", constant, terms), ("*", coefficient, factors), ("**", base, exponent), or a name and its arguments.
Form = tuple[object, ...]

# Functions of functions written out grow without bound; no formula of the catalogue comes near.
_LARGEST = 200
_DIFFERENTIATED = 2  # a derivative is so many times as large as its function, as a rule
_MIRRORED = {"<": ">", "<=": ">="}
_X: Form = ("x",)
_NOTHING: Form = ("number", Fraction(0))


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
    if isinstance(node, Slope):
        return min(_DIFFERENTIATED * _size(node.formula, _size(node.argument, of_x)), _LARGEST + 1)
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
            return _choice(sign, *(_form(part, x) for part in (left, right, yes, no)))
        case Operation(name, arguments):
            forms = [_form(argument, x) for argument in arguments]
            return _RULES[name](*forms) if name in _RULES else (name, *forms)
        case Slope(formula, argument):
            return _slope(formula, _form(argument, x))
    raise ValueError(f"{node} has no value")


def words(form: Form) -> frozenset[str]:
    """The primitives and constants in a form, operators left aside."""
    head = form[0]
    own = {head} if head in PRIMITIVES or head in CONSTANTS or head == "where" else set()
    return frozenset(own).union(*map(words, _parts(form)))


def is_constant(node: Node) -> bool:
    """Whether no x is left in the form; False where that would be too large."""
    form = canonical(node)
    return form is not None and not _mentions_x(form)


def _mentions_x(form: Form) -> bool:
    return form == _X or any(map(_mentions_x, _parts(form)))


def _parts(form: Form) -> list[Form]:
    """The forms in a form, those in a list of terms or factors among them."""
    inner = [part for part in form[1:] if isinstance(part, tuple) and part]
    return [each for part in inner for each in (part if isinstance(part[0], tuple) else (part,))]


# The derivatives of primitives that are defined wherever these are; that of the logarithm is not.
_SLOPES = {
    "exp": "exp(x)",
    "expm1": "exp(x)",
    "sin": "cos(x)",
    "cos": "-sin(x)",
    "atan": "1 / (1 + x**2)",
    "sinh": "cosh(x)",
    "cosh": "sinh(x)",
    "tanh": "1 - tanh(x)**2",
    "erf": "2 / sqrt(pi) * exp(-x**2)",
    "normal_cdf": "normal_pdf(x)",
    "normal_pdf": "-x * normal_pdf(x)",
}


def _slope(node: Node, x: Form) -> Form:
    """The derivative of a formula at x: of a function of the catalogue as its entry states it.

    What has no rule here stands as it is; the rules are those that hold at kinks and edges, too.
    """
    match node:
        case Variable():
            return _number(Fraction(1))
        case Number() | Constant():
            return _NOTHING
        case Application(_, u):
            bound, at = node.bound(), _form(u, x)
            stated = bound.stated(1)
            outer = _slope(bound.tree, at) if stated is None else _form(stated, at)
            return _scaled(outer, _slope(u, x))
        case Slope(formula) if not _mentions_x(_slope(formula, _X)):
            return _NOTHING
        case Slope(Application(_, Variable()) as function, u):
            stated = function.bound().stated(2)
            if stated is not None:
                return _scaled(_form(stated, _form(u, x)), _slope(u, x))
        case Operation("+" | "-" | "neg", arguments):
            return _RULES[node.name](*(_slope(argument, x) for argument in arguments))
        case Operation("*", (u, v)) if u == v:
            return _scaled(_product(_number(Fraction(2)), _form(u, x)), _slope(u, x))
        case Operation("*", (u, v)):
            return _sum(_scaled(_form(v, x), _slope(u, x)), _scaled(_form(u, x), _slope(v, x)))
        case Operation("/", (u, v)) if _slope(v, x) == _NOTHING:
            return _scaled(_inverse(_form(v, x)), _slope(u, x))
        case Operation("**", (u, Number(int() as n))) if n > 0:
            power = _power(_form(u, x), _number(Fraction(n - 1))) if n > 1 else _number(Fraction(1))
            return _scaled(_product(_number(Fraction(n)), power), _slope(u, x))
        case Operation(name, (u,)) if name in _SLOPES:
            return _scaled(_form(parse(_SLOPES[name], {}), _form(u, x)), _slope(u, x))
        case Choice(sign, left, right, yes, no):
            return _choice(sign, _form(left, x), _form(right, x), _slope(yes, x), _slope(no, x))
    return ("slope", _form(node, _X), x)


def _scaled(form: Form, slope: Form) -> Form:
    """The product of a derivative with that of what is inside; 0 by structure where that is, infinite or not."""
    return _NOTHING if slope == _NOTHING else _product(form, slope)


def _choice(sign: str, left: Form, right: Form, yes: Form, no: Form) -> Form:
    if sign in _MIRRORED:
        sign, left, right = _MIRRORED[sign], right, left
    return ("where", sign, left, right, yes, no)


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

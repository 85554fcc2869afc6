"""Formulas at many points at once, in NumPy's long double with a bound of the error: which points are worth balls.

Parsing, derivatives and errors are its own. Where a bound cannot be told cheaply (a tie, a pole, a number that is not
finite, a function that NumPy lacks) it is infinite.
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tests.oracle.formulas import DEFINITIONS

Long = np.longdouble
UNIT = Long(2.0) ** (1 - np.finfo(Long).nmant)
"""More than what an operation rounds by; elementary functions are allowed some times that."""


class Near(NamedTuple):
    """Numbers and how far the truth may be from them."""

    middle: Any
    error: Any


class Jet(NamedTuple):
    """A quantity and its derivatives in x; None is a derivative that is 0 whatever x is."""

    value: Near
    slope: Near | None = None
    curvature: Near | None = None


def near(middle: Any, error: Any) -> Near:
    """The number with the error of its own rounding added."""
    error = error + np.abs(middle) * UNIT
    return Near(middle, np.where(np.isfinite(middle) & np.isfinite(error), error, np.inf))


def plus(a: Near | None, b: Near | None) -> Near | None:
    if a is None or b is None:
        return a if b is None else b
    return sum_of(a, b)


def minus(a: Near | None) -> Near | None:
    return None if a is None else Near(-a.middle, a.error)


def times(a: Near | None, b: Near | None) -> Near | None:
    return None if a is None or b is None else product(a, b)


def product(a: Near, b: Near) -> Near:
    return near(a.middle * b.middle, np.abs(a.middle) * b.error + (np.abs(b.middle) + b.error) * a.error)


def over(a: Near | None, b: Near) -> Near | None:
    return None if a is None else quotient(a, b)


def quotient(a: Near, b: Near) -> Near:
    middle, room = a.middle / b.middle, np.abs(b.middle) - b.error
    return near(middle, np.where(room > 0, (a.error + np.abs(middle) * b.error) / room, np.inf))


def number(value: float) -> Near:
    return Near(Long(value), Long(0))


ONE, TWO = number(1.0), number(2.0)
UNKNOWN = Jet(*[Near(Long(0), Long(np.inf))] * 3)
Derivatives = Callable[[Near, Near], tuple[Near | None, Near | None]]
# g, then g' and g'' by u and g.
ELEMENTARY: Mapping[str, tuple[Callable[[Any], Any], Derivatives]] = {
    "exp": (np.exp, lambda _u, g: (g, g)),
    "expm1": (np.expm1, lambda u, _g: (of("exp", u), of("exp", u))),
    "log": (np.log, lambda u, _g: (over(ONE, u), minus(over(ONE, square(u))))),
    "log1p": (np.log1p, lambda u, _g: (over(ONE, sum_of(ONE, u)), minus(over(ONE, square(sum_of(ONE, u)))))),
    "sqrt": (np.sqrt, lambda u, g: (over(number(0.5), g), minus(over(number(0.25), product(g, u))))),
    "sin": (np.sin, lambda u, g: (of("cos", u), minus(g))),
    "cos": (np.cos, lambda u, g: (minus(of("sin", u)), minus(g))),
    "atan": (np.arctan, lambda u, _g: (bell(u), minus(times(times(TWO, u), square(bell(u)))))),
    "sinh": (np.sinh, lambda u, g: (of("cosh", u), g)),
    "cosh": (np.cosh, lambda u, g: (of("sinh", u), g)),
    "tanh": (np.tanh, lambda u, g: (sech_square(u), minus(times(times(TWO, g), sech_square(u))))),
}


LACKING = ("tan", "erf", "erfc", "normal_cdf", "normal_pdf")  # left to the balls


def sum_of(a: Near, b: Near) -> Near:
    return near(a.middle + b.middle, a.error + b.error)


def square(a: Near) -> Near:
    return product(a, a)


def bell(u: Near) -> Near:
    return quotient(ONE, sum_of(ONE, square(u)))


def sech_square(u: Near) -> Near:
    return quotient(ONE, square(of("cosh", u)))


def of(name: str, u: Near) -> Near:
    """A function of a number: its steepness there, doubled, carries the error on."""
    function, _ = ELEMENTARY[name]
    value = function(u.middle)
    little = Long(2.0) ** -20
    if name in ("log", "sqrt"):
        little = little * np.abs(u.middle)
    elif name == "log1p":
        little = little * np.abs(1 + u.middle)
    steep: Mapping[str, Callable[[], Any]] = {
        "exp": lambda: value,
        "expm1": lambda: value + 1,
        "log": lambda: 1 / u.middle,
        "log1p": lambda: 1 / (1 + u.middle),
        "sqrt": lambda: 0.5 / value,
        "sin": lambda: 1,
        "cos": lambda: 1,
        "atan": lambda: 1,
        "sinh": lambda: np.cosh(u.middle),
        "cosh": lambda: np.cosh(u.middle),
        "tanh": lambda: 1 / np.cosh(u.middle) ** 2,
    }
    carried = np.where(u.error <= little, 2 * np.abs(steep[name]()) * u.error, np.where(u.error == 0, 0, np.inf))
    return near(value, carried + 8 * UNIT * np.abs(value))


def chained(u: Jet, value: Near, first: Near | None, second: Near | None) -> Jet:
    bend = times(times(second, u.slope), u.slope)
    return Jet(value, times(first, u.slope), plus(bend, times(first, u.curvature)))


def chosen(holds: Any, unsure: Any, yes: Jet, no: Jet) -> Jet:
    """Each place its branch; where that is not sure the error is infinite."""
    parts = []
    for both in zip(yes, no, strict=True):
        one, other = (number(0.0) if each is None else each for each in both)
        error = np.where(unsure, np.inf, np.where(holds, one.error, other.error))
        parts.append(Near(np.where(holds, one.middle, other.middle), error))
    return Jet(*parts)


def negative(u: Jet) -> Jet:
    return Jet(Near(-u.value.middle, u.value.error), minus(u.slope), minus(u.curvature))


def compared(u: Near, v: Near) -> tuple[Any, Any, Any]:
    """u - v, its error, and whether its sign is unsure; two exact numbers may be equal."""
    difference, error = u.middle - v.middle, u.error + v.error
    return difference, error, ~((np.abs(difference) > error) | ((error == 0) & (difference != 0)))


class Screen:
    """A formula in x, the parameters in it given as texts."""

    def __init__(self, text: str, parameters: Mapping[str, str]) -> None:
        with np.errstate(all="ignore"):
            self.names = {name: Screen(value, {}).evaluated(value, {}) for name, value in parameters.items()}
        self.text = text

    def orders(self, x: NDArray[np.float64]) -> list[Near]:
        """Value, slope and curvature at finite x."""
        with np.errstate(all="ignore"):
            jet = self.evaluated(self.text, {**self.names, "x": Jet(Near(x.astype(Long), Long(0)), ONE)})
            parts = [number(0.0) if part is None else part for part in jet]
            return [Near(*np.broadcast_arrays(part.middle, part.error, x)[:2]) for part in parts]

    def evaluated(self, text: str, names: Mapping[str, Jet]) -> Jet:
        return Reader(text, names).jet(ast.parse(text.strip(), mode="eval").body)


class Reader:
    """Evaluates one text."""

    def __init__(self, text: str, names: Mapping[str, Jet]) -> None:
        self.text, self.names = text.strip(), names

    def jet(self, node: ast.expr) -> Jet:
        match node:
            case ast.Constant():
                value = Long(self.text[node.col_offset : node.end_col_offset])
                exact = float(value) == value and float(value).is_integer()
                return Jet(Near(value, Long(0) if exact else np.abs(value) * UNIT))
            case ast.Name(id="pi"):
                return Jet(near(Long(4) * np.arctan(Long(1)), 4 * UNIT))
            case ast.Name(id="e"):
                return Jet(near(np.exp(Long(1)), 4 * UNIT))
            case ast.Name(id="inf"):
                return Jet(Near(Long(np.inf), Long(0)))
            case ast.Name(id=name):
                return self.names[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return negative(self.jet(operand))
            case ast.UnaryOp(operand=operand):
                return self.jet(operand)
            case ast.BinOp(left=left, op=operator, right=right):
                return self.operation(operator, self.jet(left), self.jet(right))
            case ast.Call(func=ast.Name(id="where"), args=[ast.Compare() as test, yes, no]):
                difference, _, unsure = compared(self.jet(test.left).value, self.jet(test.comparators[0]).value)
                holds = difference > 0 if isinstance(test.ops[0], ast.Gt | ast.GtE) else difference < 0
                unsure = unsure | isinstance(test.ops[0], ast.Eq | ast.NotEq)
                return chosen(holds, unsure, self.jet(yes), self.jet(no))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                given = {str(keyword.arg): self.jet(keyword.value) for keyword in keywords}
                return self.call(name, [*map(self.jet, arguments)], given)
        raise ValueError(f"the screen does not know {ast.dump(node)}")

    def operation(self, operator: ast.operator, u: Jet, v: Jet) -> Jet:
        match operator:
            case ast.Add():
                return Jet(sum_of(u.value, v.value), plus(u.slope, v.slope), plus(u.curvature, v.curvature))
            case ast.Sub():
                return self.operation(ast.Add(), u, negative(v))
            case ast.Mult():
                slope = plus(times(u.slope, v.value), times(u.value, v.slope))
                twice = times(times(TWO, u.slope), v.slope)
                ends = plus(times(u.curvature, v.value), times(u.value, v.curvature))
                return Jet(product(u.value, v.value), slope, plus(ends, twice))
            case ast.Div():
                value = quotient(u.value, v.value)
                turn = over(plus(u.slope, minus(times(value, v.slope))), v.value)
                bend = plus(minus(times(times(TWO, turn), v.slope)), minus(times(value, v.curvature)))
                return Jet(value, turn, over(plus(u.curvature, bend), v.value))
            case ast.Pow() if v.slope is None and v.value.error == 0 and v.value.middle == np.round(v.value.middle):
                if v.value.middle < 1:
                    return UNKNOWN
                power = u
                for _ in range(int(v.value.middle) - 1):
                    power = self.operation(ast.Mult(), power, u)
                return power
            case _:
                exponent = self.operation(ast.Mult(), v, self.call("log", [u], {}))
                return self.call("exp", [exponent], {})

    def call(self, name: str, arguments: list[Jet], keywords: Mapping[str, Jet]) -> Jet:
        if name in ("max", "min"):
            u, v, *others = arguments
            difference, _, unsure = compared(u.value, v.value)
            extreme = chosen(difference > 0 if name == "max" else difference < 0, unsure, u, v)
            return self.call(name, [extreme, *others], {}) if others else extreme
        if name == "clip":
            return self.call("min", [self.call("max", arguments[:2], {}), arguments[2]], {})
        if name in ("abs", "sign"):
            (u,) = arguments
            below, unsure = u.value.middle < 0, np.abs(u.value.middle) <= u.value.error
            if name == "sign":
                return chosen(below, unsure, Jet(number(-1.0)), Jet(ONE))
            return chosen(below, unsure, negative(u), u)
        if name in ELEMENTARY:
            (u,) = arguments
            value = of(name, u.value)
            return Jet(value) if u.slope is None else chained(u, value, *ELEMENTARY[name][1](u.value, value))
        if name in LACKING:
            return UNKNOWN
        definition = DEFINITIONS[name]
        known = {
            each: Reader(text, {}).jet(ast.parse(text, mode="eval").body) for each, text in definition.defaults.items()
        }
        known |= dict(zip(("x", *definition.defaults), arguments, strict=False)) | dict(keywords)
        text = definition.formula
        return Reader(text, known).jet(ast.parse(text.strip(), mode="eval").body)

"""The formula language in float64: values as written, and jets that use the kernels of named functions."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from actcli.arrays import Floats
from actcli.formula.jets import Jet, JetArithmetic
from actcli.formula.tree import Bound, Operation, Variable

if TYPE_CHECKING:
    from fractions import Fraction


def _divide(u: Floats, v: Floats) -> Floats:
    # Zero has no sign in this language: c/-0 is c/0.
    return np.divide(u, v + 0.0)


def _power(u: Floats, v: Floats) -> Floats:
    # C has NaN**0 = 1**NaN = 1 and a root of -inf; here NaN stays NaN, and a negative base needs a whole power.
    undefined = np.isnan(u) | np.isnan(v) | ((u == -np.inf) & (v != np.floor(v)))
    return np.where(undefined, np.nan, np.power(u + 0.0, v))


def _clip(u: Floats, low: Floats, high: Floats) -> Floats:
    return np.minimum(np.maximum(u, low), high)


def _sigmoid(u: Floats) -> Floats:
    """The logistic function, in which rules of derivatives are written; formulas have it as that of the catalogue."""
    return np.asarray(1.0 / (1.0 + np.exp(-u)))[()]


def _in_pairs(name: str) -> Callable[[Floats], Floats]:
    """A primitive that NumPy lacks; what evaluates it is imported when a formula first asks for it."""

    def primitive(u: Floats) -> Floats:
        from actcli.formula.pairs import in_pairs

        return in_pairs(Operation(name, (Variable(),)), 0, np.asarray(u, dtype=np.float64))[()]

    return primitive


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _divide,
    "**": _power,
    "neg": np.negative,
    "max": np.maximum,
    "min": np.minimum,
    "clip": _clip,
    "atan": np.arctan,
    "sigmoid": _sigmoid,
    **{name: _in_pairs(name) for name in ("erf", "erfc", "normal_cdf", "normal_pdf")},
    **{
        name: getattr(np, name)
        for name in ("abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")
    },
}

_CONSTANTS = {name: np.float64(getattr(np, name)) for name in ("pi", "e", "inf", "nan")}

COMPARISONS: dict[str, Callable[..., Any]] = {
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


class FloatArithmetic:
    """float64 arrays; the caller silences floating point errors (`np.errstate`)."""

    def number(self, exact: "int | Fraction") -> Any:
        """The float64 nearest to a rational number."""
        return np.float64(exact.numerator / exact.denominator)

    def constant(self, name: str) -> Any:
        """The float64 nearest to a constant of the language."""
        return _CONSTANTS[name]

    def operate(self, name: str, *arguments: Any) -> Any:
        """Apply one operation of the formula language."""
        return _OPERATIONS[name](*arguments)

    def compare(self, sign: str, left: Any, right: Any) -> Any:
        """1 where it holds, 0 where it does not, NaN beside a NaN."""
        holds = COMPARISONS[sign](left, right).astype(np.float64)
        return np.where(np.isnan(left) | np.isnan(right), np.nan, holds)

    def select(self, condition: Any, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
        """Each place its branch; NaN where the comparison saw one."""
        return np.where(np.isnan(condition), np.nan, np.where(condition == 1.0, yes(), no()))

    def vanishes(self, number: Any) -> bool:
        """Whether this is the single number zero."""
        return np.ndim(number) == 0 and bool(number == 0.0)

    def apply(self, function: Bound, argument: Any, by_formula: Callable[[Any], Any]) -> Any:
        """A function of the catalogue by its kernel."""
        return function.value(argument)

    def jets(self) -> "FloatJets":
        """Value and slope over float64."""
        return FloatJets(1)

    def defined(self, number: Any, beside: Any) -> Any:
        """The number, NaN where another one is."""
        return np.where(np.isnan(beside), np.nan, number)[()]


class FloatJets(JetArithmetic[Any]):
    """Jets over float64 arrays; a function of the catalogue enters by its kernels and the chain rule."""

    def __init__(self, highest: int = 2) -> None:
        super().__init__(FloatArithmetic(), highest)

    def apply(self, function: Bound, argument: Jet[Any], by_formula: Callable[[Jet[Any]], Jet[Any]]) -> Jet[Any]:
        """The jet of a catalogue function, from its three kernels."""
        u = argument.value
        if argument.slope is None:
            return Jet(function.value(u))
        slope = function.slope(u)
        return self.compose(argument, function.value(u), slope, function.curvature(u) if self.highest > 1 else slope)

"""Value, slope and curvature arithmetic: the derivatives of any formula, over arrays, pairs and balls alike."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from actcli.formula.tree import Arithmetic

if TYPE_CHECKING:
    from fractions import Fraction


T = TypeVar("T")


class Jet(NamedTuple, Generic[T]):
    """A quantity with its first and second derivative in x; None is a derivative that is zero by structure.

    The distinction keeps 0 * inf out of the rules: a constant has no slope to multiply.
    """

    value: T
    """f(x)."""
    slope: T | None = None
    """f'(x)."""
    curvature: T | None = None
    """f''(x)."""


class JetArithmetic(Generic[T]):
    """Arithmetic on jets over any arithmetic of their parts, by the chain rule alone, never by differences."""

    def __init__(self, base: Arithmetic[T], highest: int = 2) -> None:
        self.base = base
        self.highest = highest  # 1 leaves every curvature out, as if it were 0 by structure

    def variable(self, x: T) -> Jet[T]:
        """The jet of x itself."""
        return Jet(x, self._whole(1))

    def number(self, exact: "int | Fraction") -> Jet[T]:
        """A literal."""
        return Jet(self.base.number(exact))

    def constant(self, name: str) -> Jet[T]:
        """A constant by name, pi or e."""
        return Jet(self.base.constant(name))

    def compare(self, sign: str, left: Jet[T], right: Jet[T]) -> Any:
        """Compare by value."""
        return self.base.compare(sign, left.value, right.value)

    def vanishes(self, number: Jet[T]) -> bool:
        """Whether this is the constant zero."""
        return number.slope is None and self.base.vanishes(number.value)

    def jets(self) -> "JetArithmetic[Jet[T]]":
        """Jets over these jets: the slope of what is a slope already."""
        return JetArithmetic(self, 1)

    def defined(self, number: Jet[T], beside: Jet[T]) -> Jet[T]:
        """The number, its value NaN where another one's is."""
        return number._replace(value=self.base.defined(number.value, beside=beside.value))

    def operate(self, name: str, *arguments: Jet[T]) -> Jet[T]:
        """Apply one operation of the formula language."""
        if name in _RULES:
            (u,) = arguments
            return self._chain(name, u)
        combined: dict[str, Callable[..., Jet[T]]] = {
            "+": self._add,
            "-": self._subtract,
            "*": self._multiply,
            "/": self._divide,
            "**": self._power,
            "neg": self._negate,
            "max": self._largest,
            "min": self._smallest,
            "clip": self._clip,
            "abs": self._absolute,
            "sign": self._signum,
            "sqrt": self._root,
        }
        return combined[name](*arguments)

    def select(self, condition: Any, yes: Callable[[], Jet[T]], no: Callable[[], Jet[T]]) -> Jet[T]:
        """Take value and derivatives of the branch that the condition chooses, a place at a time."""
        branches: dict[bool, Jet[T]] = {}

        def branch(taken: bool) -> Jet[T]:
            # Each side at most once, and only where it is asked for: balls evaluate the branch taken alone.
            if taken not in branches:
                branches[taken] = yes() if taken else no()
            return branches[taken]

        value = self.base.select(condition, lambda: branch(True).value, lambda: branch(False).value)

        def order(part: str) -> T | None:
            if not branches:  # the condition is NaN, or unknown, and so are value and derivatives
                return value
            if all(getattr(jet, part) is None for jet in branches.values()):
                return None
            return self.base.select(
                condition,
                lambda: self._filled(getattr(branch(True), part)),
                lambda: self._filled(getattr(branch(False), part)),
            )

        return Jet(value, order("slope"), order("curvature"))

    def apply(self, function: Any, argument: Jet[T], by_formula: Callable[[Jet[T]], Jet[T]]) -> Jet[T]:
        """A function of the catalogue, by its formula."""
        return by_formula(argument)

    # What the rules are written in: sums and products that know a structural zero.

    def _whole(self, number: int) -> T:
        return self.base.number(number)

    def _filled(self, part: T | None) -> T:
        return self._whole(0) if part is None else part

    def _sum(self, *terms: T | None) -> T | None:
        total: T | None = None
        for term in terms:
            if term is not None:
                total = term if total is None else self.base.operate("+", total, term)
        return total

    def _product(self, *factors: T | None) -> T | None:
        result: T | None = None
        for factor in factors:
            if factor is None:
                return None
            result = factor if result is None else self.base.operate("*", result, factor)
        return result

    def _minus(self, part: T | None) -> T | None:
        return None if part is None else self.base.operate("neg", part)

    def _over(self, part: T | None, divisor: T) -> T | None:
        return None if part is None else self.base.operate("/", part, divisor)

    # The rules.

    def _chain(self, name: str, u: Jet[T]) -> Jet[T]:
        value = self.base.operate(name, u.value)
        if u.slope is None:
            return Jet(value)
        first, second = _RULES[name](_Part(self.base, u.value), _Part(self.base, value))
        return self._composed(u, value, first.number, lambda: second().number)

    def compose(self, u: Jet[T], value: T, first: T, second: T) -> Jet[T]:
        """The jet of g(u) from g, g' and g'' at u."""
        return self._composed(u, value, first, lambda: second)

    def _composed(self, u: Jet[T], value: T, first: T | None, second: Callable[[], T | None]) -> Jet[T]:
        slope = self._product(first, u.slope)
        if self.highest == 1:
            return Jet(value, slope)
        curvature = self._sum(self._product(second(), u.slope, u.slope), self._product(first, u.curvature))
        return Jet(value, slope, curvature)

    def _add(self, u: Jet[T], v: Jet[T]) -> Jet[T]:
        return Jet(
            self.base.operate("+", u.value, v.value), self._sum(u.slope, v.slope), self._sum(u.curvature, v.curvature)
        )

    def _subtract(self, u: Jet[T], v: Jet[T]) -> Jet[T]:
        return Jet(
            self.base.operate("-", u.value, v.value),
            self._sum(u.slope, self._minus(v.slope)),
            self._sum(u.curvature, self._minus(v.curvature)),
        )

    def _negate(self, u: Jet[T]) -> Jet[T]:
        return Jet(self.base.operate("neg", u.value), self._minus(u.slope), self._minus(u.curvature))

    def _multiply(self, u: Jet[T], v: Jet[T]) -> Jet[T]:
        # Where u is 0 the slope is u′v, even if v′ is infinite: u(x + h)/h v(x + h) tends to it, as for x*sqrt(x) at 0.
        first = self._whole(0) if self._is_simple_zero(v) else self._product(u.slope, v.value)
        second = self._whole(0) if self._is_simple_zero(u) else self._product(u.value, v.slope)
        slope = self._sum(first, second)
        value = self.base.operate("*", u.value, v.value)
        if self.highest == 1:
            return Jet(value, slope)
        crossed = self._product(u.slope, v.slope)
        curvature = self._sum(
            self._product(u.curvature, v.value), self._sum(crossed, crossed), self._product(u.value, v.curvature)
        )
        return Jet(value, slope, curvature)

    def _is_simple_zero(self, u: Jet[T]) -> bool:
        """Whether this is exactly zero and moves, with a finite slope: only then is the product of both zero too."""
        product = self._product(u.value, u.slope)
        return product is not None and self.base.vanishes(u.value) and self.base.vanishes(product)

    def _divide(self, u: Jet[T], v: Jet[T]) -> Jet[T]:
        value = self.base.operate("/", u.value, v.value)
        # (u′ - (u/v)v′)/v, not (u′v - uv′)/v²: v² overflows, and where u/v is nearly 1, pairs know by how much.
        slope = self._over(self._sum(u.slope, self._minus(self._product(value, v.slope))), v.value)
        if self.highest == 1:
            return Jet(value, slope)
        crossed = self._product(slope, v.slope)
        numerator = self._sum(
            u.curvature, self._minus(self._sum(crossed, crossed)), self._minus(self._product(value, v.curvature))
        )
        return Jet(value, slope, self._over(numerator, v.value))

    def _root(self, u: Jet[T]) -> Jet[T]:
        """The root g: g′ = u′/2g and g″ = (u″/2 - g′²)/g; like terms are subtracted before they are small."""
        value = self.base.operate("sqrt", u.value)
        two = self._whole(2)
        slope = self._over(self._over(u.slope, two), value)
        if self.highest == 1:
            return Jet(value, slope)
        half = None if u.curvature is None else self._over(u.curvature, two)
        return Jet(value, slope, self._over(self._sum(half, self._minus(self._product(slope, slope))), value))

    def _power(self, u: Jet[T], v: Jet[T]) -> Jet[T]:
        value = self.base.operate("**", u.value, v.value)
        if v.slope is None:
            return self._constant_power(u, v.value, value)
        # u**v = exp(v log u), and the exponential multiplies the derivatives of its exponent.
        exponent = self._multiply(v, self._chain("log", u))
        slope = self._product(value, exponent.slope)
        if self.highest == 1:
            return Jet(value, slope)
        curvature = self._product(value, self._sum(exponent.curvature, self._product(exponent.slope, exponent.slope)))
        return Jet(value, slope, curvature)

    def _constant_power(self, u: Jet[T], n: T, value: T) -> Jet[T]:
        if u.slope is None:
            return Jet(value)
        less_one = self.base.operate("-", n, self._whole(1))
        # A factor n or n - 1 that is exactly zero ends the rule before 0**-1 is asked for.
        first = self._product(n, self._lazy_power(u.value, less_one, n))

        def second() -> T | None:
            less_two = self.base.operate("-", n, self._whole(2))
            return self._product(n, less_one, self._lazy_power(u.value, less_two, self._product(n, less_one)))

        return self._composed(u, value, first, second)

    def _lazy_power(self, u: T, n: T, factor: T | None) -> T | None:
        if factor is None or self.base.vanishes(factor):
            return None
        return self.base.operate("**", u, n)

    def _absolute(self, u: Jet[T]) -> Jet[T]:
        sign = self.base.operate("sign", u.value)
        return Jet(self.base.operate("abs", u.value), self._product(sign, u.slope), self._product(sign, u.curvature))

    def _signum(self, u: Jet[T]) -> Jet[T]:
        return Jet(self.base.operate("sign", u.value))

    def _clip(self, u: Jet[T], low: Jet[T], high: Jet[T]) -> Jet[T]:
        return self._smallest(self._largest(u, low), high)

    def _largest(self, u: Jet[T], v: Jet[T]) -> Jet[T]:
        return self._extreme("max", ">", u, v)

    def _smallest(self, u: Jet[T], v: Jet[T]) -> Jet[T]:
        return self._extreme("min", "<", u, v)

    def _extreme(self, name: str, operator: str, u: Jet[T], v: Jet[T]) -> Jet[T]:
        value = self.base.operate(name, u.value, v.value)
        if u.slope is None and v.slope is None:
            return Jet(value)
        first, tied = (self.base.compare(sign, u.value, v.value) for sign in (operator, "=="))
        chosen = self.select(first, lambda: u, lambda: self.select(tied, lambda: self._tied(name, u, v), lambda: v))
        return Jet(value, chosen.slope, chosen.curvature)

    def _tied(self, name: str, u: Jet[T], v: Jet[T]) -> Jet[T]:
        """At a tie the slope of smaller magnitude holds; opposite slopes of one magnitude give 0.

        Where both slopes are equal so is that of the max or min, whose curvature is the larger or the smaller one.
        """
        here, there = self._filled(u.slope), self._filled(v.slope)
        size, other = (self.base.operate("abs", slope) for slope in (here, there))
        nothing = Jet(u.value, self._whole(0), self._whole(0))
        same = self.base.compare("==", here, there)
        even = self.base.compare("==", size, other)
        flatter = self.base.compare("<", size, other)
        return self.select(
            same,
            lambda: Jet(u.value, self._even(name, here, there), self._bent(name, u, v)),
            lambda: self.select(even, lambda: nothing, lambda: self.select(flatter, lambda: u, lambda: v)),
        )

    def _even(self, name: str, here: T, there: T) -> T:
        """Of two equal slopes either; where they are jets, their slopes are curvatures, chosen as in `_bent`."""
        base: Any = self.base
        one: Any = here
        other: Any = there
        if isinstance(base, JetArithmetic) and not (one.slope is None and other.slope is None):
            one = one._replace(slope=base.base.operate(name, base._filled(one.slope), base._filled(other.slope)))
        chosen: T = one
        return chosen

    def _bent(self, name: str, u: Jet[T], v: Jet[T]) -> T | None:
        if self.highest == 1 or (u.curvature is None and v.curvature is None):
            return None
        return self.base.operate(name, self._filled(u.curvature), self._filled(v.curvature))


class LimitJets(JetArithmetic[T]):
    """Jets that take a function of the catalogue at an infinity to its limits, as its entry states them."""

    def apply(self, function: Any, argument: Jet[T], by_formula: Callable[[Jet[T]], Jet[T]]) -> Jet[T]:
        """A function of the catalogue, by its formula where the argument is finite."""
        end = self.end_of(argument)
        limits = None if end is None else _limits(self, function, argument, end, 0)
        return by_formula(argument) if limits is None else limits

    def end_of(self, number: Jet[T]) -> float | None:
        """Which infinity the value is; None where it is finite, or is an array of several."""
        end: float | None = self.base.end_of(number.value)  # type: ignore[attr-defined]
        return end


def _limits(arithmetic: Any, function: Any, argument: Any, end: float, order: int) -> Any:
    """What an order of a function tends to at an infinity, in some arithmetic; None where it has no entry."""
    if not isinstance(arithmetic, JetArithmetic):
        # The entries state no third derivative: where the second has a limit, that of the third is 0.
        return arithmetic.number(0) if order > 2 else function.at_infinity(arithmetic, order, end)
    if argument.slope is None:
        value = _limits(arithmetic.base, function, argument.value, end, order)
        return None if value is None else Jet(value)
    limits = [_limits(arithmetic.base, function, argument.value, end, order + more) for more in range(3)]
    return None if limits[0] is None else arithmetic.compose(argument, *limits)


class _Part(Generic[T]):
    """A number of some arithmetic that adds and multiplies with plain integers, so that rules read as formulas."""

    __slots__ = ("base", "number")

    def __init__(self, base: Arithmetic[T], number: T) -> None:
        self.base = base
        self.number = number

    def of(self, name: str) -> "_Part[T]":
        return _Part(self.base, self.base.operate(name, self.number))

    def constant(self, name: str) -> "_Part[T]":
        return _Part(self.base, self.base.constant(name))

    def __add__(self, other: "_Part[T] | int") -> "_Part[T]":
        return self._with("+", other)

    def __sub__(self, other: "_Part[T] | int") -> "_Part[T]":
        return self._with("-", other)

    def __mul__(self, other: "_Part[T] | int") -> "_Part[T]":
        return self._with("*", other)

    def __truediv__(self, other: "_Part[T] | int") -> "_Part[T]":
        return self._with("/", other)

    def __rtruediv__(self, other: int) -> "_Part[T]":
        return self._lifted(other)._with("/", self)

    def __neg__(self) -> "_Part[T]":
        return self.of("neg")

    def _lifted(self, other: "_Part[T] | int") -> "_Part[T]":
        return _Part(self.base, self.base.number(other)) if isinstance(other, int) else other

    def _with(self, operator: str, other: "_Part[T] | int") -> "_Part[T]":
        return _Part(self.base, self.base.operate(operator, self.number, self._lifted(other).number))


Rule = Callable[[_Part[Any], _Part[Any]], tuple[_Part[Any], Callable[[], _Part[Any]]]]


def _reciprocal(u: _Part[T]) -> tuple[_Part[T], Callable[[], _Part[T]]]:
    inverse = 1 / u
    return inverse, lambda: -(inverse * inverse)


def _expm1(u: _Part[T], _g: _Part[T]) -> tuple[_Part[T], Callable[[], _Part[T]]]:
    e = u.of("exp")
    return e, lambda: e


def _tan(_u: _Part[T], g: _Part[T]) -> tuple[_Part[T], Callable[[], _Part[T]]]:
    slope = g * g + 1
    return slope, lambda: g * slope * 2


def _atan(u: _Part[T], _g: _Part[T]) -> tuple[_Part[T], Callable[[], _Part[T]]]:
    slope = 1 / (u * u + 1)
    return slope, lambda: u * slope * slope * -2


def _tanh(u: _Part[T], g: _Part[T]) -> tuple[_Part[T], Callable[[], _Part[T]]]:
    # sech(u)**2, never 1 - tanh(u)**2, which is 0 from u = 19 on; by the logistic function, which cannot overflow.
    slope = (u * 2).of("sigmoid") * (u * -2).of("sigmoid") * 4
    return slope, lambda: g * slope * -2


def _softplus(u: _Part[T], _g: _Part[T]) -> tuple[_Part[T], Callable[[], _Part[T]]]:
    slope = u.of("sigmoid")
    return slope, lambda: slope * (-u).of("sigmoid")


def _sigmoid(u: _Part[T], g: _Part[T]) -> tuple[_Part[T], Callable[[], _Part[T]]]:
    # The second factor of the curvature, 1 - 2g, is -tanh(u/2).
    slope = g * (-u).of("sigmoid")
    return slope, lambda: -(slope * (u / 2).of("tanh"))


def _bell(u: _Part[T], twofold: int) -> tuple[_Part[T], Callable[[], _Part[T]]]:
    """The derivatives of erf (twofold = 2) and erfc (-2): twofold / sqrt(pi) * exp(-u**2)."""
    slope = (-(u * u)).of("exp") * twofold / u.constant("pi").of("sqrt")
    return slope, lambda: u * slope * -2


def _normal_cdf(u: _Part[T], _g: _Part[T]) -> tuple[_Part[T], Callable[[], _Part[T]]]:
    density = u.of("normal_pdf")
    return density, lambda: -(u * density)


# Each unary primitive g: from u and g(u) to g'(u), and g''(u) for those who ask.
_RULES: dict[str, Rule] = {
    "exp": lambda _u, g: (g, lambda: g),
    "expm1": _expm1,
    "log": lambda u, _g: _reciprocal(u),
    "log1p": lambda u, _g: _reciprocal(u + 1),
    "sin": lambda u, g: (u.of("cos"), lambda: -g),
    "cos": lambda u, g: (-u.of("sin"), lambda: -g),
    "tan": _tan,
    "atan": _atan,
    "sinh": lambda u, g: (u.of("cosh"), lambda: g),
    "cosh": lambda u, g: (u.of("sinh"), lambda: g),
    "tanh": _tanh,
    "softplus": _softplus,
    "sigmoid": _sigmoid,
    "erf": lambda u, _g: _bell(u, 2),
    "erfc": lambda u, _g: _bell(u, -2),
    "normal_cdf": _normal_cdf,
    "normal_pdf": lambda u, g: (-(u * g), lambda: (u * u - 1) * g),
}

"""A function with its parameters in place: what a spec of the command line comes to."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actcli.arrays import Floats
from actcli.catalog.entry import Entry, Function, FunctionParameter, VectorFunction, kernel_named, parameter_named
from actcli.dtypes import NumberType, narrowing
from actcli.errors import ActcliError, Refusal
from actcli.formula import FloatArithmetic, Node, evaluate, parse
from actcli.formula.tree import Arithmetic, Operation, Parameter, parts, substituted
from actcli.numerics.frame import element_wise, written

if TYPE_CHECKING:
    from actcli.formula.balls import Ball, BallArithmetic

T = TypeVar("T")

# Beside a root a kernel may be so many ulp off; float32 has its numbers 2^29 of them apart.
_DOUBT = 256
# What digits that nobody asked to have certified are settled with.
_MOST_BITS = 4_096


class Activation(NamedTuple):
    """An element-wise function of x alone."""

    name: str
    """As the user knows it: the spec or the expression."""

    formula: str
    """The formula as text, its parameters by name."""

    tree: Node
    """The formula with every parameter in place."""

    entry: Function | None = None
    """The catalogue's record that it came from; None for a typed expression."""

    parameters: tuple[tuple[str, float], ...] = ()
    """The parameters of the entry as numbers."""

    exact: tuple[tuple[str, Node], ...] = ()
    """The same as formulas, exact."""

    definition: "Definition | None" = None
    """The entry as a formula may name it, which says what the names in its formulas mean; None where there is none."""

    def value(self, x: ArrayLike) -> Floats:
        """f(x), float64 of any shape: NaN where x is, the limits of the entry at -inf and +inf."""
        return self.order(0, x)

    def slope(self, x: ArrayLike) -> Floats:
        """f'(x); at a kink by the convention of the formula (see `Function`)."""
        return self.order(1, x)

    def curvature(self, x: ArrayLike) -> Floats:
        """f''(x); at a kink that of the branch whose slope holds."""
        return self.order(2, x)

    def value_and_slope(self, x: Floats) -> tuple[Floats, Floats]:
        """f(x) and f'(x) at float64 in one dimension: of an expression both at once, for little more than the slope."""
        if self.entry is not None:
            return self.value(x), self.slope(x)
        from actcli.formula.pairs import value_and_slope

        return value_and_slope(self.tree, x)

    def order(self, order: int, x: ArrayLike) -> Floats:
        """Value (0), slope (1) or curvature (2): by the kernel of the entry, else by the formula, rounded once.

        Raises ValueError where `x` is not made of real numbers.
        """
        kernel = self.entry.kernels.of(order) if self.entry else None
        if kernel is None:
            from actcli.formula.pairs import evaluator  # its tables are for those who ask for a formula

            found = evaluator(*self._in_pairs(order), at_ends=self.entry is None)
            return element_wise(x, found.write, None if found.holds_at_ends else self._limits(order), found.block)
        parameters = dict(self.parameters)
        return element_wise(x, written(lambda block: kernel(block, **parameters)), self._limits(order))

    def by_formula(self, order: int, x: Floats) -> Floats:
        """The same by the formula alone, at finite x: kernels have no say."""
        from actcli.formula.pairs import in_pairs

        return in_pairs(*self._in_pairs(order), x)

    def nearest(self, order: int, x: Floats, number_type: NumberType, values: Floats | None = None) -> Floats:
        """The numbers of a type nearest to value, slope or curvature: rounded once, ties decided by the truth.

        What float64 puts in the middle between two numbers of the type, or within its error of it, is worked out once
        more in pairs, whose lower part says on which side the truth lies. Where that says nothing, balls do, if
        python-flint is installed; else a tie goes to the even number. `values` are those of `order`, where they are
        known.
        """
        return self._nearest(order, x, number_type, values).values

    def _nearest(self, order: int, x: Floats, number_type: NumberType, values: Floats | None = None) -> "Answers":
        """The same, and where balls have not told a tie from what is beside one."""
        y = self.order(order, x) if values is None else values.copy()
        undecided = np.zeros(y.shape, np.bool_)
        doubtful = number_type.is_middle(y, _DOUBT)
        if doubtful.any():
            different, place = np.unique(x[doubtful], return_inverse=True)
            found = self._on_its_side(order, different, number_type)
            y[doubtful], undecided[doubtful] = (part[place] for part in found)
        return Answers(number_type.rounded(y), undecided)

    def answers(
        self, order: int, x: Floats, number_type: NumberType | None = None, most_bits: int = _MOST_BITS
    ) -> "Answers":
        """Value (0), slope (1) or curvature (2) in float64 or a type, no digit of an expression lost in silence.

        Takes float64 in one dimension. Where the digits of a typed expression cancel beyond those of pairs, balls
        settle it, if python-flint is installed and `most_bits` are enough; what is left is marked as doubtful. Entries
        are known to keep theirs. Balls also settle derivatives that are lost in 0·∞, as at 0 that of x·sqrt(x), and
        whether -0 at 0 is a derivative that underflows or an exact zero, which has no sign.
        """
        if self.entry is not None:
            y, doubtful = np.empty(0) if number_type else self.order(order, x), np.zeros(x.shape, np.bool_)
        else:
            from actcli.formula.bounds import with_doubt

            y, doubtful = with_doubt(self.tree, order, x)
        if number_type is not None:
            y, undecided = self._nearest(order, x, number_type)
            doubtful |= undecided
        for place in np.flatnonzero(doubtful | self._is_lost(order, x, y)):
            settled = _settled(self, order, float(x[place]), number_type, most_bits)
            if settled is not None:
                y[place], doubtful[place] = settled, False
        return Answers(y, doubtful)

    def _is_lost(self, order: int, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Where a derivative is -0 at 0, or NaN although the value at that finite x is none."""
        if order == 0:
            return np.zeros(x.shape, np.bool_)
        lost = np.isnan(y) & np.isfinite(x)
        if lost.any():
            lost[lost] = ~np.isnan(self.value(x[lost]))
        is_negative_zero: NDArray[np.bool_] = (x == 0.0) & (y == 0.0) & np.signbit(y)
        return lost | is_negative_zero

    def certified(
        self,
        order: int,
        x: float,
        rounded: Callable[[float], float] | None = None,
        precisions: Sequence[int] | None = None,
    ) -> float:
        """The float64 nearest to the formula's value, slope or curvature at x, by ball arithmetic.

        Where `rounded` takes float64 to a narrower type, the number of that type nearest to the formula's. Raises
        NotSettledError where it cannot be certified with as many bits as `precisions` has, all by default.
        """
        from actcli.formula.digits import (  # only who asks for certified digits pays for them
            PRECISIONS,
            nearest_double,
            nearest_in,
            settled,
        )

        accept = nearest_double if rounded is None else lambda ball: nearest_in(ball, rounded)
        return settled(lambda balls: self._ball(balls, order, x), accept, precisions or PRECISIONS)

    def digits(self, order: int, x: float, count: int) -> str:
        """So many significant digits of value, slope or curvature at x, every one certified.

        Raises NotSettledError where they cannot be.
        """
        from actcli.formula.digits import decimal, settled

        return settled(lambda balls: self._ball(balls, order, x), lambda ball: decimal(ball, count))

    def form(self, order: int) -> Node | None:
        """A formula of value, slope or curvature that keeps more digits than the definition, where there is one."""
        return None if self.entry is None or self.entry.forms is None else _form(self, order)

    def stated(self, order: int) -> Node | None:
        """The formula of value, slope or curvature that the entry states, its parameters in place; None without one."""
        if self.definition is None or self.definition.entry.stated(order) is None:
            return None
        return substituted(_stated(self.definition, order), dict(self.exact))

    def statement(self, order: int) -> str | None:
        """The same as text, its parameters by name; None where what the user typed has no such names."""
        if order == 0:
            return self.formula
        if self.entry is None or (self.entry.parameters and self.formula != self.entry.formula):
            return None
        return self.entry.stated(order)

    def limit(self, order: int, end: float) -> float:
        """What the order tends to at -inf or +inf, from the entry; NaN where there is none or no entry."""
        low, high = _limits(self, order)
        return low if end < 0 else high

    def at_infinity(self, arithmetic: Arithmetic[T], order: int, end: float) -> T | None:
        """What the order tends to at -inf or +inf in some arithmetic, from the entry; None where there is no entry."""
        tree = self.limit_tree(order, end)
        return None if tree is None else evaluate(tree, arithmetic, arithmetic.constant("nan"))

    def limit_tree(self, order: int, end: float) -> Node | None:
        """What the order tends to at -inf or +inf as a formula without x; None where there is no entry."""
        if self.entry is None:
            return None
        formula, placed = self.entry.limits.of(order)[0 if end < 0 else 1], dict(self.exact)
        return substituted(parse(formula, {}, tuple(placed)), placed)

    def _in_pairs(self, order: int) -> tuple[Node, int]:
        """The formula that pairs work an order out by, and which derivative of it that is."""
        form = self.form(order)
        return (self.tree, order) if form is None else (form, 0)

    def _on_its_side(self, order: int, x: Floats, number_type: NumberType) -> "Answers":
        """Numbers that round to a type as the truth does, which is next to middles between its numbers.

        Doubtful is what balls do not settle; without them nothing is known to be.
        """
        from actcli.formula.pairs import in_pairs_to_odd

        y = in_pairs_to_odd(*self._in_pairs(order), x)
        undecided = np.zeros(y.shape, np.bool_)
        for place in np.flatnonzero(number_type.is_middle(y)):
            settled = _certified_in(self, order, float(x[place]), number_type)
            if settled is None:
                undecided[place] = find_spec("flint") is not None
            else:
                y[place] = settled
        return Answers(y, undecided)

    def _ball(self, balls: "BallArithmetic", order: int, x: float) -> "Ball":
        limit = self.at_infinity(balls, order, x) if np.isinf(x) else None
        if limit is not None:
            return limit
        if order == 0:
            return evaluate(self.tree, balls, balls.double(x))
        from actcli.formula.balls import BallJets

        jets = BallJets(balls)
        jet = evaluate(self.tree, jets, jets.variable(balls.double(x)))
        if jet.value.is_nan or jet.value.is_unknown:
            return jet.value  # a slope of what may be undefined is not settled, even if it is 0 in form
        part = jet.slope if order == 1 else jet.curvature
        return balls.double(0.0) if part is None else part

    def _limits(self, order: int) -> Callable[[], tuple[float, float]] | None:
        return (lambda: _limits(self, order)) if self.entry else None


class Answers(NamedTuple):
    """What a function makes of some inputs, and of which its digits may be wrong."""

    values: Floats
    """Values, slopes or curvatures."""
    doubtful: NDArray[np.bool_]
    """Where digits cancel, and nothing settled them."""


class VectorActivation(NamedTuple):
    """A function of whole vectors, its parameters in place."""

    name: str
    """As the user knows it."""

    entry: VectorFunction
    """The catalogue's record that it came from."""

    parameters: tuple[tuple[str, Any], ...] = ()
    """The parameters of the entry: float, or int where only whole numbers make sense."""

    def seeded(self, seed: int) -> "VectorActivation":
        """The same function with another seed, which must be one of its parameters."""
        return self._replace(parameters=tuple(dict(self.parameters, seed=seed).items()))

    def drawing(self) -> "VectorActivation":
        """The same function for a whole run: a seed becomes one generator, so that no vector repeats another's draw."""
        placed = tuple(
            (name, np.random.default_rng(value) if name == "seed" else value) for name, value in self.parameters
        )
        return self._replace(parameters=placed)

    @property
    def formula(self) -> str:
        """The formula of the i-th component."""
        return self.entry.formula

    def value(self, x: ArrayLike) -> Floats:
        """Map vectors along the last axis, float64: vectors of n to vectors of m, or to a number each.

        Raises ValueError where `x` is a single number, or its vectors have a length that the function cannot cut up.
        """
        return kernel_named(self.entry.value)(x, **dict(self.parameters))

    def jacobian(self, x: ArrayLike) -> Floats:
        """The slopes of every component in every input: vectors of n to matrices of m rows and n columns.

        Raises ValueError where the entry names no Jacobian, and as `value` does.
        """
        if self.entry.jacobian is None:
            raise ValueError(f"{self.name} has no Jacobian here")
        return kernel_named(self.entry.jacobian)(x, **dict(self.parameters))


class Definition:
    """An entry as a formula may name it: parsed on first use, in the language of its own catalogue."""

    def __init__(self, entry: Function, functions: "Mapping[str, Definition]") -> None:
        self.entry = entry
        self.functions = functions

    @property
    def name(self) -> str:
        """The canonical name."""
        return self.entry.name

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The parameters in the order in which they may be given by position."""
        return tuple(parameter.name for parameter in self.entry.parameters)

    def parameter_called(self, name: str) -> str | None:
        """The parameter of this name, or that a library calls so, in any spelling; None where there is none."""
        found = parameter_named(self.entry, name)
        return None if found is None else found.name

    def refusal(self, parameter: str, value: Node) -> Refusal | None:
        """Why no such value may stand for a parameter, and what it needs; None where it may, or holds parameters."""
        if _is_open(value):
            return None
        known = next(each for each in self.entry.parameters if each.name == parameter)
        return refusal(self.entry, known, _number(value))

    def contradiction(self, parameters: Mapping[str, Node]) -> Refusal | None:
        """Why such parameters cannot stand together, and what they need; None where they can, or hold parameters."""
        placed = self._placed(parameters)
        if self.entry.valid is None or any(map(_is_open, placed.values())):
            return None
        condition = substituted(parse(f"where({self.entry.valid}, 1, 0)", {}, tuple(placed)), placed)
        if _number(condition) == 1.0:
            return None
        given = ", ".join(f"{name} = {_number(value):.6g}" for name, value in placed.items())
        return Refusal(f"{self.entry.shown_name} is not defined for {given}", f"it needs {self.entry.valid}")

    def _placed(self, parameters: Mapping[str, Node]) -> dict[str, Node]:
        """All parameters as formulas, the given ones and the others by default."""
        return {
            parameter.name: parameters.get(parameter.name) or parse(parameter.default, {})
            for parameter in self.entry.parameters
        }

    def bind(self, parameters: Mapping[str, Node], name: str | None = None) -> Activation:
        """Put parameters in place, given ones as formulas, the others by default."""
        placed = self._placed(parameters)
        return Activation(
            name=name or self.entry.name,
            formula=self.entry.formula,
            tree=substituted(_stated(self, 0), placed),
            entry=self.entry,
            parameters=tuple((each, _number(value)) for each, value in placed.items()),
            exact=tuple(placed.items()),
            definition=self,
        )


@lru_cache(maxsize=256)
def _stated(definition: Definition, order: int) -> Node:
    return parse(definition.entry.stated(order) or "", definition.functions, definition.parameter_names)


@lru_cache(maxsize=1 << 16)  # all numbers of a type of 16 bits, which come again in every block
def _certified_in(activation: Activation, order: int, x: float, number_type: NumberType) -> float | None:
    """The nearest number of a type, or None where balls do not settle it or are not installed."""
    try:
        return activation.certified(order, x, narrowing(number_type))
    except ActcliError:
        return None


@lru_cache(maxsize=1 << 16)
def _settled(
    activation: Activation, order: int, x: float, number_type: NumberType | None, most_bits: int
) -> float | None:
    """The nearest float64 or number of a type, or None where balls do not settle it soon or are not installed."""
    from actcli.formula.digits import BRIEF_PRECISIONS

    precisions = [bits for bits in BRIEF_PRECISIONS if bits <= most_bits]
    try:
        return activation.certified(order, x, narrowing(number_type), precisions)
    except ActcliError:
        return None


@lru_cache(maxsize=256)
def _form(activation: Activation, order: int) -> Node | None:
    if activation.entry is None or activation.entry.forms is None:
        return None
    form, placed = activation.entry.forms[order], dict(activation.exact)
    if form is None:
        return activation.stated(order)
    functions = {} if activation.definition is None else activation.definition.functions
    return substituted(parse(form, functions, tuple(placed)), placed)


@lru_cache(maxsize=256)
def _limits(activation: Activation, order: int) -> tuple[float, float]:
    trees = [activation.limit_tree(order, end) for end in (-np.inf, np.inf)]
    low, high = (np.nan if tree is None else _rounded(tree) for tree in trees)
    return low, high


def _rounded(tree: Node) -> float:
    """The float64 nearest to the value of a formula without x."""
    value = _number(tree)
    if not np.isfinite(value) or value == 0.0 or not _may_round(tree):
        return value
    from actcli.formula.pairs import in_pairs  # few limits are more than a number

    return float(in_pairs(tree, 0, np.zeros(1))[0])


def _may_round(tree: Node) -> bool:
    """Whether float64 may round on the way to the value of a formula."""
    return (isinstance(tree, Operation) and tree.name not in ("neg", "abs")) or any(map(_may_round, parts(tree)))


_MOST_WHOLE = 2**53  # a larger float64 stands for several whole numbers


def refusal(entry: Entry, parameter: FunctionParameter, value: float) -> Refusal | None:
    """Why an entry is undefined for a value of a parameter, and what that needs; None where it is defined."""
    is_whole = value == value // 1 and abs(value) <= _MOST_WHOLE
    if _holds(parameter, value) and np.isfinite(value) and (is_whole or not parameter.whole):
        return None
    if value == _number(parse(parameter.default, {})):  # such as an infinite limit, which limits nothing
        return None
    condition = parameter.valid or f"{parameter.name} finite"
    if parameter.whole:
        condition += f" and whole, {_MOST_WHOLE} at the most"
    message = f"{entry.shown_name} is not defined for {parameter.name} = {value:.6g}"
    return Refusal(message, f"it needs {condition}")


def _holds(parameter: FunctionParameter, value: float) -> bool:
    if parameter.valid is None:
        return True
    condition = parse(f"where({parameter.valid}, 1, 0)", {}, (parameter.name,))
    return _number(substituted(condition, {parameter.name: parse(repr(value), {})})) == 1.0


def _is_open(node: Node) -> bool:
    return isinstance(node, Parameter) or any(map(_is_open, parts(node)))


def _number(node: Node) -> float:
    with np.errstate(all="ignore"):
        return float(evaluate(node, FloatArithmetic(), np.float64(np.nan)))

"""Formulas as trees: the nodes, their evaluation in any arithmetic, substitution."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from actcli.arrays import Floats
from actcli.errors import Refusal

if TYPE_CHECKING:
    from fractions import Fraction


T = TypeVar("T")


class Number(NamedTuple):
    """A literal, exactly as typed."""

    value: "int | Fraction"
    """A Fraction where it is not whole."""


class Constant(NamedTuple):
    """pi, e, inf or nan."""

    name: str
    """As typed."""


class Variable(NamedTuple):
    """The input x."""

    name: str = "x"
    """Always x."""


class Parameter(NamedTuple):
    """A parameter of a catalogue formula, to be replaced by its value."""

    name: str
    """As the catalogue has it."""


class Operation(NamedTuple):
    """An operator or a primitive function of the language, by name ("+", "neg", "exp", "max")."""

    name: str
    """The operator's sign, or the primitive."""
    arguments: "tuple[Node, ...]"
    """In their order."""


class Choice(NamedTuple):
    """where(left SIGN right, yes, no)."""

    sign: str
    """Of the comparison."""
    left: "Node"
    """Left of the sign."""
    right: "Node"
    """Right of the sign."""
    yes: "Node"
    """The answer where the comparison holds."""
    no: "Node"
    """The answer where it does not."""


class Application(NamedTuple):
    """A function of the catalogue at an argument; its parameters do not depend on x."""

    function: "Definition"
    """What is applied."""
    argument: "Node"
    """The x of that function."""
    parameters: "tuple[tuple[str, Node], ...]" = ()
    """By name; those left out have their defaults."""

    def bound(self) -> "Bound":
        """The function with these parameters in place."""
        return _bound(self.function, self.parameters)


@lru_cache(maxsize=1024)  # an evaluation asks for it again and again
def _bound(function: "Definition", parameters: "tuple[tuple[str, Node], ...]") -> "Bound":
    return function.bind(dict(parameters))


class Slope(NamedTuple):
    """slope(u): the derivative of a formula in its own x, taken at an argument."""

    formula: "Node"
    """What is differentiated."""
    argument: "Node" = Variable()
    """Where: x itself as typed, another formula once this one has been put into a function."""


Node = Number | Constant | Variable | Parameter | Operation | Choice | Application | Slope


class Bound(Protocol):
    """A function whose parameters have values: a formula in x alone, and its float64 evaluation."""

    @property
    def tree(self) -> Node: ...
    def form(self, order: int) -> "Node | None": ...
    def stated(self, order: int) -> "Node | None": ...
    def at_infinity(self, arithmetic: "Arithmetic[T]", order: int, end: float) -> T | None: ...
    def value(self, x: Floats) -> Floats: ...
    def slope(self, x: Floats) -> Floats: ...
    def curvature(self, x: Floats) -> Floats: ...


class Definition(Protocol):
    """What a formula may know of a function that it names."""

    @property
    def name(self) -> str: ...
    @property
    def parameter_names(self) -> tuple[str, ...]: ...
    def parameter_called(self, name: str) -> str | None: ...
    def refusal(self, parameter: str, value: Node) -> Refusal | None: ...
    def contradiction(self, parameters: Mapping[str, Node]) -> Refusal | None: ...
    def bind(self, parameters: Mapping[str, Node]) -> Bound: ...
    def __hash__(self) -> int: ...


class Arithmetic(Protocol[T]):
    """What evaluation and the rules of derivatives need of the numbers they work in: arrays, pairs, balls, or jets.

    `jets` gives the arithmetic of value and slope over this one; `defined` is a number, NaN where another one is NaN;
    `compare` gives a condition (an array of them, or None where balls cannot tell), which `select` settles;
    `vanishes` is True only for a single number that is exactly zero; `apply` may use a function's kernels or follow
    its formula.
    """

    def number(self, exact: "int | Fraction") -> T: ...
    def constant(self, name: str) -> T: ...
    def operate(self, name: str, *arguments: T) -> T: ...
    def compare(self, sign: str, left: T, right: T) -> Any: ...
    def select(self, condition: Any, yes: Callable[[], T], no: Callable[[], T]) -> T: ...
    def vanishes(self, number: T) -> bool: ...
    def apply(self, function: Any, argument: T, by_formula: Callable[[T], T]) -> T: ...
    def jets(self) -> Any: ...
    def defined(self, number: T, beside: T) -> T: ...


def evaluate(node: Node, arithmetic: Arithmetic[T], x: T) -> T:
    """Evaluate a formula without parameters at x, in whatever arithmetic x belongs to."""

    def at(part: Node) -> T:
        return evaluate(part, arithmetic, x)

    match node:
        case Number(value):
            return arithmetic.number(value)
        case Constant(name):
            return arithmetic.constant(name)
        case Variable():
            return x
        case Operation(name, arguments):
            return arithmetic.operate(name, *map(at, arguments))
        case Choice(sign, left, right, yes, no):
            condition = arithmetic.compare(sign, at(left), at(right))
            return arithmetic.select(condition, lambda: at(yes), lambda: at(no))
        case Application(_, argument):
            bound = node.bound()
            return arithmetic.apply(bound, at(argument), lambda u: evaluate(bound.tree, arithmetic, u))
        case Slope(formula, argument):
            jets = arithmetic.jets()
            jet = evaluate(formula, jets, jets.variable(at(argument)))
            slope = arithmetic.number(0) if jet.slope is None else jet.slope
            return arithmetic.defined(slope, beside=jet.value)
        case Parameter(name):
            raise ValueError(f"the parameter {name} has no value")


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with each of its direct parts changed."""
    match node:
        case Operation(name, arguments):
            return Operation(name, tuple(map(change, arguments)))
        case Choice(sign, left, right, yes, no):
            return Choice(sign, change(left), change(right), change(yes), change(no))
        case Application(_, argument, parameters):
            changed = tuple((name, change(value)) for name, value in parameters)
            return node._replace(argument=change(argument), parameters=changed)
        case Slope(formula, argument):
            return Slope(change(formula), change(argument))
        case _:
            return node


def substituted(node: Node, parameters: Mapping[str, Node]) -> Node:
    """The formula with its parameters replaced by the given formulas."""
    if isinstance(node, Parameter):
        return parameters.get(node.name, node)
    return rebuilt(node, lambda part: substituted(part, parameters))


def composed(node: Node, inner: Node) -> Node:
    """The formula with x replaced by another formula."""
    if isinstance(node, Variable):
        return inner
    if isinstance(node, Application | Slope):
        return node._replace(argument=composed(node.argument, inner))
    return rebuilt(node, lambda part: composed(part, inner))


def parts(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node."""
    match node:
        case Operation(_, arguments):
            return arguments
        case Choice(_, left, right, yes, no):
            return (left, right, yes, no)
        case Application(_, argument, parameters):
            return (argument, *(value for _, value in parameters))
        case Slope(formula, argument):
            return (formula, argument)
        case _:
            return ()


def mentions_x(node: Node) -> bool:
    """Whether x stands anywhere in the formula."""
    return isinstance(node, Variable) or any(map(mentions_x, parts(node)))

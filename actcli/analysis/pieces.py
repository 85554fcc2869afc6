"""A function taken apart at its choices: the pieces between them, and the kinks where they meet."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from actcli.analysis.search import LINE, change
from actcli.arrays import Floats
from actcli.catalog import Activation
from actcli.formula import Application, FloatArithmetic, FloatJets, Node, evaluate
from actcli.formula.jets import Jet
from actcli.formula.tree import Choice, Number, Operation, Variable, composed, parts, rebuilt

_ROUNDING = 1e-11
_ZERO, _ONE = Number(0), Number(1)
# A choice that changes more often is a wave; far out no line is dense enough to find all of its changes.
_MOST_CHANGES = 64


class Piece(NamedTuple):
    """A stretch on which every max, min, clip, where, abs and sign has chosen; `tree` is what they leave."""

    low: float
    """The left end; -inf for the first."""
    high: float
    """The right end; inf for the last."""
    tree: Node
    """Without choices."""

    @property
    def is_constant(self) -> bool:
        """Whether no x is left in the formula (0 * u is 0): constant by its formula, not by underflow."""
        return _is_constant(self.tree)

    @property
    def is_wave(self) -> bool:
        """Whether choices are left in the formula, since they change without end."""
        return next(_switches(self.tree), None) is not None


class _Branch(NamedTuple):
    """A function of the catalogue, in the formula of which every choice has been made."""

    tree: Node
    name: str
    parameter_names: tuple[str, ...] = ()

    def refusal(self, parameter: str, value: Node) -> None:
        """It has no parameters to refuse."""

    def bind(self, parameters: Mapping[str, Node]) -> Activation:
        """The branch itself: its parameters are in place."""
        return Activation(self.name, self.name, self.tree)


class Stretch(NamedTuple):
    """Where on the x axis something holds: a point where both ends are equal, a limit where that point is infinite."""

    low: float
    """The left end."""
    high: float
    """The right end."""


class Kink(NamedTuple):
    """A point where the slope, or the value itself, jumps: both one-sided slopes."""

    x: float
    """Where it lies."""
    left_slope: float
    """The slope just before it."""
    right_slope: float
    """The slope just after it."""
    is_jump: bool
    """Whether the value jumps there."""


@lru_cache(maxsize=256)
def pieces(activation: Activation) -> tuple[Piece, ...]:
    """The pieces of a function from left to right; a function that chooses in waves is one piece as it stands."""
    cuts: set[float] = set()
    for switch in _switches(activation.tree):
        changes = _changes_of_sign(switch)
        if len(changes) > _MOST_CHANGES:
            return (Piece(-np.inf, np.inf, activation.tree),)
        cuts.update(changes)
    edges = [-np.inf, *sorted(cuts), np.inf]
    return tuple(Piece(low, high, _resolved(activation.tree, _inside(low, high))) for low, high in pairwise(edges))


@lru_cache(maxsize=256)
def kinks(activation: Activation) -> tuple[Kink, ...]:
    """The points where slope or value jump, from left to right."""
    found = []
    between = pieces(activation)
    for left, right in pairwise(between):
        (value, slope), (other_value, other_slope) = (_end(piece, left.high) for piece in (left, right))
        # The cut is rounded to 12 digits, and a steep function changes by its slope times that.
        rounding = _ROUNDING * abs(left.high) * max(abs(slope), abs(other_slope))
        apart = abs(value - other_value)
        is_jump = value != other_value and not apart <= rounding + _ROUNDING * max(abs(value), abs(other_value))
        if is_jump or not np.isclose(slope, other_slope, rtol=1e-9, atol=1e-300):
            found.append(Kink(left.high, slope, other_slope, is_jump))
    return tuple(found)


def _end(piece: Piece, x: float) -> tuple[float, float]:
    """Value and slope of a piece at one of its ends; next to it where it is undefined at the end itself."""
    value, slope = _jet(piece.tree, x)
    if not np.isnan(value):
        return value, slope
    return _jet(piece.tree, float(np.nextafter(x, piece.low if x == piece.high else piece.high)))


def _switches(node: Node) -> Iterator[Node]:
    """The differences whose signs decide the choices of a formula."""
    match node:
        case Operation("max" | "min", (u, v)):
            yield Operation("-", (u, v))
        case Operation("clip", (u, low, high)):
            yield Operation("-", (u, low))
            yield Operation("-", (u, high))
        case Operation("abs" | "sign", (u,)):
            yield u
        case Choice(_, left, right):
            yield Operation("-", (left, right))
        case Application(_, argument):
            # The argument goes in as it stands: written out, functions of functions grow without bound.
            yield from (composed(switch, argument) for switch in _switches(node.bound().tree))
    for part in parts(node):
        yield from _switches(part)


def _changes_of_sign(switch: Node) -> list[float]:
    def sign(x: Floats) -> Floats:
        with np.errstate(all="ignore"):
            difference: Floats = evaluate(switch, FloatArithmetic(), x) + np.zeros_like(x)
            return np.nan_to_num(np.sign(difference), nan=2.0)

    signs = sign(LINE)
    found = []
    changing = np.flatnonzero(signs[1:] != signs[:-1])
    for at in changing[: _MOST_CHANGES + 1]:
        left, right = change(sign, float(LINE[at]), float(LINE[at + 1]))
        # The exact root where there is one; else the two neighbours round to the same 12 digits.
        root = right if sign(np.array([right]))[0] == 0.0 else left
        found.append(float(f"{root:.12g}") + 0.0)
    return found


def _inside(low: float, high: float) -> float:
    if np.isinf(low) and np.isinf(high):
        return 0.0
    if np.isinf(low):
        return high - 1.0 - abs(high)
    return low + 1.0 + abs(low) if np.isinf(high) else low / 2 + high / 2


def _resolved(node: Node, x: float) -> Node:
    """The formula with every choice made as it falls at x."""
    taken = _taken(node, x)
    if taken is not None:
        return _resolved(taken, x)
    if isinstance(node, Application):
        argument, formula = _resolved(node.argument, x), node.bound().tree
        branch = _resolved(formula, _value(node.argument, x))
        if branch == formula:
            return node._replace(argument=argument)
        return Application(_Branch(branch, node.function.name), argument)
    return rebuilt(node, lambda part: _resolved(part, x))


def _taken(node: Node, x: float) -> Node | None:
    """What is left of a node that chooses, once it has; None where it does not choose."""

    def at(part: Node) -> float:
        return _value(part, x)

    match node:
        case Operation("max", (u, v)):
            return u if at(u) >= at(v) else v
        case Operation("min", (u, v)):
            return u if at(u) <= at(v) else v
        case Operation("clip", (u, low, high)):
            return Operation("min", (Operation("max", (u, low)), high))
        case Operation("abs", (u,)):
            return u if at(u) >= 0 else Operation("neg", (u,))
        case Operation("sign", (u,)):
            return _ONE if at(u) > 0 else Operation("neg", (_ONE,))
        case Choice(sign, left, right, yes, no):
            return yes if at(Choice(sign, left, right, _ONE, _ZERO)) == 1.0 else no
    return None


def _is_constant(node: Node) -> bool:
    if isinstance(node, Variable):
        return False
    if isinstance(node, Operation) and node.name == "*" and any(map(_is_zero, node.arguments)):
        return True
    if isinstance(node, Application) and _is_constant(node.bound().tree):
        return True
    return all(map(_is_constant, parts(node)))


def _is_zero(node: Node) -> bool:
    return _is_constant(node) and _jet(node, 0.0)[0] == 0.0


def _value(tree: Node, x: float) -> float:
    with np.errstate(all="ignore"):
        return float(evaluate(tree, FloatArithmetic(), np.float64(x)))


def _jet(tree: Node, x: float) -> tuple[float, float]:
    jets = FloatJets()
    with np.errstate(all="ignore"):
        jet: Jet[Floats] = evaluate(tree, jets, jets.variable(np.float64(x)))
    return float(jet.value), 0.0 if jet.slope is None else float(jet.slope)

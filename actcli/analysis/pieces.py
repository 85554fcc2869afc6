"""A function taken apart at its choices: the pieces between them, and the kinks where they meet."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from actcli.analysis.places import around, is_plain, places
from actcli.analysis.search import LINE, UNDEFINED, between, changes, moved, plainly, signs
from actcli.arrays import Floats, distinct
from actcli.catalog import Activation
from actcli.formula import Application, FloatArithmetic, FloatJets, Node, bounds, evaluate
from actcli.formula.canonical import is_constant
from actcli.formula.jets import Jet
from actcli.formula.tree import (
    Choice,
    Constant,
    Number,
    Operation,
    Slope,
    Variable,
    composed,
    mentions_x,
    parts,
    rebuilt,
)

_ROUNDING = 1e-11
_BESIDE = 16.0  # what a difference loses by rounding moves its root by some units in the last place
_ZERO, _ONE = Number(0), Number(1)
_NAN = Constant("nan")
_CHOOSING = "max", "min", "clip", "abs", "sign"
_UNKNOWN = 3.0  # beside the signs and UNDEFINED
_SAMPLES = 63  # on each stretch
_NEARER = np.array([1e-6, 1e-9, 1e-12])  # steps towards an end, as shares of it
_NEAR = 32  # float64 to either side
# A choice that changes more often is a wave; far out no line is dense enough to find all of its changes.
_MOST_CHANGES = 64
_MANY = np.concatenate([np.linspace(-512.0, 512.0, 16_381), *np.outer((-1.0, 1.0), np.geomspace(512.0, 1e6, 4_093))])


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
        """Whether no x is left in the formula (0 * u, u - u and u/u have none): constant by it, not by underflow."""
        return not self.is_undefined and (_is_constant(self.tree) or _is_level(self))

    @property
    def is_undefined(self) -> bool:
        """Whether what has to choose is NaN on it, as relu(log(x)) below 0."""
        return _is_undefined(self.tree)

    def is_undefined_beside(self, end: float) -> bool:
        """Whether it has no values next to one of its ends."""
        return self.is_undefined or bool(np.isnan(plainly(self.tree, end + (self.inside - end) * _NEARER)).all())

    @property
    def inside(self) -> float:
        """A place on it, beside the middle where that is a hole."""
        return _defined_within(self.tree, self.low, self.high)

    def end(self, x: float) -> tuple[float, float]:
        """Value and slope at one of its ends; next to it where the piece is undefined at the end itself."""
        if self.is_constant:
            return _value(self.tree, self.inside), 0.0
        value, slope = _jet(self.tree, x)
        if not np.isnan(value):
            return value, slope
        return _jet(self.tree, float(np.nextafter(x, self.low if x == self.high else self.high)))

    @property
    def is_wave(self) -> bool:
        """Whether choices are left in the formula, since they change without end."""
        return next(_switches(self.tree), None) is not None


class _Branch(NamedTuple):
    """A function of the catalogue, in the formula of which every choice has been made."""

    tree: Node
    name: str
    parameter_names: tuple[str, ...] = ()

    def parameter_called(self, name: str) -> None:
        """It has no parameters."""

    def refusal(self, parameter: str, value: Node) -> None:
        """Nor are there any to refuse."""

    def contradiction(self, parameters: Mapping[str, Node]) -> None:
        """Nor have they anything to contradict."""

    def bind(self, parameters: Mapping[str, Node]) -> Activation:
        """The branch itself: its parameters are in place."""
        return Activation(self.name, self.name, self.tree)


class Stretch(NamedTuple):
    """Where on the x axis something holds: a point where both ends are equal, a limit where that point is infinite."""

    low: float
    """The left end."""
    high: float
    """The right end."""
    includes_low: bool = False
    """Whether it holds at the left end, too; it does at a point."""
    includes_high: bool = False
    """Whether it holds at the right end, too."""

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends."""
        return self.low, self.high

    @property
    def includes(self) -> tuple[bool, bool]:
        """Whether it holds at either end; no infinite one belongs to it."""
        is_point = self.low == self.high and bool(np.isfinite(self.low))
        return is_point or self.includes_low, is_point or self.includes_high


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


class Ends(NamedTuple):
    """The values to the left and to the right of a kink, and the one that is taken there."""

    left: float
    """What the piece before the kink comes to there."""
    right: float
    """What the piece behind it comes to."""
    at: float
    """What the function takes."""
    is_jump: bool
    """Whether the values to the left and to the right differ by more than rounding."""


@lru_cache(maxsize=256)
def pieces(activation: Activation) -> tuple[Piece, ...]:
    """The pieces of a function from left to right; a function that chooses in waves is one piece as it stands."""
    cuts: set[float] = set()
    # What a choice is between may change its sign and back between two points of the line: not far from its places.
    switches = list(_switches(activation.tree))
    line = LINE
    if not all(map(is_plain, switches)):
        line = distinct(np.concatenate([LINE, around(np.array(places(activation.tree)))]))
    for switch in switches:
        changes = _changes_of_sign(switch, LINE if is_plain(switch) else line)
        if changes is None or len(changes) > _MOST_CHANGES:
            return (Piece(-np.inf, np.inf, activation.tree),)
        cuts.update(changes)
    edges = [-np.inf, *sorted(cuts), np.inf]
    return tuple(
        Piece(low, high, _resolved(activation.tree, _defined_within(activation.tree, low, high)))
        for low, high in pairwise(edges)
    )


@lru_cache(maxsize=256)
def kinks(activation: Activation) -> tuple[Kink, ...]:
    """The points where slope or value jump, from left to right; none of a function that chooses in waves.

    A pole is none, whichever way a choice takes it, nor is an end of the domain.
    """
    found = []
    between = pieces(activation)
    for left, right in pairwise(between):
        if left.is_undefined_beside(left.high) or right.is_undefined_beside(left.high):
            continue
        (value, slope), (other_value, other_slope) = left.end(left.high), right.end(left.high)
        if np.isinf(value) and value == other_value:
            continue  # a pole: there is no value that bends
        # The cut may be some doubles off, and a steep function changes by its slope times that.
        rounding = _ROUNDING * abs(left.high) * max(abs(slope), abs(other_slope))
        apart = abs(value - other_value)
        is_jump = value != other_value and not apart <= rounding + _ROUNDING * max(abs(value), abs(other_value))
        if is_jump or not np.isclose(slope, other_slope, rtol=1e-9, atol=1e-300):
            found.append(Kink(left.high, slope, other_slope, is_jump))
    return tuple(found)


def kink_values(activation: Activation) -> list[Ends]:
    """The values at each kink, from left to right; equal but for rounding where it is no jump."""
    found = {kink.x: kink.is_jump for kink in kinks(activation)}
    return [
        Ends(
            left.end(left.high)[0],
            right.end(left.high)[0],
            _jet(_tied(activation.tree, left.high), left.high)[0],
            found[left.high],
        )
        for left, right in pairwise(pieces(activation))
        if left.high in found
    ]


def _tied(node: Node, x: float) -> Node:
    """The formula with its choices at x settled as those of equals, where a cut is some doubles off."""
    match node:
        case Operation("sign" | "abs", (u,)) if abs(_value(u, x)) <= _ROUNDING * abs(x) < np.inf:
            return _ZERO
        case Choice(sign, left, right, yes, no):
            one, other = _value(left, x), _value(right, x)
            if abs(one - other) <= _ROUNDING * (abs(one) + abs(other)) < np.inf:
                return _tied(yes if _value(Choice(sign, _ZERO, _ZERO, _ONE, _ZERO), x) else no, x)
        case Application(_, argument):
            return _with_formula(node, _tied(node.bound().tree, _value(argument, x)), _tied(argument, x))
        case Slope(formula, argument):
            return Slope(_tied(formula, _value(argument, x)), _tied(argument, x))
    return rebuilt(node, lambda part: _tied(part, x))


def _with_formula(node: Application, formula: Node, argument: Node) -> Application:
    """A function of the catalogue by another formula: written out, functions of functions would grow without bound."""
    if formula == node.bound().tree:
        return node._replace(argument=argument)
    return Application(_Branch(formula, node.function.name), argument)


def edge_value(tree: Node, inside: float, outside: float) -> float:
    """The value at an end of the domain between two neighbouring doubles, the second of which has none.

    Where a root or power is what ends, it is that of 0; NaN where something else does, or where that has no value.
    """
    room = _ROUNDING * abs(inside) + abs(outside - inside)
    into, beyond = (x + np.copysign(room, x - other) for x, other in ((inside, outside), (outside, inside)))
    ended = _ended(tree, float(into), float(beyond))
    if ended == tree:
        return np.nan
    value = _value(ended, inside)
    scale = abs(inside) if abs(inside) > np.finfo(np.float64).tiny else 1.0
    apart = np.abs(plainly(tree, inside + np.copysign(scale, into - inside) * _NEARER) - value)
    # sqrt(x)/x is 0/x at a root of 0, and does not come near it.
    return np.nan if apart[0] < apart[1] or apart[1] < apart[2] else value


def _ended(node: Node, into: float, beyond: float) -> Node:
    """The formula with 0 for what is below it beyond the end of the domain, and has a root or power taken."""
    match node:
        case Operation("sqrt", (u,)) if _value(u, into) >= 0 > _value(u, beyond):
            return Operation("sqrt", (_ZERO,))
        case Operation("**", (u, v)) if not mentions_x(v) and np.isnan(_value(node, beyond)) and _value(u, into) >= 0:
            return Operation("**", (_ZERO, v))
        case Application(_, argument):
            formula = _ended(node.bound().tree, _value(argument, into), _value(argument, beyond))
            inside = _ended(argument, into, beyond)
            return _with_formula(node, formula, inside)
        case Slope():
            return node
    return rebuilt(node, lambda part: _ended(part, into, beyond))


WAVES = "sin", "cos"


def waves(node: Node, names: Sequence[str] = WAVES) -> set[Node]:
    """The sines and cosines of a formula, or other functions by name, those in its functions written out."""
    if isinstance(node, Application):
        inner = {composed(wave, node.argument) for wave in waves(node.bound().tree, names)}
        return inner | waves(node.argument, names)
    own = {node} if isinstance(node, Operation) and node.name in names else set()
    return own.union(*(waves(part, names) for part in parts(node)))


def held(node: Node, wave: Node, value: int) -> Node:
    """The formula with a number in place of a sine or cosine."""
    if node == wave:
        return Number(value)
    if isinstance(node, Application) and waves(node.bound().tree):
        return held(composed(node.bound().tree, node.argument), wave, value)
    return rebuilt(node, lambda part: held(part, wave, value))


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
        case Slope(formula, argument):
            yield from (composed(switch, argument) for switch in _switches(formula))
            yield from _switches(argument)
            return
    for part in parts(node):
        yield from _switches(part)


def _changes_of_sign(switch: Node, line: Floats) -> list[float] | None:
    """Where the sign of a difference changes along a line; None where it does in a wave that no line follows."""
    sign = partial(signs, switch)
    on_line = sign(line)
    changing = np.flatnonzero(on_line[1:] != on_line[:-1])[: _MOST_CHANGES + 1]
    lefts, rights = changes(sign, line[changing], line[changing + 1])
    # The exact root where there is one; else a number of 12 digits, if one is next to both neighbours.
    roots = np.where(sign(rights) == 0.0, rights, lefts)
    short = np.array([float(f"{root:.12g}") for root in roots])
    # What underflows on the way to a root or a hole at 0 is 0 beside it, too.
    if sign(np.zeros(1))[0] in (0.0, UNDEFINED):
        roots = np.where(np.abs(roots) < np.finfo(np.float64).tiny, 0.0, roots)
        short = np.where(roots == 0.0, 0.0, short)
    # What is undefined at 0 alone may be another thing on either side.
    short = np.where((lefts == 0.0) | (rights == 0.0), 0.0, short)
    found: Floats = np.where(np.abs(short - roots) <= _BESIDE * np.spacing(np.abs(roots)), short, roots) + 0.0
    if waves(switch):
        return found.tolist() if _are_all(sign, found) else None
    return _sure(switch, sorted(set(found.tolist())))


def _sure(switch: Node, cuts: list[float]) -> list[float]:
    """The cuts where the sign changes indeed; those of rounding, underflow and overflow are moved or left out.

    In float64 exp(x) - exp(x/2) changes on both sides of 0, x**2 is 0 near 0, and exp(x) far below.
    """
    if not cuts or is_plain(switch):
        return cuts
    edges = [-np.inf, *cuts, np.inf]
    near = moved(np.repeat(cuts, 3), np.tile([-_NEAR, 0, _NEAR], len(cuts)))
    stretches = [between(low, high, _SAMPLES) for low, high in pairwise(edges)]
    x = np.concatenate([*stretches, near, np.zeros(1)])
    own = _known(switch, x)
    for stretch, ends in zip(stretches, pairwise(edges), strict=True):
        is_there = np.isin(x, stretch)
        if (own[is_there] == _UNKNOWN).all() and _is_nothing(switch, *ends):
            own[is_there] = 0.0
    x, first = np.unique(x[own != _UNKNOWN], return_index=True)
    own = own[own != _UNKNOWN][first]
    at = np.flatnonzero(own[1:] != own[:-1])
    low, high = x[at], x[at + 1]
    cut = np.array(cuts)[np.clip(np.searchsorted(cuts, low), 0, len(cuts) - 1)]
    is_right = (moved(cut, -_NEAR) <= low) & (low <= cut) & (cut <= high) & (high <= moved(cut, _NEAR))
    found = set(cut[is_right].tolist())
    if not is_right.all():
        label = partial(_known, switch)
        low, high = low[~is_right], high[~is_right]
        lasts, firsts = changes(label, low, high)[0], changes(label, high, low)[0]
        found.update(map(_simplest, lasts.tolist(), firsts.tolist()))
    return sorted(found)


def _known(switch: Node, x: Floats) -> Floats:
    """The signs of a difference, `_UNKNOWN` where no arithmetic here is sure of one."""
    own, is_doubtful = bounds.signs(switch, x)
    own = np.where(is_doubtful, _UNKNOWN, own)
    return np.where(np.isnan(own), np.where(signs(switch, x) == UNDEFINED, UNDEFINED, _UNKNOWN), own)


def _is_nothing(switch: Node, low: float, high: float) -> bool:
    from actcli.formula.exact.proof import is_always  # few ask

    return is_always(switch, Fraction(0), low, high)


def _simplest(low: float, high: float) -> float:
    """The shortest place from the last with one sign to the first with the other."""
    if low <= 0.0 <= high:
        return 0.0
    middle = low / 2 + high / 2
    short = float(f"{middle:.12g}")
    return short if low <= short <= high else middle


def _are_all(sign: Callable[[Floats], Floats], cuts: Floats) -> bool:
    """Whether a sign stays the same between cuts at many more places than the line has, which waves outrun."""
    edges = np.concatenate([[-np.inf], np.unique(cuts), [np.inf]])
    middles = np.array([within(low, high) for low, high in pairwise(edges.tolist())])
    many = sign(_MANY)
    is_beside = np.isin(_MANY, cuts) | (many == 0.0) | (many == UNDEFINED)
    return bool((is_beside | (many == sign(middles)[np.searchsorted(edges, _MANY) - 1])).all())


def within(low: float, high: float) -> float:
    """A point between two, either of which may be infinite."""
    if np.isinf(low) and np.isinf(high):
        return 0.0
    if np.isinf(low):
        return high - 1.0 - abs(high)
    return low + 1.0 + abs(low) if np.isinf(high) else low / 2 + high / 2


def _defined_within(tree: Node, low: float, high: float) -> float:
    """The middle of a stretch; a place beside it where the middle alone has no value, as x/x at 0."""
    middle = within(low, high)
    tried = (middle, within(middle, high), within(low, middle))
    return next((x for x in tried if not np.isnan(_value(tree, x))), middle)


@lru_cache(maxsize=4096)
def _is_undefined(node: Node) -> bool:
    formula = (node.bound().tree,) if isinstance(node, Application) else ()
    return node == _NAN or any(map(_is_undefined, (*parts(node), *formula)))


def _resolved(node: Node, x: float) -> Node:
    """The formula with every choice made as it falls at x."""
    with np.errstate(all="ignore"):
        return _resolved_at(node, np.float64(x))[0]


def _resolved_at(node: Node, x: Any) -> tuple[Node, Any]:
    """The same and its value, from those of its parts: each function of functions is worked out once."""
    floats = FloatArithmetic()
    match node:
        case Choice(sign, left, right, yes, no):
            condition = floats.compare(sign, _resolved_at(left, x)[1], _resolved_at(right, x)[1])
            if np.isnan(condition):
                return _NAN, np.float64(np.nan)
            return _resolved_at(yes if condition == 1.0 else no, x)
        case Application(_, argument):
            inner, u = _resolved_at(argument, x)
            branch, value = _resolved_at(node.bound().tree, u)
            return _with_formula(node, branch, inner), value
        case Slope(formula, argument):
            inner, u = _resolved_at(argument, x)
            branch, _ = _resolved_at(formula, u)
            return Slope(branch, inner), np.float64(_jet(branch, u)[1])
        case Operation(name, arguments):
            return _taken(name, [_resolved_at(each, x) for each in arguments])
    return node, evaluate(node, floats, x)


def _taken(name: str, arguments: Sequence[tuple[Node, Any]]) -> tuple[Node, Any]:
    """What is left of an operation, and its value, once it has chosen between arguments that have."""
    if name in _CHOOSING and any(np.isnan(value) for _, value in arguments):
        return _NAN, np.float64(np.nan)
    match name, arguments:
        case "max", ((_, u), (_, v)):
            return arguments[0] if u >= v else arguments[1]
        case "min", ((_, u), (_, v)):
            return arguments[0] if u <= v else arguments[1]
        case "clip", (number, low, high):
            return _taken("min", (_taken("max", (number, low)), high))
        case "abs", ((u, at),):
            return (u, at) if at >= 0 else (Operation("neg", (u,)), -at)
        case "sign", ((_, at),) if at == 0:
            return _ZERO, np.float64(0.0)  # on all of the piece
        case "sign", ((_, at),):
            return (_ONE, np.float64(1.0)) if at > 0 else (Operation("neg", (_ONE,)), np.float64(-1.0))
    nodes, values = zip(*arguments, strict=True)
    return Operation(name, nodes), FloatArithmetic().operate(name, *values)


def _is_constant(node: Node) -> bool:
    return all(_has_no_x(part) for part, factor in _terms(node).items() if factor)


@lru_cache(maxsize=4096)
def _is_level(piece: Piece) -> bool:
    """Whether all of x cancels, as algebra proves; that is asked where some samples are alike."""
    values = plainly(piece.tree, between(piece.low, piece.high, 5))
    samples = values[np.isfinite(values)]
    if samples.size < 2 or not np.allclose(samples, samples[0], rtol=_ROUNDING, atol=0.0):
        return False
    from actcli.formula.exact.proof import is_constant as is_proved_constant

    return is_proved_constant(piece.tree, piece.low, piece.high)


def _has_no_x(node: Node) -> bool:
    if isinstance(node, Variable):
        return False
    if isinstance(node, Operation) and node.name == "*" and any(map(_is_zero, node.arguments)):
        return True
    if isinstance(node, Application) and _is_constant(node.bound().tree):
        return True
    if isinstance(node, Slope):
        return is_constant(node)
    return all(map(_is_constant, parts(node)))


def _is_zero(node: Node) -> bool:
    return _is_constant(node) and _jet(node, 0.0)[0] == 0.0


def _terms(node: Node) -> dict[Node, Fraction]:
    """A formula as a sum of parts with rational factors, like parts put together; numbers are multiples of 1."""
    match node:
        case Number(value):
            return {_ONE: Fraction(value)}
        case Operation("neg", (u,)):
            return _scaled(_terms(u), -1)
        case Operation("+", (u, v)):
            return _added(_terms(u), _terms(v))
        case Operation("-", (u, v)):
            return _added(_terms(u), _scaled(_terms(v), -1))
        case Operation("*", (Number(value), u) | (u, Number(value))):
            return _scaled(_terms(u), value)
        case Operation("/", (u, Number(value))) if value:
            return _scaled(_terms(u), 1 / Fraction(value))
        case Application(_, argument):
            # A straight line of an argument; anything else would be written out without bound.
            line = _terms(node.bound().tree)
            if all(_is_free(part) or isinstance(part, Variable) for part in line):
                slope = line.pop(Variable(), Fraction(0))
                return _added(_scaled(_terms(argument), slope), line)
    return {node: Fraction(1)}


def _is_free(node: Node) -> bool:
    return not mentions_x(node)


def _scaled(terms: Mapping[Node, Fraction], factor: int | Fraction) -> dict[Node, Fraction]:
    return {part: own * factor for part, own in terms.items()}


def _added(terms: Mapping[Node, Fraction], others: Mapping[Node, Fraction]) -> dict[Node, Fraction]:
    return dict(terms) | {part: own + terms.get(part, 0) for part, own in others.items()}


def _value(tree: Node, x: float) -> float:
    with np.errstate(all="ignore"):
        return float(evaluate(tree, FloatArithmetic(), np.float64(x)))


def _jet(tree: Node, x: float) -> tuple[float, float]:
    jets = FloatJets()
    with np.errstate(all="ignore"):
        jet: Jet[Floats] = evaluate(tree, jets, jets.variable(np.float64(x)))
    return float(jet.value), 0.0 if jet.slope is None else float(jet.slope)

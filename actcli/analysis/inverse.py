"""Where a function takes a value: every x, the stretches on which it is flat there, and whether there are more."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from actcli.analysis.pieces import kinks, pieces, within
from actcli.analysis.places import around, places
from actcli.analysis.search import LINE, changes, stepped
from actcli.analysis.shape import extrema, limits
from actcli.arrays import Floats, distinct
from actcli.catalog import Activation
from actcli.errors import ActcliError
from actcli.formula import evaluate
from actcli.formula.pairs import in_pairs
from actcli.formula.tree import Node, Number, Operation

if TYPE_CHECKING:
    from actcli.formula.balls import Ball, BallArithmetic

_LARGEST = float(np.finfo(np.float64).max)
# Kernels have the sign of a difference right that is larger than such a share of what is subtracted.
_SURE = 1e-9
# Pairs hold 106 bits, of which an evaluation may lose a few.
_EXACT, _POOR = 2.0**-103, 2.0**-94
# A root is half as deep as the curve so many float64 beside it, or less; the edge of a jump is not.
_BESIDE = 8
# Balls look for a change of sign so many float64 around what pairs have found.
_FARTHEST = 1 << 40
_ROUNDED = 1e-10
_TOUCHES = 4  # neighbouring float64 at the most
# Of a wave, which takes a value again and again, so many are given; so many turns on a side make a wave.
_OF_A_WAVE = 4
_WAVING = 16


class Root(NamedTuple):
    """A point at which a function takes a value, between two neighbouring float64, or at one."""

    low: float
    """The float64 below it, or itself."""
    high: float
    """The float64 above it, or itself."""
    nearest: float
    """The one of the two that is nearer; infinite where it lies beyond float64."""

    @property
    def odd(self) -> float:
        """The one with the odd last bit, which rounds to a narrower type as the root does."""
        return self.low if self.low == self.high or int(np.float64(self.low).view(np.int64)) & 1 else self.high


class Flat(NamedTuple):
    """A stretch on which a function is flat."""

    low: float
    """The left end."""
    high: float
    """The right end."""
    includes_low: bool
    """Whether the value is taken at the left end; an infinite end is none."""
    includes_high: bool
    """Whether it is taken at the right end."""


class Inverse(NamedTuple):
    """Where a function takes a value."""

    roots: tuple[Root, ...]
    """Every point, from left to right; of endlessly many those nearest to zero."""
    stretches: tuple[Flat, ...]
    """Every stretch, from left to right."""
    is_endless: bool
    """Whether a wave takes the value again and again."""


def inverse(activation: Activation, y: float) -> Inverse:
    """Every x at which the function is y: each root between neighbouring float64, decided in pairs.

    A limit at infinity is not taken, and neither is what lies in the gap of a jump. Nothing takes NaN or an infinity.
    """
    if not np.isfinite(y):
        return Inverse((), (), is_endless=False)
    stretches = tuple(_flats(activation, y))
    found, is_endless = _roots(activation, y)
    roots = [root for root in found if not any(flat.low <= root.nearest <= flat.high for flat in stretches)]
    return Inverse(tuple(sorted(_certified(activation, y, root) for root in roots)), stretches, is_endless)


def _certified(activation: Activation, y: float, root: Root) -> Root:
    """The root, where pairs leave several float64 open as balls have it, if python-flint is installed."""
    if root.high <= stepped(root.low, 1):
        return root
    try:
        return certified(activation, y, root)
    except ActcliError:
        return root


def _above(activation: Activation, y: float) -> Callable[[Floats], Floats]:
    """By how much the function exceeds y, worked out in pairs."""
    tree = _difference(activation.form(0) or activation.tree, y)
    return lambda x: in_pairs(tree, 0, x)


def _difference(tree: Node, y: float) -> Node:
    return Operation("-", (tree, Number(Fraction(y))))


@lru_cache(maxsize=64)
def _grid(activation: Activation) -> tuple[Floats, Floats, Floats]:
    """Places between which the function only rises or only falls, its values there, and which of them are tops."""
    corners = np.array([kink.x for kink in kinks(activation)])
    # A typed formula may rise and fall between two points of the line, where its places are.
    narrow = np.array(places(activation.tree) if activation.entry is None else ())
    tops = np.concatenate([_tops(activation), narrow])
    beside = [np.nextafter(corners, end) for end in (-np.inf, np.inf)]
    x = distinct(np.concatenate([LINE, [-_LARGEST, _LARGEST], corners, *beside, tops, around(narrow)]))

    def is_undefined(x: Floats) -> Floats:
        return np.isnan(activation.value(x)).astype(np.float64)

    undefined = is_undefined(x)
    edges = np.flatnonzero(undefined[1:] != undefined[:-1])
    if edges.size:
        x = distinct(np.concatenate([x, *changes(is_undefined, x[edges], x[edges + 1])]))
    return x, activation.value(x), tops


def _tops(activation: Activation) -> Floats:
    """Both sides of every place at which the slope, worked out in pairs, changes its sign."""
    places = np.array([end for each in extrema(activation) for end in (each.low, each.high)])

    def direction(x: Floats) -> Floats:
        return np.sign(activation.by_formula(1, x))

    # Extrema are rounded to 12 digits where their values do not change by that.
    room = _ROUNDED * np.maximum(np.abs(places), np.finfo(np.float64).tiny)
    lows, highs = places - room, places + room
    turning = direction(lows) * direction(highs) < 0
    if not turning.any():
        return places
    return np.concatenate([places, *changes(direction, lows[turning], highs[turning])])


def _roots(activation: Activation, y: float) -> tuple[list[Root], bool]:
    """The roots outside of flat stretches, and whether a wave has more than these."""
    above = _above(activation, y)
    x, values, tops = _grid(activation)
    with np.errstate(all="ignore"):
        rest = values - y
        unsure = ~(np.abs(rest) > _SURE * (np.abs(values) + abs(y)))
        rest[unsure] = above(x[unsure])
        # Half a unit beside a top a curve has fallen by so much.
        room = np.abs(activation.curvature(tops)) * np.spacing(np.abs(tops)) ** 2 + _EXACT * abs(y)
        touching = np.isin(x, tops[np.abs(above(tops)) <= room]) if tops.size else np.zeros(x.shape, np.bool_)
        rest[touching] = 0.0
    signs = np.sign(rest)
    clear = np.flatnonzero(signs != 0.0)
    is_met = (signs[clear[:-1]] * signs[clear[1:]] < 0) | (np.diff(clear) > 1)
    # It crosses y, or touches it and turns or ends there; zeros on the way to a limit are those of rounding.
    stretches = [
        (left, right)
        for left, right in zip(clear[:-1][is_met].tolist(), clear[1:][is_met].tolist(), strict=True)
        if signs[left] * signs[right] < 0
        or (right - left > 1 and not np.isnan(signs[[left, right]]).all() and _is_short(x[left + 1 : right]))
    ]
    # From the middle outward, for a wave has more than anybody asks for.
    stretches.sort(key=lambda ends: min(abs(x[ends[0]]), abs(x[ends[1]])))
    is_endless = any(_is_in_wave(activation, float(x[end])) for ends in stretches for end in ends)
    roots = list(_beyond(activation, y, rest))
    for left, right in stretches:
        if is_endless and len(roots) >= _OF_A_WAVE:
            break
        if signs[left] * signs[right] < 0:
            roots += _crossing(above, y, float(x[left]), float(x[right]))
        else:
            zeros = x[left + 1 : right]
            place = float(zeros[np.argmin(np.abs(activation.by_formula(1, zeros)))])
            roots.append(Root(place, place, place))
    return roots, is_endless


def _is_short(zeros: Floats) -> bool:
    return bool(zeros[-1] <= stepped(float(zeros[0]), _TOUCHES))


def _crossing(above: Callable[[Floats], Floats], y: float, start: float, stop: float) -> Iterator[Root]:
    """The root between two places of opposite signs; none where the function jumps over it, or has a pole."""

    def sign(x: Floats) -> Floats:
        return np.sign(above(x))

    # From either side the last float64 with the sign that it has there, and the next one.
    ends = changes(sign, np.array([start, stop]), np.array([stop, start]))
    (low, high), (first, last) = (each.tolist() for each in ends)
    places = np.array([low, stepped(low, -_BESIDE), high, stepped(high, _BESIDE)])
    low_rest, beside_low, high_rest, beside_high = np.abs(above(places)).tolist()
    nearest = low if low_rest <= high_rest else high
    if first < high:  # at these pairs see no difference: mostly it is one float64, the root itself
        low, high, nearest = first, last, _middle(first, last)
    elif not (low_rest <= beside_low / 2 < np.inf and high_rest <= beside_high / 2 < np.inf):
        return
    if min(beside_low, beside_high) < _POOR * abs(y):  # so flat that pairs may be some float64 off
        low, high = stepped(low, -_BESIDE), stepped(high, _BESIDE)
    yield Root(low, high, nearest)


def _middle(first: float, last: float) -> float:
    return first if first == last else first / 2 + last / 2


def _beyond(activation: Activation, y: float, rest: Floats) -> Iterator[Root]:
    """A root beyond the largest float64: where the limit at infinity lies on the other side of y."""
    for end, there, limit in zip((-np.inf, np.inf), rest[[0, -1]], limits(activation, 0), strict=True):
        if (there < 0 and limit > y) or (there > 0 and limit < y):
            yield Root(end, end, end)


def _flats(activation: Activation, y: float) -> list[Flat]:
    above, found = _above(activation, y), list[Flat]()
    for piece in pieces(activation):
        if piece.is_constant and above(np.array([within(piece.low, piece.high)]))[0] == 0.0:
            ends = np.array([piece.low, piece.high])
            inside = np.where(np.isinf(ends), np.inf, above(np.where(np.isinf(ends), 0.0, ends)))
            flat = Flat(piece.low, piece.high, bool(inside[0] == 0.0), bool(inside[1] == 0.0))
            if found and found[-1].high == flat.low and flat.includes_low:
                found[-1] = found[-1]._replace(high=flat.high, includes_high=flat.includes_high)
            else:
                found.append(flat)
    return found


def _is_in_wave(activation: Activation, x: float) -> bool:
    """Whether a place is beyond the last turns that are known, on a side where a function waves."""
    last = _last_turns(activation)[0 if x < 0 else 1]
    return abs(x) >= last


@lru_cache(maxsize=64)
def _last_turns(activation: Activation) -> tuple[float, float]:
    """How far out the last turns but one that are known lie, left and right; infinitely far where there is no wave."""
    sides = ([abs(each.low) for each in extrema(activation) if each.low * side > 0] for side in (-1, 1))
    left, right = (sorted(turns)[-2] if len(turns) >= _WAVING else np.inf for turns in sides)
    return left, right


# Certified.


def certified(activation: Activation, y: float, root: Root) -> Root:
    """The same root, its neighbours and which of them is nearer certified in ball arithmetic.

    That it is a root holds where the function is continuous; that there are no others is not certified. Raises
    NotSettledError where balls do not tell on which side it lies.
    """
    if np.isinf(root.nearest):
        return root
    low, high = _bracket(activation, y, root)
    if low == high:
        return Root(low, low, low)
    middle = (Fraction(low) + Fraction(high)) / 2
    side = _side(activation, y, middle)
    if side == 0:
        return Root(low, high, float(middle))
    return Root(low, high, high if side == _side(activation, y, Fraction(low)) else low)


def digits(activation: Activation, y: float, root: Root, count: int) -> str:
    """So many significant digits of a root, every one certified; raises NotSettledError where they cannot be."""
    from actcli.formula.balls import Ball, flint_module  # only who asks for certified digits pays for them
    from actcli.formula.digits import decimal

    if np.isinf(root.nearest):
        return str(root.nearest)
    flint = flint_module()
    low, high = map(Fraction, _bracket(activation, y, root))
    start = _side(activation, y, low)
    while True:
        with flint.ctx.workprec(4 * count + 256):
            ends = [flint.fmpq(end.numerator, end.denominator) for end in (low, high)]
            exact = ends[0] if low == high else None
            found = decimal(Ball(flint.arb(ends[0]).union(flint.arb(ends[1])), exact), count)
        if found is not None:
            return found
        middle = (low + high) / 2
        side = _side(activation, y, middle)
        if side == 0:
            low = high = middle
        elif side == start:
            low = middle
        else:
            high = middle


def _bracket(activation: Activation, y: float, root: Root) -> tuple[float, float]:
    """Neighbouring float64 with the root between them, or the one that it is, certified."""
    from actcli.formula.digits import NotSettledError

    low, high, reach = root.low, root.high, 1
    if low == high:
        if _side(activation, y, Fraction(low)) == 0:
            return low, low
        low, high = stepped(low, -1), stepped(high, 1)
    while (start := _side(activation, y, Fraction(low))) * _side(activation, y, Fraction(high)) > 0:
        low, high, reach = stepped(low, -reach), stepped(high, reach), 2 * reach
        if reach > _FARTHEST:
            raise NotSettledError("the curve touches the value and turns: no sign tells where", "leave out --exact")

    if start == 0:
        return low, low
    while stepped(low, 1) < high:
        middle = _middle(low, high)
        there = _side(activation, y, Fraction(middle))
        if there == 0:
            return middle, middle
        low, high = (middle, high) if there == start else (low, middle)
    return (high, high) if _side(activation, y, Fraction(high)) == 0 else (low, high)


def _side(activation: Activation, y: float, x: Fraction) -> int:
    """The sign of f(x) - y at a rational x, certified; 0 where they are equal."""
    from actcli.formula.digits import settled

    def compute(balls: "BallArithmetic") -> "Ball":
        return evaluate(_difference(activation.tree, y), balls, balls.number(x))

    def sign(ball: "Ball") -> int | None:
        if ball.rational is not None:
            return int(ball.rational > 0) - int(ball.rational < 0)
        return 1 if ball.ball > 0 else -1 if ball.ball < 0 else None

    return settled(compute, sign)

"""Where a function takes a value: every x, the stretches on which it is flat there, and whether there are more."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from actcli.analysis.inverse.certify import Root, certified, difference, middle_of
from actcli.analysis.inverse.recurrence import is_in_wave, phase, recurs
from actcli.analysis.pieces import Piece, kinks, pieces, within
from actcli.analysis.places import around, places
from actcli.analysis.search import LINE, changes, moved, stepped
from actcli.analysis.shape import extrema, limits
from actcli.arrays import Floats, distinct
from actcli.catalog import Activation
from actcli.errors import ActcliError
from actcli.formula.pairs import in_pairs

_LARGEST = float(np.finfo(np.float64).max)
# Kernels have the sign of a difference right that is larger than such a share of what is subtracted.
_SURE = 1e-9
# Pairs hold 106 bits, of which an evaluation may lose a few.
_EXACT, _POOR = 2.0**-103, 2.0**-94
# A root is half as deep as the curve so many float64 beside it, or less; the edge of a jump is not.
_BESIDE = 8
_ROUNDED = 1e-10
_TOUCHES = 4  # neighbouring float64 at the most
# Of a wave, which takes a value again and again, so many are given.
_OF_A_WAVE, _LOOKED_AT = 4, 16  # between some of them lie poles
# Kernels are some units in the last place off, and their roots by as much where a function is not flat.
_ASIDE = 64


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
    if stretches and stretches[0].low == -np.inf and stretches[0].high == np.inf:
        return Inverse((), stretches, is_endless=False)
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
    tree = difference(activation.form(0) or activation.tree, y)
    return lambda x: in_pairs(tree, 0, x)


class _Grid(NamedTuple):
    """What is known of a function before any value is looked for."""

    x: Floats
    """Places between which it only rises or only falls."""
    values: Floats
    """What it is there."""
    tops: Floats
    """Which of them are tops."""
    falls: Floats
    """By how much it has fallen half a unit beside a top."""


@lru_cache(maxsize=64)
def _grid(activation: Activation) -> _Grid:
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
    with np.errstate(all="ignore"):
        falls = np.abs(activation.curvature(tops)) * np.spacing(np.abs(tops)) ** 2
    return _Grid(x, activation.value(x), tops, falls)


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
    x, values, tops, falls = _grid(activation)
    with np.errstate(all="ignore"):
        rest = values - y
        unsure = ~(np.abs(rest) > _SURE * (np.abs(values) + abs(y)))
        rest[unsure] = above(x[unsure])
        touching = np.isin(x, tops[np.abs(above(tops)) <= falls + _EXACT * abs(y)]) if tops.size else np.False_
        rest[touching] = 0.0
    signs = np.sign(rest)
    clear = np.flatnonzero(signs != 0.0)
    is_met = (signs[clear[:-1]] * signs[clear[1:]] < 0) | (np.diff(clear) > 1)
    # It crosses y, or touches it and turns or ends there; zeros on the way to a limit are those of rounding.
    stretches = [
        (left, right)
        for left, right in zip(clear[:-1][is_met].tolist(), clear[1:][is_met].tolist(), strict=True)
        if signs[left] * signs[right] < 0
        or (right - left > 1 and _is_touched(signs, left, right) and _is_short(x[left + 1 : right]))
    ]
    # What a wave turns to first comes first, for it has more than anybody asks for.
    turned = phase(activation, x)
    stretches.sort(key=lambda ends: min(turned[ends[0]], turned[ends[1]]))
    is_endless = any(is_in_wave(activation, float(x[end])) for ends in stretches for end in ends)
    is_endless = is_endless or (bool(stretches) and recurs(activation, y))
    roots = list(_beyond(activation, y, rest))
    ends = ((-_LARGEST, rest[0], rest[1]), (_LARGEST, rest[-1], rest[-2]))
    roots += [Root(end, end, end) for end, there, beside in ends if there == 0.0 != beside]
    if is_endless:
        stretches = stretches[:_LOOKED_AT]
    for left, right, start, stop in _narrowed(activation, y, above, stretches):
        if is_endless and len(roots) >= _OF_A_WAVE:
            break
        if signs[left] * signs[right] < 0:
            roots += _crossing(above, y, start, stop)
        else:
            zeros = x[left + 1 : right]
            place = float(zeros[np.argmin(np.abs(activation.by_formula(1, zeros)))])
            roots.append(Root(place, place, place))
    return roots, is_endless


def _narrowed(
    activation: Activation, y: float, above: Callable[[Floats], Floats], stretches: list[tuple[int, int]]
) -> list[tuple[int, int, float, float]]:
    """Each stretch, and where in it the kernel has the change of sign, if pairs agree: they cost a hundred times it."""
    x = _grid(activation).x
    found = [(left, right, float(x[left]), float(x[right])) for left, right in stretches]
    if not found:
        return found
    starts, stops = (np.array(each) for each in list(zip(*found, strict=True))[2:])

    def sign(x: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return np.sign(activation.value(x) - y)

    first, _ = changes(sign, starts, stops)
    _, last = changes(sign, stops, starts)
    lows = np.maximum(moved(np.minimum(first, last), -_ASIDE), starts)
    highs = np.minimum(moved(np.maximum(first, last), _ASIDE), stops)
    ends = np.sign(above(np.concatenate([starts, stops, lows, highs]))).reshape(4, -1)
    agree = (ends[0] == ends[2]) & (ends[1] == ends[3])
    return [
        (left, right, float(low), float(high)) if fine else (left, right, start, stop)
        for (left, right, start, stop), low, high, fine in zip(found, lows, highs, agree, strict=True)
    ]


def _is_touched(signs: Floats, left: int, right: int) -> bool:
    """Whether zeros between two places are those of a top or an end, and not of a limit where nothing is defined."""
    unknown = np.isnan(signs[[left, right]])
    if not unknown.any():
        return True
    if unknown.all():
        return False
    # Where the function goes on beyond a single hole, zeros beside the hole are those of its limit there.
    beyond = right + 1 if unknown[1] else left - 1
    return not 0 <= beyond < signs.size or bool(np.isnan(signs[beyond]))


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
        low, high, nearest = first, last, middle_of(first, last)
    elif not (low_rest <= beside_low / 2 < np.inf and high_rest <= beside_high / 2 < np.inf):
        return
    if min(beside_low, beside_high) < _POOR * abs(y):  # so flat that pairs may be some float64 off
        low, high = stepped(low, -_BESIDE), stepped(high, _BESIDE)
    yield Root(low, high, nearest)


def _beyond(activation: Activation, y: float, rest: Floats) -> Iterator[Root]:
    """A root beyond the largest float64: where the limit at infinity lies on the other side of y."""
    for end, there, limit in zip((-np.inf, np.inf), rest[[0, -1]], limits(activation, 0), strict=True):
        if (there < 0 and limit > y) or (there > 0 and limit < y):
            yield Root(end, end, end)


def _flats(activation: Activation, y: float) -> list[Flat]:
    """The stretches on which the function is y, or a number that rounds to it."""

    def is_taken(x: Floats) -> list[bool]:
        with np.errstate(all="ignore"):
            return [bool(each) for each in np.isfinite(x) & (activation.by_formula(0, np.nan_to_num(x)) == y)]

    found = list[Flat]()
    for piece in pieces(activation):
        ends = np.array([piece.low, piece.high])
        if _is_flat(activation, piece, y, is_taken):
            flat = Flat(piece.low, piece.high, *is_taken(ends))
            if found and found[-1].high == flat.low and found[-1].includes_high:
                found[-1] = found[-1]._replace(high=flat.high, includes_high=flat.includes_high)
            else:
                found.append(flat)
    return found


def _is_flat(activation: Activation, piece: Piece, y: float, is_taken: Callable[[Floats], list[bool]]) -> bool:
    if not is_taken(np.array([within(piece.low, piece.high)]))[0]:
        return False
    if piece.is_constant:
        return True
    # Few functions take a value at several points in a row and are not flat; algebra tells those that are.
    if activation.entry is not None or not all(is_taken(_inside(piece.low, piece.high))):
        return False
    from actcli.formula.exact.proof import is_always

    return is_always(piece.tree, Fraction(y), piece.low, piece.high)


def _inside(low: float, high: float) -> Floats:
    """A few points between two ends, either of which may be infinite."""
    start = within(low, high)
    return np.array([within(low, start), within(start, high), start])

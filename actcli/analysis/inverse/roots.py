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
from actcli.formula.pairs import excess_in_pairs, in_pairs

_LARGEST = float(np.finfo(np.float64).max)
# Kernels have the sign of a difference right that is larger than such a share of what is subtracted.
_SURE = 1e-9
# Pairs hold 106 bits, of which an evaluation may lose a few.
_EXACT, _POOR = 2.0**-103, 2.0**-94
_SMALL = 2.0**-900
# A root is half as deep as the curve so many float64 beside it, or less, and the edge of a jump is not; where the first
# of these are alike in pairs, farther ones tell.
_BESIDE = (8, 1 << 13, 1 << 26, 1 << 39)
_ROUNDED = 1e-10
_TOUCHES = 4  # neighbouring float64 at the most
# Of a wave, which takes a value again and again, so many are given.
_OF_A_WAVE, _LOOKED_AT = 4, 16  # between some of them lie poles
# Kernels are some units in the last place off, and their roots by as much where a function is not flat.
_ASIDE = 64
_TOGETHER = 64


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
    is_neared: bool = False
    """Whether it is the limit at a single x where the function is undefined, as that of sin(x)/x at 0."""


def inverse(activation: Activation, y: float) -> Inverse:
    """Every x at which the function is y: each root between neighbouring float64, decided in pairs.

    A limit at infinity is not taken, and neither is what lies in the gap of a jump. Nothing takes NaN or an infinity.
    """
    return inverses(activation, np.array([y]))[0]


def inverses(activation: Activation, y: Floats) -> list[Inverse]:
    """The same for many y, which are solved together: a call costs more than a hundred points."""
    answers = [Inverse((), (), is_endless=False)] * y.size
    waiting = []
    for place in np.flatnonzero(np.isfinite(y)).tolist():
        stretches = tuple(_flats(activation, float(y[place])))
        answers[place] = Inverse((), stretches, is_endless=False)
        if not (stretches and stretches[0].low == -np.inf and stretches[0].high == np.inf):
            waiting.append(place)
    # What is subtracted from 1 or -1 has a form of its own, which keeps its digits.
    is_one = np.abs(y) == 1.0
    groups = [[place for place in waiting if not is_one[place]], *([place] for place in waiting if is_one[place])]
    batches = (group[start : start + _TOGETHER] for group in groups for start in range(0, len(group), _TOGETHER))
    for batch in batches:
        for place, (found, is_endless) in zip(batch, _roots(activation, y[batch]), strict=True):
            flats = answers[place].stretches
            roots = [root for root in found if not any(flat.low <= root.nearest <= flat.high for flat in flats)]
            settled = tuple(sorted(_certified(activation, float(y[place]), root) for root in roots))
            answers[place] = Inverse(settled, flats, is_endless, _is_neared(activation, float(y[place])))
    return answers


def _certified(activation: Activation, y: float, root: Root) -> Root:
    """The root, where pairs leave several float64 open as balls have it, if python-flint is installed."""
    if root.high <= stepped(root.low, 1):
        return root
    try:
        return certified(activation, y, root)
    except ActcliError:
        return root


def _excess(activation: Activation, y: Floats) -> Callable[[Floats, Floats], Floats]:
    """By how much the function at some x exceeds an own y for each, worked out in pairs."""
    tree = activation.form(0) or activation.tree
    if y.size == 1 and abs(y[0]) == 1.0:
        own = difference(tree, float(y[0]))
        return lambda x, _y: in_pairs(own, 0, x)
    return lambda x, y: excess_in_pairs(tree, x, y)


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


class _Bracket(NamedTuple):
    """Where a function passes a value."""

    place: int
    """Of the value among those that are solved together."""
    start: float
    """A place before it."""
    stop: float
    """A place behind it."""


def _roots(activation: Activation, y: Floats) -> list[tuple[list[Root], bool]]:
    """For each of some values the roots outside of flat stretches, and whether a wave has more than these."""
    grid, excess = _grid(activation), _excess(activation, y)
    with np.errstate(all="ignore"):
        rest = grid.values - y[:, None]
        rows, at = np.nonzero(~(np.abs(rest) > _SURE * (np.abs(grid.values) + np.abs(y)[:, None])))
        rest[rows, at] = excess(grid.x[at], y[rows])
        if grid.tops.size:
            tops = np.searchsorted(grid.x, grid.tops)
            heights = excess(np.tile(grid.tops, y.size), np.repeat(y, grid.tops.size)).reshape(y.size, -1)
            rows, at = np.nonzero(np.abs(heights) <= grid.falls + _EXACT * np.abs(y)[:, None])
            rest[rows, tops[at]] = 0.0
    answers, brackets = [], list[_Bracket]()
    for place in range(y.size):
        roots, is_endless, own = _met(activation, float(y[place]), rest[place], place)
        answers.append((roots, is_endless))
        brackets += own
    for bracket, root in _passed(activation, y, excess, brackets):
        answers[bracket.place][0].append(root)
    return [(_first(activation, roots) if is_endless else roots, is_endless) for roots, is_endless in answers]


def _is_neared(activation: Activation, y: float) -> bool:
    """Whether both neighbours of an x at which alone the function is undefined come to y."""
    values = _grid(activation).values
    is_hole = np.isnan(values[1:-1]) & (values[:-2] == y) & (values[2:] == y)
    return bool(is_hole.any())


def _first(activation: Activation, roots: list[Root]) -> list[Root]:
    """Of the roots of a wave those that it turns to first."""
    order = np.argsort(phase(activation, np.array([root.nearest for root in roots])), kind="stable")
    return [roots[place] for place in order[:_OF_A_WAVE]]


def _met(activation: Activation, y: float, rest: Floats, place: int) -> tuple[list[Root], bool, list[_Bracket]]:
    """The roots that are places of the grid or beyond it, whether there is no end of them, and where others lie."""
    x, signs = _grid(activation).x, np.sign(rest)
    clear = np.flatnonzero(signs != 0.0)
    is_met = (signs[clear[:-1]] * signs[clear[1:]] < 0) | (np.diff(clear) > 1)
    # It crosses y, or touches it and turns or ends there; zeros on the way to a limit are those of rounding.
    stretches = [
        (left, right)
        for left, right in zip(clear[:-1][is_met].tolist(), clear[1:][is_met].tolist(), strict=True)
        if signs[left] * signs[right] < 0
        or (right - left > 1 and _is_touched(signs, left, right) and _is_short(x[left + 1 : right]))
    ]
    is_endless = any(is_in_wave(activation, float(x[end])) for ends in stretches for end in ends)
    is_endless = is_endless or (bool(stretches) and recurs(activation, y))
    if is_endless:
        # What a wave turns to first comes first, for it has more than anybody asks for.
        ends = phase(activation, x[np.array(stretches)]).min(axis=1)
        stretches = [stretches[row] for row in np.argsort(ends, kind="stable")[:_LOOKED_AT]]
    roots = list(_beyond(activation, y, rest))
    ends_of_line = ((-_LARGEST, rest[0], rest[1]), (_LARGEST, rest[-1], rest[-2]))
    roots += [Root(end, end, end) for end, there, beside in ends_of_line if there == 0.0 != beside]
    brackets = []
    for left, right in stretches:
        if signs[left] * signs[right] < 0:
            brackets.append(_Bracket(place, float(x[left]), float(x[right])))
        else:
            zeros = x[left + 1 : right]
            touched = float(zeros[np.argmin(np.abs(activation.by_formula(1, zeros)))])
            roots.append(Root(touched, touched, touched))
    return roots, is_endless, brackets


def _passed(
    activation: Activation, values: Floats, excess: Callable[[Floats, Floats], Floats], brackets: list[_Bracket]
) -> Iterator[tuple[_Bracket, Root]]:
    """The root in each bracket; none where the function jumps over it, or has a pole."""
    if not brackets:
        return
    places, starts, stops = (np.array(each) for each in zip(*brackets, strict=True))
    y = values[places]

    def each_own(compute: Callable[[Floats, Floats], Floats]) -> Callable[[Floats], Floats]:
        def sign(x: Floats) -> Floats:
            with np.errstate(all="ignore"):
                return np.sign(compute(x, np.repeat(y, x.size // y.size)))

        return sign

    in_float64, exactly = each_own(lambda x, y: activation.value(x) - y), each_own(excess)
    # Pairs cost more: where they agree with the kernel around a change of sign, they need not look elsewhere.
    (_, after), (_, before) = changes(in_float64, starts, stops), changes(in_float64, stops, starts)
    lows = np.maximum(moved(np.minimum(before, after), -_ASIDE), starts)
    highs = np.minimum(moved(np.maximum(before, after), _ASIDE), stops)
    agree = (exactly(starts) == exactly(lows)) & (exactly(stops) == exactly(highs))
    starts, stops = np.where(agree, lows, starts), np.where(agree, highs, stops)
    # From either side the last float64 with the sign that it has there, and the next one.
    (lows, firsts), (highs, lasts) = changes(exactly, starts, stops), changes(exactly, stops, starts)
    rests, *beside = (
        np.abs([excess(moved(lows, -count), y), excess(moved(highs, count), y)]) for count in (0, *_BESIDE)
    )
    rows = zip(brackets, lows.tolist(), firsts.tolist(), highs.tolist(), lasts.tolist(), strict=True)
    for row, (bracket, low, first, high, last) in enumerate(rows):
        root, count = Root(low, high, low if rests[0, row] <= rests[1, row] else high), _BESIDE[0]
        is_poor = beside[0][:, row].min() < _POOR * abs(values[bracket.place])  # so flat that pairs may be off
        if first < high:  # at these pairs see no difference: mostly it is one float64, the root itself
            root = Root(first, last, middle_of(first, last))
        else:
            farther = beside if is_poor else beside[:1]
            deeper = [bool((rests[:, row] <= each[:, row] / 2).all()) for each in farther]
            if not any(deeper) or np.isinf(beside[deeper.index(True)][:, row]).any():
                continue
            count = _BESIDE[deeper.index(True)]
        if is_poor or 0.0 < abs(values[bracket.place]) < _SMALL:  # differences of subnormals are rounded
            root = root._replace(low=stepped(root.low, -count), high=stepped(root.high, count))
        yield bracket, root


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


def _beyond(activation: Activation, y: float, rest: Floats) -> Iterator[Root]:
    """A root beyond the largest float64: where the limit at infinity lies on the other side of y."""
    for end, there, limit in zip((-np.inf, np.inf), rest[[0, -1]], limits(activation, 0), strict=True):
        if (there < 0 and limit > y) or (there > 0 and limit < y):
            yield Root(end, end, end)


@lru_cache(maxsize=64)
def _levels(activation: Activation) -> tuple[tuple[Piece, float], ...]:
    """The pieces of a function, and the value of each inside of it: NaN where it is not the same at several places."""
    found = []
    for piece in pieces(activation):
        inside = within(piece.low, piece.high)
        few = np.array([within(piece.low, inside), within(inside, piece.high), inside])
        with np.errstate(all="ignore"):
            values = activation.by_formula(0, few)
        found.append((piece, float(values[0]) if (values == values[0]).all() else np.nan))
    return tuple(found)


def _flats(activation: Activation, y: float) -> list[Flat]:
    """The stretches on which the function is y, or a number that rounds to it."""
    found = list[Flat]()
    for piece, level in _levels(activation):
        if level != y or not _is_flat(activation, piece, y):
            continue
        ends = np.array([piece.low, piece.high])
        with np.errstate(all="ignore"):
            is_taken = np.isfinite(ends) & (activation.by_formula(0, np.nan_to_num(ends)) == y)
        flat = Flat(piece.low, piece.high, *is_taken.tolist())
        if found and found[-1].high == flat.low and found[-1].includes_high:
            found[-1] = found[-1]._replace(high=flat.high, includes_high=flat.includes_high)
        else:
            found.append(flat)
    return found


def _is_flat(activation: Activation, piece: Piece, y: float) -> bool:
    """Whether a piece that is y at several places is so everywhere: few others are, and algebra tells them."""
    if piece.is_constant or activation.entry is not None:
        return piece.is_constant
    from actcli.formula.exact.proof import is_always

    return is_always(piece.tree, Fraction(y), piece.low, piece.high)

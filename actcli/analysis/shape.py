"""The shape of a function: extrema, largest slope, range, monotonicity, limits."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.analysis.intervals import signs, sizes
from actcli.analysis.pieces import (
    WAVES,
    Kink,
    Piece,
    Stretch,
    edge_value,
    held,
    kink_values,
    kinks,
    pieces,
    waves,
)
from actcli.analysis.search import LINE, changes, climbs, largest, on_line, plainly
from actcli.analysis.zones import outermost
from actcli.arrays import Floats, Integers, distinct
from actcli.catalog import Activation
from actcli.formula import FloatJets, evaluate
from actcli.formula.jets import Jet
from actcli.formula.tree import parts

ExtremumKind = Literal["minimum", "maximum"]

# A wave has one at every turn: those nearest to zero tell all that the others would.
_MOST = 64
# A sign that does not last so far, as a share of x or of the distance to the next place, is one of rounding.
_BESIDE = tuple(
    np.array([sign * 2.0**-power for power in powers for sign in (-1.0, 1.0)]) for powers in ((20,), (24, 28, 32))
)
_NEARBY = 2.0 ** -np.array([7.0, 10.0, 13.0])
_OUTWARD = np.arange(1, 5)


class Extremum(NamedTuple):
    """A local minimum or maximum: `value` is taken from `low` to `high`, which are equal but on a constant stretch."""

    kind: ExtremumKind
    """Minimum or maximum."""
    low: float
    """Where the extreme value is first taken."""
    high: float
    """Where it is last taken."""
    value: float
    """That value."""


class _Turns(NamedTuple):
    """Where the direction changes, a row each: the places where it still has one sign, the change, the other sign."""

    left: Floats
    low: Floats
    last: Floats
    first: Floats
    high: Floats
    right: Floats

    @property
    def middle(self) -> Floats:
        return self.low / 2 + self.high / 2


@lru_cache(maxsize=256)
def extrema(activation: Activation, order: int = 0) -> tuple[Extremum, ...]:
    """The local minima and maxima of value (0) or slope (1) from left to right; of a wave the 64 nearest to zero.

    A point counts where the next order has one sign before it and the other after it, at a kink as well; the ends of
    float64, poles, jumps and edges of the domain do not. Places are exact to the float64 at which that sign changes.
    """
    turns = _turns(activation, order)
    if not turns.left.size:
        return ()
    middle = turns.middle
    rounded = np.array([float(f"{place:.12g}") + 0.0 for place in middle.tolist()])
    rounded[(turns.low < 0) & (turns.high > 0)] = 0.0
    # Where the slope is 0 by rounding on a stretch, the turn is in its middle, at a kink on either side or between.
    places = np.stack([turns.low, rounded, middle, turns.high], axis=1)
    values = _at(activation, order, places)
    around = _at(activation, order, np.stack([turns.left, turns.low, turns.high, turns.right, turns.last], axis=1))
    falls = _at(activation, order + 1, turns.left) < 0
    steepness = np.abs(_at(activation, order + 1, np.stack([turns.low, turns.high], axis=1))).max(axis=1)
    is_known = _are_known(activation, order, np.stack([turns.low, turns.high], axis=1))
    is_none = (_jump(around) & is_known) | ~np.isfinite(values).all(axis=1)
    is_none |= (endless(_order(activation, order), middle, turns.right - turns.left) != 0).any(axis=1)
    constant = [piece for piece in pieces(activation) if piece.is_constant and order == 0]
    found = []
    for row in range(middle.size):
        kind: ExtremumKind = "minimum" if falls[row] else "maximum"
        is_stretch = turns.last[row] < turns.first[row]
        if is_stretch and any(piece.low <= middle[row] <= piece.high for piece in constant):
            found.append(Extremum(kind, float(turns.last[row]), float(turns.first[row]), float(around[row, 4])))
        elif not is_none[row]:
            best = int(np.argmin(values[row]) if kind == "minimum" else np.argmax(values[row]))
            if values[row, 1] == values[row, best] or not is_known[row]:
                best = 1
            place, value = float(places[row, best]), float(values[row, best])
            # From one double to the next the value moves by their distance times the slope: so near to 0 it is 0.
            step = float(np.spacing(abs(place)) * steepness[row])
            is_zero = abs(value) <= step < _ROUNDING * float(np.abs(around[row]).max())
            found.append(Extremum(kind, place, place, 0.0 if is_zero else value))
    return tuple(found)


def _are_known(activation: Activation, order: int, x: Floats) -> NDArray[np.bool_]:
    """Whether the answers in each row are no mere rounding, as those of an expression may be whose digits cancel."""
    if activation.entry is not None or not x.size:
        return np.ones(len(x), np.bool_)
    from actcli.formula.bounds import with_doubt

    return np.asarray(~with_doubt(activation.tree, order, x)[1].any(axis=1))


def _at(activation: Activation, order: int, x: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return activation.order(order, x)


def _order(activation: Activation, order: int) -> Callable[[Floats], Floats]:
    return lambda x: _at(activation, order, x)


def _sign(activation: Activation, order: int) -> Callable[[Floats], Floats]:
    """The direction in which the order goes."""
    return lambda x: signs(activation, order + 1, x)


@lru_cache(maxsize=256)
def _turns(activation: Activation, order: int) -> _Turns:
    """The places nearest to zero where the order turns, those that rounding makes left out."""
    sign = _sign(activation, order)
    at, then = _changing(activation, order)
    left, right = LINE[at], LINE[then]
    before, after = changes(sign, np.concatenate([left, right]), np.concatenate([right, left]))
    (low, high), (last, first) = np.split(before, 2), np.split(after, 2)
    turns = _Turns(left, low, last, first, high, right)
    if activation.entry is not None or not left.size:
        return turns
    nearby = [low[:, None] - (low - left)[:, None] * _NEARBY, high[:, None] + (right - high)[:, None] * _NEARBY]
    own = np.stack([sign(left), sign(right)], axis=1)

    def lasts(signs: Floats, count: int) -> NDArray[np.bool_]:
        return np.asarray(((signs == np.repeat(own, count, axis=1)) | (signs == 0)).all(axis=1))

    is_steady = lasts(sign(np.concatenate(nearby, axis=1)), _NEARBY.size)
    # Where all that lies between is rounding, as beside a turn of x**4, the places beyond tell.
    beyond = np.concatenate([at[:, None] - _OUTWARD, then[:, None] + _OUTWARD], axis=1)
    is_steady |= lasts(np.sign(on_line(activation, order + 1))[np.clip(beyond, 0, LINE.size - 1)], _OUTWARD.size)
    return _Turns(*(each[is_steady] for each in turns))


def _changing(activation: Activation, order: int) -> tuple[Integers, Integers]:
    """Neighbours on the line between which the order turns; a sign that changes right beside its place is none."""
    signs = np.sign(on_line(activation, order + 1))
    undefined = np.cumsum(np.isnan(on_line(activation, order)))  # a root of a square has no slope at 0, but a bottom
    is_checked = np.full(signs.shape, activation.entry is not None)  # kernels have the sign right
    looked_at = _MOST
    while True:
        moving = np.flatnonzero(np.abs(signs) == 1)
        turn = np.flatnonzero(signs[moving[1:]] != signs[moving[:-1]])
        at, then = moving[turn], moving[turn + 1]
        is_defined = undefined[at] == undefined[then]
        at, then = at[is_defined], then[is_defined]
        by_distance = np.argsort(np.minimum(np.abs(LINE[at]), np.abs(LINE[then])), kind="stable")
        nearest = np.sort(by_distance[:_MOST])
        if is_checked[at[nearest]].all() and is_checked[then[nearest]].all():
            return at[nearest], then[nearest]
        # Where the first ones are none, as of a wave that is too fast for the line, the next are many.
        asked = distinct(np.concatenate([each[by_distance[:looked_at]] for each in (at, then)]))
        asked = asked[~is_checked[asked]]
        signs[asked[_is_unsteady(_sign(activation, order), LINE[asked], signs[asked])]] = 0.0
        is_checked[asked] = True
        looked_at *= 4


def _is_unsteady(sign: Callable[[Floats], Floats], x: Floats, signs: Floats) -> NDArray[np.bool_]:
    """Whether the sign at each place is another one right beside it; most that are show it farthest away."""
    is_unsteady = np.zeros(x.shape, np.bool_)
    for offsets in _BESIDE:
        left = np.flatnonzero(~is_unsteady)
        if left.size:
            beside = sign(x[left][:, None] * (1 + offsets))
            is_unsteady[left] = (beside != signs[left][:, None]).any(axis=1)
    return is_unsteady


def _jump(around: Floats) -> NDArray[np.bool_]:
    """Whether a turn, between the two places in the middle, is a pole or a jump and no top or bottom."""
    before, here, there, after = around.T[:4]
    with np.errstate(all="ignore"):
        rest = np.abs(here - before) + np.abs(after - there) + np.abs(here) + np.abs(there)
        return np.asarray(np.abs(there - here) > 1e-6 * rest)


# Steps ever closer to a pole: its values grow by as much in each as in the one before, or by more.
_CLOSER = 10.0 ** -np.arange(2.0, 11.0, 2.0)
_MOST_POLES = 8


def endless(function: Callable[[Floats], Floats], x: Floats, width: Floats) -> Floats:
    """For each place the sign of the infinity that a function runs to, from the left and from the right; 0 for none.

    `width` is how far from it the function may look different.
    """
    scale = np.maximum(np.abs(x), width)
    steps = np.array([-1.0, 1.0])[:, None] * _CLOSER
    with np.errstate(all="ignore"):
        values = function(x[:, None, None] + scale[:, None, None] * steps)
        growth = np.diff(values, axis=2)
        away = np.sign(values[:, :, -1])
        grows = (growth[:, :, 1:] * away[:, :, None] >= 0.9 * growth[:, :, :-1] * away[:, :, None]).all(axis=2)
        grows &= (growth * away[:, :, None] > 1e-9 * np.abs(values[:, :, 1:])).all(axis=2)
    return np.where(grows | np.isinf(values[:, :, -1]), away, 0.0)


@lru_cache(maxsize=256)
def poles(activation: Activation, order: int) -> tuple[tuple[float, float, float], ...]:
    """Places nearest to zero where the order runs to infinity, with its sign on the left and on the right.

    They are looked for where the order turns, at kinks, at the edges of the domain, and where values go against slopes.
    """
    turns = _turns(activation, order)
    corners = np.array([kink.x for kink in kinks(activation)])
    values, signs = on_line(activation, order), np.sign(on_line(activation, order + 1))

    with np.errstate(all="ignore"):
        steps = np.diff(values)
        steps[np.abs(steps) <= _ROUNDING * np.abs(values[1:])] = 0.0
        against = _nearest_places(
            np.flatnonzero((signs[1:] == signs[:-1]) & (np.sign(steps) == -signs[1:]) & (steps != 0))
        )
    places = [turns.middle, corners]
    widths = [turns.right - turns.left, np.where(corners == 0, 1.0, 0.0)]
    if against.size:
        places.append(climbs(_order(activation, order), LINE[against], LINE[against + 1]))
        widths.append(LINE[against + 1] - LINE[against])
    edges = _edges(activation, order)
    places.append(edges.inside)
    widths.append(edges.width)
    x = np.concatenate(places)
    runs = endless(_order(activation, order), x, np.concatenate(widths))
    found = zip(x.tolist(), *runs.T.tolist(), strict=True)
    return tuple((_rounded(x), left, right) for x, left, right in found if left or right)


class _Edges(NamedTuple):
    """Ends of the domain: the last places that have a number, the first that have none, and how far either was seen."""

    inside: Floats
    outside: Floats
    width: Floats


@lru_cache(maxsize=256)
def _edges(activation: Activation, order: int) -> _Edges:
    """The ends of the domain of value (0) or slope (1) nearest to zero."""
    is_undefined = np.isnan(on_line(activation, order))
    at = np.flatnonzero(is_undefined[1:] != is_undefined[:-1])
    # Where a wave is too fast to follow, the function goes on.
    at = _nearest_places(at[outruns(activation, 0) : at.size - outruns(activation, 1)])
    if not at.size:
        return _Edges(LINE[at], LINE[at], LINE[at])
    within = np.where(is_undefined[at], at + 1, at)
    starts, stops = LINE[within], LINE[at + at + 1 - within]
    inside, outside = changes(lambda x: np.isnan(_at(activation, order, x)) * 1.0, starts, stops)
    return _Edges(inside, outside, LINE[at + 1] - LINE[at])


@lru_cache(maxsize=256)
def gaps(activation: Activation) -> tuple[Stretch, ...]:
    """The stretches on which a function has no value, without their ends, or points; of many those nearest to zero."""
    edges = _edges(activation, 0)
    if not edges.inside.size:
        return (Stretch(-np.inf, np.inf),) if _is_undefined(activation) else ()
    found, low = [], -np.inf
    for inside, outside in sorted(zip(edges.inside.tolist(), edges.outside.tolist(), strict=True)):
        if outside < inside:
            found.append(Stretch(low, _rounded(inside)))
        low = _rounded(inside)
    if outside > inside:
        found.append(Stretch(low, np.inf))
    is_whole = edges.inside.size < _MOST_POLES
    return tuple(gap for gap in found if is_whole or np.isfinite(gap).all())


def _nearest_places(places: Integers) -> Integers:
    return places[np.argsort(np.abs(LINE[places]), kind="stable")[:_MOST_POLES]]


def _rounded(x: float) -> float:
    """A place to 12 digits; the smallest numbers stand for the zero that they are next to."""
    return 0.0 if abs(x) < 1e-300 else float(f"{x:.12g}")


Monotone = Literal["rising", "falling", "constant"]

_ROUNDING = 1e-12
_SAME = 1e-15
_MOST_ALIKE = 4
# A value that a search raises this often over its start has no largest: it runs into a pole.
_POLE = 1e9
# Finite numbers beyond this are on their way to infinity.
_HUGE = 1e100
_OCTAVES = 16
_NEAR_ZERO = 1e-6
_AT_REST = 2.0 ** np.array([30.0, 40.0])
_SETTLED = 1e-6
_FAR = 48.0


class Range(NamedTuple):
    """The values a function takes, and whether either end is taken or only approached; NaN where it is not known."""

    low: float
    """The infimum."""
    high: float
    """The supremum."""
    includes_low: bool
    """Whether the infimum is taken."""
    includes_high: bool
    """Whether the supremum is taken."""


class Peak(NamedTuple):
    """The largest of something that is never negative, and everywhere that it is reached or approached."""

    size: float
    """The supremum."""
    places: tuple[Stretch, ...]
    """From left to right."""


@lru_cache(maxsize=512)
def limits(activation: Activation, order: int) -> tuple[float, float]:
    """What value (0) or slope (1) tend to at -inf and +inf; of an expression as its arithmetic has it; NaN for none."""
    low, high = (_limit(activation, order, side) for side in (-1, 1))
    return low, high


@lru_cache(maxsize=256)
def crests(activation: Activation, end: int) -> tuple[Activation, ...]:
    """What a typed function comes to at the lowest, middle and highest of its one wave, where that goes on for ever.

    The end is -inf (0) or inf (1). x/(1 + x)*sin(x) comes as near to -1 and 1 there as one likes.
    """
    found = waves(activation.tree)
    if activation.entry is not None or len(found) != 1:
        return ()
    (wave,), name = found, activation.name
    (argument,) = parts(wave)
    if not np.isinf(limits(Activation(name, name, argument), 0)[end]):
        return ()
    each = [Activation(f"{name} at {value}", name, held(activation.tree, wave, value)) for value in (-1, 0, 1)]
    return tuple(one for one in each if not np.isnan(on_line(one, 0)[-end]) and not np.isnan(limits(one, 0)[end]))


def outruns(activation: Activation, end: int) -> bool:
    """Whether the wave of a function is too fast for float64 at an end, such as sin(exp(x)): no double says where."""
    return bool(np.isnan(on_line(activation, 0)[-end])) and bool(crests(activation, end))


@lru_cache(maxsize=256)
def value_range(activation: Activation) -> Range:
    """The values that a function takes on the real line, from its limits, extrema, kinks and constant stretches."""
    if _is_undefined(activation):
        return Range(np.nan, np.nan, False, False)
    (low, includes_low), (high, includes_high) = (_bound(activation, side) for side in (-1, 1))
    if low == high:  # which is taken, wherever the function is defined
        return Range(low, high, True, True)
    return Range(low, high, includes_low, includes_high)


@lru_cache(maxsize=256)
def monotone(activation: Activation) -> Monotone | None:
    """Whether values never fall (rising), never rise (falling), or neither; None where they do both."""
    if _is_undefined(activation):
        return None
    with np.errstate(all="ignore"):
        is_defined = ~np.isnan(on_line(activation, 0))  # on both sides of a hole values may differ
        values, slopes, x = on_line(activation, 0)[is_defined], _slopes(activation)[is_defined], LINE[is_defined]
        steps = np.diff(values)
        rounding = _ROUNDING * np.maximum(np.abs(values[1:]), np.abs(values[:-1]))
        steps[(np.abs(steps) <= rounding) & np.isfinite(rounding)] = 0.0
        # So small a slope moves no value: it is what rounding leaves of a constant such as 2*x/(pi*x).
        slopes = np.where(np.abs(slopes * x) <= _ROUNDING * np.abs(values), 0.0, slopes)
    rises = bool((steps > 0).any() or (slopes > 0).any())
    falls = bool((steps < 0).any() or (slopes < 0).any())
    if extrema(activation) or (rises and falls):
        return None
    return "rising" if rises else "falling" if falls else "constant"


@lru_cache(maxsize=256)
def largest_slope(activation: Activation) -> Peak:
    """The largest |slope|, one-sided slopes at kinks among them, and where: points, stretches, or towards infinity."""
    ends = {end: abs(limit) for end, limit in zip((-np.inf, np.inf), limits(activation, 1), strict=True)}
    points = {each.low: abs(each.value) for each in extrema(activation, 1)}
    points |= {kink.x: _kink_slope(activation, kink) for kink in kinks(activation)}
    points |= {x: np.inf for x, _, _ in poles(activation, 1)}
    even = [(piece, _even_slope(activation, piece)) for piece in pieces(activation)]
    size = float(np.nanmax([*ends.values(), *points.values(), *(slope for _, slope in even), 0.0]))
    # A wave that grows comes to more towards an end than it has anywhere.
    swells = {end: np.fmax.reduce([np.nan, *_crest_slopes(activation, int(end > 0))]) for end in ends}
    ends |= {end: float(swell) for end, swell in swells.items() if swell > size * (1 + _ROUNDING)}
    size = float(np.nanmax([*ends.values(), size]))
    x, seen = largest(lambda x: np.abs(sizes(activation, 1, x)), LINE, np.abs(_slopes(activation)))
    if seen > size * (1 + _ROUNDING):
        seen = float(np.abs(activation.slope(np.array([x])))[0])
        return _unexplained(activation, x, seen, size)
    near = size * (1 - _ROUNDING)
    places = [Stretch(piece.low, piece.high) for piece, slope in even if slope >= near]
    places += [Stretch(end, end) for end, slope in ends.items() if slope >= near]
    places += _nearest([point for point, slope in points.items() if slope >= near], is_endless=bool(places))

    def holds(x: Floats) -> NDArray[np.bool_]:
        return np.abs(activation.slope(x)) >= near

    return Peak(size, tuple(_with_ends(place, holds) for place in _joined(places)))


@lru_cache(maxsize=256)
def lowest(activation: Activation) -> Extremum | None:
    """The least value, where there is one that is taken: at the nearest to zero of several places."""
    return _outstanding(activation, -1)


@lru_cache(maxsize=256)
def highest(activation: Activation) -> Extremum | None:
    """The largest value, where there is one that is taken: at the nearest to zero of several places."""
    return _outstanding(activation, 1)


def places(activation: Activation, extremum: Extremum) -> tuple[Stretch, ...]:
    """Where an extreme value is taken: a point, or a stretch with those of its ends at which it is taken, too."""
    room = _room(activation, extremum.low, extremum.value)

    def holds(x: Floats) -> NDArray[np.bool_]:
        return np.abs(activation.value(x) - extremum.value) <= room

    return (_with_ends(Stretch(extremum.low, extremum.high), holds),)


def _with_ends(place: Stretch, holds: Callable[[Floats], NDArray[np.bool_]]) -> Stretch:
    """A stretch with those of its finite ends at which something holds."""
    if place.low == place.high:
        return place
    low, high = (holds(np.array(place.ends)) & np.isfinite(place.ends)).tolist()
    return place._replace(includes_low=low, includes_high=high)


def _is_undefined(activation: Activation) -> bool:
    return bool(np.isnan(on_line(activation, 0)).all())


def _limit(activation: Activation, order: int, side: int) -> float:
    if activation.entry is not None:
        return activation.limit(order, side * np.inf)
    if np.isnan(on_line(activation, 0)[-1 if side > 0 else 0]):
        return np.nan  # undefined, or a wave that is too fast for float64
    last = pieces(activation)[-1 if side > 0 else 0]
    if last.is_constant:
        return float(_at(activation, order, np.array([last.inside]))[0])
    with np.errstate(all="ignore"):
        there = float(_by_formula(activation, order, np.array([side * np.inf]))[0])
    end = outermost(activation, side)
    limit = _far_out(lambda x: _octaves(activation, order, x), there, side, end)
    if end is None or not order or not np.isfinite(limit) or limit == there:
        return limit
    return float(_at(activation, order, np.array([side * end]))[0]) + 0.0  # the line knows slopes to some digits


def _octaves(activation: Activation, order: int, x: Floats) -> Floats:
    """What the line knows at powers of two."""
    return on_line(activation, order)[np.searchsorted(LINE, x)]


def _far_out(function: Callable[[Floats], Floats], there: float, side: int, end: float | None) -> float:
    """What a function tends to at an end of the line, from what its arithmetic has there and the last finite place."""
    if np.isfinite(there):
        return there
    # A zero has no sign in formulas: 1/(1/x) is inf at -inf, and far out it is not.
    if np.isinf(there) and (end is None or not function(np.array([side * end]))[0] * there < 0):
        return there
    if end is None:
        return np.nan
    tail = function(side * end * np.exp2(-np.arange(float(_OCTAVES))))
    with np.errstate(all="ignore"):
        steps = np.sign(np.diff(tail))
        # A wave has no limit, and turns within so many octaves.
        if np.isnan(tail).any() or ((steps > 0).any() and (steps < 0).any()):
            return np.nan
        near, far = np.abs(np.diff(tail[[_OCTAVES - 1, _OCTAVES // 2, 0]]))
        # What has a limit comes closer to it in each step; a logarithm does not.
        if abs(tail[0]) > _HUGE or far > 0.9 * near > 0:
            return float(np.copysign(np.inf, tail[0]))
        # Differences of large numbers lose all digits far out: what has come to rest before then tells.
        earlier, later = function(side * np.minimum(end, _AT_REST))
        is_settled = abs(later - earlier) <= _SETTLED * max(1.0, abs(later)) < abs(tail[0] - later)
    return np.nan if is_settled else float(tail[0]) + 0.0


class _HeldWave(FloatJets):
    """Value and slope of a formula with one wave, that taken to have a value and to change so fast."""

    def __init__(self, value: float, rate: float) -> None:
        super().__init__()
        self._value, self._rate = value, rate

    def operate(self, name: str, *arguments: Jet[Floats]) -> Jet[Floats]:
        """Apply one operation of the formula language."""
        if name not in WAVES:
            return super().operate(name, *arguments)
        (u,) = arguments
        return Jet(np.full_like(u.value, self._value), None if u.slope is None else self._rate * u.slope)


def _crest_slopes(activation: Activation, end: int) -> Iterator[float]:
    """What |slope| comes to at an end where the wave of a function goes on, at its turns and in their middle."""
    if not crests(activation, end):
        return
    side = 2 * end - 1
    last = min(outermost(activation, side) or np.inf, _HUGE)  # beyond, plain float64 overflows
    for jets in (_HeldWave(value, rate) for value, rate in ((0.0, 1.0), (0.0, -1.0), (1.0, 0.0), (-1.0, 0.0))):

        def size(x: Floats, jets: _HeldWave = jets) -> Floats:
            with np.errstate(all="ignore"):
                slope = evaluate(activation.tree, jets, jets.variable(x)).slope
            return np.zeros_like(x) if slope is None else np.abs(slope + np.zeros_like(x))

        yield _far_out(size, float(size(np.array([side * np.inf]))[0]), side, last)


def _by_formula(activation: Activation, order: int, x: Floats) -> Floats:
    """Value or slope as the arithmetic of the formula has it, at infinite inputs as well."""
    if order == 0:
        return plainly(activation.tree, x)
    jets = FloatJets()
    slope = evaluate(activation.tree, jets, jets.variable(x)).slope
    return np.zeros_like(x) if slope is None else np.asarray(slope + np.zeros_like(x))


def _bound(activation: Activation, side: int) -> tuple[float, bool]:
    """The upper (1) or lower (-1) end of the range, and whether it is taken."""

    def height(x: Floats) -> Floats:
        return side * activation.value(x)

    if any(side in (left, right) for _, left, right in poles(activation, 0)):
        return side * np.inf, False
    taken = [side * each.value for each in extrema(activation)]
    constant = [piece.inside for piece in pieces(activation) if piece.is_constant]
    taken += height(np.array(constant)).tolist() if constant else []
    taken += [side * value for value in _edge_values(activation)]
    inside = _edges(activation, 0).inside
    beside = activation.value(inside)
    beside[np.abs(beside) < 1 / _HUGE] = 0.0
    taken += (side * beside[inside == 0.0]).tolist()  # an end that no rounding has moved
    ends = (side * beside).tolist()
    ends += [side * limit for limit in limits(activation, 0) if not np.isnan(limit)]
    ends += [side * limits(crest, 0)[end] for end in (0, 1) for crest in crests(activation, end)]
    for kink in kink_values(activation):
        taken.append(side * kink.at)
        if kink.is_jump:
            ends += [side * kink.left, side * kink.right]
    best = max((each for each in (*taken, *ends) if not np.isnan(each)), default=-np.inf)
    with np.errstate(all="ignore"):
        heights = side * on_line(activation, 0)
        seen = float(np.nanmax(heights, initial=-np.inf))
    if seen > best and not (np.isfinite(best) and seen <= best + _ROUNDING * (1 + abs(best))):
        _, peak = largest(height, LINE, heights)
        is_endless = peak > _HUGE or peak > _POLE * max(abs(seen), 1.0)
        if is_endless:
            return side * np.inf, False
        # Many points with one value are an underflow on the way to it.
        return side * peak + 0.0, int(np.count_nonzero(heights == peak)) <= _MOST_ALIKE
    if np.isinf(best):
        return side * best, False
    return side * best + 0.0, any(bool(each >= best - _ROUNDING * abs(best)) for each in taken)


def _edge_values(activation: Activation) -> list[float]:
    """The values at the ends of the domain, which no double may hit: sqrt(0.3 - x) comes to 0."""
    edges = _edges(activation, 0)
    ends = zip(edges.inside.tolist(), edges.outside.tolist(), strict=True)
    return [edge_value(activation.tree, inside, outside) for inside, outside in ends]


def _slopes(activation: Activation) -> Floats:
    """The slopes along the line: 0 where all of x cancels, and NaN at kinks, where conventions have them."""
    slopes = on_line(activation, 1).copy()
    for piece in pieces(activation):
        first, last = np.searchsorted(LINE, piece.low, "left"), np.searchsorted(LINE, piece.high, "right")
        slopes[[place for place in (first, last - 1) if LINE[place] in (piece.low, piece.high)]] = np.nan
        if piece.is_constant:
            slopes[first:last][~np.isnan(slopes[first:last])] = 0.0
    return slopes


def _kink_slope(activation: Activation, kink: Kink) -> float:
    """The larger of the two |slopes| at a kink; where it is the one that holds there, that of the kernel."""
    larger = float(np.fmax(abs(kink.left_slope), abs(kink.right_slope)))
    held = abs(float(activation.slope(np.array([kink.x]))[0]))
    return held if abs(held - larger) <= _ROUNDING * larger else larger


def _unexplained(activation: Activation, x: float, seen: float, size: float) -> Peak:
    """A slope that no turn, kink or limit tells of: the end of a domain, a wave, or waves that grow without end."""
    is_endless = seen > _POLE * max(size, 1.0)
    if abs(x) > _HUGE:
        steep = LINE[(np.abs(LINE) > _HUGE) & (np.abs(on_line(activation, 1)) > _POLE * max(size, 1.0))]
        ends = [end for end in (-np.inf, np.inf) if (np.sign(steep) == np.sign(end)).any()]
        if ends:
            return Peak(np.inf, tuple(Stretch(end, end) for end in ends))
    if is_endless and outruns(activation, int(x > 0)):
        end = float(np.copysign(np.inf, x))
        return Peak(np.inf, (Stretch(end, end),))
    if is_endless and abs(x) < _NEAR_ZERO:
        return Peak(np.inf, (Stretch(0.0, 0.0),))
    # At a corner of a wave the slope beside it holds as well.
    for place in (0.0, float(f"{x:.6g}"), float(f"{x:.12g}")):
        beside = np.array([place, np.nextafter(place, -np.inf), np.nextafter(place, np.inf)])
        is_near = abs(x - place) < _NEAR_ZERO * max(1.0, abs(place))
        steepest = float(np.nanmax(np.abs(_at(activation, 1, beside)), initial=0.0))
        if is_near and steepest >= seen * (1 - _ROUNDING):
            x, seen = place, max(seen, steepest)
            break
    return Peak(np.inf if is_endless else seen, (Stretch(x, x),))


def _even_slope(activation: Activation, piece: Piece) -> float:
    """The |slope| of a piece that is straight, as far as sampling tells; NaN of any other."""
    if piece.is_constant:
        return 0.0
    inside = slice(np.searchsorted(LINE, piece.low, "right"), np.searchsorted(LINE, piece.high))
    steepness = np.abs(on_line(activation, 1)[inside])
    is_even = steepness.size > 2 and np.isfinite(steepness).all() and np.ptp(steepness) <= _ROUNDING * steepness[0]
    return float(np.abs(activation.slope(LINE[inside][:1]))[0]) if is_even else np.nan


def _nearest(points: Sequence[float], *, is_endless: bool) -> list[Stretch]:
    """The points nearest to zero; where an end has the same, those far out have it by rounding and are left out."""
    kept = [point for point in points if not is_endless or abs(point) <= _FAR]
    least = min(map(abs, kept), default=0.0)
    return [Stretch(point, point) for point in kept if abs(point) <= least * (1 + _ROUNDING)]


def _joined(places: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Stretches from left to right, those that touch made one."""
    joined: list[Stretch] = []
    for place in sorted(places):
        if joined and place.low <= joined[-1].high:
            joined[-1] = Stretch(joined[-1].low, max(joined[-1].high, place.high))
        else:
            joined.append(place)
    return tuple(joined)


def _is_at(activation: Activation, piece: Piece, bound: float) -> bool:
    """Whether the value of a constant stretch is an end of the range."""
    value = float(activation.value(np.array([piece.inside]))[0])
    return abs(value - bound) <= _SAME * abs(bound)


def _outstanding(activation: Activation, side: int) -> Extremum | None:
    bound, is_taken = _bound(activation, side)
    if not is_taken:
        return None
    alike = [each for each in extrema(activation) if abs(each.value - bound) <= _room(activation, each.low, bound)]
    if not alike:  # a stretch that goes on to one end of the axis has no turn, nor has the end of a domain, or a jump
        kind: ExtremumKind = "minimum" if side < 0 else "maximum"
        flat = [piece for piece in pieces(activation) if piece.is_constant]
        alike = [Extremum(kind, piece.low, piece.high, bound) for piece in flat if _is_at(activation, piece, bound)]
        edges = zip(_edges(activation, 0).inside.tolist(), _edge_values(activation), strict=True)
        kinked = zip([kink.x for kink in kinks(activation)], kink_values(activation), strict=True)
        points = [*((_rounded(x), value) for x, value in edges), *((x, ends.at) for x, ends in kinked)]
        alike += [
            Extremum(kind, x, x, bound) for x, value in points if abs(value - bound) <= _room(activation, x, bound)
        ]
    return min(alike, key=lambda each: min(abs(each.low), abs(each.high)), default=None)


def _room(activation: Activation, x: float, bound: float) -> float:
    """How far a value at x may be from an end of the range that it is: a kink may be some doubles off."""
    kink = next((kink for kink in kinks(activation) if kink.x == x), None)
    steepness = 0.0 if kink is None else float(np.fmax(abs(kink.left_slope), abs(kink.right_slope)))
    return _SAME * abs(bound) + 10 * _ROUNDING * abs(x) * steepness if steepness else _SAME * abs(bound)

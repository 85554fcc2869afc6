"""The shape of a function: extrema, largest slope, range, monotonicity, limits."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from actcli.analysis.pieces import Kink, Piece, Stretch, kinks, pieces
from actcli.analysis.search import LINE, change, largest
from actcli.analysis.zones import outermost
from actcli.arrays import Floats, distinct
from actcli.catalog import Activation
from actcli.formula import FloatArithmetic, FloatJets, evaluate

ExtremumKind = Literal["minimum", "maximum"]

# A wave has one at every turn: those nearest to zero tell all that the others would.
_MOST = 64


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


@lru_cache(maxsize=256)
def extrema(activation: Activation, order: int = 0) -> tuple[Extremum, ...]:
    """The local minima and maxima of value (0) or slope (1) from left to right; of a wave the 64 nearest to zero.

    A point counts where the next order has one sign before it and the other after it, at a kink as well; the ends of
    float64, poles, jumps and edges of the domain do not. Places are exact to the float64 at which that sign changes.
    """
    signs = _sign(activation, order, LINE)
    turns = []
    falling_or_rising = np.flatnonzero(np.abs(signs) == 1)
    for at, then in pairwise(falling_or_rising):
        if signs[at] != signs[then] and not np.isnan(signs[at:then]).any():
            turns.append((float(LINE[at]), float(LINE[then])))
    nearest = sorted(turns, key=lambda turn: min(map(abs, turn)))[:_MOST]
    found = (_extremum(activation, order, left, right) for left, right in sorted(nearest))
    return tuple(each for each in found if each is not None)


def _sign(activation: Activation, order: int, x: Floats) -> Floats:
    """The direction in which the order goes."""
    with np.errstate(all="ignore"):
        return np.sign(activation.order(order + 1, x))


def _extremum(activation: Activation, order: int, left: float, right: float) -> Extremum | None:
    """What lies between a point before the turn and a point after it."""
    low, last = change(lambda x: _sign(activation, order, x), left, right)
    high, first = change(lambda x: _sign(activation, order, x), right, left)
    kind: ExtremumKind = "minimum" if _sign(activation, order, np.array([left]))[0] < 0 else "maximum"
    middle = low / 2 + high / 2
    constant = (piece for piece in pieces(activation) if piece.is_constant and order == 0)
    if last < first and any(piece.low <= middle <= piece.high for piece in constant):
        return Extremum(kind, last, first, float(activation.value(np.array([last]))[0]))
    # Where the slope is 0 by rounding on a stretch, the turn is in its middle, at a kink on either side or between.
    places = distinct(np.array([low, high, float(f"{middle:.12g}") + 0.0, middle]))
    with np.errstate(all="ignore"):
        values = activation.order(order, places)
    if not np.isfinite(values).all() or _jumps(activation, order, (left, low, high, right)):
        return None
    best = int(np.argmin(values) if kind == "minimum" else np.argmax(values))
    rounded = places == float(f"{middle:.12g}")
    if (values[rounded] == values[best]).any():
        best = int(np.argmax(rounded))
    return Extremum(kind, float(places[best]), float(places[best]), float(values[best]))


def _jumps(activation: Activation, order: int, places: tuple[float, float, float, float]) -> bool:
    """Whether the turn, between the two places in the middle, is a pole or a jump and no top or bottom."""
    with np.errstate(all="ignore"):
        before, here, there, after = activation.order(order, np.array(places))
        return bool(abs(there - here) > 1e-6 * (abs(here - before) + abs(after - there) + abs(here) + abs(there)))


Monotone = Literal["rising", "falling", "constant"]

_ROUNDING = 1e-12
# A value that a search raises this often over its start has no largest: it runs into a pole.
_POLE = 1e9
# Finite numbers beyond this are on their way to infinity.
_HUGE = 1e100
_OCTAVES = 16
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


def limits(activation: Activation, order: int) -> tuple[float, float]:
    """What value (0) or slope (1) tend to at -inf and +inf; of an expression as its arithmetic has it; NaN for none."""
    low, high = (_limit(activation, order, side) for side in (-1, 1))
    return low, high


@lru_cache(maxsize=256)
def value_range(activation: Activation) -> Range:
    """The values that a function takes on the real line, from its limits, extrema, kinks and constant stretches."""
    if _is_undefined(activation):
        return Range(np.nan, np.nan, False, False)
    (low, includes_low), (high, includes_high) = (_bound(activation, side) for side in (-1, 1))
    return Range(low, high, includes_low, includes_high)


@lru_cache(maxsize=256)
def monotone(activation: Activation) -> Monotone | None:
    """Whether values never fall (rising), never rise (falling), or neither; None where they do both."""
    if _is_undefined(activation):
        return None
    with np.errstate(all="ignore"):
        values = activation.value(LINE)
        slopes = activation.slope(LINE)
        steps = np.diff(values)
        rounding = _ROUNDING * np.maximum(np.abs(values[1:]), np.abs(values[:-1]))
        steps[(np.abs(steps) <= rounding) & np.isfinite(rounding)] = 0.0
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
    even = [(piece, _even_slope(activation, piece)) for piece in pieces(activation)]
    size = float(np.nanmax([*ends.values(), *points.values(), *(slope for _, slope in even), 0.0]))
    x, seen = largest(lambda x: np.abs(activation.slope(x)), LINE)
    if seen > size * (1 + _ROUNDING):
        return _unexplained(x, seen, size)
    near = size * (1 - _ROUNDING)
    places = [Stretch(piece.low, piece.high) for piece, slope in even if slope >= near]
    places += [Stretch(end, end) for end, slope in ends.items() if slope >= near]
    places += _nearest([point for point, slope in points.items() if slope >= near], is_endless=bool(places))
    return Peak(size, _joined(places))


@lru_cache(maxsize=256)
def lowest(activation: Activation) -> Extremum | None:
    """The least value, where there is one that is taken at an extremum: the nearest to zero of several alike."""
    return _outstanding(activation, -1)


@lru_cache(maxsize=256)
def highest(activation: Activation) -> Extremum | None:
    """The largest value, where there is one that is taken at an extremum: the nearest to zero of several alike."""
    return _outstanding(activation, 1)


def _is_undefined(activation: Activation) -> bool:
    with np.errstate(all="ignore"):
        return bool(np.isnan(activation.value(LINE)).all())


def _limit(activation: Activation, order: int, side: int) -> float:
    if activation.entry is not None:
        return activation.limit(order, side * np.inf)
    with np.errstate(all="ignore"):
        there = float(_by_formula(activation, order, np.array([side * np.inf]))[0])
        if not np.isnan(there):
            return there
        end = outermost(activation, side)
        if end is None:
            return np.nan
        tail = _by_formula(activation, order, np.float64(side * end) * np.exp2(-np.arange(float(_OCTAVES))))
        steps = np.sign(np.diff(tail))
    # A wave has no limit, and turns within so many octaves.
    if np.isnan(tail).any() or ((steps > 0).any() and (steps < 0).any()):
        return np.nan
    near, far = np.abs(np.diff(tail[[_OCTAVES - 1, _OCTAVES // 2, 0]]))
    # What has a limit comes closer to it in each step; a logarithm does not.
    is_endless = abs(tail[0]) > _HUGE or far > 0.9 * near > 0
    return float(np.copysign(np.inf, tail[0]) if is_endless else tail[0])


def _by_formula(activation: Activation, order: int, x: Floats) -> Floats:
    """Value or slope as the arithmetic of the formula has it, at infinite inputs as well."""
    if order == 0:
        return np.asarray(evaluate(activation.tree, FloatArithmetic(), x) + np.zeros_like(x))
    jets = FloatJets()
    slope = evaluate(activation.tree, jets, jets.variable(x)).slope
    return np.zeros_like(x) if slope is None else np.asarray(slope + np.zeros_like(x))


def _bound(activation: Activation, side: int) -> tuple[float, bool]:
    """The upper (1) or lower (-1) end of the range, and whether it is taken."""

    def height(x: Floats) -> Floats:
        return side * activation.value(x)

    taken = [side * each.value for each in extrema(activation)]
    edges = [kink.x for kink in kinks(activation)]
    taken += [float(each) for each in height(np.array(edges))] if edges else []
    taken += [float(height(np.array([_within(piece)]))[0]) for piece in pieces(activation) if piece.is_constant]
    ends = [side * limit for limit in limits(activation, 0) if not np.isnan(limit)]
    best = max([*taken, *ends], default=-np.inf)
    with np.errstate(all="ignore"):
        seen = float(np.nanmax(height(LINE), initial=-np.inf))
    if seen > best and not (np.isfinite(best) and seen <= best + _ROUNDING * (1 + abs(best))):
        _, peak = largest(height, LINE)
        is_endless = peak > _HUGE or peak > _POLE * max(abs(seen), 1.0)
        return (side * np.inf, False) if is_endless else (side * peak, True)
    if np.isinf(best):
        return side * best, False
    return side * best + 0.0, any(each >= best - _ROUNDING * abs(best) for each in taken)


def _within(stretch: Stretch | Piece) -> float:
    if np.isinf(stretch.low) and np.isinf(stretch.high):
        return 0.0
    if np.isinf(stretch.low):
        return stretch.high - 1.0 - abs(stretch.high)
    return stretch.low + 1.0 + abs(stretch.low) if np.isinf(stretch.high) else stretch.low / 2 + stretch.high / 2


def _kink_slope(activation: Activation, kink: Kink) -> float:
    """The larger of the two |slopes| at a kink; where it is the one that holds there, that of the kernel."""
    larger = float(np.fmax(abs(kink.left_slope), abs(kink.right_slope)))
    held = abs(float(activation.slope(np.array([kink.x]))[0]))
    return held if abs(held - larger) <= _ROUNDING * larger else larger


def _unexplained(x: float, seen: float, size: float) -> Peak:
    """A slope that no turn, kink or limit tells of: a pole, the end of a domain, or waves that grow without end."""
    place = 0.0 if abs(x) < _ROUNDING else float(np.copysign(np.inf, x)) if abs(x) > _HUGE else float(f"{x:.6g}")
    is_endless = seen > _POLE * max(size, 1.0)
    return Peak(np.inf if is_endless else seen, (Stretch(place, place),))


def _even_slope(activation: Activation, piece: Piece) -> float:
    """The |slope| of a piece that is straight, as far as sampling tells; NaN of any other."""
    inside = LINE[np.searchsorted(LINE, piece.low, "right") : np.searchsorted(LINE, piece.high)]
    steepness = np.abs(activation.slope(inside if inside.size > 2 else np.array([_within(piece)])))
    is_even = inside.size > 2 and np.isfinite(steepness).all() and np.ptp(steepness) <= _ROUNDING * steepness[0]
    return float(steepness[0]) if is_even else np.nan


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


def _outstanding(activation: Activation, side: int) -> Extremum | None:
    bound, is_taken = _bound(activation, side)
    if not is_taken:
        return None
    alike = [each for each in extrema(activation) if abs(each.value - bound) <= _ROUNDING * max(abs(bound), 1e-300)]
    return min(alike, key=lambda each: min(abs(each.low), abs(each.high)), default=None)

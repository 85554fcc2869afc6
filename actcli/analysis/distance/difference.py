"""How far apart two functions are, on the whole float64 line or a part of it, and where: found by trying points."""

from collections.abc import Callable

import numpy as np

from actcli.analysis.pieces import Stretch, kinks
from actcli.analysis.places import around, places
from actcli.analysis.search import LINE, change, largest
from actcli.analysis.shape import Peak, crests, endless, limits, outruns, poles
from actcli.arrays import Floats, distinct
from actcli.catalog import Activation
from actcli.formula.tree import Operation

# Differences of so many units in the last place are those of rounding, at 1e300 as at 1.
_ROUNDING = 16 * np.finfo(np.float64).eps
_SUBNORMAL = float(np.finfo(np.float64).tiny)
_FAR = 2.0**40
_OCTAVE = np.linspace(1.0, 2.0, 257)
# A smooth top is flat: within so much of it no value tells where it is, but the slopes do; of some, farther out.
_FLAT = (1e-6, 1e-3)
_ALIKE = 1e-12
# On the line a top is seen as no less than such a share of what it is; of so many the nearest one is looked for.
_SIMILAR, _MOST_TOPS = 0.9, 32
_SECTIONS = 4_097  # of a stretch that is searched by itself


def corners(first: Activation, second: Activation) -> tuple[Floats, Floats, Floats]:
    """The kinks of both, and their neighbours on either side."""
    at = np.array([kink.x for each in (first, second) for kink in kinks(each)])
    return at, np.nextafter(at, -np.inf), np.nextafter(at, np.inf)


def narrow_places(first: Activation, second: Activation) -> Floats:
    """Points around the places where a typed formula may do something that the line passes by."""
    found = {place for each in (first, second) if each.entry is None for place in places(each.tree)}
    return around(np.array(sorted(found)))


def difference(first: Activation, second: Activation, given: Floats = LINE[:0]) -> Peak:
    """The largest |first - second|, and the x where it is with its mirror image; no place where they are the same.

    It is looked for along the line, at the kinks of both, around narrow places of typed formulas and at `given` x.

    Infinite where the difference grows without end or one of them alone is infinite; then, and where it is only
    approached, the place is an infinite end. A NaN of either (outside its domain) is no difference.
    """
    size = _distance(first, second)
    at_kinks, *beside = corners(first, second)
    line = np.concatenate([LINE, narrow_places(first, second), given])
    line = distinct(np.concatenate([line[np.abs(line) <= _FAR], at_kinks, *beside]))
    # From the middle outward, so that of equal ones the nearest to zero is found.
    x, found = max((largest(size, part) for part in (line[line >= 0], line[line <= 0][::-1])), key=lambda side: side[1])
    ends = {end: _at_end(first, second, end, size, found) for end in (-np.inf, np.inf)}
    endless_at = [*_poles_apart(first, second, size), *(end for end, apart in ends.items() if np.isinf(apart))]
    if np.isinf(found):  # a pole at a double, or an overflow on the way to an end
        around = size(x + np.array([-1.0, 1.0]) * _FLAT[0] * (abs(x) or 1.0))
        endless_at.append(x if np.isfinite(around).all() else float(np.copysign(np.inf, x)))
    if endless_at:
        return Peak(np.inf, tuple(Stretch(place, place) for place in sorted(set(endless_at))))
    furthest = max(ends.values())
    if furthest > 0 and furthest >= found * (1 - _ALIKE):
        return Peak(furthest, tuple(Stretch(end, end) for end, apart in ends.items() if apart == furthest))
    if not found:
        return Peak(0.0, ())
    x = _settled(_nearest(size, line, x, found), at_kinks, lambda x: first.slope(x) - second.slope(x), size)
    found, mirrored, middle = _in_full(first, second, np.array([x, -x, 0.0])).tolist()
    if middle >= found * (1 - _ALIKE):  # the same everywhere, but for roundings that made x the largest
        return Peak(middle, (Stretch(0.0, 0.0),))
    places = sorted({x, -x} if abs(mirrored - found) <= _ALIKE * found else {x})
    return Peak(found, tuple(Stretch(place, place) for place in places))


def difference_between(first: Activation, second: Activation, low: float, high: float) -> Peak:
    """The largest |first - second| between two limits, and where it is; no place where they are the same there."""
    peak = difference(first, second)
    if all(low <= place.low <= high for place in peak.places):
        return peak
    x, found = largest(_distance(first, second), np.linspace(low, high, _SECTIONS))
    return Peak(found, (Stretch(x, x),) if found > 0 else ())


def subtracted(second: Activation, first: Activation) -> Activation:
    """The function second - first, which pairs work out: no digit of it is lost where the two are close."""
    trees = tuple(each.form(0) or each.tree for each in (second, first))
    name = f"{second.name} - {first.name}"
    return Activation(name, name, Operation("-", trees))


def _nearest(size: Callable[[Floats], Floats], line: Floats, x: float, found: float) -> float:
    """Of all places where the size is as large as at x, as at every turn of a wave, the one nearest to zero."""
    sizes = np.nan_to_num(size(line))
    inner = sizes[1:-1]
    tops = 1 + np.flatnonzero((inner >= sizes[:-2]) & (inner >= sizes[2:]) & (inner >= _SIMILAR * found))
    for top in tops[np.argsort(np.abs(line[tops]), kind="stable")[:_MOST_TOPS]]:
        if abs(line[top]) >= abs(x):
            break
        place, height = largest(size, line[top - 1 : top + 2])
        if height >= found * (1 - _ALIKE):
            return place
    return x


def _distance(first: Activation, second: Activation) -> Callable[[Floats], Floats]:
    """The distance of two functions at some x, what is mere rounding left out."""

    def size(x: Floats) -> Floats:
        with np.errstate(all="ignore"):
            values, others = first.value(x), second.value(x)
            apart = np.where(values == others, 0.0, np.abs(values - others))
            rounding = _ROUNDING * np.maximum(np.abs(values), np.abs(others)) + _SUBNORMAL
            return np.where((apart <= rounding) & np.isfinite(apart), 0.0, apart)

    return size


def _in_full(first: Activation, second: Activation, x: Floats) -> Floats:
    """The distance at some x before either value is rounded."""
    with np.errstate(all="ignore"):
        return np.abs(subtracted(second, first).value(x))


def _poles_apart(first: Activation, second: Activation, size: Callable[[Floats], Floats]) -> list[float]:
    """The poles of either nearest to zero, where the other does not run off with it."""
    places = distinct(np.array([place for each in (first, second) for place, _, _ in poles(each, 0)]))
    apart = places[(endless(size, places, np.where(places == 0, 1.0, 0.0)) != 0).any(axis=1)].tolist()
    least = min(map(abs, apart), default=0.0)
    return [place for place in apart if abs(place) == least]


def _settled(x: float, corners: Floats, slope: Callable[[Floats], Floats], size: Callable[[Floats], Floats]) -> float:
    """The place of a top, known by its values to half the digits, to 12 of them: a kink, or where slopes are equal."""

    def sign(x: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return np.sign(slope(x))

    places = [x]
    for room in (flat * max(1.0, abs(x)) for flat in _FLAT):
        left, right = x - room, x + room
        ends = sign(np.array([left, right]))
        if ends[0] * ends[1] < 0:
            low, high = change(sign, left, right)[0], change(sign, right, left)[0]
            middle = (low + high) / 2  # slopes may be equal by rounding on a stretch
            places.insert(0, middle)
            break
    if abs(x) <= _FLAT[-1]:
        places.insert(0, 0.0)
    places[:0] = corners[np.abs(corners - x) <= _FLAT[0] * max(1.0, abs(x))].tolist()
    candidates: list[float] = [float(f"{place:.12g}") + 0.0 for place in places] + places
    sizes = size(np.array(candidates))
    return candidates[int(np.argmax(sizes >= sizes.max() * (1 - _ALIKE)))]


def _at_end(
    first: Activation, second: Activation, end: float, size: Callable[[Floats], Floats], found: float = 0.0
) -> float:
    """How far apart the two are towards an infinite end; 0 where that is not known, or waves are as far in `found`."""
    side = 0 if end < 0 else 1
    one, other = limits(first, 0)[side], limits(second, 0)[side]
    if np.isfinite(one) and np.isfinite(other):
        return abs(one - other)
    crested = [(crest, second) for crest in crests(first, side)], [(first, crest) for crest in crests(second, side)]
    if all(crested) and outruns(first, side) and outruns(second, side):
        return 0.0  # how two waves that no double can follow meet
    if any(crested) and not all(crested):
        apart = max(_at_end(*pair, end, _distance(*pair)) for pair in (*crested[0], *crested[1]))
        return apart if apart > found * (1 + _ALIKE) else 0.0
    if np.isnan(one) or np.isnan(other):
        # Of waves the highest in an octave tells; where nothing is defined there is no difference.
        near, far = (np.nan_to_num(size(np.sign(end) * reach * _OCTAVE)).max() for reach in (_FAR, _FAR**2))
        return np.inf if far / 1.5 > near else 0.0
    if one != other:
        return np.inf
    # Both go to the same infinity: apart without end, where what lies between them grows with x.
    near, far = size(np.sign(end) * np.array([_FAR, _FAR**2]))
    grows = far > 2 * near > 0 or (far > 0 and near == 0)
    return np.inf if grows or np.isinf(far) else float(far)

"""Zones: where a function has stopped learning, by one rule for every function; where a number type loses its slope."""

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.analysis.intervals import sizes
from actcli.analysis.pieces import kinks, pieces, within
from actcli.analysis.search import LINE, change, climbs, largest, on_line
from actcli.arrays import Floats
from actcli.catalog import Activation
from actcli.dtypes import NumberType
from actcli.formula import Bound, FloatArithmetic, evaluate

ZoneKind = Literal["saturated", "dead", "underflow"]

# sigmoid'(5) / sigmoid'(0), so that the sigmoid's zone is |x| > 5, as the textbooks say.
LEVEL = 4 * math.exp(-5) / (1 + math.exp(-5)) ** 2


class Zone(NamedTuple):
    """A stretch of inputs where a function has stopped learning; `threshold` is the |slope| it stays below."""

    kind: ZoneKind
    """Why it learns nothing, or little."""
    low: float
    """The left end."""
    high: float
    """The right end."""
    low_included: bool = False
    """Whether the left end belongs to it."""
    high_included: bool = False
    """Whether the right end belongs to it."""
    threshold: float = 0.0
    """0 where the function is flat."""

    def contains(self, x: Floats) -> NDArray[np.bool_]:
        """Whether, for each value, it lies in the zone; NaN does not, an infinite end does."""
        above = x >= self.low if self.low_included or self.low == -np.inf else x > self.low
        below = x <= self.high if self.high_included or self.high == np.inf else x < self.high
        return above & below


def zones(activation: Activation, level: float = LEVEL) -> tuple[Zone, ...]:
    """The zones of a function from left to right; none where it is one constant everywhere, or chooses in waves.

    dead: constant by its formula. saturated: a tail without a dead stretch, on which the slope tends to 0 at that
    end and |slope| stays below level * min(1, largest |slope|). Limits are rounded to 12 digits.
    """
    return _zones(activation, level)


@lru_cache(maxsize=256)  # by both, whether the level is given or not
def _zones(activation: Activation, level: float) -> tuple[Zone, ...]:
    between = pieces(activation)
    if any(piece.is_wave for piece in between):
        return ()
    if all(piece.is_constant for piece in between) and not kinks(activation):
        return ()
    found = list(_dead(activation))
    if not between[0].is_constant:
        found[:0] = _saturated(activation, level, -1)
    if not between[-1].is_constant:
        found += _saturated(activation, level, 1)
    return tuple(found)


def _dead(activation: Activation) -> Iterator[Zone]:
    jumps = {kink.x for kink in kinks(activation) if kink.is_jump}
    stretch: tuple[float, float] | None = None
    for piece in pieces(activation):
        if stretch and (not piece.is_constant or piece.low in jumps):
            yield _dead_zone(activation, *stretch)
            stretch = None
        if piece.is_constant:
            stretch = (stretch[0] if stretch else piece.low, piece.high)
    if stretch:
        yield _dead_zone(activation, *stretch)


def _dead_zone(activation: Activation, low: float, high: float) -> Zone:
    """A dead zone with the ends at which the slope is 0 and the value is that of the zone, as at a jump it may not."""
    ends = np.array([low, within(low, high), high])
    values, slopes = activation.value(ends), activation.slope(ends)
    at_low, _, at_high = ((slopes == 0.0) & np.isclose(values, values[1], rtol=1e-9, atol=0.0)).tolist()
    return Zone("dead", low, high, at_low, at_high)


def _saturated(activation: Activation, level: float, side: int) -> Iterator[Zone]:
    end = outermost(activation, side)
    if end is None or not _slope_fades(activation, side, end):
        return

    def steepness(x: Floats) -> Floats:
        return np.abs(sizes(activation, 1, x))

    steepest, largest_slope = _steepest(activation)
    threshold = level * min(1.0, largest_slope)

    def is_flat(x: Floats) -> Floats:
        return (steepness(x) < threshold).astype(np.float64)

    is_inside = (LINE * side) <= end
    line = LINE[is_inside]
    # A steep stretch may be narrower than the line is dense.
    place = int(np.searchsorted(line, steepest))
    line = np.insert(line, place, steepest)
    on_it = np.insert(np.abs(on_line(activation, 1)[is_inside]), place, largest_slope)
    inward, flat = (each[::-1] if side > 0 else each for each in (line, on_it < threshold))
    if not flat[0]:
        return
    steep = int(np.argmin(flat))
    inner, _ = change(is_flat, float(inward[steep - 1]), float(inward[steep]))
    limit = float(f"{inner:.12g}")
    low, high = (limit, np.inf) if side > 0 else (-np.inf, limit)
    yield Zone("saturated", low, high, threshold=threshold)


@lru_cache(maxsize=256)
def _steepest(activation: Activation) -> tuple[float, float]:
    """Where |slope| is largest, and how large; a steep stretch between two points of the line shows in the values."""

    def steepness(x: Floats) -> Floats:
        return np.abs(activation.slope(x))

    with np.errstate(all="ignore"):
        rate = np.nan_to_num(np.abs(np.diff(on_line(activation, 0))) / np.diff(LINE), nan=0.0, posinf=0.0)
    at = int(np.argmax(rate))
    (between,) = climbs(activation.value, LINE[[at]], LINE[[at + 1]])
    seen = largest(steepness, LINE, np.abs(on_line(activation, 1)))
    return max(seen, (float(between), float(steepness(np.array([between]))[0])), key=lambda found: found[1])


class _Watched(FloatArithmetic):
    """float64 arithmetic that remembers where every intermediate was finite, and where one was infinite."""

    def __init__(self, count: int) -> None:
        self.finite = np.ones(count, np.bool_)
        self.infinite = np.zeros(count, np.bool_)

    def operate(self, name: str, *arguments: Any) -> Any:
        """Apply an operation and look at what comes out."""
        return self._looked_at(super().operate(name, *arguments))

    def apply(self, function: Bound, argument: Any, by_formula: Callable[[Any], Any]) -> Any:
        """A function of the catalogue by its kernel, whose intermediates are its own affair."""
        return self._looked_at(super().apply(function, argument, by_formula))

    def _looked_at(self, result: Any) -> Any:
        self.finite &= np.isfinite(result)
        self.infinite |= np.isinf(result)
        return result


@lru_cache(maxsize=256)
def outermost(activation: Activation, side: int) -> float | None:
    """The largest 2**k, k a whole number, at which on that side the value is finite.

    None where there is none, and where the domain ends on that side: there is no tail.
    """
    powers = 2.0 ** np.arange(1023.0, -1.0, -1.0)
    with np.errstate(all="ignore"):
        finite = np.isfinite(on_line(activation, 0)[np.searchsorted(LINE, side * powers)])  # each is on the line
        if finite[0] or activation.entry is not None:
            return float(powers[np.argmax(finite)]) if finite.any() else None
        watched = _Watched(powers.size)
        evaluate(activation.tree, watched, side * powers)
        # Undefined, and not for anything that overflowed, such as the root of what is negative.
        is_ended = not watched.finite[0] and not watched.infinite[max(int(np.argmax(watched.finite)) - 1, 0)]
    return float(powers[np.argmax(finite)]) if finite.any() and not is_ended else None


def _slope_fades(activation: Activation, side: int, end: float) -> bool:
    """Whether the slope tends to 0 at that end: by the entry's limit, else by its fall over the last octaves."""
    if activation.entry is not None:
        return activation.limit(1, side * np.inf) == 0.0
    far, near = np.abs(sizes(activation, 1, side * np.array([end, math.sqrt(end)])))
    return bool(far == 0.0 or (far < near and far < LEVEL**2))


@lru_cache(maxsize=256)
def underflow(activation: Activation, number_type: NumberType) -> tuple[Zone, ...]:
    """The tails on which the slope rounds to 0 in the type, or the whole line; none where the function is constant.

    Limits are rounded to 12 digits; nothing beyond the largest number of the type is looked at.
    """
    tails = (_tail(activation, number_type, side) for side in (-1, 1))
    return tuple(dict.fromkeys(zone for tail in tails for zone in tail))


def _tail(activation: Activation, number_type: NumberType, side: int) -> Iterator[Zone]:
    end = side * number_type.largest
    dead = [zone for zone in zones(activation) if zone.kind == "dead"]

    def is_lost(x: Floats) -> Floats:
        slope = activation.slope(x)
        constant = np.zeros(x.shape, np.bool_)
        for zone in dead:
            constant |= zone.contains(x)
        lost: Floats = ((number_type.rounded(slope) == 0) & ~constant).astype(np.float64)
        return lost

    inside = LINE[np.abs(LINE) < number_type.largest]
    inward = np.append(end, inside[::-side])
    lost = is_lost(inward)
    if lost.all():
        yield Zone("underflow", -np.inf, np.inf)
    if not lost[0] or lost.all():
        return
    kept = int(np.argmin(lost))
    limit, _ = change(is_lost, float(inward[kept - 1]), float(inward[kept]))
    limit = float(f"{limit:.12g}")
    low, high = (limit, np.inf) if side > 0 else (-np.inf, limit)
    yield Zone("underflow", low, high)

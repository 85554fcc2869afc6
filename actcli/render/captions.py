"""What stands under a picture: where functions turn and break, where they are negative, and how values lie."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from actcli.arrays import Floats
from actcli.errors import printable
from actcli.landmarks import Kink
from actcli.landmarks.extrema import Extremum
from actcli.render.figure import MarkKind
from actcli.render.floats import text
from actcli.render.scene import Scene

_MOST = 4  # landmarks of one function that are told
_A_COLUMN = 1 / 80  # of a picture's width, about
_NEARLY_ZERO = 1e-9  # as a share of the picture's width


def landmarks_told(scene: Scene, functions: Sequence[int], marks: Mapping[MarkKind, str]) -> Iterator[str]:
    """A line for each function with landmarks in sight, behind their marks; named where there are several."""
    low, high = scene.x_limits
    for function in functions:
        seen = scene.sights(function)
        told = [_turn(turn, marks) for turn in seen.extrema if low <= turn.low and turn.high <= high]
        told += [_corner(kink, marks) for kink in seen.kinks if low <= kink.x <= high]
        if told:
            more = [f"and {len(told) - _MOST} more"] if len(told) > _MOST else []
            yield _named(scene, function, functions) + ", ".join([*told[:_MOST], *more])


def signs_told(scene: Scene, functions: Sequence[int]) -> Iterator[str]:
    """Where what is drawn as a magnitude is negative."""
    for function in functions if scene.view.is_log else ():
        for order in scene.orders:
            stretches = list(_negative(scene.x, scene.y(function, order)))
            more = [f"{len(stretches) - _MOST} more"] if len(stretches) > _MOST else []
            if stretches:
                yield f"{scene.name(function, order).strip('|')} < 0 for {' and '.join([*stretches[:_MOST], *more])}"


def values_told(scene: Scene, functions: Sequence[int]) -> Iterator[str]:
    """How many values there are, how far they reach, how many lie in zones, and what is not drawn."""
    histogram = scene.histogram
    if not histogram.values:
        return
    told = f"{histogram.values:,} value" + ("s" if histogram.values > 1 else "")
    if histogram.finite:
        told += f" from {text(histogram.low, 4)} to {text(histogram.high, 4)}{_peak(scene)}"
    missing = [(histogram.infinite, "infinite"), (histogram.undefined, "NaN")]
    absent = " and ".join(f"{count:,} {word}" for count, word in missing if count)
    told += f"; not drawn: {absent}" if absent else ""
    shares = [", ".join(_shares(scene, function)) for function in functions]
    if len(functions) == 1:
        yield "; ".join(filter(None, [told, *shares]))
        return
    yield told
    yield from (_named(scene, each, functions) + share for each, share in zip(functions, shares, strict=True) if share)


def _shares(scene: Scene, function: int) -> Iterator[str]:
    """How many of the values lie in each kind of zone."""
    for kind in dict.fromkeys(zone.kind for zone in scene.header.zones[function]):
        totals = scene.result.totals(function)
        yield f"{100 * totals.get(kind, 0) / max(totals.get('inputs', 0), 1):.1f} % {kind}"


def _named(scene: Scene, function: int, functions: Sequence[int]) -> str:
    return f"{printable(scene.header.names[function])}: " if len(functions) > 1 else ""


def _peak(scene: Scene) -> str:
    """Tell of a spike that a strip shows as one column, and what it holds of many values."""
    low, high = scene.x_limits
    peak = scene.histogram.peak((high / 2 - low / 2) * 2 * _A_COLUMN) if scene.has_many_values else None
    if peak is None:
        return ""
    start, stop, share = peak
    if share == 1:
        return ", all in one spike"
    return f", {100 * share:.1f} % of them in a spike from {text(start, 4)} to {text(stop, 4)}"


def _negative(x: Floats, y: Floats) -> Iterator[str]:
    """Tell the stretches between the ends of x on which y is negative, as conditions."""
    edges = np.diff(np.concatenate([[0], (y < 0).astype(np.int8), [0]]))
    for start, stop in zip(np.flatnonzero(edges > 0).tolist(), np.flatnonzero(edges < 0).tolist(), strict=True):
        ends = [_crossing(x, y, start - 1) if start else None, _crossing(x, y, stop - 1) if stop < x.size else None]
        match ends:
            case None, None:
                yield "all x"
            case None, high:
                yield f"x < {high}"
            case low, None:
                yield f"x > {low}"
            case low, high:
                yield f"{low} < x < {high}"


def _crossing(x: Floats, y: Floats, before: int) -> str:
    """Where y changes its sign between a sample and the next: along a straight line, or at a pole."""
    (left, right), (here, there) = x[before : before + 2].tolist(), y[before : before + 2].tolist()
    share = here / (here - there) if np.isfinite(here - there) else float(np.isfinite(here))
    place = left * (1 - share) + right * share
    is_zero = abs(place) < _NEARLY_ZERO * (x[-1] / 2 - x[0] / 2)
    return text(0.0 if is_zero else place, 4)


def _turn(turn: Extremum, marks: Mapping[MarkKind, str]) -> str:
    told = f"{turn.kind[:3]} {_four(turn.value)} at"
    if turn.low == turn.high:
        return f"{marks[turn.kind]} {told} x = {_four(turn.low)}"
    return f"{told} {_four(turn.low)} <= x <= {_four(turn.high)}"


def _corner(kink: Kink, marks: Mapping[MarkKind, str]) -> str:
    if kink.is_jump:
        return f"jump at x = {_four(kink.x)}"
    slopes = f"{_four(kink.left_slope)} | {_four(kink.right_slope)}"
    return f"{marks['kink']} kink at x = {_four(kink.x)} (slope {slopes})"


def _four(value: float) -> str:
    """Four significant digits, those after the point whole: `-0.1700`, but `3` for what is 3."""
    rounded = f"{value:.4g}"
    if float(rounded) == value or "e" in rounded:
        return rounded
    return f"{value:#.4g}".rstrip(".")

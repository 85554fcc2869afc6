"""What stands under a picture: where functions turn and break, and how the user's values lie."""

from collections.abc import Iterator, Sequence

from actcli.errors import printable
from actcli.landmarks import Kink
from actcli.landmarks.extrema import Extremum
from actcli.render.floats import text
from actcli.render.histogram import Histogram
from actcli.results import Header, Summary, View

_MOST = 4  # landmarks of one function that are told


def landmarks_told(header: Header, view: View, functions: Sequence[int], limits: tuple[float, float]) -> Iterator[str]:
    """A line for each function with landmarks between the limits, named where there are several functions."""
    for function in functions if view.sights else ():
        seen = view.sights[function]
        told = [_turn(turn) for turn in seen.extrema if limits[0] <= turn.low and turn.high <= limits[1]]
        told += [_corner(kink) for kink in seen.kinks if limits[0] <= kink.x <= limits[1]]
        if told:
            more = [f"and {len(told) - _MOST} more"] if len(told) > _MOST else []
            name = f"{printable(header.names[function])}: " if len(functions) > 1 else ""
            yield name + ", ".join([*told[:_MOST], *more])


def values_told(header: Header, summary: Summary, histogram: Histogram, functions: Sequence[int]) -> Iterator[str]:
    """How many values there are, how far they reach, how many lie in zones, and what is not drawn."""
    if not histogram.values:
        return
    told = f"{histogram.values:,} value" + ("s" if histogram.values > 1 else "")
    if histogram.finite:
        told += f" from {text(histogram.low, 4)} to {text(histogram.high, 4)}"
    missing = [(histogram.infinite, "infinite"), (histogram.undefined, "NaN")]
    absent = " and ".join(f"{count:,} {word}" for count, word in missing if count)
    yield told + (f"; not drawn: {absent}" if absent else "")
    for function in functions:
        shares = []
        for kind in dict.fromkeys(zone.kind for zone in header.zones[function]):
            tally = summary.tallies[function]
            count = {"saturated": tally.saturated, "dead": tally.dead, "underflow": tally.underflow or 0}[kind]
            shares.append(f"{100 * count / max(tally.inputs, 1):.1f} % {kind}")
        if shares:
            name = f"{printable(header.names[function])}: " if len(functions) > 1 else ""
            yield name + ", ".join(shares)


def _turn(turn: Extremum) -> str:
    where = f"x = {_four(turn.low)}" if turn.low == turn.high else f"{_four(turn.low)} <= x <= {_four(turn.high)}"
    return f"{turn.kind[:3]} {_four(turn.value)} at {where}"


def _corner(kink: Kink) -> str:
    if kink.is_jump:
        return f"jump at x = {_four(kink.x)}"
    return f"kink at x = {_four(kink.x)} (slope {_four(kink.left_slope)} | {_four(kink.right_slope)})"


def _four(value: float) -> str:
    """Four significant digits, those after the point whole: `-0.1700`, but `3` for what is 3."""
    rounded = f"{value:.4g}"
    if float(rounded) == value or "e" in rounded:
        return rounded
    return f"{value:#.4g}".rstrip(".")

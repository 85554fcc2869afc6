"""Where on the x axis, in words: `x <= 0`, `|x| > 5`, `[0, inf)`, `at ±1`, `towards -inf`."""

import math
from collections.abc import Callable, Iterable, Sequence

from actcli.analysis import Zone
from actcli.analysis.pieces import Stretch
from actcli.render.numbers import trimmed

Number = Callable[[float], str]


def short(digits: int | None) -> Number:
    """What writes a number with so many digits, and never a zero with a sign."""
    return lambda value: trimmed(value + 0.0, digits)


def condition(
    low: float, high: float, number: Number, *, includes_low: bool = False, includes_high: bool = False
) -> str:
    """An interval as a condition on x, such as `x <= 0`, `|x| < 3` or `1 < x <= 2`; or as `everywhere`."""
    start, stop = number(low), number(high)
    if low == -math.inf:
        return "everywhere" if high == math.inf else f"x {_sign('<', includes_high)} {stop}"
    if high == math.inf:
        return f"x {_sign('>', includes_low)} {start}"
    if number(-low) == stop and includes_low == includes_high:
        return f"|x| {_sign('<', includes_high)} {stop}"
    return f"{start} {_sign('<', includes_low)} x {_sign('<', includes_high)} {stop}"


def describe(zones: Iterable[Zone], digits: int = 4) -> str:
    """Where some zones are as one condition; two tails that mirror each other are one: `|x| > 5`."""
    number = short(digits)
    rest = list(zones)
    conditions = []
    while rest:
        zone = rest.pop(0)
        twin = next((other for other in rest if _is_mirrored(zone, other, number)), None)
        if twin:
            rest.remove(twin)
            conditions.append(f"|x| {_sign('>', twin.low_included)} {number(twin.low)}")
        else:
            ends = {"includes_low": zone.low_included, "includes_high": zone.high_included}
            conditions.append(condition(zone.low, zone.high, number, **ends))
    return " or ".join(conditions)


def by_kind(zones: Sequence[Zone], digits: int = 4) -> str:
    """Where the zones of a function are, kind by kind: `saturated |x| > 5`."""
    kinds = dict.fromkeys(zone.kind for zone in zones)
    return ", ".join(f"{kind} {describe((zone for zone in zones if zone.kind == kind), digits)}" for kind in kinds)


def brackets(low: float, high: float, number: Number, *, includes_low: bool, includes_high: bool) -> str:
    """An interval as mathematics writes it: `[0, inf)`."""
    return f"{'(['[includes_low]}{number(low)}, {number(high)}{')]'[includes_high]}"


def where(places: Iterable[Stretch], digits: int | None) -> str:
    """Points, stretches and ends of the axis: `at ±1`, `for x > 0`, `towards -inf`; nothing of none."""
    number = short(digits)
    points = [place.low for place in places if place.low == place.high]
    finite = sorted(point for point in points if math.isfinite(point))
    ends = [point for point in points if math.isinf(point)]
    words = []
    if len(finite) == 2 and finite[0] == -finite[1]:
        words.append(f"at ±{number(finite[1])}")
    elif finite:
        words.append("at " + ", ".join(map(number, finite)))
    if ends:
        words.append("towards " + ("±inf" if len(ends) == 2 else number(ends[0])))
    for place in places:
        if place.low != place.high:
            included = {"includes_low": place.includes_low, "includes_high": place.includes_high}
            stretch = condition(*place.ends, number, **included)
            words.append(stretch if stretch == "everywhere" else f"for {stretch}")
    return " and ".join(words)


def _is_mirrored(zone: Zone, other: Zone, number: Number) -> bool:
    """Whether `other` is the upper tail that mirrors the lower tail `zone`, as far as the digits tell."""
    tails = zone.low == -math.inf and other.high == math.inf and math.isfinite(zone.high) and other.low > 0
    return tails and zone.high_included == other.low_included and number(-zone.high) == number(other.low)


def _sign(comparison: str, included: bool) -> str:
    return comparison + "=" * included

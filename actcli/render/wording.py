"""Properties of a function in words that a person reads: `0.25 at 0`, `[0, inf)`, `saturated |x| > 5`."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from actcli.landmarks.pieces import Stretch
from actcli.render.cells import cell, zones_told
from actcli.render.floats import text
from actcli.results import Header

Card = Mapping[str, Any]

_COST_UNITS = (("ns", "ns"), ("ratio", "/ relu"))
_TITLES = {
    "largest_slope": "largest slope",
    "mean_square": "mean square",
    "forward_gain": "forward gain",
    "backward_gain": "backward gain",
    "fixed_point": "fixed point",
    "units_dead": "units dead",
    "rms_slope": "rms slope",
    "mean_square_slope": "mean sq. slope",
    "gradient_bound": "at most",
    "gradient_rms": "root mean sq.",
    "difference": "apart by",
    "gradient": "root mean sq.",
    "zero_centred": "zero-centred",
    "standard_deviation": "std deviation",
    "units_saturated": "mostly saturated",
    "mean_slope": "mean |slope|",
    "within_1_ulp": "within 1 ulp",
    "mean_ulp_error": "mean, ulp",
    **{f"{order}_{unit}": f"{order}, {told}" for order in ("value", "slope") for unit, told in _COST_UNITS},
}
_MEASURES = ("ulp", "absolute", "relative")
_TITLES |= {f"{measure}_error": f"worst, {measure}" for measure in _MEASURES}
_FACTORS = ("gradient", "gradient_bound", "gradient_rms")
_TITLES |= {f"{name}_vanishes_at": "< 0.001 from" for name in _FACTORS}
_MOMENTS = (
    *("mean", "variance", "mean_square", "mean_square_slope", "forward_gain", "backward_gain"),
    *("standard_deviation", "mean_slope", "rms_slope"),
)
# What is told with another property, where that one is told.
_TOLD_WITH = {
    "range_includes": "range",
    "limits": "range",
    "slope_at_zero": "largest_slope",
    "saturated_share": "saturated",
    "dead_share": "dead",
    "units": "units_dead",
    "vectors": "compared",
    "exact_share": "exact",
    "within_1_ulp_share": "within_1_ulp",
    **{f"{name}_error_{part}": f"{name}_error" for name in _MEASURES for part in ("x", "got", "wanted", "index")},
    **{f"{name}_at": name for name in ("largest_slope", "minimum", "maximum", "difference")},
}


def told_names(header: Header) -> list[str]:
    """The properties that have a row of their own; a place is told with what is there."""
    return [name for name in header.properties if _TOLD_WITH.get(name) not in header.properties]


def title(name: str) -> str:
    """What a property is called above its row."""
    return _TITLES.get(name, name)


def fact(name: str, header: Header, place: int, digits: int | None) -> str:
    """What is said of one property of the function at this place of the header; empty for nothing."""
    card = header.cards[place]
    if name == "zones" and header.zones:
        return zones_told(header.zones[place]) or "none"
    if name not in card:
        return ""
    if name in _FACTS:
        return _FACTS[name](card, digits)
    entry = card[name]
    return _number(entry, digits) if isinstance(entry, float) else cell(entry, digits)


def where(places: Sequence[Stretch], digits: int | None = 4) -> str:
    """Some places on the x axis in words: `at ±1`, `for x > 0`, `towards -inf`; nothing for none."""
    points = [place.low for place in places if place.low == place.high]
    finite = sorted(point for point in points if math.isfinite(point))
    told = []
    if len(finite) == 2 and finite[0] == -finite[1]:
        told.append(f"at ±{_number(finite[1], digits)}")
    elif finite:
        told.append("at " + ", ".join(_number(point, digits) for point in finite))
    ends = [point for point in points if math.isinf(point)]
    if ends:
        told.append("towards " + ("±inf" if len(ends) == 2 else text(ends[0])))
    told += [_stretch(place, digits) for place in places if place.low != place.high]
    return " and ".join(told)


def _stretch(place: Stretch, digits: int | None) -> str:
    low, high = (_number(end, digits) for end in place)
    if place.low == -math.inf:
        return "everywhere" if place.high == math.inf else f"for x < {high}"
    if place.high == math.inf:
        return f"for x > {low}"
    return f"for |x| < {high}" if place.low == -place.high else f"from {low} to {high}"


def _number(value: float | None, digits: int | None) -> str:
    return "not settled" if value is None else text(value + 0.0, digits).removesuffix(".0")


def _range(card: Card, digits: int | None) -> str:
    (low, high), (includes_low, includes_high) = card["range"], card["range_includes"]
    if math.isnan(low):
        return "undefined"
    ends = (_number(end, digits or 4) for end in (low, high))
    return "(["[includes_low] + ", ".join(ends) + ")]"[includes_high]


def _kinks(card: Card, digits: int | None) -> str:
    points = card["kinks"]
    if not points or not all(isinstance(point, float) for point in points):
        return cell(points, digits) or "smooth"
    return where([Stretch(point, point) for point in points])


def _monotone(card: Card, _: int | None) -> str:
    return str(card["monotone"])


def _placed(name: str) -> Callable[[Card, int | None], str]:
    """A number and where it is."""

    def told(card: Card, digits: int | None) -> str:
        if card[name] is None:
            return "none"
        size = "infinite" if math.isinf(card[name]) else _number(card[name], digits or 4)
        return f"{size} {where(card[f'{name}_at'] or ())}".rstrip()

    return told


def _moment(name: str) -> Callable[[Card, int | None], str]:
    """A moment of a normal input, as far as it is settled, or of data, if there is any."""

    def told(card: Card, digits: int | None) -> str:
        if "standard_deviation" not in card:
            is_undefined = card[name] is not None and math.isnan(card[name])
            return "undefined" if is_undefined else _number(card[name], digits)
        return "" if card[name] is None else _number(card[name], digits or 6)

    return told


def _counted(name: str) -> Callable[[Card, int | None], str]:
    """A count of inputs and their share."""
    return lambda card, _: f"{card[name]:,} ({100 * card[f'{name}_share']:.3g} %)"


def _of_units(name: str) -> Callable[[Card, int | None], str]:
    return lambda card, _: "" if card[name] is None else f"{card[name]:,} of {card['units']:,}"


def _passed_over(name: str) -> Callable[[Card, int | None], str]:
    """A count of values that the moments leave out; nothing for none."""
    return lambda card, _: f"{card[name]:,}, left out" if card[name] else ""


def _worst(name: str) -> Callable[[Card, int | None], str]:
    """The largest error, and what came out where in place of what."""

    def told(card: Card, digits: int | None) -> str:
        size = "infinite" if math.isinf(card[name]) else _number(card[name], digits or 4)
        if not card[name]:
            return "none"
        x, got, wanted = (_number(card[f"{name}_{part}"], digits or 9) for part in ("x", "got", "wanted"))
        return f"{size} at x = {x}: {got}, not {wanted}"

    return told


def _fixed_point(card: Card, digits: int | None) -> str:
    point = card["fixed_point"]
    return str(point) if isinstance(point, str) else "none" if point is None else _number(point, digits)


def _factor(name: str) -> Callable[[Card, int | None], str]:
    return lambda card, digits: _number(card[name], digits or 4)


def _layer(name: str) -> Callable[[Card, int | None], str]:
    def told(card: Card, _: int | None) -> str:
        if card[name] is not None:
            return f"layer {card[name]}"
        return "" if card[name.removesuffix("_vanishes_at")] is None else "never"

    return told


def _difference(card: Card, digits: int | None) -> str:
    return _placed("difference")(card, digits) if card["difference"] else "the same"


_FACTS: Mapping[str, Callable[[Card, int | None], str]] = {
    "range": _range,
    "kinks": _kinks,
    "monotone": _monotone,
    "largest_slope": _placed("largest_slope"),
    "minimum": _placed("minimum"),
    "maximum": lambda card, digits: "" if card["maximum"] is None else _placed("maximum")(card, digits),
    "fixed_point": _fixed_point,
    **{name: _moment(name) for name in _MOMENTS},
    **{name: _factor(name) for name in _FACTORS},
    **{f"{name}_vanishes_at": _layer(f"{name}_vanishes_at") for name in _FACTORS},
    **{name: _counted(name) for name in ("saturated", "dead")},
    **{name: _of_units(name) for name in ("units_dead", "units_saturated")},
    **{name: _passed_over(name) for name in ("undefined", "infinite")},
    "difference": _difference,
    "exact": _counted("exact"),
    "within_1_ulp": _counted("within_1_ulp"),
    "compared": lambda card, _: f"{card['compared']:,}",
    "mean_ulp_error": lambda card, digits: _number(card["mean_ulp_error"], digits or 4),
    "lost": lambda card, _: f"{card['lost']:,}",
    **{f"{measure}_error": _worst(f"{measure}_error") for measure in _MEASURES},
}

"""Properties as text: cells of TSV and CSV, and what a table says of each kind of property."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from actcli.analysis.pieces import Stretch
from actcli.errors import printable
from actcli.render.intervals import brackets, by_kind, short, where
from actcli.render.numbers import percent, text
from actcli.results import Header
from actcli.results.properties import PLACES, Property

Description = Mapping[str, Any]

_UNKNOWN = "cannot be told"
# Digits that tell numbers of a type from their neighbours; what differs in the last of float64 is written in full.
_OF_FLOAT32, _OF_FLOAT64 = 9, 17


def cell(entry: Any, digits: int | None = None) -> str:
    """One cell: nothing for None, `yes` and `no`, numbers as everywhere, lists by commas, mappings as `name=value`."""
    if entry is None:
        return ""
    if isinstance(entry, bool | np.bool_):
        return "yes" if entry else "no"
    if isinstance(entry, float | np.floating):
        return text(float(entry), digits)
    if isinstance(entry, Mapping):
        return ", ".join(f"{printable(str(key))}={cell(value, digits)}" for key, value in entry.items())
    if isinstance(entry, list | tuple | set | frozenset):
        return ", ".join(cell(value, digits) for value in entry)
    return printable(str(entry))


def property_rows(header: Header, digits: int | None = None) -> list[list[str]]:
    """A row a function, a cell a property, empty where there is none."""
    return [[_property_cell(row, known, digits) for row in header.properties] for known in descriptions(header)]


def _property_cell(row: Property, known: Description, digits: int | None) -> str:
    if row.kind.name == "zones":
        return by_kind(known["zones"])
    if row.kind.name == "points" and known.get(row.key, ()) is None:
        return _UNKNOWN  # no points at all is an empty cell
    if row.kind is PLACES:
        return ", ".join(_span(low, high, digits) for low, high in known.get(row.key) or ())
    return cell(known.get(row.key), digits)


def _span(low: float, high: float, digits: int | None) -> str:
    start, stop = text(low, digits), text(high, digits)
    return start if start == stop else f"{start}:{stop}"


def descriptions(header: Header) -> list[Description]:
    """What is known of each function, its zones included."""
    zones = header.zones or [()] * len(header.descriptions)
    return [{"zones": own, **known} for own, known in zip(zones, header.descriptions, strict=True)]


def shown_text(row: Property, known: Description, digits: int, room: int) -> str:
    """What a table says of one property, in lines where it has several: records are a table where there is room."""
    if row.key not in known:
        return ""
    if row.kind.name == "any":
        return "\n".join(_lines(known[row.key], digits, room)) or row.nothing
    return PRINTERS[row.kind.name](row, known, digits)


def _lines(entry: Any, digits: int, room: int) -> list[str]:
    """A value of any kind, by what it is."""
    if isinstance(entry, float):
        return [short(digits)(entry)]
    if isinstance(entry, Mapping) and any(isinstance(value, list) for value in entry.values()):
        return [f"{name}: {cell(value, digits)}" for name, value in entry.items()]
    if isinstance(entry, list | tuple) and entry and isinstance(entry[0], Mapping):
        return _small_table(entry, digits, room)
    if isinstance(entry, list) and any(isinstance(each, str) and " " in each for each in entry):
        return [cell(each, digits) for each in entry]
    return [cell(entry, digits)]


def _small_table(records: Sequence[Mapping[str, Any]], digits: int, room: int) -> list[str]:
    titles = list(dict.fromkeys(title for record in records for title in record))
    columns = [[title, *(cell(record.get(title), digits) for record in records)] for title in titles]
    widths = [max(map(len, column)) for column in columns]
    if sum(widths) + 2 * len(widths) - 2 > room:
        return [cell(record, digits) for record in records]
    return [
        "  ".join(part.ljust(width) for part, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    ]


def _number(row: Property, known: Description, digits: int) -> str:
    value = known[row.key]
    if value is None:
        return row.nothing
    return value if isinstance(value, str) else short(digits)(value)


def _expectation(row: Property, known: Description, digits: int) -> str:
    value = known[row.key]
    return "undefined" if value is not None and math.isnan(value) else _number(row, known, digits)


def _placed(row: Property, known: Description, digits: int) -> str:
    """A number and where it is."""
    value = known[row.key]
    if value is None:
        return row.nothing
    size = "infinite" if math.isinf(value) else short(digits)(value)
    ends = known[f"{row.key}_at"] or ()
    includes = known.get(f"{row.key}_at_includes") or [(False, False)] * len(ends)
    places = [Stretch(*pair, *flags) for pair, flags in zip(ends, includes, strict=True)]
    return f"{size} {where(places, digits)}".rstrip()


def _distance(row: Property, known: Description, digits: int) -> str:
    if known[row.key]:
        return _placed(row, known, digits)
    if known["same_where_defined"]:
        return f"none where both are defined: {known['same_where_defined']}"
    return f"the same function: {known['same']}" if known["same"] else "none found"


def _range(row: Property, known: Description, digits: int) -> str:
    (low, high), (includes_low, includes_high) = known[row.key], known[f"{row.key}_includes"]
    if math.isnan(low):
        return "undefined"
    return brackets(low, high, short(digits), includes_low=includes_low, includes_high=includes_high)


def _points(row: Property, known: Description, digits: int) -> str:
    if known[row.key] is None:
        return _UNKNOWN
    return where([Stretch(point, point) for point in known[row.key]], digits) or row.nothing


def _layer(row: Property, known: Description, digits: int) -> str:
    if known[row.key] is not None:
        return f"layer {known[row.key]}"
    return "" if known[row.key.removesuffix("_vanishes_at")] is None else "never"


def _count_and_share(row: Property, known: Description, digits: int) -> str:
    return f"{known[row.key]:,} ({percent(known[f'{row.key}_share'], 3)})"


def _of_units(row: Property, known: Description, digits: int) -> str:
    return row.nothing if known[row.key] is None else f"{known[row.key]:,} of {known['units']:,}"


def _worst(row: Property, known: Description, digits: int) -> str:
    """The largest error, and what came out where in place of what."""
    error = known[row.key]
    if not error:
        return row.nothing
    size = "infinite" if math.isinf(error) else short(digits)(error)
    return f"{size} at {_place(row.key, known, digits)}"


def _fault(row: Property, known: Description, digits: int) -> str:
    """How many results are wrong in kind, and the first of them."""
    if not known[row.key]:
        return row.nothing
    return f"{known[row.key]:,}; first at {_place(f'first_{row.key}', known, digits)}"


def _place(prefix: str, known: Description, digits: int) -> str:
    """Where a result is wrong, and what it is and should be, with so many digits that the two look different."""
    x, got, wanted = (known[f"{prefix}_{part}"] for part in ("x", "got", "wanted"))
    least = max(digits, _OF_FLOAT32)
    shown = next((count for count in range(least, _OF_FLOAT64) if short(count)(got) != short(count)(wanted)), None)
    here = short(None if known["dtype"] == "float64" else least)(x)
    return f"x = {here}: {short(shown)(got)}, not {short(shown)(wanted)}"


def _classes(row: Property, known: Description, digits: int) -> str:
    """A line for each class of errors."""
    del digits
    classes = known[row.key]
    counts = [f"{each['results']:,}" for each in classes]
    ends = [f"to {text(each['up_to'], 4)}" if each["up_to"] else "more" for each in classes]
    shares = [percent(each["share"], 3) for each in classes]
    widths = [max(map(len, column)) for column in (ends, counts, shares)]
    return "\n".join(
        f"{end:<{widths[0]}}  {count:>{widths[1]}}  {share:>{widths[2]}}"
        for end, count, share in zip(ends, counts, shares, strict=True)
    )


def _segments(row: Property, known: Description, digits: int) -> str:
    """A line for each segment of x, the worst one marked; neighbours that are all exact are one."""
    segments: list[dict[str, Any]] = []
    for each in known[row.key]:
        is_exact = each["exact"] == each["inputs"]
        if is_exact and segments and segments[-1]["exact"] == segments[-1]["inputs"]:
            segments[-1] = segments[-1] | {"to": each["to"], "inputs": segments[-1]["inputs"] + each["inputs"]}
            segments[-1]["exact"] = segments[-1]["inputs"]
        else:
            segments.append(dict(each))
    worst = max((each["ulp_error"] or 0.0 for each in segments), default=0.0)
    lines: list[tuple[str, ...]] = [("x", "inputs", "worst", "mean", "exact", "")]
    for each in segments:
        ends = (text(each[end], 4) for end in ("from", "to"))
        errors = (_or_blank(each[key], min(digits, 4)) for key in ("ulp_error", "mean_ulp_error"))
        mark = "<- worst" if worst > 0.5 and each["ulp_error"] == worst else ""
        lines.append((":".join(ends), f"{each['inputs']:,}", *errors, percent(each["exact_share"], 3), mark))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    sides = (str.ljust, str.rjust, str.rjust, str.rjust, str.rjust, str.ljust)
    return "\n".join(
        "  ".join(side(part, width) for side, part, width in zip(sides, line, widths, strict=True)).rstrip()
        for line in lines
    )


def _or_blank(number: float | None, digits: int) -> str:
    return "" if number is None else text(number, digits)


PRINTERS: Mapping[str, Callable[[Property, Description, int], str]] = {
    "number": _number,
    "expectation": _expectation,
    "placed": _placed,
    "distance": _distance,
    "reasons": lambda row, known, _: "; ".join(known[row.key]) or row.nothing,
    "range": _range,
    "points": _points,
    "layer": _layer,
    "zones": lambda row, known, digits: by_kind(known["zones"], digits) or row.nothing,
    "count": lambda row, known, _: f"{known[row.key]:,}",
    "count_and_share": _count_and_share,
    "left_out": lambda row, known, _: f"{known[row.key]:,}, left out" if known[row.key] else row.nothing,
    "of_units": _of_units,
    "worst": _worst,
    "fault": _fault,
    "classes": _classes,
    "segments": _segments,
    "drawn": lambda row, known, _: "",  # with bars, beneath the table
}

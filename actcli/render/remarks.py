"""What is said on stderr once all chunks have passed: saturated inputs, dead units; and zones in words."""

import math
from collections.abc import Iterator, Sequence

from actcli.errors import counted, printable
from actcli.landmarks import Zone
from actcli.render.floats import text
from actcli.results import Header, Summary, Tally

PREFIX_NOTE, PREFIX_WARNING, PREFIX_GATE = "actcli: note: ", "actcli: warning: ", "actcli: gate crossed: "


def notes(header: Header) -> list[str]:
    """Lines that go before the first answer."""
    return [PREFIX_NOTE + note for note in header.notes]


def last_notes(summary: Summary) -> list[str]:
    """Lines that go after the last answer and warn of nothing."""
    return [PREFIX_NOTE + note for note in summary.notes]


def warnings(header: Header, summary: Summary) -> list[str]:
    """Lines that go after the last answer."""
    lines: list[str] = []
    told = zip(header.names, header.zones, summary.tallies, strict=True) if header.zones and summary.tallies else ()
    for name, zones, tally in told:
        # A step is constant everywhere by what it is: that is told where it is described, not warned of.
        if not any(zone.low == -math.inf and zone.high == math.inf for zone in zones):
            lines += [f"{printable(name)}: {warning}" for warning in _of_function(zones, tally)]
    return [PREFIX_WARNING + line for line in [*lines, *summary.faults.told(), *summary.remarks]]


def describe(zones: Sequence[Zone], digits: int = 4) -> str:
    """Tell the inputs of some zones as a condition on x, such as `|x| > 5` or `x <= 0`; no zones, no text."""
    rest = list(zones)
    conditions = []
    while rest:
        zone = rest.pop(0)
        twin = next((other for other in rest if _mirrored(zone, other, digits)), None)
        if twin:
            rest.remove(twin)
            conditions.append(f"|x| {_sign('>', twin.low_included)} {text(twin.low, digits)}")
        else:
            conditions.append(_stretch(zone, digits))
    return " or ".join(conditions)


def _of_function(zones: Sequence[Zone], tally: Tally) -> Iterator[str]:
    if tally.saturated and tally.first_saturated:
        faded = [z for z in zones if z.kind == "saturated"] or [z for z in zones if z.kind == "underflow"]
        x, line = tally.first_saturated
        where = f"x = {text(x, 6)}" + (f" (line {line})" if line is not None else "")
        slope = _at_most(max((zone.threshold for zone in faded), default=0.0))
        share = f"{tally.saturated} of {counted(tally.inputs, 'input')} {_are(tally.saturated)}"
        yield f"{share} saturated ({describe(faded)}), slope at most {slope}; first: {where}"
    if tally.units and tally.units[0]:
        dead, units = tally.units
        rows = {matrix.rows for matrix in tally.matrices.values()}
        told = f"all {rows.pop()} rows" if len(rows) == 1 else "every row of their matrix"
        yield f"{dead} of {counted(units, 'unit')} {_are(dead)} dead in {told}"
    elif tally.rows == 1 and tally.inputs >= 2 and tally.dead == tally.inputs:
        constant = [zone for zone in zones if zone.kind == "dead"]
        yield f"all {tally.inputs} inputs are dead ({describe(constant)})"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _at_most(slope: float) -> str:
    """Three digits, rounded up: a bound that was rounded down would be none."""
    shown = text(slope, 3)
    if slope <= 0 or float(shown) >= slope:
        return shown
    step = 10.0 ** (math.floor(math.log10(slope)) - 2)
    return text(math.ceil(slope / step) * step, 3)


def _mirrored(zone: Zone, other: Zone, digits: int) -> bool:
    """Whether `other` is the upper tail that mirrors the lower tail `zone`, as far as the digits tell."""
    tails = zone.low == -math.inf and other.high == math.inf and math.isfinite(zone.high) and other.low > 0
    return tails and zone.high_included == other.low_included and text(-zone.high, digits) == text(other.low, digits)


def _stretch(zone: Zone, digits: int) -> str:
    low, high = text(zone.low, digits), text(zone.high, digits)
    if zone.low == -math.inf:
        return "everywhere" if zone.high == math.inf else f"x {_sign('<', zone.high_included)} {high}"
    if zone.high == math.inf:
        return f"x {_sign('>', zone.low_included)} {low}"
    if text(-zone.low, digits) == high and zone.low_included == zone.high_included:
        return f"|x| {_sign('<', zone.high_included)} {high}"
    return f"{low} {_sign('<', zone.low_included)} x {_sign('<', zone.high_included)} {high}"


def _sign(comparison: str, included: bool) -> str:
    return comparison + "=" * included

"""What is said on stderr once all chunks have passed: saturated inputs, dead units."""

import math
from collections.abc import Iterator, Sequence

from actcli.errors import counted, printable
from actcli.landmarks import Zone
from actcli.render.floats import text
from actcli.render.intervals import describe as describe  # noqa: PLC0414  its old place, until the move is done
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

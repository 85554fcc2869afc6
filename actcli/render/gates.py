"""Whether what was counted crosses the gate that a user set, and the words for it."""

from collections.abc import Iterator

from actcli.errors import UsageError, printable
from actcli.render.floats import text
from actcli.render.presentation import Gate
from actcli.results import Header, Summary, Tally


def require_judged(header: Header) -> None:
    """Raise UsageError where a result has nothing that a gate could judge."""
    if not header.zones:
        raise UsageError(
            f"--fail-over judges saturated inputs and dead units, and {' '.join(header.names)} has neither",
            "it stands with element-wise functions and values",
        )


def crossings(gate: Gate, header: Header, summary: Summary) -> list[str]:
    """What exceeds a gate, in words; empty where all passes."""
    return [
        f"{printable(name)}: {told}, over {_percent(gate.share)}"
        for name, tally in zip(header.names, summary.tallies, strict=True)
        for told in _exceeding(gate.share, tally)
    ]


def _exceeding(share: float, tally: Tally) -> Iterator[str]:
    if tally.saturated > share * tally.inputs:
        yield f"{_percent(tally.saturated / tally.inputs)} of all inputs are saturated"
    dead, units = tally.units or (0, 0)
    if dead > share * units:
        yield f"{_percent(dead / units)} of all units are dead"


def _percent(share: float) -> str:
    return f"{text(100 * share, 4)} %"

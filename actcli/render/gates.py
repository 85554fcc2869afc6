"""Whether what was counted crosses the gate that a user set, and the words for it."""

from collections.abc import Iterator
from math import inf

from actcli.errors import UsageError, printable
from actcli.render.floats import text
from actcli.render.presentation import Gate
from actcli.results import Header, Summary, Tally


def require_judged(gate: Gate, header: Header) -> None:
    """Raise UsageError where a result has nothing that a gate could judge."""
    are_results = any(field.name == "ulp_error" for field in header.fields)
    if gate.is_ulp != are_results:
        cure = "--fail-over 4ulp" if are_results else "--fail-over 10%"
        judged = "results of a kernel by ulp" if are_results else "inputs by shares, and results of --against by ulp"
        raise UsageError(f"--fail-over judges {judged}", cure)
    if not (header.zones or are_results):
        raise UsageError(
            f"--fail-over judges saturated inputs and dead units, and {' '.join(header.names)} has neither",
            "it stands with element-wise functions and values",
        )


def crossings(gate: Gate, header: Header, summary: Summary) -> list[str]:
    """What exceeds a gate, in words; empty where all passes."""
    if gate.is_ulp:
        worst = summary.deviations.worst[0] if summary.deviations else None
        if worst is None or worst.error <= gate.most:
            return []
        far = "infinitely far off" if worst.error == inf else f"off by {text(worst.error, 4)} ulp"
        return [f"{printable(header.names[0])}: {far} at x = {text(worst.x, 9)}, over {text(gate.most, 4)} ulp"]
    return [
        f"{printable(name)}: {told}, over {_percent(gate.most)}"
        # Input without a single line has no tallies.
        for name, tally in zip(header.names if summary.tallies else (), summary.tallies, strict=True)
        for told in _exceeding(gate.most, tally)
    ]


def _exceeding(share: float, tally: Tally) -> Iterator[str]:
    if tally.saturated > share * tally.inputs:
        yield f"{_percent(tally.saturated / tally.inputs)} of all inputs are saturated"
    dead, units = tally.units or (0, 0)
    if dead > share * units:
        yield f"{_percent(dead / units)} of all units are dead"


def _percent(share: float) -> str:
    return f"{text(100 * share, 4)} %"

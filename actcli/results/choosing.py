"""When to take a function and when not: what its zones, its slopes and its moments say of a network made of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from actcli.analysis import Zone, kinks, zones

if TYPE_CHECKING:
    from actcli.results.properties import Subject

# A gradient that a layer of normal inputs leaves at more than half its size and at less than twice that passes on well.
_EVEN = (0.5, 2.0)
_MANY = 10  # layers


def reasons_for(subject: "Subject") -> list[str]:
    """What speaks for the function, a figure each."""
    return list(_for(subject))


def reasons_against(subject: "Subject") -> list[str]:
    """What speaks against it, a figure each."""
    return list(_against(subject))


def _for(subject: "Subject") -> Iterator[str]:
    low, high = subject.range.low, subject.range.high
    if np.isfinite([low, high]).all() and low < high:
        yield f"bounded: values from {low:.4g} to {high:.4g}"
    elif not _tails(subject, "saturated", 1) and not _tails(subject, "dead", 1):
        yield "does not saturate to the right"
    if _is_zero_centred(subject):
        yield "zero-centred: mean 0"
    gain = _gradient(subject)
    if gain is not None and _EVEN[0] <= gain <= _EVEN[1]:
        yield f"keeps a gradient: a layer leaves {gain:.3g} of it (root mean square)"
    if subject.steepest.size > 0 and not kinks(subject.activation) and not _upright(subject):
        yield "smooth"


def _against(subject: "Subject") -> Iterator[str]:
    for zone in zones(subject.activation):
        if zone.kind == "dead":
            yield f"dead for {_where(zone)}: a unit that stays there learns nothing"
    saturated = [zone for zone in zones(subject.activation) if zone.kind == "saturated"]
    if saturated:
        stretches = " and ".join(_where(zone) for zone in saturated)
        yield f"saturates for {stretches}: slope below {max(zone.threshold for zone in saturated):.3g}"
    size = subject.steepest.size
    upright = _upright(subject)
    if upright:
        yield f"its slope is infinite at {', '.join(f'{x:.6g}' for x in upright)}"
    elif np.isinf(size):
        yield "its slope grows without bound"
    elif 0 < size < 1:
        yield f"slope at most {size:.3g}: {_MANY} layers leave at most {size**_MANY:.2g} of a gradient"
    gain = _gradient(subject)
    if gain is not None and gain < _EVEN[0] and size >= 1:
        yield f"weakens a gradient: a layer leaves {gain:.3g} of it (root mean square)"
    mean = subject.normal.mean.value
    if mean is not None and np.isfinite(mean) and mean != 0:
        yield f"not zero-centred: mean {mean:.3g}"
    jumps = [kink.x for kink in kinks(subject.activation) if kink.is_jump]
    if jumps:
        yield f"jumps at {', '.join(f'{x:.6g}' for x in jumps)}"


def _upright(subject: "Subject") -> list[float]:
    """Where the slope is infinite, at poles and where a root begins."""
    peak = subject.steepest
    return [low for low, _ in peak.places if np.isfinite(low)] if np.isinf(peak.size) else []


def _is_zero_centred(subject: "Subject") -> bool:
    return subject.normal.mean.value == 0


def _gradient(subject: "Subject") -> float | None:
    """What a layer leaves of a gradient for the normal input, as its root mean square; None where that is not known."""
    square = subject.normal.mean_square_slope.value
    return float(np.sqrt(square)) if square is not None and np.isfinite(square) else None


def _tails(subject: "Subject", kind: str, side: int) -> list[Zone]:
    end = side * np.inf
    return [zone for zone in zones(subject.activation) if zone.kind == kind and end in (zone.low, zone.high)]


def _where(zone: Zone) -> str:
    if zone.low == -np.inf:
        return f"x {'<=' if zone.high_included else '<'} {zone.high:.4g}"
    if zone.high == np.inf:
        return f"x {'>=' if zone.low_included else '>'} {zone.low:.4g}"
    return f"{zone.low:.4g} to {zone.high:.4g}"

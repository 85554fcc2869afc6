"""When to take a function and when not: what its zones, its slopes and its moments say of a network made of it."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from actcli.analysis import Zone, kinks, zones
from actcli.analysis.pieces import Stretch, kink_values
from actcli.analysis.search import on_line
from actcli.analysis.shape import gaps, limits, monotone, poles

if TYPE_CHECKING:
    from actcli.results.properties import Subject

# What weights that keep the signal leave of a gradient's mean square in a layer: between these it passes on well. In
# ten layers they come to a sixtieth and sixtyfold.
_EVEN = (2 / 3, 3 / 2)
_MANY = 10  # layers
_LARGE = 1e6  # what a pole exceeds at the number next to it
_MANY_ZEROS = 0.1  # a share of the inputs that makes a function sparse
_MOST_PLACES = 3  # that are listed
_FAR_OUT = 10.0  # where a slope that grows without bound is shown


def reasons_for(subject: "Subject") -> list[str]:
    """What speaks for the function, a figure each."""
    return list(_for(subject))


def reasons_against(subject: "Subject") -> list[str]:
    """What speaks against it, a figure each."""
    return list(_against(subject))


def _for(subject: "Subject") -> Iterator[str]:
    activation = subject.activation
    low, high = subject.range.low, subject.range.high
    if low == high:
        return
    if np.isfinite([low, high]).all():
        yield f"bounded: values from {low:.4g} to {high:.4g}"
    elif not _endless(subject):
        yield from _open_ends(subject)
    if subject.normal.mean.value == 0:
        yield "zero-centred: mean 0"
    left = _left_of_gradient(subject)
    if left is not None and _EVEN[0] <= left <= _EVEN[1]:
        yield f"keeps a gradient: {_figure(left)}"
    silent = sum(_share(subject, zone) for zone in _dead(subject) if _is_zero_on(subject, zone))
    if silent >= _MANY_ZEROS:
        yield f"sparse: exactly 0 for {100 * silent:.3g} % of normal inputs"
    if not (kinks(activation) or _upright(subject) or gaps(activation) or _endless(subject)):
        yield "smooth: no kink, no jump"


def _open_ends(subject: "Subject") -> Iterator[str]:
    """At which ends of the line the slope goes on."""
    activation = subject.activation
    closed = {end for zone in zones(activation) for end in (zone.low, zone.high)}
    closed |= {end for gap in gaps(activation) for end in gap}
    left, right = limits(activation, 1)
    if np.inf in closed:
        return
    if -np.inf in closed:
        yield f"does not saturate to the right: slope {_tends(right)}"
    elif np.isfinite([left, right]).all() and left != right:
        yield f"saturates on neither side: slope tends to {left:.4g} at -inf and to {right:.4g} at inf"
    else:
        yield f"saturates on neither side: slope {_tends(right)}"


def _tends(slope: float) -> str:
    if np.isnan(slope):
        return "swings on"
    return "grows without bound" if np.isinf(slope) else f"tends to {slope:.4g}"


def _against(subject: "Subject") -> Iterator[str]:
    activation = subject.activation
    holes, endless = gaps(activation), _endless(subject)
    if holes:
        yield f"undefined for {_listed([_hole(hole) for hole in holes])}"
    if endless:
        yield f"infinite at {_points(endless)}"
    if _is_flat(subject):
        yield "slope 0 wherever it has one: no gradient passes"
    elif dead := _dead(subject):
        yield f"dead for {_listed([_where(zone) for zone in dead])}: a unit that stays there learns nothing"
    saturated = [zone for zone in zones(activation) if zone.kind == "saturated"]
    if saturated:
        threshold = max(zone.threshold for zone in saturated)
        yield f"saturates for {_listed([_where(zone) for zone in saturated])}: slope below {threshold:.3g}"
    yield from _against_slopes(subject, endless)
    mean = subject.normal.mean.value
    if mean is not None and np.isfinite(mean) and mean != 0 and not endless:
        yield f"not zero-centred: mean {mean:.3g}"
    jumps = zip((kink.x for kink in kinks(activation)), kink_values(activation), strict=True)
    sizes = [(x, abs(ends.right - ends.left)) for x, ends in jumps if ends.is_jump]
    bends = [kink for kink in kinks(activation) if not kink.is_jump and np.isfinite(kink[1:3]).all()]
    if len(bends) == 1:
        yield "kink at {:.6g}: slope from {:.4g} to {:.4g}".format(*bends[0][:3])
    elif bends:
        yield f"kinks at {_points([kink.x for kink in bends])}"
    if finite := [f"by {size:.3g} at {x:.6g}" for x, size in sizes if np.isfinite(size)]:
        yield f"jumps {_listed(finite)}"
    if _is_wave(subject):
        yield "rises and falls without end: many inputs give the same value"


def _against_slopes(subject: "Subject", endless: Sequence[float]) -> Iterator[str]:
    activation, size = subject.activation, subject.steepest.size
    upright = _upright(subject)
    roots = [x for x in upright if x not in endless and np.abs(activation.value(np.array([x])))[0] < _LARGE]
    if roots:
        yield f"its slope is infinite at {_points(roots)}"
    if np.isinf(size) and not upright and not endless:
        ends = np.array([_FAR_OUT, -_FAR_OUT])
        sizes = np.abs(activation.slope(ends))
        place = int(np.nanargmax(sizes))
        yield f"its slope grows without bound: {sizes[place]:.3g} at x = {ends[place]:g}"
    if _is_flat(subject):
        return
    slopes = on_line(activation, 1)
    if not kinks(activation) and (slopes == slopes[0]).all():
        yield "linear: many layers of it are no more than one"
    if activation.slope(np.array([subject.mean]))[0] == 0 and not any(
        _holds(zone, subject.mean) for zone in _dead(subject)
    ):
        yield f"slope 0 at x = {subject.mean:g}, where normal inputs are densest"
    left = _left_of_gradient(subject)
    is_weak = left is not None and left < _EVEN[0]
    if 0 < size < 1 and is_weak:
        yield f"slope at most {size:.3g}: {_MANY} layers leave at most {size**_MANY:.2g} of a gradient"
    if left is not None and is_weak:
        yield f"weakens a gradient: {_figure(left)}"
    elif left is not None and left > _EVEN[1]:
        yield f"inflates a gradient: {_figure(left)}"


def _figure(left: float) -> str:
    return f"a layer leaves {left:.3g} of it (mean square, weights that keep the signal)"


def _is_flat(subject: "Subject") -> bool:
    """Whether the function is constant but for jumps."""
    return subject.steepest.size == 0


def _is_wave(subject: "Subject") -> bool:
    """Whether the function comes to no limit at an end since it goes up and down."""
    activation = subject.activation
    is_restless = bool(np.isnan(limits(activation, 0)).any()) and monotone(activation) is None
    return is_restless and not gaps(activation) and not _endless(subject)


def _upright(subject: "Subject") -> list[float]:
    """Where the slope is infinite, at poles and where a root begins."""
    activation, peak = subject.activation, subject.steepest
    seen = [x for x, _, _ in poles(activation, 1)]
    if np.isinf(peak.size):  # of places that mirror each other it may name one
        named = np.array([place.low for place in peak.places if np.isfinite(place.low)])
        mirrored = named[np.isinf(activation.slope(-named))] if named.size else named
        seen += [*named.tolist(), *(-mirrored).tolist()]
    return sorted({x + 0.0 for x in seen})


def _endless(subject: "Subject") -> list[float]:
    """Where the value is infinite: at poles, at some of which it has one."""
    upright = np.array(_upright(subject))
    beyond = upright[np.isinf(subject.activation.value(upright))] if upright.size else upright
    return sorted({*(x for x, _, _ in poles(subject.activation, 0)), *beyond.tolist()})


def _left_of_gradient(subject: "Subject") -> float | None:
    """What a layer leaves of a gradient's mean square, by weights that keep the signal of the normal input.

    It is E f'^2 (mean^2 + sigma^2) / E f^2; He et al. 2015, arXiv 1502.01852, section 2.2. None where it is not known,
    and where f has a pole.
    """
    square, slopes = subject.normal.mean_square.value, subject.normal.mean_square_slope.value
    if not square or slopes is None or not np.isfinite([square, slopes]).all() or _endless(subject):
        return None
    size = math.hypot(subject.mean, subject.sigma) / math.sqrt(square)
    left = float(slopes) * size * size  # size**2 would overflow where slopes are 0
    return left if math.isfinite(left) else None


def _dead(subject: "Subject") -> list[Zone]:
    return [zone for zone in zones(subject.activation) if zone.kind == "dead"]


def _holds(zone: Zone, x: float) -> bool:
    return zone.low <= x <= zone.high


def _is_zero_on(subject: "Subject", zone: Zone) -> bool:
    low, high = max(zone.low, -1e300), min(zone.high, 1e300)
    return bool(subject.activation.value(np.array([low / 2 + high / 2]))[0] == 0)


def _share(subject: "Subject", zone: Zone) -> float:
    """The share of the normal input that lies in a zone."""
    low, high = ((end - subject.mean) / (subject.sigma * math.sqrt(2)) for end in (zone.low, zone.high))
    return (math.erf(high) - math.erf(low)) / 2


def _listed(parts: Sequence[str]) -> str:
    if len(parts) > _MOST_PLACES:
        return f"{', '.join(parts[:_MOST_PLACES])} and elsewhere"
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def _points(places: Sequence[float]) -> str:
    return _listed([f"{x:.6g}" for x in sorted(places, key=abs)])


def _hole(gap: Stretch) -> str:
    return f"x = {gap.low:.6g}" if gap.low == gap.high else _span(*gap.ends, (False, False), 6)


def _where(zone: Zone) -> str:
    return _span(zone.low, zone.high, (zone.low_included, zone.high_included), 4)


def _span(low: float, high: float, includes: tuple[bool, bool], digits: int) -> str:
    """A stretch of the x axis as a condition on x."""
    if low == -np.inf and high == np.inf:
        return "every x"
    above, below = (sign + "=" * included for sign, included in zip((">", "<"), includes, strict=True))
    if low == -np.inf:
        return f"x {below} {high:.{digits}g}"
    if high == np.inf:
        return f"x {above} {low:.{digits}g}"
    return f"{low:.{digits}g} <{above[1:]} x {below} {high:.{digits}g}"

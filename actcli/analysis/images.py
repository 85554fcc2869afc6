"""Images of zones: the outputs that only inputs in a zone give, and zones whose outputs other inputs give too."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from actcli.analysis.pieces import kinks, within
from actcli.analysis.shape import extrema, limits
from actcli.analysis.zones import Zone
from actcli.catalog import Activation

_LARGEST_FLOAT32 = float(np.finfo(np.float32).max)


class Images(NamedTuple):
    """What outputs say of the zones of a function."""

    certain: tuple[Zone, ...]
    """Stretches of outputs that come from a zone alone, each of the kind of that zone."""
    ambiguous: tuple[Zone, ...]
    """The zones whose outputs come from other inputs too."""


def images(activation: Activation, zones: Sequence[Zone]) -> Images:
    """The outputs of each zone; a zone that shares a stretch of them with inputs outside of the zones is ambiguous.

    A dead zone has a single output, which other inputs may give at isolated points: it is certain. The output that a
    tail tends to belongs to its image, since numbers are rounded to it.
    """
    others = list(_branches(activation, zones))
    certain, ambiguous = list[Zone](), list[Zone]()
    for zone in zones:
        image = _image(activation, zone)
        is_shared = image.low < image.high and any(max(image.low, low) < min(image.high, high) for low, high in others)
        if zone.kind != "dead" and is_shared:
            ambiguous.append(zone)
        else:
            certain.append(image)
    return Images(tuple(certain), tuple(ambiguous))


def in_float32(x: float) -> float:
    """What a dump in float32 holds in the place of x, which may lie beyond it; beyond the largest float32 x itself."""
    return float(np.float32(x)) if abs(x) < _LARGEST_FLOAT32 else x


def _image(activation: Activation, zone: Zone) -> Zone:
    if zone.kind == "dead":
        value = _value(activation, within(zone.low, zone.high))
        slack = abs(value - in_float32(value))
        return Zone("dead", value - slack, value + slack, True, True)
    end, limit = (
        (zone.low, limits(activation, 0)[1]) if zone.high == math.inf else (zone.high, limits(activation, 0)[0])
    )
    ends = [(_value(activation, end), zone.low_included or zone.high_included)]
    ends += [(limit, True), (in_float32(limit), True)]
    ends += [(each.value, True) for each in extrema(activation) if zone.contains(np.array([each.low]))[0]]
    low, high = min(ends), max(ends)
    return Zone(zone.kind, low[0], high[0], low[1], high[1], zone.threshold)


def _branches(activation: Activation, zones: Sequence[Zone]) -> Iterator[tuple[float, float]]:
    """The least and the largest value between places where a function turns, jumps or enters a zone, these aside."""
    cuts = {-math.inf, math.inf}
    cuts |= {end for each in extrema(activation) for end in (each.low, each.high)}
    cuts |= {end for zone in zones for end in (zone.low, zone.high)} | {kink.x for kink in kinks(activation)}
    for left, right in pairwise(sorted(cuts)):
        middle = np.array([within(left, right)])
        if any(zone.contains(middle)[0] for zone in zones):
            continue
        ends = [
            _value(activation, float(np.nextafter(end, other)))
            if math.isfinite(end)
            else limits(activation, 0)[int(end > 0)]
            for end, other in ((left, right), (right, left))
        ]
        if not any(map(math.isnan, ends)):
            yield min(ends), max(ends)


def _value(activation: Activation, x: float) -> float:
    return float(activation.value(np.array([x]))[0])

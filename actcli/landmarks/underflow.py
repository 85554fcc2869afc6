"""Where a slope is too small for a number type: it is 0 there, though the function has one."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from actcli.arrays import Floats
from actcli.catalog import Activation
from actcli.landmarks.search import LINE, change
from actcli.landmarks.zones import Zone, zones
from actcli.precision import Precision


@lru_cache(maxsize=256)
def underflow(activation: Activation, precision: Precision) -> tuple[Zone, ...]:
    """The tails on which the slope rounds to 0 in the type, or the whole line; none where the function is constant.

    Limits are rounded to 12 digits; nothing beyond the largest number of the type is looked at.
    """
    tails = (_tail(activation, precision, side) for side in (-1, 1))
    return tuple(dict.fromkeys(zone for tail in tails for zone in tail))


def _tail(activation: Activation, precision: Precision, side: int) -> Iterator[Zone]:
    end = side * precision.largest
    dead = [zone for zone in zones(activation) if zone.kind == "dead"]

    def is_lost(x: Floats) -> Floats:
        slope = activation.slope(x)
        constant = np.zeros(x.shape, np.bool_)
        for zone in dead:
            constant |= zone.contains(x)
        lost: Floats = ((precision.rounded(slope) == 0) & ~constant).astype(np.float64)
        return lost

    inside = LINE[np.abs(LINE) < precision.largest]
    inward = np.append(end, inside[::-side])
    lost = is_lost(inward)
    if lost.all():
        yield Zone("underflow", -np.inf, np.inf)
    if not lost[0] or lost.all():
        return
    kept = int(np.argmin(lost))
    limit, _ = change(is_lost, float(inward[kept - 1]), float(inward[kept]))
    limit = float(f"{limit:.12g}")
    low, high = (limit, np.inf) if side > 0 else (-np.inf, limit)
    yield Zone("underflow", low, high)

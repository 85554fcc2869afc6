"""Integrals over adaptive Gauss-Legendre panels, with an error that halving the panels has shown."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats

# n places to k integrands at each of them: (n,) to (k, n).
Integrands = Callable[[Floats], Floats]

_NODES = 20
# Sixty halvings bring a panel beside a singularity down to the spacing of float64.
_DEPTH = 60
# What takes more panels than these in all does not settle in a time that a user would wait.
_MOST_IN_ALL = 4_000
# A difference of so much of the whole is rounding, and no further halving makes it smaller.
_ROUNDING = 4e-16
# What rounding and a kernel's few ulp may add up to, as a share of the whole.
_FLOOR = 2e-15


class Integral(NamedTuple):
    """An integral and the most it may be off by; infinite where it did not settle, NaN where a value was NaN."""

    value: float
    """As the rule has it."""
    error: float
    """A bound of its size."""


class _Panels(NamedTuple):
    low: Floats
    high: Floats
    sums: Floats  # (k, panels): the integral over each

    def chosen(self, which: NDArray[np.bool_]) -> "_Panels":
        return _Panels(self.low[which], self.high[which], self.sums[:, which])


def integrals(integrands: Integrands, cuts: Sequence[float]) -> list[Integral]:
    """Integrate from the first cut to the last; kinks, jumps and singularities must lie on cuts.

    Panels are halved until the halves add up to the whole as far as rounding lets them: the error is what all the
    last halvings still changed, and what rounding may have.
    """
    places = np.array(cuts)
    panels = _summed(integrands, places[:-1], places[1:])
    settled, changes = [panels.chosen(np.zeros(panels.low.size, np.bool_)).sums], [0.0 * panels.sums[:, :1]]
    in_all = 0
    for depth in range(_DEPTH):
        in_all += 2 * panels.low.size
        whole = np.abs(panels.sums).sum(axis=1) + np.abs(np.concatenate(settled, axis=1)).sum(axis=1)
        middle = (panels.low + panels.high) / 2
        left, right = _summed(integrands, panels.low, middle), _summed(integrands, middle, panels.high)
        sums = left.sums + right.sums
        with np.errstate(all="ignore"):
            change = np.abs(sums - panels.sums)
        is_last = depth == _DEPTH - 1 or in_all > _MOST_IN_ALL
        # NaN compares as false, and is settled: halving will not cure it.
        is_open = (change > _ROUNDING * whole[:, None]).any(axis=0) & (not is_last)
        settled.append(sums[:, ~is_open])
        changes.append(change[:, ~is_open])
        if not is_open.any():
            break
        halves = left.chosen(is_open), right.chosen(is_open)
        panels = _Panels(*(np.concatenate(parts, axis=-1) for parts in zip(*halves, strict=True)))
    return [
        _total(*rows) for rows in zip(np.concatenate(settled, axis=1), np.concatenate(changes, axis=1), strict=True)
    ]


def _summed(integrands: Integrands, low: Floats, high: Floats) -> _Panels:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    half = (high - low) / 2
    with np.errstate(all="ignore"):
        places = (low + half)[:, None] + half[:, None] * nodes
        values = integrands(places.ravel())
        return _Panels(low, high, (values.reshape(-1, low.size, _NODES) @ weights) * half)


def _total(sums: Floats, changes: Floats) -> Integral:
    if not np.isfinite(sums).all():
        return Integral(math.nan, math.nan if np.isnan(sums).any() else math.inf)
    return Integral(math.fsum(sums.tolist()), math.fsum(changes.tolist()) + _FLOOR * math.fsum(np.abs(sums).tolist()))

"""Integrals over adaptive Gauss-Legendre panels, the worst of which are cut until they settle."""

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats

# n places to k integrands at each of them: (n,) to (k, n).
Integrands = Callable[[Floats], Floats]

_NODES = 20
# The rule is exact up to degree 39: where a polynomial has nothing from degree 16 on, its error is far below rounding.
_HIGHEST = 4
# Sixty halvings bring a panel beside a singularity down to the spacing of float64.
_DEPTH = 60
# Nor are there many numbers between the nodes of one that is so many units in the last place wide.
_NARROW = 64
# What takes more panels than these in all does not settle in a time that a user would wait.
MOST_IN_ALL = 4_000
# A call costs as much as some hundred points: of few panels each is cut into more than halves.
_AT_ONCE, _FEW = 256, 16
# A difference of so much of the whole is rounding, and no further cut makes it smaller.
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
    depth: Floats
    """How many halvings have led to each."""
    sums: Floats
    """(k, panels): the integral over each."""
    errors: Floats
    """(k, panels): what it may be off by, as far as is known."""

    def chosen(self, which: NDArray[np.bool_]) -> "_Panels":
        return _Panels(*(part[..., which] for part in self))

    def and_those(self, others: "_Panels") -> "_Panels":
        return _Panels(*(np.concatenate(parts, axis=-1) for parts in zip(self, others, strict=True)))


def integrals(integrands: Integrands, cuts: Sequence[float], most: int = MOST_IN_ALL) -> list[Integral]:
    """Integrate from the first cut to the last, in `most` panels or some more; kinks and singularities lie on cuts.

    A panel is settled where the polynomial through its nodes has no part of high degree, or where its parts add up to
    the whole, as far as rounding lets them. Of the others the worst are cut first; the error is what is left.
    """
    low, high = np.array(cuts[:-1]), np.array(cuts[1:])
    panels = _summed(integrands, low, high, np.zeros(low.size))
    whole = np.abs(panels.sums).sum(axis=1)
    is_open = _is_open(panels.errors, whole)
    settled, panels, in_all = panels.chosen(~is_open), panels.chosen(is_open), low.size
    while panels.low.size and in_all <= most:
        is_taken = _worst(panels.errors)
        parts, is_open = _cut(integrands, panels.chosen(is_taken), whole)
        in_all += parts.low.size
        settled = settled.and_those(parts.chosen(~is_open))
        panels = panels.chosen(~is_taken).and_those(parts.chosen(is_open))
        whole = np.abs(settled.sums).sum(axis=1) + np.abs(panels.sums).sum(axis=1)
    every = settled.and_those(panels)
    return [_total(*rows) for rows in zip(every.sums, every.errors, strict=True)]


def _is_open(errors: Floats, whole: Floats) -> NDArray[np.bool_]:
    """Which panels may be off by more than rounding; NaN compares as false, since no cut will cure it."""
    return np.asarray((errors > _ROUNDING * whole[:, None]).any(axis=0))


def _worst(errors: Floats) -> NDArray[np.bool_]:
    """The panels of the largest errors, as many for each integrand, so that one that has no integral leaves room."""
    share = -(-_AT_ONCE // errors.shape[0])
    is_first = np.zeros(errors.shape[1], np.bool_)
    is_first[np.argsort(-errors, axis=1, kind="stable")[:, :share]] = True
    return is_first


def _cut(integrands: Integrands, panels: _Panels, whole: Floats) -> tuple[_Panels, NDArray[np.bool_]]:
    """Panels cut into parts, and which of the parts are to be cut again."""
    halvings = 1 if panels.low.size > _FEW else 3
    count = 2**halvings
    edges = panels.low[:, None] + (panels.high - panels.low)[:, None] * (np.arange(count + 1) / count)
    edges[:, -1] = panels.high
    depth = np.repeat(panels.depth + halvings, count)
    parts = _summed(integrands, edges[:, :-1].ravel(), edges[:, 1:].ravel(), depth)
    with np.errstate(all="ignore"):
        changes = np.abs(parts.sums.reshape(-1, panels.low.size, count).sum(axis=2) - panels.sums)
    has_changed = np.repeat(_is_open(changes, whole), count)
    shares = np.repeat(changes / count, count, axis=1)
    is_open = has_changed & _is_open(parts.errors, whole)
    errors = np.where(has_changed & ~is_open, np.fmin(parts.errors, shares), shares)
    # Beside a singularity as much is left as float64 shows last: of one that has no integral that is no less each time.
    is_last = is_open & ((depth >= _DEPTH) | (parts.high - parts.low < _NARROW * np.spacing(np.abs(parts.high))))
    errors = np.where(is_last, np.fmax(errors, np.abs(parts.sums)), errors)
    return parts._replace(errors=errors), is_open & ~is_last


def _summed(integrands: Integrands, low: Floats, high: Floats, depth: Floats) -> _Panels:
    nodes, weights, modes = _rule()
    half = (high - low) / 2
    with np.errstate(all="ignore"):
        places = (low + half)[:, None] + half[:, None] * nodes
        values = integrands(places.ravel()).reshape(-1, low.size, _NODES)
        highest = np.abs(values @ modes).max(axis=2)
        return _Panels(low, high, depth, (values @ weights) * half, highest * (high - low))


@cache
def _rule() -> tuple[Floats, Floats, Floats]:
    """Nodes, weights, and what gives the Legendre coefficients of the highest degrees that the nodes tell apart."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    degrees = np.arange(_NODES - _HIGHEST, _NODES)
    polynomials = np.polynomial.legendre.legvander(nodes, _NODES - 1)[:, degrees]
    return nodes, weights, polynomials * weights[:, None] * (degrees + 0.5)


def _total(sums: Floats, errors: Floats) -> Integral:
    if not np.isfinite(sums).all():
        return Integral(math.nan, math.nan if np.isnan(sums).any() else math.inf)
    return Integral(math.fsum(sums.tolist()), math.fsum(errors.tolist()) + _FLOOR * math.fsum(np.abs(sums).tolist()))

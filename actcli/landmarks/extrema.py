"""Minima and maxima of a function, or of its slope: where what it grows by changes sign."""

from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from actcli.arrays import Floats, distinct
from actcli.catalog import Activation
from actcli.landmarks.pieces import pieces
from actcli.landmarks.search import LINE, change

ExtremumKind = Literal["minimum", "maximum"]

# A wave has one at every turn: those nearest to zero tell all that the others would.
_MOST = 64


class Extremum(NamedTuple):
    """A local minimum or maximum: `value` is taken from `low` to `high`, which are equal but on a constant stretch."""

    kind: ExtremumKind
    low: float
    high: float
    value: float


@lru_cache(maxsize=256)
def extrema(activation: Activation, order: int = 0) -> tuple[Extremum, ...]:
    """The local minima and maxima of value (0) or slope (1) from left to right; of a wave the 64 nearest to zero.

    A point counts where the next order has one sign before it and the other after it, at a kink as well; the ends of
    float64, poles, jumps and edges of the domain do not. Places are exact to the float64 at which that sign changes.
    """
    signs = _sign(activation, order, LINE)
    turns = []
    falling_or_rising = np.flatnonzero(np.abs(signs) == 1)
    for at, then in pairwise(falling_or_rising):
        if signs[at] != signs[then] and not np.isnan(signs[at:then]).any():
            turns.append((float(LINE[at]), float(LINE[then])))
    nearest = sorted(turns, key=lambda turn: min(map(abs, turn)))[:_MOST]
    found = (_extremum(activation, order, left, right) for left, right in sorted(nearest))
    return tuple(each for each in found if each is not None)


def _sign(activation: Activation, order: int, x: Floats) -> Floats:
    """The direction in which the order goes."""
    with np.errstate(all="ignore"):
        return np.sign(activation.order(order + 1, x))


def _extremum(activation: Activation, order: int, left: float, right: float) -> Extremum | None:
    """What lies between a point before the turn and a point after it."""
    low, last = change(lambda x: _sign(activation, order, x), left, right)
    high, first = change(lambda x: _sign(activation, order, x), right, left)
    kind: ExtremumKind = "minimum" if _sign(activation, order, np.array([left]))[0] < 0 else "maximum"
    middle = low / 2 + high / 2
    constant = (piece for piece in pieces(activation) if piece.is_constant and order == 0)
    if last < first and any(piece.low <= middle <= piece.high for piece in constant):
        return Extremum(kind, last, first, float(activation.value(np.array([last]))[0]))
    # Where the slope is 0 by rounding on a stretch, the turn is in its middle, at a kink on either side or between.
    places = distinct(np.array([low, high, float(f"{middle:.12g}") + 0.0, middle]))
    with np.errstate(all="ignore"):
        values = activation.order(order, places)
    if not np.isfinite(values).all() or _jumps(activation, order, (left, low, high, right)):
        return None
    best = int(np.argmin(values) if kind == "minimum" else np.argmax(values))
    rounded = places == float(f"{middle:.12g}")
    if (values[rounded] == values[best]).any():
        best = int(np.argmax(rounded))
    return Extremum(kind, float(places[best]), float(places[best]), float(values[best]))


def _jumps(activation: Activation, order: int, places: tuple[float, float, float, float]) -> bool:
    """Whether the turn, between the two places in the middle, is a pole or a jump and no top or bottom."""
    with np.errstate(all="ignore"):
        before, here, there, after = activation.order(order, np.array(places))
        return bool(abs(there - here) > 1e-6 * (abs(here - before) + abs(after - there) + abs(here) + abs(there)))

"""Mean and standard deviation of a stream, the same bits however it was cut: fixed tiles, folded in order."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from actcli.arrays import Floats

# Counted from the start of a file, wherever its blocks begin and end.
TILE = 4_096


class Moments(NamedTuple):
    """How many finite values there are, their mean and standard deviation (of themselves, not as a sample).

    `rest` is what the mean has beyond its last digit: a deviation far smaller than the mean needs it.
    """

    size: int = 0
    """How many values."""
    mean: float = math.nan
    """NaN where there are none."""
    deviation: float = math.nan
    """NaN where there are no values."""
    rest: float = 0.0
    """What the mean lacks."""

    @classmethod
    def of(cls, values: Floats) -> "Moments":
        """The moments of some values; NaN and infinities are left out.

        In two passes, and in units of the largest, so that neither a large mean nor a large scale costs digits.
        """
        finite = values[np.isfinite(values)]
        if not finite.size:
            return cls()
        _, exponent = math.frexp(float(np.abs(finite).max()))
        unit = math.ldexp(1.0, min(max(exponent, -1000), 1000))  # a power of two: dividing by it loses nothing
        scaled = finite / unit
        mean = float(scaled.sum()) / finite.size
        distances = scaled - mean
        rest = float(distances.sum()) / finite.size
        distances -= rest
        deviation = math.sqrt(float((distances * distances).sum()) / finite.size)
        return cls(finite.size, mean * unit, deviation * unit, rest * unit)

    def then(self, later: "Moments") -> "Moments":
        """These values and those that follow (Chan, Golub and LeVeque 1979, nothing squared that could overflow)."""
        if not self.size or not later.size:
            return self if self.size else later
        size = self.size + later.size
        share, before = later.size / size, self.size / size
        half = (later.mean / 2 - self.mean / 2) + (later.rest / 2 - self.rest / 2)
        step = half * share
        mean = self.mean + step + step
        lost = step - (mean / 2 - self.mean / 2)  # half of what the sum has rounded away
        between = 2 * math.sqrt(share * before) * half
        within = self.deviation * math.sqrt(before), later.deviation * math.sqrt(share)
        return Moments(size, mean, math.hypot(*within, between), self.rest + lost + lost)

    @property
    def root_mean_square(self) -> float:
        """The root of the mean of the squares."""
        return math.hypot(self.mean, self.deviation)


class TiledMoments:
    """The moments of one file, or of a part of it: its blocks may come in any order and from any machine.

    Whole tiles from the start on are folded into one record as soon as they touch; a tile that is not yet whole is
    held as values, and a whole one that comes too early as moments. So a file read in order holds one tile at most.
    """

    def __init__(self) -> None:
        self.folded = Moments()
        self.tiles = 0  # how many are folded
        self.early: dict[int, Moments] = {}
        self.partial: dict[int, dict[int, Floats]] = {}  # by tile, then by where in it the values begin

    def add(self, start: int, values: Floats) -> None:
        """Take the values that begin at this place of the file; none may come twice."""
        place = 0
        while place < values.size:
            tile, offset = divmod(start + place, TILE)
            piece = values[place : place + TILE - offset]
            place += piece.size
            self._place(tile, offset, piece)
        self._fold()

    def merge(self, other: "TiledMoments") -> None:
        """Take what was counted of another part of the same file."""
        if other.tiles and self.tiles:
            raise ValueError("both parts hold the first tile of the file")
        if other.tiles:
            self.folded, self.tiles = other.folded, other.tiles
        self.early |= other.early
        for tile, pieces in other.partial.items():
            for offset, piece in pieces.items():
                self._place(tile, offset, piece)
        self._fold()

    def total(self) -> Moments:
        """The moments of all values so far, as if the last tile ended with them."""
        total = self.folded
        waiting = self.early | {tile: Moments.of(_joined(pieces)) for tile, pieces in self.partial.items()}
        for tile in sorted(waiting):
            total = total.then(waiting[tile])
        return total

    def _place(self, tile: int, offset: int, piece: Floats) -> None:
        if piece.size == TILE:
            self.early[tile] = Moments.of(piece)
            return
        pieces = self.partial.setdefault(tile, {})
        pieces[offset] = piece.copy()  # a view would keep its whole block in memory
        if sum(map(len, pieces.values())) == TILE:
            self.early[tile] = Moments.of(_joined(self.partial.pop(tile)))

    def _fold(self) -> None:
        while self.tiles in self.early:
            self.folded = self.folded.then(self.early.pop(self.tiles))
            self.tiles += 1


def _joined(pieces: dict[int, Floats]) -> Floats:
    return np.concatenate([pieces[offset] for offset in sorted(pieces)])


class StreamMoments:
    """The moments of several files or arrays in them: each by its tiles, then all in order of numbers and names."""

    def __init__(self) -> None:
        self.files: dict[tuple[int, str], TiledMoments] = {}

    def add(self, file: tuple[int, str], start: int, values: Floats) -> None:
        """Take the values that begin at this place of the file with this number, or of the array of this name in it."""
        self.files.setdefault(file, TiledMoments()).add(start, values)

    def merge(self, other: "StreamMoments") -> None:
        """Take what was counted of other files, or of other parts of the same."""
        for file, moments in other.files.items():
            if file in self.files:
                self.files[file].merge(moments)
            else:
                self.files[file] = moments

    def total(self) -> Moments:
        """The moments of everything so far."""
        total = Moments()
        for moments in self._in_order():
            total = total.then(moments.total())
        return total

    def _in_order(self) -> Iterator[TiledMoments]:
        return (self.files[file] for file in sorted(self.files))

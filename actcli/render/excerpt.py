"""The first and the last rows of a stream of any length, and how many lie between."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

ENDS = 30  # rows at each end: two ends are what a person reads, and rich takes 0.1 ms a row

Frame = Mapping[Hashable, NDArray[Any]]  # columns of one length


@dataclass(slots=True)
class Excerpt:
    """Takes frames one after the other, and keeps `ENDS` rows at each end."""

    rows: int = 0
    _head: Frame = field(default_factory=dict)
    _tail: Frame = field(default_factory=dict)

    def add(self, frame: Frame) -> None:
        """Take the rows that follow."""
        count = len(next(iter(frame.values())))
        room = max(0, ENDS - self.rows)
        self._head = _joined(self._head, _cut(frame, 0, room))
        tail = _joined(self._tail, _cut(frame, max(room, count - ENDS), count))
        self._tail = {key: column[-ENDS:] for key, column in tail.items()}
        self.rows += count

    def frame(self) -> Frame:
        """All rows that were kept."""
        return _joined(self._head, self._tail)

    @property
    def left_out(self) -> int:
        """How many rows are missing after the first `ENDS`."""
        return max(0, self.rows - 2 * ENDS)


def ends(count: int, room: int) -> list[int]:
    """List the indices of the first and the last of `count` things, as many as there is room for."""
    if count <= room:
        return list(range(count))
    return [*range((room + 1) // 2), *range(count - room // 2, count)]


def _cut(frame: Frame, start: int, stop: int) -> Frame:
    # Copies: a view of a few rows would keep its whole chunk in memory.
    return {key: column[start:stop].copy() for key, column in frame.items()}


def _joined(first: Frame, then: Frame) -> Frame:
    return {key: np.concatenate((first[key], column)) for key, column in then.items()} if first else then

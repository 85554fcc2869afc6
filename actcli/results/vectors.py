"""Vectors as they are read: consecutive ones laid end to end."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers, Numbers
from actcli.dtypes import Precision


class Faults(NamedTuple):
    """What was passed over in the input: vectors left out, tokens read as NaN, and the first of these in words."""

    skipped: int = 0
    replaced: int = 0
    first: str = ""

    def merged(self, later: "Faults") -> "Faults":
        """These and those that follow."""
        return Faults(self.skipped + later.skipped, self.replaced + later.replaced, self.first or later.first)

    def told(self) -> list[str]:
        """How many there are, in words; empty where there is none."""
        counts = []
        if self.skipped:
            counts.append(f"{self.skipped} {'vector was' if self.skipped == 1 else 'vectors were'} left out")
        if self.replaced:
            counts.append(f"{self.replaced} {'token was' if self.replaced == 1 else 'tokens were'} read as NaN")
        return [f"{' and '.join(counts)}; first: {self.first}"] if counts else []


class Vectors(NamedTuple):
    """Consecutive vectors laid end to end.

    `values` holds them all, `lengths` how many belong to each (0 for a blank line); `lines` tells the 1-based
    line of the input that each stands on, None for words of the command line and for arrays. `dtype` is what the
    input held, to which arrays are rounded back on output: the computing between is float64. Vectors of one
    `matrix_number` are rows of one matrix: each `--input` has its own. The first value is number `start`, from 0, of
    the file with this `file_number`. `targets` are the true classes as the input words them, one a vector. `stand_ins`
    marks each NaN that stands for a bad token, which no share counts; `faults` are those of these vectors and of what
    was left out before them. `array` is the shape of the array they are from. `precision` is the type to which the
    user has values and answers rounded, whatever the input held. Where it is `continued`, the block is a part of a
    single vector that goes on in the next block.
    """

    values: Floats
    lengths: Integers
    lines: Integers | None = None
    dtype: np.dtype[Any] = np.dtype(np.float64)
    matrix_number: int = 0
    file_number: int = 0
    start: int = 0
    targets: NDArray[np.str_] | None = None
    stand_ins: NDArray[np.bool_] | None = None
    faults: Faults = Faults()
    array: tuple[int, ...] | None = None
    precision: Precision | None = None
    continued: bool = False

    @property
    def matrix(self) -> Floats | None:
        """The vectors as rows of one matrix where they have one length, else None."""
        if len(self.lengths) == 0 or (self.lengths != self.lengths[0]).any():
            return None
        return self.values.reshape(len(self.lengths), int(self.lengths[0]))

    @property
    def numbers(self) -> Numbers:
        """The values as text tells them: in the type asked for, whose numbers take fewer digits."""
        return self.values if self.precision is None else self.precision.printed(self.values)

    def starts(self) -> Integers:
        """Where each vector begins, and at the end where the last one ends."""
        return np.concatenate(([0], np.cumsum(self.lengths)))

    def cut(self, rows: int) -> "Iterator[Vectors]":
        """The same vectors in blocks of at most so many; the first block has the faults, be it empty."""
        starts = self.starts()
        for row in range(0, len(self.lengths) or 1, rows):
            stop = min(row + rows, len(self.lengths))
            values = slice(starts[row], starts[stop])
            yield self._replace(
                values=self.values[values],
                start=self.start + int(starts[row]),
                lengths=self.lengths[row:stop],
                lines=None if self.lines is None else self.lines[row:stop],
                targets=None if self.targets is None else self.targets[row:stop],
                stand_ins=None if self.stand_ins is None else self.stand_ins[values],
                faults=Faults() if row else self.faults,
            )


def joined(blocks: Iterable[Vectors]) -> Iterator[Vectors]:
    """The same vectors, the parts of each held until it is whole."""
    parts: list[Vectors] = []
    for block in blocks:
        parts.append(block)
        if not block.continued:
            yield parts[0] if len(parts) == 1 else whole(parts)
            parts = []


def whole(parts: Sequence[Vectors]) -> Vectors:
    """One vector from all its parts."""
    values = np.concatenate([part.values for part in parts])
    return parts[-1]._replace(values=values, lengths=np.array([values.size], np.int64), start=parts[0].start)

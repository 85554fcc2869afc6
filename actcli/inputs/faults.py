"""What becomes of input that does not read: everything before it is handed over, then --on-error decides."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers
from actcli.errors import DataError
from actcli.inputs.reading import OnError
from actcli.results import Faults, Vectors


class Parsed(NamedTuple):
    """What many records hold: their values end to end, how many each has, and the true class of each, if asked for."""

    values: Floats
    lengths: Integers
    targets: NDArray[np.str_] | None = None


class Row(NamedTuple):
    """What one record holds: None for each value that does not read, and the error of the first that does not."""

    values: list[float | None]
    fault: DataError | None = None
    target: str | None = None


class Batch(Protocol):
    """Some consecutive records of the input, each of which makes a vector; `numbers` are the lines they stand on."""

    @property
    def numbers(self) -> Integers | None: ...

    @property
    def records(self) -> int: ...

    def parse(self) -> Parsed | None:
        """Read all records at once; None if anything in them is amiss."""
        ...

    def row(self) -> Row:
        """Read a batch that is a single record with care."""
        ...

    def halves(self) -> "tuple[Batch, Batch]":
        """Cut a batch of at least two records in two."""
        ...


def vectors(batches: Iterable[Batch], on_error: OnError) -> Iterator[Vectors]:
    """Read batch after batch; a bad record stops the run, is left out, or keeps NaN in place of its bad values.

    Raises DataError for the first bad record if it stops the run, after all that stands before it.
    """
    passed = Faults()
    for batch in batches:
        for block in _settled(batch, on_error):
            faults = passed.merged(block.faults)
            passed = Faults() if len(block.lengths) else faults
            if len(block.lengths):
                yield block._replace(faults=faults)
    if passed != Faults():  # nothing follows that could carry them
        yield Vectors(np.empty(0), np.empty(0, np.int64), faults=passed)


def joined(blocks: list[Vectors]) -> Vectors:
    """Blocks that follow one another as one, in the widest of their types and the matrix of the first."""
    if len(blocks) == 1:
        return blocks[0]
    faults = Faults()
    for block in blocks:
        faults = faults.merged(block.faults)
    lines = [block.lines for block in blocks if block.lines is not None]
    targets = [block.targets for block in blocks if block.targets is not None]
    stand_ins = [
        np.zeros(block.values.size, np.bool_) if block.stand_ins is None else block.stand_ins for block in blocks
    ]
    return blocks[0]._replace(
        values=np.concatenate([block.values for block in blocks]),
        lengths=np.concatenate([block.lengths for block in blocks]),
        lines=np.concatenate(lines) if len(lines) == len(blocks) else None,
        dtype=np.result_type(*(block.dtype for block in blocks)),
        targets=np.concatenate(targets) if len(targets) == len(blocks) else None,
        stand_ins=np.concatenate(stand_ins) if any(block.stand_ins is not None for block in blocks) else None,
        faults=faults,
    )


def _settled(batch: Batch, on_error: OnError) -> Iterator[Vectors]:
    parts: list[Vectors] = []
    try:
        for part in _parts(batch, on_error):
            parts.append(part)  # noqa: PERF402 - what stands before a fault is kept
    except DataError:
        if parts:
            yield joined(parts)
        raise
    yield joined(parts)


def _parts(batch: Batch, on_error: OnError) -> Iterator[Vectors]:
    """Find the bad records by halving, since parsing many is fast."""
    parsed = batch.parse()
    if parsed is not None:
        yield _whole(parsed, batch.numbers)
    elif batch.records == 1:
        yield _single(batch.row(), batch.numbers, on_error)
    else:
        for half in batch.halves():
            yield from _parts(half, on_error)


def _whole(parsed: Parsed, numbers: Integers | None) -> Vectors:
    return Vectors(parsed.values, parsed.lengths, numbers, targets=parsed.targets)


def _single(row: Row, number: Integers | None, on_error: OnError) -> Vectors:
    if row.fault is not None and on_error == "stop":
        raise row.fault
    told = row.fault.message if row.fault else ""
    if row.fault is not None and on_error == "skip":
        none = None if number is None else number[:0]
        targets = None if row.target is None else np.empty(0, np.str_)
        return Vectors(np.empty(0), np.empty(0, np.int64), none, targets=targets, faults=Faults(1, 0, told))
    stand_ins = np.array([value is None for value in row.values], np.bool_)
    return Vectors(
        np.array([np.nan if value is None else value for value in row.values], np.float64),
        np.array([len(row.values)], np.int64),
        number,
        targets=None if row.target is None else np.array([row.target]),
        stand_ins=stand_ins if stand_ins.any() else None,
        faults=Faults(0, int(stand_ins.sum()), told),
    )

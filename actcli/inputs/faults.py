"""What becomes of input that does not read: everything before it is handed over, then --on-error decides."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers
from actcli.errors import DataError
from actcli.inputs.reading import OnError
from actcli.results import Faults, Vectors

_FEW = 32  # records that are as fast read one by one as cut in halves


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

    def rows(self) -> Iterator[Row]:
        """Read record after record with care."""
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
        for block in _settled(batch, on_error) if batch.records else ():  # a block may hold comments alone
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
    filled = [block for block in blocks if len(block.lengths)] or blocks[:1]
    lines = [block.lines for block in filled if block.lines is not None]
    targets = [block.targets for block in filled if block.targets is not None]
    marks = [np.zeros(block.values.size, np.bool_) if block.stand_ins is None else block.stand_ins for block in filled]
    return filled[0]._replace(
        values=np.concatenate([block.values for block in filled]),
        lengths=np.concatenate([block.lengths for block in filled]),
        lines=np.concatenate(lines) if len(lines) == len(filled) else None,
        dtype=np.result_type(*(block.dtype for block in filled)),
        targets=np.concatenate(targets) if len(targets) == len(filled) else None,
        stand_ins=np.concatenate(marks) if any(block.stand_ins is not None for block in filled) else None,
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
    """Close in on the bad records by halving, since parsing many is fast."""
    parsed = batch.parse()
    if parsed is not None:
        yield Vectors(parsed.values, parsed.lengths, batch.numbers, targets=parsed.targets)
    elif batch.records <= _FEW:
        yield from _one_by_one(batch, on_error)
    else:
        for half in batch.halves():
            yield from _parts(half, on_error)


def _one_by_one(batch: Batch, on_error: OnError) -> Iterator[Vectors]:
    kept, places, faults = list[Row](), list[int](), Faults()
    for place, row in enumerate(batch.rows()):
        if row.fault is not None:
            if on_error == "stop":
                yield _together(kept, batch.numbers, places, faults)
                raise row.fault
            replaced = 0 if on_error == "skip" else row.values.count(None)
            faults = faults.merged(Faults(on_error == "skip", replaced, row.fault.message))
        if row.fault is None or on_error == "nan":
            kept.append(row)
            places.append(place)
    yield _together(kept, batch.numbers, places, faults)


def _together(rows: list[Row], numbers: Integers | None, places: list[int], faults: Faults) -> Vectors:
    values = [value for row in rows for value in row.values]
    targets = [row.target for row in rows if row.target is not None]
    stand_ins = np.array([value is None for value in values], np.bool_)
    return Vectors(
        np.array([np.nan if value is None else value for value in values], np.float64),
        np.array([len(row.values) for row in rows], np.int64),
        None if numbers is None else numbers[places],
        targets=np.array(targets, np.str_) if targets else None,
        stand_ins=stand_ins if stand_ins.any() else None,
        faults=faults,
    )

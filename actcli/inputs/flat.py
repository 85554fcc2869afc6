"""All input as one vector."""

from collections.abc import Iterable, Iterator

import numpy as np

from actcli.errors import DataError
from actcli.inputs.arrival import HELD_LIMIT
from actcli.inputs.faults import joined
from actcli.results import Vectors


def flattened(blocks: Iterable[Vectors]) -> Iterator[Vectors]:
    """Lay all values end to end, one vector that no line holds; a fault leaves none, for it would not be whole.

    Raises DataError where there is more than is held.
    """
    held, size = list[Vectors](), 0
    for block in blocks:
        held.append(block)
        size += block.values.nbytes
        if size > HELD_LIMIT:
            raise DataError(f"--flatten holds all input, and it outgrew {HELD_LIMIT >> 20:,} MiB as float64")
    if held:
        one = joined(held)
        yield one._replace(
            lengths=np.array([one.values.size], np.int64),
            lines=None,
            targets=None,
            matrix_number=0,
            array=None,
            continued=False,
        )

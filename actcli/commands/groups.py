"""Vectors that have a length and a class in common, answered together as the rows of a matrix."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers, Numbers, distinct
from actcli.results import Field, Vectors

# From rows of logits (rows, n) and the class they have in common to columns: (rows,), (rows, n) or (rows, n, n).
Work = Callable[[Floats, int], Mapping[str, Numbers]]


def in_groups(
    vectors: Vectors, classes: Integers, work: Work, fields: Sequence[Field], lengths: Integers
) -> dict[str, Numbers]:
    """The columns of all vectors end to end, each number in the place of its vector, which gives `lengths` values.

    A blank line has no values; what is told per vector is then NaN, or -1 where it is an index.
    """
    sizes = {"vector": np.ones_like(vectors.lengths), "value": lengths, "pair": lengths**2}
    columns: dict[str, Numbers] = {}
    starts = vectors.starts()
    for rows in _groups(vectors.lengths, classes):
        width, one = int(vectors.lengths[rows[0]]), int(classes[rows[0]])
        are_all = len(rows) == len(vectors.lengths)
        x = vectors.values.reshape(-1, width) if are_all else vectors.values[starts[rows][:, None] + np.arange(width)]
        for name, answers in work(x, one).items():
            if are_all:
                columns[name] = answers.reshape(-1)
                continue
            counts = sizes[("vector", "value", "pair")[answers.ndim - 1]]
            if name not in columns:
                blank = -1 if answers.dtype.kind == "i" else np.nan
                columns[name] = np.full(int(counts.sum()), blank, answers.dtype)
            places = (np.cumsum(counts) - counts)[rows][:, None] + np.arange(answers[0].size)
            columns[name][places] = answers.reshape(len(rows), -1)
    # Blank lines alone belong to no group.
    alone = [field for field in fields if field.name not in columns]
    return columns | {field.name: np.full(int(sizes[field.per].sum()), np.nan) for field in alone}


def _groups(lengths: Integers, classes: Integers) -> Iterator[NDArray[np.intp]]:
    """The rows of each length and class, blank lines left out."""
    keys = np.where(lengths > 0, lengths * (classes.max(initial=-1) + 2) + classes + 1, -1)
    for key in distinct(keys[keys >= 0]).tolist():
        yield np.flatnonzero(keys == key)

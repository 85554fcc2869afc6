"""The logits as they arrive: the class of reference, and what is to be said of vectors that softmax cannot answer."""

from collections.abc import Iterable, Iterator

import numpy as np

from actcli.results import Summary, Vectors

REFERENCE = "reference"


def with_reference(vectors: Vectors) -> Vectors:
    """The same vectors with a last entry of 0; a blank line stays one.

    Source: the multinomial in exponential form, Bishop 2006, Pattern Recognition and Machine Learning, section 2.4.
    """
    filled = vectors.lengths > 0
    ends = np.cumsum(vectors.lengths)[filled]
    return vectors._replace(
        values=np.insert(vectors.values, ends, 0.0),
        lengths=vectors.lengths + filled,
        stand_ins=None if vectors.stand_ins is None else np.insert(vectors.stand_ins, ends, False),
    )


def watched(blocks: Iterable[Vectors], summary: Summary, *, is_typed: bool) -> Iterator[Vectors]:
    """Hand the blocks on, and at the end tell of vectors of -inf alone, and of a stream of single logits."""
    shortest, longest, impossible, first = np.inf, 0, 0, ""
    for block in blocks:
        yield block
        filled = block.lengths > 0
        if not filled.any():
            continue
        shortest = min(shortest, int(block.lengths[filled].min()))
        longest = max(longest, int(block.lengths.max()))
        tops = np.maximum.reduceat(block.values, block.starts()[:-1][filled])
        found = np.flatnonzero(tops == -np.inf)
        if found.size and block.lines is not None and not first:
            first = f"; first: line {block.lines[filled][found[0]]}"
        impossible += found.size
    if impossible:
        told = "1 vector is" if impossible == 1 else f"{impossible} vectors are"
        summary.remarks.append(f"softmax: {told} -inf alone, and stands for no distribution: NaN{first}")
    if shortest == longest == 1 and not is_typed:
        summary.notes.append("softmax of one logit is always 1: --flatten makes one vector of the input")

"""Vectors through functions: what turns blocks of input into chunks of a result."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from math import prod
from typing import Any

import numpy as np

from actcli.analysis import LEVEL, Zone, zones
from actcli.arrays import Floats, Integers, Numbers
from actcli.catalog import Activation, VectorActivation, find
from actcli.dtypes import Precision
from actcli.errors import DataError, UsageError
from actcli.inputs.sources import Input
from actcli.options.output import World
from actcli.options.typed import FLOAT_DIGITS
from actcli.results import Answer, Chunk, Vectors, joined, zone_codes

# As text a Jacobian of so many rows and columns takes some 200 MB on its way out.
LARGEST_SIDE = 1_000
# Starting threads pays from so many values on.
_LARGE_ARRAY = 1_000_000

Columns = Callable[[Activation, Floats], Mapping[str, Numbers]]


def element_wise(spec: str, command: str) -> Activation:
    """The element-wise function of a spec; raises UsageError where it acts on whole vectors."""
    activation = find(spec)
    if isinstance(activation, VectorActivation):
        raise UsageError(
            f"{command} takes element-wise functions, and {activation.name} acts on whole vectors",
            f"actcli eval {activation.name} 3,1,-3",
        )
    return activation


def card(activation: Activation | VectorActivation) -> dict[str, Any]:
    """What every result tells of a function."""
    return {
        "name": activation.name,
        "formula": activation.formula,
        "parameters": dict(activation.parameters),
    }


def zones_of(
    activations: Sequence[Activation], level: float | None, precision: Precision | None = None
) -> tuple[tuple[Zone, ...], ...]:
    """The zones of each function at the level that the user set, then where its slope is lost in a number type."""
    found = tuple(zones(activation, LEVEL if level is None else level) for activation in activations)
    if precision is None:
        return found
    from actcli.analysis.zones import underflow  # few ask for a number type

    return tuple(own + underflow(activation, precision) for own, activation in zip(found, activations, strict=True))


def cut(blocks: Iterable[Vectors], rows: int) -> Iterator[Vectors]:
    """Blocks of at most so many vectors, so that a slow or a large answer is shown before the next is begun."""
    for block in blocks:
        yield from block.cut(rows)


def is_certified(world: World, exact: bool, precision: Precision | None = None) -> bool:
    """Whether certified answers are asked for, by `--exact` or by more digits than float64 holds.

    Raises UsageError where text of many digits is asked for of a number type, whose numbers have few.
    """
    certified = exact or (world.presentation.digits or 0) > FLOAT_DIGITS
    if certified and precision and world.presentation.digits:
        raise UsageError(
            f"certified digits are those of the truth, and --dtype {precision.name} rounds it", "leave out one of them"
        )
    return certified


def element_wise_chunks(
    activations: Sequence[Activation],
    blocks: Iterable[Vectors],
    columns: Columns,
    zoned: Sequence[Sequence[Zone]],
) -> Iterator[Chunk]:
    """Answer each block with the columns that each function gives for its values."""
    first = offset = 0

    def answered(block: Vectors) -> Chunk:
        answers = (
            Answer(block.lengths, columns(activation, block.values), zone_codes(its_zones, block.values))
            for activation, its_zones in zip(activations, zoned, strict=True)
        )
        return Chunk(block, tuple(answers))

    for chunk in _each(answered, blocks):
        yield chunk._replace(first=first, offset=offset)
        first += len(chunk.vectors.lengths) - chunk.vectors.continued
        offset = offset + chunk.vectors.values.size if chunk.vectors.continued else 0


def _each(answered: Callable[[Vectors], Chunk], blocks: Iterable[Vectors]) -> Iterator[Chunk]:
    """Answer one block after the other; those of a large array by all cores, which text could not feed."""
    coming = iter(blocks)
    first = next(coming, None)
    if first is None:
        return
    if prod(first.array or ()) < _LARGE_ARRAY:
        yield answered(first)
        yield from map(answered, coming)
        return
    from actcli.commands.cores import in_order

    yield from in_order(answered, chain((first,), coming))


def answered_chunks(
    opened: Input, answers: Sequence[Callable[[Vectors], Answer]], rows: int | None = None
) -> Iterator[Chunk]:
    """Answer each block, or blocks of at most so many vectors, with functions that raise ValueError for a refusal.

    Where one refuses a vector, the answers before it come first, then an error that says which one it is.
    """
    first = 0
    blocks = joined(opened.blocks)
    for block in blocks if rows is None else cut(blocks, rows):
        for part, its_answers in _answers(block, answers, first, opened):
            yield Chunk(part, its_answers, first)
            first += len(part.lengths)


def _answers(
    block: Vectors, answers: Sequence[Callable[[Vectors], Answer]], first: int, opened: Input
) -> Iterator[tuple[Vectors, tuple[Answer, ...]]]:
    try:
        answered = tuple(answer(block) for answer in answers)
    except ValueError as refusal:
        if len(block.lengths) == 1:
            place = f"vector {first}" if block.lines is None else f"line {block.lines[0]}"
            error = UsageError if opened.is_typed else DataError
            raise error(f"{place}: {refusal}") from refusal
    else:
        yield block, answered
        return
    for row, vector in enumerate(block.cut(1)):
        yield from _answers(vector, answers, first + row, opened)


def vector_by_vector(kernel: Callable[[Floats], Floats], vectors: Vectors) -> tuple[Integers, Floats]:
    """Apply a kernel of the last axis to vectors of any lengths: the answers' lengths, and the answers end to end.

    Raises ValueError where the kernel refuses a vector, such as one of odd length.
    """
    matrix = vectors.matrix
    if matrix is not None and matrix.size:
        answers = kernel(matrix).reshape(len(matrix), -1)
        return np.full(len(matrix), answers.shape[1], np.int64), answers.reshape(-1)
    starts = vectors.starts()
    rows = [
        kernel(vectors.values[start:stop]).reshape(-1) if stop > start else np.empty(0)
        for start, stop in pairwise(starts)
    ]
    lengths = np.array([row.size for row in rows], np.int64)
    return lengths, np.concatenate(rows) if rows else np.empty(0)


def vector_answer(activation: VectorActivation, vectors: Vectors) -> Answer:
    """What a function of whole vectors makes of each; raises ValueError for one that it refuses."""
    lengths, values = vector_by_vector(activation.value, vectors)
    return Answer(lengths, {"value": values})


def check_side(vectors: Vectors) -> None:
    """Raise ValueError where a vector is too long to have a number for each pair of its values printed."""
    longest = int(vectors.lengths.max(initial=0))
    if longest > LARGEST_SIDE:
        raise ValueError(f"a Jacobian of {longest:,} x {longest:,} is too large: {LARGEST_SIDE:,} values is the most")


def jacobian_answer(kernel: Callable[[Floats], Floats], vectors: Vectors) -> Answer:
    """The Jacobians of some vectors; raises ValueError for a vector that is too long to have its printed."""
    check_side(vectors)
    _, jacobians = vector_by_vector(kernel, vectors)
    return Answer(vectors.lengths, {"jacobian": jacobians})

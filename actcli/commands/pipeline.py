"""From blocks of input to chunks of answers: functions found, described and evaluated, answers rounded, all cores."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, pairwise
from math import prod
from typing import Any, TypeVar

import numpy as np

from actcli.analysis import LEVEL, Zone, zones
from actcli.arrays import Floats, Integers, Numbers
from actcli.catalog import Activation, VectorActivation, find
from actcli.catalog.entry import ORDERS
from actcli.catalog.lookup import sweep
from actcli.dtypes import NumberType
from actcli.errors import DataError, UsageError, printable
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import Source
from actcli.inputs.words import read_words, type_of
from actcli.output import Output
from actcli.results import (
    Accumulator,
    Answer,
    Chunk,
    Doubts,
    Field,
    Header,
    Result,
    Vectors,
    ZoneCounts,
    joined,
    zone_codes,
)
from actcli.results.accumulators import OddAnswers
from actcli.results.messages import Message, note

Block = TypeVar("Block")
Answered = TypeVar("Answered")

Columns = Callable[[Activation, Floats], Mapping[str, Numbers]]
"""From a function and its inputs to columns by name."""


class RefusalError(ValueError):
    """Why a vector is refused, with a cure."""

    def __init__(self, message: str, hint: str | None) -> None:
        super().__init__(message)
        self.hint = hint


# As text a Jacobian of so many rows and columns takes some 200 MB on its way out.
LARGEST_SIDE = 1_000
# Curves that share a picture: no more can be told apart, nor have a panel each.
MOST_SWEPT = 24
# Starting threads pays from so many values on.
_LARGE_ARRAY = 1_000_000
# What settles the digits of a curve: many points, of which few digits are seen.
_CURVE_BITS = 1_024
_AHEAD = 2  # blocks a core that wait to be fetched: more would only fill memory


def each_spec(specs: Iterable[str]) -> Iterator[str]:
    """Function specs, where one sweeps a parameter a spec for each of its values; raises UsageError for too many."""
    for spec in specs:
        swept = sweep(spec)
        if swept is None:
            yield spec
            continue
        values: list[str] = []
        for text in swept.values:
            values += [f"{value!r}" for value in read_words([text]).values.tolist()] if ":" in text else [text]
        if len(values) > MOST_SWEPT:
            message = f"{printable(spec)} is {len(values):,} functions, and {MOST_SWEPT} is the most"
            raise UsageError(message, f"give its range a longer step: {swept.parameter}=START:STOP:STEP")
        yield from (swept.before + value + swept.after for value in values)


def typed(options: InputOptions, words: Sequence[str]) -> InputOptions:
    """The options with the type whose numbers `all:TYPE` among the words stands for, unless the user names another."""
    kind = type_of(words)
    return options if kind is None or options.number_type else options._replace(number_type=kind)


def element_wise(spec: str, command: str) -> Activation:
    """The element-wise function of a spec; raises UsageError where it acts on whole vectors."""
    activation = find(spec)
    if isinstance(activation, VectorActivation):
        raise UsageError(
            f"{command} takes element-wise functions, and {activation.name} acts on whole vectors",
            f"actcli eval {activation.name} 3,1,-3",
        )
    return activation


def description(activation: Activation | VectorActivation, orders: Iterable[str] = ()) -> dict[str, Any]:
    """What every result says of a function; of a result of slopes or curvatures the formulas of these, if stated."""
    described: dict[str, Any] = {
        "name": activation.name,
        "formula": activation.formula,
        "parameters": dict(activation.parameters),
    }
    for order in orders:
        if order != "value" and isinstance(activation, Activation):
            described[f"{order}_formula"] = activation.statement(ORDERS.index(order))
    return described


def zones_of(
    activations: Sequence[Activation], level: float | None, dtype: NumberType | None = None
) -> tuple[tuple[Zone, ...], ...]:
    """The zones of each function at the level that the user set, then where its slope underflows in a number type."""
    found = tuple(zones(activation, LEVEL if level is None else level) for activation in activations)
    if dtype is None:
        return found
    from actcli.analysis.zones import underflow

    return tuple(own + underflow(activation, dtype) for own, activation in zip(found, activations, strict=True))


def zone_counts(
    functions: Sequence[Activation | VectorActivation], zoned: Sequence[Sequence[Zone]]
) -> list[ZoneCounts]:
    """An accumulator for the zones of each element-wise function."""
    pairs = enumerate(zip(functions, zoned, strict=True))
    return [ZoneCounts(place, each.name, own) for place, (each, own) in pairs if isinstance(each, Activation)]


def odd_answers(functions: Sequence[Activation | VectorActivation]) -> list[OddAnswers]:
    """An accumulator for what each element-wise function gives that is no finite number."""
    return [OddAnswers(place, each.name) for place, each in enumerate(functions) if isinstance(each, Activation)]


def doubts(functions: Sequence[Activation | VectorActivation]) -> list[Doubts]:
    """An accumulator for where answers of each element-wise function may be wrong: entries keep all digits but ties."""
    elementwise = [(place, each) for place, each in enumerate(functions) if isinstance(each, Activation)]
    return [Doubts(place, each.name, is_typed=is_typed(each)) for place, each in elementwise]


def is_typed(function: Activation | VectorActivation) -> bool:
    """Whether a function is an expression that the user typed."""
    return isinstance(function, Activation) and function.entry is None


def described(header: Header, source: Source, dtype: NumberType | None = None) -> Header:
    """The header with what is known of the input, and of the number type that answers are rounded to."""
    return in_type(
        header._replace(
            labels=source.labels,
            kept=source.kept,
            messages=(*header.messages, *source.messages),
            shape=source.shape,
            axis=source.axis,
            meter=source.meter,
        ),
        dtype,
    )


def in_type(header: Header, dtype: NumberType | None) -> Header:
    """The header with what is known of the number type that answers are rounded to, if the user asked for one."""
    if dtype is None:
        return header
    messages = (*header.messages, *_underflows(header, dtype))
    return header._replace(settings={**header.settings, "dtype": dtype.name}, messages=messages)


def _underflows(header: Header, dtype: NumberType) -> Iterator[Message]:
    """Where the slope of each function is too small for the type."""
    for name, its_zones in zip(header.names, header.zones, strict=False):
        lost = tuple(zone for zone in its_zones if zone.kind == "underflow")
        if lost:
            yield note("slope_underflows", function=name, dtype=dtype.name, zones=lost)


def rounded(answer: Answer, dtype: NumberType | None, fields: Sequence[Field]) -> Answer:
    """The same answer with the columns of its fields rounded once to a number type, if the user asked for one.

    Where the columns are of that type already (see `Activation.nearest`), they stay as they are.
    """
    if dtype is None:
        return answer
    columns = dict(answer.columns)
    for field in fields:
        if field.name not in columns:
            continue
        column = np.asarray(columns[field.name])
        # Counts and indices are no reals, and a temperature is no answer.
        if column.dtype.kind == "f" and field.name != "temperature":
            columns[field.name] = dtype.printed(dtype.rounded(np.asarray(column, np.float64)))
    return answer._replace(columns=columns)


def at_each_input(
    output: Output, activation: Activation, order: int, source: Source, level: float | None, dtype: NumberType | None
) -> Result:
    """Value (0), slope (1) or curvature (2) at each input, in float64 or certified: one value at a time then."""
    zoned = zones_of([activation], level, dtype)
    name = ORDERS[order]
    field = Field(name, is_text=output.is_certified and output.digits is not None, is_certified=output.is_certified)
    header = Header(
        command="grad" if order else "eval",
        descriptions=(description(activation, [name]),),
        fields=(field,),
        zones=zoned,
        has_layers=True,
    )
    blocks: Iterable[Vectors] = source.blocks
    if output.is_certified:
        from actcli.commands.certified import column  # ball arithmetic is for those who ask for it

        blocks = cut(source.blocks, 1)

        def columns(activation: Activation, x: Floats) -> Mapping[str, Numbers]:
            return {name: column(activation, order, x, output.digits, dtype)}

    else:

        def columns(activation: Activation, x: Floats) -> Mapping[str, Numbers]:
            return orders_of(activation, x, [name], dtype)

    chunks = element_wise_chunks([activation], blocks, columns, zoned, [field])
    accumulators: list[Accumulator] = [*zone_counts([activation], zoned), *odd_answers([activation])]
    if not output.is_certified:
        accumulators += doubts([activation])
    return Result(described(header, source, dtype), chunks, accumulators)


def orders_of(
    activation: Activation,
    x: Floats,
    names: Iterable[str],
    dtype: NumberType | None = None,
    *,
    is_curve: bool = False,
) -> dict[str, Numbers]:
    """The columns of these names among value, slope and curvature, and `doubtful`: where digits of any may be wrong.

    In float64 or as the nearest numbers of a type. Of a curve few digits are seen, and many points have to be settled.
    """
    columns: dict[str, Numbers] = {}
    doubtful = np.zeros(x.shape, np.bool_)
    for name in names:
        order = ORDERS.index(name)
        found = activation.answers(order, x, dtype, **({"most_bits": _CURVE_BITS} if is_curve else {}))
        columns[name] = found.values
        doubtful |= found.doubtful
    return columns | {"doubtful": doubtful}


def element_wise_chunks(
    activations: Sequence[Activation],
    blocks: Iterable[Vectors],
    columns: Columns,
    zoned: Sequence[Sequence[Zone]],
    fields: Sequence[Field] = (),
) -> Iterator[Chunk]:
    """Answer each block with the columns that each function gives for its values; those of `fields` are rounded."""
    first = offset = 0

    def answered(block: Vectors) -> Chunk:
        answers = (
            Answer(block.lengths, columns(activation, block.values), zone_codes(its_zones, block.values))
            for activation, its_zones in zip(activations, zoned, strict=True)
        )
        return Chunk(block, tuple(rounded(answer, block.number_type, fields) for answer in answers))

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
    yield from in_order(answered, chain((first,), coming))


def in_order(work: Callable[[Block], Answered], blocks: Iterable[Block]) -> Iterator[Answered]:
    """Work on several blocks at a time, NumPy letting go of the interpreter; answers come in the order of the blocks.

    An error of `work` or of the blocks comes after the answers before it.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    coming = iter(blocks)
    with ThreadPoolExecutor(cores) as pool:
        waiting: deque[Future[Answered]] = deque()
        failure: Exception | None = None
        while failure is None:
            try:
                waiting.append(_submitted(pool, work, next(coming)))
            except StopIteration:
                break
            except Exception as error:  # raised below, when its turn has come
                failure = error
            if len(waiting) > _AHEAD * cores:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        if failure is not None:
            raise failure


def _submitted(pool: ThreadPoolExecutor, work: Callable[[Block], Answered], block: Block) -> Future[Answered]:
    """Hand a block to the pool; raises MemoryError where no thread can be started."""
    try:
        return pool.submit(work, block)
    except RuntimeError as error:
        raise MemoryError from error


def cut(blocks: Iterable[Vectors], rows: int) -> Iterator[Vectors]:
    """Blocks of at most so many vectors, so that a slow or a large answer is shown before the next is begun."""
    for block in blocks:
        yield from block.cut(rows)


def answered_chunks(
    source: Source,
    answers: Sequence[Callable[[Vectors], Answer]],
    fields: Sequence[Field],
    rows: int | None = None,
) -> Iterator[Chunk]:
    """Answer each block, or blocks of at most so many vectors, with functions that raise ValueError for a refusal.

    Where one refuses a vector, the answers before it come first, then an error that says which one it is. The columns
    of `fields` are rounded.
    """
    first = 0
    blocks = joined(source.blocks)
    for block in blocks if rows is None else cut(blocks, rows):
        for part, its_answers in _answers(block, answers, first, source):
            yield Chunk(part, tuple(rounded(answer, part.number_type, fields) for answer in its_answers), first)
            first += len(part.lengths)


def _answers(
    block: Vectors, answers: Sequence[Callable[[Vectors], Answer]], first: int, source: Source
) -> Iterator[tuple[Vectors, tuple[Answer, ...]]]:
    try:
        answered = tuple(answer(block) for answer in answers)
    except ValueError as refusal:
        if len(block.lengths) == 1:
            place = f"vector {first}" if block.lines is None else f"line {block.lines[0]}"
            error = UsageError if source.is_typed else DataError
            raise error(f"{place}: {refusal}", getattr(refusal, "hint", None)) from refusal
    else:
        yield block, answered
        return
    for row, vector in enumerate(block.cut(1)):
        yield from _answers(vector, answers, first + row, source)


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
    """The Jacobians of some vectors, a row an output; raises ValueError for a vector that is too long to print one."""
    check_side(vectors)
    sizes, jacobians = vector_by_vector(kernel, vectors)
    return Answer(sizes // np.maximum(vectors.lengths, 1), {"jacobian": jacobians})

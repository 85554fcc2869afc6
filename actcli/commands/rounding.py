"""Answers in a number type: computed in float64 from rounded inputs, rounded once."""

from collections.abc import Iterable, Iterator

import numpy as np

from actcli.arrays import Numbers
from actcli.dtypes import Precision
from actcli.render.remarks import describe
from actcli.results import Answer, Chunk, Header, Result


def in_type(result: Result, precision: Precision | None) -> Result:
    """The same result with every answer rounded to the type that the user asked for, if one was.

    It is what the best possible kernel of that type gives, but where the truth lies within the error of float64
    arithmetic, a few units in its last place, of the middle between two numbers of the type.
    """
    if precision is None:
        return result
    header = result.header
    settings = {**header.settings, "dtype": precision.name}
    header = header._replace(settings=settings, notes=(*header.notes, *_underflows(header, precision)))
    return Result(header, _rounded(result.source, precision), result.summary)


def _underflows(header: Header, precision: Precision) -> Iterator[str]:
    """For each function in words where its slope is too small for the type."""
    for name, zones in zip(header.names, header.zones, strict=False):
        lost = [zone for zone in zones if zone.kind == "underflow"]
        if lost:
            where = describe(lost)
            yield f"{name}: in {precision.name} the slope is 0 {where if where == 'everywhere' else f'for {where}'}"


def _rounded(chunks: Iterable[Chunk], precision: Precision) -> Iterator[Chunk]:
    for chunk in chunks:
        yield chunk._replace(answers=tuple(_rounded_answer(answer, precision) for answer in chunk.answers))


def _rounded_answer(answer: Answer, precision: Precision) -> Answer:
    def one(column: Numbers) -> Numbers:
        return precision.printed(precision.rounded(np.asarray(column, np.float64)))

    # Counts and indices are no reals, and a temperature is no answer.
    real = {name for name, column in answer.columns.items() if column.dtype.kind == "f" and name != "temperature"}
    return answer._replace(
        columns={name: one(column) if name in real else column for name, column in answer.columns.items()}
    )

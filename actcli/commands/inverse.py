"""`eval --inverse`: where a function takes a value, a row for every point and every flat stretch."""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from actcli.analysis.inverse import Flat, Inverse, Root, certified, digits
from actcli.analysis.inverse import inverses as inverses_of
from actcli.analysis.inverse.recurrence import period
from actcli.catalog import Activation
from actcli.commands.pipeline import cut, described, description
from actcli.dtypes import NumberType
from actcli.formula.digits import NotSettledError
from actcli.inputs.sources import Source
from actcli.output import Output
from actcli.results import Answer, Chunk, Field, Header, Result, Vectors
from actcli.results.accumulators import MarkedValues

NONE = "none"
_TOGETHER = 256


def inverses(output: Output, activation: Activation, source: Source, dtype: NumberType | None) -> Result:
    """Every x at which the function takes each value of the input, as text: `none`, numbers, and flat stretches."""
    # Numbers are cut to the digits asked for here, since a cell may hold two.
    field = Field("inverse", is_text=True, is_certified=output.is_certified)
    header = Header(
        command="eval",
        descriptions=(description(activation),),
        fields=(field,),
        headings={"x": "y", "inverse": "x"},
        settings={"inverse": True},
    )

    def chunks() -> Iterator[Chunk]:
        first = 0
        for block in cut(source.blocks, _TOGETHER):
            solved = iter(inverses_of(activation, block.values))
            for vectors in block.cut(1):
                values = vectors.values.tolist()
                found = list(islice(solved, len(values)))
                cells = [_cells(output, activation, *each, dtype) for each in zip(values, found, strict=True)]
                yield _chunk(vectors, found, cells, first, is_joined=output.format == "plain")
                first += len(vectors.lengths)

    again = MarkedValues("endless", activation.name, period=period(activation))
    beyond = () if output.is_certified and output.digits else (MarkedValues("beyond_float64", activation.name),)
    neared = MarkedValues("neared", activation.name)
    return Result(described(header, source, dtype), chunks(), (again, neared, *beyond))


def _chunk(vectors: Vectors, found: list[Inverse], cells: list[list[str]], first: int, *, is_joined: bool) -> Chunk:
    """One vector, or none, and its answers; each value stands beside every place at which it is taken.

    In a line without them the places of several values are joined, `-3.0|3.0`, so that each value has its word.
    """
    if is_joined and len(cells) > 1:
        cells = [["|".join(each)] for each in cells]
    counts = np.array([len(each) for each in cells], np.int64)
    places = np.repeat(np.arange(vectors.values.size), counts)
    columns = {
        "inverse": np.array([cell for each in cells for cell in each], np.str_),
        "endless": np.repeat(np.array([each.is_endless for each in found], np.bool_), counts),
        "neared": np.repeat(np.array([each.is_neared for each in found], np.bool_), counts),
        "beyond_float64": np.repeat(np.array([_is_beyond(each) for each in found], np.bool_), counts),
    }
    lengths = np.full(len(vectors.lengths), places.size)
    return Chunk(vectors, (Answer(lengths, columns, ranks=places),), first)


def _is_beyond(found: Inverse) -> bool:
    return any(np.isinf(root.nearest) for root in found.roots)


def _cells(output: Output, activation: Activation, y: float, found: Inverse, dtype: NumberType | None) -> list[str]:
    if np.isnan(y):
        return ["nan"]
    try:
        points = [(root.nearest, _point(output, activation, y, root, dtype)) for root in found.roots]
    except NotSettledError as error:
        raise NotSettledError(f"{activation.name} = {y!r}: {error.message}", error.hint) from None
    stretches = [(flat.low, _stretch(output, flat, dtype)) for flat in found.stretches]
    return [text for _, text in sorted([*points, *stretches])] or [NONE]


def _point(output: Output, activation: Activation, y: float, root: Root, dtype: NumberType | None) -> str:
    if output.is_certified:
        if output.digits is not None:
            return digits(activation, y, root, output.digits)
        root = certified(activation, y, root)
    return _number(output, root.nearest if dtype is None else root.odd, dtype)


def _stretch(output: Output, flat: Flat, dtype: NumberType | None) -> str:
    """An interval, written without a comma, which would part cells; square brackets where an end belongs to it."""
    low, high = (_number(output, end, dtype) for end in (flat.low, flat.high))
    return f"{'[' if flat.includes_low else '('}{low}..{high}{']' if flat.includes_high else ')'}"


def _number(output: Output, x: float, dtype: NumberType | None) -> str:
    answer = np.array([x]) if dtype is None else dtype.rounded(np.array([x]))
    if output.digits is not None and not output.is_certified:
        return f"{answer[0]:.{output.digits}g}"
    return repr(x) if dtype is None else str(dtype.printed(answer)[0])

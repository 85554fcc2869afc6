"""Curves as sampled chunks, and the values of the user's that set how wide they are."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from actcli.analysis import Zone, kinks
from actcli.analysis.shape import extrema
from actcli.analysis.view import asymptotes, widened
from actcli.arrays import Floats, Numbers, distinct
from actcli.catalog import Activation
from actcli.commands.pipeline import element_wise_chunks, is_typed, orders_of
from actcli.dtypes import NumberType
from actcli.errors import ActcliError
from actcli.results import Chunk, Field, Landmarks, Vectors
from actcli.results.accumulators import CurveDoubts, CurveOverflows

# Eight samples a column of a wide terminal: a braille cell is two dots wide, and steep curves need some more.
_SAMPLES = 1_601

Limits = tuple[float, float]


def sampled_chunks(
    activations: Sequence[Activation],
    x_limits: Limits,
    fields: Sequence[Field],
    zoned: Sequence[Sequence[Zone]],
    dtype: NumberType | None = None,
    *,
    x_is_log: bool = False,
    marks: Sequence[float] = (),
) -> Iterator[Chunk]:
    """The curves between two limits: values that the command chose itself, so that no warning counts them.

    `marks` are among the samples, as are all kinks.

    In a number type a curve is a flight of steps: each x stands for the number of the type that is nearest to it.
    """
    names = [field.name for field in fields]

    def columns(activation: Activation, x: Floats) -> Mapping[str, Numbers]:
        return orders_of(activation, dtype.rounded(x) if dtype else x, names, dtype, is_curve=True)

    corners = [kink.x for activation in activations for kink in kinks(activation)]
    x = spread(x_limits, is_log=x_is_log, places=(*corners, *marks))
    grid = Vectors(x, np.array([x.size], np.int64), number_type=dtype)
    for chunk in element_wise_chunks(activations, [grid], columns, zoned, fields):
        yield chunk._replace(is_sampled=True)


def watched_curves(
    activations: Sequence[Activation], found: Sequence[Landmarks], names: Sequence[str]
) -> list[CurveDoubts | CurveOverflows]:
    """Accumulators for where the curve of a typed expression may be noise, and for where a curve is infinite.

    A difference that has no largest is known to be none: its line is 0 by what is known of both, not by its digits.
    """
    doubts = [
        CurveDoubts(place, each.name)
        for place, (each, its) in enumerate(zip(activations, found, strict=True))
        if is_typed(each) and (its.farthest is None or its.farthest.places)
    ]
    overflows = [CurveOverflows(place, each.name, column) for place, each in enumerate(activations) for column in names]
    return [*doubts, *overflows]


def spread(x_limits: Limits, *, is_log: bool = False, places: Sequence[float] = ()) -> Floats:
    """Samples over the limits, evenly apart on the axis, and these places with both their neighbours, if in sight."""
    low, high = x_limits
    share = np.linspace(0, 1, _SAMPLES)
    even = low * (1 - share) + high * share  # limits may lie farther apart than the largest float64
    if is_log:
        even = np.clip(10 ** (np.log10(low) * (1 - share) + np.log10(high) * share), low, high)
        even[[0, -1]] = x_limits
    seen = np.array([place for place in places if low < place < high])
    return distinct(np.concatenate([even, seen, np.nextafter(seen, -np.inf), np.nextafter(seen, np.inf)]))


def landmarks(activation: Activation, *, with_slope: bool = False) -> Landmarks:
    """The landmarks of a function that a picture marks and names, those of its slope too where that is drawn."""
    steepest = extrema(activation, 1) if with_slope else ()
    return Landmarks(extrema(activation), kinks(activation), asymptotes(activation), steepest)


def with_curves(
    values: Iterable[Chunk],
    x_limits: Limits | None,
    default: Limits,
    curves: Callable[[Limits], Iterator[Chunk]],
    *,
    is_log: bool = False,
) -> Iterator[Chunk]:
    """The values, then the curves, wide enough for the values unless limits were set; after an error too."""
    low, high = np.inf, -np.inf
    failure = None
    try:
        for chunk in values:
            finite = chunk.vectors.values[np.isfinite(chunk.vectors.values)]
            if is_log:
                finite = finite[finite > 0]
            if finite.size:
                low, high = min(low, float(finite.min())), max(high, float(finite.max()))
            yield chunk
    except ActcliError as error:
        failure = error
    widest = (min(default[0], low), max(default[1], high)) if is_log else widened(default, low, high)
    yield from curves(x_limits or widest)
    if failure:
        raise failure

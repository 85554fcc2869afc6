"""`actcli plot`: a picture of functions, with the values given drawn over the curves."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from actcli.analysis import Zone, kinks
from actcli.analysis.shape import extrema
from actcli.analysis.view import asymptotes, default_limits, widened
from actcli.arrays import Floats, distinct
from actcli.catalog import Activation
from actcli.catalog.entry import ORDERS
from actcli.commands.pipeline import (
    answers_in,
    described,
    description,
    each_spec,
    element_wise,
    element_wise_chunks,
    in_type,
    odd_answers,
    zone_counts,
    zones_of,
)
from actcli.dtypes import NumberType
from actcli.errors import ActcliError, UsageError
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import open_values, stands_for_values
from actcli.inputs.words import read_limits
from actcli.options import (
    Excludes,
    FunctionsAndValues,
    Height,
    Layout,
    LogX,
    LogY,
    PlotCurvature,
    PlotSlope,
    Saturation,
    Size,
    Title,
    Width,
    YLimits,
    check,
    limits,
)
from actcli.output import Output, OutputOptions
from actcli.results import Chunk, Field, Header, Landmarks, Result, Vectors, View

# Eight samples a column of a wide terminal: a braille cell is two dots wide, and steep curves need some more.
_SAMPLES = 1_601
_DECADES = (0.01, 100.0)  # what a logarithmic x axis shows unless limits are set

_RULES = (Excludes(("--size",), ("--width", "--height")),)

Limits = tuple[float, float]


def plot(
    output_options: OutputOptions,
    input_options: InputOptions,
    functions_and_values: FunctionsAndValues = None,
    slope: PlotSlope = False,
    curvature: PlotCurvature = False,
    y_limits: YLimits = None,
    log_x: LogX = False,
    log_y: LogY = False,
    layout: Layout = "auto",
    width: Width = None,
    height: Height = None,
    size: Size = None,
    title: Title = None,
    saturation: Saturation = None,
) -> tuple[Result, Output]:
    """A picture of FUNCTIONS; A:B sets the x limits, other values are drawn with the curves."""
    words = functions_and_values or []
    specs = each_spec(word for word in words if not stands_for_values(word))
    activations = [element_wise(spec, "plot") for spec in specs]
    if not activations:
        raise UsageError("plot needs a function", "actcli plot sigmoid; `actcli list` shows every name")
    x_limits, points = _limits_and_points([word for word in words if stands_for_values(word)])
    orders = [*["slope"] * slope, *["curvature"] * curvature]
    # On a logarithmic axis one looks at slopes alone: values would cross them and tell nothing.
    names = tuple(orders) if log_y and orders else ("value", *orders)
    fields = tuple(Field(name) for name in names)
    dtype = input_options.number_type
    zoned = zones_of(activations, saturation, dtype)
    check({"--size": size, "--width": width, "--height": height}, _RULES)
    view = View(
        tuple(map(landmarks, activations)),
        y_limits=limits(y_limits),
        x_is_log=log_x,
        y_is_log=log_y,
        title=title,
        size=size,
        layout=layout,
        width=width,
        height=height,
    )
    header = Header(
        command="plot",
        descriptions=tuple(description(activation, names) for activation in activations),
        fields=fields,
        zones=zoned,
        view=view,
    )
    has_values = bool(points or input_options.files)
    output = output_options.settle("picture", has_values=has_values)
    if size and not output.is_saved_picture:
        raise UsageError(f"--size {size} is for a saved picture", "--output FILE.svg, or pdf, png, html")
    curves = partial(sampled_chunks, activations, fields=fields, zoned=zoned, dtype=dtype, x_is_log=log_x)
    default = _DECADES if log_x else default_limits(activations)
    if log_x and x_limits is not None and x_limits[0] <= 0:
        message = f"a logarithmic x axis begins above 0, not at {x_limits[0]:g}"
        raise UsageError(message, f"{x_limits[1] / 1e4 if x_limits[1] > 0 else 0.01:g}:{max(x_limits[1], 100):g}")
    if not has_values:
        return Result(in_type(header, dtype), curves(x_limits or default)), output
    source = open_values(points, input_options, output.terminal, stdin_by_default=False)
    chunks = element_wise_chunks(
        activations, source.blocks, partial(orders_of, names=names, dtype=dtype), zoned, fields
    )
    if output.is_drawn:  # formats for programs hold the values given
        chunks = _then_curves(chunks, x_limits, default, curves, is_log=log_x)
    accumulators = (*zone_counts(activations, zoned), *odd_answers(activations))
    return Result(described(header, source, dtype), chunks, accumulators), output


def _limits_and_points(words: Sequence[str]) -> tuple[Limits | None, list[str]]:
    """The x limits, where one of the words is A:B, and the words of all other values."""
    pairs = [(word, pair) for word in words if (pair := read_limits(word)) is not None]
    if len(pairs) > 1:
        raise UsageError(f"two x limits: {pairs[0][0]} and {pairs[1][0]}", "leave out one of them")
    rest = [word for word in words if not pairs or word != pairs[0][0]]
    return pairs[0][1] if pairs else None, rest


def _then_curves(
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


def orders_of(
    activation: Activation, x: Floats, names: Sequence[str], dtype: NumberType | None = None
) -> Mapping[str, Floats]:
    """The columns of these names, among value, slope and curvature."""
    return {name: answers_in(dtype, activation, ORDERS.index(name), x) for name in names}


def sampled_chunks(
    activations: Sequence[Activation],
    x_limits: Limits,
    fields: Sequence[Field],
    zoned: Sequence[Sequence[Zone]],
    dtype: NumberType | None = None,
    *,
    x_is_log: bool = False,
) -> Iterator[Chunk]:
    """The curves between two limits: values that the command chose itself, so that no warning counts them.

    In a number type a curve is a flight of steps: each x stands for the number of the type that is nearest to it.
    """
    names = [field.name for field in fields]

    def columns(activation: Activation, x: Floats) -> Mapping[str, Floats]:
        return orders_of(activation, dtype.rounded(x) if dtype else x, names, dtype)

    grid = _grid(activations, x_limits, x_is_log=x_is_log)._replace(number_type=dtype)
    for chunk in element_wise_chunks(activations, [grid], columns, zoned, fields):
        yield chunk._replace(is_sampled=True)


def landmarks(activation: Activation) -> Landmarks:
    """The landmarks of a function that a picture marks and names."""
    return Landmarks(extrema(activation), kinks(activation), asymptotes(activation))


def _grid(activations: Sequence[Activation], x_limits: Limits, *, x_is_log: bool) -> Vectors:
    """Samples over the limits, evenly apart on the axis, every kink and both its neighbours among them."""
    low, high = x_limits
    share = np.linspace(0, 1, _SAMPLES)
    even = low * (1 - share) + high * share  # limits may lie farther apart than the largest float64
    if x_is_log:
        even = np.clip(10 ** (np.log10(low) * (1 - share) + np.log10(high) * share), low, high)
        even[[0, -1]] = x_limits
    corners = np.array([kink.x for activation in activations for kink in kinks(activation) if low < kink.x < high])
    beside = np.concatenate([corners, np.nextafter(corners, -np.inf), np.nextafter(corners, np.inf)])
    grid = distinct(np.concatenate([even, beside]))
    return Vectors(grid, np.array([grid.size], np.int64))

"""`actcli plot`: a picture of functions, with the values given drawn over the curves."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import numpy as np

from actcli.analysis.view import default_limits, widened
from actcli.commands.chunks import card, element_wise, element_wise_chunks, zones_of
from actcli.commands.curves import orders_of, sampled_chunks, sights
from actcli.commands.rounding import in_type
from actcli.errors import ActcliError, UsageError
from actcli.inputs.reading import Reading
from actcli.inputs.sources import open_values, stands_for_values
from actcli.inputs.words import read_limits
from actcli.options.arguments import FunctionsAndValues
from actcli.options.numbers import Saturation
from actcli.options.output import World
from actcli.options.picture import Curvature, Height, LayoutOption, LogY, Slope, Width, YLimits, read_y_limits
from actcli.results import Chunk, Field, Header, Result, View

Limits = tuple[float, float]


def plot(
    world: World,
    reading: Reading,
    functions_and_values: FunctionsAndValues = None,
    slope: Slope = False,
    curvature: Curvature = False,
    y_limits: YLimits = None,
    log_y: LogY = False,
    layout: LayoutOption = "auto",
    width: Width = None,
    height: Height = None,
    saturation: Saturation = None,
) -> Result:
    """A picture of FUNCTIONS; A:B sets the x limits, other values are drawn with the curves."""
    words = functions_and_values or []
    activations = [element_wise(word, "plot") for word in words if not stands_for_values(word)]
    if not activations:
        raise UsageError("plot needs a function", "actcli plot sigmoid; `actcli list` shows every name")
    limits, points = _limits_and_points([word for word in words if stands_for_values(word)])
    orders = [*["slope"] * slope, *["curvature"] * curvature]
    # On a logarithmic axis one looks at slopes alone: values would cross them and tell nothing.
    names = tuple(orders) if log_y and orders else ("value", *orders)
    precision = reading.precision
    zoned = zones_of(activations, saturation, precision)
    header = Header(
        command="plot",
        cards=tuple(card(activation) for activation in activations),
        fields=tuple(Field(name) for name in names),
        zones=zoned,
        view=View(tuple(map(sights, activations)), read_y_limits(y_limits), log_y, layout, width, height),
    )
    curves = partial(sampled_chunks, activations, names=names, zoned=zoned, precision=precision)
    default = default_limits(activations)
    if not points and not reading.files:
        world.presentation.require_values()
        return in_type(Result(header, curves(limits or default)), precision)
    opened = open_values(points, reading, world.terminal, stdin_by_default=False)
    chunks = element_wise_chunks(activations, opened.blocks, lambda each, x: orders_of(each, x, names), zoned)
    if world.presentation.is_picture:  # formats for programs tell of the values given
        reach = _Reach(limits, default)
        chunks = _then(reach.watching(chunks), lambda: curves(reach.limits()))
    return in_type(Result(opened.described(header), chunks), precision)


def _limits_and_points(words: Sequence[str]) -> tuple[Limits | None, list[str]]:
    """The x limits, where one of the words is A:B, and the words of all other values."""
    limits = [(word, pair) for word in words if (pair := read_limits(word)) is not None]
    if len(limits) > 1:
        raise UsageError(f"two x limits: {limits[0][0]} and {limits[1][0]}", "leave out one of them")
    rest = [word for word in words if not limits or word != limits[0][0]]
    return limits[0][1] if limits else None, rest


def _then(values: Iterable[Chunk], curves: Callable[[], Iterator[Chunk]]) -> Iterator[Chunk]:
    """The values, then the curves, since only then is it known how far these reach; after a fault too."""
    try:
        yield from values
    except ActcliError:
        yield from curves()
        raise
    yield from curves()


class _Reach:
    """How far a picture reaches: to the limits that were asked for, else as far as the function and values do."""

    def __init__(self, asked: Limits | None, default: Limits) -> None:
        self._asked, self._default = asked, default
        self._low, self._high = np.inf, -np.inf

    def watching(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """Hand the chunks on, and see how far their finite values reach."""
        for chunk in chunks:
            finite = chunk.vectors.values[np.isfinite(chunk.vectors.values)]
            if finite.size:
                self._low, self._high = min(self._low, float(finite.min())), max(self._high, float(finite.max()))
            yield chunk

    def limits(self) -> Limits:
        """The limits of x."""
        return self._asked or widened(self._default, self._low, self._high)

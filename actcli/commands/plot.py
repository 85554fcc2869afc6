"""`actcli plot`: a picture of functions, with the values given drawn over the curves."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from actcli.catalog import Activation
from actcli.commands.chunks import card, element_wise, element_wise_chunks, sampled, zones_of
from actcli.errors import UsageError
from actcli.inputs.reading import Reading
from actcli.inputs.sources import open_values
from actcli.inputs.words import is_values, read_limits
from actcli.landmarks import default_limits, kinks
from actcli.options.arguments import FunctionsAndValues
from actcli.options.numbers import Saturation
from actcli.options.output import World
from actcli.results import Field, Header, Result, Vectors, View

Floats = NDArray[np.float64]

# Eight samples a column of a wide terminal: a braille cell is two dots wide, and steep curves need some more.
_SAMPLES = 1_601


def plot(
    world: World,
    reading: Reading,
    functions_and_values: FunctionsAndValues = None,
    saturation: Saturation = None,
) -> Result:
    """A picture of FUNCTIONS; A:B sets the x limits, other values are marked on the curves."""
    words = functions_and_values or []
    activations = [element_wise(word, "plot") for word in words if not _is_value(word)]
    if not activations:
        raise UsageError("plot needs a function", "actcli plot sigmoid; `actcli list` shows every name")
    limits, points = _limits_and_points([word for word in words if _is_value(word)], reading, world)
    x_limits = limits or _wide_enough(default_limits(activations), points)
    zoned = zones_of(activations, saturation)
    header = Header(
        command="plot",
        cards=tuple(card(activation) for activation in activations),
        fields=(Field("value"),),
        zones=zoned,
        view=View(x_limits),
    )
    samples = sampled(element_wise_chunks(activations, [_grid(activations, x_limits)], _value, zoned))
    marked = element_wise_chunks(activations, points, _value, zoned)
    is_picture = world.presentation.format in (None, "table")
    # Formats for programs tell the values given; without any, the samples are what there is to tell.
    return Result(header, chain(samples, marked) if is_picture else marked if points else samples)


def _value(activation: Activation, x: Floats) -> dict[str, Floats]:
    return {"value": activation.value(x)}


def _is_value(word: str) -> bool:
    return word == "-" or is_values(word)


def _limits_and_points(
    words: Sequence[str], reading: Reading, world: World
) -> tuple[tuple[float, float] | None, list[Vectors]]:
    """The x limits, where one of the words is A:B, and all other values."""
    limits = [(word, pair) for word in words if (pair := read_limits(word)) is not None]
    if len(limits) > 1:
        raise UsageError(f"two x limits: {limits[0][0]} and {limits[1][0]}", "leave out one of them")
    rest = [word for word in words if not limits or word != limits[0][0]]
    found = limits[0][1] if limits else None
    if not rest and not reading.files:
        return found, []
    return found, list(open_values(rest, reading, world.terminal, stdin_by_default=False).blocks)


def _wide_enough(limits: tuple[float, float], points: Sequence[Vectors]) -> tuple[float, float]:
    """Limits that hold all finite points too, with a margin of a twentieth beyond them."""
    finite = [block.values[np.isfinite(block.values)] for block in points]
    low = min([limits[0], *(float(values.min()) for values in finite if values.size)])
    high = max([limits[1], *(float(values.max()) for values in finite if values.size)])
    margin = 0.05 * high - 0.05 * low
    most = float(np.finfo(np.float64).max)
    return (
        low if low == limits[0] else max(low - margin, -most),
        high if high == limits[1] else min(high + margin, most),
    )


def _grid(activations: Sequence[Activation], limits: tuple[float, float]) -> Vectors:
    """Samples over the limits, every kink and both its neighbours among them."""
    low, high = limits
    share = np.linspace(0, 1, _SAMPLES)
    even = low * (1 - share) + high * share  # limits may lie farther apart than the largest float64
    corners = np.array([kink.x for activation in activations for kink in kinks(activation) if low < kink.x < high])
    beside = np.concatenate([corners, np.nextafter(corners, -np.inf), np.nextafter(corners, np.inf)])
    grid = np.unique(np.concatenate([even, beside]))
    return Vectors(grid, np.array([grid.size], np.int64))

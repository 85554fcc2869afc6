"""`actcli plot`: a picture of functions, with the values given drawn over the curves."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from actcli.catalog import Activation
from actcli.commands.chunks import card, element_wise, element_wise_chunks, zones_of
from actcli.errors import UsageError
from actcli.inputs.sources import open_values
from actcli.inputs.words import is_values, read_limits
from actcli.landmarks import Zone, default_limits, kinks
from actcli.options import Files, FunctionsAndValues, Saturation, World
from actcli.results import Answer, Chunk, Field, Header, Result, Vectors, View

Floats = NDArray[np.float64]

# Samples a column: a braille cell is two dots wide, and steep curves need some more.
_SAMPLES_A_COLUMN = 8


def plot(
    world: World, functions_and_values: FunctionsAndValues = None, files: Files = None, saturation: Saturation = None
) -> Result:
    """A picture of FUNCTIONS; A:B sets the x limits, other values are marked on the curves."""
    words = functions_and_values or []
    activations = [element_wise(word, "plot") for word in words if not _is_value(word)]
    if not activations:
        raise UsageError("plot needs a function", "actcli plot sigmoid; `actcli list` shows every name")
    limits, points = _limits_and_points([word for word in words if _is_value(word)], files or (), world)
    x_limits = limits or _wide_enough(default_limits(activations), points)
    width, height = _size(world)
    zoned = zones_of(activations, saturation)
    header = Header(
        command="plot",
        cards=tuple(card(activation) for activation in activations),
        fields=(Field("value"),),
        zones=zoned,
        view=View(x_limits, width, height),
    )
    grid = _grid(activations, x_limits, width)
    return Result(header, _chunks(activations, grid, points, zoned))


def _is_value(word: str) -> bool:
    return word == "-" or is_values(word)


def _limits_and_points(
    words: Sequence[str], files: Sequence[str], world: World
) -> tuple[tuple[float, float] | None, Floats]:
    """The x limits, where one of the words is A:B, and all other values."""
    limits = [(word, pair) for word in words if (pair := read_limits(word)) is not None]
    if len(limits) > 1:
        raise UsageError(f"two x limits: {limits[0][0]} and {limits[1][0]}", "leave out one of them")
    rest = [word for word in words if not limits or word != limits[0][0]]
    if not rest and not files:
        return (limits[0][1] if limits else None), np.empty(0)
    opened = open_values(rest, files, world.terminal, stdin_by_default=False)
    points = np.concatenate([block.values for block in opened.blocks] or [np.empty(0)])
    return (limits[0][1] if limits else None), points


def _wide_enough(limits: tuple[float, float], points: Floats) -> tuple[float, float]:
    """Limits that hold all finite points too, with a margin of a twentieth beyond them."""
    finite = points[np.isfinite(points)]
    if not finite.size:
        return limits
    low, high = min(limits[0], float(finite.min())), max(limits[1], float(finite.max()))
    margin = 0.05 * high - 0.05 * low
    most = float(np.finfo(np.float64).max)
    return (low if low == limits[0] else max(low - margin, -most)), (
        high if high == limits[1] else min(high + margin, most)
    )


def _size(world: World) -> tuple[int, int]:
    from actcli.render.picture import default_size

    return default_size(world.terminal)


def _grid(activations: Sequence[Activation], limits: tuple[float, float], width: int) -> Floats:
    """Samples over the limits, every kink and both its neighbours among them."""
    low, high = limits
    share = np.linspace(0, 1, _SAMPLES_A_COLUMN * width + 1)
    even = low * (1 - share) + high * share  # limits may lie farther apart than the largest float64
    corners = np.array([kink.x for activation in activations for kink in kinks(activation) if low < kink.x < high])
    beside = np.concatenate([corners, np.nextafter(corners, -np.inf), np.nextafter(corners, np.inf)])
    return np.unique(np.concatenate([even, beside]))


def _chunks(
    activations: Sequence[Activation], grid: Floats, points: Floats, zoned: Sequence[Sequence[Zone]]
) -> Iterator[Chunk]:
    samples = Vectors(grid, np.array([grid.size], np.int64))
    # Samples are no inputs of anybody's: they lie in no zone that a warning would count.
    yield Chunk(samples, tuple(Answer(samples.lengths, {"value": each.value(grid)}) for each in activations))
    if points.size:
        marked = Vectors(points, np.array([points.size], np.int64))
        yield from element_wise_chunks(activations, [marked], lambda each, x: {"value": each.value(x)}, zoned, first=1)

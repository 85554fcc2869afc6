"""Functions sampled for a picture, and what is marked on them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from actcli.analysis import Zone, kinks
from actcli.analysis.shape import extrema
from actcli.analysis.view import asymptotes
from actcli.arrays import Floats, distinct
from actcli.catalog import Activation
from actcli.catalog.function import ORDERS
from actcli.commands.chunks import element_wise_chunks
from actcli.dtypes import Precision
from actcli.results import Chunk, Sights, Vectors

# Eight samples a column of a wide terminal: a braille cell is two dots wide, and steep curves need some more.
_SAMPLES = 1_601


def orders_of(activation: Activation, x: Floats, names: Sequence[str]) -> Mapping[str, Floats]:
    """The columns of these names, among value, slope and curvature."""
    return {name: activation.order(ORDERS.index(name), x) for name in names}


def sampled_chunks(
    activations: Sequence[Activation],
    limits: tuple[float, float],
    names: Sequence[str],
    zoned: Sequence[Sequence[Zone]],
    precision: Precision | None = None,
) -> Iterator[Chunk]:
    """The curves between two limits: values that the command chose itself, so that no warning counts them.

    In a number type a curve is a flight of steps: each x stands for the number of the type that is nearest to it.
    """

    def columns(activation: Activation, x: Floats) -> Mapping[str, Floats]:
        return orders_of(activation, precision.rounded(x) if precision else x, names)

    grid = _grid(activations, limits)
    chunks = element_wise_chunks(activations, [grid], columns, zoned)
    return (chunk._replace(is_sampled=True) for chunk in chunks)


def sights(activation: Activation) -> Sights:
    """The landmarks of a function that a picture marks and tells of."""
    return Sights(extrema(activation), kinks(activation), asymptotes(activation))


def _grid(activations: Sequence[Activation], limits: tuple[float, float]) -> Vectors:
    """Samples over the limits, every kink and both its neighbours among them."""
    low, high = limits
    share = np.linspace(0, 1, _SAMPLES)
    even = low * (1 - share) + high * share  # limits may lie farther apart than the largest float64
    corners = np.array([kink.x for activation in activations for kink in kinks(activation) if low < kink.x < high])
    beside = np.concatenate([corners, np.nextafter(corners, -np.inf), np.nextafter(corners, np.inf)])
    grid = distinct(np.concatenate([even, beside]))
    return Vectors(grid, np.array([grid.size], np.int64))

"""What a stack of layers makes of a gradient: its factor, at most and in root mean square, and where it vanishes."""

import math
from typing import Any, NamedTuple

import numpy as np

from actcli.analysis.normal import FEWEST_DIGITS, Estimate, normal_statistics
from actcli.analysis.shape import largest_slope
from actcli.arrays import Floats
from actcli.catalog import Activation

# A gradient below a thousandth is, after a few steps of training, no gradient at all.
VANISHED = 1e-3


class Depth(NamedTuple):
    """The factors of a slope through layers; a layer is None where the factor is never below a thousandth.

    `bound` is the largest |f'| to the power of the layers, `rms` the root of E f'**2 to that power: what layers with
    weights of mean square 1/width make of a gradient whose inputs are standard normal. None where not settled.
    """

    layers: int
    """How many there are."""
    bound: float
    """The largest factor."""
    bound_vanishes_at: int | None
    """The layer at which it falls below a thousandth."""
    rms: float | None
    """The typical factor."""
    rms_vanishes_at: int | None
    """The layer at which that one falls below a thousandth."""

    def totals(self) -> dict[str, Any]:
        """The factors by name."""
        return {
            "gradient_bound": self.bound,
            "gradient_bound_vanishes_at": self.bound_vanishes_at,
            "gradient_rms": self.rms,
            "gradient_rms_vanishes_at": self.rms_vanishes_at,
        }


def depth(activation: Activation, layers: int, mean: float = 0.0, sigma: float = 1.0) -> Depth:
    """What so many layers of a function make of a gradient, for inputs that are normal."""
    steepest = largest_slope(activation).size
    square = normal_statistics(activation, mean, sigma).mean_square_slope
    return Depth(
        layers,
        power(steepest, layers),
        layer_of(steepest),
        _root_mean_square(square, layers),
        None if square.value is None else layer_of(math.sqrt(square.value)),
    )


def _root_mean_square(square: Estimate, layers: int) -> float | None:
    """E f'**2 to the power of half the layers, to the digits that the power leaves: it multiplies errors."""
    digits = square.digits - math.ceil(math.log10(max(layers / 2, 1)))
    if square.value is None or digits < FEWEST_DIGITS:
        return None
    return float(f"{power(square.value, layers / 2):.{digits}g}")


def power(slope: float, layers: float) -> float:
    """A slope to the power of a number of layers, infinite beyond float64."""
    with np.errstate(all="ignore"):
        return float(np.float64(slope) ** layers)


def vanishing_layer(slope: Floats) -> Floats:
    """The first layer at which |slope|**layer is below a thousandth; inf where no layer is, NaN for NaN."""
    steepness = np.abs(slope)
    with np.errstate(all="ignore"):
        layer = np.maximum(1.0, np.floor(np.log(VANISHED) / np.log(steepness)))
        # The quotient of logarithms may be one off either way: the powers themselves decide.
        layer = np.where(steepness**layer >= VANISHED, layer + 1, layer)
        return np.asarray(np.where(steepness >= 1, np.inf, layer) + 0 * steepness)


def layer_of(slope: float) -> int | None:
    """The first layer at which a slope, layer by layer, comes to less than a thousandth; None where none does."""
    layer = float(vanishing_layer(np.array([slope]))[0])
    return int(layer) if math.isfinite(layer) else None

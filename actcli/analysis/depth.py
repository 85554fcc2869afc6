"""What a stack of layers makes of a signal and of its gradient, from slopes alone or with random weights."""

import math
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np

from actcli.analysis.normal import FEWEST_DIGITS, Estimate, layer_moments, mean_square, normal_statistics
from actcli.analysis.quadrature import Integral
from actcli.analysis.shape import largest_slope
from actcli.arrays import Floats
from actcli.catalog import Activation

# A gradient below a thousandth is, after a few steps of training, no gradient at all.
VANISHED = 1e-3


class Depth(NamedTuple):
    """What layers make of a gradient, their weights of mean square 1/width, their inputs normal."""

    layers: int
    """How many there are."""
    bound: float
    """The largest |f'| to the power of the layers."""
    bound_vanishes_at: int | None
    """The layer at which that falls below a thousandth; None where it never does."""
    rms: float | None
    """The root of E f'**2 to the power of the layers; None where it is not settled."""
    rms_vanishes_at: int | None
    """The layer at which that falls below a thousandth; None where it never does, or is not settled."""

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


# A signal through layers of random weights: mean-field theory, the limit of wide layers.

DEEPEST = 1_000
"""The most layers that a signal is followed through, one by one."""

Init = float | Literal["auto"]
"""The gain of initial weights, or `auto` for the one that keeps a signal."""


class Signal(NamedTuple):
    """Mean squares after some layers: NaN where undefined, infinite where they diverge or overflow, None unsettled."""

    forward: Estimate
    """Of the pre-activations that follow these layers."""
    backward: Estimate
    """Of the gradient before these layers, where it is 1 after them."""


class Propagation(NamedTuple):
    """A signal and its gradient, layer by layer."""

    gain: Estimate
    """That of the weights: their standard deviation is gain / sqrt(fan_in)."""
    signals: tuple[Signal, ...]
    """After 1, 2, 3 layers, and so on."""

    def fades_at(self) -> int | None:
        """The first layer after which the mean square of the gradient is below a thousandth, if any of these is."""
        sizes = (signal.backward.value for signal in self.signals)
        return next((layer for layer, size in enumerate(sizes, 1) if size is not None and size < VANISHED), None)


@lru_cache(maxsize=256)
def propagation(
    activation: Activation, layers: int, init: Init = 1.0, mean: float = 0.0, sigma: float = 1.0
) -> Propagation:
    """Follow a normal pre-activation through at most `DEEPEST` layers: f, then random weights without biases.

    Weights have mean 0 and variance gain**2 / fan_in, and layers are equally wide. A pre-activation of variance q
    becomes one of gain**2 E f(sqrt(q) z)**2, z standard normal: it is the mean square of f that counts, not its
    variance, for the weights have mean 0. The mean square of the gradient is multiplied by gain**2 E f'(sqrt(q) z)**2
    (Poole et al. 2016, Schoenholz et al. 2017). Raises ValueError for more layers.
    """
    if layers > DEEPEST:
        raise ValueError(f"{layers} layers, and {DEEPEST} is the most")
    gain = keeping_gain(activation, mean, sigma) if init == "auto" else Estimate(init)
    if gain.value is None or not math.isfinite(gain.value):
        unknown = Estimate(None, 0) if gain.value is None else Estimate(math.nan)
        return Propagation(gain, (Signal(unknown, unknown),) * layers)
    factor = _keeping_factor(activation, mean, sigma) if init == "auto" else Integral(init * init, 0.0)
    return Propagation(gain, tuple(_followed(activation, layers, factor, mean, sigma)))


def keeping_gain(activation: Activation, mean: float = 0.0, sigma: float = 1.0) -> Estimate:
    """The gain of weights that keeps the mean square q = mean**2 + sigma**2 of centred normal pre-activations."""
    factor = Estimate.of(_keeping_factor(activation, mean, sigma))
    return factor.then(math.sqrt) if factor.value is None or factor.value >= 0 else Estimate(math.nan)


@lru_cache(maxsize=256)
def _keeping_factor(activation: Activation, mean: float, sigma: float) -> Integral:
    """The square of that gain: q / E f(sqrt(q) z)**2; infinite for a function that is 0."""
    variance = mean * mean + sigma * sigma
    square = mean_square(activation, variance)
    if square.value == 0:
        return Integral(math.inf, 0.0)
    if math.isinf(square.value):
        return Integral(math.nan, math.nan)
    factor = variance / square.value
    return Integral(factor, factor * square.error / square.value)


def _followed(activation: Activation, layers: int, factor: Integral, mean: float, sigma: float) -> Iterator[Signal]:
    """The mean squares after each layer; errors of all layers before go through the map as well."""
    moments = layer_moments(activation, mean, sigma)
    square, gradient = Integral(mean * mean + sigma * sigma, 0.0), Integral(1.0, 0.0)
    is_centred = mean == 0
    for layer in range(1, layers + 1):
        share = square.error / square.value
        kept = _times(factor, moments.mean_square)
        after = _times(factor, _moved(moments.mean_square, moments.mean_square_change, share))
        slope = _moved(moments.mean_square_slope, moments.mean_square_slope_change, share)
        gradient = _times(gradient, _times(factor, slope))
        yield Signal(Estimate.of(after), Estimate.of(gradient))
        # Where a layer keeps q as far as can be told, q stays: nothing is left that could move it.
        if is_centred and abs(kept.value - square.value) <= kept.error < math.inf:
            continue
        if not (sys.float_info.min <= after.value < math.inf and after.error < math.inf):  # NaN compares as false
            # Pre-activations underflow, or are infinite or unknown from here on, and so is where slopes are taken.
            ends = Estimate(0.0) if after.value < sys.float_info.min else Estimate.of(after)
            is_settled = math.isnan(gradient.error) or gradient in (Integral(0.0, 0.0), Integral(math.inf, 0.0))
            rest = Estimate.of(gradient) if is_settled else Estimate(None, 0)
            yield from [Signal(ends, rest)] * (layers - layer)
            return
        square, is_centred = after, True
        moments = layer_moments(activation, 0.0, math.sqrt(after.value))


def _moved(moment: Integral, change: Integral, share: float) -> Integral:
    """A moment with the error that it has from a variance off by this share of itself."""
    if share == 0 or not math.isfinite(moment.error) or math.isinf(moment.value):
        return moment
    by = share * (abs(change.value) + change.error) / 2
    return Integral(moment.value, moment.error + (by if math.isfinite(by) else math.inf))


def _times(one: Integral, other: Integral) -> Integral:
    """The product of two that are not negative, in the way of an `Integral`: undefined, infinite, or with an error."""
    if math.isnan(one.error) or math.isnan(other.error):
        return Integral(math.nan, math.nan)
    value = one.value * other.value
    if math.isinf(one.error) or math.isinf(other.error) or math.isnan(value):
        return Integral(value, math.inf)
    return (
        Integral(math.inf, 0.0)
        if math.isinf(value)
        else Integral(value, one.error * other.value + other.error * one.value)
    )

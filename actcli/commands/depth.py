"""A signal and its gradient through layers of random weights: a row a depth, for `compare` and `plot --layers`."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from actcli.analysis.depth import DEEPEST, Init, Propagation, Signal, keeping_gain, layer_of, power, propagation
from actcli.analysis.normal import Estimate
from actcli.analysis.shape import largest_slope
from actcli.arrays import Floats
from actcli.catalog import Activation
from actcli.commands.pipeline import description
from actcli.errors import UsageError
from actcli.results import Answer, Chunk, Field, Header, Result, Vectors, View
from actcli.results.accumulators import ClosingMessages
from actcli.results.messages import Message, note

MEAN_SQUARES = (Field("signal"), Field("gradient"))
"""What a picture draws of each depth."""


def through_depth(
    command: str,
    activations: Sequence[Activation],
    layers: Sequence[int],
    init: Init,
    mean: float,
    sigma: float,
    view: View | None = None,
) -> Result:
    """Mean squares of signal and gradient after each of some numbers of layers; a picture where there is a view.

    Rows hold the power of the largest slope too. Raises UsageError for more layers than are followed.
    """
    if max(layers) > DEEPEST:
        raise UsageError(f"--layers {max(layers)} is too deep to follow a signal", f"--layers {DEEPEST} is the most")
    found = [propagation(each, max(layers), init, mean, sigma) for each in activations]
    fields = MEAN_SQUARES if view else (*MEAN_SQUARES, Field("slopes"))
    depths = np.array(layers)
    vectors = Vectors(depths.astype(np.float64), np.array([depths.size]), dtype=depths.dtype)
    answers = [
        Answer(vectors.lengths, _columns(each, its, layers)) for each, its in zip(activations, found, strict=True)
    ]
    header = Header(
        command=command,
        descriptions=tuple(
            description(each) | _described(each, its, mean, sigma) for each, its in zip(activations, found, strict=True)
        ),
        fields=fields,
        zones=tuple(() for _ in activations),
        headings={"x": "layers"},
        x_name="layers",
        settings={"mean": mean, "sigma": sigma, "layers": list(layers), "init": init},
        messages=(
            note("signal_followed", mean=mean, sigma=sigma, has_slopes=view is None),
            *_unsettled(activations, found),
        ),
        view=view,
    )
    closing = [*_fades(activations, found), *initial_weights(activations, init, mean, sigma)]
    return Result(header, [Chunk(vectors, tuple(answers), is_sampled=True)], [ClosingMessages(closing)])


def initial_weights(activations: Sequence[Activation], init: Init, mean: float, sigma: float) -> Iterator[Message]:
    """Notes on the weights to begin with, a line each to be copied."""
    for each in activations:
        gain = propagation(each, 1, init, mean, sigma).gain.value
        keeping = keeping_gain(each, mean, sigma).value
        yield note("initial_weights", function=each.name, gain=gain, keeping=keeping)


def _fades(activations: Sequence[Activation], found: Sequence[Propagation]) -> Iterator[Message]:
    """Notes on the layer from which on a gradient has vanished."""
    for activation, its in zip(activations, found, strict=True):
        yield note(
            "gradient_fades",
            function=activation.name,
            slopes_vanish_at=layer_of(largest_slope(activation).size),
            vanishes_at=its.fades_at(),
            is_known=all(math.isfinite(_number(signal.backward)) for signal in its.signals),
        )


def _columns(activation: Activation, found: Propagation, layers: Sequence[int]) -> dict[str, Floats]:
    signals = [found.signals[layer - 1] for layer in layers]
    steepest = largest_slope(activation).size
    return {
        "signal": np.array([_number(signal.forward) for signal in signals]),
        "gradient": np.array([_number(signal.backward) for signal in signals]),
        "slopes": np.array([power(steepest, layer) for layer in layers]),
    }


def _number(estimate: Estimate) -> float:
    return math.nan if estimate.value is None else estimate.value


def _described(activation: Activation, found: Propagation, mean: float, sigma: float) -> dict[str, float | int | None]:
    return {
        "gain": found.gain.value,
        "keeping_gain": keeping_gain(activation, mean, sigma).value,
        "gradient_bound_vanishes_at": layer_of(largest_slope(activation).size),
    }


def _unsettled(activations: Sequence[Activation], found: Sequence[Propagation]) -> Iterator[Message]:
    """Notes on mean squares that are no numbers, and from which layer on."""
    for activation, its in zip(activations, found, strict=True):
        for name in Signal._fields:
            sizes = [_number(getattr(signal, name)) for signal in its.signals]
            layer = next((layer for layer, size in enumerate(sizes, 1) if not math.isfinite(size)), None)
            if layer is not None:
                value = getattr(its.signals[layer - 1], name).value
                before = its.signals[layer - 2].forward.value if layer > 1 else None
                facts = {"part": name, "layer": layer, "value": value, "before": before}
                yield note("signal_unsettled", function=activation.name, **facts)

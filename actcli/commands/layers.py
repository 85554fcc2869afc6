"""`--layers`: what a stack of layers makes of a gradient, told in numbers and in words."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np

from actcli.analysis.depth import VANISHED, Depth, depth, vanishing_layer
from actcli.arrays import Floats
from actcli.catalog import Activation
from actcli.commands.chunks import card, element_wise_chunks, zones_of
from actcli.commands.rounding import in_type
from actcli.dtypes import Precision
from actcli.errors import counted
from actcli.inputs.sources import Input
from actcli.results import Chunk, Field, Header, Result, Summary


def through_layers(
    activation: Activation, opened: Input, layers: int, saturation: float | None, precision: Precision | None
) -> Result:
    """The slope at each value to the power of the layers, and what they leave of a gradient whatever the values are."""
    zoned = zones_of([activation], saturation, precision)
    stacked = depth(activation, layers)
    header = Header(
        command="grad",
        cards=(card(activation) | stacked.told(),),
        fields=(Field("factor"),),
        zones=zoned,
        settings={"layers": layers},
        notes=(sentence(activation.name, stacked),),
    )
    summary = Summary()
    chunks = element_wise_chunks([activation], opened.blocks, _factors(layers), zoned)
    return in_type(Result(opened.described(header), _watched(activation, chunks, summary), summary), precision)


def _factors(layers: int) -> Callable[[Activation, Floats], Mapping[str, Floats]]:
    def columns(activation: Activation, x: Floats) -> Mapping[str, Floats]:
        with np.errstate(all="ignore"):
            return {"factor": activation.slope(x) ** layers}

    return columns


def sentence(name: str, stacked: Depth) -> str:
    """What so many layers make of a gradient: at most, for normal inputs, and from which layer on it has vanished."""
    layers = "1 layer multiplies" if stacked.layers == 1 else f"{stacked.layers} layers multiply"
    most = "by more than any number" if math.isinf(stacked.bound) else f"by at most {stacked.bound:.3g}"
    told = f"{name}: {layers} a gradient {most}{_from_layer(stacked.bound_vanishes_at)}"
    if stacked.rms is None or not math.isfinite(stacked.rms):
        return told
    return f"{told}, by {stacked.rms:.3g} in root mean square{_from_layer(stacked.rms_vanishes_at)}"


def _from_layer(layer: int | None) -> str:
    return "" if layer is None else f" (below {VANISHED:g} from layer {layer} on)"


def _watched(activation: Activation, chunks: Iterable[Chunk], summary: Summary) -> Iterator[Chunk]:
    """Hand the chunks on, and at the end note between which layers the factor falls below a thousandth."""
    earliest, latest, lasting = np.inf, 0.0, 0
    for chunk in chunks:
        yield chunk
        layer = vanishing_layer(activation.slope(chunk.vectors.values))
        ends = layer[np.isfinite(layer)]
        lasting += int(np.count_nonzero(layer == np.inf))
        if ends.size:
            earliest, latest = min(earliest, float(ends.min())), max(latest, float(ends.max()))
    if latest:
        span = f"layer {latest:.0f}" if earliest == latest else f"layers {earliest:.0f} to {latest:.0f}"
        summary.notes.append(f"{activation.name}: the factor falls below {VANISHED:g} at {span}")
    if lasting:
        inputs = counted(lasting, "input")
        summary.notes.append(f"{activation.name}: at {inputs} no number of layers brings it below {VANISHED:g}")

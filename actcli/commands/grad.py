"""`actcli grad`: the slope of a function, its curvature, and what layers make of a slope."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from actcli.catalog import VECTOR_FUNCTIONS, Activation, find
from actcli.commands.chunks import (
    Columns,
    answered_chunks,
    card,
    cut,
    element_wise,
    element_wise_chunks,
    is_certified,
    jacobian_answer,
    order_columns,
    with_remark_on_digits,
    zones_of,
)
from actcli.errors import UsageError
from actcli.inputs.reading import Reading
from actcli.inputs.sources import open_values
from actcli.options.arguments import Function, Values
from actcli.options.numbers import Curvature, Exact, Jacobian, Layers, Saturation
from actcli.options.output import World
from actcli.results import Chunk, Field, Header, Result, Summary

Floats = NDArray[np.float64]

# A gradient below a thousandth is, after a few steps of training, no gradient at all.
VANISHED = 1e-3


def grad(
    world: World,
    reading: Reading,
    function: Function,
    values: Values = None,
    curvature: Curvature = False,
    layers: Layers = None,
    jacobian: Jacobian = False,
    exact: Exact = False,
    saturation: Saturation = None,
) -> Result:
    """The slope of FUNCTION at each of VALUES."""
    if jacobian:
        return _jacobian(world, reading, function, values, refused={"--curvature": curvature, "--layers": layers})
    if curvature and layers:
        raise UsageError("--layers multiplies slopes: it cannot stand beside --curvature", "leave out one of them")
    certified = is_certified(world, exact)
    if certified and layers:
        raise UsageError("the factor of --layers cannot be certified", "certify the slope: leave out --layers")
    activation = element_wise(function, "grad")
    opened = open_values(values or (), reading, world.terminal, stdin_by_default=True)
    name = "curvature" if curvature else "factor" if layers else "slope"
    zoned = zones_of([activation], saturation)
    header = Header(
        command="grad",
        cards=(card(activation),),
        fields=(Field(name, is_text=certified and world.presentation.digits is not None),),
        zones=zoned,
        settings={"layers": layers} if layers else {},
    )
    header = with_remark_on_digits(header, activation, world, exact)
    summary = Summary()
    columns = _factor(layers) if layers else order_columns(name, 2 if curvature else 1, world, exact)
    blocks = cut(opened.blocks, 1) if certified else opened.blocks
    chunks = element_wise_chunks([activation], blocks, columns, zoned)
    return Result(
        opened.described(header), _watching_layers(activation, chunks, summary) if layers else chunks, summary
    )


def _jacobian(world: World, reading: Reading, spec: str, values: Values, refused: Mapping[str, object]) -> Result:
    """The slopes of every component of a vector function in every input."""
    for option in (option for option, given in refused.items() if given):
        raise UsageError(f"--jacobian holds slopes alone: it cannot stand beside {option}", f"leave out {option}")
    activation = find(spec)
    if isinstance(activation, Activation):
        cure = f"its Jacobian is diagonal: `actcli grad {activation.name}` gives the slopes"
        raise UsageError(f"{activation.name} is element-wise, and --jacobian is for functions of whole vectors", cure)
    if activation.entry.jacobian is None:
        having = ", ".join(entry.shown_name for entry in VECTOR_FUNCTIONS if entry.jacobian)
        raise UsageError(f"{activation.name} has no Jacobian here", f"these have one: {having}")
    opened = open_values(values or (), reading, world.terminal, stdin_by_default=True)
    header = Header(
        command="grad",
        cards=(card(activation),),
        fields=(Field("jacobian", per="pair"),),
    )
    return Result(
        opened.described(header), answered_chunks(opened, [partial(jacobian_answer, activation.jacobian)], rows=1)
    )


def _factor(layers: int) -> Columns:
    def columns(activation: Activation, x: Floats) -> Mapping[str, Floats]:
        with np.errstate(all="ignore"):
            return {"factor": activation.slope(x) ** layers}

    return columns


def vanishing_layer(slope: Floats) -> Floats:
    """The first layer at which |slope|**layer is below a thousandth; inf where no layer is, NaN for NaN."""
    steepness = np.abs(slope)
    with np.errstate(all="ignore"):
        layer = np.maximum(1.0, np.floor(np.log(VANISHED) / np.log(steepness)))
        # The quotient of logarithms may be one off either way: the powers themselves decide.
        layer = np.where(steepness**layer >= VANISHED, layer + 1, layer)
        return np.asarray(np.where(steepness >= 1, np.inf, layer) + 0 * steepness)


def _watching_layers(activation: Activation, chunks: Iterable[Chunk], summary: Summary) -> Iterator[Chunk]:
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
        inputs = "1 input" if lasting == 1 else f"{lasting} inputs"
        summary.notes.append(f"{activation.name}: at {inputs} no number of layers brings it below {VANISHED:g}")

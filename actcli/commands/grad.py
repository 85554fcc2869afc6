"""`actcli grad`: the slope of a function, its curvature, its Jacobian, and what layers make of a slope."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from actcli.arrays import Floats, Numbers
from actcli.catalog import VECTOR_FUNCTIONS, Activation, find
from actcli.commands.pipeline import (
    answered_chunks,
    at_each_input,
    described,
    description,
    doubts,
    element_wise,
    element_wise_chunks,
    jacobian_answer,
    odd_answers,
    orders_of,
    typed,
    zone_counts,
    zones_of,
)
from actcli.dtypes import NumberType
from actcli.errors import UsageError
from actcli.formula.tree import Number, Operation, Slope
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import Source, open_values
from actcli.options import Curvature, Exact, Excludes, Function, Jacobian, Layers, Saturation, Values, check
from actcli.output import Output, OutputOptions
from actcli.results import Field, Header, Result
from actcli.results.messages import note

_RULES = (
    Excludes(("--jacobian",), ("--curvature", "--layers", "--exact"), "a Jacobian holds float64 slopes"),
    Excludes(("--jacobian",), ("--saturation",), "functions of whole vectors have no zones"),
    Excludes(("--layers",), ("--curvature", "--exact")),
)


def grad(
    output_options: OutputOptions,
    input_options: InputOptions,
    function: Function,
    values: Values = None,
    curvature: Curvature = False,
    layers: Layers = None,
    jacobian: Jacobian = False,
    exact: Exact = False,
    saturation: Saturation = None,
) -> tuple[Result, Output]:
    """The slope of FUNCTION at each of VALUES."""
    given = {"--jacobian": jacobian, "--curvature": curvature, "--layers": layers, "--exact": exact}
    check(given | {"--saturation": saturation}, _RULES)
    input_options = typed(input_options, values or ())
    dtype = input_options.number_type
    can_certify = not (jacobian or layers)
    output = output_options.settle(
        "values" if jacobian else "vectors", can_certify=can_certify, exact=exact, dtype=dtype
    )
    if jacobian:
        return _jacobian(function, values or (), input_options, output), output
    activation = element_wise(function, "grad")
    if output.is_totals and not layers:
        from actcli.commands.statistics import data_totals  # with moments that no row needs

        return data_totals("grad", activation, values or (), input_options, output, saturation), output
    source = open_values(values or (), input_options, output.terminal, stdin_by_default=True)
    source = source.answered_in(output.raw_type)
    answered = dtype or output.raw_type
    if layers:
        return _through_layers(activation, source, layers, saturation, answered), output
    return at_each_input(output, activation, 2 if curvature else 1, source, saturation, answered), output


def _jacobian(spec: str, values: Sequence[str], input_options: InputOptions, output: Output) -> Result:
    """The slopes of every component of a vector function in every input."""
    activation = find(spec)
    if isinstance(activation, Activation):
        cure = f"its Jacobian is diagonal: `actcli grad {activation.name}` gives the slopes"
        raise UsageError(f"{activation.name} is element-wise, and --jacobian is for functions of whole vectors", cure)
    if activation.entry.jacobian is None:
        having = ", ".join(entry.shown_name for entry in VECTOR_FUNCTIONS if entry.jacobian)
        raise UsageError(f"{activation.name} has no Jacobian here", f"these have one: {having}")
    source = open_values(values, input_options, output.terminal, stdin_by_default=True)
    source = source.answered_in(output.raw_type)
    fields = (Field("jacobian", per="pair", has_x=activation.entry.keeps_length),)
    header = Header(command="grad", descriptions=(description(activation),), fields=fields, has_masks=True)
    chunks = answered_chunks(source, [partial(jacobian_answer, activation.jacobian)], fields, rows=1)
    return Result(described(header, source, input_options.number_type), chunks)


def _through_layers(
    activation: Activation, source: Source, layers: int, level: float | None, dtype: NumberType | None
) -> Result:
    """The slope at each value to the power of the layers, and what they leave of a gradient whatever the values are."""
    from actcli.analysis.depth import depth  # with the moments that no slope by itself needs
    from actcli.results.statistics import VanishingLayers

    zoned = zones_of([activation], level, dtype)
    stacked = depth(activation, layers)
    field = Field("factor")
    header = Header(
        command="grad",
        descriptions=(description(activation) | stacked.totals(),),
        fields=(field,),
        zones=zoned,
        settings={"layers": layers},
        has_layers=True,
        messages=(note("gradient_factor", function=activation.name, depth=stacked, has_inputs=True),),
    )

    slope = activation.form(1) or Slope(activation.tree)
    power = Activation(activation.name, activation.formula, Operation("**", (slope, Number(layers))))

    def columns(activation: Activation, x: Floats) -> Mapping[str, Numbers]:
        found = orders_of(activation, x, ["slope"])
        with np.errstate(all="ignore"):
            factor = np.asarray(found["slope"] ** layers)
        if dtype is not None:  # the power of a slope that is rounded already would be rounded twice
            there = np.isfinite(x)
            factor[there] = power.answers(0, x[there], dtype).values
        return {"factor": factor, **found}

    chunks = element_wise_chunks([activation], source.blocks, columns, zoned, [field])
    accumulators = (
        *zone_counts([activation], zoned),
        *odd_answers([activation]),
        *doubts([activation]),
        VanishingLayers(activation.name),
    )
    return Result(described(header, source, dtype), chunks, accumulators)

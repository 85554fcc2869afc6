"""`actcli grad`: the slope of a function, its curvature, and what layers make of a slope."""

from collections.abc import Mapping
from functools import partial

from actcli.catalog import VECTOR_FUNCTIONS, Activation, find
from actcli.commands.chunks import (
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
from actcli.commands.rounding import in_type
from actcli.errors import UsageError
from actcli.inputs.reading import Reading
from actcli.inputs.sources import open_values
from actcli.options.arguments import Function, Values
from actcli.options.numbers import Curvature, Exact, Jacobian, Layers, Saturation
from actcli.options.output import World
from actcli.results import Field, Header, Result


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
    certified = is_certified(world, exact, reading.precision)
    if certified and layers:
        raise UsageError("the factor of --layers cannot be certified", "certify the slope: leave out --layers")
    activation = element_wise(function, "grad")
    opened = open_values(values or (), reading, world.terminal, stdin_by_default=True)
    if layers:
        from actcli.commands.layers import through_layers  # with the statistics that no slope by itself needs

        return through_layers(activation, opened, layers, saturation, reading.precision)
    name = "curvature" if curvature else "slope"
    zoned = zones_of([activation], saturation, reading.precision)
    header = Header(
        command="grad",
        cards=(card(activation),),
        fields=(Field(name, is_text=certified and world.presentation.digits is not None),),
        zones=zoned,
    )
    header = with_remark_on_digits(header, activation, world, exact)
    blocks = cut(opened.blocks, 1) if certified else opened.blocks
    columns = order_columns(name, 2 if curvature else 1, world, exact, reading.precision)
    chunks = element_wise_chunks([activation], blocks, columns, zoned)
    return in_type(Result(opened.described(header), chunks), reading.precision)


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
    chunks = answered_chunks(opened, [partial(jacobian_answer, activation.jacobian)], rows=1)
    return in_type(Result(opened.described(header), chunks), reading.precision)

"""`actcli grad`: the slope of a function, its curvature, and what layers make of a slope."""

from collections.abc import Mapping
from functools import partial

from actcli.catalog import VECTOR_FUNCTIONS, Activation, find
from actcli.commands.chunks import answered_chunks, card, element_wise, is_certified, jacobian_answer
from actcli.commands.orders import at_each_input
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
    order = 2 if curvature else 1
    return at_each_input(
        world, activation, order, opened, exact=exact, saturation=saturation, precision=reading.precision
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
    header = Header(command="grad", cards=(card(activation),), fields=(Field("jacobian", per="pair"),))
    chunks = answered_chunks(opened, [partial(jacobian_answer, activation.jacobian)], rows=1)
    return in_type(Result(opened.described(header), chunks), reading.precision)

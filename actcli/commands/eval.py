"""`actcli eval`: the value of a function."""

from functools import partial

from actcli.catalog import VectorActivation, find
from actcli.commands.chunks import answered_chunks, card, is_certified, vector_answer
from actcli.commands.orders import at_each_input
from actcli.commands.rounding import in_type
from actcli.errors import UsageError
from actcli.inputs.reading import Reading
from actcli.inputs.sources import open_values
from actcli.options.arguments import Function, Values
from actcli.options.numbers import Exact, Saturation, Seed
from actcli.options.output import World
from actcli.results import Field, Header, Result


def eval_(
    world: World,
    reading: Reading,
    function: Function,
    values: Values = None,
    exact: Exact = False,
    seed: Seed = None,
    saturation: Saturation = None,
) -> Result:
    """The value of FUNCTION at each of VALUES."""
    activation = find(function if seed is None else f"{function}{',' if ':' in function else ':'}seed={seed}")
    certified = is_certified(world, exact, reading.precision)
    opened = open_values(values or (), reading, world.terminal, stdin_by_default=True)
    if isinstance(activation, VectorActivation):
        if certified:
            raise UsageError(f"{activation.name} cannot be certified here", "actcli softmax --exact can")
        fields = (Field("value", has_x=activation.entry.keeps_length),)
        header = Header(command="eval", cards=(card(activation),), fields=fields)
        chunks = answered_chunks(opened, [partial(vector_answer, activation.drawing())])
        return in_type(Result(opened.described(header), chunks), reading.precision)
    return at_each_input(world, activation, 0, opened, exact=exact, saturation=saturation, precision=reading.precision)

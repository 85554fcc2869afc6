"""`actcli eval`: the value of a function."""

from functools import partial

from actcli.catalog import VectorActivation, find
from actcli.commands.chunks import (
    answered_chunks,
    card,
    cut,
    element_wise_chunks,
    is_certified,
    order_columns,
    vector_answer,
    with_remark_on_digits,
    zones_of,
)
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
        header = Header(
            command="eval",
            cards=(card(activation),),
            fields=fields,
        )
        chunks = answered_chunks(opened, [partial(vector_answer, activation.drawing())])
        return in_type(Result(opened.described(header), chunks), reading.precision)
    zoned = zones_of([activation], saturation, reading.precision)
    header = Header(
        command="eval",
        cards=(card(activation),),
        fields=(Field("value", is_text=certified and world.presentation.digits is not None),),
        zones=zoned,
    )
    header = with_remark_on_digits(header, activation, world, exact)
    blocks = cut(opened.blocks, 1) if certified else opened.blocks
    columns = order_columns("value", 0, world, exact, reading.precision)
    chunks = element_wise_chunks([activation], blocks, columns, zoned)
    return in_type(Result(opened.described(header), chunks), reading.precision)

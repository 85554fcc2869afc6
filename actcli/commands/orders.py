"""Value, slope or curvature of an element-wise function at each input: what `eval` and `grad` share."""

from actcli.catalog import Activation
from actcli.catalog.function import ORDERS
from actcli.commands.chunks import Columns, card, cut, element_wise_chunks, is_certified, zones_of
from actcli.commands.rounding import in_type
from actcli.dtypes import Precision
from actcli.inputs.sources import Input
from actcli.options.output import World
from actcli.render.presentation import default_format
from actcli.results import Field, Header, Result


def at_each_input(
    world: World,
    activation: Activation,
    order: int,
    opened: Input,
    *,
    exact: bool,
    saturation: float | None,
    precision: Precision | None,
) -> Result:
    """Value (0), slope (1) or curvature (2) at each input, in float64 or certified: one value at a time then."""
    certified = is_certified(world, exact, precision)
    zoned = zones_of([activation], saturation, precision)
    name = ORDERS[order]
    header = Header(
        command="grad" if order else "eval",
        cards=(card(activation),),
        fields=(Field(name, is_text=certified and world.presentation.digits is not None, is_certified=certified),),
        zones=zoned,
    )
    if activation.entry is None and not certified:
        header = _with_remark_on_digits(header, activation, world)
    columns = _certified(name, order, world, precision) if certified else _in_float64(name, order)
    blocks = cut(opened.blocks, 1) if certified else opened.blocks
    chunks = element_wise_chunks([activation], blocks, columns, zoned)
    return in_type(Result(opened.described(header), chunks), precision)


def _with_remark_on_digits(header: Header, activation: Activation, world: World) -> Header:
    """The header, with a note beside a table that a formula of no entry loses what float64 loses."""
    presentation = world.presentation
    if (presentation.format or default_format(header, presentation, world.terminal.stdout_is_tty)) != "table":
        return header
    note = f"{activation.name} is evaluated in float64 as written; --exact gives the truth"
    return header._replace(notes=(*header.notes, note))


def _in_float64(name: str, order: int) -> Columns:
    return lambda activation, x: {name: activation.order(order, x)}


def _certified(name: str, order: int, world: World, precision: Precision | None) -> Columns:
    """Certified answers; in a number type its nearest numbers."""
    from actcli.commands.certified import column  # ball arithmetic is for those who ask for it

    return lambda activation, x: {name: column(activation, order, x, world.presentation.digits, precision)}

"""`compare --input`: what data looks like behind each function, as totals of one pass."""

from collections.abc import Sequence

from actcli.arrays import Floats
from actcli.catalog import Activation
from actcli.commands.chunks import card, element_wise, element_wise_chunks, zones_of
from actcli.inputs.sources import Input
from actcli.results import Field, Header, Result, Summary
from actcli.results.activations import Behind


def behind_data(specs: Sequence[str], opened: Input, layers: int | None, saturation: float | None) -> Result:
    """The statistics of each element-wise function over an input; no rows of values."""
    activations = [element_wise(spec, "compare --input") for spec in specs]
    zoned = zones_of(activations, saturation)
    header = Header(
        command="compare",
        cards=tuple(card(activation) for activation in activations),
        fields=(Field("value"),),
        zones=zoned,
        settings={"layers": layers} if layers else {},
        is_total=True,
    )
    chunks = element_wise_chunks(activations, opened.blocks, _value_and_slope, zoned)
    return Result(opened.described(header), chunks, Summary([Behind(layers) for _ in activations]))


def _value_and_slope(activation: Activation, x: Floats) -> dict[str, Floats]:
    return {"value": activation.value(x), "slope": activation.slope(x)}

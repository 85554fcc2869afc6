"""`actcli compare`: functions side by side, their properties and their values."""

from typing import Any

import numpy as np

from actcli.catalog import Activation
from actcli.commands.chunks import card, element_wise, element_wise_chunks, zones_of
from actcli.errors import UsageError
from actcli.inputs.reading import Reading
from actcli.inputs.sources import open_values
from actcli.inputs.words import is_values
from actcli.landmarks import kinks
from actcli.options.arguments import FunctionsAndValues
from actcli.options.numbers import Saturation
from actcli.options.output import World
from actcli.results import Field, Header, Result

_PROPERTIES = ("name", "formula", "limits", "slope_at_zero", "kinks", "used_for")


def compare(
    world: World,
    reading: Reading,
    functions_and_values: FunctionsAndValues = None,
    saturation: Saturation = None,
) -> Result:
    """FUNCTIONS side by side: what each is, and its values at VALUES."""
    words = functions_and_values or []
    values = [word for word in words if word == "-" or is_values(word)]
    activations = [element_wise(word, "compare") for word in words if word not in values]
    if not activations:
        raise UsageError("compare needs functions", "actcli compare gelu silu -2 0 2; `actcli list` shows every name")
    zoned = zones_of(activations, saturation)
    header = Header(
        command="compare",
        cards=tuple(_properties(activation) for activation in activations),
        fields=(Field("value"),) if values or reading.files else (),
        zones=zoned,
        properties=_PROPERTIES,
    )
    if not values and not reading.files:
        return Result(header)
    opened = open_values(values, reading, world.terminal, stdin_by_default=False)
    chunks = element_wise_chunks(activations, opened.blocks, lambda each, x: {"value": each.value(x)}, zoned)
    return Result(opened.described(header), chunks)


def _properties(activation: Activation) -> dict[str, Any]:
    """What a function is, on its own."""
    return card(activation) | {
        "limits": [activation.limit(0, end) for end in (-np.inf, np.inf)],
        "slope_at_zero": float(activation.slope(np.zeros(1))[0]),
        "kinks": [kink.x for kink in kinks(activation)],
        "used_for": activation.entry.used_for if activation.entry else "",
    }

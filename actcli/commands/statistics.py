"""Statistics of data after each function, layer by layer: what `compare --input` and `--summary` have in common."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from actcli.analysis import Zone, ZoneKind
from actcli.arrays import Floats, Numbers
from actcli.catalog import Activation
from actcli.commands.pipeline import described, description, element_wise_chunks, orders_of, zones_of
from actcli.dtypes import NumberType
from actcli.errors import UsageError
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import Source, open_values, refuse_kept
from actcli.output import Output
from actcli.results import Header, Result
from actcli.results.messages import Message, note
from actcli.results.statistics import of_data

if TYPE_CHECKING:
    from actcli.analysis.images import Images


class DataQuery(NamedTuple):
    """What to compute of data."""

    level: float | None = None
    """The share of --saturation."""
    layers: int | None = None
    """How many layers give a gradient a factor."""
    units: bool = False
    """Whether the ill units are listed."""
    outputs: bool = False
    """Whether the data is what comes out of the functions, not what goes in."""


def data_options(input_options: InputOptions) -> InputOptions:
    """How data is read: every array of a file is a layer."""
    return input_options._replace(every_array=True)


def statistics_of_data(
    command: str, activations: Sequence[Activation], source: Source, query: DataQuery, dtype: NumberType | None = None
) -> Result:
    """What each function makes of an input, layer by layer and of all of it; no rows of values."""
    zoned = zones_of(activations, query.level, dtype)
    layers = query.layers
    header = Header(
        command=command,
        descriptions=tuple(description(activation) for activation in activations),
        zones=zoned,
        settings=({"layers": layers} if layers else {}) | ({"outputs": True} if query.outputs else {}),
        has_layers=True,
        lists_units=query.units,
        is_total=True,
    )
    sought: Sequence[Sequence[Zone]] = zoned
    ambiguous: Sequence[frozenset[ZoneKind]] = [frozenset()] * len(activations)
    if query.outputs:
        from actcli.analysis.images import images

        found = [images(activation, zones) for activation, zones in zip(activations, zoned, strict=True)]
        sought = [its.certain for its in found]
        ambiguous = [frozenset(zone.kind for zone in its.ambiguous) for its in found]
        header = header._replace(messages=tuple(_notes_on_outputs(activations, found)))
    accumulators = of_data(
        activations, zoned, layers, lists_units=query.units, are_outputs=query.outputs, ambiguous=ambiguous
    )

    def columns(activation: Activation, x: Floats) -> Mapping[str, Numbers]:
        if query.outputs:
            return {"value": x, "slope": np.full_like(x, np.nan)}
        return orders_of(activation, x, ("value", "slope"), dtype)

    chunks = element_wise_chunks(activations, source.blocks, columns, sought)
    return Result(described(header, source, dtype), chunks, accumulators)


def _notes_on_outputs(activations: Sequence[Activation], found: "Sequence[Images]") -> Iterator[Message]:
    """What outputs leave open."""
    yield note("outputs_taken")
    for activation, its in zip(activations, found, strict=True):
        if its.ambiguous:
            yield note("zones_ambiguous", function=activation.name, zones=its.ambiguous)


def data_totals(
    command: str,
    activation: Activation,
    values: Sequence[str],
    options: InputOptions,
    output: Output,
    level: float | None,
) -> Result:
    """What takes the place of rows: the statistics that `compare` gives of the same input.

    Raises UsageError where digits are to be certified, for totals have none.
    """
    if output.is_certified:
        raise UsageError("totals have no certified digits", "leave out --summary, or --exact and over 17 --digits")
    refuse_kept(options)
    source = open_values(values, data_options(options), output.terminal, stdin_by_default=True)
    return statistics_of_data(command, [activation], source, DataQuery(level), options.number_type)

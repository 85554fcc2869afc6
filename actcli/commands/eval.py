"""`actcli eval`: the value of a function."""

from functools import partial

from actcli.catalog import VectorActivation, find
from actcli.commands.pipeline import (
    answered_chunks,
    at_each_input,
    described,
    description,
    typed,
    vector_answer,
)
from actcli.errors import UsageError
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import open_values
from actcli.options import Exact, Excludes, Function, Inverse, Saturation, Seed, Values, check
from actcli.output import NUMBERS, Output, OutputOptions
from actcli.results import Field, Header, Result

_RULES = (Excludes(("--inverse",), ("--seed", "--saturation")),)


def eval_(
    output_options: OutputOptions,
    input_options: InputOptions,
    function: Function,
    values: Values = None,
    inverse: Inverse = False,
    exact: Exact = False,
    seed: Seed = None,
    saturation: Saturation = None,
) -> tuple[Result, Output]:
    """The value of FUNCTION at each of VALUES."""
    check({"--inverse": inverse, "--seed": seed is not None, "--saturation": saturation}, _RULES)
    activation = find(function)
    if seed is not None:
        if not isinstance(activation, VectorActivation) or "seed" not in dict(activation.parameters):
            raise UsageError(f"{activation.name} draws no random numbers and has no seed", "leave out --seed")
        activation = activation.seeded(seed)
    input_options = typed(input_options, values or ())
    dtype = input_options.number_type
    output = output_options.settle("vectors", can_certify=True, exact=exact, dtype=dtype)
    if output.is_totals and not inverse and not isinstance(activation, VectorActivation):
        from actcli.commands.statistics import data_totals  # with moments that no row needs

        return data_totals("eval", activation, values or (), input_options, output, saturation), output
    source = open_values(values or (), input_options, output.terminal, stdin_by_default=True)
    source = source.answered_in(output.raw_type)
    if inverse:
        if isinstance(activation, VectorActivation):
            raise UsageError(
                f"{activation.name} acts on whole vectors, and --inverse is for element-wise functions",
                "actcli eval sigmoid --inverse 0.9",
            )
        if output.format in NUMBERS:
            message = f"--inverse answers in words too, such as none, and {output.format} holds numbers alone"
            raise UsageError(message, "--format csv")
        from actcli.commands.inverse import inverses  # with the analysis that no value by itself needs

        return inverses(output, activation, source, dtype), output
    if not isinstance(activation, VectorActivation):
        return at_each_input(output, activation, 0, source, saturation, dtype or output.raw_type), output
    if output.is_certified:
        raise UsageError(f"{activation.name} cannot be certified here", "actcli softmax --exact can")
    if saturation is not None:
        message = f"{activation.name} is a function of whole vectors and has no zones"
        raise UsageError(message, "leave out --saturation")
    fields = (Field("value", has_x=activation.entry.keeps_length),)
    header = Header(command="eval", descriptions=(description(activation),), fields=fields, has_masks=True)
    chunks = answered_chunks(source, [partial(vector_answer, activation.drawing())], fields)
    return Result(described(header, source, dtype), chunks), output

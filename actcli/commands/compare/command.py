"""`actcli compare`: functions side by side; also the way to statistics of data, errors of a kernel, and costs."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from actcli.analysis import Zone
from actcli.analysis.depth import Init, depth
from actcli.analysis.normal import DIGITS, normal_statistics
from actcli.analysis.view import default_limits, widened
from actcli.arrays import Floats
from actcli.catalog import Activation, VectorActivation, find
from actcli.commands.pipeline import (
    answered_chunks,
    described,
    description,
    doubts,
    each_spec,
    element_wise,
    odd_answers,
    orders_of,
    typed,
    vector_answer,
    zone_counts,
    zones_of,
)
from actcli.commands.plot.curves import landmarks, sampled_chunks, watched_curves
from actcli.errors import UsageError
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import STDIN, open_values, refuse_kept, refuse_unread, stands_for_values
from actcli.options import (
    Against,
    AgainstCurvature,
    AgainstSlope,
    Cost,
    Dask,
    Depth,
    Exact,
    Excludes,
    FlushSubnormals,
    FunctionsAndValues,
    Initial,
    Mean,
    Needs,
    Outputs,
    Saturation,
    Sigma,
    Units,
    WithPlot,
    check,
)
from actcli.output import Output, OutputOptions
from actcli.results import Accumulator, Answer, Chunk, Field, Header, Result, Vectors, View, zone_codes
from actcli.results.accumulators import ClosingMessages, KindsOfFunctions
from actcli.results.messages import Message, note
from actcli.results.properties import (
    ABOUT,
    CHOICE,
    DEPTH,
    FROM_FIRST,
    NORMAL,
    SHAPE,
    SIGNAL,
    USE,
    Group,
    Subject,
    columns,
    describe,
)

Functions = Sequence[Activation | VectorActivation]


class NormalInput(NamedTuple):
    """The normal input and the number of layers that statistics are asked for."""

    mean: float = 0.0
    """Of x."""
    sigma: float = 1.0
    """The standard deviation of x."""
    layers: int | None = None
    """None where no factor of depth is asked for."""
    init: Init = 1.0
    """The gain of initial weights."""

    @property
    def settings(self) -> dict[str, Any]:
        """What shaped the answer."""
        of_layers = {"layers": self.layers, "init": self.init} if self.layers else {}
        return {"mean": self.mean, "sigma": self.sigma} | of_layers


_OF_DATA = ("--dask", "--units", "--outputs")
_A_ROW_A_DEPTH = "several depths are a row each; `actcli plot` draws them"
_RULES = (
    Excludes(("--against",), ("--cost", *_OF_DATA, "--mean", "--sigma", "--layers", "--saturation")),
    Excludes(("--cost",), (*_OF_DATA, "--mean", "--sigma", "--layers", "--saturation", "values or --input")),
    Excludes(("--slope",), ("--curvature",)),
    Excludes(("several --layers",), ("--dask", "values or --input", "--saturation", "--plot"), _A_ROW_A_DEPTH),
    Excludes(("--init",), ("data", "--dask"), "--init is for random weights, and data has none"),
    Excludes(("--plot",), ("--against", "--cost", "--dask", "data"), "the picture is of functions"),
    Needs(
        ("--slope", "--curvature", "--flush-subnormals", "--exact", "--dtype"),
        ("--against",),
        "is for the results of a kernel, and needs --against",
        "actcli compare gelu --input x.npy --against y.npy",
    ),
    Needs(("--init",), ("--layers",), "is for layers of random weights, and needs --layers", "--layers 1,2,5,10"),
    Needs(("--against",), ("values or --input",), "needs the input of the kernel", "name it with --input FILE"),
    Needs(
        ("--units", "--outputs"),
        ("input",),
        "is for data, and none is given",
        "name a file or a pattern: --input 'layer*.npy'",
    ),
    Excludes(("--outputs",), ("--layers",), "outputs do not tell slopes"),
    Excludes(("--mean", "--sigma"), ("data",), "--mean and --sigma describe a normal input"),
)


def compare(
    output_options: OutputOptions,
    input_options: InputOptions,
    functions_and_values: FunctionsAndValues = None,
    mean: Mean = None,
    sigma: Sigma = None,
    layers: Depth = None,
    init: Initial = None,
    dask: Dask = None,
    units: Units = False,
    outputs: Outputs = False,
    against: Against = None,
    slope: AgainstSlope = False,
    curvature: AgainstCurvature = False,
    flush_subnormals: FlushSubnormals = False,
    exact: Exact = False,
    cost: Cost = False,
    with_plot: WithPlot = None,
    saturation: Saturation = None,
) -> tuple[Result, Output]:
    """FUNCTIONS side by side: properties, gains and values; with --input (or -) statistics of the data after each.

    Without data, the mean, variance and gains are those of a standard normal input. Of data each layer is a row: a
    file, an array of an .npz, a tensor, or a column of arrays in JSON objects.

    How good is your kernel: --input x.npy --against y.npy holds its results y, in their number type, to the best that
    the type has. --fail-over 4ulp makes that a test.
    """
    words = functions_and_values or []
    values = [word for word in words if stands_for_values(word)]
    specs = list(each_spec(word for word in words if word not in values))
    if not specs:
        raise UsageError("compare needs functions", "actcli compare gelu silu -2 0 2; `actcli list` shows every name")
    has_data = bool(input_options.files) or STDIN in values
    given = {
        "--against": bool(against),
        "--cost": cost,
        "--dask": dask is not None,
        "--layers": layers,
        "several --layers": layers is not None and len(layers.each) > 1,
        "--init": init,
        "--mean": mean is not None,
        "--sigma": sigma is not None,
        "--saturation": saturation,
        "--slope": slope,
        "--curvature": curvature,
        "--flush-subnormals": flush_subnormals,
        "--exact": exact,
        "--dtype": input_options.number_type,
        "--plot": with_plot,
        "values or --input": bool(values or input_options.files),
        "data": has_data and not dask,
        "input": has_data,
        "--units": units,
        "--outputs": outputs,
    }
    check(given, _RULES)
    if has_data or dask or against:
        refuse_kept(input_options)
    layer_count = layers.each[0] if layers else None
    if against:
        from actcli.commands.compare.kernel import KernelQuery, compare_kernels

        output = output_options.settle("totals", can_certify=True, exact=exact)
        query = KernelQuery(tuple(against), 2 if curvature else 1 if slope else 0, flush_subnormals)
        return compare_kernels(output, typed(input_options, values), specs, values, query), output
    if not (has_data or values):
        refuse_unread(input_options)
    if cost:
        from actcli.commands.compare.cost import compare_cost

        return compare_cost(specs), output_options.settle("properties", has_values=False)
    if has_data or dask is not None:
        from actcli.commands.compare.data import compare_data, compare_files
        from actcli.commands.statistics import DataQuery, data_options

        output = output_options.settle("totals")
        data_query = DataQuery(saturation, layer_count, units, outputs)
        if dask is not None:
            return compare_files(specs, data_options(input_options), dask, data_query), output
        source = open_values(values, data_options(input_options), output.terminal, stdin_by_default=False)
        return compare_data(specs, source, data_query), output
    normal_input = NormalInput(
        0.0 if mean is None else mean, 1.0 if sigma is None else sigma, layer_count, init.value if init else 1.0
    )
    if layers and len(layers.each) > 1:
        return _by_depth(output_options, specs, layers.each, normal_input)
    output = output_options.settle("vectors" if values and len(specs) == 1 else "values", has_values=bool(values))
    for option in ("--mean", "--sigma"):
        if given[option] and values and not output.has_properties:
            message = f"{option} is for what functions make of a normal input, and {output.format} has the values alone"
            raise UsageError(message, "leave out one of them, or --format json")
    return _side_by_side(output, specs, values, input_options, normal_input, saturation, with_plot), output


def _by_depth(
    output_options: OutputOptions, specs: Sequence[str], layers: Sequence[int], normal_input: NormalInput
) -> tuple[Result, Output]:
    """A row for each number of layers, of element-wise functions."""
    from actcli.commands.depth import through_depth

    activations = [element_wise(spec, "compare --layers") for spec in specs]
    output = output_options.settle("values", has_values=False)
    its = normal_input
    return through_depth("compare", activations, layers, its.init, its.mean, its.sigma), output


def _side_by_side(
    output: Output,
    specs: Sequence[str],
    values: Sequence[str],
    input_options: InputOptions,
    normal_input: NormalInput,
    level: float | None,
    with_plot: bool | None,
) -> Result:
    """What functions are, what they make of a normal input, and their values, if values are given; a picture."""
    functions = [each.drawing() if isinstance(each, VectorActivation) else each for each in map(find, specs)]
    activations = [each for each in functions if isinstance(each, Activation)]
    if level is not None and not activations:
        raise UsageError("--saturation is for element-wise functions, and here are none", "leave out --saturation")
    if with_plot and len(activations) < len(functions):
        name = next(each.name for each in functions if isinstance(each, VectorActivation))
        raise UsageError(f"{name} acts on whole vectors, and --plot draws element-wise functions", "leave out --plot")
    if with_plot and not output.is_drawn:
        raise UsageError(f"{output.format} holds no picture", "--format table --plot")
    zoned = tuple(zones_of([each], level)[0] if isinstance(each, Activation) else () for each in functions)
    has_x = all(isinstance(each, Activation) or each.entry.keeps_length for each in functions)
    header = Header(
        command="compare",
        descriptions=tuple(description(each) for each in functions),
        fields=(Field("value", has_x=has_x),) if values else (),
        zones=zoned,
        settings=normal_input.settings,
        has_masks=not activations,
    )
    # What is to be read by rows should not wait for properties that its rows leave out.
    if not values or output.has_properties:
        header = header._replace(
            descriptions=_descriptions(functions, normal_input, _given(values, input_options, output)),
            properties=columns(*_groups(functions, normal_input)),
            messages=tuple(_unsettled(functions, normal_input)),
        )
    header = header._replace(messages=(*header.messages, *_gradient_factors(activations, normal_input)))
    chunks: Iterator[Chunk] = iter(())
    accumulators: list[Accumulator] = []
    if values:
        source = open_values(values, input_options, output.terminal, stdin_by_default=False)
        source = source.answered_in(output.raw_type)
        header = described(header, source)
        answers = [partial(_answer, each, its_zones) for each, its_zones in zip(functions, zoned, strict=True)]
        chunks = answered_chunks(source, answers, header.fields)
        accumulators += [*zone_counts(functions, zoned), *odd_answers(functions), *doubts(functions)]
        if 0 < len(activations) < len(functions):
            uses = [each.entry.used_for if each.entry else "" for each in functions]
            accumulators.append(KindsOfFunctions([each.name for each in functions], uses))
    if normal_input.layers:
        from actcli.commands.depth import initial_weights

        its = normal_input
        accumulators.append(ClosingMessages(initial_weights(activations, its.init, its.mean, its.sigma)))
    if output.is_drawn and with_plot is not False and len(activations) == len(functions):
        view = View(tuple(map(landmarks, activations)), is_asked_for=bool(with_plot))
        return _with_picture(header._replace(view=view), activations, list(chunks), accumulators)
    return Result(header, chunks, accumulators)


def _gradient_factors(activations: Sequence[Activation], normal_input: NormalInput) -> Iterator[Message]:
    for each in activations if normal_input.layers else ():
        yield note(
            "gradient_factor",
            function=each.name,
            depth=depth(each, normal_input.layers or 1, normal_input.mean, normal_input.sigma),
        )


def _answer(function: Activation | VectorActivation, its_zones: Sequence[Zone], vectors: Vectors) -> Answer:
    if isinstance(function, VectorActivation):
        return vector_answer(function, vectors)
    x = vectors.values
    return Answer(vectors.lengths, orders_of(function, x, ["value"], vectors.number_type), zone_codes(its_zones, x))


def _with_picture(
    header: Header, activations: Sequence[Activation], marked: list[Chunk], accumulators: Sequence[Accumulator]
) -> Result:
    """The picture that `plot` draws of the functions, wide enough for the values, which are marked on it."""
    values = [chunk.vectors.values[np.isfinite(chunk.vectors.values)] for chunk in marked]
    marks = np.concatenate([*values, np.empty(0)])
    x_limits = widened(default_limits(activations), marks.min(initial=np.inf), marks.max(initial=-np.inf))
    fields = (Field("value"),)
    curves = sampled_chunks(activations, x_limits, fields, header.zones)
    watched = watched_curves(activations, header.view.landmarks if header.view else (), ["value"])
    return Result(header._replace(fields=fields), chain(curves, marked), [*accumulators, *watched])


def _given(values: Sequence[str], input_options: InputOptions, output: Output) -> Floats:
    """The finite values that were typed: what is said of functions holds at them, too."""
    if not values:
        return np.empty(0)
    blocks = open_values(values, input_options, output.terminal, stdin_by_default=False).blocks
    given: Floats = np.concatenate([np.empty(0), *(block.values for block in blocks)])
    return given[np.isfinite(given)]


def _descriptions(functions: Functions, normal_input: NormalInput, given: Floats) -> tuple[dict[str, Any], ...]:
    """A description of each function; beside a function of whole vectors only what it is and is used for."""
    groups = _groups(functions, normal_input)
    first = functions[0]
    descriptions = []
    for function in functions:
        of_first = first if isinstance(first, Activation) else None
        subject = Subject(function, **normal_input._asdict(), first=of_first, given=given)
        own = [group for group in groups if group is not FROM_FIRST or function is not first]
        descriptions.append(description(function) | describe(subject, *own))
    return tuple(descriptions)


def _groups(functions: Functions, normal_input: NormalInput) -> tuple[Group, ...]:
    if not all(isinstance(each, Activation) for each in functions):
        return (ABOUT, USE)
    several = (FROM_FIRST,) if len(functions) > 1 else ()
    return (ABOUT, USE, SHAPE, NORMAL, CHOICE, *((DEPTH, SIGNAL) if normal_input.layers else ()), *several)


def _unsettled(functions: Functions, normal_input: NormalInput) -> Iterator[Message]:
    """Notes on moments that have fewer than ten certain digits."""
    for function in functions:
        if isinstance(function, Activation):
            estimates = normal_statistics(function, normal_input.mean, normal_input.sigma)._asdict()
            for name, estimate in estimates.items():
                if estimate.digits < DIGITS:
                    yield note("moment_unsettled", function=function.name, moment=name, digits=estimate.digits)

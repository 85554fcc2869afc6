"""`actcli plot`: a picture of functions, with the values given drawn over the curves."""

from collections.abc import Mapping, Sequence
from functools import partial

from actcli.analysis import Zone
from actcli.analysis.view import APART, default_limits
from actcli.catalog import Activation, find
from actcli.commands.pipeline import (
    described,
    description,
    doubts,
    each_spec,
    element_wise_chunks,
    in_type,
    odd_answers,
    orders_of,
    typed,
    zone_counts,
    zones_of,
)
from actcli.commands.plot.curves import Limits, landmarks, sampled_chunks, watched_curves, with_curves
from actcli.errors import UsageError, printable
from actcli.inputs.number import listed_names, plain
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import open_values, refuse_unread, stands_for_values
from actcli.inputs.words import read_limits
from actcli.options import (
    Against,
    Difference,
    Excludes,
    FunctionsAndValues,
    Height,
    Initial,
    Layout,
    LogX,
    LogY,
    Mean,
    Needs,
    OverLayers,
    OverTemperature,
    PlotCurvature,
    PlotSlope,
    Saturation,
    Sigma,
    Size,
    Title,
    Width,
    YLimits,
    check,
    limits,
)
from actcli.output import Output, OutputOptions
from actcli.results import Field, Header, Landmarks, Result, View

_DECADES = (0.01, 100.0)  # what a logarithmic x axis shows unless limits are set
_FAINT = 0.02  # differences are drawn as far out as they are by this share of the largest
_CLASSES = "functions of whole vectors"
_RULES = (
    Excludes(("--difference",), ("--dtype",), "the difference of two rounded numbers is not the rounded difference"),
    Excludes(("--difference",), ("--saturation",), "differences have no zones"),
    Excludes(("--size",), ("--width", "--height")),
    Excludes(
        ("--against",),
        ("--difference", "--saturation", "--log-x", "--log-y"),
        "errors are over |x|, in logarithms",
    ),
    Excludes(
        ("--layers",),
        (
            _CLASSES,
            "values",
            "--slope",
            "--curvature",
            "--difference",
            "--saturation",
            "--log-x",
            "--log-y",
            "--dtype",
            "--against",
        ),
    ),
    Needs(
        ("--init", "--mean", "--sigma"),
        ("--layers",),
        "is for a signal through layers, and needs --layers",
        "--layers 1:10",
    ),
    Excludes((_CLASSES,), ("--slope", "--curvature", "--difference", "--saturation", "--log-x", "--against")),
)


def plot(
    output_options: OutputOptions,
    input_options: InputOptions,
    functions_and_values: FunctionsAndValues = None,
    slope: PlotSlope = False,
    curvature: PlotCurvature = False,
    difference: Difference = False,
    temperature: OverTemperature = None,
    against: Against = None,
    layers: OverLayers = None,
    init: Initial = None,
    mean: Mean = None,
    sigma: Sigma = None,
    y_limits: YLimits = None,
    log_x: LogX = False,
    log_y: LogY = False,
    layout: Layout = "auto",
    width: Width = None,
    height: Height = None,
    size: Size = None,
    title: Title = None,
    saturation: Saturation = None,
) -> tuple[Result, Output]:
    """A picture of FUNCTIONS; A:B sets the x limits, other values are drawn with the curves.

    Of softmax and its family a curve a class: over one logit, x (plot softmax x,1,-3), or over --temperature.
    """
    words = functions_and_values or []
    over_logit = [word for word in words if _is_over_logit(word)]
    values = [word for word in words if word not in over_logit and stands_for_values(word)]
    functions = [find(each) for each in each_spec(word for word in words if word not in (*over_logit, *values))]
    if not functions:
        raise UsageError("plot needs a function", "actcli plot sigmoid; `actcli list` shows every name")
    activations = [each for each in functions if isinstance(each, Activation)]
    has_classes = len(activations) < len(functions) or bool(over_logit) or temperature is not None
    given = {
        "--slope": slope,
        "--curvature": curvature,
        "--difference": difference,
        "--against": bool(against),
        "--dtype": input_options.number_type,
        "--log-x": log_x,
        "--log-y": log_y,
        "--saturation": saturation,
        "--size": size,
        "--width": width,
        "--height": height,
        _CLASSES: has_classes,
        "values": bool(values or input_options.files),
        "--layers": layers,
        "--init": init,
        "--mean": mean is not None,
        "--sigma": sigma is not None,
    }
    check(given, _RULES)
    x_limits, points = _limits_and_points(values)
    view = View(
        y_limits=limits(y_limits),
        x_is_log=log_x,
        y_is_log=log_y,
        title=title,
        size=size,
        layout=layout,
        width=width,
        height=height,
    )
    has_values = bool(points or input_options.files)
    output = output_options.settle("picture", has_values=has_values)
    of_pictures = {
        "A:B": x_limits is not None and has_values,  # else it says where the curves are sampled
        "--ylim": y_limits is not None,
        "--log-x": log_x and has_values,  # likewise
        "--log-y": log_y,
        "--layout": layout != "auto",
        "--width": width,
        "--height": height,
        "--title": title is not None,
    }
    _check_picture(output, of_pictures)
    if not has_values:
        refuse_unread(input_options)
    if size and not output.is_saved_picture:
        raise UsageError(f"--size {size} is for a saved picture", "--output FILE.svg, or pdf, png, html")
    if against:
        from actcli.commands.compare.kernel import KernelQuery
        from actcli.commands.plot.errors import error_curves

        query = KernelQuery(tuple(against), 2 if curvature else 1 if slope else 0)
        specs = [each.name for each in functions]
        return error_curves(specs, points, x_limits, typed(input_options, points), output, query, view), output
    if layers:
        from actcli.commands.depth import through_depth

        if len(layers.each) < 2:
            raise UsageError("a picture needs several depths", f"--layers 1:{max(layers.each[0], 10)}")
        settings = (init.value if init else 1.0, 0.0 if mean is None else mean, 1.0 if sigma is None else sigma)
        view = view._replace(y_is_log=True, title=title or "mean squares of signal and gradient by layers")
        return through_depth("plot", activations, layers.each, *settings, view), output
    if has_classes:
        from actcli.commands.plot.classes import class_curves

        return class_curves(functions, over_logit, points, x_limits, limits(temperature), input_options, output, view)
    orders = [*["slope"] * slope, *["curvature"] * curvature]
    # On a logarithmic axis one looks at slopes alone: values would cross them and tell nothing.
    names = tuple(orders) if log_y and orders else ("value", *orders)
    return _curves(activations, names, points, x_limits, input_options, output, view, saturation, difference), output


def _curves(
    activations: Sequence[Activation],
    names: Sequence[str],
    points: Sequence[str],
    x_limits: Limits | None,
    input_options: InputOptions,
    output: Output,
    view: View,
    level: float | None,
    is_difference: bool,
) -> Result:
    """The curves of element-wise functions, or of their differences from the first, and the values given."""
    dtype = input_options.number_type
    if view.x_is_log and x_limits is not None and x_limits[0] <= 0:
        message = f"a logarithmic x axis begins above 0, not at {x_limits[0]:g}"
        raise UsageError(message, f"{x_limits[1] / 1e4 if x_limits[1] > 0 else 0.01:g}:{max(x_limits[1], 100):g}")
    default = _DECADES if view.x_is_log else default_limits(activations, _FAINT if is_difference else APART)
    if is_difference:
        view = view._replace(first=activations[0].name)
        activations, found = _differences(activations, x_limits or default)
        zoned: tuple[tuple[Zone, ...], ...] = tuple(() for _ in activations)
    else:
        found = tuple(landmarks(each, with_slope="slope" in names) for each in activations)
        zoned = zones_of(activations, level, dtype)
    fields = tuple(map(Field, names))
    header = Header(
        command="plot",
        descriptions=tuple(description(activation, names) for activation in activations),
        fields=fields,
        zones=zoned,
        view=view._replace(landmarks=found),
    )
    marks = [place.low for each in found if each.farthest for place in each.farthest.places]
    curves = partial(
        sampled_chunks, activations, fields=fields, zoned=zoned, dtype=dtype, x_is_log=view.x_is_log, marks=marks
    )
    if not (points or input_options.files):
        return Result(in_type(header, dtype), curves(x_limits or default), watched_curves(activations, found, names))
    source = open_values(points, input_options, output.terminal, stdin_by_default=False)
    columns = partial(orders_of, names=names, dtype=dtype)
    chunks = element_wise_chunks(activations, source.blocks, columns, zoned, fields)
    if output.is_drawn:  # formats for programs hold the values given
        chunks = with_curves(chunks, x_limits, default, curves, is_log=view.x_is_log)
    accumulators = (
        *zone_counts(activations, zoned),
        *odd_answers(activations),
        *doubts(activations),
        *watched_curves(activations, found, names),
    )
    return Result(described(header, source, dtype), chunks, accumulators)


def _differences(activations: Sequence[Activation], x_limits: Limits) -> tuple[list[Activation], tuple[Landmarks, ...]]:
    """The differences of all functions from the first, and the largest of each between the limits."""
    from actcli.analysis.distance import difference_between, subtracted

    first, *others = activations
    if not others:
        message = f"--difference needs a second function, and here is {printable(first.name)} alone"
        raise UsageError(message, "actcli plot gelu gelu-tanh --difference")
    peaks = (difference_between(first, each, *x_limits) for each in others)
    return [subtracted(each, first) for each in others], tuple(Landmarks(farthest=peak) for peak in peaks)


def _is_over_logit(word: str) -> bool:
    """Whether a word is a vector with x in it, such as x,1,-3."""
    pieces = listed_names(plain(word))
    return len(pieces) > 1 and "x" in pieces and all(piece == "x" or stands_for_values(piece) for piece in pieces)


def _check_picture(output: Output, of_pictures: Mapping[str, object]) -> None:
    """Raise UsageError for an option of pictures where none is drawn, and for one of numbers where one is."""
    if output.is_drawn and output.digits:
        raise UsageError("--digits is for numbers, and a picture shows none", "--format csv shows them")
    for option, is_given in of_pictures.items():
        if is_given and not output.is_drawn:
            what = "--summary" if output.is_totals else f"--format {output.format}"
            raise UsageError(f"{option} is for pictures, and {what} draws none", "leave out one of them")


def _limits_and_points(words: Sequence[str]) -> tuple[Limits | None, list[str]]:
    """The x limits, where one of the words is A:B, and the words of all other values."""
    pairs = [(word, pair) for word in words if (pair := read_limits(word)) is not None]
    if len(pairs) > 1:
        raise UsageError(f"two x limits: {pairs[0][0]} and {pairs[1][0]}", "leave out one of them")
    rest = [word for word in words if not pairs or word != pairs[0][0]]
    return pairs[0][1] if pairs else None, rest

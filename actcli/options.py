"""Every option and argument once, as an annotated type; the groups that records stand for; what excludes what."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from itertools import product
from math import inf, sqrt
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, NewType, get_args

import typer

from actcli.dtypes import NUMBER_TYPES, number_type_named
from actcli.errors import UsageError, printable
from actcli.formula import ExpressionError, constant
from actcli.inputs.formats import FormatName as InputFormat
from actcli.inputs.number import MINUS_SIGN, number, shortened
from actcli.inputs.options import InputOptions, OnError
from actcli.inputs.words import read_limits, read_words
from actcli.output import FormatName, Gate, OutputOptions, output_file
from actcli.results import SizeName
from actcli.terminal import Ground, Terminal

if TYPE_CHECKING:
    from actcli.analysis.depth import Init

# The ends of whole numbers: what can be certified, drawn in seconds, held as an index, or taken by a generator.
_MOST_DIGITS, _MOST_CELLS, _MOST_RANKS, _MOST_LAYERS = 4_000, 1_000, 10**9, 10**9
_MOST_SEED = 2**64 - 1
_MOST_AXES = 32  # of an array of NumPy 1
_WRITTEN_OUT = 40  # digits that are read exactly; a longer number is too large for anything
_MOST_TEMPERATURES = 1_000

_SHARE, _SHARE_CURE = "a share between 0 and 1", "write 5% or 0.05"

# What is typed behind an option, to numbers; errors say how to write them.


def real(text: str, wanted: str = "a number", cure: str | None = None) -> float:
    """Read a number or constant expression; raises UsageError, which says what is wanted, for anything else."""
    text = text.replace(MINUS_SIGN, "-")
    value = number(text)
    if value is not None:
        return value
    try:
        return constant(text)
    except ExpressionError as error:
        raise _refusal(text, wanted, cure) from error


def whole(option: str, least: int, most: int) -> Callable[[str], int]:
    """What reads the whole number behind an option; raises UsageError for anything else, and names the upper end."""
    wanted, cure = f"a whole number {'above 0' if least else 'from 0 on'}", "write digits: 5"

    def read(text: str) -> int:
        is_written_out = text.isascii() and text.isdigit() and len(text) <= _WRITTEN_OUT
        value = int(text) if is_written_out else real(text, wanted, cure)
        is_infinite = value == inf and any(map(str.isdigit, text))  # such as 1e999
        if not is_infinite and (value != value // 1 or value < least):
            raise _refusal(text, wanted, cure)
        if value > most:
            raise UsageError(f"{option} {shortened(_typed(text))} is too large", f"{option} {most} is the most")
        return int(value)

    return read


def axis(text: str) -> int:
    """Read the number of an axis, from 0 or backwards from -1; raises UsageError for anything else."""
    wanted, cure = "the number of an axis", "0 is the first axis, -1 the last"
    value = real(text, wanted, cure)
    if value != value // 1 or not -_MOST_AXES <= value < _MOST_AXES:
        raise _refusal(text, wanted, cure)
    return int(value)


def ignored_class(text: str) -> int:
    """Read a whole number of either sign; raises UsageError for anything else."""
    wanted, cure = "a whole number", "write digits: -100"
    value = real(text, wanted, cure)
    if not -(2**53) <= value <= 2**53 or value != value // 1:
        raise _refusal(text, wanted, cure)
    return int(value)


def share(text: str) -> float:
    """Read a share between 0 and 1, such as 5% or 0.05; raises UsageError for anything else."""
    found = _part(text)
    if not 0 < found < 1:
        raise _refusal(text, _SHARE, _SHARE_CURE)
    return found


def _part(text: str) -> float:
    """Read a number, or one with a percent sign behind it; raises UsageError for anything else."""
    number_text, percent, rest = text.partition("%")
    try:
        found = real(number_text)
    except UsageError as error:
        raise _refusal(text, _SHARE, _SHARE_CURE) from error
    if rest:
        raise _refusal(text, _SHARE, _SHARE_CURE)
    return found / 100 if percent else found


def gate(text: str) -> Gate:
    """Read the most that may pass, a share such as 5% or an error such as 4ulp; raises UsageError for anything else.

    Either may be 0, which lets none pass.
    """
    amount, unit, rest = text.partition("ulp")
    if not unit:
        found = _part(text)
        if not 0 <= found < 1:
            raise _refusal(text, "a share from 0 up to 1, nor an error in ulp", "write 5%, 0.05 or 4ulp")
        return Gate(found)
    try:
        most = real(amount.strip())
    except UsageError as error:
        raise _refusal(text, "a number of ulp", "write 4ulp") from error
    if rest or not 0 <= most < inf:
        raise _refusal(text, "a number of ulp", "write 4ulp")
    return Gate(most, is_ulp=True)


def positive(text: str) -> float:
    """Read a finite number above 0; raises UsageError for anything else."""
    wanted, cure = "a number above 0", "write 0.5, 2 or 1/3"
    value = real(text, wanted, cure)
    if not 0 < value < inf:
        raise _refusal(text, wanted, cure)
    return value


def finite(text: str) -> float:
    """Read a finite number; raises UsageError for anything else."""
    wanted, cure = "a finite number", "write 0.5, -2 or 1/3"
    value = real(text, wanted, cure)
    if not -inf < value < inf:
        raise _refusal(text, wanted, cure)
    return value


class Depths:
    """The numbers of layers that are asked for, ascending; no tuple, which Typer would take for several options."""

    def __init__(self, each: tuple[int, ...]) -> None:
        self.each = each


def depths(text: str) -> Depths:
    """Read a number of layers, several with commas or a range; raises UsageError for what is not whole and above 0."""
    read = whole("--layers", 1, _MOST_LAYERS)
    if "," not in text and ":" not in text:
        return Depths((read(text),))
    try:
        vectors = read_words([_typed(text)])
    except UsageError as error:
        raise UsageError(f"--layers: {error.message}", "write 1,2,5,10 or 1:10", error.place) from error
    if not vectors.values.size:
        raise _refusal(text, "numbers of layers", "write 1,2,5,10 or 1:10")
    return Depths(tuple(sorted({read(f"{each:.17g}") for each in vectors.values.tolist()})))


class Gain:
    """The gain of initial weights; no number, for it may be the word `auto`."""

    def __init__(self, value: "Init") -> None:
        self.value = value


def gain(text: str) -> Gain:
    """Read the gain of initial weights: a number above 0 or one of a few names; raises UsageError for anything else."""
    named: Mapping[str, Init] = {"xavier": 1.0, "glorot": 1.0, "he": sqrt(2.0), "kaiming": sqrt(2.0), "auto": "auto"}
    name = text.strip().casefold()
    if name in named:
        return Gain(named[name])
    try:
        return Gain(positive(text))
    except UsageError as error:
        message = f"'{_typed(text)}' is no gain of initial weights"
        raise UsageError(message, "write xavier, he, auto, or a number above 0: 1.5") from error


class Temperatures:
    """The temperatures that are asked for, one or several; no tuple, which Typer would take for several options."""

    def __init__(self, each: tuple[float, ...]) -> None:
        self.each = each


def temperatures(text: str) -> Temperatures:
    """Read a temperature, several with commas or a range; raises UsageError for anything else, and for 0 and below."""
    try:
        vectors = read_words([_typed(text)])
    except UsageError as error:
        raise UsageError(f"--temperature: {error.message}", error.hint, error.place if text else None) from error
    each = tuple(vectors.values.tolist())
    for temperature in each:
        if not 0 < temperature < inf:
            cure = "--one-hot is the limit as it falls to 0" if temperature == 0 else "write a number above 0"
            raise UsageError(f"--temperature {temperature:g} is not above 0 and finite", cure)
    if len(each) > _MOST_TEMPERATURES:
        raise UsageError(f"--temperature: {len(each):,} are too many", f"{_MOST_TEMPERATURES:,} is the most")
    return Temperatures(each)


def limits(text: str | None) -> tuple[float, float] | None:
    """Read A:B as typed behind an option, if it was; raises UsageError for anything else, and unless A < B."""
    if text is None:
        return None
    found = read_limits(text.replace(MINUS_SIGN, "-"))
    if found is None:
        raise UsageError(f"'{_typed(text)}' are no limits", "write the lower and the upper one: -1:1")
    return found


def _refusal(text: str, wanted: str, cure: str | None) -> UsageError:
    return UsageError(f"'{_typed(text)}' is not {wanted}", cure)


def _typed(text: str) -> str:
    """What was typed: the option parser is given a minus sign in place of a hyphen, which would begin an option."""
    return printable(text.replace(MINUS_SIGN, "-"))


# The words of a command line that are no options.

Function = Annotated[
    str, typer.Argument(metavar="FUNCTION", help="a name (relu, leaky-relu:0.2) or an expression ('x*sigmoid(x)')")
]
Values = Annotated[
    list[str] | None,
    typer.Argument(metavar="[VALUES]...", help="numbers, ranges -3:3:0.5, vectors 3,1,-3, or - for stdin"),
]
FunctionsAndValues = Annotated[
    list[str] | None,
    typer.Argument(metavar="FUNCTIONS and VALUES...", help="in any order; what reads as numbers is a value"),
]
Pairs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PAIRS]...", help="an input and its result: 1,0.8413 -1,-0.1587; or - for stdin"),
]
Patterns = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATTERN]...", help="a name, a glob such as '*elu', or words: zero-centred, transformers"),
]
Shell = Annotated[Literal["bash", "zsh", "fish"], typer.Argument(metavar="SHELL", help="bash, zsh or fish")]

# Options, by the heading under which help lists them.


def alternatives(choices: Any) -> str:
    """The values of a Literal in words."""
    *first, last = get_args(choices)
    return f"{', '.join(first)} or {last}"


PANELS = ("Input", "Numbers", "Picture", "Output")
_input, _numbers, _picture, _output = (partial(typer.Option, rich_help_panel=panel) for panel in PANELS)

Files = Annotated[
    list[str] | None,
    _input(
        "--input",
        "-i",
        metavar="FILE",
        help="read values from a file or a pattern such as 'run*.csv', packed or not; - is stdin; repeatable",
    ),
]
From = Annotated[
    InputFormat | None,
    _input(
        "--from",
        metavar="FORMAT",
        help=f"{alternatives(InputFormat)}; default: what the input looks like",
    ),
]
Column = Annotated[
    list[str] | None,
    _input(
        "--column",
        metavar="COLUMNS",
        help="the columns that make the vector: names, patterns, or numbers from 1: 'logit*', 2-11, 3-, label,4",
    ),
]
TargetColumn = Annotated[
    str | None,
    _input("--target-column", metavar="COLUMN", help="the column that holds the true class, left out of the vector"),
]
Keep = Annotated[
    list[str] | None,
    _input(
        "--keep",
        metavar="COLUMNS",
        help="the columns that stand beside the answer as they are, such as an id, in csv, tsv, jsonl and json",
    ),
]
Header = Annotated[bool, _input("--header", help="the first line names the columns, be they numbers")]
NoHeader = Annotated[bool, _input("--no-header", help="the first line holds values")]
DecimalComma = Annotated[
    bool, _input("--decimal-comma", help="1,5 is 1.5; semicolons, tabs or blanks stand between values")
]
Array = Annotated[
    str | None,
    _input(
        "--array",
        metavar="NAME",
        help="which array of an .npz, .safetensors or .pt file, or a pattern, 'fc*', of those that are layers",
    ),
]
Axis = Annotated[
    int | None,
    _input(
        "--axis",
        metavar="N",
        parser=axis,
        help="which axis of an array holds a vector, its units: of NCHW the channels are 1 (default: the last)",
    ),
]
AsBatches = Annotated[
    bool,
    _input(
        "--as-batches", help="files of a pattern, or named one by one, are batches of one matrix; default: a layer each"
    ),
]
Flatten = Annotated[bool, _input("--flatten", help="all input is one vector")]
OnBadInput = Annotated[
    OnError,
    _input(
        "--on-error",
        help="at a bad token stop, skip its vector, or read NaN; counted on stderr, left out of every share",
    ),
]
Labels = Annotated[
    str | None,
    _input("--labels", metavar="NAMES", help="names of the classes: cat,dog,fish (default: of a header)"),
]
Dask = Annotated[
    str | None,
    _input(
        "--dask",
        metavar="ADDRESS",
        help="measure the files of --input on a Dask cluster that can read them; needs the extra 'dask'",
    ),
]

Dtype = Annotated[
    str | None,  # Typer does not take a choice of records
    _numbers(
        "--dtype",
        metavar="TYPE",
        help=f"round inputs, and answers once, to {', '.join(NUMBER_TYPES)} or int8:SCALE,ZERO; "
        "TYPE:saturate makes the largest number of what is larger",
    ),
]
Curvature = Annotated[bool, _numbers("--curvature", help="f'' in place of f'")]
Layers = Annotated[
    int | None,
    _numbers(
        "--layers",
        metavar="N",
        parser=whole("--layers", 1, _MOST_LAYERS),
        help="f'(x)**N: the factor that N stacked layers give a gradient",
    ),
]
Jacobian = Annotated[bool, _numbers("--jacobian", help="the slope of every component in every input")]
Saturation = Annotated[
    float | None,
    _numbers(
        "--saturation",
        metavar="SHARE",
        parser=share,
        help="share of the largest slope below which a tail is saturated (default 2.66%)",
    ),
]
Seed = Annotated[
    int | None, _numbers("--seed", metavar="N", parser=whole("--seed", 0, _MOST_SEED), help="of random functions")
]
Inverse = Annotated[
    bool,
    _numbers(
        "--inverse",
        help="every x at which FUNCTION takes each of VALUES; a|b are two x of one value, (a..b) is a flat stretch",
    ),
]
Exact = Annotated[bool, _numbers("--exact", help="certified by ball arithmetic; needs the extra 'exact'")]
Mean = Annotated[float | None, _numbers("--mean", metavar="M", parser=finite, help="of the normal input (default 0)")]
Sigma = Annotated[
    float | None,
    _numbers("--sigma", metavar="S", parser=positive, help="standard deviation of the normal input (default 1)"),
]
Depth = Annotated[
    Depths | None,
    _numbers(
        "--layers",
        metavar="N",
        parser=depths,
        help="what N stacked layers make of a gradient; of several, 1,2,5 or 1:10, a row each: mean squares of signal "
        "and gradient after layers of random weights",
    ),
]
Initial = Annotated[
    Gain | None,
    _numbers(
        "--init",
        metavar="GAIN",
        parser=gain,
        help="weights of --layers: normal, mean 0, deviation GAIN / sqrt(fan_in); xavier is 1 (default), he sqrt(2), "
        "auto what keeps the signal",
    ),
]
Units = Annotated[
    bool, _numbers("--units", help="list the units that are dead, mostly saturated or somewhere NaN, worst first")
]
Outputs = Annotated[
    bool, _numbers("--outputs", help="--input holds what came out of the function: find the outputs of its zones")
]
Against = Annotated[
    list[str] | None,
    _numbers(
        "--against",
        metavar="KERNEL",
        help="judge a kernel in ulp: the file of its results (with --column a column), or package.module.function, "
        "whose code is then imported and run in float32 or --dtype; repeatable",
    ),
]
FlushSubnormals = Annotated[
    bool, _numbers("--flush-subnormals", help="leave subnormal inputs and results of --against out")
]
ResultsOf = Annotated[
    str | None,
    _numbers("--against", metavar="FILE", help="the results for --input: a file, or with --column another column"),
]
AgainstSlope = Annotated[bool, _numbers("--slope", help="--against holds slopes, not values")]
AgainstCurvature = Annotated[bool, _numbers("--curvature", help="--against holds curvatures")]
Cost = Annotated[
    bool,
    _numbers(
        "--cost",
        help="nanoseconds that a value and a slope take in this program's own NumPy kernels on this machine, and as a "
        "ratio to a value of relu: not the cost in a network",
    ),
]
Temperature = Annotated[
    Temperatures | None,
    _numbers(
        "--temperature",
        metavar="T",
        parser=temperatures,
        help="divide the logits by T > 0 (default 1), as Boltzmann divides energies -x by kT; several: 0.5,1,2 or "
        "0.1:2:0.1",
    ),
]
Log = Annotated[bool, _numbers("--log", help="log-probabilities")]
OneHot = Annotated[bool, _numbers("--one-hot", help="1 for the largest logit, 0 for the others")]
Top = Annotated[
    int | None,
    _numbers("--top", metavar="K", parser=whole("--top", 1, _MOST_RANKS), help="the K likeliest classes, best first"),
]
Reference = Annotated[
    bool,
    _numbers(
        "--reference",
        help="the exponential family's view: add a last class of logit 0, with which natural parameters compare: "
        "e^x/(1 + sum e^x), of one logit its sigmoid",
    ),
]
Target = Annotated[
    str | None,
    _numbers(
        "--target",
        metavar="K",
        help="the true class, counted from 0 or by label, or a distribution 0.2,0.8: loss and its gradient",
    ),
]
LossName = Literal["cross-entropy", "mse", "kl"]
Probabilities = Annotated[
    bool,
    _numbers(
        "--probabilities",
        help="VALUES are probabilities, whose logarithms are the logits: cross-entropy both ways, p^(1/T) over its sum",
    ),
]
Smooth = Annotated[
    float | None,
    _numbers(
        "--smooth",
        metavar="SHARE",
        parser=share,
        help="label smoothing: all classes alike get this share of the target: 0.1",
    ),
]
Fit = Annotated[
    bool,
    _numbers(
        "--fit",
        help="find the temperature of the least loss; totals before (T = 1) and after. Holds all logits, 1 GiB at most",
    ),
]
IgnoreIndex = Annotated[
    int | None,
    _numbers(
        "--ignore-index",
        metavar="K",
        parser=ignored_class,
        help="a class of --target-column whose vectors have loss and gradient 0 and count nowhere, such as -100",
    ),
]
Loss = Annotated[
    LossName | None,
    _numbers("--loss", help="which loss (default cross-entropy); mse is half the sum of squares"),
]

WithPlot = Annotated[
    bool | None,
    _picture(
        "--plot/--no-plot",
        help="draw the functions, or not; by default above or beside the table where the screen has room for both",
    ),
]
PlotSlope = Annotated[bool, _picture("--slope", help="draw f' too")]
PlotCurvature = Annotated[bool, _picture("--curvature", help="draw f'' too")]
# Typer takes a pair for two words: the command reads the two numbers itself.
YLimits = Annotated[str | None, _picture("--ylim", metavar="A:B", help="limits of the y axis")]
LogX = Annotated[bool, _picture("--log-x", help="a logarithmic x axis, of x above 0 (default 0.01:100)")]
LogY = Annotated[bool, _picture("--log-y", help="|y| on a logarithmic axis, of slopes alone if they are asked for")]
Difference = Annotated[
    bool, _picture("--difference", help="draw the difference from the first function, the largest distance marked")
]
OverLayers = Annotated[
    Depths | None,
    _picture(
        "--layers",
        metavar="A:B",
        parser=depths,
        help="mean squares of signal and gradient after so many layers of random weights, on a logarithmic axis",
    ),
]
OverTemperature = Annotated[
    str | None,
    _picture(
        "--temperature",
        metavar="A:B",
        help="of softmax and its family the probabilities of each class over the temperature, on a logarithmic axis",
    ),
]
Title = Annotated[str | None, _picture("--title", metavar="TEXT", help="what stands above the picture")]
Layout = Annotated[
    Literal["overlay", "grid", "auto"],
    _picture(
        "--layout",
        help="overlay: one frame; grid: a panel a function; auto: a grid where curves lie close or colour is missing",
    ),
]
Width = Annotated[int | None, _picture("--width", metavar="N", parser=whole("--width", 1, _MOST_CELLS), help="columns")]
Height = Annotated[
    int | None, _picture("--height", metavar="N", parser=whole("--height", 1, _MOST_CELLS), help="lines")
]
Size = Annotated[
    SizeName | None,
    _picture("--size", help="of a saved picture: paper, 3.4 inches wide for a column; slide, 1280 by 720"),
]

Format = Annotated[
    FormatName | None,
    _output(
        "--format",
        "-f",
        metavar="FORMAT",
        help=f"{alternatives(FormatName)}; default: table on a terminal, plain or tsv in a pipe",
    ),
]
Digits = Annotated[
    int | None,
    _output(
        "--digits",
        "-n",
        metavar="N",
        parser=whole("--digits", 1, _MOST_DIGITS),
        help="N significant digits; over 17 each is certified",
    ),
]
OutputPath = Annotated[
    str | None,
    _output(
        "--output",
        "-o",
        metavar="FILE",
        help="write the answer to a file, in the format of its suffix: "
        "txt, csv, tsv, json, jsonl, npy, svg, html, png, pdf, or raw values as f32 and bf16",
    ),
]
Summary = Annotated[bool, _output("--summary", help="totals in place of rows, once all input is read")]
FailOver = Annotated[
    Gate | None,
    _output(
        "--fail-over",
        metavar="SHARE",
        parser=gate,
        help="exit with 3 if more of the inputs are saturated, or of the units dead: 10%; with --against: 4ulp; "
        "also if an input is NaN or infinite, or there is none",
    ),
]
Quiet = Annotated[bool, _output("--quiet", "-q", help="no warnings and notes")]
ThemeName = Annotated[
    Ground | None, _output("--theme", help="the background, of a saved picture (default light) or of your terminal")
]
Color = Annotated[Literal["auto", "always", "never"], _output("--color", help="when to colour")]
Ascii = Annotated[bool, _output("--ascii", help="draw with ASCII alone")]

# Groups: a parameter of a command that is annotated with such a record stands for all the options of its maker.


def input_options(
    files: Files = None,
    from_: From = None,
    column: Column = None,
    target_column: TargetColumn = None,
    keep: Keep = None,
    header: Header = False,
    no_header: NoHeader = False,
    decimal_comma: DecimalComma = False,
    array: Array = None,
    axis: Axis = None,
    as_batches: AsBatches = False,
    flatten: Flatten = False,
    on_error: OnBadInput = "stop",
    dtype: Dtype = None,
) -> InputOptions:
    """What the command line says of its input; raises UsageError where that contradicts itself."""
    if header and no_header:
        raise UsageError("--header and --no-header cannot be combined", "leave out one of them")
    if keep and flatten:
        raise UsageError("--keep and --flatten cannot be combined: one vector has no rows", "leave out one of them")
    return InputOptions(
        files=tuple(files or ()),
        format=from_,
        columns=tuple(column or ()),
        target_column=target_column,
        keep=tuple(keep or ()),
        has_header=True if header else False if no_header else None,
        decimal_comma=decimal_comma,
        array=array,
        axis=axis,
        as_batches=as_batches,
        flatten=flatten,
        on_error=on_error,
        number_type=None if dtype is None else number_type_named(dtype),
    )


def output_options(
    context: typer.Context,
    format: Format = None,  # noqa: A002 - the option's name
    digits: Digits = None,
    output: OutputPath = None,
    summary: Summary = False,
    fail_over: FailOver = None,
    theme: ThemeName = None,
    color: Color = "auto",
    ascii: Ascii = False,  # noqa: A002 - the option's name
    quiet: Quiet = False,
) -> OutputOptions:
    """What the command line says of its output, and the terminal as it is to be used."""
    terminal: Terminal = context.obj.with_colour(color)
    terminal = terminal._replace(unicode=terminal.unicode and not ascii, ground=theme or terminal.ground)
    file = output_file(output, colour=color == "always", unicode=not ascii)
    if file is not None:
        terminal = terminal._replace(stdout_file=None)  # nothing is written there
    return OutputOptions(terminal, format, digits, file, summary, fail_over, quiet)


def _without(maker: Callable[..., Any], *names: str) -> Callable[..., Any]:
    """The same maker for commands that do not offer some of its options."""

    @wraps(maker)
    def made(**given: Any) -> Any:
        return maker(**given)

    signature = inspect.signature(maker)
    kept = [each for name, each in signature.parameters.items() if name not in names]
    made.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
    return made


ListingOptions = NewType("ListingOptions", OutputOptions)
"""Those of a command that has no values to total and to judge."""

_GROUPS: Mapping[Any, Callable[..., Any]] = {
    InputOptions: input_options,
    OutputOptions: output_options,
    ListingOptions: _without(output_options, "summary", "fail_over"),
}


def with_groups(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same command for Typer: a parameter annotated with a group's record becomes the options of that group.

    They follow the command's own options, those of the input first.
    """
    parameters = inspect.signature(command).parameters
    groups = {name: _GROUPS[each.annotation] for name, each in parameters.items() if each.annotation in _GROUPS}
    options = [each for name, each in parameters.items() if name not in groups]
    for maker in sorted(groups.values(), key=list(_GROUPS.values()).index):
        options += inspect.signature(maker).parameters.values()

    @wraps(command)
    def run(**given: Any) -> Any:
        for name, maker in groups.items():
            given[name] = maker(**{option: given.pop(option) for option in inspect.signature(maker).parameters})
        return command(**given)

    options = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in options]
    run.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in options}
    return run


# What excludes what.


class Excludes(NamedTuple):
    """Options of which none of the first can be combined with any of the others."""

    options: tuple[str, ...]
    """As they are typed."""
    others: tuple[str, ...]
    """As they are typed."""
    because: str = ""
    """Why they cannot, as the end of the sentence."""


class Needs(NamedTuple):
    """Options that mean something only beside one of some others."""

    options: tuple[str, ...]
    """As they are typed."""
    others: tuple[str, ...]
    """One of these is enough."""
    because: str
    """What follows the option in the error: it is for something, and needs the others."""
    cure: str
    """The hint of the error."""


def check(given: Mapping[str, object], rules: Iterable[Excludes | Needs]) -> None:
    """Raise UsageError for the first rule that the options break; `given` says of each whether it is there."""
    for rule in rules:
        if isinstance(rule, Excludes):
            for first, other in product(rule.options, rule.others):
                if given[first] and given[other]:
                    because = f": {rule.because}" if rule.because else ""
                    raise UsageError(f"{first} and {other} cannot be combined{because}", "leave out one of them")
        elif not any(given[other] for other in rule.others):
            for option in rule.options:
                if given[option]:
                    raise UsageError(f"{option} {rule.because}", rule.cure)

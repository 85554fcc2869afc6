"""Each option and argument once, as an annotated type; the options of output wrapped around every command."""

import gc
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal, NamedTuple

import typer

from actcli.errors import UsageError, printable
from actcli.expression import ExpressionError, constant
from actcli.inputs.tokens import MINUS_SIGN, number
from actcli.render.presentation import Presentation
from actcli.render.show import show
from actcli.results import Result
from actcli.terminal import Terminal

_INPUT, _NUMBERS, _OUTPUT = "Input", "Numbers", "Output"

_MOST_DIGITS = 4_000
# More than this identifies a float64: any further digit is one of the exact value.
FLOAT_DIGITS = 17


def _real(text: str) -> float:
    text = text.replace(MINUS_SIGN, "-")
    value = number(text)
    if value is not None:
        return value
    try:
        return constant(text)
    except ExpressionError as error:
        raise UsageError(f"'{printable(text)}' is not a number", "write 0.5, 1e-3 or 1/2") from error


def _whole(text: str) -> int:
    text = text.replace(MINUS_SIGN, "-")
    value = _real(text)
    if value != value // 1 or value < 0:
        raise UsageError(f"'{printable(text)}' is not a whole number", "write digits: 5")
    return int(value)


def _count(text: str) -> int:
    value = _whole(text)
    if value < 1:
        raise UsageError(f"'{printable(text)}' is not a whole number above 0", "write digits: 5")
    return value


def _digits(text: str) -> int:
    digits = _count(text)
    if digits > _MOST_DIGITS:
        raise UsageError(f"--digits {digits} is more than can be certified", f"--digits {_MOST_DIGITS} is the most")
    return digits


def _share(text: str) -> float:
    number_text, percent, rest = text.partition("%")
    share = _real(number_text) / (100 if percent else 1)
    if rest or not 0 < share < 1:
        shown = text.replace(MINUS_SIGN, "-")
        raise UsageError(f"'{shown}' is not a share between 0 and 1", "write 5% or 0.05")
    return share


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
Pattern = Annotated[str | None, typer.Argument(metavar="[PATTERN]", help="part of a name, or a glob such as '*elu'")]

Files = Annotated[
    list[str] | None,
    typer.Option(
        "--input", metavar="FILE", help="read values from a text or .npy file; - is stdin", rich_help_panel=_INPUT
    ),
]

Curvature = Annotated[bool, typer.Option("--curvature", help="f'' in place of f'", rich_help_panel=_NUMBERS)]
Layers = Annotated[
    int | None,
    typer.Option(
        "--layers",
        metavar="N",
        parser=_count,
        help="f'(x)**N: the factor that N stacked layers give a gradient",
        rich_help_panel=_NUMBERS,
    ),
]
Temperature = Annotated[
    float | None,
    typer.Option(
        "--temperature",
        metavar="T",
        parser=_real,
        help="divide the logits by T > 0 (default 1)",
        rich_help_panel=_NUMBERS,
    ),
]
Log = Annotated[bool, typer.Option("--log", help="log-probabilities", rich_help_panel=_NUMBERS)]
OneHot = Annotated[
    bool, typer.Option("--one-hot", help="1 for the largest logit, 0 for the others", rich_help_panel=_NUMBERS)
]
Jacobian = Annotated[
    bool, typer.Option("--jacobian", help="the slope of every component in every input", rich_help_panel=_NUMBERS)
]
Target = Annotated[
    str | None,
    typer.Option(
        "--target", metavar="K", help="the true class, counted from 0: loss and its gradient", rich_help_panel=_NUMBERS
    ),
]
LossName = Literal["cross-entropy", "mse"]
Loss = Annotated[
    LossName | None, typer.Option("--loss", help="which loss (default cross-entropy)", rich_help_panel=_NUMBERS)
]
Saturation = Annotated[
    float | None,
    typer.Option(
        "--saturation",
        metavar="SHARE",
        parser=_share,
        help="share of the largest slope below which a tail is saturated (default 2.66%)",
        rich_help_panel=_NUMBERS,
    ),
]

Seed = Annotated[
    int | None,
    typer.Option("--seed", metavar="N", parser=_whole, help="of random functions", rich_help_panel=_NUMBERS),
]
Exact = Annotated[
    bool,
    typer.Option("--exact", help="certified by ball arithmetic; needs the extra 'exact'", rich_help_panel=_NUMBERS),
]

Format = Annotated[
    Literal["table", "plain", "csv", "tsv", "json", "jsonl", "npy"] | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="table, plain, csv, tsv, json, jsonl or npy; default: table on a terminal, plain or tsv in a pipe",
        rich_help_panel=_OUTPUT,
    ),
]
Digits = Annotated[
    int | None,
    typer.Option(
        "--digits",
        metavar="N",
        parser=_digits,
        help="N significant digits; over 17 each is certified",
        rich_help_panel=_OUTPUT,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="no warnings and notes", rich_help_panel=_OUTPUT)]
Color = Annotated[
    Literal["auto", "always", "never"], typer.Option("--color", help="when to colour", rich_help_panel=_OUTPUT)
]
Ascii = Annotated[bool, typer.Option("--ascii", help="draw with ASCII alone", rich_help_panel=_OUTPUT)]


class World(NamedTuple):
    """What every command is given besides its own options."""

    terminal: Terminal
    presentation: Presentation


def _world(
    context: typer.Context,
    format: Format = None,  # noqa: A002 - the option's name
    digits: Digits = None,
    color: Color = "auto",
    ascii: Ascii = False,  # noqa: A002 - the option's name
    quiet: Quiet = False,
) -> World:
    terminal: Terminal = context.obj.with_colour(color)
    return World(terminal._replace(unicode=terminal.unicode and not ascii), Presentation(format, digits, quiet))


def shown(command: Callable[..., Result]) -> Callable[..., None]:
    """Give a command the options of output, and show the result it returns.

    The command's first parameter is the World; to Typer the result has the command's other parameters, then those
    of `_world`, so that no command need repeat them.
    """
    own = list(inspect.signature(command).parameters.values())[1:]
    shared = list(inspect.signature(_world).parameters.values())

    @wraps(command)
    def run(**given: Any) -> None:
        if not gc.isenabled():  # see __main__: all imports are done, and none of them is garbage
            gc.freeze()
            gc.enable()
        world = _world(**{parameter.name: given.pop(parameter.name) for parameter in shared})
        if "exact" not in given and (world.presentation.digits or 0) > FLOAT_DIGITS:
            raise UsageError(f"this command shows at most {FLOAT_DIGITS} digits", "eval, grad and softmax certify more")
        show(command(world, **given), world.presentation, world.terminal)

    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own, *shared)]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run

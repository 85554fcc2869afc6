"""Options on how an answer is shown; together they make the `World` of a command."""

from typing import Annotated, Literal, NamedTuple

import typer

from actcli.errors import UsageError, printable
from actcli.options.panels import OUTPUT
from actcli.options.typed import digits as significant
from actcli.options.typed import gate
from actcli.render.presentation import Destination, Gate, Presentation
from actcli.terminal import Terminal

Format = Annotated[
    Literal["table", "plain", "csv", "tsv", "json", "jsonl", "npy"] | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="table, plain, csv, tsv, json, jsonl or npy; default: table on a terminal, plain or tsv in a pipe",
        rich_help_panel=OUTPUT,
    ),
]
Digits = Annotated[
    int | None,
    typer.Option(
        "--digits",
        metavar="N",
        parser=significant,
        help="N significant digits; over 17 each is certified",
        rich_help_panel=OUTPUT,
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        metavar="FILE",
        help="write the answer to a file, in the format of its suffix: csv, tsv, json, jsonl, npy, svg, html, png",
        rich_help_panel=OUTPUT,
    ),
]
Totals = Annotated[bool, typer.Option("--summary", help="totals in place of rows", rich_help_panel=OUTPUT)]
FailOver = Annotated[
    Gate | None,
    typer.Option(
        "--fail-over",
        metavar="SHARE",
        parser=gate,
        help="exit with 3 if more of the inputs are saturated, or of the units dead: 10%; with --against: 4ulp",
        rich_help_panel=OUTPUT,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="no warnings and notes", rich_help_panel=OUTPUT)]
Color = Annotated[
    Literal["auto", "always", "never"], typer.Option("--color", help="when to colour", rich_help_panel=OUTPUT)
]
Ascii = Annotated[bool, typer.Option("--ascii", help="draw with ASCII alone", rich_help_panel=OUTPUT)]


class World(NamedTuple):
    """What every command is given besides its own options."""

    terminal: Terminal
    presentation: Presentation


_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")


def _writable(path: str) -> str:
    """The path, unless its name asks for what is not written; raises UsageError then."""
    if not path:
        raise UsageError("--output needs a file name", "--output answer.csv, or - for stdout")
    if path.lower().endswith(_PACKED):
        told = f"--output packs nothing, and {printable(path)} asks for it"
        raise UsageError(told, "leave --output out, and pipe: ... --format csv | gzip > FILE.csv.gz")
    return path


def world(
    context: typer.Context,
    format: Format = None,  # noqa: A002 - the option's name
    digits: Digits = None,
    output: Output = None,
    summary: Totals = False,
    fail_over: FailOver = None,
    color: Color = "auto",
    ascii: Ascii = False,  # noqa: A002 - the option's name
    quiet: Quiet = False,
) -> World:
    """The world of the process, as the options of output would have it."""
    terminal: Terminal = context.obj.with_colour(color)
    # A file is no screen: it gets colours only where they are asked for, and is UTF-8 in every locale.
    destination = None if output in (None, "-") else Destination(_writable(output), color == "always", not ascii)
    presentation = Presentation(format, digits, quiet, destination, summary, fail_over)
    return World(terminal._replace(unicode=terminal.unicode and not ascii), presentation)

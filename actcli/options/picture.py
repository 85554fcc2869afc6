"""Options on what a picture shows and how large it is."""

from typing import Annotated, Literal

import typer

from actcli.errors import UsageError, printable
from actcli.inputs.tokens import MINUS_SIGN
from actcli.inputs.words import read_limits
from actcli.options.panels import PICTURE
from actcli.options.typed import count

Layout = Literal["overlay", "grid", "auto"]


def read_y_limits(text: str | None) -> tuple[float, float] | None:
    """Read A:B as typed behind --ylim, if it was; raises UsageError for anything else, and unless A < B."""
    if text is None:
        return None
    found = read_limits(text.replace(MINUS_SIGN, "-"))
    if found is None:
        raise UsageError(f"'{printable(text)}' are no limits", "write the lower and the upper one: -1:1")
    return found


Slope = Annotated[bool, typer.Option("--slope", help="draw f' too", rich_help_panel=PICTURE)]
Curvature = Annotated[bool, typer.Option("--curvature", help="draw f'' too", rich_help_panel=PICTURE)]
# Typer takes a pair for two words: the command reads the two numbers itself.
YLimits = Annotated[
    str | None, typer.Option("--ylim", metavar="A:B", help="limits of the y axis", rich_help_panel=PICTURE)
]
LogY = Annotated[
    bool,
    typer.Option(
        "--log-y", help="|y| on a logarithmic axis, of slopes alone if they are asked for", rich_help_panel=PICTURE
    ),
]
LayoutOption = Annotated[
    Layout,
    typer.Option(
        "--layout",
        help="overlay: one frame; grid: a panel a function; auto: a grid where curves lie close or colour is missing",
        rich_help_panel=PICTURE,
    ),
]
Width = Annotated[
    int | None, typer.Option("--width", metavar="N", parser=count, help="columns", rich_help_panel=PICTURE)
]
Height = Annotated[
    int | None, typer.Option("--height", metavar="N", parser=count, help="lines", rich_help_panel=PICTURE)
]

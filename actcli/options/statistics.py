"""Options on the inputs that statistics are taken for."""

from typing import Annotated

import typer

from actcli.options.panels import INPUT, NUMBERS
from actcli.options.typed import count, finite, positive

Mean = Annotated[
    float | None,
    typer.Option("--mean", metavar="M", parser=finite, help="of the normal input (default 0)", rich_help_panel=NUMBERS),
]
Sigma = Annotated[
    float | None,
    typer.Option(
        "--sigma",
        metavar="S",
        parser=positive,
        help="standard deviation of the normal input (default 1)",
        rich_help_panel=NUMBERS,
    ),
]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="measure the files of --input on a Dask cluster that can read them; needs the extra 'dask'",
        rich_help_panel=INPUT,
    ),
]
Depth = Annotated[
    int | None,
    typer.Option(
        "--layers",
        metavar="N",
        parser=count,
        help="what N stacked layers make of a gradient: at most, and in root mean square",
        rich_help_panel=NUMBERS,
    ),
]

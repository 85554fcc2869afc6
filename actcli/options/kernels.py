"""Options on how `compare` judges kernels: the user's against the catalogue's, and what the catalogue's cost."""

from typing import Annotated

import typer

from actcli.options.panels import NUMBERS

Against = Annotated[
    str | None,
    typer.Option(
        "--against",
        metavar="FILE",
        help="what your kernel gave for --input: a file, or with --column another column; tells its errors in ulp",
        rich_help_panel=NUMBERS,
    ),
]
AgainstSlope = Annotated[
    bool, typer.Option("--slope", help="--against holds slopes, not values", rich_help_panel=NUMBERS)
]
AgainstCurvature = Annotated[
    bool, typer.Option("--curvature", help="--against holds curvatures", rich_help_panel=NUMBERS)
]
Cost = Annotated[
    bool,
    typer.Option(
        "--cost",
        help="nanoseconds that a value and a slope of each take here, as a ratio to a value of relu too",
        rich_help_panel=NUMBERS,
    ),
]

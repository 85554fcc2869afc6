"""Options on what is computed of a function: order, layers, zones, exactness."""

from typing import Annotated

import typer

from actcli.options.panels import NUMBERS
from actcli.options.typed import count, share, whole

Curvature = Annotated[bool, typer.Option("--curvature", help="f'' in place of f'", rich_help_panel=NUMBERS)]
Layers = Annotated[
    int | None,
    typer.Option(
        "--layers",
        metavar="N",
        parser=count,
        help="f'(x)**N: the factor that N stacked layers give a gradient",
        rich_help_panel=NUMBERS,
    ),
]
Jacobian = Annotated[
    bool, typer.Option("--jacobian", help="the slope of every component in every input", rich_help_panel=NUMBERS)
]
Saturation = Annotated[
    float | None,
    typer.Option(
        "--saturation",
        metavar="SHARE",
        parser=share,
        help="share of the largest slope below which a tail is saturated (default 2.66%)",
        rich_help_panel=NUMBERS,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option("--seed", metavar="N", parser=whole, help="of random functions", rich_help_panel=NUMBERS),
]
Exact = Annotated[
    bool,
    typer.Option("--exact", help="certified by ball arithmetic; needs the extra 'exact'", rich_help_panel=NUMBERS),
]

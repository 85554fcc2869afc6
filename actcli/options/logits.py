"""Options on what is asked of a softmax."""

from typing import Annotated, Literal

import typer

from actcli.options.panels import NUMBERS
from actcli.options.typed import real

Temperature = Annotated[
    float | None,
    typer.Option(
        "--temperature",
        metavar="T",
        parser=real,
        help="divide the logits by T > 0 (default 1)",
        rich_help_panel=NUMBERS,
    ),
]
Log = Annotated[bool, typer.Option("--log", help="log-probabilities", rich_help_panel=NUMBERS)]
OneHot = Annotated[
    bool, typer.Option("--one-hot", help="1 for the largest logit, 0 for the others", rich_help_panel=NUMBERS)
]
Target = Annotated[
    str | None,
    typer.Option(
        "--target", metavar="K", help="the true class, counted from 0: loss and its gradient", rich_help_panel=NUMBERS
    ),
]
LossName = Literal["cross-entropy", "mse"]
Loss = Annotated[
    LossName | None, typer.Option("--loss", help="which loss (default cross-entropy)", rich_help_panel=NUMBERS)
]

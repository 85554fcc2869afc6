"""Options on what is asked of a softmax."""

from typing import Annotated, Literal

import typer

from actcli.errors import UsageError
from actcli.inputs.words import read_words
from actcli.options.panels import INPUT, NUMBERS
from actcli.options.typed import count

_MOST_TEMPERATURES = 1_000


class Temperatures:
    """The temperatures that are asked for, one or several; no tuple, which Typer would take for several options."""

    def __init__(self, each: tuple[float, ...]) -> None:
        self.each = each


def temperatures(text: str) -> Temperatures:
    """Read a temperature, several with commas or a range; raises UsageError for anything else, and for 0 and below."""
    try:
        vectors, _ = read_words([text])
    except UsageError as error:
        raise UsageError(f"--temperature: {error.message}", error.hint, error.place if text else None) from error
    each = tuple(vectors.values.tolist())
    for temperature in each:
        if not 0 < temperature < float("inf"):
            cure = "--one-hot is the limit as it falls to 0" if temperature == 0 else "write a number above 0"
            raise UsageError(f"--temperature {temperature:g} is not above 0 and finite", cure)
    if len(each) > _MOST_TEMPERATURES:
        raise UsageError(f"--temperature: {len(each):,} are too many", f"{_MOST_TEMPERATURES:,} is the most")
    return Temperatures(each)


Temperature = Annotated[
    Temperatures | None,
    typer.Option(
        "--temperature",
        metavar="T",
        parser=temperatures,
        help="divide the logits by T > 0 (default 1); several: 0.5,1,2 or 0.1:2:0.1",
        rich_help_panel=NUMBERS,
    ),
]
Log = Annotated[bool, typer.Option("--log", help="log-probabilities", rich_help_panel=NUMBERS)]
OneHot = Annotated[
    bool, typer.Option("--one-hot", help="1 for the largest logit, 0 for the others", rich_help_panel=NUMBERS)
]
Top = Annotated[
    int | None,
    typer.Option(
        "--top", metavar="K", parser=count, help="the K likeliest classes, best first", rich_help_panel=NUMBERS
    ),
]
Reference = Annotated[
    bool,
    typer.Option(
        "--reference",
        help="add a last class of logit 0: e^x/(1 + sum e^x), of one logit its sigmoid",
        rich_help_panel=NUMBERS,
    ),
]
Labels = Annotated[
    str | None,
    typer.Option(
        "--labels",
        metavar="NAMES",
        help="names of the classes: cat,dog,fish (default: of a header)",
        rich_help_panel=INPUT,
    ),
]
Target = Annotated[
    str | None,
    typer.Option(
        "--target",
        metavar="K",
        help="the true class, counted from 0 or by label, or a distribution 0.2,0.8: loss and its gradient",
        rich_help_panel=NUMBERS,
    ),
]
LossName = Literal["cross-entropy", "mse", "kl"]
Loss = Annotated[
    LossName | None,
    typer.Option(
        "--loss", help="which loss (default cross-entropy); mse is half the sum of squares", rich_help_panel=NUMBERS
    ),
]

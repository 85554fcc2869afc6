"""The gallery, docs/pictures.md: each kind of picture as the terminal shows it and as it is saved.

`python -m cogapp -r docs/pictures.md` writes the page, `python -m tests.make` draws the files that it shows too.
"""

import shlex
from typing import NamedTuple

from tests.make.pages import DOCS, out
from tests.runner import actcli

FOLDER = DOCS / "pictures"


class Exhibit(NamedTuple):
    """A picture of the gallery."""

    name: str
    """Of its file, without the suffix."""
    about: str
    """What it shows, and what of it was asked for."""
    words: str
    """What is typed behind `actcli`."""
    saved: str | None = ""
    """What is typed besides to save it; None for what only a terminal shows."""


EXHIBITS = (
    Exhibit("zones", "A function and its slope; its saturated zones are shaded to their exact limits.",
            "plot sigmoid --slope"),
    Exhibit("landmarks", "Minima and kinks are marked on the curve, and dotted lines are what it approaches.",
            "plot hard-swish --height 18", "--theme dark"),
    Exhibit("overlay", "Close functions over a range where they differ, their names at the lines.",
            "plot relu gelu silu -3:3 --layout overlay"),
    Exhibit("facets", "One panel a function, the others behind it.", "plot relu gelu silu mish -4:4 --layout grid"),
    Exhibit("sweep", "A parameter swept over several values.", "plot swish:beta=0.5,1,5 -4:4 --layout overlay"),
    Exhibit("difference", "The difference from the first function, in its own units.",
            "plot gelu gelu-tanh --difference --height 18"),
    Exhibit("softmax", "A softmax over its temperature.", "plot softmax 3,1,-3 --temperature 0.1:10 --layout overlay"),
    Exhibit("logit", "A softmax over one of its logits, which is x.", "plot softmax x,1,-3 --layout overlay"),
    Exhibit("bars", "Probabilities with a bar for each class.", "softmax 2 1 0.1 -1 3 --format table"),
    Exhibit("heat-map", "A Jacobian: the slope of every component in every input.",
            "grad softmax 3,1,-3 --jacobian --format table"),
    Exhibit("compare", "A table of properties, and below it, where a screen has no room beside or above, its picture.",
            "compare relu gelu --plot --format table"),
    Exhibit("ascii", "ASCII alone, for any terminal.", "plot mish --ascii --height 16"),
    Exhibit("values", "Values on the curve.", "plot gelu -3:3 -2 -0.5 1.5 --height 16"),
    Exhibit("data", "Pre-activations of a layer under their function: the histogram shares its axis.",
            "plot tanh --slope --input tests/data/digits/tanh-trained-layer5.npy -8:8 --height 26", "--theme dark"),
    Exhibit("log-slopes", "Slopes on a logarithmic axis: what is left of a gradient after one layer.",
            "plot sigmoid tanh softsign --slope --log-y -8:8 --layout overlay"),
    Exhibit("depth", "How signal and gradient fade in layers of random weights.",
            "plot sigmoid tanh --layers 1:10 --layout overlay --height 20 --quiet"),
    Exhibit("errors", "Errors of a kernel in units of the last place, the worst of each column, over the size of x.",
            "plot gelu -12:12:0.0625 --flatten --against tests/data/kernels/gelu-bfloat16.txt --dtype bfloat16 "
            "--height 20"),
    Exhibit("units", "The units of a layer, each a column as high as the share of inputs for which it is ill.",
            "compare tanh --input tests/data/digits/tanh-trained-layer5.npy --units --format table --quiet", None),
    Exhibit("reliability", "How often a confidence is right: bars end at the accuracy, and should at the mark.",
            "softmax --input tests/data/digits/tanh-logits.csv --header --column 'logit*' --target-column label "
            "--summary --format table --quiet", None),
    Exhibit("log-x", "A logarithmic x axis.", "plot softplus --log-x 1e-3:1e3 --log-y --height 16"),
    Exhibit("zoom", "A zoom shows the curve, and labels are round numbers at any size.",
            "plot sigmoid -1e-3:1e-3 --height 14"),
    Exhibit("nothing", "Where there is nothing to see the picture says why.", "plot 'log(x)' -5:-1 --height 12"),
    Exhibit("paper", "A picture for a column of a paper, with a title of its own.",
            "plot relu gelu silu -3:3 --layout overlay --height 20", "--size paper --title 'Three gates'"),
)  # fmt: skip


SAVED = tuple(exhibit for exhibit in EXHIBITS if exhibit.saved is not None)


def save_command(exhibit: Exhibit) -> list[str]:
    """The words that save an exhibit, but for the file."""
    words = [word for word in shlex.split(f"{exhibit.words} {exhibit.saved}") if word != "--quiet"]
    for option in ("--format", *["--height"] * ("--size" in words)):  # the file has a format and a size of its own
        if option in words:
            at = words.index(option)
            del words[at : at + 2]
    return [*words, "--quiet"]


def gallery() -> None:
    """Write a section for each exhibit."""
    for exhibit in EXHIBITS:
        run = actcli(*shlex.split(exhibit.words))
        if run.status:
            raise RuntimeError(run.stderr)
        shown = f"$ actcli {exhibit.words}\n{run.stdout}{run.stderr}"
        out(f"## {exhibit.name}\n\n{exhibit.about}\n\n```console\n{shown}```\n\n")
        if exhibit.saved is not None:
            command = " ".join(map(shlex.quote, save_command(exhibit)[:-1]))
            picture = f"![{exhibit.about}](pictures/{exhibit.name}.svg)"
            out(f"`actcli {command} --output {exhibit.name}.svg`:\n\n{picture}\n\n")


def make() -> None:
    """Draw the files of the gallery."""
    FOLDER.mkdir(exist_ok=True)
    for exhibit in SAVED:
        run = actcli(*save_command(exhibit), "--output", str(FOLDER / f"{exhibit.name}.svg"))
        if run.status:
            raise RuntimeError(run.stderr)

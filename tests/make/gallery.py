"""The gallery docs/pictures.md: each kind of picture as a terminal shows it and as it is saved.

`python -m cogapp -r docs/pictures.md` writes the page, `python -m tests.make` draws the SVG files of it too.
"""

from typing import NamedTuple

from tests.make.pages import DOCS, ROOT, out
from tests.runner import in_bash


class Picture(NamedTuple):
    """One kind of picture."""

    name: str
    """Of its file, without the suffix."""
    title: str
    """The heading."""
    words: str
    """What it shows, in a sentence or two."""
    command: str
    """Draws it on a terminal, and with `--format svg` as a file."""
    alone_in_text: str = ""
    """Options for the text alone, such as its size."""


_DATA = "tests/data/digits"

GALLERY = (
    Picture(
        "function",
        "A function and its slope",
        "Saturated and dead zones are shaded to their exact limit; asymptotes are drawn where they are approached.",
        "actcli plot sigmoid --slope",
    ),
    Picture(
        "kinks",
        "Landmarks",
        "Minima, maxima and kinks are marked, and their numbers given.",
        "actcli plot hard-swish",
    ),
    Picture(
        "values", "A few values", "Values are marked on the curve; `A:B` sets the limits of x.",
        "actcli plot gelu -4:4 -2 0.5 3",
    ),
    Picture(
        "histogram",
        "Many values",
        "What arrived at the activations of a trained network, as a histogram under its function.",
        f"actcli plot tanh -6:6 --input {_DATA}/tanh-trained-layer5.npy",
    ),
    Picture(
        "overlay",
        "Functions side by side",
        "They share a frame over a range where they differ, with their names at the lines. Without colour, three or "
        "more get a panel each; `--layout overlay` keeps them together.",
        "actcli plot relu gelu silu --layout overlay",
    ),
    Picture(
        "panels",
        "Panels",
        "Each function by itself, the others named and in the background.",
        "actcli plot relu gelu silu mish --layout grid",
        "--height 32",
    ),
    Picture(
        "difference",
        "Close functions",
        "The difference from the first function, in its own units; the largest is marked.",
        "actcli plot gelu gelu-tanh --difference",
    ),
    Picture("sweep", "A parameter", "A curve for each value of it.", "actcli plot swish:beta=0.5,1,5 --layout overlay"),
    Picture(
        "log-y",
        "Logarithmic axes",
        "What is left of a slope far out; `--log-x` does the same for x.",
        "actcli plot sigmoid tanh --slope --log-y -9:9",
    ),
    Picture(
        "softmax-logit",
        "A softmax over one logit",
        "The probability of each class while one logit, x, changes.",
        "actcli plot softmax x,1,-3 --layout overlay",
    ),
    Picture(
        "softmax-temperature",
        "A softmax over the temperature",
        "From the largest logit alone to all classes alike.",
        "actcli plot softmax 3,1,-3 --temperature 0.1:10 --layout overlay",
    ),
    Picture(
        "bars", "Probabilities", "A softmax as a table, with a bar for each class.",
        "actcli softmax 2 1 0.1 -1 3 --format table",
    ),
    Picture(
        "heat-map",
        "A Jacobian",
        "The slope of every component in every input, as a table that is coloured where there is colour.",
        "actcli grad softmax 3,1,-3 --jacobian --format table",
    ),
    Picture(
        "compare",
        "A table with its picture",
        "On a screen with room for both, the picture stands beside the table or above it.",
        "COLUMNS=120 LINES=40 actcli compare relu gelu --format table",
    ),
    Picture("ascii", "Any terminal", "Drawn with ASCII alone.", "actcli plot mish --ascii"),
    Picture(
        "dark",
        "On a dark background",
        "Saved pictures are light, or dark with `--theme dark`.",
        "actcli plot elu selu celu:alpha=2 --theme dark --layout overlay",
    ),
)  # fmt: skip


def pictures() -> None:
    """Write a section for each kind of picture."""
    out("\n".join(map(_section, GALLERY)))


def _section(picture: Picture) -> str:
    command = f"{picture.command} {picture.alone_in_text}".rstrip()
    ended = in_bash(command, ROOT)
    if ended.returncode:
        raise RuntimeError(f"{command}\n{ended.stderr}")
    image = f"![{picture.title}](pictures/{picture.name}.svg)"
    shown = f"```console\n$ {command}\n{ended.stdout}{ended.stderr}```\n"
    return f"## {picture.title}\n\n{picture.words}\n\n{shown}\n{image}\n"


def saved(picture: Picture) -> str:
    """The same picture as SVG."""
    ended = in_bash(f"{picture.command} --quiet --format svg", ROOT)
    if ended.returncode:
        raise RuntimeError(f"{picture.command}\n{ended.stderr}")
    return ended.stdout


def make() -> None:
    """Draw the SVG files of the gallery."""
    folder = DOCS / "pictures"
    folder.mkdir(exist_ok=True)
    for picture in GALLERY:
        (folder / f"{picture.name}.svg").write_text(saved(picture), encoding="utf-8")

"""What README.md shows of the program: examples with their true output, the table of functions, the pictures.

`python -m cogapp -r README.md` writes them into the page, `python -m cogapp --check README.md` tells if they are fresh;
`python -m tests.make.readme` draws the pictures of docs/ anew.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from actcli.catalog import ENTRIES, Entry
from tests.runner import actcli, in_bash

ROOT = Path(__file__).parents[2]

# The command that draws each picture of docs/.
PICTURES = {
    "sigmoid.svg": ("plot", "sigmoid", "--slope"),
    "pre-activations.svg": (
        *("plot", "tanh", "--slope", "--input", "tests/data/digits/tanh-trained-layer5.npy"),
        *("-8:8", "--height", "26"),
    ),
}


def shown(*commands: str) -> None:
    """Write a console block: each command, and what it prints on stdout and then on stderr."""
    pieces = []
    for command in commands:
        ended = in_bash(command, ROOT)
        if ended.returncode not in (0, 3):
            raise RuntimeError(f"{command}\n{ended.stderr}")
        pieces.append(f"$ {command}\n{ended.stdout}{ended.stderr}")
    _page().out("```console\n" + "\n".join(pieces) + "```\n")


def functions() -> None:
    """Write the table of the catalogue."""
    rows = [_row(entry) for entry in ENTRIES]
    header = ("function", "formula", "also called")
    lines = [header, tuple("---" for _ in header), *rows]
    _page().out("".join(f"| {' | '.join(cells)} |\n" for cells in lines))


def _page() -> Any:
    """The page that is being written; its module is there while it is, and no longer."""
    return import_module("cog")


def _row(entry: Entry) -> tuple[str, str, str]:
    formula = entry.formula.replace("|", "\\|")
    return f"`{entry.shown_name}`", f"`{formula}`", ", ".join(entry.aliases)


def draw() -> None:
    """Draw the pictures of docs/."""
    for name, words in PICTURES.items():
        run = actcli(*words, "--quiet", "--output", str(ROOT / "docs" / name))
        if run.status:
            raise RuntimeError(run.stderr)


if __name__ == "__main__":
    draw()

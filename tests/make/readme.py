"""What README.md and the lessons show of the program: examples with their true output, and the pictures.

`python -m cogapp -r README.md` writes the examples into the page, `python -m cogapp --check README.md` says whether
they are fresh; `python -m tests.make` makes both anew.
"""

from tests.make.pages import DOCS, ROOT, out
from tests.runner import actcli, in_bash

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
    out("```console\n" + "\n".join(pieces) + "```\n")


def make() -> None:
    """Draw the pictures of docs/."""
    for name, words in PICTURES.items():
        run = actcli(*words, "--quiet", "--output", str(DOCS / name))
        if run.status:
            raise RuntimeError(run.stderr)

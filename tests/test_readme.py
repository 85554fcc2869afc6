"""README.md is true: every example runs, and what it shows is what comes out."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.runner import in_bash

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def examples() -> list[tuple[str, str]]:
    """Every command of a console block, with the output shown below it."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL):
        for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = piece.partition("\n")
            found.append((command, shown))
    return found


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    np.save(folder / "activations.npy", np.linspace(-3, 3, 12).reshape(3, 4))
    return in_bash(command, folder)


def test_there_are_examples_of_every_command() -> None:
    named = {word for command, _ in examples() for word in re.findall(r"actcli (\w+)", command)}
    assert named >= {"eval", "grad", "plot", "compare", "softmax", "list"}


@pytest.mark.parametrize(("command", "shown"), examples(), ids=[command for command, _ in examples()])
def test_every_example_runs_and_shows_what_comes_out(command: str, shown: str, tmp_path: Path) -> None:
    ended = run(command, tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "bug" not in ended.stderr
    if shown.strip():
        assert (ended.stdout + ended.stderr).rstrip() == shown.rstrip()


@pytest.mark.parametrize(
    ("command", "number"), re.findall(r"`(actcli [^`]*)` (?:is|gives) (-?[\d.]+(?:e-?\d+)?)", README.replace("\n", " "))
)
def test_numbers_told_in_passing_are_what_comes_out(command: str, number: str, tmp_path: Path) -> None:
    assert run(f"{command} --quiet", tmp_path).stdout.strip() == number.rstrip(".")


def test_what_is_linked_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).exists(), target

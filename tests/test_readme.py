"""README.md is true: every example runs, and what it shows is what comes out."""

import re
from pathlib import Path

import pytest

from tests.make.readme import PICTURES
from tests.runner import actcli, in_bash

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


def test_there_are_examples_of_every_command() -> None:
    named = {word for command, _ in examples() for word in re.findall(r"actcli (\w+)", command)}
    assert named >= {"eval", "grad", "plot", "compare", "softmax", "list"}


@pytest.mark.parametrize(("command", "shown"), examples(), ids=[command for command, _ in examples()])
def test_every_example_runs_and_shows_what_comes_out(command: str, shown: str) -> None:
    ended = in_bash(command, ROOT)
    assert ended.returncode == (3 if "gate crossed" in shown else 0), ended.stderr
    assert "bug" not in ended.stderr
    if shown.strip():
        assert (ended.stdout + ended.stderr).rstrip() == shown.rstrip()


@pytest.mark.parametrize(
    ("command", "number"), re.findall(r"`(actcli [^`]*)` (?:is|gives) (-?[\d.]+(?:e-?\d+)?)", README.replace("\n", " "))
)
def test_numbers_told_in_passing_are_what_comes_out(command: str, number: str) -> None:
    assert in_bash(f"{command} --quiet", ROOT).stdout.strip() == number.rstrip(".")


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_what_the_tool_draws(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # After a change that is meant: python -m tests.make.readme, and look at the difference.
    monkeypatch.chdir(ROOT)
    actcli(*PICTURES[name], "--quiet", "--output", str(tmp_path / name))
    assert (tmp_path / name).read_bytes() == (ROOT / "docs" / name).read_bytes()


def test_what_is_linked_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).exists(), target

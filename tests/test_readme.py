"""README.md and the pages of docs/ are true: every example shows what comes out, and every link leads somewhere."""

import re
from pathlib import Path

import pytest

from actcli.catalog import ENTRIES
from tests.make.functions import section_of
from tests.make.pages import DOCS, ROOT
from tests.make.pictures import FOLDER, SAVED, Exhibit, save_command
from tests.make.properties import markdown
from tests.make.readme import PICTURES
from tests.runner import actcli, in_bash

README = ROOT / "README.md"
PAGES = (README, *sorted(DOCS.glob("*.md")))


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def examples() -> list[tuple[str, str]]:
    """Every command of a console block, with the output shown below it."""
    found = []
    for page in PAGES:
        for block in re.findall(r"^```console\n(.*?)^```", text_of(page), re.MULTILINE | re.DOTALL):
            for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, shown = piece.partition("\n")
                found.append((command, shown))
    return found


def anchors(page: Path) -> set[str]:
    """What links into a page may name: its headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-") for heading in headings}


def test_there_are_examples_of_every_command() -> None:
    named = {word for command, _ in examples() for word in re.findall(r"actcli (\w+)", command)}
    assert named >= {"eval", "grad", "plot", "compare", "softmax", "list"}


@pytest.mark.parametrize(("command", "shown"), examples(), ids=[command for command, _ in examples()])
def test_every_example_runs_and_shows_what_comes_out(command: str, shown: str) -> None:
    if "torch." in command and not pytest.importorskip("torch").__version__.startswith("2.13."):
        pytest.skip("the page shows what PyTorch 2.13 gives")
    ended = in_bash(command, ROOT)
    assert ended.returncode == (3 if "gate crossed" in shown else 0), ended.stderr
    assert "bug" not in ended.stderr
    if shown.strip():
        assert (ended.stdout + ended.stderr).rstrip() == shown.rstrip()


@pytest.mark.parametrize(
    ("command", "number"),
    re.findall(r"`(actcli [^`]*)` (?:is|gives) (-?[\d.]+(?:e-?\d+)?)", text_of(README).replace("\n", " ")),
)
def test_numbers_mentioned_in_passing_are_what_comes_out(command: str, number: str) -> None:
    assert in_bash(f"{command} --quiet", ROOT).stdout.strip() == number.rstrip(".")


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_what_the_tool_draws(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # After a change that is meant: python -m tests.make, and look at the difference.
    monkeypatch.chdir(ROOT)
    actcli(*PICTURES[name], "--quiet", "--output", str(tmp_path / name))
    assert (tmp_path / name).read_bytes() == (ROOT / "docs" / name).read_bytes()


@pytest.mark.parametrize("exhibit", SAVED, ids=[exhibit.name for exhibit in SAVED])
def test_saved_pictures_of_the_gallery_are_what_the_tool_draws(
    exhibit: Exhibit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    run = actcli(*save_command(exhibit), "--output", str(tmp_path / "a.svg"))
    assert (run.status, run.stderr) == (0, "")
    assert (tmp_path / "a.svg").read_bytes() == (FOLDER / f"{exhibit.name}.svg").read_bytes()


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_what_is_linked_is_there(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text_of(page)):
        path, _, anchor = target.partition("#")
        linked = page.parent / path if path else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


def test_folders_and_files_named_in_the_readme_are_there() -> None:
    for path in re.findall(r"`((?:actcli|tests|docs|completions)/[\w./]*)`", text_of(README)):
        assert (ROOT / path).exists(), path


def test_the_page_of_functions_is_fresh() -> None:
    page = text_of(DOCS / "functions.md")
    cure = "python -m tests.make makes it anew"
    assert [entry.shown_name for entry in ENTRIES if section_of(entry) not in page] == [], cure
    assert "\n".join([*markdown()][1:]) in page, cure

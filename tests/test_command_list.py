"""`actcli list`: the catalogue as users see it."""

import pytest

from actcli.catalog import ENTRIES
from tests.runner import Forbidden, actcli, on_terminal


def names(*words: str) -> list[str]:
    run = actcli("list", *words)
    assert (run.status, run.stderr) == (0, "")
    return [line.split("\t")[0] for line in run.lines[1:]]


def test_every_entry_is_listed_with_its_formula() -> None:
    run = actcli("list")
    formulas = {line.split("\t")[0]: line.split("\t")[1] for line in run.lines[1:]}
    assert formulas == {entry.shown_name: entry.formula for entry in ENTRIES}


@pytest.mark.parametrize(
    ("pattern", "some"),
    [
        ("leaky", {"leaky-relu"}),
        ("*elu", {"relu", "leaky-relu", "elu", "gelu", "prelu"}),
        ("LEAKY-RELU", {"leaky-relu"}),
        ("logistic", {"sigmoid"}),
        ("soft", {"softplus", "softsign", "softmax"}),
    ],
)
def test_patterns_are_parts_globs_or_aliases_in_any_spelling(pattern: str, some: set[str]) -> None:
    assert set(names(pattern)) >= some
    assert len(names(pattern)) < len(ENTRIES)


def test_misspelt_names_get_the_nearest_ones() -> None:
    run = actcli("list", "geluu")
    assert (run.status, run.stdout) == (2, "")
    assert "gelu" in run.stderr


def test_stdin_is_never_read() -> None:
    assert actcli("list", stdin=Forbidden()).status == 0


def test_json_tells_parameters_limits_and_source() -> None:
    listed = actcli("list", "leaky_relu", "--format", "json").json["functions"]
    (function,) = [each for each in listed if each["name"] == "leaky-relu"]
    assert function["parameters"] == {"negative_slope": "0.01"}
    assert function["limits"]["slope"] == ["negative_slope", "1"]
    assert function["source"]


def test_plain_gives_names_alone() -> None:
    assert "leaky-relu" in actcli("list", "leaky", "--format", "plain").lines
    listed = actcli("list", "--format", "plain").lines
    assert listed == [entry.shown_name for entry in ENTRIES]
    # What is listed is what other commands take.
    for name in listed:
        assert actcli("eval", name, "1,2").status == 0


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    run = on_terminal("list", width=width)
    assert run.status == 0
    assert max(map(len, run.lines)) <= width


def test_ascii_lists_with_ascii_alone() -> None:
    run = on_terminal("list", "--ascii")
    assert run.status == 0
    assert run.stdout.isascii()

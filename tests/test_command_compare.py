"""`actcli compare`: functions side by side, what each is and what each makes of the values."""

import pytest

from tests.runner import Forbidden, actcli, on_terminal


def test_stdin_is_never_read_without_a_dash() -> None:
    for words in (["sigmoid", "tanh"], ["sigmoid", "tanh", "-2"]):
        assert actcli("compare", *words, stdin=Forbidden()).status == 0


def test_a_dash_reads_values() -> None:
    typed = actcli("compare", "relu", "tanh", "-2", "3")
    assert actcli("compare", "relu", "-", "tanh", stdin="-2 3\n").stdout == typed.stdout


def test_functions_and_values_stand_in_any_order() -> None:
    first = actcli("compare", "relu", "tanh", "-2", "0.5").stdout
    assert actcli("compare", "-2", "relu", "0.5", "tanh").stdout == first


def test_a_pipe_gets_tidy_rows_an_input_after_the_other() -> None:
    run = actcli("compare", "relu", "identity", "-2", "3")
    assert [line.split("\t") for line in run.lines] == [
        ["vector", "index", "function", "x", "value", "zone"],
        ["0", "0", "relu", "-2.0", "0.0", "dead"],
        ["0", "0", "identity", "-2.0", "-2.0", ""],
        ["0", "1", "relu", "3.0", "3.0", ""],
        ["0", "1", "identity", "3.0", "3.0", ""],
    ]


def test_without_values_the_properties_are_told() -> None:
    run = actcli("compare", "sigmoid", "leaky-relu:0.2")
    title, *rows = [line.split("\t") for line in run.lines]
    told = {row[0]: dict(zip(title, row, strict=True)) for row in rows}
    assert told["sigmoid"]["formula"] == "1 / (1 + exp(-x))"
    assert float(told["sigmoid"]["slope_at_zero"]) == 0.25
    assert list(told) == ["sigmoid", "leaky-relu:negative_slope=0.2"]


def test_json_holds_limits_kinks_and_both_functions() -> None:
    document = actcli("compare", "relu", "sigmoid", "-6", "--format", "json").json
    relu, sigmoid = document["functions"]
    assert (relu["limits"], relu["kinks"], relu["slope_at_zero"]) == ([0.0, "Infinity"], [0.0], 0.0)
    assert (sigmoid["limits"], sigmoid["kinks"], sigmoid["slope_at_zero"]) == ([0.0, 1.0], [], 0.25)
    assert [(each["function"], each["zone"]) for each in document["vectors"]] == [
        ("relu", ["dead"]),
        ("sigmoid", ["saturated"]),
    ]


def test_a_terminal_shows_properties_and_values() -> None:
    run = on_terminal("compare", "relu", "sigmoid", "-6", "2")
    assert run.status == 0
    assert "max(x, 0)" in run.stdout
    assert "0.880797" in run.stdout  # sigmoid(2) = 0.88079707797788...
    assert max(map(len, run.lines)) <= 80


@pytest.mark.parametrize("width", [20, 40, 60])
def test_narrow_terminals_hold_every_line(width: int) -> None:
    run = on_terminal("compare", "relu", "sigmoid", "gelu", "-6", "2", width=width)
    assert run.status == 0
    assert max(map(len, run.lines)) <= width


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "compare needs functions"),
        (["-2"], "compare needs functions"),
        (["relu", "softmax"], "whole vectors"),
        (["relu", "geluu"], "did you mean gelu"),
        (["relu", "3,1", "2"], "cannot be mixed"),
        (["relu", "tanh", "1", "--format", "plain"], "--format tsv"),
    ],
)
def test_what_cannot_be_compared_is_a_usage_error(words: list[str], told: str) -> None:
    run = actcli("compare", *words)
    assert (run.status, run.stdout) == (2, "")
    assert told in run.stderr


def test_every_function_warns_for_itself_and_quiet_silences_all() -> None:
    words = ["compare", "sigmoid", "tanh", "3", "9"]
    warnings = actcli(*words).stderr.splitlines()
    assert [line.split(": ")[2] for line in warnings] == ["sigmoid", "tanh"]
    assert "1 of 2 inputs" in warnings[0]
    assert "2 of 2 inputs" in warnings[1]
    assert actcli(*words, "--quiet").stderr == ""


def test_nan_infinities_empty_input_and_blank_lines_pass() -> None:
    rows = actcli("compare", "relu", "identity", "nan", "-inf", "--quiet").lines
    assert [row.split("\t")[4] for row in rows[1:]] == ["nan", "nan", "0.0", "-inf"]
    assert actcli("compare", "relu", "-", stdin="").status == 0
    rows = actcli("compare", "relu", "-", "--format", "csv", stdin="1\n\n2\n").lines
    assert [row.split(",")[0] for row in rows[1:]] == ["0", "2"]


def test_ascii_digits_and_colour_reach_compare() -> None:
    run = on_terminal("compare", "σ", "tanh", "2", "--ascii", "--digits", "3")
    assert run.stdout.isascii()
    assert "0.881" in run.stdout
    assert "\x1b[" in actcli("compare", "relu", "1", "-1", "--format", "table", "--color", "always").stdout

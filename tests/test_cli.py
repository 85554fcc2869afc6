"""The command line as a whole: version, usage errors, and no input that ends in a bug report."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import actcli as package
from tests.runner import Sink, actcli, on_terminal, terminal


def test_the_version_is_the_package_s() -> None:
    assert actcli("--version").stdout == f"actcli {package.__version__}\n"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["evil"], "eval"),
        (["eval"], "FUNCTION"),
        (["eval", "relu", "1", "--nosuch"], "--nosuch"),
        (["eval", "relu", "1", "--format"], "--format"),
        (["eval", "relu", "1", "--format", "xml"], "xml"),
        (["eval", "relu", "1", "--color", "pink"], "pink"),
        (["--nosuch"], "--nosuch"),
        (["completion", "bash", "zsh"], "zsh"),
        (["eval", "relu", "1", "--input", "a.txt"], "--input"),
        (["eval", "relu", "--input", "-", "--input", "-"], "stdin"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_says_so(words: list[str], shown: str) -> None:
    run = actcli(*words)
    assert (run.status, run.stdout) == (2, "")
    assert run.stderr.startswith("actcli: error: ")
    assert shown in run.stderr


def test_debug_shows_the_traceback_of_an_error_and_nothing_else_does() -> None:
    for words in (["--debug", "eval", "geluu", "1"], ["eval", "geluu", "1", "--debug"]):
        run = actcli(*words)
        assert run.status == 2
        assert "Traceback" in run.stderr
        assert "geluu" in run.stderr
    assert "Traceback" not in actcli("eval", "geluu", "1").stderr


@pytest.mark.parametrize("command", ["eval", "grad", "compare", "plot"])
@pytest.mark.parametrize("layout", ["plain", "csv", "tsv", "json", "jsonl", "table"])
def test_every_format_takes_nan_and_infinities(command: str, layout: str) -> None:
    for words in (["nan"], ["inf", "-inf"], ["nan", "-1", "1e308", "-0", "5e-324"]):
        run = actcli(command, "gelu", *words, "--format", layout, "--quiet")
        assert (run.status, run.stderr) == (0, "")
        assert run.stdout


def test_npy_is_refused_on_a_terminal_and_read_back_from_a_pipe(tmp_path: Path) -> None:
    assert on_terminal("eval", "relu", "1", "--format", "npy").status == 2
    stdout = Sink()
    from actcli.cli import main

    assert main(["eval", "relu", "1,-2", "3,4", "--format", "npy"], terminal(stdout=stdout)) == 0
    (tmp_path / "a.npy").write_bytes(stdout.data)
    assert actcli("eval", "relu", "--input", str(tmp_path / "a.npy")).stdout == "1.0 0.0\n3.0 4.0\n"


SPICE = st.sampled_from(
    [*"x0123456789.eE+-*/(),:=@<>!^#;'\" \t−σé\0\x1b", "**", "where(", "exp", "max(", "relu", "sigmoid(", "nan", "inf"]
)


@given(
    st.sampled_from(["eval", "grad", "plot", "compare", "softmax", "list"]),
    st.lists(st.lists(SPICE, max_size=8), max_size=3),
)
@settings(max_examples=150, deadline=None)
def test_no_words_end_in_a_bug_report(command: str, words: list[list[str]]) -> None:
    run = actcli(command, *("".join(pieces) for pieces in words))
    assert run.status in (0, 1, 2)
    assert "bug in actcli" not in run.stderr
    assert "Traceback" not in run.stderr
    assert "\x1b" not in run.stdout + run.stderr


@given(st.binary(max_size=40), st.sampled_from(["plain", "csv", "json", "table"]))
@settings(max_examples=100, deadline=None)
def test_no_bytes_on_stdin_end_in_a_bug_report(data: bytes, layout: str) -> None:
    for command in (["eval", "gelu"], ["softmax"]):
        run = actcli(*command, "--format", layout, stdin=data)
        assert run.status in (0, 1)
        assert "bug in actcli" not in run.stderr

"""Command lines that are mistaken, and the line that each error offers: run, it does what was meant."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from tests.runner import Run, actcli

# What is typed, what is offered, and what the offered line prints (None: only that it runs).
MISTAKEN = {
    "comprae relu": ("compare relu", None),
    "evla sigmoid 0": ("eval sigmoid 0", "0.5"),
    "sigmoid 1": ("eval sigmoid 1", "0.7310585786300049"),
    "'x*sigmoid(x)' 0": ("eval 'x*sigmoid(x)' 0", "0.0"),
    "gelu@jax 0": ("eval gelu@jax 0", "0.0"),
    "relu -2 3 --digits 3": ("eval relu -2 3 --digits 3", "0 3"),
    "-1 2 relu": ("eval relu -1 2", "0.0 2.0"),
    "eval 1 2 sigmoid": ("eval sigmoid 1 2", "0.7310585786300049 0.8807970779778824"),
    "eval -1 2 'x*sigmoid(x)' --digits 2": ("eval 'x*sigmoid(x)' -1 2 --digits 2", "-0.27 1.8"),
    "grad 0 sigmoid": ("grad sigmoid 0", "0.25"),
    "eval relu d1.npy": ("eval relu --input d1.npy", "0.0 0.0 1.0"),
    "eval relu d1.npy d2.npy": ("eval relu --input d1.npy d2.npy", "0.0 0.0 1.0\n2.0 0.0 4.0"),
    "softmax d1.npy --digits 2": ("softmax --digits 2 --input d1.npy", "0.09 0.24 0.67"),
    "plot relu d1.npy": ("plot relu --input d1.npy", None),
    "eval sigmoid 50%": ("eval sigmoid 0.5", "0.6224593312018546"),
    "softmax --probabilities 70% 20% 10%": ("softmax --probabilities 0.7 0.2 0.1", "0.7 0.2 0.1"),
    "eval sigmoid --inverse 90%": ("eval sigmoid --inverse 0.9", "2.1972245773362196"),
    "eval relu -12.5%": ("eval relu -0.125", "0.0"),
    "eval identity 1_000 0x1F 0b11 -0o17 1_0.5e2": (
        "eval identity 1000 31 3 -15 10.5e2",
        "1000.0 31.0 3.0 -15.0 1050.0",
    ),
    "eval identity 1..3": ("eval identity 1:3", "1.0 2.0 3.0"),
    "softmax sparsemax 1 2 3": ("eval sparsemax 1 2 3", "0.0 0.0 1.0"),
    "softmax softmax 1 1": ("softmax 1 1", "0.5 0.5"),
    "grad softmax 1 2 3": ("grad softmax 1 2 3 --jacobian", None),
    "eval relu -- -1 --summary": ("eval relu -1 --summary", None),
    "eval relu -- --dtype bf16 1": ("eval relu --dtype bf16 1", "1.0"),
    "plot gelu,relu": ("plot gelu relu", None),
    "compare gelu,relu 1": ("compare gelu relu 1", None),
    "eval gelu relu 1": ("compare gelu relu 1", None),
    "help": ("-h", None),
    "help eval": ("eval -h", None),
    "version": ("--version", None),
    "eval sigmoid 0 --grad": ("grad sigmoid 0", "0.25"),
    "eval sigmoid 0 --derivative": ("grad sigmoid 0", "0.25"),
    "plot sigmoid --grad": ("plot sigmoid --slope", None),
    "plot sigmoid --xlim -4:4": ("plot sigmoid -4:4", None),
    "plot sigmoid --xlim=-4:4": ("plot sigmoid -4:4", None),
    "plot sigmoid --xlim -4 4": ("plot sigmoid -4:4", None),
    "eval relu 1 --json": ("eval relu 1 --format json", None),
    "eval relu 1 --precision 3": ("eval relu 1 --digits 3", "1"),
    "sigmoid 1 --csv": ("eval sigmoid 1 --format csv", None),
}


@pytest.fixture(autouse=True)
def _arrays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("d1.npy", [-1.0, 0.0, 1.0])
    np.save("d2.npy", [2.0, -3.0, 4.0])


def run(line: str) -> Run:
    return actcli(*shlex.split(line))


@pytest.mark.parametrize("line", MISTAKEN)
def test_an_error_offers_the_line_that_was_meant(line: str) -> None:
    offered, printed = MISTAKEN[line]
    refused = run(line)
    assert (refused.status, refused.stdout) == (2, "")
    assert re.findall(r"hint: `actcli (.*)`", refused.stderr) == [offered]
    assert "Possible options" not in refused.stderr
    taken = run(offered)
    assert taken.status == 0
    assert taken.stdout
    assert printed is None or taken.stdout == printed + "\n"


@pytest.mark.parametrize(
    "line",
    [
        "eval relu -i d1.npy -o a.xyz",  # the file is taken already
        "eval relu -i d1.npy -n 3 --summary -f plain",
        "grad sparsemax --layers 3 1 2",
        "nosuch 1",
        "eval nosuch 1",
        "eval relu 1 --nosuch",
        "eval relu nosuch.npy",
        "",
        "1 2",
    ],
)
def test_what_cannot_be_told_is_not_guessed(line: str) -> None:
    assert not re.findall(r"hint: `actcli (?:eval|grad|plot) (?!-h).*`", run(line).stderr)


def test_a_name_of_the_catalogue_that_is_not_there_leads_to_the_list() -> None:
    refused = run("list nope")
    assert refused.status == 2
    assert "`actcli list`" in refused.stderr
    assert run("list").status == 0


def test_files_that_a_shell_makes_of_a_pattern_are_what_the_pattern_is() -> None:
    for options in ("", " --format csv", " --flatten"):
        assert run(f"eval relu --input d1.npy d2.npy{options}") == run(f"eval relu --input 'd*.npy'{options}")
    assert run("compare relu --input d1.npy d2.npy") == run("compare relu --input 'd*.npy'")
    assert run("compare --input d1.npy d2.npy relu") == run("compare relu --input 'd*.npy'")
    assert run("eval relu -i d1.npy d2.npy -n 3").stdout == "0 0 1\n2 0 4\n"


def test_a_file_called_as_a_function_is_no_file_of_the_pattern() -> None:
    Path("relu").write_text("5\n", encoding="utf-8")
    assert run("eval --input d1.npy relu").numbers == [0.0, 0.0, 1.0]


def test_options_of_one_letter() -> None:
    assert run("eval sigmoid -1 -f csv -n 3 -q") == run("eval sigmoid -1 --format csv --digits 3 --quiet")
    assert run("-V") == run("--version")
    assert run("eval relu -1 2 -o answer.csv").status == 0
    assert Path("answer.csv").read_text(encoding="utf-8") == run("eval relu -1 2 --format csv").stdout
    assert run("eval relu -e -pi").numbers == [0.0, 0.0]


def test_identify_is_a_command_like_the_others() -> None:
    run = actcli("identify", "sigmoid", "1")
    assert run.status == 2
    assert "actcli eval" not in run.stderr


def test_no_function_at_all_is_no_guess() -> None:
    ended = actcli("list", "nope")
    assert ended.status == 2
    assert "did you mean" not in ended.stderr
    assert "did you mean none" not in actcli("eval", "nune", "1").stderr


@pytest.mark.parametrize("word", ["{1, 2}", "<1 2>", "$1", "*.npy", "1; 2"])
def test_a_value_that_is_no_expression_says_how_numbers_are_written(word: str) -> None:
    ended = actcli("eval", "relu", word)
    assert ended.status == 2
    assert "hint: " in ended.stderr

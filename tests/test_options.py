"""Options that exclude or need each other: the error of every pair of every rule, and the cure that it names."""

from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actcli.cli import COMMANDS
from actcli.kernels import gelu
from actcli.options import Excludes, Needs
from tests.runner import Run, actcli

Words = tuple[str, ...]

INPUT: Words = ("--input", "x.npy")
AGAINST: Words = ("--against", "y.npy")
TARGET: Words = ("--target", "1")

# What is typed for what a rule names; a later part is what the first one cannot do without.
TYPED: dict[str, dict[str, tuple[Words, ...]]] = {
    "compare": {
        "--against": (AGAINST, INPUT),
        "--cost": (("--cost",),),
        "--dask": (("--dask", "tcp://127.0.0.1:1"), INPUT),
        "--mean": (("--mean", "0.5"),),
        "--sigma": (("--sigma", "2"),),
        "--layers": (("--layers", "3"),),
        "--saturation": (("--saturation", "0.01"),),
        "values or --input": (INPUT,),
        "data": (INPUT,),
        "--slope": (("--slope",), AGAINST, INPUT),
        "--curvature": (("--curvature",), AGAINST, INPUT),
        "--exact": (("--exact",), AGAINST, INPUT),
        "--dtype": (("--dtype", "float64"), AGAINST, INPUT),
        "--plot": (("--plot",), ("--format", "table")),
    },
    "grad": {
        "--jacobian": (("--jacobian",),),
        "--curvature": (("--curvature",),),
        "--layers": (("--layers", "3"),),
        "--exact": (("--exact",),),
    },
    "softmax": {
        "--log": (("--log",),),
        "--one-hot": (("--one-hot",),),
        "--top": (("--top", "2"),),
        "--jacobian": (("--jacobian",),),
        "--loss": (("--loss", "kl"), TARGET),
        "--target": (TARGET,),
        "--target-column": (("--target-column", "label"), ("--input", "logits.csv")),
        "several temperatures": (("--temperature", "1,2"),),
        "certified digits": (("--exact",),),
    },
}
# The function and, where the command needs some and none are named, values.
BEGINNINGS: dict[str, tuple[Words, Words]] = {
    "compare": (("gelu",), ()),
    "grad": (("softmax",), ("1", "2", "3")),
    "softmax": ((), ("1", "2", "3")),
}
RULES: dict[str, tuple[Any, ...]] = {name: import_module(COMMANDS[name].partition(":")[0])._RULES for name in TYPED}


def pairs(kind: type[Excludes | Needs]) -> list[tuple[str, str, str, str]]:
    """Command, option, the other one, and the cure that the error names."""
    return [
        (command, *pair, rule.cure if isinstance(rule, Needs) else "leave out one of them")
        for command, rules in RULES.items()
        for rule in rules
        if isinstance(rule, kind)
        for pair in product(rule.options, rule.others)
    ]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.array([-1.0, 0.5, 2.0])
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", gelu(x))
    (tmp_path / "logits.csv").write_text("label,a,b\n0,2.5,1\n1,0.5,1\n", encoding="ascii")
    monkeypatch.chdir(tmp_path)


def run(command: str, *parts: Words) -> Run:
    """A command with parts of a command line, each once."""
    function, values = BEGINNINGS[command]
    if command == "grad":
        function = ("softmax",) if ("--jacobian",) in parts else ("gelu",)
    own = [word for part in dict.fromkeys(parts) for word in part]
    return actcli(command, *function, *(() if "--input" in own else values), *own)


@cache
def status(command: str, parts: tuple[Words, ...]) -> int:
    return run(command, *parts).status


@pytest.mark.parametrize(("command", "option", "other", "cure"), pairs(Excludes))
def test_of_two_that_exclude_each_other_one_is_left_out(command: str, option: str, other: str, cure: str) -> None:
    typed = TYPED[command]
    refused = run(command, *typed[option], *typed[other])
    assert refused.status == 2
    assert f"{option} and {other} cannot be combined" in refused.stderr
    assert cure in refused.stderr
    for alone in (option, other):
        # Beside nobody there is no cluster to be asked.
        if alone != "--dask":
            assert status(command, typed[alone]) == 0, alone


@pytest.mark.parametrize(("command", "option", "other", "cure"), pairs(Needs))
def test_what_an_option_needs_is_named_and_helps(command: str, option: str, other: str, cure: str) -> None:
    own, *_ = typed = TYPED[command][option]
    refused = run(command, own)
    assert refused.status == 2
    assert option in refused.stderr
    assert cure in refused.stderr
    # A loss takes its class from the one or from the other.
    helping = (own, *TYPED[command][other]) if option == "--loss" else (*typed, *TYPED[command][other])
    assert status(command, helping) == 0


@pytest.mark.parametrize(
    ("words", "end"),
    [
        (["softmax", "1", "2", "--top", "1e19"], "--top 1000000000 is the most"),
        (["softmax", "1", "2", "--top", "1e999"], "--top 1000000000 is the most"),
        (["plot", "relu", "--width", "1e7"], "--width 1000 is the most"),
        (["plot", "relu", "--height", "1001"], "--height 1000 is the most"),
        (["grad", "tanh", "1", "--layers", "1e300"], "--layers 1000000000 is the most"),
        (["compare", "tanh", "--layers", "10000000000"], "--layers 1000000000 is the most"),
        (["eval", "gumbel-softmax", "1", "2", "--seed", "18446744073709551616"], "18446744073709551615 is the most"),
        (["eval", "relu", "1", "--digits", "1e19"], "--digits 4000 is the most"),
        (["eval", "relu", "1", "--digits", "9" * 5000], "--digits 4000 is the most"),
        (["eval", "x+1.7976931348623159e308", "1"], "the largest number is 1.7976931348623157e308"),
        (["eval", "x+1e99999999", "1"], "the largest number is 1.7976931348623157e308"),
        (["eval", "x+1e-99999999", "1"], "the least 5e-324"),
        (["eval", "leaky-relu:1e999", "1"], "the largest number is 1.7976931348623157e308"),
        (["softmax", "1", "2", "--target", "1e19"], "the last of which is 1: there is no 1000"),
    ],
)
def test_what_is_too_large_is_told_its_upper_end(words: list[str], end: str) -> None:
    run = actcli(*words)
    assert (run.status, run.stdout) == (2, "")
    assert end in run.stderr
    assert len(run.stderr) < 600


@pytest.mark.parametrize(
    "words",
    [
        ["grad", "tanh", "1", "--layers", "1e9"],
        ["eval", "gumbel-softmax", "1", "2", "--seed", "18446744073709551615"],
        ["softmax", "1", "2", "--top", "1000000000"],
        ["eval", "x+1.7976931348623157e308", "1"],
        ["eval", "x+1.7976931348623158e308", "1"],  # the double nearest to it is the largest
        ["eval", "x+0e99999999", "1"],
    ],
)
def test_the_upper_end_itself_is_taken(words: list[str]) -> None:
    assert actcli(*words).status == 0


def test_a_seed_is_read_to_its_last_digit() -> None:
    first, second = (actcli("eval", "gumbel-softmax", "1", "2", "--seed", str(2**53 + odd)).stdout for odd in (0, 1))
    assert first != second

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
        "several --layers": (("--layers", "1,2"),),
        "--init": (("--init", "he"), ("--layers", "3")),
        "--saturation": (("--saturation", "0.01"),),
        "--units": (("--units",), INPUT),
        "--outputs": (("--outputs",), INPUT),
        "input": (INPUT,),
        "values or --input": (INPUT,),
        "data": (INPUT,),
        "--slope": (("--slope",), AGAINST, INPUT),
        "--flush-subnormals": (("--flush-subnormals",), AGAINST, INPUT),
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
        "--saturation": (("--saturation", "0.01"),),
    },
    "softmax": {
        "--log": (("--log",),),
        "--one-hot": (("--one-hot",),),
        "--top": (("--top", "2"),),
        "--jacobian": (("--jacobian",),),
        "--loss": (("--loss", "kl"), TARGET),
        "--target": (TARGET,),
        "--target-column": (("--target-column", "label"), ("--input", "logits.csv")),
        "--loss mse": (("--loss", "mse"), TARGET),
        "--temperature": (("--temperature", "2"),),
        "--ignore-index": (("--ignore-index", "-100"), ("--target-column", "label"), ("--input", "logits.csv")),
        "--probabilities": (("--probabilities",), ("--input", "shares.csv")),
        "--reference": (("--reference",),),
        "--smooth": (("--smooth", "0.1"), TARGET),
        "--fit": (("--fit",), TARGET),
        "several temperatures": (("--temperature", "1,2"),),
        "certified digits": (("--exact",),),
    },
}
# The function and, where the command needs some and none are named, values.
BEGINNINGS: dict[str, tuple[Words, Words]] = {
    "compare": (("gelu",), ()),
    "grad": (("softmax",), ("1", "2", "3")),
    "softmax": ((), ("1", "2.5", "3")),
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
    (tmp_path / "logits.csv").write_text("label,a,b\n0,2.5,1\n0,0.5,1\n", encoding="ascii")
    (tmp_path / "shares.csv").write_text("0.7,0.2,0.1\n", encoding="ascii")
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
    takes_one = option in ("--loss", "--smooth", "--fit")
    helping = (own, *TYPED[command][other]) if takes_one else (*typed, *TYPED[command][other])
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
        (["eval", "maxout:1e300", "1", "2"], "groups >= 1 and whole, 9007199254740992 at the most"),
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


@pytest.mark.parametrize(
    ("words", "said", "cure"),
    [
        (["grad", "relu", "1", "--layers", "1,2"], "'1,2' is not a whole number above 0", "--layers 5"),
        (["grad", "relu", "1", "--layers", "many"], "'many' is not a whole number above 0", "--layers 5"),
        (["eval", "relu", "1", "--digits", "few"], "'few' is not a whole number above 0", "--digits 5"),
        (["softmax", "1", "2", "--axis", "x"], "'x' is not the number of an axis", None),
        (
            ["softmax", "1", "2", "--target", "0", "--ignore-index", "no"],
            "'no' is not a whole number",
            None,
        ),
        (["eval", "relu", "1", "--fail-over", "5 %%"], "is not a share between 0 and 1", "--fail-over 5%"),
        (["compare", "relu", "1", "--fail-over", "xulp"], "'xulp' is not a number of ulp", None),
        (["compare", "relu", "--layers", "1:3", "--init", "-1"], "'-1' is no gain", "--init 1.5"),
        (["compare", "relu", "--sigma", "-1"], "'-1' is not a number above 0", "--sigma 0.5"),
        (["eval", "relu", "1", "--saturation", "lots"], "'lots' is not a share between 0 and 1", "--saturation 5%"),
    ],
)
def test_a_reader_says_what_it_wants_and_a_cure(words: list[str], said: str, cure: str | None) -> None:
    run = actcli(*words)
    assert run.status == 2
    assert said in run.stderr
    assert "\N{MINUS SIGN}" not in run.stderr
    if cure is not None:
        assert cure.split()[1] in run.stderr
        option, value = cure.split()
        cured = [*words[: words.index(option)], option, value, *words[words.index(option) + 2 :]]
        assert actcli(*cured).status in (0, 3)


@pytest.mark.parametrize(("words", "status"), [(["-9"], 0), (["-9", "1"], 0), (["nan"], 3)])
def test_a_gate_of_nothing_lets_none_pass(words: list[str], status: int) -> None:
    assert actcli("eval", "relu", *words, "--fail-over", "0%").status == status


def test_a_seed_is_read_to_its_last_digit() -> None:
    first, second = (actcli("eval", "gumbel-softmax", "1", "2", "--seed", str(2**53 + odd)).stdout for odd in (0, 1))
    assert first != second


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["eval", "relu", "1", "--digits", "3", "--digits", "5"], "--digits is there twice"),
        (["softmax", "1", "2", "--target", "0", "--target", "1"], "--target is there twice"),
        (["list", "--summary"], "No such option: --summary"),
        (["list", "--fail-over", "10%"], "No such option: --fail-over"),
        (["eval", "relu", "1", "--digits", "3", "--format", "npy"], "npy holds numbers in full"),
        (["compare", "relu", "gelu", "--column", "3"], "--column is for files and pipes, and there are none"),
        (["compare", "relu", "gelu", "--flatten"], "--flatten is for files and pipes, and there are none"),
        (["compare", "relu", "gelu", "--cost", "--array", "a"], "--array is for files and pipes"),
        (["compare", "relu", "gelu", "1", "2", "--from", "csv"], "--from is for files and pipes, and these values"),
        (["plot", "relu", "--target-column", "y"], "--target-column is for files and pipes, and there are none"),
        (["eval", "relu", "1", "--on-error", "skip"], "--on-error is for files and pipes, and these values"),
        (["plot", "relu", "1", "--format", "csv", "--width", "9"], "--width is for pictures, and --format csv draws"),
        (["plot", "relu", "1", "--format", "json", "--ylim", "0:1"], "--ylim is for pictures"),
        (["plot", "relu", "1", "--summary", "--log-y"], "--log-y is for pictures, and --summary draws none"),
        (["plot", "relu", "--format", "tsv", "--layout", "grid"], "--layout is for pictures"),
        (["plot", "relu", "--digits", "3"], "--digits is for numbers, and a picture shows none"),
        (["compare", "relu", "gelu", "1", "--mean", "3", "--format", "tsv"], "--mean is for what functions make of"),
        (["compare", "relu", "gelu", "1", "--sigma", "3"], "--sigma is for what functions make of"),
        (["compare", "softmax", "sparsemax", "1", "2", "--saturation", "5%"], "--saturation is for element-wise"),
        (["eval", "softmax", "1", "2", "--saturation", "5%"], "has no zones"),
        (["grad", "softmax", "1", "2", "--jacobian", "--saturation", "5%"], "have no zones"),
        (["plot", "relu", "1", "2", "-3:3", "--format", "csv"], "A:B is for pictures, and --format csv draws none"),
        (["plot", "relu", "-3:3", "1", "--summary"], "A:B is for pictures, and --summary draws none"),
        (["eval", "relu", "1", "--keep", "id"], "--keep is for files and pipes, and these values are typed"),
        (["softmax", "1", "2", "--labels", "a,b", "--format", "plain"], "plain has no room for names"),
        (["softmax", "1", "2", "--labels", "a,b", "--format", "npy"], "npy has no room for names"),
    ],
)
def test_an_option_that_cannot_be_honoured_is_refused(words: list[str], said: str) -> None:
    run = actcli(*words)
    assert (run.status, run.stdout) == (2, "")
    assert said in run.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "relu", "gelu", "1", "2", "--flatten"],
        ["plot", "relu", "-3:3", "--format", "csv"],
        ["plot", "relu", "--log-x", "--format", "csv"],  # where the curve is sampled
        ["plot", "relu", "1", "--digits", "3", "--format", "csv"],
        ["compare", "relu", "1", "--mean", "3", "--format", "json"],
        ["softmax", "1", "2", "--labels", "a,b", "--target", "b", "--format", "plain"],
        ["eval", "relu", "1", "--quiet", "--quiet"],
        ["list", "relu6", "--digits", "3"],
    ],
)
def test_an_option_that_can_be_honoured_is(words: list[str]) -> None:
    assert actcli(*words).status == 0


def test_help_offers_what_a_command_has() -> None:
    assert "--summary" not in actcli("list", "-h").stdout
    assert "--fail-over" not in actcli("list", "-h").stdout
    assert "--summary" in actcli("eval", "-h").stdout

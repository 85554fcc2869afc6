"""`actcli softmax`: probabilities, logarithms, the Jacobian and both losses, held against ball arithmetic."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runner import actcli, apart, on_terminal

LOGITS = ([3.0, 1.0, -3.0], [0.0, 0.0], [5.0], [-700.0, 0.0, 3.5], [1e-9, 0.0, -1e-9, 2.0], [1000.0, 1001.0])


@pytest.fixture(autouse=True)
def _enough_bits() -> Any:
    with ctx.workprec(2048):
        yield


def probabilities(logits: Sequence[float], temperature: float = 1.0) -> list[Any]:
    """What softmax is by definition, in balls."""
    powers = [(arb(logit) / arb(temperature)).exp() for logit in logits]
    return [power / sum(powers, arb(0)) for power in powers]


def words(logits: Sequence[float]) -> list[str]:
    return list(map(repr, logits))


def test_the_textbook_vector_from_stdin() -> None:
    run = actcli("softmax", stdin="3 1 -3\n")
    assert run.status == 0
    assert run.stderr == ""
    wanted = [0.8788782427321509, 0.11894323591065208, 0.002178521357197023]
    assert len(run.numbers) == 3
    assert all(apart(*pair) <= 1 for pair in zip(run.numbers, wanted, strict=True))


@pytest.mark.parametrize("temperature", [1.0, 0.5, 0.1, 3.0, 1000.0])
@pytest.mark.parametrize("logits", LOGITS)
def test_probabilities_are_the_certified_ones(logits: list[float], temperature: float) -> None:
    got = actcli("softmax", *words(logits), "--temperature", repr(temperature)).numbers
    wanted = [float(p) for p in probabilities(logits, temperature)]
    assert all(apart(*pair) <= 4 for pair in zip(got, wanted, strict=True))


@pytest.mark.parametrize("logits", LOGITS)
def test_log_probabilities_are_the_certified_ones(logits: list[float]) -> None:
    got = actcli("softmax", *words(logits), "--log").numbers
    wanted = [float(p.log()) for p in probabilities(logits)]
    assert all(apart(*pair) <= 4 for pair in zip(got, wanted, strict=True))


def test_one_hot_marks_the_first_largest() -> None:
    assert actcli("softmax", "1,3,3,-2", "--one-hot").stdout == "0.0,1.0,0.0,0.0\n"
    assert actcli("softmax", "--one-hot", stdin="-5 -6\n\n2\n").stdout == "1.0 0.0\n\n1.0\n"


@pytest.mark.parametrize("temperature", [1.0, 0.5, 4.0])
@pytest.mark.parametrize("logits", LOGITS)
def test_the_jacobian_is_the_certified_one_and_its_rows_sum_to_zero(logits: list[float], temperature: float) -> None:
    run = actcli("softmax", *words(logits), "--jacobian", "--temperature", repr(temperature), "--format", "json")
    got = np.array(run.json["vectors"][0]["jacobian"])
    p = probabilities(logits, temperature)
    wanted = np.array(
        [[float((a * (int(i == j) - b)) / arb(temperature)) for j, b in enumerate(p)] for i, a in enumerate(p)]
    )
    np.testing.assert_allclose(got, wanted, rtol=2e-15, atol=0)
    assert np.abs(got.sum(axis=1)).max() <= 4 * np.spacing(np.abs(got).max())
    np.testing.assert_array_equal(got, got.T)


def test_a_jacobian_in_a_pipe_is_tidy() -> None:
    rows = [line.split("\t") for line in actcli("softmax", "--jacobian", stdin="0,0\n\n7\n").lines]
    assert [*rows[0], *rows[5][:3]] == ["vector", "row", "column", "jacobian", "2", "0", "0"]
    assert float(rows[5][3]) == 0.0
    assert rows[1:5] == [
        ["0", "0", "0", "0.25"],
        ["0", "0", "1", "-0.25"],
        ["0", "1", "0", "-0.25"],
        ["0", "1", "1", "0.25"],
    ]
    plain = actcli("softmax", "0,0", "--jacobian", "--format", "plain").stdout
    assert plain == "0.25,-0.25\n-0.25,0.25\n\n"


def answer(logits: Sequence[float], *options: str) -> Any:
    return actcli("softmax", *words(logits), *options, "--format", "json").json["vectors"][0]


@pytest.mark.parametrize("temperature", [1.0, 0.5, 4.0])
@pytest.mark.parametrize("target", [0, 1, 2])
@pytest.mark.parametrize("logits", [[3.0, 1.0, -3.0], [40.0, 0.0, 1.0], [-30.0, 2.0, 2.0], [0.0, 0.0, 0.0]])
def test_cross_entropy_and_its_gradient_are_certified(logits: list[float], target: int, temperature: float) -> None:
    got = answer(logits, "--target", str(target), "--temperature", repr(temperature))
    p = probabilities(logits, temperature)
    assert apart(got["loss"], float(-p[target].log())) <= 4
    wanted = [float((a - int(i == target)) / arb(temperature)) for i, a in enumerate(p)]
    # p - 1 keeps its digits where p is all but 1.
    assert all(apart(*pair) <= 6 for pair in zip(got["gradient"], wanted, strict=True))


@pytest.mark.parametrize("temperature", [1.0, 0.5])
@pytest.mark.parametrize("target", [0, 1, 2])
@pytest.mark.parametrize("logits", [[3.0, 1.0, -3.0], [20.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
def test_the_gradient_of_the_squared_error_is_the_slope_of_its_loss(
    logits: list[float], target: int, temperature: float
) -> None:
    got = answer(logits, "--target", str(target), "--loss", "mse", "--temperature", repr(temperature))

    def loss(shifted: Sequence[Any]) -> Any:
        powers = [(logit / arb(temperature)).exp() for logit in shifted]
        total = sum(powers, arb(0))
        return sum(((power / total - int(i == target)) ** 2 for i, power in enumerate(powers)), arb(0))

    exact = [arb(logit) for logit in logits]
    # Half the squared distance, or its mean: the scale is one number, and the gradient must have the same.
    scale = got["loss"] / float(loss(exact))
    assert min(abs(scale - known) for known in (1, 0.5, 1 / 3, 1 / 6)) < 1e-14
    step = arb(2) ** -300
    for i, slope in enumerate(got["gradient"]):
        ahead, behind = (loss([logit + sign * step * int(i == j) for j, logit in enumerate(exact)]) for sign in (1, -1))
        wanted = float((ahead - behind) / (2 * step)) * scale
        assert slope == pytest.approx(wanted, rel=1e-13)


def test_plain_output_of_a_target_is_loss_then_gradient() -> None:
    assert actcli("softmax", "0,0", "--target", "1").numbers == [0.6931471805599453, 0.5, -0.5]


def test_csv_of_a_target_keeps_the_logit() -> None:
    rows = [line.split(",") for line in actcli("softmax", "0,0", "--target", "1", "--format", "csv").lines]
    assert rows[0] == ["vector", "index", "function", "x", "loss", "gradient", "zone"]
    assert [row[3:6] for row in rows[1:]] == [["0.0", "0.6931471805599453", g] for g in ("0.5", "-0.5")]


@pytest.mark.parametrize(
    ("options", "status", "told"),
    [
        (["--temperature", "0"], 2, "--one-hot"),
        (["--temperature", "-1"], 2, "--temperature -1"),
        (["--temperature", "-1e-5"], 2, "--temperature -1e-05"),
        (["--temperature", "inf"], 2, "finite"),
        (["--temperature", "nan"], 2, "finite"),
        (["--temperature", "hot"], 2, "'hot' is not a number"),
        (["--target", "3"], 2, "3 classes"),
        (["--target", "-1"], 2, "'-1'"),
        (["--target", "1.5"], 2, "'1.5'"),
        (["--target", "nan"], 2, "'nan'"),
        (["--target", "inf"], 2, "'inf'"),
        (["--target", "cat"], 2, "'cat'"),
        (["--loss", "mse"], 2, "--target"),
        (["--loss", "huber", "--target", "0"], 2, "huber"),
        (["--log", "--one-hot"], 2, "--one-hot"),
        (["--jacobian", "--target", "0", "--format", "csv"], 2, "json"),
        (["--jacobian", "--target", "0", "--format", "tsv"], 2, "json"),
        (["--jacobian", "--target", "0", "--format", "plain"], 2, "json"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_cure(options: list[str], status: int, told: str) -> None:
    run = actcli("softmax", "3", "1", "-3", *options)
    assert (run.status, run.stdout) == (status, "")
    assert told in run.stderr.replace("JSON", "json")
    assert "bug" not in run.stderr


def test_two_answers_are_refused_in_csv_by_naming_json() -> None:
    run = actcli("softmax", "3,1", "--jacobian", "--target", "0", "--format", "csv")
    assert run.status == 2
    assert "json" in run.stderr.lower()


def test_json_and_table_hold_all_answers() -> None:
    asked = ["softmax", "3", "1", "-3", "--jacobian", "--target", "0"]
    assert set(actcli(*asked, "--format", "json").json["vectors"][0]) >= {
        "x",
        "probability",
        "loss",
        "gradient",
        "jacobian",
    }
    shown = on_terminal(*asked)
    assert shown.status == 0
    for word in ("loss", "gradient", "jacobian"):
        assert word in shown.stdout


def test_a_class_that_a_line_lacks_names_the_line() -> None:
    run = actcli("softmax", "--target", "2", stdin="1 2 3\n\n1 2\n")
    assert run.status == 1
    assert "line 3" in run.stderr


def test_infinities_take_everything_and_nan_spoils_its_vector() -> None:
    run = actcli("softmax", stdin="1 inf -inf\n0 -inf\ninf inf\n1 nan\n")
    assert run.stdout == "0.0 1.0 0.0\n1.0 0.0\n0.5 0.5\nnan nan\n"
    # Twins share their edges.
    assert actcli("softmax", "1", "inf", "-inf", "--log").stdout == "-inf 0.0 -inf\n"


def test_huge_logits_and_temperatures_do_not_overflow() -> None:
    assert actcli("softmax", "1e308", "-1e308").stdout == "1.0 0.0\n"
    assert actcli("softmax", "1e308", "1e308").stdout == "0.5 0.5\n"
    assert actcli("softmax", "1e300", "0", "--temperature", "1e300").numbers == actcli("softmax", "1", "0").numbers


def test_blank_lines_and_empty_input_pass_in_every_format() -> None:
    assert actcli("softmax", stdin="0 0\n\n1\n").stdout == "0.5 0.5\n\n1.0\n"
    assert actcli("softmax", "--target", "0", stdin="0 0\n\n1\n").lines[1] == ""
    for layout in ("plain", "csv", "tsv", "json", "jsonl", "table"):
        for options in ([], ["--log"], ["--one-hot"], ["--jacobian"], ["--target", "0"]):
            for text in ("", "\n", "1 2\n\n3\n"):
                run = actcli("softmax", *options, "--format", layout, stdin=text)
                assert (run.status, run.stderr) == (0, ""), (layout, options, text)


def test_negative_words_vectors_and_sources_work_as_for_eval() -> None:
    assert actcli("softmax", "-3", "−3").stdout == "0.5 0.5\n"
    assert actcli("softmax", "-3,-3", "-pi,-pi").stdout == "0.5,0.5\n0.5,0.5\n"
    assert actcli("softmax", "-", stdin="0,0\n").stdout == "0.5,0.5\n"
    assert on_terminal("softmax").status == 2


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_probabilities_sum_to_one_and_keep_the_order(logits: list[float]) -> None:
    shares = actcli("softmax", stdin=" ".join(words(logits))).numbers
    assert sum(shares) == pytest.approx(1, abs=1e-15 * len(shares))
    order = np.argsort(logits, kind="stable")
    assert (np.diff(np.array(shares)[order]) >= 0).all()


def test_digits_and_ascii_reach_softmax() -> None:
    assert actcli("softmax", "3", "1", "-3", "--digits", "3").stdout == "0.879 0.119 0.00218\n"
    assert on_terminal("softmax", "3", "1", "-3", "--ascii").stdout.isascii()
    assert "\x1b[" in actcli("softmax", "3", "1", "--format", "table", "--color", "always").stdout


def test_good_lines_before_a_refused_one_are_answered() -> None:
    run = actcli("softmax", "--target", "2", stdin="1 2 3\n1 2\n3 2 1\n")
    assert run.status == 1
    assert run.lines == actcli("softmax", "--target", "2", stdin="1 2 3\n").lines
    assert "line 2" in run.stderr


@pytest.mark.parametrize(
    "options", [["--target", "0", "--one-hot"], ["--jacobian", "--log"], ["--target", "0", "--log"]]
)
def test_options_that_exclude_each_other_are_refused(options: list[str]) -> None:
    assert actcli("softmax", "1", "2", *options).status == 2


def test_a_table_holds_probabilities_beside_loss_and_jacobian() -> None:
    run = actcli("softmax", "3", "1", "-3", "--target", "0", "--jacobian", "--format", "table")
    for told in ("probability", "gradient", "loss=", "jacobian", "argmax"):
        assert told in run.stdout


def test_a_jacobian_too_large_to_print_is_refused() -> None:
    run = actcli("softmax", "--jacobian", stdin="1 2\n" + " ".join(["0"] * 1001))
    assert run.status == 1
    assert len(run.lines) == 1 + 4
    assert "line 2" in run.stderr

"""`actcli softmax`: probabilities, Jacobians, losses, temperatures, targets and scores, held against balls."""

import csv
import json
import math
import tracemalloc
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from actcli.commands.softmax.query import SoftmaxQuery
from actcli.commands.softmax.targets import Target
from actcli.formula.balls import Ball, BallArithmetic
from actcli.results import Chunk, Vectors
from actcli.results.scores import Calibration
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
    assert rows[0] == ["vector", "index", "function", "x", "loss", "probability", "gradient", "zone"]
    assert [row[3:7] for row in rows[1:]] == [["0.0", "0.6931471805599453", "0.5", g] for g in ("0.5", "-0.5")]


@pytest.mark.parametrize(
    ("options", "status", "said"),
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
def test_what_makes_no_sense_is_refused_with_its_cure(options: list[str], status: int, said: str) -> None:
    run = actcli("softmax", "3", "1", "-3", *options)
    assert (run.status, run.stdout) == (status, "")
    assert said in run.stderr.replace("JSON", "json")
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
                is_mixed = layout == "plain" and "--target" in options  # and says in which order numbers stand
                said = (
                    "actcli: note: a line holds loss and then gradient; --format tsv names them\n" if is_mixed else ""
                )
                assert (run.status, run.stderr) == (0, said), (layout, options, text)


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
    for said in ("probability", "gradient", "loss=", "jacobian", "argmax"):
        assert said in run.stdout


def test_a_jacobian_too_large_to_print_is_refused() -> None:
    run = actcli("softmax", "--jacobian", stdin="1 2\n" + " ".join(["0"] * 1001))
    assert run.status == 1
    assert len(run.lines) == 1 + 4
    assert "line 2" in run.stderr


FIVE_LOGITS = ["2", "1", "0.1", "-1", "3"]


def document(*words: str, **options: Any) -> Any:
    run = actcli("softmax", *words, "--format", "json", **options)
    assert run.status == 0, run.stderr
    return run.json


def vector(*words: str) -> Any:
    return document(*words)["vectors"][0]


# Temperatures


def test_a_list_of_temperatures_is_a_row_each_in_a_pipe() -> None:
    rows = [line.split("\t") for line in actcli("softmax", *FIVE_LOGITS, "--temperature", "0.5,1,2").lines]
    assert rows[0] == ["vector", "temperature", "entropy", "top", "winner"]
    assert [(row[0], row[1], row[4]) for row in rows[1:]] == [("0", "0.5", "4"), ("0", "1.0", "4"), ("0", "2.0", "4")]
    # As T falls the probabilities go to the one-hot vector.
    entropies, tops = ([float(row[place]) for row in rows[1:]] for place in (2, 3))
    assert entropies == sorted(entropies)
    assert tops == sorted(tops, reverse=True)


def test_json_of_temperatures_adds_the_probabilities() -> None:
    said = document(*FIVE_LOGITS, "--temperature", "0.5,1")
    assert said["settings"] == {"temperature": [0.5, 1.0]}
    assert [card["parameters"] for card in said["functions"]] == [{"temperature": 0.5}, {"temperature": 1.0}]
    for each in said["vectors"]:
        alone = vector(*FIVE_LOGITS, "--temperature", repr(each["temperature"]))
        assert {key: each[key] for key in alone} == alone


def test_a_range_of_temperatures_is_as_seq_makes_it() -> None:
    rows = actcli("softmax", "1,2", "--temperature", "0.1:2:0.1").lines
    assert len(rows) == 1 + 20
    assert rows[3].split("\t")[1] == "0.3"
    assert len(actcli("softmax", "1,2", "3,4", "--temperature", "1,2", "--format", "csv").lines) == 1 + 4


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("0,1", "--one-hot"),
        ("-1,1", "above 0"),
        ("1,nan", "above 0"),
        ("0:1:0.5", "--one-hot"),
        ("1,,2", "missing"),
        ("", "missing"),
        ("0.001:2:0.001", "1,000"),
    ],
)
def test_temperatures_that_make_no_sense_are_refused(given: str, said: str) -> None:
    run = actcli("softmax", "1", "2", "--temperature", given)
    assert (run.status, run.stdout) == (2, "")
    assert said in run.stderr


@pytest.mark.parametrize("option", [["--log"], ["--one-hot"], ["--top", "1"], ["--jacobian"], ["--exact"]])
def test_several_temperatures_stand_alone(option: list[str]) -> None:
    run = actcli("softmax", "1", "2", "--temperature", "1,2", *option)
    assert run.status == 2
    assert option[0] in run.stderr or "certified" in run.stderr


def test_the_entropy_and_its_kin_are_those_of_the_probabilities() -> None:
    said = vector(*FIVE_LOGITS, "--temperature", "0.7")
    p = np.array(said["probability"])
    nats = -(p * np.log(p)).sum()
    assert said["entropy_nats"] == pytest.approx(nats, rel=1e-14)
    assert said["entropy"] == pytest.approx(nats / math.log(2), rel=1e-14)
    assert said["perplexity"] == pytest.approx(math.exp(nats), rel=1e-14)
    assert said["margin"] == pytest.approx(p[4] - p[0], rel=1e-14)
    assert (said["top"], said["winner"]) == (p[4], 4)
    # Of equal probabilities the perplexity is how many there are, and the entropy their logarithm.
    even = vector("0", "0", "0", "0")
    assert (even["entropy"], even["perplexity"], even["margin"], even["winner"]) == (2.0, 4.0, 0.0, 0)


# The likeliest


def test_the_likeliest_come_best_first_with_their_index() -> None:
    rows = actcli("softmax", *FIVE_LOGITS, "--top", "2").lines
    assert rows[0] == "vector\tindex\tfunction\tx\tprobability\tzone"
    assert [row.split("\t")[:4] for row in rows[1:]] == [["0", "4", "softmax", "3.0"], ["0", "0", "softmax", "2.0"]]
    said = vector(*FIVE_LOGITS, "--top", "2")
    assert (said["index"], said["x"]) == ([4, 0], [2.0, 1.0, 0.1, -1.0, 3.0])
    whole = vector(*FIVE_LOGITS)["probability"]
    assert said["probability"] == [whole[4], whole[0]]
    assert actcli("softmax", *FIVE_LOGITS, "--top", "2", "--format", "plain").numbers == said["probability"]


def test_the_likeliest_of_ragged_vectors_ties_and_logarithms() -> None:
    said = document("--top", "3", "--log", stdin="1 2\n\n5 5 5 5\n7\n")["vectors"]
    assert [each["index"] for each in said] == [[1, 0], [], [0, 1, 2], [0]]
    assert [len(each["log_probability"]) for each in said] == [2, 0, 3, 1]
    # Equal as probabilities, apart as logits.
    assert vector("-800", "-799", "0", "--top", "3")["index"] == [2, 1, 0]


def test_a_table_of_the_likeliest_names_them_and_counts_the_rest() -> None:
    lines = on_terminal("softmax", *FIVE_LOGITS, "--top", "2", "--labels", "a,b,c,d,e").stdout.splitlines()
    assert lines[-3].split()[:3] == ["4", "e", "3"]
    assert lines[-2].split()[:3] == ["0", "a", "2"]
    assert lines[-1] == "… 3 less likely left out, together 13.2 %"


# Targets


@pytest.mark.parametrize("target", ["2", " 2 ", "fish", "0,0,1", "2.0"])
def test_a_class_by_index_label_or_certain_distribution_is_one(target: str) -> None:
    said = vector("3", "1", "-3", "--labels", "cat,dog,fish", "--target", target)
    by_index = vector("3", "1", "-3", "--target", "2")
    assert (said["loss"], said["gradient"]) == (by_index["loss"], by_index["gradient"])
    assert said["target"] == [0.0, 0.0, 1.0]


def test_a_label_that_looks_like_an_index_is_a_label() -> None:
    assert vector("3", "1", "--labels", "1,0", "--target", "1")["target"] == [1.0, 0.0]


@pytest.mark.parametrize("loss", ["cross-entropy", "kl"])
def test_swapping_the_distributions_changes_cross_entropy_and_divergence(loss: str) -> None:
    said = vector("3", "1", "-3", "--target", "0.5,0.25,0.25", "--loss", loss)
    p, y = np.array(said["probability"]), np.array([0.5, 0.25, 0.25])
    assert said["cross_entropy"] == pytest.approx(-(y * np.log(p)).sum(), rel=1e-14)
    assert said["cross_entropy_swapped"] == pytest.approx(-(p * np.log(y)).sum(), rel=1e-14)
    assert said["kl"] == pytest.approx((y * np.log(y / p)).sum(), rel=1e-13)
    assert said["kl_swapped"] == pytest.approx((p * np.log(p / y)).sum(), rel=1e-13)
    assert said["loss"] == said["kl" if loss == "kl" else "cross_entropy"]
    assert sum(said["loss_terms"]) == pytest.approx(said["loss"], rel=1e-14)
    assert said["gradient"] == pytest.approx((p - y).tolist(), abs=1e-15)


def test_a_target_that_rules_a_class_out_is_infinitely_far_the_other_way_round() -> None:
    said = vector("3", "1", "-3", "--target", "0")
    assert (said["cross_entropy_swapped"], said["kl_swapped"]) == ("Infinity", "Infinity")
    shown = on_terminal("softmax", "3", "1", "-3", "--target", "0").stdout
    assert "H(y,p)=0.129109   H(p,y)=inf   KL(y‖p)=0.129109   KL(p‖y)=inf" in shown
    assert "KL(y|p)" in on_terminal("softmax", "3", "1", "-3", "--target", "0", "--ascii").stdout


def test_a_long_vector_has_its_squared_error_without_a_matrix_of_terms() -> None:
    logits = [str(number % 7) for number in range(1001)]
    documents = actcli(
        "softmax", "--target", "1", "--loss", "mse", "--format", "jsonl", stdin=f"{' '.join(logits)}\n1 2\n"
    )
    assert documents.status == 0, documents.stderr
    long, short = map(json.loads, documents.stdout.splitlines())
    assert "gradient_terms" not in long
    p = np.exp(np.array(logits, float)) / np.exp(np.array(logits, float)).sum()
    off = p - (np.arange(1001) == 1)
    assert long["loss"] == pytest.approx((off**2).sum() / 2, rel=1e-13)
    np.testing.assert_allclose(long["gradient"], p * (off - (off * p).sum()), rtol=1e-12)
    assert len(short["gradient_terms"]) == 2
    drawn = actcli("softmax", *logits, "--target", "1", "--loss", "mse", "--format", "table")
    assert (drawn.status, drawn.stderr) == (0, "")
    assert "gradient_terms left out: 1,001 x 1,001" in drawn.stdout
    narrow = actcli("softmax", *logits, "--target", "1", "--loss", "mse", "--format", "json", "--dtype", "float16")
    assert narrow.status == 0
    assert actcli("softmax", *logits, "--target", "1", "--jacobian").status == 2


def test_the_squared_error_goes_through_the_jacobian_term_by_term() -> None:
    said = vector("2", "-1", "0.5", "--target", "0,0,1", "--loss", "mse", "--jacobian")
    p, y = np.array(said["probability"]), np.array([0.0, 0.0, 1.0])
    np.testing.assert_allclose(said["loss_terms"], (p - y) ** 2 / 2, rtol=1e-14)
    assert said["loss"] == pytest.approx(((p - y) ** 2).sum() / 2, rel=1e-14)
    terms = np.array(said["gradient_terms"])
    np.testing.assert_allclose(terms, (p - y)[:, None] * np.array(said["jacobian"]), rtol=1e-14)
    np.testing.assert_allclose(terms.sum(axis=0), said["gradient"], rtol=1e-13)
    assert "column j sums to the gradient" in on_terminal("softmax", "2,1", "--target", "0", "--loss", "mse").stdout


@pytest.mark.parametrize("loss", ["cross-entropy", "mse", "kl"])
@pytest.mark.parametrize("target", ["1", "0.2,0.3,0.5"])
def test_the_temperature_divides_the_gradient(loss: str, target: str) -> None:
    warm = vector("6", "2", "-6", "--target", target, "--loss", loss, "--temperature", "2")
    cool = vector("3", "1", "-3", "--target", target, "--loss", loss)
    assert warm["loss"] == pytest.approx(cool["loss"], rel=1e-14)
    assert (2 * np.array(warm["gradient"])).tolist() == pytest.approx(cool["gradient"], rel=1e-14)


@pytest.mark.parametrize("loss", ["cross-entropy", "kl"])
def test_the_loss_of_a_winner_is_never_zero(loss: str) -> None:
    said = vector("700", "0", "--target", "0", "--loss", loss)
    assert apart(said["loss"], math.exp(-700)) <= 4
    assert said["loss_terms"][1] == 0


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("0.5,0.6,0", "sums to 1.1"),
        ("-0.5,1.5,0", "no probability"),
        ("nan,1,0", "no probability"),
        ("0.5,0.5", "speaks of 2"),
        ("0,1", "speaks of 2"),
        ("0.5,x,0.5", "not a number"),
        ("0.333,0.333,0.333", "1/3,1/3,1/3"),
        ("cow", "'cow' is not a class"),
        ("catt", "did you mean cat"),
    ],
)
def test_targets_that_make_no_sense_are_refused(target: str, said: str) -> None:
    run = actcli("softmax", "3", "1", "-3", "--labels", "cat,dog,fish", "--target", target)
    assert (run.status, run.stdout) == (2, "")
    assert said in run.stderr
    assert "bug" not in run.stderr


def test_a_distribution_of_thirds_is_taken() -> None:
    assert vector("1", "2", "3", "--target", "1/3,1/3,1/3")["loss"] == pytest.approx(1.4076059644443804)
    assert sum(vector("1", "2", "3", "--target", "0.3333333,0.3333333,0.3333334")["target"]) == pytest.approx(1)


def test_labels_must_be_as_many_as_classes() -> None:
    run = actcli("softmax", "3", "1", "-3", "--labels", "cat,dog")
    assert (run.status, run.stdout) == (2, "")
    assert "3 classes, and 2 labels" in run.stderr
    assert document("3", "1", "--labels", "cat, dog")["labels"] == ["cat", "dog"]


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("猫，狗", ["猫", "狗"]),
        ("猫、狗", ["猫", "狗"]),
        ("猫、虎,狗", ["猫、虎", "狗"]),  # a name may hold the one where the other divides
    ],
)
def test_labels_may_have_full_width_commas(typed: str, labels: list[str]) -> None:
    assert document("3", "1", "--labels", typed)["labels"] == labels


def test_a_target_may_have_full_width_commas() -> None:
    assert vector("3", "1", "--target", "０．２，０．８") == vector("3", "1", "--target", "0.2,0.8")


# A class for each row


def scored(rows: Sequence[Sequence[float]], targets: Sequence[str], cuts: int, **options: Any) -> dict[str, Any]:
    """The totals of rows of logits with their classes, answered in blocks of so many."""
    vectors = Vectors(
        np.array([value for row in rows for value in row]), np.array(list(map(len, rows))), targets=np.array(targets)
    )
    query = SoftmaxQuery("probability", (1.0,), "cross-entropy", Target(("a", "b", "c")), **options)
    scores = Calibration(0)
    for block in vectors.cut(cuts):
        part = Calibration(0)
        part.update(Chunk(block, (query.answer(1.0, block),)))
        scores.merge(part)
    return scores.totals()


@given(st.integers(0, 10_000), st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_scores_have_the_same_bits_whatever_the_blocks(seed: int, cuts: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [rng.normal(size=3 if rng.random() < 0.9 else 4).tolist() for _ in range(40)]
    targets = [str(name) for name in rng.choice(["a", "b", "c", "0", "1", "2"], size=40)]
    assert scored(rows, targets, cuts) == scored(rows, targets, 40)


def test_scores_are_means_of_what_single_rows_tell() -> None:
    rows = [[3.0, 1.0, -3.0], [0.0, 0.0, 0.0], [-1.0, 2.0, 0.5]]
    said = [vector(*map(repr, row), "--target", target) for row, target in zip(rows, ("0", "1", "1"), strict=True)]
    totals = scored(rows, ["a", "b", "1"], 2)
    assert totals["mean_loss"] == pytest.approx(sum(each["loss"] for each in said) / 3, rel=1e-15)
    assert totals["accuracy"] == 2 / 3  # of a tie the first is the answer


def test_what_replaces_a_bad_token_is_in_no_share() -> None:
    vectors = Vectors(
        np.array([3.0, 1.0, np.nan, 1.0]),
        np.array([2, 2]),
        targets=np.array(["0", "1"]),
        replaced=np.array([False, False, True, False]),
    )
    scores = Calibration(0)
    answer = SoftmaxQuery("probability", (1.0,), "cross-entropy", Target()).answer(1.0, vectors)
    scores.update(Chunk(vectors, (answer,)))
    assert scores.totals()["accuracy"] == 1.0


TOTALS = (
    *("name", "vectors", "inputs", "inputs_nan", "inputs_infinite"),
    *("mean_loss", "accuracy", "calibration_error", "calibration_error_equal_mass"),
    *("mean_entropy", "effective_classes", "mean_confidence", "wins", "vectors_undefined", "vectors_ignored"),
)


def test_the_summary_of_one_target_for_all() -> None:
    run = actcli("softmax", "3,1,-3", "1,2,1", "--target", "0", "--summary", "--format", "csv")
    assert run.lines[0] == ",".join(TOTALS)
    assert run.lines[1].split(",")[6] == "0.5"
    (totals,) = document("3,1,-3", "1,2,1", "--target", "0")["summary"]["functions"]
    assert set(totals) == {"function", *TOTALS[5:], "reliability", "reliability_equal_mass"}
    # A distribution names no class: nothing is right or wrong.
    (totals,) = document("3,1", "1,2", "--target", "0.5,0.5")["summary"]["functions"]
    assert set(totals) == {"function", "mean_loss", *TOTALS[9:-1]}


def test_the_summary_has_a_row_a_temperature() -> None:
    run = actcli("softmax", "3,1", "1,2", "--target", "0", "--temperature", "1,2", "--summary", "--format", "tsv")
    assert [line.split("\t")[1] for line in run.lines] == ["parameters", "temperature=1.0", "temperature=2.0"]


# The class of reference


def test_one_logit_with_a_reference_is_a_sigmoid_and_its_complement() -> None:
    sigmoids = actcli("eval", "sigmoid", "1.2", "-1.2").numbers
    got = actcli("softmax", "1.2", "--reference").numbers
    assert all(apart(*pair) <= 4 for pair in zip(got, sigmoids, strict=True))


def test_the_reference_is_a_last_class_of_logit_0() -> None:
    said = document("--reference", "--labels", "a,b", "--target", "reference", stdin="1 2\n\n3 4\n")
    assert said["labels"] == ["a", "b", "reference"]
    assert [each["x"] for each in said["vectors"]] == [[1.0, 2.0, 0.0], [], [3.0, 4.0, 0.0]]
    powers = np.exp([1.0, 2.0])
    assert said["vectors"][0]["probability"] == pytest.approx([*(powers / (1 + powers.sum())), 1 / (1 + powers.sum())])
    assert said["vectors"][0]["target"] == [0.0, 0.0, 1.0]
    assert "reference" in on_terminal("softmax", "1.2", "--reference").stdout


# Edges


def test_a_vector_of_minus_infinity_alone_is_nan_with_a_warning() -> None:
    for options in ([], ["--log"], ["--target", "0"]):
        run = actcli("softmax", *options, stdin="1 2\n-inf -inf\n\n-inf\n")
        assert run.status == 0
        assert run.lines[1].split()[0] == "nan"
        assert "warning: softmax: 2 vectors are -inf alone" in run.stderr
        assert "first: line 2" in run.stderr
    assert "warning" not in actcli("softmax", stdin="-inf 1\n").stderr
    assert "warning" not in actcli("softmax", "--reference", stdin="-inf\n").stderr
    assert document(stdin="-inf -inf\n")["summary"]["remarks"] != []


def test_a_stream_of_single_logits_gets_the_hint_of_flatten() -> None:
    run = actcli("softmax", stdin="1\n2\n\n3\n")
    assert run.lines == ["1.0", "1.0", "", "1.0"]
    assert run.stderr == "actcli: note: softmax of one logit is always 1: --flatten makes one vector of the input\n"
    for quiet in (actcli("softmax", stdin="1 2\n3\n"), actcli("softmax", "--reference", stdin="1\n2\n")):
        assert quiet.stderr == ""
    assert actcli("softmax", "5").stderr == ""


@pytest.mark.parametrize("option", ["--one-hot", "--jacobian", "--target=0", "--top=1", "--temperature=1,2"])
def test_what_cannot_be_certified_says_so(option: str) -> None:
    run = actcli("softmax", "1", "2", "--exact", option)
    assert run.status == 2
    assert "only probabilities and their logarithms are certified" in run.stderr


def test_certified_answers_with_a_reference_and_labels() -> None:
    run = actcli("softmax", "1.2", "--reference", "--labels", "yes", "--digits", "30")
    titles, *rows = [line.split("\t") for line in run.lines]
    with ctx.workprec(256):
        wanted = [(1 / (1 + (sign * arb(1.2)).exp())).str(30, radius=False) for sign in (-1, 1)]
    assert [row[titles.index("label")] for row in rows] == ["yes", "reference"]
    assert [row[titles.index("probability")] for row in rows] == wanted


def test_the_help_s_examples_run_and_are_true() -> None:
    said = " ".join(actcli("softmax", "-h").stdout.split())
    for example in ("actcli softmax 2 -1", "actcli eval sigmoid 3", "actcli softmax 1e300 1e300", "actcli softmax 0 0"):
        assert example in said
    assert actcli("softmax", "2", "-1").numbers[0] == actcli("eval", "sigmoid", "3").numbers[0]
    assert actcli("softmax", "1e300", "1e300").stdout == actcli("softmax", "0", "0").stdout == "0.5 0.5\n"
    assert "all several share it" in said.replace(", ", " ")


@given(st.floats(-700, 700), st.floats(-700, 700))
@settings(max_examples=40, deadline=None)
def test_two_classes_are_a_sigmoid(a: float, b: float) -> None:
    got = actcli("softmax", repr(a), repr(b)).numbers[0]
    # The difference is rounded once before the sigmoid sees it, which the exponential makes |a - b| times as large.
    wanted = actcli("eval", "sigmoid", repr(a - b)).numbers[0]
    assert got == pytest.approx(wanted, rel=1e-15 * (1 + abs(a - b)))


PINNED = {
    *("vector", "line", "function", "x", "probability", "target", "loss_terms", "loss", "gradient", "cross_entropy"),
    *("cross_entropy_swapped", "kl", "kl_swapped", "entropy", "entropy_nats", "perplexity", "margin", "top", "winner"),
}


def test_json_keys_are_pinned_and_lines_have_the_same() -> None:
    run = actcli("softmax", "--target", "0", "--format", "jsonl", stdin="1 2 3\n")
    assert set(json.loads(run.stdout)) == PINNED
    assert set(document("--target", "0", stdin="1 2 3\n")["vectors"][0]) == PINNED
    swept = document("--temperature", "1,2", stdin="1 2\n")["vectors"][0]
    assert set(swept) == {
        *("vector", "line", "function", "x", "temperature", "entropy", "top", "winner", "probability"),
        *("entropy_nats", "perplexity", "margin"),
    }


# A file of logits with the class of each row


TRAINED_LOGITS = Path(__file__).parent / "data" / "digits" / "tanh-logits.csv"
SCORED = ("softmax", "--input", str(TRAINED_LOGITS), "--target-column", "label")


def by_hand(temperature: float) -> tuple[float, float, float]:
    """Mean loss, accuracy and expected calibration error over 10 bins, by their definitions in plain Python."""
    with TRAINED_LOGITS.open(encoding="ascii") as file:
        rows = list(csv.reader(file))[1:]
    loss, correct = 0.0, 0
    bins = [[0, 0.0] for _ in range(10)]
    for row in rows:
        label, logits = int(row[0]), [float(token) / temperature for token in row[1:]]
        powers = [math.exp(logit - max(logits)) for logit in logits]
        shares = [power / math.fsum(powers) for power in powers]
        winner = shares.index(max(shares))
        loss -= math.log(shares[label])
        correct += winner == label
        place = min(9, math.ceil(shares[winner] * 10) - 1)
        bins[place][0] += winner == label
        bins[place][1] += shares[winner]
    gaps = sum(abs(right - confidence) for right, confidence in bins)
    return loss / len(rows), correct / len(rows), gaps / len(rows)


def test_the_network_that_learned_is_right_in_972_of_1000() -> None:
    run = actcli(*SCORED, "--summary", "--format", "csv")
    assert run.status == 0
    assert run.lines[0] == ",".join(TOTALS)
    name, vectors, inputs, undefined, infinite, *said = run.lines[1].split(",")[:8]
    assert (name, vectors, inputs, undefined, infinite) == ("softmax", "360", "3600", "0", "0")
    assert [float(number) for number in said] == pytest.approx(by_hand(1.0), rel=1e-12)
    assert round(float(said[1]), 3) == 0.972


def test_a_sweep_of_temperatures_finds_the_one_that_is_calibrated() -> None:
    run = actcli(*SCORED, "--summary", "--temperature", "1,1.5,3", "--format", "json", "--quiet")
    totals = run.json["summary"]["functions"]
    for temperature, said in zip((1.0, 1.5, 3.0), totals, strict=True):
        got = [said["mean_loss"], said["accuracy"], said["calibration_error"]]
        assert got == pytest.approx(by_hand(temperature), rel=1e-12)
    errors = [said["calibration_error"] for said in totals]
    assert min(errors) == errors[1]


def test_each_row_has_its_own_loss_and_the_header_names_the_classes() -> None:
    run = actcli(*SCORED, "--format", "json", "--quiet")
    assert run.json["labels"] == [f"logit{number}" for number in range(10)]
    assert run.json["settings"]["target_column"] == "label"
    first = run.json["vectors"][0]
    assert first["target"] == [float(number == 7) for number in range(10)]
    alone = actcli("softmax", *map(repr, first["x"]), "--target", "7", "--format", "json").json["vectors"][0]
    assert first["loss"] == alone["loss"]
    lines = actcli(*SCORED, "--format", "table", "--quiet").stdout.splitlines()
    assert lines[-1] == "all   mean loss 0.157014   accuracy 0.972222   calibration error 0.0252679"


def test_a_class_may_be_named_as_the_header_names_it() -> None:
    text = "true,cat,dog\ncat,3,1\ndog,3,1\n1,3,1\n"
    rows = actcli("softmax", "--target-column", "true", "--quiet", stdin=text).lines
    assert rows[1] == rows[2] != rows[0]
    totals = actcli("softmax", "--target-column", "true", "--quiet", "--summary", stdin=text).lines[1].split("\t")
    assert totals[6] == "0.3333333333333333"


def test_a_name_that_is_no_class_stops_at_its_line_with_what_came_before() -> None:
    run = actcli("softmax", "--target-column", "true", "--quiet", stdin="true,cat,dog\ncat,3,1\ncow,3,1\n")
    assert run.status == 1
    assert len(run.lines) == 1
    assert "line 3: 'cow' is not a class: the labels are cat, dog" in run.stderr


def test_typed_values_have_no_column() -> None:
    run = actcli("softmax", "1", "2", "--target-column", "x")
    assert run.status == 2
    assert "--target-column" in run.stderr


def test_one_label_for_two_classes_is_refused() -> None:
    run = actcli("softmax", "1", "2", "--labels", "cat,cat", "--target", "cat")
    assert run.status == 2
    assert "'cat' stands for two classes" in run.stderr


def test_a_target_as_large_as_no_index_is_no_class() -> None:
    run = actcli("softmax", "--target-column", "y", "--quiet", stdin="a,b,y\n1,2,0\n1,2,1e300\n")
    assert (run.status, len(run.lines)) == (1, 1)
    assert "line 3: '1e300' is not a class" in run.stderr


@pytest.mark.parametrize("format_", ["table", "json", "plain"])
def test_a_target_of_a_vocabulary_takes_memory_by_its_length(format_: str, tmp_path: Path) -> None:
    def peak(size: int) -> int:
        np.save(tmp_path / "x.npy", np.linspace(-5, 5, size)[None])
        tracemalloc.start()
        run = actcli("softmax", "--target", "5", "--input", str(tmp_path / "x.npy"), "--format", format_)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert run.status == 0
        return most

    peak(100)  # imports what is imported once
    assert peak(20_000) < 2.5 * peak(10_000)


@pytest.mark.parametrize("digits", [[], ["--digits", "30"], ["--log"]])
def test_certified_probabilities_share_their_sum(digits: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("flint")
    operate, calls = BallArithmetic.operate, Counter[str]()

    def counted(self: BallArithmetic, name: str, *arguments: Ball) -> Ball:
        calls[name] += 1
        return operate(self, name, *arguments)

    monkeypatch.setattr(BallArithmetic, "operate", counted)
    logits = [str(x) for x in np.random.default_rng(0).normal(size=400)]
    run = actcli("softmax", *logits, "--exact", *digits)
    assert run.status == 0
    assert calls["exp"] < 4 * len(logits)


LABELLED = "a,b,label\n1,2,a\n3,1,zebra\n0,1,b\n2,2,-100\n\n5,5,7\n"
# -log softmax([1, 2])[0] and -log softmax([0, 1])[1], as log(1 + e) and log(1 + 1/e).
LOSSES = [math.log1p(math.e), math.log1p(1 / math.e)]


@pytest.mark.parametrize(("on_error", "left"), [("skip", []), ("nan", [math.nan] * 3)])
def test_labels_obey_what_becomes_of_a_bad_token(on_error: str, left: list[float]) -> None:
    ended = actcli("softmax", "--target-column", "label", "--on-error", on_error, "--format", "json", stdin=LABELLED)
    assert ended.status == 0
    losses = [float(vector["loss"]) for vector in ended.json["vectors"] if vector["x"]]
    assert [loss for loss in losses if not math.isnan(loss)] == pytest.approx(LOSSES)
    assert len(losses) == 2 + len(left)
    (summary,) = ended.json["summary"]["functions"]
    assert (summary["mean_loss"], summary["accuracy"]) == pytest.approx((sum(LOSSES) / 2, 0.5))
    count = "3 vectors were left out" if on_error == "skip" else "3 tokens were read as NaN"
    assert f"{count}; first: line 3: 'zebra' is not a class: the labels are a, b" in ended.stderr


def test_the_fate_of_a_label_does_not_depend_on_blocks() -> None:
    lines = [f"{row},1,{'zebra' if row % 997 == 5 else row % 2}\n" for row in range(30_000)]
    ended = actcli("softmax", "--target-column", "3", "--on-error", "skip", "--summary", stdin="".join(lines))
    good = [line for line in lines if "zebra" not in line]
    wanted = actcli("softmax", "--target-column", "3", "--summary", stdin="".join(good))
    assert ended.stdout == wanted.stdout
    assert f"{len(lines) - len(good)} vectors were left out; first: line 6: 'zebra'" in ended.stderr


def test_an_ignored_class_has_no_loss_and_counts_nowhere() -> None:
    options = ("softmax", "--target-column", "label", "--on-error", "skip", "--ignore-index", "-100")
    ended = actcli(*options, "--format", "json", stdin=LABELLED)
    vector = next(vector for vector in ended.json["vectors"] if vector["line"] == 5)
    assert (vector["loss"], vector["gradient"]) == (0, [0, 0])
    (summary,) = ended.json["summary"]["functions"]
    assert (summary["mean_loss"], summary["accuracy"]) == pytest.approx((sum(LOSSES) / 2, 0.5))
    assert actcli(*options, stdin=LABELLED).lines[2] == "0.0,0.0,0.0"
    assert on_terminal(*options, "--temperature", "1,2", stdin=LABELLED, stdin_is_tty=False).status == 0
    assert actcli("softmax", "1", "2", "--ignore-index", "-100").status == 2
    assert actcli(*options[:-1], "0.5", stdin=LABELLED).status == 2


def test_the_ignored_class_is_that_of_torch() -> None:
    torch = pytest.importorskip("torch")
    logits, classes = [[1.0, 2.0, -1.0], [0.5, 0.0, 3.0], [2.0, 2.0, 2.0]], [1, -100, 2]
    wanted = torch.nn.functional.cross_entropy(
        torch.tensor(logits, dtype=torch.float64), torch.tensor(classes), ignore_index=-100, reduction="none"
    )
    text = "".join(",".join(map(str, (*row, one))) + "\n" for row, one in zip(logits, classes, strict=True))
    ended = actcli("softmax", "--target-column", "4", "--ignore-index", "-100", stdin=text)
    assert [float(line.split(",")[0]) for line in ended.lines] == pytest.approx(wanted.tolist())


def test_a_summary_of_one_temperature_is_a_table_with_its_reliability() -> None:
    words = ("softmax", "--target-column", "y", "--summary", "--format", "table", "--quiet")
    run = actcli(*words, stdin="y,a,b\n0,3,1\n1,0,2\n")
    assert run.status == 0
    assert "bins of equal width" in run.stdout
    assert "bins of equal mass" in run.stdout


def test_a_vector_of_several_blocks_keeps_its_faults() -> None:
    stdin = "x\n" + "0\n" * 70_000
    skipped = actcli("softmax", "--flatten", "--on-error", "skip", "--format", "plain", stdin=stdin)
    assert "1 vector was left out" in skipped.stderr
    replaced = actcli("softmax", "--flatten", "--on-error", "nan", "--summary", "--format", "json", stdin=stdin)
    assert (replaced.status, replaced.json["summary"]["inputs"]) == (0, 70_000)

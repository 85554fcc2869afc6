"""`actcli softmax` asked more: temperatures, the likeliest, targets of all kinds, the class of reference, edges."""

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from actcli.commands.softmax_query import SoftmaxQuery
from actcli.commands.softmax_targets import Target
from actcli.results import Chunk, Vectors
from actcli.results.scores import Calibration
from tests.runner import actcli, apart, on_terminal

LOGITS = ["2", "1", "0.1", "-1", "3"]


def document(*words: str, **options: Any) -> Any:
    run = actcli("softmax", *words, "--format", "json", **options)
    assert run.status == 0, run.stderr
    return run.json


def vector(*words: str) -> Any:
    return document(*words)["vectors"][0]


# Temperatures


def test_a_list_of_temperatures_is_a_row_each_in_a_pipe() -> None:
    rows = [line.split("\t") for line in actcli("softmax", *LOGITS, "--temperature", "0.5,1,2").lines]
    assert rows[0] == ["vector", "temperature", "entropy", "top", "winner"]
    assert [(row[0], row[1], row[4]) for row in rows[1:]] == [("0", "0.5", "4"), ("0", "1.0", "4"), ("0", "2.0", "4")]
    # As T falls the probabilities go to the one-hot vector.
    entropies, tops = ([float(row[place]) for row in rows[1:]] for place in (2, 3))
    assert entropies == sorted(entropies)
    assert tops == sorted(tops, reverse=True)


def test_json_of_temperatures_adds_the_probabilities() -> None:
    told = document(*LOGITS, "--temperature", "0.5,1")
    assert told["settings"] == {"temperature": [0.5, 1.0]}
    assert [card["parameters"] for card in told["functions"]] == [{"temperature": 0.5}, {"temperature": 1.0}]
    for each in told["vectors"]:
        alone = vector(*LOGITS, "--temperature", repr(each["temperature"]))
        assert {key: each[key] for key in alone} == alone


def test_a_range_of_temperatures_is_as_seq_makes_it() -> None:
    rows = actcli("softmax", "1,2", "--temperature", "0.1:2:0.1").lines
    assert len(rows) == 1 + 20
    assert rows[3].split("\t")[1] == "0.3"
    assert len(actcli("softmax", "1,2", "3,4", "--temperature", "1,2", "--format", "csv").lines) == 1 + 4


@pytest.mark.parametrize(
    ("given", "told"),
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
def test_temperatures_that_make_no_sense_are_refused(given: str, told: str) -> None:
    run = actcli("softmax", "1", "2", "--temperature", given)
    assert (run.status, run.stdout) == (2, "")
    assert told in run.stderr


@pytest.mark.parametrize("option", [["--log"], ["--one-hot"], ["--top", "1"], ["--jacobian"], ["--exact"]])
def test_several_temperatures_stand_alone(option: list[str]) -> None:
    run = actcli("softmax", "1", "2", "--temperature", "1,2", *option)
    assert run.status == 2
    assert option[0] in run.stderr or "certified" in run.stderr


def test_the_entropy_and_its_kin_are_those_of_the_probabilities() -> None:
    told = vector(*LOGITS, "--temperature", "0.7")
    p = np.array(told["probability"])
    nats = -(p * np.log(p)).sum()
    assert told["entropy_nats"] == pytest.approx(nats, rel=1e-14)
    assert told["entropy"] == pytest.approx(nats / math.log(2), rel=1e-14)
    assert told["perplexity"] == pytest.approx(math.exp(nats), rel=1e-14)
    assert told["margin"] == pytest.approx(p[4] - p[0], rel=1e-14)
    assert (told["top"], told["winner"]) == (p[4], 4)
    # Of equal probabilities the perplexity is how many there are, and the entropy their logarithm.
    even = vector("0", "0", "0", "0")
    assert (even["entropy"], even["perplexity"], even["margin"], even["winner"]) == (2.0, 4.0, 0.0, 0)


# The likeliest


def test_the_likeliest_are_told_best_first_with_their_index() -> None:
    rows = actcli("softmax", *LOGITS, "--top", "2").lines
    assert rows[0] == "vector\tindex\tfunction\tx\tprobability\tzone"
    assert [row.split("\t")[:4] for row in rows[1:]] == [["0", "4", "softmax", "3.0"], ["0", "0", "softmax", "2.0"]]
    told = vector(*LOGITS, "--top", "2")
    assert (told["index"], told["x"]) == ([4, 0], [2.0, 1.0, 0.1, -1.0, 3.0])
    whole = vector(*LOGITS)["probability"]
    assert told["probability"] == [whole[4], whole[0]]
    assert actcli("softmax", *LOGITS, "--top", "2", "--format", "plain").numbers == told["probability"]


def test_the_likeliest_of_ragged_vectors_ties_and_logarithms() -> None:
    told = document("--top", "3", "--log", stdin="1 2\n\n5 5 5 5\n7\n")["vectors"]
    assert [each["index"] for each in told] == [[1, 0], [], [0, 1, 2], [0]]
    assert [len(each["log_probability"]) for each in told] == [2, 0, 3, 1]
    # Equal as probabilities, apart as logits.
    assert vector("-800", "-799", "0", "--top", "3")["index"] == [2, 1, 0]


def test_a_table_of_the_likeliest_names_them_and_tells_the_rest() -> None:
    lines = on_terminal("softmax", *LOGITS, "--top", "2", "--labels", "a,b,c,d,e").stdout.splitlines()
    assert lines[-3].split()[:3] == ["4", "e", "3"]
    assert lines[-2].split()[:3] == ["0", "a", "2"]
    assert lines[-1] == "… 3 less likely left out, together 13.2 %"


# Targets


@pytest.mark.parametrize("target", ["2", " 2 ", "fish", "0,0,1", "2.0"])
def test_a_class_by_index_label_or_certain_distribution_is_one(target: str) -> None:
    told = vector("3", "1", "-3", "--labels", "cat,dog,fish", "--target", target)
    by_index = vector("3", "1", "-3", "--target", "2")
    assert (told["loss"], told["gradient"]) == (by_index["loss"], by_index["gradient"])
    assert told["target"] == [0.0, 0.0, 1.0]


def test_a_label_that_looks_like_an_index_is_a_label() -> None:
    assert vector("3", "1", "--labels", "1,0", "--target", "1")["target"] == [1.0, 0.0]


@pytest.mark.parametrize("loss", ["cross-entropy", "kl"])
def test_swapping_the_distributions_changes_cross_entropy_and_divergence(loss: str) -> None:
    told = vector("3", "1", "-3", "--target", "0.5,0.25,0.25", "--loss", loss)
    p, y = np.array(told["probability"]), np.array([0.5, 0.25, 0.25])
    assert told["cross_entropy"] == pytest.approx(-(y * np.log(p)).sum(), rel=1e-14)
    assert told["cross_entropy_swapped"] == pytest.approx(-(p * np.log(y)).sum(), rel=1e-14)
    assert told["kl"] == pytest.approx((y * np.log(y / p)).sum(), rel=1e-13)
    assert told["kl_swapped"] == pytest.approx((p * np.log(p / y)).sum(), rel=1e-13)
    assert told["loss"] == told["kl" if loss == "kl" else "cross_entropy"]
    assert sum(told["loss_terms"]) == pytest.approx(told["loss"], rel=1e-14)
    assert told["gradient"] == pytest.approx((p - y).tolist(), abs=1e-15)


def test_a_target_that_rules_a_class_out_is_infinitely_far_the_other_way_round() -> None:
    told = vector("3", "1", "-3", "--target", "0")
    assert (told["cross_entropy_swapped"], told["kl_swapped"]) == ("Infinity", "Infinity")
    shown = on_terminal("softmax", "3", "1", "-3", "--target", "0").stdout
    assert "H(y,p)=0.129109   H(p,y)=inf   KL(y‖p)=0.129109   KL(p‖y)=inf" in shown
    assert "KL(y|p)" in on_terminal("softmax", "3", "1", "-3", "--target", "0", "--ascii").stdout


def test_the_squared_error_goes_through_the_jacobian_term_by_term() -> None:
    told = vector("2", "-1", "0.5", "--target", "0,0,1", "--loss", "mse", "--jacobian")
    p, y = np.array(told["probability"]), np.array([0.0, 0.0, 1.0])
    np.testing.assert_allclose(told["loss_terms"], (p - y) ** 2 / 2, rtol=1e-14)
    assert told["loss"] == pytest.approx(((p - y) ** 2).sum() / 2, rel=1e-14)
    terms = np.array(told["gradient_terms"])
    np.testing.assert_allclose(terms, (p - y)[:, None] * np.array(told["jacobian"]), rtol=1e-14)
    np.testing.assert_allclose(terms.sum(axis=0), told["gradient"], rtol=1e-13)
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
    told = vector("700", "0", "--target", "0", "--loss", loss)
    assert apart(told["loss"], math.exp(-700)) <= 4
    assert told["loss_terms"][1] == 0


@pytest.mark.parametrize(
    ("target", "told"),
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
def test_targets_that_make_no_sense_are_refused(target: str, told: str) -> None:
    run = actcli("softmax", "3", "1", "-3", "--labels", "cat,dog,fish", "--target", target)
    assert (run.status, run.stdout) == (2, "")
    assert told in run.stderr
    assert "bug" not in run.stderr


def test_a_distribution_of_thirds_is_taken() -> None:
    assert vector("1", "2", "3", "--target", "1/3,1/3,1/3")["loss"] == pytest.approx(1.4076059644443804)
    assert sum(vector("1", "2", "3", "--target", "0.3333333,0.3333333,0.3333334")["target"]) == pytest.approx(1)


def test_labels_must_be_as_many_as_classes() -> None:
    run = actcli("softmax", "3", "1", "-3", "--labels", "cat,dog")
    assert (run.status, run.stdout) == (2, "")
    assert "3 classes, and 2 labels" in run.stderr
    assert document("3", "1", "--labels", "cat, dog")["labels"] == ["cat", "dog"]


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
    told = [vector(*map(repr, row), "--target", target) for row, target in zip(rows, ("0", "1", "1"), strict=True)]
    totals = scored(rows, ["a", "b", "1"], 2)
    assert totals["mean_loss"] == pytest.approx(sum(each["loss"] for each in told) / 3, rel=1e-15)
    assert totals["accuracy"] == 2 / 3  # of a tie the first is the answer


def test_a_stand_in_for_a_bad_token_is_in_no_share() -> None:
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


def test_the_summary_of_one_target_for_all() -> None:
    run = actcli("softmax", "3,1,-3", "1,2,1", "--target", "0", "--summary", "--format", "csv")
    assert run.lines[0] == "name,vectors,mean_loss,accuracy,calibration_error"
    assert run.lines[1].split(",")[3] == "0.5"
    (totals,) = document("3,1,-3", "1,2,1", "--target", "0")["summary"]["functions"]
    assert set(totals) == {"function", "mean_loss", "accuracy", "calibration_error"}
    # A distribution names no class: nothing is right or wrong.
    assert document("3,1", "1,2", "--target", "0.5,0.5")["summary"]["functions"] == []


def test_the_summary_tells_temperatures_apart() -> None:
    run = actcli("softmax", "3,1", "1,2", "--target", "0", "--temperature", "1,2", "--summary", "--format", "tsv")
    assert [line.split("\t")[1] for line in run.lines] == ["parameters", "temperature=1.0", "temperature=2.0"]


# The class of reference


def test_one_logit_with_a_reference_is_a_sigmoid_and_its_complement() -> None:
    sigmoids = actcli("eval", "sigmoid", "1.2", "-1.2").numbers
    got = actcli("softmax", "1.2", "--reference").numbers
    assert all(apart(*pair) <= 4 for pair in zip(got, sigmoids, strict=True))


def test_the_reference_is_a_last_class_of_logit_0() -> None:
    told = document("--reference", "--labels", "a,b", "--target", "reference", stdin="1 2\n\n3 4\n")
    assert told["labels"] == ["a", "b", "reference"]
    assert [each["x"] for each in told["vectors"]] == [[1.0, 2.0, 0.0], [], [3.0, 4.0, 0.0]]
    powers = np.exp([1.0, 2.0])
    assert told["vectors"][0]["probability"] == pytest.approx([*(powers / (1 + powers.sum())), 1 / (1 + powers.sum())])
    assert told["vectors"][0]["target"] == [0.0, 0.0, 1.0]
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


def test_a_stream_of_single_logits_is_told_of_flatten() -> None:
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
    with ctx.workprec(256):
        wanted = [(1 / (1 + (sign * arb(1.2)).exp())).str(30, radius=False) for sign in (-1, 1)]
    assert run.stdout.split() == wanted


def test_the_help_s_examples_run_and_are_true() -> None:
    told = " ".join(actcli("softmax", "-h").stdout.split())
    for example in ("actcli softmax 2 -1", "actcli eval sigmoid 3", "actcli softmax 1e300 1e300", "actcli softmax 0 0"):
        assert example in told
    assert actcli("softmax", "2", "-1").numbers[0] == actcli("eval", "sigmoid", "3").numbers[0]
    assert actcli("softmax", "1e300", "1e300").stdout == actcli("softmax", "0", "0").stdout == "0.5 0.5\n"
    assert "all several share it" in told.replace(", ", " ")


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

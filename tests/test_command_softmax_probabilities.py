"""`actcli softmax --probabilities`, and the steps of a softmax in its table: held against balls."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from actcli.numerics import losses
from actcli.numerics.softmaxes import Logarithms, exponentials
from tests.runner import actcli, apart, on_terminal

# Bits that tell 1 - p from 0 where p is the 100th power of a probability.
BITS = 3000
SMALLEST_NORMAL = 2.2250738585072014e-308


@pytest.fixture(autouse=True)
def _enough_bits() -> Iterator[None]:
    with ctx.workprec(BITS):
        yield


def tempered(shares: Sequence[float], temperature: float) -> list[Any]:
    """share^(1/T) over the sum, in balls."""
    powers = [arb(share) ** (1 / arb(temperature)) if share else arb(0) for share in shares]
    return [power / sum(powers, arb(0)) for power in powers]


def within(got: float, truth: Any) -> bool:
    """Whether a number is off by an ulp at most; what is below the normal numbers is not judged."""
    wanted = float(truth.mid())
    return got == wanted or abs(wanted) < SMALLEST_NORMAL or apart(got, wanted) <= 1


SHARES = st.lists(st.floats(1e-12, 1.0) | st.sampled_from([1e-300, 0.0, 0.5]), min_size=2, max_size=5).filter(any)
TEMPERATURES = st.sampled_from([0.01, 0.1, 0.5, 1.0, 2.0, 3.3, 100.0])


@given(SHARES, TEMPERATURES, st.data())
@settings(max_examples=60, deadline=None)
def test_every_measure_of_tempered_shares_is_within_an_ulp(
    shares: list[float], temperature: float, data: st.DataObject
) -> None:
    x, q = Logarithms(np.array(shares)), tempered(shares, temperature)
    target = data.draw(st.sampled_from([place for place, share in enumerate(shares) if share]))
    got = losses.tempered(x, temperature=temperature).tolist()
    assert all(map(within, got, q))
    logs = losses.log_tempered(x, temperature=temperature).tolist()
    assert all(within(log, p.log()) if share else log == -np.inf for log, p, share in zip(logs, q, shares, strict=True))
    loss, gradient = losses.cross_entropy(x, target, temperature=temperature)
    assert within(float(loss), -q[target].log())
    slopes = [(p - (place == target)) / arb(temperature) for place, p in enumerate(q)]
    assert all(map(within, gradient.tolist(), slopes))
    information = sum((-p * p.log() for p, share in zip(q, shares, strict=True) if share), arb(0))
    assert within(float(losses.entropy(x, temperature=temperature)), information)
    first, second = np.argsort(-np.array(shares), kind="stable")[:2]
    assert within(float(losses.margin(x, temperature=temperature)), q[first] - q[second])
    y = [1 / len(q)] * len(q)
    swapped = sum((-p * arb(share).log() for p, share in zip(q, y, strict=True)), arb(0))
    assert within(float(losses.swapped_cross_entropy(x, y, temperature=temperature)), swapped)
    squared, slope = losses.squared_error(x, target, temperature=temperature)
    apart_from = [p - (place == target) for place, p in enumerate(q)]
    assert within(float(squared), sum((each * each for each in apart_from), arb(0)) / 2)
    mean = sum((p * each for p, each in zip(q, apart_from, strict=True)), arb(0))
    for number, p, each in zip(slope.tolist(), q, apart_from, strict=True):
        assert number == pytest.approx(float((p * (each - mean) / arb(temperature)).mid()), abs=1e-15 / temperature)


def test_probabilities_stay_as_they_are_and_logits_of_them_agree() -> None:
    assert actcli("softmax", "0.7", "0.2", "0.1", "--probabilities").stdout == "0.7 0.2 0.1\n"
    assert actcli("softmax", "1e-300", "1", "--probabilities").stdout == "1e-300 1.0\n"
    by_logits = actcli("softmax", *map(repr, np.log([0.7, 0.2, 0.1]).tolist()), "--temperature", "3").numbers
    assert actcli("softmax", "0.7,0.2,0.1", "--probabilities", "--temperature", "3").numbers == pytest.approx(by_logits)
    assert actcli("softmax", "0.5,0.5", "0.9,0.1", "--probabilities", "--one-hot").stdout == "1.0,0.0\n1.0,0.0\n"
    assert actcli("softmax", "0.25,0.75", "--probabilities", "--log").numbers == pytest.approx(np.log([0.25, 0.75]))
    ranked = actcli("softmax", "0.2,0.7,0.1", "--probabilities", "--top", "2", "--format", "csv").lines
    assert [row.split(",")[1] for row in ranked[1:]] == ["1", "0"]


def test_cross_entropy_both_ways() -> None:
    p, y = [0.7, 0.2, 0.1], [0.5, 0.25, 0.25]
    run = actcli("softmax", *map(repr, p), "--probabilities", "--target", "0.5,0.25,0.25", "--format", "json")
    (vector,) = run.json["vectors"]
    assert vector["cross_entropy"] == pytest.approx(-np.dot(y, np.log(p)), rel=1e-15)
    assert vector["cross_entropy_swapped"] == pytest.approx(-np.dot(p, np.log(y)), rel=1e-15)
    assert vector["kl"] == pytest.approx(np.dot(y, np.log(np.divide(y, p))), rel=1e-13)
    assert vector["kl_swapped"] == pytest.approx(np.dot(p, np.log(np.divide(p, y))), rel=1e-13)
    assert run.json["settings"]["probabilities"] is True


def test_a_file_of_probabilities_has_the_totals_and_the_temperature_of_its_logits() -> None:
    logits = np.random.default_rng(3).normal(size=(40, 4)) * 2
    labels = np.where(np.arange(40) % 4 == 0, 0, logits.argmax(axis=1))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)

    def text(rows: Any) -> str:
        return "".join(
            f"{label},{','.join(map(repr, row))}\n" for label, row in zip(labels, rows.tolist(), strict=True)
        )

    options = ("softmax", "--target-column", "1", "--fit", "--format", "json")
    first = actcli(*options, stdin=text(logits)).json
    second = actcli(*options, "--probabilities", stdin=text(shares)).json
    assert second["settings"]["temperature"] == pytest.approx(first["settings"]["temperature"], rel=1e-12)
    for one, other in zip(first["summary"]["functions"], second["summary"]["functions"], strict=True):
        for key in ("mean_loss", "accuracy", "calibration_error", "mean_entropy", "mean_confidence"):
            assert other[key] == pytest.approx(one[key], rel=1e-12)
        assert one["wins"] == other["wins"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["3", "1", "-1"], "vector 0: -1 is no probability; without --probabilities it is a logit"),
        (["0.5,0.5", "0.5,0.7"], "vector 1: its sum is 1.2, and that of probabilities 1"),
        (["0", "0"], "vector 0: its sum is 0, and that of probabilities 1"),
        (["0.5", "inf"], "vector 0: its sum is inf, and that of probabilities 1"),
    ],
)
def test_what_is_no_distribution_is_refused(words: list[str], said: str) -> None:
    run = actcli("softmax", "--probabilities", *words)
    assert run.status == 2
    assert said in run.stderr


def test_a_sum_beyond_all_numbers_is_refused_in_words() -> None:
    run = actcli("softmax", "1e308", "1e308", "--probabilities")
    assert (run.status, run.stdout) == (2, "")
    assert "inf" in run.stderr


def test_sums_that_are_not_1_are_told() -> None:
    run = actcli("softmax", "--probabilities", "0.333,0.333,0.333", "0.5,0.5", "0.5,0.504")
    assert run.lines[1] == "0.5,0.5"
    assert float(run.lines[0].split(",")[0]) == 1 / 3
    assert "2 vectors of probabilities summed to 0.999 to 1.004 and were divided by that" in run.stderr
    assert actcli("softmax", "--probabilities", "0.1,0.2,0.7").stderr == ""


def test_a_bad_token_is_read_as_nan() -> None:
    run = actcli("softmax", "--probabilities", "--on-error", "nan", stdin="0.5 x\n0.25 0.75\n")
    assert run.lines == ["nan nan", "0.25 0.75"]


@pytest.mark.parametrize("row", ["0.5 0.4", "-1 2", "0 0", "1e308 1e308", "inf -inf"])
def test_vectors_that_are_no_distribution_obey_what_becomes_of_an_error(row: str) -> None:
    stdin = f"0.25 0.75\n\n{row}\n0.5 0.5\n"
    skipped = actcli("softmax", "--probabilities", "--on-error", "skip", stdin=stdin)
    assert skipped.lines == ["0.25 0.75", "", "0.5 0.5"]
    assert "1 vector was left out; first: line 3: " in skipped.stderr
    replaced = actcli("softmax", "--probabilities", "--on-error", "nan", stdin=stdin)
    assert replaced.lines == ["0.25 0.75", "", "nan nan", "0.5 0.5"]
    assert "2 tokens were read as NaN; first: line 3: " in replaced.stderr
    for on_error in ("skip", "nan"):
        totals = actcli("softmax", "--probabilities", "--on-error", on_error, "--summary", stdin=stdin)
        said = dict(zip(*(line.split("\t") for line in totals.lines), strict=True))
        assert float(said["mean_confidence"]) == 0.625
    stopped = actcli("softmax", "--probabilities", stdin=stdin)
    assert (stopped.status, stopped.lines) == (1, ["0.25 0.75", ""])


def test_a_bad_class_and_a_bad_sum_are_each_counted() -> None:
    options = ("--probabilities", "--target-column", "1", "--on-error", "skip", "--fit", "--format", "json")
    good = "0,0.75,0.25\n1,0.6,0.4\n0,0.75,0.25\n0,0.9,0.1\n"
    run = actcli("softmax", *options, stdin=good + "0,0.5,0.4\n7,0.5,0.5\n")
    assert run.json["settings"] == actcli("softmax", *options, stdin=good).json["settings"]
    assert "2 vectors were left out; first: line 5: its sum is 0.9" in run.stderr


# The steps of a softmax


@given(st.lists(st.floats(-800, 800), min_size=1, max_size=5), st.sampled_from([0.5, 1.0, 3.0]))
@settings(max_examples=40, deadline=None)
def test_exponentials_are_within_an_ulp(logits: list[float], temperature: float) -> None:
    got = exponentials(np.array(logits), temperature=temperature).tolist()
    truth = [((arb(logit) - arb(max(logits))) / arb(temperature)).exp() for logit in logits]
    assert all(map(within, got, truth))


def test_exponentials_keep_the_edges_of_softmax() -> None:
    rows = [[np.inf, 1.0, np.inf], [-np.inf, 2.0, 2.0], [-np.inf] * 3, [np.nan, 1.0, 2.0]]
    got = exponentials(np.array(rows), temperature=1.0)
    np.testing.assert_array_equal(got, [[1, 0, 1], [0, 1, 1], [np.nan] * 3, [np.nan] * 3])


def test_a_table_shows_logit_exponential_and_share() -> None:
    lines = on_terminal("softmax", "3", "1", "-3", "--digits", "4").stdout.splitlines()
    assert "Σ e^(x-max)=1.138" in lines[0]
    at = next(place for place, line in enumerate(lines) if line.startswith("i "))
    assert lines[at].split() == ["i", "logit", "e^(x-max)", "probability"]
    assert [line.split()[:4] for line in lines[at + 1 :]] == [
        ["0", "3", "1", "0.8789"],
        ["1", "1", "0.1353", "0.1189"],
        ["2", "-3", "0.002479", "0.002179"],
    ]
    cold = on_terminal("softmax", "3", "1", "--temperature", "0.5").stdout
    assert "e^((x-max)/T)" in cold
    ranked = on_terminal("softmax", "1", "3", "2", "--top", "2").stdout.splitlines()
    assert [line.split()[1:3] for line in ranked if line[:1] in "12"] == [["3", "1"], ["2", "0.367879"]]
    assert "e^" not in on_terminal("softmax", "0.7", "0.3", "--probabilities").stdout
    assert "exponential" not in actcli("softmax", "3", "1", "--format", "json").stdout


@pytest.mark.parametrize("width", [30, 40, 60, 80])
def test_where_there_is_no_room_bars_come_before_exponentials(width: int) -> None:
    run = actcli("softmax", "3", "1", "-3", "--format", "table", width=width)
    lines = run.stdout.splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("i "))
    assert max(map(len, lines[at:])) <= width
    assert ("e^" in lines[at]) == (width == 80)

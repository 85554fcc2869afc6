"""`actcli softmax --fit` and `--smooth`: held against balls, plain Python and the slope of the loss."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.runner import actcli, on_terminal

TRAINED_LOGITS = Path(__file__).parent / "data" / "digits" / "tanh-logits.csv"
TRAINED = ("softmax", "--input", str(TRAINED_LOGITS), "--target-column", "label")
BITS = 128

Rows = Sequence[tuple[Sequence[float], int]]


def trained() -> Rows:
    with TRAINED_LOGITS.open(encoding="ascii") as file:
        return [([float(token) for token in row[1:]], int(row[0])) for row in list(csv.reader(file))[1:]]


def mean_loss(rows: Rows, temperature: Any, smooth: float = 0.0) -> Any:
    """The mean of -sum y log p, by its definition in balls."""
    total = arb(0)
    for logits, label in rows:
        z = [arb(logit) / temperature for logit in logits]
        log_sum = sum((each.exp() for each in z), arb(0)).log()
        y = [(number == label) * (1 - arb(smooth)) + arb(smooth) / len(z) for number in range(len(z))]
        total += sum((share * (log_sum - each) for share, each in zip(y, z, strict=True)), arb(0))
    return total / len(rows)


def best_temperature(rows: Rows, smooth: float = 0.0) -> float:
    """Golden section over 1/T, in which the loss has one least value."""
    with ctx.workprec(BITS):
        ratio = (arb(5).sqrt() - 1) / 2
        low, high = arb("0.01"), arb(20)
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        at_left, at_right = mean_loss(rows, 1 / left, smooth), mean_loss(rows, 1 / right, smooth)
        for _ in range(85):
            if at_left < at_right:
                high, right, at_right = right, left, at_left
                left = high - ratio * (high - low)
                at_left = mean_loss(rows, 1 / left, smooth)
            else:
                low, left, at_left = left, right, at_right
                right = low + ratio * (high - low)
                at_right = mean_loss(rows, 1 / right, smooth)
        return float((1 / ((low + high) / 2)).mid())


def measures(rows: Rows, temperature: float) -> dict[str, Any]:
    """All that totals say of a file of logits, by definition in plain Python."""
    losses, entropies, seen, wins = [], [], [], [0] * len(rows[0][0])
    for logits, label in rows:
        powers = [math.exp((logit - max(logits)) / temperature) for logit in logits]
        shares = [power / math.fsum(powers) for power in powers]
        winner = shares.index(max(shares))
        losses.append(-math.log(shares[label]))
        entropies.append(-math.fsum(share * math.log2(share) for share in shares if share))
        seen.append((shares[winner], winner == label))
        wins[winner] += 1
    seen.sort()
    count = len(seen)
    tenths = [[each for each in seen if number < each[0] * 10 <= number + 1] for number in range(10)]
    runs = [seen[number * count // 10 : (number + 1) * count // 10] for number in range(10)]

    def error(bins: list[list[tuple[float, bool]]]) -> float:
        return math.fsum(abs(math.fsum(hit - share for share, hit in each)) for each in bins) / count

    entropy = math.fsum(entropies) / count
    return {
        "mean_loss": math.fsum(losses) / count,
        "accuracy": sum(hit for _, hit in seen) / count,
        "calibration_error": error(tenths),
        "calibration_error_equal_mass": error(runs),
        "mean_entropy": entropy,
        "effective_classes": 2**entropy,
        "mean_confidence": math.fsum(share for share, _ in seen) / count,
        "wins": wins,
    }


def test_the_temperature_of_the_least_loss_and_every_measure_before_and_after() -> None:
    run = actcli(*TRAINED, "--fit", "--format", "json", "--quiet")
    assert run.status == 0
    rows, (first, fitted) = trained(), run.json["settings"]["temperature"]
    assert first == 1
    assert fitted == pytest.approx(best_temperature(rows), rel=1e-12)
    totals = run.json["summary"]["functions"]
    for temperature, said in zip((first, fitted), totals, strict=True):
        for name, wanted in measures(rows, temperature).items():
            assert said[name] == pytest.approx(wanted, rel=1e-10), name
    assert [round(totals[1][name], 4) for name in ("mean_loss", "calibration_error")] == [0.1076, 0.0101]
    assert [round(totals[0][name], 4) for name in ("mean_loss", "calibration_error")] == [0.1570, 0.0253]
    assert round(fitted, 2) == 1.81


def test_bins_hold_all_vectors_and_say_where_they_lie() -> None:
    before, after = actcli(*TRAINED, "--fit", "--format", "json", "--quiet").json["summary"]["functions"]
    for said in (before, after):
        for key in ("reliability", "reliability_equal_mass"):
            assert sum(each["vectors"] for each in said[key]) == 360
            right = sum(each["vectors"] * each["accuracy"] for each in said[key])
            assert right / 360 == pytest.approx(said["accuracy"])
            assert all(each["from"] <= each["confidence"] <= each["to"] for each in said[key])
        assert [each["vectors"] for each in said["reliability_equal_mass"]] == [36] * 10


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.1, 0.5]), st.sampled_from([1e-300, 1e-6, 1.0, 1e7, 1e307]))
@settings(max_examples=25, deadline=None)
def test_the_slope_of_the_loss_is_zero_where_the_fit_ends(seed: int, smooth: float, scale: float) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(30, 4)) * scale
    labels = np.where(rng.random(30) < 0.7, logits.argmax(axis=1), rng.integers(0, 4, 30))
    assume((labels != logits.argmax(axis=1)).any())  # else it falls as T falls to 0
    text = "".join(f"{label},{','.join(map(repr, row))}\n" for label, row in zip(labels, logits.tolist(), strict=True))
    options = ("--smooth", repr(smooth)) if smooth else ()
    run = actcli("softmax", "--target-column", "1", "--fit", "--format", "json", *options, stdin=text)
    fitted = run.json["settings"]["temperature"][1]
    rows = list(zip(logits.tolist(), labels.tolist(), strict=True))
    with ctx.workprec(BITS):
        least = mean_loss(rows, arb(fitted), smooth)
        for near in (fitted * (1 - 1e-7), fitted * (1 + 1e-7)):
            assert mean_loss(rows, arb(near), smooth) > least
    assert run.json["summary"]["functions"][1]["mean_loss"] == pytest.approx(float(least.mid()), rel=1e-12)


@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1e200, 5e307])
def test_logits_times_a_number_have_that_times_the_temperature(scale: float) -> None:
    rows = [([2.0, 1.0, 0.0], 0), ([2.0, 1.0, 0.0], 1), ([0.0, 1.0, 0.5], 1), ([1.0, 0.0, 0.25], 0)]
    text = "".join(f"{label},{','.join(repr(each * scale) for each in logits)}\n" for logits, label in rows)
    run = actcli("softmax", "--target-column", "1", "--fit", "--format", "json", stdin=text)
    fitted = run.json["settings"]["temperature"][1]
    assert fitted / scale == pytest.approx(best_temperature(rows), rel=1e-12)
    assert run.json["summary"]["functions"][1]["mean_loss"] == pytest.approx(
        float(mean_loss(rows, arb(fitted / scale)).mid()), rel=1e-12
    )
    assert run.stderr == ""


@pytest.mark.parametrize(("certain", "doubtful"), [(1e300, 1e-300), (1e308, 1e-3)])
def test_vectors_that_no_temperature_makes_doubtful_leave_the_others_their_own(certain: float, doubtful: float) -> None:
    text = f"0,{certain},{-certain}\n" + f"0,{doubtful},0\n" * 3 + f"1,{doubtful},0\n"
    run = actcli("softmax", "--target-column", "1", "--fit", "--format", "json", stdin=text)
    # Three of four right: the probability of the first class is 3/4 where its logit over T is log 3.
    assert run.json["settings"]["temperature"][1] == pytest.approx(doubtful / math.log(3), rel=1e-14)


def test_the_fit_has_the_same_bits_whatever_the_blocks(tmp_path: Path) -> None:
    lines = TRAINED_LOGITS.read_text("ascii").splitlines()
    for name, rows in (("a", lines[1:100]), ("b", lines[100:])):
        (tmp_path / f"{name}.csv").write_text("\n".join([lines[0], *rows]) + "\n", "ascii")
    parts = ("softmax", "--input", str(tmp_path / "a.csv"), "--input", str(tmp_path / "b.csv"))
    whole = actcli(*TRAINED, "--fit", "--format", "json", "--quiet")
    assert actcli(*parts, "--target-column", "label", "--fit", "--format", "json", "--quiet").stdout == whole.stdout


def test_bad_tokens_and_masks_are_fitted_as_they_are_counted() -> None:
    options = ("softmax", "--target-column", "1", "--fit", "--format", "json")
    good = "0,2,1,0\n1,2,1,0\n1,0,1,-inf\n0,1,0,-inf\n"
    clean = actcli(*options, stdin=good).json
    rows = [([2.0, 1.0, 0.0], 0), ([2.0, 1.0, 0.0], 1), ([0.0, 1.0], 1), ([1.0, 0.0], 0)]
    assert clean["settings"]["temperature"][1] == pytest.approx(best_temperature(rows), rel=1e-12)
    for on_error in ("skip", "nan"):
        run = actcli(*options, "--on-error", on_error, stdin=f"{good}\n2,9,oops,7\nzebra,3,4,5\n")
        assert run.status == 0
        assert run.json["settings"] == clean["settings"]
        assert run.json["summary"]["functions"][1]["mean_loss"] == clean["summary"]["functions"][1]["mean_loss"]


def test_vectors_of_different_lengths_are_fitted_together() -> None:
    rows = [([2.0, 1.0, 0.0], 0), ([2.0, 1.0], 1), ([0.0, 1.0], 1), ([1.0, 0.0, 0.5, 0.25], 0)]
    text = "".join(f'{{"x": {logits}, "y": {label}}}\n' for logits, label in rows)
    run = actcli("softmax", "--column", "x", "--target-column", "y", "--fit", "--format", "json", stdin=text)
    assert run.json["settings"]["temperature"][1] == pytest.approx(best_temperature(rows), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0,2,1\n1,0,1\n", "falls as T falls to 0"),
        ("1,2,1\n0,0,1\n", "falls as T grows"),
        ("0,2e-300,1e-300\n1,0,1e300\n", "falls as T falls to 0"),
        ("1,2e300,1\n0,0,1e-300\n", "falls as T grows"),
        ("0,1,0\n1,1,0\n", "falls as T grows"),  # as often wrong as right
        ("0,1,1\n1,0,0\n", "the loss is the same at any temperature"),
        ("0,1,2\n0,nan,2\n", "the loss of line 2 is infinite or NaN at every temperature: it holds NaN"),
        ("0,1,2\n0,2,1\n1,3,-inf\n", "line 3 is infinite or NaN at every temperature: its target has probability 0"),
        ("0,1,2\n0,2,1\n1,inf,3\n", "line 3 is infinite or NaN at every temperature: a logit of +inf leaves"),
        ("0,5e-324,0\n" * 20 + "1,5e-324,0\n", "beyond the numbers of float64"),
        ("2,2,1\n", "line 1: 2 classes, the last of which is 1: there is no 2"),
    ],
)
def test_where_no_temperature_is_the_best_it_says_why(text: str, said: str) -> None:
    run = actcli("softmax", "--target-column", "1", "--fit", stdin=text)
    assert (run.status, run.stdout) == (1, "")
    assert said in run.stderr


def test_a_smoothed_target_shares_with_masked_classes_too() -> None:
    run = actcli("softmax", "--target-column", "1", "--fit", "--smooth", "0.1", stdin="0,3,2,-inf\n1,1,2,0\n")
    assert run.status == 1
    assert "line 1 is infinite or NaN at every temperature: a class that its target has a share for" in run.stderr


@pytest.mark.parametrize(
    ("stdin", "options", "said"),
    [
        (
            "7,1,2\n",
            ["--ignore-index", "7"],
            "no vector has a class: 1 vector, and each has the class of --ignore-index",
        ),
        ("", [], "the input holds no vectors"),
        ("y,a,b\n", ["--header"], "the input holds no vectors"),
        (
            "0,1,oops\n",
            ["--on-error", "skip"],
            "no vector has a class, for all were passed over; first: stdin, line 1, column 5: 'oops'",
        ),
        ("0,1,2\n-100,1,2\n", [], "hint: --ignore-index -100 leaves the vectors of that class out"),
    ],
)
def test_without_a_class_there_is_nothing_to_fit(stdin: str, options: Sequence[str], said: str) -> None:
    run = actcli("softmax", "--target-column", "1", "--fit", *options, "--from", "csv", stdin=stdin)
    assert (run.status, run.stdout) == (1, "")
    assert said in run.stderr


def test_what_is_ignored_or_undefined_counts_in_no_measure() -> None:
    good = "0,2,1\n1,0,5\n1,3,1\n"
    more = "-100,9,0\n0,nan,1\n-100,nan,0\n1,-inf,-inf\n"
    options = ("--target-column", "1", "--ignore-index", "-100", "--summary", "--format", "json")
    (wanted,), (said,) = (
        actcli("softmax", *options, stdin=text).json["summary"]["functions"] for text in (good, more + good)
    )
    assert (wanted.pop("vectors_ignored"), wanted.pop("vectors_undefined")) == (0, 0)
    assert (said.pop("vectors_ignored"), said.pop("vectors_undefined")) == (2, 2)
    assert said == wanted
    rows = measures([([2.0, 1.0], 0), ([0.0, 5.0], 1), ([3.0, 1.0], 1)], 1.0)
    assert said["mean_entropy"] == pytest.approx(rows["mean_entropy"], rel=1e-12)
    assert (said["wins"], said["mean_confidence"]) == ([2, 1], pytest.approx(rows["mean_confidence"]))
    drawn = on_terminal("softmax", *options[:-2], stdin=more + good, stdin_is_tty=False).stdout.splitlines()
    assert [line.split() for line in drawn if "left out" in line] == [
        ["undefined", "2,", "left", "out"],
        ["ignored", "2,", "left", "out"],
    ]
    rows_drawn = actcli("softmax", *options[:4], "--format", "table", stdin=more + good).stdout
    assert "undefined and left out 2" in rows_drawn
    assert "ignored and left out 2" in rows_drawn


def test_where_all_vectors_are_ignored_a_warning_says_so() -> None:
    run = actcli("softmax", "--target-column", "1", "--ignore-index", "7", "--summary", stdin="7,1,2\n7,2,1\n")
    assert run.lines == [
        "name\tvectors\tinputs\tinputs_nan\tinputs_infinite\tvectors_undefined\tvectors_ignored",
        "softmax\t2\t4\t0\t0\t0\t2",
    ]
    assert "all 2 vectors have the class of --ignore-index" in run.stderr


@pytest.mark.parametrize("options", [("--fit",), ("--summary",), ()])
def test_input_of_nothing_but_bad_tokens_is_no_bug(options: tuple[str, ...]) -> None:
    run = actcli("softmax", "--target-column", "1", "--on-error", "skip", *options, stdin="y,a\n7,oops\n")
    assert "bug" not in run.stderr
    assert run.status == (1 if options == ("--fit",) else 0)


def test_smoothing_spreads_a_share_of_the_target() -> None:
    logits = [2.0, 1.0, -1.0]
    run = actcli("softmax", *map(repr, logits), "--target", "0", "--smooth", "0.1", "--format", "json")
    (vector,) = run.json["vectors"]
    p = [math.exp(x) / math.fsum(map(math.exp, logits)) for x in logits]
    y = [0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3]
    assert vector["target"] == pytest.approx(y, rel=1e-15)
    assert vector["loss"] == pytest.approx(-math.fsum(b * math.log(a) for a, b in zip(p, y, strict=True)), rel=1e-14)
    assert vector["gradient"] == pytest.approx([a - b for a, b in zip(p, y, strict=True)], rel=1e-13)
    assert run.json["settings"]["smooth"] == 0.1
    mixed = actcli("softmax", *map(repr, logits), "--target", "0.5,0.5,0", "--smooth", "0.5", "--format", "json")
    assert mixed.json["vectors"][0]["target"] == pytest.approx([0.25 + 1 / 6, 0.25 + 1 / 6, 1 / 6])


def test_a_smoothed_class_is_judged_as_the_class() -> None:
    said = [
        actcli(*TRAINED, "--summary", "--format", "json", "--quiet", *more).json["summary"]["functions"][0]
        for more in ((), ("--smooth", "5%"))
    ]
    assert said[0]["accuracy"] == said[1]["accuracy"]
    assert said[0]["calibration_error"] == said[1]["calibration_error"]
    with ctx.workprec(BITS):
        assert said[1]["mean_loss"] == pytest.approx(float(mean_loss(trained(), arb(1), 0.05).mid()), rel=1e-13)


def test_a_summary_needs_no_targets() -> None:
    run = actcli("softmax", "--summary", stdin="0 0\n0 0 0 0\n3 -inf\n")
    head, row = (line.split("\t") for line in run.lines)
    said = dict(zip(head, row, strict=True))
    assert said["mean_entropy"] == "1.0"  # of 1, 2 and 0 bits
    assert said["effective_classes"] == "2.0"
    assert float(said["mean_confidence"]) == pytest.approx((0.5 + 0.25 + 1) / 3)
    assert said["wins"] == "3, 0, 0, 0"
    assert "mean_loss" not in said


def test_totals_are_drawn_with_bars() -> None:
    run = on_terminal(*TRAINED, "--fit", "--digits", "4", "--quiet")
    lines = run.stdout.splitlines()
    assert lines[1].split() == ["parameters", "temperature=1", "temperature=1.81"]
    assert [line.split()[-2:] for line in lines if line.startswith("calibration")] == [["0.02527", "0.0101"]]
    assert sum(line.startswith("reliability") for line in lines) == 4
    last_tenth = next(line for line in lines if line.split()[:2] == ["0.9", "1"])
    assert last_tenth.split()[2:5] == ["355", "0.9992", "0.9831"]
    assert "┃" in last_tenth
    wins = [line.split() for line in lines if "logit" in line]
    assert [int(row[2]) for row in wins] == measures(trained(), 1.0)["wins"]
    plain = on_terminal(*TRAINED, "--fit", "--ascii", "--quiet").stdout
    assert plain.isascii()


def test_bins_whose_edges_differ_look_different() -> None:
    for words in (TRAINED, ("softmax", "--target-column", "1")):
        text = "".join(f"0,{40 - number % 3},0\n" for number in range(30))  # confidences beside 1
        run = on_terminal(*words, "--summary", "--quiet", stdin=text, stdin_is_tty=False)
        lines = run.stdout.splitlines()
        at = next(place for place, line in enumerate(lines) if "bins of equal mass" in line)
        drawn = [line.split()[:2] for line in lines[at + 2 : at + 12]]
        said = actcli(*words, "--summary", "--format", "json", stdin=text).json["summary"]["functions"][0]
        edges = [[each["from"], each["to"]] for each in said["reliability_equal_mass"]]
        assert np.array(drawn, np.float64) == pytest.approx(np.array(edges), abs=1e-4)
        assert len(set(np.ravel(drawn))) == len(set(np.ravel(edges)))


@pytest.mark.parametrize("format_", ["csv", "tsv", "jsonl", "json", "table"])
def test_a_format_without_room_for_bins_says_so(format_: str) -> None:
    for mode in ("--fit", "--summary"):
        run = actcli(*TRAINED, mode, "--format", format_)
        assert ("the bins of reliability are left out" in run.stderr) == (format_ in ("csv", "tsv"))
        assert ("reliability" in run.stdout) == (format_ not in ("csv", "tsv"))
    assert "bins" not in actcli("softmax", "--summary", "--format", format_, stdin="1 2\n").stderr


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_reliability_fits_a_terminal(width: int) -> None:
    run = on_terminal(*TRAINED, "--fit", "--quiet", width=width)
    assert max(map(len, run.lines)) <= width
    assert ("┃ marks" in run.stdout) == any("┃" in line for line in run.lines if "marks" not in line)
    assert ("┃" in run.stdout) == (width > 40)


def test_of_many_temperatures_the_one_of_the_least_loss_is_drawn() -> None:
    run = on_terminal(*TRAINED, "--temperature", "1,1.5,2,4", "--summary", "--quiet")
    drawn = [line for line in run.stdout.splitlines() if line.startswith("reliability")]
    assert [line.split()[1] for line in drawn] == ["temperature=2,"] * 2


def test_of_many_classes_those_that_win_most_are_drawn() -> None:
    text = "".join(" ".join("1" if number == row % 30 else "0" for number in range(50)) + "\n" for row in range(70))
    lines = on_terminal("softmax", "--summary", stdin=text, stdin_is_tty=False).stdout.splitlines()
    at = next(place for place, line in enumerate(lines) if line.split()[:2] == ["i", "wins"])
    assert [line.split()[0] for line in lines[at + 1 : at + 21]] == list(map(str, range(20)))
    assert lines[at + 21] == "… 30 classes that win less left out, together 28.6 %"

"""A file of logits with the class of each row: scores against a plain computation, labels of a header, refusals."""

import csv
import math
from pathlib import Path

import pytest

from tests.runner import actcli

LOGITS = Path(__file__).parent / "data" / "digits" / "tanh-logits.csv"
ASKED = ("softmax", "--input", str(LOGITS), "--target-column", "label")


def by_hand(temperature: float) -> tuple[float, float, float]:
    """Mean loss, accuracy and expected calibration error over 15 bins, by their definitions in plain Python."""
    with LOGITS.open(encoding="ascii") as file:
        rows = list(csv.reader(file))[1:]
    loss, correct = 0.0, 0
    bins = [[0, 0.0] for _ in range(15)]
    for row in rows:
        label, logits = int(row[0]), [float(token) / temperature for token in row[1:]]
        powers = [math.exp(logit - max(logits)) for logit in logits]
        shares = [power / math.fsum(powers) for power in powers]
        winner = shares.index(max(shares))
        loss -= math.log(shares[label])
        correct += winner == label
        place = min(14, math.ceil(shares[winner] * 15) - 1)
        bins[place][0] += winner == label
        bins[place][1] += shares[winner]
    gaps = sum(abs(right - confidence) for right, confidence in bins)
    return loss / len(rows), correct / len(rows), gaps / len(rows)


def test_the_network_that_learned_is_right_in_972_of_1000() -> None:
    run = actcli(*ASKED, "--summary", "--format", "csv")
    assert run.status == 0
    assert run.lines[0] == "name,vectors,mean_loss,accuracy,calibration_error"
    name, vectors, *told = run.lines[1].split(",")
    assert (name, vectors) == ("softmax", "360")
    assert [float(number) for number in told] == pytest.approx(by_hand(1.0), rel=1e-12)
    assert round(float(told[1]), 3) == 0.972


def test_a_sweep_of_temperatures_finds_the_one_that_is_calibrated() -> None:
    run = actcli(*ASKED, "--summary", "--temperature", "1,1.5,3", "--format", "json", "--quiet")
    totals = run.json["summary"]["functions"]
    for temperature, told in zip((1.0, 1.5, 3.0), totals, strict=True):
        got = [told["mean_loss"], told["accuracy"], told["calibration_error"]]
        assert got == pytest.approx(by_hand(temperature), rel=1e-12)
    errors = [told["calibration_error"] for told in totals]
    assert min(errors) == errors[1]


def test_each_row_has_its_own_loss_and_the_header_names_the_classes() -> None:
    run = actcli(*ASKED, "--format", "json", "--quiet")
    assert run.json["labels"] == [f"logit{number}" for number in range(10)]
    assert run.json["settings"]["target_column"] == "label"
    first = run.json["vectors"][0]
    assert first["target"] == [float(number == 7) for number in range(10)]
    alone = actcli("softmax", *map(repr, first["x"]), "--target", "7", "--format", "json").json["vectors"][0]
    assert first["loss"] == alone["loss"]
    lines = actcli(*ASKED, "--format", "table", "--quiet").stdout.splitlines()
    assert lines[-1] == "all   mean loss 0.157014   accuracy 0.972222   calibration error 0.0252679"


def test_a_class_may_be_named_as_the_header_names_it() -> None:
    text = "true,cat,dog\ncat,3,1\ndog,3,1\n1,3,1\n"
    rows = actcli("softmax", "--target-column", "true", "--quiet", stdin=text).lines
    assert rows[1] == rows[2] != rows[0]
    totals = actcli("softmax", "--target-column", "true", "--quiet", "--summary", stdin=text).lines[1].split("\t")
    assert totals[3] == "0.3333333333333333"


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

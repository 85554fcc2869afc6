"""`plot softmax`: a curve a class over one logit or over the temperature, and what cannot be drawn."""

import csv
import math

import numpy as np
import pytest

from tests.runner import actcli, on_terminal


def curves(*words: str) -> dict[str, tuple[list[float], list[float]]]:
    """The samples of each class by its name: places and probabilities."""
    rows = list(csv.DictReader(actcli("plot", *words, "--format", "csv").lines))
    return {
        name: (
            [float(row["x"]) for row in rows if row["function"] == name],
            [float(row["value"]) for row in rows if row["function"] == name],
        )
        for name in dict.fromkeys(row["function"] for row in rows)
    }


def softmax(*logits: float) -> list[float]:
    powers = [math.exp(each - max(logits)) for each in logits]
    return [each / sum(powers) for each in powers]


def test_a_curve_a_class_over_one_logit() -> None:
    found = curves("softmax", "x,1,-3")
    assert list(found) == ["class 0 (x)", "class 1 (1)", "class 2 (-3)"]
    places = found["class 0 (x)"][0]
    for k in range(0, len(places), 200):
        probabilities = [values[k] for _, values in found.values()]
        assert probabilities == pytest.approx(softmax(places[k], 1, -3), rel=1e-14)
    run = on_terminal("plot", "softmax", "x,1,-3", colour=True, truecolour=True, width=100, height=30)
    assert "softmax of x, 1, -3" in run.stdout
    assert all(name in run.stdout for name in found)


def test_the_logit_that_is_x_may_stand_anywhere_and_limits_are_kept() -> None:
    found = curves("softmax", "1,-3,x", "-2:5")
    assert list(found) == ["class 0 (1)", "class 1 (-3)", "class 2 (x)"]
    places, values = found["class 2 (x)"]
    assert (places[0], places[-1]) == (-2.0, 5.0)
    assert values[0] == pytest.approx(softmax(-2, 1, -3)[0], rel=1e-14)


def test_logits_may_be_typed_in_full_width() -> None:
    assert actcli("plot", "softmax", "x，１，－３").stdout == actcli("plot", "softmax", "x,1,-3").stdout


def test_a_logit_is_shown_around_where_its_class_takes_half() -> None:
    for words, middle in ((["x,1,-3"], 1.018), (["x,100,0"], 100.0), (["x,0"], 0.0)):
        places, values = curves("softmax", *words)["class 0 (x)"]
        assert places[0] <= middle - 5
        assert places[-1] >= middle + 5
        assert values[int(np.searchsorted(places, middle))] == pytest.approx(0.5, abs=0.01)
        assert values[0] < 0.01
        assert values[-1] > 0.99


def test_a_curve_a_class_over_the_temperature() -> None:
    found = curves("softmax", "3,1,-3", "--temperature", "0.1:10")
    assert list(found) == ["class 0 (3)", "class 1 (1)", "class 2 (-3)"]
    places = found["class 0 (3)"][0]
    assert (places[0], places[-1]) == (0.1, 10.0)
    assert places[len(places) // 2] == pytest.approx(1.0)  # the axis is logarithmic
    for k in range(0, len(places), 200):
        wanted = softmax(*(each / places[k] for each in (3, 1, -3)))
        assert [values[k] for _, values in found.values()] == pytest.approx(wanted, rel=1e-13)
    run = on_terminal("plot", "softmax", "3,1,-3", "--temperature", "0.1:10", colour=True, width=100, height=30)
    assert "softmax of 3, 1, -3 by temperature" in run.stdout
    assert "uniform 1/3" in run.stdout
    assert "T = 1: 0.8789 0.1189 0.002179" in run.stdout


def test_bare_logits_are_one_vector_too() -> None:
    words = ["--temperature", "0.1:10"]
    assert actcli("plot", "softmax", "3", "1", "-3", *words) == actcli("plot", "softmax", "3,1,-3", *words)
    assert "T = 1" not in actcli("plot", "softmax", "3,1,-3", "--temperature", "2:10").stdout


@pytest.mark.parametrize("name", ["softmax:temperature=0.5", "log-softmax", "sparsemax", "entmax15", "softmax1"])
def test_the_whole_family_is_drawn(name: str) -> None:
    for words in (["x,1,-3"], ["3,1,-3", "--temperature", "0.1:10"]):
        run = actcli("plot", name, *words)
        assert (run.status, run.stderr) == (0, "")
        assert name.partition(":")[0] in run.stdout


def test_sparsemax_is_a_ramp() -> None:
    places, values = curves("sparsemax", "x,0")["class 0 (x)"]
    assert values == pytest.approx(np.clip((np.array(places) + 1) / 2, 0, 1).tolist(), abs=1e-12)


def test_values_are_marked_on_every_class() -> None:
    run = actcli("plot", "softmax", "x,1,-3", "-5:7", "0", "2", "--ascii", "--quiet", "--layout", "overlay")
    assert run.stdout.count("@") == 6
    places, values = curves("softmax", "x,1,-3", "2")["class 0 (x)"]
    assert places == [2.0]
    assert values == pytest.approx(softmax(2, 1, -3)[:1], rel=1e-15)


def test_panels_name_the_class_and_what_stands_behind() -> None:
    run = actcli("plot", "softmax", "x,1,-3", width=100, height=40)  # without colour
    assert run.lines[0].strip() == "softmax of x, 1, -3"
    assert "⠄⠄⠄ class 1 (1), class 2 (-3)" in run.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["softmax"], "acts on whole vectors"),
        (["softmax", "3,1,-3"], "acts on whole vectors"),
        (["softmax", "x,x,1"], "x more than once"),
        (["softmax", "x,1", "x,2"], "acts on whole vectors"),
        (["softmax", "sparsemax", "x,1"], "one function of whole vectors"),
        (["softmax", "relu", "x,1"], "one function of whole vectors"),
        (["relu", "x,1"], "relu is element-wise"),
        (["relu", "--temperature", "0.1:10"], "relu is element-wise"),
        (["maxout", "x,1"], "plot cannot draw it"),
        (["gumbel-softmax", "x,1"], "plot cannot draw it"),
        (["softmax", "3,1", "--temperature", "0:10"], "a temperature is above 0"),
        (["softmax", "3,1", "--temperature", "2"], "are no limits"),
        (["softmax", "3,1", "0,1", "--temperature", "1:2"], "one vector"),
        (["softmax", "3", "--temperature", "1:2"], "two logits or more"),
        (["softmax", "x,1", "--temperature", "1:2"], "acts on whole vectors"),
        (["softmax", "x,1", "--slope"], "cannot be combined"),
    ],
)
def test_what_cannot_be_drawn_says_what_can(words: list[str], said: str) -> None:
    run = actcli("plot", *words)
    assert (run.status, run.stdout) == (2, "")
    assert said in run.stderr

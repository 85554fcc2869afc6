"""`plot --difference`: the difference from the first function, in its own units, its largest marked."""

import csv
import math

import numpy as np
import pytest

from actcli.analysis.distance import difference, difference_between, subtracted
from tests.runner import actcli
from tests.specs import activation


def curve(*words: str) -> dict[str, list[tuple[float, float]]]:
    """The samples of each curve by its name, from the format for programs."""
    rows = list(csv.DictReader(actcli("plot", *words, "--format", "csv").lines))
    return {
        name: [(float(row["x"]), float(row["value"])) for row in rows if row["function"] == name]
        for name in dict.fromkeys(row["function"] for row in rows)
    }


def test_the_difference_of_the_two_gelus_is_drawn_in_its_own_units() -> None:
    run = actcli("plot", "gelu", "gelu-tanh", "--difference", "--width", "100", "--height", "30")
    assert (run.status, run.stderr) == (0, "")
    assert run.lines[0].split() == ["gelu-tanh", "-", "gelu"]
    assert "○ largest difference 0.0004732 at x = ±2.699" in run.stdout
    labels = [float(line.split()[0]) for line in run.lines if "┤" in line]
    assert 0.0002 <= max(labels) <= 0.001
    assert sum(line.count("○") for line in run.lines) == 3  # two marks, and the legend
    # By the definitions, with the error function of the C library.
    for x, value in curve("gelu", "gelu-tanh", "--difference", "-4:4")["gelu-tanh - gelu"][::100]:
        by_tanh = x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        by_erf = x / 2 * math.erfc(-x / math.sqrt(2))
        assert value == pytest.approx(by_tanh - by_erf, abs=2e-15)


def test_each_function_is_compared_with_the_first() -> None:
    run = actcli("plot", "relu", "gelu", "silu", "--difference", "--layout", "overlay", "--height", "30")
    assert run.lines[0].strip() == "difference from relu"
    assert "gelu: ○ largest difference 0.1700 at x = ±0.7518" in run.stdout
    assert "silu: ○ largest difference 0.2785 at x = ±1.278" in run.stdout
    assert list(curve("relu", "gelu", "silu", "--difference")) == ["gelu - relu", "silu - relu"]


def test_what_is_marked_is_in_sight() -> None:
    near = actcli("plot", "gelu", "gelu-tanh", "--difference", "0:1", "--height", "30").stdout
    (x, largest) = max(curve("gelu", "gelu-tanh", "--difference", "0:1")["gelu-tanh - gelu"], key=lambda p: abs(p[1]))
    assert x == 1.0
    assert f"largest difference {abs(largest):.4g} at x = 1" in near
    assert near.count("○") == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["silu", "x*sigmoid(x)"], "no difference"),
        (["relu", "1/x", "-1:1"], "the difference grows without bound"),
        (["sigmoid", "tanh"], "largest difference 1.090 at x = -1.663"),
        (["relu", "softplus"], "largest difference 0.6931 at x = 0"),
        (["gelu", "gelu-tanh", "--slope"], "(gelu-tanh - gelu)′"),
        (["gelu", "gelu-tanh", "--log-y"], "|gelu-tanh - gelu|"),
    ],
)
def test_differences_of_all_kinds_are_said(words: list[str], said: str) -> None:
    run = actcli("plot", *words, "--difference", "--height", "30", "--width", "120")
    assert (run.status, run.stderr) == (0, "")
    assert said in run.stdout


def test_values_given_are_marked_on_the_difference() -> None:
    run = actcli("plot", "relu", "softplus", "--difference", "-4:4", "0.5", "2", "--ascii", "--quiet")
    assert run.stdout.count("@") == 2
    rows = curve("relu", "softplus", "--difference", "0", "2")["softplus - relu"]
    assert [x for x, _ in rows] == [0.0, 2.0]
    assert [value for _, value in rows] == pytest.approx([math.log(2), math.log1p(math.exp(-2))], rel=1e-15)


def test_no_digit_is_lost_where_two_functions_are_close() -> None:
    # log(1 + e**x) - x for a large x is e**-x, far below the rounding of either: 2.06e-9 at 20.
    x = np.array([20.0, 30.0, 36.0])
    found = subtracted(activation("softplus"), activation("relu")).value(x)
    assert found == pytest.approx(np.log1p(np.exp(-x)), rel=1e-15)


def test_the_largest_between_limits_is_the_largest_of_all_where_it_is_in_sight() -> None:
    gelu, tanh = activation("gelu"), activation("gelu-tanh")
    assert difference_between(gelu, tanh, -4.0, 4.0) == difference(gelu, tanh)
    inside = difference_between(gelu, tanh, 0.0, 1.5)
    grid = np.linspace(0.0, 1.5, 100_001)
    most = np.abs(tanh.value(grid) - gelu.value(grid)).max()
    assert inside.size == pytest.approx(most, rel=1e-9)
    assert inside.size >= most * (1 - 1e-12)
    assert 0 <= inside.places[0].low <= 1.5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gelu"], "needs a second function"),
        (["gelu", "gelu-tanh", "--dtype", "float16"], "--difference and --dtype cannot be combined"),
        (["gelu", "gelu-tanh", "--saturation", "5%"], "--difference and --saturation cannot be combined"),
        (["softmax", "x,1,-3"], "cannot be combined"),
    ],
)
def test_no_such_difference(words: list[str], said: str) -> None:
    run = actcli("plot", *words, "--difference")
    assert (run.status, run.stdout) == (2, "")
    assert said in run.stderr

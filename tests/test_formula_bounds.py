"""Bounds beside pairs against the oracle: where digits cancel it is said, and where nothing is said they are right."""

import math
from pathlib import Path

import numpy as np
import pytest

from actcli.arrays import Floats
from actcli.catalog import Activation, find
from actcli.dtypes import NUMBER_TYPES
from actcli.formula.bounds import with_doubt
from actcli.formula.pairs import in_pairs
from tests.oracle.formulas import Formula
from tests.runner import actcli
from tests.test_formula_fuzz import samples
from tests.test_formula_pairs import ROUNDED_ONCE, activation, corners

EXPRESSIONS = 80
LOST = "x+sinh(x)-sinh(x)"
"""Balls settle it, with more bits than a curve is given from x = 800 on."""


def without_balls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing settles a digit, as where python-flint is not installed; what was settled before is forgotten."""
    monkeypatch.setattr("actcli.catalog.activation._settled", lambda *_: None)


def is_near(one: float, other: float) -> bool:
    """Whether two numbers are the same, or next to each other."""
    if one == other or (math.isnan(one) and math.isnan(other)):
        return True
    return abs(one - other) <= float(np.spacing(max(abs(one), abs(other))))


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("spec", ROUNDED_ONCE)
def test_the_answers_are_those_of_pairs(spec: str, order: int) -> None:
    function, x = activation(spec), np.append(corners(), [np.inf, -np.inf, np.nan])
    values, _ = with_doubt(function.tree, order, x)
    np.testing.assert_array_equal(values, in_pairs(function.tree, order, x))


@pytest.mark.parametrize(
    ("spec", "x"),
    [
        ("sinh(x)-cosh(x)", 40.0),
        ("sinh(x)+cosh(x)", -50.0),
        ("x+1e-40-x", 1.0),
        ("tanh(x)-x", 1e-30),
        ("sqrt(x+1)-sqrt(x)", 1e25),
        ("log(cosh(x))", 1e-20),
        ("exp(-x**2)*exp(x**2-3)", 1e20),
        ("sin(exp(x))", 800.0),
        ("sin(x)**2+cos(x)**2-1", 1.0),
        ("where(sinh(x)>cosh(x)-1e-30,1,2)", 80.0),
        ("max(sinh(x),cosh(x)-1e-30)-cosh(x)", 80.0),
        ("x*(pi-3.141592653589793238462643383279502884197)", 2.0),
    ],
)
def test_digits_that_cancel_are_settled(spec: str, x: float) -> None:
    function = activation(spec)
    assert with_doubt(function.tree, 0, np.array([x]))[1].all()
    values, doubtful = function.answers(0, np.array([x]))
    assert values[0] == function.certified(0, x) == Formula(spec).nearest(x)[0]
    assert not doubtful.any()


@pytest.mark.parametrize("spec", ["x*sigmoid(1.702*x)", "max(x,0.1*x)", "x**3-x", "x*tanh(log1p(exp(x)))", "2*exp(x)"])
def test_nothing_is_said_where_digits_stay(spec: str) -> None:
    x: Floats = np.concatenate([np.random.default_rng(3).normal(0, 3, 2_000), [0.0, 1.0, -1.0, 1e300, -1e300, np.inf]])
    assert not with_doubt(activation(spec).tree, 0, x)[1].any()


def test_without_balls_a_doubt_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    without_balls(monkeypatch)
    function = find("cosh(x)-sinh(x)")
    assert isinstance(function, Activation)
    assert function.answers(0, np.array([1.0, 41.0])).doubtful.tolist() == [False, True]


@pytest.mark.parametrize("seed", range(3))
def test_no_wrong_answer_is_without_a_doubt(seed: int, density: int) -> None:
    answered = 0
    for text, function, x, wanted in samples(100 + seed, EXPRESSIONS * density):
        if function.entry is not None:
            continue
        for order in range(3 if math.isfinite(wanted[0]) else 1):
            values, doubtful = with_doubt(function.tree, order, np.array([x]))
            if doubtful[0] or math.isnan(values[0]) or math.isnan(wanted[order]):  # NaN claims nothing
                continue
            answered += 1
            assert is_near(float(values[0]), wanted[order]), (text, x, order, values[0], wanted[order])
    assert answered > EXPRESSIONS


@pytest.mark.parametrize(
    "arguments",
    [
        ("eval", LOST, "1", "100"),
        ("grad", LOST, "1", "100"),
        ("grad", LOST, "1", "100", "--layers", "3"),
        ("compare", "relu", LOST, "1", "100", "--format", "csv"),
        ("plot", LOST, "1", "100", "--format", "csv"),
        ("eval", LOST, "1", "100", "--summary"),
        ("compare", LOST, "-"),
    ],
)
def test_every_answer_of_an_expression_is_watched(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = "1 100" if arguments[-1] == "-" else ""
    assert "digits cancel" not in actcli(*arguments, stdin=stdin).stderr
    without_balls(monkeypatch)
    assert "at 1 of 2 inputs digits cancel" in actcli(*arguments, stdin=stdin).stderr


@pytest.mark.parametrize("command", ["compare", "plot"])
def test_values_of_an_expression_are_settled(command: str) -> None:
    done = actcli(command, LOST, "100", "2000", "--format", "json")
    (vector,) = done.json["vectors"]
    assert vector["value"] == [100.0, 2000.0]


def test_a_curve_of_noise_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert actcli("plot", LOST, "-9:9").stderr == ""
    told = actcli("plot", LOST, "700:1500").stderr
    assert "what is drawn may be noise" in told
    assert "inputs" not in told  # nobody gave any
    without_balls(monkeypatch)
    (told,) = actcli("plot", LOST, "-100:100").remarks
    assert "what is drawn may be noise; from x = -100 to 100" in told


@pytest.mark.parametrize("number_type", ["float64", "float32"])
def test_results_of_a_kernel_are_held_to_settled_ones(number_type: str, tmp_path: Path) -> None:
    file = tmp_path / "x.npy"
    np.save(file, np.array([1.0, 100.0, 1500.0], number_type))
    done = actcli("compare", LOST, "--input", str(file), "--against", str(file), "--format", "json")
    assert done.json["summary"]["functions"][0]["exact"] == 3


@pytest.mark.parametrize(("spec", "x"), [(LOST, 100.0), ("sinh(x)-cosh(x)", 40.0), ("sinh(x)-cosh(x)", 41.0)])
def test_float64_as_a_number_type_changes_no_digit(spec: str, x: float) -> None:
    function = activation(spec)
    values, doubtful = function.answers(0, np.array([x]), NUMBER_TYPES["float64"])
    assert values[0] == Formula(spec).nearest(x)[0]
    assert not doubtful.any()

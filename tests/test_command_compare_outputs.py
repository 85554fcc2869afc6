"""`--outputs`, `--axis` and `--units`: data that came out of a function, along any axis, and which units are ill."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actcli.analysis.images import images
from actcli.analysis.zones import zones
from actcli.catalog import Activation, find
from tests.runner import actcli, on_terminal

SIZE = (12, 5, 4, 3)  # NCHW


@pytest.fixture
def x(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Pre-activations of five channels, of which the third is below zero everywhere and the fifth far out."""
    monkeypatch.chdir(tmp_path)
    x = np.random.default_rng(11).normal(size=SIZE)
    x[:, 2] = -np.abs(x[:, 2])
    x[:, 4] += 9
    np.save("x.npy", x)
    return x


def totals(*words: str) -> dict[str, Any]:
    (only,) = actcli("compare", *words, "--format", "json", "--quiet").json["summary"]["functions"]
    total: dict[str, Any] = only
    return total


def test_outputs_are_counted_as_their_inputs_would_be(x: Any) -> None:
    outputs = {"tanh": np.tanh(x), "sigmoid": 1 / (1 + np.exp(-x)), "relu": np.maximum(x, 0)}
    for name, y in outputs.items():
        np.save("y.npy", y)
        of_inputs = totals(name, "--input", "x.npy", "--axis", "1")
        of_outputs = totals(name, "--input", "y.npy", "--axis", "1", "--outputs")
        for key in ("inputs", "saturated", "dead", "units", "units_dead", "units_saturated"):
            assert of_outputs[key] == of_inputs[key], (name, key)
        assert of_outputs["mean"] == pytest.approx(of_inputs["mean"], abs=1e-12)
        assert of_outputs["mean_slope"] is None
    assert of_inputs["units_dead"] == 1


def test_what_outputs_do_not_tell_has_no_count_and_crosses_a_gate(x: Any) -> None:
    np.save("y.npy", x / (1 + np.exp(-x)))
    run = actcli("compare", "silu", "--input", "y.npy", "--outputs", "--fail-over", "99%", "--format", "json")
    assert run.status == 3
    assert "silu: inputs that are saturated (x < -4.998) cannot be told from outputs" in run.stderr
    assert "gate crossed: silu: outputs do not tell how many inputs are saturated" in run.stderr
    (only,) = run.json["summary"]["functions"]
    assert not {"saturated", "saturated_share", "units_saturated"} & only.keys()
    assert only["dead"] == 0
    table = actcli("compare", "silu", "relu", "--input", "y.npy", "--outputs", "--format", "table", "--quiet").lines
    titles = [line.split("  ")[0] for line in table]
    assert titles.index("saturated") < titles.index("dead")


def test_outputs_beyond_the_range_are_told(x: Any) -> None:
    np.save("y.npy", np.append(np.tanh(x), 1.5))
    run = actcli("compare", "tanh", "--input", "y.npy", "--outputs", "--summary")
    assert "tanh: 1 of 721 values lies outside of its range [-1, 1], and no output of it; first: y = 1.5" in run.stderr


def test_inputs_that_look_like_outputs_are_asked_about(x: Any) -> None:
    np.save("y.npy", np.tanh(x))
    said = "tanh: all inputs lie in its range [-1, 1]: are they its outputs? --outputs takes them so"
    assert said in actcli("compare", "tanh", "--input", "y.npy").stderr
    assert "outputs" not in actcli("compare", "tanh", "--input", "x.npy").stderr
    assert "outputs" not in actcli("compare", "relu", "--input", "y.npy").stderr


@pytest.mark.parametrize(
    ("name", "certain", "ambiguous"),
    [
        ("sigmoid", 2, 0),
        ("relu", 1, 0),
        ("silu", 0, 1),  # it comes up again on both sides of its least value
        ("softplus", 1, 0),
        ("hard-tanh", 2, 0),
        ("gelu", 0, 1),
    ],
)
def test_a_zone_is_certain_where_its_outputs_are_its_own(name: str, certain: int, ambiguous: int) -> None:
    activation = find(name)
    assert isinstance(activation, Activation)
    its = images(activation, zones(activation))
    assert (len(its.certain), len(its.ambiguous)) == (certain, ambiguous)
    draw = np.random.default_rng(3).normal(size=4_000) * 6
    y = activation.value(draw)
    own = [zone for zone in zones(activation) if zone not in its.ambiguous]
    for zone, image in zip(own, its.certain, strict=True):
        np.testing.assert_array_equal(zone.contains(draw), image.contains(y))


def test_an_axis_holds_the_units(x: Any) -> None:
    said = totals("relu", "--input", "x.npy", "--axis", "1")
    assert (said["units"], said["units_dead"]) == (5, 1)
    assert totals("relu", "--input", "x.npy", "--axis", "-3") == said
    taken = actcli("compare", "relu", "--input", "x.npy")
    assert "of an array of 12 x 5 x 4 x 3 axis 3 is taken for the units, the last one; --axis 1" in taken.stderr
    assert "is taken" not in actcli("compare", "relu", "--input", "x.npy", "--axis", "3").stderr


@pytest.mark.parametrize("axis", [0, 1, 2, 3])
def test_softmax_goes_along_any_axis(x: Any, axis: int) -> None:
    actcli("eval", "softmax", "--input", "x.npy", "--axis", str(axis), "--output", "y.npy")
    y = np.load("y.npy")
    shares = np.exp(x) / np.exp(x).sum(axis=axis, keepdims=True)
    np.testing.assert_allclose(y, shares, rtol=1e-13)


@pytest.mark.parametrize(
    ("axis", "cure"),
    [("4", "--axis 3"), ("-5", "--axis 3"), ("1.5", "0 is the first axis"), ("x", "not the number of an axis")],
)
def test_an_axis_that_is_not_there(x: Any, axis: str, cure: str) -> None:
    run = actcli("compare", "relu", "--input", "x.npy", "--axis", axis)
    assert (run.status, run.stdout) == (2, "")
    assert cure in run.stderr


def test_text_has_no_axes() -> None:
    run = actcli("eval", "relu", "--axis", "1", stdin="1 2\n")
    assert run.status == 2
    assert "--axis is for arrays, and stdin is text" in run.stderr


def test_ill_units_are_listed_the_worst_first(x: Any) -> None:
    rows = x.transpose(0, 2, 3, 1).reshape(-1, 5)
    run = actcli("compare", "tanh", "--input", "x.npy", "--axis", "1", "--units", "--format", "csv", "--quiet")
    head, *listed = [line.split(",") for line in run.lines]
    assert head == ["name", "layer", "unit", "state", "rows", "share"]
    shares = (np.abs(rows) > 2.5).mean(axis=0)
    ill = [unit for unit in np.argsort(-shares, kind="stable") if shares[unit] > 0.5]
    assert [(int(row[2]), row[3]) for row in listed] == [(unit, "saturated") for unit in ill]
    np.testing.assert_allclose([float(row[5]) for row in listed], shares[ill], rtol=1e-15)
    dead = [json.loads(line) for line in actcli(
        "compare", "relu", "--input", "x.npy", "--axis", "1", "--units", "--format", "jsonl", "--quiet"
    ).lines]  # fmt: skip
    assert [(each["unit"], each["state"], each["share"]) for each in dead] == [(2, "dead", 1.0)]


def test_a_strip_shows_all_units(x: Any) -> None:
    run = on_terminal("compare", "relu", "--input", "x.npy", "--axis", "1", "--units", "--quiet", width=60)
    assert "dead: 2" in run.lines
    strip = next(line for line in run.lines if "█" in line)
    assert strip.split()[1][2] == "█"
    plain = on_terminal("compare", "relu", "--input", "x.npy", "--axis", "1", "--units", "--quiet", "--ascii", width=60)
    assert plain.stdout.isascii()


def test_ends_of_a_range_beyond_float32_stay_and_names_are_one_line(x: Any) -> None:
    run = actcli("compare", "1e300*sigmoid(x)", "--input", "x.npy", "--axis", "1", "--outputs")
    assert "RuntimeWarning" not in run.stderr
    assert actcli("compare", "x+\n 1", "--layers", "3").stderr.count("\n") == 2

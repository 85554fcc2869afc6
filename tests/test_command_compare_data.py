"""`compare --input`: what data looks like behind functions, in one pass and the same bits however it is read."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actcli.inputs.readers import npy
from tests.runner import Run, actcli, on_terminal

DIGITS = Path(__file__).parent / "data" / "digits"
TANH = str(DIGITS / "tanh-trained-layer5.npy")
DEAD = str(DIGITS / "relu-trained-layer2.npy")


def totals(*words: str, **screen: Any) -> list[dict[str, Any]]:
    """The totals of each function, as the document tells them."""
    run = actcli("compare", *words, "--format", "json", **screen)
    assert run.status == 0, run.stderr
    return list(run.json["summary"]["functions"])


def rows(run: Run) -> list[dict[str, str]]:
    titles, *lines = [line.split("\t") for line in run.lines]
    return [dict(zip(titles, line, strict=True)) for line in lines]


def test_the_statistics_are_those_of_the_values() -> None:
    x = np.load(TANH).astype(np.float64).ravel()
    y = np.tanh(x)
    slopes = 1 / np.cosh(x) ** 2
    (shown,) = totals("tanh", "--input", TANH, "--layers", "3")
    assert shown["mean"] == pytest.approx(y.mean(), rel=1e-12)
    assert shown["standard_deviation"] == pytest.approx(y.std(), rel=1e-12)
    assert shown["mean_slope"] == pytest.approx(slopes.mean(), rel=1e-12)
    assert shown["rms_slope"] == pytest.approx(math.sqrt((slopes**2).mean()), rel=1e-12)
    assert shown["gradient"] == pytest.approx(math.sqrt((slopes**2).mean()) ** 3, rel=1e-12)
    assert shown["saturated"] == np.count_nonzero(np.abs(x) > 2.5)
    assert (shown["inputs"], shown["undefined"], shown["infinite"]) == (360 * 32, 0, 0)
    assert shown["zero_centred"] is True


def test_units_are_dead_in_every_row_or_saturated_in_most() -> None:
    x = np.load(TANH)
    mostly = int((np.count_nonzero(np.abs(x) > 2.5, axis=0) > 180).sum())
    tanh, relu = totals("tanh", "relu", "--input", TANH)
    assert (tanh["units"], tanh["units_dead"], tanh["units_saturated"]) == (32, 0, mostly)
    assert relu["units_dead"] == int((x <= 0).all(axis=0).sum())
    (dead,) = totals("relu", "--input", DEAD)
    assert (dead["units"], dead["units_dead"], dead["mean"], dead["mean_slope"]) == (32, 32, 0.0, 0.0)


def test_a_third_of_the_layer_is_saturated_and_a_whole_layer_dead() -> None:
    run = on_terminal("compare", "tanh", "--input", TANH)
    assert "3,406 (29.6 %)" in run.stdout
    assert "3406 of 11520 inputs are saturated" in run.stderr
    run = on_terminal("compare", "relu", "--input", DEAD)
    assert "32 of 32" in run.stdout
    assert run.stderr == "actcli: warning: relu: 32 of 32 units are dead in all 360 rows\n"


@pytest.mark.parametrize("block", [1, 33, 700, 4_096, 100_000])
def test_the_bits_do_not_depend_on_the_size_of_blocks(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = np.random.default_rng(5).normal(size=(1_000 if block < 100 else 10_000))
    np.save(tmp_path / "long.npy", values)
    words = ("gelu", "exp(x)", "--input", str(tmp_path / "long.npy"))
    expected = totals(*words)
    monkeypatch.setattr(npy, "BLOCK_VALUES", block)
    assert totals(*words) == expected


def test_a_matrix_and_a_vector_of_the_same_values_give_the_same_bits(tmp_path: Path) -> None:
    values = np.random.default_rng(6).normal(size=(300, 40))
    np.save(tmp_path / "matrix.npy", values)
    np.save(tmp_path / "vector.npy", values.ravel())
    (tmp_path / "text.txt").write_text("\n".join(" ".join(map(repr, row)) for row in values.tolist()))
    shown = [totals("gelu", "--input", str(tmp_path / name))[0] for name in ("matrix.npy", "vector.npy", "text.txt")]
    for name in ("mean", "standard_deviation", "mean_slope", "rms_slope"):
        assert len({one[name] for one in shown}) == 1


def test_a_pattern_and_its_files_one_by_one_give_the_same_bits(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    paths = [tmp_path / f"{number}.npy" for number in range(3)]
    for path in paths:
        np.save(path, rng.normal(size=(500, 11)))
    one_by_one = [word for path in paths for word in ("--input", str(path))]
    (pattern,), (files,) = totals("gelu", "--input", str(tmp_path / "*.npy")), totals("gelu", *one_by_one)
    assert {name: pattern[name] for name in ("mean", "standard_deviation", "rms_slope", "inputs")} == {
        name: files[name] for name in ("mean", "standard_deviation", "rms_slope", "inputs")
    }
    (batches,) = totals("gelu", "--input", str(tmp_path / "*.npy"), "--as-batches")
    assert (pattern["units"], files["units"], batches["units"]) == (33, 33, 11)


def test_stdin_is_data_for_a_dash() -> None:
    (shown,) = totals("relu", "-", stdin="-1 3\n5 1\n")
    assert (shown["mean"], shown["dead"], shown["units"]) == (2.25, 1, 2)
    assert shown["standard_deviation"] == math.sqrt(((0 - 2.25) ** 2 + 0.75**2 + 2.75**2 + 1.25**2) / 4)


def test_what_is_not_finite_is_counted_and_left_out() -> None:
    (shown,) = totals("1/x", "-", stdin="nan 2 inf -2 0\n")
    assert (shown["undefined"], shown["infinite"], shown["mean"]) == (1, 1, 0.0)
    run = on_terminal("compare", "1/x", "-", stdin="nan 2 inf -2 0\n", stdin_is_tty=False)
    assert "1, left out" in run.stdout


def test_a_pipe_gets_a_row_a_function() -> None:
    run = actcli("compare", "relu", "tanh", "-", "--quiet", stdin="-1 3\n")
    shown = rows(run)
    assert [row["name"] for row in shown] == ["relu", "tanh"]
    assert shown[0]["mean"] == "1.5"
    lines = actcli("compare", "relu", "tanh", "-", "--quiet", "--format", "jsonl", stdin="-1 3\n").lines
    assert [json.loads(line)["mean"] for line in lines] == [float(row["mean"]) for row in shown]


def test_the_document_holds_totals_and_no_vectors() -> None:
    document = actcli("compare", "relu", "-", "--format", "json", stdin="-1 3\n").json
    assert document["vectors"] == []
    assert document["summary"]["vectors"] == 1


@pytest.mark.parametrize("stdin", ["", "\n", "nan\n"])
def test_no_values_have_no_moments(stdin: str) -> None:
    run = on_terminal("compare", "relu", "-", stdin=stdin, stdin_is_tty=False)
    assert run.status == 0
    assert "nan" not in run.stdout
    assert "settled" not in run.stdout


def test_a_fault_leaves_no_statistics_of_what_was_read_before() -> None:
    run = actcli("compare", "relu", "-", stdin="1 3\nx\n")
    assert (run.status, run.stdout) == (1, "")
    assert "'x' is not a number" in run.stderr


def test_a_gate_judges_the_data() -> None:
    assert actcli("compare", "tanh", "--input", TANH, "--fail-over", "20%").status == 3
    assert actcli("compare", "tanh", "--input", TANH, "--fail-over", "30%").status == 0


@pytest.mark.parametrize("width", [40, 80])
def test_several_functions_are_readable_at_any_width(width: int) -> None:
    run = on_terminal("compare", "sigmoid", "tanh", "relu", "gelu", "--layers", "5", "--input", TANH, width=width)
    assert max(map(len, run.lines)) <= width
    for name in ("sigmoid", "tanh", "relu", "gelu"):
        assert name in run.stdout
    assert "a gradient through 5 such layers" in run.stdout


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["tanh", "-", "--mean", "1"], "--mean and --sigma describe a normal input"),
        (["tanh", "--input", TANH, "--sigma", "2"], "--mean and --sigma describe a normal input"),
        (["softmax", "--input", TANH], "whole vectors"),
        (["tanh", "--input", TANH, "--format", "plain"], "cannot hold totals"),
        (["tanh", "3", "--input", TANH], "cannot be mixed"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(words: list[str], shown: str) -> None:
    run = actcli("compare", *words, stdin="1\n")
    assert (run.status, run.stdout) == (2, "")
    assert shown in run.stderr


@pytest.mark.parametrize("words", [["eval", "sigmoid", "0"], ["grad", "sigmoid", "0"], ["softmax", "1,2"]])
def test_nothing_else_pays_for_statistics(words: list[str]) -> None:
    code = (
        "import sys\n"
        "from actcli.cli import main\n"
        "from tests.runner import terminal\n"
        f"main({words!r}, terminal())\n"
        "sys.exit(any(name.startswith(('actcli.analysis.shape', 'actcli.analysis.moments')) for name in sys.modules))\n"
    )
    root = Path(__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0

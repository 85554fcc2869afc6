"""`actcli identify`: results of functions, of other libraries' formulas and of nobody, and who is named for them."""

from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from tests.runner import actcli, on_terminal

X = np.random.default_rng(7).normal(0, 3, 20_000).astype(np.float32).astype(np.float64)


def saved(folder: Path, name: str, values: object) -> str:
    np.save(folder / name, np.asarray(values))
    return str(folder / name)


def identified(folder: Path, x: object, y: object, *more: str) -> dict[str, Any]:
    words = ("--input", saved(folder, "x.npy", x), "--against", saved(folder, "y.npy", y))
    run = actcli("identify", *words, *more, "--format", "json")
    assert run.status == 0, run.stderr
    found: dict[str, Any] = run.json
    return found


def test_a_tanh_gelu_in_bfloat16_is_told_from_the_exact_one(tmp_path: Path) -> None:
    x = X.astype(ml_dtypes.bfloat16).astype(np.float64)
    y = (x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))).astype(np.float32)
    found = identified(tmp_path, x, y.astype(ml_dtypes.bfloat16).astype(np.float32))
    assert found["settings"]["identified"] == "gelu-tanh"
    assert found["settings"]["rounded_to"] == "bfloat16"
    first, second = found["functions"][:2]
    assert first["equal_share"] > 0.95 > second["equal_share"]
    assert second["name"] == "gelu"
    assert "gelu@jax" in first["known_as"]


@pytest.mark.parametrize(
    ("y", "name"),
    [
        (np.where(X > 0, X, 0.17 * X), "leaky-relu:negative_slope=0.17"),
        (X / (1 + np.exp(-1.3 * X)), "swish:beta=1.3"),
        (np.where(X > 0, X, 0.7 * np.expm1(np.minimum(X, 0))), "elu:alpha=0.7"),
        (np.where(np.abs(X) > 0.62, X, 0), "hard-shrink:lambd=0.62"),
        (np.clip(X, -2, 3), "hard-tanh:min_val=-2.0,max_val=3.0"),
        (np.log1p(np.exp(2.5 * X)) / 2.5, "softplus:beta=2.5"),
        (np.where(X > 0, X, 0.3 * X), "leaky-relu@keras.layers"),
        (np.maximum(X, 0), "relu"),
        (np.tanh(X), "tanh"),
    ],
)
def test_parameters_are_found(tmp_path: Path, y: np.ndarray[tuple[int], np.dtype[np.float64]], name: str) -> None:
    found = identified(tmp_path, X, y.astype(np.float32))
    assert found["settings"]["identified"] == name


def test_results_that_fit_two_functions_name_neither() -> None:
    run = actcli("identify", "3,3", "0,0", "0.5,0.5")
    assert run.status == 0
    assert "cannot be told apart on this input: they differ most at x = " in run.stderr
    run = actcli("identify", "3,3", "0,0", "0.5,0.5", "--format", "json")
    assert run.json["settings"]["identified"] is None


def test_where_they_differ_is_a_place_that_tells_them_apart() -> None:
    found = actcli("identify", "20,20", "30,30", "-40,0", "--format", "json")
    assert "gelu" in found.stderr or "relu" in found.stderr
    assert found.json["settings"]["identified"] is None


def test_what_nobody_made_is_nobody_s(tmp_path: Path) -> None:
    found = identified(tmp_path, X, X**3)
    assert found["settings"]["identified"] is None
    words = ("--input", str(tmp_path / "x.npy"), "--against", str(tmp_path / "y.npy"))
    assert "no function of the catalogue made these results" in actcli("identify", *words).stderr


def test_pairs_come_from_words_and_from_a_pipe() -> None:
    words = ("1,0.8412", "-1,-0.1588", "2,1.9546")
    typed = actcli("identify", *words)
    piped = actcli("identify", stdin="\n".join(words).encode() + b"\n")
    assert typed.stdout == piped.stdout
    assert typed.lines[1].startswith("gelu-tanh\t3\t1.0\t")
    assert "3 results, rounded to 4 decimals" in typed.stderr
    assert "gelu-tanh" in on_terminal("identify", *words).stdout


def test_nan_and_infinite_results_are_compared_too() -> None:
    run = actcli("identify", "nan,nan", "inf,1", "-inf,-1", "0.5,0.46212", "-2,-0.96403")
    assert run.lines[1].startswith("tanh\t5\t1.0\t")


def test_columns_of_a_table_pair_up(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("x,y\n-1,-0.2\n2,2\n-3,-0.6\n4,4\n-5,-1\n")
    run = actcli("identify", "--input", str(table), "--column", "x", "--against", "y")
    assert run.lines[1].startswith("leaky-relu@keras\t5\t")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("1",), "a pair is an input and its result"),
        (("1,2,3",), "a pair is an input and its result"),
    ],
)
def test_what_are_no_pairs_is_refused(words: tuple[str, ...], said: str) -> None:
    run = actcli("identify", *words)
    assert run.status == 1
    assert said in run.stderr


def test_as_many_results_as_inputs(tmp_path: Path) -> None:
    run = actcli("identify", "--input", saved(tmp_path, "x.npy", X), "--against", saved(tmp_path, "y.npy", X[:10]))
    assert run.status == 1
    assert "holds 20,000 values" in run.stderr


def test_as_many_results_as_parameters_say_nothing() -> None:
    found = actcli("identify", "1,7.5", "--format", "json").json
    assert found["settings"]["identified"] is None


@pytest.mark.parametrize(
    ("y", "name"),
    [
        (1.7 * np.tanh(X) - 0.4, "1.7 * tanh(x) - 0.4"),
        (-2.5 * np.arctan(X), "-2.5 * arctan(x)"),
        (X / (1 + np.abs(X)) + 3, "softsign(x) + 3.0"),
    ],
)
def test_scale_and_offset_are_found(tmp_path: Path, y: np.ndarray[tuple[int], np.dtype[np.float64]], name: str) -> None:
    found = identified(tmp_path, X, y.astype(np.float32))
    assert found["settings"]["identified"] == name
    assert found["functions"][0]["equal_share"] > 0.99


def test_what_is_listed_is_counted_on_all_pairs(tmp_path: Path) -> None:
    y = np.where(X > 0, X, 0.17 * X).astype(np.float32)
    changed = np.arange(0, X.size, 2_500)
    y[changed] += 50
    first = identified(tmp_path, X, y)["functions"][0]
    assert first["name"] == "leaky-relu:negative_slope=0.17"
    assert first["equal"] == X.size - changed.size
    assert first["distance"] == pytest.approx(50, rel=1e-6)
    assert first["distance_at"] in X[changed]


def test_a_function_that_meets_all_points_stands_above_one_that_misses_some() -> None:
    run = actcli("identify", "0.5,0.25", "1,1", "-3,9", "--format", "json")
    first, second = run.json["functions"][:2]
    assert (first["equal"], second["name"], second["equal"]) == (3, "relu2", 2)
    assert run.json["settings"]["identified"] is None
    assert "cannot be told apart" not in run.stderr
    assert "3 inputs are too few to name keras-relu" in run.stderr


def test_results_that_contradict_each_other_are_named() -> None:
    run = actcli("identify", "1,1", "2,2", "1,2", "2,3", "3,3", "nan,nan", "nan,nan", "--format", "json")
    assert "x = 1 has two results, 1 and 2: no function gives both; so has 1 more input" in run.stderr
    assert run.json["settings"]["contradictory"] == 2
    assert run.json["settings"]["identified"] is None
    assert "no function of the catalogue made these results" in run.stderr


def test_the_same_pair_twice_is_no_contradiction() -> None:
    run = actcli("identify", "1,1", "1,1", "-1,0", "nan,nan", "nan,nan", "--format", "json")
    assert run.json["settings"]["contradictory"] == 0
    assert "two results" not in run.stderr


def test_a_complete_miss_says_so() -> None:
    run = actcli("identify", "1,77", "2,-1e9", "3,0.001", "--format", "json")
    assert run.json["settings"]["identified"] is None
    assert "no function of the catalogue made these results; the nearest, " in run.stderr
    assert "gives none of them" in run.stderr


def test_constant_results_name_no_function() -> None:
    run = actcli("identify", "--format", "json", "--", "-1,2", "-0.01,2", "-5,2", "-7,2")
    assert run.json["settings"]["identified"] is None
    assert "every result is 2: a constant gives these too, so that they name no function" in run.stderr


def test_results_that_are_nan_alone_are_nobody_s() -> None:
    run = actcli("identify", "1,nan", "2,nan")
    assert run.status == 0
    assert "no function of the catalogue made these results" in run.stderr


@pytest.mark.parametrize("pairs", [("1,7.5",), ("1,1", "-1,-0.17")])
def test_no_function_has_as_many_fitted_parameters_as_there_are_inputs(pairs: tuple[str, ...]) -> None:
    found = actcli("identify", *pairs, "--format", "json").json
    assert found["settings"]["identified"] is None
    assert all(each["fitted"] < len(pairs) for each in found["functions"])


def test_one_decimal_is_one() -> None:
    assert "1 result, rounded to 1 decimal\n" in actcli("identify", "1,0.8").stderr


def test_functions_that_give_every_result_are_not_told_apart_by_the_nearer_one() -> None:
    run = actcli("identify", "1,0.8")
    assert "mila and tanh cannot be told apart on this input" in run.stderr


@pytest.mark.parametrize("largest", [1e200, 1e308, 1.7976931348623157e308])
@pytest.mark.filterwarnings("error")
def test_results_whose_squares_overflow(largest: float) -> None:
    pairs = [f"{x},{0.01 * x if x < 0 else x!r}" for x in (-largest, -1.0, 2.0, largest)]
    ended = actcli("identify", *pairs, "--format", "json")
    assert ended.json["settings"]["identified"] == "leaky-relu", ended.stdout

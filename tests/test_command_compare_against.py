"""compare --against: the known faults of a kernel are found; and --cost, whose numbers come from a clock of our own."""

import math
from fractions import Fraction
from pathlib import Path

import flint
import numpy as np
import pytest

from actcli.commands.compare import cost as compare_cost
from actcli.dtypes import NUMBER_TYPES
from actcli.results.ulp_errors import UlpErrors
from tests.oracle.number_types import by_fractions
from tests.runner import actcli

FLOAT32 = NUMBER_TYPES["float32"]
X = np.linspace(-16, 6, 1_001, dtype=np.float32)


def naive_gelu(x: np.ndarray) -> np.ndarray:
    """x (1 + erf(x/sqrt 2))/2 in float32: 1 + erf is 0 in the left tail."""
    inner = np.array([float(flint.arb(float(each)).erf()) for each in (x / np.float32(2**0.5))], np.float32)
    return np.float32(0.5) * x * (np.float32(1) + inner)


def true_gelu(x: float) -> float:
    """Evaluate the formula by ball arithmetic and round it to float32 by fractions."""
    with flint.ctx.workprec(300):
        ball = flint.arb(x) / 2 * (-flint.arb(x) / flint.arb(2).sqrt()).erfc()
        mantissa, exponent = (int(part) for part in ball.mid().man_exp())
    return by_fractions(Fraction(mantissa) * Fraction(2) ** exponent, FLOAT32)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "y.npy", naive_gelu(X))
    return str(tmp_path / "x.npy"), str(tmp_path / "y.npy")


@pytest.mark.parametrize("certified", [(), ("--exact",)])
def test_a_kernel_that_loses_the_tail_gets_the_places_and_the_count(
    files: tuple[str, str], certified: tuple[str, ...]
) -> None:
    x, y = files
    got, wanted = naive_gelu(X).astype(np.float64), np.array([true_gelu(each) for each in X.tolist()])
    ulp = np.abs(got - wanted) / np.spacing(np.abs(wanted).astype(np.float32)).astype(np.float64)
    run = actcli("compare", "gelu", "--input", x, "--against", y, "--format", "json", *certified)
    assert run.status == 0, run.stderr
    (shown,) = run.json["summary"]["functions"]
    at = int(np.argmax(ulp))
    assert shown["dtype"] == "float32"
    assert shown["compared"] == X.size
    assert shown["exact"] == np.count_nonzero(got == wanted)
    assert shown["within_1_ulp"] == np.count_nonzero(ulp <= 1)
    assert shown["lost"] == np.count_nonzero((got == 0) & (np.abs(wanted) >= 2.0**-126)) > 300
    assert shown["mean_ulp_error"] == pytest.approx(ulp.mean(), rel=1e-12)
    assert shown["ulp_error"] == ulp[at] > 1e7
    assert [shown[f"ulp_error_{part}"] for part in ("x", "got", "wanted", "index")] == [X[at], got[at], wanted[at], at]
    assert shown["absolute_error"] == np.abs(got - wanted).max() < 1e-6
    assert shown["relative_error"] == 1.0


def test_the_table_says_it_in_words(files: tuple[str, str]) -> None:
    run = actcli("compare", "gelu", "--input", files[0], "--against", files[1], "--format", "table")
    assert "worst, relative  1 at x = " in run.stdout
    assert ": 0, not -" in run.stdout
    assert max(map(len, run.lines)) <= 80


@pytest.mark.parametrize(("most", "status"), [("4ulp", 3), ("1e9 ulp", 0)])
def test_a_gate_in_ulp_makes_it_a_test(files: tuple[str, str], most: str, status: int) -> None:
    run = actcli("compare", "gelu", "--input", files[0], "--against", files[1], "--fail-over", most, "--quiet")
    assert run.status == status
    assert ("gate crossed: gelu: off by" in run.stderr) == bool(status)


@pytest.mark.parametrize(
    "words",
    [
        ("grad", "gelu", "1", "--fail-over", "4ulp"),
        ("compare", "gelu", "--input", "X", "--against", "Y", "--fail-over", "4%"),
        ("grad", "gelu", "1", "--fail-over", "4ulps"),
        ("grad", "gelu", "1", "--fail-over", "-1ulp"),
    ],
)
def test_a_gate_that_cannot_judge_is_a_usage_error(files: tuple[str, str], words: tuple[str, ...]) -> None:
    run = actcli(*({"X": files[0], "Y": files[1]}.get(word, word) for word in words))
    assert run.status == 2
    assert "hint: " in run.stderr


def test_the_best_kernel_of_a_type_is_exact_in_every_order(tmp_path: Path) -> None:
    file = tmp_path / "x.npy"
    np.save(file, X)
    for words, option in ((("eval",), ()), (("grad",), ("--slope",)), (("grad", "--curvature"), ("--curvature",))):
        best = tmp_path / "y.npy"
        command, *more = words
        actcli(command, "tanh", "--input", str(file), "--dtype", "bfloat16", "--output", str(best), *more)
        run = actcli(
            *("compare", "tanh", "--input", str(file), "--against", str(best), "--dtype", "bfloat16", *option),
            *("--format", "json"),
        )
        (shown,) = run.json["summary"]["functions"]
        assert (shown["exact"], shown["ulp_error"], shown["lost"]) == (X.size, 0.0, 0)


def test_two_columns_of_a_table(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("n,x,y\n" + "".join(f"{n},{x!r},{math.tanh(x)!r}\n" for n, x in enumerate([0.5, 1.0, -2.0])))
    run = actcli("compare", "tanh", "--input", str(table), "--column", "x", "--against", "y", "--format", "json")
    (shown,) = run.json["summary"]["functions"]
    assert (shown["compared"], shown["dtype"]) == (3, "float64")
    assert shown["within_1_ulp"] == 3
    assert "--exact certifies them" in run.stderr
    again = actcli("compare", "tanh", "-", "--column", "x", "--against", "y", stdin=table.read_bytes())
    assert (again.status, "stdin can be read only once" in again.stderr) == (2, True)


def test_values_in_a_pipe_against_values_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "y.txt").write_text("0 1\n2\n")
    run = actcli("compare", "relu", "-", "--against", str(tmp_path / "y.txt"), "--format", "json", stdin="-1 1\n2\n")
    assert run.json["summary"]["functions"][0]["exact"] == 3


@pytest.mark.parametrize(
    ("stdin", "results", "shown"),
    [
        ("1 2\n3\n", "1 2\n", "ends after 2 values"),
        ("1 2\n", "1 2\n3\n", "the input ends after 2 values"),
        ("1 2\n3\n", "1\n2 3\n", "line 1: the input has a vector of 2, and the results one of 1"),
    ],
)
def test_what_does_not_pair_is_an_error(tmp_path: Path, stdin: str, results: str, shown: str) -> None:
    (tmp_path / "y.txt").write_text(results)
    run = actcli("compare", "relu", "-", "--against", str(tmp_path / "y.txt"), stdin=stdin)
    assert run.status == 1
    assert shown in run.stderr


def test_arrays_of_other_shapes_are_an_error(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((2, 3)))
    np.save(tmp_path / "y.npy", np.zeros((3, 2)))
    run = actcli("compare", "relu", "--input", str(tmp_path / "x.npy"), "--against", str(tmp_path / "y.npy"))
    assert run.status == 1
    assert "(2, 3)" in run.stderr


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("gelu", "silu", "1", "--against", "y"), "2 functions"),
        (("gelu", "--against", "y"), "needs the input"),
        (("gelu", "--slope"), "needs --against"),
        (("gelu", "--exact"), "needs --against"),
        (("gelu", "1", "--cost"), "cannot be combined"),
        (("gelu", "1", "--against", "y", "--layers", "3"), "cannot be combined"),
        (("gelu", "1", "--against", "y", "--on-error", "skip"), "left out"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(words: tuple[str, ...], shown: str) -> None:
    run = actcli("compare", *words)
    assert run.status == 2
    assert shown in run.stderr


def test_errors_at_the_edges() -> None:
    nan, inf = np.nan, np.inf
    wanted = np.array([nan, inf, 1.0, 1.0, 1.0, 0.0, nan, 2.0**-149, 1.0])
    got = np.array([nan, inf, nan, inf, 0.0, 2.0**-149, 0.0, 0.0, 1 + 2.0**-23])

    def errors(x: np.ndarray, part: slice) -> UlpErrors:
        found = UlpErrors("f", FLOAT32, is_reference_exact=True, bound=None)
        found.add(x[part], got[part], wanted[part])
        return found

    x = np.arange(9.0)
    found = errors(x, slice(None))
    assert (found.compared, found.exact, found.within_one, found.lost) == (9, 2, 5, 3)
    ulp, absolute, relative = found.worst
    assert (ulp.error, ulp.place) == (inf, 2)
    assert (absolute.error, relative.error) == (inf, inf)
    assert found.ulps == 1 + 1 + 2.0**23 + 1
    merged = errors(x, slice(4))
    merged.merge(errors(x, slice(4, None)))
    assert repr(merged.totals()) == repr(found.totals())


def test_costs_are_medians_of_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = {"relu": 1.0, "tanh": 3.0}

    def nanoseconds(activation: object, order: int, x: np.ndarray, times: int) -> int:
        return int(ticks[activation.name] * (order + 1) * x.size * times)  # type: ignore[attr-defined]

    monkeypatch.setattr(compare_cost, "_nanoseconds", nanoseconds)
    run = actcli("compare", "tanh", "relu", "--cost")
    assert run.lines[0].split("\t") == ["name", "value_ns", "value_ratio", "slope_ns", "slope_ratio"]
    assert [line.split("\t") for line in run.lines[1:]] == [
        ["tanh", "3.0", "3.0", "6.0", "6.0"],
        ["relu", "1.0", "1.0", "2.0", "2.0"],
    ]
    assert "medians of" in run.stderr


def test_costs_are_measured() -> None:
    descriptions = actcli("compare", "gelu", "--cost", "--format", "json").json["functions"]
    assert all(descriptions[0][name] > 0 for name in ("value_ns", "value_ratio", "slope_ns", "slope_ratio"))


def test_a_kernel_that_rounds_float64_once_more_is_found_wrong_where_the_truth_decides_a_tie(tmp_path: Path) -> None:
    # silu(x) of a subnormal number is x/2 + x²/4: for an odd one beyond a tie, of which float64 holds nothing.
    least = 2.0**-133
    np.save(tmp_path / "x.npy", np.array([least, 3 * least, 4 * least, 5 * least]))
    np.save(tmp_path / "y.npy", np.array([0.0, 2 * least, 2 * least, 2 * least]))
    words = ("--input", str(tmp_path / "x.npy"), "--against", str(tmp_path / "y.npy"), "--dtype", "bfloat16")
    (shown,) = actcli("compare", "silu", *words, "--format", "json").json["summary"]["functions"]
    assert shown["compared"] == 4
    assert shown["exact"] == 2

"""compare --against: the known faults of a kernel are found; and --cost, whose numbers come from a clock of our own."""

import math
import re
from itertools import zip_longest
from pathlib import Path
from typing import Any

import flint
import ml_dtypes
import numpy as np
import pytest

from actcli.commands.compare import cost as compare_cost
from actcli.dtypes import NUMBER_TYPES
from actcli.results.ulp_errors import UlpErrors
from tests.runner import Run, actcli, on_terminal

FLOAT32 = NUMBER_TYPES["float32"]
X = np.linspace(-16, 6, 1_001, dtype=np.float32)


def naive_gelu(x: np.ndarray) -> np.ndarray:
    """x (1 + erf(x/sqrt 2))/2 in float32: 1 + erf is 0 in the left tail."""
    inner = np.array([float(flint.arb(float(each)).erf()) for each in (x / np.float32(2**0.5))], np.float32)
    return np.float32(0.5) * x * (np.float32(1) + inner)


def true_gelu(x: float) -> float:
    """Evaluate the formula by ball arithmetic and round it to float64."""
    with flint.ctx.workprec(300):
        ball = flint.arb(x) / 2 * (-flint.arb(x) / flint.arb(2).sqrt()).erfc()
    return float(ball)


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
    got, truth = naive_gelu(X).astype(np.float64), np.array([true_gelu(each) for each in X.tolist()])
    wanted = truth.astype(np.float32).astype(np.float64)
    spacing = 2.0 ** np.maximum(np.floor(np.log2(np.abs(truth))) - 23, -149)
    ulp = np.where(got == wanted, 0.0, np.abs(got - truth) / spacing)
    run = actcli("compare", "gelu", "--input", x, "--against", y, "--format", "json", *certified)
    assert run.status == 0, run.stderr
    (shown,) = run.json["summary"]["functions"]
    at = int(np.argmax(ulp))
    assert shown["dtype"] == "float32"
    assert shown["compared"] == X.size
    assert shown["exact"] == np.count_nonzero(got == wanted)
    assert shown["within_1_ulp"] == np.count_nonzero(ulp <= 1)
    assert shown["lost"] == np.count_nonzero((got == 0) & (wanted != 0)) > 300
    assert shown["mean_ulp_error"] == pytest.approx(ulp.mean(), rel=1e-12)
    assert shown["ulp_error"] == pytest.approx(ulp[at], rel=1e-12)
    assert ulp[at] > 1e7
    assert [shown[f"ulp_error_{part}"] for part in ("x", "got", "wanted", "index")] == [X[at], got[at], wanted[at], at]
    assert shown["absolute_error"] == np.where(got == wanted, 0.0, np.abs(got - truth)).max() < 1e-6
    assert sum(each["results"] for each in shown["errors"]) == X.size
    assert shown["errors"][-1]["results"] == np.count_nonzero(ulp > 100)
    (segment,) = (each for each in shown["segments"] if each["from"] <= -5.5 < each["to"])
    inside = (segment["from"] <= X) & (segment["to"] > X)
    assert segment["inputs"] == np.count_nonzero(inside)
    assert segment["exact"] == np.count_nonzero((got == wanted) & inside)
    assert segment["ulp_error"] == pytest.approx(ulp[inside].max(), rel=1e-12)
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
        (("gelu", "silu", "1", "--against", "y"), "one function, and here are 2"),
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
        found.add(x[part], got[part], wanted[part], wanted[part])
        return found

    x = np.arange(9.0)
    found = errors(x, slice(None))
    assert (found.compared, found.exact, found.finite) == (9, 2, 6)
    assert found.classes.tolist() == [2, 3, 0, 0, 0, 1]
    assert {kind: fault.results for kind, fault in found.faults.items()} == {
        "not_finite": 2,
        "finite": 1,
        "lost": 2,
        "wrong_sign": 0,
        "out_of_order": 1,  # it falls from 1 to 0, and what came out rises
    }
    ulp, absolute, relative = found.worst
    assert (ulp.error, ulp.place.position) == (2.0**23, 4)
    assert (absolute.error, relative.error) == (1.0, inf)
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
    assert "this program's own NumPy kernels in float64 on this machine, not the cost in a network" in run.stderr
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


# Every number of a type, several kernels, functions that are called


def bfloat16(values: np.ndarray) -> np.ndarray:
    return NUMBER_TYPES["bfloat16"].rounded(np.asarray(values, np.float64))


@pytest.fixture
def every(tmp_path: Path) -> tuple[np.ndarray, Path]:
    """All numbers of bfloat16, and where results for them may lie."""
    file = tmp_path / "x.npy"
    assert actcli("eval", "identity", "all:bfloat16", "--output", str(file)).status == 0
    x = np.load(file).view(ml_dtypes.bfloat16).astype(np.float64).ravel()
    assert (x.size, np.signbit(x).sum()) == (65_280, 32_640)
    return x, tmp_path / "y.npy"


def judged(file: Path, *words: str) -> dict[str, Any]:
    run = actcli("compare", "tanh", "all:bfloat16", "--against", str(file), "--format", "json", *words)
    assert run.status == 0, run.stderr
    (shown,) = run.json["summary"]["functions"]
    return dict(shown)


def test_what_is_wrong_in_kind_is_counted_apart_with_the_first(every: tuple[np.ndarray, Path]) -> None:
    x, file = every
    y = bfloat16(np.tanh(x))
    at = {value: int(np.flatnonzero(x == value)[0]) for value in (-2.0, 0.5, 1.0, 3.0, -0.25)}
    y[at[-2.0]], y[at[0.5]], y[at[1.0]], y[at[3.0]], y[at[-0.25]] = math.nan, 0.0, -y[at[1.0]], 0.5, 0.0
    np.save(file, y)
    shown = judged(file, "--dtype", "bfloat16")
    assert [shown[kind] for kind in ("not_finite", "finite", "lost", "wrong_sign")] == [1, 0, 2, 1]
    assert shown["first_not_finite_x"] == -2.0
    assert shown["first_lost_x"] == -0.25
    assert shown["first_wrong_sign_got"] == -shown["first_wrong_sign_wanted"]
    assert shown["out_of_order"] == 4  # at 0.5, 1 and 3, and behind -0.25
    assert shown["exact"] == 65_280 - 5
    assert math.isfinite(shown["ulp_error"])
    gate = ("compare", "tanh", "all:bfloat16", "--against", str(file), "--dtype", "bfloat16", "--fail-over", "1e30ulp")
    assert actcli(*gate).status == 3  # NaN for a number crosses every gate


def test_subnormal_inputs_and_results_may_be_left_out(every: tuple[np.ndarray, Path]) -> None:
    x, file = every
    y = np.where(np.abs(x) < 2.0**-126, 0.0, bfloat16(np.tanh(x)))  # as a device that flushes
    np.save(file, y)
    assert judged(file, "--dtype", "bfloat16")["lost"] == 2 * 127
    flushed = judged(file, "--dtype", "bfloat16", "--flush-subnormals")
    assert (flushed["lost"], flushed["subnormal"], flushed["exact"]) == (0, 254, 65_280 - 254)


def test_kernels_stand_side_by_side(every: tuple[np.ndarray, Path]) -> None:
    x, file = every
    rough = file.with_name("rough.npy")
    np.save(file, bfloat16(np.tanh(x)))
    np.save(rough, bfloat16(np.clip(x, -1, 1)))
    words = ("compare", "tanh", "all:bfloat16", "--against", str(file), "--against", str(rough), "--dtype", "bfloat16")
    run = actcli(*words, "--format", "json")
    fast, slow = run.json["summary"]["functions"]
    assert (fast["exact"], fast["ulp_error"]) == (65_280, 0.0)
    assert slow["exact"] < 65_280
    assert [each["name"] for each in run.json["functions"]] == ["y.npy", "rough.npy"]
    table = on_terminal(*words, "--quiet").stdout
    assert "<- worst" in table
    tsv = actcli(*words, "--format", "tsv")
    assert len(tsv.lines) == 3
    assert "segments" not in tsv.lines[0]


def test_a_function_is_imported_and_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fast_kernels.py").write_text(
        "import numpy as np\n"
        "def silu(x):\n    return x / (1 + np.exp(-x))\n"
        "def short(x):\n    return x[:1]\n"
        "def broken(x):\n    raise RuntimeError('no luck')\n"
        "answer = 42\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    words = ("compare", "silu", "-3:3", "--against")
    run = actcli(*words, "fast_kernels.silu", "--dtype", "float32", "--format", "json")
    (shown,) = run.json["summary"]["functions"]
    assert (shown["dtype"], shown["compared"]) == ("float32", 7)
    assert shown["ulp_error"] < 2
    for name, status, said in (
        ("fast_kernels.short", 1, "shape (1,)"),
        ("fast_kernels.broken", 1, "RuntimeError: no luck"),
        ("fast_kernels.answer", 2, "is no function"),
        ("fast_kernels.none", 2, "has no none"),
        ("no_such_module.f", 2, "cannot import"),
    ):
        failed = actcli(*words, name)
        assert (failed.status, said in failed.stderr) == (status, True), failed.stderr
    slope = actcli(*words, "fast_kernels.silu", "--slope")
    assert slope.status == 2
    assert "differentiates" in slope.stderr


def test_a_missing_file_is_no_function() -> None:
    run = actcli("compare", "silu", "1", "--against", "results.npy")
    assert run.status == 1
    assert "results.npy" in run.stderr


def test_errors_are_drawn_over_the_size_of_x(every: tuple[np.ndarray, Path]) -> None:
    x, file = every
    y = bfloat16(np.tanh(x))
    y[(x >= 1) & (x < 2)] *= 1 + 2.0**-4  # eight ulp and more
    np.save(file, y)
    words = ("plot", "tanh", "all:bfloat16", "--against", str(file), "--dtype", "bfloat16")
    rows = [line.split("\t") for line in actcli(*words, "--format", "tsv").lines]
    errors = {
        (row[rows[0].index("function")], float(row[rows[0].index("x")])): float(row[rows[0].index("error")])
        for row in rows[1:]
    }
    right = {place: error for (name, place), error in errors.items() if name == "x > 0"}
    assert {error for place, error in right.items() if not 0.98 < place < 2.02} == {0.1}  # nothing to see
    assert all(5 < error < 20 for place, error in right.items() if 1.02 < place < 1.98)
    assert {error for (name, _), error in errors.items() if name == "x < 0"} == {0.1}
    shown = on_terminal(*words).stdout
    assert "tanh: errors of y.npy, in ulp" in shown
    assert "x > 0" in shown
    assert "|x > 0|" not in shown
    assert "(x > 0)" not in shown
    assert "errors below 0.1 are drawn at 0.1" in shown
    assert "at other |x| no error is above 0.5" in shown
    saved = actcli(*words, "--format", "svg").stdout
    assert "errors of y.npy" in saved


def test_the_largest_error_is_in_sight_however_narrow(every: tuple[np.ndarray, Path]) -> None:
    x, file = every
    y = bfloat16(np.tanh(x))
    y[np.abs(x - 0.75) < 1e-3] *= 2.0
    y[x == 3.0] = np.inf
    np.save(file, y)
    words = ("plot", "tanh", "all:bfloat16", "--against", str(file), "--dtype", "bfloat16", "--ascii")
    run = actcli(*words)
    labels = [line.split()[0] for line in run.lines if " + " in line or " +:" in line]
    assert max(map(float, labels)) >= 100
    assert "not drawn: 1 result without a finite error" in run.stdout
    columns = ["".join(column) for column in zip_longest(*run.lines[1:15], fillvalue=" ")]
    spike = max(columns, key=lambda column: sum(column.count(letter) for letter in "-.'ox"))
    assert " " not in spike.strip(" |:")  # it is one line from the floor to its top


def test_a_picture_of_errors_needs_errors(tmp_path: Path) -> None:
    np.save(tmp_path / "y.npy", np.full(3, np.nan))
    run = actcli("plot", "relu", "1", "2", "3", "--against", str(tmp_path / "y.npy"))
    assert run.status == 1
    assert "no result has a finite error" in run.stderr


TENSORS = Path(__file__).parent / "data" / "tensors"


def raw_files(folder: Path) -> tuple[str, str]:
    """Inputs in bfloat16 and their ReLU, as values and nothing else under a suffix that says nothing."""
    bits = np.arange(0x3F00, 0x4100, 5, dtype="<u2")
    x = np.concatenate((bits, bits + 0x8000))
    x.tofile(folder / "x.bin")
    np.where(x < 0x8000, x, 0).astype("<u2").tofile(folder / "y.bin")
    return str(folder / "x.bin"), str(folder / "y.bin")


def test_results_are_raw_as_the_inputs_are(tmp_path: Path) -> None:
    x, y = raw_files(tmp_path)
    words = ["compare", "relu", "--input", x, "--against", y, "--from", "bf16", "--format", "json"]
    found = actcli(*words).json["summary"]["functions"][0]
    assert (found["dtype"], found["exact"], found["compared"]) == ("bfloat16", 206, 206)
    identified = actcli("identify", "--input", x, "--against", y, "--from", "bf16", "--format", "json").json
    assert identified["functions"][0]["name"] == "relu"


def test_a_suffix_says_more_of_results_than_the_format_of_the_inputs(tmp_path: Path) -> None:
    x, y = raw_files(tmp_path)
    np.save(tmp_path / "y.npy", (np.fromfile(y, "<u2").astype("<u4") << 16).view("<f4"))
    for name in ("y.npy", "y.bf16"):
        if name == "y.bf16":
            (tmp_path / name).write_bytes(Path(y).read_bytes())
        ended = actcli(
            "compare", "relu", "--input", x, "--from", "bf16", "--against", str(tmp_path / name), "--format", "json"
        )
        assert ended.json["summary"]["functions"][0]["exact"] == 206


def test_inputs_that_are_typed_leave_the_format_to_the_results(tmp_path: Path) -> None:
    np.array([0.0, 1.0, 2.0], "<f4").tofile(tmp_path / "y.bin")
    words = ["compare", "relu", "-1,1,2", "--against", str(tmp_path / "y.bin"), "--format", "json"]
    found = actcli(*words, "--from", "f32").json["summary"]["functions"][0]
    assert (found["dtype"], found["exact"]) == ("float32", 3)
    refused = actcli(*words)
    assert refused.status == 1
    assert "binary data, not text" in refused.stderr


def test_a_missing_raw_file_is_no_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "y.bf16: no such file" in actcli("compare", "relu", "1", "--against", "y.bf16").stderr


def test_the_array_that_is_chosen_is_that_of_both_files(tmp_path: Path) -> None:
    x = np.array([[-1.0, 2.0], [3.0, -4.0]])
    np.savez(tmp_path / "x.npz", a=x, b=x + 1)
    np.savez(tmp_path / "y.npz", a=np.maximum(x, 0), b=np.maximum(x + 1, 0))
    np.save(tmp_path / "b.npy", np.maximum(x + 1, 0))
    words = ["compare", "relu", "--input", str(tmp_path / "x.npz"), "--format", "json"]
    hint = actcli(*words, "--against", str(tmp_path / "y.npz")).stderr
    assert "hint: choose: --array a" in hint
    for array, results in (("a", "y.npz"), ("b", "y.npz"), ("b", "b.npy")):
        found = actcli(*words, "--array", array, "--against", str(tmp_path / results)).json
        assert found["summary"]["functions"][0]["exact"] == 4
    tensors = ["--input", str(TENSORS / "types.pt"), "--against", str(TENSORS / "types.safetensors")]
    found = actcli("compare", "identity", *tensors, "--array", "float8_e5m2", "--format", "json").json
    assert found["summary"]["functions"][0]["dtype"] == "float8_e5m2"


def test_the_axis_is_that_of_both_files(tmp_path: Path) -> None:
    x = np.arange(-6.0, 6.0).reshape(3, 4)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", np.maximum(x, 0))
    files = ["--input", str(tmp_path / "x.npy"), "--against", str(tmp_path / "y.npy")]
    found = actcli("compare", "relu", *files, "--axis", "0", "--format", "json").json["summary"]["functions"][0]
    assert (found["exact"], found["compared"]) == (12, 12)


def against(x: bytes, y: bytes, tmp_path: Path) -> Run:
    (tmp_path / "x.txt").write_bytes(x)
    (tmp_path / "y.txt").write_bytes(y)
    words = ("--input", str(tmp_path / "x.txt"), "--against", str(tmp_path / "y.txt"), "--quiet")
    return actcli("compare", "relu", *words, "--format", "json")


def test_vectors_of_any_length_are_paired_whatever_reads_them(tmp_path: Path) -> None:
    x = np.arange(1.0, 70_001)
    line = " ".join(map(str, x)).encode() + b"\n"
    np.save(tmp_path / "y.npy", x)
    (tmp_path / "x.txt").write_bytes(line)
    run = actcli(
        "compare", "relu", "--input", str(tmp_path / "x.txt"), "--against", str(tmp_path / "y.npy"), "--format", "json"
    )
    (kernel,) = run.json["summary"]["functions"]
    assert (run.status, kernel["compared"], kernel["exact"]) == (0, 70_000, 70_000)


@pytest.mark.parametrize(("x", "y"), [(b"1 2 3\n\n", b"1 2 3\n"), (b"1 2\n\n3\n", b"\n1 2\n3\n\n")])
def test_blank_lines_hold_no_results(x: bytes, y: bytes, tmp_path: Path) -> None:
    assert against(x, y, tmp_path).status == 0


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (b"1 2 3\n", b"1 2\n3\n", "line 1: the input has a vector of 3, and the results one of 2"),
        (b"1 2\n3\n", b"1 2 3\n", "line 1: the input has a vector of 2, and the results one of 3"),
        (b"1\n2 3\n4\n", b"1\n2\n3 4\n", "line 2: the input has a vector of 2, and the results one of 1"),
        (b"", b"abc\n", "'abc' is not a number"),
    ],
)
def test_results_that_do_not_fit_are_told(x: bytes, y: bytes, said: str, tmp_path: Path) -> None:
    run = against(x, y, tmp_path)
    assert run.status == 1
    assert said in run.stderr


def test_what_came_and_what_should_have_look_different_in_float64(tmp_path: Path) -> None:
    x = np.array([0.1, 0.3, 0.7])
    y = np.tanh(x)
    y[1] = np.nextafter(np.nextafter(y[1], 1), 1)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", y)
    words = ("--input", str(tmp_path / "x.npy"), "--against", str(tmp_path / "y.npy"), "--format", "table")
    run = actcli("compare", "tanh", *words, width=200)
    found = re.search(r"worst, absolute +\S+ at x = (\S+): (\S+), not (\S+)", run.stdout)
    assert found is not None
    assert float(found[1]) == 0.3
    assert found[2] != found[3]
    assert float(found[2]) - float(found[3]) == pytest.approx(2 * np.spacing(y[1]), rel=0.6)


MODULE = """
import numpy as np

def raising(x):
    raise RuntimeError("no luck")

def ending(x):
    raise SystemExit(3)

def of_complex_numbers(x):
    return np.tanh(x) + 0j

def of_text(x):
    return [str(float(each)) for each in x]

def in_float64(x):
    return np.tanh(x.astype(np.float64))

def good(x):
    return np.tanh(x)
"""


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("raising", 1, "failed: RuntimeError: no luck"),
        ("ending", 1, "failed: SystemExit: 3"),
        ("of_complex_numbers", 1, "failed: TypeError: it gave complex64, which are no real numbers"),
        ("of_text", 1, "which are no real numbers"),
        ("in_float64", 0, "some results are no numbers of float32; they are judged as they are, in ulp of float32"),
        ("good", 0, ""),
    ],
)
def test_what_a_function_gives_is_judged_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, status: int, said: str
) -> None:
    (tmp_path / "kernels_to_judge.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    run = actcli("compare", "tanh", "0.3", "1", "-2", "--against", f"kernels_to_judge.{name}")
    assert run.status == status
    assert said in run.stderr
    assert ("no numbers of" in run.stderr) == (name == "in_float64")


@pytest.mark.parametrize("text", ["raise RuntimeError('no luck')", "def f(:", "raise SystemExit(3)"])
def test_a_module_that_cannot_be_imported_is_the_user_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (tmp_path / "broken_module_of_kernels.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    run = actcli("compare", "tanh", "0.3", "--against", "broken_module_of_kernels.f")
    assert run.status == 2
    assert "importing broken_module_of_kernels failed: " in run.stderr


def test_what_is_known_of_two_kernels_alike_is_said_once(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([-1.0, 2.0]))
    np.save(tmp_path / "y.npy", np.array([0.0, 2.0]))
    y = str(tmp_path / "y.npy")
    ended = actcli("compare", "relu", "--input", str(tmp_path / "x.npy"), "--against", y, "--against", y)
    assert ended.status == 0
    assert len(set(ended.stderr.splitlines())) == len(ended.stderr.splitlines()) > 0

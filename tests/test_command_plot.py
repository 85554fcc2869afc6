"""`actcli plot`: functions and values in any order, limits, marks, zones, and a stdin it never touches."""

from pathlib import Path

import numpy as np
import pytest

from tests.runner import Forbidden, actcli, on_terminal


def test_stdin_is_never_read_without_a_dash() -> None:
    for words in (["sigmoid"], ["relu", "tanh", "-4:4"], ["sigmoid", "-3", "1"]):
        run = actcli("plot", *words, stdin=Forbidden())
        assert (run.status, run.stderr) == (0, "")
    assert actcli("plot", "sigmoid", stdin_is_tty=True, stdin=Forbidden()).status == 0


def test_a_dash_reads_points_from_stdin() -> None:
    shown = actcli("plot", "identity", "--ascii", "-4:4", "-", stdin="1\n-2 3\n")
    assert shown.stdout.count("@") == 3
    assert shown.stdout == actcli("plot", "identity", "--ascii", "-4:4", "1", "-2", "3").stdout


def test_points_come_from_files_too(tmp_path: Path) -> None:
    np.save(tmp_path / "points.npy", np.array([[1.0], [-2.0]]))
    run = actcli("plot", "identity", "--ascii", "-4:4", "--input", str(tmp_path / "points.npy"))
    assert run.stdout.count("@") == 2


def test_limits_name_the_ends_of_the_axis() -> None:
    ticks = actcli("plot", "sigmoid", "-40:40", "--ascii").lines
    axis = next(line for line in ticks if line.split()[:1] == ["-40"])
    assert axis.split()[-1] == "40"
    assert actcli("plot", "sigmoid", "−40:40", "--ascii").lines == ticks
    assert actcli("plot", "-40:40", "sigmoid", "--ascii").lines == ticks


def test_a_range_with_a_step_is_points() -> None:
    assert actcli("plot", "identity", "--ascii", "-4:4", "-2:2:2").stdout.count("@") == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "plot needs a function"),
        (["-3:3"], "plot needs a function"),
        (["relu", "3:-3"], "-3:3"),
        (["relu", "1:1"], "lower limit"),
        (["relu", "-inf:3"], "finite"),
        (["relu", "-1:1", "-2:2"], "two x limits"),
        (["geluu"], "did you mean gelu"),
        (["softmax"], "whole vectors"),
    ],
)
def test_what_cannot_be_drawn_is_a_usage_error(words: list[str], said: str) -> None:
    run = actcli("plot", *words)
    assert (run.status, run.stdout) == (2, "")
    assert said in run.stderr


def test_zones_are_reported_in_words_not_by_colour_alone() -> None:
    for run in (actcli("plot", "relu"), on_terminal("plot", "relu", colour=True)):
        assert "dead x <= 0" in run.stdout
    assert "saturated |x| > 5" in actcli("plot", "sigmoid").stdout
    assert "saturated" not in actcli("plot", "leaky-relu").stdout


def test_every_function_is_named() -> None:
    run = actcli("plot", "relu", "tanh", "x*sigmoid(1.702*x)")
    assert run.status == 0
    for name in ("relu", "tanh", "x*sigmoid(1.702*x)"):
        assert name in run.stdout


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("words", [["sigmoid"], ["relu", "gelu", "silu", "-4:4"], ["x*sigmoid(1.702*x)", "-2", "3"]])
def test_no_line_is_wider_than_the_terminal(words: list[str], width: int) -> None:
    run = on_terminal("plot", *words, width=width)
    assert run.status == 0
    assert max(map(len, run.lines)) <= width


@pytest.mark.parametrize("words", [["sigmoid"], ["relu", "gelu", "-4:4"], ["σ", "−3"]])
def test_ascii_draws_with_ascii_alone(words: list[str]) -> None:
    for run in (actcli("plot", *words, "--ascii"), actcli("plot", *words, unicode=False)):
        assert run.status == 0
        assert run.stdout.isascii()
        assert run.stderr.isascii()


def test_colour_only_where_asked_for() -> None:
    assert "\x1b[" in actcli("plot", "sigmoid", "--color", "always").stdout
    assert "\x1b[" not in actcli("plot", "sigmoid", "--color", "never", colour=True).stdout
    assert "\x1b[" not in actcli("plot", "sigmoid").stdout


@pytest.mark.parametrize(
    "words",
    [
        ["1/x"],
        ["log(x)"],
        ["sqrt(x)", "-1e308:1e308"],
        ["exp(x)", "-1000:1000"],
        ["x**3", "1e-300:2e-300"],
        ["0*x"],
        ["0/x"],
        ["log(-x**2 - 1)"],
        ["inf + x"],
        ["sin(1/x)"],
        ["x", "1e15:1000000000000001"],
        ["tanh", "nan", "inf", "-inf"],
        ["tanh", "1e308", "-1e308"],
        ["tanh", "-1e308:1e308"],
        ["tanh", "5e-324"],
        ["sign(x)", "where(x >= 0, 1, 0)"],
    ],
)
def test_poles_gaps_and_extremes_are_drawn(words: list[str]) -> None:
    run = actcli("plot", *words, "--ascii", "--quiet")
    assert (run.status, run.stderr) == (0, "")
    assert len(run.lines) > 6


def test_machine_formats_hold_the_curve() -> None:
    run = actcli("plot", "relu", "-1:1", "--format", "csv")
    assert run.status == 0
    rows = [line.split(",") for line in run.lines[1:]]
    assert {float(row[3]) for row in rows} >= {-1.0, 0.0, 1.0}
    assert all(float(row[4]) == max(0.0, float(row[3])) for row in rows)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"])
def test_limits_are_no_numbers_of_the_type_that_curves_are_rounded_to(dtype: str) -> None:
    for limits in ("0:1e308", "0.001:1e9"):
        run = actcli("plot", "mish", "-", "--dtype", dtype, "--ylim", limits, stdin="1 2\n")
        assert run.status == 0, run.stderr
    # Between neighbours in each of these types, so that limits rounded to it would hold the value.
    empty = actcli("plot", "relu", "1:1.0001", "--dtype", dtype, "--ylim", "1.01:1.02")
    assert "no curve here" in empty.stdout


def test_layers_draw_the_two_fades_on_a_logarithmic_axis() -> None:
    run = actcli("plot", "sigmoid", "tanh", "--layers", "1:10")
    assert run.status == 0
    assert run.lines[0].strip() == "mean squares of signal and gradient by layers"
    assert "signal" in run.stdout
    assert "gradient" in run.stdout
    assert "10⁻¹⁰" in run.stdout  # where ten sigmoids leave the gradient
    for width in (40, 80, 120):  # panels name both, and nothing else
        lines = on_terminal("plot", "sigmoid", "tanh", "--layers", "1:10", "--quiet", width=width).lines
        legend = " ".join(lines).split()
        assert (legend.count("signal"), legend.count("gradient")) == (3, 3)
    rows = [line.split(",") for line in actcli("plot", "relu", "--layers", "1:3", "--format", "csv").lines]
    assert rows[0] == ["vector", "index", "function", "layers", "signal", "gradient", "zone"]
    assert [row[3:6] for row in rows[1:]] == [["1", "0.5", "0.5"], ["2", "0.25", "0.25"], ["3", "0.125", "0.125"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--layers", "3"), "--layers 1:10"),
        (("--layers", "1:3", "--slope"), "cannot be combined"),
        (("--layers", "1:3", "-2:2"), "--layers and values cannot be combined"),
        (("softmax", "--layers", "1:3"), "cannot be combined"),
        (("--init", "he"), "needs --layers"),
        (("--mean", "1"), "needs --layers"),
    ],
)
def test_a_picture_of_depths_is_of_depths_alone(words: tuple[str, ...], said: str) -> None:
    run = actcli("plot", "relu", *words)
    assert run.status == 2
    assert said in run.stderr


@pytest.mark.parametrize(("values", "powers"), [("0.1:8:0.01", 2), ("1e-30,1e-3,0.5,2,1e8", 256)])
def test_errors_of_a_kernel_stand_before_segments_of_x(values: str, powers: int, tmp_path: Path) -> None:
    results = tmp_path / "y.f32"
    assert actcli("eval", "1.01*gelu_tanh(x)", values, "--quiet", "--output", str(results)).status == 0
    words = ("plot", "gelu", values, "--against", str(results))
    assert f"· alternate powers of {powers}" in actcli(*words, "--format", "table").stdout
    saved = actcli(*words, "--format", "svg").stdout
    assert saved.count("alternate powers") == 1


def test_errors_over_no_inputs_are_refused() -> None:
    run = actcli("plot", "gaussian", "-", "--against", "numpy.tanh", stdin="")
    assert (run.status, run.stdout) == (2, "")
    assert "no input is there" in run.stderr


def test_a_note_says_how_much_of_a_curve_is_infinite() -> None:
    said = actcli("plot", "x**2", "-1e308:1e308", "--ascii").stderr
    assert said == (
        "actcli: note: x**2: at 1600 of 1601 samples the value is infinite and not drawn; from x = -1e+308 to 1e+308\n"
    )
    assert "the slope is infinite" in actcli("plot", "exp", "600:800", "--slope", "--ascii").stderr
    for pole in (("1/x", "-2:2"), ("tan(x)", "-9:9"), ("x*1e308*1e308", "1:2")):  # the last picture says it itself
        assert actcli("plot", *pole, "--ascii").stderr == ""


def test_nothing_is_said_of_curves_that_are_not_drawn() -> None:
    words = ["compare", "exp(x**2)", "exp(-x**2)", "40", "--format", "table"]
    assert "not drawn" in actcli(*words, "--plot").stderr
    assert "not drawn" not in actcli(*words).stderr

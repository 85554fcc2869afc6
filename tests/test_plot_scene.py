"""What a picture holds: curves of every function, the user's values, landmarks, and captions that say it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from actcli.analysis.view import Asymptote, asymptotes
from actcli.catalog import FUNCTIONS, Activation, find
from actcli.render.plot.figure import Histogram
from tests.figures import ascii_plot
from tests.runner import actcli

DIGITS = Path(__file__).parent / "data" / "digits"
RELU = str(DIGITS / "relu-trained-layer2.npy")


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.name)
def test_every_function_plots_at_its_default_range(entry: object) -> None:
    name = getattr(entry, "name", "")
    run = actcli("plot", name, "--slope", "--curvature")
    assert (run.status, run.stderr) == (0, "")
    assert len(run.lines) <= 24
    assert any("⠀" < character < "⣿" for character in run.stdout)


@pytest.mark.parametrize(
    ("words", "caption"),
    [
        (["gelu"], "min -0.1700 at x = -0.7518"),
        (["relu"], "kink at x = 0 (slope 0 | 1)"),
        (["step"], "jump at x = 0"),
        (
            ["hard-swish"],
            "○ min -0.375 at x = -1.5, ◇ kink at x = -3 (slope 0 | -0.5), ◇ kink at x = 3 (slope 1.5 | 1)",
        ),
        (["gelu", "silu", "--layout", "overlay"], "silu: ○ min -0.2785 at x = -1.278"),
        (["tanh", "nan", "inf", "1", "9"], "4 values from 1 to 9; not drawn: 1 infinite and 1 NaN"),
        (["tanh", "1", "9"], "2 values from 1 to 9; 50.0 % saturated"),
        (["tanh", "relu", "1", "9", "--layout", "overlay"], "relu: 0.0 % dead"),
        (["gelu", "--slope", "--log-y"], "gelu′ < 0 for x < -0.7518"),
        (["gelu", "--curvature", "--log-y"], "gelu″ < 0 for x < -1.414 and x > 1.414"),
        (["x", "--log-y"], "x < 0 for x < 0"),
        (["1/x", "--log-y"], "1/x < 0 for x < 0"),
        (["-1-x**2", "--log-y"], "-1-x**2 < 0 for all x"),
        (["cos(x)", "-2.5:7", "--log-y"], "cos(x) < 0 for x < -1.571 and 1.571 < x < 4.712"),
        (["cos(x)", "-60:60", "--log-y"], "more"),
        (["sin", "-30:30"], "and 16 more"),
    ],
)
def test_captions_say_landmarks_and_values(words: list[str], caption: str) -> None:
    assert caption in " ".join(actcli("plot", *words, "--quiet", "--height", "40", "--width", "120").stdout.split())


def test_landmarks_out_of_sight_are_in_no_caption() -> None:
    assert "min" not in ascii_plot("gelu", "1:4").stdout


def test_values_on_a_logarithmic_axis_are_not_called_saturated() -> None:
    assert "saturated" in ascii_plot("exp(x)", "-30:30").stdout
    assert "saturated" not in ascii_plot("exp(x)", "-30:30", "--log-y").stdout  # a straight line
    assert "dead" in ascii_plot("relu", "--log-y").stdout
    assert "saturated" in ascii_plot("sigmoid", "--log-y", "--slope").stdout


def test_slope_and_curvature_are_drawn_and_labelled() -> None:
    shown = actcli("plot", "tanh", "--slope", "--curvature").stdout
    assert "tanh′" in shown
    assert "tanh″" in shown
    rows = actcli("plot", "tanh", "--slope", "--format", "csv").lines
    assert rows[0] == "vector,index,function,x,value,slope,zone"


def test_few_values_are_marks_and_many_a_histogram() -> None:
    few = ascii_plot("tanh", "-3:3:0.5")
    assert few.stdout.count("@") == 13
    many = ascii_plot("tanh", "-3:3:0.05")
    assert "@" not in many.stdout
    assert "121 values from -3 to 3" in many.stdout
    below = many.lines[many.lines.index(next(line for line in many.lines if "-4" in line.split())) + 1 :]
    assert "|" in below[0] + below[1] + below[2] + below[3]


def test_a_spike_is_put_in_words(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.linspace(-3.435, -3.337, 1_000))
    shown = ascii_plot("sigmoid", "--input", str(tmp_path / "x.npy")).stdout
    assert "1,000 values from -3.435 to -3.337, all in one spike; 0.0 % saturated" in shown
    np.save(tmp_path / "x.npy", np.concatenate([np.zeros(700), np.linspace(-4, 4, 301)]))
    shown = " ".join(ascii_plot("sigmoid", "--input", str(tmp_path / "x.npy"), "--width", "120").stdout.split())
    assert "70.0 % of them in a spike from 0 to 0.001953" in shown
    assert "spike" not in ascii_plot("sigmoid", "-4:4:0.01").stdout


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("0.5 " * 100, "100 values, all 0.5; 0.0 % saturated"),
        ("0 " * 100, "100 values, all 0; 0.0 % saturated"),
        ("inf " * 50 + "nan", "51 values; not drawn: 50 infinite and 1 NaN"),
        ("2", "1 value: 2;"),
    ],
)
def test_values_are_told_as_they_are(data: str, said: str) -> None:
    run = actcli("plot", "tanh", "-", "--quiet", "--ascii", stdin=data)
    assert said in run.stdout
    assert "|||" not in run.stdout.replace("||||||", "|||") or "infinite" not in said


def test_data_of_a_grid_show_no_pattern_that_they_have_not() -> None:
    """As many values at each step: a flat histogram, whether a step is narrower or wider than a column."""
    for step in (0.25, 0.125, 0.05):
        values = np.repeat(np.arange(-5, 5 + step / 2, step), 3)
        histogram = Histogram()
        histogram.add(values)
        columns = histogram.between(np.linspace(-5.05, 5.05, 72))
        assert columns[1:-1].max() <= 1.1 * columns[1:-1].min()
        assert columns.sum() == pytest.approx(values.size, rel=0.03)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["log(x)", "-5:-1"], "nothing to draw: NaN for all x here"),
        (["sigmoid", "--ylim", "5:6"], "no curve here: values reach from 0.0003354 to 0.9997"),
        (["0*x", "--log-y"], "nothing to draw: 0 has no logarithm"),
        (["inf + 0*x"], "nothing to draw: infinite for all x here"),
    ],
)
def test_an_empty_picture_says_why(words: list[str], reason: str, tmp_path: Path) -> None:
    assert reason in actcli("plot", *words).stdout
    assert actcli("plot", *words, "--output", str(tmp_path / "a.svg")).status == 0
    assert reason.split(":", maxsplit=1)[0] in (tmp_path / "a.svg").read_text()


def test_legends_name_only_what_is_in_sight() -> None:
    assert "saturated" not in ascii_plot("sigmoid", "-2:2").stdout
    assert "min" not in ascii_plot("gelu", "--ylim", "0:3").stdout
    assert "kink" not in ascii_plot("relu", "--ylim", "1:3").stdout
    assert "kink" in ascii_plot("relu", "--ylim", "0:3").stdout


def test_values_widen_the_picture_but_not_limits_that_were_asked_for() -> None:
    assert ascii_plot("tanh", "50", "--height", "30").stdout.count("@") == 1
    assert "@" not in ascii_plot("tanh", "50", "-4:4").stdout


def test_a_matrix_of_activations_is_drawn_over_its_function() -> None:
    run = actcli("plot", "relu", "--input", RELU)
    assert "11,520 values" in run.stdout
    assert "100.0 % dead" in run.stdout
    assert "32 of 32 units are dead" in run.stderr


def test_values_before_an_error_are_drawn() -> None:
    run = actcli("plot", "identity", "-4:4", "-", "--ascii", stdin="1\n2\nthree\n")
    assert run.status == 1
    assert "three" in run.stderr
    assert run.stdout.count("@") == 2


@pytest.mark.parametrize(
    ("spec", "lines"),
    [
        ("sigmoid", (Asymptote(-1, 0.0, 0.0), Asymptote(1, 0.0, 1.0))),
        ("gelu", (Asymptote(-1, 0.0, 0.0), Asymptote(1, 1.0, 0.0))),
        ("tanh-shrink", (Asymptote(-1, 1.0, 1.0), Asymptote(1, 1.0, -1.0))),
        ("leaky-relu:0.2", (Asymptote(-1, 0.2, 0.0), Asymptote(1, 1.0, 0.0))),
        ("sin", ()),
        ("exponential", (Asymptote(-1, 0.0, 0.0),)),
        ("x**2", ()),
        ("inf + x", ()),
    ],
)
def test_asymptotes_are_the_lines_of_the_text_books(spec: str, lines: tuple[Asymptote, ...]) -> None:
    function = find(spec)
    assert isinstance(function, Activation)
    assert asymptotes(function) == lines


# A process of its own between: a child begins with the peak of the process that it was forked from.
PEAK_OF_CHILD = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="only POSIX says what a process took")
def test_millions_of_values_stream_through_little_memory(tmp_path: Path) -> None:
    values = np.random.default_rng(5).standard_normal(5_000_000)
    values[::1_000] = np.nan
    np.save(tmp_path / "x.npy", values)
    command = [sys.executable, "-m", "actcli", "plot", "tanh", "--slope", "--input", str(tmp_path / "x.npy"), "--quiet"]
    ended = subprocess.run([sys.executable, "-c", PEAK_OF_CHILD, *command], capture_output=True, text=True, check=True)
    assert "5,000,000 values from -" in ended.stdout
    assert "5,000 NaN" in ended.stdout
    unit = 1 if sys.platform == "darwin" else 1_024
    assert int(ended.stdout.split()[-1]) * unit < 300e6

"""What a plot tells: landmarks in captions, values as ticks or a strip, layouts, slopes, logarithms, sizes."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from actcli.catalog import FUNCTIONS, Activation, find
from actcli.landmarks.asymptotes import Asymptote, asymptotes
from tests.runner import Run, actcli, on_terminal
from tests.test_render_plot import ESCAPES, PICTURES

DIGITS = Path(__file__).parent / "data" / "digits"
RELU = str(DIGITS / "relu-trained-layer2.npy")


def ascii_plot(*words: str) -> Run:
    run = actcli("plot", *words, "--ascii", "--quiet")
    assert (run.status, run.stderr) == (0, "")
    return run


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.name)
def test_every_function_plots_at_its_default_range(entry: object) -> None:
    name = getattr(entry, "name", "")
    run = actcli("plot", name, "--slope", "--curvature")
    assert (run.status, run.stderr) == (0, "")
    assert len(run.lines) <= 24
    assert any("⠀" < character < "⣿" for character in run.stdout)


@pytest.mark.parametrize(
    ("words", "told"),
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
def test_captions_tell_landmarks_and_values(words: list[str], told: str) -> None:
    assert told in " ".join(actcli("plot", *words, "--quiet", "--height", "40", "--width", "120").stdout.split())


def test_landmarks_out_of_sight_are_not_told() -> None:
    assert "min" not in ascii_plot("gelu", "1:4").stdout


def test_slope_and_curvature_are_drawn_and_labelled() -> None:
    shown = actcli("plot", "tanh", "--slope", "--curvature").stdout
    assert "tanh′" in shown
    assert "tanh″" in shown
    rows = actcli("plot", "tanh", "--slope", "--format", "csv").lines
    assert rows[0] == "vector,index,function,x,value,slope,zone"


def test_limits_of_y_are_kept() -> None:
    labels = [line.split()[0] for line in ascii_plot("identity", "--ylim", "-2:2").lines if "+" in line[:8]]
    assert labels[0] == "2"
    assert "-2" in labels
    assert actcli("plot", "relu", "--ylim", "2:-2").status == 2
    assert actcli("plot", "relu", "--ylim", "two").status == 2


@pytest.mark.parametrize(("width", "height"), [(40, 12), (60, 15), (120, 40), (1, 1), (300, 100)])
def test_sizes_are_kept(width: int, height: int) -> None:
    lines = ascii_plot("gelu", "--width", str(width), "--height", str(height)).lines
    assert len(lines) <= height
    assert max(map(len, lines)) <= width


def test_few_values_are_marks_and_many_a_strip() -> None:
    few = ascii_plot("tanh", "-3:3:0.5")
    assert few.stdout.count("@") == 13
    many = ascii_plot("tanh", "-3:3:0.05")
    assert "@" not in many.stdout
    assert "121 values from -3 to 3" in many.stdout
    strip = many.lines[many.lines.index(next(line for line in many.lines if "-4" in line.split())) + 1 :]
    assert "|" in strip[0] + strip[1] + strip[2] + strip[3]


def test_the_strip_is_where_the_values_are(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.full(1_000, 2.0))
    lines = ascii_plot("identity", "-4:4", "--input", str(tmp_path / "x.npy")).lines
    axis = next(line for line in lines if line.split() == ["-4", "-3", "-2", "-1", "0", "1", "2", "3", "4"])
    below = lines[lines.index(axis) + 1]
    assert abs(below.index("|") - axis.index("2", axis.index("1") + 6)) <= 1


def test_a_spike_is_told_in_words(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.linspace(-3.435, -3.337, 1_000))
    shown = ascii_plot("sigmoid", "--input", str(tmp_path / "x.npy")).stdout
    assert "1,000 values from -3.435 to -3.337, all in one spike; 0.0 % saturated" in shown
    np.save(tmp_path / "x.npy", np.concatenate([np.zeros(700), np.linspace(-4, 4, 301)]))
    shown = " ".join(ascii_plot("sigmoid", "--input", str(tmp_path / "x.npy"), "--width", "120").stdout.split())
    assert "70.0 % of them in a spike from 0 to 0.001953" in shown
    assert "spike" not in ascii_plot("sigmoid", "-4:4:0.01").stdout


def test_values_widen_the_picture_but_not_limits_that_were_asked_for() -> None:
    assert ascii_plot("tanh", "50", "--height", "30").stdout.count("@") == 1
    assert "@" not in ascii_plot("tanh", "50", "-4:4").stdout


def test_a_matrix_of_activations_is_drawn_over_its_function() -> None:
    run = actcli("plot", "relu", "--input", RELU)
    assert "11,520 values" in run.stdout
    assert "100.0 % dead" in run.stdout
    assert "32 of 32 units are dead" in run.stderr


def test_the_grid_has_a_panel_a_function_with_ghosts_of_the_others() -> None:
    run = actcli("plot", "relu", "gelu", "silu", "mish", "-4:4", "--layout", "grid", "--width", "100")
    titles = [line for line in run.lines if "min -0" in line or "kink" in line]
    assert any("relu" in line and "gelu" in line for line in titles)
    assert any("silu" in line and "mish" in line for line in titles)
    narrow = actcli("plot", "relu", "gelu", "--layout", "grid", "--width", "40")
    assert max(map(len, narrow.lines)) <= 40


def test_panels_share_their_axes() -> None:
    run = actcli("plot", "relu", "tanh", "-4:4", "--layout", "grid", "--width", "100", "--slope")
    rows = [line for line in run.lines if "┤" in line]
    assert len(rows) > 3
    assert all(line.count("┤") == 2 for line in rows)
    for line in rows:
        left, right = (part.split()[-1] for part in line.split("┤")[:2])
        assert left == right
    assert run.stdout.count("f′") == 2


def test_more_curves_than_colours_are_a_grid() -> None:
    words = ["plot", "relu", "tanh", "sin", "-2*x", "--slope"]
    colours = {"colour": True, "truecolour": True}
    assert on_terminal(*words, **colours).stdout == on_terminal(*words, "--layout", "grid", **colours).stdout


def test_a_title_without_room_ends_in_dots() -> None:
    first = ascii_plot("hard-swish", "--width", "40").lines[0]
    assert first.split() == ["hard-swish", "where(x", ">", "-3,..."]


def test_landmarks_without_room_beside_a_title_stand_below() -> None:
    run = actcli("plot", "x*sigmoid(1.702*x)", "gelu", "--layout", "grid", "--width", "80")
    assert "○ min -0.1636 at x = -0.7512" in run.stdout
    assert run.lines[0].split()[1] == "gelu"


def test_values_before_a_fault_are_drawn() -> None:
    run = actcli("plot", "identity", "-4:4", "-", "--ascii", stdin="1\n2\nthree\n")
    assert run.status == 1
    assert "three" in run.stderr
    assert run.stdout.count("@") == 2


def test_auto_takes_the_grid_where_colour_is_missing() -> None:
    words = ["plot", "relu", "gelu", "silu", "-4:4"]
    plain, grid = actcli(*words), actcli(*words, "--layout", "grid")
    assert plain.stdout == grid.stdout

    def coloured(*words: str) -> str:
        return on_terminal("plot", *words, colour=True, truecolour=True).stdout

    apart, close = ["sigmoid", "tanh", "relu", "-4:4"], ["relu", "gelu", "silu", "mish", "-4:4"]
    assert coloured(*apart) == coloured(*apart, "--layout", "overlay")
    assert coloured(*close) == coloured(*close, "--layout", "grid")
    # Two curves are told apart by their dashes.
    assert actcli("plot", "relu", "gelu").stdout == actcli("plot", "relu", "gelu", "--layout", "overlay").stdout


def test_logarithms_have_powers_of_ten_and_slopes_alone() -> None:
    shown = actcli("plot", "tanh", "--slope", "--log-y", "-20:20").stdout
    assert "10⁻⁵" in shown
    assert "1e-5" in ascii_plot("tanh", "--slope", "--log-y", "-20:20").stdout
    assert actcli("plot", "tanh", "--slope", "--log-y", "--format", "csv").lines[0].split(",")[4] == "slope"
    assert actcli("plot", "exp(x)", "--log-y", "-9:9").status == 0
    assert actcli("plot", "0*x", "--log-y").status == 0


def test_shading_begins_at_the_column_where_the_zone_does() -> None:
    lines = ESCAPES.sub("", on_terminal("plot", "sigmoid", "-8:8", colour=True, width=100).stdout).split("\n")
    axis = next(line for line in lines if line.split()[:1] == ["-8"])
    row = next(line for line in lines if "░" in line)
    scale = (axis.index("6", axis.index("4")) - axis.rindex("4", 0, axis.index("6", axis.index("4")))) / 2
    place = axis.rindex("4", 0, axis.index("6", axis.index("4"))) + scale
    assert abs(row.rindex(" ", 0, row.rindex("░")) + 1 - place) <= 1


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


GOLDEN = {
    "plot-gelu-slope": ["gelu", "--slope"],
    "plot-grid": ["relu", "gelu", "silu", "mish", "-4:4"],
    "plot-strip": ["tanh", "-3:3:0.01", "-4:4"],
    "plot-log": ["sigmoid", "tanh", "--slope", "--log-y", "-9:9"],
}


@cache
def golden_pictures() -> dict[str, str]:
    size = ["--quiet", "--width", "60", "--height", "15"]
    shown = {f"{name}.txt": actcli("plot", *words, *size).stdout for name, words in GOLDEN.items()}
    return shown | {f"{name}-ascii.txt": ascii_plot(*words, *size).stdout for name, words in GOLDEN.items()}


@pytest.mark.parametrize("name", sorted(golden_pictures()))
def test_picture_is_the_one_in_the_file(name: str) -> None:
    # After a change that is meant: python -m tests.test_plot_views, and look at the difference.
    assert golden_pictures()[name] == (PICTURES / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    for name, text in golden_pictures().items():
        (PICTURES / name).write_text(text, encoding="utf-8")

"""Pictures as text: the ones in files, zones, labels, legend, facets; whatever is drawn stays in its box."""

import math
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import Color

from actcli.render.plot.figure import Curve, Figure, Points, Shade
from actcli.render.plot.picture import LEAST_SIZE, pleasant_height, screen_size
from actcli.render.plot.theme import CURVE_COLOURS, CURVE_NUMBERS, PALETTES
from tests.figures import (
    ESCAPES,
    PICTURES,
    SATURATED,
    WILD,
    ascii_plot,
    contrast,
    draw,
    figure,
    sampled,
    sigmoid,
    wild_figures,
)
from tests.runner import actcli, on_terminal, terminal

GOLDEN = {
    "plot-gelu-slope": ["gelu", "--slope"],
    "plot-grid": ["relu", "gelu", "silu", "mish", "-4:4"],
    "plot-strip": ["tanh", "-3:3:0.01", "-4:4"],
    "plot-log": ["sigmoid", "tanh", "--slope", "--log-y", "-9:9"],
}


@cache
def golden_pictures() -> dict[str, str]:
    eight = figure(
        sampled("sigmoid", -8, 8),
        zones=SATURATED,
        points=(Points(0, np.array([-1.0, 2.0]), sigmoid(np.array([-1.0, 2.0]))),),
        subtitle="σ(x) = 1 / (1 + exp(−x))",
        captions=("slope at most 0.25, at x = 0",),
    )
    two = figure(sampled("sigmoid", -6, 6), sampled("tanh", -6, 6), x_limits=(-6, 6))
    relu = figure(
        sampled("relu", -4, 4), x_limits=(-4, 4), zones=(Shade(-math.inf, 0, "dead", "x ≤ 0"),), size=(40, 15)
    )
    pole = figure(sampled("1/x", -4, 4), x_limits=(-4, 4))
    pictures = {}
    for name, drawn in {"sigmoid": eight, "sigmoid-tanh": two, "relu-40": relu, "pole": pole}.items():
        pictures[f"{name}.txt"] = draw(drawn)
        pictures[f"{name}-ascii.txt"] = draw(drawn, unicode=False)
    size = ["--quiet", "--width", "60", "--height", "15"]
    for name, words in GOLDEN.items():
        pictures[f"{name}.txt"] = actcli("plot", *words, *size).stdout
        pictures[f"{name}-ascii.txt"] = ascii_plot(*words, *size).stdout
    return pictures


@pytest.mark.parametrize("name", sorted(golden_pictures()))
def test_picture_is_the_one_in_the_file(name: str) -> None:
    # After a change that is meant: python -m tests.test_plot_picture, and look at the difference.
    assert golden_pictures()[name] == (PICTURES / name).read_text(encoding="utf-8")


def one(x: list[float], y: list[float], x_limits: tuple[float, float]) -> Figure:
    return figure(Curve("f", np.array(x), np.array(y)), x_limits=x_limits)


@settings(deadline=None, max_examples=150)
@given(wild_figures(), st.booleans(), st.booleans())
@example(figure(x_limits=(0, 0)), False, True)
@example(one([0.0], [0.5], (0, 0)), True, True)
@example(one([-1.0, 1.0], [1e308, -1e308], (-1.7e308, 1.7e308)), True, True)
@example(one([-1.0, 1.0], [5e-324, 1e-323], (-1, 1)), False, True)
@example(one([0.0, 5e-324], [0.0, 1.0], (0, 5e-324)), False, True)
@example(one([-1.0, 0.0, 1.0], [1.0, 1.0 + 2e-16, 1.0 + 4e-16], (-1, 1)), False, False)
@example(one([1.0, 1.0 + 5e-13, 1.0 + 1e-12], [0.0, 1.0, 2.0], (1.0, 1.0 + 1e-12)), True, False)
@example(one([-1.0, 1.0], [math.nan, math.inf], (-1, 1)), False, True)
@example(one([100.0, 200.0], [3.0, 4.0], (-1, 1)), False, True)
def test_nothing_leaves_the_box_or_raises(drawn: Figure, colour: bool, unicode: bool) -> None:
    text = draw(drawn, colour=colour, unicode=unicode)
    lines = ESCAPES.sub("", text).split("\n")
    assert lines.pop() == ""
    assert len(lines) <= drawn.height
    assert max(map(cell_len, lines), default=0) <= drawn.width
    assert unicode or text.isascii()
    assert colour or "\x1b" not in text


def test_coincident_curves_take_turns_in_colour() -> None:
    same = sampled("sigmoid", -8, 8)
    text = draw(figure(same, Curve("copy", same.x, same.y)), colour=True)
    frame = [line for line in text.split("\n") if "│" in line or "┤" in line]
    for red, green, blue in CURVE_COLOURS[:2]:
        assert any(f"38;2;{red};{green};{blue}m⠤" in line for line in frame)


def test_colours_hold_their_contrast_on_black_and_on_white_and_differ_from_context() -> None:
    colours = ["#{:02x}{:02x}{:02x}".format(*colour) for colour in CURVE_COLOURS]
    numbered = [Color.from_ansi(number).get_truecolor().hex for number in CURVE_NUMBERS]
    for colour in colours + numbered:
        assert min(contrast(colour, "#000000"), contrast(colour, "#ffffff")) >= (4.5 if colour in colours else 4.45)
    for palette in (colours, numbered, *(list(each.curves) for each in PALETTES.values())):
        assert len(set(palette)) == 6
        for colour in palette:  # context is grey: its parts are all equal
            parts = bytes.fromhex(colour[1:])
            assert max(parts) - min(parts) >= 80


def test_depth_of_colour_follows_the_terminal_within_one_process() -> None:
    drawn = figure(sampled("sigmoid", -8, 8), zones=SATURATED)
    assert "38;2;" in draw(drawn, colour=True)
    shallow = draw(drawn, colour=True, truecolour=False)
    assert "38;5;" in shallow
    assert "38;2;" not in shallow


def test_colour_changes_no_text_but_the_shade() -> None:
    drawn = figure(sampled("sigmoid", -8, 8))
    assert ESCAPES.sub("", draw(drawn, colour=True)) == draw(drawn)


def test_kinds_of_zone_differ_in_their_pattern() -> None:
    zones = (Shade(-math.inf, -6, "saturated", "left"), Shade(6, math.inf, "dead", "right"))
    text = draw(figure(sampled("sigmoid", -8, 8), zones=zones))
    assert "· saturated left" in text
    assert "╱ dead right" in text
    dark = draw(figure(sampled("sigmoid", -8, 8), zones=zones), colour=True, ground="dark")
    assert "48;2;" in dark
    assert "╱" not in dark


def test_no_stripe_along_a_curve_is_left_unshaded() -> None:
    known = draw(figure(sampled("sigmoid", -8, 8), zones=SATURATED), colour=True, ground="light")
    rows = [line for line in known.split("\n") if "│" in line or "┤" in line]
    shade = PALETTES["light"].zones["saturated"]
    red, green, blue = bytes.fromhex(shade[1:])
    assert all(line.count(f"48;2;{red};{green};{blue}m") >= 2 for line in rows)
    # Where the background is not known the zone has dots on every other cell: a row of a curve leaves no gap.
    text = ESCAPES.sub("", draw(figure(sampled("sigmoid", -8, 8), zones=SATURATED), colour=True))
    assert "░" not in text
    assert "· · ·" in text


def test_labels_at_the_ends_make_room_for_each_other_in_the_order_of_the_values() -> None:
    curves = [sampled(name, -4, 4) for name in ("silu", "relu", "tanh")]
    lines = draw(figure(*curves, x_limits=(-4, 4), size=(80, 20)), colour=True).split("\n")[1:]
    places = {name: [n for n, line in enumerate(lines) if name in line] for name in ("relu", "silu", "tanh")}
    assert all(len(rows) == 1 for rows in places.values())
    assert places["relu"] < places["silu"] < places["tanh"]


def test_long_labels_go_to_the_legend() -> None:
    curves = [Curve(name * 12, sampled("tanh", -4, 4).x, sampled(name, -4, 4).y) for name in ("relu", "silu")]
    lines = draw(figure(*curves, title="f")).rstrip("\n").split("\n")
    assert "relu" * 12 in lines[-2]
    assert "silu" * 12 in lines[-1]


def test_words_of_the_user_cannot_steer_the_terminal() -> None:
    text = draw(figure(sampled("tanh", -8, 8), title="a\x1b[31mb\nc", captions=("d\x07e",)))
    assert r"a\x1b[31mb\nc" in text
    assert r"d\x07e" in text


@pytest.mark.parametrize(
    ("size", "tty", "expected"),
    [
        ((200, 60), True, (200, 59)),  # a large terminal is used
        ((200, 90), True, (200, 64)),
        ((100, 30), True, (100, 29)),
        ((80, 24), False, (80, 24)),
        ((40, 40), True, (40, 18)),
        ((40, 1), True, (40, 1)),
    ],
)
def test_a_picture_has_pleasant_proportions_and_fits(
    size: tuple[int, int], tty: bool, expected: tuple[int, int]
) -> None:
    width, height = screen_size(terminal(width=size[0], height=size[1], stdout_is_tty=tty))
    assert (width, min(height, pleasant_height(width))) == expected
    run = actcli("plot", "sigmoid", "--slope", width=size[0], height=size[1], stdout_is_tty=tty)
    assert len(run.lines) <= expected[1]
    assert size[1] == 1 or expected[0] - 10 < max(map(len, run.lines)) <= expected[0]


@pytest.mark.parametrize(("width", "height"), [(40, 12), (60, 15), (120, 40), LEAST_SIZE, (300, 100)])
def test_sizes_are_kept(width: int, height: int) -> None:
    lines = ascii_plot("gelu", "--width", str(width), "--height", str(height)).lines
    assert len(lines) <= height
    assert max(map(len, lines)) <= width


def test_the_histogram_is_where_the_values_are(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.full(1_000, 2.0))
    lines = ascii_plot("identity", "-4:4", "--input", str(tmp_path / "x.npy")).lines
    axis = next(line for line in lines if line.split() == ["-4", "-3", "-2", "-1", "0", "1", "2", "3", "4"])
    below = lines[lines.index(axis) + 1]
    assert abs(below.index("|") - axis.index("2", axis.index("1") + 6)) <= 1


def test_the_grid_has_a_facet_a_function() -> None:
    run = actcli("plot", "relu", "gelu", "silu", "mish", "-4:4", "--layout", "grid", "--width", "100")
    titles = [line for line in run.lines if "min -0" in line or "kink" in line]
    assert any("relu" in line and "gelu" in line for line in titles)
    assert any("silu" in line and "mish" in line for line in titles)
    narrow = actcli("plot", "relu", "gelu", "--layout", "grid", "--width", "40")
    assert max(map(len, narrow.lines)) <= 40


def labels_on_y(words: list[str]) -> list[list[str]]:
    """The labels at the y axes of two facets side by side, line by line."""
    run = actcli("plot", *words, "-4:4", "--layout", "grid", width=100)
    return [[part.split()[-1] for part in line.split("┤")[:2]] for line in run.lines if line.count("┤") == 2]


def test_facets_share_their_axes_so_that_values_can_be_compared() -> None:
    rows = labels_on_y(["relu", "tanh"])
    assert len(rows) > 3
    assert all(left == right for left, right in rows)


def test_facets_with_slopes_have_an_axis_of_their_own() -> None:
    # On the axis of relu, which ends at 4, a slope of 1/4 would be flat.
    run = actcli("plot", "relu", "sigmoid", "-4:4", "--layout", "grid", "--slope", width=100)
    assert run.stdout.count("f′") == 2
    assert any(left != right for left, right in labels_on_y(["relu", "sigmoid", "--slope"]))


def test_facets_name_what_stands_behind() -> None:
    run = on_terminal("plot", "relu", "gelu", "silu", "--layout", "grid", width=100, height=40)
    for others in ("gelu, silu", "relu, silu", "relu, gelu"):
        assert f"⠄⠄⠄ {others}" in run.stdout
    many = on_terminal("plot", "relu", "gelu", "silu", "mish", "elu", "tanh", "--layout", "grid", width=100, height=60)
    assert many.stdout.count("⠄⠄⠄ the other 5") == 6


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


def test_auto_takes_the_grid_where_colour_is_missing() -> None:
    words = ["plot", "relu", "gelu", "silu", "-4:4"]
    plain, grid = actcli(*words), actcli(*words, "--layout", "grid")
    assert plain.stdout == grid.stdout

    def coloured(*words: str) -> str:
        return on_terminal("plot", *words, colour=True, truecolour=True).stdout

    for words in (["sigmoid", "tanh", "relu", "-4:4"], ["relu", "gelu", "silu", "mish"], ["swish:beta=1:6"]):
        assert coloured(*words) == coloured(*words, "--layout", "overlay")
    slopes = ["relu", "gelu", "silu", "--slope"]
    assert coloured(*slopes) == coloured(*slopes, "--layout", "grid")
    assert coloured("swish:beta=1:7") == coloured("swish:beta=1:7", "--layout", "grid")
    # Two curves are distinguished by their dashes.
    assert actcli("plot", "relu", "gelu").stdout == actcli("plot", "relu", "gelu", "--layout", "overlay").stdout


@pytest.mark.parametrize(("width", "height"), [(40, 12), (40, 50), (80, 12), (80, 24), (100, 30), (200, 24), (200, 50)])
@pytest.mark.parametrize("count", [3, 4, 9, 20])
def test_facets_never_take_more_lines_than_the_terminal_has(width: int, height: int, count: int) -> None:
    run = on_terminal("plot", f"swish:beta=1:{count}", "--slope", width=width, height=height)
    assert run.status == 0
    assert len(run.lines) < height
    assert max(map(len, run.lines)) <= width


@pytest.mark.parametrize(("width", "height", "count"), [(40, 12, 3), (80, 12, 9), (20, 50, 2), (30, 8, 20)])
def test_panels_that_do_not_fit_are_refused_with_the_least_that_does(width: int, height: int, count: int) -> None:
    words = ["plot", f"swish:beta=1:{count}", "--layout", "grid"]
    run = on_terminal(*words, width=width, height=height)
    assert (run.status, run.stdout) == (2, "")
    said = " ".join(run.stderr.split())  # a terminal wraps it
    assert f"{count} panels do not fit" in said
    cure = said.partition("hint: ")[2].split()[:4]
    drawn = on_terminal(*words, *cure)
    assert drawn.status == 0
    assert len(drawn.lines) <= int(cure[3])
    less = [*cure[:3], str(int(cure[3]) - 1)]
    assert on_terminal(*words, *less).status == 2


def test_shading_begins_at_the_column_where_the_zone_does() -> None:
    lines = ESCAPES.sub("", on_terminal("plot", "sigmoid", "-8:8", colour=True, width=100).stdout).split("\n")
    axis = next(line for line in lines if line.split()[:1] == ["-8"])
    rows = [line for line in lines if line.count("·") > 10]
    scale = (axis.index("6", axis.index("4")) - axis.rindex("4", 0, axis.index("6", axis.index("4")))) / 2
    place = axis.rindex("4", 0, axis.index("6", axis.index("4"))) + scale
    assert abs(min(row.index("·", round(place) - 10) for row in rows) - place) <= 1


def test_a_picture_too_small_to_be_read_is_refused_with_the_least_that_works(tmp_path: Path) -> None:
    for words, cure in ((["--width", "10"], "--width 20 --height 24"), (["--height", "3"], "--width 80 --height 7")):
        run = actcli("plot", "sigmoid", *words)
        assert (run.status, run.stdout) == (2, "")
        assert cure in run.stderr
        assert actcli("plot", "sigmoid", *cure.split()).status == 0
    assert actcli("plot", "sigmoid", width=10).status == 1  # the terminal's width, which nobody typed
    saved = ["--output", str(tmp_path / "a.svg")]
    assert "--width 30 --height 12" in actcli("plot", "sigmoid", "--width", "5", "--height", "5", *saved).stderr
    assert actcli("plot", "sigmoid", "--width", "30", "--height", "12", *saved).status == 0


@pytest.mark.parametrize("words", [["hard-swish"], ["x*sigmoid(x)", "--slope", "--log-y"], ["gelu", "-3", "1"]])
@pytest.mark.parametrize("width", [20, 30, 40, 50])
def test_words_never_part_from_their_sign(words: list[str], width: int) -> None:
    for ascii_alone in ([], ["--ascii"]):
        lines = actcli("plot", *words, "--width", str(width), "--height", "40", *ascii_alone, "--quiet").lines
        below = [line.strip() for line in lines[lines.index(next(line for line in lines if "0" in line)) :]]
        assert not [
            line
            for line in below
            if line.endswith(("=", "<", ">", "<=", "○", "◇", " v", " ^", " %", "|"))
            and line[0] not in "│|+┤└-0123456789"
        ]
        assert not [line for line in below if line.startswith(("=", "< ", "> ", "<=", "%  "))]


def test_a_legend_without_room_is_broken_between_words() -> None:
    lines = [line.strip() for line in ascii_plot("sigmoid", "tanh", "--layout", "overlay", "--width", "36").lines]
    at = lines.index(".   asymptotes y = 0, y = 1,")
    assert lines[at + 1] == "y = -1"


def test_what_is_cut_for_want_of_lines_is_cut_whole() -> None:
    for height in range(9, 20):
        run = ascii_plot("sigmoid", "tanh", "softsign", "--width", "80", "--height", str(height), "--layout", "grid")
        assert not any(line.rstrip().endswith(",") for line in run.lines[-1:])
        assert "sigmo..." not in run.stdout


def test_the_curves_keep_half_of_the_lines_and_many_words_take_lines_of_the_screen() -> None:
    words = ("plot", "hard-swish", "--slope", "--curvature", "--ascii")
    narrow = actcli(*words, width=40, height=24).lines
    assert len(narrow) > pleasant_height(40)
    assert len([line for line in narrow if "|" in line[:6] or "+" in line[:6]]) >= 10
    low = actcli(*words, "--width", "40", "--height", "16").lines
    assert len([line for line in low if "|" in line[:6] or "+" in line[:6]]) >= 7


def test_a_sweep_has_one_name_for_a_panel_and_for_what_stands_behind() -> None:
    lines = ascii_plot("swish:beta=1,5", "--layout", "grid").lines
    assert "swish:beta=1 " in lines[0]
    assert "1.0" not in lines[0]


def test_every_curve_is_named_however_many_and_however_low_the_picture() -> None:
    names = [
        "relu",
        "elu",
        "gelu",
        "silu",
        "mish",
        "tanh",
        "sigmoid",
        "softplus",
        "softsign",
        "hard-swish",
        "erf",
        "selu",
    ]
    for height in range(14, 40, 5):
        run = actcli("plot", *names, "--layout", "overlay", "--width", "100", "--height", str(height), "--ascii")
        below = run.lines[1:]
        assert all(any(re.search(rf"(?<![\w-]){name}(?![\w-])", line) for line in below) for name in names), height


def test_titles_do_not_repeat_what_was_typed() -> None:
    assert ascii_plot("x*sigmoid(1.702*x)").lines[0].split() == ["x*sigmoid(1.702*x)"]
    assert ascii_plot("tanh").lines[0].split() == ["tanh"]
    assert "normal_cdf" in ascii_plot("gelu").lines[0]


VALUES = st.one_of(
    st.lists(WILD, min_size=1, max_size=60),
    st.tuples(WILD, st.integers(1, 60)).map(lambda pair: [pair[0]] * pair[1]),
)
FUNCTIONS = st.lists(
    st.sampled_from(["sigmoid", "relu", "1/x", "log(x)", "x**3", "exp(x)", "0*x", "0/x", "step", "sin"]),
    min_size=1,
    max_size=4,
)
OPTIONS = st.lists(
    st.sampled_from(["--slope", "--curvature", "--log-y", "--layout=grid", "--layout=overlay", "--ascii", "-1:1"]),
    unique_by=lambda option: option.partition("=")[0],
    max_size=4,
)
SIZES = st.tuples(st.integers(1, 130), st.integers(1, 45))


@settings(deadline=None, max_examples=120)
@given(FUNCTIONS, VALUES, OPTIONS, SIZES)
@example(["sigmoid"], [-0.0], [], (80, 24))
@example(["sigmoid"], [1e308, -1e308], [], (80, 24))
@example(["relu"], [1.797693134860681e308] * 50, [], (80, 24))
@example(["sigmoid"], [9.0, -1.7500000000000002e308], [], (80, 24))
@example(["sigmoid", "sigmoid", "sigmoid"], [1.05e308] * 41, [], (1, 1))
@example(["1/x"], [math.nan, math.inf, -math.inf], ["--log-y"], (80, 24))
@example(["exp(x)", "x**3"], [5e-324] * 50, ["--slope", "--layout=grid"], (40, 10))
def test_a_picture_of_any_values_fits(
    functions: list[str], values: list[float], options: list[str], size: tuple[int, int]
) -> None:
    data = ",".join(map(repr, values))
    sizes = [f"--width={size[0]}", f"--height={size[1]}"]
    run = actcli("plot", *functions, "-", *options, *sizes, "--quiet", stdin=data)
    if size[0] < LEAST_SIZE[0] or size[1] < LEAST_SIZE[1]:
        assert (run.status, run.stdout) == (2, "")
        return
    if "--layout=grid" in options and run.status == 2:
        assert "panels do not fit" in run.stderr
        return
    assert (run.status, run.stderr) == (0, "")
    assert max(map(len, run.lines), default=0) <= size[0]
    assert len(run.lines) <= size[1]
    if size[0] >= 40:  # where long words are not broken
        assert not {"-0", "-0.0", "-0.00"} & set(run.stdout.split())


if __name__ == "__main__":
    for name, text in golden_pictures().items():
        (PICTURES / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "size", "shown"),
    [
        (("softplus", "--slope", "--height", "8"), (80, 24), "softplus′ = sigmoid(beta * x)"),  # in the title
        (("softplus", "--slope", "--height", "12"), (80, 24), "softplus′ = sigmoid(beta * x)"),
        (("softplus", "gelu", "--slope", "--layout", "grid"), (120, 40), "gelu′ = normal_cdf(x) + x * normal_pdf(x)"),
        (("softplus", "gelu", "--slope", "--layout", "grid"), (120, 40), "softplus′ = sigmoid(beta * x)"),
        (
            ("softplus", "gelu", "--slope", "--layout", "overlay"),
            (120, 40),
            "gelu′ = normal_cdf(x) + x * normal_pdf(x)",
        ),
    ],
)
def test_the_formula_of_a_slope_stands_in_low_pictures_and_in_facets(
    words: tuple[str, ...], size: tuple[int, int], shown: str
) -> None:
    run = actcli("plot", *words, width=size[0], height=size[1])
    assert run.status == 0
    assert shown in run.stdout

"""Pictures of curves: text that stays in its box, tells the truth about gaps and poles, and survives any sample."""

import math
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from actcli.render.figure import Curve, Figure, Points, Shade
from actcli.render.pen import INKS
from actcli.render.picture import default_size, draw
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from actcli.arrays import Floats
from actcli.render.plot import plot
from actcli.terminal import Bytes, Terminal

PICTURES = Path(__file__).parent / "data" / "pictures"
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
MINUS_ZERO = re.compile(r"-0(\.0*)?(?![\d.])")
SATURATED = (Shade(-math.inf, -5, "saturated", "|x| > 5"), Shade(5, math.inf, "saturated", "|x| > 5"))


class Sink:
    def write(self, data: Bytes, /) -> int:
        return len(data)


def terminal(
    *,
    colour: bool = False,
    truecolour: bool = True,
    unicode: bool = True,
    size: tuple[int, int] = (80, 24),
    tty: bool = True,
) -> Terminal:
    return Terminal(
        stdin=None,
        stdout=Sink(),
        stderr=Sink(),
        stdin_is_tty=tty,
        stdout_is_tty=tty,
        stderr_is_tty=tty,
        width=size[0],
        height=size[1],
        colour=colour,
        truecolour=truecolour,
        unicode=unicode,
    )


def sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))


FUNCTIONS: dict[str, Callable[[Floats], Floats]] = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "silu": lambda x: x * sigmoid(x),
    "1/x": lambda x: 1 / x,
    "floor(x)": lambda x: np.floor(x + 0.001),
    "tanh(200*x)": lambda x: np.tanh(200 * x),
}


def sampled(label: str, low: float, high: float, samples: int = 801) -> Curve:
    x = np.linspace(low, high, samples)
    with np.errstate(all="ignore"):
        y = FUNCTIONS[label](x)
    return Curve(label, x, np.asarray(y, np.float64))


def figure(
    *curves: Curve,
    x_limits: tuple[float, float] = (-8, 8),
    y_limits: tuple[float, float] | None = None,
    zones: tuple[Shade, ...] = (),
    points: tuple[Points, ...] = (),
    captions: tuple[str, ...] = (),
    title: str = "",
    subtitle: str = "",
    size: tuple[int, int] = (60, 15),
) -> Figure:
    return Figure(
        title=title or ", ".join(curve.label for curve in curves),
        subtitle=subtitle,
        curves=curves,
        zones=zones,
        points=points,
        x_limits=x_limits,
        y_limits=y_limits,
        width=size[0],
        height=size[1],
        captions=captions,
    )


def canvas(figure: Figure) -> list[str]:
    """The rows inside the frame, without colour and labels."""
    panel = plot(figure, width=figure.width, height=figure.height, unicode=True, dashed=False)
    rows, columns = panel.owners.shape
    return [line[panel.left : panel.left + columns] for line in panel.lines[panel.top : panel.top + rows]]


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
        pictures[f"{name}.txt"] = draw(drawn, terminal())
        pictures[f"{name}-ascii.txt"] = draw(drawn, terminal(unicode=False))
    return pictures


@pytest.mark.parametrize("name", sorted(golden_pictures()))
def test_picture_is_the_one_in_the_file(name: str) -> None:
    # After a change that is meant: python -m tests.test_render_plot, and look at the difference.
    assert golden_pictures()[name] == (PICTURES / name).read_text(encoding="utf-8")


WILD = st.one_of(
    st.floats(),
    st.sampled_from([0.0, -0.0, 5e-324, 1e-308, 1.0, 1.0 + 2e-16, 1e-12, 1e308, -1e308, math.inf, -math.inf, math.nan]),
)
LIMITS = st.tuples(WILD, WILD)


@st.composite
def wild_figures(sample: st.DrawFn) -> Figure:
    curves = []
    for _ in range(sample(st.integers(0, 7))):
        xs = sorted(sample(st.lists(st.floats(allow_nan=False), max_size=12)))
        ys = sample(st.lists(WILD, min_size=len(xs), max_size=len(xs)))
        curves.append(Curve(sample(st.text(max_size=30)), np.array(xs, float), np.array(ys, float)))
    marks = np.array(sample(st.lists(WILD, min_size=2, max_size=2)))
    return Figure(
        title=sample(st.text(max_size=50)),
        curves=tuple(curves),
        zones=(Shade(*sample(LIMITS), "saturated", sample(st.text(max_size=9))), Shade(*sample(LIMITS), "dead", "")),
        points=(Points(0, marks, marks[::-1]),) if curves else (),
        x_limits=sample(LIMITS),
        y_limits=sample(st.none() | LIMITS),
        width=sample(st.integers(1, 120)),
        height=sample(st.integers(1, 50)),
        captions=tuple(sample(st.lists(st.text(max_size=90), max_size=3))),
    )


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
    text = draw(drawn, terminal(colour=colour, unicode=unicode))
    lines = ESCAPES.sub("", text).split("\n")
    assert lines.pop() == ""
    assert len(lines) <= drawn.height
    assert max(map(cell_len, lines), default=0) <= drawn.width
    assert unicode or text.isascii()
    assert colour or "\x1b" not in text


@settings(deadline=None, max_examples=200)
@given(LIMITS, LIMITS, st.integers(20, 120), st.integers(8, 50))
def test_ticks_are_even_and_never_minus_zero(
    x_limits: tuple[float, float], y_limits: tuple[float, float], width: int, height: int
) -> None:
    drawn = figure(x_limits=x_limits, y_limits=y_limits, size=(width, height), title="f")
    panel = plot(drawn, width=width, height=height, unicode=True, dashed=False)
    assert not any(MINUS_ZERO.search(line) for line in panel.lines)
    places = [place for place, _ in panel.x.ticks]
    gaps = np.diff(places)
    assert gaps.size == 0 or gaps.max() - gaps.min() <= 1


def test_y_ticks_are_whole_lines_apart_where_limits_are_free() -> None:
    for low, high in [(0, 1), (-1, 1), (-0.3088, 4), (-0.27, 1.9), (0, 2980.0), (1e-9, 7e-9), (-1e300, 3e300)]:
        rising = Curve("f", np.array([0.0, 1.0]), np.array([low, high], float))
        for height in range(8, 40):
            panel = plot(figure(rising, x_limits=(0, 1)), width=60, height=height, unicode=True, dashed=False)
            ticks = [number for number, line in enumerate(panel.lines) if "┤" in line]
            assert len(ticks) >= 2
            assert len(set(np.diff(ticks).tolist())) == 1
            assert len(panel.lines) <= height


def test_x_limits_are_kept_and_their_ticks_whole_cells_apart() -> None:
    panel = plot(figure(sampled("sigmoid", -8, 8)), width=100, height=30, unicode=True, dashed=False)
    assert panel.x.values == (-8, 8)
    assert [label for _, label in panel.x.ticks] == ["-8", "-6", "-4", "-2", "0", "2", "4", "6", "8"]
    assert len(set(np.diff([place for place, _ in panel.x.ticks]).tolist())) == 1


def longest_vertical_run(rows: list[str]) -> int:
    """The most canvas rows in a row that one column fills from top to bottom."""
    runs = ("".join("#" if row[column] in "⡇⢸⣇⡏⢹⣸⣿⡟⢻⣧⣼" else " " for row in rows) for column in range(len(rows[0])))
    return max(len(run) for column in runs for run in column.split(" "))


@pytest.mark.parametrize("samples", [800, 801], ids=["beside the pole", "on the pole"])
def test_pole_is_a_gap_and_does_not_flatten_the_rest(samples: int) -> None:
    rows = canvas(figure(sampled("1/x", -4, 4, samples), x_limits=(-4, 4), size=(60, 24)))
    assert longest_vertical_run(rows) <= 4
    assert sum(row.strip() != "" for row in rows) > 15


def test_jump_is_a_gap_but_a_steep_curve_is_connected() -> None:
    steps = canvas(figure(sampled("floor(x)", -4, 4, 1601), x_limits=(-4, 4), size=(60, 30)))
    assert longest_vertical_run(steps) <= 1
    steep = canvas(figure(sampled("tanh(200*x)", -4, 4, 1601), x_limits=(-4, 4), size=(60, 30)))
    assert longest_vertical_run(steep) >= len(steep) - 5


def test_nan_is_a_gap_even_between_neighbours() -> None:
    y = np.zeros(800)
    y[300:500] = np.nan
    (row,) = (row for row in canvas(figure(Curve("f", np.linspace(-8, 8, 800), y), y_limits=(-1, 1))) if row.strip())
    assert " " * 10 in row.strip()


def test_lonely_sample_between_gaps_is_a_dot() -> None:
    y = np.array([math.nan, 0.5, math.nan])
    assert "".join(canvas(figure(Curve("f", np.array([-1.0, 0.0, 1.0]), y), x_limits=(-1, 1)))).strip()


def test_sample_far_outside_still_leads_the_line_out_of_the_picture() -> None:
    spike = Curve("f", np.array([-1.0, 0.0, 1.0]), np.array([0.0, 1e300, 0.0]))
    rows = canvas(figure(spike, x_limits=(-1, 1), y_limits=(-1, 1)))
    assert rows[0].strip()


def test_many_samples_are_drawn_in_bounded_time_with_their_extremes() -> None:
    x = np.linspace(0, 1, 1_000_000)
    y = np.sin(1e5 * x)
    y[123_456] = 5
    rows = canvas(figure(Curve("f", x, y), x_limits=(0, 1), size=(100, 34)))
    assert rows[1].strip()


def test_coincident_curves_take_turns_in_colour() -> None:
    same = sampled("sigmoid", -8, 8)
    text = draw(figure(same, Curve("copy", same.x, same.y)), terminal(colour=True))
    frame = [line for line in text.split("\n") if "│" in line or "┤" in line]
    for red, green, blue in INKS[:2]:
        assert any(f"38;2;{red};{green};{blue}m⠤" in line for line in frame)


def test_depth_of_colour_follows_the_terminal_within_one_process() -> None:
    drawn = figure(sampled("sigmoid", -8, 8), zones=SATURATED)
    assert "38;2;" in draw(drawn, terminal(colour=True))
    shallow = draw(drawn, terminal(colour=True, truecolour=False))
    assert "38;5;" in shallow
    assert "38;2;" not in shallow


def test_colour_changes_no_text_but_the_shade() -> None:
    drawn = figure(sampled("sigmoid", -8, 8))
    assert ESCAPES.sub("", draw(drawn, terminal(colour=True))) == draw(drawn, terminal())


def test_kinds_of_zone_are_told_by_their_pattern() -> None:
    zones = (Shade(-math.inf, -6, "saturated", "left"), Shade(6, math.inf, "dead", "right"))
    text = draw(figure(sampled("sigmoid", -8, 8), zones=zones), terminal())
    assert "· saturated left" in text
    assert "╱ dead right" in text
    assert "░" in draw(figure(sampled("sigmoid", -8, 8), zones=zones), terminal(colour=True))


def test_zone_narrower_than_a_column_is_seen_and_one_outside_is_not() -> None:
    panel = plot(figure(sampled("sigmoid", -8, 8)), width=60, height=15, unicode=True, dashed=False)
    assert len(panel.columns(0.51, 0.52)) == 1
    assert not panel.columns(9, math.inf)
    assert not panel.columns(1, -1)
    assert list(panel.columns(-math.inf, math.inf)) == list(range(panel.x.cells))


def test_labels_at_the_ends_dodge_each_other_in_the_order_of_the_values() -> None:
    curves = [sampled(name, -4, 4) for name in ("silu", "relu", "tanh")]
    lines = draw(figure(*curves, x_limits=(-4, 4), size=(80, 20)), terminal(colour=True)).split("\n")[1:]
    places = {name: [n for n, line in enumerate(lines) if name in line] for name in ("relu", "silu", "tanh")}
    assert all(len(rows) == 1 for rows in places.values())
    assert places["relu"] < places["silu"] < places["tanh"]


def test_long_labels_go_to_the_legend() -> None:
    curves = [Curve(name * 12, sampled("tanh", -4, 4).x, sampled(name, -4, 4).y) for name in ("relu", "silu")]
    lines = draw(figure(*curves, title="f"), terminal()).rstrip("\n").split("\n")
    assert "relu" * 12 in lines[-2]
    assert "silu" * 12 in lines[-1]


def test_words_of_the_user_cannot_steer_the_terminal() -> None:
    text = draw(figure(sampled("tanh", -8, 8), title="a\x1b[31mb\nc", captions=("d\x07e",)), terminal())
    assert r"a\x1b[31mb\nc" in text
    assert r"d\x07e" in text


@pytest.mark.parametrize(
    ("size", "tty", "expected"),
    [
        ((200, 60), True, (100, 34)),
        ((100, 30), True, (100, 29)),
        ((80, 24), False, (80, 24)),
        ((40, 40), True, (40, 18)),
        ((40, 1), True, (40, 1)),
    ],
)
def test_default_size_is_pleasant_and_fits(size: tuple[int, int], tty: bool, expected: tuple[int, int]) -> None:
    assert default_size(terminal(size=size, tty=tty)) == expected


if __name__ == "__main__":
    for name, text in golden_pictures().items():
        (PICTURES / name).write_text(text, encoding="utf-8")

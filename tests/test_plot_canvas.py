"""Curves in cells: gaps, poles and jumps as they are, in bounded time, and which columns a zone covers."""

import math

import numpy as np
import pytest

from actcli.render.plot.canvas import draw_canvas
from actcli.render.plot.figure import Curve, Figure
from tests.figures import figure, sampled


def rows_of(figure: Figure) -> list[str]:
    """The rows inside the frame, without colour and labels."""
    canvas = draw_canvas(figure, width=figure.width, height=figure.height, unicode=True, dashed=False)
    rows, columns = canvas.owners.shape
    return [line[canvas.left : canvas.left + columns] for line in canvas.lines[canvas.top : canvas.top + rows]]


def longest_vertical_run(rows: list[str]) -> int:
    """The most canvas rows in a row that one column fills from top to bottom."""
    runs = ("".join("#" if row[column] in "⡇⢸⣇⡏⢹⣸⣿⡟⢻⣧⣼" else " " for row in rows) for column in range(len(rows[0])))
    return max(len(run) for column in runs for run in column.split(" "))


@pytest.mark.parametrize("samples", [800, 801], ids=["beside the pole", "on the pole"])
def test_pole_is_a_gap_and_does_not_flatten_the_rest(samples: int) -> None:
    rows = rows_of(figure(sampled("1/x", -4, 4, samples), x_limits=(-4, 4), size=(60, 24)))
    assert longest_vertical_run(rows) <= 4
    assert sum(row.strip() != "" for row in rows) > 15


def test_jump_is_a_gap_but_a_steep_curve_is_connected() -> None:
    steps = rows_of(figure(sampled("floor(x)", -4, 4, 1601), x_limits=(-4, 4), size=(60, 30)))
    assert longest_vertical_run(steps) <= 1
    steep = rows_of(figure(sampled("tanh(200*x)", -4, 4, 1601), x_limits=(-4, 4), size=(60, 30)))
    assert longest_vertical_run(steep) >= len(steep) - 5


def test_nan_is_a_gap_even_between_neighbours() -> None:
    y = np.zeros(800)
    y[300:500] = np.nan
    (row,) = (row for row in rows_of(figure(Curve("f", np.linspace(-8, 8, 800), y), y_limits=(-1, 1))) if row.strip())
    assert " " * 10 in row.strip()


def test_lonely_sample_between_gaps_is_a_dot() -> None:
    y = np.array([math.nan, 0.5, math.nan])
    assert "".join(rows_of(figure(Curve("f", np.array([-1.0, 0.0, 1.0]), y), x_limits=(-1, 1)))).strip()


def test_sample_far_outside_still_leads_the_line_out_of_the_picture() -> None:
    spike = Curve("f", np.array([-1.0, 0.0, 1.0]), np.array([0.0, 1e300, 0.0]))
    rows = rows_of(figure(spike, x_limits=(-1, 1), y_limits=(-1, 1)))
    assert rows[0].strip()


def test_many_samples_are_drawn_in_bounded_time_with_their_extremes() -> None:
    x = np.linspace(0, 1, 1_000_000)
    y = np.sin(1e5 * x)
    y[123_456] = 5
    rows = rows_of(figure(Curve("f", x, y), x_limits=(0, 1), size=(100, 34)))
    assert rows[1].strip()


def test_zone_narrower_than_a_column_is_seen_and_one_outside_is_not() -> None:
    canvas = draw_canvas(figure(sampled("sigmoid", -8, 8)), width=60, height=15, unicode=True, dashed=False)
    assert len(canvas.columns(0.51, 0.52)) == 1
    assert not canvas.columns(9, math.inf)
    assert not canvas.columns(1, -1)
    assert list(canvas.columns(-math.inf, math.inf)) == list(range(canvas.x.cells))

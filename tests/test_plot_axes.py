"""Axes: limits that were asked for, ticks at round numbers an even number of cells apart."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actcli.render.plot.canvas import draw_canvas
from actcli.render.plot.figure import Curve
from tests.figures import LIMITS, ascii_plot, figure, sampled
from tests.runner import actcli

MINUS_ZERO = re.compile(r"-0(\.0*)?(?![\d.])")


@settings(deadline=None, max_examples=200)
@given(LIMITS, LIMITS, st.integers(20, 120), st.integers(8, 50))
def test_ticks_are_even_and_never_minus_zero(
    x_limits: tuple[float, float], y_limits: tuple[float, float], width: int, height: int
) -> None:
    drawn = figure(x_limits=x_limits, y_limits=y_limits, size=(width, height), title="f")
    canvas = draw_canvas(drawn, width=width, height=height, unicode=True, dashed=False)
    assert not any(MINUS_ZERO.search(line) for line in canvas.lines)
    places = [place for place, _ in canvas.x.ticks]
    gaps = np.diff(places)
    assert gaps.size == 0 or gaps.max() - gaps.min() <= 1


def test_y_ticks_are_whole_lines_apart_where_limits_are_free() -> None:
    for low, high in [(0, 1), (-1, 1), (-0.3088, 4), (-0.27, 1.9), (0, 2980.0), (1e-9, 7e-9), (-1e300, 3e300)]:
        rising = Curve("f", np.array([0.0, 1.0]), np.array([low, high], float))
        for height in range(8, 40):
            canvas = draw_canvas(figure(rising, x_limits=(0, 1)), width=60, height=height, unicode=True, dashed=False)
            ticks = [number for number, line in enumerate(canvas.lines) if "┤" in line]
            assert len(ticks) >= 2
            assert len(set(np.diff(ticks).tolist())) == 1
            assert len(canvas.lines) <= height


def test_x_limits_are_kept_and_their_ticks_whole_cells_apart() -> None:
    canvas = draw_canvas(figure(sampled("sigmoid", -8, 8)), width=100, height=30, unicode=True, dashed=False)
    assert canvas.x.values == (-8, 8)
    assert [label for _, label in canvas.x.ticks] == ["-8", "-6", "-4", "-2", "0", "2", "4", "6", "8"]
    assert len(set(np.diff([place for place, _ in canvas.x.ticks]).tolist())) == 1


def test_limits_of_y_are_kept() -> None:
    labels = [line.split()[0] for line in ascii_plot("identity", "--ylim", "-2:2").lines if "+" in line[:8]]
    assert labels[0] == "2"
    assert "-2" in labels
    assert actcli("plot", "relu", "--ylim", "2:-2").status == 2
    assert actcli("plot", "relu", "--ylim", "two").status == 2


def test_logarithms_have_powers_of_ten_and_slopes_alone() -> None:
    shown = actcli("plot", "tanh", "--slope", "--log-y", "-20:20").stdout
    assert "10⁻⁵" in shown
    assert "1e-5" in ascii_plot("tanh", "--slope", "--log-y", "-20:20").stdout
    assert actcli("plot", "exp(x)", "--log-y", "-9:9").status == 0
    assert actcli("plot", "0*x", "--log-y").status == 0


def test_a_logarithmic_x_axis_has_decades_evenly_apart() -> None:
    run = ascii_plot("softplus", "--log-x")
    (axis,) = (line.split() for line in run.lines if line.split()[:1] == ["0.01"])
    assert axis == ["0.01", "0.1", "1", "10", "100"]
    rows = [line.split(",") for line in actcli("plot", "relu", "--log-x", "1e-3:1e3", "--format", "csv").lines[1:]]
    x = np.array([float(row[3]) for row in rows])
    assert (x[0], x[-1]) == (1e-3, 1e3)
    np.testing.assert_allclose(np.diff(np.log10(x)), 6 / (x.size - 1), rtol=1e-6)


def test_a_logarithmic_x_axis_begins_above_zero() -> None:
    run = actcli("plot", "relu", "--log-x", "-1:10")
    assert run.status == 2
    assert "begins above 0, not at -1" in run.stderr
    data = actcli("plot", "tanh", "--log-x", "-", "--quiet", stdin="-3 0 0.5 200")
    assert "2 values from" not in data.stdout
    assert "4 values from 0.5 to 200; not drawn: 2 without a logarithm" in data.stdout


def test_asymptotes_are_drawn_only_where_they_are_approached_and_set_no_limit() -> None:
    for words in (["relu", "-10:-5"], ["softplus", "-20:2"], ["relu", "1000000:1000001"]):
        run = ascii_plot(*words)
        assert "asymptote" not in run.stdout
    labels = [line.split()[0] for line in ascii_plot("softplus", "-20:2", "--height", "12").lines if " +" in line]
    assert [label for label in labels if label.isdigit()] == ["2", "0"]
    assert "asymptotes y = 0, y = 1" in ascii_plot("sigmoid").stdout
    far = ascii_plot("sigmoid", "5:8")
    assert "asymptote y = 1" in far.stdout
    assert min(float(line.split()[0]) for line in far.lines if re.match(" *[01][.]", line) and "+" in line) > 0.98
    assert "asymptote" not in ascii_plot("sigmoid", "--ylim", "0.3:0.6").stdout


def labels_of_y(*words: str) -> list[float]:
    """The numbers left of the frame."""
    return [float(line.split()[0]) for line in ascii_plot(*words).lines if re.match(r" *-?[\d.e+-]+ \+", line)]


def test_a_logarithmic_axis_shows_decades_that_matter() -> None:
    for words, decades in ((["relu"], (-2, 1)), (["gelu", "-4:4"], (-5, 1)), (["1/x", "-10:10"], (-2, 2))):
        labels = labels_of_y(*words, "--log-y")
        assert len(labels) >= 2
        assert all(10.0 ** decades[0] <= label <= 10.0 ** decades[1] for label in labels)
    # A slope that fades is drawn to its end.
    assert min(labels_of_y("tanh", "--slope", "--log-y", "-20:20")) <= 1e-15


def test_a_high_logarithmic_axis_has_more_than_three_labels() -> None:
    assert len(labels_of_y("exp(x)", "-300:300", "--log-y", "--height", "24")) >= 5
    assert labels_of_y("relu", "--log-y", "--height", "21") == [5, 2, 1, 0.5, 0.2, 0.1]
    within_a_decade = labels_of_y("sigmoid", "5:8", "--log-y", "--height", "24")
    assert within_a_decade == [1, 0.998, 0.996, 0.994]


@pytest.mark.parametrize(
    ("limits", "labels"),
    [
        ("0.1:10", ["0.1", "0.2", "0.5", "1", "2", "5", "10"]),
        ("2:3", ["2.0", "2.2", "2.4", "2.6", "2.8", "3.0"]),
        ("0.3:40", ["0.5", "1", "2", "5", "10", "20"]),
    ],
)
def test_a_logarithmic_x_axis_has_round_numbers_within_decades(limits: str, labels: list[str]) -> None:
    lines = ascii_plot("relu", "--log-x", limits).lines
    frame = next(place for place, line in enumerate(lines) if re.match(r" *\+[-+]+$", line))
    assert lines[frame + 1].split() == labels


def test_labels_are_round_numbers_at_any_size() -> None:
    for words in (["exp(x)", "-700:700"], ["1/x"], ["x**3", "-1e90:1e90"], ["sigmoid", "-1e-3:1e-3"]):
        for height in range(7, 50):
            labels = [
                line.split()[0]
                for line in ascii_plot(*words, "--height", str(height)).lines
                if re.match(r" *-?[\d.e+-]+ \+", line)
            ]
            assert labels
            for label in labels:
                digits = re.sub(r"e.*|[-.]", "", label).strip("0")
                assert len(digits) <= 2 or words[0] == "sigmoid"


def test_a_zoom_shows_the_curve() -> None:
    low, *_, high = sorted(labels_of_y("sigmoid", "-1e-3:1e-3"))
    assert 0.4995 < low < 0.5 < high < 0.5005

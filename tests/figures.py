"""Figures made by hand, and pictures as text, for the tests of plots."""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from actcli.arrays import Floats
from actcli.render.grid import drawn
from actcli.render.plot.figure import Curve, Figure, Points, Shade
from actcli.render.plot.picture import figure_lines
from actcli.render.plot.theme import Theme
from tests.runner import Run, actcli, terminal

PICTURES = Path(__file__).parent / "data" / "pictures"
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
WILD = st.one_of(
    st.floats(),
    st.sampled_from(
        [0.0, -0.0, 5e-324, 1e-308, -1e-308, 1.0, 1.0 + 2e-16, 1e-12, 1e308, -1e308, math.inf, -math.inf, math.nan]
    ),
)
LIMITS = st.tuples(WILD, WILD)
SATURATED = (Shade(-math.inf, -5, "saturated", "|x| > 5"), Shade(5, math.inf, "saturated", "|x| > 5"))


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


def draw(figure: Figure, **changes: Any) -> str:
    """The text of a figure on a terminal with all colours, changed as asked."""
    screen = terminal(**({"truecolour": True} | changes))
    return drawn(figure_lines(figure, Theme.of(screen)), screen).decode()


def ascii_plot(*words: str) -> Run:
    run = actcli("plot", *words, "--ascii", "--quiet")
    assert (run.status, run.stderr) == (0, "")
    return run


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, #rrggbb, by the rule of WCAG 2."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    light = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]

"""Whatever values, limits and options: a picture that fits its size, in bounded time and memory, never a failure."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from actcli.render.histogram import Histogram
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.runner import actcli

WILD = st.one_of(
    st.floats(),
    st.sampled_from([0.0, 5e-324, -1e-308, 1.0, 1.0 + 2e-16, 1e308, -1e308, math.inf, -math.inf, math.nan]),
)
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
    unique=True,
    max_size=4,
)
SIZES = st.tuples(st.integers(1, 130), st.integers(1, 45))


@settings(deadline=None, max_examples=120)
@given(FUNCTIONS, VALUES, OPTIONS, SIZES)
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
    assert (run.status, run.stderr) == (0, "")
    assert max(map(len, run.lines), default=0) <= size[0]
    # A grid is as high as its panels need; anything else keeps the height that was asked for.
    assert len(run.lines) <= size[1] or len(functions) > 1
    if size[0] >= 40:  # where long words are not broken
        assert not {"-0", "-0.0", "-0.00"} & set(run.stdout.split())


@settings(deadline=None)
@given(VALUES, st.floats(0, 1e308))
def test_a_peak_holds_what_it_says(values: list[float], width: float) -> None:
    histogram = Histogram()
    histogram.add(np.array(values))
    peak = histogram.peak(width)
    if peak is None:
        return
    low, high, share = peak
    within = [value for value in values if low <= value <= high]
    finite = [value for value in values if math.isfinite(value)]
    assert 0.5 < share <= len(within) / len(finite)


def test_a_peak_is_found_where_half_of_the_values_lie() -> None:
    histogram = Histogram()
    histogram.add(np.concatenate([np.full(60, 2.0), np.linspace(-8, 8, 40)]))
    low, high, share = histogram.peak(0.1) or (0.0, 0.0, 0.0)
    assert low <= 2 <= high
    assert high - low <= 0.1
    assert share == pytest.approx(0.6, abs=0.01)
    assert histogram.peak(0.0) is not None
    assert Histogram().peak(1.0) is None


# A process of its own between: a child begins with the peak of the process that it was forked from.
PEAK_OF_CHILD = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="what a process took is told by POSIX alone")
def test_millions_of_values_stream_through_little_memory(tmp_path: Path) -> None:
    values = np.random.default_rng(5).standard_normal(5_000_000)
    values[::1_000] = np.nan
    np.save(tmp_path / "x.npy", values)
    command = [sys.executable, "-m", "actcli", "plot", "tanh", "--slope", "--input", str(tmp_path / "x.npy"), "--quiet"]
    told = subprocess.run([sys.executable, "-c", PEAK_OF_CHILD, *command], capture_output=True, text=True, check=True)
    assert "5,000,000 values from -" in told.stdout
    assert "5,000 NaN" in told.stdout
    unit = 1 if sys.platform == "darwin" else 1_024
    assert int(told.stdout.split()[-1]) * unit < 300e6

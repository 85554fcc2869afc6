"""Histograms: the counts of the values, whatever their order, blocks and spread, in bounded memory."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actcli.render.plot.figure import Histogram
from tests.figures import WILD

VALUES = st.lists(st.floats(width=64), max_size=60)
WILD_VALUES = st.one_of(
    st.lists(WILD, min_size=1, max_size=60),
    st.tuples(WILD, st.integers(1, 60)).map(lambda pair: [pair[0]] * pair[1]),
)


def counted(*blocks: list[float]) -> Histogram:
    histogram = Histogram()
    for block in blocks:
        histogram.add(np.array(block, np.float64))
    return histogram


@settings(deadline=None)
@given(VALUES, VALUES)
def test_blocks_and_their_order_do_not_matter(first: list[float], then: list[float]) -> None:
    one, other, whole = counted(first, then), counted(then, first), counted(first + then)
    for histogram in (one, other):
        assert (histogram.exponent, histogram.start) == (whole.exponent, whole.start)
        assert histogram.counts.tolist() == whole.counts.tolist()
        assert (histogram.values, histogram.infinite, histogram.undefined) == (
            whole.values,
            whole.infinite,
            whole.undefined,
        )


@settings(deadline=None)
@given(VALUES)
def test_every_finite_value_is_in_its_bin(values: list[float]) -> None:
    histogram = counted(values)
    finite = [value for value in values if np.isfinite(value)]
    assert histogram.counts.sum() == len(finite) == histogram.finite
    for value in finite:
        place = Fraction(value) // Fraction(2) ** histogram.exponent - histogram.start
        assert histogram.counts[place] > 0


@pytest.mark.parametrize("values", [[1e308, -1e308, 5e-324], [0.0], [1000.0, 1000.0 + 1e-9], [-3.0, 3.0, np.inf]])
def test_memory_is_bounded(values: list[float]) -> None:
    assert counted(values).counts.size <= 1 << 13


def test_edges_divide_the_counts() -> None:
    histogram = counted(np.linspace(-4, 4, 80_001).tolist())
    parts = histogram.between(np.array([-4.0, -2.0, 0.0, 2.0, 4.0, 9.0]))
    assert parts == pytest.approx([20_000, 20_000, 20_000, 20_000, 1], abs=20)
    assert counted([]).between(np.array([0.0, 1.0])).tolist() == [0.0]


def test_what_is_not_finite_is_counted_apart() -> None:
    histogram = counted([1.0, np.nan, np.inf, -np.inf])
    assert (histogram.values, histogram.finite, histogram.infinite, histogram.undefined) == (4, 1, 2, 1)


@settings(deadline=None)
@given(WILD_VALUES, st.floats(0, 1e308))
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

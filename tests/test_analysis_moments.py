"""Moments of a stream: right to the last digits, and the same bits however the stream was cut and merged."""

import pickle
from fractions import Fraction
from math import isqrt
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from actcli.analysis.moments import TILE, Moments, StreamMoments, TiledMoments
from tests.runner import apart

Floats = NDArray[np.float64]


def exactly(values: Floats) -> tuple[float, float]:
    """Mean and standard deviation in exact fractions, rounded once or nearly so."""
    fractions = [Fraction(value) for value in values.tolist()]
    mean = sum(fractions, Fraction(0)) / len(fractions)
    variance = sum(((value - mean) ** 2 for value in fractions), Fraction(0)) / len(fractions)
    scale = 1 << 2400
    return float(mean), float(Fraction(isqrt(int(variance * scale * scale)), scale))


def whole(values: Floats) -> TiledMoments:
    moments = TiledMoments()
    moments.add(0, values)
    return moments


SAMPLES = {
    "normal": np.random.default_rng(1).normal(size=3 * TILE + 100),
    "far from zero": 1e9 + np.random.default_rng(2).normal(size=2 * TILE),
    "of every size": 10.0 ** np.random.default_rng(3).uniform(-300, 300, 5000),
    "at the ends of float64": np.array([1.7e308, -1.7e308, 1.7e308, 1e308]),
    "of one sign at the end": np.full(5000, 1.7e308),
    "subnormal": np.array([5e-324, 1e-310, -3e-311, 2e-320]),
    "constant": np.full(9000, 0.1),
    "one": np.array([-3.5]),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_mean_and_deviation_are_right_to_the_last_digits(name: str) -> None:
    values = SAMPLES[name]
    got, (mean, deviation) = whole(values).total(), exactly(values)
    size = float(np.abs(values).max())
    assert got.size == values.size
    assert abs(got.mean - mean) <= 4 * np.spacing(size)
    assert apart(got.deviation, deviation) <= 64 if deviation else got.deviation == 0


def test_a_large_mean_costs_no_digits_of_the_deviation() -> None:
    values = SAMPLES["far from zero"]
    assert apart(whole(values).total().deviation, exactly(values)[1]) <= 64  # a sum of squares would lose them all


def test_what_is_not_finite_is_left_out() -> None:
    values = np.array([np.nan, 1.0, np.inf, 3.0, -np.inf])
    assert Moments.of(values)[:3] == (2, 2.0, 1.0)
    assert Moments.of(values[[0, 2]]).size == 0
    assert whole(np.array([np.nan])).total().size == 0


cuts = st.lists(st.integers(0, 3 * TILE + 100), max_size=8).map(sorted)


@given(cuts, st.randoms(use_true_random=False))
def test_the_bits_do_not_depend_on_how_a_file_is_cut_nor_on_the_order_of_its_parts(
    at: list[int], random: Random
) -> None:
    values = SAMPLES["normal"].copy()
    values[7::911] = np.nan
    parts = [(start, values[start:stop]) for start, stop in zip([0, *at], [*at, values.size], strict=True)]
    expected = whole(values).total()

    in_order = TiledMoments()
    for start, part in parts:
        in_order.add(start, part)
    assert in_order.total() == expected

    random.shuffle(parts)
    merged = TiledMoments()
    for start, part in parts:
        other = TiledMoments()
        other.add(start, part)
        merged.merge(other)
    assert merged.total() == expected


@given(st.lists(st.integers(0, 2 * TILE), min_size=1, max_size=5), st.integers(0, 5))
def test_summaries_of_consecutive_files_merge_to_the_bits_of_one_pass(sizes: list[int], split: int) -> None:
    rng = np.random.default_rng(4)
    files = [rng.normal(size=size) for size in sizes]
    one_pass, first, second = StreamMoments(), StreamMoments(), StreamMoments()
    for number, values in enumerate(files):
        for start in range(0, values.size, 1000):
            block = values[start : start + 1000]
            one_pass.add((number, ""), start, block)
            (first if number < split else second).add((number, ""), start, block)
    first.merge(pickle.loads(pickle.dumps(second)))  # noqa: S301 - its own bytes
    assert first.total() == one_pass.total()


def test_files_are_not_one_long_file() -> None:
    values = SAMPLES["normal"]
    apart_ = StreamMoments()
    apart_.add((0, "a"), 0, values[:100])
    apart_.add((0, "b"), 0, values[100:])
    assert apart_.total().size == values.size
    assert sorted(apart_.files) == [(0, "a"), (0, "b")]


def test_a_record_holds_no_more_than_a_tile() -> None:
    moments = StreamMoments()
    for start in range(0, 300_000, 1_000):
        moments.add((0, ""), start, np.full(1_000, float(start)))
    assert len(pickle.dumps(moments)) < 8 * TILE + 2_000


def test_the_start_of_a_file_cannot_come_twice() -> None:
    with pytest.raises(ValueError, match="first tile"):
        whole(SAMPLES["normal"]).merge(whole(SAMPLES["normal"]))

"""Mean loss, accuracy and calibration errors: held against exact fractions, the same bits however a stream was cut."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from actcli.results.scores import BINS, Calibration, ExactSum


def scores(losses: Any, confidences: Any, is_correct: Any) -> Calibration:
    counted = Calibration(0)
    counted.add_losses(np.array(losses, np.float64))
    counted.add(np.array(confidences, np.float64), np.array(is_correct, np.bool_))
    return counted


FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def calibration_error(confidences: list[float], is_correct: list[bool]) -> Fraction:
    """Σ over the bins ((m - 1)/10, m/10] of |correct - confidence| over n, as Guo et al. 2017 define it.

    An edge is the float64 nearest to it, so that a confidence of 0.3 is in the bin that ends at 3/10.
    """
    gaps = Fraction(0)
    for number in range(BINS):
        inside = [place for place, share in enumerate(confidences) if number / BINS < share <= (number + 1) / BINS]
        gaps += abs(sum((is_correct[place] - Fraction(confidences[place]) for place in inside), Fraction(0)))
    return gaps / len(confidences)


@given(st.lists(FLOATS, min_size=1, max_size=50), st.integers(1, 10))
@settings(max_examples=150, deadline=None)
def test_a_sum_is_rounded_once_and_merges(values: list[float], step: int) -> None:
    exact = sum(map(Fraction, values), Fraction(0))
    whole = ExactSum(np.array(values))
    parts = [ExactSum(np.array(values[start : start + step])) for start in range(0, len(values), step)]
    merged = parts[0]
    for part in parts[1:]:
        merged += part
    assert whole.places == merged.places
    assert whole.mean(len(values)) == float(exact / len(values))


def test_infinities_and_nan_are_reported() -> None:
    assert ExactSum(np.array([1.0, np.inf])).mean(2) == np.inf
    assert math.isnan(ExactSum(np.array([1.0, np.inf, np.nan])).mean(3))
    assert math.isnan((ExactSum(np.array([np.nan])) + ExactSum(np.array([1.0]))).mean(2))
    assert ExactSum(np.zeros(0)).places == 0
    assert ExactSum(np.full(100_000, 1.7e308)).mean(100_000) == 1.7e308


def test_counts_by_hand() -> None:
    # Two in the bin (0.8, 0.9], one of them right; one that is wrong in the last.
    found = scores(np.array([0.2, 1.7, 3.0]), np.array([0.82, 0.84, 1.0]), np.array([True, False, False]))
    totals = found.totals()
    assert totals["accuracy"] == 1 / 3
    assert totals["mean_loss"] == float(sum(map(Fraction, (0.2, 1.7, 3.0))) / 3)
    exact = (abs(1 - Fraction(0.82) - Fraction(0.84)) + abs(0 - Fraction(1))) / 3
    assert totals["calibration_error"] == float(exact)
    assert scores(np.zeros(0), np.zeros(0), np.zeros(0, np.bool_)).totals() == {}


def test_a_bin_is_open_below_and_closed_above() -> None:
    for number in range(1, BINS + 1):
        edge = number / BINS
        for confidence in (np.nextafter(edge, 0), edge, min(1.0, float(np.nextafter(edge, 1)))):
            found = scores(np.zeros(1), np.array([confidence]), np.array([True]))
            wanted = number - 1 if confidence <= edge else number
            assert found.correct_in_bins.tolist() == [int(place == wanted) for place in range(BINS)]


shares = st.floats(0.001, 0.999)


@given(st.lists(st.tuples(st.floats(0, 50), shares, st.booleans()), min_size=1, max_size=60), st.data())
@settings(max_examples=60, deadline=None)
def test_the_calibration_error_is_its_definition_and_parts_make_the_whole(
    rows: list[tuple[float, float, bool]], data: st.DataObject
) -> None:
    losses, confidences, is_correct = (list(column) for column in zip(*rows, strict=True))
    whole = scores(np.array(losses), np.array(confidences), np.array(is_correct))
    assert whole.totals()["calibration_error"] == float(calibration_error(confidences, is_correct))
    place = data.draw(st.integers(0, len(rows)))
    parts = [
        scores(np.array(losses[part]), np.array(confidences[part]), np.array(is_correct[part], np.bool_))
        for part in (slice(place), slice(place, None))
    ]
    for first, second in ((0, 1), (1, 0)):
        merged = scores([], [], [])
        merged.merge(parts[first])
        merged.merge(parts[second])
        assert merged.totals() == whole.totals()


def equal_mass(confidences: list[float], is_correct: list[bool]) -> Fraction:
    """The same over ten runs of the vectors in the order of their confidences, the first ones longer by one."""
    rows = sorted(zip(confidences, is_correct, strict=True))
    size, longer = divmod(len(rows), BINS)
    gaps = Fraction(0)
    for number in range(BINS):
        start = number * size + min(number, longer)
        inside = rows[start : start + size + (number < longer)]
        gaps += abs(sum((hit - Fraction(share) for share, hit in inside), Fraction(0)))
    return gaps / len(rows)


@given(st.lists(st.tuples(st.sampled_from([0.25, 0.5, 0.75, 0.9, 1.0]) | shares, st.booleans()), min_size=1))
@settings(max_examples=100, deadline=None)
def test_bins_of_equal_mass_are_runs_of_the_sorted_vectors(rows: list[tuple[float, bool]]) -> None:
    confidences, is_correct = (list(column) for column in zip(*rows, strict=True))
    totals = scores([0.5] * len(rows), confidences, is_correct).totals()
    assert totals["calibration_error_equal_mass"] == float(equal_mass(confidences, is_correct))
    bins = totals["reliability_equal_mass"]
    assert sum(each["vectors"] for each in bins) == len(rows)
    assert [each["from"] for each in bins] == sorted(each["from"] for each in bins)
    assert all(each["from"] <= each["confidence"] <= each["to"] for each in bins if each["vectors"] == 1)


def test_more_vectors_than_are_held_have_no_bins_of_equal_mass() -> None:
    whole, part, other = (Calibration(0, most_held=3) for _ in range(3))
    for each, count in ((whole, 4), (part, 3), (other, 1)):
        each.add_losses(np.full(count, 0.5))
        each.add(np.full(count, 0.75), np.ones(count, np.bool_))
    assert part.totals()["calibration_error_equal_mass"] == 0.25
    part.merge(other)
    for each in (whole, part):
        assert each.totals()["calibration_error_equal_mass"] is None
        assert each.totals()["reliability_equal_mass"] is None
        assert each.totals()["calibration_error"] == 0.25
        assert not each.signed

"""Warnings on stderr, word by word, and zones as conditions."""

import numpy as np
import pytest

from actcli.analysis import Zone
from actcli.render.intervals import describe
from actcli.render.messages import line
from actcli.results import Answer, Chunk, Faults, ZoneCounts, zone_codes
from actcli.results.accumulators import InputCounts
from tests.results_by_hand import RELU_ZONES, SIGMOID_ZONES, vectors

INF = np.inf
STEP_ZONES = (Zone("dead", -INF, INF),)


def shown(name: str, zones: tuple[Zone, ...], *rows: list[float], lines: list[int] | None = None) -> list[str]:
    given = vectors(*rows, lines=lines)
    counts = ZoneCounts(0, name, zones)
    counts.update(Chunk(given, (Answer(given.lengths, {}, zone_codes(zones, given.values)),)))
    return [line(message) for message in counts.messages()]


def test_saturated_inputs_with_the_first_ones_line() -> None:
    assert shown("sigmoid", SIGMOID_ZONES, [1], [7.5, 2], [3, -9], lines=[1, 2, 3]) == [
        "actcli: warning: sigmoid: 2 of 5 inputs are saturated (|x| > 5), "
        "slope at most 0.00665; first: x = 7.5 (line 2)"
    ]


def test_one_saturated_input_of_the_command_line() -> None:
    assert shown("sigmoid", SIGMOID_ZONES, [1, 7, -5]) == [
        "actcli: warning: sigmoid: 1 of 3 inputs is saturated (|x| > 5), slope at most 0.00665; first: x = 7"
    ]
    assert "1 of 1 input is saturated" in shown("sigmoid", SIGMOID_ZONES, [7])[0]


def test_the_slope_is_rounded_up_so_that_it_stays_a_bound() -> None:
    zones = (Zone("saturated", 5, INF, threshold=0.0066401),)
    assert "slope at most 0.00665;" in shown("f", zones, [7])[0]
    zones = (Zone("saturated", 5, INF, threshold=0.0099999),)
    assert "slope at most 0.01;" in shown("f", zones, [7])[0]


def test_units_that_are_dead_in_every_row() -> None:
    assert shown("relu", RELU_ZONES, [-1, -2], [-3, -4], [0, -5]) == [
        "actcli: warning: relu: 2 of 2 units are dead in all 3 rows"
    ]
    assert shown("relu", RELU_ZONES, [-1, 2], [-3, -4]) == ["actcli: warning: relu: 1 of 2 units is dead in all 2 rows"]


def test_a_single_vector_all_dead() -> None:
    assert shown("relu", RELU_ZONES, [-1, 0, -3]) == ["actcli: warning: relu: all 3 inputs are dead (x <= 0)"]


@pytest.mark.parametrize("rows", [[[-1, 2, -3]], [[-1]], [[-1, -2], [-3]], [[1, -2], [-1, 2]], [[]], []])
def test_the_normal_life_of_a_relu_is_not_warned_of(rows: list[list[float]]) -> None:
    assert shown("relu", RELU_ZONES, *rows) == []


def test_a_function_that_is_constant_everywhere_is_not_warned_of() -> None:
    assert shown("step", STEP_ZONES, [1, 2], [3, 4]) == []


def test_names_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in shown("\x1b[31mred", RELU_ZONES, [-1, -2])[0]


def test_what_was_passed_over_is_a_warning() -> None:
    counts = InputCounts()
    first = vectors([1.0])._replace(faults=Faults(1, 2, "line 3: no number"))
    counts.update(Chunk(first, ()))
    later = InputCounts()
    later.update(Chunk(vectors([2.0])._replace(faults=Faults(1, 0, "line 9")), ()))
    counts.merge(later)
    assert [line(message) for message in counts.messages()] == [
        "actcli: warning: 2 vectors were left out and 2 tokens were read as NaN; first: line 3: no number"
    ]


@pytest.mark.parametrize(
    ("zones", "condition"),
    [
        ((), ""),
        (SIGMOID_ZONES, "|x| > 5"),
        (RELU_ZONES, "x <= 0"),
        (STEP_ZONES, "everywhere"),
        ((Zone("saturated", -INF, -3.59999999),), "x < -3.6"),
        ((Zone("dead", 0.5, 2),), "0.5 < x < 2"),
        ((Zone("dead", 0.5, 2, low_included=True),), "0.5 <= x < 2"),
        ((Zone("dead", -0.5, 0.5, True, True),), "|x| <= 0.5"),
        ((Zone("dead", -INF, -3, high_included=True), Zone("dead", 3, INF, low_included=True)), "|x| >= 3"),
        ((Zone("dead", -INF, -1), Zone("dead", 6, INF)), "x < -1 or x > 6"),
        ((Zone("dead", -INF, -3, high_included=True), Zone("dead", 3, INF)), "x <= -3 or x > 3"),
        ((Zone("dead", 3, INF),), "x > 3"),
    ],
)
def test_zones_in_words(zones: tuple[Zone, ...], condition: str) -> None:
    assert describe(zones) == condition


def test_zones_with_more_digits() -> None:
    assert describe([Zone("saturated", -INF, -3.59995123)], 12) == "x < -3.59995123"

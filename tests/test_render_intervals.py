"""Intervals and places on the x axis in words."""

import math

import pytest

from actcli.analysis import Zone
from actcli.analysis.pieces import Stretch
from actcli.render.intervals import brackets, by_kind, condition, describe, short, where

INF = math.inf


@pytest.mark.parametrize(
    ("low", "high", "ends", "words"),
    [
        (-INF, 0, (False, True), "x <= 0"),
        (-INF, 0, (False, False), "x < 0"),
        (5, INF, (True, False), "x >= 5"),
        (-3, 3, (False, False), "|x| < 3"),
        (-3, 3, (True, True), "|x| <= 3"),
        (-3, 3, (True, False), "-3 <= x < 3"),
        (0, 1 / 3, (False, True), "0 < x <= 0.3333"),
        (-0.0, 1, (False, False), "0 < x < 1"),
        (-INF, INF, (True, True), "everywhere"),
    ],
)
def test_an_interval_is_a_condition(low: float, high: float, ends: tuple[bool, bool], words: str) -> None:
    assert condition(low, high, short(4), includes_low=ends[0], includes_high=ends[1]) == words


def test_mirrored_tails_are_one_condition_and_kinds_are_distinguished() -> None:
    tails = [Zone("saturated", -INF, -5), Zone("saturated", 5, INF)]
    assert describe(tails) == "|x| > 5"
    assert describe([tails[0], Zone("saturated", 6, INF)]) == "x < -5 or x > 6"
    assert by_kind([Zone("dead", -INF, 0, high_included=True), tails[1]]) == "dead x <= 0, saturated x > 5"
    assert describe([]) == by_kind([]) == ""


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ([], ""),
        ([(1, 1), (-1, -1)], "at ±1"),
        ([(2, 2), (0, 0)], "at 0, 2"),
        ([(-INF, -INF), (INF, INF)], "towards ±inf"),
        ([(INF, INF)], "towards inf"),
        ([(0, INF)], "for x > 0"),
        ([(-INF, INF)], "everywhere"),
        ([(0, 6), (9, 9)], "at 9 and for 0 < x < 6"),
    ],
)
def test_places_are_points_stretches_and_ends(places: list[tuple[float, float]], words: str) -> None:
    assert where([Stretch(*place) for place in places], 4) == words


def test_brackets_tell_which_ends_belong_to_an_interval() -> None:
    assert brackets(0, INF, short(4), includes_low=True, includes_high=False) == "[0, inf)"
    assert brackets(-1, 1, short(4), includes_low=False, includes_high=True) == "(-1, 1]"

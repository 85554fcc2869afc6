"""Numbers as text: alike wherever they stand, exact, rounded as C does; and the forms that people read."""

from typing import Any

import numpy as np
import pytest

from actcli.render import numbers

INF, NAN = float("inf"), float("nan")
AWKWARD = [0.0, -0.0, 1.0, 1.5e-7, 0.1, 1e16, 1e22, 5e-324, -1.7976931348623157e308, 1 / 3, NAN, INF, -INF]


def test_a_value_looks_the_same_wherever_it_stands() -> None:
    values = np.array(AWKWARD)
    alone = [numbers.text(value) for value in AWKWARD]
    size = np.array([len(values)])
    assert [token.decode() for token in numbers.each(values)] == alone
    assert numbers.rows(values, size).decode().split(",") == alone
    assert numbers.rows(values, np.ones(len(values), np.int64)).decode().split("\n") == alone
    assert numbers.rows(np.repeat(values, 2), np.full(len(values), 2)).decode().split("\n") == [
        f"{t},{t}" for t in alone
    ]
    assert numbers.rows(values, np.array([3, 0, 9, 1])).decode().replace("\n", ",").split(",") == [
        *alone[:3],
        "",
        *alone[3:],
    ]
    assert alone[-3:] == ["nan", "inf", "-inf"]
    assert alone[:4] == ["0.0", "-0.0", "1.0", "1.5e-7"]


def test_text_reads_back_to_the_same_bits() -> None:
    bits = np.random.default_rng(1).integers(0, 2**63, 20_000, dtype=np.uint64)
    values = bits.view(np.float64)
    back = np.array([float(token) for token in numbers.each(values)])
    assert ((back == values) | (np.isnan(back) & np.isnan(values))).all()


@pytest.mark.parametrize("digits", [1, 6, 17])
def test_digits_are_those_of_percent_g(digits: int) -> None:
    values = np.tile(np.array(AWKWARD), 1000)  # more than one block
    expected = [f"{value:.{digits}g}" for value in values.tolist()]
    assert [token.decode() for token in numbers.each(values, digits)] == expected
    lines = numbers.rows(values, np.full(1000, len(AWKWARD)), digits).decode().split("\n")
    assert lines == [",".join(expected[: len(AWKWARD)])] * 1000


def test_integers_have_no_point_and_no_digits_cut_them() -> None:
    assert numbers.each(np.array([1234567, 0]), 3) == [b"1234567", b"0"]


@pytest.mark.parametrize("values", [np.arange(6.0)[::2], np.arange(3.0).astype(">f8").astype(float), np.zeros(0)])
def test_any_memory_layout_prints(values: Any) -> None:
    assert [float(token) for token in numbers.each(values)] == values.tolist()


def test_whole_numbers_that_people_read_have_no_point() -> None:
    assert [numbers.trimmed(value) for value in (2.0, 0.5, -0.0, 1e22, INF)] == ["2", "0.5", "-0", "1e+22", "inf"]
    assert numbers.trimmed(1 / 3, 4) == "0.3333"


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.17, "-0.17"), (-0.17004, "-0.1700"), (3.0, "3"), (2.99999, "3.000"), (1e-9 / 3, "3.333e-10")],
)
def test_four_digits_are_padded_where_they_are_rounded(value: float, text: str) -> None:
    assert numbers.padded(value) == text


@pytest.mark.parametrize("value", [1 / 3, 2 / 3, 0.006648, 0.00664806, 1e-300 / 7, 123456.0, 1e300 / 7])
def test_a_bound_is_rounded_up_by_less_than_a_unit_of_its_third_digit(value: float) -> None:
    bound = float(numbers.rounded_up(value))
    assert value <= bound <= value * 1.0101
    assert numbers.rounded_up(bound) == numbers.text(bound, 3)


def test_a_bound_of_nothing_is_zero() -> None:
    assert numbers.rounded_up(0.0) == "0"


def test_shares_are_percent() -> None:
    assert [numbers.percent(share) for share in (0.0, 0.125, 1.0, NAN)] == ["0.0 %", "12.5 %", "100.0 %", "nan %"]
    assert [numbers.percent(share, 4) for share in (0.0, 1 / 3, 1.0)] == ["0 %", "33.33 %", "100 %"]


def test_places_after_the_point_are_fixed() -> None:
    assert [numbers.fixed(2 / 3, places) for places in (0, 2, 5)] == ["1", "0.67", "0.66667"]

"""Words of the command line: the number grammar, ranges, comma vectors, and errors with a caret."""

from fractions import Fraction
from math import copysign, inf, isnan, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actcli.errors import UsageError
from actcli.inputs.number import number
from actcli.inputs.words import RANGE_LIMIT, is_values, read_limits, read_words


def values_of(*words: str) -> list[float]:
    return [float(value) for value in read_words(words).values]


def refused(*words: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_words(words)
    assert caught.value.status == 2
    return caught.value


@pytest.mark.parametrize(
    ("token", "value"),
    [
        ("3", 3.0),
        ("-1e-5", -1e-5),
        (".5", 0.5),
        ("5.", 5.0),
        ("+3", 3.0),
        ("007", 7.0),
        ("1E+3", 1000.0),
        ("−2", -2.0),
        ("1e−3", 0.001),
        ("inf", inf),
        ("-INF", -inf),
        ("+Infinity", inf),
        ("1e999", inf),
        ("5e-324", 5e-324),
        ("1e-999", 0.0),
    ],
)
def test_number_as_people_type_it(token: str, value: float) -> None:
    assert number(token) == value


def test_number_keeps_the_sign_of_zero() -> None:
    value = number("-0")
    assert value is not None
    assert copysign(1.0, value) == -1.0


@pytest.mark.parametrize("token", ["nan", "NaN", "-nan", "+NAN"])
def test_nan_is_a_number(token: str) -> None:
    value = number(token)
    assert value is not None
    assert isnan(value)


@pytest.mark.parametrize(
    "token",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "1_000",
        "0x10",
        "1e",
        "1e+",
        ".",
        "-",
        "+-1",
        "--1",
        "1.2.3",
        "٣",
        "1.#",
        "2.#INF",
        "infi",
        "nan1",
        "1j",
        "1f",
        "true",
        "null",
        "two",
        "1\0",
    ],
)
def test_what_is_no_number(token: str) -> None:
    assert number(token) is None


@pytest.mark.parametrize(
    ("token", "value"),
    [
        ("１．５", 1.5),
        ("－２ｅ３", -2000.0),
        ("−1", -1.0),
        ("1.#INF", np.inf),
        ("-1.#INF00", -np.inf),
        ("ｉｎｆ", np.inf),
    ],
)
def test_what_other_keyboards_and_libraries_write(token: str, value: float) -> None:
    assert number(token) == value


@pytest.mark.parametrize("token", ["-1.#IND", "1.#QNAN0", "1.#SNAN"])
def test_what_microsoft_prints_for_nan(token: str) -> None:
    assert isnan(number(token) or 0.0)


@pytest.mark.parametrize(
    ("token", "value"),
    [("1,5", 1.5), ("-,5e3", -500.0), ("2", 2.0), ("1,", None), ("1.5", None), ("1.234,5", None), ("1,2,3", None)],
)
def test_decimal_commas(token: str, value: float | None) -> None:
    assert number(token, decimal_comma=True) == value


@given(st.floats(allow_nan=False))
def test_printed_floats_read_back(value: float) -> None:
    for text in (repr(value), f"{value:.17g}", f"{value:.16e}"):
        assert number(text) == value


def test_bare_numbers_and_ranges_make_one_vector() -> None:
    vectors = read_words(["1", "2:4", "-.5", "nan"])
    assert vectors.lengths.tolist() == [6]
    assert vectors.lines is None
    assert vectors.delimiter == " "
    np.testing.assert_array_equal(vectors.values, [1, 2, 3, 4, -0.5, np.nan])


def test_each_comma_word_is_a_vector() -> None:
    vectors = read_words(["3,1,-3", "max(1,2), pi/2"])
    assert vectors.lengths.tolist() == [3, 2]
    assert vectors.values.tolist() == [3, 1, -3, 2, pi / 2]
    assert vectors.delimiter == ","


def test_constant_expressions_are_numbers() -> None:
    assert values_of("pi/2", "1/3", "-e", "−pi") == [pi / 2, 1 / 3, -np.e, -pi]


@pytest.mark.parametrize(
    ("word", "message", "column", "width"),
    [
        ("1,two,3", "'two' is not a number", 2, 3),
        ("1,,2", "a number is missing", 2, 1),
        ("1,2,", "a number is missing", 4, 1),
        (",1", "a number is missing", 0, 1),
        ("1, two", "'two' is not a number", 3, 3),
        ("", "a number is missing", 0, 1),
        ("1_000", "'1_000' is not a number", 0, 5),
        ("-0x10", "'-0x10' is not a number", 0, 5),
        ("1e", "'1e' is not a number", 0, 2),
        ("٣", "'٣' is not a number", 0, 1),
        ("gelu@jax", "'gelu@jax' is not a number", 0, 8),
        ("1:two", "'two' is not a number", 2, 3),
        (":3", "a number is missing", 0, 1),
        ("1:3:", "a number is missing", 4, 1),
        ("1:2:3:4", "a range is START:STOP or START:STOP:STEP", 5, 1),
        ("1,2:4", "a vector written with commas cannot hold a range", 2, 3),
        ("0:1:0", "the step of a range cannot be 0", 4, 1),
        ("0:inf", "a range must be finite", 2, 3),
        ("nan:1", "a range must be finite", 0, 3),
    ],
)
def test_a_bad_word_is_shown_with_its_place(word: str, message: str, column: int, width: int) -> None:
    error = refused(word)
    assert error.message == message
    assert error.place is not None
    assert (error.place.text, error.place.column, error.place.width) == (word, column, width)


def test_the_place_in_an_expression_is_one_in_the_word() -> None:
    error = refused("1,2+foo")
    assert error.place is not None
    assert error.place.text == "1,2+foo"
    assert error.place.column == 4


def test_control_characters_are_escaped() -> None:
    assert "\x1b" not in refused("\x1b[31m").report()


def test_quoted_numbers_are_distinguished() -> None:
    assert "leave out the quotes" in (refused("1 2 3").hint or "")


def test_mixing_bare_numbers_and_commas_shows_the_cure() -> None:
    error = refused("3", "1,2")
    assert "'3' and '1,2'" in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("1:3", [1, 2, 3]),
        ("3:1:-1", [3, 2, 1]),
        ("3:1:−1", [3, 2, 1]),
        ("0:1:.3", [0, 0.3, 0.6, 0.9]),
        ("5:5", [5]),
        ("5:5:-2", [5]),
        ("0:1:5", [0]),
        ("-1:1", [-1, 0, 1]),
        ("1e300:3e300:1e300", [1e300, 2e300, 3e300]),
        ("0:3e-320:1e-320", [0, 1e-320, 2e-320, 3e-320]),
        ("0:1:1e-0", [0, 1]),
    ],
)
def test_ranges_as_seq_makes_them(word: str, values: list[float]) -> None:
    assert values_of(word) == values


def test_ranges_hold_the_nearest_doubles() -> None:
    assert values_of("0:1:0.1") == [k / 10 for k in range(11)]
    assert values_of("-1.7:2.9:0.01") == [float(Fraction(-170 + k, 100)) for k in range(461)]
    assert values_of("0:1e-25:1e-26") == [float(Fraction(k, 10**26)) for k in range(11)]


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**17), st.integers(0, 30), st.integers(0, 40))
def test_every_value_is_the_nearest_double(start: int, step: int, places: int, count: int) -> None:
    stop = start + step * count
    values = values_of(f"{start}e-{places}:{stop}e-{places}:{step}e-{places}")
    assert values == [float(Fraction(start + k * step, 10**places)) for k in range(count + 1)]


def test_ranges_of_expressions_end_exactly_at_stop() -> None:
    values = values_of("-pi:pi:pi/8")
    assert len(values) == 17
    assert (values[0], values[8], values[-1]) == (-pi, 0.0, pi)
    assert values_of("0:1:1/3") == [0, 1 / 3, 2 / 3, 1]
    assert values_of("0:pi:1") == [0, 1, 2, 3]
    assert values_of("0:-pi:-pi/6")[-1] == -pi
    assert len(values_of("0:1000*pi:pi/1000")) == 1_000_001


@pytest.mark.parametrize(("word", "cure"), [("3:1", "3:1:-1"), ("1:3:-0.5", "1:3:0.5"), ("3:1:+.5", "3:1:-.5")])
def test_a_step_that_leads_away_shows_the_cure(word: str, cure: str) -> None:
    hint = refused(word).hint
    assert hint == f"write {cure}"
    assert len(values_of(cure)) > 1


def test_a_range_has_a_limit_that_names_seq() -> None:
    assert len(values_of(f"1:{RANGE_LIMIT}")) == RANGE_LIMIT
    assert "seq 0 0.5 10000000 |" in (refused("0:1e7:1/2").hint or "")
    for word in ("0:1:1e-300", "0:1:1e-999999999", "-1.7e308:1.7e308:5e-324"):
        refused(word)


@pytest.mark.parametrize(
    "word",
    [
        "3",
        "-3",
        "−3",
        ".5",
        "-inf",
        "nan",
        "e",
        "pi/2",
        "-pi:pi",
        "1,two,3",
        "0:1:0.1",
        "max(1,2)",
        "max(1,2),x",
        "1:x",
        "(1+2)/3",
        ",1",
    ],
)
def test_what_is_a_value(word: str) -> None:
    assert is_values(word)


@pytest.mark.parametrize(
    "word",
    [
        "relu",
        "x",
        "-x*sigmoid(x)",
        "leaky-relu:0.2",
        "leaky-relu:negative_slope=0.2",
        "gelu@jax",
        "hard-tanh:-2,2",
        "2*x",
        "max(x,0)",
        "where(x>0,x,0)",
        "jax.nn.gelu",
        "",
        ",",
        "geluu",
        "x:1",
    ],
)
def test_what_is_a_function(word: str) -> None:
    assert not is_values(word)


def test_limits() -> None:
    assert read_limits("-3:3") == (-3, 3)
    assert read_limits("-pi:pi/2") == (-pi, pi / 2)
    for word in ("3", "0:1:0.5", "1,2", "leaky-relu:0.2"):
        assert read_limits(word) is None
    for word in ("3:-3", "1:1", "0:inf", "nan:1", "0:", "0:two"):
        with pytest.raises(UsageError):
            read_limits(word)


@given(st.text())
def test_any_word_reads_or_is_reported(word: str) -> None:
    shown = ""
    try:
        read_words([word])
    except UsageError as error:
        shown = error.report()
    assert all(line.isprintable() for line in shown.split("\n"))

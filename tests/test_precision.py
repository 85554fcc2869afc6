"""Rounding to number types against exact fractions: every value of the narrow ones, every midpoint, every edge."""

import sys
from fractions import Fraction
from itertools import pairwise

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actcli.dtypes import NUMBER_TYPES, NumberType
from actcli.errors import UsageError

NARROW = ("float16", "bfloat16", "float8_e4m3fn", "float8_e5m2")
EVERY = [pytest.param(precision, id=name) for name, precision in NUMBER_TYPES.items()]
EVERY_NARROW = [pytest.param(NUMBER_TYPES[name], id=name) for name in NARROW]


def numbers_of(precision: NumberType) -> list[float]:
    """All finite numbers of a narrow type from 0 up, as NumPy and ml_dtypes decode their bits."""
    dtype = precision.dtype()
    codes = np.arange(1 << (8 * dtype.itemsize - 1)).astype(f"u{dtype.itemsize}")
    with np.errstate(invalid="ignore"):  # signalling NaN among them
        values = codes.view(dtype).astype(np.float64)
    return sorted(values[np.isfinite(values)].tolist())


def by_fractions(x: Fraction, precision: NumberType) -> float:
    """Round an exact number as IEEE 754 says: to whole multiples of the spacing, then look whether it is too large."""
    size = abs(x)
    exponent = precision.least_exponent
    while size >= Fraction(2) ** (exponent + 1):
        exponent += 1
    spacing = Fraction(2) ** (exponent - precision.bits + 1)
    nearest = round(size / spacing) * spacing  # Python rounds half to even
    if nearest > Fraction(precision.largest):
        nearest_float = np.inf if precision.has_infinity else np.nan
    else:
        nearest_float = float(nearest)
    return -nearest_float if x < 0 else nearest_float


def around(value: float) -> list[float]:
    with np.errstate(over="ignore"):  # beyond the largest float64 lies infinity
        return [float(np.nextafter(value, -np.inf)), value, float(np.nextafter(value, np.inf))]


def assert_rounded(x: list[float], precision: NumberType) -> None:
    got = precision.rounded(np.array(x))
    wanted = np.array([by_fractions(Fraction(each), precision) for each in x])
    wrong = ~((got == wanted) | (np.isnan(got) & np.isnan(wanted)))
    assert not wrong.any(), list(zip(np.array(x)[wrong][:9], got[wrong][:9], wanted[wrong][:9], strict=True))


@pytest.mark.parametrize("precision", EVERY_NARROW)
def test_every_number_of_a_type_is_itself(precision: NumberType) -> None:
    numbers = np.array(numbers_of(precision))
    np.testing.assert_array_equal(precision.rounded(numbers), numbers)
    np.testing.assert_array_equal(precision.rounded(-numbers), -numbers)
    assert numbers[-1] == precision.largest
    assert precision.smallest_normal in numbers


@pytest.mark.parametrize("precision", EVERY_NARROW)
def test_every_midpoint_goes_to_the_even_neighbour_and_what_lies_beside_it_to_the_nearer(precision: NumberType) -> None:
    numbers = numbers_of(precision)
    below, above = np.array(numbers[:-1]), np.array(numbers[1:])
    middles = (below + above) / 2
    # The spacing doubles from the second power of two on, so evenness is that of the count of numbers below.
    even = np.where(np.arange(len(middles)) % 2 == 0, below, above)
    np.testing.assert_array_equal(precision.rounded(middles), even)
    np.testing.assert_array_equal(precision.rounded(np.nextafter(middles, -np.inf)), below)
    np.testing.assert_array_equal(precision.rounded(np.nextafter(middles, np.inf)), above)
    np.testing.assert_array_equal(precision.rounded(-middles), -even)


@pytest.mark.parametrize("precision", EVERY)
def test_edges_of_a_type_by_exact_fractions(precision: NumberType) -> None:
    step = 2.0 ** (precision.least_exponent - precision.bits + 1)
    last_step = float(precision.spacing(np.array(precision.largest)))
    edges = [0.0, step, step / 2, 1.5 * step, precision.smallest_normal, precision.smallest_normal - step / 2]
    edges += [precision.largest, precision.largest - last_step, sys.float_info.min, sys.float_info.max, 1.0]
    if precision.bits < 53:
        edges += [step / 4, precision.largest + last_step / 2, precision.largest + last_step, 1 + 2.0**-precision.bits]
    near = [x for edge in edges for x in around(edge) if np.isfinite(x)]
    assert_rounded([*near, *(-x for x in near)], precision)


@pytest.mark.parametrize("precision", EVERY)
@given(x=st.floats(allow_nan=False, allow_infinity=False), scale=st.integers(-30, 30))
def test_any_number_by_exact_fractions(precision: NumberType, x: float, scale: int) -> None:
    assert_rounded([x, float(np.ldexp(np.frexp(x)[0], scale))], precision)


@pytest.mark.parametrize("name", ["float32", "float16"])
@given(x=st.floats(allow_nan=False))
def test_types_that_numpy_knows_round_as_its_cast_does(name: str, x: float) -> None:
    with np.errstate(all="ignore"):
        assert NUMBER_TYPES[name].rounded(np.array(x)) == np.float64(x).astype(name)


def test_one_rounding_where_a_cast_by_way_of_float32_takes_two() -> None:
    x = np.array(1 + 2.0**-8 + 2.0**-40)
    assert NUMBER_TYPES["bfloat16"].rounded(x) == 1.0078125
    assert float(x.astype(ml_dtypes.bfloat16)) == 1.0


def test_overflow_is_infinity_or_nan_where_the_type_has_none() -> None:
    assert NUMBER_TYPES["float8_e5m2"].rounded(np.array([61_439.9, 61_440.0, -1e300])).tolist() == [
        57_344.0,
        np.inf,
        -np.inf,
    ]
    got = NUMBER_TYPES["float8_e4m3fn"].rounded(np.array([464.0, 464.1, np.inf, -np.inf, -464.0]))
    np.testing.assert_array_equal(got, [448.0, np.nan, np.nan, np.nan, -448.0])


@pytest.mark.parametrize("precision", EVERY)
def test_nan_stays_nan_zero_keeps_its_sign_and_shapes_are_kept(precision: NumberType) -> None:
    got = precision.rounded(np.array([[np.nan, -0.0], [0.0, -sys.float_info.min * sys.float_info.epsilon / 4]]))
    assert got.shape == (2, 2)
    assert np.isnan(got[0, 0])
    assert np.signbit(got).tolist()[0][1]
    assert not np.signbit(got[1, 0])


@pytest.mark.parametrize("precision", EVERY_NARROW)
def test_spacing_is_the_distance_to_the_next_number(precision: NumberType) -> None:
    numbers = numbers_of(precision)
    gaps = [above - below for below, above in pairwise(numbers)]
    assert precision.spacing(np.array(numbers[:-1])).tolist() == gaps
    assert precision.spacing(-np.array(numbers[:-1])).tolist() == gaps
    assert np.isnan(precision.spacing(np.array([np.nan, np.inf, -np.inf]))).all()


@pytest.mark.parametrize("precision", EVERY_NARROW)
def test_every_number_of_a_narrow_type_is_printed_by_a_float32(precision: NumberType) -> None:
    numbers = np.array(numbers_of(precision))
    printed = precision.printed(numbers)
    assert printed.dtype == np.float32
    np.testing.assert_array_equal(printed.astype(np.float64), numbers)
    np.testing.assert_array_equal(numbers.astype(precision.dtype()).astype(np.float64), numbers)


def test_only_types_that_numpy_lacks_need_ml_dtypes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    assert NUMBER_TYPES["float16"].dtype() == np.float16
    with pytest.raises(UsageError, match="float8_e5m2") as raised:
        NUMBER_TYPES["float8_e5m2"].dtype()
    assert "actcli[dtypes]" in str(raised.value.hint)

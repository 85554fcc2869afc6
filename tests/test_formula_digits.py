"""Certified digits: rounding to the one nearest float64, what is settled and what is not, and no way to hang."""

import math
from contextlib import suppress
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actcli.catalog import FUNCTIONS, Activation, Function, find
from actcli.formula.digits import NotSettledError, nearest_double, settled

LEAST = Fraction(2) ** -1074
LARGEST = Fraction(2) ** 1024 - Fraction(2) ** 971


def rounded(exact: Fraction) -> float:
    return settled(lambda balls: balls.number(exact), nearest_double)


def activation(spec: str) -> Activation:
    found = find(spec)
    assert isinstance(found, Activation)
    return found


def certified(spec: str, order: int, x: float) -> float:
    return activation(spec).certified(order, x)


@pytest.mark.parametrize(
    ("exact", "nearest"),
    [
        (1 + Fraction(2) ** -53, 1.0),  # a tie goes to even
        (1 + 3 * Fraction(2) ** -53, 1 + 2 * 2.0**-52),
        (1 + Fraction(2) ** -53 + Fraction(2) ** -300, 1 + 2.0**-52),
        (1 + Fraction(2) ** -53 - Fraction(2) ** -300, 1.0),
        (1 - Fraction(2) ** -54, 1.0),
        (Fraction(1, 3), 1 / 3),
        (LEAST, 5e-324),
        (LEAST / 2, 0.0),
        (LEAST / 2 + LEAST / 10**40, 5e-324),
        (LEAST * 3 / 2, 1e-323),
        (LEAST * 3 / 4, 5e-324),
        (LEAST * 5 / 2, 1e-323),
        (LEAST / 10**400, 0.0),
        (Fraction(2) ** -1022 - LEAST / 2, 2.2250738585072014e-308),
        (Fraction(2) ** -1022 - LEAST * 3 / 4, 2.225073858507201e-308),
        (LARGEST, 1.7976931348623157e308),
        (LARGEST + Fraction(2) ** 970 - 1, 1.7976931348623157e308),
        (LARGEST + Fraction(2) ** 970 + 1, math.inf),
        (LARGEST + Fraction(2) ** 971, math.inf),
        (Fraction(10) ** 400, math.inf),
        (Fraction(0), 0.0),
    ],
)
def test_the_nearest_double_rounds_half_to_even_at_every_size(exact: Fraction, nearest: float) -> None:
    assert rounded(exact) == nearest
    assert rounded(-exact) == -nearest


def test_the_tie_below_infinity_goes_to_infinity() -> None:
    assert rounded(LARGEST + Fraction(2) ** 970) == math.inf


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_is_its_own_nearest(x: float) -> None:
    assert rounded(Fraction(x)) == x


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([-1, 0, 1]))
def test_midpoints_go_to_even_and_beside_them_to_the_nearer(x: float, side: int) -> None:
    above = math.nextafter(x, math.inf)
    if math.isinf(above):
        return
    gap = Fraction(above) - Fraction(x)
    exact = Fraction(x) + gap / 2 + side * gap / 10**30
    even = x if int(np.float64(x).view(np.int64)) % 2 == 0 else above
    assert rounded(exact) == {-1: x, 0: even, 1: above}[side]


@pytest.mark.parametrize("x", [1e-80, 1e-20, 1e-5, -1e-80])
def test_cancellation_is_seen_through(x: float) -> None:
    # x - tanh(x) = x^3/3 - 2x^5/15 + 17x^7/315 - ...; at 1e-80 fixed precision gives 0 up to 480 bits.
    u = Fraction(x)
    series = u**3 / 3 - 2 * u**5 / 15 + 17 * u**7 / 315 - 62 * u**9 / 2835
    assert certified("x - tanh(x)", 0, x) == series.numerator / series.denominator


def test_a_smaller_cube_falls_below_the_least_subnormal() -> None:
    assert certified("x - tanh(x)", 0, 1e-120) == 0.0
    assert certified("exp(-x**2)", 0, 27.28) == 5e-324  # e^-744.1984 = 6.2e-324
    assert certified("exp(-x**2)", 0, 27.31) == 0.0  # e^-745.836 = 1.2e-324


@pytest.mark.parametrize(
    ("spec", "x", "value"),
    [
        ("gelu", -10.0, -7.619853024160526e-23),
        ("sigmoid", -3.0, 0.04742587317756678),
        ("normal_cdf(x)", -38.0, 2.885428360068784e-316),
        ("sin(x)", 1e22, -0.8522008497671888),
        ("exp(x)", 709.782712893384, 1.7976931348622732e308),
        ("exp(x)", 709.7827128933841, math.inf),
        ("exp(x)", -745.13, 5e-324),
        ("exp(x)", -745.14, 0.0),
        ("log(x)", 5e-324, -744.4400719213812),
    ],
)
def test_known_values(spec: str, x: float, value: float) -> None:
    assert certified(spec, 0, x) == value


@pytest.mark.parametrize("x", [10.0, 1e308, -1e308, 700.0])
@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize(
    "spec",
    ["exp(exp(exp(x)))", "sinh(sinh(sinh(x)))", "x**x**x", "sin(exp(exp(x)))", "1/exp(exp(exp(x)))", "(x**999)**999"],
)
def test_towers_settle_or_say_that_they_do_not(spec: str, order: int, x: float) -> None:
    with suppress(NotSettledError):
        assert isinstance(certified(spec, order, x), float)


def test_a_value_that_is_zero_without_being_rational_is_zero_below_half_the_least_subnormal() -> None:
    assert certified("sqrt(2)*sqrt(2) - x", 0, 2.0) == 0.0
    assert certified("sin(pi)", 0, 1.0) == 0.0
    assert certified("exp(log(x)) - x", 0, 3.0) == 0.0


def test_a_comparison_that_no_ball_decides_is_not_settled() -> None:
    with pytest.raises(NotSettledError):
        certified("where(sqrt(x)*sqrt(x) > x, 1, 0)", 0, 2.0)
    with pytest.raises(NotSettledError):
        certified("sign(sqrt(x)*sqrt(x) - x)", 0, 2.0)


def test_where_both_branches_agree_the_value_is_settled_all_the_same() -> None:
    assert certified("where(sqrt(x)*sqrt(x) > x, 3, 3)", 0, 2.0) == 3.0


def test_rational_ties_are_settled() -> None:
    assert certified("where(x*x >= 4, 1, 0)", 0, 2.0) == 1.0
    assert certified("where(x/3*3 == x, 1, 0)", 0, 0.1) == 1.0
    assert certified("where(0.1*x + 0.2*x == 0.3*x, 1, 0)", 0, 1.0) == 1.0  # literals are the decimals typed


def test_literals_are_exact_decimals_and_inputs_are_doubles() -> None:
    assert certified("x - 0.1", 0, 0.1) == float(Fraction(0.1) - Fraction(1, 10))
    assert certified("0.1 + 0.2 - 0.3 + 0*x", 0, 1.0) == 0.0


@pytest.mark.parametrize(
    "spec", ["where(x > 0, x, 1/0)", "where(x > 0, x, log(-1))", "where(x > 0, x, exp(exp(exp(x + 50))))"]
)
def test_only_the_branch_taken_is_evaluated(spec: str) -> None:
    assert certified(spec, 0, 1.0) == 1.0


def test_infinities_of_an_entry_give_its_limits_and_nan_stays() -> None:
    assert certified("silu", 0, -math.inf) == 0.0
    assert certified("gelu", 1, math.inf) == 1.0
    for order in range(3):
        assert math.isnan(certified("gelu", order, math.nan))


def test_limits_of_an_entry_have_every_digit() -> None:
    # Klambauer et al. give scale * alpha in closed form; pi/2 is known.
    assert activation("selu").digits(0, -np.inf, 20) == "-1.7580993408473768599"
    assert activation("arctan").digits(0, np.inf, 30) == "1.57079632679489661923132169164"
    assert activation("leaky_relu").digits(1, -np.inf, 30) == "0.01"


@pytest.mark.parametrize("x", [-np.inf, np.inf])
@pytest.mark.parametrize("text", ["mish(x) + 1", "x + gelu(2*x)", "silu(-x)", "tanh(sigmoid(x))"])
def test_a_function_of_the_catalogue_has_its_limits_inside_an_expression(text: str, x: float) -> None:
    for order in (0, 1):
        assert activation(text).certified(order, x) == activation(text).order(order, np.array([x]))[0]


def test_a_finite_number_of_unknown_sign_is_smaller_than_infinity() -> None:
    # log(min(pi, 1)) is 0, but only a ball around it is known.
    assert activation("min(2 + x, log(min(pi, 1)*1))").certified(0, -np.inf) == -np.inf
    assert activation("max(sin(pi), log(0) + 3/x)").certified(0, 1.0) == 0.0


def test_an_error_of_certification_names_its_cure() -> None:
    with pytest.raises(NotSettledError) as caught:
        certified("exp(exp(exp(x)))", 0, 10.0)
    assert caught.value.hint
    assert caught.value.status == 1


@pytest.mark.parametrize(
    ("text", "order", "x"),
    [
        ("(log(-exp(x)))**0", 0, 1e300),
        ("sqrt(sin(3.141592653589793*x)-1)**0", 0, 1e300),
        ("sign(log(-exp(exp(x))))*0", 0, 1e300),
        ("where(log(-exp(exp(x)))>0,1,1)", 0, 1e300),
        ("max(sqrt(x)**2,x)", 1, 0.0),
        ("min(sqrt(x)**2,x)", 1, 0.0),
    ],
)
def test_what_may_be_no_number_is_never_certified_as_one(text: str, order: int, x: float) -> None:
    with suppress(NotSettledError):
        assert math.isnan(certified(text, order, x))


@pytest.mark.parametrize(
    ("text", "curvature"),
    [
        ("relu(-x**2)", 0.0),
        ("relu(x**2)", 2.0),
        ("hard_tanh(1+x**2)", 0.0),
        ("max(x**2, 3*x**2)", 6.0),
        ("min(x**2, 3*x**2)", 2.0),
        ("max(x + x**2, x)", 2.0),
    ],
)
def test_at_equal_slopes_a_max_bends_like_the_one_that_bends_up_more(text: str, curvature: float) -> None:
    assert certified(text, 2, 0.0) == curvature
    assert activation(text).curvature(np.zeros(1))[0] == curvature


@pytest.mark.parametrize(
    ("text", "slope"), [("x*sqrt(x)", 0.0), ("sqrt(x)*x", 0.0), ("x*x*sqrt(x)", 0.0), ("x*exp(x)", 1.0)]
)
def test_a_product_at_the_root_of_a_factor_has_its_slope(text: str, slope: float) -> None:
    assert certified(text, 1, 0.0) == slope
    assert math.isnan(certified("sqrt(x)*sqrt(x)", 1, 0.0))  # 0 times infinity on both sides


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.name)
def test_what_is_exactly_zero_is_written_as_0(entry: Function) -> None:
    function = activation(entry.name)
    for order in range(3):
        if function.certified(order, 0.0) == 0:
            assert function.digits(order, 0.0, 20) == "0"


def test_a_tie_and_a_rest_too_small_to_write_down_are_settled_by_its_side() -> None:
    for power in range(9, 300, 7):
        x = 10.0**power
        assert certified("tanh_shrink", 0, x) == float(Fraction(x) - 1 + Fraction(1, 10**9)), x
        assert certified("tanh_shrink", 0, -x) == -float(Fraction(x) - 1 + Fraction(1, 10**9)), x
    assert certified("tanh_shrink", 0, 2.0**54 + 4) == 2.0**54 + 4  # half below, and a little less


@pytest.mark.parametrize(
    ("text", "x", "digits"), [("sqrt(x)", 6.25, "2"), ("sqrt(x**(-2))", 0.4, "2"), ("x**1.5", 0.25, "0.1")]
)
def test_ties_of_rational_roots_go_to_even(text: str, x: float, digits: str) -> None:
    assert activation(text).digits(0, x, 1) == digits

"""Derivatives of expressions: over float64 and over balls, against power series of FLINT, which knows no jet rule."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from flint import arb, arb_series, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from actcli.catalog import Activation, find

Series = Callable[[Any], Any]


def constant(text: str) -> Any:
    return arb_series([arb(text)], 3)


def cosh(u: Any) -> Any:
    return (u.exp() + (-u).exp()) / 2


def sinh(u: Any) -> Any:
    return (u.exp() - (-u).exp()) / 2


def normal_cdf(u: Any) -> Any:
    return (-u / arb(2).sqrt()).erfc() / 2


def normal_pdf(u: Any) -> Any:
    return (-u * u / 2).exp() / (2 * arb.pi()).sqrt()


# Every primitive of the language, alone at an inner slope and curvature other than 1 and 0, and in company.
SMOOTH: dict[str, Series] = {
    "x*x + 3*x - 1/7": lambda x: x * x + 3 * x - arb(1) / 7,
    "-(x - 2)/(x*x + 1)": lambda x: -(x - 2) / (x * x + 1),
    "x**3": lambda x: x * x * x,
    "(x*x + 1)**-2": lambda x: 1 / ((x * x + 1) * (x * x + 1)),
    "(x*x + 1)**2.5": lambda x: ((x * x + 1).log() * (arb(5) / 2)).exp(),
    "2**x": lambda x: (x * arb(2).log()).exp(),
    "(x*x + 1)**x": lambda x: (x * (x * x + 1).log()).exp(),
    "(x*x + 1)**(1/3)": lambda x: ((x * x + 1).log() / 3).exp(),
    "exp(x*x/2 - x)": lambda x: (x * x / 2 - x).exp(),
    "expm1(x*x/2 - x)": lambda x: (x * x / 2 - x).exp() - 1,
    "log(x*x + 2)": lambda x: (x * x + 2).log(),
    "log1p(x*x + x/2)": lambda x: (x * x + x / 2 + 1).log(),
    "sqrt(x*x + 2)": lambda x: (x * x + 2).sqrt(),
    "sin(x*x)": lambda x: (x * x).sin(),
    "cos(x*x)": lambda x: (x * x).cos(),
    "tan(x*x/9)": lambda x: (x * x / 9).tan(),
    "atan(x*x - x)": lambda x: (x * x - x).atan(),
    "sinh(x*x/2)": lambda x: sinh(x * x / 2),
    "cosh(x*x/2 + x)": lambda x: cosh(x * x / 2 + x),
    "tanh(x*x/2 + x)": lambda x: sinh(x * x / 2 + x) / cosh(x * x / 2 + x),
    "erf(x*x/2 + x)": lambda x: (x * x / 2 + x).erf(),
    "erfc(x*x/2 + x)": lambda x: (x * x / 2 + x).erfc(),
    "normal_cdf(x*x/2 + x)": lambda x: normal_cdf(x * x / 2 + x),
    "normal_pdf(x*x/2 + x)": lambda x: normal_pdf(x * x / 2 + x),
    "pi*x + e": lambda x: arb.pi() * x + arb.const_e(),
    "abs(x*x*x + 1/3)": lambda x: (
        x * x * x + arb(1) / 3 if (x * x * x + arb(1) / 3)[0] > 0 else -(x * x * x) - arb(1) / 3
    ),
    "sign(x + 1/3)*exp(x)": lambda x: x.exp() if x[0] > arb(-1) / 3 else -x.exp(),
    "max(x*x, x + 1)": lambda x: x * x if (x * x)[0] > (x + 1)[0] else x + 1,
    "min(sin(x), x/3 + 1/7)": lambda x: x.sin() if x.sin()[0] < (x / 3 + arb(1) / 7)[0] else x / 3 + arb(1) / 7,
    "clip(x*x, 1/3, 3)": lambda x: (
        x * x if arb(1) / 3 < (x * x)[0] < 3 else constant("1") / (3 if (x * x)[0] < 1 else arb(1) / 3)
    ),
    "where(x > 1/3, x**2, exp(x))": lambda x: x * x if x[0] > arb(1) / 3 else x.exp(),
    "x*sigmoid(1.702*x)": lambda x: x / (1 + (-arb("1.702") * x).exp()),
    "softplus(x, beta=2)": lambda x: (1 + (2 * x).exp()).log() / 2,
    "gelu(x) + elu(x, 0.5)": lambda x: x * normal_cdf(x) + (x if x[0] > 0 else (x.exp() - 1) / 2),
}

POINTS = [-3.7, -2.0, -1.3, -0.6, -1e-3, 1e-9, 0.2, 0.51, 1.1, 1.9, 2.8]


@pytest.fixture(autouse=True)
def _bits() -> Iterator[None]:
    # Enough for exp(u) - 1 at the least subnormal.
    with ctx.workprec(4096):
        cap, ctx.cap = ctx.cap, 3
        yield
        ctx.cap = cap


def activation(spec: str) -> Activation:
    found = find(spec)
    assert isinstance(found, Activation)
    return found


def truth(series: Series, x: float) -> list[float]:
    """Value, slope and curvature from the first coefficients of the power series around x."""
    around = series(arb_series([arb(x), 1], 3))
    return [float(around[order]) * math.factorial(order) for order in range(3)]


@pytest.mark.parametrize("text", SMOOTH)
def test_certified_derivatives_are_those_of_the_power_series(text: str) -> None:
    function = activation(text)
    for x in POINTS:
        got = [function.certified(order, x) for order in range(3)]
        assert got == pytest.approx(truth(SMOOTH[text], x), rel=4e-16, abs=0), x


@pytest.mark.parametrize("text", SMOOTH)
def test_float64_derivatives_are_those_of_the_power_series(text: str) -> None:
    function = activation(text)
    for order in range(3):
        got = function.order(order, np.array(POINTS))
        wanted = [truth(SMOOTH[text], x)[order] for x in POINTS]
        # As written: a few roundings, seen against the largest term of the rule.
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-13, err_msg=f"order {order}")


@pytest.mark.parametrize(
    ("text", "x", "slope", "curvature"),
    [
        ("max(x, 0)", 0.0, 0.0, 0.0),
        ("max(0, x)", 0.0, 0.0, 0.0),
        ("min(x, 0)", 0.0, 0.0, 0.0),
        ("max(x, 3*x)", 0.0, 1.0, 0.0),
        ("max(3*x, x)", 0.0, 1.0, 0.0),
        ("min(-3*x, 2*x)", 0.0, 2.0, 0.0),
        ("max(x, -x)", 0.0, 0.0, 0.0),
        ("min(x, -x)", 0.0, 0.0, 0.0),
        ("max(x**2, -x**2)", 0.0, 0.0, 2.0),  # equal slopes: the larger curvature, whichever stands first
        ("max(-x**2, x**2)", 0.0, 0.0, 2.0),
        ("max(x + x**2, x)", 0.0, 1.0, 2.0),
        ("max(x, x + x**2)", 0.0, 1.0, 2.0),
        ("min(x**2, -x**2)", 0.0, 0.0, -2.0),  # of a min the smaller
        ("min(x, x + x**2)", 0.0, 1.0, 0.0),
        ("max(x, x)", 1.0, 1.0, 0.0),
        ("clip(x, 0, 6)", 0.0, 0.0, 0.0),
        ("clip(x, 0, 6)", 6.0, 0.0, 0.0),
        ("clip(x, 0, 6)", 3.0, 1.0, 0.0),
        ("abs(x)", 0.0, 0.0, 0.0),
        ("abs(x)", -0.0, 0.0, 0.0),
        ("abs(x - 1)", 1.0, 0.0, 0.0),
        ("abs(3*x)*2", -1.0, -6.0, 0.0),
        ("sign(x)", 0.0, 0.0, 0.0),
        ("where(x > 0, 5*x, 7*x)", 0.0, 7.0, 0.0),
        ("where(x >= 0, 5*x, 7*x)", 0.0, 5.0, 0.0),
        ("where(x == 0, x**2, x)", 0.0, 0.0, 2.0),
        ("where(x != 0, x**2, x)", 0.0, 1.0, 0.0),
        ("where(x < 1, x, 1/0)", 0.0, 1.0, 0.0),
        ("where(x <= 0, x, log(x))", 0.0, 1.0, 0.0),
        ("x**2", 0.0, 0.0, 2.0),
        ("x**1", 0.0, 1.0, 0.0),
        ("x**0", 0.0, 0.0, 0.0),
        ("x**3", 0.0, 0.0, 0.0),
        ("3", 1.0, 0.0, 0.0),
        ("max(x, 1/3*3*x)", 2.0, 1.0, 0.0),
    ],
)
def test_conventions_at_ties_hold_in_both_arithmetics(text: str, x: float, slope: float, curvature: float) -> None:
    function = activation(text)
    assert (function.certified(1, x), function.certified(2, x)) == (slope, curvature)
    assert (function.slope(np.array([x]))[0], function.curvature(np.array([x]))[0]) == (slope, curvature)


@pytest.mark.parametrize("text", ["log(x)", "sqrt(x)", "x**0.5", "where(x > -5, log(x), 0)", "max(log(x), log(x))"])
def test_where_the_value_is_undefined_so_are_its_derivatives(text: str) -> None:
    function = activation(text)
    for order in range(3):
        assert math.isnan(function.certified(order, -1.0))
        assert np.isnan(function.order(order, np.array([-1.0, np.nan]))).all()


def test_tanh_keeps_its_slope_where_its_square_rounds_to_one() -> None:
    # 1 - tanh(30)^2 is 0 in float64; sech(30)^2 = 4 e^-60 / (1 + e^-60)^2.
    assert activation("tanh(x) + 0*x").slope(np.array([30.0]))[0] == pytest.approx(4 * math.exp(-60), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "curvature"),
    [
        ("exp(x*x)", 2.0),
        ("(x*x + 1)**(1/3)", 2 / 3),
        ("cos(x*x - 2)*0 + sqrt(x**2 + 1)", 1.0),
        ("sigmoid(x*x)", 0.5),
        ("tanh(x**2)", 2.0),
        ("2**(x*x)", 2 * math.log(2)),
        ("x*x/(x*x + 1)", 2.0),
        ("max(exp(x*x), 0)", 2.0),
        ("abs(x*x + 1)", 2.0),
        ("where(x < 1, log1p(x*x), 0)", 2.0),
    ],
)
def test_an_inner_slope_of_zero_does_not_hide_an_inner_curvature(text: str, curvature: float) -> None:
    function = activation(text)
    assert function.certified(2, 0.0) == pytest.approx(curvature, rel=4e-16)
    assert function.curvature(np.array([0.0]))[0] == pytest.approx(curvature, rel=1e-15)


@given(st.sampled_from(sorted(SMOOTH)), st.floats(-4, 4))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_slopes_hold_at_points_nobody_would_think_of(text: str, x: float) -> None:
    function = activation(text)
    try:
        wanted = truth(SMOOTH[text], x)
    except (ValueError, ZeroDivisionError):
        return
    if not all(map(math.isfinite, wanted)):
        return
    got = [function.certified(order, x) for order in range(3)]
    assert got == pytest.approx(wanted, rel=4e-16, abs=1e-300)

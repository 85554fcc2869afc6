"""Certified digits are held against an oracle that shares nothing with them but the text of the formulas."""

import numpy as np
import pytest

from actcli.formula.digits import NotSettledError
from tests.oracle.accuracy import OF_LIBRARIES, truth_of
from tests.oracle.formulas import Formula
from tests.specs import SPECS, activation

RNG = np.random.default_rng(20240303)
POINTS = np.concatenate(
    [
        RNG.uniform(-40, 40, 12),
        RNG.uniform(-700, 700, 4),
        np.copysign(10.0 ** RNG.uniform(-300, 300, 6), [1, -1] * 3),
        [-6.0, -3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.5, 3.0, 6.0, 1e-310, -1e-310, -1.7e308, 5e-324, 1e22, 40.25],
    ]
)


def test_every_spec_of_a_library_is_known() -> None:
    assert {spec for spec in SPECS if "@" in spec} == set(OF_LIBRARIES)


@pytest.mark.parametrize("spec", SPECS)
def test_certified_digits_are_those_of_the_oracle(spec: str) -> None:
    function = activation(spec)
    settled = 0
    for x, truth in zip(POINTS.tolist(), truth_of(spec).at(POINTS).tolist(), strict=True):
        for order, wanted in enumerate(truth):
            try:
                got = function.certified(order, x)
            except NotSettledError:
                continue
            settled += 1
            assert got == wanted or (np.isnan(got) and np.isnan(wanted)), (order, x)
    # Outside the domain, a logarithm of a negative number, nothing is settled.
    assert settled > (0.4 if spec.startswith("soft-exponential:-") else 0.9) * 3 * len(POINTS)


@pytest.mark.parametrize("spec", ["gelu", "softplus:2", "tanh-shrink", "sqnl", "squareplus", "xielu", "selu"])
def test_forty_digits_round_to_the_float64_of_the_oracle(spec: str) -> None:
    function = activation(spec)
    for x, truth in zip(POINTS.tolist(), truth_of(spec).at(POINTS).tolist(), strict=True):
        for order, wanted in enumerate(truth):
            if 1e-300 < abs(wanted) < 1e300:  # beyond float64 there are digits all the same
                assert float(function.digits(order, x, 40)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "x - tanh(x)",
        "max(0.1*x, x)",
        "min(x**2, 4) + abs(x)",
        "max(x, -x) + min(0.3*x, 0.1*x)",
        "clip(x/3, -1/6, 1)*sigmoid(x)",
        "where(0.1*x + 0.2*x == 0.3*x, x*x, 1)",
        "elu(x, alpha=1/3) + softplus(x, beta=2)",
        "exp(-x**2)*cos(x) + sin(3*x)",
        "(1 + exp(-x))**(-3/2)",
        "log(1 + x**2)/(1 + abs(x))",
        "sqrt(1 + x*x) - atan(x)",
        "x**3/(1 + x**2)",
        "sinh(clip(x, -5, 5)) + cosh(x/1e300)",
        "normal_pdf(x) - erfc(x)",
        "log1p(max(x, 0))*sign(x)",
        "tan(x) + expm1(min(x, 1))",
    ],
)
def test_typed_formulas_are_certified_as_the_oracle_has_them(text: str) -> None:
    function, formula = activation(text), Formula(text)
    for x in POINTS.tolist():
        got = [function.certified(order, x) for order in range(3)]
        assert got == pytest.approx(list(formula.nearest(x)), rel=0, abs=0, nan_ok=True), x


@pytest.mark.parametrize(
    ("text", "x", "wanted"),
    [
        ("sqrt(tanh(x))", 0.0, (0.0, np.inf, -np.inf)),
        ("log1p(x)**0", -1.0, (1.0, 0.0, 0.0)),
        ("cos(log(x)**0)", -1.0, (0.5403023058681398, 0.0, 0.0)),
        ("(log(x)**0)**(1/3)", 0.0, (1.0, 0.0, 0.0)),
        ("(x*x) / (0.5/x)", -1e-9, (-2.0000000000000004e-27, 6.0000000000000004e-18, -1.2000000000000002e-08)),
    ],
)
def test_ends_of_domains_powers_of_infinities_and_ties(text: str, x: float, wanted: tuple[float, ...]) -> None:
    np.testing.assert_array_equal(Formula(text).nearest(x), wanted)

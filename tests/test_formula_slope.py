"""slope(u): the derivative of a formula as a formula, in all three arithmetics, and slopes of slopes."""

from collections.abc import Callable

import numpy as np
import pytest
from flint import arb, arb_series, ctx
from numpy.typing import NDArray

from actcli.arrays import Floats
from actcli.catalog import Activation, find
from actcli.formula import FloatArithmetic, evaluate
from actcli.formula.canonical import canonical
from tests.oracle.formulas import Formula
from tests.runner import actcli

POINTS = np.array([-745.0, -60.0, -9.0, -3.0, -1.0, -0.4, -1e-9, 0.0, 1e-300, 0.3, 0.7, 1.0, 2.0, 6.5, 40.0, 1e10])

# The last ones have kinks, jumps and edges.
FORMULAS = (
    *("tanh(x)", "softplus(x)", "gelu(x)", "mish(x)", "silu(x)", "squareplus(x)", "logcosh(x)", "tanh_shrink(x)"),
    *("x*sigmoid(1.702*x)", "exp(-x**2)", "sin(x)*x", "x**3 - 2/x", "atan(x)*erf(x)", "gelu(tanh(2*x))"),
    *("relu(x)", "relu6(x)", "abs(x)", "max(x, -x)", "max(x**2, 0)", "where(x > 1, x, x**2)", "sqrt(x)", "log(x)"),
)


def function(spec: str) -> Activation:
    found = find(spec)
    assert isinstance(found, Activation)
    return found


def is_off(got: Floats, wanted: Floats) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        near = np.abs(got - wanted) <= np.spacing(np.abs(wanted))
    off: NDArray[np.bool_] = ~(near | (got == wanted) | (np.isnan(got) & np.isnan(wanted)))
    return off


@pytest.mark.parametrize("formula", FORMULAS)
def test_its_value_and_its_slope_are_slope_and_curvature(formula: str) -> None:
    wanted = np.array([Formula(formula).nearest(x) for x in POINTS.tolist()])
    once, twice = function(f"slope({formula})"), function(f"slope(slope({formula}))")
    for got, order in ((once.value(POINTS), 1), (once.slope(POINTS), 2), (twice.value(POINTS), 2)):
        bad = is_off(got, wanted[:, order])
        assert not bad.any(), (POINTS[bad], got[bad], wanted[bad, order])
    for x, (_, slope, curvature) in zip(POINTS.tolist(), wanted.tolist(), strict=True):
        certified = [once.certified(0, x), once.certified(1, x), twice.certified(0, x)]
        np.testing.assert_array_equal(certified, [slope, curvature, curvature])


def series(g: Callable[[arb_series], arb_series], x: float, order: int) -> float:
    """The derivative of an order, by power series of python-flint."""
    with ctx.workprec(300):
        ctx.cap = order + 1
        coefficient = g(arb_series([arb(x), 1], prec=order + 1))[order]
        return float(coefficient * int(np.prod(range(1, order + 1))))


THIRD = {
    "tanh(x)": lambda x: (x.exp() - (-x).exp()) / (x.exp() + (-x).exp()),
    "softplus(x)": lambda x: (1 + x.exp()).log(),
    "silu(x)": lambda x: x / (1 + (-x).exp()),
    "gelu(x)": lambda x: x * (1 + (x * (1 / arb(2).sqrt())).erf()) * arb(0.5),
    "x*exp(-x**2)": lambda x: x * (-x * x).exp(),
    "atan(x)": lambda x: x.atan(),
    "sin(x)**3": lambda x: x.sin() * x.sin() * x.sin(),
    "softplus(sin(x))": lambda x: (1 + x.sin().exp()).log(),
    "logcosh(x)": lambda x: ((x.exp() + (-x).exp()) * arb(0.5)).log(),
}


@pytest.mark.parametrize("formula", THIRD)
def test_third_and_fourth_derivatives_agree_with_power_series(formula: str) -> None:
    x = np.array([-3.0, -1.0, -0.25, 0.0, 0.5, 2.0, 5.0])
    third, fourth = (np.array([series(THIRD[formula], each, order) for each in x.tolist()]) for order in (3, 4))
    once, twice = function(f"slope({formula})"), function(f"slope(slope({formula}))")
    thrice = function(f"slope(slope(slope({formula})))")
    for got in (once.curvature(x), twice.slope(x), thrice.value(x)):
        np.testing.assert_allclose(got, third, rtol=4e-16, atol=1e-16)
    for got in (twice.curvature(x), thrice.slope(x)):
        np.testing.assert_allclose(got, fourth, rtol=4e-16, atol=1e-16)
    assert [thrice.certified(0, each) for each in x.tolist()] == pytest.approx(third.tolist(), rel=1e-15, abs=1e-16)


def test_float64_agrees_where_it_can() -> None:
    for formula in ("tanh(x)", "gelu(x)", "sin(x)*x", "relu(x)"):
        tree = function(f"slope({formula})").tree
        with np.errstate(all="ignore"):
            got = evaluate(tree, FloatArithmetic(), POINTS[1:-1])
        np.testing.assert_allclose(got, [Formula(formula).nearest(x)[1] for x in POINTS[1:-1].tolist()], atol=1e-12)


@pytest.mark.parametrize(
    ("formula", "low", "high"),
    [("gelu(x)", 0.0, 1.0), ("relu2(x)", 0.0, np.inf), ("tanh(x)", 0.0, 0.0), ("lisht(x)", -1.0, 1.0)],
)
def test_at_infinity_it_has_the_limits_of_the_entry(formula: str, low: float, high: float) -> None:
    ends = np.array([-np.inf, np.inf])
    once = function(f"slope({formula})")
    np.testing.assert_array_equal(once.value(ends), [low, high])
    assert [once.certified(0, end) for end in ends.tolist()] == [low, high]
    np.testing.assert_array_equal(once.slope(ends), [0.0, 2.0 if formula == "relu2(x)" else 0.0])


def test_where_a_function_is_undefined_so_are_its_slopes() -> None:
    for formula in ("log(x)", "sqrt(x)", "log1p(x)", "x**0.5"):
        for nested in (f"slope({formula})", f"slope(slope({formula}))"):
            undefined = function(nested)
            assert np.isnan(undefined.value(np.array([-2.0]))).all()
            assert np.isnan(undefined.slope(np.array([-2.0]))).all()
            assert np.isnan(undefined.certified(0, -2.0))


@pytest.mark.parametrize(
    ("formula", "other"),
    [
        ("slope(softplus(x))", "sigmoid(x)"),
        ("slope(softplus(2*x))", "2*sigmoid(2*x)"),
        ("slope(slope(softplus(x)))", "sigmoid(x)*sigmoid(-x)"),
        ("slope(x*x/2)", "x"),
        ("slope(sin(x))", "cos(x)"),
        ("slope(3*tanh(x) - 1)", "3*(1 - tanh(x)**2)"),
        ("slope(relu(x))", "where(x > 0, 1, 0)"),
        ("slope(where(x > 0, x**2, 1))", "where(x > 0, 2*x, 0)"),
        ("slope(slope(x))", "0"),
    ],
)
def test_written_out_it_is_what_entries_state(formula: str, other: str) -> None:
    form = canonical(function(formula).tree)
    assert form is not None
    assert form == canonical(function(other).tree)


@pytest.mark.parametrize(("formula", "other"), [("slope(log(x))", "1/x"), ("slope(relu(x))", "where(x >= 0, 1, 0)")])
def test_forms_differ_where_an_edge_or_a_kink_does(formula: str, other: str) -> None:
    assert canonical(function(formula).tree) != canonical(function(other).tree)


@pytest.mark.parametrize(
    ("first", "second", "known"),
    [
        ("slope(softplus(x))", "sigmoid", "equal when written out"),
        ("slope(silu(x))", "dsilu", "equal when written out"),
        ("tanh", "2*sigmoid(2*x) - 1", "equal when written out"),
        ("sigmoid", "exp(x)/(exp(x) + exp(0))", "equal when written out"),  # two classes
        ("slope(log(1 + exp(x)))", "sigmoid", "equal when written out"),
        ("sqrt(sin(x)**2)", "abs(sin(x))", "within 1 ulp at"),
        ("relu", "abs", None),
        ("sigmoid", "sigmoid(x) + 1e-15", None),
        ("exp(log(x))", "x", None),  # not defined where x is
    ],
)
def test_compare_says_whether_two_are_one_function_and_how_it_knows(first: str, second: str, known: str | None) -> None:
    second = "abs(x)" if second == "abs" else second
    found = actcli("compare", first, second, "--format", "json").json["functions"][1]["same"]
    assert found is None if known is None else found.startswith(known)
    table = actcli("compare", first, second, "--format", "table").stdout
    assert ("the same function: " in table) == (known is not None)


def test_the_slope_of_a_rectifier_is_flat_on_both_sides() -> None:
    zones = actcli("compare", "slope(relu(x))", "--format", "json").json["zones"]
    assert [(zone["kind"], zone["from"], zone["to"]) for zone in zones] == [
        ("dead", "-Infinity", 0.0),
        ("dead", 0.0, "Infinity"),
    ]


def test_it_takes_one_argument() -> None:
    for formula in ("slope()", "slope(x, 2)", "slope"):
        ended = actcli("eval", formula + "+x", "1")
        assert ended.status == 2
        assert "slope" in ended.stderr


@pytest.mark.parametrize(
    ("formula", "same"),
    [
        ("slope(gelu@jax(x))", "slope(jax.nn.gelu(x))"),
        ("gelu@jax(x) + 1", "1 + gelu_tanh(x)"),
        ("2*leaky_relu@keras(x)", "2*leaky_relu(x, 0.2)"),
        ("slope(elu@keras(x, 0.5))", "slope(elu(x, 0.5))"),
        ("relu@keras.layers(x) - x", "relu(x) - x"),
    ],
)
def test_names_of_libraries_stand_in_formulas(formula: str, same: str) -> None:
    np.testing.assert_array_equal(function(formula).value(POINTS), function(same).value(POINTS))


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (
            "slope(gelu@jax)",
            "gelu@jax needs an argument\n  slope(gelu@jax)\n        ^^^^^^^^\n  hint: write gelu@jax(x)",
        ),
        ("slope(elu:0.5)", "its parameters in parentheses, behind its argument"),
        ("slope(elu:0.5)", "hint: write elu(x, 0.5)"),
        ("gelu@nowhere(x) + 1", "unknown library 'nowhere'"),
        ("slope(nothing@jax(x))", "JAX has no nothing"),
    ],
)
def test_an_error_says_what_works_in_formulas(formula: str, said: str) -> None:
    ended = actcli("eval", formula, "1")
    assert ended.status == 2
    assert said in ended.stderr

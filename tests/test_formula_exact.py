"""Functions written out: what is proved equal, what is not, and what points can and cannot tell."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx

from actcli.analysis.distance import difference, sameness
from actcli.catalog import FUNCTIONS
from actcli.formula.exact.proof import Part, is_always, polynomial, proof
from actcli.formula.exact.roots import nearest_roots, rational_roots
from actcli.formula.tree import Node, Slope
from actcli.results.properties import Subject
from tests.oracle.formulas import Formula
from tests.runner import actcli
from tests.specs import activation

EQUAL = [
    ("tanh(x)", "2*sigmoid(2*x) - 1"),
    ("slope(softplus(x))", "sigmoid(x)"),
    ("sigmoid(x)", "exp(x)/(exp(x) + exp(0))"),
    ("sigmoid(x)", "1 - sigmoid(-x)"),
    ("slope(sigmoid(x))", "sigmoid(x)*(1 - sigmoid(x))"),
    ("slope(slope(sigmoid(x)))", "sigmoid(x)*(1 - sigmoid(x))*(1 - 2*sigmoid(x))"),
    ("slope(tanh(x))", "1 - tanh(x)**2"),
    ("slope(tanh(x))", "1/cosh(x)**2"),
    ("tanh(x)", "(exp(x) - exp(-x))/(exp(x) + exp(-x))"),
    ("softplus(x)", "-log(sigmoid(-x))"),
    ("softplus(x)", "max(x, 0) + log1p(exp(-abs(x)))"),
    ("softplus(x) - softplus(-x)", "x"),
    ("log(sigmoid(x))", "min(x, 0) - log1p(exp(-abs(x)))"),
    ("mish(x)", "x*((1 + exp(x))**2 - 1)/((1 + exp(x))**2 + 1)"),
    ("logcosh(x)", "abs(x) + log1p(exp(-2*abs(x))) - log(2)"),
    ("slope(logcosh(x))", "tanh(x)"),
    ("gelu(x)", "x/2*(1 + erf(x/sqrt(2)))"),
    ("slope(gelu(x))", "normal_cdf(x) + x*normal_pdf(x)"),
    ("slope(silu(x))", "sigmoid(x)*(1 + x*(1 - sigmoid(x)))"),
    ("relu(x)", "(x + abs(x))/2"),
    ("relu(x)", "x*step(x)"),
    ("relu(x) + relu(-x)", "abs(x)"),
    ("relu6(x)", "clip(x, 0, 6)"),
    ("leaky_relu(x)", "max(x, x/100)"),
    ("hard_sigmoid(x)", "clip(x/6 + 0.5, 0, 1)"),
    ("hard_swish(x)", "x*min(max(x + 3, 0), 6)/6"),
    ("elu(x)", "max(x, 0) + min(0, exp(x) - 1)"),
    ("abs(tanh(x))", "tanh(abs(x))"),
    ("squareplus(x)", "(x + sqrt(x**2 + 4))/2"),
    ("sqrt(x**2)", "abs(x)"),
    ("sqrt(1 - tanh(x)**2)", "1/cosh(x)"),
    ("2*sin(x)*cos(x)", "sin(2*x)"),
    ("sin(x)**2 + cos(x)**2", "1"),
    ("tan(x)", "sin(x)/cos(x)"),
    ("cos(x)", "sin(x + pi/2)"),
    ("snake(x)", "x + (1 - cos(2*x))/2"),
    ("log(x**2)", "2*log(abs(x))"),
    ("2**(x + 1)", "2*2**x"),
    ("x**1.5", "x*sqrt(x)"),
    ("exp(x + 1)", "e*exp(x)"),
    ("1/(2 + sin(x))", "1/(sin(x) + 2)"),
]

DIFFERENT = [
    ("x", "x + exp(-(x - 1.2345678)**2*1e12)"),
    ("sigmoid(x)", "sigmoid(x) + 1e-30"),
    ("relu(x)", "where(x >= 1e-300, x, 0)"),
    ("where(x > 0, 1, 0)", "where(x >= 0, 1, 0)"),  # at 0
    ("slope(relu(x))", "where(x >= 0, 1, 0)"),  # at the kink
    ("sin(x)", "cos(x)"),
    ("exp(x)", "2.718281828459045**x"),
    ("sqrt(sin(x))/sqrt(sin(x))", "sqrt(sin(x)**2)/abs(sin(x))"),
]


def tree(formula: str) -> Node:
    return activation(formula).tree


@pytest.mark.parametrize(("first", "second"), EQUAL)
def test_identities_are_proved(first: str, second: str) -> None:
    found = proof(tree(first), tree(second))
    assert found is not None
    assert not found.first_alone
    assert not found.second_alone


@pytest.mark.parametrize(("first", "second"), [pair for pair in EQUAL if "slope" not in pair[0]])
def test_what_is_proved_holds_in_balls(first: str, second: str) -> None:
    signs = (1,) if first == "x**1.5" else (-1, 1)
    with ctx.workprec(500):
        for x in [sign * x for sign in signs for x in np.random.default_rng(1).gamma(2, 2, 8).tolist()]:
            one, other = (Formula(each).jet(x).value for each in (first, second))
            assert one.overlaps(other), (x, one, other)
            assert abs(one - other) < arb(2) ** -300


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_what_differs_anywhere_is_not(first: str, second: str) -> None:
    assert proof(tree(first), tree(second)) is None


@pytest.mark.parametrize(
    ("first", "second", "of_first", "of_second"),
    [
        ("log(x**2)", "2*log(x)", [(None, 0)], []),
        ("exp(log(x))", "x", [], [(None, 0)]),
        ("x/x", "1 + 0*x", [], [(0, 0)]),
        ("(x**2 - 1)/(x - 1)", "x + 1", [], [(1, 1)]),
        ("sqrt(x)*sqrt(x)", "x", [], [(None, 0)]),
        ("log(x) + log(x + 1)", "log(x*(x + 1))", [], [(None, -1), (-1, -1)]),
    ],
)
def test_where_one_alone_is_defined_is_found(
    first: str, second: str, of_first: list[Any], of_second: list[Any]
) -> None:
    found = proof(tree(first), tree(second))
    assert found is not None
    assert list(found.first_alone) == [Part(*each) for each in of_first]
    assert list(found.second_alone) == [Part(*each) for each in of_second]


@pytest.mark.parametrize("name", [each.name for each in FUNCTIONS])
def test_slopes_and_curvatures_are_those_that_entries_state(name: str) -> None:
    function = activation(name)
    for order in (1, 2):
        wanted, nested = function.stated(order), function.tree
        for _ in range(order):
            nested = Slope(nested)
        assert wanted is not None
        found = proof(nested, wanted)
        assert found == ((), ()), order


def test_a_constant_is_one_on_a_stretch() -> None:
    assert is_always(tree("sigmoid(x) + sigmoid(-x)"), Fraction(1), -np.inf, np.inf)
    assert is_always(tree("relu(x)"), Fraction(0), -np.inf, 0.0)
    assert is_always(tree("x*0 + 3"), Fraction(3), -1.0, 1.0)
    assert not is_always(tree("sigmoid(x) + sigmoid(-x)"), Fraction(2), -np.inf, np.inf)
    assert not is_always(tree("log(x)*0"), Fraction(0), -np.inf, np.inf)
    assert not is_always(tree("1/(1 + exp(-x*1e6))"), Fraction(1), 1.0, np.inf)  # near 1 is not 1


@pytest.mark.parametrize(
    ("coefficients", "rational", "nearest"),
    [
        ([-2, 0, 1], None, [-(2**0.5), 2**0.5]),
        ([0, 0, 1], [0], [0.0]),
        ([1, 0, 1], [], []),
        ([-6, 11, -6, 1], [1, 2, 3], [1.0, 2.0, 3.0]),
        ([Fraction(1, 9), Fraction(-2, 3), 1], [Fraction(1, 3)], [1 / 3]),
        ([Fraction(-(10**40)), 1], [10**40], [1e40]),
        ([5], [], []),
    ],
)
def test_roots_of_polynomials(coefficients: list[Any], rational: list[Any] | None, nearest: list[float]) -> None:
    exact = [Fraction(each) for each in coefficients]
    assert (rational_roots(exact) or []) == (rational or [])
    assert (rational_roots(exact) is None) == (rational is None)
    assert nearest_roots(exact) == nearest


def test_polynomials_are_recognised() -> None:
    assert polynomial(tree("(x - 1.5)**2*4")) == list(map(Fraction, (9, -12, 4)))
    assert polynomial(tree("x - x")) == []
    assert polynomial(tree("abs(x)")) is None
    assert polynomial(tree("1/x")) is None


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        ("log(x**2)", "2*log(x)", "equal when written out; 2*log(x) is undefined on (-inf, 0)"),
        ("x*x/x", "x", "equal when written out; x*x/x is undefined at 0"),
        ("x", "sqrt(x)*sqrt(x)", "equal when written out; sqrt(x)*sqrt(x) is undefined on (-inf, 0)"),
    ],
)
def test_where_one_is_undefined_is_said(first: str, second: str, shown: str) -> None:
    subject = Subject(activation(second), first=activation(first))
    assert (subject.same, subject.same_where_defined, subject.distance.size) == (None, shown, 0.0)


def test_compare_says_where_one_is_undefined() -> None:
    shown = "equal when written out; x*x/x is undefined at 0"
    second = actcli("compare", "x", "x*x/x", "--format", "json").json["functions"][1]
    assert (second["same"], second["same_where_defined"], second["difference"]) == (None, shown, 0.0)
    table = " ".join(actcli("compare", "x", "x*x/x", "--format", "table").stdout.split())
    assert f"none where both are defined: {shown}" in table


def test_what_points_tell_is_called_so() -> None:
    same = Subject(activation("sqrt(sin(x)**2)"), first=activation("abs(sin(x))")).same
    assert same is not None
    assert same.startswith("within 1 ulp at ")
    assert same.endswith(" points, by sampling, not by proof")


def test_a_narrow_bump_is_seen() -> None:
    first, second = activation("x"), activation("x + exp(-(x-1.2345678)**2*1e12)")
    assert sameness(first, second) is None
    peak = difference(first, second)
    assert peak.size == pytest.approx(1.0)
    assert [place.low for place in peak.places] == [pytest.approx(1.2345678)]


def test_given_values_are_among_the_points() -> None:
    """A bump at every turn of a wave: no list of places has all of them, but a value that meets one is judged."""
    first, hidden = activation("x"), activation("x + exp(-((sin(1000*x) - 0.5)*1e8)**2)")
    given = np.array([(math.pi / 6 + 2 * math.pi * 196_400) / 1000])
    assert float(hidden.value(given)[0]) > given[0] + 0.9
    assert sameness(first, hidden, given) is None
    assert difference(first, hidden, given).size > 0.9

"""The shape of functions: extrema, range, monotony, the steepest places, and how far apart two of them are."""

import math

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from actcli.analysis import kinks, zones
from actcli.analysis.distance import difference
from actcli.analysis.normal import fixed_point, normal_statistics
from actcli.analysis.pieces import Stretch
from actcli.analysis.places import places as narrow_places
from actcli.analysis.search import LINE
from actcli.analysis.shape import (
    Extremum,
    Peak,
    Range,
    extrema,
    highest,
    largest_slope,
    limits,
    lowest,
    monotone,
    value_range,
)
from actcli.catalog import FUNCTIONS, Activation, find
from actcli.formula import pairs
from actcli.formula.double_double import Pair
from actcli.results.properties import CHOICE, FROM_FIRST, NORMAL, SHAPE, Subject, describe
from tests.runner import actcli

NAMES = [entry.shown_name for entry in FUNCTIONS]


def function(spec: str) -> Activation:
    found = find(spec)
    assert isinstance(found, Activation)
    return found


def places(spec: str) -> list[tuple[float, float]]:
    return [place.ends for place in largest_slope(function(spec)).places]


@pytest.mark.parametrize("name", NAMES)
def test_no_value_of_the_catalogue_lies_outside_its_range(name: str) -> None:
    activation = function(name)
    taken = value_range(activation)
    values = activation.value(LINE)
    rounding = 1e-12 * np.abs(values)
    assert (values >= taken.low - rounding).all()
    assert (values <= taken.high + rounding).all()
    for end, is_taken in ((taken.low, taken.includes_low), (taken.high, taken.includes_high)):
        near = np.abs(values - end).min() if math.isfinite(end) else 0.0
        assert near <= 0.04 * max(1.0, abs(end)), "the range is wider than the function"
        assert not (is_taken and math.isinf(end))


@pytest.mark.parametrize("name", NAMES)
def test_no_slope_of_the_catalogue_is_steeper_than_its_largest(name: str) -> None:
    activation = function(name)
    peak = largest_slope(activation)
    slopes = np.abs(activation.slope(LINE))
    assert slopes.max() <= peak.size * (1 + 1e-12)
    for low, high in (place.ends for place in peak.places):
        if low == high and math.isfinite(low):
            beside = np.array([low, np.nextafter(low, -np.inf), np.nextafter(low, np.inf)])
            assert np.abs(activation.slope(beside)).max() == pytest.approx(peak.size, rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_extrema_are_lower_or_higher_than_what_is_beside_them(name: str) -> None:
    activation = function(name)
    for kind, low, high, value in extrema(activation):
        step = 1e-3 * max(1e-3, abs(low))
        beside = activation.value(np.array([low - step, high + step]))
        assert (beside >= value).all() if kind == "minimum" else (beside <= value).all()
        assert activation.value(np.array([low]))[0] == value


@pytest.mark.parametrize("name", NAMES)
def test_what_is_monotone_has_no_extrema_and_slopes_of_one_sign(name: str) -> None:
    activation = function(name)
    slopes = activation.slope(LINE)
    verdict = monotone(activation)
    if verdict == "rising":
        assert (slopes >= 0).all()
        assert extrema(activation) == ()
    elif verdict is None:
        assert (slopes > 0).any()
        assert (slopes < 0).any()


@pytest.mark.parametrize(
    ("spec", "x", "value"),
    [
        # Hendrycks and Gimpel 2016 give no number; digits by interval Newton on Phi(x) + x phi(x).
        ("gelu", -0.751791524693564457, -0.169971207479903684),
        # The root of 1 + x sigmoid(-x): x = -1.2784645427610738 (-(1 + W(1/e))), value -W(1/e).
        ("silu", -1.278464542761073795, -0.278464542761073795),
        ("hard-swish", -1.5, -0.375),
        ("x**2 - 4*x", 2.0, -4.0),
        ("abs(x - 1.3)", 1.3, 0.0),
        ("x**4", 0.0, 0.0),
        ("x*log(x)", 1 / math.e, -1 / math.e),
    ],
)
def test_minima_known_from_elsewhere(spec: str, x: float, value: float) -> None:
    (minimum,) = extrema(function(spec))
    assert minimum.kind == "minimum"
    assert minimum.low == minimum.high == pytest.approx(x, rel=1e-11, abs=1e-15)
    assert minimum.value == pytest.approx(value, rel=1e-14, abs=1e-15)
    assert lowest(function(spec)) == minimum
    assert highest(function(spec)) is None


def test_a_flat_bottom_is_a_stretch() -> None:
    assert extrema(function("max(abs(x) - 1, 0)")) == (Extremum("minimum", -1.0, 1.0, 0.0),)


def test_waves_have_those_nearest_to_zero() -> None:
    found = extrema(function("sin(x)"))
    assert len(found) == 64
    near = [each for each in found if abs(each.low) < 5]
    assert [each.kind for each in near] == ["maximum", "minimum", "maximum", "minimum"]
    assert [each.low for each in near] == pytest.approx([k * math.pi / 2 for k in (-3, -1, 1, 3)], rel=1e-11)


def test_turns_that_rounding_makes_are_no_extrema() -> None:
    """gelu and gelu-tanh have one slope at 0, and near it their difference is smaller than what rounding leaves."""
    found = extrema(function("gelu(x)-gelu_tanh(x)"))
    assert [each.kind for each in found] == ["minimum", "maximum", "minimum", "maximum", "minimum"]
    places = [-2.69894138638, -1.36449771736, 0, 1.36449771736, 2.69894138638]
    assert [each.low for each in found] == pytest.approx(places, abs=1e-15)
    assert found[2].value == 0.0


@pytest.mark.parametrize(
    "spec", ["1/x", "tanh(x)", "x", "-x", "where(x>0,-x,x+3)", "x**3", "1/x**2", "1/(x-0.3)**2", "tan(x)", "0*x"]
)
def test_poles_jumps_and_resting_points_are_no_extrema(spec: str) -> None:
    assert extrema(function(spec)) == ()


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("sigmoid", Range(0.0, 1.0, False, False)),
        ("tanh", Range(-1.0, 1.0, False, False)),
        ("relu", Range(0.0, math.inf, True, False)),
        ("hard-sigmoid", Range(0.0, 1.0, True, True)),
        ("elu", Range(-1.0, math.inf, False, False)),
        ("sin", Range(-1.0, 1.0, True, True)),
        ("exp(-x**2)", Range(0.0, 1.0, False, True)),
        ("-relu(x)", Range(-math.inf, 0.0, False, True)),
        ("1/x", Range(-math.inf, math.inf, False, False)),
        ("1/x**2", Range(0.0, math.inf, False, False)),
        ("log(x)", Range(-math.inf, math.inf, False, False)),
        ("sqrt(x)", Range(0.0, math.inf, True, False)),
        ("x*sin(x)", Range(-math.inf, math.inf, False, False)),
        ("exp(x**2)", Range(1.0, math.inf, True, False)),
        ("3 + 0*x", Range(3.0, 3.0, True, True)),
        ("x - sqrt(x*x + 1)", Range(-math.inf, 0.0, False, False)),
        ("step", Range(0.0, 1.0, True, True)),
        ("sqrt(1 - x**2)", Range(0.0, 1.0, True, True)),
        # An end that is only approached beside a jump is open, and belongs to the side that takes it.
        ("threshold:1,20", Range(1.0, math.inf, False, False)),
        ("threshold:-1,7", Range(-1.0, math.inf, False, False)),
        ("where(x>0.3,x+1,5)", Range(1.3, math.inf, False, False)),
        ("where(x>=0.3,x+1,5)", Range(1.3, math.inf, True, False)),
        ("min(max(x,1/3),2/3)", Range(1 / 3, 2 / 3, True, True)),
        ("abs(x-1/3)", Range(0.0, math.inf, True, False)),
        ("abs(x**2-2)", Range(0.0, math.inf, True, False)),
        ("where(x>pi,x,5)", Range(math.pi, math.inf, False, False)),
        ("where(x>=pi,x,5)", Range(math.pi, math.inf, True, False)),
        # Poles, of which no double is one, and those that run off as slowly as a logarithm.
        ("tan(x)", Range(-math.inf, math.inf, False, False)),
        ("tan(x/100)", Range(-math.inf, math.inf, False, False)),
        ("1/(x-0.3)**2", Range(0.0, math.inf, False, False)),
        ("log(abs(x-0.3))", Range(-math.inf, math.inf, False, False)),
        ("log(x-0.3)", Range(-math.inf, math.inf, False, False)),
        ("abs(x - 1.3)", Range(0.0, math.inf, True, False)),
        ("exp(1/x)", Range(0.0, math.inf, False, False)),
        ("relu(x)-relu(x-1)", Range(0.0, 1.0, True, True)),
        ("sin(1/x)", Range(-1.0, 1.0, True, True)),
        # The end of a domain that no double hits has the value of the root there.
        ("sqrt(0.3-x)", Range(0.0, math.inf, True, False)),
        ("sqrt(0.3-x)+1", Range(1.0, math.inf, True, False)),
        ("-sqrt(x-1/3)", Range(-math.inf, 0.0, False, True)),
        ("sqrt(2-x*x)", Range(0.0, math.sqrt(2), True, True)),
        ("atan(sqrt(x**3-0.3))", Range(0.0, math.pi / 2, True, False)),
        ("(0.3-x)**0.25", Range(0.0, math.inf, True, False)),
        ("1/sqrt(x-0.3)", Range(0.0, math.inf, False, False)),
        ("1/(1+sqrt(x-0.3))", Range(0.0, 1.0, False, True)),
        # Waves too fast for float64 go on taking all that they take.
        ("x*sin(exp(x))", Range(-math.inf, math.inf, False, False)),
        ("x+sin(exp(x))", Range(-math.inf, math.inf, False, False)),
        ("snake(exp(x))", Range(0.0, math.inf, False, False)),
        # Waves that grow slowly, and those that come ever nearer to an end.
        ("log1p(x)-cos(x)", Range(-math.inf, math.inf, False, False)),
        ("log(log(3+abs(x)))*sin(x)", Range(-math.inf, math.inf, False, False)),
        ("sin(x)*x/(1+abs(x))", Range(-1.0, 1.0, False, False)),
        ("atan(x)*sin(x)", Range(-math.pi / 2, math.pi / 2, False, False)),
        # What cancels is a constant, and what holds beside a hole is taken.
        ("x/x", Range(1.0, 1.0, True, True)),
        ("log(x)/log(x)", Range(1.0, 1.0, True, True)),
        ("relu(x)/x", Range(0.0, 1.0, True, True)),
        ("leaky_relu(x, 0.3)/x", Range(0.3, 1.0, True, True)),
        ("x/x + sign(x)", Range(0.0, 2.0, True, True)),
        # Neither the reciprocal of 0 nor a square that underflows takes another branch.
        ("softsign((0.1+x)/sign(x))", Range(-1 / 11, 1.0, False, True)),  # softsign(inf) at 0
        ("4/sign(x**2)", Range(4.0, math.inf, True, False)),
        ("sign(exp(x))", Range(1.0, 1.0, True, True)),
        # Where something to choose from is undefined, so is the choice.
        ("max(elu(x)*elu(x), log(x+x))", Range(0.0, math.inf, True, False)),
        ("sigmoid(max(x+x, log(x)))", Range(0.5, 1.0, True, False)),
        ("sigmoid(x*2/log1p(x))", Range(0.5, 1.0, False, False)),
        ("sqrt(x+x)/clip(softsign(x), -1, 2)", Range(math.sqrt(8), math.inf, True, False)),
        ("sign(x-x) + relu(x)", Range(0.0, math.inf, True, False)),
    ],
)
def test_ranges(spec: str, expected: Range) -> None:
    assert value_range(function(spec)) == expected


def test_what_is_undefined_everywhere_has_no_range() -> None:
    taken = value_range(function("0/0*x"))
    assert math.isnan(taken.low)
    assert math.isnan(taken.high)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("sigmoid", "rising"),
        ("exp(-x)", "falling"),
        ("relu", "rising"),
        ("step", "rising"),
        ("3 + 0*x", "constant"),
        ("gelu", None),
        ("1/x", None),
        ("where(x > 0, x - 5, x)", None),
        ("x**3", "rising"),
        ("log(x)", "rising"),
        ("relu(x)-relu(x-1)", "rising"),
        ("abs(x-1)-abs(x+1)", "falling"),
        ("(x+1)-x", "constant"),
        ("tan(x)", None),
        ("0/0*x", None),
        ("max(x, 1)*hard_tanh(x)/x", "rising"),
    ],
)
def test_monotony(spec: str, expected: str | None) -> None:
    assert monotone(function(spec)) == expected


@pytest.mark.parametrize(
    ("spec", "size", "where"),
    [
        ("sigmoid", 0.25, [(0.0, 0.0)]),
        ("tanh(1e3*x)", 1000.0, [(0.0, 0.0)]),
        ("relu", 1.0, [(0.0, math.inf)]),
        ("hard-tanh", 1.0, [(-1.0, 1.0)]),
        ("hard-shrink", 1.0, [(-math.inf, -0.5), (0.5, math.inf)]),
        ("softplus", 1.0, [(math.inf, math.inf)]),
        ("tanh-shrink", 1.0, [(-math.inf, -math.inf), (math.inf, math.inf)]),
        ("exponential", math.inf, [(math.inf, math.inf)]),
        ("x*x", math.inf, [(-math.inf, -math.inf), (math.inf, math.inf)]),
        ("sqrt(x)", math.inf, [(0.0, 0.0)]),
        ("1/x", math.inf, [(0.0, 0.0)]),
        ("x*log(x)", math.inf, [(0.0, 0.0), (math.inf, math.inf)]),
        ("identity", 1.0, [(-math.inf, math.inf)]),
        ("hard-swish", 1.5, [(3.0, 3.0)]),
        ("step", 0.0, [(-math.inf, math.inf)]),
        ("log1p(exp(x))-log(2)", 1.0, [(math.inf, math.inf)]),
        ("tan(x)", math.inf, [(-1.57079632679, -1.57079632679), (1.57079632679, 1.57079632679)]),
        ("sqrt(abs(x-0.3))", math.inf, [(0.3, 0.3)]),
        ("x*sin(x)", math.inf, [(-math.inf, -math.inf), (math.inf, math.inf)]),
        ("abs(sin(x))", 1.0, [(0.0, 0.0)]),
        ("max(sin(x),0)", 1.0, [(0.0, 0.0)]),
        ("sin(1/x)", math.inf, [(0.0, 0.0)]),
        ("log(1+x**2)*sin(x)", math.inf, [(-math.inf, -math.inf), (math.inf, math.inf)]),
        ("sin(x)*x/(1+abs(x))", 1.0, [(-math.inf, -math.inf), (math.inf, math.inf)]),
        ("x + sin(x)", 2.0, [(0.0, 0.0)]),
        ("(x + x)/(3*x)", 0.0, [(-math.inf, math.inf)]),
    ],
)
def test_the_largest_slope_and_where_it_is(spec: str, size: float, where: list[tuple[float, float]]) -> None:
    assert largest_slope(function(spec)).size == size
    assert places(spec) == where


def test_gelu_is_steepest_at_the_root_of_two() -> None:
    """gelu'' = phi(x) (2 - x**2)."""
    ((x, _),) = places("gelu")
    assert x == pytest.approx(math.sqrt(2), rel=1e-11)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("x*sigmoid(1.702*x)", (0.0, math.inf)),
        ("atan(x)", (-math.pi / 2, math.pi / 2)),
        ("x - sqrt(x*x + 1)", (-math.inf, 0.0)),
        ("log(abs(x))", (math.inf, math.inf)),
        ("relu(x)-relu(x-1)", (0.0, 1.0)),
        ("abs(x-1)-abs(x+1)", (2.0, -2.0)),
        ("(x+1)-x", (1.0, 1.0)),
    ],
)
def test_limits_of_typed_expressions(spec: str, expected: tuple[float, float]) -> None:
    assert limits(function(spec), 0) == pytest.approx(expected)


def test_a_wave_has_no_limits() -> None:
    assert np.isnan(limits(function("x*sin(x)"), 0)).all()


@pytest.mark.parametrize(
    ("first", "second", "size", "where"),
    [
        ("gelu", "gelu-tanh", 4.7323552068e-4, [-2.6989, 2.6989]),
        ("gelu", "relu", 0.16997120748, [-0.751791524694, 0.751791524694]),
        ("softplus", "relu", math.log(2), [0.0]),
        ("softplus", "squareplus", 1 - math.log(2), [0.0]),
        ("sigmoid", "step", 0.5, [0.0]),
        ("silu", "hard-swish", 3 / (1 + math.exp(3)), [-3.0, 3.0]),
        ("hard-sigmoid@torch", "hard-sigmoid@onnx", 1 / 12, [-2.5, 2.5]),
        ("tanh", "lecun-tanh", 0.7159, [-math.inf, math.inf]),
        ("relu", "leaky-relu", math.inf, [-math.inf]),
        ("elu", "selu", math.inf, [math.inf]),
        ("identity", "x*x", math.inf, [-math.inf, math.inf]),
        ("step", "exp(x**2)", math.inf, [-math.inf, math.inf]),
        ("relu", "sin(x)", math.inf, [math.inf]),
        ("sin(x)", "identity", math.inf, [-math.inf, math.inf]),
        ("identity", "sqrt(1 - x**2)", math.sqrt(2), [-math.sqrt(0.5)]),
        ("x*sin(x)", "x**4", math.inf, [-math.inf, math.inf]),
        ("sin(x)", "x*sin(x)", math.inf, [-math.inf, math.inf]),
        ("relu", "1/(x-0.3)", math.inf, [0.3, math.inf]),
        ("sin(x)", "tan(x)", math.inf, [-math.inf, -1.57079632679, 1.57079632679, math.inf]),
        ("relu", "x*exp(x*sin(x))", math.inf, [math.inf]),
        ("relu", "1/(x-2)", math.inf, [2.0, math.inf]),
        ("sigmoid", "1/x", math.inf, [0.0]),
        # What roundings of the values would make twice as large, or put elsewhere.
        ("x", "x + 1e-20", 1e-20, [0.0]),
        ("gelu", "x*normal_cdf(x) + 1e-18", 1e-18, [0.0]),
        ("sin(x)", "sin(x + 2*3.141592653589793)", 4.76925286766559e-16, [0.0]),
        # Of places alike, as waves have them, the one nearest to zero.
        ("sin(x)", "cos(x)", math.sqrt(2), [-math.pi / 4]),
        ("sin(3*x)", "relu6", 7.0, [5 * math.pi / 2]),
        # A wave too fast for float64.
        ("sin(exp(x))", "relu", math.inf, [math.inf]),
        ("relu", "x*sin(exp(x))", math.inf, [math.inf]),
        ("sin(exp(x))", "step", 2.0, [math.log(1.5 * math.pi)]),
        ("x+sin(exp(x))", "identity", 1.0, [math.log(math.pi / 2)]),
    ],
)
def test_how_far_two_functions_are_apart(first: str, second: str, size: float, where: list[float]) -> None:
    peak = difference(function(first), function(second))
    assert peak.size == pytest.approx(size, rel=1e-9)
    assert [place.low for place in peak.places] == pytest.approx(where, rel=1e-4)


@pytest.mark.parametrize(
    ("first", "second"), [("gelu", "x*normal_cdf(x)"), ("mish", "x*tanh(log1p(exp(x)))"), ("relu", "max(x, 0)")]
)
def test_rounding_is_no_difference(first: str, second: str) -> None:
    assert difference(function(first), function(second)) == (0.0, ())


def test_extrema_of_a_function_with_kinks_lie_on_them() -> None:
    corner = kinks(function("abs(x - 1/3)"))[0].x
    assert [each.low for each in extrema(function("abs(x - 1/3)"))] == pytest.approx([corner], rel=1e-11)


@pytest.mark.parametrize(("spec", "end"), [("sin(exp(x))", math.inf), ("x*sin(exp(-x))", -math.inf)])
def test_a_wave_too_fast_for_float64_is_steepest_at_the_end(spec: str, end: float) -> None:
    assert largest_slope(function(spec)) == Peak(math.inf, (Stretch(end, end),))


def test_what_falls_below_the_least_double_makes_no_kink() -> None:
    (kink,) = kinks(function("abs(gelu(x)) - abs(silu(x)) + relu(x)"))
    assert kink.x == 0.0


@pytest.mark.parametrize("spec", ["tan(x)", "sin(1/x)", "sin(x)*exp(-x**2)", "abs(sin(x))", "gelu(x)-gelu_tanh(x)"])
def test_no_claim_asks_for_more_points_than_a_second_has(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair takes up to half a microsecond a value, and every call as much as a thousand values."""
    asked = []

    def counted(self: Activation, order: int, x: ArrayLike) -> NDArray[np.float64]:
        asked.append(np.size(x))
        return evaluated(self, order, x)

    evaluated = Activation.order
    monkeypatch.setattr(Activation, "order", counted)
    activation = function(spec)._replace(name=f"{spec} anew")  # nothing of it is cached
    for claim in (value_range, monotone, largest_slope, zones, normal_statistics, fixed_point):
        asked.clear()
        claim(activation)
        assert sum(asked) <= 500_000
        assert len(asked) <= 400


@pytest.mark.parametrize(
    "text",
    [
        *("x*sin(1/(x + 0.125))", "cos(1e6*x + 1)", "log(abs(sin(x + 2)))", "max(sin(x), cos(x)) + 1/8"),
        *("exp(-x**2)*sin(100*x + 1)", "tan(1/(x + 0.25))", "sin(exp(x) + 0.5)"),
    ],
)
def test_claims_take_no_more_points_than_a_second_lets_them(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    points: list[int] = []
    of_variable = pairs.NarrowPairs.variable

    def counted(self: pairs.NarrowPairs, x: NDArray[np.float64]) -> Pair:
        points.append(x.size)
        return of_variable(self, x)

    monkeypatch.setattr(pairs.NarrowPairs, "variable", counted)
    subject = Subject(function(text), first=function("relu"))
    described = describe(subject, SHAPE, NORMAL, CHOICE, FROM_FIRST)
    assert described["range"]
    # A point costs up to two microseconds, a call as much as 500 of them.
    assert sum(points) + 500 * len(points) < 400_000


@pytest.mark.parametrize(
    ("spec", "steepest", "lowest_at", "highest_at"),
    [
        ("relu", "1 for x > 0", "0 for x <= 0", ""),
        ("hard-tanh", "1 for |x| < 1", "-1 for x <= -1", "1 for x >= 1"),
        ("clip(x, -1, 3)", "1 for -1 < x < 3", "-1 for x <= -1", "3 for x >= 3"),
        ("step", "0 everywhere", "0 for x < 0", "1 for x >= 0"),
        ("where(x > 0, 1, 0)", "0 everywhere", "0 for x <= 0", "1 for x > 0"),
        ("where(x >= 0, x, 0)", "1 for x >= 0", "0 for x <= 0", ""),
        ("max(abs(x) - 1, 0)", "1 for x < -1 and for x > 1", "0 for |x| <= 1", ""),
        ("where(x > 1, 0, where(x < -1, 0, 1))", "0 everywhere", "0 for x < -1", "1 for |x| <= 1"),
        ("leaky-relu", "1 for x > 0", "none", ""),
        ("gelu", "1.1289 at 1.4142", "-0.16997 at -0.75179", ""),
    ],
)
def test_a_stretch_holds_at_the_ends_at_which_its_claim_does(
    spec: str, steepest: str, lowest_at: str, highest_at: str
) -> None:
    run = actcli("compare", spec, "--format", "table", "--digits", "5", "--no-plot")
    said = {line[:16].strip(): " ".join(line[16:].split()) for line in run.stdout.splitlines()}
    assert said["largest slope"] == steepest
    assert (said["minimum"], said.get("maximum", "")) == (lowest_at, highest_at)
    (known,) = actcli("compare", spec, "--format", "json").json["functions"]
    subject = function(spec)
    for what, order in (("minimum", 0), ("maximum", 0), ("largest_slope", 1)):
        for ends, includes in zip(known[f"{what}_at"] or (), known[f"{what}_at_includes"] or (), strict=True):
            for end, is_included in zip(map(float, ends), includes, strict=True):
                if math.isfinite(end):
                    there = subject.order(order, np.array([end]))[0]
                    assert is_included == (abs(there - known[what]) < 1e-12 * max(1, abs(known[what])))


@pytest.mark.parametrize(
    ("text", "least", "largest"),
    [
        ("sqrt(x)", Extremum("minimum", 0.0, 0.0, 0.0), None),
        ("2*x + x**1.5", Extremum("minimum", 0.0, 0.0, 0.0), None),
        ("3 - sqrt(1 - 4*x)", None, Extremum("maximum", 0.25, 0.25, 3.0)),
        ("sqrt(1 - x**2)", Extremum("minimum", 1.0, 1.0, 0.0), Extremum("maximum", 0.0, 0.0, 1.0)),
        ("where(x >= 0, x, 1)", Extremum("minimum", 0.0, 0.0, 0.0), None),
        ("where(x > 0, x, 1)", None, None),
        ("sqrt(x**2)", Extremum("minimum", 0.0, 0.0, 0.0), None),
        ("log(x)", None, None),
    ],
)
def test_the_least_value_may_be_at_an_edge_a_jump_or_a_root(
    text: str, least: Extremum | None, largest: Extremum | None
) -> None:
    assert (lowest(function(text)), highest(function(text))) == (least, largest)


@pytest.mark.parametrize("text", ["1/(1/x)", "x**0 / x**-1", "0.5/(0.5/x)"])
def test_a_limit_has_the_sign_of_the_values(text: str) -> None:
    assert limits(function(text), 0) == (-math.inf, math.inf)


def test_a_whole_power_ends_no_domain() -> None:
    assert value_range(function("x**1/min(3, x)")) == Range(1.0, math.inf, True, False)


@pytest.mark.parametrize("text", ["tan(x)", "1/(x - 0.3)", "1/abs(x - 0.2)**0.5", "tan(3*x + 1)"])
def test_the_mean_square_of_a_pole_is_infinite(text: str) -> None:
    assert normal_statistics(function(text)).mean_square.value == math.inf


@pytest.mark.parametrize(("text", "square"), [("cos(1000*x)", 0.5), ("sign(sin(3*x))", 1.0), ("abs(sin(5*x))", 0.5)])
def test_fast_waves_and_jumps_off_the_cuts_settle(text: str, square: float) -> None:
    assert normal_statistics(function(text)).mean_square == (square, 10)


def test_a_hole_gives_the_range_no_end() -> None:
    assert value_range(function("sin(x)/x")).high == 1.0
    assert not value_range(function("sin(x)/x")).includes_high  # 0 is no place of it
    constant = function("(x + x)/(3*x)")
    assert (monotone(constant), value_range(constant)[:2]) == ("constant", (2 / 3, 2 / 3))


@pytest.mark.parametrize(
    ("text", "taken", "direction"),
    [
        ("x/sqrt(x)", Range(0.0, math.inf, False, False), "rising"),
        ("x**3/x", Range(0.0, math.inf, False, False), None),
    ],
)
def test_what_is_neared_at_a_hole_is_an_end_of_the_range(text: str, taken: Range, direction: str | None) -> None:
    found = value_range(function(text))
    assert (found.low, found.high) == pytest.approx((taken.low, taken.high))
    assert (found[2:], monotone(function(text))) == (taken[2:], direction)


def test_a_wave_of_choices_that_the_line_cannot_follow_has_no_dead_stretch() -> None:
    assert zones(function("hard_sigmoid(3*sin(softplus(x)))")) == ()


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("relu(exp(x) - exp(x/2))", [0.0]),  # whose sign float64 loses beside 0, and beyond 1419
        ("min(exp(x), x + x)/((x + x)*(x + 0.5))", []),  # x + x overflows
        ("sign(exp(x))", []),  # exp(x) underflows
        ("relu((exp(x) - exp(1))*(1 + x**2))", [1.0]),
        ("max(tanh(x), 1 - 2*exp(-40))", [20.0]),
    ],
)
def test_no_kink_is_one_of_rounding_or_overflow(text: str, x: list[float]) -> None:
    assert [kink.x for kink in kinks(function(text))] == pytest.approx(x, rel=1e-9)


@pytest.mark.parametrize("text", ["relu(x)/x", "leaky_relu(x, 0.3)/x", "x/x + sign(x)"])
def test_what_cancels_to_a_constant_is_dead(text: str) -> None:
    assert [(zone.kind, zone.low, zone.high) for zone in zones(function(text))] == [
        ("dead", -math.inf, 0.0),
        ("dead", 0.0, math.inf),
    ]


@pytest.mark.parametrize(
    ("text", "kinked", "dead"),
    [
        ("relu(log(x))", [1.0], [(0.0, 1.0)]),
        ("hard_tanh(log(x))", [math.exp(-1), math.e], [(0.0, math.exp(-1)), (math.e, math.inf)]),
        ("relu(sqrt(x) - 2)", [4.0], [(0.0, 4.0)]),
    ],
)
def test_no_function_is_dead_or_bent_where_it_is_undefined(
    text: str, kinked: list[float], dead: list[tuple[float, float]]
) -> None:
    assert [kink.x for kink in kinks(function(text))] == pytest.approx(kinked)
    found = [(zone.low, zone.high) for zone in zones(function(text)) if zone.kind == "dead"]
    assert np.array(found) == pytest.approx(np.array(dead))


def test_functions_are_not_narrow_where_they_underflow() -> None:
    # Only roots and turns: the bottom of serf, and 0.
    assert max(map(abs, narrow_places(function("serf(serf(x))").tree))) < 2.0

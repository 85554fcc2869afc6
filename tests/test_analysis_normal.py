"""What functions make of a normal input: every digit that is shown is true, and what has none says so."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from flint import acb, arb

from actcli.analysis.depth import depth, vanishing_layer
from actcli.analysis.normal import Estimate, NormalStatistics, fixed_point, mean_square, normal_statistics
from actcli.catalog import FUNCTIONS, Activation, find
from tests.oracle.normal import agrees, expectation


def function(spec: str) -> Activation:
    found = find(spec)
    assert isinstance(found, Activation)
    return found


def statistics(spec: str, mean: float = 0.0, sigma: float = 1.0) -> NormalStatistics:
    return normal_statistics(function(spec), mean, sigma)


def sigmoid(x: acb) -> acb:
    return 1 / (1 + (-x).exp())


def normal_cdf(x: acb) -> acb:
    return (-x / acb(2).sqrt()).erfc() / 2


def normal_pdf(x: acb) -> acb:
    return (-x * x / 2).exp() / (2 * acb.pi()).sqrt()


# Value and slope by hand, analytic on the whole axis.
SMOOTH: dict[str, tuple[Callable[[acb], acb], Callable[[acb], acb]]] = {
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
    "tanh": (lambda x: x.tanh(), lambda x: 1 / x.cosh() ** 2),
    "silu": (lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1 + x * sigmoid(-x))),
    "gelu": (lambda x: x * normal_cdf(x), lambda x: normal_cdf(x) + x * normal_pdf(x)),
    "sin": (lambda x: x.sin(), lambda x: x.cos()),
    "exponential": (lambda x: x.exp(), lambda x: x.exp()),
    "softplus": (lambda x: (1 + x.exp()).log(), sigmoid),
    "x*sigmoid(1.702*x)": (
        lambda x: x * sigmoid(acb(851) / 500 * x),
        lambda x: sigmoid(acb(851) / 500 * x) * (1 + acb(851) / 500 * x * sigmoid(-acb(851) / 500 * x)),
    ),
    "x**3 - x": (lambda x: x**3 - x, lambda x: 3 * x**2 - 1),
    "exp(-x**2/4)": (lambda x: (-x * x / 4).exp(), lambda x: -x / 2 * (-x * x / 4).exp()),
}


@pytest.mark.parametrize(("mean", "sigma"), [(0.0, 1.0), (-1.5, 0.25), (3.0, 2.0)])
@pytest.mark.parametrize("spec", SMOOTH)
def test_moments_of_smooth_functions(spec: str, mean: float, sigma: float) -> None:
    value, slope = SMOOTH[spec]
    found = statistics(spec, mean, sigma)
    first = expectation(value, mean=mean, sigma=sigma)
    second = expectation(lambda x: value(x) ** 2, mean=mean, sigma=sigma)
    truths = (first, second - first**2, second, expectation(lambda x: slope(x) ** 2, mean=mean, sigma=sigma))
    for estimate, truth in zip(found, truths, strict=True):
        assert estimate.value is not None
        if abs(truth) < 1e-40:
            assert estimate.value == 0.0  # of an odd function
        else:
            assert estimate.digits == 10
            assert agrees(estimate.value, truth), (spec, estimate, truth)


# Pieces between cuts, each analytic: value and slope.
PIECEWISE: dict[str, tuple[float, Callable[[acb], acb], Callable[[acb], acb]]] = {
    "relu": (0.0, lambda x: acb(0), lambda x: x),
    "elu": (0.0, lambda x: x.exp() - 1, lambda x: x),
    "abs(x - 1/2)": (0.5, lambda x: acb(0.5) - x, lambda x: x - acb(0.5)),
    "hard-shrink:0": (0.0, lambda x: x, lambda x: x),
    "leaky-relu": (0.0, lambda x: x / 100, lambda x: x),
    "softsign": (0.0, lambda x: x / (1 - x), lambda x: x / (1 + x)),
}


@pytest.mark.parametrize(("mean", "sigma"), [(0.0, 1.0), (0.4, 3.0)])
@pytest.mark.parametrize("spec", PIECEWISE)
def test_moments_of_functions_with_kinks(spec: str, mean: float, sigma: float) -> None:
    cut, below, above = PIECEWISE[spec]

    def piece(x: acb) -> acb:
        return below(x) if x.real < cut else above(x)

    found = statistics(spec, mean, sigma)
    truth = expectation(lambda x: piece(x) ** 2, [cut], mean, sigma)
    assert found.mean_square.value is not None
    assert agrees(found.mean_square.value, truth), (spec, found.mean_square, truth)


def shown(*estimates: Estimate) -> list[float | None]:
    return [estimate.value for estimate in estimates]


def test_relu_keeps_half_and_its_gain_is_the_root_of_two() -> None:
    """He, Zhang, Ren and Sun 2015, arXiv 1502.01852, equation 10: the variance halves, so weights get 2/n."""
    found = statistics("relu")
    assert shown(found.mean_square, found.mean_square_slope) == [0.5, 0.5]
    assert shown(found.forward_gain, found.backward_gain) == [1.414213562, 1.414213562]
    assert found.mean.value == float(f"{1 / math.sqrt(2 * math.pi):.10g}")


def test_leaky_relu_has_the_gain_of_calculate_gain() -> None:
    """torch.nn.init.calculate_gain: sqrt(2 / (1 + negative_slope**2))."""
    for slope in (0.01, 0.2, 0.5):
        expected = float(f"{math.sqrt(2 / (1 + slope**2)):.10g}")
        assert statistics(f"leaky-relu:{slope}").forward_gain.value == expected


def test_selu_keeps_mean_zero_and_variance_one() -> None:
    """Klambauer, Unterthiner, Mayr and Hochreiter 2017, arXiv 1706.02515: (0, 1) is its fixed point."""
    found = statistics("selu")
    assert shown(found.mean, found.variance, found.mean_square) == [0.0, 1.0, 1.0]
    assert fixed_point(function("selu")) == Estimate(1.0)


@pytest.mark.parametrize("power", range(1, 9))
def test_moments_of_powers_are_double_factorials(power: int) -> None:
    found = statistics(f"x**{power}").mean_square.value
    assert found == math.prod(range(1, 2 * power, 2))


def test_the_tanh_of_calculate_gain_is_no_gain_of_either_kind() -> None:
    found = statistics("tanh")
    assert found.forward_gain.value is not None
    assert found.backward_gain.value is not None
    assert found.backward_gain.value < found.forward_gain.value < 5 / 3


def test_a_steep_function_is_seen_however_narrow_its_slope_is() -> None:
    found = statistics("tanh(1e6*x)")
    cuts = [size * sign for size in (1e-6, 1e-5, 1e-4) for sign in (-1, 1)]
    truth = expectation(lambda x: (10**6 * (1 - (10**6 * x).tanh() ** 2)) ** 2, cuts)
    assert found.mean_square_slope.value is not None
    assert agrees(found.mean_square_slope.value, truth)
    assert statistics("tanh", sigma=1e6).mean_square_slope.value == pytest.approx(5.319230405e-7, rel=1e-9)


@pytest.mark.parametrize("spec", ["exp(x**2)", "exp(x**2/2)", "-exp(x**2)"])
def test_what_grows_without_end_is_infinite(spec: str) -> None:
    found = statistics(spec)
    assert shown(found.variance, found.mean_square) == [math.inf, math.inf]
    assert found.forward_gain.value == 0.0


def test_a_mean_may_be_finite_where_the_mean_square_is_not() -> None:
    found = statistics("exp(x**2/4)")
    assert shown(found.mean, found.mean_square) == [1.414213562, math.inf]  # E exp(x**2/4) = sqrt(2)


@pytest.mark.parametrize(
    ("spec", "names"),
    [
        ("1/x", {"mean", "variance"}),
        ("tan(x)", {"mean", "variance"}),
        ("exp(18*x)", {"variance", "mean_square", "mean_square_slope"}),  # finite, but beyond where float64 can look
    ],
)
def test_what_does_not_settle_has_no_digits(spec: str, names: set[str]) -> None:
    found = statistics(spec)._asdict()
    assert {name for name, estimate in found.items() if estimate == Estimate(None, 0)} == names


@pytest.mark.parametrize(
    ("spec", "names"),
    [
        ("1/x", {"mean_square", "mean_square_slope"}),
        ("1/x**2", {"mean", "variance", "mean_square", "mean_square_slope"}),
        ("where(x > 1, 1/(x - 1), 0)", {"mean", "variance", "mean_square", "mean_square_slope"}),
        ("where(x > 0, 1/sqrt(x), 0)", {"variance", "mean_square", "mean_square_slope"}),
        ("exp(1/x)", {"mean", "variance", "mean_square", "mean_square_slope"}),
        ("log(abs(x))", {"mean_square_slope"}),
        ("sqrt(abs(x))", {"mean_square_slope"}),
        ("abs(x)**0.49", {"mean_square_slope"}),
        ("abs(x)**0.51", set()),
    ],
)
@pytest.mark.parametrize(("mean", "sigma"), [(0.0, 1.0), (0.3, 0.7), (1000.0, 1.0)])
def test_what_grows_as_the_inverse_of_a_distance_has_no_integral(
    spec: str, names: set[str], mean: float, sigma: float
) -> None:
    """However thin the density is at the pole: 1/h**p is integrable up to 0 for p < 1 alone."""
    found = statistics(spec, mean, sigma)._asdict()
    assert {name for name, estimate in found.items() if estimate.value == math.inf} == names


def test_a_singularity_costs_no_digits_where_the_integral_exists() -> None:
    """E log|x| = -(gamma + log 2)/2 and E sqrt|x| = 2**(1/4) Gamma(3/4) / sqrt(pi)."""
    # By mpmath's quad, cut at the pole.
    assert statistics("log(abs(x))", 0.5, 2.0).mean.value == 0.0888929316
    assert statistics("log(abs(x))", 0.3, 0.7).mean_square.value == 2.043455333
    assert agrees(statistics("log(abs(x))").mean.value or 0, -(arb.const_euler() + arb(2).log()) / 2)
    root = arb(2) ** arb("0.25") * arb("0.75").gamma() / arb.pi().sqrt()
    assert agrees(statistics("sqrt(abs(x))").mean.value or 0, root)


@pytest.mark.parametrize("spec", ["log(x)", "sqrt(1 - x**2)"])
def test_a_function_that_is_not_defined_for_some_inputs_has_no_moments(spec: str) -> None:
    assert all(math.isnan(estimate.value or 0) for estimate in statistics(spec))


def test_a_variance_has_the_digits_that_rounding_leaves() -> None:
    """tanh about -10 is -1 and a few thousand million-millionths: of the float64 values most digits are gone."""
    found = statistics("tanh", mean=-10.0).variance
    first, second = (expectation(lambda x: (x.tanh() + 1) ** power, mean=-10.0) for power in (1, 2))  # noqa: B023
    truth = second - first**2
    assert found.value is not None
    assert 3 <= found.digits < 10
    assert agrees(found.value, truth, found.digits)
    assert statistics("tanh", mean=-20.0).variance == Estimate(None, 0)
    assert statistics("3 + 0*x").variance == Estimate(0.0)


@pytest.mark.parametrize("name", [entry.shown_name for entry in FUNCTIONS])
def test_every_function_of_the_catalogue_has_all_moments(name: str) -> None:
    found = statistics(name)
    for estimate in found:
        assert estimate.value is not None
        assert estimate.digits == 10
        assert math.isfinite(estimate.value)
    first, variance, second, _ = (estimate.value or 0 for estimate in found)
    assert variance + first**2 == pytest.approx(second, rel=1e-9)


def test_the_map_comes_to_rest_where_it_changes_nothing() -> None:
    for spec in ("sigmoid", "cos", "softplus", "hard-sigmoid", "3*tanh(x)", "step", "sqrt(abs(x))"):
        found = fixed_point(function(spec))
        assert found is not None
        assert found.value is not None
        assert found.digits == 10
        assert mean_square(function(spec), found.value).value == pytest.approx(found.value, rel=1e-9)


def test_the_fixed_point_of_cos_solves_its_closed_map() -> None:
    """E cos(sqrt(q) z)**2 = (1 + exp(-2 q)) / 2."""
    found = fixed_point(function("cos"))
    assert found is not None
    assert found.value == pytest.approx((1 + math.exp(-2 * (found.value or 0))) / 2, rel=1e-10)


FADING = [
    *("tanh", "relu", "gelu", "leaky-relu", "x*x", "0*x", "sin", "abs(sin(x))", "max(sin(x), 0)"),
    # E f**2 < q for every q, if only by what lies far out.
    *("hard-tanh", "srelu", "clip(x,-2,3)", "min(x,1)"),
]


@pytest.mark.parametrize("spec", FADING)
def test_a_signal_that_fades_rests_at_zero(spec: str) -> None:
    assert fixed_point(function(spec)) == Estimate(0.0)


@pytest.mark.parametrize("spec", ["exp(x)", "1.5*x", "log(x)", "1/x", "exp(x**2)"])
def test_what_never_rests_has_no_fixed_point(spec: str) -> None:
    assert fixed_point(function(spec)) is None


@pytest.mark.parametrize("spec", ["identity", "abs(x)", "sqrt(2)*relu(x)"])
def test_what_keeps_every_variance_says_so(spec: str) -> None:
    found = fixed_point(function(spec))
    assert found is not None
    assert math.isnan(found.value or 0)


def test_five_sigmoids_leave_less_than_a_thousandth() -> None:
    found = depth(function("sigmoid"), 5)
    assert (found.bound, found.bound_vanishes_at) == (0.25**5, 5)
    rms = math.sqrt(statistics("sigmoid").mean_square_slope.value or 0)
    assert found.rms == pytest.approx(rms**5)
    assert found.rms_vanishes_at == 5


def test_what_does_not_shrink_never_vanishes() -> None:
    assert depth(function("relu"), 3)[:3] == (3, 1.0, None)
    assert depth(function("identity"), 1_000) == (1_000, 1.0, None, 1.0, None)
    assert depth(function("exp(x)"), 2).bound == math.inf
    assert depth(function("2*x"), 5_000).bound == math.inf
    assert depth(function("sqrt(abs(x))"), 2).rms == math.inf
    assert depth(function("exp(18*x)"), 2).rms is None


def test_the_vanishing_layer_is_the_first_whose_power_is_below_a_thousandth() -> None:
    for slope in (0.0, 1e-3, 9.99e-4, 0.1, 0.5, 0.25, 0.999, 10 ** (-3 / 7), 1.0, 2.0, -0.25):
        (layer,) = vanishing_layer(np.array([slope])).tolist()
        if abs(slope) >= 1:
            assert layer == math.inf
        else:
            assert abs(slope) ** layer < 1e-3
            assert layer == 1 or abs(slope) ** (layer - 1) >= 1e-3
    assert math.isnan(vanishing_layer(np.array([np.nan]))[0])

"""Zones, kinks and limits of pictures: the textbook's numbers, and typed expressions treated as the catalogue's."""

import math

import numpy as np
import pytest

from actcli.analysis import LEVEL, Zone, kinks, pieces, zones
from actcli.analysis.view import default_limits
from actcli.catalog import Activation, find

INF = math.inf

# sigmoid'(5) / sigmoid'(0), with sigmoid' = s (1 - s) and sigmoid'(0) = 1/4.
TEXTBOOK_LEVEL = 4 * math.exp(-5) / (1 + math.exp(-5)) ** 2


def activation(spec: str) -> Activation:
    found = find(spec)
    assert isinstance(found, Activation)
    return found


def shown(spec: str) -> list[tuple[str, float, float]]:
    return [(zone.kind, zone.low, zone.high) for zone in zones(activation(spec))]


def inside(spec: str, *x: float) -> list[bool]:
    return [any(bool(zone.contains(np.array([each]))[0]) for zone in zones(activation(spec))) for each in x]


def test_the_level_is_what_makes_the_sigmoid_saturate_beyond_5() -> None:
    assert pytest.approx(TEXTBOOK_LEVEL, rel=1e-15) == LEVEL
    assert pytest.approx(0.02659, abs=5e-6) == LEVEL


def test_sigmoid_is_saturated_beyond_5_and_not_at_5() -> None:
    assert shown("sigmoid") == [("saturated", -INF, -5.0), ("saturated", 5.0, INF)]
    assert inside("sigmoid", 5.0, -5.0, 0.0, math.nan) == [False] * 4
    assert inside("sigmoid", np.nextafter(5, 6), np.nextafter(-5, -6), INF, -INF, 1e308) == [True] * 5
    assert all(zone.threshold == pytest.approx(TEXTBOOK_LEVEL / 4) for zone in zones(activation("sigmoid")))


def test_tanh_is_saturated_beyond_2_and_a_half() -> None:
    # tanh(x) = 2 sigmoid(2x) - 1
    assert shown("tanh") == [("saturated", -INF, -2.5), ("saturated", 2.5, INF)]


@pytest.mark.parametrize(
    ("spec", "limit"),
    [
        # softplus' = sigmoid, largest 1: sigmoid(x) = LEVEL
        ("softplus", math.log(TEXTBOOK_LEVEL / (1 - TEXTBOOK_LEVEL))),
        # exp' = exp has no largest value: measured against 1
        ("exp(x)", math.log(TEXTBOOK_LEVEL)),
        ("elu", math.log(TEXTBOOK_LEVEL)),
        ("exp(2*x)", math.log(TEXTBOOK_LEVEL / 2) / 2),
    ],
)
def test_a_lower_tail_alone_is_saturated(spec: str, limit: float) -> None:
    ((kind, low, high),) = shown(spec)
    assert (kind, low) == ("saturated", -INF)
    assert high == pytest.approx(limit, rel=1e-11)


@pytest.mark.parametrize(
    ("spec", "limit"),
    [
        ("softsign", 1 / math.sqrt(TEXTBOOK_LEVEL) - 1),  # slope 1 / (1 + |x|)^2
        ("atan(x)", math.sqrt(1 / TEXTBOOK_LEVEL - 1)),  # slope 1 / (1 + x^2)
        ("100*tanh(x)", math.acosh(math.sqrt(100 / TEXTBOOK_LEVEL))),  # min(1, 100): against 1, slope 100 sech^2
        ("0.01*tanh(x)", 2.5),
        ("tanh(x) + 7", 2.5),
    ],
)
def test_both_tails_are_saturated_alike(spec: str, limit: float) -> None:
    lower, upper = shown(spec)
    assert lower[:2] == ("saturated", -INF)
    assert (upper[0], upper[2]) == ("saturated", INF)
    assert (-lower[2], upper[1]) == pytest.approx((limit, limit), rel=1e-11)


@pytest.mark.parametrize("spec", ["gelu", "silu", "gelu(gelu(gelu(x)))"])
def test_a_gated_tail_starts_where_its_certified_slope_crosses_the_level(spec: str) -> None:
    function = activation(spec)
    ((kind, low, high),) = shown(spec)
    assert (kind, low) == ("saturated", -INF)
    # The largest slope lies above 1, so 1 is the measure.
    assert (
        abs(function.certified(1, high * (1 + 1e-11))) < TEXTBOOK_LEVEL < abs(function.certified(1, high * (1 - 1e-11)))
    )


def test_the_stationary_point_of_silu_is_no_zone() -> None:
    stationary = -1.2784645427610738  # 1 + e^-x + x e^-x = 0
    assert abs(activation("silu").certified(1, stationary)) < 1e-15
    assert inside("silu", stationary) == [False]


@pytest.mark.parametrize(
    ("spec", "dead"),
    [
        ("relu", [(-INF, 0.0)]),
        ("x*clip(x+3,0,6)/6", [(-INF, -3.0)]),
        ("leaky-relu:0", [(-INF, 0.0)]),
        ("prelu:0", [(-INF, 0.0)]),
        ("relu6", [(-INF, 0.0), (6.0, INF)]),
        ("clip(x, -1, 1)", [(-INF, -1.0), (1.0, INF)]),
        ("where(abs(x) > 0.5, x, 0)", [(-0.5, 0.5)]),
        ("max(x, 0) * 0 + max(x - 1, 0)", [(-INF, 1.0)]),
        ("relu(x - 2)", [(-INF, 2.0)]),
        ("where(x > 1/3, x, 1/3)", [(-INF, 1 / 3)]),
    ],
)
def test_dead_is_where_no_x_is_left_and_the_ends_count(spec: str, dead: list[tuple[float, float]]) -> None:
    assert [kind for kind, _, _ in shown(spec)] == ["dead"] * len(dead)
    np.testing.assert_allclose([ends for _, *ends in shown(spec)], dead, rtol=1e-11)
    for zone in zones(activation(spec)):
        for end, included in ((zone.low, zone.low_included), (zone.high, zone.high_included)):
            assert math.isinf(end) or included == (activation(spec).certified(1, end) == 0)


def test_relu_is_dead_at_zero_and_alive_right_of_it() -> None:
    assert inside("relu", 0.0, -0.0, -5e-324, -INF) == [True] * 4
    assert inside("relu", 5e-324, 1.0, INF, math.nan) == [False] * 4


@pytest.mark.parametrize(
    "spec",
    [
        "identity",
        "leaky-relu",
        "leaky-relu:-2",
        "x",
        "x**2",
        "x**3",
        "abs(x)",
        "sin(x)",
        "x + sin(x)",
        "1/(1 + x**2) + x",
    ],
)
def test_functions_whose_slope_does_not_fade_have_no_zone(spec: str) -> None:
    assert shown(spec) == []


@pytest.mark.parametrize("spec", ["3", "0*x", "0*exp(x)", "pi", "max(1, 2)", "x-x", "where(x > 0, 1, 1)"])
def test_what_is_constant_everywhere_is_not_called_dead(spec: str) -> None:
    assert shown(spec) == []


def test_underflow_is_not_death() -> None:
    # gelu and sigmoid are exactly constant in float64 far out, but not by their formulas.
    for spec in ("sigmoid", "gelu", "exp(-x**2)"):
        assert {zone.kind for zone in zones(activation(spec))} == {"saturated"}


def test_no_zone_lies_outside_the_domain() -> None:
    assert [low for _, low, _ in shown("sqrt(x)")] == [pytest.approx(1 / (2 * TEXTBOOK_LEVEL) ** 2)]
    assert [low for _, low, _ in shown("log(x)")] == [pytest.approx(1 / TEXTBOOK_LEVEL)]


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("1/(1+exp(-x))", "sigmoid"),
        ("1 / (1 + exp(-1*x))", "sigmoid"),
        ("(tanh(x/2) + 1)/2", "sigmoid"),
        ("max(x,0)", "relu"),
        ("max(0, x)", "relu"),
        ("where(x > 0, x, 0)", "relu"),
        ("where(x>0,x,0.01*x)", "leaky-relu"),
        ("x/(1+exp(-x))", "silu"),
        ("log(1 + exp(x))", "softplus"),
        ("min(max(x, 0), 6)", "relu6"),
        ("clip(x, 0, 6)", "relu6"),
        ("x*normal_cdf(x)", "gelu"),
        ("x*(1 + erf(x/sqrt(2)))/2", "gelu"),
        ("sigmoid(x)", "sigmoid"),
        ("where(x > 0, x, exp(x) - 1)", "elu"),
    ],
)
def test_a_typed_expression_has_the_zones_of_the_entry(typed: str, entry: str) -> None:
    assert [kind for kind, _, _ in shown(typed)] == [kind for kind, _, _ in shown(entry)]
    np.testing.assert_allclose([ends for _, *ends in shown(typed)], [ends for _, *ends in shown(entry)], rtol=1e-9)


@pytest.mark.parametrize(
    ("spec", "sides"),
    [
        ("step", [(-INF, 0.0, False), (0.0, INF, True)]),
        ("where(x > 2, 1, 0)", [(-INF, 2.0, True), (2.0, INF, False)]),
        ("sign(x)", [(-INF, 0.0, False), (0.0, INF, False)]),
    ],
)
def test_a_step_is_dead_on_both_sides_and_its_jump_belongs_to_one(
    spec: str, sides: list[tuple[float, float, bool]]
) -> None:
    left, right = zones(activation(spec))
    assert [(left.low, left.high, left.high_included), (right.low, right.high, right.low_included)] == sides


@pytest.mark.parametrize(
    ("spec", "dead"),
    [
        ("relu(x)-relu(x-1)", [(-INF, 0.0), (1.0, INF)]),
        ("abs(x-1)-abs(x+1)", [(-INF, -1.0), (1.0, INF)]),
        ("relu(x-1)-relu(x-2)*2+relu(x-3)", [(-INF, 1.0), (3.0, INF)]),
        ("max(x, 0)-x/2-abs(x)/2+relu(x-1)", [(-INF, 1.0)]),
    ],
)
def test_what_like_terms_leave_without_x_is_dead(spec: str, dead: list[tuple[float, float]]) -> None:
    assert shown(spec) == [("dead", *ends) for ends in dead]


def test_another_level_moves_saturated_zones_and_no_dead_ones() -> None:
    lower, upper = zones(activation("tanh"), 0.01)
    assert (lower.high, upper.low) == pytest.approx((-math.acosh(10), math.acosh(10)))
    assert zones(activation("relu"), 0.5) == zones(activation("relu"))


def test_limits_have_twelve_digits() -> None:
    for spec in ("softplus", "gelu", "silu", "softsign"):
        for zone in zones(activation(spec)):
            for end in (zone.low, zone.high):
                assert math.isinf(end) or float(f"{end:.12g}") == end


def test_an_included_end_belongs_to_the_zone() -> None:
    zone = Zone("dead", -1.0, 1.0, low_included=True)
    assert zone.contains(np.array([-1.0, 0.0, 1.0, math.nan])).tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        ("relu", [(0.0, 0.0, 1.0, False)]),
        ("leaky-relu:0.2", [(0.0, 0.2, 1.0, False)]),
        ("abs(x)", [(0.0, -1.0, 1.0, False)]),
        ("where(x >= 0, 1, 0)", [(0.0, 0.0, 0.0, True)]),
        ("clip(x, -1, 2)", [(-1.0, 0.0, 1.0, False), (2.0, 1.0, 0.0, False)]),
        ("abs(x - pi)", [(math.pi, -1.0, 1.0, False)]),
        ("elu", []),
        ("tanh", []),
        ("max(x, x)", []),
        ("log(abs(x))", []),  # a pole, at which no value bends
        ("1/abs(x - 2)", []),
        ("where(x > 3, 2*x, 2*x)", []),
    ],
)
def test_kinks_have_both_slopes_and_jumps_are_reported(
    spec: str, wanted: list[tuple[float, float, float, bool]]
) -> None:
    assert [(kink.x, kink.left_slope, kink.right_slope, kink.is_jump) for kink in kinks(activation(spec))] == wanted


@pytest.mark.parametrize("spec", ["sigmoid", "relu6", "x", "abs(x - 100)", "exp(x)", "where(x >= 0, 1, 0)", "sin(x)"])
def test_a_picture_shows_every_landmark(spec: str) -> None:
    low, high = default_limits([activation(spec)])
    assert -INF < low < high < INF
    ends = [end for zone in zones(activation(spec)) for end in (zone.low, zone.high) if math.isfinite(end)]
    assert all(low < x < high for x in [*ends, *(kink.x for kink in kinks(activation(spec)))])


@pytest.mark.parametrize("name", ["silu", "hard_swish", "gelu_tanh", "relu"])
def test_functions_of_functions_are_taken_apart_without_being_written_out(name: str) -> None:
    # Written out, silu of silu of silu ... holds x 2**40 times.
    function = activation(f"{name}(" * 40 + "x" + ")" * 40)
    assert pieces(function)[-1].high == np.inf
    zones(function)


@pytest.mark.parametrize("text", ["max(sin(x), 0)", "abs(sin(100*x))", "where(cos(x) > 0, x, 1)"])
def test_a_choice_that_waves_has_no_zones_that_depend_on_where_one_looks(text: str) -> None:
    assert zones(activation(text)) == ()
    assert kinks(activation(text)) == ()


@pytest.mark.parametrize(("text", "middle"), [("sigmoid(x - 1e5)", 1e5), ("sigmoid(x + 1000)", -1e3)])
def test_a_narrow_slope_far_out_is_found(text: str, middle: float) -> None:
    left, right = zones(activation(text))
    assert (left.high, right.low) == pytest.approx((middle - 5, middle + 5), abs=1e-5)


def test_a_root_is_no_jump_and_an_undefined_point_shows_the_slopes_beside_it() -> None:
    (root,) = kinks(activation("sqrt(abs(x))"))
    assert root == (0.0, -np.inf, np.inf, False)
    (pole,) = kinks(activation("abs(x)/x"))
    assert (pole.left_slope, pole.right_slope, pole.is_jump) == (0.0, 0.0, True)

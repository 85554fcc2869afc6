"""`actcli grad`: slope, curvature, and what stacked layers make of a slope."""

import math

import pytest

from actcli.catalog import Activation, find
from tests.runner import actcli, apart, on_terminal


def truth(spec: str, order: int, x: float) -> float:
    found = find(spec)
    assert isinstance(found, Activation)
    return found.certified(order, x)


def test_slope_far_out_keeps_its_digits_and_the_zone_is_reported() -> None:
    # sigmoid'(40) = e^-40 / (1 + e^-40)^2; 1 - sigmoid(40) is 0 in float64.
    document = actcli("grad", "sigmoid", "40", "--format", "json").json
    (vector,) = document["vectors"]
    assert apart(vector["slope"][0], 4.248354255291589e-18) <= 1
    assert vector["zone"] == ["saturated"]
    assert [(zone["kind"], zone["from"], zone["to"]) for zone in document["zones"]] == [
        ("saturated", "-Infinity", -5.0),
        ("saturated", 5.0, "Infinity"),
    ]


@pytest.mark.parametrize(("options", "order", "bound"), [((), 1, 4), (("--curvature",), 2, 5)])
@pytest.mark.parametrize("spec", ["sigmoid", "tanh", "gelu", "silu", "softplus:2", "elu:0.5", "softsign", "leaky-relu"])
def test_printed_slopes_are_the_certified_ones(spec: str, options: tuple[str, ...], order: int, bound: float) -> None:
    words = ["-300", "-36", "-1/3", "1e-9", "0.7", "5", "30"]
    inputs = actcli("eval", "identity", *words).numbers
    for x, got in zip(inputs, actcli("grad", spec, *words, *options, "--quiet").numbers, strict=True):
        wanted = truth(spec, order, x)
        assert got == wanted or apart(got, wanted) <= bound


@pytest.mark.parametrize(
    ("spec", "slope"),
    [("relu", 0.0), ("leaky-relu", 0.01), ("prelu:0.5", 0.5), ("elu:2", 2.0), ("abs(x)", 0.0), ("max(x, -x)", 0.0)],
)
def test_slopes_at_the_kink_follow_the_convention(spec: str, slope: float) -> None:
    assert actcli("grad", spec, "0", "-0", "--quiet").numbers == [slope, slope]


def test_negative_words_and_every_source_work_as_for_eval() -> None:
    assert actcli("grad", "x**2", "-3", "−1", "-1/4").numbers == [-6.0, -2.0, -0.5]
    assert actcli("grad", "x**2", stdin="-3,1\n\n2\n").stdout == "-6.0,2.0\n\n4.0\n"
    assert actcli("grad", "x**2", "-", stdin="-3\n").stdout == "-6.0\n"
    assert actcli("grad", "x**2", "-2:2").numbers == [-4.0, -2.0, 0.0, 2.0, 4.0]
    assert actcli("grad", "x**2").stdout == ""
    assert on_terminal("grad", "tanh").status == 2


def test_infinities_give_limits_and_nan_stays() -> None:
    slopes = actcli("grad", "gelu", "-inf", "inf", "nan", "--quiet").numbers
    assert slopes[:2] == [0.0, 1.0]
    assert math.isnan(slopes[2])


def test_layers_multiply_the_slope_and_a_note_names_the_layer() -> None:
    run = actcli("grad", "sigmoid", "0", "--layers", "5")
    assert run.stdout == "0.0009765625\n"  # (1/4)^5, the first power of 1/4 below a thousandth
    assert run.stderr.startswith("actcli: note: ")
    assert "layer 5" in run.stderr
    assert actcli("grad", "sigmoid", "0", "--layers", "5", "--quiet").stderr == ""


def test_layers_tell_bound_and_root_mean_square() -> None:
    run = actcli("grad", "sigmoid", "3", "--layers", "5", "--format", "json")
    (card,) = run.json["functions"]
    assert (card["gradient_bound"], card["gradient_bound_vanishes_at"]) == (0.25**5, 5)
    # E sigmoid'(z)**2 = 0.04483624135019437 by ball integration
    assert card["gradient_rms"] == pytest.approx(0.04483624135019437**2.5, rel=1e-9)
    assert "by at most 0.000977 whatever the inputs, by 0.000426 in root mean square over normal ones" in run.stderr


def test_one_layer_alone_is_named() -> None:
    run = actcli("grad", "sigmoid", "2", "--layers", "5")
    assert "at the inputs given the factor falls below 0.001 at layer 4" in run.stderr
    assert "layer 5" not in run.stderr


@pytest.mark.parametrize("layers", [1, 4, 5, 6, 1000])
def test_the_named_layer_does_not_depend_on_how_many_are_asked_for(layers: int) -> None:
    run = actcli("grad", "sigmoid", "0", "--layers", str(layers))
    assert run.numbers == [0.25**layers]
    assert "layer 5" in run.stderr


@pytest.mark.parametrize(
    ("spec", "x", "shown"),
    [
        ("0.1*x", "1", "layer 4"),  # the double 0.1 cubed lies above a thousandth: 1.0000000000000002e-3
        ("0.0625*x", "1", "layer 3"),
        ("0.5*x", "1", "layer 10"),
        ("relu", "-1", "layer 1"),
        ("relu", "1", "no number of layers"),
        ("2*x", "1", "no number of layers"),
    ],
)
def test_the_layer_at_which_a_gradient_vanishes(spec: str, x: str, shown: str) -> None:
    assert shown in actcli("grad", spec, x, "--layers", "2").stderr


def test_several_inputs_tell_a_span_of_layers() -> None:
    run = actcli("grad", "sigmoid", "0", "4", "--layers", "2")
    # sigmoid'(4) = 0.01766: its square is below a thousandth.
    assert "layers 2 to 5" in run.stderr


def test_layers_raise_the_certified_slope() -> None:
    slope = truth("sigmoid", 1, 3.0)
    (factor,) = actcli("grad", "sigmoid", "3", "--layers", "4", "--quiet").numbers
    assert factor == pytest.approx(slope**4, rel=1e-14)


@pytest.mark.parametrize("layers", ["0", "-1", "1.5", "two", "nan", "inf"])
def test_layers_are_a_whole_number_above_zero(layers: str) -> None:
    run = actcli("grad", "sigmoid", "0", "--layers", layers)
    assert (run.status, run.stdout) == (2, "")
    assert "bug" not in run.stderr


def test_layers_and_curvature_exclude_each_other() -> None:
    run = actcli("grad", "sigmoid", "0", "--layers", "2", "--curvature")
    assert (run.status, run.stdout) == (2, "")
    assert "--curvature" in run.stderr


@pytest.mark.parametrize(
    ("options", "name"), [((), "slope"), (("--curvature",), "curvature"), (("--layers", "2"), "factor")]
)
def test_the_column_says_what_was_asked(options: tuple[str, ...], name: str) -> None:
    assert actcli("grad", "tanh", "1", "--format", "csv", *options).lines[0] == f"vector,index,function,x,{name},zone"
    assert name in actcli("grad", "tanh", "1", "--format", "json", *options).json["vectors"][0]
    assert name in on_terminal("grad", "tanh", "1", *options).stdout


def test_digits_round_slopes() -> None:
    # tanh'(1) = 0.41997434161402606939...
    assert float(actcli("grad", "tanh", "1", "--digits", "7").stdout) == 0.4199743


def test_functions_of_whole_vectors_have_no_slope() -> None:
    run = actcli("grad", "softmax", "1", "2")
    assert (run.status, run.stdout) == (2, "")
    assert "whole vectors" in run.stderr


def test_an_expression_that_is_mish_is_rounded_once() -> None:
    typed = actcli("grad", "x*tanh(log1p(exp(x)))", "--", "-700", "-30", "-20", "0", "20").stdout
    assert typed == actcli("grad", "x*tanh(log1p(exp(x)))", "--exact", "--", "-700", "-30", "-20", "0", "20").stdout
    for answer, x in zip(typed.split(), (-700.0, -30.0, -20.0, 0.0, 20.0), strict=True):
        assert float(answer) == truth("mish", 1, x)


@pytest.mark.parametrize(
    "spec", ["x*sqrt(x)", "x*sqrt(abs(x))", "sqrt(x)*tanh(x)", "x**2*sqrt(sqrt(x))", "abs(x)**1.5*sqrt(x)"]
)
def test_a_slope_that_is_zero_times_infinity_in_floats_is_settled(spec: str) -> None:
    # Each is x^p for some p > 1 beside 0, from where it grows: its one-sided slope there is 0.
    assert actcli("grad", spec, "0").stdout == "0.0\n"
    assert actcli("compare", spec, "relu", "--format", "json").json["functions"][0]["slope_at_zero"] == 0.0


@pytest.mark.parametrize("spec", ["sqrt(x)", "log(x)*x", "1/x"])
def test_a_slope_that_is_infinite_or_undefined_is_no_number(spec: str) -> None:
    assert not math.isfinite(actcli("grad", spec, "0").numbers[0])


@pytest.mark.parametrize("x", ["0", "-0.0"])
@pytest.mark.parametrize(
    "spec", ["sigmoid", "tanh", "softsign", "arctan", "erf", "derf", "softcap", "dyt", "isru", "sin", "weighted-tanh"]
)
def test_a_curvature_that_is_exactly_zero_has_no_sign(spec: str, x: str) -> None:
    assert actcli("grad", spec, x, "--curvature").stdout == "0.0\n"
    assert actcli("grad", spec, x, "--curvature", "--dtype", "bfloat16").stdout == "0.0\n"


@pytest.mark.parametrize("spec", ["cos", "gaussian", "logcosh", "lisht"])
def test_a_slope_that_is_exactly_zero_has_no_sign(spec: str) -> None:
    assert actcli("grad", spec, "0").stdout == "0.0\n"


def test_a_derivative_that_underflows_keeps_its_sign() -> None:
    # exp(-x^2) e^-800 has the curvature -2 e^-800 at 0, which is about -7e-348.
    assert actcli("grad", "exp(-x**2-800)", "0", "--curvature").stdout == "-0.0\n"


@pytest.mark.parametrize("spec", ["tanh", "sin", "arctan"])
def test_a_value_keeps_the_sign_of_its_zero(spec: str) -> None:
    assert actcli("eval", spec, "-0.0").stdout == "-0.0\n"

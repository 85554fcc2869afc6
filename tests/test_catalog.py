"""The catalogue: names, aliases, parameters and specs; what one entry must hold."""

import math
import re

import numpy as np
import pytest

from actcli.catalog import ENTRIES, FUNCTIONS, Activation, Entry, Function, VectorActivation, find, folded
from actcli.catalog.libraries import LIBRARIES
from actcli.catalog.lookup import placed
from actcli.errors import UsageError
from actcli.formula.parser import constant


def activation(spec: str) -> Activation:
    found = find(spec)
    assert isinstance(found, Activation)
    return found


def is_the_same(found: Activation, known: Activation) -> bool:
    """Whether a typed formula was recognised: all is known of it, but it is evaluated as typed."""
    assert known.entry is not None
    return found.entry is not None and found.entry._replace(kernels=known.entry.kernels) == known.entry


def refusal(spec: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        find(spec)
    return caught.value


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_name_and_alias_leads_to_its_entry_in_any_spelling(entry: Entry) -> None:
    canonical = {folded(each.name): each for each in ENTRIES}
    for name in (entry.name, *entry.aliases):
        owner = canonical.get(folded(name), entry)
        for spelling in (name, name.upper(), name.replace("_", "-"), name.replace("_", ""), name.title()):
            assert find(spelling).entry is owner


def test_no_two_entries_share_a_name() -> None:
    names = [folded(name) for entry in ENTRIES for name in {entry.name, *map(folded, entry.aliases)}]
    doubled = {name for name in names if names.count(name) > 1 and name not in {folded(e.name) for e in ENTRIES}}
    assert not doubled


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_says_what_it_is_where_from_and_what_for(entry: Entry) -> None:
    assert entry.formula
    assert entry.source
    assert entry.used_for
    assert entry.name == entry.name.lower()
    for parameter in entry.parameters:
        assert parameter.meaning
        assert parameter.default


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_the_formula_typed_as_an_expression_is_the_entry_itself(function: Function) -> None:
    typed = function.formula
    for parameter in function.parameters:
        typed = re.sub(rf"\b{parameter.name}\b", f"({parameter.default})", typed)
    found = activation(typed)
    x = np.linspace(-45, 45, 91)
    assert found.entry is not None  # swish with a beta of 1 is silu
    known = activation(function.name)
    for order in range(3):
        # What is typed is rounded once; a kernel may be off by some last places.
        np.testing.assert_allclose(found.order(order, x), known.order(order, x), rtol=2e-15, atol=5e-324)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x*tanh(log1p(exp(x)))", "mish"),
        ("tanh(log1p(exp(1*x))/1)*x", "mish"),
        ("x/(1+exp(-x))", "silu"),
        ("x*(1/(exp(-x)+1))", "silu"),
        ("0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x*x**2)))", "gelu_tanh"),
        ("sigmoid(x*1.702)*x", "quick_gelu"),
        ("-tanh(x)+x", "tanh_shrink"),
        ("max(0, x)", "relu"),
        ("clip(x, 0, 6)", "relu6"),
        ("where(0 < x, x, 0.01*x)", "leaky_relu"),
        ("(x + sqrt(x**2 + 4))/2", "squareplus"),
    ],
)
def test_what_is_a_formula_when_written_out_is_its_function(text: str, name: str) -> None:
    found, known = activation(text), activation(name)
    assert is_the_same(found, known)
    assert found.name == text
    x = np.linspace(-45, 45, 91)
    for order in range(3):
        np.testing.assert_allclose(found.order(order, x), known.order(order, x), rtol=2e-15, atol=5e-324)


@pytest.mark.parametrize(
    "text",
    [
        "x*sigmoid(1.7*x)",
        "x*sigmoid(1.7020000000000001*x)",
        "where(x >= 0, x, 0.01*x)",  # another slope at 0
        "log(1+exp(x))",  # the same number, and another computation
        "0*x + sigmoid(x)",  # NaN at infinity
        "x*x/x",
        "silu(" * 40 + "x" + ")" * 40,
    ],
)
def test_what_is_no_formula_of_the_catalogue_is_evaluated_as_written(text: str) -> None:
    assert activation(text).entry is None


def test_a_function_of_x_with_parameters_is_that_function() -> None:
    found = activation("swish(x, beta=2)")
    assert found.entry is activation("swish").entry
    assert found.parameters == (("beta", 2.0),)


@pytest.mark.parametrize(
    ("spec", "same"),
    [
        ("leaky-relu:0.2", "leaky_relu:negative_slope=0.2"),
        ("LeakyReLU:negativeSlope=0.2", "leaky_relu:negative-slope=0.2"),
        ("leaky-relu:1/5", "leaky-relu:0.2"),
        ("leaky-relu:", "leaky-relu"),
        ("leaky-relu:0.01", "leaky-relu"),
        (" relu ", "relu"),
        ("elu:alpha=2", "elu:2"),
        ("prelu:-1", "where(x > 0, x, -1*x)"),
        ("Leaky ReLU", "leaky_relu"),
        ("σ", "sigmoid"),
    ],
)
def test_specs_that_mean_the_same(spec: str, same: str) -> None:
    x = np.linspace(-3, 3, 13)
    np.testing.assert_array_equal(activation(spec).value(x), activation(same).value(x))


def test_parameters_are_what_was_typed() -> None:
    assert dict(activation("leaky-relu:0.2").parameters) == {"negative_slope": 0.2}
    assert dict(activation("leaky-relu:-pi").parameters) == {"negative_slope": -math.pi}
    assert dict(activation("leaky-relu").parameters) == {"negative_slope": 0.01}
    assert activation("leaky-relu:0.2").name == "leaky-relu:negative_slope=0.2"


def test_an_expression_keeps_its_text_and_has_no_entry() -> None:
    found = activation("x*sigmoid(1.7*x)")
    assert (found.entry, found.formula, found.parameters) == (None, "x*sigmoid(1.7*x)", ())


def test_vector_functions_are_distinguished() -> None:
    found = find("softmax:temperature=2")
    assert isinstance(found, VectorActivation)
    np.testing.assert_allclose(found.value(np.array([2 * math.log(3), 0.0])), [0.75, 0.25], rtol=1e-15)


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        ("geluu", "gelu"),
        ("sigmiod", "sigmoid"),
        ("leaky", "leaky"),
        ("leaky-relu:slope=1", "no such parameter"),
        ("leaky-relu:1,2", "no such parameter"),
        ("leaky-relu:negative_slope=1,negative_slope=2", "no such parameter"),
        ("leaky-relu:negative_slope=", "not a number"),
        ("leaky-relu:x", "not a number"),
        ("leaky-relu:nan", "not defined"),
        ("leaky-relu:inf", "not defined"),
        ("softplus:0", "not defined"),
        ("softmax:0", "not defined"),
        ("softmax:-1", "not defined"),
        ("maxout:0", "not defined"),
        ("maxout:1.5", "not defined"),
        ("relu:1", "no such parameter"),
    ],
)
def test_wrong_specs_are_refused_with_a_reason(spec: str, shown: str) -> None:
    assert shown in refusal(spec).report()


def test_the_place_of_a_wrong_parameter_is_in_the_spec() -> None:
    for spec, piece in (("leaky-relu:foo=1", "foo=1"), ("elu:alpha=1,beta=2", "beta=2"), ("leaky-relu:two", "two")):
        place = refusal(spec).place
        assert place is not None
        assert place.text[place.column : place.column + place.width] == piece


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_stated_bounds_keep_the_law(function: Function) -> None:
    # At most 4 ulp for value and slope, 5 for curvature; an entry may state up to 8.
    assert all(0 < bound <= 8 for bound in function.bounds)


@pytest.mark.parametrize("entry", [*ENTRIES, *(own for library in LIBRARIES.values() for own in library.own.values())])
def test_every_default_may_be_typed(entry: Entry) -> None:
    """Infinite ones, too."""
    for parameter in entry.parameters:
        given = {parameter.name: float(constant(parameter.default))}
        assert placed(entry, given).parameters == placed(entry, {}).parameters


@pytest.mark.parametrize(
    "spec",
    [
        "keras-relu:max_value=inf",
        "clamp@torch:min=-inf,max=1",
        "keras_relu(x, max_value=inf)",
        "hard-tanh@onnx:max_val=6",
    ],
)
def test_infinite_limits_limit_nothing(spec: str) -> None:
    assert find(spec).value(np.array([0.5])).tolist() == [0.5]


@pytest.mark.parametrize("spec", ["keras-relu:max_value=-inf", "elu:alpha=inf", "hard-tanh:max_val=inf"])
def test_infinite_parameters_are_refused_elsewhere(spec: str) -> None:
    with pytest.raises(UsageError, match="not defined"):
        find(spec)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ｒｅｌｕ", "relu"),
        ("leaky-relu：０．２", "leaky-relu:0.2"),
        ("ｌｅａｋｙ－ｒｅｌｕ：negative_slope＝０．２", "leaky-relu:negative_slope=0.2"),
        ("hard-tanh：－2，0.5", "hard-tanh:-2,0.5"),
        ("gelu＠jax", "gelu@jax"),
    ],
)
def test_a_spec_may_be_typed_on_an_asian_keyboard(typed: str, meant: str) -> None:
    assert find(typed) == find(meant)


def test_an_error_shows_the_wide_characters_that_were_typed() -> None:
    with pytest.raises(UsageError, match="ｒelx"):
        find("ｒelx")

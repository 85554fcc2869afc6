"""Every parameter of every function over edge values, at edge inputs: an answer, and the true one, or a refusal."""

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

from actcli.catalog import FUNCTIONS, VECTOR_FUNCTIONS, Activation, VectorActivation, find
from actcli.catalog.entry import Function, VectorFunction
from actcli.errors import UsageError
from actcli.formula.digits import NotSettledError
from tests.oracle.vectors import bad_vectors

SIZES = ("5e-324", "1e-300", "1e-20", "1", "1e20", "1e300", "1.7e308")
VALUES = ("0", *SIZES, *(f"-{size}" for size in SIZES))
HALF_LINE = [0.0, 1e-310, 1e-300, 1e-150, 1e-20, 0.5, 1.0, 3.0, 40.0, 710.0, 1e20, 1e150, 1e300, 1.7e308]
X = np.array([*HALF_LINE, *(-x for x in HALF_LINE), np.inf, -np.inf, np.nan])
VECTORS = (
    [0.0, 0.0],
    [1.0, 2.0],
    [-3.0, 1e-300],
    [1e300, -1e300],
    [1.7e308, -1.7e308],
    [1e-310, -1e-310],
    [40.0, -40.0, 0.0, 1.0],
    [1e20, 1.0, -1e20, 5e-324],
    [0.0, -745.0, -1.0, -1.0],
)
# Of two and more parameters, such as have lost answers.
PLACED = (
    "hard-tanh:1,1",
    "laplace:1,1e-20",
    "laplace:-1e300,1e-300",
    "aria2:alpha=0.1,beta=5",
    "aria2:alpha=1e-20,beta=1e20",
    "srelu:2,1,1.5,1",
    "srelu:-1e300,1e-300,1e300,1e20",
    "threshold:1,20",
    "xielu:1e308",
    "isru:alpha=1e-250",
    "isru:1e-290",
    "soft-clipping:1e20",
    "beta-mish:1e18",
    "celu:1e16",
)


def swept(name: str, parameters: tuple[str, ...]) -> Iterator[Activation | VectorActivation]:
    """The function with one parameter after the other at each of the values, but where it is refused."""
    for spec in (name, *(f"{name}:{parameter}={value}" for parameter in parameters for value in VALUES)):
        found, refused = tried(spec)
        if found is not None:
            yield found
        else:
            assert refused.startswith("it needs "), spec


def tried(spec: str) -> tuple[Activation | VectorActivation | None, str]:
    """The function, or what it needs."""
    try:
        return find(spec), ""
    except UsageError as refused:
        return None, refused.hint or ""


def wrong(function: Activation) -> Iterator[str]:
    """Every answer that is lost, or farther from the certified one than the entry's bound."""
    assert function.entry is not None
    for order in range(3):
        got = function.order(order, X)
        assert np.isnan(got[-1])
        for x, y in zip(X[:-1].tolist(), got.tolist(), strict=False):
            try:
                wanted = function.certified(order, x)
            except NotSettledError:
                continue
            if not is_near(function, order, x, y, wanted):
                yield f"{function.name}, order {order} at {x!r}: got {y!r}, wanted {wanted!r}"


def is_near(function: Activation, order: int, x: float, got: float, wanted: float) -> bool:
    """Whether an answer is within the bound; beside a root in ulp of the largest size around it."""
    if got == wanted or (np.isnan(got) and np.isnan(wanted)):
        return True
    if not (np.isfinite(got) and np.isfinite(wanted) and function.entry):
        return False
    size = abs(wanted)
    with np.errstate(over="ignore"):
        around = function.order(order, x * np.linspace(0.5, 2.0, 25))
    if around.min() < 0 < around.max() or (around == 0).any():
        size = max(size, float(np.abs(around[np.isfinite(around)]).max()))
    # The certified answer is rounded itself, by half an ulp.
    return bool(abs(got / 2 - wanted / 2) <= (function.entry.bounds[order] + 0.5) * max(np.spacing(size), 5e-324) / 2)


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.shown_name)
def test_no_value_of_a_parameter_loses_an_answer(entry: Function) -> None:
    names = tuple(parameter.name for parameter in entry.parameters)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        functions = swept(entry.shown_name, names)
        bad = [said for each in functions if isinstance(each, Activation) for said in wrong(each)]
    assert not bad, f"{len(bad)} answers:\n" + "\n".join(bad)


@pytest.mark.parametrize("spec", PLACED)
def test_parameters_that_meet_lose_no_answer(spec: str) -> None:
    function = find(spec)
    assert isinstance(function, Activation)
    bad = list(wrong(function))
    assert not bad, f"{len(bad)} answers:\n" + "\n".join(bad)


@pytest.mark.parametrize("spec", ["hard-tanh:5,1", "hard-tanh:5", "hard_tanh(x, 5, 1)", "isru:0", "snake:0", "celu:0"])
def test_parameters_without_meaning_are_refused(spec: str) -> None:
    with pytest.raises(UsageError, match="is not defined for") as raised:
        find(spec)
    assert str(raised.value.hint).startswith("it needs ")


VECTOR_SPECS = [
    function
    for function in VECTOR_FUNCTIONS
    if function.parameters and function.name not in ("gumbel_softmax", "entmax")
]


@pytest.mark.parametrize("entry", VECTOR_SPECS, ids=lambda entry: entry.shown_name)
def test_no_value_of_a_parameter_loses_a_vector(entry: VectorFunction) -> None:
    names = tuple(parameter.name for parameter in entry.parameters)
    bad = []
    for function in swept(entry.shown_name, names):
        assert isinstance(function, VectorActivation)
        step = int(dict(function.parameters).get("groups", 1))
        vectors = [np.array(x) for x in VECTORS if len(x) % step == 0]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            bad += bad_vectors(function, vectors)
            if function.entry.jacobian:
                assert not any(np.isnan(function.jacobian(x)).any() for x in vectors), function.name
    assert not bad, f"{len(bad)} answers:\n" + "\n".join(bad)


@pytest.mark.parametrize("alpha", ["1.7e308", "1e300", "1e20", "1e10"])
def test_entmax_of_a_high_power_shares_among_the_largest(alpha: str) -> None:
    function = find(f"entmax:{alpha}")
    for x in ([0.0, 0.0], [1.0, 1.0, -3.0], [2.0, -1e300]):
        ties = np.array(x) == max(x)
        np.testing.assert_allclose(function.value(np.array(x)), ties / ties.sum(), rtol=1e-8)
        assert isinstance(function, VectorActivation)
        assert np.isfinite(function.jacobian(np.array(x))).all()

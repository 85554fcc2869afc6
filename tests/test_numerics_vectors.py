"""Every function of a whole vector against its definition evaluated exactly, and the laws that hold between them."""

from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np
import pytest

from actcli import kernels
from actcli.catalog import VECTOR_FUNCTIONS, Activation, VectorActivation, find
from actcli.errors import UsageError
from tests.oracle.vectors import (
    TRUTHS,
    Floats,
    Number,
    bad_vectors,
    beyond_one,
    exact,
    nearest,
    off,
    probabilities,
    softmax,
)

NAN, INF, LAST, LEAST = np.nan, np.inf, 1.7976931348623157e308, 5e-324

# Parameters in place, from hot to cold and to the ends of float64.
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "softmax": ("1e-3", "0.7", "50", "1e300", "1e-300", "5e-324"),
    "log-softmax": ("1e-3", "0.7", "50", "1e300", "1e-300"),
    "softmin": ("1e-3", "0.7", "50", "1e300"),
    "sink-softmax": ("3", "-700", "1e300", "-1e300", "-40"),
    "gumbel-softmax": ("1e-3,7", "0.7,8", "50,9", "1,10,1"),
    "standardize": ("1", "1e-300", "1e300"),
    "maxout": ("1", "4"),
    "gpt-oss-swiglu": ("1e-3", "1.5,1e300", "1.702,0.5"),
    "entmax": ("1", "1.0000001", "1.001", "1.1", "1.3", "1.7", "1.9999", "2", "2.0001", "2.5", "4", "10", "50"),
}
VARIANTS = tuple(f"{name}:{values}" for name, each in PARAMETERS.items() for values in each)
SPECS = (*(function.name for function in VECTOR_FUNCTIONS), *VARIANTS)
KEEP_LENGTH = [function.name for function in VECTOR_FUNCTIONS if function.keeps_length]
OF_LOGITS = ["softmax", "log_softmax", "softmin", "hardmax", "sparsemax", "entmax15", "entmax", "entmax:1.2"]
GATES = ["glu", "swiglu", "geglu", "reglu", "bilinear", "gpt_oss_swiglu"]

SHORT = [
    [0.0],
    [-LAST],
    [LEAST],
    [0.0, 0.0],
    [1.0, 2.0],
    [0.0, -36.7],
    [0.0, -700.0],
    [0.0, -745.2],
    [3.0, -704.0],
    [1e300, -1e300],
    [1e300, 1e300],
    [LAST, -LAST],
    [-LAST, -LAST],
    [LEAST, -LEAST],
    [1.0, 1.0 + 2.0**-52],
    [1e16, 1e16 + 2],
    [-0.6931471805599453, -0.6931471805599453],
    [-0.3132616875182228, -1.3132616875182228],
    [1.0, 2.0, 3.0],
    [0.0, 1e-300, -1e-300],
    [5.0, 5.0, 4.0],
    [0.0, -1e-17, 1e-17],
    [LAST, LAST, -LAST],
    [LEAST, 2.2e-308, 0.0],
    [1e300, 0.0, -1e300],
    [0.1, 0.1, 0.1],
    [0.0, -0.99999999, -1.00000001],
    [-1e300, -1e300 - 1e285, 0.0],
    [0.0, 300.0, 700.0, 1000.0],
    [800.0, 0.0, 1.0, 2.0],
    [-0.25, 0.25, 0.5, 0.75],
    [1e8 + 0.1, 1e8 + 0.2, 1e8 + 0.3, 1e8 + 0.3],
    [0.0, -1e-20, -1e-19, -1e-30],
    [0.0, -0.01, -0.02, -0.03],
    [2e-308, 1e-308, 3e-310, -1e-308],
]
EDGES = [
    [INF],
    [-INF],
    [NAN],
    [-INF, 1.0],
    [INF, 1.0],
    [INF, INF],
    [INF, -INF],
    [-INF, -INF],
    [NAN, 1.0],
    [NAN, INF],
    [INF, NAN],
    [-INF, NAN],
    [INF, INF, 3.0, -INF],
    [-INF, -INF, -INF],
    [2.0, -INF, 1.0, -INF],
    [1e300, -INF, -1e300, INF],
    [-INF, 700.0, -INF, 0.0],
    [-0.0, 0.0, INF, -INF],
    [INF, -INF, INF, -INF],
    [INF, -INF, -1e3, 1e3],
    [-1e3, 1e3, INF, -INF],
]
MAGNITUDES = [
    0.0,
    LEAST,
    3e-310,
    1e-300,
    1e-160,
    1e-17,
    0.5,
    1,
    3,
    30,
    37.6,
    38.4,
    40,
    699,
    745.2,
    1e3,
    1e16,
    1e300,
    LAST,
]


def function_of(spec: str) -> VectorActivation:
    found = find(spec)
    assert isinstance(found, VectorActivation)
    return found


def width(spec: str) -> int:
    """Of what the length of a vector must be a multiple."""
    name, _, parameter = spec.partition(":")
    return int(parameter or 2) if name == "maxout" else 2 if name.replace("-", "_") in GATES else 1


def vectors(spec: str) -> Iterator[Floats]:
    """Short ones by hand, then long ones: narrow, wide, of every magnitude, on a slope, at a tie, one winner of all."""
    rng = np.random.default_rng(20240301)
    long = [
        rng.normal(size=12),
        rng.normal(size=12) * 300,
        rng.normal(size=1000),
        rng.normal(size=1000) * 40,
        rng.normal(size=1000) * 1e300,
        np.copysign(10.0 ** rng.uniform(-323, 308, 1000), rng.normal(size=1000)),
        np.linspace(-800, 0, 1000),
        np.zeros(1000),
        np.where(np.arange(1000) == 300, 50.0, rng.normal(size=1000)),
        rng.normal(size=1000) + 1e8,
        rng.normal(size=1000) - 40.0,
        rng.integers(-3, 3, 1000) / 4,
    ]
    if spec in GATES:
        line = np.array([*MAGNITUDES, *(-size for size in MAGNITUDES)])
        first, second = np.meshgrid(line, line)
        long.append(np.concatenate([first.ravel(), second.ravel()]))
        long.append(rng.uniform(-45, 45, 2000))
    short = [np.array(vector) for vector in SHORT]
    return (x for x in (*short, *long) if x.size % width(spec) == 0)


@pytest.mark.parametrize("spec", SPECS)
def test_every_digit_agrees_with_the_definition(spec: str) -> None:
    bad = bad_vectors(function_of(spec), vectors(spec))
    assert not bad, f"{len(bad)} vectors:\n" + "\n".join(bad)


@pytest.mark.parametrize("spec", SPECS)
def test_infinities_give_the_limit_and_nan_stays(spec: str) -> None:
    edges = [np.array(vector) for vector in EDGES if len(vector) % width(spec) == 0]
    bad = bad_vectors(function_of(spec), edges)
    assert not bad, f"{len(bad)} vectors:\n" + "\n".join(bad)


def test_every_truth_is_of_a_function_that_there_is() -> None:
    assert set(TRUTHS) == {function.name for function in VECTOR_FUNCTIONS}


@pytest.mark.parametrize("name", [function.name for function in VECTOR_FUNCTIONS if function.name != "gumbel_softmax"])
@pytest.mark.parametrize("length", [2, 16, 18, 1000])
def test_a_batch_is_its_vectors_one_by_one(name: str, length: int) -> None:
    function = function_of(name)
    x = np.random.default_rng(length).normal(size=(2, 3, length)) * 20
    x[0, 1, 1], x[1, 2, 0], x[1, 1, 1] = INF, NAN, -INF
    one_by_one = [[function.value(vector.copy()) for vector in matrix] for matrix in x]
    np.testing.assert_array_equal(function.value(x), np.array(one_by_one))


@pytest.mark.parametrize("name", [function.name for function in VECTOR_FUNCTIONS])
def test_the_input_is_left_alone_and_may_be_a_view(name: str) -> None:
    function = function_of(name)
    x = np.array([1.0, INF, -3.0, NAN, 0.5, -INF, 1e300, 5e-324] * 3).reshape(2, 12)
    before = x.copy()
    x.flags.writeable = False
    function.value(x)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(function.value(x[0, ::-1]), function.value(x[0, ::-1].copy()))
    whole = np.asfortranarray(np.arange(24.0).reshape(2, 12))
    # Only sums may run in another order.
    np.testing.assert_allclose(function.value(whole), function.value(whole.copy(order="C")), rtol=1e-15)


@pytest.mark.parametrize("name", GATES)
def test_a_gate_needs_two_halves(name: str) -> None:
    for length in (1, 3, 999):
        with pytest.raises(ValueError, match="two halves"):
            function_of(name).value(np.zeros((2, length)))


@pytest.mark.parametrize("spec", [*OF_LOGITS, "softmax:0.7", "log_softmax:50"])
@pytest.mark.parametrize("shift", [1.0, -(2.0**53), 2.0**996, -(2.0**1010)])
def test_a_shift_by_a_constant_changes_nothing(spec: str, shift: float) -> None:
    function = function_of(spec)
    x = np.array([3.0, -1.0, 0.0, 3.0, -7.0]) * max(1.0, abs(shift) * 2.0**-48)
    assert ((x + shift) - shift == x).all()
    np.testing.assert_array_equal(function.value(x + shift), function.value(x))


@pytest.mark.parametrize("gap", [0.0, 1e-300, 2.0**-30, 0.5, 1.0, 36.0, 40.0, 700.0, 708.5, 744.0, 750.0, 1e300])
def test_softmax_of_two_is_sigmoid_of_their_difference(gap: float) -> None:
    sigmoid = find("sigmoid")
    assert isinstance(sigmoid, Activation)
    for x in ([gap, 0.0], [0.0, gap], [gap / 2, -gap / 2], [-gap / 2, gap / 2]):
        wanted = np.array([sigmoid.certified(0, x[0] - x[1]), sigmoid.certified(0, x[1] - x[0])])
        vector = np.array(x)
        assert not off(vector, function_of("softmax").value(vector), wanted, 4, wanted)


@pytest.mark.parametrize("name", ["softmax", "softmin", "sparsemax", "entmax15", "entmax", "entmax:1.2", "entmax:3"])
def test_probabilities_sum_to_one_and_keep_the_order(name: str) -> None:
    for x in vectors(name):
        p = function_of(name).value(x)
        assert p.sum() == pytest.approx(1.0, abs=2e-15)
        assert (p >= 0).all()
        steps = np.diff(p[np.argsort(-x if name == "softmin" else x, kind="stable")])
        assert (steps >= 0).all()


def test_what_a_sink_takes_is_missing_from_the_sum() -> None:
    x = np.array([1.0, -2.0, 0.5])
    assert function_of("softmax1").value(x).tolist() == function_of("sink_softmax").value(x).tolist()
    assert function_of("softmax1").value(np.full(3, -800.0)).tolist() == [0.0, 0.0, 0.0]
    np.testing.assert_array_equal(function_of("sink_softmax:-1e300").value(x), function_of("softmax").value(x))
    assert function_of("sink_softmax:1e300").value(x).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("temperature", [1e-3, 0.7, 1.0, 50.0])
def test_the_winner_s_logarithm_is_below_zero_while_others_are_above(temperature: float) -> None:
    function = function_of(f"log_softmax:{temperature!r}")
    for gap in (0.0, 1.0, 37.0, 300.0, 700.0, 744.0):
        winner = function.value(np.array([0.0, -gap * temperature]))[0]
        assert winner < 0, gap
    assert function.value(np.array([0.0, -760.0 * temperature]))[0] == 0.0


@pytest.mark.parametrize("name", [name for name in KEEP_LENGTH if name not in ("gumbel_softmax", "brelu")])
def test_a_permuted_vector_has_the_permuted_answer(name: str) -> None:
    rng = np.random.default_rng(11)
    for x in (rng.normal(size=9) * 3, rng.normal(size=1000), rng.normal(size=64) * 300):
        order = rng.permutation(x.size)
        value = function_of(name).value
        np.testing.assert_allclose(value(x[order]), value(x)[order], rtol=4e-15, atol=1e-15)


JACOBIAN_VECTORS = [
    [0.0],
    [0.0, 0.0],
    [1.0, 2.0, 3.0],
    [0.0, -36.7],
    [0.0, -700.0, -3.0],
    [700.0, -700.0],
    [0.0, -380.0, -380.0, -745.0],
    [800.0, 0.0, 1.0, 2.0],
    [LAST, -LAST, LAST],
    [LEAST, -LEAST, 0.0],
    [5.0, 5.0, 5.0, 5.0, 5.0],
    [0.0, 0.0, -40.0],
    [0.0, -INF, 1.0],
    [INF, INF, 1.0],
    [NAN, 1.0],
    [-INF, -INF],
    [0.0, -1e-3, -5e-4, -0.7],
]


def jacobian_row(x: list[float], row: int, temperature: float) -> list[Number]:
    """p_i(δ_ij - p_j)/T, 1 - p_i as the sum of the others."""
    p = probabilities(x, temperature)
    if p is None:
        return [NAN] * len(x)
    others = [beyond_one(p, row) if row == column else -p[column] for column in range(len(x))]
    return [p[row] * other / exact(temperature) for other in others]


@pytest.mark.parametrize("temperature", [1e-300, 1e-3, 0.7, 1.0, 50.0, 1e300])
def test_the_jacobian_agrees_with_its_definition(temperature: float) -> None:
    function = function_of(f"softmax:{temperature!r}")
    narrow = [np.array(x) * min(temperature, 1.0) for x in JACOBIAN_VECTORS]
    bad = []
    for x in (*narrow, np.random.default_rng(5).normal(size=40) * 4):
        got = function.jacobian(x)
        wanted = np.array([nearest(partial(jacobian_row, x.tolist(), row, temperature)) for row in range(x.size)])
        bad += off(x, got, wanted, 5, np.abs(wanted))
        if not np.isnan(wanted).any():
            np.testing.assert_allclose(got.sum(axis=-1), 0.0, atol=1e-15 * np.abs(got).max())
            np.testing.assert_array_equal(got, got.T)
    assert not bad, f"{len(bad)} vectors:\n" + "\n".join(bad)


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    x = np.zeros(20)
    drawn = function_of("gumbel_softmax:1,5").value(x)
    np.testing.assert_array_equal(drawn, function_of("gumbel_softmax:1,5").value(x))
    assert (drawn != function_of("gumbel_softmax:1,6").value(x)).all()
    rows = function_of("gumbel_softmax").value(np.zeros((4, 20)))
    assert np.unique(rows).size > 70  # every row is a draw of its own


@pytest.mark.parametrize("temperature", ["0.01", "1", "30"])
def test_the_winners_of_gumbel_softmax_are_drawn_from_softmax(temperature: str) -> None:
    draws = 20_000
    x = np.array([0.5, -1.0, 2.0, 0.0])
    soft = function_of(f"gumbel_softmax:{temperature},3").value(np.tile(x, (draws, 1)))
    hard = function_of(f"gumbel_softmax:{temperature},3,1").value(np.tile(x, (draws, 1)))
    np.testing.assert_array_equal(hard.sum(axis=-1), 1.0)
    np.testing.assert_array_equal(hard.argmax(axis=-1), soft.argmax(axis=-1))
    # The seed is fixed, so that this is no matter of luck; 5 standard deviations of a share are 0.018.
    np.testing.assert_allclose(hard.mean(axis=0), nearest(partial(softmax, x.tolist())), atol=0.018)


def test_hard_draws_are_one_hot_or_nan() -> None:
    hard = function_of("gumbel_softmax:0.5,1,1")
    for x in ([-INF, 3.0, -INF], [1.0, INF, 2.0], [-1e300, 0.0, -1e300]):
        assert hard.value(np.array(x)).tolist() == [float(each == max(x)) for each in x]
    assert np.isnan(hard.value(np.array([NAN, 1.0]))).all()
    assert np.isnan(hard.value(np.array([-INF, -INF]))).all()


def test_entmax_of_one_and_a_half_is_entmax15() -> None:
    for x in vectors("entmax"):
        np.testing.assert_allclose(function_of("entmax:1.5").value(x), function_of("entmax15").value(x), atol=1e-14)


def test_entmax_runs_from_softmax_to_sparsemax() -> None:
    for x in vectors("entmax"):
        np.testing.assert_array_equal(function_of("entmax:1").value(x), function_of("softmax").value(x))
        np.testing.assert_array_equal(function_of("entmax:2").value(x), function_of("sparsemax").value(x))
        for near in ("1.99999", "2.00001"):
            gap = np.abs(function_of(f"entmax:{near}").value(x) - function_of("sparsemax").value(x)).max()
            assert gap < 1e-4


@pytest.mark.parametrize("alpha", [1.1, 1.5, 1.9, 3.0])
def test_entmax_solves_its_equation(alpha: float) -> None:
    # Inside the support p_i^(α-1) - p_j^(α-1) = (α-1)(x_i - x_j); outside the difference is larger.
    for x in vectors("entmax"):
        p = function_of(f"entmax:{alpha}").value(x)
        winner = int(x.argmax())
        with np.errstate(over="ignore"):
            gap = (alpha - 1) * (x[winner] - x)
        lost = p[winner] ** (alpha - 1) - p ** (alpha - 1)
        inside = p > 0
        np.testing.assert_allclose(lost[inside], gap[inside], rtol=1e-12, atol=1e-14 * max(1, alpha))
        assert (gap[~inside] >= lost[~inside] - 1e-13).all()


@pytest.mark.parametrize("name", [function.name for function in VECTOR_FUNCTIONS if function.keeps_length])
def test_no_entries_give_no_entries(name: str) -> None:
    assert function_of(name).value(np.empty((3, 0))).shape == (3, 0)


def test_sums_over_nothing_and_gates_of_nothing() -> None:
    assert function_of("logsumexp").value(np.empty((2, 0))).tolist() == [-INF, -INF]
    assert np.isnan(function_of("logmeanexp").value(np.empty((2, 0)))).all()
    for name in (*GATES, "maxout"):
        assert function_of(name).value(np.empty((2, 0))).shape == (2, 0)


def test_parameters_without_meaning_are_refused() -> None:
    for name, parameter, wrong in (
        ("softmax", "temperature", (0.0, -1.0, INF, NAN)),
        ("entmax", "alpha", (0.5, NAN, INF)),
        ("standardize", "epsilon", (0.0, -1.0, NAN)),
    ):
        for value in wrong:
            with pytest.raises(ValueError, match=parameter):
                getattr(kernels, name)(np.zeros(2), **{parameter: value})
            with pytest.raises(UsageError, match=parameter):
                find(f"{name}:{parameter}={value!r}")
    with pytest.raises(ValueError, match="groups of 3"):
        function_of("maxout:3").value(np.zeros(4))

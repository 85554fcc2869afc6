"""Both doors to a function give one answer; shapes, block seams, silence at the edges, limits at infinity, refusals."""

import random
import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from actcli import kernels
from actcli.catalog import ENTRIES, FUNCTIONS, VECTOR_FUNCTIONS, Activation, Entry, find
from actcli.catalog.activation import refusal
from actcli.errors import UsageError
from actcli.numerics.frame import BLOCK

ORDERS = ("", "_slope", "_curvature")
# Functions of the formula language that are no activations, so that no entry holds them.
PRIMITIVES = ["erfc", "normal_cdf", "normal_pdf"]
EVERY = [name + order for name in (*(entry.name for entry in FUNCTIONS), *PRIMITIVES) for order in ORDERS]
WITHOUT_LIMIT = {
    *("sin", "sin_slope", "sin_curvature", "cos", "cos_slope", "cos_curvature"),
    *("snake_slope", "snake_curvature", "sinerelu", "sinerelu_slope", "sinerelu_curvature"),
    *("gcu", "gcu_slope", "gcu_curvature", "sinlu_slope", "sinlu_curvature", "coslu_slope", "coslu_curvature"),
}
OF_VECTORS = [
    "entmax",
    "entmax15",
    "gumbel_softmax",
    "hardmax",
    "log_softmax",
    "softmax",
    "softmax1",
    "softmin",
    "sink_softmax",
    "sparsemax",
    "standardize",
]
EDGES = np.array(
    [0.0, -0.0, 5e-324, -5e-324, 1e-308, -1e308, 1e308, 1.7976931348623157e308, -700.5, 709.9, -745.5, 40.0]
)


def call(name: str, x: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(getattr(kernels, name)(x))


@pytest.fixture(autouse=True)
def every_warning_is_an_error() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def some_parameters(entry: Entry, seed: int) -> dict[str, float]:
    """Values for every parameter, drawn at random from what the entry is defined for."""
    rng = random.Random(f"{entry.name} {seed}")  # noqa: S311
    while True:
        drawn: dict[str, float] = {}
        for parameter in entry.parameters:
            whole, others = [1, 2, 3, 4, 6], [-40.0, -1.5, -1.0, -1e-3, 0.0, 0.3, 1.0, 1.702, 2.0, 7.0, 1e3]
            pool = whole if parameter.whole else others
            drawn[parameter.name] = rng.choice([each for each in pool if refusal(entry, parameter, each) is None])
        if is_allowed(entry, drawn):
            return drawn


def is_allowed(entry: Entry, parameters: dict[str, float]) -> bool:
    """Whether the entry allows these values together, such as ends in their order."""
    try:
        find(spec_of(entry, parameters))
    except UsageError:
        return False
    return True


def spec_of(entry: Entry, parameters: dict[str, float]) -> str:
    return ":".join([entry.name, ",".join(f"{name}={value!r}" for name, value in parameters.items())])


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_both_doors_to_an_entry_give_one_answer(entry: Entry, seed: int | None) -> None:
    parameters = {} if seed is None else some_parameters(entry, seed)
    found = find(spec_of(entry, parameters))
    rng = np.random.default_rng(seed)
    x = np.concatenate(
        [
            rng.uniform(-50, 50, 400),
            rng.uniform(-800, 800, 100),
            np.copysign(10.0 ** rng.uniform(-323, 308, 90), rng.normal(size=90)),
            EDGES[:9],
            [np.nan],
        ]
    )
    if isinstance(found, Activation):
        x = np.concatenate([x, [np.inf, -np.inf]])
        doors = list(zip(ORDERS, (found.value, found.slope, found.curvature), strict=True))
    else:
        x = x.reshape(-1, 12)
        x[:3, :3] = [[np.inf, -np.inf, 1.0], [-np.inf, -np.inf, 1.0], [1.0, 2.0, np.inf]]
        doors = [("", found.value), *([("_jacobian", found.jacobian)] if found.entry.jacobian else [])]
    for ending, answer in doors:
        assert getattr(kernels, entry.name + ending)(x, **parameters).tobytes() == answer(x).tobytes()


def test_every_result_of_every_entry_is_public() -> None:
    named = {entry.name + order for entry in FUNCTIONS for order in ORDERS}
    named |= {entry.name for entry in VECTOR_FUNCTIONS}
    named |= {f"{entry.name}_jacobian" for entry in VECTOR_FUNCTIONS if entry.jacobian}
    assert named <= set(kernels.__all__) == set(dir(kernels))
    for name in kernels.__all__:
        assert callable(getattr(kernels, name)), name


def test_a_parameter_has_the_names_that_libraries_give_it() -> None:
    assert kernels.leaky_relu(-1.0, alpha=0.25) == kernels.leaky_relu(-1.0, negative_slope=0.25) == -0.25
    assert kernels.softmax([0.0, 2.0], tau=2).tolist() == kernels.softmax([0.0, 1.0]).tolist()


def test_what_an_entry_is_not_defined_for_is_refused() -> None:
    with pytest.raises(ValueError, match=r"softplus is not defined for beta = 0: it needs beta != 0"):
        kernels.softplus(1.0, beta=0)
    with pytest.raises(ValueError, match=r"maxout is not defined for groups = 1\.5"):
        kernels.maxout([1.0, 2.0], groups=1.5)
    with pytest.raises(TypeError, match="gelu has no parameter 'alpha'"):
        kernels.gelu(1.0, alpha=1)
    with pytest.raises(TypeError, match="leaky_relu has no parameter 'alpha'"):
        kernels.leaky_relu(1.0, negative_slope=0.1, alpha=0.1)
    with pytest.raises(AttributeError, match="has no attribute 'geluu'"):
        getattr(kernels, "geluu")  # noqa: B009


@pytest.mark.parametrize("name", EVERY)
def test_shape_is_kept_from_a_number_to_three_axes(name: str) -> None:
    for shape in ((), (0,), (3,), (2, 0), (2, 3, 4)):
        y = call(name, np.full(shape, 0.3))
        assert y.shape == shape
        assert y.dtype == np.float64


@pytest.mark.parametrize("name", EVERY)
def test_input_is_never_changed(name: str) -> None:
    x = np.concatenate([EDGES, [np.nan, np.inf, -np.inf]])
    before = x.copy()
    x.flags.writeable = False
    call(name, x)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("name", EVERY)
def test_block_seams_leave_no_trace(name: str) -> None:
    x = np.linspace(-50.0, 50.0, 2 * BLOCK + 3)
    whole = call(name, x)
    parts = np.concatenate([call(name, x[start : start + 1000]) for start in range(0, x.size, 1000)])
    np.testing.assert_array_equal(whole, parts)


@pytest.mark.parametrize("name", EVERY)
def test_strided_and_reversed_input_give_the_same(name: str) -> None:
    x = np.linspace(-9.0, 9.0, 61)
    np.testing.assert_array_equal(call(name, x[::-3]), call(name, x[::-3].copy()))


@pytest.mark.parametrize("name", EVERY)
def test_nan_alone_gives_nan(name: str) -> None:
    y = call(name, np.array([1.0, np.nan, -1.0]))
    assert np.isnan(y).tolist() == [False, True, False]


@pytest.mark.parametrize("name", EVERY)
def test_finite_input_is_never_nan(name: str) -> None:
    assert not np.isnan(call(name, EDGES)).any()


@pytest.mark.parametrize("name", EVERY)
def test_infinity_gives_the_limit_that_large_numbers_come_to(name: str) -> None:
    at_infinity = call(name, np.array([-np.inf, np.inf]))
    far = call(name, np.array([-1.7976931348623157e308, 1.7976931348623157e308]))
    assert np.isnan(at_infinity).any() == (name in WITHOUT_LIMIT)
    for limit, value in zip(at_infinity, far, strict=True):
        assert (
            np.isnan(limit)
            or value == pytest.approx(limit, rel=1e-9, abs=1e-150)
            or (np.isinf(limit) and abs(value) > 700)
        )


@pytest.mark.parametrize("name", EVERY)
def test_whole_numbers_are_taken_and_words_are_not(name: str) -> None:
    assert call(name, [1, 2]).tolist() == call(name, [1.0, 2.0]).tolist()
    with pytest.raises(ValueError, match="expected real numbers"):
        call(name, ["1"])
    with pytest.raises(ValueError, match="expected real numbers"):
        call(name, [1j])


@pytest.mark.parametrize("name", OF_VECTORS)
def test_vectors_keep_shape_and_refuse_a_number(name: str) -> None:
    for shape in ((0,), (5,), (2, 0), (2, 3, 4)):
        assert call(name, np.zeros(shape)).shape == shape
    with pytest.raises(ValueError, match="expected a vector"):
        call(name, 1.0)


@pytest.mark.parametrize("name", ["softmax", "softmin", "log_softmax", "sparsemax", "entmax15", "standardize"])
def test_rows_do_not_see_each_other(name: str) -> None:
    x = np.random.default_rng(1).normal(size=(40, 1000)) * 30
    x[3, 5], x[4, 6], x[5, 7] = np.nan, np.inf, -np.inf
    x[6] = -np.inf
    np.testing.assert_array_equal(call(name, x), np.array([call(name, row) for row in x]))


def test_a_long_vector_is_worked_on_in_pieces() -> None:
    x = np.random.default_rng(2).normal(size=3 * BLOCK + 5)
    p = call("softmax", x)
    np.testing.assert_allclose(p, np.exp(x) / np.exp(x).sum(), rtol=1e-14)
    np.testing.assert_allclose(call("log_softmax", x), np.log(p), rtol=1e-14)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([np.inf, 1.0], [1.0, 0.0]),
        ([np.inf, np.inf, 1.0, -np.inf], [0.5, 0.5, 0.0, 0.0]),
        ([1.0, -np.inf], [1.0, 0.0]),
        ([-np.inf, -np.inf], [np.nan, np.nan]),
        ([np.nan, 1.0], [np.nan, np.nan]),
        ([np.inf, np.nan], [np.nan, np.nan]),
        ([1e308, -1e308], [1.0, 0.0]),
    ],
)
def test_softmax_and_its_logarithm_share_their_edges(x: list[float], expected: list[float]) -> None:
    np.testing.assert_array_equal(call("softmax", x), expected)
    with np.errstate(divide="ignore"):
        if x[0] != 1e308:
            np.testing.assert_array_equal(call("log_softmax", x), np.log(expected))


def test_log_softmax_of_a_winner_is_below_zero_while_others_are_left() -> None:
    assert call("log_softmax", [0.0, -40.0])[0] == -np.exp(-40.0)
    assert call("log_softmax", [0.0, -700.0])[0] == pytest.approx(-np.exp(-700.0), rel=1e-15)


def test_softmax_does_not_see_a_common_shift() -> None:
    x = np.array([0.0, 3.0, 8.0]) * 2.0**950
    np.testing.assert_array_equal(call("softmax", x), call("softmax", x - 8.0 * 2.0**950))


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.nan, np.inf])
def test_temperature_must_be_positive(temperature: float) -> None:
    with pytest.raises(ValueError, match=r"not defined for temperature = .*: it needs temperature > 0"):
        kernels.softmax([1.0, 2.0], temperature=temperature)
    with pytest.raises(ValueError, match="temperature must be positive"):
        kernels.cross_entropy([1.0, 2.0], 0, temperature=temperature)


def test_jacobian_rows_sum_to_zero() -> None:
    x = np.random.default_rng(3).normal(size=(2, 6)) * 4
    jacobian = kernels.softmax_jacobian(x, temperature=0.7)
    assert jacobian.shape == (2, 6, 6)
    np.testing.assert_allclose(jacobian.sum(axis=-1), 0.0, atol=1e-16)


def test_sparsemax_is_the_projection() -> None:
    assert kernels.sparsemax([0.0, 0.5, 1.0]).tolist() == [0.0, 0.25, 0.75]
    assert kernels.sparsemax([1e9, 1e9 + 1]).tolist() == [0.0, 1.0]


def test_standardize_does_not_lose_a_common_offset() -> None:
    assert kernels.standardize([1e8 + 1, 1e8 + 2, 1e8 + 3]) == pytest.approx(
        [-1.2247356859083902, 0, 1.2247356859083902]
    )


def test_the_same_seed_draws_the_same() -> None:
    x = np.zeros(50)
    np.testing.assert_array_equal(kernels.gumbel_softmax(x, seed=4), kernels.gumbel_softmax(x, seed=4))
    assert kernels.gumbel_softmax(x, seed=4, hard=True).sum() == 1.0
    generator = np.random.default_rng(4)
    np.testing.assert_array_equal(kernels.gumbel_softmax(x, seed=generator), kernels.gumbel_softmax(x, seed=4))
    assert (kernels.gumbel_softmax(x, seed=generator) != kernels.gumbel_softmax(x, seed=4)).all()  # it goes on


@pytest.mark.parametrize("name", ["glu", "swiglu", "geglu", "reglu", "bilinear"])
def test_gates_halve_a_vector_and_refuse_an_odd_one(name: str) -> None:
    assert call(name, np.ones((3, 4))).shape == (3, 2)
    with pytest.raises(ValueError, match="two halves"):
        call(name, np.ones(3))


def test_maxout_takes_the_largest_of_neighbours() -> None:
    assert kernels.maxout([1.0, 3.0, 2.0, -1.0], groups=2).tolist() == [3.0, 2.0]
    with pytest.raises(ValueError, match="does not divide"):
        kernels.maxout([1.0, 2.0, 3.0], groups=2)

"""The frame of the kernels: shapes, block seams, silence at the edges, limits at infinity, refusals."""

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from actcli import kernels
from actcli.kernels.blocks import BLOCK

ELEMENTWISE = sorted(
    name.removesuffix("_curvature") for name in kernels.__all__ if name.endswith("_curvature") and name != "curvature"
)
ORDERS = ("", "_slope", "_curvature")
EVERY = [name + order for name in ELEMENTWISE for order in ORDERS]
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


@pytest.mark.parametrize("name", [name for name in EVERY if not name.startswith("snake_")])
def test_infinity_gives_the_limit_that_large_numbers_come_to(name: str) -> None:
    at_infinity = call(name, np.array([-np.inf, np.inf]))
    far = call(name, np.array([-1.7976931348623157e308, 1.7976931348623157e308]))
    for limit, value in zip(at_infinity, far, strict=True):
        assert value == pytest.approx(limit, rel=1e-9, abs=1e-150) or (np.isinf(limit) and abs(value) > 700)


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
    with pytest.raises(ValueError, match="temperature must be positive"):
        kernels.softmax([1.0, 2.0], temperature=temperature)


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


@pytest.mark.parametrize("name", ["glu", "swiglu", "geglu", "reglu", "bilinear"])
def test_gates_halve_a_vector_and_refuse_an_odd_one(name: str) -> None:
    assert call(name, np.ones((3, 4))).shape == (3, 2)
    with pytest.raises(ValueError, match="two halves"):
        call(name, np.ones(3))


def test_maxout_takes_the_largest_of_neighbours() -> None:
    assert kernels.maxout([1.0, 3.0, 2.0, -1.0], groups=2).tolist() == [3.0, 2.0]
    with pytest.raises(ValueError, match="does not divide"):
        kernels.maxout([1.0, 2.0, 3.0], groups=2)

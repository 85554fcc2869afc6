"""Jacobians of vector functions against their definitions, evaluated exactly."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest
from flint import arb, ctx, fmpq

from actcli import kernels
from actcli.catalog import Activation, find
from actcli.numerics import vectors
from tests.oracle.formulas import DEFINITIONS, Formula
from tests.oracle.vectors import off

VECTORS = (
    [3.0, 1.0, -3.0],
    [0.0, 0.0],
    [5.0],
    [-700.0, 0.0, 3.5],
    [1e-9, 0.0, -1e-9, 2.0],
    [0.0, -800.0],
    [0.0, -36.0, -37.5],
    [1e16, 1e16 + 2],
    [0.1, 0.1, 0.1],
    [0.0, 1e-9, 1e9],
    [0.3, 0.25, -0.1, 0.2],
)


@pytest.fixture(autouse=True)
def _enough_bits() -> Iterator[None]:
    with ctx.workprec(4096):
        yield


def ball(number: Fraction) -> Any:
    return arb(fmpq(number.numerator, number.denominator))


def probabilities(x: Sequence[float]) -> list[Any]:
    powers = [arb(each).exp() for each in x]
    return [power / sum(powers, arb(0)) for power in powers]


def log_softmax(x: Sequence[float], i: int, j: int) -> Any:
    return int(i == j) - probabilities(x)[j]


def softmin(x: Sequence[float], i: int, j: int) -> Any:
    p = probabilities([-each for each in x])
    return p[i] * (p[j] - int(i == j))


def softmax1(x: Sequence[float], i: int, j: int) -> Any:
    p = probabilities([*x, 0.0])
    return p[i] * (int(i == j) - p[j])


@pytest.mark.parametrize("x", VECTORS)
@pytest.mark.parametrize("define", [log_softmax, softmin, softmax1], ids=lambda define: define.__name__)
def test_softmax_and_its_kin(define: Callable[..., Any], x: list[float]) -> None:
    wanted = [[float(define(x, i, j).mid()) for j in range(len(x))] for i in range(len(x))]
    got = getattr(kernels, f"{define.__name__}_jacobian")(x)
    assert not off(np.array(x), got, np.array(wanted), 2, np.abs(wanted))


@pytest.mark.parametrize("epsilon", [1e-5, 0.0, 1e300])
@pytest.mark.parametrize("x", VECTORS)
def test_standardize(x: list[float], epsilon: float) -> None:
    n = len(x)
    mean = sum(map(Fraction, x), Fraction(0)) / n
    deviations = [Fraction(each) - mean for each in x]
    square = sum((each**2 for each in deviations), Fraction(0)) / n + Fraction(epsilon)
    got = vectors.standardize_jacobian(x, epsilon=epsilon)  # an epsilon of 0 is no parameter of the entry
    if not square:
        assert np.isnan(got).all()
        return
    root = ball(square).sqrt()
    size = float((1 / root / n).mid())
    for i, a in enumerate(deviations):
        for j, b in enumerate(deviations):
            wanted = float((ball((int(i == j) - Fraction(1, n)) * square - a * b / n) / ball(square) / root).mid())
            assert abs(got[i, j] - wanted) <= 2 * np.spacing(abs(wanted) if i == j else max(abs(wanted), size))


@pytest.mark.parametrize("name", ["sparsemax", "entmax15", "entmax"])
def test_sparse_ones_follow_from_their_own_answers(name: str) -> None:
    for x in VECTORS:
        p = getattr(kernels, name)(x)
        s = np.sign(p) if name == "sparsemax" else np.sqrt(p)
        wanted = np.diag(s) - np.outer(s, s) / s.sum()
        np.testing.assert_allclose(getattr(kernels, f"{name}_jacobian")(x), wanted, rtol=1e-14, atol=3e-16)


@pytest.mark.parametrize("name", ["glu", "swiglu", "geglu", "reglu", "bilinear", "maxout", "entmax15"])
def test_slopes_are_what_a_small_step_gives(name: str) -> None:
    x = np.array([0.3, -0.7, 1.1, -0.2, 0.9, 0.4])
    function, step = getattr(kernels, name), 1e-6
    steps = np.stack([(function(x + step * e) - function(x - step * e)) / (2 * step) for e in np.eye(6)], axis=-1)
    np.testing.assert_allclose(getattr(kernels, f"{name}_jacobian")(x), steps, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "gate", "is_first"), [("glu", "sigmoid", False), ("swiglu", "silu", True), ("geglu", "gelu", True)]
)
def test_slopes_of_a_gate_are_certified_values_and_slopes_of_its_activation(
    name: str, gate: str, is_first: bool
) -> None:
    activation = find(gate)
    assert isinstance(activation, Activation)
    line = [0.0, 5e-324, 1e-300, 1e-17, 0.5, 1.0, 3.0, 17.0, 36.0, 37.5, 300.0, -1e-17, -0.3, -2.5, -20.0, -36.0]
    for gating in line:
        value, slope = (Fraction(activation.certified(order, gating)) for order in (0, 1))
        for other in (0.0, 1e-12, 1.0, -3.7, 1e5):
            jacobian = getattr(kernels, f"{name}_jacobian")([gating, other] if is_first else [other, gating])
            through_gate, through_other = jacobian[0] if is_first else jacobian[0, ::-1]
            np.testing.assert_allclose(through_gate, float(slope * Fraction(other)), rtol=4e-16, atol=5e-324)
            np.testing.assert_allclose(through_other, float(value), rtol=4e-16, atol=5e-324)


@pytest.mark.parametrize(
    ("name", "gate", "gating"),
    [("glu", "sigmoid", -712.3), ("glu", "sigmoid", 740.1), ("swiglu", "silu", -733.7), ("geglu", "gelu", -38.2)],
)
def test_a_slope_below_the_least_double_is_lifted_by_the_other_half(name: str, gate: str, gating: float) -> None:
    with flint.ctx.workprec(400):
        slope = Formula(DEFINITIONS[gate].formula).jet(gating).slope
        assert slope is not None
    for other in (1e20, -3e200, 1.7e308):
        jacobian = getattr(kernels, f"{name}_jacobian")([other, gating] if name == "glu" else [gating, other])[0]
        through_gate = jacobian[1] if name == "glu" else jacobian[0]
        np.testing.assert_allclose(through_gate, float(slope * flint.arb(other)), rtol=4e-16)


@pytest.mark.parametrize("name", ["glu", "swiglu", "geglu", "reglu", "bilinear"])
def test_jacobians_of_gates_at_the_edges(name: str) -> None:
    jacobian = getattr(kernels, f"{name}_jacobian")
    assert jacobian(np.empty((2, 0))).shape == (2, 0, 0)
    assert jacobian(np.zeros((2, 3, 6))).shape == (2, 3, 3, 6)
    assert np.isnan(jacobian([np.nan, 1.0]) if name != "glu" else jacobian([1.0, np.nan])).any()
    assert (jacobian([1.0, 2.0, 3.0, 4.0])[[0, 1], [1, 0]] == 0.0).all()
    far = {"glu": [[1.0, 0.0]], "swiglu": [[0.0, 0.0]], "geglu": [[0.0, 0.0]], "reglu": [[0.0, 0.0]]}
    if name in far:
        assert jacobian([1.0, np.inf] if name == "glu" else [-np.inf, 1.0]).tolist() == far[name]
    with pytest.raises(ValueError, match="two halves"):
        jacobian([1.0])


def test_rows_of_sums_are_probabilities_and_nan_stays() -> None:
    np.testing.assert_array_equal(kernels.logsumexp_jacobian([1.0, 2.0])[0], kernels.softmax([1.0, 2.0]))
    for name in ("log_softmax", "softmin", "softmax1", "sparsemax", "entmax15", "entmax", "standardize"):
        assert np.isnan(getattr(kernels, f"{name}_jacobian")([np.nan, 1.0])).all()
        assert getattr(kernels, f"{name}_jacobian")(np.empty((2, 0))).shape == (2, 0, 0)


def test_crelu_lays_both_sides_end_to_end() -> None:
    np.testing.assert_array_equal(kernels.crelu([[1.0, -2.0], [np.nan, 0.0]]), [[1, 0, 0, 2], [np.nan, 0, np.nan, 0]])

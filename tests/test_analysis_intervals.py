"""Bounds in float64 against balls: what they say is known of signs and sizes is so, and they know most."""

import numpy as np
import pytest

from actcli.analysis.intervals import known_signs, signs, sizes
from actcli.catalog import Activation, find
from tests.oracle.formulas import Formula

_NEAR = np.random.default_rng(5).uniform(-9, 9, 20)
_FAR = np.array([1e-300, 1e-9, 37.3, 45.0, 362.1, 430.5, 709.9, 746.0, 1e4, 1e100, 2.15e155, 1e308])
_X = np.concatenate([_NEAR, _FAR, -_FAR, [-1.0, 0.0, 1.0, 3.0]])


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize(
    "spec",
    [
        *("gelu(gelu(x))", "mish(x)", "silu(cos(3*x))", "serf(x)", "x*erfc(x) + normal_cdf(x)*normal_pdf(x)"),
        *("sigmoid(100*x)", "softplus(x)*tanh(1/x)", "where(x > 1, x**2, -x**3)", "abs(x - 1)*relu(x)", "x**-3"),
        *("sqrt(abs(x))", "log(abs(x))", "log1p(x) + expm1(-x)", "x**0.3", "clip(sinh(x), -3, 5)*cosh(x/99)"),
        *("sign(x)*atan(x)", "max(tan(x), 0.1*x)", "exp(-x**2)*sin(100*x)", "min(x, 1e300*x)"),
    ],
)
def test_what_is_known_is_so(spec: str, order: int) -> None:
    found = find(spec)
    assert isinstance(found, Activation)
    # Beyond that the oracle's angles, and its time, have an end.
    x = _X[np.abs(_X) < 1e17] if any(wave in spec for wave in ("sin", "cos", "tan")) else _X
    with np.errstate(all="ignore"):
        by_bounds, is_known = known_signs(found.tree, order, x)
    wanted = np.array([Formula(spec).nearest(each)[order] for each in x.tolist()])
    has_gone = (wanted == 0.0) & (np.abs(x) > 40)  # what no double holds has a sign, too
    np.testing.assert_array_equal(by_bounds[is_known & ~has_gone], np.sign(wanted)[is_known & ~has_gone])
    is_sized = np.abs(wanted) > 1e-318
    np.testing.assert_array_equal(signs(found, order, x)[is_sized], np.sign(wanted)[is_sized])
    np.testing.assert_allclose(sizes(found, order, x), wanted, rtol=1e-12, atol=1e-318)
    assert is_known.sum() > 0.5 * np.count_nonzero(~np.isnan(wanted))


def test_functions_with_kernels_answer_by_these() -> None:
    found = find("gelu")
    assert isinstance(found, Activation)
    np.testing.assert_array_equal(sizes(found, 1, _X), found.slope(_X))
    np.testing.assert_array_equal(signs(found, 1, _X), np.sign(found.slope(_X)))

"""`assert_ulp`: kernels that are right pass, and the report of one that is not says where."""

from typing import Any

import ml_dtypes
import numpy as np
import pytest

from actcli.catalog import Activation, find
from actcli.dtypes import NUMBER_TYPES
from actcli.errors import UsageError
from actcli.testing import assert_ulp, inputs


def sigmoid(x: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return (1 / (1 + np.exp(-x.astype(np.float64)))).astype(x.dtype)


def rough_sigmoid(x: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.clip(0.25 * x.astype(np.float64) + 0.5, 0, 1).astype(x.dtype)


def test_a_good_kernel_passes_over_every_number_of_a_type() -> None:
    assert_ulp("sigmoid", sigmoid, dtype="bfloat16", at_most=0.5)
    assert_ulp("sigmoid", sigmoid, dtype="float16", at_most=0.5)
    assert_ulp("sigmoid", sigmoid, dtype="float32", at_most=0.51)


def test_the_failure_is_the_report() -> None:
    with pytest.raises(AssertionError) as raised:
        assert_ulp("sigmoid", rough_sigmoid, dtype="bfloat16", at_most=1)
    said = str(raised.value)
    assert "rough_sigmoid, value of sigmoid in bfloat16: sigmoid: off by" in said
    assert "over 1 ulp" in said
    assert "compared         65,280" in said
    assert "<- worst" in said
    assert max(map(len, said.splitlines()[1:])) <= 100


def test_a_result_that_is_not_finite_fails_whatever_is_allowed() -> None:
    with pytest.raises(AssertionError, match="infinitely far off at x = 0"):
        assert_ulp("tanh", lambda x: np.where(x == 0, np.nan, np.tanh(x)), x=[-1.0, 0.0, 1.0], at_most=1e30)


def test_slopes_of_what_no_library_differentiates_are_refused() -> None:
    with pytest.raises(UsageError, match="differentiates"):
        assert_ulp("sigmoid", sigmoid, of="slope")


def test_inputs_are_dense_where_a_kernel_has_its_seams() -> None:
    activation = find("hard-tanh")
    assert isinstance(activation, Activation)
    x = inputs(activation, NUMBER_TYPES["float32"])
    assert x.size > 65_000
    assert (np.diff(x) > 0).all()
    for seam in (-1.0, 0.0, 1.0):
        assert np.nextafter(np.float32(seam), np.float32(2)) in x
        assert np.nextafter(np.float32(seam), np.float32(-2)) in x
    narrow = inputs(activation, NUMBER_TYPES["bfloat16"])
    np.testing.assert_array_equal(narrow, narrow.astype(ml_dtypes.bfloat16).astype(np.float64))


@pytest.mark.parametrize("wrong", [{"at_most": float("nan")}, {"at_most": -1.0}, {"of": "jerk"}, {"dtype": "float99"}])
def test_a_bound_or_name_that_is_none_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        assert_ulp("tanh", np.tanh, **({"dtype": "float16"} | wrong))

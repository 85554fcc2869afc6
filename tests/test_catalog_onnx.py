"""ONNX states its operators by example: its node tests for every activation that goes by `@onnx` here."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from actcli.catalog import Activation, find

onnx = pytest.importorskip("onnx", reason="ONNX is an extra: pip install 'actcli[conformance]'")
pytest.importorskip("onnx.backend.test.case.node", reason="this build of ONNX has no node tests")

OPERATORS = set(
    """
    Celu Elu Gelu HardSigmoid HardSwish Hardmax LeakyRelu LogSoftmax Mish PRelu Relu Selu Shrink Sigmoid Softmax
    Softplus Softsign Swish Tanh ThresholdedRelu Clip Erf SwiGLU Identity ReduceLogSumExp Exp Sin Cos Atan
    """.split()  # noqa: SIM905 - a line an operator reads worse
)
# What they ask for that a function of one array in float64 cannot be.
LEFT_OUT = {
    "test_identity_sequence": "a list of tensors",
    "test_identity_opt": "an optional list",
    "test_clip_min_greater_than_max": "the ends of a clip in order are part of its definition here",
    "test_swiglu_alpha": "SwiGLU is that of the paper, without alpha",
}
# Operators of mathematics, which are no activations there.
OURS = {"Exp": "exponential", "Sin": "sin", "Cos": "cos", "Atan": "arctan"}


def _cases() -> Iterator[Any]:
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # building them casts what overflows
        for case in collect_testcases(None):
            nodes = case.model.graph.node
            if len(nodes) == 1 and nodes[0].op_type in OPERATORS and not case.name.endswith("_expanded"):
                yield pytest.param(case, id=case.name)


CASES = list(_cases())


def spec(operator: str, attributes: dict[str, Any], named: dict[str, NDArray[Any]]) -> str:
    """The call as a user would type it, its numbers in full."""
    given = {name: value for name, value in attributes.items() if name not in ("axis", "keepdims")}
    if "approximate" in given:
        return f"{operator}@onnx:approximate={given['approximate'].decode()}"
    if operator == "Clip":
        given = {name: array for name, array in named.items() if name in ("min", "max")}
    shown = ",".join(f"{name}={float(value)!r}" for name, value in given.items())
    name = OURS.get(operator, f"{operator}@onnx")
    return f"{name}:{shown}" if shown else name


def result(operator: str, attributes: dict[str, Any], named: dict[str, NDArray[Any]]) -> NDArray[np.float64]:
    inputs = list(named.values())
    x = inputs[0].astype(np.float64)
    if operator == "PRelu":  # its slopes are an input, one for each unit
        slopes = np.broadcast_to(inputs[1], x.shape)
        with_slope = [find(f"PRelu@onnx:{float(slope)!r}") for slope in slopes.flat]
        values = [each.value(np.array([value]))[0] for each, value in zip(with_slope, x.flat, strict=True)]
        return np.reshape(values, x.shape)
    function = find(spec(operator, attributes, named))
    if isinstance(function, Activation):
        return function.value(x)
    if operator == "SwiGLU":
        return function.value(np.concatenate([x, inputs[1].astype(np.float64)], axis=-1))
    axis = attributes.get("axis", -1)
    if operator == "ReduceLogSumExp":
        axes = tuple(inputs[1].tolist()) or tuple(range(x.ndim))
        kept = [place for place in range(x.ndim) if place not in {axis % x.ndim for axis in axes}]
        flat = x.transpose(*kept, *(axis % x.ndim for axis in axes)).reshape(*(x.shape[place] for place in kept), -1)
        reduced = function.value(flat)
        if attributes.get("keepdims", 1):
            return np.reshape(reduced, [size if place in kept else 1 for place, size in enumerate(x.shape)])
        return np.asarray(reduced)
    return np.moveaxis(function.value(np.moveaxis(x, axis, -1)), -1, axis)


@pytest.mark.parametrize("case", CASES)
def test_a_node_test_of_onnx(case: Any) -> None:
    if case.name in LEFT_OUT:
        pytest.skip(LEFT_OUT[case.name])
    (node,) = case.model.graph.node
    attributes = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
    for inputs, outputs in case.data_sets:
        wanted = np.asarray(outputs[0])
        named = dict(zip(filter(None, node.input), inputs, strict=True))
        got = np.asarray(result(node.op_type, attributes, named))
        # Theirs is made in the type of the input: some of its units, and of those of the numbers that cancel.
        unit = _unit(wanted)
        np.testing.assert_allclose(got, wanted.astype(np.float64), rtol=16 * unit, atol=2 * unit)


def _unit(wanted: NDArray[Any]) -> float:
    """The spacing of a type at 1; float32's for whole numbers."""
    if "bfloat16" in str(wanted.dtype):  # which NumPy does not know
        return 2.0**-7
    return float(np.finfo(wanted.dtype if wanted.dtype.kind == "f" else np.float32).eps)


def test_no_operator_is_without_a_case() -> None:
    assert {case.values[0].model.graph.node[0].op_type for case in CASES} == OPERATORS

"""Shrinks: functions that take small inputs to nothing, or large ones closer to it."""

from actcli.catalog.function import Function, FunctionParameter, Limits

_EDGE = FunctionParameter(
    "lambd", "0.5", "half the width of the band", valid="lambd >= 0", aliases=("threshold", "lambda")
)

SHRINKS = (
    Function(
        name="hard_shrink",
        formula="where(abs(x) > lambd, x, 0)",
        parameters=(_EDGE,),
        limits=Limits(("-inf", "inf"), ("1", "1")),
        aliases=("hard_thresholding",),
        source="Donoho and Johnstone 1994; torch.nn.Hardshrink",
        used_for="sparse coding",
        notes=("the band includes both its ends",),
    ),
    Function(
        name="soft_shrink",
        formula="where(x > lambd, x - lambd, where(x < -lambd, x + lambd, 0))",
        parameters=(_EDGE,),
        limits=Limits(("-inf", "inf"), ("1", "1")),
        aliases=("soft_thresholding",),
        source="Donoho and Johnstone 1994; torch.nn.Softshrink",
        used_for="sparse coding; a step of ISTA",
        notes=("the slope at both ends of the band is 0",),
    ),
    Function(
        name="shrink",
        formula="where(x > lambd, x - bias, where(x < -lambd, x + bias, 0))",
        parameters=(_EDGE, FunctionParameter("bias", "0", "how far larger inputs are moved")),
        limits=Limits(("-inf", "inf"), ("1", "1")),
        source="ONNX Shrink",
        used_for="models from ONNX: bias = 0 is hard_shrink, bias = lambd soft_shrink",
    ),
)

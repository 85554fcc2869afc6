"""Approximations of GELU by a sigmoid of a cubic; the exact one is in gelu.py."""

import numpy as np

from actcli.numerics.frame import FloatArray
from actcli.numerics.logistic import gated, gated_slope
from actcli.numerics.two_parts import Pair

REACH = 45.0  # beyond, every argument is as good as this one

Cubic = tuple[Pair, Pair]
GELU_TANH: Cubic = (  # 2√(2/π) and 0.044715 of it
    Pair(1.5957691216057308, -9.96930880911092e-17),
    Pair(0.07135481627260025, -6.175149918155315e-19),
)
MLX_PRECISE: Cubic = (  # 1.60033 and 0.0433603 of it
    Pair(1.60033, -3.026912054338027e-17),
    Pair(0.069390788899, 5.639249934574764e-18),
)


def _cubic_argument(x: FloatArray, cubic: Cubic) -> tuple[FloatArray, FloatArray]:
    linear, cube = cubic
    z = (Pair(x) * x * cube + linear) * x
    return np.asarray(z.high), np.asarray(z.low)


def _cubic_slope(x: FloatArray, cubic: Cubic) -> FloatArray:
    """The slope of x·σ(z), z = linear·x + cube·x³."""
    x = np.clip(x, -REACH, REACH)
    linear, cube = cubic
    bent = Pair(x) * x * cube
    z, weight = (bent + linear) * x, (bent * 3.0 + linear) * x
    return gated_slope((np.asarray(z.high), np.asarray(z.low)), (np.asarray(weight.high), np.asarray(weight.low)))


def gelu_tanh(x: FloatArray) -> FloatArray:
    """½x(1 + tanh(√(2/π)(x + 0.044715x³))).

    As x·σ(z), without the cancellation of 1 + tanh.
    """
    return gated(x, *_cubic_argument(np.clip(x, -REACH, REACH), GELU_TANH))


def gelu_tanh_slope(x: FloatArray) -> FloatArray:
    """The slope of `gelu_tanh`."""
    return _cubic_slope(x, GELU_TANH)


def gelu_mlx_precise(x: FloatArray) -> FloatArray:
    """x·σ(1.60033x(1 + 0.0433603x²)), MLX's gelu_approx."""
    return gated(x, *_cubic_argument(np.clip(x, -REACH, REACH), MLX_PRECISE))


def gelu_mlx_precise_slope(x: FloatArray) -> FloatArray:
    """The slope of `gelu_mlx_precise`, as good as that of `gelu_tanh`."""
    return _cubic_slope(x, MLX_PRECISE)

"""Approximations of GELU by a sigmoid of a cubic; the exact one is in gelu.py."""

import numpy as np

from .frame import FloatArray
from .logistic import gated
from .two_parts import Pair, cube_of_one_plus, exp_parts, fold, mirrored, square_of_one_plus, weighted_exp

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
    """Return s = σ(z)(1 - |x|z′σ(-z)) at -|x| on the left, 1 - s on the right."""
    x = np.clip(x, -REACH, REACH)
    a, b = fold(*_cubic_argument(x, cubic))
    e = exp_parts(a, b)
    linear, cube = cubic
    bracket = 1.0 - (Pair(x) * x * (3.0 * cube) + linear) * np.abs(x)
    return mirrored(weighted_exp((bracket.rounded() + e) / square_of_one_plus(e), a, b), x)


def _cubic_curvature(x: FloatArray, cubic: Cubic) -> FloatArray:
    """Return σ′(z)(2z′ + xz″ - |x|z′²·tanh(|z|/2))."""
    x = np.minimum(np.abs(x), REACH)
    a, b = fold(*_cubic_argument(x, cubic))
    e = exp_parts(a, b)
    linear, cube = cubic
    term = Pair(x) * x * (3.0 * cube)
    steep = term + linear
    bend = (term.scaled(2.0) + linear).scaled(2.0)
    drop = steep * steep * x
    bracket = (bend - drop).rounded() + e * (bend + drop).rounded()
    return weighted_exp(bracket / cube_of_one_plus(e), a, b)


def gelu_tanh(x: FloatArray) -> FloatArray:
    """Return ½x(1 + tanh(√(2/π)(x + 0.044715x³))).

    As x·σ(z), without the cancellation of 1 + tanh.
    """
    return gated(x, *_cubic_argument(np.clip(x, -REACH, REACH), GELU_TANH))


def gelu_tanh_slope(x: FloatArray) -> FloatArray:
    """Return the slope of `gelu_tanh`."""
    return _cubic_slope(x, GELU_TANH)


def gelu_tanh_curvature(x: FloatArray) -> FloatArray:
    """Return the curvature of `gelu_tanh`."""
    return _cubic_curvature(x, GELU_TANH)


def gelu_mlx_precise(x: FloatArray) -> FloatArray:
    """Return x·σ(1.60033x(1 + 0.0433603x²)), MLX's gelu_approx."""
    return gated(x, *_cubic_argument(np.clip(x, -REACH, REACH), MLX_PRECISE))


def gelu_mlx_precise_slope(x: FloatArray) -> FloatArray:
    """Return the slope of `gelu_mlx_precise`, as good as that of `gelu_tanh`."""
    return _cubic_slope(x, MLX_PRECISE)


def gelu_mlx_precise_curvature(x: FloatArray) -> FloatArray:
    """Return the curvature of `gelu_mlx_precise`, as good as that of `gelu_tanh`."""
    return _cubic_curvature(x, MLX_PRECISE)

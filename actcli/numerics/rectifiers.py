"""Rectifiers that bend: ELU, CELU and SELU. The straight ones need no kernel: their formula is exact."""

import math

import numpy as np

from .frame import FloatArray, patch
from .two_parts import divided, weighted_exp

INF = float("inf")


def elu(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return x where x > 0 and α·expm1(x) elsewhere."""
    return np.maximum(x, 0.0) + alpha * np.expm1(np.minimum(x, 0.0))


def elu_slope(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return 1 where x > 0 and α·e^x elsewhere; α at the kink, as PyTorch."""
    positive = (x > 0).astype(np.float64)
    return elu_curvature(x, alpha=alpha) + positive


def elu_curvature(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return 0 where x > 0 and α·e^x elsewhere."""
    positive = (x > 0).astype(np.float64)
    return weighted_exp(np.full_like(x, alpha), np.minimum(x, 0.0), 0.0) - alpha * positive


def _celu_argument(x: FloatArray, alpha: float) -> tuple[FloatArray, FloatArray | float]:
    return divided(np.minimum(x, 0.0), alpha)


def celu(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return x where x > 0 and α·expm1(x/α) elsewhere.

    x/α in two parts.
    """
    high, low = _celu_argument(x, alpha)
    m = np.expm1(high)
    y = np.where(np.isinf(m), alpha * m, alpha * (m + low * (1.0 + m)))
    # There α·expm1(x/α) is x, while x/α may be subnormal.
    y = patch(y, x, np.abs(high) < 1e-17, lambda x: np.minimum(x, 0.0))
    return np.maximum(x, 0.0) + y


def celu_slope(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return 1 where x > 0 and e^(x/α) elsewhere."""
    return weighted_exp(np.ones_like(x), *_celu_argument(x, alpha))


def celu_curvature(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return 0 where x > 0 and e^(x/α)/α elsewhere."""
    positive = (x > 0).astype(np.float64)
    return weighted_exp((1.0 - positive) / alpha, *_celu_argument(x, alpha))


# λ and λα of the closed form, in two parts; PyTorch's constants agree with it to 30 digits.
SELU, SELU_REST = 1.0507009873554805, 3.9874847667154144e-17
SELU_ALPHA, SELU_ALPHA_REST = 1.7580993408473768, 1.41535193800845e-17


def selu(x: FloatArray) -> FloatArray:
    """Return λx where x > 0 and λα·expm1(x) elsewhere."""
    m = np.expm1(np.minimum(x, 0.0))
    right = np.maximum(x, 0.0)
    return (SELU * right + SELU_REST * right) + (SELU_ALPHA * m + SELU_ALPHA_REST * m)


def selu_slope(x: FloatArray) -> FloatArray:
    """Return λ where x > 0 and λα·e^x elsewhere; λα at the kink, as PyTorch."""
    positive = (x > 0).astype(np.float64)
    return weighted_exp(SELU_ALPHA + (SELU - SELU_ALPHA) * positive, np.minimum(x, 0.0), 0.0)


def selu_curvature(x: FloatArray) -> FloatArray:
    """Return 0 where x > 0 and λα·e^x elsewhere."""
    positive = (x > 0).astype(np.float64)
    return weighted_exp(SELU_ALPHA * (1.0 - positive), np.minimum(x, 0.0), 0.0)


def _nlrelu_argument(x: FloatArray, beta: float) -> FloatArray:
    return beta * np.maximum(x, 0.0)


def nlrelu(x: FloatArray, *, beta: float) -> FloatArray:
    """Return log(1 + β·max(x, 0)), also where βx overflows."""
    t = _nlrelu_argument(x, beta)
    return patch(np.log1p(t), x, np.isinf(t), lambda x: np.log(x) + math.log(beta))


def nlrelu_slope(x: FloatArray, *, beta: float) -> FloatArray:
    """Return β/(1 + βx) where x > 0 and 0 elsewhere."""
    return np.where(x > 0, 1.0 / (1.0 / beta + x), 0.0 * x)


def nlrelu_curvature(x: FloatArray, *, beta: float) -> FloatArray:
    """Return -(β/(1 + βx))² where x > 0 and 0 elsewhere."""
    slope = nlrelu_slope(x, beta=beta)
    return -slope * slope

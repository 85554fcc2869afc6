"""xIELU: a parabola on the right, an integrated exponential on the left."""

import math

import numpy as np

from .blocks import FloatArray, Limits, kernel
from .exponentials import weighted_exp
from .pairs import Pair

INF = float("inf")
# The default 0.8 is the exact decimal, not the double nearest to it: on the left two terms of its size cancel.
RESTS = {0.8: -4.4408920985006264e-17}


def _constant(value: float) -> Pair:
    return Pair(value, RESTS.get(value, 0.0))


def _end(factor: float, constant: float) -> float:
    return math.copysign(INF, factor) if factor else constant


def _limits(*, alpha_p: float = 0.8, alpha_n: float = 0.8, beta: float = 0.5, eps: float = -1e-6) -> Limits:
    return _end(alpha_n - beta, -alpha_n), _end(alpha_p, _end(beta, 0.0))


def _slope_limits(*, alpha_p: float = 0.8, alpha_n: float = 0.8, beta: float = 0.5, eps: float = -1e-6) -> Limits:
    return (_constant(beta) - _constant(alpha_n)).rounded().item(), _end(alpha_p, beta)


@kernel(limits=_limits)
def xielu(
    x: FloatArray, *, alpha_p: float = 0.8, alpha_n: float = 0.8, beta: float = 0.5, eps: float = -1e-6
) -> FloatArray:
    """Return αp·x² + βx where x > 0 and αn·expm1(min(x, ε)) + (β - αn)x elsewhere, of an array of any shape.

    Within 4 ulp; near its root of its size around it. Source: Huang and Schlag 2024, arXiv 2411.13010.
    """
    m = np.expm1(np.minimum(x, eps))
    held = np.maximum(x, -1e300)
    pair = (_constant(beta) - _constant(alpha_n)) * held + _constant(alpha_n) * m
    left = np.where(x < -1e300, (beta - alpha_n) * x, pair.rounded())
    return np.where(x > 0, x * (alpha_p * x) + beta * x, left)


@kernel(limits=_slope_limits)
def xielu_slope(
    x: FloatArray, *, alpha_p: float = 0.8, alpha_n: float = 0.8, beta: float = 0.5, eps: float = -1e-6
) -> FloatArray:
    """Return 2αp·x + β where x > 0, αn·e^x + β - αn where x < ε and β - αn between, of an array of any shape.

    Within 4 ulp; near its root of its size around it.
    """
    e = np.where(x < eps, np.exp(np.minimum(x, 0.0)), 0.0 * np.sign(x))
    left = _constant(alpha_n) * e + (_constant(beta) - _constant(alpha_n))
    return np.where(x > 0, 2.0 * alpha_p * x + beta, left.rounded())


@kernel(limits=lambda alpha_p=0.8, alpha_n=0.8, beta=0.5, eps=-1e-6: (0.0, 2.0 * alpha_p))
def xielu_curvature(
    x: FloatArray, *, alpha_p: float = 0.8, alpha_n: float = 0.8, beta: float = 0.5, eps: float = -1e-6
) -> FloatArray:
    """Return 2αp where x > 0, αn·e^x where x < ε and 0 between, of an array of any shape. Within 2 ulp."""
    bent = np.where(x < eps, alpha_n, 0.0 * np.sign(x))
    return np.where(x > 0, 2.0 * alpha_p, weighted_exp(bent, np.minimum(x, 0.0), 0.0))

"""xIELU: a parabola on the right, an integrated exponential on the left."""

import math

import numpy as np

from .frame import FloatArray, patch
from .pair_functions import exp, expm1, where
from .two_parts import Pair, weighted_exp

INF = float("inf")
# The default of alpha_p and of alpha_n is the exact decimal, not the double nearest to it: terms of its size cancel.
ALPHA, ALPHA_REST = 0.8, -4.4408920985006264e-17
SERIES = 1 / 32  # nearer to 0 a power series beats the difference of e^x - 1 and x
LEFT = -0.5  # beyond, e^x is what counts, not its distance from 1
HELD = -1e300  # beyond, the line is all there is, and a product of pairs may overflow
FAINT = -700.0


def _weight(alpha: float) -> Pair:
    return Pair(alpha, ALPHA_REST if alpha == ALPHA else 0.0)


def _end(factor: float, constant: float) -> float:
    return math.copysign(INF, factor) if factor else constant


def _line(x: FloatArray, slope: Pair, start: float) -> FloatArray:
    """Return slope·x + start, rounded once."""
    y = (slope * x + start).rounded()
    return np.where(np.isnan(y), slope.high * x + start, y)  # a pair that overflows is NaN


def _beyond_line(t: FloatArray) -> Pair:
    """Return e^t - 1 - t for t in [-700, 0], to some 2^-57 of it."""
    near = np.maximum(t, -SERIES)
    rest = near * (1 / 6 + near * (1 / 24 + near * (1 / 120 + near * (1 / 720 + near * (1 / 5040 + near / 40320)))))
    return where(t > -SERIES, Pair(near) * near * (Pair(0.5) + rest), expm1(Pair(t)) - t)


def _left(x: FloatArray, alpha: Pair, beta: float, eps: float) -> FloatArray:
    """Return αn·expm1(min(x, ε)) + (β - αn)x for x <= 0, near 0 without what cancels of both terms."""
    held = np.clip(x, HELD, 0.0)
    t = np.minimum(held, eps)
    bounded = np.maximum(t, FAINT)
    far = (beta - alpha) * held + alpha * expm1(Pair(bounded))
    near = alpha * _beyond_line(bounded) + alpha * (Pair(t) - held) + Pair(beta) * held
    y = np.where(t < LEFT, far.rounded(), near.rounded())
    return patch(y, x, (x < HELD) | np.isnan(y), lambda x: (beta - alpha).rounded() * x - alpha.high)


def xielu(x: FloatArray, *, alpha_p: float, alpha_n: float, beta: float, eps: float) -> FloatArray:
    """Return αp·x² + βx where x > 0 and αn·expm1(min(x, ε)) + (β - αn)x elsewhere."""
    right = x * _line(x, _weight(alpha_p), beta)
    return np.where(x > 0, right, _left(x, _weight(alpha_n), beta, eps) + 0.0 * np.sign(x))


def xielu_slope(x: FloatArray, *, alpha_p: float, alpha_n: float, beta: float, eps: float) -> FloatArray:
    """Return 2αp·x + β where x > 0, αn·e^x + β - αn where x < ε and β - αn between."""
    alpha, twice = _weight(alpha_n), _weight(alpha_p).scaled(2.0)
    bounded = Pair(np.clip(x, FAINT, 0.0))
    level = (beta - alpha) + np.zeros_like(x)
    bent = where(x < LEFT, alpha * exp(bounded) + level, alpha * expm1(bounded) + beta)
    y = where(x < eps, bent, level).rounded() + 0.0 * np.sign(x)
    y = patch(y, x, x < FAINT, lambda x: weighted_exp(np.full_like(x, alpha_n), x, 0.0) + (beta - alpha).rounded())
    return np.where(x > 0, _line(x, twice, beta), y)


def xielu_curvature(x: FloatArray, *, alpha_p: float, alpha_n: float, beta: float, eps: float) -> FloatArray:
    """Return 2αp where x > 0, αn·e^x where x < ε and 0 between."""
    bent = np.where(x < eps, alpha_n, 0.0 * np.sign(x))
    return np.where(x > 0, 2.0 * alpha_p, weighted_exp(bent, np.minimum(x, 0.0), 0.0))

"""MEGA's "laplace" activation: the normal distribution function with a mean and a deviation."""

import numpy as np

from .frame import FloatArray
from .normal import LOG_ROOT_TAU, LOG_ROOT_TAU_REST, REACH, mills
from .two_parts import Pair, exp_parts, mirrored, weighted_exp

# The defaults are exact decimals, not the doubles nearest to them: in the tail the two differ by some hundred ulp.
MEAN, MEAN_REST = 0.707107, -4.106226469957619e-17
DEVIATION, DEVIATION_REST = 0.282095, 1.5347723092418164e-17


def _score(x: FloatArray, mu: float, sigma: float) -> Pair:
    """Return z = (x - μ)/σ, held to ±REACH."""
    x = np.clip(x, mu - REACH * sigma, mu + REACH * sigma)
    mean = Pair(mu, MEAN_REST if mu == MEAN else 0.0)
    return (Pair(x) - mean) / Pair(sigma, DEVIATION_REST if sigma == DEVIATION else 0.0)


def _log_density(z: Pair) -> tuple[FloatArray, FloatArray]:
    exponent = -(z * z).scaled(0.5) - Pair(LOG_ROOT_TAU, LOG_ROOT_TAU_REST)
    return np.asarray(exponent.high), np.asarray(exponent.low)


def laplace(x: FloatArray, *, mu: float, sigma: float) -> FloatArray:
    """Return ½(1 + erf((x - μ)/(σ√2))), by its tail."""
    z = _score(x, mu, sigma)
    high = np.asarray(z.high)
    sign = np.copysign(1.0, high)
    m, rest = mills(np.abs(high), sign * z.low)
    e = exp_parts(*_log_density(z))
    return mirrored(e * m + e * rest, high)


def laplace_slope(x: FloatArray, *, mu: float, sigma: float) -> FloatArray:
    """Return φ((x - μ)/σ)/σ."""
    z = _score(x, mu, sigma)
    return weighted_exp(np.full_like(x, 1.0 / sigma), *_log_density(z))


def laplace_curvature(x: FloatArray, *, mu: float, sigma: float) -> FloatArray:
    """Return -zφ(z)/σ², z = (x - μ)/σ."""
    z = _score(x, mu, sigma)
    return weighted_exp(-np.asarray(z.high) / sigma / sigma, *_log_density(z))

"""MEGA's "laplace" activation: the normal distribution function with a mean and a deviation."""

import math

import numpy as np

from .blocks import FloatArray, Limits, kernel
from .exponentials import exp_parts, mirrored, weighted_exp
from .normal import LOG_ROOT_TAU, LOG_ROOT_TAU_REST, REACH, mills
from .pairs import Pair

# The defaults are exact decimals, not the doubles nearest to them: in the tail the two differ by some hundred ulp.
MEAN, MEAN_REST = 0.707107, -4.106226469957619e-17
DEVIATION, DEVIATION_REST = 0.282095, 1.5347723092418164e-17


def _score(x: FloatArray, mu: float, sigma: float) -> Pair:
    """Return z = (x - μ)/σ, held to ±REACH."""
    if not (math.isfinite(mu) and 0 < sigma < math.inf):
        raise ValueError(f"mu must be finite and sigma positive and finite, got {mu} and {sigma}")
    x = np.clip(x, mu - REACH * sigma, mu + REACH * sigma)
    mean = Pair(mu, MEAN_REST if mu == MEAN else 0.0)
    return (Pair(x) - mean) / Pair(sigma, DEVIATION_REST if sigma == DEVIATION else 0.0)


def _log_density(z: Pair) -> tuple[FloatArray, FloatArray]:
    exponent = -(z * z).scaled(0.5) - Pair(LOG_ROOT_TAU, LOG_ROOT_TAU_REST)
    return np.asarray(exponent.high), np.asarray(exponent.low)


def _limits(*, mu: float = MEAN, sigma: float = DEVIATION) -> Limits:
    return 0.0, 1.0


@kernel(limits=_limits)
def laplace(x: FloatArray, *, mu: float = MEAN, sigma: float = DEVIATION) -> FloatArray:
    """Return ½(1 + erf((x - μ)/(σ√2))) of an array of any shape, by its tail; 0 at -inf, 1 at +inf. Within 4 ulp.

    Source: Ma et al. 2022, arXiv 2209.10655.
    """
    z = _score(x, mu, sigma)
    high = np.asarray(z.high)
    sign = np.copysign(1.0, high)
    m, rest = mills(np.abs(high), sign * z.low)
    e = exp_parts(*_log_density(z))
    return mirrored(e * m + e * rest, high)


@kernel(limits=(0.0, 0.0))
def laplace_slope(x: FloatArray, *, mu: float = MEAN, sigma: float = DEVIATION) -> FloatArray:
    """Return φ((x - μ)/σ)/σ of an array of any shape. Within 4 ulp."""
    z = _score(x, mu, sigma)
    return weighted_exp(np.full_like(x, 1.0 / sigma), *_log_density(z))


@kernel(limits=(0.0, 0.0))
def laplace_curvature(x: FloatArray, *, mu: float = MEAN, sigma: float = DEVIATION) -> FloatArray:
    """Return -zφ(z)/σ², z = (x - μ)/σ, of an array of any shape. Within 5 ulp; near its root μ of its size there."""
    z = _score(x, mu, sigma)
    return weighted_exp(-np.asarray(z.high) / sigma / sigma, *_log_density(z))

"""Rectifiers that bend: ELU, CELU, SELU and ELiSH. The straight ones need no kernel: their formula is exact."""

import math

import numpy as np

from .blocks import FloatArray, Limits, kernel, patch
from .exponentials import cube_of_one_plus, divided, square_of_one_plus, weighted_exp
from .pairs import Pair
from .swishes import silu_curvature, silu_slope

INF = float("inf")


def _elu_limits(*, alpha: float = 1.0) -> Limits:
    return -alpha, INF


@kernel(limits=_elu_limits)
def elu(x: FloatArray, *, alpha: float = 1.0) -> FloatArray:
    """Return x where x > 0 and α·expm1(x) elsewhere, of an array of any shape; -α at -inf. Within 2 ulp.

    Source: Clevert, Unterthiner and Hochreiter 2015, arXiv 1511.07289.
    """
    return np.maximum(x, 0.0) + alpha * np.expm1(np.minimum(x, 0.0))


@kernel(limits=(0.0, 1.0))
def elu_slope(x: FloatArray, *, alpha: float = 1.0) -> FloatArray:
    """Return 1 where x > 0 and α·e^x elsewhere, of an array of any shape; α at the kink, as PyTorch. Within 2 ulp."""
    positive = (x > 0).astype(np.float64)
    return elu_curvature(x, alpha=alpha) + positive


@kernel(limits=(0.0, 0.0))
def elu_curvature(x: FloatArray, *, alpha: float = 1.0) -> FloatArray:
    """Return 0 where x > 0 and α·e^x elsewhere, of an array of any shape. Within 2 ulp."""
    positive = (x > 0).astype(np.float64)
    return weighted_exp(np.full_like(x, alpha), np.minimum(x, 0.0), 0.0) - alpha * positive


def _celu_argument(x: FloatArray, alpha: float) -> tuple[FloatArray, FloatArray | float]:
    if not math.isfinite(alpha) or alpha == 0:
        raise ValueError(f"alpha must be finite and not 0, got {alpha}")
    return divided(np.minimum(x, 0.0), alpha)


def _celu_limits(*, alpha: float = 1.0) -> Limits:
    return (-alpha if alpha > 0 else -INF), INF


def _celu_slope_limits(*, alpha: float = 1.0) -> Limits:
    return (0.0 if alpha > 0 else INF), 1.0


def _celu_curvature_limits(*, alpha: float = 1.0) -> Limits:
    return (0.0 if alpha > 0 else -INF), 0.0


@kernel(limits=_celu_limits)
def celu(x: FloatArray, *, alpha: float = 1.0) -> FloatArray:
    """Return x where x > 0 and α·expm1(x/α) elsewhere, of an array of any shape; -α at -inf. Within 3 ulp.

    x/α in two parts. Source: Barron 2017, arXiv 1704.07483.
    """
    high, low = _celu_argument(x, alpha)
    m = np.expm1(high)
    y = np.where(np.isinf(m), alpha * m, alpha * (m + low * (1.0 + m)))
    # There α·expm1(x/α) is x, while x/α may be subnormal.
    y = patch(y, x, np.abs(high) < 1e-17, lambda x: np.minimum(x, 0.0))
    return np.maximum(x, 0.0) + y


@kernel(limits=_celu_slope_limits)
def celu_slope(x: FloatArray, *, alpha: float = 1.0) -> FloatArray:
    """Return 1 where x > 0 and e^(x/α) elsewhere, of an array of any shape. Within 3 ulp."""
    return weighted_exp(np.ones_like(x), *_celu_argument(x, alpha))


@kernel(limits=_celu_curvature_limits)
def celu_curvature(x: FloatArray, *, alpha: float = 1.0) -> FloatArray:
    """Return 0 where x > 0 and e^(x/α)/α elsewhere, of an array of any shape. Within 3 ulp."""
    positive = (x > 0).astype(np.float64)
    return weighted_exp((1.0 - positive) / alpha, *_celu_argument(x, alpha))


# λ and λα of the closed form, in two parts; PyTorch's constants agree with it to 30 digits.
SELU, SELU_REST = 1.0507009873554805, 3.9874847667154144e-17
SELU_ALPHA, SELU_ALPHA_REST = 1.7580993408473768, 1.41535193800845e-17


@kernel(limits=(-SELU_ALPHA, INF))
def selu(x: FloatArray) -> FloatArray:
    """Return λx where x > 0 and λα·expm1(x) elsewhere, of an array of any shape; -λα at -inf. Within 2 ulp.

    Source: Klambauer et al. 2017, arXiv 1706.02515.
    """
    m = np.expm1(np.minimum(x, 0.0))
    right = np.maximum(x, 0.0)
    return (SELU * right + SELU_REST * right) + (SELU_ALPHA * m + SELU_ALPHA_REST * m)


@kernel(limits=(0.0, SELU))
def selu_slope(x: FloatArray) -> FloatArray:
    """Return λ where x > 0 and λα·e^x elsewhere, of an array of any shape; λα at the kink, as PyTorch. Within 2 ulp."""
    positive = (x > 0).astype(np.float64)
    return weighted_exp(SELU_ALPHA + (SELU - SELU_ALPHA) * positive, np.minimum(x, 0.0), 0.0)


@kernel(limits=(0.0, 0.0))
def selu_curvature(x: FloatArray) -> FloatArray:
    """Return 0 where x > 0 and λα·e^x elsewhere, of an array of any shape. Within 2 ulp."""
    positive = (x > 0).astype(np.float64)
    return weighted_exp(SELU_ALPHA * (1.0 - positive), np.minimum(x, 0.0), 0.0)


@kernel(limits=(0.0, INF))
def elish(x: FloatArray) -> FloatArray:
    """Return x·σ(x) where x >= 0 and expm1(x)·σ(x) elsewhere, of an array of any shape. Within 4 ulp.

    Source: Basirat and Roth 2018, arXiv 1808.00783.
    """
    m = np.expm1(np.minimum(x, 0.0))
    e = np.exp(-np.abs(x))
    value: FloatArray = (np.maximum(x, 0.0) + e * m) / (1.0 + e)
    return value


@kernel(limits=(0.0, 1.0))
def elish_slope(x: FloatArray) -> FloatArray:
    """Return e(e² + 2e - 1)/(1 + e)², e = e^x, where x < 0 and silu′ elsewhere, of an array of any shape.

    Within 4 ulp; near the root -0.881 of its size around it.
    """
    x_left = np.minimum(x, 0.0)
    e, m = np.exp(x_left), np.expm1(x_left)
    # e² + 2e - 1 by the form that cancels less.
    near = ((Pair(m) + 4.0) * m + 2.0).rounded()
    bracket = np.where(x_left > -0.7, near, e * (2.0 + e) - 1.0)
    left = e * bracket / square_of_one_plus(e)
    return np.where(x < 0, left, silu_slope(x))


@kernel(limits=(0.0, 0.0))
def elish_curvature(x: FloatArray) -> FloatArray:
    """Return e(e³ + 3e² + 5e - 1)/(1 + e)³, e = e^x, where x < 0 and silu″ elsewhere, of an array of any shape.

    Within 5 ulp; near its roots of its size around them.
    """
    e = np.exp(np.minimum(x, 0.0))
    left = e * (e * (5.0 + e * (3.0 + e)) - 1.0) / cube_of_one_plus(e)
    return np.where(x < 0, left, silu_curvature(x))


def _nlrelu_argument(x: FloatArray, beta: float) -> FloatArray:
    if not 0 < beta < INF:
        raise ValueError(f"beta must be positive and finite, got {beta}")
    return beta * np.maximum(x, 0.0)


@kernel(limits=(0.0, INF))
def nlrelu(x: FloatArray, *, beta: float = 1.0) -> FloatArray:
    """Return log(1 + β·max(x, 0)) of an array of any shape, also where βx overflows. Within 3 ulp.

    Source: Liu et al. 2019, arXiv 1908.03682.
    """
    t = _nlrelu_argument(x, beta)
    return patch(np.log1p(t), x, np.isinf(t), lambda x: np.log(x) + math.log(beta))


@kernel(limits=(0.0, 0.0))
def nlrelu_slope(x: FloatArray, *, beta: float = 1.0) -> FloatArray:
    """Return β/(1 + βx) where x > 0 and 0 elsewhere, of an array of any shape. Within 3 ulp."""
    return np.where(x > 0, 1.0 / (1.0 / beta + x), 0.0 * x)


@kernel(limits=(0.0, 0.0))
def nlrelu_curvature(x: FloatArray, *, beta: float = 1.0) -> FloatArray:
    """Return -(β/(1 + βx))² where x > 0 and 0 elsewhere, of an array of any shape. Within 4 ulp."""
    slope = nlrelu_slope(x, beta=beta)
    return -slope * slope

"""Rectifiers that bend: ELU. The straight ones need no kernel, their formula is exact in float64."""

import numpy as np

from .blocks import FloatArray, Limits, kernel
from .exponentials import weighted_exp

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

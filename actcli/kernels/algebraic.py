"""Functions without an exponential: softsign and its like."""

import numpy as np

from .blocks import FloatArray, kernel, patch
from .exponentials import cube_of_one_plus, square_of_one_plus

HUGE = 1e100  # beyond, 1 + |x| is |x|, and its powers overflow before their reciprocals underflow


@kernel(limits=(-1.0, 1.0))
def softsign(x: FloatArray) -> FloatArray:
    """Return x/(1 + |x|) of an array of any shape; ±1 at ±inf. Within 1 ulp."""
    return x / (1.0 + np.abs(x))


@kernel(limits=(0.0, 0.0))
def softsign_slope(x: FloatArray) -> FloatArray:
    """Return 1/(1 + |x|)² of an array of any shape, far out as (1/|x|)², which cannot overflow. Within 3 ulp."""
    a = np.abs(x)
    return patch(1.0 / square_of_one_plus(a), a, a > HUGE, lambda a: (1.0 / a) / a)


@kernel(limits=(0.0, 0.0))
def softsign_curvature(x: FloatArray) -> FloatArray:
    """Return -2·sign(x)/(1 + |x|)³ of an array of any shape, 0 at the kink of the slope at 0. Within 3 ulp."""
    a = np.abs(x)
    y = patch(1.0 / cube_of_one_plus(a), a, a > HUGE, lambda a: ((1.0 / a) / a) / a)
    return -2.0 * np.sign(x) * y

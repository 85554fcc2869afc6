"""Functions without an exponential: softsign, squareplus, arctan, ISRU and bent identity."""

import math

import numpy as np

from .frame import FloatArray, patch
from .two_parts import Pair, cube_of_one_plus, mirrored, square_of_one_plus

INF = float("inf")
STEEP = 1e30  # beyond, 1 + αx² is αx² to the last digit
HUGE = 1e100  # beyond, 1 + |x| is |x|, and its powers overflow before their reciprocals underflow


def softsign(x: FloatArray) -> FloatArray:
    """Return x/(1 + |x|)."""
    return x / (1.0 + np.abs(x))


def softsign_slope(x: FloatArray) -> FloatArray:
    """Return 1/(1 + |x|)², far out as (1/|x|)², which cannot overflow."""
    a = np.abs(x)
    return patch(1.0 / square_of_one_plus(a), a, a > HUGE, lambda a: (1.0 / a) / a)


def softsign_curvature(x: FloatArray) -> FloatArray:
    """Return -2·sign(x)/(1 + |x|)³, 0 at the kink of the slope at 0."""
    a = np.abs(x)
    y = patch(1.0 / cube_of_one_plus(a), a, a > HUGE, lambda a: ((1.0 / a) / a) / a)
    return -2.0 * np.sign(x) * y


def _discriminant(x: FloatArray, b: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return x² + b, its root, and |x|; the first overflows where |x| is above HUGE."""
    square = Pair(x) * x + b
    d = np.asarray(square.high)
    root = np.sqrt(d)
    return d, root + 0.5 * square.low / root, np.abs(x)


def _root(x: FloatArray, b: float) -> FloatArray:
    """Return √(x² + b), without overflow."""
    root: FloatArray = np.hypot(x, math.sqrt(b))
    return root


def _squareplus_tail(a: FloatArray, root: FloatArray, b: float) -> FloatArray:
    """Return (√(a² + b) - a)/2 as b/4 over the mean of the two, which neither cancels nor overflows."""
    return (0.25 * b) / (0.5 * root + 0.5 * a)


def squareplus(x: FloatArray, *, b: float) -> FloatArray:
    """Return (x + √(x² + b))/2."""
    root = _root(x, b)
    return np.where(x < 0, _squareplus_tail(np.abs(x), root, b), 0.5 * x + 0.5 * root)


def squareplus_slope(x: FloatArray, *, b: float) -> FloatArray:
    """Return (1 + x/√(x² + b))/2."""
    d, root, a = _discriminant(x, b)
    left = 0.5 * b / (d + a * root)
    return mirrored(patch(left, a, a > HUGE, lambda a: _squareplus_tail(a, _root(a, b), b) / _root(a, b)), x)


def squareplus_curvature(x: FloatArray, *, b: float) -> FloatArray:
    """Return b/(2(x² + b)^(3/2))."""
    d, root, a = _discriminant(x, b)
    return patch(0.5 * b / d / root, a, a > HUGE, lambda a: (0.5 * b / _root(a, b) / _root(a, b)) / _root(a, b))


def arctan(x: FloatArray) -> FloatArray:
    """Return the arc tangent, by NumPy."""
    return np.arctan(x)


def arctan_slope(x: FloatArray) -> FloatArray:
    """Return 1/(1 + x²), far out as (1/|x|)²."""
    return patch(1.0 / (1.0 + x * x), x, np.abs(x) > HUGE, lambda x: (1.0 / x) / x)


def arctan_curvature(x: FloatArray) -> FloatArray:
    """Return -2x/(1 + x²)², far out as -2/x³."""
    slope = 1.0 / (1.0 + x * x)
    return patch(-2.0 * x * (slope * slope), x, np.abs(x) > 1e70, lambda x: ((-2.0 / x) / x) / x)


def _isru(x: FloatArray, alpha: float, power: float) -> tuple[FloatArray, FloatArray]:
    """Return d = 1 + αx² and the factor that makes up, in d^-power, for the rounding of d."""
    d = Pair(x) * x * alpha + 1.0
    high = np.asarray(d.high)
    return high, 1.0 - power * (d.low / high)


def isru(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return x/√(1 + αx²)."""
    d, lost = _isru(x, alpha, 0.5)
    steep = math.sqrt(alpha)
    return patch(x / np.sqrt(d) * lost, x, steep * np.abs(x) > STEEP, lambda x: np.copysign(1.0 / steep, x))


def isru_slope(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return (1 + αx²)^(-3/2)."""
    d, lost = _isru(x, alpha, 1.5)
    a, tail = np.abs(x), 1.0 / (alpha * math.sqrt(alpha))
    return patch(lost / (d * np.sqrt(d)), a, math.sqrt(alpha) * a > STEEP, lambda a: ((tail / a) / a) / a)


def isru_curvature(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return -3αx(1 + αx²)^(-5/2)."""
    d, lost = _isru(x, alpha, 2.5)
    a, tail = np.abs(x), 3.0 / (alpha * math.sqrt(alpha))
    y = 3.0 * alpha * a / (d * d * np.sqrt(d)) * lost
    y = patch(y, a, math.sqrt(alpha) * a > STEEP, lambda a: (((tail / a) / a) / a) / a)
    return np.copysign(y, -x)


def isrlu(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return x where x >= 0 and x/√(1 + αx²) elsewhere."""
    return np.where(x < 0, isru(x, alpha=alpha), x)


def isrlu_slope(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return 1 where x >= 0 and (1 + αx²)^(-3/2) elsewhere."""
    return isru_slope(np.minimum(x, 0.0), alpha=alpha)


def isrlu_curvature(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return 0 where x >= 0 and the curvature of `isru` elsewhere."""
    return isru_curvature(np.minimum(x, 0.0), alpha=alpha)


def bent_identity(x: FloatArray) -> FloatArray:
    """Return (√(x² + 1) - 1)/2 + x."""
    return 0.5 * (x / (1.0 + np.hypot(x, 1.0))) * x + x


def bent_identity_slope(x: FloatArray) -> FloatArray:
    """Return x/(2√(x² + 1)) + 1."""
    return 0.5 * (x / np.hypot(x, 1.0)) + 1.0


def bent_identity_curvature(x: FloatArray) -> FloatArray:
    """Return (x² + 1)^(-3/2)/2."""
    root = np.hypot(x, 1.0)
    return (0.5 / root / root) / root

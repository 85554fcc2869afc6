"""The normal distribution and what is made of it: erf, erfc, the exact GELU, and approximations of GELU.

NumPy has no error function. Here the tail is Φ(-a) = φ(a)·M(a) with Mills' ratio M from a table of polynomials, and
φ(a) = exp(-a²/2 - log√(2π)) with the whole argument in two parts.
"""

import numpy as np

from .frame import FloatArray, patch
from .gaussian_tables import ERF_REST, ERF_SERIES, MILLS, MILLS_CENTRES
from .logistic import gated, gated_slope
from .two_parts import (
    Pair,
    Parts,
    exp_parts,
    mirrored,
    scaled,
    two_square,
    two_sum,
    weighted_exp,
)

INF = float("inf")
REACH = 45.0  # φ underflows at 38.6; beyond this every argument is as good as this one
# Constants in two parts: the double and what it lacks.
LOG_ROOT_TAU, LOG_ROOT_TAU_REST = 0.9189385332046728, -3.8782941580672414e-17  # log √(2π)
LOG_BELL, LOG_BELL_REST = 0.12078223763524522, 4.1797047492946264e-18  # log (2/√π)
LOG_RATIO, LOG_RATIO_REST = -0.22579135264472744, 6.4622584878775846e-18  # log √(2/π)
ROOT_TWO, ROOT_TWO_REST = 1.4142135623730951, -9.667293313452913e-17
FIRST_CELL = np.int64(1023 << 2)  # exponent and two leading bits of 1.0: the table has four cells to an octave of 1 + a


def mills(a: FloatArray, a_rest: FloatArray | float = 0.0) -> Parts:
    """Return Mills' ratio M = (1 - Φ(a))/φ(a) for a in [0, REACH], itself in two parts, to about 2^-56; M′ = aM - 1."""
    cell = ((1.0 + a).view(np.int64) >> 50) - FIRST_CELL
    np.clip(cell, 0, MILLS_CENTRES.size - 1, out=cell)  # NaN has a cell, too
    d = a - MILLS_CENTRES.take(cell)
    y = MILLS[-2].take(cell)
    for coefficients in MILLS[-3:0:-1]:
        y *= d
        y += coefficients.take(cell)
    y *= d
    high, low = two_sum(MILLS[0].take(cell), y)
    return high, low + MILLS[-1].take(cell) + a_rest * (a * high - 1.0)


def log_density(a: FloatArray) -> Parts:
    """Return log φ(a) = -a²/2 - log√(2π) in two parts."""
    square, rest = two_square(a)
    high, low = two_sum(-0.5 * square, -LOG_ROOT_TAU)
    return high, low - (0.5 * rest + LOG_ROOT_TAU_REST)


def _lower_tail(a: FloatArray) -> FloatArray:
    """Return Φ(-a) for a in [0, REACH]."""
    e = exp_parts(*log_density(a))
    m, rest = mills(a)
    return e * m + e * rest


def normal_pdf(x: FloatArray) -> FloatArray:
    """Return the standard normal density φ(x) = e^(-x²/2)/√(2π)."""
    return exp_parts(*log_density(np.minimum(np.abs(x), REACH)))


def normal_pdf_slope(x: FloatArray) -> FloatArray:
    """Return -x·φ(x)."""
    x = np.clip(x, -REACH, REACH)
    return weighted_exp(-x, *log_density(x))


def normal_pdf_curvature(x: FloatArray) -> FloatArray:
    """Return (x² - 1)·φ(x)."""
    x = np.clip(x, -REACH, REACH)
    return weighted_exp((x - 1.0) * (x + 1.0), *log_density(x))


def normal_cdf(x: FloatArray) -> FloatArray:
    """Return the standard normal distribution Φ(x)."""
    return mirrored(_lower_tail(np.minimum(np.abs(x), REACH)), x)


normal_cdf_slope = normal_pdf
normal_cdf_curvature = normal_pdf_slope


def _log_bell(x: FloatArray, height: float, rest: float) -> Parts:
    """Return -x² + height + rest in two parts."""
    square, low = two_square(x)
    high, error = two_sum(-square, height)
    return high, error - low + rest


def _erfc_tail(a: FloatArray) -> FloatArray:
    """Return erfc(a) = e^(-a²)·√(2/π)·M(√2·a) for a in [0, 31]; √2·a in two parts."""
    e = exp_parts(*_log_bell(a, LOG_RATIO, LOG_RATIO_REST))
    t, t_rest = scaled(a, ROOT_TWO, ROOT_TWO_REST)
    m, rest = mills(t, t_rest)
    return e * m + e * rest


def _series_beyond_first(x: FloatArray) -> FloatArray:
    """Return erf(x)/x - 2/√π for |x| at most 1/2."""
    u = x * x
    y = np.full_like(x, ERF_SERIES[-1])
    for coefficient in ERF_SERIES[-2:0:-1]:
        y = y * u + coefficient
    return u * y


def erf(x: FloatArray) -> FloatArray:
    """Return the error function: a series in x² below 1/2, 1 - erfc beyond."""
    y = x * ERF_SERIES[0] + x * (_series_beyond_first(np.minimum(np.abs(x), 0.5)) + ERF_REST)
    far = np.abs(x) > 0.5
    return patch(y, x, far, lambda x: np.copysign(1.0 - _erfc_tail(np.minimum(np.abs(x), 30.0)), x))


def erf_slope(x: FloatArray) -> FloatArray:
    """Return 2/√π·e^(-x²)."""
    return exp_parts(*_log_bell(np.clip(x, -REACH, REACH), LOG_BELL, LOG_BELL_REST))


def erf_curvature(x: FloatArray) -> FloatArray:
    """Return -4x/√π·e^(-x²)."""
    x = np.clip(x, -REACH, REACH)
    return weighted_exp(-2.0 * x, *_log_bell(x, LOG_BELL, LOG_BELL_REST))


def erfc(x: FloatArray) -> FloatArray:
    """Return 1 - erf(x), with all digits in the right tail."""
    sign = np.copysign(1.0, x)
    return (1.0 - sign) + sign * _erfc_tail(np.minimum(np.abs(x), 30.0))


def erfc_slope(x: FloatArray) -> FloatArray:
    """Return -2/√π·e^(-x²)."""
    return -erf_slope(x)


def erfc_curvature(x: FloatArray) -> FloatArray:
    """Return 4x/√π·e^(-x²)."""
    return -erf_curvature(x)


def gelu(x: FloatArray) -> FloatArray:
    """Return the exact GELU x·Φ(x)."""
    a = np.minimum(np.abs(x), REACH)
    tail = _lower_tail(a)
    y = x * mirrored(tail, x)
    # There Φ is subnormal and has too few digits to be multiplied by x.
    return patch(y, a, x < -37.0, lambda a: weighted_exp(-a * mills(a)[0], *log_density(a)))


def gelu_slope(x: FloatArray) -> FloatArray:
    """Return Φ(x) + x·φ(x): s = φ(a)(M(a) - a), a = |x|, on the left, 1 - s on the right."""
    a = np.minimum(np.abs(x), REACH)
    m, rest = mills(a)
    s = weighted_exp((m - a) + rest, *log_density(a))
    return mirrored(s, x)


def gelu_curvature(x: FloatArray) -> FloatArray:
    """Return φ(x)(2 - x²)."""
    x = np.minimum(np.abs(x), REACH)
    square, rest = two_square(x)
    return weighted_exp((2.0 - square) - rest, *log_density(x))


def gaussian(x: FloatArray) -> FloatArray:
    """Return e^(-x²), x² in two parts."""
    square, rest = two_square(np.clip(x, -REACH, REACH))
    return exp_parts(-square, -rest)


def gaussian_slope(x: FloatArray) -> FloatArray:
    """Return -2x·e^(-x²)."""
    x = np.clip(x, -REACH, REACH)
    square, rest = two_square(x)
    return weighted_exp(-2.0 * x, -square, -rest)


def gaussian_curvature(x: FloatArray) -> FloatArray:
    """Return (4x² - 2)·e^(-x²)."""
    square, rest = two_square(np.clip(x, -REACH, REACH))
    return weighted_exp((4.0 * square - 2.0) + 4.0 * rest, -square, -rest)


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
    """Return the slope of x·σ(z), z = linear·x + cube·x³."""
    x = np.clip(x, -REACH, REACH)
    linear, cube = cubic
    bent = Pair(x) * x * cube
    z, weight = (bent + linear) * x, (bent * 3.0 + linear) * x
    return gated_slope((np.asarray(z.high), np.asarray(z.low)), (np.asarray(weight.high), np.asarray(weight.low)))


def gelu_tanh(x: FloatArray) -> FloatArray:
    """Return ½x(1 + tanh(√(2/π)(x + 0.044715x³))).

    As x·σ(z), without the cancellation of 1 + tanh.
    """
    return gated(x, *_cubic_argument(np.clip(x, -REACH, REACH), GELU_TANH))


def gelu_tanh_slope(x: FloatArray) -> FloatArray:
    """Return the slope of `gelu_tanh`."""
    return _cubic_slope(x, GELU_TANH)


def gelu_mlx_precise(x: FloatArray) -> FloatArray:
    """Return x·σ(1.60033x(1 + 0.0433603x²)), MLX's gelu_approx."""
    return gated(x, *_cubic_argument(np.clip(x, -REACH, REACH), MLX_PRECISE))


def gelu_mlx_precise_slope(x: FloatArray) -> FloatArray:
    """Return the slope of `gelu_mlx_precise`, as good as that of `gelu_tanh`."""
    return _cubic_slope(x, MLX_PRECISE)

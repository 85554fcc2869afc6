"""The exact GELU, x·Φ(x): Φ(-a) = φ(a)·M(a) with Mills' ratio M from a table of polynomials.

φ(a) = exp(-a²/2 - log√(2π)) with the whole argument in two parts. All products that count are of short numbers, and so
exact; what is left beside them is small. NumPy's exponential is not used, for its bits depend on the processor.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from actcli.numerics import constants
from actcli.numerics.exponentials import exponential, weighted_exp
from actcli.numerics.frame import FloatArray, patch
from actcli.numerics.two_parts import Pair, Parts, split, two_square, two_sum

REACH = 40.0  # φ underflows at 38.6; beyond this every argument is as good as this one
LEAST_POWER = np.int64(-1000)  # below, results may be subnormal
FAR = 10.0  # Φ is 1 there to the last digit
NEAR = 2.0**-60  # Φ is 1/2 there to the last digit
OCTAVE_BITS, TERMS = 5, 9
FIRST_CELL = np.int64(1023 << OCTAVE_BITS)
LOG_ROOT_TAU, LOG_ROOT_TAU_REST = constants.parts(constants.LOG_ROOT_TAU)


@cache
def _table() -> constants.MillsTable:
    return constants.mills_table(OCTAVE_BITS, int(REACH), 1, TERMS)


def _mills(a: FloatArray) -> Parts:
    """M(a), the first part of 26 bits, to 2^-59, for a in [0, REACH]."""
    table = _table()
    cell = ((1.0 + a).view(np.int64) >> (52 - OCTAVE_BITS)) - FIRST_CELL
    d = a - table.centres.take(cell, mode="clip")
    y = table.rest[-1].take(cell, mode="clip")
    for coefficients in table.rest[-2::-1]:
        y *= d
        y += coefficients.take(cell, mode="clip")
    y *= d
    first = table.heads[0].high.take(cell, mode="clip")
    head, _ = split(first + y)
    first -= head
    y += table.heads[0].low.take(cell, mode="clip")
    y += first
    return head, y


def mills(a: FloatArray) -> Pair:
    """Mills' ratio (1 - Φ(a))/φ(a) for a in [0, REACH]."""
    head, rest = _mills(a)
    high = head + rest
    return Pair(high, rest - (high - head))


def log_density(a: FloatArray) -> Parts:
    """log φ(a) = -a²/2 - log√(2π) in two parts."""
    square, rest = two_square(a)
    high, low = two_sum(-0.5 * square, -LOG_ROOT_TAU)
    low -= 0.5 * rest + LOG_ROOT_TAU_REST
    return high, low


def _density(a: FloatArray) -> tuple[Parts, NDArray[np.int64]]:
    """φ(a) in two parts, the first of 26 bits, and the power of two that they are to be multiplied by."""
    e = exponential(Pair(*log_density(a)))
    return (e.head, e.rest), e.power


def _times(u: Parts, v: Parts) -> Parts:
    """u·v, in two parts; the heads, of 26 bits each, have an exact product."""
    rest = u[0] * v[1]
    rest += u[1] * (v[0] + v[1])
    return u[0] * v[0], rest


def _with_heads(high: FloatArray, low: FloatArray) -> Parts:
    head, tail = split(high)
    tail += low
    return head, tail


def _ended(base: FloatArray, sign: FloatArray, share: Parts, power: NDArray[np.int64]) -> FloatArray:
    """base + sign·share·2^power, rounded once; base is 0 or no less than the other."""
    scale = ((np.maximum(power, LEAST_POWER) + 1023) << 52).view(np.float64)
    scale *= sign
    high, low = share[0] * scale, share[1] * scale
    y = base + high
    low += high - (y - base)
    y += low
    faint = power < LEAST_POWER
    if faint.any():
        y[faint] = base[faint] + np.ldexp(sign * (share[0] + share[1]), power)[faint]
    return y


def gelu(x: FloatArray) -> FloatArray:
    """x·Φ(x) = max(x, 0) - |x|·Φ(-|x|)."""
    a = np.minimum(np.abs(x), REACH)
    density, power = _density(a)
    share = _times(split(a), _with_heads(*_times(density, _mills(a))))
    y = _ended(np.maximum(x, 0.0), np.full_like(x, -1.0), share, power)
    near = a < NEAR
    if near.any():
        y[near] = 0.5 * x[near]
    return patch(y, x, x > FAR, lambda x: x)


def gelu_slope(x: FloatArray) -> FloatArray:
    """Φ(x) + x·φ(x): s = φ(a)(M(a) - a), a = |x|, on the left, 1 - s on the right."""
    a = np.minimum(np.abs(x), REACH)
    density, power = _density(a)
    ratio, rest = _mills(a)
    high, low = two_sum(ratio, -a)
    low += rest
    sign = np.copysign(1.0, x)
    return _ended(0.5 + 0.5 * sign, -sign, _times(density, _with_heads(high, low)), power)


WIDE = 30.0  # beyond, e^-x² is 0
TWO_OVER_ROOT_PI = constants.parts((2 * constants.ONE << constants.BITS) // constants.root_of(constants.PI))


def gaussian(x: FloatArray) -> FloatArray:
    """e^-x²."""
    return _weighted_gaussian(x, 1.0, 0.0)


def erf_slope(x: FloatArray) -> FloatArray:
    """2/√π·e^-x²."""
    return _weighted_gaussian(x, *TWO_OVER_ROOT_PI)


def _weighted_gaussian(x: FloatArray, weight: float, rest: float) -> FloatArray:
    square, low = two_square(np.clip(x, -WIDE, WIDE))
    return weighted_exp(np.full_like(x, weight), -square, -low, rest=rest)

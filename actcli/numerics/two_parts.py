"""Numbers in two parts: exact sums and products of doubles, and arithmetic on pairs.

The algorithms are Dekker's (1971), as Hida, Li and Bailey 2001 write them down, with splits by bits for want of an fma.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias, overload

import numpy as np

from actcli.numerics.frame import FloatArray

# A number as an unevaluated sum, the second part below half a unit in the last place of the first.
Parts: TypeAlias = tuple[FloatArray, FloatArray]
REACH = 4000.0  # beyond this e^z is 0 or inf, and so may be any factor of interest
LARGEST = float(np.finfo(np.float64).max)
UPPER_HALF = np.int64(-(1 << 27))  # keeps 26 of the 53 bits of a significand


def split(x: FloatArray) -> Parts:
    """Split into the leading 26 bits and the rest, exactly; by bits, since Veltkamp's way overflows."""
    high = (np.ascontiguousarray(x).view(np.int64) & UPPER_HALF).view(np.float64)
    return high, x - high


def split_constant(value: float) -> tuple[float, float]:
    """Split one number as `split` does; what is infinite stays so."""
    if not math.isfinite(value):
        return value, 0.0
    mantissa, exponent = math.frexp(value)
    high = math.ldexp(math.trunc(mantissa * 2.0**26), exponent - 26)
    return high, value - high


def two_square(x: FloatArray) -> Parts:
    """x² as the rounded square and its error."""
    square = x * x
    xh, xl = split(x)
    return square, ((xh * xh - square) + 2.0 * xh * xl) + xl * xl


@overload
def two_sum(x: float, y: float) -> tuple[float, float]: ...
@overload
def two_sum(x: FloatArray, y: FloatArray | float) -> Parts: ...
@overload
def two_sum(x: FloatArray | float, y: FloatArray | float) -> tuple[FloatArray | float, FloatArray | float]: ...
def two_sum(x: FloatArray | float, y: FloatArray | float) -> tuple[FloatArray | float, FloatArray | float]:
    """x + y as the rounded sum and its error (Knuth, TAOCP 2, 4.2.2)."""
    total = x + y
    back = total - x
    return total, (x - (total - back)) + (y - back)


def scaled(x: FloatArray, factor: float, rest: float = 0.0) -> tuple[FloatArray, FloatArray | float]:
    """(factor + rest)·x in two parts, for use under an exponential.

    x is first held to where the product is at most 4,000 in magnitude: beyond, an exponential is 0, 1 or inf
    whatever the argument, and no part of the product can overflow.
    """
    bound = min(REACH / abs(factor), LARGEST) if factor else LARGEST
    x = np.clip(x, -bound, bound)
    if factor == 1.0 and rest == 0.0:
        return x, 0.0
    high = factor * x
    ch, cl = split_constant(factor)
    xh, xl = split(x)
    return high, ((ch * xh - high) + ch * xl + cl * xh) + (cl * xl + rest * x)


def divided(x: FloatArray, divisor: float) -> tuple[FloatArray, FloatArray | float]:
    """x/divisor in two parts, for use under an exponential; x is held as in `scaled`."""
    bound = min(REACH * abs(divisor), LARGEST)
    x = np.clip(x, -bound, bound)
    if divisor == 1.0:
        return x, 0.0
    quotient = x / divisor
    dh, dl = split_constant(divisor)
    qh, ql = split(quotient)
    return quotient, ((((x - qh * dh) - qh * dl) - ql * dh) - ql * dl) / divisor


Number = FloatArray | float


def _halves(x: Number) -> tuple[Number, Number]:
    return split_constant(x) if isinstance(x, float) else split(x)


def _product(x: Number, y: Number) -> tuple[Number, Number]:
    product = x * y
    xh, xl = _halves(x)
    yh, yl = _halves(y)
    return product, ((xh * yh - product) + xh * yl + xl * yh) + xl * yl


def _settled(high: Number, low: Number) -> Pair:
    total = high + low
    return Pair(total, low - (total - high))


@dataclass(frozen=True, slots=True)
class Pair:
    """An unevaluated sum high + low of doubles, or of arrays of them, low at most half a unit of high.

    Some 100 bits, for polynomials under an exponential and for roots of slopes. No operation guards against overflow:
    hold the arguments to a range in which an exponential still matters.
    """

    high: Number
    """The double nearest to the sum."""
    low: Number = 0.0
    """The rest."""

    def __neg__(self) -> Pair:
        return Pair(-self.high, -self.low)

    def __add__(self, other: Pair | Number) -> Pair:
        other = as_pair(other)
        high, low = two_sum(self.high, other.high)
        rest, last = two_sum(self.low, other.low)
        first = _settled(high, low + rest)
        return _settled(first.high, first.low + last)

    __radd__ = __add__

    def __sub__(self, other: Pair | Number) -> Pair:
        return self + -as_pair(other)

    def __rsub__(self, other: Pair | Number) -> Pair:
        return as_pair(other) + -self

    def __mul__(self, other: Pair | Number) -> Pair:
        other = as_pair(other)
        high, low = _product(self.high, other.high)
        return _settled(high, low + (self.high * other.low + self.low * other.high))

    __rmul__ = __mul__

    def __truediv__(self, other: Pair | Number) -> Pair:
        other = as_pair(other)
        quotient = self.high / other.high
        rest = self - other * quotient
        return _settled(quotient, (rest.high + rest.low) / other.high)

    def __rtruediv__(self, other: Pair | Number) -> Pair:
        return as_pair(other) / self

    def scaled(self, power_of_two: float) -> Pair:
        """The product by a power of two, exactly."""
        return Pair(self.high * power_of_two, self.low * power_of_two)

    def rounded(self) -> FloatArray:
        """The nearest double."""
        return np.asarray(self.high + self.low)


def as_pair(x: Pair | Number) -> Pair:
    """A number as a pair."""
    return x if isinstance(x, Pair) else Pair(x)


def exp_of(x: FloatArray) -> Pair:
    """e^x for |x| up to 50 to about 2^-88, for tables: by its series at x/4096, squared twelve times."""
    small, total = Pair(x / 4096.0), Pair(np.ones_like(x))
    for n in range(10, 0, -1):
        total = total * small / float(n) + 1.0
    for _ in range(12):
        total = total * total
    return total

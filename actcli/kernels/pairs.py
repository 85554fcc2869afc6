"""Arithmetic on pairs of doubles, some 100 bits: for polynomials under an exponential and for roots of slopes.

The algorithms are Dekker's (1971), as Hida, Li and Bailey 2001 write them down, with splits by bits for want of an fma.
No operation guards against overflow: hold the arguments to a range in which an exponential still matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .blocks import FloatArray
from .exponentials import split, split_constant, two_sum

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
    """An unevaluated sum high + low of doubles, or of arrays of them, low at most half a unit of high."""

    high: Number
    low: Number = 0.0

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
        """Return the product by a power of two, exactly."""
        return Pair(self.high * power_of_two, self.low * power_of_two)

    def rounded(self) -> FloatArray:
        """Return the nearest double."""
        return np.asarray(self.high + self.low)


def as_pair(x: Pair | Number) -> Pair:
    """Return a number as a pair."""
    return x if isinstance(x, Pair) else Pair(x)

"""Squashes that fade slowly, by + - × ÷ and a table: softsign and its slope, the arctangent and its slope."""

from collections.abc import Callable

import numpy as np

from actcli.numerics import constants
from actcli.numerics.frame import BoolArray, FloatArray
from actcli.numerics.two_parts import Parts, split, two_square, two_sum

FAR = 2.0**500  # beyond, a square may leave the range: 1 is nothing to x there
PER_UNIT, NEAR = 128, 0.125
HALF_PI = constants.parts(constants.PI >> 1)
# atan(x)/x - 1 in powers of x² from the second on, for |x| up to NEAR, the last first.
SERIES = tuple((-1.0) ** n / (2 * n + 1) for n in range(9, 0, -1))


def _quotient(x: FloatArray | float, high: FloatArray, low: FloatArray) -> FloatArray:
    """x/(high + low), rounded once: what a division leaves of x is exact."""
    q = x / high
    q_head, q_tail = split(q)
    head, tail = split(high)
    rest = x - q_head * head
    rest -= q_head * tail
    rest -= q_tail * head
    rest -= q_tail * tail
    low = q * low
    rest -= low
    rest /= high
    q += rest
    return q


def _far(a: FloatArray) -> BoolArray | None:
    return None if a.max(initial=0.0) <= FAR else ~(a <= FAR)


def _with_far(y: FloatArray, a: FloatArray, of_far: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Put in what is asked for beyond FAR, of a·2^-700 in units of 2^-1400."""
    far = _far(a)
    if far is not None:
        y[far] = np.ldexp(of_far(np.ldexp(a[far], -700)), -1400)
    return y


def _inverse_square(a: FloatArray) -> FloatArray:
    return _quotient(1.0, *two_square(a))


def softsign(x: FloatArray) -> FloatArray:
    """x/(1 + |x|)."""
    return _quotient(x, *two_sum(np.abs(x), 1.0))


def softsign_slope(x: FloatArray) -> FloatArray:
    """1/(1 + |x|)²."""
    a = np.abs(x)
    high, low = two_sum(np.minimum(a, FAR), 1.0)
    square, rest = two_square(high)
    low *= high
    low += low
    rest += low
    return _with_far(_quotient(1.0, square, rest), a, _inverse_square)


def arctan_slope(x: FloatArray) -> FloatArray:
    """1/(1 + x²)."""
    a = np.abs(x)
    square, rest = two_square(np.minimum(a, FAR))
    high, low = two_sum(square, 1.0)
    low += rest
    return _with_far(_quotient(1.0, high, low), a, _inverse_square)


def _table() -> Parts:
    """atan(j/PER_UNIT) up to 1."""
    return constants.arctangents(PER_UNIT)


def arctan(x: FloatArray) -> FloatArray:
    """The arctangent, from that of the nearest multiple c of 1/PER_UNIT; beyond 1 by that of 1/x.

    atan(a) - atan(c) = atan((a - c)/(1 + ca)), and π/2 - atan(a) - atan(c) = atan((1 - ca)/(a + c)).
    """
    a = np.abs(x)
    inside = a <= 1.0
    c = np.rint(np.where(inside, a, 1.0 / a) * PER_UNIT)
    index = c.astype(np.int64)
    c *= 1.0 / PER_UNIT
    head, tail = split(a)
    beyond = 1.0 - c * head  # c is short: the products are exact
    beyond -= c * tail
    t = np.where(inside, a - c, beyond) / np.where(inside, 1.0 + c * a, a + c)
    square = t * t
    little = square * (-1 / 7)
    little += 1 / 5
    little *= square
    little -= 1 / 3
    little *= square
    little *= t
    heads, rests = _table()
    base, rest = heads.take(index, mode="clip"), rests.take(index, mode="clip")
    # On the right both are taken from π/2.
    y, low = two_sum(np.where(inside, 0.0, HALF_PI[0]), np.where(inside, base, -base))
    low += np.where(inside, rest, HALF_PI[1] - rest)
    t += little
    low += np.where(inside, t, -t)
    y += low
    near = a < NEAR
    if near.any():
        r = x[near]
        square = r * r
        series = np.full_like(r, SERIES[0])
        for coefficient in SERIES[1:]:
            series *= square
            series += coefficient
        series *= square
        series *= r
        y[near] = np.abs(r + series)
    return np.copysign(y, x, out=y)

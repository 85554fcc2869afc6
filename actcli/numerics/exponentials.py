"""Exponentials, their sums and logarithms to some 60 bits, by + - × ÷ and tables: the same on every processor.

An exponential is (head + rest)·2^power with a head of 26 bits, so that the product of two heads is exact and plain
float64 does for all that is beside it: one rounding counts, that of the last sum.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actcli.numerics.constants import BITS, LOG_TWO, log_of
from actcli.numerics.frame import BoolArray, FloatArray
from actcli.numerics.two_parts import REACH, Pair, Parts, as_pair, split, two_sum

Integers = NDArray[np.int64]

STEP_BITS = 11
PER_STEP = 2.0**STEP_BITS / math.log(2.0)
STEP_HEAD = math.ldexp(round(math.ldexp(math.log(2.0), 28)), -28 - STEP_BITS)  # times 24 bits of steps it is exact
STEP_REST = math.ldexp(float(LOG_TWO - int(math.ldexp(STEP_HEAD, BITS + STEP_BITS))), -BITS - STEP_BITS)
MAGIC = 1.5 * 2.0**52  # a sum with it holds the nearest integer in its last bits
MAGIC_BITS = int(np.float64(MAGIC).view(np.int64))
FIXED_POINT = 1.5 * 2.0**26  # adding and subtracting it rounds to multiples of 2^-26: sums of these are exact
_TABLE_BITS = 160
_NEAR = 2.0**-4  # a series holds for what is closer to 0
_SAFE = 2.0**100  # no product of such numbers, or of their inverses, comes near the ends of the range


@cache
def powers_of_two() -> Parts:
    """2^(j/2^STEP_BITS), j from 0, as heads of 26 bits and rests, each from integers."""
    step = 2 << _TABLE_BITS
    for _ in range(STEP_BITS):
        step = math.isqrt(step << _TABLE_BITS)
    heads, rests, power = [], [], 1 << _TABLE_BITS
    unit = _TABLE_BITS - 25
    for _ in range(1 << STEP_BITS):
        head = (power + (1 << (unit - 1))) >> unit
        heads.append(head / 2.0**25)
        rests.append((power - (head << unit)) / 2.0**_TABLE_BITS)
        power = power * step >> _TABLE_BITS
    return np.array(heads), np.array(rests)


@dataclass(frozen=True, slots=True)
class Exponential:
    """(head + rest)·2^power, the head of 26 bits, the rest below 2^-10 of it; a number of any size to 60 bits."""

    head: FloatArray
    rest: FloatArray
    power: Integers

    @classmethod
    def of(cls, x: Pair | FloatArray | float, power: Integers | int = 0) -> Exponential:
        """x·2^power in this form."""
        x = as_pair(x)
        high = np.asarray(x.high)
        size = np.abs(high)
        if high.size and size.min() >= 2.0**-_MODERATE and size.max() <= 2.0**_MODERATE:
            exponent = ((high.view(np.int64) >> 52) & 2047) - 1022
            mantissa, rest = _shifted(-exponent, high, np.asarray(x.low))
        else:
            mantissa, shift = np.frexp(high)
            exponent, rest = shift.astype(np.int64), np.ldexp(x.low, -shift)
        head, tail = split(mantissa)
        return cls(head, tail + rest, power + exponent)

    def __mul__(self, other: Exponential) -> Exponential:
        first = self.head * other.head
        beside = (self.head * other.rest + self.rest * other.head) + self.rest * other.rest
        head, _ = split(first + beside)
        return Exponential(head, (first - head) + beside, self.power + other.power)

    def times(self, other: Exponential) -> FloatArray:
        """The product as the nearest double; where that is subnormal it is rounded twice."""
        beside = self.head * other.rest
        beside += self.rest * (other.head + other.rest)
        beside += self.head * other.head
        return _shifted(self.power + other.power, beside)[0]

    @classmethod
    def joined(cls, parts: Sequence[Exponential]) -> Exponential:
        """The numbers of all parts, end to end along the last axis."""
        if len(parts) == 1:
            return parts[0]
        columns = zip(*((part.head, part.rest, part.power) for part in parts), strict=True)
        head, rest, power = (np.concatenate(column, axis=-1) for column in columns)
        return cls(head, rest, power)

    def mapped(self, rearranged: Callable[[NDArray[Any]], NDArray[Any]]) -> Exponential:
        """Its numbers in another arrangement."""
        return Exponential(rearranged(self.head), rearranged(self.rest), rearranged(self.power))

    def __neg__(self) -> Exponential:
        return Exponential(-self.head, -self.rest, self.power)

    def where(self, condition: BoolArray, other: Exponential) -> Exponential:
        """These numbers where a condition holds, and the others elsewhere."""
        pairs = ((self.head, other.head), (self.rest, other.rest), (self.power, other.power))
        head, rest, power = (np.where(condition, own, its) for own, its in pairs)
        return Exponential(head, rest, power)

    def only(self, condition: BoolArray) -> Exponential:
        """These numbers where a condition holds, and 0 elsewhere."""
        return self.mapped(lambda part: np.where(condition, part, 0))

    def pair(self, power: Integers | int = 0) -> Pair:
        """It times 2^power as a pair of doubles, which underflow far down."""
        head, rest = _shifted(self.power + power, self.head, self.rest)
        high = head + rest
        return Pair(high, rest - (high - head))

    def rounded(self) -> FloatArray:
        """The nearest double; where that is subnormal it is rounded twice."""
        return _shifted(self.power, self.head + self.rest)[0]

    def sum(self) -> Exponential:
        """The sum along the last axis, which is kept with a length of 1, to 58 bits of the largest number."""
        top = np.where(self.head == 0.0, -_FAR, self.power).max(axis=-1, keepdims=True, initial=-_FAR)
        # What is 2^1022 times smaller than the largest is nothing to the sum.
        head, rest = _shifted(np.maximum(self.power - top, -_MODERATE), self.head, self.rest)
        return Exponential.of(sum_of(head, rest, FIXED_POINT), top)


def sum_of(high: FloatArray, low: FloatArray, scale: FloatArray | float) -> Pair:
    """The sum of high + low along the last axis, which is kept, for numbers below 2^-26 of a scale of 1.5·2^n.

    They are rounded to 2^-52 of the scale, which makes sums of them exact; plain ones do for the rest.
    """
    upper = high + scale
    upper -= scale
    lower = high - upper
    lower += low
    return Pair(*two_sum(upper.sum(axis=-1, keepdims=True), lower.sum(axis=-1, keepdims=True)))


_FAR, _MODERATE = 1 << 14, 1000


def _shifted(power: Integers, *numbers: FloatArray) -> list[FloatArray]:
    """The numbers times 2^power; by a product, which is faster, where the power is a normal number."""
    if power.size and power.min() >= -_MODERATE and power.max() <= _MODERATE:
        factor = ((power + 1023) << 52).view(np.float64)
        return [number * factor for number in numbers]
    shift = np.clip(power, -_FAR, _FAR).astype(np.int32)
    return [np.ldexp(number, shift) for number in numbers]


def times_power(x: FloatArray, power: Integers | int) -> FloatArray:
    """x·2^power, rounded once."""
    return _shifted(np.asarray(power), x)[0]


def exponential(z: Pair) -> Exponential:
    """e^z to 2^-62; 0 for what is at -inf, and z held to ±REACH."""
    high = np.asarray(z.high)
    low = z.low
    is_within = bool(high.size) and bool(high.min() >= -REACH) and bool(high.max() <= REACH)
    if not is_within:
        low = np.where(np.abs(high) <= REACH, low, 0.0)
        gone, high = high == -np.inf, np.clip(high, -REACH, REACH)
    t = high * PER_STEP
    t += MAGIC
    steps = t - MAGIC
    r = high - steps * STEP_HEAD
    steps *= STEP_REST
    r -= steps
    r += low
    count = t.view(np.int64) - MAGIC_BITS
    heads, rests = powers_of_two()
    index = count & ((1 << STEP_BITS) - 1)
    head, rest = heads.take(index, mode="wrap"), rests.take(index, mode="wrap")
    s = r * (1 / 24)
    s += 1 / 6
    s *= r
    s += 0.5
    s *= r
    s *= r
    s += r
    s *= head + rest
    rest += s
    e = Exponential(head, rest, count >> STEP_BITS)
    return e if is_within else e.only(~gone)


def weighted_exp(
    weight: FloatArray,
    high: FloatArray,
    low: FloatArray | float,
    *,
    rest: FloatArray | float = 0.0,
    power: Integers | int = 0,
) -> FloatArray:
    """(weight + rest)·e^(high + low)·2^power, rounded once, and again where that is subnormal; weight is finite."""
    e = exponential(Pair(high, low))
    power, size = e.power + power, np.abs(weight)
    if not (size.max(initial=1.0) <= _SAFE and size.min(initial=1.0) >= 1.0 / _SAFE):  # NaN among them, too
        weight, exponent = np.frexp(weight)
        rest = np.ldexp(rest, -exponent)
        power = power + exponent
    first, last = split(weight)
    last += rest
    return times_power(first * e.head + (last * e.head + weight * e.rest), power)


def _series(u: Pair, coefficients: tuple[float, ...]) -> Pair:
    """u + c₂u² + c₃u³ + … for |u| below _NEAR, c₂ being ±1/2, to 2^-57 of itself."""
    high = np.asarray(u.high)
    second, *others = coefficients
    tail = np.full_like(high, others[-1])
    for c in others[-2::-1]:
        tail = tail * high + c
    head, rest = split(high)
    first, beside = two_sum(high, second * head * head)
    beside += second * (2.0 * head * rest + rest * rest) + tail * high * high * high
    return Pair(first, beside + u.low * (1.0 + 2.0 * second * high))


_EXP = tuple(1 / math.factorial(n) for n in range(2, 14))
_LOG_SERIES = tuple((-1.0) ** (n + 1) / n for n in range(2, 10))
_MIDDLE = 2.0**-900, 2.0**900


def expm1(z: Pair) -> Pair:
    """e^z - 1 to 2^-57 of itself, for z below some 700."""
    y = exponential(z).pair() - 1.0
    high, low = np.asarray(y.high), np.asarray(y.low)
    near = np.abs(z.high) < _NEAR
    if near.any():
        inside = _series(Pair(np.asarray(z.high)[near], np.broadcast_to(z.low, near.shape)[near]), _EXP)
        high[near], low[near] = inside.high, inside.low
    return Pair(high, low)


@cache
def _inverses() -> tuple[FloatArray, FloatArray, FloatArray]:
    """For the cells of a mantissa the inverse c of one of their numbers, of 10 bits, and -log c in two parts.

    The cells on both sides of 1 have c = 1, so that a logarithm near 0 is not the difference of two large ones.
    """
    inverses, heads, rests = [], [], []
    for cell in range(_LOG_CELLS):
        middle = (_FIRST_MANTISSA + (2 * cell + 1) * 2**52 // (2 * _LOG_CELLS)).view(np.float64)
        c = round(512.0 / float(middle)) if abs(middle - 1.0) > 1.0 / _LOG_CELLS else 512
        logarithm = -log_of(c * (1 << (BITS - 9)))
        head = round(logarithm / (1 << (BITS - 42)))
        inverses.append(c / 512.0)
        heads.append(head / 2.0**42)
        rests.append((logarithm - (head << (BITS - 42))) / (1 << BITS))
    return np.array(inverses), np.array(heads), np.array(rests)


_LOG_CELLS = 128
_FIRST_MANTISSA = np.float64(0.6875).view(np.int64)  # mantissas go from here to twice as much, with 1 at a seam
_LOG_TWO_HEAD = round(LOG_TWO / (1 << (BITS - 42))) / 2.0**42  # times an exponent it is exact
_LOG_TWO_REST = (LOG_TWO - int(math.ldexp(_LOG_TWO_HEAD, BITS))) / (1 << BITS)


def log1p(u: Pair) -> Pair:
    """log(1 + u) to 2^-57 of itself, for u above -1."""
    high, low = two_sum(np.asarray(u.high), 1.0)
    return _log(high, low, u.low)


def log(v: Pair) -> Pair:
    """log v to 2^-57 of itself; -inf for 0 and NaN below."""
    return _log(np.asarray(v.high), v.low)


def _log(high: FloatArray, low: FloatArray | float, rest: FloatArray | float = 0.0) -> Pair:
    """log(high + low + rest): the exponent, the cell and the distance from it each bring their share."""
    plain, odd = high, None
    shift: Integers | int = 0
    if not (high.size and high.min() >= _MIDDLE[0] and high.max() <= _MIDDLE[1]):
        odd = ~((high > 0.0) & (high < np.inf))
        shift = np.where(high < _MIDDLE[0], 200, np.where(high > _MIDDLE[1], -200, 0))
        high = np.where(odd, 1.0, np.ldexp(high, shift))
        low, rest = (np.where(odd, 0.0, np.ldexp(part, shift)) for part in (low, rest))
    inverses, heads, rests = _inverses()
    bits = high.view(np.int64)
    offset = bits - _FIRST_MANTISSA
    exponent = offset >> 52
    cell = (offset >> 45) & (_LOG_CELLS - 1)
    first, last = split((bits - (exponent << 52)).view(np.float64))
    c = inverses.take(cell, mode="clip")
    # r = c·mantissa - 1, its parts exact.
    first *= c
    first -= 1.0
    last *= c
    r, e = two_sum(first, last)
    c *= ((1023 - exponent) << 52).view(np.float64)
    r, more = two_sum(r, low * c)
    e += more
    e += rest * c
    e -= e * r
    # log1p(r) = r - r²/2 + …, r below 2^-7
    tail = np.full_like(r, _LOG_SERIES[-1])
    for coefficient in _LOG_SERIES[-2::-1]:
        tail *= r
        tail += coefficient
    tail *= r
    tail *= r
    e += tail
    powers = (exponent - shift).astype(np.float64)
    head, beside = powers * _LOG_TWO_HEAD, powers * _LOG_TWO_REST
    head += heads.take(cell, mode="clip")
    beside += rests.take(cell, mode="clip")
    near = head + r
    e += r - (near - head)
    e += beside
    total = near + e
    e -= total - near
    if odd is not None:
        total = np.where(odd, np.where(plain == 0.0, -np.inf, np.where(plain > 0.0, plain, np.nan)), total)
        e = np.where(odd, 0.0, e)
    return Pair(total, e)

"""Constants and tables in double-double, worked out in integers, so that they are the same on every machine."""

from collections.abc import Iterable
from functools import cache
from math import isqrt
from typing import NamedTuple

import numpy as np

from actcli.arrays import Floats

# Numbers are integers in units of 2**-BITS; 300 bits leave room for the steps from cell to cell of Mills' ratio.
BITS = 300
ONE = 1 << BITS


class Table(NamedTuple):
    """Numbers in two parts each: the nearest doubles, and what those lack."""

    high: Floats
    """The nearest doubles."""
    low: Floats
    """What they lack."""


def parts(number: int, count: int = 2, bits: int = BITS) -> tuple[float, ...]:
    """The number as a sum of so many doubles, each the nearest to what those before it leave."""
    found = []
    for _ in range(count):
        part = number / (1 << bits)  # the quotient of two integers is rounded once
        found.append(part)
        numerator, denominator = part.as_integer_ratio()
        number -= (numerator << bits) // denominator
    return tuple(found)


def short_parts(number: int, widths: Iterable[int], bits: int = BITS) -> tuple[float, ...]:
    """The number as a sum of doubles of so many bits each, and a last one of 53: products with short ones are exact."""
    found = []
    for width in widths:
        below = max(number.bit_length() - width, 0)
        head = number >> below << below
        found.append(head / (1 << bits))
        number -= head
    return (*found, number / (1 << bits))


def table(numbers: Iterable[int]) -> Table:
    """A table of numbers."""
    rows = [parts(number) for number in numbers]
    return Table(np.array([high for high, _ in rows]), np.array([low for _, low in rows]))


def _inverse_series(inverse: int, bits: int, sign: int) -> int:
    """atan(1/inverse) for sign -1, atanh(1/inverse) for sign 1."""
    power = (1 << bits) // inverse
    total, n = power, 1
    while power:
        power = power // (inverse * inverse) * sign
        n += 2
        total += power // n
        power = power if sign > 0 or power != -1 else 0
    return total


def pi_to(bits: int) -> int:
    """Pi in units of 2**-bits (Machin)."""
    guard = bits + 32
    return (16 * _inverse_series(5, guard, -1) - 4 * _inverse_series(239, guard, -1)) >> 32


def log_two_to(bits: int) -> int:
    """log 2 in units of 2**-bits (Machin's kind)."""
    guard = bits + 32
    terms = (18, 26), (-2, 4801), (8, 8749)
    return sum(weight * _inverse_series(inverse, guard, 1) for weight, inverse in terms) >> 32


PI = pi_to(BITS)
LOG_TWO = log_two_to(BITS)


def exp_of(number: int) -> int:
    """e to a number of moderate size."""
    halved = 8
    term = total = ONE
    small, n = number >> halved, 1
    while term:
        term = (term * small >> BITS) // n
        term = 0 if term == -1 else term
        total += term
        n += 1
    for _ in range(halved):
        total = total * total >> BITS
    return total


def root_of(number: int) -> int:
    """The square root."""
    return isqrt(number << BITS)


def log_of(number: int) -> int:
    """The logarithm of a number near 1, by atanh."""
    z = (number - ONE << BITS) // (number + ONE)
    square, power, total, n = z * z >> BITS, z, 0, 1
    while power not in (0, -1):
        total += power // n
        power = power * square >> BITS
        n += 2
    return 2 * total


EULER = exp_of(ONE)
LOG_ROOT_TAU = log_of(2 * PI // 6) // 2 + log_of(ONE * 3 // 2) // 2 + LOG_TWO  # log(2π)/2, 2π = 2π/6 · 3/2 · 4


def root_two_less_one() -> int:
    """√2 - 1."""
    return root_of(2 * ONE) - ONE


def around_one(step: int, half: int) -> list[int]:
    """step**j - 1 for j from -half to half - 1."""
    inverse = (ONE << BITS) // step
    up, down = [ONE], [ONE]
    for _ in range(half):
        up.append(up[-1] * step >> BITS)
        down.append(down[-1] * inverse >> BITS)
    return [number - ONE for number in [*down[:0:-1], *up[:half]]]


@cache
def angles(per_unit: int, last: int) -> tuple[Table, Table]:
    """Sine and cosine of j / per_unit for j from -last to last."""
    sine, cosine = turned(ONE // per_unit)
    s, c, sines, cosines = 0, ONE, [0], [ONE]
    for _ in range(last):
        s, c = (s * cosine + c * sine) >> BITS, (c * cosine - s * sine) >> BITS
        sines.append(s)
        cosines.append(c)
    return table([-each for each in sines[:0:-1]] + sines), table(cosines[:0:-1] + cosines)


def turned(angle: int) -> tuple[int, int]:
    """Sine and cosine of an angle of moderate size."""
    sine = cosine = 0
    term, n = ONE, 0
    while abs(term) > 1:
        sign = -1 if n % 4 > 1 else 1
        sine, cosine = (sine + sign * term, cosine) if n % 2 else (sine, cosine + sign * term)
        n += 1
        term = (term * angle >> BITS) // n
    return sine, cosine


@cache
def arctangents(per_unit: int) -> Table:
    """atan(j / per_unit) for j from 0 to per_unit."""

    def atan(j: int) -> int:
        # atan(z) = 2 atan(z / (1 + √(1 + z²))), until the series is short.
        z, doubled = j * ONE // per_unit, 0
        while z > ONE >> 5:
            z = (z << BITS) // (ONE + root_of(ONE + (z * z >> BITS)))
            doubled += 1
        square, power, total, n = z * z >> BITS, z, 0, 1
        while power:
            total += (power if n % 4 == 1 else -power) // n
            power = power * square >> BITS
            n += 2
        return total << doubled

    return table(map(atan, range(per_unit + 1)))


LEAST_TURN, TURN_CHUNKS, TURN_BITS = -60, 10, 24


@cache
def quarter_turns_of_powers() -> tuple[Floats, ...]:
    """2^e in quarter turns, 2^e·2/π modulo 4, for e from LEAST_TURN to 971: whole numbers of TURN_BITS bits each.

    The k-th in units of 2^(2 - TURN_BITS·(k + 1)).
    """
    bits = 1300
    turns = (1 << (2 * bits + 1)) // pi_to(bits)
    width = TURN_CHUNKS * TURN_BITS
    rows = []
    for e in range(LEAST_TURN, 972):
        scaled = turns << (e - LEAST_TURN)  # in units of 2^(LEAST_TURN - bits)
        whole = (scaled >> (bits - LEAST_TURN - width + 2)) & ((1 << width) - 1)
        rows.append(
            [float((whole >> (width - TURN_BITS * (k + 1))) & ((1 << TURN_BITS) - 1)) for k in range(TURN_CHUNKS)]
        )
    return tuple(np.array(column) for column in zip(*rows, strict=True))


class MillsTable(NamedTuple):
    """Mills' ratio around the centres of cells: the powers of (a - centre), the first in two parts."""

    centres: Floats
    """Ascending."""
    heads: tuple[Table, ...]
    """The lowest powers."""
    rest: tuple[Floats, ...]
    """The other powers."""


@cache
def mills_table(per_octave_bits: int, top: int, heads: int, terms: int) -> MillsTable:
    """Taylor's coefficients of M(a) = (1 - Φ(a)) / φ(a) on cells of a, 2**per_octave_bits to an octave of 1 + a.

    From the right to the left, since M′ = aM - 1 damps an error in that direction: the asymptotic series begins.
    """
    edges, low = [], 1 << per_octave_bits
    octave = 0
    while (low << octave) < (top + 1) << per_octave_bits:
        edges += [(cell << octave, (cell + 1) << octave) for cell in range(low, 2 * low)]
        octave += 1
    unit = BITS - per_octave_bits - 1
    cells = [(left + right << unit) - ONE for left, right in edges]  # 1 + a lies between, in halves of the least cell
    a = cells[-1]
    value = _mills_far(a)
    coefficients = []
    for centre in reversed(cells):
        value = _mills_step(value, a, centre - a)
        a = centre
        coefficients.append(_mills_taylor(value, a, terms))
    coefficients.reverse()
    columns = list(zip(*coefficients, strict=True))
    return MillsTable(
        np.array([centre / ONE for centre in cells]),
        tuple(table(column) for column in columns[:heads]),
        tuple(np.array([number / ONE for number in column]) for column in columns[heads:]),
    )


def _mills_far(a: int) -> int:
    square = a * a >> BITS
    term = total = (ONE << BITS) // a
    n = 1
    while abs(term) > 1:
        term = -(term * n << BITS) // square
        total += term
        n += 2
    return total


def _mills_taylor(value: int, a: int, terms: int) -> list[int]:
    found = [value, (a * value >> BITS) - ONE]
    for k in range(1, terms - 1):
        found.append(((a * found[k] >> BITS) + found[k - 1]) // (k + 1))
    return found


def _mills_step(value: int, a: int, distance: int) -> int:
    total, power, k = value, ONE, 0
    before, here = value, (a * value >> BITS) - ONE
    while True:
        power = power * distance >> BITS
        k += 1
        term = here * power >> BITS
        total += term
        if term in (0, -1):
            return total
        before, here = here, ((a * here >> BITS) + before) // (k + 1)

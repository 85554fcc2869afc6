"""Double-double: numbers as unevaluated sums of two doubles, some 100 bits, in NumPy's + - * / and square root alone.

Nothing here depends on the processor: NumPy's own exponentials differ with its vector unit, so they come from tables
and short polynomials. Every function works on arrays and single numbers and holds where no intermediate under- or
overflows; `pairs` sees to that. Errors in the docstrings are relative.
"""

from functools import cache
from math import factorial
from typing import Any, NamedTuple

import numpy as np

from actcli.arrays import Floats
from actcli.numerics import constants
from actcli.numerics.constants import BITS, ONE, Table, parts, short_parts


class Pair(NamedTuple):
    """high + low, high the double nearest to the sum; arrays or NumPy's single numbers."""

    high: Any
    """The double nearest to the number."""
    low: Any = None
    """None where the number is a double."""


# Sums and products that lose nothing.


def two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """a + b and its error."""
    s = a + b
    t = s - a
    e = s - t
    e = np.subtract(a, e)
    t = b - t
    e += t
    return s, e


def ordered_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """a + b and its error, where |a| is no less than |b|, or a is 0."""
    s = a + b
    e = s - a
    return s, b - e


_HALF_TAIL, _HEAD = np.int64(1 << 26), np.int64(-(1 << 27))


def split(a: Any) -> tuple[Any, Any]:
    """Two parts of 26 bits: products of such parts are exact."""
    bits = a.view(np.int64) + _HALF_TAIL
    bits &= _HEAD
    head = bits.view(np.float64)
    return head, a - head


def two_product(a: Any, b: Any) -> tuple[Any, Any]:
    """a·b and its error (Dekker)."""
    (a_head, a_tail), (b_head, b_tail) = split(a), split(b)
    p = a * b
    e = a_head * b_head
    e -= p
    t = a_head * b_tail
    e = e + t
    t = a_tail * b_head
    e += t
    a_tail = a_tail * b_tail
    e += a_tail
    return p, e


def two_square(a: Any) -> tuple[Any, Any]:
    """a² and its error."""
    head, tail = split(a)
    p = a * a
    e = head * head
    e -= p
    head = head * tail
    head += head
    e += head
    tail = tail * tail
    e += tail
    return p, e


# What pairs lose, relative to a number: a low part within it tells no side. One far below it, as of 1 - e^-500, does.
_LOSS = (2.0**-116, 2.0**-95)


def odd(nearest: Floats, rest: Floats) -> Floats:
    """Of the two doubles beside nearest·(1 + rest) the one with an odd last bit; |rest| is at most half a unit.

    It is no middle between two numbers of a narrower type, and on the same side of all of them. Where the rest is 0,
    or no more than what pairs themselves lose, the nearest double comes: a middle is then a tie as far as pairs tell.
    """
    size = np.abs(rest)
    is_known = (size > _LOSS[1]) | ((size > 0.0) & (size < _LOSS[0]))
    is_even = (nearest.view(np.int64) & 1 == 0) & (np.abs(nearest) > 2.0**-1000) & np.isfinite(nearest)
    return np.where(is_known & is_even, np.nextafter(nearest, np.copysign(np.inf, nearest * rest)), nearest)


# The four operations, to some 2^-103.


def negative(a: Pair) -> Pair:
    """-a."""
    return Pair(-a.high, None if a.low is None else -a.low)


def add(a: Pair, b: Pair) -> Pair:
    """a + b; opposite numbers of like size lose nothing but what the operands lack."""
    s, e = two_sum(a.high, b.high)
    if a.low is None and b.low is None:
        return Pair(s, e)
    if a.low is None or b.low is None:
        return Pair(*ordered_sum(s, e + (b.low if a.low is None else a.low)))
    t, f = two_sum(a.low, b.low)
    e = e + t
    s, e = ordered_sum(s, e)
    e = e + f
    return Pair(*ordered_sum(s, e))


def subtract(a: Pair, b: Pair) -> Pair:
    """a - b."""
    return add(a, negative(b))


def multiply(a: Pair, b: Pair) -> Pair:
    """a·b."""
    p, e = two_product(a.high, b.high)
    if b.low is not None:
        e = e + a.high * b.low
    if a.low is not None:
        e = e + a.low * b.high
    return Pair(*ordered_sum(p, e))


def square(a: Pair) -> Pair:
    """a²."""
    p, e = two_square(a.high)
    if a.low is not None:
        t = a.high * a.low
        t += t
        e = e + t
    return Pair(*ordered_sum(p, e))


def divide(a: Pair, b: Pair) -> Pair:
    """a / b."""
    q = a.high / b.high
    p, e = two_product(q, b.high)
    r = a.high - p
    r = r - e
    if a.low is not None:
        r = r + a.low
    if b.low is not None:
        r = r - q * b.low
    return Pair(*ordered_sum(q, r / b.high))


def scaled(a: Pair, power_of_two: Any) -> Pair:
    """a times a power of two."""
    return Pair(a.high * power_of_two, None if a.low is None else a.low * power_of_two)


def chosen(condition: Any, yes: Pair, no: Pair) -> Pair:
    """Where the condition holds yes, else no."""
    if yes.low is None and no.low is None:
        return Pair(np.where(condition, yes.high, no.high)[()])
    lows = (0.0 if each.low is None else each.low for each in (yes, no))
    return Pair(np.where(condition, yes.high, no.high)[()], np.where(condition, *lows)[()])


def polynomial(x: Pair, coefficients: tuple[Pair, ...], tail: Any) -> Pair:
    """c₀ + x(c₁ + x(c₂ + … + tail)), every term well below the one before it."""
    total = Pair(tail)
    for c in reversed(coefficients):
        product = multiply(x, total)
        s, e = ordered_sum(c.high, product.high)
        total = Pair(*ordered_sum(s, e + (product.low + c.low)))
    return total


def plain_polynomial(x: Any, coefficients: tuple[float, ...]) -> Any:
    """c₀ + x(c₁ + x(c₂ + …)) in float64."""
    total = x * coefficients[-1]
    for c in coefficients[-2:0:-1]:
        total += c
        total *= x
    total += coefficients[0]
    return total


def _fixed(number: int) -> Pair:
    high, low = parts(number)
    return Pair(np.float64(high), np.float64(low))


PI, EULER, LOG_TWO = _fixed(constants.PI), _fixed(constants.EULER), _fixed(constants.LOG_TWO)
HALF_PI, LOG_ROOT_TAU = _fixed(constants.PI >> 1), _fixed(constants.LOG_ROOT_TAU)
ROOT_TWO = _fixed(constants.root_of(2 * ONE))
TWO_OVER_ROOT_PI = _fixed((2 * ONE << BITS) // constants.root_of(constants.PI))
UNIT = Pair(np.float64(1.0))


# Exponentials. u = (k + j/2^13) log 2 + r with |r| below 2^-14.5, e^u = 2^k T(1 + s), T from a table, s = expm1(r).

_STEP_BITS = 13
_STEPS = 1 << _STEP_BITS
_PER_STEP = float(_STEPS / LOG_TWO.high)
_STEP = short_parts(constants.LOG_TWO >> _STEP_BITS, (29, 29))
_MAGIC = 1.5 * 2.0**52  # a sum with it holds the nearest integer in its last bits
_MAGIC_BITS = np.float64(_MAGIC).view(np.int64)
LARGEST_EXPONENT = 600.0
"""exp and its kin hold for arguments up to this size."""


def _reduced(u: Pair) -> tuple[Any, Any, Pair]:
    """Index into the table, 2^k and r."""
    t = u.high * _PER_STEP
    t += _MAGIC
    k = t - _MAGIC
    bits = t.view(np.int64) - (_MAGIC_BITS - (_STEPS >> 1))
    index = bits & (_STEPS - 1)
    bits >>= _STEP_BITS
    bits += 1023
    bits <<= 52
    first, second, third = _STEP
    r, e = two_sum(u.high - k * first, k * -second)
    if u.low is not None:
        e += u.low
    k *= third
    e -= k
    return index, bits.view(np.float64), Pair(*ordered_sum(r, e))


def _expm1_of_little(r: Pair, *, to_the_end: bool) -> Pair:
    """e^r - 1 for |r| up to 2^-14, to 2^-84 of itself, or to_the_end to 2^-103."""
    high, low = r
    head, tail = split(high)
    p = high * high
    e = head * head
    e -= p
    t = head * tail
    t += t
    e += t
    e += tail * tail
    t = high * low
    t += t
    e += t
    # r²/2 = p + e, and r³/6 + … beside it.
    rest = plain_polynomial(high, (1 / 24, 1 / 120, 1 / 720))
    rest *= p
    rest *= p
    p *= 0.5
    e *= 0.5
    if to_the_end:
        p_head, p_tail = split(p)
        cube = p * high
        f = p_head * head
        f -= cube
        f += p_head * tail
        f += p_tail * head
        f += p_tail * tail
        f += e * high
        f += p * low
        # A third: of a quotient q the remainder c - 3q is exact.
        q = cube / 3.0
        cube -= 2.0 * q
        cube -= q
        cube += f
        cube *= 1.0 / 3.0
        e += cube
        p, t = ordered_sum(p, q)
        e += t
    else:
        rest += p * high * (1.0 / 3.0)
    e += rest
    e += low
    s, t = ordered_sum(high, p)
    e += t
    return Pair(*ordered_sum(s, e))


@cache
def _powers_of_two(bits: int) -> Table:
    """2**(j / 2**bits) - 1 for j from -2**(bits - 1) to 2**(bits - 1) - 1, as coarse steps by fine ones."""
    fine_bits = bits // 2
    step, half = constants.exp_of(constants.LOG_TWO >> bits), 1 << (fine_bits - 1)
    fine = constants.table(constants.around_one(step, half))
    coarse = constants.table(
        constants.around_one(constants.exp_of(constants.LOG_TWO >> (bits - fine_bits)), 1 << (bits - fine_bits - 1))
    )
    j = np.arange(-(1 << (bits - 1)), 1 << (bits - 1))
    at_coarse = (j + half) >> fine_bits
    at_fine = j - (at_coarse << fine_bits) + half
    # The last half step of fine ones lies beyond the coarse ones of this octave.
    top = 1 << (bits - fine_bits - 1)
    high, low = (
        np.append(coarse.high, parts(constants.root_two_less_one())[0]),
        np.append(coarse.low, parts(constants.root_two_less_one())[1]),
    )
    big = Pair(high[at_coarse + top], low[at_coarse + top])
    small = Pair(fine.high[at_fine], fine.low[at_fine])
    return Table(*add(add(big, small), multiply(big, small)))


def _from_table(index: Any) -> Pair:
    table = _powers_of_two(_STEP_BITS)
    return Pair(table.high.take(index, mode="wrap"), table.low.take(index, mode="wrap"))


def exp(u: Pair) -> Pair:
    """e^u to 2^-98, and to the last bit of its low part near 0."""
    index, power, r = _reduced(u)
    s = _expm1_of_little(r, to_the_end=False)
    return _power_of_e(index, power, s)


def _power_of_e(index: Any, power: Any, s: Pair) -> Pair:
    m = _from_table(index)
    t, t_rest = ordered_sum(1.0, m.high)
    t_rest += m.low
    p, e = two_product(t, s.high)
    e += t * s.low
    e += t_rest * s.high
    e += t_rest
    y, f = ordered_sum(t, p)
    f += e
    y, f = ordered_sum(y, f)
    y *= power
    f *= power
    return Pair(y, f)


def expm1(u: Pair) -> Pair:
    """e^u - 1 to 2^-100."""
    index, power, r = _reduced(u)
    s = _expm1_of_little(r, to_the_end=True)
    m = _from_table(index)
    t, t_rest = ordered_sum(1.0, m.high)
    t_rest += m.low
    p, e = two_product(t, s.high)
    e += t * s.low
    e += t_rest * s.high
    # (T - 1) + T s, without cancellation: |T s| is at most half of a step.
    y = add(m, Pair(p, e))
    return add(scaled(y, power), Pair(*two_sum(power, -1.0)))


# Logarithms. m in [√½, √2) times the short number c of its cell is 1 + y with |y| below 2^-12.

_CELL_BITS = 12
_SHIFT = np.int64(52 - _CELL_BITS)
_ROOT_HALF_BITS = np.float64(0.7071067811865476).view(np.int64)
_C_HEAD = np.int64(-(1 << 16))  # 37 bits, for c has 16
_LOG_TWO_PARTS = short_parts(constants.LOG_TWO, (42, 42))
_THIRD = _fixed(ONE // 3)


class _Cells(NamedTuple):
    c: Floats
    log: Table


@cache
def _log_cells() -> _Cells:
    count = (int(np.float64(1.4142135623730951).view(np.int64) - _ROOT_HALF_BITS) >> int(_SHIFT)) + 1
    middle = (_ROOT_HALF_BITS + (np.arange(count) << _SHIFT) + (np.int64(1) << _SHIFT - 1)).view(np.float64)
    c = np.rint(2.0**15 / middle) / 2.0**15
    c[np.abs(middle - 1.0) < 2.0**-_CELL_BITS * 0.8] = 1.0
    # -log c = -2 atanh((c - 1) / (c + 1))
    z = divide(Pair(c - 1.0), Pair(c + 1.0))
    z2 = square(z)
    total = Pair(np.full(count, 1 / 45.0))
    for n in range(43, 0, -2):
        total = add(_fixed(ONE // n), multiply(z2, total))
    total = scaled(multiply(z, total), -2.0)
    return _Cells(c, Table(total.high, total.low))


def _log_near_one(y: Pair) -> Pair:
    """log(1 + y) for |y| up to 2^-11.9, to 2^-102 of itself."""
    high, low = y
    p, e = two_square(high)
    t = high * low
    t += t
    e += t
    # 1/3 - y/4 + y²(1/5 - …) in two parts, then 1/2 - y times that.
    rest = plain_polynomial(high, (1 / 5, -1 / 6, 1 / 7, -1 / 8, 1 / 9))
    rest *= p
    g, g_rest = ordered_sum(_THIRD.high, high * -0.25)
    g_rest += rest
    g_rest += _THIRD.low
    g_rest -= low * 0.25
    w, w_rest = two_product(high, g)
    w_rest += high * g_rest
    w_rest += low * g
    b, b_rest = ordered_sum(0.5, -w)
    b_rest -= w_rest
    q, q_rest = two_product(p, b)
    q_rest += p * b_rest
    q_rest += e * b
    s, f = ordered_sum(high, -q)
    q_rest -= low
    f -= q_rest
    return Pair(*ordered_sum(s, f))


def _log_of_parts(k: Any, index: Any, y: Pair) -> Pair:
    """k log 2 - log c + log(1 + y)."""
    first, second, third = _LOG_TWO_PARTS
    whole, rest = ordered_sum(k * first, k * second)
    rest += k * third
    table = _log_cells().log
    cell = Pair(table.high.take(index, mode="clip"), table.low.take(index, mode="clip"))
    return add(add(Pair(whole, rest), cell), _log_near_one(y))


def log(v: Pair) -> Pair:
    """The logarithm of a positive number, to 2^-100, near 1 to what 1 + y lacks."""
    bits = v.high.view(np.int64)
    k = bits - _ROOT_HALF_BITS
    index = (k & ((1 << 52) - 1)) >> _SHIFT
    k >>= 52
    m = (bits - (k << 52)).view(np.float64)
    c = _log_cells().c.take(index, mode="clip")
    head = (m.view(np.int64) & _C_HEAD).view(np.float64)
    y, e = two_sum(c * head - 1.0, c * (m - head))
    if v.low is not None:
        e += c * (v.low * ((1023 - k) << 52).view(np.float64))
    return _log_of_parts(k.astype(np.float64), index, Pair(*ordered_sum(y, e)))


def log1p(u: Pair) -> Pair:
    """log(1 + u) for u above -1/2, to 2^-100."""
    k = (1.0 + u.high).view(np.int64) - _ROOT_HALF_BITS
    index = (k & ((1 << 52) - 1)) >> _SHIFT
    k >>= 52
    c = _log_cells().c.take(index, mode="clip") * ((1023 - k) << 52).view(np.float64)
    head = (u.high.view(np.int64) & _C_HEAD).view(np.float64)
    d, e = two_sum(c, -1.0)
    # A cell around 1 has c = 1: then y is u itself, and no digit of a small u is lost.
    d, f = two_sum(d, c * head)
    e += f
    d, f = two_sum(d, c * (u.high - head))
    e += f
    if u.low is not None:
        e += c * u.low
    return _log_of_parts(k.astype(np.float64), index, Pair(*ordered_sum(d, e)))


def sqrt(v: Pair) -> Pair:
    """The square root of a positive number, or of 0."""
    s = np.sqrt(v.high)
    p, e = two_square(s)
    r = v.high - p
    r = r - e
    if v.low is not None:
        r = r + v.low
    return Pair(*ordered_sum(s, r / np.where(s == 0.0, 1.0, s + s)[()]))


# Waves.

_PER_UNIT = 64
_LAST_ANGLE = 51
LARGEST_ANGLE = 1e5
"""larger angles are reduced by what powers of two are in quarter turns."""
_HALF_PI_PARTS = short_parts(constants.PI >> 1, (33, 33, 33))


def _signed_factorials(first: int, count: int) -> tuple[Pair, ...]:
    return tuple(_fixed((ONE if n % 2 == 0 else -ONE) // factorial(first + 2 * n)) for n in range(count))


_SINE, _COSINE = _signed_factorials(1, 4), _signed_factorials(0, 5)
_SINE_TAIL = tuple((1.0 if n % 2 == 0 else -1.0) / factorial(1 + 2 * n) for n in range(4, 8))
_COSINE_TAIL = tuple((1.0 if n % 2 == 0 else -1.0) / factorial(2 * n) for n in range(5, 8))


def quarter_turns(u: Pair) -> tuple[Any, Pair]:
    """How many quarter turns are nearest to u, up to LARGEST_ANGLE, and what is left."""
    n = np.rint(u.high * (1.0 / HALF_PI.high))
    first, second, third, fourth = _HALF_PI_PARTS
    r = subtract(Pair(u.high - n * first, u.low), Pair(n * second))
    r = subtract(r, Pair(*two_sum(n * third, n * fourth)))
    return n, r


def large_quarter_turns(x: Floats) -> tuple[Floats, Pair]:
    """The same for doubles of any size above 1/2 (Payne and Hanek), to 2^-100 of a quarter turn."""
    mantissa, exponent = np.frexp(np.abs(x))
    row = exponent - 53 - constants.LEAST_TURN
    mantissa = np.ldexp(mantissa, 26)
    upper = np.floor(mantissa)
    lower = (mantissa - upper) * 2.0**27
    total = Pair(np.zeros_like(x))
    unit = 4.0
    for column in constants.quarter_turns_of_powers():
        unit *= 2.0**-constants.TURN_BITS
        chunk = column.take(row, mode="clip")
        for part in (upper * chunk * (unit * 2.0**27), lower * chunk * unit):
            total = add(total, Pair(part - 4.0 * np.floor(part * 0.25)))
    n = np.rint(total.high)
    rest = add(total, Pair(-n))
    sign = np.copysign(1.0, x)
    return sign * (n - 4.0 * np.floor(n * 0.25)), scaled(multiply(rest, HALF_PI), sign)


def sine_and_cosine(n: Any, r: Pair) -> tuple[Pair, Pair]:
    """Sine and cosine of n quarter turns and r, |r| up to π/4."""
    j = np.rint(r.high * _PER_UNIT)
    b = subtract(r, Pair(j * (1.0 / _PER_UNIT)))
    index = j.astype(np.int64) + _LAST_ANGLE
    sines, cosines = (
        Pair(table.high.take(index, mode="clip"), table.low.take(index, mode="clip"))
        for table in constants.angles(_PER_UNIT, _LAST_ANGLE)
    )
    b2 = square(b)
    s = multiply(b, polynomial(b2, _SINE, plain_polynomial(b2.high, _SINE_TAIL)))
    c = polynomial(b2, _COSINE, plain_polynomial(b2.high, _COSINE_TAIL))
    sine = add(multiply(sines, c), multiply(cosines, s))
    cosine = subtract(multiply(cosines, c), multiply(sines, s))
    quarter = n - 4.0 * np.floor(n * 0.25)
    swapped, below = (quarter == 1.0) | (quarter == 3.0), quarter >= 2.0
    left = (quarter == 1.0) | (quarter == 2.0)
    first, second = chosen(swapped, cosine, sine), chosen(swapped, sine, cosine)
    return chosen(below, negative(first), first), chosen(left, negative(second), second)


def _atan_inside(v: Pair) -> Pair:
    """atan of a number in [0, 1]."""
    j = np.rint(v.high * _PER_UNIT)
    centre = Pair(j * (1.0 / _PER_UNIT))
    z = divide(subtract(v, centre), add(UNIT, multiply(v, centre)))
    z2 = square(z)
    series = polynomial(z2, _ATAN, plain_polynomial(z2.high, _ATAN_TAIL))
    table = constants.arctangents(_PER_UNIT)
    index = j.astype(np.int64)
    turned = Pair(table.high.take(index, mode="clip"), table.low.take(index, mode="clip"))
    return add(turned, multiply(z, series))


_ATAN = tuple(_fixed((ONE if n % 2 == 0 else -ONE) // (2 * n + 1)) for n in range(5))
_ATAN_TAIL = tuple((1.0 if n % 2 == 0 else -1.0) / (2 * n + 1) for n in range(5, 9))


def atan(u: Pair) -> Pair:
    """The arctangent."""
    sign = np.copysign(1.0, u.high)
    size = scaled(u, sign)
    large = size.high > 1.0
    inverse = divide(UNIT, chosen(large, size, UNIT))
    inside = _atan_inside(chosen(large, inverse, size))
    return scaled(chosen(large, subtract(HALF_PI, inside), inside), sign)


# The normal distribution. Φ(-a) = φ(a) M(a) with Mills' ratio M by cells.

_OCTAVE_BITS = 6
MILLS_END = 45.0
_MILLS_HEADS, _MILLS_TERMS = 7, 15
_FIRST_MILLS_CELL = np.int64(1023 << _OCTAVE_BITS)


def mills(a: Pair) -> Pair:
    """M(a) = (1 - Φ(a)) / φ(a) for a from 0 to MILLS_END, to 2^-99."""
    table = constants.mills_table(_OCTAVE_BITS, int(MILLS_END), _MILLS_HEADS, _MILLS_TERMS)
    index = (1.0 + a.high).view(np.int64) >> (52 - _OCTAVE_BITS)
    index -= _FIRST_MILLS_CELL
    d = add(a, Pair(-table.centres.take(index, mode="clip")))
    total = table.rest[-1].take(index, mode="clip")
    for coefficients in table.rest[-2::-1]:
        total *= d.high
        total += coefficients.take(index, mode="clip")
    # Horner in d's high part, which is split once; its low part comes in by the slope M′ = aM - 1.
    head, tail = split(d.high)
    y, y_rest = total, np.zeros_like(total)
    for column in reversed(table.heads):
        y_head, y_tail = split(y)
        p = y * d.high
        e = y_head * head
        e -= p
        e += y_head * tail
        e += y_tail * head
        e += y_tail * tail
        e += y_rest * d.high
        c = column.high.take(index, mode="clip")
        y, f = ordered_sum(c, p)
        e += f
        e += column.low.take(index, mode="clip")
        y, y_rest = ordered_sum(y, e)
    if d.low is not None:
        y_rest = y_rest + d.low * (a.high * y - 1.0)
    return Pair(*ordered_sum(y, y_rest))


_ERF_EDGE = 0.25
_ERF = tuple(_fixed((ONE if n % 2 == 0 else -ONE) // (factorial(n) * (2 * n + 1))) for n in range(9))
_ERF_TAIL = tuple((1.0 if n % 2 == 0 else -1.0) / (factorial(n) * (2 * n + 1)) for n in range(9, 16))


def erf_near_zero(u: Pair) -> Pair:
    """erf(u) for |u| up to 1/4."""
    u2 = square(u)
    return multiply(multiply(u, TWO_OVER_ROOT_PI), polynomial(u2, _ERF, plain_polynomial(u2.high, _ERF_TAIL)))


ERF_EDGE = _ERF_EDGE

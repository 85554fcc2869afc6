"""Numbers with exponents of their own: pairs that no formula makes over- or underflow."""

from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from actcli.arrays import Floats
from actcli.formula import double_double as dd
from actcli.formula.double_double import Pair
from actcli.numerics import constants
from actcli.numerics.constants import BITS, parts, short_parts

UNIT = 2.0**-8  # of exponents and powers, so that e^(±1.8e308), and some times that, is a number
_FOLDED = 2.0**20 * UNIT  # a power of e up to here is worked into the exponent of 2
_MOST = 2.0**50 * UNIT  # an exponent of 2 beyond becomes a power of e; up to eight times that is a whole number
_REACH = 2.0**53 * UNIT  # an exponent that stands for all beyond the doubles
HEIGHT = 400  # high is held near 2^400: 106 bits below it, and 1,400 more, are above the least double
_LOG_TWO_PARTS = short_parts(constants.LOG_TWO, (30, 30, 30))


class Wide(NamedTuple):
    """(high + low)·2^(exponent / UNIT)·e^((power + power_low) / UNIT).

    |high| is from 2^399 to 2^400; or it is 0, infinite or NaN.
    """

    high: Any
    """The leading part."""
    low: Any
    """What it lacks."""
    exponent: Any
    """In float64, -inf for 0."""
    power: Any = np.float64(0.0)
    """0, or beyond the exponents: what cancels there, as in e^x / (1 + e^x), cancels to the last bit."""
    power_low: Any = np.float64(0.0)
    """What it lacks."""


def where(condition: Any, yes: Any, no: Any) -> Any:
    """Each place its number; a single one for single arguments."""
    return np.where(condition, yes, no)[()]


def normal(pair: Pair, exponent: Any = 0.0) -> Wide:
    """A pair times a power of two, by its exponent in units."""
    high = pair.high
    low = np.float64(0.0) if pair.low is None else pair.low
    m, k = np.frexp(high)
    regular = np.isfinite(high) & (high != 0.0)
    return Wide(
        where(regular, np.ldexp(m, HEIGHT), high),
        where(regular, np.ldexp(low, HEIGHT - np.where(regular, k, 0)), 0.0),
        where(regular, exponent + (k - float(HEIGHT)) * UNIT, where(high == 0.0, -np.inf, 0.0)),
    )


def raised(a: Wide, power: Pair) -> Wide:
    """A number without a power times e to one, which is in units."""
    regular = np.isfinite(a.high) & (a.high != 0.0)
    far = regular & (np.abs(a.exponent) > _MOST)
    if np.any(far):
        power = dd.add(power, dd.multiply(Pair(where(far, a.exponent, 0.0)), dd.LOG_TWO))
        a = a._replace(exponent=where(far, 0.0, a.exponent))
    if not np.any(power.high):
        return a
    folded = np.abs(power.high) <= _FOLDED
    if np.any(folded & (power.high != 0.0)):
        factor = power_of_e(dd.scaled(held(power, folded, 0.0), 1.0 / UNIT))
        product = dd.multiply(Pair(a.high, a.low), Pair(factor.high, factor.low))
        found = normal(finite_or(product, a.high * factor.high), a.exponent + factor.exponent)
        a = picked(folded, found, a)
    kept = held(power, ~folded & regular, 0.0)
    is_infinite, is_zero = kept.high == np.inf, kept.high == -np.inf
    kept = held(kept, np.isfinite(kept.high), 0.0)
    return Wide(
        where(is_infinite, np.copysign(np.inf, a.high), where(is_zero, 0.0 * a.high, a.high)),
        where(is_infinite | is_zero, 0.0, a.low),
        where(is_infinite, 0.0, where(is_zero, -np.inf, a.exponent)),
        kept.high,
        kept.low,
    )


def power_of_e(u: Pair) -> Wide:
    """e to a number up to 2^52."""
    k = np.rint(u.high * (1.0 / dd.LOG_TWO.high))
    r = u
    for part in _LOG_TWO_PARTS:
        r = dd.subtract(r, Pair(k * part))
    k, r = in_integers(np.abs(u.high) > 2.0**20, u, k, r, constants.LOG_TWO, BITS)
    power = normal(dd.exp(r))
    return power._replace(exponent=power.exponent + k * UNIT)


def without_power(a: Wide) -> Wide:
    """The number with its power of e taken off."""
    return Wide(a.high, a.low, a.exponent)


def reach(a: Wide) -> Any:
    """The exponent of 2, one beyond those of doubles where there is a power of e."""
    return a.exponent if not np.any(a.power) else where(a.power == 0.0, a.exponent, np.copysign(_REACH, a.power))


def places(u: Wide, v: Wide) -> Any:
    """By how many binary places u is above v, but for what is in the high parts; 0 is infinitely far below the rest."""
    powers = (u.power - v.power) + (u.power_low - v.power_low)
    apart = (u.exponent - v.exponent) / UNIT + powers * (1.0 / (dd.LOG_TWO.high * UNIT))
    return where(u.high == 0.0, where(v.high == 0.0, 0.0, -np.inf), where(v.high == 0.0, np.inf, apart))


def shifted(a: Wide, by: Any) -> Pair:
    """high and low times a power of two, by its exponent in units, up or down to nothing."""
    power = np.nan_to_num(np.clip(by / UNIT, -2600, 2600)).astype(np.int32)
    return Pair(np.ldexp(a.high, power), np.ldexp(a.low, power))


def as_pair(a: Wide) -> Pair:
    """The number in doubles, beyond which it is infinite or 0."""
    return shifted(a, reach(a))


def size_of(a: Wide) -> Any:
    """The exponent of a number's size: |a| < 2^size; far below everything for 0."""
    return where(np.isfinite(a.high), reach(a) / UNIT + HEIGHT, np.inf)


def picked(condition: Any, yes: Wide, no: Wide) -> Wide:
    """Each place its number."""
    return Wide(*(where(condition, *both) for both in zip(yes, no, strict=True)))


def held(pair: Pair, there: Any, other: float = 1.0) -> Pair:
    """The numbers that some function holds for, and another in place of the rest."""
    return Pair(where(there, pair.high, other), where(there, 0.0 if pair.low is None else pair.low, 0.0))


def rounded(a: Wide) -> Floats:
    """The nearest double, rounded once, subnormal ones too."""
    power = np.clip(reach(a) / UNIT, -3000, 3000).astype(np.int32)  # of 0, too
    normal = np.ldexp(a.high, power)
    faint = np.abs(normal) < 2.0**-1021
    if not np.any(faint):
        return np.asarray(normal)
    # In units of the least double: the whole number nearest to high; at a tie low decides.
    units = np.ldexp(a.high, np.clip(power + 1074, -3000, 600))
    whole = np.rint(units)
    away = units - whole
    low = np.sign(a.low)
    whole = whole + np.where((away == 0.5) & (low > 0), 1.0, np.where((away == -0.5) & (low < 0), -1.0, 0.0))
    return np.asarray(np.where(faint, np.copysign(np.ldexp(whole, -1074), a.high), normal))


def is_same(u: Wide, v: Wide) -> Any:
    """Whether two numbers are one, to the last bit."""
    same = np.True_
    for one_part, other_part in zip(u, v, strict=True):
        same = same & (one_part == other_part)
    return same


def in_integers(there: Any, u: Pair, n: Any, r: Pair, period: int, bits: int) -> tuple[Any, Pair]:
    """Where needed, n and r of u = n·period + r again, in integers; the period in units of 2^-bits."""
    if not np.any(there):
        return n, r
    shape = np.shape(u.high)
    n, high, low = (np.array(np.broadcast_to(each, shape), dtype=np.float64) for each in (n, r.high, r.low))
    for at in zip(*np.nonzero(np.atleast_1d(there)), strict=True):
        spot = at if shape else ()
        total = sum(
            (numerator << bits) // denominator
            for numerator, denominator in (
                float(np.asarray(each)[spot]).as_integer_ratio() for each in (u.high, np.broadcast_to(u.low, shape))
            )
        )
        times, rest = divmod(total + period // 2, period)
        n[spot] = float(times % 4 if period.bit_length() > bits else times)
        high[spot], low[spot] = parts(rest - period // 2, bits=bits)
    return n[()], Pair(high[()], low[()])


def finite_or(pair: Pair, plain: Any) -> Pair:
    """The pair, but at 0, infinities and NaN the plain result."""
    return or_else(pair, np.isfinite(plain) & (plain != 0.0), plain)


def or_else(pair: Pair, there: Any, other: Any) -> Pair:
    """The pair where it holds, another number elsewhere."""
    return Pair(where(there, pair.high, other), where(there, pair.low, 0.0))


def nearest(a: Wide) -> Wide:
    """The number with what a double lacks cut off."""
    return a._replace(low=0.0 * a.low)


def one() -> Wide:
    """The number 1."""
    return literal(1)


def nothing() -> Wide:
    """The number 0."""
    return literal(0)


@lru_cache(maxsize=1024)
def literal(exact: int | Fraction) -> Wide:
    """A rational number, to 106 bits."""
    numerator, denominator = exact.numerator, exact.denominator
    if not numerator:
        return normal(Pair(np.float64(0.0)))
    size = abs(numerator).bit_length() - denominator.bit_length()
    shift = BITS - size
    scaled = (numerator << max(shift, 0)) // (denominator << max(-shift, 0))
    high, low = parts(scaled)
    return normal(Pair(np.float64(high), np.float64(low)), float(size) * UNIT)

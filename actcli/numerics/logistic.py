"""The logistic family: sigmoid, tanh and softplus; x·σ(βx), as SiLU and swish; x·tanh(softplus(x)), as Mish.

All of it goes by cells of 1/64. With c the centre of the cell of x, r = x - c exactly, and t = 2·tanh(r/2), which is a
polynomial, f(x) - f(c) follows from an addition theorem, and f(c) from a table in two parts: one rounding counts, that
of the last sum. Nothing is used but + - × ÷ and tables, so the bits are the same on every processor.
"""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from actcli.numerics.exponentials import exponential, times_power, weighted_exp
from actcli.numerics.frame import BoolArray, FloatArray, patch
from actcli.numerics.two_parts import (
    LARGEST,
    REACH,
    Pair,
    Parts,
    divided,
    exp_of,
    scaled,
    split,
    two_sum,
)

CELL, EDGE = 2.0**-6, 44.0
SHIFT = 1.5 * 2.0**46  # adding it rounds to a multiple of CELL
FIRST = np.float64(SHIFT - EDGE).view(np.int64)
Low = FloatArray | float


# Tables, made when they are first needed: a number for every cell from -EDGE to EDGE.


@cache
def _fading() -> tuple[FloatArray, Pair]:
    """The centres c from 0 to EDGE, and e^-c."""
    centres = np.arange(0.0, EDGE + CELL, CELL)
    whole, rest = exp_of(-np.arange(EDGE + 1)), exp_of(-np.arange(0.0, 1.0, CELL))
    powers = Pair(np.asarray(whole.high)[:, None], np.asarray(whole.low)[:, None]) * rest
    high, low = (np.asarray(each).reshape(-1)[: centres.size] for each in (powers.high, powers.low))
    return centres, Pair(high, low)


def _both_sides(left: Pair, right: Pair) -> Parts:
    """A table of what is given for c = -0, -CELL, … and for c = 0, CELL, …."""
    return tuple(  # type: ignore[return-value]
        np.concatenate([np.asarray(one)[:0:-1], np.asarray(other)])
        for one, other in ((left.high, right.high), (left.low, right.low))
    )


def _with_heads(table: Parts) -> Parts:
    """The table with heads of 26 bits, whose products with numbers as short are exact."""
    head, rest = split(table[0])
    return head, rest + table[1]


@cache
def _sigmas() -> Parts:
    _, e = _fading()
    return _with_heads(_both_sides(e / (1.0 + e), 1.0 / (1.0 + e)))


@cache
def _sigma_slopes() -> Parts:
    _, e = _fading()
    slope = e / ((1.0 + e) * (1.0 + e))
    return _both_sides(slope, slope)


@cache
def _tanhs() -> Parts:
    """Of c/2."""
    _, e = _fading()
    t = (1.0 - e) / (1.0 + e)
    return _both_sides(-t, t)


@cache
def _softpluses() -> Parts:
    centres, e = _fading()
    z = e / (2.0 + e)  # log1p(e) = 2·atanh(z)
    square = z * z
    plain = np.zeros_like(centres)
    for n in range(67, 15, -2):
        plain = plain * square.high + 1.0 / n
    series = Pair(plain)
    for n in range(15, 0, -2):
        series = series * square + 1.0 / Pair(float(n))
    rest = (series * z).scaled(2.0)
    return _both_sides(rest, rest + centres)


@cache
def _mish_gates() -> tuple[FloatArray, Parts]:
    """e^c and tanh(softplus(c))."""
    _, e = _fading()
    left, right = e * (e + 2.0), e * 2.0 + 1.0  # e^2c + 2e^c, the second divided by e^2c
    gates = _both_sides(left / (left + 2.0), right / (right + (e * e).scaled(2.0)))
    return _both_sides(e, 1.0 / e)[0], _with_heads(gates)


@cache
def _mish_slopes() -> tuple[Parts, list[FloatArray]]:
    """The slope of mish as a series in r, its first term in two parts: Σ (k + 1)(c·g + g′)ₖ r^k of a gate g.

    The gate is g = 1 - u, u = 2/q, and what q(c + r) lacks of 2 is (e²·2^k + 2e)/k! in r^k, e = e^c.
    """
    centres, e = _fading()
    square = e * e
    slopes, series = [], []
    for c, scale, two in (-centres, square, Pair(np.full_like(centres, 2.0))), (centres, Pair(1.0), square + square):
        # On the right all is divided by e^2c.
        q, bend = scale + e * 2.0 + two, (scale + e) * 2.0
        u = two / q
        slopes.append((scale + e * 2.0) / q + u * bend / q * c)
        coefficients = [(scale * 2.0**k + e * 2.0).rounded() / math.factorial(k) for k in range(9)]
        us = [u.rounded()]
        for k in range(1, 9):
            us.append(-sum(us[j] * coefficients[k - j] for j in range(k)) / q.rounded())
        series.append([-(k + 1.0) * (c * us[k + 1] + us[k]) for k in range(1, 8)])
    left, right = series
    return _both_sides(*slopes), [np.concatenate([one[:0:-1], other]) for one, other in zip(left, right, strict=True)]


# Cells.


def _offsets(high: FloatArray, low: Low = 0.0) -> tuple[NDArray[np.int64], FloatArray]:
    """The cells of high + low, by number, and the distances r from their centres."""
    r = high + SHIFT
    index = r.view(np.int64) - FIRST
    r -= SHIFT
    np.subtract(high, r, out=r)
    if not isinstance(low, float):
        r += low
    return index, r


def _cells(high: FloatArray, low: Low = 0.0) -> tuple[NDArray[np.int64], FloatArray]:
    """The cells of high + low, by number, and t = 2·tanh(r/2)."""
    index, r = _offsets(high, low)
    square = r * r
    t = square * (1 / 120)
    t -= 1 / 12
    t *= square
    t *= r
    t += r
    return index, t


def _outside(high: FloatArray) -> BoolArray | None:
    """Where there is no cell; None where there is one for each. A garbled index is clipped, and the answer replaced."""
    if high.max(initial=0.0) <= EDGE and high.min(initial=0.0) >= -EDGE:
        return None
    return ~(np.abs(high) <= EDGE)


def _part(low: Low, there: BoolArray) -> Low:
    return low if isinstance(low, float) else low[there]


def _sigma(high: FloatArray, low: Low = 0.0) -> Parts:
    """σ(high + low) as a head of 26 bits and a rest."""
    index, t = _cells(high, low)
    heads, rests = _sigmas()
    head, rest = heads.take(index, mode="clip"), rests.take(index, mode="clip")
    # σ - s = s(1 - s)t/(1 + (s - ½)t)
    s = head + rest
    d = s * s
    np.subtract(s, d, out=d)
    d *= t
    s -= 0.5
    s *= t
    s += 1.0
    d /= s
    rest += d
    return head, rest


def _sigma_slope(high: FloatArray) -> FloatArray:
    """σ′(high), within the cells."""
    index, t = _cells(high)
    slopes, rests = _sigma_slopes()
    slope = slopes.take(index, mode="clip")
    # With h = s - ½: σ′ - σ′(c) = -σ′(c)·t(2h + t(¼ + h²))/(1 + ht)²
    h = _tanhs()[0].take(index, mode="clip")
    h *= 0.5
    q = h * t
    q += 1.0
    q *= q
    d = h * h
    d += 0.25
    d *= t
    d += h
    d += h
    d *= t
    d /= q
    d *= slope
    rest = rests.take(index, mode="clip")
    rest -= d
    slope += rest
    return slope


def _product(x: FloatArray, head: FloatArray, rest: FloatArray) -> FloatArray:
    """x(head + rest) with the sign of x; head has 26 bits, and rest is small beside it."""
    first, last = split(x)
    last *= head
    last += x * rest
    first *= head
    first += last
    return np.copysign(first, x, out=first)


def sigmoid(x: FloatArray, low: Low = 0.0) -> FloatArray:
    """σ(x + low)."""
    y, rest = _sigma(x, low)
    y += rest
    far = _outside(x)
    if far is not None:
        x, low = x[far], _part(low, far)
        y[far] = np.where(x > 0, 1.0, weighted_exp(np.ones_like(x), x, low))
    return y


def sigmoid_slope(x: FloatArray) -> FloatArray:
    """σ(x)σ(-x)."""
    y = _sigma_slope(x)
    far = _outside(x)
    return y if far is None else patch(y, x, far, lambda x: weighted_exp(np.ones_like(x), -np.abs(x), 0.0))


def log_sigmoid(x: FloatArray) -> FloatArray:
    """log σ(x) = -softplus(-x)."""
    return -softplus(-x, beta=1.0)


def log_sigmoid_slope(x: FloatArray) -> FloatArray:
    """σ(-x)."""
    return sigmoid(-x)


def log_sigmoid_curvature(x: FloatArray) -> FloatArray:
    """-σ(x)σ(-x)."""
    return -sigmoid_slope(x)


TANH_NEAR = 0.125
# tanh(x)/x - 1 in powers of x², from the last on.
TANH_SERIES = (
    6404582 / 10854718875,
    -929569 / 638512875,
    21844 / 6081075,
    -1382 / 155925,
    62 / 2835,
    -17 / 315,
    2 / 15,
    -1 / 3,
)


def tanh(x: FloatArray) -> FloatArray:
    """The hyperbolic tangent: by cells of 2x, and near 0, where it is small beside a cell, by its series."""
    z = x + x
    index, t = _cells(z)
    tanhs, rests = _tanhs()
    y, rest = tanhs.take(index, mode="clip"), rests.take(index, mode="clip")
    # tanh(x) - h = (1 - h²)t/(2 + ht)
    d = y * y
    np.subtract(1.0, d, out=d)
    d *= t
    t *= y
    t += 2.0
    d /= t
    rest += d
    y += rest
    square = x * x
    near = np.full_like(x, TANH_SERIES[0])
    for coefficient in TANH_SERIES[1:]:
        near *= square
        near += coefficient
    near *= square
    near *= x
    near += x
    y = np.where(np.abs(x) < TANH_NEAR, near, y)
    far = _outside(z)
    if far is not None:
        y[far] = 1.0
    return np.copysign(y, x, out=y)


def tanh_slope(x: FloatArray) -> FloatArray:
    """sech² x = 4σ′(2x)."""
    z = x + x
    y = _sigma_slope(z)
    y *= 4.0
    far = _outside(z)
    return y if far is None else patch(y, z, far, lambda z: weighted_exp(np.full_like(z, 4.0), -np.abs(z), 0.0))


def _softplus(high: FloatArray, low: Low = 0.0) -> Parts:
    """softplus(high + low) in two parts, within the cells."""
    index, t = _cells(high, low)
    s = np.add(*(each.take(index, mode="clip") for each in _sigmas()))
    # softplus - softplus(c) = 2·atanh(w/2), w = st/(1 + (s - 1)t/2)
    w = s * t
    s -= 1.0
    s *= t
    s *= 0.5
    s += 1.0
    w /= s
    square = w * w
    d = square * (1 / 80)
    d += 1 / 12
    d *= square
    d *= w
    d += w
    values, rests = _softpluses()
    d += rests.take(index, mode="clip")
    return values.take(index, mode="clip"), d


def _over(value: Parts, power: NDArray[np.int64] | int, beta: float) -> FloatArray:
    """value·2^power/beta, rounded once, and again where that is subnormal."""
    total, rest = two_sum(*value)
    mantissa, exponent = math.frexp(beta)
    quotient, low = divided(total, mantissa)
    return times_power(quotient + (low + rest / mantissa), power - exponent)


def softplus(x: FloatArray, *, beta: float) -> FloatArray:
    """log(1 + e^(βx))/β, βx in two parts; far on the right that is x."""
    high: FloatArray = x
    low: Low = 0.0
    if beta == 1.0:
        y, rest = _softplus(x)
        y += rest
    else:
        high, low = scaled(x, beta)
        y = _over(_softplus(high, low), 0, beta)
    far = _outside(high)
    if far is not None:
        e = exponential(Pair(np.minimum(high[far], 0.0), _part(low, far)))
        left = _over((e.head, e.rest), e.power, beta)
        y[far] = np.where(high[far] > 0, x[far], left)
    return y


def softplus_slope(x: FloatArray, *, beta: float) -> FloatArray:
    """σ(βx), βx in two parts."""
    return sigmoid(*scaled(x, beta))


TINY = 2.0**-900


def gated(x: FloatArray, high: FloatArray, low: Low) -> FloatArray:
    """x·σ(high + low)."""
    return _gate_product(x, _sigma(high, low), high, low)


def _gate_product(x: FloatArray, gate: Parts, high: FloatArray, low: Low) -> FloatArray:
    """x times a gate that is known in the cells of high + low, and is e^(high + low) on their left, 1 on the right."""
    y = _product(x, *gate)
    if x is not high:
        size = np.abs(x)
        if not (size.min(initial=1.0) > TINY and size.max(initial=1.0) <= LARGEST):
            _mend_products(y, x, gate, (size < TINY) | (size == np.inf))
    return _beyond_cells(y, x, high, low)


def _mend_products(y: FloatArray, x: FloatArray, gate: Parts, there: BoolArray) -> None:
    """Put in where x is subnormal, or nearly, the products with all their digits, and where it is infinite x."""
    x = x[there]
    mantissa, exponent = np.frexp(x)
    product = np.ldexp(_product(mantissa, gate[0][there], gate[1][there]), exponent)
    y[there] = np.where(np.isinf(x), x, product)


def _beyond_cells(y: FloatArray, x: FloatArray, high: FloatArray, low: Low) -> FloatArray:
    """Put in x·e^(high + low) on the left of the cells and x on their right."""
    far = _outside(high)
    if far is not None:
        x, high = x[far], high[far]
        left = weighted_exp(x, np.minimum(high, 0.0), _part(low, far))
        left = np.where(np.isinf(x), x * (high > -np.inf), left)
        y[far] = np.where(high > 0, x, left)
    return y


def gated_slope(gate: tuple[FloatArray, Low], weight: tuple[FloatArray, Low]) -> FloatArray:
    """σ(z)(1 + w - wσ(z)) for z and w of two parts each, the slope of x·σ(z) for w = xz′."""
    (z, z_rest), (w, w_rest) = gate, weight
    head, rest = _sigma(z, z_rest)
    first, last = split(w)
    last += w_rest
    b, c = two_sum(w, 1.0)
    c += w_rest
    c -= last * head
    c -= w * rest
    b, d = two_sum(b, -(first * head))
    c += d
    total = b + c
    b_head, _ = split(total)
    b -= b_head
    b += c
    y = head * b_head
    b *= head
    rest *= total
    b += rest
    y += b
    far = _outside(z)
    if far is not None:
        z, z_rest, w, w_rest = z[far], _part(z_rest, far), w[far], _part(w_rest, far)
        one, lacking = two_sum(w, 1.0)
        left = weighted_exp(one, np.minimum(z, 0.0), z_rest, rest=lacking + w_rest)
        y[far] = np.where(z > 0, 1.0, left)
    return y


def silu(x: FloatArray) -> FloatArray:
    """x·σ(x)."""
    return gated(x, x, 0.0)


def silu_slope(x: FloatArray) -> FloatArray:
    """σ(x)(1 + xσ(-x))."""
    return swish_slope(x, beta=1.0)


@cache
def _silu_curvatures() -> tuple[Parts, list[FloatArray]]:
    """The curvature of silu, which is even, for c from 0 on as a series in r, its first term in two parts."""
    centres, e = _fading()
    first = e / ((1.0 + e) * (1.0 + e)) * (2.0 - (1.0 - e) / (1.0 + e) * centres)
    # Of u = 1 - σ: u′ = -u + u², so that no digit is lost where σ is all but 1.
    u = [(e / (1.0 + e)).rounded()]
    for k in range(9):
        u.append((sum(u[j] * u[k - j] for j in range(k + 1)) - u[k]) / (k + 1.0))
    series = [-(k + 2.0) * (k + 1.0) * (centres * u[k + 2] + u[k + 1]) for k in range(1, 8)]
    return (np.asarray(first.high), np.asarray(first.low)), series


def silu_curvature(x: FloatArray) -> FloatArray:
    """σ′(x)(2 + x(1 - 2σ(x))), by a series around the centre of each cell."""
    a = np.abs(x)
    index, r = _offsets(a)
    index -= int(EDGE / CELL)
    (values, rests), series = _silu_curvatures()
    y = series[-1].take(index, mode="clip")
    for coefficients in (*series[-2::-1], rests):
        y *= r
        y += coefficients.take(index, mode="clip")
    y += values.take(index, mode="clip")
    far = _outside(a)
    if far is not None:
        fading = np.maximum(-a[far], -REACH)
        two, lacking = two_sum(fading, 2.0)
        y[far] = weighted_exp(two, fading, 0.0, rest=lacking)
    return y


def swish(x: FloatArray, *, beta: float) -> FloatArray:
    """x·σ(βx), βx in two parts."""
    return gated(x, *scaled(x, beta))


def swish_slope(x: FloatArray, *, beta: float) -> FloatArray:
    """silu′(βx), βx in two parts."""
    z = scaled(x, beta)
    return gated_slope(z, z)


QUICK, QUICK_REST = 1.702, 4.263256414560601e-17  # the decimal, exactly: the double and what it lacks


def quick_gelu(x: FloatArray) -> FloatArray:
    """x·σ(1.702x), 1.702 exact."""
    return gated(x, *scaled(x, QUICK, QUICK_REST))


def quick_gelu_slope(x: FloatArray) -> FloatArray:
    """silu′(1.702x)."""
    z = scaled(x, QUICK, QUICK_REST)
    return gated_slope(z, z)


def mish(x: FloatArray) -> FloatArray:
    """x·tanh(softplus(x))."""
    return _mish_gated(x, x, 0.0)


def mila(x: FloatArray, *, beta: float) -> FloatArray:
    """x·tanh(softplus(x + β)), x + β in two parts."""
    return _mish_gated(x, *two_sum(x, beta))


def _mish_gated(x: FloatArray, high: FloatArray, low: Low) -> FloatArray:
    """x·tanh(softplus(high + low))."""
    index, t = _cells(high, low)
    exponentials, (heads, rests) = _mish_gates()
    e = exponentials.take(index, mode="clip")
    # The gate is g = 1 - 2/q, q = e^2x + 2e^x + 2; with q = q(c) and w = e(e + 1 - t/2)t/2, e = e^c,
    # g - g(c) = 8w/(q(4w + q(1 - t/2)²)).
    q = e + 2.0
    q *= e
    q += 2.0
    t *= 0.5
    v = 1.0 - t
    w = e + v
    w *= e
    w *= t
    w *= 4.0
    v *= v
    v *= q
    v += w
    v *= q
    w /= v
    w *= 2.0
    w += rests.take(index, mode="clip")
    return _gate_product(x, (heads.take(index, mode="clip"), w), high, low)


def mish_slope(x: FloatArray) -> FloatArray:
    """The slope of mish, by a series around the centre of each cell."""
    index, r = _offsets(x)
    (values, rests), series = _mish_slopes()
    y = series[-1].take(index, mode="clip")
    for coefficients in (*series[-2::-1], rests):
        y *= r
        y += coefficients.take(index, mode="clip")
    y += values.take(index, mode="clip")
    far = _outside(x)
    if far is not None:
        near = np.clip(x[far], -REACH, 0.0)
        one, lacking = two_sum(near, 1.0)
        y[far] = np.where(x[far] > 0, 1.0, weighted_exp(one, near, 0.0, rest=lacking))
    return y

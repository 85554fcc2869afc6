"""Functions with a sine: sine and cosine themselves, snake and SineReLU.

A sine is looked up at the nearest multiple of π/256, and an addition theorem leads from there to the angle, in two
parts, for tables and + - × alone: NumPy's own sines depend on the processor. Far out every value lies near a root, so
angles are reduced in whole numbers.
"""

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from actcli.numerics import constants
from actcli.numerics.frame import FloatArray, patch
from actcli.numerics.two_parts import Pair, Parts, split, split_constant, two_sum

FAR = 2.0**17  # beyond, multiples of the leading parts of π/256 are not exact
BITS = 2300  # of π, below the point: ax has up to 2,048 above it
TURN = 512  # steps of π/256
STEPS_PER_UNIT = 81.48733086305042
TWO_PI = Pair(6.283185307179586, 2.4492935982947064e-16)
ROOT_TWO = Pair(1.4142135623730951, -9.667293313452913e-17)
_DIGIT, _DIGIT_BITS = np.uint64(0xFFFFFFFF), np.uint64(32)
EPS, EPS_REST = 0.01, -2.0816681711721684e-19  # the decimal, exactly: the double and what it lacks


@cache
def _pi() -> int:
    return constants.pi_to(BITS)


@cache
def _steps() -> tuple[float, ...]:
    """π/256 in three parts, the first two of 29 bits: their multiples are exact."""
    return constants.short_parts(constants.PI >> 8, (29, 29))


@cache
def _sines() -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """sin(j·π/256) for a turn in two parts, and the cosines with heads of 26 bits."""
    one, (sine, cosine) = constants.ONE, constants.turned(constants.PI >> 8)
    s, c, quarter = 0, one, []
    for _ in range(TURN // 4):
        quarter.append(s)
        s, c = (s * cosine + c * sine) >> constants.BITS, (c * cosine - s * sine) >> constants.BITS
    half = [*quarter, one, *quarter[:0:-1]]
    high, low = constants.table([*half, *(-each for each in half)])
    head, rest = split(np.roll(high, -TURN // 4))
    return high, low, head, rest + np.roll(low, -TURN // 4)


def _wave(angle: Pair, eighths: int | NDArray[np.int64] = 0) -> Parts:
    """The sine of an angle up to FAR and so many eighths of a turn, in two parts, to 2^-66 of itself."""
    k = np.rint(angle.high * STEPS_PER_UNIT)
    first, second, third = _steps()
    r, e = two_sum(angle.high - k * first, k * -second)
    e = e - (k * third - angle.low)
    r, e = r + e, e - ((r + e) - r)
    index = (k.astype(np.int64) + eighths * (TURN // 8)) & (TURN - 1)
    sine, sine_low, cosine, cosine_low = (table.take(index, mode="clip") for table in _sines())
    # sin(a + r) = sin a + r·cos a, in two parts, and what is small beside it.
    head, tail = split(r)
    tail += e
    product = cosine * head
    high = sine + product
    low = product - (high - sine)
    square = r * r
    bend = square * (-1 / 720)
    bend += 1 / 24
    bend *= square
    bend -= 0.5
    bend *= square
    bend *= sine
    bow = square * (-1 / 5040)
    bow += 1 / 120
    bow *= square
    bow -= 1 / 6
    bow *= square
    bow *= r
    bow += tail
    head *= cosine_low
    cosine += cosine_low
    bow *= cosine
    low += sine_low + head + bend + bow
    return high, low


def _product(x: FloatArray, frequency: float) -> Pair:
    """frequency·x: far out its rounding is worth whole turns. NaN or inf where it overflows."""
    high = frequency * x
    if frequency == 1.0:
        return Pair(high)
    fh, fl = split_constant(frequency)
    xh, xl = split(x)
    return Pair(high, ((fh * xh - high) + fh * xl + fl * xh) + fl * xl)


def _wave_of(x: FloatArray, frequency: float, eighths: int) -> Pair:
    """sin(frequency·x + eighths·π/4)."""
    angle = _product(x, frequency)
    high, low = _wave(angle, eighths)
    far = ~(np.abs(angle.high) <= FAR)
    if far.any():
        high[far], low[far] = _far_wave(x[far], frequency, eighths)
    total = high + low
    return Pair(total, low - (total - high))


def _far_wave(x: FloatArray, frequency: float, eighths: int) -> Parts:
    """The same for angles of any size, after Payne and Hanek 1983: of a product by 1/(2π) only what follows the point.

    A double is a whole number times a power of two; how many turns that power is comes from `_turns`.
    """
    mantissa, exponent = np.frexp(np.where(np.isfinite(x), x, 0.0))
    whole = np.abs(np.ldexp(mantissa, 53)).astype(np.uint64)
    lower, upper = whole & _DIGIT, whole >> _DIGIT_BITS
    exponents, which = np.unique(exponent - 53, return_inverse=True)
    factors = np.array([_turns(frequency, power) for power in exponents.tolist()], dtype=np.uint64)[which].T
    # Each product of two digits reaches into the place above; whole turns fall off at the top.
    sums = np.zeros((len(factors) + 2, x.size), dtype=np.uint64)
    for place, factor in enumerate(factors, 2):
        for digit, up in ((lower, 0), (upper, 1)):
            product = digit * factor
            sums[place - up] += product & _DIGIT
            sums[place - up - 1] += product >> _DIGIT_BITS
    for place in range(len(sums) - 1, 1, -1):
        sums[place - 1] += sums[place] >> _DIGIT_BITS
    digits = sums[2:] & _DIGIT
    # What is left beside the nearest eighth of a turn, and its sign.
    turns = (digits[0] + (_DIGIT >> np.uint64(4))) >> np.uint64(29)
    digits[0] -= turns << np.uint64(29)
    is_below = digits[0] >> np.uint64(63) == 1
    digits[:, is_below] ^= _DIGIT  # all but the last bit of the opposite number, far below what counts
    digits[0] &= _DIGIT
    high, low = np.zeros(x.size), np.zeros(x.size)
    for place, digit in enumerate(digits, 1):
        high, rest = two_sum(high, np.ldexp(digit.astype(np.float64), -32 * place))
        low += rest
    angle = Pair(high, low) * TWO_PI
    sign = np.where(is_below, -1.0, 1.0) * np.sign(mantissa)
    near = turns.astype(np.int64) * np.where(mantissa < 0, -1, 1)
    return _wave(Pair(sign * angle.high, sign * angle.low), near + eighths)


@lru_cache(maxsize=8192)
def _turns(frequency: float, power: int) -> tuple[int, ...]:
    """What frequency·2^power turns leave of a whole one, in eight digits of 32 bits."""
    above, below = frequency.as_integer_ratio()
    above, below = (above << power, below) if power > 0 else (above, below << -power)
    rest = ((above << (BITS + 256)) // (below * 2 * _pi())) % (1 << 256)
    return tuple((rest >> place) & 0xFFFFFFFF for place in range(224, -1, -32))


def _sine(x: FloatArray, eighths: int) -> FloatArray:
    y = np.asarray(_wave_of(x, 1.0, eighths).high)
    return y if eighths % 4 else patch(y, x, x == 0.0, lambda x: x if eighths == 0 else -x)


def sin(x: FloatArray) -> FloatArray:
    """The sine."""
    return _sine(x, 0)


def sin_slope(x: FloatArray) -> FloatArray:
    """The cosine."""
    return _sine(x, 2)


def sin_curvature(x: FloatArray) -> FloatArray:
    """-sin x."""
    return _sine(x, 4)


cos = sin_slope
cos_slope = sin_curvature


def cos_curvature(x: FloatArray) -> FloatArray:
    """-cos x."""
    return _sine(x, 6)


def snake(x: FloatArray, *, frequency: float) -> FloatArray:
    """x + sin²(ax)/a."""
    s = _wave_of(x, frequency, 0)
    return (s * s / frequency + x).rounded()


def snake_slope(x: FloatArray, *, frequency: float) -> FloatArray:
    """1 + sin 2ax = 2·sin²(ax + π/4)."""
    s = _wave_of(x, frequency, 1)
    return (s * s).scaled(2.0).rounded()


def snake_curvature(x: FloatArray, *, frequency: float) -> FloatArray:
    """2a·cos 2ax."""
    return (_wave_of(x, 2.0 * frequency, 2) * frequency).scaled(2.0).rounded()


def _sinerelu(x: FloatArray, eps: float, eighths: int) -> FloatArray:
    height = ROOT_TWO * Pair(eps, EPS_REST if eps == EPS else 0.0)
    return (_wave_of(x, 1.0, eighths) * height).rounded()


def sinerelu(x: FloatArray, *, eps: float) -> FloatArray:
    """x where x > 0 and ε(sin x - cos x) = √2·ε·sin(x - π/4) elsewhere."""
    return np.where(x > 0, x, _sinerelu(np.minimum(x, 0.0), eps, -1))


def sinerelu_slope(x: FloatArray, *, eps: float) -> FloatArray:
    """1 where x > 0 and √2·ε·sin(x + π/4) elsewhere."""
    return np.where(x > 0, 1.0, _sinerelu(np.minimum(x, 0.0), eps, 1))


def sinerelu_curvature(x: FloatArray, *, eps: float) -> FloatArray:
    """0 where x > 0 and √2·ε·sin(x + 3π/4) elsewhere."""
    return np.where(x > 0, 0.0, _sinerelu(np.minimum(x, 0.0), eps, 3))

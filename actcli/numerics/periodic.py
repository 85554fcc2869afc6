"""Functions with a sine: snake.

Far out every value lies near a root; sin is right there only if the product ax is known to its last bit.
"""

from functools import cache
from math import ldexp

import numpy as np

from .frame import FloatArray, patch
from .two_parts import Pair, split, split_constant

INF, NAN = float("inf"), float("nan")
PI = Pair(3.141592653589793, 1.2246467991473532e-16)
FAR = 2.0**20  # up to here the distance from a root of slope or curvature is known to all its digits
BITS = 2300  # of π, below the point: ax has up to 2,048 above it


def _product(x: FloatArray, frequency: float) -> Pair:
    """Return frequency·x: far out its rounding is worth whole turns. NaN or inf where it overflows."""
    high = frequency * x
    if frequency == 1.0:
        return Pair(high)
    fh, fl = split_constant(frequency)
    xh, xl = split(x)
    return Pair(high, ((fh * xh - high) + fh * xl + fl * xh) + fl * xl)


def _phase(x: FloatArray, frequency: float) -> tuple[FloatArray, FloatArray]:
    """Return sin and cos of frequency·x."""
    angle = _product(x, frequency)
    high, low = np.asarray(angle.high), np.asarray(angle.low)
    overflown = np.isinf(high) & np.isfinite(x)
    if overflown.any():
        high, low = high.copy(), low.copy()
        high[overflown], low[overflown] = _within_a_turn(x[overflown], frequency)
    s, c, ds, dc = np.sin(high), np.cos(high), np.sin(low), np.cos(low)
    return s * dc + c * ds, c * dc - s * ds


@cache
def _pi() -> int:
    """Return π·2^BITS by Machin's formula, to the last few bits."""

    def arctan_of_inverse(n: int) -> int:
        power = total = (1 << BITS) // n
        for k in range(3, BITS, 2):
            power //= -n * n
            total += power // k
        return total

    return 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))


def _within_a_turn(x: FloatArray, frequency: float) -> FloatArray:
    """Return frequency·x less whole turns in two parts, for products that overflow: in whole numbers, exactly."""
    turn, (above, below) = 2 * _pi(), frequency.as_integer_ratio()

    def of_one(value: float) -> tuple[float, float]:
        numerator, denominator = value.as_integer_ratio()
        angle = ((above * numerator << BITS) // (below * denominator)) % turn
        high = angle / (1 << BITS)
        return high, (angle - int(ldexp(high, 100)) * (1 << BITS - 100)) / (1 << BITS)

    return np.array([of_one(value) for value in x.tolist()]).T


def _from_root(angle: Pair, share: float) -> tuple[FloatArray, FloatArray]:
    """Return the distance of an angle from the nearest (k + share)π, and k."""
    k = np.rint(np.asarray(angle.high) / PI.high - share)
    return (angle - PI * (k + share)).rounded(), k


def snake(x: FloatArray, *, frequency: float) -> FloatArray:
    """Return x + sin²(ax)/a."""
    angle = _product(x, frequency)
    s, c = np.sin(angle.high), np.cos(angle.high)
    y = ((Pair(s) * s + 2.0 * s * c * angle.low) / frequency + x).rounded()
    # Where ax overflows, the wave is below the last digit of x.
    return np.where(np.isnan(y), x + np.nan_to_num(s * s / frequency), y)


def snake_slope(x: FloatArray, *, frequency: float) -> FloatArray:
    """Return 1 + sin 2ax = 2·sin²(ax + π/4)."""
    angle = _product(x, frequency)
    r, _ = _from_root(angle, -0.25)
    root = np.sin(r)

    def far(x: FloatArray) -> FloatArray:
        s, c = _phase(x, frequency)
        return np.where(s * c < 0, (s + c) * (s + c), 1.0 + 2.0 * s * c)

    return patch(2.0 * root * root, x, np.abs(angle.high) > FAR, far)


def snake_curvature(x: FloatArray, *, frequency: float) -> FloatArray:
    """Return 2a·cos 2ax."""
    angle = _product(x, frequency)
    r, k = _from_root(angle.scaled(2.0), 0.5)

    def far(x: FloatArray) -> FloatArray:
        s, c = _phase(x, frequency)
        return 2.0 * frequency * ((c - s) * (c + s))

    near = 2.0 * frequency * (np.sin(r) * (2.0 * (k % 2.0) - 1.0))
    return patch(near, x, np.abs(angle.high) > FAR, far)

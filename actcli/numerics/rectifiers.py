"""Rectifiers with an exponential: ELU and SELU. The straight ones need no kernel: their formula is exact."""

import math

import numpy as np
from numpy.typing import NDArray

from actcli.numerics.exponentials import exponential
from actcli.numerics.frame import FloatArray, patch
from actcli.numerics.two_parts import Pair, Parts, split, split_constant, two_sum

# λ and λα of the closed form, in two parts; PyTorch's constants agree with it to 30 digits.
SELU = 1.0507009873554805, 3.9874847667154144e-17
SELU_ALPHA = 1.7580993408473768, 1.41535193800845e-17
SMALL = 2.0**-6
NEAR = 2.0**-60  # below, e^x - 1 is x to the last digit


def _expm1(x: FloatArray) -> Parts:
    """e^x - 1 for x up to 0 in two parts, to 2^-57."""
    e = exponential(Pair(x))
    scale = ((np.maximum(e.power, -1000) + 1023) << 52).view(np.float64)
    high, low = two_sum(e.head * scale, -1.0)
    low += e.rest * scale
    near = (x > -SMALL) & (x < 0.0)
    if near.any():
        # x itself, and the series from x²/2 on.
        high[near] = r = x[near]
        series = np.full_like(r, 1 / 40320)
        for coefficient in (1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2):
            series *= r
            series += coefficient
        low[near] = r * r * series
    total = high + low
    return total, low - (total - high)


def _scaled(x: Parts, factor: tuple[float, float], power: NDArray[np.int64] | int = 0) -> FloatArray:
    """x times a constant in two parts and a power of two, rounded once."""
    mantissa, exponent = math.frexp(factor[0])
    head, tail = split_constant(mantissa)
    tail += math.ldexp(factor[1], -exponent)
    first, second = split(x[0])
    second += x[1]
    product: FloatArray = head * first + (head * second + tail * (first + second))
    return np.asarray(np.ldexp(product, power + exponent))


def _exp(x: FloatArray, factor: tuple[float, float]) -> FloatArray:
    """e^x times a constant in two parts, rounded once, and again where it is subnormal."""
    e = exponential(Pair(x))
    return _scaled((e.head, e.rest), factor, e.power)


def elu(x: FloatArray, *, alpha: float) -> FloatArray:
    """x where x > 0 and α·expm1(x) elsewhere."""
    left = _scaled(_expm1(np.minimum(x, 0.0)), (alpha, 0.0))
    left = patch(left, x, np.abs(x) < NEAR, lambda x: alpha * x)
    return np.where(x > 0, x, left)


def elu_slope(x: FloatArray, *, alpha: float) -> FloatArray:
    """1 where x > 0 and α·e^x elsewhere; α at the kink, as PyTorch."""
    return np.where(x > 0, 1.0, _exp(np.minimum(x, 0.0), (alpha, 0.0)))


def selu(x: FloatArray) -> FloatArray:
    """λx where x > 0 and λα·expm1(x) elsewhere."""
    left = _scaled(_expm1(np.minimum(x, 0.0)), SELU_ALPHA)
    y = np.where(x > 0, _scaled((x, np.zeros_like(x)), SELU), left)
    faint = np.abs(x) < 2.0**-900
    if faint.any():  # e^x - 1 is x there, whose products are subnormal
        held = np.ldexp(x[faint], 200)
        right, other = (_scaled((held, np.zeros_like(held)), each) for each in (SELU, SELU_ALPHA))
        y[faint] = np.ldexp(np.where(held > 0, right, other), -200)
    return y


def selu_slope(x: FloatArray) -> FloatArray:
    """λ where x > 0 and λα·e^x elsewhere; λα at the kink, as PyTorch."""
    return np.where(x > 0, SELU[0], _exp(np.minimum(x, 0.0), SELU_ALPHA))

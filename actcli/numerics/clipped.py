"""Soft steps with a sharpness: ARiA-2 and soft clipping."""

import math

import numpy as np

from .frame import FloatArray
from .jets_of_pairs import softplus_value
from .pair_functions import exp, expm1, log1p
from .two_parts import FAINT, REACH, Pair, exp_parts, fold, scaled, square_of_one_plus, two_sum, weighted_exp

Parts = tuple[FloatArray, FloatArray]
NOTHING = 1e-17  # below, log(1 + r) is r


def _aria2_parts(x: FloatArray, alpha: float, beta: float) -> tuple[FloatArray, FloatArray, Pair]:
    """Return the sign of z = βx, e^-|z|, and -α·log(1 + e^-z), the logarithm of ARiA-2."""
    high, low = scaled(x, beta)
    e = exp_parts(*fold(high, low))
    return np.copysign(1.0, high), e, softplus_value(Pair(-high, -low)) * -alpha


def _falling(log: Pair, x: FloatArray, beta: float) -> Parts:
    """Return log + min(-βx, 0): the exponent of ARiA-2 times σ(-βx)(1 + e^-|βx|)."""
    exponent = log - Pair(*scaled(np.maximum(x, 0.0), beta))
    return np.asarray(exponent.high), np.asarray(exponent.low)


def aria2(x: FloatArray, *, alpha: float, beta: float) -> FloatArray:
    """Return (1 + e^(-βx))^(-α), by a logarithm in pairs."""
    _, _, log = _aria2_parts(x, alpha, beta)
    return exp_parts(np.asarray(log.high), np.asarray(log.low))


def aria2_slope(x: FloatArray, *, alpha: float, beta: float) -> FloatArray:
    """Return αβ·aria2(x)·σ(-βx)."""
    _, e, log = _aria2_parts(x, alpha, beta)
    return weighted_exp(alpha * beta / (1.0 + e), *_falling(log, x, beta))


def aria2_curvature(x: FloatArray, *, alpha: float, beta: float) -> FloatArray:
    """Return αβ²·aria2(x)·σ(-βx)(α·σ(-βx) - σ(βx))."""
    sign, e, log = _aria2_parts(x, alpha, beta)
    falling = fold(*scaled(x, beta))
    pair = exp(Pair(np.maximum(falling[0], FAINT), falling[1]))
    bracket = np.where(sign < 0, (alpha - pair).rounded(), (pair * alpha - 1.0).rounded())
    return weighted_exp(alpha * beta * beta * bracket / square_of_one_plus(e), *_falling(log, x, beta))


def _lower_half(x: FloatArray, alpha: float) -> tuple[FloatArray, Pair, Pair]:
    """Return the side of 1/2 as a sign, v = x or, on the right, 1 - x, and z = αv."""
    bound = REACH / alpha + 1.0
    x = np.clip(x, -bound, bound)
    right = x > 0.5
    high, low = two_sum(-x, 1.0)
    v = Pair(np.where(right, high, x), np.where(right, low, 0.0))
    return np.where(right, 1.0, -1.0), v, v * alpha


def _exponentials(z: Pair, alpha: float) -> tuple[FloatArray, Parts]:
    """Return (1 + e^-|z|)(1 + e^(z - α)) - 1, and min(z, 0) in two parts, the exponent of the slope."""
    high, low = np.asarray(z.high), np.asarray(z.low)
    first, second = exp_parts(*fold(high, low)), np.exp((z - alpha).rounded())
    exponent = np.minimum(high, 0.0), np.where(high < 0, low, 0.0)
    return first + second * (1.0 + first), exponent


def _share(alpha: float) -> Pair:
    """Return 1 - e^-α."""
    return -expm1(Pair(np.full(1, -min(alpha, -FAINT))))


def _not_faint(z: Pair) -> Pair:
    held = np.maximum(z.high, FAINT)
    return Pair(held, np.where(held == z.high, z.low, 0.0))


def soft_clipping(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return log((1 + e^(αx))/(1 + e^(α(x-1))))/α.

    Point-symmetric about 1/2, so the left half serves both.
    """
    side, _, z = _lower_half(x, alpha)
    high, low = np.asarray(z.high), np.asarray(z.low)
    held = np.clip(high, FAINT, 30.0)
    below = Pair(held, np.where(high == held, low, 0.0))
    share = -math.expm1(-alpha)
    ratio = exp(below) * _share(alpha) / (exp(_not_faint(z - alpha)) + 1.0)
    y = (log1p(ratio) / alpha).rounded()
    far = high > 30.0  # e^-30 is still seen, e^-60 no longer
    second = 1.0 + np.exp((z - alpha).rounded())
    y = np.where(far, (high + np.exp(-np.abs(high)) - np.log(second)) / alpha, y)
    faint = np.asarray(ratio.high) < NOTHING
    if faint.any():
        y[faint] = weighted_exp(share / alpha / second[faint], high[faint], low[faint])
    return np.where(side > 0, 1.0 - y, y)


def soft_clipping_slope(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return σ(αx) - σ(α(x - 1)), without the difference."""
    _, _, z = _lower_half(x, alpha)
    beyond_one, exponent = _exponentials(z, alpha)
    return weighted_exp(-math.expm1(-alpha) / (1.0 + beyond_one), *exponent)


def soft_clipping_curvature(x: FloatArray, *, alpha: float) -> FloatArray:
    """Return α(σ′(αx) - σ′(α(x - 1))), without the difference."""
    side, v, z = _lower_half(x, alpha)
    first = exp(_not_faint(Pair(*fold(np.asarray(z.high), np.asarray(z.low)))))
    root = (first + 1.0) * (exp(_not_faint(z - alpha)) + 1.0)
    rise = np.expm1(((v.scaled(2.0) - 1.0) * alpha).rounded())
    weight = side * (alpha * _share(alpha).rounded()) * rise / (root * root).rounded()
    return weighted_exp(weight, *fold(np.asarray(z.high), np.asarray(z.low)))

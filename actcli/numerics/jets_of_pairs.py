"""Value, slope and curvature of composed functions in pairs, so that the rounding of the parts does not add up."""

from dataclasses import dataclass

import numpy as np

from . import normal
from .normal import ERF_SERIES_PAIR, mills, series_beyond_first
from .pair_functions import exp, expm1, log1p, sqrt, where
from .two_parts import FAINT, Pair

LOG_ROOT_TAU = Pair(normal.LOG_ROOT_TAU, normal.LOG_ROOT_TAU_REST)
LOG_BELL = Pair(normal.LOG_BELL, normal.LOG_BELL_REST)
ROOT_TWO = Pair(normal.ROOT_TWO, normal.ROOT_TWO_REST)


@dataclass(frozen=True, slots=True)
class PairJet:
    """A function's value, slope and curvature at x."""

    value: Pair
    slope: Pair
    curvature: Pair

    def through(self, outer: "PairJet") -> "PairJet":
        """Return the jet of g(h(x)); `self` is h at x, `outer` is g at h(x)."""
        bend = outer.curvature * (self.slope * self.slope) + outer.slope * self.curvature
        return PairJet(outer.value, outer.slope * self.slope, bend)

    def times(self, x: Pair) -> "PairJet":
        """Return the jet of x·g(x)."""
        return PairJet(x * self.value, self.value + x * self.slope, self.slope.scaled(2.0) + x * self.curvature)


def sigmoid(x: Pair) -> PairJet:
    """Return the jet of σ; |x| at most 700."""
    e = exp(-x)
    d = e + 1.0
    s = 1.0 / d
    rest = e / d
    slope = s * rest
    return PairJet(s, slope, slope * (rest - s))


def softplus_value(x: Pair) -> Pair:
    """Return log(1 + e^x); right to an absolute e^-700 for any x."""
    high = np.asarray(x.high)
    positive = high > 0
    nothing = Pair(np.zeros_like(high))
    falling = where(positive, -x, x)
    tail = log1p(exp(Pair(np.maximum(falling.high, FAINT), falling.low)))
    return where(positive, x, nothing) + tail


def softplus(x: Pair) -> PairJet:
    """Return the jet of log(1 + e^x); |x| at most 700."""
    gate = sigmoid(x)
    return PairJet(softplus_value(x), gate.value, gate.slope)


def tanh(y: Pair) -> PairJet:
    """Return the jet of tanh; e^-2|y| is held to where it is far below a last place."""
    sign = np.copysign(1.0, np.asarray(y.high))
    twice = Pair(np.maximum(-2.0 * sign * y.high, FAINT), -2.0 * sign * y.low)
    d = exp(twice) + 1.0
    t = -expm1(twice) / d
    slope = exp(twice).scaled(4.0) / (d * d)
    signed = Pair(sign * t.high, sign * t.low)
    return PairJet(signed, slope, (signed * slope).scaled(-2.0))


def log_one_plus(y: Pair) -> PairJet:
    """Return the jet of log(1 + y), y >= 0."""
    slope = 1.0 / (y + 1.0)
    return PairJet(log1p(y), slope, -(slope * slope))


def root(y: Pair) -> PairJet:
    """Return the jet of √y, y > 0."""
    r = sqrt(y)
    slope = 0.5 / r
    return PairJet(r, slope, -(slope / y).scaled(0.5))


def _tail(a: Pair, exponent: Pair) -> Pair:
    """Return e^exponent·M(a), a > 0, M being Mills' ratio."""
    return exp(exponent) * Pair(*mills(np.asarray(a.high), np.asarray(a.low)))


def gelu(x: Pair) -> PairJet:
    """Return the jet of x·Φ(x); |x| at most 37."""
    high = np.asarray(x.high)
    sign = np.copysign(1.0, high)
    square = x * x
    exponent = -square.scaled(0.5) - LOG_ROOT_TAU
    lower = _tail(Pair(np.abs(high), sign * x.low), exponent)
    cdf = where(high < 0, lower, 1.0 - lower)
    pdf = exp(exponent)
    return PairJet(x * cdf, cdf + x * pdf, pdf * (2.0 - square))


def erf(y: Pair) -> PairJet:
    """Return the jet of erf for y > 0."""
    high = np.asarray(y.high)
    small = Pair(np.minimum(high, 0.5), np.where(high < 0.5, y.low, 0.0))
    near = small * ERF_SERIES_PAIR + np.asarray(small.high) * series_beyond_first(np.asarray(small.high))
    y = Pair(np.minimum(high, 26.0), y.low)
    bell = LOG_BELL - y * y
    far = 1.0 - _tail(y * ROOT_TWO, bell) / ROOT_TWO
    slope = exp(bell)
    return PairJet(where(high < 0.5, near, far), slope, (y * slope).scaled(-2.0))

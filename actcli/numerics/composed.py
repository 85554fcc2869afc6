"""x times a function of a function: Phish, Serf, TeLU, Logish, Smish, β-Mish; and the root of softplus.

Between the tails in pairs; in a tail, where the exponential is faint, by the leading term, which is all there is.
"""

from collections.abc import Callable

import numpy as np

from . import jets_of_pairs as jets
from .frame import FloatArray, patch
from .hyperbolic import lisht, lisht_curvature, lisht_curvature_at, lisht_slope
from .jets_of_pairs import PairJet
from .normal import log_density, mills
from .pair_functions import exp
from .two_parts import REACH, Pair, scaled, square_of_one_plus, weighted_exp

INF = float("inf")
ORDERS = ("value", "slope", "curvature")
TAIL = 40.0  # e^-40 is below a last place of 1
TWO_OVER_ROOT_PI = 1.1283791670955126
LOG_TWO = 0.6931471805599453
Tail = Callable[[FloatArray, int], FloatArray]


def _assembled(
    x: FloatArray, order: int, jet: Callable[[Pair], PairJet], left: tuple[float, Tail], right: tuple[float, Tail]
) -> FloatArray:
    (start, before), (stop, after) = left, right
    inside = jet(Pair(np.clip(x, start, stop)))
    part: Pair = getattr(inside, ORDERS[order])
    y = patch(np.array(part.rounded()), x, x < start, lambda x: before(x, order))
    return patch(y, x, x > stop, lambda x: after(x, order))


def _fading(weight: float) -> Tail:
    """Return the left tail weight·x·e^x and its derivatives."""
    return lambda x, order: weighted_exp(weight * (np.maximum(x, -REACH) + float(order)), np.maximum(x, -REACH), 0.0)


def _linear(height: float, fall: float) -> Tail:
    """Return the right tail height·x - fall·x·e^-x and its derivatives."""

    def tail(x: FloatArray, order: int) -> FloatArray:
        if order == 0:
            return height * x
        if order == 1:
            return np.full_like(x, height)
        x = np.minimum(x, REACH)
        return weighted_exp(fall * (2.0 - x), -x, 0.0)

    return tail


def _phish_left(x: FloatArray, order: int) -> FloatArray:
    """Return x²Φ(x) or a derivative: there tanh(gelu) is gelu."""
    a = np.minimum(-x, 45.0)
    m = mills(a)[0]
    weight = (a * a * m, a * (a - 2.0 * m), 2.0 * m + a * (a * a - 4.0))[order]
    return weighted_exp(weight, *log_density(a))


def _phish_right(x: FloatArray, order: int) -> FloatArray:
    """Return x·tanh x or a derivative: there gelu(x) is x."""
    return (lisht, lisht_slope, lisht_curvature)[order](x)


def _phish_jet(x: Pair) -> PairJet:
    inner = jets.gelu(x)
    return inner.through(jets.tanh(inner.value)).times(x)


def _phish(x: FloatArray, order: int) -> FloatArray:
    return _assembled(x, order, _phish_jet, (-8.0, _phish_left), (37.0, _phish_right))


def _serf_jet(x: Pair) -> PairJet:
    inner = jets.softplus(x)
    return inner.through(jets.erf(inner.value)).times(x)


def _serf_bend(x: FloatArray) -> FloatArray:
    """Return e^(-y²)·2/√π·(2σ + x(σ′ - 2yσ²)), y = softplus(x), the exponential last: it falls below 1e-308."""
    z = Pair(x)
    y = jets.softplus(z)
    bell = jets.LOG_BELL - y.value * y.value
    bracket = y.slope.scaled(2.0) + z * (y.curvature - (y.value * y.slope * y.slope).scaled(2.0))
    return weighted_exp(bracket.rounded(), np.asarray(bell.high), np.asarray(bell.low))


def _serf(x: FloatArray, order: int) -> FloatArray:
    y = _assembled(x, order, _serf_jet, (-TAIL, _fading(TWO_OVER_ROOT_PI)), (TAIL, _linear(1.0, 0.0)))
    return patch(y, x, np.abs(x) <= TAIL, _serf_bend) if order == 2 else y


def _telu_jet(x: Pair) -> PairJet:
    w = exp(x)
    return PairJet(w, w, w).through(jets.tanh(w)).times(x)


def _bend_through_tanh(x: FloatArray, y: PairJet) -> FloatArray:
    """Return the curvature of x·tanh(y), sech² y·(2y′ + x(y″ - 2y′²·tanh y)).

    The exponential of -2y comes last: it falls below 1e-308.
    """
    bend = y.curvature - (jets.tanh(y.value).value * y.slope * y.slope).scaled(2.0)
    bracket = y.slope.scaled(2.0) + Pair(x) * bend
    exponent = y.value.scaled(-2.0)
    high = np.maximum(exponent.high, -REACH)
    return weighted_exp(4.0 * bracket.rounded() / square_of_one_plus(np.exp(high)), high, np.asarray(exponent.low))


def _telu_bend(x: FloatArray) -> FloatArray:
    w = exp(Pair(x))
    return _bend_through_tanh(x, PairJet(w, w, w))


def _telu(x: FloatArray, order: int) -> FloatArray:
    y = _assembled(x, order, _telu_jet, (-TAIL, _fading(1.0)), (7.0, _linear(1.0, 0.0)))
    return patch(y, x, (x >= -TAIL) & (x <= 7.0), _telu_bend) if order == 2 else y


def _logish_jet(x: Pair) -> PairJet:
    inner = jets.sigmoid(x)
    return inner.through(jets.log_one_plus(inner.value)).times(x)


def _logish(x: FloatArray, order: int) -> FloatArray:
    return _assembled(x, order, _logish_jet, (-TAIL, _fading(1.0)), (TAIL, _linear(LOG_TWO, 0.5)))


def _smish_jet(x: Pair) -> PairJet:
    inner = jets.sigmoid(x)
    middle = inner.through(jets.log_one_plus(inner.value))
    return middle.through(jets.tanh(middle.value)).times(x)


def _smish(x: FloatArray, order: int) -> FloatArray:
    return _assembled(x, order, _smish_jet, (-TAIL, _fading(1.0)), (TAIL, _linear(0.6, 0.32)))


def _beta_mish_right(beta: float) -> Tail:
    """Return the right tail x·tanh(βx) and its derivatives: there softplus(x) is x."""

    def tail(x: FloatArray, order: int) -> FloatArray:
        high, low = scaled(x, beta)
        if order == 2:
            return lisht_curvature_at(high, low, beta)
        return x * np.tanh(high) if order == 0 else lisht_slope(high)

    return tail


def _beta_mish(x: FloatArray, order: int, beta: float) -> FloatArray:

    def inner(x: Pair) -> PairJet:
        plain = jets.softplus(x)
        return PairJet(plain.value * beta, plain.slope * beta, plain.curvature * beta)

    def jet(x: Pair) -> PairJet:
        y = inner(x)
        return y.through(jets.tanh(y.value)).times(x)

    y = _assembled(x, order, jet, (-TAIL, _fading(beta)), (TAIL, _beta_mish_right(beta)))
    return patch(y, x, np.abs(x) <= TAIL, lambda x: _bend_through_tanh(x, inner(Pair(x)))) if order == 2 else y


def _root_jet(x: Pair) -> PairJet:
    inner = jets.softplus(x)
    return inner.through(jets.root(inner.value))


def _root_left(x: FloatArray, order: int) -> FloatArray:
    """Return e^(x/2) or a derivative."""
    return np.exp(0.5 * x) * 0.5**order


def _root_right(x: FloatArray, order: int) -> FloatArray:
    """Return √x or a derivative."""
    r = np.sqrt(x)
    return (r, 0.5 / r, -0.25 / r / x)[order]


def _sqrtsoftplus(x: FloatArray, order: int) -> FloatArray:
    return _assembled(x, order, _root_jet, (-TAIL, _root_left), (TAIL, _root_right))


def phish(x: FloatArray) -> FloatArray:
    """Return x·tanh(gelu(x))."""
    return _phish(x, 0)


def phish_slope(x: FloatArray) -> FloatArray:
    """Return the slope of `phish`."""
    return _phish(x, 1)


def phish_curvature(x: FloatArray) -> FloatArray:
    """Return the curvature of `phish`."""
    return _phish(x, 2)


def serf(x: FloatArray) -> FloatArray:
    """Return x·erf(softplus(x))."""
    return _serf(x, 0)


def serf_slope(x: FloatArray) -> FloatArray:
    """Return the slope of `serf`."""
    return _serf(x, 1)


def serf_curvature(x: FloatArray) -> FloatArray:
    """Return the curvature of `serf`."""
    return _serf(x, 2)


def telu(x: FloatArray) -> FloatArray:
    """Return x·tanh(e^x)."""
    return _telu(x, 0)


def telu_slope(x: FloatArray) -> FloatArray:
    """Return the slope of `telu`."""
    return _telu(x, 1)


def telu_curvature(x: FloatArray) -> FloatArray:
    """Return the curvature of `telu`."""
    return _telu(x, 2)


def logish(x: FloatArray) -> FloatArray:
    """Return x·log(1 + σ(x))."""
    return _logish(x, 0)


def logish_slope(x: FloatArray) -> FloatArray:
    """Return the slope of `logish`."""
    return _logish(x, 1)


def logish_curvature(x: FloatArray) -> FloatArray:
    """Return the curvature of `logish`."""
    return _logish(x, 2)


def smish(x: FloatArray) -> FloatArray:
    """Return x·tanh(log(1 + σ(x)))."""
    return _smish(x, 0)


def smish_slope(x: FloatArray) -> FloatArray:
    """Return the slope of `smish`."""
    return _smish(x, 1)


def smish_curvature(x: FloatArray) -> FloatArray:
    """Return the curvature of `smish`."""
    return _smish(x, 2)


def beta_mish(x: FloatArray, *, beta: float) -> FloatArray:
    """Return x·tanh(β·softplus(x))."""
    return _beta_mish(x, 0, beta)


def beta_mish_slope(x: FloatArray, *, beta: float) -> FloatArray:
    """Return the slope of `beta_mish`."""
    return _beta_mish(x, 1, beta)


def beta_mish_curvature(x: FloatArray, *, beta: float) -> FloatArray:
    """Return the curvature of `beta_mish`."""
    return _beta_mish(x, 2, beta)


def sqrtsoftplus(x: FloatArray) -> FloatArray:
    """Return the root of softplus(x)."""
    return _sqrtsoftplus(x, 0)


def sqrtsoftplus_slope(x: FloatArray) -> FloatArray:
    """Return the slope of `sqrtsoftplus`."""
    return _sqrtsoftplus(x, 1)


def sqrtsoftplus_curvature(x: FloatArray) -> FloatArray:
    """Return the curvature of `sqrtsoftplus`."""
    return _sqrtsoftplus(x, 2)

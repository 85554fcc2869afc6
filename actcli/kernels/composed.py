"""x times a function of a function: Phish, Serf, TeLU, Logish, Smish, β-Mish; and the root of softplus.

Between the tails in pairs; in a tail, where the exponential is faint, by the leading term, which is all there is.
"""

from collections.abc import Callable

import numpy as np

from . import jets_of_pairs as jets
from .blocks import FloatArray, patch
from .exponentials import weighted_exp
from .gaussian import log_density, mills
from .hyperbolic import lisht, lisht_curvature, lisht_slope
from .jets_of_pairs import PairJet
from .pairs import Pair

INF = float("inf")
ORDERS = ("value", "slope", "curvature")
TAIL = 40.0  # e^-40 is below a last place of 1
TWO_OVER_ROOT_PI = 1.1283791670955126
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
    return lambda x, order: weighted_exp(weight * (np.maximum(x, -4000.0) + float(order)), np.maximum(x, -4000.0), 0.0)


def _linear(height: float, fall: float) -> Tail:
    """Return the right tail height·x - fall·x·e^-x and its derivatives."""

    def tail(x: FloatArray, order: int) -> FloatArray:
        if order == 0:
            return height * x
        if order == 1:
            return np.full_like(x, height)
        x = np.minimum(x, 4000.0)
        return weighted_exp(fall * (2.0 - x), -x, 0.0)

    return tail


def _phish_left(x: FloatArray, order: int) -> FloatArray:
    """x²Φ(x) and its derivatives: tanh(gelu) is gelu."""
    a = np.minimum(-x, 45.0)
    m = mills(a)[0]
    weight = (a * a * m, a * (a - 2.0 * m), 2.0 * m + a * (a * a - 4.0))[order]
    return weighted_exp(weight, *log_density(a))


def _phish(x: FloatArray, order: int) -> FloatArray:
    def jet(x: Pair) -> PairJet:
        inner = jets.gelu(x)
        return inner.through(jets.tanh(inner.value)).times(x)

    right: Tail = lambda x, order: (lisht, lisht_slope, lisht_curvature)[order](x)  # noqa: E731
    return _assembled(x, order, jet, (-8.0, _phish_left), (37.0, right))

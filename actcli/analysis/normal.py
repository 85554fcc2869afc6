"""A function of a normal input: moments of value and slope, gains, and the mean square that layers settle at."""

import math
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from actcli.analysis import kinks
from actcli.analysis.quadrature import MOST_IN_ALL, Integral, integrals
from actcli.analysis.search import LINE, on_line
from actcli.analysis.shape import largest_slope, value_range
from actcli.arrays import Floats, distinct
from actcli.catalog import Activation

DIGITS = 10
FEWEST_DIGITS = 3
# So many deviations out even exp(18 z)**2, whose expectation float64 just holds, has faded.
_REACH = 64
_NEGLIGIBLE = 1e-18
# Of the places 1, 2, 3 and so on those that tell of an overflow: at 1 derivatives by the variance are 0.
_USUAL = slice(1, 4)
# Integration ends where all that lies beyond is smaller than the largest by this factor.
_FADED = 1e-40
# Beside these places panels shrink by four and four: what is steep there is seen, however narrow it is.
_NEARING = 0.5 * 4.0 ** -np.arange(1.0, 24.0)
_MOST_CORNERS = 12
# At two such distances h from a corner h * g(h) tells how g grows there: as 1 / h, it stays as large.
_NEAR = np.array([2.0**-20, 2.0**-40])
_AS_FAST = 0.9
# Five units in the last place: a kernel's, the mean's, and those of the weights and sums.
_VALUE_ROUNDING = 1e-15
# Panels of one value of the map, of which a fixed point takes dozens: a wave that needs more has none that is found.
_MOST_OF_A_MAP = 1_200
_NORMALIZED = 1 / math.sqrt(2 * math.pi)


class Estimate(NamedTuple):
    """A number and the significant digits of it that are settled: ten, or fewer; none of a number that is None.

    Infinite where the integral grows without end, NaN where the function is not defined for a share of the inputs.
    """

    value: float | None
    """None where it is not settled."""
    digits: int = DIGITS
    """Significant, and settled."""

    @classmethod
    def of(cls, integral: Integral, scale: float = 0.0) -> "Estimate":
        """Round to the digits that the error leaves; to 0 what is no larger than the rounding of its `scale`."""
        value, error = integral
        if math.isnan(error):
            return cls(math.nan)
        if math.isinf(value) and error == 0:
            return cls(value)
        if (abs(value) <= error <= 1e-13 * scale and math.isfinite(error)) or value == error == 0:
            return cls(0.0)
        digits = min(DIGITS, math.floor(-math.log10(error / abs(value)))) if 0 < error < abs(value) else 0
        return cls(float(f"{value:.{digits}g}"), digits) if digits >= FEWEST_DIGITS else cls(None, 0)

    def then(self, function: Callable[[float], float]) -> "Estimate":
        """A function of the number that keeps its digits, such as a root."""
        if self.value is None:
            return self
        return self._replace(value=float(f"{function(self.value):.{max(self.digits, 1)}g}"))


class NormalStatistics(NamedTuple):
    """Moments of f and f' under a normal input, each an `Estimate`: E f, Var f, E f**2 and E f'**2."""

    mean: Estimate
    """E f."""
    variance: Estimate
    """Var f."""
    mean_square: Estimate
    """E f**2."""
    mean_square_slope: Estimate
    """E f'**2."""

    @property
    def forward_gain(self) -> Estimate:
        """The factor on f that brings its mean square to 1 (for ReLU the root of 2, He et al. 2015)."""
        return self.mean_square.then(_inverse_root)

    @property
    def backward_gain(self) -> Estimate:
        """The factor on f' that brings its mean square to 1."""
        return self.mean_square_slope.then(_inverse_root)


@lru_cache(maxsize=256)
def normal_statistics(activation: Activation, mean: float = 0.0, sigma: float = 1.0) -> NormalStatistics:
    """The moments of f and f' for an input that is normal with this mean and standard deviation above 0."""

    def weighted(z: Floats, root: Floats) -> Floats:
        value, slope = activation.value_and_slope(mean + sigma * z)
        return _NORMALIZED * np.stack([value * root * root, (value * root) ** 2, (slope * root) ** 2])

    first, second, slopes = _expectations(activation, weighted, mean, sigma)
    scale = math.sqrt(second.value) if second.error < second.value / 1_000 < math.inf else 0.0
    estimates = [Estimate.of(first, scale), Estimate.of(second), Estimate.of(slopes)]
    if estimates[1].value is None or not math.isfinite(second.value):  # the variance is no more settled than both
        of_variance = estimates[1] if estimates[0].value is not None else estimates[0]
        return NormalStatistics(estimates[0], of_variance, *estimates[1:])
    if estimates[1].digits < DIGITS:  # nor is it worth another integral
        apart = Integral(
            second.value - first.value * first.value, second.error + (2 * abs(first.value) + first.error) * first.error
        )
        return NormalStatistics(estimates[0], _variance(activation, apart, second), *estimates[1:])

    def deviating(z: Floats, root: Floats) -> Floats:
        return _NORMALIZED * ((activation.value(mean + sigma * z) - first.value) * root)[None] ** 2

    (variance,) = _expectations(activation, deviating, mean, sigma)
    return NormalStatistics(estimates[0], _variance(activation, variance, second), *estimates[1:])


def _variance(activation: Activation, variance: Integral, second: Integral) -> Estimate:
    """The variance as far as the rounding of values leaves it: what varies little about a large mean has few digits."""
    taken = value_range(activation)
    if taken.low == taken.high:
        return Estimate(0.0)
    rounding = 2 * math.sqrt(abs(variance.value) * second.value) * _VALUE_ROUNDING + _VALUE_ROUNDING**2 * second.value
    return Estimate.of(variance._replace(error=variance.error + rounding))


def mean_square(activation: Activation, variance: float) -> Integral:
    """E f**2 for a centred normal input of this variance: the map that layers apply to a variance."""
    sigma = math.sqrt(variance)

    def weighted(z: Floats, root: Floats) -> Floats:
        return _NORMALIZED * (activation.value(sigma * z) * root)[None] ** 2

    return _expectations(activation, weighted, 0.0, sigma, _MOST_OF_A_MAP)[0]


class LayerMoments(NamedTuple):
    """What a normal pre-activation becomes in a layer, each an `Integral`, and how fast that changes with its variance.

    The derivatives are those of the density, so that kinks of f and jumps of f' need no care: for z standard normal
    d E g(sqrt(q) z) / d log q = E g(sqrt(q) z) (z**2 - 1) / 2.
    """

    mean_square: Integral
    """E f**2."""
    mean_square_slope: Integral
    """E f'**2."""
    mean_square_change: Integral
    """E f**2 (z**2 - 1): twice its derivative by the logarithm of the variance."""
    mean_square_slope_change: Integral
    """E f'**2 (z**2 - 1): the same of the slope."""


def layer_moments(activation: Activation, mean: float, sigma: float) -> LayerMoments:
    """The moments that carry a normal signal, of this mean and standard deviation above 0, from layer to layer."""

    def weighted(z: Floats, root: Floats) -> Floats:
        squares = (np.stack(activation.value_and_slope(mean + sigma * z)) * root) ** 2
        return _NORMALIZED * np.concatenate([squares, squares * (z * z - 1)])

    return LayerMoments(*_expectations(activation, weighted, mean, sigma))


def _expectations(
    activation: Activation,
    weighted: Callable[[Floats, Floats], Floats],
    mean: float,
    sigma: float,
    most: int = MOST_IN_ALL,
) -> list[Integral]:
    """Integrate over all z, in panels of half a deviation, up to the ends of what float64 holds.

    `weighted` is given z and the root of the density there, so that squares overflow no earlier than they must.
    """
    corners = _corners(activation, mean, sigma)
    apart = 8 * np.spacing(np.abs(corners) + abs(mean) / sigma)

    def of_density(z: Floats) -> Floats:
        values = weighted(z, np.exp(-z * z / 4))
        infinite = np.flatnonzero(np.isinf(values).any(axis=0))
        if infinite.size:  # at a corner, or rounded to it: the value beside it stands for that of no width
            at_corner = infinite[(np.abs(z[infinite, None] - corners) < apart).any(axis=1)]
            beside = z[at_corner] + 2 * apart.max()
            values[:, at_corner] = weighted(beside, np.exp(-beside * beside / 4))
        return values

    with np.errstate(all="ignore"):
        steps = np.arange(1.0, _REACH + 1)
        sides = [of_density(sign * steps) for sign in (-1.0, 1.0)]
        overflows = [_overflow(values) for values in zip(*sides, strict=True)]
        beside = _nearing(corners)
        # However thin the density is at a pole, it is not 0.
        near_corners = weighted(beside, np.ones_like(beside)).reshape(len(overflows), -1, _NEAR.size)
        poles = map(_pole, near_corners)
        endless = [overflow or pole for overflow, pole in zip(overflows, poles, strict=True)]
        is_finite = np.array([each is None for each in endless])[:, None]

        def held(values: Floats) -> Floats:
            return np.where(is_finite, values, 0.0)

        tails = [_Tail.of(held(values), sign * steps) for values, sign in zip(sides, (-1.0, 1.0), strict=True)]
        low, high = (tail.end for tail in tails)
        found = integrals(lambda z: held(of_density(z)), _cuts(corners, low, high), most)
    return [
        # Where both sides cancel the error is what there is to compare with.
        known or _judged(integral, [tail.verdicts[place] for tail in tails], max(abs(integral.value), integral.error))
        for place, (integral, known) in enumerate(zip(found, endless, strict=True))
    ]


def _overflow(sides: Sequence[Floats]) -> Integral | None:
    """The integral of what overflows for inputs that are nothing unusual; unknown where the sides differ in sign.

    What is beyond float64 from two deviations to four has an integral beyond it.
    """
    return _endless({float(values[_USUAL][0]) for values in sides if np.isinf(values[_USUAL]).all()})


def _nearing(corners: Floats) -> Floats:
    """Places ever closer to both sides of each corner."""
    at = corners[:, None, None]
    return np.ravel(at + np.maximum(np.abs(at), 1.0) * np.array([-1.0, 1.0])[:, None] * _NEAR)


def _pole(sides: Floats) -> Integral | None:
    """The integral of what grows towards a corner as 1 / h or faster, h the distance; unknown as that of `_overflow`.

    `sides` are (sides of corners, places on them ever closer).
    """
    if np.isnan(sides).any():
        return None  # undefined, as its integral will tell
    far, near = np.abs(sides[:, 0]) * _NEAR[0], np.abs(sides[:, -1]) * _NEAR[-1]
    grows = np.isinf(near) | (near > _AS_FAST * far)
    return _endless(set((np.sign(sides[grows, -1]) * np.inf).tolist()))


def _endless(ends: Collection[float]) -> Integral | None:
    """The integral of what goes to these infinities somewhere; None where it goes to none."""
    if not ends:
        return None
    return Integral(next(iter(ends)), 0.0) if len(ends) == 1 else Integral(math.nan, math.inf)


def _corners(activation: Activation, mean: float, sigma: float) -> Floats:
    """Kinks and poles, and 0, in deviations from the mean."""
    places = [0.0, *(kink.x for kink in kinks(activation))]
    places += [place.low for place in largest_slope(activation).places if math.isfinite(place.low)]
    return np.array(sorted({(x - mean) / sigma for x in places}, key=abs)[:_MOST_CORNERS])


def _cuts(corners: Floats, low: float, high: float) -> list[float]:
    beside = [corner + side * _NEARING for corner in corners for side in (-1.0, 1.0)]
    cuts = distinct(np.concatenate([np.arange(2 * low, 2 * high + 1) / 2, corners, *beside]))
    return [float(cut) for cut in cuts if low <= cut <= high]


class _Tail(NamedTuple):
    """Where integration ends on one side, and for each integrand what lies beyond, and whether it grows out there."""

    end: float
    verdicts: tuple[tuple[float, bool], ...]

    @classmethod
    def of(cls, values: Floats, z: Floats) -> "_Tail":
        """Judge integrands (k, n) at n places ever farther out: the last at which all of them are finite is the end."""
        is_finite = np.asarray(~np.isinf(values).any(axis=0))
        # A slope that is infinite at the very edge of a domain ends nothing: what follows is undefined.
        is_finite[:-1] |= np.isfinite(values[0, :-1]) & np.isnan(values[:, 1:]).all(axis=0)
        last = int(np.argmin(is_finite)) - 1 if not is_finite.all() else z.size - 1
        sizes = np.abs(values[:, : max(last, 0) + 1])
        is_left = (sizes > _FADED * sizes.max(axis=1, keepdims=True)).any(axis=0)
        last = min(last, int(np.flatnonzero(is_left)[-1]) + 2) if is_left.any() else last
        last = max(last, 0)
        sizes = sizes[:, : last + 1]
        verdicts = []
        for size in sizes:
            steps = np.diff(np.log(size[-3:]))
            grows = steps.size == 2 and bool(steps[1] >= -1e-9 and steps[1] >= steps[0] - 1e-9)
            verdicts.append((float(size[-1]), grows))
        return cls(float(z[last]), tuple(verdicts))


def _judged(integral: Integral, verdicts: list[tuple[float, bool]], size: float) -> Integral:
    if math.isnan(integral.error):
        return integral
    left_over = [(rest, grows) for rest, grows in verdicts if not rest <= _NEGLIGIBLE * size]
    if not left_over or size == 0:
        return integral
    # What grows faster and faster up to the last finite number has no integral; of anything else nothing is known.
    if any(grows for _, grows in left_over):
        return Integral(math.inf, 0.0)
    return Integral(integral.value, math.inf)


def _inverse_root(square: float) -> float:
    return 1 / math.sqrt(square) if square > 0 else math.inf if square == 0 else math.nan


# Variances at which the map is looked at: between two of them it crosses q at most once.
_VARIANCES = tuple(float(f"{10.0**exponent:.6g}") for exponent in np.arange(-6.0, 9.0))
_SAME = 1e-11
_MOST_STEPS = 100
# How closely the logarithm of a crossing is known, and the least distance over which rounding leaves a steepness.
_WITHIN, _STEEP_WITHIN = 1e-13, 1e-6


@lru_cache(maxsize=256)
def fixed_point(activation: Activation) -> Estimate | None:
    """The variance q that the map q -> E f(sqrt(q) z)**2, z standard normal, comes to rest at from nearby.

    That is what a deep network with weights of variance 1/width and no biases tends to (Poole et al. 2016, Schoenholz
    et al. 2017; for SELU it is 1, Klambauer et al. 2017): 0 where the signal fades away. NaN where every variance
    stays as it is; None where none attracts, or where the map is not settled.
    """
    if _shrinks(activation):
        return Estimate(0.0)
    taken = value_range(activation)
    largest = max(abs(taken.low), abs(taken.high))
    bound = largest * largest  # the map never exceeds it; a power would refuse to overflow
    ratios = {}
    # From 1 outward: what does not settle tells so soonest near there.
    for variance in sorted(_VARIANCES, key=lambda variance: abs(math.log(variance))):
        ratio = Integral(0.0, 0.0) if variance > bound else _ratio(activation, variance)
        if not (math.isinf(ratio.value) or ratio.error <= _SAME * abs(ratio.value)):
            return None
        ratios[variance] = ratio
    signs = [_side(ratios[variance]) for variance in _VARIANCES]
    if not any(signs):
        return Estimate(math.nan)
    for place, (sign, following) in enumerate(pairwise(signs)):
        if sign > 0 and following == 0:
            return Estimate(_VARIANCES[place + 1])
        if sign > 0 > following:
            return _crossing(activation, _VARIANCES[place], _VARIANCES[place + 1])
    fades = signs[0] < 0 and activation.value(np.zeros(1))[0] == 0
    return Estimate(0.0) if fades else None


def _shrinks(activation: Activation) -> bool:
    """Whether |f(x)| <= |x| everywhere, and not only by rounding less: then E f**2 < q for every variance q."""
    with np.errstate(all="ignore"):
        sizes, inputs = np.abs(on_line(activation, 0)), np.abs(LINE)
        return bool((sizes <= inputs * (1 + 1e-15)).all() and (sizes < inputs * (1 - 1e-9)).any())


def _ratio(activation: Activation, variance: float) -> Integral:
    """The map at a variance, as a multiple of it."""
    square = mean_square(activation, variance)
    return Integral(square.value / variance, square.error / variance)


def _side(ratio: Integral) -> int:
    """Whether the map raises a variance (1), lowers it (-1) or keeps it as far as can be told."""
    return 0 if abs(ratio.value - 1) <= _SAME else 1 if ratio.value > 1 else -1


def _crossing(activation: Activation, low: float, high: float) -> Estimate:
    """Where the map crosses q between two variances, in their logarithms (Chandrupatla 1997)."""
    last, other = math.log(low), math.log(high)
    at_last, at_other = (_distance(activation, variance) for variance in (low, high))
    steepness, share = 1.0, 0.5
    for _ in range(_MOST_STEPS):
        if abs(other - last) > _STEEP_WITHIN:
            steepness = abs((at_other - at_last) / (other - last))
        between = last + share * (other - last)
        distance = _distance(activation, math.exp(between))
        earlier, at_earlier = last, at_last
        if (distance > 0) != (at_last > 0):
            earlier, at_earlier, other, at_other = other, at_other, last, at_last
        last, at_last = between, distance
        least = _WITHIN / 2 / abs(other - last) if other != last else 1.0
        if distance == 0 or least > 0.5:
            break
        # The inverse of a parabola through the last three, where it is one in between; else the middle.
        along, up = (last - other) / (earlier - other), (at_last - at_other) / (at_earlier - at_other)
        share = 0.5
        if up * up < along and (1 - up) * (1 - up) < 1 - along:
            share = at_last / (at_other - at_last) * at_earlier / (at_other - at_earlier)
            share += (
                (earlier - last)
                / (other - last)
                * at_last
                / (at_earlier - at_last)
                * at_other
                / (at_earlier - at_other)
            )
        share = min(max(share, least), 1 - least)
    variance = math.exp(last if abs(at_last) < abs(at_other) else other)
    # What the map is off by moves the crossing by more, the more nearly the two run side by side.
    error = _ratio(activation, variance).error / max(steepness, 1e-300) + (abs(other - last) if at_last else 0.0)
    digits = min(DIGITS, math.floor(-math.log10(error))) if error < 1e-3 else 0
    return Estimate(float(f"{variance:.{digits}g}"), digits) if digits else Estimate(None, 0)


def _distance(activation: Activation, variance: float) -> float:
    return math.log(_ratio(activation, variance).value)

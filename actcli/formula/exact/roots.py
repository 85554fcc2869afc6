"""The real roots of a polynomial with rational coefficients: how many there are, which, and the nearest float64."""

from fractions import Fraction
from functools import reduce
from itertools import pairwise
from math import lcm

Coefficients = list[Fraction]
"""Of a polynomial, from the power 0 on; the last is not 0, and [] is 0."""

HIGHEST_DEGREE = 16
"""Of polynomials whose roots are found: chains of higher ones take seconds."""

# Roots are told apart, and known, to so much of themselves.
_CLOSE = Fraction(1, 1 << 80)


def value_at(u: Coefficients, x: Fraction) -> Fraction:
    """Its value, by Horner's rule."""
    total = Fraction(0)
    for each in reversed(u):
        total = total * x + each
    return total


class Sturm:
    """The chain of a polynomial, which counts its different roots in any stretch; by Sturm's theorem."""

    def __init__(self, u: Coefficients) -> None:
        self._chain = [u, _derived(u)]
        while self._chain[-1]:
            self._chain.append([-each for each in _divided(self._chain[-2], self._chain[-1])[1]])
        self._chain.pop()

    @property
    def repeated(self) -> Coefficients:
        """What the polynomial shares with its derivative: its roots are those that are repeated."""
        return self._chain[-1]

    def count(self, low: Fraction | None, high: Fraction | None) -> int:
        """How many roots lie strictly between two ends, None an infinite one."""
        # The theorem counts those beyond the lower end up to the upper one.
        at_high = 1 if high is not None and value_at(self._chain[0], high) == 0 else 0
        return self._changes(low, -1) - self._changes(high, 1) - at_high

    def _changes(self, x: Fraction | None, side: int) -> int:
        ends = (
            value_at(each, x) if x is not None else each[-1] * (1 if side > 0 or len(each) % 2 else -1)
            for each in self._chain
        )
        return sum(one != other for one, other in pairwise([each > 0 for each in ends if each]))


def rational_roots(u: Coefficients) -> list[Fraction] | None:
    """All real roots, from left to right; None where some are not rational."""
    simple = _simple(u)
    whole = reduce(lcm, (each.denominator for each in simple))
    leading = abs(int(simple[-1] * whole))
    found = []
    for low, high in _isolated(simple, Fraction(1, 4 * leading**2)):
        # A rational root has a denominator that divides the leading coefficient.
        root = ((low + high) / 2).limit_denominator(leading)
        if value_at(simple, root):
            return None
        found.append(root)
    return found


def nearest_roots(u: Coefficients) -> list[float]:
    """The float64 nearest to each real root, from left to right; none of a number."""
    if len(u) < 2:
        return []
    found = []
    for low, high in _isolated(_simple(u), _CLOSE, is_relative=True):
        try:
            found.append(float((low + high) / 2))
        except OverflowError:
            continue  # beyond float64 there is no place
    return found


def _simple(u: Coefficients) -> Coefficients:
    """The polynomial with every root once."""
    repeated = Sturm(u).repeated
    return u if len(repeated) < 2 else _divided(u, repeated)[0]


def _isolated(u: Coefficients, width: Fraction, *, is_relative: bool = False) -> list[tuple[Fraction, Fraction]]:
    """Of each root of a polynomial without repeated ones a stretch so narrow around it, from left to right."""
    if len(u) < 2:
        return []
    sturm, bound = Sturm(u), 1 + max(abs(each / u[-1]) for each in u)
    waiting, found = [(-bound, bound)], []
    while waiting:
        low, high = waiting.pop()
        count = sturm.count(low, high)
        middle = (low + high) / 2
        if not count:
            continue
        if value_at(u, middle) == 0:
            found.append((middle, middle))
        elif count == 1 and value_at(u, low) and value_at(u, high):
            found.append(_narrowed(u, low, high, width, is_relative=is_relative))
            continue
        waiting += [(low, middle), (middle, high)]
    return sorted(found)


def _narrowed(
    u: Coefficients, low: Fraction, high: Fraction, width: Fraction, *, is_relative: bool
) -> tuple[Fraction, Fraction]:
    """A stretch on which the sign changes once, halved until it is narrow."""
    starts_positive = value_at(u, low) > 0
    while high - low > width * (min(abs(low), abs(high)) if is_relative else 1):
        middle = (low + high) / 2
        value = value_at(u, middle)
        if value == 0:
            return middle, middle
        low, high = (middle, high) if (value > 0) == starts_positive else (low, middle)
    return low, high


def _derived(u: Coefficients) -> Coefficients:
    return [power * each for power, each in enumerate(u)][1:]


def _divided(u: Coefficients, v: Coefficients) -> tuple[Coefficients, Coefficients]:
    """The quotient and the rest."""
    rest, found = list(u), [Fraction(0)] * max(len(u) - len(v) + 1, 0)
    while len(rest) >= len(v):
        factor, shift = rest[-1] / v[-1], len(rest) - len(v)
        found[shift] = factor
        rest = [each - factor * v[k - shift] if k >= shift else each for k, each in enumerate(rest)][:-1]
    while rest and not rest[-1]:
        rest.pop()
    return found, rest

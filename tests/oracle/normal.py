"""Expectations under a normal input with guaranteed error, by python-flint's ball integration between given cuts."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from flint import acb, arb, ctx

Complex = Callable[[acb], acb]

FAR = 30  # deviations beyond which nothing below is left of 10 digits


def expectation(integrand: Complex, cuts: Sequence[float] = (), mean: float = 0.0, sigma: float = 1.0) -> arb:
    """E g(x) of a g that is analytic between the cuts on the x axis."""
    with ctx.workprec(400):
        places = [-FAR, *sorted((cut - mean) / sigma for cut in (*cuts, mean)), FAR]
        density = 1 / (2 * arb.pi()).sqrt()
        total = arb(0)
        for low, high in pairwise(places):
            if low < high:
                total += acb.integral(lambda z, _: integrand(mean + sigma * z) * (-z * z / 2).exp(), low, high).real
        return total * density


def agrees(value: float, truth: arb, digits: int = 10) -> bool:
    """Whether a number is the truth rounded to so many digits, give or take one of the last."""
    with ctx.workprec(160):
        return bool(abs(arb(value) - truth) <= abs(truth) * arb(10) ** (1 - digits))

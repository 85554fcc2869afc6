"""A hunt for the worst errors of all functions: python -m tests.oracle.hunt [--points N] [--seed S] [NAME ...].

Every function at its defaults and at three random sets of parameters, value, slope and curvature at fresh points, a
quarter of them ever closer around the worst ones. A line each as it is found, status 1 where a bound is passed.
"""

import argparse
import random
import sys
from collections.abc import Iterator

import numpy as np

from actcli.catalog import FUNCTIONS, find
from actcli.catalog.entry import Function
from actcli.errors import UsageError
from tests.oracle.accuracy import Bad, Floats, Truth, distance, points, truth_of, units
from tests.oracle.screen import Screen
from tests.specs import activation

SETS, TURNS = 3, 3
DOUBT = 0.8  # of an ulp: above it, or where the screen cannot tell, the truth is worked out in balls
NEIGHBOURS = 20  # of each of the worst points, in each turn


def sets_of_parameters(entry: Function, draw: random.Random) -> Iterator[str]:
    """The function with its defaults, then with random parameters that it is defined for."""
    yield entry.shown_name
    found = 0
    while entry.parameters and found < SETS:
        values = [f"{draw.choice((1, 1, -1)) * 10 ** draw.uniform(-2, 1.5):.4g}" for _ in entry.parameters]
        spec = f"{entry.shown_name}:{','.join(values)}"
        try:
            find(spec)
        except UsageError:  # not defined for these, such as ends in the wrong order
            continue
        found += 1
        yield spec


def fresh_points(truth: Truth, count: int, rng: np.random.Generator) -> Floats:
    """Points of all sizes, most of them where functions bend, some beside the parameters."""
    corners = np.array([0.5, 1.0, *truth.formula.constants()])
    parts = [
        10.0 ** rng.uniform(-6, 3, count * 30 // 100),
        rng.standard_normal(count * 25 // 100) * 4.0,
        rng.uniform(0, 50, count * 15 // 100),
        rng.uniform(0, 800, count * 10 // 100),
        10.0 ** rng.uniform(-323, 308.2, count * 10 // 100),
        10.0 ** rng.uniform(-20, 0, count * 5 // 100),
        rng.choice(corners, count * 5 // 100) * (1.0 + 10.0 ** rng.uniform(-16, -1, count * 5 // 100)),
    ]
    x = np.concatenate(parts)
    x *= rng.choice([-1.0, 1.0], x.size)
    return x[np.isfinite(x)]


def errors(truth: Truth, screen: Screen, order: int, x: Floats, got: Floats) -> Floats:
    """How many ulp each answer is off the truth; balls have the last word on what is doubtful."""
    middle, error = screen.orders(x)[order]
    with np.errstate(all="ignore"):
        size = np.abs(middle.astype(np.float64))
        unit = np.maximum(np.spacing(np.minimum(size, 1.7e308)), 5e-324)
        found, unknown = (np.asarray(each / unit, np.float64) for each in (np.abs(got - middle), error))
    doubtful = np.flatnonzero(~(found + unknown < DOUBT))
    if doubtful.size:
        x, got = x[doubtful], got[doubtful]
        wanted = truth.order(order, x)
        unit = units(truth, order, x, wanted)
        off = distance(got, wanted, unit)
        for at in np.flatnonzero((off > 0.0) & (off < 1e6) & np.isfinite(got)):
            off[at] = truth.formula.distance(order, *(float(each[at]) for each in (x, got, unit)))
        found[doubtful] = np.where(off > 0.0, off, 0.5 * (got != 0.0))  # the nearest float64 is at most half off
    return found


def worst_of(truth: Truth, screen: Screen, spec: str, order: int, points: int, seed: int) -> Bad:
    """The worst error of value (0), slope (1) or curvature (2) at so many points, three quarters fresh."""
    function, rng = activation(spec), np.random.default_rng(seed)  # for every order the same fresh points
    x = fresh_points(truth, points * 3 // 4, rng)
    worst, share = Bad(0.0, 0.0, 0.0, 0.0), points // 4 // TURNS
    for turn in range(TURNS + 1):
        got = function.order(order, x)
        off = errors(truth, screen, order, x, got)
        best = np.argsort(-off, kind="stable")[: max(1, share // NEIGHBOURS)]
        at = best[0]
        found = Bad(float(x[at]), float(got[at]), float(truth.order(order, x[at : at + 1])[0]), float(off[at]))
        worst = max(worst, found, key=lambda bad: bad.ulp)
        with np.errstate(over="ignore"):
            near = np.repeat(x[best], NEIGHBOURS) * (
                1.0 + 10.0 ** (-2.0 - 2.0 * turn) * rng.uniform(-1.0, 1.0, best.size * NEIGHBOURS)
            )
        x = near[np.isfinite(near)]
    return worst


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="functions; all by default")
    parser.add_argument("--points", type=int, default=100_000, help="points of each function and order")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    passed = 0
    for entry in FUNCTIONS:
        if asked.names and entry.shown_name not in asked.names:
            continue
        for spec in sets_of_parameters(entry, random.Random(f"{entry.name} {asked.seed}")):  # noqa: S311 - no secret
            truth = truth_of(spec)
            screen = Screen(entry.formula, truth.parameters)
            truth.at(points(truth, thin=4))  # where the roots show
            worst = [worst_of(truth, screen, spec, order, asked.points, asked.seed) for order in range(3)]
            sys.stdout.write(f"{spec:50} " + " ".join(f"{bad.ulp:.3f}" for bad in worst) + "\n")
            for order, bad in enumerate(worst):
                if not bad.ulp < entry.bounds[order]:
                    passed += 1
                    sys.stdout.write(f"    order {order}: {bad}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{passed} bounds passed\n")
    return 1 if passed else 0


if __name__ == "__main__":
    sys.exit(main())

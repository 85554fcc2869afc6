"""Waves: whether they take a value again and again, which of its places come first, and after what period."""

import math
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from actcli.analysis.pieces import waves
from actcli.analysis.places import places
from actcli.analysis.search import plainly
from actcli.analysis.shape import extrema
from actcli.arrays import Floats
from actcli.catalog import Activation
from actcli.formula import Node
from actcli.formula.tree import Constant, Number, Operation, Slope, Variable, composed

_PERIODIC = ("sin", "cos", "tan")
# So many turns on a side make a wave.
_WAVING = 16
# A value that is taken within a turn at both of two such distances is taken without end: outward, or towards a pole.
_OUTWARD, _INWARD = (1e4, 1e7), (1e-4, 1e-7)
_FEWEST_TURNS = 100.0
_IN_A_TURN = 257


class Wave(NamedTuple):
    """A sine, cosine or tangent in a formula."""

    argument: Node
    """What it is of, in x."""

    def phase(self, x: Floats) -> Floats:
        """How far it has turned."""
        return plainly(self.argument, x)

    def rate(self, x: Floats) -> Floats:
        """How fast it turns."""
        return plainly(Slope(self.argument), x)


@lru_cache(maxsize=64)
def waves_of(activation: Activation) -> tuple[Wave, ...]:
    """The waves of a function, those of functions in its formula too."""
    found = {node.arguments[0] for node in waves(activation.tree, _PERIODIC) if isinstance(node, Operation)}
    return tuple(Wave(argument) for argument in found)


def phase(activation: Activation, x: Floats) -> Floats:
    """How far the waves of a function have turned at some x, at most; |x| where there are none."""
    turned = [np.abs(wave.phase(x)) for wave in waves_of(activation)]
    return np.nan_to_num(np.max(turned, axis=0), nan=np.inf) if turned else np.abs(x)


def is_in_wave(activation: Activation, x: float) -> bool:
    """Whether a place is beyond the last turns that are known, on a side where a function waves."""
    last = _last_turns(activation)[0 if x < 0 else 1]
    return abs(x) >= last


@lru_cache(maxsize=64)
def _last_turns(activation: Activation) -> tuple[float, float]:
    """How far out the last turns but one that are known lie, left and right; infinitely far where there is no wave."""
    sides = ([abs(each.low) for each in extrema(activation) if each.low * side > 0] for side in (-1, 1))
    left, right = (sorted(turns)[-2] if len(turns) >= _WAVING else np.inf for turns in sides)
    return left, right


def recurs(activation: Activation, y: float) -> bool:
    """Whether a function passes a value in every turn of a wave, far out or close to a pole of what the wave is of."""
    if not waves_of(activation):
        return False
    found = [sign * np.array(_OUTWARD) for sign in (-1.0, 1.0)]
    for place in places(activation.tree):
        found += [place + sign * np.array(_INWARD) * (abs(place) or 1.0) for sign in (-1.0, 1.0)]
    return any(
        all(_passes(activation, wave, y, site) for site in sites.tolist())
        for wave in waves_of(activation)
        for sites in found
    )


def _passes(activation: Activation, wave: Wave, y: float, site: float) -> bool:
    """Whether a function passes a value while a wave that has turned often already turns once from a place on."""
    at = np.array([site])
    turned, rate = abs(float(wave.phase(at)[0])), abs(float(wave.rate(at)[0]))
    if not (turned > _FEWEST_TURNS and 0 < rate < np.inf):
        return False
    x = site + np.linspace(0.0, 2 * math.pi / rate, _IN_A_TURN)
    with np.errstate(all="ignore"):
        above = np.sign(activation.value(x) - y)
    return bool((above[1:] * above[:-1] < 0).any())


@lru_cache(maxsize=64)
def period(activation: Activation) -> float | None:
    """The period of a function, as algebra proves it; None where it has none, or none is found."""
    from actcli.formula.exact.proof import proof

    for unit in (Number(1), Constant("pi")):
        rates = [_rate(wave.argument, unit) for wave in waves_of(activation)]
        if not rates or None in rates:
            continue
        known = [rate for rate in rates if rate is not None]
        slowest = Fraction(math.gcd(*(r.numerator for r in known)), math.lcm(*(r.denominator for r in known)))
        for turns in (1, 2):  # of half a turn
            length = Operation("*", (Number(turns / slowest), Operation("/", (Constant("pi"), unit))))
            if proof(activation.tree, composed(activation.tree, Operation("+", (Variable(), length)))) == ((), ()):
                return float(turns / slowest) * (math.pi if unit == Number(1) else 1.0)
    return None


def _rate(argument: Node, unit: Node) -> Fraction | None:
    """How fast a straight line rises, in some unit; None of anything else."""
    from actcli.formula.exact.proof import polynomial

    line = polynomial(Operation("/", (argument, unit)))
    return line[1] if line is not None and len(line) == 2 else None

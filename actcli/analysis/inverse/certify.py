"""The roots of f(x) = y certified in ball arithmetic: neighbouring float64 on either side, or digits."""

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from actcli.analysis.search import stepped
from actcli.catalog import Activation
from actcli.formula import evaluate
from actcli.formula.tree import Node, Number, Operation

if TYPE_CHECKING:
    from actcli.formula.balls import Ball, BallArithmetic

# Balls look for a change of sign so many float64 around what pairs have found.
_FARTHEST = 1 << 40
# A root beyond float64 is looked for up to such a power of 2.
_HIGHEST = 1 << 15


class Root(NamedTuple):
    """A point at which a function takes a value, between two neighbouring float64, or at one."""

    low: float
    """The float64 below it, or itself."""
    high: float
    """The float64 above it, or itself."""
    nearest: float
    """The one of the two that is nearer; infinite where it lies beyond float64."""

    @property
    def odd(self) -> float:
        """The one with the odd last bit, which rounds to a narrower type as the root does."""
        return self.low if self.low == self.high or int(np.float64(self.low).view(np.int64)) & 1 else self.high


def difference(tree: Node, y: float) -> Node:
    """f(x) - y, whose roots these are."""
    return Operation("-", (tree, Number(Fraction(y))))


def middle_of(first: float, last: float) -> float:
    """A float64 between two others."""
    return first if first == last else first / 2 + last / 2


def certified(activation: Activation, y: float, root: Root) -> Root:
    """The same root, its neighbours and which of them is nearer certified in ball arithmetic.

    That it is a root holds where the function is continuous; that there are no others is not certified. Raises
    NotSettledError where balls do not tell on which side it lies.
    """
    if np.isinf(root.nearest):
        return root
    low, high = _bracket(activation, y, root)
    if low == high:
        return Root(low, low, low)
    middle = (Fraction(low) + Fraction(high)) / 2
    side = _side(activation, y, middle)
    if side == 0:
        return Root(low, high, float(middle))
    return Root(low, high, high if side == _side(activation, y, Fraction(low)) else low)


def digits(activation: Activation, y: float, root: Root, count: int) -> str:
    """So many significant digits of a root, every one certified; raises NotSettledError where they cannot be."""
    from actcli.formula.balls import Ball, flint_module  # only who asks for certified digits pays for them
    from actcli.formula.digits import decimal

    flint = flint_module()
    if np.isinf(root.nearest):
        low, high = _far_bracket(activation, y, 1 if root.nearest > 0 else -1)
    else:
        low, high = map(Fraction, _bracket(activation, y, root))
    start = _side(activation, y, low)
    while True:
        with flint.ctx.workprec(4 * count + 256):
            ends = [flint.fmpq(end.numerator, end.denominator) for end in (low, high)]
            exact = ends[0] if low == high else None
            found = decimal(Ball(flint.arb(ends[0]).union(flint.arb(ends[1])), exact), count)
        if found is not None:
            return found
        middle = (low + high) / 2
        side = _side(activation, y, middle)
        if side == 0:
            low = high = middle
        elif side == start:
            low = middle
        else:
            high = middle


def _bracket(activation: Activation, y: float, root: Root) -> tuple[float, float]:
    """Neighbouring float64 with the root between them, or the one that it is, certified."""
    from actcli.formula.digits import NotSettledError

    low, high, reach = root.low, root.high, 1
    if low == high:
        if _side(activation, y, Fraction(low)) == 0:
            return low, low
        low, high = stepped(low, -1), stepped(high, 1)
    while (start := _side(activation, y, Fraction(low))) * _side(activation, y, Fraction(high)) > 0:
        low, high, reach = stepped(low, -reach), stepped(high, reach), 2 * reach
        if reach > _FARTHEST:
            raise NotSettledError("the curve touches the value and turns: no sign tells where", "leave out --exact")

    if start == 0:
        return low, low
    while stepped(low, 1) < high:
        middle = middle_of(low, high)
        there = _side(activation, y, Fraction(middle))
        if there == 0:
            return middle, middle
        low, high = (middle, high) if there == start else (low, middle)
    return (high, high) if _side(activation, y, Fraction(high)) == 0 else (low, high)


def _far_bracket(activation: Activation, y: float, end: int) -> tuple[Fraction, Fraction]:
    """Two powers of 2 beyond float64 with the root between them."""
    from actcli.formula.digits import NotSettledError

    power = 1023
    start = _side(activation, y, end * Fraction(2) ** power)
    while power < _HIGHEST:
        following = power + 1 if power < 1100 else power * 2
        if _side(activation, y, end * Fraction(2) ** following) != start:
            return end * Fraction(2) ** power, end * Fraction(2) ** following
        power = following
    raise NotSettledError("an x lies too far beyond float64", "leave out --digits")


def _side(activation: Activation, y: float, x: Fraction) -> int:
    """The sign of f(x) - y at a rational x, certified; 0 where they are equal."""
    from actcli.formula.digits import settled

    def compute(balls: "BallArithmetic") -> "Ball":
        return evaluate(difference(activation.tree, y), balls, balls.number(x))

    def sign(ball: "Ball") -> int | None:
        if ball.rational is not None:
            return int(ball.rational > 0) - int(ball.rational < 0)
        return 1 if ball.ball > 0 else -1 if ball.ball < 0 else None

    return settled(compute, sign)

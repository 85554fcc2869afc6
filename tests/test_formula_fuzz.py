"""Certified digits of formulas that nobody would write, held against the oracle: few by default, many with --slow."""

import math
import random
from collections.abc import Iterator, Sequence

import pytest

from actcli.catalog import FUNCTIONS, Activation, find
from actcli.errors import ActcliError
from actcli.formula.digits import NotSettledError
from tests.oracle.formulas import Formula

EXPRESSIONS = 200  # in each of the batches, whose number is their seed
UNARY = ("abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "atan", "sinh", "cosh", "tanh")
SPECIAL = ("erf", "erfc", "normal_cdf", "normal_pdf", *(function.name for function in FUNCTIONS))
NUMBERS = ("0", "1", "2", "-1", "0.5", "1/3", "3", "0.1", "pi", "10", "1e10", "1e-10")
EXPONENTS = ("0", "1", "2", "-1", "0.5", "-0.5", "1/3", "3", "-2", "1.5")
POINTS = (0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 1e-9, -1e-9, 20.0, -30.0, 710.0, -745.0, 1e10, -1e10, 1e300, -1e300, 5e-324)


def formula(draw: random.Random, depth: int) -> str:
    """A formula of at most so many levels."""
    if depth == 0 or draw.random() < 0.1:
        return "x" if draw.random() < 0.6 else f"({draw.choice(NUMBERS)})"
    one, other = formula(draw, depth - 1), formula(draw, depth - 1)
    kind = draw.random()
    if kind < 0.35:
        return f"({one} {draw.choice('+-*/')} {other})"
    if kind < 0.45:
        return f"({one})**({draw.choice(EXPONENTS)})"
    if kind < 0.65:
        return f"{draw.choice(UNARY)}({one})"
    if kind < 0.78:
        # Of something finite: the limits at infinity are facts of an entry that its formula need not have.
        return f"{draw.choice(SPECIAL)}({draw.choice(('x', f'3*sin({one})'))})"
    if kind < 0.9:
        return f"{draw.choice(('max', 'min'))}({one}, {other})"
    if kind < 0.95:
        return f"clip({one}, -1, {draw.choice(('1', '2', '0.5'))})"
    return f"where({one} {draw.choice(('>', '<', '>=', '<=', '=='))} {other}, {formula(draw, depth - 1)}, {one})"


def samples(seed: int, count: int) -> Iterator[tuple[str, Activation, float, Sequence[float]]]:
    """Expressions at random, each at three points: the text, the function, x, and value, slope and curvature of it."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(count):
        text = formula(draw, draw.randint(1, 3))
        try:
            function = find(text)
        except ActcliError:  # such as a parameter out of its domain
            continue
        if not isinstance(function, Activation):
            continue
        for x in draw.sample(POINTS, 3):
            try:
                wanted = Formula(text).nearest(x)
            except (NotSettledError, AssertionError, KeyError, OverflowError, ZeroDivisionError):
                continue
            yield text, function, x, wanted


@pytest.mark.parametrize("seed", range(5))
def test_no_certified_number_is_wrong(seed: int, density: int) -> None:
    answered = 0
    for text, function, x, wanted in samples(seed, EXPRESSIONS * density):
        try:
            got = [function.certified(order, x) for order in range(3)]
        except NotSettledError:
            continue
        answered += 1
        # Derivatives where a value is infinite are a matter of convention, and NaN claims nothing.
        claims = zip(got, wanted, strict=True) if math.isfinite(got[0]) else [(got[0], wanted[0])]
        assert all(math.isnan(mine) or mine == its for mine, its in claims), (text, x, got, wanted)
    assert answered > EXPRESSIONS

"""Ranges as `seq` makes them: every value the double nearest to the exact START + k * STEP."""

import re
from fractions import Fraction
from math import lcm

import numpy as np

from actcli.arrays import Floats

# 10**exponent is worked out exactly: `1e-999999999` would take all memory.
_LITERAL = re.compile(r"[+-]?(?=\.?[0-9])[0-9]{0,400}\.?[0-9]{0,400}(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)

ONE = Fraction(1)
_ON_GRID = Fraction(1, 10**6)


def exact(text: str, value: float, /) -> tuple[Fraction, bool]:
    """Say which rational number `text` stands for, and whether it is the decimal typed or only the double `value`."""
    if _LITERAL.fullmatch(text):
        return Fraction(text), True
    return Fraction(value), False


def steps(start: Fraction, stop: Fraction, step: Fraction, /, *, typed: bool) -> tuple[int, Fraction]:
    """Count the steps that lead from `start` to `stop` or just before it, and give the step that is taken.

    Where the pieces are not the decimals that were `typed` but doubles, such as pi/8, a `stop` that is missed by
    a millionth of a step counts as reached, and the step becomes the one that leads there exactly.
    """
    ratio = (stop - start) / step
    nearest = round(ratio)
    if typed or nearest < 1 or abs(ratio - nearest) > _ON_GRID:
        return ratio.numerator // ratio.denominator, step
    return nearest, (stop - start) / nearest


def grid(start: Fraction, step: Fraction, count: int, /) -> Floats:
    """Return the doubles nearest to start + k * step for k = 0 … count - 1."""
    denominator = lcm(start.denominator, step.denominator)
    first = start.numerator * (denominator // start.denominator)
    stride = step.numerator * (denominator // step.denominator)
    last = first + stride * (count - 1)
    # Both operands exact, hence one rounding: integers up to 2**53 and the divisor are doubles themselves.
    if max(abs(first), abs(last), denominator) <= 2**53:
        numerators = np.arange(count, dtype=np.int64) * (stride if count > 1 else 0) + first
        return np.asarray(numerators / np.float64(denominator), dtype=np.float64)
    # Python divides integers of any size with a single rounding.
    return np.fromiter(((first + k * stride) / denominator for k in range(count)), np.float64, count)

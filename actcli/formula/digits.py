"""From balls to digits: rising precision, then the one float64 or the one decimal that all of a ball rounds to."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from actcli.errors import ActcliError
from actcli.formula.balls import Ball, BallArithmetic, flint_module

if TYPE_CHECKING:
    from flint import arb, fmpq


Answer = TypeVar("Answer")

PRECISIONS = tuple(128 << step for step in range(8))
"""In bits, from 128 doubled to 16,384: what is tried for digits that were asked for."""
BRIEF_PRECISIONS = (256, 1_024, 4_096)
"""What is tried for digits that nobody asked to have certified."""
_RESTS = (2_300, 100)  # binary places that a rest lies behind: all are behind the last of these
_MOST_DYADIC = 1_200  # binary places of float64, their ties among them, and some more


class NotSettledError(ActcliError):
    """The digits could not be certified within the bound on work."""


def settled(
    compute: Callable[[BallArithmetic], Ball],
    accept: Callable[[Ball], Answer | None],
    precisions: Sequence[int] = PRECISIONS,
) -> Answer:
    """Compute with ever more bits until `accept` gives something other than None: the answer.

    Raises NotSettledError when the last of `precisions`, 16,384 bits by default, does not decide it.
    """
    flint = flint_module()
    for bits in precisions:
        with flint.ctx.workprec(bits):
            answer = accept(compute(BallArithmetic()))
        if answer is not None:
            return answer
    raise NotSettledError(
        f"not settled: {precisions[-1]} bits do not decide the digits",
        "the value lies too close to a tie, a branch or the edge of a domain, or is too large to enclose",
    )


def nearest_double(ball: Ball) -> float | None:
    """The one float64 that every number of the ball rounds to, or None where there is more than one."""
    if ball.special is not None:
        return ball.special
    if not ball.ball.is_finite():
        return None
    low, high = _rounded(ball.ball.lower()), _rounded(ball.ball.upper())
    if low != high and ball.beside is not None and (sides := _beside(*ball.beside)):
        low, high = map(float, sides)
    # A ball around zero rounds to -0.0 below and 0.0 above; the sum of the two is 0.0, and -0.0 only for two of them.
    return None if low != high else low or low + high


def nearest_in(ball: Ball, rounded: Callable[[float], float]) -> float | None:
    """The one number of a narrower type that all of the ball rounds to, once; `rounded` takes float64 to that type.

    None where there is more than one.
    """
    if ball.special is not None:
        return rounded(ball.special)
    if not ball.ball.is_finite():
        return None
    low, high = (rounded(_to_odd(end)) for end in (ball.ball.lower(), ball.ball.upper()))
    if low != high and ball.beside is not None and (sides := _beside(*ball.beside)):
        low, high = (rounded(_odd(float(end), float(end) == end, end > float(end))) for end in sides)
    return low if low == high or (math.isnan(low) and math.isnan(high)) else None


def decimal(ball: Ball, digits: int) -> str | None:
    """The one decimal of so many significant digits that every number of the ball rounds to, written as by C's %g.

    None where there is more than one. Ties of a rational go to the even digit.
    """
    if ball.special is not None:
        return str(ball.special)
    if ball.rational is not None:
        return _of_rational(Fraction(int(ball.rational.p), int(ball.rational.q)), digits)
    if not ball.ball.is_finite() or ball.ball.contains(0):
        return None
    return _of_ball(ball.ball, digits)


def _of_ball(ball: "arb", digits: int) -> str | None:
    size, ten = abs(ball), type(ball)(10)
    exponent = _floor(size.mid().log() / ten.log())
    # The estimate may be one off beside a power of ten: then the digits say so.
    for _ in range(3):
        # An arb power carries exponents of any size, which an integer power of ten could not.
        scaled = size * ten ** type(ball)(digits - 1 - exponent)
        whole = (scaled + 0.5).floor().unique_fmpz()
        if whole is None:
            return None
        if 10 ** (digits - 1) <= int(whole) < 10**digits:
            return _written(bool(ball < 0), int(whole), exponent, digits)
        exponent += 1 if int(whole) >= 10**digits else -1
    return None


def _floor(ball: "arb") -> int:
    mantissa, exponent = (int(part) for part in ball.mid().man_exp())
    return mantissa << exponent if exponent >= 0 else mantissa >> -exponent


def _of_rational(value: Fraction, digits: int) -> str:
    if value == 0:
        return "0"
    size = abs(value)
    exponent = int((size.numerator.bit_length() - size.denominator.bit_length()) * math.log10(2))
    while size >= Fraction(10) ** (exponent + 1):
        exponent += 1
    while size < Fraction(10) ** exponent:
        exponent -= 1
    # Fraction rounds half to even.
    whole = round(size * Fraction(10) ** (digits - 1 - exponent))
    if whole == 10**digits:
        whole, exponent = whole // 10, exponent + 1
    return _written(value < 0, whole, exponent, digits)


def _written(is_negative: bool, whole: int, exponent: int, digits: int) -> str:
    """Digits and decimal exponent as %g writes them: plain near 1, trailing zeros dropped."""
    shown = str(whole).rstrip("0")
    sign = "-" if is_negative else ""
    if not -4 <= exponent < digits:
        mantissa = shown[0] + ("." + shown[1:] if len(shown) > 1 else "")
        return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{shown}"
    before, after = shown[: exponent + 1].ljust(exponent + 1, "0"), shown[exponent + 1 :]
    return sign + before + ("." + after if after else "")


def _to_odd(end: "arb") -> float:
    """An exact ball to float64, to the odd neighbour where it lies between two: rounding once more is as rounding once.

    Source: Boldo and Melquiond, Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd,
    IEEE Transactions on Computers 57(4), 2008.
    """
    nearest = _rounded(end)
    return _odd(nearest, math.isinf(nearest) or end == nearest, end > nearest)


def _odd(nearest: float, is_exact: bool, is_above: bool) -> float:
    """The float64 nearest to a number, or where that is even and inexact its neighbour beyond the number."""
    if is_exact or math.frexp(nearest)[0] * 2**53 % 2 == 1:
        return nearest
    return math.nextafter(nearest, math.inf if is_above else -math.inf)


def _beside(rational: "fmpq", rest: "arb") -> tuple[Fraction, Fraction] | None:
    """Two numbers, as close as to a rational that is a number of float64's kind, between which it lies with its rest.

    The one next to the rational is as close to it as no tie of float64 or a narrower type is that the rational is not
    itself. None where the side of the rest is not known, or the rational has too many digits.
    """
    whole = Fraction(int(rational.p), int(rational.q))
    is_dyadic = whole.denominator & (whole.denominator - 1) == 0 and whole.denominator.bit_length() <= _MOST_DYADIC
    if not is_dyadic or not (rest > 0 or rest < 0):
        return None
    side = 1 if rest > 0 else -1
    farthest = next(places for places in _RESTS if abs(rest) < type(rest)(2) ** -places)
    return whole + side * Fraction(1, 1 << (2 * _MOST_DYADIC)), whole + side * Fraction(1, 1 << farthest)


def _rounded(end: "arb") -> float:
    """An exact ball to the nearest float64, half to even; Python divides integers with one rounding."""
    mantissa, exponent = (int(part) for part in end.man_exp())
    magnitude = mantissa.bit_length() + exponent
    sign = -1.0 if mantissa < 0 else 1.0
    if magnitude > 1025:
        return sign * math.inf
    if magnitude < -1075:
        return sign * 0.0
    try:
        return float(mantissa << exponent) if exponent >= 0 else mantissa / (1 << -exponent)
    except OverflowError:
        return sign * math.inf

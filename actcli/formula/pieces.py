"""Formulas that are polynomials between a few points: relu, hard-tanh, soft-shrink and what is typed like them.

They are taken apart once, in rational numbers; then a block of values costs a comparison or two, a division or a
minimum, and not the double-double of `pairs`. Whatever else a formula holds, or more than it pays to take apart, makes
it none of these. The answers are the same: of finite values, rounded once.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from math import isqrt
from typing import Any, NamedTuple

import numpy as np

from actcli.arrays import Floats
from actcli.formula import double_double as dd
from actcli.formula.double_double import Pair
from actcli.formula.jets import Jet, JetArithmetic
from actcli.formula.tree import Node, evaluate
from actcli.numerics.frame import Writer, written

Polynomial = tuple[Fraction, ...]
"""Coefficients from that of x**0 on, the last not 0; () is 0."""

_MOST_PIECES, _HIGHEST_DEGREE = 16, 2
_TOP = int(np.float64(np.finfo(np.float64).max).view(np.int64))
_INFINITE = Fraction(1 << 5000)  # stands for inf: no double reaches it
_LARGE = 1 << 400

LARGEST, LEAST = 2.0**400, 2.0**-400
"""Between them products of x and such coefficients lose nothing below their range."""


class Piece(NamedTuple):
    """A polynomial, from one float64 on, up to the next piece."""

    start: int
    """The float64 it begins with, counted from 0 up and down: 1 is the least positive one."""

    polynomial: Polynomial
    """What holds there."""


Pieces = tuple[Piece, ...]
Conditions = tuple[tuple[int, bool], ...]


class NotPiecewiseError(Exception):
    """The formula is not made of such pieces."""


def counted(x: float) -> int:
    """How many float64 lie between 0 and x, and x itself; below 0 when x is."""
    size = int(np.abs(np.float64(x)).view(np.int64))
    return -size if x < 0 else size


def double(count: int) -> float:
    """The float64 of a count."""
    size = float(np.int64(abs(count)).view(np.float64))
    return -size if count < 0 else size


def _last_up_to(q: Fraction) -> int:
    """The largest finite float64 that is no larger than a rational number, as a count; below all of them -_TOP - 1."""
    if abs(q) > _INFINITE / 2 or abs(q) >= Fraction(2) ** 1024:
        return _TOP if q > 0 else -_TOP - 1
    count = counted(_nearest(q))
    while abs(count) > _TOP or Fraction(double(count)) > q:
        count -= 1
    return count


def _nearest(q: Fraction) -> float:
    try:
        return q.numerator / q.denominator
    except OverflowError:
        return float("inf") if q > 0 else float("-inf")


def _trimmed(coefficients: Sequence[Fraction]) -> Polynomial:
    found = list(coefficients)
    while found and not found[-1]:
        found.pop()
    if len(found) > _HIGHEST_DEGREE + 1:
        raise NotPiecewiseError
    return tuple(found)


def _added(u: Polynomial, v: Polynomial) -> Polynomial:
    size = max(len(u), len(v))
    nothing = Fraction(0)
    padded = ([*each, *[nothing] * (size - len(each))] for each in (u, v))
    return _trimmed([a + b for a, b in zip(*padded, strict=True)])


def _multiplied(u: Polynomial, v: Polynomial) -> Polynomial:
    found = [Fraction(0)] * (len(u) + len(v))
    for i, a in enumerate(u):
        for j, b in enumerate(v):
            found[i + j] += a * b
    return _trimmed(found)


def _combined(u: Pieces, v: Pieces, combine: Callable[[Polynomial, Polynomial], Polynomial]) -> Pieces:
    starts = sorted({piece.start for piece in u} | {piece.start for piece in v})
    if len(starts) > _MOST_PIECES:
        raise NotPiecewiseError
    return tuple(Piece(start, combine(_at(u, start), _at(v, start))) for start in starts)


def _at(pieces: Pieces, count: int) -> Polynomial:
    return next(piece.polynomial for piece in reversed(pieces) if piece.start <= count)


def _whole(polynomial: Polynomial) -> Pieces:
    return (Piece(-_TOP, polynomial),)


def _is_single(pieces: Pieces) -> bool:
    return len(pieces) == 1 and len(pieces[0].polynomial) <= 1


def _joined(pieces: Pieces) -> Pieces:
    """The same without seams between equal polynomials."""
    found: list[Piece] = []
    for piece in pieces:
        if not found or found[-1].polynomial != piece.polynomial:
            found.append(piece)
    return tuple(found)


class PieceArithmetic:
    """Piecewise polynomials; raises NotPiecewiseError where an operation leads out of them."""

    def number(self, exact: int | Fraction) -> Pieces:
        """A literal."""
        return _whole(_trimmed([Fraction(exact)]))

    def constant(self, name: str) -> Pieces:
        """Of the constants inf alone: as a bound that no value reaches."""
        if name != "inf":
            raise NotPiecewiseError
        return _whole((_INFINITE,))

    def vanishes(self, number: Pieces) -> bool:
        """Whether this is the single number zero."""
        return number == _whole(())

    def operate(self, name: str, *arguments: Pieces) -> Pieces:
        """Apply one operation of the formula language."""
        match name, arguments:
            case "+", (u, v):
                return _combined(u, v, _added)
            case "-", (u, v):
                return _combined(u, self.operate("neg", v), _added)
            case "*", (u, v):
                return _combined(u, v, _multiplied)
            case "neg", (u,):
                return tuple(Piece(piece.start, tuple(-c for c in piece.polynomial)) for piece in u)
            case "/", (u, v) if _is_single(v) and v[0].polynomial:
                return _combined(u, _whole((1 / v[0].polynomial[0],)), _multiplied)
            case "**", (u, v) if _is_single(v):
                (n,) = v[0].polynomial or (Fraction(0),)
                if n in (0, 1, 2):
                    return (_whole((Fraction(1),)), u, _combined(u, u, _multiplied))[int(n)]
            case "max", (u, v):
                return self.select(self.compare(">", u, v, _rounded=False), lambda: u, lambda: v)
            case "min", (u, v):
                return self.select(self.compare("<", u, v, _rounded=False), lambda: u, lambda: v)
            case "clip", (u, low, high):
                return self.operate("min", self.operate("max", u, low), high)
            case "abs", (u,):
                below = self.compare("<", u, _whole(()))
                return self.select(below, lambda: self.operate("neg", u), lambda: u)
            case "sign", (u,):
                one = _whole((Fraction(1),))
                below, above = (self.compare(sign, u, _whole(())) for sign in ("<", ">"))
                least = self.select(below, lambda: self.operate("neg", one), lambda: _whole(()))
                return self.select(above, lambda: one, lambda: least)
        raise NotPiecewiseError

    def compare(self, sign: str, left: Pieces, right: Pieces, *, _rounded: bool = True) -> Conditions:
        """Where it holds; what does not depend on x enters as the float64 nearest to it, as x does."""
        if _rounded:
            left, right = map(_as_doubles, (left, right))
        difference = _combined(left, self.operate("neg", right), _added)
        found: list[tuple[int, bool]] = []
        for at, (start, polynomial) in enumerate(difference):
            end = difference[at + 1].start - 1 if at + 1 < len(difference) else _TOP
            found += [(count, _holds(sign, side)) for count, side in _sides(polynomial, start, end)]
        return tuple(found)

    def select(self, condition: Conditions, yes: Callable[[], Pieces], no: Callable[[], Pieces]) -> Pieces:
        """Each place its branch; one that holds nowhere is not asked for."""
        holds = {holds for _, holds in condition}
        if len(holds) == 1:
            return yes() if True in holds else no()
        first, second = yes(), no()
        marks: Pieces = tuple(Piece(start, (Fraction(int(holds)),)) for start, holds in condition)
        of_first = _combined(marks, first, lambda mark, polynomial: polynomial if mark[0] else ())
        of_second = _combined(marks, second, lambda mark, polynomial: () if mark[0] else polynomial)
        return _joined(_combined(of_first, of_second, _added))

    def apply(self, _function: Any, argument: Pieces, by_formula: Callable[[Pieces], Pieces]) -> Pieces:
        """A function of the catalogue, by its formula."""
        return by_formula(argument)

    def jets(self) -> "JetArithmetic[Pieces]":
        """Value and slope over pieces."""
        return JetArithmetic(self, 1)

    def defined(self, number: Pieces, beside: Pieces) -> Pieces:
        """The number: pieces are defined everywhere."""
        return number


def _as_doubles(number: Pieces) -> Pieces:
    if not _is_single(number) or number[0].polynomial in ((), (_INFINITE,), (-_INFINITE,)):
        return number
    nearest = _nearest(number[0].polynomial[0])
    if not np.isfinite(nearest):
        raise NotPiecewiseError
    return _whole(_trimmed([Fraction(nearest)]))


def _sides(polynomial: Polynomial, start: int, end: int) -> list[tuple[int, int]]:
    """Where the sign of a line changes between two float64, and what it is from there on."""
    if len(polynomial) < 2:
        sign = 0 if not polynomial else 1 if polynomial[0] > 0 else -1
        return [(start, sign)]
    if len(polynomial) > 2:
        raise NotPiecewiseError
    root, slope = -polynomial[0] / polynomial[1], 1 if polynomial[1] > 0 else -1
    last = _last_up_to(root)
    on_it = abs(last) <= _TOP and Fraction(double(last)) == root
    found = [(start, -slope), (last if on_it else last + 1, 0 if on_it else slope), (last + 1, slope)]
    inside: dict[int, int] = {}
    for count, sign in found:
        if count <= end:
            inside[max(count, start)] = sign
    return sorted(inside.items())


def _holds(sign: str, side: int) -> bool:
    return {">": side > 0, "<": side < 0, ">=": side >= 0, "<=": side <= 0, "==": side == 0, "!=": side != 0}[sign]


def pieces_of(tree: Node, order: int) -> Pieces | None:
    """Value (0), slope (1) or curvature (2) of a formula in x as pieces; None where it is not made of them."""
    variable = _whole((Fraction(0), Fraction(1)))
    try:
        if order == 0:
            found = evaluate(tree, PieceArithmetic(), variable)
        else:
            jets: JetArithmetic[Pieces] = JetArithmetic(PieceArithmetic(), order)
            jet: Jet[Pieces] = evaluate(tree, jets, jets.variable(variable))
            part = jet[order]
            found = _whole(()) if part is None else part
    except NotPiecewiseError:
        return None
    found = _joined(found)
    sizes = (abs(c) for piece in found for c in piece.polynomial if c)
    return found if all(1 < size * _LARGE < _LARGE * _LARGE for size in sizes) else None


# Their evaluation.

Evaluator = Callable[[Floats], Any]
"""From a block to its answers, or to the one number that they all are."""


class Straight(NamedTuple):
    """What evaluates such a formula at finite float64."""

    write: Writer
    """Writes the answers to a block into an array of its size."""

    everywhere: bool
    """Whether the answers are rounded once also outside of LEAST and LARGEST."""

    through_zero: bool = False
    """Whether it is the larger or smaller of two that may be 0 and -0, of which processors take either."""

    is_step: bool = False
    """Whether it is a step function, which gives its outer levels at infinities."""


def straight(tree: Node, order: int, in_full: Callable[[Floats], Floats]) -> Straight | None:
    """Value (0), slope (1) or curvature (2) of a formula in x; None where it is not made of pieces.

    `in_full` evaluates it slowly, with the sign of every zero.
    """
    pieces = pieces_of(tree, order)
    zero = None if pieces is None else _zero_of(pieces, in_full)
    if pieces is None or zero is None:
        return None
    seams = [double(piece.start) for piece in pieces[1:]]
    polynomials = [piece.polynomial for piece in pieces]
    if all(len(each) < 2 for each in polynomials):
        levels = [_nearest(each[0]) if each else zero for each in polynomials]
        return Straight(_levels(seams, levels), everywhere=True, is_step=True)
    lines = {each: _line(each) if each else _Line(lambda _x: zero) for each in polynomials}
    everywhere = all(line.everywhere for line in lines.values())
    extreme = _by_extremes(pieces, lines)
    if extreme is None:
        return Straight(_by_choice(seams, [lines[each].of for each in polynomials]), everywhere)
    return Straight(extreme, everywhere, through_zero=() in polynomials)


def _zero_of(pieces: Pieces, in_full: Callable[[Floats], Floats]) -> float | None:
    """What stands where the formula is 0 throughout: 0 or -0; None where it is now the one and now the other."""
    ends = [piece.start for piece in pieces[1:]]
    spans = [
        (piece.start, end - 1) for piece, end in zip(pieces, [*ends, _TOP + 1], strict=True) if not piece.polynomial
    ]
    counts = [count for low, high in spans for count in (low, (low + high) // 2, high, low // 2, high // 2)]
    inside = [count for count in counts if count and any(low <= count <= high for low, high in spans)]
    signs = set(np.signbit(in_full(np.array([double(count) for count in inside]))).tolist())
    return None if len(signs) > 1 else -0.0 if True in signs else 0.0


def _levels(seams: list[float], levels: list[float]) -> Writer:
    """A step function."""
    if not seams:
        return written(lambda _x: levels[0])
    low, high = sorted(levels[:2])  # so that 0 and 1 need no more work, whichever comes first
    if len(set(levels)) == 2 and _is_exact(low, high):
        # Two levels take turns: the number of seams to the left of x, odd or even, tells which of them it is.
        first = np.greater_equal if levels[0] == low else np.less

        def alternating(x: Floats, y: Floats) -> None:
            above = first(x, seams[0])
            for seam in seams[1:]:
                above ^= x >= seam
            y[:] = above.view(np.int8)  # which is faster than from bool
            _leveled(y, low, high)

        return alternating
    table = np.array(levels)

    def found(x: Floats, y: Floats) -> None:
        place = (x >= seams[0]).view(np.int8)
        for seam in seams[1:]:
            place += (x >= seam).view(np.int8)
        table.take(place, mode="clip", out=y)

    return found


def _leveled(y: Floats, low: float, high: float) -> None:
    """Turn 0 into the one level and 1 into the other: a choice costs four times as much."""
    if high - low != 1.0:
        y *= high - low
    if low != 0.0 or np.signbit(low):
        y += low


def _is_exact(low: float, high: float) -> bool:
    """Whether `_leveled` meets both levels, and their signs, in spite of its roundings."""
    y, levels = np.array([0.0, 1.0]), np.array([low, high])
    _leveled(y, low, high)
    return y.tobytes() == levels.tobytes()


class _Line(NamedTuple):
    of: Evaluator
    """The polynomial at a block; a number where it is one."""

    everywhere: bool = True
    """As in `Straight`."""


def _line(polynomial: Polynomial) -> _Line:
    """A polynomial, rounded once: by one operation where there is one, else in double-double."""
    constant, slope = (polynomial[n] if n < len(polynomial) else Fraction(0) for n in (0, 1))
    number, factor = _nearest(constant), _nearest(slope)
    if len(polynomial) < 2:
        return _Line(lambda _x: number)
    if polynomial == (Fraction(0), Fraction(0), Fraction(1)):
        return _Line(lambda x: x * x)
    if len(polynomial) == 2:
        divisor = _nearest(1 / slope)
        if not constant and Fraction(factor) == slope:
            return _Line((lambda x: x) if factor == 1.0 else (lambda x: x * factor))
        if not constant and Fraction(divisor) == 1 / slope:
            return _Line(lambda x: x / divisor)  # 0.01 is no double, but 100 is
        if slope == 1 and Fraction(number) == constant:
            return _Line(lambda x: x + number)
        if slope == -1 and Fraction(number) == constant:
            return _Line(lambda x: number - x)
    return _Line(_product_of_factors(polynomial), everywhere=False)


def _product_of_factors(polynomial: Polynomial) -> Evaluator:
    """The leading coefficient times (x - root) for every rational root times the rest: no digit is lost at a root."""
    roots, rest = _taken_apart(polynomial)
    shifts = [None if root == 0 else _pair(-root) for root in roots]
    leading, coefficients = _pair(rest[-1]), [_pair(c / rest[-1]) for c in rest]

    def product(x: Floats) -> Floats:
        plain = Pair(x)
        factors = [plain if shift is None else dd.add(plain, shift) for shift in shifts]
        if len(coefficients) > 1:
            total = plain if len(coefficients) == 2 else dd.square(plain)
            if len(coefficients) == 3 and coefficients[1].high:
                total = dd.add(total, dd.multiply(plain, coefficients[1]))
            factors.append(dd.add(total, coefficients[0]))
        answer: Floats = reduce(dd.multiply, factors, leading).high
        return answer

    return product


def _taken_apart(polynomial: Polynomial) -> tuple[list[Fraction], Polynomial]:
    """The rational roots, and what is left without them."""
    if len(polynomial) == 2:
        return [-polynomial[0] / polynomial[1]], (polynomial[1],)
    c, b, a = polynomial
    discriminant = b * b - 4 * a * c
    numerator, denominator = (isqrt(abs(each)) for each in (discriminant.numerator, discriminant.denominator))
    root = Fraction(numerator, denominator)
    if discriminant < 0 or root * root != discriminant:
        return [], polynomial
    return [(-b - root) / (2 * a), (-b + root) / (2 * a)], (a,)


def _pair(q: Fraction) -> Pair:
    high = _nearest(q)
    low = _nearest(q - Fraction(high))
    return Pair(np.float64(high), np.float64(low) if low else None)


def _by_choice(seams: list[float], lines: list[Evaluator]) -> Writer:
    def chosen(x: Floats, y: Floats) -> None:
        y[:] = lines[0](x)
        for seam, line in zip(seams, lines[1:], strict=True):
            np.copyto(y, line(x), where=x >= seam)

    return chosen


def _by_extremes(pieces: Pieces, lines: dict[Polynomial, _Line]) -> Writer | None:
    """Continuous lines as max and min of one another, which is faster than a choice; None where they are not such.

    Rounding keeps the order of numbers, so the larger of two rounded lines is the larger line, rounded.
    """
    if len(pieces) == 1 or any(len(piece.polynomial) > 2 for piece in pieces):
        return None
    steps: list[tuple[Any, Evaluator]] = []
    for at in range(1, len(pieces)):
        before, (start, line) = pieces[:at], pieces[at]
        gap = _added(line, tuple(-c for c in before[-1].polynomial))
        if len(gap) < 2 or not double(start - 1) <= -gap[0] / gap[1] <= double(start):
            return None
        up = gap[1] > 0
        # To the left of here the new line has to lie on the far side of all that is there.
        ends = [Fraction(double(piece.start)) for piece in before]
        rests = [_value(line, end) - _value(piece.polynomial, end) for piece, end in zip(before, ends, strict=True)]
        if any(rest > 0 if up else rest < 0 for rest in rests):
            return None
        steps.append((np.maximum if up else np.minimum, lines[line].of))

    first = lines[pieces[0].polynomial].of

    def extreme(x: Floats, y: Floats) -> None:
        (take, line), *others = steps
        take(first(x), line(x), out=y)
        for take, line in others:
            take(y, line(x), out=y)

    return extreme


def _value(polynomial: Polynomial, x: Fraction) -> Fraction:
    return sum((c * x**n for n, c in enumerate(polynomial)), Fraction(0))

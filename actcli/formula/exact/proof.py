"""Whether two formulas are one function: their difference is 0 on every stretch between their kinks, and at each."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from actcli.formula.exact.arithmetic import (
    UNDEFINED,
    Condition,
    CutError,
    ExactArithmetic,
    Quotient,
    SingularError,
    UndecidedError,
)
from actcli.formula.exact.polynomials import ONE, TooLargeError
from actcli.formula.exact.roots import Coefficients
from actcli.formula.floats import FloatArithmetic
from actcli.formula.tree import Node, Slope, evaluate, parts

_MOST_CUTS = 32
_SOMETHING = Quotient(ONE, ONE)  # stands for a value that is not asked for


class Part(NamedTuple):
    """An open stretch of the line, or a point where its ends are equal."""

    low: Fraction | None
    """The left end; None where it is infinite."""
    high: Fraction | None
    """The right end; None where it is infinite."""

    @property
    def is_point(self) -> bool:
        """Whether it is one."""
        return self.low is not None and self.low == self.high


class Proof(NamedTuple):
    """That two formulas have equal values wherever both are defined."""

    first_alone: tuple[Part, ...]
    """Where only the first is defined, from left to right."""
    second_alone: tuple[Part, ...]
    """Where only the second is."""


def proof(first: Node, second: Node) -> Proof | None:
    """The proof that two formulas are one function of finite x; None where they are not, or none is found."""
    alone: tuple[list[Part], list[Part]] = ([], [])
    try:
        for part, one, other in _stretches(first, second):
            if one is UNDEFINED and other is UNDEFINED:
                continue
            if one is UNDEFINED or other is UNDEFINED:
                alone[1 if one is UNDEFINED else 0].append(part)
    except _DifferentError:
        return None
    return Proof(tuple(alone[0]), tuple(alone[1]))


def is_always(tree: Node, value: Fraction, low: float, high: float) -> bool:
    """Whether a formula has a value everywhere strictly between two ends, as its form proves."""
    arithmetic, found = _written_out(tree, low, high)
    if found is None or arithmetic.conditions:
        return False
    return not arithmetic.difference(found, arithmetic.number(value)).over


def is_constant(tree: Node, low: float, high: float) -> bool:
    """Whether a formula has one value wherever it is defined strictly between two ends, as its form proves: x/x has."""
    waiting = [_part(low, high)]
    found = set[Fraction | None]()
    while waiting and len(found) <= 1 and len(waiting) <= _MOST_CUTS:
        part = waiting.pop()
        arithmetic = ExactArithmetic(*part)
        try:
            form = evaluate(tree, arithmetic, arithmetic.variable)
        except CutError as cut:
            waiting += [Part(cut.at, part.high), Part(part.low, cut.at)]
            continue
        except (SingularError, UndecidedError, TooLargeError, RecursionError):
            return False
        if form is UNDEFINED:
            continue
        ratios = {coefficient / form.under.get(monomial, 1) for monomial, coefficient in form.over.items()}
        if not form.over or (form.over.keys() == form.under.keys() and len(ratios) == 1):
            found.add(ratios.pop() if ratios else Fraction(0))
        elif arithmetic.is_free_of_x(form) and part == _part(low, high):
            found.add(None)  # not a fraction: on another part it would be another one, for all that is known here
        else:
            return False
    return len(found) == 1 and not waiting


def polynomial(tree: Node) -> Coefficients | None:
    """The coefficients of a formula that is a polynomial in x with rational ones; None where it is none."""
    arithmetic, found = _written_out(tree, -np.inf, np.inf)
    if found is None or found.under != ONE or arithmetic.conditions:
        return None
    return arithmetic.in_x(found.over)


def _written_out(tree: Node, low: float, high: float) -> tuple[ExactArithmetic, Quotient | None]:
    """The form of a formula between two ends; None where it has none, or several, or is undefined."""
    arithmetic = ExactArithmetic(*_part(low, high))
    try:
        found = evaluate(tree, arithmetic, arithmetic.variable)
    except (CutError, SingularError, UndecidedError, TooLargeError, RecursionError):
        return arithmetic, None
    return arithmetic, None if found is UNDEFINED else found


def _part(low: float, high: float) -> Part:
    return Part(*(None if np.isinf(end) else Fraction(end) for end in (low, high)))


class _DifferentError(Exception):
    """The two are not equal somewhere, or cannot be shown to be."""


def _stretches(first: Node, second: Node) -> Iterator[tuple[Part, Quotient, Quotient]]:
    """The parts of the line on which both have one form, and that form; raises _DifferentError."""
    waiting = [Part(None, None)]
    cuts = 0
    while waiting:
        part = waiting.pop()
        try:
            yield part, *_forms(first, second, part)
        except CutError as cut:
            cuts += 1
            if part.is_point or cuts > _MOST_CUTS:
                raise _DifferentError from cut
            waiting += [Part(cut.at, part.high), Part(cut.at, cut.at), Part(part.low, cut.at)]


def _forms(first: Node, second: Node, part: Part) -> tuple[Quotient, Quotient]:
    """What both come to on a part, where that is the same, or one of them is undefined."""
    arithmetic = ExactArithmetic(*part)
    found: list[Quotient | None] = []
    conditions: list[list[Condition]] = []
    for tree in (first, second):
        arithmetic.conditions = []
        try:
            found.append(evaluate(tree, arithmetic, arithmetic.variable))
        except SingularError:
            found.append(None)
        except (UndecidedError, TooLargeError, RecursionError) as error:
            raise _DifferentError from error
        conditions.append(arithmetic.conditions)
    one, other = found
    if one is None or other is None:
        return _at_a_pole((first, second), (one, other), part)
    if one is UNDEFINED or other is UNDEFINED:
        return one, other
    try:
        is_same = not arithmetic.difference(one, other).over and arithmetic.are_alike(*conditions)
    except (UndecidedError, TooLargeError) as error:
        raise _DifferentError from error
    if not is_same:
        raise _DifferentError
    return one, other


def _at_a_pole(
    trees: tuple[Node, Node], found: tuple[Quotient | None, Quotient | None], part: Part
) -> tuple[Quotient, Quotient]:
    """What both come to at a point at which one divides by 0: NaN and infinities are by the rules of edges."""
    x = float(part.low) if part.is_point and part.low is not None else np.nan
    if np.isnan(x) or Fraction(x) != part.low or any(map(_has_slope, trees)):
        raise _DifferentError
    try:
        with np.errstate(all="ignore", under="raise"):
            values = [float(evaluate(tree, FloatArithmetic(), np.float64(x))) for tree in trees]
    except FloatingPointError as error:
        raise _DifferentError from error
    if all(map(np.isnan, values)):
        return UNDEFINED, UNDEFINED
    # Of the reciprocal of infinity 0 is exact, as infinities are; other numbers may be rounded.
    if values[0] == values[1] and values[0] in (0.0, np.inf, -np.inf):
        return _SOMETHING, _SOMETHING
    for place, own in enumerate(found):
        if np.isnan(values[place]) and not np.isnan(values[1 - place]) and own in (None, UNDEFINED):
            return (UNDEFINED, _SOMETHING) if place == 0 else (_SOMETHING, UNDEFINED)
    raise _DifferentError


def _has_slope(node: Node) -> bool:
    return isinstance(node, Slope) or any(map(_has_slope, parts(node)))

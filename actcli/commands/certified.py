"""Certified answers in place of float64 ones: for `--exact`, and for more digits than float64 holds."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from actcli.arrays import Floats, Numbers
from actcli.catalog import Activation
from actcli.dtypes import NumberType, narrowing
from actcli.formula.balls import Ball, BallArithmetic
from actcli.formula.digits import NotSettledError, decimal, nearest_double, nearest_in, settled
from actcli.results import Vectors


def column(
    activation: Activation, order: int, x: Floats, digits: int | None, number_type: NumberType | None = None
) -> Numbers:
    """Value, slope or curvature at each x: the nearest number of a type (float64), or so many digits as text.

    Raises NotSettledError that names the first x at which nothing can be certified.
    """
    rounded = narrowing(number_type)
    answers: list[Any] = []
    for each in x.tolist():
        try:
            answers.append(
                activation.certified(order, each, rounded) if digits is None else activation.digits(order, each, digits)
            )
        except NotSettledError as error:
            raise NotSettledError(f"{activation.name} at x = {each!r}: {error.message}", error.hint) from None
    return np.array(answers, np.float64 if digits is None else np.str_)


def softmax_column(
    vector: Vectors, temperature: float, of: Callable[["Softmax", int], Ball], digits: int | None
) -> Numbers:
    """What `of` says of each entry of a softmax of one vector, certified in its number type."""
    logits, rounded = vector.values, narrowing(vector.number_type)
    by_precision: dict[int, Softmax] = {}  # one sum for all entries

    def compute(balls: BallArithmetic, entry: int) -> Ball:
        if balls.bits not in by_precision:
            by_precision[balls.bits] = Softmax(balls, logits, temperature)
        return of(by_precision[balls.bits], entry)

    def accept(ball: Ball) -> Any:
        if digits is not None:
            return decimal(ball, digits)
        return nearest_double(ball) if rounded is None else nearest_in(ball, rounded)

    answers = [settled(partial(compute, entry=entry), accept) for entry in range(logits.size)]
    return np.array(answers, np.float64 if digits is None else np.str_)


class Softmax:
    """The softmax of one vector over balls: exp((x_i - m)/T) over their sum, m a largest finite logit.

    Entries at +inf share everything, as the limit has it; NaN, or nothing but -inf, is NaN.
    """

    def __init__(self, balls: BallArithmetic, logits: Floats, temperature: float) -> None:
        self._balls = balls
        if (logits == np.inf).any():
            logits = np.where(logits == np.inf, 0.0, -np.inf)
        self._undefined = bool(np.isnan(logits).any() or (logits == -np.inf).all())
        self._gaps: list[Ball | None] = []
        """(x_i - m)/T of each entry; None for one at -inf."""
        self._powers: list[Ball | None] = []
        """exp of these: balls have exponents without end, so that none underflows."""
        self._total = balls.double(0.0)
        if self._undefined:
            return
        largest, divisor = balls.double(float(logits.max())), balls.double(temperature)
        for logit in logits.tolist():
            if logit == -np.inf:
                self._gaps.append(None)
                self._powers.append(None)
                continue
            gap = balls.operate("/", balls.operate("-", balls.double(logit), largest), divisor)
            power = balls.operate("exp", gap)
            self._gaps.append(gap)
            self._powers.append(power)
            self._total = balls.operate("+", self._total, power)

    def probability(self, entry: int) -> Ball:
        """p_i = exp((x_i - m)/T) / sum_j exp((x_j - m)/T)."""
        if self._undefined:
            return self._balls.double(np.nan)
        power = self._powers[entry]
        return self._balls.double(0.0) if power is None else self._balls.operate("/", power, self._total)

    def log_probability(self, entry: int) -> Ball:
        """Log p_i = (x_i - m)/T - log sum_j exp((x_j - m)/T): both parts are 0 or below, and nothing cancels."""
        if self._undefined:
            return self._balls.double(np.nan)
        gap = self._gaps[entry]
        if gap is None:
            return self._balls.double(-np.inf)
        return self._balls.operate("-", gap, self._balls.operate("log", self._total))

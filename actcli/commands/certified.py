"""Certified answers in place of float64 ones: for `--exact`, and for more digits than float64 holds."""

from collections.abc import Callable
from typing import Any

import numpy as np

from actcli.arrays import Floats, Numbers
from actcli.catalog import Activation
from actcli.dtypes import NumberType
from actcli.formula.balls import Ball, BallArithmetic
from actcli.formula.digits import NotSettledError, decimal, nearest_double, nearest_in, settled
from actcli.results import Vectors


def column(
    activation: Activation, order: int, x: Floats, digits: int | None, number_type: NumberType | None = None
) -> Numbers:
    """Value, slope or curvature at each x: the nearest number of a type (float64), or so many digits as text.

    Raises NotSettledError that names the first x at which nothing can be certified.
    """
    rounded = _rounding(number_type)
    answers: list[Any] = []
    for each in x.tolist():
        try:
            answers.append(
                activation.certified(order, each, rounded) if digits is None else activation.digits(order, each, digits)
            )
        except NotSettledError as error:
            raise NotSettledError(f"{activation.name} at x = {each!r}: {error.message}", error.hint) from None
    return np.array(answers, np.float64 if digits is None else np.str_)


def _rounding(number_type: NumberType | None) -> Callable[[float], float] | None:
    """From one float64 to a narrower type; None where float64 is the answer."""
    if number_type is None or number_type.name == "float64":
        return None
    return lambda x: float(number_type.rounded(np.array(x)))


def softmax_column(
    vector: Vectors, temperature: float, of: Callable[["Softmax", int], Ball], digits: int | None
) -> Numbers:
    """What `of` says of each entry of a softmax of one vector, certified in its number type."""
    logits, rounded = vector.values, _rounding(vector.number_type)

    def accept(ball: Ball) -> Any:
        if digits is not None:
            return decimal(ball, digits)
        return nearest_double(ball) if rounded is None else nearest_in(ball, rounded)

    answers = [
        settled(lambda balls, entry=entry: of(Softmax(balls, logits, temperature), entry), accept)  # type: ignore[misc]
        for entry in range(logits.size)
    ]
    return np.array(answers, np.float64 if digits is None else np.str_)


class Softmax:
    """The softmax of one vector over balls: exp((x_i - m)/T) over their sum, m a largest finite logit.

    Entries at +inf share everything, as the limit has it; NaN, or nothing but -inf, is NaN.
    """

    def __init__(self, balls: BallArithmetic, logits: Floats, temperature: float) -> None:
        self._balls = balls
        if (logits == np.inf).any():
            logits = np.where(logits == np.inf, 0.0, -np.inf)
        self._logits = [balls.double(logit) for logit in logits.tolist()]
        self._temperature = balls.double(temperature)
        self._undefined = bool(np.isnan(logits).any() or (logits == -np.inf).all())

    def probability(self, entry: int) -> Ball:
        """p_i = 1 / sum_j exp((x_j - x_i)/T), in which the largest term cannot underflow."""
        if self._undefined or self._logits[entry].special is not None:
            return self._balls.double(np.nan if self._undefined else 0.0)
        return self._balls.operate("/", self._balls.double(1.0), self._sum(entry))

    def log_probability(self, entry: int) -> Ball:
        """Log p_i = -log sum_j exp((x_j - x_i)/T)."""
        if self._undefined or self._logits[entry].special is not None:
            return self._balls.double(np.nan if self._undefined else -np.inf)
        return self._balls.operate("neg", self._balls.operate("log", self._sum(entry)))

    def _sum(self, entry: int) -> Ball:
        total = self._balls.double(0.0)
        for logit in self._logits:
            if logit.special is None:
                gap = self._balls.operate("-", logit, self._logits[entry])
                power = self._balls.operate("exp", self._balls.operate("/", gap, self._temperature))
                total = self._balls.operate("+", total, power)
        return total

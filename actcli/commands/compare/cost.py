"""`compare --cost`: what a value and a slope take in our own kernels on this machine, in units of a value of relu."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from statistics import median
from time import perf_counter_ns
from typing import Any

import numpy as np

from actcli.arrays import Floats
from actcli.catalog import Activation
from actcli.commands.pipeline import description, element_wise
from actcli.results import Header, Result
from actcli.results.messages import note
from actcli.results.properties import COST, NAME, columns

Turns = Mapping[Activation, Sequence[float]]  # nanoseconds a value, turn by turn

# A block that stays in the second-level cache: what memory costs is the same whatever the function.
_VALUES = 16_384
_RUNS = 15
_SHORTEST_RUN = 1_000_000  # nanoseconds, of which the clock takes less than a thousandth
_YARDSTICK = "relu"  # a comparison and nothing that bends
_ORDERS = ("value", "slope")


def compare_cost(specs: Sequence[str]) -> Result:
    """Nanoseconds that a value and a slope of element-wise functions take, and their ratios to a value of relu.

    They are times of our own NumPy kernels, float64, on this machine: what a function costs in a network is another.
    The functions take turns, so that whatever else the machine does falls on all alike; medians over the turns.
    """
    activations = [element_wise(spec, "compare --cost") for spec in specs]
    yardstick = element_wise(_YARDSTICK, "compare --cost")
    x = np.random.default_rng(0).standard_normal(_VALUES)
    turns = [_turns(dict.fromkeys((yardstick, *activations)), order, x) for order in range(len(_ORDERS))]
    descriptions = tuple(description(activation) | _costs(activation, yardstick, turns) for activation in activations)
    measured = note("cost_measured", runs=_RUNS, values=_VALUES, unit=_YARDSTICK)
    return Result(
        Header(command="compare", descriptions=descriptions, properties=(NAME, *columns(COST)), messages=(measured,))
    )


def _costs(activation: Activation, yardstick: Activation, by_order: Sequence[Turns]) -> dict[str, Any]:
    """The costs by key; a ratio is one of runs of turns of the same number."""
    costs = {}
    for order, turns in zip(_ORDERS, by_order, strict=True):
        ratios = (own / other for own, other in zip(turns[activation], by_order[0][yardstick], strict=True))
        costs[f"{order}_ns"] = _three_digits(median(turns[activation]))
        costs[f"{order}_ratio"] = _three_digits(median(ratios))
    return costs


def _three_digits(measured: float) -> float:
    return float(f"{measured:.3g}")


def _turns(activations: Iterable[Activation], order: int, x: Floats) -> Turns:
    repeats = {each: _repeats(each, order, x) for each in activations}
    turns: dict[Activation, list[float]] = {each: [] for each in repeats}
    for _ in range(_RUNS):
        for each, times in repeats.items():
            turns[each].append(_nanoseconds(each, order, x, times) / times / x.size)
    return turns


def _repeats(activation: Activation, order: int, x: Floats) -> int:
    """How often a run evaluates a function to last long enough; the first time, which imports kernels, is not timed."""
    activation.order(order, x)
    return -(-_SHORTEST_RUN // max(1, _nanoseconds(activation, order, x, 1)))


def _nanoseconds(activation: Activation, order: int, x: Floats, times: int) -> int:
    work = partial(activation.order, order, x)
    start = perf_counter_ns()
    for _ in range(times):
        work()
    return perf_counter_ns() - start

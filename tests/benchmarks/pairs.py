"""Contenders measured in turn, so that a busy machine slows all alike; their medians, and tables of them."""

import sys
from collections.abc import Callable, Mapping, Sequence
from statistics import median


def in_turn(contenders: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """What each contender measures of itself in each round, after one round that does not count."""
    measured: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, measure in contenders.items():
            result = measure()
            if turn > 0:
                measured[name].append(result)
    return measured


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios round by round."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))


def difference(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the differences round by round."""
    return median(mine - other for mine, other in zip(ours, theirs, strict=True))


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table, padded so that it reads well on a terminal too; all columns but the first end right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    rule = ["-" * widths[0], *(f"{'-' * (width - 1)}:" for width in widths[1:])]
    for first, *others in (header, rule, *rows):
        cells = [first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]
        sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.write("\n")

"""Milliseconds of a TAB in the shells that are here, beside the start of Python that completion by a program takes."""

import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.benchmarks.pairs import difference, in_turn, print_table
from tests.benchmarks.processes import cost
from tests.shells import Shell

ROUNDS = 25
LINES = ("actcli gra", "actcli eval leaky-", "actcli eval gelu@transf", "actcli softmax -1.5 --temp")


def report() -> None:
    sys.stdout.write(f"Milliseconds of a TAB at the end of a line; medians of {ROUNDS} rounds in turn.\n\n")
    rows = []
    with TemporaryDirectory() as folder:
        for name in filter(shutil.which, ("bash", "zsh", "fish")):
            shell = Shell(name, Path(folder) / name)
            rows.append([name, *(f"{tab(shell, line):.1f}" for line in LINES)])
            shell.close()
    start = median(cost((sys.executable, "-c", "pass")).wall for _ in range(ROUNDS))
    rows.append(["`python -c pass`", *[f"{start:.1f}"] * len(LINES)])
    print_table(["shell", *(f"`{line}`" for line in LINES)], rows)


def tab(shell: Shell, line: str) -> float:
    """What a TAB takes, less what the line takes without it."""
    both = {"with": partial(clocked, shell.completed, line), "without": partial(clocked, shell.typed, line)}
    measured = in_turn(both, ROUNDS)
    return difference(measured["with"], measured["without"])


def clocked(act: Callable[[str], str], line: str) -> float:
    start = perf_counter()
    act(line)
    return 1000 * (perf_counter() - start)

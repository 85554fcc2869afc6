"""Milliseconds of whole processes in a pipe: actcli beside an import of NumPy and a bare Typer and NumPy program."""

import sys
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks.pairs import difference, in_turn, print_table, ratio
from tests.benchmarks.processes import ACTCLI, SCRIPT, Cost, cost

ROUNDS = 15
BASES = ("import numpy", "bare Typer + NumPy")
COMMANDS = {
    "import numpy": (sys.executable, "-c", "import numpy"),
    "bare Typer + NumPy": (sys.executable, str(Path(__file__).with_name("bare_application.py")), "0"),
    "actcli eval sigmoid 0": (*ACTCLI, "eval", "sigmoid", "0"),
    "actcli plot sigmoid": (*ACTCLI, "plot", "sigmoid"),
}


def report() -> None:
    costs: dict[str, list[Cost]] = {name: [] for name in COMMANDS}

    def wall(name: str) -> float:
        costs[name].append(cost(COMMANDS[name]))
        return costs[name][-1].wall

    walls = in_turn({name: partial(wall, name) for name in COMMANDS}, ROUNDS)
    started = "by its script" if ACTCLI[0] == str(SCRIPT) else "as python -m actcli"
    sys.stdout.write(
        f"Milliseconds of whole processes in a pipe, actcli {started}; medians of {ROUNDS} rounds in turn, ratios and "
        "differences on the clock, round by round.\n\n"
    )
    header = ["command", "clock", "processor"]
    for base in BASES:
        header += [f"over {base}", "ms more"]
    rows = []
    for name in COMMANDS:
        cells = [name, f"{median(walls[name]):.0f}", f"{median(each.processor for each in costs[name][1:]):.0f}"]
        for base in BASES:
            cells += [f"{ratio(walls[name], walls[base]):.2f}", f"{difference(walls[name], walls[base]):+.0f}"]
        rows.append(cells)
    print_table(header, rows)

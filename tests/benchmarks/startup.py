"""Milliseconds of whole processes in a pipe: actcli beside an import of NumPy and a bare Typer and NumPy program."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from tests.benchmarks.pairs import difference, in_turn, print_table, ratio

ROUNDS = 15
ROOT = Path(__file__).parents[2]
SCRIPT = Path(sys.executable).with_name("actcli")
ACTCLI = (str(SCRIPT),) if SCRIPT.exists() else (sys.executable, "-m", "actcli")
BASES = ("import numpy", "bare Typer + NumPy")
COMMANDS = {
    "import numpy": (sys.executable, "-c", "import numpy"),
    "bare Typer + NumPy": (sys.executable, str(Path(__file__).with_name("bare_application.py")), "0"),
    "actcli eval sigmoid 0": (*ACTCLI, "eval", "sigmoid", "0"),
    "actcli plot sigmoid": (*ACTCLI, "plot", "sigmoid"),
}


class Cost(NamedTuple):
    """Milliseconds of one process, on the clock and of the processor."""

    wall: float
    processor: float


def cost(command: tuple[str, ...]) -> Cost:
    # Variables that keep Python from caching bytecode or buffering output are for developers, not for users.
    environment = {key: value for key, value in os.environ.items() if key not in _FOR_DEVELOPERS}
    start = perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as process:
        while process.stdout and process.stdout.read():
            pass
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with status {process.returncode}")
    return Cost(wall * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3)


_FOR_DEVELOPERS = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONDEVMODE", "PYTHONPROFILEIMPORTTIME")


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

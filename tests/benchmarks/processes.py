"""What a whole process costs: milliseconds on the clock and of the processor, and its peak of memory."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SCRIPT = Path(sys.executable).with_name("actcli")
ACTCLI = (str(SCRIPT),) if SCRIPT.exists() else (sys.executable, "-m", "actcli")

# Variables that keep Python from caching bytecode or buffering output are for developers, not for users.
_FOR_DEVELOPERS = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONDEVMODE", "PYTHONPROFILEIMPORTTIME")


class Cost(NamedTuple):
    """Milliseconds of one process, on the clock and of the processor, and MiB at its peak."""

    wall: float
    processor: float
    peak: float


def cost(command: Sequence[str], stdin: int | Path | None = None) -> Cost:
    """Run a command to its end, its output read and thrown away; `stdin` is a descriptor or a file.

    Raises RuntimeError if it fails.
    """
    environment = {key: value for key, value in os.environ.items() if key not in _FOR_DEVELOPERS}
    source = os.open(stdin, os.O_RDONLY) if isinstance(stdin, Path) else subprocess.DEVNULL if stdin is None else stdin
    start = perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=source, stdout=subprocess.PIPE) as process:
        while process.stdout and os.read(process.stdout.fileno(), 1 << 20):
            pass
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if isinstance(stdin, Path):
        os.close(source)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with status {process.returncode}")
    return Cost(wall * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3, usage.ru_maxrss / 1024)

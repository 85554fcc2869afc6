"""Whole processes on much input: text beside awk, perl, jq and Miller, arrays beside NumPy and PyTorch; memory."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from tests.benchmarks.pairs import in_turn, print_table, ratio
from tests.benchmarks.processes import ACTCLI, cost

ROUNDS = 5
MILLION = 1_000_000
LENGTHS = (MILLION, 10 * MILLION, 100 * MILLION)

# The logistic function of each line to 17 digits, as users of each tool write it.
FILTERS = {
    "mawk": ("mawk", '{printf "%.17g\\n", 1/(1+exp(-$1))}'),
    "gawk": ("gawk", '{printf "%.17g\\n", 1/(1+exp(-$1))}'),
    "perl": ("perl", "-ne", 'printf "%.17g\\n", 1/(1+exp(-$_))'),
    "jq": ("jq", "1/(1+((-.)|exp))"),
    "mlr": ("mlr", "--inidx", "--ifs", " ", "--onidx", "put", "$1 = 1/(1+exp(-$1))"),
}

_NUMPY = "import sys, numpy as np; x = np.load(sys.argv[1]); np.save(sys.argv[2], {})"
_TORCH = "import sys, numpy as np, torch; x = torch.from_numpy(np.load(sys.argv[1])); np.save(sys.argv[2], {})"
ARRAYS = {
    "sigmoid": {"NumPy": _NUMPY.format("1/(1+np.exp(-x))"), "PyTorch": _TORCH.format("torch.sigmoid(x)")},
    "gelu": {
        # NumPy has no erf: what its users write is the approximation by tanh.
        "NumPy": _NUMPY.format("x/2*(1+np.tanh(np.sqrt(2/np.pi)*(x+0.044715*x**3)))"),
        "PyTorch": _TORCH.format("torch.nn.functional.gelu(x)"),
    },
}


class Work(NamedTuple):
    """One thing to do, who does it, and the most that actcli may take as a share of each peer's time."""

    title: str
    contenders: Mapping[str, Sequence[str]]
    aims: Mapping[str, float]
    stdin: Path | None = None


def works(folder: Path) -> Iterator[Work]:
    normals = 3 * np.random.default_rng(20240229).standard_normal(10 * MILLION)
    lines, many, rows, array = (folder / name for name in ("lines.txt", "many.txt", "rows.txt", "array.npy"))
    texts = [repr(value) for value in normals.tolist()]
    lines.write_text("\n".join(texts[:MILLION]) + "\n")
    many.write_text("\n".join(texts) + "\n")
    rows.write_text("".join(" ".join(texts[at : at + 1000]) + "\n" for at in range(0, MILLION, 1000)))
    np.save(array, normals)
    ours = (*ACTCLI, "eval", "sigmoid", "--quiet")
    filters = {name: command for name, command in FILTERS.items() if shutil.which(name)}
    aims = {"mawk": 0.75, "perl": 0.5, "jq": 0.25, "mlr": 0.25}
    yield Work("10⁶ lines, sigmoid", {"actcli": ours, **filters}, aims, lines)
    few = {name: command for name, command in filters.items() if name == "mawk"}
    yield Work("10⁷ lines, sigmoid", {"actcli": ours, **few}, {"mawk": 0.55}, many)
    softmax = {"actcli": (*ACTCLI, "softmax", "--quiet"), "actcli, as lines of one": ours}
    yield Work("10³ vectors of 10³, softmax", softmax, {"actcli, as lines of one": 1.5}, rows)
    out = str(folder / "out.npy")
    for name, peers in ARRAYS.items():
        command = (*ACTCLI, "eval", name, "--quiet", "--input", str(array), "--output", out)
        known = {title: (sys.executable, "-c", code, str(array), out) for title, code in peers.items() if has(title)}
        yield Work(f"10⁷ values .npy to .npy, {name}", {"actcli": command, **known}, {"NumPy": 1.5, "PyTorch": 0.25})


def has(library: str) -> bool:
    return find_spec({"NumPy": "numpy", "PyTorch": "torch"}[library]) is not None


def rows_of(work: Work) -> Iterator[list[str]]:
    stdin = {"actcli, as lines of one": work.stdin.with_name("lines.txt")} if work.stdin else {}
    measures = {
        name: partial(lambda name, command: cost(command, stdin.get(name, work.stdin)).wall, name, command)
        for name, command in work.contenders.items()
    }
    taken = in_turn(measures, ROUNDS)
    yield [work.title, "actcli", f"{median(taken['actcli']):.0f}", "", ""]
    for name in list(work.contenders)[1:]:
        aim = f"{work.aims[name]:.2f}" if name in work.aims else ""
        yield ["", name, f"{median(taken[name]):.0f}", f"{ratio(taken['actcli'], taken[name]):.2f}", aim]


def peaks() -> Iterator[list[str]]:
    for length in LENGTHS:
        lines = ["sh", "-c", f"yes 0.5 | head -n {length}"]
        with subprocess.Popen(lines, stdout=subprocess.PIPE) as source:
            assert source.stdout is not None
            peak = cost((*ACTCLI, "eval", "gelu", "--digits", "6"), source.stdout.fileno()).peak
        yield [f"{length:,} lines", f"{peak:.0f}"]


def report() -> None:
    """Print the table of memory, then that of times."""
    # First: a child begins with the peak of the process that it was forked from, which grows with the files below.
    sys.stdout.write("MiB at the peak of `actcli eval gelu --digits 6`.\n\n")
    print_table(["input", "MiB"], list(peaks()))
    sys.stdout.write(
        f"Milliseconds of whole processes, medians of {ROUNDS} rounds in turn; the ratio is actcli's time over "
        "theirs, round by round.\n\n"
    )
    with TemporaryDirectory() as folder:
        table = [row for work in works(Path(folder)) for row in rows_of(work)]
    print_table(["work", "program", "ms", "ratio", "aim"], table)

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


def write_inputs(folder: Path) -> None:
    """Write what the work is done on."""
    normals = 3 * np.random.default_rng(20240229).standard_normal(10 * MILLION)
    texts = [repr(value) for value in normals.tolist()]
    (folder / "lines.txt").write_text("\n".join(texts[:MILLION]) + "\n")
    (folder / "many.txt").write_text("\n".join(texts) + "\n")
    (folder / "rows.txt").write_text("".join(" ".join(texts[at : at + 1000]) + "\n" for at in range(0, MILLION, 1000)))
    np.save(folder / "array.npy", normals)


def works(folder: Path) -> Iterator[Work]:
    """All there is to do, with all contenders, whether they are here or not."""
    lines, many, rows, array = (folder / name for name in ("lines.txt", "many.txt", "rows.txt", "array.npy"))
    ours = (*ACTCLI, "eval", "sigmoid", "--quiet")
    aims = {"mawk": 0.75, "perl": 0.5, "jq": 0.25, "mlr": 0.25}
    yield Work("10⁶ lines, sigmoid", {"actcli": ours, **FILTERS}, aims, lines)
    yield Work("10⁷ lines, sigmoid", {"actcli": ours, "mawk": FILTERS["mawk"]}, {"mawk": 0.55}, many)
    softmax = {"actcli": (*ACTCLI, "softmax", "--quiet"), "actcli, as lines of one": ours}
    yield Work("10³ vectors of 10³, softmax", softmax, {"actcli, as lines of one": 1.5}, rows)
    out = str(folder / "out.npy")
    for name, peers in ARRAYS.items():
        command = (*ACTCLI, "eval", name, "--quiet", "--input", str(array), "--output", out)
        others = {title: (sys.executable, "-c", code, str(array), out) for title, code in peers.items()}
        yield Work(f"10⁷ values .npy to .npy, {name}", {"actcli": command, **others}, {"NumPy": 1.5, "PyTorch": 0.25})


def is_here(name: str, command: Sequence[str]) -> bool:
    """Whether a contender can be measured on this machine."""
    library = {"NumPy": "numpy", "PyTorch": "torch"}.get(name)
    return shutil.which(command[0]) is not None if library is None else find_spec(library) is not None


def rows_of(work: Work) -> Iterator[list[str]]:
    stdin = {"actcli, as lines of one": work.stdin.with_name("lines.txt")} if work.stdin else {}
    measures = {
        name: partial(lambda name, command: cost(command, stdin.get(name, work.stdin)).wall, name, command)
        for name, command in work.contenders.items()
        if is_here(name, command)
    }
    taken = in_turn(measures, ROUNDS)
    yield [work.title, "actcli", f"{median(taken['actcli']):.0f}", "", ""]
    for name in list(measures)[1:]:
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
        write_inputs(Path(folder))
        table = [row for work in works(Path(folder)) for row in rows_of(work)]
    print_table(["work", "program", "ms", "ratio", "aim"], table)

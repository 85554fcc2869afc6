"""Nanoseconds a value of the kernels on one core, beside SciPy and PyTorch in the same run."""

import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.catalog import Activation, find
from tests.benchmarks.pairs import in_turn, print_table, ratio
from tests.benchmarks.peers import Peer, installed

VALUES = 32_000  # input and answer stay in the second-level cache: the kernel is timed, not the memory
CALLS = 31
WIDTH = 1_000  # of a vector, for softmax
ROUNDS = 21
PEERS = ("SciPy", "PyTorch")


class Aim(NamedTuple):
    """A kernel and how many nanoseconds a value it may take."""

    name: str
    order: int
    nanoseconds: float

    @property
    def title(self) -> str:
        return self.name + "′" * self.order


AIMS = (
    Aim("sigmoid", 0, 6),
    Aim("tanh", 1, 8),
    Aim("softplus", 0, 8),
    Aim("silu", 0, 8),
    Aim("gelu", 0, 40),
    Aim("mish", 0, 20),
    Aim("softmax", 0, 6),
)

# Reading a spec is no part of a kernel.
FOUND = {aim.name: find(aim.name) for aim in AIMS}


def actcli(name: str, order: int, x: NDArray[np.float64]) -> NDArray[np.float64]:
    function = FOUND[name]
    return function.order(order, x) if isinstance(function, Activation) else function.value(x)


def nanoseconds(library: Peer, aim: Aim, x: NDArray[np.float64]) -> float:
    start = perf_counter()
    for _ in range(CALLS):
        library(aim.name, aim.order, x)
    return (perf_counter() - start) * 1e9 / (CALLS * x.size)


def row(aim: Aim, normals: NDArray[np.float64]) -> list[str]:
    peers = {title: peer for title, peer in installed().items() if title in PEERS}
    x = normals.reshape(-1, WIDTH) if aim.name == "softmax" else normals
    contenders: dict[str, Callable[[], float]] = {
        title: partial(nanoseconds, library, aim, x) for title, library in ({"actcli": actcli} | peers).items()
    }
    with np.errstate(all="ignore"):
        taken = in_turn(contenders, ROUNDS)
    cells = [aim.title, f"{aim.nanoseconds:.0f}", f"{median(taken['actcli']):.1f}"]
    for title in PEERS:
        if title in taken:
            cells += [f"{median(taken[title]):.1f}", f"{ratio(taken['actcli'], taken[title]):.2f}"]
        else:
            cells += ["", ""]
    return cells


def report() -> None:
    normals = np.random.default_rng(20240229).standard_normal(VALUES)
    sys.stdout.write(
        f"Nanoseconds a value on one core: {VALUES:,} standard normals, softmax over vectors of {WIDTH:,}; medians of "
        f"{ROUNDS} rounds of {CALLS} calls in turn, the ratio is actcli's time over theirs. PyTorch's slope is forward "
        "and backward.\n\n"
    )
    header = ["kernel", "aim", "actcli"]
    for title in PEERS:
        header += [title, "ratio"]
    print_table(header, [row(aim, normals) for aim in AIMS])

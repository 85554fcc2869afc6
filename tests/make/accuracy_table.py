"""Makes the accuracy tables: the worst error of every function, order by order, and what other libraries lose.

Run with `python -m tests.make.accuracy_table [FUNCTION...] [--markdown] [--points N] [--peers NAME...]`; needs
python-flint. SciPy, PyTorch and JAX join in where they are installed. With `--write` the tables of docs/accuracy.md are
made anew.

An error is the distance to the float64 nearest to the truth, in the units of tests/oracle/accuracy.py. A library
loses a result where the truth is a normal number and its answer is 0, infinite or NaN; its worst error is taken over
the other results that are normal. Slopes of libraries are not judged at kinks, where each has a convention of its own.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.analysis import kinks
from actcli.catalog import FUNCTIONS, Activation, find
from tests.benchmarks.pairs import print_table
from tests.benchmarks.peers import Peer, installed
from tests.make.pages import DOCS, setting, write_section
from tests.oracle.accuracy import ORDERS, Floats, Truth, distance, points, truth_of, units

SMALLEST_NORMAL = 2.2250738585072014e-308

PAGE = DOCS / "accuracy.md"
WORST, LOST = "Worst errors", "Results that other libraries lose"


class Errors(NamedTuple):
    """How many normal results are lost, and the worst error of the others with its place."""

    lost: int
    worst: float
    at: float


class Measured(NamedTuple):
    """One order of one function: actcli over all points, each library over the normal results."""

    name: str
    order: int
    points: int
    ours: Errors
    peers: Mapping[str, Errors | None]


def measured(spec: str, count: int | None, titles: Sequence[str]) -> list[Measured]:
    """Hold value, slope and curvature of a function against the truth."""
    function = find(spec)
    if not isinstance(function, Activation):
        raise TypeError(f"{spec} is no element-wise function")
    truth = truth_of(spec)
    x = chosen(truth, count)
    answers = truth.at(x)
    corners = [kink.x for kink in kinks(function)]
    peers = {title: peer for title, peer in installed().items() if title in titles}
    rows = []
    for order, wanted in enumerate(answers.T):
        unit = units(truth, order, x, wanted)
        judged = np.isfinite(wanted) & (np.abs(wanted) >= SMALLEST_NORMAL)
        if order > 0:
            judged &= ~np.isin(x, corners)
        ours = errors(function.order(order, x), x, wanted, unit, np.ones_like(judged))
        theirs = {title: of_peer(peer, (spec, order), x, wanted, unit, judged) for title, peer in peers.items()}
        rows.append(Measured(function.name, order, x.size, ours, theirs))
    return rows


def chosen(truth: Truth, count: int | None) -> Floats:
    """The points of the tests, or so many of them."""
    usual = points(truth)
    if count is None:
        return usual
    dense = points(truth, -(-count // usual.size))
    picked: Floats = dense[np.linspace(0, dense.size - 1, count).astype(int)]
    return picked


def of_peer(
    peer: Peer, job: tuple[str, int], x: Floats, truth: Floats, unit: Floats, judged: NDArray[np.bool_]
) -> Errors | None:
    with np.errstate(all="ignore"):
        answer = peer(*job, x.copy())
    return None if answer is None else errors(answer, x, truth, unit, judged)


def errors(answer: Floats, x: Floats, truth: Floats, unit: Floats, judged: NDArray[np.bool_]) -> Errors:
    normal = np.isfinite(truth) & (np.abs(truth) >= SMALLEST_NORMAL)
    lost = judged & normal & ((answer == 0) | ~np.isfinite(answer))
    off = np.where(judged & ~lost, distance(answer, truth, unit), 0.0)
    worst = int(np.argmax(off))
    return Errors(int(lost.sum()), float(off[worst]), float(x[worst]))


def shown(error: float) -> str:
    return f"{error:.1e}" if error >= 1e4 else f"{error:.4g}" if error == round(error) else f"{error:.2g}"


def print_all(rows: Sequence[Measured]) -> None:
    """One table with everything, a line an order."""
    titles = list(rows[0].peers)
    header = ["function", "order", "worst ulp", "at x =", "lost", "points"]
    header += [f"{title} {what}" for title in titles for what in ("lost", "ulp")]
    lines = []
    for row in rows:
        ours = [shown(row.ours.worst), repr(row.ours.at) if row.ours.worst else "", str(row.ours.lost)]
        theirs = [(str(each.lost), shown(each.worst)) if each else ("", "") for each in row.peers.values()]
        lines.append([row.name, ORDERS[row.order], *ours, str(row.points), *(cell for pair in theirs for cell in pair)])
    print_table(header, lines)


def print_worst(rows: Sequence[Measured]) -> None:
    """The table of docs/accuracy.md with a line a function for actcli."""
    sys.stdout.write(summary(rows))
    print_table(["function", *ORDERS, "points"], [ours_line(triple) for triple in triples_of(rows)])


def print_lost(rows: Sequence[Measured]) -> None:
    """The table of docs/accuracy.md with what the other libraries lose."""
    triples, titles = triples_of(rows), list(rows[0].peers)
    losing = [triple for triple in triples if any(each and each.lost for row in triple for each in row.peers.values())]
    kept = [triple[0].name for triple in triples if triple not in losing]
    lost = sum(row.ours.lost for row in rows)
    sys.stdout.write(f"Kernels of actcli lose {lost or 'none'} of the normal results. ")
    if "JAX" in titles:
        sys.stdout.write("Some of JAX's losses are subnormal inputs, which its compiler flushes to 0. ")
    sys.stdout.write(
        "Counted are results that are normal numbers and come back as 0, infinite or NaN, in value, slope and "
        "curvature. NumPy is the formula as written, slopes by the chain rule; "
        "the others have slopes by hand (SciPy) or their own; – is what they do not have.\n\n"
    )
    print_table(["function", *titles], [peers_line(triple, titles) for triple in losing])
    if kept:
        sys.stdout.write(f"Nobody loses any of {', '.join(kept)}.\n")


def summary(rows: Sequence[Measured]) -> str:
    return f"Worst error in ulp and where, over {sum(row.points for row in rows):,} certified points.\n\n"


def triples_of(rows: Sequence[Measured]) -> list[Sequence[Measured]]:
    """Value, slope and curvature of each function."""
    return [rows[start : start + 3] for start in range(0, len(rows), 3)]


def write_page(rows: Sequence[Measured]) -> None:
    """Put both tables into docs/accuracy.md."""
    parts: dict[str, Callable[[Sequence[Measured]], None]] = {WORST: print_worst, LOST: print_lost}
    for title, report in parts.items():
        text = StringIO()
        with redirect_stdout(text):
            report(rows)
        before = setting("numpy", "scipy", "torch", "jax") if title == WORST else ""
        write_section(PAGE, title, before + text.getvalue())


def ours_line(triple: Sequence[Measured]) -> list[str]:
    def cell(found: Errors) -> str:
        lost = f"{found.lost} lost, " if found.lost else ""
        return lost + (f"{shown(found.worst)} at {found.at:.4g}" if found.worst else "0")

    return [triple[0].name, *(cell(row.ours) for row in triple), f"{sum(row.points for row in triple):,}"]


def peers_line(triple: Sequence[Measured], titles: Sequence[str]) -> list[str]:
    def cell(title: str) -> str:
        found = [row.peers[title] for row in triple]
        return ", ".join(str(each.lost) if each else "–" for each in found) if any(found) else ""

    return [triple[0].name, *map(cell, titles)]


def main(arguments: Sequence[str] | None = None) -> None:
    titles = list(installed())
    parser = argparse.ArgumentParser(prog="python -m tests.make.accuracy_table")
    parser.add_argument("functions", nargs="*", metavar="FUNCTION", help="all of the catalogue if none is named")
    parser.add_argument("--markdown", action="store_true", help="the two tables of docs/accuracy.md")
    parser.add_argument("--write", action="store_true", help="write them into the page")
    parser.add_argument("--points", type=int, metavar="N", help="points an order; those of the tests by default")
    parser.add_argument("--peers", nargs="*", choices=titles, default=titles, help="beside which libraries")
    asked = parser.parse_args(arguments)
    if asked.write and (asked.functions or asked.points or set(asked.peers) != set(titles)):
        parser.error("--write needs all functions, all points and all libraries")
    names = asked.functions or [function.name for function in FUNCTIONS]
    # Not forked: NumPy has threads by now.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        found = pool.map(partial(measured, count=asked.points, titles=asked.peers), names)
        rows = [row for rows in found for row in rows]
    if asked.write:
        write_page(rows)
    elif asked.markdown:
        print_worst(rows)
        if asked.peers:
            print_lost(rows)
    else:
        sys.stdout.write(summary(rows))
        print_all(rows)


if __name__ == "__main__":
    main()

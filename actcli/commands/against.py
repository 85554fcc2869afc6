"""`compare --against`: how good somebody's kernel is, its results held to the best ones of their number type."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from actcli.arrays import Floats, Integers
from actcli.catalog import Activation
from actcli.catalog.function import ORDERS
from actcli.commands.chunks import card, element_wise
from actcli.dtypes import PRECISIONS, Precision
from actcli.errors import DataError, UsageError, printable
from actcli.inputs.reading import Reading
from actcli.inputs.sources import STDIN, Input, open_values
from actcli.options.output import World
from actcli.results import Answer, Chunk, Field, Header, Result, Summary, Vectors
from actcli.results.deviations import deviations


class Judged(NamedTuple):
    """What a kernel computes, where its results are, and whether they are held to certified ones."""

    against: str
    order: int = 0
    exact: bool = False


def against(world: World, reading: Reading, specs: Sequence[str], values: Sequence[str], judged: Judged) -> Result:
    """Errors of what a kernel gave for the input, in ulp of its number type, absolute and relative; no rows of values.

    What it is held to is the catalogue's answer in float64, or with `exact` the certified one, rounded to that type.
    """
    if len(specs) != 1:
        raise UsageError(f"--against judges one kernel, and here are {len(specs)} functions", "name one function")
    if reading.on_error == "skip":
        raise UsageError("a vector that is left out would pair others wrongly", "--on-error nan keeps its place")
    activation = element_wise(specs[0], "compare --against")
    x = open_values(values, reading, world.terminal, stdin_by_default=False)
    y = open_values((), _of_results(reading, judged.against), world.terminal, stdin_by_default=False)
    if x.shape is not None and y.shape is not None and x.shape != y.shape:
        raise DataError(f"the input has shape {x.shape}, and {printable(judged.against)} has {y.shape}")
    settings = {"against": judged.against, "of": ORDERS[judged.order], "certified": judged.exact}
    header = Header(
        command="compare", cards=(card(activation),), fields=(Field("ulp_error"),), settings=settings, is_total=True
    )
    summary = Summary()
    return Result(x.described(header), _chunks(activation, x, y, judged, summary), summary)


def _of_results(reading: Reading, name: str) -> Reading:
    """How to read the results: from a file of their own, or a further column of the input."""
    if name == STDIN or not reading.columns or Path(name).exists():
        return Reading(
            files=(name,),
            has_header=reading.has_header,
            flatten=reading.flatten,
            on_error=reading.on_error,
            precision=reading.precision,
        )
    if STDIN in reading.files or not reading.files:
        told = f"stdin can be read only once, and column '{printable(name)}' would be its second reading"
        raise UsageError(told, "save it, and name the file with --input FILE")
    return reading._replace(columns=(name,))


def _chunks(activation: Activation, x: Input, y: Input, judged: Judged, summary: Summary) -> Iterator[Chunk]:
    start = 0
    results = _Results(y, judged.against)
    both_have_lines = x.shape is None and y.shape is None
    for block in x.blocks:
        got, lengths = results.take(block, start)
        if both_have_lines and not np.array_equal(lengths, block.lengths):
            raise _unlike(block, lengths, start)
        found = None
        if got.size:
            precision = results.precision
            wanted = _wanted(activation, judged, block.values, precision)
            found = deviations(block.values, got, wanted, start, precision)
        start += got.size
        yield Chunk(block, (Answer(block.lengths, {}, deviations=found),))
    results.require_end(start)
    if results.precision.name == "float64" and not judged.exact:
        bound = "" if activation.entry is None else f" by up to {activation.entry.bounds[judged.order]} ulp"
        summary.notes.append(f"what they are held to is itself off{bound} in float64; --exact certifies it")


def _wanted(activation: Activation, judged: Judged, x: Floats, precision: Precision) -> Floats:
    """The best results of the type."""
    if not judged.exact:
        return precision.rounded(activation.order(judged.order, x))
    from actcli.commands.certified import column

    wanted: Floats = column(activation, judged.order, x, None, precision)
    return wanted


def _unlike(block: Vectors, lengths: Integers, start: int) -> DataError:
    shorter = min(len(lengths), len(block.lengths))
    row = int(np.argmax(lengths[:shorter] != block.lengths[:shorter]))
    place = f"value {start + int(block.lengths[:row].sum())}" if block.lines is None else f"line {block.lines[row]}"
    return DataError(
        f"{place}: the input has a vector of {block.lengths[row]}, and the results one of {lengths[row]}",
        "--flatten pairs them value by value",
    )


class _Results:
    """The results of a kernel, taken in pieces as large as the blocks of its input; their type is that of the first."""

    def __init__(self, opened: Input, name: str) -> None:
        self._blocks = opened.blocks
        self._name = printable(name)
        self._values: Floats = np.zeros(0)
        self._lengths: Integers = np.zeros(0, np.int64)
        self.precision = PRECISIONS["float64"]

    def take(self, block: Vectors, start: int) -> tuple[Floats, Integers]:
        """As many values and vectors as a block has; raises DataError where there are fewer values."""
        while self._values.size < block.values.size:
            following = next(self._blocks, None)
            if following is None:
                found = start + self._values.size
                raise DataError(f"{self._name} ends after {found:,} values, and the input goes on")
            self._append(following)
        count, rows = block.values.size, len(block.lengths)
        taken = self._values[:count], self._lengths[:rows]
        self._values, self._lengths = self._values[count:], self._lengths[rows:]
        return taken

    def require_end(self, count: int) -> None:
        """Raise DataError where values are left."""
        for block in self._blocks:
            self._append(block)
            if self._values.size:
                break
        if self._values.size:
            raise DataError(f"the input ends after {count:,} values, and {self._name} goes on")

    def _append(self, block: Vectors) -> None:
        self.precision = block.precision or PRECISIONS[block.dtype.name]
        self._values = np.concatenate((self._values, block.values))
        self._lengths = np.concatenate((self._lengths, block.lengths))

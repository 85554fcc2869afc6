"""The one result record: a header, chunks of vectors, then a summary that merges."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.landmarks import Zone, ZoneKind

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Numbers = NDArray[Any]  # float64, or certified digits as text
ZoneCodes = NDArray[np.uint8]

Per = Literal["value", "vector", "pair"]


class Vectors(NamedTuple):
    """Consecutive vectors laid end to end.

    `values` holds them all, `lengths` how many belong to each (0 for a blank line); `lines` tells the 1-based
    line of the input that each stands on, None for words of the command line and for arrays. `dtype` is what the
    input held, to which arrays are rounded back on output: the computing between is float64. Vectors of one
    `matrix_number` are rows of one matrix: each `--input` has its own.
    """

    values: Floats
    lengths: Integers
    lines: Integers | None = None
    dtype: np.dtype[Any] = np.dtype(np.float64)
    matrix_number: int = 0

    @property
    def matrix(self) -> Floats | None:
        """The vectors as rows of one matrix where they have one length, else None."""
        if len(self.lengths) == 0 or (self.lengths != self.lengths[0]).any():
            return None
        return self.values.reshape(len(self.lengths), int(self.lengths[0]))

    def starts(self) -> Integers:
        """Where each vector begins, and at the end where the last one ends."""
        return np.concatenate(([0], np.cumsum(self.lengths)))

    def cut(self, rows: int) -> "Iterator[Vectors]":
        """The same vectors in blocks of at most so many."""
        starts = self.starts()
        for row in range(0, len(self.lengths), rows):
            stop = min(row + rows, len(self.lengths))
            yield self._replace(
                values=self.values[starts[row] : starts[stop]],
                lengths=self.lengths[row:stop],
                lines=None if self.lines is None else self.lines[row:stop],
            )


class Field(NamedTuple):
    """One kind of answer: `per` value (a number each), per vector (one number), per pair (n x n numbers).

    `has_x` is false where a value has no single input (maxout); a `detail` is told by tables and JSON alone; where it
    `is_text`, its column holds certified digits as text.
    """

    name: str
    per: Per = "value"
    has_x: bool = True
    detail: bool = False
    is_text: bool = False


class Answer(NamedTuple):
    """What one function makes of a chunk's vectors: a column a field, all vectors end to end.

    `lengths` counts the values that each vector gives, which differs from the input's for functions such as
    maxout; `zones` holds a code (see `ZONE_NAMES`) a value where the function has a single input, else None.
    """

    lengths: Integers
    columns: Mapping[str, Numbers]
    zones: ZoneCodes | None = None


class Chunk(NamedTuple):
    """Some vectors and what each function of the header makes of them; `first` vectors came before.

    `is_sampled` tells values that the command chose, to draw a curve, from the user's, which alone are counted.
    """

    vectors: Vectors
    answers: tuple[Answer, ...]
    first: int = 0
    is_sampled: bool = False


class View(NamedTuple):
    """A picture of curves over these limits of x: sampled chunks are the curves, all others are marked on them."""

    x_limits: tuple[float, float]


class Header(NamedTuple):
    """What is known before the first value.

    `cards` tell of each function (name, formula, parameters, and what the command adds); `properties` names the
    entries of the cards that a property table shows; `notes` go to stderr before the first answer.
    """

    command: str
    cards: tuple[Mapping[str, Any], ...]
    fields: tuple[Field, ...] = ()
    zones: tuple[tuple[Zone, ...], ...] = ()
    properties: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    view: "View | None" = None
    settings: Mapping[str, Any] = MappingProxyType({})
    notes: tuple[str, ...] = ()
    delimiter: str = " "

    @property
    def names(self) -> tuple[str, ...]:
        """The functions as the user knows them."""
        return tuple(str(card["name"]) for card in self.cards)


ZONE_NAMES: tuple[ZoneKind | None, ...] = (None, "saturated", "dead")


def zone_codes(zones: Sequence[Zone], x: Floats) -> ZoneCodes:
    """Say for each value in which zone it lies, as an index into `ZONE_NAMES`; NaN lies in none."""
    codes = np.zeros(x.shape, np.uint8)
    for zone in zones:
        codes[zone.contains(x)] = ZONE_NAMES.index(zone.kind)
    return codes


class Units(NamedTuple):
    """The units of one matrix: which were dead in all of its rows so far; None once its rows differ in length."""

    rows: int
    dead: NDArray[np.bool_] | None

    def merged(self, later: "Units") -> "Units":
        """These rows and those that follow."""
        same = self.dead is not None and later.dead is not None and self.dead.shape == later.dead.shape
        both = self.dead & later.dead if same and self.dead is not None and later.dead is not None else None
        return Units(self.rows + later.rows, both)


class Tally:
    """How many inputs of one function lie in a zone, and how many units of each matrix are dead in every row."""

    def __init__(self) -> None:
        self.inputs = 0
        self.saturated = 0
        self.dead = 0
        self.first_saturated: tuple[float, int | None] | None = None  # the value and its line
        self.matrices: dict[int, Units] = {}

    def add(self, vectors: Vectors, codes: ZoneCodes) -> None:
        """Count the zone codes of some more vectors."""
        saturated = codes == ZONE_NAMES.index("saturated")
        dead = codes == ZONE_NAMES.index("dead")
        counted = Tally()
        counted.inputs = codes.size
        counted.saturated = int(np.count_nonzero(saturated))
        counted.dead = int(np.count_nonzero(dead))
        if counted.saturated:
            counted.first_saturated = _located(vectors, int(np.argmax(saturated)))
        filled = vectors.lengths[vectors.lengths > 0]
        if len(filled):
            is_even = bool((filled == filled[0]).all())
            units = Units(len(filled), dead.reshape(len(filled), -1).all(axis=0) if is_even else None)
            counted.matrices[vectors.matrix_number] = units
        self.merge(counted)

    def merge(self, later: "Tally") -> None:
        """Add what was counted of the vectors that follow."""
        self.inputs += later.inputs
        self.saturated += later.saturated
        self.dead += later.dead
        self.first_saturated = self.first_saturated or later.first_saturated
        for number, units in later.matrices.items():
            self.matrices[number] = self.matrices[number].merged(units) if number in self.matrices else units

    @property
    def rows(self) -> int:
        """Vectors that hold anything."""
        return sum(units.rows for units in self.matrices.values())

    @property
    def units(self) -> tuple[int, int] | None:
        """Units that are dead in every row of their matrix, of how many; None without a matrix of two rows or more."""
        known = [units.dead for units in self.matrices.values() if units.rows > 1 and units.dead is not None]
        return (sum(map(np.count_nonzero, known)), sum(dead.size for dead in known)) if known else None

    def totals(self) -> dict[str, Any]:
        """The counts by name, shares beside them; empty where nobody looked for zones."""
        if not self.rows:
            return {}
        dead, units = self.units or (None, None)
        return {
            "inputs": self.inputs,
            "saturated": self.saturated,
            "saturated_share": self.saturated / self.inputs,
            "dead": self.dead,
            "dead_share": self.dead / self.inputs,
            "units": units,
            "units_dead": dead,
        }


def _located(vectors: Vectors, index: int) -> tuple[float, int | None]:
    value = float(vectors.values[index])
    if vectors.lines is None:
        return value, None
    row = int(np.searchsorted(vectors.starts(), index, side="right")) - 1
    return value, int(vectors.lines[row])


class Summary:
    """What all chunks together come to; grows as chunks pass, merges with the summary of other chunks."""

    def __init__(self) -> None:
        self.vectors = 0
        self.tallies: list[Tally] = []
        self.notes: list[str] = []  # what only all the chunks together can tell
        self.remarks: list[str] = []  # the same, where it is a warning

    def add(self, chunk: Chunk) -> None:
        """Count one more chunk."""
        if chunk.is_sampled:
            return
        counted = Summary()
        counted.vectors = len(chunk.vectors.lengths)
        counted.tallies = [Tally() for _ in chunk.answers]
        for tally, answer in zip(counted.tallies, chunk.answers, strict=True):
            if answer.zones is not None:
                tally.add(chunk.vectors, answer.zones)
        self.merge(counted)

    def merge(self, later: "Summary") -> None:
        """Add what was counted of the chunks that follow."""
        self.vectors += later.vectors
        self.tallies += [Tally() for _ in later.tallies[len(self.tallies) :]]
        for tally, other in zip(self.tallies, later.tallies, strict=True):
            tally.merge(other)
        self.notes += later.notes
        self.remarks += later.remarks

    def totals(self, functions: int) -> list[dict[str, Any]]:
        """What the chunks come to for each of so many functions, by name."""
        tallies = self.tallies or [Tally() for _ in range(functions)]
        return [{"vectors": self.vectors, **tally.totals()} for tally in tallies]


class Result:
    """A header, the chunks as they become known, and the summary that is whole once they have passed."""

    def __init__(self, header: Header, source: Iterable[Chunk] = (), summary: Summary | None = None) -> None:
        self.header = header
        self.summary = summary or Summary()
        self.source = iter(source)

    def chunks(self) -> Iterator[Chunk]:
        """Hand over the chunks one by one, each counted in the summary as it passes."""
        for chunk in self.source:
            self.summary.add(chunk)
            yield chunk

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


class Faults(NamedTuple):
    """What was passed over in the input: vectors left out, tokens read as NaN, and the first of these in words."""

    skipped: int = 0
    replaced: int = 0
    first: str = ""

    def merged(self, later: "Faults") -> "Faults":
        """These and those that follow."""
        return Faults(self.skipped + later.skipped, self.replaced + later.replaced, self.first or later.first)

    def told(self) -> list[str]:
        """How many there are, in words; empty where there is none."""
        counts = []
        if self.skipped:
            counts.append(f"{self.skipped} {'vector was' if self.skipped == 1 else 'vectors were'} left out")
        if self.replaced:
            counts.append(f"{self.replaced} {'token was' if self.replaced == 1 else 'tokens were'} read as NaN")
        return [f"{' and '.join(counts)}; first: {self.first}"] if counts else []


class Vectors(NamedTuple):
    """Consecutive vectors laid end to end.

    `values` holds them all, `lengths` how many belong to each (0 for a blank line); `lines` tells the 1-based
    line of the input that each stands on, None for words of the command line and for arrays. `dtype` is what the
    input held, to which arrays are rounded back on output: the computing between is float64. Vectors of one
    `matrix_number` are rows of one matrix: each `--input` has its own. `targets` are the true classes as the input
    words them, one a vector. `stand_ins` marks each NaN that stands for a bad token, which no share counts; `faults`
    are those of these vectors and of what was left out before them.
    """

    values: Floats
    lengths: Integers
    lines: Integers | None = None
    dtype: np.dtype[Any] = np.dtype(np.float64)
    matrix_number: int = 0
    targets: NDArray[np.str_] | None = None
    stand_ins: NDArray[np.bool_] | None = None
    faults: Faults = Faults()

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
        """The same vectors in blocks of at most so many; the first block has the faults, be it empty."""
        starts = self.starts()
        for row in range(0, len(self.lengths) or 1, rows):
            stop = min(row + rows, len(self.lengths))
            values = slice(starts[row], starts[stop])
            yield self._replace(
                values=self.values[values],
                lengths=self.lengths[row:stop],
                lines=None if self.lines is None else self.lines[row:stop],
                targets=None if self.targets is None else self.targets[row:stop],
                stand_ins=None if self.stand_ins is None else self.stand_ins[values],
                faults=Faults() if row else self.faults,
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
    """The units of one matrix: which were alive in a row so far, and which dead; None once its rows differ in length.

    An input that stands for a bad token is neither.
    """

    rows: int
    alive: NDArray[np.bool_] | None
    dead: NDArray[np.bool_] | None

    def merged(self, later: "Units") -> "Units":
        """These rows and those that follow."""
        rows = self.rows + later.rows
        if self.alive is None or later.alive is None or self.dead is None or later.dead is None:
            return Units(rows, None, None)
        if self.alive.shape != later.alive.shape:
            return Units(rows, None, None)
        return Units(rows, self.alive | later.alive, self.dead | later.dead)

    @property
    def always_dead(self) -> NDArray[np.bool_] | None:
        """Which units were dead in every row."""
        return None if self.alive is None or self.dead is None else self.dead & ~self.alive


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
        counts = np.ones(codes.size, np.bool_) if vectors.stand_ins is None else ~vectors.stand_ins
        counted = Tally()
        counted.inputs = int(np.count_nonzero(counts))
        counted.saturated = int(np.count_nonzero(saturated))
        counted.dead = int(np.count_nonzero(dead))
        if counted.saturated:
            counted.first_saturated = _located(vectors, int(np.argmax(saturated)))
        filled = vectors.lengths[vectors.lengths > 0]
        if counted.inputs:
            units = Units(len(filled), None, None)
            if (filled == filled[0]).all():
                alive, dead = ((mask & counts).reshape(len(filled), -1).any(axis=0) for mask in (~dead, dead))
                units = Units(len(filled), alive, dead)
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
        matrices = [units.always_dead for units in self.matrices.values() if units.rows > 1]
        known = [dead for dead in matrices if dead is not None]
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
        self.faults = Faults()
        self.notes: list[str] = []  # what only all the chunks together can tell
        self.remarks: list[str] = []  # the same, where it is a warning

    def add(self, chunk: Chunk) -> None:
        """Count one more chunk."""
        if chunk.is_sampled:
            return
        counted = Summary()
        counted.vectors = len(chunk.vectors.lengths)
        counted.faults = chunk.vectors.faults
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
        self.faults = self.faults.merged(later.faults)
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
            if len(chunk.vectors.lengths):  # else it only tells of faults
                yield chunk

"""The one result record: a header, chunks of vectors, then a summary that merges."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    input held, to which arrays are rounded back on output: the computing between is float64.
    """

    values: Floats
    lengths: Integers
    lines: Integers | None = None
    dtype: np.dtype[Any] = np.dtype(np.float64)

    @property
    def matrix(self) -> Floats | None:
        """The vectors as rows of one matrix where they have one length, else None."""
        if len(self.lengths) == 0 or (self.lengths != self.lengths[0]).any():
            return None
        return self.values.reshape(len(self.lengths), int(self.lengths[0]))

    def starts(self) -> Integers:
        """Where each vector begins, and at the end where the last one ends."""
        return np.concatenate(([0], np.cumsum(self.lengths)))


class Field(NamedTuple):
    """One kind of answer: `per` value (a number each), per vector (one number), per pair (n x n numbers).

    `has_x` is false where a value has no single input (maxout); a `detail` is told by JSON alone; where the field
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
    """Some vectors and what each function of the header makes of them."""

    vectors: Vectors
    answers: tuple[Answer, ...]
    first: int = 0  # number of vectors before this chunk


class View(NamedTuple):
    """A picture of curves: the first chunk holds their samples, all later ones the points marked on them."""

    x_limits: tuple[float, float]
    width: int
    height: int


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


@dataclass(eq=False, repr=False)
class Tally:
    """How many inputs of one function lie in a zone, and how many units of a matrix are dead in every row."""

    inputs: int = 0
    saturated: int = 0
    dead: int = 0
    first_saturated: tuple[float, int | None] | None = None  # the value and its line
    rows: int = 0
    width: int | None = None
    dead_units: NDArray[np.bool_] | None = None  # None: no matrix so far, or no longer one

    def add(self, vectors: Vectors, codes: ZoneCodes) -> None:
        """Count the zone codes of some more vectors."""
        saturated = codes == ZONE_NAMES.index("saturated")
        dead = codes == ZONE_NAMES.index("dead")
        count = int(np.count_nonzero(saturated))
        first = None
        if count and self.first_saturated is None:
            first = _located(vectors, int(np.argmax(saturated)))
        filled = vectors.lengths[vectors.lengths > 0]
        even = len(filled) > 0 and bool((filled == filled[0]).all())
        self.merge(
            Tally(
                inputs=codes.size,
                saturated=count,
                dead=int(np.count_nonzero(dead)),
                first_saturated=first,
                rows=len(filled),
                width=int(filled[0]) if even else None,
                dead_units=dead.reshape(len(filled), -1).all(axis=0) if even else None,
            )
        )

    def merge(self, later: "Tally") -> None:
        """Add what was counted of the vectors that follow."""
        if not later.rows:
            return
        if not self.rows:
            self.width, self.dead_units = later.width, later.dead_units
        elif self.dead_units is not None and later.dead_units is not None and self.width == later.width:
            self.dead_units = self.dead_units & later.dead_units
        else:
            self.width, self.dead_units = None, None
        self.inputs += later.inputs
        self.saturated += later.saturated
        self.dead += later.dead
        self.first_saturated = self.first_saturated or later.first_saturated
        self.rows += later.rows

    @property
    def units_dead(self) -> int | None:
        """Units that are dead in every row; None where the vectors make no matrix of two rows or more."""
        if self.rows < 2 or self.dead_units is None:
            return None
        return int(np.count_nonzero(self.dead_units))


def _located(vectors: Vectors, index: int) -> tuple[float, int | None]:
    value = float(vectors.values[index])
    if vectors.lines is None:
        return value, None
    row = int(np.searchsorted(vectors.starts(), index, side="right")) - 1
    return value, int(vectors.lines[row])


@dataclass(eq=False, repr=False)
class Summary:
    """What all chunks together come to; grows as chunks pass, merges with the summary of other chunks."""

    vectors: int = 0
    tallies: list[Tally] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what only all the chunks together can tell
    remarks: list[str] = field(default_factory=list)  # the same, where it is a warning

    def add(self, chunk: Chunk) -> None:
        """Count one more chunk."""
        self.vectors += len(chunk.vectors.lengths)
        while len(self.tallies) < len(chunk.answers):
            self.tallies.append(Tally())
        for tally, answer in zip(self.tallies, chunk.answers, strict=True):
            if answer.zones is not None:
                tally.add(chunk.vectors, answer.zones)


@dataclass(frozen=True, slots=True)
class Result:
    """A header, the chunks as they become known, and the summary that is whole once they have passed."""

    header: Header
    source: Iterator[Chunk] = field(default_factory=lambda: iter(()))
    summary: Summary = field(default_factory=Summary)

    def chunks(self) -> Iterator[Chunk]:
        """Hand over the chunks one by one, each counted in the summary as it passes."""
        for chunk in self.source:
            self.summary.add(chunk)
            yield chunk

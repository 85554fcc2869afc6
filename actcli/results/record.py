"""What a command returns: a header, chunks of vectors with their answers, and a summary that grows as they pass."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from actcli.analysis import Kink, Zone
from actcli.arrays import Integers, Numbers
from actcli.results.meter import Meter
from actcli.results.tallies import Tally, ZoneCodes
from actcli.results.vectors import Faults, Vectors, whole

if TYPE_CHECKING:
    from actcli.analysis.shape import Extremum
    from actcli.analysis.view import Asymptote
    from actcli.results.activations import Behind
    from actcli.results.deviations import Deviations
    from actcli.results.properties import Property
    from actcli.results.scores import Scores

Per = Literal["value", "vector", "pair"]


class Field(NamedTuple):
    """One kind of answer: `per` value (a number each), per vector (one number), per pair (n x n numbers).

    `has_x` is false where a value has no single input (maxout); a `detail` is told by tables and JSON alone; where it
    `is_text`, its column holds certified digits as text; where it `is_ranked`, the answers' `ranks` say to which entry
    of its vector each value belongs; where it `is_certified`, tables show all its digits.
    """

    name: str
    per: Per = "value"
    has_x: bool = True
    detail: bool = False
    is_text: bool = False
    is_ranked: bool = False
    is_certified: bool = False


class Answer(NamedTuple):
    """What one function makes of a chunk's vectors: a column a field, all vectors end to end.

    `lengths` counts the values that each vector gives, which differs from the input's for functions such as
    maxout; `zones` holds a code (see `ZONE_NAMES`) a value where the function has a single input, else None. Where
    values are ranked, `ranks` says for each which entry of its vector it belongs to. `scores` tell how well targets
    are foreseen, `deviations` how far somebody's results lie from the function, where there are any.
    """

    lengths: Integers
    columns: Mapping[str, Numbers]
    zones: ZoneCodes | None = None
    ranks: Integers | None = None
    scores: "Scores | None" = None
    deviations: "Deviations | None" = None


class Chunk(NamedTuple):
    """Some vectors and what each function of the header makes of them; `first` vectors came before.

    Where its vectors are a part of one, `offset` of its values came before.

    `is_sampled` tells values that the command chose, to draw a curve, from the user's, which alone are counted.
    """

    vectors: Vectors
    answers: tuple[Answer, ...]
    first: int = 0
    offset: int = 0
    is_sampled: bool = False

    def indices(self, answer: Answer) -> Integers:
        """Which entry of its vector each value of an answer is, or belongs to where they are ranked."""
        if answer.ranks is not None:
            return answer.ranks
        ends = np.cumsum(answer.lengths)
        within: Integers = np.arange(answer.lengths.sum()) - np.repeat(ends - answer.lengths, answer.lengths)
        return self.offset + within

    def inputs(self, answer: Answer) -> Numbers:
        """The input of each value of an answer, where each has one."""
        if answer.ranks is None:
            return self.vectors.numbers
        values: Numbers = self.vectors.numbers[np.repeat(self.vectors.starts()[:-1], answer.lengths) + answer.ranks]
        return values


def joined_chunks(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The same chunks, the parts of a vector held until it is whole."""
    parts: list[Chunk] = []
    for chunk in chunks:
        parts.append(chunk)
        if not chunk.vectors.continued:
            yield chunk if len(parts) == 1 else _whole(parts)
            parts = []


def _whole(parts: Sequence[Chunk]) -> Chunk:
    vectors = whole([part.vectors for part in parts])
    answers = tuple(
        Answer(
            vectors.lengths,
            {name: np.concatenate([part.columns[name] for part in own]) for name in own[0].columns},
            None if own[0].zones is None else np.concatenate([part.zones for part in own if part.zones is not None]),
        )
        for own in zip(*(part.answers for part in parts), strict=True)
    )
    return parts[0]._replace(vectors=vectors, answers=answers)


class Sights(NamedTuple):
    """The landmarks of one function that a picture marks and tells of."""

    extrema: "tuple[Extremum, ...]" = ()
    kinks: tuple[Kink, ...] = ()
    asymptotes: "tuple[Asymptote, ...]" = ()


class View(NamedTuple):
    """A picture: sampled chunks are its curves, and tell its limits of x; all others are drawn with them.

    `sights` has the landmarks of each function. `width` in columns and `height` in lines are None for what fits.
    """

    sights: tuple[Sights, ...] = ()
    y_limits: tuple[float, float] | None = None
    is_log: bool = False
    layout: Literal["overlay", "grid", "auto"] = "auto"
    width: int | None = None
    height: int | None = None


class Header(NamedTuple):
    """What is known before the first value.

    `cards` tell of each function (name, formula, parameters, and what the command adds); `properties` are
    the rows of the table of properties that are shown of the cards; `headings` tells what a table calls x;
    `notes` go to stderr before the first answer; `shape` is that of the input where it is one array; `meter` tells how
    much of its files has been read. `is_total` says that the answer is what all chunks come to, without rows of values.
    """

    command: str
    cards: tuple[Mapping[str, Any], ...]
    fields: tuple[Field, ...] = ()
    zones: tuple[tuple[Zone, ...], ...] = ()
    properties: "tuple[Property, ...]" = ()
    headings: Mapping[str, str] = MappingProxyType({})
    labels: tuple[str, ...] = ()
    view: "View | None" = None
    settings: Mapping[str, Any] = MappingProxyType({})
    notes: tuple[str, ...] = ()
    delimiter: str = " "
    shape: tuple[int, ...] | None = None
    meter: Meter | None = None
    is_total: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The functions as the user knows them."""
        return tuple(str(card["name"]) for card in self.cards)


class Summary:
    """What all chunks together come to; grows as chunks pass, merges with the summary of other chunks.

    `behind` has a record a function where values and slopes are measured, and is empty where they are not.
    """

    def __init__(self, behind: "Sequence[Behind]" = ()) -> None:
        self.vectors = 0
        self.behind = tuple(behind)
        self.tallies: list[Tally] = []
        self.faults = Faults()
        self.scores: list[Scores | None] = []
        self.deviations: Deviations | None = None  # of the one function that results are held against
        self.notes: list[str] = []  # what only all the chunks together can tell
        self.remarks: list[str] = []  # the same, where it is a warning

    def add(self, chunk: Chunk) -> None:
        """Count one more chunk."""
        if chunk.is_sampled:
            return
        counted = Summary()
        counted.vectors = len(chunk.vectors.lengths) - chunk.vectors.continued
        counted.faults = chunk.vectors.faults
        counted.tallies = [Tally() for _ in chunk.answers]
        counted.scores = [answer.scores for answer in chunk.answers]
        counted.deviations = chunk.answers[0].deviations
        for tally, answer in zip(counted.tallies, chunk.answers, strict=True):
            if answer.zones is not None:
                tally.add(chunk.vectors, answer.zones)
        self.merge(counted)
        for behind, answer in zip(self.behind, chunk.answers if self.behind else (), strict=True):
            place = chunk.vectors.file_number, chunk.vectors.start
            behind.add(*place, answer.columns["value"], answer.columns["slope"])

    def merge(self, later: "Summary") -> None:
        """Add what was counted of the chunks that follow."""
        self.vectors += later.vectors
        self.tallies += [Tally() for _ in later.tallies[len(self.tallies) :]]
        for tally, other in zip(self.tallies, later.tallies, strict=True):
            tally.merge(other)
        for behind, further in zip(self.behind, later.behind, strict=False):
            behind.merge(further)
        self.faults = self.faults.merged(later.faults)
        both = zip_longest(self.scores, later.scores)
        self.scores = [own.merged(other) if own and other else own or other for own, other in both]
        if self.deviations and later.deviations:
            self.deviations = self.deviations.merged(later.deviations)
        self.deviations = self.deviations or later.deviations
        self.notes += later.notes
        self.remarks += later.remarks

    def totals(self, functions: int) -> list[dict[str, Any]]:
        """What the chunks come to for each of so many functions, by name."""
        tallies = self.tallies or [Tally() for _ in range(functions)]
        scores = self.scores or [None] * functions
        measured = self.measured() or [{}] * functions
        return [
            {"vectors": self.vectors, **tally.totals(), **(scored.totals() if scored else {}), **told}
            for tally, scored, told in zip(tallies, scores, measured, strict=True)
        ]

    def measured(self) -> list[dict[str, Any]]:
        """What values and slopes of each function come to, by name; empty where they were not measured."""
        if self.deviations:
            return [self.deviations.totals()]
        tallies = self.tallies or [Tally() for _ in self.behind]
        return [
            {"units_saturated": tally.units_saturated, **behind.totals()}
            for tally, behind in zip(tallies if self.behind else (), self.behind, strict=True)
        ]


class Result:
    """A header, the chunks as they become known, and the summary that is whole once they have passed."""

    def __init__(self, header: Header, source: Iterable[Chunk] = (), summary: Summary | None = None) -> None:
        self.header = header
        self.summary = summary or Summary()
        self.on_chunk: Callable[[], None] | None = None  # told of every chunk that has passed
        self.source = iter(source)

    def chunks(self) -> Iterator[Chunk]:
        """Hand over the chunks one by one, each counted in the summary as it passes."""
        for chunk in self.source:
            self.summary.add(chunk)
            if self.on_chunk:
                self.on_chunk()
            if len(chunk.vectors.lengths):  # else it only tells of faults
                yield chunk

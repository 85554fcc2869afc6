"""What a command returns: a header, chunks of vectors with their answers, and the accumulators that take them in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from actcli.analysis import Kink, Zone
from actcli.arrays import Integers, Numbers
from actcli.errors import UsageError
from actcli.results.accumulators import Accumulator, InputCounts, ZoneCodes
from actcli.results.messages import Message
from actcli.results.vectors import Meter, Vectors, whole

if TYPE_CHECKING:
    from actcli.analysis.shape import Extremum
    from actcli.analysis.view import Asymptote
    from actcli.results.properties import Property

Per = Literal["value", "vector", "pair"]


class Field(NamedTuple):
    """One kind of answer."""

    name: str
    per: Per = "value"
    """A number for each value, one for each vector, or n x n for each vector of n."""
    has_x: bool = True
    """False where a value has no single input, as for maxout."""
    detail: bool = False
    """Whether tables and JSON alone show it."""
    is_text: bool = False
    """Whether its column holds certified digits as text."""
    is_ranked: bool = False
    """Whether the answers' `ranks` say to which entry of its vector each value belongs."""
    is_certified: bool = False
    """Whether every digit is proven, so that tables show all of them."""


class Answer(NamedTuple):
    """What one function makes of a chunk's vectors."""

    lengths: Integers
    """How many values each vector gives, or rows of a Jacobian; for functions such as maxout not as many as it has."""
    columns: Mapping[str, Numbers]
    """A column for each field, all vectors end to end, and what accumulators need besides."""
    zones: ZoneCodes | None = None
    """For each value a place in `ZONE_NAMES`; None where the function has no single input."""
    ranks: Integers | None = None
    """Where values are ranked, the entry of its vector that each belongs to."""


class Chunk(NamedTuple):
    """Some vectors and what each function of the header makes of them."""

    vectors: Vectors
    answers: tuple[Answer, ...]
    first: int = 0
    """How many vectors came before."""
    offset: int = 0
    """Where the vectors are a part of one, how many of its values came before."""
    is_sampled: bool = False
    """Whether the command chose the values to draw a curve; the user's alone are counted."""

    def counts(self, answer: Answer, per: Per) -> Integers:
        """How many numbers each vector gives of a field that is `per` value, vector or pair."""
        if per == "vector":
            return np.ones_like(answer.lengths)
        return answer.lengths if per == "value" else answer.lengths * self.vectors.lengths

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


class Landmarks(NamedTuple):
    """The landmarks of one function that a picture marks and names."""

    extrema: "tuple[Extremum, ...]" = ()
    kinks: tuple[Kink, ...] = ()
    asymptotes: "tuple[Asymptote, ...]" = ()


class View(NamedTuple):
    """A picture: sampled chunks are its curves, and set its limits of x; all others are drawn with them."""

    landmarks: tuple[Landmarks, ...] = ()
    """The landmarks of each function."""
    y_limits: tuple[float, float] | None = None
    is_log: bool = False
    layout: Literal["overlay", "grid", "auto"] = "auto"
    width: int | None = None
    """In columns; None for what fits."""
    height: int | None = None
    """In lines; None for what fits."""


class Header(NamedTuple):
    """What is known before the first value."""

    command: str
    descriptions: tuple[Mapping[str, Any], ...]
    """What is known of each function by name: name, formula, parameters, and what the command adds."""
    fields: tuple[Field, ...] = ()
    zones: tuple[tuple[Zone, ...], ...] = ()
    """Of each function; empty where nobody looks for zones."""
    properties: "tuple[Property, ...]" = ()
    """The rows of the table of properties that are shown of the descriptions."""
    headings: Mapping[str, str] = MappingProxyType({})
    """What a table calls x."""
    labels: tuple[str, ...] = ()
    """The names of a vector's entries."""
    view: View | None = None
    settings: Mapping[str, Any] = MappingProxyType({})
    """What shaped the answer, for JSON."""
    messages: tuple[Message, ...] = ()
    """What is said before the first answer."""
    delimiter: str = " "
    """What plain output joins values with."""
    shape: tuple[int, ...] | None = None
    """That of the input where it is one array."""
    meter: Meter | None = None
    is_total: bool = False
    """Whether the answer is what all chunks come to, without rows of values."""

    @property
    def names(self) -> tuple[str, ...]:
        """The functions as the user knows them."""
        return tuple(str(each["name"]) for each in self.descriptions)


class Layout(NamedTuple):
    """The names of an answer's fields by what they belong to."""

    vector: tuple[str, ...]
    value: tuple[str, ...]
    pair: tuple[str, ...]
    has_x: bool

    @classmethod
    def of(cls, header: Header, *, with_details: bool = False) -> "Layout":
        """Sort the fields of a header; details are for tables and JSON, a row of values holds one answer."""
        shown = [field for field in header.fields if with_details or not field.detail]
        return cls(
            vector=tuple(field.name for field in shown if field.per == "vector"),
            value=tuple(field.name for field in shown if field.per == "value"),
            pair=tuple(field.name for field in shown if field.per == "pair"),
            has_x=all(field.has_x for field in shown if field.per == "value"),
        )

    @property
    def shares_a_row(self) -> bool:
        """Whether the fields are one answer: a Jacobian by itself, or no vector field beside two per value."""
        if self.pair:
            return len(self.pair) == 1 and not self.vector and not self.value
        return len(self.value) <= 1 or not self.vector

    @property
    def is_like_input(self) -> bool:
        """Whether there is one number for each of the input's, in its place."""
        return self.has_x and len(self.value) == 1 and not self.vector and not self.pair

    def require_one_answer(self, name: str) -> None:
        """Raise UsageError where the format `name`, made of rows, cannot hold all fields."""
        if not self.shares_a_row:
            asked = ", ".join(self.vector + self.value + self.pair)
            raise UsageError(
                f"{name} holds one answer, and this gives several: {asked}", "--format json holds them all"
            )

    def require_one_number(self, name: str, header: Header) -> None:
        """Raise UsageError where the format `name`, which has no column names, would mix unlike numbers."""
        self.require_one_answer(name)
        cure = "--format tsv has a column for each"
        if len(header.descriptions) > 1:
            raise UsageError(f"{name} holds the answer of one function, and here are {len(header.descriptions)}", cure)
        if len(self.value) > 1:
            raise UsageError(f"{name} holds one number a value, and here are {' and '.join(self.value)}", cure)


class Result:
    """A header, the chunks as they become known, and accumulators that are whole once all chunks have passed."""

    def __init__(self, header: Header, source: Iterable[Chunk] = (), accumulators: Iterable[Accumulator] = ()) -> None:
        self.header = header
        self.counts = InputCounts()
        self.accumulators = (*accumulators, self.counts)
        self.on_chunk: Callable[[], None] | None = None
        """Called for every chunk that has passed."""
        self.source = iter(source)
        self._is_counted = False

    def again(self, chunks: Iterable[Chunk] = (), header: Header | None = None) -> "Result":
        """The same result with chunks that are counted already, and if need be another header."""
        result = Result(header or self.header, chunks)
        result.counts, result.accumulators, result._is_counted = self.counts, self.accumulators, True
        return result

    def chunks(self) -> Iterator[Chunk]:
        """Hand over the chunks one by one, each taken in by the accumulators as it passes."""
        for chunk in self.source:
            if not (chunk.is_sampled or self._is_counted):
                for accumulator in self.accumulators:
                    accumulator.update(chunk)
            if self.on_chunk:
                self.on_chunk()
            if len(chunk.vectors.lengths):  # else it only tells of faults
                yield chunk

    def merge(self, later: Iterable[Accumulator]) -> None:
        """Take in the accumulators of a result for other parts of the same input."""
        for own, other in zip(self.accumulators, later, strict=True):
            own.merge(other)

    def totals(self, function: int) -> dict[str, Any]:
        """What the chunks come to for the function in this place, by name."""
        own = (each.totals() for each in self.accumulators if each.function == function)
        return {name: total for totals in own for name, total in totals.items()}

    def messages(self) -> list[Message]:
        """What only all chunks together can say, in the order of the accumulators."""
        return [message for accumulator in self.accumulators for message in accumulator.messages()]

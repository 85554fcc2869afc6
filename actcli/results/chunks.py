"""Some vectors and what functions make of them: fields, answers, chunks, and the zones that inputs lie in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.analysis import Zone, ZoneKind
from actcli.arrays import Floats, Integers, Numbers
from actcli.results.vectors import Vectors, whole

ZoneCodes = NDArray[np.uint8]

ZONE_NAMES: tuple[ZoneKind | None, ...] = (None, "saturated", "dead", "underflow")


def zone_codes(zones: Sequence[Zone], x: Floats) -> ZoneCodes:
    """Say for each value in which zone it lies, as a place in `ZONE_NAMES`; NaN lies in none."""
    codes = np.zeros(x.shape, np.uint8)
    for zone in zones:
        codes[zone.contains(x)] = ZONE_NAMES.index(zone.kind)
    return codes


Per = Literal["value", "vector", "pair"]


class Field(NamedTuple):
    """One kind of answer."""

    name: str
    """Its key in JSON, its heading in tables."""
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
    """A column for each field, all vectors end to end, and what accumulators need besides.

    A detail that is a number for each pair has none where vectors are so long that there would be too many.
    """
    zones: ZoneCodes | None = None
    """For each value a place in `ZONE_NAMES`; None where the function has no single input."""
    ranks: Integers | None = None
    """Where values are ranked, the entry of its vector that each belongs to."""


class Chunk(NamedTuple):
    """Some vectors and what each function of the header makes of them."""

    vectors: Vectors
    """What was read."""
    answers: tuple[Answer, ...]
    """One for each function."""
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

    def named_inputs(self, answer: Answer) -> Numbers:
        """The same in the type that they are of, where they have a name of their own: a number of layers is whole."""
        return self.inputs(answer).astype(self.vectors.dtype)


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

"""What a stream adds up to: accumulators that take in chunks and merge, whatever the blocks, files or machines."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

from actcli.analysis import Zone, ZoneKind
from actcli.arrays import Floats
from actcli.results.chunks import ZONE_NAMES, Answer, Chunk
from actcli.results.messages import Message, crossing, note, warning
from actcli.results.units import UnitCounts, Units
from actcli.results.vectors import Faults, FirstFound, Layer, Vectors


class Accumulator:
    """Takes in chunk after chunk; two that took in parts of a stream merge into that of the whole.

    `function` is the place of the function that it is about, None where it is about the input.
    """

    function: int | None = None
    judged_by: ClassVar[Literal["share", "ulp"] | None] = None
    """What a gate that judges it is a limit of."""
    is_of_samples: ClassVar[bool] = False
    """Whether it takes in the values that a command chose to draw a curve, in place of the user's."""
    is_counted: ClassVar[bool] = False
    """Whether its totals hold the numbers of its messages, so that a document need not repeat these."""

    def update(self, chunk: Chunk) -> None:
        """Take in one more chunk."""
        raise NotImplementedError

    def merge(self, later: Self) -> None:
        """Take in what another one counted of the chunks that follow."""
        raise NotImplementedError

    def totals(self) -> dict[str, Any]:
        """What the chunks come to, by name; empty where there is nothing to say."""
        return {}

    def messages(self) -> Iterator[Message]:
        """What is to be said once all chunks have passed."""
        return iter(())

    def crossings(self, most: float) -> Iterator[Message]:
        """What exceeds the most that a user lets pass."""
        return iter(())


class ClosingMessages(Accumulator):
    """What is known before the first chunk, and said below the answer: it takes in nothing."""

    def __init__(self, closing: Iterable[Message]) -> None:
        self._closing = tuple(closing)

    def update(self, chunk: Chunk) -> None:
        """Pass."""

    def merge(self, later: Self) -> None:
        """Pass: those of all parts are the same."""

    def messages(self) -> Iterator[Message]:
        return iter(self._closing)


class InputCounts(Accumulator):
    """How many vectors and values there were, how many of them no number or no finite one, and what was passed over.

    A NaN in the place of a bad token counts as passed over alone.
    """

    def __init__(self, *, has_masks: bool = False) -> None:
        self.has_masks = has_masks
        """Whether -inf is what masks a logit: it is counted, and nothing is said of it."""
        self.inputs = 0
        self.undefined = 0
        """Those that are NaN."""
        self.infinite = 0
        self.masks = 0
        """Of the infinite ones those that mask a logit."""
        self.first = FirstFound()
        """Of those of which something is said."""
        self.faults = Faults()
        self.shape: tuple[int, ...] | None = None
        """The shape of the first array of which the last of several axes was taken."""

    @property
    def vectors(self) -> int:
        """How many vectors there were."""
        return self.first.vectors

    def update(self, chunk: Chunk) -> None:
        vectors = chunk.vectors
        self.faults = self.faults.merged(vectors.faults)
        if vectors.is_axis_taken:
            self.shape = self.shape or vectors.array
        values = vectors.values
        self.inputs += values.size if vectors.replaced is None else int(np.count_nonzero(~vectors.replaced))
        odd = ~np.isfinite(values)
        if vectors.replaced is not None:
            odd &= ~vectors.replaced
        if odd.any():
            undefined = int(np.count_nonzero(np.isnan(values[odd])))
            self.undefined += undefined
            self.infinite += int(np.count_nonzero(odd)) - undefined
            if self.has_masks:
                is_mask = values == -np.inf
                self.masks += int(np.count_nonzero(is_mask))
                odd &= ~is_mask
        self.first.update(vectors, odd)

    def merge(self, later: Self) -> None:
        self.first.merge(later.first)
        self.inputs += later.inputs
        self.undefined += later.undefined
        self.infinite += later.infinite
        self.masks += later.masks
        self.faults = self.faults.merged(later.faults)
        self.shape = self.shape or later.shape

    def totals(self) -> dict[str, Any]:
        return {
            "vectors": self.vectors,
            "inputs": self.inputs,
            "inputs_nan": self.undefined,
            "inputs_infinite": self.infinite,
        }

    def messages(self) -> Iterator[Message]:
        if self.shape is not None:
            yield note("axis_taken", shape=self.shape)
        for source, kind, names in self.faults.left_out:
            yield note("parts_left_out", source=source, kind=kind, names=names)
        if self.faults.comments:
            yield note("comments_left_out", lines=self.faults.comments)
        if self.faults.skipped or self.faults.replaced:
            yield warning(
                "bad_input", skipped=self.faults.skipped, replaced=self.faults.replaced, first=self.faults.first
            )
        if beyond := self.faults.beyond:
            yield warning("inputs_beyond_type", all_inputs=self.inputs, **beyond._asdict())
        if self.faults.short_integers:
            yield note("short_integers", source=self.faults.short_integers)
        odd = self.undefined + self.infinite
        if (first := self.first.value) and odd != (beyond.inputs if beyond else 0):
            infinite = self.infinite - self.masks
            facts = {"undefined": self.undefined, "infinite": infinite, "inputs": self.inputs, "first": first}
            yield warning("odd_inputs", **facts)

    def crossings(self, most: float) -> Iterator[Message]:
        if not self.inputs:
            yield crossing("nothing_judged")
        if self.first.value:
            odd = self.undefined + self.infinite - self.masks
            yield crossing("odd_inputs_judged", odd=odd, inputs=self.inputs)


class OddAnswers(Accumulator):
    """At how many finite inputs a function gives NaN or an infinity; takes its first column."""

    def __init__(self, function: int, name: str) -> None:
        self.function: int = function
        self.name = name
        self.inputs = 0
        """Those that are finite."""
        self.undefined = 0
        """Of them those at which it gives NaN."""
        self.infinite = 0
        self.first = FirstFound()
        """Of both."""

    def update(self, chunk: Chunk) -> None:
        column = np.asarray(next(iter(chunk.answers[self.function].columns.values())))
        x = chunk.vectors.values
        finite = np.isfinite(x)
        self.inputs += int(np.count_nonzero(finite))
        if column.dtype.kind != "f" or column.shape != x.shape:  # certified digits are text
            return
        odd = finite & ~np.isfinite(column)
        if odd.any():
            undefined = int(np.count_nonzero(np.isnan(column[odd])))
            self.undefined += undefined
            self.infinite += int(np.count_nonzero(odd)) - undefined
        self.first.update(chunk.vectors, odd)

    def merge(self, later: Self) -> None:
        self.first.merge(later.first)
        self.inputs += later.inputs
        self.undefined += later.undefined
        self.infinite += later.infinite

    def messages(self) -> Iterator[Message]:
        if first := self.first.value:
            counts = {"undefined": self.undefined, "infinite": self.infinite, "inputs": self.inputs}
            yield note("odd_answers", function=self.name, **counts, first=first)


class ZoneCounts(Accumulator):
    """How many inputs of a function lie in its zones, and how many units of each matrix are dead in every row."""

    judged_by = "share"
    is_counted = True

    def __init__(
        self,
        function: int,
        name: str,
        zones: Sequence[Zone],
        *,
        counts_saturated_units: bool = False,
        lists_units: bool = False,
        are_outputs: bool = False,
        ambiguous: frozenset[ZoneKind] = frozenset(),
    ) -> None:
        self.function: int = function
        self.name = name
        self.zones = tuple(zones)
        self.counts_saturated_units = counts_saturated_units
        self.lists_units = lists_units
        """Whether the totals say of each unit of a single matrix in how many rows it is what."""
        self.are_outputs = are_outputs
        """Whether the values are those of the function, not its inputs; words alone depend on it."""
        self.ambiguous = ambiguous
        """The kinds of zones whose outputs other inputs give too: they have no counts."""
        self.inputs = 0
        self.saturated = 0
        self.dead = 0
        self.underflow: int | None = None
        """Those of the saturated inputs whose slope is 0 in a number type; None where none was asked for."""
        self.first_saturated = FirstFound()
        self.matrices: dict[Layer, Units] = {}

    def update(self, chunk: Chunk) -> None:
        codes = chunk.answers[self.function].zones
        if codes is None:
            return
        vectors = chunk.vectors
        underflow = codes == ZONE_NAMES.index("underflow")
        saturated = underflow | (codes == ZONE_NAMES.index("saturated"))
        dead = codes == ZONE_NAMES.index("dead")
        counts = np.ones(codes.size, np.bool_) if vectors.replaced is None else ~vectors.replaced
        inputs = int(np.count_nonzero(counts))
        self.inputs += inputs
        self.saturated += int(np.count_nonzero(saturated))
        self.dead += int(np.count_nonzero(dead))
        if vectors.number_type:
            self.underflow = (self.underflow or 0) + int(np.count_nonzero(underflow))
        self.first_saturated.update(vectors, saturated)
        filled = vectors.lengths[vectors.lengths > 0]
        if not filled.size:
            return
        units = Units(len(filled) - vectors.continued)
        if (filled == filled[0]).all() and not vectors.continued:  # a part of a vector is no row of units
            values = chunk.answers[self.function].columns.get("value")
            undefined = np.isnan(values if values is not None and values.dtype.kind == "f" else vectors.values)
            masks = (counts, dead & counts, saturated, undefined & counts)
            columns = (np.count_nonzero(mask.reshape(len(filled), -1), axis=0) for mask in masks)
            units = Units(len(filled), UnitCounts(*columns))
        self._add(vectors.layer, units)

    def merge(self, later: Self) -> None:
        self.first_saturated.merge(later.first_saturated)
        self.inputs += later.inputs
        self.saturated += later.saturated
        self.dead += later.dead
        if later.underflow is not None:
            self.underflow = (self.underflow or 0) + later.underflow
        for layer, units in later.matrices.items():
            self._add(layer, units)

    def _add(self, layer: Layer, units: Units) -> None:
        self.matrices[layer] = self.matrices[layer].merged(units) if layer in self.matrices else units

    @property
    def rows(self) -> int:
        """Vectors that hold anything."""
        return sum(units.rows for units in self.matrices.values())

    @property
    def units(self) -> tuple[int, int] | None:
        """Units that are dead in every row of their matrix, of how many; None without a matrix of two rows or more."""
        known = [units.ill["dead"] for units in self.matrices.values() if units.ill]
        return (sum(map(np.count_nonzero, known)), sum(dead.size for dead in known)) if known else None

    @property
    def units_saturated(self) -> int | None:
        """Units that are saturated in most rows of their matrix; None without a matrix of two rows or more."""
        known = [np.count_nonzero(units.ill["saturated"]) for units in self.matrices.values() if units.ill]
        return sum(map(int, known)) if known else None

    def totals(self) -> dict[str, Any]:
        saturated_units = self.units_saturated if self.inputs else None  # of bad tokens alone nothing is known
        has_saturated_units = self.counts_saturated_units and "saturated" not in self.ambiguous
        more: dict[str, Any] = {"units_saturated": saturated_units} if has_saturated_units else {}
        if self.lists_units and len(self.matrices) < 2:  # of several, indices would not say which
            matrix = next(iter(self.matrices.values()), Units(0))
            more |= {"unit_shares": matrix.shares, "units_listed": matrix.listed()}
        if not self.inputs:
            return more
        dead, units = self.units or (None, None)
        first = self.first_saturated.value
        saturated = {"saturated": self.saturated, "saturated_share": self.saturated / self.inputs}
        return {
            "inputs": self.inputs,
            **({} if "saturated" in self.ambiguous else saturated),
            **({} if self.underflow is None else {"underflow": self.underflow}),
            "dead": self.dead,
            "dead_share": self.dead / self.inputs,
            "units": units,
            "units_dead": dead,
            "first_saturated": first._asdict() if first else None,
            **more,
        }

    def messages(self) -> Iterator[Message]:
        # A step is constant everywhere by what it is: its description says so, and no warning.
        if any(zone.low == -math.inf and zone.high == math.inf for zone in self.zones):
            return
        if first := self.first_saturated.value:
            faded = self._zones("saturated") or self._zones("underflow")
            yield warning(
                "saturated_inputs",
                function=self.name,
                saturated=self.saturated,
                inputs=self.inputs,
                zones=faded,
                first=first,
                are_outputs=self.are_outputs,
            )
        if self.units and self.units[0]:
            (dead, units), rows = self.units, {matrix.rows for matrix in self.matrices.values()}
            has_gaps = any((its.ill["dead"] & its.ill["undefined"]).any() for its in self.matrices.values() if its.ill)
            facts = {"dead": dead, "units": units, "rows": rows, "has_gaps": has_gaps}
            yield warning("dead_units", function=self.name, **facts)
        elif self.rows == 1 and self.inputs >= 2 and self.dead == self.inputs:
            yield warning("dead_vector", function=self.name, inputs=self.inputs, zones=self._zones("dead"))

    def crossings(self, most: float) -> Iterator[Message]:
        if self.ambiguous:
            yield crossing("zones_not_judged", function=self.name)
        if self.saturated > most * self.inputs:
            share = self.saturated / self.inputs
            yield crossing("share_exceeded", function=self.name, share=share, of="inputs are saturated", most=most)
        dead, units = self.units or (0, 0)
        if dead > most * units:
            yield crossing("share_exceeded", function=self.name, share=dead / units, of="units are dead", most=most)

    def _zones(self, kind: ZoneKind) -> tuple[Zone, ...]:
        return tuple(zone for zone in self.zones if zone.kind == kind)


class Doubts(Accumulator):
    """At how many inputs what is printed may be wrong: digits of a typed expression cancel, or a tie is not settled."""

    def __init__(self, function: int, name: str, *, is_typed: bool = True) -> None:
        self.function: int = function
        self.name = name
        self.is_typed = is_typed
        self.inputs = 0
        self.doubtful = 0
        self.first = FirstFound()

    def update(self, chunk: Chunk) -> None:
        doubtful = chunk.answers[self.function].columns["doubtful"].astype(np.bool_)
        self.inputs += doubtful.size
        self.doubtful += int(np.count_nonzero(doubtful))
        self.first.update(chunk.vectors, doubtful)

    def merge(self, later: Self) -> None:
        self.first.merge(later.first)
        self.inputs += later.inputs
        self.doubtful += later.doubtful

    def messages(self) -> Iterator[Message]:
        if first := self.first.value:
            facts = {"doubtful": self.doubtful, "inputs": self.inputs, "first": first}
            yield warning("digits_cancelled" if self.is_typed else "tie_not_settled", function=self.name, **facts)


class _Samples(Accumulator):
    """At how many samples of a curve something holds, and between which."""

    is_of_samples = True

    def __init__(self, function: int, name: str) -> None:
        self.function: int = function
        self.name = name
        self.samples = 0
        self.found = 0
        self.low, self.high = math.inf, -math.inf
        """The first and the last sample at which it holds."""

    def holds(self, answer: Answer) -> NDArray[np.bool_]:
        """Where it holds."""
        raise NotImplementedError

    def update(self, chunk: Chunk) -> None:
        x, there = chunk.vectors.values, self.holds(chunk.answers[self.function])
        self.samples += x.size
        if there.any():
            self.found += int(np.count_nonzero(there))
            self._widen(float(x[there].min()), float(x[there].max()))

    def merge(self, later: Self) -> None:
        self.samples += later.samples
        self.found += later.found
        self._widen(later.low, later.high)

    def _widen(self, low: float, high: float) -> None:
        self.low, self.high = min(self.low, low), max(self.high, high)

    def _facts(self) -> dict[str, Any]:
        return {"function": self.name, "found": self.found, "samples": self.samples, "low": self.low, "high": self.high}


class CurveDoubts(_Samples):
    """At how many samples of a curve the digits of a typed expression cancel, so that what is drawn may be noise."""

    def holds(self, answer: Answer) -> NDArray[np.bool_]:
        return answer.columns["doubtful"].astype(np.bool_)

    def messages(self) -> Iterator[Message]:
        if self.found:
            yield warning("curve_is_noise", **self._facts())


class CurveOverflows(_Samples):
    """At how many samples of a curve it is infinite, where nothing can be drawn."""

    def __init__(self, function: int, name: str, column: str) -> None:
        super().__init__(function, name)
        self.column = column

    def holds(self, answer: Answer) -> NDArray[np.bool_]:
        return np.isinf(answer.columns[self.column].astype(np.float64))

    def messages(self) -> Iterator[Message]:
        # A sample or two are poles, which are seen as such; a picture of nothing says by itself that all are.
        if self.samples < 100 * self.found and self.found < self.samples:
            yield note("curve_is_infinite", column=self.column, **self._facts())


class LogitVectors(Accumulator):
    """Vectors of logits that have no softmax, or one that says nothing: those of -inf alone, those of one logit."""

    def __init__(self, *, is_typed: bool) -> None:
        self.is_typed = is_typed
        self.shortest, self.longest = math.inf, 0
        self.impossible = 0
        self.first_line: int | None = None

    def update(self, chunk: Chunk) -> None:
        vectors = chunk.vectors
        filled = vectors.lengths > 0
        if not filled.any():
            return
        self.shortest = min(self.shortest, int(vectors.lengths[filled].min()))
        self.longest = max(self.longest, int(vectors.lengths.max()))
        largest = np.maximum.reduceat(vectors.values, vectors.starts()[:-1][filled])
        found = np.flatnonzero(largest == -np.inf)
        if found.size and vectors.lines is not None and self.first_line is None:
            self.first_line = int(vectors.lines[filled][found[0]])
        self.impossible += found.size

    def merge(self, later: Self) -> None:
        self.shortest, self.longest = min(self.shortest, later.shortest), max(self.longest, later.longest)
        self.impossible += later.impossible
        self.first_line = later.first_line if self.first_line is None else self.first_line

    def messages(self) -> Iterator[Message]:
        if self.impossible:
            yield warning("no_distribution", vectors=self.impossible, first_line=self.first_line)
        if self.shortest == self.longest == 1 and not self.is_typed:
            yield note("single_logits")


# What float32 leaves of a sum of 1.
SUM_ROUNDING = 1e-6


def sums_of(vectors: Vectors) -> Floats:
    """The sum of each vector that holds anything."""
    filled = vectors.lengths > 0
    if not filled.any():
        return np.zeros(0)
    with np.errstate(invalid="ignore", over="ignore"):  # of infinities of both signs the sum is NaN
        sums: Floats = np.add.reduceat(vectors.values, vectors.starts()[:-1][filled])
    return sums


class SumsOfShares(Accumulator):
    """Vectors of probabilities whose sum is not 1, by which they are divided."""

    def __init__(self) -> None:
        self.vectors = 0
        self.least, self.largest = math.inf, -math.inf
        """Of their sums."""

    def update(self, chunk: Chunk) -> None:
        sums = sums_of(chunk.vectors)
        off = sums[np.abs(sums - 1) > SUM_ROUNDING]
        if off.size:
            self.vectors += off.size
            self._widen(float(off.min()), float(off.max()))

    def merge(self, later: Self) -> None:
        self.vectors += later.vectors
        self._widen(later.least, later.largest)

    def _widen(self, least: float, largest: float) -> None:
        self.least, self.largest = min(self.least, least), max(self.largest, largest)

    def messages(self) -> Iterator[Message]:
        if self.vectors:
            yield note("divided_by_sums", vectors=self.vectors, least=self.least, largest=self.largest)


class KindsOfFunctions(Accumulator):
    """Says of functions of different kinds what each is for, and what its values add up to."""

    def __init__(self, names: Sequence[str], uses: Sequence[str]) -> None:
        self.names = tuple(names)
        self.uses = tuple(uses)
        self.sums: list[tuple[float, float] | None] = [None] * len(names)
        """The least and the largest sum of each function; NaN where a value is no share."""

    def update(self, chunk: Chunk) -> None:
        for function, answer in enumerate(chunk.answers):
            parts = np.split(answer.columns["value"], np.cumsum(answer.lengths)[:-1])
            for part in parts:
                if part.size:
                    total = float(part.sum()) if ((part >= 0) & (part <= 1)).all() else math.nan
                    self._add(function, (total, total))

    def merge(self, later: Self) -> None:
        for function, sums in enumerate(later.sums):
            if sums is not None:
                self._add(function, sums)

    def _add(self, function: int, sums: tuple[float, float]) -> None:
        known = self.sums[function] or sums
        low, high = np.minimum(known[0], sums[0]), np.maximum(known[1], sums[1])  # NaN stays
        self.sums[function] = float(low), float(high)

    def messages(self) -> Iterator[Message]:
        for name, use, sums in zip(self.names, self.uses, self.sums, strict=True):
            known = None if sums is None or math.isnan(sums[0]) else sums
            yield note("purpose", function=name, use=use, sums=known)


class MarkedValues(Accumulator):
    """Says of which values a column of marks is true: those that a wave takes again and again, and their like."""

    def __init__(self, sentence: str, name: str, **facts: Any) -> None:
        self.sentence = sentence  # which is the name of the column, too
        self.name = name
        self.facts = facts
        self.values: dict[float, None] = {}

    def update(self, chunk: Chunk) -> None:
        answer = chunk.answers[0]
        self.values |= dict.fromkeys(chunk.inputs(answer)[answer.columns[self.sentence]].tolist())

    def merge(self, later: Self) -> None:
        self.values |= later.values

    def messages(self) -> Iterator[Message]:
        if self.values:
            yield note(self.sentence, function=self.name, values=tuple(self.values), **self.facts)

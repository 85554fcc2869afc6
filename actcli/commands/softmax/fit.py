"""The temperature at which the softmaxes of held vectors have the least mean loss."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, distinct
from actcli.commands.pipeline import answered_chunks
from actcli.commands.softmax.query import check_shares
from actcli.commands.softmax.targets import Target
from actcli.errors import DataError, counted
from actcli.inputs.sources import Source
from actcli.numerics.softmaxes import without_infinities
from actcli.results import Answer, Chunk, Vectors
from actcli.results.scores import ExactSum, is_whole
from actcli.results.vectors import IGNORED, Faults

_MOST_HELD = 1 << 27  # logits: 1 GiB
_CLOSE = 4 * math.ulp(1.0)
_LARGE = 2.0**1022  # twice it may overflow


def held(source: Source, target: Target, *, of_shares: bool = False) -> list[Chunk]:
    """All vectors, with the class of each as an answer.

    Raises DataError where they are too large to be held, and where a vector has no such class or, with `of_shares`,
    holds no probabilities.
    """

    def classes(vectors: Vectors) -> Answer:
        if of_shares:
            check_shares(vectors)
        return Answer(vectors.lengths, {"class": target.classes(vectors)})

    kept: list[Chunk] = []
    count = 0
    for chunk in answered_chunks(source, [classes], ()):
        count += chunk.vectors.values.size
        if count > _MOST_HELD:
            raise DataError("--fit holds all logits, and these outgrew 1 GiB", "give it some of the vectors")
        kept.append(chunk)
    return kept


def fitted(chunks: Sequence[Chunk], target: Target, *, of_shares: bool = False) -> float:
    """The temperature T at which cross-entropy, and so KL divergence, has the least sum over all vectors.

    With b = 1/T the loss log sum e^(b x_i) - b sum y_i x_i is convex. The root of its slope is sought among powers of
    two, and between two of them by Newton's method, so that logits of any size are fitted alike. With `of_shares` the
    logits are the logarithms of the values. Source: Guo et al. 2017, arXiv 1706.04599, section 4.2, temperature
    scaling.

    Raises DataError where no vector has a target, a loss is infinite or NaN, none is the least, or the temperature of
    the least is no float64.
    """
    logits = _Logits(chunks, target, of_shares, _is_huge(chunks) and not of_shares)
    power = _power_below(logits, -_require_least(logits))
    low, factor, high, step = 1.0, 1.5, 2.0, 1.0
    while True:
        slope, curvature = _slopes(logits, power, factor)
        low, high = (low, factor) if slope > 0 else (factor, high)
        following = factor - factor * slope / curvature if curvature else math.nan
        # Where Newton's step leaves the bounds or is not half as long as the one before, halve them.
        if not (low <= following <= high and abs(following - factor) <= abs(step) / 2):
            following = (low + high) / 2
        step = following - factor
        factor = following
        if abs(step) <= _CLOSE:
            break
    try:
        temperature = math.ldexp(1 / factor, logits.is_halved - power)
    except OverflowError:
        temperature = math.inf
    if not 0 < temperature < math.inf:
        cure = "divide all logits by the largest of them, and multiply the temperature by it"
        raise DataError("--fit: the temperature of the least loss is beyond the numbers of float64", cure)
    return temperature


class _Rows(NamedTuple):
    """Vectors of one length that have a target."""

    distances: Floats
    """Of each logit from the largest of its vector: 0 or below, -inf where the probability is 0."""
    wanted: Floats
    """The mean of these by the target of each vector."""
    places: NDArray[np.intp]
    """Which vectors of the chunk they are."""


class _Logits(NamedTuple):
    """All vectors and what their loss compares with."""

    chunks: Sequence[Chunk]
    target: Target
    of_shares: bool
    """Whether the logits are the logarithms of the values."""
    is_halved: bool
    """Whether they are halved, so that the distance of two is finite."""

    def rows(self) -> Iterator[tuple[Chunk, _Rows]]:
        """The vectors that have a target, those of a chunk and a length together."""
        for chunk in self.chunks:
            for rows in self._rows_of(chunk):
                yield chunk, rows

    def _rows_of(self, chunk: Chunk) -> Iterator[_Rows]:
        block, classes = chunk.vectors, chunk.answers[0].columns["class"]
        known = is_whole(block) & ((classes >= 0) | (self.target.distribution is not None))
        starts = block.starts()
        for size in distinct(block.lengths[known]).tolist():
            places = np.flatnonzero(known & (block.lengths == size))
            values = block.values[starts[places][:, None] + np.arange(size)]
            with np.errstate(divide="ignore"):
                x, top = without_infinities(np.log(values) if self.of_shares else values)
            distances = x / 2 - top / 2 if self.is_halved else x - top
            if self.target.is_spread:
                y = np.array([self.target.of(category, size) for category in classes[places].tolist()])
                wanted = _mean(distances, y)
            else:
                wanted = np.take_along_axis(distances, classes[places][:, None], axis=1)[:, 0]
            yield _Rows(distances, wanted, places)


def _is_huge(chunks: Sequence[Chunk]) -> bool:
    """Whether the distance of two numbers may overflow."""
    values = (chunk.vectors.values for chunk in chunks)
    return any((np.abs(each[np.isfinite(each)]).max(initial=0.0) > _LARGE) for each in values)


def _mean(distances: Floats, shares: Floats) -> Floats:
    """The mean of each row by the shares of its entries, of which those of 0 add nothing."""
    mean: Floats = (shares * np.where(shares == 0, 0.0, distances)).sum(axis=1)
    return mean


def _require_least(logits: _Logits) -> int:
    """The power of two next above all distances of logits, which some temperature above 0 fits best.

    Raises DataError where there is none: unless the slope of the loss in 1/T is below 0 at 0 and above 0 at the other
    end.
    """
    count, largest, is_missed = 0, 0.0, False
    for chunk, rows in logits.rows():
        if not np.isfinite(rows.wanted).all():
            row = int(rows.places[~np.isfinite(rows.wanted)][0])
            raise _endless(chunk, row, is_spread=logits.target.is_spread)
        count += len(rows.places)
        finite = rows.distances[rows.distances > -np.inf]
        largest = max(largest, -float(finite.min(initial=0.0)))
        is_missed = is_missed or bool((rows.wanted < 0).any())
    if not count:
        raise _no_class(logits)
    if not largest:
        cure = "is it the right file of logits?"
        raise DataError(
            "--fit: all logits of a vector are equal, in every vector: the loss is the same at any temperature", cure
        )
    if not is_missed:
        cure = (
            "the largest logit is that of the class in every vector: fit it to vectors that the network did not learn"
        )
        raise DataError("--fit: no temperature has the least loss, which falls as T falls to 0", cure)
    _, power = math.frexp(largest)
    at_zero = ExactSum(np.zeros(0))
    for _, rows in logits.rows():
        is_possible = rows.distances > -np.inf
        alike = _mean(np.ldexp(rows.distances, -power), is_possible / is_possible.sum(axis=1, keepdims=True))
        at_zero += ExactSum(alike - np.ldexp(rows.wanted, -power))
    if not at_zero.mean(count) < 0:
        cure = "these logits tell no more than equal shares: is it the right column of classes?"
        raise DataError("--fit: no temperature has the least loss, which falls as T grows", cure)
    return power


def _no_class(logits: _Logits) -> DataError:
    """The error for input without a vector that has a class."""
    faults = Faults()
    vectors = ignored = 0
    for chunk in logits.chunks:
        faults = faults.merged(chunk.vectors.faults)
        vectors += int(np.count_nonzero(chunk.vectors.lengths))
        ignored += int(np.count_nonzero(chunk.answers[0].columns["class"] == IGNORED))
    if faults.first:
        return DataError(f"--fit: no vector has a class, for all were passed over; first: {faults.first}")
    if not vectors:
        return DataError("--fit: the input holds no vectors", "give it a class and logits a line")
    ignored_ones = f"{counted(ignored, 'vector')}, and each has the class of --ignore-index"
    cure = "name the column of the classes with --target-column COLUMN"
    return DataError(f"--fit: no vector has a class: {ignored_ones}", cure)


def _endless(chunk: Chunk, row: int, *, is_spread: bool) -> DataError:
    """The error for a vector whose loss is no number at any temperature."""
    vectors = chunk.vectors
    where = f"vector {chunk.first + row}" if vectors.lines is None else f"line {vectors.lines[row]}"
    x = vectors.values[vectors.starts()[row] :][: vectors.lengths[row]]
    if np.isnan(x).any():
        met, cure = "it holds NaN", "leave out the vectors that hold NaN"
    elif (x == np.inf).any():
        met = "a logit of +inf leaves its target no probability"
        cure = "write a large number in place of inf, or leave the vector out"
    elif is_spread:
        met = "a class that its target has a share for has probability 0"
        cure = "leave out such vectors, or give the class no share"
    else:
        met, cure = "its target has probability 0", "leave out the vectors whose target has probability 0"
    return DataError(f"--fit: the loss of {where} is infinite or NaN at every temperature: {met}", cure)


def _power_below(logits: _Logits, start: int) -> int:
    """The power of two next below the 1/T of the least loss, which some T has."""

    def rises(power: int) -> bool:
        return _slopes(logits, power)[0] > 0

    low = high = start
    reach = 1
    if rises(start):
        while rises(low):
            low, high, reach = low - reach, low, 2 * reach
    else:
        while not rises(high):
            low, high, reach = high, high + reach, 2 * reach
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if rises(middle) else (middle, high)
    return low


def _slopes(logits: _Logits, power: int, factor: float = 1.0) -> tuple[float, float]:
    """The means over all vectors of b f'(b) and b^2 f''(b), f being the loss, at b = 1/T = factor times 2^power."""
    slope, curvature = ExactSum(np.zeros(0)), ExactSum(np.zeros(0))
    count = 0
    for _, rows in logits.rows():
        with np.errstate(over="ignore", under="ignore"):
            scaled = np.ldexp(rows.distances, power) * factor
            weights = np.exp(scaled)
            shares = weights / weights.sum(axis=1, keepdims=True)
            finite = np.where(shares > 0, scaled, 0.0)
            mean = (shares * finite).sum(axis=1)
            variance = (shares * (finite - mean[:, None]) ** 2).sum(axis=1)
            wanted = np.ldexp(rows.wanted, power) * factor
        slope += ExactSum(mean - wanted)
        curvature += ExactSum(variance)
        count += len(rows.places)
    return slope.mean(count), curvature.mean(count)

"""The temperature at which the softmaxes of held vectors have the least mean loss."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, distinct
from actcli.commands.pipeline import answered_chunks
from actcli.commands.softmax.targets import Target
from actcli.errors import DataError
from actcli.inputs.sources import Source
from actcli.numerics.softmaxes import without_infinities
from actcli.results import Answer, Chunk, Vectors
from actcli.results.scores import ExactSum, is_whole

_MOST_HELD = 1 << 27  # logits: 1 GiB
_STEPS = 400  # from 1 to the least or the largest temperature it takes fewer, and usually six
_FAR = 2.0**6  # a step where the slope of the loss says nothing of how far to go


def held(source: Source, target: Target) -> list[Chunk]:
    """All vectors, with the class of each as an answer.

    Raises DataError where they are too large to be held, and where a vector has no such class.
    """

    def classes(vectors: Vectors) -> Answer:
        return Answer(vectors.lengths, {"class": target.classes(vectors)})

    kept: list[Chunk] = []
    count = 0
    for chunk in answered_chunks(source, [classes], ()):
        count += chunk.vectors.values.size
        if count > _MOST_HELD:
            raise DataError("--fit holds all logits, and these outgrew 1 GiB", "give it some of the vectors")
        kept.append(chunk)
    return kept


def fitted(chunks: Sequence[Chunk], target: Target) -> float:
    """The temperature T at which cross-entropy, and so KL divergence, has the least sum over all vectors.

    With b = 1/T the loss log sum e^(b x_i) - b sum y_i x_i is convex; the root of its slope in b is found by Newton's
    method between bounds. Source: Guo et al. 2017, arXiv 1706.04599, section 4.2, temperature scaling.

    Raises DataError where no vector has a target, a loss is infinite or NaN, or none is the least.
    """
    _require_least(chunks, target)
    low, inverse, high = 0.0, 1.0, math.inf
    for _ in range(_STEPS):
        slope, curvature = _slopes(chunks, target, inverse)
        low, high = (low, inverse) if slope > 0 else (inverse, high)
        following = inverse - slope / curvature if curvature else math.nan
        if not low <= following <= high:
            following = min(max(math.sqrt(low * high), inverse / _FAR), inverse * _FAR)
        if abs(following - inverse) <= 4 * math.ulp(inverse):
            break
        inverse = following
    return 1 / inverse


class _Rows(NamedTuple):
    """Vectors of one length that have a target."""

    distances: Floats
    """Of each logit from the largest of its vector: 0 or below, -inf where the probability is 0."""
    wanted: Floats
    """The mean of these by the target of each vector."""
    places: NDArray[np.intp]
    """Which vectors of the chunk they are."""


def _rows_of(chunk: Chunk, target: Target) -> Iterator[_Rows]:
    block, classes = chunk.vectors, chunk.answers[0].columns["class"]
    known = is_whole(block) & ((classes >= 0) | (target.distribution is not None))
    starts = block.starts()
    for size in distinct(block.lengths[known]).tolist():
        places = np.flatnonzero(known & (block.lengths == size))
        x, top = without_infinities(block.values[starts[places][:, None] + np.arange(size)])
        with np.errstate(over="ignore"):
            distances = x - top
        if target.is_spread:
            y = np.array([target.of(category, size) for category in classes[places].tolist()])
            wanted = _mean(distances, y)
        else:
            wanted = np.take_along_axis(distances, classes[places][:, None], axis=1)[:, 0]
        yield _Rows(distances, wanted, places)


def _mean(distances: Floats, shares: Floats) -> Floats:
    """The mean of each row by the shares of its entries, of which those of 0 add nothing."""
    with np.errstate(invalid="ignore"):
        mean: Floats = np.where(shares == 0, 0.0, shares * distances).sum(axis=1)
    return mean


def _require_least(chunks: Sequence[Chunk], target: Target) -> None:
    """Raise DataError unless the slope of the loss in 1/T is below 0 at 0 and above 0 at the other end."""
    at_zero, at_infinity = ExactSum(np.zeros(0)), ExactSum(np.zeros(0))
    count = 0
    for chunk in chunks:
        for rows in _rows_of(chunk, target):
            if not np.isfinite(rows.wanted).all():
                lines = chunk.vectors.lines
                first = int(rows.places[~np.isfinite(rows.wanted)][0])
                where = f"vector {chunk.first + first}" if lines is None else f"line {lines[first]}"
                cure = "leave out the vectors that hold NaN, or whose class has a logit of -inf"
                raise DataError(f"--fit: the loss of {where} is infinite or NaN at every temperature", cure)
            is_possible = rows.distances > -np.inf
            alike = _mean(rows.distances, is_possible / is_possible.sum(axis=1, keepdims=True))
            at_zero += ExactSum(alike - rows.wanted)
            at_infinity += ExactSum(-rows.wanted)
            count += len(rows.places)
    if not count:
        raise DataError("--fit: no vector has a class", "name the column of the classes with --target-column COLUMN")
    is_bounded_above, is_bounded_below = at_zero.mean(count) < 0, at_infinity.mean(count) > 0
    if is_bounded_above and is_bounded_below:
        return
    if is_bounded_above:
        cure = (
            "the largest logit is that of the class in every vector: fit it to vectors that the network did not learn"
        )
        raise DataError("--fit: no temperature has the least loss, which falls as T falls to 0", cure)
    cure = "these logits tell no more than equal shares: is it the right column of classes?"
    raise DataError("--fit: no temperature has the least loss, which falls as T grows", cure)


def _slopes(chunks: Sequence[Chunk], target: Target, inverse: float) -> tuple[float, float]:
    """The mean over all vectors of the slope and the curvature of the loss in 1/T, rounded once."""
    slope, curvature = ExactSum(np.zeros(0)), ExactSum(np.zeros(0))
    count = 0
    for chunk in chunks:
        for rows in _rows_of(chunk, target):
            with np.errstate(over="ignore", under="ignore"):
                weights = np.exp(inverse * rows.distances)
                shares = weights / weights.sum(axis=1, keepdims=True)
                finite = np.where(shares > 0, rows.distances, 0.0)
                mean = (shares * finite).sum(axis=1)
                variance = (shares * (finite - mean[:, None]) ** 2).sum(axis=1)
            slope += ExactSum(mean - rows.wanted)
            curvature += ExactSum(variance)
            count += len(rows.places)
    return slope.mean(count), curvature.mean(count)

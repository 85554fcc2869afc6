"""What the softmaxes of a file come to: how sure they are and of which class; against targets loss and calibration.

Sums are added without rounding: the same bits whatever the block size and the order of the parts.
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers
from actcli.results.accumulators import Accumulator
from actcli.results.chunks import Chunk
from actcli.results.messages import Message, warning
from actcli.results.vectors import IGNORED, Vectors

# Bins of equal width are open below and closed above, an edge being the float64 nearest to it: Guo et al. 2017, On
# Calibration of Modern Neural Networks, arXiv 1706.04599, section 2, in tenths as in their diagrams.
BINS = 10
_UPPER_EDGES = np.arange(1, BINS + 1) / BINS

# Bins of equal mass need all confidences in their order: 8 bytes a vector, of all functions together 32 MB.
MOST_HELD = 1 << 22

_POINT = 1126  # binary places of a sum: the lower half of the least subnormal number is an integer of them
_HALF = 2.0**26


class ExactSum:
    """A sum of float64 that is rounded when it is asked for: `places` is the sum of the finite ones times 2^1126."""

    def __init__(self, values: Floats) -> None:
        finite = np.isfinite(values)
        with np.errstate(invalid="ignore"):
            self._endless = float(values[~finite].sum())
        mantissas, exponents = np.frexp(values[finite])
        mantissas *= _HALF
        upper = np.trunc(mantissas)
        # Halves of a significand are integers below 2^27, of which float64 adds up 2^26 without rounding.
        self.places = _placed(upper, exponents + (_POINT - 26))
        self.places += _placed((mantissas - upper) * 2.0**27, exponents + (_POINT - 53))

    def __add__(self, other: "ExactSum") -> "ExactSum":
        total = ExactSum(np.zeros(0))
        total.places = self.places + other.places
        total._endless = self._endless + other._endless
        return total

    def mean(self, count: int) -> float:
        """The mean over so many values, rounded once; infinite or NaN where one of them was."""
        return self.places / (count << _POINT) if self._endless == 0 else self._endless


def _placed(integers: Floats, places: NDArray[Any]) -> int:
    """The sum of integers, each shifted by its number of places."""
    sums = np.bincount(places, integers) if places.size else integers
    return sum(int(sums[place]) << place for place in np.flatnonzero(sums).tolist())


def _has_class(chunk: Chunk, function: int) -> NDArray[np.bool_]:
    """Which vectors count: they are whole, and their softmax has a class to be judged by, if it is judged at all."""
    known = is_whole(chunk.vectors)
    classes = chunk.answers[function].columns.get("class")
    return known if classes is None else known & (classes >= 0)


class LeftOutVectors(Accumulator):
    """Whole vectors that count in no mean: those whose softmax is NaN, and those of an ignored class.

    Takes the column `winner`, -1 where a softmax is NaN, and with `has_classes` also `class`.
    """

    is_counted = True

    def __init__(self, function: int, *, has_classes: bool) -> None:
        self.function: int = function
        self.has_classes = has_classes
        self.vectors = 0
        """All that are whole, the ones left out included."""
        self.undefined = 0
        self.ignored = 0

    def update(self, chunk: Chunk) -> None:
        columns = chunk.answers[self.function].columns
        self.vectors += int(np.count_nonzero(is_whole(chunk.vectors)))
        if "winner" in columns:  # else there are blank lines alone
            is_undefined = columns["winner"] < 0
            self.undefined += int(np.count_nonzero(_has_class(chunk, self.function) & is_undefined))
        if "class" in columns:
            self.ignored += int(np.count_nonzero(is_whole(chunk.vectors) & (columns["class"] == IGNORED)))

    def merge(self, later: Self) -> None:
        self.vectors += later.vectors
        self.undefined += later.undefined
        self.ignored += later.ignored

    def totals(self) -> dict[str, Any]:
        if not self.vectors:
            return {}
        ignored = {"vectors_ignored": self.ignored} if self.has_classes else {}
        return {"vectors_undefined": self.undefined} | ignored

    def messages(self) -> Iterator[Message]:
        if self.vectors and self.ignored == self.vectors and self.function == 0:
            yield warning("all_ignored", vectors=self.vectors)


class Confidence(Accumulator):
    """How sure softmaxes are, and how often each class wins.

    Takes the columns `entropy` (in bits), `top` (the largest probability), `winner` (whose it is, -1 for none) and, of
    targets that are classes, `class`. Vectors that hold a bad token, those without a class and those whose softmax is
    NaN count nowhere.
    """

    def __init__(self, function: int) -> None:
        self.function: int = function
        self.vectors = 0
        self.entropies = ExactSum(np.zeros(0))
        self.confidences = ExactSum(np.zeros(0))
        self.wins = np.zeros(0, np.int64)
        """Of each class, as many as the longest vector has."""

    def update(self, chunk: Chunk) -> None:
        columns, known = chunk.answers[self.function].columns, _has_class(chunk, self.function)
        if not known.any():
            return
        known &= columns["winner"] >= 0
        if not known.any():
            return
        self.vectors += int(np.count_nonzero(known))
        self.entropies += ExactSum(columns["entropy"][known])
        self.confidences += ExactSum(columns["top"][known])
        winners = columns["winner"][known]
        longest = int(chunk.vectors.lengths[known].max())
        self.wins = _added(self.wins, np.bincount(winners[winners >= 0], minlength=longest))

    def merge(self, later: Self) -> None:
        self.vectors += later.vectors
        self.entropies += later.entropies
        self.confidences += later.confidences
        self.wins = _added(self.wins, later.wins)

    def totals(self) -> dict[str, Any]:
        if not self.vectors:
            return {}
        entropy = self.entropies.mean(self.vectors)
        return {
            "mean_entropy": entropy,
            "effective_classes": float(np.exp2(entropy)),
            "mean_confidence": self.confidences.mean(self.vectors),
            "wins": self.wins.tolist(),
        }


def _added(counts: Integers, more: Integers) -> Integers:
    """The sums of two lists of counts, the shorter one filled up with zeros."""
    longer, shorter = (counts, more) if counts.size >= more.size else (more, counts)
    return longer + np.pad(shorter, (0, longer.size - shorter.size))


class Bin(NamedTuple):
    """Vectors whose confidences are close."""

    low: float
    """Where the confidences begin."""
    high: float
    """Where they end."""
    vectors: int
    """How many there are, at least one."""
    confidences: ExactSum
    """The sum of their confidences."""
    correct: int
    """How many hit their class."""

    def to_dict(self) -> dict[str, Any]:
        """Its ends, how many vectors it holds, their mean confidence and how many of them are right."""
        mean, accuracy = self.confidences.mean(self.vectors), self.correct / self.vectors
        return {
            "from": self.low,
            "to": self.high,
            "vectors": self.vectors,
            "confidence": mean,
            "accuracy": accuracy,
        }


class Calibration(Accumulator):
    """Mean loss of a softmax over vectors that have a target; where it is a class, accuracy and calibration too.

    Takes the columns `class_loss` and, of targets that are classes, `confidence` (of the likeliest class), `predicted`
    (that class) and `class` (the target, below 0 for none). Vectors that hold a bad token, those without a class and
    those whose softmax is NaN count nowhere.

    It grows by 8 bytes a vector for bins of equal mass, which are given up beyond `most_held` vectors.
    """

    def __init__(self, function: int, most_held: int = MOST_HELD) -> None:
        self.function: int = function
        self.most_held = most_held
        self.vectors = 0
        self.losses = ExactSum(np.zeros(0))
        self.judged = 0
        """Vectors whose target is a class."""
        self.vectors_in_bins = np.zeros(BINS, np.int64)
        self.correct_in_bins = np.zeros(BINS, np.int64)
        self.confidence_in_bins = [ExactSum(np.zeros(0)) for _ in range(BINS)]
        self.signed = array("d")
        """Confidences, which are above 0, with a minus where the class was missed; none beyond `most_held`."""

    def update(self, chunk: Chunk) -> None:
        columns, known = chunk.answers[self.function].columns, _has_class(chunk, self.function)
        if not known.any():
            return
        known &= ~np.isnan(columns["class_loss"])
        if not known.any():
            return
        self.add_losses(columns["class_loss"][known])
        if "class" in columns:
            is_correct = columns["predicted"][known] == columns["class"][known]
            self.add(columns["confidence"][known], is_correct)

    def add_losses(self, losses: Floats) -> None:
        """Count vectors by their loss."""
        self.vectors += losses.size
        self.losses += ExactSum(losses)

    def add(self, confidences: Floats, is_correct: NDArray[np.bool_]) -> None:
        """Count vectors by the probability of their likeliest class and whether that is the target."""
        # A confidence above 1 by rounding is one of 1.
        bins = np.minimum(np.searchsorted(_UPPER_EDGES, confidences, side="left"), BINS - 1)
        self.judged += confidences.size
        self.vectors_in_bins += np.bincount(bins, minlength=BINS)
        self.correct_in_bins += np.bincount(bins, is_correct, BINS).astype(np.int64)
        for number in range(BINS):
            self.confidence_in_bins[number] += ExactSum(confidences[bins == number])
        self._hold(np.where(is_correct, confidences, -confidences).tobytes())

    def _hold(self, signed: bytes) -> None:
        if self.judged > self.most_held:
            self.signed = array("d")
        else:
            self.signed.frombytes(signed)

    def merge(self, later: Self) -> None:
        self.vectors += later.vectors
        self.losses += later.losses
        self.judged += later.judged
        self.vectors_in_bins += later.vectors_in_bins
        self.correct_in_bins += later.correct_in_bins
        for number in range(BINS):
            self.confidence_in_bins[number] += later.confidence_in_bins[number]
        self._hold(later.signed.tobytes())

    def bins_of_equal_width(self) -> list[Bin]:
        """Those of the ten tenths that hold any vectors."""
        ends = np.append(0.0, _UPPER_EDGES).tolist()
        counts = zip(self.vectors_in_bins.tolist(), self.confidence_in_bins, self.correct_in_bins.tolist(), strict=True)
        bins = [
            Bin(low, high, vectors, confidences, correct)
            for low, high, (vectors, confidences, correct) in zip(ends, ends[1:], counts, strict=False)
        ]
        return [each for each in bins if each.vectors]

    def bins_of_equal_mass(self) -> list[Bin] | None:
        """Ten bins, or as many as there are vectors, whose sizes differ by one at most, the larger ones first.

        Of equal confidences the missed come first. None where there are too many vectors to hold.
        Source: Roelofs et al. 2022, Mitigating Bias in Calibration Error Estimation, arXiv 2012.08668.
        """
        if self.judged > self.most_held:
            return None
        signed = np.array(self.signed)
        ordered = signed[np.lexsort((signed > 0, np.abs(signed)))]
        return [
            Bin(float(abs(part[0])), float(abs(part[-1])), part.size, ExactSum(np.abs(part)), int((part > 0).sum()))
            for part in np.array_split(ordered, BINS)
            if part.size
        ]

    def totals(self) -> dict[str, Any]:
        if not self.vectors:
            return {}
        loss = {"mean_loss": self.losses.mean(self.vectors)}
        if not self.judged:
            return loss
        by_width, by_mass = self.bins_of_equal_width(), self.bins_of_equal_mass()
        return loss | {
            "accuracy": int(self.correct_in_bins.sum()) / self.judged,
            "calibration_error": _calibration_error(by_width),
            "calibration_error_equal_mass": None if by_mass is None else _calibration_error(by_mass),
            "reliability": [each.to_dict() for each in by_width],
            "reliability_equal_mass": None if by_mass is None else [each.to_dict() for each in by_mass],
        }


def _calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: the sum over bins of |correct - confidence|, over the vectors."""
    gaps: int = sum(abs((each.correct << _POINT) - each.confidences.places) for each in bins)
    return gaps / (sum(each.vectors for each in bins) << _POINT)


def is_whole(vectors: Vectors) -> NDArray[np.bool_]:
    """Which vectors hold what the input says: neither blank lines nor NaN in place of a bad token."""
    whole = vectors.lengths > 0
    if vectors.replaced is not None:
        whole[np.repeat(np.arange(len(whole)), vectors.lengths)[vectors.replaced]] = False
    return whole

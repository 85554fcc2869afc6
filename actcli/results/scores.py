"""How well the softmaxes of a file predict their classes: mean loss, accuracy and calibration error.

Losses and confidences are added without rounding: the same bits whatever the block size and the order of the parts.
"""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats
from actcli.results.accumulators import Accumulator
from actcli.results.chunks import Chunk
from actcli.results.vectors import Vectors

# Guo et al. 2017, On Calibration of Modern Neural Networks, arXiv 1706.04599, section 4.1: bins of equal width, open
# below and closed above, an edge being the float64 nearest to it.
BINS = 15
_UPPER_EDGES = np.arange(1, BINS + 1) / BINS

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


class Calibration(Accumulator):
    """Mean loss, accuracy and expected calibration error of a softmax over vectors that have a target.

    Takes the columns `class_loss`, `confidence` (of the likeliest class), `predicted` (that class) and `class` (the
    target). Vectors that hold a bad token count nowhere. Where a softmax is NaN so are mean loss and calibration
    error, and the vector counts as missed.
    """

    def __init__(self, function: int) -> None:
        self.function: int = function
        self.vectors = 0
        self.losses = ExactSum(np.zeros(0))
        self.correct_in_bins = np.zeros(BINS, np.int64)
        self.confidence_in_bins = [ExactSum(np.zeros(0)) for _ in range(BINS)]

    def update(self, chunk: Chunk) -> None:
        columns, known = chunk.answers[self.function].columns, _is_whole(chunk.vectors)
        if "class" in columns:  # below 0 there is none
            known &= columns["class"] >= 0
        if known.any():
            is_correct = columns["predicted"][known] == columns["class"][known]
            self.add(columns["class_loss"][known], columns["confidence"][known], is_correct)

    def add(self, losses: Floats, confidences: Floats, is_correct: NDArray[np.bool_]) -> None:
        """Count vectors by their loss, the probability of their likeliest class and whether that is the target."""
        # A confidence above 1 by rounding is one of 1; NaN falls into the last bin, whose sum it makes NaN.
        bins = np.minimum(np.searchsorted(_UPPER_EDGES, confidences, side="left"), BINS - 1)
        self.vectors += losses.size
        self.losses += ExactSum(losses)
        self.correct_in_bins += np.bincount(bins, is_correct, BINS).astype(np.int64)
        for number in range(BINS):
            self.confidence_in_bins[number] += ExactSum(confidences[bins == number])

    def merge(self, later: Self) -> None:
        self.vectors += later.vectors
        self.losses += later.losses
        self.correct_in_bins += later.correct_in_bins
        for number in range(BINS):
            self.confidence_in_bins[number] += later.confidence_in_bins[number]

    def calibration_error(self) -> float:
        """The expected calibration error: Σ over bins of |correct - confidence|, over the vectors."""
        if any(np.isnan(confidence.mean(1)) for confidence in self.confidence_in_bins):
            return float("nan")
        bins = zip(self.correct_in_bins.tolist(), self.confidence_in_bins, strict=True)
        gaps: int = sum(abs((int(correct) << _POINT) - confidence.places) for correct, confidence in bins)
        return gaps / (self.vectors << _POINT)

    def totals(self) -> dict[str, Any]:
        if not self.vectors:
            return {}
        return {
            "mean_loss": self.losses.mean(self.vectors),
            "accuracy": int(self.correct_in_bins.sum()) / self.vectors,
            "calibration_error": self.calibration_error(),
        }


def _is_whole(vectors: Vectors) -> NDArray[np.bool_]:
    """Which vectors hold what the input says: neither blank lines nor NaN in place of a bad token."""
    whole = vectors.lengths > 0
    if vectors.replaced is not None:
        whole[np.repeat(np.arange(len(whole)), vectors.lengths)[vectors.replaced]] = False
    return whole

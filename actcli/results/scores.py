"""How well the softmaxes of a file foresee their classes: mean loss, accuracy, calibration error, in counts that merge.

Losses and confidences are added without rounding: the same bits whatever the block size and the order of the parts.
"""

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers

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


class Scores:
    """Of how many vectors the likeliest class was the target, their losses, and the confidences by bin.

    Of each vector its loss, the probability of its likeliest class and whether that is the target. Where the softmax is
    NaN so are mean loss and calibration error, and the vector counts as missed.
    """

    def __init__(self, losses: Floats, confidences: Floats, is_correct: NDArray[np.bool_]) -> None:
        # A confidence above 1 by rounding is one of 1; NaN falls into the last bin, whose sum it makes NaN.
        bins = np.minimum(np.searchsorted(_UPPER_EDGES, confidences, side="left"), BINS - 1)
        self.vectors = losses.size
        self.losses = ExactSum(losses)
        self.correct_in_bins: Integers = np.bincount(bins, is_correct, BINS).astype(np.int64)
        self.confidence_in_bins = [ExactSum(confidences[bins == number]) for number in range(BINS)]

    def merged(self, later: "Scores") -> "Scores":
        """These vectors and others."""
        both = copy(self)
        both.vectors = self.vectors + later.vectors
        both.losses = self.losses + later.losses
        both.correct_in_bins = self.correct_in_bins + later.correct_in_bins
        pairs = zip(self.confidence_in_bins, later.confidence_in_bins, strict=True)
        both.confidence_in_bins = [own + other for own, other in pairs]
        return both

    def calibration_error(self) -> float:
        """The expected calibration error: Σ over bins of |correct - confidence|, over the vectors."""
        if any(np.isnan(confidence.mean(1)) for confidence in self.confidence_in_bins):
            return float("nan")
        bins = zip(self.correct_in_bins.tolist(), self.confidence_in_bins, strict=True)
        gaps: int = sum(abs((int(correct) << _POINT) - confidence.places) for correct, confidence in bins)
        return gaps / (self.vectors << _POINT)

    def totals(self) -> dict[str, Any]:
        """What the vectors come to, by name; empty where none was counted."""
        if not self.vectors:
            return {}
        return {
            "mean_loss": self.losses.mean(self.vectors),
            "accuracy": int(self.correct_in_bins.sum()) / self.vectors,
            "calibration_error": self.calibration_error(),
        }

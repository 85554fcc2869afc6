"""How often values occur, in bins of a power of two: exact whatever the order and the blocks they come in."""

import math

import numpy as np

from actcli.arrays import Floats, Integers

_MOST_BINS = 1 << 13  # a picture of 100 columns shows a hundredth of them apart
_PLACES = 40  # bits of the largest value that bins tell apart at the most: indices stay whole in a double
_FINEST = -1_020  # and their ends normal


class Histogram:
    """Counts of finite values in bins of 2**exponent, the first of which is `start`; infinite values and NaN apart.

    Bins double as values spread, two becoming one, so that memory stays bounded; the counts are those of the final
    bins, as if they had been known from the start.
    """

    def __init__(self) -> None:
        self.exponent = _FINEST
        self.start = 0
        self.counts = np.zeros(0, np.int64)
        self.values = 0
        self.infinite = 0
        self.undefined = 0
        self.low, self.high = math.inf, -math.inf

    def add(self, values: Floats) -> None:
        """Count some more values."""
        finite = values[np.isfinite(values)]
        undefined = int(np.count_nonzero(np.isnan(values)))
        self.values += values.size
        self.undefined += undefined
        self.infinite += values.size - finite.size - undefined
        if finite.size:
            self.low, self.high = min(self.low, float(finite.min())), max(self.high, float(finite.max()))
            self._widen()
            bins = _bins(finite, self.exponent)
            self.counts += np.bincount(bins - self.start, minlength=self.counts.size)

    @property
    def finite(self) -> int:
        """How many of the values are finite."""
        return self.values - self.infinite - self.undefined

    def between(self, edges: Floats) -> Floats:
        """How many values lie between each two neighbours of ascending edges; a bin across one is divided evenly."""
        if not self.counts.size:
            return np.zeros(len(edges) - 1)
        ends = self._ends(np.arange(self.counts.size + 1))
        below = np.append(0, np.cumsum(self.counts)).astype(np.float64)
        return np.asarray(np.diff(np.interp(edges, ends, below)))

    def peak(self, width: float) -> tuple[float, float, float] | None:
        """Return ends and share of a stretch no wider than this with all values, else of the narrowest with most.

        None where no such stretch has more than half of them.
        """
        if not self.counts.size:
            return None
        with np.errstate(over="ignore"):
            most = int(np.ldexp(width, -self.exponent).clip(1, self.counts.size))
        powers = (1 << power for power in range(most.bit_length()))
        whole, *narrower = (self._fullest(bins) for bins in [most, *(bins for bins in powers if bins < most)])
        if whole[2] == 1:
            return whole
        return next((stretch for stretch in (*narrower, whole) if stretch[2] > 0.5), None)

    def _fullest(self, bins: int) -> tuple[float, float, float]:
        """Return ends and share of the fullest stretch of so many bins, without empty ones at its ends."""
        below = np.append(0, np.cumsum(self.counts))
        held = below[bins:] - below[:-bins]
        first = int(held.argmax())
        filled = first + np.flatnonzero(self.counts[first : first + bins])
        low, high = self._ends(filled[[0, -1]] + np.array([0, 1])).tolist()
        return max(low, self.low), min(high, self.high), float(held[first]) / self.finite

    def _ends(self, bins: Integers) -> Floats:
        """Return the lower ends of bins, counted from the first; none is past the largest float64."""
        with np.errstate(over="ignore"):
            ends = np.ldexp((self.start + bins).astype(np.float64), self.exponent)
        return np.asarray(np.nan_to_num(ends))

    def _widen(self) -> None:
        """Make room for all values so far, in bins as narrow as they may be."""
        largest = max(abs(self.low), abs(self.high))
        exponent = max(self.exponent, math.frexp(largest)[1] - _PLACES) if largest else self.exponent
        ends = np.array([self.low, self.high])
        while np.diff(_bins(ends, exponent)) >= _MOST_BINS:
            exponent += 1
        start, last = _bins(ends, exponent).tolist()
        counts = np.zeros(last - start + 1, np.int64)
        shift = min(exponent - self.exponent, 62)  # NumPy shifts by fewer than 64
        places = (self.start + np.arange(self.counts.size)) >> shift

        np.add.at(counts, places - start, self.counts)
        self.exponent, self.start, self.counts = exponent, start, counts


def _bins(values: Floats, exponent: int) -> Integers:
    """The bin of 2**exponent that each value lies in, also where the quotient underflows."""
    scaled = np.ldexp(values, -exponent)
    return np.where((scaled == 0) & (values < 0), -1, np.floor(scaled)).astype(np.int64)

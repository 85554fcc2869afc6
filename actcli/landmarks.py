"""Landmarks of a function: zones, kinks, extrema and a sensible range for pictures."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ZoneKind = Literal["saturated", "dead"]


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of inputs where a function has stopped learning; `threshold` is the |slope| it stays below."""

    kind: ZoneKind
    low: float
    high: float
    low_included: bool = False
    high_included: bool = False
    threshold: float = 0.0

    def contains(self, x: Floats) -> NDArray[np.bool_]:
        """Tell for each value whether it lies in the zone; NaN does not, an infinite end does."""
        above = x >= self.low if self.low_included or self.low == -np.inf else x > self.low
        below = x <= self.high if self.high_included or self.high == np.inf else x < self.high
        return above & below

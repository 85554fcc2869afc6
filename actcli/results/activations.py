"""What a stream of inputs looks like behind a function: moments of its values and of the size of its slopes."""

from typing import Any

import numpy as np

from actcli.analysis.depth import layer_of, power
from actcli.analysis.moments import StreamMoments
from actcli.arrays import Floats

# A mean within a tenth of a standard deviation of zero shifts no layer that follows.
CENTRED = 0.1


class Behind:
    """Grows block by block and merges; counts are exact, and moments the same bits however the stream was cut.

    NaN and infinite values are counted apart and left out of the moments of values, such slopes out of theirs. With
    `layers` the totals tell what so many make of a gradient, by the root mean square of these slopes.
    """

    def __init__(self, layers: int | None = None) -> None:
        self.layers = layers
        self.undefined = 0
        self.infinite = 0
        self.values = StreamMoments()
        self.slopes = StreamMoments()

    def add(self, file: int, start: int, values: Floats, slopes: Floats) -> None:
        """Take the values and slopes at inputs that begin at this place of the file with this number."""
        self.undefined += int(np.count_nonzero(np.isnan(values)))
        self.infinite += int(np.count_nonzero(np.isinf(values)))
        self.values.add(file, start, values)
        self.slopes.add(file, start, np.abs(slopes))

    def merge(self, later: "Behind") -> None:
        """Add what was measured of other blocks."""
        self.undefined += later.undefined
        self.infinite += later.infinite
        self.values.merge(later.values)
        self.slopes.merge(later.slopes)

    def totals(self) -> dict[str, Any]:
        """The moments by name."""
        values, slopes = self.values.total(), self.slopes.total()
        told: dict[str, Any] = {
            "mean": values.mean if values.size else None,
            "standard_deviation": values.deviation if values.size else None,
            "zero_centred": abs(values.mean) <= CENTRED * values.deviation if values.size else None,
            "undefined": self.undefined,
            "infinite": self.infinite,
            "mean_slope": slopes.mean if slopes.size else None,
            "rms_slope": slopes.root_mean_square if slopes.size else None,
        }
        if self.layers is not None and slopes.size:
            told["gradient"] = power(slopes.root_mean_square, self.layers)
            told["gradient_vanishes_at"] = layer_of(slopes.root_mean_square)
        return told

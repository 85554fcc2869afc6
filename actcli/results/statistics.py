"""What a stream of inputs looks like after a function: moments of values and slopes, and what layers make of them."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np

from actcli.analysis import Zone
from actcli.analysis.depth import layer_of, power, vanishing_layer
from actcli.analysis.moments import StreamMoments
from actcli.catalog import Activation
from actcli.results.accumulators import Accumulator, OddAnswers, ZoneCounts
from actcli.results.chunks import Chunk
from actcli.results.messages import Message, note

# A mean within a tenth of a standard deviation of zero shifts no layer that follows.
CENTRED = 0.1


def of_data(
    activations: Sequence[Activation], zoned: Sequence[Sequence[Zone]], layers: int | None
) -> Iterator[Accumulator]:
    """All that is added up of data and of each function that is given it; the one list of it."""
    yield InputStatistics()
    for place, (activation, zones) in enumerate(zip(activations, zoned, strict=True)):
        yield ZoneCounts(place, activation.name, zones, tells_saturated_units=True)
        yield OddAnswers(place, activation.name)
        yield ActivationStatistics(place, layers)


class ActivationStatistics(Accumulator):
    """Moments of the values of a function and of the size of its slopes, the same bits however the stream was cut.

    Takes the columns `value` and `slope`. NaN and infinite values are counted apart and left out of the moments of
    values, such slopes out of theirs. With `layers` the totals say what so many layers make of a gradient, by the
    root mean square of these slopes.
    """

    def __init__(self, function: int, layers: int | None = None) -> None:
        self.function: int = function
        self.layers = layers
        self.undefined = 0
        self.infinite = 0
        self.values = StreamMoments()
        self.slopes = StreamMoments()

    def update(self, chunk: Chunk) -> None:
        columns, place = chunk.answers[self.function].columns, _place(chunk)
        values, slopes = columns["value"], columns["slope"]
        self.undefined += int(np.count_nonzero(np.isnan(values)))
        self.infinite += int(np.count_nonzero(np.isinf(values)))
        self.values.add(*place, values)
        self.slopes.add(*place, np.abs(slopes))

    def merge(self, later: Self) -> None:
        self.undefined += later.undefined
        self.infinite += later.infinite
        self.values.merge(later.values)
        self.slopes.merge(later.slopes)

    def totals(self) -> dict[str, Any]:
        values, slopes = self.values.total(), self.slopes.total()
        found: dict[str, Any] = {
            "mean": values.mean if values.size else None,
            "standard_deviation": values.deviation if values.size else None,
            "zero_centred": abs(values.mean) <= CENTRED * values.deviation if values.size else None,
            "undefined": self.undefined,
            "infinite": self.infinite,
            "mean_slope": slopes.mean if slopes.size else None,
            "rms_slope": slopes.root_mean_square if slopes.size else None,
        }
        if self.layers is not None and slopes.size:
            found["gradient"] = power(slopes.root_mean_square, self.layers)
            found["gradient_vanishes_at"] = layer_of(slopes.root_mean_square)
        return found


class InputStatistics(Accumulator):
    """Moments of the inputs themselves; what is not finite is left out."""

    def __init__(self) -> None:
        self.values = StreamMoments()

    def update(self, chunk: Chunk) -> None:
        self.values.add(*_place(chunk), chunk.vectors.values)

    def merge(self, later: Self) -> None:
        self.values.merge(later.values)

    def totals(self) -> dict[str, Any]:
        values = self.values.total()
        return {
            "input_mean": values.mean if values.size else None,
            "input_standard_deviation": values.deviation if values.size else None,
        }


def _place(chunk: Chunk) -> tuple[tuple[int, str], int]:
    """The file and the array of a chunk, and where in that it begins."""
    vectors = chunk.vectors
    return (vectors.file_number, vectors.layer.part), vectors.start


class VanishingLayers(Accumulator):
    """Between which layers the factor that they give a gradient falls below a thousandth; takes the column `slope`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.first, self.last = math.inf, 0.0
        self.lasting = 0
        """Inputs at which no number of layers brings the factor that low."""

    def update(self, chunk: Chunk) -> None:
        layer = vanishing_layer(chunk.answers[0].columns["slope"])
        ends = layer[np.isfinite(layer)]
        self.lasting += int(np.count_nonzero(layer == np.inf))
        if ends.size:
            self.first, self.last = min(self.first, float(ends.min())), max(self.last, float(ends.max()))

    def merge(self, later: Self) -> None:
        self.first, self.last = min(self.first, later.first), max(self.last, later.last)
        self.lasting += later.lasting

    def messages(self) -> Iterator[Message]:
        if self.last:
            first, last = int(self.first), int(self.last)
            yield note("factor_vanishes", function=self.name, first=first, last=last)
        if self.lasting:
            yield note("factor_lasts", function=self.name, inputs=self.lasting)

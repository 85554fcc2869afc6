"""What a stream of inputs looks like after a function: moments of values and slopes, and what layers make of them."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np

from actcli.analysis import Zone, ZoneKind
from actcli.analysis.depth import layer_of, power, vanishing_layer
from actcli.analysis.images import in_float32
from actcli.analysis.moments import StreamMoments
from actcli.analysis.shape import value_range
from actcli.catalog import Activation
from actcli.results.accumulators import Accumulator, Doubts, OddAnswers, ZoneCounts
from actcli.results.chunks import Chunk
from actcli.results.messages import Message, note, warning
from actcli.results.vectors import FirstFound

# A mean within a tenth of a standard deviation of zero shifts no layer that follows.
CENTRED = 0.1


def of_data(
    activations: Sequence[Activation],
    zoned: Sequence[Sequence[Zone]],
    layers: int | None,
    *,
    lists_units: bool,
    are_outputs: bool,
    ambiguous: Sequence[frozenset[ZoneKind]],
) -> Iterator[Accumulator]:
    """All that is added up of data and of each function that is given it; the one list of it.

    `ambiguous` are the kinds of each function's zones whose outputs other inputs give too.
    """
    if not are_outputs:
        yield InputStatistics()
    for place, (activation, zones, kinds) in enumerate(zip(activations, zoned, ambiguous, strict=True)):
        yield ZoneCounts(
            place,
            activation.name,
            zones,
            counts_saturated_units=True,
            lists_units=lists_units,
            are_outputs=are_outputs,
            ambiguous=kinds,
        )
        yield OddAnswers(place, activation.name)
        if activation.entry is None and not are_outputs:
            yield Doubts(place, activation.name)
        yield ActivationStatistics(place, layers)
        span = value_range(activation)
        yield RangeCounts(activation.name, span.low, span.high, are_outputs=are_outputs)


class ActivationStatistics(Accumulator):
    """Moments of the values of a function and of the size of its slopes, the same bits however the stream was cut.

    Takes the columns `value` and `slope`. NaN and infinite values are counted by themselves and left out of the moments
    of values, such slopes out of theirs. With `layers` the totals say what so many layers make of a gradient, by the
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


class RangeCounts(Accumulator):
    """How many values lie in the range of a function: inputs that all do may be its outputs, which all have to."""

    def __init__(self, name: str, low: float, high: float, *, are_outputs: bool) -> None:
        self.name = name
        self.low, self.high = min(low, in_float32(low)), max(high, in_float32(high))
        self.are_outputs = are_outputs
        self.values = 0
        """Those that are no NaN."""
        self.outside = 0
        self.at_end = 0
        """Those that are a finite end of the range."""
        self.first = FirstFound()
        """Of the values outside."""

    def update(self, chunk: Chunk) -> None:
        values = chunk.vectors.values
        outside = (values < self.low) | (values > self.high)
        self.values += int(np.count_nonzero(~np.isnan(values)))
        self.outside += int(np.count_nonzero(outside))
        self.at_end += sum(int(np.count_nonzero(values == end)) for end in (self.low, self.high) if math.isfinite(end))
        self.first.update(chunk.vectors, outside)

    def merge(self, later: Self) -> None:
        self.first.merge(later.first)
        self.values += later.values
        self.outside += later.outside
        self.at_end += later.at_end

    def messages(self) -> Iterator[Message]:
        span = {"function": self.name, "low": self.low, "high": self.high}
        if self.are_outputs and self.first.value:
            yield warning("outside_of_range", outside=self.outside, values=self.values, first=self.first.value, **span)
        is_bounded = math.isfinite(self.low) and math.isfinite(self.high)
        # All inputs above 0 are nothing unusual, but 0 itself among them is what relu makes.
        is_odd = self.first.vectors > 1 and not self.outside and self.values > 0 and (is_bounded or self.at_end > 0)
        if not self.are_outputs and is_odd:
            yield note("outputs_asked", **span)


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

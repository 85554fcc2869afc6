"""What a picture shows, and nothing about how: curves, shaded zones, marked points, a histogram, limits and words."""

import math
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from actcli.analysis import ZoneKind
from actcli.arrays import Floats, Integers

MarkKind = Literal["value", "minimum", "maximum", "kink"]

_COLUMNS = 80  # of a picture, about
_MOST_NAMES = 4  # of curves that stand behind
_NEAR_DECADES = 0.1  # so far beyond the rest, as a share of it, narrow parts of a logarithm are shown too
_MOST_BINS = 1 << 13  # of a histogram: a picture of 100 columns shows a hundredth of them apart
_STEPS_FILLED = 2.0  # columns: steps of a grid up to this width are filled
_PLACES = 40  # bits of the largest value that bins tell apart at the most: indices stay whole in a double
_FINEST = -1_020  # and their ends normal


class Curve(NamedTuple):
    """A line through samples."""

    label: str
    """Its name at its line or in the legend; empty: it is not named."""
    x: Floats
    """Ascending."""
    y: Floats
    """NaN or infinite where the line has a gap; a jump is marked by a NaN between its sides."""
    style: int | None = None
    """What tells curves apart, by colour, dashes or letters; None: the place of the curve in its figure."""
    is_measured: bool = False
    """Whether all of it counts, as of measurements: no step is a jump, and the narrowest peak sets limits."""

    def in_sight(self, x_limits: tuple[float, float]) -> Floats:
        """The values between the limits, from the first finite one to the last."""
        seen = self.y[(self.x >= min(x_limits)) & (self.x <= max(x_limits))]
        finite = np.flatnonzero(np.isfinite(seen))
        return seen[finite[0] : finite[-1] + 1] if finite.size else seen[:0]

    def decades(self, x_limits: tuple[float, float]) -> tuple[float, ...]:
        """The least and largest logarithm to be shown of a curve of logarithms; empty: there is none.

        Where a function crosses 0, or has a pole, its logarithm runs away without end: what is narrower than a column
        of the picture sets no limit.
        """
        low, high = x_limits
        with np.errstate(all="ignore"):
            share = (self.x / 2 - low / 2) / (high / 2 - low / 2)
        known = np.isfinite(self.y) & (share >= 0) & (share <= 1)
        if not known.any():
            return ()
        if self.is_measured:
            return float(self.y[known].min()), float(self.y[known].max())
        y, column = self.y[known], np.minimum((share[known] * _COLUMNS).astype(np.intp), _COLUMNS - 1)
        starts = np.flatnonzero(np.append(True, np.diff(column) > 0))
        wide_low = float(np.maximum.reduceat(y, starts).min())
        wide_high = max(float(np.minimum.reduceat(y, starts).max()), wide_low)
        near = _NEAR_DECADES * (wide_high - wide_low)
        least, largest = float(y.min()), float(y.max())
        return least if least > wide_low - near else wide_low, largest if largest < wide_high + near else wide_high

    def extent(self, x_limits: tuple[float, float]) -> tuple[float, ...]:
        """The least and largest value to be shown; beside a pole, of the middle 95 %. Empty: there is none."""
        seen = self.in_sight(x_limits)
        if not seen.size:
            return ()
        finite = seen[np.isfinite(seen)]
        low, high = float(finite.min()), float(finite.max())
        peak = int(np.abs(np.where(np.isfinite(seen), seen, 0)).argmax())
        beside = seen[max(peak - 1, 0) : peak + 2]
        if np.isfinite(beside).all() and (np.sign(beside) * np.sign(seen[peak]) >= 0).all():
            return low, high
        inner_low, inner_high = np.quantile(finite / 4, (0.025, 0.975)).tolist()  # quarters: 1e308 - -1e308 overflows
        pole = 0 < inner_high - inner_low < (high / 4 - low / 4) / 4
        return (4 * inner_low, 4 * inner_high) if pole else (low, high)


ShadeKind: TypeAlias = ZoneKind | Literal["alternate"]
"""A zone, or every second stretch of x between powers of a number."""


class Shade(NamedTuple):
    """A stretch of x that is shaded over the full height."""

    low: float
    """The left end."""
    high: float
    """Ends may be infinite: they are clipped."""
    kind: ShadeKind
    """Chooses the colour or the sign."""
    label: str
    """Words of the legend; stretches of one kind with equal labels share an item."""
    note: str = ""
    """Where this stretch alone lies, to stand in it; empty: as the label says."""


class Points(NamedTuple):
    """Marks on one curve; those outside the limits are left out."""

    curve: int
    """The place of the curve in the figure."""
    x: Floats
    """As many as there are marks."""
    y: Floats
    """On the scale of the figure."""
    kind: MarkKind = "value"
    """Chooses the sign of a mark."""
    notes: tuple[str, ...] = ()
    """A few words for each mark, beside it in a saved picture; empty: the marks have none."""


class Rule(NamedTuple):
    """A straight line across the whole frame, dotted, for a value that curves are read against."""

    axis: Literal["x", "y"]
    """The axis that the value is on: the line stands upright on the x axis."""
    value: float
    """On the scale of the figure."""
    label: str = ""
    """A few words at its end; empty for none."""


class Figure(NamedTuple):
    """A picture to be drawn, into the cells of a terminal or as a saved picture.

    Its coordinates are those of the drawing: where an axis is logarithmic, all of them are decimal logarithms.
    """

    title: str
    """The first line."""
    curves: tuple[Curve, ...]
    """In the order of the legend."""
    x_limits: tuple[float, float]
    """Kept as they are."""
    width: int
    """Columns at most, all words included."""
    height: int
    """Lines at most, all words included."""
    subtitle: str = ""
    """Stands beside the title; empty for none."""
    x_title: str = "x"
    """What is on the x axis; a terminal leaves out a mere x."""
    y_title: str = ""
    """What is on the y axis; empty where title and labels say it."""
    zones: tuple[Shade, ...] = ()
    """Drawn behind the curves."""
    points: tuple[Points, ...] = ()
    """Drawn over the curves."""
    context: tuple[Curve, ...] = ()
    """Curves drawn faintly behind: in facets the other functions."""
    asymptotes: tuple[Curve, ...] = ()
    """Lines that curves approach, dotted; they set no limits, and the legend names those in sight."""
    rules: tuple[Rule, ...] = ()
    """Values to read the curves against."""
    histogram: "Histogram | None" = None
    """Of x, drawn as a strip under the x axis."""
    x_is_log: bool = False
    """Whether x is a decimal logarithm."""
    y_is_log: bool = False
    """Whether y is a decimal logarithm."""
    y_limits: tuple[float, float] | None = None
    """Kept as they are; None: they follow the curves a little outward, so that ticks fall on whole lines."""
    y_reach: tuple[float, ...] = ()
    """Values that free limits of y include beside those of the curves."""
    landmarks: tuple[str, ...] = ()
    """What marks stand for: lines below a terminal's picture; a saved picture has the notes of the marks."""
    captions: tuple[str, ...] = ()
    """Lines below the figure."""
    stated: tuple[str, ...] = ()
    """Formulas of curves that the title does not give: first below the figure, or in its title where it is low."""

    def extent(self) -> tuple[float, ...]:
        """least and largest values that are to be shown, what stands behind left aside; empty: there are none."""
        extents = (line.decades(self.x_limits) if self.y_is_log else line.extent(self.x_limits) for line in self.curves)
        return (*self.y_reach, *(end for extent in extents for end in extent))

    def names_behind(self) -> str:
        """The names of what stands behind the curves, or if they are many how many they are: panels name them all."""
        names = [curve.label for curve in self.context if curve.label]
        return ", ".join(names) if len(names) <= _MOST_NAMES else f"the other {len(names)}"

    def emptiness(self) -> str:
        """Why no curve is to be seen; empty where one is."""
        seen = [curve.y[(curve.x >= self.x_limits[0]) & (curve.x <= self.x_limits[1])] for curve in self.curves]
        finite = [y[np.isfinite(y)] for y in seen]
        if any(y.size for y in finite):
            if self.y_limits is None or any(_passes(y, *self.y_limits) for y in seen):
                return ""
            low, high = min(float(y.min()) for y in finite if y.size), max(float(y.max()) for y in finite if y.size)
            ends = tuple(10.0**end if self.y_is_log else end for end in (low, high))
            return f"no curve here: values reach from {ends[0]:.4g} to {ends[1]:.4g}"
        every = np.concatenate([*seen, np.empty(0)])
        if self.y_is_log and every.size and (every == -np.inf).all():
            return "nothing to draw: 0 has no logarithm"
        kinds = [word for word, found in (("NaN", np.isnan(every)), ("infinite", np.isinf(every))) if found.any()]
        return f"nothing to draw: {' or '.join(kinds)} for all x here" if kinds else "nothing to draw"

    @property
    def styles(self) -> tuple[int, ...]:
        """The style of each curve."""
        return tuple(place if curve.style is None else curve.style for place, curve in enumerate(self.curves))


def _passes(y: Floats, low: float, high: float) -> bool:
    """Whether a curve has a point between the limits, or crosses them within a step."""
    finite = np.isfinite(y)
    with np.errstate(invalid="ignore"):
        above, below = y > high, y < low
    steps = finite[1:] & finite[:-1] & ((above[1:] & below[:-1]) | (below[1:] & above[:-1]))
    return bool((finite & ~above & ~below).any() or steps.any())


class Histogram:
    """How often values occur, in bins of a power of two: exact whatever the order and the blocks they come in.

    Bins double as values spread, two becoming one, so that memory stays bounded; the counts are those of the final
    bins, as if they had been known from the start. NaN and infinite values are counted outside of the bins. Where the
    axis is logarithmic the bins hold decimal logarithms; values that have none are counted outside of them too.
    """

    def __init__(self, *, is_log: bool = False) -> None:
        self.is_log = is_log
        self.exponent = _FINEST  # a bin is 2**exponent wide
        self.start = 0  # the first bin, counted from 0
        self.counts = np.zeros(0, np.int64)  # finite values of each bin
        self.values = 0  # of any kind
        self.infinite = 0
        self.undefined = 0  # NaN
        self.unplaced = 0  # finite, but with no place on a logarithmic axis
        self.low, self.high = math.inf, -math.inf  # of the values that have a place

    def add(self, values: Floats) -> None:
        """Count some more values."""
        finite = values[np.isfinite(values)]
        undefined = int(np.count_nonzero(np.isnan(values)))
        self.values += values.size
        self.undefined += undefined
        self.infinite += values.size - finite.size - undefined
        if self.is_log:
            self.unplaced += int(np.count_nonzero(finite <= 0))
            finite = finite[finite > 0]
        if finite.size:
            low, high = float(finite.min()) + 0.0, float(finite.max()) + 0.0  # never -0.0
            self.low, self.high = min(self.low, low), max(self.high, high)
            self._widen()
            bins = _bins(self._placed(finite), self.exponent)
            self.counts += np.bincount(bins - self.start, minlength=self.counts.size)

    @property
    def finite(self) -> int:
        """How many of the values are finite, and have a place on the axis."""
        return self.values - self.infinite - self.undefined - self.unplaced

    def between(self, edges: Floats) -> Floats:
        """How many values lie between each two neighbours of ascending edges; a bin across one is divided evenly.

        Values of a grid whose steps are about as wide as the edges are apart fill their steps: else some columns would
        have one value of the grid and others two, and show a pattern that the data have not.
        """
        if not self.counts.size:
            return np.zeros(len(edges) - 1)
        filled = np.flatnonzero(self.counts)
        step = int(np.diff(filled).min()) if filled.size > 1 else 1
        with np.errstate(over="ignore"):
            width = (edges[-1] / 2 - edges[0] / 2) * 2 / (len(edges) - 1)
            is_grid = step > 1 and math.ldexp(step, self.exponent) < _STEPS_FILLED * width
        reach = (step - 1) / 2 if is_grid else 0.0  # bins on both sides
        ends = self._ends(np.stack([filled - reach, filled + 1 + reach], 1).reshape(-1))
        below = np.repeat(np.append(0, np.cumsum(self.counts[filled])), 2)[1:-1].astype(np.float64)
        return np.asarray(np.diff(np.interp(edges, ends, below)))

    def peak(self, width: float) -> tuple[float, float, float] | None:
        """ends and share of a stretch no wider than this with all values, else of the narrowest with most.

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
        """ends and share of the fullest stretch of so many bins, without empty ones at its ends."""
        below = np.append(0, np.cumsum(self.counts))
        held = below[bins:] - below[:-bins]
        first = int(held.argmax())
        filled = first + np.flatnonzero(self.counts[first : first + bins])
        low, high = self._ends(filled[[0, -1]] + np.array([0, 1])).tolist()
        least, largest = self._placed(np.array([self.low, self.high])).tolist()
        return max(low, least), min(high, largest), float(held[first]) / self.finite

    def _placed(self, values: Floats) -> Floats:
        return np.asarray(np.log10(values)) if self.is_log else values

    def _ends(self, bins: Integers | Floats) -> Floats:
        """The lower ends of bins, counted from the first; none is past the largest float64."""
        with np.errstate(over="ignore"):
            ends = np.ldexp((self.start + bins).astype(np.float64), self.exponent)
        return np.asarray(np.nan_to_num(ends))

    def _widen(self) -> None:
        """Make room for all values so far, in bins as narrow as they may be."""
        ends = self._placed(np.array([self.low, self.high]))
        largest = float(np.abs(ends).max())
        exponent = max(self.exponent, math.frexp(largest)[1] - _PLACES) if largest else self.exponent
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

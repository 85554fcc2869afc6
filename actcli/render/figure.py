"""What a picture shows, and nothing about how: curves, shaded zones, marked points, limits and words."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from actcli.arrays import Floats
from actcli.landmarks import ZoneKind
from actcli.render.histogram import Histogram

MarkKind = Literal["value", "minimum", "maximum", "kink"]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A line through samples: x ascends; a y that is NaN or infinite is a gap, so a caller marks a jump by a NaN.

    `style` tells curves apart, by colour, dashes or letters; None is the place of the curve in its figure.
    """

    label: str
    x: Floats
    y: Floats
    style: int | None = None

    def in_sight(self, x_limits: tuple[float, float]) -> Floats:
        """Return the values between the limits, from the first finite one to the last."""
        seen = self.y[(self.x >= min(x_limits)) & (self.x <= max(x_limits))]
        finite = np.flatnonzero(np.isfinite(seen))
        return seen[finite[0] : finite[-1] + 1] if finite.size else seen[:0]

    def extent(self, x_limits: tuple[float, float]) -> tuple[float, ...]:
        """Return the least and largest value to be shown; beside a pole, of the middle 95 %. Empty: there is none."""
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


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch of x shaded over the full height; infinite ends are clipped. Equal labels share one legend item."""

    low: float
    high: float
    kind: ZoneKind
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Marks on the curve with this index; those outside the limits are left out."""

    curve: int
    x: Floats
    y: Floats
    kind: MarkKind = "value"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figure:
    """A picture to be drawn: `width` columns at most, `height` lines at most, all words included.

    `x_limits` are kept as they are. `y_limits` too; None lets them follow the curves and all of `y_reach`, a little
    outward so that the ticks fall on whole lines. `ghosts` are drawn faintly where no curve is. Where it `is_log`, y
    holds decimal logarithms. A `histogram` of x is a strip under the x axis.
    """

    title: str
    subtitle: str = ""
    curves: tuple[Curve, ...]
    zones: tuple[Shade, ...] = ()
    points: tuple[Points, ...] = ()
    ghosts: tuple[Curve, ...] = ()
    histogram: Histogram | None = None
    is_log: bool = False
    x_limits: tuple[float, float]
    y_limits: tuple[float, float] | None = None
    y_reach: tuple[float, ...] = ()
    width: int
    height: int
    captions: tuple[str, ...] = ()

    def extent(self) -> tuple[float, ...]:
        """Return least and largest values that are to be shown; empty: there are none."""
        lines = (*self.curves, *self.ghosts)
        return (*self.y_reach, *(end for line in lines for end in line.extent(self.x_limits)))

    @property
    def styles(self) -> tuple[int, ...]:
        """The style of each curve."""
        return tuple(place if curve.style is None else curve.style for place, curve in enumerate(self.curves))

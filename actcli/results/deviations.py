"""How far the results of somebody's kernel lie from the best ones of its type, in counts and extremes that merge."""

from typing import Any, NamedTuple

import numpy as np

from actcli.arrays import Floats
from actcli.dtypes import Precision

MEASURES = ("ulp", "absolute", "relative")


class Worst(NamedTuple):
    """The largest error, the first where several are as large: at which x, and what came out in place of what."""

    error: float
    x: float
    got: float
    wanted: float
    place: int

    def told(self, measure: str) -> dict[str, Any]:
        """Its parts by name."""
        parts = {"x": self.x, "got": self.got, "wanted": self.wanted, "index": self.place}
        return {f"{measure}_error": self.error, **{f"{measure}_error_{name}": part for name, part in parts.items()}}


class Deviations(NamedTuple):
    """Errors of `compared` results: how many are exact, within 1 ulp, lost; the worst by each of `MEASURES`.

    A result is lost where 0, an infinity or NaN came in place of a normal number of the type. `ulps` adds up the
    finite errors, which `finite` counts.
    """

    precision: Precision
    compared: int
    exact: int
    within_one: int
    lost: int
    finite: int
    ulps: float
    worst: tuple[Worst, ...]

    def merged(self, later: "Deviations") -> "Deviations":
        """These results and those that follow."""
        worst = tuple(
            own if own.error >= other.error else other for own, other in zip(self.worst, later.worst, strict=True)
        )
        return Deviations(
            self.precision,
            compared=self.compared + later.compared,
            exact=self.exact + later.exact,
            within_one=self.within_one + later.within_one,
            lost=self.lost + later.lost,
            finite=self.finite + later.finite,
            ulps=self.ulps + later.ulps,
            worst=worst,
        )

    def totals(self) -> dict[str, Any]:
        """The counts and extremes by name."""
        told: dict[str, Any] = {
            "dtype": self.precision.name,
            "compared": self.compared,
            "exact": self.exact,
            "exact_share": self.exact / self.compared,
            "within_1_ulp": self.within_one,
            "within_1_ulp_share": self.within_one / self.compared,
            "lost": self.lost,
            "mean_ulp_error": self.ulps / self.finite if self.finite else None,
        }
        for measure, worst in zip(MEASURES, self.worst, strict=True):
            told |= worst.told(measure)
        return told


def deviations(x: Floats, got: Floats, wanted: Floats, start: int, precision: Precision) -> Deviations:
    """Hold what a kernel gave for some values x, at least one, against the nearest numbers of its type.

    `got` and `wanted` are numbers of the type; `start` values came before. One ulp is the spacing of the type at the
    number wanted. NaN in place of a number, and an infinity in place of anything else, is infinitely wrong.
    """
    with np.errstate(all="ignore"):
        is_exact = (got == wanted) | (np.isnan(got) & np.isnan(wanted))
        absolute = np.where(is_exact, 0.0, np.nan_to_num(np.abs(got - wanted), nan=np.inf, posinf=np.inf))
        ulp = np.where(is_exact, 0.0, np.nan_to_num(absolute / precision.spacing(wanted), nan=np.inf, posinf=np.inf))
        relative = np.where(is_exact, 0.0, np.nan_to_num(absolute / np.abs(wanted), nan=np.inf, posinf=np.inf))
    is_normal = np.isfinite(wanted) & (np.abs(wanted) >= precision.smallest_normal)
    is_lost = is_normal & ((got == 0) | ~np.isfinite(got))
    finite = ulp[np.isfinite(ulp)]
    return Deviations(
        precision,
        compared=x.size,
        exact=int(np.count_nonzero(is_exact)),
        within_one=int(np.count_nonzero(ulp <= 1)),
        lost=int(np.count_nonzero(is_lost)),
        finite=finite.size,
        ulps=float(finite.sum()),
        worst=tuple(_worst(error, x, got, wanted, start) for error in (ulp, absolute, relative)),
    )


def _worst(error: Floats, x: Floats, got: Floats, wanted: Floats, start: int) -> Worst:
    at = int(np.argmax(error))
    return Worst(float(error[at]), float(x[at]), float(got[at]), float(wanted[at]), start + at)

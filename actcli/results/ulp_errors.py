"""How far the results of a kernel lie from the nearest numbers of its type, in ulp, absolute and relative."""

from collections.abc import Iterator
from typing import Any, NamedTuple, Self

import numpy as np

from actcli.arrays import Floats
from actcli.dtypes import NumberType
from actcli.results.accumulators import Accumulator
from actcli.results.chunks import Chunk
from actcli.results.messages import Message, crossing, note

MEASURES = ("ulp", "absolute", "relative")


class Worst(NamedTuple):
    """The largest error, the first where several are as large: at which x, and what came out in place of what."""

    error: float
    """In ulp."""
    x: float
    """The input."""
    got: float
    """What came out."""
    wanted: float
    """What is right."""
    place: int
    """Of the input among all, from 0."""

    def totals(self, measure: str) -> dict[str, Any]:
        """Its parts by name."""
        parts = {"x": self.x, "got": self.got, "wanted": self.wanted, "index": self.place}
        return {f"{measure}_error": self.error, **{f"{measure}_error_{name}": part for name, part in parts.items()}}


class UlpErrors(Accumulator):
    """Errors of a kernel's results against the nearest numbers of its type: counts, mean, and the worst ones.

    Takes the columns `got` and `wanted`, numbers of the type. One ulp is the spacing of the type at the number wanted.
    NaN in place of a number, and an infinity in place of anything else, is infinitely wrong. A result underflows or
    overflows ("lost") where 0, an infinity or NaN came in place of a normal number.
    """

    function = 0
    judged_by = "ulp"

    def __init__(self, name: str, number_type: NumberType, *, is_reference_exact: bool, bound: int | None) -> None:
        self.name = name
        self.number_type = number_type
        self.is_reference_exact = is_reference_exact
        """Whether the results wanted are certified, or rounded from float64 to a type narrow enough."""
        self.bound = bound
        """The largest error of the reference values, in ulp; None where no entry states it."""
        self.compared = 0
        self.exact = 0
        self.within_one = 0
        self.lost = 0
        self.finite = 0
        self.ulps = 0.0
        """The sum of the finite errors."""
        self.worst: tuple[Worst, ...] = ()
        """By each of `MEASURES`."""

    def update(self, chunk: Chunk) -> None:
        columns = chunk.answers[0].columns
        self.add(chunk.vectors.values, columns["got"], columns["wanted"])

    def add(self, x: Floats, got: Floats, wanted: Floats) -> None:
        """Take in what a kernel gave for some values x, beside what it should have given."""
        if not x.size:
            return
        with np.errstate(all="ignore"):
            is_exact = (got == wanted) | (np.isnan(got) & np.isnan(wanted))
            absolute = np.where(is_exact, 0.0, np.nan_to_num(np.abs(got - wanted), nan=np.inf, posinf=np.inf))
            spacing = self.number_type.spacing(wanted)
            ulp = np.where(is_exact, 0.0, np.nan_to_num(absolute / spacing, nan=np.inf, posinf=np.inf))
            relative = np.where(is_exact, 0.0, np.nan_to_num(absolute / np.abs(wanted), nan=np.inf, posinf=np.inf))
        is_normal = np.isfinite(wanted) & (np.abs(wanted) >= self.number_type.smallest_normal)
        finite = ulp[np.isfinite(ulp)]
        self._worsen(tuple(_worst(error, x, got, wanted, self.compared) for error in (ulp, absolute, relative)))
        self.compared += x.size
        self.exact += int(np.count_nonzero(is_exact))
        self.within_one += int(np.count_nonzero(ulp <= 1))
        self.lost += int(np.count_nonzero(is_normal & ((got == 0) | ~np.isfinite(got))))
        self.finite += finite.size
        self.ulps += float(finite.sum())

    def merge(self, later: Self) -> None:
        self._worsen(tuple(each._replace(place=each.place + self.compared) for each in later.worst))
        self.compared += later.compared
        self.exact += later.exact
        self.within_one += later.within_one
        self.lost += later.lost
        self.finite += later.finite
        self.ulps += later.ulps

    def _worsen(self, later: tuple[Worst, ...]) -> None:
        pairs = zip(self.worst or later, later or self.worst, strict=True)
        self.worst = tuple(own if own.error >= other.error else other for own, other in pairs)

    def totals(self) -> dict[str, Any]:
        if not self.compared:
            return {}
        found: dict[str, Any] = {
            "dtype": self.number_type.name,
            "compared": self.compared,
            "exact": self.exact,
            "exact_share": self.exact / self.compared,
            "within_1_ulp": self.within_one,
            "within_1_ulp_share": self.within_one / self.compared,
            "lost": self.lost,
            "mean_ulp_error": self.ulps / self.finite if self.finite else None,
        }
        for measure, worst in zip(MEASURES, self.worst, strict=True):
            found |= worst.totals(measure)
        return found

    def messages(self) -> Iterator[Message]:
        if not self.is_reference_exact:
            yield note("reference_uncertain", bound=self.bound)

    def crossings(self, most: float) -> Iterator[Message]:
        if self.worst and self.worst[0].error > most:
            worst = self.worst[0]
            yield crossing("error_exceeded", function=self.name, ulp=worst.error, x=worst.x, most=most)


def _worst(error: Floats, x: Floats, got: Floats, wanted: Floats, start: int) -> Worst:
    at = int(np.argmax(error))
    return Worst(float(error[at]), float(x[at]), float(got[at]), float(wanted[at]), start + at)

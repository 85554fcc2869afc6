"""How far a kernel's results lie from the truth, in ulp of their type: classes, the worst, faults, segments of x."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, same
from actcli.dtypes import NumberType
from actcli.results.accumulators import Accumulator
from actcli.results.chunks import Chunk
from actcli.results.messages import Message, crossing, note

MEASURES = ("ulp", "absolute", "relative")

BOUNDS = (0.5, 1.0, 2.0, 10.0, 100.0, math.inf)
"""Up to where each class of errors reaches, in ulp; correctly rounded results are in the first."""

FAULTS = ("not_finite", "finite", "lost", "wrong_sign", "out_of_order")
"""What is counted apart: an infinity or NaN for a number, a number for an infinity or NaN, 0 for another number, a
negative for a positive number, and a result that falls to the next larger input where the function rises."""

# Segments of x end at powers of two: below 2**-8 and from 2**7 on is one of each sign.
_LEAST, _MOST = -9, 7
_A_SIDE = _MOST - _LEAST + 1


class Place(NamedTuple):
    """A result, and what it should be."""

    x: float
    """The input."""
    got: float
    """What came out."""
    wanted: float
    """What is right."""
    position: int
    """Of the input among all, from 0."""

    def totals(self, prefix: str) -> dict[str, Any]:
        """Its parts by name."""
        names = ("x", "got", "wanted", "index")
        return {f"{prefix}_{name}": part for name, part in zip(names, self, strict=True)}


class Worst(NamedTuple):
    """The largest finite error by one measure, the first where several are as large."""

    error: float
    """By that measure."""
    place: Place
    """Where it is."""


class Fault(NamedTuple):
    """What is counted apart from errors."""

    results: int
    """How many."""
    first: Place | None
    """The first of them."""


class UlpErrors(Accumulator):
    """Errors of a kernel's results: classes by size, the worst ones, faults, segments of x.

    Takes the columns `got` and `wanted`, numbers of the type, and `truth`, what `wanted` was rounded from. One ulp is
    the spacing of the type at the truth. What is correctly rounded has no error. Errors are those of finite results;
    what is not finite is a fault.
    """

    judged_by = "ulp"

    def __init__(
        self,
        name: str,
        number_type: NumberType,
        *,
        is_reference_exact: bool,
        bound: int | None,
        function: int = 0,
        flushes: bool = False,
    ) -> None:
        self.name = name
        self.number_type = number_type
        self.is_reference_exact = is_reference_exact
        """Whether the results wanted are certified, or rounded from float64 to a type narrow enough."""
        self.bound = bound
        """The largest error of the reference values, in ulp; None where no entry states it."""
        self.function = self._answer = function
        self.flushes = flushes
        """Whether subnormal inputs and results are left out."""
        self.left_out = 0
        self.compared = 0
        self.exact = 0
        self.classes = np.zeros(len(BOUNDS), np.int64)
        """Finite errors by `BOUNDS`."""
        self.ulps = 0.0
        """The sum of the finite errors."""
        self.worst: tuple[Worst, ...] = ()
        """By each of `MEASURES`; empty before the first finite result."""
        self.is_of_type = True
        """Whether all results are numbers of the type."""
        self.faults = dict.fromkeys(FAULTS, Fault(0, None))
        self.segments = _Segments()
        self._ends: tuple[Place, float, Place, float] | None = None
        """The first and the last result, each with its truth."""

    def update(self, chunk: Chunk) -> None:
        columns = chunk.answers[self._answer].columns
        self.add(chunk.vectors.values, columns["got"], columns["wanted"], columns["truth"])

    def add(self, x: Floats, got: Floats, wanted: Floats, truth: Floats) -> None:
        """Take in what a kernel gave for some values x, beside what it should have given."""
        index = np.arange(self.compared + self.left_out, self.compared + self.left_out + x.size)
        if self.flushes:
            kept = ~(self._is_subnormal(x) | self._is_subnormal(wanted))
            self.left_out += int(np.count_nonzero(~kept))
            x, got, wanted, truth, index = x[kept], got[kept], wanted[kept], truth[kept], index[kept]
        if not x.size:
            return
        self.is_of_type &= bool(same(self.number_type.rounded(got), got).all())
        results = _Results(x, got, wanted, index)
        is_exact, ulp = same(got, wanted), self.ulps_of(got, wanted, truth)
        counted = ~np.isnan(ulp)
        with np.errstate(all="ignore"):
            absolute = np.where(is_exact, 0.0, np.abs(got - truth))
            relative = np.where(is_exact, 0.0, absolute / np.abs(truth))
        absolute, ulp, relative = (np.where(counted, error, -1.0) for error in (absolute, ulp, relative))
        if counted.any():
            self._worsen(tuple(results.worst(error) for error in (ulp, absolute, relative)))
        self.compared += x.size
        self.exact += int(np.count_nonzero(is_exact))
        self.classes += np.bincount(np.searchsorted(BOUNDS, ulp[counted]), minlength=len(BOUNDS))
        self.ulps += float(ulp[counted].sum())
        self.segments.add(x, ulp, is_exact)
        signs = np.signbit(got) != np.signbit(wanted)
        found = {
            "not_finite": ~np.isfinite(got) & np.isfinite(wanted),
            "finite": np.isfinite(got) & ~np.isfinite(wanted) & ~np.isfinite(truth),
            "lost": (got == 0) & (wanted != 0) & ~np.isnan(wanted),
            "wrong_sign": signs & (got != 0) & (wanted != 0) & ~np.isnan(got) & ~np.isnan(wanted),
            "out_of_order": self._falls(results, truth),
        }
        for kind, where in found.items():
            self._count(kind, Fault(int(np.count_nonzero(where)), results.first(where)))
        last = (results.at(-1), float(truth[-1]))
        self._ends = (*(self._ends or (results.at(0), float(truth[0]), *last))[:2], *last)

    def merge(self, later: Self) -> None:
        start = self.compared + self.left_out
        if later._ends is not None:
            first, its_truth, last, last_truth = later._ends
            if self._falls(_Results(*(np.array([part]) for part in first)), np.array([its_truth])).any():
                self._count("out_of_order", Fault(1, _moved(first, start)))
            self._ends = (*(self._ends or later._ends)[:2], last, last_truth)
        for kind, fault in later.faults.items():
            self._count(kind, fault._replace(first=_moved(fault.first, start)))
        if later.worst:
            self._worsen(tuple(Worst(each.error, _moved(each.place, start) or each.place) for each in later.worst))
        self.left_out += later.left_out
        self.compared += later.compared
        self.exact += later.exact
        self.classes += later.classes
        self.ulps += later.ulps
        self.segments.merge(later.segments)
        self.is_of_type &= later.is_of_type

    def ulps_of(self, got: Floats, wanted: Floats, truth: Floats) -> Floats:
        """The error of each result in ulp; NaN where a result or the truth is not finite and they differ."""
        is_exact = same(got, wanted)
        with np.errstate(all="ignore"):
            ulp = np.abs(got - truth) / self.number_type.spacing(self._within(truth))
        return np.where(is_exact, 0.0, np.where(np.isfinite(got) & np.isfinite(truth), ulp, np.nan))

    @property
    def finite(self) -> int:
        """How many results have a finite error."""
        return int(self.classes.sum())

    def totals(self) -> dict[str, Any]:
        if not self.compared:
            return {}
        found: dict[str, Any] = {"dtype": self.number_type.name, "compared": self.compared}
        if self.flushes:
            found["subnormal"] = self.left_out
        found |= {"exact": self.exact, "exact_share": self.exact / self.compared}
        within = int(self.classes[: BOUNDS.index(1.0) + 1].sum())
        found |= {"within_1_ulp": within, "within_1_ulp_share": within / self.compared}
        found["errors"] = [
            {"up_to": bound if math.isfinite(bound) else None, "results": count, "share": count / self.compared}
            for bound, count in zip(BOUNDS, self.classes.tolist(), strict=True)
        ]
        for kind, fault in self.faults.items():
            found[kind] = fault.results
            if fault.first is not None:
                found |= fault.first.totals(f"first_{kind}")
        found["mean_ulp_error"] = self.ulps / self.finite if self.finite else None
        for measure, worst in zip(MEASURES, self.worst, strict=bool(self.worst)):
            found |= {f"{measure}_error": worst.error, **worst.place.totals(f"{measure}_error")}
        found["segments"] = self.segments.totals()
        return found

    def messages(self) -> Iterator[Message]:
        if not self.is_of_type:
            yield note("results_of_another_type", name=self.name, dtype=self.number_type.name)
        if not self.is_reference_exact:
            yield note("reference_uncertain", bound=self.bound)

    def crossings(self, most: float) -> Iterator[Message]:
        infinite = [fault for kind in ("not_finite", "finite") if (fault := self.faults[kind]).first]
        if infinite and infinite[0].first:
            x = infinite[0].first.x
            yield crossing("error_exceeded", function=self.name, ulp=math.inf, x=x, most=most)
        elif self.worst and self.worst[0].error > most:
            worst = self.worst[0]
            yield crossing("error_exceeded", function=self.name, ulp=worst.error, x=worst.place.x, most=most)

    def _is_subnormal(self, x: Floats) -> NDArray[np.bool_]:
        is_subnormal: NDArray[np.bool_] = (x != 0) & (np.abs(x) < self.number_type.smallest_normal)
        return is_subnormal

    def _within(self, truth: Floats) -> Floats:
        """The truth, or the largest number of the type where it lies beyond: spacings end there."""
        return np.clip(truth, -self.number_type.largest, self.number_type.largest)

    def _falls(self, results: "_Results", truth: Floats) -> NDArray[np.bool_]:
        """Where a result is out of order with the one before it, be that of an earlier block."""
        if self._ends is None:
            return _falls(results, truth)
        last, its_truth = self._ends[2:]
        before = _Results(*(np.concatenate(([part], own)) for part, own in zip(last, results, strict=True)))
        return _falls(before, np.concatenate(([its_truth], truth)))[1:]

    def _count(self, kind: str, later: Fault) -> None:
        own = self.faults[kind]
        self.faults[kind] = Fault(own.results + later.results, own.first or later.first)

    def _worsen(self, later: tuple[Worst, ...]) -> None:
        pairs = zip(self.worst or later, later or self.worst, strict=True)
        self.worst = tuple(own if own.error >= other.error else other for own, other in pairs)


class _Results(NamedTuple):
    """Inputs, what came out, what is right, and their places among all."""

    x: Floats
    got: Floats
    wanted: Floats
    places: NDArray[Any]

    def at(self, place: int) -> Place:
        """One of them."""
        return Place(float(self.x[place]), float(self.got[place]), float(self.wanted[place]), int(self.places[place]))

    def first(self, where: NDArray[np.bool_]) -> Place | None:
        """The first of those that are marked."""
        return self.at(int(np.argmax(where))) if where.any() else None

    def worst(self, error: Floats) -> Worst:
        """The one with the largest error."""
        at = int(np.argmax(error))
        return Worst(float(error[at]), self.at(at))


class _Segments:
    """Errors by segments of x, which end at powers of two: from the most negative to the largest."""

    def __init__(self) -> None:
        self.inputs = np.zeros(2 * _A_SIDE, np.int64)
        self.exact = np.zeros(2 * _A_SIDE, np.int64)
        self.finite = np.zeros(2 * _A_SIDE, np.int64)
        self.ulps = np.zeros(2 * _A_SIDE)
        self.worst = np.zeros(2 * _A_SIDE)

    def add(self, x: Floats, ulp: Floats, is_exact: NDArray[np.bool_]) -> None:
        """Take in inputs with their errors, negative where there is none."""
        x, ulp, is_exact = x[~np.isnan(x)], ulp[~np.isnan(x)], is_exact[~np.isnan(x)]
        _, exponent = np.frexp(np.where(np.isinf(x), 2.0**_MOST, x))
        place = np.clip(np.where(x == 0, _LEAST, exponent - 1), _LEAST, _MOST) - _LEAST
        place = np.where(np.signbit(x), _A_SIDE - 1 - place, _A_SIDE + place)
        size, counted = 2 * _A_SIDE, ulp >= 0
        self.inputs += np.bincount(place, minlength=size)
        self.exact += np.bincount(place[is_exact], minlength=size)
        self.finite += np.bincount(place[counted], minlength=size)
        self.ulps += np.bincount(place[counted], ulp[counted], minlength=size)
        np.maximum.at(self.worst, place[counted], ulp[counted])

    def merge(self, later: "_Segments") -> None:
        """Take in the segments of later inputs."""
        self.inputs += later.inputs
        self.exact += later.exact
        self.finite += later.finite
        self.ulps += later.ulps
        self.worst = np.maximum(self.worst, later.worst)

    def totals(self) -> list[dict[str, Any]]:
        """Those that hold inputs, from left to right."""
        ends = np.array([0.0, *2.0 ** np.arange(_LEAST + 1, _MOST + 1), math.inf])
        ends = np.concatenate((-ends[::-1], ends[1:]))
        return [
            {
                "from": float(ends[place]),
                "to": float(ends[place + 1]),
                "inputs": int(self.inputs[place]),
                "exact": int(self.exact[place]),
                "exact_share": int(self.exact[place]) / int(self.inputs[place]),
                "ulp_error": float(self.worst[place]) if self.finite[place] else None,
                "mean_ulp_error": float(self.ulps[place] / self.finite[place]) if self.finite[place] else None,
            }
            for place in np.flatnonzero(self.inputs).tolist()
        ]


def _moved(place: Place | None, start: int) -> Place | None:
    return None if place is None else place._replace(position=place.position + start)


def _falls(results: _Results, truth: Floats) -> NDArray[np.bool_]:
    """Where a result goes the other way than the function from the input before to a larger one."""
    x, got = results.x, results.got
    with np.errstate(all="ignore"):
        against = np.sign(got[1:] - got[:-1]) * np.sign(truth[1:] - truth[:-1]) < 0
    return np.concatenate((np.zeros(1, np.bool_), (x[1:] > x[:-1]) & against))

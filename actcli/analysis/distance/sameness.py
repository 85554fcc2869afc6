"""Whether two functions are one and the same: by their formulas written out, or as far as points can tell."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.analysis.distance.difference import corners, narrow_places
from actcli.analysis.search import LINE
from actcli.arrays import Floats, distinct
from actcli.catalog import Activation
from actcli.errors import ActcliError
from actcli.formula.bounds import with_doubt
from actcli.formula.canonical import canonical
from actcli.formula.digits import BRIEF_PRECISIONS

if TYPE_CHECKING:
    from actcli.formula.exact.proof import Part

# A few points tell most functions apart, before anything is written out.
_FIRST = np.array([-40.0, -7.3, -1.7, -0.6, -0.01, 0.0, 0.02, 0.5, 1.3, 2.9, 11.0, 90.0])
_APART = 1e-6
_MOST_SETTLED = 256  # by balls, a millisecond each


class Domain(NamedTuple):
    """Where one of two functions is undefined, and the other is not."""

    place: int
    """Of the one that is undefined: 0 for the first, 1 for the second."""
    low: float
    """The left end."""
    high: float
    """The right end; equal to the left one at a single point."""
    includes_low: bool
    """Whether the left end is one of its points."""
    includes_high: bool
    """Whether the right end is."""


class Sameness(NamedTuple):
    """How it is known that two functions are the same."""

    points: int | None
    """At how many points they are within 1 ulp of each other; None where their formulas prove that they are equal."""
    undefined: tuple[Domain, ...] = ()
    """Where one of them alone is undefined: there they are not the same."""


def sameness(first: Activation, second: Activation, given: Floats = LINE[:0]) -> Sameness | None:
    """Whether two functions are one and the same, by their formulas; None where they differ.

    Their formulas are written out and brought into one form. Where that does not tell, both are worked out in pairs
    along the whole float64 line, beside every kink, around the places where their structure changes, and at `given` x.
    """
    form = canonical(first.tree)
    if form is not None and form == canonical(second.tree):
        return Sameness(None)
    if _are_apart(first, second):
        return None
    from actcli.formula.exact.proof import proof  # for those who ask, and whose functions are alike

    proved = proof(first.tree, second.tree)
    if proved is not None:
        return Sameness(None, _joined([(1, proved.first_alone), (0, proved.second_alone)]))
    return _sampled(
        first, second, distinct(np.concatenate([LINE, *corners(first, second), narrow_places(first, second), given]))
    )


def _are_apart(first: Activation, second: Activation) -> bool:
    """Whether a few points show that they differ."""
    with np.errstate(all="ignore"):
        one, other = first.value(_FIRST), second.value(_FIRST)
        return bool((np.abs(one - other) > _APART * (1.0 + np.abs(one))).any())


def _joined(alone: Sequence[tuple[int, Sequence["Part"]]]) -> tuple[Domain, ...]:
    """Stretches and points of a proof, those side by side put together."""
    found: list[Domain] = []
    for place, parts in alone:
        for part in parts:
            low = -np.inf if part.low is None else float(part.low)
            high = np.inf if part.high is None else float(part.high)
            own = Domain(place, low, high, part.is_point, part.is_point)
            last = found[-1] if found else None
            if last and last.place == place and last.high == low and (last.includes_high or own.includes_low):
                found[-1] = last._replace(high=high, includes_high=own.includes_high)
            else:
                found.append(own)
    return tuple(found)


def _sampled(first: Activation, second: Activation, line: Floats) -> Sameness | None:
    (one, one_doubts), (other, other_doubts) = (_settled(each, line) for each in (first, second))
    with np.errstate(all="ignore"):
        is_near = np.abs(one - other) <= np.spacing(np.maximum(np.abs(one), np.abs(other)))
    is_alone = np.isnan(one) != np.isnan(other)
    is_sure = ~(one_doubts | other_doubts)
    is_same = is_near | (one == other) | (np.isnan(one) & np.isnan(other)) | is_alone
    if not is_same[is_sure].all():
        return None
    undefined = tuple(
        Domain(place, float(x), float(x), includes_low=True, includes_high=True)
        for place, values in enumerate((one, other))
        for x in line[is_alone & np.isnan(values)][:1]
    )
    return Sameness(int((is_sure & ~is_alone).sum()), undefined)


def _settled(activation: Activation, x: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Values by the formula alone, and where neither pairs nor balls are sure of their digits."""
    values, doubts = with_doubt(activation.tree, 0, x)
    for place in np.flatnonzero(doubts)[:_MOST_SETTLED]:
        try:
            values[place] = activation.certified(0, float(x[place]), precisions=BRIEF_PRECISIONS)
        except ActcliError:
            continue
        doubts[place] = False
    return values, doubts

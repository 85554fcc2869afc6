"""Units: in how many rows of its matrix each column is dead, saturated or undefined, and which of them are ill."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers

STATES = ("dead", "saturated", "undefined")
"""What a unit may be in a row, as `UnitCounts` counts it."""


class UnitCounts(NamedTuple):
    """In how many rows each unit is what; one read as NaN for a bad token is neither alive nor dead."""

    read: Integers
    """In how many it was read."""
    dead: Integers
    """In how many its slope is 0 by the formula of the function."""
    saturated: Integers
    """In how many its slope is a small share of the largest, or 0 in a number type."""
    undefined: Integers
    """In how many the function gives NaN."""


class Units(NamedTuple):
    """The units of one matrix, over some of its rows."""

    rows: int
    """How many rows there were."""
    counts: UnitCounts | None = None
    """None once rows differ in length."""

    def merged(self, later: "Units") -> "Units":
        """These rows and those that follow."""
        rows = self.rows + later.rows
        if self.counts is None or later.counts is None or self.counts.read.shape != later.counts.read.shape:
            return Units(rows)
        pairs = zip(self.counts, later.counts, strict=True)
        return Units(rows, UnitCounts(*(own + other for own, other in pairs)))

    @property
    def ill(self) -> dict[str, NDArray[np.bool_]]:
        """Which units are dead in every row, saturated in most, undefined in some; nothing of less than two rows.

        A row of NaN says nothing of a unit: one that is dead in all others is dead.
        """
        if self.counts is None or self.rows < 2:
            return {}
        counts = self.counts
        return {
            "dead": (counts.dead > 0) & (counts.dead + counts.undefined == counts.read),
            "saturated": 2 * counts.saturated > self.rows,
            "undefined": counts.undefined > 0,
        }

    @property
    def shares(self) -> dict[str, Floats]:
        """Of each unit the share of rows in which it is dead, saturated and undefined."""
        if self.counts is None or self.rows < 2:
            return {}
        return {name: getattr(self.counts, name) / self.rows for name in STATES}

    def listed(self) -> list[dict[str, Any]]:
        """The ill units, worst first: by the share of rows, then by their index."""
        shares = self.shares
        found = [
            {"unit": unit, "state": state, "rows": self.rows, "share": float(shares[state][unit])}
            for state, mask in self.ill.items()
            for unit in np.flatnonzero(mask).tolist()
        ]
        return sorted(found, key=lambda each: (-each["share"], each["unit"]))

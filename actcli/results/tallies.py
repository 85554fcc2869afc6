"""Counts that merge: how many inputs of a function lie in its zones, and which units of a matrix are dead."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.landmarks import Zone, ZoneKind
from actcli.results.vectors import Floats, Vectors

ZoneCodes = NDArray[np.uint8]

ZONE_NAMES: tuple[ZoneKind | None, ...] = (None, "saturated", "dead")


def zone_codes(zones: Sequence[Zone], x: Floats) -> ZoneCodes:
    """Say for each value in which zone it lies, as an index into `ZONE_NAMES`; NaN lies in none."""
    codes = np.zeros(x.shape, np.uint8)
    for zone in zones:
        codes[zone.contains(x)] = ZONE_NAMES.index(zone.kind)
    return codes


class Units(NamedTuple):
    """The units of one matrix: which were dead in all of its rows so far; None once its rows differ in length."""

    rows: int
    dead: NDArray[np.bool_] | None

    def merged(self, later: "Units") -> "Units":
        """These rows and those that follow."""
        same = self.dead is not None and later.dead is not None and self.dead.shape == later.dead.shape
        both = self.dead & later.dead if same and self.dead is not None and later.dead is not None else None
        return Units(self.rows + later.rows, both)


class Tally:
    """How many inputs of one function lie in a zone, and how many units of each matrix are dead in every row."""

    def __init__(self) -> None:
        self.inputs = 0
        self.saturated = 0
        self.dead = 0
        self.first_saturated: tuple[float, int | None] | None = None  # the value and its line
        self.matrices: dict[int, Units] = {}

    def add(self, vectors: Vectors, codes: ZoneCodes) -> None:
        """Count the zone codes of some more vectors."""
        saturated = codes == ZONE_NAMES.index("saturated")
        dead = codes == ZONE_NAMES.index("dead")
        counted = Tally()
        counted.inputs = codes.size
        counted.saturated = int(np.count_nonzero(saturated))
        counted.dead = int(np.count_nonzero(dead))
        if counted.saturated:
            counted.first_saturated = _located(vectors, int(np.argmax(saturated)))
        filled = vectors.lengths[vectors.lengths > 0]
        if len(filled):
            # A part of a vector is no row of units.
            is_even = bool((filled == filled[0]).all()) and not vectors.continued
            rows = len(filled) - vectors.continued
            units = Units(rows, dead.reshape(len(filled), -1).all(axis=0) if is_even else None)
            counted.matrices[vectors.matrix_number] = units
        self.merge(counted)

    def merge(self, later: "Tally") -> None:
        """Add what was counted of the vectors that follow."""
        self.inputs += later.inputs
        self.saturated += later.saturated
        self.dead += later.dead
        self.first_saturated = self.first_saturated or later.first_saturated
        for number, units in later.matrices.items():
            self.matrices[number] = self.matrices[number].merged(units) if number in self.matrices else units

    @property
    def rows(self) -> int:
        """Vectors that hold anything."""
        return sum(units.rows for units in self.matrices.values())

    @property
    def units(self) -> tuple[int, int] | None:
        """Units that are dead in every row of their matrix, of how many; None without a matrix of two rows or more."""
        known = [units.dead for units in self.matrices.values() if units.rows > 1 and units.dead is not None]
        return (sum(map(np.count_nonzero, known)), sum(dead.size for dead in known)) if known else None

    def totals(self) -> dict[str, Any]:
        """The counts by name, shares beside them; empty where nobody looked for zones."""
        if not self.rows:
            return {}
        dead, units = self.units or (None, None)
        return {
            "inputs": self.inputs,
            "saturated": self.saturated,
            "saturated_share": self.saturated / self.inputs,
            "dead": self.dead,
            "dead_share": self.dead / self.inputs,
            "units": units,
            "units_dead": dead,
        }


def _located(vectors: Vectors, index: int) -> tuple[float, int | None]:
    value = float(vectors.values[index])
    if vectors.lines is None:
        return value, None
    row = int(np.searchsorted(vectors.starts(), index, side="right")) - 1
    return value, int(vectors.lines[row])

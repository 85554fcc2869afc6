"""Counts that merge: how many inputs of a function lie in its zones, and which units of a matrix are dead."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.analysis import Zone, ZoneKind
from actcli.arrays import Floats
from actcli.results.vectors import Vectors

ZoneCodes = NDArray[np.uint8]

ZONE_NAMES: tuple[ZoneKind | None, ...] = (None, "saturated", "dead", "underflow")


def zone_codes(zones: Sequence[Zone], x: Floats) -> ZoneCodes:
    """Say for each value in which zone it lies, as an index into `ZONE_NAMES`; NaN lies in none."""
    codes = np.zeros(x.shape, np.uint8)
    for zone in zones:
        codes[zone.contains(x)] = ZONE_NAMES.index(zone.kind)
    return codes


class Units(NamedTuple):
    """The units of one matrix: which were alive in a row so far, and which dead; None once its rows differ in length.

    An input that stands for a bad token is neither. `saturated` counts the rows in which each is saturated.
    """

    rows: int
    alive: NDArray[np.bool_] | None
    dead: NDArray[np.bool_] | None
    saturated: NDArray[np.int64] | None

    def merged(self, later: "Units") -> "Units":
        """These rows and those that follow."""
        rows = self.rows + later.rows
        if self.alive is None or later.alive is None or self.dead is None or later.dead is None:
            return Units(rows, None, None, None)
        if self.saturated is None or later.saturated is None or self.alive.shape != later.alive.shape:
            return Units(rows, None, None, None)
        return Units(rows, self.alive | later.alive, self.dead | later.dead, self.saturated + later.saturated)

    @property
    def always_dead(self) -> NDArray[np.bool_] | None:
        """Which units were dead in every row."""
        return None if self.alive is None or self.dead is None else self.dead & ~self.alive


class Tally:
    """How many inputs of one function lie in a zone, and how many units of each matrix are dead in every row.

    `underflow` counts those of the saturated ones whose slope is 0 in a number type, None where none was asked for.
    """

    def __init__(self) -> None:
        self.inputs = 0
        self.saturated = 0
        self.dead = 0
        self.underflow: int | None = None
        self.first_saturated: tuple[float, int | None] | None = None  # the value and its line
        self.matrices: dict[int, Units] = {}

    def add(self, vectors: Vectors, codes: ZoneCodes) -> None:
        """Count the zone codes of some more vectors."""
        underflow = codes == ZONE_NAMES.index("underflow")
        saturated = underflow | (codes == ZONE_NAMES.index("saturated"))
        dead = codes == ZONE_NAMES.index("dead")
        counts = np.ones(codes.size, np.bool_) if vectors.stand_ins is None else ~vectors.stand_ins
        counted = Tally()
        counted.inputs = int(np.count_nonzero(counts))
        counted.saturated = int(np.count_nonzero(saturated))
        counted.dead = int(np.count_nonzero(dead))
        counted.underflow = int(np.count_nonzero(underflow)) if vectors.precision else None
        if counted.saturated:
            counted.first_saturated = _located(vectors, int(np.argmax(saturated)))
        filled = vectors.lengths[vectors.lengths > 0]
        if counted.inputs:
            units = Units(len(filled) - vectors.continued, None, None, None)
            if (filled == filled[0]).all() and not vectors.continued:  # a part of a vector is no row of units
                alive, dead = ((mask & counts).reshape(len(filled), -1).any(axis=0) for mask in (~dead, dead))
                units = Units(len(filled), alive, dead, saturated.reshape(len(filled), -1).sum(axis=0))
            counted.matrices[vectors.matrix_number] = units
        self.merge(counted)

    def merge(self, later: "Tally") -> None:
        """Add what was counted of the vectors that follow."""
        self.inputs += later.inputs
        self.saturated += later.saturated
        self.dead += later.dead
        if later.underflow is not None:
            self.underflow = (self.underflow or 0) + later.underflow
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
        matrices = [units.always_dead for units in self.matrices.values() if units.rows > 1]
        known = [dead for dead in matrices if dead is not None]
        return (sum(map(np.count_nonzero, known)), sum(dead.size for dead in known)) if known else None

    @property
    def units_saturated(self) -> int | None:
        """Units that are saturated in most rows of their matrix; None without a matrix of two rows or more."""
        matrices = [(units.rows, units.saturated) for units in self.matrices.values() if units.rows > 1]
        known = [np.count_nonzero(2 * saturated > rows) for rows, saturated in matrices if saturated is not None]
        return sum(map(int, known)) if known else None

    def totals(self) -> dict[str, Any]:
        """The counts by name, shares beside them; empty where nobody looked for zones."""
        if not self.rows:
            return {}
        dead, units = self.units or (None, None)
        return {
            "inputs": self.inputs,
            "saturated": self.saturated,
            "saturated_share": self.saturated / self.inputs,
            **({} if self.underflow is None else {"underflow": self.underflow}),
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

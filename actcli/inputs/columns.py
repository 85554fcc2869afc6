"""Which columns make the vector: names, globs, indices and ranges as `cut` takes them, and the column of the target."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from actcli.errors import UsageError, counted, nearest_names, printable
from actcli.inputs.reading import Reading

_RANGE = re.compile(r"([0-9]{1,9})|([0-9]{0,9})-([0-9]{0,9})", re.ASCII)
_NAMES_SHOWN, _WIDTH_SHOWN = 12, 100


class Selection(NamedTuple):
    """Places of columns, from 0: those of the vector in its order (None: all), and that of the target."""

    places: tuple[int, ...] | None = None
    target: int | None = None


def select(reading: Reading, names: Sequence[str], width: int, name: str) -> Selection:
    """Find the columns that are asked for among `width` ones, which may have names.

    Raises UsageError for a column that is not there.
    """
    table = _Table(names, width, name)
    target = None
    if reading.target_column is not None:
        found = table.places(reading.target_column)
        if len(found) > 1:
            told = f"--target-column '{printable(reading.target_column)}' stands for {len(found)} columns"
            raise UsageError(told, "name a single one")
        target = found[0]
    if not reading.columns:
        return Selection(None if target is None else tuple(x for x in range(width) if x != target), target)
    asked = [place for term in reading.columns for place in table.places(term)]
    places = tuple(place for place in dict.fromkeys(asked) if place != target)
    if not places:
        raise UsageError("the column of the target is no part of the vector, and --column names no other")
    return Selection(places, target)


def shown(names: Sequence[str]) -> str:
    """Some names in a row, as many as a line bears."""
    told = printable(", ".join(names[:_NAMES_SHOWN]))
    if len(told) > _WIDTH_SHOWN:
        return f"{told[:_WIDTH_SHOWN]}…"
    return f"{told} and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else told


class _Table(NamedTuple):
    names: Sequence[str]
    width: int
    name: str

    def places(self, term: str) -> list[int]:
        """The places that a term of --column stands for, in its order; a name may hold commas."""
        if term in self.names:
            return [self.names.index(term)]
        return [place for piece in term.split(",") for place in self._piece(piece.strip())]

    def _piece(self, piece: str) -> Iterator[int]:
        if piece in self.names:
            yield self.names.index(piece)
        elif piece != "-" and (bounds := _RANGE.fullmatch(piece)):
            single, first, last = bounds.groups()
            yield from self._range(piece, int(single or first or 1), int(single or last or self.width))
        else:
            found = [place for place, name in enumerate(self.names) if fnmatchcase(name, piece)]
            if not found:
                raise self._no_column(piece)
            yield from found

    def _range(self, piece: str, first: int, last: int) -> range:
        if first < 1 or first > last:
            raise UsageError(f"--column {piece}: columns are counted from 1, upwards", "write 2-11, 3- or -4")
        if last > self.width:
            raise UsageError(f"--column {piece}: {self.name} has {counted(self.width, 'column')}")
        return range(first - 1, last)

    def _no_column(self, piece: str) -> UsageError:
        asked = f"no column '{printable(piece)}' in {self.name}"
        if not self.names:
            return UsageError(f"{asked}, whose columns have no names", "number them from 1: --column 2-11")
        return UsageError(asked + nearest_names(piece, self.names), f"it has {shown(self.names)}")

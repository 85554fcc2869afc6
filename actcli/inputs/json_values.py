"""What JSON says to vectors: arrays of numbers, and objects whose columns are chosen by their keys."""

from collections.abc import Sequence
from itertools import chain
from math import isfinite
from typing import Any

import numpy as np
import orjson

from actcli.errors import DataError, UsageError, printable
from actcli.inputs.columns import Selection, select, shown
from actcli.inputs.faults import Parsed, Row
from actcli.inputs.fields import TARGET_LIMIT
from actcli.inputs.json_text import located
from actcli.inputs.met import Met
from actcli.inputs.reading import Reading
from actcli.inputs.tokens import not_a_number, number

_SHOWN = 40


class Values:
    """How arrays and objects become vectors, as a Reading asks for it."""

    def __init__(self, name: str, reading: Reading, met: Met) -> None:
        self._name = name
        self._reading = reading
        self._met = met
        self._selections: dict[tuple[Sequence[str], int], Selection] = {}
        self._has_located = False

    def parse(self, arrays: Sequence[Any]) -> Parsed | None:
        """Read many arrays of numbers, each a vector; None if any is something else, or not all of it is asked for."""
        if self._reading.columns or self._reading.target_column is not None or not set(map(type, arrays)) <= {list}:
            return None
        values = list(chain.from_iterable(arrays))
        if not set(map(type, values)) <= {int, float}:  # NumPy would take null for NaN and true for 1
            return None
        return Parsed(np.array(values, np.float64), np.fromiter(map(len, arrays), np.int64, len(arrays)))

    def row(self, value: Any, where: str, text: bytes = b"", first_line: int = 1) -> Row:
        """Read one array, object or lone number; `text` is where a bad value may be looked for.

        Raises UsageError for an object whose columns are not chosen, or not there in the first one.
        """
        target = None if self._reading.target_column is None else ""
        is_object = isinstance(value, dict)
        names = tuple(value) if is_object else ()
        fields = list(value.values()) if is_object else value if isinstance(value, list) else [value]
        if not fields:
            return Row([], None, target)
        try:
            places, label = self._select(names, len(fields), where)
        except UsageError as error:
            if not self._selections:
                raise
            return Row([None], DataError(error.message, error.hint), target)
        chosen = [fields[place] for place in (range(len(fields)) if places is None else places)]
        if is_object:
            if places and not any(isinstance(field, list) for field in chosen):
                self._met.name([names[place] for place in places])
            chosen = [entry for field in chosen for entry in (field if isinstance(field, list) else [field])]
        values = [_number(entry) for entry in chosen]
        fault = None
        if None in values:
            fault = self._fault(chosen[values.index(None)], where, text, first_line)
        if label is not None:
            target = fields[label] if isinstance(fields[label], str) else orjson.dumps(fields[label]).decode()
            if len(target) > TARGET_LIMIT:
                fault, target = DataError(f"{where}: a target longer than {TARGET_LIMIT} characters"), ""
        return Row(values, fault, target)

    def _select(self, names: tuple[str, ...], width: int, where: str) -> Selection:
        if names and not self._reading.columns:
            hint = f"--column NAME, which may stand for several: it has {shown(names)}"
            raise UsageError(f"{where}: an object, and nothing says which of its numbers make the vector", hint)
        key = (names, width)
        if key not in self._selections:
            self._selections = {key: select(self._reading, names, width, where)}  # the last one: keys may be endless
        return self._selections[key]

    def _fault(self, entry: Any, where: str, text: bytes, first_line: int) -> DataError:
        written = orjson.dumps(entry)
        told = not_a_number(entry) if isinstance(entry, str) else f"{_short(written.decode())} is not a number"
        position = -1 if self._has_located else text.find(written)
        self._has_located = True  # only the first fault is ever told, and a search through all text takes its time
        if position < 0:
            return DataError(f"{where}: {told}")
        decoded = text.decode(errors="replace")
        at = len(text[:position].decode(errors="replace"))
        where, place = located(decoded, at, self._name, first_line, len(written.decode()))
        return DataError(f"{where}: {told}", place=place)


def _number(entry: Any) -> float | None:
    """A number, or text that stands for NaN or an infinity, for which JSON has no number; None for anything else."""
    if isinstance(entry, str):
        value = number(entry)
        return None if value is None or isfinite(value) else value
    return float(entry) if type(entry) in (int, float) else None


def _short(text: str) -> str:
    return printable(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")

"""Fields of a table of text to values: chosen columns, quotes, the target; errors with line and column."""

import csv
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Integers
from actcli.errors import DataError, Place, counted
from actcli.inputs import bulk
from actcli.inputs.arrival import LINE_LIMIT
from actcli.inputs.columns import Selection
from actcli.inputs.cutting import cut_columns
from actcli.inputs.faults import Parsed, Row
from actcli.inputs.lines import no_text
from actcli.inputs.records import record_ends
from actcli.inputs.tokens import MINUS_SIGN, not_a_number, number

TARGET_LIMIT = 200  # characters: NumPy gives every target of a block the room of the longest

_MINUS = MINUS_SIGN.encode()
_NAN_HINT = "--on-error nan reads NaN for it"

csv.field_size_limit(LINE_LIMIT)


def fields_of(record: bytes, delimiter: bytes) -> list[str]:
    """The fields of one record, without the blanks around them; broken quotes stand as they are."""
    text = record.decode(errors="backslashreplace").rstrip("\n")
    try:
        rows = _rows(text, delimiter)
    except csv.Error:
        rows = [text.split(delimiter.decode() or None)]
    return [field.strip() for field in rows[0]] if rows else []


def _rows(text: str, delimiter: bytes) -> list[list[str]]:
    """The fields of each record; those of a blank one are none. Raises csv.Error for broken quotes."""
    lines = text.split("\n")
    if not delimiter:
        return [line.split() for line in lines]
    mark = delimiter.decode()
    if '"' in text:
        rows = list(csv.reader((f"{line}\n" for line in lines), delimiter=mark, strict=True, skipinitialspace=True))
    else:
        rows = [line.split(mark) for line in lines]
    return [[] if len(row) == 1 and not row[0].strip() else row for row in rows]


class Table(NamedTuple):
    """The grammar of a record: what splits its fields (empty: blanks), which make the vector, how many there must be.

    `width` is None where no header says it.
    """

    delimiter: bytes
    selection: Selection
    width: int | None = None

    def parse(self, text: bytes, /) -> Parsed | None:
        """Read whole records; None if a field is no number, or missing."""
        parsed = None
        if self.delimiter and b'"' not in text:
            parsed = self._all(text) if self.selection.places is None else self._some(text, self.selection.places)
        return parsed or self._field_by_field(text)

    def row(self, record: bytes, name: str, line: int, /) -> Row:
        """Read one record; a bad field, or one that is not there, is None."""
        where = f"{name}, line {line}"
        target = None if self.selection.target is None else ""
        if fault := no_text(record, where):
            return Row([None], fault, target)
        try:
            (fields,) = _rows(record.decode(), self.delimiter)
        except (csv.Error, ValueError):  # ValueError: several records, since a quote hides their ends
            return Row([None], DataError(f"{where}: a quote is not closed, or closed within a field"), target)
        if not fields:
            return Row([], None, target)
        if self.width not in (None, len(fields)):
            told = f"{where}: {counted(len(fields), 'column')}, and the header names {self.width}"
            return Row([None] * (self.width or 0), DataError(told), target)
        return self._row(fields, record.decode(), where)

    def ends(self, text: bytes, /) -> Integers:
        """Where each record ends."""
        return record_ends(text)

    def _all(self, text: bytes) -> Parsed | None:
        parsed = bulk.parse(text.replace(_MINUS, b"-"))
        if parsed is None:
            return None
        values, lengths = parsed
        fields = text.count(self.delimiter) + np.count_nonzero(lengths)
        # Where blanks or another delimiter split a field in two, or none lies between two tabs, the counts differ.
        if values.size != fields or ((lengths != (self.width or lengths)) & (lengths > 0)).any():
            return None
        return Parsed(values, lengths)

    def _some(self, text: bytes, places: Sequence[int]) -> Parsed | None:
        rising = sorted(places)
        numbers = cut_columns(text, self.delimiter, rising, self.width)
        parsed = bulk.parse(numbers.replace(_MINUS, b"-")) if numbers else None
        if parsed is None or (parsed[1] != len(places)).any():
            return None
        values = parsed[0].reshape(-1, len(places))[:, [rising.index(place) for place in places]]
        targets = None
        if self.selection.target is not None:
            labels = cut_columns(text, self.delimiter, [self.selection.target], self.width)
            try:
                targets = _targets((labels or b"").decode().split("\n")[:-1])
            except UnicodeDecodeError:
                return None
            if targets is None:
                return None
        return Parsed(values.ravel(), parsed[1], targets)

    def _field_by_field(self, text: bytes) -> Parsed | None:
        try:
            rows = _rows(text[:-1].decode(), self.delimiter)
        except (csv.Error, UnicodeDecodeError):
            return None
        if b'"' in text and len(rows) != len(record_ends(text)):
            return None
        widths = {len(row) for row in rows if row}
        if self.width is not None and widths - {self.width}:
            return None
        places, target = self.selection
        if widths and places is not None and max((*places, target or 0)) >= min(widths):
            return None
        chosen = rows if places is None else [[row[place] for place in places] if row else row for row in rows]
        numbers = "\n".join([",".join(row) for row in chosen]).replace(MINUS_SIGN, "-")
        parsed = bulk.parse(f"{numbers}\n".encode())
        # A comma or blank within a field makes two of it, an empty field none.
        if parsed is None or parsed[1].tolist() != [len(row) for row in chosen]:
            return None
        if target is None:
            return Parsed(*parsed)
        targets = _targets([row[target] if row else "" for row in rows])
        return None if targets is None else Parsed(*parsed, targets)

    def _row(self, fields: list[str], text: str, where: str) -> Row:
        places, target = self.selection
        asked = range(len(fields)) if places is None else places
        values = [number(fields[place].strip()) if place < len(fields) else None for place in asked]
        bad = [place for place, value in zip(asked, values, strict=True) if value is None]
        label = ""
        if target is not None:
            label = fields[target].strip() if target < len(fields) else ""
            if target >= len(fields) or len(label) > TARGET_LIMIT:
                bad, label = [*bad, target], ""
        fault = self._fault(fields, bad[0], text, where) if bad else None
        return Row(values, fault, None if target is None else label)

    def _fault(self, fields: Sequence[str], place: int, text: str, where: str) -> DataError:
        """Say what is wrong with the field at a place."""
        if place >= len(fields):
            return DataError(f"{where}: {counted(len(fields), 'column')}, no column {place + 1}")
        start = 0
        for field in fields[:place]:
            start = max(start, text.find(field, start) + len(field))
            start = text.find(self.delimiter.decode(), start) + len(self.delimiter)
        token = fields[place].strip()
        column = max(start, text.find(token, start))
        mark = Place(text, column, len(token) or 1)
        if not token:
            return DataError(f"{where}, column {column + 1}: a number is missing", _NAN_HINT, mark)
        is_target = place == self.selection.target
        told = f"a target longer than {TARGET_LIMIT} characters" if is_target else not_a_number(token)
        return DataError(f"{where}, column {column + 1}: {told}", place=mark)


def _targets(labels: Sequence[str]) -> NDArray[np.str_] | None:
    """The true classes in one array; None if one is too long."""
    if max(map(len, labels), default=0) > TARGET_LIMIT:
        return None
    return np.array([label.strip() for label in labels], np.str_)

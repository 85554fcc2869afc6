"""Tables of text to vectors: CSV, TSV and columns between blanks, with headers, quotes and targets."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Integers
from actcli.errors import DataError, Place, counted
from actcli.inputs.formats import InputInfo, delimiter_of, names_of
from actcli.inputs.number import not_a_number, number
from actcli.inputs.options import InputOptions, Selection, select
from actcli.inputs.readers import bulk
from actcli.inputs.readers.records import TARGET_LIMIT, Parsed, Row, no_text, text_vectors
from actcli.inputs.streams import LINE_LIMIT, line_ends, pieces, uncommented, whole_lines
from actcli.results import Vectors
from actcli.results.messages import note

RECORD_LIMIT = 1 << 24  # of a record that spans lines: its quote was never meant to open a field

_WORD = re.compile(r"[^ \t\r\v\f\n]+")
_AFTER_BLANK = re.compile(rb"[ \t]+#")
_NAN_HINT = "--on-error nan reads NaN for it"

csv.field_size_limit(LINE_LIMIT)

Blocks = Iterator[tuple[bytes, Integers]]  # records, and the line that each begins on


def read_csv(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read a table whose fields are split by what its first line has first: commas, semicolons or tabs."""
    return _read(stream, name, options, info, b",")


def read_tsv(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read a table whose fields are split by tabs."""
    return _read(stream, name, options, info, b"\t", is_known=True)


def read_columns(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read a table whose fields are split by what its first line has first, or else by runs of blanks."""
    return _read(stream, name, options, info, b"")


def _read(
    stream: BufferedReader,
    name: str,
    options: InputOptions,
    info: InputInfo,
    delimiter: bytes,
    *,
    is_known: bool = False,
) -> Iterator[Vectors]:
    lines = uncommented(whole_lines(pieces(stream), name), _comment)
    record, after, blocks = _first_record(_whole_records(lines, name))
    if not is_known:
        delimiter = delimiter_of(record, delimiter)
    fields = _header_fields(record, delimiter)
    names = names_of(record, fields) if options.has_header else ()
    selection = select(options, names, len(fields), name) if fields else Selection()
    info.delimiter = info.delimiter or delimiter.decode() or " "
    if names:
        blocks = after
        chosen = range(len(names)) if selection.places is None else selection.places
        info.name([names[place] for place in chosen], note("header_taken", source=name, names=tuple(names)))
    yield from text_vectors(blocks, _Table(delimiter, selection, len(names) or None), name, options.on_error)


def _comment(line: bytes) -> int:
    """Where a comment begins: a label may hold a #, but not after a blank unless the line has quotes."""
    if line.lstrip().startswith(b"#"):
        return 0
    found = None if b'"' in line else _AFTER_BLANK.search(line)
    return found.start() if found else -1


def _record_ends(text: bytes) -> Integers:
    """Where each record ends, its newline included: a quoted field may hold newlines."""
    ends = line_ends(text)
    if b'"' not in text:
        return ends
    quotes = np.frombuffer(text, np.uint8) == ord('"')
    return ends[~np.logical_xor.accumulate(quotes)[ends - 1]]


def _whole_records(blocks: Iterable[tuple[bytes, Integers]], name: str) -> Blocks:
    """Cut blocks of lines at the ends of records, and number each record by the line it begins on.

    Raises DataError where a quote stays open for more than a limit; one open at the end makes a record of the rest.
    """
    held, held_lines = list[bytes](), list[Integers]()
    for block, lines in blocks:
        if not held and b'"' not in block:
            yield block, lines
            continue
        held.append(block)
        held_lines.append(lines)
        if b'"' in block:
            text, numbers = b"".join(held), np.concatenate(held_lines)
            ends = _record_ends(text)
            cut = int(ends[-1]) if len(ends) else 0
            begins = np.concatenate(([0], ends))[:-1]
            yield text[:cut], numbers[np.searchsorted(line_ends(text), begins, side="right")]
            held = [text[cut:]] if cut < len(text) else []
            held_lines = [numbers[text.count(b"\n", 0, cut) :]] if held else []
        if sum(map(len, held)) > RECORD_LIMIT:
            message = f"a quote stays open for over {RECORD_LIMIT >> 20} MiB"
            raise DataError(f"{name}, line {held_lines[0][0]}: {message}")
    if held:
        yield b"".join(held), held_lines[0][:1]


def _first_record(blocks: Blocks) -> tuple[bytes, Blocks, Blocks]:
    """The first record that is not blank (empty if there is none), the blocks after it, and all blocks."""
    blank = list[tuple[bytes, Integers]]()
    for text, numbers in blocks:
        if not text.strip():
            blank.append((text, numbers))
            continue
        start = 0
        for place, end in enumerate(_record_ends(text).tolist() or [len(text)], 1):
            record = text[start:end]
            if record.strip():
                after = (text[end:], numbers[place:])
                return record, chain([after], blocks), chain(blank, [(text, numbers)], blocks)
            start = end
    return b"", iter(()), iter(blank)


def _header_fields(record: bytes, delimiter: bytes) -> list[str]:
    """The fields of the first record, without the blanks around them; broken quotes stand as they are."""
    text = record.decode(errors="backslashreplace").rstrip("\n")
    try:
        fields = _fields(text, delimiter)
    except csv.Error:
        fields = text.partition("\n")[0].split(delimiter.decode() or None)
    return [field.strip() for field in fields]


def _fields(text: str, delimiter: bytes) -> list[str]:
    """The fields of one record, none of a blank one. Raises csv.Error for broken quotes."""
    if not delimiter:
        if "\n" in text:  # quotes mean nothing between blanks
            raise csv.Error
        return _WORD.findall(text)
    mark = delimiter.decode()
    if '"' in text:
        lines = (f"{line}\n" for line in text.split("\n"))
        rows = list(csv.reader(lines, delimiter=mark, strict=True, skipinitialspace=True))
        if len(rows) != 1:  # since a quote hides the end of the record
            raise csv.Error
        fields = rows[0]
    else:
        fields = text.split(mark)
    return [] if len(fields) == 1 and not fields[0].strip() else fields


class _Table(NamedTuple):
    """The grammar of a record of a table."""

    delimiter: bytes
    """What splits its fields; empty for runs of blanks."""
    selection: Selection
    """Which of them make the vector, and which is the target."""
    width: int | None = None
    """How many there must be; None where no header says it."""

    def parse(self, text: bytes, /) -> Parsed | None:
        """Read whole records; None if a field is no number, or missing."""
        places, target = self.selection
        if places is None and self.delimiter and b'"' not in text:
            parsed = bulk.parse(text, self.delimiter)
            if parsed is None or ((parsed[1] != (self.width or parsed[1])) & (parsed[1] > 0)).any():
                return None
            return Parsed(*parsed)
        fields = bulk.fields(text, self.delimiter)
        if fields is None or fields.width != (self.width or fields.width):
            return None
        if places is None:
            places = tuple(range(fields.width))
        rising = sorted(places)
        if not places or max(rising[-1], target or 0) >= fields.width:
            return None
        parsed = bulk.parse(fields.columns(rising))
        # A comma or blank within a field makes two of it, and an empty one is refused.
        if parsed is None or len(parsed[1]) != len(fields.starts) or (parsed[1] != len(places)).any():
            return None
        values = parsed[0]
        if rising != list(places):
            values = values.reshape(-1, len(places))[:, np.searchsorted(rising, places)].ravel()
        if target is None:
            return Parsed(values, parsed[1])
        targets = _targets(fields, target)
        return None if targets is None else Parsed(values, parsed[1], targets)

    def row(self, record: bytes, name: str, line: int, /) -> Row:
        """Read one record; a bad field, or one that is not there, is None."""
        where = f"{name}, line {line}"
        target = None if self.selection.target is None else ""
        if problem := no_text(record, where):
            return Row([None], problem, target)
        text = record.decode()
        try:
            fields = _fields(text, self.delimiter)
        except csv.Error:
            return Row([None], DataError(f"{where}: a quote is not closed, or closed within a field"), target)
        if not fields:
            return Row([], None, target)
        if self.width not in (None, len(fields)):
            message = f"{where}: {counted(len(fields), 'column')}, and the header names {self.width}"
            return Row([None] * (self.width or 0), DataError(message), target)
        places = range(len(fields)) if self.selection.places is None else self.selection.places
        values = [number(fields[place].strip()) if place < len(fields) else None for place in places]
        bad = [place for place, value in zip(places, values, strict=True) if value is None]
        if self.selection.target is not None:
            target = fields[self.selection.target].strip() if self.selection.target < len(fields) else None
            if target is None or len(target) > TARGET_LIMIT:
                bad, target = [*bad, self.selection.target], ""
        return Row(values, self._error(fields, bad[0], text, where) if bad else None, target)

    def ends(self, text: bytes, /) -> Integers:
        """Where each record ends."""
        return _record_ends(text)

    def _error(self, fields: Sequence[str], place: int, text: str, where: str) -> DataError:
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
        message = f"a target longer than {TARGET_LIMIT} characters" if is_target else not_a_number(token)
        return DataError(f"{where}, column {column + 1}: {message}", place=mark)


def _targets(fields: bulk.Fields, place: int) -> NDArray[np.str_] | None:
    """The true classes in one array; None if one is too long, is no text, or spans lines."""
    try:
        labels = fields.columns([place]).decode().replace('""', '"').split("\n")[:-1]
    except UnicodeDecodeError:
        return None
    if len(labels) != len(fields.starts) or max(map(len, labels), default=0) > TARGET_LIMIT:
        return None
    return np.array([label.strip() for label in labels], np.str_)

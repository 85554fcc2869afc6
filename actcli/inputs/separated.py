"""CSV, TSV and other tables of text to vectors: what their first line tells of them."""

import re
from collections.abc import Iterator
from itertools import chain

from actcli.arrays import Integers
from actcli.inputs.arrival import Pieces, text_only, whole_lines
from actcli.inputs.columns import Selection, select, shown
from actcli.inputs.fields import Table, fields_of
from actcli.inputs.header import delimiter_of, names_of
from actcli.inputs.lines import read_lines, uncommented
from actcli.inputs.met import Met
from actcli.inputs.reading import Reading
from actcli.inputs.records import record_ends, whole_records
from actcli.results import Vectors

_AFTER_BLANK = re.compile(rb"[ \t]+#")

Blocks = Iterator[tuple[bytes, Integers]]


def read_csv(pieces: Pieces, name: str, reading: Reading, met: Met) -> Iterator[Vectors]:
    """Read a table whose fields are split by what its first line has first: commas, semicolons or tabs."""
    return _read(pieces, name, reading, met, b",")


def read_tsv(pieces: Pieces, name: str, reading: Reading, met: Met) -> Iterator[Vectors]:
    """Read a table whose fields are split by tabs."""
    return _read(pieces, name, reading, met, b"\t", is_known=True)


def read_columns(pieces: Pieces, name: str, reading: Reading, met: Met) -> Iterator[Vectors]:
    """Read a table whose fields are split by what its first line has first, or else by runs of blanks."""
    return _read(pieces, name, reading, met, b"")


def _read(
    pieces: Pieces, name: str, reading: Reading, met: Met, delimiter: bytes, *, is_known: bool = False
) -> Iterator[Vectors]:
    lines = uncommented(text_only(whole_lines(pieces, name), name), _comment)
    record, after, blocks = _first_record(whole_records(lines, name))
    if not is_known:
        delimiter = delimiter_of(record, delimiter)
    fields = fields_of(record, delimiter)
    names = names_of(record, fields) if reading.has_header else ()
    selection = select(reading, names, len(fields), name) if fields else Selection()
    met.delimiter = met.delimiter or delimiter.decode() or " "
    if names:
        blocks = after
        chosen = range(len(names)) if selection.places is None else selection.places
        note = f"{name}: the first line is taken for a header: {shown(names)} (--no-header if it holds values)"
        met.name([names[place] for place in chosen], note)
    yield from read_lines(blocks, Table(delimiter, selection, len(names) or None), name, reading.on_error)


def _first_record(blocks: Blocks) -> tuple[bytes, Blocks, Blocks]:
    """The first record that is not blank (empty if there is none), the blocks after it, and all blocks."""
    blank = list[tuple[bytes, Integers]]()
    for text, numbers in blocks:
        if not text.strip():
            blank.append((text, numbers))
            continue
        start = 0
        for place, end in enumerate(record_ends(text).tolist() or [len(text)], 1):
            record = text[start:end]
            if record.strip():
                after = (text[end:], numbers[place:])
                return record, chain([after], blocks), chain(blank, [(text, numbers)], blocks)
            start = end
    return b"", iter(()), iter(blank)


def _comment(line: bytes) -> int:
    """Where a comment begins: a label may hold a #, but not after a blank unless the line has quotes."""
    if line.lstrip().startswith(b"#"):
        return 0
    found = None if b'"' in line else _AFTER_BLANK.search(line)
    return found.start() if found else -1

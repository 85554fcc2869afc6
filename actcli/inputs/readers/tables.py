"""Tables of text to vectors: CSV, TSV and columns between blanks, with headers, quotes and targets."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BufferedReader
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Integers
from actcli.errors import DataError, Place, counted, listed, quoted
from actcli.inputs.formats import InputInfo, delimiter_of, names_of, wide_names
from actcli.inputs.number import listed_names, not_a_number, number, plain
from actcli.inputs.options import InputOptions, Selection, require_some, select
from actcli.inputs.readers import bulk
from actcli.inputs.readers.records import (
    TARGET_LIMIT,
    Parsed,
    Row,
    TextBlock,
    no_text,
    text_vectors,
    tuples,
    uncommented,
    without_returns,
)
from actcli.inputs.readings import COMMENT_HINT, WIDE_COMMAS_HINT, WIDE_DIVIDERS_HINT, cure_of, two_readings
from actcli.inputs.streams import LINE_LIMIT, count_lines, line_ends, pieces, whole_lines
from actcli.results import Vectors
from actcli.results.messages import note

RECORD_LIMIT = 1 << 24  # of a record that spans lines: its quote was never meant to open a field

_WORD = re.compile(r"[^ \t\v\f\n]+")
_INDEX = re.compile(r"|Unnamed: [0-9]+")  # what pandas writes over its index, and makes of that when it reads it
_WIDE_DIVIDER = re.compile("[，；、\N{IDEOGRAPHIC SPACE}]")  # of Chinese and Japanese keyboards
_NO_TEXT_MARK = b"\0"  # between fields of text, none of which may hold it
_SEPARATOR = rb'"?sep=([,;\t])"?\n?'  # a line by which Excel is told what divides the fields of those that follow
_QUOTE_HINT = 'double a quote that is text: ""; or take all out: tr -d \'"\' < FILE'

csv.field_size_limit(LINE_LIMIT)


def read_csv(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read a table whose fields are split by what its first line has most: commas, semicolons or tabs."""
    return _read(stream, name, options, info, b"," if not options.decimal_comma else b";")


def read_tsv(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read a table whose fields are split by tabs."""
    return _read(stream, name, options, info, b"\t", is_known=True)


def read_columns(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read a table whose fields are split by what its first line has most, or else by runs of blanks.

    It is text, in which a # opens a comment.
    """
    return _read(stream, name, options, info, b"", is_text=True)


def _read(
    stream: BufferedReader,
    name: str,
    options: InputOptions,
    info: InputInfo,
    delimiter: bytes,
    *,
    is_known: bool = False,
    is_text: bool = False,
) -> Iterator[Vectors]:
    lines = whole_lines(pieces(stream), name)
    records = _Records(_whole_records(uncommented(lines) if is_text else map(_numbered, lines), name))
    first = records.first(is_text=is_text)
    if separator := re.fullmatch(_SEPARATOR, first.text):
        delimiter, is_known, first = separator[1], True, records.first(is_text=is_text)
    if not is_known:
        delimiter = delimiter_of(first.text, decimal_comma=options.decimal_comma) or delimiter
    fields = wide_names(first.text) or _header_fields(first.text, delimiter)
    if options.chooses_columns:
        _refuse_wide_dividers(first, fields, name)
    names = _names(first, fields, options, lambda: _header_fields(records.following(), delimiter), name)
    if fields:
        _require_one_reading(first, name, is_divided=bool(names) or delimiter not in (b"", b",") or not is_text)
    info.delimiter = info.delimiter or delimiter.decode() or " "
    selection = _selection(options, names, len(fields), name) if fields else Selection()
    chosen = range(len(fields)) if selection.places is None else selection.places
    if names:
        notes = [note("header_taken", source=name, names=tuple(names))]
        taken = {*chosen, selection.target, *selection.kept}
        left_out = [each for place, each in enumerate(names) if place not in taken]
        if left_out and not options.columns:
            notes.append(note("index_left_out", source=name, names=tuple(left_out)))
        info.name([names[place] for place in chosen], *notes)
    else:
        records.put_back(first)
    info.keep([names[place] if names else "" for place in selection.kept], selection.kept, name)
    width = len(names) or (len(fields) if _depends_on_width(options) else None)
    grammar = _Table(delimiter, selection, width, is_named=bool(names), decimal_comma=options.decimal_comma)
    yield from text_vectors(records, grammar, name, options.on_error)


def _names(
    first: TextBlock, fields: Sequence[str], options: InputOptions, below: Callable[[], Sequence[str]], name: str
) -> Sequence[str]:
    """The fields of the first record where it is a header: unless it is asked for, one must have a row `below` it.

    That row is waited for only where it decides. Raises DataError where that is open, and answers differ.
    """
    if options.has_header is False or not fields:
        return ()
    if options.has_header or not options.column_names.isdisjoint(fields):
        return fields
    if names := names_of(first.text, fields):
        return names if below() else ()
    return fields if _are_named_by_numbers(first, fields, options, below, name) else ()


def _are_named_by_numbers(
    first: TextBlock, fields: Sequence[str], options: InputOptions, below: Callable[[], Sequence[str]], name: str
) -> bool:
    """Whether a first record of words and numbers, such as `label,0,1`, has names: one is asked for that is no place.

    Raises DataError where its numbers count from 0 or 1, and what is asked for can be places, too.
    """
    values = [number(field) for field in fields]
    numbers = [field for field, value in zip(fields, values, strict=True) if value is not None]
    asked = list(options.column_numbers())
    if not asked or not numbers or len(numbers) == sum(map(bool, fields)) or len(below()) != len(fields):
        return False
    called = [(option, piece) for option, piece in asked if piece.isdecimal() and piece in numbers]
    for option, piece in called:
        place = int(piece) - 1
        is_place = 0 <= place < len(fields)
        if not is_place or (option == "--column" and values[place] is None and _count_up(numbers)):
            return True
    if not _count_up(numbers):
        return False
    where = f"{name}, line {first.numbers[0]}"
    beside = f": {' '.join(called[0])} is a name in the first reading, a place in the other" if called else ""
    message = f"{where}: {listed(fields)} may be names or values{beside}"
    raise DataError(message, "--header takes them for names, --no-header for values")


def _count_up(numbers: Sequence[str]) -> bool:
    """Whether numbers stand as names of columns do that someone has numbered: 0, 1, 2 or 1, 2, 3."""
    return len(numbers) > 1 and [*numbers] in (
        [str(place + first) for place in range(len(numbers))] for first in (0, 1)
    )


def _refuse_wide_dividers(first: TextBlock, fields: Sequence[str], name: str) -> None:
    """Raise DataError for numbers between separators of Chinese and Japanese keyboards, which divide no columns."""
    field = fields[0] if len(fields) == 1 else ""
    if (wide := _WIDE_DIVIDER.search(field)) and all(number(each) is not None for each in _WIDE_DIVIDER.split(field)):
        hint = "full-width blanks: write plain ones" if wide[0].isspace() else WIDE_DIVIDERS_HINT
        raise DataError(f"{name}, line {first.numbers[0]}: {quoted(wide[0])} divides no columns", hint)


def _require_one_reading(first: TextBlock, name: str, *, is_divided: bool) -> None:
    """Raise DataError where the first record does not tell how the table is divided, into lines or into fields."""
    text = first.text.decode(errors="backslashreplace").rstrip("\n")
    if is_divided and not _bare_return(text):
        return
    if found := two_readings(text):
        where = f"{name}, line {first.numbers[0]}, column {found.place.column + 1}"
        raise DataError(f"{where}: {found.message}", found.hint, found.place)


class _Records:
    """Records of a table, of which the first can be looked at one by one."""

    def __init__(self, blocks: Iterable[TextBlock]) -> None:
        self._blocks = iter(blocks)
        self._blank = list[TextBlock]()  # what stands before the first that is not
        self._ahead = list[TextBlock]()  # what was looked at, and follows
        self._block = _NO_TEXT
        self._ends: list[int] = []
        self._taken = 0  # of the block
        self._comments = 0  # before and among what was taken

    def __iter__(self) -> Iterator[TextBlock]:
        """All that was not taken, as blocks."""
        yield TextBlock(b"".join(each.text for each in self._ahead), _numbers_of(self._ahead), self._comments)
        start = self._ends[self._taken - 1] if self._taken else 0
        yield TextBlock(self._block.text[start:], self._block.numbers[self._taken :])
        yield from self._blocks

    def first(self, *, is_text: bool) -> TextBlock:
        """Take the first record that is not blank, empty if there is none.

        In a table a line before it that begins with a # is a comment, unless it has as many fields as what follows.
        """
        found = self._filled(self._blank)
        while found is not None and not is_text and found.text.startswith(b"#"):
            between = list[TextBlock]()
            second = self._filled(between)
            mark = delimiter_of(found.text)
            is_name = mark and found.text[1:2].strip(b"#\t ")
            if second is not None and is_name and found.text.count(mark) == second.text.count(mark):
                self._ahead = [*between, second]
                return found
            self._comments += 1
            self._blank += between
            found = second
        return found or _NO_TEXT

    def following(self) -> bytes:
        """The next record that is not blank, which stays; empty if there is none."""
        if not any(each.text.strip() for each in self._ahead):
            found = self._filled(self._ahead)
            self._ahead += [found] if found else []
        return next((each.text for each in self._ahead if each.text.strip()), b"")

    def put_back(self, first: TextBlock) -> None:
        """Put the first record back, and the blank ones before it."""
        self._ahead = [*self._blank, first, *self._ahead]

    def _filled(self, blank: list[TextBlock]) -> TextBlock | None:
        """Take the next record that is not blank, None if there is none; a list takes the blank ones before it."""
        while (record := self._take()) is not None and not record.text.strip():
            blank.append(record)
        return record

    def _take(self) -> TextBlock | None:
        while self._taken == len(self._ends):
            block = next(self._blocks, None)
            if block is None:
                return None
            self._block, self._taken = block, 0
            self._ends = _record_ends(block.text).tolist()
            if block.text and len(self._ends) < len(block.numbers):
                self._ends.append(len(block.text))  # a quote is open up to the end
            self._comments += block.comments
        start = self._ends[self._taken - 1] if self._taken else 0
        self._taken += 1
        return TextBlock(self._block.text[start : self._ends[self._taken - 1]], self._block.numbers[[self._taken - 1]])


def _numbers_of(records: Sequence[TextBlock]) -> Integers:
    return np.concatenate([np.empty(0, np.int64), *(each.numbers for each in records)])


_NO_TEXT = TextBlock(b"", np.empty(0, np.int64))


def _numbered(lines: tuple[int, bytes]) -> TextBlock:
    """Lines of a table, in which nothing is a comment."""
    first, text = lines
    text = without_returns(text)
    return TextBlock(text, np.arange(first, first + count_lines(text)))


def _depends_on_width(options: InputOptions) -> bool:
    """Whether the places of the columns follow from how many the first record has: then all must have as many."""
    pieces = [plain(piece) for term in options.columns for piece in listed_names(term)]
    return any(piece.endswith("-") for piece in pieces) or (not pieces and options.chooses_columns)


def _selection(options: InputOptions, names: Sequence[str], width: int, name: str) -> Selection:
    """The columns that are asked for, or all but the index of pandas, which has no name, and those set aside.

    Raises UsageError where none is left.
    """
    selection = select(options, names, width, name)
    places = list(range(width) if selection.places is None else selection.places)
    if names and not options.columns and any(not _INDEX.fullmatch(each) for each in names):
        indices = next(place for place, each in enumerate(names) if not _INDEX.fullmatch(each))
        places = [place for place in places if place >= indices] if indices else places
    require_some(places, options, name)
    return selection if selection.places is None and len(places) == width else selection._replace(places=tuple(places))


def _record_ends(text: bytes) -> Integers:
    """Where each record ends, its newline included: a quoted field may hold newlines."""
    ends = line_ends(text)
    if b'"' not in text:
        return ends
    quotes = np.frombuffer(text, np.uint8) == ord('"')
    return ends[~np.logical_xor.accumulate(quotes)[ends - 1]]


def _whole_records(blocks: Iterable[TextBlock], name: str) -> Iterator[TextBlock]:
    """Cut blocks of lines at the ends of records, and number each record by the line it begins on.

    Raises DataError where a quote stays open for more than a limit; one open at the end makes a record of the rest.
    """
    held, size = list[TextBlock](), 0  # lines of a record that has not ended
    for block in blocks:
        if not held and b'"' not in block.text:
            yield block
            continue
        # Behind the quote of a held record the other half of the text is within quotes.
        ends = _record_ends(b'"' + block.text) - 1 if held else _record_ends(block.text)
        if len(ends):
            cut = int(ends[-1])
            text = b"".join([*(each.text for each in held), block.text[:cut]])
            starts = np.concatenate(([0], ends[:-1]))
            numbers = block.numbers[np.searchsorted(line_ends(block.text), starts, side="right")]
            if held:
                numbers[0] = held[0].numbers[0]
            comments = block.comments + sum(each.comments for each in held)
            yield TextBlock(text, numbers, comments)
            lines = count_lines(block.text[:cut])
            rest = TextBlock(block.text[cut:], block.numbers[lines:])
            held, size = ([rest], len(rest.text)) if rest.text else ([], 0)
        else:
            held.append(block)
            size += len(block.text)
        if size > RECORD_LIMIT:
            message = f"a quote stays open for over {RECORD_LIMIT >> 20} MiB"
            raise DataError(f"{name}, line {held[0].numbers[0]}: {message}", _QUOTE_HINT)
    if held:
        text = b"".join(each.text for each in held)
        yield TextBlock(text, held[0].numbers[:1], sum(each.comments for each in held))


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


def _bare_return(text: str) -> bool:
    """Whether a carriage return stands outside of quotes, where it may end a line."""
    return "\r" in text and "\r" in (re.sub(r'"[^"]*"', "", text) if '"' in text else text)


class _Table(NamedTuple):
    """The grammar of a record of a table."""

    delimiter: bytes
    """What splits its fields; empty for runs of blanks."""
    selection: Selection
    """Which of them make the vector, and which is the target."""
    width: int | None = None
    """How many there must be; None where nothing says it."""
    is_named: bool = False
    """Whether a header names them."""
    decimal_comma: bool = False
    """Whether numbers are written with a decimal comma."""

    def parse(self, text: bytes, /) -> Parsed | None:
        """Read whole records; None if a field is no number, or missing."""
        places, target, kept = self.selection
        if places is None and self.delimiter and b'"' not in text:
            parsed = bulk.parse(text, self.delimiter, decimal_comma=self.decimal_comma)
            if parsed is None or ((parsed[1] != (self.width or parsed[1])) & (parsed[1] > 0)).any():
                return None
            return Parsed(*parsed)
        fields = bulk.fields(text, self.delimiter)
        if fields is None or fields.width != (self.width or fields.width):
            return None
        if places is None:
            places = tuple(range(fields.width))
        rising = sorted(places)
        if not places or max(rising[-1], target or 0, *kept) >= fields.width:
            return None
        columns = fields.columns(rising, decimal_comma=self.decimal_comma)
        parsed = None if columns is None else bulk.parse(columns, b",")
        if parsed is None or len(parsed[1]) != len(fields.starts) or (parsed[1] != len(places)).any():
            return None
        values = parsed[0]
        if rising != list(places):
            values = values.reshape(-1, len(places))[:, np.searchsorted(rising, places)].ravel()
        targets = None if target is None else _targets(fields, target)
        texts = _texts(fields, kept) if kept else None
        if (target is not None and targets is None) or (kept and texts is None):
            return None
        return Parsed(values, parsed[1], targets, None if texts is None else tuples(map(tuple, texts)))

    def row(self, record: bytes, name: str, line: int, /) -> Row:
        """Read one record; a bad field, or one that is not there, is None. What is not asked for may be anything."""
        where = f"{name}, line {line}"
        target = None if self.selection.target is None else ""
        kept = ("",) * len(self.selection.kept)
        text = record.decode(errors="surrogateescape")
        places = range(self.width or 1) if self.selection.places is None else self.selection.places
        missing: list[float | None] = [None] * len(places)
        if _bare_return(text) and (found := two_readings(text)):
            where += f", column {found.place.column + 1}"
            return Row(missing, DataError(f"{where}: {found.message}", found.hint, found.place), target, kept)
        try:
            fields = _fields(text, self.delimiter)
        except csv.Error:
            return Row(missing, self._quote_error(text, where), target, kept)
        if not fields:
            return Row([], None, target, kept)
        if self.width not in (None, len(fields)):
            names = "the header names" if self.is_named else "the first line has"
            message = f"{where}: {counted(len(fields), 'column')}, and {names} {self.width}"
            hint = "--on-error skip leaves such lines out"
            if text.startswith("#"):
                hint = COMMENT_HINT
            elif re.search("[，、]", text):
                hint = WIDE_COMMAS_HINT
            return Row(missing, no_text(record, where) or DataError(message, hint), target, kept)
        if self.selection.places is None:
            places = range(len(fields))
        values = [
            number(fields[place].strip(), decimal_comma=self.decimal_comma) if place < len(fields) else None
            for place in places
        ]
        bad = [place for place, value in zip(places, values, strict=True) if value is None]
        if self.selection.target is not None:
            target = fields[self.selection.target].strip() if self.selection.target < len(fields) else None
            if target is None or len(target) > TARGET_LIMIT or not _is_text(target):
                bad, target = [*bad, self.selection.target], ""
        bad += [place for place in self.selection.kept if place >= len(fields) or not _is_text(fields[place])]
        if not bad:
            kept = tuple(fields[place].strip() for place in self.selection.kept)
        return Row(values, self._error(fields, bad[0], text, where, line) if bad else None, target, kept)

    def ends(self, text: bytes, /) -> Integers:
        """Where each record ends."""
        return _record_ends(text)

    def _error(self, fields: Sequence[str], place: int, text: str, where: str, line: int) -> DataError:
        """Say what is wrong with the field at a place."""
        if place >= len(fields):
            message = f"{where}: {counted(len(fields), 'column')}, no column {place + 1}"
            return DataError(message, "--on-error skip leaves such lines out")
        start = 0
        for field in fields[:place]:
            start = max(start, text.find(field, start) + len(field))
            start = text.find(self.delimiter.decode(), start) + len(self.delimiter)
        token = fields[place].strip()
        column = max(start, text.find(token, start))
        if not _is_text(token):
            byte = len(text[:column].encode(errors="surrogateescape"))
            return no_text(token.encode(errors="surrogateescape"), where, byte) or DataError(where)
        mark = Place(text, column, len(token) or 1)
        where += f", column {column + 1}"
        if not token:
            return DataError(f"{where}: a number is missing", cure_of(token), mark)
        if place == self.selection.target:
            return DataError(f"{where}: a target longer than {TARGET_LIMIT} characters", cure_of(token), mark)
        hint = cure_of(token, decimal_comma=self.decimal_comma, is_first=line == 1 and not self.is_named)
        return DataError(f"{where}: {not_a_number(token)}", hint, mark)

    def _quote_error(self, text: str, where: str) -> DataError:
        """Say which quote is not closed, or stands within a field that none opens."""
        mark = re.escape(self.delimiter.decode())
        field = re.compile(rf'\s*+"(?:[^"]|"")*+"(?={mark}|$)|(?!\s*")[^"{mark}]*+(?={mark}|$)')
        at = 0
        while at <= len(text) and (found := field.match(text, at)):  # between blanks no delimiter stops it at the end
            at = found.end() + 1
        column = max(text.find('"', at), 0)
        message = f"{where}, column {column + 1}: a quote is not closed, or closed within a field"
        return DataError(message, _QUOTE_HINT, Place(text, column))


def _is_text(field: str) -> bool:
    """Whether a field is text, without bytes that are not UTF-8, and is not binary data."""
    return "\0" not in field and not re.search("[\udc80-\udcff]", field)


def _targets(fields: bulk.Fields, place: int) -> NDArray[np.str_] | None:
    """The true classes in one array; None if one is too long, is no text, or spans lines."""
    rows = _texts(fields, [place])
    if rows is None:
        return None
    labels = [label for (label,) in rows]
    return None if max(map(len, labels), default=0) > TARGET_LIMIT else np.array(labels, np.str_)


def _texts(fields: bulk.Fields, places: Sequence[int]) -> list[list[str]] | None:
    """What stands in some columns of each record, without the blanks around it.

    All are cut out at once. None if a field is no text, or spans lines.
    """
    rising = sorted(places)
    try:
        lines = (fields.columns(rising, mark=_NO_TEXT_MARK) or b"").decode().replace('""', '"').split("\n")[:-1]
    except UnicodeDecodeError:
        return None
    rows = [[text.strip() for text in line.split(_NO_TEXT_MARK.decode())] for line in lines]
    if len(rows) != len(fields.starts) or any(len(row) != len(places) for row in rows):
        return None
    if rising == list(places):
        return rows
    order = np.searchsorted(rising, places).tolist()
    return [[row[at] for at in order] for row in rows]

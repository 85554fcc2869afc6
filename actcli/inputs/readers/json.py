"""JSON to vectors: documents of arrays and objects of any depth, or one a line; errors with line and column.

Where every array of the input is a layer, so is each column of arrays in its objects.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BufferedReader
from itertools import chain, islice
from json import JSONDecodeError, JSONEncoder
from math import isfinite
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from actcli.arrays import Integers
from actcli.errors import DataError, Place, UsageError, listed
from actcli.inputs.brackets import is_printed_by_numpy
from actcli.inputs.formats import InputInfo, first_line_at, is_json_line
from actcli.inputs.number import not_a_number, number, shortened
from actcli.inputs.options import InputOptions, Selection, select
from actcli.inputs.readers.arrays import printed_arrays
from actcli.inputs.readers.json_text import by_orjson, decode, documents, parts
from actcli.inputs.readers.records import (
    LATIN_HINT,
    TARGET_LIMIT,
    Parsed,
    Row,
    TextBlock,
    no_text,
    tuples,
    uncommented,
    vectors,
)
from actcli.inputs.streams import (
    LINE_LIMIT,
    MEMORY_LIMIT,
    Lines,
    count_lines,
    held,
    memory_of,
    pieces,
    too_much,
    whole_lines,
)
from actcli.results import Faults, Layer, LeftOut, Vectors
from actcli.results.messages import note

_BLOCK_ROWS = 1 << 12
_LINE_SHOWN = 1 << 10
_KEPT_SELECTIONS = 64
_DOCUMENT_HINT = "JSON lines, a vector a line, and .npy files may be of any size"
_SEQUENCE_HINT = "--from json or --from jsonl"
_RECORD_MARK = b"\x1e"  # RFC 7464: a JSON text sequence has one before each text

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_COMMENT_LINE = re.compile(rb"^[ \t]*#")
_ENCODER = JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def read_json(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read a document: an array of numbers is a vector, and so is each object; deeper arrays are taken apart.

    Unless the user says that it is one, a first line that is a vector by itself makes lines of it, however long it is.
    Raises DataError with line and column, after the vectors that stand whole before that.
    """
    coming: Iterable[bytes] = pieces(stream)
    if options.format is None:
        start, is_vector = _first_line(iter(coming), name)
        coming = chain([start], coming)
        del start  # which may be all of a document, and long
        if is_vector:
            yield from _read_lines(_uncommented(coming, name), name, options, info)
            return
    data = held(coming, name, LINE_LIMIT, _DOCUMENT_HINT)
    if data.startswith(_BYTE_ORDER_MARK):
        del data[: len(_BYTE_ORDER_MARK)]
    if not data or data.isspace():
        return
    values = _Values(name, options, info)
    layers, first = None, 0
    for part in parts(data):
        if memory_of(part.text) > MEMORY_LIMIT:
            raise too_much(name, _DOCUMENT_HINT)
        try:
            said, problem = documents(part.text)
        except UnicodeDecodeError as error:
            number_of_line = 1 + data.count(b"\n", 0, part.start + error.start)
            raise DataError(f"{name}, line {number_of_line}: not UTF-8 text", LATIN_HINT) from error
        is_inside = problem is not None and "delimiter" in problem.msg  # of a list, not behind it
        may_be_numpy = options.format is None and len(part.text) == len(data)
        if problem and is_inside and may_be_numpy and is_printed_by_numpy(problem.doc, problem.pos):
            yield from printed_arrays(problem.doc, name, options)
            return
        rows = chain.from_iterable(map(_rows, said))
        while block := list(islice(rows, _BLOCK_ROWS)):
            if not first:
                layers = _layers_of(block[0], values, options)
            if layers is None:
                yield from vectors([_Entries(block, first, values, data)], options.on_error)
            else:
                places = enumerate(block, first)
                yield from layers.blocks([_Record(f"{name}, vector {place}", entry) for place, entry in places])
            first += len(block)
        if problem:
            raise _error_in(part.whole(problem, data), name)


def read_json_lines(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read one vector a line as the lines arrive; a blank line is an empty vector.

    Raises DataError with line and column, after a block that holds everything before that line.
    """
    return _read_lines(_uncommented(pieces(stream), name), name, options, info)


def read_json_sequence(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read a JSON text sequence (RFC 7464): a vector is a text behind a mark, be it of one line or of several.

    Raises DataError with the line that the text begins on, after a block that holds everything before it.
    """
    texts = _texts(whole_lines(pieces(stream), name), name)
    return _read_lines((TextBlock(*each) for each in texts if len(each[1])), name, options, info)


def _texts(blocks: Iterable[Lines], name: str) -> Iterator[tuple[bytes, Integers]]:
    """The texts of a sequence, each made one line, and the line that each begins on; empty ones vanish, as RFC has it.

    Raises DataError for what stands before the first mark.
    """
    held_text, line, memory = bytearray(), 0, 0  # of the text whose end has not come yet
    for first, block in blocks:
        before, *texts = block.split(_RECORD_MARK)
        if not line and before.strip():
            raise DataError(f"{name}, line {first}: text before the first mark of a JSON text sequence", _SEQUENCE_HINT)
        held_text += before
        memory += memory_of(before)
        if memory > MEMORY_LIMIT:
            raise too_much(f"{name}, line {line}", _DOCUMENT_HINT)
        if not texts:
            continue
        found, numbers, number = [bytes(held_text), *texts[:-1]], [line], first + count_lines(before)
        for text in texts[:-1]:
            numbers.append(number)
            number += count_lines(text)
        held_text, line, memory = bytearray(texts[-1]), number, memory_of(texts[-1])
        yield _as_lines(found, numbers)
    yield _as_lines([bytes(held_text)], [line])


def _as_lines(texts: Sequence[bytes], numbers: Sequence[int]) -> tuple[bytes, Integers]:
    """Texts as a line each, those that are blank aside. Line breaks stand between the tokens of a text alone."""
    kept = [(text.strip(), number) for text, number in zip(texts, numbers, strict=True) if text.strip()]
    lines = b"".join(text.replace(b"\n", b" ") + b"\n" for text, _ in kept)
    return lines, np.array([number for _, number in kept], np.int64)


def _uncommented(coming: Iterable[bytes], name: str) -> Iterator[TextBlock]:
    return uncommented(whole_lines(coming, name), _COMMENT_LINE)


def _read_lines(blocks: Iterator[TextBlock], name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read one value a line: a vector, or an object whose columns are layers."""
    values = _Values(name, options, info)
    layers = None
    if options.every_array:
        start = list[TextBlock]()
        for block in blocks:
            start.append(block)
            if block.text.strip():
                break
        line = next((line for block in start for line in block.text.split(b"\n") if line.strip()), b"")
        layers = _layers_of(_said(line, name, 1), values, options)
        blocks = chain(start, blocks)
    if layers is None:
        yield from vectors((_lines_of(block, values) for block in blocks), options.on_error)
        return
    for block in blocks:
        records = list(_records(block, name))
        lines = np.array([record.line for record in records], np.int64)
        yield from layers.blocks(records, lines, block.comments)


def _first_line(coming: Iterator[bytes], name: str) -> tuple[bytes, bool]:
    """The start of a stream, and whether the first line in it is a vector: blank ones and comments aside."""
    start, begin = bytearray(), 0
    for piece in coming:
        last = len(start)
        start += piece
        begin = first_line_at(start)
        if start.find(b"\n", max(begin, last)) >= 0:
            break
        if len(start) > LINE_LIMIT:
            message = f"{name}: larger than {LINE_LIMIT >> 20} MiB, which is the most that is held"
            raise DataError(message, _DOCUMENT_HINT)
    end = start.find(b"\n", begin)
    held_start = bytes(start)
    del start
    line = held_start[begin : len(held_start) if end < 0 else end]
    is_vector = is_json_line(line)
    if is_vector and memory_of(line) > MEMORY_LIMIT:
        raise too_much(name, _DOCUMENT_HINT)
    return held_start, is_vector


def _error_in(error: JSONDecodeError, name: str, first_line: int = 1) -> DataError:
    """The error for a text that is no JSON, lines counted from `first_line`."""
    if error.pos >= len(error.doc.rstrip()):
        message = "cut short"
    else:
        message = error.msg[:1].lower() + error.msg[1:].removesuffix(" at").removesuffix(" starting")
    where, place = _located(error.doc, error.pos, name, first_line)
    return DataError(f"{where}: no JSON: {message}", place=place)


def _located(text: str, position: int, name: str, first_line: int = 1, width: int = 1) -> tuple[str, Place]:
    """Name a position of a text, and draw it in its line."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[max(start, position - _LINE_SHOWN) : position + width + _LINE_SHOWN if end < 0 else end]
    where = f"{name}, line {first_line + text.count(chr(10), 0, position)}, column {position - start + 1}"
    return where, Place(line, min(position - start, _LINE_SHOWN), width)


def _rows(document: Any) -> Iterator[Any]:
    """The innermost arrays of a document, and its objects; an array that mixes numbers with others is one of these."""
    waiting = [iter([document])]
    while waiting:
        for entry in waiting[-1]:
            if isinstance(entry, list) and entry and all(isinstance(each, list | dict) for each in entry):
                waiting.append(iter(entry))
                break
            yield entry
        else:
            waiting.pop()


class _Values:
    """How arrays and objects become vectors, as the options ask for it."""

    def __init__(self, name: str, options: InputOptions, info: InputInfo) -> None:
        self.name = name
        self._options = options
        self._info = info
        self._selections: dict[tuple[Sequence[str], int], Selection] = {}
        self._numbers: tuple[str, ...] = ()
        """The names of the first object, where it holds numbers alone and no column is asked for."""
        self._is_begun = False
        """Whether a vector has been read: what is wrong with the first is wrong with the command line."""
        self._has_located = False

    def parse(self, entries: Sequence[Any]) -> Parsed | None:
        """Read many arrays of numbers, or many objects of the same keys, each a vector; None if anything is amiss."""
        types = set(map(type, entries))
        if types == {dict} or (types == {list} and self._options.chooses_columns):
            try:
                return self._parse_columns(entries) if self._is_begun else None
            except UsageError:  # of one that is unlike the first
                return None
        if self._options.chooses_columns or not types <= {list}:
            return None
        parsed = _parsed(entries)
        self._is_begun = self._is_begun or (parsed is not None and bool(parsed.values.size))
        return parsed

    def _parse_columns(self, entries: Sequence[Any]) -> Parsed | None:
        """Read what is chosen of entries that are all alike, a column at a time."""
        if isinstance(entries[0], dict):
            named = _columns_of(entries)
            names, columns = tuple(name for name, _ in named), [column for _, column in named]
        else:
            is_even = len(set(map(len, entries))) == 1
            names, columns = (), list(zip(*entries, strict=True)) if is_even else []
        if not columns or len(set(names)) < len(names):
            return None
        places, label, kept = self._select(names, [column[0] for column in columns], self.name)
        chosen = [columns[place] for place in (range(len(columns)) if places is None else places)]
        types = [set(map(type, column)) for column in chosen]
        if not all(each <= {int, float} or (names and each == {list}) for each in types):
            return None
        self._info.keep([names[place] if names else "" for place in kept], kept, self.name)
        if len(chosen) == 1 and types[0] == {list}:
            parsed = _parsed(chosen[0])
        else:
            parts = [
                column if each == {list} else [[value] for value in column]
                for column, each in zip(chosen, types, strict=True)
            ]
            parsed = _parsed([list(chain.from_iterable(row)) for row in zip(*parts, strict=True)])
        targets = None if label is None else list(map(_text, columns[label]))
        if parsed is None or (targets and max(map(len, targets)) > TARGET_LIMIT):
            return None
        texts = zip(*(map(_text, columns[place]) for place in kept), strict=True)
        return parsed._replace(
            targets=None if targets is None else np.array(targets, np.str_), kept=tuples(texts) if kept else None
        )

    def row(self, value: Any, where: str, text: bytes | bytearray = b"", first_line: int = 1) -> Row:
        """Read one array, object or lone number; `text` is where a bad value may be looked for.

        Raises UsageError for an object whose columns are not chosen, or not there in the first one.
        """
        target = None if self._options.target_column is None else ""
        is_object = isinstance(value, dict)
        try:
            value = _flat(value) if is_object else value
            names = tuple(value) if is_object else ()
            fields = list(value.values()) if is_object else value if isinstance(value, list) else [value]
            if not fields:
                return Row([], None, target)
            places, label, kept = self._select(names, fields, where)
        except UsageError as error:
            if not self._is_begun:
                raise
            return Row([None], DataError(error.message, error.hint), target)
        self._info.keep([names[place] if names else "" for place in kept], kept, where)
        texts = tuple(_text(fields[place]) for place in kept)
        chosen = [fields[place] for place in (range(len(fields)) if places is None else places)]
        has_arrays = is_object and any(isinstance(field, list) for field in chosen)
        if is_object and places and self._options.columns and not has_arrays and not self._is_begun:
            self._info.name([names[place] for place in places])
        self._is_begun = True
        if has_arrays:
            chosen = [entry for field in chosen for entry in (field if isinstance(field, list) else [field])]
        values = [_number(entry) for entry in chosen]
        problem = None
        if None in values:
            problem = self._error(chosen[values.index(None)], where, text, first_line)
        if label is not None:
            target = _text(fields[label])
            if len(target) > TARGET_LIMIT:
                problem, target = DataError(f"{where}: a target longer than {TARGET_LIMIT} characters"), ""
        return Row(values, problem, target, texts)

    def _select(self, names: tuple[str, ...], fields: Sequence[Any], where: str) -> Selection:
        if names and not self._options.columns:
            return self._numbers_alone(names, fields, where)
        key = (names, len(fields))
        if key not in self._selections:
            if len(self._selections) >= _KEPT_SELECTIONS:  # keys may be endless
                self._selections.clear()
            self._selections[key] = select(self._options, names, len(fields), where)
        return self._selections[key]

    def _numbers_alone(self, names: tuple[str, ...], fields: Sequence[Any], where: str) -> Selection:
        """All of an object but its target, where that is numbers or one array; further ones have the same names."""
        places, target, kept = select(self._options, names, len(names), where)
        rest = tuple(range(len(names))) if places is None else places
        known = tuple(names[place] for place in rest)
        if not self._numbers:
            is_array = len(rest) == 1 and isinstance(fields[rest[0]], list)
            if not is_array and any(_number(fields[place]) is None for place in rest):
                hint = f"--column NAME, which may stand for several: it has {listed(names)}"
                raise UsageError(f"{where}: an object, and nothing says which of its numbers make the vector", hint)
            self._numbers = known
            taken = note("numbers_taken", source=self.name, names=known)
            self._info.name(() if is_array else known, taken)
        if known == self._numbers:
            return Selection(rest, target, kept)
        if odd := set(known) ^ set(self._numbers):
            name = min(odd)
            has = "has" if name in known else "lacks"
            message = f"{where}: the object {has} '{shortened(name)}', unlike the first"
            raise UsageError(message, f"--column NAME chooses: the first has {listed(self._numbers)}")
        place_of = {name: place for place, name in enumerate(names)}
        return Selection(tuple(place_of[name] for name in self._numbers), target, kept)

    def _error(self, entry: Any, where: str, text: bytes | bytearray, first_line: int) -> DataError:
        written = _written(entry)
        message = not_a_number(entry) if isinstance(entry, str) else f"{shortened(written)} is not a number"
        position = -1 if self._has_located else text.find(written.encode())
        self._has_located = True  # only the first error is ever shown, and a search through all text takes its time
        if position < 0:
            return DataError(f"{where}: {message}")
        at = len(text[:position].decode(errors="replace"))
        where, place = _located(text.decode(errors="replace"), at, self.name, first_line, len(written))
        return DataError(f"{where}: {message}", place=place)


def _parsed(arrays: Sequence[Sequence[Any]]) -> Parsed | None:
    values = list(chain.from_iterable(arrays))
    if not set(map(type, values)) <= {int, float}:  # NumPy would take null for NaN and true for 1
        return None
    return Parsed(np.array(values, np.float64), np.fromiter(map(len, arrays), np.int64, len(arrays)))


def _columns_of(entries: Sequence[Mapping[str, Any]], path: str = "") -> list[tuple[str, Sequence[Any]]]:
    """The columns of objects, in the order and by the names of `_flat`; none unless all have the same keys there."""
    found = list[tuple[str, Sequence[Any]]]()
    keys = tuple(entries[0])
    if not all(map(keys.__eq__, map(tuple, entries))):
        return []
    for key in keys:
        column = list(map(itemgetter(key), entries))
        objects = [value for value in column if type(value) is dict and value]
        if not objects:
            found.append((f"{path}{key}", column))
            continue
        below = _columns_of(objects, f"{path}{key}.") if len(objects) == len(column) else []
        if not below:
            return []
        found += below
    return found


def _flat(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object with those in it laid open: `{"data": {"x": 1}}` has the name `data.x`; their order stays."""
    if not any(isinstance(value, dict) for value in entry.values()):
        return entry
    found = dict[str, Any]()
    waiting = [("", iter(entry.items()))]
    while waiting:
        path, items = waiting[-1]
        for key, value in items:
            name = f"{path}{key}"
            if isinstance(value, dict) and value:
                waiting.append((f"{name}.", iter(value.items())))
                break
            if name in found:
                raise UsageError(f"two values of an object are called '{shortened(name)}'", "rename one of them")
            found[name] = value
        else:
            waiting.pop()
    return found


def _number(entry: Any) -> float | None:
    """A number, or text that stands for NaN or an infinity, for which JSON has no number; None for anything else."""
    if isinstance(entry, str):
        value = number(entry)
        return None if value is None or isfinite(value) else value
    return float(entry) if type(entry) in (int, float) else None


def _text(entry: Any) -> str:
    """A value as text: what is text already stays as it is."""
    return entry if isinstance(entry, str) else _written(entry)


def _written(entry: Any) -> str:
    """A value as JSON has it."""
    try:
        return _ENCODER.encode(entry)
    except RecursionError:
        return "[…]"


class _Entries(NamedTuple):
    """Arrays and objects of a document, as a batch of records."""

    entries: Sequence[Any]
    first: int
    """The place in the document of the first of them."""
    values: _Values
    text: bytes | bytearray
    """The document."""

    @property
    def numbers(self) -> None:
        return None

    @property
    def records(self) -> int:
        return len(self.entries)

    @property
    def comments(self) -> int:
        return 0

    def parse(self) -> Parsed | None:
        return self.values.parse(self.entries)

    def rows(self) -> Iterator[Row]:
        for place, entry in enumerate(self.entries, self.first):
            # Which of several objects a text belongs to, a search would not tell.
            text = b"" if isinstance(entry, dict) else self.text
            yield self.values.row(entry, f"{self.values.name}, vector {place}", text)

    def halves(self) -> "tuple[_Entries, _Entries]":
        middle = self.records // 2
        return (
            self._replace(entries=self.entries[:middle]),
            self._replace(entries=self.entries[middle:], first=self.first + middle),
        )


def _said(line: bytes, name: str, number: int) -> Any:
    """What a line says, an empty vector where it is blank, and the error of one that is no JSON."""
    if not line.strip():
        return []
    if (problem := no_text(line, f"{name}, line {number}")) is not None:
        return problem
    try:
        return decode(line)
    except JSONDecodeError as error:
        return _error_in(error, name, number)


def _lines_of(block: TextBlock, values: _Values) -> "_Lines":
    """What the lines of a block say."""
    lines = block.text.split(b"\n")[:-1]
    said = by_orjson(block.text, [line if line.strip() else b"[]" for line in lines])
    if said is None:
        said = [_said(line, values.name, number) for line, number in zip(lines, block.numbers.tolist(), strict=True)]
    return _Lines(said, lines, block.numbers, values, block.comments)


class _Lines(NamedTuple):
    """Lines of JSON, as a batch of records."""

    entries: Sequence[Any]
    """What each says, or the error of one that is no JSON."""
    lines: Sequence[bytes]
    """The text of each."""
    numbers: Integers
    """The line of each, from 1."""
    values: _Values
    """How they become vectors."""
    comments: int
    """How many lines among them hold a comment alone."""

    @property
    def records(self) -> int:
        return len(self.entries)

    def parse(self) -> Parsed | None:
        return self.values.parse(self.entries)

    def rows(self) -> Iterator[Row]:
        for entry, line, at in zip(self.entries, self.lines, self.numbers.tolist(), strict=True):
            where = f"{self.values.name}, line {at}"
            if isinstance(entry, DataError):
                yield self.values.row([], where)._replace(values=[None], error=entry)
            else:
                yield self.values.row(entry, where, line, at)

    def halves(self) -> "tuple[_Lines, _Lines]":
        middle = self.records // 2
        first, second = slice(middle), slice(middle, None)
        return (
            self._replace(entries=self.entries[first], lines=self.lines[first], numbers=self.numbers[first]),
            self._replace(entries=self.entries[second], lines=self.lines[second], numbers=self.numbers[second]),
        )


# Columns of objects as layers.


class _Record(NamedTuple):
    """One value of the input, which is to be an object."""

    where: str
    """What it is called in errors."""
    value: Any
    """What it says, or the error of one that is no JSON."""
    line: int = 0
    """Where it stands, if it is a line."""

    def columns(self) -> Mapping[str, Any]:
        """Its columns; raises DataError where it is no object."""
        if isinstance(self.value, DataError):
            raise self.value
        if not isinstance(self.value, dict):
            raise DataError(f"{self.where}: {shortened(_written(self.value))} is no object, unlike the first")
        try:
            return _flat(self.value)
        except UsageError as error:
            raise DataError(f"{self.where}: {error.message}", error.hint) from error


def _records(block: TextBlock, name: str) -> Iterator[_Record]:
    """The lines of a block, those that are blank aside."""
    for text, line in zip(block.text.split(b"\n"), block.numbers.tolist(), strict=False):
        if text.strip():
            yield _Record(f"{name}, line {line}", _said(text, name, line), line)


def _layers_of(first: Any, values: _Values, options: InputOptions) -> "_Layers | None":
    """The layers of an input that begins with an object: its columns that hold arrays of numbers; None without any.

    Columns that are asked for make one vector, and so do plain numbers.
    """
    if not options.every_array or options.columns or not isinstance(first, dict):
        return None
    columns = _flat(first)
    found = [name for name, value in columns.items() if _is_array_of_numbers(value)]
    others = [name for name in columns if name not in found]
    return _Layers(found, others, values, options) if found else None


def _is_array_of_numbers(value: Any) -> bool:
    """Whether a value is an array, of arrays of any depth, and the first thing in it but null is a number."""
    if not isinstance(value, list):
        return False
    entries = chain.from_iterable(row if isinstance(row, list) else (row,) for row in _rows(value))
    first = next((entry for entry in entries if entry is not None), 0.0)
    return _number(first) is not None


class _Layers:
    """Columns of objects, each of them a layer to which every object adds rows."""

    def __init__(self, columns: Sequence[str], others: Sequence[str], values: _Values, options: InputOptions) -> None:
        self._columns = columns
        self._values = values
        self._options = options
        self._faults = Faults(left_out=(LeftOut(values.name, "column", tuple(others)),) if others else ())
        """What the next block says."""

    def blocks(self, records: Sequence[_Record], lines: Integers | None = None, comments: int = 0) -> Iterator[Vectors]:
        """What consecutive objects add to each layer; one that cannot be read is a bad row of all of them."""
        rows: Mapping[str, list[_LayerRow]] = {column: [] for column in self._columns}
        for place, record in enumerate(records):
            try:
                arrays = self._arrays(record)
            except DataError as error:
                for own in rows.values():
                    own.append(_LayerRow(place, record.where, error))
                continue
            for column, array in arrays.items():
                where = f"{record.where}, {shortened(column)}"
                rows[column].extend(_LayerRow(place, where, row) for row in _rows(array))
        for column, own in rows.items():
            for block in vectors([_LayerRows(own, lines, self._values, comments)], self._options.on_error):
                yield block._replace(layer=Layer(part=column), faults=self._faults.merged(block.faults))
                self._faults = Faults()
            comments = 0  # they are counted once

    def _arrays(self, record: _Record) -> Mapping[str, list[Any]]:
        """The arrays of an object; raises DataError where it lacks one of them, or has another."""
        found = record.columns()
        for column in self._columns:
            if column not in found:
                raise DataError(f"{record.where}: the object lacks '{shortened(column)}', unlike the first")
            if not isinstance(found[column], list):
                written = shortened(_written(found[column]))
                raise DataError(f"{record.where}: '{shortened(column)}' is {written}, and an array in the first object")
        for column, value in found.items():
            if column not in self._columns and value and _is_array_of_numbers(value):
                raise DataError(f"{record.where}: the object has the array '{shortened(column)}', unlike the first")
        return {column: found[column] for column in self._columns}


class _LayerRow(NamedTuple):
    """One row of a layer."""

    place: int
    """That of its record among those of the block."""
    where: str
    """What it is called in errors."""
    value: Any
    """The array, or the error of a record that has none."""


class _LayerRows(NamedTuple):
    """Rows of one layer, as a batch of records."""

    entries: Sequence[_LayerRow]
    lines: Integers | None
    """The line of each record of the block, where records are lines."""
    values: _Values
    """How arrays become vectors."""
    comments: int = 0
    """How many lines of the block hold a comment alone."""

    @property
    def numbers(self) -> Integers | None:
        return None if self.lines is None else self.lines[[entry.place for entry in self.entries]]

    @property
    def records(self) -> int:
        return len(self.entries)

    def parse(self) -> Parsed | None:
        return self.values.parse([entry.value for entry in self.entries])

    def rows(self) -> Iterator[Row]:
        for entry in self.entries:
            is_bad = isinstance(entry.value, DataError)
            yield Row([None], entry.value) if is_bad else self.values.row(entry.value, entry.where)

    def halves(self) -> "tuple[_LayerRows, _LayerRows]":
        middle = self.records // 2
        return self._replace(entries=self.entries[:middle]), self._replace(entries=self.entries[middle:])

"""Formats for programs: plain lines of numbers, CSV and TSV with a row a value, NumPy's .npy, raw values."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import chain, islice
from typing import Any, NamedTuple

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers, Numbers, distinct
from actcli.dtypes import RAW_FLOATS, RAW_INTEGERS, Int8, NumberType
from actcli.errors import DataError, UsageError, printable
from actcli.output import Output
from actcli.render.numbers import each, joined_by, rows
from actcli.render.show import gather
from actcli.results import ZONE_NAMES, Answer, Chunk, Header, Layout, Result, Vectors, joined_chunks
from actcli.terminal import Bytes

# Plain lines.

# Properties of many numbers, which a table draws and no cell holds.
_DRAWN = ("classes", "segments", "drawn")


def plain(result: Result, output: Output) -> Iterator[bytes]:
    """One line per vector and nothing else; a blank line stays one, a Jacobian is a block of lines.

    A property table comes down to the names of its functions, a line each.
    """
    header = result.header
    if not header.fields:
        names = header.names if header.properties else ()
        return iter([f"{printable(name)}\n".encode("utf-8", "backslashreplace") for name in names])
    layout = Layout.of(header)
    layout.require_one_number("plain", header)
    return (_plain_lines(chunk, layout, output.digits) for chunk in result.chunks())


def _plain_lines(chunk: Chunk, layout: Layout, digits: int | None) -> bytes:
    values, lengths = _end_to_end(chunk, layout)
    if not len(lengths):
        return b""
    delimiter = chunk.vectors.delimiter.encode() or b" "
    end = delimiter if chunk.vectors.continued else b"\n"
    printed = joined_by(delimiter, rows(values, lengths, digits)) + end
    if not layout.pair:
        return printed
    lines = iter(printed.splitlines(keepends=True))
    sizes = chunk.answers[0].lengths.tolist()
    return b"".join([b"".join(islice(lines, size)) + b"\n" for size in sizes])  # blank lines tell matrices apart


def _end_to_end(chunk: Chunk, layout: Layout) -> tuple[Numbers, Integers]:
    """Lay the numbers of each row end to end, per vector before per value; a blank line has none."""
    answer = chunk.answers[0]
    if layout.pair:
        return answer.columns[layout.pair[0]], np.repeat(chunk.vectors.lengths, answer.lengths)
    values: Floats = answer.columns[layout.value[0]] if layout.value else np.zeros(0)
    lengths = answer.lengths if layout.value else np.zeros_like(answer.lengths)
    if not layout.vector:
        return values, lengths
    filled = chunk.vectors.lengths > 0
    leading = np.stack([answer.columns[name][filled] for name in layout.vector], axis=1)
    starts = (np.cumsum(lengths) - lengths)[filled]
    joined = np.insert(
        np.asarray(values, np.result_type(values, leading)), np.repeat(starts, len(layout.vector)), leading.ravel()
    )
    return joined, lengths + filled * len(layout.vector)


# CSV and TSV.

_ZONE_CELLS = [(kind or "").encode() for kind in ZONE_NAMES]


def csv(result: Result, output: Output) -> Iterator[bytes]:
    """Tidy rows separated by commas, under a line of column names; vectors and their values are counted from 0."""
    return _separated(result, output, ",")


def tsv(result: Result, output: Output) -> Iterator[bytes]:
    """Tidy rows separated by tabs, under a line of column names; vectors and their values are counted from 0."""
    return _separated(result, output, "\t")


def _separated(result: Result, output: Output, separator: str) -> Iterator[bytes]:
    header = result.header
    if not header.fields:
        return _property_table(header, output.digits, separator)
    layout = Layout.of(header)
    layout.require_rows("TSV" if separator == "\t" else "CSV")
    return _tidy(result, layout, output.digits, separator)


def _property_table(header: Header, digits: int | None, separator: str) -> Iterator[bytes]:
    """A row a function; nothing where no property is named."""
    from actcli.render.cells import property_rows  # words about functions, which rows of numbers do not need

    if header.properties:
        rows = (row for row in header.properties if row.is_column or row.kind.name not in _DRAWN)
        header = header._replace(properties=tuple(rows))
        yield _record([row.key for row in header.properties], separator)
        for cells in property_rows(header, digits):
            yield _record(cells, separator)


def _tidy(result: Result, layout: Layout, digits: int | None, separator: str) -> Iterator[bytes]:
    header = result.header
    titles = _column_names(header, layout)
    head = _record(titles, separator)  # goes with the first rows: where an error comes before them, nothing is written
    kept_names = header.kept_names(_own_columns(header, layout))
    names, labels = (
        [_quoted(name, separator).encode("utf-8", "backslashreplace") for name in texts]
        for texts in (header.names, header.labels)
    )
    for chunk in result.chunks():
        kept = {
            name: [_quoted(text, separator).encode("utf-8", "backslashreplace") for text in texts]
            for name, texts in zip(kept_names, chunk.vectors.kept_columns(len(kept_names)), strict=True)
        }
        parts = [
            _cells(chunk, *pair, header.x_name, layout, labels, kept, digits)
            for pair in zip(chunk.answers, names, strict=True)
        ]
        lines = [line for part in parts for line in part.lines(titles, separator.encode())]
        if len(parts) > 1:  # rows of one input stand together, whatever function they come from
            vector, place = (np.concatenate(keys) for keys in zip(*(part.keys for part in parts), strict=True))
            lines = [lines[row] for row in np.lexsort((place, vector)).tolist()]
        yield head + b"".join(lines)
        head = b""
    if head:
        yield head


def _column_names(header: Header, layout: Layout) -> list[str]:
    """The answer's own columns, and behind the number of the vector what goes along with it."""
    vector, *others = _own_columns(header, layout)
    return [vector, *header.kept_names((vector, *others)), *others]


def _own_columns(header: Header, layout: Layout) -> list[str]:
    has_labels = bool(header.labels) and layout.has_x
    if layout.value:
        label = ["label"] * has_labels
        return [
            "vector",
            "index",
            *label,
            "function",
            *[header.x_name] * layout.has_x,
            *layout.vector,
            *layout.value,
            "zone",
        ]
    # Rows of values always name their function; others only where that tells them apart.
    function = ["function"] if len(set(header.names)) > 1 else []
    if not layout.pair:
        return ["vector", *function, *layout.vector]
    places = ["row", "row_label", "column", "column_label"] if has_labels else ["row", "column"]
    return ["vector", *function, *places, *layout.vector, *layout.pair]


class _Cells(NamedTuple):
    """The rows of one function."""

    keys: tuple[Integers, Integers]
    """Vector of each row and its place in it, by which rows are ordered."""
    columns: Mapping[str, list[bytes]]
    """Text of the rows, column by column."""

    def lines(self, titles: Sequence[str], separator: bytes) -> list[bytes]:
        columns = [self.columns[title] for title in titles]
        return [separator.join(cells) + b"\n" for cells in zip(*columns, strict=True)]


def _cells(
    chunk: Chunk,
    answer: Answer,
    name: bytes,
    x_name: str,
    layout: Layout,
    labels: Sequence[bytes],
    kept: Mapping[str, Sequence[bytes]],
    digits: int | None,
) -> _Cells:
    if layout.pair:
        counts = chunk.counts(answer, "pair")
    else:
        counts = answer.lengths if layout.value else (chunk.vectors.lengths > 0).astype(np.int64)
    vector = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(vector)) - np.repeat(np.cumsum(counts) - counts, counts)
    columns = {"vector": each(chunk.first + vector), "function": [name] * len(vector)}
    for field in layout.vector:
        tokens = each(answer.columns[field], digits)
        columns[field] = [tokens[row] for row in vector.tolist()]
    for field in layout.value + layout.pair:
        columns[field] = each(answer.columns[field], digits)
    if layout.pair:
        width = np.repeat(chunk.vectors.lengths, counts)
        for title, numbers in (("row", place // width), ("column", place % width)):
            columns |= {title: each(numbers), f"{title}_label": _label_cells(numbers, labels)}
    if layout.value:
        columns |= {
            "index": each(chunk.indices(answer)),
            "label": _label_cells(chunk.indices(answer), labels),
            x_name: each(chunk.inputs(answer) if x_name == "x" else chunk.named_inputs(answer)),
            "zone": _zone_cells(answer, len(vector)),
        }
    for title, texts in kept.items():  # last: a column that the answer could have, and has not, may lend its name
        columns[title] = [texts[row] for row in vector.tolist()]
    return _Cells((vector, place), columns)


def _label_cells(indices: Integers, labels: Sequence[bytes]) -> list[bytes]:
    """The names of entries of a vector, empty beyond the last that has one."""
    known = [*labels, b""]
    return [known[index] for index in np.minimum(indices, len(labels)).tolist()]


def _zone_cells(answer: Answer, count: int) -> list[bytes]:
    if answer.zones is None:
        return [b""] * count
    return [_ZONE_CELLS[code] for code in answer.zones.tolist()]


def _record(cells: Sequence[str], separator: str) -> bytes:
    return (separator.join(_quoted(cell, separator) for cell in cells) + "\n").encode("utf-8", "backslashreplace")


def _quoted(cell: str, separator: str) -> str:
    """Write a cell as CSV does (RFC 4180); control characters are escaped before, so that a line stays a line."""
    escaped = printable(cell)
    if separator in escaped or '"' in escaped:
        return '"' + escaped.replace('"', '""') + '"'
    return escaped


# .npy.


def npy(result: Result, output: Output) -> Iterator[Bytes]:
    """Write one array in the type of the input: in its shape if that is known, else a row a vector.

    Of Jacobians it holds the rows of all, one below the other. Raises UsageError where stdout is a terminal or the
    answer is not one array of numbers, DataError where vectors differ in length.
    """
    layout = _of_numbers(result, output)
    if result.header.shape is not None and layout.is_like_input:
        if result.header.axis is not None:
            return _moved_back(result, layout, result.header.shape, result.header.axis)
        return _streamed(result, layout, result.header.shape)
    return _held(result, layout)


def _of_numbers(result: Result, output: Output) -> Layout:
    """What a row holds; raises UsageError where that is not one number a value."""
    name = output.format
    if not result.header.fields:
        raise UsageError(f"{name} holds numbers, and this answer is words", "--format tsv or --format json")
    layout = Layout.of(result.header)
    layout.require_one_number(name, result.header)
    return layout


def _streamed(result: Result, layout: Layout, shape: tuple[int, ...]) -> Iterator[Bytes]:
    """Write blocks as they come, without a copy of the whole array."""
    chunks = result.chunks()
    first = next(chunks, None)
    kind = _number_type(first.vectors) if first else np.dtype(np.float64)
    yield _npy_header(shape, kind)
    for chunk in chain([first] if first else [], chunks):
        values, _ = _end_to_end(chunk, layout)
        yield _binary(values, kind)


def _moved_back(result: Result, layout: Layout, shape: tuple[int, ...], axis: int) -> Iterator[Bytes]:
    """Write vectors that lie along an axis other than the last in the shape of the input."""
    values, kind = _as_they_lay(result, layout, shape, axis, "npy")
    yield _npy_header(shape, kind)
    yield _binary(values, kind)


def _as_they_lay(
    result: Result, layout: Layout, shape: tuple[int, ...], axis: int, name: str
) -> tuple[Numbers, NumberType | np.dtype[Any]]:
    """Hold all vectors that lie along an axis other than the last, and put their numbers in the order of the input.

    Where an error ends the vectors, it is raised: those before it are no array.
    """
    parts = ((_end_to_end(chunk, layout)[0], _number_type(chunk.vectors)) for chunk in result.chunks())
    held, error = gather(parts, lambda part: part[0].nbytes, name)
    if error:
        raise error
    values = np.concatenate([np.zeros(0), *(part[0] for part in held)])
    kind = _widest([part[1] for part in held]) if held else values.dtype
    lying = np.moveaxis(np.empty(shape, np.uint8), axis, -1).shape
    return np.moveaxis(values.reshape(lying), -1, axis).ravel(), kind


def _held(result: Result, layout: Layout) -> Iterator[Bytes]:
    """Hold all vectors until the number of rows is known."""
    chunks = joined_chunks(result.chunks())
    parts = ((*_end_to_end(chunk, layout), _number_type(chunk.vectors)) for chunk in chunks)
    held, error = gather(parts, lambda part: part[0].nbytes + part[1].nbytes, "npy")
    lengths = np.concatenate([np.zeros(0, np.int64), *(part[1] for part in held)])
    widths = distinct(lengths)
    if len(widths) > 1:
        raise DataError(
            f"npy holds a matrix, and these vectors have from {widths[0]} to {widths[-1]} values",
            "--format jsonl holds vectors of any length",
        )
    values = np.concatenate([np.zeros(0), *(part[0] for part in held)])
    kind = _widest([part[2] for part in held]) if held else values.dtype
    yield _npy_header((len(lengths), int(widths[0]) if len(widths) else 0), kind)
    yield _binary(values, kind)
    if error:
        raise error


def _npy_header(shape: tuple[int, ...], kind: NumberType | np.dtype[Any]) -> bytes:
    file = BytesIO()
    dtype = kind if isinstance(kind, np.dtype) else kind.dtype()
    # The format names only types that NumPy has; of others it holds the bytes, as numpy.save writes them.
    named = np.dtype((np.void, dtype.itemsize)) if dtype.isbuiltin == 2 else dtype
    described = {"descr": npy_format.dtype_to_descr(named), "fortran_order": False, "shape": shape}
    npy_format.write_array_header_1_0(file, described)
    return file.getvalue()


def _number_type(vectors: Vectors) -> NumberType | np.dtype[Any]:
    """What the user wants numbers to be, else what the input held."""
    return vectors.number_type or vectors.dtype


def _widest(kinds: Sequence[NumberType | np.dtype[Any]]) -> NumberType | np.dtype[Any]:
    """The type of an array that holds all: the one that the user wants, else the widest of the input."""
    held = [kind for kind in kinds if isinstance(kind, np.dtype)]
    return np.result_type(*held) if held else kinds[0]


def _binary(values: Numbers, kind: NumberType | np.dtype[Any]) -> Bytes:
    with np.errstate(over="ignore"):  # beyond the largest of a narrow type lies its inf
        typed = np.ascontiguousarray(values, kind) if isinstance(kind, np.dtype) else kind.encoded(values)
    return typed.reshape(-1).view(np.uint8).data if typed.size else b""


# Raw values.


def raw(result: Result, output: Output) -> Iterator[Bytes]:
    """Write values and nothing else, the low byte first, in the type of the format, one vector behind the other.

    Raises UsageError where stdout is a terminal or the answer is not one column of numbers, and DataError for a number
    that a type of integers does not hold.
    """
    layout = _of_numbers(result, output)
    name = output.format
    header = result.header
    if header.shape is not None and layout.is_like_input and header.axis is not None:
        values, kind = _as_they_lay(result, layout, header.shape, header.axis, name)
        return iter([_raw_bytes(values, name, kind)])
    return (_raw_bytes(_end_to_end(chunk, layout)[0], name, _number_type(chunk.vectors)) for chunk in result.chunks())


def _raw_bytes(values: Numbers, name: str, kind: NumberType | np.dtype[Any]) -> Bytes:
    """Numbers in the type of a raw format; `kind` is the one that they are in."""
    numbers = values.astype(np.float64)
    if name not in RAW_FLOATS:
        if isinstance(kind, Int8) and name == "i8":
            return _binary(values, kind)
        typed = _integers(numbers, name)
    else:
        number_type = RAW_FLOATS[name]
        rounded = number_type.rounded(numbers)
        typed = rounded.astype(number_type.dtype()) if number_type.is_of_numpy else number_type.to_bits(rounded)
        typed = typed.astype(typed.dtype.newbyteorder("<"), copy=False)
    return typed.reshape(-1).view(np.uint8).data if typed.size else b""


def _integers(numbers: Floats, name: str) -> NDArray[Any]:
    """Whole numbers as integers; raises DataError for others, and for those beyond the type."""
    limits = np.iinfo(RAW_INTEGERS[name])
    # The largest of 64 bits is no float64, and what follows it is.
    is_held = (numbers >= float(limits.min)) & (numbers < float(limits.max + 1)) & (numbers == np.floor(numbers))
    if not is_held.all():
        first = float(numbers[np.argmin(is_held)])
        message = f"{name} holds whole numbers from {limits.min} to {limits.max}, and the answer holds {first!r}"
        raise DataError(message, "--format f64 holds every answer")
    return numbers.astype(RAW_INTEGERS[name])

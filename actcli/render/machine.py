"""Bare numbers for programs: plain lines, each chunk as soon as it is known, and NumPy's own format."""

from collections.abc import Iterator
from io import BytesIO
from itertools import islice

import numpy as np

from actcli.errors import DataError, UsageError, printable
from actcli.render.floats import Numbers, joined_by, rows
from actcli.render.presentation import Layout, Presentation, gather
from actcli.results import Chunk, Floats, Integers, Result, joined_chunks
from actcli.terminal import Terminal


def plain(result: Result, presentation: Presentation, terminal: Terminal) -> Iterator[bytes]:
    """One line per vector and nothing else; a blank line stays one, a Jacobian is a block of lines.

    A property table comes down to the names of its functions, a line each.
    """
    header = result.header
    if not header.fields:
        names = header.names if header.properties else ()
        return iter([f"{printable(name)}\n".encode("utf-8", "backslashreplace") for name in names])
    layout = Layout.of(header)
    layout.require_one_number("plain", header)
    delimiter = header.delimiter.encode()
    return (_lines(chunk, layout, presentation.digits, delimiter) for chunk in result.chunks())


def npy(result: Result, presentation: Presentation, terminal: Terminal) -> Iterator[bytes]:
    """Write one matrix in the type of the input, a row a vector; of Jacobians the rows of all, one below the other."""
    if terminal.stdout_is_tty:
        raise UsageError("npy is binary, and stdout is a terminal", "redirect it with > FILE.npy")
    if not result.header.fields:
        raise UsageError("npy holds numbers, and this answer is words", "--format tsv or --format json")
    layout = Layout.of(result.header)
    layout.require_one_number("npy", result.header)
    return _npy(result, layout)


def _lines(chunk: Chunk, layout: Layout, digits: int | None, delimiter: bytes) -> bytes:
    values, lengths = _laid_in_rows(chunk, layout)
    if not len(lengths):
        return b""
    end = delimiter if chunk.vectors.continued else b"\n"
    printed = joined_by(delimiter, rows(values, lengths, digits)) + end
    if not layout.pair:
        return printed
    lines = iter(printed.splitlines(keepends=True))
    sizes = chunk.answers[0].lengths.tolist()
    return b"".join([b"".join(islice(lines, size)) + b"\n" for size in sizes])  # blank lines tell matrices apart


def _laid_in_rows(chunk: Chunk, layout: Layout) -> tuple[Numbers, Integers]:
    """Lay the numbers of each row end to end, per vector before per value; a blank line has none."""
    answer = chunk.answers[0]
    if layout.pair:
        return answer.columns[layout.pair[0]], np.repeat(answer.lengths, answer.lengths)
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


def _npy(result: Result, layout: Layout) -> Iterator[bytes]:
    chunks = joined_chunks(result.chunks())
    parts = ((*_laid_in_rows(chunk, layout), chunk.vectors.dtype) for chunk in chunks)
    held, fault = gather(parts, lambda part: part[0].nbytes, "npy")
    lengths = np.concatenate([np.zeros(0, np.int64), *(part[1] for part in held)])
    widths = np.unique(lengths)
    if len(widths) > 1:
        raise DataError(
            f"npy holds a matrix, and these vectors have from {widths[0]} to {widths[-1]} values",
            "--format jsonl holds vectors of any length",
        )
    values = np.concatenate([np.zeros(0), *(part[0] for part in held)])
    dtype = np.result_type(*(part[2] for part in held)) if held else values.dtype
    file = BytesIO()
    with np.errstate(over="ignore"):  # beyond the largest of a narrow type lies its inf
        rounded = values.astype(dtype).reshape(len(lengths), int(widths[0]) if len(widths) else 0)
    np.save(file, rounded, allow_pickle=False)
    yield file.getvalue()
    if fault:
        raise fault

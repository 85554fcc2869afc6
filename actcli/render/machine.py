"""Bare numbers as plain lines, each chunk as soon as it is known."""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from actcli.arrays import Floats, Integers, Numbers
from actcli.errors import printable
from actcli.render.numbers import joined_by, rows
from actcli.render.presentation import Layout, Presentation
from actcli.results import Chunk, Result
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


def _lines(chunk: Chunk, layout: Layout, digits: int | None, delimiter: bytes) -> bytes:
    values, lengths = laid_in_rows(chunk, layout)
    if not len(lengths):
        return b""
    end = delimiter if chunk.vectors.continued else b"\n"
    printed = joined_by(delimiter, rows(values, lengths, digits)) + end
    if not layout.pair:
        return printed
    lines = iter(printed.splitlines(keepends=True))
    sizes = chunk.answers[0].lengths.tolist()
    return b"".join([b"".join(islice(lines, size)) + b"\n" for size in sizes])  # blank lines tell matrices apart


def laid_in_rows(chunk: Chunk, layout: Layout) -> tuple[Numbers, Integers]:
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

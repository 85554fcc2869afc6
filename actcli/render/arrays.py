"""NumPy's own format: block by block where the shape is known beforehand, else held until it is."""

from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from typing import Any

import numpy as np
from numpy.lib import format as npy_format

from actcli.arrays import Numbers, distinct
from actcli.errors import DataError, UsageError
from actcli.precision import Precision
from actcli.render.machine import laid_in_rows
from actcli.render.presentation import Layout, Presentation, gather
from actcli.results import Result, Vectors, joined_chunks
from actcli.terminal import Bytes, Terminal


def npy(result: Result, presentation: Presentation, terminal: Terminal) -> Iterator[Bytes]:
    """Write one array in the type of the input: in its shape if that is known, else a row a vector.

    Of Jacobians it holds the rows of all, one below the other.
    """
    if terminal.stdout_is_tty:
        raise UsageError("npy is binary, and stdout is a terminal", "redirect it with > FILE.npy")
    if not result.header.fields:
        raise UsageError("npy holds numbers, and this answer is words", "--format tsv or --format json")
    layout = Layout.of(result.header)
    layout.require_one_number("npy", result.header)
    if result.header.shape is not None and layout.is_like_input:
        return _streamed(result, layout, result.header.shape)
    return _held(result, layout)


def _streamed(result: Result, layout: Layout, shape: tuple[int, ...]) -> Iterator[Bytes]:
    """Write blocks as they come, without a copy of the whole array."""
    chunks = result.chunks()
    first = next(chunks, None)
    dtype = _type(_kind(first.vectors)) if first else np.dtype(np.float64)
    yield _head(shape, dtype)
    for chunk in chain([first] if first else [], chunks):
        values, _ = laid_in_rows(chunk, layout)
        yield _rounded(values, dtype)


def _held(result: Result, layout: Layout) -> Iterator[Bytes]:
    chunks = joined_chunks(result.chunks())
    parts = ((*laid_in_rows(chunk, layout), _kind(chunk.vectors)) for chunk in chunks)
    held, fault = gather(parts, lambda part: part[0].nbytes, "npy")
    lengths = np.concatenate([np.zeros(0, np.int64), *(part[1] for part in held)])
    widths = distinct(lengths)
    if len(widths) > 1:
        raise DataError(
            f"npy holds a matrix, and these vectors have from {widths[0]} to {widths[-1]} values",
            "--format jsonl holds vectors of any length",
        )
    values = np.concatenate([np.zeros(0), *(part[0] for part in held)])
    dtype = np.result_type(*(_type(part[2]) for part in held)) if held else values.dtype
    yield _head((len(lengths), int(widths[0]) if len(widths) else 0), dtype)
    yield _rounded(values, dtype)
    if fault:
        raise fault


def _head(shape: tuple[int, ...], dtype: np.dtype[Any]) -> bytes:
    file = BytesIO()
    # The format names only types that NumPy has; of others it holds the bytes, as numpy.save writes them.
    named = np.dtype((np.void, dtype.itemsize)) if dtype.isbuiltin == 2 else dtype
    described = {"descr": npy_format.dtype_to_descr(named), "fortran_order": False, "shape": shape}
    npy_format.write_array_header_1_0(file, described)
    return file.getvalue()


def _kind(vectors: Vectors) -> Precision | np.dtype[Any]:
    """What the user wants numbers to be, else what the input held."""
    return vectors.precision or vectors.dtype


def _type(kind: Precision | np.dtype[Any]) -> np.dtype[Any]:
    return kind.dtype() if isinstance(kind, Precision) else kind


def _rounded(values: Numbers, dtype: np.dtype[Any]) -> Bytes:
    with np.errstate(over="ignore"):  # beyond the largest of a narrow type lies its inf
        typed = np.ascontiguousarray(values, dtype)
    return typed.reshape(-1).view(np.uint8).data if typed.size else b""

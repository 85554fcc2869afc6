"""NumPy arrays to vectors: mapped from a file or held, never unpickled; the last axis is the vector."""

import warnings
from collections.abc import Iterator
from io import BytesIO
from math import prod
from typing import Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from actcli.errors import DataError, UsageError, printable
from actcli.inputs.arrival import HELD_LIMIT, Pieces, whole
from actcli.inputs.columns import select
from actcli.inputs.met import Met
from actcli.inputs.reading import Reading
from actcli.results import Vectors

BLOCK_VALUES = 1 << 16
_EMPTY_LIMIT = 1 << 20
_HEADER_LIMIT = 1 << 17


def read_npy(pieces: Pieces, name: str, reading: Reading, met: Met) -> Iterator[Vectors]:
    """Read a `.npy` stream, held whole; raises as `read_npy_file` does, and where it is larger than a limit."""
    data = whole(pieces, name, HELD_LIMIT, "as a file, --input FILE.npy, it may be of any size")
    yield from array_vectors(held_array(data, name), name, reading)


def read_npy_file(path: str, name: str, reading: Reading) -> Iterator[Vectors]:
    """Read a `.npy` file, in blocks of whole rows; an array without rows is one vector.

    Any real numeric type becomes float64. Raises DataError for other types and for damaged files.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # headers that Python 2 wrote
            # Refuses pickled objects, and a header that declares more than the file holds.
            array = np.asarray(npy_format.open_memmap(path, mode="r"))
    except OSError as error:
        raise DataError(f"{name}: {error.strerror or error}") from error
    except Exception as error:  # a header is Python text: damage can surface as anything its tokenizer raises
        raise _damaged(name, str(error)) from error
    yield from array_vectors(array, name, reading)


def held_array(data: bytearray, name: str) -> NDArray[Any]:
    """The array that the bytes of a `.npy` file hold; raises DataError as `read_npy_file` does."""
    try:
        with warnings.catch_warnings(action="ignore"):
            start = BytesIO(data[:_HEADER_LIMIT])
            is_long = npy_format.read_magic(start) > (1, 0)
            header = npy_format.read_array_header_2_0 if is_long else npy_format.read_array_header_1_0
            shape, is_fortran, dtype = header(start)
    except Exception as error:
        raise _damaged(name, str(error)) from error
    _check(dtype, shape, name)
    if prod(shape) * dtype.itemsize > len(data) - start.tell():
        raise _damaged(name, "mmap length")
    try:
        return np.ndarray(shape, dtype, data, start.tell(), order="F" if is_fortran else "C")
    except ValueError as error:  # sides below zero, or beyond what NumPy counts
        raise _damaged(name, str(error)) from error


def array_vectors(array: NDArray[Any], name: str, reading: Reading) -> Iterator[Vectors]:
    """The rows of an array as vectors, block by block, or their columns that are asked for."""
    array = _with_named_type(array, name, reading)
    _check(array.dtype, array.shape, name)
    if reading.target_column is not None:
        raise UsageError(f"{name}: the columns of an array have no targets", "--target-column is for CSV, TSV and JSON")
    width = array.shape[-1] if array.ndim else 1
    places = select(reading, (), width, name).places
    if places is not None:
        blocks = iter([array.reshape(1, array.size)]) if array.ndim < 2 else _blocks(array)
        yield from (_vectors(block[:, places]) for block in blocks)
        return
    for vectors in _parts(array.reshape(array.size)) if array.ndim < 2 else map(_vectors, _blocks(array)):
        yield vectors._replace(array=array.shape)


def _with_named_type(array: NDArray[Any], name: str, reading: Reading) -> NDArray[Any]:
    """Raw bytes as numbers of the type that the user names: NumPy's format has no name for bfloat16 and float8."""
    if array.dtype.kind != "V" or array.dtype.names is not None:
        return array
    size = array.dtype.itemsize
    dtype = reading.precision.dtype() if reading.precision else None
    if dtype is None or dtype.itemsize != size or dtype.isbuiltin == 1:
        types = {1: "float8_e4m3fn or float8_e5m2", 2: "bfloat16"}
        hint = f"name their type: --dtype {types[size]}" if size in types else "save it as numbers"
        raise DataError(f"{name}: an array of raw bytes, {size} a value, not of numbers", hint)
    return array.view(dtype)


def _damaged(name: str, message: str) -> DataError:
    """Say in the user's words what NumPy found wrong."""
    if "Python objects" in message:
        told = "an array of Python objects, not numbers"
    elif "mmap length" in message:
        told = "cut short: the header declares more values than the file holds"
    else:
        told = "not a NumPy array file, or damaged"
    return DataError(f"{name}: {told}", "write it again with numpy.save")


def _check(dtype: np.dtype[Any], shape: tuple[int, ...], name: str) -> None:
    if dtype.hasobject:
        raise _damaged(name, "Python objects")
    if dtype.kind not in "iuf" and (dtype.kind != "V" or dtype.names is not None):
        hint = "save the real part" if dtype.kind == "c" else "save it as numbers: array.astype('float64')"
        raise DataError(f"{name}: an array of type {printable(str(dtype))}, not of real numbers", hint)
    # A file of 128 bytes can declare any number of vectors that hold nothing.
    if len(shape) > 1 and prod(shape) == 0 and prod(shape[:-1]) > _EMPTY_LIMIT:
        raise DataError(f"{name}: declares {prod(shape[:-1])} empty vectors")


def _parts(vector: NDArray[Any]) -> Iterator[Vectors]:
    """Cut one vector of any length into blocks."""
    for start in range(0, max(1, vector.size), BLOCK_VALUES):
        part = _vectors(vector[None, start : start + BLOCK_VALUES])
        yield part._replace(continued=start + BLOCK_VALUES < vector.size)


def _blocks(array: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Cut an array of at least two axes into matrices of whole rows, copying at most one block at a time."""
    inner = prod(array.shape[1:])
    if array.ndim > 2 and inner > BLOCK_VALUES:
        for part in array:
            yield from _blocks(part)
        return
    step = max(1, BLOCK_VALUES // max(1, inner))
    for start in range(0, len(array), step):
        part = array[start : start + step]
        # A Fortran-ordered file is cut before it is reshaped: reshaping the whole would copy the whole.
        yield part.reshape(prod(part.shape[:-1]), part.shape[-1])


def _vectors(rows: NDArray[Any]) -> Vectors:
    with np.errstate(all="ignore"):  # a long double may lie beyond float64: inf, as for text
        values = rows.astype(np.float64, order="C", copy=False).reshape(rows.size)
    is_narrow = rows.dtype.kind == "f" and rows.dtype.itemsize < values.dtype.itemsize
    dtype = rows.dtype.newbyteorder("=") if is_narrow else values.dtype
    return Vectors(values, np.full(rows.shape[0], rows.shape[1], np.int64), dtype=dtype)

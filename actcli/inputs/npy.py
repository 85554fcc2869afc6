"""NumPy array files to vectors: memory-mapped, never unpickled, the last axis is the vector."""

import warnings
from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from actcli.errors import DataError, printable
from actcli.results import Vectors

BLOCK_VALUES = 1 << 16
_EMPTY_LIMIT = 1 << 20


def read_npy(path: str, name: str) -> Iterator[Vectors]:
    """Read a `.npy` file, in blocks of whole rows; an array without rows is one vector.

    Any real numeric type becomes float64. Raises DataError for other types and for damaged files.
    """
    array = _mapped(path, name)
    _check(array, name)
    blocks = _parts(array.reshape(array.size)) if array.ndim < 2 else map(_vectors, _blocks(array))
    for block in blocks:
        yield block._replace(array=array.shape)


def _mapped(path: str, name: str) -> NDArray[Any]:
    try:
        with warnings.catch_warnings(action="ignore"):  # headers that Python 2 wrote
            # Refuses pickled objects, and a header that declares more than the file holds.
            return np.asarray(npy_format.open_memmap(path, mode="r"))
    except OSError as error:
        raise DataError(f"{name}: {error.strerror or error}") from error
    except Exception as error:  # a header is Python text: damage can surface as anything its tokenizer raises
        raise DataError(f"{name}: {_trouble(str(error))}", "write it again with numpy.save") from error


def _trouble(message: str) -> str:
    """Say in the user's words what NumPy found wrong."""
    if "Python objects" in message:
        return "an array of Python objects, not numbers"
    if "mmap length" in message:
        return "cut short: the header declares more values than the file holds"
    return "not a NumPy array file, or damaged"


def _check(array: NDArray[Any], name: str) -> None:
    if array.dtype.kind not in "iuf":
        hint = "save the real part" if array.dtype.kind == "c" else "save it as numbers: array.astype('float64')"
        raise DataError(f"{name}: an array of type {printable(str(array.dtype))}, not of real numbers", hint)
    # A file of 128 bytes can declare any number of vectors that hold nothing.
    if array.ndim > 1 and array.size == 0 and prod(array.shape[:-1]) > _EMPTY_LIMIT:
        raise DataError(f"{name}: declares {prod(array.shape[:-1])} empty vectors")


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

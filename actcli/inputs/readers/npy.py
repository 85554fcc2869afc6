"""NumPy arrays to vectors: .npy files and .npz archives, mapped or held, never unpickled; a vector is the last axis."""

import warnings
from collections.abc import Iterator
from io import BufferedIOBase, BufferedReader, BytesIO, FileIO
from math import prod
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from actcli.dtypes import Int8
from actcli.errors import ActcliError, DataError, UsageError, listed, nearest_names, printable
from actcli.inputs.formats import TORCH, InputInfo, unsupported
from actcli.inputs.options import InputOptions, select
from actcli.inputs.streams import HELD_LIMIT, held, pieces
from actcli.results import Vectors

if TYPE_CHECKING:
    from zipfile import ZipFile

BLOCK_VALUES = 1 << 16
_EMPTY_LIMIT = 1 << 20
_HEADER_LIMIT = 1 << 17


def read_npy(stream: BufferedReader, name: str, options: InputOptions, _: InputInfo) -> Iterator[Vectors]:
    """Read a `.npy` stream, held whole; raises as `read_npy_file` does, and where it is larger than a limit."""
    data = held(pieces(stream), name, HELD_LIMIT, "as a file, --input FILE.npy, it may be of any size")
    yield from _rows(_array_in(data, name), name, options)


def read_npy_file(path: str, name: str, options: InputOptions, _: InputInfo) -> Iterator[Vectors]:
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
    yield from _rows(array, name, options)


def read_npz(stream: BufferedReader, name: str, options: InputOptions, _: InputInfo) -> Iterator[Vectors]:
    """Read an array of an archive that is held whole; raises as `read_npz_file` does, and for one over a limit."""
    data = held(pieces(stream), name, HELD_LIMIT, "as a file, --input FILE.npz, it may be of any size")
    yield from _read_archive(BytesIO(data), name, options)


def read_npz_file(path: str, name: str, options: InputOptions, _: InputInfo) -> Iterator[Vectors]:
    """Read an array of an archive: the one that --array names, or the only one.

    Raises UsageError where there are several and none is named, and DataError for damaged archives.
    """
    try:
        file = BufferedReader(FileIO(path))
    except OSError as error:
        raise DataError(f"{name}: {error.strerror}") from error
    with file:
        yield from _read_archive(file, name, options)


def _read_archive(file: BinaryIO, name: str, options: InputOptions) -> Iterator[Vectors]:
    from zipfile import ZipFile  # 3 ms, which a .npy file need not pay

    cure = "write it again with numpy.savez"
    try:
        with ZipFile(file) as archive:
            data, title = _member(archive, name, options, cure)
    except ActcliError:
        raise
    except Exception as error:  # what is damaged, locked or packed by rarer means surfaces as anything
        raise DataError(f"{name}: not a NumPy archive, or damaged", cure) from error
    yield from _rows(_array_in(data, title), name, options)


def _member(archive: "ZipFile", name: str, options: InputOptions, cure: str) -> tuple[bytearray, str]:
    """The bytes of the array that is asked for, and what to call it."""
    suffix = ".npy"
    members = archive.namelist()
    arrays = [member.removesuffix(suffix) for member in members if member.endswith(suffix)]
    if not arrays:
        if any(member.endswith("data.pkl") for member in members):
            raise unsupported(name, TORCH)
        raise DataError(f"{name}: an archive without arrays", cure)
    wanted = options.array if options.array is not None else arrays[0]
    if wanted not in arrays:
        near = nearest_names(wanted, arrays)
        raise UsageError(f"no array '{printable(wanted)}' in {name}{near}", f"it has {listed(arrays)}")
    if options.array is None and len(arrays) > 1:
        raise UsageError(f"{name} has {len(arrays)} arrays: {listed(arrays)}", f"choose: --array {printable(wanted)}")
    title = f"{name}, array {printable(wanted)}"
    with archive.open(wanted + suffix) as member:
        return held(pieces(cast(BufferedIOBase, member)), title, HELD_LIMIT, "save it by itself with numpy.save"), title


def _array_in(data: bytearray, name: str) -> NDArray[Any]:
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


def _rows(array: NDArray[Any], name: str, options: InputOptions) -> Iterator[Vectors]:
    """The rows of an array as vectors, block by block, or their columns that are asked for."""
    array = _with_named_type(array, name, options)
    _check(array.dtype, array.shape, name)
    if options.target_column is not None:
        raise UsageError(f"{name}: the columns of an array have no targets", "--target-column is for CSV, TSV and JSON")
    width = array.shape[-1] if array.ndim else 1
    places = select(options, (), width, name).places
    if places is not None:
        blocks = iter([array.reshape(1, array.size)]) if array.ndim < 2 else _blocks(array)
        yield from (_vectors(block[:, places]) for block in blocks)
        return
    for vectors in _parts(array.reshape(array.size)) if array.ndim < 2 else map(_vectors, _blocks(array)):
        yield vectors._replace(array=array.shape)


def _with_named_type(array: NDArray[Any], name: str, options: InputOptions) -> NDArray[Any]:
    """Raw bytes and 8-bit integers as what they stand for in the type that the user names.

    NumPy's format has no name for bfloat16 and what is narrower.
    """
    if isinstance(options.number_type, Int8) and array.dtype == np.int8:
        return options.number_type.decoded(array)
    if array.dtype.kind != "V" or array.dtype.names is not None:
        return array
    size = array.dtype.itemsize
    dtype = options.number_type.dtype() if options.number_type else None
    if dtype is None or dtype.itemsize != size or dtype.isbuiltin == 1:
        types = {1: "float8_e4m3fn or float8_e5m2", 2: "bfloat16"}
        hint = f"name their type: --dtype {types[size]}" if size in types else "save it as numbers"
        raise DataError(f"{name}: an array of raw bytes, {size} a value, not of numbers", hint)
    return array.view(dtype)


def _damaged(name: str, reason: str) -> DataError:
    """Say in the user's words what NumPy found wrong."""
    if "Python objects" in reason:
        message = "an array of Python objects, not numbers"
    elif "mmap length" in reason:
        message = "cut short: the header declares more values than the file holds"
    else:
        message = "not a NumPy array file, or damaged"
    return DataError(f"{name}: {message}", "write it again with numpy.save")


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

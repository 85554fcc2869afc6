"""NumPy arrays to vectors: .npy files and .npz archives, mapped or held, never unpickled; a vector is the last axis."""

import mmap
import os
import warnings
from collections.abc import Iterator
from io import BufferedIOBase, BufferedReader, BytesIO, FileIO
from math import prod
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NamedTuple, cast

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from actcli.dtypes import Int8
from actcli.errors import ActcliError, DataError, UsageError, listed, nearest_names, printable
from actcli.inputs.foreign import converting, foreign_archive, unsupported
from actcli.inputs.formats import InputInfo
from actcli.inputs.options import InputOptions, select
from actcli.inputs.streams import HELD_LIMIT, held, pieces
from actcli.results import Vectors

if TYPE_CHECKING:
    from zipfile import ZipFile

BLOCK_VALUES = 1 << 16
_EMPTY_LIMIT = 1 << 20
_HEADER_LIMIT = 1 << 17
_MOST_AXES = 32  # of NumPy 1
_BEGINS = b"\x93NUMPY"

_WRITE_AGAIN = "write it again with numpy.save"


def read_npy(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read a `.npy` stream, held whole; raises as `read_npy_file` does, and where it is larger than a limit."""
    data = held(pieces(stream), name, HELD_LIMIT, "as a file, --input FILE.npy, it may be of any size")
    yield from _arrays(memoryview(data), name, options, info)


def read_npy_file(path: str, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read the arrays of a `.npy` file one after the other, in blocks of whole rows; one without rows is one vector.

    Any real numeric type becomes float64. Raises DataError for other types, for damaged files, and for what is no
    array behind one.
    """
    try:
        with FileIO(path) as file:
            size = os.fstat(file.fileno()).st_size
            data = memoryview(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b"")
    except OSError as error:
        raise DataError(f"{name}: {error.strerror or error}") from error
    yield from _arrays(data, name, options, info)


def read_npz(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read an array of an archive that is held whole; raises as `read_npz_file` does, and for one over a limit."""
    data = held(pieces(stream), name, HELD_LIMIT, "as a file, --input FILE.npz, it may be of any size")
    yield from _read_archive(BytesIO(data), name, options, info)


def read_npz_file(path: str, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read an array of an archive: the one that --array names, or the only one.

    Raises UsageError where there are several and none is named, and DataError for damaged archives.
    """
    try:
        file = BufferedReader(FileIO(path))
    except OSError as error:
        raise DataError(f"{name}: {error.strerror}") from error
    with file:
        yield from _read_archive(file, name, options, info)


def _read_archive(file: BinaryIO, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    from zipfile import ZipFile  # 3 ms, which a .npy file need not pay

    cure = "write it again with numpy.savez"
    try:
        with ZipFile(file) as archive:
            _refuse_more_than_one(archive, file, name, cure)
            data, title = _member(archive, name, options, cure)
    except (ActcliError, MemoryError):
        raise
    except Exception as error:  # what is damaged, locked or packed by rarer means surfaces as anything
        raise DataError(f"{name}: not a NumPy archive, or damaged", cure) from error
    yield from _arrays(memoryview(data), title, options, info)


def _refuse_more_than_one(archive: "ZipFile", file: BinaryIO, name: str, cure: str) -> None:
    """Raise DataError where bytes stand before or behind an archive, or a name stands twice in it.

    The list of members stands at the end, and zipfile looks for no other: it reads the last of two archives alone.
    """
    first = min((member.header_offset for member in archive.infolist()), default=0)
    end = archive.start_dir
    file.seek(end)
    directory = file.read()
    # The end of the list: four bytes that mark it, 18 more, of which the last two tell how long a comment follows.
    mark = directory.rfind(b"PK\5\6", 0, len(directory) - len(archive.comment))
    if first > 0 or mark + 22 + len(archive.comment) != len(directory):
        raise DataError(f"{name}: something stands before or behind the archive", cure)
    names = archive.namelist()
    if len(set(names)) < len(names):
        twice = next(each for each in names if names.count(each) > 1)
        raise DataError(f"{name}: two members are called {printable(twice)}", cure)


def _member(archive: "ZipFile", name: str, options: InputOptions, cure: str) -> tuple[bytearray, str]:
    """The bytes of the array that is asked for, and what to call it."""
    suffix = ".npy"
    members = archive.namelist()
    arrays = [member.removesuffix(suffix) for member in members if member.endswith(suffix)]
    if not arrays:
        if kind := foreign_archive(members):
            raise unsupported(name, kind)
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


def _arrays(data: memoryview, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """The vectors of all arrays that the bytes of a `.npy` file hold, one behind the other, as numpy.save adds them."""
    at, count = 0, 0
    while at < len(data) or not count:
        title = name if not count else f"{name}, array {count + 1}"
        if count and bytes(data[at : at + len(_BEGINS)]) != _BEGINS:
            raise DataError(f"{name}: {len(data) - at:,} bytes behind the array are no array", _WRITE_AGAIN)
        header = _header(data[at : at + _HEADER_LIMIT], title)
        array, size = _array_in(data[at:], header, title)
        if not count and size == len(data) and not options.columns:
            info.shape = array.shape
        yield from _rows(array, title, options)
        at, count = at + size, count + 1


class _Header(NamedTuple):
    """What the header of a `.npy` file declares."""

    shape: tuple[int, ...]
    is_fortran: bool
    dtype: np.dtype[Any]
    size: int
    """How many bytes it takes itself."""


def _header(data: memoryview, name: str) -> _Header:
    """Read a header; raises DataError for one that is damaged, and for types that are no real numbers."""
    start = BytesIO(data)
    try:
        with warnings.catch_warnings(action="ignore"):  # headers that Python 2 wrote
            is_long = npy_format.read_magic(start) > (1, 0)
            header = npy_format.read_array_header_2_0 if is_long else npy_format.read_array_header_1_0
            shape, is_fortran, dtype = header(start)
    except MemoryError:
        raise
    except Exception as error:  # a header is Python text: damage can surface as anything its tokenizer raises
        if "Python objects" in str(error):
            raise _no_numbers(np.dtype(object), name) from error
        raise _damaged(name) from error
    # Items of no bytes and sides below zero end the process within NumPy.
    if min(shape, default=0) < 0 or len(shape) > _MOST_AXES:
        raise _damaged(name)
    if dtype.hasobject or (dtype.kind not in "iuf" and (dtype.kind != "V" or dtype.names is not None)):
        raise _no_numbers(dtype, name)
    if dtype.itemsize == 0:
        raise DataError(f"{name}: an array whose values have no bytes", _WRITE_AGAIN)
    # A file of 128 bytes can declare any number of vectors that hold nothing.
    if len(shape) > 1 and prod(shape) == 0 and prod(shape[:-1]) > _EMPTY_LIMIT:
        raise DataError(f"{name}: declares {prod(shape[:-1])} empty vectors", _WRITE_AGAIN)
    return _Header(tuple(map(int, shape)), bool(is_fortran), dtype, start.tell())


def _array_in(data: memoryview, header: _Header, name: str) -> tuple[NDArray[Any], int]:
    """The array that begins the bytes of a `.npy` file, and how many of them are its own."""
    size = header.size + prod(header.shape) * header.dtype.itemsize
    if size > len(data):
        message = f"{name}: cut short: the header declares more values than the file holds"
        raise DataError(message, _WRITE_AGAIN)
    try:
        order: Literal["F", "C"] = "F" if header.is_fortran else "C"
        return np.ndarray(header.shape, header.dtype, data, header.size, order=order), size
    except ValueError as error:  # sides beyond what NumPy counts
        raise _damaged(name) from error


def _rows(array: NDArray[Any], name: str, options: InputOptions) -> Iterator[Vectors]:
    """The rows of an array as vectors, block by block, or their columns that are asked for."""
    array = _with_named_type(array, name, options)
    if options.target_column is not None:
        raise UsageError(f"{name}: the columns of an array have no targets", "--target-column is for CSV, TSV and JSON")
    if options.keep:
        raise UsageError(f"{name}: an array holds no text to keep", "--keep is for CSV, TSV and JSON")
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


def _damaged(name: str) -> DataError:
    return DataError(f"{name}: not a NumPy array file, or damaged", _WRITE_AGAIN)


def _no_numbers(dtype: np.dtype[Any], name: str) -> DataError:
    """The error for an array of a type that is not read, with the line that makes numbers of it."""
    if dtype.hasobject:
        # What the objects are is not known: vectors of many lengths, or numbers. A line of JSON holds either.
        code = (
            "import json, numpy; a = numpy.load('{path}', allow_pickle=True); "
            "rows = a if a.ndim > 1 or numpy.ndim(a.flat[0]) else [a]; "
            "open('{saved}', 'w').writelines(json.dumps(numpy.asarray(r, float).tolist()) + chr(10) for r in rows)"
        )
        return DataError(f"{name}: an array of Python objects, not numbers", converting(name, code, ".jsonl"))
    if dtype.names is not None:
        code = (
            "import numpy; from numpy.lib.recfunctions import structured_to_unstructured as plain; "
            "numpy.save('{saved}', plain(numpy.load('{path}')))"
        )
        return DataError(f"{name}: an array of records, not of real numbers", converting(name, code, ".npy"))
    numbers = "real" if dtype.kind == "c" else "astype('float64')"
    code = f"import numpy; numpy.save('{{saved}}', numpy.load('{{path}}').{numbers})"
    message = f"{name}: an array of type {printable(str(dtype))}, not of real numbers"
    return DataError(message, converting(name, code, ".npy"))


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

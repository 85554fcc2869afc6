"""NumPy arrays to vectors: .npy files and .npz archives, mapped or held, never unpickled; a vector is the last axis."""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BufferedIOBase, BufferedReader, BytesIO, FileIO
from math import prod
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NamedTuple, cast

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from actcli.dtypes import FloatType, Int8, NumberType
from actcli.errors import ActcliError, DataError, UsageError, printable
from actcli.inputs.foreign import converting, foreign_archive, unsupported
from actcli.inputs.formats import FORMATS, InputInfo
from actcli.inputs.options import InputOptions, chosen_arrays, select
from actcli.inputs.streams import HELD_LIMIT, held, mapped, pieces
from actcli.results import Faults, Layer, Vectors

if TYPE_CHECKING:
    from zipfile import ZipFile

BLOCK_VALUES = 1 << 16
_EMPTY_LIMIT = 1 << 20
_HEADER_LIMIT = 1 << 17
_MOST_AXES = 32  # of NumPy 1
_MOST_VALUES = 1 << 59  # of 16 bytes at the most
_BEGINS = b"\x93NUMPY"
_VERSIONS = ((1, 0), (2, 0), (3, 0))
PICKLE_NAME = "data.pkl"
"""The member of an archive that says which tensors PyTorch saved."""

_WRITE_AGAIN = "write it again with numpy.save"
_START_BYTES = 1 << 12  # of an archive: PyTorch puts its pickle first


def read_npy(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read a `.npy` stream, held whole; raises as `read_npy_file` does, and where it is larger than a limit."""
    data = held(pieces(stream), name, HELD_LIMIT, "as a file, --input FILE.npy, it may be of any size")
    yield from _arrays(memoryview(data), name, options, info)


def read_npy_file(path: str, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read the arrays of a `.npy` file one after the other, in blocks of whole rows; one without rows is one vector.

    Any real numeric type becomes float64. Raises DataError for other types, for damaged files, and for what is no
    array behind one.
    """
    yield from _arrays(mapped(path, name), name, options, info)


def read_npz(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read an archive that is held whole; raises as `read_npz_file` does, and for one over a limit."""
    data = held(pieces(stream), name, HELD_LIMIT, "as a file, --input FILE.npz, it may be of any size")
    yield from _read_archive(BytesIO(data), lambda: memoryview(data), name, options, info)


def read_npz_file(path: str, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read the arrays of an archive, NumPy's or PyTorch's, that the options choose.

    Raises UsageError where one is to be read of several and none is named, and DataError for damaged archives.
    """
    try:
        file = BufferedReader(FileIO(path))
    except OSError as error:
        raise DataError(f"{name}: {error.strerror}") from error
    with file:
        yield from _read_archive(file, lambda: mapped(path, name), name, options, info)


class _Writer(NamedTuple):
    """The library that wrote an archive, for errors."""

    title: str
    """What it is called."""
    holds: str
    """What an archive of it holds."""
    cure: str
    """How to write the archive again."""


_NUMPY = _Writer("a NumPy archive", "arrays", "write it again with numpy.savez")
_TORCH = _Writer("an archive of PyTorch", "tensors", "write it again with torch.save")


def _writer_of(file: BinaryIO, name: str, options: InputOptions) -> _Writer:
    """Whose archive this is or was to be, damaged as it may be."""
    start = file.read(_START_BYTES)
    file.seek(0)
    is_torch = options.format == "pt" or PICKLE_NAME.encode() in start
    return _TORCH if is_torch or name.endswith(FORMATS["pt"].other_suffixes) else _NUMPY


def _read_archive(
    file: BinaryIO, mapping: Callable[[], memoryview], name: str, options: InputOptions, info: InputInfo
) -> Iterator[Vectors]:
    """Read an array of an archive, whose bytes are those of the `mapping` too: tensors are stored unpacked in it."""
    from zipfile import ZipFile  # 3 ms, which a .npy file need not pay

    writer = _writer_of(file, name, options)
    with _faults_of(name, writer):
        archive = ZipFile(file)
    with archive:
        with _faults_of(name, writer):
            _refuse_more_than_one(archive, file, name, writer)
        if any(PurePosixPath(member).name == PICKLE_NAME for member in archive.namelist()):
            yield from _rows_of_tensors(archive, mapping, name, options, info)
        else:
            yield from _rows_of_arrays(archive, name, writer, options, info)


def _rows_of_tensors(
    archive: "ZipFile", mapping: Callable[[], memoryview], name: str, options: InputOptions, info: InputInfo
) -> Iterator[Vectors]:
    from actcli.inputs.readers.checkpoints import tensors_of
    from actcli.inputs.readers.tensors import rows_of

    yield from rows_of(tensors_of(archive, mapping(), name), name, options, info)


def _rows_of_arrays(
    archive: "ZipFile", name: str, writer: _Writer, options: InputOptions, info: InputInfo
) -> Iterator[Vectors]:
    members = _members(archive, name, writer)

    def rows(array: str) -> Iterator[Vectors]:
        title = f"{name}, array {printable(array)}"
        with _faults_of(name, writer), archive.open(members[array]) as member:
            cure = "save it by itself with numpy.save"
            data = held(pieces(cast(BufferedIOBase, member)), title, HELD_LIMIT, cure)
        yield from _arrays(memoryview(data), title, options, info)

    def is_of_floats(array: str) -> bool:
        """Whether values are floating-point numbers, or bytes or integers that the user names a type for."""
        with _faults_of(name, writer), archive.open(members[array]) as member:
            start = memoryview(member.read(_HEADER_LIMIT))
        try:
            dtype = _header(start, f"{name}, array {printable(array)}").dtype
        except _NoNumbersError:
            return False
        return dtype.kind in "fV" or (dtype == np.int8 and isinstance(options.number_type, Int8))

    chosen, faults = chosen_arrays(options, list(members), name, "array", is_of_floats)
    yield from layers_of(chosen, rows, info, faults)


def layers_of(
    arrays: Sequence[str], rows: Callable[[str], Iterator[Vectors]], info: InputInfo, faults: Faults
) -> Iterator[Vectors]:
    """The vectors of arrays of one file, each array a layer; of several, one without vectors gives a block of none.

    The first block says what was passed over.
    """
    for array in arrays:
        layer, is_empty = Layer(part=array), True
        for block in rows(array):
            is_empty = False
            if len(arrays) > 1:
                info.shape = None
            yield block._replace(layer=layer, faults=faults.merged(block.faults))
            faults = Faults()
        if is_empty and len(arrays) > 1:
            yield Vectors(np.empty(0), np.empty(0, np.int64), layer=layer, faults=faults)
            faults = Faults()


@contextmanager
def _faults_of(name: str, writer: _Writer) -> Iterator[None]:
    """Turn into a DataError whatever surfaces where an archive is damaged, locked or packed by rarer means."""
    try:
        yield
    except (ActcliError, MemoryError):
        raise
    except Exception as error:
        raise DataError(f"{name}: not {writer.title}, or damaged", writer.cure) from error


def _refuse_more_than_one(archive: "ZipFile", file: BinaryIO, name: str, writer: _Writer) -> None:
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
        raise DataError(f"{name}: something stands before or behind the archive", writer.cure)
    names = archive.namelist()
    if len(set(names)) < len(names):
        twice = next(each for each in names if names.count(each) > 1)
        raise DataError(f"{name}: two members are called {printable(twice)}", writer.cure)


def _members(archive: "ZipFile", name: str, writer: _Writer) -> Mapping[str, str]:
    """The arrays of an archive, and what each is called in it."""
    suffix = ".npy"
    members = archive.namelist()
    arrays = {member.removesuffix(suffix): member for member in members if member.endswith(suffix)}
    if not arrays:
        if kind := foreign_archive(members):
            raise unsupported(name, kind)
        raise DataError(f"{name}: an archive without {writer.holds}", writer.cure)
    return arrays


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
            info.shape, info.axis = array.shape, options.axis
        yield from array_rows(*_with_named_type(array, title, options), title, options)
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
            version = npy_format.read_magic(start)
            if version not in _VERSIONS:
                raise _damaged(name)
            is_long = version > (1, 0)
            header = npy_format.read_array_header_2_0 if is_long else npy_format.read_array_header_1_0
            shape, is_fortran, dtype = header(start)
    except (ActcliError, MemoryError):
        raise
    except Exception as error:  # a header is Python text: damage can surface as anything its tokenizer raises
        if "Python objects" in str(error):
            raise _no_numbers(np.dtype(object), name) from error
        raise _damaged(name) from error
    # Items of no bytes and sides below zero end the process within NumPy.
    if not is_possible(shape):
        raise _damaged(name)
    if dtype.hasobject or (dtype.kind not in "iuf" and (dtype.kind != "V" or dtype.names is not None)):
        raise _no_numbers(dtype, name)
    if dtype.itemsize == 0:
        raise DataError(f"{name}: an array whose values have no bytes", _WRITE_AGAIN)
    refuse_empty_vectors(shape, name, _WRITE_AGAIN)
    return _Header(tuple(map(int, shape)), bool(is_fortran), dtype, start.tell())


def is_possible(shape: Sequence[int]) -> bool:
    """Whether an array can have such sides; of one without values NumPy counts bytes as if no side were 0."""
    is_counted = 0 not in shape or prod(side for side in shape if side) < _MOST_VALUES
    return min(shape, default=0) >= 0 and len(shape) <= _MOST_AXES and is_counted


def refuse_empty_vectors(shape: Sequence[int], name: str, cure: str) -> None:
    """Raise DataError for a great many vectors that hold nothing: a file of 128 bytes can declare any number."""
    if len(shape) > 1 and prod(shape) == 0 and prod(shape[:-1]) > _EMPTY_LIMIT:
        raise DataError(f"{name}: declares {prod(shape[:-1])} empty vectors", cure)


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


def array_rows(
    array: NDArray[Any], stored_type: NumberType | None, name: str, options: InputOptions
) -> Iterator[Vectors]:
    """The rows of an array as vectors, block by block, or their columns that are asked for.

    `stored_type` is what its values stand for, where it holds bits or integers of a type that NumPy has not.
    """
    array = _with_last_axis(array, name, options)
    if options.target_column is not None:
        raise UsageError(f"{name}: the columns of an array have no targets", "--target-column is for CSV, TSV and JSON")
    if options.keep:
        raise UsageError(f"{name}: an array holds no text to keep", "--keep is for CSV, TSV and JSON")
    width = array.shape[-1] if array.ndim else 1
    places = select(options, (), width, name).places
    if places is not None:
        blocks = iter([array.reshape(1, array.size)]) if array.ndim < 2 else _blocks(array)
        vectors = (vectors_of(block[:, places], stored_type) for block in blocks)
    else:
        rows = (vectors_of(block, stored_type) for block in _blocks(array)) if array.ndim > 1 else None
        is_axis_taken = array.ndim > 2 and options.axis is None
        vectors = (
            each._replace(array=array.shape, is_axis_taken=is_axis_taken)
            for each in rows or _parts(array.reshape(array.size), stored_type)
        )
    is_short = stored_type is None and array.dtype.kind in "iu" and array.dtype.itemsize == 2
    faults = Faults(short_integers=name) if is_short else Faults()
    for each in vectors:
        yield each._replace(faults=faults)
        faults = Faults()


def _with_last_axis(array: NDArray[Any], name: str, options: InputOptions) -> NDArray[Any]:
    """The array with the axis that is asked for as its last; raises UsageError where it has no such axis."""
    if options.axis is None:
        return array
    if not -array.ndim <= options.axis < array.ndim:
        message = f"{name}: no axis {options.axis} in an array of shape {array.shape}"
        cure = f"--axis {array.ndim - 1} is its last one" if array.ndim else "leave it out"
        others = "; layers that have it are chosen by file, or by --array 'conv*'" if options.every_array else ""
        raise UsageError(message, cure + others)
    return np.moveaxis(array, options.axis, -1)


def _with_named_type(array: NDArray[Any], name: str, options: InputOptions) -> tuple[NDArray[Any], NumberType | None]:
    """An array of raw bytes or 8-bit integers, and the type that the user names for what they stand for.

    NumPy's format has no name for bfloat16 and what is narrower.
    """
    kind = options.number_type
    if isinstance(kind, Int8) and array.dtype == np.int8:
        return array, kind
    if array.dtype.kind != "V" or array.dtype.names is not None:
        return array, None
    size = array.dtype.itemsize
    if not isinstance(kind, FloatType) or kind.is_of_numpy or kind.bytes != size:
        types = {1: "float8_e4m3fn or float8_e5m2", 2: "bfloat16"}
        hint = f"name their type: --dtype {types[size]}" if size in types else "save it as numbers"
        raise DataError(f"{name}: an array of raw bytes, {size} a value, not of numbers", hint)
    return array.view(f"<u{size}"), kind


def _damaged(name: str) -> DataError:
    return DataError(f"{name}: not a NumPy array file, or damaged", _WRITE_AGAIN)


class _NoNumbersError(DataError):
    """An array of a type that is not read."""


def _no_numbers(dtype: np.dtype[Any], name: str) -> _NoNumbersError:
    """The error for an array of a type that is not read, with the line that makes numbers of it."""
    if dtype.hasobject:
        # What the objects are is not known: vectors of many lengths, or numbers. A line of JSON holds either.
        code = (
            "import json, numpy; a = numpy.load('{path}', allow_pickle=True); "
            "rows = a if a.ndim > 1 or numpy.ndim(a.flat[0]) else [a]; "
            "open('{saved}', 'w').writelines(json.dumps(numpy.asarray(r, float).tolist()) + chr(10) for r in rows)"
        )
        return _NoNumbersError(f"{name}: an array of Python objects, not numbers", converting(name, code, ".jsonl"))
    if dtype.names is not None:
        code = (
            "import numpy; from numpy.lib.recfunctions import structured_to_unstructured as plain; "
            "numpy.save('{saved}', plain(numpy.load('{path}')))"
        )
        return _NoNumbersError(f"{name}: an array of records, not of real numbers", converting(name, code, ".npy"))
    numbers = "real" if dtype.kind == "c" else "astype('float64')"
    code = f"import numpy; numpy.save('{{saved}}', numpy.load('{{path}}').{numbers})"
    message = f"{name}: an array of type {printable(str(dtype))}, not of real numbers"
    return _NoNumbersError(message, converting(name, code, ".npy"))


def _parts(vector: NDArray[Any], stored_type: NumberType | None) -> Iterator[Vectors]:
    """Cut one vector of any length into blocks."""
    for start in range(0, max(1, vector.size), BLOCK_VALUES):
        part = vectors_of(vector[None, start : start + BLOCK_VALUES], stored_type)
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


def vectors_of(rows: NDArray[Any], stored_type: NumberType | None) -> Vectors:
    """Rows of an array as vectors; `stored_type` is what its values stand for, where NumPy has no such type."""
    lengths = np.full(rows.shape[0], rows.shape[1], np.int64)
    if isinstance(stored_type, FloatType):
        decoded = stored_type.from_bits(np.ascontiguousarray(rows)).reshape(rows.size)
        return Vectors(decoded, lengths, dtype=np.dtype(np.float32), stored_type=stored_type)
    if isinstance(stored_type, Int8):
        return Vectors(stored_type.decoded(rows).reshape(rows.size), lengths)
    with np.errstate(all="ignore"):  # a long double may lie beyond float64: inf, as for text
        values = rows.astype(np.float64, order="C", copy=False).reshape(rows.size)
    is_narrow = rows.dtype.kind == "f" and rows.dtype.itemsize < values.dtype.itemsize
    dtype = rows.dtype.newbyteorder("=") if is_narrow else values.dtype
    return Vectors(values, lengths, dtype=dtype)

"""Tensors by name to vectors: a file of safetensors, mapped or held; what .pt files hold is read the same way.

The reader of safetensors is our own: a header in JSON and bytes behind it. The package of that name gives NumPy neither
bfloat16 nor float8 without PyTorch or JAX beside it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from io import BufferedReader
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.dtypes import NUMBER_TYPES, FloatType
from actcli.errors import DataError, printable
from actcli.inputs.formats import InputInfo
from actcli.inputs.options import InputOptions, chosen_arrays, naturally
from actcli.inputs.readers.npy import array_rows, is_possible, layers_of, refuse_empty_vectors
from actcli.inputs.streams import HELD_LIMIT, held, mapped, pieces
from actcli.results import Vectors

_SAVE_AGAIN = "write it again with save_file of safetensors"
_MOST_PLACES, _FARTHEST = 128, 1 << 63
_SIZE_BYTES = 8  # of the header's size, at the start
_HEADER_LIMIT = 100_000_000  # bytes, as the format has it
# The types of tensors, as PyTorch calls them, and the bits of a value.
BITS = {
    "float64": 64,
    "float32": 32,
    "float16": 16,
    "bfloat16": 16,
    "float8_e4m3fn": 8,
    "float8_e5m2": 8,
    "float8_e4m3fnuz": 8,
    "float8_e5m2fnuz": 8,
    "float8_e8m0fnu": 8,
    "float6_e2m3fn": 6,
    "float6_e3m2fn": 6,
    "float4_e2m1fn": 4,
    "int64": 64,
    "uint64": 64,
    "int32": 32,
    "uint32": 32,
    "int16": 16,
    "uint16": 16,
    "int8": 8,
    "uint8": 8,
    "bool": 8,
    "complex64": 64,
    "float4_e2m1fn_x2": 8,
    "complex128": 128,
    "bytes": 8,
}
# What safetensors calls them.
_TYPES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
    "F8_E8M0": "float8_e8m0fnu",
    "F6_E2M3": "float6_e2m3fn",
    "F6_E3M2": "float6_e3m2fn",
    "F4": "float4_e2m1fn",
    "I64": "int64",
    "U64": "uint64",
    "I32": "int32",
    "U32": "uint32",
    "I16": "int16",
    "U16": "uint16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
    "C64": "complex64",
}
_FLOATS = {
    "float64", "float32", "float16", "bfloat16",
    "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz",
}  # fmt: skip
_READ = {*_FLOATS, *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))}
# What makes numbers of others, where .float() does not: of complex ones it drops a half.
_AS_NUMBERS = {"complex64": "tensor.real", "complex128": "tensor.real"}


class Tensor(NamedTuple):
    """A tensor of a file, not read yet: it need not be of numbers."""

    value_type: str
    """As PyTorch calls it."""
    shape: tuple[int, ...]
    data: memoryview
    """Its bytes, from the first value on; its maker has seen to it that all values lie in them."""
    strides: tuple[int, ...] | None = None
    """How many values lie between neighbours along each axis; None where rows follow each other."""
    is_big_endian: bool = False


def are_places(numbers: Sequence[Any]) -> bool:
    """Whether sides, strides or offsets are such as a file can have: so few and so small that they can be printed."""
    return len(numbers) <= _MOST_PLACES and all(type(each) is int and 0 <= each < _FARTHEST for each in numbers)


def stored_as(value_type: str) -> tuple[np.dtype[Any], FloatType | None]:
    """The NumPy type that holds values of a type as PyTorch calls it; where NumPy lacks that type, also the type."""
    kind = NUMBER_TYPES.get(value_type)
    if kind is None or kind.is_of_numpy:
        return np.dtype(value_type).newbyteorder("<"), None
    return np.dtype(f"<u{kind.bytes}"), kind


def rows_of(tensors: Mapping[str, Tensor], name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read the tensors of a file called `name` that the options choose.

    Raises UsageError where one is to be read of several and none is named, and DataError at one of no real numbers.
    """
    read = next((each for each, tensor in tensors.items() if tensor.value_type in _READ), None)

    def rows(chosen: str) -> Iterator[Vectors]:
        tensor, title = tensors[chosen], f"{name}, array {printable(chosen)}"
        if tensor.value_type not in _READ:
            others = "" if read is None else f", or read another alone: --array {printable(read)}"
            message = f"{title}: a tensor of type {printable(tensor.value_type)}, which is not read here"
            raise DataError(message, f"save {_AS_NUMBERS.get(tensor.value_type, 'tensor.float()')}{others}")
        yield from _rows(tensor, title, options, info)

    names = list(tensors)
    chosen, faults = chosen_arrays(options, names, name, "tensor", lambda each: tensors[each].value_type in _FLOATS)
    yield from layers_of(chosen, rows, info, faults)


def _rows(tensor: Tensor, title: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    refuse_empty_vectors(tensor.shape, title, "leave out what is empty")
    if not is_possible(tensor.shape):
        raise DataError(f"{title}: a tensor of {len(tensor.shape)} axes that NumPy cannot have", "save it flat")
    dtype, stored_type = stored_as(tensor.value_type)
    if not options.columns:
        info.shape, info.axis = tensor.shape, options.axis
    yield from array_rows(_array(tensor, dtype), stored_type, title, options)


def _array(tensor: Tensor, dtype: np.dtype[Any]) -> NDArray[Any]:
    """The values of a tensor where they lie."""
    if tensor.is_big_endian:
        dtype = dtype.newbyteorder(">")
    if prod(tensor.shape) == 0:
        return np.empty(tensor.shape, dtype)
    strides = None if tensor.strides is None else [stride * dtype.itemsize for stride in tensor.strides]
    return np.ndarray(tensor.shape, dtype, tensor.data, strides=strides)


def read_safetensors(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read a tensor of a stream, held whole; raises as the file's reader does, and where it is larger than a limit."""
    data = held(pieces(stream), name, HELD_LIMIT, "as a file, --input FILE.safetensors, it may be of any size")
    yield from rows_of(_tensors(memoryview(data), name), name, options, info)


def read_safetensors_file(path: str, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read a tensor of a file, which is mapped; raises as `rows_of` does, and DataError for a file that is damaged."""
    yield from rows_of(_tensors(mapped(path, name), name), name, options, info)


def _tensors(data: memoryview, name: str) -> Mapping[str, Tensor]:
    """The tensors that the header declares.

    Raises DataError where it breaks the rules of the format: https://huggingface.co/docs/safetensors, "Format".
    """
    size = int.from_bytes(data[:_SIZE_BYTES], "little")
    begin = _SIZE_BYTES + size
    if size > _HEADER_LIMIT or begin > len(data) or bytes(data[_SIZE_BYTES : _SIZE_BYTES + 1]) != b"{":
        raise DataError(f"{name}: not a file of safetensors, or cut short within its header", _SAVE_AGAIN)
    try:
        header = json.loads(bytes(data[_SIZE_BYTES:begin]), object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name}: the header of its tensors is damaged", _SAVE_AGAIN) from error
    header.pop("__metadata__", None)
    if not header:
        raise DataError(f"{name}: holds no tensors", _SAVE_AGAIN)
    values = data[begin:]
    spans = {each: _span(declared, f"{name}, array {printable(each)}") for each, declared in header.items()}
    end = 0
    for each, (start, stop) in sorted(spans.items(), key=lambda item: item[1]):
        if start != end:
            what = "overlaps another" if start < end else "leaves a gap before it"
            raise DataError(f"{name}, array {printable(each)}: {what}", _SAVE_AGAIN)
        end = stop
    if end != len(values):
        what = "cut short" if end > len(values) else "goes on behind its tensors"
        raise DataError(f"{name}: {what}: the header declares {end:,} bytes, and {len(values):,} follow", _SAVE_AGAIN)
    # Their writer sorts them by type and name: the order of the layers is lost, unless their numbers tell it.
    return {
        each: Tensor(_TYPES[header[each]["dtype"]], tuple(header[each]["shape"]), values[slice(*spans[each])])
        for each in naturally(spans, has_decimals=False)
    }


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _span(declared: Any, title: str) -> tuple[int, int]:
    """Where the bytes of a tensor begin and end; raises DataError where its shape and type need others."""
    match declared:
        case {"dtype": str(kind), "shape": [*shape], "data_offsets": [begin, end], **others} if (
            not others and are_places(shape) and are_places((begin, end))
        ):
            if kind not in _TYPES:
                raise DataError(f"{title}: type {printable(kind)} is unknown", _SAVE_AGAIN)
            bits = prod(shape) * BITS[_TYPES[kind]]
            if bits != 8 * (end - begin):
                message = (
                    f"{title}: its shape and type take {-(-bits // 8):,} bytes, and its offsets span {end - begin:,}"
                )
                raise DataError(message, _SAVE_AGAIN)
            return begin, end
        case _:
            raise DataError(f"{title}: its type, shape or offsets are damaged", _SAVE_AGAIN)

"""Raw binary to vectors: values and nothing else, the low byte first, as they arrive; all of them are one vector."""

from collections.abc import Iterator
from io import BufferedReader

import numpy as np

from actcli.errors import DataError, UsageError
from actcli.inputs.foreign import MAGICS
from actcli.inputs.formats import FORMATS, InputInfo, begins_safetensors
from actcli.inputs.options import InputOptions
from actcli.inputs.readers.npy import vectors_of
from actcli.inputs.readers.tensors import stored_as
from actcli.inputs.streams import pieces
from actcli.results import Vectors

_UNLIKELY = 6  # bytes, which no values have by chance; fewer stand for NaN, or for small integers, unless letters begin
_MAGICS = tuple(
    magic
    for magic in (*(each for kind in FORMATS.values() for each in kind.magics), *MAGICS)
    if len(magic) >= _UNLIKELY or (len(magic) >= 4 and magic[:2].isalpha())
)
_ENOUGH = 64  # bytes: more than any of them, and than safetensors begin with


def read_raw(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read values of the type that the format names, as they arrive.

    Raises UsageError where columns are asked for, for there are none, and DataError where the end is no whole value,
    and where the start is that of another format.
    """
    if options.columns or options.target_column is not None:
        raise UsageError(
            f"{name}: raw values have no columns", "numpy.save writes a matrix, whose columns have numbers"
        )
    dtype, stored_type = stored_as(info.value_type)
    rest, held = b"", None
    for piece in _after_start(pieces(stream), name):
        data = rest + piece if rest else piece
        whole = len(data) // dtype.itemsize * dtype.itemsize
        rest = data[whole:]
        if whole:
            if held is not None:
                yield held._replace(continued=True)
            held = vectors_of(np.frombuffer(data, dtype, whole // dtype.itemsize)[None], stored_type)
    if rest:
        raise DataError(
            f"{name}: cut short: {len(rest)} bytes are left at its end, and a value takes {dtype.itemsize}",
            "check the type that --from or the suffix names",
        )
    yield vectors_of(np.empty((1, 0), dtype), stored_type) if held is None else held


def _after_start(stream: Iterator[bytes], name: str) -> Iterator[bytes]:
    """All pieces of a stream, once its start is seen not to be that of a file that says its own type.

    Raises DataError where it is.
    """
    start = b""
    for piece in stream:
        start += piece
        if start.startswith(_MAGICS) or begins_safetensors(start):
            raise DataError(f"{name}: no raw values: the file says its own type", "leave out --from")
        if len(start) >= _ENOUGH:
            break
    yield start
    yield from stream

"""Stdin and files to vectors: which names stand for what, and which reader each file gets."""

import glob
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import FileIO
from itertools import chain
from pathlib import Path

from actcli.errors import ActcliError, DataError, UsageError, printable
from actcli.inputs.npy import read_npy
from actcli.inputs.sources import HINT, STDIN, Input
from actcli.inputs.text import Delimiter, read_text
from actcli.results import Vectors
from actcli.terminal import ByteSource


def open_streams(patterns: Sequence[str], stdin: ByteSource | None) -> Input:
    """Open paths, glob patterns and `-` for stdin, each a matrix of its own.

    Raises UsageError where stdin is asked for twice and DataError for a file that is not there.
    """
    if patterns.count(STDIN) > 1:
        raise UsageError("stdin can be read only once", "give '-' a single time")
    met = Delimiter()
    streams = [
        _numbered(stream, number) for number, pattern in enumerate(patterns) for stream in _streams(pattern, stdin, met)
    ]
    first, blocks = _started(chain.from_iterable(streams))
    shape = first.array if first and len(streams) == 1 else None
    return Input(blocks, met.met or " ", shape=shape)


def _numbered(blocks: Iterator[Vectors], number: int) -> Iterator[Vectors]:
    """The files of one pattern are batches of one matrix, each further `--input` is a matrix of its own."""
    return (block._replace(matrix_number=number) for block in blocks)


def _started(blocks: Iterator[Vectors]) -> tuple[Vectors | None, Iterator[Vectors]]:
    """Read the first block, which tells much of the input; a fault in it waits until the block is asked for."""
    try:
        first = next(blocks, None)
    except ActcliError as error:
        return None, _failing(error)
    return first, iter(()) if first is None else chain((first,), blocks)


def _failing(error: ActcliError) -> Iterator[Vectors]:
    yield from ()
    raise error


def _streams(pattern: str, stdin: ByteSource | None, delimiter: Delimiter) -> list[Iterator[Vectors]]:
    """Find what a path, a glob pattern or `-` names, files in the order of their names; none is opened yet."""
    if pattern == STDIN:
        if stdin is None:
            raise DataError("stdin is closed", HINT)
        return [read_text(stdin, "stdin", delimiter)]
    # A file that is there comes first, whatever characters of a pattern its name has. Path.glob takes no absolute
    # patterns.
    paths = glob.glob(glob.escape(pattern)) or sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
    if not paths:
        raise DataError(f"{printable(pattern)}: no such file")
    return [
        _READERS.get(Path(path).suffix.lower(), _read_text_file)(path, printable(path), delimiter) for path in paths
    ]


def _read_text_file(path: str, name: str, delimiter: Delimiter) -> Iterator[Vectors]:
    try:
        source = FileIO(path)  # unbuffered, as stdin is: a FIFO hands over what is there
    except OSError as error:
        raise DataError(f"{name}: {error.strerror}") from error
    with source:
        yield from read_text(source, name, delimiter)


def _read_npy_file(path: str, name: str, _: Delimiter) -> Iterator[Vectors]:
    return read_npy(path, name)


_READERS: Mapping[str, Callable[[str, str, Delimiter], Iterator[Vectors]]] = {".npy": _read_npy_file}

"""Stdin and files to vectors: which names stand for what, and which reader each stream gets."""

import glob
import os
import stat
from collections.abc import Iterator, Mapping
from importlib import import_module
from io import FileIO
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

from actcli.errors import ActcliError, DataError, UsageError, printable
from actcli.inputs.arrival import Pieces, arriving
from actcli.inputs.formats import detected, is_gzip
from actcli.inputs.met import Met
from actcli.inputs.reading import Reading
from actcli.inputs.sources import HINT, STDIN, Input
from actcli.results import Meter, Vectors
from actcli.terminal import ByteSource

# Each format: the module and function that read it from a stream. Most inputs are of one, and pay for no other.
_READERS: Mapping[str, str] = {
    "text": "actcli.inputs.text:read_text",
    "columns": "actcli.inputs.separated:read_columns",
    "csv": "actcli.inputs.separated:read_csv",
    "tsv": "actcli.inputs.separated:read_tsv",
    "json": "actcli.inputs.json_documents:read_json",
    "jsonl": "actcli.inputs.json_lines:read_json_lines",
    "npy": "actcli.inputs.npy:read_npy",
    "npz": "actcli.inputs.npz:read_npz",
}
# The same for files that can be read at any place, so that none need be held.
_FILE_READERS: Mapping[str, str] = {
    "npy": "actcli.inputs.npy:read_npy_file",
    "npz": "actcli.inputs.npz:read_npz_file",
}
_FOREIGN = (".pt", ".pth", ".safetensors")


def open_streams(reading: Reading, stdin: ByteSource | None) -> Input:
    """Open the files of a Reading, or stdin; the first block is read, since it tells of the input.

    Raises UsageError where stdin is asked for twice and DataError for a file that is not there.
    """
    patterns = reading.files or (STDIN,)
    if patterns.count(STDIN) > 1:
        raise UsageError("stdin can be read only once", "give '-' a single time")
    met = Met()
    streams = [
        _numbered(stream, number)
        for number, pattern in enumerate(patterns)
        for stream in _streams(pattern, stdin, reading, met)
    ]
    blocks: Iterator[Vectors] = chain.from_iterable(_placed(stream, number) for number, stream in enumerate(streams))
    if reading.flatten:
        from actcli.inputs.flat import flattened

        blocks = _placed(flattened(blocks), 0)
    first, blocks = _started(blocks)
    return Input(
        blocks,
        met.delimiter or " ",
        labels=() if reading.flatten else met.labels,
        notes=met.notes,
        shape=first.array if first and len(streams) == 1 else None,
        meter=met.meter,
    )


def _numbered(blocks: Iterator[Vectors], number: int) -> Iterator[Vectors]:
    """The files of one pattern are batches of one matrix, each further `--input` is a matrix of its own."""
    return (block._replace(matrix_number=number) for block in blocks)


def _placed(blocks: Iterator[Vectors], file_number: int) -> Iterator[Vectors]:
    """Say of each block where in its file it begins."""
    start = 0
    for block in blocks:
        yield block._replace(file_number=file_number, start=start)
        start += block.values.size


def _started(blocks: Iterator[Vectors]) -> tuple[Vectors | None, Iterator[Vectors]]:
    """Read the first block; a fault in it waits until the block is asked for."""
    try:
        first = next(blocks, None)
    except ActcliError as error:
        return None, _failing(error)
    return first, iter(()) if first is None else chain((first,), blocks)


def _failing(error: ActcliError) -> Iterator[Vectors]:
    yield from ()
    raise error


def _streams(pattern: str, stdin: ByteSource | None, reading: Reading, met: Met) -> list[Iterator[Vectors]]:
    """Find what a path, a glob pattern or `-` names, files in the order of their names; none is opened yet."""
    if pattern == STDIN:
        if stdin is None:
            raise DataError("stdin is closed", HINT)
        return [_read(arriving(stdin, "stdin"), None, "stdin", reading, met)]
    paths = files_of(pattern)
    met.meter.total += sum(Path(path).stat().st_size for path in paths)  # 0 for a FIFO
    return [_read_file(path, reading, met) for path in paths]


def files_of(pattern: str) -> list[str]:
    """The files that a path or a glob pattern names, in the order of their names; raises DataError if there is none."""
    # A file that is there comes first, whatever characters of a pattern its name has. Path.glob takes no absolute
    # patterns.
    paths = glob.glob(glob.escape(pattern)) or sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
    if not paths:
        raise DataError(f"{printable(pattern)}: no such file")
    return paths


def _read_file(path: str, reading: Reading, met: Met) -> Iterator[Vectors]:
    name = printable(path)
    try:
        source = FileIO(path)  # unbuffered, as stdin is: a FIFO hands over what is there
    except OSError as error:
        raise DataError(f"{name}: {error.strerror}") from error
    with source:
        if PurePath(path).suffix.lower() in _FOREIGN and reading.format is None:
            from actcli.inputs.foreign import LIBRARIES, conversion

            raise conversion(name, LIBRARIES[PurePath(path).suffix.lower()])
        is_regular = stat.S_ISREG(os.fstat(source.fileno()).st_mode)
        blocks = _read(arriving(source, name), path if is_regular else None, name, reading, met, path)
        yield from _metered(blocks, source, met.meter)


def _metered(blocks: Iterator[Vectors], source: FileIO, meter: Meter) -> Iterator[Vectors]:
    """Measure how much of a file has been read; an array is mapped, which moves no position."""
    before = 0
    for block in blocks:
        position = source.tell() if source.seekable() else before
        meter.done += block.values.size * block.dtype.itemsize if block.array else position - before
        before = position
        yield block


def _read(pieces: Pieces, file: str | None, name: str, reading: Reading, met: Met, path: str = "") -> Iterator[Vectors]:
    """Read a stream as what it is; `file` is where it can be read at any place."""
    suffixes = [suffix.lower() for suffix in PurePath(path).suffixes]
    is_packed, pieces = is_gzip(pieces)
    if is_packed:
        from actcli.inputs.gzipped import unpacked

        pieces, file = unpacked(pieces, name), None
        suffixes = suffixes[:-1] if suffixes[-1:] == [".gz"] else suffixes
    form, pieces = detected(pieces, suffixes[-1] if suffixes else "", reading)
    if reading.array is not None and form != "npz":
        raise UsageError(f"--array chooses from an .npz archive, and {name} is {form}", "leave it out")
    if file is not None and form in _FILE_READERS:
        yield from _reader(_FILE_READERS[form])(file, name, reading)
    else:
        is_table = form == "text" and (reading.columns or reading.target_column is not None)
        yield from _reader(_READERS["columns" if is_table else form])(pieces, name, reading, met)


def _reader(place: str) -> Any:
    module, function = place.split(":")
    return getattr(import_module(module), function)

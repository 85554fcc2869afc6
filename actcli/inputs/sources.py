"""Where values come from: the words of the command line, stdin or files."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from io import FileIO
from itertools import chain
from pathlib import Path, PurePath
from typing import NamedTuple

import numpy as np

from actcli.dtypes import NumberType
from actcli.errors import ActcliError, DataError, UsageError, printable
from actcli.inputs.foreign import foreign, unsupported
from actcli.inputs.formats import (
    ARRAYS_READER,
    COLUMNS_READER,
    FORMATS,
    PACKERS,
    InputInfo,
    Packer,
    begins_array,
    detected,
    is_enough,
)
from actcli.inputs.options import InputOptions, naturally
from actcli.inputs.words import is_values, read_words
from actcli.results import Layer, Meter, Vectors
from actcli.results.messages import Message
from actcli.results.vectors import Beyond, Faults
from actcli.terminal import ByteSource, FileId, Terminal, file_id

STDIN = "-"

FILE_SEPARATOR = "\0"  # stands in no file name

HINT = "type values (-3 0 3), pipe them in, or name a file with --input FILE"

FLAT_LIMIT = 1 << 30  # bytes of float64 that --flatten holds
_FLAT_PART = 1 << 16  # values of a block: answers to all of them at once would take several times their memory


class Source(NamedTuple):
    """The vectors as they arrive, and what is known of them all once the input is open."""

    blocks: Iterator[Vectors]
    """Vectors, some at a time; faults in the data come out of it."""
    is_typed: bool = False
    """Whether they stood on the command line, which is then what is wrong with a wrong one."""
    labels: tuple[str, ...] = ()
    """The names of a vector's entries, where the first input has some."""
    kept: tuple[str, ...] = ()
    """The names of the columns that go along with a vector into the answer."""
    messages: tuple[Message, ...] = ()
    """How the input was taken, for stderr."""
    shape: tuple[int, ...] | None = None
    """That of the input where it is one array."""
    axis: int | None = None
    """The axis of it that vectors lie along, where that is not the last one."""
    meter: Meter | None = None
    """How much of its files has been read."""

    def rounded(self, number_type: NumberType | None) -> "Source":
        """The same input, every value rounded to the type that the user asked for, if one was."""
        if number_type is None:
            return self
        return self._replace(blocks=(_rounded(block, number_type) for block in self.blocks))

    def answered_in(self, number_type: NumberType | None) -> "Source":
        """The same input, its values as they are, for answers that are rounded to a type, where there is one."""
        if number_type is None:
            return self
        return self._replace(
            blocks=(block._replace(number_type=block.number_type or number_type) for block in self.blocks)
        )


def _rounded(block: Vectors, number_type: NumberType) -> Vectors:
    """A block whose values are rounded to a type, with a word on those that it has no number for."""
    values = number_type.rounded(block.values)
    lost = ~np.isfinite(values)
    if lost.any() and (lost := lost & np.isfinite(block.values)).any():
        at = int(lost.argmax())
        count, first, became = int(np.count_nonzero(lost)), float(block.values[at]), float(values[at])
        found = Beyond(number_type.name, float(number_type.largest), count, first, became)
        block = block._replace(faults=block.faults.merged(Faults(beyond=found)))
    return block._replace(values=values, number_type=number_type)


def stands_for_values(word: str) -> bool:
    """Whether a word beside functions is a value, or the `-` of stdin."""
    return word == STDIN or is_values(word)


def open_values(words: Sequence[str], options: InputOptions, terminal: Terminal, *, stdin_by_default: bool) -> Source:
    """Open the values that a command line asks for.

    `words` are values or a single `-` for stdin. With neither words nor files, stdin is read if `stdin_by_default`
    and it is no terminal. Raises UsageError where the command line makes no sense and DataError for a file that is
    not there; faults in the data come out of the blocks.
    """
    if words and options.files:
        raise UsageError("values and --input cannot be mixed", "leave out one of them")
    if words and STDIN not in words:
        return _open_words(words, options).rounded(options.number_type)
    if len(words) > 1:
        raise UsageError("'-' reads all values from stdin and cannot be combined with others", "leave out one of them")
    if not words and not options.files and (not stdin_by_default or terminal.stdin_is_tty):
        raise UsageError("no values", HINT)
    files = (terminal.stdin_file, terminal.stdout_file)
    return open_streams(options, terminal.stdin, *files).rounded(options.number_type)


def refuse_unread(options: InputOptions) -> None:
    """Raise UsageError for an option that says how an input is read, where there is none."""
    _refuse(options.of_streams() | {"--flatten": options.flatten}, "there are none")


def refuse_kept(options: InputOptions) -> None:
    """Raise UsageError for text that is to stand beside an answer that has no rows."""
    if options.keep:
        raise UsageError("--keep is for rows of values, and this answer has none", "leave out --keep")


def _refuse(options: Mapping[str, bool], why: str) -> None:
    for option, is_given in options.items():
        if is_given:
            raise UsageError(f"{option} is for files and pipes, and {why}", f"leave out {option}")


def _open_words(words: Sequence[str], options: InputOptions) -> Source:
    _refuse(options.of_streams(), "these values are typed")
    blocks = iter((read_words(words, decimal_comma=options.decimal_comma),))
    return Source(flattened(blocks) if options.flatten else blocks, is_typed=True)


def open_streams(
    options: InputOptions,
    stdin: ByteSource | None,
    stdin_file: FileId | None = None,
    stdout_file: FileId | None = None,
) -> Source:
    """Open the files that the options name, or stdin; the first block is read, since it says what the input is.

    Raises UsageError where stdin is asked for twice, and DataError for a file that is not there, or that answers go to:
    it would be read without end.
    """
    if options.files.count(STDIN) > 1:
        raise UsageError("stdin can be read only once", "give '-' a single time")
    info = InputInfo()
    files = layered(options)
    for path, _ in files:
        if path is None:
            if stdin is None:
                raise DataError("stdin is closed", HINT)
            if stdout_file is not None and stdin_file == stdout_file:
                raise _own_output("stdin")
            continue
        status = status_of(path)
        if stdout_file is not None and file_id(status) == stdout_file:
            raise _own_output(printable(path))
        info.meter.total += status.st_size  # 0 for a FIFO
    blocks = _all_blocks(files, stdin, options, info)
    if options.flatten:
        blocks = flattened(blocks)
    first, blocks = _begun(blocks)
    return Source(
        blocks,
        labels=() if options.flatten else info.labels,
        kept=info.kept,
        messages=info.messages,
        shape=info.shape if first and len(files) == 1 and not options.flatten else None,
        axis=info.axis,
        meter=info.meter,
    )


def _own_output(name: str) -> DataError:
    cure = "write to another file, or with --output FILE replace it once all of it is read"
    return DataError(f"{name} is the input, and standard output goes to it too", cure)


def layered(options: InputOptions) -> list[tuple[str | None, Layer]]:
    """The files to read, None for stdin, each with its layer; raises DataError for a pattern that no file has.

    A file is a layer of its own, unless files are batches: then those of a pattern are one layer together, and so are
    all that are named one by one.
    """
    matrices = list[tuple[str, list[str | None]]]()
    one_by_one = list[str | None]()
    for pattern in options.files or (STDIN,):
        paths: list[str | None] = [None] if pattern == STDIN else [*files_of(pattern)]
        if options.as_batches and paths in ([None], [pattern]):
            if not one_by_one:
                matrices.append(("", one_by_one))
            one_by_one += paths
        elif options.as_batches:
            matrices.append((pattern, paths))
        else:
            matrices += [("", [path]) for path in paths]
    return [
        (path, Layer(number, _name_of(paths, pattern)))
        for number, (pattern, paths) in enumerate(matrices)
        for path in paths
    ]


def _name_of(paths: Sequence[str | None], pattern: str) -> str:
    """What files are called together: their pattern, unless a shell made files of it or there was none."""
    if pattern and FILE_SEPARATOR not in pattern:
        return pattern
    first, *others = [path or "stdin" for path in paths]
    if not others:
        return first
    last = PurePath(others[-1])
    return f"{first} to {last.name}" if last.parent == PurePath(first).parent else f"{first} and {len(others)} more"


def status_of(path: str) -> os.stat_result:
    """What the system knows of a file; raises DataError where it has none, such as a link to nowhere."""
    try:
        return Path(path).stat()
    except OSError as error:
        raise DataError(f"{printable(path)}: {error.strerror}") from error


def files_of(pattern: str) -> list[str]:
    """The files that a path or a glob pattern names; raises DataError if there is none.

    What a shell makes of a pattern is one too: its files, FILE_SEPARATOR between them. Files of a pattern come in the
    order of their names, layer2 before layer10; names that were typed in another order keep it.
    """
    import glob

    if FILE_SEPARATOR in pattern:
        paths = [path for each in pattern.split(FILE_SEPARATOR) for path in files_of(each)]
        return naturally(paths, has_decimals=True) if paths == sorted(paths) else paths
    # A file that is there comes first, whatever characters of a pattern its name has. Path.glob takes no absolute
    # patterns.
    paths = glob.glob(glob.escape(pattern)) or naturally(glob.glob(pattern, recursive=True), has_decimals=True)  # noqa: PTH207
    if not paths:
        raise DataError(f"{printable(pattern)}: no such file")
    return paths


def flattened(blocks: Iterable[Vectors]) -> Iterator[Vectors]:
    """Lay all values end to end, one vector that no line holds; an error leaves none, for it would not be whole.

    Raises DataError where there is more than is held.
    """
    from actcli.inputs.readers.records import joined

    held, size = list[Vectors](), 0
    for block in blocks:
        # What is known of each row takes more than its value, where rows are short.
        held.append(
            block._replace(lengths=np.array([block.values.size], np.int64), lines=None, targets=None, kept=None)
        )
        size += block.values.nbytes
        if size > FLAT_LIMIT:
            raise DataError(f"--flatten holds all input, and it outgrew {FLAT_LIMIT >> 20:,} MiB as float64")
    if not held:
        return
    one = joined(held)._replace(
        lines=None,
        targets=None,
        layer=Layer(),
        kept=None,
        file_number=0,
        array=None,
        delimiter=held[-1].delimiter,  # before the first one none was known
    )
    held.clear()
    for start in range(0, one.values.size or 1, _FLAT_PART):
        part = slice(start, start + _FLAT_PART)
        values = one.values[part]
        yield one._replace(
            values=values,
            lengths=np.array([values.size], np.int64),
            start=start,
            replaced=None if one.replaced is None else one.replaced[part],
            faults=Faults() if start else one.faults,
            continued=part.stop < one.values.size,
        )


def _begun(blocks: Iterator[Vectors]) -> tuple[Vectors | None, Iterator[Vectors]]:
    """Read the first block; an error in it waits until the block is asked for."""
    try:
        first = next(blocks, None)
    except ActcliError as error:
        return None, _failing(error)
    return first, iter(()) if first is None else chain((first,), blocks)


def _failing(error: ActcliError) -> Iterator[Vectors]:
    yield from ()
    raise error


def _all_blocks(
    files: Sequence[tuple[str | None, Layer]], stdin: ByteSource | None, options: InputOptions, info: InputInfo
) -> Iterator[Vectors]:
    """The blocks of stdin (None) and files, each with its layer, its file, and where in these it begins.

    Of several files one that holds nothing gives a block of nothing, so that it is not passed over in silence.
    """
    for file_number, (path, layer) in enumerate(files):
        starts = Counter[str]()
        if path is not None:
            blocks = _file_blocks(path, options, info)
        else:
            blocks = _blocks(stdin, "stdin", options, info) if stdin else iter(())
        for block in blocks:
            part = block.layer.part
            yield block._replace(
                layer=layer._replace(part=part),
                file_number=file_number,
                start=starts[part],
                delimiter=block.delimiter or info.delimiter,
            )
            starts[part] += block.values.size
        if not starts and len(files) > 1:
            yield Vectors(np.empty(0), np.empty(0, np.int64), layer=layer, file_number=file_number)


def _file_blocks(path: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """The blocks of a file, which is closed when they end; the meter grows as it is read."""
    name = printable(path)
    try:
        file = FileIO(path)  # unbuffered, as stdin is: a FIFO hands over what is there
    except IsADirectoryError as error:
        raise DataError(f"{name}: {error.strerror}", f"name the files in it: --input '{name.rstrip('/')}/*'") from error
    except OSError as error:
        raise DataError(f"{name}: {error.strerror}") from error
    with file:
        is_regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
        before = 0
        for block in _blocks(file, name, options, info, path, is_regular=is_regular):
            position = file.tell() if file.seekable() else before
            # An array is mapped, which moves no position.
            width = block.stored_type.bytes if block.stored_type else block.dtype.itemsize
            info.meter.done += block.values.size * width if block.array else position - before
            before = position
            yield block


def _blocks(
    source: ByteSource, name: str, options: InputOptions, info: InputInfo, path: str = "", *, is_regular: bool = False
) -> Iterator[Vectors]:
    """Read stdin or a file as what it is; one that is regular may be read at any place."""
    from actcli.inputs.streams import buffered, unpacked  # 2 ms, which typed values need not pay

    stream = buffered(source, name, is_enough)
    suffixes = [suffix.lower() for suffix in PurePath(path).suffixes]
    packer = _packer(stream.peek())
    if packer is not None:
        stream = unpacked(stream, name, is_enough, packer.name)
        if again := _packer(stream.peek()):
            how = f"with {packer.name} twice" if again == packer else f"with {again.name}, and that with {packer.name}"
            cure = f"unpack it once: {packer.name} -dc FILE{packer.suffix} | actcli ..."
            raise DataError(f"{name}: packed {how}", cure)
        suffixes = suffixes[:-1] if suffixes[-1:] in [[each.suffix] for each in PACKERS] else suffixes
    start, suffix = stream.peek(), "".join(suffixes[-1:])
    form = options.format or detected(start, suffix, has_header=options.has_header, columns=tuple(options.column_names))
    reader, file_reader = FORMATS[form].reader, FORMATS[form].file_reader
    if not FORMATS[form].is_binary and (kind := foreign(start, suffix)):
        raise unsupported(name, kind)
    if options.array is not None and not FORMATS[form].has_names and not options.is_array_optional:
        message = f"--array chooses from .npz, .safetensors and .pt files, and {name} is {form}"
        raise UsageError(message, "leave it out")
    if options.axis is not None and not FORMATS[form].has_axes:
        raise UsageError(f"--axis is for arrays, and {name} is {form}", "leave it out")
    info.value_type = FORMATS[form].value_type
    if is_regular and packer is None and file_reader is not None:
        return _imported(file_reader)(path, name, options, info)
    if form == "text" and options.format is None and begins_array(stream.peek()):
        reader = ARRAYS_READER
    elif form == "text" and (options.chooses_columns or options.has_header):
        reader = COLUMNS_READER
    if options.decimal_comma and (reader == ARRAYS_READER or form in ("json", "jsonl")):
        raise UsageError(f"--decimal-comma is for text and tables, and {name} holds lists", "leave it out")
    return _imported(reader)(stream, name, options, info)


def _packer(start: bytes) -> Packer | None:
    """What packed a stream that begins so; None for one that is not packed."""
    return next((packer for packer in PACKERS if start.startswith(packer.magic)), None)


def _imported(place: str) -> Callable[..., Iterator[Vectors]]:
    """The function that `package.module:function` names."""
    module, function = place.split(":")
    found: Callable[..., Iterator[Vectors]] = getattr(import_module(module), function)
    return found

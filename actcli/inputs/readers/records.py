"""Records to vectors: many at once, or one by one with care; --on-error decides what becomes of bad ones."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers
from actcli.errors import ActcliError, DataError
from actcli.inputs.options import OnError
from actcli.inputs.streams import count_lines
from actcli.results import Faults, Vectors

TARGET_LIMIT = 200  # characters: NumPy gives every target of a block the room of the longest

_COMMENT = re.compile(rb"(?:^|(?<=[ \t\v\f]))#")
LATIN_HINT = "if it is Latin-1, as of old spreadsheets: iconv -f LATIN1 -t UTF-8 FILE | actcli ..."

_CONTROLS = re.compile(rb"[\0-\x08\x0e-\x1a]")  # which no text has; colours of a terminal and separators aside

_FEW = 32  # records that are as fast read one by one as cut in halves


class Parsed(NamedTuple):
    """What many records hold."""

    values: Floats
    """All of them, end to end."""
    lengths: Integers
    """How many of them belong to each record."""
    targets: NDArray[np.str_] | None = None
    """The true class of each record, where it is asked for."""
    kept: NDArray[np.object_] | None = None
    """The text that goes along with each record, a tuple each, where some is asked for."""


class Row(NamedTuple):
    """What one record holds."""

    values: list[float | None]
    """None for each value that does not read."""
    error: DataError | None = None
    """The error of the first value that does not read."""
    target: str | None = None
    """The true class, where it is asked for."""
    kept: tuple[str, ...] = ()
    """The text that goes along with the vector, where some is asked for."""


class TextBlock(NamedTuple):
    """Whole lines of text, or records that may span some."""

    text: bytes
    """Each ends in a newline."""
    numbers: Integers
    """The line on which each begins, from 1."""
    comments: int = 0
    """How many lines among them hold a comment alone, and are left out."""


class Batch(Protocol):
    """Some consecutive records of the input, each of which makes a vector."""

    @property
    def numbers(self) -> Integers | None:
        """The lines they stand on."""
        ...

    @property
    def records(self) -> int:
        """How many there are."""
        ...

    @property
    def comments(self) -> int:
        """How many lines among them are left out, for they hold a comment alone."""
        ...

    def parse(self) -> Parsed | None:
        """Read all records at once; None if anything in them is amiss."""
        ...

    def rows(self) -> Iterator[Row]:
        """Read record after record with care."""
        ...

    def halves(self) -> "tuple[Batch, Batch]":
        """Cut a batch of at least two records in two."""
        ...


class Grammar(Protocol):
    """How a line, or a record that may span some, is read."""

    def parse(self, text: bytes, /) -> Parsed | None:
        """Read many records at once, each of which ends in a newline; None if anything in them is amiss."""
        ...

    def row(self, record: bytes, name: str, line: int, /) -> Row:
        """Read one record with care, its newline aside; `line` is the number of its first line."""
        ...

    def ends(self, text: bytes, /) -> Integers:
        """Where each record ends, its newline included."""
        ...


class TextBatch(NamedTuple):
    """Records of text, the lines they stand on, and the grammar that reads them."""

    grammar: Grammar
    """How a line is cut into values."""
    name: str
    """Of the file, for errors."""
    text: bytes
    """Whole lines, UTF-8."""
    numbers: Integers
    """The line of each, from 1."""
    comments: int = 0
    """How many lines among them are left out."""

    @property
    def records(self) -> int:
        return len(self.numbers)

    def parse(self) -> Parsed | None:
        return self.grammar.parse(self.text)

    def rows(self) -> Iterator[Row]:
        ends = [*self.grammar.ends(self.text).tolist()[: self.records - 1], len(self.text)]
        for start, end, number in zip([0, *ends], ends, self.numbers.tolist(), strict=False):
            yield self.grammar.row(self.text[start : end - 1], self.name, number)

    def halves(self) -> "tuple[TextBatch, TextBatch]":
        middle = self.records // 2
        cut = int(self.grammar.ends(self.text)[middle - 1])
        return (
            self._replace(text=self.text[:cut], numbers=self.numbers[:middle]),
            self._replace(text=self.text[cut:], numbers=self.numbers[middle:]),
        )


def without_returns(lines: bytes) -> bytes:
    """The same lines without the carriage returns that stand before their ends."""
    while b"\r\n" in lines:
        lines = lines.replace(b"\r\n", b"\n")
    return lines


def uncommented(blocks: Iterable[tuple[int, bytes]], comment: "re.Pattern[bytes]" = _COMMENT) -> Iterator[TextBlock]:
    """Cut off the comments of lines of text, by what they open with; lines that hold nothing else are counted.

    Takes lines with the number of the first of them. A # opens a comment at the start of a line or after a blank.
    """
    for first, arrived in blocks:
        text = without_returns(arrived)
        if b"#" not in text:
            yield TextBlock(text, np.arange(first, first + count_lines(text)))
            continue
        kept, numbers = list[bytes](), list[int]()
        lines = text.split(b"\n")[:-1]
        for number, line in enumerate(lines, first):
            # Where a carriage return may end a line, nobody knows how far a comment goes: the line is refused.
            found = None if b"#" not in line or b"\r" in line else comment.search(line)
            body = line if found is None else line[: found.start()]
            if found is None or body.strip():
                kept.append(body + b"\n")
                numbers.append(number)
        yield TextBlock(b"".join(kept), np.array(numbers, np.int64), len(lines) - len(kept))


def text_vectors(
    blocks: Iterable[TextBlock | tuple[bytes, Integers]], grammar: Grammar, name: str, on_error: OnError
) -> Iterator[Vectors]:
    """Read blocks of records of text, beside them the line of each; raises DataError as `vectors` does."""
    return vectors((TextBatch(grammar, name, *block) for block in blocks), on_error)


def vectors(batches: Iterable[Batch], on_error: OnError) -> Iterator[Vectors]:
    """Read batch after batch; a bad record stops the run, is left out, or keeps NaN in place of its bad values.

    Raises DataError for the first bad record if it stops the run, after all that stands before it.
    """
    passed = Faults()
    for batch in batches:
        passed = passed.merged(Faults(comments=batch.comments))
        for block in _blocks(batch, on_error) if batch.records else ():  # a block may hold comments alone
            faults = passed.merged(block.faults)
            passed = Faults() if len(block.lengths) else faults
            if len(block.lengths):
                yield block._replace(faults=faults)
    if passed != Faults():  # nothing follows that could carry them
        yield Vectors(np.empty(0), np.empty(0, np.int64), faults=passed)


def joined(blocks: list[Vectors]) -> Vectors:
    """Blocks that follow one another as one, in the widest of their types and the matrix of the first."""
    if len(blocks) == 1:
        return blocks[0]
    faults = Faults()
    for block in blocks:
        faults = faults.merged(block.faults)
    filled = [block for block in blocks if len(block.lengths)] or blocks[:1]
    lines = [block.lines for block in filled if block.lines is not None]
    targets = [block.targets for block in filled if block.targets is not None]
    kept = [block.kept for block in filled if block.kept is not None]
    marks = [np.zeros(block.values.size, np.bool_) if block.replaced is None else block.replaced for block in filled]
    return filled[0]._replace(
        values=np.concatenate([block.values for block in filled]),
        lengths=np.concatenate([block.lengths for block in filled]),
        lines=np.concatenate(lines) if len(lines) == len(filled) else None,
        dtype=np.result_type(*(block.dtype for block in filled)),
        targets=np.concatenate(targets) if len(targets) == len(filled) else None,
        kept=np.concatenate(kept) if len(kept) == len(filled) else None,
        replaced=np.concatenate(marks) if any(block.replaced is not None for block in filled) else None,
        faults=faults,
    )


def tuples(texts: Iterable[tuple[str, ...]]) -> NDArray[np.object_]:
    """Tuples of text as one array, which NumPy would take for a matrix."""
    return np.fromiter(texts, np.object_)


def no_text(line: bytes, where: str, before: int = 0) -> DataError | None:
    """Say why a line, or a part of one with so many bytes before it, cannot be shown, if it is no text."""
    if _CONTROLS.search(line):
        return DataError(f"{where}: binary data, not text", "--from names the format: npy, or of raw values f32, bf16")
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return DataError(f"{where}, byte {before + error.start + 1}: not UTF-8 text", LATIN_HINT)
    return None


def _blocks(batch: Batch, on_error: OnError) -> Iterator[Vectors]:
    """What a batch holds, as one block; an error after the block of what stands before it."""
    parts: list[Vectors] = []
    try:
        for part in _parts(batch, on_error):
            parts.append(part)  # noqa: PERF402 - what stands before a problem is kept
    except ActcliError:
        if parts:
            yield joined(parts)
        raise
    yield joined(parts)


def _parts(batch: Batch, on_error: OnError) -> Iterator[Vectors]:
    """Close in on the bad records by halving, since parsing many is fast."""
    parsed = batch.parse()
    if parsed is not None:
        yield Vectors(parsed.values, parsed.lengths, batch.numbers, targets=parsed.targets, kept=parsed.kept)
    elif batch.records <= _FEW:
        yield from _one_by_one(batch, on_error)
    else:
        for half in batch.halves():
            yield from _parts(half, on_error)


def _one_by_one(batch: Batch, on_error: OnError) -> Iterator[Vectors]:
    kept, places, faults = list[Row](), list[int](), Faults()
    failure: ActcliError | None = None
    try:
        for place, row in enumerate(batch.rows()):
            if row.error is not None:
                if on_error == "stop":
                    raise row.error
                replaced = 0 if on_error == "skip" else row.values.count(None) or 1  # or the target, which is ""
                faults = faults.merged(Faults(int(on_error == "skip"), replaced, row.error.message))
            if row.error is None or on_error == "nan":
                kept.append(row)
                places.append(place)
    except ActcliError as error:  # the record's, or one of the command line that this record is the first to show
        failure = error
    yield _of_rows(kept, batch.numbers, places, faults)
    if failure is not None:
        raise failure


def _of_rows(rows: list[Row], numbers: Integers | None, places: list[int], faults: Faults) -> Vectors:
    values = [value for row in rows for value in row.values]
    targets = [row.target for row in rows if row.target is not None]
    replaced = np.array([value is None for value in values], np.bool_)
    return Vectors(
        np.array([np.nan if value is None else value for value in values], np.float64),
        np.array([len(row.values) for row in rows], np.int64),
        None if numbers is None else numbers[places],
        targets=np.array(targets, np.str_) if targets else None,
        kept=tuples(row.kept for row in rows) if any(row.kept for row in rows) else None,
        replaced=replaced if replaced.any() else None,
        faults=faults,
    )

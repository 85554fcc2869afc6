"""Vectors as they are read, consecutive ones laid end to end, and how far reading has come."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import PurePath
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers, Numbers
from actcli.dtypes import FloatType, NumberType

# In the place of a class: none is known, or it is the one whose vectors have no loss.
UNKNOWN, IGNORED = -1, -2


class LeftOut(NamedTuple):
    """Parts of a file that are no layers."""

    source: str
    """What the file is called."""
    kind: Literal["column", "array", "tensor"]
    """What they are."""
    names: tuple[str, ...]
    """In the order of the file."""


class Beyond(NamedTuple):
    """Finite inputs that a number type has no number for, since they are larger than its largest."""

    type_name: str
    """The type that the input was rounded to."""
    largest: float
    """Its largest number."""
    inputs: int
    """How many they are."""
    first: float
    """The first of them, as it was given."""
    became: float
    """What it was rounded to."""


class Faults(NamedTuple):
    """What was passed over in the input, and what became of other parts of it."""

    skipped: int = 0
    """Vectors left out."""
    replaced: int = 0
    """Tokens read as NaN."""
    first: str = ""
    """The error of the first of them."""
    comments: int = 0
    """Lines that hold a comment alone, and are left out."""
    left_out: tuple[LeftOut, ...] = ()
    """Parts of files that are no layers."""
    beyond: Beyond | None = None
    """What outgrew the type that the user asked for."""
    short_integers: str = ""
    """The first array of integers of 16 bits, which may be the bits of bfloat16."""

    def merged(self, later: "Faults") -> "Faults":
        """These and those that follow."""
        return Faults(
            self.skipped + later.skipped,
            self.replaced + later.replaced,
            self.first or later.first,
            self.comments + later.comments,
            self.left_out + later.left_out,
            _both(self.beyond, later.beyond),
            self.short_integers or later.short_integers,
        )


def _both(one: Beyond | None, later: Beyond | None) -> Beyond | None:
    return one._replace(inputs=one.inputs + later.inputs) if one and later else one or later


class Layer(NamedTuple):
    """The matrix that vectors are rows of: a file or an array in it; or all files of a pattern, which are batches."""

    number: int = 0
    """Of the file or the pattern, from 0, in the order in which they were named."""
    file: str = ""
    """Its path, or the pattern; empty for typed values."""
    part: str = ""
    """The array or tensor of the file; empty where a file is a single one. Readers fill it in, and nothing else."""


def layer_names(layers: Collection[Layer]) -> Mapping[Layer, str]:
    """What layers are called: the file, without the folders that all have in common, and behind a colon its array."""
    paths = {layer: PurePath(layer.file).parts for layer in layers}
    folders = [parts[:-1] for parts in paths.values()]
    shared = sum(1 for _ in takewhile(lambda level: len(set(level)) == 1, zip(*folders, strict=False)))
    files = {layer: str(PurePath(*parts[shared:])) if parts else "" for layer, parts in paths.items()}
    return {layer: f"{file}:{layer.part}" if layer.part else file for layer, file in files.items()}


class Located(NamedTuple):
    """One value of the input, and where it is."""

    x: float
    """The value."""
    line: int | None = None
    """Its line, where the input has lines."""
    row: int | None = None
    """The row of its array, from 0; an array of more than two axes has the rows of all its matrices."""
    unit: int | None = None
    """Its place in that row, from 0; in the array where that is one vector."""

    def after(self, rows: int) -> "Located":
        """The same value of a matrix in which so many rows come before."""
        return self if self.row is None else self._replace(row=self.row + rows)


class Vectors(NamedTuple):
    """Consecutive vectors laid end to end."""

    values: Floats
    """All of them, float64."""
    lengths: Integers
    """How many values belong to each vector; 0 for a blank line."""
    lines: Integers | None = None
    """The line of the input, from 1, that each vector stands on; None for words and arrays."""
    dtype: np.dtype[Any] = np.dtype(np.float64)
    """What the input held; arrays are rounded back to it on output."""
    stored_type: FloatType | None = None
    """What the input held where NumPy has no such type; `dtype` then holds each of its numbers."""
    layer: Layer = Layer()
    """The matrix that they are rows of."""
    file_number: int = 0
    """From 0, in the order in which files were named."""
    start: int = 0
    """The place of the first value, from 0, among those that the layer has in the file with this number."""
    targets: NDArray[np.str_] | None = None
    """The true class of each vector, as the input words it."""
    kept: NDArray[np.object_] | None = None
    """The text that goes along with each vector, a tuple each; an empty one for a blank line."""
    replaced: NDArray[np.bool_] | None = None
    """Marks each NaN that was put in the place of a bad token, which no share counts."""
    faults: Faults = Faults()
    """What was passed over in these vectors and before them."""
    array: tuple[int, ...] | None = None
    """The shape of the array they are from."""
    is_axis_taken: bool = False
    """Whether that has more than two axes, and the last was taken since nobody named another."""
    number_type: NumberType | None = None
    """The type to which the user has values and answers rounded, whatever the input held."""
    continued: bool = False
    """Whether this is a part of a single vector that goes on in the next block."""
    delimiter: str = ""
    """What plain output joins values with; empty where the input has nothing between two values."""

    @property
    def matrix(self) -> Floats | None:
        """The vectors as rows of one matrix where they have one length, else None."""
        if len(self.lengths) == 0 or (self.lengths != self.lengths[0]).any():
            return None
        return self.values.reshape(len(self.lengths), int(self.lengths[0]))

    @property
    def numbers(self) -> Numbers:
        """The values in the type asked for, whose numbers take fewer digits as text."""
        return self.values if self.number_type is None else self.number_type.printed(self.values)

    def kept_columns(self, count: int) -> list[tuple[str, ...]]:
        """The text that goes along with the vectors, column by column; empty text for a blank line."""
        empty = ("",) * count
        rows = [empty] * len(self.lengths) if self.kept is None else [row or empty for row in self.kept]
        return list(zip(*rows, strict=True)) if rows else [()] * count

    def chosen(self, rows: NDArray[np.bool_]) -> "Vectors":
        """Those vectors that are marked; faults stay."""
        values = np.repeat(rows, self.lengths)
        return self._replace(
            values=self.values[values],
            lengths=self.lengths[rows],
            lines=None if self.lines is None else self.lines[rows],
            targets=None if self.targets is None else self.targets[rows],
            kept=None if self.kept is None else self.kept[rows],
            replaced=None if self.replaced is None else self.replaced[values],
        )

    def with_faults(self, bad: NDArray[np.bool_], problem: str, *, skipped: int = 0, replaced: int = 0) -> "Vectors":
        """The same vectors, with so many more faults; `problem` is that of the first of those marked."""
        where = "" if self.lines is None else f"line {self.lines[int(bad.argmax())]}: "
        return self._replace(faults=self.faults.merged(Faults(skipped, replaced, where + problem)))

    def undefined(self, rows: NDArray[np.bool_]) -> "Vectors":
        """The same vectors, with NaN in the place of each value of those that are marked."""
        values = np.repeat(rows, self.lengths)
        marks = values if self.replaced is None else self.replaced | values
        return self._replace(values=np.where(values, np.nan, self.values), replaced=marks)

    def ends(self, start: int) -> Integers:
        """Where vectors end that hold anything, counted from the first of all values, of which `start` came before."""
        is_vector = self.lengths > 0
        if self.continued:
            is_vector[-1] = False
        return start + np.cumsum(self.lengths)[is_vector]

    def starts(self) -> Integers:
        """Where each vector begins, and at the end where the last one ends."""
        return np.concatenate(([0], np.cumsum(self.lengths)))

    def located(self, index: int) -> Located:
        """The value at this place of the block, its row counted from the first of the block."""
        value = float(self.values[index])
        row = int(np.searchsorted(self.starts(), index, side="right")) - 1
        if self.lines is not None:
            return Located(value, int(self.lines[row]))
        if not self.layer.file:
            return Located(value)
        if len(self.array or (0, 0)) < 2:
            return Located(value, unit=self.start + index)
        return Located(value, row=row, unit=index - int(self.starts()[row]))

    def cut(self, rows: int) -> "Iterator[Vectors]":
        """The same vectors in blocks of at most so many; the first block has the faults, be it empty."""
        starts = self.starts()
        for row in range(0, len(self.lengths) or 1, rows):
            yield self._part(starts, row, min(row + rows, len(self.lengths)))

    def split(self, row: int) -> "tuple[Vectors, Vectors]":
        """The vectors before that of a row, with the faults, and the others."""
        starts = self.starts()
        return self._part(starts, 0, row), self._part(starts, row, len(self.lengths))

    def _part(self, starts: Integers, row: int, stop: int) -> "Vectors":
        values = slice(starts[row], starts[stop])
        return self._replace(
            values=self.values[values],
            start=self.start + int(starts[row]),
            lengths=self.lengths[row:stop],
            lines=None if self.lines is None else self.lines[row:stop],
            targets=None if self.targets is None else self.targets[row:stop],
            kept=None if self.kept is None else self.kept[row:stop],
            replaced=None if self.replaced is None else self.replaced[values],
            faults=Faults() if row else self.faults,
        )


def joined(blocks: Iterable[Vectors]) -> Iterator[Vectors]:
    """The same vectors, the parts of each held until it is whole."""
    parts: list[Vectors] = []
    for block in blocks:
        parts.append(block)
        if not block.continued:
            yield parts[0] if len(parts) == 1 else whole(parts)
            parts = []


def whole(parts: Sequence[Vectors]) -> Vectors:
    """One vector from all its parts, with the faults of all."""
    values = np.concatenate([part.values for part in parts])
    marks = [np.zeros(part.values.size, np.bool_) if part.replaced is None else part.replaced for part in parts]
    faults = Faults()
    for part in parts:
        faults = faults.merged(part.faults)
    return parts[-1]._replace(
        values=values,
        lengths=np.array([values.size], np.int64),
        start=parts[0].start,
        replaced=np.concatenate(marks) if any(part.replaced is not None for part in parts) else None,
        faults=faults,
    )


class FirstFound:
    """The first of the values of a stream that are sought, and the number of vectors, which counts its row."""

    def __init__(self) -> None:
        self.vectors = 0
        self.value: Located | None = None

    def update(self, vectors: Vectors, is_sought: NDArray[np.bool_]) -> None:
        """Take in one more block."""
        if self.value is None and is_sought.any():
            self.value = vectors.located(int(np.argmax(is_sought))).after(self.vectors)
        self.vectors += len(vectors.lengths) - vectors.continued

    def merge(self, later: "FirstFound") -> None:
        """Take in what another one found in the blocks that follow."""
        if self.value is None and later.value is not None:
            self.value = later.value.after(self.vectors)
        self.vectors += later.vectors


class Meter:
    """How far reading has come: bytes of files, done and in all; `total` stays 0 for a pipe."""

    def __init__(self) -> None:
        self.total = 0
        self.done = 0

    @property
    def share(self) -> float:
        """How much has been read, from 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

"""Pasted arrays to vectors: what Python, NumPy, PyTorch, JAX and TensorFlow print, array after array."""

from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from typing import NamedTuple

import numpy as np

from actcli.arrays import Integers
from actcli.errors import DataError, Place
from actcli.inputs.brackets import BracketError, Leaf, depth, has_brackets, is_label, leaves
from actcli.inputs.formats import InputInfo
from actcli.inputs.number import not_a_number, number
from actcli.inputs.options import InputOptions, select
from actcli.inputs.readers.records import (
    TARGET_LIMIT,
    Parsed,
    Row,
    TextBlock,
    no_text,
    uncommented,
    vectors,
)
from actcli.inputs.readings import cure_of
from actcli.inputs.streams import LINE_LIMIT, pieces, whole_lines
from actcli.results import Vectors


def read_arrays(stream: BufferedReader, name: str, options: InputOptions, info: InputInfo) -> Iterator[Vectors]:
    """Read arrays as they were printed, each over one line or several: a vector is an innermost list.

    Blocks come as soon as an array is whole. Raises DataError with line and column for what is no array, after all
    arrays before it.
    """
    for array in _arrays(uncommented(whole_lines(pieces(stream), name)), name):
        if not info.delimiter:
            info.delimiter = "," if "," in array.text else " "
        yield from vectors([array.rows(options)], options.on_error)


def printed_arrays(text: str, name: str, options: InputOptions) -> Iterator[Vectors]:
    """Read the arrays of a text that is here whole; raises DataError as `read_arrays` does."""
    array = _Array(text, np.arange(1, text.count("\n") + 2), name)
    return vectors([array.rows(options)], options.on_error)


def _arrays(blocks: Iterable[TextBlock], name: str) -> "Iterator[_Array]":
    """The lines of each array: as few as have no bracket open at their end."""
    held, numbers, size, comments = list[str](), list[int](), 0, 0
    is_open = 0
    for block in blocks:
        comments += block.comments
        for number_of_line, line in zip(block.numbers.tolist(), block.text.split(b"\n"), strict=False):
            where = f"{name}, line {number_of_line}"
            if problem := no_text(line, where):
                raise problem
            text = line.decode()
            if not held and not text.strip():
                continue
            held.append(text)
            numbers.append(number_of_line)
            size += len(line)
            is_open += depth(text)
            if size > LINE_LIMIT:
                raise DataError(f"{name}, line {numbers[0]}: an array longer than {LINE_LIMIT >> 20} MiB")
            if is_open <= 0 and not is_label(text):
                if not any(map(has_brackets, held)):
                    column = len(text) - len(text.lstrip())
                    message = f"{where}, column {column + 1}: text behind an array"
                    raise DataError(message, "leave out what is no array", Place(text, column, len(text.strip())))
                yield _Array("\n".join(held), np.array(numbers), name, comments)
                held, numbers, size, comments, is_open = [], [], 0, 0, 0
    if held or comments:
        yield _Array("\n".join(held), np.array(numbers or [1]), name, comments)


class _Array(NamedTuple):
    """Lines of text that hold arrays."""

    text: str
    """Without the newline of the last."""
    numbers: Integers
    """The number of each line."""
    name: str
    """Of the file, for errors."""
    comments: int = 0
    """How many comments stand before them."""

    def rows(self, options: InputOptions) -> "_Rows":
        """The innermost lists; raises DataError where the brackets do not match, or there is more than arrays."""
        try:
            found = leaves(self.text) if self.text else []
        except BracketError as error:
            where, place = self.located(error.start, error.width)
            raise DataError(f"{where}: {error.message}", error.hint, place) from error
        ends = np.flatnonzero(np.array([character == "\n" for character in self.text], np.bool_))
        lines = self.numbers[np.searchsorted(ends, [leaf.start for leaf in found])] if found else self.numbers[:0]
        return _Rows(self, found, lines, options)

    def located(self, start: int, width: int) -> tuple[str, Place]:
        """Name a place in the text, and draw it in its line."""
        first = self.text.rfind("\n", 0, start) + 1
        line = self.text[first:].partition("\n")[0]
        number_of_line = self.numbers[self.text.count("\n", 0, start)]
        return f"{self.name}, line {number_of_line}, column {start - first + 1}", Place(line, start - first, width)


class _Rows(NamedTuple):
    """The innermost lists of arrays, as a batch of records."""

    array: _Array
    leaves: Sequence[Leaf]
    numbers: Integers
    """The line on which each begins."""
    options: InputOptions

    @property
    def records(self) -> int:
        return len(self.leaves)

    @property
    def comments(self) -> int:
        return self.array.comments

    def parse(self) -> Parsed | None:
        if self.options.chooses_columns:
            return None
        rows = [[number(token) for _, token in leaf.tokens()] for leaf in self.leaves]
        values = [value for row in rows for value in row if value is not None]
        lengths = np.array([len(row) for row in rows], np.int64)
        return Parsed(np.array(values, np.float64), lengths) if lengths.sum() == len(values) else None

    def rows(self) -> Iterator[Row]:
        for leaf, line in zip(self.leaves, self.numbers.tolist(), strict=True):
            yield self._row(list(leaf.tokens()), line)

    def halves(self) -> "tuple[_Rows, _Rows]":
        middle = self.records // 2
        return (
            self._replace(leaves=self.leaves[:middle], numbers=self.numbers[:middle]),
            self._replace(leaves=self.leaves[middle:], numbers=self.numbers[middle:]),
        )

    def _row(self, tokens: Sequence[tuple[int, str]], line: int) -> Row:
        where = f"{self.array.name}, line {line}"
        chosen, target, places = select(self.options, (), len(tokens), where)
        kept = tuple(tokens[place][1] for place in places)
        label = None if target is None else tokens[target][1][:TARGET_LIMIT]
        picked = tokens if chosen is None else [tokens[place] for place in chosen]
        values = [number(token) for _, token in picked]
        if None not in values:
            return Row(values, None, label, kept)
        start, token = picked[values.index(None)]
        where, place = self.array.located(start, len(token) or 1)
        message = not_a_number(token) if token else "a number is missing"
        hint = "a comma is missing" if len(token.split()) > 1 else cure_of(token)
        return Row(values, DataError(f"{where}: {message}", hint, place), label, kept)

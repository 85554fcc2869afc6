"""Lines, or records that may span some, each a vector by a grammar of its own."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

import numpy as np

from actcli.arrays import Integers
from actcli.errors import DataError
from actcli.inputs.arrival import Lines, count_lines
from actcli.inputs.faults import Parsed, Row, vectors
from actcli.inputs.reading import OnError
from actcli.results import Vectors

_NEWLINE = ord("\n")


class Grammar(Protocol):
    """How a line is read; lines end in a newline."""

    def parse(self, lines: bytes, /) -> Parsed | None:
        """Read many lines at once; None if anything in them is amiss."""
        ...

    def row(self, line: bytes, name: str, number: int, /) -> Row:
        """Read one line with care, its newline aside."""
        ...

    def ends(self, lines: bytes, /) -> Integers:
        """Where each line ends."""
        ...


def read_lines(
    lines: Iterable[tuple[bytes, Integers]], grammar: Grammar, name: str, on_error: OnError
) -> Iterator[Vectors]:
    """Read blocks of lines, beside them the number of each; raises DataError as `faults.vectors` does."""
    return vectors((_Batch(text, numbers, grammar, name) for text, numbers in lines), on_error)


def uncommented(blocks: Iterable[Lines], comment: Callable[[bytes], int]) -> Iterator[tuple[bytes, Integers]]:
    """Cut off what `comment` finds the start of (-1: none); lines that hold nothing else vanish.

    Yields the lines left and the number of each.
    """
    for first, lines in blocks:
        if b"#" not in lines:
            yield lines, np.arange(first, first + count_lines(lines))
            continue
        kept, numbers = [], []
        for line, text in enumerate(lines.split(b"\n")[:-1], first):
            start = comment(text)
            body = text if start < 0 else text[:start]
            if start < 0 or body.strip():
                kept.append(body + b"\n")
                numbers.append(line)
        yield b"".join(kept), np.array(numbers, np.int64)


def line_ends(lines: bytes) -> Integers:
    """Where each line ends, its newline included."""
    return np.flatnonzero(np.frombuffer(lines, np.uint8) == _NEWLINE) + 1


def no_text(line: bytes, where: str) -> DataError | None:
    """Say why a line cannot be shown, if it is no text."""
    if b"\0" in line:
        return DataError(f"{where}: binary data, not text")
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return DataError(f"{where}, byte {error.start + 1}: not UTF-8 text", "convert it: iconv -t UTF-8")
    return None


class _Batch(NamedTuple):
    text: bytes
    numbers: Integers
    grammar: Grammar
    name: str

    @property
    def records(self) -> int:
        return len(self.numbers)

    def parse(self) -> Parsed | None:
        return self.grammar.parse(self.text)

    def rows(self) -> Iterator[Row]:
        ends = [*self.grammar.ends(self.text).tolist()[: self.records - 1], len(self.text)]
        for start, end, number in zip([0, *ends], ends, self.numbers.tolist(), strict=False):
            yield self.grammar.row(self.text[start : end - 1], self.name, number)

    def halves(self) -> "tuple[_Batch, _Batch]":
        middle = self.records // 2
        cut = int(self.grammar.ends(self.text)[middle - 1])
        return (
            self._replace(text=self.text[:cut], numbers=self.numbers[:middle]),
            self._replace(text=self.text[cut:], numbers=self.numbers[middle:]),
        )

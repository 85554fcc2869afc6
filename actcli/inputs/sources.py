"""Where values come from: the words of the command line, stdin or files."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from actcli.errors import UsageError
from actcli.inputs.reading import Reading
from actcli.inputs.words import is_values, read_words
from actcli.precision import Precision
from actcli.results import Meter, Vectors
from actcli.terminal import Terminal

STDIN = "-"

HINT = "type values (-3 0 3), pipe them in, or name a file with --input FILE"


class Input(NamedTuple):
    """The vectors as they arrive, block by block, and the delimiter that plain output joins values with.

    `labels` are the names of a vector's entries, where the first input has some; `notes` say how it was taken; `shape`
    is that of the input where it is one array; `meter` tells how much of its files has been read.
    `is_typed` says that they stood on the command line, which is then what is wrong with a wrong one.
    """

    blocks: Iterator[Vectors]
    delimiter: str
    is_typed: bool = False
    labels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shape: tuple[int, ...] | None = None
    meter: Meter | None = None

    def rounded(self, precision: Precision | None) -> "Input":
        """The same input, every value rounded to the type that the user asked for, if one was."""
        if precision is None:
            return self
        blocks = (block._replace(values=precision.rounded(block.values), precision=precision) for block in self.blocks)
        return self._replace(blocks=blocks)


def stands_for_values(word: str) -> bool:
    """Whether a word beside functions is a value, or the `-` of stdin."""
    return word == STDIN or is_values(word)


def open_values(words: Sequence[str], reading: Reading, terminal: Terminal, *, stdin_by_default: bool) -> Input:
    """Open the values that a command line asks for.

    `words` are values or a single `-` for stdin. With neither words nor files, stdin is read if `stdin_by_default`
    and it is no terminal. Raises UsageError where the command line makes no sense and DataError for a file that is
    not there; faults in the data come out of the blocks.
    """
    if words and reading.files:
        raise UsageError("values and --input cannot be mixed", "leave out one of them")
    if words and STDIN not in words:
        return _typed(words, reading).rounded(reading.precision)
    if len(words) > 1:
        raise UsageError("'-' reads all values from stdin: no others can stand beside it", "leave out one of them")
    if not words and not reading.files and (not stdin_by_default or terminal.stdin_is_tty):
        raise UsageError("no values", HINT)
    # Reading streams takes 2 ms of imports, which values on the command line need not pay.
    from actcli.inputs.streams import open_streams

    return open_streams(reading, terminal.stdin).rounded(reading.precision)


def _typed(words: Sequence[str], reading: Reading) -> Input:
    for option, given in reading.of_streams().items():
        if given:
            raise UsageError(f"{option} tells how input is read, and these values are typed", f"leave out {option}")
    vectors, delimiter = read_words(words)
    if reading.flatten:
        from actcli.inputs.flat import flattened

        return Input(flattened([vectors]), delimiter, is_typed=True)
    return Input(iter((vectors,)), delimiter, is_typed=True)

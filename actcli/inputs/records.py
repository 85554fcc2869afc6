"""Records of a table of text, some of which span lines, since a quoted field may hold a newline."""

from collections.abc import Iterable, Iterator

import numpy as np

from actcli.arrays import Integers
from actcli.errors import DataError
from actcli.inputs.lines import line_ends

RECORD_LIMIT = 1 << 24  # of a record that spans lines: its quote was never meant to open a field


def record_ends(text: bytes) -> Integers:
    """Where each record ends, its newline included."""
    ends = line_ends(text)
    if b'"' not in text:
        return ends
    quotes = np.frombuffer(text, np.uint8) == ord('"')
    return ends[~np.logical_xor.accumulate(quotes)[ends - 1]]


def whole_records(blocks: Iterable[tuple[bytes, Integers]], name: str) -> Iterator[tuple[bytes, Integers]]:
    """Cut blocks of lines at the ends of records, and number each record by the line it begins on.

    Raises DataError where a quote stays open for more than a limit; one open at the end makes a record of the rest.
    """
    held, held_lines = list[bytes](), list[Integers]()
    for block, lines in blocks:
        if not held and b'"' not in block:
            yield block, lines
            continue
        held.append(block)
        held_lines.append(lines)
        if b'"' in block:
            text, numbers = b"".join(held), np.concatenate(held_lines)
            ends = record_ends(text)
            cut = int(ends[-1]) if len(ends) else 0
            begins = np.concatenate(([0], ends))[:-1]
            yield text[:cut], numbers[np.searchsorted(line_ends(text), begins, side="right")]
            held = [text[cut:]] if cut < len(text) else []
            held_lines = [numbers[text.count(b"\n", 0, cut) :]] if held else []
        if sum(map(len, held)) > RECORD_LIMIT:
            told = f"a quote stays open for over {RECORD_LIMIT >> 20} MiB"
            raise DataError(f"{name}, line {held_lines[0][0]}: {told}")
    if held:
        yield b"".join(held), held_lines[0][:1]

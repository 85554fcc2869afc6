"""A block for each vector: softmax as bars, loss with gradient, Jacobians."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rich.text import Text

from actcli.arrays import Floats, Integers, Numbers
from actcli.render.bars import bars, likeliest, percent, winner, without_bars
from actcli.render.cells import cell
from actcli.render.excerpt import ENDS, ends
from actcli.render.facts import facts_of, flowing, swapped
from actcli.render.grid import GAP, Column, aligned, left_out, lines, pages, shown, signs, width_of
from actcli.render.labels import names, titles
from actcli.render.matrices import matrix_lines
from actcli.render.presentation import Layout
from actcli.results import Chunk, Header
from actcli.terminal import Terminal

BLOCKS = 8  # vectors that are drawn; more than that is a stream, for which there are formats
_LADDER = (6, 4, 3)

# What the terms of a loss are, class by class.
_TERMS = {"cross-entropy": "-y log p", "kl": "y log(y/p)", "mse": "(p - y)^2/2"}


@dataclass(frozen=True, slots=True)
class Block:
    """What one function makes of one vector of `entries` values: for each of `index`, its x and the columns."""

    function: int
    vector: int
    line: int | None
    entries: int
    index: Integers
    x: Floats
    columns: Mapping[str, Numbers]

    @property
    def size(self) -> int:
        """How many values the vector gives."""
        return len(self.index)


class Blocks:
    """Collects the first vectors, and counts the rest."""

    def __init__(self, header: Header, layout: Layout) -> None:
        self._header = header
        self._layout = layout
        self._blocks: list[Block] = []
        self._vectors = 0

    def add(self, chunk: Chunk) -> None:
        """Take one more chunk."""
        filled = np.flatnonzero(chunk.vectors.lengths)
        for row in filled[: max(0, BLOCKS - self._vectors)].tolist():
            self._blocks += self.of_vector(chunk, row)
        self._vectors += len(filled)

    def lines(self, digits: int | None, terminal: Terminal) -> Iterator[Text]:
        """Draw what was taken."""
        for place, block in enumerate(self._blocks):
            if place:
                yield Text()
            yield from flowing(*self._title(block, digits, terminal), terminal.width)
            if self._layout.value:
                yield from self._values(block, digits, terminal)
            yield from flowing(*swapped(block.columns, digits or 6, terminal), terminal.width)
            for name in self._layout.pair:
                if self._layout.value or self._layout.vector:
                    yield Text()
                matrix = block.columns[name].reshape(block.size, block.entries)
                names = [titles(self._header, side, terminal) for side in matrix.shape]
                yield from matrix_lines(name, matrix, names, digits, terminal)
        if self._vectors > BLOCKS:
            yield Text()
            yield left_out(f"{self._vectors - BLOCKS:,} vectors left out", terminal)

    def of_vector(self, chunk: Chunk, row: int) -> Iterator[Block]:
        """Cut one vector out of a chunk, for each function; copies, which let go of the chunk."""
        known = chunk.vectors.lines
        line = None if known is None else int(known[row])
        for function, answer in enumerate(chunk.answers):
            own = _slice(answer.lengths, row)
            columns = {
                field.name: answer.columns[field.name][_slice(chunk.counts(answer, field.per), row)].copy()
                for field in self._header.fields
            }
            index = chunk.indices(answer)[own].copy()
            # A function such as maxout gives values that have no input.
            x = chunk.inputs(answer)[own].copy() if self._layout.has_x else np.zeros(0)
            entries = int(chunk.vectors.lengths[row])
            yield Block(function, chunk.first + row, line, entries, index, x, columns)

    def _title(self, block: Block, digits: int | None, terminal: Terminal) -> tuple[str, list[str]]:
        """Name the function, and say what the vector as a whole comes to."""
        card = self._header.cards[block.function]
        told = [f"n={block.entries}"]
        if self._vectors > 1:
            told.insert(0, f"vector {block.vector}" if block.line is None else f"line {block.line}")
        settings = {**(card.get("parameters") or {}), **self._header.settings}
        if isinstance(settings.get("temperature"), float | int):
            told.append(f"T={cell(settings['temperature'])}".removesuffix(".0"))
        told += facts_of(block.columns, block.entries, digits, terminal)
        return shown(str(card["name"]), terminal), told

    def _values(self, block: Block, digits: int | None, terminal: Terminal) -> Iterator[Text]:
        likely = block.columns["probability"] if "probability" in self._layout.value else None
        kept = ends(block.size, 2 * ENDS) if likely is None else likeliest(likely)
        leading = self._leading(block, kept, None if digits else 6, terminal)
        ladder = (digits,) if digits else _LADDER
        steps = [[self._column(name, block, kept, step) for name in self._layout.value] for step in ladder]
        columns, beside = _fitting(leading, steps, likely, kept, terminal)
        split = pages(leading, columns, terminal.width - (width_of(beside) + len(GAP) if beside else 0))
        split[0] += beside
        for page in split:
            yield from self._with_gap(lines(page), block, kept, terminal)

    def _leading(self, block: Block, kept: Sequence[int], digits: int | None, terminal: Terminal) -> list[Column]:
        columns = [Column("i", [str(index) for index in block.index[kept].tolist()], "dim")]
        labels = names(self._header, block.entries, terminal)
        if labels is not None:
            columns.append(Column("label", [labels[index] for index in block.index[kept].tolist()], left=True))
        if self._layout.has_x:
            columns.append(Column(self._header.headings.get("x", "x"), aligned(block.x[kept], digits)))
        return columns

    def _column(self, name: str, block: Block, kept: Sequence[int], digits: int) -> Column:
        values = block.columns[name]
        best = winner(values) if name == "probability" else -1
        styles = ["bold" if index == best else "" for index in kept]
        title = _TERMS.get(str(self._header.settings.get("loss")), name) if name == "loss_terms" else name
        return Column(title, aligned(values[kept], digits), styles=styles)

    def _with_gap(self, page: list[Text], block: Block, kept: Sequence[int], terminal: Terminal) -> list[Text]:
        """Say how many rows of a long vector are left out, and what they come to."""
        count = block.entries - len(kept) if self._layout.has_x else block.size - len(kept)
        if count and "probability" in self._layout.value:
            rest = percent(1.0 - float(block.columns["probability"][kept].sum()))
            page.append(left_out(f"{count:,} less likely left out, together {rest}", terminal))
        elif count:
            page.insert(1 + ENDS, left_out(f"{count:,} rows left out", terminal))
        return page


def _fitting(
    leading: list[Column],
    steps: Sequence[list[Column]],
    likely: Floats | None,
    kept: Sequence[int],
    terminal: Terminal,
) -> tuple[list[Column], list[Column]]:
    """The columns of the most digits that leave room for bars, with a worded mark if need be by fewer digits."""
    rooms = [terminal.width - width_of([*leading, *columns]) for columns in steps]
    if likely is None:
        return next((columns for columns, room in zip(steps, rooms, strict=True) if room >= 0), steps[-1]), []
    for word in (" argmax", ""):
        for columns, room in zip(steps, rooms, strict=True):
            beside = bars(likely, kept, room, signs(terminal), word)
            if beside:
                return columns, beside
    for columns, room in zip(steps, rooms, strict=True):
        beside = without_bars(likely, kept, room, signs(terminal))
        if width_of([*leading, *columns, *beside]) <= terminal.width:
            break
    return columns, beside


def _slice(counts: Integers, row: int) -> slice:
    start = int(counts[:row].sum())
    return slice(start, start + int(counts[row]))

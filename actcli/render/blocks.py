"""A block for each vector: softmax as bars, loss with gradient, Jacobians."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rich.text import Text

from actcli.render.bars import bars, likeliest, percent, totals, winner
from actcli.render.cells import cell
from actcli.render.excerpt import ENDS, ends
from actcli.render.floats import text
from actcli.render.grid import GAP, Column, Signs, aligned, left_out, lines, pages, shown, signs, width_of
from actcli.render.presentation import Layout
from actcli.results import Chunk, Floats, Header
from actcli.terminal import Terminal

_BLOCKS = 8  # vectors that are drawn; more than that is a stream, for which there are formats
_SMALL = 12  # a matrix up to this size is told whole, on several pages if need be
_NARROWEST = 5  # cells that a column of a matrix takes at the least
_LADDER = (6, 4, 3)


@dataclass(frozen=True, slots=True)
class Block:
    """What one function makes of one vector."""

    function: int
    vector: int
    line: int | None
    size: int  # how many values the vector gives
    x: Floats
    columns: Mapping[str, Floats]


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
        for row in filled[: max(0, _BLOCKS - self._vectors)].tolist():
            self._blocks += self._of_vector(chunk, row)
        self._vectors += len(filled)

    def lines(self, digits: int | None, terminal: Terminal) -> Iterator[Text]:
        """Draw what was taken."""
        for place, block in enumerate(self._blocks):
            if place:
                yield Text()
            yield self._title(block, digits, terminal)
            if self._layout.value:
                yield from self._values(block, digits, terminal)
            for name in self._layout.pair:
                yield from self._matrix(name, block, digits, terminal)
        if self._vectors > _BLOCKS:
            yield Text()
            yield left_out(f"{self._vectors - _BLOCKS:,} vectors left out", terminal)

    def _of_vector(self, chunk: Chunk, row: int) -> Iterator[Block]:
        known = chunk.vectors.lines
        line = None if known is None else int(known[row])
        starts = chunk.vectors.starts()
        x = chunk.vectors.values[starts[row] : starts[row + 1]].copy()
        for function, answer in enumerate(chunk.answers):
            counts = {"vector": np.ones_like(answer.lengths), "value": answer.lengths, "pair": answer.lengths**2}
            columns = {}
            for field in self._header.fields:
                start = int(counts[field.per][:row].sum())
                columns[field.name] = answer.columns[field.name][start : start + int(counts[field.per][row])].copy()
            yield Block(function, chunk.first + row, line, int(answer.lengths[row]), x, columns)

    def _title(self, block: Block, digits: int | None, terminal: Terminal) -> Text:
        """Name the function, then say what the vector as a whole comes to."""
        card = self._header.cards[block.function]
        facts = [f"n={block.size}"]
        if self._vectors > 1:
            facts.insert(0, f"vector {block.vector}" if block.line is None else f"line {block.line}")
        settings = {**(card.get("parameters") or {}), **self._header.settings}
        if isinstance(settings.get("temperature"), float | int):
            facts.append(f"T={cell(settings['temperature'])}".removesuffix(".0"))
        facts += [f"{name}={text(float(block.columns[name][0]), digits or 6)}" for name in self._layout.vector]
        if "probability" in block.columns:
            facts += totals(block.columns["probability"], signs(terminal))
        return Text.assemble((shown(str(card["name"]), terminal), "bold"), ("   " + "   ".join(facts), "dim"))

    def _values(self, block: Block, digits: int | None, terminal: Terminal) -> Iterator[Text]:
        likely = block.columns["probability"] if "probability" in self._layout.value else None
        kept = ends(block.size, 2 * ENDS) if likely is None else likeliest(likely)
        for step in (digits,) if digits else _LADDER:
            leading = self._leading(block, kept, None if digits else 6, terminal)
            columns = [self._column(name, block, kept, step) for name in self._layout.value]
            room = terminal.width - width_of([*leading, *columns])
            beside = [] if likely is None else bars(likely, kept, room, signs(terminal))
            if width_of([*leading, *columns, *beside]) <= terminal.width:
                break
        split = pages(leading, columns, terminal.width - (width_of(beside) + len(GAP) if beside else 0))
        split[0] += beside
        for page in split:
            yield from self._with_gap(lines(page), block, kept, terminal)

    def _leading(self, block: Block, kept: Sequence[int], digits: int | None, terminal: Terminal) -> list[Column]:
        columns = [Column("i", [str(index) for index in kept], "dim")]
        if block.size <= len(self._header.labels):
            labels = [shown(self._header.labels[index], terminal) for index in kept]
            columns.append(Column("label", labels, left=True))
        if self._layout.has_x:
            title = "logit" if "probability" in block.columns else "x"
            columns.append(Column(title, aligned(block.x[kept], digits)))
        return columns

    def _column(self, name: str, block: Block, kept: Sequence[int], digits: int) -> Column:
        values = block.columns[name]
        best = winner(values) if name == "probability" else -1
        styles = ["bold" if index == best else "" for index in kept]
        return Column(name, aligned(values[kept], digits), styles=styles)

    def _with_gap(self, page: list[Text], block: Block, kept: Sequence[int], terminal: Terminal) -> list[Text]:
        """Say how many rows of a long vector are left out, and what they come to."""
        count = block.size - len(kept)
        if count and "probability" in self._layout.value:
            likely = block.columns["probability"]
            rest = percent(likely.sum() - likely[kept].sum())
            page.append(left_out(f"{count:,} less likely left out, together {rest}", terminal))
        elif count:
            page.insert(1 + ENDS, left_out(f"{count:,} rows left out", terminal))
        return page

    def _matrix(self, name: str, block: Block, digits: int | None, terminal: Terminal) -> Iterator[Text]:
        """Draw n x n numbers: all of a small matrix, of a large one the corners."""
        matrix = block.columns[name].reshape(block.size, block.size)
        labels = self._header.labels if block.size <= len(self._header.labels) else ()
        names = [shown(labels[i], terminal) if labels else str(i) for i in range(block.size)]
        room = min(block.size, max(_SMALL, terminal.width // _NARROWEST))
        for step in (digits,) if digits else _LADDER:
            columns = _corners(matrix, names, room, step, signs(terminal))
            if width_of(columns) <= terminal.width:
                break
        while width_of(columns) > terminal.width and room > _SMALL:
            room -= 1
            columns = _corners(matrix, names, room, step, signs(terminal))
        if self._layout.value or self._layout.vector:
            yield Text()
        yield Text(name, "bold")
        for page in pages(columns[:1], columns[1:], terminal.width):
            yield from lines(page)
        if room < block.size:
            yield left_out(f"{block.size - room:,} of {block.size:,} rows and columns left out", terminal)


def _corners(matrix: Floats, names: Sequence[str], room: int, digits: int, sign: Signs) -> list[Column]:
    """Make columns of the first and the last rows and columns, as many as there is room for."""
    kept = ends(len(matrix), room)
    cells = [[names[row] for row in kept], *(aligned(matrix[kept, column], digits) for column in kept)]
    titles = ["", *(names[column] for column in kept)]
    if room < len(matrix):
        gap = (room + 1) // 2
        for column in cells:
            column.insert(gap, sign.ellipsis)
        cells.insert(1 + gap, [sign.ellipsis] * (room + 1))
        titles.insert(1 + gap, sign.ellipsis)
    rows = [Column(title, column) for title, column in zip(titles[1:], cells[1:], strict=True)]
    return [Column("", cells[0], "dim", left=True), *rows]

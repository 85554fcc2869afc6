"""Several softmaxes as one heat table: a row a vector or a temperature, a column a class."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import product, takewhile
from operator import eq

import numpy as np
from rich.text import Text

from actcli.render.bars import winner
from actcli.render.blocks import BLOCKS, Block, Blocks
from actcli.render.excerpt import ENDS
from actcli.render.grid import GAP, Column, Signs, aligned, left_out, lines, signs, width_of
from actcli.render.heat import joined, packed, short, tiles
from actcli.render.labels import titles
from actcli.render.numbers import text
from actcli.render.presentation import Layout
from actcli.results import Chunk, Header
from actcli.terminal import Terminal

_MOST_PAGES = 3  # of a wider table the first classes say what it is like, and --top which ones matter
_LABEL = 8  # cells of a class's name
_NARROWEST = 4  # cells of a tile

# A probability in a tile, with as many digits as there is room for; the last is in percent.
_LADDER: tuple[Callable[[float], str], ...] = (
    lambda share: f" {share:.3f}",
    lambda share: f" {share:.2f}",
    lambda share: f" {100 * share:.0f}",
)


class Distributions:
    """Collects vectors; draws one of them as a block of bars, several as a heat table where there is no more to say."""

    def __init__(self, header: Header, layout: Layout) -> None:
        self._header = header
        self._layout = layout
        self._blocks = Blocks(header, layout)
        self._head: list[Block] = []
        self._tail: deque[Block] = deque(maxlen=ENDS * len(header.cards))
        self._vectors = 0

    def add(self, chunk: Chunk) -> None:
        """Take one more chunk."""
        self._blocks.add(chunk)
        filled = np.flatnonzero(chunk.vectors.lengths).tolist()
        room = max(0, ENDS - self._vectors)
        for row in filled[:room]:
            self._head += self._blocks.of_vector(chunk, row)
        for row in filled[room:][-ENDS:]:
            self._tail += self._blocks.of_vector(chunk, row)
        self._vectors += len(filled)

    def lines(self, digits: int | None, terminal: Terminal) -> Iterator[Text]:
        """Draw what was taken."""
        is_ranked = any(field.is_ranked for field in self._header.fields)
        has_gradients = "gradient" in self._layout.value and self._vectors <= BLOCKS
        if self._layout.pair or is_ranked or has_gradients or self._vectors * len(self._header.cards) <= 1:
            yield from self._blocks.lines(digits, terminal)
            return
        rows = [*self._head, *self._tail]
        size = max(block.size for block in rows)
        names = titles(self._header, size, terminal)[: _MOST_PAGES * terminal.width // _NARROWEST]
        beside = (self._leading(rows), self._trailing(rows, digits or 4, terminal))
        pages, classes, legend = _pages(rows, names, *beside, terminal)
        yield self._title(rows)
        for page in pages:
            page_lines = lines(page)
            if self._vectors > 2 * ENDS:
                told = f"{self._vectors - 2 * ENDS:,} vectors left out"
                page_lines.insert(1 + len(self._head), left_out(told, terminal))
            yield from page_lines
        if classes < size:
            yield left_out(f"{size - classes:,} classes left out: --top 5 tells of the likeliest", terminal)
        yield Text(legend, "dim")

    def _title(self, rows: Sequence[Block]) -> Text:
        sizes = sorted({block.size for block in rows})
        facts = [f"{self._vectors:,} vectors"] if self._vectors > 1 else []
        facts += [f"n={sizes[0]}" if len(sizes) == 1 else f"n={sizes[0]} to {sizes[-1]}"]
        temperature = self._header.settings.get("temperature")
        if isinstance(temperature, float | int):
            facts.append(f"T={text(temperature).removesuffix('.0')}")
        elif isinstance(temperature, list):
            facts.append(f"T={text(min(temperature), 6)} to {text(max(temperature), 6)}")
        return Text.assemble((self._header.names[0], "bold"), ("   " + "   ".join(facts), "dim"))

    def _leading(self, rows: Sequence[Block]) -> list[Column]:
        columns = []
        if self._vectors > 1:
            named = [block.vector if block.line is None else block.line for block in rows]
            begins = [block.function == 0 for block in rows]
            cells = [str(number) if new else "" for number, new in zip(named, begins, strict=True)]
            columns.append(Column("vector" if rows[0].line is None else "line", cells, "dim"))
        if "temperature" in self._layout.vector:
            columns.append(Column("T", _numbers(rows, "temperature", 6)))
        return columns

    def _trailing(self, rows: Sequence[Block], digits: int, terminal: Terminal) -> list[Column]:
        names = titles(self._header, max(block.size for block in rows), terminal)
        sign = signs(terminal)
        columns = []
        styles = ["bold"] * len(rows)
        if "target" in rows[0].columns:
            wanted = [_target(block) for block in rows]
            columns.append(Column("target", [short(names[index], _LABEL, sign) for index in wanted], left=True))
            missed = [index != _winner(block) for index, block in zip(wanted, rows, strict=True)]
            styles = ["bold yellow" if miss else "bold" for miss in missed]
        told = ("loss", "entropy", "top") if len(self._header.cards) > 1 else ("loss", "entropy")
        known = [name for name in told if name in self._layout.vector]
        columns += [Column("H bits" if name == "entropy" else name, _numbers(rows, name, digits)) for name in known]
        winners = [short(names[best], _LABEL, sign) if best >= 0 else "" for best in map(_winner, rows)]
        return [*columns, Column("winner", winners, styles=styles, left=True)]


def _pages(
    rows: Sequence[Block], names: Sequence[str], leading: list[Column], trailing: list[Column], terminal: Terminal
) -> tuple[list[list[Column]], int, str]:
    """The columns of each page, how many classes they show, and what the signs in them mean.

    Names give way to digits: logit0 to logit9 are 0 to 9 where that makes room for more.
    """
    sign = signs(terminal)
    around = width_of(leading) + len(GAP)
    beside = around + width_of(trailing) + len(GAP)
    for written, own in product(_LADDER, (names, _without_prefix(names))):
        columns = _tiles(rows, own, written, sign)
        if sum(column.width for column in columns) + beside <= terminal.width:
            return [[*leading, joined(columns), *trailing]], len(columns), _legend(written, sign)
    pages = packed(columns, terminal.width - around)[:_MOST_PAGES]
    told = [[*leading, joined(page)] for page in pages]
    return [*told, [*leading, *trailing]], sum(map(len, pages)), _legend(written, sign)


def _without_prefix(names: Sequence[str]) -> Sequence[str]:
    """The names without what all of them begin with, unless that is all of one."""
    first, last = min(names), max(names)
    same = sum(takewhile(bool, map(eq, first, last)))
    return names if same == len(first) else [name[same:] for name in names]


def _tiles(rows: Sequence[Block], names: Sequence[str], written: Callable[[float], str], sign: Signs) -> list[Column]:
    best = [_winner(block) for block in rows]
    columns = []
    for place, name in enumerate(names):
        shares = [block.columns["probability"][place] if place < block.size else np.nan for block in rows]
        wins = [number == place for number in best]
        cells = [
            written(share) + (sign.mark if won else " ") if place < block.size else ""
            for block, share, won in zip(rows, shares, wins, strict=True)
        ]
        columns.append(tiles(f" {short(name, _LABEL, sign)} ", cells, np.array(shares), wins))
    return columns


def _legend(written: Callable[[float], str], sign: Signs) -> str:
    return f"{sign.mark} argmax" + (", probabilities in percent" if written is _LADDER[-1] else "")


def _numbers(rows: Sequence[Block], name: str, digits: int) -> list[str]:
    return aligned(np.array([block.columns[name][0] for block in rows]), digits)


def _winner(block: Block) -> int:
    known = block.columns.get("winner")
    return winner(block.columns["probability"]) if known is None else int(known[0])


def _target(block: Block) -> int:
    return int(block.columns["target"].argmax())

"""Functions side by side: a column each, as many as fit, the others below them; long texts stand above."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

_GAP = 2
_NARROWEST = 10  # columns narrower than this break words
_LINES = 3  # what takes more lines of its column than this is a sentence, and told above
_LABEL, _NAME = "dim", "bold"


class Row(NamedTuple):
    """One property: its title, what is said of each function, and the heading of the group that it begins."""

    title: str
    cells: Sequence[str]
    heading: str = ""


def fits(functions: int, titles: Sequence[str], width: int) -> bool:
    """Whether columns can be read at a width: two of them, or the one there is."""
    return _most(titles, width) >= min(functions, 2)


def widest(functions: int, titles: Sequence[str], width: int) -> int:
    """How wide a column may be."""
    shown = min(functions, _most(titles, width))
    pages = math.ceil(functions / shown)
    return (_room(titles, width) - _GAP * (math.ceil(functions / pages) - 1)) // math.ceil(functions / pages)


def in_columns(names: Sequence[str], rows: Sequence[Row], width: int) -> list[RenderableType]:
    """Draw rows of facts under the names of the functions."""
    room = widest(len(names), [row.title for row in rows], width)
    sentences = [row for row in rows if len(names) > 1 and any(len(cell) > _LINES * room for cell in row.cells)]
    facts = [row for row in rows if row not in sentences and any(row.cells)]
    drawn: list[RenderableType] = list(_sentences(names, sentences))
    if drawn and facts:
        drawn.append(Text())
    most = min(len(names), _most([row.title for row in rows], width))
    pages = math.ceil(len(names) / most)
    size = math.ceil(len(names) / pages)
    for start in range(0, len(names), size):
        if start:
            drawn.append(Text())
        chosen = slice(start, start + size)
        drawn += _page(names[chosen], [row._replace(cells=row.cells[chosen]) for row in facts], room)
    return drawn


def _room(titles: Sequence[str], width: int) -> int:
    """What the titles leave to the columns."""
    return width - max(map(len, titles), default=0) - _GAP


def _most(titles: Sequence[str], width: int) -> int:
    return (_room(titles, width) + _GAP) // (_NARROWEST + _GAP)


def _sentences(names: Sequence[str], rows: Sequence[Row]) -> Iterator[RenderableType]:
    """Each function with its long texts, those of all functions one below the other."""
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for place, name in enumerate(names):
        for line, row in enumerate(row for row in rows if row.cells[place]):
            style = "" if row.title == "formula" else _LABEL
            table.add_row(Text(name if line == 0 else "", _NAME), Text(row.cells[place], style))
    if table.row_count:
        yield table


def _page(names: Sequence[str], rows: Sequence[Row], room: int) -> Iterator[RenderableType]:
    """The groups of rows as tables that are aligned with each other."""
    titles = max((len(row.title) for row in rows), default=0)
    widths = [
        min(room, max([len(name), *(len(line) for row in rows for line in row.cells[place].split("\n"))]))
        for place, name in enumerate(names)
    ]
    table = _table(titles, widths)
    table.add_row("", *(Text(name, _NAME) for name in names))
    for row in rows:
        if row.heading:
            yield table
            yield Text()
            yield Text(row.heading, _LABEL + " italic")
            table = _table(titles, widths)
        table.add_row(Text(row.title, _LABEL), *(Text(cell) for cell in row.cells))
    yield table


def _table(titles: int, widths: Sequence[int]) -> Table:
    # No box: a frame takes the width that the facts need, and alignment tells columns apart.
    table = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    table.add_column(width=titles, no_wrap=True)
    for width in widths:
        table.add_column(width=width, overflow="fold")
    return table


def headed(titles: Sequence[str], cells: Sequence[Sequence[str]], headings: Mapping[int, str]) -> list[Row]:
    """Rows from what is said function by function; headings by the place of the row that they stand above."""
    return [Row(title, [own[place] for own in cells], headings.get(place, "")) for place, title in enumerate(titles)]

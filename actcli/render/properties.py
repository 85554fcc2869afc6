"""Property tables: what the cards of the functions say, side by side, a row each, or one below the other."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from actcli.render.cells import property_rows
from actcli.render.grid import shown
from actcli.results import Header
from actcli.terminal import Terminal

_READABLE = 16  # columns narrower than this break words
_LABEL = "dim"
_NAME = "bold"


def property_table(header: Header, digits: int | None, terminal: Terminal) -> list[RenderableType]:
    """Draw few functions as columns, many as rows, and where the terminal is narrow each as a block of lines."""
    titles = [shown(name, terminal) for name in header.properties]
    names = [shown(name, terminal) for name in header.names]
    rows = _cells(header, digits, terminal)
    if len(rows) < len(titles) and terminal.width >= _READABLE * (len(rows) + 1):
        widest = sum(max(map(len, row)) for row in rows) + max(map(len, titles)) + 2 * len(rows)
        if digits is None and len(rows) > 1 and widest > terminal.width:
            rows = _cells(header, 6, terminal)  # numbers that wrap cannot be compared
        return [_functions_as_columns(titles, names, rows)]
    if terminal.width >= _READABLE * len(titles):
        return [_functions_as_rows(titles, rows)]
    return _functions_as_blocks(titles, names, rows)


def _cells(header: Header, digits: int | None, terminal: Terminal) -> list[list[str]]:
    return [[shown(cell, terminal) for cell in row] for row in property_rows(header, digits)]


def _functions_as_columns(titles: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = _table(["", *names], _NAME)
    table.columns[0].no_wrap = True
    for place, title in enumerate(titles):
        if title != "name":
            table.add_row(Text(title, _LABEL), *(Text(row[place]) for row in rows))
    return table


def _functions_as_rows(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = _table(titles, _LABEL)
    for row in rows:
        table.add_row(*(Text(cell, _NAME if title == "name" else "") for title, cell in zip(titles, row, strict=True)))
    return table


def _functions_as_blocks(
    titles: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]]
) -> list[RenderableType]:
    blocks: list[RenderableType] = []
    for name, row in zip(names, rows, strict=True):
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for title, cell in zip(titles, row, strict=True):
            if cell and title != "name":
                table.add_row(Text(title, _LABEL), Text(cell))
        blocks += [Text(name, _NAME), table]
    return blocks


def _table(titles: Sequence[str], style: str) -> Table:
    # No box: a frame takes the width that formulas need, and alignment tells columns apart.
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=style)
    for title in titles:
        table.add_column(Text(title), overflow="fold")
    return table

"""Property tables: what the cards of the functions say, side by side, a row each, or one below the other."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from actcli.render.cells import cell
from actcli.render.grid import shown
from actcli.results import Header
from actcli.terminal import Terminal

_READABLE = 16  # columns narrower than this break words
_GAP = 4  # between the names of properties and what they are
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
    room = terminal.width - max(map(len, header.properties)) - _GAP
    return [
        [
            "\n".join(shown(line, terminal) for line in _lines(card.get(name), digits, room))
            for name in header.properties
        ]
        for card in header.cards
    ]


def _lines(entry: Any, digits: int | None, room: int) -> list[str]:
    """One property in lines: records as a small table where there is room, lists by name a line each."""
    if isinstance(entry, list | tuple) and entry and isinstance(entry[0], Mapping):
        return _small_table(entry, digits, room)
    if isinstance(entry, Mapping) and any(isinstance(value, list) for value in entry.values()):
        return [f"{name}: {cell(value, digits)}" for name, value in entry.items()]
    if isinstance(entry, list) and any(isinstance(each, str) and " " in each for each in entry):
        return [cell(each, digits) for each in entry]
    return [cell(entry, digits)]


def _small_table(records: Sequence[Mapping[str, Any]], digits: int | None, room: int) -> list[str]:
    titles = list(dict.fromkeys(title for record in records for title in record))
    columns = [[title, *(cell(record.get(title), digits) for record in records)] for title in titles]
    widths = [max(map(len, column)) for column in columns]
    if sum(widths) + 2 * len(widths) - 2 > room:
        return [cell(record, digits) for record in records]
    return [
        "  ".join(part.ljust(width) for part, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    ]


def _functions_as_columns(titles: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = _table(["", *names], _NAME)
    table.columns[0].no_wrap = True
    for place, title in enumerate(titles):
        if title != "name" and any(row[place] for row in rows):
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
        for title, told in zip(titles, row, strict=True):
            if told and title != "name":
                table.add_row(Text(title, _LABEL), Text(told))
        blocks += [Text(name, _NAME), table]
    return blocks


def _table(titles: Sequence[str], style: str) -> Table:
    # No box: a frame takes the width that formulas need, and alignment tells columns apart.
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=style)
    for title in titles:
        table.add_column(Text(title), overflow="fold")
    return table

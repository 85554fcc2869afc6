"""Property tables: what the cards of the functions say, side by side, a row each, or one below the other."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from actcli.render.cells import cell
from actcli.render.columns import fits, headed, in_columns, widest
from actcli.render.grid import shown
from actcli.render.wording import fact, title, told_names
from actcli.results import Header
from actcli.terminal import Terminal

_READABLE = 16  # columns narrower than this break words
_GAP = 4  # between the names of properties and what they are
_LADDER = (None, 6, 4)  # digits: numbers that wrap cannot be compared
_LABEL = "dim"
_NAME = "bold"


def property_table(header: Header, digits: int | None, terminal: Terminal) -> list[RenderableType]:
    """Draw few functions as columns, many as rows, and where the terminal is narrow each as a block of lines."""
    told = told_names(header)
    titles = [shown(title(name), terminal) for name in told]
    names = [shown(name, terminal) for name in header.names]
    if len(names) < len(told) and fits(len(names), titles, terminal.width):
        room = widest(len(names), titles, terminal.width)
        for step in (digits,) if digits or len(names) == 1 else _LADDER:
            cells = _cells(header, told, step, terminal)
            if all(len(word) <= room for own in cells for cell in own for word in cell.split()):
                break
        headings = {place: header.headings[name] for place, name in enumerate(told) if name in header.headings}
        rows = [row for row, name in zip(headed(titles, cells, headings), told, strict=True) if name != "name"]
        return in_columns(names, rows, terminal.width)
    cells = _cells(header, told, digits, terminal)
    if terminal.width >= _READABLE * len(titles):
        return [_functions_as_rows(titles, cells)]
    return _functions_as_blocks(titles, names, cells)


def _cells(header: Header, told: Sequence[str], digits: int | None, terminal: Terminal) -> list[list[str]]:
    room = terminal.width - max(len(title(name)) for name in told) - _GAP
    return [
        [_shown(_told(name, header, place, digits, room), terminal) for name in told]
        for place in range(len(header.cards))
    ]


def _shown(lines: Sequence[str], terminal: Terminal) -> str:
    return "\n".join(shown(line if terminal.unicode else line.replace("±", "+-"), terminal) for line in lines)


def _told(name: str, header: Header, place: int, digits: int | None, room: int) -> list[str]:
    """What is said of one property, in lines."""
    entry = header.cards[place].get(name)
    if isinstance(entry, Mapping) or (
        isinstance(entry, list | tuple) and entry and isinstance(entry[0], Mapping | str)
    ):
        return _lines(entry, digits, room)
    return [fact(name, header, place, digits)]


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
        for label, told in zip(titles, row, strict=True):
            if told and label != "name":
                table.add_row(Text(label, _LABEL), Text(told))
        blocks += [Text(name, _NAME), table]
    return blocks


def _table(titles: Sequence[str], style: str) -> Table:
    # No box: a frame takes the width that formulas need, and alignment tells columns apart.
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=style)
    for label in titles:
        table.add_column(Text(label), overflow="fold")
    return table

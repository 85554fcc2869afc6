"""Tables of properties: few functions as columns, many as rows, and on a narrow terminal one below the other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from actcli.arrays import Floats
from actcli.errors import counted
from actcli.render.cells import descriptions, shown_text
from actcli.render.grid import (
    DIGITS,
    GAP,
    LADDER,
    Column,
    Words,
    aligned,
    common_start,
    fitting,
    lines,
    paged,
    pages,
    shown,
    signs,
)
from actcli.render.numbers import percent, text
from actcli.results import Header
from actcli.results.properties import OF_UNITS, PROPERTIES, REASONS, SHARE, Group, Property
from actcli.results.units import STATES
from actcli.terminal import Terminal

_NARROWEST = 10  # columns of functions narrower than this break words
_READABLE = 16  # and so do columns of properties, which hold formulas
_MARGIN = 4  # of a small table in a cell
_LINES = 3  # what takes more lines of its column than this is a sentence, and stands above the columns
_LABEL, _NAME, _ILL = "dim", "bold", "bold red"
_PLAIN = ("formula", "used_for")  # what these sentences are goes without saying
_LEAST_TEXT = 12  # columns beside a title
_STATE_STYLES = dict(zip(STATES, ("red", "yellow", "magenta"), strict=True))
_SHARE_OF_NAMES = 3  # of the screen, names of layers take one part in so many
_FEWEST = 10  # units in a line of a strip, which holds a multiple of that
_NAMED = 40  # ill units that are named; a file has a row for each


class Row(NamedTuple):
    """One property of all functions."""

    title: str
    """What the property is called in tables."""
    cells: Sequence[str]
    """What is said of each function."""
    heading: str = ""
    """The line above, where a group of properties begins."""
    is_reason: bool = False
    """Whether it says when to take a function or when not, which are read together."""


def property_table(header: Header, digits: int | None, terminal: Terminal) -> list[RenderableType]:
    """Draw what is known of the functions, or of the data that they were given: of several layers a line each."""
    if header.lists_units:
        return list(_units(header, digits, terminal))
    if len({known.get("layer") for known in header.descriptions}) > 1:
        return list(_layers(header, digits, terminal))
    keys = {row.key for row in header.properties}
    rows = [row for row in header.properties if row.within not in keys and row.key != "layer"]
    titles = [shown(row.label, terminal) for row in rows]
    names = [shown(name, terminal) for name in header.names]
    room = terminal.width - max(map(len, titles)) - len(GAP)  # what the titles leave to the columns
    if len(names) < len(rows) and (room + len(GAP)) // (_NARROWEST + len(GAP)) >= min(len(names), 2):
        pages = paged([_NARROWEST] * len(names), room, even=True)
        most = max(len(names[page]) for page in pages)
        widest = (room - len(GAP) * (most - 1)) // most
        headings = _headings(header, rows, terminal)
        facts = [
            Row(title, _fitted(header, row, digits, widest, terminal), headings.get(row.key, ""), row.kind is REASONS)
            for title, row in zip(titles, rows, strict=True)
            if row.key != "name"
        ]
        return _in_columns(names, facts, pages, widest)
    cells = list(zip(*(_cells(header, row, digits or DIGITS, terminal) for row in rows), strict=True))
    if terminal.width >= _READABLE * len(titles):
        return [_functions_as_rows(titles, cells)]
    return _functions_as_blocks(titles, names, cells, terminal.width)


def _cells(header: Header, row: Property, digits: int, terminal: Terminal) -> list[str]:
    """What is said of one property, function by function."""
    room = terminal.width - max(len(each.label) for each in header.properties) - _MARGIN
    return [_written(shown_text(row, known, digits, room), terminal) for known in descriptions(header)]


def _fitted(header: Header, row: Property, digits: int | None, width: int, terminal: Terminal) -> list[str]:
    """The same with the most digits that take no more lines than the fewest do; of one function with all of them."""

    def cells(step: int | None) -> list[str]:
        return _cells(header, row, step or DIGITS, terminal)

    def height(cells: Sequence[str]) -> int:
        return max(_lines(cell, width) for cell in cells)

    least = height(cells(LADDER[-1]))
    return fitting(cells, lambda drawn: len(drawn) == 1 or height(drawn) <= least, digits)


def _lines(cell: str, width: int) -> int:
    """How many lines a column of this width breaks a cell into: between words, and within those that are longer."""
    lines = 0
    for line in cell.split("\n"):
        lines, used = lines + 1, 0
        for word in line.split(" "):
            if used and used + 1 + len(word) > width:
                lines, used = lines + 1, 0
            lines += max(0, len(word) - 1) // width
            used += bool(used) + (len(word) - 1) % width + 1
    return lines


def _written(words: str, terminal: Terminal) -> str:
    lines = (words if terminal.unicode else words.replace("±", "+-")).split("\n")
    return "\n".join(shown(line, terminal) for line in lines)


def _headings(header: Header, rows: Sequence[Property], terminal: Terminal) -> Mapping[str, str]:
    """The lines above the groups, by the key of the property that begins each."""
    begins = {row.group: row.key for row in reversed(rows)}
    return {key: shown(_heading(group, header), terminal) for group, key in begins.items() if group.heading}


def _heading(group: Group, header: Header) -> str:
    settings: Mapping[str, Any] = {"mean": 0.0, "sigma": 1.0, "layers": None, **header.settings}
    mean, sigma, layers = settings["mean"], settings["sigma"], settings["layers"] or 0
    is_standard = (mean, sigma) == (0, 1)
    return group.heading.format(
        input="a standard normal input"
        if is_standard
        else f"a normal input, mean {text(mean, 6)}, sigma {text(sigma, 6)}",
        layers=counted(layers, "layer"),
        such_layers=counted(layers, "such layer"),
        first=header.names[0],
    )


# Few functions: a column each, as many as fit, the others below them.


def _in_columns(names: Sequence[str], rows: Sequence[Row], pages: Sequence[slice], room: int) -> list[RenderableType]:
    long = [row for row in rows if len(names) > 1 and any(len(cell) > _LINES * room for cell in row.cells)]
    has_long_reasons = any(row.is_reason for row in long)
    sentences = [row for row in rows if row in long or (row.is_reason and has_long_reasons)]
    facts = [row for row in rows if row not in sentences and any(row.cells)]
    drawn: list[RenderableType] = list(_sentences(names, sentences))
    if drawn and facts:
        drawn.append(Text())
    for page in pages:
        if page.start:
            drawn.append(Text())
        drawn += _page(names[page], [row._replace(cells=row.cells[page]) for row in facts], room)
    return drawn


def _sentences(names: Sequence[str], rows: Sequence[Row]) -> Iterator[RenderableType]:
    """Each function with its long texts, those of all functions one below the other."""
    table = _grid()
    for place, name in enumerate(names):
        for line, row in enumerate(row for row in rows if row.cells[place]):
            style = "" if row.title == "formula" or row.is_reason else _LABEL
            label = "" if row.title in _PLAIN else f"{row.title}: "
            words = Words(label + row.cells[place], style, len(label))
            table.add_row(Text(name if line == 0 else "", _NAME), words)
    if table.row_count:
        yield table


def _page(names: Sequence[str], rows: Sequence[Row], room: int) -> Iterator[RenderableType]:
    """The groups of rows as tables that are aligned with each other."""
    titles = max((len(row.title) for row in rows), default=0)
    widths = [
        min(room, max([len(name), *(len(line) for row in rows for line in row.cells[place].split("\n"))]))
        for place, name in enumerate(names)
    ]
    table = _aligned(titles, widths)
    table.add_row("", *(Text(name, _NAME) for name in names))
    for row in rows:
        if row.heading:
            yield table
            yield Text()
            yield Text(row.heading, _LABEL + " italic")
            table = _aligned(titles, widths)
        table.add_row(Text(row.title, _LABEL), *(Words(cell) for cell in row.cells))
    yield table


# Many functions, or no room for columns.


def _functions_as_rows(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, padding=(0, len(GAP), 0, 0), pad_edge=False, header_style=_LABEL)
    for label in titles:
        table.add_column(Text(label), overflow="fold")
    for row in rows:
        table.add_row(*(Words(cell, _NAME if title == "name" else "") for title, cell in zip(titles, row, strict=True)))
    return table


def _functions_as_blocks(
    titles: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]], width: int
) -> list[RenderableType]:
    """A block a function: each title beside its text, or above it where beside there is little room."""
    is_narrow = width - max(map(len, titles)) - len(GAP) < _LEAST_TEXT
    blocks: list[RenderableType] = []
    for name, row in zip(names, rows, strict=True):
        facts = [(title, cell) for title, cell in zip(titles, row, strict=True) if cell and title != "name"]
        blocks.append(Text(name, _NAME))
        if is_narrow:
            for title, cell in facts:
                blocks += [Text(title, _LABEL), Padding(Words(cell), (0, 0, 0, len(GAP)))]
            continue
        table = _grid()
        for title, cell in facts:
            table.add_row(Text(title, _LABEL), Words(cell))
        blocks.append(table)
    return blocks


# Several layers: a block a function, a line a layer, and further columns below where they do not fit beside.


def _layers(header: Header, digits: int | None, terminal: Terminal) -> Iterator[RenderableType]:
    """Each function with what it makes of the layers."""
    for place, (name, block) in enumerate(groupby(header.descriptions, lambda known: str(known["name"]))):
        if place:
            yield Text()
        known = list(block)
        common, names = _layer_names([shown(str(each["layer"]), terminal) for each in known], terminal)
        yield Text.assemble((shown(name, terminal), _NAME), (common and f"   layers {common}", _LABEL))
        leading = Column("layer", names, left=True)
        for number, page in enumerate(_layer_pages(header, leading, known, digits, terminal)):
            if number:
                yield Text()
            yield from lines(page)


def _layer_names(names: Sequence[str], terminal: Terminal) -> tuple[str, Sequence[str]]:
    """What the names of layers begin with, where that is left out of them, and the names: a third of the screen.

    Longer ones keep their ends, which tell layers from one another.
    """
    room = terminal.width // _SHARE_OF_NAMES
    if max(map(cell_len, names)) <= room:
        return "", names
    sign = signs(terminal).ellipsis
    start = common_start(names).rstrip("0123456789")
    cut = [sign + name.removeprefix(start) for name in names] if len(start) > len(sign) else list(names)
    ends = [name if cell_len(name) <= room else sign + _end_of(name, max(0, room - len(sign))) for name in cut]
    return (start + sign if cut != names else ""), ends if len(set(ends)) == len(names) else cut


def _end_of(name: str, room: int) -> str:
    """As much of the end of a name as takes so many cells."""
    return next(name[place:] for place in range(len(name) + 1) if cell_len(name[place:]) <= room)


def _layer_pages(
    header: Header, leading: Column, known: Sequence[Mapping[str, Any]], digits: int | None, terminal: Terminal
) -> list[list[Column]]:
    keys = {row.key for row in header.properties}

    def drawn(step: int | None) -> list[list[Column]]:
        columns = [_layer_column(row, known, step) for row in PROPERTIES if row.of_layers and row.key in keys]
        return pages([leading], columns, terminal.width)

    fewest = len(drawn(LADDER[-1]))
    return fitting(drawn, lambda found: len(found) == fewest, digits)


def _layer_column(row: Property, known: Sequence[Mapping[str, Any]], digits: int | None) -> Column:
    """A property of each layer: numbers with their points under each other, counts of units with their share."""
    title, cells = row.of_layers, [each.get(row.key) for each in known]
    if row.kind is OF_UNITS:
        styles = [_ILL if cell else "" for cell in cells]
        return Column(title, [_of_units(row, each) for each in known], styles=styles)
    if row.kind is SHARE:
        return Column(title, ["" if cell is None else percent(cell, 3) for cell in cells])
    if any(isinstance(cell, float) for cell in cells):
        texts = aligned(np.array([np.nan if cell is None else cell for cell in cells]), digits)
        return Column(title, ["" if cell is None else text for cell, text in zip(cells, texts, strict=True)])
    return Column(title, ["" if cell is None else f"{cell:,}" for cell in cells])


def _of_units(row: Property, known: Mapping[str, Any]) -> str:
    """How many units of how many, and what share that is."""
    count, units = known.get(row.key), known.get("units")
    if count is None or not units:
        return ""
    return f"{count:,} of {units:,}" + (f" ({percent(count / units, 3)})" if count else "")


# Units: a strip of all of each layer, and below it those that are ill.


def _units(header: Header, digits: int | None, terminal: Terminal) -> Iterator[RenderableType]:
    """Each function with the units of each layer."""
    for place, (name, block) in enumerate(groupby(header.descriptions, lambda known: str(known["name"]))):
        if place:
            yield Text()
        yield Text(shown(name, terminal), _NAME)
        for known in block:
            yield from _units_of_layer(known, digits, terminal)
    height = "height" if terminal.unicode else "digit"
    kinds = Text(" or ").join(Text(state, style) for state, style in _STATE_STYLES.items())
    yield Text.assemble((f"a sign is a unit, its {height} the share of rows in which it is ", _LABEL), kinds)


def _units_of_layer(known: Mapping[str, Any], digits: int | None, terminal: Terminal) -> Iterator[Text]:
    shares: Mapping[str, Floats] = known["unit_shares"]
    title = shown(str(known.get("layer", "")), terminal)
    if not shares:
        yield Text(f"{title}  no matrix of two rows or more".strip(), _LABEL)
        return
    stacked = np.stack([shares[state] for state in STATES])
    yield Text(f"{title}  {counted(stacked.shape[1], 'unit')}".strip(), no_wrap=True)
    margin = len(str(stacked.shape[1])) + len(GAP)
    width = max(_FEWEST, (terminal.width - margin) // _FEWEST * _FEWEST)
    for start in range(0, stacked.shape[1], width):
        strip = Text(str(start).rjust(margin - len(GAP)) + GAP, _LABEL, no_wrap=True)
        for unit in stacked[:, start : start + width].T:
            worst = int(np.argmax(unit))
            style = tuple(_STATE_STYLES.values())[worst] if unit[worst] else _LABEL
            strip.append(_level(float(unit[worst]), terminal), style)
        yield strip
    for state, style in _STATE_STYLES.items():
        ill = [unit for unit in known["units_listed"] if unit["state"] == state]
        if ill:
            names = [
                name for share, units in groupby(ill, itemgetter("share")) for name in _spans(units, share, digits)
            ]
            more = [f"and {len(names) - _NAMED:,} more"] if len(names) > _NAMED else []
            yield from _listed(Text(f"{state}: ", style), [*names[:_NAMED], *more], terminal)
    if not known["units_listed"]:
        yield Text("no unit is dead, mostly saturated or undefined", _LABEL)


def _listed(line: Text, names: Sequence[str], terminal: Terminal) -> Iterator[Text]:
    """Names behind a word, none of them broken: further lines are indented."""
    for place, name in enumerate(names):
        piece = name if place == len(names) - 1 else f"{name}, "
        if line.cell_len + cell_len(piece.rstrip()) > terminal.width and place:
            yield line
            line = Text(GAP)
        line.append(piece, "not bold default")
    yield line


def _spans(units: Iterable[Mapping[str, Any]], share: float, digits: int | None) -> list[str]:
    """Units of one share in rising order, neighbours as one span, each with the share where that is not all rows."""
    spans: list[list[int]] = []
    for unit in map(itemgetter("unit"), units):
        if spans and unit == spans[-1][-1] + 1:
            spans[-1].append(unit)
        else:
            spans.append([unit])
    names = [str(span[0]) if len(span) == 1 else f"{span[0]}-{span[-1]}" for span in spans]
    return names if share == 1 else [f"{name} ({percent(share, digits or 3)})" for name in names]


def _levels(terminal: Terminal) -> str:
    """Signs from no row to all of them."""
    return "·▁▂▃▄▅▆▇█" if terminal.unicode else ".123456789#"


def _level(share: float, terminal: Terminal) -> str:
    """The sign of a share: the first and the last one are for none and all alone."""
    levels = _levels(terminal)
    return levels[0] if share == 0 else levels[-1] if share == 1 else levels[1 + int(share * (len(levels) - 2))]


# No box: a frame takes the width that formulas need, and alignment tells columns apart.


def _grid() -> Table:
    table = Table.grid(padding=(0, len(GAP), 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _aligned(titles: int, widths: Sequence[int]) -> Table:
    table = Table.grid(padding=(0, len(GAP), 0, 0), pad_edge=False)
    table.add_column(width=titles, no_wrap=True)
    for width in widths:
        table.add_column(width=width, overflow="fold")
    return table

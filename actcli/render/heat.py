"""Numbers as tiles shaded by their size; who sees no shade still reads the numbers."""

from collections.abc import Sequence

import numpy as np
from rich.cells import cell_len
from rich.text import Text

from actcli.arrays import Floats
from actcli.render.grid import Column, Signs

_Colour = tuple[int, int, int]

# Tiles have a ground of their own, so that the order of the shades is one on dark and on light terminals; blue against
# orange is told apart by all eyes.
_GROUND: _Colour = (36, 44, 58)
_ABOVE: _Colour = (95, 215, 255)
_BELOW: _Colour = (255, 160, 90)
_LIGHT_INK, _DARK_INK = "#e4e8ee", "#101418"
_BRIGHT = 0.5  # from this weight on the ink is dark
_BEND = 0.6  # small numbers differ more by their shade than by their size


def shade(share: float) -> str:
    """The style of a tile: from 0, the ground, to 1 and to -1; NaN has none."""
    if np.isnan(share):
        return ""
    weight = min(1.0, abs(share)) ** _BEND
    end = _ABOVE if share >= 0 else _BELOW
    red, green, blue = (round(low + weight * (high - low)) for low, high in zip(_GROUND, end, strict=True))
    return f"{_DARK_INK if weight > _BRIGHT else _LIGHT_INK} on #{red:02x}{green:02x}{blue:02x}"


def tiles(title: str, cells: Sequence[str], shares: Floats, bold: Sequence[bool]) -> Column:
    """A column of tiles; an empty cell is none, in a row that is shorter than others."""
    width = max(map(cell_len, [title, *cells]))
    styled = [
        Text(" " * (width - cell_len(cell)) + cell, ("bold " * best + shade(share)).strip() if cell else "")
        for cell, share, best in zip(cells, shares.tolist(), bold, strict=True)
    ]
    return Column(title, styled)


def packed(columns: Sequence[Column], room: int) -> list[list[Column]]:
    """Split tiles into as many pages as it takes for each to fit, without gaps between them, and all about as wide."""
    fewest = _packed(columns, room)
    least = max(column.width for column in columns)
    # Each narrower room that takes no more pages leaves less to the last of them.
    for narrower in range(room - 1, least - 1, -1):
        pages = _packed(columns, narrower)
        if len(pages) > len(fewest):
            break
        fewest = pages
    return fewest


def _packed(columns: Sequence[Column], room: int) -> list[list[Column]]:
    pages: list[list[Column]] = [[]]
    left = room
    for column in columns:
        if pages[-1] and column.width > left:
            pages.append([])
            left = room
        pages[-1].append(column)
        left -= column.width
    return pages


def joined(columns: Sequence[Column]) -> Column:
    """Tiles without gaps between them as one column."""
    entries = [Text("").join(cells) for cells in zip(*(column.entries() for column in columns), strict=True)]
    return Column(entries[0].plain, entries[1:], left=True)


def short(name: str, width: int, sign: Signs) -> str:
    """A name cut to a width, with a sign that it was."""
    if cell_len(name) <= width:
        return name
    kept = Text(name)
    kept.truncate(width - cell_len(sign.ellipsis))
    return kept.plain + sign.ellipsis

"""Numbers as tiles shaded by their size, and matrices of them; who sees no shade still reads the numbers."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rich.cells import cell_len
from rich.text import Text

from actcli.arrays import Floats
from actcli.render.grid import (
    GAP,
    LADDER,
    Column,
    Signs,
    aligned,
    ends,
    fitting,
    left_out,
    lines,
    paged,
    signs,
)
from actcli.terminal import Ground, Terminal

_Colour = tuple[int, int, int]

# What a tile is at 0, above and below; blue against orange is told apart by all eyes. Where the background is known,
# small numbers are near to it. Elsewhere all tiles are equally light, and stand out from black as much as from white:
# the size shows in the colour.
_SHADES: Mapping[Ground | None, tuple[_Colour, _Colour, _Colour]] = {
    "light": ((240, 242, 246), (31, 111, 203), (196, 86, 15)),
    "dark": ((36, 44, 58), (95, 215, 255), (255, 160, 90)),
    None: ((118, 118, 118), (0, 111, 238), (198, 79, 0)),
}
_LIGHT_INK, _DARK_INK = (255, 255, 255), (0, 0, 0)
_BEND = 0.6  # small numbers differ more by their shade than by their size

_SMALL = 12  # a matrix up to this size is drawn whole, on several pages if need be
_NARROWEST = 5  # cells that a column of a matrix takes at the least
_LABEL = 10  # cells of an entry's name

# What a matrix holds in row i and column j, and whether its columns add up to something.
_MEANINGS: Mapping[str, tuple[str, bool]] = {
    "jacobian": ("d output i / d input j", False),
    "gradient_terms": ("(p_i - y_i) dp_i/dx_j: column j sums to the gradient in x_j", True),
}


def shade(share: float, ground: Ground | None) -> str:
    """The style of a tile on such a background: from 0, where it is plainest, to 1 and to -1; NaN has none."""
    if np.isnan(share):
        return ""
    weight = min(1.0, abs(share)) ** _BEND
    plain, above, below = _SHADES[ground]
    end = above if share >= 0 else below
    red, green, blue = (round(low + weight * (high - low)) for low, high in zip(plain, end, strict=True))
    lightness = _luminance((red, green, blue))
    ink = max((_LIGHT_INK, _DARK_INK), key=lambda each: abs(math.log((_luminance(each) + 0.05) / (lightness + 0.05))))
    return f"{_hex(ink)} on {_hex((red, green, blue))}"


def _hex(colour: _Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _luminance(colour: _Colour) -> float:
    """How much light a colour of sRGB gives, from 0 to 1, by the rule of WCAG 2."""
    light = [part / 3294.6 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def tiles(title: str, cells: Sequence[str], shares: Floats, bold: Sequence[bool], ground: Ground | None) -> Column:
    """A column of tiles on such a background; an empty cell is none, in a row that is shorter than others."""
    width = max(map(cell_len, [title, *cells]))
    styled = [
        Text(" " * (width - cell_len(cell)) + cell, ("bold " * best + shade(share, ground)).strip() if cell else "")
        for cell, share, best in zip(cells, shares.tolist(), bold, strict=True)
    ]
    return Column(title, styled)


def side_by_side(columns: Sequence[Column]) -> Column:
    """Tiles without gaps between them as one column."""
    entries = [Text("").join(cells) for cells in zip(*(column.entries() for column in columns), strict=True)]
    return Column(entries[0].plain, entries[1:], left=True)


def tile_pages(columns: Sequence[Column], room: int) -> list[Sequence[Column]]:
    """Split tiles into as few pages as it takes, all about as wide."""
    return [columns[page] for page in paged([column.width for column in columns], room, gap=0, even=True)]


def short(name: str, width: int, sign: Signs) -> str:
    """A name cut to a width, with a sign that it was."""
    if cell_len(name) <= width:
        return name
    kept = Text(name)
    kept.truncate(width - cell_len(sign.ellipsis))
    return kept.plain + sign.ellipsis


def matrix_lines(
    name: str, matrix: Floats, names: Sequence[Sequence[str]], digits: int | None, terminal: Terminal
) -> Iterator[Text]:
    """Draw a Jacobian, a row an output, or the terms of a gradient: a small matrix whole, of a large one the corners.

    `names` are those of the rows and those of the columns.
    """
    size, sign = max(matrix.shape), signs(terminal)
    meaning, has_sum = _MEANINGS.get(name, ("", False))
    room = min(size, max(_SMALL, terminal.width // _NARROWEST))

    def fits(drawing: tuple[Column, list[Column]]) -> bool:
        leading, columns = drawing
        return leading.width + len(GAP) + sum(column.width for column in columns) <= terminal.width

    drawing = fitting(lambda step: _corners(matrix, names, room, step, sign, has_sum, terminal.ground), fits, digits)
    while not fits(drawing) and room > _SMALL:
        room -= 1
        drawing = _corners(matrix, names, room, digits or LADDER[-1], sign, has_sum, terminal.ground)
    leading, columns = drawing
    yield Text.assemble((name, "bold"), (f"   {meaning}" if meaning else "", "dim"))
    for page in tile_pages(columns, terminal.width - leading.width - len(GAP)):
        yield from lines([leading, side_by_side(page)])
    height, width = matrix.shape
    sides = [(height, "rows and columns")] if height == width else [(height, "rows"), (width, "columns")]
    for side, what in sides:
        if room < side:
            yield left_out(f"{side - room:,} of {side:,} {what} left out", terminal)


def _corners(
    matrix: Floats,
    names: Sequence[Sequence[str]],
    room: int,
    digits: int | None,
    sign: Signs,
    has_sum: bool,
    ground: Ground | None,
) -> tuple[Column, list[Column]]:
    """Names of the first and the last rows, and tiles of their first and last entries."""
    (outputs, inputs), (height, width) = names, matrix.shape
    kept = ends(height, min(room, height))
    gap = (room + 1) // 2
    numbers = np.vstack([matrix[kept], matrix.sum(axis=0)]) if has_sum else matrix[kept]
    largest = float(np.nanmax(np.abs(matrix), initial=0.0)) or 1.0
    labels = [*(short(outputs[row], _LABEL, sign) for row in kept), *[sign.total] * has_sum]
    columns = []
    for place in ends(width, min(room, width)):
        cells = [f" {number} " for number in aligned(numbers[:, place], digits)]
        shares = numbers[:, place] / largest
        shares[len(kept) :] = np.nan  # a sum is no entry
        if room < height:
            cells.insert(gap, f" {sign.ellipsis} ")
            shares = np.insert(shares, gap, np.nan)
        columns.append(tiles(f"{short(inputs[place], _LABEL, sign)} ", cells, shares, [False] * len(cells), ground))
    if room < height:
        labels.insert(gap, sign.ellipsis)
    if room < width:
        columns.insert(gap, Column(f"{sign.ellipsis} ", [f"{sign.ellipsis} "] * len(labels)))
    return Column("", labels, "dim", left=True), columns

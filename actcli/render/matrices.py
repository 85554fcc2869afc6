"""A number for each pair of an output and an input as a heat table: Jacobians, and the terms of a gradient."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from rich.text import Text

from actcli.arrays import Floats
from actcli.render.excerpt import ends
from actcli.render.grid import GAP, Column, Signs, aligned, left_out, lines, signs, width_of
from actcli.render.heat import joined, packed, short, tiles
from actcli.terminal import Terminal

_SMALL = 12  # a matrix up to this size is told whole, on several pages if need be
_NARROWEST = 5  # cells that a column takes at the least
_LABEL = 10  # cells of an entry's name
_LADDER = (6, 4, 3)

# What a matrix holds in row i and column j, and whether its columns add up to something.
_MEANINGS: Mapping[str, tuple[str, bool]] = {
    "jacobian": ("d output i / d input j", False),
    "gradient_terms": ("(p_i - y_i) dp_i/dx_j: column j sums to the gradient in x_j", True),
}


def matrix_lines(
    name: str, matrix: Floats, names: Sequence[Sequence[str]], digits: int | None, terminal: Terminal
) -> Iterator[Text]:
    """Draw numbers, a row an output: all of a small matrix, of a large one the corners; blue is above 0, orange below.

    `names` are those of the rows and those of the columns.
    """
    size, sign = max(matrix.shape), signs(terminal)
    meaning, has_sum = _MEANINGS.get(name, ("", False))
    room = min(size, max(_SMALL, terminal.width // _NARROWEST))
    for step in (digits,) if digits else _LADDER:
        leading, columns = _corners(matrix, names, room, step, sign, has_sum)
        if _width(leading, columns) <= terminal.width:
            break
    while _width(leading, columns) > terminal.width and room > _SMALL:
        room -= 1
        leading, columns = _corners(matrix, names, room, step, sign, has_sum)
    yield Text.assemble((name, "bold"), (f"   {meaning}" if meaning else "", "dim"))
    for page in packed(columns, terminal.width - leading.width - len(GAP)):
        yield from lines([leading, joined(page)])
    height, width = matrix.shape
    sides = [(height, "rows and columns")] if height == width else [(height, "rows"), (width, "columns")]
    for side, what in sides:
        if room < side:
            yield left_out(f"{side - room:,} of {side:,} {what} left out", terminal)


def _width(leading: Column, columns: Sequence[Column]) -> int:
    return width_of([leading]) + len(GAP) + sum(column.width for column in columns)


def _corners(
    matrix: Floats, names: Sequence[Sequence[str]], room: int, digits: int, sign: Signs, has_sum: bool
) -> tuple[Column, list[Column]]:
    """Names of the first and the last rows, and tiles of their first and last entries."""
    (outputs, inputs), (height, width) = names, matrix.shape
    kept = ends(height, min(room, height))
    gap = (room + 1) // 2
    shown = np.vstack([matrix[kept], matrix.sum(axis=0)]) if has_sum else matrix[kept]
    largest = float(np.nanmax(np.abs(matrix), initial=0.0)) or 1.0
    labels = [*(short(outputs[row], _LABEL, sign) for row in kept), *[sign.total] * has_sum]
    columns = []
    for place in ends(width, min(room, width)):
        cells = [f" {number} " for number in aligned(shown[:, place], digits)]
        shares = shown[:, place] / largest
        shares[len(kept) :] = np.nan  # a sum is no entry
        if room < height:
            cells.insert(gap, f" {sign.ellipsis} ")
            shares = np.insert(shares, gap, np.nan)
        columns.append(tiles(f"{short(inputs[place], _LABEL, sign)} ", cells, shares, [False] * len(cells)))
    if room < height:
        labels.insert(gap, sign.ellipsis)
    if room < width:
        columns.insert(gap, Column(f"{sign.ellipsis} ", [f"{sign.ellipsis} "] * len(labels)))
    return Column("", labels, "dim", left=True), columns

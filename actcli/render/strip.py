"""How often values occur, as a strip of blocks under the x axis, each column as high as its share of the highest."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from actcli.landmarks import ZoneKind
from actcli.render.histogram import Histogram
from actcli.render.pen import Line, Pen, Run
from actcli.render.plot import Panel

_BLOCKS, _ASCII_BLOCKS = " ▁▂▃▄▅▆▇█", " .:|"


def strip(histogram: Histogram, panel: Panel, rows: int, pen: Pen, zones: Sequence[ZoneKind | None]) -> list[Line]:
    """Draw a histogram under a panel in so many rows; a column with any value at all shows something.

    Zones go on in it: behind it on paper, elsewhere its columns in them are faint.
    """
    blocks = _BLOCKS if pen.unicode else _ASCII_BLOCKS
    steps = len(blocks) - 1
    counts = histogram.between(panel.x.edges())
    heights = np.ceil(counts / max(float(counts.max()), 1.0) * rows * steps - 1e-9).astype(int)
    lines: list[Line] = []
    for row in range(rows - 1, -1, -1):
        glyphs = [blocks[min(max(height - row * steps, 0), steps)] for height in heights.tolist()]
        lines.append([Run(" " * panel.left, pen.plain)])
        for zone, columns in groupby(range(len(glyphs)), key=zones.__getitem__):
            style = pen.grey(dim=True if zone and not pen.is_paper else None) + pen.behind(zone)
            lines[-1].append(Run("".join(glyphs[column] for column in columns), style))
    return lines

"""How often values occur, as a strip of blocks under the x axis, each column as high as its share of the highest."""

import numpy as np

from actcli.render.histogram import Histogram
from actcli.render.pen import Line, Pen, Run
from actcli.render.plot import Panel

_BLOCKS, _ASCII_BLOCKS = " ▁▂▃▄▅▆▇█", " .:|"


def strip(histogram: Histogram, panel: Panel, rows: int, pen: Pen) -> list[Line]:
    """Draw a histogram under a panel in so many rows; a column with any value at all shows something."""
    blocks = _BLOCKS if pen.unicode else _ASCII_BLOCKS
    steps = len(blocks) - 1
    counts = histogram.between(panel.x.edges())
    heights = np.ceil(counts / max(float(counts.max()), 1.0) * rows * steps - 1e-9).astype(int)
    lines: list[Line] = []
    for row in range(rows - 1, -1, -1):
        filled = "".join(blocks[min(max(height - row * steps, 0), steps)] for height in heights.tolist())
        lines.append([Run(" " * panel.left, pen.plain), Run(filled, pen.grey())])
    return lines


def narrow_peak(histogram: Histogram, panel: Panel) -> tuple[float, float, float] | None:
    """Where one column holds more than half of all values: its ends, and the share; else None."""
    edges = panel.x.edges()
    counts = histogram.between(edges)
    column = int(np.argmax(counts))
    share = float(counts[column]) / max(histogram.finite, 1)
    return (float(edges[column]), float(edges[column + 1]), share) if share > 0.5 else None

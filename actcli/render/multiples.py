"""Small multiples: a panel a function, side by side, the other functions as ghosts."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from rich.cells import cell_len

from actcli.render.figure import Figure
from actcli.render.pen import Line, Pen, Run, cut, width_of
from actcli.render.picture import footer_height, picture
from actcli.terminal import Terminal

_GAP = 3  # cells between two panels
_AROUND_TITLE = 6  # cells left of it and between it and the subtitle
_LEAST_WIDTH, _LEAST_HEIGHT = 36, 9  # of a panel that can be read


def draw_grid(figures: Sequence[Figure], width: int, height: int, terminal: Terminal) -> str:
    """Return figures as text, as many of them side by side as can be read; `height` lines in all where that does."""
    pen = Pen.of(terminal)
    columns = max(1, min((width + _GAP) // (_LEAST_WIDTH + _GAP), 2 if len(figures) < 5 else 3, len(figures)))
    rows = -(-len(figures) // columns)
    size = (width - _GAP * (columns - 1)) // columns, max((height + 1) // rows - 1, _LEAST_HEIGHT)
    sized = [_with_room(replace(figure, width=size[0], height=size[1])) for figure in figures]
    footer = max(footer_height(figure, pen) for figure in sized)
    panels = [picture(figure, pen, footer) for figure in sized]
    lines: list[Line] = []
    for start in range(0, len(panels), columns):
        lines += [[]] * bool(start)
        lines += _side_by_side(panels[start : start + columns], size[0], pen)
    return "".join(pen.write(line, width) + "\n" for line in lines)


def _with_room(figure: Figure) -> Figure:
    """Return a figure whose subtitle, where the title leaves it too little room, is a caption."""
    if cell_len(figure.title + figure.subtitle) + _AROUND_TITLE <= figure.width:
        return figure
    return replace(figure, subtitle="", captions=(figure.subtitle, *figure.captions))


def _side_by_side(panels: Sequence[list[Line]], width: int, pen: Pen) -> list[Line]:
    joined: list[Line] = []
    for parts in zip_longest(*panels, fillvalue=[]):
        line: Line = []
        for place, part in enumerate(parts):
            blank = place * (width + _GAP) - width_of(line)
            line = [*line, Run(" " * blank, pen.plain), *cut(part, width)]
        joined.append(line)
    return joined

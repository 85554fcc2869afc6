"""A picture with a table on one screen: above it or beside it where both fit, else the table alone."""

from collections.abc import Callable, Iterable
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.text import Text

from actcli.render.grid import styled
from actcli.render.plot.picture import LEAST_SIZE, picture_lines, pleasant_height, require_room, screen_size
from actcli.results import Result
from actcli.terminal import Terminal

if TYPE_CHECKING:
    from rich.console import RenderableType

Draw = Callable[[Terminal], "list[RenderableType]"]
"""Draws a table for a terminal of some width."""

_GAP = 3  # columns between table and picture
_LEAST_WIDTH, _LEAST_HEIGHT = 48, 14  # of a picture that is worth its place
_LEAST_TABLE = 64  # columns below which a table breaks its words


def with_picture(
    draw: Draw, result: Result, terminal: Terminal, *, is_asked_for: bool
) -> "tuple[list[RenderableType], bool]":
    """A table, and with it the picture of a result: beside it, or else above it; and whether the picture is there.

    Where the screen has no room for both, the table alone, or if the picture is asked for the picture below it. What
    the table says is not said below the picture. Raises UsageError where a picture that is asked for would be too
    small to be read.
    """
    width, height = screen_size(terminal)
    table = _lines(draw(terminal), terminal)
    narrow = table
    if width - _width(table) - _GAP < _LEAST_WIDTH and width - _LEAST_WIDTH - _GAP >= _LEAST_TABLE:
        narrower = terminal._replace(width=max(width // 2, _LEAST_TABLE))
        narrow = _lines(draw(narrower), narrower)
    left = width - _width(narrow) - _GAP
    if left >= _LEAST_WIDTH and len(narrow) <= height >= _LEAST_HEIGHT:
        room = left, min(max(len(narrow), _LEAST_HEIGHT), pleasant_height(left), height)
        picture, _ = picture_lines(result, terminal, room, is_bare=True)
        return [*_side_by_side(narrow, picture)], True
    above = min(height - len(table) - 1, pleasant_height(width))
    if above >= _LEAST_HEIGHT:
        picture, _ = picture_lines(result, terminal, (width, above), is_bare=True)
        return [*picture, Text(), *table], True
    if is_asked_for:
        require_room((width, height), LEAST_SIZE)
        picture, _ = picture_lines(result, terminal, is_bare=True)
        return [*table, Text(), *picture], True
    return [*table], False


def _side_by_side(table: list[Text], picture: Iterable[Text]) -> list[Text]:
    width = _width(table) + _GAP
    lines = []
    for left, right in zip_longest(table, picture, fillvalue=Text(no_wrap=True)):
        line = left.copy()
        if right.plain:
            line.truncate(width, pad=True)
            line.append_text(right)
        lines.append(line)
    return lines


def _lines(parts: "list[RenderableType]", terminal: Terminal) -> list[Text]:
    """Lines and tables as lines alone."""
    return [_line(segments) for segments in styled(parts, terminal)]


def _line(segments: Iterable[Segment]) -> Text:
    line = Text(no_wrap=True)
    for text, style, _ in segments:
        line.append(text, style)
    line.rstrip()
    return line


def _width(lines: Iterable[Text]) -> int:
    return max((line.cell_len for line in lines), default=0)

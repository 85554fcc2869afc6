"""Answers for eyes: chooses the table that fits the fields of an answer, and draws it once the answer is whole."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from actcli.errors import ActcliError
from actcli.render.blocks import Blocks
from actcli.render.distributions import Distributions
from actcli.render.facts import scored
from actcli.render.grid import drawn
from actcli.render.presentation import Layout, Presentation
from actcli.render.properties import property_table
from actcli.render.rows import Rows
from actcli.results import Result
from actcli.terminal import Terminal


def table(result: Result, presentation: Presentation, terminal: Terminal) -> Iterator[bytes]:
    """Draw picture, properties and values; where an error ends the chunks, those before it, then raise it."""
    parts, error = table_parts(result, presentation, terminal)
    yield drawn(parts, terminal)
    if error:
        raise error


def table_parts(
    result: Result, presentation: Presentation, terminal: Terminal
) -> tuple[list[RenderableType], ActcliError | None]:
    """Return the lines and tables that are drawn, and the error that ended the chunks."""
    header = result.header
    parts: list[RenderableType] = []
    if header.view is not None:
        from actcli.render.plot.picture import picture_lines  # with what draws: 38 ms

        chunks = list(result.chunks())
        lines, _ = picture_lines(Result(header, chunks), terminal)
        parts += [*lines, Text()]
        result = Result(header, (chunk for chunk in chunks if not chunk.is_sampled))
    properties = property_table(header, presentation.digits, terminal) if header.properties else []
    view = _view(result)
    error = None
    try:
        for chunk in result.chunks():
            view.add(chunk)
    except ActcliError as raised:
        error = raised
    values: list[RenderableType] = []
    if header.fields:  # else the totals are the table
        values += view.lines(presentation.digits, terminal)
        values += scored(header, result.summary, presentation.digits, terminal.width)
    if properties and values:
        properties.append(Text())
    return [*parts, *properties, *values], error


def _view(result: Result) -> Blocks | Distributions | Rows:
    asked = Layout.of(result.header)
    # Beside rows of values there is room for the details; numbers per vector alone are a table of their own.
    has_room = bool(asked.value or asked.pair or len(result.header.cards) > 1)
    layout = Layout.of(result.header, with_details=has_room)
    if layout.value and any(field.is_text for field in result.header.fields):
        return Rows(result.header, layout)  # bars are drawn from numbers
    if "probability" in layout.value:
        return Distributions(result.header, layout)
    by_vector = layout.pair or (layout.vector and layout.value)
    return Blocks(result.header, layout) if by_vector else Rows(result.header, layout)

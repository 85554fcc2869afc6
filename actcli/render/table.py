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
    """Draw picture, properties and values; where a fault ends the chunks, those before it, then raise it."""
    header = result.header
    if header.view is not None:
        from actcli.render.views import picture  # with what draws: 38 ms

        chunks = list(result.chunks())
        yield from picture(result.again(chunks), presentation, terminal)
        yield b"\n"
        result = result.again(chunk for chunk in chunks if not chunk.is_sampled)
    parts: list[RenderableType] = []
    if header.properties:
        parts += property_table(header, presentation.digits, terminal)
    view = _view(result)
    fault = None
    try:
        for chunk in result.chunks():
            view.add(chunk)
    except ActcliError as error:
        fault = error
    values: list[RenderableType] = []
    if header.fields:  # else the totals are the table
        values += view.lines(presentation.digits, terminal)
        values += scored(result, presentation.digits, terminal.width)
    if parts and values:
        parts.append(Text())
    yield drawn([*parts, *values], terminal)
    if fault:
        raise fault


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

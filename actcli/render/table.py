"""Answers for eyes: chooses the table that fits the fields of an answer, and draws it once the answer is whole."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from actcli.errors import ActcliError
from actcli.output import Output
from actcli.render.distributions import Blocks, Distributions, score_lines, total_lines
from actcli.render.grid import (
    DIGITS,
    ENDS,
    Column,
    Excerpt,
    aligned,
    drawn,
    fitting,
    left_out,
    lines,
    pages,
    shown,
    width_of,
)
from actcli.render.intervals import describe
from actcli.results import ZONE_NAMES, Chunk, Header, Layout, Result
from actcli.terminal import Terminal

if TYPE_CHECKING:
    from rich.console import RenderableType


def table(result: Result, output: Output) -> Iterator[bytes]:
    """Draw picture, properties and values; where an error ends the chunks, those before it, then raise it."""
    parts, error = table_parts(result, output.digits, output.screen)
    yield drawn(parts, output.screen)
    if error:
        raise error


def table_parts(
    result: Result, digits: int | None, terminal: Terminal
) -> tuple["list[RenderableType]", ActcliError | None]:
    """The lines and tables that are drawn, and the error that ended the chunks."""
    header = result.header
    chunks: Iterable[Chunk] = result.chunks()
    sampled: list[Chunk] = []
    if header.view is not None:
        sampled = list(chunks)
        chunks = [chunk for chunk in sampled if not chunk.is_sampled]
    view = _view(result)
    error = None
    try:
        for chunk in chunks:
            view.add(chunk)
    except ActcliError as raised:
        error = raised

    def draw(terminal: Terminal) -> "list[RenderableType]":
        properties: list[RenderableType] = []
        if header.properties:
            from actcli.render.properties import property_table  # with tables of rich: 20 ms

            written = tuple(row for row in header.properties if row.kind.name != "drawn")
            properties += property_table(header._replace(properties=written), digits, terminal)
        values: list[RenderableType] = []
        if header.fields:  # else the totals are the table
            values += view.lines(digits, terminal)
            values += score_lines(result, digits, terminal.width)
        else:
            properties += total_lines(result, digits, terminal)
        if properties and values:
            properties.append(Text())
        return [*properties, *values]

    if header.view is None:
        return draw(terminal), error
    from actcli.render.plot.placement import with_picture  # with what draws: 38 ms

    again = result.again(sampled)
    parts, result.has_curves = with_picture(draw, again, terminal, is_asked_for=header.view.is_asked_for)
    return parts, error


def _view(result: Result) -> "Blocks | Distributions | Rows":
    asked = Layout.of(result.header)
    # Beside rows of values there is room for the details; numbers per vector alone are a table of their own.
    has_room = bool(asked.value or asked.pair or len(result.header.descriptions) > 1)
    layout = Layout.of(result.header, with_details=has_room)
    if layout.value and any(field.is_text for field in result.header.fields):
        return Rows(result.header, layout)  # bars are drawn from numbers
    if "probability" in layout.value:
        return Distributions(result.header, layout)
    by_vector = layout.pair or (layout.vector and layout.value)
    return Blocks(result.header, layout) if by_vector else Rows(result.header, layout)


_ZONE_STYLES = ("", "yellow", "red", "yellow")

_Frame = Mapping[Hashable, NDArray[Any]]  # columns of one length, by name, or by place of the function and name


class Rows:
    """Values as a table: x, what each function makes of it, and the zone it lies in.

    Functions whose values have no input in common, or that have several values for each, get a table each.
    """

    def __init__(self, header: Header, layout: Layout) -> None:
        self._header = header
        self._layout = layout
        self._is_ranked = any(field.is_ranked for field in header.fields)
        self._whole = any(field.is_certified for field in header.fields)
        places = range(len(header.descriptions))
        is_one = layout.has_x and len(layout.value) < 2
        self._groups = [tuple(places)] if is_one else [(place,) for place in places]
        self._excerpts: list[Excerpt[Mapping[Hashable, Any]]] = [Excerpt() for _ in self._groups]

    def add(self, chunk: Chunk) -> None:
        """Take one more chunk."""
        for group, excerpt in zip(self._groups, self._excerpts, strict=True):
            frame = self._values(chunk, group) if self._layout.value else self._vectors(chunk)
            excerpt.add(len(frame["vector"]), lambda row, frame=frame: {key: each[row] for key, each in frame.items()})  # type: ignore[misc]

    def lines(self, digits: int | None, terminal: Terminal) -> Iterator[Text]:
        """Draw what was taken."""
        for group, excerpt in zip(self._groups, self._excerpts, strict=True):
            rows = excerpt.items
            if not rows:
                continue
            frame = {key: np.array([row[key] for row in rows]) for key in rows[0]}
            yield from self._title(group, terminal)
            for page in self._pages(frame, group, digits, terminal):
                page_lines = lines(page)
                if excerpt.left_out:
                    page_lines.insert(1 + ENDS, left_out(f"{excerpt.left_out:,} rows left out", terminal))
                yield from page_lines
            yield from self._legend(frame, group, terminal)

    def _values(self, chunk: Chunk, group: Sequence[int]) -> _Frame:
        one = chunk.answers[group[0]]
        vector = np.repeat(np.arange(len(one.lengths)), one.lengths)
        frame: dict[Hashable, NDArray[Any]] = _located(chunk, vector)
        frame["index"] = chunk.indices(one)
        if self._layout.has_x:
            frame["x"] = chunk.inputs(one)
        for place in group:
            answer = chunk.answers[place]
            frame |= {(place, name): answer.columns[name] for name in self._layout.value}
            frame[place, "zone"] = np.zeros(len(vector), np.uint8) if answer.zones is None else answer.zones
        return frame

    def _vectors(self, chunk: Chunk) -> _Frame:
        """Lay out a row for each vector and function where every field is per vector."""
        count = len(chunk.answers)
        vector = np.repeat(np.flatnonzero(chunk.vectors.lengths), count)
        frame: dict[Hashable, NDArray[Any]] = _located(chunk, vector)
        frame["function"] = np.tile(np.arange(count), len(vector) // count)
        for name in self._layout.vector:
            frame[0, name] = np.stack([answer.columns[name] for answer in chunk.answers], axis=1)[
                vector[::count]
            ].ravel()
        return frame

    def _pages(self, frame: _Frame, group: Sequence[int], digits: int | None, terminal: Terminal) -> list[list[Column]]:
        def fits(columns: tuple[list[Column], list[Column]]) -> bool:
            leading, answers = columns
            return width_of([*leading, *answers]) <= terminal.width

        def draw(step: int | None) -> tuple[list[Column], list[Column]]:
            answers = self._answers(frame, group, step, terminal)
            columns = self._leading(frame, None, terminal), answers
            # x says which input it was: digits are those of answers, and x keeps its own where there is room.
            return columns if digits or fits(columns) else (self._leading(frame, DIGITS, terminal), answers)

        return pages(*fitting(draw, fits, digits, whole=self._whole), terminal.width)

    def _leading(self, frame: _Frame, digits: int | None, terminal: Terminal) -> list[Column]:
        columns = list(_place(frame))
        labels = self._header.labels
        if "function" in frame and len(set(self._header.names)) > 1:
            names = [shown(self._header.names[place], terminal) for place in frame["function"].tolist()]
            columns.append(Column("function", names, left=True))
        if "index" in frame and labels and int(frame["index"].max()) < len(labels):
            cells = [shown(labels[index], terminal) for index in frame["index"].tolist()]
            columns.append(Column("label", cells, left=True))
        elif "index" in frame and ("x" not in frame or self._is_ranked):
            columns.append(Column("index", [str(index) for index in frame["index"].tolist()], "dim"))
        if "x" in frame:
            columns.append(Column(self._header.headings.get("x", "x"), aligned(frame["x"], digits)))
        return columns

    def _answers(self, frame: _Frame, group: Sequence[int], digits: int | None, terminal: Terminal) -> list[Column]:
        if not self._layout.value:
            return [Column(name, aligned(frame[0, name], digits)) for name in self._layout.vector]
        columns = []
        for place in group:
            codes = frame[place, "zone"].tolist()
            styles = [_ZONE_STYLES[code] for code in codes]
            marks = (
                [" " + (ZONE_NAMES[code] or " ")[0] for code in codes]
                if len(group) > 1 and any(codes)
                else [""] * len(codes)
            )
            for name in self._layout.value:
                title = self._column_title(place, name, len(group), terminal)
                cells = [number + mark for number, mark in zip(aligned(frame[place, name], digits), marks, strict=True)]
                columns.append(Column(title, cells, styles=styles))
            if len(group) == 1 and any(codes):
                columns.append(Column("zone", [ZONE_NAMES[code] or "" for code in codes], styles=styles, left=True))
        return columns

    def _column_title(self, place: int, name: str, functions: int, terminal: Terminal) -> str:
        if functions == 1:
            return self._header.headings.get(name, name)
        function = shown(self._header.names[place], terminal)
        return function if len(self._layout.value) == 1 else f"{function} {name}"

    def _title(self, group: Sequence[int], terminal: Terminal) -> Iterator[Text]:
        """One function is named above its table, several are named by their columns."""
        if len(group) == 1:
            description = self._header.descriptions[group[0]]
            formula = shown(str(description.get("formula") or ""), terminal)
            name = shown(str(description["name"]), terminal)
            yield Text.assemble((name, "bold"), ("   " + formula if formula != name else "", "dim"))
            for field in self._header.fields:
                stated = description.get(f"{field.name}_formula")
                if stated:
                    yield Text.assemble((field.name, "bold"), ("   " + shown(str(stated), terminal), "dim"))

    def _legend(self, frame: _Frame, group: Sequence[int], terminal: Terminal) -> Iterator[Text]:
        """Say in words what the letters behind the values of several functions mean."""
        for code, kind in enumerate(ZONE_NAMES):
            if kind is None or len(group) == 1:
                continue
            marked = [place for place in group if (place, "zone") in frame and (frame[place, "zone"] == code).any()]
            conditions = [self._condition(place, kind, terminal) for place in marked]
            if conditions:
                yield Text.assemble((kind[0], _ZONE_STYLES[code]), (f" {kind}: " + "; ".join(conditions), "dim"))

    def _condition(self, place: int, kind: str, terminal: Terminal) -> str:
        zones = self._header.zones[place] if place < len(self._header.zones) else ()
        return f"{shown(self._header.names[place], terminal)} {describe([z for z in zones if z.kind == kind])}".rstrip()


def _located(chunk: Chunk, vector: NDArray[np.int64]) -> dict[Hashable, NDArray[Any]]:
    """Vector and line of each row; -1 where there are no lines."""
    known = chunk.vectors.lines
    return {"vector": chunk.first + vector, "line": np.full(len(vector), -1) if known is None else known[vector]}


def _place(frame: _Frame) -> Iterator[Column]:
    """Where each vector stands, once for each, where there are several."""
    vector = frame["vector"]
    if len(vector) and vector[0] != vector[-1]:
        named = "line" if (frame["line"] >= 0).all() else "vector"
        begins = np.append(True, vector[1:] != vector[:-1]).tolist()
        cells = [str(n) if new else "" for n, new in zip(frame[named].tolist(), begins, strict=True)]
        yield Column(named, cells, "dim")

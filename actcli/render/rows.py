"""Values as one table: x, what each function makes of it, and the zone it lies in."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from actcli.render.excerpt import ENDS, Excerpt, Frame
from actcli.render.grid import Column, aligned, left_out, lines, pages, shown, width_of
from actcli.render.presentation import Layout
from actcli.render.remarks import describe
from actcli.results import ZONE_NAMES, Chunk, Header
from actcli.terminal import Terminal

# As many digits as fit. Several functions start with fewer: columns are compared by their leading digits.
_ONE, _SEVERAL = (None, 9, 6, 4, 3), (6, 4, 3)

_ZONE_STYLES = ("", "yellow", "red", "yellow")


class Rows:
    """Collects the rows of a table; functions whose values have no input in common get a table each."""

    def __init__(self, header: Header, layout: Layout) -> None:
        self._header = header
        self._layout = layout
        self._is_ranked = any(field.is_ranked for field in header.fields)
        places = range(len(header.cards))
        self._groups = [tuple(places)] if layout.has_x else [(place,) for place in places]
        self._excerpts = [Excerpt() for _ in self._groups]

    def add(self, chunk: Chunk) -> None:
        """Take one more chunk."""
        for group, excerpt in zip(self._groups, self._excerpts, strict=True):
            excerpt.add(self._values(chunk, group) if self._layout.value else self._vectors(chunk))

    def lines(self, digits: int | None, terminal: Terminal) -> Iterator[Text]:
        """Draw what was taken."""
        for group, excerpt in zip(self._groups, self._excerpts, strict=True):
            if excerpt.rows:
                yield from self._title(group, terminal)
                for page in self._pages(excerpt.frame(), group, digits, terminal):
                    page_lines = lines(page)
                    if excerpt.left_out:
                        page_lines.insert(1 + ENDS, left_out(f"{excerpt.left_out:,} rows left out", terminal))
                    yield from page_lines
                yield from self._legend(excerpt.frame(), group, terminal)

    def _values(self, chunk: Chunk, group: Sequence[int]) -> Frame:
        one = chunk.answers[group[0]]
        vector = np.repeat(np.arange(len(one.lengths)), one.lengths)
        frame: dict[Any, NDArray[Any]] = _located(chunk, vector)
        frame["index"] = chunk.indices(one)
        if self._layout.has_x:
            frame["x"] = chunk.inputs(one)
        for place in group:
            answer = chunk.answers[place]
            frame |= {(place, name): answer.columns[name] for name in self._layout.value}
            frame[place, "zone"] = np.zeros(len(vector), np.uint8) if answer.zones is None else answer.zones
        return frame

    def _vectors(self, chunk: Chunk) -> Frame:
        """Lay out a row for each vector and function where every field is per vector."""
        count = len(chunk.answers)
        vector = np.repeat(np.flatnonzero(chunk.vectors.lengths), count)
        frame: dict[Any, NDArray[Any]] = _located(chunk, vector)
        frame["function"] = np.tile(np.arange(count), len(vector) // count)
        for name in self._layout.vector:
            frame[0, name] = np.stack([answer.columns[name] for answer in chunk.answers], axis=1)[
                vector[::count]
            ].ravel()
        return frame

    def _pages(self, frame: Frame, group: Sequence[int], digits: int | None, terminal: Terminal) -> list[list[Column]]:
        ladder = (digits,) if digits else _ONE if len(group) == 1 else _SEVERAL
        for step in ladder:
            # Digits that the user asked for are those of answers: x says which input it was, and stays whole.
            leading = self._leading(frame, None if digits else step and max(step, 6), terminal)
            columns = self._answers(frame, group, step, terminal)
            if width_of([*leading, *columns]) <= terminal.width:
                break
        return pages(leading, columns, terminal.width)

    def _leading(self, frame: Frame, digits: int | None, terminal: Terminal) -> list[Column]:
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
            columns.append(Column("x", aligned(frame["x"], digits)))
        return columns

    def _answers(self, frame: Frame, group: Sequence[int], digits: int | None, terminal: Terminal) -> list[Column]:
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
            return name
        function = shown(self._header.names[place], terminal)
        return function if len(self._layout.value) == 1 else f"{function} {name}"

    def _title(self, group: Sequence[int], terminal: Terminal) -> Iterator[Text]:
        """One function is named above its table, several are named by their columns."""
        if len(group) == 1:
            card = self._header.cards[group[0]]
            formula = shown(str(card.get("formula") or ""), terminal)
            name = shown(str(card["name"]), terminal)
            yield Text.assemble((name, "bold"), ("   " + formula if formula != name else "", "dim"))

    def _legend(self, frame: Frame, group: Sequence[int], terminal: Terminal) -> Iterator[Text]:
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


def _located(chunk: Chunk, vector: NDArray[np.int64]) -> dict[Any, NDArray[Any]]:
    known = chunk.vectors.lines
    return {"vector": chunk.first + vector, "line": np.full(len(vector), -1) if known is None else known[vector]}


def _place(frame: Frame) -> Iterator[Column]:
    """Tell where each vector stands, once for each, where there are several."""
    vector = frame["vector"]
    if len(vector) and vector[0] != vector[-1]:
        named = "line" if (frame["line"] >= 0).all() else "vector"
        begins = np.append(True, vector[1:] != vector[:-1]).tolist()
        cells = [str(n) if new else "" for n, new in zip(frame[named].tolist(), begins, strict=True)]
        yield Column(named, cells, "dim")

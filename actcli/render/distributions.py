"""Vectors for eyes: one as a block of rows with bars, summary line and matrices; several softmaxes as a heatmap.

And what all of them come to: how often each class wins, and the reliability of confidences, with bars too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from math import isnan
from typing import Any

import numpy as np
from rich.cells import cell_len
from rich.text import Text

from actcli.arrays import Floats, Integers, Numbers
from actcli.render.cells import cell
from actcli.render.grid import (
    DIGITS,
    ENDS,
    GAP,
    Column,
    Excerpt,
    Signs,
    aligned,
    common_start,
    ends,
    fitting,
    left_out,
    lines,
    pages,
    shown,
    signs,
    width_of,
)
from actcli.render.heatmap import matrix_lines, short, side_by_side, tile_pages, tiles
from actcli.render.numbers import fixed, percent, text, trimmed
from actcli.results import Chunk, Header, Layout, Result
from actcli.terminal import Ground, Terminal

_Beside = Callable[[int, Signs], list[Column]]  # what stands beside columns: from the room that they leave, and signs

BLOCKS = 8  # vectors that are drawn as blocks; more than that is a stream, for which there are formats

_REFERENCE = "reference"  # the last class of `softmax --reference`

# What the terms of a loss are, class by class.
_TERMS = {"cross-entropy": "-y log p", "kl": "y log(y/p)", "mse": "(p - y)^2/2"}


# Names of the entries of a vector.


def _names(header: Header, size: int, terminal: Terminal) -> list[str] | None:
    """The names of a vector of so many entries, empty where only some are known; None where none is."""
    if size <= len(header.labels):
        return [shown(name, terminal) for name in header.labels[:size]]
    if header.settings.get("reference"):
        return [*[""] * (size - 1), _REFERENCE]
    return None


def _names_or_indices(header: Header, size: int, terminal: Terminal) -> list[str]:
    known = _names(header, size, terminal) or [""] * size
    return [name or str(index) for index, name in enumerate(known)]


# Bars: a probability as a bar that is full at 1, its share in percent, and a mark on the first of the largest.

_LIKELIEST = 40  # rows of a long distribution: those that matter
_LEAST, _MOST = 10, 60  # a bar of fewer cells says less than its percent, one of more is hard to take in
_BAR_STYLE, _WINNER_STYLE, _GOAL_STYLE = "blue", "bright_cyan", "bold"


def _winner(probability: Numbers) -> int:
    """Index of the first of the largest; -1 where NaN leaves none."""
    return -1 if np.isnan(probability).any() else int(np.argmax(probability))


def _likeliest(probability: Numbers) -> list[int]:
    """List all indices, or of a long distribution those of the largest, in their order."""
    if len(probability) <= 2 * ENDS:
        return list(range(len(probability)))
    return sorted(np.argsort(-probability, kind="stable")[:_LIKELIEST].tolist())


def _with_bars(probability: Numbers, kept: Sequence[int], word: str, room: int, sign: Signs) -> list[Column]:
    """Bar, percent and worded mark, as wide as there is room for; nothing where a bar would be too short."""
    marks = _marks(probability, kept, f"{sign.mark}{word}")
    shares = _shares(probability, kept)
    left = room - marks.width - shares.width - 3 * len(GAP)
    if left < _LEAST:
        return []
    return [Column("", _bars(probability, kept, min(left, _MOST), sign), left=True), shares, marks]


def _without_bars(probability: Numbers, kept: Sequence[int], room: int, sign: Signs) -> list[Column]:
    """Percent and mark, or the mark alone."""
    marks, shares = _marks(probability, kept, sign.mark), _shares(probability, kept)
    return [shares, marks] if marks.width + shares.width + 2 * len(GAP) <= room else [marks]


def _marks(probability: Numbers, kept: Sequence[int], mark: str) -> Column:
    best = _winner(probability)
    return Column("", [mark if index == best else "" for index in kept], "bold", left=True)


def _shares(probability: Numbers, kept: Sequence[int]) -> Column:
    return Column("", [percent(share) for share in probability[kept].tolist()], "dim")


def _bars(probability: Numbers, kept: Sequence[int], width: int, sign: Signs) -> list[Text]:
    best = _winner(probability)
    styles = [_WINNER_STYLE if index == best else _BAR_STYLE for index in kept]
    return [_bar(share, width, sign, style) for share, style in zip(probability[kept].tolist(), styles, strict=True)]


def _bar(share: float, width: int, sign: Signs, style: str, goal: float | None = None) -> Text:
    """A bar that is full at 1, empty for NaN; with a sign in the cell where a share of `goal` would end."""
    steps = len(sign.bar) - 1
    whole, part = divmod(0 if isnan(share) else round(min(max(share, 0.0), 1.0) * width * steps), steps)
    filled = sign.bar[-1] * whole + (sign.bar[part] if part else "")
    bar = Text.assemble((filled, style), (sign.rest * (width - len(filled)), "dim"))
    if goal is None or isnan(goal):
        return bar
    place = min(int(goal * width), width - 1)
    return Text.assemble(bar[:place], (sign.goal, _GOAL_STYLE), bar[place + 1 :])


# Summary lines: what a vector as a whole comes to.

_BETWEEN = "   "


def _exponential(header: Header) -> str:
    """What a probability is a share of; the largest logit is taken away, so that none overflows."""
    return "e^(x-max)" if header.settings.get("temperature") == 1 else "e^((x-max)/T)"


def _summary_of(block: "Block", header: Header, digits: int | None, terminal: Terminal) -> list[str]:
    """The numbers that a vector has one of, those that are known."""
    columns, entries = block.columns, block.entries

    def number(name: str) -> str:
        return text(float(columns[name][0]), digits or DIGITS)

    parts = [f"loss={number('loss')}"] if "loss" in columns else []
    if "exponential" in columns and len(columns["exponential"]) == entries:
        total = text(float(columns["exponential"].sum()), digits or DIGITS)
        parts.append(f"{signs(terminal).total} {_exponential(header)}={total}")
    if "probability" in columns and len(columns["probability"]) == entries:
        parts.append(f"{signs(terminal).total}={text(float(columns['probability'].sum()), DIGITS)}")
    if "entropy" in columns:
        parts.append(f"H={number('entropy')} bits of {text(float(np.log2(entries)), DIGITS)}")
    if "entropy_nats" in columns:
        parts.append(f"{number('entropy_nats')} nats")
    return parts + [f"{name}={number(name)}" for name in ("perplexity", "margin") if name in columns]


def _both_ways(columns: Mapping[str, Numbers], digits: int | None, terminal: Terminal) -> list[str]:
    """Cross-entropy and divergence of target y and softmax p both ways round; nothing where they are not known."""
    bar = "‖" if terminal.unicode else "|"
    names = {
        "cross_entropy": "H(y,p)",
        "cross_entropy_swapped": "H(p,y)",
        "kl": f"KL(y{bar}p)",
        "kl_swapped": f"KL(p{bar}y)",
    }
    return [f"{name}={text(float(columns[key][0]), digits or DIGITS)}" for key, name in names.items() if key in columns]


def _summary_lines(name: str, parts: Sequence[str], width: int) -> Iterator[Text]:
    """A name and what is said of it, no part ever broken: as many on a line as there is room for."""
    line = Text(name, "bold", no_wrap=True)
    for part in parts:
        if cell_len(line.plain) + len(_BETWEEN) + cell_len(part) > width:
            yield line
            line = Text(" " * cell_len(name), no_wrap=True)
        line.append(_BETWEEN + part, "not bold dim")
    yield line


_SCORES = {
    "mean_loss": "mean loss",
    "accuracy": "accuracy",
    "calibration_error": "calibration error",
    "vectors_undefined": "undefined and left out",
    "vectors_ignored": "ignored and left out",
}


def score_lines(result: Result, digits: int | None, width: int) -> Iterator[Text]:
    """How well several vectors predict their targets, for each function where there are several."""
    if result.inputs.vectors < 2:
        return
    for place, description in enumerate(result.header.descriptions):
        totals = result.totals(place)
        known = [name for name in _SCORES if name in totals and (totals[name] or not name.startswith("vectors"))]
        parts = [f"{_SCORES[name]} {text(totals[name], digits or DIGITS)}" for name in known]
        if "mean_loss" in totals:
            parameters = f" {cell(description['parameters'])}" if len(result.header.descriptions) > 1 else ""
            yield from _summary_lines(f"all{parameters}", parts, width)


# What all vectors come to, drawn beneath their totals.

_MOST_CLASSES = 20  # of more, those that win most often are drawn
_MOST_RELIABILITIES = 2  # before and after; of more temperatures the one of the least loss

_RELIABILITY = 32  # cells of a bar, so that those of all bins are equally long

_BINNINGS = {"reliability": "bins of equal width", "reliability_equal_mass": "bins of equal mass"}


def total_lines(result: Result, digits: int | None, terminal: Terminal) -> Iterator[Text]:
    """How often each class wins, and the reliability of confidences, where the totals say it; else nothing."""
    totals = [result.totals(place) for place in range(len(result.header.descriptions))]
    wins = next((np.array(each["wins"]) for each in totals if "wins" in each), np.zeros(0, np.int64))
    if wins.any():
        yield Text()
        yield from _wins_lines(result.header, wins, terminal)
    known = [place for place, each in enumerate(totals) if each.get("reliability")]
    if len(known) > _MOST_RELIABILITIES:
        known = [min(known, key=lambda place: (np.isnan(totals[place]["mean_loss"]), totals[place]["mean_loss"]))]
    has_bars = False
    for place in known:
        for key, binning in _BINNINGS.items():
            if totals[place][key]:
                # Rows that need no parameters to be told apart name none.
                settings = cell(result.header.descriptions[place].get("parameters"), digits or DIGITS)
                title = ", ".join(filter(None, (settings, binning)))
                fits = cell_len("reliability" + _BETWEEN + title) <= terminal.width
                yield Text()
                yield from _summary_lines("reliability", [title] if fits else [settings, binning], terminal.width)
                drawn = _reliability_lines(totals[place][key], terminal)
                has_bars = has_bars or any(signs(terminal).goal in line.plain for line in drawn)
                yield from drawn
    if has_bars:
        yield Text(f"a bar ends at the accuracy, {signs(terminal).goal} marks the mean confidence", "dim")


def _wins_lines(header: Header, wins: Integers, terminal: Terminal) -> Iterator[Text]:
    """A row a class, in their order."""
    shares = wins / wins.sum()
    kept = sorted(np.argsort(-wins, kind="stable")[:_MOST_CLASSES].tolist())
    columns = [Column("i", [str(index) for index in kept], "dim")]
    labels = _names(header, wins.size, terminal)
    if labels is not None:
        columns.append(Column("label", [labels[index] for index in kept], left=True))
    columns += [Column("wins", [f"{wins[index]:,}" for index in kept]), _shares(shares, kept)]
    room = min(terminal.width - width_of(columns) - len(GAP), _MOST)
    if room >= _LEAST:
        columns.append(Column("", _bars(shares, kept, room, signs(terminal)), left=True))
    yield from lines(columns)
    if len(kept) < wins.size:
        rest = percent(1.0 - float(shares[kept].sum()))
        yield left_out(f"{wins.size - len(kept):,} classes that win less left out, together {rest}", terminal)


def _reliability_lines(bins: Sequence[Mapping[str, Any]], terminal: Terminal) -> list[Text]:
    """A row a bin: where its confidences lie, how many vectors, their mean confidence and accuracy."""
    in_full, shorter, without_ends = _reliability_pages(bins)
    for columns in (in_full, shorter):
        room = min(terminal.width - width_of(columns) - len(GAP), _RELIABILITY)
        if room >= _LEAST:
            sign = signs(terminal)
            bars = [_bar(each["accuracy"], room, sign, _BAR_STYLE, each["confidence"]) for each in bins]
            return lines([*columns, Column("", bars, left=True)])
    pages = (page for page in (in_full, shorter) if width_of(page) <= terminal.width)
    return lines(next(pages, without_ends))


def _reliability_pages(bins: Sequence[Mapping[str, Any]]) -> tuple[list[Column], list[Column], list[Column]]:
    """The columns of bins, the same with short names, and those without the ends of the bins."""
    low, high, confidence = _told_apart(np.array([[each[key] for each in bins] for key in _PLACES]))
    cells = [f"{each['vectors']:,}" for each in bins], confidence, aligned(np.array([b["accuracy"] for b in bins]), 4)
    begin, end = Column("from", low, "dim"), Column("to", high, "dim")
    in_full, shorter = (
        [Column(name, texts) for name, texts in zip(names, cells, strict=True)]
        for names in (("vectors", "confidence", "accuracy"), ("n", "conf.", "acc."))
    )
    return [begin, end, *in_full], [begin, end, *shorter], [begin, *shorter]


_PLACES = ("from", "to", "confidence")


def _told_apart(places: Floats) -> list[list[str]]:
    """The text of rows of numbers, with so many digits that different ends of bins look different."""
    ends = places[:2].ravel()
    different = len(np.unique(ends))
    digits = next(digits for digits in range(4, 18) if len(set(aligned(ends, digits))) == different)
    return [aligned(row, digits) for row in places]


# Blocks.


@dataclass(frozen=True, slots=True)
class Block:
    """What one function makes of one vector."""

    function: int
    """Its place in the header."""
    vector: int
    """How many vectors came before."""
    line: int | None
    """Where the vector stands in its file, where that is known."""
    entries: int
    """How many values the vector has."""
    index: Integers
    """Which entry of the vector each value of the answer is."""
    x: Floats
    """The input of each value; empty where values have no single input."""
    columns: Mapping[str, Numbers]
    """The answer, field by field."""

    @property
    def size(self) -> int:
        """How many values the vector gives."""
        return len(self.index)


def _blocks_of(chunk: Chunk, row: int, header: Header, layout: Layout) -> list[Block]:
    """Cut one vector out of a chunk, for each function; copies, which let go of the chunk."""
    known = chunk.vectors.lines
    line = None if known is None else int(known[row])
    blocks = []
    for function, answer in enumerate(chunk.answers):
        own = {field.per: _slice(chunk.counts(answer, field.per), row) for field in header.fields}
        values = _slice(answer.lengths, row)
        shown_fields = [field for field in header.fields if field.name in answer.columns]
        columns = {field.name: answer.columns[field.name][own[field.per]].copy() for field in shown_fields}
        index = chunk.indices(answer)[values].copy()
        # A function such as maxout gives values that have no input.
        x = chunk.inputs(answer)[values].copy() if layout.has_x else np.zeros(0)
        entries = int(chunk.vectors.lengths[row])
        blocks.append(Block(function, chunk.first + row, line, entries, index, x, columns))
    return blocks


def _slice(counts: Integers, row: int) -> slice:
    start = int(counts[:row].sum())
    return slice(start, start + int(counts[row]))


class Blocks:
    """Collects the first vectors; draws a block for each: softmax as bars, loss with gradient, Jacobians."""

    def __init__(self, header: Header, layout: Layout) -> None:
        self._header = header
        self._layout = layout
        self._excerpt: Excerpt[list[Block]] = Excerpt(BLOCKS, 0)

    def add(self, chunk: Chunk) -> None:
        """Take one more chunk."""
        filled = np.flatnonzero(chunk.vectors.lengths).tolist()
        self._excerpt.add(len(filled), lambda n: _blocks_of(chunk, filled[n], self._header, self._layout))

    def lines(self, digits: int | None, terminal: Terminal) -> Iterator[Text]:
        """Draw what was taken."""
        for place, block in enumerate(block for vector in self._excerpt.items for block in vector):
            if place:
                yield Text()
            yield from _summary_lines(*self._title(block, digits, terminal), terminal.width)
            if self._layout.value:
                yield from self._values(block, digits, terminal)
            both_ways = _both_ways(block.columns, digits, terminal)
            if both_ways:
                yield from _summary_lines("swapped", both_ways, terminal.width)
            for name in self._layout.pair:
                if self._layout.value or self._layout.vector:
                    yield Text()
                if name not in block.columns:
                    yield left_out(f"{name} left out: {block.entries:,} x {block.entries:,}", terminal)
                    continue
                matrix = block.columns[name].reshape(block.size, block.entries)
                names = [_names_or_indices(self._header, side, terminal) for side in matrix.shape]
                yield from matrix_lines(name, matrix, names, digits, terminal)
        if self._excerpt.left_out:
            yield Text()
            yield left_out(f"{self._excerpt.left_out:,} vectors left out", terminal)

    def _title(self, block: Block, digits: int | None, terminal: Terminal) -> tuple[str, list[str]]:
        """The name of the function, and what the vector as a whole comes to."""
        description = self._header.descriptions[block.function]
        parts = [f"n={block.entries}"]
        if self._excerpt.count > 1:
            parts.insert(0, f"vector {block.vector}" if block.line is None else f"line {block.line}")
        settings = {**(description.get("parameters") or {}), **self._header.settings}
        if isinstance(settings.get("temperature"), float | int):
            parts.append(f"T={cell(settings['temperature'])}".removesuffix(".0"))
        parts += _summary_of(block, self._header, digits, terminal)
        return shown(str(description["name"]), terminal), parts

    def _values(self, block: Block, digits: int | None, terminal: Terminal) -> Iterator[Text]:
        likely = block.columns["probability"] if "probability" in self._layout.value else None
        kept = ends(block.size, 2 * ENDS) if likely is None else _likeliest(likely)
        leading = self._leading(block, kept, None if digits else DIGITS, terminal)
        columns, beside = self._columns(block, kept, leading, digits, terminal)
        split = pages(leading, columns, terminal.width - (width_of(beside) + len(GAP) if beside else 0))
        split[0] += beside
        for page in split:
            yield from self._with_gap(lines(page), block, kept, terminal)

    def _columns(
        self, block: Block, kept: Sequence[int], leading: list[Column], digits: int | None, terminal: Terminal
    ) -> tuple[list[Column], list[Column]]:
        """The columns of the answer, and bars beside them: in full if fewer digits make room for them, else less."""
        likely = block.columns["probability"] if "probability" in self._layout.value else None
        whole = any(field.is_certified for field in self._header.fields)
        choices: list[_Beside] = [lambda room, sign: []]
        if likely is not None:
            choices = [partial(_with_bars, likely, kept, word) for word in (" argmax", "")]
            choices.append(partial(_without_bars, likely, kept))

        # Bars say more than the steps of a probability.
        names = [list(self._layout.value), [name for name in self._layout.value if name != "exponential"]]

        def draw(names: Sequence[str], beside: _Beside, step: int | None) -> tuple[list[Column], list[Column]]:
            columns = [self._column(name, block, kept, step) for name in names]
            return columns, beside(terminal.width - width_of([*leading, *columns]), signs(terminal))

        def fits(drawing: tuple[list[Column], list[Column]]) -> bool:
            columns, drawn = drawing
            return (likely is None or bool(drawn)) and width_of([*leading, *columns, *drawn]) <= terminal.width

        for beside, shown_names in [*product(choices[:-1], names), *product(choices[-1:], reversed(names))]:
            drawing = fitting(partial(draw, shown_names, beside), fits, digits, whole=whole)
            if fits(drawing):
                break
        return drawing

    def _leading(self, block: Block, kept: Sequence[int], digits: int | None, terminal: Terminal) -> list[Column]:
        columns = [Column("i", [str(index) for index in block.index[kept].tolist()], "dim")]
        labels = _names(self._header, block.entries, terminal)
        if labels is not None:
            columns.append(Column("label", [labels[index] for index in block.index[kept].tolist()], left=True))
        if self._layout.has_x:
            columns.append(Column(self._header.headings.get("x", "x"), aligned(block.x[kept], digits)))
        return columns

    def _column(self, name: str, block: Block, kept: Sequence[int], digits: int | None) -> Column:
        values = block.columns[name]
        best = _winner(values) if name == "probability" else -1
        styles = ["bold" if index == best else "" for index in kept]
        titles = {
            "loss_terms": _TERMS.get(str(self._header.settings.get("loss")), name),
            "exponential": _exponential(self._header),
        }
        title = titles.get(name, name)
        return Column(title, aligned(values[kept], digits), styles=styles)

    def _with_gap(self, page: list[Text], block: Block, kept: Sequence[int], terminal: Terminal) -> list[Text]:
        """Say how many rows of a long vector are left out, and what they come to."""
        count = block.entries - len(kept) if self._layout.has_x else block.size - len(kept)
        if count and "probability" in self._layout.value:
            rest = percent(1.0 - float(block.columns["probability"][kept].sum()))
            page.append(left_out(f"{count:,} less likely left out, together {rest}", terminal))
        elif count:
            page.insert(1 + ENDS, left_out(f"{count:,} rows left out", terminal))
        return page


# Several softmaxes as a heatmap: a row a vector or a temperature, a column a class.

_MOST_PAGES = 3  # of a wider table the first classes say what it is like, and --top which ones matter
_LABEL = 8  # cells of a class's name
_NARROWEST = 4  # cells of a tile


def _in_percent(share: float) -> str:
    return f" {fixed(100 * share, 0)}"


# A probability in a tile, with as many digits as there is room for.
_TILES: tuple[Callable[[float], str], ...] = (
    lambda share: f" {fixed(share, 3)}",
    lambda share: f" {fixed(share, 2)}",
    _in_percent,
)


class Distributions:
    """Collects vectors; draws one of them as a block of bars, several as a heatmap where there is no more to say."""

    def __init__(self, header: Header, layout: Layout) -> None:
        self._header = header
        self._layout = layout
        self._blocks = Blocks(header, layout)
        self._excerpt: Excerpt[list[Block]] = Excerpt()

    def add(self, chunk: Chunk) -> None:
        """Take one more chunk."""
        self._blocks.add(chunk)
        filled = np.flatnonzero(chunk.vectors.lengths).tolist()
        self._excerpt.add(len(filled), lambda n: _blocks_of(chunk, filled[n], self._header, self._layout))

    def lines(self, digits: int | None, terminal: Terminal) -> Iterator[Text]:
        """Draw what was taken."""
        vectors, functions = self._excerpt.count, len(self._header.descriptions)
        is_ranked = any(field.is_ranked for field in self._header.fields)
        has_gradients = "gradient" in self._layout.value and vectors <= BLOCKS
        if self._layout.pair or is_ranked or has_gradients or vectors * functions <= 1:
            yield from self._blocks.lines(digits, terminal)
            return
        rows = [block for vector in self._excerpt.items for block in vector]
        size = max(block.size for block in rows)
        most = max(1, _MOST_PAGES * terminal.width // _NARROWEST)
        names = _names_or_indices(self._header, size, terminal)[:most]
        drawn, classes, legend = self._pages(rows, names, digits, terminal)
        yield self._title(rows)
        for page in drawn:
            page_lines = lines(page)
            if self._excerpt.left_out:
                gap = left_out(f"{self._excerpt.left_out:,} vectors left out", terminal)
                page_lines.insert(1 + ENDS * functions, gap)
            yield from page_lines
        if classes < size:
            yield left_out(f"{size - classes:,} classes left out: --top 5 shows the likeliest", terminal)
        yield Text(legend, "dim")

    def _title(self, rows: Sequence[Block]) -> Text:
        sizes = sorted({block.size for block in rows})
        parts = [f"{self._excerpt.count:,} vectors"] if self._excerpt.count > 1 else []
        parts += [f"n={sizes[0]}" if len(sizes) == 1 else f"n={sizes[0]} to {sizes[-1]}"]
        temperature = self._header.settings.get("temperature")
        if isinstance(temperature, float | int):
            parts.append(f"T={trimmed(temperature)}")
        elif isinstance(temperature, list):
            parts.append(f"T={text(min(temperature), DIGITS)} to {text(max(temperature), DIGITS)}")
        return Text.assemble((self._header.names[0], "bold"), (_BETWEEN + _BETWEEN.join(parts), "dim"))

    def _pages(
        self, rows: Sequence[Block], names: Sequence[str], digits: int | None, terminal: Terminal
    ) -> tuple[list[list[Column]], int, str]:
        """The columns of each page, how many classes they show, and what the signs in them mean.

        Names give way to digits: logit0 to logit9 are 0 to 9 where that makes room for more.
        """
        sign = signs(terminal)
        leading = self._leading(rows)

        for written, own in product(_TILES, (names, _without_prefix(names))):
            columns = _probability_tiles(rows, own, written, sign, terminal.ground)
            legend = f"{sign.mark} argmax" + (", probabilities in percent" if written is _in_percent else "")
            page = self._with_trailing([*leading, side_by_side(columns)], rows, digits, terminal)
            if width_of(page) <= terminal.width:
                return [page], len(columns), legend
        room = terminal.width - sum(column.width + len(GAP) for column in leading)
        split = tile_pages(columns, room)[:_MOST_PAGES]
        last = self._with_trailing(leading, rows, digits, terminal)
        return [*([*leading, side_by_side(page)] for page in split), last], sum(map(len, split)), legend

    def _leading(self, rows: Sequence[Block]) -> list[Column]:
        columns = []
        if self._excerpt.count > 1:
            numbers = [block.vector if block.line is None else block.line for block in rows]
            begins = [block.function == 0 for block in rows]
            cells = [str(number) if new else "" for number, new in zip(numbers, begins, strict=True)]
            columns.append(Column("vector" if rows[0].line is None else "line", cells, "dim"))
        if "temperature" in self._layout.vector:
            columns.append(Column("T", _numbers(rows, "temperature", DIGITS)))
        return columns

    def _with_trailing(
        self, columns: Sequence[Column], rows: Sequence[Block], digits: int | None, terminal: Terminal
    ) -> list[Column]:
        """The columns, and behind them those of one number a row, with as many digits as fit."""
        return fitting(
            lambda step: [*columns, *self._trailing(rows, step, terminal)],
            lambda page: width_of(page) <= terminal.width,
            digits,
        )

    def _trailing(self, rows: Sequence[Block], digits: int | None, terminal: Terminal) -> list[Column]:
        names = _names_or_indices(self._header, max(block.size for block in rows), terminal)
        sign = signs(terminal)
        columns = []
        styles = ["bold"] * len(rows)
        if "target" in rows[0].columns:
            targets = [
                int(own.argmax()) if (own > 0).any() else -1 for own in (block.columns["target"] for block in rows)
            ]
            shown_targets = [short(names[index], _LABEL, sign) if index >= 0 else "" for index in targets]
            columns.append(Column("target", shown_targets, left=True))
            missed = [index not in (-1, _winner_of(block)) for index, block in zip(targets, rows, strict=True)]
            styles = ["bold yellow" if miss else "bold" for miss in missed]
        fields = ("loss", "entropy", "top") if len(self._header.descriptions) > 1 else ("loss", "entropy")
        known = [name for name in fields if name in self._layout.vector]
        columns += [Column("H bits" if name == "entropy" else name, _numbers(rows, name, digits)) for name in known]
        winners = [short(names[best], _LABEL, sign) if best >= 0 else "" for best in map(_winner_of, rows)]
        return [*columns, Column("winner", winners, styles=styles, left=True)]


def _without_prefix(names: Sequence[str]) -> Sequence[str]:
    """The names without what all of them begin with, unless that is all of one."""
    same = len(common_start(names))
    return names if same == min(map(len, names)) else [name[same:] for name in names]


def _probability_tiles(
    rows: Sequence[Block], names: Sequence[str], written: Callable[[float], str], sign: Signs, ground: Ground | None
) -> list[Column]:
    best = [_winner_of(block) for block in rows]
    columns = []
    for place, name in enumerate(names):
        shares = [block.columns["probability"][place] if place < block.size else np.nan for block in rows]
        wins = [number == place for number in best]
        cells = [
            written(share) + (sign.mark if won else " ") if place < block.size else ""
            for block, share, won in zip(rows, shares, wins, strict=True)
        ]
        columns.append(tiles(f" {short(name, _LABEL, sign)} ", cells, np.array(shares), wins, ground))
    return columns


def _numbers(rows: Sequence[Block], name: str, digits: int | None) -> list[str]:
    return aligned(np.array([block.columns[name][0] for block in rows]), digits)


def _winner_of(block: Block) -> int:
    known = block.columns.get("winner")
    return _winner(block.columns["probability"]) if known is None else int(known[0])

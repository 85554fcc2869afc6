"""Figures as lines of text: curves over patterned zones, labels, legend, captions, histogram strip; one or facets."""

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, groupby, repeat, zip_longest
from typing import NamedTuple

import numpy as np
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from actcli.errors import ActcliError, DataError, UsageError
from actcli.output import Output
from actcli.render.grid import broken, drawn
from actcli.render.plot.canvas import CONTEXT, Canvas, draw_canvas
from actcli.render.plot.figure import Figure, Histogram, ShadeKind
from actcli.render.plot.scene import Scene
from actcli.render.plot.theme import CURVE_COLOURS, Theme
from actcli.results import Result
from actcli.terminal import Terminal

LEAST_SIZE = 20, 7  # columns and lines of a picture
_INDENT, _NARROW_INDENT = 8, 5  # words stand under the canvas, but no further in than this
_LEAST_CANVAS = 7  # lines the curves keep before anything else gets one
_USUAL_BELOW = 6  # lines of histogram, legend and captions that pleasant proportions reckon with
_STRIP_ROWS, _LOW_STRIP_ROWS = 4, 2  # of a histogram
_NARROW = 50  # columns up to which words stand close
_AIRY = 12  # lines from which on a blank one sets the legend apart
_TALL = 20  # lines from which on a histogram is high
_LEGIBLE_WITHOUT_COLOUR, _LEGIBLE_WITH_SLOPES = 2, 4  # curves in one frame
_GAP = 3  # cells between two facets
_LEAST_SUBTITLE = 20  # columns below which one stands whole or not at all
_AROUND_TITLE = 9  # cells left of it and between it and the subtitle
_LEAST_FACETS = ((36, 9), (24, 7))  # columns and lines of facets that can be read, and of the smallest ones
_PROPORTIONS = 3.2  # columns to lines of a facet at its best
_LARGEST = (500, 200)  # columns and lines, whatever a terminal says it has: no screen is larger
_BLOCKS, _ASCII_BLOCKS = " ▁▂▃▄▅▆▇█", " .:|"


def picture(result: Result, output: Output) -> Iterator[bytes]:
    """Draw a result that has a view; where an error ends the values, those before it, then raise it.

    Raises UsageError, or DataError for a terminal, where the picture would be too small to be read.
    """
    view = result.header.view
    if view is not None and (view.layout != "grid" or len(result.header.descriptions) == 1):  # panels need more room
        size = view.width or output.screen.width, view.height or output.screen.height
        require_room(size, LEAST_SIZE, is_typed=bool(view.width or view.height))
    lines, error = picture_lines(result, output.screen)
    if lines:
        yield drawn(lines, output.screen)
    if error:
        raise error


def picture_lines(
    result: Result, terminal: Terminal, room: tuple[int, int] | None = None, *, is_bare: bool = False
) -> tuple[list[Text], ActcliError | None]:
    """The lines of a picture, and the error that ended the values; no lines where there are no curves.

    They fit the room, columns and lines, by default the terminal and its prompt; a size that was asked for is kept.
    A bare picture says nothing of landmarks and values below it. Raises UsageError where panels that were asked for do
    not fit.
    """
    scene, error = Scene.of(result)
    if scene.samples is None:
        return [], error
    theme = Theme.of(terminal)
    room = room or screen_size(terminal)
    width, height = scene.view.width or room[0], scene.view.height or room[1]
    size = width, scene.view.height or min(height, pleasant_height(width))
    panels = [_bare(panel) if is_bare else panel for panel in figures(scene, theme, size)]
    if len(panels) > 1:
        heading = [_line(theme.shortened(scene.view.title, width), "bold")] if scene.view.title else []
        grid = grid_of(len(panels), width, height - len(heading))
        if grid is not None:
            return [*heading, *facet_lines(panels, grid, width, theme)], error
        if scene.view.layout == "grid":
            raise _no_room_for(len(panels), width, len(heading))
        overlay = scene.overlay(theme, size)
        panels = [_bare(overlay) if is_bare else overlay]
    figure = panels[0]
    if scene.view.height is None:  # words that are many take lines of the screen, and not of the curves
        below = _lines_of_words(figure, theme) + (_STRIP_ROWS if figure.histogram else 0)
        figure = figure._replace(height=min(height, figure.height + max(below - _USUAL_BELOW, 0)))
    return figure_lines(figure, theme), error


def _bare(figure: Figure) -> Figure:
    """A figure without words on landmarks and values."""
    return figure._replace(landmarks=(), captions=(), stated=())


def require_room(size: tuple[int, int], least: tuple[int, int], *, is_typed: bool = True) -> None:
    """Raise UsageError where a picture of so many columns and lines would be smaller than the least that works.

    Where the size is the terminal's and nobody typed it, the command line is right, and it is a DataError.
    """
    if size[0] < least[0] or size[1] < least[1]:
        needed = max(size[0], least[0]), max(size[1], least[1])
        raise (UsageError if is_typed else DataError)(
            f"a picture takes {least[0]} columns and {least[1]} lines at the least, and this would have {size[0]} "
            f"and {size[1]}",
            f"--width {needed[0]} --height {needed[1]}",
        )


def screen_size(terminal: Terminal) -> tuple[int, int]:
    """Columns and lines that a picture may take: on a screen all but the line of the prompt."""
    width, height = min(terminal.width, _LARGEST[0]), min(terminal.height, _LARGEST[1])
    return width, max(height - terminal.stdout_is_tty, 1)


def pleasant_height(width: int) -> int:
    """The lines of a picture of good proportions."""
    return max(round(0.3 * width) + 4, 18)


def figures(scene: Scene, theme: Theme, size: tuple[int, int]) -> list[Figure]:
    """One figure with all functions, or one for each where that was asked for or curves would be confused.

    They would be where they are too many for the colours, or for a terminal without them.
    """
    overlay = scene.overlay(theme, size)
    is_faceted = scene.view.layout == "grid"
    if scene.view.layout == "auto" and len(overlay.curves) > _LEGIBLE_WITHOUT_COLOUR:
        most = len(CURVE_COLOURS) if len(scene.orders) == 1 else _LEGIBLE_WITH_SLOPES
        is_faceted = not theme.has_colour or len(overlay.curves) > most
    if len(scene.functions) == 1 or not is_faceted:
        return [overlay]
    # One y axis for all facets, or they could not be compared; slopes beside large values need one of their own.
    reach = overlay.extent() if len(scene.orders) == 1 else overlay.y_reach
    return [scene.facet(function, theme, size)._replace(y_reach=reach) for function in scene.functions]


class Grid(NamedTuple):
    """How facets are laid out: so many side by side, each of one size."""

    columns: int
    """Side by side."""
    width: int
    """Of each facet, in columns of the terminal."""
    height: int
    """Of each facet, in lines."""


def grid_of(facets: int, width: int, height: int) -> Grid | None:
    """The grid with facets of the best proportions that fits so many columns and lines; None: there is none.

    Facets that can be read at leisure go before more of them side by side.
    """
    for least_width, least_height in _LEAST_FACETS:
        grids = []
        for columns in range(1, min(facets, (width + _GAP) // (least_width + _GAP)) + 1):
            rows = -(-facets // columns)
            own_width = (width - _GAP * (columns - 1)) // columns
            own_height = min((height + 1) // rows - 1, pleasant_height(own_width))
            if own_height >= least_height:
                grids.append(Grid(columns, own_width, own_height))
        if grids:
            return min(grids, key=lambda grid: abs(math.log(grid.width / grid.height / _PROPORTIONS)))
    return None


def _no_room_for(facets: int, width: int, heading: int) -> UsageError:
    """The error for panels that do not fit, with the least height that works at a width that does."""
    least_width, least_height = _LEAST_FACETS[-1]
    columns = min(facets, max((width + _GAP) // (least_width + _GAP), 1))
    lines = -(-facets // columns) * (least_height + 1) - 1 + heading
    size = f"--width {max(width, least_width)} --height {lines}"
    return UsageError(f"{facets} panels do not fit", f"{size} is the least that does; or --layout overlay")


def facet_lines(figures: Sequence[Figure], grid: Grid, width: int, theme: Theme) -> list[Text]:
    """Figures as lines, laid out in a grid."""
    sized = []
    for figure in figures:
        facet = figure._replace(width=grid.width, height=grid.height)
        words = ", ".join(facet.landmarks) or facet.subtitle
        if cell_len(facet.title + words) + _AROUND_TITLE <= grid.width:
            facet = facet._replace(subtitle=words, landmarks=())
        sized.append(facet)
    footer = max(_lines_of_words(facet, theme) for facet in sized)
    facets = [figure_lines(facet, theme, footer) for facet in sized]
    lines = []
    for start in range(0, len(facets), grid.columns):
        if start:
            lines.append(_line())
        for parts in zip_longest(*facets[start : start + grid.columns]):
            beside = [part.copy() if part else _line() for part in parts]
            for part in beside:
                part.truncate(grid.width, pad=True)
            line = Text(" " * _GAP, no_wrap=True).join(beside)
            line.truncate(width)
            lines.append(line)
    while lines and not lines[-1].plain.strip():
        lines.pop()
    return lines


def figure_lines(figure: Figure, theme: Theme, least_footer: int = 0, *, may_label: bool = True) -> list[Text]:
    """A figure as lines, none wider than `figure.width`, at most `figure.height` of them.

    Where it is low, captions, then the legend, then the histogram give way to the curves. The footer is filled up to
    `least_footer` lines, so that frames side by side end at one height. Labels at the ends of the lines take a line
    each: where these are too few, or no labels may be, the legend has the names.
    """
    labels = _end_labels(figure, theme) if may_label else []
    entries = _footer(figure, theme, with_curves=not labels)
    spare = max(figure.height - 1 - max(_LEAST_CANVAS, figure.height // 2), 0)
    strip_rows = 0 if figure.histogram is None else _STRIP_ROWS if figure.height >= _TALL else _LOW_STRIP_ROWS
    strip_rows = min(strip_rows, spare)
    spare -= strip_rows
    footer: list[Text] = []
    title = figure
    if sum(map(len, entries)) > spare:  # formulas come first, and where there is no line for them into the title
        stated = _captions(figure.stated, theme, max(figure.width - _most_indent(figure), 1))
        shown = sum(1 for lines in accumulate(map(len, stated)) if lines <= spare)
        title = figure._replace(subtitle=", ".join(filter(None, [figure.subtitle, *figure.stated[shown:]])))
        rest = _footer(figure._replace(stated=()), theme, with_curves=not labels)
        entries = [*stated[:shown], *rest]
    for entry in entries:
        if len(footer) + len(entry) > spare:
            break
        footer += entry
    footer += [_line() for _ in range(min(least_footer, spare) - len(footer))]
    if footer and len(footer) < spare and figure.height >= _AIRY:
        footer = [_line(), *footer]
    label_width = max((label.cell_len for label in labels), default=-1) + 1
    canvas = draw_canvas(
        figure,
        width=figure.width - label_width,
        height=figure.height - 1 - len(footer) - strip_rows,
        unicode=theme.unicode,
        dashed=theme.has_dashes,
    )
    if len(labels) > canvas.owners.shape[0]:
        return figure_lines(figure, theme, least_footer, may_label=False)
    in_sight = tuple(line for line in figure.asymptotes if canvas.shows(line))
    if in_sight != figure.asymptotes:  # the legend would name lines that nobody sees
        return figure_lines(figure._replace(asymptotes=in_sight), theme, least_footer, may_label=may_label)
    indent = min(canvas.left, _most_indent(figure))
    lines = [
        _line(" " * indent).append_text(_title(title, theme, figure.width - indent)),
        *_canvas_lines(figure, canvas, theme, _spread(canvas, labels)),
    ]
    if figure.histogram is not None and strip_rows:
        lines += _histogram_strip(figure.histogram, canvas, strip_rows, theme, _zones(figure, canvas))
    lines += [_line(" " * indent).append_text(line) for line in footer]
    for line in lines:
        line.truncate(figure.width)
    return lines[: figure.height]


def _lines_of_words(figure: Figure, theme: Theme) -> int:
    """How many lines the words below a figure take where they have all the room they want."""
    return sum(map(len, _footer(figure, theme, with_curves=not _end_labels(figure, theme))))


def _most_indent(figure: Figure) -> int:
    return _INDENT if figure.width > _NARROW else _NARROW_INDENT


def _line(text: str = "", style: Style | str = "") -> Text:
    """A piece of a line; its style is a span, so that it stays with it wherever it is joined."""
    return Text(no_wrap=True).append(text, style)


def _title(figure: Figure, theme: Theme, room: int) -> Text:
    is_coloured = len(figure.curves) == 1 and theme.has_colour
    style = theme.curve(figure.styles[0], bold=True) if is_coloured else Style(bold=True)
    title = _line(theme.shortened(figure.title, room), style)
    gap = "   " if figure.width > _NARROW else "  "
    left = room - title.cell_len - len(gap)
    is_worth_it = left >= min(cell_len(theme.spelled(figure.subtitle)), _LEAST_SUBTITLE)
    subtitle = theme.shortened(figure.subtitle, left) if is_worth_it else ""
    return title.append(gap + subtitle, theme.grey()) if subtitle else title


def _canvas_lines(figure: Figure, canvas: Canvas, theme: Theme, labels: dict[int, Text]) -> Iterator[Text]:
    """The canvas with its zones behind the curves and the labels at its right."""
    frame, words = theme.grey(dim=True), theme.grey()
    rows, columns = canvas.owners.shape
    left, right = canvas.left, canvas.left + columns
    zones = _zones(figure, canvas)
    styles = {place: theme.curve(style) for place, style in enumerate(figure.styles)}
    styles |= {-1: Style.null(), CONTEXT: theme.grey(dim=True)}
    for number, text in enumerate(canvas.lines):
        row = number - canvas.top
        if not 0 <= row < rows:
            yield _line(text, words if number == len(canvas.lines) - 1 else frame)
            continue
        line = _line(text[: left - 1], words).append(text[left - 1 : left], frame)
        cells: list[tuple[str, int, ShadeKind | None]] = []
        for column, owner, zone in zip(range(columns), canvas.owners[row].tolist(), zones, strict=True):
            if owner == -1 and zone is not None:
                cells.append((theme.pattern(zone, row, column), CONTEXT, zone))
            else:
                cells.append((text[left + column], owner, zone))
        for (owner, zone), span in groupby(cells, key=lambda cell: cell[1:]):
            line.append("".join(glyph for glyph, _, _ in span), styles[owner] + theme.background(zone))
        line.append(text[right:], frame)
        yield line.append(" ").append_text(labels[row]) if row in labels else line


def _zones(figure: Figure, canvas: Canvas) -> list[ShadeKind | None]:
    """The kind of zone, if any, that each column of the canvas lies in."""
    kinds: list[ShadeKind | None] = [None] * canvas.x.cells
    for zone in figure.zones:
        for column in canvas.columns(zone.low, zone.high):
            kinds[column] = zone.kind
    return kinds


def _end_labels(figure: Figure, theme: Theme) -> list[Text]:
    """A label for each curve, to stand at the end of its line; none where they are too many or too long."""
    if len(figure.curves) < 2:
        return []
    labels = []
    for style, curve in zip(figure.styles, figure.curves, strict=True):
        sample = "" if theme.has_colour and theme.unicode else theme.line_sample(style) + " "
        label = _line(sample, theme.curve(style)).append(theme.spelled(curve.label), theme.curve(style, bold=True))
        labels.append(label)
    has_room = max(label.cell_len for label in labels) < figure.width / 4
    return labels if has_room and len(labels) <= figure.height - _LEAST_CANVAS else []


def _spread(canvas: Canvas, labels: Sequence[Text]) -> dict[int, Text]:
    """Each label by the row it goes to: next to the end of its curve, or as near as the others let it."""
    last = canvas.owners.shape[0] - 1
    ends = [last if math.isnan(end) else end for end in canvas.ends]
    order = sorted(range(len(labels)), key=ends.__getitem__)
    rows: list[int] = []
    for place in order:
        rows.append(max(round(ends[place]), rows[-1] + 1 if rows else 0))
    for place in range(len(rows) - 1, -1, -1):
        rows[place] = min(rows[place], last - (len(rows) - 1 - place))
    return {row: labels[place] for row, place in zip(rows, order, strict=True)}


def _histogram_strip(
    histogram: Histogram, canvas: Canvas, rows: int, theme: Theme, zones: Sequence[ShadeKind | None]
) -> Iterator[Text]:
    """Draw a histogram in so many rows, each column as high as its share of the highest; any value shows.

    Zones go on in it: behind it on paper, elsewhere its columns in them are faint.
    """
    blocks = _BLOCKS if theme.unicode else _ASCII_BLOCKS
    steps = len(blocks) - 1
    counts = histogram.between(canvas.x.edges())
    heights = np.ceil(counts / max(float(counts.max()), 1.0) * rows * steps - 1e-9).astype(int)
    for row in range(rows - 1, -1, -1):
        glyphs = [blocks[min(max(height - row * steps, 0), steps)] for height in heights.tolist()]
        line = _line(" " * canvas.left)
        for zone, columns in groupby(range(len(glyphs)), key=zones.__getitem__):
            style = theme.grey(zone, dim=True if zone and not theme.palette else None)
            line.append("".join(glyphs[column] for column in columns), style)
        yield line


def _context_names(figure: Figure) -> Iterator[str]:
    """The names of what stands behind the curves: of other curves together, of each rule."""
    if names := figure.names_behind():
        yield names
    yield from (rule.label for rule in figure.rules if rule.label)


class _Item(NamedTuple):
    """An item of the legend."""

    sample: Text
    """What is drawn, in a few cells."""
    words: str
    """What it is called."""
    style: Style
    """Of the words."""

    @property
    def cells(self) -> int:
        """How wide it is on one line."""
        return self.sample.cell_len + 1 + cell_len(self.words)

    def lines(self, room: int) -> Iterator[Text]:
        """Yield lines that fit: what has no room beside the sample goes on below, set in as far."""
        parts = [*broken(self.words, lambda line: self.sample.cell_len + 1 + len(line) <= room)] or [""]
        blank = _line(" " * self.sample.cell_len)
        for start, words in zip(chain([self.sample], repeat(blank)), parts, strict=False):
            yield _line().append_text(start).append(f" {words}", self.style)


def _legend(figure: Figure, theme: Theme, *, with_curves: bool) -> Iterator[_Item]:
    """What is drawn: curves where no labels at their ends name them, zones, and lines behind."""
    if with_curves and len(figure.curves) > 1:  # a single curve is named by the title
        for style, curve in zip(figure.styles, figure.curves, strict=True):
            yield _Item(_line(theme.line_sample(style), theme.curve(style)), theme.spelled(curve.label), Style.null())
    grey, faint = theme.grey(), _line(theme.faint_sample, theme.grey(dim=True))
    low, high = figure.x_limits
    in_sight = (zone for zone in figure.zones if zone.high >= low and zone.low <= high)
    for kind, label in dict.fromkeys((zone.kind, zone.label) for zone in in_sight):
        pattern = "".join(theme.pattern(kind, 0, column) for column in range(3)).rstrip() or "   "
        yield _Item(_line(pattern, theme.grey(kind, dim=True)), theme.spelled(f"{kind} {label}".rstrip()), grey)
    if figure.asymptotes:
        names = list(dict.fromkeys(line.label for line in figure.asymptotes))  # one line may be met on both sides
        yield _Item(faint, f"{'asymptotes' if len(names) > 1 else 'asymptote'} {', '.join(names)}", grey)
    yield from (_Item(faint, theme.spelled(label), grey) for label in _context_names(figure))


def _footer(figure: Figure, theme: Theme, *, with_curves: bool) -> list[list[Text]]:
    """The lines of the legend, broken between its items, and of each caption, broken between words.

    Lines that make sense only together are one entry.
    """
    room = max(figure.width - _most_indent(figure), 1)
    entries: list[list[Text]] = []
    for item in _legend(figure, theme, with_curves=with_curves):
        if entries and len(entries[-1]) == 1 and entries[-1][0].cell_len + 3 + item.cells <= room:
            entries[-1][0].append("   ").append_text(next(item.lines(room)))
        else:
            entries.append(list(item.lines(room)))
    return entries + _captions((*figure.landmarks, *figure.stated, *figure.captions), theme, room)


def _captions(captions: Sequence[str], theme: Theme, room: int) -> list[list[Text]]:
    """Lines of words, broken between them."""
    parts = (broken(theme.spelled(caption), lambda line: len(line) <= room) for caption in captions)
    return [[_line(part, theme.grey()) for part in each] for each in parts]

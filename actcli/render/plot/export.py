"""Answers as files to look at: SVG, HTML around it, PNG and PDF; the same bytes for the same answer."""

import logging
from collections.abc import Iterator, Sequence
from html import escape
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings

from actcli.errors import ActcliError, printable
from actcli.output import Output
from actcli.render.grid import styled
from actcli.render.plot.drawing import figures_sheet
from actcli.render.plot.shapes import CELL_HEIGHT, CELL_WIDTH, sheet
from actcli.render.plot.sheet import Area, Box, Disc, Paint, Patch, Shape, Sheet, Stroke, Word, stacked
from actcli.render.plot.theme import PALETTES, Palette, Theme
from actcli.results import Result, View
from actcli.terminal import Ground

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

# No font is fetched. Words have room in the first of these, the widest; the cells of a table are set to their width.
_FONTS = "'DejaVu Sans', Verdana, 'Helvetica Neue', Arial, sans-serif"
_CELL_FONTS = "'DejaVu Sans Mono', ui-monospace, Menlo, Consolas, monospace"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>body {{ margin: 0; background: {paper}; }} svg {{ display: block; max-width: 100%; height: auto; }}</style>
</head>
<body>
{svg}</body>
</html>
"""
_INCH = 96.0  # units of CSS
_PIXELS = 2.0  # of a PNG for each of these: sharp on dense screens too
# What a picture is made for: its width and height in units, and the size of a unit. In a column of a paper, 3.4 inches
# wide, letters have 8 points; on a slide of 1280 by 720 they have 18.
_LEAST_SIZE = 30, 12  # columns and lines of a saved picture
_SIZES = {"paper": (370.0, 250.0, 0.88), "slide": (640.0, 360.0, 2.0)}


def svg(result: Result, output: Output) -> Iterator[bytes]:
    """Draw the answer as a vector picture."""
    drawn, error = _sheet(result, output)
    yield _svg(drawn, _title(result), PALETTES[_ground(output)]).encode()
    if error:
        raise error


def html(result: Result, output: Output) -> Iterator[bytes]:
    """Draw the answer as a page that needs no other file."""
    drawn, error = _sheet(result, output)
    title, palette = _title(result), PALETTES[_ground(output)]
    yield _PAGE.format(title=_xml(title), paper=palette.paper, svg=_svg(drawn, title, palette)).encode()
    if error:
        raise error


def png(result: Result, output: Output) -> Iterator[bytes]:
    """Draw the answer as an image; raises ActcliError where matplotlib is not installed."""
    _require_matplotlib("a PNG")
    drawn, error = _sheet(result, output)
    yield _image(drawn, PALETTES[_ground(output)].paper, "png")
    if error:
        raise error


def pdf(result: Result, output: Output) -> Iterator[bytes]:
    """Draw the answer as a page of its size; raises ActcliError where matplotlib is not installed."""
    _require_matplotlib("a PDF")
    drawn, error = _sheet(result, output)
    yield _image(drawn, PALETTES[_ground(output)].paper, "pdf")
    if error:
        raise error


def _require_matplotlib(what: str) -> None:
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # else it writes of its caches on stderr
    try:
        import matplotlib  # noqa: F401 - whether it is there is known before a long answer is computed
    except ModuleNotFoundError as missing:
        raise ActcliError(f"{what} needs matplotlib", "pip install 'actcli[png]', or --output FILE.svg") from missing


def _ground(output: Output) -> Ground:
    return output.screen.ground or "light"


def _sheet(result: Result, output: Output) -> tuple[Sheet, ActcliError | None]:
    """Picture and tables, in colour whatever the terminal has; and the error that ended the answer."""
    ground = _ground(output)
    view, error = result.header.view, None
    sheets: list[Sheet] = []
    if view is not None:
        chunks: list[Any] = []
        try:
            chunks += result.chunks()
        except ActcliError as raised:
            error = raised
        sheets += _picture(result.again(chunks), view, ground)
        result = result.again((chunk for chunk in chunks if not chunk.is_sampled), result.header._replace(view=None))
    if output.answers != "picture":
        from actcli.render.table import table_parts

        paper = output.screen.of_file(colour=True, unicode=True)._replace(truecolour=True, ground=ground)
        parts, table_error = table_parts(result, output.digits, paper)
        sheets.append(sheet(styled(parts, paper), ground))
        error = error or table_error
    return (sheets[0] if len(sheets) == 1 else stacked(sheets)), error


def _picture(result: Result, view: View, ground: Ground) -> Iterator[Sheet]:
    """The sheet of a picture; none where an error came before any curve."""
    from actcli.render.plot.picture import figures, require_room
    from actcli.render.plot.scene import Scene

    scene, _ = Scene.of(result)
    if scene.samples is None:
        return
    cells = view.width or 80, view.height or 24
    if view.size is None:
        require_room(cells, _LEAST_SIZE)
    width, height, scale = _SIZES.get(view.size or "", (cells[0] * CELL_WIDTH, cells[1] * CELL_HEIGHT, 1.0))
    drawn = figures(scene, Theme.of_paper(ground), cells)
    title = view.title or "" if len(drawn) > 1 else ""
    may_grow = view.size is None and view.height is None
    yield figures_sheet(drawn, PALETTES[ground], (width, height), title, may_grow=may_grow)._replace(scale=scale)


def _title(result: Result) -> str:
    return f"actcli {result.header.command}: {', '.join(result.header.names)}"


# SVG.


def _svg(drawn: Sheet, title: str, palette: Palette) -> str:
    frames = list(dict.fromkeys(shape.frame for shape in drawn.shapes if isinstance(shape, Stroke) and shape.frame))
    width, height = (f"{side:g}" for side in (drawn.width, drawn.height))
    shown = f'width="{_size(drawn.width * drawn.scale)}" height="{_size(drawn.height * drawn.scale)}"'
    return "".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" {shown} viewBox="0 0 {width} {height}" role="img" ',
        f'font-family="{_FONTS}" stroke-linecap="round" stroke-linejoin="round">\n',
        f"<title>{_xml(title)}</title>\n",
        *(_clip(number, frame) for number, frame in enumerate(frames)),
        f'<rect width="100%" height="100%" fill="{palette.paper}"/>\n',
        *(_element(look, list(shapes)) for look, shapes in groupby(drawn.shapes, lambda each: _look(each, frames))),
        "</svg>\n",
    ])  # fmt: skip


def _size(pixels: float) -> str:
    return f"{pixels:g}"


def _clip(number: int, frame: Box) -> str:
    box = f'x="{_n(frame.x)}" y="{_n(frame.y)}" width="{_n(frame.width)}" height="{_n(frame.height)}"'
    return f'<clipPath id="frame{number}"><rect {box}/></clipPath>\n'


def _look(shape: Shape, frames: Sequence[Box]) -> str:
    """The attributes of a shape; neighbours that share them are one element."""
    match shape:
        case Area():
            return f'{_painted("fill", shape.paint)} shape-rendering="crispEdges"'
        case Patch():
            return _painted("fill", shape.paint)
        case Disc():  # a stroke of no length with round ends
            return f'{_painted("stroke", shape.paint)} stroke-width="{2 * shape.radius:g}"'
        case Stroke():
            width = f' stroke-width="{shape.width:g}"' if shape.width != 1 else ""
            dash = f' stroke-dasharray="{" ".join(f"{part:g}" for part in shape.dash)}"' if shape.dash else ""
            clip = f' clip-path="url(#frame{frames.index(shape.frame)})"' if shape.frame else ""
            return f'{_painted("stroke", shape.paint)} fill="none"{width}{dash}{clip}'
        case Word():
            bold = ' font-weight="bold"' if shape.is_bold else ""
            anchor = f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
            font = f' font-family="{_CELL_FONTS}"' if shape.width else ""
            return f'{_painted("fill", shape.paint)} font-size="{shape.size:.4g}"{bold}{anchor}{font}'


def _painted(attribute: str, paint: Paint) -> str:
    opaque = paint.opacity == 1
    return f'{attribute}="{paint.colour}"' + ("" if opaque else f' {attribute}-opacity="{paint.opacity:g}"')


def _element(look: str, shapes: Sequence[Shape]) -> str:
    drawn = "".join(map(_drawn, shapes))
    return f"<g {look}>{drawn}</g>\n" if isinstance(shapes[0], Word) else f'<path {look} d="{drawn}"/>\n'


def _drawn(shape: Shape) -> str:
    match shape:
        case Area(_, x, y, width, height):
            return f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h{_n(-width)}z"
        case Disc(_, x, y):
            return f"M{_n(x)} {_n(y)}h0"
        case Stroke():
            return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in shape.points)
        case Patch():
            return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in shape.points) + "z"
        case Word():
            at = f'x="{_n(shape.x)}" y="{_n(shape.y)}"'
            if shape.is_upright:
                at += f' transform="rotate(-90 {_n(shape.x)} {_n(shape.y)})"'
            if shape.width:  # it holds letters in their columns where the reader's font is wider or narrower
                at += f' textLength="{shape.width:g}" lengthAdjust="spacingAndGlyphs"'
            return f"<text {at}>{_xml(shape.text)}</text>"


def _n(number: float) -> str:
    """A place on the sheet, to a hundredth of a unit."""
    return f"{round(number, 2) + 0.0:.7g}"


def _xml(text: str) -> str:
    return escape(printable(text))


# PNG and PDF, made by matplotlib, which brings fonts along.


def _image(drawn: Sheet, paper: str, suffix: str) -> bytes:
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    size = drawn.width * drawn.scale / _INCH, drawn.height * drawn.scale / _INCH
    figure = Figure(size, dpi=_INCH * _PIXELS, facecolor=paper)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, drawn.width), ylim=(drawn.height, 0))
    axes.set_axis_off()
    image = BytesIO()
    metadata = {"Software": None} if suffix == "png" else {"Creator": "actcli", "Producer": None, "CreationDate": None}
    # Type 42 keeps words as words in a PDF; a letter that the font lacks is drawn as a box.
    with catch_warnings(action="ignore", category=UserWarning), rc_context({"pdf.fonttype": 42, "pdf.compression": 9}):
        for shape in drawn.shapes:
            _add(axes, shape, 72 / _INCH * drawn.scale)
        figure.savefig(image, format=suffix, metadata=metadata)
    return image.getvalue()


def _add(axes: "Axes", shape: Shape, points: float) -> None:
    """Draw a shape; `points` are those of a unit."""
    from matplotlib.patches import PathPatch

    if isinstance(shape, Word):
        axes.text(
            shape.x,
            shape.y,
            printable(shape.text),
            color=shape.paint.colour,
            alpha=shape.paint.opacity,
            fontsize=shape.size * points,
            fontfamily="DejaVu Sans Mono" if shape.width else "DejaVu Sans",
            fontweight="bold" if shape.is_bold else "normal",
            horizontalalignment={"start": "left", "middle": "center", "end": "right"}[shape.anchor],
            verticalalignment="baseline",
            rotation=90 if shape.is_upright else 0,
            rotation_mode="anchor",
            parse_math=False,
        )
        return
    patch = PathPatch(_path(shape), transform=axes.transData, **_brush(shape, points))
    axes.add_artist(patch)
    if isinstance(shape, Stroke) and shape.frame:
        patch.set_clip_path(_path(Area(shape.paint, *shape.frame)), axes.transData)


def _brush(shape: Shape, points: float) -> dict[str, Any]:
    colour, opacity = shape.paint
    if isinstance(shape, Stroke):
        dash = (0, tuple(part / shape.width for part in shape.dash)) if shape.dash else "solid"  # in widths of the line
        line = {"linewidth": shape.width * points, "linestyle": dash, "capstyle": "round", "joinstyle": "round"}
        return {"edgecolor": colour, "alpha": opacity, "fill": False, **line}
    snapped = isinstance(shape, Area)  # edges on whole pixels: areas that meet show no seam
    return {"facecolor": colour, "alpha": opacity, "linewidth": 0, "snap": snapped, "antialiased": not snapped}


def _path(shape: Area | Disc | Patch | Stroke) -> "Path":
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    match shape:
        case Area(_, x, y, width, height):
            return Affine2D().scale(width, height).translate(x, y).transform_path(Path.unit_rectangle())
        case Disc(_, x, y, radius):
            return Path.circle((x, y), radius)
        case Patch():
            return Path([*shape.points, shape.points[0]], closed=True)
        case Stroke():
            return Path(shape.points)

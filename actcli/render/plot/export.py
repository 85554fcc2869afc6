"""Answers as files to look at: SVG, HTML around it, and PNG; the same bytes for the same answer."""

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
from actcli.render.plot.shapes import FONT_SIZE, PAPER, Area, Disc, Paint, Shape, Sheet, Stroke, Word, sheet
from actcli.results import Result

if TYPE_CHECKING:
    from matplotlib.path import Path

# No font is fetched: shapes need none, and words are set to their width in whatever monospaced font there is.
_FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
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
_PIXELS = 2  # of a PNG for each unit: sharp on dense screens too
_DPI = 100


def svg(result: Result, output: Output) -> Iterator[bytes]:
    """Draw the answer as a vector picture."""
    drawn, error = _sheet(result, output)
    yield _svg(drawn, _title(result)).encode()
    if error:
        raise error


def html(result: Result, output: Output) -> Iterator[bytes]:
    """Draw the answer as a page that needs no other file."""
    drawn, error = _sheet(result, output)
    title = _title(result)
    yield _PAGE.format(title=_xml(title), paper=PAPER, svg=_svg(drawn, title)).encode()
    if error:
        raise error


def png(result: Result, output: Output) -> Iterator[bytes]:
    """Draw the answer as an image; raises ActcliError where matplotlib is not installed."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # else it writes of its caches on stderr
    try:
        import matplotlib  # noqa: F401 - whether it is there is known before a long answer is computed
    except ModuleNotFoundError as missing:
        raise ActcliError("a PNG needs matplotlib", "pip install 'actcli[png]', or --output FILE.svg") from missing
    drawn, error = _sheet(result, output)
    yield _image(drawn)
    if error:
        raise error


def _sheet(result: Result, output: Output) -> tuple[Sheet, ActcliError | None]:
    """What is drawn on a terminal, in colour whatever the real one has; and the error that ended the answer."""
    paper = output.screen._replace(colour=True, truecolour=True, is_paper=True)
    if output.answers == "picture":
        from actcli.render.plot.picture import picture_lines

        lines, error = picture_lines(result, paper)
        return sheet(styled(lines, paper)), error
    from actcli.render.table import table_parts

    parts, error = table_parts(result, output.digits, paper)
    return sheet(styled(parts, paper)), error


def _title(result: Result) -> str:
    return f"actcli {result.header.command}: {', '.join(result.header.names)}"


# SVG.


def _svg(drawn: Sheet, title: str) -> str:
    width, height = f"{drawn.width:g}", f"{drawn.height:g}"
    return "".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" ',
        f'role="img" font-family="{_FONTS}" font-size="{FONT_SIZE:g}" stroke-linecap="round">\n',
        f"<title>{_xml(title)}</title>\n",
        f'<rect width="100%" height="100%" rx="6" fill="{PAPER}"/>\n',
        *(_element(look, list(shapes)) for look, shapes in groupby(drawn.shapes, key=_look)),
        "</svg>\n",
    ])  # fmt: skip


def _look(shape: Shape) -> str:
    """The attributes of a shape; neighbours that share them are one element."""
    match shape:
        case Area():
            return f'{_painted("fill", shape.paint)} shape-rendering="crispEdges"'
        case Disc():  # a stroke of no length with round ends
            return f'{_painted("stroke", shape.paint)} stroke-width="{2 * shape.radius:g}"'
        case Stroke():
            return f'{_painted("stroke", shape.paint)} fill="none"'
        case Word():
            return _painted("fill", shape.paint) + ' font-weight="bold"' * shape.is_bold


def _painted(attribute: str, paint: Paint) -> str:
    opaque = paint.opacity == 1
    return f'{attribute}="{paint.colour}"' + ("" if opaque else f' {attribute}-opacity="{paint.opacity:g}"')


def _element(look: str, shapes: Sequence[Shape]) -> str:
    drawn = "".join(map(_drawn, shapes))
    return f"<g {look}>{drawn}</g>\n" if isinstance(shapes[0], Word) else f'<path {look} d="{drawn}"/>\n'


def _drawn(shape: Shape) -> str:
    match shape:
        case Area(_, x, y, width, height):
            return f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}z"
        case Disc(_, x, y):
            return f"M{x:g} {y:g}h0"
        case Stroke(_, points):
            return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
        case Word(_, x, y, width, text):
            # The width holds letters in their columns where the reader's font is wider or narrower.
            fitted = f'textLength="{width:g}" lengthAdjust="spacingAndGlyphs"'
            return f'<text x="{x:g}" y="{y:g}" {fitted}>{_xml(text)}</text>'


def _xml(text: str) -> str:
    return escape(printable(text))


# PNG, drawn by matplotlib, which brings a monospaced font along.


def _image(drawn: Sheet) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch

    figure = Figure((drawn.width * _PIXELS / _DPI, drawn.height * _PIXELS / _DPI), dpi=_DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, drawn.width), ylim=(drawn.height, 0))
    axes.set_axis_off()
    png = BytesIO()
    with catch_warnings(action="ignore", category=UserWarning):  # a letter that the font lacks is drawn as a box
        for shape in drawn.shapes:
            axes.add_artist(PathPatch(_path(shape), transform=axes.transData, **_brush(shape)))
        figure.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()


def _brush(shape: Shape) -> dict[str, Any]:
    colour, opacity = shape.paint
    if isinstance(shape, Stroke):
        return {"edgecolor": colour, "alpha": opacity, "linewidth": _PIXELS * 72 / _DPI, "fill": False}
    snapped = isinstance(shape, Area)  # edges on whole pixels: areas that meet show no seam
    return {"facecolor": colour, "alpha": opacity, "linewidth": 0, "snap": snapped, "antialiased": not snapped}


def _path(shape: Shape) -> "Path":
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path
    from matplotlib.textpath import TextPath
    from matplotlib.transforms import Affine2D

    match shape:
        case Area(_, x, y, width, height):
            return Affine2D().scale(width, height).translate(x, y).transform_path(Path.unit_rectangle())
        case Disc(_, x, y, radius):
            return Path.circle((x, y), radius)
        case Stroke(_, points):
            return Path(points)
        case Word(_, x, y, width, text, is_bold):
            font = FontProperties(family="DejaVu Sans Mono", weight="bold" if is_bold else "normal")
            letters = TextPath((0, 0), text.replace("$", r"\$"), size=FONT_SIZE, prop=font, usetex=False)
            return Affine2D().scale(1, -1).translate(x, y).transform_path(letters)

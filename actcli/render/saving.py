"""What a terminal would show, as a file: SVG, HTML around it, and PNG; the same bytes for the same answer."""

import logging
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from actcli.errors import ActcliError, printable
from actcli.render.presentation import Presentation, gather
from actcli.render.shapes import FONT_SIZE, PAPER, Area, Disc, Paint, Shape, Sheet, Stroke, Word, sheet
from actcli.render.show import renderer
from actcli.results import Result
from actcli.terminal import Terminal

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


def svg(result: Result, presentation: Presentation, terminal: Terminal) -> Iterator[bytes]:
    """Draw the answer as a vector picture."""
    drawn, fault = _sheet(result, presentation, terminal, "SVG")
    yield _svg(drawn, _title(result)).encode()
    if fault:
        raise fault


def html(result: Result, presentation: Presentation, terminal: Terminal) -> Iterator[bytes]:
    """Draw the answer as a page that needs no other file."""
    drawn, fault = _sheet(result, presentation, terminal, "HTML")
    title = _title(result)
    yield _PAGE.format(title=_xml(title), paper=PAPER, svg=_svg(drawn, title)).encode()
    if fault:
        raise fault


def png(result: Result, presentation: Presentation, terminal: Terminal) -> Iterator[bytes]:
    """Draw the answer as an image; raises ActcliError where matplotlib is not installed."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # else it tells of its caches on stderr
    try:
        from actcli.render.raster import image
    except ModuleNotFoundError as missing:
        raise ActcliError("a PNG needs matplotlib", "pip install 'actcli[png]', or --output FILE.svg") from missing
    drawn, fault = _sheet(result, presentation, terminal, "PNG")
    yield image(drawn)
    if fault:
        raise fault


def _sheet(
    result: Result, presentation: Presentation, terminal: Terminal, name: str
) -> tuple[Sheet, ActcliError | None]:
    """What is drawn on a terminal, in colour whatever the real one has."""
    paper = terminal._replace(colour=True, truecolour=True, is_paper=True)
    pieces, fault = gather(renderer("table", result)(result, presentation, paper), len, name)
    return sheet(b"".join(pieces).decode()), fault


def _title(result: Result) -> str:
    return f"actcli {result.header.command}: {', '.join(result.header.names)}"


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

"""Shapes as a PNG image, drawn by matplotlib, which brings a monospaced font along."""

from functools import cache
from io import BytesIO
from typing import Any
from warnings import catch_warnings

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from actcli.render.shapes import FONT_SIZE, PAPER, Area, Disc, Shape, Sheet, Stroke, Word

_PIXELS = 2  # a unit: sharp on dense screens too
_DPI = 100


def image(sheet: Sheet) -> bytes:
    """Return a sheet as the bytes of a PNG image, the same ones each time."""
    figure = Figure((sheet.width * _PIXELS / _DPI, sheet.height * _PIXELS / _DPI), dpi=_DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, sheet.width), ylim=(sheet.height, 0))
    axes.set_axis_off()
    png = BytesIO()
    with catch_warnings(action="ignore", category=UserWarning):  # a letter that the font lacks is drawn as a box
        for shape in sheet.shapes:
            axes.add_artist(PathPatch(_path(shape), transform=axes.transData, **_look(shape)))
        figure.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()


def _look(shape: Shape) -> dict[str, Any]:
    colour, opacity = shape.paint
    if isinstance(shape, Stroke):
        return {"edgecolor": colour, "alpha": opacity, "linewidth": _PIXELS * 72 / _DPI, "fill": False}
    snapped = isinstance(shape, Area)  # edges on whole pixels: areas that meet show no seam
    return {"facecolor": colour, "alpha": opacity, "linewidth": 0, "snap": snapped, "antialiased": not snapped}


def _path(shape: Shape) -> Path:
    match shape:
        case Area(_, x, y, width, height):
            return Affine2D().scale(width, height).translate(x, y).transform_path(Path.unit_rectangle())
        case Disc(_, x, y, radius):
            return Path.circle((x, y), radius)
        case Stroke(_, points):
            return Path(points)
        case Word(_, x, y, width, text, is_bold):
            letters = TextPath((0, 0), text.replace("$", r"\$"), size=FONT_SIZE, prop=_font(is_bold), usetex=False)
            return Affine2D().scale(1, -1).translate(x, y).transform_path(letters)


@cache
def _font(is_bold: bool) -> FontProperties:
    return FontProperties(family="DejaVu Sans Mono", weight="bold" if is_bold else "normal")

"""From a result whose chunks hold sampled curves and the user's values to the picture that shows them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from actcli.errors import ActcliError
from actcli.render.captions import landmarks_told, signs_told, values_told
from actcli.render.figure import Figure
from actcli.render.multiples import draw_grid
from actcli.render.pen import INKS, Pen
from actcli.render.picture import default_size, draw
from actcli.render.plot import crowded
from actcli.render.presentation import Presentation
from actcli.render.scene import Scene
from actcli.results import Result
from actcli.terminal import Terminal

_LEGIBLE_WITHOUT_COLOUR = 2  # curves in one frame


def picture(result: Result, _presentation: Presentation, terminal: Terminal) -> Iterator[bytes]:
    """Draw a result that has a view; where a fault ends the values, those before it, then raise it."""
    if result.header.view is None:
        raise ValueError("a picture of a result without a view")
    scene = Scene(result.header, result, result.header.view)
    fault = None
    try:
        for chunk in result.chunks():
            scene.add(chunk)
    except ActcliError as error:
        fault = error
    if scene.samples is not None:
        yield _drawn(scene, terminal).encode()
    if fault:
        raise fault


def _drawn(scene: Scene, terminal: Terminal) -> str:
    view, functions = scene.view, range(len(scene.header.cards))
    width, height = default_size(terminal)
    size = view.width or width, view.height or height
    pen = Pen.of(terminal)
    overlay = _overlay(scene, functions, size, pen)
    is_grid = view.layout == "grid" or (view.layout == "auto" and _is_confused(overlay, pen))
    if len(functions) == 1 or not is_grid:
        return draw(overlay, terminal)
    reach = overlay.extent()  # one y axis for all panels, or they could not be compared
    panels = [replace(_panel(scene, function, size, pen), y_reach=reach) for function in functions]
    return draw_grid(panels, *size, terminal)


def _is_confused(figure: Figure, pen: Pen) -> bool:
    """Whether curves in one frame could not be told apart: too many for the colours, or in the same cells mostly."""
    if len(figure.curves) <= _LEGIBLE_WITHOUT_COLOUR:
        return False
    return not pen.colour or len(figure.curves) > len(INKS) or crowded(figure)


def _overlay(scene: Scene, functions: Sequence[int], size: tuple[int, int], pen: Pen) -> Figure:
    """All functions in one frame, with all that is to be told under it."""
    told = landmarks_told(scene, functions, pen.marks)
    captions = *told, *signs_told(scene, functions), *values_told(scene, functions)
    return replace(scene.figure(functions, size), captions=captions)


def _panel(scene: Scene, function: int, size: tuple[int, int], pen: Pen) -> Figure:
    """A function by itself: its landmarks beside its name, the others as ghosts."""
    first = scene.orders[0]
    alone = scene.figure([function], size)
    others = (other for other in range(len(scene.header.cards)) if other != function)
    if len(alone.curves) > 1 or not pen.colour:  # the title names the function: lines and letters tell the orders
        letters = zip(alone.curves, scene.orders, strict=True)
        curves = [replace(curve, label=scene.letter(order), style=n) for n, (curve, order) in enumerate(letters)]
        alone = replace(alone, curves=tuple(curves))
    return replace(
        alone,
        subtitle=next(landmarks_told(scene, [function], pen.marks), alone.subtitle),
        ghosts=tuple(scene.curve(other, first) for other in others),
        captions=(*signs_told(scene, [function]), *values_told(scene, [function])),
    )

"""From a result whose chunks hold sampled curves and the user's values to the picture that shows them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from actcli.arrays import Floats
from actcli.errors import printable
from actcli.landmarks.asymptotes import Asymptote
from actcli.render.captions import landmarks_told, values_told
from actcli.render.figure import Curve, Figure, Points, Shade
from actcli.render.histogram import Histogram
from actcli.render.multiples import draw_grid
from actcli.render.pen import Pen
from actcli.render.picture import default_size, draw
from actcli.render.plot import crowded
from actcli.render.presentation import Presentation
from actcli.render.remarks import describe
from actcli.results import Chunk, Header, Result, Sights, Summary, View
from actcli.terminal import Terminal

# Samples this close, as a share of the picture, straddle a kink; a step between them is a jump of the function.
_STRADDLING = 1e-9
_FEW = 40  # values that are marked on the curve; more are a strip
_PRIMES = {"value": "", "slope": "′", "curvature": "″"}
_LEGIBLE_WITHOUT_COLOUR = 2  # curves in one frame


def picture(result: Result, _presentation: Presentation, terminal: Terminal) -> Iterator[bytes]:
    """Draw a result that has a view."""
    scene = _Scene(result.header)
    for chunk in result.chunks():
        scene.add(chunk)
    view = result.header.view
    if view is not None:
        width, height = default_size(terminal)
        yield _drawn(scene, result.summary, view, (view.width or width, view.height or height), terminal).encode()


@dataclass
class _Scene:
    """What a picture is made of: the sampled curves, and the user's values, of which a few are kept."""

    header: Header
    samples: Chunk | None = None
    points: list[Chunk] = field(default_factory=list)
    histogram: Histogram = field(default_factory=Histogram)

    def add(self, chunk: Chunk) -> None:
        if chunk.is_sampled:
            self.samples = chunk
            return
        self.histogram.add(chunk.vectors.values)
        if self.histogram.values <= _FEW:
            self.points.append(chunk)
        else:
            self.points.clear()


def _drawn(scene: _Scene, summary: Summary, view: View, size: tuple[int, int], terminal: Terminal) -> str:
    functions = range(len(scene.header.cards))
    whole = _figure(scene, summary, view, list(functions), size)
    if len(functions) == 1 or view.layout == "overlay":
        return draw(whole, terminal)
    if view.layout == "auto" and not _is_confused(whole, terminal):
        return draw(whole, terminal)
    curves = _curves(scene, view, functions, scene.header.fields[0].name)
    panels = []
    for function in functions:
        alone = _figure(scene, summary, view, [function], size)
        ghosts = tuple(curve for other, curve in enumerate(curves) if other != function)
        told = next(landmarks_told(scene.header, view, [function], alone.x_limits), alone.subtitle)
        captions = tuple(values_told(scene.header, summary, scene.histogram, [function]))
        has_legend = len(alone.curves) > 1
        panels.append(replace(alone, ghosts=ghosts, subtitle=told, captions=captions, has_legend=has_legend))
    return draw_grid(panels, *size, terminal)


def _is_confused(figure: Figure, terminal: Terminal) -> bool:
    """Whether curves in one frame could not be told apart: without colour, or where they share most of their cells."""
    if len(figure.curves) <= _LEGIBLE_WITHOUT_COLOUR:
        return False
    return not Pen.of(terminal).colour or crowded(figure)


def _figure(scene: _Scene, summary: Summary, view: View, functions: Sequence[int], size: tuple[int, int]) -> Figure:
    header = scene.header
    x = _samples(scene).vectors.values
    single = len(functions) == 1
    names = [printable(header.names[function]) for function in functions]
    curves = [curve for each in header.fields for curve in _curves(scene, view, functions, each.name)]
    limits = (float(x[0]), float(x[-1]))
    return Figure(
        title=", ".join(names),
        subtitle=printable(str(header.cards[functions[0]]["formula"])) if single else "",
        curves=tuple(curves),
        zones=tuple(_shades(header, functions[0])) if single else (),
        points=(*_landmarks(scene, view, functions), *_values(scene, view, functions)),
        ghosts=tuple(_asymptotes(view, functions, limits)),
        histogram=scene.histogram if scene.histogram.values > _FEW else None,
        x_limits=limits,
        y_limits=_logarithms(view.y_limits) if view.is_log else view.y_limits,
        is_log=view.is_log,
        width=size[0],
        height=size[1],
        captions=(
            *landmarks_told(header, view, functions, limits),
            *values_told(header, summary, scene.histogram, functions),
        ),
    )


def _samples(scene: _Scene) -> Chunk:
    if scene.samples is None:
        raise ValueError("a view without sampled curves")
    return scene.samples


def _curves(scene: _Scene, view: View, functions: Sequence[int], name: str) -> list[Curve]:
    """The curves of one order, a function each, in a style that no other curve has."""
    samples = _samples(scene)
    order = [each.name for each in scene.header.fields].index(name)
    curves = []
    for function in functions:
        label = printable(scene.header.names[function]) + _PRIMES[name]
        style = function + order * len(scene.header.cards)
        y = samples.answers[function].columns[name]
        curves.append(_curve(label, samples.vectors.values, _scaled(y, view), style))
    return curves


def _curve(label: str, x: Floats, y: Floats, style: int) -> Curve:
    """A curve with a gap wherever the function jumps."""
    with np.errstate(invalid="ignore", over="ignore"):
        step = np.nan_to_num(np.abs(np.diff(y)), posinf=0.0)
        # Halved: the ends may lie farther apart than the largest float64.
        is_straddled = np.diff(x / 2) < _STRADDLING * (x[-1] / 2 - x[0] / 2)
        jumps = np.flatnonzero(is_straddled & (step > _STRADDLING * step.max()))
    return Curve(label, np.insert(x, jumps + 1, x[jumps]), np.insert(y, jumps + 1, np.nan), style)


def _scaled(y: Floats, view: View) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log10(np.abs(y))) if view.is_log else y


def _logarithms(limits: tuple[float, float] | None) -> tuple[float, float] | None:
    if limits is None:
        return None
    low, high = np.log10(np.maximum(limits, 1e-300)).tolist()
    return low, high


def _landmarks(scene: _Scene, view: View, functions: Sequence[int]) -> Iterator[Points]:
    """Marks on the curves of values, where the functions turn and break."""
    if scene.header.fields[0].name != "value":
        return
    for place, function in enumerate(functions):
        seen = view.sights[function] if view.sights else Sights()
        for kind in ("minimum", "maximum"):
            turns = [turn for turn in seen.extrema if turn.kind == kind and turn.low == turn.high]
            y = np.array([turn.value for turn in turns])
            yield Points(place, np.array([turn.low for turn in turns]), _scaled(y, view), kind)
        corners = np.array([kink.x for kink in seen.kinks if not kink.is_jump])
        samples = _samples(scene)
        # Every kink within the limits is among the samples.
        at = np.isin(samples.vectors.values, corners)
        y = samples.answers[function].columns["value"][at]
        yield Points(place, samples.vectors.values[at], _scaled(y, view), "kink")


def _values(scene: _Scene, view: View, functions: Sequence[int]) -> Iterator[Points]:
    drawn = scene.header.fields[0].name
    for chunk in scene.points:
        for place, function in enumerate(functions):
            yield Points(place, chunk.vectors.values, _scaled(chunk.answers[function].columns[drawn], view))


def _asymptotes(view: View, functions: Sequence[int], limits: tuple[float, float]) -> Iterator[Curve]:
    """The lines that functions approach, from the middle of the picture to the end where they do."""
    if view.is_log or not view.sights:
        return
    middle = limits[0] / 2 + limits[1] / 2
    lines: dict[Asymptote, None] = dict.fromkeys(line for each in functions for line in view.sights[each].asymptotes)
    for line in lines:
        x = np.linspace(middle, limits[0] if line.side < 0 else limits[1], 401)
        x.sort()
        with np.errstate(over="ignore"):
            yield Curve("", x, line.slope * x + line.intercept)


def _shades(header: Header, function: int) -> Iterator[Shade]:
    """The zones of a function; those of several in one frame would overlap and tell nothing."""
    zones = header.zones[function]
    for zone in zones:
        yield Shade(zone.low, zone.high, zone.kind, describe([each for each in zones if each.kind == zone.kind]))

"""From a result whose chunk holds sampled curves to the figure that shows them."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from actcli.errors import printable
from actcli.landmarks import Zone
from actcli.render.figure import Curve, Figure, Points, Shade
from actcli.render.picture import default_size, draw
from actcli.render.presentation import Presentation
from actcli.render.remarks import describe
from actcli.results import Chunk, Header, Result, View
from actcli.terminal import Terminal

Floats = NDArray[np.float64]

# Samples this close, as a share of the picture, straddle a kink; a step between them is a jump of the function.
_STRADDLING = 1e-9


def picture(result: Result, _presentation: Presentation, terminal: Terminal) -> Iterator[bytes]:
    """Draw a result that has a view."""
    chunks = list(result.chunks())
    if result.header.view is not None:
        yield draw(_figure(result.header, result.header.view, chunks, default_size(terminal)), terminal).encode()


def _figure(header: Header, view: View, chunks: Sequence[Chunk], size: tuple[int, int]) -> Figure:
    single = len(header.cards) == 1
    (samples,) = (chunk for chunk in chunks if chunk.is_sampled)
    drawn = [answer.columns["value"] for answer in samples.answers]
    return Figure(
        title=", ".join(map(printable, header.names)),
        subtitle=printable(str(header.cards[0]["formula"])) if single else "",
        curves=tuple(
            _curve(printable(name), samples.vectors.values, y) for name, y in zip(header.names, drawn, strict=True)
        ),
        zones=tuple(_shades(header)),
        points=tuple(
            Points(index, chunk.vectors.values, answer.columns["value"])
            for chunk in chunks
            if not chunk.is_sampled
            for index, answer in enumerate(chunk.answers)
        ),
        x_limits=view.x_limits,
        width=size[0],
        height=size[1],
    )


def _curve(label: str, x: Floats, y: Floats) -> Curve:
    """A curve with a gap wherever the function jumps."""
    with np.errstate(invalid="ignore", over="ignore"):
        step = np.nan_to_num(np.abs(np.diff(y)), posinf=0.0)
        # Halved: the ends may lie farther apart than the largest float64.
        is_straddled = np.diff(x / 2) < _STRADDLING * (x[-1] / 2 - x[0] / 2)
        jumps = np.flatnonzero(is_straddled & (step > _STRADDLING * step.max()))
    return Curve(label, np.insert(x, jumps + 1, x[jumps]), np.insert(y, jumps + 1, np.nan))


def _shades(header: Header) -> Iterator[Shade]:
    """The zones of a single function; those of several would overlap and tell nothing."""
    if len(header.cards) > 1:
        return
    zones = header.zones[0]
    for zone in zones:
        yield Shade(zone.low, zone.high, zone.kind, describe(_of_kind(zones, zone)))


def _of_kind(zones: tuple[Zone, ...], zone: Zone) -> list[Zone]:
    return [other for other in zones if other.kind == zone.kind]

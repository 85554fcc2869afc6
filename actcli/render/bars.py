"""A probability as a bar that is full at 1, its share in percent, and a mark on the first of the largest."""

from collections.abc import Iterator, Sequence

import numpy as np
from rich.text import Text

from actcli.arrays import Floats
from actcli.render.excerpt import ENDS
from actcli.render.grid import GAP, Column, Signs

_LIKELIEST = 40  # rows of a long distribution: those that matter
_LEAST, _MOST = 10, 60  # a bar of fewer cells says less than its percent, one of more is hard to take in

_STYLE, _WINNER_STYLE = "blue", "bright_cyan"


def likeliest(probability: Floats) -> list[int]:
    """List all indices, or of a long distribution those of the largest, in their order."""
    if len(probability) <= 2 * ENDS:
        return list(range(len(probability)))
    return sorted(np.argsort(-probability, kind="stable")[:_LIKELIEST].tolist())


def bars(probability: Floats, kept: Sequence[int], room: int, sign: Signs, word: str) -> list[Column]:
    """Draw bar, percent and worded mark, as wide as there is room for; nothing where a bar would be too short."""
    first = winner(probability)
    marks = Column("", [f"{sign.mark}{word}" if index == first else "" for index in kept], "bold", left=True)
    shares = Column("", [percent(share) for share in probability[kept].tolist()], "dim")
    left = room - marks.width - shares.width - 3 * len(GAP)
    if left < _LEAST:
        return []
    return [Column("", list(_bars(probability, kept, min(left, _MOST), sign)), left=True), shares, marks]


def without_bars(probability: Floats, kept: Sequence[int], room: int, sign: Signs) -> list[Column]:
    """Percent and mark, or the mark alone."""
    first = winner(probability)
    marks = Column("", [sign.mark if index == first else "" for index in kept], "bold", left=True)
    shares = Column("", [percent(share) for share in probability[kept].tolist()], "dim")
    return [shares, marks] if marks.width + shares.width + 2 * len(GAP) <= room else [marks]


def winner(probability: Floats) -> int:
    """Index of the first of the largest; -1 where NaN leaves none."""
    return -1 if np.isnan(probability).any() else int(np.argmax(probability))


def percent(share: float) -> str:
    """Write a share as everybody reads it."""
    return f"{100 * share:.1f} %"


def _bars(probability: Floats, kept: Sequence[int], width: int, sign: Signs) -> Iterator[Text]:
    steps = len(sign.bar) - 1
    lengths = np.rint(np.clip(np.nan_to_num(probability), 0, 1) * width * steps).astype(int)
    first = winner(probability)
    for index in kept:
        whole, part = divmod(int(lengths[index]), steps)
        filled = sign.bar[-1] * whole + (sign.bar[part] if part else "")
        style = _WINNER_STYLE if index == first else _STYLE
        yield Text.assemble((filled, style), (sign.rest * (width - len(filled)), "dim"))

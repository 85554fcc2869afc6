"""A probability as a bar that is full at 1, its share in percent, and a mark on the first of the largest."""

from collections.abc import Iterator, Sequence

import numpy as np
from rich.text import Text

from actcli.render.excerpt import ENDS
from actcli.render.floats import text
from actcli.render.grid import GAP, Column, Signs
from actcli.results import Floats

_LIKELIEST = 40  # rows of a long distribution: those that matter
_LEAST, _MOST = 10, 60  # a bar of fewer cells says less than its percent, one of more is hard to take in

_STYLE, _WINNER_STYLE = "blue", "bright_cyan"


def likeliest(probability: Floats) -> list[int]:
    """List all indices, or of a long distribution those of the largest, in their order."""
    if len(probability) <= 2 * ENDS:
        return list(range(len(probability)))
    return sorted(np.argsort(-probability, kind="stable")[:_LIKELIEST].tolist())


def totals(probability: Floats, sign: Signs) -> list[str]:
    """Tell what the probabilities sum up to, and their entropy beside the largest possible."""
    positive = probability[~(probability == 0)]
    entropy = abs(float((positive * np.log2(positive)).sum()))
    most = text(float(np.log2(len(probability))), 4)
    return [f"{sign.total}={text(float(probability.sum()), 6)}", f"H={text(entropy, 4)} bits of {most}"]


def bars(probability: Floats, kept: Sequence[int], room: int, sign: Signs) -> list[Column]:
    """Draw as much as there is room for: bar, percent and worded mark, or without bar, or the mark alone."""
    first = winner(probability)
    for word in (f"{sign.mark} argmax", sign.mark):
        marks = Column("", [word if index == first else "" for index in kept], "bold", left=True)
        shares = Column("", [percent(share) for share in probability[kept].tolist()], "dim")
        left = room - marks.width - shares.width - 3 * len(GAP)
        if left >= _LEAST:
            return [Column("", list(_bars(probability, kept, min(left, _MOST), sign)), left=True), shares, marks]
    return [shares, marks] if left + len(GAP) >= 0 else [marks]


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

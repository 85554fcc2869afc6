"""Entries of a function's card as text: numbers, lists and mappings become one readable cell."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from actcli.errors import printable
from actcli.landmarks import Zone
from actcli.landmarks.pieces import Stretch
from actcli.render.floats import text
from actcli.render.remarks import describe
from actcli.results import Header


def cell(entry: Any, digits: int | None = None) -> str:
    """One cell: nothing for None, `yes` and `no`, numbers as everywhere, lists by commas, mappings as `name=value`."""
    if entry is None:
        return ""
    if isinstance(entry, bool | np.bool_):
        return "yes" if entry else "no"
    if isinstance(entry, float | np.floating):
        return text(float(entry), digits)
    if isinstance(entry, Stretch):
        low, high = (text(end, digits) for end in entry)
        return low if low == high else f"{low}:{high}"
    if isinstance(entry, Mapping):
        return ", ".join(f"{printable(str(key))}={cell(value, digits)}" for key, value in entry.items())
    if isinstance(entry, list | tuple | set | frozenset):
        return ", ".join(cell(value, digits) for value in entry)
    return printable(str(entry))


def property_rows(header: Header, digits: int | None = None) -> list[list[str]]:
    """Tell each function in a row, a cell a property, empty where the card has no such entry."""
    return [
        [
            zones_told(header.zones[place]) if name == "zones" and header.zones else cell(card.get(name), digits)
            for name in header.properties
        ]
        for place, card in enumerate(header.cards)
    ]


def zones_told(zones: Sequence[Zone]) -> str:
    """The zones of a function in words, kind by kind."""
    kinds = dict.fromkeys(zone.kind for zone in zones)
    return ", ".join(f"{kind} {describe([zone for zone in zones if zone.kind == kind])}" for kind in kinds)

"""`actcli list`: the catalogue, and everything that is known of one function."""

from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from actcli.catalog import ENTRIES, Activation, Entry, VectorActivation, all_names, card, find, folded
from actcli.catalog.libraries import agreeing, differences
from actcli.errors import UsageError, nearest_names, printable
from actcli.landmarks import Kink, kinks, zones
from actcli.options import Pattern
from actcli.output import Output, OutputOptions
from actcli.results import Header, Result

_MANY = ("name", "formula", "used_for")
_ONE = (
    "name",
    "formula",
    "takes",
    "aliases",
    "differs",
    "agrees",
    "kinks",
    "zones",
    "limits",
    "jacobian",
    "notes",
    "source",
    "used_for",
)


def list_(output_options: OutputOptions, pattern: Pattern = None) -> tuple[Result, Output]:
    """Every function whose name or alias matches PATTERN; of a single one all there is to know."""
    output = output_options.settle("properties", has_values=False)
    entries = _named(pattern) or [entry for entry in ENTRIES if pattern is None or _matches(entry, folded(pattern))]
    if len(entries) == 1:
        return _one(find(entries[0].name), entries[0].shown_name), output
    if not entries and pattern is not None:
        # A spec that `eval` takes, such as relu:0.2 or gelu@jax, or a name with a typing slip, is told as there.
        try:
            found = find(pattern)
        except UsageError as error:
            near = nearest_names(pattern, all_names())
            told = f"no name in the catalogue matches '{printable(pattern)}'{near}"
            raise UsageError(told, "`actcli list` alone shows every name") from error
        return _one(found, found.name), output
    return Result(Header(command="list", cards=tuple(card(entry) for entry in entries), properties=_MANY)), output


def _named(pattern: str | None) -> list[Entry]:
    """The one entry whose name or alias this is, a name before an alias."""
    wanted = folded(pattern or "")
    own = [entry for entry in ENTRIES if folded(entry.name) == wanted]
    return own or [entry for entry in ENTRIES if wanted in map(folded, entry.aliases)]


def _matches(entry: Entry, pattern: str) -> bool:
    names = [folded(name) for name in (entry.name, *entry.aliases)]
    return any(pattern in name or fnmatchcase(name, pattern) for name in names)


def _one(activation: Activation | VectorActivation, name: str) -> Result:
    known: dict[str, Any] = {"formula": activation.formula} if activation.entry is None else _of_entry(activation.entry)
    known["name"] = name
    if activation.entry is not None and name != activation.entry.shown_name:
        known["parameters"] = dict(activation.parameters)
        placed = known["parameters"]
        known["takes"] = [taken | {"value": placed[taken["name"]]} for taken in known["takes"]]
    if isinstance(activation, Activation):
        known |= _landmarks(activation)
    return Result(Header(command="list", cards=(known,), properties=_ONE))


def _of_entry(entry: Entry) -> dict[str, Any]:
    takes = [
        {
            "name": parameter.name,
            "default": parameter.default + (" (ours)" if parameter.ours else ""),
            "meaning": parameter.meaning,
            **({"needs": parameter.valid} if parameter.valid else {}),
        }
        for parameter in entry.parameters
    ]
    known = {"takes": takes, "differs": differences(entry), "agrees": agreeing(entry)}
    return card(entry) | known | ({"jacobian": True} if getattr(entry, "jacobian", None) else {})


def _landmarks(activation: Activation) -> dict[str, Any]:
    corners = [_corner(kink, float(activation.slope(np.array([kink.x]))[0])) for kink in kinks(activation)]
    stretches = [
        {
            "kind": zone.kind,
            "from": zone.low,
            "to": zone.high,
            "includes_from": zone.low_included,
            "includes_to": zone.high_included,
        }
        for zone in zones(activation)
    ]
    return {"kinks": corners, "zones": stretches}


def _corner(kink: Kink, slope: float) -> dict[str, Any]:
    """Both slopes at a kink, and the one that holds by convention; of a pair that differs by rounding the latter."""
    left, right = (slope if np.isclose(side, slope, rtol=1e-12) else side for side in kink[1:3])
    return {"x": kink.x, "left_slope": left, "slope": slope, "right_slope": right, "jump": kink.is_jump}

"""`actcli list`: the catalogue."""

from fnmatch import fnmatchcase

from actcli.catalog import ENTRIES, Entry, card, find, folded
from actcli.errors import UsageError
from actcli.options import Pattern, World
from actcli.results import Header, Result

_SHOWN = ("name", "formula", "parameters", "aliases", "used_for")


def list_(world: World, pattern: Pattern = None) -> Result:
    """Every function whose name or alias matches PATTERN: formula, parameters, aliases, use."""
    entries = [entry for entry in ENTRIES if pattern is None or _matches(entry, folded(pattern))]
    if not entries and pattern is not None:
        # A spec that `eval` takes, such as relu:0.2 or a name with a typing slip, is told as there.
        found = find(pattern).entry
        if found is None:
            raise UsageError(f"no name in the catalogue matches '{pattern}'", "`actcli list` alone shows every name")
        entries = [found]
    return Result(Header(command="list", cards=tuple(card(entry) for entry in entries), properties=_SHOWN))


def _matches(entry: Entry, pattern: str) -> bool:
    names = [folded(name) for name in (entry.name, *entry.aliases)]
    return any(pattern in name or fnmatchcase(name, pattern) for name in names)

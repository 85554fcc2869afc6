"""`actcli list`: the catalogue, and everything that is known of one function."""

import re
from fnmatch import fnmatchcase
from typing import Any

from actcli.catalog import ENTRIES, Activation, Entry, VectorActivation, description, find, folded
from actcli.catalog.table import names_to_guess
from actcli.errors import UsageError, nearest_names, printable
from actcli.options import ListingOptions, Pattern
from actcli.output import Output
from actcli.results import Header, Result
from actcli.results.properties import ABOUT, ENTRY, STATED, USE, Subject, columns, describe


def list_(output_options: ListingOptions, pattern: Pattern = None) -> tuple[Result, Output]:
    """Every function whose names match PATTERN, or whose uses, notes or source have the word; of one all there is."""
    output = output_options.settle("properties", has_values=False)
    entries = list(ENTRIES) if pattern is None else _named(pattern) or _found(pattern)
    if len(entries) == 1:
        return _one(find(entries[0].name), entries[0].shown_name), output
    if not entries and pattern is not None:
        # A spec that `eval` takes, such as relu:0.2 or gelu@jax, or a name with a typing slip, is taken as there.
        try:
            found = find(pattern)
        except UsageError as error:
            near = nearest_names(pattern, names_to_guess())
            message = f"no name in the catalogue matches '{printable(pattern)}'{near}"
            raise UsageError(message, "`actcli list` alone shows every name") from error
        return _one(found, found.name), output
    descriptions = tuple(description(entry) for entry in entries)
    return Result(Header(command="list", descriptions=descriptions, properties=columns(ABOUT, USE))), output


def _named(pattern: str | None) -> list[Entry]:
    """The one entry whose name or alias this is, a name before an alias."""
    wanted = folded(pattern or "")
    own = [entry for entry in ENTRIES if folded(entry.name) == wanted]
    return own or [entry for entry in ENTRIES if wanted in map(folded, entry.aliases)]


def _found(pattern: str) -> list[Entry]:
    """Those whose names match, then those of whose uses, notes or source it begins a word."""
    by_name = [entry for entry in ENTRIES if _matches(entry, folded(pattern))]
    word = re.compile(rf"(?<!\w){re.escape(pattern)}", re.IGNORECASE)
    texts = {entry.name: " ".join((entry.used_for, entry.source, *entry.notes)) for entry in ENTRIES}
    return by_name + [entry for entry in ENTRIES if entry not in by_name and word.search(texts[entry.name])]


def _matches(entry: Entry, pattern: str) -> bool:
    names = [folded(name) for name in (entry.name, *entry.aliases)]
    return any(pattern in name or fnmatchcase(name, pattern) for name in names)


def _one(function: Activation | VectorActivation, name: str) -> Result:
    """All that is known of a function, which is to be called by this name."""
    entry = function.entry
    known: dict[str, Any] = {"formula": function.formula} if entry is None else description(entry)
    known["name"] = name
    if entry is not None and name != entry.shown_name:
        known["parameters"] = dict(function.parameters)
    computed = describe(Subject(function), ENTRY, USE)
    known |= {key: value for key, value in computed.items() if value is not None and value != ""}
    return Result(Header(command="list", descriptions=(known,), properties=columns(ABOUT, STATED, ENTRY, USE)))

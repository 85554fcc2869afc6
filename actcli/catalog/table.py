"""All entries under one roof, found by any name they go by."""

from collections.abc import Mapping

from actcli.catalog.activation import Definition
from actcli.catalog.entry import Entry, Function, VectorFunction, folded
from actcli.catalog.exponentials import EXPONENTIALS
from actcli.catalog.gates import GATES, MISHES
from actcli.catalog.rectifiers import RECTIFIERS, SHRINKS
from actcli.catalog.sigmoids import SIGMOIDS
from actcli.catalog.softplus import SOFTPLUS
from actcli.catalog.squashes import SQUASHES
from actcli.catalog.vectors import VECTORS
from actcli.catalog.waves import WAVES

FUNCTIONS: tuple[Function, ...] = (
    *RECTIFIERS,
    *EXPONENTIALS,
    *GATES,
    *MISHES,
    *SIGMOIDS,
    *SQUASHES,
    *SOFTPLUS,
    *SHRINKS,
    *WAVES,
)
VECTOR_FUNCTIONS: tuple[VectorFunction, ...] = VECTORS
ENTRIES: tuple[Entry, ...] = (*FUNCTIONS, *VECTOR_FUNCTIONS)


def _by_name() -> Mapping[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in ENTRIES:
        for alias in entry.aliases:
            found.setdefault(folded(alias), entry)
    # A canonical name beats an alias.
    return found | {folded(entry.name): entry for entry in ENTRIES}


_BY_NAME = _by_name()


def entry_named(name: str) -> Entry | None:
    """The entry of this name or alias, whatever the case, the hyphens and the underscores; None where none is."""
    return _BY_NAME.get(folded(name))


_NO_GUESS = {"none"}  # it stands for no function at all, and nobody who mistypes another means it


def names_to_guess() -> tuple[str, ...]:
    """The names that a mistyped one may be meant for."""
    return tuple(name for name in all_names() if name not in _NO_GUESS)


def all_names() -> tuple[str, ...]:
    """Every canonical name as users type it, then every alias."""
    canonical = tuple(entry.shown_name for entry in ENTRIES)
    return canonical + tuple(alias for entry in ENTRIES for alias in entry.aliases)


# What a formula may name: every spelling that is an identifier, to one and the same definition.
DEFINITIONS: dict[str, Definition] = {}
for _entry in FUNCTIONS:
    _named = Definition(_entry, DEFINITIONS)
    DEFINITIONS |= {name: _named for name in (_entry.name, *_entry.aliases) if name not in DEFINITIONS}
DEFINITIONS |= {entry.name: DEFINITIONS[entry.name] for entry in FUNCTIONS if DEFINITIONS[entry.name].entry is entry}

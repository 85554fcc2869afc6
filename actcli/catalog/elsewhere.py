"""The libraries' names: `gelu@jax` and what is pasted from code, to what that library means; who differs from us."""

import re
from functools import cache
from typing import Any, NamedTuple

from actcli.catalog.function import Entry
from actcli.catalog.libraries import LIBRARIES, NOT_ACTIVATIONS, Library
from actcli.catalog.table import entry_named, folded
from actcli.errors import UsageError, nearest_names, printable

_DOTTED = re.compile(r"((?:[^\W\d]\w*\.)+)([^\W\d]\w*)")
_SUBSCRIPT = re.compile(r"""(ACT2FN|ACT2CLS)\[["']?(\w+)["']?\]""", re.IGNORECASE)
# Flax and MLX users write `import ... as nn` as PyTorch's do, and call functions where PyTorch has classes.
_SHARED_PATH, _SHARERS = "nn", ("flax", "mlx")


class Export(NamedTuple):
    """What a library means by a name: `label` tells both, `means` is a spec, `entry` the entry of the name itself.

    `formula`, where the library differs at kinks alone, stands for that of the entry.
    """

    label: str
    means: str
    entry: Entry | None
    formula: str | None = None


def read_export(name: str) -> Export | None:
    """What `name@library` or a name pasted from code stands for; None where it names no library.

    Raises UsageError where the library is unknown or has no such name.
    """
    own, at, library = name.rpartition("@")
    if at and not (own.strip() and library.strip()):
        raise UsageError(f"@ stands between a name and a library, not in '{printable(name.strip())}'", "write gelu@jax")
    if at:
        return _export(own.strip(), _library_named(library))
    pasted = _SUBSCRIPT.fullmatch(name.strip()) or _DOTTED.fullmatch(name.strip())
    if pasted is None:
        return None
    path, own = pasted[1].rstrip(".").casefold(), pasted[2]
    if path == _SHARED_PATH and own[0].islower():
        raise UsageError(
            f"{name.strip()} may be {' or '.join(LIBRARIES[each].title for each in _SHARERS)}",
            "say which: " + " or ".join(f"{own}@{each}" for each in _SHARERS),
        )
    return _export(own, _library_named(path))


def refuse_other_names(name: str) -> None:
    """Raise UsageError where the name is one of a library's that is no activation."""
    for known, reason in NOT_ACTIVATIONS.items():
        if folded(known) == folded(name):
            raise UsageError(f"{known} is no activation here: {reason}", "`actcli list` shows what is")


def differences(entry: Entry) -> list[dict[str, Any]]:
    """Which libraries mean something else by the name of an entry, and what."""
    found = []
    for library, known in LIBRARIES.items():
        means = _meant(entry, library)
        if entry.name in known.kinks:
            found.append({"library": library, "definition": known.kinks[entry.name]})
        elif means is not None and folded(means) != folded(entry.name):
            found.append({"library": library, "definition": means})
    return found


def agreeing(entry: Entry) -> list[str]:
    """The libraries that mean by the name of an entry what it means here, defaults included."""
    return [
        library
        for library, known in LIBRARIES.items()
        if folded(_meant(entry, library) or "") == folded(entry.name) and entry.name not in known.kinks
    ]


def _meant(entry: Entry, library: str) -> str | None:
    exports = _by_name(library)
    for name in (entry.name, *entry.aliases):
        known = entry_named(name)
        if folded(name) in exports and known is not None and known.name == entry.name:
            return exports[folded(name)]
    return None


@cache
def _by_name(library: str) -> dict[str, str]:
    """A library's names, folded, to the specs they stand for."""
    known: Library = LIBRARIES[library]
    same = {folded(name): _canonical(name) for name in known.same.split()}
    return same | {folded(name): means for name, means in known.other.items()}


def _canonical(name: str) -> str:
    entry = entry_named(name)
    return entry.name if entry else name


def _library_named(path: str) -> str:
    wanted = path.strip().casefold()
    for name, library in LIBRARIES.items():
        if wanted == name or wanted in library.paths:
            return name
    raise UsageError(
        f"unknown library '{printable(path.strip())}'{nearest_names(wanted, LIBRARIES)}",
        f"@ names a library: {', '.join(LIBRARIES)}",
    )


def _export(name: str, library: str) -> Export:
    entry = entry_named(name)
    means = _by_name(library).get(folded(name)) or (_meant(entry, library) if entry else None)
    if means is None:
        refuse_other_names(name)
        raise _missing(name, entry, library)
    shown = entry.shown_name if entry else folded(name)
    return Export(f"{shown}@{library}", means, entry, LIBRARIES[library].kinks.get(entry.name) if entry else None)


def _missing(name: str, entry: Entry | None, library: str) -> UsageError:
    title = LIBRARIES[library].title
    having = [
        each for each in LIBRARIES if folded(name) in _by_name(each) or (entry and _meant(entry, each) is not None)
    ]
    if having:
        return UsageError(f"{title} has no {printable(name)}", f"these have: {', '.join(having)}")
    if entry:
        return UsageError(f"{title} has no {printable(name)}", f"no library has; write {entry.shown_name} alone")
    near = nearest_names(name, [*LIBRARIES[library].same.split(), *LIBRARIES[library].other])
    return UsageError(f"{title} has no {printable(name)}{near}", "`actcli list` shows every name")

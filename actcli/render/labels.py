"""Names of the entries of a vector, as far as a header knows them."""

from actcli.render.grid import shown
from actcli.results import Header
from actcli.terminal import Terminal

_REFERENCE = "reference"  # the last class of `softmax --reference`


def names(header: Header, size: int, terminal: Terminal) -> list[str] | None:
    """The names of a vector of so many entries, empty where only some are known; None where none is."""
    if size <= len(header.labels):
        return [shown(name, terminal) for name in header.labels[:size]]
    if header.settings.get("reference"):
        return [*[""] * (size - 1), _REFERENCE]
    return None


def titles(header: Header, size: int, terminal: Terminal) -> list[str]:
    """The name of each entry, or its index where it has none."""
    known = names(header, size, terminal) or [""] * size
    return [name or str(index) for index, name in enumerate(known)]

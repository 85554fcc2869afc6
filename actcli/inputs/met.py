"""What the start of the input tells of all of it: the delimiter, the names of its columns."""

import re
from collections.abc import Sequence

from actcli.results import Meter

# Between two numbers: a comma or semicolon with blanks around it, or a run of blanks.
_DELIMITER = re.compile(rb"(?<=[^\s,;])(?:[ \t\r\v\f]*([,;])|([ \t\r\v\f]+)(?=[^\s,;]))")


class Met:
    """What has been met so far: the first delimiter (empty until there is one), labels of a vector's entries, notes.

    The `meter` tells how much of all files has been read.
    """

    def __init__(self) -> None:
        self.delimiter = ""
        self.labels: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()
        self.meter = Meter()

    def look(self, lines: bytes) -> None:
        """Search some clean lines for the delimiter: comma, semicolon, tab or space, unless it is known already."""
        if self.delimiter or not any(mark in lines for mark in (b",", b";", b"\t", b" ")):
            return
        if found := _DELIMITER.search(lines):
            mark, blanks = found.groups()
            self.delimiter = mark.decode() if mark else "\t" if blanks == b"\t" else " "

    def name(self, labels: Sequence[str], note: str | None = None) -> None:
        """Take the names of the first table that has some, and what is to be told of it."""
        if not self.labels:
            self.labels = tuple(labels)
            self.notes += () if note is None else (note,)

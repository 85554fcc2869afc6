"""What the command line says of its input: which files, and how they are to be read."""

from typing import NamedTuple


class Reading(NamedTuple):
    """`files` are paths, glob patterns or `-` for stdin, each a matrix of its own."""

    files: tuple[str, ...] = ()

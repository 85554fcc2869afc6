"""Options on where values come from and how they are read; together they make a `Reading`."""

from typing import Annotated

import typer

from actcli.inputs.reading import Reading
from actcli.options.panels import INPUT

Files = Annotated[
    list[str] | None,
    typer.Option(
        "--input", metavar="FILE", help="read values from a text or .npy file; - is stdin", rich_help_panel=INPUT
    ),
]


def reading(files: Files = None) -> Reading:
    """What the command line says of its input."""
    return Reading(files=tuple(files or ()))

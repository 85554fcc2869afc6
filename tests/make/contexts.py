"""The program as its own parser sees it: every command with what it takes, for the makers of completions and manual."""

from collections.abc import Iterator
from typing import Any

from actcli.cli import application
from tests.runner import terminal

_NOWHERE = terminal()


def contexts() -> Iterator[Any]:
    """The context of the program, then that of each of its commands; `context.command` is the command itself."""
    program = application()
    top = program.make_context("actcli", [], obj=_NOWHERE, resilient_parsing=True)
    yield top
    for name in program.list_commands(top):
        yield program.get_command(top, name).make_context(name, [], parent=top, resilient_parsing=True)

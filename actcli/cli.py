"""The Typer app, and `main`: the one place where errors become text and exit codes."""

from collections.abc import Sequence
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from actcli import __version__
from actcli.errors import ActcliError, InterruptedWritingError, UsageError, nearest_names, printable
from actcli.render.writer import Writer
from actcli.terminal import Terminal

_TOUR = """\
actcli: the activation-function explorer for the terminal

  actcli eval gelu -3 0 3              the value of a function
  actcli grad sigmoid 0 --layers 5     its slope, and what five layers make of it
  actcli plot tanh relu -4:4           a picture
  actcli compare gelu silu -2 0 2      functions side by side
  actcli softmax 3 1 -3                probabilities
  actcli list                          every function and its formula

`actcli COMMAND -h` tells more.
"""

# Each command: its function, and the example its help ends with. Only the one that is called is imported.
COMMANDS = {
    "eval": ("actcli.commands.eval:eval_", "actcli eval gelu -3 0 3"),
    "grad": ("actcli.commands.grad:grad", "actcli grad sigmoid 0 --layers 5"),
    "plot": ("actcli.commands.plot:plot", "actcli plot tanh relu -4:4"),
    "compare": ("actcli.commands.compare:compare", "actcli compare gelu silu -2 0 2"),
    "softmax": ("actcli.commands.softmax:softmax", "actcli softmax 3 1 -3"),
    "list": ("actcli.commands.list:list_", "actcli list relu"),
}

_MINUS = "\N{MINUS SIGN}"


class ValueCommand(TyperCommand):
    """A command to which every token with a single leading minus, but for -h, is a value and no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Hide such tokens from the option parser behind the typographic minus, which numbers may have anyway."""
        rest = super().parse_args(ctx, [_hidden(arg) for arg in args])
        ctx.params = {name: _revealed(value) for name, value in ctx.params.items()}
        return rest


def _hidden(word: str) -> str:
    is_value = len(word) > 1 and word[0] == "-" and word[1] != "-" and word != "-h"
    return _MINUS + word[1:] if is_value else word


def _revealed(value: object) -> object:
    if isinstance(value, str) and value.startswith(_MINUS):
        return "-" + value[1:]
    return [_revealed(each) for each in value] if isinstance(value, list | tuple) else value


class Commands(TyperGroup):
    """The group of commands, each imported when it is asked for: Typer takes 1 ms a command, NumPy 50."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Build the command of this name; raises UsageError where there is none."""
        if cmd_name not in COMMANDS:
            near = nearest_names(cmd_name, COMMANDS)
            raise UsageError(f"no command '{printable(cmd_name)}'{near}", f"the commands: {', '.join(COMMANDS)}")
        from actcli.options.command import shown

        place, example = COMMANDS[cmd_name]
        module, function = place.split(":")
        app = _typer(ctx.obj)
        command = shown(getattr(import_module(module), function))
        app.command(cmd_name, cls=ValueCommand, epilog=f"Example: {example}")(command)
        return typer.main.get_command(app)


def _typer(terminal: Terminal, **settings: Any) -> typer.Typer:
    return typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        # Help is drawn by rich, 44 ms, on a terminal alone.
        rich_markup_mode="rich" if terminal.stdout_is_tty and terminal.unicode and terminal.colour else None,
        context_settings={"help_option_names": ["-h", "--help"]},
        **settings,
    )


def _app(terminal: Terminal) -> typer.Typer:
    app = _typer(terminal, cls=Commands)

    @app.callback(invoke_without_command=True)
    def tour(
        context: typer.Context,
        version: bool = typer.Option(False, "--version", help="show the version"),
        debug: bool = typer.Option(False, "--debug", help="show the traceback of an error"),
    ) -> None:
        """Explore activation functions: values, slopes, plots, comparisons, softmax."""
        if version or context.invoked_subcommand is None:
            writer = Writer(terminal)
            writer.answer(f"actcli {__version__}\n" if version else _TOUR)
            writer.flush()
            raise typer.Exit

    return app


def main(arguments: Sequence[str], terminal: Terminal) -> int:
    """Run one command line and return its exit code: 0 fine, 1 data or machine, 2 command line, 3 a gate is crossed.

    Reports go to `terminal.stderr`; a traceback only with `--debug`. BrokenPipeError and
    InterruptedWritingError are the caller's.
    """
    is_debugged = "--debug" in arguments
    try:
        return _run([argument for argument in arguments if argument != "--debug"], terminal)
    except BrokenPipeError:
        raise
    except InterruptedWritingError as interrupt:
        for note in getattr(interrupt, "__notes__", ()):
            Writer(terminal).remark(f"actcli: interrupted: {note}")
        raise
    except ActcliError as error:
        return _reported(error, terminal, is_debugged)
    except TyperException as error:
        context = getattr(error, "ctx", None)
        hint = f"`{context.command_path if context else 'actcli'} -h` shows what it takes"
        return _reported(UsageError(error.format_message().rstrip("."), hint), terminal, is_debugged)
    except Exception as bug:
        told = f"this is a bug in actcli: {type(bug).__name__}: {bug}"
        return _reported(ActcliError(told, "--debug shows where"), terminal, is_debugged)


def _run(arguments: Sequence[str], terminal: Terminal) -> int:
    command = typer.main.get_command(_app(terminal))
    if terminal.stdout_is_tty:
        status = command.main(list(arguments), prog_name="actcli", standalone_mode=False, obj=terminal)
        return status if isinstance(status, int) else 0
    # Typer prints help on its own; off a terminal it goes through the one writer like all else.
    with redirect_stdout(StringIO()) as help_text:
        status = command.main(list(arguments), prog_name="actcli", standalone_mode=False, obj=terminal)
    writer = Writer(terminal)
    writer.answer(help_text.getvalue())
    writer.flush()
    return status if isinstance(status, int) else 0


def _reported(error: ActcliError, terminal: Terminal, is_debugged: bool) -> int:
    if is_debugged:
        import traceback

        Writer(terminal).remark(traceback.format_exc())
    Writer(terminal).remark(error.told())
    return error.status

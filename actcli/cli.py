"""The Typer app, and `main`: the one place where errors become text and exit codes."""

import gc
from collections.abc import Sequence
from contextlib import redirect_stdout
from functools import cache
from importlib import import_module
from io import StringIO
from itertools import pairwise
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from actcli import __version__
from actcli.errors import ActcliError, DataError, UsageError, nearest_names, printable
from actcli.render.sinks import Writer
from actcli.terminal import ColourChoice, Terminal

# Each command and its function. Only the one that is called is imported.
COMMANDS = {
    "eval": "actcli.commands.eval:eval_",
    "grad": "actcli.commands.grad:grad",
    "plot": "actcli.commands.plot.command:plot",
    "compare": "actcli.commands.compare.command:compare",
    "identify": "actcli.commands.identify:identify_",
    "softmax": "actcli.commands.softmax.command:softmax",
    "list": "actcli.commands.list:list_",
    "completion": "actcli.commands.completion:completion",
}

_MINUS = "\N{MINUS SIGN}"
_SHORT = len("-h")
_INPUT = ("--input", "-i")


class _WithHelp:
    """What commands and their group have in common: the layout of their help."""

    def get_help(self, ctx: Any) -> str:
        """The help in the width of the terminal."""
        from actcli.help import help_of, laid_out

        terminal: Terminal = ctx.obj
        return laid_out(help_of(self, ctx), terminal.width, bold=terminal.colour)

    def get_help_option(self, ctx: Any) -> Any:
        """The option that shows it."""
        option: Any = super().get_help_option(ctx)  # type: ignore[misc]
        option.help = "show this" + ("; `actcli -h` shows how to write functions and values" if ctx.parent else "")
        return option


class ValueCommand(_WithHelp, TyperCommand):
    """A command to which every token with a single leading minus is a value, but for its options of one letter."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Hide such tokens from the option parser behind the typographic minus, which numbers may have anyway."""
        short = {"-h", *(name for option in self.params for name in option.opts if len(name) == _SHORT)}
        hidden = [arg if arg in short else _hidden(arg) for arg in _with_all_files(args)]
        rest = super().parse_args(ctx, list(hidden))
        self._refuse_repeated(ctx, hidden)
        ctx.params = {name: _revealed(value) for name, value in ctx.params.items()}
        return rest

    def _refuse_repeated(self, ctx: Any, args: list[str]) -> None:
        """Raise UsageError where an option that takes one value is there twice: the first would be passed over."""
        given: list[Any] = list(self.make_parser(ctx).parse_args(args)[2])
        for option in given:
            takes_one = option.param_type_name == "option" and not (option.multiple or option.is_flag)
            if takes_one and given.count(option) > 1:
                raise UsageError(f"{option.opts[0]} is there twice, and takes one value", "leave out one of them")

    def invoke(self, ctx: Any) -> Any:
        """Run the command; from now on there is garbage to collect (see __main__): all imports are done."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        return super().invoke(ctx)


def _hidden(word: str) -> str:
    is_value = len(word) > 1 and word[0] == "-" and word[1] != "-"
    return _MINUS + word[1:] if is_value else word


def _with_all_files(words: Sequence[str]) -> list[str]:
    """The words, the files that a shell makes of a pattern behind --input taken together, as the pattern is."""
    if not set(words) & set(_INPUT):
        return list(words)
    from actcli.advice import is_file
    from actcli.inputs.sources import FILE_SEPARATOR

    found: list[str] = []
    follows_file = False
    for before, word in pairwise(("", *words)):
        if follows_file and is_file(word):
            found[-1] += FILE_SEPARATOR + word
            continue
        follows_file = before in _INPUT
        found.append(word)
    return found


def _revealed(value: object) -> object:
    if isinstance(value, str) and value.startswith(_MINUS):
        return "-" + value[1:]
    return [_revealed(each) for each in value] if isinstance(value, list | tuple) else value


class Commands(_WithHelp, TyperGroup):
    """The group of commands, each imported when it is asked for: Typer takes 1 ms a command, NumPy 50."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Build the command of this name; raises UsageError where there is none."""
        if cmd_name not in COMMANDS:
            near = nearest_names(cmd_name, COMMANDS)
            raise UsageError(f"no command '{printable(cmd_name)}'{near}", f"the commands: {', '.join(COMMANDS)}")
        return _built(cmd_name)


@cache  # for who runs many command lines in one process: building a command takes longer than parsing its words
def _built(name: str) -> Any:
    from actcli.options import with_groups

    module, function = COMMANDS[name].split(":")
    app = _typer()
    app.command(name, cls=ValueCommand)(with_groups(getattr(import_module(module), function)))
    return typer.main.get_command(app)


def _typer(**settings: Any) -> typer.Typer:
    return typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # help has a layout of its own: rich takes 44 ms, and one page a panel
        context_settings={"help_option_names": ["-h", "--help"]},
        **settings,
    )


@cache
def application() -> Any:
    """The program with all its commands, ready to parse a command line; the terminal is the `obj` of its context."""
    app = _typer(cls=Commands)

    @app.callback(invoke_without_command=True)
    def tour(
        context: typer.Context,
        version: bool = typer.Option(False, "--version", "-V", help="show the version"),
        debug: bool = typer.Option(False, "--debug", help="show the traceback of an error"),
    ) -> None:
        """Explore activation functions: values, slopes, plots, comparisons, softmax."""
        if version or context.invoked_subcommand is None:
            from actcli.help import tour_of

            writer = Writer(context.obj)
            writer.answer(f"actcli {__version__}\n" if version else tour_of(COMMANDS, context.obj.width))
            writer.flush()
            raise typer.Exit

    return typer.main.get_command(app)


def main(arguments: Sequence[str], terminal: Terminal) -> int:
    """Run one command line and return its exit code: 0 fine, 1 data or machine, 2 command line, 3 a gate is crossed.

    Reports go to `terminal.stderr`; a traceback only with `--debug`. BrokenPipeError is the caller's.
    """
    is_debugged = "--debug" in arguments
    terminal = terminal.with_colour(_colour_asked(arguments))
    try:
        return _run([argument for argument in arguments if argument != "--debug"], terminal)
    except BrokenPipeError:
        raise
    except UsageError as error:
        return _reported(_advised(error, arguments), terminal, is_debugged)
    except ActcliError as error:
        return _reported(error, terminal, is_debugged)
    except TyperException as error:
        context = getattr(error, "ctx", None)
        command = next((f"actcli {each}" for each in arguments if each in COMMANDS), "actcli")
        hint = f"`{context.command_path if context else command} -h` shows what it takes"
        refused = UsageError(error.format_message().rstrip("."), hint)
        return _reported(_advised(refused, arguments), terminal, is_debugged)
    except (MemoryError, SystemError):  # the latter where memory ended within a library that forgot to say so
        return _reported(DataError("out of memory", "give it less at a time, or stream it"), terminal, is_debugged)
    except Exception as bug:
        message = f"this is a bug in actcli: {type(bug).__name__}: {bug}"
        return _reported(ActcliError(message, "--debug shows where"), terminal, is_debugged)


def _run(arguments: Sequence[str], terminal: Terminal) -> int:
    asked: dict[str, Any] = {"prog_name": "actcli", "obj": terminal, "color": terminal.colour}
    # Typer prints help on its own; here it goes through the one writer like all else.
    with redirect_stdout(StringIO()) as help_text:
        answer = application().main(list(arguments), standalone_mode=False, **asked)
    writer = Writer(terminal)
    writer.answer(help_text.getvalue())
    writer.flush()
    if isinstance(answer, bytes):  # a completion script
        writer.answer(answer)
        writer.flush()
    if not isinstance(answer, tuple):
        return 0
    from actcli.render.show import show

    return show(*answer)


def _advised(error: UsageError, arguments: Sequence[str]) -> UsageError:
    """The error with the command line that was meant as its cure, where that can be told."""
    from actcli.advice import meant

    line = meant(arguments, COMMANDS)
    if line is not None:
        error.message = error.message.partition(" (Possible")[0]  # what Typer finds like it is another thing
        error.hint = f"`{line}`"
    return error


def _colour_asked(arguments: Sequence[str]) -> ColourChoice:
    """What --color says, for errors that come before it is read."""
    asked: dict[str, ColourChoice] = {"always": "always", "never": "never"}
    for before, word in pairwise(("", *arguments)):
        choice = word.removeprefix("--color=") if word.startswith("--color=") else word if before == "--color" else ""
        if choice in asked:
            return asked[choice]
    return "auto"


def _reported(error: ActcliError, terminal: Terminal, is_debugged: bool) -> int:
    if is_debugged:
        import traceback

        Writer(terminal).remark(traceback.format_exc())
    Writer(terminal).remark(error.report())
    return error.status

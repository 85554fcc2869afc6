"""Help as a record, made of a command's own parameters, and its one layout for screens of every width."""

import inspect
from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any, NamedTuple

from actcli.manual import EXAMPLES, TOPICS

_WIDEST = 100  # longer lines are hard to read
_NARROWEST_TEXT = 28  # with less room than this beside the names, texts go below them
_INDENT = 6


class Section(NamedTuple):
    """A heading with its rows: what one types, and what it means."""

    title: str
    rows: tuple[tuple[str, str], ...]
    is_options: bool = False


class Help(NamedTuple):
    """What there is to tell of a command: the sentence, then paragraphs, are its function's docstring."""

    usage: str
    sentence: str
    remarks: tuple[str, ...]
    sections: tuple[Section, ...]


def help_of(command: Any, context: Any) -> Help:
    """The help of a command or, where it has commands of its own, of the program."""
    sentence, *remarks = _paragraphs_of(command)
    parameters = command.get_params(context)
    is_program = hasattr(command, "list_commands")
    words = ["COMMAND ..."] if is_program else [each.metavar for each in parameters if _is_argument(each)]
    sections = _of_program(command, context) if is_program else _of_words(context.info_name, parameters)
    usage = " ".join([context.command_path, "[OPTIONS]", *words])
    return Help(usage, sentence, tuple(remarks), (*sections, *_of_options(parameters, context)))


def _paragraphs_of(command: Any) -> list[str]:
    return [" ".join(piece.split()) for piece in inspect.cleandoc(command.help).split("\n\n")]


def _of_program(group: Any, context: Any) -> Iterator[Section]:
    commands = {name: group.get_command(context, name) for name in group.list_commands(context)}
    yield Section("Commands", tuple((name, _paragraphs_of(each)[0]) for name, each in commands.items()))
    for topic in TOPICS:
        yield Section(*topic)


def _of_words(name: str, parameters: list[Any]) -> Iterator[Section]:
    yield Section("Examples", tuple(EXAMPLES[name]))
    words = tuple((each.metavar.strip("[]."), each.help) for each in parameters if _is_argument(each))
    yield Section("Arguments", words)


def _of_options(parameters: list[Any], context: Any) -> Iterator[Section]:
    """The options under the headings of their panels, in the order of the command; what has none comes last."""
    panels: dict[str, list[tuple[str, str]]] = {}
    for option in parameters:
        if not _is_argument(option):
            title = option.rich_help_panel or next(reversed(panels), "Options")
            panels.setdefault(title, []).append(option.get_help_record(context))
    for title, rows in panels.items():
        yield Section(title, tuple(rows), is_options=True)


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def laid_out(told: Help, width: int, *, bold: bool) -> str:
    """The help as text, no line longer than `width` but for examples, which are there to be copied."""
    width = min(width, _WIDEST)
    pieces = ["\n".join(_usage(told.usage, width, bold))]
    pieces += ["\n".join(_paragraph(text, width)) for text in (told.sentence, *told.remarks)]
    options = _column((row for section in told.sections if section.is_options for row in section.rows), width * 2 // 5)
    for section in told.sections:
        own = _column(section.rows, width - _NARROWEST_TEXT)
        lines = _rows(section.rows, width, options if section.is_options else own)
        pieces.append("\n".join([_heading(f"{section.title}:", bold), *lines]))
    return "\n\n".join(pieces)


def tour_of(commands: Iterable[str], width: int) -> str:
    """What actcli shows on its own: the first example of each command."""
    examples = [EXAMPLES[name][0] for name in commands]
    lines = _rows(examples, width, _column(examples, width - _NARROWEST_TEXT))
    title = _paragraph("actcli: the activation-function explorer for the terminal", width)
    more = _paragraph("`actcli COMMAND -h` tells more of a command, `actcli -h` of all.", width)
    return "\n".join([*title, "", *lines, "", *more, ""])


def _heading(text: str, bold: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if bold else text


def _usage(usage: str, width: int, bold: bool) -> list[str]:
    first, *rest = _wrapped(usage, width - 7)
    return [f"{_heading('Usage:', bold)} {first}", *(f"       {line}" for line in rest)]


def _paragraph(text: str, width: int) -> list[str]:
    return [f"  {line}" for line in _wrapped(text, width - 2)]


def _column(rows: Iterable[tuple[str, str]], most: int) -> int:
    """Where texts begin beside their names; the few that are too long for `most` have theirs below, or all have."""
    widths = [len(name) + 4 for name, _ in rows]
    fitting = [width for width in widths if width <= most]
    return max(fitting) if 2 * len(fitting) > len(widths) else _INDENT


def _rows(rows: Iterable[tuple[str, str]], width: int, column: int) -> Iterator[str]:
    """Names and texts in two columns; where the screen is narrow all texts go below their names."""
    if width - column < _NARROWEST_TEXT:
        column = _INDENT
    for name, text in rows:
        lines = _wrapped(text, width - column)
        beside = lines.pop(0) if len(name) + 4 <= column else ""
        yield f"  {name}".ljust(column if beside else 0) + beside
        yield from (" " * column + line for line in lines)


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, max(width, 1), break_long_words=False, break_on_hyphens=False) or [""]

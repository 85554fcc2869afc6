"""Makes docs/actcli.1, the manual page, of the help of every command.

Run with `python -m tests.make`; `man -l docs/actcli.1` shows it.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from textwrap import wrap

from actcli import __version__
from actcli.help import Help, Section, help_of
from tests.make.contexts import contexts

TARGET = Path(__file__).parents[2] / "docs" / "actcli.1"
ESCAPES = {ord(sign): f"\\{code}" for sign, code in zip("\\-'`^~", ("e", "-", "(aq", "(ga", "(ha", "(ti"), strict=True)}
TITLES = {"Exit codes": "EXIT STATUS"}


def page() -> str:
    """The whole page; it bears no date, so that it changes only where the help does."""
    program, *commands = (help_of(context.command, context) for context in contexts())
    named = {told.usage.split()[1]: told for told in commands}
    return "\n".join(
        [
            f'.TH ACTCLI 1 "" "actcli {__version__}" "User Commands"',
            ".SH NAME",
            paragraph(f"actcli - {program.sentence.rstrip('.')}"),
            ".SH SYNOPSIS",
            "\n.br\n".join(f".B {roff(told.usage)}" for told in commands),
            ".SH COMMANDS",
            *(line for name, told in named.items() for line in of_command(name, told)),
            ".SH OPTIONS",
            *options(program, named),
            *(line for topic in program.sections if not topic.is_options for line in of_topic(topic)),
            "",
        ]
    )


def of_command(name: str, told: Help) -> Iterator[str]:
    yield f".SS {name}"
    for index, text in enumerate((told.sentence, *told.remarks)):
        yield from ([] if index == 0 else [".PP"])
        yield paragraph(text)
    for section in told.sections:
        if section.title == "Arguments":
            yield from rows(section.rows)
        elif section.title == "Examples":
            yield ".PP\nExamples:"
            yield from rows(section.rows)


def options(program: Help, named: Mapping[str, Help]) -> Iterator[str]:
    """Each option once under its heading, with the commands that have it where not all of that heading have."""
    general = [row for section in program.sections if section.is_options for row in section.rows]
    yield from rows(general)
    having: dict[str, dict[tuple[str, str], list[str]]] = {}
    for name, told in named.items():
        for section in told.sections:
            for row in section.rows if section.is_options else ():
                if row[0] not in dict(general):
                    having.setdefault(section.title, {}).setdefault(row, []).append(name)
    for title, found in having.items():
        yield f".SS {title}"
        everybody = {name for names in found.values() for name in names}
        for (label, text), names in found.items():
            yield from rows([(label, text if set(names) == everybody else f"{text} ({', '.join(names)})")])


def of_topic(topic: Section) -> Iterator[str]:
    if topic.title != "Commands":
        yield f".SH {TITLES.get(topic.title, topic.title.upper())}"
        yield from rows(topic.rows)


def rows(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, text in pairs:
        yield f".TP\n.B {roff(name)}"
        yield paragraph(text)


def paragraph(text: str) -> str:
    """Escaped text in lines of a width that editors like."""
    return "\n".join(map(guarded, wrap(roff(text), 78, break_long_words=False, break_on_hyphens=False)))


def guarded(line: str) -> str:
    """A line of text that no dot at its start makes a request."""
    return f"\\&{line}" if line.startswith(".") else line


def roff(text: str) -> str:
    """Text that stands for itself, hyphens and quotes to be copied as they are."""
    return text.translate(ESCAPES)


def make() -> None:
    """Write the page."""
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page(), encoding="utf-8")

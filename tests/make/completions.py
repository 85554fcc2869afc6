"""Makes the tables in completions/: what commands, options, functions, parameters and libraries there are.

Run with `python -m tests.make`. The scripts around the tables are written by hand.
"""

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any, NamedTuple

from actcli.catalog import ENTRIES, FUNCTIONS, VECTOR_FUNCTIONS, Entry, folded
from actcli.catalog.libraries import LIBRARIES, read_export
from actcli.catalog.table import entry_named
from actcli.dtypes import NUMBER_TYPES
from actcli.errors import UsageError
from actcli.help import help_of
from tests.make.contexts import contexts

FOLDER = Path(__file__).parents[2] / "completions"
TAB = "\t"
BEGIN, END = "# --- begin tables\n", "# --- end tables\n"

# What may stand where a command has its words: names of which functions, and whether at its first word alone.
WORDS = {
    "FUNCTION": ("all", "first"),
    "FUNCTIONS and VALUES...": ("element-wise", "any"),
    "[PATTERN]...": ("all", "first"),
    "SHELL": ("choices", "first"),
    "[VALUES]...": ("none", "any"),
    "[PAIRS]...": ("none", "any"),
}
TAKEN = {"FILE": ("FILES",), "KERNEL": ("FILES",), "FOLDER": ("FOLDERS",), "TYPE": tuple(NUMBER_TYPES)}


class Option(NamedTuple):
    """An option: `takes` is None for a flag, else its choices, FILES or FOLDERS, or nothing that could be known."""

    name: str
    takes: tuple[str, ...] | None
    help: str
    short: str = ""


class Command(NamedTuple):
    """A command: `kind` and `place` of its words as in WORDS."""

    name: str
    sentence: str
    options: tuple[Option, ...]
    kind: str
    place: str
    choices: tuple[str, ...]


class Names(NamedTuple):
    """Functions to offer, each with its formula, and aliases, each with the name it stands for."""

    functions: Mapping[str, str]
    aliases: Mapping[str, str]


def commands() -> Iterator[Command]:
    _, *each = contexts()
    for context in each:
        parameters = context.command.get_params(context)
        first = next(parameter for parameter in parameters if parameter.param_type_name == "argument")
        kind, place = WORDS[first.metavar]
        options = (option(each) for each in parameters if each.param_type_name == "option")
        sentence = help_of(context.command, context).sentence.rstrip(".")
        yield Command(context.info_name, sentence, tuple(options), kind, place, choices(first))


def option(parameter: Any) -> Option:
    name = max(parameter.opts, key=len)
    takes = None if parameter.is_flag else choices(parameter)
    if takes == ():
        takes = TAKEN.get(parameter.metavar, ())
    short = next((each for each in parameter.opts if not each.startswith("--")), "")
    return Option(name, takes, parameter.help.partition(";")[0], short)


def choices(parameter: Any) -> tuple[str, ...]:
    return tuple(getattr(parameter.type, "choices", ()))


def values(known: Iterable[Command]) -> dict[str, tuple[str, ...]]:
    """What each option with a value takes, which is the same in every command."""
    found: dict[str, tuple[str, ...]] = {}
    for command in known:
        for each in command.options:
            for name in filter(None, (each.name, each.short)):
                if each.takes is not None and found.setdefault(name, each.takes) != each.takes:
                    raise ValueError(f"{name} takes one thing here and another there")
    return found


def names(entries: Iterable[Entry]) -> Names:
    functions = {entry.shown_name: entry.formula for entry in entries}
    seen = set(map(folded, functions))
    aliases: dict[str, str] = {}
    for entry in entries:
        for alias in entry.aliases:
            if alias.isascii() and folded(alias) not in seen and entry_named(alias) is entry:
                seen.add(folded(alias))
                aliases[alias.replace("_", "-")] = entry.shown_name
    return Names(functions, aliases)


def parameters() -> dict[str, tuple[str, ...]]:
    """From a folded name to what may follow it after a colon."""
    return {
        name: (*(f"{each.name}=" for each in entry.parameters), *(word for word, _ in entry.routes))
        for name, entry in folded_names().items()
        if entry.parameters or entry.routes
    }


def libraries() -> dict[str, tuple[str, ...]]:
    """From a folded name to the libraries that know it."""
    found = {name: tuple(each for each in LIBRARIES if exports(each, name)) for name in folded_names()}
    return {name: having for name, having in found.items() if having}


def exports(library: str, name: str) -> bool:
    try:
        return read_export(f"{name}@{library}") is not None
    except UsageError:
        return False


def folded_names() -> dict[str, Entry]:
    spelled = [name for entry in ENTRIES for name in (entry.name, *entry.aliases) if name.isascii()]
    return {folded(name): entry for name in spelled if (entry := entry_named(name)) is not None}


def grouped(table: Mapping[str, tuple[str, ...]]) -> dict[tuple[str, ...], list[str]]:
    """The keys of a table that lead to the same words."""
    found: dict[tuple[str, ...], list[str]] = {}
    for key, words in table.items():
        found.setdefault(words, []).append(key)
    return found


def array(texts: Iterable[str]) -> str:
    """An array of bash and zsh, in lines of some 120 characters; fish has the same without the parentheses."""
    indent = " " * 16
    return fill(f"({' '.join(texts)})", 120, subsequent_indent=indent, break_on_hyphens=False)


def function(name: str, body: str) -> str:
    return f"{name}() {{\n{body}}}\n"


def case(variable: str, table: Mapping[str, tuple[str, ...]]) -> str:
    """Set the variable to what the first argument leads to."""
    arms = (f"        {' | '.join(keys)}) {variable}={array(found)} ;;\n" for found, keys in grouped(table).items())
    return f"    case $1 in\n{''.join(arms)}    esac\n"


def bourne(known: Sequence[Command]) -> Iterator[str]:
    """The tables as functions that set arrays, for bash and zsh."""
    yield function("_actcli_commands", f"    commands={array(each.name for each in known)}\n")
    arms = "".join(
        f"        {each.name})\n            kind={each.kind} place={each.place} values={array(each.choices)}\n"
        f"            options={array(option.name for option in each.options)} ;;\n"
        for each in known
    )
    taken = values(known)
    yield function(
        "_actcli_command", f"    valued={array(taken)}\n    case $1 in\n{arms}        *) return 1 ;;\n    esac\n"
    )
    yield function("_actcli_choices", case("values", taken))
    one, many = names(FUNCTIONS), names(VECTOR_FUNCTIONS)
    yield function(
        "_actcli_names",
        f"    names={array(one.functions)}\n    aliases={array(one.aliases)}\n"
        f"    if [[ $1 == all ]]; then\n        names+={array(many.functions)}\n"
        f"        aliases+={array(many.aliases)}\n    fi\n",
    )
    yield function("_actcli_parameters", case("parameters", parameters()))
    yield function("_actcli_libraries", case("libraries", libraries()))


def zsh(known: Sequence[Command]) -> Iterator[str]:
    """Those of bash, and the meaning of commands and options."""
    yield from bourne(known)
    meanings = meanings_of(known)
    shared = {name: next(iter(each)) for name, each in meanings.items() if len(each) == 1}
    arms = ""
    for command in known:
        own = [(each.name, each.help) for each in command.options if each.name not in shared]
        if own:
            arms += f"        {command.name})\n            descriptions+=(\n{zsh_rows(own, 16)}            ) ;;\n"
    rows = zsh_rows([*((each.name, each.sentence) for each in known), *shared.items()], 8)
    yield function("_actcli_descriptions", f"    descriptions=(\n{rows}    )\n    case $1 in\n{arms}    esac\n")


def zsh_rows(rows: Iterable[tuple[str, str]], indent: int) -> str:
    return "".join(f"{' ' * indent}{shlex.quote(f'{name}:{text}')}\n" for name, text in rows)


def meanings_of(known: Iterable[Command]) -> dict[str, dict[str, list[str]]]:
    """What each option means, and to which commands: several times another thing."""
    found: dict[str, dict[str, list[str]]] = {}
    for command in known:
        for option in command.options:
            found.setdefault(option.name, {}).setdefault(option.help, []).append(command.name)
    return found


def fish(known: Sequence[Command]) -> Iterator[str]:
    """Functions that print, and a line for each thing that may be completed."""
    taken = values(known)
    yield f"set -g __actcli_valued \\\n    {fish_list(taken)}\n"
    for kind, entries in (("element_wise", FUNCTIONS), ("all", ENTRIES)):
        found = names(entries)
        rows = [*found.functions.items(), *((alias, f"= {name}") for alias, name in found.aliases.items())]
        lines = " \\\n".join(f"        {fish_quoted(f'{name}{TAB}{text}')}" for name, text in rows)
        yield f"function __actcli_{kind}\n    __actcli_names \\\n{lines}\nend\n"
    for name, table in (("parameters", parameters()), ("libraries", libraries())):
        arms = "".join(
            f"        case {' '.join(keys)}\n            string join \\n {' '.join(each)}\n"
            for each, keys in grouped(table).items()
        )
        yield f"function __actcli_{name}\n    switch $argv[1]\n{arms}    end\nend\n"
    yield "".join(fish_lines(known, taken))


def fish_lines(known: Sequence[Command], taken: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield "complete -c actcli -f\n"
    for option_name, text in (("version", "show the version"), ("debug", "show the traceback of an error")):
        yield f"complete -c actcli -n __actcli_has_no_command -l {option_name} -d '{text}'\n"
    for each in known:
        start = f"complete -c actcli -n __actcli_has_no_command -a {each.name}"
        yield f"{start} -d {fish_quoted(each.sentence)}\n"
    for each in known:
        offered = {
            "all": "(__actcli_all)",
            "element-wise": "(__actcli_element_wise)",
            "choices": " ".join(each.choices),
        }
        where = f"__actcli_is {each.name}{'; and not __actcli_has_word' if each.place == 'first' else ''}"
        if each.kind in offered:
            yield f"complete -c actcli -n '{where}' -a '{offered[each.kind]}'\n"
    shorts = {each.name: each.short for command in known for each in command.options if each.short}
    for name, meanings in meanings_of(known).items():
        short = f" -s {shorts[name][1:]}" if name in shorts else ""
        for text, having in meanings.items():
            start = f"complete -c actcli -n '__actcli_is {' '.join(having)}'{short} -l {name[2:]}"
            yield f"{start}{fish_takes(taken.get(name))} -d {fish_quoted(text)}\n"


def fish_takes(takes: tuple[str, ...] | None) -> str:
    paths = {("FILES",): " -r -F", ("FOLDERS",): " -x -a '(__fish_complete_directories)'", (): " -x", None: ""}
    return paths[takes] if takes in paths else f" -x -a '{' '.join(takes or ())}'"


def fish_list(words: Iterable[str]) -> str:
    """Words in lines of some 120 characters, each of which says that the next goes on."""
    return fill(" ".join(words), 116, break_on_hyphens=False).replace("\n", " \\\n    ")


def fish_quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


TABLES: Mapping[str, Callable[[Sequence[Command]], Iterable[str]]] = {
    "actcli.bash": bourne,
    "_actcli": zsh,
    "actcli.fish": fish,
}


def renewed(file: str, text: str) -> str:
    """The script with tables as they should be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(TABLES[file](list(commands()))) + END + after


def make() -> None:
    """Write the tables of all scripts."""
    for each in TABLES:
        path = FOLDER / each
        path.write_text(renewed(each, path.read_text(encoding="utf-8")), encoding="utf-8")

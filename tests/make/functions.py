"""What docs/functions.md says of the catalogue: an index, each function in full, and the properties of functions.

`python -m cogapp -r docs/functions.md` writes them into the page.
"""

from collections.abc import Iterator

from actcli.catalog import ENTRIES, Entry, Function, FunctionParameter
from actcli.catalog.libraries import LIBRARIES, differences
from tests.make.pages import out, table
from tests.make.properties import markdown

ENDS = ("x → -inf", "x → inf")


def index() -> None:
    """Write the table of all functions, each linked to its section."""
    rows = [
        (f"[{entry.shown_name}](#{entry.shown_name})", f"`{entry.formula}`", ", ".join(entry.aliases))
        for entry in ENTRIES
    ]
    out(table(("function", "formula", "also called"), rows))


def entries() -> None:
    """Write a section for each function."""
    out("\n".join(map(section_of, ENTRIES)))


def properties() -> None:
    """Write the tables of properties."""
    out("\n".join([*markdown()][1:]) + "\n")


def section_of(entry: Entry) -> str:
    """The section of one function: all that its entry holds, and which libraries mean something else by its name."""
    parts = [f"### {entry.shown_name}\n", f"`{entry.formula}`\n"]
    if entry.parameters:
        header = ("parameter", "default", "must be", "meaning", "also called")
        parts.append(table(header, [_parameter_row(parameter) for parameter in entry.parameters]))
    if isinstance(entry, Function):
        rows = [
            (
                order,
                f"`{entry.stated(number)}`",
                *(f"`{limit}`" for limit in entry.limits.of(number)),
                f"{entry.bounds[number]} ulp",
            )
            for number, order in enumerate(("value", "slope", "curvature"))
        ]
        parts.append(table(("", "formula", *ENDS, "error at most"), rows))
    return "\n".join([*parts, "".join(f"- {line}\n" for line in _lines(entry))])


def _parameter_row(parameter: FunctionParameter) -> tuple[str, ...]:
    default = f"`{parameter.default}`" + (", our choice" if parameter.ours else "")
    must_be = [*(["a whole number"] if parameter.whole else []), *([f"`{parameter.valid}`"] if parameter.valid else [])]
    return f"`{parameter.name}`", default, ", ".join(must_be), parameter.meaning, ", ".join(parameter.aliases)


def _lines(entry: Entry) -> Iterator[str]:
    if entry.aliases:
        yield f"Also called: {', '.join(entry.aliases)}."
    yield f"Used for: {entry.used_for}."
    yield f"Source: {entry.source}."
    for note in entry.notes:
        yield f"Note: {note}."
    if not isinstance(entry, Function):
        yield f"Jacobian: {'yes' if entry.jacobian else 'none'}."
    for each in differences(entry):
        yield f"In {LIBRARIES[each['library']].title} (`@{each['library']}`): `{each['definition']}`."

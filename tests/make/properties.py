"""What is made of the table of properties: their part of the JSON schema, and a page's list of them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from actcli.results.properties import PROPERTIES, Group, Property

SCHEMA = Path(__file__).parents[2] / "actcli" / "render" / "schema.json"

_WIDTH = 120


def schema() -> dict[str, Any]:
    """The schema in the package, the properties of functions and totals as the table has them."""
    document: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    for part in ("function", "totals"):
        document["$defs"][part]["properties"] = dict(members(part))
    return document


def members(part: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each key of a part with what JSON may hold there; one that means several things may be any of them."""
    rows = [row for row in PROPERTIES if row.group.part == part and row.kind.schema is not None]
    for key in dict.fromkeys(row.key for row in rows):
        own = [{**(row.kind.schema or {}), "description": row.meaning} for row in rows if row.key == key]
        yield key, own[0] if len(own) == 1 else {"anyOf": own}


def laid_out(value: Any, indent: int = 0, used: int = 0) -> str:
    """JSON with as much on a line as it holds, `used` columns of it being taken; a level of $defs opens up always."""
    flat = json.dumps(value, ensure_ascii=False)
    fits = indent + used + len(flat) < _WIDTH
    if not isinstance(value, Mapping | list) or (fits and (indent > 2 or isinstance(value, list))):
        return flat
    pad, close = " " * (indent + 2), " " * indent
    if isinstance(value, list):
        inner = [pad + laid_out(each, indent + 2, 1) for each in value]
        return "[\n" + ",\n".join(inner) + f"\n{close}]"
    inner = [f"{pad}{json.dumps(key)}: " + laid_out(each, indent + 2, len(key) + 5) for key, each in value.items()]
    return "{\n" + ",\n".join(inner) + f"\n{close}}}"


def markdown() -> Iterator[str]:
    """Lines of a page: for each group a table of its properties: key, title and meaning."""
    for group in dict.fromkeys(row.group for row in PROPERTIES):
        yield from ("", f"### {group.title}", "", "| key | in tables | meaning |", "| --- | --- | --- |")
        yield from (_line(row) for row in _rows(group))


def _rows(group: Group) -> list[Property]:
    return [row for row in PROPERTIES if row.group == group]


def _line(row: Property) -> str:
    title = f"with `{row.within}`" if row.within else row.label if row.is_column else ""
    cells = (f"`{row.key}`", title, row.meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def make() -> None:
    """Write the schema."""
    SCHEMA.write_text(laid_out(schema()) + "\n", "utf-8")

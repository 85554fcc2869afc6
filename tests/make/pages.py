"""Pages of documentation: what cog writes into them, sections that a measurement renews, and the tables they hold."""

import os
import platform
import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import actcli

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def out(text: str) -> None:
    """Write text into the page that cog is at work on."""
    cog: Any = import_module("cog")  # cog puts it there while it runs
    cog.out(text)


def write_section(page: Path, title: str, text: str) -> None:
    """Put text below the heading `## title` of a page, in place of all up to the next such heading.

    Raises ValueError where the page has no such heading.
    """
    head, heading, rest = page.read_text(encoding="utf-8").partition(f"## {title}\n")
    if not heading:
        raise ValueError(f"{page.name} has no heading '## {title}'")
    following = re.search(r"^## ", rest, re.MULTILINE)
    after = rest[following.start() :] if following else ""
    page.write_text(f"{head}{heading}\n{text.strip()}\n{after and chr(10)}{after}", encoding="utf-8")


def section(page: Path, title: str) -> str:
    """What stands below the heading `## title` of a page, up to the next such heading."""
    _, _, rest = page.read_text(encoding="utf-8").partition(f"## {title}\n")
    return re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def tables(text: str) -> list[list[list[str]]]:
    """The Markdown tables of a text: rows of cells, the header first, the rule below it left out."""
    found = []
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in block.splitlines()]
        found.append([rows[0], *rows[2:]])
    return found


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; a | in a cell is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n" for cells in lines)


def setting(*packages: str) -> str:
    """One sentence on what a measurement ran with: actcli, Python, the packages that are installed, the processor."""
    parts = [f"actcli {actcli.__version__}", f"Python {platform.python_version()}", *_installed(packages)]
    return f"Measured with {', '.join(parts)} on {os.cpu_count()} cores of {_processor()}.\n\n"


def _installed(packages: Sequence[str]) -> Iterator[str]:
    for package in packages:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            continue


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    names = re.findall(r"^model name\s*: (.+)$", information.read_text(), re.MULTILINE) if information.exists() else []
    return names[0].strip() if names else platform.processor() or platform.machine()

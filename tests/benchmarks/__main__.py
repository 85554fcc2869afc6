"""Runs the benchmarks, all or those named, and prints Markdown: `python -m tests.benchmarks [NAME ...] [--write]`.

With --write each puts its tables into its section of docs/speed.md.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import NamedTuple

from tests.benchmarks import kernels, startup, streams, tab
from tests.make.pages import DOCS, setting, write_section

PAGE = DOCS / "speed.md"


class Report(NamedTuple):
    """A benchmark, and its section of the page."""

    print_tables: Callable[[], None]
    """Measures and prints."""
    title: str
    """The heading of the section."""
    packages: tuple[str, ...]
    """Whose versions the section names."""


REPORTS: Mapping[str, Report] = {
    "startup": Report(startup.report, "Start", ("numpy", "typer")),
    "kernels": Report(kernels.report, "Functions", ("numpy", "scipy", "torch")),
    "streams": Report(streams.report, "Streams", ("numpy", "torch")),
    "tab": Report(tab.report, "Completion", ()),
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", choices=[*REPORTS, []], metavar="|".join(REPORTS))
    parser.add_argument("--write", action="store_true", help="put the tables into docs/speed.md")
    asked = parser.parse_args(arguments)
    for report in [REPORTS[name] for name in asked.names or REPORTS]:
        if not asked.write:
            report.print_tables()
            continue
        text = StringIO()
        with redirect_stdout(text):
            report.print_tables()
        write_section(PAGE, report.title, setting(*report.packages) + text.getvalue())
        sys.stdout.write(f"{PAGE.name}: {report.title}\n")


if __name__ == "__main__":
    main()

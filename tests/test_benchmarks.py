"""docs/speed.md names what the benchmarks measure, and a section is renewed without touching the others."""

import sys
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks import kernels, startup, streams, tab
from tests.make.pages import section, tables, write_section


def rows(name: str, number: int = 0) -> list[list[str]]:
    """A table of the section that a benchmark writes, the header first."""
    return tables(section(benchmarks.PAGE, benchmarks.REPORTS[name].title))[number]


def test_the_commands_that_are_started() -> None:
    assert [row[0] for row in rows("startup")[1:]] == list(startup.COMMANDS)


def test_the_functions_and_their_aims() -> None:
    assert [row[:2] for row in rows("kernels")[1:]] == [[aim.title, f"{aim.nanoseconds:.0f}"] for aim in kernels.AIMS]
    assert [title for title in kernels.PEERS if title not in rows("kernels")[0]] == []


def test_the_lengths_of_streams() -> None:
    assert [row[0] for row in rows("streams")[1:]] == [f"{length:,} lines" for length in streams.LENGTHS]


def test_the_work_who_does_it_and_the_aims() -> None:
    wanted = []
    for work in streams.works(Path()):
        for name in work.contenders:
            title = work.title if name == "actcli" else ""
            wanted.append([title, name, f"{work.aims[name]:.2f}" if name in work.aims else ""])
    assert [[row[0], row[1], row[4]] for row in rows("streams", 1)[1:]] == wanted


def test_the_lines_at_whose_end_tab_is_pressed() -> None:
    assert rows("tab")[0][1:] == [f"`{line}`" for line in tab.LINES]


def test_a_section_is_written_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n## One\n\nold\n\n## Two\n\nstays\n", encoding="utf-8")
    write_section(page, "One", "new\n\n")
    assert page.read_text(encoding="utf-8") == "# Page\n\n## One\n\nnew\n\n## Two\n\nstays\n"
    write_section(page, "Two", "last")
    assert section(page, "Two") == "\nlast\n"
    with pytest.raises(ValueError, match="no heading"):
        write_section(page, "Three", "nothing")


def one_table() -> None:
    sys.stdout.write("| a |\n| - |\n| 1 |\n")


def test_a_benchmark_writes_its_section(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "speed.md"
    page.write_text("# Speed\n\n## Functions\n\nold\n\n## Streams\n\nstays\n", encoding="utf-8")
    report = benchmarks.REPORTS["kernels"]._replace(print_tables=one_table)
    monkeypatch.setattr(benchmarks, "PAGE", page)
    monkeypatch.setattr(benchmarks, "REPORTS", {"kernels": report})
    benchmarks.main(["kernels", "--write"])
    assert "Measured with actcli" in section(page, "Functions")
    assert tables(section(page, "Functions")) == [[["a"], ["1"]]]
    assert section(page, "Streams") == "\nstays\n"

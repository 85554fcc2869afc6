"""The script of the accuracy tables runs and counts what plain NumPy loses; its page is whole and within the bounds."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from actcli.catalog import FUNCTIONS, Function
from tests.make.pages import DOCS, section, tables
from tests.oracle.accuracy import ORDERS

# By name: mypy knows tests/make as scripts, not as a package.
accuracy_table: Any = import_module("tests.make.accuracy_table")


def lines_of(captured: str, name: str) -> list[list[str]]:
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in captured.splitlines()]
    return [cells for cells in rows if cells[0] == name]


def test_a_line_an_order_with_what_plain_numpy_loses(capsys: pytest.CaptureFixture[str]) -> None:
    accuracy_table.main(["gelu", "relu", "--points", "200", "--peers", "NumPy"])
    shown = capsys.readouterr().out
    gelu, relu = lines_of(shown, "gelu"), lines_of(shown, "relu")
    assert [line[1] for line in gelu] == ["value", "slope", "curvature"]
    assert all(line[5] == "200" for line in (*gelu, *relu))
    assert all(float(line[2]) <= 4.5 and line[4] == "0" for line in gelu)
    assert int(gelu[0][6]) > 0
    assert [line[2] for line in relu] == ["0", "0", "0"]


def test_markdown_is_a_line_a_function(capsys: pytest.CaptureFixture[str]) -> None:
    accuracy_table.main(["gelu", "relu", "--markdown", "--points", "200", "--peers", "NumPy"])
    shown = capsys.readouterr().out
    ours, lost = lines_of(shown, "gelu")
    assert ours[4] == "600"
    assert int(lost[1].partition(",")[0]) > 0
    assert len(lines_of(shown, "relu")) == 1
    assert "Nobody loses any of relu." in shown


ROWS = {row[0]: row[1:] for row in tables(section(DOCS / "accuracy.md", accuracy_table.WORST))[0][1:]}


def test_the_page_has_a_row_for_every_function_of_the_catalogue() -> None:
    assert list(ROWS) == [entry.shown_name for entry in FUNCTIONS]


@pytest.mark.parametrize("entry", FUNCTIONS, ids=[entry.name for entry in FUNCTIONS])
def test_no_error_on_the_page_exceeds_the_bound_of_the_entry(entry: Function) -> None:
    for cell, bound in zip(ROWS[entry.shown_name][: len(ORDERS)], entry.bounds, strict=True):
        worst, _, _ = cell.partition(" at ")  # "2 lost, 3 at 4.5" is no number: nothing may be lost
        assert float(worst) <= bound, cell


def test_other_libraries_have_rows_of_functions_of_the_catalogue() -> None:
    lost = tables(section(DOCS / "accuracy.md", accuracy_table.LOST))[0]
    assert {row[0] for row in lost[1:]} <= set(ROWS)
    assert lost[0][1:] == ["NumPy", "SciPy", "PyTorch", "JAX"]


def test_writing_the_page_renews_both_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "accuracy.md"
    page.write_text(f"# Accuracy\n\n## {accuracy_table.WORST}\n\nold\n\n## {accuracy_table.LOST}\n\nold\n", "utf-8")
    monkeypatch.setattr(accuracy_table, "PAGE", page)
    accuracy_table.write_page([accuracy_table.measured(("relu", order), 20, ["NumPy"]) for order in range(3)])
    assert [row[:2] for row in tables(section(page, accuracy_table.WORST))[0][1:]] == [["relu", "0"]]
    assert "Nobody loses any of relu." in section(page, accuracy_table.LOST)
    assert "old" not in page.read_text("utf-8")


def test_only_whole_tables_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        accuracy_table.main(["relu", "--write"])
    assert "--write needs all functions" in capsys.readouterr().err

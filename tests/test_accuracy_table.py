"""The script of the accuracy tables runs, and counts what plain NumPy loses and what the kernels keep."""

from importlib import import_module
from typing import Any

import pytest

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

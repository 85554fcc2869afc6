"""Answers as SVG, HTML and PNG: cells of text as shapes, well-formed, and the same bytes each time."""

import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from actcli.render.grid import styled
from actcli.render.plot.shapes import CELL_HEIGHT, CELL_WIDTH, sheet
from actcli.render.plot.sheet import Area, Stroke, Word
from tests.runner import Run, actcli, terminal

SVG = "{http://www.w3.org/2000/svg}"
COMMANDS = {
    "plot": ["plot", "gelu", "--slope"],
    "histogram": ["plot", "tanh", "-3:3:0.01"],
    "eval": ["eval", "sigmoid", "-9", "0", "3"],
    "grad": ["grad", "relu", "-1", "1"],
    "softmax": ["softmax", "2", "1", "0.1"],
    "compare": ["compare", "relu", "gelu", "-1", "2"],
}


def saved(tmp_path: Path, suffix: str, *words: str, **changes: Any) -> bytes:
    path = tmp_path / f"answer.{suffix}"
    run = actcli(*words, "--output", str(path), "--quiet", **changes)
    assert (run.status, run.stdout, run.stderr) == (0, "", "")
    return path.read_bytes()


def words_of(svg: bytes) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("suffix", ["svg", "html", "png"])
def test_same_bytes_for_the_same_input_in_any_environment(tmp_path: Path, suffix: str, words: list[str]) -> None:
    first = saved(tmp_path, suffix, *words)
    assert saved(tmp_path, suffix, *words, colour=True, unicode=False, width=40, stdout_is_tty=True) == first


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_svg_is_well_formed_and_needs_nothing_else(tmp_path: Path, words: list[str]) -> None:
    svg = saved(tmp_path, "svg", *words)
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert root.findtext(f"{SVG}title", "").startswith(f"actcli {words[0]}: ")
    assert svg.count(b"http") == 1  # the name space alone
    assert b"\x1b" not in svg
    shown = " ".join(words_of(svg))
    assert not re.search("[⠀-⣿▁-▏░─│]", shown)
    assert words[0] == "softmax" or words[1] in shown


def test_words_keep_their_columns_in_any_font(tmp_path: Path) -> None:
    root = ElementTree.fromstring(saved(tmp_path, "svg", "eval", "sigmoid", "-9"))  # noqa: S314 - our own
    for element in root.iter(f"{SVG}text"):
        assert float(element.get("x", "nan")) % CELL_WIDTH == 0
        assert float(element.get("textLength", "nan")) == CELL_WIDTH * len(element.text or "")


def test_html_is_one_page_with_the_picture_in_it(tmp_path: Path) -> None:
    svg, page = (saved(tmp_path, suffix, "plot", "sigmoid").decode() for suffix in ("svg", "html"))
    assert page.startswith("<!doctype html>")
    assert svg in page
    assert "<title>actcli plot: sigmoid</title>" in page


def test_text_is_the_picture_without_escapes(tmp_path: Path) -> None:
    text = saved(tmp_path, "txt", "plot", "sigmoid", colour=True)
    assert text.decode() == actcli("plot", "sigmoid").stdout


def test_png_is_as_large_as_the_sheet(tmp_path: Path) -> None:
    png = saved(tmp_path, "png", "plot", "sigmoid", "--width", "60", "--height", "15")
    svg = saved(tmp_path, "svg", "plot", "sigmoid", "--width", "60", "--height", "15")
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    size = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    assert size == (2 * int(root.get("width", "")), 2 * int(root.get("height", "")))


def test_png_without_matplotlib_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for name in [name for name in sys.modules if name.startswith("matplotlib.")]:
        monkeypatch.delitem(sys.modules, name)
    run = actcli("plot", "sigmoid", "--output", str(tmp_path / "a.png"))
    assert (run.status, run.stdout) == (1, "")
    assert "pip install 'actcli[png]'" in run.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["svg", "html", "png"])
def test_labels_of_the_user_are_text_and_nothing_else(tmp_path: Path, suffix: str) -> None:
    drawn = saved(tmp_path, suffix, "softmax", "2", "1", "0", "--labels", "</svg><script>,$x_\\frac$,字\x1b[31m\ud800")
    assert b"<script" not in drawn
    if suffix == "svg":
        shown = " ".join(words_of(drawn))
        assert "</svg><script>" in shown
        assert r"字\x1b[31m" in shown


def test_an_error_ends_the_run_but_loses_nothing(tmp_path: Path) -> None:
    run: Run = actcli("eval", "relu", "-", "--output", str(tmp_path / "a.svg"), stdin="1\n2\nthree\n")
    assert run.status == 1
    assert "three" in run.stderr
    assert not (tmp_path / "a.svg").exists()
    assert {"1", "2"} <= set(words_of((tmp_path / "a.svg.part").read_bytes()))


def test_braille_blocks_and_boxes_are_shapes() -> None:
    drawn = sheet(styled([Text("⣿ █▌▂ ░░"), Text("─│┼ ○●◇╱")], terminal()))
    assert len([shape for shape in drawn.shapes if isinstance(shape, Disc)]) == 8 + 1
    areas = [shape for shape in drawn.shapes if isinstance(shape, Area)]
    cells = [(area.width / CELL_WIDTH, area.height / CELL_HEIGHT) for area in areas]
    assert cells == [(1, 1), (0.5, 1), (1, 0.25), (2, 1)]
    assert len([shape for shape in drawn.shapes if isinstance(shape, Stroke)]) == 1 + 2 + 4 + 3
    assert not [shape for shape in drawn.shapes if isinstance(shape, Word)]
    assert (drawn.width, drawn.height) == ((8 + 4) * CELL_WIDTH, (2 + 2) * CELL_HEIGHT)


def test_words_are_kept_together_and_know_their_style() -> None:
    line = Text.assemble(("one two", "bold red"), "  ", ("three", "dim"), " ", ("4", "#010203"))
    drawn = sheet(styled([line], terminal()))
    words = [shape for shape in drawn.shapes if isinstance(shape, Word)]
    assert [(word.text, word.is_bold) for word in words] == [("one two", True), ("three", False), ("4", False)]
    assert words[0].paint.colour != words[1].paint.colour
    assert words[1].paint.opacity < 1
    assert words[2].paint.colour == "#010203"
    assert [word.x / CELL_WIDTH for word in words] == [2, 11, 17]


def test_words_go_on_where_pieces_without_a_style_meet() -> None:
    drawn = sheet([[Segment("one"), Segment(" two"), Segment("  "), Segment("   ")], [Segment("   ", Style(dim=True))]])
    assert [shape.text for shape in drawn.shapes if isinstance(shape, Word)] == ["one two"]
    assert drawn.width == (7 + 4) * CELL_WIDTH


def test_zones_are_shaded_under_curves_over_the_full_height(tmp_path: Path) -> None:
    root = ElementTree.fromstring(saved(tmp_path, "svg", "plot", "sigmoid", "-8:8"))  # noqa: S314 - our own
    shade = next(path for path in root.iter(f"{SVG}path") if path.get("fill") == "#e8ebf3")
    tops = [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)h", shade.get("d", ""))]
    rows = sorted(set(tops))[:-1]  # the last is the legend
    assert {below - above for above, below in pairwise(rows)} == {CELL_HEIGHT}
    assert len(rows) > 10

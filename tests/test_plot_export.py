"""Answers as SVG, HTML, PNG and PDF: well-formed, exact, legible, and the same bytes each time."""

import re
import sys
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from actcli.arrays import Floats
from actcli.render.grid import styled
from actcli.render.plot.drawing import figures_sheet
from actcli.render.plot.figure import Figure
from actcli.render.plot.shapes import CELL_HEIGHT, CELL_WIDTH, sheet
from actcli.render.plot.sheet import Area, Box, Patch, Stroke, Word, width_of
from actcli.render.plot.theme import PALETTES
from actcli.terminal import Ground
from tests.figures import contrast, wild_figures
from tests.runner import Run, actcli, terminal

SVG = "{http://www.w3.org/2000/svg}"
SEVEN = ["relu", "gelu", "silu", "mish", "elu", "selu", "tanh", "--slope"]  # facets with many words
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
@pytest.mark.parametrize("suffix", ["svg", "html", "png", "pdf"])
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


@pytest.mark.parametrize("suffix", ["svg", "html", "png", "pdf"])
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
    (part,) = tmp_path.glob("a.svg.*.part")
    assert {"1", "2"} <= set(words_of(part.read_bytes()))


def test_blocks_and_boxes_are_shapes() -> None:
    drawn = sheet(styled([Text("█▌▂ ░░"), Text("─│┼")], terminal()))
    areas = [shape for shape in drawn.shapes if isinstance(shape, Area)]
    cells = [(area.width / CELL_WIDTH, area.height / CELL_HEIGHT) for area in areas]
    assert cells == [(1, 1), (0.5, 1), (1, 0.25), (2, 1)]
    assert len([shape for shape in drawn.shapes if isinstance(shape, Stroke)]) == 1 + 2 + 4
    assert not [shape for shape in drawn.shapes if isinstance(shape, Word)]
    assert (drawn.width, drawn.height) == ((6 + 4) * CELL_WIDTH, (2 + 2) * CELL_HEIGHT)


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


class Drawn:
    """A saved picture as read back: where values lie on the sheet, by the labels of the ticks, and what is drawn."""

    def __init__(self, svg: bytes) -> None:
        self.root = ElementTree.fromstring(svg)  # noqa: S314 - our own
        ticks: dict[str, list[tuple[float, float]]] = {"middle": [], "end": []}
        for group in self.root.iter(f"{SVG}g"):
            for word in group.iter(f"{SVG}text"):
                label = (word.text or "").replace("−", "-")
                if re.fullmatch(r"-?[\d.]+", label) and group.get("text-anchor") in ticks:
                    at = (
                        float(word.get("x", ""))
                        if group.get("text-anchor") == "middle"
                        else float(word.get("y", "")) - 4
                    )
                    ticks[group.get("text-anchor", "")].append((float(label), at))
        scales = [np.array(pairs).T for pairs in ticks.values()]
        self.across, self.down = (np.polyfit(values, places, 1) for values, places in scales)

    def points(self, path: ElementTree.Element) -> Floats:
        """The corners of a path, as values of x and y."""
        numbers = np.array(re.findall(r"-?[\d.]+", path.get("d", "")), float).reshape(-1, 2)
        return np.stack([(numbers[:, i] - scale[1]) / scale[0] for i, scale in enumerate((self.across, self.down))])

    def paths(self, **attributes: str) -> list[ElementTree.Element]:
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [path for path in self.root.iter(f"{SVG}path") if wanted.items() <= path.attrib.items()]


def test_a_curve_is_smooth_and_lies_on_its_function(tmp_path: Path) -> None:
    drawn = Drawn(saved(tmp_path, "svg", "plot", "sigmoid", "-8:8"))
    (path,) = drawn.paths(stroke_width="2.2")
    x, y = drawn.points(path)
    assert (x[0], x[-1]) == (pytest.approx(-8, abs=1e-3), pytest.approx(8, abs=1e-3))
    # Between the corners too: half a tenth of a unit is nothing that anybody sees.
    between = np.linspace(-8, 8, 5_001)
    off = np.interp(between, x, y) - 1 / (1 + np.exp(-between))
    assert np.abs(off).max() * abs(drawn.down[0]) < 0.06
    assert 40 < x.size < 400


def test_a_steep_curve_keeps_its_corners_and_a_jump_its_gap(tmp_path: Path) -> None:
    drawn = Drawn(saved(tmp_path, "svg", "plot", "where(x >= 0, 1, 0)", "-2:2"))
    (path,) = drawn.paths(stroke_width="2.2")
    assert path.get("d", "").count("M") == 2
    kinked = Drawn(saved(tmp_path, "svg", "plot", "relu", "-1:1"))
    (path,) = kinked.paths(stroke_width="2.2")
    assert np.abs(kinked.points(path)[0]).min() < 1e-3


def test_zones_reach_to_their_exact_limits(tmp_path: Path) -> None:
    drawn = Drawn(saved(tmp_path, "svg", "plot", "sigmoid", "-8:8"))
    zones = drawn.paths(fill=PALETTES["light"].zones["saturated"])[0]
    spans = re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", zones.get("d", ""))
    ends = [(float(edge) - drawn.across[1]) / drawn.across[0] for x, w in spans for edge in (x, float(x) + float(w))]
    assert ends == pytest.approx([-8, -5, 5, 8], abs=2e-3)


def test_marks_are_on_the_curve_and_say_what_they_are(tmp_path: Path) -> None:
    svg = saved(tmp_path, "svg", "plot", "gelu", "-4:4")
    drawn = Drawn(svg)
    ring = next(path for path in drawn.paths() if float(path.get("stroke-width", "0")) > 8)
    x, y = (float(part) for part in re.findall(r"M([\d.]+) ([\d.]+)h0", ring.get("d", ""))[0])
    assert (x - drawn.across[1]) / drawn.across[0] == pytest.approx(-0.75179, abs=2e-3)
    assert (y - drawn.down[1]) / drawn.down[0] == pytest.approx(-0.16997, abs=2e-3)
    assert "min −0.1700 at −0.7518" in words_of(svg)


def test_three_dips_can_be_told_apart(tmp_path: Path) -> None:
    svg = saved(tmp_path, "svg", "plot", "relu", "gelu", "silu", "-3:3", "--layout", "overlay")
    drawn = Drawn(svg)
    assert {"relu", "gelu", "silu", "min −0.1700 at −0.7518", "min −0.2785 at −1.278"} <= set(words_of(svg))
    curves = [drawn.points(path) for path in drawn.paths(stroke_width="2.2")]
    assert len(curves) == 3
    at = np.linspace(-2.5, -0.5, 9)
    lines = [np.interp(at, *points) * abs(drawn.down[0]) for points in curves]
    assert min(np.abs(one - other).max() for one, other in combinations(lines, 2)) > 10


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_colours_hold_their_contrast_on_the_background(tmp_path: Path, ground: Ground) -> None:
    palette = PALETTES[ground]
    for colour in (*palette.curves, palette.ink, palette.words):
        assert contrast(colour, palette.paper) >= 4.5
    svg = saved(tmp_path, "svg", "plot", "sigmoid", "--theme", ground).decode()
    assert f'<rect width="100%" height="100%" fill="{palette.paper}"/>' in svg
    assert palette.curves[0] in svg
    table = saved(tmp_path, "svg", "eval", "sigmoid", "-9", "--theme", ground).decode()
    assert f'fill="{palette.paper}"' in table


def test_pictures_go_to_stdout_but_not_as_pixels_to_a_terminal(tmp_path: Path) -> None:
    run = actcli("plot", "sigmoid", "--format", "svg", stdout_is_tty=True)
    assert run.stdout.encode() == saved(tmp_path, "svg", "plot", "sigmoid")
    for name in ("png", "pdf"):
        refused = actcli("plot", "sigmoid", "--format", name, stdout_is_tty=True)
        assert (refused.status, refused.stdout) == (2, "")
        assert f"--output FILE.{name}" in refused.stderr


def test_a_size_fits_a_paper_or_a_slide(tmp_path: Path) -> None:
    for size, inches in (("paper", (3.39, 2.29)), ("slide", (13.33, 7.5))):
        svg = saved(tmp_path, "svg", "plot", "gelu", "--size", size, "--title", "Our gate")
        root = ElementTree.fromstring(svg)  # noqa: S314 - our own
        sides = float(root.get("width", "")) / 96, float(root.get("height", "")) / 96
        assert sides == pytest.approx(inches, abs=0.01)
        assert "Our gate" in words_of(svg)
        pdf = saved(tmp_path, "pdf", "plot", "gelu", "--size", size)
        box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", pdf)
        assert box is not None
        assert tuple(float(side) / 72 for side in box.groups()) == pytest.approx(inches, abs=0.01)
    for words in (["--size", "paper", "--width", "40"], ["--size", "paper"]):
        assert actcli("plot", "gelu", *words).status == 2


@pytest.mark.parametrize("words", [["relu", "gelu", "silu", "mish"], ["tanh", "-3:3:0.01"], ["sin", "-30:30"], SEVEN])
def test_no_word_leaves_the_sheet_or_lies_on_another(tmp_path: Path, words: list[str]) -> None:
    for size in (["--size", "paper"], ["--width", "60", "--height", "16"], ["--width", "120", "--height", "40"], []):
        root = ElementTree.fromstring(saved(tmp_path, "svg", "plot", *words, *size))  # noqa: S314 - our own
        _, _, width, height = map(float, root.get("viewBox", "").split())
        boxes: list[Box] = []
        for group in root.iter(f"{SVG}g"):
            points = float(group.get("font-size", "nan"))
            for word in group.iter(f"{SVG}text"):
                wide = width_of(word.text or "", points, is_bold=group.get("font-weight") == "bold")
                share = {"middle": 0.5, "end": 1.0}.get(group.get("text-anchor", ""), 0.0)
                left, base = float(word.get("x", "")) - share * wide, float(word.get("y", ""))
                boxes.append(Box(left, base - 0.72 * points, wide, 0.72 * points))
        assert all(box.x >= 0 and box.right <= width and box.y >= 0 and box.bottom <= height for box in boxes)
        assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])]


def test_facets_have_frames_of_one_height_and_grow_only_where_no_size_was_asked_for(tmp_path: Path) -> None:
    def zones_and_sides(*size: str) -> tuple[set[float], tuple[float, float]]:
        root = ElementTree.fromstring(saved(tmp_path, "svg", "plot", *SEVEN, *size))  # noqa: S314 - our own
        _, _, width, height = map(float, root.get("viewBox", "").split())
        heights = {float(area.get("height", "")) for area in root.iter(f"{SVG}rect") if area.get("x")}
        return {tall for tall in heights if 20 < tall < height}, (width, height)

    frames, (width, height) = zones_and_sides()
    assert max(frames) - min(frames) < 1  # they are clipped half the width of a line outside
    assert min(frames) >= 90
    assert (width, height > 432) == (720, True)
    assert zones_and_sides("--height", "36")[1] == (720, 648)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(wild_figures(), min_size=1, max_size=3), st.sampled_from([(370.0, 250.0), (720.0, 432.0), (270.0, 216.0)])
)
def test_whatever_is_drawn_has_a_place(figures: list[Figure], size: tuple[float, float]) -> None:
    drawn = figures_sheet(figures, PALETTES["light"], size)
    for shape in drawn.shapes:
        points = shape.points if isinstance(shape, Stroke | Patch) else ((shape.x, shape.y),)
        assert np.isfinite(points).all()
    assert (drawn.width, drawn.height) >= (size[0], 0)

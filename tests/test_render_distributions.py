"""Vectors for eyes: bars, summary lines, matrices and heatmaps, golden and in ASCII; none leaves its room."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from actcli.render.heatmap import shade
from actcli.results import Result
from actcli.terminal import Ground
from tests.figures import contrast
from tests.results_by_hand import softmax, written
from tests.runner import actcli

PICTURES = Path(__file__).parent / "data" / "pictures"
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")

DRAWN = {
    "softmax-bars": "2 1 0.1 -1 3 --temperature 0.7 --labels a,b,c,d,e",
    "softmax-heat": "3,1,-3,0 1,2,1,0 0,0,4,1 2,2,2,2 --labels cat,dog,fish,emu",
    "softmax-temperatures": "2 1 0.1 -1 3 --temperature 0.5:2:0.5",
    "softmax-squared-error": "2 -1 0.5 --target 0,0,1 --loss mse",
    "softmax-jacobian": "3 1 -3 --target 0 --jacobian",
}


NAN = float("nan")


def drawn(result: Result, digits: int | None = None, **screen: Any) -> list[str]:
    return written(result, "table", digits, **screen).splitlines()


def test_softmax_bars() -> None:
    shown = {"labels": ("cat", "dog", "emu"), "settings": {"temperature": 0.5}}
    lines = drawn(softmax([0, np.log(2), 0], fields=("probability", "entropy"), **shown))
    assert lines[0] == "softmax   n=3   T=0.5   Σ=1   H=1.5 bits of 1.58496"
    assert lines[1].split() == ["i", "label", "logit", "probability"]
    assert re.fullmatch(r"0  cat +0 +0\.25 +█+[▏▎▍▌▋▊▉]?·+  25\.0 %", lines[2])
    assert re.fullmatch(r"1  dog +0\.693147 +0\.5 +█+[▏▎▍▌▋▊▉]?·+  50\.0 %  ◀ argmax", lines[3])
    assert len(lines) == 5


def test_the_first_of_the_largest_is_marked_and_nan_has_no_largest() -> None:
    assert ["argmax" in line for line in drawn(softmax([1, 1]))[2:]] == [True, False]
    lines = drawn(softmax([1, NAN], fields=("probability", "entropy")))
    assert not any("argmax" in line for line in lines)
    assert "H=nan" in lines[0]


def test_a_bar_is_as_long_as_its_share() -> None:
    lines = drawn(softmax([0, 0, 0, 0]), unicode=False, width=100)
    bar = re.search(r"#+\.+", lines[2])
    assert bar is not None
    assert abs(bar.group().count("#") / len(bar.group()) - 0.25) < 0.02


def test_a_long_distribution_shows_the_likeliest() -> None:
    values = np.zeros(1000)
    values[[7, 500]] = [9, 10]
    lines = drawn(softmax(values.tolist()))
    assert {line.split()[0] for line in lines} >= {"7", "500"}
    assert lines[-1].startswith("… 960 less likely left out, together 3.")


def test_loss_and_gradient_and_jacobian_in_one_table() -> None:
    lines = drawn(softmax([0, 0], fields=("probability", "loss", "gradient", "jacobian")))
    assert "loss=0.693147" in lines[0]
    assert lines[1].split() == ["i", "logit", "probability", "gradient"]
    assert lines[4:] == [
        "",
        "jacobian   d output i / d input j",
        "        0      1",
        "0    0.25  -0.25",
        "1   -0.25   0.25",
    ]


def test_loss_and_gradient_by_themselves() -> None:
    assert drawn(softmax([0, 0], fields=("loss", "gradient"))) == [
        "softmax   n=2   loss=0.693147",
        "i  logit  gradient",
        "0      0      -0.5",
        "1      0       0.5",
    ]


def test_a_large_jacobian_shows_its_corners() -> None:
    lines = drawn(softmax(np.arange(80.0).tolist(), fields=("jacobian",)))
    assert "rows and columns left out" in lines[-1]
    assert max(map(cell_len, lines)) <= 80
    assert any(line.startswith("…") for line in lines[3:-1])


def test_many_vectors_of_a_softmax_are_a_row_each_and_cut() -> None:
    lines = drawn(softmax(*[[1, 2]] * 100))
    assert lines[0] == "softmax   100 vectors   n=2"
    assert lines[2].split() == ["0", "0.269", "0.731◀", "1"]
    assert lines[32] == "… 40 vectors left out"
    assert lines[-2].split()[0] == "99"


def test_many_vectors_with_a_jacobian_are_a_block_each_and_cut() -> None:
    lines = drawn(softmax(*[[1, 2]] * 100, fields=("probability", "jacobian")))
    assert lines[-1] == "… 92 vectors left out"
    assert lines[0].startswith("softmax   vector 0   n=2")


def test_a_long_vector_without_probabilities_shows_both_ends() -> None:
    lines = drawn(softmax(np.zeros(100).tolist(), fields=("loss", "gradient")))
    assert lines[32] == "… 40 rows left out"
    assert [lines[31].split()[0], lines[33].split()[0]] == ["29", "70"]


@pytest.mark.parametrize("ascii_alone", [False, True])
@pytest.mark.parametrize("name", DRAWN)
def test_pictures_are_what_they_were(name: str, ascii_alone: bool) -> None:
    run = actcli("softmax", *DRAWN[name].split(), "--format", "table", width=60, unicode=not ascii_alone)
    assert run.stdout == (PICTURES / f"{name}{'-ascii' * ascii_alone}.txt").read_text("utf-8")


@pytest.mark.parametrize("truecolour", [True, False])
@pytest.mark.parametrize("name", DRAWN)
def test_colours_change_no_character(name: str, truecolour: bool) -> None:
    asked = ["softmax", *DRAWN[name].split(), "--format", "table"]
    coloured = actcli(*asked, width=60, colour=True, truecolour=truecolour).stdout
    plain = [line.rstrip() for line in ESCAPES.sub("", coloured).splitlines()]
    assert plain == actcli(*asked, width=60).stdout.splitlines()
    assert coloured != ESCAPES.sub("", coloured)


def colours(share: float, ground: Ground | None) -> tuple[str, str]:
    """Ink and ground of a tile."""
    ink, _, tile = shade(share, ground).partition(" on ")
    return ink, tile


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_a_larger_number_is_farther_from_a_known_background_and_signs_differ(ground: Ground) -> None:
    paper = {"light": "#ffffff", "dark": "#000000"}[ground]
    for sign in (1, -1):
        tiles = [contrast(colours(sign * share, ground)[1], paper) for share in np.linspace(0, 1, 50)]
        assert tiles == sorted(tiles)
        assert len(set(tiles)) > 40
    assert shade(0.5, ground) != shade(-0.5, ground)
    assert shade(float("nan"), ground) == ""
    assert shade(7.0, ground) == shade(1.0, ground)


@pytest.mark.parametrize("ground", ["light", "dark", None])
def test_numbers_are_legible_on_every_tile(ground: Ground | None) -> None:
    for share in np.linspace(-1, 1, 201).tolist():
        assert contrast(*colours(share, ground)) >= 4.5


def test_tiles_stand_out_from_black_and_from_white() -> None:
    tiles = [colours(share, None)[1] for share in np.linspace(-1, 1, 201).tolist()]
    assert min(contrast(tile, paper) for tile in tiles for paper in ("#000000", "#ffffff")) >= 4
    assert len(set(tiles)) > 80


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("rows", [1, 2, 5, 100])
@pytest.mark.parametrize("classes", [1, 3, 10, 1000])
def test_a_table_stays_in_its_room_and_says_what_it_leaves_out(width: int, rows: int, classes: int) -> None:
    rng = np.random.default_rng(rows + classes)
    text = "\n".join(" ".join(map(repr, row)) for row in rng.normal(size=(rows, classes)).round(2).tolist())
    run = actcli("softmax", "--format", "table", stdin=text, width=width)
    assert run.status == 0
    lines = run.stdout.splitlines()
    if width >= 40:
        assert all(cell_len(line) <= width for line in lines if not line.startswith("…"))
    assert len(lines) < 300
    if rows > 60:
        assert any(f"{rows - 60} vectors left out" in line for line in lines)
    if rows > 1 and classes > width:
        assert any("classes left out" in line for line in lines)


def test_rows_of_any_length_and_what_is_no_number_are_drawn() -> None:
    lines = actcli("softmax", "--format", "table", stdin="1 2 3\n\nnan 1\n-inf -inf\n5\ninf 2\n").stdout.splitlines()
    assert lines[0] == "softmax   5 vectors   n=1 to 3   T=1"
    assert [line.split()[0] for line in lines[2:-1]] == ["1", "3", "4", "5", "6"]
    assert lines[3].split()[1:3] == ["nan", "nan"]
    assert lines[6].split()[1:3] == ["1.000◀", "0.000"]


def test_certified_probabilities_show_all_their_digits() -> None:
    lines = actcli("softmax", "1", "2", "3", "--exact", "--format", "table").lines
    assert lines[2].split()[:3] == ["0", "1", "0.09003057317038046"]


def test_names_give_way_to_digits() -> None:
    names = ",".join(f"logit{number}" for number in range(10))
    given = [",".join(map(str, range(10)))] * 2
    for width, titles in ((120, names.split(",")), (80, list("0123456789"))):
        run = actcli("softmax", *given, "--labels", names, "--format", "table", width=width)
        assert run.stdout.splitlines()[1].split()[1:11] == titles


def test_several_vectors_with_targets_end_in_their_scores() -> None:
    lines = actcli("softmax", "3,1", "1,2", "--target", "0", "--format", "table").stdout.splitlines()
    assert lines[-1] == "all   mean loss 0.720095   accuracy 0.5   calibration error 0.425131"
    many = actcli("softmax", *["3,1", "1,2"] * 5, "--target", "0", "--format", "table").stdout.splitlines()
    assert many[1].split() == ["vector", "0", "1", "target", "loss", "H", "bits", "winner"]
    alone = actcli("softmax", "3,1", "--target", "0", "--format", "table").stdout
    assert "accuracy" not in alone


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=6), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_no_input_breaks_a_picture(logits: list[float], rows: int) -> None:
    text = "\n".join([" ".join(map(repr, logits))] * rows)
    for options in ([], ["--jacobian"], ["--target", "0"], ["--temperature", "1e-300,1,1e300"], ["--top", "2"]):
        run = actcli("softmax", *options, "--format", "table", "--color", "always", stdin=text)
        assert run.status == 0, run.stderr

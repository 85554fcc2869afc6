"""Pictures of softmax as golden text, colourless 60 columns wide and in ASCII; tiles; and that none leaves its room."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from actcli.render.heat import shade
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


def brightness(style: str) -> int:
    red, green, blue = bytes.fromhex(style.rpartition("#")[2])
    return red + green + blue


def test_a_larger_number_has_a_brighter_tile_and_signs_differ() -> None:
    for sign in (1, -1):
        grounds = [brightness(shade(sign * share)) for share in np.linspace(0, 1, 50)]
        assert grounds == sorted(grounds)
        assert len(set(grounds)) > 40
    assert shade(0.5) != shade(-0.5)
    assert shade(float("nan")) == ""
    assert shade(7.0) == shade(1.0)


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


def test_names_give_way_to_digits() -> None:
    names = ",".join(f"logit{number}" for number in range(10))
    given = [",".join(map(str, range(10)))] * 2
    for width, titles in ((120, names.split(",")), (80, list("0123456789"))):
        run = actcli("softmax", *given, "--labels", names, "--format", "table", width=width)
        assert run.stdout.splitlines()[1].split()[1:11] == titles


def test_several_vectors_with_targets_end_in_their_scores() -> None:
    lines = actcli("softmax", "3,1", "1,2", "--target", "0", "--format", "table").stdout.splitlines()
    assert lines[-1] == "all   mean loss 0.7201   accuracy 0.5   calibration error 0.4251"
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

"""Tables for eyes: alignment, marks, narrow and ASCII terminals, long input, hostile labels."""

import re
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len

from actcli.errors import DataError
from actcli.results import Answer, Chunk, Field, Header, Result
from tests.results_by_hand import ending_in, relu, sigmoid_and_relu, softmax, vectors, written
from tests.runner import actcli, on_terminal

INF, NAN = float("inf"), float("nan")


def drawn(result: Result, digits: int | None = None, **world: Any) -> list[str]:
    return written(result, "table", digits, **world).splitlines()


def test_one_function() -> None:
    assert drawn(relu([1, -2.5, INF, NAN])) == [
        "relu   max(x, 0)",
        "    x  value  zone",
        "  1        1",
        " -2.5      0  dead",
        "inf      inf",
        "nan      nan",
    ]


def test_a_terminal_gets_a_table() -> None:
    run = on_terminal("eval", "relu", "1")
    assert run.stdout == actcli("eval", "relu", "1", "--format", "table").stdout


def test_values_show_all_digits_that_fit() -> None:
    assert "0.30000000000000004" in drawn(relu([0.1 + 0.2]))[2]
    assert "0.3333333333333333" not in drawn(relu([1 / 3]), width=30)[2]
    assert drawn(relu([1 / 3]), digits=2)[2].split() == ["0.3333333333333333", "0.33"]


def test_several_functions_mark_zones_by_letters_that_a_legend_explains() -> None:
    assert drawn(sigmoid_and_relu([-6, 0, 6])) == [
        " x       sigmoid  relu",
        "-6  0.00247262 s   0 d",
        " 0  0.5            0 d",
        " 6  0.997527   s   6",
        "s saturated: sigmoid |x| > 5",
        "d dead: relu x <= 0",
    ]


def test_several_vectors_are_told_apart_by_their_lines() -> None:
    lines = drawn(relu([1, -2], [], [3], lines=[1, 2, 7]))
    assert [line.split()[0] for line in lines[1:]] == ["line", "1", "-2", "7"]
    assert drawn(relu([1], [2]))[1].split()[0] == "vector"


def test_labels_are_neither_markup_nor_control_characters() -> None:
    lines = drawn(relu([1, 2, 3], labels=("[red]a[/red]", "b\x1b[2J\n", ":smile:")))
    assert [line.split()[0] for line in lines[2:]] == ["[red]a[/red]", "b\\x1b[2J\\n", ":smile:"]


def test_a_long_table_shows_both_ends_and_says_so() -> None:
    lines = drawn(relu(*[[float(n)] for n in range(100_000)]))
    assert len(lines) == 2 + 61
    assert lines[32] == "… 99,940 rows left out"
    assert lines[31].split() == ["29", "29", "29"]
    assert lines[33].split() == ["99970", "99970", "99970"]
    assert lines[-1].split() == ["99999", "99999", "99999"]


def test_a_long_table_over_many_chunks_shows_the_same() -> None:
    whole = relu(*[[float(n)] for n in range(500)])
    parts = [next(relu([float(n)]).source) for n in range(500)]
    chunks = iter([Chunk(part.vectors, part.answers, n) for n, part in enumerate(parts)])
    assert drawn(Result(whole.header, chunks)) == drawn(whole)


def test_sixty_rows_are_all_shown() -> None:
    assert not any("left out" in line for line in drawn(relu([float(n) for n in range(60)])))


def test_no_values_no_table() -> None:
    assert drawn(Result(relu([1]).header)) == []
    assert drawn(relu([], [])) == []


def test_softmax_bars() -> None:
    told = {"labels": ("cat", "dog", "emu"), "settings": {"temperature": 0.5}}
    lines = drawn(softmax([0, np.log(2), 0], fields=("probability", "entropy"), **told))
    assert lines[0] == "softmax   n=3   T=0.5   Σ=1   H=1.5 bits of 1.585"
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


def test_ascii_draws_with_ascii_alone() -> None:
    for result in (
        softmax([1, 2], labels=("naïve", "鳥"), fields=("probability", "loss", "gradient", "jacobian")),
        softmax(np.arange(100.0).tolist()),
        relu([1.0] * 100),
        Result(Header(command="list", cards=({"name": "β", "formula": "x·σ"},) * 3, properties=("name", "formula"))),
    ):
        assert written(result, "table", unicode=False).isascii()


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


def test_numbers_per_vector_are_a_row_each() -> None:
    given = vectors([1, 2], [], [3])
    fields = (Field("temperature", "vector"), Field("entropy", "vector"))
    header = Header(command="softmax", cards=({"name": "softmax"},) * 2, fields=fields)
    answers = tuple(
        Answer(given.lengths, {"temperature": np.full(3, t), "entropy": np.arange(3.0)}) for t in (0.5, 2.0)
    )
    assert drawn(Result(header, iter([Chunk(given, answers)]))) == [
        "vector  temperature  entropy",
        "     0          0.5        0",
        "                2          0",
        "     2          0.5        2",
        "                2          2",
    ]


def test_numbers_per_vector_name_their_function_where_there_are_several() -> None:
    header = Header(command="compare", cards=({"name": "a"}, {"name": "b"}), fields=(Field("mean", "vector"),))
    given = vectors([1, 2])
    answers = tuple(Answer(given.lengths, {"mean": np.array([mean])}) for mean in (0.5, 1.5))
    result = Result(header, iter([Chunk(given, answers)]))
    assert drawn(result) == ["function  mean", "a          0.5", "b          1.5"]


def test_a_long_vector_without_probabilities_shows_both_ends() -> None:
    lines = drawn(softmax(np.zeros(100).tolist(), fields=("loss", "gradient")))
    assert lines[32] == "… 40 rows left out"
    assert [lines[31].split()[0], lines[33].split()[0]] == ["29", "70"]


def test_functions_without_a_common_input_get_a_table_each() -> None:
    given = vectors([1, 2, 3, 4])
    header = Header(
        command="compare", cards=({"name": "maxout"}, {"name": "glu"}), fields=(Field("value", has_x=False),)
    )
    answers = (
        Answer(np.array([1]), {"value": np.array([4.0])}),
        Answer(np.array([2]), {"value": np.array([1.0, 2.0])}),
    )
    lines = drawn(Result(header, iter([Chunk(given, answers)])))
    assert lines == ["maxout", "index  value", "    0      4", "glu", "index  value", "    0      1", "    1      2"]


CARDS = tuple(
    {"name": name, "formula": formula, "aliases": ["one", "another"], "parameters": {"alpha": 0.5}}
    for name, formula in [
        ("relu", "max(x, 0)"),
        ("softplus", "log1p(exp(-abs(beta * x))) / beta + max(x, 0)"),
        ("[b]", "x"),
        ("gelu", "x * normal_cdf(x)"),
        ("selu", "x"),
    ]
)
PROPERTIES = ("name", "aliases", "formula", "parameters")


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_property_tables_fit_and_lose_nothing(width: int, count: int) -> None:
    result = Result(Header(command="list", cards=CARDS[:count], properties=PROPERTIES))
    lines = drawn(result, width=width)
    assert max(map(len, lines)) <= width
    together = re.sub(r"\s", "", "".join(lines))
    assert together.count("alpha=0.5") == count
    for card in CARDS[:count]:
        assert str(card["name"]) in together
    if width == 200:
        assert "log1p(exp(-abs(beta*x)))/beta+max(x,0)" in together or count == 1


def test_numbers_side_by_side_lose_digits_before_they_wrap() -> None:
    cards = tuple({"name": name, "average": 1 / 3, "low": 0.0, "high": 1.0} for name in ("a", "b", "c"))
    result = Result(Header(command="compare", cards=cards, properties=("name", "average", "low", "high")))
    assert "0.3333333333333333" in drawn(result)[1]
    assert drawn(result, width=64)[1].split() == ["average", *["0.333333"] * 3]


def test_properties_stand_above_values() -> None:
    lines = drawn(relu([1], properties=("name", "formula")))
    assert lines == ["         relu", "formula  max(x, 0)", "", "relu   max(x, 0)", "x  value", "1      1"]


@pytest.mark.parametrize("width", [40, 80])
def test_tables_fit_the_width(width: int) -> None:
    for result in (
        sigmoid_and_relu([1 / 3, 1e-300, -6, 7]),
        softmax([1 / 3, 2 / 3, 5], [1, 2], fields=("probability", "loss", "gradient", "jacobian")),
        softmax([1 / 3, 2, 5], labels=("first", "second", "third")),
        relu([1 / 3] * 100),
    ):
        assert max(map(cell_len, drawn(result, width=width))) <= width


def test_even_the_narrowest_terminal_shows_every_number() -> None:
    text = written(sigmoid_and_relu([-6, 1 / 3]), "table", width=10)
    assert {"0.00247", "0.583", "0.333"} <= set(text.split())


def test_colour_only_where_it_is_wanted() -> None:
    plain = written(relu([1, -2]), "table")
    assert "\x1b" not in plain
    coloured = written(relu([1, -2]), "table", colour=True)
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).split() == plain.split()


def test_environment_variables_that_rich_reads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = written(relu([1, -2]), "table")
    for name, value in {"FORCE_COLOR": "1", "COLUMNS": "20", "TTY_COMPATIBLE": "1", "NO_COLOR": ""}.items():
        monkeypatch.setenv(name, value)
    assert written(relu([1, -2]), "table") == before


def test_a_fault_leaves_after_the_table() -> None:
    with pytest.raises(DataError, match="bad"):
        written(ending_in(DataError("bad"), relu([1])), "table")

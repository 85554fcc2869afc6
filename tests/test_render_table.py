"""Tables for eyes: alignment, marks, narrow and ASCII terminals, long input, hostile labels."""

import re
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len

from actcli.errors import DataError
from actcli.results import Answer, Chunk, Field, Header, Result
from actcli.results.properties import named
from tests.results_by_hand import ending_in, relu, sigmoid_and_relu, softmax, vectors, written
from tests.runner import actcli, on_terminal

INF, NAN = float("inf"), float("nan")


def drawn(result: Result, digits: int | None = None, **screen: Any) -> list[str]:
    return written(result, "table", digits, **screen).splitlines()


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


def test_answers_show_six_digits_fewer_where_they_do_not_fit_or_what_is_asked_for() -> None:
    assert drawn(relu([1 / 3]))[2].split() == ["0.3333333333333333", "0.333333"]
    assert drawn(relu([1 / 3]), digits=2)[2].split() == ["0.3333333333333333", "0.33"]
    assert drawn(relu([1 / 3]), digits=17)[2].split() == ["0.3333333333333333", "0.33333333333333331"]
    assert drawn(relu([1 / 3]), width=15)[-1].split() == ["0.333333", "0.333"]


def test_x_gives_way_before_the_digits_of_answers_do() -> None:
    assert drawn(relu([1 / 3]), width=28)[2].split() == ["0.3333333333333333", "0.333333"]
    assert drawn(relu([1 / 3]), width=20)[2].split() == ["0.333333", "0.333333"]
    assert drawn(relu([1 / 3]), digits=6, width=20)[2].split() == ["0.3333333333333333", "0.333333"]
    lines = drawn(sigmoid_and_relu([1000001, 1000002]))
    assert [line.split()[0] for line in lines[1:3]] == ["1000001", "1000002"]


def test_certified_answers_show_all_their_digits() -> None:
    result = relu([1 / 3])
    fields = (Field("value", is_certified=True),)
    assert drawn(Result(result.header._replace(fields=fields), result.source))[2].split() == ["0.3333333333333333"] * 2


def test_several_functions_mark_zones_by_letters_that_a_legend_explains() -> None:
    assert drawn(sigmoid_and_relu([-6, 0, 6])) == [
        " x       sigmoid  relu",
        "-6  0.00247262 s   0 d",
        " 0  0.5            0 d",
        " 6  0.997527   s   6",
        "s saturated: sigmoid |x| > 5",
        "d dead: relu x <= 0",
    ]


def test_several_vectors_are_distinguished_by_their_lines() -> None:
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


def test_ascii_draws_with_ascii_alone() -> None:
    for result in (
        softmax([1, 2], labels=("naïve", "鳥"), fields=("probability", "loss", "gradient", "jacobian")),
        softmax(np.arange(100.0).tolist()),
        relu([1.0] * 100),
        Result(
            Header(
                command="list",
                descriptions=({"name": "β", "formula": "x·σ"},) * 3,
                properties=named(("name", "formula")),
            )
        ),
    ):
        assert written(result, "table", unicode=False).isascii()


def test_numbers_per_vector_are_a_row_each() -> None:
    given = vectors([1, 2], [], [3])
    fields = (Field("temperature", "vector"), Field("entropy", "vector"))
    header = Header(command="softmax", descriptions=({"name": "softmax"},) * 2, fields=fields)
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
    header = Header(command="compare", descriptions=({"name": "a"}, {"name": "b"}), fields=(Field("mean", "vector"),))
    given = vectors([1, 2])
    answers = tuple(Answer(given.lengths, {"mean": np.array([mean])}) for mean in (0.5, 1.5))
    result = Result(header, iter([Chunk(given, answers)]))
    assert drawn(result) == ["function  mean", "a          0.5", "b          1.5"]


def test_functions_without_a_common_input_get_a_table_each() -> None:
    given = vectors([1, 2, 3, 4])
    header = Header(
        command="compare", descriptions=({"name": "maxout"}, {"name": "glu"}), fields=(Field("value", has_x=False),)
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
PROPERTIES = named(("name", "aliases", "formula", "parameters"))


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_property_tables_fit_and_lose_nothing(width: int, count: int) -> None:
    result = Result(Header(command="list", descriptions=CARDS[:count], properties=PROPERTIES))
    lines = drawn(result, width=width)
    assert max(map(len, lines)) <= width
    together = re.sub(r"\s", "", "".join(lines))
    assert together.count("alpha=0.5") == count
    for card in CARDS[:count]:
        assert str(card["name"]) in together
    if width == 200:
        assert "log1p(exp(-abs(beta*x)))/beta+max(x,0)" in together or count == 1


def test_numbers_side_by_side_lose_digits_before_they_wrap() -> None:
    descriptions = tuple({"name": name, "average": 1 / 3_000, "low": 0.0, "high": 1.0} for name in ("a", "b", "c"))
    result = Result(
        Header(command="compare", descriptions=descriptions, properties=named(("name", "average", "low", "high")))
    )
    assert drawn(result)[1].split() == ["average", *["0.000333333"] * 3]
    assert drawn(result, width=43)[1].split() == ["average", *["0.0003333"] * 3]


def test_properties_stand_above_values() -> None:
    lines = drawn(relu([1], properties=named(("name", "formula"))))
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


def test_certified_digits_are_shown_as_they_are() -> None:
    # sigmoid(1) to 20 digits, by the exponential series: 0.73105857863000487925
    assert on_terminal("eval", "sigmoid", "1", "--digits", "20").lines[-1].split() == ["1", "0.73105857863000487925"]
    assert on_terminal("eval", "sigmoid", "1", "--exact", "--digits", "3").lines[-1].split() == ["1", "0.731"]


def test_characters_that_no_output_holds_are_escaped() -> None:
    assert "\\udcff" in on_terminal("plot", "relu", "--title", "\udcff").stdout

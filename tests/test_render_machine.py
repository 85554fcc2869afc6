"""Formats for programs: number text, plain, CSV, TSV, npy, JSON and JSON lines, byte by byte."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from actcli import kernels
from actcli.cli import main
from actcli.errors import DataError, UsageError
from actcli.output import Output
from actcli.render import numbers
from actcli.render import show as show_module
from actcli.render.show import show
from actcli.results import Answer, Chunk, Field, Header, Result
from tests.results_by_hand import RELU, ending_in, noted, relu, sigmoid_and_relu, softmax, terminal, vectors, written
from tests.runner import actcli

INF, NAN = float("inf"), float("nan")
AWKWARD = [0.0, -0.0, 1.0, 1.5e-7, 0.1, 1e16, 1e22, 5e-324, -1.7976931348623157e308, 1 / 3, NAN, INF, -INF]


def cards(*entries: dict[Any, Any], properties: tuple[str, ...] = ("name", "formula")) -> Result:
    return Result(Header(command="list", cards=entries, properties=properties))


# numbers as text


def test_a_value_looks_the_same_wherever_it_stands() -> None:
    values = np.array(AWKWARD)
    alone = [numbers.text(value) for value in AWKWARD]
    size = np.array([len(values)])
    assert [token.decode() for token in numbers.each(values)] == alone
    assert numbers.rows(values, size).decode().split(",") == alone
    assert numbers.rows(values, np.ones(len(values), np.int64)).decode().split("\n") == alone
    assert numbers.rows(np.repeat(values, 2), np.full(len(values), 2)).decode().split("\n") == [
        f"{t},{t}" for t in alone
    ]
    assert numbers.rows(values, np.array([3, 0, 9, 1])).decode().replace("\n", ",").split(",") == [
        *alone[:3],
        "",
        *alone[3:],
    ]
    assert alone[-3:] == ["nan", "inf", "-inf"]
    assert alone[:4] == ["0.0", "-0.0", "1.0", "1.5e-7"]


def test_text_reads_back_to_the_same_bits() -> None:
    bits = np.random.default_rng(1).integers(0, 2**63, 20_000, dtype=np.uint64)
    values = bits.view(np.float64)
    back = np.array([float(token) for token in numbers.each(values)])
    assert ((back == values) | (np.isnan(back) & np.isnan(values))).all()


@pytest.mark.parametrize("digits", [1, 6, 17])
def test_digits_are_those_of_percent_g(digits: int) -> None:
    values = np.tile(np.array(AWKWARD), 1000)  # more than one block
    expected = [f"{value:.{digits}g}" for value in values.tolist()]
    assert [token.decode() for token in numbers.each(values, digits)] == expected
    lines = numbers.rows(values, np.full(1000, len(AWKWARD)), digits).decode().split("\n")
    assert lines == [",".join(expected[: len(AWKWARD)])] * 1000


def test_integers_have_no_point_and_no_digits_cut_them() -> None:
    assert numbers.each(np.array([1234567, 0]), 3) == [b"1234567", b"0"]


@pytest.mark.parametrize("values", [np.arange(6.0)[::2], np.arange(3.0).astype(">f8").astype(float), np.zeros(0)])
def test_any_memory_layout_prints(values: Any) -> None:
    assert [float(token) for token in numbers.each(values)] == values.tolist()


# plain


def test_plain_is_one_line_per_vector() -> None:
    assert written(relu([1, -2.5], [3], [0.1, 0.2, 0.3])) == "1.0 0.0\n3.0\n0.1 0.2 0.3\n"


def test_a_blank_line_stays_one() -> None:
    assert written(relu([], [1, 2], [], [3], [])) == "\n1.0 2.0\n\n3.0\n\n"
    assert written(relu([], [])) == "\n\n"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", " "])
def test_plain_keeps_the_delimiter_of_the_input(delimiter: str) -> None:
    assert written(relu([1, 2], [3, 4], delimiter=delimiter)) == f"1.0{delimiter}2.0\n3.0{delimiter}4.0\n"


def test_no_chunks_and_empty_chunks_print_nothing() -> None:
    header = relu([1]).header
    nothing = vectors()
    empty = Chunk(nothing, (Answer(nothing.lengths, {"value": nothing.values}),))
    assert written(Result(header)) == ""
    assert written(Result(header, iter([empty]))) == ""
    assert written(Result(header, iter([empty])), "jsonl") == ""
    assert orjson.loads(written(Result(header, iter([empty])), "json"))["vectors"] == []


def test_loss_stands_before_its_gradient() -> None:
    result = softmax([0, 0], [], [0, 0, 0, 0], fields=("gradient", "loss"))
    assert written(result, digits=3) == "0.693 -0.5 0.5\n\n1.39 -0.75 0.25 0.25 0.25\n"


def test_numbers_per_vector_alone_are_a_line_each() -> None:
    assert written(softmax([0, 0], [0], fields=("loss",)), digits=3) == "0.693\n-0\n"


def test_a_jacobian_is_a_block_of_lines() -> None:
    result = softmax([0, 0], [0], fields=("jacobian",))
    assert written(result, "plain") == "0.25 -0.25\n-0.25 0.25\n\n0.0\n\n"


@pytest.mark.parametrize("name", ["plain", "npy"])
def test_bare_numbers_of_several_functions_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="one function") as caught:
        written(sigmoid_and_relu([1]), name)
    assert "tsv" in (caught.value.hint or "")


def test_two_numbers_a_value_are_columns_of_tsv() -> None:
    given = vectors([1, 2])
    header = Header(command="grad", cards=(RELU,), fields=(Field("slope"), Field("curvature")))
    answer = Answer(given.lengths, {"slope": np.ones(2), "curvature": np.zeros(2)})
    with pytest.raises(UsageError, match="slope and curvature"):
        written(Result(header), "plain")
    lines = written(Result(header, iter([Chunk(given, (answer,))])), "tsv").splitlines()
    assert lines[:2] == ["vector\tindex\tfunction\tx\tslope\tcurvature\tzone", "0\t0\trelu\t1.0\t1.0\t0.0\t"]


@pytest.mark.parametrize("name", ["plain", "csv", "tsv", "npy"])
@pytest.mark.parametrize("fields", [("probability", "jacobian"), ("probability", "loss", "gradient")])
def test_two_answers_are_refused_before_anything_is_written(name: Any, fields: tuple[str, ...]) -> None:
    out, err = BytesIO(), BytesIO()
    with pytest.raises(UsageError, match="holds one answer") as caught:
        show(noted(softmax([1, 2], fields=fields), "a note"), Output(terminal(out, err), name))
    assert "json" in (caught.value.hint or "")
    assert (out.getvalue(), err.getvalue()) == (b"", b"")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (["eval", "relu", "1"], "1.0"),
        (["compare", "sigmoid", "relu", "1"], "vector\t"),
        (["softmax", "1", "2", "--jacobian"], "vector\trow"),
        (["list", "gelu"], "name\t"),
    ],
)
def test_what_a_pipe_gets(words: list[str], first: str) -> None:
    assert actcli(*words).stdout.startswith(first)


# CSV and TSV


def test_tidy_rows() -> None:
    assert written(relu([1, -2], [], [3]), "csv") == (
        "vector,index,function,x,value,zone\n0,0,relu,1.0,1.0,\n0,1,relu,-2.0,0.0,dead\n2,0,relu,3.0,3.0,\n"
    )


def test_digits_are_those_of_the_answer_and_x_stays_whole() -> None:
    assert written(relu([0.123456789]), "csv", 3).splitlines()[1] == "0,0,relu,0.123456789,0.123,"


def test_functions_stand_together_by_input() -> None:
    rows = [line.split("\t")[:4] for line in written(sigmoid_and_relu([1, 2], [3]), "tsv").splitlines()[1:]]
    assert rows == [
        ["0", "0", "sigmoid", "1.0"],
        ["0", "0", "relu", "1.0"],
        ["0", "1", "sigmoid", "2.0"],
        ["0", "1", "relu", "2.0"],
        ["1", "0", "sigmoid", "3.0"],
        ["1", "0", "relu", "3.0"],
    ]


def test_vectors_are_counted_across_chunks() -> None:
    first, second = relu([1], [2]), relu([3])
    later = next(second.source)
    chunks = iter([next(first.source), Chunk(later.vectors, later.answers, first=2)])
    assert [line[0] for line in written(Result(first.header, chunks), "tsv").splitlines()[1:]] == ["0", "1", "2"]


def test_an_answer_without_a_single_input_has_no_x() -> None:
    given = vectors([1, 2, 3, 4])
    header = Header(command="eval", cards=({"name": "maxout"},), fields=(Field("value", has_x=False),))
    answer = Answer(np.array([2]), {"value": np.array([2.0, 4.0])})
    result = Result(header, iter([Chunk(given, (answer,))]))
    assert written(result, "csv") == "vector,index,function,value,zone\n0,0,maxout,2.0,\n0,1,maxout,4.0,\n"


def test_the_loss_is_repeated_on_each_row() -> None:
    lines = written(softmax([0, 0], fields=("loss", "gradient")), "csv", 2).splitlines()
    assert lines == [
        "vector,index,function,x,loss,gradient,zone",
        "0,0,softmax,0.0,0.69,-0.5,",
        "0,1,softmax,0.0,0.69,0.5,",
    ]


def test_a_jacobian_is_a_row_a_pair() -> None:
    assert written(softmax([0, 0], [], [0], fields=("jacobian",)), "csv") == (
        "vector,row,column,jacobian\n0,0,0,0.25\n0,0,1,-0.25\n0,1,0,-0.25\n0,1,1,0.25\n2,0,0,0.0\n"
    )


def test_temperatures_are_a_row_each_and_details_are_for_json() -> None:
    given = vectors([1, 2], [])
    fields = (Field("temperature", "vector"), Field("winner", "vector"), Field("probability", detail=True))
    header = Header(command="softmax", cards=({"name": "softmax"},) * 2, fields=fields)
    winner: Any = np.array([1, 0])
    answers = tuple(
        Answer(given.lengths, {"temperature": np.full(2, t), "winner": winner, "probability": np.array([0.25, 0.75])})
        for t in (0.5, 2.0)
    )
    chunk = Chunk(given, answers)
    assert written(Result(header, iter([chunk])), "tsv") == "vector\ttemperature\twinner\n0\t0.5\t1\n0\t2.0\t1\n"
    first = orjson.loads(written(Result(header, iter([chunk])), "json"))["vectors"][0]
    assert (first["temperature"], first["winner"], first["probability"]) == (0.5, 1, [0.25, 0.75])


@pytest.mark.parametrize(("name", "separator"), [("csv", ","), ("tsv", "\t")])
def test_names_are_quoted_where_they_must_be(name: str, separator: str) -> None:
    entry = {"name": 'max(x, "0")\t\n', "formula": "max(x, 0)"}
    table = list(csv.reader(StringIO(written(cards(entry), name)), delimiter=separator))
    assert table == [["name", "formula"], ['max(x, "0")\\t\\n', "max(x, 0)"]]
    result = relu([1])
    typed = Header(command="eval", cards=(entry,), fields=result.header.fields)
    assert list(csv.reader(StringIO(written(Result(typed, result.source), name)), delimiter=separator))[1][2] == (
        'max(x, "0")\\t\\n'
    )


def test_properties_of_every_kind_become_cells() -> None:
    entry = {
        "name": "f",
        "flag": True,
        "mean": np.float64(0.5),
        "parameters": {"a": 1.5},
        "aliases": ["b", "c"],
        "n": 3,
    }
    table = written(cards(entry, properties=("name", "flag", "mean", "parameters", "aliases", "n", "missing")), "tsv")
    assert table.splitlines()[1] == "f\tyes\t0.5\ta=1.5\tb, c\t3\t"


def test_beside_chunks_properties_are_left_to_tables_and_json() -> None:
    result = relu([1], properties=("name",))
    assert written(result, "csv").startswith("vector,index")


def test_plain_names_of_a_property_table() -> None:
    assert written(cards(RELU, {"name": "gelu"}), "plain") == "relu\ngelu\n"


# npy


def test_npy_is_a_matrix_with_a_row_a_vector() -> None:
    out = BytesIO()
    show(relu([1, -2], [3, 4]), Output(terminal(out), "npy"))
    assert np.load(BytesIO(out.getvalue())).tolist() == [[1, 0], [3, 4]]


def test_ragged_vectors_are_no_npy() -> None:
    with pytest.raises(DataError, match="from 1 to 2 values"):
        written(relu([1, 2], [3]), "npy")


def test_npy_does_not_garble_a_terminal() -> None:
    with pytest.raises(UsageError, match="binary"):
        written(relu([1]), "npy", stdout_is_tty=True)


def test_words_are_no_npy() -> None:
    with pytest.raises(UsageError, match="words"):
        written(cards(RELU), "npy")


# JSON


def test_a_document() -> None:
    result = relu([1, -2], [], lines=[1, 2], settings={"saturation": 0.01})
    assert orjson.loads(written(result, "json")) == {
        "schema": "actcli/1",
        "command": "eval",
        "functions": [RELU],
        "settings": {"saturation": 0.01},
        "vectors": [
            {"vector": 0, "line": 1, "function": "relu", "x": [1, -2], "value": [1, 0], "zone": [None, "dead"]},
            {"vector": 1, "line": 2, "function": "relu", "x": [], "value": [], "zone": []},
        ],
        "zones": [
            {
                "function": "relu",
                "kind": "dead",
                "from": "-Infinity",
                "to": 0,
                "includes_from": False,
                "includes_to": True,
                "threshold": 0,
            }
        ],
        "summary": {
            "vectors": 2,
            "functions": [
                {
                    "function": "relu",
                    "inputs": 2,
                    "saturated": 0,
                    "saturated_share": 0.0,
                    "dead": 1,
                    "dead_share": 0.5,
                    "units": None,
                    "units_dead": None,
                    "first_saturated": None,
                }
            ],
            "notes": [],
            "remarks": [],
        },
    }


@pytest.mark.parametrize("digits", [None, 6])
def test_json_has_strings_for_what_it_cannot_say(digits: int | None) -> None:
    line = written(relu([NAN, INF, -INF, 1.5]), "jsonl", digits)
    assert orjson.loads(line)["x"] == ["NaN", "Infinity", "-Infinity", 1.5]
    assert orjson.loads(line)["value"] == ["NaN", "Infinity", 0, 1.5]


def test_json_of_softmax_holds_everything() -> None:
    result = softmax([0, 0], [], fields=("probability", "loss", "gradient", "jacobian"), labels=("a", "b"))
    document = orjson.loads(written(result, "json", 3))
    first, second = document["vectors"]
    assert first["jacobian"] == [[0.25, -0.25], [-0.25, 0.25]]
    assert (first["loss"], first["gradient"], second["loss"], second["jacobian"]) == (0.693, [-0.5, 0.5], "NaN", [])
    assert document["labels"] == ["a", "b"]
    assert document["summary"]["functions"] == []
    assert "zone" not in first


def test_json_lines_are_the_vectors_of_the_document() -> None:
    rows = ([1, 2], [3])
    lines = [orjson.loads(line) for line in written(sigmoid_and_relu(*rows), "jsonl").splitlines()]
    assert lines == orjson.loads(written(sigmoid_and_relu(*rows), "json"))["vectors"]
    assert [line["function"] for line in lines] == ["sigmoid", "relu"] * 2


def test_cards_of_any_content_are_json() -> None:
    entry = {
        "name": "f\udcff",
        "limit": INF,
        "n": np.int64(3),
        "grid": np.array([1.0, NAN]),
        "odd": object,
        1: (True, None),
    }
    document = orjson.loads(written(cards(entry), "json"))
    assert document["functions"][0] == {
        "name": "f\\udcff",
        "limit": "Infinity",
        "n": 3,
        "grid": [1, "NaN"],
        "odd": "<class 'object'>",
        "1": [True, None],
    }
    assert orjson.loads(written(cards(entry), "jsonl"))["n"] == 3


@pytest.mark.parametrize("name", ["json", "npy"])
def test_held_formats_stop_at_their_limit_and_give_what_they_hold(monkeypatch: pytest.MonkeyPatch, name: Any) -> None:
    monkeypatch.setattr(show_module, "HELD_BYTES", 5000)
    header = relu([1]).header

    def endless() -> Iterator[Chunk]:
        while True:
            yield next(relu([1.5] * 100).source)

    out = BytesIO()
    with pytest.raises(DataError, match="held in memory"):
        show(Result(header, endless()), Output(terminal(out), name))
    held = orjson.loads(out.getvalue())["vectors"] if name == "json" else np.load(BytesIO(out.getvalue()))
    assert 0 < len(held) < 10


def test_json_is_well_formed_after_a_fault() -> None:
    out = BytesIO()
    with pytest.raises(DataError):
        show(ending_in(DataError("bad token"), relu([1, 2])), Output(terminal(out), "json"))
    assert orjson.loads(out.getvalue())["summary"]["vectors"] == 1


def test_pipes_do_not_pay_for_rich() -> None:
    code = """
import sys
from tests.results_by_hand import relu, written
for name in ("plain", "csv", "tsv", "json", "jsonl"):
    written(relu([1, -2]), name)
print(*[name for name in ("rich", "plotext") if name in sys.modules])
"""
    world = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=world, capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
def test_an_array_comes_back_in_its_own_type_rounded_once(name: str, tmp_path: Path) -> None:
    source = tmp_path / "x.npy"
    x = np.array([[0.1, -3.0, 70.0], [np.inf, np.nan, 1e-4]], name)
    np.save(source, x)
    stdout = BytesIO()
    assert main(["eval", "silu", "--input", str(source), "--format", "npy", "--quiet"], terminal(stdout)) == 0
    answer = np.load(BytesIO(stdout.getvalue()))
    wide = x.astype(np.float64)
    assert answer.dtype == np.dtype(name)
    np.testing.assert_array_equal(answer, kernels.silu(wide).astype(name))

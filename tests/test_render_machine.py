"""Formats for programs: plain, CSV, TSV and npy, byte by byte."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO, StringIO
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from actcli import kernels
from actcli.cli import main
from actcli.errors import DataError, UsageError
from actcli.output import Output
from actcli.render import show as show_module
from actcli.render.show import show
from actcli.results import Answer, Chunk, Field, Header, Result
from actcli.results.properties import named
from tests.results_by_hand import RELU, descriptions, noted, relu, sigmoid_and_relu, softmax, vectors, written
from tests.runner import actcli, terminal

INF, NAN = float("inf"), float("nan")


# plain


def test_plain_is_one_line_per_vector() -> None:
    assert written(relu([1, -2.5], [3], [0.1, 0.2, 0.3])) == "1.0 0.0\n3.0\n0.1 0.2 0.3\n"


def test_a_blank_line_stays_one() -> None:
    assert written(relu([], [1, 2], [], [3], [])) == "\n1.0 2.0\n\n3.0\n\n"
    assert written(relu([], [])) == "\n\n"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", " "])
def test_plain_keeps_the_delimiter_of_the_input(delimiter: str) -> None:
    (chunk,), header = relu([1, 2], [3, 4]).chunks(), relu([1]).header
    result = Result(header, iter([chunk._replace(vectors=chunk.vectors._replace(delimiter=delimiter))]))
    assert written(result) == f"1.0{delimiter}2.0\n3.0{delimiter}4.0\n"


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
    header = Header(command="grad", descriptions=(RELU,), fields=(Field("slope"), Field("curvature")))
    answer = Answer(given.lengths, {"slope": np.ones(2), "curvature": np.zeros(2)})
    with pytest.raises(UsageError, match="slope and curvature"):
        written(Result(header), "plain")
    lines = written(Result(header, iter([Chunk(given, (answer,))])), "tsv").splitlines()
    assert lines[:2] == ["vector\tindex\tfunction\tx\tslope\tcurvature\tzone", "0\t0\trelu\t1.0\t1.0\t0.0\t"]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        *product([("probability", "jacobian")], ["plain", "csv", "tsv", "npy"]),
        *product([("probability", "loss", "gradient")], ["plain", "npy"]),
    ],
)
def test_two_answers_are_refused_before_anything_is_written(name: Any, fields: tuple[str, ...]) -> None:
    out, err = BytesIO(), BytesIO()
    with pytest.raises(UsageError, match="holds one answer") as caught:
        show(noted(softmax([1, 2], fields=fields)), Output(terminal(out, err), name))
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
    header = Header(command="eval", descriptions=({"name": "maxout"},), fields=(Field("value", has_x=False),))
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
    header = Header(command="softmax", descriptions=({"name": "softmax"},) * 2, fields=fields)
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
    table = list(csv.reader(StringIO(written(descriptions(entry), name)), delimiter=separator))
    assert table == [["name", "formula"], ['max(x, "0")\\t\\n', "max(x, 0)"]]
    result = relu([1])
    typed = Header(command="eval", descriptions=(entry,), fields=result.header.fields)
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
    table = written(
        descriptions(entry, properties=("name", "flag", "mean", "parameters", "aliases", "n", "missing")), "tsv"
    )
    assert table.splitlines()[1] == "f\tyes\t0.5\ta=1.5\tb, c\t3\t"


def test_beside_chunks_properties_are_left_to_tables_and_json() -> None:
    result = relu([1], properties=named(("name",)))
    assert written(result, "csv").startswith("vector,index")


def test_plain_names_of_a_property_table() -> None:
    assert written(descriptions(RELU, {"name": "gelu"}), "plain") == "relu\ngelu\n"


# npy


def test_npy_is_a_matrix_with_a_row_a_vector() -> None:
    out = BytesIO()
    show(relu([1, -2], [3, 4]), Output(terminal(out), "npy"))
    assert np.load(BytesIO(out.getvalue())).tolist() == [[1, 0], [3, 4]]


def test_ragged_vectors_are_no_npy() -> None:
    with pytest.raises(DataError, match="from 1 to 2 values"):
        written(relu([1, 2], [3]), "npy")


def test_words_are_no_npy() -> None:
    with pytest.raises(UsageError, match="words"):
        written(descriptions(RELU), "npy")


# all of them


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


# Names and numbers beside an answer


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (
            ["softmax", "0", "0", "--labels", "cat,a dog", "--format", "csv"],
            [
                "vector,index,label,function,x,probability,zone",
                "0,0,cat,softmax,0.0,0.5,",
                "0,1,a dog,softmax,0.0,0.5,",
            ],
        ),
        (
            ["softmax", "0", "0", "--labels", "cat,dog", "--top", "1"],
            ["vector\tindex\tlabel\tfunction\tx\tprobability\tzone", "0\t0\tcat\tsoftmax\t0.0\t0.5\t"],
        ),
        (
            ["softmax", "0", "0", "--labels", 'c"at,d', "--target", "d", "--digits", "3", "--format", "csv"],
            [
                "vector,index,label,function,x,loss,probability,gradient,zone",
                '0,0,"c""at",softmax,0.0,0.693,0.5,0.5,',
                "0,1,d,softmax,0.0,0.693,0.5,-0.5,",
            ],
        ),
        (
            ["softmax", "0", "0", "--labels", "a,b", "--jacobian", "--format", "csv"],
            [
                "vector,row,row_label,column,column_label,jacobian",
                "0,0,a,0,a,0.25",
                "0,0,a,1,b,-0.25",
                "0,1,b,0,a,-0.25",
                "0,1,b,1,b,0.25",
            ],
        ),
        (
            ["softmax", "0", "0", "--target", "0.5,0.5", "--format", "csv"],
            [
                "vector,index,function,x,loss,probability,gradient,zone",
                "0,0,softmax,0.0,0.6931471805599453,0.5,0.0,",
                "0,1,softmax,0.0,0.6931471805599453,0.5,0.0,",
            ],
        ),
    ],
)
def test_rows_name_entries_and_hold_the_probability_beside_a_loss(words: list[str], rows: list[str]) -> None:
    assert actcli(*words).lines == rows


def test_the_names_of_a_header_are_labels_and_values_beyond_them_have_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "b.txt").write_text("3 4 5\n")
    files = ["--input", str(tmp_path / "a.csv"), "--input", str(tmp_path / "b.txt")]
    rows = [line.split(",") for line in actcli("eval", "relu", *files, "--format", "csv", "--quiet").lines]
    place = rows[0].index("label")
    assert [row[place] for row in rows[1:]] == ["a", "b", "a", "b", ""]
    halves = [line.split(",") for line in actcli("eval", "maxout", *files[:2], "--format", "csv", "--quiet").lines]
    assert "label" not in halves[0]  # a value of maxout is that of no single input


def test_plain_lines_of_a_loss_say_what_they_hold() -> None:
    run = actcli("softmax", "0,0", "--target", "1")
    assert run.numbers == [0.6931471805599453, 0.5, -0.5]
    assert run.stderr == "actcli: note: a line holds loss and then gradient; --format tsv names them\n"
    assert actcli("softmax", "0,0", "--target", "1", "--quiet").stderr == ""


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_digits_are_those_of_properties_too(name: str) -> None:
    words = ["compare", "gelu", "leaky-relu:0.123456", "--mean", "0.123456", "--digits", "3", "--format", name]
    run = actcli(*words, "--quiet")
    functions = run.json["functions"] if name == "json" else [json.loads(line) for line in run.lines]
    assert functions[0]["mean"] == float(f"{functions[0]['mean']:.3g}") != 0
    assert functions[0]["range"][0] == -0.17
    assert functions[1]["parameters"] == {"negative_slope": 0.123456}
    totals = actcli("eval", "sigmoid", "9", "0", "1", "--summary", "--digits", "3", "--format", "json").json["summary"]
    assert totals["functions"][0]["saturated_share"] == 0.333

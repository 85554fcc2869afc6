"""CSV, TSV and other tables of text: headers, columns, quotes, targets, and what is wrong with them."""

import csv
import io
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actcli.errors import ActcliError, DataError, UsageError, quoted
from actcli.inputs.options import InputOptions
from actcli.inputs.readers import bulk, tables
from actcli.inputs.sources import Source, open_streams
from actcli.render.messages import sentence
from tests.runner import actcli

Rows = list[list[float]]

LOGITS = "label,logit0,logit1,note\n7,0.5,-1,a\n2,3,4e-1,b\n"


def opened(text: str | bytes, **reading: Any) -> Source:
    data = text.encode() if isinstance(text, str) else text
    return open_streams(InputOptions(**reading), io.BytesIO(data))


def rows_of(text: str | bytes, **reading: Any) -> Rows:
    return [row for block in opened(text, **reading).blocks for row in split(block)]


def split(block: Any) -> Rows:
    return [block.values[a:b].tolist() for a, b in pairwise(block.starts())]


def targets_of(text: str, **reading: Any) -> list[str]:
    return [
        target
        for block in opened(text, **reading).blocks
        if block.targets is not None
        for target in block.targets.tolist()
    ]


def fault_of(text: str | bytes, **reading: Any) -> tuple[Rows, ActcliError]:
    rows, blocks = Rows(), opened(text, **reading).blocks
    with pytest.raises(ActcliError) as caught:
        rows.extend(row for block in blocks for row in split(block))
    return rows, caught.value


def test_a_header_is_taken_and_reported() -> None:
    source = opened("a,b\n1,2\n")
    assert source.labels == ("a", "b")
    assert next(source.blocks).delimiter == ","
    assert len(source.messages) == 1
    assert "a, b (--no-header if it holds values)" in sentence(source.messages[0])
    ended = actcli("eval", "relu", stdin="a,b\n-1,2\n")
    assert ended.stdout == "0.0,2.0\n"
    assert ended.stderr.startswith("actcli: note: stdin: the first line is taken for a header: a, b")
    assert not actcli("eval", "relu", "--quiet", stdin="a,b\n-1,2\n").stderr


@pytest.mark.parametrize(
    ("text", "reading", "labels"),
    [
        ("1,2\n3,4\n", {}, ()),
        ("a,2\n3,4\n", {"on_error": "skip"}, ()),  # one number: no header
        ("nan,inf\n3,4\n", {}, ()),  # these are numbers
        ("a\tb\n3\t4\n", {}, ("a", "b")),
        ("a;b\n3;4\n", {"format": "csv"}, ("a", "b")),
        ("a b\n3 4\n", {"columns": ("1-2",)}, ("a", "b")),
        ("a b\n3 4\n", {"on_error": "skip"}, ()),  # no comma, no tab, and nobody spoke of columns
        ("a\n3\n", {"format": "csv"}, ("a",)),
        (" a , b \n3,4\n", {}, ("a", "b")),
        ('"a","b, c"\n3,4\n', {}, ("a", "b, c")),
        ("\n# remark\na,b\n3,4\n", {}, ("a", "b")),
        ("\ufeffa,b\n3,4\n", {}, ("a", "b")),
        (",a\n3,4\n", {"columns": ("1-",)}, ("", "a")),
        ("a;b\n3;4\n", {}, ("a", "b")),
        ("#a,b\n3,4\n", {}, ("#a", "b")),
        ("a,2\n3,4\n", {"columns": ("a,2",)}, ("a", "2")),  # a column that is asked for by name
        ("1,2\n3,4\n", {"has_header": True}, ("1", "2")),
        ("a b\n3 4\n", {"has_header": True}, ("a", "b")),
        ("x[0],x[1]\n3,4\n", {"on_error": "skip"}, ()),  # so begins a list
        ("x[0],x[1]\n3,4\n", {"has_header": True}, ("x[0]", "x[1]")),
        ("1,5;2,5\n3;4\n", {"on_error": "skip"}, ()),  # numbers as some people write them name nothing
        ("a,b\n3,4\n", {"format": "text", "on_error": "skip"}, ()),
        ("a,b\n3,4\n", {"has_header": False, "on_error": "skip"}, ()),
        ("a,\x00b\n3,4\n", {"on_error": "skip"}, ()),  # binary data name nothing
    ],
)
def test_what_is_a_header(text: str, reading: dict[str, Any], labels: tuple[str, ...]) -> None:
    source = opened(text, **reading)
    assert source.labels == labels
    assert bool(source.messages) == bool(labels)
    assert [row for block in source.blocks for row in split(block)][-1] == [3, 4][: len(labels) or 2][-2:]


def test_a_header_with_no_header_is_a_fault() -> None:
    assert fault_of("a,b\n1,2\n", has_header=False)[1].message == "stdin, line 1, column 1: 'a' is not a number"


@pytest.mark.parametrize(
    ("columns", "picked"),
    [
        (("logit0",), [0]),
        (("logit*",), [0, 1]),
        (("logit1", "logit0"), [1, 0]),
        (("logit1,logit0",), [1, 0]),
        (("2",), [0]),
        (("2-3",), [0, 1]),
        (("-1", "3"), [-1, 1]),
        (("logit?", "label"), [0, 1, -1]),
        (("3,2-3",), [1, 0]),  # each once, where it is named first
        (("[k-m]ogit0",), [0]),
    ],
)
@pytest.mark.parametrize("quote", [False, True])
def test_columns(columns: tuple[str, ...], picked: list[int], quote: bool) -> None:
    text = LOGITS.replace("a\n", '"a, b"\n') if quote else LOGITS
    table = [{0: 0.5, 1: -1.0, -1: 7.0}, {0: 3.0, 1: 0.4, -1: 2.0}]
    source = opened(text, columns=columns)
    assert [row for block in source.blocks for row in split(block)] == [[row[key] for key in picked] for row in table]
    assert source.labels == tuple({0: "logit0", 1: "logit1", -1: "label"}[key] for key in picked)


@pytest.mark.parametrize("columns", [("2-",), ("-4",), ("*",), ("1-4",)])
def test_open_ranges_end_with_the_table(columns: tuple[str, ...]) -> None:
    text = "1,2,3,4\n5,6,7,8\n"
    if columns == ("*",):
        text = "a,b,c,d\n" + text
    first = 2 if columns == ("2-",) else 1
    assert rows_of(text, columns=columns)[0] == [1, 2, 3, 4][first - 1 :]


def test_a_name_beats_what_it_might_mean() -> None:
    assert rows_of("b,2-3,x,y\n1,9,3,4\n", columns=("2-3",)) == [[9.0]]
    assert rows_of('"a,b",c\n1,2\n', columns=("a,b",)) == [[1.0]]


@pytest.mark.parametrize(
    ("text", "columns", "message", "hint"),
    [
        (LOGITS, "logti0", "no column 'logti0' in stdin: did you mean logit0", "it has label, logit0, logit1, note"),
        (LOGITS, "9", "--column 9: stdin has 4 columns", None),
        (LOGITS, "2-9", "--column 2-9: stdin has 4 columns", None),
        (LOGITS, "0", "counted from 1", "--header"),
        (LOGITS, "3-2", "counted from 1, upwards", "2-11"),
        (LOGITS, "99999999999999999999", "no column '99999999999999999999'", None),
        (LOGITS, "-", "no column '-'", None),
        (LOGITS, "", "no column ''", None),
        ("1,2\n", "a", "no column 'a' in stdin, whose columns have no names", "number them from 1"),
        ("5\n", "2", "stdin has 1 column", None),
    ],
)
def test_columns_that_are_not_there(text: str, columns: str, message: str, hint: str | None) -> None:
    rows, error = fault_of(text, columns=(columns,))
    assert rows == []
    assert isinstance(error, UsageError)
    assert message in error.message
    assert hint is None or hint in (error.hint or "")


def test_columns_on_the_command_line() -> None:
    assert actcli("eval", "relu", "--column", "-2", "--column", "3", stdin="1 -2 3 4\n").stdout == "1.0 0.0 3.0\n"
    assert actcli("eval", "relu", "--column=-2", stdin="1 -2 3 4\n").stdout == "1.0 0.0\n"
    assert actcli("eval", "relu", "--column", "nope", stdin="1,2\n").status == 2


@pytest.mark.parametrize("quote", [False, True])
def test_the_target_is_no_part_of_the_vector(quote: bool) -> None:
    text = 'x,class,y\n1,cat,2\n\n3,"dog",4\n' if quote else "x,class,y\n1, cat ,2\n\n3,dog,4\n"
    assert targets_of(text, target_column="class") == ["cat", "", "dog"]
    assert rows_of(text, target_column="class") == [[1, 2], [], [3, 4]]
    assert opened(text, target_column="class").labels == ("x", "y")
    assert rows_of(text, target_column="2", columns=("2-3",)) == [[2], [], [4]]


def test_a_target_of_a_table_without_names() -> None:
    assert targets_of("7,1,2\n3,4,5\n", target_column="1") == ["7", "3"]


@pytest.mark.parametrize(
    ("reading", "message"),
    [
        ({"target_column": "log*"}, "stands for 2 columns"),
        ({"target_column": "nope"}, "no column 'nope'"),
        ({"target_column": "label", "columns": ("label",)}, "no part of the vector"),
    ],
)
def test_targets_that_make_no_sense(reading: dict[str, Any], message: str) -> None:
    error = fault_of(LOGITS, **reading)[1]
    assert isinstance(error, UsageError)
    assert message in error.message


def test_a_target_of_endless_length_is_refused() -> None:
    rows, error = fault_of(f"x,t\n1,a\n2,{'b' * 201}\n", target_column="t")
    assert rows == [[1.0]]
    assert "line 3, column 3: a target longer than 200 characters" in error.message


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('a,b\n"1","2"\n', [[1, 2]]),
        ('"a"\t"b"\n"1"\t"−2"\n', [[1, -2]]),
        ('a,b\n"1", "2"\n', [[1, 2]]),
        ('a,b\r\n"1",2\r\n\r\n3,"4"\r\n', [[1, 2], [], [3, 4]]),
        ('"1","2"\n3,4\n', [[1, 2], [3, 4]]),
        ('a,b\n"1\n",2\n3,4\n', [[1, 2], [3, 4]]),  # a field may hold its newline
    ],
)
def test_quoted_fields(text: str, rows: Rows) -> None:
    assert rows_of(text) == rows


def test_records_that_span_lines_keep_the_number_of_their_first() -> None:
    text = 'name,x\n"a\nb",1\nc,2\n"d\n\n""e""",3\nf,4\n'
    source = opened(text, columns=("x",))
    blocks = list(source.blocks)
    assert [line for block in blocks if block.lines is not None for line in block.lines.tolist()] == [2, 4, 5, 8]
    assert [row for block in blocks for row in split(block)] == [[1], [2], [3], [4]]


def test_a_quote_that_is_never_closed() -> None:
    rows, error = fault_of('n,x\na,1\n"b,2\nc,3\n', columns=("x",))
    assert rows == [[1.0]]
    assert "line 3, column 1: a quote is not closed" in error.message


def test_a_quote_that_is_never_closed_is_not_held_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "RECORD_LIMIT", 1 << 20)
    rows, error = fault_of('n,x\na,1\n"b,2\n' + "c,3\n" * 1_000_000, columns=("x",))
    assert rows == [[1.0]]
    assert "line 3: a quote stays open for over 1 MiB" in error.message


@pytest.mark.parametrize(
    ("text", "reading", "rows", "message", "marked"),
    [
        ("a,b\n1,2\n3,x\n", {}, [[1, 2]], "line 3, column 3: 'x' is not a number", (2, 1)),
        ("a,b\n1,2\n3,\n", {}, [[1, 2]], "line 3, column 3: a number is missing", (2, 1)),
        ("a,b\n1,2\n,3\n", {}, [[1, 2]], "line 3, column 1: a number is missing", (0, 1)),
        ("a\tb\tc\n1\t\t2\n", {}, [], "line 2, column 3: a number is missing", (2, 1)),
        ("a,b\n1,2,3\n", {}, [], "line 2: 3 columns, and the header names 2", None),
        ("a,b\n1\n", {}, [], "line 2: 1 column, and the header names 2", None),
        ("1,2,3\n4,5\n", {"columns": ("3",)}, [[3]], "line 2: 2 columns, no column 3", None),
        ('a,b\n"x",1\n"y","1,5"\n', {"columns": ("b",)}, [[1]], "line 3, column 6: '1,5' is not a number", (5, 3)),
        ("a,b\n1,2 3\n", {}, [], "line 2, column 3: '2 3' is not a number", (2, 3)),
        ("a,b\n1,1_000\n", {}, [], "'1_000' is not a number", (2, 5)),
        ("a,b\n1,0x10\n", {}, [], "'0x10' is not a number", (2, 4)),
        ("a,b\n1,\x1b[0m\n", {}, [], r"'\x1b[0m' is not a number", (2, 4)),
        ("a b\n1 x\n", {"columns": ("b",)}, [], "line 2, column 3: 'x' is not a number", (2, 1)),
        ("a,b\n1,\0\n", {}, [], "line 2: binary data", None),
    ],
)
def test_faults_after_everything_before_them(
    text: str, reading: dict[str, Any], rows: Rows, message: str, marked: tuple[int, int] | None
) -> None:
    before, error = fault_of(text, **reading)
    assert before == rows
    assert isinstance(error, DataError)
    assert message in error.message
    assert (error.place and (error.place.column, error.place.width)) == marked


def test_text_that_is_no_utf8() -> None:
    rows, error = fault_of(b"n,x\na,1\n\xff,2\n", columns=("x",), target_column="n")
    assert rows == [[1.0]]
    assert "line 3, byte 1: not UTF-8" in error.message


def test_a_table_has_comments_before_its_first_line_alone() -> None:
    text = '# first\n\n#\nname,x\nC#,1\n#2,2\n"D # sharp",3\n'
    assert rows_of(text, columns=("x",)) == [[1], [2], [3]]
    assert targets_of(text, target_column="name", columns=("x",)) == ["C#", "#2", "D # sharp"]
    assert sum(block.faults.comments for block in opened(text, columns=("x",)).blocks) == 2
    rows, error = fault_of("a,b\n1,2\n# end\n")
    assert rows == [[1, 2]]
    assert (error.message, error.hint) == (
        "stdin, line 3: 1 column, and the header names 2",
        "a table has no comments: grep -v '^#' FILE",
    )


def test_blank_lines_of_tables() -> None:
    assert rows_of("a,b\n\n1,2\n  \n3,4\n") == [[], [1, 2], [], [3, 4]]
    assert rows_of("\n \n", format="csv") == [[], []]
    assert rows_of("", format="csv", columns=("x",)) == []
    assert rows_of("a,b\n", has_header=True) == []
    assert rows_of("a,b\n", columns=("b",)) == []


def test_a_table_is_read_as_it_arrives() -> None:
    class Pieces:
        def __init__(self, *pieces: bytes) -> None:
            self.pieces = list(pieces)

        def read(self, size: int, /) -> bytes:
            return self.pieces.pop(0) if self.pieces else b""

    source = Pieces(b"a,", b"b\n1,", b'2\n"3', b'",4\n5,6\n')
    blocks = open_streams(InputOptions(), source).blocks
    assert next(blocks).values.tolist() == [1, 2]
    assert len(source.pieces) == 1
    assert next(blocks).values.tolist() == [3, 4, 5, 6]


def test_the_suffix_decides_and_each_file_has_its_header(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("x\ty\n1\t2\n")
    (tmp_path / "b.csv").write_text("y;x\n3;4\n")
    files = (f"{tmp_path}/a.tsv", f"{tmp_path}/b.csv")
    ended = actcli("eval", "identity", "--column", "x", *(word for file in files for word in ("--input", file)))
    assert ended.stdout == "1.0\n4.0\n"
    assert actcli("eval", "identity", "--input", files[1], "--from", "text").status == 1


EXACT = st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.lists(st.lists(EXACT, min_size=3, max_size=3), min_size=1),
    st.sampled_from([",", ";", "\t"]),
    st.permutations([1, 2, 3]),
    st.integers(1, 3),
)
def test_cut_columns_are_those_of_the_csv_module(table: Rows, delimiter: str, order: list[int], count: int) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(table)
    data = text.getvalue()
    columns = ",".join(map(str, order[:count]))
    found = rows_of(data, columns=(columns,))
    assert found == [
        [float(row[place - 1]) for place in order[:count]] for row in csv.reader(io.StringIO(data), delimiter=delimiter)
    ]


@pytest.mark.parametrize(
    ("text", "places", "width", "cut"),
    [
        (b"1,2,3\n4,5,6\n", [0, 2], None, b"1,3\n4,6\n"),
        (b"1,2,3\n4,5,6\n", [1], 3, b"2\n5\n"),
        (b"1,2,3\n4,5\n", [0], None, None),
        (b"1,2\n3\n4,5,6\n", [0], None, None),
        (b"1,2\n", [2], None, None),
        (b"1,2\n", [0], 3, None),
        (b"", [0], None, None),
        (b",\n,\n", [0, 1], 2, b",\n,\n"),
    ],
)
def test_column_slices(text: bytes, places: list[int], width: int | None, cut: bytes | None) -> None:
    fields = bulk.fields(text, b",")
    is_there = fields is not None and fields.width in (width, fields.width if width is None else None)
    found = fields.columns(places) if fields is not None and is_there and places[-1] < fields.width else None
    assert found == cut


LABEL = st.text('ab ,;\t"#é', max_size=5)


@given(
    st.lists(st.tuples(LABEL, EXACT, LABEL, EXACT), min_size=1, max_size=40),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
def test_quoted_columns_are_those_of_the_csv_module(
    table: list[tuple[str, float, str, float]], delimiter: str, quoting: int
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerows(table)  # type: ignore[arg-type]
    found = bulk.fields(text.getvalue().encode(), delimiter.encode())
    assert found is not None
    assert found.width == 4
    numbers, names = bulk.parse(found.columns([1, 3]) or b""), found.columns([0])
    assert numbers is not None
    assert names is not None
    assert numbers[0].tolist() == [value for row in table for value in (row[1], row[3])]
    labels = names.decode().replace('""', '"').split("\n")[:-1]
    assert labels == [row[0] for row in table]


@pytest.mark.parametrize(
    "text", [b'"a"b,1\n', b'a"b",1\n', b'"a,1\n', b'"a""b,1\n', b'"a" ,1\n', b'1,"a\n1,b"c\n', b'1,2,"a""\n']
)
def test_irregular_quotes_are_read_with_care(text: bytes) -> None:
    assert bulk.fields(text, b",") is None


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (b'"a", "1"\n"b", "2"\n', b"1\n2\n"),
        (b'"a, ""b"", ""c""", "1"\n', b"1\n"),
        (b"a,1\r\nb,2\r\n".replace(b"\r", b""), b"1\n2\n"),
    ],
)
def test_a_blank_before_a_quote(text: bytes, cut: bytes) -> None:
    found = bulk.fields(text, b",")
    assert found is not None
    assert found.columns([1]) == cut


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (b"1 2\n 3\t 4 \n", b"2\n4\n"),
        (b'"a b" 2\n"c d" 3\n', b'b"\nd"\n'),  # quotes mean nothing between blanks
        (b"1 2\n\n3 4\n", None),
        (b"1\n2 3 4\n", None),
        (b"\n", None),
        (b'"a\nb" 2\n', None),
    ],
)
def test_columns_between_blanks(text: bytes, cut: bytes | None) -> None:
    found = bulk.fields(text, b"")
    assert (found and found.columns([1])) == cut


def test_columns_between_blanks_in_a_table() -> None:
    text = "name x y\n" + "".join(f" item{row}  {row}.5 \t-{row}\n" for row in range(100)) + "\nlast 1 2 \n"
    assert rows_of(text, columns=("y,x",)) == [[-row, row + 0.5] for row in range(100)] + [[], [2, 1]]
    assert targets_of(text, columns=("x",), target_column="name")[-2:] == ["", "last"]


def test_each_field_holds_one_number_whatever_the_others_hold() -> None:
    assert fault_of("a\t1\n\t2\n3 4\n", format="tsv", has_header=False, on_error="stop")[0] == []
    rows, error = fault_of("1\t2\n\t2\n3 4\n", format="tsv")  # as many values as fields in all
    assert rows == [[1, 2]]
    assert "line 2, column 1: a number is missing" in error.message


@pytest.mark.parametrize(
    ("column", "picked"), [("左，右", "1.0,3.0\n"), ("２－３", "2.0,3.0\n"), ("中、心,右", "2.0,3.0\n")]
)
def test_columns_may_be_typed_in_full_width(column: str, picked: str) -> None:
    run = actcli("eval", "identity", "--column", column, "--quiet", stdin="左,中、心,右\n1,2,3\n")
    assert (run.status, run.stdout) == (0, picked)


def test_the_target_is_not_the_only_column() -> None:
    error = fault_of("class\ncat\ndog\n", format="csv", target_column="class")[1]
    assert isinstance(error, UsageError)
    assert error.message == "stdin has no column beside the target"


def test_many_rows_and_a_fault_among_them() -> None:
    lines = [f"{row},{row / 8},x" for row in range(50_000)]
    assert np.array(rows_of("\n".join(["n,v,t", *lines]), columns=("v",))).sum() == sum(range(50_000)) / 8
    lines[40_000] = "40000,?,x"
    rows, error = fault_of("\n".join(["n,v,t", *lines]), columns=("v",))
    assert len(rows) == 40_000
    assert "line 40002, column 7: '?'" in error.message


@pytest.mark.parametrize("header", ["猫，狗，鱼", "猫,狗,鱼", "猫、狗、鱼", "naïve，x，größe"])
@pytest.mark.parametrize("suffix", ["csv", "txt"])
def test_names_may_be_divided_as_on_an_asian_keyboard(header: str, suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"a.{suffix}"
    file.write_text(f"{header}\n1,-2,3\n4,5,6\n", encoding="utf-8")
    run = actcli("eval", "relu", "--input", str(file))
    assert (run.status, run.stdout) == (0, "1.0,0.0,3.0\n4.0,5.0,6.0\n")
    first, _, last = re.split("[,，、]", header)
    run = actcli("eval", "relu", "--input", str(file), "--column", f"{last},{first}", "--format", "csv")
    rows = list(csv.DictReader(run.lines))
    assert [(row["label"], row["value"]) for row in rows[:2]] == [(last, "3.0"), (first, "1.0")]


def test_a_line_of_numbers_with_wide_commas_is_no_header() -> None:
    assert actcli("eval", "relu", stdin="１，-２，3\n").stdout == "1.0,0.0,3.0\n"


def test_a_stray_quote_between_blanks_ends() -> None:
    text = '1 2 3\n-4 5e-3 inf\n\n# remark\n7 "8 nan\n\x1e[1,2]\n\x1e[3,4]\n'
    run = actcli("grad", "relu", "--header", "--on-error", "skip", stdin=text)
    assert run.status == 0
    assert "left out" in run.stderr


@pytest.mark.parametrize("text", ["1，2\n3，4\n", "１、２\n３、４\n"])
def test_full_width_commas_are_no_header_and_have_a_cure(text: str) -> None:
    ended = actcli("eval", "identity", "--from", "csv", stdin=text)
    assert (ended.stdout, ended.status) == ("", 1)
    assert "taken for a header" not in ended.stderr
    assert "hint: full-width commas: sed" in ended.stderr
    mixed = actcli("eval", "identity", "--column", "a", stdin=f"a,b\n{text}")
    assert "hint: full-width commas: sed" in mixed.stderr
    cured = text.replace("，", ",").replace("、", ",")
    assert actcli("eval", "identity", "--from", "csv", stdin=cured).stdout.split() == ["1.0,2.0", "3.0,4.0"]


@pytest.mark.parametrize("token", ["#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A"])
def test_errors_of_spreadsheets_are_missing_values(token: str) -> None:
    ended = actcli("eval", "identity", stdin=f"1,{token}\n2,3\n")
    assert ended.status == 1
    assert "hint: --on-error nan reads NaN" in ended.stderr


@pytest.mark.parametrize(("mark", "name"), [(";", "sep=;"), (",", "sep=,"), ("\t", "sep=\t"), (";", '"sep=;"')])
def test_a_line_that_tells_excel_the_delimiter_holds_no_names(mark: str, name: str) -> None:
    text = f"\ufeff{name}\r\na{mark}b\r\n1{mark}2\r\n"
    for piece in (1, 1 << 20):
        data = io.BytesIO(text.encode())
        source = type("Pieces", (), {"read": lambda _, size, data=data, piece=piece: data.read(min(size, piece))})()
        ended = actcli("eval", "identity", "--format", "csv", "--column", "b", stdin=source)
        assert ended.status == 0, ended.stderr
        assert ended.stdout.splitlines()[1].split(",")[-2] == "2.0"
    ended = actcli("eval", "identity", stdin=text)
    assert "header: a, b" in ended.stderr
    assert ended.stdout == f"1.0{mark}2.0\n"


NUMBERED = "label,0,1\ncat,1.5,2.5\ndog,3,4\n"  # a header of a word and of numbers, as pandas writes it


@pytest.mark.parametrize(
    ("text", "reading", "rows"),
    [
        (NUMBERED, {"columns": ("0",)}, [[1.5], [3]]),
        (NUMBERED, {"columns": ("0,1",)}, [[1.5, 2.5], [3, 4]]),
        (NUMBERED, {"columns": ("1",)}, [[2.5], [4]]),  # the first place holds words
        (NUMBERED, {"columns": ("0",), "target_column": "label"}, [[1.5], [3]]),
        ("0\tlabel\t1\n5\tcat\t6\n", {"columns": ("0",)}, [[5]]),
        ("id,7,8\na,1,2\n", {"columns": ("7", "8")}, [[1, 2]]),
        ("cat,5,3\ndog,6,4\n", {"columns": ("3",)}, [[3], [4]]),  # numbers that do not count up are values
        ("cat,5,3\ndog,6,4\n", {"columns": ("2-",)}, [[5, 3], [6, 4]]),
        ("cat,1\ndog,2\n", {"columns": ("2",)}, [[1], [2]]),
        ("0,1,2\n3,4,5\n", {"columns": ("1",)}, [[0], [3]]),  # numbers alone are values
        ("cat,0,1\n", {"columns": ("2-",)}, [[0, 1]]),  # a header has a row below it
        (NUMBERED, {"columns": ("2",), "has_header": False}, [[0], [1.5], [3]]),
        (NUMBERED, {"columns": ("2",), "has_header": True}, [[1.5], [3]]),
    ],
)
def test_names_that_are_numbers(text: str, reading: dict[str, Any], rows: Rows) -> None:
    assert rows_of(text, **reading) == rows


@pytest.mark.parametrize(
    ("text", "reading", "part"),
    [
        (NUMBERED, {"columns": ("2",)}, "line 1: label, 0, 1 may be names or values"),
        (NUMBERED, {"columns": ("2-3",)}, "may be names or values"),
        (NUMBERED, {"target_column": "1"}, "--target-column 1 is a name in the first reading, a place in the other"),
        (
            "\nid,1,2,3\na,5,6,7\n",
            {"columns": ("2",)},
            "line 2: id, 1, 2, 3 may be names or values: --column 2 is a name",
        ),
        ("id,1,2\na,5,6\n", {"keep": ("1",)}, "--keep 1 is a name"),
        ("0,1,2\n3,4,5\n", {"columns": ("0",)}, "columns are counted from 1"),
    ],
)
def test_names_that_may_be_values_are_refused(text: str, reading: dict[str, Any], part: str) -> None:
    rows, error = fault_of(text, **reading)
    assert part in error.message
    assert error.hint is not None
    assert "--header" in error.hint
    assert not rows


@pytest.mark.parametrize("mark", ["，", "；", "、", "\N{IDEOGRAPHIC SPACE}"])
@pytest.mark.parametrize(
    "reading", [{"columns": ("1-2",)}, {"columns": ("2",)}, {"target_column": "2"}, {"keep": ("1",)}]
)
def test_full_width_separators_divide_no_columns(mark: str, reading: dict[str, Any]) -> None:
    _, error = fault_of(f"1{mark}2\n3{mark}4\n", **reading)
    assert error.message == f"stdin, line 1: {quoted(mark)} divides no columns"
    assert error.hint is not None
    assert error.hint.startswith("full-width")


def test_a_near_name_shows_its_control_characters() -> None:
    ended = actcli("eval", "tanh", "--column", "label", stdin="id,la\x02bel\nr,1\n")
    assert "did you mean la\\x02bel?" in ended.stderr
    assert all(line.isprintable() for line in ended.stderr.splitlines())

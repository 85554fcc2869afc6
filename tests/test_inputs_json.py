"""JSON documents and JSON lines: what they may hold, how columns are chosen, what is wrong with them."""

import io
import json
import math
import random
from collections.abc import Mapping, Sequence
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actcli.errors import ActcliError, DataError, UsageError
from actcli.inputs import streams
from actcli.inputs.options import InputOptions
from actcli.inputs.readers import arrays as array_reader
from actcli.inputs.readers import json as json_reader
from actcli.inputs.readers import json_text
from actcli.inputs.readers.json_text import decode
from actcli.inputs.sources import Source, open_streams
from actcli.results import Faults
from tests.runner import actcli

Rows = list[list[float]]


def opened(text: str | bytes, **reading: Any) -> Source:
    data = text.encode() if isinstance(text, str) else text
    return open_streams(InputOptions(**reading), io.BytesIO(data))


def split(block: Any) -> Rows:
    return [block.values[a:b].tolist() for a, b in pairwise(block.starts())]


def rows_of(text: str | bytes, **reading: Any) -> Rows:
    return [row for block in opened(text, **reading).blocks for row in split(block)]


def fault_of(text: str | bytes, **reading: Any) -> tuple[Rows, ActcliError]:
    rows, blocks = Rows(), opened(text, **reading).blocks
    with pytest.raises(ActcliError) as caught:
        rows.extend(row for block in blocks for row in split(block))
    return rows, caught.value


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("[1,2,3]", [[1, 2, 3]]),
        ("[1,2]\n[3]\n\n[]\n", [[1, 2], [3], [], []]),  # lines
        ("[[1,2],[3]]", [[1, 2], [3]]),
        ("[[1,2],\n[3],[]]", [[1, 2], [3], []]),
        ("\n  [\n1,\n2]\n", [[1, 2]]),
        ("[[[1,2],[3,4]],[[5,6]]]", [[1, 2], [3, 4], [5, 6]]),
        ("\ufeff[[1],[2]]", [[1], [2]]),
        ("\ufeff[1]\r\n[2]\r\n", [[1], [2]]),
        ("# a remark\n[1]\n#[2]\n[3]\n", [[1], [3]]),
        ("[]", [[]]),
        ('["NaN","Infinity","-Infinity","inf"]', [[math.nan, math.inf, -math.inf, math.inf]]),
        ("[NaN, -Infinity, inf, 1e999]", [[math.nan, -math.inf, math.inf, math.inf]]),  # as Python writes them
        ("[[NaN, 1], [.5, +3, 007, −1]]", [[math.nan, 1], [0.5, 3, 7, -1]]),
        ("[1, 18446744073709551616, 1e-400]", [[1, 2.0**64, 0]]),
    ],
)
def test_arrays(text: str, rows: Rows) -> None:
    assert repr(rows_of(text)) == repr([list(map(float, row)) for row in rows])


@pytest.mark.parametrize("text", ["[-0]", "[1,-0]\n", "[[-0 ]]", "[[1],[-0]]"])
def test_minus_zero_keeps_its_sign(text: str) -> None:
    assert math.copysign(1, rows_of(text)[-1][-1]) == -1


def test_lines_have_numbers_and_documents_have_none() -> None:
    (block,) = opened("[1]\n\n[2]\n").blocks
    assert block.lines is not None
    assert block.lines.tolist() == [1, 2, 3]
    (block,) = opened("[[1],[2]]").blocks
    assert block.lines is None


OBJECTS = [
    '{"x": 1, "y": [2, 3], "z": "cat"}\n{"z": "dog", "x": 4, "y": [5]}\n',
    '[{"x": 1, "y": [2, 3], "z": "cat"},\n {"z": "dog", "x": 4, "y": [5]}]',
    '[\n{"x": 1, "y": [2, 3], "z": "cat"}, {"z": "dog", "x": 4, "y": [5]}]',
]


@pytest.mark.parametrize("text", OBJECTS)
@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (("x",), [[1], [4]]),
        (("x,y",), [[1, 2, 3], [4, 5]]),
        (("y", "x"), [[2, 3, 1], [5, 4]]),
        (("[xy]",), [[1, 2, 3], [4, 5]]),
    ],
)
def test_objects(text: str, columns: tuple[str, ...], rows: Rows) -> None:
    assert rows_of(text, columns=columns) == rows


@pytest.mark.parametrize("text", OBJECTS)
def test_targets_of_objects(text: str) -> None:
    source = opened(text, columns=("x",), target_column="z")
    assert source.labels == ("x",)
    targets = [target for block in source.blocks if block.targets is not None for target in block.targets.tolist()]
    assert targets == ["cat", "dog"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('{"x": 1, "y": 2}\n{"y": 4, "x": 3}\n', [[1, 2], [3, 4]]),
        ('[{"x": 1, "y": 2},\n {"y": 4, "x": 3}]', [[1, 2], [3, 4]]),
        ('{"0": 1, "1-2": NaN, "a,b": 3}\n', [[1, math.nan, 3]]),
        ('{"logits": [1, 2]}\n{"logits": [3]}\n', [[1, 2], [3]]),
        ('{"data": {"x": 1, "more": {"y": 2}}}\n', [[1, 2]]),
        ('[1]\n{"x": 2}\n', [[1], [2]]),
    ],
)
def test_records_of_numbers_alone_need_no_columns(text: str, rows: Rows) -> None:
    assert repr(rows_of(text)) == repr([list(map(float, row)) for row in rows])


def test_records_of_numbers_name_what_they_are_read_as() -> None:
    ended = actcli("softmax", stdin='{"cat": 1, "dog": 2}\n')
    assert "the numbers of each object make the vector: cat, dog (--column chooses)" in ended.stderr
    assert opened('{"cat": 1, "dog": 2}\n').labels == ("cat", "dog")
    labelled = opened('{"cat": 1, "label": "dog", "dog": 2}\n', target_column="label")
    assert [split(block) for block in labelled.blocks] == [[[1, 2]]]
    assert labelled.labels == ("cat", "dog")


@pytest.mark.parametrize(("second", "part"), [('{"x": 3}', "lacks 'y'"), ('{"x": 3, "y": 4, "z": 5}', "has 'z'")])
def test_a_record_of_other_numbers_is_not_read_in_silence(second: str, part: str) -> None:
    rows, error = fault_of(f'{{"x": 1, "y": 2}}\n{second}\n')
    assert rows == [[1, 2]]
    assert f"line 2: the object {part}, unlike the first" in error.message
    assert rows_of(f'{{"x": 1, "y": 2}}\n{second}\n', columns=("x",)) == [[1], [3]]


@pytest.mark.parametrize(
    ("columns", "rows"),
    [(("data.logits",), [[1, 2], [3]]), (("data.*",), [[1, 2, 7], [3, 8]]), (("data.more.z",), [[7], [8]])],
)
def test_columns_reach_into_objects(columns: tuple[str, ...], rows: Rows) -> None:
    text = '{"id": "a", "data": {"logits": [1, 2], "more": {"z": 7}}}\n{"data": {"more": {"z": 8}, "logits": [3]}}\n'
    found = rows_of(text, columns=columns)
    assert found == rows or sorted(map(sorted, found)) == sorted(map(sorted, rows))
    rows, error = fault_of(text, columns=("data",))
    assert error.hint == "it has id, data.logits, data.more.z"
    assert rows_of('{"data.logits": 1, "data": 2}\n', columns=("data.logits",)) == [[1]]


def test_a_name_that_two_values_have_is_refused() -> None:
    assert "two values of an object are called 'a.b'" in fault_of('{"a.b": 1, "a": {"b": 2}}')[1].message
    texts = ('{"x": 1, "x": 2}\n', '[{"x": 1,\n"x": NaN}]', '{"a": {"x": 1, "x": 2}}\n', '{"x" :1,"x":2}\n')
    for text in (*texts, '[{"x":1},{"x":1,"x":2}]', '{"x":1,"\\u0078":2}\n', '{"x":":{","x":2}\n'):
        assert "a key stands twice in an object: x" in fault_of(text, columns=("x",))[1].message
    assert rows_of('{"x": 1, "t": "\\"x\\": 2"}\n', columns=("x",)) == [[1]]


SEQUENCE = '\x1e[1,2]\n\x1e[3,\n 4]\n\x1e\n\x1e\x1e{"x":\n5}\n'


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_json_text_sequences(size: int, tmp_path: Path) -> None:
    class Pieces(io.BytesIO):
        def read(self, wanted: int | None = -1, /) -> bytes:
            return super().read(min(size, wanted or 0))

    blocks = open_streams(InputOptions(), Pieces(SEQUENCE.encode())).blocks
    found = [(row, line) for block in blocks for row, line in zip(split(block), block.lines.tolist(), strict=True)]  # type: ignore[union-attr]
    assert found == [([1, 2], 1), ([3, 4], 2), ([5], 5)]
    assert "line 5, column " in fault_of(SEQUENCE.replace("5}", "?}"))[1].message
    assert "text before the first mark" in fault_of("[1]\n\x1e[2]\n", format="json-seq")[1].message
    (tmp_path / "a.json-seq").write_text("")
    assert actcli("eval", "identity", "--input", f"{tmp_path}/a.json-seq").stdout == ""


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("[\n1,\n2\n]\n[\n3\n]\n", [[1, 2], [3]]),  # as jq prints them
        ("[[1, 2], [3]] [[4]]", [[1, 2], [3], [4]]),
        ('{\n"x": 1\n}\n{\n"x": 2\n}\n', [[1], [2]]),
    ],
)
def test_values_that_stand_one_behind_the_other_are_all_read(text: str, rows: Rows) -> None:
    assert rows_of(text) == rows


@pytest.mark.parametrize("behind", ["x", "3", ",", "]", '"a"', "\0", "[[4], x"])
def test_what_is_no_array_behind_an_array_is_an_error(behind: str) -> None:
    rows, error = fault_of(f"[[1, 2],\n[3]]\n{behind}")
    assert rows[:2] == [[1, 2], [3]]
    assert "line 3, column " in error.message


def test_a_document_is_refused_where_its_numbers_outgrow_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_reader, "MEMORY_LIMIT", 1 << 20)
    monkeypatch.setattr(streams, "MEMORY_LIMIT", 1 << 20)
    assert len(rows_of("[" + "1," * 10_000 + "1]", format="json")[0]) == 10_001
    for text in ("[" + "1," * 20_000 + "1]", "[" * 11_000, "[" + "[1]," * 10_000):
        assert "as numbers it takes over 1 MiB" in fault_of(text, format="json")[1].message


@pytest.mark.parametrize(
    ("form", "before", "line"),
    [
        (None, b"", b"[" + b"1," * 20_000 + b"1]"),
        (None, b"[1]\n", b"[" + b"1," * 20_000 + b"1]"),
        (None, b"", b"[" + b"[1]," * 10_000 + b"[1]]"),
        ("jsonl", b"[1]\n", b"[" * 20_000),
        ("jsonl", b"[1]\n", b'{"a":' * 10_000),
        ("json-seq", b"\x1e[1]\n", b"\x1e[" + b"1,\n" * 20_000 + b"1]"),
        ("text", b"1\n", b"1;" * 20_000),
        ("text", b"1\n", b"1, " * 20_000),
        ("csv", b"1\n", b"1\t" * 20_000),
        (None, b"array([1])\n", b"array([" + b"1,\n" * 20_000 + b"1])"),
    ],
)
def test_a_line_is_refused_where_its_numbers_outgrow_memory(
    form: str | None, before: bytes, line: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (streams, json_reader, array_reader):
        monkeypatch.setattr(module, "MEMORY_LIMIT", 1 << 20)
    monkeypatch.setattr(streams, "BLOCK_BYTES", 1 << 12)
    path = tmp_path / "input"
    path.write_bytes(before + line + b"\n")
    asked = () if form is None else ("--from", form)
    run = actcli("eval", "identity", "--input", str(path), *asked)
    assert (run.status, run.stdout) == (1, "1.0\n" if before else "")
    assert "as numbers it takes over 1 MiB" in run.stderr
    assert "of any size" in run.stderr
    path.write_bytes(before + line[: len(line) // 10].rstrip(b"\n") + b"\n")
    assert "MiB" not in actcli("eval", "identity", "--input", str(path), *asked).stderr


def test_what_is_wrong_with_an_object_does_not_depend_on_blocks() -> None:
    whole = actcli("eval", "identity", stdin='\n[1]\n{"x": "a"}\n')
    assert whole.status == 1
    assert whole.stdout == "\n1.0\n"


def test_a_document_that_is_an_object_is_one_vector() -> None:
    assert rows_of('{\n"x": [1, 2],\n"y": 3}', columns=("y,x",)) == [[3, 1, 2]]


def test_columns_of_arrays_are_numbered() -> None:
    assert rows_of("[1,2,3]\n[4,5,6]\n", columns=("3,1",)) == [[3, 1], [6, 4]]
    source = opened('[1,2,"cat"]\n[4,5,7]\n', target_column="3")
    (block,) = source.blocks
    assert split(block) == [[1, 2], [4, 5]]
    assert block.targets is not None
    assert block.targets.tolist() == ["cat", "7"]


@pytest.mark.parametrize("text", OBJECTS)
def test_objects_without_columns_name_their_keys(text: str) -> None:
    rows, error = fault_of(text)
    assert rows == []
    assert isinstance(error, UsageError)
    assert "it has x, y, z" in (error.hint or "")


def test_a_key_that_is_missing_later_is_a_fault_of_the_data() -> None:
    rows, error = fault_of('{"x":1}\n{"y":2}\n', columns=("x",))
    assert rows == [[1]]
    assert isinstance(error, DataError)
    assert error.message == "no column 'x' in stdin, line 2"


def test_what_actcli_prints_it_reads() -> None:
    printed = actcli("eval", "identity", "--format", "jsonl", stdin="1 nan -0.0\n\ninf 1e-300\n")
    assert (
        actcli("eval", "identity", "--column", "value", stdin=printed.stdout).stdout == "1.0 nan -0.0\n\ninf 1e-300\n"
    )


@pytest.mark.parametrize(
    ("text", "reading", "rows", "message", "marked"),
    [
        ("[1]\n[2,null]\n", {}, [[1]], "line 2, column 4: null is not a number", "null"),
        ("[1]\n[2,true]\n", {}, [[1]], "line 2, column 4: true is not a number", "true"),
        ('[1]\n[2,"3"]\n', {}, [[1]], "line 2, column 4: '3' is not a number", '"3"'),
        ("[1]\n[2,[3]]\n", {}, [[1]], "line 2, column 4: [3] is not a number", "[3]"),
        ('[1]\n["\\u001b[0m"]\n', {}, [[1]], r"'\x1b[0m' is not a number", None),
        ("[1]\n[2,\n", {}, [[1]], "line 2, column 4: no JSON: cut short", None),
        ("[1]\n2] x\n", {}, [[1]], "line 2, column 2: no JSON", "]"),
        ("[[1],[2,3],[4", {}, [[1], [2, 3]], "line 1, column 14: no JSON: cut short", None),
        ("[[1],\n[2],\n[x],[3]]", {}, [[1], [2]], "line 3, column 2: no JSON", "x"),
        ("[[1],\n[2, null]]", {}, [[1]], "line 2, column 5: null is not a number", "null"),
        ("[[1], 5]", {}, [], "[1] is not a number", "[1]"),
        ("[1,\n2", {}, [], "line 2, column 2: no JSON: cut short", None),
        ('[{"x":1},{"x":"a"}]', {"columns": ("x",)}, [[1]], "vector 1: 'a' is not a number", None),
        ("[NaN, 1, x]", {}, [], "line 1, column 10: no JSON", "x"),
        ('["é", 1e999, ?]', {}, [], "line 1, column 14: no JSON", "?"),
    ],
)
def test_faults_after_everything_before_them(
    text: str, reading: dict[str, Any], rows: Rows, message: str, marked: str | None
) -> None:
    before, error = fault_of(text, **reading)
    assert before == rows
    assert message in error.message
    if marked:
        assert error.place is not None
        assert error.place.text[error.place.column :][: error.place.width] == marked


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[1 2]", "line 1, column 4: no JSON: expecting ',' delimiter"),
        ('["a', "line 1, column 2: no JSON: unterminated string"),
        ("[1],", "line 1, column 4: no JSON: extra data"),
        ('{"x": 1, 2}', "no JSON: expecting property name enclosed in double quotes"),
        ('["\t"]', "no JSON: invalid control character"),
        (r'["\ud800"]', "no JSON: half a character in text"),
        (r'{"\ud800": 1}', "no JSON: half a character in text"),
        ("[tru]", "no JSON: expecting value"),
        ("[1_000]", "no JSON: expecting"),
        ("[0x10]", "no JSON: expecting"),
        ("[" * 5_000 + "NaN" + "]" * 5_000, "no JSON: nested too deeply"),
    ],
)
def test_what_is_no_json(text: str, part: str) -> None:
    for form in ("json", "jsonl"):
        assert part in fault_of(text, format=form, columns=("x",) if "{" in text else ())[1].message


def test_brackets_within_text_lead_nowhere() -> None:
    rows, error = fault_of('[{"x": 1, "t": "],["}, {"x": 2, "t": "["}, {"x": ?}]', columns=("x",))
    assert rows == [[1], [2]]
    assert "line 1, column 50: no JSON: expecting value" in error.message


def test_numbers_of_one_type_whichever_decoder_reads_them() -> None:
    assert repr(decode(b"[1, -2.5, 10000000000000000000]")) == repr(decode(b"[1, -2.5, 10000000000000000000, NaN]")[:3])
    source = opened("[7, 1]\n[8, NaN]\n", target_column="1")
    assert [target for block in source.blocks if block.targets is not None for target in block.targets] == ["7", "8"]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000, '[["' + '\\"' * 100_000]
)
def test_depth_and_quotes_without_end(text: str) -> None:
    ended = actcli("eval", "relu", "--column", "a", stdin=text)
    assert ended.status == 1
    assert "no JSON" in ended.stderr
    assert "bug" not in ended.stderr


def test_a_number_of_a_million_digits() -> None:
    assert rows_of(f"[[0.{'3' * 1_000_000}, {'9' * 1_000_000}]]") == [[1 / 3, math.inf]]
    assert rows_of(f"0.{'3' * 1_000_000}\n{'9' * 1_000_000}\n") == [[1 / 3], [math.inf]]


def test_a_document_that_is_no_utf8() -> None:
    assert "line 2: not UTF-8" in fault_of(b"[[1],\n[\xff]]")[1].message
    assert "line 2, byte 2: not UTF-8" in fault_of(b"[1]\n[\xff]\n")[1].message


def test_a_document_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_reader, "LINE_LIMIT", 1 << 20)
    assert "larger than 1 MiB" in fault_of("[[1]," + "[2]," * 1_000_000)[1].message


def test_a_line_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LINE_LIMIT", 1 << 20)
    rows, error = fault_of("[1]\n[" + "2," * 1_000_000)
    assert rows == [[1]]
    assert "line 2: longer than 1 MiB" in error.message


def test_a_vector_longer_than_any_look_ahead() -> None:
    long = list(range(100_000))
    assert rows_of(f"{long}\n[1]\n") == [[float(each) for each in long], [1.0]]
    assert rows_of(f'{{"x": {long}}}\n{{"x": 1}}\n', columns=("x",)) == [[float(each) for each in long], [1.0]]


def test_the_first_line_distinguishes_lines_from_a_document_whatever_the_suffix(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[1]\n[2]\n")
    (tmp_path / "b.json").write_text("[[1],[2]]")
    for name in ("a.json", "b.json"):
        assert actcli("eval", "identity", "--input", f"{tmp_path}/{name}").stdout == "1.0\n2.0\n"


def test_comments_alone_hold_nothing() -> None:
    assert rows_of("#", format="jsonl", columns=("1",)) == []
    assert rows_of("# x\n", format="csv", columns=("1",)) == []


def test_lines_are_read_as_they_arrive() -> None:
    class Pieces:
        def __init__(self, *pieces: bytes) -> None:
            self.pieces = list(pieces)

        def read(self, size: int, /) -> bytes:
            return self.pieces.pop(0) if self.pieces else b""

    source = Pieces(b"[1,", b"2]\n[3", b"]\n")
    blocks = open_streams(InputOptions(), source).blocks
    assert next(blocks).values.tolist() == [1, 2]
    assert len(source.pieces) == 1
    assert next(blocks).values.tolist() == [3]


def test_many_rows_and_a_fault_among_them() -> None:
    lines = [f"[{row},0.5]" for row in range(20_000)]
    assert len(rows_of("[" + ",".join(lines) + "]")) == 20_000
    lines[15_000] = "[15000,null]"
    rows, error = fault_of("\n".join(lines))
    assert len(rows) == 15_000
    assert "line 15001, column 8: null" in error.message
    rows, error = fault_of("[" + ",\n".join(lines) + "]")
    assert len(rows) == 15_000
    assert "line 15001, column 8: null" in error.message


NUMBER = st.floats() | st.integers(-(2**70), 2**70)


@given(st.lists(st.lists(NUMBER)))
def test_what_python_writes_reads_back(rows: list[list[float]]) -> None:
    wanted = [list(map(float, row)) for row in rows]
    assert repr(rows_of("".join(json.dumps(row) + "\n" for row in rows), format="jsonl")) == repr(wanted)
    assert repr(rows_of(json.dumps(rows), format="json")) == repr(wanted or [[]])


TREES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)
)


@given(TREES)
def test_repairing_numbers_changes_nothing_else(tree: Any) -> None:
    text = json.dumps([tree, -0], ensure_ascii=False)[:-2] + "-0]"  # what makes it look twice
    wanted = json.loads(text)
    try:
        found = decode(text.encode(errors="replace"))
    except json.JSONDecodeError:
        return
    if text.encode(errors="replace").decode() == text:
        assert repr(found[0]) == repr(wanted[0])


@pytest.mark.parametrize(("before", "answers", "status"), [("[1]\n[2]\n", "1.0\n2.0\n", 1), ("[]\n", "\n", 2)])
def test_an_object_without_columns_loses_nothing_that_stands_before_it(before: str, answers: str, status: int) -> None:
    run = actcli("eval", "relu", stdin=before + '{"a": 3, "b": "cat"}\n')
    assert (run.stdout, run.status) == (answers, status)
    assert "--column NAME" in run.stderr


# Long texts are read part by part, and entries that are alike a column at a time: neither changes an answer.

ENTRIES = (
    *(
        '{"a": [1, 2]}',
        '{"a": [3], "b": "],[{"}',
        '{"a":\n[4,5] , "é": "\\\\"}',
        '{"a": [6], "b": "\\"},{"}',
        '{"a": [NaN]}',
    ),
    *('{"a": [-0, 1e999, .5]}', '{"b": {"c": [[1], {}]}, "a": [7]}', '{"a": [8], "b": "\\\\\\""}', '{"a": []}'),
    *(
        '{"a": 5, "b": "x"}',
        '{"a": "inf", "b": 1}',
        '{"a": null, "b": [1]}',
        '{"b": 1, "a": 2}',
        "[[1, 2], [3]]",
        "[4, 5]",
    ),
)
AMISS = (*'[]{},:"x\\ \n', "5,", ", 5,", ',"a"', "[1]", "\x00", "\\ud800")
READINGS: Sequence[Mapping[str, Any]] = (
    *({"columns": ("a",)}, {"columns": ("a",), "target_column": "b"}, {"columns": ("a", "b"), "keep": ("b",)}),
    *({}, {"columns": ("1",)}, {"columns": ("b.c", "a"), "on_error": "nan"}, {"columns": ("a",), "on_error": "skip"}),
    *({"target_column": "a"}, {"every_array": True}, {"every_array": True, "on_error": "skip"}),
)


def written(draw: random.Random) -> str:
    """A document, often of entries that are alike, sometimes with something amiss."""
    comma = draw.choice((",", " ,\n", ", "))
    kinds = draw.sample(ENTRIES, draw.choice((1, 1, 2, 5)))
    text = f" [{comma[1:]}{comma.join(draw.choices(kinds, k=draw.randint(1, 40)))}"
    text += draw.choice(("]", " ]\n", ']\n[{"a": [9]}]', "] x", "", ",", ",]"))
    if draw.random() < 0.4:
        at = draw.randrange(len(text))
        text = text[:at] + draw.choice(AMISS) + text[at + draw.randint(0, 1) :]
    return text


def outcome(text: str, **reading: Any) -> str:
    """All that a reading of a text gives: rows, targets, names, messages, and the error that ends it."""
    rows, faults = list[Any](), Faults()
    told: tuple[Any, ...] = ()
    error: tuple[Any, ...] = ()
    try:
        source = opened(text, **reading)
        told = (source.labels, source.kept, source.messages)
        for block in source.blocks:
            own = [[] if part is None else part.tolist() for part in (block.targets, block.kept, block.lines)]
            rows += zip_longest([(block.layer, row) for row in split(block)], *own)
            faults = faults.merged(block.faults)
    except ActcliError as caught:
        error = (type(caught), caught.message, caught.hint, getattr(caught, "place", None))
    return repr((sorted(rows, key=repr) if reading.get("every_array") else rows, faults, told, error))


@pytest.mark.parametrize("seed", range(60))
def test_a_text_means_the_same_in_parts(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(seed)  # noqa: S311 - no secret
    text, reading = written(draw), draw.choice(READINGS)
    whole = outcome(text, format="json", **reading)
    monkeypatch.setattr(json_text, "_PART_BYTES", draw.choice((8, 30)))
    monkeypatch.setattr(json_text, "_WINDOW_BYTES", draw.choice((1, 5, 1000)))
    assert outcome(text, format="json", **reading) == whole


@pytest.mark.parametrize("form", ["json", "jsonl"])
@pytest.mark.parametrize("seed", range(60))
def test_entries_mean_the_same_one_by_one(seed: int, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(seed)  # noqa: S311 - no secret
    kinds = draw.sample(ENTRIES, draw.choice((1, 1, 1, 2)))
    entries = [each.replace("\n", " ") for each in draw.choices(kinds, weights=(30, 1)[: len(kinds)], k=100)]
    text = "\n".join(entries) if form == "jsonl" else f"[{','.join(entries)}]"
    reading = draw.choice(READINGS)
    many = outcome(text, format=form, **reading)
    monkeypatch.setattr(json_reader._Values, "parse", lambda *_: None)
    assert outcome(text, format=form, **reading) == many


def test_each_line_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = list[bytes]()

    def loads(text: bytes) -> Any:
        decoded.append(text)
        return orjson.loads(text)

    monkeypatch.setattr(json_text, "loads", loads)
    text = "".join(f'{{"id": {line}, "data": {{"logits": [1, {line}]}}}}\n' for line in range(1_000))
    assert rows_of(text, columns=("data.logits",)) == [[1, line] for line in range(1_000)]
    assert len(decoded) == 1_000

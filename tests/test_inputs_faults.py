"""What becomes of bad input: --on-error, counts and shares, --flatten, and bytes that nobody would think of."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actcli.errors import DataError
from actcli.inputs import sources
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import open_streams
from actcli.results import Vectors
from tests.runner import Run, actcli

BAD = {
    "text": "1 -9\nx 3\n\n4 y z\n5 9\n",
    "csv": "a,b\n1,-9\nx,3\n\n,y\n5,9\n",
    "jsonl": '[1,-9]\n[null,3]\n\n["x",true]\n[5,9]\n',
}
FIRST = {
    "text": "stdin, line 2, column 1: 'x' is not a number",
    "csv": "stdin, line 3, column 1: 'x' is not a number",
    "jsonl": "stdin, line 2, column 2: null is not a number",
}
TOKENS = {"text": 3, "csv": 3, "jsonl": 3}


def run(name: str, *options: str) -> Run:
    return actcli("eval", "sigmoid", "--from", name, "--format", "json", *options, stdin=BAD[name])


@pytest.mark.parametrize("name", BAD)
def test_stop_is_the_default_and_gives_what_came_before(name: str) -> None:
    ended = run(name)
    assert ended.status == 1
    assert [vector["x"] for vector in ended.json["vectors"]] == [[1, -9]]
    assert FIRST[name] in ended.stderr


@pytest.mark.parametrize("name", BAD)
def test_skip_leaves_the_whole_vector_out(name: str) -> None:
    ended = run(name, "--on-error", "skip")
    assert ended.status == 0
    assert [vector["x"] for vector in ended.json["vectors"]] == [[1, -9], [], [5, 9]]
    summary = ended.json["summary"]
    shown = f"2 vectors were left out; first: {FIRST[name]}"
    assert shown in summary["remarks"]
    assert f"actcli: warning: {shown}\n" in ended.stderr
    assert summary["vectors"] == 3
    (function,) = summary["functions"]
    assert (function["inputs"], function["saturated"], function["saturated_share"]) == (4, 2, 0.5)


@pytest.mark.parametrize("name", BAD)
def test_nan_takes_the_place_of_bad_tokens_and_counts_nowhere(name: str) -> None:
    ended = run(name, "--on-error", "nan")
    assert ended.status == 0
    rows = [vector["x"] for vector in ended.json["vectors"]]
    assert rows[:3] == [[1, -9], ["NaN", 3], []]
    assert set(map(str, rows[3])) <= {"NaN", "4.0"}
    assert rows[4] == [5, 9]
    summary = ended.json["summary"]
    assert f"{TOKENS[name]} tokens were read as NaN; first: {FIRST[name]}" in summary["remarks"]
    (function,) = summary["functions"]
    values = sum(map(len, rows))
    assert function["inputs"] == values - TOKENS[name]
    assert function["saturated"] == 2


def test_a_nan_that_was_written_is_an_input_like_any_other() -> None:
    ended = actcli("eval", "sigmoid", "--summary", "--format", "json", stdin="nan\n9\n")
    assert ended.json["summary"]["functions"][0]["inputs"] == 2


def test_units_are_dead_whatever_stands_in_for_bad_tokens() -> None:
    ended = actcli(
        "eval", "relu", "--on-error", "nan", "--summary", "--format", "json", stdin="-1 x 1\n? -1 y\n-2 z -1\n"
    )
    (function,) = ended.json["summary"]["functions"]
    assert (function["units"], function["units_dead"]) == (3, 2)  # of the second only one row is known, and dead
    only_bad = actcli("eval", "relu", "--on-error", "nan", "--summary", "--format", "json", stdin="-1 x\n-1 x\n")
    (function,) = only_bad.json["summary"]["functions"]
    assert (function["units"], function["units_dead"]) == (2, 1)  # nobody knows the other


def test_gates_judge_what_is_known() -> None:
    text = "9\nx\nx\n0\n"
    assert actcli("eval", "sigmoid", "--on-error", "nan", "--fail-over", "40%", stdin=text).status == 3
    assert actcli("eval", "sigmoid", "--on-error", "skip", "--fail-over", "60%", stdin=text).status == 0
    assert actcli("eval", "sigmoid", "--on-error", "skip", "--fail-over", "60%", stdin="x\n").status == 3


FORMATS = ["table", "plain", "csv", "tsv", "json", "jsonl", "npy"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "command", [["eval", "gelu"], ["grad", "tanh"], ["softmax"], ["eval", "maxout"], ["compare", "relu", "-"]]
)
@pytest.mark.parametrize("text", ["x\n", "x\ny\n1 2\n3 4\n", "1 2\nx\n3 4\ny\n"])
def test_every_format_bears_blocks_of_nothing_but_faults(
    form: str, command: list[str], text: str, tmp_path: Path
) -> None:
    path = tmp_path / f"answer.{form}"
    ended = actcli(*command, "--on-error", "skip", "--format", form, "--output", str(path), stdin=text)
    assert ended.status == (2 if command[0] == "compare" and form in ("plain", "npy") else 0), ended.stderr
    if ended.status == 0:
        assert "left out; first: stdin, line" in ended.stderr


def test_faults_of_later_blocks_are_added_up() -> None:
    text = "".join("x\n" if line % 10_000 == 7 else f"{line}\n" for line in range(200_000))
    ended = actcli("eval", "relu", "--on-error", "skip", "--quiet", stdin=text)
    assert len(ended.lines) == 200_000 - 20
    assert not ended.stderr
    shown = actcli("eval", "relu", "--on-error", "nan", "--summary", stdin=text).stderr
    assert "20 tokens were read as NaN; first: stdin, line 8, column 1" in shown


def test_nothing_but_faults_takes_no_longer_than_it_must() -> None:
    ended = actcli("eval", "relu", "--on-error", "skip", "--summary", "--format", "json", stdin="x y\n" * 20_000)
    assert ended.json["summary"]["vectors"] == 0
    assert "20000 vectors were left out" in ended.stderr


@pytest.mark.parametrize(
    ("text", "form", "left"),
    [
        (b"1\n\xff\xfe 2\n3\n", "text", "1.0\nnan\n3.0\n"),
        (b"1\n\0\n3\n", "text", "1.0\nnan\n3.0\n"),
        (b"[1]\nnothing\n[3]\n", "jsonl", "1.0\nnan\n3.0\n"),
        (b'a,b\n1,2\n"x\ny",2\n3,4\n', "csv", "1.0,2.0\nnan,2.0\n3.0,4.0\n"),
        (b"a,b\n1,2\n5\n3,4\n", "csv", "1.0,2.0\nnan,nan\n3.0,4.0\n"),
    ],
)
def test_lines_that_are_no_text_or_no_rows(text: bytes, form: str, left: str) -> None:
    assert actcli("eval", "identity", "--from", form, "--on-error", "nan", stdin=text).stdout == left
    good = "".join(line + "\n" for line in left.splitlines() if "nan" not in line)
    assert actcli("eval", "identity", "--from", form, "--on-error", "skip", stdin=text).stdout == good


def test_targets_stay_beside_their_vectors() -> None:
    text = "t,x\na,1\nb,?\nc,3\n"
    for on_error, targets in (("skip", ["a", "c"]), ("nan", ["a", "b", "c"])):
        reading = InputOptions(target_column="t", on_error=on_error)  # type: ignore[arg-type]
        (block,) = open_streams(reading, io.BytesIO(text.encode())).blocks
        assert block.targets is not None
        assert block.targets.tolist() == targets


def test_what_no_policy_forgives() -> None:
    packed = gzip.compress("".join(f"{line / 7}\n" for line in range(50_000)).encode())
    ended = actcli("eval", "relu", "--on-error", "skip", stdin=packed[: len(packed) // 2])
    assert ended.status == 1
    assert "gzip data ends too early" in ended.stderr


@pytest.mark.parametrize("text", ["1 2\n3\n\n4,5\n", "[[1,2],[3],[4,5]]", "[1,2]\n[3,4,5]\n", "a,b\n1,2\n3,4\n"])
def test_flatten_makes_one_vector(text: str) -> None:
    ended = actcli("eval", "identity", "--flatten", "--format", "jsonl", stdin=text)
    assert json.loads(ended.stdout)["x"] == [1.0, 2.0, 3.0, 4.0, 5.0][: 4 if "a" in text else 5]


def test_flatten_joins_files_arrays_and_words(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([[1, 2], [3, 4]], np.float32))
    (tmp_path / "b.txt").write_text("5\n6\n")
    files = ("--input", f"{tmp_path}/a.npy", "--input", f"{tmp_path}/b.txt")
    shares = np.exp(np.arange(1.0, 7)) / np.exp(np.arange(1.0, 7)).sum()
    assert actcli("softmax", "--flatten", *files).numbers == pytest.approx(shares.tolist())
    assert actcli("eval", "relu", "1,-2", "3,4", "--flatten").stdout == "1.0,0.0,3.0,4.0\n"
    assert actcli("eval", "relu", "--flatten", stdin="").stdout == ""


def test_flatten_gives_no_half_a_vector() -> None:
    ended = actcli("softmax", "--flatten", stdin="1\n2\nx\n")
    assert (ended.stdout, ended.status) == ("", 1)
    assert "line 3, column 1: 'x'" in ended.stderr
    assert actcli("softmax", "--flatten", "--on-error", "skip", stdin="1\n1\nx\n").stdout == "0.5 0.5\n"


def test_flatten_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "FLAT_LIMIT", 1 << 20)
    block = Vectors(np.zeros(1 << 16), np.array([1 << 16], np.int64))
    with pytest.raises(DataError, match="outgrew 1 MiB"):
        list(sources.flattened([block, block, block]))


@pytest.mark.parametrize(
    "options",
    [
        ["--from", "csv"],
        ["--column", "2"],
        ["--target-column", "a"],
        ["--no-header"],
        ["--array", "a"],
        ["--input", "a"],
    ],
)
def test_options_of_streams_and_values_typed_exclude_each_other(options: list[str]) -> None:
    ended = actcli("eval", "relu", "1", "2", *options)
    assert ended.status == 2
    assert "leave out" in ended.stderr


def test_a_bad_token_in_line_3_of_ten_million() -> None:
    class Endless:
        """Line after line, the third of them bad, and no end in sight."""

        reads = 0

        def read(self, size: int, /) -> bytes:
            self.reads += 1
            return b"1\n2\nabc\n" + b"4\n" * 1000 if self.reads == 1 else b"5\n" * 1000

    source = Endless()
    ended = actcli("eval", "relu", stdin=source)
    assert (ended.stdout, ended.status) == ("1.0\n2.0\n", 1)
    assert "line 3, column 1: 'abc' is not a number\n  abc\n  ^^^" in ended.stderr
    assert source.reads < 3


def test_a_binary_file_is_reported_as_such() -> None:
    for data in (
        b"\x7fELF\x02\x01\x01\0\0,\0\n" * 100,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 100,
        bytes(range(256)) * 100,
    ):
        ended = actcli("eval", "relu", stdin=data)
        assert (ended.stdout, ended.status) == ("", 1)
        assert "binary data" in ended.stderr or "not UTF-8" in ended.stderr
        assert ended.stderr.isprintable() or all(line.isprintable() for line in ended.stderr.splitlines())


NUMBERISH = st.text('0123456789+-.eEinfatyx,;:"[]{} \t\r\n#_', max_size=60).map(str.encode)
STARTS = st.sampled_from(
    [
        b"",
        b"a,b\n",
        b"[",
        b"{",
        b"[[",
        b'{"a":',
        b"\x93NUMPY\x01\0",
        b"PK\x03\x04",
        b"\x1f\x8b\x08\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
    ]
)
FORMAT = st.sampled_from([None, "text", "csv", "tsv", "json", "jsonl", "npy", "npz"])
READING = st.lists(
    st.sampled_from(
        [
            ["--column", "1"],
            ["--column", "a*"],
            ["--column", "2-"],
            ["--target-column", "b"],
            ["--no-header"],
            ["--array", "a"],
            ["--flatten"],
            ["--on-error", "skip"],
            ["--on-error", "nan"],
        ]
    ),
    max_size=3,
)
PACKING: Any = st.sampled_from([bytes, gzip.compress])


@settings(deadline=5_000, max_examples=500)
@given(STARTS, st.one_of(NUMBERISH, st.binary(max_size=60)), FORMAT, READING, PACKING)
def test_no_bytes_make_a_reader_stumble(
    start: bytes, data: bytes, form: str | None, reading: list[list[str]], packing: Any
) -> None:
    options = [word for pair in reading for word in pair] + (["--from", form] if form else [])
    ended = actcli("eval", "identity", *options, stdin=packing(start + data))
    assert ended.status in (0, 1, 2)
    assert "bug" not in ended.stderr
    assert "Traceback" not in ended.stderr
    assert all(line.isprintable() for line in ended.stderr.splitlines())
    assert bool(ended.status) == ("actcli: error: " in ended.stderr)


@pytest.mark.parametrize("form", ["plain", "jsonl", "json", "csv", "tsv"])
@given(values=st.lists(st.floats(), min_size=1, max_size=20))
@settings(deadline=5_000)
def test_what_is_printed_reads_back_to_the_bit(form: str, values: list[float]) -> None:
    stdin = " ".join(map(repr, values))
    printed = actcli("eval", "identity", "--format", form, "--quiet", stdin=stdin).stdout
    options = {
        "jsonl": ["--column", "value"],
        "json": ["--column", "value"],
        "csv": ["--column", "value", "--flatten"],
        "tsv": ["--column", "value", "--flatten"],
    }
    text = printed if form != "json" else json.dumps(json.loads(printed)["vectors"])
    again = actcli("eval", "identity", "--quiet", *options.get(form, []), stdin=text)
    assert list(map(repr, again.numbers)) == list(map(repr, values))  # which tells -0.0, and NaN equals NaN


@pytest.mark.parametrize("form", ["table", "tsv", "json"])
def test_data_of_bad_tokens_alone_have_statistics_of_nothing(form: str) -> None:
    ended = actcli("compare", "tanh", "-", "--on-error", "nan", "--format", form, stdin="x\ny\n")
    assert ended.status == 0, ended.stderr

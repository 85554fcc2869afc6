"""Text streams: grammar, lines, delimiters, comments, faults, and arrival piece by piece."""

import io
import os
import tracemalloc
from collections.abc import Iterator
from itertools import pairwise
from math import copysign

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actcli.errors import DataError
from actcli.inputs import streams
from actcli.inputs.formats import InputInfo, is_enough
from actcli.inputs.number import number
from actcli.inputs.options import InputOptions
from actcli.inputs.readers import bulk
from actcli.inputs.readers.text import read_text
from actcli.results import Vectors
from actcli.terminal import ByteSource
from tests.runner import actcli

FAST = [b"1\n2\n", b"1,2\n3\n", b"1, 2 ,3\n", b"1 2\n3 4\n", b"1\t2\n", b"1;2\n", b"1,\t2\n", b"1e-05,-0.5\n"]
SLOW = [
    b".5\n",
    b"+3\n",
    b"007\n",
    b"1.\n",
    b"nan,inf\n",
    b"1  2\n",
    b"1\n\n2\n",
    b" 1\n",
    b"1 \n",
    b"1,2 3\n",
    b"1e999\n",
]


class Pieces:
    """A stream that hands over one piece at each read."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    def read(self, size: int, /) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""


def blocks_from(source: ByteSource, info: InputInfo | None = None) -> Iterator[Vectors]:
    return read_text(streams.buffered(source, "stdin", is_enough), "stdin", InputOptions(), info or InputInfo())


def blocks_of(*pieces: bytes, info: InputInfo | None = None) -> Iterator[Vectors]:
    return blocks_from(Pieces(*pieces), info)


def rows_of(*pieces: bytes) -> list[list[float]]:
    return [row for block in blocks_of(*pieces) for row in split(block)]


def split(block: Vectors) -> list[list[float]]:
    starts = block.starts()
    assert starts[-1] == len(block.values)
    if not len(block.lengths):
        assert block.faults.comments  # after the last line
        return []
    assert block.lines is not None
    assert len(block.lines) == len(block.lengths) > 0
    return [block.values[a:b].tolist() for a, b in pairwise(starts)]


def lines_of(*pieces: bytes) -> list[int]:
    return [int(line) for block in blocks_of(*pieces) if block.lines is not None for line in block.lines]


def delimiter_of(data: bytes) -> str:
    info = InputInfo()
    list(blocks_of(data, info=info))
    return info.delimiter


def fault_of(data: bytes) -> tuple[list[list[float]], DataError]:
    rows, blocks = list[list[float]](), blocks_of(data)
    with pytest.raises(DataError) as caught:
        rows.extend(row for block in blocks for row in split(block))
    assert caught.value.status == 1
    return rows, caught.value


@pytest.mark.parametrize("lines", FAST)
def test_orjson_reads_what_it_may(lines: bytes) -> None:
    fast, slow = bulk._by_json(lines), bulk._by_splitting(lines)
    assert fast is not None
    assert slow is not None
    np.testing.assert_array_equal(fast[0], slow[0])
    np.testing.assert_array_equal(fast[1], slow[1])


@pytest.mark.parametrize("lines", SLOW)
def test_orjson_leaves_the_rest_to_the_splitter(lines: bytes) -> None:
    assert bulk._by_json(lines) is None
    assert bulk._by_splitting(lines) is not None


@pytest.mark.parametrize(
    "lines",
    [b"true\n", b"null\n", b"[1]\n", b'"1"\n', b"{}\n", b"1_0\n", b"0x1\n", b"1,,2\n", b"1,\n", b",1\n", b",\n"],
)
def test_what_neither_reads(lines: bytes) -> None:
    assert bulk.parse(lines) is None


@pytest.mark.parametrize("token", [b"-0", b"-0.0", b"-0e0", b"-0e5", b"-0E-5", b"-00", b"-.0", b"-0."])
def test_minus_zero_keeps_its_sign(token: bytes) -> None:
    for data in (token + b"\n1\n", b"1\n" + token, b"1," + token + b",-0.5"):
        values = [value for row in rows_of(data) for value in row]
        assert [copysign(1.0, value) for value in values if value == 0.0] == [-1.0]


def test_huge_integers_round_once() -> None:
    tokens = ["9007199254740993", "18446744073709551615", "123456789012345678901234567890", "-9223372036854775809"]
    assert rows_of("\n".join(tokens).encode()) == [[float(token)] for token in tokens]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_blank_lines_are_empty_vectors(end: bytes) -> None:
    data = end.join([b"1,2", b"", b"  ", b"3", b""])
    assert rows_of(data) == [[1, 2], [], [], [3]]
    assert rows_of(data[: -len(end)]) == [[1, 2], [], [], [3]]
    assert lines_of(data) == [1, 2, 3, 4]


def test_empty_input_has_no_blocks() -> None:
    assert list(blocks_of()) == []
    assert [(len(block.lengths), block.faults.comments) for block in blocks_of(b"# only a remark\n")] == [(0, 1)]
    assert rows_of(b"\n") == [[]]


def test_comments_vanish_and_line_numbers_stay() -> None:
    data = b"# caf\xe9\n1 2 # two\n  # more\n\n3\n#"
    assert rows_of(data) == [[1, 2], [], [3]]
    assert lines_of(data) == [2, 4, 5]


def test_byte_order_mark_and_minus_sign() -> None:
    assert rows_of(b"\xef\xbb\xbf" + "−1,1e−3\n−0.5,2".encode()) == [[-1, 0.001], [-0.5, 2]]
    assert rows_of(b"\xef", b"\xbb", b"\xbf1", b"\n") == [[1]]


@pytest.mark.parametrize(
    ("data", "delimiter"),
    [
        (b"1,2\n", ","),
        (b"1 , 2\n", ","),
        (b"1, 2\n", ","),
        (b"1;2\n", ";"),
        (b"1\t2\n", "\t"),
        (b"1 2\n", " "),
        (b"1   2\n", " "),
        (b"  1\t2\n", "\t"),
        (b"5\n 6 \n1, 2 3\n", ","),
        (b"# a, b\n1;2\n", ";"),
        (b"1\n2\n", ""),
        (b" 1 \n", ""),
    ],
)
def test_the_first_delimiter_met(data: bytes, delimiter: str) -> None:
    assert delimiter_of(data) == delimiter


@pytest.mark.parametrize(
    ("data", "rows", "message", "column", "width"),
    [
        (b"1\n2 two 3\n4\n", [[1.0]], "stdin, line 2, column 3: 'two' is not a number", 2, 3),
        (b"1,,2\n", [], "stdin, line 1, column 3: a number is missing", 2, 1),
        (b"1, 2 ,\n", [], "stdin, line 1, column 7: a number is missing", 6, 1),
        (b",1\n", [], "stdin, line 1, column 1: a number is missing", 0, 1),
        (b"# x\n\n1_000", [[]], "stdin, line 3, column 1: '1_000' is not a number", 0, 5),
        (b"1\r\n2 0x1\r\n", [[1.0]], "stdin, line 2, column 3: '0x1' is not a number", 2, 3),
        ("−1 ٣\n".encode(), [], "stdin, line 1, column 4: '٣' is not a number", 3, 1),
        (b"1 \x1b[0m\n", [], r"stdin, line 1, column 3: '\x1b[0m' is not a number", 2, 4),
        (b"1\x1c2\n", [], r"stdin, line 1, column 1: '1\x1c2' is not a number", 0, 3),
    ],
)
def test_a_fault_is_reported_after_everything_before_it(
    data: bytes, rows: list[list[float]], message: str, column: int, width: int
) -> None:
    before, error = fault_of(data)
    assert before == rows
    assert error.message == message
    assert error.place is not None
    assert (error.place.column, error.place.width) == (column, width)


def test_a_fault_deep_in_a_large_block() -> None:
    before, error = fault_of(b"1\n" * 40_000 + b"2,x\n" + b"y\n" * 40_000)
    assert len(before) == 40_000
    assert error.message == "stdin, line 40001, column 3: 'x' is not a number"


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"1\n\xff2\n", "line 2, byte 1: not UTF-8"),
        (b"1\0\n", "binary"),
        ("1\n".encode("utf-16"), "UTF-16"),
        (b"\x93NUMPY\x01\0v\0{'descr'}\n", "NumPy array"),
    ],
)
def test_what_is_no_text(data: bytes, part: str) -> None:
    assert part in fault_of(data)[1].report()


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LINE_LIMIT", 1 << 20)

    def endless() -> Iterator[bytes]:
        yield b"1\n"
        while True:
            yield b"1 " * 10_000

    class Endless:
        def __init__(self) -> None:
            self.pieces = endless()

        def read(self, size: int, /) -> bytes:
            return next(self.pieces)

    blocks = blocks_from(Endless())
    assert next(blocks).values.tolist() == [1]
    with pytest.raises(DataError, match="line 2: longer than 1 MiB"):
        next(blocks)


def test_blocks_come_as_soon_as_lines_are_whole() -> None:
    source = Pieces(b"1\n2", b"3\n", b"4")
    blocks = blocks_from(source)
    assert next(blocks).values.tolist() == [1]
    assert len(source.pieces) == 2
    assert next(blocks).values.tolist() == [23]
    assert next(blocks).values.tolist() == [4]


def test_a_descriptor_that_does_not_block_is_waited_for() -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    with io.FileIO(reader) as source, io.FileIO(writer, "w") as sink:
        assert source.read(1) is None
        sink.write(b"1\n")
        blocks = blocks_from(source)
        assert next(blocks).values.tolist() == [1]


def test_a_read_that_fails_is_reported(tmp_path: object) -> None:
    descriptor = os.open(str(tmp_path), os.O_RDONLY)
    try:
        source = _Descriptor(descriptor)
        with pytest.raises(DataError, match="stdin: Is a directory"):
            list(blocks_from(source))
    finally:
        os.close(descriptor)


class _Descriptor:
    def __init__(self, number: int) -> None:
        self.number = number

    def read(self, size: int, /) -> bytes:
        return os.read(self.number, size)


@given(st.lists(st.lists(st.floats(allow_nan=False), max_size=5)), st.sampled_from([",", " ", "\t", ";", " , "]))
def test_printed_vectors_read_back(rows: list[list[float]], delimiter: str) -> None:
    data = "".join(delimiter.join(map(repr, row)) + "\n" for row in rows).encode()
    found = rows_of(data)
    assert found == rows
    assert [copysign(1, v) for row in found for v in row] == [copysign(1, v) for row in rows for v in row]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_what_orjson_prints_reads_back(values: list[float]) -> None:
    assert rows_of(orjson.dumps(values)[1:-1]) == [values]


def outcome(*pieces: bytes) -> tuple[list[str], str]:
    """The rows that come out, and what is said of a fault; as text, in which NaN equals NaN."""
    rows = list[str]()
    try:
        for block in blocks_of(*pieces):
            rows.extend(map(repr, split(block)))
    except DataError as error:
        return rows, error.report()
    return rows, ""


NUMBERISH = st.text("0123456789+-.eEinfatyx,; \t\r\n#_", max_size=30).map(str.encode)


@given(st.one_of(NUMBERISH, st.binary(max_size=40)))
def test_any_bytes_read_or_are_reported(data: bytes) -> None:
    shown = outcome(data)[1]
    assert all(line.isprintable() for line in shown.split("\n"))


@given(NUMBERISH)
def test_a_line_reads_as_its_tokens_do(data: bytes) -> None:
    tokens = data.decode().translate(str.maketrans(",;\n", "   ")).split()
    lines = data.replace(b"\n", b" ") + b"\n"
    parsed = bulk.parse(lines)
    if parsed is not None:
        np.testing.assert_array_equal(parsed[0], np.array([number(token) for token in tokens], np.float64))
        assert parsed[1].tolist() == [len(tokens)]


@given(NUMBERISH, st.integers(1, 5))
def test_where_the_stream_is_cut_does_not_matter(data: bytes, size: int) -> None:
    assert outcome(*(data[at : at + size] for at in range(0, len(data), size))) == outcome(data)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
@pytest.mark.parametrize(
    "text", ["1,2,3\n4,5,6\n", "1 2 3\n\n4\n", ".5 +3 inf\n7\t8\n", "1,2,\n", ",1\n", "1,,2\n", "\n\n", "", "-0,1\n"]
)
def test_a_long_line_is_read_in_pieces_and_means_the_same(
    text: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer() -> tuple[str, str, int]:
        run = actcli("eval", "identity", stdin=text)
        return run.stdout, run.stderr, run.status

    whole = answer()
    monkeypatch.setattr(bulk, "_PIECE_BYTES", size)
    assert answer() == whole


def test_flatten_holds_values_and_not_what_is_known_of_their_rows() -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        assert actcli("eval", "relu", "--flatten", "--summary", stdin="1\n" * rows).status == 0
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)  # imports what is imported once
    assert peak(400_000) - peak(200_000) < 200_000 * 40  # bytes a value: its text, float64, a copy, an answer

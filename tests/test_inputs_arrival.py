"""How bytes arrive does not matter: whole, byte by byte, packed or in a file, all that comes out is the same."""

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runner import Run, actcli


class Pieces:
    """A stream that hands over so many bytes at each read."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data = io.BytesIO(data)
        self._size = size

    def read(self, size: int, /) -> bytes:
        return self._data.read(min(size, self._size))


def saved(*arrays: Any) -> bytes:
    file = io.BytesIO()
    for array in arrays:
        np.save(file, array)
    return file.getvalue()


def archived(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


TEXT: list[bytes] = [
    b"1 2\n-3 nan\n\n.5\n",
    b"5\n\n6\n1,2\n3 4\n",  # the first delimiter comes late
    b"5\nx 1\n1;2\n3,4\n",  # and after a bad line
    b"1,2\nx\n3,4\n" * 50,
    b"# one\n1 2 # two\n#\n3\n# end",
    b"1 2\nbad\n3\n" * 40,
    b"x\n" * 100 + b"1 2\n",
    b"x\n" * 100,
    b"1,5 2,5\n3\n",
    b"1\n1,234.5\n2\n",
    b"1 2\r\n3 4\r\r\n5\r",
    b"1\r2\r3\n4\n",
    "−1,2\n１，２\n3\u00a04\n".encode(),
    b"\xef\xbb\xbf1\n2\n",
    b"1\n\xff\xfe\n2\n" * 20,
    b"1\n\0\n2\n",
    "1\n2\n".encode("utf-16"),
    b"1.#INF 2 #3\n#4\n",
    b" " * 500 + b"#\n1\n",
    b"",
    b"\n",
    b"1",
]
TABLES: list[tuple[bytes, tuple[str, ...]]] = [
    (b"a,b\n1,2\n\n3,4\n", ()),
    (b"a,b\n", ()),
    (b"a,b", ("--header",)),
    (b"\n# remark\n\na,b\n\n1,2\n# late\n3,4\n", ()),
    (b"#a,b\n1,2\n", ()),
    (b"#a,b\n1 2\n", ()),
    (b",a,b\n0,1,2\n1,3,x\n", ()),
    (b"a;b\n1,5;2\n3;4\n", ()),
    (b"a;b\n1,5;2\n3;4\n", ("--decimal-comma",)),
    (b"label,0,1\ncat,1,2\ndog,3,?\n", ("--target-column", "label")),
    (b"1,2,a\n3,4\n5,6\n", ("--target-column", "3")),
    (b"1,2,a\n3,4,b,5\n5,6,c\n", ("--target-column", "3")),
    (b"".join(b"caf\xe9,%d\n" % row for row in range(70)) + b"b,?\n" + b"\xe9,5\n" * 70, ("--column", "2")),
    (b"".join(b"a\0,%d\n" % row for row in range(70)) + b"b,?\n" + b"\0,5\n" * 70, ("--column", "2")),
    (b'n,x\n"a\nb",1\n"c ""d"", e",2\n\nf,3\n', ("--column", "x")),
    (b'n,x\na,1\n"b,2\nc,3\nd,4\n', ("--column", "x")),
    (b'n,x\na"b",1\nc,2\n', ("--column", "x")),
    (b'"1.5"\n"2"\n"x"\n', ()),
    (b'"a"\n"1.5"\n"2"\n', ()),
    (b"a,b\r1,2\r3,4\r", ()),
    (b"x y\n1  2\n 3 4\n5\n", ("--column", "2,1")),
    (b"1,2,3\n4,5\n6,7,8\n", ("--column", "2-")),
    (b"\xe9,x\n1,2\n", ()),
    (b"a,a\n1,2\n", ("--column", "a")),
    (b"a\tb\n1\t2\n3\n", ()),
    (b'id,x\n"a\nb",1\n\nc,?\nd\n', ("--keep", "id", "--format", "csv")),
    (b"id x\na 1\n\xe9 2\nb 3\n" * 20, ("--keep", "id", "--format", "jsonl")),
]
OTHERS: list[tuple[bytes, tuple[str, ...]]] = [
    (b"[[1,2],[3, NaN]]", ()),
    (b"[[1,2],\n[.5],\n[3,x]]", ()),
    (b"[1,2]\n\n[null]\n[3]\n", ()),
    (b"[1,2]\n# remark\n{]\n[3]\n" * 30, ()),
    (b'{"x":1,"y":[2,3]}\n{"y":[4],"x":5}\n', ("--column", "y,x")),
    (b'[\n{"x":1,"z":"cat"},{"x":2,"z":"dog"}]', ("--column", "x", "--target-column", "z")),
    (b'{"x":1}\n{"y":2}\n{"x":3}\n', ("--column", "x")),
    (b'{"x":"a"}\n{"y":2}\n', ("--column", "x")),
    (b'{]\n{"x":"cat"}\n', ()),
    (b'{]\n{]\n[1]\n{"x":"cat","y":[2]}\n', ()),
    (b'{"x":"a"}\n{"x":[2]}\n{"y":3}\n', ()),
    (b'\n{"x":1,"id":7}\n{"x":"?","id":null}\n{"x":1}\n', ("--keep", "id", "--format", "csv")),
    (b"\x1e[1,2]\n\x1e[3]\n", ()),
    (b"tensor([[1., 2.],\n        [3., x]])\ntensor([5.])\n", ()),
    (b"[1. 2.]\n[3. 4.]\n5\n", ()),
    (b"[[1.]\n [2.]]\n", ()),
    (b"[[1. 2.]\n ...\n [3. 4.]]\n", ()),
    (b"(1, 2)\n\n# two\n(3,\n4)\n", ()),
    (saved(np.arange(6.0).reshape(2, 3)), ()),
    (saved(np.arange(6.0).reshape(2, 3), np.arange(3.0)), ()),
    (saved(np.arange(6.0, dtype=np.float32)), ("--column", "2-3")),
    (saved(np.arange(6.0))[:-9], ()),
    (saved(np.arange(6.0)) + b"rest", ()),
    (archived(a=np.arange(3.0), b=-np.arange(3.0)), ("--array", "b")),
    (archived(a=np.arange(3.0))[:-9], ()),
    (b"P", ()),
    (b"\x93NUM", ()),
    (b"\x1f\x8b", ()),
]
INPUTS = [*((text, ()) for text in TEXT), *TABLES, *OTHERS]


def arrivals(data: bytes) -> Iterator[tuple[str, bytes, int | None]]:
    """A name, the bytes as they are sent, and how many at a time; None for a file."""
    half = len(data) // 2
    members = gzip.compress(data[:half]) + gzip.compress(data[half:])
    for size in (1, 7):
        yield f"{size} at a time", data, size
        yield f"packed, {size} at a time", gzip.compress(data), size
        yield f"two members and zeros, {size} at a time", members + bytes(600), size
    yield "packed", gzip.compress(data), len(data) + 100
    yield "a file", data, None
    yield "a packed file", gzip.compress(data), None


def run(sent: bytes, size: int | None, folder: Path, *options: str) -> Run:
    """What comes out; the name of a file is that of stdin, as it must not matter."""
    if size is not None:
        return actcli("eval", "identity", *options, stdin=Pieces(sent, size))
    path = folder / "input"
    path.write_bytes(sent)
    ended = actcli("eval", "identity", *options, "--input", str(path))
    return Run(ended.stdout, ended.stderr.replace(str(path), "stdin"), ended.status)


@pytest.mark.parametrize("on_error", ["stop", "skip", "nan"])
@pytest.mark.parametrize(("data", "options"), INPUTS)
def test_how_bytes_arrive_does_not_matter(data: bytes, options: tuple[str, ...], on_error: str, tmp_path: Path) -> None:
    options = (*options, "--on-error", on_error)
    wanted = run(data, len(data) + 1, tmp_path, *options)
    assert "bug" not in wanted.stderr
    # What begins as gzip is not packed once more.
    for name, sent, size in arrivals(data):
        if not (data.startswith(b"\x1f\x8b") and sent is not data):
            assert run(sent, size, tmp_path, *options) == wanted, name


FORMAT = st.sampled_from([(), ("--from", "text"), ("--from", "csv"), ("--from", "tsv"), ("--from", "json")])
READING = st.sampled_from(
    [
        (),
        ("--column", "1"),
        ("--column", "2-"),
        ("--target-column", "a"),
        ("--header",),
        ("--no-header",),
        ("--decimal-comma",),
        ("--flatten",),
    ]
)
TOKENS = st.sampled_from([b"1", b"-2.5", b"x", b"a", b"1,5", b'"3"', b'"', b"#", b"[", b"]", b"\xe9", b""])
LINES = st.lists(st.lists(TOKENS, max_size=4), max_size=8)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=LINES,
    mark=st.sampled_from([b",", b" ", b";", b"\t", b", "]),
    form=FORMAT,
    reading=READING,
    on_error=st.sampled_from(["stop", "skip", "nan"]),
)
def test_how_any_bytes_arrive_does_not_matter(
    lines: list[list[bytes]],
    mark: bytes,
    form: tuple[str, ...],
    reading: tuple[str, ...],
    on_error: str,
    tmp_path: Path,
) -> None:
    data = b"\n".join(mark.join(line) for line in lines)
    options = (*form, *reading, "--on-error", on_error)
    wanted = run(data, len(data) + 1, tmp_path, *options)
    assert "bug" not in wanted.stderr
    for name, sent, size in arrivals(data):
        assert run(sent, size, tmp_path, *options) == wanted, name

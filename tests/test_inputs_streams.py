"""Streams: bytes as they arrive, gzip, files of other libraries, and answers that do not depend on how bytes arrive."""

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actcli.errors import ActcliError
from actcli.inputs import streams
from actcli.inputs.foreign import KINDS, Foreign, unsupported
from actcli.inputs.formats import is_enough
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import open_streams
from actcli.results import Faults
from actcli.terminal import ByteSource
from tests.runner import actcli

Rows = list[list[float]]


def rows_of(data: bytes, **reading: Any) -> Rows:
    blocks = open_streams(InputOptions(**reading), io.BytesIO(data)).blocks
    return [block.values[a:b].tolist() for block in blocks for a, b in pairwise(block.starts())]


def on_disk(data: bytes, path: Path) -> Rows:
    path.write_bytes(data)
    blocks = open_streams(InputOptions(files=(str(path),)), None).blocks
    return [block.values[a:b].tolist() for block in blocks for a, b in pairwise(block.starts())]


class Pieces:
    """A stream that hands over one piece at each read."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    def read(self, size: int, /) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""


def unpacked(*packed: bytes) -> Iterator[bytes]:
    source = streams.buffered(Pieces(*packed), "", is_enough)
    return streams.pieces(streams.unpacked(source, "", is_enough))


def test_gzip_by_its_first_bytes(tmp_path: Path) -> None:
    text = b"a,b\n1,2\n3,4\n"
    assert rows_of(gzip.compress(text)) == [[1, 2], [3, 4]]
    assert on_disk(gzip.compress(text), tmp_path / "a.csv.gz") == [[1, 2], [3, 4]]
    assert on_disk(gzip.compress(text), tmp_path / "a.csv") == [[1, 2], [3, 4]]
    assert on_disk(text, tmp_path / "b.csv.gz") == [[1, 2], [3, 4]]  # its name lies
    assert rows_of(gzip.compress(b"[1]\n[2]\n")) == [[1], [2]]


def test_members_of_gzip_follow_one_another() -> None:
    data = gzip.compress(b"1\n2") + gzip.compress(b"") + gzip.compress(b"3\n")
    assert rows_of(data) == rows_of(data + bytes(512)) == [[1], [23]]


@pytest.mark.parametrize("size", [1, 7])
def test_gzip_in_small_pieces(size: int) -> None:
    data = gzip.compress(b"1\n2\n" * 1000) + gzip.compress(b"3\n")
    assert b"".join(unpacked(*(data[at : at + size] for at in range(0, len(data), size)))) == b"1\n2\n" * 1000 + b"3\n"


def test_gzip_that_is_cut_short_or_damaged() -> None:
    lines = "".join(f"{value / 7}\n" for value in range(50_000)).encode()
    data = gzip.compress(lines)
    ended = actcli("eval", "identity", stdin=data[: len(data) // 2])
    assert ended.status == 1
    assert "cut short: its gzip data ends too early" in ended.stderr
    assert len(ended.lines) > 20_000
    assert ended.lines[:1000] == [repr(value / 7) for value in range(1000)]
    for damaged in (data[:-6] + b"\0\0" + data[-4:], b"\x1f\x8bxyz"):
        ended = actcli("eval", "identity", stdin=damaged)
        assert ended.status == 1
        assert "damaged gzip data" in ended.stderr


def test_a_gzip_bomb_unpacks_block_by_block() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"1\n" * (1 << 20)) for _ in range(64)) + packer.flush()
    assert len(bomb) < 1 << 18
    pieces = list(map(len, unpacked(bomb)))
    assert sum(pieces) == 1 << 27
    assert max(pieces) <= streams.BLOCK_BYTES


def test_a_gzip_bomb_of_one_line_meets_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LINE_LIMIT", 1 << 20)
    ended = actcli("eval", "relu", stdin=gzip.compress(b"5\n" + b"1" * (1 << 24)))
    assert ended.stdout == "5.0\n"
    assert "line 2: longer than 1 MiB" in ended.stderr


class Trickle(io.BytesIO):
    """A stream whose bytes arrive a few at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self.size = size

    def read(self, wanted: int | None = -1, /) -> bytes:
        return super().read(min(self.size, wanted or 0))


PACKED = gzip.compress(b"1 2\n3 4\n", mtime=0)
FLAWED = PACKED[:-8] + bytes(4) + PACKED[-4:]  # its checksum is wrong


@pytest.mark.parametrize(
    ("data", "printed", "part"),
    [
        (PACKED + bytes(300_000), "1.0 2.0\n3.0 4.0\n", ""),
        (PACKED + bytes(7) + PACKED + bytes(3), "1.0 2.0\n3.0 4.0\n" * 2, ""),
        (FLAWED, "1.0 2.0\n3.0 4.0\n", "damaged gzip data"),
        (PACKED + FLAWED + PACKED, "1.0 2.0\n3.0 4.0\n" * 2, "damaged gzip data"),
        (PACKED[:-1], "1.0 2.0\n3.0 4.0\n", "cut short: its gzip data ends too early"),
        (PACKED + b"5 6\n", "1.0 2.0\n3.0 4.0\n", "what stands behind its gzip data is none"),
        (PACKED + bytes(9) + b"5 6\n", "1.0 2.0\n3.0 4.0\n", "what stands behind its gzip data is none"),
        (PACKED + b"\x1f", "1.0 2.0\n3.0 4.0\n", "cut short"),
        (gzip.compress(PACKED, mtime=0), "", "packed with gzip twice"),
        (gzip.compress(b"1\n" * 1_000_000, mtime=0)[:-100], None, "cut short"),
    ],
)
def test_what_gzip_holds_does_not_depend_on_how_it_arrives(data: bytes, printed: str | None, part: str) -> None:
    runs = [actcli("eval", "identity", stdin=Trickle(data, size)) for size in (1, 3, 17, 4096, 1 << 20)]
    assert len(set(runs)) == 1
    assert runs[0].stdout == printed or printed is None
    assert runs[0].status == (1 if part else 0)
    assert part in runs[0].stderr


def test_damage_within_gzip_leaves_what_stands_before_it() -> None:
    lines = "".join(f"{number}\n" for number in range(20_000))
    packed = bytearray(gzip.compress(lines.encode(), mtime=0))
    for place in (300, len(packed) // 2, len(packed) - 20):
        damaged = bytes(packed[:place]) + b"\xff\xff\xff\xff" + bytes(packed[place + 4 :])
        runs = [actcli("eval", "identity", stdin=Trickle(damaged, size)) for size in (1, 1000, 1 << 20)]
        assert len(set(runs)) == 1


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".safetensors"])
def test_files_of_other_libraries_get_the_line_that_converts_them(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"model{suffix}"
    path.write_bytes(b"\x80\x02}q\x00.")
    ended = actcli("eval", "relu", "--input", str(path))
    assert ended.status == 1
    library = "safetensors.torch" if suffix == ".safetensors" else "torch"
    assert f'python -c "{"from" if "." in library else "import"} {library}' in ended.stderr
    assert f"'{tmp_path}/model.npz'" in ended.stderr


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "python" in kind.line], ids=lambda kind: kind.title)
@pytest.mark.parametrize("name", ["a.pt", "stdin", "a'b.pt", '$(rm "x").pt'])
def test_the_line_that_converts_is_python_and_no_trap_for_a_shell(kind: Foreign, name: str) -> None:
    hint = unsupported(name, kind).hint or ""
    line = hint.partition('python -c "')[2].removesuffix('"')
    compile(line, "", "exec")
    assert not set('"$`\\!') & set(line)


def test_a_stream_that_fails_is_reported() -> None:
    class Failing:
        def read(self, size: int, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(ActcliError, match="stdin: Input/output error"):
        list(open_streams(InputOptions(), Failing()).blocks)


def test_a_file_that_may_not_be_read_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1\n")

    def refused(*arguments: Any) -> Iterator[bytes]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("actcli.inputs.sources.FileIO", refused)
    ended = actcli("eval", "relu", "--input", f"{tmp_path}/a.txt")
    assert ended.status == 1
    assert ended.stderr == f"actcli: error: {tmp_path}/a.txt: Permission denied\n"


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_padding_after_gzip_may_arrive_in_any_pieces(size: int) -> None:
    data = gzip.compress(b"1\n2") + bytes(700) + gzip.compress(b"3\n") + bytes(512)
    assert b"".join(unpacked(*(data[at : at + size] for at in range(0, len(data), size)))) == b"1\n23\n"


def test_a_look_ahead_waits_for_no_more_than_a_line() -> None:
    source = Pieces(b"\xef", b"\xbb", b"\xbf# remark\n", b" \n1", b"\n2", b"\n3")
    stream = streams.buffered(source, "", is_enough)
    assert stream.peek() == b"\xef\xbb\xbf# remark\n \n1\n2"
    assert len(source.pieces) == 1
    assert list(streams.pieces(stream)) == [b"\xef\xbb\xbf# remark\n \n1\n2", b"\n3"]


def test_the_end_is_asked_for_once() -> None:
    class Typed:
        """A terminal, at which each end is typed."""

        ends = 0

        def read(self, size: int, /) -> bytes:
            self.ends += 1
            return b""

    source = Typed()
    assert list(open_streams(InputOptions(), source).blocks) == []
    assert source.ends == 1


def npy_of(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz_of(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


INPUTS: list[tuple[bytes, dict[str, Any]]] = [
    (b"# a remark\n\n1 2\n-3 nan\n\n.5\n", {}),
    ("−1,2\r\n3, 4\r\n".encode(), {}),
    (b"1 2\n3 four\n5 6\n", {}),
    (b"1 2\n3 four\n5 6\n", {"on_error": "skip"}),
    (b"1 2\n3 four\n5 6\n", {"on_error": "nan"}),
    (b"1\n" * 5_000 + b"x\n", {}),
    (b"a,b\n1,2\n3,4\n", {}),
    (b'name,x\n"a\nb",1\n"c ""d"", e",2\n\nf,3\n', {"columns": ("x",), "target_column": "name"}),
    (b'"a", "b"\n"1", "2"\n', {}),
    (b"a,b\n1,2\n3\n", {"on_error": "nan"}),
    (b"a\tb\n1\t2\n", {}),
    (b"a;b\n1;2\n", {"format": "csv"}),
    (b"x y\n1  2\n 3 4\n", {"columns": ("2,1",)}),
    (b"[[1,2],[3, NaN]]", {}),
    (b"[[1,2],\n[.5],\n[3,]]", {}),
    (b"[1,2]\n\n[null]\n[3]", {"on_error": "nan"}),
    (b'{"x":1,"y":[2,3]}\n{"y":[4],"x":5}\n', {"columns": ("y,x",)}),
    (b'[\n{"x":1,"z":"cat"},{"x":2,"z":"dog"}]', {"columns": ("x",), "target_column": "z"}),
    (npy_of(np.arange(6.0).reshape(2, 3)), {}),
    (npy_of(np.arange(6.0, dtype=np.float32)), {"columns": ("2-3",)}),
    (npz_of(a=np.arange(3.0), b=-np.arange(3.0)), {"array": "b"}),
    (npz_of(a=np.arange(3.0))[:-9], {}),
    (b"P", {}),
    (b"\x93NUM", {}),
    (b"", {}),
]


def outcome(source: ByteSource | None, name: str, **reading: Any) -> list[str]:
    """All that comes out of an input, a line a vector, as text, in which NaN equals NaN."""
    lines, faults = list[str](), Faults()
    try:
        opened = open_streams(InputOptions(**reading), source)
        lines.append(f"{opened.labels} {opened.messages} {opened.shape}")
        for block in opened.blocks:
            faults = faults.merged(block.faults)
            marks = np.zeros(block.values.size, np.bool_) if block.replaced is None else block.replaced
            for row, (start, end) in enumerate(pairwise(block.starts())):
                line = None if block.lines is None else block.lines[row]
                target = None if block.targets is None else block.targets[row]
                lines.append(
                    f"{block.values[start:end]} {marks[start:end]} {line} {target} {block.dtype} {block.delimiter!r}"
                )
    except ActcliError as error:
        lines.append(f"{type(error).__name__}: {error.report()}")
    return [line.replace(name, "stdin") for line in (*lines, str(faults))]


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize(("data", "reading"), INPUTS)
def test_vectors_do_not_depend_on_how_bytes_arrive(
    data: bytes, reading: dict[str, Any], is_packed: bool, tmp_path: Path
) -> None:
    wanted = outcome(io.BytesIO(data), "stdin", **reading)
    half = len(data) // 2
    sent = gzip.compress(data[:half]) + gzip.compress(data[half:]) if is_packed else data
    for size in (1, 2, 7, len(sent) + 1):
        pieces = Pieces(*(sent[at : at + size] for at in range(0, len(sent), size)))
        assert outcome(pieces, "stdin", **reading) == wanted
    path = tmp_path / "input"
    path.write_bytes(sent)
    assert outcome(None, str(path), files=(str(path),), **reading) == wanted
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.write(writer, sent)
    os.close(writer)
    with io.FileIO(reader) as descriptor:
        assert outcome(descriptor, "stdin", **reading) == wanted


@given(st.lists(st.binary(max_size=9), max_size=9), st.booleans())
@settings(deadline=None)
def test_streams_hand_over_all_bytes_in_their_order(parts: list[bytes], is_packed: bool) -> None:
    sent = [gzip.compress(part) for part in parts] if is_packed else [part for part in parts if part]
    source = unpacked(*sent) if is_packed else streams.pieces(streams.buffered(Pieces(*sent), "", is_enough))
    assert b"".join(source) == b"".join(parts)

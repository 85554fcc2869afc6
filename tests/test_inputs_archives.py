"""Arrays and packed streams: .npy and .npz from files and pipes, gzip, and files of other libraries."""

import gzip
import io
import random
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actcli.errors import ActcliError, DataError, UsageError
from actcli.inputs import npy, streams
from actcli.inputs.formats import SAFETENSORS, TORCH, is_enough, unsupported
from actcli.inputs.options import Reading
from actcli.inputs.sources import open_streams
from tests.runner import actcli

Rows = list[list[float]]

MATRIX = np.arange(24.0).reshape(2, 3, 4)


def rows_of(data: bytes, **reading: Any) -> Rows:
    blocks = open_streams(Reading(**reading), io.BytesIO(data)).blocks
    return [block.values[a:b].tolist() for block in blocks for a, b in pairwise(block.starts())]


def npy_of(array: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def npz_of(*, packed: bool = True, **arrays: Any) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(file, **arrays)
    return file.getvalue()


class Pieces:
    """A stream that hands over one piece at each read."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    def read(self, size: int, /) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""


def unpacked(*packed: bytes) -> Iterator[bytes]:
    source = streams.buffered(Pieces(*packed), "", is_enough)
    return streams.pieces(streams.unpacked(source, "", is_enough))


def on_disk(data: bytes, path: Path) -> Rows:
    path.write_bytes(data)
    blocks = open_streams(Reading(files=(str(path),)), None).blocks
    return [block.values[a:b].tolist() for block in blocks for a, b in pairwise(block.starts())]


@pytest.mark.parametrize("dtype", ["f2", ">f4", "f8", "i1", "<u8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_through_a_pipe_is_that_of_the_file(dtype: str, order: Any, tmp_path: Path) -> None:
    array = MATRIX.astype(dtype, order=order)
    wanted = array.reshape(6, 4).astype(float).tolist()
    assert rows_of(npy_of(array)) == on_disk(npy_of(array), tmp_path / "a.npy") == wanted
    assert rows_of(gzip.compress(npy_of(array))) == wanted
    assert on_disk(gzip.compress(npy_of(array)), tmp_path / "a.npy.gz") == wanted
    assert on_disk(npy_of(array), tmp_path / "a.dat") == wanted  # its first bytes tell


def test_an_array_keeps_its_type_through_a_pipe() -> None:
    (block,) = open_streams(Reading(), io.BytesIO(npy_of(MATRIX[0].astype(">f4")))).blocks
    assert block.dtype == np.float32


@pytest.mark.parametrize("packed", [False, True])
def test_archives(packed: bool, tmp_path: Path) -> None:
    data = npz_of(packed=packed, only=MATRIX[0])
    assert rows_of(data) == on_disk(data, tmp_path / "a.npz") == rows_of(gzip.compress(data)) == MATRIX[0].tolist()
    both = npz_of(packed=packed, a=MATRIX[0], b=-MATRIX[1])
    assert rows_of(both, array="b") == (-MATRIX[1]).tolist()
    assert rows_of(both, array="b", columns=("4,1",)) == (-MATRIX[1][:, [3, 0]]).tolist()


def test_several_arrays_are_listed() -> None:
    data = npz_of(weights=MATRIX[0], bias=MATRIX[1])
    with pytest.raises(UsageError, match="2 arrays: weights, bias") as caught:
        rows_of(data)
    assert caught.value.hint == "choose: --array weights"
    with pytest.raises(UsageError, match="no array 'wieghts' in stdin: did you mean weights"):
        rows_of(data, array="wieghts")


def test_columns_of_arrays_are_numbered() -> None:
    assert rows_of(npy_of(MATRIX), columns=("2-3",)) == MATRIX.reshape(6, 4)[:, 1:3].tolist()
    assert rows_of(npy_of(MATRIX[0, 0]), columns=("2",)) == [[1.0]]
    for reading in ({"columns": ("5",)}, {"columns": ("a",)}, {"target_column": "1"}, {"array": "a"}):
        with pytest.raises(UsageError):
            rows_of(npy_of(MATRIX), **reading)


def with_shape(shape: str) -> bytes:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\0" + len(header).to_bytes(2, "little") + header.encode()


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (npy_of(MATRIX)[:-1], "cut short"),
        (npy_of(MATRIX)[:50], "damaged"),
        (with_shape("(10**12,)"), "damaged"),
        (with_shape("(1000000000000,)") + bytes(800), "cut short: the header declares more"),
        (with_shape(f"({2**70},)"), "cut short"),
        (with_shape("(-1, -2)") + bytes(16), "damaged"),
        (with_shape(f"(0, {2**62}, {2**62})"), "damaged"),
        (with_shape(f"({2**50}, 0)"), "empty vectors"),
        (npy_of(np.array([None, {}], object), allow_pickle=True), "Python objects"),
        (npy_of(np.array(["a"])), "type <U1"),
        (npy_of(np.array([1j])), "complex"),
    ],
)
def test_arrays_that_are_refused(data: bytes, part: str) -> None:
    for packed in (data, npz_of_member("a.npy", data)):
        with pytest.raises(DataError, match=part):
            rows_of(packed)


def npz_of_member(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (npz_of(a=MATRIX)[:-30], "not a NumPy archive, or damaged"),
        (b"PK\x03\x04 and so on", "not a NumPy archive, or damaged"),
        (npz_of_member("a.txt", b"1"), "an archive without arrays"),
        (npz_of_member("model/data.pkl", b"1"), "a file of PyTorch"),
    ],
)
def test_archives_that_are_refused(data: bytes, part: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=part):
        rows_of(data)
    with pytest.raises(DataError, match=part):
        on_disk(data, tmp_path / "a.npz")


def test_any_damage_to_an_archive_is_told() -> None:
    whole, dice = npz_of(a=MATRIX, b=MATRIX), random.Random(7)  # noqa: S311 - no secret
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        ended = actcli("eval", "relu", "--array", "a", stdin=bytes(data))
        assert ended.status in (0, 1, 2)
        assert "bug" not in ended.stderr


def test_what_is_held_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npy, "HELD_LIMIT", 1 << 20)
    zeros = np.zeros((1000, 1000))
    for data in (npy_of(zeros), gzip.compress(npy_of(zeros)), npz_of(a=zeros), npz_of(packed=False, a=zeros)):
        with pytest.raises(DataError, match="larger than 1 MiB"):
            rows_of(data)


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
    for damaged in (data[:-6] + b"\0\0" + data[-4:], data + b"rest", b"\x1f\x8bxyz"):
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


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".safetensors"])
def test_files_of_other_libraries_get_the_line_that_converts_them(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"model{suffix}"
    path.write_bytes(b"\x80\x02}q\x00.")
    ended = actcli("eval", "relu", "--input", str(path))
    assert ended.status == 1
    library = "safetensors.torch" if suffix == ".safetensors" else "torch"
    assert f'python -c "{"from" if "." in library else "import"} {library}' in ended.stderr
    assert f"'{tmp_path}/model.npz'" in ended.stderr


@pytest.mark.parametrize("library", [TORCH, SAFETENSORS])
@pytest.mark.parametrize("name", ["a.pt", "stdin", "a'b.pt", '$(rm "x").pt'])
def test_the_line_that_converts_is_python_and_no_trap_for_a_shell(library: tuple[str, str], name: str) -> None:
    hint = unsupported(name, library).hint or ""
    line = hint.partition('python -c "')[2].removesuffix('"')
    compile(line, "", "exec")
    assert not set('"$`\\!') & set(line)


def test_a_stream_that_fails_is_told() -> None:
    class Failing:
        def read(self, size: int, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(ActcliError, match="stdin: Input/output error"):
        list(open_streams(Reading(), Failing()).blocks)


def test_a_file_that_may_not_be_read_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1\n")

    def refused(*arguments: Any) -> Iterator[bytes]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("actcli.inputs.sources.FileIO", refused)
    ended = actcli("eval", "relu", "--input", f"{tmp_path}/a.txt")
    assert ended.status == 1
    assert ended.stderr == f"actcli: error: {tmp_path}/a.txt: Permission denied\n"

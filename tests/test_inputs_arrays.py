"""Arrays: .npy files and .npz archives from files and pipes, of any type, and what is refused."""

import gzip
import io
import random
import warnings
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actcli.errors import DataError, UsageError
from actcli.inputs.formats import InputInfo
from actcli.inputs.options import InputOptions
from actcli.inputs.readers import npy
from actcli.inputs.readers.npy import read_npy_file
from actcli.inputs.sources import open_streams
from tests.runner import actcli

Rows = list[list[float]]

MATRIX = np.arange(24.0).reshape(2, 3, 4)


def rows_of(data: bytes, **reading: Any) -> Rows:
    blocks = open_streams(InputOptions(**reading), io.BytesIO(data)).blocks
    return [block.values[a:b].tolist() for block in blocks for a, b in pairwise(block.starts())]


def npy_of(array: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def npz_of(*, packed: bool = True, **arrays: Any) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(file, **arrays)
    return file.getvalue()


def on_disk(data: bytes, path: Path) -> Rows:
    path.write_bytes(data)
    blocks = open_streams(InputOptions(files=(str(path),)), None).blocks
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
    (block,) = open_streams(InputOptions(), io.BytesIO(npy_of(MATRIX[0].astype(">f4")))).blocks
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


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_that_numpy_saved_one_behind_the_other_are_all_read(order: Any, tmp_path: Path) -> None:
    second = np.array([[1.5, 2.5]], np.float16, order=order)
    data = npy_of(np.asarray(MATRIX, order=order)) + npy_of(second) + npy_of(np.zeros(0)) + npy_of(np.float32(7))
    wanted = [*MATRIX.reshape(6, 4).tolist(), [1.5, 2.5], [], [7.0]]
    assert rows_of(data) == on_disk(data, tmp_path / "a.npy") == rows_of(gzip.compress(data)) == wanted
    assert rows_of(npz_of_member("a.npy", data)) == wanted
    assert rows_of(npy_of(MATRIX) + npy_of(second), columns=("2",))[-1] == [2.5]


def test_several_arrays_have_no_shape_in_common() -> None:
    data = npy_of(MATRIX[0]) + npy_of(MATRIX[1])
    written = actcli("eval", "identity", "--format", "csv", stdin=data)
    assert len(written.lines) == 25
    assert open_streams(InputOptions(), io.BytesIO(data)).shape is None
    assert open_streams(InputOptions(), io.BytesIO(npy_of(MATRIX))).shape == (2, 3, 4)


@pytest.mark.parametrize("behind", [b"\n", b"1 2 3\n", bytes(8), b"\x93NUMP"])
def test_what_is_no_array_behind_an_array_is_an_error(behind: bytes, tmp_path: Path) -> None:
    data = npy_of(MATRIX) + behind
    (tmp_path / "a.npy").write_bytes(data)
    for ended in (
        actcli("eval", "identity", stdin=data),
        actcli("eval", "identity", "--input", f"{tmp_path}/a.npy"),
        actcli("eval", "identity", stdin=npz_of_member("a.npy", data)),
    ):
        assert (ended.status, len(ended.lines)) == (1, 6)  # what was read is written
        assert f"{len(behind)} bytes behind the array are no array" in ended.stderr


@pytest.mark.parametrize("change", [lambda data: b"1 2\n" + data, lambda data: data + b"1 2\n", lambda data: data * 2])
def test_what_stands_around_an_archive_is_an_error(change: Any) -> None:
    with pytest.raises(DataError, match=r"something stands before or behind the archive|not a NumPy archive"):
        rows_of(change(npz_of(a=MATRIX[0])), format="npz")


def test_a_name_that_stands_twice_in_an_archive_is_an_error() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, warnings.catch_warnings(action="ignore"):
        archive.writestr("a.npy", npy_of(MATRIX[0]))
        archive.writestr("a.npy", npy_of(MATRIX[1]))
    with pytest.raises(DataError, match=r"two members are called a\.npy"):
        rows_of(file.getvalue())


@pytest.mark.parametrize(
    ("descr", "shape"),
    [
        ("|V0", "(-1,)"),
        ("|S0", "(3,)"),
        ("|V0", "(2, -1)"),
        ("|V0", "()"),
        ("<f8", "(-1, -1)"),
        ("<f8", str((1,) * 65)),
    ],
)
def test_headers_that_would_end_the_process(descr: str, shape: str, tmp_path: Path) -> None:
    data = with_shape(shape).replace(b"'<f8'", f"'{descr}'".encode()) + bytes(64)
    (tmp_path / "a.npy").write_bytes(data)
    for arguments, stdin in ((("--input", f"{tmp_path}/a.npy"), b""), ((), data), ((), npz_of_member("a.npy", data))):
        ended = actcli("eval", "identity", *arguments, stdin=stdin)
        assert (ended.stdout, ended.status) == ("", 1)
        assert "actcli: error: " in ended.stderr
        assert "bug" not in ended.stderr


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
        (npz_of_member("model/data.pkl", b"1"), "nothing of it was run"),
    ],
)
def test_archives_that_are_refused(data: bytes, part: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=part):
        rows_of(data)
    with pytest.raises(DataError, match=part):
        on_disk(data, tmp_path / "a.npz")


def test_any_damage_to_an_archive_is_reported() -> None:
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


def rows_of_file(path: Path) -> list[list[float]]:
    rows = list[list[float]]()
    for block in read_npy_file(str(path), path.name, InputOptions(), InputInfo()):
        assert block.values.dtype == np.float64
        assert type(block.values) is np.ndarray
        assert block.lines is None
        starts = block.starts()
        assert starts[-1] == block.values.size
        rows.extend(block.values[a:b].tolist() for a, b in pairwise(starts))
    return rows


@pytest.mark.parametrize("dtype", ["f2", "<f4", ">f4", "f8", ">f8", "g", "i1", "u1", "<i8", ">u2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_any_real_type(dtype: str, order: Any, tmp_path: Path) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(dtype, order=order)
    np.save(tmp_path / "a.npy", array)
    assert rows_of_file(tmp_path / "a.npy") == array.reshape(6, 4).tolist()


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", [(100, 7), (5, 30, 7), (3, 2, 2, 50), (2, 1, 1), (1000, 1)])
def test_arrays_in_blocks(shape: tuple[int, ...], order: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npy, "BLOCK_VALUES", 64)
    array = np.asarray(np.random.default_rng(1).standard_normal(shape), order=order)
    np.save(tmp_path / "a.npy", array)
    assert rows_of_file(tmp_path / "a.npy") == array.reshape(-1, shape[-1]).tolist()
    assert max(
        block.values.size for block in read_npy_file(str(tmp_path / "a.npy"), "", InputOptions(), InputInfo())
    ) <= max(64, shape[-1])


@pytest.mark.parametrize(
    ("array", "rows"),
    [
        (np.float64(3), [[3.0]]),
        (np.array([1.0, 2.0]), [[1.0, 2.0]]),
        (np.zeros(0), [[]]),
        (np.zeros((3, 0)), [[], [], []]),
        (np.zeros((0, 5)), []),
        (np.zeros((0, 2, 0)), []),
    ],
)
def test_arrays_without_rows_or_values(array: Any, rows: list[list[float]], tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", array)
    assert rows_of_file(tmp_path / "a.npy") == rows


def test_a_long_double_beyond_float64_is_infinite(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([[np.finfo(np.longdouble).max]]))
    assert rows_of_file(tmp_path / "a.npy") == [[np.inf]]


@pytest.mark.parametrize(
    ("array", "part"),
    [
        (np.array([1 + 2j]), "complex128"),
        (np.array(["a"]), "type <U1"),
        (np.zeros(2, [("a", "f8")]), "of records"),
        (np.array([True]), "bool"),
        (np.array(["2020-01-01"], "M8[D]"), "datetime64"),
        (np.array([None, 1], object), "Python objects"),
    ],
)
def test_arrays_that_are_no_real_numbers(array: Any, part: str, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    with pytest.raises(DataError, match=part) as caught:
        rows_of_file(tmp_path / "a.npy")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "not a NumPy array"),
        (b"1,2\n", "not a NumPy array"),
        (b"\x93NUMPY\x01\0", "not a NumPy array"),
        (with_shape("(3,)") + bytes(16), "cut short"),
        (with_shape(f"({2**40}, 7)") + bytes(16), "cut short"),
        (with_shape(f"({2**70},)"), "npy: "),
        (with_shape("(-1, 2)"), "npy: "),
        (with_shape(f"({2**50}, 0)"), "empty vectors"),
        (with_shape("'x'"), "damaged"),
    ],
)
def test_damaged_arrays(data: bytes, part: str, tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(data)
    with pytest.raises(DataError, match=part):
        rows_of_file(tmp_path / "a.npy")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 127), st.binary(min_size=1, max_size=6))
def test_a_damaged_header_is_reported_or_read_as_numpy_reads_it(tmp_path: Path, at: int, damage: bytes) -> None:
    data = with_shape("(2, 3)") + np.arange(6.0).tobytes()
    damaged = data[:at] + damage + data[at + len(damage) :]
    (tmp_path / "a.npy").write_bytes(damaged)
    try:
        rows = rows_of_file(tmp_path / "a.npy")
    except DataError:
        return
    read = np.load(io.BytesIO(damaged)).astype(np.float64)
    np.testing.assert_array_equal([value for row in rows for value in row], read.ravel())

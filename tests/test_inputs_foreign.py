"""Files of other programs: each kind is recognised by how it begins, and the line that converts it does so."""

import bz2
import gzip
import importlib
import io
import lzma
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actcli.inputs.foreign import KINDS
from tests.runner import actcli, in_bash

MATRIX = np.array([[1.5, -2.0], [3.0, 4.25]])
PRINTED = "1.5,-2.0\n3.0,4.25\n"


def line_of(hint: str) -> str:
    """The line for the shell that an error offers."""
    return hint.partition("convert it: ")[2].partition("\n")[0]


def converted(folder: Path, path: Path, *options: str) -> str:
    """What the program makes of a file once the line that it offered has converted it."""
    refused = actcli("eval", "identity", "--input", str(path))
    assert (refused.stdout, refused.status) == ("", 1)
    line = line_of(refused.stderr)
    assert str(path) in line
    before = set(folder.iterdir())
    if line.endswith("| actcli ..."):
        ended = in_bash(line.replace("...", "eval identity"), folder)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout
    ended = in_bash('python() { "$PYTHON" "$@"; }\n' + line, folder)
    assert ended.returncode == 0, ended.stderr
    (saved,) = set(folder.iterdir()) - before
    read = actcli("eval", "identity", "--input", str(saved), *options)
    assert read.status == 0, read.stderr
    return read.stdout.replace(" ", ",")


def save_hdf5(path: Path) -> None:
    with importlib.import_module("h5py").File(path, "w") as file:
        file["layer/x"] = MATRIX
        file["names"] = ["a", "b"]


def save_mat(path: Path) -> None:
    importlib.import_module("scipy.io").savemat(path, {"x": MATRIX, "name": "net"})


def frame() -> Any:
    return importlib.import_module("pandas").DataFrame(MATRIX, columns=["a", "b"])


def save_stream(path: Path) -> None:
    arrow = importlib.import_module("pyarrow")
    table = arrow.Table.from_pandas(frame())
    with path.open("wb") as file, arrow.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)


def save_torch_of_old(path: Path) -> None:
    torch = importlib.import_module("torch")
    torch.save(torch.tensor(MATRIX), path, _use_new_zipfile_serialization=False)


def save_events(path: Path) -> None:
    """A row of the matrix a step: of its first column scalars as torch writes them, all of it tensors as TensorFlow."""
    event, summary, tensor, record = (
        importlib.import_module(f"tensorboard.{each}")
        for each in (
            "compat.proto.event_pb2", "compat.proto.summary_pb2", "util.tensor_util", "summary.writer.record_writer",
        )
    )  # fmt: skip
    with path.open("wb") as file:
        writer = record.RecordWriter(file)
        writer.write(event.Event(wall_time=1.0, file_version="brain.Event:2").SerializeToString())
        for step, row in enumerate(MATRIX):
            value = summary.Summary.Value(tag="layer/x", tensor=tensor.make_tensor_proto(row))
            scalar = summary.Summary.Value(tag="loss", simple_value=row[0])
            for each in (value, scalar):
                held = event.Event(wall_time=2.0, step=step, summary=summary.Summary(value=[each]))
                writer.write(held.SerializeToString())
        writer.flush()


TEXT = b"1.5,-2.0\n3.0,4.25\n"
FILES: dict[str, tuple[tuple[str, ...], Callable[[Path], Any]]] = {
    "a.h5": (("h5py",), save_hdf5),
    "a.mat": (("scipy.io",), save_mat),
    "a.xlsx": (("pandas", "openpyxl"), lambda path: frame().to_excel(path, index=False)),
    "a.parquet": (("pandas", "pyarrow"), lambda path: frame().to_parquet(path)),
    "a.arrow": (("pandas", "pyarrow"), lambda path: frame().to_feather(path)),
    "a.arrows": (("pandas", "pyarrow"), save_stream),
    "a.pkl": ((), lambda path: path.write_bytes(pickle.dumps(MATRIX))),
    "two.pkl": ((), lambda path: path.write_bytes(pickle.dumps({"x": MATRIX, "y": MATRIX[0]}, protocol=2))),
    "list.pickle": ((), lambda path: path.write_bytes(pickle.dumps(MATRIX.tolist(), protocol=5))),
    "old.pth": (("torch",), save_torch_of_old),
    "events.out.tfevents.1.host": (("tensorboard",), save_events),
    "a.bz2": ((), lambda path: path.write_bytes(bz2.compress(TEXT))),
    "a.xz": ((), lambda path: path.write_bytes(lzma.compress(TEXT))),
    "utf16.txt": ((), lambda path: path.write_bytes(TEXT.decode().encode("utf-16"))),
    "utf16be.txt": ((), lambda path: path.write_bytes(b"\xfe\xff" + TEXT.decode().encode("utf-16-be"))),
    "utf32.txt": ((), lambda path: path.write_bytes(TEXT.decode().encode("utf-32"))),
    "utf32be.txt": ((), lambda path: path.write_bytes(b"\0\0\xfe\xff" + TEXT.decode().encode("utf-32-be"))),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_program_is_converted_by_the_line_that_the_error_offers(name: str, tmp_path: Path) -> None:
    libraries, save = FILES[name]
    for library in libraries:
        pytest.importorskip(library)
    save(tmp_path / name)
    options = (
        ["--array", "layer/x"]
        if name in ("a.h5", "events.out.tfevents.1.host")
        else ["--array", "x"]
        if name.startswith("two")
        else []
    )
    assert converted(tmp_path, tmp_path / name, *options) == PRINTED


ARRAYS: dict[str, tuple[Any, str]] = {
    "records": (np.array([(1.5, 2), (3, 4)], [("a", "f8"), ("b", "i4")]), "1.5,2.0\n3.0,4.0\n"),
    "text": (np.array(["1.5", "2"]), "1.5,2.0\n"),
    "truth": (np.array([True, False]), "1.0,0.0\n"),
    "complex": (np.array([1 + 2j]), "1.0\n"),
    "objects": (np.array([1.5, None], object), "1.5,nan\n"),
    "matrix of objects": (np.array([[1, 2], [3, 4]], object), "1.0,2.0\n3.0,4.0\n"),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_of_no_numbers_is_converted_by_the_line_that_the_error_offers(name: str, tmp_path: Path) -> None:
    array, printed = ARRAYS[name]
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    assert converted(tmp_path, tmp_path / "a.npy") == printed


def test_vectors_of_many_lengths_in_one_array_are_converted_too(tmp_path: Path) -> None:
    ragged = np.empty(2, object)
    ragged[:] = [np.array([1.0, 2.0]), np.array([3.0])]
    np.save(tmp_path / "a.npy", ragged, allow_pickle=True)
    assert converted(tmp_path, tmp_path / "a.npy") == "1.0,2.0\n3.0\n"


# What each kind begins with, by its own definition.
BEGINNINGS = {
    "HDF5": b"\x89HDF\r\n\x1a\n\0",
    "MATLAB 7.3": b"MATLAB 7.3 MAT-file, Platform: GLNXA64",
    "MATLAB": b"MATLAB 5.0 MAT-file, Platform: GLNXA64",
    "Parquet": b"PAR1\x15\x04",
    "Arrow": b"ARROW1\0\0\xff\xff\xff\xff",
    "Arrow's stream format": b"\xff\xff\xff\xff\xa8\0\0\0",
    "Python's pickle": b"\x80\x04\x95\x0b\0\0\0\0\0\0\0",
    "PyTorch before 1.6": b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.",
    "TensorBoard": b"\x18" + bytes(7) + b"\1\2\3\4\x09" + bytes(8) + b"\x1a\x0dbrain.Event:2",
    "bzip2": b"BZh91AY&SY\x94",
    "xz": b"\xfd7zXZ\0\0\x04",
    "UTF-16": b"\xff\xfe1\0",
    "UTF-32": b"\xff\xfe\0\x001\0\0\0",
}


@pytest.mark.parametrize("title", BEGINNINGS)
@pytest.mark.parametrize("size", [1, 1 << 16])
def test_a_pipe_is_recognised_by_its_first_bytes_however_they_arrive(title: str, size: int) -> None:
    class Pieces(io.BytesIO):
        def read(self, wanted: int | None = -1, /) -> bytes:
            return super().read(min(size, wanted or 0))

    for data in (BEGINNINGS[title] + bytes(64), gzip.compress(BEGINNINGS[title] + bytes(64))):
        ended = actcli("eval", "identity", stdin=Pieces(data))
        assert (ended.stdout, ended.status) == ("", 1)
        assert f"stdin: a file of {title}, which is not read here" in ended.stderr
        kind = next(kind for kind in KINDS if kind.title == title)
        assert f"FILE{kind.suffix}" in line_of(ended.stderr)


def test_archives_are_recognised_by_their_members() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
    assert "a file of Excel" in actcli("eval", "identity", stdin=file.getvalue()).stderr


def test_text_is_text_whatever_its_name_and_first_word(tmp_path: Path) -> None:
    (tmp_path / "a.mat").write_text("1 2\n")
    assert actcli("eval", "identity", "--input", f"{tmp_path}/a.mat").stdout == "1.0 2.0\n"
    for header in ("PAR1", "BZh", "ARROW1", "MATLAB"):
        assert actcli("eval", "identity", stdin=f"{header},b\n1,2\n").stdout == "1.0,2.0\n"

"""Hostile files, surroundings and bytes: an error with words and status 1 or 2, never a bug, a crash or a hang."""

import json
import resource
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fuzz import hunt, shown
from tests.runner import PATIENCE, PROGRAM, actcli, environment, on_terminal

RUNS = 250  # of each seed
LONG = "x" * 300


@pytest.mark.parametrize("seed", range(4))
def test_no_command_line_over_no_file_stumbles(seed: int, density: int) -> None:
    first = seed * 1_000_000
    bad = [shown(*each) for each in hunt(range(first, first + RUNS * density))]
    assert not bad, "\n".join(bad)


def refused(*arguments: str, status: int = 1, stdin: bytes = b"") -> str:
    """What is said of a command line that fails."""
    ended = actcli(*arguments, stdin=stdin)
    assert ended.status == status, ended.stderr
    assert "actcli: error: " in ended.stderr
    assert "bug" not in ended.stderr
    return ended.stderr


def test_files_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("dangling").symlink_to("nowhere")
    Path("loop").symlink_to("loop")
    Path("folder").mkdir()
    Path("a.npy").write_bytes(b"")
    for name, part in (
        ("dangling", "dangling: No such file or directory"),
        ("loop", "loop: Too many levels of symbolic links"),
        (LONG, f"{LONG}: no such file"),
        ("folder", "folder: Is a directory"),
        ("a\0b", "no such file"),
    ):
        assert part in refused("eval", "relu", "--input", name)
        assert part in refused("compare", "relu", "--input", name)
        refused("compare", "relu", "--input", name, "--against", name)
        refused("eval", "relu", "--input", "folder", "--input", name)
    refused("compare", "relu", "1", "--against", LONG)
    refused("eval", "relu", "1", "--output", f"{LONG}.csv")
    refused("eval", "relu", "--input", "*")


@pytest.mark.parametrize("number", ["1", "9", "0", "", "x", "-5", "9" * 12, "9" * 5_000, "٣"])
@pytest.mark.parametrize("line", ["plot relu", "eval relu 1 2 --format table", "softmax - --format table", "--help"])
def test_any_number_of_columns_and_lines(number: str, line: str) -> None:
    ended = subprocess.run(
        [*PROGRAM, *line.split()],
        env=environment(COLUMNS=number, LINES=number),
        input=b"1,2,3\n4,5,6\n",
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    if line == "plot relu" and number in ("1", "9"):  # no picture can be read there
        assert (ended.returncode, ended.stdout) == (1, b"")
        assert b"a picture takes 20 columns and 7 lines at the least" in ended.stderr
        return
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout


@pytest.mark.parametrize("width", range(1, 12))
def test_every_table_bears_a_narrow_screen(width: int) -> None:
    for arguments in (
        ("softmax", "3,1,-3", "1,2,3"),
        ("softmax", "3,1,-3", "--target", "1"),
        ("softmax", "3,1,-3", "--temperature", "0.5,1,2"),
        ("compare", "relu", "gelu", "1", "2"),
        ("compare", "relu", "gelu"),
        ("plot", "relu", "gelu", "1", "2", "--layout", "grid"),
        ("grad", "softmax", "1,2,3", "--jacobian"),
        ("eval", "relu", "1", "2", "--digits", "20"),
        ("list", "gelu"),
    ):
        ended = on_terminal(*arguments, width=width, height=1)
        assert ended.status == (2 if "grid" in arguments else 0), ended.stderr  # panels that do not fit are refused
        assert "bug" not in ended.stderr


def test_a_folder_that_was_removed(tmp_path: Path) -> None:
    for line, part in (
        ("eval relu 1", None),
        ("eval relu --input a.txt", "a.txt: no such file"),
        ("eval relu --input '*'", "*: no such file"),
        ("eval relu 1 --output a.csv", "cannot write a.csv"),
    ):
        (tmp_path / "gone").mkdir()
        program = " ".join(PROGRAM)
        ended = subprocess.run(
            ["/bin/bash", "-c", f"cd gone && rmdir ../gone && {program} {line}"],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == (0 if part is None else 1), ended.stderr
        assert "bug" not in ended.stderr
        assert (part or "") in ended.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit on memory is Linux's")
@pytest.mark.parametrize("megabytes", [130, 180, 260, 400])
def test_an_allocation_that_fails(megabytes: int, tmp_path: Path) -> None:
    """From too little for more than the start on, up to too little for the data."""
    np.save(tmp_path / "a.npy", np.zeros(20_000_000))
    (tmp_path / "a.txt").write_text(" ".join(["0.5"] * 2_000_000))

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    for arguments in (
        ["eval", "relu", "--input", "a.npy", "--flatten", "--summary", "--quiet"],
        ["eval", "relu", "--input", "a.npy", "--output", "b.npy", "--quiet"],
        ["softmax", "--input", "a.txt", "--output", "b.npy"],
    ):
        ended = subprocess.run(
            [*PROGRAM, *arguments],
            cwd=tmp_path,
            env=environment(),
            preexec_fn=limited,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode in (0, 1), ended.stderr
        assert ended.returncode == 0 or "error: " in ended.stderr
        assert "bug" not in ended.stderr


def nested(depth: int) -> list[str]:
    """JSON so deep, of every kind that a reader may walk through."""
    ends = [("[", "]"), ('{"a":', "}"), ('{"a":[', "]}"), ('[{"a":', "}]")]
    middles = ["1", "NaN", '"x"', "null", ""]
    return [f"{begin * depth}{middle}{end * depth}" for begin, end in ends for middle in middles]


@pytest.mark.parametrize("depth", [1, 30, 200, 330, 500, 900, 990, 1000, 1023, 1024, 1025, 2_000, 100_000])
def test_json_of_any_depth(depth: int) -> None:
    for text in nested(depth):
        for options in ((), ("--column", "a"), ("--column", "*"), ("--on-error", "nan"), ("--from", "jsonl")):
            ended = actcli("eval", "relu", *options, stdin=text)
            assert ended.status in (0, 1, 2)
            assert "bug" not in ended.stderr
            assert len(ended.stderr) < 4_000


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="its memory is measured as Linux has it")
@pytest.mark.parametrize(
    ("start", "filler"),
    [
        ("[1", b",1"),
        ("[1", b"1"),
        ("[1", b"\0"),
        ("[[1", b"],[1"),
        ('{"a":[1', b" "),
        ("[", b'{"a":'),
        ('["', b"x"),
        ("1", b"1"),
    ],
)
def test_a_line_without_end_takes_a_bounded_memory(start: str, filler: bytes) -> None:
    code = (
        "import json, resource, sys\n"
        "from actcli.cli import main\n"
        "from tests.runner import Sink, terminal\n"
        "class Endless:\n"
        "    begun = False\n"
        "    def read(self, size):\n"
        f"        start, self.begun = b'' if self.begun else {start.encode()!r}, True\n"
        f"        return start + {filler!r} * (200_000 // {len(filler)})\n"
        "stderr = Sink()\n"
        "status = main(['eval', 'relu'], terminal(stderr=stderr, stdin=Endless()))\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "print(json.dumps([status, stderr.data.decode(), peak]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, timeout=120, check=False
    )
    status, told, megabytes = json.loads(ended.stdout)
    assert status == 1, told
    assert "MiB" in told or "nested too deeply" in told
    assert megabytes < 1024


def test_a_header_is_believed_in_nothing() -> None:
    """A header of an array that declares any shape, any type, and the bytes of neither."""
    for descr, shape in pairwise(
        ["'|V0'", "(-1,)", "'<f8'", f"({2**63},)", "'|S0'", "(0, -1)", "'<f8'", "(2, 2.5)", "'V9999999999'", "(True,)"]
    ):
        for kind, sides in ((descr, shape), (shape, descr), ("'<f8'", shape), (descr, "(3,)")):
            header = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {sides}, }}".ljust(117) + "\n"
            data = b"\x93NUMPY\x01\0" + len(header).to_bytes(2, "little") + header.encode()
            refused("eval", "relu", stdin=data + bytes(16))


def test_types_of_arrays_that_numpy_cannot_map(tmp_path: Path) -> None:
    for number, descr in enumerate(("('<f8', (3,))", "[('a', '<f8', (2,))]", "'<M8[s]'", "'|O'", "'<c16'", "'<f3'")):
        header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': (2,), }}".ljust(117) + "\n"
        data = b"\x93NUMPY\x01\0" + len(header).to_bytes(2, "little") + header.encode() + bytes(64)
        path = tmp_path / f"{number}.npy"
        path.write_bytes(data)
        refused("eval", "relu", "--input", str(path))
        refused("eval", "relu", stdin=data)


def unanswered() -> Any:
    """A port where somebody listens who says nothing."""
    import socket

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    return listener


@pytest.mark.parametrize("words", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff" * 64, bytes(8)])
def test_a_port_that_is_no_scheduler(words: bytes, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    (tmp_path / "a.txt").write_text("1\n")
    with unanswered() as listener:
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        with subprocess.Popen(
            [*PROGRAM, "compare", "relu", "--input", "a.txt", "--dask", address],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            listener.settimeout(PATIENCE)
            connection, _ = listener.accept()
            with connection:
                connection.sendall(words)
                _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1, told
    assert f"no Dask scheduler answers at {address}" in told
    assert "bug" not in told
    assert "Traceback" not in told

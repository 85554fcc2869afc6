"""`--output`: whole or not at all, through links, with its mode; what was done before a fault or Ctrl-C is kept."""

import os
import signal
import stat
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.runner import actcli
from tests.test_pipes import PATIENCE, PROGRAM, world


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("a.csv", b"vector,index,function,x,value,zone\n0,0,relu,1.0,1.0,\n"),
        ("a.TSV", b"vector\tindex\tfunction\tx\tvalue\tzone\n"),
        ("a.json", b'{"schema":"actcli/1"'),
        ("a.jsonl", b'{"vector":0'),
        ("a.ndjson", b'{"vector":0'),
        ("a.npy", b"\x93NUMPY"),
        ("a.txt", b"1.0 0.0\n"),
        ("a", b"1.0 0.0\n"),
    ],
)
def test_the_suffix_names_the_format(name: str, starts: bytes, tmp_path: Path) -> None:
    run = actcli("eval", "relu", "1", "-1", "--output", str(tmp_path / name))
    assert (run.stdout, run.status) == ("", 0)
    assert (tmp_path / name).read_bytes().startswith(starts)
    assert names_in(tmp_path) == [name]


def test_a_format_that_is_asked_for_beats_the_suffix(tmp_path: Path) -> None:
    actcli("eval", "relu", "1", "--format", "plain", "--output", str(tmp_path / "a.csv"))
    assert (tmp_path / "a.csv").read_text() == "1.0\n"


@pytest.mark.parametrize(("name", "told"), [("", "file name"), ("a.csv.gz", "packs nothing")])
def test_names_that_cannot_be_kept_to_are_refused(name: str, told: str) -> None:
    run = actcli("eval", "relu", "1", "--output", name)
    assert (run.status, run.stdout) == (2, "")
    assert told in run.stderr


def test_a_dash_is_stdout() -> None:
    assert actcli("eval", "relu", "1", "--output", "-").stdout == "1.0\n"


def test_a_picture_in_a_file_depends_on_no_screen(tmp_path: Path) -> None:
    actcli("plot", "sigmoid", "--output", str(tmp_path / "pipe.txt"))
    actcli("plot", "sigmoid", "--output", str(tmp_path / "wide.txt"), width=200, unicode=False, colour=True)
    assert (tmp_path / "wide.txt").read_bytes() == (tmp_path / "pipe.txt").read_bytes()
    assert "⠤" in (tmp_path / "pipe.txt").read_text()


def test_an_old_file_is_replaced_through_its_link_and_keeps_its_mode(tmp_path: Path) -> None:
    old, link = tmp_path / "old.txt", tmp_path / "link.txt"
    old.write_text("old")
    old.chmod(0o640)
    link.symlink_to(old)
    assert actcli("eval", "relu", "2", "--output", str(link)).status == 0
    assert link.is_symlink()
    assert old.read_text() == "2.0\n"
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


def test_a_file_may_be_read_and_replaced_at_once(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([[-1.0, 2.0]]))
    assert actcli("eval", "relu", "--input", str(tmp_path / "a.npy"), "--output", str(tmp_path / "a.npy")).status == 0
    assert np.load(tmp_path / "a.npy").tolist() == [[0.0, 2.0]]


def test_after_a_fault_the_old_file_stays_and_the_error_says_where_the_rest_lies(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old")
    run = actcli("eval", "relu", "--output", str(file), stdin="1\n2\nx\n4\n")
    assert run.status == 1
    assert file.read_text() == "old"
    assert (tmp_path / "a.txt.part").read_text() == "1.0\n2.0\n"
    assert f"what was done lies in {file}.part" in run.stderr


def test_nothing_is_left_behind_where_nothing_was_done(tmp_path: Path) -> None:
    run = actcli("eval", "relu", "--output", str(tmp_path / "a.txt"), stdin="x\n")
    assert run.status == 1
    assert "part" not in run.stderr
    assert not names_in(tmp_path)


@pytest.mark.parametrize("name", ["nowhere/a.txt", "."])
def test_a_place_that_cannot_be_written_is_an_error(name: str, tmp_path: Path) -> None:
    run = actcli("eval", "relu", "1", "--output", str(tmp_path / name))
    assert run.status == 1
    assert run.stderr.startswith("actcli: error: cannot write")


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    run = actcli("eval", "relu", "1", "--output", "/dev/full")
    assert run.status == 1
    assert "No space left" in run.stderr


def test_the_null_device_is_written_to_and_stays() -> None:
    assert actcli("eval", "relu", "1", "--output", "/dev/null").status == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_fifo_is_written_in_place(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_text()))
    reader.start()
    assert actcli("eval", "relu", "1", "2", "--output", str(fifo)).status == 0
    reader.join(PATIENCE)
    assert read == ["1.0 2.0\n"]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_ctrl_c_keeps_what_was_done_says_where_and_ends_by_its_signal(tmp_path: Path) -> None:
    file, part = tmp_path / "a.txt", tmp_path / "a.txt.part"
    command = [*PROGRAM, "eval", "relu", "--output", str(file)]
    # Started by the runner of these tests as from an interactive shell, which leaves SIGINT to its default.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, env=world(), stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"1\n2\n")
        process.stdin.flush()
        for _ in range(10 * PATIENCE):
            if part.exists() and part.read_text():
                break
            threading.Event().wait(0.1)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGINT
    assert told.decode() == f"actcli: interrupted: what was done lies in {part}\n"
    assert part.read_text() == "1.0\n2.0\n"
    assert not file.exists()


def test_a_crossed_gate_is_no_fault_of_the_file(tmp_path: Path) -> None:
    run = actcli("eval", "sigmoid", "9", "0", "--fail-over", "20%", "--output", str(tmp_path / "a.txt"))
    assert run.status == 3
    assert names_in(tmp_path) == ["a.txt"]

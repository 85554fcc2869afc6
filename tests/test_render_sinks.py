"""Where answers go: partial writes, full disks, files whole or not at all, the progress bar."""

import errno
import fcntl
import os
import re
import signal
import stat
import struct
import subprocess
import termios
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from actcli.errors import DataError
from actcli.output import FormatName, Output
from actcli.render import sinks
from actcli.render.show import show
from actcli.render.sinks import Writer
from actcli.results import Meter
from actcli.terminal import Bytes
from tests.results_by_hand import ending_in, noted, relu
from tests.runner import PATIENCE, PROGRAM, Run, actcli, environment, on_terminal, terminal


class Sparing:
    """Takes a few bytes at a time, and none at all every other time."""

    def __init__(self) -> None:
        self.data = b""
        self.calls = 0

    def write(self, data: Bytes, /) -> int | None:
        self.calls += 1
        if self.calls % 4 == 2:
            return None
        if self.calls % 4 == 0:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        self.data += data[:3]
        return len(data[:3])


class Broken:
    """Fails at every write."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def write(self, data: Bytes, /) -> int | None:
        raise self.error


class Log:
    """Remembers which sink was written when."""

    def __init__(self, name: str, log: list[str]) -> None:
        self.name, self.log = name, log

    def write(self, data: Bytes, /) -> int | None:
        self.log.append(f"{self.name} {bytes(data).decode()}")
        return len(data)


def test_partial_and_refused_writes_lose_nothing() -> None:
    sink = Sparing()
    writer = Writer(terminal(sink))
    writer.answer("one\n")
    writer.answer(b"two and three\n")
    writer.flush()
    assert sink.data == b"one\ntwo and three\n"


def test_answers_are_held_until_flush_and_a_large_buffer_flushes_itself() -> None:
    sink = BytesIO()
    writer = Writer(terminal(sink))
    writer.answer("x" * 1000)
    assert sink.getvalue() == b""
    writer.answer("y" * 1_000_000)
    assert len(sink.getvalue()) == 1_001_000


def test_answers_go_before_the_remark_that_follows_them() -> None:
    log: list[str] = []
    writer = Writer(terminal(Log("out", log), Log("err", log)))
    writer.answer("1\n")
    writer.remark("careful")
    writer.answer("2\n")
    writer.flush()
    assert log == ["out 1\n", "err careful\n", "out 2\n"]


@pytest.mark.parametrize(
    ("number", "cure"), [(errno.ENOSPC, "redirect"), (errno.EBADF, "closed"), (errno.EIO, "redirect")]
)
def test_a_failing_stdout_is_a_data_error_with_a_cure(number: int, cure: str) -> None:
    writer = Writer(terminal(Broken(OSError(number, "it failed"))))
    writer.answer("1\n")
    with pytest.raises(DataError, match="cannot write the answer: it failed") as caught:
        writer.flush()
    assert caught.value.hint is not None
    assert cure in caught.value.hint


def test_the_report_of_a_failed_stdout_does_not_fail_again() -> None:
    stderr = BytesIO()
    writer = Writer(terminal(Broken(OSError(errno.ENOSPC, "No space left on device")), stderr))
    writer.answer("1\n")
    with pytest.raises(DataError):
        writer.flush()
    writer.remark("actcli: error: no space")
    assert stderr.getvalue() == b"actcli: error: no space\n"


def test_a_closed_pipe_is_let_through() -> None:
    writer = Writer(terminal(Broken(BrokenPipeError(errno.EPIPE, "Broken pipe"))))
    writer.answer("1\n")
    with pytest.raises(BrokenPipeError):
        writer.flush()


@pytest.mark.parametrize("error", [OSError(errno.EBADF, "closed"), BrokenPipeError(), ValueError("closed file")])
def test_a_failing_stderr_is_no_error(error: Exception) -> None:
    sink = BytesIO()
    writer = Writer(terminal(sink, Broken(error)))
    writer.answer("1\n")
    writer.remark("nobody hears this")
    assert sink.getvalue() == b"1\n"


def test_what_cannot_be_encoded_is_escaped() -> None:
    out, err = BytesIO(), BytesIO()
    writer = Writer(terminal(out, err, unicode=False))
    writer.answer("lone \udcff\n")
    writer.remark("cut … here")
    assert out.getvalue() == b"lone \\udcff\n"
    assert err.getvalue() == b"cut \\u2026 here\n"


def test_show_writes_notes_then_answers_then_warnings() -> None:
    log: list[str] = []
    result = noted(relu([-1, -2, -3]))
    show(result, Output(terminal(Log("out", log), Log("err", log)), "plain"))
    assert log == [
        "err actcli: note: x: the first line is taken for a header: a, b (--no-header if it holds values)\n",
        "out 0.0 0.0 0.0\n",
        "err actcli: warning: relu: all 3 inputs are dead (x <= 0)\n",
    ]


def test_quiet_silences_notes_and_warnings() -> None:
    err = BytesIO()
    show(noted(relu([-1, -2])), Output(terminal(stderr=err), "plain", is_quiet=True))
    assert err.getvalue() == b""


@pytest.mark.parametrize("name", ["table", "plain", "csv", "tsv", "json", "jsonl", "npy"])
def test_all_before_a_fault_is_written_before_it_leaves(name: FormatName) -> None:
    whole, cut = BytesIO(), BytesIO()
    show(relu([1, 2], [3, 4]), Output(terminal(whole), name))
    with pytest.raises(DataError, match="line 3"):
        show(ending_in(DataError("line 3: bad"), relu([1, 2], [3, 4])), Output(terminal(cut), name))
    assert cut.getvalue() == whole.getvalue() != b""


def test_each_chunk_is_written_before_the_next_is_made() -> None:
    sink = BytesIO()
    seen: list[bytes] = []
    first, second = relu([1]), relu([2])

    class Watched:
        def __iter__(self) -> "Watched":
            return self

        def __next__(self) -> object:
            seen.append(sink.getvalue())
            return next(first.source if len(seen) == 1 else second.source)

    result = type(first)(first.header, Watched())  # type: ignore[arg-type]
    show(result, Output(terminal(sink), "plain"))
    assert seen == [b"", b"1.0\n", b"1.0\n2.0\n"]


def test_an_unknown_format_names_those_there_are() -> None:
    run = actcli("eval", "relu", "1", "--format", "xml")
    assert run.status == 2
    assert "'plain', 'csv'" in run.stderr


# `--output`: whole or not at all


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
        ("a.b.Txt", b"1.0 0.0\n"),
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


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", "file name"),
        ("a.csv.gz", "packs nothing"),
        ("a.xls", "'.xls' is the suffix of no format\n  hint: one of .txt .csv .tsv"),
        ("answer", "no suffix says which format"),
        (".csv", "no suffix says which format"),
        ("x/", "x/ names a folder\n  hint: name a file in it: x/answer.csv"),
    ],
)
def test_names_that_cannot_be_kept_to_are_refused(name: str, shown: str) -> None:
    run = actcli("eval", "relu", "1", "--output", name)
    assert (run.status, run.stdout) == (2, "")
    assert shown in run.stderr


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


def parts_of(file: Path) -> list[Path]:
    """The unfinished answers beside a file."""
    return sorted(file.parent.glob(f"{file.name}.*.part"))


def test_after_a_fault_the_old_file_stays_and_the_error_says_where_the_rest_lies(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old")
    run = actcli("eval", "relu", "--output", str(file), stdin="1\n2\nx\n4\n")
    assert run.status == 1
    assert file.read_text() == "old"
    (part,) = parts_of(file)
    assert part.read_text() == "1.0\n2.0\n"
    assert f"what was done lies in {part}" in run.stderr


def test_nothing_is_left_over_where_nothing_was_done(tmp_path: Path) -> None:
    run = actcli("eval", "relu", "--output", str(tmp_path / "a.txt"), stdin="x\n")
    assert run.status == 1
    assert "part" not in run.stderr
    assert not names_in(tmp_path)


@pytest.mark.parametrize("name", ["nowhere/a.txt", "."])
def test_a_place_that_cannot_be_written_is_an_error(name: str, tmp_path: Path) -> None:
    run = actcli("eval", "relu", "1", "--output", str(tmp_path / name))
    assert run.status == 1
    assert run.stderr.startswith("actcli: error: cannot write")


def test_a_full_disk_is_reported(tmp_path: Path) -> None:
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


def begun(file: Path, stdin: bytes, wanted: list[bytes]) -> subprocess.Popen[bytes]:
    """A process that writes a file and has come so far with it, as an interactive shell starts it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [*PROGRAM, "eval", "relu", "--output", str(file)]
    process = subprocess.Popen(command, env=environment(), stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(stdin)
    process.stdin.flush()
    for _ in range(100 * PATIENCE):
        # What the pipe holds no more the process has read: it handles signals by then, even if it has written nothing.
        (unread,) = struct.unpack("i", fcntl.ioctl(process.stdin, termios.FIONREAD, bytes(4)))
        if not unread and [part.read_bytes() for part in parts_of(file)] == wanted:
            return process
        threading.Event().wait(0.01)
    process.kill()
    raise AssertionError(f"after {PATIENCE} s {parts_of(file)} did not hold {wanted}")


ENDINGS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_signal_keeps_what_was_done_says_where_and_ends_the_process(ending: signal.Signals, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    with begun(file, b"1\n2\n", [b"1.0\n2.0\n"]) as process:
        process.send_signal(ending)
        _, shown = process.communicate(timeout=PATIENCE)
    (part,) = parts_of(file)
    assert process.returncode == -ending
    assert shown.decode() == f"actcli: interrupted: what was done lies in {part}\n"
    assert part.read_text() == "1.0\n2.0\n"
    assert not file.exists()


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_signal_leaves_nothing_empty_behind(ending: signal.Signals, tmp_path: Path) -> None:
    with begun(tmp_path / "a.csv", b"1", []) as process:
        process.send_signal(ending)
        _, shown = process.communicate(timeout=PATIENCE)
    assert (process.returncode, shown) == (-ending, b"")
    assert not names_in(tmp_path)


def test_what_the_parent_ignores_stays_ignored(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with begun(file, b"1\n", [b"1.0\n"]) as process:
            process.send_signal(signal.SIGHUP)
            process.communicate(b"2\n", timeout=PATIENCE)
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    assert process.returncode == 0
    assert file.read_text() == "1.0\n2.0\n"


def test_two_writers_do_not_mix_their_answers(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    with begun(file, b"1\n", [b"1.0\n"]) as first:
        assert actcli("eval", "relu", "--output", str(file), stdin="8\n9\n").status == 0
        assert file.read_text() == "8.0\n9.0\n"
        first.communicate(b"2\n", timeout=PATIENCE)
    assert first.returncode == 0
    assert file.read_text() == "1.0\n2.0\n"  # who ends last is who is read
    assert names_in(tmp_path) == ["a.txt"]


def test_a_part_of_the_user_is_no_part_of_ours(tmp_path: Path) -> None:
    file, own, linked = tmp_path / "r.txt", tmp_path / "r.txt.part", tmp_path / "linked"
    linked.write_text("4\n5\n")
    os.link(linked, own)
    assert actcli("eval", "relu", "--input", str(own), "--output", str(file)).status == 0
    assert (own.read_text(), linked.read_text(), file.read_text()) == ("4\n5\n", "4\n5\n", "4.0\n5.0\n")


def test_a_hard_link_to_the_old_file_keeps_what_it_had(tmp_path: Path) -> None:
    file, linked = tmp_path / "a.txt", tmp_path / "linked"
    linked.write_text("old")
    os.link(linked, file)
    assert actcli("eval", "relu", "2", "--output", str(file)).status == 0
    assert (file.read_text(), linked.read_text()) == ("2.0\n", "old")


def test_a_name_as_long_as_a_name_can_be_is_written(tmp_path: Path) -> None:
    file = tmp_path / ("字" * 83 + ".csv")
    assert actcli("eval", "relu", "2", "--output", str(file)).status == 0
    assert names_in(tmp_path) == [file.name]
    assert actcli("eval", "relu", "2", "--output", str(tmp_path / ("a" * 300 + ".csv"))).status == 1


def test_a_crossed_gate_is_no_fault_of_the_file(tmp_path: Path) -> None:
    run = actcli("eval", "sigmoid", "9", "0", "--fail-over", "20%", "--output", str(tmp_path / "a.txt"))
    assert run.status == 3
    assert names_in(tmp_path) == ["a.txt"]


# The progress bar


@pytest.fixture
def lasting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of some blocks, read as if each of them took a second."""
    ticks = iter(range(10**9))
    monkeypatch.setattr(sinks, "monotonic", lambda: float(next(ticks)))
    path = tmp_path / "x.txt"
    path.write_text("0.5 0.25\n" * 200_000)
    return str(path)


def shares(run: Run) -> list[int]:
    return [int(share) for share in re.findall(r"(\d+)%", run.stderr)]


def test_it_grows_from_block_to_block_and_goes(lasting: str, tmp_path: Path) -> None:
    run = on_terminal("eval", "relu", "--input", lasting, "--output", str(tmp_path / "y.txt"))
    seen = shares(run)
    assert len(seen) > 3
    assert seen == sorted(seen)
    assert seen[-1] >= 99
    assert run.stderr.endswith("\x1b[1A\x1b[2K")  # the line is taken away again


def test_a_table_takes_its_place(lasting: str) -> None:
    assert shares(on_terminal("eval", "relu", "--input", lasting))


def test_there_is_none_without_a_terminal_or_for_a_pipe(lasting: str) -> None:
    assert actcli("eval", "relu", "--input", lasting).stderr == ""
    assert actcli("eval", "relu", stdin=Path(lasting).read_text(), stderr_is_tty=True).stderr == ""


def test_quiet_silences_it(lasting: str, tmp_path: Path) -> None:
    assert on_terminal("eval", "relu", "--input", lasting, "--quiet", "--output", str(tmp_path / "y.txt")).stderr == ""


def test_short_work_has_none(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((3, 4)))
    run = on_terminal("eval", "sigmoid", "--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy"))
    assert run.stderr == ""


def test_arrays_are_measured_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(10**9))
    monkeypatch.setattr(sinks, "monotonic", lambda: float(next(ticks)))
    np.save(tmp_path / "x.npy", np.zeros(1_000_000))
    run = on_terminal("eval", "sigmoid", "--input", str(tmp_path / "x.npy"), "--output", str(tmp_path / "y.npy"))
    assert shares(run)[-1] >= 99


def test_ascii_stays_ascii(lasting: str, tmp_path: Path) -> None:
    run = on_terminal("eval", "relu", "--input", lasting, "--output", str(tmp_path / "y.txt"), unicode=False)
    assert run.stderr.isascii()
    assert shares(run)


def test_a_meter_without_a_total_shows_nothing() -> None:
    meter = Meter()
    meter.done = 5
    assert meter.share == 0.0
    meter.total = 4
    assert meter.share == 1.0


def test_pieces_pass_as_they_are() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"a"
        yield b"b"

    bar = sinks.ProgressBar(Meter(), terminal())
    assert list(bar.around(pieces(), is_covered=True)) == [b"a", b"b"]


@pytest.mark.parametrize("suffix", ["npy", "json", "html", "svg", "f32", "csv"])
def test_an_answer_that_fails_before_any_value_leaves_no_part(suffix: str, tmp_path: Path) -> None:
    ended = actcli("eval", "relu", "--output", str(tmp_path / f"x.{suffix}"), stdin="words\n")
    assert ended.status == 1
    assert "lies in" not in ended.stderr
    assert list(tmp_path.iterdir()) == []
    actcli("eval", "relu", "--output", str(tmp_path / f"x.{suffix}"), stdin="1\nwords\n")
    assert len(list(tmp_path.iterdir())) == 1

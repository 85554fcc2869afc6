"""The one writer: partial writes, full disks, closed descriptors, and the order of answers and remarks."""

import errno
from io import BytesIO

import pytest

from actcli.errors import DataError
from actcli.output import FormatName, Output
from actcli.render.show import show
from actcli.render.sinks import Writer
from actcli.terminal import Bytes
from tests.results_by_hand import ending_in, noted, relu
from tests.runner import actcli, terminal


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

"""Where an answer goes: stdout and stderr, a file that is whole or not there, and a bar while files are read."""

import errno
import math
import os
import signal
import stat
import threading
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from time import monotonic
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Self

from actcli.errors import DataError, printable
from actcli.terminal import Bytes, ByteSink, Terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from actcli.results import Meter


_BUFFER_BYTES = 1 << 18  # below 64 KiB the system calls show in the time, above 1 MiB only the memory does
_WAIT_SECONDS = 0.002

_CURES = {
    errno.ENOSPC: "free some space, or redirect elsewhere with >",
    errno.EDQUOT: "free some space, or redirect elsewhere with >",
    errno.EFBIG: "redirect elsewhere with >",
    errno.EBADF: "standard output is closed: redirect it with >",
}


class Writer:
    """Carries text to the two sinks of a terminal; nothing else in the program writes."""

    def __init__(self, terminal: Terminal) -> None:
        self._stdout = terminal.stdout
        self._stderr = terminal.stderr
        self._remark_encoding = "utf-8" if terminal.unicode else "ascii"
        self._terminal = terminal
        self._buffer = bytearray()

    def answer(self, text: Bytes | str) -> None:
        """Add to the answer on stdout; raises DataError where stdout fails, BrokenPipeError where nobody reads."""
        data = text.encode("utf-8", "backslashreplace") if isinstance(text, str) else text
        if len(data) >= _BUFFER_BYTES:  # large pieces go out without a copy
            self.flush()
            self._hand_over(data)
            return
        self._buffer += data
        if len(self._buffer) >= _BUFFER_BYTES:
            self.flush()

    def flush(self) -> None:
        """Hand over what was added so far; raises as `answer` does."""
        data = bytes(self._buffer)
        # Emptied first: after a failure the rest must not come back with the report of that very failure.
        self._buffer.clear()
        self._hand_over(data)

    def _hand_over(self, data: Bytes) -> None:
        try:
            _push(self._stdout, data)
        except BrokenPipeError:
            raise
        except OSError as error:
            cure = _CURES.get(error.errno or 0, "redirect elsewhere with >")
            raise DataError(f"cannot write the answer: {error.strerror or error}", cure) from error

    def remark(self, text: str) -> None:
        """Write one remark on stderr, after all answers so far; a stderr that fails is not an error."""
        self.flush()
        if self._terminal.stderr_is_tty or self._terminal.stderr_colour:
            from actcli.render.remarks import laid_out  # in a pipe a remark is a line, for grep

            text = laid_out(text, self._terminal)
        try:
            _push(self._stderr, f"{text}\n".encode(self._remark_encoding, "backslashreplace"))
        except (OSError, ValueError):  # ValueError: Python's own word for a closed file
            return


def _push(sink: ByteSink, data: Bytes) -> None:
    while data:
        try:
            taken = sink.write(data)
        except BlockingIOError:
            taken = None
        if not taken:  # a descriptor that somebody made non-blocking is full: its reader needs time
            time.sleep(_WAIT_SECONDS)
            continue
        data = data[taken:]


# What ends a process from outside, and would leave an answer's file behind.
_ENDINGS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

_KEPT_CHARACTERS = 56  # of four bytes: with what is added, a name of 255 bytes, which file systems allow


class AnswerFile:
    """A sink that becomes the file `path` when its block ends well.

    A regular file is written under a name of its own beside it, `path.RANDOM.part`, opened so that nobody else has it,
    and renamed, through symlinks and with the mode it had. After an error, Ctrl-C, SIGTERM or SIGHUP the old file
    stays, and what was written lies in the part: a note of the error, or `remark`, says so; one that is empty, or of
    which `holds_answers` says that it is but a frame, is removed. Anything else, such as a FIFO, is written in place.
    Raises DataError where it cannot be opened or renamed.
    """

    def __init__(
        self, path: str, remark: Callable[[str], None], holds_answers: Callable[[], bool] = lambda: True
    ) -> None:
        self._name = printable(path)
        self._target = Path(path)
        self._remark = remark
        self._holds_answers = holds_answers
        self._part: Path | None = None
        self._descriptor = -1
        self._caught: list[signal.Signals] = []

    def __enter__(self) -> Self:
        try:
            mode = _mode_of(self._target)
            if mode is not None and not stat.S_ISREG(mode):
                self._descriptor = os.open(self._target, os.O_WRONLY)
                return self
            self._target = Path(os.path.realpath(self._target))
            self._part = _beside(self._target)
            self._catch_signals()
            self._descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
            if mode is not None:
                os.fchmod(self._descriptor, stat.S_IMODE(mode))
        except OSError as error:
            self._let_signals_go()
            raise DataError(f"cannot write {self._name}: {error.strerror}", "--output FILE names another") from error
        return self

    def write(self, data: Bytes, /) -> int:
        """Write some of the data, and tell how much."""
        return os.write(self._descriptor, data)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)
        if error is None:
            self._put_in_place()
        elif said := self._left_over():
            error.add_note(said)
        self._let_signals_go()

    def _put_in_place(self) -> None:
        if self._part is None:
            return
        try:
            self._part.replace(self._target)
        except OSError as error:
            self._let_signals_go()
            lies = printable(str(self._part))
            raise DataError(f"cannot write {self._name}: {error.strerror}", f"the answer lies in {lies}") from error

    def _left_over(self) -> str:
        """Say where the unfinished answer lies; nothing where there is none, once a part without any is removed."""
        if self._part is None or not self._part.exists():
            return ""
        if self._part.stat().st_size and self._holds_answers():
            return f"what was done lies in {printable(str(self._part))}"
        self._part.unlink()
        return ""

    def _catch_signals(self) -> None:
        """Have a word before a signal ends the process; what the parent ignores stays ignored."""
        if threading.current_thread() is threading.main_thread():
            self._caught = [each for each in _ENDINGS if signal.getsignal(each) == signal.SIG_DFL]
            for each in self._caught:
                signal.signal(each, self._end)

    def _let_signals_go(self) -> None:
        for each in self._caught:
            signal.signal(each, signal.SIG_DFL)

    def _end(self, number: int, frame: FrameType | None) -> None:
        """Die of a signal as if it had not been caught, once it is said where the unfinished answer lies."""
        self._let_signals_go()
        if said := self._left_over():
            self._remark(f"actcli: interrupted: {said}")
        os.kill(os.getpid(), number)


def _mode_of(path: Path) -> int | None:
    """What kind of file this is, and its mode; None where it is not there yet."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _beside(path: Path) -> Path:
    """A name beside a file that nobody has, and nobody can guess."""
    return path.with_name(f"{path.name[:_KEPT_CHARACTERS]}.{os.urandom(8).hex()}.part")


_PATIENCE = 1.0  # seconds before anybody wants to know
_REFRESH = 0.1


class ProgressBar:
    """Called for every chunk, it draws how far the meter has come; nothing at all where stderr is no terminal."""

    def __init__(self, meter: "Meter", terminal: Terminal) -> None:
        self._meter = meter
        self._terminal = terminal
        self._due = monotonic() + _PATIENCE
        self._text = StringIO()
        self._shown: tuple[Progress, TaskID] | None = None

    def __call__(self) -> None:
        """Draw, if it is time to."""
        now = monotonic()
        if now < self._due:
            return
        self._due = now + _REFRESH
        if self._shown is None:
            self._shown = self._started()
        progress, task = self._shown
        progress.update(task, completed=self._meter.share)
        progress.refresh()
        self._push()

    def around(self, pieces: Iterator[Bytes], *, is_covered: bool) -> Iterator[Bytes]:
        """Hand on the pieces of an answer; the bar goes with the last, with the first where that one covers it."""
        try:
            for piece in pieces:
                if is_covered:
                    self._end()
                yield piece
        finally:
            self._end()

    def before(self, remark: Callable[[str], None]) -> Callable[[str], None]:
        """The same remark, for which the bar makes room."""

        def said(text: str) -> None:
            self._end()
            remark(text)

        return said

    def _end(self) -> None:
        self._due = math.inf
        if self._shown is not None:
            self._shown[0].stop()
            self._push()
            self._shown = None

    def _started(self) -> "tuple[Progress, TaskID]":
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

        console = Console(
            file=self._text, force_terminal=True, width=self._terminal.width, color_system=None, _environ={}
        )
        columns = BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
        progress = Progress(*columns, console=console, transient=True, auto_refresh=False)
        progress.start()
        console.show_cursor(True)  # a signal may end the process before the bar could give it back
        return progress, progress.add_task("", total=1.0)

    def _push(self) -> None:
        text = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        if not self._terminal.unicode:
            text = text.translate({ord("━"): "-", ord("╸"): "-", ord("╺"): " "})
        self._terminal.stderr.write(text.encode("utf-8" if self._terminal.unicode else "ascii", "replace"))

"""Where an answer goes: stdout and stderr, a file that is whole or not there, and a bar while files are read."""

import errno
import math
import os
import signal
import stat
import threading
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from time import monotonic
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Self

from actcli.errors import DataError, InterruptedWritingError, printable
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


class AnswerFile:
    """A sink that becomes the file `path` when its block ends well.

    A regular file is written as `path.part` and renamed, through symlinks and with the mode it had. After an error
    or Ctrl-C the old file stays, what was written lies in `path.part`, and the error says so in a note. Anything else,
    such as a FIFO, is written in place. Raises DataError where it cannot be opened or renamed.
    """

    def __init__(self, path: str) -> None:
        self._name = printable(path)
        self._path = Path(os.path.realpath(path))
        self._part = self._path.with_name(self._path.name + ".part") if _is_replaced(self._path) else None
        self._descriptor = -1
        self._is_empty = True
        self._on_interrupt: object = None

    def __enter__(self) -> Self:
        flags = os.O_WRONLY | (os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW if self._part else 0)
        try:
            self._descriptor = os.open(self._part or self._path, flags, 0o666)
            if self._part and self._path.exists():
                os.fchmod(self._descriptor, stat.S_IMODE(self._path.stat().st_mode))
        except OSError as error:
            raise DataError(f"cannot write {self._name}: {error.strerror}", "--output FILE names another") from error
        # Ctrl-C would otherwise end the process before it could say where the answer so far lies.
        if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) == signal.SIG_DFL:
            self._on_interrupt = signal.signal(signal.SIGINT, _interrupted)
        return self

    def write(self, data: Bytes, /) -> int:
        """Write some of the data, and tell how much."""
        written = os.write(self._descriptor, data)
        self._is_empty = self._is_empty and not written
        return written

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)
        if self._on_interrupt is not None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        if self._part is None:
            return
        if error is None:
            self._put_in_place(self._part)
        elif self._is_empty:
            self._part.unlink()
        else:
            error.add_note(f"what was done lies in {self._name}.part")

    def _put_in_place(self, part: Path) -> None:
        try:
            part.replace(self._path)
        except OSError as error:
            raise DataError(
                f"cannot write {self._name}: {error.strerror}", f"the answer lies in {printable(str(part))}"
            ) from error


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise InterruptedWritingError


def _is_replaced(path: Path) -> bool:
    """Whether a file of this name is replaced as a whole: it is regular, or not there yet."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return True
    except OSError as error:
        raise DataError(f"cannot write {printable(str(path))}: {error.strerror}") from error


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
        return progress, progress.add_task("", total=1.0)

    def _push(self) -> None:
        text = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        if not self._terminal.unicode:
            text = text.translate({ord("━"): "-", ord("╸"): "-", ord("╺"): " "})
        self._terminal.stderr.write(text.encode("utf-8" if self._terminal.unicode else "ascii", "replace"))

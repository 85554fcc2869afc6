"""The file of an answer: written beside its name and put in place once it is whole; devices are written to."""

import os
import signal
import stat
import threading
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from actcli.errors import DataError, InterruptedWritingError, printable
from actcli.terminal import Bytes


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

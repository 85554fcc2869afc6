"""The one writer: answers to stdout, remarks to stderr, in the order in which they became known."""

import errno
import time

from actcli.errors import DataError
from actcli.terminal import Bytes, ByteSink, Terminal

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

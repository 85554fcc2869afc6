"""The environment as one frozen record: streams, terminals, size, colour and encoding."""

import os
import stat
import sys
from collections.abc import Mapping
from typing import Literal, NamedTuple, Protocol

ColourChoice = Literal["auto", "always", "never"]
Ground = Literal["light", "dark"]

PIPE_WIDTH, PIPE_HEIGHT = 80, 24
WIDEST_TEXT = 100
"""Columns that help and messages fill: longer lines are hard to read."""
MOST_CELLS = 10_000  # columns, or lines
_SIZE_DIGITS = 9


Bytes = bytes | memoryview

FileId = tuple[int, int]
"""Device and inode, by which a file is known whatever its name."""


class ByteSource(Protocol):
    """A stream whose `read(n)` hands over what is there, up to n bytes, and b"" at the end."""

    def read(self, size: int, /) -> bytes | None: ...


class ByteSink(Protocol):
    """A stream whose `write` tells how many bytes it took (None: none for now)."""

    def write(self, data: Bytes, /) -> int | None: ...


class Terminal(NamedTuple):
    """What a command may know of its environment."""

    stdin: ByteSource | None
    """None where it is closed."""
    stdout: ByteSink
    """Answers go there."""
    stderr: ByteSink
    """Messages go there."""
    stdin_is_tty: bool
    """Whether somebody types there; likewise below, whether somebody looks on."""
    stdout_is_tty: bool
    """Whether somebody reads the answers as they come."""
    stderr_is_tty: bool
    """Whether somebody reads the messages as they come."""
    width: int
    """In columns."""
    height: int
    """In lines."""
    colour: bool
    """Whether output is coloured."""
    truecolour: bool
    """Whether in 16 million colours, else in 256."""
    unicode: bool
    """Whether it shows more than ASCII."""
    ground: Ground | None = None
    """The background, where it is known: a terminal does not say."""
    stdin_file: FileId | None = None
    """The regular file that stdin reads; None where it is anything else."""
    stdout_file: FileId | None = None
    """The regular file that answers go to; None where they go to anything else."""
    stderr_colour: bool = False
    """Whether messages are coloured."""

    def with_colour(self, choice: ColourChoice) -> "Terminal":
        """The same with colour as `--color` asks for it."""
        is_wanted = choice == "always"
        return self if choice == "auto" else self._replace(colour=is_wanted, stderr_colour=is_wanted)

    def of_file(self, colour: bool, unicode: bool) -> "Terminal":
        """The same for an answer in a file, which depends on no screen and no locale."""
        return self._replace(stdout_is_tty=False, width=PIPE_WIDTH, height=PIPE_HEIGHT, colour=colour, unicode=unicode)

    @classmethod
    def of_process(cls, environ: Mapping[str, str] = os.environ) -> "Terminal":
        """That of this process, read from its descriptors and environment."""
        stdout_is_tty = _is_tty(1)
        width, height = _size(environ, stdout_is_tty)
        return cls(
            # Unbuffered: a read returns as soon as anything is there, which `tail -f` in a pipe needs.
            stdin=open(0, "rb", buffering=0, closefd=False) if _is_open(0) else None,
            stdout=_Descriptor(1),
            stderr=_Descriptor(2),
            stdin_is_tty=_is_tty(0),
            stdout_is_tty=stdout_is_tty,
            stderr_is_tty=_is_tty(2),
            width=width,
            height=height,
            colour=_colour(environ, stdout_is_tty),
            stderr_colour=_colour(environ, _is_tty(2)),
            truecolour=environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"),
            unicode=_writes_unicode(environ),
            stdin_file=_regular_file(0),
            stdout_file=_regular_file(1),
        )


class _Descriptor(NamedTuple):
    """A file descriptor as a sink; errors such as a full disk show at the write itself."""

    number: int

    def write(self, data: Bytes, /) -> int:
        return os.write(self.number, data)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _regular_file(descriptor: int) -> FileId | None:
    return file_id(os.fstat(descriptor)) if _is_open(descriptor) else None


def file_id(status: os.stat_result) -> FileId | None:
    """Which regular file this is; None for a pipe, a terminal or a device."""
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def _is_tty(descriptor: int) -> bool:
    return _is_open(descriptor) and os.isatty(descriptor)


def _size(environ: Mapping[str, str], stdout_is_tty: bool) -> tuple[int, int]:
    width, height = PIPE_WIDTH, PIPE_HEIGHT
    if stdout_is_tty:
        size = os.get_terminal_size(1)
        width, height = size.columns or width, size.lines or height
    return _positive(environ.get("COLUMNS"), width), _positive(environ.get("LINES"), height)


def _positive(text: str | None, otherwise: int) -> int:
    """A size that the environment names, cut to one that can be drawn; anything else says nothing."""
    if not text or not text.isascii() or not text.isdigit():
        return otherwise
    digits = text.lstrip("0")
    # Python refuses to read numbers of thousands of digits.
    return min(int(digits[:_SIZE_DIGITS]), MOST_CELLS) if digits else otherwise


def _colour(environ: Mapping[str, str], is_tty: bool) -> bool:
    """NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE (0 is off), then TERM=dumb, then: a terminal has colour."""
    if environ.get("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if environ.get(name):
            return environ[name] != "0"
    return is_tty and environ.get("TERM") != "dumb" and environ.get("CLICOLOR") != "0"


def _writes_unicode(environ: Mapping[str, str]) -> bool:
    # Python turns a C locale into UTF-8 behind the user's back (PEP 538 sets LC_CTYPE): who asks for C gets ASCII.
    asked = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG")
    if asked == "C.UTF-8" and not environ.get("LC_ALL"):
        asked = environ.get("LANG") or asked
    if asked in ("C", "POSIX"):
        return False
    # sys.stdout is None where the descriptor was closed before Python started.
    encoding = sys.stdout.encoding if sys.stdout is not None else "ascii"
    return encoding.lower().replace("-", "") == "utf8"

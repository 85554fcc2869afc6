"""Runs actcli in process and hands back stdout, stderr and status; a world of its own for every run."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from actcli.cli import main
from actcli.terminal import Terminal


@dataclass
class Sink:
    """A stream that keeps what is written."""

    data: bytearray = field(default_factory=bytearray)

    def write(self, data: bytes, /) -> int:
        self.data += data
        return len(data)

    @property
    def text(self) -> str:
        return self.data.decode()


@dataclass(frozen=True)
class Run:
    """What one run left behind."""

    stdout: str
    stderr: str
    status: int

    @property
    def lines(self) -> list[str]:
        return self.stdout.splitlines()


def terminal(**changes: Any) -> Terminal:
    """A pipe of 80 columns in UTF-8 without colour, changed as asked."""
    world: dict[str, Any] = {
        "stdin": BytesIO(b""),
        "stdout": Sink(),
        "stderr": Sink(),
        "stdin_is_tty": False,
        "stdout_is_tty": False,
        "stderr_is_tty": False,
        "width": 80,
        "height": 24,
        "colour": False,
        "truecolour": False,
        "unicode": True,
    }
    return Terminal(**(world | changes))


def actcli(*arguments: str, stdin: bytes | str = b"", **changes: Any) -> Run:
    """Run a command line in process; `changes` go to the terminal."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    stdout, stderr = Sink(), Sink()
    status = main(arguments, terminal(**({"stdin": BytesIO(data)} | changes), stdout=stdout, stderr=stderr))
    return Run(stdout.text, stderr.text, status)


def on_terminal(*arguments: str, **changes: Any) -> Run:
    """Run a command line as if typed at a terminal of 80 by 24."""
    return actcli(*arguments, **({"stdin_is_tty": True, "stdout_is_tty": True, "stderr_is_tty": True} | changes))

"""Runs actcli, in process or from bash, and hands back stdout, stderr and status; the terminal is one in memory."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from actcli.cli import main
from actcli.terminal import Bytes, ByteSink, ByteSource, Terminal

ROOT = Path(__file__).parents[1]
PROGRAM = [sys.executable, "-m", "actcli"]
PATIENCE = 30  # seconds after which a process hangs


@dataclass
class Sink:
    """A stream that keeps what is written."""

    data: bytearray = field(default_factory=bytearray)

    def write(self, data: Bytes, /) -> int:
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

    @property
    def remarks(self) -> list[str]:
        """The messages on stderr, each a line, which a terminal may have wrapped."""
        return self.stderr.replace("\n  ", " ").splitlines()

    @property
    def numbers(self) -> list[float]:
        """Every number of plain output."""
        return [float(token) for token in self.stdout.replace(",", " ").split()]

    @property
    def json(self) -> Any:
        """The document of `--format json`."""
        return json.loads(self.stdout)

    @property
    def marked(self) -> str:
        """What the carets of an error stand under."""
        lines = self.stderr.splitlines()
        at = next(index for index, line in enumerate(lines) if "^" in line and not line.strip(" ^"))
        return lines[at - 1][lines[at].index("^") : lines[at].rindex("^") + 1]


def apart(got: float, wanted: float) -> float:
    """How many ulp of the wanted number lie between two finite numbers."""
    return abs(got - wanted) / float(np.spacing(abs(wanted)))


class Forbidden:
    """A stdin that nobody may read."""

    def read(self, size: int, /) -> bytes:
        raise AssertionError("stdin was read")


def terminal(stdout: ByteSink | None = None, stderr: ByteSink | None = None, **changes: Any) -> Terminal:
    """A pipe of 80 columns in UTF-8 without colour, in memory, changed as asked."""
    pipe = Terminal(
        stdin=BytesIO(b""),
        stdout=Sink() if stdout is None else stdout,
        stderr=Sink() if stderr is None else stderr,
        stdin_is_tty=False,
        stdout_is_tty=False,
        stderr_is_tty=False,
        width=80,
        height=24,
        colour=False,
        truecolour=False,
        unicode=True,
    )
    return pipe._replace(**changes)


def actcli(*arguments: str, stdin: bytes | str | ByteSource = b"", **changes: Any) -> Run:
    """Run a command line in process; `changes` go to the terminal."""
    source = BytesIO(stdin.encode() if isinstance(stdin, str) else stdin) if isinstance(stdin, str | bytes) else stdin
    stdout, stderr = Sink(), Sink()
    status = main(arguments, terminal(stdout, stderr, **({"stdin": source} | changes)))
    return Run(stdout.text, stderr.text, status)


def on_terminal(*arguments: str, **changes: Any) -> Run:
    """Run a command line as if typed at a terminal of 80 by 24."""
    return actcli(*arguments, **({"stdin_is_tty": True, "stdout_is_tty": True, "stderr_is_tty": True} | changes))


def environment(**changes: str) -> dict[str, str]:
    """An environment without anybody's preferences."""
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"} | changes


def in_bash(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as it is typed into bash, in a folder that is home too; a pipe fails where any part of it does."""
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    environment |= {"PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", f'actcli() {{ "$PYTHON" -m actcli "$@"; }}\n{line}\n'],
        cwd=folder,
        env=environment | {"HOME": str(folder), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

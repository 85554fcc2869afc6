"""A bar on stderr for work that lasts: shown after a second, gone when the work is done."""

import math
from collections.abc import Iterator
from io import StringIO
from time import monotonic
from typing import TYPE_CHECKING

from actcli.results import Meter
from actcli.terminal import Bytes, Terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE = 1.0  # seconds before anybody wants to know
_REFRESH = 0.1


class Bar:
    """Told of every chunk, it draws how far the meter has come; nothing at all where stderr is no terminal."""

    def __init__(self, meter: Meter, terminal: Terminal) -> None:
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

"""The one way from a result to text: notes, the answer in the format asked for, then warnings."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

from actcli.errors import UsageError
from actcli.render.presentation import Presentation, default_format
from actcli.render.remarks import last_notes, notes, warnings
from actcli.render.writer import Writer
from actcli.results import Result
from actcli.terminal import Terminal

# A renderer checks first, raising UsageError before anything is written, then yields text piece by piece.
Renderer = Callable[[Result, Presentation, Terminal], Iterator[bytes]]


def show(result: Result, presentation: Presentation, terminal: Terminal) -> None:
    """Write a result to stdout and its remarks to stderr.

    Each piece is written as soon as it is known; where the chunks end in an ActcliError, all before it is written
    first. Raises UsageError where the format cannot hold the result, DataError where stdout fails.
    """
    name = presentation.format or default_format(result.header, terminal.stdout_is_tty)
    pieces = _renderer(name, result)(result, presentation, terminal)
    writer = Writer(terminal)
    if not presentation.quiet:
        for note in notes(result.header):
            writer.remark(note)
    for piece in pieces:
        writer.answer(piece)
        writer.flush()
    if not presentation.quiet:
        for remark in (*last_notes(result.summary), *warnings(result.header, result.summary)):
            writer.remark(remark)


# Each format: the module and function that renders it. rich costs 44 ms, which a pipe need not pay, and none of the
# others costs nothing.
FORMATS: Mapping[str, str] = {
    "table": "actcli.render.table:table",
    "plain": "actcli.render.machine:plain",
    "csv": "actcli.render.tidy:csv",
    "tsv": "actcli.render.tidy:tsv",
    "json": "actcli.render.document:json",
    "jsonl": "actcli.render.document:jsonl",
    "npy": "actcli.render.machine:npy",
}
_PICTURE = "actcli.render.views:picture"


def _renderer(name: str, result: Result) -> Renderer:
    if name not in FORMATS:
        raise UsageError(f"unknown format {name!r}", f"--format {'|'.join(FORMATS)}")
    is_picture = name == "table" and result.header.view is not None
    module, function = (_PICTURE if is_picture else FORMATS[name]).split(":")
    renderer: Renderer = getattr(import_module(module), function)
    return renderer

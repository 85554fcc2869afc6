"""The one way from a result to text: notes, the answer in the format asked for, then warnings and the gate."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module

from actcli.errors import GATE_CROSSED, UsageError
from actcli.render.presentation import Presentation, default_format
from actcli.render.remarks import PREFIX_GATE, last_notes, notes, warnings
from actcli.render.writer import Writer
from actcli.results import Result
from actcli.terminal import Bytes, Terminal

# A renderer checks first, raising UsageError before anything is written, then yields text piece by piece.
Renderer = Callable[[Result, Presentation, Terminal], Iterator[Bytes]]


def show(result: Result, presentation: Presentation, terminal: Terminal) -> int:
    """Write a result to stdout or its file, and its remarks to stderr; returns 0, or 3 where a gate is crossed.

    Each piece is written as soon as it is known; where the chunks end in an ActcliError, all before it is written
    first. Raises UsageError where the format cannot hold the result, DataError where the sink fails.
    """
    name = presentation.format or default_format(result.header, presentation, terminal.stdout_is_tty)
    destination = presentation.output
    screen = terminal.of_file(destination.colour, destination.unicode) if destination else terminal
    if not (result.header.fields or result.header.is_total):
        presentation.require_values()
    judge = _judge(result, presentation)
    pieces = _pieces(name, result, presentation, screen)
    writer = Writer(terminal)
    if not presentation.quiet:
        for note in notes(result.header):
            writer.remark(note)
    pieces = _watched(pieces, result, presentation, terminal)
    if destination is None:
        _write(pieces, writer)
    else:
        from actcli.render.files import AnswerFile

        with AnswerFile(destination.path) as file:
            _write(pieces, Writer(terminal._replace(stdout=file)))
    if not presentation.quiet:
        for remark in (*last_notes(result.summary), *warnings(result.header, result.summary)):
            writer.remark(remark)
    crossed = judge()
    for told in crossed:  # why the run failed is no mere warning: --quiet does not silence it
        writer.remark(f"{PREFIX_GATE}{told}")
    return GATE_CROSSED if crossed else 0


def _watched(
    pieces: Iterator[Bytes], result: Result, presentation: Presentation, terminal: Terminal
) -> Iterator[Bytes]:
    """The same pieces under a bar that tells how far files have been read, where somebody sits before stderr."""
    meter = result.header.meter
    if meter is None or not meter.total or not terminal.stderr_is_tty or presentation.quiet:
        return pieces
    from actcli.render.progress import Bar

    result.on_chunk = bar = Bar(meter, terminal)
    # What goes to the same screen takes the place of the bar.
    return bar.around(pieces, is_covered=terminal.stdout_is_tty and presentation.output is None)


def _write(pieces: Iterator[Bytes], writer: Writer) -> None:
    for piece in pieces:
        writer.answer(piece)
        writer.flush()


def _pieces(name: str, result: Result, presentation: Presentation, terminal: Terminal) -> Iterator[Bytes]:
    if not (presentation.summary or result.header.is_total):
        return renderer(name, result)(result, presentation, terminal)
    from actcli.render.totals import require_totals

    require_totals(name)
    return _totals(name, result, presentation, terminal)


def _totals(name: str, result: Result, presentation: Presentation, terminal: Terminal) -> Iterator[Bytes]:
    from actcli.render.totals import totalled

    totals, fault = totalled(result, name)
    yield from renderer(name, totals)(totals, presentation, terminal)
    if fault:
        raise fault


def _judge(result: Result, presentation: Presentation) -> Callable[[], list[str]]:
    """What tells, once all chunks have passed, which gates are crossed."""
    if presentation.gate is None:
        return list
    from actcli.render.gates import crossings, require_judged

    require_judged(presentation.gate, result.header)
    return partial(crossings, presentation.gate, result.header, result.summary)


# Each format: the module and function that renders it. rich costs 44 ms, which a pipe need not pay, and none of the
# others costs nothing.
FORMATS: Mapping[str, str] = {
    "table": "actcli.render.table:table",
    "plain": "actcli.render.machine:plain",
    "csv": "actcli.render.tidy:csv",
    "tsv": "actcli.render.tidy:tsv",
    "json": "actcli.render.document:json",
    "jsonl": "actcli.render.document:jsonl",
    "npy": "actcli.render.arrays:npy",
    "svg": "actcli.render.saving:svg",
    "html": "actcli.render.saving:html",
    "png": "actcli.render.saving:png",
}
_PICTURE = "actcli.render.views:picture"


def renderer(name: str, result: Result) -> Renderer:
    """Find what renders a format; a table of a result that has a view is a picture. Raises UsageError for others."""
    if name not in FORMATS:
        raise UsageError(f"unknown format {name!r}", f"--format {'|'.join(FORMATS)}")
    is_picture = name == "table" and result.header.view is not None and not result.header.properties
    module, function = (_PICTURE if is_picture else FORMATS[name]).split(":")
    found: Renderer = getattr(import_module(module), function)
    return found

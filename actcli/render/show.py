"""The one way from a result to text: notes, the answer in the format asked for, then warnings."""

from collections.abc import Callable, Iterator, Mapping

from actcli.errors import UsageError
from actcli.render import document, machine, tidy
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
    if name not in FORMATS:
        raise UsageError(f"unknown format {name!r}", f"--format {'|'.join(FORMATS)}")
    pieces = FORMATS[name](result, presentation, terminal)
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


def _table(result: Result, presentation: Presentation, terminal: Terminal) -> Iterator[bytes]:
    # rich costs 44 ms, which a pipe need not pay.
    if result.header.view is not None:
        from actcli.render.views import picture

        return picture(result, terminal)
    from actcli.render.table import table

    return table(result, presentation, terminal)


FORMATS: Mapping[str, Renderer] = {
    "table": _table,
    "plain": machine.plain,
    "csv": tidy.csv,
    "tsv": tidy.tsv,
    "json": document.json,
    "jsonl": document.jsonl,
    "npy": machine.npy,
}

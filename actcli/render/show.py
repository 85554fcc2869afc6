"""The one way from a result to text: notes, the answer in its format, then warnings and the gate."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TypeVar

from actcli.dtypes import RAW_TYPES
from actcli.errors import GATE_CROSSED, ActcliError, DataError, UsageError
from actcli.output import Gate, Output
from actcli.render.sinks import AnswerFile, ProgressBar, Writer
from actcli.results import Header, Result
from actcli.results.messages import Message
from actcli.terminal import PIPE_HEIGHT, Bytes, Terminal

Piece = TypeVar("Piece")

# A renderer checks first, raising UsageError before anything is written, then yields text piece by piece.
Renderer = Callable[[Result, Output], Iterator[Bytes]]

# Each format: the module and function that renders it, imported when asked for: rich alone takes 44 ms.
FORMATS: Mapping[str, str] = {
    "table": "actcli.render.table:table",
    "plain": "actcli.render.machine:plain",
    "csv": "actcli.render.machine:csv",
    "tsv": "actcli.render.machine:tsv",
    "json": "actcli.render.json:json",
    "jsonl": "actcli.render.json:jsonl",
    "npy": "actcli.render.machine:npy",
    **dict.fromkeys(RAW_TYPES, "actcli.render.machine:raw"),
    "svg": "actcli.render.plot.export:svg",
    "html": "actcli.render.plot.export:html",
    "png": "actcli.render.plot.export:png",
    "pdf": "actcli.render.plot.export:pdf",
}
_PICTURE = "actcli.render.plot.picture:picture"

_NAMED = ("csv", "tsv", "jsonl", "json")  # formats whose rows have names, so that text may stand in them
HELD_BYTES = 1 << 30  # formats that are held until the end (JSON, npy) refuse to hold more


def show(result: Result, output: Output) -> int:
    """Write a result to stdout or its file, and its messages to stderr; returns 0, or 3 where a gate is crossed.

    Each piece is written as soon as it is known; where the chunks end in an ActcliError, all rows before it are written
    first, but no totals. Raises UsageError where the format cannot hold the result, or the gate cannot judge it,
    DataError where the sink fails.
    """
    terminal = output.terminal
    if result.header.kept:
        _require_names(result.header, output)
    if output.gate is not None:
        _require_judged(output.gate, result)
    pieces = _pieces(result, output)
    writer = Writer(terminal)
    _say(result.header.messages, output, writer)
    meter = result.header.meter
    interrupted: Callable[[str], None] = writer.remark
    if meter is not None and meter.total and terminal.stderr_is_tty and not output.is_quiet:
        result.on_chunk = bar = ProgressBar(meter, terminal)
        interrupted = bar.before(writer.remark)
        # What goes to the same screen takes the place of the bar.
        pieces = bar.around(pieces, is_covered=terminal.stdout_is_tty and output.file is None)
    if output.file is None:
        _write(pieces, writer)
    else:
        with AnswerFile(output.file.path, interrupted, lambda: result.inputs.vectors > 0) as file:
            _write(pieces, Writer(terminal._replace(stdout=file)))
    messages = result.messages()
    if output.is_monitor:
        messages += result.of_nothing()
    for level in ("note", "warning"):
        _say([message for message in messages if message.level == level], output, writer)
    if output.gate is None:
        return 0
    most = output.gate.most
    crossed = result.crossings(most)
    _say(crossed, output._replace(is_quiet=False), writer)  # why the run failed is no mere warning
    return GATE_CROSSED if crossed else 0


def _write(pieces: Iterator[Bytes], writer: Writer) -> None:
    for piece in pieces:
        writer.answer(piece)
        writer.flush()


def _say(messages: Iterable[Message], output: Output, writer: Writer) -> None:
    if output.is_quiet:
        return
    said = set[str]()  # of two kernels the same may be known
    for message in messages:
        from actcli.render.messages import line  # most answers need no words beside them

        text = line(message)
        if text not in said:
            writer.remark(text)
        said.add(text)


def _require_judged(gate: Gate, result: Result) -> None:
    """Raise UsageError where a result has nothing that the gate could judge."""
    judged = {accumulator.judged_by for accumulator in result.accumulators}
    if ("ulp" if gate.is_ulp else "share") in judged:
        return
    if "ulp" in judged or gate.is_ulp:
        cure = "--fail-over 4ulp" if "ulp" in judged else "--fail-over 10%"
        what = "results of a kernel by ulp" if "ulp" in judged else "inputs by shares, and results of --against by ulp"
        raise UsageError(f"--fail-over judges {what}", cure)
    raise UsageError(
        f"--fail-over judges saturated inputs and dead units, and {' '.join(result.header.names)} has neither",
        "use it with element-wise functions and values",
    )


def _require_names(header: Header, output: Output) -> None:
    """Raise UsageError where the text of --keep has no place in the answer, for its rows have no names."""
    if output.is_totals:
        raise UsageError("--keep is for rows of values, and --summary has none", "leave out one of them")
    if not header.fields or output.format not in _NAMED:
        cure = f"--format {'|'.join(_NAMED)}"
        raise UsageError(f"--keep is for rows with named columns, and {output.format} has none", cure)


def _pieces(result: Result, output: Output) -> Iterator[Bytes]:
    """The answer, or where totals take the place of rows what all chunks come to."""
    if not output.is_totals:
        return _renderer(output)(result, output)

    def totals() -> Iterator[Bytes]:
        for _ in result.chunks():  # where an error ends them, their totals would not be those of the input
            pass
        # A document has the totals in a place of their own.
        shown = (
            result.again()
            if output.format == "json"
            else result.again(header=_header_of_totals(result, is_table=output.format == "table"))
        )
        yield from _renderer(output)(shown, output)

    return totals()


def report(result: Result, width: int) -> str:
    """The table of totals as text of so many columns, once all chunks have passed."""
    from io import BytesIO

    sink = BytesIO()
    terminal = Terminal(
        stdin=None,
        stdout=sink,
        stderr=sink,
        stdin_is_tty=False,
        stdout_is_tty=False,
        stderr_is_tty=False,
        width=width,
        height=PIPE_HEIGHT,
        colour=False,
        truecolour=False,
        unicode=True,
    )
    output = Output(terminal, "table", "totals", is_totals=True)
    shown = _renderer(output)(result.again(header=_header_of_totals(result, is_table=True)), output)
    return b"".join(bytes(piece) for piece in shown).decode()


def _header_of_totals(result: Result, *, is_table: bool) -> Header:
    """A header that describes each function by what the chunks come to, layer by layer."""
    from actcli.results.properties import named

    header = result.header
    # Rows of one name, such as softmax at several temperatures, are told apart by their parameters.
    kept = ("name",) if len(set(header.names)) == len(header.names) else ("name", "parameters")
    if header.lists_units and not is_table:
        return _header_of_units(result, kept)
    totals = [
        {key: known[key] for key in kept} | row
        for place, known in enumerate(header.descriptions)
        for row in result.rows(place)
    ]
    # The fullest row says the order: of some functions less is known.
    keys = dict.fromkeys(key for each in sorted(totals, key=len, reverse=True) for key in each)
    # What is no column, such as the first saturated input, is for documents alone.
    known_rows = (row._replace(is_column=True) if row.key in kept else row for row in named(keys, "totals"))
    rows = tuple(row for row in known_rows if row.is_shown or row.key in kept)
    shown = [row.key for row in rows] + (["unit_shares", "units_listed"] if header.lists_units else [])
    descriptions = tuple({key: each[key] for key in shown if key in each} for each in totals)
    return header._replace(descriptions=descriptions, properties=rows, zones=(), fields=(), view=None)


def _header_of_units(result: Result, kept: Sequence[str]) -> Header:
    """A header that describes each function by the ill units of each layer, a row a unit."""
    from actcli.results.properties import named

    header = result.header
    units = tuple(
        {key: known[key] for key in kept} | {"layer": row.get("layer", "")} | unit
        for place, known in enumerate(header.descriptions)
        for row in result.rows(place)
        for unit in row.get("units_listed", ())
    )
    rows = named((*kept, "layer", "unit", "state", "rows", "share"), "totals")
    return header._replace(descriptions=units, properties=rows, zones=(), fields=(), view=None)


def _renderer(output: Output) -> Renderer:
    """Find what renders a format; the table of a picture is the picture."""
    is_picture = output.answers == "picture" and output.format == "table" and not output.is_totals
    module, function = (_PICTURE if is_picture else FORMATS[output.format]).split(":")
    found: Renderer = getattr(import_module(module), function)
    return found


def gather(pieces: Iterable[Piece], size: Callable[[Piece], int], name: str) -> tuple[list[Piece], ActcliError | None]:
    """Hold all pieces, or those before an error, which is handed back to be raised once they are written."""
    held: list[Piece] = []
    total = 0
    try:
        for piece in pieces:
            total += size(piece)
            if total > HELD_BYTES:
                raise DataError(f"{name} is held in memory, and this answer outgrew 1 GiB", "--format jsonl streams")
            held.append(piece)
    except ActcliError as error:
        return held, error
    return held, None

"""JSON, held until the end so that it is always well formed, and JSON lines, a vector and a function a line."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import orjson

from actcli.arrays import Integers, Numbers
from actcli.output import Output
from actcli.render.messages import sentence
from actcli.render.numbers import each, quoted, rows
from actcli.render.show import gather
from actcli.results import ZONE_NAMES, Answer, Chunk, Header, Result, joined_chunks

SCHEMA = "actcli/1"

_ZONE_TOKENS = [b"null" if kind is None else f'"{kind}"'.encode() for kind in ZONE_NAMES]


def json(result: Result, output: Output) -> Iterator[bytes]:
    """One document: what was asked, the vectors, then zones and summary, also where an error ends the vectors."""
    parts = (b",".join(_objects(chunk, result.header, output.digits)) for chunk in joined_chunks(result.chunks()))
    held, error = gather(parts, len, "json")
    yield _head(result.header, output.digits)
    yield b'"vectors":[' + b",\n".join([part for part in held if part]) + b"],\n"
    yield _tail(result, output.digits)
    if error:
        raise error


def jsonl(result: Result, output: Output) -> Iterator[bytes]:
    """Write what a document has as `vectors`, or as `functions` where there are no vectors, an object a line."""
    header = result.header
    if not header.fields:
        yield b"".join([_dumped(each) + b"\n" for each in _descriptions(header, output.digits)])
        return
    for chunk in joined_chunks(result.chunks()):
        yield b"".join([line + b"\n" for line in _objects(chunk, header, output.digits)])


def _head(header: Header, digits: int | None) -> bytes:
    known: dict[str, Any] = {
        "schema": SCHEMA,
        "command": header.command,
        "functions": _descriptions(header, digits),
    }
    if header.settings:
        known["settings"] = header.settings
    if header.labels:
        known["labels"] = header.labels
    return _dumped(known)[:-1] + b",\n"


def _tail(result: Result, digits: int | None) -> bytes:
    return _dumped({"zones": _zones(result.header), "summary": _rounded(_summary(result), digits)})[1:] + b"\n"


def _descriptions(header: Header, digits: int | None) -> list[Mapping[str, Any]]:
    """What is known of each function, rounded; its parameters are no answers."""
    return [
        {key: value if key == "parameters" else _rounded(value, digits) for key, value in description.items()}
        for description in header.descriptions
    ]


def _rounded(entry: Any, digits: int | None) -> Any:
    """The same with every float rounded to so many significant digits."""
    if digits is None:
        return entry
    if isinstance(entry, Mapping):
        return {key: _rounded(value, digits) for key, value in entry.items()}
    if isinstance(entry, list | tuple | set | frozenset | np.ndarray):
        return [_rounded(value, digits) for value in entry]
    return float(f"{entry:.{digits}g}") if isinstance(entry, float | np.floating) else entry


def _zones(header: Header) -> list[dict[str, Any]]:
    return [
        {
            "function": name,
            "kind": zone.kind,
            "from": zone.low,
            "to": zone.high,
            "includes_from": zone.low_included,
            "includes_to": zone.high_included,
            "threshold": zone.threshold,
        }
        for name, zones in (zip(header.names, header.zones, strict=True) if header.zones else ())
        for zone in zones
    ]


def _summary(result: Result) -> dict[str, Any]:
    named = [(place, name, result.totals(place)) for place, name in enumerate(result.header.names)]
    messages = result.messages(counted=False)  # numbers that stand in the totals have sentences for stderr alone
    has_vectors = bool(result.inputs.vectors)
    return {
        **result.totals(None),
        # A function that nobody looked for zones in has nothing to say of them: zeros would say that all is well.
        "functions": [
            {"function": name, **totals, **_layers(result, place)}
            for place, name, totals in named
            if totals and has_vectors
        ],
        "notes": [sentence(message) for message in messages if message.level == "note"],
        "remarks": [sentence(message) for message in messages if message.level == "warning"],
    }


def _layers(result: Result, place: int) -> dict[str, Any]:
    """What a function makes of each layer, where these have names; beside vectors only where there are several."""
    if not (result.header.is_total or len(result.layers) > 1):
        return {}
    name = result.header.names[place]
    rows = [{"function": name, **row} for row in result.rows(place)]
    return {"layers": rows} if any("layer" in row for row in rows) else {}


def _objects(chunk: Chunk, header: Header, digits: int | None) -> list[bytes]:
    """Write an object for each vector and function; x keeps all its digits, for it says which input this was."""
    if not len(chunk.vectors.lengths):
        return []
    fronts = [b'{"vector":' + number for number in each(chunk.first + np.arange(len(chunk.vectors.lengths)))]
    if chunk.vectors.lines is not None:
        fronts = [front + b',"line":' + line for front, line in zip(fronts, each(chunk.vectors.lines), strict=True)]
    if header.kept:
        names_of_kept = header.kept_names()
        kept = zip(*chunk.vectors.kept_columns(len(names_of_kept)), strict=True)
        members = (b',"kept":' + _dumped(dict(zip(names_of_kept, texts, strict=True))) for texts in kept)
        fronts = [front + member for front, member in zip(fronts, members, strict=True)]
    inputs = quoted(rows(chunk.vectors.numbers, chunk.vectors.lengths)).split(b"\n")
    per_function = []
    for name, answer in zip(header.names, chunk.answers, strict=True):
        names = [b',"function":' + _dumped(name)] * len(fronts)
        parts = [fronts, names, *_members(header, chunk, answer, inputs, digits)]
        per_function.append([b"".join(part) + b"}" for part in zip(*parts, strict=True)])
    return [line for lines in zip(*per_function, strict=True) for line in lines]


def _members(
    header: Header, chunk: Chunk, answer: Answer, inputs: list[bytes], digits: int | None
) -> Iterator[list[bytes]]:
    """Yield member after member, each as text for every object."""
    yield [b',"x":[%b]' % line for line in inputs]
    if header.x_name != "x":
        key = b"," + _dumped(header.x_name)
        yield [key + b":[%b]" % line for line in _tokens(chunk.named_inputs(answer), answer.lengths, None)]
    if answer.ranks is not None:
        yield [b',"index":[%b]' % line for line in _tokens(answer.ranks, answer.lengths, None)]
    for field in header.fields:
        if field.name not in answer.columns:
            continue
        key = b"," + _dumped(field.name) + b":"
        values = answer.columns[field.name]
        if field.per == "vector":
            yield [key + number for number in _tokens(values, np.ones(len(values), np.int64), digits)]
        elif field.per == "value":
            values = _bare(values) if field.is_text and not field.is_certified else values
            yield [key + b"[%b]" % line for line in _tokens(values, answer.lengths, digits)]
        else:
            lines = iter(_tokens(values, np.repeat(chunk.vectors.lengths, answer.lengths), digits))
            yield [
                key + b"[%b]" % b",".join([b"[%b]" % next(lines) for _ in range(length)])
                for length in answer.lengths.tolist()
            ]
    if answer.zones is not None:
        tokens = iter([_ZONE_TOKENS[code] for code in answer.zones.tolist()])
        yield [b',"zone":[%b]' % b",".join([next(tokens) for _ in range(size)]) for size in answer.lengths.tolist()]


def _tokens(values: Numbers, lengths: Integers, digits: int | None) -> list[bytes]:
    """Numbers as JSON, a line a row; certified digits are strings, since readers would cut them to float64."""
    if values.dtype.kind == "U":
        values = np.array([_quoted_token(token) for token in values.tolist()], np.str_)
    if values.dtype.kind == "O":  # some of them quoted already
        values = values.astype(np.str_)
    if values.dtype.kind == "U":
        return rows(values, lengths).split(b"\n")
    return quoted(rows(values, lengths, digits)).split(b"\n")


def _quoted_token(token: str) -> str:
    names = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return f'"{names.get(token, token)}"'


def _bare(values: Numbers) -> Numbers:
    """Text in which words stand between numbers: the numbers bare, what is none in quotes."""

    def written(token: str) -> str:
        try:
            return token if np.isfinite(float(token)) else _quoted_token(token)
        except ValueError:
            return _quoted_token(token)

    return np.array([written(token) for token in values.tolist()], object)


def _dumped(entry: Any) -> bytes:
    return orjson.dumps(_plain(entry))


def _plain(entry: Any) -> Any:
    """Reduce to what JSON can say: NaN and infinities become strings, anything unknown its text."""
    if isinstance(entry, Mapping):
        return {str(key): _plain(value) for key, value in entry.items()}
    if isinstance(entry, list | tuple | set | frozenset | np.ndarray):
        return [_plain(value) for value in entry]
    if isinstance(entry, np.generic):
        return _plain(entry.item())
    if isinstance(entry, float):
        return entry if np.isfinite(entry) else str(orjson.loads(quoted(each(np.array([entry]))[0])))
    if isinstance(entry, str):
        return entry.encode("utf-8", "backslashreplace").decode()  # a lone surrogate is no UTF-8
    return entry if entry is None or isinstance(entry, bool | int) else str(entry)

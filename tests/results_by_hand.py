"""Results made by hand, for the tests of the renderers."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import numpy as np

from actcli.analysis import Zone
from actcli.output import Output
from actcli.render.show import show
from actcli.results import Answer, Chunk, Field, Header, Result, Vectors, ZoneCounts, zone_codes
from actcli.results.messages import note
from actcli.results.properties import named
from tests.runner import terminal

SIGMOID_ZONES = (
    Zone("saturated", -np.inf, -5, threshold=0.00664805),
    Zone("saturated", 5, np.inf, threshold=0.00664805),
)
RELU_ZONES = (Zone("dead", -np.inf, 0, high_included=True),)

SIGMOID = {"name": "sigmoid", "formula": "1 / (1 + exp(-x))", "parameters": {}}
RELU = {"name": "relu", "formula": "max(x, 0)", "parameters": {}}


def vectors(*rows: Sequence[float], lines: Sequence[int] | None = None) -> Vectors:
    """Vectors laid end to end."""
    values = np.array([value for row in rows for value in row], np.float64)
    lengths = np.array([len(row) for row in rows], np.int64)
    return Vectors(values, lengths, None if lines is None else np.array(lines, np.int64))


def relu(*rows: Sequence[float], lines: Sequence[int] | None = None, **header: Any) -> Result:
    """What `eval relu` gives for these vectors."""
    given = vectors(*rows, lines=lines)
    answer = Answer(given.lengths, {"value": np.maximum(given.values, 0.0)}, zone_codes(RELU_ZONES, given.values))
    known = Header(command="eval", descriptions=(RELU,), fields=(Field("value"),), zones=(RELU_ZONES,), **header)
    return Result(known, iter([Chunk(given, (answer,))]), [ZoneCounts(0, "relu", RELU_ZONES)])


def sigmoid_and_relu(*rows: Sequence[float], **header: Any) -> Result:
    """What `compare sigmoid relu` gives for these vectors."""
    given = vectors(*rows)
    answers = (
        Answer(given.lengths, {"value": 1 / (1 + np.exp(-given.values))}, zone_codes(SIGMOID_ZONES, given.values)),
        Answer(given.lengths, {"value": np.maximum(given.values, 0.0)}, zone_codes(RELU_ZONES, given.values)),
    )
    known = Header(
        command="compare",
        descriptions=(SIGMOID, RELU),
        fields=(Field("value"),),
        zones=(SIGMOID_ZONES, RELU_ZONES),
        **header,
    )
    counts = [ZoneCounts(0, "sigmoid", SIGMOID_ZONES), ZoneCounts(1, "relu", RELU_ZONES)]
    return Result(known, iter([Chunk(given, answers)]), counts)


def softmax(*rows: Sequence[float], fields: Sequence[str] = ("probability",), **header: Any) -> Result:
    """What `softmax` gives for these vectors; the target of loss and gradient is the first value."""
    given = vectors(*rows)
    columns: dict[str, list[float]] = {"probability": [], "loss": [], "gradient": [], "jacobian": [], "entropy": []}
    for row in rows:
        weights = np.exp(np.array(row, np.float64))
        shares = weights / weights.sum() if len(row) else weights
        columns["probability"] += shares.tolist()
        columns["loss"].append(-float(np.log(shares[0])) if len(row) else np.nan)
        columns["entropy"].append(-float(np.sum(shares * np.log2(shares))))
        columns["gradient"] += (shares - np.eye(max(1, len(row)))[0][: len(row)]).tolist()
        columns["jacobian"] += (np.diag(shares) - np.outer(shares, shares)).ravel().tolist() if len(row) else []
    per: dict[str, Any] = {"loss": "vector", "entropy": "vector", "jacobian": "pair"}
    known = Header(
        command="softmax",
        headings={"x": "logit"},
        descriptions=({"name": "softmax", "formula": "exp(x_i) / sum(exp(x))"},),
        fields=tuple(Field(name, per.get(name, "value"), detail=name == "entropy") for name in fields),
        **header,
    )
    answer = Answer(given.lengths, {name: np.array(columns[name], np.float64) for name in fields})
    return Result(known, iter([Chunk(given, (answer,))]))


def descriptions(*entries: dict[Any, Any], properties: tuple[str, ...] = ("name", "formula")) -> Result:
    """A property table of these descriptions."""
    return Result(Header(command="list", descriptions=entries, properties=named(properties)))


def ending_in(error: Exception, result: Result) -> Result:
    """The same result, whose chunks end in an error."""

    def source() -> Iterator[Chunk]:
        yield from result.source
        raise error

    return Result(result.header, source(), result.accumulators[:-1])


def noted(result: Result) -> Result:
    """The same result with a note before its answers: x names columns a and b."""
    header = result.header._replace(messages=(note("header_taken", source="x", names=("a", "b")),))
    return Result(header, result.source, result.accumulators[:-1])


def written(result: Result, format: Any = "plain", digits: int | None = None, **screen: Any) -> str:  # noqa: A002
    """What `show` writes on stdout."""
    stdout = BytesIO()
    show(result, Output(terminal(stdout, **screen), format, digits=digits))
    return stdout.getvalue().decode()

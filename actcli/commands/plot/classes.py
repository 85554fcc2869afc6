"""Functions of whole vectors as curves, one a class: over one of their logits, or over the temperature."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import numpy as np

from actcli.arrays import Floats
from actcli.catalog import Activation, VectorActivation
from actcli.commands.pipeline import described, in_type, rounded
from actcli.commands.plot.curves import Limits, spread, with_curves
from actcli.dtypes import NumberType
from actcli.errors import UsageError, printable
from actcli.inputs.number import listed_names, plain
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import open_values
from actcli.inputs.words import read_words
from actcli.options import real
from actcli.output import Output
from actcli.results import Answer, Chunk, Field, Header, Reference, Result, Vectors, View

_HALF = 6.0  # how far to each side of the middle a logit is drawn: there a softmax of two is within 0.25 % of its ends
_FIELDS = (Field("value"),)


def class_curves(
    functions: Sequence[Activation | VectorActivation],
    over_logit: Sequence[str],
    values: Sequence[str],
    x_limits: Limits | None,
    temperatures: Limits | None,
    input_options: InputOptions,
    output: Output,
    view: View,
) -> tuple[Result, Output]:
    """A curve for each class of one function of whole vectors.

    Over x where a word such as x,1,-3 has x for a logit, and values mark places of x; else over the temperatures that
    the logits, which the values are, are divided by. Raises UsageError for anything else.
    """
    function = _drawable(functions, over_logit, temperatures)
    if temperatures is not None:
        return _over_temperature(function, values, x_limits, temperatures, input_options, view), output
    return _over_logit(function, over_logit[0], values, x_limits, input_options, output, view), output


def _over_logit(
    function: VectorActivation,
    word: str,
    values: Sequence[str],
    x_limits: Limits | None,
    input_options: InputOptions,
    output: Output,
    view: View,
) -> Result:
    """The curves over the logit called x, and marks at the values given."""
    labels = listed_names(plain(word))
    at = labels.index("x")
    if labels.count("x") > 1:
        raise UsageError(f"{printable(word)} has x more than once", "one logit is x, and the others are numbers")
    others = np.array([real(label) for label in labels if label != "x"])

    def probabilities(x: Floats) -> Floats:
        return function.value(np.insert(np.tile(others, (x.size, 1)), at, x, axis=1))

    dtype = input_options.number_type
    header = _header(function, labels, view)
    default = _around(others)
    curves = partial(_sampled, probabilities, dtype)
    if not (values or input_options.files):
        return Result(in_type(header, dtype), curves(x_limits or default))
    source = open_values(values, input_options, output.terminal, stdin_by_default=False)
    chunks: Iterable[Chunk] = _chunks(probabilities, source.blocks)
    if output.is_drawn:  # formats for programs hold the values given
        chunks = with_curves(chunks, x_limits, default, curves)
    return Result(described(header, source, dtype), chunks)


def _over_temperature(
    function: VectorActivation,
    words: Sequence[str],
    x_limits: Limits | None,
    temperatures: Limits,
    input_options: InputOptions,
    view: View,
) -> Result:
    """The curves over the temperature, with what a temperature of 1 gives, and what equal logits give."""
    if x_limits is not None or input_options.files:
        raise UsageError("over --temperature there is one vector of logits", _CURE_TEMPERATURE)
    if temperatures[0] <= 0:
        raise UsageError("a temperature is above 0", "write --temperature 0.1:10")
    logits = read_words(words)
    if len(logits.lengths) > 1 or logits.values.size < 2:
        raise UsageError("over --temperature there is one vector of two logits or more", _CURE_TEMPERATURE)

    def probabilities(temperature: Floats) -> Floats:
        return function.value(logits.values / temperature[:, None])

    dtype = input_options.number_type
    (alike,) = function.value(np.zeros((1, logits.values.size)))[:, 0].tolist()
    references = [Reference("y", alike, f"uniform 1/{logits.values.size}")]
    if temperatures[0] < 1 < temperatures[1]:
        found = " ".join(f"{each:.4g}" for each in probabilities(np.ones(1))[0].tolist())
        references.append(Reference("x", 1.0, f"T = 1: {found}"))
    view = view._replace(x_is_log=True, references=tuple(references))
    header = _header(function, [f"{each:g}" for each in logits.values.tolist()], view, by="temperature")
    return Result(in_type(header, dtype), _sampled(probabilities, dtype, temperatures, is_log=True))


_CURE_LOGIT = "actcli plot softmax x,1,-3"
_CURE_TEMPERATURE = "actcli plot softmax 3,1,-3 --temperature 0.1:10"


def _drawable(
    functions: Sequence[Activation | VectorActivation], over_logit: Sequence[str], temperatures: Limits | None
) -> VectorActivation:
    """The one function whose classes are to be drawn; raises UsageError where it cannot be, or over nothing."""
    cure = f"{_CURE_LOGIT}, or {_CURE_TEMPERATURE}"
    function, *others = sorted(functions, key=lambda each: isinstance(each, Activation))
    if isinstance(function, Activation):
        what = "--temperature divides the logits" if temperatures is not None else f"{over_logit[0]} are the logits"
        raise UsageError(f"{printable(what)} of a function of whole vectors, and {function.name} is element-wise", cure)
    if others:
        names = " and ".join(printable(each.name) for each in functions)
        raise UsageError(f"classes are drawn of one function of whole vectors, and here are {names}", cure)
    if not function.entry.keeps_length or any(name == "seed" for name, _ in function.parameters):
        raise UsageError(
            f"{function.name} acts on whole vectors, and plot cannot draw it", f"actcli eval {function.name} 3,1,-3"
        )
    if len(over_logit) + (temperatures is not None) != 1:
        raise UsageError(
            f"{function.name} acts on whole vectors: it is drawn over one logit, x, or the temperature", cure
        )
    return function


def _header(function: VectorActivation, logits: Sequence[str], view: View, by: str = "") -> Header:
    of = f"{function.name} of {', '.join(logits)}"
    return Header(
        command="plot",
        descriptions=tuple(
            {"name": f"class {place} ({logit})", "formula": function.formula, "parameters": dict(function.parameters)}
            for place, logit in enumerate(logits)
        ),
        fields=_FIELDS,
        zones=tuple(() for _ in logits),
        headings={"x": by or "x"},
        view=view._replace(title=view.title or (f"{of} by {by}" if by else of)),
    )


def _around(others: Floats) -> Limits:
    """Limits about the logit that takes half of a softmax."""
    middle = float(np.logaddexp.reduce(others))
    if not np.isfinite(middle):
        return -_HALF, _HALF
    middle = np.rint(middle)
    return float(np.floor(min(middle - _HALF, others.min()))), float(np.ceil(max(middle + _HALF, others.max())))


def _sampled(
    probabilities: Callable[[Floats], Floats], dtype: NumberType | None, x_limits: Limits, *, is_log: bool = False
) -> Iterator[Chunk]:
    x = spread(x_limits, is_log=is_log)
    grid = Vectors(x, np.array([x.size], np.int64), number_type=dtype)
    for chunk in _chunks(probabilities, [grid]):
        yield chunk._replace(is_sampled=True)


def _chunks(probabilities: Callable[[Floats], Floats], blocks: Iterable[Vectors]) -> Iterator[Chunk]:
    """A chunk for each block of x, with an answer for each class."""
    first = 0
    for block in blocks:
        x = block.number_type.rounded(block.values) if block.number_type else block.values
        answers = (Answer(block.lengths, {"value": values}) for values in probabilities(x).T)
        yield Chunk(block, tuple(rounded(answer, block.number_type, _FIELDS) for answer in answers), first)
        first += len(block.lengths)

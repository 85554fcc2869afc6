"""`compare` without data: what functions are, what a normal input looks like behind them, and their values."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain

import numpy as np

from actcli.analysis import Zone
from actcli.analysis.depth import depth
from actcli.analysis.view import default_limits, widened
from actcli.catalog import Activation, VectorActivation, find
from actcli.commands.chunks import answered_chunks, card, vector_answer, zones_of
from actcli.commands.curves import sampled_chunks, sights
from actcli.commands.layers import sentence
from actcli.commands.properties import Asked, properties, titles, unsettled
from actcli.inputs.reading import Reading
from actcli.inputs.sources import Input, open_values
from actcli.options.output import World
from actcli.render.presentation import PICTURES, default_format
from actcli.results import Answer, Chunk, Field, Header, Result, Summary, Vectors, View, zone_codes

__all__ = ["Asked", "side_by_side"]

Functions = Sequence[Activation | VectorActivation]


def side_by_side(
    world: World, specs: Sequence[str], values: Sequence[str], asked: Asked, saturation: float | None
) -> Result:
    """The functions of some specs side by side, at the values given if any are."""
    if not values:
        world.presentation.require_values()
    functions = [each.drawing() if isinstance(each, VectorActivation) else each for each in map(find, specs)]
    zoned = _zones(functions, saturation)
    has_x = all(isinstance(each, Activation) or each.entry.keeps_length for each in functions)
    header = Header(
        command="compare",
        cards=tuple(card(each) for each in functions),
        fields=(Field("value", has_x=has_x),) if values else (),
        zones=zoned,
        settings=asked.settings,
    )
    name = world.presentation.format or default_format(header, world.presentation, world.terminal.stdout_is_tty)
    # What is to be read by rows should not wait for properties that its rows leave out.
    if not values or name in (*PICTURES, "json"):
        header = header._replace(
            cards=properties(functions, asked),
            properties=titles(functions, asked),
            notes=unsettled(functions, asked),
        )
    if asked.layers:
        header = header._replace(notes=(*header.notes, *_sentences(functions, asked)))
    opened = open_values(values, Reading(), world.terminal, stdin_by_default=False) if values else None
    chunks, summary = _answered(functions, zoned, opened)
    activations = [each for each in functions if isinstance(each, Activation)]
    if name in PICTURES and len(activations) == len(functions):
        return _drawn(header, activations, list(chunks), summary)
    return Result(opened.described(header) if opened else header, chunks, summary)


def _sentences(functions: Functions, asked: Asked) -> Iterator[str]:
    for each in functions:
        if asked.layers and isinstance(each, Activation):
            yield sentence(each.name, depth(each, asked.layers, asked.mean, asked.sigma))


def _zones(functions: Functions, saturation: float | None) -> tuple[tuple[Zone, ...], ...]:
    return tuple(zones_of([each], saturation)[0] if isinstance(each, Activation) else () for each in functions)


def _answered(
    functions: Functions, zoned: Sequence[Sequence[Zone]], opened: Input | None
) -> tuple[Iterator[Chunk], Summary]:
    """The values of all functions, and a summary that in the end says what sets vector functions apart from others."""
    if opened is None:
        return iter(()), Summary()
    answers = [partial(_answer, each, its_zones) for each, its_zones in zip(functions, zoned, strict=True)]
    chunks = answered_chunks(opened, answers)
    summary = Summary()
    kinds = {type(each) for each in functions}
    return (_summing(functions, chunks, summary) if len(kinds) > 1 else chunks), summary


def _answer(function: Activation | VectorActivation, its_zones: Sequence[Zone], vectors: Vectors) -> Answer:
    if isinstance(function, VectorActivation):
        return vector_answer(function, vectors)
    x = vectors.values
    return Answer(vectors.lengths, {"value": function.value(x)}, zone_codes(its_zones, x))


def _summing(functions: Functions, chunks: Iterator[Chunk], summary: Summary) -> Iterator[Chunk]:
    """Hand the chunks on, and at the end note what each function is for, and what its probabilities add up to."""
    sums: list[list[float]] = [[] for _ in functions]
    for chunk in chunks:
        yield chunk
        for found, answer in zip(sums, chunk.answers, strict=True):
            parts = np.split(answer.columns["value"], np.cumsum(answer.lengths)[:-1])
            found += [float(part.sum()) if ((part >= 0) & (part <= 1)).all() else np.nan for part in parts if part.size]
    for function, found in zip(functions, sums, strict=True):
        use = function.entry.used_for if function.entry else "a formula of your own"
        ends = dict.fromkeys(f"{end:.4g}" for end in (min(found), max(found))) if found else {}
        total = "" if not ends or "nan" in ends else f"adds up to {' to '.join(ends)}; "
        summary.notes.append(f"{function.name}: {total}{use}")


def _drawn(header: Header, activations: Sequence[Activation], marked: list[Chunk], summary: Summary) -> Result:
    """The picture that `plot` draws of the functions, wide enough for the values, which are marked on it."""
    values = [chunk.vectors.values[np.isfinite(chunk.vectors.values)] for chunk in marked]
    marks = np.concatenate([*values, np.empty(0)])
    limits = widened(default_limits(activations), marks.min(initial=np.inf), marks.max(initial=-np.inf))
    curves = sampled_chunks(activations, limits, ("value",), header.zones)
    header = header._replace(view=View(tuple(map(sights, activations))), fields=(Field("value"),))
    return Result(header, chain(curves, marked), summary)

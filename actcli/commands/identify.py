"""`actcli identify`: which function of the catalogue, with which parameters, made some results."""

from typing import Any

import numpy as np

from actcli.analysis.identify import Candidate, Identity, Resolution, identify, resolution_of
from actcli.arrays import Floats
from actcli.commands.compare.kernel import of_results
from actcli.commands.pipeline import description
from actcli.dtypes import NUMBER_TYPES, NumberType
from actcli.errors import DataError, UsageError, counted, printable
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import Source, open_values, refuse_kept
from actcli.options import Pairs, ResultsOf
from actcli.output import Output, OutputOptions
from actcli.results import Header, Result
from actcli.results.messages import Message, note, warning
from actcli.results.properties import IDENTITY, NAME, columns

# What results may be rounded to that came as text, or as an array of a wider type; the narrowest first.
_LIKELY = [NUMBER_TYPES[name] for name in ("bfloat16", "float16", "float32", "float64")]


def identify_(
    output_options: OutputOptions, input_options: InputOptions, pairs: Pairs = None, against: ResultsOf = None
) -> tuple[Result, Output]:
    """Which function made the results: of --against for --input, or the second number of each pair for its first."""
    output = output_options.settle("properties")
    if input_options.on_error == "skip":
        raise UsageError("a vector that is left out would pair others wrongly", "--on-error nan keeps its place")
    refuse_kept(input_options)
    exact = input_options._replace(number_type=None)  # inputs are what they are; --dtype is the type of the results
    source = open_values(pairs or (), exact, output.terminal, stdin_by_default=True)
    if against is None:
        x, y, kind = _of_pairs(source)
    else:
        results = open_values((), of_results(exact, against), output.terminal, stdin_by_default=False)
        x, _ = _whole(source)
        y, kind = _whole(results)
        if x.size != y.size:
            raise DataError(f"the input holds {x.size:,} values, and {printable(against)} {y.size:,} results")
    if not x.size:
        raise DataError("there is no input to judge by", "give x and f(x), as in: actcli identify 1,0.8413 -1,-0.1587")
    resolution = _resolution(y, input_options.number_type or kind)
    number_type = resolution.number_type
    found = identify(x, y if number_type is None else number_type.rounded(y), resolution)
    header = Header(
        command="identify",
        descriptions=tuple(_described(candidate) for candidate in found.candidates),
        properties=(NAME, *columns(IDENTITY)),
        settings={
            "identified": found.named.activation.name if found.named else None,
            "compared": x.size,
            "contradictory": found.contradictions.inputs if found.contradictions else 0,
            "rounded_to": resolution.name,
        },
        messages=tuple(_messages(found, x, resolution)),
    )
    return Result(header), output


def _described(candidate: Candidate) -> dict[str, Any]:
    return description(candidate.activation) | {
        "equal": int(candidate.matches.sum()),
        "equal_share": candidate.share,
        "distance": candidate.distance,
        "distance_at": candidate.at,
        "fitted": candidate.fitted,
        "known_as": list(candidate.names),
    }


def _messages(found: Identity, x: Floats, resolution: Resolution) -> list[Message]:
    first = found.candidates[0]
    best = first.activation.name
    said = [note("results_compared", count=x.size, rounded_to=resolution.name)]
    if found.contradictions:
        said.append(warning("contradictory_results", **found.contradictions._asdict()))
    if not found.is_close:
        return [*said, warning("nothing_made_them", nearest=best, given=int(first.matches.sum()), count=x.size)]
    if found.constant is not None:
        said.append(warning("results_all_equal", result=found.constant))
    if found.has_few:
        said.append(warning("too_few_to_name", function=best, fitted=first.fitted, inputs=np.unique(x).size))
    for rival in found.rivals:
        apart, name = rival.apart, rival.candidate.activation.name
        place = apart.places[0].low if apart.places else None
        said.append(warning("not_told_apart", first=best, second=name, distance=apart.size, at=place))
    return said


def _of_pairs(source: Source) -> tuple[Floats, Floats, NumberType | None]:
    """Inputs and results out of vectors of two, and the type of the numbers where they are an array."""
    values: list[Floats] = []
    kind = None
    for block in source.blocks:
        odd = np.flatnonzero(block.lengths != 2)
        if odd.size:
            place = "" if block.lines is None else f"line {block.lines[odd[0]]}: "
            found = counted(int(block.lengths[odd[0]]), "value")
            message = f"{place}a pair is an input and its result, not {found}"
            raise DataError(message, "name the results with --against FILE, or two columns with --column x,y")
        kind = _kind(source, block.dtype)
        values.append(block.values)
    pairs = np.concatenate([np.zeros(0), *values]).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], kind


def _whole(source: Source) -> tuple[Floats, NumberType | None]:
    """All values, and their type where they are an array."""
    values: list[Floats] = []
    kind = None
    for block in source.blocks:
        kind = _kind(source, block.dtype)
        values.append(block.values)
    return np.concatenate([np.zeros(0), *values]), kind


def _kind(source: Source, dtype: np.dtype[Any]) -> NumberType | None:
    return NUMBER_TYPES.get(dtype.name) if source.shape is not None else None


def _resolution(y: Floats, kind: NumberType | None) -> Resolution:
    """By the type that the user or the array names, unless all results are numbers of a narrower one."""
    if kind is None:
        return resolution_of(y, _LIKELY)
    narrower = [each for each in _LIKELY if isinstance(kind, type(each)) and each.bits < kind.bits]
    finite = y[np.isfinite(y)]
    fitting = (each for each in narrower if (each.rounded(finite) == finite).all())
    found = next(fitting, kind)
    return Resolution(found.name, found)

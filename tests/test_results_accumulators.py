"""Accumulators keep one protocol: parts of a stream, merged, come to what the whole comes to; and they pickle."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actcli import results
from actcli.analysis import Zone
from actcli.dtypes import NUMBER_TYPES
from actcli.results import Accumulator, Answer, Chunk, Vectors, ZoneCounts, zone_codes
from actcli.results.accumulators import (
    ClosingMessages,
    CurveDoubts,
    CurveOverflows,
    Doubts,
    InputCounts,
    KindsOfFunctions,
    LogitVectors,
    MarkedValues,
    OddAnswers,
    SumsOfShares,
)
from actcli.results.messages import note
from actcli.results.scores import Calibration, Confidence, LeftOutVectors
from actcli.results.statistics import ActivationStatistics, InputStatistics, RangeCounts, VanishingLayers
from actcli.results.ulp_errors import UlpErrors
from actcli.results.vectors import Faults

ZONES = (Zone("dead", -np.inf, -2, high_included=True), Zone("saturated", 5, np.inf, threshold=0.0066))


MAKERS: dict[type[Accumulator], Callable[[], Accumulator]] = {
    ClosingMessages: lambda: ClosingMessages([note("single_logits")]),
    InputCounts: InputCounts,
    ZoneCounts: lambda: ZoneCounts(0, "sigmoid", ZONES, counts_saturated_units=True),
    SumsOfShares: SumsOfShares,
    Doubts: lambda: Doubts(0, "x - sin(x)"),
    CurveDoubts: lambda: CurveDoubts(0, "x - sin(x)"),
    CurveOverflows: lambda: CurveOverflows(0, "exp(x)", "value"),
    LogitVectors: lambda: LogitVectors(is_typed=False),
    KindsOfFunctions: lambda: KindsOfFunctions(("sigmoid", "softmax"), ("gates", "probabilities")),
    Calibration: lambda: Calibration(0, most_held=6),
    Confidence: lambda: Confidence(0),
    LeftOutVectors: lambda: LeftOutVectors(0, has_classes=True),
    UlpErrors: lambda: UlpErrors("sigmoid", NUMBER_TYPES["float32"], is_reference_exact=False, bound=4),
    ActivationStatistics: lambda: ActivationStatistics(0, layers=3),
    InputStatistics: InputStatistics,
    RangeCounts: lambda: RangeCounts("sigmoid", 0.0, 1.0, are_outputs=True),
    VanishingLayers: lambda: VanishingLayers("sigmoid"),
    OddAnswers: lambda: OddAnswers(0, "sigmoid"),
    MarkedValues: lambda: MarkedValues("endless", "sin", period=None),
}

Row = tuple[list[float], bool]


def chunk_of(rows: Sequence[Row], before: Sequence[Row]) -> Chunk:
    """What two functions answer to some rows of a stream; a row that is marked has a bad token at its end."""
    values = np.array([value for row, _ in rows for value in row], np.float64)
    lengths = np.array([len(row) for row, _ in rows], np.int64)
    marks = [is_bad and place == len(row) - 1 for row, is_bad in rows for place in range(len(row))]
    replaced = np.array(marks, np.bool_)
    values[replaced] = np.nan
    lines = [number for number, (_, is_bad) in enumerate((*before, *rows), 1) if is_bad]
    own = [line for line in lines if line > len(before)]
    vectors = Vectors(
        values,
        lengths,
        lines=np.arange(len(before) + 1, len(before) + len(rows) + 1),
        start=sum(len(row) for row, _ in before),
        replaced=replaced,
        faults=Faults(0, len(own), f"line {own[0]}" if own else ""),
    )
    with np.errstate(all="ignore"):
        sizes = np.minimum(np.abs(np.nan_to_num(values)), 30.0)
        columns = {
            "value": 1 / (1 + np.exp(-values)),
            "slope": np.exp(-sizes) * np.sign(values),
            "got": (values * 1.0000001).astype(np.float32).astype(np.float64),
            "wanted": values.astype(np.float32).astype(np.float64),
            "endless": values > 1,
            "doubtful": values > 2,
            "truth": values,
            "class_loss": np.array([len(row) / 3 for row, _ in rows]),
            "confidence": np.array([1 / max(len(row), 1) for row, _ in rows]),
            "predicted": lengths % 2,
            "entropy": np.array([len(row) / 7 for row, _ in rows]),
            "top": np.array([1 / max(len(row), 1) for row, _ in rows]),
            "winner": lengths - 1,
            "class": lengths % 4 - 2,
        }
    answer = Answer(lengths, columns, zone_codes(ZONES, values))
    return Chunk(vectors, (answer, answer))


def every_class(base: type[Accumulator] = Accumulator) -> Iterator[type[Accumulator]]:
    for each in base.__subclasses__():
        yield each
        yield from every_class(each)


def test_every_accumulator_is_tried() -> None:
    ours = {each for each in every_class() if each.__module__.startswith(results.__name__)}
    assert {each for each in ours if not each.__name__.startswith("_")} == set(MAKERS)  # the others are bases


def shown(accumulator: Accumulator) -> tuple[dict[str, Any], list[str]]:
    """Totals, sums of floats to 12 digits and all else as it is, and messages."""
    totals = accumulator.totals()
    if totals.get("mean_ulp_error") is not None:
        totals["mean_ulp_error"] = f"{totals['mean_ulp_error']:.12g}"
    said = [*accumulator.messages(), *accumulator.crossings(0.0)]
    return {name: repr(total) for name, total in totals.items()}, list(map(repr, said))


NUMBERS = st.sampled_from([-np.inf, np.inf, np.nan, -700.0, -3.0, -0.0, 0.0, 1e-300, 0.25, 1.0, 5.5, 6.0, 1e30])
RAGGED = st.lists(st.tuples(st.lists(NUMBERS, max_size=4), st.booleans()), min_size=1, max_size=8)
WIDTHS = st.integers(1, 4)
MATRICES = WIDTHS.flatmap(
    lambda width: st.lists(
        st.tuples(st.lists(NUMBERS, min_size=width, max_size=width), st.booleans()), min_size=1, max_size=8
    )
)


@pytest.mark.parametrize("kind", MAKERS, ids=lambda kind: kind.__name__)
@given(rows=st.one_of(MATRICES, RAGGED), data=st.data())
@settings(max_examples=60)
def test_parts_of_a_stream_come_to_the_whole(kind: type[Accumulator], rows: list[Row], data: st.DataObject) -> None:
    whole = MAKERS[kind]()
    whole.update(chunk_of(rows, []))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(rows)), max_size=3)))
    merged = MAKERS[kind]()
    for start, stop in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        part = MAKERS[kind]()
        # A part is taken in row by row, or in one block.
        steps = range(start, stop) if data.draw(st.booleans()) else [start] * (stop > start)
        for at in steps:
            end = at + 1 if len(steps) == stop - start else stop
            part.update(chunk_of(rows[at:end], rows[:at]))
        merged.merge(pickle.loads(pickle.dumps(part)))  # noqa: S301
    assert shown(merged) == shown(whole)


@pytest.mark.parametrize("kind", MAKERS, ids=lambda kind: kind.__name__)
def test_an_accumulator_that_saw_nothing_says_nothing_wrong_and_travels(kind: type[Accumulator]) -> None:
    fresh = MAKERS[kind]()
    copy = pickle.loads(pickle.dumps(fresh))  # noqa: S301
    assert shown(copy) == shown(fresh)
    assert fresh.function is None or fresh.function == 0
    fresh.merge(copy)
    assert shown(fresh) == shown(copy)


def test_a_row_of_nothing_but_a_bad_token_is_a_row_in_a_block_of_its_own_too() -> None:
    rows = [([-3.0], False), ([0.0], True), ([-3.0], False)]
    together, apart = (ZoneCounts(0, "sigmoid", ZONES) for _ in range(2))
    together.update(chunk_of(rows, []))
    for place in range(3):
        apart.update(chunk_of(rows[place : place + 1], rows[:place]))
    assert (apart.rows, apart.units) == (together.rows, together.units) == (3, (1, 1))
    empty = ZoneCounts(0, "sigmoid", ZONES)
    empty.update(chunk_of(rows[1:2], rows[:1]))
    assert empty.totals() == {}

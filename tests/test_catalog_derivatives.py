"""The slope and the curvature that every entry states, against those of its formula, in ball arithmetic."""

from contextlib import suppress
from math import isnan

import numpy as np
import pytest
from flint import arb, ctx, fmpq

from actcli.catalog import FUNCTIONS, Function, find
from actcli.catalog.libraries import LIBRARIES
from tests.oracle.accuracy import Truth, beside, truth_of
from tests.oracle.formulas import Formula, Number, UndecidedError
from tests.specs import SPECS, activation

# A formula for the reader may hold 1 - tanh(x)**2, of which nothing is left far out whatever the precision.
PRECISIONS = (200, 1_000, 6_000)
NOTHING = 2.0**-1_000

OF_LIBRARIES = [entry for library in LIBRARIES.values() for entry in library.own.values()]


def points(truth: Truth) -> list[float]:
    rng = np.random.default_rng(3)
    near = [0.0, *rng.uniform(-8, 8, 60), *rng.uniform(-60, 60, 30)]
    far = [sign * size for size in (1e-300, 1e-9, 700.0, 1e6, 1e150, 1.7e308) for sign in (-1, 1)]
    corners = [sign * value for value in truth.formula.constants() for sign in (-1, 1) if abs(value) < 1e300]
    corners += [quarters / 4 for quarters in range(-48, 49)]
    seams = truth.seams(np.array(sorted({*near, *far, *corners})))
    return [*near, *far, *(float(x) for corner in (*corners, *seams) for x in beside(corner))]


def agree(stated: Number, wanted: Number) -> bool | None:
    """Whether two numbers are one and the same; None where balls of this precision do not tell."""
    if isinstance(stated, float) or isinstance(wanted, float):
        known = [float(each) if isinstance(each, float | fmpq) else 0.0 for each in (stated, wanted)]
        return known[0] == known[1] or (isnan(known[0]) and isnan(known[1]))
    first, second = arb(stated), arb(wanted)
    if not first.is_finite():
        return None
    if not first.overlaps(second):
        return False
    wide = first.rad() + second.rad()
    return True if wide < NOTHING or wide < abs(second) * 2.0**-60 else None


def judged(stated: Formula, formula: Formula, order: int, x: float) -> bool | None:
    for bits in PRECISIONS:
        with suppress(UndecidedError), ctx.workprec(bits):
            jet = formula.jet(x)
            if isinstance(jet.value, float) and isnan(jet.value):
                wanted: Number = jet.value
            else:
                wanted = fmpq(0) if jet[order] is None else jet[order]
            same = agree(stated.jet(x).value, wanted)
            if same is not None:
                return same
    return None


@pytest.mark.parametrize("order", [1, 2], ids=["slope", "curvature"])
@pytest.mark.parametrize("spec", SPECS)
def test_what_an_entry_states_is_the_derivative_of_its_formula(spec: str, order: int) -> None:
    entry = activation(spec).entry
    assert entry is not None
    assert_stated(entry, truth_of(spec).formula, order, points(truth_of(spec)))


@pytest.mark.parametrize("order", [1, 2], ids=["slope", "curvature"])
@pytest.mark.parametrize("entry", OF_LIBRARIES, ids=lambda entry: entry.formula)
def test_so_is_what_the_definition_of_a_library_states(entry: Function, order: int) -> None:
    formula = Formula(entry.formula, {each.name: each.default for each in entry.parameters})
    assert_stated(entry, formula, order, points(Truth(formula)))


def assert_stated(entry: Function, formula: Formula, order: int, x: list[float]) -> None:
    text = entry.stated(order)
    assert text is not None
    stated = Formula(text)
    stated.parameters = formula.parameters
    answers = [judged(stated, formula, order, each) for each in x]
    wrong = [each for each, same in zip(x, answers, strict=True) if same is False]
    assert not wrong, (text, wrong[:20])
    near = [same for each, same in zip(x, answers, strict=True) if abs(each) < 5]
    assert all(near)  # and none of those is left open
    assert answers.count(True) > 0.8 * len(answers)


def test_every_entry_and_every_definition_of_a_library_states_both() -> None:
    assert all(entry.stated(1) and entry.stated(2) for entry in FUNCTIONS)
    assert OF_LIBRARIES
    assert all(entry.stated(1) and entry.stated(2) for entry in OF_LIBRARIES)


@pytest.mark.parametrize(
    ("spec", "order", "shown"),
    [
        ("softplus", 1, "sigmoid(beta * x)"),
        ("sigmoid", 1, "sigmoid(x) * sigmoid(-x)"),
        ("tanh", 1, "1 - tanh(x)**2"),
        ("elu:0.5", 1, "where(x > 0, 1, alpha * exp(x))"),
        ("x*sigmoid(x)", 0, "x*sigmoid(x)"),
        ("x*sigmoid(x)", 1, "sigmoid(x) * (1 + x * sigmoid(-x))"),  # it is silu
        ("log1p(exp(x))", 1, None),  # it is softplus, but nobody has said what beta is
        ("x*x", 1, None),
    ],
)
def test_what_is_stated_is_shown_of_what_has_it(spec: str, order: int, shown: str | None) -> None:
    found = find(spec)
    assert found.statement(order) == shown  # type: ignore[union-attr]

"""Certified digits are held against an oracle that shares nothing with them but the text of the formulas."""

from collections.abc import Mapping

import numpy as np
import pytest

from actcli.catalog import Function
from actcli.formula.digits import NotSettledError
from tests.oracle import nearest
from tests.test_functions import SPECS, activation

RNG = np.random.default_rng(20240303)
POINTS = np.concatenate(
    [
        RNG.uniform(-40, 40, 12),
        RNG.uniform(-700, 700, 4),
        np.copysign(10.0 ** RNG.uniform(-300, 300, 6), [1, -1] * 3),
        [-6.0, -3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.5, 3.0, 6.0, 1e-310, -1e-310],
    ]
).tolist()
OF_LIBRARIES = {
    "leaky-relu@keras": {"negative_slope": "0.2"},
    "hard-sigmoid@onnx": {"slope": "0.2"},
    "weighted-tanh@echo": {"weight": "1"},
}


def parameters(spec: str, entry: Function) -> Mapping[str, str | float]:
    """The parameters of a spec: a typed number is a double, unless it is that of a default, which is exact."""
    by_default: dict[str, str | float] = {parameter.name: parameter.default for parameter in entry.parameters}
    typed = spec.partition(":")[2]
    names = list(by_default)
    for place, piece in enumerate(typed.split(",") if typed else []):
        name, _, value = piece.rpartition("=")
        name = name or names[place]
        if repr(float(value)) != by_default[name]:
            by_default[name] = float(value)
    return by_default | OF_LIBRARIES.get(spec, {})


def test_every_spec_of_a_library_is_known() -> None:
    assert {spec for spec in SPECS if "@" in spec} == set(OF_LIBRARIES)


@pytest.mark.parametrize("spec", SPECS)
def test_certified_digits_are_those_of_the_oracle(spec: str) -> None:
    function = activation(spec)
    assert function.entry is not None
    placed = parameters(spec, function.entry)
    settled = 0
    for order in range(3):
        for x in POINTS:
            wanted = nearest(function.formula, placed, order, x)
            try:
                got = function.certified(order, x)
            except NotSettledError:
                continue
            if wanted is not None:
                settled += 1
                assert got == wanted, (order, x)
    # Outside the domain, a logarithm of a negative number, nothing is settled.
    assert settled > (0.4 if spec.startswith("soft-exponential:-") else 0.9) * 3 * len(POINTS)

"""What a picture has to show: the range of x of one function, and of several only where they differ."""

import numpy as np
import pytest

from actcli.analysis import kinks
from actcli.analysis.shape import extrema
from actcli.analysis.view import default_limits
from actcli.catalog import Activation
from tests.specs import activation


def functions(specs: str) -> list[Activation]:
    return [activation(spec) for spec in specs.split()]


def distance(specs: str, x: float) -> float:
    values = [float(each.value(np.array([x]))[0]) for each in functions(specs)]
    return max(values) - min(values)


@pytest.mark.parametrize(
    ("specs", "half"),
    [
        ("relu gelu silu", 3.0),  # as in the papers: the three dips fill the picture
        ("gelu gelu-tanh", 4.0),  # farthest apart at 2.7
        ("relu softplus", 3.0),
        ("swish:beta=0.5 swish swish:beta=5", 6.0),
        ("hard-swish silu", 5.0),  # kinks at -3 and 3
        ("relu leaky-relu", 4.0),  # ever farther apart
        ("sigmoid tanh", 8.0),  # 1 apart at the left end
    ],
)
def test_functions_side_by_side_are_shown_where_they_differ(specs: str, half: float) -> None:
    assert default_limits(functions(specs)) == (-half, half)


@pytest.mark.parametrize("specs", ["relu gelu silu", "relu softplus", "silu mish", "tanh softsign", "hard-swish silu"])
def test_no_more_is_shown_than_where_they_differ_and_every_kink_and_turn(specs: str) -> None:
    low, high = default_limits(functions(specs))
    alone = max(default_limits([each])[1] for each in functions(specs))
    most = max(distance(specs, x) for x in np.linspace(-alone, alone, 801).tolist())
    assert high <= alone
    assert max(distance(specs, low), distance(specs, high)) < 0.6 * most
    turns = [turn.low for each in functions(specs) for turn in extrema(each)]
    corners = [kink.x for each in functions(specs) for kink in kinks(each)]
    assert all(low < place < high for place in (*turns, *corners))


def test_the_same_function_twice_is_shown_as_one() -> None:
    assert default_limits(functions("silu x*sigmoid(x)")) == default_limits(functions("silu"))


def test_a_smaller_share_reaches_farther() -> None:
    three = functions("relu gelu silu")
    assert default_limits(three, apart=0.02)[1] > default_limits(three)[1]

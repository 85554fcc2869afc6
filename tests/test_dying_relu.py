"""The story of the ReLUs that die at a large learning rate: a reader who makes the dumps again finds what is told."""

import numpy as np
import pytest

from tests.make.dying_relu import FOLDER, LAYERS, RATES, trained
from tests.runner import actcli

SMALL, LARGE = RATES


def dead(rate: float) -> int:
    """Dead units of all hidden layers, as the program counts them in the dumps."""
    names = [str(FOLDER / f"rate-{rate}-layer{number}.npy") for number in range(1, LAYERS + 1)]
    summaries = [actcli("eval", "relu", "--input", name, "--summary", "--format", "json").json for name in names]
    return sum(summary["summary"]["functions"][0]["units_dead"] for summary in summaries)


def test_the_dumps_tell_of_none_and_of_more_than_two_in_five() -> None:
    assert dead(SMALL) == 0
    assert dead(LARGE) >= 0.4 * 32 * LAYERS


@pytest.mark.parametrize(("rate", "least", "most"), [(SMALL, 0.0, 0.0), (LARGE, 0.4, 1.0)])
def test_training_again_tells_the_same(rate: float, least: float, most: float) -> None:
    layers, accuracy = trained(rate)
    share = np.mean([(layer <= 0).all(axis=0).mean() for layer in layers])
    assert least <= share <= most
    assert (accuracy > 0.8) == (rate == SMALL)

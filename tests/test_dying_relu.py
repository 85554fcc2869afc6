"""The story of the ReLUs that die at a large learning rate: a reader who makes the dumps again finds what is told."""

import numpy as np
import pytest

from tests.make.dying_relu import FOLDER, LAYERS, RATES, UNITS, trained
from tests.runner import actcli

SMALL, LARGE = RATES


def test_the_dumps_tell_of_none_and_of_more_than_two_in_five() -> None:
    """The command of README: a row a file, and a gate that names the layers whose units died."""
    told = actcli(
        "compare", "relu", "--input", str(FOLDER / "rate-*-layer*.npy"), "--fail-over", "40%", "--format", "json"
    )
    layers = told.json["summary"]["functions"][0]["layers"]
    dead = {each["layer"]: each["units_dead"] for each in layers}
    of_rate = {rate: [dead[f"rate-{rate}-layer{number}.npy"] for number in range(1, LAYERS + 1)] for rate in RATES}
    assert of_rate[SMALL] == [0] * LAYERS
    assert sum(of_rate[LARGE]) >= 0.4 * UNITS * LAYERS
    crossed = [name for name, units in dead.items() if units > 0.4 * UNITS]
    lines = [line for line in told.stderr.splitlines() if "gate crossed" in line]
    assert [line.split(": ")[2] for line in lines] == crossed
    assert told.status == 3


@pytest.mark.parametrize(("rate", "least", "most"), [(SMALL, 0.0, 0.0), (LARGE, 0.4, 1.0)])
def test_training_again_tells_the_same(rate: float, least: float, most: float) -> None:
    layers, accuracy = trained(rate)
    dumps = [np.load(FOLDER / f"rate-{rate}-layer{number}.npy") for number in range(1, LAYERS + 1)]
    np.testing.assert_allclose(layers, dumps, rtol=1e-3, atol=0.05)  # other processors sum matrices in another order
    share = np.mean([(layer <= 0).all(axis=0).mean() for layer in layers])
    assert least <= share <= most
    assert (accuracy > 0.8) == (rate == SMALL)

"""Losses of softmax against a class and their gradients, held against their definitions in ball arithmetic."""

from collections.abc import Callable, Sequence
from functools import partial

import flint
import numpy as np
import pytest
from numpy.typing import NDArray

from actcli.numerics.losses import cross_entropy, squared_error
from tests.oracle.vectors import Floats, Number, beyond_one, exact, exponents, nearest, off, probabilities, softmax

NAN, INF, LAST, LEAST = np.nan, np.inf, 1.7976931348623157e308, 5e-324

Loss = Callable[..., tuple[Floats, Floats]]

LOGITS = [
    [0.0],
    [-LAST],
    [0.0, 0.0],
    [1.0, 2.0, 3.0],
    [3.0, 2.0, 1.0],
    [0.0, -1e-9, 1e-9],
    [0.0, 20.0, -20.0],
    [20.0, 0.0, 0.0],
    [37.0, 0.0],
    [40.0, 0.0, 1.0],
    [-40.0, 0.0, 1.0],
    [-40.0, 0.0, 1e-10],
    [-40.0, 0.0, 0.0],
    [-3.0, 0.0, 0.01, 0.02],
    [0.0, 300.0],
    [700.0, 0.0],
    [0.0, 700.0],
    [0.0, 700.0, 0.0, 350.0],
    [740.0, 0.0, -2.0],
    [0.0, 1e300],
    [1e300, 0.0],
    [1e300, 1e300, -1e300],
    [LAST, -LAST],
    [-LAST, LAST],
    [LEAST, -LEAST],
    [5.0, 5.0, 5.0, 5.0, 5.0],
]
EDGES = [[INF, 1.0], [1.0, INF], [INF, INF, 0.0], [0.0, -INF], [-INF, 0.0], [-INF, -INF], [NAN, 1.0], [1.0, NAN]]
TEMPERATURES = [1e-300, 1e-3, 0.7, 1.0, 50.0, 1e300]


def vectors(temperature: float) -> list[Floats]:
    """The logits as they are, and scaled so that their exponents are the same at every temperature."""
    rng = np.random.default_rng(7)
    short = [np.array(x) for x in LOGITS]
    scaled = [x * temperature for x in short if np.abs(x).max() < 1e5]
    return [*short, *scaled, rng.normal(size=1000), rng.normal(size=1000) * 40, rng.normal(size=300) * temperature]


def cross_entropy_loss(x: Sequence[float], target: int, temperature: float) -> list[Number]:
    """Log of the sum of e^((x_j - x_t)/T), as the distance from the winner and what is beyond 1."""
    powers, p = exponents(x, temperature), probabilities(x, temperature)
    if powers is None or p is None:
        return [NAN]
    power = powers[target]
    weights = [flint.arb(0) if each is None else each.exp() for each in powers]
    return [INF if power is None else beyond_one(weights, x.index(max(x))).log1p() - power]


def cross_entropy_gradient(x: Sequence[float], target: int, temperature: float) -> list[Number]:
    """(p - y)/T."""
    p = probabilities(x, temperature)
    return [NAN] * len(x) if p is None else [each / exact(temperature) for each in distances(p, target)]


def distances(p: Sequence[flint.arb], target: int) -> list[flint.arb]:
    """P - y; at the target less the sum of the others."""
    return [-beyond_one(p, target) if index == target else each for index, each in enumerate(p)]


def squared_error_loss(x: Sequence[float], target: int, temperature: float) -> list[Number]:
    """Half the sum of (p - y)²."""
    p = probabilities(x, temperature)
    return [NAN] if p is None else [sum((d * d for d in distances(p, target)), flint.arb(0)) / 2]


def squared_error_gradient(x: Sequence[float], target: int, temperature: float) -> list[Number]:
    """p_k(d_k - sum of p_j d_j)/T, d = p - y."""
    p = probabilities(x, temperature)
    if p is None:
        return [NAN] * len(x)
    d = distances(p, target)
    mean = sum((share * each for share, each in zip(p, d, strict=True)), flint.arb(0))
    return [share * (each - mean) / exact(temperature) for share, each in zip(p, d, strict=True)]


def each_result(_x: Floats, _target: int, _temperature: float, wanted: Floats) -> Floats:
    """An ulp of each result."""
    return np.abs(wanted)


def terms(x: Floats, target: int, temperature: float, wanted: Floats) -> Floats:
    """An ulp of the terms of squared_error's gradient, of which two have opposite signs where another class leads.

    p_k(p_t(p_k + q) + sum of p_j(p_k - p_j))/T, q = 1 - p_t and j all classes but t, changes its sign: there the
    digits of the terms are all that there is to hold.
    """

    p = nearest(partial(softmax, x.tolist(), temperature=temperature))
    apart = (p * np.abs(p[:, None] - p))[:, np.arange(p.size) != target].sum(axis=-1)
    size = p * (p[target] * (p + (1.0 - p[target])) + apart) / temperature
    size[target] = 0.0
    # Products of subnormal probabilities have no more digits than these, over T.
    larger: Floats = np.maximum(np.maximum(np.abs(wanted), size), 2.0**-1022 / min(temperature, 1.0))
    return larger


CASES = {
    "cross_entropy": (cross_entropy, cross_entropy_loss, cross_entropy_gradient, each_result),
    "squared_error": (squared_error, squared_error_loss, squared_error_gradient, terms),
}


def bad_answers(name: str, given: Sequence[Floats], temperature: float) -> tuple[list[str], list[str]]:
    kernel, define_loss, define_gradient, unit = CASES[name]
    # Products of three probabilities, and a sum of a thousand of them.
    bound = 12 if name == "squared_error" else 4
    losses: list[str] = []
    gradients: list[str] = []
    for x in given:
        for target in range(x.size) if x.size < 10 else (0, int(x.argmax()), int(x.argmin())):
            loss, gradient = kernel(x, target, temperature=temperature)
            wanted = nearest(partial(define_loss, x.tolist(), target, temperature))
            of = f"target {target}, "
            losses += [of + bad for bad in off(x, np.atleast_1d(loss), wanted, 4, np.abs(wanted))]
            wanted = nearest(partial(define_gradient, x.tolist(), target, temperature))
            with np.errstate(invalid="ignore"):
                allowed = unit(x, target, temperature, wanted)
            gradients += [of + bad for bad in off(x, gradient, wanted, bound, allowed)]
    return losses, gradients


@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize("name", CASES)
def test_losses_agree_with_their_definition(name: str, temperature: float) -> None:
    bad, _ = bad_answers(name, vectors(temperature), temperature)
    assert not bad, f"{len(bad)} answers:\n" + "\n".join(bad)


@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize("name", CASES)
def test_gradients_agree_with_their_definition(name: str, temperature: float) -> None:
    _, bad = bad_answers(name, vectors(temperature), temperature)
    assert not bad, f"{len(bad)} answers:\n" + "\n".join(bad)


@pytest.mark.parametrize("temperature", [0.7, 1.0])
@pytest.mark.parametrize("name", CASES)
def test_infinities_give_the_limit_and_nan_spoils_its_vector(name: str, temperature: float) -> None:
    losses, gradients = bad_answers(name, [np.array(x) for x in EDGES], temperature)
    bad = losses + gradients
    assert not bad, f"{len(bad)} answers:\n" + "\n".join(bad)


@pytest.mark.parametrize("name", CASES)
def test_a_gradient_is_a_difference_quotient_of_its_loss(name: str) -> None:
    kernel, x, step = CASES[name][0], np.array([0.3, -1.0, 2.0, 0.7]), 1e-6
    for target in range(4):
        _, gradient = kernel(x, target, temperature=0.7)
        for k in range(4):
            up, down = x.copy(), x.copy()
            up[k], down[k] = x[k] + step, x[k] - step
            slope = (kernel(up, target, temperature=0.7)[0] - kernel(down, target, temperature=0.7)[0]) / (2 * step)
            assert gradient[k] == pytest.approx(float(slope), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_gradients_of_a_vector_sum_to_zero(name: str) -> None:
    for x in vectors(1.0):
        _, gradient = CASES[name][0](x, 0)
        assert gradient.sum() == pytest.approx(0.0, abs=4e-16 * x.size**0.5 * max(np.abs(gradient).max(), LEAST))


@pytest.mark.parametrize("name", CASES)
def test_a_batch_is_its_vectors_one_by_one_and_is_left_alone(name: str) -> None:
    kernel: Loss = CASES[name][0]
    x: NDArray[np.float64] = np.random.default_rng(9).normal(size=(2, 3, 17)) * 10
    before = x.copy()
    x.flags.writeable = False
    loss, gradient = kernel(x, 4, temperature=0.7)
    assert (loss.shape, gradient.shape) == ((2, 3), (2, 3, 17))
    for row in np.ndindex(2, 3):
        its_loss, its_gradient = kernel(x[row], 4, temperature=0.7)
        assert its_loss == pytest.approx(loss[row], rel=1e-15)
        np.testing.assert_allclose(its_gradient, gradient[row], rtol=2e-15)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("name", CASES)
def test_a_temperature_without_meaning_is_refused(name: str) -> None:
    for temperature in (0.0, -1.0, INF, NAN):
        with pytest.raises(ValueError, match="temperature"):
            CASES[name][0](np.zeros(2), 0, temperature=temperature)

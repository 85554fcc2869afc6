"""Losses, entropy and margin of softmax against classes and distributions: held against their definitions in balls."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from actcli.kernels import log_softmax, logsumexp, softmax, softmax_jacobian
from actcli.numerics.losses import (
    cross_entropy,
    cross_entropy_terms,
    entropy,
    kl_divergence,
    kl_terms,
    margin,
    squared_error,
    squared_error_gradient_terms,
    squared_error_terms,
    swapped_cross_entropy,
    swapped_kl_divergence,
)
from tests.oracle.vectors import Floats, Number, beyond_one, exact, exponents, nearest, off, probabilities
from tests.oracle.vectors import log_softmax as true_log
from tests.oracle.vectors import softmax as true_softmax

NAN, INF, LAST, LEAST = np.nan, np.inf, 1.7976931348623157e308, 5e-324

Loss = Callable[..., tuple[Floats, Floats]]

CLASS_LOGITS = [
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
CLASS_TEMPERATURES = [1e-300, 1e-3, 0.7, 1.0, 50.0, 1e300]


def class_vectors(temperature: float) -> list[Floats]:
    """The logits as they are, and scaled so that their exponents are the same at every temperature."""
    rng = np.random.default_rng(7)
    short = [np.array(x) for x in CLASS_LOGITS]
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
    return [NAN] * len(x) if p is None else [each / exact(temperature) for each in class_distances(p, target)]


def class_distances(p: Sequence[flint.arb], target: int) -> list[flint.arb]:
    """P - y; at the target less the sum of the others."""
    return [-beyond_one(p, target) if index == target else each for index, each in enumerate(p)]


def squared_error_loss(x: Sequence[float], target: int, temperature: float) -> list[Number]:
    """Half the sum of (p - y)²."""
    p = probabilities(x, temperature)
    return [NAN] if p is None else [sum((d * d for d in class_distances(p, target)), flint.arb(0)) / 2]


def squared_error_gradient(x: Sequence[float], target: int, temperature: float) -> list[Number]:
    """p_k(d_k - sum of p_j d_j)/T, d = p - y."""
    p = probabilities(x, temperature)
    if p is None:
        return [NAN] * len(x)
    d = class_distances(p, target)
    mean = sum((share * each for share, each in zip(p, d, strict=True)), flint.arb(0))
    return [share * (each - mean) / exact(temperature) for share, each in zip(p, d, strict=True)]


def each_result(_x: Floats, _target: int, _temperature: float, wanted: Floats) -> Floats:
    """An ulp of each result."""
    return np.abs(wanted)


def class_terms(x: Floats, target: int, temperature: float, wanted: Floats) -> Floats:
    """An ulp of the terms of squared_error's gradient, of which two have opposite signs where another class leads.

    p_k(p_t(p_k + q) + sum of p_j(p_k - p_j))/T, q = 1 - p_t and j all classes but t, changes its sign: there the
    digits of the terms are all that there is to hold.
    """

    p = nearest(partial(true_softmax, x.tolist(), temperature=temperature))
    apart = (p * np.abs(p[:, None] - p))[:, np.arange(p.size) != target].sum(axis=-1)
    size = p * (p[target] * (p + (1.0 - p[target])) + apart) / temperature
    size[target] = 0.0
    # Products of subnormal probabilities have no more digits than these, over T.
    larger: Floats = np.maximum(np.maximum(np.abs(wanted), size), 2.0**-1022 / min(temperature, 1.0))
    return larger


CLASS_CASES = {
    "cross_entropy": (cross_entropy, cross_entropy_loss, cross_entropy_gradient, each_result),
    "squared_error": (squared_error, squared_error_loss, squared_error_gradient, class_terms),
}


def bad_answers(name: str, given: Sequence[Floats], temperature: float) -> tuple[list[str], list[str]]:
    kernel, define_loss, define_gradient, unit = CLASS_CASES[name]
    losses: list[str] = []
    gradients: list[str] = []
    for x in given:
        for target in range(x.size) if x.size < 10 else (0, int(x.argmax()), int(x.argmin())):
            loss, gradient = kernel(x, target, temperature=temperature)
            wanted = nearest(partial(define_loss, x.tolist(), target, temperature))
            of = f"target {target}, "
            losses += [of + bad for bad in off(x, np.atleast_1d(loss), wanted, 2, np.abs(wanted))]
            wanted = nearest(partial(define_gradient, x.tolist(), target, temperature))
            with np.errstate(invalid="ignore"):
                allowed = unit(x, target, temperature, wanted)
            gradients += [of + bad for bad in off(x, gradient, wanted, 2, allowed)]
    return losses, gradients


@pytest.mark.parametrize("temperature", CLASS_TEMPERATURES)
@pytest.mark.parametrize("name", CLASS_CASES)
def test_losses_agree_with_their_definition(name: str, temperature: float) -> None:
    bad, _ = bad_answers(name, class_vectors(temperature), temperature)
    assert not bad, f"{len(bad)} answers:\n" + "\n".join(bad)


@pytest.mark.parametrize("temperature", CLASS_TEMPERATURES)
@pytest.mark.parametrize("name", CLASS_CASES)
def test_gradients_agree_with_their_definition(name: str, temperature: float) -> None:
    _, bad = bad_answers(name, class_vectors(temperature), temperature)
    assert not bad, f"{len(bad)} answers:\n" + "\n".join(bad)


@pytest.mark.parametrize("temperature", [0.7, 1.0])
@pytest.mark.parametrize("name", CLASS_CASES)
def test_infinities_give_the_limit_and_nan_spoils_its_vector(name: str, temperature: float) -> None:
    losses, gradients = bad_answers(name, [np.array(x) for x in EDGES], temperature)
    bad = losses + gradients
    assert not bad, f"{len(bad)} answers:\n" + "\n".join(bad)


@pytest.mark.parametrize("name", CLASS_CASES)
def test_a_gradient_is_a_difference_quotient_of_its_loss(name: str) -> None:
    kernel, x, step = CLASS_CASES[name][0], np.array([0.3, -1.0, 2.0, 0.7]), 1e-6
    for target in range(4):
        _, gradient = kernel(x, target, temperature=0.7)
        for k in range(4):
            up, down = x.copy(), x.copy()
            up[k], down[k] = x[k] + step, x[k] - step
            slope = (kernel(up, target, temperature=0.7)[0] - kernel(down, target, temperature=0.7)[0]) / (2 * step)
            assert gradient[k] == pytest.approx(float(slope), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", CLASS_CASES)
def test_gradients_of_a_vector_sum_to_zero(name: str) -> None:
    for x in class_vectors(1.0):
        _, gradient = CLASS_CASES[name][0](x, 0)
        assert gradient.sum() == pytest.approx(0.0, abs=4e-16 * x.size**0.5 * max(np.abs(gradient).max(), LEAST))


@pytest.mark.parametrize("name", CLASS_CASES)
def test_a_batch_is_its_vectors_one_by_one_and_is_left_alone(name: str) -> None:
    kernel: Loss = CLASS_CASES[name][0]
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


@pytest.mark.parametrize("name", CLASS_CASES)
def test_a_temperature_without_meaning_is_refused(name: str) -> None:
    for temperature in (0.0, -1.0, INF, NAN):
        with pytest.raises(ValueError, match="temperature"):
            CLASS_CASES[name][0](np.zeros(2), 0, temperature=temperature)


# Sums of these are exact: a definition and its rearrangements are then one number.
TARGETS: Sequence[tuple[float, ...]] = [(0.25, 0.5, 0.25), (0.0, 1.0, 0.0), (0.0, 0.125, 0.875), (1.0, 0.0, 0.0)]
LOGITS = [
    [0.0, 0.0, 0.0],
    [3.0, 1.0, -3.0],
    [-3.0, 2.0, 2.0],
    [40.0, 0.0, 1.0],
    [0.0, 700.0, 1.0],
    [-700.0, 700.0, 350.0],
    [1e300, 0.0, 1e300],
    [1e-9, 0.0, -1e-9],
    [float(np.log(0.25)), float(np.log(0.5)), float(np.log(0.25))],
    [5e-324, -5e-324, 0.0],
]
TEMPERATURES = [0.25, 1.0, 50.0]

Definition = Callable[[Sequence[float], Sequence[float], float], Sequence[Number]]


@pytest.fixture(autouse=True)
def _enough_bits() -> Any:
    with flint.ctx.workprec(2048):
        yield


def shares(x: Sequence[float], temperature: float) -> list[Any]:
    p = probabilities(x, temperature)
    assert p is not None
    return p


def logs(x: Sequence[float], temperature: float) -> list[Any]:
    return [each for each in true_log(x, temperature=temperature) if isinstance(each, flint.arb)]


def total(terms: Sequence[Any]) -> list[Number]:
    """A sum of balls, infinite where a term is."""
    if any(term is None for term in terms):
        return [INF]
    return [sum(terms, flint.arb(0))]


def information(x: Sequence[float], y: Sequence[float], temperature: float) -> list[Any]:
    pairs = zip(y, logs(x, temperature), strict=True)
    return [flint.arb(0) if wanted == 0 else -exact(wanted) * log_p for wanted, log_p in pairs]


def divergence(x: Sequence[float], y: Sequence[float], temperature: float) -> list[Any]:
    pairs = zip(y, logs(x, temperature), strict=True)
    return [flint.arb(0) if wanted == 0 else exact(wanted) * (exact(wanted).log() - log_p) for wanted, log_p in pairs]


def swapped_information(x: Sequence[float], y: Sequence[float], temperature: float) -> list[Any]:
    pairs = zip(y, shares(x, temperature), strict=True)
    return [None if wanted == 0 else -p * exact(wanted).log() for wanted, p in pairs]


def swapped_divergence(x: Sequence[float], y: Sequence[float], temperature: float) -> list[Any]:
    triples = zip(y, shares(x, temperature), logs(x, temperature), strict=True)
    return [None if wanted == 0 else p * (log_p - exact(wanted).log()) for wanted, p, log_p in triples]


def distances(x: Sequence[float], y: Sequence[float], temperature: float) -> list[Any]:
    return [p - exact(wanted) for wanted, p in zip(y, shares(x, temperature), strict=True)]


def gradient(x: Sequence[float], y: Sequence[float], temperature: float) -> list[Number]:
    return [each / exact(temperature) for each in distances(x, y, temperature)]


def squared_gradient(x: Sequence[float], y: Sequence[float], temperature: float) -> list[Number]:
    """Column sums of the Jacobian times the slope of the loss, d_i = p_i - y_i."""
    p, d = shares(x, temperature), distances(x, y, temperature)
    return [
        sum((d[i] * p[i] * (int(i == j) - p[j]) for i in range(len(p))), flint.arb(0)) / exact(temperature)
        for j in range(len(p))
    ]


def as_numbers(terms: Sequence[Any]) -> list[Number]:
    return list(terms)


def magnitudes(terms: Sequence[Any]) -> float:
    return sum(abs(float(term)) for term in terms if term is not None)


CASES: dict[str, tuple[Callable[..., Any], Callable[..., Sequence[Number]], Callable[..., float] | None]] = {
    "cross-entropy": (
        lambda x, y, t: cross_entropy(x, y, temperature=t)[0],
        lambda x, y, t: total(information(x, y, t)),
        None,
    ),
    "cross-entropy terms": (
        lambda x, y, t: cross_entropy_terms(x, y, temperature=t),
        lambda x, y, t: as_numbers(information(x, y, t)),
        None,
    ),
    "kl": (
        lambda x, y, t: kl_divergence(x, y, temperature=t)[0],
        lambda x, y, t: total(divergence(x, y, t)),
        lambda x, y, t: magnitudes(divergence(x, y, t)) + 1e-16,
    ),
    "kl terms": (
        lambda x, y, t: kl_terms(x, y, temperature=t),
        lambda x, y, t: as_numbers(divergence(x, y, t)),
        lambda x, y, t: magnitudes(information(x, y, t)) + 2.0,
    ),
    "swapped cross-entropy": (
        lambda x, y, t: swapped_cross_entropy(x, y, temperature=t),
        lambda x, y, t: total(swapped_information(x, y, t)),
        None,
    ),
    "swapped kl": (
        lambda x, y, t: swapped_kl_divergence(x, y, temperature=t),
        lambda x, y, t: total(swapped_divergence(x, y, t)),
        lambda x, y, t: magnitudes(swapped_divergence(x, y, t)) + 1e-16,
    ),
    "squared error": (
        lambda x, y, t: squared_error(x, y, temperature=t)[0],
        lambda x, y, t: [sum((d * d for d in distances(x, y, t)), flint.arb(0)) / 2],
        lambda x, y, t: magnitudes(distances(x, y, t)) or 1.0,
    ),
    "squared error terms": (
        lambda x, y, t: squared_error_terms(x, y, temperature=t),
        lambda x, y, t: [d * d / 2 for d in distances(x, y, t)],
        lambda x, y, t: 1.0,
    ),
    "gradient": (
        lambda x, y, t: cross_entropy(x, y, temperature=t)[1],
        gradient,
        lambda x, y, t: 1.0 / t,
    ),
    "gradient of kl": (lambda x, y, t: kl_divergence(x, y, temperature=t)[1], gradient, lambda x, y, t: 1.0 / t),
    "gradient of the squared error": (
        lambda x, y, t: squared_error(x, y, temperature=t)[1],
        squared_gradient,
        lambda x, y, t: 1.0 / t,
    ),
    "gradient of the squared error by its terms": (
        lambda x, y, t: squared_error_gradient_terms(x, y, temperature=t).sum(axis=0),
        squared_gradient,
        lambda x, y, t: 1.0 / t,
    ),
}


@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize("name", CASES)
def test_what_is_said_of_a_distribution_agrees_with_its_definition(name: str, temperature: float) -> None:
    kernel, define, unit = CASES[name]
    bad = []
    for x in LOGITS:
        for y in TARGETS:
            wanted = nearest(partial(define, x, y, temperature))
            size = np.abs(wanted) if unit is None else np.full_like(wanted, max(unit(x, y, temperature), 1e-300))
            got = np.atleast_1d(kernel(np.array(x), np.array(y), temperature))
            bad += [f"y = {y}, {shown}" for shown in off(np.array(x), got, wanted, 2, size)]
    assert not bad, f"{len(bad)} answers:\n" + "\n".join(bad)


def true_entropy(x: Sequence[float], temperature: float) -> list[Number]:
    pairs = zip(shares(x, temperature), logs(x, temperature), strict=True)
    return [sum((-p * log_p for p, log_p in pairs), flint.arb(0))]


def test_entropy_and_margin_keep_their_digits() -> None:
    rng = np.random.default_rng(3)
    vectors = [*map(np.array, LOGITS), rng.normal(size=1000), rng.normal(size=400) * 40, np.array([700.0, 0.0])]
    bad = []
    for x in vectors:
        for temperature in TEMPERATURES:
            wanted = nearest(partial(true_entropy, x.tolist(), temperature))
            bad += off(x, entropy(x, temperature=temperature), wanted, 2, np.abs(wanted))
            best, second = np.sort(x)[::-1][:2].tolist()

            def gap(x: Floats = x, t: float = temperature, best: float = best, second: float = second) -> list[Number]:
                p = shares(x.tolist(), t)
                return [p[x.tolist().index(best)] - p[x.tolist().index(second)]]

            wanted = np.zeros(1) if best == second else nearest(gap)
            bad += off(x, margin(x, temperature=temperature), wanted, 2, np.abs(wanted))
    assert not bad, f"{len(bad)} answers:\n" + "\n".join(bad)


def test_the_winner_s_loss_and_log_probability_are_never_zero_while_others_are_above_zero() -> None:
    x = np.array([700.0, 0.0, -5.0])
    assert 0 < cross_entropy(x, 0)[0] < 1e-300
    assert log_softmax(x)[0] < 0
    assert 0 < entropy(x) < 1e-300
    assert cross_entropy(x, np.array([1.0, 0.0, 0.0]))[0] == cross_entropy(x, 0)[0]


@pytest.mark.parametrize("kernel", [entropy, margin])
def test_edges_of_entropy_and_margin(kernel: Callable[..., Floats]) -> None:
    assert np.isnan(kernel([[-INF, -INF], [NAN, 1.0]])).all()
    assert kernel([INF, 3.0]) == (0.0 if kernel is entropy else 1.0)
    assert kernel([INF, INF]) == (np.log(2) if kernel is entropy else 0.0)
    assert kernel([5.0]) == (0.0 if kernel is entropy else 1.0)
    assert kernel(np.zeros((2, 0))).shape == (2,)


@pytest.mark.parametrize("loss", [cross_entropy, kl_divergence, squared_error])
def test_nan_and_minus_infinity_alone_give_nan_and_one_infinity_takes_all(loss: Callable[..., Any]) -> None:
    y = np.array([0.5, 0.5])
    for x in ([NAN, 1.0], [-INF, -INF]):
        value, slopes = loss(x, y)
        assert np.isnan(value)
        assert np.isnan(slopes).all()
        for swapped in (swapped_cross_entropy, swapped_kl_divergence):
            assert np.isnan(swapped(x, y))
    assert loss([INF, 1.0], y)[0] == (0.25 if loss is squared_error else INF)


def test_what_one_distribution_rules_out_and_the_other_does_not_is_infinite() -> None:
    certain = np.array([1.0, 0.0])
    assert swapped_cross_entropy([800.0, 0.0], certain) == INF  # p_1 underflows, and is believed all the same
    assert swapped_kl_divergence([0.0, 0.0], certain) == INF
    assert swapped_cross_entropy([0.0, -INF], certain) == 0
    assert swapped_kl_divergence([INF, 0.0], certain) == 0
    assert kl_divergence([0.0, -INF], np.array([0.5, 0.5]))[0] == INF


vectors_of_floats = st.lists(st.floats(-300, 300), min_size=2, max_size=6)


@given(vectors_of_floats, st.floats(0.1, 50), st.data())
@settings(max_examples=60, deadline=None)
def test_identities_of_losses(logits: list[float], temperature: float, data: st.DataObject) -> None:
    x = np.array(logits)
    weights = np.array(data.draw(st.lists(st.floats(0, 1), min_size=x.size, max_size=x.size)))
    y = (weights + 1e-3) / (weights + 1e-3).sum()
    p = softmax(x, temperature=temperature)
    # p - y is the Jacobian times the slope of the loss in p, which is -y/p.
    if p.min() > 1e-250:
        by_chain = softmax_jacobian(x, temperature=temperature) @ (-y / p)
        slopes = cross_entropy(x, y, temperature=temperature)[1]
        np.testing.assert_allclose(slopes, by_chain, atol=1e-13 / temperature * (1 + np.abs(slopes).max()))
    by_chain = softmax_jacobian(x, temperature=temperature) @ (p - y)
    np.testing.assert_allclose(squared_error(x, y, temperature=temperature)[1], by_chain, atol=1e-14 / temperature)
    # H(y, p) = H(y) + KL(y || p), and no divergence is negative.
    gap = cross_entropy(x, y)[0] + (y * np.log(y)).sum() - kl_divergence(x, y)[0]
    assert abs(gap) <= 1e-13 * (1 + cross_entropy(x, y)[0])
    assert kl_divergence(x, y)[0] >= 0
    assert swapped_kl_divergence(x, y) >= 0
    assert abs(cross_entropy(x, y)[1].sum()) < 1e-14


@given(vectors_of_floats)
@settings(max_examples=60, deadline=None)
def test_identities_of_probabilities(logits: list[float]) -> None:
    x = np.array(logits)
    p = softmax(x)
    assert p.sum() == pytest.approx(1, abs=4e-16 * x.size)
    # Whole numbers are shifted without rounding.
    whole = np.round(x)
    np.testing.assert_allclose(softmax(whole + 2.0**40), softmax(whole), rtol=1e-15)
    assert np.abs(softmax_jacobian(x).sum(axis=1)).max() <= 4e-16
    assert 0 <= entropy(x) <= np.log(x.size) * (1 + 1e-15)
    assert logsumexp(x) >= x.max()
    ordered = np.sort(p)
    assert margin(x) == pytest.approx(ordered[-1] - ordered[-2], abs=4e-16)


def test_a_constant_changes_nothing_even_at_1e300() -> None:
    for x in ([0.0, 0.0], [0.0, -INF], [0.0, 0.0, 0.0]):
        shifted = np.array(x) + 1e300
        np.testing.assert_array_equal(softmax(shifted), softmax(x))
        np.testing.assert_array_equal(log_softmax(shifted), log_softmax(x))
        assert entropy(shifted) == entropy(x)
    # Spaced by what float64 tells apart there, and a temperature that undoes it.
    step = float(np.spacing(1e300))
    np.testing.assert_array_equal(softmax([1e300 + step, 1e300], temperature=step), softmax([1.0, 0.0]))


@pytest.mark.parametrize("kernel", [entropy, margin])
def test_batches_are_their_vectors_one_by_one(kernel: Callable[..., Floats]) -> None:
    x = np.random.default_rng(5).normal(size=(2, 3, 17)) * 10
    together = kernel(x, temperature=0.7)
    assert together.shape == (2, 3)
    for row in np.ndindex(2, 3):
        assert kernel(x[row], temperature=0.7) == pytest.approx(together[row], rel=2e-15)


# A hunt: random vectors of the shapes in which digits are lost.


def adversarial(seed: int, count: int) -> list[tuple[Floats, float]]:
    """Ties, gaps up to 760, masks, logits at both ends of float64, subnormal ones; temperatures of any size."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        n = int(rng.choice([2, 3, 4, 5, 8, 17]))
        kind, x = rng.integers(8), rng.normal(size=n)
        if kind == 1:
            x = rng.integers(-2, 3, n) / 4
        elif kind == 2:
            x = x * 10.0 ** rng.uniform(-12, 2.9)
        elif kind == 3:
            x = np.append(x[1:], x.max() + rng.uniform(0, 760))
        elif kind == 4:
            x = rng.normal(size=n) * 1e-310
        elif kind == 5:
            x = np.copysign(10.0 ** rng.uniform(300, 308.2, n), x)
        elif kind == 6:
            x = rng.normal() * 1e8 + x
        temperature = float(
            rng.choice([1.0, 1.0, 0.5, 0.7, 3.0, 10.0 ** rng.uniform(-3, 3), 10.0 ** rng.uniform(-300, 300)])
        )
        if kind == 7 and n > 2:
            x[rng.integers(n)] = -INF
        if rng.random() < 0.3 and abs(np.log10(temperature)) > 5:
            x = np.clip(x * temperature, -LAST, LAST)  # exponents of moderate size
        found.append((x, temperature))
    return found


def off_their_definitions(x: Floats, t: float) -> list[str]:
    """Every answer of what there is to say of a vector that is off its definition by more than 1 ulp of its unit."""
    bad: list[str] = []
    given, rng = x.tolist(), np.random.default_rng(x.size)
    y = np.floor(rng.dirichlet(np.ones(x.size)) * 2.0**30) * 2.0**-30
    y[0] += 1.0 - y.sum()  # exactly a distribution

    def judge(name: str, got: Floats, define: Callable[[], Sequence[Number]], unit: Floats | None = None) -> None:
        wanted = nearest(define)
        unit = np.abs(wanted) if unit is None else np.maximum(unit, np.abs(wanted))
        shown = off(x, np.reshape(got, wanted.shape), wanted, 2, unit)
        bad.extend(f"{name}, T = {t!r}: {each}" for each in shown)

    p, log_p = probabilities(given, t), true_log(given, temperature=t)
    assert p is not None
    judge("softmax", softmax(x, temperature=t), lambda: true_softmax(given, temperature=t))
    judge("log-softmax", log_softmax(x, temperature=t), lambda: true_log(given, temperature=t))
    if np.isfinite(x).all():
        judge("entropy", entropy(x, temperature=t), lambda: true_entropy(given, t))
    target = int(rng.integers(x.size))
    loss, slopes = cross_entropy(x, target, temperature=t)
    judge("cross-entropy", loss, lambda: cross_entropy_loss(given, target, t))
    judge("its gradient", slopes, lambda: cross_entropy_gradient(given, target, t))
    loss, slopes = squared_error(x, target, temperature=t)
    judge("squared error", loss, lambda: squared_error_loss(given, target, t))
    judge("its gradient", slopes, lambda: squared_error_gradient(given, target, t), class_terms(x, target, t, slopes))
    jacobian = [p[i] * (beyond_one(p, i) if i == j else -p[j]) / exact(t) for i in range(x.size) for j in range(x.size)]
    judge("Jacobian", softmax_jacobian(x, temperature=t), lambda: jacobian)
    if -INF in given or INF in log_p or -INF in log_p:
        return bad
    loss, slopes = cross_entropy(x, y, temperature=t)
    judge("cross-entropy of shares", loss, lambda: total(information(given, y.tolist(), t)))
    larger = np.maximum(softmax(x, temperature=t), y) / t
    judge("its gradient", slopes, lambda: gradient(given, y.tolist(), t), larger)
    size = np.array([magnitudes(divergence(given, y.tolist(), t)) + 1e-16])
    judge("divergence", kl_divergence(x, y, temperature=t)[0], lambda: total(divergence(given, y.tolist(), t)), size)
    loss, slopes = squared_error(x, y, temperature=t)
    apart = [abs(float(each)) for each in distances(given, y.tolist(), t)]
    ends = softmax(x, temperature=t)
    judge(
        "squared error of shares",
        loss,
        lambda: [sum((d * d for d in distances(given, y.tolist(), t)), flint.arb(0)) / 2],
        np.array([float((ends**2 + y**2).sum())]),
    )
    sizes = ends * (np.array(apart) + float((ends * apart).sum())) / t
    judge("its gradient", slopes, lambda: squared_gradient(given, y.tolist(), t), sizes)
    return bad


def hunted(seed: int, count: int) -> list[str]:
    return [bad for x, t in adversarial(seed, count) for bad in off_their_definitions(x, t)]


def test_no_answer_is_off_its_definition_by_more_than_an_ulp() -> None:
    bad = hunted(seed=12, count=60)
    assert not bad, f"{len(bad)} answers:\n" + "\n".join(bad)


def test_subnormal_gradients_against_a_class_are_within_two_units() -> None:
    rng = np.random.default_rng(5)
    seen = 0
    for _ in range(300):
        count, temperature = int(rng.integers(2, 6)), float(rng.choice([1.0, 0.5, 3.0, 100.0]))
        x: Floats = temperature * np.round(rng.uniform(-1, 1, count) * rng.choice([330.0, 360.0, 400.0, 745.0]), 3)
        target = int(rng.integers(0, count))
        got = squared_error(x, target, temperature=temperature)[1]
        wanted = nearest(partial(squared_error_gradient, x.tolist(), target, temperature))
        is_subnormal = (wanted != 0.0) & (np.abs(wanted) < 2.0**-1022)
        seen += int(np.count_nonzero(is_subnormal))
        assert (np.abs(got - wanted)[is_subnormal] <= 2 * LEAST).all(), (x.tolist(), target, temperature)
    assert seen > 5
    got = squared_error([29.18367957, -150.658889505], 0, temperature=0.5)[1]
    wanted = nearest(partial(squared_error_gradient, [29.18367957, -150.658889505], 0, 0.5))
    assert (np.abs(got - wanted) <= 2 * LEAST).all()


@pytest.mark.parametrize("loss", [cross_entropy, kl_divergence, squared_error])
@pytest.mark.parametrize(
    ("target", "said"),
    [
        (-1, "none of the 3 classes"),
        (3, "none of the 3 classes"),
        (1.9, "no class"),
        (True, "none of"),
        ("a", "no class"),
    ],
)
def test_a_class_that_is_none_is_refused(loss: Loss, target: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        loss([1.0, 2.0, 3.0], target)
    of_class, of_distribution = loss([1.0, 2.0, 3.0], np.int64(2)), loss([1.0, 2.0, 3.0], [0.0, 0.0, 1.0])
    for one, other in zip(of_class, of_distribution, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)

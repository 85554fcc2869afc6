"""Every entry of the catalogue against its own formula, evaluated in ball arithmetic over the whole float64 range."""

import numpy as np
import pytest

from actcli.numerics.frame import BLOCK
from tests.oracle.accuracy import ORDERS, bad_points, hunted, judgement, truth_of
from tests.specs import SPECS, VARIANTS, activation


def bounds(spec: str) -> tuple[int, int, int]:
    entry = activation(spec).entry
    assert entry is not None
    return entry.bounds


@pytest.mark.parametrize("order", range(3), ids=ORDERS)
@pytest.mark.parametrize("spec", SPECS)
def test_every_digit_agrees_with_the_formula(spec: str, order: int, density: int) -> None:
    function = activation(spec)
    assert function.entry is not None
    thin = 3 if spec in VARIANTS else 1
    judged = judgement(spec, density, thin)
    assert judged.x.size * thin >= 4000
    bad = bad_points(judged, order, function.order(order, judged.x), function.entry.bounds[order])
    assert not bad, f"{len(bad)} of {judged.x.size} points:\n" + "\n".join(map(str, bad[:40]))


@pytest.mark.parametrize("order", range(3), ids=ORDERS)
@pytest.mark.parametrize("spec", [spec for spec in SPECS if bounds(spec) == (1, 1, 1)])
def test_a_hunt_for_the_worst_point_finds_none_beyond_one_ulp(spec: str, order: int, density: int) -> None:
    function = activation(spec)
    worst = hunted(spec, order, lambda x: function.order(order, x), 150 * density)
    assert worst.ulp < 1, worst


@pytest.mark.parametrize("order", range(3), ids=ORDERS)
@pytest.mark.parametrize("spec", SPECS)
def test_infinities_give_the_limit_and_nan_stays(spec: str, order: int) -> None:
    function = activation(spec)
    ends = np.array([-np.inf, np.inf, np.nan])
    wanted = [function.limit(order, -np.inf), function.limit(order, np.inf), np.nan]
    np.testing.assert_array_equal(function.order(order, ends), wanted)
    certain = [function.certified(order, end) for end in (-np.inf, np.inf)]
    np.testing.assert_array_equal(wanted[:2], certain)  # to the last digit


@pytest.mark.parametrize("spec", SPECS)
def test_stated_limits_are_approached(spec: str) -> None:
    # At the last float64 the formula itself, certified, must agree with what the entry says of infinity.
    function = activation(spec)
    far, less_far = (truth_of(spec).at(np.array([-x, x])) for x in (1.7e308, 1e150))
    for order in range(3):
        for place, end in enumerate((-np.inf, np.inf)):
            limit, last = function.limit(order, end), far[place, order]
            if np.isnan(limit):
                continue  # a wave, or outside the domain
            if np.isinf(limit):
                assert np.sign(last) == np.sign(limit)
                assert abs(last) > 100  # a logarithm of the last float64 is 709
                assert abs(last) >= abs(less_far[place, order])
            else:
                assert last == pytest.approx(limit, rel=1e-9, abs=1e-150)  # a root falls that slowly


@pytest.mark.parametrize("spec", SPECS)
def test_shape_is_kept_and_the_input_left_alone(spec: str) -> None:
    function = activation(spec)
    x = np.linspace(-3, 3, 24).reshape(2, 3, 4)
    before = x.copy()
    x.flags.writeable = False
    for order in range(3):
        assert function.order(order, x).shape == (2, 3, 4)
    np.testing.assert_array_equal(x, before)
    assert function.value(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("order", range(3), ids=ORDERS)
@pytest.mark.parametrize("first", range(5))
def test_blocks_make_no_difference(first: int, order: int) -> None:
    # A block and some of another, neighbours in different ones: more values would cost more and show no more seams.
    x = np.linspace(-30, 30, BLOCK + 4_000)
    x = np.concatenate([x[::2], x[1::2]])
    beside = np.unique(np.concatenate([np.arange(0, x.size, 997), [BLOCK - 1, BLOCK, x.size - 1]]))
    for spec in SPECS[first::5]:
        function = activation(spec)
        whole = function.order(order, x)
        np.testing.assert_array_equal(whole[beside], function.order(order, x[beside]), err_msg=spec)

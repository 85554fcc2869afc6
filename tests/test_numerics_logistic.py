"""The logistic family: the points at which it was worst, parameters at both ends, and the bits on other processors."""

import os
import subprocess
import sys

import numpy as np
import pytest

from tests.oracle.accuracy import Judgement, errors, truth_of
from tests.specs import activation

# Where a kernel of NumPy's exponential was off by 2 to 6 ulp: spec, order, x.
WORST = (
    ("sigmoid", 0, -4.85074),
    ("sigmoid", 1, -3.43459),
    ("sigmoid", 2, 4.8311),
    ("log-sigmoid", 0, 4.15709),
    ("log-sigmoid", 1, 4.15394),
    ("log-sigmoid", 2, -4.13167),
    ("tanh", 0, 0.507488),
    ("tanh", 1, -2.0716),
    ("tanh", 2, 0.237846),
    ("softplus", 0, -704.946),
    ("softplus", 1, -3.4635),
    ("softplus", 2, -2.69155),
    ("silu", 0, -34.0259),
    ("silu", 1, -33.2873),
    ("silu", 2, 0.437514),
    ("swish", 0, -11.4602),
    ("swish", 1, -26.63084442677506),
    ("swish:1.702", 1, -19.975952370434307),
    ("swish:1.702", 2, 3.629127415274324),
    ("swish:-1.3", 1, 5.068390244661941),
    ("swish:-1.3", 1, 25.632273933457125),
    ("swish:30", 1, -0.60721814275301),
    ("swish:30", 1, -1.1336500784766006),
    ("swish:0.1", 1, -182.25246959299082),
    ("eswish", 0, -11.8523),
    ("eswish", 1, -33.6717),
    ("eswish", 2, -0.924351),
    ("quick-gelu", 0, -10.3317),
    ("quick-gelu", 1, -5.303563693668421),
    ("quick-gelu", 2, 21.5388),
    ("gelu-tanh", 0, -6.04101),
    ("gelu-tanh", 1, -6.757048328622313),
    ("gelu-tanh", 2, 0.691312),
    ("gelu-mlx-precise", 0, -3.59437),
    ("gelu-mlx-precise", 1, -3.76302),
    ("gelu-mlx-precise", 2, -0.679335),
    ("dsilu", 0, -0.52419),
    ("dsilu", 1, -1.18002),
    ("dsilu", 2, 7.82894),
    ("mish", 0, 0.00310385),
    ("mish", 1, -0.18354019797824014),
    ("mish", 2, 0.5235823259700563),
    ("mila", 0, -2.71162e-14),
    ("mila", 1, -0.46271),
    ("mila", 2, 0.6627863772154654),
    ("mila:0.7", 1, -0.6538323695838014),
    ("mila:0.7", 2, 0.0002970033155180389),
    ("elish", 0, -3.40576),
    ("elish", 1, -0.306595),
    ("elish", 2, -0.526028),
    # βx of moderate size where x is subnormal or almost infinite, and a divisor without digits.
    ("swish:1e300", 0, 4.4820392090139772e-303),
    ("swish:1e300", 0, -2.2386677261680967e-308),
    ("swish:1e-300", 0, -1.5e302),
    ("swish:1e-307", 0, -1.7e308),
    ("swish:1e-305", 0, -1.7e308),
    ("softplus:3e-310", 0, -1.7e308),
    ("softplus:1e300", 0, -3e-299),
    ("softplus:-0.1", 0, 7000.0),
)


@pytest.mark.parametrize(("spec", "order", "x"), WORST)
def test_where_it_was_worst_it_is_below_one_ulp(spec: str, order: int, x: float) -> None:
    function = activation(spec)
    at = np.array([x, -x, np.nextafter(x, np.inf)])
    truth = truth_of(spec)
    truth.at(np.linspace(-3.0, 3.0, 61))  # so that it knows of its roots
    off = errors(Judgement(truth, at), order, function.order(order, at))
    assert off.max() < 1, off


def test_zeros_keep_their_sign() -> None:
    for spec in ("tanh", "silu", "swish:-2", "quick-gelu", "gelu-tanh", "mish"):
        assert np.signbit(activation(spec).value(np.array([-0.0, 0.0]))).tolist() == [True, False], spec


SAME_EVERYWHERE = (
    "sigmoid",
    "log-sigmoid",
    "tanh",
    "softplus",
    "softplus:-0.7",
    "silu",
    "swish:1.3",
    "quick-gelu",
    "gelu-tanh",
    "gelu-mlx-precise",
    "eswish",
    "dsilu",
    "mish",
    "mila",
    "elish",
)
BITS = f"""
import zlib
import numpy as np
from actcli.catalog import find
rng = np.random.default_rng(3)
sizes = 10.0 ** rng.uniform(-320, 308, 2000)
x = np.concatenate([rng.uniform(-50, 50, 20000), rng.uniform(-800, 800, 4000), sizes, -sizes])
for spec in {SAME_EVERYWHERE!r}:
    print(spec, *(zlib.crc32(find(spec).order(order, x).tobytes()) for order in range(3)))
"""


def test_every_processor_gives_the_same_bits() -> None:
    configuration = np.show_config(mode="dicts")
    assert isinstance(configuration, dict)
    chosen = configuration["SIMD Extensions"].get("found", [])
    if not chosen:
        pytest.skip("NumPy has one path on this processor: there is nothing to compare")
    printed = []
    for disabled in ("", " ".join(chosen)):
        environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": disabled}
        ended = subprocess.run(
            [sys.executable, "-c", BITS], env=environment, capture_output=True, text=True, check=True
        )
        printed.append(ended.stdout.splitlines())
    assert len(printed[0]) == len(SAME_EVERYWHERE)
    assert printed[0] == printed[1]

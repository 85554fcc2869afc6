"""Points where errors were once largest, or answers lost: fixed, for no grid finds them again."""

import os
import subprocess
import sys

import numpy as np
import pytest

from tests.oracle.accuracy import truth_of, units
from tests.specs import activation

WORST = [
    ("dsilu", 2, -8.013160632022127e-17),
    ("softsign", 1, 1.1086092758498668e308),
    ("gelu", 0, -7.31993),
    ("gelu", 0, -37.6388),
    ("gelu", 1, -37.602383223242065),
    ("gelu", 1, -1.28527e-08),
    ("gelu", 2, -37.4794),
    ("gelu-10", 2, -37.7537),
    ("gelu", 1, -0.7517915246935645),
    ("phish", 0, -37.6388),
    ("phish", 2, -37.5001),
    ("softcap:1e-300", 2, 1.1479432319035e-309),
    ("star-relu", 0, 1.27202),
    ("hard-swish", 0, 1.36644),
    ("hard-swish", 1, -0.5),
    ("hard-mish", 1, -1.0000000000000002),
    ("hard-mish", 0, -0.999736),
    ("hard-sigmoid", 0, -1.0),
    ("lisht", 2, 0.233079),
    ("soft-clipping", 2, -9.98038e-10),
    ("soft-clipping", 0, -371.374),
    ("lecun-tanh", 2, 24.7903),
    ("weighted-tanh", 2, 5.98181),
    ("penalized-tanh", 2, 0.265237),
    ("softcap", 2, 438.243),
    ("tanh-shrink", 0, 1.36371),
    ("tanh-shrink", 1, -2.6726e-06),
    ("softsign", 0, 511.966),
    ("softsign", 2, 31.0001),
    ("erf", 0, 0.453094),
    ("erf", 2, -26.5377),
    ("arctan", 1, -9.49219e07),
    ("arctan", 2, -7.96704),
    ("isru", 0, -1.50669e-05),
    ("isru", 2, 0.000315188),
    ("isrlu", 1, -7.97115),
    ("squareplus", 0, -1.14467e-07),
    ("squareplus", 1, -256.453),
    ("squareplus", 2, 0.0038679),
    ("sparse-plus", 0, 0.411101),
    ("logcosh", 0, -0.705308),
    ("logcosh", 2, 3.11849),
    ("bent-identity", 0, -15.0023),
    ("bent-identity", 2, -0.0248423),
    ("gaussian", 1, -26.6649),
    ("gaussian", 2, -26.6349),
    ("snake", 0, -1.44428),
    ("coslu", 2, -1.1713952581941884e-16),
    ("coslu", 2, 1e-15),
    ("coslu:-2,0.5", 1, 1e-15),
    ("sinlu:-1", 0, 1e-14),
    ("sinlu:-1", 1, -1e-8),
    ("sinlu:-2,0.5", 1, -1.1713952581941884e-16),
    ("snake", 1, 1.33993e08),
    ("snake", 2, 2.49242e108),
    ("sinerelu", 0, -5.49779),
    ("sinerelu", 1, -0.785398),
    ("sinerelu", 2, -2.35619),
    ("sin", 0, 6381956970095103.0 * 2.0**797),  # next to a whole number of half turns
    ("cos", 0, 6381956970095103.0 * 2.0**797),
    ("sin", 0, 3.141592653589793),
    ("cos", 0, -11.0),
    ("sin", 1, 1e22),
    ("sin", 0, -(2.0**1023)),
    ("cos", 1, 1.7e308),
    ("snake:1e9", 0, -3.7e5),
    ("snake:1e9", 1, 31.4159265),
    ("snake:1e300", 1, 1e300),
    ("snake:-3e-5", 2, 1e250),
    ("sinerelu", 0, -1.7e308),
    ("selu", 0, -2.522978149536414e-10),
    ("selu", 0, 9.178942865163677e-309),
    ("elu:1e-300", 0, -1e-17),
    ("elu", 0, -0.0078),
    ("elu", 0, -0.010390699544570779),
    ("elu", 0, -0.01562),
    ("selu", 0, -0.010390699544570779),
    ("selu", 0, -0.0157),
]


@pytest.mark.parametrize(("spec", "order", "x"), WORST)
def test_below_one_ulp_where_errors_were_largest(spec: str, order: int, x: float) -> None:
    truth = truth_of(spec)
    near = np.array([np.nextafter(x, -np.inf), x, np.nextafter(x, np.inf)])
    wanted = truth.order(order, near)
    # A wave has a root wherever one looks; it is held to an ulp of the truth itself.
    is_wave = any(map(any, truth.waves))
    unit_of = np.spacing(np.abs(wanted)) if is_wave else units(truth, order, near, wanted)
    for at, got, unit in zip(near, activation(spec).order(order, near), unit_of, strict=True):
        assert truth.formula.distance(order, float(at), float(got), float(unit)) < 1.0, (at, got)


LOST = [
    ("isru:alpha=1e-250", 1, 1.0),
    ("isru:alpha=1e-250", 2, 1.0),
    ("isrlu:alpha=1e-250", 1, -1.0),
    ("isru:1e-290", 0, -1e156),
    ("isru:1e300", 1, 1e10),
    ("soft-clipping:1e20", 1, 5.68),
    ("soft-clipping:1e20", 0, 0.3),
    ("soft-clipping:1e20", 2, 1e-20),
    ("soft-clipping:1e-20", 0, 0.7),
    ("srelu:2,1,1.5,1", 0, 1e-60),
    ("elish", 1, -0.8813735870195429),
    ("flatten-t-swish", 0, 0.3420609780730212),
    ("mila", 2, 1.59775984071866),
    ("gelu", 2, 1.4142135623730951),
    ("xielu:1e308", 0, 1e-3),
    ("xielu:1e308", 0, 1e-160),
    ("xielu:1e308", 1, 0.3),
    ("xielu:1e308", 1, 1.0),
    ("xielu:1e308", 2, 1.0),
    ("xielu:0.8,1e308", 0, -1.0),
    ("xielu:0.8,1e308", 0, -0.5),
    ("xielu:0.8,1e308,1e308", 1, -3.0),
]


@pytest.mark.parametrize(("spec", "order", "x"), LOST)
def test_nothing_is_lost_at_extreme_parameters_and_roots(spec: str, order: int, x: float) -> None:
    function = activation(spec)
    got, wanted = float(function.order(order, x)), function.certified(order, x)
    assert got == pytest.approx(wanted, rel=1e-12, abs=0.0)


SETTINGS = ["", "X86_V4 AVX512_ICL", "X86_V3 X86_V4 AVX512_ICL AVX2 FMA3"]
SCRIPT = """
import sys, zlib
import numpy as np
from tests.specs import activation
rng = np.random.default_rng(5)
x = np.concatenate([rng.uniform(-40, 40, 3000), rng.standard_normal(3000), 10.0 ** rng.uniform(-300, 5, 500)])
for spec in sys.argv[1:]:
    print(spec, [zlib.crc32(activation(spec).order(order, x).tobytes()) for order in range(3)])
"""
EVERYWHERE = [
    *("gelu", "elu", "selu", "celu", "sin", "cos", "snake", "sinerelu", "erf", "gaussian", "softsign", "squareplus"),
    *("isru", "lecun-tanh", "tanh-shrink", "logcosh", "soft-clipping", "leaky-relu", "hard-swish", "arctan", "relu"),
]


def test_the_bits_are_the_same_with_and_without_vector_units() -> None:
    found = set()
    for disabled in SETTINGS:
        environment = os.environ | {"NPY_DISABLE_CPU_FEATURES": disabled, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-W", "ignore", "-c", SCRIPT, *EVERYWHERE]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if ran.returncode == 0:  # NumPy refuses to start where it knows no such feature
            found.add(ran.stdout)
    assert len(found) == 1, found

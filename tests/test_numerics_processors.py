"""The same bits on every processor: all functions under several settings of NumPy's vector units."""

import os
import subprocess
import sys

import numpy as np
import pytest

from tests.specs import SPECS

SETTINGS = [
    "",
    "AVX512_ICL AVX512_SKX X86_V4",
    "AVX2 FMA3 X86_V3 AVX512_ICL AVX512_SKX X86_V4",
]
"""What is switched off; NumPy warns of features that it does not know, and passes over them."""

# A hundred and some points a function: every branch of a kernel is taken, and a setting takes some seconds for all.
SCRIPT = """
import sys, zlib
import numpy as np
from tests.specs import activation
rng = np.random.default_rng(5)
sizes = 10.0 ** rng.uniform(-300, 300, 16)
x = np.concatenate([rng.uniform(-40, 40, 64), rng.standard_normal(48), rng.uniform(-800, 800, 16), sizes, -sizes])
for spec in sys.argv[1:]:
    function = activation(spec)
    print(spec, *(zlib.crc32(function.order(order, x).tobytes()) for order in range(3)))
"""


@pytest.mark.parametrize("first", range(8))
def test_every_function_gives_the_same_bits(first: int) -> None:
    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    if not simd.get("found"):
        pytest.skip("NumPy has one path on this processor: there is nothing to compare")
    found = []
    for disabled in SETTINGS:
        environment = os.environ | {"NPY_DISABLE_CPU_FEATURES": disabled, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-W", "ignore", "-c", SCRIPT, *SPECS[first::8]]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        found.append(ran.stdout.splitlines())
    assert len(found[0]) == len(SPECS[first::8])
    assert found[0] == found[1] == found[2]

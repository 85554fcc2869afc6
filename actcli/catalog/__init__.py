"""The catalogue: every function by its formula, found by any name it goes by.

>>> from actcli import catalog
>>> gelu = catalog.find("gelu")
>>> gelu.formula
'x * normal_cdf(x)'
>>> import numpy as np
>>> gelu.slope(np.array([[-10.0, 0.0, 10.0]]))
array([[-7.6184001e-22,  5.0000000e-01,  1.0000000e+00]])
>>> catalog.find("leaky-relu@keras").value(np.array([-5.0]))
array([-1.])
>>> catalog.find("x*sigmoid(1.702*x)").curvature(np.array([0.0]))
array([0.851])

Slopes at kinks are those of the formula: of smaller magnitude at a max or min, of the branch taken at a where.
"""

from actcli.catalog.activation import Activation, VectorActivation
from actcli.catalog.entry import (
    Entry,
    Function,
    FunctionParameter,
    Kernels,
    Limits,
    VectorFunction,
    description,
    folded,
)
from actcli.catalog.lookup import find
from actcli.catalog.table import ENTRIES, FUNCTIONS, VECTOR_FUNCTIONS, all_names

__all__ = [
    "ENTRIES",
    "FUNCTIONS",
    "VECTOR_FUNCTIONS",
    "Activation",
    "Entry",
    "Function",
    "FunctionParameter",
    "Kernels",
    "Limits",
    "VectorActivation",
    "VectorFunction",
    "all_names",
    "description",
    "find",
    "folded",
]

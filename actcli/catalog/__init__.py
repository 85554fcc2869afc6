"""The catalogue: every function by its formula, found by any name it goes by."""

from actcli.catalog.activation import Activation, VectorActivation
from actcli.catalog.function import Entry, Function, FunctionParameter, Kernels, Limits, VectorFunction, card
from actcli.catalog.spec import find
from actcli.catalog.table import ENTRIES, FUNCTIONS, VECTOR_FUNCTIONS, all_names, folded

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
    "card",
    "find",
    "folded",
]

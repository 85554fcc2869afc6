"""Old place of actcli.catalog.entry, until the move is done."""

from actcli.catalog.entry import (
    ORDERS,
    Entry,
    Function,
    FunctionParameter,
    Kernels,
    Limits,
    VectorFunction,
    kernel_named,
)

__all__ = ["ORDERS", "Entry", "Function", "FunctionParameter", "Kernels", "Limits", "VectorFunction", "kernel_named"]

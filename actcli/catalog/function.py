"""What an entry of the catalogue holds: data alone, a function an entry."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kernel = Callable[..., Floats]


class FunctionParameter(NamedTuple):
    """A parameter: its default as a formula, exact, and what it means; `ours` where no library has a default.

    `valid` is a comparison in the parameter that must hold for the formula to be defined, such as "beta != 0";
    `whole` says that only whole numbers make sense.
    """

    name: str
    default: str
    meaning: str
    ours: bool = False
    valid: str | None = None
    whole: bool = False


class Limits(NamedTuple):
    """Formulas in the parameters for what an order tends to at -inf and at +inf; nan where there is no limit."""

    value: tuple[str, str]
    slope: tuple[str, str]
    curvature: tuple[str, str] = ("0", "0")

    def of(self, order: int) -> tuple[str, str]:
        """The limits of value (0), slope (1) or curvature (2)."""
        return (self.value, self.slope, self.curvature)[order]


class Kernels(NamedTuple):
    """Stable NumPy functions for an order whose formula loses digits in float64; None: the formula holds."""

    value: Kernel | None = None
    slope: Kernel | None = None
    curvature: Kernel | None = None

    def of(self, order: int) -> Kernel | None:
        """The kernel of value (0), slope (1) or curvature (2)."""
        return (self.value, self.slope, self.curvature)[order]


class Function(NamedTuple):
    """An element-wise function, defined by its formula.

    `bounds` are the largest errors of value, slope and curvature in ulp. The slope at a kink is what the formula
    says: of smaller magnitude at a max or min, of the branch taken at a where.
    """

    name: str
    formula: str
    limits: Limits
    source: str
    used_for: str
    aliases: tuple[str, ...] = ()
    parameters: tuple[FunctionParameter, ...] = ()
    kernels: Kernels = Kernels()
    bounds: tuple[int, int, int] = (4, 4, 5)
    notes: tuple[str, ...] = ()


class VectorFunction(NamedTuple):
    """A function of a whole vector, along the last axis; `formula` is for its i-th component.

    `value` maps (..., n) to (..., m); `jacobian`, where there is one, (..., n) to (..., m, n).
    """

    name: str
    formula: str
    source: str
    used_for: str
    value: Kernel
    jacobian: Kernel | None = None
    aliases: tuple[str, ...] = ()
    parameters: tuple[FunctionParameter, ...] = ()
    keeps_length: bool = True
    notes: tuple[str, ...] = ()


Entry = Function | VectorFunction


def card(entry: Entry) -> dict[str, Any]:
    """What `list` tells of an entry, as plain data."""
    told: dict[str, Any] = {
        "name": entry.name,
        "kind": "element-wise" if isinstance(entry, Function) else "vector",
        "formula": entry.formula,
        "parameters": {parameter.name: parameter.default for parameter in entry.parameters},
        "aliases": list(entry.aliases),
        "used_for": entry.used_for,
        "source": entry.source,
        "notes": list(entry.notes),
    }
    if isinstance(entry, Function):
        told["limits"] = {
            order: list(entry.limits.of(index)) for index, order in enumerate(("value", "slope", "curvature"))
        }
    return told

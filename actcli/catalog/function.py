"""What an entry of the catalogue holds: data alone, a function an entry."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from actcli.arrays import Floats

Kernel = Callable[..., Floats]

ORDERS = ("value", "slope", "curvature")  # of an element-wise function, by their number


class FunctionParameter(NamedTuple):
    """A parameter: its default as a formula, exact, and what it means; `ours` where no library has a default.

    `valid` is a comparison in the parameter that must hold for the formula to be defined, such as "beta != 0";
    `whole` says that only whole numbers make sense; `aliases` are what libraries call it.
    """

    name: str
    default: str
    meaning: str
    ours: bool = False
    valid: str | None = None
    whole: bool = False
    aliases: tuple[str, ...] = ()


class Limits(NamedTuple):
    """Formulas in the parameters for what an order tends to at -inf and at +inf; nan where there is no limit."""

    value: tuple[str, str]
    slope: tuple[str, str]
    curvature: tuple[str, str] = ("0", "0")

    def of(self, order: int) -> tuple[str, str]:
        """The limits of value (0), slope (1) or curvature (2)."""
        return (self.value, self.slope, self.curvature)[order]


@cache
def kernel_named(name: str) -> Kernel:
    """The function `name` = "file.function" of actcli.kernels, imported when it is first asked for."""
    file, _, function = name.partition(".")
    kernel: Kernel = getattr(import_module(f"actcli.kernels.{file}"), function)
    return kernel


class Kernels(NamedTuple):
    """Names of stable NumPy functions for an order whose formula loses digits in float64; None: the formula holds."""

    value: str | None = None
    slope: str | None = None
    curvature: str | None = None

    def of(self, order: int) -> Kernel | None:
        """The kernel of value (0), slope (1) or curvature (2)."""
        name = (self.value, self.slope, self.curvature)[order]
        return None if name is None else kernel_named(name)


def stable(name: str) -> Kernels:
    """The kernels of a function that has one for each order: "file.function", then with _slope and _curvature."""
    return Kernels(name, f"{name}_slope", f"{name}_curvature")


class Function(NamedTuple):
    """An element-wise function, defined by its formula.

    `bounds` are the largest errors of value, slope and curvature in ulp. The slope at a kink is what the formula
    says: of smaller magnitude at a max or min, of the branch taken at a where. `routes` lead from an option that a
    library spells as a word, such as "approximate=tanh", to the spec that it stands for.
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
    routes: tuple[tuple[str, str], ...] = ()

    @property
    def shown_name(self) -> str:
        """The name as users type and read it; formulas need the underscores."""
        return self.name.replace("_", "-")


class VectorFunction(NamedTuple):
    """A function of a whole vector, along the last axis; `formula` is for its i-th component.

    `value` names the kernel that maps (..., n) to (..., m); `jacobian`, where there is one, (..., n) to (..., m, n).
    """

    name: str
    formula: str
    source: str
    used_for: str
    value: str
    jacobian: str | None = None
    aliases: tuple[str, ...] = ()
    parameters: tuple[FunctionParameter, ...] = ()
    keeps_length: bool = True
    notes: tuple[str, ...] = ()
    routes: tuple[tuple[str, str], ...] = ()

    @property
    def shown_name(self) -> str:
        """The name as users type and read it; formulas need the underscores."""
        return self.name.replace("_", "-")


Entry = Function | VectorFunction


def card(entry: Entry) -> dict[str, Any]:
    """What `list` tells of an entry, as plain data."""
    told: dict[str, Any] = {
        "name": entry.shown_name,
        "kind": "element-wise" if isinstance(entry, Function) else "vector",
        "formula": entry.formula,
        "parameters": {parameter.name: parameter.default for parameter in entry.parameters},
        "aliases": list(entry.aliases),
        "used_for": entry.used_for,
        "source": entry.source,
        "notes": list(entry.notes),
    }
    if isinstance(entry, Function):
        told["limits"] = {name: list(entry.limits.of(order)) for order, name in enumerate(ORDERS)}
    return told

"""What an entry of the catalogue holds: data alone, the one home of every fact of a function."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from actcli.arrays import Floats

Kernel = Callable[..., Floats]

ORDERS = ("value", "slope", "curvature")  # of an element-wise function, by their number


class FunctionParameter(NamedTuple):
    """A parameter of a function."""

    name: str
    """As formulas spell it."""

    default: str
    """A formula, exact: "0.1" is a tenth and not the double nearest to it."""

    meaning: str
    """What it does, in a few words."""

    ours: bool = False
    """Whether the default is our choice, because no library has one."""

    valid: str | None = None
    """A comparison that must hold for the formula to be defined, such as "beta != 0"; None: any finite number does.

    The default does in any case, even if it is infinite."""

    whole: bool = False
    """Whether only whole numbers make sense."""

    aliases: tuple[str, ...] = ()
    """What libraries call it."""


class Limits(NamedTuple):
    """What a function tends to at -inf and at +inf: formulas in the parameters, "nan" where there is no limit."""

    value: tuple[str, str]
    """The limits of the function."""

    slope: tuple[str, str]
    """The limits of its slope."""

    curvature: tuple[str, str] = ("0", "0")
    """The limits of its curvature."""

    def of(self, order: int) -> tuple[str, str]:
        """The limits of value (0), slope (1) or curvature (2)."""
        return (self.value, self.slope, self.curvature)[order]


@cache
def kernel_named(name: str) -> Kernel:
    """The function `name` = "file.function" of actcli.numerics, imported when it is first asked for."""
    file, _, function = name.partition(".")
    kernel: Kernel = getattr(import_module(f"actcli.numerics.{file}"), function)
    return kernel


class Kernels(NamedTuple):
    """Names of NumPy functions, "file.function", for orders whose formula is too slow or loses digits in float64.

    A kernel takes finite x, a block of float64, and every parameter by its name.
    """

    value: str | None = None
    """The kernel of the function; None: the formula is evaluated."""

    slope: str | None = None
    """The kernel of its slope."""

    curvature: str | None = None
    """The kernel of its curvature."""

    def of(self, order: int) -> Kernel | None:
        """The kernel of value (0), slope (1) or curvature (2)."""
        name = (self.value, self.slope, self.curvature)[order]
        return None if name is None else kernel_named(name)


def stable(name: str) -> Kernels:
    """The kernels of a function that has one for each order: "file.function", then with _slope and _curvature."""
    return Kernels(name, f"{name}_slope", f"{name}_curvature")


class Function(NamedTuple):
    """An element-wise function, defined by its formula.

    The slope at a kink is what the formula says: of smaller magnitude at a max or min, of the branch taken at a where.
    """

    name: str
    """The canonical name, as formulas spell it."""

    formula: str
    """The definition, in x and the parameters."""

    limits: Limits
    """What value, slope and curvature tend to at both ends."""

    source: str
    """Who published it, or whose code defines it."""

    used_for: str
    """What it is used for, in a few words."""

    aliases: tuple[str, ...] = ()
    """Other names that mean the same."""

    parameters: tuple[FunctionParameter, ...] = ()
    """In the order in which they may be given by position."""

    kernels: Kernels = Kernels()
    """What evaluates it in float64."""

    derivatives: tuple[str, str] | None = None
    """Slope and curvature in the same language, for the reader; None where a library's own definition states none."""

    forms: tuple[str | None, str | None, str | None] | None = None
    """Value, slope and curvature as formulas that keep digits in double-double, where the definition loses more.

    None for one of them: what is stated keeps them.
    """

    valid: str | None = None
    """A condition on several parameters together that they must meet; each has conditions of its own."""

    bounds: tuple[int, int, int] = (1, 1, 1)
    """Errors of value, slope and curvature stay below these, in ulp; near a root other than 0 of the size there."""

    notes: tuple[str, ...] = ()
    """What else a user should know."""

    routes: tuple[tuple[str, str], ...] = ()
    """From an option that a library spells as a word, such as "approximate=tanh", to the spec that it stands for."""

    @property
    def shown_name(self) -> str:
        """The name as users type and read it; formulas need the underscores."""
        return self.name.replace("_", "-")

    def stated(self, order: int) -> str | None:
        """The formula of value (0), slope (1) or curvature (2) that the entry states."""
        return self.formula if order == 0 else self.derivatives and self.derivatives[order - 1]


class VectorFunction(NamedTuple):
    """A function of a whole vector, along the last axis."""

    name: str
    """The canonical name, with underscores."""

    formula: str
    """The i-th component, for the reader: x without an index is the whole vector."""

    source: str
    """Who published it, or whose code defines it."""

    used_for: str
    """What it is used for, in a few words."""

    value: str
    """The name of the NumPy function, "file.function", that maps (..., n) to (..., m)."""

    jacobian: str | None = None
    """The name of the one that maps (..., n) to (..., m, n); None where there is none."""

    aliases: tuple[str, ...] = ()
    """Other names that mean the same."""

    parameters: tuple[FunctionParameter, ...] = ()
    """In the order in which they may be given by position."""

    keeps_length: bool = True
    """Whether m is n."""

    notes: tuple[str, ...] = ()
    """What else a user should know."""

    routes: tuple[tuple[str, str], ...] = ()
    """As in `Function`."""

    @property
    def shown_name(self) -> str:
        """The name as users type and read it; formulas need the underscores."""
        return self.name.replace("_", "-")


Entry = Function | VectorFunction


def parameter_named(entry: Entry, name: str) -> FunctionParameter | None:
    """The parameter of this name, or else the one that a library calls so; None where there is neither."""
    wanted = folded(name)
    for parameter in entry.parameters:
        if folded(parameter.name) == wanted:
            return parameter
    for parameter in entry.parameters:
        if wanted in map(folded, parameter.aliases):
            return parameter
    return None


def folded(name: str) -> str:
    """A name without what does not matter in one: case, hyphens, underscores, blanks."""
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")


def description(entry: Entry) -> dict[str, Any]:
    """What `list` prints of an entry, as plain data."""
    described: dict[str, Any] = {
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
        described |= {"slope_formula": entry.stated(1), "curvature_formula": entry.stated(2)}
        described["limits"] = {name: list(entry.limits.of(order)) for order, name in enumerate(ORDERS)}
    return described

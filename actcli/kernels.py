"""The functions of the catalogue for NumPy users, with their slopes, curvatures and Jacobians; losses of softmax.

>>> from actcli import kernels
>>> kernels.gelu([-10.0, 0.0, 1.0])
array([-7.61985302e-23,  0.00000000e+00,  8.41344746e-01])
>>> kernels.sigmoid_slope(40.0)
array(4.24835426e-18)
>>> kernels.leaky_relu([-5.0, 5.0], negative_slope=0.2)
array([-1.,  5.])
>>> kernels.softmax([[3.0, 1.0, -3.0], [0.0, 0.0, 0.0]]).round(4)
array([[0.8789, 0.1189, 0.0022],
       [0.3333, 0.3333, 0.3333]])

Every element-wise function of the catalogue is here by its name, with its slope as NAME_slope and its curvature as
NAME_curvature: arrays of any shape to float64 arrays of the same shape. Every function of whole vectors is here by its
name, and where the catalogue has its Jacobian as NAME_jacobian: along the last axis. So are three functions of the
formula language that are no activations (erfc, normal_cdf, normal_pdf), and the losses, the entropy and the margin of a
softmax, which no entry holds.

Parameters are given by name, the catalogue's or a library's; those that are not given have the default of the entry.
Whatever is here is what `actcli.catalog.find(NAME)` gives. ValueError says that a function is not defined for a
parameter, or that an array is not made of real numbers; TypeError that a function has no such parameter.

Nothing is imported before it is asked for.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from actcli.arrays import Floats
    from actcli.catalog import Activation, Entry, VectorActivation

_RESULTS = {"": "value", "_slope": "slope", "_curvature": "curvature", "_jacobian": "jacobian"}
_PRIMITIVES = {"erfc": (2.0, 0.0), "normal_cdf": (0.0, 1.0), "normal_pdf": (0.0, 0.0)}  # with their limits
_OF_SOFTMAX = (
    "cross_entropy",
    "cross_entropy_terms",
    "entropy",
    "kl_divergence",
    "kl_terms",
    "margin",
    "squared_error",
    "squared_error_gradient_terms",
    "squared_error_terms",
    "swapped_cross_entropy",
    "swapped_kl_divergence",
)


def __getattr__(name: str) -> Any:
    """Make a function when it is first asked for."""
    if name == "__all__":
        return __dir__()
    function = None if name.startswith("__") else _made(name)
    if function is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = function
    return function


def __dir__() -> list[str]:
    from actcli.catalog import ENTRIES

    of_entries = (entry.name + ending for entry in ENTRIES for ending in _RESULTS if _has(entry, ending))
    of_primitives = (name + ending for name in _PRIMITIVES for ending in ("", "_slope", "_curvature"))
    return sorted((*of_entries, *of_primitives, *_OF_SOFTMAX))


def _has(entry: "Entry", ending: str) -> bool:
    """Whether a function has such a result."""
    from actcli.catalog import Function

    if isinstance(entry, Function):
        return ending != "_jacobian"
    return ending == "" or (ending == "_jacobian" and entry.jacobian is not None)


def _made(name: str) -> Callable[..., Any] | None:
    """The function of a name; None where there is none."""
    from actcli.catalog import ENTRIES

    if name in _OF_SOFTMAX:
        from actcli.numerics import losses

        function: Callable[..., Any] = getattr(losses, name)
        return function
    entries = {entry.name: entry for entry in ENTRIES}
    for ending in (ending for ending in _RESULTS if name.endswith(ending)):
        own = name.removesuffix(ending)
        if own in _PRIMITIVES and ending != "_jacobian":
            return _of_primitive(own, ending)
        if own in entries and _has(entries[own], ending):
            return _of_entry(entries[own], ending)
    return None


def _of_primitive(name: str, ending: str) -> Callable[..., Any]:
    """A result of a function of the formula language."""
    from actcli.formula.pairs import in_pairs
    from actcli.formula.tree import Operation, Variable
    from actcli.numerics.frame import element_wise, written

    tree, order = Operation(name, (Variable(),)), list(_RESULTS).index(ending)
    limits = _PRIMITIVES[name] if order == 0 else (0.0, 0.0)

    def function(x: "ArrayLike", /) -> "Floats":
        return element_wise(x, written(lambda block: in_pairs(tree, order, block)), lambda: limits)

    function.__name__ = function.__qualname__ = name + ending
    of_what = ("", "the slope of ", "the curvature of ")[order]
    function.__doc__ = f"Return {of_what}{name}, a function of the formula language."
    return function


def _of_entry(entry: "Entry", ending: str) -> Callable[..., Any]:
    """A result of an entry as a function of an array and, by name, of the parameters."""
    from inspect import Parameter, Signature

    from actcli.catalog.lookup import placed

    result, by_default = _RESULTS[ending], placed(entry, {})

    def function(x: "ArrayLike", /, **parameters: Any) -> "Floats":
        activation = _with_parameters(entry, parameters) if parameters else by_default
        answer: Floats = getattr(activation, result)(x)
        return answer

    function.__name__ = function.__qualname__ = entry.name + ending
    of_what = "" if result == "value" else f"the {result} of {entry.name}, "
    function.__doc__ = f"Return {of_what}{entry.formula}.\n\nFor {entry.used_for}. Source: {entry.source}."
    known = (Parameter(each, Parameter.KEYWORD_ONLY, default=value) for each, value in by_default.parameters)
    function.__signature__ = Signature([Parameter("x", Parameter.POSITIONAL_ONLY), *known])  # type: ignore[attr-defined]
    return function


def _with_parameters(entry: "Entry", parameters: dict[str, Any]) -> "Activation | VectorActivation":
    """An entry with these parameters in place.

    A random generator stands for a seed. Raises TypeError for a parameter that it has not, ValueError where it is not
    defined for one.
    """
    from numpy.random import Generator

    from actcli.catalog import VectorActivation
    from actcli.catalog.entry import parameter_named
    from actcli.catalog.lookup import placed
    from actcli.errors import UsageError

    given: dict[str, Any] = {}
    for name, value in parameters.items():
        parameter = parameter_named(entry, name)
        if parameter is None or parameter.name in given:
            having = ", ".join(each.name for each in entry.parameters) or "none"
            raise TypeError(f"{entry.name} has no parameter {name!r} (its parameters: {having})")
        given[parameter.name] = value
    generators = {name: value for name, value in given.items() if isinstance(value, Generator)}
    try:
        activation = placed(entry, {name: float(value) for name, value in given.items() if name not in generators})
    except UsageError as refused:
        raise ValueError(f"{refused.message}: {refused.hint}") from None
    if generators and isinstance(activation, VectorActivation):
        numbers = dict(activation.parameters)
        return activation._replace(parameters=tuple((numbers | generators).items()))
    return activation

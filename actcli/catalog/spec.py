"""Function specs: what a user types for a function, to the function with its parameters in place."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from actcli.catalog.activation import Activation, Named, VectorActivation, refusal
from actcli.catalog.function import Entry, Function, FunctionParameter, Kernels
from actcli.catalog.table import NAMED, all_names, entry_named, folded
from actcli.errors import Place, UsageError, nearest_names, printable
from actcli.expression import ExpressionError, Node, constant, parse
from actcli.expression.parser import PRIMITIVES
from actcli.expression.tree import Constant, Number

if TYPE_CHECKING:
    from actcli.catalog.elsewhere import Export

# What code makes or calls: nn.LeakyReLU(0.2), F.gelu(x, approximate="tanh").
_CALLED = re.compile(r"((?:[^\W\d]\w*\.)+[^\W\d]\w*)\(\s*(?:x\b\s*,?)?([^()]*)\)")
_MENTIONS_X = re.compile(r"(?<![\w.@])x(?![\w.@])")
_LIKE_A_NAME = re.compile(r"[^\W\d][\w.\- ]*")


class _Assigned(NamedTuple):
    """Values of parameters by name: as the user typed them, and as formulas, those of a library exact."""

    typed: Mapping[str, float]
    exact: Mapping[str, str]

    def nodes(self, entry: Entry) -> dict[str, Node]:
        """The formulas; a typed number that is the double nearest to a default is that default."""
        nodes: dict[str, Node] = {name: parse(text, {}) for name, text in self.exact.items()}
        defaults = {parameter.name: constant(parameter.default) for parameter in entry.parameters}
        for name, value in self.typed.items():
            nodes.pop(name, None)
            if value != defaults[name]:
                nodes[name] = _node(value)
        return nodes

    def values(self, entry: Entry) -> dict[str, float]:
        """Every parameter as a number, defaults included."""
        values = {parameter.name: constant(parameter.default) for parameter in entry.parameters}
        return values | {name: constant(text) for name, text in self.exact.items()} | dict(self.typed)


def find(spec: str) -> Activation | VectorActivation:
    """Read a function spec: `name`, `name:param=value,...`, `name:value,...`, or an expression in x.

    >>> find("leaky-relu:0.2").parameters
    (('negative_slope', 0.2),)
    >>> find("gelu@jax").formula
    'x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))'

    A name may be of a library, `name@library` or as pasted from code, and then means what it means there. Raises
    UsageError for what is neither, with the nearest names or a caret.
    """
    spec = _CALLED.sub(r"\1:\2", spec.strip()).removesuffix("()").removesuffix(":")
    name, colon, parameters = spec.partition(":")
    if not name:
        raise UsageError("the name of the function is empty", "`actcli list` shows every name")
    entry = entry_named(name)
    if entry is not None:
        return _routed(entry, parameters) or _placed(entry, entry.shown_name, spec, parameters if colon else "")
    from actcli.catalog.elsewhere import read_export, refuse_other_names  # what libraries mean costs a millisecond

    export = read_export(name)
    if export is not None:
        return (export.entry and _routed(export.entry, parameters)) or _of_library(export, spec, parameters)
    try:
        return _expression(spec)
    except ExpressionError:
        if _LIKE_A_NAME.fullmatch(name) and not _MENTIONS_X.search(spec) and name not in (*PRIMITIVES, "where"):
            refuse_other_names(name)
            raise UsageError(
                f"unknown function '{printable(name)}'{nearest_names(name, all_names())}",
                "`actcli list` shows every name; an expression in x such as 'x*sigmoid(x)' will do too",
            ) from None
        raise


def _routed(entry: Entry, parameters: str) -> Activation | VectorActivation | None:
    """What an option spelled as a word leads to, such as approximate=tanh."""
    option = folded(parameters).replace("'", "").replace('"', "")
    for word, target in entry.routes:
        if option and folded(word) == option:
            return find(target)
    return None


def _of_library(export: "Export", spec: str, parameters: str) -> Activation | VectorActivation:
    if export.formula is not None and isinstance(export.entry, Function):
        # No kernel knows another's slopes at kinks.
        return _placed(export.entry._replace(formula=export.formula, kernels=Kernels()), export.label, spec, parameters)
    name, _, defaults = export.means.partition(":")
    entry = entry_named(name)
    if entry is not None:
        exact = dict(pair.split("=") for pair in defaults.split(",")) if defaults else {}
        return _placed(entry, export.label, spec, parameters, exact)
    if parameters:
        raise UsageError(
            f"{export.label} takes no parameters here", f"it is {export.means}: write that with other numbers"
        )
    return _expression(export.means)._replace(name=export.label)


def _expression(text: str) -> Activation:
    tree, shown = parse(text, NAMED), text.strip()
    from actcli.catalog.equals import equal  # only typed expressions pay for the comparison

    known = equal(tree)
    return known._replace(name=shown, formula=shown, tree=tree) if known else Activation(shown, shown, tree)


def _placed(
    entry: Entry, label: str, spec: str, text: str, exact: Mapping[str, str] | None = None
) -> Activation | VectorActivation:
    given = _assignments(entry, spec, text)
    for parameter in entry.parameters:
        refused = refusal(entry, parameter, given[parameter.name]) if parameter.name in given else None
        if refused:
            raise UsageError(*refused)
    assigned = _Assigned(given, exact or {})
    shown = ",".join(f"{name}={value!r}" for name, value in given.items())
    name = label + (f":{shown}" if shown else "")
    if isinstance(entry, Function):
        known = NAMED[entry.name]
        return (known if known.entry is entry else Named(entry, NAMED)).bind(assigned.nodes(entry), name)
    whole = {parameter.name for parameter in entry.parameters if parameter.whole}
    placed = ((each, int(value) if each in whole else value) for each, value in assigned.values(entry).items())
    return VectorActivation(name, entry, tuple(placed))


def _assignments(entry: Entry, spec: str, text: str) -> dict[str, float]:
    given: dict[str, float] = {}
    for index, piece in enumerate(text.split(",") if text else []):
        name, equals, value = piece.partition("=")
        if equals:
            parameter = _parameter_named(entry, name)
        else:
            parameter, value = (entry.parameters[index] if index < len(entry.parameters) else None), piece
        if parameter is None or parameter.name in given:
            place = Place(spec, spec.index(piece, spec.index(":") + 1) if piece else len(spec), max(1, len(piece)))
            raise UsageError(f"{entry.shown_name} has no such parameter", _parameters_told(entry), place)
        given[parameter.name] = _number(spec, value)
    return given


def _parameter_named(entry: Entry, name: str) -> FunctionParameter | None:
    """The parameter of this name, or else the one that a library calls so."""
    wanted = folded(name)
    for parameter in entry.parameters:
        if folded(parameter.name) == wanted:
            return parameter
    for parameter in entry.parameters:
        if wanted in map(folded, parameter.aliases):
            return parameter
    return None


def _number(spec: str, text: str) -> float:
    try:
        return constant(text)
    except ExpressionError:
        column = spec.rindex(text) if text else len(spec)
        raise UsageError(f"'{printable(text)}' is not a number", None, Place(spec, column, max(1, len(text)))) from None


def _node(value: float) -> Node:
    """A number that the user typed: the nearest double, exactly."""
    from fractions import Fraction

    return Number(Fraction(value)) if np.isfinite(value) else Constant(str(value))


def _parameters_told(entry: Entry) -> str:
    if not entry.parameters:
        return f"{entry.shown_name} has no parameters"
    return "its parameters: " + ", ".join(f"{each.name} ({each.meaning}; {each.default})" for each in entry.parameters)

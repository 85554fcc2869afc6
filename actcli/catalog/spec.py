"""Function specs: what a user types for a function, to the function with its parameters in place."""

import re
from fractions import Fraction

import numpy as np

from actcli.catalog.activation import Activation, VectorActivation, limit_at
from actcli.catalog.function import Entry, Function, FunctionParameter
from actcli.catalog.table import NAMED, all_names, entry_named
from actcli.errors import Place, UsageError, nearest_names, printable
from actcli.expression import ExpressionError, Node, constant, parse
from actcli.expression.tree import Constant, Number

_LIKE_A_NAME = re.compile(r"[^\W\d][\w.\- ]*")


def find(spec: str) -> Activation | VectorActivation:
    """Read a function spec: `name`, `name:param=value,...`, `name:value,...`, or an expression in x.

    Raises UsageError for what is neither, with the nearest names or a caret.
    """
    name, colon, parameters = spec.strip().partition(":")
    if not name:
        raise UsageError("the name of the function is empty", "`actcli list` shows every name")
    entry = entry_named(name)
    if entry is not None:
        return _placed(entry, spec, parameters if colon else "")
    try:
        return _expression(spec)
    except ExpressionError:
        if _LIKE_A_NAME.fullmatch(name):
            raise UsageError(
                f"unknown function '{printable(name)}'{nearest_names(name, all_names())}",
                "`actcli list` shows every name; an expression in x such as 'x*sigmoid(x)' will do too",
            ) from None
        raise


def _expression(text: str) -> Activation:
    tree = parse(text, NAMED)
    for named in NAMED.values():
        default = named.bind({})
        if default.tree == tree:
            # The very formula of an entry has the entry's kernels.
            return Activation(text.strip(), text.strip(), tree, default.entry, default.parameters)
    return Activation(text.strip(), text.strip(), tree)


def _placed(entry: Entry, spec: str, text: str) -> Activation | VectorActivation:
    given = _assignments(entry, spec, text)
    for parameter in entry.parameters:
        if parameter.name in given:
            _check(entry, parameter, given[parameter.name])
    shown = ",".join(f"{name}={value!r}" for name, value in given.items())
    name = entry.name.replace("_", "-") + (f":{shown}" if shown else "")
    if isinstance(entry, Function):
        return NAMED[entry.name].bind({each: _node(value) for each, value in given.items()}, name)
    values = {parameter.name: constant(parameter.default) for parameter in entry.parameters} | given
    whole = {parameter.name for parameter in entry.parameters if parameter.whole}
    placed = ((each, int(value) if each in whole else value) for each, value in values.items())
    return VectorActivation(name, entry, tuple(placed))


def _assignments(entry: Entry, spec: str, text: str) -> dict[str, float]:
    names = [parameter.name for parameter in entry.parameters]
    given: dict[str, float] = {}
    for index, piece in enumerate(text.split(",") if text else []):
        name, equals, value = piece.partition("=")
        if not equals:
            name, value = (names[index] if index < len(names) else ""), piece
        matches = [each for each in names if each.replace("_", "") == name.strip().replace("_", "").replace("-", "")]
        if not matches or matches[0] in given:
            place = Place(spec, spec.index(piece, spec.index(":") + 1) if piece else len(spec), max(1, len(piece)))
            raise UsageError(f"{entry.name} has no such parameter", _parameters_told(entry), place)
        given[matches[0]] = _number(spec, value)
    return given


def _number(spec: str, text: str) -> float:
    try:
        return constant(text)
    except ExpressionError:
        column = spec.rindex(text) if text else len(spec)
        raise UsageError(f"'{printable(text)}' is not a number", None, Place(spec, column, max(1, len(text)))) from None


def _check(entry: Entry, parameter: FunctionParameter, value: float) -> None:
    undefined = parameter.valid and limit_at(f"where({parameter.valid}, 1, 0)", {parameter.name: value}) != 1
    if undefined or not np.isfinite(value) or (parameter.whole and value != value // 1):
        condition = parameter.valid or f"{parameter.name} finite"
        condition += " and whole" if parameter.whole else ""
        raise UsageError(f"{entry.name} is not defined for {parameter.name} = {value:.6g}", f"it needs {condition}")


def _node(value: float) -> Node:
    """A number that the user typed: the nearest double, exactly."""
    return Number(Fraction(value)) if np.isfinite(value) else Constant(str(value))


def _parameters_told(entry: Entry) -> str:
    if not entry.parameters:
        return f"{entry.name} has no parameters"
    return "its parameters: " + ", ".join(f"{each.name} ({each.meaning}; {each.default})" for each in entry.parameters)

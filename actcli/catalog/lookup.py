"""Function specs: what a user types for a function, name or formula, to the function with its parameters in place."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from actcli.catalog.activation import Activation, Definition, VectorActivation, refusal
from actcli.catalog.entry import Entry, Function, FunctionParameter, Kernels, folded, parameter_named
from actcli.catalog.table import DEFINITIONS, FUNCTIONS, all_names, entry_named
from actcli.errors import Place, UsageError, nearest_names, printable
from actcli.formula import Application, ExpressionError, Node, constant, parse
from actcli.formula.parser import PRIMITIVES
from actcli.formula.tree import Constant, Number, Operation, Variable

if TYPE_CHECKING:
    from actcli.catalog.libraries import Export

# What code makes or calls: nn.LeakyReLU(0.2), F.gelu(x, approximate="tanh").
_CALLED = re.compile(r"((?:[^\W\d]\w*\.)+[^\W\d]\w*)\(\s*(?:x\b\s*,?)?([^()]*)\)")
_MENTIONS_X = re.compile(r"(?<![\w.@])x(?![\w.@])")
_LIKE_A_NAME = re.compile(r"[^\W\d][\w.\- ]*")
_IDENTIFIER = re.compile(r"(?<![\w.])[^\W\d]\w*")


class _Assigned(NamedTuple):
    """Values of some parameters, by name."""

    given: Mapping[str, float]
    """As numbers, from the user."""

    exact: Mapping[str, str]
    """As formulas, from a library whose defaults differ; what the user gives goes before."""

    def nodes(self, entry: Entry) -> dict[str, Node]:
        """The formulas; a number that is the double nearest to a default is that default."""
        nodes: dict[str, Node] = {name: parse(text, {}) for name, text in self.exact.items()}
        defaults = {parameter.name: constant(parameter.default) for parameter in entry.parameters}
        for name, value in self.given.items():
            nodes.pop(name, None)
            if value != defaults[name]:
                nodes[name] = _node(value)
        return nodes

    def values(self, entry: Entry) -> dict[str, float]:
        """Every parameter as a number, defaults included."""
        values = {parameter.name: constant(parameter.default) for parameter in entry.parameters}
        return values | {name: constant(text) for name, text in self.exact.items()} | dict(self.given)


class Sweep(NamedTuple):
    """A spec that gives several values of one parameter, as in `swish:beta=0.5,1,5`: a function for each of them."""

    parameter: str
    """As the formula spells it."""

    values: tuple[str, ...]
    """As they are typed: numbers, or ranges START:STOP[:STEP]."""

    before: str
    """The spec up to the value."""

    after: str
    """The spec behind the value."""


def sweep(spec: str) -> Sweep | None:
    """Read a spec that stands for several functions; None where it stands for one, or for none.

    Raises UsageError where it sweeps two parameters, or can be read in two ways.
    """
    spec = spec.strip()
    name, _, text = spec.partition(":")
    entry = _meant(name) if text else None
    if entry is None or _routed(entry, text):
        return None
    texts = _texts(entry, spec, text)
    swept = [parameter for parameter, values in texts.items() if _is_swept(values)]
    if not swept:
        return None
    if len(swept) > 1:
        raise UsageError(f"{printable(spec)} sweeps {' and '.join(swept)}", "sweep one parameter, and fix the others")
    (parameter,) = swept
    place = list(texts).index(parameter)
    fixed = [f"{each}={values[0]}" for each, values in texts.items() if each != parameter]
    before = f"{name}:{','.join([*fixed[:place], parameter])}="
    return Sweep(parameter, tuple(texts[parameter]), before, "".join(f",{each}" for each in fixed[place:]))


def _meant(name: str) -> Entry | None:
    """The entry whose parameters may follow a name; None where it is the name of none."""
    entry = entry_named(name)
    if entry is not None:
        return entry
    from actcli.catalog.libraries import read_export

    export = read_export(name)
    return export and (export.own or export.entry or entry_named(export.means.partition(":")[0]))


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
    from actcli.catalog.libraries import read_export, refuse_other_names  # what libraries mean costs a millisecond

    export = read_export(name)
    if export is not None:
        return (export.entry and _routed(export.entry, parameters)) or _of_library(export, spec, parameters)
    try:
        return _expression(spec)
    except ExpressionError:
        if (
            _LIKE_A_NAME.fullmatch(name)
            and not _MENTIONS_X.search(spec)
            and name not in (*PRIMITIVES, "where", "slope")
        ):
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
    if export.own is not None:
        return _placed(export.own, export.label, spec, parameters)
    if export.formula is not None and isinstance(export.entry, Function):
        # No kernel knows another's slopes at kinks, nor does what is stated of them.
        own = export.entry._replace(formula=export.formula, kernels=Kernels(), derivatives=None)
        return _placed(own, export.label, spec, parameters)
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
    tree, shown = parse(text, DEFINITIONS), text.strip()
    known = _equal(tree)
    if known is None or known.entry is None:
        return Activation(shown, shown, tree)
    # What is typed is rounded once, where pairs can; the kernels are for the names, f(x) among them.
    is_named = isinstance(tree, Application) or (isinstance(tree, Operation) and tree.name == known.entry.name)
    entry = known.entry if is_named else known.entry._replace(kernels=Kernels())
    return known._replace(name=shown, formula=shown, tree=tree, entry=entry)


def _placed(
    entry: Entry, label: str, spec: str, text: str, exact: Mapping[str, str] | None = None
) -> Activation | VectorActivation:
    given = _assignments(entry, spec, text)
    shown = ",".join(f"{name}={value!r}" for name, value in given.items())
    return placed(entry, given, label + (f":{shown}" if shown else ""), exact)


def placed(
    entry: Entry, given: Mapping[str, float], name: str | None = None, exact: Mapping[str, str] | None = None
) -> Activation | VectorActivation:
    """An entry with its parameters in place: the given ones, then a library's exact ones, then the defaults.

    `name` is how the user knows it, by default the name of the entry. Raises UsageError where the entry is not defined
    for a parameter.
    """
    for parameter in entry.parameters:
        refused = refusal(entry, parameter, given[parameter.name]) if parameter.name in given else None
        if refused:
            raise UsageError(*refused)
    assigned = _Assigned(given, exact or {})
    name = name or entry.shown_name
    if isinstance(entry, Function):
        known = DEFINITIONS[entry.name]
        definition = known if known.entry is entry else Definition(entry, DEFINITIONS)
        refused = definition.contradiction(assigned.nodes(entry))
        if refused:
            raise UsageError(*refused)
        return definition.bind(assigned.nodes(entry), name)
    whole = {parameter.name for parameter in entry.parameters if parameter.whole}
    values = ((each, int(value) if each in whole else value) for each, value in assigned.values(entry).items())
    return VectorActivation(name, entry, tuple(values))


def _assignments(entry: Entry, spec: str, text: str) -> dict[str, float]:
    """The parameters that a spec gives; raises UsageError where it gives several values of one."""
    texts = _texts(entry, spec, text)
    swept = next((parameter for parameter, values in texts.items() if _is_swept(values)), None)
    if swept is not None:
        cure = f"`actcli plot {printable(spec)}` draws them, and `actcli compare` sets them side by side"
        raise UsageError(f"{printable(spec)} is several functions, one for each value of {swept}", cure)
    return {parameter: _number(spec, value) for parameter, (value,) in texts.items()}


def _texts(entry: Entry, spec: str, text: str) -> dict[str, list[str]]:
    """The values that a spec gives each parameter, as text: several where it is swept.

    Values follow their parameter's name, or have its place; what follows a named value without a name of its own is
    another value of the same parameter. Raises UsageError where that place is another parameter's: two readings.
    """
    texts: dict[str, list[str]] = {}
    following: list[int] = []
    named: FunctionParameter | None = None
    for index, piece in enumerate(text.split(",") if text else []):
        name, equals, value = piece.partition("=")
        if named and not equals:
            texts[named.name].append(piece)
            following.append(index)
            continue
        if equals:
            parameter = named = parameter_named(entry, name)
        else:
            parameter, value = (entry.parameters[index] if index < len(entry.parameters) else None), piece
        if parameter is None or parameter.name in texts:
            place = Place(spec, spec.index(piece, spec.index(":") + 1) if piece else len(spec), max(1, len(piece)))
            raise UsageError(f"{entry.shown_name} has no such parameter", _parameters_listed(entry), place)
        texts[parameter.name] = [value]
    others = [entry.parameters[index].name for index in following if index < len(entry.parameters)]
    if len(others) == len(following) > 0 and texts.keys().isdisjoint(others):
        raise _two_readings(entry, spec, texts, others)
    return texts


def _is_swept(values: Sequence[str]) -> bool:
    return len(values) > 1 or ":" in values[0]


def _two_readings(entry: Entry, spec: str, texts: Mapping[str, Sequence[str]], others: Sequence[str]) -> UsageError:
    """The error for values behind a named one that may be its own or those of the parameters in their places."""
    name = spec.partition(":")[0]
    behind = iter(others)
    one = [
        f"{next(behind) if place else parameter}={value}"
        for parameter, values in texts.items()
        for place, value in enumerate(values)
    ]
    # With all parameters named there is no place that a value could have.
    fixed = [f"{each.name}={each.default}" for each in entry.parameters if each.name not in texts]
    swept = [f"{parameter}={','.join(values)}" for parameter, values in texts.items()]
    cure = f"one function: {name}:{','.join(one)}; one for each value: {name}:{','.join([*fixed, *swept])}"
    return UsageError(f"{printable(spec)} can be read in two ways", printable(cure))


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


def _parameters_listed(entry: Entry) -> str:
    if not entry.parameters:
        return f"{entry.shown_name} has no parameters"
    return "its parameters: " + ", ".join(f"{each.name} ({each.meaning}; {each.default})" for each in entry.parameters)


def _equal(tree: Node) -> Activation | None:
    """The function of the catalogue whose formula this is, parameters at their defaults; None where it is none's.

    A function of x with parameters in place, such as swish(x, beta=2), is that function.
    """
    if isinstance(tree, Application) and isinstance(tree.argument, Variable):
        bound = tree.bound()
        return bound if isinstance(bound, Activation) else None
    from actcli.formula.canonical import canonical, words  # only typed expressions pay for the comparison

    form = canonical(tree)
    if form is None:
        return None
    spelled = words(form)
    for entry in FUNCTIONS:
        # Most formulas are out of the question for the words in them, and need not be parsed.
        if _words_of(DEFINITIONS[entry.name]) == spelled:
            known = DEFINITIONS[entry.name].bind({})
            if canonical(known.tree) == form:
                return known
    return None


@cache
def _words_of(named: Definition) -> frozenset[str]:
    """The primitives and constants of an entry that is written out, from the texts of its formula and its defaults."""
    texts = (named.entry.formula, *(parameter.default for parameter in named.entry.parameters))
    words = set(_IDENTIFIER.findall(" ".join(texts))).difference(named.parameter_names, {"x"})
    # The language's own names win over those of functions.
    functions = {word for word in words if word in DEFINITIONS and word not in PRIMITIVES}
    spelled = (_words_of(DEFINITIONS[word]) if word in functions else _spelled_out(word) for word in words)
    return frozenset[str]().union(*spelled)


def _spelled_out(word: str) -> frozenset[str]:
    return frozenset({"min", "max"} if word == "clip" else {word})

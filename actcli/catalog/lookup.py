"""Function specs: what a user types for a function, name or formula, to the function with its parameters in place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from actcli.catalog.activation import Activation, Definition, VectorActivation, refusal
from actcli.catalog.entry import (
    Entry,
    Function,
    FunctionParameter,
    Kernels,
    VectorFunction,
    folded,
    parameter_named,
)
from actcli.catalog.table import DEFINITIONS, FUNCTIONS, entry_named, names_to_guess
from actcli.errors import Place, UsageError, nearest, nearest_names, printable, quoted
from actcli.formula import Application, ExpressionError, Node, constant, parse
from actcli.formula.notation import AT, half_width
from actcli.formula.parser import (
    MATH_MODULES,
    MOST_CHARACTERS,
    PRIMITIVES,
    Argument,
    OutOfRangeError,
    Pasted,
    is_neutral,
    own_name,
    pasted,
)
from actcli.formula.tree import Constant, Number, Operation, Variable

if TYPE_CHECKING:
    from actcli.catalog.libraries import Export

_MENTIONS_X = re.compile(r"(?<![\w.@])x(?![\w.@])")
_LIKE_A_NAME = re.compile(r"[^\W\d][\w.\- ]*")
_IDENTIFIER = re.compile(r"(?<![\w.])[^\W\d]\w*")
_OPERATORS = frozenset("()+*/")
_IMPORT = re.compile(
    r"\s*(?P<word>[a-z]{3,7})\s+[\w.]+(?:\s+as\s+\w+|\s+import\s+[\w., ]+?)?\s*(?:[;\n](?P<rest>.*)|$)", re.DOTALL
)
_LIKE_LAMBDA = re.compile(r"\s*([^\W\d]\w*)\s+[^\W\d][\w\s,]*:")
_ASSIGNED = re.compile(r"\s*([^\W\d][\w.@-]*)\s*=(?!=|\s*lambda\b)\s*(.+)")

# Functions of vectors whose second argument is an axis in code; ours is always the last.
_AXIS_SECOND = frozenset(
    ("softmax", "log_softmax", "softmin", "hardmax", "sparsemax", "logsumexp", "logmeanexp", "standardize", "glu")
)
_NOTHING: Mapping[str, str] = {}
_WORDS_OF_PYTHON = {"True": 1.0, "False": 0.0}


class _Given(NamedTuple):
    """What stands behind the name of a function in a spec."""

    spec: str
    """All that was typed."""

    arguments: tuple[Argument, ...] = ()
    """In their order, those that change no value included."""

    is_code: bool = False
    """Whether it is a call in code, and no list after a colon."""


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
    spec = half_width(spec.strip())
    name, _, text = spec.partition(":")
    given = _Given(spec, tuple(_listed(text, len(name) + 1)))
    entry = _parametrised(name) if text else None
    if entry is None or _routed(entry, given):
        return None
    texts = _texts(entry, given)
    swept = [parameter for parameter, values in texts.items() if _is_swept(values)]
    if not swept:
        return None
    if len(swept) > 1:
        raise UsageError(f"{printable(spec)} sweeps {' and '.join(swept)}", "sweep one parameter, and fix the others")
    (parameter,) = swept
    place = list(texts).index(parameter)
    fixed = [f"{each}={values[0].value}" for each, values in texts.items() if each != parameter]
    before = f"{name}:{','.join([*fixed[:place], parameter])}="
    return Sweep(
        parameter, tuple(each.value for each in texts[parameter]), before, "".join(f",{each}" for each in fixed[place:])
    )


def _parametrised(name: str) -> Entry | None:
    """The entry whose parameters may follow a name; None where it is the name of none."""
    bare = _without_module(name)
    entry = entry_named(bare)
    if entry is not None:
        return entry
    export = _exported(bare)
    meant = None if export is None else _meant(export)
    return None if meant is None else meant[0]


class _TypedNames(Mapping[str, Definition | Node]):
    """What a typed formula may name: element-wise functions under all their names, and those of libraries."""

    def __getitem__(self, name: str) -> Definition | Node:
        """Raises KeyError for an unknown name, UsageError for one that stands for no element-wise function."""
        if name in DEFINITIONS:
            return DEFINITIONS[name]
        bare = _without_module(name.replace(AT, "@"))
        entry, exact = entry_named(bare), _NOTHING
        if entry is None:
            export = _exported(bare)
            if export is None:
                raise KeyError(name)
            meant = _meant(export)
            if meant is None:
                return parse(export.means, DEFINITIONS)
            entry, exact = meant
        if isinstance(entry, VectorFunction):
            message = f"{entry.shown_name} acts on whole vectors, and a formula on one number"
            raise UsageError(message, f"`actcli eval {entry.shown_name} 3,1,-3`")
        if DEFINITIONS[entry.name].entry is entry and not exact:
            return DEFINITIONS[entry.name]
        parameters = tuple(each._replace(default=exact.get(each.name, each.default)) for each in entry.parameters)
        return Definition(entry._replace(parameters=parameters), DEFINITIONS)

    def __iter__(self) -> Iterator[str]:
        return iter(DEFINITIONS)

    def __len__(self) -> int:
        return len(DEFINITIONS)


_TYPED_NAMES = _TypedNames()


def find(spec: str) -> Activation | VectorActivation:
    """Read a function spec: `name`, `name:param=value,...`, `name:value,...`, or an expression in x.

    >>> find("leaky-relu:0.2").parameters
    (('negative_slope', 0.2),)
    >>> find("gelu@jax").formula
    'x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))'

    A name may be of a library, `name@library` or as pasted from code, and then means what it means there. Raises
    UsageError for what is neither, with the nearest names or a caret.
    """
    typed = spec.strip()
    spec = half_width(typed)  # as long, so that places in it are those of what was typed
    if len(spec) > MOST_CHARACTERS:
        message = f"the function has {len(spec):,} characters; the limit is {MOST_CHARACTERS:,}"
        raise UsageError(message, "`actcli list` shows every name")
    name, _, parameters = spec.partition(":")
    assigned = _ASSIGNED.fullmatch(spec)
    if assigned and (entry_named(assigned[1]) or "@" in assigned[1]):
        cure = printable(f"write {assigned[1]}:{assigned[2]}")
        raise UsageError(f"parameters stand behind a colon, not in {quoted(typed)}", cure)
    if not name:
        raise UsageError("the name of the function is empty", "`actcli list` shows every name")
    is_formula = "@" in name and not _OPERATORS.isdisjoint(name)
    found = None if is_formula else _named(name, _Given(typed, tuple(_listed(parameters, len(name) + 1))))
    if found is not None:
        return found
    try:
        code = pasted(typed, _TYPED_NAMES)
        if code is not None and not _is_value(code):
            found = _named(code.name, _Given(typed, code.arguments, is_code=True))
        return found or _expression(typed)
    except ExpressionError:
        _refuse(typed, name)
        raise


def _is_value(code: Pasted) -> bool:
    """Whether a call is the value at a number, which is a formula without x.

    Raises UsageError where it may as well be a function with a parameter.
    """
    if own_name(code.name):
        return True
    last = code.name.rpartition(".")[2]
    if code.has_input or not last.islower() or not code.arguments or code.arguments[0].name is not None:
        return False
    entry = entry_named(last)
    if entry is None or not entry.parameters or isinstance(entry, VectorFunction):
        return True
    name, number = printable(code.typed), printable(code.arguments[0].value)
    raise UsageError(
        f"{name}({number}) may be the value at {number}, or {name} with {entry.parameters[0].name}={number}",
        f"write {entry.shown_name}:{number}, or '{name}({number}) + 0*x' for the value",
    )


def _refuse(spec: str, name: str) -> None:
    """Raise UsageError where a text that is no formula was meant for a name."""
    if (found := _IMPORT.match(spec)) and nearest(found["word"], ("import", "from")):
        rest = printable((found["rest"] or "").strip())
        cure = f"type what follows alone: '{rest}'" if rest else "type the function alone: relu, or 'torch.relu(x)'"
        raise UsageError("an import is no function, and none is needed", cure) from None
    found = _LIKE_LAMBDA.match(spec)
    if found and found[1] != "lambda" and nearest(found[1].casefold(), ("lambda",)):
        mended = printable(f"lambda{spec[found.end(1) :]}")
        raise UsageError(f"unknown word {quoted(found[1])}: did you mean lambda?", f"write {mended}") from None
    if _LIKE_A_NAME.fullmatch(name) and not _MENTIONS_X.search(spec) and not own_name(name):
        from actcli.catalog.libraries import refuse_other_names

        refuse_other_names(name)
        raise UsageError(
            f"unknown function {quoted(spec[: len(name)])}{nearest_names(name, names_to_guess())}",
            "`actcli list` shows every name; an expression in x such as 'x*sigmoid(x)' will do too",
        ) from None


def _named(name: str, given: _Given) -> Activation | VectorActivation | None:
    """The function of a name, ours or of a library; None where it is no name."""
    bare = _without_module(name)
    entry = entry_named(bare)
    if entry is not None:
        return _routed(entry, given) or _placed(entry, entry.shown_name, given)
    export = _exported(bare)
    return None if export is None else _routed(export.entry, given) or _of_library(export, given)


def _without_module(name: str) -> str:
    """The name alone, where it comes from a module of mathematics that means by it what everybody does."""
    path, dot, last = name.rpartition(".")
    if not dot or path.strip().casefold() not in MATH_MODULES:
        return name
    from actcli.catalog.libraries import has

    return name if has(path, last, own_name(name) is None) else last


def _exported(name: str) -> "Export | None":
    """What a library means by a name that says which library, or that libraries alone have."""
    from actcli.catalog.libraries import read_export, read_name  # what libraries mean costs a millisecond

    export = read_export(name)
    return export if export is not None or own_name(name) else read_name(name)


def _listed(text: str, start: int) -> Iterator[Argument]:
    """The parameters after the colon of a spec, which begin in a column."""
    for piece in text.split(",") if text else ():
        name, equals, value = piece.partition("=")
        yield Argument(name if equals else None, value if equals else piece, start, len(piece))
        start += len(piece) + 1


def _routed(entry: Entry | None, given: _Given) -> Activation | VectorActivation | None:
    """What an option spelled as a word leads to, such as approximate=tanh."""
    words = [each for each in given.arguments if not _is_neutral(each)]
    if entry is None or len(words) != 1:
        return None
    name, value = words[0].name, folded(words[0].value).strip("'\"")
    for word, target in entry.routes:
        option, _, wanted = word.partition("=")
        if value == folded(wanted) and folded(name or option) == folded(option):
            return find(target)
    return None


def _is_neutral(argument: Argument) -> bool:
    """Whether an argument of code changes no value."""
    return is_neutral(argument.name, argument.value)


def _meant(export: "Export") -> tuple[Entry, Mapping[str, str]] | None:
    """The entry that a library means, and the defaults in which it differs; None where it means an expression."""
    if export.own is not None:
        return export.own, {}
    if export.formula is not None and isinstance(export.entry, Function):
        # No kernel knows another's slopes at kinks, nor does what is stated of them.
        return export.entry._replace(formula=export.formula, kernels=Kernels(), derivatives=None), {}
    name, _, defaults = export.means.partition(":")
    entry = entry_named(name)
    return None if entry is None else (entry, dict(pair.split("=") for pair in defaults.split(",") if pair))


def _of_library(export: "Export", given: _Given) -> Activation | VectorActivation:
    needed = [each for each in given.arguments if not _is_neutral(each)]
    if export.needs is not None and not needed:
        raise UsageError(export.needs.message, export.needs.hint)
    meant = _meant(export)
    if meant is not None:
        entry, exact = meant
        return _placed(entry, export.label, given, exact)
    if needed:
        raise UsageError(
            f"{export.label} takes no parameters here", f"it is {export.means}: write that with other numbers"
        )
    return _expression(export.means)._replace(name=export.label)


def _expression(text: str) -> Activation:
    tree, shown = parse(text, _TYPED_NAMES), text.strip()
    known = _equal(tree)
    if known is None or known.entry is None:
        return Activation(shown, shown, tree)
    # What is typed is rounded once, where pairs can; the kernels are for the names, f(x) among them.
    is_named = isinstance(tree, Application) or (isinstance(tree, Operation) and tree.name == known.entry.name)
    entry = known.entry if is_named else known.entry._replace(kernels=Kernels())
    return known._replace(name=shown, formula=shown, tree=tree, entry=entry)


def _placed(
    entry: Entry, label: str, typed: _Given, exact: Mapping[str, str] | None = None
) -> Activation | VectorActivation:
    given = _assignments(entry, typed)
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
            raise UsageError(refused.message, refused.hint)
    assigned = _Assigned(given, exact or {})
    name = name or entry.shown_name
    if isinstance(entry, Function):
        known = DEFINITIONS[entry.name]
        definition = known if known.entry is entry else Definition(entry, DEFINITIONS)
        refused = definition.contradiction(assigned.nodes(entry))
        if refused:
            raise UsageError(refused.message, refused.hint)
        return definition.bind(assigned.nodes(entry), name)
    whole = {parameter.name for parameter in entry.parameters if parameter.whole}
    values = ((each, int(value) if each in whole else value) for each, value in assigned.values(entry).items())
    return VectorActivation(name, entry, tuple(values))


def _assignments(entry: Entry, given: _Given) -> dict[str, float]:
    """The parameters that a spec gives; raises UsageError where it gives several values of one."""
    texts = _texts(entry, given)
    swept = next((parameter for parameter, values in texts.items() if _is_swept(values)), None)
    if swept is not None:
        shown = printable(given.spec)
        cure = f"`actcli plot {shown}` draws them, and `actcli compare` sets them side by side"
        raise UsageError(f"{shown} is several functions, one for each value of {swept}", cure)
    return {parameter: _number(given.spec, value) for parameter, (value,) in texts.items()}


def _texts(entry: Entry, given: _Given) -> dict[str, list[Argument]]:
    """The values that a spec gives each parameter: several where it is swept.

    Values follow their parameter's name, or have its place; what follows a named value without a name of its own is
    another value of the same parameter. Raises UsageError where that place is another parameter's: two readings.
    """
    texts: dict[str, list[Argument]] = {}
    following: list[int] = []
    named: FunctionParameter | None = None
    arguments = list(given.arguments)
    if given.is_code and entry.name in _AXIS_SECOND and arguments and arguments[0].name is None:
        arguments.pop(0)
    for index, argument in enumerate(arguments):
        if named and argument.name is None:
            texts[named.name].append(argument)
            following.append(index)
            continue
        if argument.name is None:
            parameter = entry.parameters[index] if index < len(entry.parameters) else None
        else:
            parameter = parameter_named(entry, argument.name)
            if parameter is None and _is_neutral(argument):
                continue
            named = parameter
        if parameter is None or parameter.name in texts:
            place = Place(given.spec, argument.column, max(1, argument.width))
            raise UsageError(f"{entry.shown_name} has no such parameter", _parameters_listed(entry), place)
        texts[parameter.name] = [argument]
    others = [entry.parameters[index].name for index in following if index < len(entry.parameters)]
    if len(others) == len(following) > 0 and texts.keys().isdisjoint(others):
        raise _two_readings(entry, given.spec, texts, others)
    return texts


def _is_swept(values: Sequence[Argument]) -> bool:
    return len(values) > 1 or ":" in values[0].value


def _two_readings(
    entry: Entry, spec: str, texts: Mapping[str, Sequence[Argument]], others: Sequence[str]
) -> UsageError:
    """The error for values behind a named one that may be its own or those of the parameters in their places."""
    name = spec.partition(":")[0]
    behind = iter(others)
    one = [
        f"{next(behind) if place else parameter}={argument.value}"
        for parameter, values in texts.items()
        for place, argument in enumerate(values)
    ]
    # With all parameters named there is no place that a value could have.
    fixed = [f"{each.name}={each.default}" for each in entry.parameters if each.name not in texts]
    swept = [f"{parameter}={','.join(each.value for each in values)}" for parameter, values in texts.items()]
    cure = f"one function: {name}:{','.join(one)}; one for each value: {name}:{','.join([*fixed, *swept])}"
    return UsageError(f"{printable(spec)} can be read in two ways", printable(cure))


def _number(spec: str, argument: Argument) -> float:
    text = argument.value
    if text.strip() in _WORDS_OF_PYTHON:
        return _WORDS_OF_PYTHON[text.strip()]
    try:
        return constant(text)
    except ExpressionError as error:
        place = Place(spec, argument.column + argument.width - len(text), max(1, len(text)))
        if isinstance(error, OutOfRangeError):
            raise UsageError(error.message, error.hint, place) from None
        raise UsageError(f"{quoted(text)} is not a number", None, place) from None


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

"""Which function of the catalogue a typed expression is, when both are written out."""

import re
from functools import cache

from actcli.catalog.activation import Activation, Named
from actcli.catalog.table import FUNCTIONS, NAMED
from actcli.expression import Application, Node
from actcli.expression.canonical import canonical
from actcli.expression.parser import PRIMITIVES
from actcli.expression.tree import Choice, Constant, Operation, Variable, parts

_IDENTIFIER = re.compile(r"(?<![\w.])[^\W\d]\w*")


def equal(tree: Node) -> Activation | None:
    """The function of the catalogue whose formula this is, parameters at their defaults; None where it is none's.

    A function of x with parameters in place, such as swish(x, beta=2), is that function.
    """
    if isinstance(tree, Application) and isinstance(tree.argument, Variable):
        bound = tree.bound()
        return bound if isinstance(bound, Activation) else None
    form = canonical(tree)
    if form is None:
        return None
    words = _words(tree)
    for entry in FUNCTIONS:
        # Most formulas are out of the question for the words in them, and need not be parsed.
        if _words_of(NAMED[entry.name]) == words:
            known = NAMED[entry.name].bind({})
            if canonical(known.tree) == form:
                return known
    return None


def _words(node: Node) -> frozenset[str]:
    """The primitives and constants of a formula that is written out, operators left aside."""
    own: frozenset[str] = frozenset()
    match node:
        case Application(function):
            own = _words_of(function) if isinstance(function, Named) else own
        case Choice():
            own = frozenset({"where"})
        case Constant(name) | Operation(name):
            own = _told(name) if name in PRIMITIVES or isinstance(node, Constant) else own
    return own.union(*map(_words, parts(node)))


@cache
def _words_of(named: Named) -> frozenset[str]:
    """The same of an entry, from the text of its formula and of its defaults."""
    texts = (named.entry.formula, *(parameter.default for parameter in named.entry.parameters))
    words = set(_IDENTIFIER.findall(" ".join(texts))).difference(named.parameter_names, {"x"})
    # The language's own names win over those of functions.
    return frozenset[str]().union(
        *(_words_of(NAMED[word]) if word in NAMED and word not in PRIMITIVES else _told(word) for word in words)
    )


def _told(word: str) -> frozenset[str]:
    return frozenset({"min", "max"} if word == "clip" else {word})

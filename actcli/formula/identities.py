"""Identities that keep digits: what a formula is rewritten by before it is worked out in pairs."""

from functools import lru_cache

from actcli.formula.tree import Application, Node, Number, Operation, Variable, rebuilt

_ONE = Number(1)


@lru_cache(maxsize=256)
def joined(node: Node) -> Node:
    """The formula with identities put in that keep digits: log(1 + e^u), 1 + tanh u and their like as one primitive.

    The sum of 1 and a small number, or of 1 and nearly -1, holds no more of it than a double does; and far out e^u
    leaves any range.
    """
    node = rebuilt(node, joined)
    match node:
        case Application(_, argument) if joined(node.bound().tree) == Operation("sigmoid", (Variable(),)):
            return Operation("sigmoid", (argument,))
        case Operation("+", (u, Number(1))) if u != _ONE:
            return _one_plus(u) or node
        case Operation("+", (Number(1), u)):
            return _one_plus(u) or node
        case Operation("-", (Number(1), u)):
            return _one_minus(u) or node
        case Operation("+", (Number(-1), u) | (u, Number(-1))):
            rest = _one_minus(u)
            return node if rest is None else _opposite(rest)
        case Operation("-", (Operation("exp", (u,)), Number(1))):
            return Operation("expm1", (u,))
        case Operation("-", (Operation("exp", (u,)), Operation("exp", (v,)))) if v == _opposite(u):
            return _twice(Operation("sinh", (u,)))
        case Operation("+", (Operation("exp", (u,)), Operation("exp", (v,)))) if v == _opposite(u):
            return _twice(Operation("cosh", (u,)))
        case Operation("log" | "log1p", (Operation("exp", (u,)),)):
            return Operation("softplus", (u,)) if node.name == "log1p" else node
        case Operation("log", (Operation("sigmoid", (u,)),)):
            return _opposite(Operation("softplus", (_opposite(u),)))
        case Operation("**", (Operation("+", (Number(1), Operation("exp", (u,)))), v)):
            return Operation("exp", (Operation("*", (v, Operation("softplus", (u,)))),))
        case Operation("log", (Operation("-", (Number(1), u)),)):
            return joined(Operation("log1p", (_opposite(u),)))
        case Operation("log", (Operation("+", (Number(1), u) | (u, Number(1))),)):
            return joined(Operation("log1p", (u,)))
        case Operation("/", (numerator, denominator)):
            return _quotient(numerator, denominator) or node
    return node


def _one_plus(u: Node) -> Node | None:
    match u:
        case Operation("tanh", (v,)):
            return _twice(Operation("sigmoid", (_twice(v),)))
        case Operation("erf", (v,)):
            return Operation("erfc", (_opposite(v),))
    return None


def _one_minus(u: Node) -> Node | None:
    match u:
        case Operation("exp", (v,)):
            return _opposite(Operation("expm1", (v,)))
        case Operation("tanh", (v,)):
            return _twice(Operation("sigmoid", (_opposite(_twice(v)),)))
        case Operation("erf", (v,)):
            return Operation("erfc", (v,))
        case Operation("sigmoid", (v,)):
            return Operation("sigmoid", (_opposite(v),))
        case Operation("normal_cdf", (v,)):
            return Operation("normal_cdf", (_opposite(v),))
    return None


def _quotient(numerator: Node, denominator: Node) -> Node | None:
    match denominator:
        case Operation("+", (Number(1), Operation("exp", (u,))) | (Operation("exp", (u,)), Number(1))):
            known: dict[Node, Node] = {
                _ONE: Operation("sigmoid", (_opposite(u),)),
                Operation("exp", (u,)): Operation("sigmoid", (u,)),
                Operation("expm1", (u,)): Operation("tanh", (_halved(u),)),
                _opposite(Operation("expm1", (u,))): _opposite(Operation("tanh", (_halved(u),))),
            }
            return known.get(numerator) or Operation("*", (numerator, Operation("sigmoid", (_opposite(u),))))
        case Operation("*", (Number(2), Operation("cosh", (u,)))) if numerator == _twice(Operation("sinh", (u,))):
            return Operation("tanh", (u,))
        case Operation("cosh", (u,)) if numerator == Operation("sinh", (u,)):
            return Operation("tanh", (u,))
    return None


def _halved(u: Node) -> Node:
    return Operation("/", (u, Number(2)))


def _twice(u: Node) -> Node:
    return Operation("*", (Number(2), u))


def _opposite(u: Node) -> Node:
    return u.arguments[0] if isinstance(u, Operation) and u.name == "neg" else Operation("neg", (u,))

"""Where the structure of a formula changes: roots and turns of what its functions are of, however narrow they are."""

from collections.abc import Iterator
from functools import lru_cache, partial

import numpy as np

from actcli.analysis.search import LINE, changes, signs
from actcli.arrays import Floats, distinct
from actcli.formula import Application, Node
from actcli.formula.tree import Choice, Operation, Slope, Variable, composed, mentions_x, parts

# Functions of functions written out grow without bound, and a wave has places without end.
_MOST_ARGUMENTS, _MOST_PLACES = 64, 32
# Each function of functions makes an argument dearer, and the outer ones bend where those within do.
_DEEPEST = 3
# Around a place a function may be as narrow as float64 allows, or as wide as the line is dense.
_NEARBY = 2.0 ** -np.arange(-3.0, 52.0)


@lru_cache(maxsize=256)
def places(tree: Node) -> tuple[float, ...]:
    """The float64 nearest to the roots and turns of every argument in a formula, and beside them; inner ones first.

    Of polynomials they are exact; of other arguments they are those that show on the line, or around the places found
    before.
    """
    found: dict[float, None] = {}
    arguments = (each for each in _arguments(tree) if _depth(each) <= _DEEPEST)
    for argument in list(dict.fromkeys(arguments))[:_MOST_ARGUMENTS]:
        own = _of_polynomial(argument)
        if own is None:
            own = _of_signs(argument, np.array(list(found)))
        found.update(dict.fromkeys(own[:_MOST_PLACES]))
    return tuple(found)


def around(centres: Floats) -> Floats:
    """Points on both sides of places, ever closer to them, and the places themselves."""
    if not centres.size:
        return centres
    scale = np.where(centres == 0.0, 1.0, np.abs(centres))[:, None]
    beside = [np.nextafter(centres, end) for end in (-np.inf, np.inf)]
    with np.errstate(over="ignore"):
        offsets = np.concatenate([-_NEARBY, [0.0], _NEARBY]) * scale
        points = np.concatenate([(centres[:, None] + offsets).reshape(-1), *beside])
    return distinct(points[np.isfinite(points)])


def _arguments(node: Node) -> Iterator[Node]:
    """What the functions of a formula are of, factors and sides of comparisons too, from the inside outward."""
    match node:
        case Application(_, argument):
            yield from _arguments(argument)
            yield from (composed(each, argument) for each in _arguments(node.bound().tree))
            return
        case Slope(formula, argument):
            yield from _arguments(argument)
            yield from (composed(each, argument) for each in _arguments(formula))
            return
        case Choice(_, left, right):
            own: tuple[Node, ...] = (Operation("-", (left, right)),)
        case Operation("max" | "min", (left, right)):
            own = (Operation("-", (left, right)),)
        case Operation("clip", (u, low, high)):
            own = (Operation("-", (u, low)), Operation("-", (u, high)))
        case Operation("+" | "-" | "neg"):
            own = ()
        case _:
            own = parts(node)
    for part in parts(node):
        yield from _arguments(part)
    yield from (each for each in own if mentions_x(each) and not isinstance(each, Variable))


@lru_cache(maxsize=4096)
def _depth(node: Node) -> int:
    """How many functions of one another stand in a formula."""
    return isinstance(node, Application) + max(map(_depth, parts(node)), default=0)


def is_plain(node: Node) -> bool:
    """Whether a formula is a sum of multiples of x and of what does not depend on it: no place is narrow there."""
    match node:
        case Operation("+" | "-" | "neg", arguments):
            return all(map(is_plain, arguments))
        case Operation("*", (u, v)):
            return (not mentions_x(u) and is_plain(v)) or (not mentions_x(v) and is_plain(u))
        case Operation("/", (u, v)):
            return not mentions_x(v) and is_plain(u)
    return isinstance(node, Variable) or not mentions_x(node)


def _of_polynomial(argument: Node) -> list[float] | None:
    """The roots and turns of a polynomial, from left to right; None where it is none."""
    from actcli.formula.exact.proof import polynomial  # a line of x and a number has no such places
    from actcli.formula.exact.roots import HIGHEST_DEGREE, nearest_roots

    found = polynomial(argument)
    if found is None or len(found) > HIGHEST_DEGREE + 1:
        return None
    slope = [power * each for power, each in enumerate(found)][1:]
    return sorted({*nearest_roots(found), *nearest_roots(slope)})


def _of_signs(argument: Node, known: Floats) -> list[float]:
    """Where an argument and its slope change their signs along the line, those nearest to zero first."""
    line = distinct(np.concatenate([LINE, around(known)]))
    found: list[float] = []
    for tree in (argument, Slope(argument)):
        sign = partial(signs, tree)
        found_signs = sign(line)
        # Where it is 0 on a stretch it underflows, or has chosen by an argument that has places of its own.
        moving = np.flatnonzero(found_signs)
        turn = np.flatnonzero(found_signs[moving[1:]] != found_signs[moving[:-1]])
        low, high = line[moving[turn]], line[moving[turn + 1]]
        nearest = np.argsort(np.minimum(np.abs(low), np.abs(high)), kind="stable")[:_MOST_PLACES]
        if nearest.size:
            left, right = changes(sign, low[nearest], high[nearest])
            found += np.where(np.abs(left) < np.abs(right), left, right).tolist()
    return found

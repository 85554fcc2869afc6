"""Every cure that the program's errors may offer, found in its source: what flows into a `hint` or a `cure`.

A value flows there as an argument of that name, as a field of that name, or by being assigned to an attribute `hint`.
From there its text is followed back: through names, tables, sums, choices and the program's own functions. What cannot
be followed is handed over as such, so that no cure can hide.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import actcli as program

_NAMES = {"hint", "cure"}
_SHOWN = {"printable", "quoted", "str", "tuple", "_typed"}  # what they are given is what they hand back
_PUT_IN = "{}"

Function = ast.FunctionDef
Place = tuple[ast.Module, tuple[Function, ...]]
"""A module, and the functions that a node stands in, the inner one last."""


class Cures(NamedTuple):
    """What was found."""

    texts: frozenset[str]
    """Texts of cures, with {} for what is put in."""
    lost: tuple[str, ...]
    """Expressions whose text could not be followed, each behind its place."""


class _LostError(Exception):
    """An expression that cannot be followed."""


@cache
def _modules() -> Mapping[str, ast.Module]:
    paths = Path(program.__file__).parent.rglob("*.py")
    return {str(path): ast.parse(path.read_text("utf-8")) for path in paths}


def _parameters(function: Function) -> list[str]:
    return [each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def _made(node: ast.ClassDef) -> list[str]:
    """What a class is made of: the parameters of its __init__, or its fields."""
    for each in node.body:
        if isinstance(each, Function) and each.name == "__init__":
            return _parameters(each)[1:]
    targets = (each.target for each in node.body if isinstance(each, ast.AnnAssign))
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _callables() -> Iterator[tuple[str, list[str]]]:
    """The name and the parameters of all classes and functions, and of all `.methods`."""
    for tree in _modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                yield node.name, _made(node)
                methods = (each for each in node.body if isinstance(each, Function) and each.name != "__init__")
                yield from ((f".{each.name}", _parameters(each)[1:]) for each in methods)
            elif isinstance(node, Function) and _parameters(node)[:1] not in (["self"], ["cls"]):
                yield node.name, _parameters(node)


@cache
def _takers() -> Mapping[str, tuple[int, str]]:
    """By what is called, the place and the name of its parameter for cures; a class takes what its base does."""
    found: dict[str, tuple[int, str]] = {}
    for name, parameters in _callables():
        for place, parameter in enumerate(parameters):
            if parameter in _NAMES:
                found[name] = place, parameter
    classes = [node for tree in _modules().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bases = [(node.name, base.id) for node in classes for base in node.bases if isinstance(base, ast.Name)]
    while new := {child: found[base] for child, base in bases if base in found and child not in found}:
        found |= new
    return found


def _within(tree: ast.Module) -> Iterator[tuple[ast.AST, tuple[Function, ...]]]:
    """All nodes of a module, each with the functions that it stands in."""
    waiting: list[tuple[ast.AST, tuple[Function, ...]]] = [(tree, ())]
    while waiting:
        node, functions = waiting.pop()
        yield node, functions
        inner = (*functions, node) if isinstance(node, Function) else functions
        waiting += [(child, inner) for child in ast.iter_child_nodes(node)]


def _called(node: ast.Call) -> str:
    """What is called: a name, or `.name` for a method of one's own."""
    if isinstance(node.func, ast.Attribute):
        is_own = isinstance(node.func.value, ast.Name) and node.func.value.id in ("self", "parser")
        return f".{node.func.attr}" if is_own else ""
    if isinstance(node.func, ast.IfExp):  # one of two errors
        return getattr(node.func.body, "id", "")
    return getattr(node.func, "id", "")


def _assigned(name: str, scope: ast.AST) -> Iterator[ast.expr]:
    """What is assigned to a name within a scope, by itself or as one of several."""
    for node in ast.walk(scope):
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign)
            else []
        )
        value = getattr(node, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and target.id == name and value is not None:
                yield value
            if isinstance(target, ast.Tuple):
                for place, each in enumerate(target.elts):
                    if isinstance(each, ast.Name) and each.id == name:
                        yield from _parts(value, place)


def _parts(value: ast.expr | None, place: int) -> Iterator[ast.expr]:
    """One of the several values that an expression gives."""
    if isinstance(value, ast.IfExp):
        yield from _parts(value.body, place)
        yield from _parts(value.orelse, place)
    elif isinstance(value, ast.Tuple):
        yield value.elts[place]
    else:
        raise _LostError


def _texts(node: ast.expr, place: Place, depth: int = 0) -> set[str]:
    """The texts that an expression may be; nothing where it hands on a cure that was found elsewhere, or is None."""
    if depth > 12:
        raise _LostError(ast.unparse(node))

    def of(each: ast.expr) -> set[str]:
        return _texts(each, place, depth + 1)

    match node:
        case ast.Constant(value=None):
            return set()
        case ast.Constant(value=str(text)):
            return {text}
        case ast.JoinedStr(values=parts):
            pieces = [{str(part.value)} if isinstance(part, ast.Constant) else {_PUT_IN} for part in parts]
            return {"".join(each) for each in product(*pieces)}
        case ast.IfExp(body=one, orelse=other):
            return of(one) | of(other)
        case ast.BoolOp(values=several):
            return set[str]().union(*map(of, several))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            try:
                behind = of(right)
            except _LostError:
                behind = {_PUT_IN}
            return {a + b for a, b in product(of(left), behind)}
        case ast.Attribute(attr="hint" | "cure"):
            return set()
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value="hint" | "cure"), *_]):
            return set()
        case ast.Call():
            return _called_for(node, place, depth)
        case ast.Name(id=name):
            return _named(name, place, depth)
    raise _LostError(ast.unparse(node))


def _called_for(node: ast.Call, place: Place, depth: int) -> set[str]:
    """The texts that a call hands back."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[shown, *_]) if name in _SHOWN:
            return _texts(shown, place, depth + 1)
        case ast.Call(func=ast.Attribute(attr="format", value=pattern)):
            return _texts(pattern, place, depth + 1)
        case ast.Call(func=ast.Attribute(attr="get") | ast.Name(id="next"), args=[_, other]):
            return set[str]().union(*(_texts(each, place, depth + 1) for each in (other, *_entries(node, place))))
    return _returned(_called(node), place, depth)


def _named(name: str, place: Place, depth: int) -> set[str]:
    tree, functions = place
    for function in reversed(functions):
        values = list(_assigned(name, function))
        if values:
            return set[str]().union(*(_texts(each, place, depth + 1) for each in values))
        if name in _NAMES and name in _parameters(function):
            return set()
    for module in (tree, *_modules().values()) if name.isupper() or name.startswith("_") else (tree,):
        values = list(_constants(name, module))
        if values:
            return set[str]().union(*(_texts(each, (module, ()), depth + 1) for each in values))
    raise _LostError(name)


def _constants(name: str, module: ast.Module) -> Iterator[ast.expr]:
    for statement in module.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            yield from _assigned(name, statement)


def _constant(name: str, place: Place) -> ast.expr:
    try:
        (value,) = _constants(name, place[0])
    except ValueError:
        raise _LostError(name) from None
    return value


def _entries(node: ast.Call, place: Place) -> Sequence[ast.expr]:
    """The values of the table that `TABLE.get(key, other)` or `next((value for … in TABLE), other)` chooses from."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
            table = _constant(name, place)
            if isinstance(table, ast.Dict):
                return table.values
        case ast.Call(args=[ast.GeneratorExp(elt=ast.Name(id=value), generators=[loop]), _]):
            if isinstance(loop.iter, ast.Name) and isinstance(loop.target, ast.Tuple):
                rows = _constant(loop.iter.id, place)
                column = [getattr(each, "id", "") for each in loop.target.elts].index(value)
                if isinstance(rows, ast.Tuple):
                    return [part for row in rows.elts for part in _parts(row, column)]
    raise _LostError(ast.unparse(node))


def _returned(name: str, place: Place, depth: int) -> set[str]:
    """What a function of the program may hand back: of those of a name that of the same module, if it has one."""
    functions = [
        (node, tree)
        for tree in _modules().values()
        for node in ast.walk(tree)
        if isinstance(node, Function) and node.name == name.removeprefix(".")
    ]
    if not functions:
        raise _LostError(f"{name}(…)")
    found = [each for each in functions if each[1] is place[0]] or functions
    returns: list[tuple[ast.expr, Place]] = [
        (each.value, (tree, (function,)))
        for function, tree in found
        for each in ast.walk(function)
        if isinstance(each, ast.Return) and each.value is not None
    ]
    return set[str]().union(*(_texts(value, place, depth + 1) for value, place in returns))


def _given(tree: ast.Module) -> Iterator[tuple[ast.expr, tuple[Function, ...]]]:
    """The expressions that a module gives as cures."""
    takers = _takers()
    for node, functions in _within(tree):
        if isinstance(node, ast.Call):
            place, name = takers.get(_called(node), (None, ""))
            if place is not None:
                unpacked = next((each for each in node.args[: place + 1] if isinstance(each, ast.Starred)), None)
                yield from ((each, functions) for each in ([unpacked] if unpacked else node.args[place : place + 1]))
                yield from ((each.value, functions) for each in node.keywords if each.arg == name)
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Attribute)
            and node.targets[0].attr in _NAMES
        ):
            yield node.value, functions
        elif isinstance(node, Function):
            defaults = zip(reversed(_parameters(node)), reversed(node.args.defaults), strict=False)
            yield from ((value, functions) for parameter, value in defaults if parameter in _NAMES)


@cache
def cures() -> Cures:
    """All cures of the program."""
    texts: set[str] = set()
    lost: list[str] = []
    for path, tree in _modules().items():
        for node, functions in _given(tree):
            try:
                texts |= _texts(node, (tree, functions))
            except _LostError as error:
                lost.append(f"{path}:{node.lineno}: {ast.unparse(node)}: {error}")
    return Cures(frozenset(texts), tuple(lost))

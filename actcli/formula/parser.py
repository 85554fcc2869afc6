"""Text to formula: Python's own parser with a white list, exact literals and errors with a caret."""

import ast
import re
import warnings
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np

from actcli.errors import Place, UsageError, nearest_names, printable
from actcli.formula.floats import FloatArithmetic
from actcli.formula.tree import (
    Application,
    Choice,
    Constant,
    Definition,
    Node,
    Number,
    Operation,
    Parameter,
    Slope,
    Variable,
    evaluate,
    mentions_x,
    parts,
)

if TYPE_CHECKING:
    from fractions import Fraction


_MOST_CHARACTERS = 2_000
_MOST_NODES = 500
_MOST_DEPTH = 60

_LITERAL = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)

# A number right before a name, as in 2x, or a parenthesis right before something else.
_NEIGHBOURS = re.compile(r"(?:(?<![\w.])(?:\d+\.?\d*|\.\d+)(?=[^\W\d_])|\)\s*(?=[\w.]))", re.ASCII)

# How many arguments each primitive takes.
PRIMITIVES = {
    **dict.fromkeys(("abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "atan"), 1),
    **dict.fromkeys(("sinh", "cosh", "tanh", "erf", "erfc", "normal_cdf", "normal_pdf"), 1),
    **dict.fromkeys(("max", "min"), 2),
    "clip": 3,
}
CONSTANTS = ("pi", "e", "inf", "nan")

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Gt: ">",
    ast.Lt: "<",
    ast.GtE: ">=",
    ast.LtE: "<=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


class ExpressionError(UsageError):
    """A text that is no formula, with the place where it goes wrong."""


def parse(text: str, functions: Mapping[str, Definition], parameters: Collection[str] = ()) -> Node:
    """Read a formula in x, in the given parameters, and in the given functions by name.

    Raises ExpressionError, its place pointing into `text`.
    """
    return _Parser(text, functions, parameters).whole()


def constant(text: str) -> float:
    """Read a constant expression such as `pi/2` or `1/3`; raises ExpressionError."""
    node = parse(text, {})
    if mentions_x(node):
        column = re.search(r"\bx\b", text)
        raise ExpressionError("a value cannot contain x", None, Place(text, column.start() if column else 0))
    with np.errstate(all="ignore"):
        return float(evaluate(node, FloatArithmetic(), np.float64(np.nan)))


class _Parser:
    """One pass over one text; `text` keeps the columns of what the user typed."""

    def __init__(self, text: str, functions: Mapping[str, Definition], parameters: Collection[str]) -> None:
        self.text = text
        self.functions = functions
        self.parameters = parameters

    def whole(self) -> Node:
        if len(self.text) > _MOST_CHARACTERS:
            raise ExpressionError(f"the expression has {len(self.text)} characters; the limit is {_MOST_CHARACTERS}")
        source = self.text.replace("\N{MINUS SIGN}", "-")
        for column, character in enumerate(source):
            if character == "^":
                raise self.error("^ is not a power here", column, 1, "write **")
            if not (" " <= character <= "~") or character in "#;\\":
                raise self.error(f"'{printable(character)}' has no place in an expression", column)
        self.check_balance(source)
        node = self.node(self.syntax(source).body, 0)
        if _count(node) > _MOST_NODES:
            raise ExpressionError(f"the expression has more than {_MOST_NODES} parts")
        return node

    def check_balance(self, source: str) -> None:
        """Refuse blank text and parentheses without a partner; Python's parser would point elsewhere."""
        if not source.strip():
            raise self.error("the expression is empty", 0, 1, "write one in x, such as 'x*sigmoid(x)'")
        opened: list[int] = []
        for column, character in enumerate(source):
            if character == "(":
                opened.append(column)
            elif character == ")" and not opened:
                raise self.error("this parenthesis closes nothing", column)
            elif character == ")":
                opened.pop()
        if opened:
            raise self.error("this parenthesis is not closed", opened[-1], 1, "add )")

    def syntax(self, source: str) -> ast.Expression:
        # Leading blanks would read as an indentation; parentheses keep the columns, shifted by one.
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                return ast.parse(f"({source}\n)", mode="eval")
        except SyntaxError as error:
            line_length = len(source)
            factors = _NEIGHBOURS.search(source)
            if factors:
                raise self.unsigned(factors.end()) from None
            column = line_length if (error.lineno or 1) > 1 else min(line_length, max(0, (error.offset or 1) - 2))
            raise self.error("the expression is incomplete here", column) from None
        except (RecursionError, MemoryError):
            raise ExpressionError("the expression is nested too deeply", "split it up") from None

    def error(self, message: str, column: int, width: int = 1, hint: str | None = None) -> ExpressionError:
        return ExpressionError(message, hint, Place(self.text, column, width))

    def at(self, node: ast.expr | ast.keyword, message: str, hint: str | None = None) -> ExpressionError:
        start, end = max(0, node.col_offset - 1), (node.end_col_offset or node.col_offset) - 1
        return self.error(message, start, max(1, end - start), hint)

    def unsigned(self, column: int) -> ExpressionError:
        return self.error("a product needs its sign", column, 1, "write * between the factors")

    def node(self, node: ast.expr, depth: int) -> Node:
        if depth > _MOST_DEPTH:
            raise self.at(node, "the expression is nested too deeply", "split it up")
        match node:
            case ast.Constant():
                return self.literal(node)
            case ast.Name(id=name):
                return self.name(node, name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Operation("neg", (self.node(operand, depth + 1),))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.node(operand, depth + 1)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _BINARY:
                return Operation(_BINARY[type(operator)], (self.node(left, depth + 1), self.node(right, depth + 1)))
            case ast.Call(func=ast.Name(id=name)) if name not in ("x", *CONSTANTS, *self.parameters):
                return self.call(node, name, depth)
            case ast.Call(func=ast.Name() | ast.Constant() | ast.BinOp() | ast.Call()):
                raise self.unsigned(self.text.index("(", (node.func.end_col_offset or 1) - 1))
            case ast.Compare():
                raise self.at(node, "a comparison stands only in where(...)", "write where(x > 0, x, 0)")
            case _:
                raise self.at(node, "this is not part of the formula language", self.language())

    def literal(self, node: ast.Constant) -> Number:
        typed = self.text[node.col_offset - 1 : (node.end_col_offset or 0) - 1]
        if not _LITERAL.fullmatch(typed):
            raise self.at(node, f"'{printable(typed)}' is not a number", "write digits, a point, an exponent: 1.5e-3")
        value = _exact(typed)
        if value >= 2**1024:
            raise self.at(node, f"{typed} is out of the range of float64")
        return Number(value)

    def name(self, node: ast.Name, name: str) -> Node:
        if name in self.parameters:
            return Parameter(name)
        if name == "x":
            return Variable()
        if name in CONSTANTS:
            return Constant(name)
        if name in PRIMITIVES or name in self.functions or name in ("where", "slope"):
            raise self.at(node, f"{name} needs an argument", f"write {name}(x)")
        raise self.unknown(node, name)

    def unknown(self, node: ast.expr, name: str) -> ExpressionError:
        known = ["x", *CONSTANTS, *self.parameters, *PRIMITIVES, "where", "slope", *self.functions]
        return self.at(node, f"unknown name '{name}'{nearest_names(name, known)}", self.language())

    def call(self, node: ast.Call, name: str, depth: int) -> Node:
        if name == "where":
            return self.choice(node, depth)
        if name == "slope":
            return Slope(*self.arguments(node, name, 1, depth))
        if name in PRIMITIVES:
            return Operation(name, self.arguments(node, name, PRIMITIVES[name], depth))
        if name in self.functions:
            return self.application(node, self.functions[name], depth)
        raise self.unknown(node.func, name)

    def arguments(self, node: ast.Call, name: str, count: int, depth: int) -> tuple[Node, ...]:
        given = len(node.args)
        if node.keywords or given != count or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise self.at(node, f"{name} takes {count} argument{'s' * (count != 1)}, here it has {given}")
        return tuple(self.node(argument, depth + 1) for argument in node.args)

    def choice(self, node: ast.Call, depth: int) -> Node:
        form = "write where(x > 0, x, 0)"
        if len(node.args) != 3 or node.keywords:
            raise self.at(node, "where takes a comparison and two branches", form)
        test = node.args[0]
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or type(test.ops[0]) not in _SIGNS:
            raise self.at(test, "where takes one comparison of two sides first", form)
        left, right, yes, no = (self.node(part, depth + 1) for part in (test.left, test.comparators[0], *node.args[1:]))
        return Choice(_SIGNS[type(test.ops[0])], left, right, yes, no)

    def application(self, node: ast.Call, function: Definition, depth: int) -> Node:
        names = function.parameter_names
        if not 1 <= len(node.args) <= 1 + len(names):
            raise self.at(node, f"{function.name} takes one argument, then its parameters", _listed(names))
        argument, *positional = (self.node(part, depth + 1) for part in node.args)
        values = dict(zip(names, positional, strict=False))
        for keyword in node.keywords:
            if keyword.arg not in names:
                raise self.at(keyword, f"{function.name} has no such parameter", _listed(names))
            if keyword.arg in values:
                raise self.at(keyword, f"{function.name} has {keyword.arg} twice", "leave out one of them")
            values[keyword.arg] = self.node(keyword.value, depth + 1)
        for name, value in values.items():
            if mentions_x(value):
                raise self.at(node, f"a parameter of {function.name} cannot depend on x")
            refused = function.refusal(name, value)
            if refused:
                raise self.at(node, *refused)
        refused = function.contradiction(values)
        if refused:
            raise self.at(node, *refused)
        return Application(function, argument, tuple(values.items()))

    def language(self) -> str:
        return "it has x, numbers, pi, e, + - * / **, where(x > 0, a, b), exp, log, max and their kin, `actcli list`"


def _exact(typed: str) -> "int | Fraction":
    if typed.isdigit():
        return int(typed)
    from fractions import Fraction  # a millisecond that whole numbers need not pay

    return Fraction(typed)


def _listed(names: tuple[str, ...]) -> str:
    return f"its parameters: {', '.join(names)}" if names else "it has no parameters"


def _count(node: Node) -> int:
    return 1 + sum(map(_count, parts(node)))

"""The formula language: parse, evaluate in any arithmetic, and take apart at its choices."""

from actcli.expression.floats import FloatArithmetic, FloatJets
from actcli.expression.parser import ExpressionError, constant, parse
from actcli.expression.tree import Application, Bound, Definition, Node, evaluate

__all__ = [
    "Application",
    "Bound",
    "Definition",
    "ExpressionError",
    "FloatArithmetic",
    "FloatJets",
    "Node",
    "constant",
    "evaluate",
    "parse",
]

"""The formula language: parse, evaluate in any arithmetic, differentiate, and take apart at its choices."""

from actcli.formula.floats import FloatArithmetic, FloatJets
from actcli.formula.notation import ExpressionError
from actcli.formula.parser import constant, parse
from actcli.formula.tree import Application, Bound, Definition, Node, evaluate

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

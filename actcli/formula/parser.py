"""Text to formula: Python's own parser with a white list, exact literals and errors with a caret.

Code is read as it is pasted: dotted names, methods, `lambda x:`, `... if ... else ...`, modules made and called.
"""

import ast
import re
import warnings
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from actcli.errors import Place, UsageError, counted, nearest, nearest_names, printable, quoted
from actcli.formula.floats import FloatArithmetic
from actcli.formula.notation import HOW_TO_WRITE, ExpressionError, Spelled, spelled
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
    composed,
    evaluate,
    mentions_x,
    parts,
    substituted,
)

if TYPE_CHECKING:
    from fractions import Fraction


MOST_CHARACTERS = 2_000
_MOST_NODES = 500
_MOST_DEPTH = 60

_LITERAL = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_MOST_EXPONENT_DIGITS = 4
_TOO_LARGE = 2**1024 - 2**970  # and above: what float64 rounds to infinity

# A number right before a name, as in 2x; a parenthesis right before something else; two names side by side.
_WORD = r"(?!(?:if|else|and|or|not|in|is|lambda)\b)[^\W\d]\w*"
_NEIGHBOURS = re.compile(
    rf"(?<![\w.])(?:\d+\.?\d*|\.\d+)\s*(?={_WORD})|\)\s*(?=\d|\.|{_WORD})|\b(?P<word>{_WORD}) +(?=\d|{_WORD})",
    re.ASCII,
)

# Words that stand before a formula, and within one; and functions as JavaScript and R have them.
_HEAD_WORDS, _INNER_WORDS = ("lambda", "return", "def"), ("if", "else", "and", "or", "not")
_BARE_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*(?![\w.(])")
_WITHOUT_COLON = re.compile(r"\s*lambda\s+[^\W\d]\w*\s+(?=[\w(-])")
_OF_ANOTHER_LANGUAGE = re.compile(
    r"\s*(?:\(?\s*(?P<arrow>[^\W\d]\w*)\s*\)?\s*[-=]>|function\s*\(\s*(?P<function>[^\W\d]\w*)\s*\))\s*(?P<body>\S.*)",
    re.DOTALL,
)

# name:parameters, as a function by itself is written.
_COLON = re.compile(r"(?<![\w.])(?P<name>[A-Za-z_]\w*)(?P<colon>:)\s*(?P<values>[\w.=+-]+(?:,[\w.=+-]+)*)", re.ASCII)

# How many arguments each primitive takes.
PRIMITIVES = {
    **dict.fromkeys(("abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "atan"), 1),
    **dict.fromkeys(("sinh", "cosh", "tanh", "erf", "erfc", "normal_cdf", "normal_pdf"), 1),
    **dict.fromkeys(("max", "min"), 2),
    "clip": 3,
}
CONSTANTS = ("pi", "e", "inf", "nan")

# What libraries call a primitive.
SYNONYMS: Mapping[str, str] = {
    "absolute": "abs",
    "fabs": "abs",
    "arctan": "atan",
    "ln": "log",
    "sgn": "sign",
    "maximum": "max",
    "minimum": "min",
    "fmax": "max",
    "fmin": "min",
    "clamp": "clip",
    "clip_by_value": "clip",
    "ndtr": "normal_cdf",
    "norm.cdf": "normal_cdf",
    "norm.pdf": "normal_pdf",
}

# What libraries have a function for and the language an operator: formulas in the arguments a and b.
MACROS: Mapping[str, str] = {
    "add": "a + b",
    "sub": "a - b",
    "subtract": "a - b",
    "mul": "a * b",
    "multiply": "a * b",
    "div": "a / b",
    "divide": "a / b",
    "pow": "a ** b",
    "power": "a ** b",
    "square": "a ** 2",
    "neg": "-a",
    "negative": "-a",
    "reciprocal": "1 / a",
    "rsqrt": "1 / sqrt(a)",
    "exp2": "2 ** a",
    "log2": "log(a) / log(2)",
    "log10": "log(a) / log(10)",
    "logaddexp": "max(a, b) + log1p(exp(-abs(a - b)))",
}

# Modules whose functions of these names are the primitives.
_MATH_MODULES = """
    np numpy jnp jax.numpy jax.lax lax jax.scipy.special math torch torch.special tf tf.math tensorflow tensorflow.math
    k backend keras.backend tf.keras.backend keras.ops ops mx mlx.core scipy.special special scipy.stats stats
    jax.scipy.stats f torch.nn.functional nn.functional
    """
MATH_MODULES = frozenset(_MATH_MODULES.split())

# Arguments that choose no other function here: the values that they may have, or None where any will do.
NEUTRAL: Mapping[str, tuple[str, ...] | None] = {
    **dict.fromkeys(("inplace", "dim", "axis", "dtype", "name", "device"), None),
    "training": ("False",),
    "threshold": ("20", "20.0"),  # PyTorch's softplus is linear from there on, which is right to nine digits
    "num_parameters": ("1",),
}
_INPUTS = ("input", "x", "features", "logits")  # what libraries call the argument that is the input

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

# What stands before a formula in code and in papers: lambda x:, def f(x): return, f(x) =, y =, return.
_HEAD = re.compile(
    r"""\s*(?:
        (?:[^\W\d]\w*\s*=\s*)?lambda\s+(?P<of_lambda>[^:]*):
        | def\s+[^\W\d]\w*\s*\((?P<of_def>[^()]*)\)\s*(?:->[^:]*)?:\s*(?:return\b)?
        | [^\W\d]\w*\s*\(\s*(?P<of_paper>[^\W\d]\w*)\s*\)\s*=(?!=)
        | [a-z]\s*=(?![=>])
        | return\b
    )""",
    re.VERBOSE,
)
_PARAMETER = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*(?::[^=]*)?(?:=(?P<default>.*))?", re.DOTALL)
_HYPHENATED = re.compile(r"(?<![\w.)])[^\W\d]\w*(?:-[^\W\d]\w*)+")
_MOST_HYPHENS = 4  # in the name of a function
_NAMES_OF_X = ("input", "inputs", "t", "u", "z")  # what code calls x, be it like the name of a function


class OutOfRangeError(ExpressionError):
    """A number that float64 has no room for."""


def parse(text: str, functions: Mapping[str, Definition | Node], parameters: Collection[str] = ()) -> Node:
    """Read a formula in x, in the given parameters, and in the given functions by name.

    A function is a definition, or where it has no parameters a formula in x. Raises ExpressionError, its place pointing
    into `text`.
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


class Argument(NamedTuple):
    """An argument of a function in code, or of a spec."""

    name: str | None
    """None where it is given by position."""
    value: str
    """As it was typed."""
    column: int
    """Where it begins, its name included."""
    width: int
    """How many characters it has."""


class Pasted(NamedTuple):
    """A function as code has it: nn.LeakyReLU(0.2), F.gelu(x, approximate="tanh"), nn.ReLU()(x)."""

    name: str
    """With its path, as Python reads it."""
    typed: str
    """The same as it was typed."""
    arguments: tuple[Argument, ...]
    """Without the input."""
    has_input: bool
    """Whether it is called with x."""


def pasted(text: str, functions: Mapping[str, Definition | Node]) -> Pasted | None:
    """Read a function that is made or called in code with the input alone; None where the text is anything else.

    Raises ExpressionError for what is no expression.
    """
    return _Parser(text, functions, ()).pasted()


def dotted(node: ast.expr) -> str | None:
    """The name that a node is, with its path: `relu`, `jax.nn.relu`; None where it is no name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        path = dotted(node.value)
        return None if path is None else f"{path}.{node.attr}"
    return None


def is_neutral(name: str | None, value: str) -> bool:
    """Whether an argument of code, by its name and its value as typed, changes no value here."""
    allowed = NEUTRAL.get(name or "", ())
    return allowed is None or value in allowed


def own_name(name: str) -> str | None:
    """What the language has for a name of its own, with or without the module that it comes from; None for others."""
    path, _, last = name.rpartition(".")
    if path.casefold() not in ("", *MATH_MODULES):
        path, _, before = path.rpartition(".")  # scipy.stats.norm.cdf
        last = f"{before}.{last}"
        if path.casefold() not in ("", *MATH_MODULES):
            return None
    return _OWN.get(_folded(last))


def _folded(name: str) -> str:
    return name.casefold().replace("_", "")


_OWN = {_folded(name): name for name in (*PRIMITIVES, *MACROS, "where", "slope")} | {
    _folded(name): primitive for name, primitive in SYNONYMS.items()
}


class _Parser:
    """One pass over one text; errors show it as it was typed."""

    def __init__(self, text: str, functions: Mapping[str, Definition | Node], parameters: Collection[str]) -> None:
        self.text = text
        self.functions = functions
        self.parameters = parameters
        self.spelled = Spelled("", (0,))
        self.bound: dict[str, Node] = {"x": Variable()}

    def whole(self) -> Node:
        body = self.body()
        node = self.node(body, 0)
        if _count(node) > _MOST_NODES:
            raise ExpressionError(f"the expression has more than {_MOST_NODES} parts")
        return node

    def pasted(self) -> Pasted | None:
        """See the function of this name."""
        body = self.body()
        has_input = isinstance(body, ast.Call) and isinstance(body.func, ast.Call) and self.is_input_alone(body)
        if has_input and isinstance(body, ast.Call):
            body = body.func
        if not isinstance(body, ast.Call) or self.bound != {"x": Variable()}:
            return None
        name = _looked_up(body.func) or dotted(body.func)
        if name is None or name.partition(".")[0].casefold() == "x":
            return None
        given: list[ast.expr | ast.keyword] = [*body.args, *body.keywords]
        if given and self.is_input(given[0]) and not has_input:
            has_input = True
            given.pop(0)
        if any(isinstance(each, ast.Name) and each.id == "x" for one in given for each in ast.walk(one)):
            return None
        return Pasted(name, self.typed(body.func), tuple(map(self.argument, given)), has_input)

    def is_input_alone(self, node: ast.Call) -> bool:
        return len(node.args) == 1 and not node.keywords and self.is_input(node.args[0])

    def is_input(self, node: ast.expr | ast.keyword) -> bool:
        if isinstance(node, ast.keyword):
            return node.arg in _INPUTS and self.is_input(node.value)
        return isinstance(node, ast.Name) and node.id.casefold() == "x"

    def argument(self, node: ast.expr | ast.keyword) -> Argument:
        column, width = self.span(node)
        name, value = (node.arg, node.value) if isinstance(node, ast.keyword) else (None, node)
        return Argument(name, self.typed(value), column, width)

    def body(self) -> ast.expr:
        """The expression as Python reads it, what stands before it aside."""
        if len(self.text) > MOST_CHARACTERS:
            raise ExpressionError(f"the expression has {len(self.text)} characters; the limit is {MOST_CHARACTERS}")
        self.spelled = self.headless(spelled(self.text))
        source = self.spelled.source
        for index, character in enumerate(source):
            if character == "^":
                cure = f"write **: {printable(self.text.replace('^', '**'))}"
                raise self.error("^ is not a power here", index, 1, cure)
            if not (" " <= character <= "~") or character in "#;\\":
                typed = self.text[self.spelled.columns[index]]
                raise self.error(f"{quoted(typed)} has no place in an expression", index)
        self.check_balance(source)
        return self.syntax(source).body

    def headless(self, typed: Spelled) -> Spelled:
        """What follows `lambda x:` and its kin, whose names are bound."""
        head = _HEAD.match(typed.source)
        if head is not None:
            for group in ("of_lambda", "of_def", "of_paper"):
                if head[group] is not None:
                    self.bind(typed, *head.span(group))
            typed = typed.part(head.end())
        if "-" in typed.source:
            typed = typed._replace(source=_HYPHENATED.sub(self.joined, typed.source))
        return typed

    def joined(self, found: re.Match[str]) -> str:
        """A name that is spelled with hyphens and called as the language spells it; a difference stays one."""
        words = found[0].split("-")
        if found.string[found.end() :][:1] != "(":
            return found[0]
        for first in range(max(0, len(words) - 1 - _MOST_HYPHENS), len(words) - 1):
            name = "_".join(words[first:])
            if words[first] not in (*self.bound, *self.parameters, *CONSTANTS) and self.is_known(name):
                return "-".join([*words[:first], name])
        return found[0]

    def is_known(self, name: str) -> bool:
        """Whether some function goes by this name, of vectors too."""
        try:
            return name in self.functions
        except UsageError:
            return True

    def bind(self, typed: Spelled, start: int, end: int) -> None:
        """Bind the parameters of a function's head: the first is the input, the others have numbers by default."""
        self.bound = {}
        for piece in re.finditer(r"[^,]+", typed.source[start:end]):
            found = _PARAMETER.fullmatch(piece[0])
            column = start + piece.start()
            if found is None:
                place = Place(self.text, typed.columns[column], len(piece[0]))
                raise ExpressionError("this is no parameter of a function", "write lambda x: x*sigmoid(x)", place)
            if found["name"] == "self" and not self.bound:
                continue
            if not self.bound:
                self.bound[found["name"]] = Variable()
            elif found["default"] is None:
                place = Place(self.text, typed.columns[column + found.start("name")], len(found["name"]))
                cure = f"give it one: {found['name']}=1"
                raise ExpressionError(f"{found['name']} has no value", cure, place)
            else:
                self.bound[found["name"]] = parse(found["default"], {})

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
            colon = _COLON.search(source)
            if colon and self.is_known(colon["name"]):
                typed = self.text[slice(*(self.spelled.columns[each] for each in colon.span("name")))]
                message = f"within a formula {printable(typed)} has its parameters in parentheses, behind its argument"
                cure = f"write {printable(typed)}(x, {printable(colon['values'])})"
                raise self.error(message, colon.start("colon"), 1, cure) from None
            factors = _NEIGHBOURS.search(source)
            word = factors["word"] if factors else None
            if factors and word and (own_name(word) or self.is_known(word)):
                typed = self.text[slice(*(self.spelled.columns[each] for each in factors.span("word")))]
                cure = f"write {printable(typed)}(x)"
                message = f"{printable(typed)} has its argument in parentheses"
                raise self.error(message, factors.end(), 1, cure) from None
            if misspelt := self.misspelt(source):
                raise misspelt from None
            if factors:
                raise self.unsigned(factors.end()) from None
            if re.search(r"\bif\b", source) and not re.search(r"\belse\b", source):
                raise self.error("if needs its else", line_length, 1, "write x if x > 0 else 0.01*x") from None
            column = line_length if (error.lineno or 1) > 1 else min(line_length, max(0, (error.offset or 1) - 2))
            raise self.error("the expression is incomplete here", column) from None
        except (RecursionError, MemoryError):
            raise ExpressionError("the expression is nested too deeply", "split it up") from None

    def misspelt(self, source: str) -> ExpressionError | None:
        """The error for a word of Python that is not spelled as it is, or for a function as another language has it."""
        if found := _OF_ANOTHER_LANGUAGE.fullmatch(source):
            name = found["arrow"] or found["function"]
            cure = f"write lambda {name}: {printable(self.text[self.spelled.columns[found.start('body')] :])}"
            return self.error("this is how another language writes a function", 0, found.start("body"), cure)
        if found := _WITHOUT_COLON.match(source):
            start = self.spelled.columns[found.end()]
            mended = printable(f"{self.text[:start].rstrip()}: {self.text[start:]}")
            return self.error("lambda has a colon behind its parameter", found.end(), 1, f"write {mended}")
        for found in _BARE_WORD.finditer(source):
            word = found[0]
            if word in (*_HEAD_WORDS, *_INNER_WORDS, *self.bound, *self.parameters, *CONSTANTS) or self.is_known(word):
                continue
            is_head = not source[: found.start()].strip()
            words = _HEAD_WORDS if is_head else _INNER_WORDS
            near = nearest(word.casefold(), words) or [each for each in words if sorted(each) == sorted(word)]
            if not near:
                continue
            start, end = (self.spelled.columns[each] for each in found.span())
            mended = printable(self.text[:start] + near[0] + self.text[end:])
            message = f"unknown word {quoted(self.text[start:end])}: did you mean {near[0]}?"
            return self.error(message, found.start(), len(word), f"write {mended}")
        return None

    def error(self, message: str, index: int, width: int = 1, hint: str | None = None) -> ExpressionError:
        """An error at some characters of the source, which points at what was typed."""
        columns = self.spelled.columns
        start, end = columns[min(index, len(columns) - 1)], columns[min(index + width, len(columns) - 1)]
        return ExpressionError(message, hint, Place(self.text, start, max(1, end - start)))

    def at(self, node: ast.expr | ast.keyword, message: str, hint: str | None = None) -> ExpressionError:
        return ExpressionError(message, hint, Place(self.text, *self.span(node)))

    def span(self, node: ast.expr | ast.keyword) -> tuple[int, int]:
        """The column and the width of what was typed for a node."""
        columns = self.spelled.columns
        start, end = (columns[max(0, each - 1)] for each in (node.col_offset, node.end_col_offset or node.col_offset))
        return start, max(1, end - start)

    def typed(self, node: ast.expr) -> str:
        """What was typed for a node."""
        column, width = self.span(node)
        return self.text[column : column + width]

    def unsigned(self, index: int) -> ExpressionError:
        return self.error("a product needs its sign", index, 1, "write * between the factors")

    def node(self, node: ast.expr, depth: int) -> Node:
        if depth > _MOST_DEPTH:
            raise self.at(node, "the expression is nested too deeply", "split it up")
        match node:
            case ast.Constant():
                return self.literal(node)
            case ast.Name(id=name):
                return self.name(node, name)
            case ast.Attribute() if (path := dotted(node)) and not self.is_bound(path.partition(".")[0]):
                return self.name(node, path)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Operation("neg", (self.node(operand, depth + 1),))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.node(operand, depth + 1)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _BINARY:
                return Operation(_BINARY[type(operator)], (self.node(left, depth + 1), self.node(right, depth + 1)))
            case ast.IfExp(test=test, body=yes, orelse=no):
                return self.choice(node, test, (yes, no), depth, f"write x if x > 0 else 0.01*x, {_WHERE_FORM}")
            case ast.Call():
                return self.call(node, depth)
            case ast.Compare():
                raise self.at(node, "a comparison stands only in where(...)", f"write {_WHERE_FORM}")
            case ast.BinOp(op=ast.MatMult()):
                raise self.at(node, "@ names a library, right behind the name of a function", "write gelu@jax(x)")
            case _:
                raise self.at(node, "this is not part of the formula language", self.language())

    def literal(self, node: ast.Constant) -> Number:
        source = self.spelled.source[node.col_offset - 1 : (node.end_col_offset or 0) - 1]
        typed = printable(self.typed(node))
        if not _LITERAL.fullmatch(source):
            raise self.at(node, f"'{typed}' is not a number", HOW_TO_WRITE)
        mantissa, _, exponent = source.lower().partition("e")
        is_zero = not mantissa.strip("0.")
        is_long = not is_zero and len(exponent.lstrip("+-0")) > _MOST_EXPONENT_DIGITS  # no fraction could hold it
        value = 0 if is_zero or is_long else _exact(source)
        if is_long or value >= _TOO_LARGE:
            raise OutOfRangeError(
                f"{quoted(typed)} is out of the range of float64",
                "the largest number is 1.7976931348623157e308, the least 5e-324",
                self.at(node, "").place,
            )
        return Number(value)

    def is_bound(self, name: str) -> bool:
        return name in self.bound or name in self.parameters or (name == "X" and "x" in self.bound)

    def name(self, node: ast.expr, name: str) -> Node:
        if name in self.parameters:
            return Parameter(name)
        if self.is_bound(name):
            return self.bound[name if name in self.bound else "x"]
        path, _, last = name.rpartition(".")
        if last.casefold() in CONSTANTS and path.casefold() in ("", *MATH_MODULES):
            return Constant(last.casefold())
        if own_name(name) or self.function(node, name) is not None:
            typed = printable(self.typed(node))
            raise self.at(node, f"{typed} needs an argument", f"write {typed}(x)")
        raise self.unknown(node, name)

    def function(self, node: ast.expr, name: str) -> Definition | Node | None:
        """The function of this name that is none of the language's own."""
        try:
            return self.functions.get(name)
        except UsageError as error:
            raise self.at(node, error.message, error.hint) from None

    def unknown(self, node: ast.expr, name: str) -> ExpressionError:
        known = [*self.bound, *CONSTANTS, *self.parameters, *PRIMITIVES, "where", "slope", *self.functions, *_OWN]
        path, _, last = name.rpartition(".")
        typed, near = self.typed(node), nearest_names(last if path in MATH_MODULES else name, known)
        message = f"unknown name {quoted(typed)}{near}"
        is_input = not near or typed in _NAMES_OF_X
        if is_input and isinstance(node, ast.Name) and not re.search(r"\bx\b", self.text):
            cure, count = re.subn(rf"\b{re.escape(typed)}\b(?!\s*\()", "x", self.text)
            if count:
                return self.at(node, message, f"the input is called x: {printable(cure)}")
        return self.at(node, message, self.language())

    def call(self, node: ast.Call, depth: int) -> Node:
        """A function at its arguments: by name, as a method of its input, or made with parameters and called."""
        func = node.func
        if isinstance(func, ast.Call):
            name = dotted(func.func)
            made = None if name is None or own_name(name) else self.function(func.func, name)
            if made is None or len(node.args) != 1 or node.keywords or not self.is_made(func, made):
                raise self.unsigned(self.opening(func))
            return self.application(node, made, [*node.args, *func.args], func.keywords, depth)
        name = dotted(func)
        if name is not None and not self.is_bound(name.partition(".")[0]):
            if name in CONSTANTS:
                raise self.unsigned(self.opening(func))
            return self.called(node, name, node.args, depth)
        if isinstance(func, ast.Attribute):
            own = own_name(func.attr)
            if own is not None or self.functions.get(func.attr) is not None:
                return self.called(node, func.attr, [func.value, *node.args], depth)
            raise self.at(func, "this is not part of the formula language", self.language())
        if isinstance(func, ast.Name | ast.Constant | ast.BinOp):
            raise self.unsigned(self.opening(func))
        raise self.at(node, "this is not part of the formula language", self.language())

    def is_made(self, node: ast.Call, function: Definition | Node) -> bool:
        """Whether the arguments of a call are parameters, which make a function that is called next."""
        count = 0 if isinstance(function, Node) else len(function.parameter_names)
        return len(node.args) <= count and not any(self.is_input(each) for each in node.args)

    def opening(self, node: ast.expr) -> int:
        """Where in the source the parenthesis after a node stands."""
        return self.spelled.source.index("(", (node.end_col_offset or 1) - 1)

    def called(self, node: ast.Call, name: str, given: Sequence[ast.expr], depth: int) -> Node:
        own = own_name(name)
        if own == "where":
            if len(given) != 3 or node.keywords:
                raise self.at(node, "where takes a comparison and two branches", f"write {_WHERE_FORM}")
            return self.choice(given[0], given[0], given[1:], depth, f"write {_WHERE_FORM}")
        if own == "slope":
            return Slope(*self.arguments(node, name, given, 1, depth))
        if own == "clip":
            return self.clip(node, given, depth)
        if own is not None and own in MACROS:
            formula = parse(MACROS[own], {}, ("a", "b"))
            wanted = 1 + ("b" in MACROS[own])
            return substituted(formula, dict(zip("ab", self.arguments(node, name, given, wanted, depth), strict=False)))
        if own is not None:
            return Operation(own, self.arguments(node, name, given, PRIMITIVES[own], depth))
        function = self.function(node.func, name)
        if function is None:
            raise self.unknown(node.func, name)
        return self.application(node, function, given, node.keywords, depth)

    def arguments(
        self, node: ast.Call, name: str, given: Sequence[ast.expr], count: int, depth: int
    ) -> tuple[Node, ...]:
        keywords = [each for each in node.keywords if not self.is_neutral(each)]
        if keywords or len(given) != count or any(isinstance(argument, ast.Starred) for argument in given):
            raise self.at(node, f"{name} takes {counted(count, 'argument')}, here it has {len(given) + len(keywords)}")
        return tuple(self.node(argument, depth + 1) for argument in given)

    def clip(self, node: ast.Call, given: Sequence[ast.expr], depth: int) -> Node:
        """Read clip or clamp: its bounds stand by place or by name, and one of them may be left out or None."""
        bounds = dict(zip(_BOUNDS, given, strict=False))
        unknown = len(given) > len(_BOUNDS)
        for keyword in node.keywords:
            end = next((end for end, spellings in _BOUNDS.items() if keyword.arg in spellings), "")
            unknown = unknown or not end or end in bounds
            bounds[end] = keyword.value
        is_none = {end for end, each in bounds.items() if isinstance(each, ast.Constant) and each.value is None}
        if unknown or "input" not in bounds or not bounds.keys() - is_none - {"input"}:
            raise self.at(node, "clip takes an input and its bounds", "write clip(x, -1, 1), or clip(x, min=0)")
        found = {end: self.node(each, depth + 1) for end, each in bounds.items() if end not in is_none}
        operation = "clip" if len(found) == 3 else "max" if "low" in found else "min"
        return Operation(operation, tuple(found[end] for end in _BOUNDS if end in found))

    def choice(self, whole: ast.expr, test: ast.expr, branches: Sequence[ast.expr], depth: int, hint: str) -> Node:
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or type(test.ops[0]) not in _SIGNS:
            raise self.at(whole, "a choice takes one comparison of two sides", hint)
        left, right, yes, no = (self.node(part, depth + 1) for part in (test.left, test.comparators[0], *branches))
        return Choice(_SIGNS[type(test.ops[0])], left, right, yes, no)

    def is_neutral(self, keyword: ast.keyword) -> bool:
        """Whether an argument changes no value."""
        return is_neutral(keyword.arg, self.typed(keyword.value))

    def application(
        self,
        node: ast.Call,
        function: Definition | Node,
        given: Sequence[ast.expr],
        keywords: Sequence[ast.keyword],
        depth: int,
    ) -> Node:
        """A function of the catalogue or of a library, its parameters by place or by name."""
        inputs = [each for each in keywords if each.arg in _INPUTS] if not given else []
        given = [each.value for each in inputs[:1]] or given
        keywords = [each for each in keywords if each not in inputs[:1]]
        if isinstance(function, Node):
            (argument,) = self.arguments(node, self.typed(node.func), given, 1, depth)
            return composed(function, argument)
        names = function.parameter_names
        if not 1 <= len(given) <= 1 + len(names):
            raise self.at(node, f"{function.name} takes one argument, then its parameters", _listed(names))
        argument, *positional = (self.node(part, depth + 1) for part in given)
        values = dict(zip(names, positional, strict=False))
        for keyword in keywords:
            name = function.parameter_called(keyword.arg or "")
            if name is None and self.is_neutral(keyword):
                continue
            if name is None:
                raise self.at(keyword, f"{function.name} has no such parameter", _listed(names))
            if name in values:
                raise self.at(keyword, f"{function.name} has {keyword.arg} twice", "leave out one of them")
            values[name] = self.node(keyword.value, depth + 1)
        for name, value in values.items():
            if mentions_x(value):
                raise self.at(node, f"a parameter of {function.name} cannot depend on x")
            refused = function.refusal(name, value)
            if refused:
                raise self.at(node, refused.message, refused.hint)
        refused = function.contradiction(values)
        if refused:
            raise self.at(node, refused.message, refused.hint)
        return Application(function, argument, tuple(values.items()))

    def language(self) -> str:
        return "it has x, numbers, pi, e, + - * / **, where(x > 0, a, b), exp, log, max and their kin, `actcli list`"


_WHERE_FORM = "where(x > 0, x, 0)"
_BOUNDS: Mapping[str, tuple[str, ...]] = {
    "input": _INPUTS,
    "low": ("min", "a_min", "min_val", "clip_value_min"),
    "high": ("max", "a_max", "max_val", "clip_value_max"),
}


def _looked_up(node: ast.expr) -> str | None:
    """ACT2FN["gelu"] as one name; None for anything else."""
    match node:
        case ast.Subscript(value=ast.Name(id=table), slice=ast.Constant(value=str(key))):
            return f'{table}["{key}"]'
        case _:
            return None


def _exact(typed: str) -> "int | Fraction":
    if typed.isdigit():
        return int(typed)
    from fractions import Fraction  # a millisecond that whole numbers need not pay

    return Fraction(typed)


def _listed(names: tuple[str, ...]) -> str:
    return f"its parameters: {', '.join(names)}" if names else "it has no parameters"


def _count(node: Node) -> int:
    return 1 + sum(map(_count, parts(node)))

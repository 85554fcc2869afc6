"""What people write and paste, in the characters of the formula language: Greek, LaTeX, |x|, full-width signs.

Every character keeps the column where it was typed, so that an error shows what the user wrote.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from actcli.errors import Place, UsageError

SIGNS: Mapping[str, str] = {
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{MULTIPLICATION SIGN}": "*",
    "\N{MIDDLE DOT}": "*",
    "\N{DOT OPERATOR}": "*",
    "\N{DIVISION SIGN}": "/",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{NOT EQUAL TO}": "!=",
    "\N{INFINITY}": "inf",
    "\N{SQUARE ROOT}": "sqrt",
    "\N{SUPERSCRIPT TWO}": "**2",
    "\N{SUPERSCRIPT THREE}": "**3",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{NO-BREAK SPACE}": " ",
    "\n": " ",
}

# What papers mean by a letter: the logistic sigmoid, the normal distribution and its density, names of parameters.
GREEK: Mapping[str, str] = {
    "\N{GREEK SMALL LETTER SIGMA}": "sigmoid",
    "\N{GREEK CAPITAL LETTER PHI}": "normal_cdf",
    "\N{GREEK SMALL LETTER PHI}": "normal_pdf",
    "\N{GREEK PHI SYMBOL}": "normal_pdf",
    "\N{GREEK SMALL LETTER PI}": "pi",
    "\N{GREEK SMALL LETTER ALPHA}": "alpha",
    "\N{GREEK SMALL LETTER BETA}": "beta",
    "\N{GREEK SMALL LETTER GAMMA}": "gamma",
    "\N{GREEK SMALL LETTER THETA}": "theta",
    "\N{GREEK SMALL LETTER LAMDA}": "lambd",  # as PyTorch spells it, since Python has another use for the word
}

_COMMANDS: Mapping[str, str] = {
    "sigma": "sigmoid",
    "Phi": "normal_cdf",
    "phi": "normal_pdf",
    "varphi": "normal_pdf",
    "ln": "log",
    "arctan": "atan",
    "lambda": "lambd",
    "infty": "inf",
    "cdot": "*",
    "times": "*",
    "div": "/",
    "le": "<=",
    "leq": "<=",
    "ge": ">=",
    "geq": ">=",
    "ne": "!=",
    "neq": "!=",
    "lvert": "|",
    "rvert": "|",
    **dict.fromkeys(("left", "right", "big", "Big", "bigl", "bigr", "displaystyle", "quad"), " "),
}
_LATEX = re.compile(
    r"\\(?:text|mathrm|mathit|mathbf|mathsf|operatorname\*?)\s*(?P<group>\{)"  # its braces hold a name
    r"|\\(?P<fraction>[dt]?frac(?![A-Za-z]))|\\(?P<command>[A-Za-z]+)|(?P<space>\\[,;:! ]|\$)|(?P<sign>.)",
    re.DOTALL,
)
_ONE_TOKEN = re.compile(r"\s*(?:\{|\\[A-Za-z]+|[^\W_](?!\w))")  # what a power of LaTeX takes without a doubt
# A number, x, pi, e or a parenthesis right before what it multiplies, which papers write side by side.
_FACTOR = re.compile(
    r"(?:(?<![\w.])(?:\d+\.?\d*|\.\d+)(?![eE][-+]?\d|[\d.])|\b(?:x|pi|e)\b|\))\s*(?=[A-Za-z(]|(?<=[)x ])\d)", re.ASCII
)
# A name that says which library it is of, and what stands for the sign in it.
_OF_LIBRARY = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?P<at>@)(?=[A-Za-z_])", re.ASCII)
AT = "__at__"
_OPERAND_IS_DUE = re.compile(r"(?:^|[-+*/^(,<>=:]|\b(?:if|else|return))\s*$")

Piece = tuple[str, int]  # what stands in the source, and the column where it was typed


HOW_TO_WRITE = "write digits, a point, an exponent: 1.5e-3"
"""What to do where a number is none."""


class ExpressionError(UsageError):
    """A text that is no formula, with the place where it goes wrong."""


class Spelled(NamedTuple):
    """A text in the characters of the language."""

    source: str
    """ASCII, but for what has no place in an expression."""
    columns: tuple[int, ...]
    """For each character of the source, and for its end, the column in what was typed."""

    def part(self, start: int, end: int | None = None) -> "Spelled":
        """Some characters of the source."""
        stop = len(self.source) if end is None else end
        return Spelled(self.source[start:stop], self.columns[start : stop + 1])

    def with_libraries(self) -> "Spelled":
        """The same with every name@library as one name."""
        source, columns = self
        for name in reversed(list(_OF_LIBRARY.finditer(source))):
            start, end = name.span("at")
            source = f"{source[:start]}{AT}{source[end:]}"
            columns = (*columns[:start], *[columns[start]] * len(AT), *columns[end:])
        return Spelled(source, columns)

    def with_products(self) -> "Spelled":
        """The same with a * between factors that stand side by side."""
        source, columns = self
        for factor in reversed(list(_FACTOR.finditer(source))):
            end = factor.end()
            source, columns = f"{source[:end]}*{source[end:]}", (*columns[:end], columns[end], *columns[end:])
        return Spelled(source, columns)


def spelled(text: str) -> Spelled:
    """Write a typed text in the characters of the language.

    Raises ExpressionError for a bar or a brace without a partner, and for LaTeX that leaves a doubt.
    """
    if text.isascii() and not {"|", "\\", "\n", "{", "@"} & set(text):
        return Spelled(text, tuple(range(len(text) + 1)))
    is_latex = "\\" in text or "^{" in text
    source, columns = list[str](), list[int]()
    for piece, column in _bars(text, _latex(text) if is_latex else zip(text, range(len(text)), strict=True)):
        source += piece
        columns += [column] * len(piece)
    found = Spelled("".join(source), (*columns, len(text))).with_libraries()
    return found.with_products() if is_latex else found


def _latex(text: str) -> Iterator[Piece]:
    """Commands, fractions, groups and powers of LaTeX as the language writes them."""
    closing = list[str]()  # what each open brace becomes when it closes
    expected = ""  # what the brace that a fraction waits for becomes when it closes
    for found in _LATEX.finditer(text):
        column, sign = found.start(), found["sign"] or ""
        if expected and sign != "{" and sign.strip():
            raise ExpressionError("a fraction has its parts in braces", r"write \frac{1}{2}", Place(text, column))
        if found["group"]:
            closing.append("")
        elif found["fraction"]:
            expected = ")/"
            yield "(", column
        elif found["command"]:
            yield " " + _COMMANDS.get(found["command"], found["command"]), column  # apart from a letter before it
        elif sign == "{":
            closing.append(expected or ")")
            expected = ""
            yield "(", column
        elif sign == "}":
            if not closing:
                raise ExpressionError("this brace closes nothing", "leave it out", Place(text, column))
            becomes = closing.pop()
            expected = "))" if becomes == ")/" else ""
            yield becomes, column
        elif sign == "^":
            if not _ONE_TOKEN.match(text, column + 1):
                cure = "write x^{10}"
                raise ExpressionError("a power of LaTeX has its exponent in braces", cure, Place(text, column))
            yield "**", column
        else:
            yield sign or " ", column
    if closing or expected:
        raise ExpressionError("a brace is not closed", "add }", Place(text, max(0, text.rfind("{"))))


def _bars(text: str, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Absolute values and single signs: a bar opens where an operand is due, else it closes the last."""
    opened = list[int]()
    before = ""
    for piece, column in pieces:
        written = "".join(SIGNS.get(each) or GREEK.get(each) or _half_width(each) for each in piece)
        if written.strip() == "|" and _OPERAND_IS_DUE.search(before):
            opened.append(column)
            written = "abs("
        elif written.strip() == "|":
            if not opened:
                raise _unpaired(text, column)
            opened.pop()
            written = ")"
        if written.strip() or before.strip() == before:  # one blank is as good as many
            before = (before + written)[-10:]  # longer than any word that an operand follows
        yield written, column
    if opened:
        raise _unpaired(text, opened[-1])


def half_width(text: str) -> str:
    """The same text, as long as it was, its full-width letters, digits and signs as ASCII has them."""
    return text if text.isascii() else "".join(map(_half_width, text))


def _half_width(character: str) -> str:
    """The ASCII character that an Asian keyboard writes wide."""
    return chr(ord(character) - 0xFEE0) if "\uff01" <= character <= "\uff5e" else character


def _unpaired(text: str, column: int) -> ExpressionError:
    return ExpressionError("this bar has no partner", "write |x| or abs(x)", Place(text, column))

"""Pasted arrays: the lists of Python and what NumPy, PyTorch, JAX and TensorFlow print, as vectors of tokens."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from actcli.inputs.number import plain

# What may be wrapped around brackets and numbers, by the last part of its name.
_WRAPPERS = re.compile(
    r"(?:\w*array|matrix|(?:\w*tensor)|parameter|variable|constant|list|tuple|deque|b?float(?:\d+|_)?|double|half|u?int\d*)",
    re.IGNORECASE,
)
# A call, a bracket, and what may follow in a call: `, dtype=float32` or `, torch.float16`.
_MARK = re.compile(
    r"(?<![\w.])[A-Za-z_][\w.]*+\(|[\[\]()]|,\s*+[A-Za-z_]\w*+\s*+=|,\s*+(?:np|numpy|torch|jnp|tf|mx)\.\w++(?=\s*+[,)])"
)
_BRACKET = re.compile(r"[\[\]()]")
_PARTNER = {")": "(", "]": "["}
# What stands before an array: a notebook's prompt, a name, and what PyTorch and TensorFlow print.
_LABEL = r"\s*+(?:Out\[\d++\]:\s*+)?(?:[A-Za-z_]\w*+\s*+=\s*+)?(?:Parameter containing:\s*+)?(?:<tf\.[^<>]*?numpy=)?"
_LABELS = re.compile(_LABEL)
_CALL = r"[A-Za-z_][\w.]*+\("
_ARRAY = re.compile(rf"({_LABEL})(?:\[|({_CALL}))")
# Brackets in which blanks, or calls, stand where JSON has commas and numbers.
_PRINTED = re.compile(rf"[\[(\s]*+(?:(?<=\()|[-+]?(?:[0-9.]|nan|inf)[\w.+-]*+\s++[^\s,\])]|{_CALL})")
_MOST_BLANKS = 1_000  # between two lists of a print

_SAVED = "save it in place of its print: numpy.save('x.npy', x), and --input x.npy"


class BracketError(Exception):
    """What is wrong with a pasted array, how to cure it, and which characters of the text are wrong."""

    def __init__(self, message: str, hint: str | None, start: int, width: int = 1) -> None:
        super().__init__(message)
        self.message, self.hint, self.start, self.width = message, hint, start, width


class Leaf(NamedTuple):
    """An innermost list: a vector."""

    text: str
    """The numbers of all lists, in place of the wrappers around them blanks."""
    start: int
    """Where the list begins in the text, its bracket aside."""
    end: int
    """Where it ends."""

    def tokens(self) -> Iterator[tuple[int, str]]:
        """The tokens between commas, or else between blanks, with their places in the text; an empty one is missing."""
        if self.text.find(",", self.start, self.end) < 0:
            for found in _WORD.finditer(self.text, self.start, self.end):
                yield found.start(), found[0]
            return
        start = self.start
        fields = self.text[self.start : self.end].split(",")
        for field in fields if fields[-1].strip() else fields[:-1]:  # a last comma may stand there
            token = field.strip()
            yield start + (len(field) - len(field.lstrip()) if token else 0), token
            start += len(field) + 1


_WORD = re.compile(r"\S+")


def is_array(text: str, /) -> bool:
    """Whether a word, or the first line of a text, begins an array that was pasted."""
    text = plain(text)
    found = _ARRAY.match(text)
    if found is None:
        return _are_tuples(text)
    return found[2] is None or _is_wrapper(found[2])


def _are_tuples(text: str) -> bool:
    """Whether a text is parentheses around commas: `(1, 2)` or `((1, 2), (3, 4))`, and not the expression `(1+2)*3`."""
    enclosing, has_comma = 0, False
    for character in text.strip():
        if character == "(":
            enclosing += 1
            has_comma = has_comma and enclosing > 1
        elif character == ")":
            enclosing -= 1
            if enclosing < 0 or (enclosing == 0 and not has_comma):
                return False
        elif enclosing == 0 and character not in ", \t\n":
            return False
        elif enclosing == 1 and character == ",":
            has_comma = True
    return enclosing == 0 and text.lstrip().startswith("(")


def is_label(text: str, /) -> bool:
    """Whether a line holds but the label of an array, as `Out[1]:` or `x =`, which follows on the next line."""
    return bool(text.strip()) and _LABELS.fullmatch(plain(text)) is not None


def has_brackets(text: str, /) -> bool:
    """Whether a line holds a bracket."""
    return _BRACKET.search(plain(text)) is not None


def is_print(line: str, /) -> bool:
    """Whether a first line begins an array as a library prints it, and not as JSON has it."""
    text = plain(line)
    return (
        text.startswith("(")
        or is_label(text)
        or (is_array(text) and (line[0] != "[" or _PRINTED.match(text) is not None))
    )


def is_printed_by_numpy(text: str, at: int, /) -> bool:
    """Whether a text that is no JSON from a place on could be a print of NumPy: there a blank stands for a comma."""
    if re.search(r'[{"]', text):
        return False
    before = text[max(0, at - _MOST_BLANKS) : at]
    return text.startswith("...", at) or (
        before[-1:].isspace()
        and before.rstrip()[-1:] in set("].0123456789")
        and text.startswith(tuple("[+-.0123456789ni"), at)
    )


def depth(text: str, /) -> int:
    """How many more brackets open than close."""
    text = plain(text)
    return text.count("[") + text.count("(") - text.count("]") - text.count(")")


def leaves(text: str, /) -> list[Leaf]:
    """The innermost lists of the arrays in a text; semicolons divide one into rows.

    Raises BracketError for brackets that do not match, numbers beside lists, values that the print leaves out, and
    for text that is no part of an array.
    """
    text = _unwrapped(plain(text))
    if left_out := re.search(r"\.\.\.|…", text):
        raise BracketError("values are left out of the print", _SAVED, left_out.start(), len(left_out[0]))
    found, stack, gap = list[Leaf](), list[list[int]](), 0
    for mark in _BRACKET.finditer(text):
        at = mark.start()
        if mark[0] in "[(":
            _require_separators(text, gap, at, is_within=bool(stack), is_first=not found and not stack)
            if stack:
                stack[-1][1] += 1
            stack.append([at + 1, 0])
        else:
            start, lists = stack.pop()
            if lists:
                _require_separators(text, gap, at, is_within=True)
            else:
                found += _rows(text, start, at)
        gap = at + 1
    if found:
        _require_separators(text, gap, len(text), is_within=False)
    return found or [Leaf(text, 0, len(text))]


def _rows(text: str, start: int, end: int) -> Iterator[Leaf]:
    while (semicolon := text.find(";", start, end)) >= 0:
        yield Leaf(text, start, semicolon)
        start = semicolon + 1
    yield Leaf(text, start, end)


def _require_separators(text: str, start: int, end: int, *, is_within: bool, is_first: bool = False) -> None:
    """Raise BracketError unless nothing but a comma stands between two lists, or around them."""
    between = text[start:end]
    comma, _, rest = between.partition(",")
    if not comma.strip() and not rest.strip():
        return
    bad = next(found for found in _WORD.finditer(text, start, end) if found[0] != ",")
    if is_within:
        hint = "a vector is a list of numbers, a matrix a list of such lists"
        raise BracketError("lists cannot stand beside numbers", hint, bad.start(), len(bad[0]))
    where = "before" if is_first else "behind"
    raise BracketError(f"text {where} an array", "leave out what is no array", bad.start(), len(bad[0]))


def _is_wrapper(call: str) -> bool:
    return _WRAPPERS.fullmatch(call[:-1].rpartition(".")[2]) is not None


def _unwrapped(text: str) -> str:
    """The same text with blanks in place of labels, calls such as `tensor(`, and their further arguments."""
    spans = list[tuple[int, int]]()
    found = _ARRAY.match(text)
    begin = found.end(1) if found else 0
    if "<tf." in text[:begin]:
        text = text.replace(">", " ")
    stack = list[tuple[int, str, int]]()  # where each opens, with what, and how many spans were known then
    extra = dict[int, int]()  # where the further arguments of a call begin, by how deep it stands
    for mark in _MARK.finditer(text, begin):
        kind, at = mark[0], mark.start()
        if kind[0] == ",":
            if stack and len(stack[-1][1]) > 1:
                extra.setdefault(len(stack), at)
        elif kind[-1] in "[(":
            if len(kind) > 1 and not _is_wrapper(kind) and not extra:
                raise BracketError(f"'{kind}' is no array", "paste arrays, tensors or lists", at, len(kind))
            stack.append((at, kind, len(spans)))
        else:
            if not stack or stack[-1][1][-1] != _PARTNER[kind]:
                raise BracketError(f"a '{kind}' that nothing opens", None, at)
            start, opening, known = stack.pop()
            further = extra.pop(len(stack) + 1, None)
            if len(opening) > 1:
                if further is not None:
                    while len(spans) > known and spans[-1][0] >= further:
                        spans.pop()  # calls among the further arguments
                spans += [(start, start + len(opening)), (at if further is None else further, at + 1)]
    if stack:
        start, opening, _ = stack[-1]
        raise BracketError(f"the '{opening[-1]}' is not closed", None, start + len(opening) - 1)
    pieces, end = [" " * begin], begin
    for start, stop in sorted(spans):
        pieces += [text[end:start], " " * (stop - start)]
        end = stop
    return "".join([*pieces, text[end:]])

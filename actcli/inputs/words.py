"""Words of the command line to vectors: numbers, constant expressions, ranges, comma vectors and pasted arrays."""

import re
from collections.abc import Sequence
from math import isfinite, lcm
from typing import TYPE_CHECKING

import numpy as np

from actcli.arrays import Floats
from actcli.dtypes import NumberType, number_type_named
from actcli.errors import Place, UsageError, printable
from actcli.formula import constant
from actcli.formula.notation import HOW_TO_WRITE
from actcli.inputs.brackets import BracketError, depth, is_array, leaves
from actcli.inputs.number import MINUS_SIGN, not_a_number, number, plain
from actcli.inputs.readings import two_readings
from actcli.results import Vectors

if TYPE_CHECKING:
    from fractions import Fraction

RANGE_LIMIT = 10_000_000
_EVERY = "all:"  # before a number type: all of its numbers

_WORDLIKE = r"[+-]?[\w.@]+|[+-]?[\d.][\w.]*[+-]?"
# A decimal, but for those whose exact fraction would take all memory.
_LITERAL = r"[+-]?(?=\.?[0-9])[0-9]{0,400}\.?[0-9]{0,400}(?:[eE][+-]?[0-9]{1,3})?"

Piece = tuple[int, str]  # where in its word a piece begins, and what it says


def read_words(words: Sequence[str], /, *, decimal_comma: bool = False) -> Vectors:
    """Read the values typed on the command line.

    Numbers and ranges make one vector together; each word with commas is a vector by itself (with semicolons, where a
    comma is the decimal sign), and so is each list of a pasted array. Raises UsageError with the place in the word.
    """
    words = _rejoined(words)
    separator = ";" if decimal_comma else ","
    vectors = [word for word in words if is_array(word) or _has(word, separator)]
    if vectors and len(vectors) < len(words):
        bare = next(word for word in words if word not in vectors)
        raise _mixed(bare, vectors[0], separator)
    if vectors:
        rows = [row for word in words for row in _vectors(word, separator)]
    else:
        rows = [np.concatenate([_numbers(word, decimal_comma=decimal_comma) for word in words])]
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    return Vectors(np.concatenate(rows), lengths, delimiter=separator if vectors else " ")


def is_values(word: str, /) -> bool:
    """Whether a word is meant as values: its first piece, up to a comma or colon, reads as a number; or `all:TYPE`."""
    if word.startswith(_EVERY):
        return True
    word = plain(word)
    if is_array(word):
        return True
    if depth(word) < 0:  # the end of a list that the shell has cut at its blanks
        word = word.rstrip("])")
    first = next((text.strip() for _, text in _split(word, ",:;") if text.strip()), "")
    if number(first, decimal_comma=False) is not None:
        return True
    try:
        constant(first)
    except UsageError:
        return False
    return True


def _rejoined(words: Sequence[str]) -> list[str]:
    """The words, those of a list in one that the shell has cut at its blanks."""
    joined = list[str]()
    is_open = False
    for word in words:
        if is_open:
            joined[-1] += f" {word}"
        else:
            joined.append(word)
        is_open = depth(joined[-1]) > 0 and is_array(joined[-1])
    return joined


def read_limits(word: str, /) -> tuple[float, float] | None:
    """Read `A:B`, the x limits of a picture; None if the word is anything else. Raises UsageError unless A < B."""
    pieces = _split(word, ":")
    if len(pieces) != 2 or word.startswith(_EVERY) or _has(word, ",") or not is_values(word):
        return None
    low, high = (_finite(word, piece) for piece in pieces)
    if low >= high:
        hint = None if low == high else f"write {pieces[1][1]}:{pieces[0][1]}"
        raise UsageError("the lower limit must be below the upper one", hint, Place(word, 0, len(word)))
    return low, high


def _split(word: str, separators: str) -> list[Piece]:
    """Cut a word at separators that no parenthesis encloses: `max(1,2),3` has two pieces."""
    pieces, start, enclosing = [], 0, 0
    for index, character in enumerate(plain(word)):
        enclosing = max(0, enclosing + (character == "(") - (character == ")"))
        if enclosing == 0 and character in separators:
            pieces.append((start, word[start:index]))
            start = index + 1
    return [*pieces, (start, word[start:])]


def type_of(words: Sequence[str], /) -> NumberType | None:
    """The number type whose numbers `all:TYPE` stands for among some words; None where none does."""
    found = [number_type_named(word[len(_EVERY) :]) for word in words if word.startswith(_EVERY)]
    return found[0] if found else None


def _has(word: str, separator: str) -> bool:
    return not word.startswith(_EVERY) and len(_split(word, separator)) > 1


def _mixed(bare: str, vector: str, separator: str) -> UsageError:
    marks = "semicolons" if separator == ";" else "commas"
    named = "a list" if is_array(vector) else f"a word with {marks}"
    message = f"'{printable(bare)}' and '{printable(vector)}' cannot be mixed: {named} is a vector by itself"
    several = f"3{separator}1{separator}-3 0{separator}1"
    return UsageError(message, f"one vector: 3 1 -3, without {marks}; several: {several} with {marks} in each")


def _vectors(word: str, separator: str) -> list[Floats]:
    """The vector that a word with separators is, or those of a pasted array."""
    if is_array(word):
        if separator == ";":
            raise UsageError(
                "--decimal-comma is for numbers outside of lists", "leave it out", Place(word, 0, len(word))
            )
        try:
            return [_vector(word, list(leaf.tokens())) for leaf in leaves(word)]
        except BracketError as error:
            raise UsageError(error.message, error.hint, Place(word, error.start, error.width)) from error
    if separator == "," and word.isprintable() and (found := two_readings(word)):
        hint = f"one value: write {word.replace(',', '')}; several: {word.replace(',', ' ')}"
        raise UsageError(found.message, hint, found.place)
    return [_vector(word, _split(word, separator), decimal_comma=separator == ";")]


def _vector(word: str, pieces: Sequence[Piece], *, decimal_comma: bool = False) -> Floats:
    for start, text in pieces:
        if _has(text, ":"):
            raise UsageError(
                "a vector written with commas cannot hold a range",
                "give it as a word of its own",
                Place(word, start, len(text)),
            )
    return np.array([_number(word, piece, decimal_comma=decimal_comma) for piece in pieces], dtype=np.float64)


def _numbers(word: str, *, decimal_comma: bool) -> Floats:
    if word.startswith(_EVERY):
        return number_type_named(word[len(_EVERY) :]).numbers()
    if _has(word, ":"):
        return _range(word, decimal_comma=decimal_comma)
    return np.array([_number(word, (0, word), decimal_comma=decimal_comma)], dtype=np.float64)


def _number(word: str, piece: Piece, *, decimal_comma: bool = False) -> float:
    """Read a number or constant expression that is a piece of `word`."""
    start = piece[0] + len(piece[1]) - len(piece[1].lstrip())
    text = plain(piece[1]).strip()
    value = number(text, decimal_comma=decimal_comma)
    if value is not None:
        return value
    place = Place(word, start, len(text) or 1)
    if not text:
        raise UsageError("a number is missing", place=place)
    if len(text.split()) > 1 and all(number(part) is not None for part in text.split()):
        raise UsageError(not_a_number(text), "several numbers are several words: leave out the quotes", place)
    # What expressions would make of `1_000` or `0x10` is not what numbers are: only true names reach them.
    if text[0] in "+-.0123456789" and re.fullmatch(r"[+-]*[\d.][\w.]*%?", text):
        raise UsageError(not_a_number(text), HOW_TO_WRITE, place)
    try:
        return constant(text)
    except UsageError as error:
        raise _placed(error, text, place) from error


def _placed(error: UsageError, text: str, place: Place) -> UsageError:
    """Turn the error of an expression into one of the word it stands in."""
    if re.fullmatch(_WORDLIKE, text):
        return UsageError(not_a_number(text), HOW_TO_WRITE, place)
    if error.place is not None:
        place = Place(place.text, place.column + error.place.column, error.place.width)
    return UsageError(error.message, error.hint or HOW_TO_WRITE, place)


def _range(word: str, *, decimal_comma: bool = False) -> Floats:
    """The values of START:STOP or START:STOP:STEP as `seq` makes them: each the double nearest to START + k * STEP."""
    from fractions import Fraction  # 2 ms, which only a range need pay

    split = _split(word, ":")
    if len(split) > 3:
        raise UsageError("a range is START:STOP or START:STOP:STEP", place=Place(word, split[3][0] - 1))
    values = [_finite(word, piece, decimal_comma=decimal_comma) for piece in split]
    texts = [text.strip() for _, text in split]
    decimals = [plain(text).replace(",", ".") for text in texts]
    is_decimal = [re.fullmatch(_LITERAL, text) is not None for text in decimals]
    exact = [
        Fraction(text if is_one else value) for text, is_one, value in zip(decimals, is_decimal, values, strict=True)
    ]
    start, stop, step = (*exact, Fraction(1))[:3]
    if step == 0:
        raise UsageError("the step of a range cannot be 0", place=Place(word, split[2][0], len(texts[2])))
    if (stop - start) * step < 0:
        message = f"steps of {printable((*texts, '1')[2])} lead away from {printable(texts[1])}"
        raise UsageError(message, f"write {printable(_turned(*texts))}", Place(word, 0, len(word)))
    steps = (stop - start) / step
    nearest = round(steps)
    if not all(is_decimal) and nearest >= 1 and abs(steps - nearest) <= Fraction(1, 10**6):
        # The pieces are not decimals but doubles, such as pi/8: a STOP that is missed by a millionth of a step counts
        # as reached, and the step becomes the one that leads there exactly.
        step, count = (stop - start) / nearest, nearest
    else:
        count = steps.numerator // steps.denominator
    if count >= RANGE_LIMIT:
        first, last, by = (*(repr(value).removesuffix(".0") for value in values), "1")[:3]
        message = f"the range has more than {RANGE_LIMIT // 1_000_000} million values"
        raise UsageError(message, f"pipe them: seq {first} {by} {last} | actcli …", Place(word, 0, len(word)))
    return _grid(start, step, count + 1)


def _grid(start: "Fraction", step: "Fraction", count: int) -> Floats:
    """The doubles nearest to start + k * step for k = 0 … count - 1."""
    denominator = lcm(start.denominator, step.denominator)
    first = start.numerator * (denominator // start.denominator)
    stride = step.numerator * (denominator // step.denominator)
    last = first + stride * (count - 1)
    # Both operands exact, hence one rounding: integers up to 2**53 and the divisor are doubles themselves.
    if max(abs(first), abs(last), denominator) <= 2**53:
        numerators = np.arange(count, dtype=np.int64) * (stride if count > 1 else 0) + first
        return np.asarray(numerators / np.float64(denominator), dtype=np.float64)
    # Python divides integers of any size with a single rounding.
    return np.fromiter(((first + k * stride) / denominator for k in range(count)), np.float64, count)


def _finite(word: str, piece: Piece, *, decimal_comma: bool = False) -> float:
    value = _number(word, piece, decimal_comma=decimal_comma)
    if not isfinite(value):
        raise UsageError("a range must be finite", place=Place(word, piece[0], len(piece[1])))
    return value


def _turned(start: str, stop: str, step: str = "1") -> str:
    """Write a range with its step turned round."""
    if step[0] in ("-", MINUS_SIGN):
        return f"{start}:{stop}:{step[1:]}"
    return f"{start}:{stop}:-{step.removeprefix('+')}"

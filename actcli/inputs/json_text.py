"""JSON text to what it says: numbers as people and Python write them are taken too; errors with line and column."""

import re
from math import isfinite
from typing import Any

import orjson

from actcli.errors import DataError, Place
from actcli.inputs.bulk import INTEGER_MINUS_ZERO
from actcli.inputs.tokens import MINUS_SIGN, number

# orjson refuses what JSON has no words for: NaN, Infinity, 1e999, .5, +3.
# Possessive, and a string that is never closed ends with the text: no input takes longer than its length.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[^\s\[\]{},:"]++', re.DOTALL)
_STANDARD = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_LINE_SHOWN = 1 << 10


class NoJsonError(DataError):
    """A text that is no JSON from the character at `position` on."""

    def __init__(self, message: str, hint: str | None, place: Place | None, position: int) -> None:
        super().__init__(message, hint, place)
        self.position = position


def decoded(text: bytes, name: str, first_line: int = 1) -> Any:
    """What a JSON text says; raises NoJsonError with the place of what is wrong, lines counted from `first_line`."""
    if not INTEGER_MINUS_ZERO.search(text):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            pass  # it may be no more than a NaN
    try:
        loose = text.decode()
    except UnicodeDecodeError as error:
        line = first_line + text.count(b"\n", 0, error.start)
        told = f"{name}, line {line}: not UTF-8 text"
        raise NoJsonError(told, "convert it: iconv -t UTF-8", None, 0) from error
    strict = _TOKEN.sub(_standard, loose)
    try:
        return orjson.loads(strict)
    except orjson.JSONDecodeError as error:
        message = "cut short" if error.msg == "unexpected end of data" else error.msg
        position = _original(loose, error.pos)
        where, place = located(loose, position, name, first_line)
        raise NoJsonError(f"{where}: no JSON: {message}", None, place, position) from error


def located(text: str, position: int, name: str, first_line: int = 1, width: int = 1) -> tuple[str, Place]:
    """Name a position of a text, and draw it in its line."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[max(start, position - _LINE_SHOWN) : position + width + _LINE_SHOWN if end < 0 else end]
    where = f"{name}, line {first_line + text.count(chr(10), 0, position)}, column {position - start + 1}"
    return where, Place(line, min(position - start, _LINE_SHOWN), width)


def _standard(token: "re.Match[str]") -> str:
    """Write a number as JSON does; NaN and infinities become text, all else stays as it is."""
    text = token[0]
    value = None if text[0] == '"' else number(text.replace(MINUS_SIGN, "-"))
    if value is None:
        return text
    if not isfinite(value):
        return f'"{value}"'
    if value == 0 and text[0] == "-":
        return "-0.0"
    return text if _STANDARD.fullmatch(text) else orjson.dumps(value).decode()


def _original(text: str, position: int) -> int:
    """Where a position of the text in standard numbers lies in the text as it was."""
    shift = 0
    for token in _TOKEN.finditer(text):
        if token.start() + shift >= position:
            break
        shift += len(_standard(token)) - len(token[0])
    return min(len(text), position - shift)

"""JSON text to what it says: in parts, by orjson where that reads it as we do, else as people and Python write it."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from json import JSONDecodeError, JSONDecoder
from typing import Any, NamedTuple

import numpy as np

from actcli.inputs.number import number, shortened
from actcli.inputs.readers.bulk import INTEGER_MINUS_ZERO, loads

_BLANKS = re.compile(r"[ \t\n\r]*")
_TOKEN = re.compile(r'[^\s\[\]{},:"]+')
_INTEGER = re.compile(r"(?!-0)-?(?:0|[1-9][0-9]{0,19})", re.ASCII)
_KEY_END = re.compile(rb'"[ \t\n\r]*:')
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS = {"null": None, "true": True, "false": False}


def decode(text: bytes) -> Any:
    """What a JSON text says; numbers as people and Python write them are taken too.

    Raises json.JSONDecodeError or UnicodeDecodeError, each with the place of what is wrong.
    """
    if (found := by_orjson(text, [text]) or _by_standard(text)) is not None:
        return found[0]
    loose = text.decode()
    try:
        return _DECODER.decode(loose)
    except RecursionError as error:
        raise JSONDecodeError("nested too deeply", loose, 0) from error


def by_orjson(text: bytes, parts: Sequence[bytes]) -> list[Any] | None:
    """What each part of a text says; None where it may be more than orjson understands, or a key stands twice."""
    if INTEGER_MINUS_ZERO.search(text):
        return None
    try:
        values = [loads(part) for part in parts]
        if b"{" in text and not _has_each_key(text, values):  # of two values of a key orjson takes the last
            for part in parts:
                json.loads(part, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return values


def _has_each_key(text: bytes, values: Sequence[Any]) -> bool:
    """Whether objects have as many keys as stand in their text; False too where strings look like keys."""
    objects = keys = 0
    level: Sequence[Any] = values
    while level:
        found = [value for value in level if type(value) is dict]
        # Numbers lead to nothing; an object that a list has behind some is missing from the count.
        lists = [value for value in level if type(value) is list and type(value[0] if value else 0) in (list, dict)]
        objects += len(found)
        keys += sum(map(len, found))
        level = [*chain.from_iterable(map(dict.values, found)), *chain.from_iterable(lists)]
    return text.count(b"{") == objects and (text.count(b":") == keys or len(_KEY_END.findall(text)) == keys)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once each; raises ValueError for others."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _by_standard(text: bytes) -> list[Any] | None:
    """What Python's own reader makes of a text that orjson refuses for NaN, an infinity or −0; None where we differ."""
    if b"\\u" in text:  # which may spell half a character
        return None
    try:
        return [_STANDARD.decode(text.decode())]
    except (ValueError, RecursionError):
        return None


def _integer(digits: str) -> float:
    """As orjson has it: integers of 64 bits; all else is a float, which has a minus zero and no end."""
    if _INTEGER.fullmatch(digits) and -(1 << 63) <= (integer := int(digits)) < 1 << 64:
        return integer
    return float(digits)


_STANDARD = JSONDecoder(object_pairs_hook=_once, parse_int=_integer)


def documents(data: bytes) -> tuple[list[Any], JSONDecodeError | None]:
    """What the values of a text say that stand one behind the other, and the error that ends them.

    The last of them is then a list of what stands whole in the value that has the error.
    """
    if (found := by_orjson(data, [data]) or _by_standard(data)) is not None:
        return found, None
    text, documents = data.decode(), list[Any]()
    at = _after_blanks(text, 0)
    try:
        while at < len(text):
            if documents and text[at] not in "[{":
                raise JSONDecodeError("extra data", text, at)
            document, end = _DECODER.raw_decode(text, at)
            documents.append(document)
            at = _after_blanks(text, end)
    except JSONDecodeError as error:
        return [*documents, *_whole_entries(text, at)], error
    except RecursionError:
        return documents, JSONDecodeError("nested too deeply", text, at)
    return documents, None


# Where a long text can be cut.

_PART_BYTES = 1 << 18  # some 20 times as many in memory, once it is read
_WINDOW_BYTES = 1 << 22
_QUOTE, _OPENING, _CLOSING, _COMMA = range(1, 5)
_KINDS = np.zeros(256, np.uint8)
for _kind, _marks in ((_QUOTE, b'"'), (_OPENING, b"[{"), (_CLOSING, b"]}"), (_COMMA, b",")):
    _KINDS[[*_marks]] = _kind
_IS_ARRAY_OF_SUCH = re.compile(rb"\s*\[\s*[\[{]")
_ESCAPE = re.compile(rb"\\.", re.DOTALL)


class Part(NamedTuple):
    """Consecutive entries of an array, as an array of their own; of a text that cannot be cut, all."""

    text: bytes
    """What it says, with brackets around it."""
    start: int
    """Where it begins in the whole text, as if its opening bracket stood there."""

    def whole(self, error: JSONDecodeError, data: bytes | bytearray) -> JSONDecodeError:
        """An error in this part as one in the whole text."""
        if not self.start:
            return error
        before = len(data[: self.start].decode())
        return JSONDecodeError(error.msg, data.decode(errors="replace"), before + error.pos)


def parts(data: bytes | bytearray) -> Iterator[Part]:
    """A text as parts that can be read one by one: a long array of arrays and objects is cut between them."""
    cuts = _cuts(data) if len(data) > _PART_BYTES else []
    for start, end in pairwise((0, *cuts, len(data))):
        opening, closing = b"[" if start else b"", b"]" if end < len(data) else b""
        yield Part(b"".join((opening, memoryview(data)[start + len(opening) : end], closing)), start)


def _cuts(data: bytes | bytearray) -> list[int]:
    """The places of commas between the entries of an array, about as many bytes apart as a part has.

    None if an entry is no array and no object: then the array is something by itself. What is amiss within the entries
    is not seen here.
    """
    if not _IS_ARRAY_OF_SUCH.match(data):
        return []
    cuts, depth, is_in_string, is_after_comma, start = list[int](), 0, False, False, 0
    while start < len(data):
        window = bytes(data[start : start + _WINDOW_BYTES])
        while window.endswith(b"\\") and start + len(window) < len(data):  # which may belong to what follows
            window += data[start + len(window) : start + len(window) + 1]
        kinds = _KINDS[np.frombuffer(_ESCAPE.sub(b"  ", window) if b"\\" in window else window, np.uint8)]
        marks = np.flatnonzero(kinds)
        kinds = kinds[marks]
        is_quote = kinds == _QUOTE
        is_within = np.logical_xor.accumulate(np.concatenate(([is_in_string], is_quote)))
        is_in_string = bool(is_within[-1])
        is_outside = ~(is_within[1:] | is_quote) | (is_quote & is_within[1:])  # a string counts by its first quote
        marks, kinds = marks[is_outside], kinds[is_outside]
        depths = depth + np.cumsum((kinds == _OPENING).astype(np.int64) - (kinds == _CLOSING))
        ends = np.flatnonzero(depths == 0)
        if len(ends):
            marks, kinds, depths = marks[: ends[0] + 1], kinds[: ends[0] + 1], depths[: ends[0] + 1]
        is_dividing = (kinds == _COMMA) & (depths == 1)
        follows = np.concatenate(([is_after_comma], is_dividing[:-1])) if len(kinds) else is_dividing
        if (kinds[follows.astype(np.bool_)] != _OPENING).any():
            return []
        commas = start + marks[is_dividing]
        while len(commas := commas[np.searchsorted(commas, (cuts[-1] if cuts else 0) + _PART_BYTES) :]):
            cuts.append(int(commas[0]))
        if len(ends):
            return cuts
        if len(kinds):
            depth, is_after_comma = int(depths[-1]), bool(is_dividing[-1])
        start += len(window)
    return cuts[:-1] if is_after_comma else cuts


class _Decoder(JSONDecoder):
    """The standard decoder, which takes every number that `number` does: NaN, inf, 1e999, .5, 1., +3 and −1."""

    def __init__(self) -> None:
        super().__init__()
        standard: Any = self  # whose parts are public, but for the types
        self._parse_array, self._parse_object = standard.parse_array, standard.parse_object
        self._parse_string = standard.parse_string
        self.scan_once = self._scan

    def _scan(self, text: str, at: int) -> tuple[Any, int]:
        """The value that begins here, and where it ends."""
        mark = text[at : at + 1]
        if mark == "[":
            values, end = self._parse_array((text, at + 1), self._scan)
            return values, end
        if mark == "{":
            pairs, end = self._parse_object((text, at + 1), True, self._scan, None, list)
            entries = dict(pairs)
            if len(entries) < len(pairs):
                raise JSONDecodeError(f"a key stands twice in an object: {shortened(_twice(pairs))}", text, at)
            for key in entries:
                _refuse_half_characters(key, text, at)
            return entries, end
        if mark == '"':
            string, end = self._parse_string(text, at + 1, True)
            _refuse_half_characters(string, text, at)
            return string, end
        if token := _TOKEN.match(text, at):
            if token[0] in _WORDS:
                return _WORDS[token[0]], token.end()
            if _INTEGER.fullmatch(token[0]):
                return _integer(token[0]), token.end()
            if (value := number(token[0])) is not None:
                return value, token.end()
        raise StopIteration(at)


def _twice(pairs: Sequence[tuple[str, Any]]) -> str:
    names = [name for name, _ in pairs]
    return next(name for name in names if names.count(name) > 1)


def _refuse_half_characters(string: str, text: str, at: int) -> None:
    """JSON can spell half of a character that UTF-16 has in two, which no output could hold."""
    if _SURROGATE.search(string):
        raise JSONDecodeError("half a character in text", text, at)


_DECODER = _Decoder()


def _whole_entries(text: str, at: int) -> list[Any]:
    """The arrays and objects that stand whole, comma included, before an error in an array of such that begins here."""
    entries: list[Any] = []
    mark = "["
    try:
        while text[at : at + 1] == mark:
            entry, end = _DECODER.raw_decode(text, _after_blanks(text, at + 1))
            at, mark = _after_blanks(text, end), ","
            if text[at : at + 1] == ",":
                entries.append(entry)
    except (JSONDecodeError, RecursionError):
        pass
    return entries if all(isinstance(entry, list | dict) for entry in entries) else []


def _after_blanks(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at

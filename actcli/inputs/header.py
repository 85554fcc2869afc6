"""The first line of a table of text: what splits its fields, and whether they are names."""

import re
from collections.abc import Sequence

from actcli.inputs.tokens import number

_QUOTED = re.compile(rb'"[^"]*"')
_MARKS = re.compile(rb"[,;\t]")


def delimiter_of(line: bytes, otherwise: bytes = b"") -> bytes:
    """The comma, semicolon or tab that a line has first outside of quotes."""
    found = _MARKS.search(_QUOTED.sub(b"", line))
    return found[0] if found else otherwise


def names_of(line: bytes, fields: Sequence[str]) -> Sequence[str]:
    """The fields of a first line where they are names, none of them a number and some of them text; else none."""
    try:
        is_text = b"\0" not in line and bool(line.decode())
    except UnicodeDecodeError:
        is_text = False
    names = [field.strip() for field in fields]
    return names if is_text and any(names) and all(number(name) is None for name in names) else ()

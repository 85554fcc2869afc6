"""The grammar of one number, the same for words of the command line, options and text."""

import re

from actcli.errors import printable

MINUS_SIGN = "\N{MINUS SIGN}"

# Python's float() also takes `1_000` and the digits of every script: a typing slip must not become a number.
_NUMBER = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf(?:inity)?|nan)", re.ASCII | re.IGNORECASE
)

_SHOWN = 40


def number(token: str, /) -> float | None:
    """Read one number, the double nearest to what is written (`1e999` is inf); None if it is not one."""
    token = token.replace(MINUS_SIGN, "-")
    return float(token) if _NUMBER.fullmatch(token) else None


def shortened(token: str, /) -> str:
    """A piece of input as a message shows it: of bounded length, and with characters that a terminal can bear."""
    return printable(token if len(token) <= _SHOWN else token[: _SHOWN - 1] + "…")


def not_a_number(token: str, /) -> str:
    """The message that a token is not a number."""
    return f"'{shortened(token)}' is not a number"

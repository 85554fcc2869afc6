"""The grammar of one number, the same for words of the command line, options and text."""

import re

from actcli.errors import printable

MINUS_SIGN = "\N{MINUS SIGN}"

# What an Asian keyboard types for ASCII: the full-width forms, in their order, and a few signs of its own.
_PLAIN = {0xFF01 + place: 0x21 + place for place in range(94)} | str.maketrans(
    {MINUS_SIGN: "-", "\N{IDEOGRAPHIC SPACE}": " ", "\N{IDEOGRAPHIC COMMA}": ",", "【": "[", "】": "]"}
)

# Python's float() also takes `1_000` and the digits of every script: a typing slip must not become a number.
_NUMBER = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf(?:inity)?|nan)", re.ASCII | re.IGNORECASE
)
# What Microsoft's C prints, with zeros up to the digits asked for: 1.#INF, -1.#IND00, 1.#QNAN0.
_MICROSOFT = re.compile(r"([+-]?)1[.,]#(?:(INF)|IND|QNAN|SNAN)0*", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[^.,]*,[0-9#][^.,]*|[^.,]*")

# Between names: those of Chinese and Japanese keyboards.
_OTHER_COMMAS = re.compile("[，、]")

_SHOWN = 40


def plain(text: str, /) -> str:
    """The same text, as long as it was, in the ASCII that full-width characters and the minus sign stand for."""
    return text if text.isascii() else text.translate(_PLAIN)


def listed_names(text: str, /) -> list[str]:
    """The names in a list, between commas; full-width ones count where it has no other, for a name may hold them."""
    pieces = text.split(",") if "," in text else _OTHER_COMMAS.split(text)
    return [piece.strip() for piece in pieces]


def number(token: str, /, *, decimal_comma: bool = False) -> float | None:
    """Read one number, the double nearest to what is written (`1e999` is inf); None if it is not one.

    With a decimal comma a point is no part of a number: it might as well stand for thousands.
    """
    token = plain(token)
    if decimal_comma:
        if not _DECIMAL_COMMA.fullmatch(token):
            return None
        token = token.replace(",", ".")
    if _NUMBER.fullmatch(token):
        return float(token)
    if "#" in token and (found := _MICROSOFT.fullmatch(token)):
        return float(f"{found[1]}{'inf' if found[2] else 'nan'}")
    return None


def shortened(token: str, /) -> str:
    """A piece of input as a message shows it: of bounded length, and with characters that a terminal can bear."""
    return printable(token if len(token) <= _SHOWN else token[: _SHOWN - 1] + "…")


def not_a_number(token: str, /) -> str:
    """The message that a token is not a number."""
    return f"'{shortened(token)}' is not a number"

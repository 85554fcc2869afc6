"""Lines that can be read in two ways which give different numbers: what both are, and how to settle it."""

import re
from typing import NamedTuple

from actcli.errors import Place
from actcli.inputs.number import number, plain, shortened

_GAP = re.compile(r"[^ \t\v\f]\t\t++(?=[^ \t\v\f])")
_PIECE = re.compile(r"[^ \t\v\f;]+")
_DECIMAL = re.compile(r"[+-]?[0-9]+,[0-9]+(?:[eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(\.[0-9]*)?")
# What divides values beside semicolons: blanks or commas; with decimal commas only blanks can.
_ROWS = re.compile(r"[^ \t\v\f;,](?:[ \t\v\f]++(?=[^;,])|[ \t\v\f]*+,)")
_ROWS_OF_BLANKS = re.compile(r"[^ \t\v\f;][ \t\v\f]++(?=[^;])")


WIDE_COMMAS_HINT = "full-width commas: sed 's/，/,/g; s/、/,/g' FILE"
WIDE_DIVIDERS_HINT = "full-width separators: sed -E 's/，|、|；/,/g' FILE"
COMMENT_HINT = "a table has no comments: grep -v '^#' FILE"
# What stands where a number should, and the cure: by what it holds, or by all of it.
_CURES = (
    (
        r"(?i:#?n/?a|null|none|nil|missing|-+|\?+)?|#[A-Z0-9/]+[!?]",
        "--on-error nan reads NaN, --on-error skip leaves its vector out",
    ),
    (r"#.*", COMMENT_HINT),
    (r".*[\uff0c\u3001].*", WIDE_COMMAS_HINT),
    (r'.*".*', "quotes: tr -d '\"' < FILE"),
    (r".*[\u00a0\u2009\u202f].*", r"a blank of thousands: sed 's/\xc2\xa0//g; s/\xe2\x80\xaf//g' FILE"),
    (r"&|\\\\|\\hline", r"a table of LaTeX: sed 's/&/,/g; s/\\.*//' FILE"),
    (r"[\u2013\u2014].*", "a dash: sed 's/–/-/g; s/—/-/g' FILE"),
    (r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?", "leave out the commas of thousands, or --on-error nan"),
    (r"[+-]?[0-9]+,[0-9]+([eE][+-]?[0-9]+)?", "a decimal comma: --decimal-comma"),
)
_HEADER_HINT = "--header takes the first line for names"
_HINT = "--on-error skip leaves its vector out, --on-error nan reads NaN"


def cure_of(token: str, /, *, decimal_comma: bool = False, is_first: bool = False) -> str:
    """What to do about a token that is not a number; the first of an input may be a name."""
    if decimal_comma and "." in token and number(token.replace(",", "")) is not None:
        return "with --decimal-comma a number has no points: leave out those of thousands, or the option"
    cure = next((cure for pattern, cure in _CURES if re.fullmatch(pattern, token)), None)
    return cure or (_HEADER_HINT if is_first and token[:1].isalpha() else _HINT)


class TwoReadings(NamedTuple):
    """A text that can be read in two ways."""

    message: str
    """What both readings are."""
    hint: str
    """How to settle it."""
    place: Place
    """What the trouble is about."""


def two_readings(line: str, /, *, decimal_comma: bool = False) -> TwoReadings | None:
    """What is ambiguous in a line of numbers that commas, semicolons or blanks divide; None if nothing is.

    A comma between two digits may be the decimal sign, or that of the thousands, unless it is all that divides the
    line; `1,234.5` is two readings by itself.
    """
    text = plain(line)
    if "\r" in text:
        hint = r"lines: tr '\r' '\n' < FILE; a single line: tr '\r' ' ' < FILE"
        message = "a carriage return within the line may end a line or stand for a blank"
        return TwoReadings(message, hint, Place(line, text.index("\r")))
    if "\t\t" in text and (gap := _GAP.search(text)):
        message = "tabs that follow one another may hold an empty field, or be a single blank"
        hint = r"a missing value: --from tsv; a blank: tr -s '\t' < FILE"
        return TwoReadings(message, hint, Place(line, gap.start() + 1, len(gap[0]) - 1))
    if not decimal_comma and "," in text:
        pieces = [(found.start(), found[0].strip(",")) for found in _PIECE.finditer(text)]
        is_alone = sum(bool(piece) for _, piece in pieces) == 1
        for start, piece in pieces:
            if "," in piece:
                place = Place(line, text.index(piece, start), len(piece))
                if found := _of_piece(piece, place, is_alone=is_alone):
                    return found
    if ";" in text and (_ROWS_OF_BLANKS if decimal_comma else _ROWS).search(text):
        message = "semicolons may divide the values of one vector, or vectors"
        hint = r"one vector: tr ';' ' ' < FILE; a vector a line: tr ';' '\n' < FILE"
        return TwoReadings(message, hint, Place(line, text.index(";")))
    return None


def _of_piece(piece: str, place: Place, *, is_alone: bool) -> TwoReadings | None:
    """What is ambiguous in a piece of a line that holds a comma; None if nothing is."""
    is_decimal = _DECIMAL.fullmatch(piece) is not None and not is_alone
    thousands = _THOUSANDS.fullmatch(piece)
    with_point = thousands is not None and thousands[1] is not None
    if not is_decimal and (thousands is None or (is_alone and not with_point)):
        return None
    numbers = [piece.replace(",", ".")] if is_decimal else []
    if thousands is not None:
        numbers.append(piece.replace(",", ""))
    parts = piece.split(",")
    message = f"'{shortened(piece)}' may be {', '.join(numbers)} or {len(parts)} values, {' and '.join(parts[:3])}"
    if is_alone:
        return TwoReadings(message, "thousands: tr -d , < FILE; values: --from csv", place)
    values = r"values: tr -s '; \t' , < FILE"
    if is_decimal:
        return TwoReadings(message, f"decimals: --decimal-comma; {values}", place)
    return TwoReadings(message, f"thousands: tr -d , < FILE; {values}", place)

"""Numbers as text, in bulk and one by one: nothing else turns numbers into text.

A value has the same text wherever it stands: the shortest that reads back (`0.0`, `1.5e-7`, `nan`, `inf`, `-inf`), or
so many significant digits as C's `%g` writes them.
"""

import math
from itertools import islice
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from actcli.arrays import Integers, Numbers

_BLOCK = 4096  # values that one format string takes: longer ones fall out of the cache


def rows(values: Numbers, lengths: Integers, digits: int | None = None) -> bytes:
    """Text of vectors laid end to end: a line each, commas within, no newline after the last."""
    if len(lengths) == 0:
        return b""
    if (lengths == lengths[0]).all():
        return _grid(values.reshape(len(lengths), int(lengths[0])), digits)
    tokens = iter(each(values, digits))
    return b"\n".join([b",".join(islice(tokens, length)) for length in lengths.tolist()])


def each(values: Numbers, digits: int | None = None) -> list[bytes]:
    """Text of every value by itself."""
    return _grid(values.reshape(1, -1), digits).split(b",") if values.size else []


def text(value: float, digits: int | None = None) -> str:
    """Text of one value."""
    return each(np.array([value]), digits)[0].decode()


def trimmed(value: float, digits: int | None = None) -> str:
    """Text of one value as people write it: a whole number has no `.0`."""
    return text(value, digits).removesuffix(".0")


def padded(value: float, digits: int = 4) -> str:
    """Text with all its significant digits, zeros at the end too: `-0.1700`; but `3` for what is 3."""
    return each_padded(np.array([value]), digits)[0]


def each_padded(values: Numbers, digits: int | None = None) -> list[str]:
    """Text of every value as `padded` writes it; without `digits`, all that it has; what is text stays as it is."""
    texts = [token.decode() for token in each(values, digits)]
    if digits is None or values.dtype.kind == "U":
        return texts
    return [
        rounded if "e" in rounded or float(rounded) == value else f"{value:#.{digits}g}".rstrip(".")
        for rounded, value in zip(texts, values.tolist(), strict=True)
    ]


def rounded_up(value: float, digits: int = 3) -> str:
    """Text of a bound from above, rounded up: one that was rounded down would be none."""
    rounded = text(value, digits)
    if value <= 0 or float(rounded) >= value:
        return rounded
    step = 10.0 ** (math.floor(math.log10(value)) - digits + 1)
    return text(math.ceil(value / step) * step, digits)


def fixed(value: float, places: int) -> str:
    """Text with so many digits behind the point."""
    return f"{value:.{places}f}"


def percent(share: float, digits: int | None = None) -> str:
    """A share in percent: with one digit behind the point, or with so many significant digits."""
    return f"{fixed(100 * share, 1) if digits is None else text(100 * share, digits)} %"


def quoted(numbers: bytes) -> bytes:
    """Turn the text of numbers into JSON, which has no NaN and no infinities: they become strings."""
    if b"n" not in numbers:
        return numbers
    named = numbers.replace(b"nan", b'"NaN"').replace(b"inf", b'"Infinity"')
    return named.replace(b'-"Infinity"', b'"-Infinity"')


def joined_by(delimiter: bytes, numbers: bytes) -> bytes:
    """Put a delimiter of one character into the place of every comma."""
    # A table of bytes maps a million commas in a tenth of the time that bytes.replace takes.
    is_done = delimiter == b"," or b"," not in numbers
    return numbers if is_done else numbers.translate(bytes.maketrans(b",", delimiter))


def _grid(matrix: NDArray[Any], digits: int | None) -> bytes:
    height, width = len(matrix), int(matrix.shape[1])
    if width == 0:
        return b"\n" * (height - 1)
    if width == 1 and height > 1:  # as one row it prints 2.5 times as fast
        return joined_by(b"\n", _grid(matrix.reshape(1, height), digits))
    if matrix.dtype.kind == "U":  # certified digits come as text
        return "\n".join([",".join(row) for row in matrix.tolist()]).encode()
    if digits is None or matrix.dtype.kind in "iu":
        return _shortest(matrix)
    return _rounded(matrix, digits)


def _shortest(matrix: NDArray[Any]) -> bytes:
    dumped: bytes = orjson.dumps(np.ascontiguousarray(matrix), option=orjson.OPT_SERIALIZE_NUMPY)
    printed = dumped[2:-2]
    if len(matrix) > 1:  # the search for what is not there would take half as long as printing
        printed = printed.replace(b"],[", b"\n")
    if b"n" not in printed:
        return printed
    # orjson writes null for NaN and for both infinities: put each one's own name into its place.
    pieces = printed.split(b"null")
    names = [str(value).encode() for value in matrix[~np.isfinite(matrix)].tolist()]
    return b"".join([part for pair in zip(pieces, [*names, b""], strict=True) for part in pair])


def _rounded(matrix: NDArray[Any], digits: int) -> bytes:
    width = matrix.shape[1]
    numbers = matrix.ravel().tolist()
    form = f"%.{digits}g"
    blocks = []
    for start in range(0, len(numbers), _BLOCK):
        block = numbers[start : start + _BLOCK]
        blocks.append(",".join([form] * len(block)) % tuple(block))
    printed = ",".join(blocks)
    if matrix.shape[0] > 1:
        tokens = iter(printed.split(","))
        printed = "\n".join([",".join(islice(tokens, width)) for _ in range(matrix.shape[0])])
    return printed.encode()

"""Rounding to a number type by exact fractions, and all numbers of a narrow type by their bits."""

import re
from fractions import Fraction

import numpy as np

from actcli.dtypes import FloatType


def numbers_of(precision: FloatType) -> list[float]:
    """All finite numbers of a narrow type from 0 up, as NumPy and ml_dtypes decode their bits."""
    dtype = precision.dtype()
    width = int("".join(re.findall(r"^b?float([0-9]+)", precision.name)))  # of bits; a byte holds a number of 4 or 6
    codes = np.arange(1 << (width - 1)).astype(f"u{dtype.itemsize}")
    with np.errstate(invalid="ignore"):  # signalling NaN among them
        values = codes.view(dtype).astype(np.float64)
    return sorted(values[np.isfinite(values)].tolist())


def by_fractions(x: Fraction, precision: FloatType) -> float:
    """Round an exact number as IEEE 754 says: to whole multiples of the spacing, then look whether it is too large."""
    size = abs(x)
    exponent = precision.least_exponent
    while size >= Fraction(2) ** (exponent + 1):
        exponent += 1
    spacing = Fraction(2) ** (exponent - precision.bits + 1)
    nearest = round(size / spacing) * spacing  # Python rounds half to even
    if nearest > Fraction(precision.largest):
        nearest_float = {"infinity": np.inf, "NaN": np.nan, "saturation": precision.largest}[precision.beyond]
    else:
        nearest_float = float(nearest)
    return -nearest_float if x < 0 else nearest_float

"""Rounding to a number type by exact fractions, and all numbers of a narrow type by their bits."""

from fractions import Fraction

import numpy as np

from actcli.dtypes import NumberType


def numbers_of(precision: NumberType) -> list[float]:
    """All finite numbers of a narrow type from 0 up, as NumPy and ml_dtypes decode their bits."""
    dtype = precision.dtype()
    codes = np.arange(1 << (8 * dtype.itemsize - 1)).astype(f"u{dtype.itemsize}")
    with np.errstate(invalid="ignore"):  # signalling NaN among them
        values = codes.view(dtype).astype(np.float64)
    return sorted(values[np.isfinite(values)].tolist())


def by_fractions(x: Fraction, precision: NumberType) -> float:
    """Round an exact number as IEEE 754 says: to whole multiples of the spacing, then look whether it is too large."""
    size = abs(x)
    exponent = precision.least_exponent
    while size >= Fraction(2) ** (exponent + 1):
        exponent += 1
    spacing = Fraction(2) ** (exponent - precision.bits + 1)
    nearest = round(size / spacing) * spacing  # Python rounds half to even
    if nearest > Fraction(precision.largest):
        nearest_float = np.inf if precision.has_infinity else np.nan
    else:
        nearest_float = float(nearest)
    return -nearest_float if x < 0 else nearest_float

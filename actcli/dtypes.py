"""Number types: rounding float64 to one of them, once; how far apart its numbers lie; what NumPy calls it."""

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats
from actcli.errors import UsageError

TypeName = Literal["float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"]


class NumberType(NamedTuple):
    """A binary floating-point type of `bits` significant bits, whose smallest normal number is 2**least_exponent.

    Beyond `largest` lies infinity, or NaN in a type that `has_infinity` denies one.
    """

    name: TypeName
    """As typed."""
    bits: int
    """Of the significand, the hidden one included."""
    least_exponent: int
    """Of the normal numbers."""
    largest: float
    """The largest finite number."""
    has_infinity: bool = True
    """False for float8_e4m3fn."""

    @property
    def smallest_normal(self) -> float:
        """The least number that has all its bits."""
        return 2.0**self.least_exponent

    def rounded(self, x: Floats) -> Floats:
        """The numbers of the type nearest to x, ties to the even one, as float64 of the same shape.

        One rounding, where a cast by way of float32 takes two (1 + 2**-8 + 2**-40 would become 1 in bfloat16).
        Infinities in a type without them are NaN. Source: IEEE 754-2019, section 4.3.1; of the types of 8 bits the
        OCP 8-bit Floating Point Specification 1.0, without saturation, as in PyTorch and JAX.
        """
        with np.errstate(all="ignore"):  # what is below the smallest subnormal becomes 0
            exponent = self._exponent_of_spacing(x)
            nearest = np.ldexp(np.rint(np.ldexp(x, -exponent)), exponent)
        beyond = np.copysign(np.inf, nearest) if self.has_infinity else np.nan
        return np.where(np.abs(nearest) > self.largest, beyond, nearest)

    def is_middle(self, x: Floats, ulp: int = 0) -> NDArray[np.bool_]:
        """Where x is the middle between two numbers of the type, or so many ulp of float64 beside it."""
        if self.bits == FLOAT64_BITS:
            return np.zeros(np.shape(x), np.bool_)
        # Of the bits that the type lacks the first one is set.
        middle = 1 << (FLOAT64_BITS - self.bits - 1)
        bits = np.ascontiguousarray(x).view(np.int64) + (ulp - middle)
        bits &= 2 * middle - 1
        is_near = bits <= 2 * ulp
        with np.errstate(all="ignore"):
            faint = (np.abs(x) < self.smallest_normal) & (x != 0)
            if faint.any():
                steps = np.abs(np.ldexp(x[faint], self.bits - 1 - self.least_exponent))
                is_near[faint] = np.abs(steps - np.rint(steps)) >= 0.5 - ulp * np.spacing(steps)
        return is_near.reshape(np.shape(x))

    def spacing(self, x: Floats) -> Floats:
        """One unit in the last place of x: how far apart the numbers of the type lie from |x| on; NaN beyond all."""
        with np.errstate(all="ignore"):
            spacing = np.ldexp(1.0, self._exponent_of_spacing(x))
        return np.where(np.isfinite(x), spacing, np.nan)

    def printed(self, x: Floats) -> NDArray[Any]:
        """Numbers of the type as an array of few digits: every narrow type lies in float32, whose text is shorter."""
        return x if self.bits > _FLOAT32_BITS else x.astype(np.float32)

    def dtype(self) -> np.dtype[Any]:
        """What NumPy calls the type; those that it does not know are known to ml_dtypes.

        Raises UsageError where that is not installed.
        """
        if self.name in ("float64", "float32", "float16"):
            return np.dtype(self.name)
        try:
            import ml_dtypes
        except ImportError as error:
            message = f"{self.name} in NumPy's format needs the package ml_dtypes"
            raise UsageError(message, "pip install 'actcli[dtypes]'; text and JSON need nothing") from error
        found: np.dtype[Any] = np.dtype(getattr(ml_dtypes, self.name))
        return found

    def _exponent_of_spacing(self, x: Floats) -> NDArray[np.intc]:
        _, exponent = np.frexp(x)  # |x| = mantissa * 2**exponent, the mantissa in [1/2, 1)
        least = self.least_exponent - self.bits + 1
        return np.where(x == 0, least, np.maximum(exponent - self.bits, least)).astype(np.intc)


FLOAT64_BITS = 53
_FLOAT32_BITS = 24

NUMBER_TYPES: dict[str, NumberType] = {
    each.name: each
    for each in (
        NumberType("float64", FLOAT64_BITS, -1022, float(np.finfo(np.float64).max)),
        NumberType("float32", _FLOAT32_BITS, -126, (2 - 2.0**-23) * 2.0**127),
        NumberType("float16", 11, -14, 65_504.0),
        NumberType("bfloat16", 8, -126, (2 - 2.0**-7) * 2.0**127),
        NumberType("float8_e4m3fn", 4, -6, 448.0, has_infinity=False),
        NumberType("float8_e5m2", 3, -14, 57_344.0),
    )
}


def number_type_named(name: str | None) -> NumberType | None:
    """The type that the user asked for, if one was."""
    return None if name is None else NUMBER_TYPES[name]

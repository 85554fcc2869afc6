"""Number types: rounding float64 to one of them, once; how far apart its numbers lie; what NumPy calls it."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats
from actcli.errors import DataError, UsageError, printable

Beyond: TypeAlias = Literal["infinity", "NaN", "saturation"]


class FloatType(NamedTuple):
    """A binary floating-point type of `bits` significant bits, whose smallest normal number is 2**least_exponent."""

    name: str
    bits: int
    """Of the significand, the hidden one included."""
    least_exponent: int
    """Of the normal numbers."""
    largest: float
    """The largest finite number."""
    beyond: Beyond = "infinity"
    """What a number becomes that rounds to more than the largest, an infinity included."""
    has_nan: bool = True
    """False for the types of 4 and 6 bits."""
    has_negative_zero: bool = True
    """False for the types whose name ends in `uz`."""

    @property
    def smallest_normal(self) -> float:
        """The least number that has all its bits."""
        return 2.0**self.least_exponent

    @property
    def stored_name(self) -> str:
        """What an array of its numbers calls it, whatever becomes of larger ones."""
        return self.name.partition(":")[0]

    @property
    def is_of_numpy(self) -> bool:
        """Whether NumPy has the type itself."""
        return self.stored_name in ("float64", "float32", "float16")

    @property
    def bytes(self) -> int:
        """How many bytes a number takes in an array."""
        if self.is_of_numpy:
            return np.dtype(self.stored_name).itemsize
        return 2 if self.stored_name == "bfloat16" else 1

    def rounded(self, x: Floats) -> Floats:
        """The numbers of the type nearest to x, ties to the even one, as float64 of the same shape; NaN stays NaN.

        One rounding, where a cast by way of float32 takes two (1 + 2**-8 + 2**-40 would become 1 in bfloat16).
        Source: IEEE 754-2019, section 4.3.1; of narrower types `NUMBER_TYPES` says who does what beyond the largest.
        """
        with np.errstate(all="ignore"):  # what is below the smallest subnormal becomes 0
            exponent = self._exponent_of_spacing(x)
            nearest = np.ldexp(np.rint(np.ldexp(x, -exponent)), exponent)
        if not self.has_negative_zero:
            nearest = nearest + 0.0
        if self.beyond == "infinity":
            beyond: Any = np.copysign(np.inf, nearest)
        else:
            beyond = np.nan if self.beyond == "NaN" else np.copysign(self.largest, nearest)
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

    def numbers(self) -> Floats:
        """All finite numbers of the type from the least to the greatest, -0 before 0 where it has one.

        Raises UsageError for a type of more than 16 bits.
        """
        if self.bits > _MOST_COUNTED_BITS:
            raise UsageError(
                f"{self.name} has too many numbers to go through", f"take a type of at most 16 bits: all:{_EXAMPLE}"
            )
        step = 2.0 ** (self.least_exponent - self.bits + 1)
        normal = np.arange(1 << (self.bits - 1), 1 << self.bits, dtype=np.float64) * step  # of one binade
        binades = int(np.frexp(self.largest)[1]) - self.least_exponent
        above = (normal * 2.0 ** np.arange(binades)[:, None]).ravel()
        positive = np.concatenate((np.arange(1, 1 << (self.bits - 1)) * step, above[above <= self.largest]))
        zeros = np.array([-0.0, 0.0] if self.has_negative_zero else [0.0])
        return np.concatenate((-positive[::-1], zeros, positive))

    def printed(self, x: Floats) -> NDArray[Any]:
        """Numbers of the type as an array of few digits: every narrow type lies in float32, whose text is shorter."""
        return x if self.bits > _FLOAT32_BITS else x.astype(np.float32)

    def dtype(self) -> np.dtype[Any]:
        """What an array of the type holds in NumPy; those that it does not know are known to ml_dtypes.

        Raises UsageError where that is not installed.
        """
        name = self.stored_name
        if self.is_of_numpy:
            return np.dtype(name)
        try:
            import ml_dtypes
        except ImportError as error:
            message = f"{name} in NumPy's format needs the package ml_dtypes"
            raise UsageError(message, "pip install 'actcli[dtypes]'; text and JSON need nothing") from error
        found: np.dtype[Any] = np.dtype(getattr(ml_dtypes, name))
        return found

    def encoded(self, x: Floats) -> NDArray[Any]:
        """Numbers of the type as an array of its `dtype()`; raises DataError for NaN where the type has none."""
        if not self.has_nan:
            _refuse_nan(x, self.name)
        with np.errstate(all="ignore"):
            return np.ascontiguousarray(x, self.dtype())

    def decoded(self, stored: NDArray[Any]) -> Floats:
        """What an array of its `dtype()` stands for."""
        numbers: Floats = stored.astype(np.float64)
        return numbers

    def from_bits(self, bits: NDArray[np.unsignedinteger[Any]]) -> Floats:
        """The numbers whose bits unsigned integers hold, as float64 of the same shape; for types of at most 16 bits."""
        numbers: Floats = _numbers_by_bits(self.stored_name)[bits]
        return numbers

    def to_bits(self, x: Floats) -> NDArray[np.unsignedinteger[Any]]:
        """The bits of numbers of the type, as unsigned integers of the same shape: for types of at most 16 bits.

        NaN is the quiet one. Raises DataError for NaN where the type has none.
        """
        if not self.has_nan:
            _refuse_nan(x, self.name)
        table = _numbers_by_bits(self.stored_name)
        half = table.size // 2
        magnitudes = table[: half - int(np.isnan(table[:half]).sum())]
        bits = np.searchsorted(magnitudes, np.abs(x)) + np.where(np.signbit(x), half, 0)
        if not self.has_negative_zero:
            quiet = half
        else:
            quiet = half - 1 if self.beyond != "infinity" else magnitudes.size - 1 | 1 << (self.bits - 2)
        return np.where(np.isnan(x), quiet, bits).astype(np.uint16 if self.bytes > 1 else np.uint8)

    def holds(self, other: "NumberType") -> bool:
        """Whether every number of another type is one of this type."""
        if isinstance(other, Int8):
            return self.bits == FLOAT64_BITS
        least, others = (each.least_exponent - each.bits for each in (self, other))
        return self.bits >= other.bits and self.largest >= other.largest and least <= others

    def _exponent_of_spacing(self, x: Floats) -> NDArray[np.intc]:
        _, exponent = np.frexp(x)  # |x| = mantissa * 2**exponent, the mantissa in [1/2, 1)
        least = self.least_exponent - self.bits + 1
        return np.where(x == 0, least, np.maximum(exponent - self.bits, least)).astype(np.intc)


@lru_cache
def _numbers_by_bits(name: str) -> Floats:
    """What each pattern of bits of a narrow type stands for.

    Magnitudes rise with the bits, then come infinity and NaN where the type has them; the sign is the first bit.
    """
    kind = NUMBER_TYPES[name]
    numbers = kind.numbers()
    magnitudes = np.append(0.0, numbers[numbers > 0])
    half = 1 << (magnitudes.size - 1).bit_length()
    beyond = np.full(half - magnitudes.size, np.nan)
    if kind.beyond == "infinity":
        beyond[0] = np.inf
    positive = np.concatenate((magnitudes, beyond))
    negative = -positive
    if not kind.has_negative_zero:
        negative[0] = np.nan
    return np.concatenate((positive, negative))


class Int8(NamedTuple):
    """8-bit integers q that stand for (q - zero) * scale, q from -128 to 127; what lies beyond becomes the last.

    Source: QuantizeLinear of ONNX, with an exact quotient.
    """

    scale: float
    """What one step of q is worth, above 0."""
    zero: int
    """The q that stands for 0."""

    @property
    def name(self) -> str:
        """As typed."""
        return f"int8:{self.scale!r},{self.zero}"

    @property
    def largest(self) -> float:
        """The largest magnitude."""
        return max(128 + self.zero, 127 - self.zero) * self.scale

    @property
    def smallest_normal(self) -> float:
        """One step."""
        return self.scale

    def rounded(self, x: Floats) -> Floats:
        """The nearest (q - zero) * scale, ties to the even distance from zero; NaN stays NaN."""
        return self._standing_for(self._codes(x))

    def is_middle(self, x: Floats, ulp: int = 0) -> NDArray[np.bool_]:
        """As of `FloatType`."""
        with np.errstate(all="ignore"):
            rest = np.abs(x) % self.scale
            # What rounds to float64 beside the middle may lie on the other side of it.
            near = np.abs(rest - (self.scale - rest)) <= 2 * ((ulp + 1) * np.spacing(np.abs(x)))
        return near & (np.abs(x) <= self.largest)

    def spacing(self, x: Floats) -> Floats:
        """One step, wherever x is finite."""
        return np.where(np.isfinite(x), self.scale, np.nan)

    def numbers(self) -> Floats:
        """What -128 to 127 stand for."""
        return self._standing_for(np.arange(-128.0, 128.0))

    def printed(self, x: Floats) -> NDArray[Any]:
        """Unchanged: a scale has any digits."""
        return x

    def dtype(self) -> np.dtype[Any]:
        """The type of the integers."""
        return np.dtype(np.int8)

    def encoded(self, x: Floats) -> NDArray[Any]:
        """The integers; raises DataError for NaN."""
        _refuse_nan(x, self.name)
        return self._codes(x).astype(np.int8)

    def decoded(self, stored: NDArray[Any]) -> Floats:
        """What integers stand for."""
        return self._standing_for(stored.astype(np.float64))

    def _codes(self, x: Floats) -> Floats:
        """The nearest q, as float64; NaN stays NaN."""
        size = np.minimum(np.abs(x), 512 * self.scale)  # beyond both ends
        rest = np.fmod(size, self.scale)  # without an error, unlike the quotient
        steps = np.rint((size - rest) / self.scale)
        is_up = (rest > self.scale - rest) | ((rest == self.scale - rest) & (steps % 2 == 1))
        codes: Floats = np.clip(np.copysign(steps + is_up, x) + self.zero, -128, 127)
        return codes

    def _standing_for(self, codes: Floats) -> Floats:
        numbers: Floats = (codes - self.zero) * self.scale
        return numbers


FLOAT64_BITS = 53
_FLOAT32_BITS = 24
_MOST_COUNTED_BITS = 11
_EXAMPLE = "bfloat16"

# Beyond the largest: PyTorch 2.13 turns what is too large for float8_e4m3fn into 448, JAX and ml_dtypes into NaN; all
# three give an infinity for float8_e5m2 and NaN for the two types in `uz`. The types of 4 and 6 bits have neither
# infinity nor NaN, and saturate: OCP Microscaling Formats (MX) 1.0.
NumberType: TypeAlias = FloatType | Int8

NUMBER_TYPES: dict[str, FloatType] = {
    each.name: each
    for each in (
        FloatType("float64", FLOAT64_BITS, -1022, float(np.finfo(np.float64).max)),
        FloatType("float32", _FLOAT32_BITS, -126, (2 - 2.0**-23) * 2.0**127),
        FloatType("float16", 11, -14, 65_504.0),
        FloatType("bfloat16", 8, -126, (2 - 2.0**-7) * 2.0**127),
        FloatType("float8_e4m3fn", 4, -6, 448.0, "NaN"),
        FloatType("float8_e5m2", 3, -14, 57_344.0),
        FloatType("float8_e4m3fnuz", 4, -7, 240.0, "NaN", has_negative_zero=False),
        FloatType("float8_e5m2fnuz", 3, -15, 57_344.0, "NaN", has_negative_zero=False),
        FloatType("float6_e2m3fn", 4, 0, 7.5, "saturation", has_nan=False),
        FloatType("float6_e3m2fn", 3, -2, 28.0, "saturation", has_nan=False),
        FloatType("float4_e2m1fn", 2, 0, 6.0, "saturation", has_nan=False),
    )
}
ALIASES = {
    "double": "float64",
    "f64": "float64",
    "fp64": "float64",
    "float": "float32",
    "f32": "float32",
    "fp32": "float32",
    "single": "float32",
    "half": "float16",
    "f16": "float16",
    "fp16": "float16",
    "bf16": "bfloat16",
    "e4m3": "float8_e4m3fn",
    "float8_e4m3": "float8_e4m3fn",
    "fp8_e4m3": "float8_e4m3fn",
    "f8_e4m3": "float8_e4m3fn",
    "e5m2": "float8_e5m2",
    "fp8_e5m2": "float8_e5m2",
    "f8_e5m2": "float8_e5m2",
    "fp4": "float4_e2m1fn",
    "float4_e2m1": "float4_e2m1fn",
}
_SATURATE = "saturate"

RawName: TypeAlias = Literal[
    "bf16", "f16", "f32", "f64", "f8_e4m3", "f8_e5m2", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64"
]
"""A format of values and nothing else, the low byte first, named as safetensors and Rust name types."""

RAW_TYPES: dict[RawName, str] = {
    "bf16": "bfloat16",
    "f16": "float16",
    "f32": "float32",
    "f64": "float64",
    "f8_e4m3": "float8_e4m3fn",
    "f8_e5m2": "float8_e5m2",
    "i8": "int8",
    "u8": "uint8",
    "i16": "int16",
    "u16": "uint16",
    "i32": "int32",
    "u32": "uint32",
    "i64": "int64",
    "u64": "uint64",
}
"""What the values of each are."""
RAW_FLOATS: Mapping[str, FloatType] = {
    name: NUMBER_TYPES[value_type] for name, value_type in RAW_TYPES.items() if value_type in NUMBER_TYPES
}
RAW_INTEGERS: Mapping[str, np.dtype[Any]] = {
    name: np.dtype(value_type).newbyteorder("<") for name, value_type in RAW_TYPES.items() if name not in RAW_FLOATS
}


def number_type_named(text: str) -> NumberType:
    """The type as it is typed: a name or an alias, `NAME:saturate`, or `int8:SCALE,ZERO`.

    The prefixes of PyTorch, JAX, NumPy and ml_dtypes are read over. Raises UsageError for anything else.
    """
    name, _, how = text.strip().lower().replace("-", "_").rpartition(".")[2].partition(":")
    if name == "int8" or text.strip().lower().startswith("int8:"):
        return _int8(text)
    found = NUMBER_TYPES.get(ALIASES.get(name, name))
    if found is None:
        raise UsageError(
            f"'{printable(text)}' is no number type", f"the types are {', '.join(NUMBER_TYPES)} and int8:SCALE,ZERO"
        )
    if not how:
        return found
    if how != _SATURATE:
        raise UsageError(
            f"'{printable(text)}': '{printable(how)}' says nothing of {found.name}",
            f"{found.name}:{_SATURATE} makes the largest number of what is larger",
        )
    return (
        found if found.beyond == "saturation" else found._replace(name=f"{found.name}:{_SATURATE}", beyond="saturation")
    )


def narrowing(number_type: NumberType | None) -> Callable[[float], float] | None:
    """From one float64 to a narrower type; None where float64 is the answer."""
    if number_type is None or number_type.name == "float64":
        return None
    return lambda x: float(number_type.rounded(np.array(x)))


def _int8(text: str) -> Int8:
    scale, _, zero = text.strip().partition(":")[2].partition(",")
    example = "write the worth of a step and the integer that stands for 0: int8:0.05,-3"
    try:
        found = Int8(float(scale), int(zero or "0"))
    except ValueError as error:
        raise UsageError(f"'{printable(text)}' is no type of 8-bit integers", example) from error
    if not 0 < found.scale < np.inf or not -128 <= found.zero <= 127:
        raise UsageError(f"'{printable(text)}': the scale is above 0, and the zero from -128 to 127", example)
    return found


def _refuse_nan(x: Floats, name: str) -> None:
    if np.isnan(x).any():
        raise DataError(f"{name} has no NaN, and the answer holds one", "--format plain prints it")

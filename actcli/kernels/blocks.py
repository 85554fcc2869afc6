"""The frame around every element-wise kernel: float64 arrays, cache-sized blocks, silent edges, limits at infinity."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
Limits: TypeAlias = tuple[float, float]

# 128 KiB a temporary: a handful of them stays in the second-level cache, and the calls cost below 0.1 ns a value.
BLOCK = 16384

P = ParamSpec("P")


def as_float64(x: ArrayLike) -> FloatArray:
    """Return `x` as a float64 array.

    Raises:
        ValueError: `x` is not made of real numbers.
    """
    array = np.asarray(x)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"expected real numbers, got {array.dtype}")
    return array.astype(np.float64, copy=False)


def kernel(
    limits: Limits | Callable[..., Limits],
) -> Callable[[Callable[Concatenate[FloatArray, P], FloatArray]], Callable[Concatenate[ArrayLike, P], FloatArray]]:
    """Make a kernel out of a function of one flat block.

    The block may hold any float64; whatever the function gives at an infinity is replaced by the limit, so that a
    formula need not care about `inf * 0`. Floating point errors are silent, the input is never written to, and the
    result has the shape of the input.

    Args:
        limits: What the kernel tends to at -inf and at +inf (NaN where there is no limit), or a function of the
            kernel's parameters that gives the two.
    """

    def decorate(
        block: Callable[Concatenate[FloatArray, P], FloatArray],
    ) -> Callable[Concatenate[ArrayLike, P], FloatArray]:
        def one(x: FloatArray, *args: P.args, **kwargs: P.kwargs) -> FloatArray:
            y = block(x, *args, **kwargs)
            infinite = np.isinf(x)
            if infinite.any():
                low, high = limits(*args, **kwargs) if callable(limits) else limits
                y[infinite] = np.where(x[infinite] < 0, low, high)
            return y

        @wraps(block)
        def whole(x: ArrayLike, /, *args: P.args, **kwargs: P.kwargs) -> FloatArray:
            array = as_float64(x)
            flat = array.reshape(-1)
            out = np.empty(flat.size)
            with np.errstate(all="ignore"):
                for start in range(0, flat.size, BLOCK):
                    stop = start + BLOCK
                    out[start:stop] = one(flat[start:stop], *args, **kwargs)
            return out.reshape(array.shape)

        return whole

    return decorate


def patch(y: FloatArray, x: FloatArray, there: BoolArray, formula: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Replace `y` by `formula(x)` where `there` holds; costs next to nothing where it holds nowhere."""
    if there.any():
        y[there] = formula(x[there])
    return y

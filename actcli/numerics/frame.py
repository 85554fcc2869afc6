"""The frame around the kernels: float64 arrays of any shape, cache-sized blocks, silent edges, limits at infinity."""

import math
from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
Limits: TypeAlias = tuple[float, float]
Writer: TypeAlias = Callable[[FloatArray, FloatArray], None]
"""Writes what a function gives for a flat block into an array of its size."""

# 128 KiB a temporary: a handful of them stays in the second-level cache, and the calls cost below 0.1 ns a value.
BLOCK = 16384
# What needs no temporary but one byte a value pays for fewer calls.
LONG_BLOCK = 65536


def as_float64(x: ArrayLike) -> FloatArray:
    """`x` as a float64 array.

    Raises ValueError where `x` is not made of real numbers.
    """
    array = np.asarray(x)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"expected real numbers, got {array.dtype}")
    return array.astype(np.float64, copy=False)


def element_wise(
    x: ArrayLike, write: Writer, limits: Callable[[], Limits] | None = None, size: int = BLOCK
) -> FloatArray:
    """What a function gives for an array of any shape, in the shape of the array, worked out in flat blocks of a size.

    `write` need only be right for finite x: NaN stays NaN, and at -inf and +inf the answers are the two `limits`,
    which are asked for where they are needed; without them it is what `write` gives. Floating point errors are
    silent, and `x` is never written to. Raises ValueError where `x` is not made of real numbers.
    """
    array = as_float64(x)
    flat = array.reshape(-1)
    out = np.empty(flat.size)
    with np.errstate(all="ignore"):
        for start in range(0, flat.size, size):
            block, answer = flat[start : start + size], out[start : start + size]
            write(block, answer)
            highest = float(np.maximum.reduce(block))  # NaN where there is one: half as dear as a look at every value
            if math.isnan(highest):
                answer[np.isnan(block)] = np.nan
            if limits and not (highest < np.inf and np.minimum.reduce(block) > -np.inf):
                infinite = np.isinf(block)
                if infinite.any():
                    low, high = limits()
                    answer[infinite] = np.where(block[infinite] < 0, low, high)
    return out.reshape(array.shape)


def written(of_block: Callable[[FloatArray], FloatArray | float]) -> Writer:
    """What writes the answers of a function of a block."""

    def write(block: FloatArray, answer: FloatArray) -> None:
        answer[:] = of_block(block)

    return write


def patch(y: FloatArray, x: FloatArray, there: BoolArray, formula: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Replace `y` by `formula(x)` where `there` holds; costs next to nothing where it holds nowhere."""
    if there.any():
        y[there] = formula(x[there])
    return y


def as_vectors(x: ArrayLike) -> FloatArray:
    """`x` as float64 with at least one axis.

    Raises ValueError where `x` is a single number, or not made of real numbers.
    """
    array = as_float64(x)
    if array.ndim == 0:
        raise ValueError("expected a vector, got a single number")
    return array


def by_rows(x: FloatArray, out: FloatArray, work: Callable[[FloatArray, FloatArray], None]) -> None:
    """Call `work(rows, out rows)` on cache-sized groups of vectors; a long vector is a group of its own."""
    rows = x.reshape(-1, x.shape[-1])
    results = out.reshape(rows.shape[0], -1)
    step = max(1, BLOCK // rows.shape[1])
    with np.errstate(all="ignore"):
        for start in range(0, rows.shape[0], step):
            work(rows[start : start + step], results[start : start + step])


def columns(width: int) -> Iterator[slice]:
    """Yield the cache-sized pieces of a long vector."""
    return (slice(start, start + BLOCK) for start in range(0, width, BLOCK))


def matrix_by_matrix(x: ArrayLike, of_row: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """A square matrix for each vector along the last axis, `of_row` being given shape (1, n)."""
    x = as_vectors(x)
    out = np.empty((*x.shape, x.shape[-1]))

    def work(rows: FloatArray, result: FloatArray) -> None:
        for row, matrix in zip(rows, result, strict=True):
            matrix[:] = of_row(row[None, :]).reshape(-1)

    if x.size:
        by_rows(x, out, work)
    return out

"""Arrays by what they hold, and how to put numbers in order, each once."""

from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = NDArray[Any]  # float64, or certified digits as text

Number = TypeVar("Number", bound=np.generic)


def distinct(numbers: NDArray[Number]) -> NDArray[Number]:
    """The numbers in ascending order, each once; none of them is NaN.

    np.unique imports masked arrays for that, 8 ms of a start.
    """
    ordered: NDArray[Number] = np.sort(numbers)
    is_first = np.ones(ordered.size, np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_first]


def same(first: Floats, second: Floats) -> NDArray[np.bool_]:
    """Where two arrays hold the same number, or both hold NaN."""
    equal: NDArray[np.bool_] = (first == second) | (np.isnan(first) & np.isnan(second))
    return equal

"""For the tests of kernels: `assert_ulp`, whose failure is the report that `actcli compare --against` prints."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from actcli.arrays import Floats, distinct
from actcli.catalog import Activation
from actcli.catalog.entry import ORDERS
from actcli.dtypes import FloatType, NumberType, number_type_named
from actcli.errors import UsageError

_WIDTH = 100  # columns of the report
_NEIGHBOURS = 16  # of each seam, on both sides, where not every number of a type is tried


def assert_ulp(
    function: str,
    kernel: Callable[[Any], Any],
    *,
    dtype: str = "float32",
    at_most: float = 1.0,
    of: Literal["value", "slope", "curvature"] = "value",
    x: ArrayLike | None = None,
    flush_subnormals: bool = False,
    exact: bool = False,
) -> None:
    """Assert that a kernel is never further from the truth than so many units in the last place of its type.

    `function` is a function spec such as "gelu@jax"; `kernel` maps an array to one of the same shape. A function of
    torch or jax is given an array of its library, and is differentiated by it for a slope or curvature; any other is
    given one of NumPy (of ml_dtypes where NumPy lacks the type). Without `x`, every finite number is tried of a type of
    at most 16 bits; of a wider one every number of bfloat16, and those next to kinks of the function and to powers of
    two. `exact` certifies the truth by ball arithmetic.

    Raises AssertionError with the report where an error is larger, or where an infinity or NaN stands for a number or
    the other way round; UsageError for an unknown function or type or a bound that is none, DataError where the kernel
    fails.
    """
    from actcli.commands.compare.callables import called
    from actcli.commands.compare.kernel import judged
    from actcli.commands.pipeline import element_wise

    if of not in ORDERS:
        raise UsageError(f"of={of!r} is no derivative", f"it is one of {', '.join(ORDERS)}")
    if not at_most >= 0:  # nothing exceeds NaN
        raise UsageError(f"at_most={at_most!r} is no number of ulp", "it is 0 or more")
    activation = element_wise(function, "assert_ulp")
    number_type = number_type_named(dtype)
    order = ORDERS.index(of)
    given = inputs(activation, number_type) if x is None else number_type.rounded(np.asarray(x, np.float64).ravel())
    name = getattr(kernel, "__qualname__", type(kernel).__qualname__)
    got = called(kernel, name, given, number_type, order)
    result = judged(activation, order, given, got, number_type, flushes=flush_subnormals, is_certified=exact)
    for _ in result.chunks():
        pass
    crossed = [message for each in result.accumulators for message in each.crossings(at_most)]
    if crossed:
        from actcli.render.messages import sentence
        from actcli.render.show import report

        reasons = "; ".join(map(sentence, crossed))
        raise AssertionError(
            f"{name}, {of} of {activation.name} in {number_type.name}: {reasons}\n\n" + report(result, _WIDTH)
        )


def inputs(activation: Activation, number_type: NumberType) -> Floats:
    """What a kernel is tried at: every finite number of a type of at most 16 bits, else many, dense at the seams."""
    from actcli.analysis import kinks

    if not isinstance(number_type, FloatType) or number_type.bits <= _HALF_BITS:
        return number_type.numbers()
    seams = np.array([0.0, *(kink.x for kink in kinks(activation)), *2.0 ** np.arange(-30.0, 8.0)])
    seams = number_type.rounded(np.concatenate((-seams, seams)))
    beside = [seams + step * number_type.spacing(seams) / 2 for step in range(-_NEIGHBOURS, _NEIGHBOURS + 1)]
    return distinct(
        np.concatenate((number_type_named("bfloat16").numbers(), number_type.rounded(np.concatenate(beside))))
    )


_HALF_BITS = 11

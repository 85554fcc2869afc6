"""Kernels that are functions: imported by name, called on the input in its type, differentiated by their library."""

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers
from actcli.catalog.entry import ORDERS
from actcli.dtypes import NUMBER_TYPES, NumberType
from actcli.errors import DataError, UsageError, printable
from actcli.inputs.formats import is_suffix_of_format
from actcli.results import Vectors

_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")

Kernel = Callable[[Any], Any]


def is_callable_name(name: str) -> bool:
    """Whether a name reads as that of a function in a module, and as that of no file that is there."""
    return _DOTTED.fullmatch(name) is not None and not (
        Path(name).exists() or Path(name).suffix in _SUFFIXES or is_suffix_of_format(name)
    )


# What ends like this, or as a format says, is a file, be it missing.
_SUFFIXES = (".gz", ".zst", ".dat", ".bin", ".raw")


class Called:
    """The results of a function that is called block by block."""

    def __init__(self, name: str, order: int, number_type: NumberType | None) -> None:
        self._kernel = imported(name)
        self._name = name
        self._order = order
        self._asked = number_type
        self._found: NumberType | None = number_type

    @property
    def dtype(self) -> NumberType:
        """The type that it is called with: that of --dtype, else float32."""
        return self._found or NUMBER_TYPES["float32"]

    def take(self, block: Vectors, start: int) -> tuple[Floats, Integers | None]:
        """The results for a block; raises DataError where the function fails or gives something else."""
        del start
        return called(self._kernel, self._name, block.values, self.dtype, self._order), None

    def require_end(self, count: int) -> None:
        """There are as many results as inputs."""


def imported(name: str) -> Kernel:
    """The function `package.module.function`; this runs the code of that module.

    Raises UsageError where it cannot be imported or called.
    """
    module, _, attribute = name.rpartition(".")
    found: Any = None
    try:
        found = getattr(import_module(module), attribute)
    except ImportError as error:
        # A class within a module: package.Class.method.
        outer, _, owner = module.rpartition(".")
        try:
            found = getattr(getattr(import_module(outer), owner), attribute) if outer else None
        except (ImportError, AttributeError):
            found = None
        if found is None:
            message = f"--against {printable(name)}: cannot import {printable(module)}: {printable(str(error))}"
            raise UsageError(
                message, "name a file, or a function as Python imports it: torch.nn.functional.gelu"
            ) from error
    except AttributeError as error:
        raise UsageError(f"--against: {printable(module)} has no {printable(attribute)}", "check its name") from error
    except (Exception, SystemExit) as error:
        message = f"--against {printable(name)}: importing {printable(module)} failed: {_reason(error)}"
        raise UsageError(message, "--debug shows where") from error
    if isinstance(found, type) or not callable(found):
        message = f"--against {printable(name)} is no function"
        raise UsageError(message, "name a function of one array, in a module of your own if need be")
    kernel: Kernel = found
    return kernel


def called(kernel: Kernel, name: str, x: Floats, number_type: NumberType, order: int) -> Floats:
    """What a function, its slope or its curvature gives for numbers of a type, as float64.

    A function of torch or jax is given an array of its library, and differentiated by that; any other an array of
    NumPy, and has no slope here. Raises UsageError for a derivative that nobody takes and DataError where it fails.
    """
    library = (getattr(kernel, "__module__", None) or name).partition(".")[0]
    root = name.partition(".")[0]
    by = _BY_LIBRARY.get(root) or _BY_LIBRARY.get(library)
    if by is None and order:
        message = f"nobody differentiates {printable(name)}, which is no function of torch or jax"
        raise UsageError(
            message, f"name one that gives the {ORDERS[order]} itself: compare --{ORDERS[order]} --against FILE"
        )
    try:
        with np.errstate(all="ignore"):
            given = (by or _by_numpy)(kernel, number_type.rounded(x), number_type, order)
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        raise DataError(f"{printable(name)} failed: {_reason(error)}", "--debug shows where") from error
    if given.shape != x.shape:
        raise DataError(f"{printable(name)} gave an array of shape {given.shape} for one of {x.shape}")
    return given


def _reason(error: BaseException) -> str:
    """The kind of an error, and the first line of what it says."""
    return f"{type(error).__name__}: {printable(next(iter(str(error).splitlines()), ''))}"


def _by_numpy(kernel: Kernel, x: Floats, number_type: NumberType, order: int) -> Floats:
    del order
    return _as_float64(kernel(x.astype(number_type.dtype())))


def _by_torch(kernel: Kernel, x: Floats, number_type: NumberType, order: int) -> Floats:
    import torch

    dtype = getattr(torch, number_type.name, None)
    if dtype is None:
        raise UsageError(f"torch has no {number_type.name}", "give another --dtype")
    given = torch.from_numpy(np.array(x)).to(dtype)
    if order == 0:
        return _as_float64(kernel(given))
    given.requires_grad_()
    found = kernel(given)
    for taken in range(order):
        if not found.requires_grad:  # it does not depend on the input any more
            return np.zeros(x.shape)
        (found,) = torch.autograd.grad(found.sum(), given, create_graph=taken + 1 < order)
    return _as_float64(found)


def _by_jax(kernel: Kernel, x: Floats, number_type: NumberType, order: int) -> Floats:
    import jax
    import jax.numpy as jnp

    given = jnp.asarray(x, dtype=number_type.dtype())
    if given.dtype.name != number_type.name:
        raise UsageError(f"jax holds no {number_type.name} here", "set JAX_ENABLE_X64=1, or give --dtype float32")
    for _ in range(order):
        kernel = jax.grad(kernel)
    return _as_float64(jax.vmap(kernel)(given) if order else kernel(given))


_BY_LIBRARY: dict[str, Callable[[Kernel, Floats, NumberType, int], Floats]] = {"torch": _by_torch, "jax": _by_jax}


def _as_float64(given: Any) -> Floats:
    """An array of any library as float64: by its own cast where NumPy does not know its type.

    Raises TypeError for what is not made of real numbers.
    """
    if hasattr(given, "detach"):  # NumPy has no bfloat16 for torch to hand over
        given = given.detach().double().cpu().numpy()
    elif not hasattr(given, "__array__") and hasattr(given, "__dlpack__"):
        given = np.from_dlpack(given)
    found = np.asarray(given)
    if found.dtype.kind in "cSUMm":  # a cast would drop imaginary parts, or read numbers out of text
        raise TypeError(f"it gave {found.dtype.name}, which are no real numbers")
    array: NDArray[np.float64] = found.astype(np.float64)
    return array

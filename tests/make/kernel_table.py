"""Makes the table of judged kernels: what `compare --against` says of PyTorch, JAX and formulas typed in NumPy.

Run with `python -m tests.make.kernel_table [--write]` where torch and jax are installed; `--write` puts the table into
docs/accuracy.md. A type of 16 bits is tried at every finite number, float32 at what `assert_ulp` tries.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from actcli.commands.compare.callables import called
from actcli.commands.compare.kernel import judged
from actcli.commands.pipeline import element_wise
from actcli.dtypes import NUMBER_TYPES
from actcli.testing import inputs
from tests.make.pages import DOCS, setting, table, write_section

PAGE, TITLE = DOCS / "accuracy.md", "Kernels that others have written"
TYPES = ("bfloat16", "float16", "float32")
ORDERS = ("", "′")
MEANING = """The share of correctly rounded results, and the largest finite error in ulp with its x; what is infinite or
NaN in place of a number, or of the wrong sign, is counted apart. ′ marks slopes, by the libraries' own differentiation
(`torch.autograd`, `jax.grad`). Judged on the CPU, called as they are, are `torch.sigmoid`,
`torch.tanh` and the others of `torch.nn.functional`, and the functions of `jax.nn`; gelu-tanh is PyTorch's
`approximate="tanh"` and JAX's default, gelu JAX's `approximate=False`. Typed in NumPy are the formulas as they stand in
papers, each operation rounded to the type. PyTorch chooses among kernels by what the processor can, here by
{capability}: elsewhere some counts differ a little. Every finite number of the types of 16 bits is tried,
of float32 the numbers of bfloat16 and those next to seams. `actcli compare FUNCTION all:bfloat16 --against KERNEL`
reports on any of them.

"""

Kernel = Callable[[Any], Any]


def _naive() -> Mapping[str, Kernel]:
    """The formulas as one types them, each operation rounded to the type."""

    def softplus(x: Any) -> Any:
        return np.log1p(np.exp(x))

    def gelu_tanh(x: Any) -> Any:
        half, c, k = (x.dtype.type(each) for each in (0.5, 0.7978845608028654, 0.044715))
        return half * x * (_one(x) + np.tanh(c * (x + k * x * x * x)))

    return {
        "sigmoid": lambda x: _one(x) / (_one(x) + np.exp(-x)),
        "tanh": lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
        "silu": lambda x: x / (_one(x) + np.exp(-x)),
        "gelu-tanh": gelu_tanh,
        "softplus": softplus,
        "mish": lambda x: x * np.tanh(softplus(x)),
    }


def _one(x: Any) -> Any:
    return x.dtype.type(1)


def _torch() -> Mapping[str, Kernel]:
    import torch
    from torch.nn import functional

    def gelu_tanh(x: Any) -> Any:
        return functional.gelu(x, approximate="tanh")

    gelu_tanh.__module__ = "torch"
    return {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "silu": functional.silu,
        "gelu": functional.gelu,
        "gelu-tanh": gelu_tanh,
        "softplus": functional.softplus,
        "mish": functional.mish,
    }


def _jax() -> Mapping[str, Kernel]:
    from jax import nn

    def gelu(x: Any) -> Any:
        return nn.gelu(x, approximate=False)

    gelu.__module__ = "jax"
    kernels = {"sigmoid": nn.sigmoid, "tanh": nn.tanh, "silu": nn.silu, "gelu": gelu, "gelu-tanh": nn.gelu}
    return kernels | {"softplus": nn.softplus, "mish": nn.mish}


def rows() -> list[list[str]]:
    """A row a function, order and type: for each library the share of right results, and the worst."""
    libraries = {"torch": _torch(), "jax": _jax(), "numpy": _naive()}
    found = []
    for name in _torch():
        activation = element_wise(name, "the table of kernels")
        for order, mark in enumerate(ORDERS):
            for each in TYPES:
                number_type = NUMBER_TYPES[each]
                x = inputs(activation, number_type)
                cells = [f"{name}{mark}", each]
                for library, kernels in libraries.items():
                    kernel = kernels.get(name)
                    if kernel is None or (library == "numpy" and order):
                        cells.append("")
                        continue
                    with np.errstate(all="ignore"):
                        got = called(kernel, f"{library}.{name}", x, number_type, order)
                    result = judged(activation, order, x, got, number_type)
                    for _ in result.chunks():
                        pass
                    cells.append(_verdict(result.totals(0)))
                found.append(cells)
    return found


def _verdict(totals: Mapping[str, Any]) -> str:
    faults = [f"{totals[kind]:,} {kind.replace('_', ' ')}" for kind in ("not_finite", "wrong_sign") if totals[kind]]
    worst = f"{totals['ulp_error']:.3g} at {totals['ulp_error_x']:.4g}" if totals["ulp_error"] else "0"
    return "; ".join([f"{100 * totals['exact_share']:.2f} %, {worst}", *faults])


def write_page(found: Sequence[Sequence[str]]) -> None:
    """Put the table into docs/accuracy.md."""
    header = ("function", "type", "PyTorch", "JAX", "typed in NumPy")
    import torch

    meaning = MEANING.format(capability=torch.backends.cpu.get_cpu_capability())
    write_section(PAGE, TITLE, setting("numpy", "torch", "jax", "ml_dtypes") + meaning + table(header, found))


if __name__ == "__main__":
    judgements = rows()
    if "--write" in sys.argv[1:]:
        write_page(judgements)
    else:
        sys.stdout.writelines("\t".join(cells) + "\n" for cells in judgements)

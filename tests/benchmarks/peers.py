"""What a user of NumPy, SciPy, PyTorch or JAX writes for a function of the catalogue, and the slopes that gives."""

import math
import os
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actcli.catalog import Activation, find
from actcli.formula import FloatArithmetic, evaluate
from actcli.formula.jets import Jet, JetArithmetic

Floats = NDArray[np.float64]

# Value (order 0), slope (1) or curvature (2) of the function of this name; None where the library has no line for it.
Peer = Callable[[str, int, Floats], Floats | None]

# As if after `from numpy import *; from scipy.special import *`: value and slope, in the best form known to users.
SCIPY: dict[str, tuple[str, ...]] = {
    "sigmoid": ("expit(x)", "expit(x) * expit(-x)"),
    "log_sigmoid": ("log_expit(x)", "expit(-x)"),
    "softplus": ("-log_expit(-x)", "expit(x)"),
    "sqrtsoftplus": ("sqrt(-log_expit(-x))", "expit(x) / (2 * sqrt(-log_expit(-x)))"),
    "soft_clipping": (
        "2 * (log_expit((1 - x) / 2) - log_expit(-x / 2))",
        "expit(x / 2) - expit((x - 1) / 2)",
    ),
    "aria2": ("x * expit(2 * x) ** 1.5", "expit(2 * x) ** 1.5 * (1 + 3 * x * expit(-2 * x))"),
    "tanh": ("tanh(x)", "1 / cosh(x) ** 2"),
    "logcosh": ("logaddexp(x, -x) - log(2)", "tanh(x)"),
    "erf": ("erf(x)", "2 / sqrt(pi) * exp(-(x**2))"),
    "laplace": (
        "ndtr((x - 0.707107) / 0.282095)",
        "exp(-(((x - 0.707107) / 0.282095) ** 2) / 2) / (0.282095 * sqrt(2 * pi))",
    ),
    "silu": ("x * expit(x)", "expit(x) * (1 + x * expit(-x))"),
    "swish": ("x * expit(x)", "expit(x) * (1 + x * expit(-x))"),
    "eswish": ("1.375 * x * expit(x)", "1.375 * expit(x) * (1 + x * expit(-x))"),
    "dsilu": (
        "expit(x) * (1 + x * expit(-x))",
        "expit(x) * expit(-x) * (2 + x * (expit(-x) - expit(x)))",
    ),
    "flatten_t_swish": ("where(x > 0, x * expit(x), 0) - 0.2", "where(x > 0, expit(x) * (1 + x * expit(-x)), 0)"),
    "quick_gelu": ("x * expit(1.702 * x)", "expit(1.702 * x) * (1 + 1.702 * x * expit(-1.702 * x))"),
    "gelu": ("x * ndtr(x)", "ndtr(x) + x * exp(-(x**2) / 2) / sqrt(2 * pi)"),
    "gelu_10": (
        "clip(x * ndtr(x), -10, 10)",
        "where(x > 10, 0, ndtr(x) + x * exp(-(x**2) / 2) / sqrt(2 * pi))",
    ),
    "gelu_tanh": (
        "x * expit(sqrt(8 / pi) * (x + 0.044715 * x**3))",
        "expit(u := sqrt(8 / pi) * (x + 0.044715 * x**3)) * (1 + x * sqrt(8 / pi) * (1 + 0.134145 * x**2) * expit(-u))",
    ),
    "gelu_mlx_precise": (
        "x * expit(1.60033 * x * (1 + 0.0433603 * x**2))",
        "expit(u := 1.60033 * x * (1 + 0.0433603 * x**2)) * (1 + x * 1.60033 * (1 + 0.1300809 * x**2) * expit(-u))",
    ),
    "mish": ("x * tanh(-log_expit(-x))", "tanh(s := -log_expit(-x)) + x * expit(x) / cosh(s) ** 2"),
    "serf": (
        "x * erf(-log_expit(-x))",
        "erf(s := -log_expit(-x)) + x * expit(x) * 2 / sqrt(pi) * exp(-(s**2))",
    ),
    "smish": (
        "x * tanh(log1p(expit(x)))",
        "tanh(s := log1p(expit(x))) + x * expit(x) * expit(-x) / (1 + expit(x)) / cosh(s) ** 2",
    ),
    "logish": ("x * log1p(expit(x))", "log1p(expit(x)) + x * expit(x) * expit(-x) / (1 + expit(x))"),
    "phish": (
        "x * tanh(x * ndtr(x))",
        "tanh(g := x * ndtr(x)) + x / cosh(g) ** 2 * (ndtr(x) + x * exp(-(x**2) / 2) / sqrt(2 * pi))",
    ),
    "elu": ("where(x > 0, x, expm1(x))", "where(x > 0, 1, exp(x))"),
    "celu": ("where(x > 0, x, expm1(x))", "where(x > 0, 1, exp(x))"),
    "selu": (
        "where(x > 0, 1.0507009873554805 * x, 1.7580993408473768 * expm1(x))",
        "where(x > 0, 1.0507009873554805, 1.7580993408473768 * exp(x))",
    ),
    "elish": (
        "where(x >= 0, x, expm1(x)) * expit(x)",
        "where(x >= 0, expit(x) * (1 + x * expit(-x)), expit(x) * (exp(x) + expm1(x) * expit(-x)))",
    ),
    "softmax": ("softmax(x, axis=-1)",),
}

# torch, and what Transformers and timm make of it.
TORCH = {
    "relu": "F.relu(x)",
    "relu6": "F.relu6(x)",
    "relu2": "torch.square(F.relu(x))",
    "star_relu": "0.8944 * F.relu(x) ** 2 - 0.4472",
    "leaky_relu": "F.leaky_relu(x)",
    "prelu": "F.prelu(x, x.new_tensor([0.25]))",
    "rrelu": "F.rrelu(x)",
    "threshold": "F.threshold(x, 0, 0)",
    "thresholded_relu": "F.threshold(x, 1, 0)",
    "elu": "F.elu(x)",
    "celu": "F.celu(x)",
    "selu": "F.selu(x)",
    "xielu": (
        "torch.where(x > 0, 0.8 * x * x + 0.5 * x,"
        " (torch.expm1(torch.min(x, x.new_tensor(-1e-6))) - x) * 0.8 + 0.5 * x)"
    ),
    "gelu": "F.gelu(x)",
    "gelu_tanh": "F.gelu(x, approximate='tanh')",
    "gelu_10": "torch.clip(F.gelu(x), -10, 10)",
    "quick_gelu": "x * torch.sigmoid(1.702 * x)",
    "silu": "F.silu(x)",
    "hard_swish": "F.hardswish(x)",
    "mish": "F.mish(x)",
    "hard_mish": "0.5 * x * (x + 2).clamp(min=0, max=2)",
    "sigmoid": "torch.sigmoid(x)",
    "hard_sigmoid": "F.hardsigmoid(x)",
    "log_sigmoid": "F.logsigmoid(x)",
    "laplace": "0.5 * (1.0 + torch.erf((x - 0.707107) / (0.282095 * math.sqrt(2.0))))",
    "tanh": "torch.tanh(x)",
    "hard_tanh": "F.hardtanh(x)",
    "tanh_shrink": "F.tanhshrink(x)",
    "hard_shrink": "F.hardshrink(x)",
    "soft_shrink": "F.softshrink(x)",
    "softcap": "30 * torch.tanh(x / 30)",
    "softsign": "F.softsign(x)",
    "softplus": "F.softplus(x)",
    "sqrtsoftplus": "torch.sqrt(F.softplus(x))",
    "exponential": "torch.exp(x)",
    "erf": "torch.erf(x)",
    "arctan": "torch.atan(x)",
    "sin": "torch.sin(x)",
    "cos": "torch.cos(x)",
    "softmax": "torch.softmax(x, -1)",
}

JAX = {
    "relu": "nn.relu(x)",
    "relu6": "nn.relu6(x)",
    "relu2": "jnp.square(nn.relu(x))",
    "leaky_relu": "nn.leaky_relu(x)",
    "elu": "nn.elu(x)",
    "celu": "nn.celu(x)",
    "selu": "nn.selu(x)",
    "gelu": "nn.gelu(x, approximate=False)",
    "gelu_tanh": "nn.gelu(x)",
    "silu": "nn.silu(x)",
    "hard_swish": "nn.hard_swish(x)",
    "mish": "nn.mish(x)",
    "sigmoid": "nn.sigmoid(x)",
    "hard_sigmoid": "nn.hard_sigmoid(x)",
    "sparse_sigmoid": "nn.sparse_sigmoid(x)",
    "log_sigmoid": "nn.log_sigmoid(x)",
    "tanh": "nn.tanh(x)",
    "hard_tanh": "nn.hard_tanh(x)",
    "softsign": "nn.soft_sign(x)",
    "softplus": "nn.softplus(x)",
    "sparse_plus": "nn.sparse_plus(x)",
    "squareplus": "nn.squareplus(x)",
    "exponential": "jnp.exp(x)",
    "erf": "jax.scipy.special.erf(x)",
    "arctan": "jnp.arctan(x)",
    "sin": "jnp.sin(x)",
    "cos": "jnp.cos(x)",
}


class _PlainNumPy(FloatArithmetic):
    """float64 without a kernel of ours: erf and erfc of the standard library, the rest in terms of them."""

    def operate(self, name: str, *arguments: Any) -> Any:
        plain = _PLAIN.get(name)
        return plain(*arguments) if plain else super().operate(name, *arguments)


_PLAIN: dict[str, Callable[[Any], Any]] = {
    "erf": np.vectorize(math.erf, otypes=[float]),
    "erfc": np.vectorize(math.erfc, otypes=[float]),
    "normal_cdf": lambda u: (1 + _PLAIN["erf"](u / np.sqrt(2))) / 2,
    "normal_pdf": lambda u: np.exp(-u * u / 2) / np.sqrt(2 * np.pi),
}


def numpy_as_written(spec: str, order: int, x: Floats) -> Floats | None:
    """The formula of the catalogue, every function in it written out, in plain NumPy; slopes by the chain rule."""
    function = find(spec)
    if not isinstance(function, Activation):
        return None
    jets = JetArithmetic(_PlainNumPy())
    jet: Jet[Any] = evaluate(function.tree, jets, jets.variable(x))
    answer = (jet.value, jet.slope, jet.curvature)[order]
    return np.broadcast_to(np.asarray(0.0 if answer is None else answer, dtype=np.float64), x.shape)


def scipy(spec: str, order: int, x: Floats) -> Floats | None:
    """NumPy and scipy.special."""
    lines = SCIPY.get(_name(spec), ())
    if order >= len(lines):
        return None
    return np.asarray(_written(lines[order], _scipy() | {"x": x}), dtype=np.float64)


def torch(spec: str, order: int, x: Floats) -> Floats | None:
    """PyTorch on one thread, slopes by autograd."""
    line = TORCH.get(_name(spec))
    if line is None:
        return None
    names = _torch()
    tensor = names["torch"].from_numpy(x).requires_grad_(order > 0)
    answer = _written(line, names | {"x": tensor})
    try:
        for _ in range(order):
            answer = _torch_slope(answer, tensor, order)
    except RuntimeError:  # it does not know the second derivative of this function
        return None
    plain: Floats = answer.detach().numpy()
    return plain


def _torch_slope(answer: Any, tensor: Any, order: int) -> Any:
    if not answer.requires_grad:
        return _torch()["torch"].zeros_like(tensor)
    return _torch()["torch"].autograd.grad(answer.sum(), tensor, create_graph=order > 1)[0]


def jax(spec: str, order: int, x: Floats) -> Floats | None:
    """JAX in 64 bits, slopes by grad; XLA takes subnormal inputs for 0."""
    line = JAX.get(_name(spec))
    if line is None:
        return None
    names = _jax()
    function = _written(f"lambda x: {line}", names)
    for _ in range(order):
        function = names["jax"].grad(function)
    return np.asarray(names["jax"].vmap(function)(x))


def installed() -> dict[str, Peer]:
    """The libraries that are here, by the name they go by in tables."""
    return {title: peer for title, (module, peer) in _PEERS.items() if find_spec(module)}


_PEERS: dict[str, tuple[str, Peer]] = {
    "NumPy": ("numpy", numpy_as_written),
    "SciPy": ("scipy", scipy),
    "PyTorch": ("torch", torch),
    "JAX": ("jax", jax),
}


def _name(spec: str) -> str:
    return spec.replace("-", "_")


def _written(line: str, names: dict[str, Any]) -> Any:
    return eval(line, names)  # noqa: S307 - the lines of the tables above


# Loaded only when asked for, and by name: mypy need not know them.


@cache
def _scipy() -> dict[str, Any]:
    return vars(np) | vars(import_module("scipy.special"))


@cache
def _torch() -> dict[str, Any]:
    module = import_module("torch")
    module.set_num_threads(1)
    return {"torch": module, "F": module.nn.functional, "math": math}


@cache
def _jax() -> dict[str, Any]:
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    module = import_module("jax")
    module.config.update("jax_enable_x64", True)
    import_module("jax.scipy.special")
    return {"jax": module, "nn": module.nn, "jnp": module.numpy}

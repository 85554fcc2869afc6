"""The shared NumPy kernels: stable forms of value, slope and curvature, a file per family.

>>> from actcli import kernels
>>> kernels.gelu([-10.0, 0.0, 1.0])
array([-7.61985302e-23,  0.00000000e+00,  8.41344746e-01])
>>> kernels.softmax([[3.0, 1.0, -3.0], [0.0, 0.0, 0.0]]).round(4)
array([[0.8789, 0.1189, 0.0022],
       [0.3333, 0.3333, 0.3333]])
>>> kernels.sigmoid_slope(40.0)
array(4.24835426e-18)

Arrays of any shape go in and come out, float64; a function whose formula loses no digits, such as relu, needs no
kernel and is found in `actcli.catalog`. Each file is imported when one of its kernels is first asked for: all of them
together would cost the start 8 ms.
"""

from importlib import import_module
from typing import Any

import numpy as np

# glibc hands memory back after every temporary, and the system clears it anew for the next: two thirds of the time.
# Once a large array has been freed it keeps what is twice as large.
np.empty(1 << 19)

# Where each element-wise function lives; `NAME_slope` and `NAME_curvature` stand beside it.
_ELEMENT_WISE = {
    "algebraic": "arctan bent_identity isrlu isru softsign squareplus",
    "clipped": "aria2 soft_clipping",
    "composed": "beta_mish logish phish serf smish sqrtsoftplus telu",
    "gelu_approximations": "gelu_mlx_precise gelu_tanh",
    "hyperbolic": "lecun_tanh lisht logcosh penalized_tanh softcap tanh_shrink weighted_tanh",
    "integrated_elu": "xielu",
    "laplace_cdf": "laplace",
    "logistic": "log_sigmoid sigmoid softplus tanh",
    "mishes": "mila mish",
    "normal": "erf erfc gaussian gelu normal_cdf normal_pdf",
    "periodic": "snake",
    "rectifiers": "celu elish elu nlrelu selu",
    "soft_exponentials": "soft_exponential",
    "swishes": "dsilu eswish quick_gelu silu swish",
}

# Where each function of whole vectors lives, and the losses built on them.
_OF_VECTORS = {
    "bipolar": "brelu brelu_jacobian",
    "concatenated": "crelu",
    "entmaxes": "entmax entmax15 entmax15_jacobian entmax_jacobian",
    "gate_jacobians": "bilinear_jacobian geglu_jacobian glu_jacobian reglu_jacobian swiglu_jacobian",
    "gates": "bilinear geglu glu gpt_oss_swiglu reglu swiglu",
    "jacobians": (
        "log_softmax_jacobian logmeanexp_jacobian logsumexp_jacobian maxout_jacobian sink_softmax_jacobian"
        " softmax1_jacobian softmin_jacobian"
    ),
    "divergences": (
        "cross_entropy_terms kl_terms squared_error_gradient_terms squared_error_terms swapped_cross_entropy"
        " swapped_kl_divergence"
    ),
    "entropies": "entropy margin",
    "losses": "cross_entropy kl_divergence squared_error",
    "softmax_variants": "gumbel_softmax logmeanexp sink_softmax softmax1 softmin standardize",
    "softmaxes": "log_softmax logsumexp maxout softmax softmax_jacobian",
    "sparse": "hardmax sparsemax sparsemax_jacobian",
    "standardized": "standardize_jacobian",
}

_ORDERS = ("", "_slope", "_curvature")

_HOMES = {
    **{name + order: home for home, names in _ELEMENT_WISE.items() for name in names.split() for order in _ORDERS},
    **{name: home for home, names in _OF_VECTORS.items() for name in names.split()},
}

__all__ = sorted(_HOMES)  # noqa: PLE0605 - made from the one list of names


def __getattr__(name: str) -> Any:
    """Import the family of a kernel on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    kernel = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = kernel
    return kernel


def __dir__() -> list[str]:
    return __all__

"""Smooth functions that gate their own input: GELU, SiLU and their kin."""

from actcli import kernels as k
from actcli.catalog.function import Function, Kernels, Limits

SMOOTH = (
    Function(
        name="gelu",
        formula="x * normal_cdf(x)",
        kernels=Kernels(k.gelu, k.gelu_slope, k.gelu_curvature),
        limits=Limits(("0", "inf"), ("0", "1")),
        aliases=("gelu_erf", "gelu_python"),
        source="Hendrycks and Gimpel 2016, arXiv 1606.08415",
        used_for="hidden layers of transformers",
    ),
    Function(
        name="silu",
        formula="x * sigmoid(x)",
        kernels=Kernels(k.silu, k.silu_slope, k.silu_curvature),
        limits=Limits(("0", "inf"), ("0", "1")),
        aliases=("sil",),
        source="Elfwing, Uchibe and Doya 2017, arXiv 1702.03118",
        used_for="hidden layers of convolutional networks and of language models",
    ),
)

"""Smooth functions that gate their own input: GELU, SiLU and their kin."""

from actcli.catalog.function import Function, Limits, stable

SMOOTH = (
    Function(
        name="gelu",
        formula="x * normal_cdf(x)",
        kernels=stable("gaussian.gelu"),
        limits=Limits(("0", "inf"), ("0", "1")),
        aliases=("gelu_erf", "gelu_python"),
        source="Hendrycks and Gimpel 2016, arXiv 1606.08415",
        used_for="hidden layers of transformers",
    ),
    Function(
        name="silu",
        formula="x * sigmoid(x)",
        kernels=stable("swish.silu"),
        limits=Limits(("0", "inf"), ("0", "1")),
        aliases=("sil",),
        source="Elfwing, Uchibe and Doya 2017, arXiv 1702.03118",
        used_for="hidden layers of convolutional networks and of language models",
    ),
)

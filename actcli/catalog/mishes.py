"""Mish and its kin: x times a squashed softplus, exponential, logarithm or GELU."""

from actcli.catalog.function import Function, FunctionParameter, Limits, stable

_GATE = Limits(("0", "inf"), ("0", "1"))

MISHES = (
    Function(
        name="mish",
        formula="x * tanh(softplus(x))",
        kernels=stable("mishes.mish"),
        limits=_GATE,
        source="Misra 2019, arXiv 1908.08681",
        used_for="hidden layers of detectors such as YOLOv4",
    ),
    Function(
        name="hard_mish",
        formula="where(x >= 0, x, where(x > -2, x * (x + 2) / 2, 0))",
        limits=_GATE,
        source="timm.layers.HardMish",
        used_for="a Mish without an exponential",
        notes=("x/2 * clip(x + 2, 0, 2), with slope 0 at -2",),
    ),
    Function(
        name="beta_mish",
        formula="x * tanh(beta * softplus(x))",
        kernels=stable("composed.beta_mish"),
        parameters=(FunctionParameter("beta", "1.5", "power of 1 + exp(x)", valid="beta > 0"),),
        limits=_GATE,
        source="Echo",
        used_for="hidden layers; with beta = 1 it is mish",
    ),
    Function(
        name="mila",
        formula="x * tanh(softplus(x + beta))",
        kernels=stable("mishes.mila"),
        parameters=(FunctionParameter("beta", "-0.25", "depth of the dip below 0"),),
        limits=_GATE,
        source="Misra 2019, Mila",
        used_for="hidden layers; with beta = 0 it is mish",
    ),
    Function(
        name="telu",
        formula="x * tanh(exp(x))",
        kernels=stable("composed.telu"),
        limits=_GATE,
        aliases=("tanhexp", "tanh_exp"),
        source="Liu and Di 2020, arXiv 2003.09855; Fernandez and Mali 2024, arXiv 2412.20269",
        used_for="hidden layers that should be linear soon above 0",
    ),
    Function(
        name="serf",
        formula="x * erf(softplus(x))",
        kernels=stable("composed.serf"),
        limits=_GATE,
        source="Nag, Bhattacharyya, Mukherjee and Kundu 2021, arXiv 2108.09598",
        used_for="hidden layers; a Mish with erf for tanh",
    ),
    Function(
        name="smish",
        formula="x * tanh(log1p(sigmoid(x)))",
        kernels=stable("composed.smish"),
        limits=Limits(("0", "inf"), ("0", "3/5")),
        source="Wang, Ren and Wang 2022",
        used_for="hidden layers of image classifiers",
    ),
    Function(
        name="logish",
        formula="x * log1p(sigmoid(x))",
        kernels=stable("composed.logish"),
        limits=Limits(("0", "inf"), ("0", "log(2)")),
        source="Zhu et al. 2021",
        used_for="hidden layers of image classifiers",
    ),
    Function(
        name="phish",
        formula="x * tanh(gelu(x))",
        kernels=stable("composed.phish"),
        limits=_GATE,
        source="Naveen 2022",
        used_for="hidden layers of image classifiers",
    ),
    Function(
        name="lisht",
        formula="x * tanh(x)",
        kernels=stable("hyperbolic.lisht"),
        limits=Limits(("inf", "inf"), ("-1", "1")),
        source="Roy et al. 2019, arXiv 1901.05894",
        used_for="hidden layers that should pass both signs alike",
    ),
)

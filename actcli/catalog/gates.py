"""Gates: x times a share of it. GELU and its approximations, SiLU and its kin, Mish and its kin."""

from actcli.catalog.entry import Function, FunctionParameter, Kernels, Limits, stable

_GATE = Limits(("0", "inf"), ("0", "1"))
_CONSTANTS = "constants are the exact decimals: in the left tail the doubles nearest to them are some hundred ulp off"

# What is inside of the approximations, and its slope.
_CUBE = "sqrt(2 / pi) * (x + 0.044715 * x**3)"
_CUBE_SLOPE = "sqrt(2 / pi) * (1 + 0.134145 * x**2)"
_MLX = "1.60033 * x * (1 + 0.0433603 * x**2)"
_MLX_SLOPE = "1.60033 * (1 + 0.1300809 * x**2)"

GATES = (
    Function(
        name="gelu",
        formula="x * normal_cdf(x)",
        derivatives=("normal_cdf(x) + x * normal_pdf(x)", "(2 - x**2) * normal_pdf(x)"),
        kernels=Kernels("gelu.gelu", "gelu.gelu_slope"),
        limits=_GATE,
        aliases=("gelu_erf", "gelu_python", "gelu_exact"),
        source="Hendrycks and Gimpel 2016, arXiv 1606.08415",
        used_for="hidden layers of transformers",
        notes=("approximate=tanh leads to gelu_tanh",),
        routes=(
            ("approximate=none", "gelu"),
            ("approximate=tanh", "gelu_tanh"),
            ("approximate=false", "gelu"),
            ("approximate=true", "gelu_tanh"),
            ("approx=none", "gelu"),
            ("approx=tanh", "gelu_tanh"),
            ("approx=precise", "gelu_tanh"),
            ("approx=fast", "quick_gelu"),
        ),
    ),
    Function(
        name="gelu_tanh",
        formula=f"x / 2 * (1 + tanh({_CUBE}))",
        derivatives=(
            f"(1 + tanh({_CUBE})) / 2 + x / 2 * (1 - tanh({_CUBE})**2) * {_CUBE_SLOPE}",
            f"(1 - tanh({_CUBE})**2) * ({_CUBE_SLOPE} + x / 2 * (sqrt(2 / pi) * 0.26829 * x - 2 * tanh({_CUBE}) "
            f"* ({_CUBE_SLOPE})**2))",
        ),
        kernels=Kernels("normal.gelu_tanh", "normal.gelu_tanh_slope"),
        limits=_GATE,
        aliases=("gelu_new", "gelu_fast", "gelu_accurate", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_approx"),
        source="Hendrycks and Gimpel 2016, arXiv 1606.08415",
        used_for="hidden layers of transformers; what JAX, Flax and keras.ops mean by gelu",
        notes=(_CONSTANTS, "at most 4.732e-4 away from gelu, at x = ±2.699"),
    ),
    Function(
        name="quick_gelu",
        formula="x * sigmoid(1.702 * x)",
        derivatives=(
            "sigmoid(1.702 * x) * (1 + 1.702 * x * sigmoid(-1.702 * x))",
            "1.702 * sigmoid(1.702 * x) * sigmoid(-1.702 * x) * (2 - 1.702 * x * tanh(1.702 * x / 2))",
        ),
        kernels=Kernels("logistic.quick_gelu", "logistic.quick_gelu_slope"),
        limits=_GATE,
        aliases=("gelu_sigmoid", "gelu_fast_approx", "clip_gelu"),
        source="Hendrycks and Gimpel 2016, arXiv 1606.08415; CLIP",
        used_for="CLIP; a GELU with one exponential",
        notes=(
            _CONSTANTS,
            "at most 0.0203 away from gelu, at x = ±2.270",
            "what NNlib.jl calls gelu_sigmoid is gelu_tanh",
        ),
    ),
    Function(
        name="gelu_mlx_precise",
        formula=f"x * sigmoid({_MLX})",
        derivatives=(
            f"sigmoid({_MLX}) * (1 + x * sigmoid(-({_MLX})) * {_MLX_SLOPE})",
            f"sigmoid({_MLX}) * sigmoid(-({_MLX})) * (2 * {_MLX_SLOPE} + x * (1.60033 * 0.2601618 * x "
            f"- ({_MLX_SLOPE})**2 * tanh(({_MLX}) / 2)))",
        ),
        kernels=Kernels("normal.gelu_mlx_precise", "normal.gelu_mlx_precise_slope"),
        limits=_GATE,
        source="mlx.nn.gelu_approx before MLX 0.11",
        used_for="models from MLX of before 2024",
        notes=(_CONSTANTS, "at most 2.728e-4 away from gelu", "since MLX 0.11 its gelu_approx is gelu_tanh"),
    ),
    Function(
        name="gelu_10",
        formula="where(x > 10, 10, gelu(x))",
        derivatives=(
            "where(x > 10, 0, normal_cdf(x) + x * normal_pdf(x))",
            "where(x > 10, 0, (2 - x**2) * normal_pdf(x))",
        ),
        limits=Limits(("0", "10"), ("0", "0")),
        aliases=("clipped_gelu",),
        source="transformers, ClippedGELUActivation; arXiv 2004.09602",
        used_for="GELU in low precision",
        notes=("clip(gelu(x), -10, 10): gelu never falls below -0.17, and exceeds 10 from the first double above 10",),
    ),
    Function(
        name="silu",
        formula="x * sigmoid(x)",
        derivatives=("sigmoid(x) * (1 + x * sigmoid(-x))", "sigmoid(x) * sigmoid(-x) * (2 - x * tanh(x / 2))"),
        kernels=stable("logistic.silu"),
        limits=_GATE,
        aliases=("sil",),
        source="Hendrycks and Gimpel 2016, arXiv 1606.08415; Elfwing, Uchibe and Doya 2017, arXiv 1702.03118",
        used_for="hidden layers of convolutional networks and of language models",
    ),
    Function(
        name="swish",
        formula="x * sigmoid(beta * x)",
        derivatives=(
            "sigmoid(beta * x) * (1 + beta * x * sigmoid(-beta * x))",
            "beta * sigmoid(beta * x) * sigmoid(-beta * x) * (2 - beta * x * tanh(beta * x / 2))",
        ),
        kernels=Kernels("logistic.swish", "logistic.swish_slope"),
        parameters=(FunctionParameter("beta", "1", "sharpness of the gate, learned or fixed", aliases=("alpha",)),),
        limits=Limits(
            ("where(beta > 0, 0, -inf)", "where(beta < 0, 0, inf)"),
            (
                "where(beta > 0, 0, where(beta < 0, 1, 1/2))",
                "where(beta > 0, 1, where(beta < 0, 0, 1/2))",
            ),
        ),
        source="Ramachandran, Zoph and Le 2017, arXiv 1710.05941",
        used_for="hidden layers; with beta = 1 it is silu",
    ),
    Function(
        name="eswish",
        formula="beta * x * sigmoid(x)",
        derivatives=(
            "beta * sigmoid(x) * (1 + x * sigmoid(-x))",
            "beta * sigmoid(x) * sigmoid(-x) * (2 - x * tanh(x / 2))",
        ),
        parameters=(FunctionParameter("beta", "1.375", "scale", valid="beta != 0"),),
        limits=Limits(("0", "inf * beta"), ("0", "beta")),
        source="Alcaide 2018, arXiv 1801.07145",
        used_for="hidden layers of wide residual networks",
    ),
    Function(
        name="aria2",
        formula="x * (1 + exp(-beta * x)) ** (-alpha)",
        derivatives=(
            "(1 + exp(-beta * x)) ** (-alpha) * (1 + alpha * beta * x * sigmoid(-beta * x))",
            "alpha * beta * (1 + exp(-beta * x)) ** (-alpha) * sigmoid(-beta * x) * (2 + beta * x * (alpha "
            "* sigmoid(-beta * x) - sigmoid(beta * x)))",
        ),
        parameters=(
            FunctionParameter("alpha", "1.5", "power", valid="alpha > 0"),
            FunctionParameter("beta", "2", "steepness", valid="beta > 0"),
        ),
        limits=_GATE,
        source="Patwardhan, Ingalhalikar and Walambe 2018, arXiv 1805.08878",
        used_for="hidden layers; tested on MNIST and CIFAR",
        notes=(
            "the paper weights x by Richards' curve of 1959; Echo's code leaves the factor x out: aria2@echo",
            "with alpha = 1 it is swish",
        ),
    ),
    Function(
        name="dsilu",
        formula="sigmoid(x) * (1 + x * sigmoid(-x))",
        derivatives=(
            "sigmoid(x) * sigmoid(-x) * (2 - x * tanh(x / 2))",
            "sigmoid(x) * sigmoid(-x) * (x * (tanh(x / 2)**2 - 2 * sigmoid(x) * sigmoid(-x)) - 3 * tanh(x / 2))",
        ),
        limits=Limits(("0", "1"), ("0", "0")),
        source="Elfwing, Uchibe and Doya 2017, arXiv 1702.03118",
        used_for="reinforcement learning; the slope of silu, steeper than a sigmoid",
    ),
    Function(
        name="hard_swish",
        formula="where(x > -3, where(x < 3, x * (x + 3) / 6, x), 0)",
        derivatives=("where(x > -3, where(x < 3, (2 * x + 3) / 6, 1), 0)", "where(x > -3, where(x < 3, 1/3, 0), 0)"),
        limits=_GATE,
        aliases=("hard_silu", "h_swish"),
        source="Howard et al. 2019, arXiv 1905.02244",
        used_for="mobile networks",
        notes=("the slope at -3 is 0 and at 3 it is 1, as in PyTorch from 2.8 on and in JAX",),
    ),
    Function(
        name="flatten_t_swish",
        formula="where(x > 0, silu(x), 0) + c",
        derivatives=(
            "where(x > 0, sigmoid(x) * (1 + x * sigmoid(-x)), 0)",
            "where(x > 0, sigmoid(x) * sigmoid(-x) * (2 - x * tanh(x / 2)), 0)",
        ),
        parameters=(FunctionParameter("c", "-0.2", "what stands for all x below 0", aliases=("threshold",)),),
        limits=Limits(("c", "inf"), ("0", "1")),
        aliases=("fts", "ftswish"),
        source="Chieng et al. 2018, arXiv 1812.06247",
        used_for="hidden layers; a ReLU with the curve of SiLU",
        notes=("the slope at 0 is 0",),
    ),
)

MISHES = (
    Function(
        name="mish",
        formula="x * tanh(softplus(x))",
        derivatives=(
            "tanh(softplus(x)) + x * sigmoid(x) * (1 - tanh(softplus(x))**2)",
            "(1 - tanh(softplus(x))**2) * sigmoid(x) * (2 + x * (sigmoid(-x) - 2 * tanh(softplus(x)) * sigmoid(x)))",
        ),
        kernels=Kernels("logistic.mish", "logistic.mish_slope"),
        limits=_GATE,
        source="Misra 2019, arXiv 1908.08681",
        used_for="hidden layers of detectors such as YOLOv4",
    ),
    Function(
        name="hard_mish",
        formula="where(x >= 0, x, where(x > -2, x * (x + 2) / 2, 0))",
        derivatives=("where(x >= 0, 1, where(x > -2, x + 1, 0))", "where(x >= 0, 0, where(x > -2, 1, 0))"),
        limits=_GATE,
        source="timm.layers.HardMish",
        used_for="a Mish without an exponential",
        notes=("x/2 * clip(x + 2, 0, 2), with slope 0 at -2, where timm's own backward pass has -1",),
    ),
    Function(
        name="beta_mish",
        formula="x * tanh(beta * softplus(x))",
        derivatives=(
            "tanh(beta * softplus(x)) + beta * x * sigmoid(x) * (1 - tanh(beta * softplus(x))**2)",
            "beta * (1 - tanh(beta * softplus(x))**2) * sigmoid(x) * (2 + x * (sigmoid(-x) - 2 * beta * tanh(beta "
            "* softplus(x)) * sigmoid(x)))",
        ),
        parameters=(FunctionParameter("beta", "1.5", "power of 1 + exp(x)", valid="beta > 0"),),
        limits=_GATE,
        source="Echo",
        used_for="hidden layers; with beta = 1 it is mish",
    ),
    Function(
        name="mila",
        formula="x * tanh(softplus(x + beta))",
        derivatives=(
            "tanh(softplus(x + beta)) + x * sigmoid(x + beta) * (1 - tanh(softplus(x + beta))**2)",
            "(1 - tanh(softplus(x + beta))**2) * sigmoid(x + beta) * (2 + x * (sigmoid(-x - beta) - 2 "
            "* tanh(softplus(x + beta)) * sigmoid(x + beta)))",
        ),
        kernels=Kernels("logistic.mila"),
        parameters=(FunctionParameter("beta", "-0.25", "depth of the dip below 0"),),
        limits=_GATE,
        source="Misra 2019, github.com/digantamisra98/Mila; Echo",
        used_for="hidden layers; with beta = 0 it is mish",
    ),
    Function(
        name="telu",
        formula="x * tanh(exp(x))",
        derivatives=(
            "tanh(exp(x)) + x * exp(x) * (1 - tanh(exp(x))**2)",
            "(1 - tanh(exp(x))**2) * exp(x) * (2 + x * (1 - 2 * exp(x) * tanh(exp(x))))",
        ),
        limits=_GATE,
        aliases=("tanhexp", "tanh_exp"),
        source="Liu and Di 2020, arXiv 2003.09855; Fernandez and Mali 2024, arXiv 2412.20269",
        used_for="hidden layers that should be linear soon above 0",
    ),
    Function(
        name="serf",
        formula="x * erf(softplus(x))",
        derivatives=(
            "erf(softplus(x)) + 2 / sqrt(pi) * x * sigmoid(x) * exp(-(softplus(x)**2))",
            "2 / sqrt(pi) * sigmoid(x) * exp(-(softplus(x)**2)) * (2 + x * (sigmoid(-x) - 2 * softplus(x) "
            "* sigmoid(x)))",
        ),
        limits=_GATE,
        source="Nag and Bhattacharyya 2021, arXiv 2108.09598",
        used_for="hidden layers; a Mish with erf for tanh",
    ),
    Function(
        name="smish",
        formula="x * tanh(log1p(sigmoid(x)))",
        derivatives=(
            "tanh(log1p(sigmoid(x))) + x * (1 - tanh(log1p(sigmoid(x)))**2) * sigmoid(x) * sigmoid(-x) / (1 "
            "+ sigmoid(x))",
            "(1 - tanh(log1p(sigmoid(x)))**2) * sigmoid(x) * sigmoid(-x) / (1 + sigmoid(x)) * (2 - x "
            "* (tanh(x / 2) + (1 + 2 * tanh(log1p(sigmoid(x)))) * sigmoid(x) * sigmoid(-x) / (1 + sigmoid(x))))",
        ),
        limits=Limits(("0", "inf"), ("0", "3/5")),
        source="Wang, Ren and Wang 2022",
        used_for="hidden layers of image classifiers",
    ),
    Function(
        name="logish",
        formula="x * log1p(sigmoid(x))",
        derivatives=(
            "log1p(sigmoid(x)) + x * sigmoid(x) * sigmoid(-x) / (1 + sigmoid(x))",
            "sigmoid(x) * sigmoid(-x) / (1 + sigmoid(x)) * (2 - x * (tanh(x / 2) + sigmoid(x) * sigmoid(-x) / (1 "
            "+ sigmoid(x))))",
        ),
        limits=Limits(("0", "inf"), ("0", "log(2)")),
        source="Zhu et al. 2021",
        used_for="hidden layers of image classifiers",
    ),
    Function(
        name="phish",
        formula="x * tanh(gelu(x))",
        derivatives=(
            "tanh(gelu(x)) + x * (1 - tanh(gelu(x))**2) * (normal_cdf(x) + x * normal_pdf(x))",
            "(1 - tanh(gelu(x))**2) * (2 * (normal_cdf(x) + x * normal_pdf(x)) + x * ((2 - x**2) * normal_pdf(x) "
            "- 2 * tanh(gelu(x)) * (normal_cdf(x) + x * normal_pdf(x))**2))",
        ),
        limits=_GATE,
        source="Naveen 2022",
        used_for="hidden layers of image classifiers",
    ),
    Function(
        name="lisht",
        formula="x * tanh(x)",
        derivatives=("tanh(x) + x * (1 - tanh(x)**2)", "2 * (1 - tanh(x)**2) * (1 - x * tanh(x))"),
        limits=Limits(("inf", "inf"), ("-1", "1")),
        source="Roy et al. 2019, arXiv 1901.05894",
        used_for="hidden layers that should pass both signs alike",
    ),
)

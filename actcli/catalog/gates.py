"""Gates: x times a share of it. GELU and its approximations, SiLU and its kin, Mish and its kin."""

from actcli.catalog.entry import Function, FunctionParameter, Kernels, Limits, stable

_GATE = Limits(("0", "inf"), ("0", "1"))
_CONSTANTS = "constants are the exact decimals: in the left tail the doubles nearest to them are some hundred ulp off"

# What is inside of the approximations, and its slope.
_CUBE = "sqrt(2 / pi) * (x + 0.044715 * x**3)"
_CUBE_SLOPE = "sqrt(2 / pi) * (1 + 0.134145 * x**2)"
_MLX = "1.60033 * x * (1 + 0.0433603 * x**2)"
_MLX_SLOPE = "1.60033 * (1 + 0.1300809 * x**2)"

_COLLAPSE = "exp(-(x + exp(x)))"
_EXPANDING = "Huang 2024, Expanded Gating Ranges, arXiv 2405.20768"
_WIDTH = FunctionParameter("alpha", "0", "the gate runs from -alpha to 1 + alpha, learned", valid="alpha > -1/2")
_EXPANDED = Limits(("where(alpha == 0, 0, inf * alpha)", "inf"), ("-alpha", "1 + alpha"))
_WAVE = (
    FunctionParameter("a", "1", "height of the wave, learned", aliases=("alpha",), valid="abs(a) <= 1e300"),
    FunctionParameter("b", "1", "frequency of the wave, learned", aliases=("beta",), valid="abs(b) <= 1000"),
)
_WAVING = Limits(("0", "inf"), ("0", "where(a * b == 0, 1, nan)"), ("0", "where(a * b == 0, 0, nan)"))
_SINE_BESIDE_X = (
    "where(abs(b * x) < 1e-6, (1 + a * b) * x - a * (b * x)**3 / 6 * (1 - (b * x)**2 / 20), x + a * sin(b * x))"
)

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
    Function(
        name="golu",
        formula="x * exp(-exp(-x))",
        derivatives=(
            "exp(-exp(-x)) * (1 + x * exp(-x))",
            "exp(-exp(-x)) * exp(-x) * (2 + x * (exp(-x) - 1))",
        ),
        limits=_GATE,
        aliases=("gompertz_linear_unit",),
        source="Das et al. 2025, arXiv 2502.03654",
        used_for="hidden layers of vision and language models; a gate that opens later and faster than that of silu",
        notes=("the gate is Gompertz' curve, with all three of its parameters at 1 as in the paper",),
    ),
    Function(
        name="aptx",
        formula="(alpha + tanh(beta * x)) * gamma * x",
        derivatives=(
            "gamma * (alpha + tanh(beta * x) + beta * x * (1 - tanh(beta * x)**2))",
            "2 * gamma * beta * (1 - tanh(beta * x)**2) * (1 - beta * x * tanh(beta * x))",
        ),
        parameters=(
            FunctionParameter("alpha", "1", "lifts the gate"),
            FunctionParameter("beta", "1", "sharpness of the gate", valid="beta > 0"),
            FunctionParameter("gamma", "1/2", "scale", valid="gamma != 0"),
        ),
        limits=Limits(
            (
                "where(alpha == 1, 0, -inf * (alpha - 1) * gamma)",
                "where(alpha == -1, 0, inf * (alpha + 1) * gamma)",
            ),
            ("(alpha - 1) * gamma", "(alpha + 1) * gamma"),
        ),
        source="Kumar 2022, arXiv 2209.06119",
        used_for="hidden layers; a Mish with one tanh",
        notes=("by default it is swish with beta = 2",),
    ),
    Function(
        name="situ",
        formula="beta * tanh(x / beta) * sigmoid(x)",
        derivatives=(
            "sigmoid(x) * (1 - tanh(x / beta)**2 + beta * tanh(x / beta) * sigmoid(-x))",
            "sigmoid(x) * (2 * (1 - tanh(x / beta)**2) * (sigmoid(-x) - tanh(x / beta) / beta) "
            "- beta * tanh(x / beta) * sigmoid(-x) * tanh(x / 2))",
        ),
        parameters=(FunctionParameter("beta", "4", "no answer is larger", valid="beta != 0"),),
        limits=Limits(("0", "abs(beta)"), ("0", "0")),
        aliases=("sigmoid_tanh_unit",),
        source="Moonshot AI 2026, technical report of Kimi K3; SituAndMul",
        used_for="gates of the feed-forward layers of Kimi K3; a silu that cannot grow",
        notes=("Kimi K3 has beta = 4, and multiplies by 25 * tanh(u / 25) of the other half; the class starts at 1",),
    ),
    Function(
        name="xsilu",
        formula="x * (sigmoid(x) * (1 + 2 * alpha) - alpha)",
        derivatives=(
            "sigmoid(x) * (1 + x * sigmoid(-x)) * (1 + 2 * alpha) - alpha",
            "sigmoid(x) * sigmoid(-x) * (2 - x * tanh(x / 2)) * (1 + 2 * alpha)",
        ),
        parameters=(_WIDTH,),
        valid="alpha <= 1e15",
        limits=_EXPANDED,
        source=_EXPANDING,
        used_for="feed-forward layers of transformers; with alpha = 0 it is silu",
    ),
    Function(
        name="xgelu",
        formula="x * (normal_cdf(x) * (1 + 2 * alpha) - alpha)",
        derivatives=(
            "(normal_cdf(x) + x * normal_pdf(x)) * (1 + 2 * alpha) - alpha",
            "(2 - x**2) * normal_pdf(x) * (1 + 2 * alpha)",
        ),
        parameters=(_WIDTH,),
        valid="alpha <= 1e15",
        limits=_EXPANDED,
        source=_EXPANDING,
        used_for="feed-forward layers of transformers; with alpha = 0 it is gelu",
    ),
    Function(
        name="xatlu",
        formula="x * ((atan(x) / pi + 1/2) * (1 + 2 * alpha) - alpha)",
        derivatives=(
            "(atan(x) / pi + 1/2 + x / (pi * (1 + x**2))) * (1 + 2 * alpha) - alpha",
            "2 / (pi * (1 + x**2)**2) * (1 + 2 * alpha)",
        ),
        # The gate of a negative x is atan(-1/x)/pi; far out its slope is less than either term by a factor of x².
        forms=(
            "x * (where(x < 0, atan(-1 / x) / pi, atan(x) / pi + 1/2) * (1 + 2 * alpha) - alpha)",
            "where(x < -1e4, -(2/3 - (4/5 - 6/7 / x**2) / x**2) / x**3 / pi, "
            "where(x < 0, atan(-1 / x) / pi, atan(x) / pi + 1/2) + x / (pi * (1 + x**2))) * (1 + 2 * alpha) - alpha",
            None,
        ),
        parameters=(_WIDTH,),
        valid="alpha <= 1e15",
        limits=Limits(("where(alpha == 0, -1 / pi, inf * alpha)", "inf"), ("-alpha", "1 + alpha")),
        aliases=("atlu",),
        source=_EXPANDING,
        used_for="feed-forward layers of transformers; a gate whose tails fade slowly",
    ),
    Function(
        name="smu",
        formula="x * (alpha + (1 - alpha) * normal_cdf(sqrt(2) * mu * (1 - alpha) * x))",
        derivatives=(
            "alpha + (1 - alpha) * normal_cdf(sqrt(2) * mu * (1 - alpha) * x) "
            "+ x * mu * (1 - alpha)**2 / sqrt(pi) * exp(-((mu * (1 - alpha) * x)**2))",
            "2 * mu * (1 - alpha)**2 / sqrt(pi) * exp(-((mu * (1 - alpha) * x)**2)) * (1 - (mu * (1 - alpha) * x)**2)",
        ),
        parameters=(
            FunctionParameter("alpha", "0.25", "slope far to the left", valid="alpha < 1"),
            FunctionParameter("mu", "1e6", "sharpness of the bend, learned", valid="mu > 0"),
        ),
        limits=Limits(("where(alpha == 0, 0, -inf * alpha)", "inf"), ("alpha", "1")),
        aliases=("smooth_maximum_unit",),
        source="Biswas et al. 2021, arXiv 2111.04682",
        used_for="hidden layers; a leaky ReLU with a smooth bend",
        notes=(
            "the paper writes ((1 + alpha) * x + (1 - alpha) * x * erf(mu * (1 - alpha) * x)) / 2, which is the same",
            "with alpha = 0 and mu = 1/sqrt(2) it is gelu",
        ),
    ),
    Function(
        name="colu",
        formula=f"x / (1 - x * {_COLLAPSE})",
        derivatives=(
            f"(1 - x**2 * {_COLLAPSE} * (1 + exp(x))) / (1 - x * {_COLLAPSE})**2",
            f"({_COLLAPSE} * (x**2 * (1 + exp(x) + exp(x)**2) - 2 * x * (1 + exp(x))) * (1 - x * {_COLLAPSE}) "
            f"- 2 * (1 - x**2 * {_COLLAPSE} * (1 + exp(x))) * {_COLLAPSE} * (x * (1 + exp(x)) - 1)) "
            f"/ (1 - x * {_COLLAPSE})**3",
        ),
        limits=_GATE,
        aliases=("collapsing_linear_unit",),
        source="Vagerwal 2021, arXiv 2112.12078",
        used_for="hidden layers of deep image classifiers",
    ),
    Function(
        name="sinlu",
        formula="(x + a * sin(b * x)) * sigmoid(x)",
        derivatives=(
            "sigmoid(x) * (1 + a * b * cos(b * x) + (x + a * sin(b * x)) * sigmoid(-x))",
            "sigmoid(x) * (2 * (1 + a * b * cos(b * x)) * sigmoid(-x) - a * b**2 * sin(b * x) "
            "- (x + a * sin(b * x)) * sigmoid(-x) * tanh(x / 2))",
        ),
        # At a·b = -1 the first terms at 0 leave nothing: a sine is its series there, 1 - cos u is 2 sin² u/2.
        forms=(
            f"{_SINE_BESIDE_X} * sigmoid(x)",
            f"sigmoid(x) * (1 + a * b - 2 * a * b * sin(b * x / 2)**2 + {_SINE_BESIDE_X} * sigmoid(-x))",
            None,
        ),
        parameters=_WAVE,
        limits=_WAVING,
        source="Paul et al. 2022, Mathematics 10(3), 337",
        used_for="hidden layers; a silu that waves",
    ),
    Function(
        name="coslu",
        formula="(x + a * cos(b * x)) * sigmoid(x)",
        derivatives=(
            "sigmoid(x) * (1 - a * b * sin(b * x) + (x + a * cos(b * x)) * sigmoid(-x))",
            "sigmoid(x) * (2 * (1 - a * b * sin(b * x)) * sigmoid(-x) - a * b**2 * cos(b * x) "
            "- (x + a * cos(b * x)) * sigmoid(-x) * tanh(x / 2))",
        ),
        # With a = -2, or a·b² = 1, nothing is left at 0: there 1 - cos u is 2 sin² u/2, 2 sigmoid(-x) is 1 - tanh x/2.
        forms=(
            None,
            "sigmoid(x) * where(abs(x) < 1, 1 + a / 2 - a / 2 * tanh(x / 2) "
            "+ (x - 2 * a * sin(b * x / 2)**2) * sigmoid(-x) - a * b * sin(b * x), "
            "1 - a * b * sin(b * x) + (x + a * cos(b * x)) * sigmoid(-x))",
            "sigmoid(x) * (where(abs(x) < 1, 1 - a * b**2 + 2 * a * b**2 * sin(b * x / 2)**2 - tanh(x / 2), "
            "2 * sigmoid(-x) - a * b**2 * cos(b * x)) - 2 * a * b * sin(b * x) * sigmoid(-x) "
            "- (x + a * cos(b * x)) * sigmoid(-x) * tanh(x / 2))",
        ),
        parameters=_WAVE,
        limits=_WAVING,
        source="Pishchik 2023, preprints 202301.0463; torch_activation, CosLU",
        used_for="hidden layers; a silu that waves and does not pass through 0",
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
        source="Wang, Ren and Wang 2022, Electronics 11(4), 540",
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
        source="Zhu, Zeng, Liu and Zhang 2021, doi 10.1016/j.neucom.2021.06.067",
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
        source="Naveen 2022, techrxiv 17283824",
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

"""Sigmoids: bounded curves that rise from 0, and the logarithm of one."""

from actcli.catalog.entry import Function, FunctionParameter, Kernels, Limits, stable

SIGMOIDS = (
    Function(
        name="sigmoid",
        formula="1 / (1 + exp(-x))",
        derivatives=("sigmoid(x) * sigmoid(-x)", "sigmoid(x) * sigmoid(-x) * (1 - 2 * sigmoid(x))"),
        kernels=Kernels("logistic.sigmoid", "logistic.sigmoid_slope"),
        limits=Limits(("0", "1"), ("0", "0")),
        aliases=("logistic", "expit", "σ", "sigmoid_fast"),
        source="Verhulst 1838; torch.sigmoid",
        used_for="gates, and probabilities of classes that do not exclude each other",
        notes=("vanishing gradients: layers multiply their slopes, and its slope is at most 1/4",),
    ),
    Function(
        name="hard_sigmoid",
        formula="where(x > -offset / slope, where(x < (1 - offset) / slope, slope * (x + offset / slope), 1), 0)",
        derivatives=("where(x > -offset / slope, where(x < (1 - offset) / slope, slope, 0), 0)", "0"),
        parameters=(
            FunctionParameter("slope", "1/6", "slope between the knees", valid="slope > 0", aliases=("alpha",)),
            FunctionParameter("offset", "1/2", "value at 0", aliases=("beta",)),
        ),
        limits=Limits(("0", "1"), ("0", "0")),
        aliases=("hardσ",),
        source="Courbariaux, Bengio and David 2015, arXiv 1511.00363; torch.nn.Hardsigmoid",
        used_for="gates of mobile networks",
        notes=(
            "clip(slope*x + offset, 0, 1), with slope 0 at both knees",
            "BinaryConnect has slope = 1/2, ONNX and Keras before 3 have 0.2, PyTorch and Keras 3 have 1/6",
        ),
    ),
    Function(
        name="log_sigmoid",
        formula="-log1p(exp(-x))",
        derivatives=("sigmoid(-x)", "-sigmoid(x) * sigmoid(-x)"),
        kernels=stable("logistic.log_sigmoid"),
        limits=Limits(("-inf", "0"), ("1", "0")),
        aliases=("logσ", "log_expit"),
        source="the logarithm of the sigmoid; torch.nn.LogSigmoid",
        used_for="losses on binary targets",
    ),
    Function(
        name="sparse_sigmoid",
        formula="where(x > -1, where(x < 1, (x + 1) / 2, 1), 0)",
        derivatives=("where(x > -1, where(x < 1, 1/2, 0), 0)", "0"),
        limits=Limits(("0", "1"), ("0", "0")),
        source="jax.nn.sparse_sigmoid; the slope of sparse_plus",
        used_for="gates that can be fully open and fully shut",
        notes=("clip((x + 1)/2, 0, 1); the slope at -1 and 1 is 0, JAX takes half of 1/2",),
    ),
    Function(
        name="laplace",
        formula="normal_cdf((x - mu) / sigma)",
        derivatives=("normal_pdf((x - mu) / sigma) / sigma", "-(x - mu) / sigma**3 * normal_pdf((x - mu) / sigma)"),
        parameters=(
            FunctionParameter("mu", "0.707107", "where it is one half"),
            FunctionParameter("sigma", "0.282095", "width", valid="sigma > 0"),
        ),
        limits=Limits(("0", "1"), ("0", "0")),
        source="Ma et al. 2022, MEGA, arXiv 2209.10655",
        used_for="attention weights in MEGA, close to relu2",
    ),
    Function(
        name="soft_clipping",
        formula="log((1 + exp(alpha * x)) / (1 + exp(alpha * (x - 1)))) / alpha",
        derivatives=(
            "sigmoid(alpha * x) - sigmoid(alpha * (x - 1))",
            "alpha * (sigmoid(alpha * x) * sigmoid(-alpha * x) - sigmoid(alpha * (x - 1)) * sigmoid(alpha * (1 - x)))",
        ),
        forms=(
            "where(x > 1/2, 1 - log1p(-expm1(-alpha) * exp(alpha * (1 - x)) / (1 + exp(-alpha * x))) / alpha, "
            "log1p(-expm1(-alpha) * exp(alpha * x) / (1 + exp(alpha * (x - 1)))) / alpha)",
            "-expm1(-alpha) / (1 + exp(-alpha * x)) / (1 + exp(alpha * (x - 1)))",
            "-expm1(-alpha) / (1 + exp(-alpha * x)) / (1 + exp(alpha * (x - 1))) * where(x > 1/2, "
            "alpha * expm1(alpha * (1 - 2 * x)) / (1 + exp(alpha * (1 - x))) / (1 + exp(-alpha * x)), "
            "-alpha * expm1(alpha * (2 * x - 1)) / (1 + exp(alpha * x)) / (1 + exp(alpha * (x - 1))))",
        ),
        parameters=(FunctionParameter("alpha", "0.5", "sharpness of the two knees", valid="alpha > 0"),),
        limits=Limits(("0", "1"), ("0", "0")),
        source="Klimek and Perelstein 2018, arXiv 1810.11509; the default of alpha is Echo's",
        used_for="outputs between 0 and 1 that are nearly linear there",
        notes=("at alpha = 0.5 it rises from 0.438 to 0.562 over [0, 1]: a large alpha gives the straight line",),
    ),
)

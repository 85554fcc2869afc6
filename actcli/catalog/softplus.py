"""Softplus and its kin: smooth rectifiers, smooth absolute values, and lines with a bend."""

from actcli.catalog.entry import Function, FunctionParameter, Kernels, Limits

_GATE = Limits(("0", "inf"), ("0", "1"))

SOFTPLUS = (
    Function(
        name="softplus",
        formula="log1p(exp(beta * x)) / beta",
        derivatives=("sigmoid(beta * x)", "beta * sigmoid(beta * x) * sigmoid(-beta * x)"),
        kernels=Kernels("logistic.softplus", "logistic.softplus_slope"),
        parameters=(FunctionParameter("beta", "1", "sharpness", valid="beta != 0"),),
        limits=Limits(
            ("where(beta > 0, 0, -inf)", "where(beta > 0, inf, 0)"),
            ("where(beta > 0, 0, 1)", "where(beta > 0, 1, 0)"),
        ),
        aliases=("softrelu", "log1pexp"),
        source="Dugas et al. 2001; torch.nn.Softplus without its threshold",
        used_for="outputs that must be positive, such as a standard deviation",
        notes=(
            "PyTorch gives x itself from beta * x > 20 on, for numerical stability as it says; the truth is larger",
        ),
    ),
    Function(
        name="squareplus",
        formula="(x + sqrt(x**2 + b)) / 2",
        derivatives=("(1 + x / sqrt(x**2 + b)) / 2", "b / (2 * (x**2 + b) * sqrt(x**2 + b))"),
        forms=(
            "where(x < 0, b / (sqrt(x**2 + b) - x), x + sqrt(x**2 + b)) / 2",
            "where(x < 0, b / (sqrt(x**2 + b) - x), x + sqrt(x**2 + b)) / (2 * sqrt(x**2 + b))",
            None,
        ),
        parameters=(FunctionParameter("b", "4", "width of the bend", valid="b > 0"),),
        limits=Limits(("0", "inf"), ("0", "1")),
        source="Barron 2021, arXiv 2112.11687",
        used_for="a softplus without an exponential",
    ),
    Function(
        name="sparse_plus",
        formula="where(x <= -1, 0, where(x < 1, (x + 1)**2 / 4, x))",
        derivatives=("where(x <= -1, 0, where(x < 1, (x + 1) / 2, 1))", "where(x <= -1, 0, where(x < 1, 1/2, 0))"),
        limits=Limits(("0", "inf"), ("0", "1")),
        source="jax.nn.sparse_plus",
        used_for="a softplus that reaches zero; the integral of sparse_sigmoid",
    ),
    Function(
        name="sqrtsoftplus",
        formula="sqrt(softplus(x))",
        derivatives=(
            "sigmoid(x) / (2 * sqrt(softplus(x)))",
            "sigmoid(x) * (sigmoid(-x) - sigmoid(x) / (2 * softplus(x))) / (2 * sqrt(softplus(x)))",
        ),
        limits=Limits(("0", "inf"), ("0", "0")),
        aliases=("sqrt_softplus",),
        source="transformers, ACT2FN['sqrtsoftplus']",
        used_for="scores of the experts in DeepSeek-V4's router",
    ),
    Function(
        name="logcosh",
        formula="log(cosh(x))",
        derivatives=("tanh(x)", "1 - tanh(x)**2"),
        forms=(
            "where(abs(x) < 1, log1p(2 * sinh(x / 2)**2), abs(x) - log(2) + log1p(exp(-2 * abs(x))))",
            None,
            "4 / (1 + exp(2 * x)) / (1 + exp(-2 * x))",
        ),
        limits=Limits(("inf", "inf"), ("-1", "1")),
        aliases=("log_cosh",),
        source="NNlib.jl",
        used_for="a smooth absolute value, mostly as a loss",
    ),
    Function(
        name="bent_identity",
        formula="(sqrt(x**2 + 1) - 1) / 2 + x",
        derivatives=("x / (2 * sqrt(x**2 + 1)) + 1", "1 / (2 * (x**2 + 1) * sqrt(x**2 + 1))"),
        forms=(None, None, None),
        limits=Limits(("-inf", "inf"), ("1/2", "3/2")),
        aliases=("bent_id",),
        source="Echo",
        used_for="a leaky ReLU without a kink",
    ),
    Function(
        name="smelu",
        formula="where(x <= -beta, 0, where(x < beta, (x + beta)**2 / (4 * beta), x))",
        derivatives=(
            "where(x <= -beta, 0, where(x < beta, (x + beta) / (2 * beta), 1))",
            "where(x <= -beta, 0, where(x < beta, 1 / (2 * beta), 0))",
        ),
        parameters=(FunctionParameter("beta", "2", "half the width of the bend", valid="beta > 0"),),
        limits=_GATE,
        aliases=("smooth_relu",),
        source="Shamir, Lin and Coviello 2020, arXiv 2010.09931; Shamir and Lin 2022, arXiv 2202.06499",
        used_for="models whose predictions should be the same from one training to the next; with beta = 1 sparse_plus",
    ),
)

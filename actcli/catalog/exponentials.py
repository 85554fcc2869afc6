"""Exponentials: the exponential itself, and rectifiers whose left side is one."""

from actcli.catalog.entry import Function, FunctionParameter, Kernels, Limits

_LEVEL = FunctionParameter("alpha", "1", "minus the limit at -inf")
# The scale of SELU in closed form; scale * alpha is 2 / spread.
_SELU_SPREAD = "sqrt(2*erfc(sqrt(2))*e**2 + pi*erfc(1/sqrt(2))**2*e - 2*(2 + pi)*erfc(1/sqrt(2))*sqrt(e) + pi + 2)"
_SELU_ALPHA = "sqrt(2/pi) / (1 - erfc(1/sqrt(2)) * sqrt(e))"
_SELU_SCALE = f"sqrt(2*pi) * (1 - erfc(1/sqrt(2)) * sqrt(e)) / {_SELU_SPREAD}"

EXPONENTIALS = (
    Function(
        name="exponential",
        formula="exp(x)",
        derivatives=("exp(x)", "exp(x)"),
        limits=Limits(("0", "inf"), ("0", "inf"), ("0", "inf")),
        aliases=("exp",),
        source="keras.activations.exponential",
        used_for="outputs that must be positive, such as rates",
    ),
    Function(
        name="elu",
        formula="where(x > 0, x, alpha * expm1(x))",
        derivatives=("where(x > 0, 1, alpha * exp(x))", "where(x > 0, 0, alpha * exp(x))"),
        kernels=Kernels("rectifiers.elu", "rectifiers.elu_slope"),
        parameters=(_LEVEL,),
        limits=Limits(("-alpha", "inf"), ("0", "1")),
        aliases=("exponential_linear_unit",),
        source="Clevert, Unterthiner and Hochreiter 2016, arXiv 1511.07289",
        used_for="hidden layers that should keep a mean near zero",
    ),
    Function(
        name="celu",
        formula="where(x > 0, x, alpha * expm1(x / alpha))",
        derivatives=("where(x > 0, 1, exp(x / alpha))", "where(x > 0, 0, exp(x / alpha) / alpha)"),
        parameters=(_LEVEL._replace(valid="alpha != 0"),),
        limits=Limits(
            ("where(alpha > 0, -alpha, -inf)", "inf"),
            ("where(alpha > 0, 0, inf)", "1"),
            ("where(alpha > 0, 0, -inf)", "0"),
        ),
        source="Barron 2017, arXiv 1704.07483",
        used_for="an ELU that is smooth for every alpha",
    ),
    Function(
        name="selu",
        formula=f"{_SELU_SCALE} * where(x > 0, x, {_SELU_ALPHA} * expm1(x))",
        derivatives=(
            f"{_SELU_SCALE} * where(x > 0, 1, {_SELU_ALPHA} * exp(x))",
            f"{_SELU_SCALE} * where(x > 0, 0, {_SELU_ALPHA} * exp(x))",
        ),
        kernels=Kernels("rectifiers.selu", "rectifiers.selu_slope"),
        limits=Limits((f"-2 / {_SELU_SPREAD}", "inf"), ("0", _SELU_SCALE)),
        aliases=("scaled_elu",),
        source="Klambauer et al. 2017, arXiv 1706.02515",
        used_for="self-normalizing networks",
        notes=(
            "scale = 1.0507009873554804934 and alpha = 1.6732632423543772848 in their closed form: "
            "of a standard normal it makes mean 0 and variance 1",
            "the slope at 0 is scale * alpha, as in PyTorch, JAX and MLX; TensorFlow takes scale",
            "it asks for LeCun initialization, weights of std sqrt(1 / fan_in)",
        ),
    ),
    Function(
        name="xielu",
        formula="where(x > 0, alpha_p * x * x + beta * x, alpha_n * expm1(min(x, eps)) + (beta - alpha_n) * x)",
        derivatives=(
            "where(x > 0, 2 * alpha_p * x + beta, where(x < eps, alpha_n * exp(x), 0) + beta - alpha_n)",
            "where(x > 0, 2 * alpha_p, where(x < eps, alpha_n * exp(x), 0))",
        ),
        parameters=(
            FunctionParameter("alpha_p", "0.8", "half the curvature for x > 0, learned", aliases=("alpha_p_init",)),
            FunctionParameter("alpha_n", "0.8", "weight of the left side, learned", aliases=("alpha_n_init",)),
            FunctionParameter("beta", "0.5", "slope at 0"),
            FunctionParameter("eps", "-1e-6", "the exponential is not taken closer to 0", valid="eps <= 0"),
        ),
        limits=Limits(
            (
                "where(alpha_n > beta, inf, where(alpha_n < beta, -inf, -alpha_n))",
                "where(alpha_p > 0, inf, where(alpha_p < 0, -inf, where(beta == 0, 0, inf * beta)))",
            ),
            ("beta - alpha_n", "where(alpha_p > 0, inf, where(alpha_p < 0, -inf, beta))"),
            ("0", "2 * alpha_p"),
        ),
        source="Huang and Schlag 2024, arXiv 2411.13010",
        used_for="hidden layers of language models",
        notes=("eps, made for low precision, leaves a jump at 0 as wide as alpha_n * eps",),
    ),
    Function(
        name="elish",
        formula="where(x >= 0, x, expm1(x)) * sigmoid(x)",
        derivatives=(
            "sigmoid(x) * where(x >= 0, 1 + x * sigmoid(-x), exp(x) + expm1(x) * sigmoid(-x))",
            "sigmoid(x) * where(x >= 0, sigmoid(-x) * (2 - x * tanh(x / 2)), exp(x) + sigmoid(-x) * (2 * exp(x) "
            "- expm1(x) * tanh(x / 2)))",
        ),
        limits=Limits(("0", "inf"), ("0", "1")),
        source="Basirat and Roth 2018, arXiv 1808.00783",
        used_for="hidden layers; a candidate of a genetic search for activations",
    ),
    Function(
        name="hard_elish",
        formula=("where(x >= 1, x, where(x >= 0, x * (x + 1) / 2, where(x > -1, expm1(x) * (x + 1) / 2, 0)))"),
        derivatives=(
            "where(x >= 1, 1, where(x >= 0, x + 1/2, where(x > -1, (exp(x) * (x + 1) + expm1(x)) / 2, 0)))",
            "where(x >= 1, 0, where(x >= 0, 1, where(x > -1, exp(x) * (x + 3) / 2, 0)))",
        ),
        limits=Limits(("0", "inf"), ("0", "1")),
        source="Basirat and Roth 2018, arXiv 1808.00783",
        used_for="an ELiSH with a straight gate, clip((x + 1)/2, 0, 1)",
    ),
    Function(
        name="soft_exponential",
        formula=(
            "where(alpha > 0, expm1(alpha * x) / alpha + alpha, "
            "where(alpha < 0, -log(1 - alpha * (x + alpha)) / alpha, x))"
        ),
        derivatives=(
            "where(alpha > 0, exp(alpha * x), where(alpha < 0, where(alpha * (x + alpha) > 1, nan, 1 / (1 - alpha "
            "* (x + alpha))), 1))",
            "where(alpha > 0, alpha * exp(alpha * x), where(alpha < 0, where(alpha * (x + alpha) > 1, nan"
            ", alpha / (1 - alpha * (x + alpha))**2), 0))",
        ),
        parameters=(FunctionParameter("alpha", "0", "below 0 a logarithm, at 0 the identity, above an exponential"),),
        limits=Limits(
            ("where(alpha > 0, alpha - 1/alpha, where(alpha < 0, nan, -inf))", "inf"),
            (
                "where(alpha > 0, 0, where(alpha < 0, nan, 1))",
                "where(alpha > 0, inf, where(alpha < 0, 0, 1))",
            ),
            ("where(alpha < 0, nan, 0)", "where(alpha > 0, inf, 0)"),
        ),
        source="Godfrey and Gashler 2016, arXiv 1602.01321",
        used_for="networks that learn to add, multiply and take powers",
    ),
)

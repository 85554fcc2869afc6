"""The sigmoid and its kin: bounded curves, their logarithms and integrals."""

from actcli.catalog.function import Function, FunctionParameter, Limits, stable

SIGMOIDS = (
    Function(
        name="sigmoid",
        formula="1 / (1 + exp(-x))",
        kernels=stable("logistic.sigmoid"),
        limits=Limits(("0", "1"), ("0", "0")),
        aliases=("logistic", "expit", "σ"),
        source="Verhulst 1838; torch.sigmoid",
        used_for="gates, and probabilities of classes that do not exclude each other",
    ),
    Function(
        name="log_sigmoid",
        formula="-log1p(exp(-x))",
        kernels=stable("logistic.log_sigmoid"),
        limits=Limits(("-inf", "0"), ("1", "0")),
        aliases=("logsigmoid", "logσ", "log_expit"),
        source="the logarithm of the sigmoid; torch.nn.LogSigmoid",
        used_for="losses on binary targets",
    ),
    Function(
        name="tanh",
        formula="tanh(x)",
        kernels=stable("logistic.tanh"),
        limits=Limits(("-1", "1"), ("0", "0")),
        aliases=("hyperbolic_tangent",),
        source="2 sigmoid(2x) - 1; torch.tanh",
        used_for="recurrent cells and zero-centred outputs",
    ),
    Function(
        name="softplus",
        formula="log1p(exp(beta * x)) / beta",
        kernels=stable("logistic.softplus"),
        parameters=(FunctionParameter("beta", "1", "sharpness", valid="beta != 0"),),
        limits=Limits(
            ("where(beta > 0, 0, -inf)", "where(beta > 0, inf, 0)"),
            ("where(beta > 0, 0, 1)", "where(beta > 0, 1, 0)"),
        ),
        aliases=("softrelu", "log1pexp"),
        source="Dugas et al. 2001; torch.nn.Softplus without its threshold, which is a speed trick",
        used_for="outputs that must be positive, such as a standard deviation",
    ),
    Function(
        name="softsign",
        formula="x / (1 + abs(x))",
        kernels=stable("algebraic.softsign"),
        limits=Limits(("-1", "1"), ("0", "0")),
        source="Bergstra et al. 2009; Glorot and Bengio 2010",
        used_for="a tanh whose tails fade slowly",
    ),
)

"""Piecewise functions: identity, the rectifiers and their exponential kin."""

from actcli.catalog.function import Function, FunctionParameter, Limits

_SLOPE = "slope for x < 0"

RECTIFIERS = (
    Function(
        name="identity",
        formula="x",
        limits=Limits(("-inf", "inf"), ("1", "1")),
        aliases=("linear", "none"),
        source="the function that changes nothing; torch.nn.Identity",
        used_for="output layers of regression",
    ),
    Function(
        name="relu",
        formula="max(x, 0)",
        limits=Limits(("0", "inf"), ("0", "1")),
        aliases=("rectifier",),
        source="Fukushima 1969; Nair and Hinton 2010",
        used_for="hidden layers, the default of convolutional networks",
    ),
    Function(
        name="relu6",
        formula="min(max(x, 0), 6)",
        limits=Limits(("0", "6"), ("0", "0")),
        aliases=("clipped_relu",),
        source="Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10",
        used_for="mobile networks in low precision",
    ),
    Function(
        name="leaky_relu",
        formula="where(x > 0, x, negative_slope * x)",
        parameters=(FunctionParameter("negative_slope", "0.01", _SLOPE),),
        limits=Limits(
            ("where(negative_slope == 0, 0, -inf * negative_slope)", "inf"),
            ("negative_slope", "1"),
        ),
        aliases=("lrelu",),
        source="Maas, Hannun and Ng 2013",
        used_for="hidden layers where units of a ReLU would die",
    ),
    Function(
        name="prelu",
        formula="where(x > 0, x, a * x)",
        parameters=(FunctionParameter("a", "0.25", _SLOPE + ", learned; PyTorch starts at 0.25"),),
        limits=Limits(("where(a == 0, 0, -inf * a)", "inf"), ("a", "1")),
        aliases=("parametric_relu",),
        source="He, Zhang, Ren and Sun 2015, arXiv 1502.01852",
        used_for="hidden layers, the slope below zero learned with the weights",
    ),
    Function(
        name="elu",
        formula="where(x > 0, x, alpha * expm1(x))",
        parameters=(FunctionParameter("alpha", "1", "minus the limit at -inf"),),
        limits=Limits(("-alpha", "inf"), ("0", "1")),
        source="Clevert, Unterthiner and Hochreiter 2016, arXiv 1511.07289",
        used_for="hidden layers that should keep a mean near zero",
    ),
)

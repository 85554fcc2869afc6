"""Rectifiers: identity, step, straight lines that meet at a kink, their squares and logarithms; and shrinks."""

from actcli.catalog.entry import Function, FunctionParameter, Limits

RECTIFIERS = (
    Function(
        name="identity",
        formula="x",
        derivatives=("1", "0"),
        limits=Limits(("-inf", "inf"), ("1", "1")),
        aliases=("linear", "none"),
        source="the function that changes nothing; torch.nn.Identity",
        used_for="output layers of regression",
    ),
    Function(
        name="step",
        formula="where(x >= threshold, 1, 0)",
        derivatives=("0", "0"),
        parameters=(FunctionParameter("threshold", "0", "where the step is"),),
        limits=Limits(("0", "1"), ("0", "0")),
        aliases=("heaviside", "binary_step", "unit_step"),
        source="McCulloch and Pitts 1943; Rosenblatt 1958",
        used_for="the perceptron, binary outputs",
        notes=("1 at the threshold itself",),
    ),
    Function(
        name="relu",
        formula="max(x, 0)",
        derivatives=("where(x > 0, 1, 0)", "0"),
        limits=Limits(("0", "inf"), ("0", "1")),
        aliases=("rectifier", "rectified_linear"),
        source="Fukushima 1969; Nair and Hinton 2010, ICML",
        used_for="hidden layers, the default of convolutional networks",
        notes=("He initialization (Kaiming; arXiv 1502.01852), weights of std sqrt(2 / fan_in), keeps its signal",),
    ),
    Function(
        name="relu6",
        formula="min(max(x, 0), 6)",
        derivatives=("where(x > 0, where(x < 6, 1, 0), 0)", "0"),
        limits=Limits(("0", "6"), ("0", "0")),
        aliases=("clipped_relu",),
        source="Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10",
        used_for="mobile networks in low precision",
    ),
    Function(
        name="leaky_relu",
        formula="where(x > 0, x, negative_slope * x)",
        derivatives=("where(x > 0, 1, negative_slope)", "0"),
        parameters=(FunctionParameter("negative_slope", "0.01", "slope for x < 0", aliases=("alpha", "a")),),
        limits=Limits(
            ("where(negative_slope == 0, 0, -inf * negative_slope)", "inf"),
            ("negative_slope", "1"),
        ),
        aliases=("lrelu",),
        source="Maas, Hannun and Ng 2013, ICML",
        used_for="hidden layers where units of a ReLU would die",
        notes=("the slope at 0 is negative_slope, as in PyTorch and TensorFlow; JAX and MLX take 1",),
    ),
    Function(
        name="prelu",
        formula="where(x > 0, x, a * x)",
        derivatives=("where(x > 0, 1, a)", "0"),
        parameters=(
            FunctionParameter(
                "a", "0.25", "slope for x < 0, learned; PyTorch starts at 0.25", aliases=("init", "weight", "alpha")
            ),
        ),
        limits=Limits(("where(a == 0, 0, -inf * a)", "inf"), ("a", "1")),
        aliases=("parametric_relu",),
        source="He, Zhang, Ren and Sun 2015, arXiv 1502.01852",
        used_for="hidden layers, the slope below zero learned with the weights",
        notes=("ONNX has no default, since the slope is an input; MLX has the slope 1 + a at 0",),
    ),
    Function(
        name="rrelu",
        formula="where(x > 0, x, (lower + upper) / 2 * x)",
        derivatives=("where(x > 0, 1, (lower + upper) / 2)", "0"),
        parameters=(
            FunctionParameter("lower", "1/8", "smallest slope for x < 0 that training draws"),
            FunctionParameter("upper", "1/3", "largest slope for x < 0 that training draws"),
        ),
        limits=Limits(("where(lower + upper == 0, 0, -inf * (lower + upper))", "inf"), ("(lower + upper) / 2", "1")),
        aliases=("randomized_leaky_relu", "randomized_relu"),
        source="Xu, Wang, Chen and Li 2015, arXiv 1505.00853",
        used_for="hidden layers of small data sets, as a regularizer",
        notes=(
            "as evaluated: the slope is the mean of the two, 11/48 by default; training draws it at random",
            "NNlib.jl draws it always",
        ),
    ),
    Function(
        name="thresholded_relu",
        formula="where(x > theta, x, 0)",
        derivatives=("where(x > theta, 1, 0)", "0"),
        parameters=(FunctionParameter("theta", "1", "up to here the answer is 0", aliases=("alpha",)),),
        limits=Limits(("0", "inf"), ("0", "1")),
        aliases=("trelu",),
        source="Konda, Memisevic and Krueger 2014, arXiv 1402.3337",
        used_for="sparse autoencoders without biases",
        notes=("jumps at theta unless theta is 0",),
    ),
    Function(
        name="threshold",
        formula="where(x > threshold, x, value)",
        derivatives=("where(x > threshold, 1, 0)", "0"),
        parameters=(
            FunctionParameter("threshold", "0", "above it x passes", ours=True),
            FunctionParameter("value", "0", "what stands for all other x", ours=True, aliases=("default_value",)),
        ),
        limits=Limits(("value", "inf"), ("0", "1")),
        source="torch.nn.Threshold, which has no defaults",
        used_for="cutting off small signals",
    ),
    Function(
        name="keras_relu",
        formula=(
            "where(x >= max_value, max_value, where(x > threshold, x, "
            "negative_slope * (x - threshold) + where(x < threshold, 0, threshold)))"
        ),
        derivatives=("where(x >= max_value, 0, where(x > threshold, 1, negative_slope))", "0"),
        parameters=(
            FunctionParameter("negative_slope", "0", "slope below the threshold", aliases=("alpha",)),
            FunctionParameter("max_value", "inf", "the answer never exceeds it"),
            FunctionParameter("threshold", "0", "from here on x passes"),
        ),
        limits=Limits(
            ("where(negative_slope == 0, 0, -inf * negative_slope)", "max_value"),
            ("negative_slope", "where(max_value == inf, 1, 0)"),
        ),
        source="keras.activations.relu as documented",
        used_for="models from Keras that cap, shift or tilt their ReLU",
        notes=("the slope at the threshold is negative_slope; at max_value it is 0",),
    ),
    Function(
        name="relu2",
        formula="where(x > 0, x * x, 0)",
        derivatives=("where(x > 0, 2 * x, 0)", "where(x > 0, 2, 0)"),
        limits=Limits(("0", "inf"), ("0", "inf"), ("0", "2")),
        aliases=("relu_squared", "squared_relu"),
        source="So et al. 2021, Primer, arXiv 2109.08668",
        used_for="hidden layers of language models",
    ),
    Function(
        name="star_relu",
        formula="where(x > 0, s * x * x, 0) + b",
        derivatives=("where(x > 0, 2 * s * x, 0)", "where(x > 0, 2 * s, 0)"),
        parameters=(
            FunctionParameter("s", "0.8944", "scale, learned", aliases=("scale", "scale_value")),
            FunctionParameter("b", "-0.4472", "shift, learned", aliases=("bias", "bias_value")),
        ),
        limits=Limits(
            ("b", "where(s > 0, inf, where(s < 0, -inf, b))"),
            ("0", "where(s > 0, inf, where(s < 0, -inf, 0))"),
            ("0", "2 * s"),
        ),
        source="Yu et al. 2022, MetaFormer Baselines for Vision, arXiv 2210.13452",
        used_for="hidden layers of vision models; of a standard normal it makes mean 0 and variance 1",
        notes=("timm's layer, which learns both, starts at s = 1 and b = 0",),
    ),
    Function(
        name="srelu",
        formula=(
            "where(x >= t_right, t_right + a_right * (x - t_right), "
            "where(x <= t_left, t_left + a_left * (x - t_left), x))"
        ),
        derivatives=("where(x >= t_right, a_right, where(x <= t_left, a_left, 1))", "0"),
        parameters=(
            FunctionParameter("t_right", "1", "where the right line begins, learned", ours=True, aliases=("tr",)),
            FunctionParameter("a_right", "0.2", "slope of the right line, learned", ours=True, aliases=("ar",)),
            FunctionParameter("t_left", "-1", "where the left line begins, learned", ours=True, aliases=("tl",)),
            FunctionParameter("a_left", "0.2", "slope of the left line, learned", ours=True, aliases=("al",)),
        ),
        limits=Limits(
            ("where(a_left == 0, t_left, -inf * a_left)", "where(a_right == 0, t_right, inf * a_right)"),
            ("a_left", "a_right"),
        ),
        aliases=("s_shaped_relu",),
        source="Jin et al. 2016, arXiv 1512.07030",
        used_for="hidden layers that learn convex and concave shapes",
    ),
    Function(
        name="nlrelu",
        formula="log1p(beta * max(x, 0))",
        derivatives=("where(x > 0, beta / (1 + beta * x), 0)", "where(x > 0, -(beta**2) / (1 + beta * x)**2, 0)"),
        parameters=(FunctionParameter("beta", "1", "how soon the logarithm bends", valid="beta > 0"),),
        limits=Limits(("0", "inf"), ("0", "0")),
        aliases=("natural_logarithm_relu",),
        source="Liu et al. 2019, arXiv 1908.03682",
        used_for="hidden layers with compressed large activations",
    ),
)

_EDGE = FunctionParameter(
    "lambd", "0.5", "half the width of the band", valid="lambd >= 0", aliases=("threshold", "lambda")
)

SHRINKS = (
    Function(
        name="hard_shrink",
        formula="where(abs(x) > lambd, x, 0)",
        derivatives=("where(abs(x) > lambd, 1, 0)", "0"),
        parameters=(_EDGE,),
        limits=Limits(("-inf", "inf"), ("1", "1")),
        aliases=("hard_thresholding",),
        source="Donoho and Johnstone 1994; torch.nn.Hardshrink",
        used_for="sparse coding",
        notes=("the band includes both its ends",),
    ),
    Function(
        name="soft_shrink",
        formula="where(x > lambd, x - lambd, where(x < -lambd, x + lambd, 0))",
        derivatives=("where(abs(x) > lambd, 1, 0)", "0"),
        parameters=(_EDGE,),
        limits=Limits(("-inf", "inf"), ("1", "1")),
        aliases=("soft_thresholding",),
        source="Donoho and Johnstone 1994; torch.nn.Softshrink",
        used_for="sparse coding; a step of ISTA",
        notes=("the slope at both ends of the band is 0",),
    ),
    Function(
        name="shrink",
        formula="where(x > lambd, x - bias, where(x < -lambd, x + bias, 0))",
        derivatives=("where(abs(x) > lambd, 1, 0)", "0"),
        parameters=(_EDGE, FunctionParameter("bias", "0", "how far larger inputs are moved")),
        limits=Limits(("-inf", "inf"), ("1", "1")),
        source="ONNX Shrink",
        used_for="models from ONNX: bias = 0 is hard_shrink, bias = lambd soft_shrink",
    ),
)

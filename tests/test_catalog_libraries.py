"""The libraries' names: every one is known, and means here with `@` what it means there."""

import math

import numpy as np
import pytest

from actcli.catalog import FUNCTIONS, VECTOR_FUNCTIONS, Activation, VectorActivation, find
from actcli.catalog.entry import kernel_named
from actcli.catalog.libraries import LIBRARIES, agreeing, differences
from actcli.errors import UsageError
from tests.runner import actcli

# What each library exports, activations or not.
EXPORTS = {
    "torch": """Threshold ReLU RReLU Hardtanh ReLU6 Sigmoid Hardsigmoid Tanh SiLU Mish Hardswish ELU CELU SELU GLU GELU
        Hardshrink LeakyReLU LogSigmoid Softplus Softshrink PReLU Softsign Tanhshrink Softmin Softmax Softmax2d
        LogSoftmax MultiheadAttention AdaptiveLogSoftmaxWithLoss gumbel_softmax normalize expit logit erf erfc erfcx
        ndtr log_ndtr log_softmax softmax logsumexp entr""",
    "jax": """relu relu6 sigmoid softplus sparse_plus sparse_sigmoid soft_sign silu swish log_sigmoid leaky_relu
        hard_sigmoid hard_silu hard_swish hard_tanh elu celu selu gelu glu squareplus mish identity tanh softmax
        log_softmax logsumexp logmeanexp log1mexp standardize one_hot""",
    "keras": """celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear
        log_sigmoid log_softmax mish relu relu6 selu sigmoid silu swish soft_shrink softmax softplus softsign
        sparse_plus sparse_sigmoid sparsemax squareplus tanh tanh_shrink threshold""",
    "keras.ops": "gelu leaky_relu relu hard_sigmoid sparsemax",
    "keras.layers": "ReLU LeakyReLU ELU PReLU Softmax Activation",
    "tf": """crelu elu gelu leaky_relu log_softmax relu relu6 selu sigmoid silu swish softmax softplus softsign tanh
        log_sigmoid reduce_logsumexp erf""",
    "tfa": "gelu hardshrink lisht mish rrelu snake softshrink sparsemax tanhshrink",
    "onnx": """Celu Elu Gelu HardSigmoid HardSwish Hardmax LeakyRelu LogSoftmax Mish PRelu Relu Selu Shrink Sigmoid
        Softmax Softplus Softsign SwiGLU Swish Tanh ThresholdedRelu Clip Erf ReduceLogSumExp Attention""",
    "mlx": """celu elu gelu gelu_approx gelu_fast_approx glu hard_shrink hard_tanh hardswish leaky_relu log_sigmoid
        log_softmax mish prelu relu relu2 relu6 selu sigmoid silu softmax softmin softplus softshrink softsign step
        tanh""",
    "flax": """celu elu gelu glu hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu log_sigmoid log_softmax
        logsumexp one_hot relu relu6 selu sigmoid silu soft_sign softmax softplus standardize swish tanh identity
        PReLU""",
    "equinox": "PReLU",
    "transformers": """gelu gelu_10 gelu_fast gelu_new gelu_python gelu_pytorch_tanh gelu_python_tanh gelu_accurate
        hardswish laplace leaky_relu linear mish quick_gelu relu relu2 relu6 sigmoid silu sqrtsoftplus swish tanh prelu
        xielu""",
    "timm": """silu swish mish relu relu6 leaky_relu elu prelu celu selu gelu gelu_tanh quick_gelu sigmoid tanh
        hard_sigmoid hardsigmoid hard_swish hardswish hard_mish identity GluMlp SwiGLUPacked GatedMlp""",
    "nnlib": """σ hardσ hardtanh relu leakyrelu relu6 rrelu elu gelu swish selu celu softplus softsign logσ logcosh mish
        tanhshrink softshrink trelu lisht tanh_fast sigmoid_fast hardswish gelu_tanh gelu_sigmoid gelu_erf""",
    "echo": """weighted_tanh swish eswish aria2 elish hard_elish mila sinerelu flatten_t_swish sqnl isru isrlu
        bent_identity soft_clipping srelu brelu apl soft_exponential maxout mish beta_mish rrelu celu relu6 hardtanh glu
        logsigmoid tanhshrink hardshrink softshrink softmin logsoftmax gumbel_softmax""",
}
NO_ACTIVATION = """
    Softmax2d MultiheadAttention AdaptiveLogSoftmaxWithLoss normalize logit erfcx log_ndtr entr log1mexp one_hot
    Activation Attention GluMlp SwiGLUPacked GatedMlp apl
"""
NAMES = [(library, name) for library, names in EXPORTS.items() for name in names.split()]


def value(spec: str, x: float) -> float:
    found = find(spec)
    assert isinstance(found, Activation)
    return float(found.value(np.array([x]))[0])


def refusal(spec: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        find(spec)
    return caught.value


@pytest.mark.parametrize(("library", "name"), NAMES, ids=lambda part: part)
def test_every_exported_name_is_known_or_said_to_be_no_activation(library: str, name: str) -> None:
    if name in NO_ACTIVATION.split():
        error = refusal(f"{name}@{library}")
        assert "is no activation" in error.message
        assert len(error.message.split(": ")[1]) > 10  # the reason
    else:
        shown = find(_as_one_may(name, library)).name
        assert shown.partition("@")[2].partition(":")[0] == library


def test_the_lists_are_of_all_libraries() -> None:
    assert set(EXPORTS) == set(LIBRARIES)


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_name_in_the_data_means_something(library: str) -> None:
    for name in (*LIBRARIES[library].same.split(), *LIBRARIES[library].other):
        found = find(_as_one_may(name, library))
        assert found.formula


def _as_one_may(name: str, library: str) -> str:
    """The name with its library, and with a parameter where the library refuses it without."""
    return f"{name}@{library}" + ":0.25" * (name in LIBRARIES[library].needs)


def test_every_kernel_that_an_entry_names_is_there() -> None:
    for function in FUNCTIONS:
        for name in function.kernels:
            assert name is None or callable(kernel_named(name))
    for entry in VECTOR_FUNCTIONS:
        assert callable(kernel_named(entry.value))
        assert entry.jacobian is None or callable(kernel_named(entry.jacobian))


@pytest.mark.parametrize(
    ("spec", "x", "wanted"),
    [
        ("leaky_relu@torch", -5, -0.05),
        ("leaky_relu@jax", -5, -0.05),
        ("leaky_relu@keras", -5, -1),
        ("leaky_relu@tf", -5, -1),
        ("LeakyReLU@keras.layers", -5, -1.5),
        ("prelu@torch", -4, -1),
        ("prelu@flax", -4, -0.04),
        ("prelu@keras.layers", -4, 0),
        ("hard_sigmoid@torch", 1, 2 / 3),
        ("hard_sigmoid@keras", 1, 2 / 3),
        ("hard_sigmoid@onnx", 1, 0.7),
        ("gelu@torch", 1, 0.8413447460685429),
        ("gelu@keras", 1, 0.8413447460685429),
        ("gelu@keras.ops", 1, 0.8411919906082768),
        ("gelu@jax", 1, 0.8411919906082768),
        ("gelu@nnlib", 1, 0.8411919906082768),
        ("gelu_fast_approx@mlx", 1, 1 / (1 + math.exp(-1.702))),
        ("selu@torch", -1e6, -1.7580993408473766),
        ("selu@mlx", -1e6, -1.758094282),
        ("selu@onnx", 1, 1.05070102214813232421875),
        ("thresholded_relu@onnx", 1.5, 1.5),
        ("shrink@onnx", 2, 2),
        ("swish@echo", 2, 2 / (1 + math.exp(-2.5))),
        ("flatten_t_swish@echo", -1, 0),
        # The paper has x * (1 + exp(-2x))**(-3/2), Echo's code no factor x.
        ("aria2", 1, (1 + math.exp(-2)) ** -1.5),
        ("aria2", -1, -((1 + math.exp(2)) ** -1.5)),
        ("aria2@echo", -1, (1 + math.e) ** -1.5),
        ("aria2@echo:alpha=1,beta=0.5", -1, 1 / (1 + math.exp(0.5))),
        ("gelu_approx@mlx", 1, 0.8411919906082768),
        ("nn.GELU(approx='precise')", 1, 0.8411919906082768),
        ("gelu_erf@nnlib", 1, 0.8413447460685429),
        ("gelu_erf@jax", 1, 0.8413447460685429),
        ("gelu_sigmoid@nnlib", 1, 0.8411919906082768),
        ("clip@onnx", 1e300, 1e300),
        ("Clip@onnx", -math.inf, -math.inf),
        ("Clip@onnx:min=-2", -7, -2),
        ("Clip@onnx:min=-2", 7, 7),
        ("torch.clamp:max=3", 7, 3),
        ("selu@onnx:alpha=2,gamma=3", -1, 6 * math.expm1(-1)),
        ("selu@onnx:alpha=2", 1, 1.05070102214813232421875),
    ],
)
def test_libraries_disagree_as_they_do_in_their_own_code(spec: str, x: float, wanted: float) -> None:
    assert value(spec, x) == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize(
    ("spec", "x", "slope"),
    [
        ("leaky_relu@torch", 0, 0.01),
        ("leaky_relu@tf", 0, 0.2),
        ("leaky_relu@jax", 0, 1),
        ("leaky_relu@mlx:0.2", 0, 1),
        ("leaky_relu@flax", -1, 0.01),
        ("hard_tanh@torch", 1, 0),
        ("clamp@torch:-1,1", 1, 1),
        ("prelu@mlx", 0, 1.25),
        ("celu@mlx", 0, 0),
        ("hard_mish@timm", -2, -1),
        ("hard_tanh@mlx", -1, 0),
        ("hard_tanh@jax", 1, 1),
        ("hard_tanh@jax:min_val=-2", -2, 1),
        ("hard_tanh@jax", 1.5, 0),
        ("sparse_sigmoid@jax", -1, 0.25),
        ("sparse_sigmoid@jax", 1, 0.25),
        ("sparse_sigmoid@keras", 1, 0),
        ("selu@torch", 0, 1.7580993408473768),
        ("selu@tf", 0, 1.0507009873554805),
        ("hard_swish@torch", 3, 1),
    ],
)
def test_libraries_disagree_at_kinks_as_they_do_in_their_own_code(spec: str, x: float, slope: float) -> None:
    found, ours = find(spec), find(spec.partition("@")[0])
    assert isinstance(found, Activation)
    assert isinstance(ours, Activation)
    assert found.slope(np.array([float(x)]))[0] == pytest.approx(slope, rel=1e-15)
    assert found.certified(1, float(x)) == pytest.approx(slope, rel=1e-15)
    if ":" not in spec and "tf" not in spec:
        line = np.array([-np.inf, -3.0, -1.0, 0.0, 1.0, 2.0, np.inf])
        np.testing.assert_array_equal(found.value(line), ours.value(line))


def test_who_differs_at_a_kink_alone_is_reported() -> None:
    (leaky,) = (entry for entry in FUNCTIONS if entry.name == "leaky_relu")
    assert {"library": "jax", "definition": "where(x >= 0, x, negative_slope * x)"} in differences(leaky)
    assert "jax" not in agreeing(leaky)


@pytest.mark.parametrize("spec", ["phish@tfa", "mish@keras.ops", "linear@keras.ops", "exponential@keras.ops"])
def test_what_a_library_never_had_is_refused(spec: str) -> None:
    assert "has no" in refusal(spec).message


def test_softmax_and_gated_units_are_found_by_library() -> None:
    swiglu = find("SwiGLU@onnx")
    assert isinstance(swiglu, VectorActivation)
    # The gate is the first half: silu(1) * 2.
    np.testing.assert_allclose(swiglu.value(np.array([1.0, 2.0])), [2 / (1 + math.exp(-1))], rtol=1e-15)
    glu = find("glu@torch")
    assert isinstance(glu, VectorActivation)
    np.testing.assert_allclose(glu.value(np.array([1.0, 2.0])), [1 / (1 + math.exp(-2))], rtol=1e-15)


@pytest.mark.parametrize(
    ("pasted", "name"),
    [
        ("jax.nn.gelu", "gelu@jax"),
        ("nn.GELU", "gelu@torch"),
        ("nn.GELU()", "gelu@torch"),
        ("torch.nn.functional.gelu", "gelu@torch"),
        ("F.gelu", "gelu@torch"),
        ("torch.sigmoid", "sigmoid@torch"),
        ("tf.nn.leaky_relu", "leaky-relu@tf"),
        ("keras.layers.LeakyReLU", "leaky-relu@keras.layers"),
        ("tf.keras.activations.relu", "relu@keras"),
        ("keras.ops.gelu", "gelu@keras.ops"),
        ("flax.linen.gelu", "gelu@flax"),
        ("mlx.nn.SELU", "selu@mlx"),
        ('ACT2FN["gelu_new"]', "gelu-tanh@transformers"),
        ("NNlib.σ", "sigmoid@nnlib"),
        ("leaky_relu @ keras", "leaky-relu@keras"),
    ],
)
def test_names_pasted_from_code_mean_that_library(pasted: str, name: str) -> None:
    assert find(pasted).name == name


@pytest.mark.parametrize(
    ("spec", "x", "wanted"),
    [
        ("leaky_relu@keras:negative_slope=0.5", -2, -1),
        ("leaky_relu@keras:0.5", -2, -1),
        ("swish@onnx:alpha=2", 1, 1 / (1 + math.exp(-2))),
        ("hard_sigmoid@onnx:alpha=0.25,beta=0.25", 1, 0.5),
        ("relu@keras:max_value=6,threshold=1", 0.5, 0),
        ("jax.nn.leaky_relu:negative_slope=0.1", -1, -0.1),
        ("nn.LeakyReLU(0.2)", -1, -0.2),
        ("nn.LeakyReLU(negative_slope=0.2)", -1, -0.2),
        ("F.leaky_relu(x, 0.2)", -1, -0.2),
        ("torch.sigmoid(x)", 0, 0.5),
    ],
)
def test_parameters_of_a_library_are_set_by_its_names_or_ours(spec: str, x: float, wanted: float) -> None:
    assert value(spec, x) == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize(
    ("spec", "leads_to"),
    [
        ("gelu:approximate=tanh", "gelu_tanh"),
        ("gelu:approximate='none'", "gelu"),
        ("gelu@keras:approximate=True", "gelu_tanh"),
        ("gelu@jax:approximate=False", "gelu"),
        ("nn.GELU:approximate=tanh", "gelu_tanh"),
        ("nn.GELU(approximate='tanh')", "gelu_tanh"),
        ('F.gelu(x, approximate="tanh")', "gelu_tanh"),
    ],
)
def test_an_option_spelled_as_a_word_leads_to_its_function(spec: str, leads_to: str) -> None:
    found = find(spec).entry
    assert found is not None
    assert found.name == leads_to


def test_a_name_that_the_library_lacks_is_an_error_that_lists_who_has_it() -> None:
    error = refusal("sparsemax@torch")
    assert "PyTorch has no sparsemax" in error.message
    assert error.hint is not None
    assert "keras" in error.hint
    assert "jax" not in error.hint


@pytest.mark.parametrize("spec", ["relu@nowhere", "x@2", "nowhere.relu"])
def test_at_names_a_library_and_means_nothing_else(spec: str) -> None:
    assert "unknown library" in refusal(spec).message


def test_a_library_stands_behind_a_name_alone() -> None:
    assert "right behind the name of a function" in refusal("relu(x)@x").message


@pytest.mark.parametrize("spec", ["relu@", "@jax", " @ "])
def test_at_needs_a_name_and_a_library(spec: str) -> None:
    assert "@ stands between" in refusal(spec).message


def test_functions_called_nn_may_be_of_two_libraries() -> None:
    error = refusal("nn.gelu")
    assert error.hint is not None
    assert "gelu@flax" in error.hint
    assert "gelu@mlx" in error.hint


@pytest.mark.parametrize("name", ["one_hot", "MultiheadAttention", "torch.nn.AdaptiveLogSoftmaxWithLoss", "F.one_hot"])
def test_other_names_are_said_to_be_no_activation(name: str) -> None:
    assert "is no activation" in refusal(name).message


def test_a_number_typed_as_the_default_is_the_default() -> None:
    # 0.707107 stands for that decimal as a default, for the double nearest to it as a number that is typed.
    x = np.array([-9.0])
    typed, default = find("laplace:mu=0.707107"), find("laplace")
    assert isinstance(typed, Activation)
    assert isinstance(default, Activation)
    assert typed.tree == default.tree
    np.testing.assert_array_equal(typed.value(x), default.value(x))


def test_parameters_of_a_library_that_fixes_them_are_refused() -> None:
    assert "takes no parameters" in refusal("selu@mlx:alpha=1").message


def test_selu_agrees_with_the_digits_that_are_printed_everywhere() -> None:
    selu = find("selu")
    assert isinstance(selu, Activation)
    assert selu.digits(0, 1.0, 20) == "1.0507009873554804934"
    assert selu.digits(1, -0.0, 20) == "1.7580993408473768599"


def test_commands_take_library_specs() -> None:
    run = actcli("compare", "gelu", "gelu@jax", "1", "--format", "csv")
    assert run.status == 0
    assert "gelu@jax" in run.stdout

"""What the libraries call things and mean by them; names as they are pasted from code; who differs from us.

A library's definition and defaults count, its bugs do not. Versions looked at: torch 2.13, jax 0.10, tensorflow 2.21,
keras 3.15, ONNX opset 28, mlx 0.32, flax 0.12, transformers 5.23; timm, NNlib and Echo were read.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from actcli.catalog.activation import Activation
from actcli.catalog.entry import Entry, Function, FunctionParameter, Limits, VectorFunction, folded
from actcli.catalog.table import FUNCTIONS, entry_named
from actcli.errors import Refusal, UsageError, nearest_names, printable, quoted
from actcli.formula.parser import MATH_MODULES


class Library(NamedTuple):
    """A library: how code and people call it, and what it exports."""

    title: str
    """Its name in a sentence."""

    paths: tuple[str, ...]
    """What stands before the dot in code, beside its name here."""

    same: str
    """The names, between blanks, that mean what they mean here."""

    other: Mapping[str, str] = {}
    """From a name to the spec of what the library means by it.

    A name, a name with parameters that are exact as written, or an expression.
    """

    kinks: Mapping[str, str] = {}
    """Formulas, in the parameters of the entry, of functions whose slopes at kinks alone are others than ours."""

    own: Mapping[str, Function] = {}
    """From a name in `other` to what the library means, where that has parameters of its own."""

    needs: Mapping[str, Refusal] = {}
    """Names that the library refuses without parameters: what they need, and how one writes it."""


_GELU_TANH = {"gelu": "gelu_tanh"}
_KERAS_LEAKY = {"leaky_relu": "leaky_relu:negative_slope=0.2"}

_STEEP_AT_0 = {"leaky_relu": "where(x >= 0, x, negative_slope * x)"}
_JAX_KINKS = _STEEP_AT_0 | {"hard_tanh": "where(x > max_val, max_val, where(x < min_val, min_val, x))"}
_HALF_SLOPES = (
    "where(x > -1, where(x < 1, (x + 1) / 2, where(x == 1, (x - 1) / 4 + 1, 1)), where(x == -1, (x + 1) / 4, 0))"
)

_JAX_AND_FLAX = """
    relu relu6 sigmoid softplus soft_sign silu swish log_sigmoid leaky_relu hard_sigmoid hard_silu hard_swish hard_tanh
    elu celu selu glu identity tanh softmax log_softmax logsumexp standardize
"""
_JAX = f"{_JAX_AND_FLAX} sparse_plus sparse_sigmoid squareplus mish logmeanexp"
_KERAS = """
    celu elu exponential glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh linear log_sigmoid log_softmax
    mish relu6 selu sigmoid silu swish soft_shrink softmax softplus softsign sparse_plus sparse_sigmoid sparsemax
    squareplus tanh tanh_shrink threshold
"""

# Keras.ops lacks what keras.activations adds.
_KERAS_OPS = " ".join(name for name in _KERAS.split() if name not in ("mish", "exponential", "linear"))

# The attributes of ONNX are float32.
_ONNX_ALPHA, _ONNX_GAMMA = "1.67326319217681884765625", "1.05070102214813232421875"
_ONNX_SELU = Function(
    name="selu",
    formula="gamma * where(x > 0, x, alpha * expm1(x))",
    derivatives=("gamma * where(x > 0, 1, alpha * exp(x))", "gamma * where(x > 0, 0, alpha * exp(x))"),
    parameters=(
        FunctionParameter("alpha", _ONNX_ALPHA, "minus the limit at -inf, before it is scaled"),
        FunctionParameter("gamma", _ONNX_GAMMA, "scale"),
    ),
    limits=Limits(("-gamma * alpha", "where(gamma == 0, 0, inf * gamma)"), ("0", "gamma")),
    source="ONNX Selu",
    used_for="models from ONNX",
)
_ECHO_ARIA2 = Function(
    name="aria2",
    formula="(1 + exp(-beta * x)) ** (-alpha)",
    derivatives=(
        "alpha * beta * sigmoid(-beta * x) * (1 + exp(-beta * x)) ** (-alpha)",
        "alpha * beta**2 * sigmoid(-beta * x) * (1 + exp(-beta * x)) ** (-alpha)"
        " * (alpha * sigmoid(-beta * x) - sigmoid(beta * x))",
    ),
    parameters=(
        FunctionParameter("alpha", "1.5", "power", valid="alpha > 0"),
        FunctionParameter("beta", "1", "steepness", valid="beta > 0"),
    ),
    limits=Limits(("0", "1"), ("0", "0")),
    source="Echo, aria2",
    used_for="hidden layers; Richards' curve of 1959 by itself",
)
_UNBOUNDED = "hard_tanh:min_val=-inf,max_val=inf"
_CLAMP = next(entry for entry in FUNCTIONS if entry.name == "hard_tanh")._replace(
    formula="where(x > max_val, max_val, where(x < min_val, min_val, x))",
    derivatives=("where(x > max_val, 0, where(x < min_val, 0, 1))", "0"),
    parameters=(
        FunctionParameter("min_val", "-inf", "the answer is never below", aliases=("min",)),
        FunctionParameter("max_val", "inf", "the answer is never above", aliases=("max",)),
    ),
)

LIBRARIES: Mapping[str, Library] = {
    "torch": Library(
        "PyTorch",
        ("pytorch", "torch.nn", "torch.nn.functional", "torch.special", "nn", "nn.functional", "f"),
        """
            Identity Threshold ReLU RReLU Hardtanh ReLU6 Sigmoid Hardsigmoid Tanh SiLU Mish Hardswish ELU CELU SELU
            GLU GELU Hardshrink LeakyReLU LogSigmoid Softplus Softshrink PReLU Softsign Tanhshrink Softmin Softmax
            LogSoftmax gumbel_softmax expit erf logsumexp sin cos exp atan
            """,
        {"erfc": "erfc(x)", "ndtr": "normal_cdf(x)", "clamp": _UNBOUNDED},
        own={"clamp": _CLAMP},
        needs={"clamp": Refusal("PyTorch's clamp needs min, max or both", "write torch.clamp(x, min=0)")},
    ),
    "jax": Library(
        "JAX",
        ("jax.nn", "jax.lax", "lax"),
        f"{_JAX} logistic",
        _GELU_TANH,
        _JAX_KINKS | {"sparse_sigmoid": _HALF_SLOPES},
    ),
    "keras": Library(
        "keras.activations",
        (
            *("keras.activations", "tf.keras.activations", "tensorflow.keras.activations", "activations"),
            *("k", "backend", "keras.backend", "tf.keras.backend"),
        ),
        f"{_KERAS} gelu",
        _KERAS_LEAKY | {"relu": "keras_relu"},
    ),
    "keras.ops": Library(
        "keras.ops",
        ("keras.ops.nn", "ops"),
        f"{_KERAS_OPS} relu logsumexp erf",
        _GELU_TANH | _KERAS_LEAKY,
    ),
    "keras.layers": Library(
        "keras.layers",
        ("tf.keras.layers", "tensorflow.keras.layers", "layers"),
        "ELU Softmax",
        {"ReLU": "keras_relu", "LeakyReLU": "leaky_relu:negative_slope=0.3", "PReLU": "prelu:a=0"},
    ),
    "tf": Library(
        "TensorFlow",
        ("tensorflow", "tf.nn", "tf.math", "tensorflow.nn", "tensorflow.math"),
        "crelu elu gelu log_softmax relu relu6 selu sigmoid silu swish softmax softplus softsign tanh log_sigmoid erf",
        _KERAS_LEAKY | {"reduce_logsumexp": "logsumexp"},
        {"selu": "where(x >= 0, 1.0507009873554804934193349852946 * x, selu(x))"},
    ),
    "tfa": Library(
        "TensorFlow Addons",
        ("tensorflow_addons", "tfa.activations", "tensorflow_addons.activations"),
        "hardshrink lisht mish rrelu snake softshrink sparsemax tanhshrink",
        _GELU_TANH,
    ),
    "onnx": Library(
        "ONNX",
        ("ai.onnx",),
        """
            Celu Elu Gelu HardSwish Hardmax LeakyRelu LogSoftmax Mish PRelu Relu Shrink Sigmoid Softmax Softplus
            Softsign Swish Tanh ThresholdedRelu Erf SwiGLU Identity
            """,
        {
            "HardSigmoid": "hard_sigmoid:slope=0.2",
            "ReduceLogSumExp": "logsumexp",
            "Clip": _UNBOUNDED,
            "Selu": f"{_ONNX_GAMMA} * elu(x, alpha={_ONNX_ALPHA})",
        },
        own={"Selu": _ONNX_SELU},
        needs={"PRelu": Refusal("ONNX's PRelu has its slope as a second input", "give it: PRelu@onnx:0.25")},
    ),
    "mlx": Library(
        "MLX",
        ("mlx.nn", "mlx.core", "mx"),
        """
            celu elu gelu gelu_approx gelu_fast_approx glu hard_shrink hard_tanh hardswish identity leaky_relu
            log_sigmoid log_softmax mish prelu relu relu2 relu6 sigmoid silu softmax softmin softplus softshrink
            softsign step tanh
            """,
        {"selu": "1.0507 * elu(x, alpha=1.67326)"},
        _STEEP_AT_0
        | {
            "prelu": "where(x == 0, (1 + a) * x, where(x > 0, x, a * x))",
            "celu": "where(x == 0, 0, where(x > 0, x, alpha * expm1(x / alpha)))",
        },
    ),
    "flax": Library(  # identity is of flax.nnx alone
        "Flax",
        ("flax.linen", "flax.nnx", "linen", "nnx"),
        _JAX_AND_FLAX,
        _GELU_TANH | {"PReLU": "prelu:a=0.01"},
        _JAX_KINKS,
    ),
    "equinox": Library("Equinox", ("equinox.nn", "eqx", "eqx.nn"), "PReLU"),
    "transformers": Library(
        "Transformers",
        ("transformers.activations", "act2fn", "hf", "huggingface"),
        """
            gelu gelu_10 gelu_fast gelu_new gelu_python gelu_pytorch_tanh gelu_python_tanh gelu_accurate hardswish
            laplace leaky_relu linear mish quick_gelu relu relu2 relu6 sigmoid silu sqrtsoftplus swish tanh prelu
            xielu
            """,
        {
            "AccurateGELUActivation": "gelu_tanh",
            "ClippedGELUActivation": "gelu_10",
            "FastGELUActivation": "gelu_tanh",
            "GELUActivation": "gelu",
            "GELUTanh": "gelu_tanh",
            "LaplaceActivation": "laplace",
            "LinearActivation": "identity",
            "MishActivation": "mish",
            "NewGELUActivation": "gelu_tanh",
            "PytorchGELUTanh": "gelu_tanh",
            "QuickGELUActivation": "quick_gelu",
            "ReLUSquaredActivation": "relu2",
            "SiLUActivation": "silu",
            "XIELUActivation": "xielu",
        },
    ),
    "timm": Library(
        "timm",
        ("timm.layers", "timm.models.layers"),
        """
            silu swish mish relu relu6 leaky_relu elu prelu celu selu gelu gelu_tanh quick_gelu sigmoid tanh
            hard_sigmoid hard_swish hard_mish identity
            """,
        kinks={"hard_mish": "where(x >= 0, x, where(x >= -2, x * (x + 2) / 2, 0))"},
    ),
    "nnlib": Library(
        "NNlib.jl",
        ("flux", "nnlib.jl"),
        """
            σ hardσ hardtanh relu leakyrelu relu6 rrelu elu swish selu celu softplus softsign logσ logcosh mish
            tanhshrink softshrink trelu lisht tanh_fast sigmoid_fast hardswish gelu_tanh gelu_erf
            """,
        _GELU_TANH | {"gelu_sigmoid": "gelu_tanh"},
    ),
    "echo": Library(
        "Echo",
        ("echoai", "echoai.activation.torch.functional", "echoai.activation.t_ops"),
        """
            elish hard_elish mila sinerelu sqnl isru isrlu bent_identity soft_clipping srelu soft_exponential
            mish beta_mish rrelu celu relu6 hardtanh glu logsigmoid tanhshrink hardshrink softshrink softmin
            logsoftmax gumbel_softmax nlrelu lecun_tanh silu brelu
            """,
        # As in functional.py, which was deleted in 2020; t_ops starts aria2 at alpha = 1, beta = 0.5, eswish at 1.735.
        {
            "aria2": "(1 + exp(-x)) ** (-1.5)",
            "eswish": "eswish:beta=1.75",
            "flatten_t_swish": "flatten_t_swish:c=0",
            "maxout": "maxout:groups=4",
            "swish": "swish:beta=1.25",
            "weighted_tanh": "weighted_tanh:weight=1",
        },
        own={"aria2": _ECHO_ARIA2},
    ),
}

_WEIGHTS = "a layer with weights of its own"

# Names that users may paste and that are no activation, or none that can be told without weights: why.
NOT_ACTIVATIONS: Mapping[str, str] = {
    "Activation": "a layer that wraps one: name the activation itself",
    "AdaptiveLogSoftmaxWithLoss": f"{_WEIGHTS}; `actcli softmax --target` gives the loss of plain logits",
    "apl": "a sum of hinges whose places are learned, a table for each unit",
    "Attention": _WEIGHTS,
    "BatchNorm": "it scales by statistics of a batch, with weights of its own",
    "Dropout": "it drops values at random while a network trains, and is the identity afterwards",
    "entr": "the entropy -x*log(x), which takes probabilities; write '-x*log(x)'",
    "erfcx": "a scaled tail of the normal distribution; write 'exp(x**2)*erfc(x)'",
    "GatedMlp": f"{_WEIGHTS}; its activation is gelu, and its gate mixes places",
    "GluMlp": f"{_WEIGHTS}; its activation is glu",
    "LayerNorm": f"{_WEIGHTS}; without them it is standardize",
    "log1mexp": "the logarithm of 1 - exp(-x); write 'log(1-exp(-x))'",
    "log_ndtr": "a logarithm of probabilities; write 'log(normal_cdf(x))'",
    "logit": "the inverse of the sigmoid; write 'log(x/(1-x))'",
    "MultiheadAttention": _WEIGHTS,
    "normalize": "a division of a vector by its norm",
    "one_hot": "it turns class numbers into vectors; the one-hot of the largest logit is hardmax",
    "Sequential": "a chain of layers: name the activation in it",
    "Softmax2d": "softmax over the channels of each pixel: give softmax the channels of one pixel as a vector",
    "SwiGLUPacked": f"{_WEIGHTS}; its activation is swiglu",
}

# Names that say which GELU is meant, whatever a library calls gelu alone.
_EXACT_GELUS = ("gelu_erf", "gelu_exact")

_DOTTED = re.compile(r"((?:[^\W\d]\w*\.)+)([^\W\d]\w*)")
_SUBSCRIPT = re.compile(r"""(ACT2FN|ACT2CLS)\[["']?(\w+)["']?\]""", re.IGNORECASE)
# Flax and MLX users write `import ... as nn` as PyTorch's do, and call functions where PyTorch has classes.
_SHARED_PATH, _SHARERS = "nn", ("flax", "mlx")


class Export(NamedTuple):
    """What a library means by a name."""

    label: str
    """The name with its library: gelu@jax."""

    means: str
    """A spec."""

    entry: Entry | None
    """The entry of the name itself, if there is one."""

    formula: str | None = None
    """Stands for the formula of the entry where the library differs at kinks alone."""

    own: Function | None = None
    """What the library means, where that is no entry and has parameters."""

    needs: Refusal | None = None
    """What it needs, and how one writes it, where the library refuses the name without parameters."""


def read_export(name: str) -> Export | None:
    """What `name@library` or a name pasted from code stands for; None where it names no library.

    Raises UsageError where the library is unknown or has no such name.
    """
    own, at, library = name.rpartition("@")
    if at and not (own.strip() and library.strip()):
        raise UsageError(f"@ stands between a name and a library, not in {quoted(name.strip())}", "write gelu@jax")
    if at:
        return _export(own.strip(), _library_named(library))
    pasted = _SUBSCRIPT.fullmatch(name.strip()) or _DOTTED.fullmatch(name.strip())
    if pasted is None:
        return None
    path, own = pasted[1].rstrip(".").casefold(), pasted[2]
    if path == _SHARED_PATH and own[0].islower():
        raise UsageError(
            f"{name.strip()} may be {' or '.join(LIBRARIES[each].title for each in _SHARERS)}",
            "say which: " + " or ".join(f"{own}@{each}" for each in _SHARERS),
        )
    if not _is_library(path):
        near = nearest_names(path, (*(path for each in LIBRARIES.values() for path in each.paths), *MATH_MODULES))
        message = f"unknown library {quoted(path)}{near}"
        raise UsageError(message, f"leave it out: {own}; or write whose: np, torch.nn.functional, jax.nn, tf.nn")
    return _export(own, _library_named(path))


def read_name(name: str) -> Export | None:
    """What the only library that has a name means by it; None where none has it.

    Raises UsageError where libraries mean different things by it.
    """
    having = [each for each in LIBRARIES if folded(name) in _by_name(each)]
    if not having:
        return None
    if len({folded(_by_name(each)[folded(name)]) for each in having}) > 1:
        shown = printable(name.strip())
        raise UsageError(f"libraries differ on {shown}", "say which: " + " or ".join(f"{shown}@{e}" for e in having))
    return _export(name.strip(), having[0])


def has(path: str, name: str, is_sure: bool) -> bool:
    """Whether a path is a library's that has a name, or if it is sure to be a name of a library, should have it."""
    for library, known in LIBRARIES.items():
        if path.strip().casefold() in (library, *known.paths):
            return is_sure or folded(name) in _by_name(library)
    return False


def refuse_other_names(name: str) -> None:
    """Raise UsageError where the name is one of a library's that is no activation."""
    for known, reason in NOT_ACTIVATIONS.items():
        if folded(known) == folded(name):
            raise UsageError(f"{known} is no activation here: {reason}", "`actcli list` shows what is")


def differences(entry: Entry) -> list[dict[str, Any]]:
    """Which libraries mean something else by the name of an entry, and what."""
    found = []
    for library, known in LIBRARIES.items():
        means = _meant(entry, library)
        if entry.name in known.kinks:
            found.append({"library": library, "definition": known.kinks[entry.name]})
        elif means is not None and folded(means) != folded(entry.name):
            found.append({"library": library, "definition": means})
    return found


def agreeing(entry: Entry) -> list[str]:
    """The libraries that mean by the name of an entry what it means here, defaults included."""
    return [
        library
        for library, known in LIBRARIES.items()
        if folded(_meant(entry, library) or "") == folded(entry.name)
        and entry.name not in known.kinks
        and entry.name not in map(folded, known.needs)
    ]


@cache
def definitions() -> tuple[tuple[Activation, tuple[str, ...]], ...]:
    """The element-wise functions that have no free parameters left, each with the names that libraries have for it.

    Those of the catalogue with their defaults, then what libraries alone mean by a name. Names are function specs as
    code spells them: LeakyReLU@torch.
    """
    from actcli.catalog.lookup import find  # which reads names by way of this file

    found = {folded(entry.name): find(entry.shown_name) for entry in FUNCTIONS}
    names: dict[str, list[str]] = {meaning: [] for meaning in found}
    for library, known in LIBRARIES.items():
        for name, means in (*((name, name) for name in known.same.split()), *known.other.items()):
            entry = entry_named(means)
            meaning = folded(entry.name if entry else means)
            if meaning not in found and not isinstance(entry, VectorFunction):
                try:
                    found[meaning] = find(f"{name}@{library}")
                except UsageError:  # it needs an argument
                    continue
            names.setdefault(meaning, []).append(f"{name}@{library}")
    return tuple(
        (activation, tuple(names[meaning]))
        for meaning, activation in found.items()
        if isinstance(activation, Activation)
    )


def _meant(entry: Entry, library: str) -> str | None:
    exports = _by_name(library)
    for name in (entry.name, *entry.aliases):
        known = entry_named(name)
        if folded(name) in exports and known is not None and known.name == entry.name:
            return exports[folded(name)]
    return None


@cache
def _by_name(library: str) -> dict[str, str]:
    """A library's names, folded, to the specs they stand for."""
    known: Library = LIBRARIES[library]
    same = {folded(name): _canonical(name) for name in known.same.split()}
    return same | {folded(name): means for name, means in known.other.items()}


def _canonical(name: str) -> str:
    entry = entry_named(name)
    return entry.name if entry else name


def _is_library(path: str) -> bool:
    return any(path == name or path in library.paths for name, library in LIBRARIES.items())


def _library_named(path: str) -> str:
    wanted = path.strip().casefold()
    for name, library in LIBRARIES.items():
        if wanted == name or wanted in library.paths:
            return name
    raise UsageError(
        f"unknown library {quoted(path.strip())}{nearest_names(wanted, LIBRARIES)}",
        f"@ names a library: {', '.join(LIBRARIES)}",
    )


def _export(name: str, library: str) -> Export:
    entry = entry_named(name)
    known = LIBRARIES[library]
    exported = _by_name(library).get(folded(name))
    means = exported or (_meant(entry, library) if entry else None)
    if entry and means and not exported and folded(name) in map(folded, _EXACT_GELUS):
        means = entry.name
    if means is None:
        refuse_other_names(name)
        raise _missing(name, entry, library)
    shown = entry.shown_name if entry else name
    own = next((function for each, function in known.own.items() if known.other[each] == means), None)
    needs = next((needed for each, needed in known.needs.items() if folded(each) == folded(name)), None)
    return Export(f"{shown}@{library}", means, entry, known.kinks.get(entry.name) if entry else None, own, needs)


def _missing(name: str, entry: Entry | None, library: str) -> UsageError:
    title = LIBRARIES[library].title
    having = [
        each for each in LIBRARIES if folded(name) in _by_name(each) or (entry and _meant(entry, each) is not None)
    ]
    if having:
        return UsageError(f"{title} has no {printable(name)}", f"these have: {', '.join(having)}")
    if entry:
        return UsageError(f"{title} has no {printable(name)}", f"no library has; write {entry.shown_name} alone")
    near = nearest_names(name, [*LIBRARIES[library].same.split(), *LIBRARIES[library].other])
    return UsageError(f"{title} has no {printable(name)}{near}", "`actcli list` shows every name")

"""Functions as people paste them from code and papers: read right, or refused with a cure that works."""

import math
import re
from collections.abc import Callable

import numpy as np
import pytest

from actcli.catalog import Activation, VectorActivation, find
from actcli.errors import UsageError
from tests.runner import actcli

XS = (-3.0, -0.5, 0.0, 0.75, 2.0)


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


def relu(x: float) -> float:
    return max(x, 0.0)


def elu(x: float) -> float:
    return x if x > 0 else math.expm1(x)


def gelu(x: float) -> float:
    return x * math.erfc(-x / math.sqrt(2)) / 2


def gelu_tanh(x: float) -> float:
    return x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def silu(x: float) -> float:
    return x * sigmoid(x)


def leaky(x: float) -> float:
    return x if x > 0 else 0.01 * x


# What is pasted, and what it means.
PASTED: dict[str, Callable[[float], float]] = {
    # Modules as they are made, and as PyTorch prints them.
    "nn.ReLU(inplace=True)": relu,
    "ELU(alpha=1.0)": elu,
    "GELU(approximate='none')": gelu,
    "nn.GELU('tanh')": gelu_tanh,
    "Softplus(beta=1.0, threshold=20.0)": softplus,
    "Threshold(threshold=0.1, value=20)": lambda x: x if x > 0.1 else 20,
    "PReLU(num_parameters=1)": lambda x: x if x > 0 else x / 4,
    "LeakyReLU(0.2)": lambda x: x if x > 0 else 0.2 * x,
    "nn.LeakyReLU(0.2)(x)": lambda x: x if x > 0 else 0.2 * x,
    "Mish()": lambda x: x * math.tanh(softplus(x)),
    "GELUActivation()": gelu,
    "NewGELUActivation()": gelu_tanh,
    "QuickGELUActivation()": lambda x: x * sigmoid(1.702 * x),
    'ACT2FN["gelu_new"](x)': gelu_tanh,
    # Functions as they are called.
    "F.elu(input=x, alpha=2.0)": lambda x: x if x > 0 else 2 * math.expm1(x),
    "jax.nn.gelu(x, approximate=False)": gelu,
    "jax.nn.gelu(x, False)": gelu,
    "tf.nn.relu(x)": relu,
    "tf.nn.leaky_relu(x, alpha=0.3)": lambda x: x if x > 0 else 0.3 * x,
    "K.relu(x, max_value=1)": lambda x: min(max(x, 0), 1),
    "scipy.special.expit(x)": sigmoid,
    "jax.lax.logistic(x)": sigmoid,
    "np.tanh": math.tanh,
    # Expressions.
    "x*Sigmoid(x)": silu,
    "X*SIGMOID(X)": silu,
    "1/(1+np.exp(-x))": sigmoid,
    "torch.tanh(F.softplus(x))": lambda x: math.tanh(softplus(x)),
    "2*tf.nn.leaky_relu(x)": lambda x: 2 * (x if x > 0 else 0.2 * x),
    "x * jax.nn.gelu(x)": lambda x: x * gelu_tanh(x),
    "x * nn.Sigmoid()(x)": silu,
    "1 + nn.LeakyReLU(0.2)(x)": lambda x: 1 + (x if x > 0 else 0.2 * x),
    "leaky-relu(x) + x-relu(x)": lambda x: leaky(x) + x - relu(x),
    "1-x-leaky-relu(x)": lambda x: 1 - x - leaky(x),
    "jnp.maximum(x, 0)": relu,
    "np.where(x > 0, x, np.exp(x) - 1)": elu,
    "torch.where(x > 0, x, 0.01*x)": leaky,
    "torch.clamp(x, min=0, max=1)": lambda x: min(max(x, 0), 1),
    "torch.clamp(x, max=1)": lambda x: min(x, 1),
    "np.clip(x, 0, None)": relu,
    "tf.clip_by_value(x, clip_value_min=-1, clip_value_max=1)": lambda x: min(max(x, -1), 1),
    "x.clamp(min=0)": relu,
    "x.sigmoid() * x": silu,
    "F.relu(x, inplace=True).square()": lambda x: relu(x) ** 2,
    "torch.pow(F.relu(x), 2)": lambda x: relu(x) ** 2,
    "jnp.logaddexp(x, 0)": softplus,
    "0.5 * x * (1 + torch.erf(x / math.sqrt(2)))": gelu,
    "0.5 * x * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * torch.pow(x, 3.0))))": gelu_tanh,
    "x * scipy.stats.norm.cdf(x)": gelu,
    "x if x > 0 else 0.01*x": leaky,
    "1 + (0 if x < 0 else x)": lambda x: 1 + relu(x),
    # What stands before an expression.
    "lambda x: x*sigmoid(x)": silu,
    "swish = lambda z, beta=2: z*sigmoid(beta*z)": lambda x: x * sigmoid(2 * x),
    "def swish(x): return x * torch.sigmoid(x)": silu,
    "def f(self, t: torch.Tensor, a: float = 0.01) -> torch.Tensor:\n    return torch.where(t > 0, t, a*t)": leaky,
    "return x * F.sigmoid(x)": silu,
    "f(z) = z/(1+|z|)": lambda x: x / (1 + abs(x)),
    "y = x**2": lambda x: x**2,
    # Papers.
    "|x|": abs,
    "||x|-1|*|x+2|": lambda x: abs(abs(x) - 1) * abs(x + 2),
    "|x| if x > 1 else |x|/2": lambda x: abs(x) if x > 1 else abs(x) / 2,
    "σ(x)": sigmoid,
    "x·σ(x)": silu,
    "x × Φ(x)": gelu,
    "elu(x, α=1)": elu,
    "x² − 1": lambda x: x**2 - 1,
    "max（０，x）": relu,
    r"\tanh(x)": math.tanh,
    r"\max(0, x)": relu,
    r"\mathrm{ReLU}(x)": relu,
    r"\frac{1}{1+e^{-x}}": sigmoid,
    r"x \cdot \sigma(1.702 x)": lambda x: x * sigmoid(1.702 * x),
    r"x\sigma(x)": silu,
    r"\ln\left(1+e^{x}\right)": softplus,
    r"\frac{x}{2}\left(1+\operatorname{erf}\left(\frac{x}{\sqrt{2}}\right)\right)": gelu,
    r"$\frac{e^{x}-e^{-x}}{e^{x}+e^{-x}}$": math.tanh,
    r"2(1-x)(1+x)x^2\pi": lambda x: 2 * (1 - x) * (1 + x) * x**2 * math.pi,
}


@pytest.mark.parametrize("text", PASTED)
def test_what_is_pasted_is_read_as_its_author_meant_it(text: str) -> None:
    found = find(text)
    assert isinstance(found, Activation)
    np.testing.assert_allclose(found.value(np.array(XS)), [PASTED[text](x) for x in XS], rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("nn.Softmax(dim=-1)", "softmax"),
        ("Softmin(dim=None)", "softmin"),
        ("F.softmax(x, dim=0)", "softmax"),
        ("torch.softmax(x, -1)", "softmax"),
        ("F.log_softmax(x, 2)", "log_softmax"),
        ("log-softmax(x)", "log_softmax"),
        ("GLU(dim=-1)", "glu"),
        ("nn.Softmax(1)(x)", "softmax"),
    ],
)
def test_functions_of_vectors_are_read_too_and_an_axis_is_no_temperature(text: str, name: str) -> None:
    found, known = find(text), find(name)
    assert isinstance(found, VectorActivation)
    assert (found.entry, found.parameters) == (known.entry, known.parameters)


# What cannot be read, what the caret marks in it (None: no caret), and a part of the message.
REFUSED = {
    "x^2": ("^", "not a power"),
    "1 + x^2*σ(x)": ("^", "not a power"),
    "|x": ("|", "no partner"),
    "x|": ("|", "no partner"),
    r"\frac{1}{1+x": ("{", "not closed"),
    r"\frac12": ("1", "braces"),
    r"\tanh(x)^10": ("^", "braces"),
    "tanh x": ("x", "parentheses"),
    r"\tanh x": ("x", "parentheses"),
    "x if x > 0": ("", "needs its else"),
    "σ2(x) + 1": ("σ2", "unknown name 'σ2'"),
    "x*Sigmod(x)": ("Sigmod", "unknown name 'Sigmod'"),
    "input * torch.sigmoid(input)": ("input", "unknown name 'input'"),
    "1 + torch.nosuch(x)": ("torch.nosuch", "PyTorch has no nosuch"),
    "softmax(x) + 1": ("softmax", "whole vectors"),
    "torch.clamp(x)": ("torch.clamp(x)", "bounds"),
    "torch.clamp()": ("torch.clamp()", "bounds"),
    "clip(x, 1, min=2)": ("clip(x, 1, min=2)", "bounds"),
    "lambda x, a: a*x": ("a", "no value"),
    "nn.LeakyReLU(slope=0.2)": ("slope=0.2", "no such parameter"),
    "F.relu(x, slope=0.2)": ("slope=0.2", "no such parameter"),
    "leaky-relu(x, slope=2) + 1": ("slope=2", "no such parameter"),
    "nn.LeakyReLU('a')": ("'a'", "not a number"),
    "F.softplus(x, threshold=2)": ("threshold=2", "no such parameter"),
    "elu(2)": (None, "may be the value at 2"),
    "leaky-relu(0.2)": (None, "may be the value at 0.2"),
    "leaky-relu=0.2": (None, "behind a colon"),
    "leaky_relu@keras=0.2": (None, "behind a colon"),
    "torch.clamp": (None, "needs min, max or both"),
    "PRelu@onnx": (None, "second input"),
    "nn.Dropout(0.5)": (None, "is no activation"),
    "self.act(x)": (None, "unknown library 'self'"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_an_error_shows_what_was_typed(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(text)
    marked, message = REFUSED[text]
    assert message in caught.value.message
    place = caught.value.place
    assert (place is None) == (marked is None)
    if place is not None:
        assert place.text == text
        assert place.text[place.column : place.column + place.width] == marked


@pytest.mark.parametrize(
    "text",
    [
        *("x^2", "1 + x^2*σ(x)", "|x", r"\frac12", "tanh x", r"\tanh x", "x if x > 0", "input * torch.sigmoid(input)"),
        *("torch.clamp(x)", "elu(2)", "leaky-relu(0.2)", "leaky-relu=0.2", "leaky_relu@keras=0.2", "torch.clamp"),
        "PRelu@onnx",
    ],
)
def test_the_cure_of_an_error_is_a_function(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(text)
    hint = str(caught.value.hint)
    cures = re.sub(r"^(write \*\*: |write |give it: |the input is called x: )", "", hint)
    for cure in re.split(r",? or ", cures):
        find(cure.removesuffix(" for the value").strip("'"))


def test_the_value_of_a_function_at_a_number_is_had_as_its_error_says() -> None:
    assert actcli("eval", "elu(2) + 0*x", "7").numbers == [2.0]


@pytest.mark.parametrize("length", [1_000, 2_000, 100_000, 1_000_000])
@pytest.mark.parametrize("piece", ["a", "a.", "x+", "((", "-a", "|", "\\frac{", "1x", "a=", "lambda ", "a:1,", "@"])
def test_long_garbage_is_refused_at_once_and_in_few_words(piece: str, length: int) -> None:
    run = actcli("eval", piece * (length // len(piece)), "1")
    assert run.status == 2
    assert len(run.stderr) < 1_000


@pytest.mark.parametrize(
    ("typed", "message", "cure"),
    [
        ("lamda x: x", "unknown word 'lamda': did you mean lambda?", "write lambda x: x"),
        ("Lambda t: 2*t", "did you mean lambda?", "write lambda t: 2*t"),
        ("retrun x", "unknown word 'retrun': did you mean return?", "write return x"),
        ("fed f(x): return x", "did you mean def?", "write def f(x): return x"),
        ("x fi x > 0 else 0", "unknown word 'fi': did you mean if?", "write x if x > 0 else 0"),
        ("x if x > 0 esle 0", "unknown word 'esle': did you mean else?", "write x if x > 0 else 0"),
        ("lambda x x*2", "lambda has a colon behind its parameter", "write lambda x: x*2"),
        ("x => x*2", "how another language writes a function", "write lambda x: x*2"),
        ("(t) -> t**2", "how another language writes a function", "write lambda t: t**2"),
        ("function(x) x+1", "how another language writes a function", "write lambda x: x+1"),
        ("import numpy as np; np.tanh(x)", "an import is no function", "type what follows alone: 'np.tanh(x)'"),
        ("imprt torch", "an import is no function", "type the function alone: relu, or 'torch.relu(x)'"),
        ("fron torch import nn", "an import is no function", "type the function alone: relu, or 'torch.relu(x)'"),
        ("nup.tanh(x)", "unknown library 'nup': did you mean np, numpy or jnp?", "leave it out: tanh"),
        ("np.maximun(x, 0)", "unknown name 'np.maximun': did you mean maximum", "it has x"),
        ("foo x", "a product needs its sign", "write * between the factors"),
    ],
)
def test_misspelt_code_gets_the_right_word(typed: str, message: str, cure: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(typed)
    assert message in caught.value.message
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(cure)
    if cure.startswith("write ") and "*  " not in cure and message != "a product needs its sign":
        find(cure.removeprefix("write "))

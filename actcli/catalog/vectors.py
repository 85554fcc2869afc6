"""Functions of a whole vector: softmax and its relatives, sums of exponentials, and gated linear units."""

from collections.abc import Iterator

from actcli.catalog.entry import FunctionParameter, VectorFunction

_TEMPERATURE = FunctionParameter("temperature", "1", "divides the logits", valid="temperature > 0", aliases=("tau",))
_SUMS = "x without an index is the whole vector: sum(exp(x)) runs over all its entries"
_SIMPLEX = "the answer is that p, with sum(p) = 1 and every p[i] >= 0"
_HALVES = "x is cut into halves a and b: the first entries and the last"

SOFTMAXES = (
    VectorFunction(
        name="softmax",
        formula="exp(x[i] / temperature) / sum(exp(x / temperature))",
        value="softmaxes.softmax",
        jacobian="softmaxes.softmax_jacobian",
        parameters=(_TEMPERATURE,),
        aliases=("softargmax",),
        source="Boltzmann 1868; Bridle 1990",
        used_for="probabilities of classes that exclude each other, attention",
        notes=(_SUMS,),
    ),
    VectorFunction(
        name="log_softmax",
        formula="x[i] / temperature - log(sum(exp(x / temperature)))",
        value="softmaxes.log_softmax",
        jacobian="softmaxes.log_softmax_jacobian",
        parameters=(_TEMPERATURE,),
        source="the logarithm of softmax; torch.nn.LogSoftmax",
        used_for="losses on classes that exclude each other",
        notes=(_SUMS,),
    ),
    VectorFunction(
        name="softmin",
        formula="exp(-x[i] / temperature) / sum(exp(-x / temperature))",
        value="softmaxes.softmin",
        jacobian="softmaxes.softmin_jacobian",
        parameters=(_TEMPERATURE,),
        source="torch.nn.Softmin",
        used_for="probabilities where small is good, such as distances",
        notes=(_SUMS,),
    ),
    VectorFunction(
        name="softmax1",
        formula="exp(x[i]) / (1 + sum(exp(x)))",
        value="softmaxes.softmax1",
        jacobian="softmaxes.softmax1_jacobian",
        aliases=(
            "softmax_off_by_one",
            "off_by_one",
            "quiet_softmax",
            "softmax_one",
            "quiet_attention",
        ),
        source="Miller 2023, Attention Is Off By One",
        used_for="attention heads that may attend to nothing",
        notes=(_SUMS, "sink_softmax with a sink of 0: the answers sum to less than 1"),
    ),
    VectorFunction(
        name="sink_softmax",
        formula="exp(x[i]) / (exp(sink) + sum(exp(x)))",
        value="softmaxes.sink_softmax",
        jacobian="softmaxes.sink_softmax_jacobian",
        parameters=(FunctionParameter("sink", "0", "the logit of the sink, learned", ours=True, aliases=("c",)),),
        aliases=("softmax_with_sink", "attention_sink"),
        source="gpt-oss; Xiao et al. 2023, arXiv 2309.17453",
        used_for="attention heads with a learned way to attend to nothing",
        notes=(
            _SUMS,
            "the formula is that of gpt-oss; Xiao et al. put a learned token before the others, or use softmax1",
        ),
    ),
    VectorFunction(
        name="hardmax",
        formula="1 for the first largest x[i], 0 for the others",
        value="softmaxes.hardmax",
        source="ONNX Hardmax",
        used_for="the limit of softmax as its temperature falls to 0; decisions",
    ),
    VectorFunction(
        name="gumbel_softmax",
        formula="exp((x[i] + g[i]) / temperature) / sum(exp((x + g) / temperature))",
        value="softmaxes.gumbel_softmax",
        parameters=(
            _TEMPERATURE,
            FunctionParameter("seed", "0", "of the random numbers", ours=True, valid="seed >= 0", whole=True),
            FunctionParameter("hard", "0", "1: the one-hot of the answer", whole=True),
        ),
        source="Jang, Gu and Poole 2016, arXiv 1611.01144; Maddison, Mnih and Teh 2016, arXiv 1611.00712",
        used_for="drawing from classes in a way that lets gradients through",
        notes=("g[i] are drawn from the standard Gumbel distribution; the same seed draws the same", _SUMS),
    ),
    VectorFunction(
        name="sparsemax",
        formula="the p that makes sum((p - x)**2) least",
        value="entmaxes.sparsemax",
        jacobian="entmaxes.sparsemax_jacobian",
        source="Martins and Astudillo 2016, arXiv 1602.02068",
        used_for="attention with exact zeros",
        notes=(_SIMPLEX, "p[i] = max(x[i] - tau, 0), tau such that they sum to 1"),
    ),
    VectorFunction(
        name="entmax15",
        formula="max(x[i] / 2 - tau, 0) ** 2",
        value="entmaxes.entmax15",
        jacobian="entmaxes.entmax15_jacobian",
        source="Peters, Niculae and Martins 2019, arXiv 1905.05702",
        used_for="attention with exact zeros, between softmax and sparsemax",
        notes=("tau is the number for which the answers sum to 1",),
    ),
    VectorFunction(
        name="entmax",
        formula="max((alpha - 1) * x[i] - tau, 0) ** (1 / (alpha - 1))",
        value="entmaxes.entmax",
        jacobian="entmaxes.entmax_jacobian",
        parameters=(FunctionParameter("alpha", "1.5", "1 is softmax, 2 sparsemax", valid="alpha >= 1"),),
        aliases=("alpha_entmax", "entmax_bisect"),
        source="Peters, Niculae and Martins 2019, arXiv 1905.05702",
        used_for="attention with as many zeros as alpha asks for",
        notes=(
            "tau is the number for which the answers sum to 1",
            "held to 1e-14 of the largest answer",
        ),
    ),
)

SUMS = (
    VectorFunction(
        name="logsumexp",
        formula="log(sum(exp(x)))",
        value="softmaxes.logsumexp",
        jacobian="softmaxes.logsumexp_jacobian",
        keeps_length=False,
        aliases=("log_sum_exp", "lse"),
        source="torch.logsumexp",
        used_for="the logarithm of softmax's denominator; a smooth maximum",
        notes=("one number for each vector", "its gradient is softmax"),
    ),
    VectorFunction(
        name="logmeanexp",
        formula="log(mean(exp(x)))",
        value="softmaxes.logmeanexp",
        jacobian="softmaxes.logmeanexp_jacobian",
        keeps_length=False,
        aliases=("log_mean_exp",),
        source="jax.nn.logmeanexp",
        used_for="averages of probabilities that are known by their logarithms",
        notes=("one number for each vector",),
    ),
    VectorFunction(
        name="standardize",
        formula="(x[i] - mean(x)) / sqrt(mean((x - mean(x))**2) + epsilon)",
        value="vectors.standardize",
        jacobian="vectors.standardize_jacobian",
        parameters=(FunctionParameter("epsilon", "1e-5", "keeps a constant vector finite", valid="epsilon > 0"),),
        aliases=("layer_norm",),
        source="jax.nn.standardize; Ba, Kiros and Hinton 2016, arXiv 1607.06450",
        used_for="normalization without learned parameters",
    ),
    VectorFunction(
        name="maxout",
        formula="max(x[i*groups], ..., x[i*groups + groups - 1])",
        value="vectors.maxout",
        jacobian="vectors.maxout_jacobian",
        parameters=(
            FunctionParameter(
                "groups", "2", "how many neighbours share one maximum", ours=True, valid="groups >= 1", whole=True
            ),
        ),
        keeps_length=False,
        source="Goodfellow et al. 2013, arXiv 1302.4389",
        used_for="hidden layers that learn their own piecewise linear activation",
    ),
    VectorFunction(
        name="crelu",
        formula="max(x[i], 0) for i < n, max(-x[i - n], 0) from there to 2n",
        value="vectors.crelu",
        keeps_length=False,
        aliases=("concatenated_relu",),
        source="Shang et al. 2016, arXiv 1603.05201; tf.nn.crelu",
        used_for="early layers of convolutional networks, whose filters come in opposite pairs",
        notes=("a vector of n gives one of 2n: relu(x), then relu(-x)",),
    ),
    VectorFunction(
        name="brelu",
        formula="max(x[i], 0) for even i, min(x[i], 0) for odd i",
        value="vectors.brelu",
        jacobian="vectors.brelu_jacobian",
        aliases=("bipolar_relu",),
        source="Shifting Mean Activation Towards Zero with Bipolar Activation Functions, 2017, arXiv 1709.04054",
        used_for="deep stacks without normalization, whose means stay near zero",
        notes=("places are counted from 0; the slope at 0 is 0", "Echo's code counts along the batch"),
    ),
    VectorFunction(
        name="gpt_oss_swiglu",
        formula="a[i] * sigmoid(alpha * a[i]) * (b[i] + 1), a = min(x[0::2], limit), b = clip(x[1::2], -limit, limit)",
        value="vectors.gpt_oss_swiglu",
        parameters=(
            FunctionParameter("alpha", "1.702", "sharpness of the gate", valid="alpha > 0"),
            FunctionParameter("limit", "7", "where gate and value are cut off", valid="limit > 0"),
        ),
        keeps_length=False,
        aliases=("swigluoai", "swiglu_oai"),
        source="OpenAI 2025, gpt-oss; transformers, GptOssExperts",
        used_for="the experts of gpt-oss",
        notes=("x is cut into pairs of neighbours: gate first, value second",),
    ),
)


def _gated() -> Iterator[VectorFunction]:
    second = "value first, gate second, as in torch, JAX, Keras and MLX"
    first = "gate first, value second, as in timm's SwiGLUPacked and in gate_proj, up_proj of Transformers"
    other = "gate first, value second, as swiglu here; public code that packs both has mostly the value first"
    use = "feed-forward layers of language models"
    for name, formula, order in (
        ("glu", "a[i] * sigmoid(b[i])", second),
        ("swiglu", "silu(a[i]) * b[i]", f"{first}; ONNX takes two inputs, A the gate"),
        ("geglu", "gelu(a[i]) * b[i]", other),
        ("reglu", "max(a[i], 0) * b[i]", other),
        ("bilinear", "a[i] * b[i]", "both halves alike"),
    ):
        yield VectorFunction(
            name=name,
            formula=formula,
            value=f"vectors.{name}",
            jacobian=f"vectors.{name}_jacobian",
            keeps_length=False,
            source=("Dauphin et al. 2017, arXiv 1612.08083" if name == "glu" else "Shazeer 2020, arXiv 2002.05202"),
            used_for="gated convolutions and feed-forward layers" if name == "glu" else use,
            notes=(f"{_HALVES}; {order}",),
        )


VECTORS = (*SOFTMAXES, *SUMS, *_gated())

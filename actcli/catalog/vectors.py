"""Functions of a whole vector: softmax, its logarithm, maxout."""

from actcli.catalog.function import FunctionParameter, VectorFunction

_TEMPERATURE = FunctionParameter("temperature", "1", "divides the logits", valid="temperature > 0")

VECTORS = (
    VectorFunction(
        name="softmax",
        formula="exp(x[i] / temperature) / sum(exp(x / temperature))",
        value="softmax.softmax",
        jacobian="softmax.softmax_jacobian",
        parameters=(_TEMPERATURE,),
        aliases=("softargmax",),
        source="Boltzmann 1868; Bridle 1990",
        used_for="probabilities of classes that exclude each other, attention",
    ),
    VectorFunction(
        name="log_softmax",
        formula="x[i] / temperature - log(sum(exp(x / temperature)))",
        value="softmax.log_softmax",
        parameters=(_TEMPERATURE,),
        aliases=("logsoftmax",),
        source="the logarithm of softmax; torch.nn.LogSoftmax",
        used_for="losses on classes that exclude each other",
    ),
    VectorFunction(
        name="maxout",
        formula="max(x[i*groups], ..., x[i*groups + groups - 1])",
        value="softmax.maxout",
        parameters=(
            FunctionParameter(
                "groups", "2", "how many neighbours share one maximum", ours=True, valid="groups >= 1", whole=True
            ),
        ),
        keeps_length=False,
        source="Goodfellow et al. 2013, arXiv 1302.4389",
        used_for="hidden layers that learn their own piecewise linear activation",
    ),
)

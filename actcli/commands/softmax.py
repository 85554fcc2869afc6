"""`actcli softmax`: probabilities, and what one asks of a softmax."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from actcli.commands.chunks import answered_chunks, cut, is_certified, jacobian_answer, vector_by_vector
from actcli.errors import UsageError
from actcli.inputs.reading import Reading
from actcli.inputs.sources import open_values
from actcli.inputs.tokens import number
from actcli.kernels.losses import cross_entropy, squared_error
from actcli.kernels.softmaxes import log_softmax, softmax_jacobian
from actcli.kernels.softmaxes import softmax as probabilities
from actcli.kernels.sparse import hardmax
from actcli.options.arguments import Values
from actcli.options.logits import Log, Loss, LossName, OneHot, Target, Temperature
from actcli.options.numbers import Exact, Jacobian
from actcli.options.output import World
from actcli.results import Answer, Chunk, Field, Header, Result, Vectors

Floats = NDArray[np.float64]

_FORMULAS = {
    "probability": "exp(x[i] / temperature) / sum(exp(x / temperature))",
    "log_probability": "x[i] / temperature - log(sum(exp(x / temperature)))",
    "one_hot": "1 for the first largest x[i], 0 for the others",
}


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of each vector of logits."""

    main: str
    temperature: float
    jacobian: bool
    target: int | None
    loss: LossName

    def kernel(self) -> Callable[[Floats], Floats]:
        """From logits to what the main column holds."""
        if self.main == "one_hot":
            return hardmax
        of_logits = probabilities if self.main == "probability" else log_softmax
        return lambda x: of_logits(x, temperature=self.temperature)

    def fields(self, *, is_text: bool) -> tuple[Field, ...]:
        """The answers in the order of a row; beside a loss or a Jacobian the probabilities are a detail."""
        asked: list[Field] = []
        if self.target is not None:
            asked += [Field("loss", per="vector"), Field("gradient")]
        if self.jacobian:
            asked.append(Field("jacobian", per="pair"))
        return (Field(self.main, detail=bool(asked), is_text=is_text), *asked)


def softmax(
    world: World,
    reading: Reading,
    values: Values = None,
    temperature: Temperature = None,
    log: Log = False,
    one_hot: OneHot = False,
    jacobian: Jacobian = False,
    target: Target = None,
    loss: Loss = None,
    exact: Exact = False,
) -> Result:
    """The probabilities that the logits VALUES stand for."""
    temperature = 1.0 if temperature is None else temperature
    _check(temperature, log, one_hot, jacobian, target, loss)
    main = "one_hot" if one_hot else "log_probability" if log else "probability"
    certified = is_certified(world, exact)
    if certified and (one_hot or jacobian or target is not None):
        raise UsageError("only probabilities and their logarithms are certified", "leave out the other options")
    question = _Question(main, temperature, jacobian, _class(target), loss or "cross-entropy")
    opened = open_values(values or (), reading, world.terminal, stdin_by_default=True)
    settings: dict[str, object] = {"temperature": temperature}
    if question.target is not None:
        settings |= {"target": question.target, "loss": question.loss}
    header = Header(
        command="softmax",
        cards=({"name": "softmax", "formula": _FORMULAS[main], "parameters": {"temperature": temperature}},),
        fields=question.fields(is_text=certified and world.presentation.digits is not None),
        settings=settings,
    )
    if certified:
        return Result(opened.described(header), _certified_chunks(question, opened.blocks, world.presentation.digits))
    rows = 1 if jacobian else None
    return Result(opened.described(header), answered_chunks(opened, partial(_answer, question), rows))


def _check(temperature: float, log: bool, one_hot: bool, jacobian: bool, target: str | None, loss: str | None) -> None:
    if not 0 < temperature < np.inf:
        cure = "--one-hot is the limit as it falls to 0" if temperature == 0 else "write a number above 0"
        raise UsageError(f"--temperature {temperature:g} is not above 0 and finite", cure)
    if log and one_hot:
        raise UsageError("--log and --one-hot cannot stand together", "leave out one of them")
    if (log or one_hot) and (target is not None or jacobian):
        given = "--log" if log else "--one-hot"
        raise UsageError(f"{given} cannot stand beside --target or --jacobian", f"leave out {given}")
    if loss and target is None:
        raise UsageError("--loss needs the true class", "name it with --target K, counted from 0")


def _class(target: str | None) -> int | None:
    if target is None:
        return None
    index = number(target)
    if index is None or index != index // 1 or index < 0:
        raise UsageError(f"--target '{target}' is not a class", "write its index, counted from 0: --target 2")
    return int(index)


def _answer(question: _Question, vectors: Vectors) -> Answer:
    _, main = vector_by_vector(question.kernel(), vectors)
    columns: dict[str, Floats] = {question.main: main}
    if question.target is not None:
        columns |= _loss(question, question.target, vectors)
    if question.jacobian:
        kernel = partial(softmax_jacobian, temperature=question.temperature)
        columns |= jacobian_answer(kernel, vectors).columns
    return Answer(vectors.lengths, columns)


def _certified_chunks(question: _Question, blocks: Iterable[Vectors], digits: int | None) -> Iterator[Chunk]:
    from actcli.commands.certified import Softmax, softmax_column

    of = Softmax.probability if question.main == "probability" else Softmax.log_probability
    for first, vector in enumerate(cut(blocks, 1)):
        column = softmax_column(vector.values, question.temperature, of, digits)
        yield Chunk(vector, (Answer(vector.lengths, {question.main: column}),), first)


def _loss(question: _Question, target: int, vectors: Vectors) -> dict[str, Floats]:
    shortest = int(vectors.lengths[vectors.lengths > 0].min(initial=target + 1))
    if shortest <= target:
        raise ValueError(f"{shortest} classes, the last of which is {shortest - 1}: no --target {target}")
    both = cross_entropy if question.loss == "cross-entropy" else squared_error
    temperature = question.temperature
    counts, answers = vector_by_vector(lambda x: both(x, target, temperature=temperature)[0][..., None], vectors)
    losses = np.full(len(counts), np.nan)  # a blank line has no loss
    losses[counts > 0] = answers
    _, gradients = vector_by_vector(lambda x: both(x, target, temperature=temperature)[1], vectors)
    return {"loss": losses, "gradient": gradients}

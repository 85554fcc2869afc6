"""`actcli softmax`: probabilities, and what one asks of a softmax."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import product

from actcli.commands.chunks import answered_chunks, cut, is_certified
from actcli.commands.edges import REFERENCE, watched, with_reference
from actcli.commands.questions import Question
from actcli.commands.rounding import in_type
from actcli.commands.targets import Target, read_target
from actcli.errors import UsageError, printable
from actcli.inputs.reading import Reading
from actcli.inputs.sources import Input, open_values
from actcli.options.arguments import Values
from actcli.options.logits import (
    Labels,
    Log,
    Loss,
    OneHot,
    Reference,
    Temperature,
    Top,
)
from actcli.options.logits import Target as TargetOption
from actcli.options.numbers import Exact, Jacobian
from actcli.options.output import World
from actcli.render.presentation import tells_details
from actcli.results import Answer, Chunk, Header, Result, Summary, Vectors, joined

_FORMULAS = {
    "probability": "exp(x[i] / temperature) / sum(exp(x / temperature))",
    "log_probability": "x[i] / temperature - log(sum(exp(x / temperature)))",
    "one_hot": "1 for the first largest x[i], 0 for the others",
}

_SWEPT = "several temperatures"

# Options that cannot stand together: any of the first with any of the second.
_APART = (
    (("--log", "--one-hot"), ("--target", "--target-column", "--jacobian")),
    (("--log",), ("--one-hot",)),
    (("--top",), ("--one-hot", "--target", "--target-column", "--jacobian")),
    (("--target",), ("--target-column",)),
    ((_SWEPT,), ("--log", "--one-hot", "--top", "--jacobian")),
)
_UNCERTIFIED = ("--one-hot", "--jacobian", "--target", "--target-column", "--top", _SWEPT)


def softmax(
    world: World,
    reading: Reading,
    values: Values = None,
    temperature: Temperature = None,
    log: Log = False,
    one_hot: OneHot = False,
    top: Top = None,
    jacobian: Jacobian = False,
    target: TargetOption = None,
    loss: Loss = None,
    reference: Reference = False,
    labels: Labels = None,
    exact: Exact = False,
) -> Result:
    """The probabilities that the logits VALUES stand for.

    Two classes are a sigmoid: `actcli softmax 2 -1` is `actcli eval sigmoid 3` and its complement. A constant
    that is added to all logits changes nothing: `actcli softmax 1e300 1e300` is `actcli softmax 0 0`.

    At the edges: a logit of +inf takes all, several share it alike; -inf has probability 0, a vector of -inf alone
    is NaN, with a warning; a vector that holds NaN is NaN.
    """
    certified = is_certified(world, exact, reading.precision)
    question = Question(
        main="one_hot" if one_hot else "log_probability" if log else "probability",
        temperatures=temperature.each if temperature else (1.0,),
        loss=loss or "cross-entropy",
        top=top,
        jacobian=jacobian,
        in_full=tells_details(world.presentation, world.terminal.stdout_is_tty) and not certified,
        is_text=certified and world.presentation.digits is not None,
    )
    given: dict[str, object] = {
        "--log": log,
        "--one-hot": one_hot,
        "--top": top,
        "--jacobian": jacobian,
        "--loss": loss,
    }
    given |= {"--target": target, "--target-column": reading.target_column, _SWEPT: question.is_swept}
    _check(given, certified)
    opened = open_values(values or (), reading, world.terminal, stdin_by_default=True)
    summary = Summary()
    opened, question = _labelled(opened, question, labels, reference, summary)
    if target or reading.target_column:
        question = question._replace(target=read_target(target, opened.labels) if target else Target(opened.labels))
    header = opened.described(_header(question, reading.target_column, reference))
    if certified:
        chunks = _certified_chunks(question, opened.blocks, world.presentation.digits)
        return in_type(Result(header, chunks, summary), reading.precision)
    answers = [partial(question.answer, each) for each in question.temperatures]
    return in_type(Result(header, answered_chunks(opened, answers, question.rows), summary), reading.precision)


def _check(given: Mapping[str, object], certified: bool) -> None:
    for firsts, seconds in _APART:
        for first, second in product(firsts, seconds):
            if given[first] and given[second]:
                raise UsageError(f"{first} and {second} cannot stand together", "leave out one of them")
    if given["--loss"] and not (given["--target"] or given["--target-column"]):
        raise UsageError("--loss needs the true class", "name it with --target K, counted from 0")
    uncertified = [name for name in _UNCERTIFIED if given[name]]
    if certified and uncertified:
        cure = f"leave out {uncertified[0]}"
        raise UsageError(f"only probabilities and their logarithms are certified, not {uncertified[0]}", cure)


def _labelled(
    opened: Input, question: Question, labels: str | None, reference: bool, summary: Summary
) -> tuple[Input, Question]:
    """The input with the class of reference and all names; the question with their number, where the user gave them."""
    names = tuple(name.strip() for name in labels.split(",")) if labels else opened.labels
    blocks: Iterable[Vectors] = joined(opened.blocks)
    if reference:
        blocks, names = map(with_reference, blocks), (*names, REFERENCE) if names else ()
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"the label '{printable(twice)}' stands for two classes", "give each class a name of its own")
    if labels:
        question = question._replace(classes=len(names))
    shape = opened.shape if not reference and question.top is None else None
    blocks = watched(blocks, summary, is_typed=opened.is_typed)
    return opened._replace(blocks=blocks, labels=names, shape=shape), question


def _header(question: Question, target_column: str | None, reference: bool) -> Header:
    several: object = list(question.temperatures) if question.is_swept else question.temperatures[0]
    settings: dict[str, object] = {"temperature": several}
    if question.top is not None:
        settings["top"] = question.top
    if reference:
        settings["reference"] = True
    if question.target:
        settings |= question.target.settings(target_column) | {"loss": question.loss}
    formula = _FORMULAS[question.main]
    return Header(
        command="softmax",
        cards=tuple(
            {"name": "softmax", "formula": formula, "parameters": {"temperature": each}}
            for each in question.temperatures
        ),
        fields=question.fields(),
        headings={"x": "logit"},
        settings=settings,
    )


def _certified_chunks(question: Question, blocks: Iterable[Vectors], digits: int | None) -> Iterator[Chunk]:
    from actcli.commands.certified import Softmax, softmax_column

    of = Softmax.probability if question.main == "probability" else Softmax.log_probability
    for first, vector in enumerate(cut(blocks, 1)):
        column = softmax_column(vector, question.temperatures[0], of, digits)
        yield Chunk(vector, (Answer(vector.lengths, {question.main: column}),), first)

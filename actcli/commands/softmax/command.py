"""`actcli softmax`: probabilities, and what one asks of a softmax."""

from collections.abc import Iterable, Iterator
from functools import partial

from actcli.commands.pipeline import answered_chunks, cut, described, rounded
from actcli.commands.softmax.query import REFERENCE, SoftmaxQuery, shares_obeying, with_reference
from actcli.commands.softmax.targets import Target, read_target
from actcli.errors import UsageError, printable
from actcli.inputs.number import listed_names
from actcli.inputs.options import InputOptions
from actcli.inputs.sources import Source, open_values
from actcli.options import (
    Exact,
    Excludes,
    Fit,
    IgnoreIndex,
    Jacobian,
    Labels,
    Log,
    Loss,
    Needs,
    OneHot,
    Probabilities,
    Reference,
    Smooth,
    Temperature,
    Top,
    Values,
    check,
)
from actcli.options import Target as TargetOption
from actcli.output import NUMBERS, Answers, Output, OutputOptions
from actcli.results import Accumulator, Answer, Chunk, Header, Result, Vectors, joined
from actcli.results.accumulators import LogitVectors, SumsOfShares
from actcli.results.messages import note

_FORMULAS = {
    "probability": "exp(x[i] / temperature) / sum(exp(x / temperature))",
    "log_probability": "x[i] / temperature - log(sum(exp(x / temperature)))",
    "one_hot": "1 for the first largest x[i], 0 for the others",
}

_FORMULAS_OF_SHARES = _FORMULAS | {
    "probability": "x[i]**(1 / temperature) / sum(x**(1 / temperature))",
    "log_probability": "log(x[i]) / temperature - log(sum(x**(1 / temperature)))",
}

_SWEPT = "several temperatures"

_WITHOUT_BINS = ("csv", "tsv")  # of totals: a row a softmax has no room for rows of bins

_RULES = (
    Excludes(("--fit",), ("--temperature", "--log", "--one-hot", "--top", "--jacobian")),
    Excludes(("--fit",), ("--loss mse",), "cross-entropy and KL divergence have one temperature of least loss"),
    Excludes(("--log", "--one-hot"), ("--target", "--target-column", "--jacobian")),
    Excludes(("--log",), ("--one-hot",)),
    Excludes(("--probabilities",), ("--reference", "--jacobian"), "it is about logits"),
    Excludes(("--one-hot",), ("--temperature",), "the largest logit is the same at every temperature"),
    Excludes(("--top",), ("--one-hot", "--target", "--target-column", "--jacobian")),
    Excludes(("--target",), ("--target-column",)),
    Excludes((_SWEPT,), ("--log", "--top", "--jacobian")),
    Needs(
        ("--fit",),
        ("--target", "--target-column"),
        "needs the true classes",
        "name their column with --target-column COLUMN",
    ),
    Needs(
        ("--smooth",),
        ("--target", "--target-column"),
        "needs a target to smooth",
        "name the true class with --target K, counted from 0",
    ),
    Needs(
        ("--ignore-index",),
        ("--target-column",),
        "is for classes in a column",
        "name the column with --target-column COLUMN",
    ),
    Needs(
        ("--loss",),
        ("--target", "--target-column"),
        "needs the true class",
        "name it with --target K, counted from 0",
    ),
    Excludes(
        ("certified digits",),
        ("--one-hot", "--jacobian", "--target", "--target-column", "--top", "--probabilities", _SWEPT),
        "only probabilities and their logarithms are certified",
    ),
)


def softmax(
    output_options: OutputOptions,
    input_options: InputOptions,
    values: Values = None,
    probabilities: Probabilities = False,
    temperature: Temperature = None,
    log: Log = False,
    one_hot: OneHot = False,
    top: Top = None,
    jacobian: Jacobian = False,
    target: TargetOption = None,
    loss: Loss = None,
    smooth: Smooth = None,
    fit: Fit = False,
    ignore_index: IgnoreIndex = None,
    reference: Reference = False,
    labels: Labels = None,
    exact: Exact = False,
) -> tuple[Result, Output]:
    """The probabilities that the logits VALUES stand for.

    Two classes are a sigmoid: `actcli softmax 2 -1` is `actcli eval sigmoid 3` and its complement. A constant
    that is added to all logits changes nothing: `actcli softmax 1e300 1e300` is `actcli softmax 0 0`.

    Boltzmann's view: logits are energies below 0; energies 0, 1 and 2 at kT = 2 are
    `actcli softmax 0 -1 -2 --temperature 2`; `actcli eval softmin:temperature=2 0,1,2` takes them as they are. The
    exponential family's view is --reference: logits are then natural parameters, log-odds against a last class.

    At the edges: a logit of +inf takes all, several share it alike; -inf has probability 0, a vector of -inf alone
    is NaN, with a warning; a vector that holds NaN is NaN.
    """
    temperatures = temperature.each if temperature else (1.0,)
    is_swept = len(temperatures) > 1
    dtype = input_options.number_type
    # One row a vector, unless there are several, or numbers that say nothing without their index.
    answers: Answers = "values" if is_swept or jacobian or top is not None or labels else "vectors"
    if fit:
        answers = "totals"
    output = output_options.settle(answers, can_certify=True, exact=exact, dtype=dtype)
    given = {
        "--probabilities": probabilities,
        "--reference": reference,
        "--log": log,
        "--one-hot": one_hot,
        "--temperature": temperature is not None,
        "--top": top,
        "--jacobian": jacobian,
        "--loss": loss,
        "--loss mse": loss == "mse",
        "--smooth": smooth,
        "--fit": fit,
        "--ignore-index": ignore_index is not None,
        "--target": target,
        "--target-column": input_options.target_column,
        _SWEPT: is_swept,
        "certified digits": output.is_certified,
    }
    check(given, _RULES)
    if labels and not (target or input_options.target_column) and output.format in ("plain", *NUMBERS):
        cure = "--format tsv has a column for them"
        raise UsageError(f"--labels names classes, and {output.format} has no room for names", cure)
    source = open_values(values or (), input_options, output.terminal, stdin_by_default=True)
    source = source.answered_in(output.raw_type)
    names = _names(labels, source.labels, reference)
    blocks: Iterable[Vectors] = joined(source.blocks)
    if reference:
        blocks = map(with_reference, blocks)
    if probabilities:
        blocks = shares_obeying(blocks, input_options.on_error)
    # A class more, or fewer, and the answer no longer has the shape of the input.
    shape = source.shape if not reference and top is None else None
    true_class = read_target(target, names) if target else None
    if input_options.target_column:
        true_class = Target(names, ignored=ignore_index, on_error=input_options.on_error)
        blocks = true_class.obeying(blocks)
    if true_class and smooth:
        true_class = true_class._replace(smooth=smooth)
    source = source._replace(blocks=iter(blocks), labels=names, shape=shape)
    if true_class and fit:
        from actcli.commands.softmax.fit import fitted, held

        chunks_held = held(source, true_class, of_shares=probabilities)
        temperatures = (1.0, fitted(chunks_held, true_class, of_shares=probabilities))
        source = source._replace(blocks=iter([chunk.vectors for chunk in chunks_held]))
    query = SoftmaxQuery(
        main="one_hot" if one_hot else "log_probability" if log else "probability",
        temperatures=temperatures,
        loss=loss or "cross-entropy",
        target=true_class,
        top=top,
        jacobian=jacobian,
        of_shares=probabilities,
        has_steps=output.is_drawn
        and not (log or one_hot or jacobian or is_swept or true_class or probabilities)
        and not output.is_certified,
        classes=len(names) if labels else None,
        in_full=output.has_details and not output.is_certified,
        in_rows=output.is_tidy,
        is_total=output.is_totals and not output.is_certified,
        is_certified=output.is_certified,
        is_text=output.is_certified and output.digits is not None,
    )
    header = described(_header(query, input_options.target_column, reference), source, dtype)
    if output.format == "plain" and true_class and not (is_swept or jacobian):
        header = header._replace(messages=(*header.messages, note("order_of_numbers", names=header.answers)))
    if query.is_total and query.is_scored and output.format in _WITHOUT_BINS:
        header = header._replace(messages=(*header.messages, note("bins_left_out", name=output.format)))
    accumulators: list[Accumulator] = [LogitVectors(is_typed=source.is_typed)]
    if probabilities:
        accumulators.append(SumsOfShares())
    has_totals = output.is_totals or output.format == "json"
    if (has_totals or output.is_drawn) and not output.is_certified:
        accumulators += _scores(query, has_totals=has_totals)
    if output.is_certified:
        chunks = _certified_chunks(query, source, output.digits)
    else:
        chunks = answered_chunks(
            source, [partial(query.answer, each) for each in temperatures], query.fields(), query.rows
        )
    return Result(header, chunks, accumulators), output


def _scores(query: SoftmaxQuery, *, has_totals: bool) -> Iterator[Accumulator]:
    """What totals say of the softmaxes at each temperature, and a table beneath its rows of their losses."""
    from actcli.results.scores import MOST_HELD, Calibration, Confidence, LeftOutVectors

    count = len(query.temperatures)
    for place in range(count):
        if query.target:
            yield Calibration(place, MOST_HELD // count)
        if has_totals and (query.is_total or query.has_spread):
            yield Confidence(place)
        if query.target or query.is_total or query.has_spread:
            yield LeftOutVectors(place, has_classes=query.is_scored)


def _names(labels: str | None, known: tuple[str, ...], reference: bool) -> tuple[str, ...]:
    """The names of the classes, as the user or the input gives them, and that of the class of reference."""
    names = tuple(listed_names(labels)) if labels else known
    if reference and names:
        names = (*names, REFERENCE)
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"the label '{printable(twice)}' stands for two classes", "give each class a name of its own")
    return names


def _header(query: SoftmaxQuery, target_column: str | None, reference: bool) -> Header:
    settings: dict[str, object] = {"temperature": list(query.temperatures) if query.is_swept else query.temperatures[0]}
    if query.top is not None:
        settings["top"] = query.top
    if reference:
        settings["reference"] = True
    if query.target:
        settings |= query.target.settings(target_column) | {"loss": query.loss}
    if query.of_shares:
        settings["probabilities"] = True
    formula = (_FORMULAS_OF_SHARES if query.of_shares else _FORMULAS)[query.main]
    return Header(
        command="softmax",
        descriptions=tuple(
            {"name": "softmax", "formula": formula, "parameters": {"temperature": each}} for each in query.temperatures
        ),
        fields=query.fields(),
        headings={"x": "given" if query.of_shares else "logit"},
        has_masks=True,
        settings=settings,
    )


def _certified_chunks(query: SoftmaxQuery, source: Source, digits: int | None) -> Iterator[Chunk]:
    from actcli.commands.certified import Softmax, softmax_column

    of = Softmax.probability if query.main == "probability" else Softmax.log_probability
    for first, vector in enumerate(cut(source.blocks, 1)):
        column = softmax_column(vector, query.temperatures[0], of, digits)
        answer = rounded(Answer(vector.lengths, {query.main: column}), vector.number_type, query.fields())
        yield Chunk(vector, (answer,), first)

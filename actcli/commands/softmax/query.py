"""What `softmax` computes for each vector of logits, and the fields that hold it."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers, Numbers, distinct
from actcli.commands.pipeline import LARGEST_SIDE, check_side
from actcli.commands.softmax.targets import GRADIENT_TERMS, Target, loss_columns, loss_fields
from actcli.inputs.options import OnError
from actcli.numerics.softmaxes import Logarithms, exponentials, hardmax, log_softmax, softmax, softmax_jacobian
from actcli.options import LossName
from actcli.results import Answer, Field, Vectors
from actcli.results.accumulators import sums_of
from actcli.results.vectors import IGNORED

REFERENCE = "reference"


def with_reference(vectors: Vectors) -> Vectors:
    """The same vectors with a last entry of 0; a blank line stays one.

    Source: the multinomial in exponential form, Bishop 2006, Pattern Recognition and Machine Learning, section 2.4.
    """
    filled = vectors.lengths > 0
    ends = np.cumsum(vectors.lengths)[filled]
    return vectors._replace(
        values=np.insert(vectors.values, ends, 0.0),
        lengths=vectors.lengths + filled,
        replaced=None if vectors.replaced is None else np.insert(vectors.replaced, ends, False),
    )


Logits = Floats | Logarithms

# From rows of logits (rows, n) and the class they have in common to columns: (rows,), (rows, n) or (rows, n, n).
Work = Callable[[Floats, int], Mapping[str, Numbers]]


def in_groups(
    vectors: Vectors, classes: Integers, work: Work, fields: Sequence[Field], lengths: Integers
) -> dict[str, Numbers]:
    """The columns of all vectors end to end, each number in the place of its vector, which gives `lengths` values.

    A blank line has no values; its one number per vector is NaN, or -1 where it is an index.
    """
    sizes = {"vector": np.ones_like(vectors.lengths), "value": lengths, "pair": lengths**2}
    columns: dict[str, Numbers] = {}
    starts = vectors.starts()
    for rows in _groups(vectors.lengths, classes):
        width, one = int(vectors.lengths[rows[0]]), int(classes[rows[0]])
        are_all = len(rows) == len(vectors.lengths)
        x = vectors.values.reshape(-1, width) if are_all else vectors.values[starts[rows][:, None] + np.arange(width)]
        for name, answers in work(x, one).items():
            if are_all:
                columns[name] = answers.reshape(-1)
                continue
            counts = sizes[("vector", "value", "pair")[answers.ndim - 1]]
            if name not in columns:
                blank = -1 if answers.dtype.kind == "i" else np.nan
                columns[name] = np.full(int(counts.sum()), blank, answers.dtype)
            places = (np.cumsum(counts) - counts)[rows][:, None] + np.arange(answers[0].size)
            columns[name][places] = answers.reshape(len(rows), -1)
    # Blank lines alone belong to no group.
    alone = [field for field in fields if field.name not in columns]
    return columns | {field.name: np.full(int(sizes[field.per].sum()), np.nan) for field in alone}


def _groups(lengths: Integers, classes: Integers) -> Iterator[NDArray[np.intp]]:
    """The rows of each length and class, blank lines left out."""
    least = int(classes.min(initial=0))
    keys = np.where(lengths > 0, lengths * (classes.max(initial=-1) - least + 1) + classes - least, -1)
    for key in distinct(keys[keys >= 0]).tolist():
        yield np.flatnonzero(keys == key)


# What a sum of probabilities may lack or have too much: such as two or three digits of each leave.
_MOST_OFF = 0.01


def check_shares(vectors: Vectors) -> None:
    """Raise ValueError where a vector holds no probabilities; NaN, in place of a bad token, passes."""
    bad = _no_shares(vectors)
    if bad.any():
        raise ValueError(_problem_of_shares(vectors, int(bad.argmax())))


def shares_obeying(blocks: Iterable[Vectors], on_error: OnError) -> Iterator[Vectors]:
    """The same vectors; those that hold no probabilities are left out, or become NaN, as on_error has it."""
    for block in blocks:
        bad = _no_shares(block) if on_error != "stop" else np.zeros(0, np.bool_)
        if not bad.any():
            yield block
            continue
        problem = _problem_of_shares(block, int(bad.argmax()))
        if on_error == "skip":
            yield block.with_faults(bad, problem, skipped=int(np.count_nonzero(bad))).chosen(~bad)
        else:
            yield block.with_faults(bad, problem, replaced=int(block.lengths[bad].sum())).undefined(bad)


def _no_shares(vectors: Vectors) -> NDArray[np.bool_]:
    """Which vectors hold a number below 0, or numbers whose sum is not 1; NaN and blank lines pass."""
    bad = np.zeros(len(vectors.lengths), np.bool_)
    bad[vectors.lengths > 0] = np.abs(sums_of(vectors) - 1) > _MOST_OFF
    bad[np.repeat(np.arange(len(bad)), vectors.lengths)[vectors.values < 0]] = True
    return bad


def _problem_of_shares(vectors: Vectors, row: int) -> str:
    """What is wrong with a vector that holds no probabilities."""
    values = vectors.values[vectors.starts()[row] :][: vectors.lengths[row]]
    below = values[values < 0]
    if below.size:
        return f"{below[0]:g} is no probability; without --probabilities it is a logit"
    with np.errstate(over="ignore"):
        total = values.sum()
    return f"its sum is {total:g}, and that of probabilities 1; without --probabilities these are logits"


def _probability(x: Logits, temperature: float) -> Floats:
    if not isinstance(x, Logarithms):
        return softmax(x, temperature=temperature)
    from actcli.numerics.losses import tempered

    return tempered(x, temperature=temperature)


def _log_probability(x: Logits, temperature: float) -> Floats:
    if not isinstance(x, Logarithms):
        return log_softmax(x, temperature=temperature)
    from actcli.numerics.losses import log_tempered

    return log_tempered(x, temperature=temperature)


# From logits and a temperature to the main column.
_KERNELS: Mapping[str, Callable[[Logits, float], Floats]] = {
    "probability": _probability,
    "log_probability": _log_probability,
    "one_hot": lambda x, _temperature: hardmax(x.of if isinstance(x, Logarithms) else x),
}
_ROWS = 1 << 14  # of all temperatures together
_SPREAD = ("entropy", "entropy_nats", "perplexity", "margin", "top", "winner")


class SoftmaxQuery(NamedTuple):
    """What to compute for each vector of logits."""

    main: str
    """probability, log_probability or one_hot."""
    temperatures: tuple[float, ...]
    """One for each answer, all above 0."""
    loss: LossName
    """The loss, where there is a target."""
    target: Target | None = None
    """What the loss compares with; None where no loss is shown."""
    top: int | None = None
    """How many of the likeliest classes; None for all, in their order."""
    jacobian: bool = False
    """Whether the slopes of outputs in logits are shown."""
    of_shares: bool = False
    """Whether the input is probabilities, whose logarithms are the logits."""
    has_steps: bool = False
    """Whether the exponentials are shown that probabilities are shares of."""
    classes: int | None = None
    """How many every vector must have, if that is known."""
    in_full: bool = False
    """Whether the format shows details."""
    in_rows: bool = False
    """Whether it has a row a value, with room for a probability beside a loss."""
    is_total: bool = False
    """Whether only what accumulators add up is computed, without fields."""
    is_certified: bool = False
    """Whether every digit is to be proven."""
    is_text: bool = False
    """Whether the main column holds certified digits as text."""

    @property
    def is_swept(self) -> bool:
        """Whether several temperatures are asked for, a row each."""
        return len(self.temperatures) > 1

    @property
    def has_spread(self) -> bool:
        """Whether the answer says how the probabilities are spread."""
        return self.is_swept or (self.in_full and self.main != "one_hot")

    @property
    def is_scored(self) -> bool:
        """Whether each vector has a true class, so that accuracy and calibration count."""
        return self.target is not None and self.target.distribution is None

    def fields(self) -> tuple[Field, ...]:
        """The answers in the order of a row; in full the probabilities beside a loss, and how spread they are."""
        chosen: tuple[Field, ...] = ()
        if self.is_total:
            return chosen
        if self.is_swept:
            names = ("temperature", "entropy", "top", "winner", *(("loss",) if self.target else ()))
            chosen = tuple(Field(name, per="vector") for name in names)
        elif self.target:
            chosen = loss_fields(self.loss, in_full=self.in_full)
        if self.jacobian:
            chosen += (Field("jacobian", per="pair"),)
        has_main = self.in_full or not chosen or (self.in_rows and not (self.is_swept or self.jacobian))
        if not has_main:
            return chosen
        main = Field(
            self.main,
            detail=bool(chosen) and self.in_full,
            is_text=self.is_text,
            is_ranked=self.top is not None,
            is_certified=self.is_certified,
        )
        known = {field.name for field in chosen}
        spread = [name for name in _SPREAD if name not in known] if self.has_spread else ()
        if chosen and not self.in_full:
            return (main, *chosen)
        steps = (Field("exponential", detail=True, is_ranked=main.is_ranked),) if self.has_steps else ()
        return (*steps, main, *chosen, *(Field(name, per="vector", detail=True) for name in spread))

    @property
    def has_pairs(self) -> bool:
        """Whether n x n numbers are shown of a vector of n."""
        return any(field.per == "pair" for field in self.fields())

    @property
    def rows(self) -> int | None:
        """How many vectors to answer at a time where an answer is far larger than its vector, else None."""
        return 1 if self.has_pairs else _ROWS // len(self.temperatures) if self.is_swept else None

    def answer(self, temperature: float, vectors: Vectors) -> Answer:
        """The columns of the fields at one temperature, and where there is a target those that score it.

        Raises ValueError where a vector has too few or too many classes for what is asked of it, or holds no
        probabilities where they are the input.
        """
        if self.of_shares:
            check_shares(vectors)
        filled = vectors.lengths[vectors.lengths > 0]
        if self.classes is not None and (filled != self.classes).any():
            odd = int(filled[filled != self.classes][0])
            raise ValueError(f"{odd} classes, and {self.classes} labels")
        if self.jacobian:
            check_side(vectors)
        # Of a longer vector the terms of a gradient are too many, and the gradient itself is not.
        has_terms = int(vectors.lengths.max(initial=0)) <= LARGEST_SIDE
        fields = [field for field in self.fields() if has_terms or field.name != GRADIENT_TERMS]
        classes = self.target.classes(vectors) if self.target else np.zeros_like(vectors.lengths)
        lengths = vectors.lengths if self.top is None or self.is_total else np.minimum(vectors.lengths, self.top)
        columns = in_groups(vectors, classes, partial(self._columns, temperature), fields, lengths)
        if self.target and "loss" in columns:  # blank lines alone have none
            columns["class_loss"] = columns["loss"]
        if self.is_scored and "top" in columns:
            columns |= {"class": classes, "confidence": columns["top"], "predicted": columns["winner"]}
        return Answer(lengths, columns, ranks=columns.get("ranks"))

    def _columns(self, temperature: float, x: Floats, one: int) -> Mapping[str, Numbers]:
        """The columns of rows that have a length and a class in common."""
        logits = Logarithms(x) if self.of_shares else x
        columns: dict[str, Numbers] = {"temperature": np.full(len(x), temperature)} if self.is_swept else {}
        if self.has_steps:
            columns["exponential"] = exponentials(x, temperature=temperature)
        if any(field.name == self.main for field in self.fields()):
            columns[self.main] = _KERNELS[self.main](logits, temperature)
        if self.jacobian and not self.is_total:
            columns["jacobian"] = softmax_jacobian(x, temperature=temperature)
        if self.target:
            y = self.target.of(max(one, 0), x.shape[1])
            losses = loss_columns(self.loss, logits, y, temperature, in_full=self.in_full and not self.is_swept)
            if self.is_scored and one < 0:  # no class: none is known, or its loss is to be 0
                of_none = 0.0 if one == IGNORED else np.nan
                losses = {name: np.full(column.shape, of_none) for name, column in losses.items()}
            columns |= losses
        if self.target or self.has_spread or self.is_total:
            # The first of the largest logits; -1 where NaN leaves none.
            shares = columns[self.main] if self.main == "probability" and self.main in columns else None
            columns["top"] = (_probability(logits, temperature) if shares is None else shares).max(axis=1)
            columns["winner"] = np.where(np.isnan(columns["top"]), -1, x.argmax(axis=1))
        if self.has_spread:
            columns |= _spread(logits, temperature)
        elif self.is_total:
            from actcli.numerics.losses import entropy

            columns["entropy"] = entropy(logits, temperature=temperature) / math.log(2)
        if self.top is not None and not self.is_total:
            ranks = np.argsort(-x, axis=1, kind="stable")[:, : self.top]
            for name in (self.main, *(("exponential",) if self.has_steps else ())):
                columns[name] = np.take_along_axis(columns[name], ranks, axis=1)
            columns["ranks"] = ranks
        return columns


def _spread(x: Logits, temperature: float) -> Mapping[str, Numbers]:
    """How the probabilities are spread: entropy in bits and in nats, its exponential, and the margin of the winner."""
    from actcli.numerics.losses import entropy, margin

    nats = entropy(x, temperature=temperature)
    between = margin(x, temperature=temperature)
    return {"entropy": nats / math.log(2), "entropy_nats": nats, "perplexity": np.exp(nats), "margin": between}

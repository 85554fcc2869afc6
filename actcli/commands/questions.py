"""What is asked of each vector of logits, the fields that answer it, and the answer."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers, Numbers
from actcli.commands.chunks import check_side
from actcli.commands.groups import in_groups
from actcli.commands.targets import Target
from actcli.numerics.softmaxes import hardmax, log_softmax, softmax, softmax_jacobian
from actcli.options.logits import LossName
from actcli.results import Answer, Field, Vectors

# From logits and a temperature to the main column.
_KERNELS: Mapping[str, Callable[[Floats, float], Floats]] = {
    "probability": lambda x, temperature: softmax(x, temperature=temperature),
    "log_probability": lambda x, temperature: log_softmax(x, temperature=temperature),
    "one_hot": lambda x, _temperature: hardmax(x),
}
_ROWS = 1 << 14  # of all temperatures together
_ROW_OF_TEMPERATURE = ("temperature", "entropy", "top", "winner")
_SPREAD = ("entropy", "entropy_nats", "perplexity", "margin", "top", "winner")


class Question(NamedTuple):
    """What is asked of each vector of logits; `in_full` where the format tells details.

    `main` is probability, log_probability or one_hot; `classes` is how many every vector must have, if that is known.
    """

    main: str
    temperatures: tuple[float, ...]
    loss: LossName
    target: Target | None = None
    top: int | None = None
    jacobian: bool = False
    classes: int | None = None
    in_full: bool = False
    is_text: bool = False

    @property
    def is_swept(self) -> bool:
        """Whether several temperatures are asked for, a row each."""
        return len(self.temperatures) > 1

    def fields(self) -> tuple[Field, ...]:
        """The answers in the order of a row; in full the probabilities beside a loss, and how spread they are."""
        asked: tuple[Field, ...] = ()
        if self.is_swept:
            told = (*_ROW_OF_TEMPERATURE, *(("loss",) if self.target else ()))
            asked = tuple(Field(name, per="vector") for name in told)
        elif self.target:
            from actcli.commands.losses import loss_fields

            asked = loss_fields(self.loss, in_full=self.in_full)
        if self.jacobian:
            asked += (Field("jacobian", per="pair"),)
        if asked and not self.in_full:
            return asked
        main = Field(self.main, detail=bool(asked), is_text=self.is_text, is_ranked=self.top is not None)
        known = {field.name for field in asked}
        spread = [name for name in _SPREAD if name not in known] if self._tells_spread else ()
        return (main, *asked, *(Field(name, per="vector", detail=True) for name in spread))

    @property
    def has_pairs(self) -> bool:
        """Whether n x n numbers are told of a vector of n."""
        return any(field.per == "pair" for field in self.fields())

    @property
    def rows(self) -> int | None:
        """How many vectors to answer at a time where an answer is far larger than its vector, else None."""
        return 1 if self.has_pairs else _ROWS // len(self.temperatures) if self.is_swept else None

    @property
    def _tells_spread(self) -> bool:
        return self.is_swept or (self.in_full and self.main != "one_hot")

    def answer(self, temperature: float, vectors: Vectors) -> Answer:
        """The columns of the fields at one temperature, and the scores where there is a target.

        Raises ValueError where a vector has too few or too many classes for what is asked of it.
        """
        self._check(vectors)
        classes = self.target.classes(vectors) if self.target else np.zeros_like(vectors.lengths)
        lengths = vectors.lengths if self.top is None else np.minimum(vectors.lengths, self.top)
        columns = in_groups(vectors, classes, partial(self._columns, temperature), self.fields(), lengths)
        told, scores = _told(vectors), None
        if self.target and self.target.distribution is None and told.any():
            from actcli.results.scores import Scores

            scores = Scores(columns["loss"][told], columns["top"][told], columns["winner"][told] == classes[told])
        return Answer(lengths, columns, ranks=columns.get("ranks"), scores=scores)

    def _check(self, vectors: Vectors) -> None:
        filled = vectors.lengths[vectors.lengths > 0]
        if self.classes is not None and (filled != self.classes).any():
            odd = int(filled[filled != self.classes][0])
            raise ValueError(f"{odd} classes, and {self.classes} labels")
        if self.has_pairs:
            check_side(vectors)

    def _columns(self, temperature: float, x: Floats, one: int) -> Mapping[str, Numbers]:
        """The columns of rows that have a length and a class in common."""
        columns: dict[str, Numbers] = {"temperature": np.full(len(x), temperature)} if self.is_swept else {}
        if self.in_full or not (self.target or self.jacobian or self.is_swept):
            columns[self.main] = _KERNELS[self.main](x, temperature)
        if self.jacobian:
            columns["jacobian"] = softmax_jacobian(x, temperature=temperature)
        if self.target:
            from actcli.commands.losses import loss_columns  # kernels and all, for those who ask

            y = one if self.target.distribution is None else self.target.distribution
            columns |= loss_columns(self.loss, x, y, temperature, in_full=self.in_full and not self.is_swept)
        if self.target or self._tells_spread:
            columns |= _winners(x, temperature)
        if self._tells_spread:
            columns |= _spread(x, temperature)
        if self.top is not None:
            ranks = np.argsort(-x, axis=1, kind="stable")[:, : self.top]
            columns |= {"ranks": ranks, self.main: np.take_along_axis(columns[self.main], ranks, axis=1)}
        return columns


def _told(vectors: Vectors) -> NDArray[np.bool_]:
    """Which vectors hold what the input told: neither blank lines nor NaN in place of a bad token."""
    told = vectors.lengths > 0
    if vectors.stand_ins is not None:
        told[np.repeat(np.arange(len(told)), vectors.lengths)[vectors.stand_ins]] = False
    return told


def _winners(x: Floats, temperature: float) -> Mapping[str, Numbers]:
    """The largest probability, and whose it is: the first of the largest logits, -1 where NaN leaves none."""
    top = softmax(x, temperature=temperature).max(axis=1)
    winner: Integers = np.where(np.isnan(top), -1, x.argmax(axis=1))
    return {"top": top, "winner": winner}


def _spread(x: Floats, temperature: float) -> Mapping[str, Numbers]:
    """How the probabilities are spread: entropy in bits and in nats, its exponential, and the margin of the winner."""
    from actcli.numerics.losses import entropy, margin

    nats = entropy(x, temperature=temperature)
    between = margin(x, temperature=temperature)
    return {"entropy": nats / math.log(2), "entropy_nats": nats, "perplexity": np.exp(nats), "margin": between}

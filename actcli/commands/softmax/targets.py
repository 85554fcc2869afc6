"""The target of a softmax (a class, a distribution, or a class for each vector) and its loss."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.arrays import Floats, Integers
from actcli.commands.pipeline import LARGEST_SIDE, RefusalError
from actcli.errors import UsageError, listed, nearest_names, printable
from actcli.inputs.number import number, plain, shortened
from actcli.inputs.options import OnError
from actcli.inputs.words import read_words
from actcli.numerics.softmaxes import Logarithms
from actcli.options import LossName
from actcli.results import Field, Vectors
from actcli.results.accumulators import SUM_ROUNDING
from actcli.results.vectors import IGNORED, UNKNOWN

_MOST_INDEX = 2**53  # that a number names exactly


GRADIENT_TERMS = "gradient_terms"


class Target(NamedTuple):
    """One class, or one distribution, for all vectors; with neither each vector has its own, by index or by label."""

    labels: tuple[str, ...] = ()
    """The names of the classes, where they have some."""
    category: int | None = None
    """The class, counted from 0."""
    distribution: Floats | None = None
    """One probability for each class."""
    size: int | None = None
    """How many classes a distribution has, one that is certain of a class too."""
    smooth: float = 0.0
    """The share of each target that all classes get alike."""
    ignored: int | None = None
    """The class whose vectors have no loss, as PyTorch's ignore_index has it."""
    on_error: OnError = "stop"
    """What becomes of a vector whose label is no class."""

    @property
    def is_spread(self) -> bool:
        """Whether what the loss compares with is a distribution, be it a class that is smoothed."""
        return self.distribution is not None or self.smooth > 0

    def settings(self, column: str | None) -> dict[str, object]:
        """What shaped the answer: the column, the distribution or the class."""
        smooth = {"smooth": self.smooth} if self.smooth else {}
        if column is not None:
            return {"target_column": column, **smooth}
        return {"target": self.category if self.distribution is None else self.distribution.tolist(), **smooth}

    def of(self, category: int, size: int) -> int | Floats:
        """What the loss of a vector of so many classes compares with: its class, or a distribution.

        Smoothed, it is (1 - s) y + s/n: Szegedy et al. 2016, Rethinking the Inception Architecture, arXiv 1512.00567.
        """
        y = self.distribution
        if not self.smooth:
            return category if y is None else y
        y = np.eye(size)[category] if y is None else y
        return y * (1 - self.smooth) + self.smooth / size

    def classes(self, vectors: Vectors) -> Integers:
        """The class of each vector; raises ValueError where a vector has no such class.

        UNKNOWN for a blank line, a distribution and a label that is no class; IGNORED for that of --ignore-index.
        """
        lengths = vectors.lengths
        filled = lengths > 0
        if self.size is not None and (lengths[filled] != self.size).any():
            odd = int(lengths[filled & (lengths != self.size)][0])
            raise ValueError(f"{odd} classes, and --target speaks of {self.size}")
        if self.distribution is not None:
            return np.full(len(lengths), UNKNOWN)
        found = self._found(vectors)
        bad = self._bad(vectors, found)
        if bad.any() and self.on_error == "stop":
            row = int(bad.argmax())
            raise RefusalError(self._problem(vectors, found, row), self._cure(vectors, row))
        return np.where(filled & ~bad, found, UNKNOWN)

    def obeying(self, blocks: Iterable[Vectors]) -> Iterator[Vectors]:
        """The same vectors; those whose label is no class are left out, or counted as NaN, as on_error has it."""
        for block in blocks:
            bad = np.zeros(0, np.bool_)
            if block.targets is not None and self.on_error != "stop":
                found = self._found(block)
                bad = self._bad(block, found)
            if not bad.any():
                yield block
                continue
            problem = self._problem(block, found, int(bad.argmax()))
            number = int(np.count_nonzero(bad))
            if self.on_error == "skip":
                yield block.with_faults(bad, problem, skipped=number).chosen(~bad)
            else:
                yield block.with_faults(bad, problem, replaced=number)

    def _bad(self, vectors: Vectors, found: Integers) -> NDArray[np.bool_]:
        """Which vectors have a label that is no class, or one beyond their last."""
        bad: NDArray[np.bool_] = (vectors.lengths > 0) & ((found == UNKNOWN) | (found >= vectors.lengths))
        return bad

    def _problem(self, vectors: Vectors, found: Integers, row: int) -> str:
        """What is wrong with the label of a vector."""
        size, index = int(vectors.lengths[row]), int(found[row])
        if index != UNKNOWN or vectors.targets is None:
            return f"{size} classes, the last of which is {size - 1}: there is no {index}"
        known = f": the labels are {listed(self.labels)}" if self.labels else ""
        return f"'{shortened(str(vectors.targets[row]))}' is not a class{known}"

    def _cure(self, vectors: Vectors, row: int) -> str | None:
        """What to do where a label is an index below 0, as libraries mark what has no class."""
        label = "" if vectors.targets is None else str(vectors.targets[row]).strip()
        index = number(label)
        if index is None or index >= 0 or index % 1:
            return None
        return f"--ignore-index {index:.0f} leaves the vectors of that class out of every mean"

    def _found(self, vectors: Vectors) -> Integers:
        if self.category is not None:
            return np.full(len(vectors.lengths), self.category)
        if not len(vectors.lengths):  # a block that only tells of faults
            return np.zeros(0, np.int64)
        if vectors.targets is None:
            raise ValueError("its input has no columns, of which --target-column names one")
        names, places = np.unique(vectors.targets, return_inverse=True)
        rows = vectors.lengths > 0
        is_needed = np.zeros(len(names), np.bool_)
        is_needed[places[rows]] = True
        pairs = zip(names.tolist(), is_needed.tolist(), strict=True)
        return np.array([self._class(name) if needed else UNKNOWN for name, needed in pairs], np.int64)[places]

    def _class(self, name: str) -> int:
        if self.ignored is not None and number(name) == self.ignored:
            return IGNORED
        index = class_of(name, self.labels)
        return UNKNOWN if index is None or index > _MOST_INDEX else index


def class_of(name: str, labels: tuple[str, ...]) -> int | None:
    """The index of a class by its label or its number; None for anything else."""
    name = name.strip()
    if name in labels:
        return labels.index(name)
    index = number(name)
    return int(index) if index is not None and index >= 0 and index == index // 1 else None


def read_target(text: str, labels: tuple[str, ...]) -> Target:
    """Read a label, an index or a distribution; raises UsageError for anything else."""
    index = class_of(text, labels)
    if index is not None:
        return Target(labels, index)
    if "," not in plain(text):
        cure = "write its index, counted from 0: --target 1, its label, or a distribution: 0.2,0.8"
        raise UsageError(f"--target '{printable(text)}' is not a class{nearest_names(text, labels)}", cure)
    try:
        shares = read_words([text]).values
    except UsageError as error:
        raise UsageError(f"--target: {error.message}", error.hint, error.place) from error
    total = float(shares.sum())
    if not (shares >= 0).all():
        raise UsageError(f"--target {printable(text)} has an entry that is no probability", "write numbers from 0 on")
    if not abs(total - 1) <= SUM_ROUNDING:
        cure = "write the shares of a whole: 1/3,1/3,1/3"
        raise UsageError(f"--target {printable(text)} sums to {total:g}, and a distribution to 1", cure)
    if (shares == 1).sum() == 1 and np.count_nonzero(shares) == 1:  # certain: as accurate as the class itself
        return Target(labels, int(shares.argmax()), size=shares.size)
    return Target(labels, distribution=shares / total, size=shares.size)


def loss_fields(loss: LossName, *, in_full: bool) -> tuple[Field, ...]:
    """The fields of a loss; in full also the terms that it and, for mse, each entry of its gradient sum up.

    In full, cross-entropy and KL divergence are also given with the two distributions swapped.
    """
    answer = (Field("loss", per="vector"), Field("gradient"))
    if not in_full:
        return answer
    terms = (Field("target", detail=True), Field("loss_terms", detail=True))
    if loss == "mse":
        return (*terms, *answer, Field(GRADIENT_TERMS, per="pair", detail=True))
    both = ("cross_entropy", "cross_entropy_swapped", "kl", "kl_swapped")
    return (*terms, *answer, *(Field(name, per="vector", detail=True) for name in both))


def loss_columns(
    loss: LossName, logits: Floats | Logarithms, target: int | Floats, temperature: float, *, in_full: bool
) -> Mapping[str, Floats]:
    """The columns of `loss_fields` for rows of logits against a class or a distribution that they have in common.

    Rows of over LARGEST_SIDE logits have no gradient_terms.
    """
    from actcli.numerics import losses  # few ask for a loss

    kernel, terms = {
        "cross-entropy": (losses.cross_entropy, losses.cross_entropy_terms),
        "kl": (losses.kl_divergence, losses.kl_terms),
        "mse": (losses.squared_error, losses.squared_error_terms),
    }[loss]
    loss_of_each, gradient = kernel(logits, target, temperature=temperature)
    columns = {"loss": loss_of_each, "gradient": gradient}
    if not in_full:
        return columns
    x = np.asarray(logits.of if isinstance(logits, Logarithms) else logits)
    y = target if isinstance(target, np.ndarray) else (np.arange(x.shape[1]) == target).astype(np.float64)
    columns |= {
        "target": np.broadcast_to(y, x.shape),
        "loss_terms": terms(logits, y, temperature=temperature),
    }
    if loss == "mse":
        if x.shape[1] > LARGEST_SIDE:
            return columns
        return columns | {GRADIENT_TERMS: losses.squared_error_gradient_terms(logits, y, temperature=temperature)}
    is_kl = loss == "kl"
    other, _ = (losses.cross_entropy if is_kl else losses.kl_divergence)(logits, target, temperature=temperature)
    return columns | {
        "cross_entropy": other if is_kl else loss_of_each,
        "cross_entropy_swapped": losses.swapped_cross_entropy(logits, y, temperature=temperature),
        "kl": loss_of_each if is_kl else other,
        "kl_swapped": losses.swapped_kl_divergence(logits, y, temperature=temperature),
    }

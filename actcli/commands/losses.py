"""The loss of a softmax against its target: loss and gradient, and in full what they are made of."""

from collections.abc import Mapping

import numpy as np

from actcli.arrays import Floats
from actcli.numerics.losses import (
    cross_entropy,
    cross_entropy_terms,
    kl_divergence,
    kl_terms,
    squared_error,
    squared_error_gradient_terms,
    squared_error_terms,
    swapped_cross_entropy,
    swapped_kl_divergence,
)
from actcli.options.logits import LossName
from actcli.results import Field

_LOSSES = {"cross-entropy": cross_entropy, "kl": kl_divergence, "mse": squared_error}
_TERMS = {"cross-entropy": cross_entropy_terms, "kl": kl_terms, "mse": squared_error_terms}


def loss_fields(loss: LossName, *, in_full: bool) -> tuple[Field, ...]:
    """What a loss is told by; in full also the terms that it and, for mse, each entry of its gradient sum up.

    Cross-entropy and KL divergence stand in full beside what they are with the two distributions swapped.
    """
    answer = (Field("loss", per="vector"), Field("gradient"))
    if not in_full:
        return answer
    terms = (Field("target", detail=True), Field("loss_terms", detail=True))
    if loss == "mse":
        return (*terms, *answer, Field("gradient_terms", per="pair", detail=True))
    both = ("cross_entropy", "cross_entropy_swapped", "kl", "kl_swapped")
    return (*terms, *answer, *(Field(name, per="vector", detail=True) for name in both))


def loss_columns(
    loss: LossName, x: Floats, target: int | Floats, temperature: float, *, in_full: bool
) -> Mapping[str, Floats]:
    """The columns of `loss_fields` for rows of logits against a class or a distribution that they have in common."""
    losses, gradient = _LOSSES[loss](x, target, temperature=temperature)
    columns = {"loss": losses, "gradient": gradient}
    if not in_full:
        return columns
    y = target if isinstance(target, np.ndarray) else np.eye(x.shape[1])[target]
    columns |= {
        "target": np.broadcast_to(y, x.shape),
        "loss_terms": _TERMS[loss](x, y, temperature=temperature),
    }
    if loss == "mse":
        return columns | {"gradient_terms": squared_error_gradient_terms(x, y, temperature=temperature)}
    return columns | {
        "cross_entropy": cross_entropy(x, target, temperature=temperature)[0],
        "cross_entropy_swapped": swapped_cross_entropy(x, y, temperature=temperature),
        "kl": kl_divergence(x, target, temperature=temperature)[0],
        "kl_swapped": swapped_kl_divergence(x, y, temperature=temperature),
    }

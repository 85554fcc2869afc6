"""Losses of softmax against a class, with their gradients in the logits."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actcli.kernels.softmaxes import log_softmax, softmax

Floats = NDArray[np.float64]


def cross_entropy(logits: ArrayLike, target: int, *, temperature: float = 1.0) -> tuple[Floats, Floats]:
    """Cross-entropy of softmax(logits / T) against the class `target`, and its gradient in the logits.

    (..., n) gives (...) and (..., n). The loss is -log p_target, the gradient (p - y) / T with y one-hot; p - 1 at
    the target is the negative sum of the other probabilities, which keeps its digits where p is all but 1.
    """
    loss = -log_softmax(logits, temperature=temperature)[..., target]
    gradient = softmax(logits, temperature=temperature)
    gradient[..., target] = -_others(gradient, target)
    return loss + 0.0, gradient / temperature


def squared_error(logits: ArrayLike, target: int, *, temperature: float = 1.0) -> tuple[Floats, Floats]:
    """Half the squared distance of softmax(logits / T) from the one-hot class, and its gradient in the logits.

    (..., n) gives (...) and (..., n). With d = p - y the loss is sum(d**2) / 2, and the Jacobian of softmax makes
    the gradient p * (d - sum(p * d)) / T.
    """
    p = softmax(logits, temperature=temperature)
    distance = p.copy()
    distance[..., target] = -_others(p, target)
    loss = (distance**2).sum(axis=-1) / 2
    mean = (p * distance).sum(axis=-1, keepdims=True)
    return loss, p * (distance - mean) / temperature


def _others(p: Floats, target: int) -> Floats:
    return np.asarray(np.delete(p, target, axis=-1).sum(axis=-1))

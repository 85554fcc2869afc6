"""The dumps of the story of the dying ReLU: a small network trained twice, at a small and at a large learning rate.

Run with `python -m tests.make.dying_relu`: it needs NumPy alone, takes some seconds, and writes tests/data/dying-relu/.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[1] / "data" / "dying-relu"
RATES = (0.05, 0.15)
"""The learning rates, a small and a large one."""
CLASSES, INPUTS, UNITS, LAYERS = 10, 64, 32, 3
TRAINING, HELD_OUT, NOISE = 2_000, 200, 1.2
EPOCHS, BATCH, MOMENTUM = 20, 50, 0.9

Array = NDArray[np.float64]


def blobs(random: np.random.Generator, rows: int, middles: Array) -> tuple[Array, NDArray[np.int64]]:
    """Points scattered about the middle of their class, and the classes."""
    labels = random.integers(CLASSES, size=rows)
    return middles[labels] + NOISE * random.standard_normal((rows, INPUTS)), labels


def forward(weights: list[Array], biases: list[Array], x: Array) -> list[Array]:
    """The pre-activations of each layer, the last ones the logits."""
    found = []
    for weight, bias in zip(weights, biases, strict=True):
        found.append(x @ weight + bias)
        x = np.maximum(found[-1], 0.0)
    return found


def trained(rate: float, seed: int = 0) -> tuple[list[Array], float]:
    """Pre-activations of held-out points, layer by layer, after training at a learning rate, and the accuracy there.

    The weights begin with He's gain, and gradient descent has momentum.
    """
    random = np.random.default_rng(seed)
    middles = random.standard_normal((CLASSES, INPUTS)) / 2
    x, labels = blobs(random, TRAINING, middles)
    held_out, truth = blobs(random, HELD_OUT, middles)
    sizes = [INPUTS, *[UNITS] * LAYERS, CLASSES]
    weights = [random.standard_normal((n, m)) * np.sqrt(2 / n) for n, m in pairwise(sizes)]
    biases = [np.zeros(m) for m in sizes[1:]]
    changes = [np.zeros_like(each) for each in (*weights, *biases)]
    for _ in range(EPOCHS):
        for rows in np.split(random.permutation(TRAINING), TRAINING // BATCH):
            before = forward(weights, biases, x[rows])
            logits = before.pop()
            shares = np.exp(logits - logits.max(axis=1, keepdims=True))
            gradient = shares / shares.sum(axis=1, keepdims=True)
            gradient[np.arange(BATCH), labels[rows]] -= 1.0
            gradient /= BATCH
            inputs = [x[rows], *(np.maximum(each, 0.0) for each in before)]
            of_weights: list[Array] = []
            of_biases: list[Array] = []
            for layer in range(LAYERS, -1, -1):
                of_weights.insert(0, inputs[layer].T @ gradient)
                of_biases.insert(0, gradient.sum(axis=0))
                if layer:
                    gradient = (gradient @ weights[layer].T) * (before[layer - 1] > 0)
            for own, change, slope in zip((*weights, *biases), changes, (*of_weights, *of_biases), strict=True):
                change[...] = MOMENTUM * change - rate * slope
                own[...] = own + change
    *hidden, logits = forward(weights, biases, held_out)
    return hidden, float((logits.argmax(axis=1) == truth).mean())


def make() -> None:
    """Write what arrives at each hidden layer, float32, a file a layer and a rate."""
    for rate in RATES:
        layers, _ = trained(rate)
        for number, layer in enumerate(layers, 1):
            np.save(FOLDER / f"rate-{rate}-layer{number}.npy", layer.astype(np.float32))


if __name__ == "__main__":
    make()

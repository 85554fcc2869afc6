"""Where to look along the float64 line, and how to close in on a change there."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from actcli.analysis.intervals import known_signs
from actcli.analysis.intervals import sizes as known_sizes
from actcli.arrays import Floats, Integers
from actcli.catalog import Activation
from actcli.formula import FloatArithmetic, Node, evaluate

UNDEFINED = 2.0
"""What stands for the sign of NaN."""

# A call of a typed expression costs as much as its first 500 points: many sections, and all brackets at once.
_SECTIONS = 128
_MOST_POINTS = 512
# Seven rounds of 128 sections reach the spacing of float64.
_FINER = 129
_ROUNDS = 7
# From here on sizes differ by rounding alone.
_EVEN = 2.0**-52


def _line() -> Floats:
    near = np.linspace(-48.0, 48.0, 3073)
    middle = 2.0 ** np.arange(5.0, 16.0, 1 / 16)
    far = 2.0 ** np.arange(-40.0, 1024.0)
    return np.sort(np.concatenate((-far, -middle, near, middle, far)))


# Dense where activations live, a point an octave to the ends of float64.
LINE = _line()
LINE.flags.writeable = False


@lru_cache(maxsize=64)
def on_line(activation: Activation, order: int) -> Floats:
    """Value (0), slope (1) or curvature (2) along the line, which many questions begin with; slopes to 12 digits."""
    values = known_sizes(activation, order, LINE) if order else activation.order(order, LINE)
    values.flags.writeable = False
    return values


def plainly(tree: Node, x: Floats) -> Floats:
    """A formula at some x in plain float64, at infinite ones as its arithmetic has it."""
    with np.errstate(all="ignore"):
        return np.asarray(evaluate(tree, FloatArithmetic(), x) + np.zeros_like(x))


def signs(tree: Node, x: Floats) -> Floats:
    """The signs of a formula at some x: -1, 0, 1, and `UNDEFINED` for NaN."""
    found, is_known = known_signs(tree, 0, x)
    if not is_known.all():
        found[~is_known] = np.sign(plainly(tree, x[~is_known]))
    return np.nan_to_num(found, nan=UNDEFINED)


def changes(label: Callable[[Floats], Floats], starts: Floats, stops: Floats) -> tuple[Floats, Floats]:
    """For each bracket the neighbouring float64 between which `label`, followed from start to stop, leaves its value.

    All brackets are closed in on together, since a call costs more than many points do.
    """
    left, right = _ranks(starts), _ranks(stops)
    held = label(starts)[:, None]
    sections = max(8, min(_SECTIONS, _MOST_POINTS // max(starts.size, 1)))
    steps = np.arange(sections)
    rows = np.arange(starts.size)
    while True:
        # By halves, since the two ends may lie 2**64 apart.
        stride = right // sections - left // sections
        stride = np.where(right > left, np.maximum(stride, 1), np.minimum(stride, -1))
        ranks = left[:, None] + stride[:, None] * steps
        ranks = np.clip(ranks, np.minimum(left, right)[:, None], np.maximum(left, right)[:, None])
        ranks = np.concatenate([ranks, right[:, None]], axis=1)
        is_other = label(_unranked(ranks).reshape(-1)).reshape(ranks.shape) != held
        is_other[:, 0], is_other[:, -1] = False, True
        first = np.argmax(is_other, axis=1)
        left, right = ranks[rows, first - 1], ranks[rows, first]
        if (np.abs(right - left) <= 1).all():
            return _unranked(left), _unranked(right)


def change(label: Callable[[Floats], Floats], start: float, stop: float) -> tuple[float, float]:
    """The same for one bracket."""
    before, after = changes(label, np.array([start]), np.array([stop]))
    return float(before[0]), float(after[0])


def largest(size: Callable[[Floats], Floats], x: Floats, sizes: Floats | None = None) -> tuple[float, float]:
    """Where `size` is largest, and how large, from its values on the ascending grid `x` and finer around there."""
    best = (float(x[0]), -np.inf)
    with np.errstate(all="ignore"):
        if sizes is not None:  # which may be known to some digits only
            at = int(np.argmax(np.nan_to_num(sizes, nan=-np.inf, posinf=np.inf)))
            best = (float(x[at]), float(size(x[at : at + 1])[0]))
        for _ in range(_ROUNDS + 1):
            sizes = np.nan_to_num(size(x) if sizes is None else sizes, nan=-np.inf, posinf=np.inf)
            at = int(np.argmax(sizes))
            best = max(best, (float(x[at]), float(sizes[at])), key=lambda pair: pair[1])
            if sizes[at] - sizes.min() <= _EVEN * sizes[at] < np.inf:
                break  # a top that no closer look makes higher
            x = np.linspace(x[max(at - 1, 0)], x[min(at + 1, x.size - 1)], _FINER)
            sizes = None
    return best


def climbs(value: Callable[[Floats], Floats], lows: Floats, highs: Floats) -> Floats:
    """In each bracket a point on the steepest climb or fall, however narrow it is."""
    rows = np.arange(lows.size)
    with np.errstate(all="ignore"):
        for _ in range(_ROUNDS):
            x = np.linspace(lows, highs, _FINER, axis=1)
            rate = np.abs(np.diff(value(x.reshape(-1)).reshape(x.shape), axis=1)) / np.diff(x, axis=1)
            at = np.argmax(np.nan_to_num(rate, nan=-np.inf, posinf=-np.inf), axis=1)
            lows, highs = x[rows, at], x[rows, at + 1]
    return lows / 2 + highs / 2


def stepped(x: float, count: int) -> float:
    """The float64 so many numbers above another one, or below it."""
    return float(moved(np.array([x]), count)[0])


def moved(x: Floats, count: int | Integers) -> Floats:
    """The same for many."""
    return _unranked(_ranks(x) + count)


def between(low: float, high: float, count: int) -> Floats:
    """So many float64 between two, either of which may be infinite: as many numbers from each to the next."""
    most = np.finfo(np.float64).max
    left, right = _ranks(np.clip(np.array([low, high]), -most, most))
    # By parts, since the two may lie 2**64 apart.
    whole, rest = divmod(right // 2 - left // 2, count + 1)
    steps = np.arange(1, count + 1)
    return _unranked(left + 2 * (whole * steps + rest * steps // (count + 1)))


def _ranks(x: Floats) -> Integers:
    """The float64 line as consecutive integers, so that halving a distance halves the count of numbers in it."""
    bits = np.ascontiguousarray(x).view(np.int64)
    return np.where(bits >= 0, bits, -(bits & 0x7FFF_FFFF_FFFF_FFFF))


def _unranked(ranks: Integers) -> Floats:
    sizes = np.abs(ranks).view(np.float64)
    return np.where(ranks < 0, -sizes, sizes)

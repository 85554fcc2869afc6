"""Where to look along the float64 line, and how to close in on a change there."""

from collections.abc import Callable

import numpy as np

from actcli.arrays import Floats, Integers, distinct

_SECTIONS = 256
# Every float64 lies 2**64 apart at most, and each round divides by 256.
_ROUNDS = 9


def _line() -> Floats:
    near = np.linspace(-48.0, 48.0, 3073)
    middle = 2.0 ** np.arange(5.0, 16.0, 1 / 16)
    far = 2.0 ** np.arange(-40.0, 1024.0)
    return np.sort(np.concatenate((-far, -middle, near, middle, far)))


# Dense where activations live, a point an octave to the ends of float64.
LINE = _line()
LINE.flags.writeable = False


def change(label: Callable[[Floats], Floats], start: float, stop: float) -> tuple[float, float]:
    """Two neighbouring float64 between which `label`, followed from start to stop, leaves its value at start."""
    left, right = _rank(start), _rank(stop)
    held = label(np.array([start]))[0]
    for _ in range(_ROUNDS):
        if abs(right - left) <= 1:
            break
        # Python's integers: the two ends may lie 2**64 apart.
        stride = max(1, abs(right - left) // _SECTIONS) * (1 if right > left else -1)
        ranks = np.append(left + stride * np.arange(min(_SECTIONS, abs(right - left))), right)
        first = int(np.argmax(label(_unranked(ranks)) != held))
        left, right = int(ranks[first - 1]), int(ranks[first])
    start, stop = _unranked(np.array([left, right]))
    return float(start), float(stop)


def largest(size: Callable[[Floats], Floats], x: Floats) -> tuple[float, float]:
    """Where `size` is largest, and how large, from its values on the ascending grid `x` and finer around there."""
    best = (float(x[0]), -np.inf)
    with np.errstate(all="ignore"):
        # Every round keeps two of 32 sections; ten of them reach the spacing of float64.
        for _ in range(11):
            sizes = np.nan_to_num(size(x), nan=-np.inf, posinf=np.inf)
            at = int(np.argmax(sizes))
            best = max(best, (float(x[at]), float(sizes[at])), key=lambda pair: pair[1])
            x = np.linspace(x[max(at - 1, 0)], x[min(at + 1, x.size - 1)], 33)
    return best


def climb(value: Callable[[Floats], Floats], x: Floats) -> float:
    """A point on the steepest climb or fall between neighbours of the ascending grid `x`, however narrow it is."""
    with np.errstate(all="ignore"):
        for _ in range(11):
            rate = np.nan_to_num(np.abs(np.diff(value(x))) / np.diff(x), nan=-np.inf, posinf=-np.inf)
            at = int(np.argmax(rate))
            x = distinct(np.linspace(x[at], x[at + 1], 33))
    return float(x[x.size // 2])


def _rank(x: float) -> int:
    """The float64 line as consecutive integers, so that halving a distance halves the count of numbers in it."""
    bits = int(np.float64(x).view(np.int64))
    return bits if bits >= 0 else -(bits & 0x7FFF_FFFF_FFFF_FFFF)


def _unranked(ranks: Integers) -> Floats:
    sizes = np.abs(ranks).view(np.float64)
    return np.where(ranks < 0, -sizes, sizes)

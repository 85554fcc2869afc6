"""Functions of a vector that are no softmax: gated linear units, maxout, CReLU, bipolar ReLU, and standardize.

For a gate the last axis falls into two halves a and b, and one gates the other. `glu` gates with the second half, as
PyTorch, JAX, Keras and MLX do; in Shazeer's variants the activation is on the first; `gpt_oss_swiglu` takes its pairs
from neighbours.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from actcli.numerics.exponentials import FIXED_POINT, sum_of, weighted_exp
from actcli.numerics.frame import FloatArray, as_vectors, by_rows, matrix_by_matrix
from actcli.numerics.gelu import gelu, gelu_slope, log_density, mills
from actcli.numerics.logistic import EDGE, QUICK, QUICK_REST, gated, sigmoid, sigmoid_slope, silu, silu_slope
from actcli.numerics.two_parts import LARGEST, Pair, Parts, scaled, two_sum

_GONE, _GONE_BITS = 4096.0, 12
_DEEP = 60.0  # φ(60) leaves nothing of any double
Gate = Callable[[FloatArray, FloatArray], FloatArray]
Slopes = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]


def _halved(x: ArrayLike) -> tuple[FloatArray, int]:
    """`x` as float64 and half the length of its vectors; raises ValueError where that is no whole number."""
    array = as_vectors(x)
    if array.shape[-1] % 2:
        raise ValueError(f"a vector of {array.shape[-1]} does not fall into two halves")
    return array, array.shape[-1] // 2


def _gate(x: ArrayLike, gate: Gate, *, interleaved: bool = False) -> FloatArray:
    """`gate` of the two halves of each vector, or of its even and its odd entries."""
    array, half = _halved(x)
    out = np.empty((*array.shape[:-1], half))

    def work(rows: FloatArray, result: FloatArray) -> None:
        result[:] = gate(rows[:, ::2], rows[:, 1::2]) if interleaved else gate(rows[:, :half], rows[:, half:])

    if array.size:
        by_rows(array, out, work)
    return out


def _silu(a: FloatArray) -> FloatArray:
    """silu(a), a not always finite."""
    return np.where(a == -np.inf, 0.0, silu(a))


def _gelu(a: FloatArray) -> FloatArray:
    """gelu(a), a not always finite."""
    return np.where(a == -np.inf, 0.0, gelu(a))


def _silu_gate(a: FloatArray, b: FloatArray) -> FloatArray:
    product = a * b
    y = gated(product, a, 0.0)
    beyond = ~np.isfinite(product)
    if beyond.any():
        y[beyond] = _silu_gate_beyond(a[beyond], b[beyond])
    return y


def _silu_gate_beyond(a: FloatArray, b: FloatArray) -> FloatArray:
    """silu(a)·b where a·b leaves the range of float64, which the exponential may bring it back to."""
    near = np.maximum(a, -_GONE)  # e^-4096 leaves nothing of any b
    high, low = _product(Pair(near), np.ldexp(b, -_GONE_BITS))
    left = weighted_exp(high, np.minimum(near, 0.0), 0.0, rest=low, power=_GONE_BITS)
    return _at_infinite(b, a, np.where(near < -EDGE, left, np.ldexp(gated(high, near, 0.0), _GONE_BITS)))


def _product(a: Pair, b: FloatArray) -> Parts:
    """A·b in two parts; what leaves the range of float64 is as that has it."""
    product = a * b
    is_known = np.isfinite(product.high) & np.isfinite(product.low)
    return np.where(is_known, product.high, a.high * b), np.where(is_known, product.low, 0.0)


def _gelu_gate(a: FloatArray, b: FloatArray) -> FloatArray:
    # gelu(a) of a tiny a is subnormal; Φ(a) is then ½ to the last digit.
    y = np.where(np.abs(a) < 1e-290, a * b * 0.5, _gelu(a) * b)
    y = _with_faint(y, a, b, lambda size: -mills(size) * size)
    return _at_infinite(b, a, y)


def _with_faint(y: FloatArray, a: FloatArray, b: FloatArray, factor: Callable[[FloatArray], Pair]) -> FloatArray:
    """Put in factor(-a)·φ(a)·b far on the left, where the others are below the least double, and b may lift them."""
    faint = a < -37.0
    if faint.any():
        size = np.minimum(-a[faint], _DEEP)
        weight = factor(size).scaled(1.0 / _GONE) * np.clip(b[faint], -LARGEST, LARGEST)
        y[faint] = weighted_exp(np.asarray(weight.high), *log_density(size), rest=weight.low, power=_GONE_BITS)
    return y


def _at_infinite(b: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    """Put an infinity of b in with the sign of a, which silu(a) and gelu(a) have too, but 0 at -inf."""
    return np.where(np.isinf(b), np.where(a == -np.inf, np.nan, np.sign(a) * b), y)


def glu(x: ArrayLike, /) -> FloatArray:
    """A·σ(b) along the last axis, shape (..., 2n) to (..., n). Within 2 ulp.

    Raises ValueError where the length is odd, or `x` is a single number.
    """
    return _gate(x, lambda a, b: gated(a, b, 0.0))


def swiglu(x: ArrayLike, /) -> FloatArray:
    """silu(a)·b along the last axis, shape (..., 2n) to (..., n). Within 2 ulp.

    Raises ValueError where the length is odd, or `x` is a single number.
    """
    return _gate(x, _silu_gate)


def geglu(x: ArrayLike, /) -> FloatArray:
    """gelu(a)·b along the last axis, shape (..., 2n) to (..., n). Within 2 ulp.

    Raises ValueError where the length is odd, or `x` is a single number.
    """
    return _gate(x, _gelu_gate)


def reglu(x: ArrayLike, /) -> FloatArray:
    """max(a, 0)·b along the last axis, shape (..., 2n) to (..., n). Within 1 ulp.

    Raises ValueError where the length is odd, or `x` is a single number.
    """
    return _gate(x, lambda a, b: np.maximum(a, 0.0) * b)


def bilinear(x: ArrayLike, /) -> FloatArray:
    """A·b along the last axis, shape (..., 2n) to (..., n). Within 1 ulp.

    Raises ValueError where the length is odd, or `x` is a single number.
    """
    return _gate(x, lambda a, b: a * b)


def gpt_oss_swiglu(x: ArrayLike, /, *, alpha: float, limit: float) -> FloatArray:
    """A·σ(αa)·(b + 1) along the last axis, a even entries held to the limit, b odd ones to both sides of it.

    Shape (..., 2n) to (..., n). An α of 1.702 is the exact decimal. Within 2 ulp.

    Raises ValueError where the length is odd, or `x` is a single number.
    """
    rest = QUICK_REST if alpha == QUICK else 0.0

    def gate(a: FloatArray, b: FloatArray) -> FloatArray:
        a = np.clip(a, -LARGEST, limit)
        argument, weight = scaled(a, alpha, rest), Pair(*two_sum(np.clip(b, -limit, limit), 1.0))
        product, low = _product(weight, a)
        y = gated(product, *argument)
        y += y * np.where(product == 0.0, 0.0, low / product)
        return np.where(np.isinf(product), gated(a, *argument) * weight.high, y)

    return _gate(x, gate, interleaved=True)


def _side_by_side(x: ArrayLike, slopes: Slopes) -> FloatArray:
    """The Jacobian of a gate: the slopes in a and those in b, two diagonals side by side."""
    array, half = _halved(x)
    out = np.zeros((*array.shape[:-1], half, 2 * half))
    at = np.arange(half)
    with np.errstate(all="ignore"):
        out[..., at, at], out[..., at, half + at] = slopes(array[..., :half], array[..., half:])
    return out


def _scaled_sigmoid_slope(a: FloatArray, b: FloatArray) -> FloatArray:
    """A·σ′(b)."""
    y = a * sigmoid_slope(b)
    far = np.abs(b) > EDGE  # σ′ is e^-|b| there, and a may lift what is below the least double
    if far.any():
        y[far] = weighted_exp(np.clip(a[far], -LARGEST, LARGEST), -np.abs(b[far]), 0.0)
    return y


def glu_jacobian(x: ArrayLike, /) -> FloatArray:
    """The Jacobian of `glu`, σ(b) and a·σ′(b): shape (..., 2n) to (..., n, 2n). Within 2 ulp.

    Raises ValueError where the length is odd, or `x` is a single number.
    """
    return _side_by_side(x, lambda a, b: (sigmoid(b), _scaled_sigmoid_slope(a, b)))


def swiglu_jacobian(x: ArrayLike, /) -> FloatArray:
    """The Jacobian of `swiglu`, silu′(a)·b and silu(a): shape (..., 2n) to (..., n, 2n). Within 2 ulp.

    Raises ValueError where the length is odd, or `x` is a single number.
    """

    def slope(a: FloatArray, b: FloatArray) -> FloatArray:
        y = silu_slope(a) * b
        far = a < -EDGE
        if far.any():
            near = np.maximum(a[far], -_GONE)
            weight = (Pair(near) + 1.0).scaled(1.0 / _GONE) * np.clip(b[far], -LARGEST, LARGEST)
            y[far] = weighted_exp(np.asarray(weight.high), near, 0.0, rest=weight.low, power=_GONE_BITS)
        return y

    return _side_by_side(x, lambda a, b: (slope(a, b), _silu(a)))


def geglu_jacobian(x: ArrayLike, /) -> FloatArray:
    """The Jacobian of `geglu`, gelu′(a)·b and gelu(a): shape (..., 2n) to (..., n, 2n). Within 2 ulp.

    Raises ValueError where the length is odd, or `x` is a single number.
    """

    def slope(a: FloatArray, b: FloatArray) -> FloatArray:
        return _with_faint(gelu_slope(a) * b, a, b, lambda size: mills(size) - size)

    return _side_by_side(x, lambda a, b: (slope(a, b), _gelu(a)))


def reglu_jacobian(x: ArrayLike, /) -> FloatArray:
    """The Jacobian of `reglu`, b where a > 0, and max(a, 0): shape (..., 2n) to (..., n, 2n). Exact.

    Raises ValueError where the length is odd, or `x` is a single number.
    """
    return _side_by_side(x, lambda a, b: (np.where(np.isnan(a), a, np.where(a > 0, b, 0.0 * b)), np.maximum(a, 0.0)))


def bilinear_jacobian(x: ArrayLike, /) -> FloatArray:
    """The Jacobian of `bilinear`, b and a: shape (..., 2n) to (..., n, 2n). Exact.

    Raises ValueError where the length is odd, or `x` is a single number.
    """
    return _side_by_side(x, lambda a, b: (b, a))


def crelu(x: ArrayLike, /) -> FloatArray:
    """max(x, 0) and max(-x, 0) end to end along the last axis: shape (..., n) to (..., 2n). Exact.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    with np.errstate(all="ignore"):
        return np.concatenate([np.maximum(x, 0.0), np.maximum(-x, 0.0)], axis=-1) + 0.0


def brelu(x: ArrayLike, /) -> FloatArray:
    """max(x_i, 0) at even places of the last axis and min(x_i, 0) at odd ones, in the shape of `x`. Exact.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.empty(x.shape)
    with np.errstate(all="ignore"):
        np.maximum(x[..., ::2], 0.0, out=out[..., ::2])
        np.minimum(x[..., 1::2], 0.0, out=out[..., 1::2])
    return out + 0.0


def brelu_jacobian(x: ArrayLike, /) -> FloatArray:
    """The Jacobian of `brelu`, 1 on the diagonal where an entry passes: shape (..., n) to (..., n, n). Exact.

    0 where an entry is 0.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.zeros((*x.shape, x.shape[-1]))
    at = np.arange(x.shape[-1])
    out[..., at, at] = np.where(np.isnan(x), np.nan, brelu(x) != 0.0)
    return out


def _grouped(x: ArrayLike, groups: int) -> FloatArray:
    """`x` as float64 of shape (..., n/groups, groups)."""
    x = as_vectors(x)
    if x.shape[-1] % groups:
        raise ValueError(f"a vector of {x.shape[-1]} does not divide into groups of {groups}")
    return x.reshape(*x.shape[:-1], x.shape[-1] // groups, groups)


def maxout(x: ArrayLike, /, *, groups: int) -> FloatArray:
    """The largest of every `groups` neighbours along the last axis: shape (..., n) to (..., n/groups).

    Raises ValueError where the length is no multiple of `groups`, or `x` is a single number.
    """
    with np.errstate(all="ignore"):
        largest: FloatArray = _grouped(x, groups).max(axis=-1)
    return largest


def maxout_jacobian(x: ArrayLike, /, *, groups: int) -> FloatArray:
    """1 where x_j is the one largest of the i-th group and 0 elsewhere, of shape (..., n/groups, n). Exact.

    Where two share the maximum, neither has a slope: that of smaller magnitude, as at every max. A group with a NaN
    is NaN.

    Raises ValueError where the length is no multiple of `groups`, or `x` is a single number.
    """
    grouped = _grouped(x, groups)
    *outer, count, _ = grouped.shape
    top = grouped.max(axis=-1, keepdims=True)
    largest = grouped == top
    chosen = np.where(np.isnan(top), np.nan, largest & (largest.sum(axis=-1, keepdims=True) == 1))
    own = np.arange(count * groups) // groups == np.arange(count)[:, None]
    return np.where(own, chosen.reshape(*outer, 1, count * groups), 0.0)


def standardize(x: ArrayLike, /, *, epsilon: float) -> FloatArray:
    """(x - mean)/√(variance + ε) along the last axis, in the shape of `x`.

    The mean, the deviations and their squares are carried in two parts, so that a common offset costs no digits;
    powers of two are taken out first, so that nothing overflows. Within 2 ulp of the largest result. NaN for a vector
    with NaN or ±inf.

    Raises ValueError where `x` is a single number.
    """
    x = as_vectors(x)
    out = np.empty(x.shape)

    def work(rows: FloatArray, result: FloatArray) -> None:
        n = float(rows.shape[-1])
        _, exponent = np.frexp(np.abs(rows).max(axis=-1, keepdims=True))
        unit = np.ldexp(rows, -exponent)
        deviation = Pair(unit) - sum_of(unit, np.zeros_like(unit), FIXED_POINT) / n
        high, low = np.asarray(deviation.high), np.asarray(deviation.low)
        spread = np.abs(high).max(axis=-1, keepdims=True)
        # A power of two brings the larger of the deviations and √ε below 1, and near it.
        scale = np.frexp(np.sqrt(epsilon))[1] - exponent
        scale = np.where(spread > 0.0, np.maximum(np.frexp(spread)[1], scale), scale)
        near = Pair(np.ldexp(high, -scale), np.ldexp(low, -scale))
        squares = near * near
        variance = sum_of(np.asarray(squares.high), np.asarray(squares.low), FIXED_POINT) / n
        inverse = 1.0 / _root(variance + np.ldexp(epsilon, -2 * (scale + exponent)))
        result[:] = np.where(spread == 0.0, 0.0 * unit, (near * inverse).rounded())

    if x.size:
        by_rows(x, out, work)
    return out


def _total(x: Pair) -> Pair:
    """The sum along the last axis, by halves."""
    high, low = np.asarray(x.high), np.broadcast_to(x.low, np.shape(x.high))
    while high.shape[-1] > 1:
        if high.shape[-1] % 2:
            high, low = (np.concatenate([part, np.zeros_like(part[..., :1])], axis=-1) for part in (high, low))
        halves = Pair(high[..., ::2], low[..., ::2]) + Pair(high[..., 1::2], low[..., 1::2])
        high, low = np.asarray(halves.high), np.asarray(halves.low)
    return Pair(high, low)


def _spread_of_others(x: FloatArray) -> Pair:
    """Σ(x_k - mean)² over all entries but the i-th, the mean being theirs, for each i."""
    n = x.shape[-1]
    if n == 1:
        return Pair(np.zeros((1, 1)))
    others = np.broadcast_to(x[0], (n, n))[~np.eye(n, dtype=bool)].reshape(n, n - 1)
    # Less one of them, exactly: a common offset costs no digits.
    away = Pair(*two_sum(others, -others[:, :1]))
    away -= _total(away) / float(n - 1)
    spread = _total(away * away)
    return Pair(np.asarray(spread.high).T, np.asarray(spread.low).T)


def _root(x: Pair) -> Pair:
    """The square root of a number above 0."""
    root = np.sqrt(np.asarray(x.high))
    rest = np.asarray((x - Pair(root) * root).high)
    corrected: Pair = Pair(root) + rest / (2.0 * root)
    return corrected


def standardize_jacobian(x: ArrayLike, /, *, epsilon: float) -> FloatArray:
    """(δ_ij - 1/n - y_i·y_j/n)/√(variance + ε), y = standardize(x): shape (..., n) to (..., n, n).

    Within 2 ulp, the entries beside the diagonal of the size of 1/n/√(variance + ε) around their roots. The diagonal
    is the spread of the others about their own mean, which has no terms that cancel. NaN for a vector with NaN or
    ±inf, and for a constant one if ε is 0.

    Raises ValueError where `x` is a single number.
    """

    def of_row(row: FloatArray) -> FloatArray:
        n = row.size
        largest = np.frexp(np.abs(row).max())[1]
        row = np.ldexp(row, -largest - 1)
        deviation = Pair(row) - _total(Pair(row)) / float(n)
        # A power of two brings the larger of the deviations and √ε near 1: no square or cube leaves the range.
        spread = np.abs(deviation.high).max()
        scale = np.frexp(np.sqrt(epsilon))[1] - largest - 1
        scale = max(np.frexp(spread)[1], scale) if spread else scale
        unit, floor = np.ldexp(row, -scale), np.ldexp(np.sqrt(epsilon), -scale - largest - 1)
        d = Pair(np.ldexp(deviation.high, -scale), np.ldexp(deviation.low, -scale))
        square = _total(d * d) / float(n) + Pair(floor) * floor
        column = Pair(np.asarray(d.high).T, np.asarray(d.low).T)
        slopes = -(column * d + square)
        own = _spread_of_others(unit) * ((n - 1.0) / Pair(float(n))) + Pair(floor) * floor * (n - 1.0)
        diagonal = np.eye(n, dtype=np.bool_)
        slopes = Pair(np.where(diagonal, own.high, slopes.high), np.where(diagonal, own.low, slopes.low))
        slopes = slopes / (square * _root(square) * float(n))
        return np.asarray(np.ldexp(slopes.rounded(), -scale - largest - 1))

    return matrix_by_matrix(x, of_row)

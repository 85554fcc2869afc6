"""Functions of a whole vector by their definitions, in balls or exact fractions, and where an answer is off them."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from typing import Any

import flint
import numpy as np
from flint import arb
from numpy.typing import NDArray

from actcli.catalog import VectorActivation
from tests.oracle.formulas import DEFINITIONS, Formula, UndecidedError, product, rounded

Floats = NDArray[np.float64]
Number = Any  # a float64, a Fraction, or a ball
Definition = Callable[..., Sequence[Number]]

NAN, INF = math.nan, math.inf

# Sums and differences of float64 are exact here: exponents reach from -1074 to 1024.
_EVERY_BIT = 2200
_PRECISIONS = (192, 768, 3072, 12_288)


def nearest(define: Callable[[], Iterable[Number]]) -> Floats:
    """The float64 nearest to every number, at rising precision until each of them is settled."""
    for bits in _PRECISIONS:
        with flint.ctx.workprec(bits):
            # Beside a tie, such as 1e300/50 - log(1 + e^-1e299), either neighbour will do in the end.
            try:
                answers = [rounded(number, settle=bits == _PRECISIONS[-1]) for number in define()]
            except UndecidedError:
                continue
        if None not in answers:
            return np.array(answers, np.float64)
    raise AssertionError(f"not settled at {_PRECISIONS[-1]} bits")


def exact(value: float) -> arb:
    with flint.ctx.workprec(_EVERY_BIT):
        return arb(value)


def exponents(x: Sequence[float], temperature: float = 1.0) -> list[arb | None] | None:
    """(x_i - max)/T, None for e^-inf = 0; entries at +inf share everything; None at all where there is no largest."""
    top = max(x, default=-INF)
    if any(math.isnan(each) for each in x) or top == -INF:
        return None
    if top == INF:
        return [arb(0) if each == INF else None for each in x]
    with flint.ctx.workprec(_EVERY_BIT):
        gaps = [None if each == -INF else arb(each) - arb(top) for each in x]
    return [None if gap is None else gap / exact(temperature) for gap in gaps]


def weights(x: Sequence[float], temperature: float = 1.0) -> list[arb] | None:
    """e^((x_i - max)/T), of which the largest is 1."""
    powers = exponents(x, temperature)
    return None if powers is None else [arb(0) if power is None else power.exp() for power in powers]


def beyond_one(each: Sequence[arb], winner: int) -> arb:
    """The sum of all but one: 1 + the rest, of which no digit is lost in 1."""
    return sum((weight for index, weight in enumerate(each) if index != winner), arb(0))


def probabilities(x: Sequence[float], temperature: float = 1.0) -> list[arb] | None:
    """The softmax as bare balls."""
    each = weights(x, temperature)
    if each is None:
        return None
    total = sum(each, arb(0))
    return [weight / total for weight in each]


def softmax(x: Sequence[float], *, temperature: float = 1.0) -> Sequence[Number]:
    shares = probabilities(x, temperature)
    return [NAN] * len(x) if shares is None else shares


def log_softmax(x: Sequence[float], *, temperature: float = 1.0) -> Sequence[Number]:
    powers, each = exponents(x, temperature), weights(x, temperature)
    if powers is None or each is None:
        return [NAN] * len(x)
    log_sum = beyond_one(each, x.index(max(x))).log1p()
    return [-INF if power is None else power - log_sum for power in powers]


def softmin(x: Sequence[float], *, temperature: float = 1.0) -> Sequence[Number]:
    return softmax([-each for each in x], temperature=temperature)


def sink_softmax(x: Sequence[float], *, sink: float = 0.0) -> Sequence[Number]:
    return softmax([*x, sink])[:-1]


def gumbel_softmax(x: Sequence[float], *, temperature: float, seed: float, hard: float) -> Sequence[Number]:
    # The noise is as NumPy's generator of this seed draws it, and its sum with x a float64: a draw as good as another.
    noisy = np.array(x) + np.random.default_rng(int(seed)).gumbel(size=len(x))
    return hardmax(noisy.tolist()) if hard else softmax(noisy.tolist(), temperature=temperature)


def hardmax(x: Sequence[float]) -> Sequence[Number]:
    if any(math.isnan(each) for each in x) or max(x) == -INF:
        return [NAN] * len(x)
    return [float(index == x.index(max(x))) for index in range(len(x))]


def sparsemax(x: Sequence[float]) -> Sequence[Number]:
    top = max(x)
    if any(math.isnan(each) for each in x) or top == -INF:
        return [NAN] * len(x)
    if top == INF:
        return [Fraction(int(each == INF), x.count(INF)) for each in x]
    below = [-Fraction(10) if each == -INF else max(Fraction(each) - Fraction(top), Fraction(-10)) for each in x]
    total, size, threshold = Fraction(0), 0, Fraction(-1)
    for each in sorted(below, reverse=True):
        total, size = total + each, size + 1
        if 1 + size * each <= total:
            break
        threshold = (total - 1) / size
    return [max(each - threshold, Fraction(0)) for each in below]


def entmax(x: Sequence[float], *, alpha: float = 1.5) -> Sequence[Number]:
    """The p with p_i^(α-1) = max(q^(α-1) - (α-1)(max - x_i), 0), q = max p the root of sum p = 1, by bisection.

    The sum rises with q, so that q lies between two of its values; so does every p_i.
    """
    if alpha in (1.0, 2.0):
        return softmax(x) if alpha == 1.0 else sparsemax(x)
    gaps = exponents(x)
    if gaps is None:
        return [NAN] * len(x)
    steep = exact(alpha) - 1
    drops = [None if gap is None else -steep * gap for gap in gaps]

    def at(q: arb, those: Iterable[arb | None]) -> list[arb]:
        height, root = q**steep, 1 / steep
        nothing = arb(0)
        return [(height - drop) ** root if drop is not None and drop < height else nothing for drop in those]

    near = [drop for drop in drops if drop is not None and not drop > 1]
    low, high = arb(1) / len(near) / 2, arb(1)
    for _ in range(flint.ctx.prec):
        middle = ((low + high) / 2).mid()
        heavy = sum(at(middle, near), arb(0)) >= 1
        low, high = (low, middle) if heavy else (middle, high)
        if high - low < arb(2) ** (-80 if alpha < 2 else 20 - flint.ctx.prec):
            break
    # Held to 1e-14 of the largest: the middle is nearer to the truth than that, or precision would not do.
    pairs = zip(at(low, drops), at(high, drops), strict=True)
    return [((a + b) / 2).mid() if abs(a - b) < 1e-17 else a.union(b) for a, b in pairs]


def logsumexp(x: Sequence[float]) -> Sequence[Number]:
    top, each = max(x), weights(x)
    if each is None or top == INF:
        return [NAN if any(math.isnan(value) for value in x) else top]
    return [exact(top) + beyond_one(each, x.index(top)).log1p()]


def logmeanexp(x: Sequence[float]) -> Sequence[Number]:
    top, each = max(x), weights(x)
    if each is None or top == INF:
        return [NAN if any(math.isnan(value) for value in x) else top]
    return [exact(top) + ((1 + beyond_one(each, x.index(top))) / len(x)).log()]


def standardize(x: Sequence[float], *, epsilon: float) -> Sequence[Number]:
    if not np.isfinite(x).all():
        return [NAN] * len(x)
    mean = sum(map(Fraction, x), Fraction(0)) / len(x)
    deviations = [Fraction(each) - mean for each in x]
    variance = sum((each * each for each in deviations), Fraction(0)) / len(x)
    spread = ball(variance + Fraction(epsilon)).sqrt()
    return [ball(each) / spread for each in deviations]


def ball(exact: Fraction) -> arb:
    return arb(flint.fmpq(exact.numerator, exact.denominator))


def maxout(x: Sequence[float], *, groups: float) -> Sequence[Number]:
    step = int(groups)
    cut = [x[start : start + step] for start in range(0, len(x), step)]
    return [NAN if any(math.isnan(each) for each in group) else max(group) for group in cut]


def crelu(x: Sequence[float]) -> Sequence[Number]:
    return [NAN if math.isnan(each) else max(each, 0.0) for each in (*x, *(-each for each in x))]


def brelu(x: Sequence[float]) -> Sequence[Number]:
    cut = (max, min)
    return [NAN if math.isnan(each) else cut[place % 2](each, 0.0) for place, each in enumerate(x)]


def gpt_oss_swiglu(x: Sequence[float], *, alpha: float, limit: float) -> Sequence[Number]:
    """The default of alpha is the exact decimal."""
    steep = Fraction("1.702") if alpha == 1.702 else Fraction(alpha)

    def gated(a: float, b: float) -> Number:
        if math.isnan(a) or math.isnan(b):
            return NAN
        if a == -INF:
            return 0.0
        opened, value = Fraction(min(a, limit)), Fraction(max(min(b, limit), -limit)) + 1
        return ball(opened * value) * formula_of("sigmoid").jet(ball(steep * opened)).value

    return [gated(a, b) for a, b in zip(x[::2], x[1::2], strict=True)]


# Values at -inf and inf of the functions that gates are made of.
ENDS: Mapping[str, tuple[float, float]] = {
    "identity": (-INF, INF),
    "sigmoid": (0, 1),
    "silu": (0, INF),
    "gelu": (0, INF),
    "relu": (0, INF),
}


def gate(x: Sequence[float], *, of_first: str, of_second: str = "identity") -> Sequence[Number]:
    """f(a)·g(b) over the halves of x, f and g by their formulas in the catalogue."""
    half = len(x) // 2
    pairs = zip(x[:half], x[half:], strict=True)
    return [product(element(of_first, a), element(of_second, b)) for a, b in pairs]


def element(name: str, x: float) -> Number:
    if math.isnan(x):
        return NAN
    if math.isinf(x):
        end = ENDS[name][x > 0]
        return end if math.isinf(end) else arb(end)
    return formula_of(name).jet(x).value


@cache
def formula_of(name: str) -> Formula:
    return Formula(DEFINITIONS[name].formula)


Unit = Callable[[Floats, Floats], Floats]


def each_result(_x: Floats, wanted: Floats) -> Floats:
    """An ulp of every result."""
    return np.abs(wanted)


def largest_entry(x: Floats, wanted: Floats) -> Floats:
    """An ulp of the result or of the largest entry, whichever is more: log-sums cancel where that is negative."""
    larger: Floats = np.maximum(np.abs(wanted), np.abs(x.max()))
    return larger


def largest_result(_x: Floats, wanted: Floats) -> Floats:
    """An ulp of the largest result."""
    return np.full_like(wanted, np.abs(wanted).max())


@dataclass(frozen=True)
class Truth:
    """A definition, and to how many ulp of what its function is held."""

    define: Definition
    ulp: float = 4
    unit: Unit = each_result


TRUTHS = {
    "softmax": Truth(softmax, ulp=2),
    "log_softmax": Truth(log_softmax, ulp=2),
    "softmin": Truth(softmin, ulp=2),
    "softmax1": Truth(sink_softmax, ulp=2),
    "sink_softmax": Truth(sink_softmax, ulp=2),
    "hardmax": Truth(hardmax, ulp=0.5),
    "gumbel_softmax": Truth(gumbel_softmax, ulp=2),
    "sparsemax": Truth(sparsemax),
    # 1e-14 of the largest probability.
    "entmax15": Truth(entmax, ulp=45, unit=largest_result),
    "entmax": Truth(entmax, ulp=45, unit=largest_result),
    "logsumexp": Truth(logsumexp, ulp=2, unit=largest_entry),
    "logmeanexp": Truth(logmeanexp, ulp=2, unit=largest_entry),
    # A deviation has the digits of the largest one.
    "standardize": Truth(standardize, ulp=2, unit=largest_result),
    "maxout": Truth(maxout, ulp=0.5),
    "crelu": Truth(crelu, ulp=0.5),
    "brelu": Truth(brelu, ulp=0.5),
    "gpt_oss_swiglu": Truth(gpt_oss_swiglu, ulp=2),
    "glu": Truth(partial(gate, of_first="identity", of_second="sigmoid"), ulp=2),
    "swiglu": Truth(partial(gate, of_first="silu"), ulp=2),
    "geglu": Truth(partial(gate, of_first="gelu"), ulp=2),
    "reglu": Truth(partial(gate, of_first="relu"), ulp=1),
    "bilinear": Truth(partial(gate, of_first="identity"), ulp=1),
}


def truth_of(function: VectorActivation) -> Truth:
    assert function.entry.name in TRUTHS, f"no truth for {function.entry.name}"
    return TRUTHS[function.entry.name]


def bad_vectors(function: VectorActivation, vectors: Iterable[Floats]) -> list[str]:
    """Every vector at which the kernel is farther from the definition than it may be: its worst entry."""
    truth = truth_of(function)
    found = []
    for x in vectors:
        wanted = nearest(partial(truth.define, x.tolist(), **dict(function.parameters)))
        with np.errstate(all="ignore"):
            unit = truth.unit(x, wanted)
        found += off(x, function.value(x), wanted, truth.ulp, unit)
    return found


def off(x: Floats, got: Floats, wanted: Floats, bound: float, unit: Floats) -> list[str]:
    """What is to be said of an answer that is off by more than `bound` ulp of `unit` somewhere; else nothing."""
    got = np.atleast_1d(got)
    assert got.shape == wanted.shape
    with np.errstate(all="ignore"):
        ulp = np.abs(got - wanted) / np.maximum(np.spacing(np.minimum(unit, 1.7e308)), 5e-324)
    same = (got == wanted) | (np.isnan(got) & np.isnan(wanted))
    ulp = np.where(same, 0.0, np.where(np.isfinite(ulp), ulp, INF))
    worst = np.unravel_index(int(ulp.argmax()), ulp.shape) if ulp.size else ()
    # The truth is rounded itself, by half an ulp.
    if not ulp.size or ulp[worst] <= bound - 0.5 or not ulp[worst]:
        return []
    place = ", ".join(str(int(index)) for index in worst)
    count = int((ulp > bound - 0.5).sum())
    answer = f"got {float(got[worst])!r}, wanted {float(wanted[worst])!r}, off by {float(ulp[worst]):.3g} ulp"
    return [f"{_described(x)} at {place}: {answer}; {count} of {ulp.size} are off"]


def _described(x: Floats) -> str:
    if x.size <= 8:
        return str(x.tolist())
    ends: list[Any] = [*x[:3].tolist(), "...", *x[-2:].tolist()]
    return f"{x.size} entries [{', '.join(map(str, ends))}]"

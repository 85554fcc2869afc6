"""Which function of the catalogue made some results: candidates, parameters fitted to the results, a ranking."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.analysis.distance import difference
from actcli.analysis.shape import Peak
from actcli.arrays import Floats, same
from actcli.catalog import FUNCTIONS, Activation
from actcli.catalog.entry import Function, FunctionParameter
from actcli.catalog.libraries import definitions
from actcli.catalog.lookup import placed
from actcli.catalog.table import DEFINITIONS
from actcli.dtypes import NumberType
from actcli.errors import UsageError
from actcli.formula import FloatArithmetic, Node, evaluate, parse
from actcli.formula.tree import Number, substituted

# Most functions are ruled out, and parameters are fitted, at so many inputs spread over all; the rest sees all inputs.
_PROBES = 400
_FEW = 100  # for a first look at many parameters
_FINALISTS = 6
_SHOWN = 5
# What counts for one fitted parameter, as a share of the inputs: it must explain more than that.
_PRICE = 0.002
# A difference in matches that chance does not make: so many standard deviations of a fair coin.
_DEVIATIONS = 3.0
# Results count as made by a function if at least half of them match, or if all lie within so much of their size.
_ENOUGH = 0.5
_CLOSE = 0.02
# Residuals are relative, but for results so small beside the others.
_SMALL = 0.01
_FAR_OFF = 1e6
_STEPS = 25
_GRID = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 15.0, 30.0, 100.0)
_ZOOMS = 8
_NEARLY = 0.97  # as good, but for noise
_LONGEST = 12  # digits of a fitted parameter


class Resolution(NamedTuple):
    """How results were rounded, which is how those of a candidate are before they are compared."""

    name: str
    """For the reader: a number type, or a count of digits."""
    number_type: NumberType | None = None
    """The type of the results; None where they are text of few digits."""
    places: int | None = None
    """The decimals of text; None where significant digits are what all have in common."""
    digits: int | None = None
    """The significant digits of text."""

    def matches(self, activation: Activation, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Where a function gives the results, rounded as they are; two NaN match."""
        if self.number_type is not None:
            wanted = activation.nearest(0, x, self.number_type)
            return same(wanted, y)
        with np.errstate(all="ignore"):
            exponent = -float(self.places or 0) if self.digits is None else _leading(y) - self.digits + 1
            value = activation.value(x)
            is_near: NDArray[np.bool_] = np.abs(value - y) <= 0.5000001 * 10.0**exponent
            return is_near | same(value, y)


class Candidate(NamedTuple):
    """A function that may have made the results."""

    activation: Activation
    """Its parameters in place."""
    fitted: int
    """How many of them were fitted."""
    names: tuple[str, ...]
    """Under which code calls it, and specs of others that are the same function with these parameters."""
    matches: NDArray[np.bool_]
    """At which inputs it gives the result."""
    distance: float
    """The largest distance of a finite result from it."""
    at: float
    """Where that is."""
    mean_distance: float
    """The mean distance of finite results."""

    @property
    def share(self) -> float:
        """Of inputs at which it gives the result."""
        return float(self.matches.mean())

    @property
    def counted(self) -> int:
        """How many results it gives beyond those that its fitted parameters can be chosen to meet."""
        return int(self.matches.sum()) - self.fitted

    @property
    def rank(self) -> tuple[float, bool, float]:
        """The better, the smaller: by matches less the price of what was fitted, then ours first, then by distance."""
        price = max(_PRICE * self.matches.size, 1.0) * self.fitted
        return (price - float(self.matches.sum()), "@" in self.activation.name, self.distance)


class Rival(NamedTuple):
    """A candidate that the input does not tell from the best one."""

    candidate: Candidate
    """It."""
    apart: Peak
    """How far the two functions are apart at most, and where."""


class Identity(NamedTuple):
    """What can be said of who made the results."""

    candidates: tuple[Candidate, ...]
    """The best ones, best first."""
    rivals: tuple[Rival, ...]
    """Those that the input does not tell from the first."""
    is_close: bool
    """Whether the first could have made the results at all."""

    @property
    def named(self) -> Candidate | None:
        """The function that made the results; None where none did, or where several may have."""
        return self.candidates[0] if self.is_close and not self.rivals else None


def resolution_of(y: Floats, types: Sequence[NumberType]) -> Resolution:
    """How results that came as text were rounded, seen from them: the narrowest type, else the fewest digits.

    `types` are those that they may be numbers of, the narrowest first and float64 last.
    """
    finite = y[np.isfinite(y)]
    for number_type in types:
        if number_type.name != "float64" and (number_type.rounded(finite) == finite).all():
            return Resolution(number_type.name, number_type)
    for count in range(1, 10):
        if (np.abs(np.round(finite, count) - finite) <= 1e-15 * np.abs(finite)).all():
            return Resolution(f"{count} decimals", places=count)
    for count in range(2, 10):
        if all(float(f"{each:.{count}g}") == each for each in finite.tolist()):
            return Resolution(f"{count} digits", digits=count)
    return Resolution(types[-1].name, types[-1])


def identify(x: Floats, y: Floats, resolution: Resolution) -> Identity:
    """Rank the functions of the catalogue, and what libraries make of them, by how well they explain results y at x.

    Parameters are fitted where no function with its defaults gives all results. Both arrays have one axis and the same
    length, at least 1.
    """
    probes = _Probes.of(x, y)
    known = sorted(definitions(), key=lambda each: probes.loss(each[0].value(probes.x)))
    found = [_candidate(activation, 0, names, x, y, resolution) for activation, names in known[:_FINALISTS]]
    if not any(each.matches.all() for each in found):
        names_of = {activation.name: names for activation, names in definitions()}
        for fit in _fits(probes):
            activation, entry = _shortened(fit, probes, resolution), fit.family.entry
            if activation is not None:
                names = names_of[entry.shown_name]
                found.append(_candidate(activation, len(fit.family.free), names, x, y, resolution))
    ranked = _distinct(sorted(found, key=lambda each: each.rank))
    best = ranked[0]
    spread = np.nanmax(np.abs(y[np.isfinite(y)]), initial=0.0)
    # As many results as parameters can always be met.
    is_enough = best.counted >= _ENOUGH * (x.size - best.fitted) or bool(best.distance <= _CLOSE * spread)
    is_close = is_enough and x.size > best.fitted
    rivals = [each for each in ranked[1:_SHOWN] if is_close and not _is_told_apart(best, each)]
    apart = [difference(best.activation, each.activation) for each in rivals]
    return Identity(tuple(ranked[:_SHOWN]), tuple(map(Rival, rivals, apart)), is_close)


class _Probes(NamedTuple):
    """Some of the inputs and results, spread over the range of the inputs, all finite."""

    x: Floats
    y: Floats
    scale: Floats
    """What residuals are divided by."""

    @classmethod
    def of(cls, x: Floats, y: Floats) -> "_Probes":
        place = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        ordered = place[np.argsort(x[place], kind="stable")]
        _, first = np.unique(x[ordered], return_index=True)
        chosen = ordered[first]
        chosen = chosen[np.linspace(0, chosen.size - 1, min(_PROBES, chosen.size)).astype(np.intp)]
        kept = y[chosen]
        size = np.sqrt(np.mean(kept**2)) if kept.size else 1.0
        return cls(x[chosen], kept, np.abs(kept) + _SMALL * (size or 1.0))

    def thinned(self, count: int) -> "_Probes":
        """So many of them, evenly chosen."""
        chosen = np.linspace(0, self.x.size - 1, min(count, self.x.size)).astype(np.intp)
        return _Probes(self.x[chosen], self.y[chosen], self.scale[chosen])

    def residuals(self, values: Floats) -> Floats:
        """How far values are off, relative to the results; what is not finite is far off."""
        with np.errstate(all="ignore"):
            off = np.nan_to_num((values - self.y) / self.scale, nan=_FAR_OFF, posinf=_FAR_OFF, neginf=-_FAR_OFF)
        return np.clip(off, -_FAR_OFF, _FAR_OFF)

    def loss(self, values: Floats) -> float:
        """The mean square of residuals, none of which counts for more than 1."""
        return float(np.mean(np.minimum(np.abs(self.residuals(values)), 1.0) ** 2)) if self.x.size else 0.0


class _Family:
    """An entry whose parameters are free, as a function of them."""

    def __init__(self, entry: Function) -> None:
        defaults = {each.name: _default(each) for each in entry.parameters}
        self.entry = entry
        self.free = tuple(each for each in entry.parameters if not each.whole and np.isfinite(defaults[each.name]))
        """Those that are fitted: what must be whole or is infinite by default stays as it is."""
        self.start = np.array([defaults[each.name] for each in self.free])
        fixed = {each.name: parse(each.default, {}) for each in entry.parameters if each not in self.free}
        self._tree = substituted(parse(entry.formula, DEFINITIONS, tuple(defaults)), fixed)

    def values(self, parameters: Floats, x: Floats) -> Floats:
        """The formula in float64; NaN where it is not defined for the parameters."""
        nodes: dict[str, Node] = {
            each.name: Number(Fraction(value)) for each, value in zip(self.free, parameters.tolist(), strict=True)
        }
        with np.errstate(all="ignore"):
            try:
                values = evaluate(substituted(self._tree, nodes), FloatArithmetic(), x)
            except UsageError:  # of a function within the formula
                return np.full(x.shape, np.nan)
        return np.broadcast_to(np.asarray(values, np.float64), x.shape)

    def function(self, parameters: Floats) -> Activation | None:
        """The function with these parameters; None where it is not defined for them."""
        given = {each.name: value for each, value in zip(self.free, parameters.tolist(), strict=True)}
        shown = ",".join(f"{name}={value!r}" for name, value in given.items())
        try:
            found = placed(self.entry, given, f"{self.entry.shown_name}:{shown}")
        except UsageError:
            return None
        return found if isinstance(found, Activation) else None


class _Fit(NamedTuple):
    """The parameters of a family that explain some results best."""

    family: _Family
    parameters: Floats
    loss: float


def _fits(probes: _Probes) -> list[_Fit]:
    """The families that explain the probes best, their parameters fitted: a look at a grid, then least squares."""
    families = [_Family(entry) for entry in FUNCTIONS if entry.parameters]
    few = probes.thinned(_FEW)
    grid = _grid(few)
    rough = sorted((_roughly(family, few, grid) for family in families if family.free), key=lambda fit: fit.loss)
    return sorted((_finely(fit, probes, grid) for fit in rough[:_FINALISTS]), key=lambda fit: fit.loss)


def _roughly(family: _Family, probes: _Probes, grid: Floats) -> _Fit:
    """The best parameters that a look along each axis in turn finds."""
    best, loss = family.start, probes.loss(family.values(family.start, probes.x))
    for place in list(range(best.size)) * min(best.size, 2):
        best, loss = _along(family, probes, best, loss, place, grid)
    return _Fit(family, best, loss)


def _along(
    family: _Family, probes: _Probes, best: Floats, loss: float, place: int, tried: Floats
) -> tuple[Floats, float]:
    """The best of some values of one parameter, and its loss."""
    for value in tried.tolist():
        parameters = best.copy()
        parameters[place] = value
        its_loss = probes.loss(family.values(parameters, probes.x))
        if its_loss < loss:
            best, loss = parameters, its_loss
    return best, loss


def _finely(rough: _Fit, probes: _Probes, grid: Floats) -> _Fit:
    family = rough.family

    def residuals(parameters: Floats) -> Floats:
        return probes.residuals(family.values(parameters, probes.x))

    best = _least_squares(residuals, rough.parameters)
    loss = probes.loss(family.values(best, probes.x))
    for place in range(best.size):
        step = np.zeros(best.size)
        step[place] = 1e-6 * max(abs(best[place]), 1e-3)
        if (residuals(best + step) == residuals(best - step)).all():  # a threshold: no slope leads to it
            low, high = best[place], best[place]
            low, high = np.max(grid[grid < low], initial=2 * low - 1), np.min(grid[grid > high], initial=2 * high + 1)
            for _ in range(_ZOOMS):
                between = np.linspace(low, high, 13)
                best, loss = _along(family, probes, best, loss, place, between)
                low, high = best[place] - (high - low) / 12, best[place] + (high - low) / 12
    return _Fit(family, best, loss)


def _default(parameter: FunctionParameter) -> float:
    return float(evaluate(parse(parameter.default, {}), FloatArithmetic(), np.float64(np.nan)))


def _grid(probes: _Probes) -> Floats:
    """Values that a parameter may have: of all sizes, and where thresholds of these inputs and results may lie."""
    sizes = [sign * size for size, sign in product(_GRID, (1.0, -1.0))]
    data = [*np.quantile(probes.x, np.linspace(0.05, 0.95, 11)).tolist(), float(probes.y.min()), float(probes.y.max())]
    return np.array(sorted({*sizes, *data}))


def _least_squares(residuals: Callable[[Floats], Floats], start: Floats) -> Floats:
    """Minimise the sum of squares by the method of Levenberg and Marquardt, with numeric derivatives."""
    best, errors = start, residuals(start)
    damping = 1e-3
    for _ in range(_STEPS):
        steps = 1e-6 * np.maximum(np.abs(best), 1e-3)
        moved = [residuals(best + step * unit) for step, unit in zip(steps, np.eye(best.size), strict=True)]
        slopes = (np.array(moved) - errors) / steps[:, None]
        normal, gradient = slopes @ slopes.T, slopes @ errors
        if not gradient.any():
            break
        diagonal = np.diag(normal.diagonal() + 1e-300)
        tried = best - np.linalg.lstsq(normal + damping * diagonal, gradient, rcond=None)[0]
        its_errors = residuals(tried)
        gain = 1 - float(its_errors @ its_errors) / float(errors @ errors or 1.0)
        if gain > 0:
            best, errors, damping = tried, its_errors, damping / 10
            if gain < 1e-9:
                break
        else:
            damping *= 10
            if damping > 1e8:
                break
    return best


def _shortened(fit: _Fit, probes: _Probes, resolution: Resolution) -> Activation | None:
    """The fitted function with as few digits of each parameter as explain the probes as well."""
    values = fit.parameters.copy()

    def quality(values: Floats) -> tuple[int, float]:
        activation = fit.family.function(values)
        if activation is None:
            return (-1, -np.inf)
        matches = int(resolution.matches(activation, probes.x, probes.y).sum())
        return (matches, -probes.loss(activation.value(probes.x)))

    # All together first: parameters that hang together are right together.
    for places in (range(values.size), *([place] for place in range(values.size))):
        matches, gain = quality(values)
        for count in range(1, _LONGEST + 1):
            tried = values.copy()
            for place in places:
                tried[place] = float(f"{values[place]:.{count}g}")
            its_matches, its_gain = quality(tried)
            if its_matches > matches or (its_matches >= _NEARLY * matches and its_gain >= gain / _NEARLY):
                values = tried
                break
    return fit.family.function(values)


def _candidate(
    activation: Activation, fitted: int, names: tuple[str, ...], x: Floats, y: Floats, resolution: Resolution
) -> Candidate:
    with np.errstate(all="ignore"):
        apart = np.abs(activation.value(x) - y)
    apart = np.where(np.isnan(apart), np.where(np.isfinite(y), np.inf, 0.0), apart)
    at = int(np.argmax(apart))
    return Candidate(
        activation,
        fitted,
        names,
        resolution.matches(activation, x, y),
        float(apart[at]),
        float(x[at]),
        float(apart.mean()),
    )


def _distinct(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that are the same function as a better one, whose names theirs join."""
    line = np.concatenate([-np.geomspace(1e-3, 50, 60)[::-1], [0.0], np.geomspace(1e-3, 50, 60)])
    kept: list[Candidate] = []
    for each in ranked:
        with np.errstate(all="ignore"):
            values = each.activation.value(line)
            twin = next((k for k, own in enumerate(kept) if _agree(own.activation.value(line), values)), None)
        if twin is None:
            kept.append(each)
        else:
            own = kept[twin]
            if not each.fitted:
                own = own._replace(names=tuple(dict.fromkeys((*own.names, *each.names))))
            elif each.fitted <= own.fitted:  # a form with more parameters is no name
                own = own._replace(names=(*own.names, each.activation.name))
            kept[twin] = own
    return kept


def _agree(first: Floats, second: Floats) -> bool:
    return np.allclose(first, second, rtol=1e-9, atol=1e-12, equal_nan=True)


def _is_told_apart(best: Candidate, other: Candidate) -> bool:
    """Whether the results speak for the best one: where just one of the two gives the result, it does so far oftener.

    Where neither ever gives it alone, it must lie at half the distance.
    """
    won = int(np.count_nonzero(best.matches & ~other.matches))
    lost = int(np.count_nonzero(other.matches & ~best.matches))
    if won + lost:
        return bool(won - lost > min(_DEVIATIONS * (won + lost) ** 0.5, won + lost - 0.5))
    return bool(best.mean_distance < other.mean_distance / 2)


def _leading(y: Floats) -> Floats:
    """The exponent of the leading decimal digit; 0 for 0."""
    return np.floor(np.log10(np.where((y == 0) | ~np.isfinite(y), 1.0, np.abs(y))))

"""Which function of the catalogue made some results: candidates, parameters fitted to the results, a ranking."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from actcli.analysis.distance import difference
from actcli.analysis.shape import Peak
from actcli.arrays import Floats, same
from actcli.catalog import FUNCTIONS, Activation
from actcli.catalog.entry import Function, FunctionParameter
from actcli.catalog.libraries import definitions
from actcli.catalog.lookup import find, placed
from actcli.catalog.table import DEFINITIONS
from actcli.dtypes import NumberType
from actcli.errors import UsageError, counted
from actcli.formula import FloatArithmetic, Node, evaluate, parse
from actcli.formula.tree import Constant, substituted

# Most functions are ruled out, and parameters are fitted, at so many inputs spread over all; the rest sees all inputs.
_PROBES = 400
_FEW = 100  # for a first look at many parameters
_FINALISTS = 6
_FEW_FINALISTS = 2  # of those that are scaled and moved
_SHOWN = 5
# What counts for one fitted parameter, as a share of the inputs: it must explain more than that.
_PRICE = 0.002
# A fitted function is named by more results than so many for each parameter: one to fit it, one to confirm it.
_RESULTS_A_PARAMETER = 2
# A difference in matches that chance does not make: so many standard deviations of a fair coin.
_DEVIATIONS = 3.0
# Results count as made by a function if at least half of them, and so many, match, or all lie within such a share of
# the largest.
_ENOUGH = 0.5
_MANY = 10
_CLOSE = 0.02
# What a formula in plain float64 may be off, in ulp of float64.
_SKETCHY = 8
# Residuals are relative, but for results so small beside the others.
_SMALL = 0.01
_FAR_OFF = 1e6
_STEPS = 25
_GRID = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 15.0, 30.0, 100.0)
_ZOOMS = 8
_NEARLY = 0.97  # as good, but for noise
_LONGEST = 12  # digits of a fitted parameter
_SQRT2 = math.sqrt(2.0)
_ERFC = np.frompyfunc(math.erfc, 1, 1)
_OF_ERRORS: dict[str, Callable[[Floats], Any]] = {
    "erf": np.frompyfunc(math.erf, 1, 1),
    "erfc": _ERFC,
    "normal_cdf": lambda u: _ERFC(-u / _SQRT2) / 2,
    "normal_pdf": lambda u: np.exp(-(u**2) / 2) / math.sqrt(2 * math.pi),
}


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

    def matches(self, activation: Activation, values: Floats, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Where a function, whose values at x are given, gives the results, rounded as they are; two NaN match."""
        if self.number_type is None:
            return self._agrees(values, y)
        return same(activation.nearest(0, x, self.number_type, values), y)

    def nearly_matches(self, values: Floats, y: Floats) -> NDArray[np.bool_]:
        """The same of values that are a few ulp of float64 off: wrong beside the middle of two numbers of the type."""
        if self.number_type is None:
            return self._agrees(values, y)
        with np.errstate(all="ignore"):
            is_near: NDArray[np.bool_] = np.abs(values - y) <= _SKETCHY * np.spacing(np.abs(y))
            return is_near | same(self.number_type.rounded(values), y)

    def _agrees(self, values: Floats, y: Floats) -> NDArray[np.bool_]:
        """Where values round to results that came as text."""
        with np.errstate(all="ignore"):
            exponent = -float(self.places or 0) if self.digits is None else _leading(y) - self.digits + 1
            is_near: NDArray[np.bool_] = np.abs(values - y) <= 0.5000001 * 10.0**exponent
        return is_near | same(values, y)


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
    def gives_all(self) -> bool:
        """Whether it gives every result."""
        return bool(self.matches.all())

    @property
    def rank(self) -> tuple[float, bool, float]:
        """The better, the smaller: by matches less the price of what was fitted, then ours first, then by distance."""
        price = _PRICE * self.matches.size * self.fitted
        return (price - float(self.matches.sum()), "@" in self.activation.name, self.distance)


class Rival(NamedTuple):
    """A candidate that the input does not tell from the best one."""

    candidate: Candidate
    """It."""
    apart: Peak
    """How far the two functions are apart at most, and where."""


class Contradictions(NamedTuple):
    """Inputs that have several results, which no function gives."""

    inputs: int
    """How many there are."""
    x: float
    """The least of them."""
    results: tuple[float, float]
    """Two of its results."""


class Identity(NamedTuple):
    """What can be said of who made the results."""

    candidates: tuple[Candidate, ...]
    """The best ones, best first."""
    rivals: tuple[Rival, ...]
    """Those that the input does not tell from the first."""
    is_close: bool
    """Whether the first could have made the results at all."""
    has_few: bool
    """Whether there are too few inputs to name the first, whose parameters were fitted to them."""
    constant: float | None
    """What all results are, of two or more inputs: a constant would give them too."""
    contradictions: Contradictions | None
    """Inputs with several results, if there are any."""

    @property
    def named(self) -> Candidate | None:
        """The function that made the results; None where none did, or where several may have."""
        is_sure = self.is_close and not self.has_few and self.constant is None and not self.rivals
        return self.candidates[0] if is_sure else None


def resolution_of(y: Floats, types: Sequence[NumberType]) -> Resolution:
    """How results that came as text were rounded, seen from them: the narrowest type, else the fewest digits.

    `types` are those that they may be numbers of, the narrowest first and float64 last.
    """
    finite = y[np.isfinite(y)]
    for number_type in types:
        if number_type.name != "float64" and (number_type.rounded(finite) == finite).all():
            return Resolution(number_type.name, number_type)
    for count in range(1, 10):
        with np.errstate(over="ignore"):  # where a number is so large that it has no decimals
            rounded = np.round(finite, count)
        if (np.abs(rounded - finite) <= 1e-15 * np.abs(finite)).all():
            return Resolution(counted(count, "decimal"), places=count)
    for count in range(2, 10):
        if all(float(f"{each:.{count}g}") == each for each in finite.tolist()):
            return Resolution(f"{count} digits", digits=count)
    return Resolution(types[-1].name, types[-1])


def identify(x: Floats, y: Floats, resolution: Resolution) -> Identity:
    """Rank the functions of the catalogue, and what libraries make of them, by how well they explain results y at x.

    Parameters are fitted where no function with its defaults gives all results, and never as many as there are inputs,
    which could always be met. Both arrays have one axis and the same length, at least 1.
    """
    probes = _Probes.of(x, y)
    known = [(activation, names, _sketched(activation, probes.x)) for activation, names in definitions()]
    nearest = sorted(known, key=lambda each: probes.loss(each[2]))[:_FINALISTS]
    drafts = [_draft(activation, 0, names, x, y, resolution) for activation, names, _ in nearest]
    distinct_inputs = np.unique(x).size
    if probes.x.size and not any(each.gives_all for each in drafts):
        drafts += _fitted(_fits(probes, distinct_inputs), probes, x, y, resolution)
        if distinct_inputs > len(_Scaled.PARAMETERS) and not any(_is_close(each, y) for each in drafts):
            values = {each.entry.name: at_probes for each, _, at_probes in known if each.entry in FUNCTIONS}
            drafts += _fitted(_scaled_fits(probes, values), probes, x, y, resolution)
    drawn_up = _distinct(sorted(drafts, key=lambda each: each.rank))
    ranked = sorted((_settled(each, x, y, resolution) for each in drawn_up[:_SHOWN]), key=lambda each: each.rank)
    best = ranked[0]
    is_close = _is_close(best, y)
    rivals = [each for each in ranked[1:] if is_close and not _is_told_apart(best, each)]
    apart = [difference(best.activation, each.activation) for each in rivals]
    return Identity(
        tuple(ranked),
        tuple(map(Rival, rivals, apart)),
        is_close,
        distinct_inputs <= _RESULTS_A_PARAMETER * best.fitted,
        float(y[0]) if distinct_inputs > 1 and same(y, y[:1]).all() else None,
        _contradictions(x, y),
    )


def _contradictions(x: Floats, y: Floats) -> Contradictions | None:
    order = np.lexsort((y, x))
    inputs, results = x[order], y[order]
    is_torn = (inputs[1:] == inputs[:-1]) & ~same(results[1:], results[:-1])
    if not is_torn.any():
        return None
    first = int(np.argmax(is_torn))
    pair = (float(results[first]), float(results[first + 1]))
    return Contradictions(np.unique(inputs[1:][is_torn]).size, float(inputs[first]), pair)


def _is_close(best: Candidate, y: Floats) -> bool:
    """Whether a function could have made the results, be it by a kernel that errs."""
    spread = np.max(np.abs(y[np.isfinite(y)]), initial=-1.0)  # without any the distance is 0, which says nothing
    given = int(best.matches.sum()) - best.fitted
    is_often_right = given >= max(_MANY, _ENOUGH * (y.size - best.fitted))
    return best.gives_all or is_often_right or bool(best.distance <= _CLOSE * spread)


def _fitted(fits: "Sequence[_Fit]", probes: "_Probes", x: Floats, y: Floats, resolution: Resolution) -> list[Candidate]:
    """The candidates that fits come to, which may be none where no such parameters are allowed."""
    names_of = {activation.name: names for activation, names in definitions()}
    found = []
    for fit in fits:
        activation = _shortened(fit, probes, resolution)
        names = () if isinstance(fit.family, _Scaled) else names_of[fit.family.entry.shown_name]
        if activation is not None:
            found.append(_draft(activation, len(fit.family.free), names, x, y, resolution))
    return found


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
        largest = np.max(np.abs(kept), initial=0.0) or 1.0
        size = largest * np.sqrt(np.mean((kept / largest) ** 2)) if kept.size else 1.0
        with np.errstate(over="ignore"):
            scale = np.abs(kept) + _SMALL * (size or 1.0)
        return cls(x[chosen], kept, np.minimum(scale, np.finfo(float).max))

    def thinned(self, count: int) -> "_Probes":
        """So many of them, evenly chosen."""
        chosen = np.linspace(0, self.x.size - 1, min(count, self.x.size)).astype(np.intp)
        return _Probes(self.x[chosen], self.y[chosen], self.scale[chosen])

    def residuals(self, values: Floats) -> Floats:
        """How far values are off, relative to the results; what is not finite is far off."""
        with np.errstate(all="ignore"):
            off = np.nan_to_num((values - self.y) / self.scale, nan=_FAR_OFF, posinf=_FAR_OFF, neginf=-_FAR_OFF)
        return np.clip(off, -_FAR_OFF, _FAR_OFF)

    def losses(self, values: Floats) -> Floats:
        """The mean square of the residuals of each row, none of which counts for more than 1; 0 without any."""
        squares = np.minimum(np.abs(self.residuals(values)), 1.0) ** 2
        return np.asarray(squares.sum(axis=-1) / max(self.x.size, 1))

    def loss(self, values: Floats) -> float:
        """The same of a single row."""
        return float(self.losses(values))


class _Sketch(FloatArithmetic):
    """float64 without certified digits, parameters being columns of numbers that enter by their names."""

    def __init__(self, parameters: dict[str, Floats]) -> None:
        self.parameters = parameters

    def constant(self, name: str) -> Floats:
        """The column of a parameter, or a constant of the language."""
        found: Floats = self.parameters[name] if name in self.parameters else super().constant(name)
        return found

    def operate(self, name: str, *arguments: Floats) -> Floats:
        """The error function and its kin by the C library, which is a hundred times as fast as pairs."""
        if name in _OF_ERRORS:
            return np.asarray(_OF_ERRORS[name](*arguments), np.float64)
        found: Floats = super().operate(name, *arguments)
        return found


def _sketched(activation: Activation, x: Floats) -> Floats:
    """What a function gives at finite x, to a few ulp: by its formula, and by its kernel where that breaks down."""
    with np.errstate(all="ignore"):
        values = np.array(np.broadcast_to(evaluate(activation.tree, _Sketch({}), x), x.shape))
    broken = ~np.isfinite(values)
    if broken.any():
        values[broken] = activation.value(x[broken])
    return values


class _Family:
    """An entry whose parameters are free, as a function of them."""

    def __init__(self, entry: Function) -> None:
        defaults = {each.name: _default(each) for each in entry.parameters}
        self.entry = entry
        self.free = tuple(each for each in entry.parameters if not each.whole and np.isfinite(defaults[each.name]))
        """Those that are fitted: what must be whole or is infinite by default stays as it is."""
        self.start = np.array([defaults[each.name] for each in self.free])
        names: dict[str, Node] = {each.name: Constant(each.name) for each in self.free}
        fixed = {each.name: parse(each.default, {}) for each in entry.parameters if each not in self.free}
        self._tree = substituted(parse(entry.formula, DEFINITIONS, tuple(defaults)), fixed | names)

    def values(self, parameters: Floats, x: Floats) -> Floats:
        """The formula in float64, a row for each row of parameters."""
        columns = {each.name: column[:, None] for each, column in zip(self.free, parameters.T, strict=True)}
        with np.errstate(all="ignore"):
            values = evaluate(self._tree, _Sketch(columns), x)
        return np.broadcast_to(np.asarray(values, np.float64), (len(parameters), x.size))

    def function(self, parameters: Floats) -> Activation | None:
        """The function with these parameters; None where it is not defined for them."""
        given = {each.name: value for each, value in zip(self.free, parameters.tolist(), strict=True)}
        shown = ",".join(f"{name}={value!r}" for name, value in given.items())
        try:
            found = placed(self.entry, given, f"{self.entry.shown_name}:{shown}")
        except UsageError:
            return None
        return found if isinstance(found, Activation) else None


class _Scaled(_Family):
    """An entry with its defaults, times a factor, and an offset added."""

    PARAMETERS = (FunctionParameter("scale", "1", "the factor"), FunctionParameter("offset", "0", "what is added"))

    def __init__(self, entry: Function) -> None:
        formula = f"scale * {entry.name}(x) + offset"
        super().__init__(entry._replace(formula=formula, parameters=self.PARAMETERS))

    def function(self, parameters: Floats) -> Activation | None:
        """The expression with these parameters."""
        scale, offset = parameters.tolist()
        factor = "" if scale == 1 else f"{scale!r} * "
        added = f" {'-' if offset < 0 else '+'} {abs(offset)!r}" if offset else ""
        found = find(f"{factor}{self.entry.name}(x){added}")
        return found if isinstance(found, Activation) else None


class _Fit(NamedTuple):
    """The parameters of a family that explain some results best."""

    family: _Family
    parameters: Floats
    loss: float


def _fits(probes: _Probes, distinct_inputs: int) -> list[_Fit]:
    """The families that explain the probes best, their parameters fitted: a look at a grid, then least squares."""
    families = [_Family(entry) for entry in FUNCTIONS if entry.parameters]
    few = probes.thinned(_FEW)
    grid = _grid(few)
    fitted = (family for family in families if 0 < len(family.free) < distinct_inputs)
    rough = sorted((_roughly(family, few, grid) for family in fitted), key=lambda fit: fit.loss)
    return sorted((_finely(fit, probes, grid) for fit in rough[:_FINALISTS]), key=lambda fit: fit.loss)


def _scaled_fits(probes: _Probes, values: Mapping[str, Floats]) -> list[_Fit]:
    """The entries, by their values at the probes, that explain these best once scaled and moved: linear regression."""
    entry_of = {entry.name: entry for entry in FUNCTIONS}
    regressions: list[tuple[float, str, Floats]] = []
    for name, its_values in values.items():
        columns = np.array([its_values, np.ones(probes.x.size)])
        if np.isfinite(columns).all():
            best = np.linalg.lstsq((columns / probes.scale).T, probes.y / probes.scale, rcond=None)[0]
            regressions.append((probes.loss(best @ columns), name, np.asarray(best, np.float64)))
    least = sorted(regressions, key=lambda each: each[0])[:_FEW_FINALISTS]
    return [_Fit(_Scaled(entry_of[name]), best, loss) for loss, name, best in least]


def _roughly(family: _Family, probes: _Probes, grid: Floats) -> _Fit:
    """The best parameters that a look along each axis in turn finds."""
    best, loss = family.start, probes.loss(family.values(family.start[None], probes.x)[0])
    for place in list(range(best.size)) * min(best.size, 2):
        best, loss = _along(family, probes, best, loss, place, grid)
    return _Fit(family, best, loss)


def _along(
    family: _Family, probes: _Probes, best: Floats, loss: float, place: int, tried: Floats
) -> tuple[Floats, float]:
    """The best of some values of one parameter, and its loss."""
    parameters = np.tile(best, (tried.size, 1))
    parameters[:, place] = tried
    losses = probes.losses(family.values(parameters, probes.x))
    least = int(np.argmin(losses))
    return (parameters[least], float(losses[least])) if losses[least] < loss else (best, loss)


def _finely(rough: _Fit, probes: _Probes, grid: Floats) -> _Fit:
    family = rough.family

    def residuals(parameters: Floats) -> Floats:
        return probes.residuals(family.values(parameters, probes.x))

    best = _least_squares(residuals, rough.parameters)
    loss = probes.loss(family.values(best[None], probes.x)[0])
    for place in range(best.size):
        step = np.zeros(best.size)
        step[place] = 1e-6 * max(abs(best[place]), 1e-3)
        above, below = residuals(np.array([best + step, best - step]))
        if (above == below).all():  # a threshold: no slope leads to it
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
    """Minimise the sum of squares by the method of Levenberg and Marquardt, with numeric derivatives.

    `residuals` takes and gives rows, one for each set of parameters.
    """
    best, errors = start, residuals(start[None])[0]
    damping = 1e-3
    for _ in range(_STEPS):
        steps = 1e-6 * np.maximum(np.abs(best), 1e-3)
        slopes = (residuals(best + np.diag(steps)) - errors) / steps[:, None]
        normal, gradient = slopes @ slopes.T, slopes @ errors
        if not gradient.any():
            break
        diagonal = np.diag(normal.diagonal() + 1e-300)
        tried = best - np.linalg.lstsq(normal + damping * diagonal, gradient, rcond=None)[0]
        its_errors = residuals(tried[None])[0]
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
    best = fit.parameters.copy()
    # All together first: parameters that hang together are right together.
    for places in (slice(None), *(slice(place, place + 1) for place in range(best.size))):
        tried = np.tile(best, (_LONGEST + 2, 1))  # the first row has no digits, the last one all
        for count, row in enumerate(tried[:-1]):
            row[places] = [float(f"{value:.{count}g}") if count else 0.0 for value in best[places]]
        values = fit.family.values(tried, probes.x)
        matches, losses = resolution.nearly_matches(values, probes.y).sum(axis=1), probes.losses(values)
        is_better = (matches > matches[-1]) | (matches == probes.y.size)
        is_as_good = is_better | ((matches >= _NEARLY * matches[-1]) & (losses <= losses[-1] / _NEARLY))
        best = next(
            (row for row, is_good in zip(tried, is_as_good, strict=True) if is_good and fit.family.function(row)),
            best,
        )
    return fit.family.function(best)


def _draft(
    activation: Activation, fitted: int, names: tuple[str, ...], x: Floats, y: Floats, resolution: Resolution
) -> Candidate:
    """A candidate as plain float64 sees it, for a first ranking."""
    values = _sketched(activation, x)
    return Candidate(activation, fitted, names, resolution.nearly_matches(values, y), *_distances(values, x, y))


def _settled(draft: Candidate, x: Floats, y: Floats, resolution: Resolution) -> Candidate:
    """The same candidate by its kernels, each of its results rounded once."""
    values = draft.activation.value(x)
    distance, at, mean = _distances(values, x, y)
    matches = resolution.matches(draft.activation, values, x, y)
    return draft._replace(matches=matches, distance=distance, at=at, mean_distance=mean)


def _distances(values: Floats, x: Floats, y: Floats) -> tuple[float, float, float]:
    """The largest distance of finite results from some values, where it is, and the mean one."""
    with np.errstate(all="ignore"):
        apart = np.abs(values - y)
    apart = np.where(np.isnan(apart), np.where(np.isfinite(y), np.inf, 0.0), apart)
    at = int(np.argmax(apart))
    return float(apart[at]), float(x[at]), float(apart.mean())


def _distinct(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that are the same function as a better one, whose names theirs join."""
    line = np.concatenate([-np.geomspace(1e-3, 50, 60)[::-1], [0.0], np.geomspace(1e-3, 50, 60)])
    kept: list[Candidate] = []
    for each in ranked:
        values = _sketched(each.activation, line)
        twin = next((k for k, own in enumerate(kept) if _agree(_sketched(own.activation, line), values)), None)
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

    Where neither ever gives it alone, it must lie at half the distance; where both give all, have fewer parameters
    fitted.
    """
    won = int(np.count_nonzero(best.matches & ~other.matches))
    lost = int(np.count_nonzero(other.matches & ~best.matches))
    if best.gives_all and other.gives_all:
        return other.fitted > best.fitted  # what needs more to say the same
    if won + lost:
        return bool(won - lost > min(_DEVIATIONS * (won + lost) ** 0.5, won + lost - 0.5))
    return bool(best.mean_distance < other.mean_distance / 2)


def _leading(y: Floats) -> Floats:
    """The exponent of the leading decimal digit; 0 for 0."""
    return np.floor(np.log10(np.where((y == 0) | ~np.isfinite(y), 1.0, np.abs(y))))

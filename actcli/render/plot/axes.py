"""Axes counted in cells: limits, and ticks at 1, 2, 2.5 and 5 x 10^n that sit in the middle of cells."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from actcli.arrays import Floats
from actcli.render.plot.figure import Figure

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Value = TypeVar("Value", float, Floats)

_DECADES = 1_000  # more than float64 has
_LOG_LABEL, _LOG_ROWS = 7, 3  # columns, and rows, from a label of a logarithmic axis to the next, about
_LABELS, _MANY_LABELS = 4, 5  # of a y axis: as many as are wanted, and on a high logarithmic one
_MANY_ROWS = 14
_LEAST_DECADE = 6  # rows of one that more than its ends are labelled of
_OFF_LINE = 0.21  # rows that a label may stand off what it says: a dot is 0.25
_FEW_ROWS = 8  # so few that ticks may stand line by line

LARGEST = float(np.finfo(np.float64).max)


class Axis(NamedTuple):
    """Where values lie, counted in cells from the left or from below."""

    cells: int
    """How many there are."""
    values: tuple[float, float]
    """Two values whose places are known."""
    anchors: tuple[int, int]
    """The cells in whose middle those two lie."""
    ticks: tuple[tuple[int, str], ...] = ()
    """Cells and their labels; ticks sit in the middle of cells."""

    def with_ticks(self, values: Sequence[float], labels: Sequence[str]) -> "Axis":
        """The axis with labels at the cells of these values; those beside it are left out."""
        places = np.floor(self.position(np.array(values)) + 0.500001).tolist()  # halves all go one way
        ticks = ((int(place), label) for place, label in zip(places, labels, strict=True) if 0 <= place < self.cells)
        return self._replace(ticks=tuple(ticks))

    def edges(self) -> Floats:
        """The values at the edges of all cells, one more than there are cells."""
        (low, high), (first, last) = self.values, self.anchors
        share = (np.arange(self.cells + 1) - 0.5 - first) / (last - first)
        with np.errstate(over="ignore"):  # the outermost edges lie outside the limits
            return np.asarray(np.clip(low * (1 - share) + high * share, -LARGEST, LARGEST))

    def position(self, values: Floats) -> Floats:
        """The places of these values, 0 in the middle of the first cell; no finite value is past 1e12 cells."""
        first, last = self.anchors
        with np.errstate(all="ignore"):
            places = first + np.asarray(_share(values, *self.values)) * (last - first)
        return np.where(np.isfinite(values), np.clip(places, -1e12, 1e12), places)


class _Step(NamedTuple):
    """A distance between ticks, digits x 10^exponent, kept as integers so that no label shows a rounding."""

    digits: int
    exponent: int

    @property
    def size(self) -> float:
        return float(f"{self.digits}e{self.exponent}")

    def value(self, multiple: int) -> float:
        value = float(f"{multiple * self.digits}e{self.exponent}")
        return max(-LARGEST, min(value, LARGEST))  # a tick outside the data may lie beyond float64

    def multiples(self, low: float, high: float) -> range:
        """The multiples between two values; none where doubles are too coarse to tell them apart."""
        if not max(abs(low), abs(high)) < 1e14 * self.size:
            return range(0)
        return range(math.ceil(low / self.size - 1e-9), math.floor(high / self.size + 1e-9) + 1)

    def labels(self, multiples: range) -> list[str]:
        values = [self.value(k) for k in multiples]
        if self.size >= 1e-5 and max(map(abs, values), default=0) < 1e7:
            return [f"{value:.{max(-self.exponent, 0)}f}" for value in values]
        return [self._with_exponent(k * self.digits) for k in multiples]

    def _with_exponent(self, digits: int) -> str:
        """Write digits x 10^exponent as 2.5e-7, from the whole digits: the nearest float64 may have others."""
        if digits == 0:
            return "0"
        sign, written = "-" if digits < 0 else "", str(abs(digits))
        exponent, written = self.exponent + len(written) - 1, written.rstrip("0")
        point = "." if len(written) > 1 else ""
        return f"{sign}{written[0]}{point}{written[1:]}e{exponent}".removesuffix("e0")


_ROUND = ((1, 0), (2, 0), (25, -1), (5, 0))  # digits of a step, and what they add to its exponent
_LESS_ROUND = (3, 4)
_OF_DECADES = (*_ROUND, *((digits, 0) for digits in _LESS_ROUND))


def _steps(low: float, high: float, round_digits: Sequence[tuple[int, int]] = _ROUND) -> Iterator[_Step]:
    """Yield the steps 1, 2, 2.5 and 5 x 10^n, or others, from a hundredth of the span to twice the span."""
    scale = _scale(low, high)
    exponent = math.floor(math.log10(high * scale - low * scale) - math.log10(scale))
    for n in range(exponent - 2, exponent + 2):
        for digits, shift in round_digits:
            step = _Step(digits, n + shift)
            if 1e-300 < step.size < math.inf:  # subnormal multiples would be unevenly rounded
                yield step


def _share(value: Value, low: float, high: float) -> Value:
    """How far values lie on the way from low to high."""
    scale = _scale(low, high)
    return (value * scale - low * scale) / (high * scale - low * scale)


def _scale(low: float, high: float) -> float:
    # Quarters keep 1e308 - -1e308 from overflowing; anywhere else they would cost subnormal spans their bits.
    return 0.25 if max(abs(low), abs(high)) > 1e300 else 1.0


def drawable_limits(low: float, high: float) -> tuple[float, float]:
    """Limits one can draw between, whatever was asked for."""
    if math.isnan(low) or math.isnan(high):
        return -1.0, 1.0
    low, high = (max(-1.7e308, min(1.7e308, limit)) for limit in sorted((low, high)))
    if low == high:
        pad = abs(low) / 2 if abs(low) > 1e-300 else 1.0
        low, high = max(-1.7e308, low - pad), min(1.7e308, high + pad)
    return low + 0.0, high + 0.0  # never -0.0


def x_axis(figure: Figure, columns: int, *, unicode: bool) -> Axis:
    """The x axis over so many columns, between the limits of the figure."""
    low, high = figure.x_limits
    axis = axis_between(low, high, columns, across=True)
    if not figure.x_is_log:
        return axis
    return _with_numbers(axis, max(int(columns / _LOG_LABEL), 2), unicode=unicode, is_even=False)


def axis_between(low: float, high: float, cells: int, *, across: bool) -> Axis:
    """An axis from exactly `low` to `high`, a few cells shorter where that evens out the ticks."""
    low, high = drawable_limits(low, high)
    scale = _scale(low, high)
    for step in _steps(low, high):
        multiples = step.multiples(low, high)
        if not 2 <= len(multiples) <= cells:
            continue
        labels = step.labels(multiples)
        cells_per_step = (cells - 1) * (step.size * scale / (high * scale - low * scale))
        if cells_per_step < (max(*map(len, labels), cells / 12 - 2, 0) + 2 if across else max(2.0, cells / 8)):
            continue
        even = math.floor(cells_per_step) * (cells - 1) / cells_per_step + 1
        cells = round(even) if abs(even - round(even)) < 1e-6 and even > 0.85 * cells else cells
        axis = Axis(cells, (low, high), (0, cells - 1))
        return axis.with_ticks([step.value(k) for k in multiples], labels)
    return Axis(cells, (low, high), (0, cells - 1)).with_ticks(
        [low, high], [repr(end).removesuffix(".0") for end in (low, high)]
    )


def y_axis(figure: Figure, rows: int, *, unicode: bool) -> Axis:
    """The y axis over so many rows: limits that were asked for are kept, others follow the curves outward."""
    axis = None
    if figure.y_limits is not None:
        axis = axis_between(*figure.y_limits, rows, across=False)
    else:
        extent = figure.extent()
        low, high = drawable_limits(min(extent, default=-1.0), max(extent, default=1.0))
        if figure.y_is_log:
            axis = _fitted(low, high, rows, whole=True)
        axis = axis or _fitted(low, high, rows)
        if axis is None and rows < _FEW_ROWS:
            axis = _fitted(low, high, rows, closest=1)
        axis = axis or axis_between(low, high, rows, across=False)
    return _with_numbers(axis, max(rows // _LOG_ROWS, 2), unicode=unicode) if figure.y_is_log else axis


def _with_numbers(axis: Axis, most: int, *, unicode: bool, is_even: bool = True) -> Axis:
    """A logarithmic axis, its ticks labelled by the numbers whose logarithms they are at.

    Where these are not round, or where ticks need not be whole cells apart and more round numbers are there, ticks
    move to round numbers.
    """
    numbers = tuple(_powers(axis.ticks, unicode=unicode))
    if is_even and len(numbers) > 1:
        return axis._replace(ticks=numbers)
    low, high = axis.edges()[[0, -1]].tolist() if is_even else axis.values
    finer = round_ticks(low, high, most, is_log=True, unicode=unicode)
    return axis.with_ticks(*zip(*finer, strict=True)) if len(finer) > len(numbers) else axis._replace(ticks=numbers)


def free_limits(figure: Figure, above: float, below: float) -> tuple[float, float]:
    """Limits of y around the curves, with free room above and below them as shares of their height."""
    extent = figure.extent()
    low, high = drawable_limits(min(extent, default=-1.0), max(extent, default=1.0))
    half = high / 2 - low / 2
    return max(low - 2 * below * half, -LARGEST), min(high + 2 * above * half, LARGEST)


def round_ticks(low: float, high: float, most: int, *, is_log: bool, unicode: bool = True) -> list[tuple[float, str]]:
    """Ticks at round numbers between two limits, at most so many, and their labels; on a logarithmic axis at decades.

    Two at the least, where the limits are not too close for any.
    """
    low, high = drawable_limits(low, high)
    if is_log and high - low < _DECADES and (ticks := _log_ticks(low, high, most, unicode=unicode)):
        return ticks
    if is_log and high - low < 1 and -300 < low < high < 300:
        numbers = round_ticks(10**low, 10**high, most, is_log=False)
        return [(math.log10(float(label)), label) for _, label in numbers]
    for step in _steps(low, high):
        multiples = step.multiples(low, high)
        if 2 <= len(multiples) <= max(most, 2):
            values, labels = [step.value(k) for k in multiples], step.labels(multiples)
            return (
                [(value, f"{10**value:.4g}") for value in values] if is_log else list(zip(values, labels, strict=True))
            )
    return [(low, repr(low)), (high, repr(high))]


def _log_ticks(low: float, high: float, most: int, *, unicode: bool) -> list[tuple[float, str]]:
    """Ticks at 1, 2, 5 x 10^n where there is room for them, else at powers of ten, or at some of these."""
    for within, decades in (((1, 2, 5), 1), *(((1,), step) for step in (1, 2, 3, 5, 10, 20, 25, 50, 100, 200))):
        first, last = math.floor(low / decades), math.ceil(high / decades)
        numbers = [(digit, n * decades) for n in range(first, last + 1) for digit in within]
        placed = {n + math.log10(digit): (digit, n) for digit, n in numbers}
        seen = {value: number for value, number in placed.items() if low - 1e-9 <= value <= high + 1e-9}
        if 2 <= len(seen) <= most:
            return list(zip(seen, _numbers(list(seen.values()), unicode=unicode), strict=True))
    return []


def _numbers(numbers: Sequence[tuple[int, int]], *, unicode: bool) -> list[str]:
    """Write numbers digit x 10^exponent in full, or where one is too long for that all of them as powers of ten."""
    if all(-3 <= exponent <= 4 for _, exponent in numbers):
        return [f"{float(f'{digit}e{exponent}'):.10f}".rstrip("0").rstrip(".") for digit, exponent in numbers]
    powers = []
    for digit, exponent in numbers:
        power = f"10{str(exponent).translate(_RAISED)}" if unicode else f"1e{exponent}"
        plain = "1" if exponent == 0 else "10" if exponent == 1 else power
        powers.append(plain if digit == 1 else f"{digit}·{power}" if unicode else f"{digit}e{exponent}")
    return powers


def _powers(ticks: Iterable[tuple[int, str]], *, unicode: bool) -> Iterator[tuple[int, str]]:
    """Label ticks at logarithms of 1, 2 to 9 x 10^n by these numbers, and leave the others out."""
    places: dict[int, tuple[int, int]] = {}
    for place, label in ticks:
        exponent = math.floor(float(label) + 1e-9)
        digit = 10 ** (float(label) - exponent)
        if math.isclose(digit, round(digit), rel_tol=1e-9):
            places[place] = round(digit), exponent
    yield from zip(places, _numbers(list(places.values()), unicode=unicode), strict=True)


def _fitted(low: float, high: float, rows: int, *, whole: bool = False, closest: int = 2) -> Axis | None:
    """The axis whose ticks are whole lines apart and that leaves the fewest lines empty; None: there is none.

    Ticks are at whole numbers alone where `whole`, and `closest` lines apart at the least. Whole numbers stand for
    powers of ten: where they are few, 2 and 5 times them are ticks too, if lines are near enough to those.
    """
    wanted = _MANY_LABELS if whole and rows >= _MANY_ROWS else _LABELS
    scale, best, most = _scale(low, high), None, -math.inf
    pad = int(rows >= 12)  # free lines above and below the curves
    for step in _steps(low, high, _OF_DECADES if whole else _ROUND):
        if whole and step.exponent < 0:
            continue
        if not step.multiples(low - step.size, high):
            continue  # doubles are too coarse
        first = math.floor(low / step.size + 1e-9)
        values = step.value(first), step.value(first + 1)
        if not (math.isfinite(values[0]) and values[0] < values[1] < math.inf):
            continue
        start, stop = (_share(limit, *values) for limit in (low, high))
        share = (high * scale - low * scale) / (step.size * scale)
        for spacing in range(min(int((rows - 0.5) / share), rows), closest - 1, -1):
            shift = pad - math.floor(start * spacing + 0.3)  # a third of a line beyond the last middle is still in it
            cells = max(math.ceil(stop * spacing + shift - 0.3) + 1 + pad, 2)
            multiples = range(first - shift // spacing, first + (cells - 1 - shift) // spacing + 1)
            if cells <= rows and len(multiples) > 1:
                axis = Axis(cells, values, (shift, shift + spacing))
                axis = axis.with_ticks([step.value(multiple) for multiple in multiples], step.labels(multiples))
                has_few = whole and step.size == 1 and len(multiples) < _LABELS
                if has_few and _has_lines_within(spacing):
                    axis = axis.with_ticks(*_within_decades(range(multiples.start - 1, multiples.stop)))
                labels = len(axis.ticks)
                merit = share * spacing / rows - 0.12 * max(wanted - labels, 0) - 0.05 * max(labels - 8, 0)
                merit -= 0.13 * (step.digits in _LESS_ROUND)
                if merit > most:
                    best, most = axis, merit
                if not has_few:
                    break
    return best


def _has_lines_within(spacing: int) -> bool:
    """Whether 2 and 5 times a power of ten lie close to lines, so many of which are a decade."""
    places = [spacing * math.log10(digit) for digit in (2, 5)]
    return spacing > _LEAST_DECADE and all(abs(place - round(place)) < _OFF_LINE for place in places)


def _within_decades(exponents: range) -> tuple[list[float], list[str]]:
    """Logarithms of 1, 2 and 5 times powers of ten, as they are and as labels."""
    places = [exponent + math.log10(digit) for exponent in exponents for digit in (1, 2, 5)]
    return places, [repr(place) for place in places]

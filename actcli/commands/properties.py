"""What `compare` tells of each function by itself and beside the first: entries of its card, all of them computed."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from actcli.catalog import Activation, VectorActivation
from actcli.commands.pipeline import description as card
from actcli.errors import counted
from actcli.landmarks import kinks
from actcli.landmarks.apart import difference
from actcli.landmarks.extrema import Extremum
from actcli.landmarks.pieces import Stretch
from actcli.landmarks.shape import highest, largest_slope, limits, lowest, monotone, value_range
from actcli.statistics.depth import depth
from actcli.statistics.normal import DIGITS, Estimate, normal_statistics
from actcli.statistics.variance_map import fixed_point

SHAPE = (
    *("range", "range_includes", "monotone", "kinks", "largest_slope", "largest_slope_at", "slope_at_zero"),
    *("minimum", "minimum_at", "maximum", "maximum_at", "limits", "zones"),
)
MOMENTS = (
    "mean",
    "zero_centred",
    "variance",
    "mean_square",
    "mean_square_slope",
    "forward_gain",
    "backward_gain",
    "fixed_point",
)
DEPTH = ("gradient_bound", "gradient_bound_vanishes_at", "gradient_rms", "gradient_rms_vanishes_at")
APART = ("difference", "difference_at")


class Asked(NamedTuple):
    """The normal input and the number of layers that statistics are asked for."""

    mean: float = 0.0
    sigma: float = 1.0
    layers: int | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """What shaped the answer."""
        return {"mean": self.mean, "sigma": self.sigma} | ({"layers": self.layers} if self.layers else {})


def properties(functions: Sequence[Activation | VectorActivation], asked: Asked) -> tuple[dict[str, Any], ...]:
    """A card a function; beside a function of whole vectors each is told by what it is and is used for alone."""
    element_wise = [each for each in functions if isinstance(each, Activation)]
    told = []
    for function in functions:
        known = card(function) | {"used_for": function.entry.used_for if function.entry else ""}
        if isinstance(function, Activation) and len(element_wise) == len(functions):
            known |= _shape(function) | _moments(function, asked)
            known |= depth(function, asked.layers, asked.mean, asked.sigma).totals() if asked.layers else {}
            known |= _apart(element_wise[0], function) if function is not element_wise[0] else {}
        told.append(known)
    return tuple(told)


def titles(functions: Sequence[Activation | VectorActivation], asked: Asked) -> tuple[str, ...]:
    """The entries of the cards in the order in which a table tells them."""
    if not all(isinstance(each, Activation) for each in functions):
        return ("name", "formula", "used_for")
    depths = DEPTH if asked.layers else ()
    return ("name", "formula", "used_for", *SHAPE, *MOMENTS, *depths, *(APART if len(functions) > 1 else ()))


def headings(functions: Sequence[Activation | VectorActivation], asked: Asked) -> Mapping[str, str]:
    """Lines that stand above the first entry of a group."""
    standard = asked.mean == 0 and asked.sigma == 1
    normal = "a standard normal input" if standard else f"a normal input, mean {asked.mean:g}, sigma {asked.sigma:g}"
    layers = counted(asked.layers or 0, "layer")
    first = next((each.name for each in functions if isinstance(each, Activation)), "")
    return {
        "mean": f"behind {normal}",
        "gradient_bound": f"a gradient through {layers}",
        "difference": f"largest distance from {first}",
    }


def unsettled(functions: Sequence[Activation | VectorActivation], asked: Asked) -> tuple[str, ...]:
    """Notes on moments that ten digits are not told of."""
    lines = []
    for function in functions:
        if isinstance(function, Activation):
            estimates = normal_statistics(function, asked.mean, asked.sigma)._asdict()
            for name, estimate in estimates.items():
                if estimate.digits < DIGITS:
                    told = f"settles to {estimate.digits} digits" if estimate.digits else "does not settle"
                    lines.append(f"{function.name}: the {name.replace('_', ' ')} {told}")
    return tuple(lines)


def _shape(activation: Activation) -> dict[str, Any]:
    taken, steepest = value_range(activation), largest_slope(activation)
    return {
        "range": [taken.low, taken.high],
        "range_includes": [taken.includes_low, taken.includes_high],
        "monotone": monotone(activation) or "no",
        "kinks": [kink.x for kink in kinks(activation)],
        "largest_slope": steepest.size,
        "largest_slope_at": steepest.places,
        "slope_at_zero": float(activation.slope(np.zeros(1))[0]),
        **_extremum("minimum", lowest(activation)),
        **_extremum("maximum", highest(activation)),
        "limits": list(limits(activation, 0)),
    }


def _extremum(name: str, extremum: Extremum | None) -> dict[str, Any]:
    if extremum is None:
        return {name: None, f"{name}_at": None}
    return {name: extremum.value, f"{name}_at": (Stretch(extremum.low, extremum.high),)}


def _moments(activation: Activation, asked: Asked) -> dict[str, Any]:
    found = normal_statistics(activation, asked.mean, asked.sigma)
    estimates = {**found._asdict(), "forward_gain": found.forward_gain, "backward_gain": found.backward_gain}
    told: dict[str, Any] = {name: estimate.value for name, estimate in estimates.items()}
    return told | {"zero_centred": _zero_centred(found.mean), "fixed_point": _rest(fixed_point(activation))}


def _zero_centred(mean: Estimate) -> bool | None:
    return None if mean.value is None or math.isnan(mean.value) else mean.value == 0


def _rest(point: Estimate | None) -> float | str | None:
    if point is None or point.value is None:
        return None
    return "any" if math.isnan(point.value) else point.value


def _apart(first: Activation, function: Activation) -> dict[str, Any]:
    peak = difference(first, function)
    return {"difference": peak.size, "difference_at": peak.places}

"""The table of properties: what is known of functions and of data, and how each property is called, computed and shown.

A property is one row of `PROPERTIES`. Commands compute by it; tables, TSV, JSON, its schema and the pages of docs/ walk
over it. Functions of `analysis` are imported where they are called: totals and lists are printed without them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from actcli.arrays import Floats
from actcli.catalog import Activation, VectorActivation

if TYPE_CHECKING:
    from actcli.analysis.depth import Depth, Init, Propagation
    from actcli.analysis.distance import Sameness
    from actcli.analysis.distance.sameness import Domain
    from actcli.analysis.normal import Estimate, NormalStatistics
    from actcli.analysis.pieces import Stretch
    from actcli.analysis.shape import Extremum, Peak, Range
    from actcli.catalog import Entry


class Subject:
    """A function to describe, and what that depends on: a normal input, layers of some gain, another function."""

    def __init__(
        self,
        function: Activation | VectorActivation,
        mean: float = 0.0,
        sigma: float = 1.0,
        layers: int | None = None,
        init: "Init" = 1.0,
        first: Activation | None = None,
        given: Floats | None = None,
    ) -> None:
        self.function = function
        self.mean = mean
        self.sigma = sigma
        self.layers = layers
        self.init = init
        self.first = first
        self.given = np.empty(0) if given is None else given

    @property
    def activation(self) -> Activation:
        """The function, where it is element-wise."""
        if not isinstance(self.function, Activation):
            raise TypeError(f"{self.function.name} acts on whole vectors")
        return self.function

    @property
    def entry(self) -> "Entry | None":
        """Its entry in the catalogue; None for a typed expression."""
        return self.function.entry

    @cached_property
    def range(self) -> "Range":
        """The values it takes."""
        from actcli.analysis.shape import value_range

        return value_range(self.activation)

    @cached_property
    def steepest(self) -> "Peak":
        """The largest |f′| and where it is."""
        from actcli.analysis.shape import largest_slope

        return largest_slope(self.activation)

    @cached_property
    def lowest(self) -> "Extremum | None":
        """The least value, where it is taken at an extremum."""
        from actcli.analysis.shape import lowest

        return lowest(self.activation)

    @cached_property
    def highest(self) -> "Extremum | None":
        """The largest value, where it is taken at an extremum."""
        from actcli.analysis.shape import highest

        return highest(self.activation)

    @cached_property
    def normal(self) -> "NormalStatistics":
        """Moments for the normal input."""
        from actcli.analysis.normal import normal_statistics

        return normal_statistics(self.activation, self.mean, self.sigma)

    @cached_property
    def depth(self) -> "Depth":
        """What the layers make of a gradient."""
        from actcli.analysis.depth import depth

        return depth(self.activation, self.layers or 1, self.mean, self.sigma)

    @cached_property
    def propagation(self) -> "Propagation | None":
        """What the layers, with random weights, make of a signal; None where they are too many to be followed."""
        from actcli.analysis.depth import DEEPEST, propagation

        layers = self.layers or 1
        return propagation(self.activation, layers, self.init, self.mean, self.sigma) if layers <= DEEPEST else None

    @property
    def gain(self) -> "Estimate":
        """That of the initial weights."""
        from actcli.analysis.depth import propagation

        return propagation(self.activation, 1, self.init, self.mean, self.sigma).gain

    @property
    def keeping_gain(self) -> "Estimate":
        """The one that keeps the signal."""
        from actcli.analysis.depth import keeping_gain

        return keeping_gain(self.activation, self.mean, self.sigma)

    @cached_property
    def distance(self) -> "Peak":
        """The largest distance from the first function, and where it is."""
        from actcli.analysis.distance import difference
        from actcli.analysis.shape import Peak

        if self.sameness is not None and self.sameness.points is None:
            return Peak(0.0, ())  # a proof leaves nothing to look for
        return difference(self.first or self.activation, self.activation, self.given)

    @cached_property
    def sameness(self) -> "Sameness | None":
        """Whether it is the first function; None where it is another one."""
        from actcli.analysis.distance import sameness

        return sameness(self.first or self.activation, self.activation, self.given)

    @property
    def same(self) -> str | None:
        """How it is known that it is the first function; None where it is another one."""
        found = None if self.distance.size else self.sameness
        return None if found is None or found.undefined else _evidence(found)

    @property
    def same_where_defined(self) -> str | None:
        """How it is known that it is the first function where both are defined, and where one is not; else None."""
        found = None if self.distance.size else self.sameness
        if found is None or not found.undefined:
            return None
        names = ((self.first or self.activation).name, self.activation.name)
        undefined = [f"{names[each.place]} is undefined {_where(each)}" for each in found.undefined]
        return "; ".join([_evidence(found), *undefined])


def _evidence(sameness: "Sameness") -> str:
    if sameness.points is None:
        return "equal when written out"
    return f"within 1 ulp at {sameness.points:,} points, by sampling, not by proof"


def _where(domain: "Domain") -> str:
    low, high = (f"{end:.12g}" for end in (domain.low, domain.high))
    if low == high:
        return f"at {low}"
    return f"on {'[' if domain.includes_low else '('}{low}, {high}{']' if domain.includes_high else ')'}"


class Kind(NamedTuple):
    """What sort of value a property has."""

    name: str
    """How it is printed: by the printer of this name in `render`."""
    schema: Mapping[str, Any] | None
    """What JSON holds, as a part of its schema; None where JSON has it at another place."""


class Group(NamedTuple):
    """Properties that are known together."""

    title: str
    """What they are about."""
    part: Literal["function", "totals"]
    """Where JSON has them: in `functions`, or in those of its `summary`."""
    heading: str = ""
    """The line above them in a table, in which {input}, {layers}, {such_layers} and {first} are put in."""


class Property(NamedTuple):
    """A row of the table: one property of a function, or of the data that a function was given."""

    key: str
    """Its name in JSON and TSV."""
    group: Group
    """The part of the table it stands in."""
    kind: Kind
    """Chooses how its value is written."""
    meaning: str
    """One sentence for the schema and the docs."""
    compute: Callable[[Subject], Any] | None = None
    """What gives its value; None where the command fills it in, from an entry, a measurement or an accumulator."""
    title: str = ""
    """Its name in tables, where that is not the key."""
    nothing: str = ""
    """What a table says where there is none."""
    of_layers: str = ""
    """Its name in the table of several layers, which leaves others out."""
    within: str = ""
    """The key of the property with which it shares a row of a table."""
    is_column: bool = True
    """Whether it has a column in TSV."""
    is_shown: bool = True
    """Whether a table shows it; else it is for other programs alone."""

    @property
    def label(self) -> str:
        """What a table calls it."""
        return self.title or self.key


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _or_none(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _records(fields: Mapping[str, Any]) -> Kind:
    """Objects of which a table makes a small table of its own."""
    item = {"type": "object", "required": list(fields), "properties": fields}
    return Kind("any", {"type": "array", "items": item})


_TEXT, _FLAG = {"type": "string"}, {"type": "boolean"}
_NUMBER, _COUNT = _ref("number"), _ref("count")
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_PAIR_OF_FLAGS = {"type": "array", "items": _FLAG, "minItems": 2, "maxItems": 2}

# A kind is a printer of `render` and what JSON holds. What the printer also looks at stands beside it, by its key.
TEXT = Kind("any", _TEXT)
TEXT_OR_NONE = Kind("any", _or_none(_TEXT))
WORDS = Kind("any", {"type": "array", "items": _TEXT})
REASONS = Kind("reasons", {"type": "array", "items": _TEXT})
YES_NO = Kind("any", {"type": ["boolean", "null"]})
INTEGER = Kind("any", _COUNT)
INTEGER_OR_NONE = Kind("any", _or_none(_COUNT))
COUNT = Kind("count", _COUNT)
COUNT_AND_SHARE = Kind("count_and_share", _COUNT)  # KEY_share
LEFT_OUT = Kind("left_out", _COUNT)
OF_UNITS = Kind("of_units", _or_none(_COUNT))  # units
SHARE = Kind("number", _SHARE)
NUMBER = Kind("number", _NUMBER)
NUMBER_OR_NONE = Kind("number", _ref("number_or_none"))
NUMBER_OR_ANY = Kind("number", {"anyOf": [_ref("number_or_none"), {"const": "any"}]})
EXPECTATION = Kind("expectation", _ref("number_or_none"))  # NaN where the function is undefined for some inputs
PLACED = Kind("placed", _NUMBER)  # KEY_at
PLACED_OR_NONE = Kind("placed", _ref("number_or_none"))  # KEY_at
DISTANCE = Kind("distance", _NUMBER)  # KEY_at, same
PLACES = Kind("any", _ref("places"))
INCLUDED = Kind("any", _or_none({"type": "array", "items": _PAIR_OF_FLAGS}))  # of each place
LAYER = Kind("layer", _ref("layer"))  # KEY without _vanishes_at
FAULT = Kind("fault", _COUNT)  # first_KEY_x, first_KEY_got, first_KEY_wanted
CLASSES = _records({"up_to": _ref("number_or_none"), "results": _COUNT, "share": _SHARE})._replace(name="classes")
SEGMENTS = _records(
    {
        "from": _NUMBER,
        "to": _NUMBER,
        "inputs": _COUNT,
        "exact": _COUNT,
        "exact_share": _SHARE,
        "ulp_error": _ref("number_or_none"),
        "mean_ulp_error": _ref("number_or_none"),
    }
)._replace(name="segments")
WORST = Kind("worst", _NUMBER)  # KEY_x, KEY_got, KEY_wanted
PAIR = Kind("any", _ref("pair"))
RANGE = Kind("range", _ref("pair"))  # KEY_includes
TWO_FLAGS = Kind("any", _PAIR_OF_FLAGS)
POINTS = Kind("points", _or_none(_ref("numbers")))
ZONES = Kind("zones", None)
OBJECT = Kind("any", {"type": "object"})
TAKES = _records({"name": _TEXT, "default": _TEXT, "meaning": _TEXT})
DEFINITIONS = _records({"library": _TEXT, "definition": _TEXT})
CORNERS = _records({"x": _NUMBER, "left_slope": _NUMBER, "slope": _NUMBER, "right_slope": _NUMBER, "jump": _FLAG})
_ZONE_KIND = {"enum": ["saturated", "dead"]}
STRETCHES = _records({"kind": _ZONE_KIND, "from": _NUMBER, "to": _NUMBER, "includes_from": _FLAG, "includes_to": _FLAG})
COUNTS_DRAWN = Kind("drawn", {"type": "array", "items": _COUNT})
_BIN_FIELDS = {"from": _NUMBER, "to": _NUMBER, "vectors": _COUNT, "confidence": _NUMBER, "accuracy": _NUMBER}
BINS_DRAWN = Kind("drawn", _or_none(_records(_BIN_FIELDS).schema or {}))
VALUE_AND_LINE = Kind("any", _ref("value_and_line"))
LAYERS = Kind("any", {"type": "array", "items": _ref("totals")})
SHARES = Kind("any", {"type": "object", "additionalProperties": _ref("numbers")})
UNITS = _records({"unit": _COUNT, "state": _TEXT, "rows": _COUNT, "share": _NUMBER})
ANYTHING = Kind("any", {})


def one_of(*words: str) -> Kind:
    """One of some words."""
    return Kind("any", {"enum": list(words)})


ABOUT = Group("Every function", "function")
STATED = Group("Derivatives", "function")
ENTRY = Group("One function of the catalogue", "function")
USE = Group("Use", "function")
SHAPE = Group("Shape", "function")
NORMAL = Group("Moments for a normal input", "function", "for {input}")
CHOICE = Group("Choosing", "function", "when to take it and when not, for {input}")
DEPTH = Group("Gradients through layers", "function", "a gradient through {layers}")
SIGNAL = Group(
    "A signal through layers of random weights",
    "function",
    "a signal through {layers}: weights std gain / sqrt(fan_in)",
)
FROM_FIRST = Group("Distance from the first function", "function", "largest distance from {first}")
COST = Group("Cost on this machine", "function")
IDENTITY = Group("Who made some results", "function")
COUNTS = Group("Inputs and units", "totals")
UNIT = Group("One of the ill units", "totals")
SOFTMAXES = Group("Softmaxes of all vectors", "totals")
SCORES = Group("Losses of all vectors", "totals")
KERNEL = Group("Errors of a kernel", "totals")
DATA = Group("Moments of data", "totals")
GRADIENT = Group("A gradient through layers of this data", "totals", "a gradient through {such_layers}")


def _takes(subject: Subject) -> list[dict[str, Any]] | None:
    """The parameters of an entry; with their values where the user gave any."""
    function, entry = subject.function, subject.entry
    if entry is None:
        return None
    takes = [
        {
            "name": parameter.name,
            "default": parameter.default + (" (ours)" if parameter.ours else ""),
            "meaning": parameter.meaning,
            **({"needs": parameter.valid} if parameter.valid else {}),
        }
        for parameter in entry.parameters
    ]
    if function.name in (entry.name, entry.shown_name):
        return takes
    placed = dict(function.parameters)
    return [known | {"value": placed[known["name"]]} for known in takes]


def _differs(subject: Subject) -> list[dict[str, str]] | None:
    from actcli.catalog.libraries import differences

    return None if subject.entry is None else differences(subject.entry)


def _agrees(subject: Subject) -> list[str] | None:
    from actcli.catalog.libraries import agreeing

    return None if subject.entry is None else agreeing(subject.entry)


def _corners(subject: Subject) -> list[dict[str, Any]] | None:
    """Both slopes at each kink, and the one that holds by convention."""
    from actcli.analysis import kinks

    activation = subject.function
    if not isinstance(activation, Activation):
        return None
    corners = []
    for kink in kinks(activation):
        slope = float(activation.slope(np.array([kink.x]))[0])
        # One of the two is the convention, but for rounding.
        left, right = (slope if np.isclose(side, slope, rtol=1e-12) else side for side in kink[1:3])
        corners.append({"x": kink.x, "left_slope": left, "slope": slope, "right_slope": right, "jump": kink.is_jump})
    return corners


def _stretches(subject: Subject) -> list[dict[str, Any]] | None:
    from actcli.analysis import zones

    if not isinstance(subject.function, Activation):
        return None
    return [
        {
            "kind": zone.kind,
            "from": zone.low,
            "to": zone.high,
            "includes_from": zone.low_included,
            "includes_to": zone.high_included,
        }
        for zone in zones(subject.function)
    ]


def _monotone(subject: Subject) -> str:
    from actcli.analysis.shape import monotone

    return monotone(subject.activation) or "no"


def _kinks(subject: Subject) -> list[float] | None:
    from actcli.analysis import kinks, pieces

    if any(piece.is_wave for piece in pieces(subject.activation)):
        return None
    return [kink.x for kink in kinks(subject.activation)]


def _limits(subject: Subject) -> list[float]:
    from actcli.analysis.shape import limits

    return list(limits(subject.activation, 0))


def _value(extremum: "Extremum | None") -> float | None:
    return None if extremum is None else extremum.value


def _taken(subject: Subject, extremum: "Extremum | None") -> "tuple[Stretch, ...] | None":
    """Where an extreme value is taken."""
    from actcli.analysis.shape import places

    return None if extremum is None else places(subject.activation, extremum)


def _ends(places: "tuple[Stretch, ...] | None") -> list[tuple[float, float]] | None:
    return None if places is None else [place.ends for place in places]


def _included(places: "tuple[Stretch, ...] | None") -> list[tuple[bool, bool]] | None:
    return None if places is None else [place.includes for place in places]


def _is_centred(subject: Subject) -> bool | None:
    mean = subject.normal.mean.value
    return None if mean is None or np.isnan(mean) else mean == 0


def _take(subject: Subject) -> list[str]:
    from actcli.results.choosing import reasons_for

    return reasons_for(subject)


def _avoid(subject: Subject) -> list[str]:
    from actcli.results.choosing import reasons_against

    return reasons_against(subject)


def _fixed_point(subject: Subject) -> float | str | None:
    from actcli.analysis.normal import fixed_point

    point = fixed_point(subject.activation)
    if point is None or point.value is None:
        return None
    return "any" if np.isnan(point.value) else point.value


def _fault(kind: str, title: str, what: str) -> Iterator[Property]:
    """What is counted apart from a kernel's errors, and the first of it."""
    yield Property(kind, KERNEL, FAULT, f"{what}.", title=title, nothing="none")
    yield Property(f"first_{kind}_x", KERNEL, NUMBER, "The input of the first of them.", within=kind)
    yield Property(f"first_{kind}_got", KERNEL, NUMBER, "Its result.", within=kind)
    yield Property(f"first_{kind}_wanted", KERNEL, NUMBER, "The best number of the type there.", within=kind)
    yield Property(f"first_{kind}_index", KERNEL, INTEGER, "Which of the results it is, counted from 0.", within=kind)


def _worst(measure: str, unit: str) -> Iterator[Property]:
    """The largest error of a kernel by one measure, and where it is."""
    key = f"{measure}_error"
    yield Property(key, KERNEL, WORST, f"The largest error, {unit}.", title=f"worst, {measure}", nothing="none")
    yield Property(f"{key}_x", KERNEL, NUMBER, "The input where it is.", within=key)
    yield Property(f"{key}_got", KERNEL, NUMBER, "The result there.", within=key)
    yield Property(f"{key}_wanted", KERNEL, NUMBER, "The best number of the type there.", within=key)
    yield Property(f"{key}_index", KERNEL, INTEGER, "Which of the results it is, counted from 0.", within=key)


# A table is read line by line, which it is not with an argument a line.
# fmt: off
PROPERTIES: tuple[Property, ...] = (
    # Every function.
    Property("name", ABOUT, TEXT, "What the user calls it."),
    Property("kind", ABOUT, one_of("element-wise", "vector"), "What it acts on.", is_column=False),
    Property("formula", ABOUT, TEXT, "Its definition, in the formula language."),
    Property("slope_formula", STATED, TEXT_OR_NONE, "Its slope, as the entry states it.", title="slope"),
    Property("curvature_formula", STATED, TEXT_OR_NONE, "Its curvature, as the entry states it.", title="curvature"),
    Property("parameters", ABOUT, OBJECT, "Its parameters by name; in a list their defaults.", is_column=False),

    # `list` of one function.
    Property("takes", ENTRY, TAKES, "Its parameters, what each means, and what it must be.", _takes),
    Property("aliases", ENTRY, WORDS, "Its other names."),
    Property("differs", ENTRY, DEFINITIONS, "Libraries that mean something else by its name.", _differs),
    Property("agrees", ENTRY, WORDS, "Libraries that mean the same by its name.", _agrees),
    Property("kinks", ENTRY, CORNERS, "Where its slope jumps, from what to what, and the slope there by convention.",
             _corners, nothing="smooth"),
    Property("zones", ENTRY, STRETCHES, "Where it is saturated or dead.", _stretches),
    Property("limits", ENTRY, OBJECT, "What value, slope and curvature tend to at -inf and inf, as formulas."),
    Property("jacobian", ENTRY, YES_NO, "Whether its slopes in every input are known.",
             lambda f: True if getattr(f.entry, "jacobian", None) else None),
    Property("notes", ENTRY, WORDS, "What one should know of it."),
    Property("source", ENTRY, TEXT, "Where it was published."),
    Property("used_for", USE, TEXT, "What it is used for.", lambda f: f.entry.used_for if f.entry else ""),

    # `compare`.
    Property("range", SHAPE, RANGE, "The least and the largest value, or what they near.",
             lambda f: [f.range.low, f.range.high]),
    Property("range_includes", SHAPE, TWO_FLAGS, "Whether it takes the least and the largest value.",
             lambda f: [f.range.includes_low, f.range.includes_high], within="range"),
    Property("monotone", SHAPE, one_of("rising", "falling", "constant", "no"), "Whether it only rises or only falls.",
             _monotone),
    Property("kinks", SHAPE, POINTS, "Where its slope jumps; null where it may at every turn of a wave.",
             _kinks, nothing="none"),
    Property("largest_slope", SHAPE, PLACED, "The largest |f'|, one-sided slopes at kinks among them.",
             lambda f: f.steepest.size, title="largest slope"),
    Property("largest_slope_at", SHAPE, PLACES, "Where |f'| is largest.",
             lambda f: _ends(f.steepest.places), within="largest_slope"),
    Property("largest_slope_at_includes", SHAPE, INCLUDED, "Whether |f'| is that large at either end of each, too.",
             lambda f: _included(f.steepest.places), within="largest_slope", is_column=False),
    Property("slope_at_zero", SHAPE, NUMBER, "The slope at 0.",
             lambda f: float(f.activation.answers(1, np.zeros(1)).values[0]), within="largest_slope"),
    Property("minimum", SHAPE, PLACED_OR_NONE, "The least value; null where none is taken.",
             lambda f: _value(f.lowest), nothing="none"),
    Property("minimum_at", SHAPE, PLACES, "Where it takes the least value.",
             lambda f: _ends(_taken(f, f.lowest)), within="minimum"),
    Property("minimum_at_includes", SHAPE, INCLUDED, "Whether it takes it at either end of each, too.",
             lambda f: _included(_taken(f, f.lowest)), within="minimum", is_column=False),
    Property("maximum", SHAPE, PLACED_OR_NONE, "The largest value; null where none is taken.",
             lambda f: _value(f.highest)),
    Property("maximum_at", SHAPE, PLACES, "Where it takes the largest value.",
             lambda f: _ends(_taken(f, f.highest)), within="maximum"),
    Property("maximum_at_includes", SHAPE, INCLUDED, "Whether it takes it at either end of each, too.",
             lambda f: _included(_taken(f, f.highest)), within="maximum", is_column=False),
    Property("limits", SHAPE, PAIR, "What it tends to at -inf and inf.", _limits, within="range"),
    Property("zones", SHAPE, ZONES, "Where it is saturated or dead.", nothing="none"),

    Property("mean", NORMAL, EXPECTATION, "E f(x), x normal; null where it does not settle.",
             lambda f: f.normal.mean.value, nothing="not settled"),
    Property("zero_centred", NORMAL, YES_NO, "Whether the mean is 0.", _is_centred, title="zero-centred"),
    Property("variance", NORMAL, EXPECTATION, "The variance of f(x).",
             lambda f: f.normal.variance.value, nothing="not settled"),
    Property("mean_square", NORMAL, EXPECTATION, "E f(x)**2.",
             lambda f: f.normal.mean_square.value, title="mean square", nothing="not settled"),
    Property("mean_square_slope", NORMAL, EXPECTATION, "E f'(x)**2.",
             lambda f: f.normal.mean_square_slope.value, title="mean sq. slope", nothing="not settled"),
    Property("forward_gain", NORMAL, EXPECTATION, "1 / sqrt(E f**2): the factor on f that makes the mean square 1.",
             lambda f: f.normal.forward_gain.value, title="forward gain", nothing="not settled"),
    Property("backward_gain", NORMAL, EXPECTATION, "1 / sqrt(E f'**2): the factor on f' that makes its mean square 1.",
             lambda f: f.normal.backward_gain.value, title="backward gain", nothing="not settled"),
    Property("fixed_point", NORMAL, NUMBER_OR_ANY,
             "The variance that layers tend to; any: each stays as it is; null: none attracts.",
             _fixed_point, title="fixed point", nothing="none"),

    Property("take", CHOICE, REASONS, "What speaks for it, with the figures that say so.", _take, title="take it",
             nothing="nothing found"),
    Property("avoid", CHOICE, REASONS, "What speaks against it.", _avoid, title="not", nothing="nothing found"),

    Property("gradient_bound", DEPTH, NUMBER, "The largest |f'| to the power of the layers.",
             lambda f: f.depth.bound, title="at most"),
    Property("gradient_bound_vanishes_at", DEPTH, LAYER, "The first layer at which that is below 0.001.",
             lambda f: f.depth.bound_vanishes_at, title="< 0.001 from"),
    Property("gradient_rms", DEPTH, NUMBER_OR_NONE, "sqrt(E f'**2) to the power of the layers.",
             lambda f: f.depth.rms, title="root mean sq.", nothing="not settled"),
    Property("gradient_rms_vanishes_at", DEPTH, LAYER, "The first layer at which that is below 0.001.",
             lambda f: f.depth.rms_vanishes_at, title="< 0.001 from"),

    Property("gain", SIGNAL, EXPECTATION, "The gain of the weights, whose standard deviation is gain / sqrt(fan_in).",
             lambda f: f.gain.value, nothing="not settled"),
    Property("signal_mean_square", SIGNAL, EXPECTATION, "That of the pre-activations after the layers.",
             lambda f: f.propagation and f.propagation.signals[-1].forward.value,
             title="signal, mean sq.", nothing="not settled"),
    Property("gradient_mean_square", SIGNAL, EXPECTATION,
             "That of the gradient before the layers, where it is 1 after them.",
             lambda f: f.propagation and f.propagation.signals[-1].backward.value,
             title="gradient, mean sq.", nothing="not settled"),
    Property("keeping_gain", SIGNAL, EXPECTATION, "The gain that keeps the mean square of the signal.",
             lambda f: f.keeping_gain.value, title="gain to keep it", nothing="not settled"),

    Property("difference", FROM_FIRST, DISTANCE, "The largest |f - g|, g the first function.",
             lambda f: f.distance.size, title="distance"),
    Property("difference_at", FROM_FIRST, PLACES, "Where |f - g| is largest.",
             lambda f: _ends(f.distance.places), within="difference"),
    Property("same", FROM_FIRST, TEXT_OR_NONE,
             "How it is known that g is the same function; null where it is another one, or that is not known.",
             lambda f: f.same, within="difference"),
    Property("same_where_defined", FROM_FIRST, TEXT_OR_NONE,
             "How it is known that g is the same function where both are defined, and where one of them alone is not;"
             " null where both are defined at the same places.",
             lambda f: f.same_where_defined, within="difference"),

    # `compare --cost`, filled in by its measurement.
    Property("value_ns", COST, NUMBER, "Nanoseconds that a value takes in a NumPy kernel of ours.", title="value, ns"),
    Property("value_ratio", COST, NUMBER, "What a value costs, in values of relu.", title="value, / relu"),
    Property("slope_ns", COST, NUMBER, "Nanoseconds that a slope takes in a NumPy kernel of ours.", title="slope, ns"),
    Property("slope_ratio", COST, NUMBER, "What a slope costs, in values of relu.", title="slope, / relu"),

    # `identify`, filled in by its search.
    Property("equal", IDENTITY, COUNT_AND_SHARE, "At how many inputs the function gives the result, rounded as it is."),
    Property("equal_share", IDENTITY, SHARE, "Their share of the inputs.", within="equal"),
    Property("distance", IDENTITY, NUMBER, "The largest distance of a result from the function."),
    Property("distance_at", IDENTITY, NUMBER, "The x where that is.", title="at x ="),
    Property("fitted", IDENTITY, INTEGER, "How many parameters were fitted to the results."),
    Property("known_as", IDENTITY, WORDS, "Its names in libraries, and specs of others that are the same function.",
             title="known as"),

    # Totals, filled in by accumulators.
    Property("function", COUNTS, TEXT, "The function that was given the inputs.", is_column=False, is_shown=False),
    Property("layer", COUNTS, TEXT, "The file, without folders that all have in common, and after a colon its array."),
    Property("layers", COUNTS, LAYERS, "The same totals of each layer of the input.", is_column=False, is_shown=False),
    Property("vectors", COUNTS, INTEGER, "Vectors of the input.", within="compared"),
    Property("inputs", COUNTS, INTEGER, "Values of the input.", of_layers="inputs"),
    Property("inputs_nan", COUNTS, COUNT, "Those that are NaN.", title="NaN inputs", of_layers="NaN"),
    Property("inputs_infinite", COUNTS, COUNT, "Those that are infinite.", title="infinite inputs", of_layers="inf"),
    Property("saturated", COUNTS, COUNT_AND_SHARE, "Inputs in a saturated zone."),
    Property("saturated_share", COUNTS, SHARE, "Their share of the inputs.", within="saturated", of_layers="saturated"),
    Property("underflow", COUNTS, INTEGER, "Of the saturated inputs those at which the slope is 0 in the dtype."),
    Property("dead", COUNTS, COUNT_AND_SHARE, "Inputs in a dead zone."),
    Property("dead_share", COUNTS, SHARE, "Their share of the inputs.", within="dead", of_layers="dead"),
    Property("units", COUNTS, INTEGER_OR_NONE, "Columns of matrices of two rows or more; null where there are none.",
             within="units_dead"),
    Property("units_dead", COUNTS, OF_UNITS, "Units that are dead in every row but those of NaN.", title="units dead",
             of_layers="units dead"),
    Property("units_saturated", COUNTS, OF_UNITS, "Units that are saturated in most rows.", title="mostly saturated",
             of_layers="mostly saturated"),
    Property("first_saturated", COUNTS, VALUE_AND_LINE,
             "The first saturated input, and its line, or its row and its place there, from 0.", is_column=False,
             is_shown=False),

    Property("unit_shares", COUNTS, SHARES, "Of each unit the share of rows in which it is dead, saturated or NaN.",
             is_column=False, is_shown=False),
    Property("units_listed", COUNTS, UNITS, "The ill units, worst first.", is_column=False, is_shown=False),
    Property("unit", UNIT, INTEGER, "Its index, from 0."),
    Property("state", UNIT, one_of("dead", "saturated", "undefined"),
             "Dead in every row, saturated in most, or undefined, NaN, in some."),
    Property("rows", UNIT, INTEGER, "The rows of its matrix."),
    Property("share", UNIT, SHARE, "In what share of them it is that."),

    Property("mean_loss", SCORES, NUMBER, "The mean over the vectors that have a target.", title="mean loss"),
    Property("accuracy", SCORES, SHARE, "The share of vectors whose first largest logit is that of their class."),
    Property("calibration_error", SCORES, NUMBER, "Expected calibration error over 10 bins of equal width: the mean "
             "of |accuracy - confidence|, each bin weighted by its vectors; Guo et al. 2017, arXiv 1706.04599.",
             title="calibration error"),
    Property("calibration_error_equal_mass", SCORES, NUMBER_OR_NONE, "The same over 10 bins of equal mass, Roelofs "
             "et al. 2022, arXiv 2012.08668; null beyond 4,194,304 vectors, which would have to be held.",
             title="with equal mass", nothing="too many to hold"),
    Property("reliability", SCORES, BINS_DRAWN,
             "Mean confidence and accuracy of each bin of equal width that holds any vectors.", is_column=False),
    Property("reliability_equal_mass", SCORES, BINS_DRAWN, "The same for the bins of equal mass.", is_column=False),

    Property("mean_entropy", SOFTMAXES, NUMBER, "The mean entropy of the softmaxes, in bits.",
             title="mean entropy, bits"),
    Property("effective_classes", SOFTMAXES, NUMBER, "2**mean_entropy: so many equal shares have that entropy.",
             title="effective classes"),
    Property("mean_confidence", SOFTMAXES, NUMBER, "The mean of the largest probability.", title="mean confidence"),
    Property("wins", SOFTMAXES, COUNTS_DRAWN,
             "How often each class has the first largest probability, in the order of the classes."),
    Property("vectors_undefined", SOFTMAXES, LEFT_OUT, "Vectors whose softmax is NaN, left out of all these means.",
             title="undefined"),
    Property("vectors_ignored", SOFTMAXES, LEFT_OUT, "Vectors of the class of --ignore-index, left out as well.",
             title="ignored"),

    Property("dtype", KERNEL, TEXT, "The number type of the results that are compared with the best ones."),
    Property("compared", KERNEL, COUNT, "How many results there are."),
    Property("exact", KERNEL, COUNT_AND_SHARE, "Those that are the best of their type."),
    Property("exact_share", KERNEL, SHARE, "Their share of the results.", within="exact"),
    Property("within_1_ulp", KERNEL, COUNT_AND_SHARE, "Those that are off by one unit in the last place at most.",
             title="within 1 ulp"),
    Property("within_1_ulp_share", KERNEL, SHARE, "Their share of the results.", within="within_1_ulp"),
    Property("subnormal", KERNEL, COUNT, "Subnormal inputs and results, left out.", title="left out"),
    Property("errors", KERNEL, CLASSES, "Finite errors by size; each class begins where the one before it ends.",
             title="errors, ulp", is_column=False),
    *_fault("not_finite", "not finite", "Results that are infinite or NaN in place of a number"),
    *_fault("finite", "finite", "Results that are a number in place of an infinity or NaN"),
    *_fault("lost", "lost", "Results that are 0 in place of another number"),
    *_fault("wrong_sign", "wrong sign", "Results of the wrong sign"),
    *_fault("out_of_order", "out of order", "Results that fall to the next larger input where the function rises"),
    Property("mean_ulp_error", KERNEL, NUMBER_OR_NONE, "The mean of the finite errors, in ulp.",
             title="mean, ulp", nothing="not settled"),
    *_worst("ulp", "in units of the last place of the number wanted"),
    *_worst("absolute", "as a difference"),
    *_worst("relative", "as a share of the number wanted"),
    Property("segments", KERNEL, SEGMENTS, "Errors by segments of x, which end at powers of two.",
             title="by x", is_column=False),

    Property("input_mean", DATA, NUMBER_OR_NONE, "The mean of finite inputs.", title="mean input", of_layers="mean in"),
    Property("input_standard_deviation", DATA, NUMBER_OR_NONE, "The standard deviation of these.",
             title="std of inputs", of_layers="std in"),
    Property("mean", DATA, NUMBER_OR_NONE, "Of finite values; the same bits however the data is cut.",
             of_layers="mean out"),
    Property("standard_deviation", DATA, NUMBER_OR_NONE, "Of these values, not as a sample.", title="std deviation",
             of_layers="std out"),
    Property("zero_centred", DATA, YES_NO, "Whether the mean is within a tenth of a standard deviation of 0.",
             title="zero-centred"),
    Property("undefined", DATA, LEFT_OUT, "Values that are NaN, left out of the moments."),
    Property("infinite", DATA, LEFT_OUT, "Values that are infinite, left out of the moments."),
    Property("mean_slope", DATA, NUMBER_OR_NONE, "The mean of |f'|.", title="mean |slope|", of_layers="mean |slope|"),
    Property("rms_slope", DATA, NUMBER_OR_NONE, "The root mean square of f'.", title="rms slope",
             of_layers="rms slope"),

    Property("gradient", GRADIENT, NUMBER_OR_NONE, "rms_slope to the power of the layers.", title="root mean sq.",
             of_layers="gradient"),
    Property("gradient_vanishes_at", GRADIENT, LAYER, "The first layer at which that is below 0.001.",
             title="< 0.001 from"),
)
# fmt: on

NAME = PROPERTIES[0]


def columns(*groups: Group) -> tuple[Property, ...]:
    """The properties of some groups that have a column, in the order of the table."""
    return tuple(row for row in PROPERTIES if row.group in groups and row.is_column)


def describe(subject: Subject, *groups: Group) -> dict[str, Any]:
    """What is computed of a function for some groups, by key."""
    return {row.key: row.compute(subject) for row in PROPERTIES if row.group in groups and row.compute}


def named(keys: Iterable[str], part: Literal["function", "totals"] = "function") -> tuple[Property, ...]:
    """The properties of some keys, first sought in one part of JSON; a key that has no row is shown by itself."""
    rows = sorted(PROPERTIES, key=lambda row: row.group.part != part)
    known = {row.key: row for row in reversed(rows)}
    return tuple(known.get(key) or Property(key, ABOUT, ANYTHING, "") for key in keys)

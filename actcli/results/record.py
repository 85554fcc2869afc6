"""What a command returns: a header, chunks of vectors with their answers, and the accumulators that take them in."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from actcli.analysis import Kink, Zone
from actcli.errors import UsageError
from actcli.results.accumulators import Accumulator, InputCounts
from actcli.results.chunks import Chunk, Field
from actcli.results.messages import Message, warning
from actcli.results.vectors import Layer, Meter, layer_names

if TYPE_CHECKING:
    from actcli.analysis.shape import Extremum, Peak
    from actcli.analysis.view import Asymptote
    from actcli.results.properties import Property


SizeName = Literal["paper", "slide"]


class Landmarks(NamedTuple):
    """The landmarks of one function that a picture marks and names."""

    extrema: "tuple[Extremum, ...]" = ()
    """From left to right."""
    kinks: tuple[Kink, ...] = ()
    """From left to right."""
    asymptotes: "tuple[Asymptote, ...]" = ()
    """At most one a side."""
    steepest: "tuple[Extremum, ...]" = ()
    """Where the slope turns, from left to right; empty where it is not drawn."""
    farthest: "Peak | None" = None
    """Of a difference from another function the largest in sight; None where the curve is a function itself."""


class Reference(NamedTuple):
    """A value on an axis that curves are read against."""

    axis: Literal["x", "y"]
    """The axis that it is on."""
    value: float
    """As the user would type it, whatever the scale."""
    label: str
    """A few words."""


class View(NamedTuple):
    """A picture: sampled chunks are its curves, and set its limits of x; all others are drawn with them."""

    landmarks: tuple[Landmarks, ...] = ()
    """The landmarks of each function."""
    y_limits: tuple[float, float] | None = None
    """None where the curves set them."""
    x_is_log: bool = False
    """Whether x is drawn on a scale of logarithms."""
    y_is_log: bool = False
    """Whether y is drawn on a scale of logarithms."""
    has_segments: bool = False
    """Whether every second stretch of x between powers of 2 is shaded, or of a larger power where they are many."""
    title: str | None = None
    """In place of the usual one."""
    notes: tuple[str, ...] = ()
    """Lines below the picture."""
    references: tuple[Reference, ...] = ()
    """Lines across the picture."""
    first: str = ""
    """Where curves are differences from a function, its name."""
    size: SizeName | None = None
    """What a saved picture is made for, in place of columns and lines."""
    is_asked_for: bool = False
    """Whether it is drawn with a table even where the screen has no room for both."""
    layout: Literal["overlay", "grid", "auto"] = "auto"
    """Whether curves share one frame."""
    width: int | None = None
    """In columns; None for what fits."""
    height: int | None = None
    """In lines; None for what fits."""


class Header(NamedTuple):
    """What is known before the first value."""

    command: str
    """Its name."""
    descriptions: tuple[Mapping[str, Any], ...]
    """What is known of each function by name: name, formula, parameters, and what the command adds."""
    fields: tuple[Field, ...] = ()
    """The kinds of answers, in the order in which they are shown."""
    zones: tuple[tuple[Zone, ...], ...] = ()
    """Of each function; empty where nobody looks for zones."""
    properties: "tuple[Property, ...]" = ()
    """The rows of the table of properties that are shown of the descriptions."""
    headings: Mapping[str, str] = MappingProxyType({})
    """What a table calls x."""
    x_name: str = "x"
    """What rows for programs call x; where that is something else, JSON has both."""
    labels: tuple[str, ...] = ()
    """The names of a vector's entries."""
    kept: tuple[str, ...] = ()
    """The names of the text that goes along with each vector."""
    view: View | None = None
    """Of a picture; None where nothing is drawn."""
    settings: Mapping[str, Any] = MappingProxyType({})
    """What shaped the answer, for JSON."""
    messages: tuple[Message, ...] = ()
    """What is said before the first answer."""
    shape: tuple[int, ...] | None = None
    """That of the input where it is one array."""
    axis: int | None = None
    """The axis of it that vectors lie along, where that is not the last one."""
    meter: Meter | None = None
    """Shows how far reading has come; None where nobody waits."""
    has_masks: bool = False
    """Whether -inf is an input like any other, as it is where it masks a logit."""
    has_layers: bool = False
    """Whether each layer of the input has totals and messages of its own."""
    lists_units: bool = False
    """Whether the ill units take the place of the totals of layers."""
    is_total: bool = False
    """Whether the answer is what all chunks come to, without rows of values."""

    @property
    def answers(self) -> tuple[str, ...]:
        """The names of the kinds of answers."""
        return tuple(field.name for field in self.fields)

    @property
    def names(self) -> tuple[str, ...]:
        """The functions as the user knows them."""
        return tuple(str(each["name"]) for each in self.descriptions)

    def kept_names(self, taken: Iterable[str] = ()) -> list[str]:
        """The names of what goes along with a vector, each once: `kept_NAME`, `kept_NAME_2` for one that is taken."""
        names, known, copies = list[str](), set(taken), Counter[str]()
        for each in self.kept:
            name = each
            while name in known:
                copies[each] += 1  # never tried twice, so that thousands of one name take no longer than others
                name = f"kept_{each}" if copies[each] == 1 else f"kept_{each}_{copies[each]}"
            names.append(name)
            known.add(name)
        return names


class Layout(NamedTuple):
    """The names of an answer's fields by what they belong to."""

    vector: tuple[str, ...]
    """A number for each vector."""
    value: tuple[str, ...]
    """A number for each value."""
    pair: tuple[str, ...]
    """A number for each pair of values of a vector."""
    has_x: bool
    """Whether each value of an answer belongs to one of the input, which is shown beside it."""

    @classmethod
    def of(cls, header: Header, *, with_details: bool = False) -> "Layout":
        """Sort the fields of a header; details are for tables and JSON, a row of values holds one answer."""
        shown = [field for field in header.fields if with_details or not field.detail]
        return cls(
            vector=tuple(field.name for field in shown if field.per == "vector"),
            value=tuple(field.name for field in shown if field.per == "value"),
            pair=tuple(field.name for field in shown if field.per == "pair"),
            has_x=all(field.has_x for field in shown),
        )

    @property
    def is_like_input(self) -> bool:
        """Whether there is one number for each of the input's, in its place."""
        return self.has_x and len(self.value) == 1 and not self.vector and not self.pair

    def require_rows(self, name: str) -> None:
        """Raise UsageError where the format `name`, which has a row a value, cannot hold numbers for pairs beside."""
        if self.pair and (len(self.pair) > 1 or self.vector or self.value):
            raise self._too_many(name)

    def _too_many(self, name: str) -> UsageError:
        names = ", ".join(self.vector + self.value + self.pair)
        return UsageError(f"{name} holds one answer, and this gives several: {names}", "--format json holds them all")

    def require_one_number(self, name: str, header: Header) -> None:
        """Raise UsageError where the format `name`, which has no column names, would mix unlike numbers."""
        self.require_rows(name)
        if len(self.value) > 1 and self.vector:
            raise self._too_many(name)
        cure = "--format tsv has a column for each"
        if len(header.descriptions) > 1:
            raise UsageError(f"{name} holds the answer of one function, and here are {len(header.descriptions)}", cure)
        if len(self.value) > 1:
            raise UsageError(f"{name} holds one number a value, and here are {' and '.join(self.value)}", cure)


Accumulators = tuple[Accumulator, ...]


class Result:
    """A header, the chunks as they become known, and accumulators that are whole once all chunks have passed.

    Where the header has layers, each layer of the input has accumulators of its own.
    """

    def __init__(self, header: Header, source: Iterable[Chunk] = (), accumulators: Iterable[Accumulator] = ()) -> None:
        self.header = header
        self.layers: dict[Layer, Accumulators] = {}
        """The accumulators of each layer, in the order of the input; of all of it where the header has no layers."""
        self.on_chunk: Callable[[], None] | None = None
        """Called for every chunk that has passed."""
        self.has_curves = True
        """Whether the sampled curves are shown; nothing is said of those for which a screen had no room."""
        self.source = iter(source)
        self._begun: Accumulators = (*accumulators, InputCounts(has_masks=header.has_masks))
        """What the accumulators of a layer begin as."""
        self._is_counted = False

    def again(self, chunks: Iterable[Chunk] = (), header: Header | None = None) -> "Result":
        """The same result with chunks that are counted already, and if need be another header."""
        result = Result(header or self.header, chunks)
        result.layers, result._begun, result._is_counted = self.layers, self._begun, True
        return result

    def chunks(self) -> Iterator[Chunk]:
        """Hand over the chunks one by one, each taken in by the accumulators as it passes."""
        for chunk in self.source:
            if not self._is_counted:
                for accumulator in self._of(chunk.vectors.layer):
                    if accumulator.is_of_samples == chunk.is_sampled:
                        accumulator.update(chunk)
            if self.on_chunk:
                self.on_chunk()
            if len(chunk.vectors.lengths):  # else it only tells of faults
                yield chunk

    def merging(self, parts: Iterable[Iterable[tuple[Layer, Accumulators]]]) -> "Result":
        """The same result, which takes in the layers of parts of its input in place of chunks."""

        def merged() -> Iterator[Chunk]:
            for part in parts:
                self.merge(part)
                if self.on_chunk:
                    self.on_chunk()
            yield from ()

        self.source = merged()
        return self

    def merge(self, later: Iterable[tuple[Layer, Accumulators]]) -> None:
        """Take in the layers of a result for other parts of the same input."""
        for layer, accumulators in later:
            for own, other in zip(self._of(layer), accumulators, strict=True):
                own.merge(other)

    def _of(self, layer: Layer) -> Accumulators:
        """The accumulators that take in what belongs to a layer."""
        if not self.header.has_layers:
            return self.layers.setdefault(Layer(), self._begun)
        if layer not in self.layers:
            self.layers[layer] = deepcopy(self._begun)
        return self.layers[layer]

    @property
    def accumulators(self) -> Accumulators:
        """Those of the whole input."""
        if len(self.layers) == 1:
            return next(iter(self.layers.values()))
        if not self.header.has_layers:
            return self._begun
        whole = deepcopy(self._begun)
        for accumulators in self.layers.values():
            for own, other in zip(whole, deepcopy(accumulators), strict=True):
                own.merge(other)
        return whole

    @property
    def inputs(self) -> InputCounts:
        """How much input there was in all."""
        return next(each for each in self.accumulators if isinstance(each, InputCounts))

    def totals(self, function: int | None, layer: Layer | None = None) -> dict[str, Any]:
        """What the function in this place makes of all chunks, or of those of a layer; of the input alone for None."""
        accumulators = self.accumulators if layer is None else self.layers[layer]
        first = sorted(accumulators, key=lambda each: not isinstance(each, InputCounts))
        own = (each.totals() for each in first if each.function == function)
        return {name: total for totals in own for name, total in totals.items()}

    def rows(self, function: int) -> list[dict[str, Any]]:
        """What the function in this place makes of each layer, with the name of the layer if any has one."""
        names = layer_names(self.layers)
        named = {layer: {"layer": name} if any(names.values()) else {} for layer, name in names.items()}
        if not self.layers:
            return [self.totals(None) | self.totals(function)]
        return [named[layer] | self.totals(None, layer) | self.totals(function, layer) for layer in self.layers]

    def messages(self, *, counted: bool = True) -> list[Message]:
        """What only all chunks together can say, layer by layer in the order of the accumulators.

        A message that names its source itself is about a whole file.

        Those whose numbers stand in the totals are left out unless they are to be `counted`.
        """

        def said(each: Accumulator) -> Iterator[Message]:
            is_told = (counted or not each.is_counted) and (self.has_curves or not each.is_of_samples)
            return each.messages() if is_told else iter(())

        return self._said(said)

    def of_nothing(self) -> list[Message]:
        """A warning for each layer that holds no values, and for an input without any."""
        if not self.inputs.inputs:
            return [warning("no_inputs")]
        names = layer_names(self.layers)
        return [
            warning("empty_layer")._replace(layer=names[layer])
            for layer, accumulators in self.layers.items()
            if not any(each.inputs for each in accumulators if isinstance(each, InputCounts))
        ]

    def crossings(self, most: float) -> list[Message]:
        """Where more than a user lets pass is exceeded, layer by layer."""
        return self._said(lambda each: each.crossings(most))

    def _said(self, said: Callable[[Accumulator], Iterator[Message]]) -> list[Message]:
        if len(self.layers) < 2:
            return [message for each in self.accumulators for message in said(each)]
        names = layer_names(self.layers)
        return [
            message if "source" in message.facts else message._replace(layer=names[layer])
            for layer, accumulators in self.layers.items()
            for each in accumulators
            for message in said(each)
        ]

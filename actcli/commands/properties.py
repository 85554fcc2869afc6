"""What `compare` says of each function by itself and beside the first: properties, all of them computed."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from actcli.analysis.normal import DIGITS, normal_statistics
from actcli.catalog import Activation, VectorActivation
from actcli.commands.pipeline import description
from actcli.results.messages import Message, note
from actcli.results.properties import (
    ABOUT,
    DEPTH,
    FROM_FIRST,
    NORMAL,
    SHAPE,
    USE,
    Group,
    Property,
    Subject,
    columns,
    described,
)

Functions = Sequence[Activation | VectorActivation]


class Asked(NamedTuple):
    """The normal input and the number of layers that statistics are asked for."""

    mean: float = 0.0
    sigma: float = 1.0
    layers: int | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """What shaped the answer."""
        return {"mean": self.mean, "sigma": self.sigma} | ({"layers": self.layers} if self.layers else {})


def properties(functions: Functions, asked: Asked) -> tuple[dict[str, Any], ...]:
    """A description of each function; beside a function of whole vectors only what it is and is used for."""
    groups = _groups(functions, asked)
    first = functions[0]
    descriptions = []
    for function in functions:
        subject = Subject(function, *asked, first if isinstance(first, Activation) else None)
        own = [group for group in groups if group is not FROM_FIRST or function is not first]
        descriptions.append(description(function) | described(subject, *own))
    return tuple(descriptions)


def titles(functions: Functions, asked: Asked) -> tuple[Property, ...]:
    """The properties that a table shows, in its order."""
    return columns(*_groups(functions, asked))


def _groups(functions: Functions, asked: Asked) -> tuple[Group, ...]:
    if not all(isinstance(each, Activation) for each in functions):
        return (ABOUT, USE)
    several = (FROM_FIRST,) if len(functions) > 1 else ()
    return (ABOUT, USE, SHAPE, NORMAL, *((DEPTH,) if asked.layers else ()), *several)


def unsettled(functions: Functions, asked: Asked) -> Iterator[Message]:
    """Notes on moments that have fewer than ten certain digits."""
    for function in functions:
        if isinstance(function, Activation):
            estimates = normal_statistics(function, asked.mean, asked.sigma)._asdict()
            for name, estimate in estimates.items():
                if estimate.digits < DIGITS:
                    yield note("moment_unsettled", function=function.name, moment=name, digits=estimate.digits)

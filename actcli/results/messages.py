"""What is said on stderr beside an answer: a level, which sentence it is, and the facts in it."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Level = Literal["note", "warning", "gate"]


class Message(NamedTuple):
    """Something to say; `render.messages` has the words, a function for each sentence."""

    level: Level
    """A note says how an answer is to be taken, a warning that something is amiss, a gate why the status is 3."""
    sentence: str
    """The name of the function that words it."""
    facts: Mapping[str, Any]
    """The arguments of that function."""
    layer: str = ""
    """The name of the layer that it is about; empty where there is only one."""


def note(sentence: str, **facts: Any) -> Message:
    """A note: how an answer is to be taken."""
    return Message("note", sentence, facts)


def warning(sentence: str, **facts: Any) -> Message:
    """A warning: something is amiss with the input."""
    return Message("warning", sentence, facts)


def crossing(sentence: str, **facts: Any) -> Message:
    """A gate that was crossed."""
    return Message("gate", sentence, facts)

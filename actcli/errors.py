"""Errors that carry the cure, and the exit codes they end with."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

DATA_FAILED = 1
USAGE_WRONG = 2
GATE_CROSSED = 3

_EXCERPT_WIDTH = 72
_JOINERS = "\u200c\u200d"  # letters of Persian, of the scripts of India, and within emoji
_LONGEST_NAME = 64
_NAMES_SHOWN, _WIDTH_SHOWN = 12, 100


def printable(text: str) -> str:
    """`text` with control characters and lone surrogates escaped, so that no input steers a terminal."""
    if text.isprintable():
        return text
    is_shown = (c.isprintable() or c in _JOINERS for c in text)
    return "".join(
        c if shown else c.encode("unicode_escape").decode("ascii") for c, shown in zip(text, is_shown, strict=True)
    )


def quoted(text: str) -> str:
    """What was typed between quotes, cut where it would fill the screen."""
    shown = printable(text[: _EXCERPT_WIDTH + 1])
    return f"'{shown}'" if len(shown) <= _EXCERPT_WIDTH else f"'{shown[:_EXCERPT_WIDTH]}…'"


def counted(count: int, noun: str) -> str:
    """A count with its noun: `1 column`, `2 columns`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Some names in a row, as many as fit on a line."""
    text = printable(", ".join(names[:_NAMES_SHOWN]))
    if len(text) > _WIDTH_SHOWN:
        return f"{text[:_WIDTH_SHOWN]}…"
    return f"{text} and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else text


def _cells(text: str) -> int:
    """How many cells of a terminal a text takes: two for each wide character, as those of Asian scripts are."""
    if text.isascii():
        return len(text)
    from unicodedata import east_asian_width  # which only such a text need pay

    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


class Place(NamedTuple):
    """Where in a text the trouble lies: a caret goes under `width` characters from `column` (0-based)."""

    text: str
    """A line of input, or an expression."""
    column: int
    """Of the first wrong character."""
    width: int = 1
    """How many characters are wrong."""

    def drawn(self) -> str:
        """Two lines: the text, cut to the surroundings of the trouble, and the carets."""
        start = max(0, self.column - _EXCERPT_WIDTH // 2)
        before = printable(self.text[start : self.column])
        marked = printable(self.text[self.column : self.column + self.width])[:_EXCERPT_WIDTH]
        room = max(0, _EXCERPT_WIDTH - len(before) - len(marked))
        after = printable(self.text[self.column + self.width :][:room])
        lead = "…" if start else ""
        carets = " " * (len(lead) + _cells(before)) + "^" * max(1, _cells(marked))
        return f"  {lead}{before}{marked}{after}\n  {carets}"


class ActcliError(Exception):
    """What went wrong (`message`), how to cure it (`hint`) and where it lies (`place`)."""

    status = DATA_FAILED

    def __init__(self, message: str, hint: str | None = None, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place

    def report(self) -> str:
        """All that goes to stderr, without the final newline."""
        lines = [f"actcli: error: {self.message}"]
        if self.place:
            lines.append(self.place.drawn())
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        lines += [f"  {note}" for note in getattr(self, "__notes__", ())]  # such as where an unfinished answer lies
        return "\n".join(lines)


class Refusal(NamedTuple):
    """Why something is refused, for an error that the asker raises."""

    message: str
    """What is wrong."""
    hint: str
    """How to cure it."""


class UsageError(ActcliError):
    """The command line is wrong: exit code 2."""

    status = USAGE_WRONG


class DataError(ActcliError):
    """The data or the machine failed: exit code 1."""


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The names nearest to a mistyped one, three at the most."""
    if len(name) > _LONGEST_NAME:  # the search takes the square of the length, and no name is that long
        return []
    import difflib  # 5 ms, which only an error may cost

    return difflib.get_close_matches(name, list(dict.fromkeys(known)), n=3, cutoff=0.6)


def nearest_names(name: str, known: Iterable[str]) -> str:
    """The end of a sentence that offers the names nearest to a mistyped one, empty where none is near."""
    near = [printable(each) for each in nearest(name, known)]  # names of a file may hold anything
    if not near:
        return ""
    return f": did you mean {', '.join(near[:-1])} or {near[-1]}?" if len(near) > 1 else f": did you mean {near[0]}?"

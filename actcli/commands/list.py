"""`actcli list`: the catalogue, and everything that is known of one function."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import numpy as np

from actcli.analysis import kinks, pieces
from actcli.catalog import ENTRIES, Activation, Entry, VectorActivation, description, find, folded
from actcli.catalog.table import names_to_guess
from actcli.errors import UsageError, nearest_names, printable
from actcli.formula.tree import mentions_x
from actcli.options import ListingOptions, Patterns
from actcli.output import Output
from actcli.results import Header, Result
from actcli.results.properties import ABOUT, ENTRY, STATED, USE, Subject, columns, describe


def list_(output_options: ListingOptions, patterns: Patterns = None) -> tuple[Result, Output]:
    """Every function whose names match PATTERN, or that have its words; of one all there is.

    Words are sought in names, uses, notes, sources and parameters, and among what is known of the curve: dead,
    saturated, zero-centred, smooth, kinks, jumps. All of them must be there; singular or plural, British or American
    spelling are one.
    """
    output = output_options.settle("properties", has_values=False)
    pattern = " ".join(patterns) if patterns else None
    named = [] if pattern is None else _named(pattern) or _all_named(pattern.split())
    entries = list(ENTRIES) if pattern is None else named or _found(pattern)
    # Rows have the same columns however many were found.
    is_row = len(named) != 1 and output.format in ("csv", "tsv")
    if len(entries) == 1 and not is_row:
        return _one(find(entries[0].name), entries[0].shown_name), output
    if not entries and pattern is not None:
        # A spec that `eval` takes, such as relu:0.2 or gelu@jax, or a name with a typing slip, is taken as there.
        try:
            found = find(pattern)
        except UsageError as error:
            raise _no_match(pattern) from error
        if isinstance(found, Activation) and not mentions_x(found.tree):  # a number, or a word such as nan
            raise _no_match(pattern)
        return _one(found, found.name), output
    descriptions = tuple(description(entry) for entry in entries)
    return Result(Header(command="list", descriptions=descriptions, properties=columns(ABOUT, USE))), output


def _no_match(pattern: str) -> UsageError:
    near = nearest_names(pattern, names_to_guess())
    message = f"no function in the catalogue matches '{printable(pattern)}'{near}"
    return UsageError(message, "`actcli list` alone shows every name and use")


def _named(pattern: str) -> list[Entry]:
    """The one entry whose name or alias this is, a name before an alias."""
    wanted = folded(pattern)
    own = [entry for entry in ENTRIES if folded(entry.name) == wanted]
    return own or [entry for entry in ENTRIES if wanted in map(folded, entry.aliases)]


def _all_named(words: Sequence[str]) -> list[Entry]:
    """The entries of several names; none where one of them is no name."""
    each = [_named(word) for word in words]
    return [entry for entries in each for entry in entries] if all(each) else []


def _found(pattern: str) -> list[Entry]:
    """Those whose names match, then those that are called by one of the words, by use, and that have them anywhere."""
    wanted = folded(pattern)
    found = [entry for entry in ENTRIES if any(wanted in name or fnmatchcase(name, wanted) for name in _names(entry))]
    words = _words(pattern)
    if words and _IS_PROSE.fullmatch(pattern):
        about = [entry for entry in ENTRIES if _is_about(entry, words)]
        found += [entry for entry in about if len(_left(entry, words)) < len(words)]
        found += [entry for entry in about if _has_all([entry.used_for], words)]
        found += about
    return list(dict.fromkeys(found))


def _names(entry: Entry) -> list[str]:
    return [folded(name) for name in (entry.name, *entry.aliases)]


def _is_about(entry: Entry, words: Sequence[str]) -> bool:
    parameters = (part for each in entry.parameters for part in (each.name, each.meaning))
    texts = [entry.used_for, entry.source, *entry.notes, *parameters]
    return _has_all([*texts, *_facts(entry, words)], _left(entry, words))


def _left(entry: Entry, words: Sequence[str]) -> list[str]:
    """The words that are no part of its names."""
    names = _names(entry)
    return [word for word in words if not (len(word) > _SHORT and any(word in name for name in names))]


def _has_all(texts: Iterable[str], words: Sequence[str]) -> bool:
    """Whether each word begins one of those of the texts; a short one has to be one of them."""
    known = {word for text in texts for word in _words(text)}
    return all(word in known or (len(word) > _SHORT and any(one.startswith(word) for one in known)) for word in words)


_SHORT = 2  # letters, which begin too many words
_IS_PROSE = re.compile(r"[\w\s.,'-]+")  # and neither a glob nor a spec, such as relu:0.2 or gelu@jax
_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
_PLURAL = re.compile(r"(?<=ss)es$|(?<=[^s]{3})s$")
_SPELLINGS = (("centred", "centered"), ("centre", "center"), ("is(?=e|i|at)", "iz"), ("our(?=$|s$)", "or"))


@cache
def _words(text: str) -> Sequence[str]:
    """The words of a text as they are compared: in small letters, American and in the singular."""
    words = list[str]()
    for word in _WORD.findall(text.casefold()):
        spelled = word
        for british, american in _SPELLINGS:
            spelled = re.sub(british, american, spelled)
        words.append(_PLURAL.sub("", spelled))
    return words


# What is known of a curve and is quickly found out.


def _facts(entry: Entry, words: Sequence[str]) -> list[str]:
    """The facts that the words ask for and that hold of the curve of an entry."""
    asked = [fact for fact in _FACTS if any(_has_all([fact], [word]) for word in words)]
    curve = find(entry.name) if asked else None
    return [fact for fact in asked if isinstance(curve, Activation) and _FACTS[fact](curve)]


def _is_dead(curve: Activation) -> bool:
    return any(piece.is_constant for piece in pieces(curve))


def _is_saturated(curve: Activation) -> bool:
    from actcli.analysis.shape import limits

    (left, right), outer = limits(curve, 1), pieces(curve)
    return (left == 0 and not outer[0].is_constant) or (right == 0 and not outer[-1].is_constant)


_POINTS = np.array([0.01, 0.3, 0.7, 1.7, 4.0, 30.0])


def _is_odd(curve: Activation) -> bool:
    return np.array_equal(curve.value(-_POINTS), -curve.value(_POINTS))


_FACTS: Mapping[str, Callable[[Activation], bool]] = {
    "dead": _is_dead,
    "saturated": _is_saturated,
    "zero-centred": _is_odd,
    "odd": _is_odd,
    "kink": lambda curve: bool(kinks(curve)),
    "jump": lambda curve: any(kink.is_jump for kink in kinks(curve)),
    "smooth": lambda curve: not kinks(curve),
}


def _one(function: Activation | VectorActivation, name: str) -> Result:
    """All that is known of a function, which is to be called by this name."""
    entry = function.entry
    known: dict[str, Any] = {"formula": function.formula} if entry is None else description(entry)
    known["name"] = name
    if entry is not None and name != entry.shown_name:
        known["parameters"] = dict(function.parameters)
    computed = describe(Subject(function), ENTRY, USE)
    known |= {key: value for key, value in computed.items() if value is not None and value != ""}
    return Result(Header(command="list", descriptions=(known,), properties=columns(ABOUT, STATED, ENTRY, USE)))

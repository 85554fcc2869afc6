"""What a mistaken command line was meant to be: the line that its error offers as a cure."""

import re
import shlex
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from actcli.catalog import VectorActivation, find
from actcli.catalog.table import entry_named
from actcli.errors import UsageError, nearest, printable
from actcli.inputs.words import is_values

Words = list[str]

# Words of other programs, and what to type here.
_WORDS: Mapping[str, Words] = {"help": ["-h"], "version": ["--version"]}

# Options that people try: eval becomes grad, and plot has --slope.
_TO_GRAD = ("--grad", "--gradient", "--derivative", "--slope", "--deriv")
_TO_SLOPE = ("--grad", "--gradient", "--derivative", "--deriv")
_FORMATS = ("json", "jsonl", "csv", "tsv", "npy")
_OTHER_NAMES: Mapping[str, Words] = {
    **{f"--{each}": ["--format", each] for each in _FORMATS},
    "--precision": ["--digits"],
    "--out": ["--output"],
    "--file": ["--input"],
    "--delimiter": ["--from"],
    "--no-color": ["--color", "never"],
}
_SHORT_WITH_VALUE = ("-i", "-f", "-n", "-o")
_NOT_BESIDE_JACOBIAN = ("--layers", "--curvature", "--exact", "--saturation")
_LIMITS = ("--xlim", "--x-lim", "--xrange", "--range")
_OF_ONE_FUNCTION = ("eval", "grad")
_OF_FUNCTIONS = ("plot", "compare")
_WITHOUT_VALUE = (
    "--inverse",
    "--curvature",
    "--exact",
    "--quiet",
    "--summary",
    "--probabilities",
)  # values may follow these
_PERCENT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)%", re.ASCII)
_UNDERSCORES = re.compile(r"[-+]?\d+(?:_\d+)+(?:\.\d*)?(?:[eE][-+]?\d+)?", re.ASCII)
_BASED = re.compile(r"[-+]?0(?:x[\da-f]+|o[0-7]+|b[01]+)", re.ASCII | re.IGNORECASE)
_POINTS = re.compile(r"([-+]?\d+)\.\.=?([-+]?\d+)", re.ASCII)


def meant(arguments: Sequence[str], commands: Collection[str]) -> str | None:
    """The command line that a wrong one was meant to be, ready to be pasted; None where it cannot be told."""
    given = [word for word in arguments if word != "--debug"]
    words = _of_another_program(given, commands) or given
    words = _with_command(words, commands) or words
    for rule in _RULES:
        words = rule(words) or words
    return None if words == given else printable(shlex.join(["actcli", *words]))


def is_file(word: str) -> bool:
    """Whether a word names a file that is there, and nothing that it might mean besides."""
    try:
        is_there = Path(word).is_file()
    except OSError:  # a name of 300 characters
        return False
    return is_there and not word.startswith("-") and entry_named(word) is None and not is_values(word)


def _is_function(word: str) -> bool:
    if word.startswith("-") or is_file(word) or is_values(word):
        return False
    try:
        find(word)
    except UsageError:
        return False
    return True


def _free(words: Sequence[str], start: int = 1) -> Iterator[int]:
    """The places of words that are neither options nor, as far as one can see, what an option takes."""
    for place in range(start, len(words)):
        before = words[place - 1] if place > start else ""
        takes_value = before.startswith("--") and "=" not in before and before not in _WITHOUT_VALUE
        follows_option = takes_value or before in _SHORT_WITH_VALUE
        if not words[place].startswith("--") and words[place] not in _SHORT_WITH_VALUE and not follows_option:
            yield place


def _of_another_program(words: Words, commands: Collection[str]) -> Words | None:
    if not words or words[0] not in _WORDS:
        return None
    return [*(word for word in words[1:2] if word in commands and words[0] == "help"), *_WORDS[words[0]]]


def _with_command(words: Words, commands: Collection[str]) -> Words | None:
    """A command misspelt, or a function where it belongs."""
    if not words or words[0] in commands or words[0].startswith("--"):
        return None
    near = [] if _is_function(words[0]) else nearest(words[0], commands)
    if near and words[1:]:
        return [near[0], *words[1:]]
    return ["eval", *words] if any(_is_function(words[place]) for place in _free(words, 0)) else None


def _function_first(words: Words) -> Words | None:
    """A function behind its values."""
    if words[:1] not in ([each] for each in _OF_ONE_FUNCTION):
        return None
    places = list(_free(words))
    found = next((place for place in places if _is_function(words[place])), None)
    if found is None or found == places[0] or not is_values(words[places[0]]):
        return None
    return [words[0], words[found], *words[1:found], *words[found + 1 :]]


def _input_named(words: Words) -> Words | None:
    """A file where values belong."""
    if words[:1] not in ([each] for each in (*_OF_ONE_FUNCTION, *_OF_FUNCTIONS, "softmax")) or {"--input", "-i"} & {
        *words
    }:
        return None
    files = {place for place in _free(words) if is_file(words[place])}
    rest = [word for place, word in enumerate(words) if place not in files]
    return [*rest, "--input", *(words[place] for place in sorted(files))] if files else None


def _numbers(words: Words) -> Words | None:
    """Numbers and ranges as other languages write them."""
    places = {*_free(words)}
    return [_as_here(word) if place in places else word for place, word in enumerate(words)]


def _as_here(word: str) -> str:
    """A percentage, a number of Python with underscores or of base 2, 8 or 16, a range with points."""
    if _PERCENT.fullmatch(word):
        return f"{(Decimal(word[:-1]) / 100).normalize():f}"
    if found := _POINTS.fullmatch(word):
        return f"{found[1]}:{found[2]}"
    if _BASED.fullmatch(word):
        return str(int(word, 0))
    return word.replace("_", "") if _UNDERSCORES.fullmatch(word) else word


def _other_than_softmax(words: Words) -> Words | None:
    """A function beside the one that `softmax` is."""
    if words[:1] != ["softmax"]:
        return None
    named = next((place for place in _free(words) if entry_named(words[place]) is not None), None)
    if named is None:
        return None
    rest = [*words[1:named], *words[named + 1 :]]
    return ["softmax", *rest] if words[named] == "softmax" else ["eval", words[named], *rest]


def _jacobian(words: Words) -> Words | None:
    """The slope of a function of vectors."""
    if words[:1] != ["grad"] or {"--jacobian", *_NOT_BESIDE_JACOBIAN} & {*words}:
        return None
    name = next((words[place] for place in _free(words)), "")
    found = find(name) if _is_function(name) else None
    is_one = isinstance(found, VectorActivation) and found.entry.jacobian is not None
    return [*words, "--jacobian"] if is_one else None


def _several_functions(words: Words) -> Words | None:
    """Functions between commas where words of their own belong, and several where one belongs: they are compared."""
    command, places = words[0] if words else "", {*_free(words)}
    if command in _OF_FUNCTIONS:
        apart = [
            word.split(",") if place in places and all(map(_is_function, word.split(","))) else [word]
            for place, word in enumerate(words)
        ]
        return [each for several in apart for each in several] if len(apart) < sum(map(len, apart)) else None
    functions = [words[place] for place in sorted(places) if _is_function(words[place])]
    return ["compare", *words[1:]] if command == "eval" and len(functions) > 1 else None


def _options(words: Words) -> Words | None:
    """Options of other programs, and limits that are a word here."""
    command = words[0] if words else ""
    found: Words = []
    becomes = command
    follows_limits = False
    for word in words:
        name, equals, value = word.partition("=")
        taken = [value] if equals else []
        if name in _LIMITS and command in _OF_FUNCTIONS:
            found += taken
            follows_limits = not equals
        elif follows_limits and found and re.fullmatch(r"[-+\w.]+", word) and re.fullmatch(r"[-+\d.]+", found[-1]):
            found[-1] += f":{word}"  # --xlim -4 4
            follows_limits = False
        elif command == "eval" and name in _TO_GRAD:
            becomes = "grad"
        elif command == "plot" and name in _TO_SLOPE:
            found.append("--slope")
        else:
            found += [*_OTHER_NAMES[name], *taken] if name in _OTHER_NAMES else [word]
    return [becomes, *found[1:]] if found else None


def _behind_dashes(words: Words) -> Words | None:
    """Options behind the `--` that ends options; values need none before them."""
    if "--" not in words:
        return None
    place = words.index("--")
    behind = words[place + 1 :]
    return [*words[:place], *behind] if any(re.match("--[a-z]", word) for word in behind) else None


_RULES: Sequence[Callable[[Words], Words | None]] = (
    _behind_dashes,
    _options,
    _function_first,
    _input_named,
    _numbers,
    _jacobian,
    _other_than_softmax,
    _several_functions,
)

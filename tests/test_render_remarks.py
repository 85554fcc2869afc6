"""Remarks on a terminal: their width, their colours, and letters that join others."""

import re
from collections.abc import Iterator

import pytest

from actcli.errors import UsageError, printable
from actcli.render.plot.theme import CURVE_COLOURS
from actcli.render.remarks import COLOURS, laid_out
from actcli.terminal import WIDEST_TEXT, Terminal
from tests.runner import actcli, on_terminal, terminal

Colour = tuple[int, int, int]

MOST_WORDS = UsageError(
    "the function " + "is described by many words and " * 20 + "that is all", "write " + "more " * 60
)


def luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [each / 255 for each in colour]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def of_256(number: int) -> Colour:
    """A colour of xterm's 256: a cube of six levels, then greys."""
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    levels = (0, 95, 135, 175, 215, 255)
    red, rest = divmod(number - 16, 36)
    green, blue = divmod(rest, 6)
    return levels[red], levels[green], levels[blue]


def shown_colours() -> Iterator[Colour]:
    yield from CURVE_COLOURS
    for colour, number in COLOURS.values():
        yield colour
        yield of_256(number)


@pytest.mark.parametrize("colour", sorted(set(shown_colours())), ids=str)
def test_a_colour_is_legible_on_black_and_on_white(colour: Colour) -> None:
    for paper in ((0, 0, 0), (255, 255, 255)):
        assert contrast(colour, paper) >= 4.5


def test_black_and_white_have_all_the_contrast_there_is() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


@pytest.mark.parametrize("width", [20, 40, 80, 300])
def test_a_terminal_wraps_remarks_in_the_width_of_all_texts(width: int) -> None:
    shown = laid_out(MOST_WORDS.report(), terminal(stderr_is_tty=True, width=width)).splitlines()
    most = min(width, WIDEST_TEXT)
    assert max(map(len, shown)) <= most
    assert max(map(len, shown)) > most - 16
    assert " ".join(line.strip() for line in shown) == " ".join(
        line.strip() for line in MOST_WORDS.report().split("\n")
    )


def test_what_was_typed_stays_above_its_carets() -> None:
    text = "1 + " * 14 + "foo(x)"
    run = on_terminal("eval", text, "1", width=40)
    assert run.marked == "foo"


def test_in_a_pipe_a_remark_is_a_line() -> None:
    run = actcli("eval", "sigmoid", "7", width=20)
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("width", [1, 2, 10**9])
def test_any_width_will_do(width: int) -> None:
    assert on_terminal("eval", "nosuch", "1", width=width).status == 2


@pytest.mark.parametrize("kind", ["error", "warning", "note"])
@pytest.mark.parametrize("truecolour", [False, True])
def test_the_kind_of_a_remark_is_coloured_and_nothing_else(kind: str, truecolour: bool) -> None:
    shown = laid_out(
        f"actcli: {kind}: sigmoid\n  hint: write",
        terminal(stderr_is_tty=True, stderr_colour=True, truecolour=truecolour),
    )
    (red, green, blue), number = COLOURS[kind]
    code = f"38;2;{red};{green};{blue}" if truecolour else f"38;5;{number}"
    assert f"actcli: \x1b[1;{code}m{kind}\x1b[0m: sigmoid" in shown
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == f"actcli: {kind}: sigmoid\n  hint: write"


def test_colours_of_remarks_are_those_of_stderr() -> None:
    environment = {"TERM": "xterm"}
    assert not Terminal.of_process(environment | {"NO_COLOR": "1"}).stderr_colour
    assert Terminal.of_process(environment | {"FORCE_COLOR": "1"}).stderr_colour
    assert "\x1b[" in actcli("eval", "nosuch", "1", "--color", "always").stderr
    assert "\x1b[" in actcli("eval", "nosuch", "1", "--color=always").stderr
    assert "\x1b[" not in on_terminal("eval", "nosuch", "1", "--color", "never", stderr_colour=True).stderr
    assert "\x1b[" in on_terminal("eval", "nosuch", "1", stderr_colour=True).stderr


@pytest.mark.parametrize(
    "word",
    ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0915\u094d\u200d\u0937", "\U0001f469\u200d\U0001f4bb"],
)
def test_joiners_are_letters(word: str) -> None:
    assert printable(word) == word


def test_other_invisible_characters_are_still_escaped() -> None:
    assert printable("a\u200eb\u202ec\x1b") == "a\\u200eb\\u202ec\\x1b"

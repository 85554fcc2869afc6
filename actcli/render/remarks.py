"""How a terminal shows remarks: wrapped in the width of all texts, their kind in colour, what was typed as it is."""

import re
from textwrap import wrap

from actcli.terminal import WIDEST_TEXT, Terminal

# As dark on white as they are light on black, 4.5:1 or more, as curves are; the nearest of 256 colours keeps that.
COLOURS = {
    "error": ((203, 71, 71), 131),
    "gate crossed": ((203, 71, 71), 131),
    "warning": ((139, 116, 0), 163),
    "note": ((0, 134, 98), 29),
    "hint": ((39, 120, 196), 63),
}
_HEAD = re.compile(r"^(?P<before>actcli: |  )(?P<kind>error|gate crossed|warning|note|interrupted|hint):")
_CARETS = re.compile(r"^ *\^+$")


def laid_out(text: str, terminal: Terminal) -> str:
    """A remark as a terminal shows it: no line wider than the screen but for what was typed, above its carets."""
    lines = text.split("\n")
    follows = [*lines[1:], ""]
    width = min(terminal.width, WIDEST_TEXT) if terminal.stderr_is_tty else 0
    shown = list[str]()
    for line, below in zip(lines, follows, strict=True):
        is_typed = _CARETS.match(below) or _CARETS.match(line)
        shown += [line] if is_typed or not width else _wrapped(line, width)
    return "\n".join(_coloured(line, terminal) if terminal.stderr_colour else line for line in shown)


def _wrapped(line: str, width: int) -> list[str]:
    """The line in lines of that width, all but the first indented."""
    blanks = " " * (len(line) - len(line.lstrip()))
    found = wrap(
        line.strip(),
        max(1, width - len(blanks)),
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [blanks + each for each in found] or [line]


def _coloured(line: str, terminal: Terminal) -> str:
    head = _HEAD.match(line)
    if head is None or head["kind"] not in COLOURS:
        return line
    (red, green, blue), number = COLOURS[head["kind"]]
    code = f"38;2;{red};{green};{blue}" if terminal.truecolour else f"38;5;{number}"
    start, end = head.span("kind")
    return f"{line[:start]}\x1b[1;{code}m{line[start:end]}\x1b[0m{line[end:]}"

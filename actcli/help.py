"""Help pages, the tour, and what they say beside the options; one layout for screens of every width."""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import Any, NamedTuple

from actcli.terminal import WIDEST_TEXT


class Example(NamedTuple):
    """A line as one types it into a shell, in any folder, and what it shows."""

    line: str
    """Ready to paste."""
    shows: str
    """A phrase without a full stop."""


class Topic(NamedTuple):
    """A heading, and what there is under it, each with its meaning."""

    title: str
    """The heading."""
    rows: tuple[tuple[str, str], ...]
    """What one types, and what it means."""


# The first of each command is in the tour.
EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "eval": (
        Example("actcli eval gelu -3 0 3", "the value of a function"),
        Example("actcli eval leaky-relu@keras -5", "what a library means by a name"),
        Example("actcli eval 'x*sigmoid(1.702*x)' -2:2:0.5", "a formula of your own over a range"),
        Example("actcli eval sparsemax 0,0.5,1 3,1,-3", "a function of whole vectors"),
        Example("printf '1 2\\n3 4\\n' | actcli eval tanh", "vectors from a pipe, one a line"),
        Example("printf 'id,a,b\\n7,-2,3\\n' | actcli eval relu --column a,b", "columns of a table"),
        Example("actcli eval gelu -4 --dtype float16", "rounded as a number type has it"),
        Example("actcli eval gelu -50 --exact --digits 30", "thirty certified digits"),
        Example("actcli eval sigmoid --inverse 0.9 0.5 1", "the x for a value: all there are, or none"),
    ),
    "grad": (
        Example("actcli grad sigmoid 0 --layers 5", "its slope, after five layers"),
        Example("actcli grad tanh -2:2 --digits 4", "slopes over a range"),
        Example("actcli grad 'x*sigmoid(x)' 0 --curvature", "the second derivative of a formula"),
        Example("actcli grad softmax 3,1,-3 --jacobian", "each component's slope in each input"),
        Example("seq -8 8 | actcli grad tanh --flatten --format csv", "a table for other programs"),
    ),
    "plot": (
        Example("actcli plot tanh relu -4:4", "a picture"),
        Example("actcli plot sigmoid --slope", "with its slope"),
        Example("actcli plot sigmoid -6:6 -1 2", "with two values marked"),
        Example("actcli plot swish:beta=0.5,1,5", "a curve for each value of a parameter"),
        Example("actcli plot gelu gelu@jax 'x*sigmoid(1.702*x)'", "three functions of one name"),
        Example("actcli plot gelu gelu-tanh --difference", "how far apart two functions are"),
        Example("actcli plot softmax x,1,-3", "each class over one logit"),
        Example("actcli plot softmax 3,1,-3 --temperature 0.1:10", "each class over the temperature"),
        Example("printf '%s\\n' -1 0.5 2 | actcli plot silu -", "values from a pipe"),
        Example("actcli plot sigmoid tanh --layers 1:10", "how signal and gradient fade in random layers"),
        Example("actcli plot mish --ascii", "for any terminal"),
    ),
    "compare": (
        Example("actcli compare gelu silu -2 0 2", "functions side by side"),
        Example("actcli compare relu elu softplus", "what each of them is"),
        Example("actcli compare sigmoid tanh relu --layers 5", "what five layers make of a gradient"),
        Example("actcli compare sigmoid gelu --layers 1,2,5,10 --init he", "signal and gradient after random layers"),
        Example("actcli compare gelu gelu@jax -3:3 --format csv", "for other programs"),
        Example("seq -3 3 | actcli compare tanh softsign -", "at values from a pipe"),
    ),
    "identify": (
        Example("actcli identify 1,0.8412 -1,-0.1588 2,1.9546", "which function made these results"),
        Example("printf '%s\\n' -1,-0.17 2,2 -3,-0.51 | actcli identify", "with which parameters"),
        Example("actcli identify 3,3 0,0 0.5,0.5", "which it may be, where the input does not tell"),
    ),
    "softmax": (
        Example("actcli softmax 3 1 -3", "probabilities"),
        Example("actcli softmax 3 1 -3 --temperature 0.5", "more decided ones"),
        Example("actcli softmax 3 1 -3 --target 0", "with cross-entropy and its gradient"),
        Example("actcli softmax 3 1 -3 --labels cat,dog,fish --top 2", "the likeliest classes by name"),
        Example("actcli softmax 3 1 -3 --log", "their logarithms, which keep what underflows"),
        Example("printf '3 1 -3\\n0 0\\n' | actcli softmax --digits 6", "a line of logits, a line of answers"),
        Example("actcli softmax 0.7 0.2 0.1 --probabilities --temperature 2", "probabilities made less decided"),
        Example(
            "printf 'y,a,b\\n0,3,1\\n1,0,2\\n0,1,4\\n' | actcli softmax --target-column y --fit",
            "the temperature of the least loss",
        ),
    ),
    "list": (
        Example("actcli list", "every function and its formula"),
        Example("actcli list leaky-relu", "all there is to know of one"),
        Example("actcli list '*elu'", "names by a pattern"),
        Example("actcli list zero-centred", "by use, or by what is known of the curve"),
        Example("actcli list --format json", "the catalogue for other programs"),
    ),
    "completion": (
        Example("actcli completion bash > actcli.bash", "names and options at a TAB"),
        Example("actcli completion zsh > _actcli", "for zsh, into a folder of fpath"),
        Example("actcli completion fish > actcli.fish", "for fish, into ~/.config/fish/completions"),
    ),
}

TOPICS = (
    Topic(
        "Functions",
        (
            ("leaky-relu", "a name or an alias; case, - and _ do not matter"),
            ("leaky-relu:0.2", "with parameters, by place or by name: leaky-relu:negative_slope=0.2"),
            ("swish:beta=0.5,1,5", "in plot and compare several functions, one for each value; a range too: beta=1:5"),
            ("gelu@jax", "what a library means by a name; as pasted from code too: jax.nn.gelu"),
            ("'x*sigmoid(x)'", "an expression in x, with every function of the catalogue"),
            (
                "'nn.ELU(alpha=1.0)'",
                "as pasted: torch.tanh(F.softplus(x)), x if x > 0 else 0, lambda x: x**2, |x|, \\tanh(x)",
            ),
        ),
    ),
    Topic(
        "Values",
        (
            ("3 -1e-5 .5 -inf", "numbers; with --decimal-comma 1,5 is 1.5"),
            ("pi/2", "an expression without x"),
            ("-3:3:0.5", "a range with both its ends; the step is 1 if left out"),
            ("3,1,-3", "a vector by itself: commas stand between numbers"),
            ("[[1,2],[3,4]]", "arrays as they are pasted: lists, tuples, tensor([1., 2.]), array([1., 2.])"),
            ("-", "stdin, one vector a line; eval, grad and softmax read it where no value is given"),
        ),
    ),
    Topic(
        "Exit codes",
        (
            ("0", "fine"),
            ("1", "the data or the machine failed: a bad token, an unreadable file, a full disk"),
            ("2", "the command line is wrong"),
            ("3", "a gate set with --fail-over is crossed"),
        ),
    ),
    Topic(
        "Environment",
        (
            ("NO_COLOR", "no colours"),
            ("FORCE_COLOR", "colours in pipes too, but for 0; CLICOLOR_FORCE does the same"),
            ("COLORTERM", "truecolor or 24bit: all colours, and not the nearest of 256"),
            ("TERM, CLICOLOR", "dumb and 0: no colours"),
            ("COLUMNS, LINES", "the size of tables and pictures"),
            ("LC_ALL, LC_CTYPE, LANG", "where they name no UTF-8, pictures are drawn with ASCII"),
        ),
    ),
)


_NARROWEST_TEXT = 28  # with less room than this beside the names, texts go below them
_INDENT = 6


class Section(NamedTuple):
    """A heading with its rows: what one types, and what it means."""

    title: str
    """The heading."""
    rows: tuple[tuple[str, str], ...]
    """What one types, and what it means."""
    is_options: bool = False
    """Whether they are options, in columns of their own."""


class Help(NamedTuple):
    """What help says of a command: the sentence, then paragraphs, are its function's docstring."""

    usage: str
    """The command line in short."""
    sentence: str
    """What the command does."""
    remarks: tuple[str, ...]
    """A paragraph each."""
    sections: tuple[Section, ...]
    """In the order in which they are shown."""


def help_of(command: Any, context: Any) -> Help:
    """The help of a command or, where it has commands of its own, of the program."""
    sentence, *remarks = _paragraphs_of(command)
    parameters = command.get_params(context)
    is_program = hasattr(command, "list_commands")
    words = ["COMMAND ..."] if is_program else [each.metavar for each in parameters if _is_argument(each)]
    sections = _of_program(command, context) if is_program else _of_words(context.info_name, parameters)
    usage = " ".join([context.command_path, "[OPTIONS]", *words])
    return Help(usage, sentence, tuple(remarks), (*sections, *_of_options(parameters, context)))


def _paragraphs_of(command: Any) -> list[str]:
    return [" ".join(piece.split()) for piece in inspect.cleandoc(command.help).split("\n\n")]


def _of_program(group: Any, context: Any) -> Iterator[Section]:
    commands = {name: group.get_command(context, name) for name in group.list_commands(context)}
    yield Section("Commands", tuple((name, _paragraphs_of(each)[0]) for name, each in commands.items()))
    for topic in TOPICS:
        yield Section(*topic)


def _of_words(name: str, parameters: list[Any]) -> Iterator[Section]:
    yield Section("Examples", tuple(EXAMPLES[name]))
    words = tuple((each.metavar.strip("[]."), each.help) for each in parameters if _is_argument(each))
    yield Section("Arguments", words)


def _of_options(parameters: list[Any], context: Any) -> Iterator[Section]:
    """The options under the headings of their panels, in the order of the command; what has none comes last."""
    panels: dict[str, list[tuple[str, str]]] = {}
    for option in parameters:
        if not _is_argument(option):
            title = option.rich_help_panel or next(reversed(panels), "Options")
            panels.setdefault(title, []).append(option.get_help_record(context))
    for title, rows in panels.items():
        yield Section(title, tuple(rows), is_options=True)


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def laid_out(page: Help, width: int, *, bold: bool) -> str:
    """The help as text, no line longer than `width` but for examples, which are there to be copied."""
    width = min(width, WIDEST_TEXT)
    pieces = ["\n".join(_usage(page.usage, width, bold))]
    pieces += ["\n".join(_paragraph(text, width)) for text in (page.sentence, *page.remarks)]
    options = _column((row for section in page.sections if section.is_options for row in section.rows), width * 2 // 5)
    for section in page.sections:
        own = _column(section.rows, width - _NARROWEST_TEXT)
        lines = _rows(section.rows, width, options if section.is_options else own)
        pieces.append("\n".join([_heading(f"{section.title}:", bold), *lines]))
    return "\n\n".join(pieces)


def tour_of(commands: Iterable[str], width: int) -> str:
    """What actcli shows on its own: the first example of each command."""
    examples = [EXAMPLES[name][0] for name in commands]
    lines = _rows(examples, width, _column(examples, width - _NARROWEST_TEXT))
    title = _paragraph("actcli: the activation-function explorer for the terminal", width)
    more = _paragraph("`actcli COMMAND -h` shows more of a command, `actcli -h` of all.", width)
    return "\n".join([*title, "", *lines, "", *more, ""])


def _heading(text: str, bold: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if bold else text


def _usage(usage: str, width: int, bold: bool) -> list[str]:
    first, *rest = _wrapped(usage, width - 7)
    return [f"{_heading('Usage:', bold)} {first}", *(f"       {line}" for line in rest)]


def _paragraph(text: str, width: int) -> list[str]:
    return [f"  {line}" for line in _wrapped(text, width - 2)]


def _column(rows: Iterable[tuple[str, str]], most: int) -> int:
    """Where texts begin beside their names; the few that are too long for `most` have theirs below, or all have."""
    widths = [len(name) + 4 for name, _ in rows]
    fitting = [width for width in widths if width <= most]
    return max(fitting) if 2 * len(fitting) > len(widths) else _INDENT


def _rows(rows: Iterable[tuple[str, str]], width: int, column: int) -> Iterator[str]:
    """Names and texts in two columns; where the screen is narrow all texts go below their names."""
    if width - column < _NARROWEST_TEXT:
        column = _INDENT
    for name, text in rows:
        lines = _wrapped(text, width - column)
        beside = lines.pop(0) if len(name) + 4 <= column else ""
        yield f"  {name}".ljust(column if beside else 0) + beside
        yield from (" " * column + line for line in lines)


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, max(width, 1), break_long_words=False, break_on_hyphens=False) or [""]

"""What help, tour and man page tell beside the options: examples that run, how to write things, exit codes."""

from collections.abc import Mapping
from typing import NamedTuple


class Example(NamedTuple):
    """A line as one types it into a shell, in any folder, and what it shows."""

    line: str
    shows: str


class Topic(NamedTuple):
    """A heading, and what there is under it, each with its meaning."""

    title: str
    rows: tuple[tuple[str, str], ...]


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
    ),
    "grad": (
        Example("actcli grad sigmoid 0 --layers 5", "its slope, behind five layers"),
        Example("actcli grad tanh -2:2 --digits 4", "slopes over a range"),
        Example("actcli grad 'x*sigmoid(x)' 0 --curvature", "the second derivative of a formula"),
        Example("actcli grad softmax 3,1,-3 --jacobian", "each component's slope in each input"),
        Example("seq -8 8 | actcli grad tanh --flatten --format csv", "a table for other programs"),
    ),
    "plot": (
        Example("actcli plot tanh relu -4:4", "a picture"),
        Example("actcli plot sigmoid --slope", "with its slope"),
        Example("actcli plot sigmoid -6:6 -1 2", "with two values marked"),
        Example("actcli plot gelu gelu@jax 'x*sigmoid(1.702*x)'", "three functions of one name"),
        Example("printf '%s\\n' -1 0.5 2 | actcli plot silu -", "values from a pipe"),
        Example("actcli plot mish --ascii", "for any terminal"),
    ),
    "compare": (
        Example("actcli compare gelu silu -2 0 2", "functions side by side"),
        Example("actcli compare relu elu softplus", "what each of them is"),
        Example("actcli compare sigmoid tanh relu --layers 5", "what five layers make of a gradient"),
        Example("actcli compare gelu gelu@jax -3:3 --format csv", "for other programs"),
        Example("seq -3 3 | actcli compare tanh softsign -", "at values from a pipe"),
    ),
    "softmax": (
        Example("actcli softmax 3 1 -3", "probabilities"),
        Example("actcli softmax 3 1 -3 --temperature 0.5", "more decided ones"),
        Example("actcli softmax 3 1 -3 --target 0", "with cross-entropy and its gradient"),
        Example("actcli softmax 3 1 -3 --labels cat,dog,fish --top 2", "the likeliest classes by name"),
        Example("actcli softmax 3 1 -3 --log", "their logarithms, which keep what underflows"),
        Example("printf '3 1 -3\\n0 0\\n' | actcli softmax --digits 6", "a line of logits, a line of answers"),
    ),
    "list": (
        Example("actcli list", "every function and its formula"),
        Example("actcli list leaky-relu", "all there is to know of one"),
        Example("actcli list '*elu'", "names by a pattern"),
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
            ("gelu@jax", "what a library means by a name; as pasted from code too: jax.nn.gelu"),
            ("'x*sigmoid(x)'", "an expression in x, with every function of the catalogue"),
        ),
    ),
    Topic(
        "Values",
        (
            ("3 -1e-5 .5 -inf", "numbers, with a decimal point: a decimal comma is not read"),
            ("pi/2", "an expression without x"),
            ("-3:3:0.5", "a range with both its ends; the step is 1 if left out"),
            ("3,1,-3", "a vector by itself: commas stand between numbers"),
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

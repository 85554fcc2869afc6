"""The words of every message: a function for each sentence, named as `results.messages` names it."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from actcli.analysis import Zone
from actcli.errors import counted, listed, printable
from actcli.render.intervals import brackets, describe, short
from actcli.render.numbers import percent, rounded_up, trimmed
from actcli.render.numbers import text as number
from actcli.results.messages import Message

if TYPE_CHECKING:
    from actcli.analysis.depth import Depth
    from actcli.results.vectors import Located

_PREFIXES = {"note": "actcli: note: ", "warning": "actcli: warning: ", "gate": "actcli: gate crossed: "}


def line(message: Message) -> str:
    """A message as the line that goes to stderr."""
    return _PREFIXES[message.level] + sentence(message)


def sentence(message: Message) -> str:
    """A message in words."""
    facts = dict(message.facts)
    if "function" in facts:  # as typed, with whatever stands in it
        facts["function"] = printable(facts["function"])
    words: str = _SENTENCES[message.sentence](**facts)
    return f"{printable(message.layer)}: {words}" if message.layer else words


# Notes that are known before the first value.


def header_taken(source: str, names: Sequence[str]) -> str:
    """The first line of a table is taken for a header."""
    return f"{source}: the first line is taken for a header: {listed(names)} (--no-header if it holds values)"


def index_left_out(source: str, names: Sequence[str]) -> str:
    """The columns of a table that are the index of pandas, written without a name."""
    are = "a first column without a name is" if len(names) == 1 else f"{len(names)} first columns without names are"
    return f"{source}: {are} taken for an index and left out (--column 1- if it holds values)"


def comments_left_out(lines: int) -> str:
    """Lines that hold a comment alone."""
    return f"{'1 line is a comment' if lines == 1 else f'{lines} lines are comments'}, left out: what follows a #"


def numbers_taken(source: str, names: Sequence[str]) -> str:
    """All numbers of an object make the vector."""
    return f"{source}: the numbers of each object make the vector: {listed(names)} (--column chooses)"


def parts_left_out(source: str, kind: str, names: Sequence[str]) -> str:
    """Columns of objects, arrays or tensors that are no layers."""
    why, cure = (
        ("no arrays of numbers", "--column NAME reads one")
        if kind == "column"
        else ("no floating-point numbers", "--array NAME reads integers")
    )
    return f"{source}: {counted(len(names), kind)} left out, {why}: {listed(names)} ({cure})"


def order_of_numbers(names: Sequence[str]) -> str:
    """What the numbers of a line are, where there are several kinds and none is named."""
    return f"a line holds {' and then '.join(names)}; --format tsv names them"


def bins_left_out(name: str) -> str:
    """Totals in rows have no room for the reliability of each bin."""
    return f"the bins of reliability are left out of {name.upper()}: --format jsonl has them"


def cost_measured(runs: int, values: int, unit: str) -> str:
    """How costs were measured."""
    return (
        f"times of this program's own NumPy kernels in float64 on this machine, not the cost in a network: medians of "
        f"{runs} runs over {values:,} normal values in cache; ratios are to a value of {unit}"
    )


def results_compared(count: int, rounded_to: str) -> str:
    """How many results there are, and how they were rounded."""
    return f"{counted(count, 'result')}, rounded to {rounded_to}"


def moment_unsettled(function: str, moment: str, digits: int) -> str:
    """A moment of a normal input has fewer than ten certain digits."""
    settles = f"settles to {digits} digits" if digits else "does not settle"
    return f"{function}: the {moment.replace('_', ' ')} {settles}"


def endless(function: str, values: Sequence[float], period: float | None) -> str:
    """A wave takes a value infinitely often."""
    shown = listed([number(value, 6) for value in values])
    again = "" if period is None else f", again after every {number(period, 6)}"
    return f"{function} takes {shown} infinitely often{again}; these x are some of many"


def neared(function: str, values: Sequence[float]) -> str:
    """A value is the limit at a single x, and is not taken there."""
    shown = listed([number(value, 6) for value in values])
    return f"{function} nears {shown} at an x where it is undefined, and does not take it there"


def beyond_float64(function: str, values: Sequence[float]) -> str:
    """A value is taken at an x that no float64 comes near."""
    shown = listed([number(value, 6) for value in values])
    return f"{function} takes {shown} at an x beyond float64, shown as inf; --exact --digits 17 shows its digits"


def gradient_factor(function: str, depth: "Depth", has_inputs: bool = False) -> str:
    """What so many layers make of a gradient: at most, for normal inputs, and from which layer on it has vanished.

    Where there are inputs, the layer is theirs alone (see `factor_vanishes`).
    """
    layers = "1 layer multiplies" if depth.layers == 1 else f"{depth.layers} layers multiply"
    most = "by more than any number" if math.isinf(depth.bound) else f"by at most {number(depth.bound, 3)}"
    bound_from, rms_from = (
        (" whatever the inputs", " over normal ones")
        if has_inputs
        else map(_from_layer, (depth.bound_vanishes_at, depth.rms_vanishes_at))
    )
    words = f"{function}: {layers} a gradient {most}{bound_from}"
    if depth.rms is None or not math.isfinite(depth.rms):
        return words
    return f"{words}, by {number(depth.rms, 3)} in root mean square{rms_from}"


def signal_followed(mean: float, sigma: float, has_slopes: bool) -> str:
    """What the columns of a table by depth are, or the curves, and for which input."""
    is_standard = (mean, sigma) == (0, 1)
    normal = "a standard normal" if is_standard else f"a normal (mean {number(mean, 6)}, sigma {number(sigma, 6)})"
    slopes = "; slopes: the largest |f'| to the power of the layers" if has_slopes else ""
    return (
        f"for {normal} pre-activation: mean squares (not variances: weights have mean 0) after wide layers of random "
        f"weights{slopes}"
    )


def signal_unsettled(function: str, part: str, layer: int, value: float | None, before: float | None) -> str:
    """From which layer on the mean square of a signal or its gradient is no number, and why.

    `before` is the mean square of the signal that enters that layer.
    """
    subject = f"{function}: the mean square of the {'signal' if part == 'forward' else 'gradient'}"
    if value is None and before in (0, math.inf):
        beyond = "0" if before == 0 else "infinite"
        return f"{subject} is not known from layer {layer} on, for the signal that enters it is {beyond} in float64"
    if value is None:
        return f"{subject} does not settle from layer {layer} on"
    return f"{subject} is {'undefined' if math.isnan(value) else 'infinite'} from layer {layer} on"


def gradient_fades(function: str, slopes_vanish_at: int | None, vanishes_at: int | None, is_known: bool) -> str:
    """From which layer on a gradient has vanished, by the largest slopes and, where known, by the mean square."""
    slopes = "at no layer" if slopes_vanish_at is None else f"from layer {slopes_vanish_at} on"
    square = "at none of these layers" if vanishes_at is None else f"from layer {vanishes_at} on"
    words = f"{function}: below {_vanished()}: the product of largest slopes {slopes}"
    return words if vanishes_at is None and not is_known else f"{words}, the gradient's mean square {square}"


def initial_weights(function: str, gain: float | None, keeping: float | None) -> str:
    """The deviation of weights, to be copied: that of these, and where it is another one that which keeps a signal."""
    if keeping is None or not math.isfinite(keeping):
        return f"{function}: no gain of the weights is known to keep the signal"
    keep = f"normal, std {number(keeping, 6)} / sqrt(fan_in)"
    if gain is not None and math.isclose(gain, keeping, rel_tol=1e-9):
        return f"{function}: weights: {keep}, which keeps the signal"
    here = "" if gain is None else f" (these: std {number(gain, 6)} / sqrt(fan_in))"
    return f"{function}: weights that keep the signal: {keep}{here}"


def slope_underflows(function: str, dtype: str, zones: Sequence[Zone]) -> str:
    """Where the slope is too small for a number type."""
    where = describe(zones)
    return f"{function}: in {dtype} the slope is 0 {where if where == 'everywhere' else f'for {where}'}"


# What only all chunks together can say.


def reference_uncertain(bound: int | None) -> str:
    """The reference of a kernel has errors of its own."""
    by = "" if bound is None else f" by up to {bound} ulp"
    return f"the reference values are float64 and off themselves{by}; --exact certifies them"


def factor_vanishes(function: str, first: int, last: int) -> str:
    """Between which layers the factor of a gradient falls below a thousandth."""
    span = f"layer {last}" if first == last else f"layers {first} to {last}"
    return f"{function}: at the inputs given the factor falls below {_vanished()} at {span}"


def factor_lasts(function: str, inputs: int) -> str:
    """At how many inputs the factor never falls below a thousandth."""
    return f"{function}: at {counted(inputs, 'input')} no number of layers brings it below {_vanished()}"


def axis_taken(shape: tuple[int, ...]) -> str:
    """Of several axes the last was taken for that of the units."""
    last, sides = len(shape) - 1, " x ".join(map(str, shape))
    return (
        f"of an array of {sides} axis {last} is taken for the units, the last one; --axis 1 takes the channels of NCHW"
    )


def outputs_taken() -> str:
    """What outputs do not tell."""
    return "the values are outputs: what the inputs and the slopes were cannot be told from them"


def zones_ambiguous(function: str, zones: Sequence[Zone]) -> str:
    """Zones whose outputs come from other inputs too."""
    kinds = " and ".join(dict.fromkeys(zone.kind for zone in zones))
    return f"{function}: inputs that are {kinds} ({describe(zones)}) cannot be told from outputs: others give the same"


def outputs_asked(function: str, low: float, high: float) -> str:
    """All inputs lie in the range of a function, as its outputs do."""
    span = brackets(low, high, short(6), includes_low=math.isfinite(low), includes_high=math.isfinite(high))
    return f"{function}: all inputs lie in its range {span}: are they its outputs? --outputs takes them so"


def single_logits() -> str:
    """Every vector of logits holds a single one."""
    return "softmax of one logit is always 1: --flatten makes one vector of the input"


def divided_by_sums(vectors: int, least: float, largest: float) -> str:
    """How many vectors of probabilities have a sum that is not 1."""
    sums = " to ".join(dict.fromkeys(number(end, 6) for end in (least, largest)))
    return f"softmax: {counted(vectors, 'vector')} of probabilities summed to {sums} and were divided by that"


def purpose(function: str, use: str, sums: tuple[float, float] | None) -> str:
    """What a function is for, and what its values add up to, where they are shares."""
    ends = dict.fromkeys(number(end, 4) for end in sums or ())
    total = f"adds up to {' to '.join(ends)}; " if ends else ""
    return f"{function}: {total}{use or 'a formula of your own'}"


# Warnings.


def saturated_inputs(
    function: str, saturated: int, inputs: int, zones: Sequence[Zone], first: "Located", *, are_outputs: bool
) -> str:
    """How many inputs are saturated, or outputs are those of such, how small slopes are there, and which is first."""
    slope = rounded_up(max((zone.threshold for zone in zones), default=0.0))
    share = f"{saturated} of {counted(inputs, 'output' if are_outputs else 'input')} {_are(saturated)}"
    of = "of saturated inputs" if are_outputs else "saturated"
    where = _where(first, "y" if are_outputs else "x")
    return f"{function}: {share} {of} ({describe(zones)}), slope at most {slope}; first: {where}"


def dead_units(function: str, dead: int, units: int, rows: set[int], *, has_gaps: bool) -> str:
    """How many units are dead in every row; `rows` are those of the matrices, gaps such in which units are NaN."""
    every = f"all {next(iter(rows))} rows" if len(rows) == 1 else "every row of their matrix"
    every = "every row in which they are no NaN" if has_gaps else every
    return f"{function}: {dead} of {counted(units, 'unit')} {_are(dead)} dead in {every}"


def dead_vector(function: str, inputs: int, zones: Sequence[Zone]) -> str:
    """All inputs of a single vector are dead."""
    return f"{function}: all {inputs} inputs are dead ({describe(zones)})"


def outside_of_range(function: str, outside: int, values: int, low: float, high: float, first: "Located") -> str:
    """Values that are no outputs of a function."""
    span = brackets(low, high, short(6), includes_low=math.isfinite(low), includes_high=math.isfinite(high))
    share = f"{outside} of {counted(values, 'value')} {'lies' if outside == 1 else 'lie'}"
    return f"{function}: {share} outside of its range {span}, and no output of it; first: {_where(first, 'y')}"


def bad_input(skipped: int, replaced: int, first: str) -> str:
    """What --on-error passed over."""
    counts = []
    if skipped:
        counts.append(f"{skipped} {'vector was' if skipped == 1 else 'vectors were'} left out")
    if replaced:
        counts.append(f"{replaced} {'token was' if replaced == 1 else 'tokens were'} read as NaN")
    return f"{' and '.join(counts)}; first: {first}"


def odd_inputs(undefined: int, infinite: int, inputs: int, first: "Located") -> str:
    """How many inputs are NaN or infinite, and which is the first."""
    kinds = [f"{count} {_are(count)} {kind}" for count, kind in ((undefined, "NaN"), (infinite, "infinite")) if count]
    return f"of {counted(inputs, 'input')} {' and '.join(kinds)}; first: {_where(first)}"


def inputs_beyond_type(
    type_name: str, largest: float, inputs: int, first: float, became: float, all_inputs: int
) -> str:
    """How many finite inputs are larger than the largest number of their type."""
    of_all = f"{inputs} of {counted(all_inputs, 'input')}"
    lost = f"{of_all} {_are(inputs)} beyond {type_name}, whose largest number is {largest:.6g}"
    return f"{lost}; first: x = {first:.6g} became {became:g} (--dtype {type_name}:saturate makes it the largest)"


def short_integers(source: str) -> str:
    """Integers of 16 bits are taken as what they are."""
    return (
        f"{source}: integers of 16 bits, taken as such; if they are the bits of bfloat16: "
        "numpy.save('bits.npy', x.view('V2')), and --input bits.npy --dtype bfloat16"
    )


def digits_cancelled(function: str, doubtful: int, inputs: int, first: "Located") -> str:
    """At how many inputs the digits of an expression cancel, and which is the first."""
    share = f"{doubtful} of {counted(inputs, 'input')}"
    lost = f"at {share} digits cancel, and what is printed may be wrong"
    return f"{function}: {lost}; first: {_where(first)} (--exact certifies, or says that it cannot)"


def tie_not_settled(function: str, doubtful: int, inputs: int, first: "Located") -> str:
    """At how many inputs no precision tells on which side of a tie of the number type the truth lies."""
    share = f"{doubtful} of {counted(inputs, 'input')}"
    lost = f"at {share} no precision tells the truth from a tie, which went to the even number"
    return f"{function}: {lost}; first: {_where(first)}"


def curve_is_noise(function: str, found: int, samples: int, low: float, high: float) -> str:
    """At how many samples of a curve the digits of an expression cancel, and between which."""
    lost = f"at {found} of {counted(samples, 'sample')} digits cancel, and what is drawn may be noise"
    return f"{function}: {lost}; from x = {number(low, 6)} to {number(high, 6)}"


def curve_is_infinite(function: str, column: str, found: int, samples: int, low: float, high: float) -> str:
    """At how many samples of a curve nothing is drawn, since it is infinite, and between which."""
    lost = f"at {found} of {counted(samples, 'sample')} the {column} is infinite and not drawn"
    return f"{function}: {lost}; from x = {number(low, 6)} to {number(high, 6)}"


def no_inputs() -> str:
    """The input of a monitor holds nothing."""
    return "the input holds no values"


def empty_layer() -> str:
    """A layer among others holds nothing."""
    return "the layer holds no values"


def odd_answers(function: str, undefined: int, infinite: int, inputs: int, first: "Located") -> str:
    """At how many finite inputs a function gives NaN or an infinity, and which is the first."""
    kinds = [
        f"{count} {'gives' if count == 1 else 'give'} {kind}"
        for count, kind in ((undefined, "NaN"), (infinite, "an infinity"))
        if count
    ]
    return f"{function}: of {counted(inputs, 'finite input')} {' and '.join(kinds)}; first: {_where(first)}"


def no_distribution(vectors: int, first_line: int | None) -> str:
    """Vectors of -inf alone have no softmax."""
    are = "1 vector is" if vectors == 1 else f"{vectors} vectors are"
    first = "" if first_line is None else f"; first: line {first_line}"
    return f"softmax: {are} -inf alone, and stands for no distribution: NaN{first}"


def all_ignored(vectors: int) -> str:
    """Every vector has the class that has no loss."""
    have = "the only vector has" if vectors == 1 else f"all {vectors} vectors have"
    return f"softmax: {have} the class of --ignore-index, so that no loss is known"


def results_of_another_type(name: str, dtype: str) -> str:
    """A kernel gives what its type does not hold, so that few results are correctly rounded."""
    return f"{printable(name)}: some results are no numbers of {dtype}; they are judged as they are, in ulp of {dtype}"


def nothing_made_them(nearest: str, given: int, count: int) -> str:
    """No function of the catalogue gives some results."""
    gives = f"{given:,} of the {counted(count, 'result')}" if given else "none of them"
    return f"no function of the catalogue made these results; the nearest, {printable(nearest)}, gives {gives}"


def contradictory_results(inputs: int, x: float, results: tuple[float, float]) -> str:
    """Several results stand beside the same input."""
    more = f"; so {'has' if inputs == 2 else 'have'} {counted(inputs - 1, 'more input')}" if inputs > 1 else ""
    first, second = map(trimmed, results)
    return f"x = {trimmed(x)} has two results, {first} and {second}: no function gives both{more}"


def results_all_equal(result: float) -> str:
    """A constant gives all results, so that none is named."""
    return f"every result is {trimmed(result)}: a constant gives these too, so that they name no function"


def too_few_to_name(function: str, fitted: int, inputs: int) -> str:
    """Parameters were fitted to hardly more inputs than there are parameters."""
    are = "1 input is" if inputs == 1 else f"{inputs:,} inputs are"
    return f"{are} too few to name {printable(function)}, of which {counted(fitted, 'parameter')} had to be fitted"


def not_told_apart(first: str, second: str, distance: float, at: float | None) -> str:
    """The input does not show which of two functions made the results."""
    pair = f"{printable(first)} and {printable(second)} cannot be told apart on this input"
    if at is None:
        return f"{pair}: they are the same everywhere"
    return f"{pair}: they differ most at x = {number(at, 6)}, by {number(distance, 3)}"


# Gates that were crossed.


def nothing_judged() -> str:
    """A gate has no inputs to judge."""
    return "no values, and so nothing that could be judged"


def odd_inputs_judged(odd: int, inputs: int) -> str:
    """A gate met NaN or infinite inputs, of which it lets none pass."""
    return f"{odd} of {counted(inputs, 'input')} {_are(odd)} NaN or infinite, and none may be"


def zones_not_judged(function: str) -> str:
    """A gate is to judge zones of which outputs do not tell."""
    return f"{function}: outputs do not tell how many inputs are saturated, so that it is not judged"


def share_exceeded(function: str, share: float, of: str, most: float) -> str:
    """A share of the inputs or units is larger than the user lets pass."""
    return f"{function}: {percent(share, 4)} of all {of}, over {percent(most, 4)}"


def error_exceeded(function: str, ulp: float, x: float, most: float) -> str:
    """The worst error of a kernel is larger than the user lets pass."""
    far = "infinitely far off" if math.isinf(ulp) else f"off by {number(ulp, 4)} ulp"
    return f"{function}: {far} at x = {number(x, 9)}, over {number(most, 4)} ulp"


_SENTENCES: dict[str, Any] = {
    each.__name__: each
    for each in (
        header_taken,
        index_left_out,
        comments_left_out,
        numbers_taken,
        parts_left_out,
        order_of_numbers,
        bins_left_out,
        cost_measured,
        endless,
        neared,
        beyond_float64,
        results_compared,
        moment_unsettled,
        gradient_factor,
        signal_followed,
        signal_unsettled,
        gradient_fades,
        initial_weights,
        slope_underflows,
        reference_uncertain,
        factor_vanishes,
        factor_lasts,
        axis_taken,
        outputs_taken,
        zones_ambiguous,
        outputs_asked,
        outside_of_range,
        single_logits,
        divided_by_sums,
        purpose,
        saturated_inputs,
        dead_units,
        dead_vector,
        bad_input,
        odd_inputs,
        inputs_beyond_type,
        short_integers,
        digits_cancelled,
        tie_not_settled,
        curve_is_noise,
        curve_is_infinite,
        odd_answers,
        no_inputs,
        empty_layer,
        no_distribution,
        all_ignored,
        nothing_made_them,
        results_of_another_type,
        contradictory_results,
        results_all_equal,
        too_few_to_name,
        not_told_apart,
        nothing_judged,
        odd_inputs_judged,
        zones_not_judged,
        share_exceeded,
        error_exceeded,
    )
}


def _where(first: "Located", name: str = "x") -> str:
    """A value, and its line, or its row and unit."""
    places = {"line": first.line, "row": first.row, "unit": first.unit}
    known = ", ".join(f"{name} {place}" for name, place in places.items() if place is not None)
    return f"{name} = {number(first.x, 6)}" + (f" ({known})" if known else "")


def _from_layer(layer: int | None) -> str:
    return "" if layer is None else f" (below {_vanished()} from layer {layer} on)"


def _vanished() -> str:
    from actcli.analysis.depth import VANISHED  # with the moments that most messages have no use for

    return number(VANISHED, 6)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"

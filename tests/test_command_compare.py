"""`actcli compare`: functions side by side, what each is and what each makes of the values."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from actcli.catalog import FUNCTIONS, Function, find
from actcli.results.choosing import reasons_against, reasons_for
from actcli.results.properties import Subject
from tests.runner import Forbidden, actcli, on_terminal


def test_stdin_is_never_read_without_a_dash() -> None:
    for words in (["sigmoid", "tanh"], ["sigmoid", "tanh", "-2"]):
        assert actcli("compare", *words, stdin=Forbidden()).status == 0


def test_functions_and_values_replacement_any_order() -> None:
    first = actcli("compare", "relu", "tanh", "-2", "0.5").stdout
    assert actcli("compare", "-2", "relu", "0.5", "tanh").stdout == first


def test_a_pipe_gets_tidy_rows_an_input_after_the_other() -> None:
    run = actcli("compare", "relu", "identity", "-2", "3")
    assert [line.split("\t") for line in run.lines] == [
        ["vector", "index", "function", "x", "value", "zone"],
        ["0", "0", "relu", "-2.0", "0.0", "dead"],
        ["0", "0", "identity", "-2.0", "-2.0", ""],
        ["0", "1", "relu", "3.0", "3.0", ""],
        ["0", "1", "identity", "3.0", "3.0", ""],
    ]


def test_without_values_the_properties_are_reported() -> None:
    run = actcli("compare", "sigmoid", "leaky-relu:0.2")
    title, *rows = [line.split("\t") for line in run.lines]
    shown = {row[0]: dict(zip(title, row, strict=True)) for row in rows}
    assert shown["sigmoid"]["formula"] == "1 / (1 + exp(-x))"
    assert float(shown["sigmoid"]["slope_at_zero"]) == 0.25
    assert list(shown) == ["sigmoid", "leaky-relu:negative_slope=0.2"]


def test_json_holds_limits_kinks_and_both_functions() -> None:
    document = actcli("compare", "relu", "sigmoid", "-6", "--format", "json").json
    relu, sigmoid = document["functions"]
    assert (relu["limits"], relu["kinks"], relu["slope_at_zero"]) == ([0.0, "Infinity"], [0.0], 0.0)
    assert (sigmoid["limits"], sigmoid["kinks"], sigmoid["slope_at_zero"]) == ([0.0, 1.0], [], 0.25)
    assert [(each["function"], each["zone"]) for each in document["vectors"]] == [
        ("relu", ["dead"]),
        ("sigmoid", ["saturated"]),
    ]


def test_a_terminal_shows_properties_and_values() -> None:
    run = on_terminal("compare", "relu", "sigmoid", "-6", "2")
    assert run.status == 0
    assert "max(x, 0)" in run.stdout
    assert "0.880797" in run.stdout  # sigmoid(2) = 0.88079707797788...
    assert max(map(len, run.lines)) <= 80


@pytest.mark.parametrize("width", [20, 40, 60])
def test_narrow_terminals_hold_every_line(width: int) -> None:
    run = on_terminal("compare", "relu", "sigmoid", "gelu", "-6", "2", width=width)
    assert run.status == 0
    assert max(map(len, run.lines)) <= width


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], "compare needs functions"),
        (["-2"], "compare needs functions"),
        (["relu", "softmax", "--input", "-"], "whole vectors"),
        (["relu", "geluu"], "did you mean gelu"),
        (["relu", "3,1", "2"], "cannot be mixed"),
        (["relu", "tanh", "1", "--format", "plain"], "--format tsv"),
    ],
)
def test_what_cannot_be_compared_is_a_usage_error(words: list[str], shown: str) -> None:
    run = actcli("compare", *words)
    assert (run.status, run.stdout) == (2, "")
    assert shown in run.stderr


def test_every_function_warns_for_itself_and_quiet_silences_all() -> None:
    words = ["compare", "sigmoid", "tanh", "3", "9"]
    warnings = actcli(*words).stderr.splitlines()
    assert [line.split(": ")[2] for line in warnings] == ["sigmoid", "tanh"]
    assert "1 of 2 inputs" in warnings[0]
    assert "2 of 2 inputs" in warnings[1]
    assert actcli(*words, "--quiet").stderr == ""


def test_nan_infinities_empty_input_and_blank_lines_pass() -> None:
    rows = actcli("compare", "relu", "identity", "nan", "-inf", "--quiet").lines
    assert [row.split("\t")[4] for row in rows[1:]] == ["nan", "nan", "0.0", "-inf"]
    assert actcli("compare", "relu", "-", stdin="").status == 0


def test_a_terminal_gets_picture_properties_values_and_distances() -> None:
    run = on_terminal("compare", "gelu", "gelu-tanh", "-2", "0", "2", width=100, height=60)
    assert run.status == 0
    lines = run.lines
    picture = next(index for index, line in enumerate(lines) if "┌" in line)
    facts = next(index for index, line in enumerate(lines) if line.startswith("largest slope"))
    values = next(index for index, line in enumerate(lines) if line.split()[:1] == ["x"])
    assert picture < facts < values
    assert "1.1289 at 1.41421" in lines[facts]
    assert "0.000473236 at ±2.69894" in run.stdout
    assert "-0.169971 at -0.751792" in run.stdout
    assert any(line.split() == ["2", "1.95450", "1.95460"] for line in lines)


SIZES = [(40, 12), (80, 24), (80, 50), (100, 40), (120, 40), (200, 24), (200, 50)]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("words", [["relu", "gelu"], ["relu", "gelu", "silu", "mish", "-2", "0", "2"]])
def test_a_picture_comes_only_where_the_table_leaves_room(words: list[str], width: int, height: int) -> None:
    table = on_terminal("compare", *words, "--no-plot", width=width, height=height)
    assert "┌" not in table.stdout
    run = on_terminal("compare", *words, width=width, height=height)
    assert max(map(len, run.lines)) <= width
    if "┌" in run.stdout:
        assert len(run.lines) < height
    else:
        assert run == table


@pytest.mark.parametrize(
    ("size", "place"),
    [((80, 24), "none"), ((100, 30), "none"), ((100, 50), "above"), ((120, 40), "beside"), ((200, 50), "beside")],
)
def test_the_picture_is_beside_the_table_or_else_above_it(size: tuple[int, int], place: str) -> None:
    run = on_terminal("compare", "relu", "gelu", width=size[0], height=size[1])
    frames = [index for index, line in enumerate(run.lines) if "┌" in line]
    facts = next(index for index, line in enumerate(run.lines) if line.startswith("formula"))
    last = next(index for index, line in enumerate(run.lines) if line.startswith("kinks"))
    above = bool(frames) and not {"│", "┤"} & set("".join(run.lines[facts:last]))
    assert place == ("none" if not frames else "above" if above else "beside")
    assert place != "above" or frames[0] < facts


def test_plot_draws_in_any_case_and_below_the_table_where_there_is_no_room() -> None:
    run = on_terminal("compare", "relu", "gelu", "--plot")
    lines = run.lines
    facts = next(index for index, line in enumerate(lines) if line.startswith("formula"))
    assert facts < next(index for index, line in enumerate(lines) if "┌" in line)
    table = on_terminal("compare", "relu", "gelu").lines
    assert lines[: len(table)] == table
    assert len(lines) - len(table) <= 24
    assert "┌" in actcli("compare", "relu", "gelu", "--format", "table", "--plot").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["softmax", "sigmoid", "3,1", "--format", "table"], "acts on whole vectors"),
        (["relu", "gelu", "--format", "tsv"], "tsv holds no picture"),
        (["relu", "gelu", "--cost"], "--plot and --cost cannot be combined"),
        (["relu", "-"], "--plot and data cannot be combined"),
    ],
)
def test_no_such_picture(words: list[str], said: str) -> None:
    run = actcli("compare", *words, "--plot")
    assert (run.status, run.stdout) == (2, "")
    assert said in run.stderr


def test_the_gains_of_five_stand_side_by_side() -> None:
    run = on_terminal("compare", "sigmoid", "tanh", "relu", "gelu", "selu")
    (gains,) = [line.split() for line in run.lines if line.startswith("forward gain")]
    assert gains == ["forward", "gain", "1.84623", "1.59254", "1.41421", "1.53353", "1"]
    assert max(map(len, run.lines)) <= 80


def test_layers_tell_why_five_sigmoids_did_not_learn() -> None:
    run = on_terminal("compare", "sigmoid", "--layers", "5")
    assert any(line.split() == ["at", "most", "0.000976562"] for line in run.lines)
    assert any(line.split() == ["<", "0.001", "from", "layer", "5"] for line in run.lines)
    assert "5 layers multiply a gradient by at most 0.000977 (below 0.001 from layer 5 on)" in run.remarks[0]


def test_a_row_a_function_shows_everything_in_a_pipe() -> None:
    title, *lines = [line.split("\t") for line in actcli("compare", "relu", "identity", "--layers", "2").lines]
    relu, identity = (dict(zip(title, line, strict=True)) for line in lines)
    assert relu["range"] == "0.0, inf"
    assert relu["range_includes"] == "yes, no"
    assert (relu["largest_slope"], relu["largest_slope_at"]) == ("1.0", "0.0:inf")
    assert (relu["monotone"], relu["kinks"], relu["zones"]) == ("rising", "0.0", "dead x <= 0")
    assert (relu["forward_gain"], relu["mean"]) == ("1.414213562", "0.3989422804")
    assert (relu["gradient_bound"], relu["gradient_rms"]) == ("1.0", "0.5")
    assert (relu["difference"], identity["difference"], identity["difference_at"]) == ("", "inf", "-inf")
    assert identity["fixed_point"] == "any"


def test_another_normal_input_is_asked_for_by_mean_and_sigma() -> None:
    (known,) = actcli("compare", "identity", "--mean", "-3", "--sigma", "1/2", "--format", "json").json["functions"]
    assert (known["mean"], known["variance"], known["mean_square"]) == (-3.0, 0.25, 9.25)
    assert "mean -3, sigma 0.5" in on_terminal("compare", "identity", "--mean", "-3", "--sigma", "0.5").stdout


@pytest.mark.parametrize("option", [("--sigma", "0"), ("--sigma", "-1"), ("--sigma", "inf"), ("--mean", "nan")])
def test_no_such_normal_input(option: tuple[str, str]) -> None:
    run = actcli("compare", "relu", *option)
    assert (run.status, run.stdout) == (2, "")


def test_what_does_not_settle_is_reported_in_a_note() -> None:
    run = on_terminal("compare", "exp(18*x)")
    assert "not settled" in run.stdout
    assert "the mean square slope does not settle" in run.stderr
    assert "undefined" in on_terminal("compare", "log(x)").stdout


def test_vector_functions_stand_beside_element_wise_ones_on_the_same_logits() -> None:
    run = on_terminal("compare", "softmax", "sigmoid", "3,1,-3")
    assert run.status == 0
    values = [line.split() for line in run.lines[-3:]]
    assert values == [
        ["3", "0.878878", "0.952574"],
        ["1", "0.118943", "0.731059"],
        ["-3", "0.00217852", "0.0474259"],
    ]
    softmax, sigmoid = run.remarks
    assert "softmax: adds up to 1; probabilities of classes that exclude each other" in softmax
    assert "sigmoid: adds up to 1.731; gates, and probabilities of classes that do not exclude each other" in sigmoid


def test_functions_that_change_the_length_have_answers_of_their_own() -> None:
    document = actcli("compare", "maxout", "relu", "3,1,-3,2", "--format", "json").json
    assert [vector["value"] for vector in document["vectors"]] == [[3.0, 2.0], [3.0, 1.0, 0.0, 2.0]]
    assert "zone" not in document["vectors"][0]
    rows = [line.split("\t") for line in actcli("compare", "maxout", "relu", "3,1,-3,2", "--quiet").lines]
    assert rows[0] == ["vector", "index", "function", "value", "zone"]
    assert len(rows) == 7


def test_a_vector_that_a_function_refuses_is_an_error() -> None:
    run = actcli("compare", "glu", "relu", "3,1,-3")
    assert run.status == 2
    assert "two halves" in run.stderr


def test_values_in_a_pipe_do_not_wait_for_properties() -> None:
    document = actcli("compare", "relu", "tanh", "1", "--format", "jsonl")
    assert "forward_gain" not in document.stdout
    assert "forward_gain" in actcli("compare", "relu", "tanh", "1", "--format", "json").stdout


def test_ascii_digits_and_colour_reach_compare() -> None:
    run = on_terminal("compare", "σ", "tanh", "2", "--ascii", "--digits", "3")
    assert run.stdout.isascii()
    assert "0.881" in run.stdout
    assert "\x1b[" in actcli("compare", "relu", "1", "-1", "--format", "table", "--color", "always").stdout


def test_kinks_of_a_wave_cannot_be_told() -> None:
    assert "cannot be told" in on_terminal("compare", "abs(sin(x))").stdout
    (wave,) = actcli("compare", "abs(sin(x))", "--format", "json").json["functions"]
    assert wave["kinks"] is None


def test_cells_tell_a_smooth_function_from_one_whose_kinks_are_not_known() -> None:
    titles, wave, smooth = (
        line.split("\t") for line in actcli("compare", "abs(sin(x))", "tanh", "--format", "tsv").stdout.splitlines()
    )
    at = titles.index("kinks")
    assert (wave[at], smooth[at]) == ("cannot be told", "")


def test_it_says_when_to_take_a_function_and_when_not() -> None:
    found = actcli("compare", "relu", "sigmoid", "tanh", "gcu", "step", "--format", "json").json["functions"]
    relu, sigmoid, tanh, gcu, step = found
    assert relu["avoid"][0] == "dead for x <= 0: a unit that stays there learns nothing"
    assert "does not saturate to the right: slope tends to 1" in relu["take"]
    assert "sparse: exactly 0 for 50 % of normal inputs" in relu["take"]
    assert "kink at 0: slope from 0 to 1" in relu["avoid"]
    assert "saturates for x < -5 and x > 5: slope below 0.00665" in sigmoid["avoid"]
    assert "slope at most 0.25: 10 layers leave at most 9.5e-07 of a gradient" in sigmoid["avoid"]
    assert "not zero-centred: mean 0.5" in sigmoid["avoid"]
    assert "zero-centred: mean 0" in tanh["take"]
    size = abs(math.cos(10) - 10 * math.sin(10))
    assert f"its slope grows without bound: {size:.3g} at x = 10" in gcu["avoid"]
    assert {"jumps by 1 at 0", "slope 0 wherever it has one: no gradient passes"} <= {*step["avoid"]}
    assert "bounded: values from 0 to 1" in step["take"]
    table = actcli("compare", "relu", "sigmoid", "--format", "table").stdout
    assert "take it: bounded: values from 0 to 1; smooth: no kink, no jump" in " ".join(table.split())


def logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


# Value and slope in plain NumPy.
KNOWN: dict[str, Callable[[Any], tuple[Any, Any]]] = {
    "relu": lambda x: (np.maximum(x, 0), x > 0),
    "leaky-relu": lambda x: (np.where(x > 0, x, 0.01 * x), np.where(x > 0, 1, 0.01)),
    "sigmoid": lambda x: (logistic(x), logistic(x) * logistic(-x)),
    "tanh": lambda x: (np.tanh(x), 1 - np.tanh(x) ** 2),
    "softplus": lambda x: (np.log1p(np.exp(x)), logistic(x)),
    "silu": lambda x: (x * logistic(x), logistic(x) * (1 + x * logistic(-x))),
    "gcu": lambda x: (x * np.cos(x), np.cos(x) - x * np.sin(x)),
    "hard-shrink": lambda x: (np.where(np.abs(x) > 0.5, x, 0), np.abs(x) > 0.5),
}


@pytest.mark.parametrize("name", KNOWN)
def test_what_a_layer_leaves_of_a_gradient_is_its_definition(name: str) -> None:
    (function,) = actcli("compare", name, "--format", "json").json["functions"]
    x = np.linspace(-12, 12, 240_001)
    density = np.exp(-x * x / 2)
    value, slope = KNOWN[name](x)
    # The squared gain of weights that bring the mean square of values to 1, times the mean square of slopes.
    left = (slope**2 * density).sum() / (value**2 * density).sum()
    reasons = [*function["take"], *function["avoid"]]
    (said,) = [reason for reason in reasons if "of it (mean square, weights that keep the signal)" in reason]
    assert float(said.split("leaves ")[1].split()[0]) == pytest.approx(left, rel=0.006)
    word = "keeps" if 2 / 3 <= left <= 3 / 2 else "weakens" if left < 1 else "inflates"
    assert said.startswith(f"{word} a gradient")
    assert (said in function["take"]) == (word == "keeps")


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_every_function_has_a_reason_for_it_and_one_against(function: Function) -> None:
    subject = Subject(find(function.name))
    for reasons in (reasons_for(subject), reasons_against(subject)):
        assert reasons
        assert len({reason.split(":")[0] for reason in reasons}) == len(reasons)
        assert all(
            re.search(r"\d|linear|smooth|swings on|without end|no gradient passes|grows", each) for each in reasons
        )


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("sqrt(x)", ["undefined for x < 0", "its slope is infinite at 0"]),
        ("1/x", ["infinite at 0"]),
        ("log(x)", ["undefined for x < 0", "infinite at 0"]),
        ("log(1-x)", ["undefined for x > 1", "infinite at 1"]),
        ("1/(x*x-4)", ["infinite at -2 and 2", "slope 0 at x = 0, where normal inputs are densest"]),
        ("sqrt(x*x-1)", ["undefined for -1 < x < 1", "its slope is infinite at -1 and 1"]),
        ("sqrt(1-x*x)", ["undefined for x < -1 and x > 1", "its slope is infinite at -1 and 1"]),
        ("x/x", ["undefined for x = 0"]),
        ("sqrt(-1-x*x)", ["undefined for every x"]),
        ("where(x > 0, 1/x, 0)", ["infinite at 0", "dead for x <= 0: a unit that stays there learns nothing"]),
        (
            "sqrt(sin(x))",
            ["undefined for -9.42478 < x < -6.28319, -3.14159 < x < 0, 3.14159 < x < 6.28319 and elsewhere"],
        ),
        ("2*x + 1", ["linear: many layers of it are no more than one", "not zero-centred: mean 1"]),
        ("0*x + 3", ["slope 0 wherever it has one: no gradient passes"]),
        ("sin(x)", ["rises and falls without end: many inputs give the same value"]),
    ],
)
def test_where_an_expression_has_no_value_is_a_reason_against_it(spec: str, said: list[str]) -> None:
    (function,) = actcli("compare", spec, "--format", "json").json["functions"]
    assert {*said} <= {*function["avoid"]}
    for word in ("undefined", "infinite at"):
        assert any(each.startswith(word) for each in function["avoid"]) == any(each.startswith(word) for each in said)
    drawn = on_terminal("compare", spec, "x", "--no-plot").stdout
    assert re.search(rf"^{re.escape(spec)} +take it: ", drawn, re.M)
    assert drawn.count(" not: ") == 2


def test_a_function_with_poles_is_not_called_smooth() -> None:
    tangent, root, power = actcli("compare", "tan(x)", "sqrt(x)", "x**4", "--format", "json").json["functions"]
    assert tangent["take"] == []
    assert "infinite at -1.5708, 1.5708, -4.71239 and elsewhere" in tangent["avoid"]
    assert "its slope is infinite at 0" in root["avoid"]
    assert "smooth: no kink, no jump" in power["take"]
    assert "its slope grows without bound: 4e+03 at x = 10" in power["avoid"]
    assert "smooth" not in on_terminal("compare", "tan(x)", "1/x", "--no-plot").stdout


DEPTHS = ("sigmoid", "tanh", "relu", "gelu", "--layers", "1,2,5,10,50")


def test_depths_are_a_row_each_in_every_format() -> None:
    title, *lines = [line.split(",") for line in actcli("compare", *DEPTHS, "--format", "csv").lines]
    rows = [dict(zip(title, line, strict=True)) for line in lines]
    assert [row["layers"] for row in rows if row["function"] == "relu"] == ["1", "2", "5", "10", "50"]
    (fifth,) = [row for row in rows if (row["function"], row["layers"]) == ("relu", "5")]
    assert (fifth["signal"], fifth["gradient"], fifth["slopes"]) == ("0.03125", "0.03125", "1.0")
    document = actcli("compare", *DEPTHS, "--format", "json").json
    sigmoid = document["vectors"][0]
    assert sigmoid["x"] == sigmoid["layers"] == [1, 2, 5, 10, 50]
    assert sigmoid["slopes"] == [0.25, 0.25**2, 0.25**5, 0.25**10, 0.25**50]
    assert document["settings"] == {"mean": 0.0, "sigma": 1.0, "layers": [1, 2, 5, 10, 50], "init": 1.0}
    assert [known["gradient_bound_vanishes_at"] for known in document["functions"]] == [5, None, None, None]
    assert len(document["summary"]["notes"]) == 8


def test_a_table_of_depths_ends_in_the_weights_to_copy() -> None:
    run = on_terminal("compare", *DEPTHS)
    assert [line.split() for line in run.lines].count(["layers", "signal", "gradient", "slopes"]) == 4
    assert "the product of largest slopes from layer 5 on, the gradient's mean square from layer 3 on" in run.remarks[1]
    assert "relu: weights that keep the signal: normal, std 1.41421 / sqrt(fan_in)" in run.remarks[-2]
    (last,) = actcli("compare", "relu", "--layers", "1:3", "--init", "auto").remarks[-1:]
    assert last.endswith("relu: weights: normal, std 1.41421 / sqrt(fan_in), which keeps the signal")


@pytest.mark.parametrize(
    ("init", "gain"), [("xavier", 1.0), ("Glorot", 1.0), ("he", 2**0.5), ("kaiming", 2**0.5), ("3/2", 1.5)]
)
def test_initial_gains_have_names(init: str, gain: float) -> None:
    (known,) = actcli("compare", "tanh", "--layers", "2,3", "--init", init, "--format", "json").json["functions"]
    assert known["gain"] == pytest.approx(gain)


def test_one_depth_adds_the_signal_to_the_properties() -> None:
    (known,) = actcli("compare", "relu", "--layers", "4", "--init", "2", "--format", "json").json["functions"]
    assert (known["gain"], known["signal_mean_square"], known["gradient_mean_square"]) == (2.0, 16.0, 16.0)
    assert known["keeping_gain"] == pytest.approx(2**0.5)
    assert (
        "a signal through 4 layers: weights std gain / sqrt(fan_in)"
        in on_terminal("compare", "relu", "--layers", "4", "--no-plot").stdout
    )
    (known,) = actcli("compare", "relu", "--layers", "1e6", "--format", "json").json["functions"]
    assert known["signal_mean_square"] is None


def test_what_has_no_mean_square_says_so_by_name_and_layer() -> None:
    run = actcli("compare", "exp(x**2)", "sqrt(x)", "--layers", "1,2")
    for part in ("signal", "gradient"):
        assert f"exp(x**2): the mean square of the {part} is infinite from layer 1 on" in run.stderr
        assert f"sqrt(x): the mean square of the {part} is undefined from layer 1 on" in run.stderr
    assert "sqrt(x): no gain of the weights is known to keep the signal" in run.remarks[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--layers", "1:2000"), "--layers 1000 is the most"),
        (("--layers", "1,2.5"), "'2.5' is not a whole number above 0"),
        (("--layers", "0:3"), "'0' is not a whole number above 0"),
        (("--layers", "1:1e12"), "write 1,2,5,10 or 1:10"),
        (("--layers", ","), "--layers"),
        (("--layers", "3", "--init", "-1"), "write xavier, he, auto, or a number above 0"),
        (("--init", "he"), "needs --layers"),
        (("1", "2", "--layers", "1,2"), "several depths are a row each"),
        (("softmax", "--layers", "1,2"), "element-wise"),
    ],
)
def test_no_such_depth_or_gain(words: tuple[str, ...], said: str) -> None:
    run = actcli("compare", "relu", *words)
    assert run.status == 2
    assert said in run.stderr


def test_on_a_narrow_screen_words_keep_their_signs_and_texts_their_room() -> None:
    narrow = actcli("compare", "sigmoid", "tanh", "--format", "table", "--no-plot", width=40).lines
    assert not [line for line in narrow if re.search(r"[=<>]$| x$|^ *[=<>] ", line)]
    narrowest = actcli("compare", "sigmoid", "tanh", "--format", "table", "--no-plot", width=20).lines
    assert "  1 / (1 + exp(-x))" in narrowest
    assert "  saturated |x| > 5" in narrowest
    assert max(map(len, narrowest)) <= 20


@pytest.mark.parametrize("spread", [{"mean": "1e300"}, {"sigma": "1e300"}, {"mean": "1e200", "sigma": "1e200"}])
@pytest.mark.parametrize("function", ["tanh", "sigmoid", "relu"])
def test_a_normal_input_whose_square_overflows(function: str, spread: dict[str, str]) -> None:
    options = [word for name, value in spread.items() for word in (f"--{name}", value)]
    ended = actcli("compare", function, "--format", "table", *options)
    assert ended.status == 0, ended.stderr


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("clip(x, -1e200, 1e200)", [-1e200, 1e200]),
        ("1e200*tanh(x)", [-1e200, 1e200]),
        ("1e200 + 0*x", [1e200, 1e200]),
        ("1e160*sin(x)", [-1e160, 1e160]),
    ],
)
def test_squares_of_values_may_be_beyond_float64(text: str, taken: list[float]) -> None:
    run = actcli("compare", text, "--format", "json", "--quiet")
    assert (run.status, run.stderr) == (0, "")
    (described,) = json.loads(run.stdout)["functions"]
    assert described["range"] == taken

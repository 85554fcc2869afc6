"""`actcli eval`: values from words, stdin and files; every format; what is said on stderr; what is refused."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actcli.catalog import Activation, find
from tests.runner import Forbidden, actcli, apart, on_terminal

DIGITS = Path(__file__).parent / "data" / "digits"

NEGATIVES = {
    "-3": -3.0,
    "-1e-5": -1e-5,
    "-.5": -0.5,
    "-5.": -5.0,
    "-inf": -math.inf,
    "-Infinity": -math.inf,
    "-nan": math.nan,
    "-0": -0.0,
    "-1/3": -1 / 3,
    "-pi": -math.pi,
    "-(1+2)": -3.0,
    "-sqrt(2)": -math.sqrt(2),
    "−3": -3.0,
    "−pi/2": -math.pi / 2,
    "-1e−5": -1e-5,
}


def truth(spec: str, x: float) -> float:
    found = find(spec)
    assert isinstance(found, Activation)
    return found.certified(0, x)


@pytest.mark.parametrize("word", NEGATIVES)
def test_negative_numbers_need_no_double_dash(word: str) -> None:
    run = actcli("eval", "identity", word)
    kind = "NaN" if math.isnan(NEGATIVES[word]) else "infinite" if math.isinf(NEGATIVES[word]) else ""
    said = f"actcli: warning: of 1 input 1 is {kind}; first: x = {NEGATIVES[word]}\n" if kind else ""
    assert (run.status, run.stderr) == (0, said)
    np.testing.assert_array_equal(run.numbers, [NEGATIVES[word]])
    assert math.copysign(1, run.numbers[0]) == math.copysign(1, NEGATIVES[word]) or math.isnan(NEGATIVES[word])


def test_negative_words_stand_among_options_in_any_order() -> None:
    for words in (
        ["-3", "-1", "--format", "csv"],
        ["--format", "csv", "-3", "-1"],
        ["-3", "--format", "csv", "-1"],
        ["--format=csv", "--", "-3", "-1"],
    ):
        run = actcli("eval", "identity", *words)
        assert run.lines == ["vector,index,function,x,value,zone", "0,0,identity,-3.0,-3.0,", "0,1,identity,-1.0,-1.0,"]


def test_functions_may_begin_with_a_minus() -> None:
    assert actcli("eval", "-x", "-2").stdout == "2.0\n"
    assert actcli("eval", "-x*exp(-x)", "0").numbers == [0.0]


def test_ranges_hold_both_ends() -> None:
    assert actcli("eval", "identity", "-2:2").stdout == "-2.0 -1.0 0.0 1.0 2.0\n"
    assert actcli("eval", "identity", "−2:2").stdout == "-2.0 -1.0 0.0 1.0 2.0\n"
    assert actcli("eval", "identity", "0:1:0.25").stdout == "0.0 0.25 0.5 0.75 1.0\n"
    assert actcli("eval", "identity", "1:-1:-1").stdout == "1.0 0.0 -1.0\n"
    assert actcli("eval", "identity", "-pi:pi:pi").numbers == [-math.pi, 0.0, math.pi]


def test_numbers_and_ranges_make_one_vector() -> None:
    assert actcli("eval", "identity", "5", "-1:1", "-.5").stdout == "5.0 -1.0 0.0 1.0 -0.5\n"


def test_comma_words_are_vectors_joined_by_commas() -> None:
    assert actcli("eval", "identity", "-3,1", "2,-pi,1/4").stdout == f"-3.0,1.0\n2.0,{-math.pi!r},0.25\n"


def test_comma_words_and_bare_numbers_do_not_mix() -> None:
    run = actcli("eval", "identity", "3,1", "2")
    assert (run.status, run.stdout) == (2, "")
    assert "'2' and '3,1' cannot be mixed" in run.stderr


def test_gelu_keeps_its_digits_far_out() -> None:
    # PyTorch's float64 formula gives -0.0 there.
    (value,) = actcli("eval", "gelu", "-10", "--quiet").numbers
    assert apart(value, -7.619853024160526e-23) <= 1


@pytest.mark.parametrize("spec", ["sigmoid", "tanh", "gelu", "silu", "softplus", "log-sigmoid", "elu"])
def test_printed_values_are_the_certified_ones(spec: str) -> None:
    words = ["-700", "-38", "-10", "-1/3", "-1e-5", "1e-300", "0.5", "3", "40"]
    printed = actcli("eval", spec, *words, "--quiet").numbers
    for x, value in zip(actcli("eval", "identity", *words).numbers, printed, strict=True):
        assert apart(value, truth(spec, x)) <= 4


@given(st.lists(st.floats(width=64), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_every_float_comes_back_whole(values: list[float]) -> None:
    text = " ".join(map(repr, values)) + "\n"
    np.testing.assert_array_equal(actcli("eval", "identity", stdin=text).numbers, values)
    np.testing.assert_array_equal(actcli("eval", "identity", *map(repr, values)).numbers, values)
    rows = actcli("eval", "identity", "--format", "csv", stdin=text).lines[1:]
    np.testing.assert_array_equal([float(row.split(",")[4]) for row in rows], values)
    (vector,) = actcli("eval", "identity", "--format", "json", stdin=text).json["vectors"]
    np.testing.assert_array_equal([float(value) for value in vector["value"]], values)


def test_stdin_is_read_a_vector_a_line() -> None:
    assert actcli("eval", "relu", "--quiet", stdin="1 -2 3\n-4\n5\n").stdout == "1.0 0.0 3.0\n0.0\n5.0\n"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1,-2\n", "1.0,-2.0\n"),
        ("1, -2\n", "1.0,-2.0\n"),
        ("1\t-2\n", "1.0\t-2.0\n"),
        ("1;-2\n", "1.0;-2.0\n"),
        ("1   -2\n", "1.0 -2.0\n"),
        ("1 2\n3,4\n", "1.0 2.0\n3.0 4.0\n"),
        ("  1 2  \r\n", "1.0 2.0\n"),
        ("# only words\n1 2 # more\n", "1.0 2.0\n"),
        ("1 2", "1.0 2.0\n"),
        ("−1\n", "-1.0\n"),
    ],
)
def test_plain_output_keeps_the_delimiter_of_the_input(text: str, answer: str) -> None:
    assert actcli("eval", "identity", stdin=text).stdout == answer


def test_a_dash_reads_stdin_too() -> None:
    assert actcli("eval", "identity", "-", stdin="1 2\n").stdout == "1.0 2.0\n"
    assert actcli("eval", "identity", "--input", "-", stdin="1 2\n").stdout == "1.0 2.0\n"
    assert actcli("eval", "identity", "-", "3", stdin="1 2\n").status == 2


def test_with_values_stdin_is_left_alone() -> None:
    assert actcli("eval", "identity", "1", stdin=Forbidden()).stdout == "1.0\n"


def test_blank_lines_stay_blank_lines() -> None:
    assert actcli("eval", "identity", stdin="1\n\n2\n").stdout == "1.0\n\n2.0\n"
    csv = actcli("eval", "identity", "--format", "csv", stdin="1\n\n2\n")
    assert csv.lines[1:] == ["0,0,identity,1.0,1.0,", "2,0,identity,2.0,2.0,"]
    vectors = actcli("eval", "identity", "--format", "json", stdin="1\n\n2\n").json["vectors"]
    assert [vector["value"] for vector in vectors] == [[1.0], [], [2.0]]


@pytest.mark.parametrize("layout", ["plain", "csv", "tsv", "json", "jsonl", "table"])
def test_empty_input_gives_an_empty_answer(layout: str) -> None:
    run = actcli("eval", "sigmoid", "--format", layout)
    assert (run.status, run.stderr) == (0, "")
    if layout == "json":
        assert run.json["vectors"] == []
    else:
        assert len(run.lines) == (layout in ("csv", "tsv"))


def test_no_values_on_a_terminal_is_a_usage_error_that_says_what_to_type() -> None:
    run = on_terminal("eval", "sigmoid")
    assert (run.status, run.stdout) == (2, "")
    assert "type values" in run.stderr


@pytest.mark.parametrize("name", ["matrix.npy", "MATRIX.NPY"])
def test_an_npy_file_is_a_matrix_of_rows(tmp_path: Path, name: str) -> None:
    matrix = np.array([[-1.0, 2.0, np.nan], [np.inf, -np.inf, -0.0]])
    with (tmp_path / name).open("wb") as file:
        np.save(file, matrix)
    run = actcli("eval", "identity", "--input", str(tmp_path / name))
    assert run.stdout == "-1.0 2.0 nan\ninf -inf -0.0\n"


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "uint64", ">f8"])
def test_npy_of_any_real_type_is_read(tmp_path: Path, dtype: str) -> None:
    np.save(tmp_path / "a.npy", np.array([1, 0, 3], dtype))
    assert actcli("eval", "identity", "--input", str(tmp_path / "a.npy")).stdout == "1.0 0.0 3.0\n"


def test_files_follow_each_other_and_globs_are_sorted(tmp_path: Path) -> None:
    for name, text in (("b.txt", "2\n"), ("a.txt", "1\n"), ("c.csv", "3\n")):
        (tmp_path / name).write_text(text)
    run = actcli("eval", "identity", "--input", str(tmp_path / "*.txt"), "--input", str(tmp_path / "c.csv"))
    assert run.stdout == "1.0\n2.0\n3.0\n"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    run = actcli("eval", "relu", "--input", str(tmp_path / "gone.npy"))
    assert (run.status, run.stdout) == (1, "")
    assert "gone.npy: no such file" in run.stderr


def test_a_layer_of_dead_units_is_reported_in_one_warning() -> None:
    run = actcli("eval", "relu", "--input", str(DIGITS / "relu-trained-layer2.npy"))
    assert run.status == 0
    assert len(run.lines) == 360
    assert run.stderr == "actcli: warning: relu: 32 of 32 units are dead in all 360 rows\n"
    assert set(run.numbers) == {0.0}


def test_units_that_live_for_some_image_are_not_called_dead() -> None:
    layer = np.load(DIGITS / "relu-trained-layer1.npy")
    dead = int((layer <= 0).all(axis=0).sum())
    run = actcli("eval", "relu", "--input", str(DIGITS / "relu-trained-layer1.npy"), "--format", "json")
    (counts,) = run.json["summary"]["functions"]
    assert counts["inputs"] == layer.size
    assert counts["dead"] == int((layer <= 0).sum())
    assert (counts["units"], counts["units_dead"]) == (32, dead)
    assert run.stderr.count("\n") == (dead > 0)


def test_dead_inputs_are_warned_of_only_where_all_are_dead() -> None:
    assert actcli("eval", "relu", "-1", "2").stderr == ""
    assert actcli("eval", "relu", "-1").stderr == ""
    assert actcli("eval", "relu", "-1", "-2").stderr == "actcli: warning: relu: all 2 inputs are dead (x <= 0)\n"
    assert "1 of 2 units is dead in all 2 rows" in actcli("eval", "relu", stdin="-1 1\n-2 -3\n").stderr


def test_saturation_is_reported_once_with_the_first_place() -> None:
    run = actcli("eval", "sigmoid", stdin="1 2\n3 7.5\n-9\n")
    assert run.stderr == (
        "actcli: warning: sigmoid: 2 of 5 inputs are saturated (|x| > 5), slope at most 0.00665;"
        " first: x = 7.5 (line 2)\n"
    )


def test_on_a_terminal_a_table_marks_the_saturated_row() -> None:
    run = on_terminal("eval", "sigmoid", "-3", "0", "7.5")
    assert run.status == 0
    marked = [line for line in run.lines if "saturated" in line]
    assert len(marked) == 1
    assert marked[0].split()[0] == "7.5"
    assert "\x1b" not in run.stdout
    assert len(run.remarks) == 1
    assert run.remarks[0].startswith("actcli: warning: sigmoid: 1 of 3 inputs is saturated (|x| > 5)")


@pytest.mark.parametrize("layout", ["plain", "csv", "json", "table"])
def test_quiet_silences_warnings_and_changes_no_answer(layout: str) -> None:
    loud = actcli("eval", "sigmoid", "7", "8", "--format", layout)
    quiet = actcli("eval", "sigmoid", "7", "8", "--format", layout, "--quiet")
    assert loud.stderr
    assert quiet.stderr == ""
    assert loud.stdout == quiet.stdout


def test_quiet_does_not_silence_errors() -> None:
    assert "error" in actcli("eval", "sigmoid", "two", "--quiet").stderr


@pytest.mark.parametrize(("separator", "layout"), [(",", "csv"), ("\t", "tsv")])
def test_csv_and_tsv_are_tidy(separator: str, layout: str) -> None:
    run = actcli("eval", "relu", "1,-2", "0,3", "--format", layout)
    assert [line.split(separator) for line in run.lines] == [
        ["vector", "index", "function", "x", "value", "zone"],
        ["0", "0", "relu", "1.0", "1.0", ""],
        ["0", "1", "relu", "-2.0", "0.0", "dead"],
        ["1", "0", "relu", "0.0", "0.0", "dead"],
        ["1", "1", "relu", "3.0", "3.0", ""],
    ]


def test_json_holds_function_vectors_zones_and_summary() -> None:
    document = actcli("eval", "leaky-relu:0.2", "-1", "nan", "inf", "--format", "json").json
    assert list(document) == ["schema", "command", "functions", "vectors", "zones", "summary"]
    assert document["command"] == "eval"
    (function,) = document["functions"]
    assert function["parameters"] == {"negative_slope": 0.2}
    (vector,) = document["vectors"]
    assert vector["x"] == [-1.0, "NaN", "Infinity"]
    assert vector["value"] == [-0.2, "NaN", "Infinity"]
    assert vector["zone"] == [None, None, None]


def test_jsonl_is_one_object_a_vector() -> None:
    run = actcli("eval", "relu", "--format", "jsonl", stdin="1 -1\n\n2\n")
    assert [orjson.loads(line)["value"] for line in run.lines] == [[1.0, 0.0], [], [2.0]]
    assert [orjson.loads(line)["line"] for line in run.lines] == [1, 2, 3]


def test_infinities_and_nan_pass_through() -> None:
    assert actcli("eval", "sigmoid", "nan", "inf", "-inf", "--quiet").stdout == "nan 1.0 0.0\n"
    assert actcli("eval", "silu", "-inf", "inf", "--quiet").stdout.split() in (["-0.0", "inf"], ["0.0", "inf"])


@pytest.mark.parametrize(
    ("digits", "answer"), [("1", "0.05"), ("3", "0.0474"), ("6", "0.0474259"), ("17", "0.047425873177566781")]
)
def test_digits_are_significant_ones(digits: str, answer: str) -> None:
    # sigmoid(-3) = 0.04742587317756678087884...; its float64 is 0.04742587317756678105...
    assert actcli("eval", "sigmoid", "-3", "--digits", digits).stdout == answer + "\n"
    assert actcli("eval", "sigmoid", "-3", f"--digits={digits}", "--format", "csv").lines[1].split(",")[4] == answer


def test_more_digits_than_float64_holds_are_certified() -> None:
    # sigmoid(-3), by ball arithmetic to 45 digits: 0.0474258731775667808788481517717522013861794324
    assert actcli("eval", "sigmoid", "-3", "--digits", "30").stdout == "0.0474258731775667808788481517718\n"


@pytest.mark.parametrize("digits", ["0", "-3", "two", "1.5", "nan", "1e400"])
def test_digits_out_of_range_are_refused_by_name(digits: str) -> None:
    run = actcli("eval", "sigmoid", "1", "--digits", digits)
    assert (run.status, run.stdout) == (2, "")
    assert digits in run.stderr
    assert "bug" not in run.stderr


def test_colour_only_where_asked_for() -> None:
    shown = ["eval", "sigmoid", "7.5", "--format", "table", "--quiet"]
    assert "\x1b[" in actcli(*shown, "--color", "always").stdout
    assert "\x1b[" not in actcli(*shown, "--color", "never", colour=True).stdout
    assert "\x1b[" in actcli(*shown, colour=True).stdout
    assert "\x1b[" not in actcli(*shown).stdout
    assert "\x1b[" not in actcli("eval", "sigmoid", "7.5", "--color", "always", "--format", "csv").stdout


def test_ascii_draws_with_ascii_alone() -> None:
    for words in (["eval", "σ", "-7.5", "−3"], ["eval", "sigmoid", "1:90"]):
        run = actcli(*words, "--ascii", "--format", "table")
        assert run.status == 0
        assert run.stdout.isascii()
        assert run.stderr.isascii()


def test_misspelt_functions_get_the_nearest_names() -> None:
    run = actcli("eval", "geluu", "1")
    assert (run.status, run.stdout) == (2, "")
    assert run.stderr.startswith("actcli: error: unknown function 'geluu': did you mean gelu")


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        (["sigmoid", "1,two,3"], "two"),
        (["sigmoid", "two"], "two"),
        (["sigmoid", "1,2,3x"], "3x"),
        (["sigmoid", "1:z"], "z"),
        (["sigmoid", "1_000"], "1_000"),
        (["sigmoid", "0x10"], "0x10"),
        (["sigmoid", "1,pi/q,3"], "q"),
        (["x^2", "1"], "^"),
        (["sigmoid(x) + foo(x)", "1"], "foo"),
        (["leaky-relu:two", "1"], "two"),
        (["leaky-relu:foo=1", "1"], "foo=1"),
        (["relu:0.2", "1"], "0.2"),
        (["sigmoid", "-1:2:0"], "0"),
    ],
)
def test_carets_stand_exactly_under_the_trouble(words: list[str], marked: str) -> None:
    run = actcli("eval", *words)
    assert (run.status, run.stdout) == (2, "")
    assert run.marked == marked


def test_a_bad_token_on_stdin_stops_after_what_came_before() -> None:
    run = actcli("eval", "identity", stdin="1 2\n3 two 4\n5\n")
    assert (run.status, run.stdout) == (1, "1.0 2.0\n")
    assert "stdin, line 2, column 3: 'two' is not a number" in run.stderr
    assert run.marked == "two"


def test_json_is_well_formed_after_a_fault() -> None:
    run = actcli("eval", "identity", "--format", "json", stdin="1 2\nx\n")
    assert run.status == 1
    assert [vector["value"] for vector in run.json["vectors"]] == [[1.0, 2.0]]


@pytest.mark.parametrize("spec", ["", "  "])
def test_an_empty_function_is_refused(spec: str) -> None:
    run = actcli("eval", spec, "1")
    assert (run.status, run.stdout) == (2, "")
    assert "function" in run.stderr


@pytest.mark.parametrize("parameter", ["nan", "inf", "0"])
def test_parameters_for_which_the_formula_is_undefined_are_refused(parameter: str) -> None:
    run = actcli("eval", f"softplus:{parameter}", "1")
    assert (run.status, run.stdout) == (2, "")
    assert "beta" in run.stderr


def test_control_characters_never_reach_the_terminal() -> None:
    escape = "\x1b]0;title\x07"
    assert "\x1b" not in actcli("eval", escape, "1").stderr
    assert "\x1b" not in actcli("eval", "sigmoid", escape).stderr
    assert "\x1b" not in actcli("eval", "sigmoid", stdin=escape).stderr
    assert "\x1b" not in actcli("eval", "sigmoid", "--input", escape).stderr


def test_vector_functions_act_on_each_vector() -> None:
    assert actcli("eval", "maxout", "1,5,-2,-7").stdout == "5.0,-2.0\n"
    assert actcli("eval", "softmax", "0,0", "1,1,1,1").stdout == "0.5,0.5\n0.25,0.25,0.25,0.25\n"
    assert actcli("eval", "maxout", "1,2,3").status == 2


def test_a_saturation_share_moves_the_zone() -> None:
    def limit(*options: str) -> Any:
        zones = actcli("eval", "tanh", "0", "--format", "json", *options).json["zones"]
        return zones[1]["from"]

    # tanh' = sech^2, and sech(x)^2 = 1/100 where cosh(x) = 10.
    assert limit("--saturation", "1%") == pytest.approx(math.acosh(10), abs=1e-10)
    assert limit("--saturation", "0.01") == limit("--saturation", "1%")
    assert limit() == 2.5


@pytest.mark.parametrize("share", ["0", "1", "-5%", "150%", "x", "5%%"])
def test_a_saturation_share_lies_between_0_and_1(share: str) -> None:
    run = actcli("eval", "tanh", "0", "--saturation", share)
    assert (run.status, run.stdout) == (2, "")
    assert share in run.stderr or share.rstrip("%") in run.stderr


def test_every_input_is_a_matrix_of_its_own() -> None:
    # 22 units of the first and 32 of the second layer are dead; taken for one matrix it would be 22 of 32.
    layers = [str(DIGITS / f"relu-trained-layer{layer}.npy") for layer in (1, 2)]
    run = actcli("eval", "relu", "--input", layers[0], "--input", layers[1], "--format", "jsonl")
    first, second = run.stderr.splitlines()
    assert first.endswith("layer1.npy: relu: 22 of 32 units are dead in all 360 rows")
    assert second.endswith("layer2.npy: relu: 32 of 32 units are dead in all 360 rows")


def test_a_random_function_draws_anew_for_every_vector_whatever_stands_beside_it() -> None:
    lines = actcli("eval", "gumbel-softmax", "--seed", "1", stdin="0 0 0\n0 0 0\n0 0\n").lines
    for spec in ("F.gumbel_softmax(x, tau=1)", "gumbel-softmax:seed=3", "gumbel-softmax:1"):
        assert actcli("eval", spec, "--seed", "1", stdin="0 0 0\n").lines == lines[:1]
    for spec in ("relu", "x*2", "softmax"):
        run = actcli("eval", spec, "1", "--seed", "3")
        assert (run.status, "draws no random numbers" in run.stderr) == (2, True)
    assert lines[0] != lines[1]
    assert actcli("eval", "gumbel-softmax", "--seed", "1", stdin="0 0 0\n0 0 0\n").lines == lines[:2]
    assert actcli("eval", "gumbel-softmax", "--seed", "2", stdin="0 0 0\n").lines != lines[:1]


def test_digits_that_cancel_are_settled_by_balls_or_told() -> None:
    """Next to 1e-17 lies exp(-40); 16,384 bits do not hold exp(-100000) beside exp(100000)."""
    run = actcli("eval", "cosh(x)-sinh(x)", "40", "1e5")
    assert run.stdout.startswith("4.248354255291589e-18 ")
    assert "at 1 of 2 inputs digits cancel" in run.stderr
    assert "first: x = 100000 (--exact" in run.stderr
    assert not actcli("eval", "cosh(x)-sinh(x)", "40").stderr


def test_digits_that_cancel_are_settled_in_a_number_type() -> None:
    assert actcli("eval", "cosh(x)-sinh(x)", "40", "--dtype", "float32").stdout == "4.248354e-18\n"
    assert actcli("grad", "cosh(x)-sinh(x)", "40").stdout == "-4.248354255291589e-18\n"

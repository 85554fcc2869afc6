"""`actcli list`: the catalogue as users see it, and all there is to know of one function."""

import json
from typing import Any

import pytest

from actcli.catalog import ENTRIES, FUNCTIONS
from tests.runner import Forbidden, actcli, on_terminal


def names(*words: str) -> list[str]:
    run = actcli("list", *words)
    assert (run.status, run.stderr) == (0, "")
    return [line.split("\t")[0] for line in run.lines[1:]]


def test_every_entry_is_listed_with_its_formula() -> None:
    run = actcli("list")
    formulas = {line.split("\t")[0]: line.split("\t")[1] for line in run.lines[1:]}
    assert formulas == {entry.shown_name: entry.formula for entry in ENTRIES}


@pytest.mark.parametrize(
    ("pattern", "some"),
    [
        ("leaky", {"leaky-relu"}),
        ("*elu", {"relu", "leaky-relu", "elu", "gelu", "prelu"}),
        ("LEAKY-RELU", {"leaky-relu"}),
        ("logistic", {"sigmoid"}),
        ("soft", {"softplus", "softsign", "softmax"}),
    ],
)
def test_patterns_are_parts_globs_or_aliases_in_any_spelling(pattern: str, some: set[str]) -> None:
    assert set(names(pattern)) >= some
    assert len(names(pattern)) < len(ENTRIES)


def test_misspelt_names_get_the_nearest_ones() -> None:
    run = actcli("list", "geluu")
    assert (run.status, run.stdout) == (2, "")
    assert "gelu" in run.stderr


def test_stdin_is_never_read() -> None:
    assert actcli("list", stdin=Forbidden()).status == 0


def test_json_shows_parameters_limits_and_source() -> None:
    listed = actcli("list", "leaky_relu", "--format", "json").json["functions"]
    (function,) = [each for each in listed if each["name"] == "leaky-relu"]
    assert function["parameters"] == {"negative_slope": "0.01"}
    assert function["limits"]["slope"] == ["negative_slope", "1"]
    assert function["source"]


def test_plain_gives_names_alone() -> None:
    assert "leaky-relu" in actcli("list", "leaky", "--format", "plain").lines
    listed = actcli("list", "--format", "plain").lines
    assert listed == [entry.shown_name for entry in ENTRIES]
    # What is listed is what other commands take.
    for name in listed:
        assert actcli("eval", name, "1,2").status == 0


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    run = on_terminal("list", width=width)
    assert run.status == 0
    assert max(map(len, run.lines)) <= width


def test_ascii_lists_with_ascii_alone() -> None:
    run = on_terminal("list", "--ascii")
    assert run.status == 0
    assert run.stdout.isascii()


def described(name: str) -> dict[str, Any]:
    run = actcli("list", name, "--format", "json")
    assert (run.status, run.stderr) == (0, "")
    (known,) = run.json["functions"]
    assert isinstance(known, dict)
    return known


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_name_shows_that_entry_alone(entry: Any) -> None:
    known = described(entry.name)
    assert known["name"] == entry.shown_name
    assert known["formula"] == entry.formula
    assert known["source"] == entry.source
    assert [each["name"] for each in known["takes"]] == [each.name for each in entry.parameters]


@pytest.mark.parametrize("name", ["elu", "ELU", "swish", "tanh", "relu"])
def test_a_name_that_is_part_of_others_is_still_itself(name: str) -> None:
    assert described(name)["name"] == name.lower()


@pytest.mark.parametrize(
    ("alias", "name"), [("logistic", "sigmoid"), ("lrelu", "leaky-relu"), ("gelu-new", "gelu-tanh")]
)
def test_an_alias_shows_its_entry(alias: str, name: str) -> None:
    assert described(alias)["name"] == name


def test_who_differs_is_shown_with_definition_and_default() -> None:
    differs = {each["library"]: each["definition"] for each in described("leaky_relu")["differs"]}
    assert differs["keras"] == differs["tf"] == "leaky_relu:negative_slope=0.2"
    assert differs["keras.layers"] == "leaky_relu:negative_slope=0.3"
    assert differs["jax"] == "where(x >= 0, x, negative_slope * x)"  # another slope at 0
    assert {"torch", "timm", "onnx"} <= set(described("leaky_relu")["agrees"])
    differs = {each["library"]: each["definition"] for each in described("gelu")["differs"]}
    assert differs["jax"] == differs["flax"] == "gelu_tanh"
    assert "1.67326" in {each["library"]: each["definition"] for each in described("selu")["differs"]}["mlx"]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_what_is_said_to_differ_or_agree_can_be_asked_for(function: Any) -> None:
    known = described(function.name)
    libraries = [each["library"] for each in known["differs"]] + known["agrees"]
    assert len(set(libraries)) == len(libraries)
    for library in libraries:
        assert actcli("eval", f"{function.name}@{library}", "1").status == 0


def test_both_slopes_at_a_kink_and_the_convention_are_reported() -> None:
    (kink,) = described("leaky_relu")["kinks"]
    assert kink == {"x": 0.0, "left_slope": 0.01, "slope": 0.01, "right_slope": 1.0, "jump": False}
    assert [each["slope"] for each in described("hard_swish")["kinks"]] == [0.0, 1.0]
    assert [each["slope"] for each in described("hard_tanh")["kinks"]] == [0.0, 0.0]
    assert described("celu")["kinks"] == []
    (kink,) = described("selu")["kinks"]
    assert kink["slope"] == kink["left_slope"] == pytest.approx(1.7580993408473768, rel=1e-15)


def test_zones_are_shown_with_all_their_digits() -> None:
    assert [(zone["kind"], zone["from"], zone["to"]) for zone in described("sigmoid")["zones"]] == [
        ("saturated", "-Infinity", -5.0),
        ("saturated", 5.0, "Infinity"),
    ]
    assert [(zone["kind"], zone["to"], zone["includes_to"]) for zone in described("relu")["zones"]] == [
        ("dead", 0.0, True)
    ]


def test_parameters_are_shown_with_default_meaning_and_condition() -> None:
    (beta,) = described("softplus")["takes"]
    assert (beta["name"], beta["default"], beta["needs"]) == ("beta", "1", "beta != 0")
    assert beta["meaning"]
    assert "ours" in described("softcap")["takes"][0]["default"]


def test_a_spec_shows_its_parameters_in_place() -> None:
    known = described("leaky-relu@keras")
    assert known["name"] == "leaky-relu@keras"
    assert known["parameters"] == {"negative_slope": 0.2}
    assert known["takes"][0]["value"] == 0.2
    assert known["kinks"][0]["slope"] == 0.2
    assert described("relu6@torch")["formula"] == described("relu6")["formula"]


def test_what_a_library_fixes_is_shown_by_its_formula() -> None:
    assert described("selu@mlx")["formula"] == "1.0507 * elu(x, alpha=1.67326)"


def test_a_pipe_gets_a_line_and_a_terminal_a_description() -> None:
    run = actcli("list", "leaky_relu")
    titles, cells = (line.split("\t") for line in run.lines)
    assert len(titles) == len(cells)
    assert dict(zip(titles, cells, strict=True))["formula"] == "where(x > 0, x, negative_slope * x)"
    known = on_terminal("list", "leaky_relu").stdout
    for part in ("negative_slope", "keras.layers", "left_slope", "Maas", "0.01"):
        assert part in known


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("name", ["leaky_relu", "gelu", "selu", "softmax"])
def test_no_line_of_a_description_is_wider_than_the_terminal(name: str, width: int) -> None:
    run = on_terminal("list", name, width=width)
    assert run.status == 0
    assert max(map(len, run.lines)) <= width


def test_the_whole_catalogue_can_be_scanned() -> None:
    run = on_terminal("list")
    assert run.lines[0].split() == ["name", "formula", "used_for"]
    assert len(run.lines) >= len(ENTRIES)


def test_jacobians_of_vector_functions() -> None:
    run = actcli("grad", "softmax", "1,2", "--jacobian", "--format", "json")
    (vector,) = run.json["vectors"]
    share = 0.19661193324148185  # sigmoid'(1)
    for row, signs in zip(vector["jacobian"], ((1, -1), (-1, 1)), strict=True):
        assert row == pytest.approx([sign * share for sign in signs], rel=1e-15)
    assert described("softmax")["jacobian"] is True


@pytest.mark.parametrize(
    ("words", "matrix"),
    [
        (("glu", "3,0"), [[0.5, 0.75]]),
        (("bilinear", "1,2,3,4"), [[3, 0, 1, 0], [0, 4, 0, 2]]),
        (("reglu", "1,-2,3,4"), [[3, 0, 1, 0], [0, 0, 0, 0]]),
        (("swiglu", "0,2"), [[1, 0]]),
        (("geglu", "0,2"), [[1, 0]]),
        (("maxout", "1,2,3,0"), [[0, 1, 0, 0], [0, 0, 1, 0]]),
        (("maxout:4", "1,2,3,0"), [[0, 0, 1, 0]]),
        (("logsumexp", "0,0"), [[0.5, 0.5]]),
        (("logmeanexp", "0,0,0,0"), [[0.25, 0.25, 0.25, 0.25]]),
    ],
)
def test_jacobians_have_a_row_for_each_output(words: tuple[str, ...], matrix: list[list[float]]) -> None:
    height, width = len(matrix), len(matrix[0])
    asked = ("grad", *words, "--jacobian", "--format")
    assert actcli(*asked, "json").json["vectors"][0]["jacobian"] == matrix
    tidy = [
        ["0", str(row), str(column), repr(float(number))]
        for row, numbers in enumerate(matrix)
        for column, number in enumerate(numbers)
    ]
    assert [line.split("\t") for line in actcli(*asked, "tsv").lines[1:]] == tidy
    plain = actcli(*asked, "plain").lines
    assert [[float(cell) for cell in line.split(",")] for line in plain[:height]] == matrix
    assert plain[height:] in ([""], [])
    table = actcli(*asked, "table").lines
    assert table[2].split() == [str(column) for column in range(width)]
    assert [line.split()[0] for line in table[3:]] == [str(row) for row in range(height)]


def test_jacobians_of_several_lengths_stand_one_below_the_other() -> None:
    run = actcli("grad", "logsumexp", "--jacobian", stdin="0 0\n\n7\n")
    assert run.lines[1:] == ["0\t0\t0\t0.5", "0\t0\t1\t0.5", "2\t0\t0\t1.0"]
    run = actcli("grad", "bilinear", "--jacobian", "--format", "jsonl", stdin="1 2\n\n1 2 3 4\n")
    matrices = [json.loads(line).get("jacobian") for line in run.lines]
    assert [matrix for matrix in matrices if matrix is not None] == [[[2, 1]], [], [[3, 0, 1, 0], [0, 4, 0, 2]]]


def test_a_wide_jacobian_is_shown_by_its_corners() -> None:
    run = actcli("grad", "bilinear", *("1:40",), "--jacobian", "--format", "table")
    assert any("of 20 rows left out" in line for line in run.lines)
    assert any("of 40 columns left out" in line for line in run.lines)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("relu", "1,2"), "element-wise"),
        (("hardmax", "1,2"), "no Jacobian"),
        (("softmax", "1,2", "--curvature"), "--curvature"),
        (("softmax", "1,2", "--layers", "2"), "--layers"),
    ],
)
def test_jacobians_that_make_no_sense_are_refused(words: tuple[str, ...], part: str) -> None:
    run = actcli("grad", *words, "--jacobian")
    assert (run.status, run.stdout) == (2, "")
    assert part in run.stderr


def test_a_jacobian_has_a_largest_size() -> None:
    line = ",".join(map(str, range(1001)))
    run = actcli("grad", "softmax", "--jacobian", stdin=line)
    assert (run.status, len(run.lines)) == (1, 0)
    assert "1,000" in run.stderr


@pytest.mark.parametrize(
    ("word", "some"),
    [
        ("attention", {"softmax", "softcap", "laplace"}),  # uses
        ("Hafner", {"symlog", "symexp"}),  # a source
        ("rounding", set()),
        ("tinfoil", set()),
        ("gompertz", {"golu"}),  # an alias and a note
        ("2010.09931", {"smelu"}),
    ],
)
def test_a_word_is_sought_in_uses_notes_and_sources(word: str, some: set[str]) -> None:
    run = actcli("list", word, "--format", "json")
    found = {each["name"] for each in run.json["functions"]} if run.status == 0 else set()
    assert some <= found
    assert bool(found) == bool(some)


@pytest.mark.parametrize(
    ("words", "first", "others"),
    [
        (["zero centred"], "tanh", {"hard-tanh", "softsign", "erf", "dyt"}),
        (["zero", "centered"], "tanh", {"hard-tanh", "softsign", "erf", "dyt"}),
        (["zero-centred"], "tanh", {"hard-tanh", "softsign", "erf", "dyt"}),
        (["softmax", "temperature"], "softmax", {"log-softmax", "gumbel-softmax"}),
        (["dead"], "step", {"relu", "relu6", "hard-tanh", "sqnl"}),
        (["saturated"], "nlrelu", {"sigmoid", "tanh", "softplus", "elu"}),
        (["jumps"], "step", {"hard-shrink", "thresholded-relu"}),
        (["He init"], "relu", set()),
        (["Xavier"], "tanh", set()),
        (["vanishing", "gradients"], "sigmoid", set()),
        (["transformer"], "gelu", {"dyt", "derf", "swiglu"}),
        (["self normalising"], "selu", set()),
        (["regularisers"], "rrelu", set()),
        (["language model"], "relu2", {"silu", "swiglu"}),
    ],
)
def test_words_are_found_in_any_order_number_and_spelling(words: list[str], first: str, others: set[str]) -> None:
    run = actcli("list", *words, "--format", "csv")
    found = [line.split(",")[0] for line in run.lines[1:]]
    assert found[0] == first
    assert {*others} <= {*found}
    assert "sigmoid" not in found or words in (["saturated"], ["vanishing", "gradients"])
    assert "leaky-relu" not in found
    backwards = actcli("list", *reversed(" ".join(words).split()), "--format", "csv")
    assert {*backwards.lines} == {*run.lines}


def test_several_names_are_as_many_rows() -> None:
    assert names("relu", "gelu") == ["relu", "gelu"]
    assert names("gelu", "rectifier") == ["gelu", "relu"]
    assert names("hard", "tanh") == ["hard-tanh"]  # one name in two words


@pytest.mark.parametrize("format_", ["csv", "tsv"])
def test_rows_of_a_search_have_the_same_columns_however_many_they_are(format_: str) -> None:
    one, some, every = (actcli("list", *words, "--format", format_).lines for words in (["selfnorm*"], ["gates"], []))
    assert one == []  # no name
    one = actcli("list", "self-normalizing", "--format", format_).lines
    assert (len(one), len(some) > 2) == (2, True)
    assert one[0] == some[0] == every[0]


@pytest.mark.parametrize("word", ["nan", "1/0", "-1e5"])
def test_a_number_is_no_function(word: str) -> None:
    run = actcli("list", word)
    assert (run.status, run.stdout) == (2, "")
    assert f"no function in the catalogue matches '{word}'" in run.stderr


def test_names_come_before_uses() -> None:
    found = names("transformers")
    assert "gelu" in found
    assert names("leaky")[0] == "leaky-relu"


def test_names_in_one_word_are_those_in_several() -> None:
    assert actcli("list", "relu gelu").stdout == actcli("list", "relu", "gelu").stdout

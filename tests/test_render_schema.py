"""Every command's JSON holds to the schema in the package, document and lines alike; its keys are pinned."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from actcli.render.cells import PRINTERS
from actcli.results.properties import (
    ABOUT,
    CHOICE,
    DEPTH,
    FROM_FIRST,
    NORMAL,
    PROPERTIES,
    SHAPE,
    SIGNAL,
    USE,
    Property,
    columns,
    named,
)
from tests.make import properties
from tests.runner import actcli

SCHEMA: dict[str, Any] = json.loads((files("actcli.render") / "schema.json").read_text("utf-8"))
DIGITS = Path(__file__).parent / "data" / "digits"
LAYER = str(DIGITS / "relu-trained-layer2.npy")

COMMANDS = [
    ["eval", "sigmoid", "-3", "0", "7.5", "nan", "inf"],
    ["eval", "gelu", "-10", "--digits", "30"],
    ["eval", "sparsemax", "3,1,-3", "0,1"],
    ["eval", "relu", "--input", LAYER],
    ["eval", "relu", "--input", LAYER, "--summary"],
    ["grad", "tanh", "-1:1"],
    ["grad", "tanh", "-1:1", "--curvature"],
    ["grad", "sigmoid", "0", "--layers", "5"],
    ["grad", "softmax", "3,1,-3", "--jacobian"],
    ["plot", "sigmoid"],
    ["plot", "relu", "gelu", "-1", "2"],
    ["compare", "relu", "gelu"],
    ["compare", "sigmoid", "--layers", "5", "--mean", "1", "--sigma", "2"],
    ["compare", "sigmoid", "relu", "--layers", "1,2,5"],
    ["compare", "identity", "log(x)", "1/x", "exp(x**2)", "step"],
    ["compare", "softmax", "sigmoid", "3,1,-3"],
    ["compare", "relu", "tanh", "--layers", "3", "--input", LAYER],
    ["compare", "relu", "gelu", "-1", "2"],
    ["compare", "gelu", "--input", LAYER, "--against", LAYER],
    ["grad", "sigmoid", "12", "-100", "--dtype", "bfloat16"],
    ["softmax", "3", "1", "-3"],
    ["softmax", "3", "-inf", "nan", "--log"],
    ["softmax", "3", "1", "-3", "--one-hot"],
    ["softmax", "3", "1", "-3", "--target", "0", "--jacobian"],
    ["softmax", "3,1,-3", "nan,1,2", "--target", "0.5,0.5,0", "--loss", "kl"],
    ["softmax", "3,1,-3", "1,2,3", "--target", "1", "--loss", "mse", "--summary"],
    ["softmax", "3,1,-3", "nan,1,2", "--temperature", "0.5,1", "--target", "2"],
    ["softmax", "3", "1", "-3", "--top", "2", "--labels", "a,b,c"],
    ["softmax", "3", "1", "--exact"],
    ["list"],
    ["list", "leaky-relu"],
]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_document_holds_to_the_schema(words: list[str]) -> None:
    run = actcli(*words, "--format", "json")
    assert run.status == 0, run.stderr
    jsonschema.validate(run.json, SCHEMA)


def has_rows(words: list[str]) -> bool:
    """Whether a command tells of each vector, and not what all come to."""
    return words[0] != "list" and "--summary" not in words and not (words[0] == "compare" and "--input" in words)


@pytest.mark.parametrize("words", [words for words in COMMANDS if has_rows(words)], ids=" ".join)
def test_lines_are_the_vectors_of_the_document(words: list[str]) -> None:
    lines = [json.loads(line) for line in actcli(*words, "--format", "jsonl").lines]
    document = actcli(*words, "--format", "json").json
    assert lines == (document["vectors"] or document["functions"])


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["eval", "relu", "1"], {"schema": "actcli/2"}),
        (["eval", "relu", "1"], {"vectors": [{"vector": 0, "function": "relu"}]}),
        (["eval", "relu", "1"], {"vectors": [{"vector": 0, "function": "relu", "x": ["one"]}]}),
        (["eval", "relu", "1"], {"zones": [{"kind": "asleep"}]}),
    ],
)
def test_the_schema_refuses_what_is_wrong(words: list[str], wrong: dict[str, Any]) -> None:
    document = actcli(*words, "--format", "json").json
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document | wrong, SCHEMA)


# Who reads these documents relies on these keys: add to them, never change or take away.
PINNED = {
    "document": {"schema", "command", "functions", "settings", "labels", "vectors", "zones", "summary"},
    "vector": {
        *("vector", "line", "function", "x", "value", "slope", "curvature", "factor", "probability"),
        *("log_probability", "one_hot", "gradient", "loss", "jacobian", "zone"),
        *("index", "temperature", "entropy", "entropy_nats", "perplexity", "margin", "top", "winner", "target"),
        *("loss_terms", "gradient_terms", "cross_entropy", "cross_entropy_swapped", "kl", "kl_swapped"),
    },
    "zone": {"function", "kind", "from", "to", "includes_from", "includes_to", "threshold"},
    "summary": {"vectors", "inputs", "inputs_nan", "inputs_infinite", "functions", "notes", "remarks"},
    "totals": {
        *("function", "inputs", "saturated", "saturated_share", "dead", "dead_share", "units", "units_dead"),
        *("first_saturated", "mean_loss", "accuracy", "calibration_error", "calibration_error_equal_mass"),
        *("reliability", "reliability_equal_mass", "mean_entropy", "effective_classes", "mean_confidence", "wins"),
        *("units_saturated", "mean", "standard_deviation", "zero_centred", "undefined", "infinite"),
        *("mean_slope", "rms_slope", "gradient", "gradient_vanishes_at"),
        *("underflow", "dtype", "compared", "exact", "exact_share", "within_1_ulp", "within_1_ulp_share", "lost"),
        *("mean_ulp_error", *(f"{by}_error" for by in ("ulp", "absolute", "relative"))),
        *(f"{by}_error_{part}" for by in ("ulp", "absolute", "relative") for part in ("x", "got", "wanted", "index")),
    },
    "function": {
        *("name", "formula", "parameters", "used_for", "range", "range_includes", "monotone"),
        *("largest_slope", "largest_slope_at", "slope_at_zero", "minimum", "minimum_at", "maximum", "maximum_at"),
        *("largest_slope_at_includes", "minimum_at_includes", "maximum_at_includes"),
        *("mean", "zero_centred", "variance", "mean_square", "mean_square_slope"),
        *("forward_gain", "backward_gain", "fixed_point", "difference", "difference_at"),
        *("gradient_bound", "gradient_bound_vanishes_at", "gradient_rms", "gradient_rms_vanishes_at"),
    },
}


@pytest.mark.parametrize("part", PINNED)
def test_no_key_is_lost(part: str) -> None:
    described = SCHEMA if part == "document" else SCHEMA["$defs"][part]
    assert PINNED[part] <= set(described["properties"])


def labelled(row: Property) -> str:
    return f"{row.group.title}: {row.key}"


def test_the_schema_has_the_properties_of_the_table() -> None:
    # After a change that is meant: python -m tests.make.
    assert properties.SCHEMA.read_text("utf-8") == properties.laid_out(properties.schema()) + "\n"


def test_a_property_is_one_row() -> None:
    assert len({(row.key, row.group) for row in PROPERTIES}) == len(PROPERTIES)


@pytest.mark.parametrize("row", PROPERTIES, ids=labelled)
def test_every_row_is_complete(row: Property) -> None:
    assert row.meaning.endswith(".")
    assert row.kind.name in {"any", *PRINTERS}
    if row.within:
        assert row.within in {other.key for other in PROPERTIES if other.group == row.group or row.key == "vectors"}
    assert any(f"`{row.key}`" in line and row.meaning.replace("|", "\\|") in line for line in properties.markdown())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_what_documents_say_of_functions_and_data_is_in_the_table(words: list[str]) -> None:
    document = actcli(*words, "--format", "json").json
    for part, own in (("function", document["functions"]), ("totals", document["summary"]["functions"])):
        known = {row.key for row in PROPERTIES if row.group.part == part}
        assert {key for each in own for key in each} <= known


def test_a_table_has_the_columns_of_its_groups_in_the_order_of_the_table() -> None:
    title = actcli("compare", "relu", "tanh", "--layers", "2").lines[0].split("\t")
    assert title == [row.key for row in columns(ABOUT, USE, SHAPE, NORMAL, CHOICE, DEPTH, SIGNAL, FROM_FIRST)]


def test_a_key_without_a_row_is_shown_by_itself() -> None:
    known, unknown = named(("mean", "trimmed_mean"), "totals")
    assert (known.group.part, known.meaning[:9]) == ("totals", "Of finite")
    assert (unknown.label, unknown.kind.name) == ("trimmed_mean", "any")

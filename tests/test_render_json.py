"""JSON documents and JSON lines, key by key."""

from io import BytesIO

import numpy as np
import orjson
import pytest

from actcli.errors import DataError
from actcli.output import Output
from actcli.render.show import show
from tests.results_by_hand import RELU, descriptions, ending_in, relu, sigmoid_and_relu, softmax, written
from tests.runner import terminal

INF, NAN = float("inf"), float("nan")


def test_a_document() -> None:
    result = relu([1, -2], [], lines=[1, 2], settings={"saturation": 0.01})
    assert orjson.loads(written(result, "json")) == {
        "schema": "actcli/1",
        "command": "eval",
        "functions": [RELU],
        "settings": {"saturation": 0.01},
        "vectors": [
            {"vector": 0, "line": 1, "function": "relu", "x": [1, -2], "value": [1, 0], "zone": [None, "dead"]},
            {"vector": 1, "line": 2, "function": "relu", "x": [], "value": [], "zone": []},
        ],
        "zones": [
            {
                "function": "relu",
                "kind": "dead",
                "from": "-Infinity",
                "to": 0,
                "includes_from": False,
                "includes_to": True,
                "threshold": 0,
            }
        ],
        "summary": {
            "vectors": 2,
            "inputs": 2,
            "inputs_nan": 0,
            "inputs_infinite": 0,
            "functions": [
                {
                    "function": "relu",
                    "inputs": 2,
                    "saturated": 0,
                    "saturated_share": 0.0,
                    "dead": 1,
                    "dead_share": 0.5,
                    "units": None,
                    "units_dead": None,
                    "first_saturated": None,
                }
            ],
            "notes": [],
            "remarks": [],
        },
    }


@pytest.mark.parametrize("digits", [None, 6])
def test_json_has_strings_for_what_it_cannot_say(digits: int | None) -> None:
    line = written(relu([NAN, INF, -INF, 1.5]), "jsonl", digits)
    assert orjson.loads(line)["x"] == ["NaN", "Infinity", "-Infinity", 1.5]
    assert orjson.loads(line)["value"] == ["NaN", "Infinity", 0, 1.5]


def test_json_of_softmax_holds_everything() -> None:
    result = softmax([0, 0], [], fields=("probability", "loss", "gradient", "jacobian"), labels=("a", "b"))
    document = orjson.loads(written(result, "json", 3))
    first, second = document["vectors"]
    assert first["jacobian"] == [[0.25, -0.25], [-0.25, 0.25]]
    assert (first["loss"], first["gradient"], second["loss"], second["jacobian"]) == (0.693, [-0.5, 0.5], "NaN", [])
    assert document["labels"] == ["a", "b"]
    assert document["summary"]["functions"] == []
    assert "zone" not in first


def test_json_lines_are_the_vectors_of_the_document() -> None:
    rows = ([1, 2], [3])
    lines = [orjson.loads(line) for line in written(sigmoid_and_relu(*rows), "jsonl").splitlines()]
    assert lines == orjson.loads(written(sigmoid_and_relu(*rows), "json"))["vectors"]
    assert [line["function"] for line in lines] == ["sigmoid", "relu"] * 2


def test_cards_of_any_content_are_json() -> None:
    entry = {
        "name": "f\udcff",
        "limit": INF,
        "n": np.int64(3),
        "grid": np.array([1.0, NAN]),
        "odd": object,
        1: (True, None),
    }
    document = orjson.loads(written(descriptions(entry), "json"))
    assert document["functions"][0] == {
        "name": "f\\udcff",
        "limit": "Infinity",
        "n": 3,
        "grid": [1, "NaN"],
        "odd": "<class 'object'>",
        "1": [True, None],
    }
    assert orjson.loads(written(descriptions(entry), "jsonl"))["n"] == 3


def test_json_is_well_formed_after_an_error() -> None:
    out = BytesIO()
    with pytest.raises(DataError):
        show(ending_in(DataError("bad token"), relu([1, 2])), Output(terminal(out), "json"))
    assert orjson.loads(out.getvalue())["summary"]["vectors"] == 1
